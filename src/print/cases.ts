import type { Arena } from "../expression/arena.js";
import type { Node, NodeOf } from "../expression/node.js";

/*
 * Conditions on an equation as such, `[t < T]`, that become cases. A term that holds such a condition is zero where it
 * fails; what depends on more than one condition at once stays as it is.
 */

export type Guard = NodeOf<"iverson">;

/** `[t < T]` is a condition on the equation as such; `δ_jk` between two of its indices is part of its body. */
export function isGuard(node: Node): node is Guard {
  if (node.kind !== "iverson") return false;
  return node.relation === "nonnegative" || (node.position.terms.length === 1 && node.position.value === null);
}

/** The condition of each line; `null` for the line that holds otherwise. */
export type Lines = readonly [Guard, Guard | null];

/**
 * The lines of cases for terms under these guards (each term's own list), or `null` where that is not their form: one
 * guard and otherwise, or `[\ell < L]` and `[\ell = L]` where `\ell` goes up to `L` (or down to it).
 */
export function linesOf(arena: Arena, guards: readonly (readonly Guard[])[]): Lines | null {
  if (guards.some((own) => own.length > 1)) return null;
  const all = [...new Set(guards.flat())];
  const [first, second] = all;
  if (first === undefined || all.length > 2) return null;
  if (second === undefined) return [first, null];
  if (guards.some((own) => own.length === 0)) return null;
  const [end, inside] = first.relation === "zero" ? [first, second] : [second, first];
  return complementary(arena, end, inside) ? [inside, end] : null;
}

/** `inside` is `index ≠ last` within the index's range, and `end` is `index = last`. */
function complementary(arena: Arena, end: Guard, inside: Guard): boolean {
  const [term, more] = inside.position.terms;
  if (end.relation !== "zero" || inside.relation !== "nonnegative" || term === undefined || more !== undefined)
    return false;
  const [index, sign] = term;
  if (Math.abs(sign) !== 1) return false;
  const last = sign < 0 ? index.range.high : index.range.low;
  const edge = arena.iverson("zero", arena.position([[index, 1]], arena.scaleDim(last, -1)));
  const distance = arena.position([[index, sign]], arena.scaleDim(last, -sign));
  return edge === end && arena.shift(distance, arena.constantDim(-1)) === inside.position;
}

export const casesLatex = (lines: readonly (readonly [string, string])[]): string =>
  `\\begin{cases} ${lines.map(([value, when]) => `${value} & ${when}`).join(" \\\\ ")} \\end{cases}`;
