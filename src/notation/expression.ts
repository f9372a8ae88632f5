import nearley from "nearley";
import { refuse } from "../core/diagnostic.js";
import { cover, type Span } from "../core/span.js";
import grammar from "./grammar.js";
import { MAX_DEPTH } from "./limits.js";
import type { Syntax } from "./syntax.js";
import { type Token, type TokenOf, written } from "./token.js";

/*
 * Tokens → a tree, by the nearley grammar, and the grammar's bare tree → syntax nodes.
 */

/** The grammar's results. Lists grow to the left, so that building one costs no copying. */
interface Parsed {
  readonly rule: "relation" | "list" | "signed" | "sum" | "beside" | "product" | "big";
  readonly parts: readonly (Parsed | Leaf)[];
}

interface Leaf {
  readonly type: string;
  /** Asked for by nearley's types. */
  readonly value: string;
  readonly token: Token;
}

/** Hands nearley the tokens one by one; a fresh one for each parse, because nearley keeps lexer state. */
class TokenFeed {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  next(): Leaf | undefined {
    const token = this.#tokens[this.#at++];
    return token === undefined ? undefined : { type: token.type, value: token.type, token };
  }

  /** The token that nearley refused. */
  last(): Token | null {
    return this.#tokens[this.#at - 1] ?? null;
  }

  reset(): void {}
  save(): { state: string } {
    return { state: "" };
  }
  formatError(): string {
    return "";
  }
  has(): boolean {
    return true;
  }
}

const grammars = { items: startingAt("items"), statement: startingAt("statement") };

function startingAt(start: "items" | "statement"): nearley.Grammar {
  const compiled = nearley.Grammar.fromCompiled(grammar);
  compiled.start = start;
  return compiled;
}

/**
 * The tree of one statement or of the items between delimiters.
 *
 * Throws `formula/unexpected` at a token that cannot stand where it stands, `formula/incomplete` at the end.
 */
export function parseTokens(tokens: readonly Token[], start: "items" | "statement"): Syntax {
  const only = tokens.length === 1 ? tokens[0] : undefined;
  if (only?.type === "atom") return only.syntax;
  if (tokens.every((token) => token.type === "atom")) return beside(tokens.map((token) => token.syntax));
  return fold(parseByGrammar(tokens, start));
}

/** The grammar alone, without the short cuts of `parseTokens`, for tests. */
export function parseTokensFully(tokens: readonly Token[], start: "items" | "statement"): Syntax {
  return fold(parseByGrammar(tokens, start));
}

/** A big operator takes what follows up to the next sign, relation or comma: before one they stand in each other. */
function refuseDeepSums(tokens: readonly Token[]): void {
  let depth = 0;
  for (const { type, span } of tokens) {
    if (type === "sign" || type === "rel" || type === "comma") depth = 0;
    if (type === "big" && ++depth > MAX_DEPTH)
      refuse("formula/too-deep", `operators stand in each other deeper than ${MAX_DEPTH}`, span);
  }
}

function parseByGrammar(tokens: readonly Token[], start: "items" | "statement"): Parsed | Leaf {
  refuseDeepSums(tokens);
  const feed = new TokenFeed(tokens);
  const parser = new nearley.Parser(grammars[start], { lexer: feed });
  try {
    parser.feed("");
  } catch {
    unexpected(tokens, feed.last());
  }
  const results: readonly (Parsed | Leaf)[] = parser.results;
  const [result] = results;
  if (result === undefined) incomplete(tokens.at(-1));
  if (results.length > 1) throw new Error(`internal: ${results.length} parses of one formula`);
  return result;
}

function unexpected(tokens: readonly Token[], token: Token | null): never {
  if (token === null) throw new Error("internal: the parser refused nothing");
  const before = tokens[tokens.indexOf(token) - 1];
  const name = written(token);
  if (before === undefined) refuse("formula/unexpected", `nothing stands before \`${name}\``, token.span);
  const message = `\`${name}\` cannot follow ${before.type === "atom" ? "" : "`"}${written(before)}${before.type === "atom" ? "" : "`"}`;
  refuse("formula/unexpected", message, token.span, "something is missing between the two");
}

function incomplete(last: Token | undefined): never {
  if (last === undefined) throw new Error("internal: an empty formula was parsed");
  const hint = last.type === "rel" ? "write ? for an answer still to be found" : "";
  refuse("formula/incomplete", `the formula ends after \`${written(last)}\``, last.span, hint);
}

const isLeaf = (part: Parsed | Leaf): part is Leaf => "token" in part;

function fold(parsed: Parsed | Leaf): Syntax {
  if (isLeaf(parsed)) return leaf(parsed.token);
  switch (parsed.rule) {
    case "signed": {
      const [sign, body] = parsed.parts.length === 2 ? parsed.parts : [];
      if (sign === undefined || body === undefined) break;
      const inner = fold(body);
      const token = signToken(sign);
      if (token.name === "+") return inner;
      return { kind: "sum", terms: [{ sign: -1, body: inner }], span: cover(token.span, inner.span) };
    }
    case "sum":
      return foldSum(parsed);
    case "beside":
      return foldBeside(parsed);
    case "big": {
      const [operator, body] = parsed.parts;
      if (operator === undefined || body === undefined || !isLeaf(operator)) break;
      const head = operator.token;
      if (head.type !== "big") break;
      const inner = fold(body);
      return { ...head.syntax, body: inner, span: cover(head.span, inner.span) };
    }
    case "list":
    case "product":
    case "relation":
      return foldChain(parsed, parsed.rule);
  }
  throw new Error(`internal: the rule ${parsed.rule} has other parts`);
}

function leaf(token: Token): Syntax {
  if (token.type === "atom" || token.type === "big") return token.syntax;
  throw new Error(`internal: ${token.type} is no operand`);
}

function signToken(part: Parsed | Leaf): TokenOf<"sign" | "unary"> {
  if (isLeaf(part) && (part.token.type === "sign" || part.token.type === "unary")) return part.token;
  throw new Error("internal: a sign was expected");
}

/** The parts of a list that grew to the left: its first member, then what was added each time. */
function unroll(parsed: Parsed): readonly (Parsed | Leaf)[] {
  const back: (Parsed | Leaf)[] = [];
  let left: Parsed | Leaf = parsed;
  while (!isLeaf(left) && left.rule === parsed.rule) {
    for (let i = left.parts.length - 1; i > 0; i--) {
      const part: Parsed | Leaf | undefined = left.parts[i];
      if (part !== undefined) back.push(part);
    }
    const next: Parsed | Leaf | undefined = left.parts[0];
    if (next === undefined) break;
    left = next;
  }
  back.push(left);
  return back.reverse();
}

interface Term {
  readonly sign: 1 | -1;
  readonly body: Syntax;
}

function foldSum(parsed: Parsed): Syntax {
  const [first, ...rest] = unroll(parsed);
  if (first === undefined) throw new Error("internal: an empty sum");
  const head = fold(first);
  const signed = !isLeaf(first) && first.rule === "signed" && head.kind === "sum";
  const terms: Term[] = signed ? [...head.terms] : [{ sign: 1, body: head }];
  let span = head.span;
  for (let i = 0; i + 1 < rest.length; i += 2) {
    const [sign, term] = [rest[i], rest[i + 1]];
    if (sign === undefined || term === undefined) break;
    const body = fold(term);
    terms.push({ sign: signToken(sign).name === "-" ? -1 : 1, body });
    span = cover(span, body.span);
  }
  return { kind: "sum", terms, span };
}

function foldChain(parsed: Parsed, kind: "list" | "product" | "relation"): Syntax {
  const items: Syntax[] = [];
  const operators: string[] = [];
  for (const [i, part] of unroll(parsed).entries()) {
    if (i % 2 === 0) items.push(fold(part));
    else if (isLeaf(part) && "name" in part.token) operators.push(part.token.name);
  }
  const span = spanOf(items);
  if (kind === "list") return { kind, items, span };
  return kind === "product" ? { kind, items, operators, span } : { kind, items, operators, span };
}

/** Neighbours. A big operator after a written product belongs to the product's last factor. */
function foldBeside(parsed: Parsed): Syntax {
  const parts = unroll(parsed).map(fold);
  const [first, last] = [parts[0], parts[1]];
  if (parts.length === 2 && first?.kind === "product" && last !== undefined) {
    const head = parsed.parts[0];
    if (head !== undefined && !isLeaf(head) && head.rule === "product") {
      const factor = first.items.at(-1);
      if (factor === undefined) throw new Error("internal: an empty product");
      const items = [...first.items.slice(0, -1), besideSigned(factor, last)];
      return { ...first, items, span: cover(first.span, last.span) };
    }
  }
  return beside(parts);
}

function besideSigned(factor: Syntax, last: Syntax): Syntax {
  const term = factor.kind === "sum" && factor.terms.length === 1 ? factor.terms[0] : undefined;
  if (term === undefined || factor.kind !== "sum") return beside(flat(factor, last));
  const body = beside(flat(term.body, last));
  return { kind: "sum", terms: [{ sign: term.sign, body }], span: cover(factor.span, body.span) };
}

const flat = (left: Syntax, right: Syntax): readonly Syntax[] =>
  left.kind === "juxtaposition" ? [...left.items, right] : [left, right];

function beside(items: readonly Syntax[]): Syntax {
  return { kind: "juxtaposition", items, span: spanOf(items) };
}

function spanOf(items: readonly Syntax[]): Span {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error("internal: no items");
  return rest.reduce((span, item) => cover(span, item.span), first.span);
}
