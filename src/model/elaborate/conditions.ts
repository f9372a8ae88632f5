import { Fraction } from "fraction.js";
import { refuse } from "../../core/diagnostic.js";
import type { Span } from "../../core/span.js";
import type { Arena } from "../../expression/arena.js";
import type { Node, Position } from "../../expression/node.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import type { DimVar } from "../sizes/dimensions.js";
import { letterOf } from "../symbols/letters.js";
import { headKey, takeApart } from "../symbols/scripts.js";
import { align, scalarValue, shapeText, type Value } from "../values/value.js";
import type { Elaborator, Wanted } from "./elaborator.js";
import { isPositional, unifyLetters } from "./positions.js";

/*
 * Conditions as values, 1 where they hold and 0 elsewhere, and the cases they tell apart.
 */

/** `[z > 0]` or `[i = j]` as a value, entry by entry. */
export function conditionValue(e: Elaborator, s: Syntax): Value | null {
  const inside = s.kind === "group" ? s.body : s;
  if (inside.kind !== "relation") return refuse("syntax/condition", "a condition is expected here", s.span);
  return relationValue(e, inside);
}

export function conditionOfLetter(e: Elaborator, s: Syntax): Value | null {
  return s.kind === "relation"
    ? relationValue(e, s)
    : refuse("syntax/condition", "a condition is expected here", s.span);
}

export function relationValue(e: Elaborator, s: SyntaxOf<"relation">): Value | null {
  let all: Value | null = null;
  for (const [k, op] of s.operators.entries()) {
    const [a, b] = [s.items[k], s.items[k + 1]];
    if (a === undefined || b === undefined) continue;
    const one = oneCondition(e, a, op, b, s.span);
    if (one === null) return null;
    if (all === null) all = one;
    else {
      const before: Value = all;
      const alignment = align(e.arena, before.axes, one.axes);
      if (alignment === null) return refuse("shape/clash", "the parts of a condition need equal shapes", s.span);
      all = {
        axes: alignment.axes,
        at: (ps) => e.arena.multiply(before.at(alignment.pick[0]?.(ps) ?? []), one.at(alignment.pick[1]?.(ps) ?? [])),
      };
    }
  }
  return all;
}

function oneCondition(e: Elaborator, a: Syntax, op: string, b: Syntax, span: Span): Value | null {
  if (isPositional(e, a) && isPositional(e, b) && !comparesArray(e, a, b)) return positional(e, a, op, b);
  const [x, y] = [e.elaborate(a), e.elaborate(b)];
  if (x === null || y === null) return null;
  const alignment = align(e.arena, x.axes, y.axes);
  if (alignment === null)
    return refuse(
      "shape/clash",
      `the sides of a condition need equal shapes, and these are ${shapeText(x.axes)} and ${shapeText(y.axes)}`,
      span,
    );
  const { arena } = e;
  const [p, q] = alignment.pick;
  return {
    axes: alignment.axes,
    at: (ps) => {
      const difference = arena.subtract(x.at(p?.(ps) ?? []), y.at(q?.(ps) ?? []));
      return (
        signCondition(arena, difference, op) ??
        refuse("syntax/condition", `${op} is not understood in a condition`, span)
      );
    },
  };
}

/** `H > 0` of an array H beside a size H: a condition on entries, while `t < T` is one on positions. */
const comparesArray = (e: Elaborator, a: Syntax, b: Syntax): boolean =>
  ![a, b].some((s) => e.lookup(letterOf(s) ?? "") !== null) && [a, b].some((s) => e.dims.isName(s) && mayBeArray(e, s));

function mayBeArray(e: Elaborator, s: Syntax): boolean {
  const t = takeApart(s);
  const spec = t === null ? null : e.symbols.find(headKey(t.symbol));
  return spec !== null && spec.axes?.length !== 0;
}

/** `difference op 0` as a number, or `null`. */
function signCondition(arena: Arena, difference: Node, op: string): Node | null {
  switch (op) {
    case ">":
      return arena.indicator(">", difference);
    case "\\ge":
      return arena.indicator(">=", difference);
    case "<":
      return arena.indicator(">", arena.negate(difference));
    case "\\le":
      return arena.indicator(">=", arena.negate(difference));
    case "=":
      return arena.indicator("=", difference);
    case "\\ne":
      return arena.subtract(arena.one, arena.indicator("=", difference));
    default:
      return null;
  }
}

export function positional(e: Elaborator, a: Syntax, op: string, b: Syntax): Value {
  const { arena } = e;
  const [p, q] = [e.position(a, null), e.position(b, null)];
  unifyLetters(e, a, b);
  return scalarValue(() => {
    const [x, y] = [p(), q()];
    const node = compared(arena, x, op, y);
    return node ?? refuse("index/unsupported", "these positions cannot be compared", a.span);
  });
}

/** `x op y` of positions as a number, or `null`. */
function compared(arena: Arena, x: Position, op: string, y: Position): Node | null {
  // Two values, `[y_i = y_j]`, are compared as numbers.
  if (x !== y && x.value !== null && y.value !== null && x.value !== y.value)
    return signCondition(arena, arena.subtract(arena.positionValue(x), arena.positionValue(y)), op);
  const next = (p: Position): Position => arena.shift(p, arena.oneDim);
  switch (op) {
    case "=":
      return arena.delta(x, y);
    case "\\ne":
      return arena.subtract(arena.one, arena.delta(x, y));
    case "\\ge":
      return arena.atLeast(x, y);
    case ">":
      return arena.atLeast(x, next(y));
    // `i \in [N]` runs from 1.
    case "\\le":
    case "\\in":
      return arena.atLeast(y, x);
    case "<":
      return arena.atLeast(y, next(x));
    default:
      return null;
  }
}

export function casesValue(e: Elaborator, s: SyntaxOf<"cases">, wanted: Wanted): Value | null {
  const { arena } = e;
  const rows = s.rows.map((r) => ({
    value: e.elaborate(r.value, wanted),
    condition: r.condition === null ? undefined : rowCondition(e, r.condition),
  }));
  let axes: readonly DimVar[] = [];
  for (const v of rows.flatMap((r) => [r.value, r.condition])) {
    if (v === null) return null;
    if (v === undefined) continue;
    const alignment = align(arena, axes, v.axes);
    if (alignment === null) return refuse("shape/clash", "the cases need equal shapes", s.span);
    axes = alignment.axes;
  }
  const spread = (v: Value, ps: readonly Position[]): Node => v.at(align(arena, axes, v.axes)?.pick[1]?.(ps) ?? ps);
  return {
    axes,
    // A case holds where its condition does and none before it does.
    at: (ps) =>
      e.guardedBy(true, () => {
        const terms: Node[] = [];
        let rest: Node[] = [];
        const conditions: Node[] = [];
        for (const r of rows) {
          if (r.value === null || r.condition === null) continue;
          const own = r.condition === undefined ? null : spread(r.condition, ps);
          if (own !== null && conditions.some((c) => overlap(arena, c, own)))
            refuse(
              "syntax/cases",
              "two of the conditions hold together, and nothing says which case is meant then",
              s.span,
            );
          terms.push(arena.multiply(...rest, ...(own === null ? [] : [own]), spread(r.value, ps)));
          if (own === null) continue;
          conditions.push(own);
          rest = [...rest, complement(e, own)];
        }
        return arena.add(...terms);
      }),
  };
}

/** `x > 0` and `x \le 1` hold together between the two: there the order of the cases would decide. */
function overlap(arena: Arena, a: Node, b: Node): boolean {
  if (a.kind !== "indicator" || b.kind !== "indicator" || a.relation === "=" || b.relation === "=") return false;
  const coefficients = new Map<Node, Fraction>();
  for (const term of [...termsOf(arena, a.arg), ...termsOf(arena, b.arg)]) {
    const [first, ...rest] = term.kind === "multiply" ? term.factors : [term];
    const [factor, of] = first?.kind === "rational" ? [first.value, arena.multiply(...rest)] : [new Fraction(1), term];
    coefficients.set(of, factor.add(coefficients.get(of) ?? 0));
  }
  // What is left of the sum is the length of the interval on which both hold.
  const left = [...coefficients].filter(([, c]) => !c.equals(0));
  return left.length === 1 && left.every(([of, c]) => of === arena.one && c.compare(0) > 0);
}

/** The terms of a sum, of one with a number in front too. */
function termsOf(arena: Arena, n: Node): readonly Node[] {
  const [factor, sum, ...more] = n.kind === "multiply" ? n.factors : [];
  const isScaled = factor?.kind === "rational" && sum?.kind === "add" && more.length === 0;
  if (isScaled) return sum.terms.map((t) => arena.multiply(factor, t));
  return n.kind === "add" ? n.terms : [n];
}

// Complements that are single guards keep the guard semantics of a product; the edge itself belongs to one side.
function complement(e: Elaborator, n: Node): Node {
  const { arena } = e;
  if (n.kind === "indicator" && n.relation === ">") return arena.indicator(">=", arena.negate(n.arg));
  if (n.kind === "indicator" && n.relation === ">=") return arena.indicator(">", arena.negate(n.arg));
  if (n.kind === "iverson" && n.relation === "nonnegative") {
    const minusOne = arena.constantDim(-1);
    const p = n.position;
    if (p.value === null)
      return arena.iverson(
        "nonnegative",
        arena.shift(
          arena.position(
            p.terms.map(([i, c]) => [i, -c] as const),
            arena.scaleDim(p.offset, -1),
          ),
          minusOne,
        ),
      );
  }
  return arena.subtract(arena.one, n);
}

function rowCondition(e: Elaborator, s: Syntax): Value | null | undefined {
  const inside = s.kind === "group" ? s.body : s;
  if (inside.kind === "relation") return relationValue(e, inside);
  if (inside.kind === "text" || inside.kind === "empty") {
    if (inside.kind === "empty" || /otherwise|else|sonst|o\.?\s?w\.?/i.test(inside.text)) return undefined;
  }
  return refuse(
    "syntax/condition",
    "this condition is not understood",
    s.span,
    "write it as a relation, z > 0, or as \\text{otherwise}",
  );
}
