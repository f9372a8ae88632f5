import type { Arena } from "../expression/arena.js";
import { freeOfDim, freeOfPosition, freeOfRange, operands } from "../expression/arena.js";
import type { Index, Node, NodeOf, Range } from "../expression/node.js";
import { spreadReciprocal } from "../print/content.js";

/** A product of factors, summed over its bound indices. */
export interface Monomial {
  readonly factors: readonly Node[];
  readonly bound: readonly Index[];
}

export const isSameRange = (a: Range, b: Range): boolean => a.low === b.low && a.high === b.high;

export const isUnit = (range: Range): boolean => range.low === range.high;

/** An index over one value is that value. */
export function fixUnits(arena: Arena, node: Node, indices: readonly Index[]): Node {
  const units = indices.filter((i) => isUnit(i.range) && freeOfRange(i.range).length === 0);
  return arena.substitute(node, new Map(units.map((i) => [i, arena.atDim(i.range.low)])));
}

/** All factors and bound indices of nested products and sums. Sums over the members of a family stay whole. */
export function flatten(arena: Arena, node: Node): Monomial {
  const factors: Node[] = [];
  const bound: Index[] = [];
  const stack = [node];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    const apart = spreadReciprocal(arena, n);
    if (apart.length > 1) stack.push(...[...apart].reverse());
    else if (n.kind === "multiply") stack.push(...[...n.factors].reverse());
    else if (n.kind === "reduce" && n.op === "sum" && isUnit(n.index.range)) {
      const { index, body } = arena.open(n);
      stack.push(fixUnits(arena, body, [index]));
    } else if (n.kind === "reduce" && n.op === "sum" && !isMember(n)) {
      const { index, body } = arena.open(n);
      bound.push(index);
      stack.push(body);
    } else factors.push(n);
  }
  return { factors, bound };
}

/** A binder's index that names members of families or sizes of axes, which no matrix has as an axis. */
export function isMember({ index, body }: NodeOf<"reduce">): boolean {
  if (freeOfRange(index.range).length > 0) return true;
  return namesMember(body, index);
}

export function namesMember(body: Node, index: Index): boolean {
  const seen = new Set<Node>();
  const stack = [body];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n) || !n.free.includes(index)) continue;
    seen.add(n);
    if (n.kind === "entry" && n.at.slice(0, n.tensor.parameters.length).some((p) => freeOfPosition(p).includes(index)))
      return true;
    if (n.kind === "dimension" && freeOfDim(n.dim).includes(index)) return true;
    if (n.kind === "reduce" && freeOfRange(n.index.range).includes(index)) return true;
    stack.push(...operands(n));
  }
  return false;
}

/**
 * Merges indices that a delta equates, where one of them is bound, the other bound or an axis, and both have one range.
 * A parameter stays apart: an entry at it is the product with a basis vector.
 */
export function mergeDeltas(arena: Arena, { factors, bound }: Monomial, axes: readonly Index[]): Monomial {
  let left = [...factors];
  let open = [...bound];
  for (let again = true; again; ) {
    again = false;
    for (const f of left) {
      const pair = deltaPair(f);
      if (pair === null) continue;
      const gone = pair.find((i) => open.includes(i));
      const kept = pair.find((i) => i !== gone);
      if (gone === undefined || kept === undefined || !(open.includes(kept) || axes.includes(kept))) continue;
      const map = new Map([[gone, arena.at(kept)]]);
      left = flattenAll(
        arena,
        left.filter((g) => g !== f).map((g) => arena.substitute(g, map)),
      );
      open = open.filter((i) => i !== gone);
      again = true;
      break;
    }
  }
  return { factors: left, bound: open };
}

const flattenAll = (arena: Arena, factors: readonly Node[]): Node[] => {
  const whole = arena.multiply(...factors);
  return whole.kind === "multiply" ? [...whole.factors] : [whole];
};

/** The two indices of `δ_ij` over one range, or `null`. */
export function deltaPair(f: Node): readonly [Index, Index] | null {
  if (f.kind !== "iverson" || f.relation !== "zero" || f.position.value !== null) return null;
  const [a, b, c] = f.position.terms;
  if (a === undefined || b === undefined || c !== undefined || f.position.offset.terms.length > 0) return null;
  if (a[1] + b[1] !== 0 || Math.abs(a[1]) !== 1) return null;
  return isSameRange(a[0].range, b[0].range) ? [a[0], b[0]] : null;
}

/** A factor of order three or more as several of lower order, where it separates; `null` where it does not. */
export function split(arena: Arena, f: Node, active: ReadonlySet<Index>): readonly Node[] | null {
  if (f.kind === "apply" && f.fn === "exp" && f.args[0]?.kind === "add") {
    const groups = connected(f.args[0].terms, active);
    return groups.length < 2 ? null : groups.map((g) => arena.apply("exp", arena.add(...g)));
  }
  if (f.kind !== "power" || f.exponent.kind !== "rational" || f.exponent.value.d !== 1n) return null;
  const { base, exponent } = f;
  // (a b)^n = a^n b^n for whole n only: roots of negative factors do not exist.
  if (base.kind === "multiply") return base.factors.map((g) => arena.power(g, exponent));
  const times = Number(exponent.value.n);
  if (base.kind === "add" && exponent.value.equals(2)) return [squared(arena, base.terms)];
  return base.kind === "add" && exponent.value.s > 0n && times <= 4 ? Array.from({ length: times }, () => base) : null;
}

/** `(a + b)² = a² + 2ab + b²`. */
function squared(arena: Arena, terms: readonly Node[]): Node {
  const squares = terms.map((t) =>
    t.kind === "multiply" ? arena.multiply(...t.factors.map((f) => arena.power(f, 2))) : arena.power(t, 2),
  );
  const mixed = terms.flatMap((a, k) => terms.slice(k + 1).map((b) => arena.multiply(arena.rational(2), a, b)));
  return arena.add(...squares, ...mixed);
}

/** Terms grouped so that those that share an active index stand together. */
function connected(terms: readonly Node[], active: ReadonlySet<Index>): Node[][] {
  let groups: { indices: Set<Index>; terms: Node[] }[] = [];
  for (const t of terms) {
    const own = t.free.filter((i) => active.has(i));
    const touching = groups.filter((g) => own.some((i) => g.indices.has(i)));
    const merged = {
      indices: new Set([...touching.flatMap((g) => [...g.indices]), ...own]),
      terms: [...touching.flatMap((g) => g.terms), t],
    };
    groups = [...groups.filter((g) => !touching.includes(g)), merged];
  }
  return groups.map((g) => g.terms);
}
