import { refuse } from "../core/diagnostic.js";
import type { Span } from "../core/span.js";
import type { Syntax } from "./syntax.js";
import type { Token, TokenOf } from "./token.js";

/*
 * A full stop between two factors multiplies them: `\frac{\partial L}{\partial z}.\frac{\partial z}{\partial w}`, `(a - y).x`.
 * Cut there, a formula would lose its last factor. One with room behind it and an equation after that ends a statement, and
 * `X.T` is a transpose, as in code. `y = 2x. (3)` has the equation's number behind it.
 */

export function fullStops(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some((token) => token.type === "period")) return tokens;
  const out: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    if (token.type !== "period" || !multiplies(tokens, i)) out.push(token);
    else if (isTransposed(tokens, i)) {
      out.push(transposition(token, tokens[i + 1]));
      i++;
    } else out.push({ type: "op", name: "\\cdot", span: token.span });
  }
  return out;
}

const endsFactor = (token: Token | undefined): boolean => ["atom", "close", "script"].includes(token?.type ?? "");
const beginsFactor = (token: Token | undefined): boolean => ["atom", "open", "big"].includes(token?.type ?? "");

function multiplies(tokens: readonly Token[], at: number): boolean {
  const [before, stop, next] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  if (stop === undefined || next === undefined || !endsFactor(before) || !beginsFactor(next)) return false;
  const loose = (a: Span | undefined, b: Span): boolean => a !== undefined && b.start > a.end;
  if (isNumber(tokens.slice(at + 1, at + 5)) && tokens.slice(0, at).some((token) => token.type === "rel")) {
    if (loose(stop.span, next.span) && !loose(before?.span, stop.span)) return false;
    refuse(
      "layout/number",
      "whether this is a factor or the equation's number is not clear",
      next.span,
      "use \\tag or \\cdot",
    );
  }
  return !loose(stop.span, next.span) || loose(before?.span, stop.span) || !relatedBehind(tokens, at + 1);
}

/** `(3)`, `[3]`, and nothing behind it. */
function isNumber([open, number, close, behind]: readonly Token[]): boolean {
  if (open?.type !== "open" || !/^[([]$/.test(open.name) || close?.type !== "close") return false;
  const isWhole = number?.type === "atom" && number.syntax.kind === "number" && /^\d+$/.test(number.syntax.text);
  return isWhole && (behind === undefined || behind.type === "row");
}

/** Whether an equation follows in what stands there without a gap. */
function relatedBehind(tokens: readonly Token[], from: number): boolean {
  for (let i = from; i < tokens.length; i++) {
    const type = tokens[i]?.type ?? "row";
    if (type === "rel") return true;
    if (["gap", "amp", "row", "text", "forall"].includes(type)) return false;
  }
  return false;
}

function isTransposed(tokens: readonly Token[], at: number): boolean {
  const [stop, next, behind] = [tokens[at], tokens[at + 1], tokens[at + 2]];
  if (next?.type !== "atom" || behind?.type === "script" || stop?.span.end !== next.span.start) return false;
  return next.syntax.kind === "symbol" && next.syntax.name === "T" && next.syntax.accents.length === 0;
}

function transposition(stop: Token, next: Token | undefined): TokenOf<"script"> {
  const body: Syntax | null = next?.type === "atom" ? next.syntax : null;
  return {
    type: "script",
    place: "sup",
    body,
    primes: 0,
    span: { start: stop.span.start, end: next?.span.end ?? stop.span.end },
  };
}
