import { refuse } from "../../core/diagnostic.js";
import type { Span } from "../../core/span.js";
import type { Node } from "../../expression/node.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { known } from "../sizes/sizes.js";
import { scriptText } from "../symbols/scripts.js";
import { inner, isScalar, oneVar, transpose } from "../values/products.js";
import { scalarValue, type Value } from "../values/value.js";
import { sumAll } from "./big-operators.js";
import { relationValue } from "./conditions.js";
import type { Elaborator, Wanted } from "./elaborator.js";
import { concatenate } from "./matrices.js";
import { determinant } from "./matrix-functions.js";

/*
 * Brackets: grouping, conditions, inner products, norms.
 */

export function groupValue(e: Elaborator, s: SyntaxOf<"group">, wanted: Wanted): Value | null {
  if (s.open === "(" || s.open === "[" || s.open === "{" || s.open === "\\{") {
    if (s.body.kind === "relation") return relationValue(e, s.body);
    if (s.body.kind === "list" && (s.open === "[" || s.open === "(")) return joined(e, s.body.items, s.span);
    return e.elaborate(s.body, wanted);
  }
  if (s.open === "\\langle") {
    if (s.body.kind !== "list" || s.body.items.length !== 2)
      return refuse("syntax/inner", "an inner product needs two arguments", s.span);
    const [a, b] = s.body.items.map((item) => e.elaborate(item));
    return a == null || b == null ? null : inner(e.arena, a, b, s.span);
  }
  return normValue(e, s, null);
}

/** `(1, x, x^2)^\top`: entries, or rows, that are transposed to a column; `null` for anything else. */
export function transposedRow(e: Elaborator, s: Syntax): { readonly value: Value | null } | null {
  if (s.kind !== "group" || s.body.kind !== "list" || (s.open !== "(" && s.open !== "[")) return null;
  const parts = s.body.items.map((item) => e.elaborate(item));
  const known = parts.filter((v): v is Value => v !== null);
  if (known.length < parts.length) return { value: null };
  const isRow = (v: Value): boolean => v.axes.length === 2 && v.axes[0]?.isOne(e.arena) === true;
  if (!known.every((v) => isScalar(v) || isRow(v))) return null;
  e.note("reading/concatenation", "a transposed list is read as one column, each below the one before", s.span);
  return {
    value: concatenate(
      e,
      known.map((v) => (isRow(v) ? transpose(e.arena, v) : v)),
      s.span,
    ),
  };
}

/** `[h; x]`, `(1, x, x^2)`: columns below each other. */
function joined(e: Elaborator, items: readonly Syntax[], span: Span): Value | null {
  const parts: Value[] = [];
  for (const item of items) {
    const v = e.elaborate(item);
    if (v === null) return null;
    parts.push(v);
  }
  e.note(
    "reading/concatenation",
    "a list of numbers or columns is read as one column, each below the one before",
    span,
  );
  return concatenate(e, parts, span);
}

/** `|x|` of a scalar or entry by entry, `|A|` a determinant, `\|x\|_p`; `power` is the exponent behind it. */
export function normValue(
  e: Elaborator,
  s: SyntaxOf<"group">,
  kind: Syntax | null,
  power: Syntax | null = null,
): Value | null {
  const v = e.elaborate(s.body);
  if (v === null) return null;
  const arena = e.arena;
  if (s.open === "|" && kind === null && !isLength(e, v, power, s.span)) {
    if (v.axes.length === 2) return determinant(e, v, s.span);
    return { axes: v.axes, at: (ps) => arena.apply("abs", v.at(ps)) };
  }
  return normOf(e, s, v, kind);
}

/** `|A x - b|^2` of a column: entry by entry, nobody would write the bars. */
function isLength(e: Elaborator, v: Value, power: Syntax | null, span: Span): boolean {
  const isSquare = power?.kind === "number" && power.text === "2";
  if (!isSquare || v.axes.filter((d) => !d.isOne(e.arena)).length !== 1) return false;
  e.note("reading/norm", "the square of |·| of a vector is read as that of its length", span);
  return true;
}

function normOf(e: Elaborator, s: SyntaxOf<"group">, v: Value, kind: Syntax | null): Value | null {
  const arena = e.arena;
  const which = kind === null ? (v.axes.length === 2 ? "F" : "2") : scriptText(kind);
  const total = (f: (x: Node) => Node): Value => sumAll(e, { axes: v.axes, at: (ps) => f(v.at(ps)) });
  if (which === "1") {
    if (v.axes.length === 2 && !v.axes.some((d) => d.isOne(arena)))
      e.note("reading/norm", "‖·‖₁ of a matrix is read as the sum of the absolute values of its entries", s.span);
    return total((x) => arena.apply("abs", x));
  }
  if (which === "2" || which === "F") {
    if (which === "2" && v.axes.length === 2 && !v.axes.some((d) => d.isOne(arena)))
      return refuse(
        "unsupported/spectral-norm",
        "the spectral norm of a matrix is not supported",
        s.span,
        "write \\|X\\|_F for the Frobenius norm",
      );
    if (kind === null && v.axes.length === 2)
      e.note("reading/norm", "‖·‖ of a matrix is read as the Frobenius norm", s.span);
    const squares = total((x) => arena.power(x, 2));
    return scalarValue(() => arena.sqrt(squares.at([])));
  }
  const order = kind === null ? null : orderOfNorm(e, kind);
  if (order === null || (order === "max" && v.axes.length !== 1) || v.axes.length > 1)
    return refuse("unsupported/norm", `the norm ‖·‖_${which} is not supported here`, s.span, "norms 1, 2 and F are");
  const sizes = (x: Node): Node => arena.apply("abs", x);
  if (order === "max")
    return scalarValue(() => {
      const i = arena.freshIndex(arena.upTo(known(v.axes[0] ?? oneVar(arena))));
      return arena.reduce("max", i, sizes(v.at([arena.at(i)])));
    });
  return scalarValue(() => {
    const p = order.at([]);
    const isEven = kind?.kind === "number" && Number(kind.text) % 2 === 0;
    return arena.power(total((x) => arena.power(isEven ? x : sizes(x), p)).at([]), arena.divide(arena.one, p));
  });
}

/** The p of `\|x\|_p`, a number; `max` for the norm of the greatest entry. */
function orderOfNorm(e: Elaborator, kind: Syntax): Value | "max" | null {
  if (kind.kind === "symbol" && kind.name === "\\infty") return "max";
  if (kind.kind === "number") return Number(kind.text) >= 1 ? e.value(kind) : null;
  // Another letter may name a space, a matrix or a kind of norm.
  if (kind.kind !== "symbol" || !/^[pq]$/.test(kind.name)) return null;
  const p = e.value(kind);
  return p.axes.length === 0 ? p : null;
}
