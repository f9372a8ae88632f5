import type { Span } from "../core/span.js";
import type { Syntax, SyntaxOf } from "./syntax.js";

/*
 * What the TeX reader gives and the grammar takes. `assemble.ts` uses up `script`, `open`, `close` and `bar`;
 * `layout.ts` uses up `row`, `amp`, `gap`, `text`, `forall` and `period`.
 */

interface Base {
  readonly span: Span;
}

interface Named<K extends string> {
  readonly type: K;
  readonly name: string;
}

export type Token = Base &
  /** A finished operand. `open` while scripts written next still belong to its outermost `scripted`. */
  (
    | { readonly type: "atom"; readonly syntax: Syntax; readonly open: boolean }
    | { readonly type: "big"; readonly syntax: SyntaxOf<"big"> }
    | { readonly type: "script"; readonly place: "sub" | "sup"; readonly body: Syntax | null; readonly primes: number }
    | Named<"open">
    | Named<"close">
    /** A vertical bar; `tight` for `||`, which may be two. */
    | {
        readonly type: "bar";
        readonly name: "|" | "\\|";
        readonly tight: boolean;
        readonly separates: boolean;
      }
    | { readonly type: "sign"; readonly name: "+" | "-" }
    | { readonly type: "unary"; readonly name: "+" | "-" }
    | Named<"op">
    | Named<"rel">
    | Named<"comma">
    | Named<"colon">
    | Named<"period">
    | Named<"gap">
    | Named<"amp">
    | Named<"row">
    | Named<"forall">
    | { readonly type: "text"; readonly text: string }
  );

export type TokenOf<K extends Token["type"]> = Extract<Token, { readonly type: K }>;

export const atom = (syntax: Syntax): TokenOf<"atom"> => ({ type: "atom", syntax, open: false, span: syntax.span });

/** What the author wrote, for messages. */
export function written(token: Token): string {
  switch (token.type) {
    case "atom":
      return token.syntax.kind === "symbol" ? token.syntax.latex : "an operand";
    case "big":
      return token.syntax.operator;
    case "script":
      return token.place === "sub" ? "_" : token.primes > 0 ? "'" : "^";
    case "text":
      return token.text.trim();
    default:
      return token.name;
  }
}

export const colonAsRelation = (token: Token): TokenOf<"rel"> => ({ type: "rel", name: ":", span: token.span });

/**
 * A colon between two matrices multiplies: `C : X`, `(A X) : B`, `z : dz`, `y : y`. Before an equals sign only a derivative
 * can stand with it, `\nabla_X C : X`; anything else there is a label.
 */
export function colon(
  token: Token,
  before: readonly Token[],
  behind: readonly Token[],
  labels: boolean,
): TokenOf<"rel" | "op"> {
  const [last, first, second] = [before.at(-1), behind[0], behind[1]];
  // `M : 2 X`.
  const next = first?.type === "atom" && first.syntax.kind === "number" ? second : first;
  const related = before.some((t) => t.type === "rel");
  const equals = before.every((t) => t.type !== "rel" || t.name === "=" || t.name === ":=");
  const labelled = labels && !related && before.length === 1;
  const product = (isMatrixLike(last) && isMatrixLike(next)) || (related && isSmallProduct(last, behind));
  const multiplies = product && !isCondition(behind);
  return equals && !labelled && multiplies ? { type: "op", name: ":", span: token.span } : colonAsRelation(token);
}

/** `y = z : z > 0`, `: z \in \mathbb{R}^n`: for what the equation is said. */
function isCondition(behind: readonly Token[]): boolean {
  const end = behind.find((t) => t.type !== "atom" && t.type !== "script");
  return end?.type === "rel" && /^(\\in|\\not\\in|\\notin|<|>|\\le|\\ge|\\ne)$/.test(end.name);
}

/** Small letters with a colon between them, that are no range: `z : dz`, `2y : A dx`, `y : y`. */
function isSmallProduct(last: Token | undefined, behind: readonly Token[]): boolean {
  if (last?.type !== "atom" || last.syntax.kind === "number") return false;
  const stop = behind.findIndex((t) => t.type !== "atom" && t.type !== "script");
  const factors = stop < 0 ? behind : behind.slice(0, stop);
  const differential = factors.some((t, k) => isLetterD(t) && factors[k + 1]?.type === "atom");
  const [next, more] = factors;
  const transposed = last.syntax.kind === "scripted" && isLetterT(last.syntax.sup);
  return (
    differential ||
    (transposed && next !== undefined) ||
    (more === undefined && next?.type === "atom" && sameName(last.syntax, next.syntax))
  );
}

const isLetterD = (t: Token): boolean => t.type === "atom" && t.syntax.kind === "symbol" && t.syntax.name === "d";
const isLetterT = (s: Syntax | null): boolean => s?.kind === "symbol" && ["T", "\\top"].includes(s.name);
const sameName = (a: Syntax, b: Syntax): boolean => a.kind === "symbol" && b.kind === "symbol" && a.latex === b.latex;

/** A capital, a bold letter or something in parentheses: small letters with a colon between them are a range. */
function isMatrixLike(token: Token | undefined): boolean {
  if (token?.type !== "atom") return false;
  const { syntax } = token;
  const base = syntax.kind === "scripted" ? syntax.base : syntax;
  if (base.kind === "group") return base.open === "(";
  return base.kind === "symbol" && base.style !== "bb" && (base.style === "bold" || /^[A-Z]$|^\\[A-Z]/.test(base.name));
}
