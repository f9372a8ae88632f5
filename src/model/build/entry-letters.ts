import type { Statement, Syntax } from "../../notation/syntax.js";
import { letterOf, nodesIn, visit } from "../symbols/letters.js";
import { type Scripted, takeApart } from "../symbols/scripts.js";
import { isEquation, leftSide, mentionsDerivative, placeText, targetKey } from "../symbols/statements.js";
import type { Builder } from "./builder.js";

/*
 * Letters below the left side of an equation that name entries, as those beside them on the right tell.
 */

/** The j of `K_{ij} = k(x_i, x_j)`, where i is known to be an index: it picks something on both sides. */
export function besideIndices(builder: Builder, st: Statement): readonly Syntax[] {
  const [first, ...rest] = st.sides;
  const left = first === undefined || !isEquation(st) || mentionsDerivative(first) ? null : leftSide(first);
  if (left === null || !left.target.subs.some((x) => builder.letters.mentionsIndex(x))) return [];
  const picked = new Set<string>();
  for (const side of rest)
    visit(side, (s) => {
      const t = s.kind === "scripted" ? takeApart(s) : null;
      for (const sub of t?.subs ?? []) picked.add(letterOf(sub) ?? "");
    });
  return left.target.subs.filter((x) => /^[i-n]'*$/.test(letterOf(x) ?? "") && picked.has(letterOf(x) ?? ""));
}

/**
 * The k of `p_k = e^{z_k} / \sum_j e^{z_j}`: it picks an entry on the left, and one of the z that the sum runs over, there or in
 * another equation.
 */
export function besideBound(builder: Builder, st: Statement): readonly Syntax[] {
  const [first, ...rest] = st.sides;
  const left = first === undefined || !isEquation(st) || mentionsDerivative(first) ? null : leftSide(first);
  if (left === null) return [];
  const letters = left.target.subs.filter(
    (x) => /^[i-n]'*$/.test(letterOf(x) ?? "") && !builder.letters.mentionsIndex(x),
  );
  if (letters.length === 0) return [];
  const inner = rest.flatMap(entriesWithin);
  const entries = [...inner, ...otherEquations(builder, st).flatMap(entriesWithin)];
  return letters.filter((x) => {
    const own = inner.filter((t) => t.subs.length === 1 && t.subs.some((s) => letterOf(s) === letterOf(x)));
    const beside = entries.filter(
      (t) =>
        t.subs.length === 1 &&
        (own.some((o) => placeText(base(o), false) === placeText(base(t), false)) || isOtherLayer(left.target, t)),
    );
    const running = beside.flatMap((t) => t.subs.filter((s) => builder.letters.mentionsIndex(s)));
    // As far as the sum runs, from 0 too.
    for (const s of running) builder.letters.runsWith(letterOf(x) ?? "", letterOf(s) ?? "");
    return running.length > 0;
  });
}

/** A symbol without its exponent: `x_j^2` is of the same x as `x_i`. */
const base = (t: Scripted): Scripted => ({
  ...t,
  sups: t.sups.filter((p) => p.bracketed || p.content.kind !== "number"),
});

/** `a_k^{l-1}` beside a left side `a_j^l`. Without layers, `o_j` and `o_i` may be of different ones. */
const isOtherLayer = (left: Scripted, t: Scripted): boolean =>
  left.subs.length === 1 &&
  left.sups.length > 0 &&
  t.sups.length === left.sups.length &&
  targetKey(left) === targetKey(t) &&
  placeText(left, false) !== placeText(t, false);

/** The sides of the equations of the forward pass but this one. */
const otherEquations = (builder: Builder, st: Statement): readonly Syntax[] =>
  builder.premises.flatMap(({ statement: other }) =>
    other === st || !isEquation(other) || other.sides.some(mentionsDerivative) ? [] : other.sides.slice(1),
  );

/** Symbols with something below them, in exponents too. */
const entriesWithin = (side: Syntax): readonly Scripted[] =>
  nodesIn(side).flatMap((n) => {
    const t = n.kind === "scripted" ? takeApart(n) : null;
    return t === null || t.subs.length === 0 ? [] : [t];
  });
