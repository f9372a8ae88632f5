import { refuse } from "../core/diagnostic.js";
import { cover, type Span, span } from "../core/span.js";
import { EVALUATION } from "./conditions.js";
import { parseTokens } from "./expression.js";
import { fullStops } from "./full-stops.js";
import { MAX_DEPTH } from "./limits.js";
import type { Syntax } from "./syntax.js";
import { atom, colon, colonAsRelation, type Token, type TokenOf, written } from "./token.js";
import { isAnd } from "./words.js";

/*
 * Matches delimiters and hands scripts to what they belong to. Vertical bars look the same on both sides: one closes if a
 * bar is open and an operand stands before it, opens if no operand stands before it or a partner follows, and separates
 * otherwise (`p(y | x)`).
 */

interface Frame {
  readonly open: TokenOf<"open" | "bar"> | null;
  readonly out: Token[];
}

export function assemble(tokens: readonly Token[]): readonly Token[] {
  return new Assembly(fullStops(tokens)).run();
}

/** The tree of what stands between delimiters, in a script or in an argument. */
export function parseItems(tokens: readonly Token[], at: Span, script: boolean): Syntax {
  const only = tokens.length === 1 ? tokens[0] : undefined;
  if (only?.type === "atom") return only.syntax;
  if (only?.type === "text" && script) return textSymbol(only).syntax;
  const inner = settle(asItems(assemble(tokens), script));
  if (inner.length === 0) return { kind: "empty", span: at };
  const single = inner.length === 1 ? inner[0] : undefined;
  if (script && single?.type === "big") return bigSymbol(single).syntax;
  return parseTokens(inner, "items");
}

class Assembly {
  readonly #tokens: readonly Token[];
  readonly #partners: ReadonlyMap<Token, number>;
  readonly #frames: Frame[] = [{ open: null, out: [] }];
  #nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#partners = barsToCome(tokens);
  }

  run(): readonly Token[] {
    for (const token of this.#tokens) {
      if (token.type === "open") this.#push(token);
      else if (token.type === "close") this.#close(token);
      else if (token.type === "bar" && !token.separates) this.#bar(token);
      else if (token.type === "script") this.#script(token);
      else this.#top().out.push(token);
    }
    const frame = this.#top();
    if (frame.open !== null) unclosed(frame.open);
    return frame.out;
  }

  #top(): Frame {
    const frame = this.#frames.at(-1);
    if (frame === undefined) throw new Error("internal: no frame");
    return frame;
  }

  #push(open: TokenOf<"open" | "bar">): void {
    if (this.#frames.length > MAX_DEPTH)
      refuse("formula/too-deep", `delimiters nest deeper than ${MAX_DEPTH}`, open.span);
    this.#frames.push({ open, out: [] });
  }

  #pop(close: Token, name: string): void {
    const frame = this.#frames.pop();
    if (frame?.open == null) throw new Error("internal: nothing to close");
    const at = cover(frame.open.span, close.span);
    this.#top().out.push(atom({ kind: "group", open: name, body: parseItems(frame.out, at, false), span: at }));
  }

  #close(token: TokenOf<"close">): void {
    const { open } = this.#top();
    if (open === null) {
      const shown = closerOf(token.name);
      refuse(
        "formula/unopened",
        `\`${shown}\` closes nothing`,
        token.span,
        `remove it, or add the \`${token.name}\` it belongs to`,
      );
    }
    if (open.name === token.name) this.#pop(token, open.name);
    else if ((open.name === "[" && token.name === "(") || (open.name === "(" && token.name === "[")) {
      this.#pop(token, open.name + closerOf(token.name));
    } else unclosed(open);
  }

  #bar(token: TokenOf<"bar">): void {
    const { open, out } = this.#top();
    const operand = endsInOperand(out);
    if (operand && open?.type === "bar") {
      if (open.name === token.name) {
        this.#pop(token, token.name);
        return;
      }
      if (token.tight && open.name === "|") {
        // `|x||y|` holds no norm.
        const [left, right] = halves(token);
        this.#pop(left, "|");
        this.#push(right);
        return;
      }
    }
    const partners = this.#partners.get(token) ?? 1;
    if (!operand || partners % 2 === 0) this.#push(token);
    else out.push({ ...token, separates: true });
  }

  #script(token: TokenOf<"script">): void {
    const { out } = this.#top();
    let last = out.at(-1);
    if (last?.type === "atom" && last.syntax.kind === "empty" && out.length > 1 && out.at(-2)?.type === "atom") {
      // `W^{(2)}{}^\top`: the empty group only moves the script on.
      out.pop();
      const before = out.pop();
      if (before?.type === "atom") out.push({ ...before, open: false });
      last = out.at(-1);
    }
    if (last?.type === "big") {
      out[out.length - 1] = withLimit(last, token);
      return;
    }
    if (last?.type === "text") {
      out[out.length - 1] = withScript(textSymbol(last), token);
      return;
    }
    if (last?.type === "atom") {
      if (!last.open && last.syntax.kind === "scripted" && ++this.#nesting > MAX_DEPTH) {
        refuse("formula/too-deep", `scripts nest deeper than ${MAX_DEPTH}`, token.span);
      }
      out[out.length - 1] = withScript(last, token);
      return;
    }
    const before = out.slice(0, -1);
    const [first] = before;
    if (
      last?.type === "bar" &&
      first !== undefined &&
      token.place === "sub" &&
      before.every((t) => t.type === "atom")
    ) {
      // `\frac{\partial L}{\partial w}\Big|_{i \ne j}`, `\frac{d}{dt} f(X + t H)\Big|_{t = 0}`.
      const body = parseItems(before, cover(first.span, before.at(-1)?.span ?? first.span), false);
      const group = atom({ kind: "group", open: EVALUATION, body, span: cover(first.span, last.span) });
      out.splice(0, out.length, withScript(group, token));
      return;
    }
    if (last === undefined && this.#tokens.length === 1) {
      out.push(withScript({ ...token, type: "atom", syntax: { kind: "empty", span: token.span }, open: false }, token));
      return;
    }
    refuse(
      "tex/script-base",
      `nothing stands before \`${written(token)}\``,
      token.span,
      "a script belongs to a symbol before it",
    );
  }
}

function unclosed(open: Token & { readonly name: string }): never {
  const closer = closerOf(open.name);
  refuse("formula/unclosed", `\`${open.name}\` is never closed`, open.span, `add the missing \`${closer}\``);
}

const CLOSERS: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["\\{", "\\}"],
  ["\\langle", "\\rangle"],
  ["\\lfloor", "\\rfloor"],
  ["\\lceil", "\\rceil"],
]);
const closerOf = (open: string): string => CLOSERS.get(open) ?? open;

/** For each bar, how many bars of its kind, itself included, are still to come between the same delimiters. */
function barsToCome(tokens: readonly Token[]): ReadonlyMap<Token, number> {
  const counts = new Map<Token, number>();
  const done = (bars: readonly Token[]): void => {
    for (const name of ["|", "\\|"]) {
      const same = bars.filter((bar) => bar.type === "bar" && bar.name === name);
      for (const [i, bar] of same.entries()) counts.set(bar, same.length - i);
    }
  };
  const levels: Token[][] = [[]];
  for (const token of tokens) {
    if (token.type === "open") levels.push([]);
    else if (token.type === "close") done(levels.pop() ?? []);
    else if (token.type === "bar" && !token.separates) levels.at(-1)?.push(token);
    if (levels.length === 0) levels.push([]);
  }
  for (const level of levels) done(level);
  return counts;
}

const endsInOperand = (tokens: readonly Token[]): boolean => tokens.at(-1)?.type === "atom";

function halves(bar: TokenOf<"bar">): readonly [TokenOf<"bar">, TokenOf<"bar">] {
  const middle = Math.min(bar.span.start + 1, bar.span.end);
  const half = (start: number, end: number): TokenOf<"bar"> => ({
    ...bar,
    name: "|",
    tight: false,
    span: { start, end },
  });
  return [half(bar.span.start, middle), half(middle, bar.span.end)];
}

function doubled(token: TokenOf<"script">): never {
  const place = token.place === "sub" ? "subscripts" : "superscripts";
  const mark = token.place === "sub" ? "_" : "^";
  refuse(
    "tex/double-script",
    `two ${place} on one symbol`,
    token.span,
    `put both into one pair of braces, or write {}${mark} before the second`,
  );
}

function withScript(target: TokenOf<"atom">, token: TokenOf<"script">): Token {
  const span = cover(target.span, token.span);
  const old = target.open && target.syntax.kind === "scripted" ? target.syntax : null;
  const base: Syntax = old?.base ?? target.syntax;
  let { sub, sup, primes } = old ?? { sub: null, sup: null, primes: 0 };
  if (token.body !== null) {
    if (token.place === "sub") {
      // `A2_i` is an entry of the A that has the number 2.
      const isNumbered = sub?.kind === "number" && sub.span.start === base.span.end;
      if (sub !== null && !isNumbered) doubled(token);
      const own = lettersApart(token.body);
      const places = own.kind === "list" ? own.items : [own];
      sub = sub === null ? own : { kind: "list", items: [sub, ...places], span: cover(sub.span, own.span) };
    } else {
      if (sup !== null) doubled(token);
      sup = token.body;
    }
  }
  primes += token.primes;
  return { type: "atom", syntax: { kind: "scripted", base, sub, sup, primes, span }, open: true, span };
}

/** `V_{if}` has two letters below it, though "if" is a word elsewhere; `\text{if}` would be roman. */
function lettersApart(sub: Syntax): Syntax {
  if (sub.kind !== "symbol" || !/^[a-z]{2}$/.test(sub.name) || sub.span.end - sub.span.start !== 2) return sub;
  const { start } = sub.span;
  const items = [...sub.name].map(
    (name, k): Syntax => ({ ...sub, name, style: "plain", latex: name, span: span(start + k, start + k + 1) }),
  );
  return { kind: "juxtaposition", items, span: sub.span };
}

function withLimit(target: TokenOf<"big">, token: TokenOf<"script">): Token {
  const { sub, sup } = target.syntax;
  if (token.body === null) refuse("tex/script-base", "a prime on an operator", token.span);
  if (token.place === "sub" ? sub !== null : sup !== null) doubled(token);
  const span = cover(target.span, token.span);
  const limits = token.place === "sub" ? { sub: token.body, sup } : { sub, sup: token.body };
  return { type: "big", syntax: { ...target.syntax, ...limits, span }, span };
}

export function textSymbol(token: TokenOf<"text">): TokenOf<"atom"> {
  const name = token.text.trim();
  return {
    type: "atom",
    syntax: { kind: "symbol", name, style: "roman", accents: [], latex: `\\text{${name}}`, span: token.span },
    open: false,
    span: token.span,
  };
}

function bigSymbol(token: TokenOf<"big">): TokenOf<"atom"> {
  const { operator } = token.syntax;
  const name = operator.replaceAll("\\", "");
  return {
    type: "atom",
    syntax: { kind: "symbol", name, style: "roman", accents: [], latex: operator, span: token.span },
    open: false,
    span: token.span,
  };
}

/** Any token as a symbol of its own: the star of `w^*`, the dot of `x_{\cdot j}`, the colon of `y_{i,:}`. */
function asSymbol({ name, span }: { readonly name: string; readonly span: Span }): Token {
  return atom({ kind: "symbol", name, style: "plain", accents: [], latex: name, span });
}

type Mark = TokenOf<"op" | "sign" | "unary" | "rel">;
const isMark = (token: Token | undefined): token is Mark =>
  token?.type === "op" || token?.type === "sign" || token?.type === "unary" || token?.type === "rel";

/** What only matters between statements is gone; bars and words that part arguments are commas. */
function asItems(tokens: readonly Token[], script: boolean): readonly Token[] {
  const out: Token[] = [];
  let item: Token[] = [];
  const flush = (): void => {
    out.push(...edges(item));
    item = [];
  };
  for (const [i, token] of tokens.entries()) {
    if (token.type === "row") refuseBreak(tokens, i);
    if (isRoom(token) || (token.type === "period" && i === tokens.length - 1)) continue;
    if (partsItems(token)) {
      flush();
      out.push({ type: "comma", name: ",", span: token.span });
    } else item.push(asOperand(token, item, tokens.slice(i + 1), script));
  }
  flush();
  return out;
}

/** What may stand between statements as what it is in an expression. */
function asOperand(token: Token, before: readonly Token[], behind: readonly Token[], script: boolean): Token {
  switch (token.type) {
    case "text":
      return atom({ kind: "text", text: token.text.trim(), span: token.span });
    case "forall":
      return asSymbol(token);
    case "colon":
      return script ? colonAsRelation(token) : colon(token, before, behind, false);
    case "period":
      return refuse("formula/unexpected", "a full stop inside an expression", token.span);
    default:
      return token;
  }
}

const isRoom = (token: Token): boolean => token.type === "gap" || token.type === "amp" || token.type === "row";

const partsItems = (token: Token): boolean =>
  token.type === "comma" || token.type === "bar" || (token.type === "text" && isAnd(token.text));

/** Inside an expression a line may only break beside an operator or a comma: elsewhere it parts statements. */
function refuseBreak(tokens: readonly Token[], at: number): void {
  const next = neighbour(tokens, at, 1);
  const before = neighbour(tokens, at, -1);
  const wraps = (token: Token | undefined): boolean => token === undefined || token.type === "comma" || isMark(token);
  const row = tokens[at];
  if (row === undefined || wraps(next) || wraps(before)) return;
  refuse(
    "formula/line-break",
    "a line break inside an expression",
    row.span,
    "close the parenthesis before it, or break beside an operator",
  );
}

/** The first token before or after a place that is not only room. */
function neighbour(tokens: readonly Token[], at: number, step: 1 | -1): Token | undefined {
  let i = at + step;
  for (let token = tokens[i]; token !== undefined && isRoom(token); token = tokens[i]) i += step;
  return tokens[i];
}

const isDot = (token: Mark): boolean => token.type === "op" && ["\\cdot", "\\bullet", "*"].includes(token.name);

/** `X^{\circ 2}`, `X^{\odot -1}`, `\{\pm 1\}`. */
const standsInFront = (token: Mark): boolean =>
  token.type === "op" && ["\\circ", "\\odot", "\\pm"].includes(token.name);

function edges(item: readonly Token[]): readonly Token[] {
  const [first, last] = [item[0], item.at(-1)];
  if (!isMark(first) && !isMark(last)) return item;
  if (item.length === 1 && isMark(first)) return [asSymbol(first)];
  // `\mathbb{S}_{++}`: signs of which no operand follows.
  if (first?.type === "sign" && item.every((t) => t.type === "sign"))
    return [
      asSymbol({ ...first, name: item.map((t) => t.name).join(""), span: cover(first.span, last?.span ?? first.span) }),
    ];
  const out = [...item];
  if (isMark(first) && (isDot(first) || standsInFront(first))) out[0] = asSymbol(first);
  if (isMark(last) && isDot(last)) out[out.length - 1] = asSymbol(last);
  if (last?.type === "rel" && last.name === ":") out.push(atom({ kind: "empty", span: last.span }));
  if (first?.type === "rel") out.unshift(atom({ kind: "empty", span: first.span }));
  return out;
}

/** Signs become `unary` where no operand stands before them, runs of signs one; `\max(0, z)` is an application. */
export function settle(tokens: readonly Token[]): readonly Token[] {
  const out: Token[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.type === "sign") settleSign(token, out);
    else if (token.type === "big" && appliedDirectly(token, tokens[i + 1])) out.push(bigSymbol(token));
    else out.push(token);
  }
  return out;
}

function settleSign(token: TokenOf<"sign">, out: Token[]): void {
  const last = out.at(-1);
  if (last?.type === "sign" || last?.type === "unary") {
    const name = last.name === token.name ? "+" : "-";
    out[out.length - 1] = { ...last, name, span: cover(last.span, token.span) };
  } else out.push(isSignAfter(last) ? token : { ...token, type: "unary" });
}

const isSignAfter = (last: Token | undefined): boolean => last?.type === "atom" || (last?.type === "big" && bare(last));

const extremes = /^(\\arg)?\\(max|min|sup|inf)$/;
const bare = ({ syntax }: TokenOf<"big">): boolean => extremes.test(syntax.operator) && syntax.sub === null;

function appliedDirectly(token: TokenOf<"big">, next: Token | undefined): boolean {
  if (!bare(token) || token.syntax.sup !== null || next?.type !== "atom") return false;
  const syntax = next.syntax.kind === "scripted" ? next.syntax.base : next.syntax;
  return syntax.kind === "group";
}
