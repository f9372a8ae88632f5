import { type Diagnostic, Refusal, refuse } from "../core/diagnostic.js";
import type { Source, Span } from "../core/span.js";
import { assemble, settle } from "./assemble.js";
import { isRelation } from "./clauses.js";
import { parseTokens } from "./expression.js";
import { type Draft, layout, spanOf } from "./layout.js";
import { lex } from "./lexer.js";
import { MAX_CHARACTERS } from "./limits.js";
import type { Macros } from "./macros.js";
import { Reader } from "./reader.js";
import { Stream } from "./stream.js";
import type { Statement, Syntax } from "./syntax.js";
import { atom, type Token } from "./token.js";

export interface ParsedFormula {
  readonly statements: readonly Statement[];
  /** With an error among them, `statements` is empty. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Formulas as they were parsed last, by all that this rests on. Worksheets about one problem begin alike, and what is found out of a
 * syntax tree is kept with it. Whether a tree is made anew or not changes nothing, since nobody changes one.
 */
const known = new Map<string, ParsedFormula>();
const MOST_KNOWN = 1000;
/** A part of a text keeps the whole of it in memory: long texts are not kept. */
const LONG = 50_000;

/** Reads the formula at a place of the source. `words` are runs of letters that are one name. Whatever is wrong is a diagnostic; nothing is thrown. */
export function parseFormula(
  source: Source,
  span: Span,
  macros: Macros,
  words: ReadonlySet<string> = new Set(),
): ParsedFormula {
  if (macros.byName.size > 0 || source.text.length > LONG) return parseAnew(source, span, macros, words);
  const key = `${span.start} ${[...words].join(" ")} ${source.text.slice(span.start, span.end)}`;
  let parsed = known.get(key);
  if (parsed === undefined) {
    parsed = parseAnew(source, span, macros, words);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, parsed);
  }
  // Statements are told apart by what they are and not by what they say: each file has its own.
  return { ...parsed, statements: parsed.statements.map((st) => ({ ...st, span: { ...st.span } })) };
}

function parseAnew(source: Source, span: Span, macros: Macros, words: ReadonlySet<string>): ParsedFormula {
  try {
    if (span.end - span.start > MAX_CHARACTERS) {
      refuse("formula/too-long", `a formula of more than ${MAX_CHARACTERS} characters is not read`, span);
    }
    const stream = new Stream(lex(source.text, span.start, span.end), span, macros);
    const tokens = assemble(new Reader(stream, words).list("end", span));
    const [only, more] = tokens;
    if (only !== undefined && more === undefined && isSign(only))
      return { statements: [mention(source, only)], diagnostics: [] };
    const statements = layout(tokens).map((draft) => statement(source, draft, true));
    return { statements, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { statements: [], diagnostics: [error.diagnostic] };
  }
}

/** `$\odot$ is the product entry by entry`: a formula may be a sign alone. */
const isSign = ({ type }: Token): boolean => type === "op" || type === "sign" || type === "unary";

function mention(source: Source, { span }: Token): Statement {
  const latex = source.text.slice(span.start, span.end);
  return { span, latex, sides: [{ kind: "text", text: latex, span }], relations: [], conditions: [], words: [] };
}

function statement(source: Source, draft: Draft, isWhole: boolean): Statement {
  const tokens = isWhole ? ended(complete(draft.tokens)) : complete(draft.tokens);
  const { sides, relations } = split(parseTokens(settle(tokens), "statement"), tokens);
  const span = spanOf(tokens);
  return {
    span,
    latex: source.text.slice(span.start, span.end),
    sides,
    relations,
    conditions: draft.conditions.map((condition) => statement(source, condition, false)),
    words: draft.words,
  };
}

/** A relation at the start has an empty left side: the formula goes on from an earlier one. A bar here is a relation. */
function complete(tokens: readonly Token[]): readonly Token[] {
  const out = tokens.map(
    (token): Token => (token.type === "bar" ? { type: "rel", name: "\\mid", span: token.span } : token),
  );
  const [first] = out;
  if (first?.type === "rel")
    out.unshift(atom({ kind: "empty", span: { start: first.span.start, end: first.span.start } }));
  return out;
}

/** A formula that ends after `=` has an empty last side: whether that is a slip or an answer still to come is not for here. */
function ended(tokens: readonly Token[]): readonly Token[] {
  const last = tokens.at(-1);
  if (last?.type !== "rel" || (last.name !== "=" && last.name !== ":=")) return tokens;
  return [...tokens, atom({ kind: "empty", span: { start: last.span.end, end: last.span.end } })];
}

/** A relation at the top is the statement's own. */
function split(
  syntax: Syntax,
  tokens: readonly Token[],
): { readonly sides: readonly Syntax[]; readonly relations: readonly string[] } {
  if (syntax.kind === "relation" && tokens.some(isRelation))
    return { sides: syntax.items, relations: syntax.operators };
  return { sides: [syntax], relations: [] };
}
