import type { Span } from "../core/span.js";

/*
 * What one formula says, before anybody knows which symbols exist. Juxtapositions are flat: whether
 * `a (b + c)` is a product or an application, and what a superscript means, is decided in `model/`.
 * Spans are offsets into the whole file.
 */

interface Base {
  readonly span: Span;
}

export type Syntax = Base &
  (
    | { readonly kind: "number"; readonly text: string }
    /**
     * A letter, Greek letter, word or named operator. `name` is canonical: `W`, `\alpha`, `\ell`, `ReLU` (of
     * `\text{ReLU}`, `\operatorname{ReLU}`, `\mathrm{ReLU}`), `tanh` (of `\tanh`), `\partial`, `\nabla`, `\infty`.
     * Style is the font: "plain", "bold", "cal", "bb", "roman" (words and operators), "frak", "sans", "script".
     * Accents are outermost first: "hat", "bar", "tilde", "dot", "ddot", "vec", "check", "breve", "overline" (as "bar").
     */
    | {
        readonly kind: "symbol";
        readonly name: string;
        readonly style: Style;
        readonly accents: readonly string[];
        readonly latex: string;
      }
    /** Scripts on any base. Primes are counted apart from `sup`; `^{\prime}` and `^{'}` are primes too. A superscript after a scripted group is a second `scripted`. */
    | {
        readonly kind: "scripted";
        readonly base: Syntax;
        readonly sub: Syntax | null;
        readonly sup: Syntax | null;
        readonly primes: number;
      }
    /** A delimited expression. `open` is one of `( [ \{ | \| \langle \lfloor \lceil`. A comma list inside is a `list` body. */
    | { readonly kind: "group"; readonly open: string; readonly body: Syntax }
    /** Two or more neighbours with nothing between. */
    | { readonly kind: "juxtaposition"; readonly items: readonly Syntax[] }
    /** Factors joined by written operators, left to right: `operators.length = items.length - 1`, each one of `\cdot * \times \odot \otimes / \oslash \circ \div @ \bullet`. */
    | { readonly kind: "product"; readonly items: readonly Syntax[]; readonly operators: readonly string[] }
    /** Signed terms; a leading sign is the first term's. */
    | { readonly kind: "sum"; readonly terms: readonly { readonly sign: 1 | -1; readonly body: Syntax }[] }
    | { readonly kind: "fraction"; readonly numerator: Syntax; readonly denominator: Syntax }
    | { readonly kind: "root"; readonly radicand: Syntax; readonly degree: Syntax | null }
    /** `\sum \prod \max \min \arg\max \int …` with its limits; `body` reaches over the rest of its product and no further; `null` for a bare operator. `order`: whether a product that was written with dots goes up or down. */
    | {
        readonly kind: "big";
        readonly operator: string;
        readonly sub: Syntax | null;
        readonly sup: Syntax | null;
        readonly body: Syntax | null;
        readonly order?: "up" | "down";
      }
    /** `bmatrix`, `pmatrix`, `matrix`, `array`, `vmatrix` (a determinant): rows of cells. */
    | { readonly kind: "matrix"; readonly environment: string; readonly rows: readonly (readonly Syntax[])[] }
    /** `cases`: each row a value and its condition; `null` for "otherwise" or none. */
    | {
        readonly kind: "cases";
        readonly rows: readonly { readonly value: Syntax; readonly condition: Syntax | null }[];
      }
    /** Relations inside an expression (an Iverson bracket's condition, the limits of a sum): `operators.length = items.length - 1`. */
    | { readonly kind: "relation"; readonly items: readonly Syntax[]; readonly operators: readonly string[] }
    /** Items between commas (or semicolons, or `|` and `\mid` and `\,\|\,` as separators of arguments). */
    | { readonly kind: "list"; readonly items: readonly Syntax[] }
    /** `\dots`, `\cdots`, `\ldots`, `\vdots`, `\ddots`. */
    | { readonly kind: "ellipsis" }
    /** `\text{…}` prose that is no symbol. */
    | {
        readonly kind: "text";
        readonly text: string;
        /** Why what stood here is not read, where that is no text. */
        readonly unclear?: string;
      }
    /** `?`, a blank to fill in. */
    | { readonly kind: "blank" }
    /** An empty group or cell. */
    | { readonly kind: "empty" }
  );

/** The name of the mark of `x!`, which stands where a superscript does. */
export const FACTORIAL = "!";

export type Style = "plain" | "bold" | "cal" | "bb" | "roman" | "frak" | "sans" | "script";
export type SyntaxOf<K extends Syntax["kind"]> = Extract<Syntax, { readonly kind: K }>;

/**
 * One statement: sides joined by relations, `A = B = C` (rows of `aligned` that begin with a relation continue the
 * row before; their empty left sides are gone). An expression alone has one side. Relations are canonical:
 * `= := \ne < > \le \ge \in \notin \approx \propto \to \sim \equiv \subset \iff \Rightarrow \mid`; `\leq` is `\le`, `:=`, `\triangleq`,
 * `\coloneqq`, `\stackrel{def}{=}` are `:=`; `\leftarrow` and `\gets` are `\gets`.
 */
export interface Statement {
  readonly span: Span;
  readonly latex: string;
  readonly sides: readonly Syntax[];
  readonly relations: readonly string[];
  /** What follows the statement and belongs to it: `j = 1, \dots, D`, `\forall k`, `\text{if } i = j`, `k \ne c`. */
  readonly conditions: readonly Statement[];
  /** Words around or in the statement: text of `\text{…}` left out of the sides. */
  readonly words: readonly string[];
}
