import { flatMap } from "../core/flat-map.js";
import { type Arena, operands } from "../expression/arena.js";
import type { Dim, Index, Node, NodeOf, Position, Range, Tensor } from "../expression/node.js";
import type { Equation } from "../model/model.js";

interface Bounds {
  low: Dim;
  high: Dim;
}

/**
 * A line that says nothing of how far its letters run is about every value for which all that it mentions exists:
 * `\delta_\ell = W_{\ell+1}^\top \delta_{\ell+1}` ends where W does. Gives the letters that run less far than the range they
 * were given, with their narrower counterparts.
 */
export function narrowed(
  arena: Arena,
  sides: readonly Node[],
  letters: ReadonlySet<string>,
): ReadonlyMap<Index, Position> {
  const free = new Set(flatMap(sides, (n) => n.free).filter((i) => letters.has(i.name)));
  const bounds = new Map([...free].map((i): [Index, Bounds] => [i, { ...i.range }]));
  const seen = new Set<Node>();
  const stack = [...sides];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n) || !n.free.some((i) => free.has(i))) continue;
    seen.add(n);
    // The line is also about the values that a condition sets apart: what stands under it need not exist there.
    if (n.kind === "multiply" && n.factors.some((f) => f.kind === "iverson" && f.free.some((i) => free.has(i))))
      continue;
    if (n.kind === "entry") for (const [k, p] of n.at.entries()) meet(arena, bounds, p, n.tensor.axes[k]);
    stack.push(...operands(n));
  }
  const map = new Map<Index, Position>();
  for (const [index, { low, high }] of bounds)
    if (low !== index.range.low || high !== index.range.high)
      map.set(index, arena.at(arena.index(index.name, arena.range(low, high))));
  return map;
}

/** How far an index runs where there is a member for each of its values; `null` where that is no farther than it does. */
export function widest(
  arena: Arena,
  index: Index,
  { tensor, at }: NodeOf<"entry">,
  equations: readonly Equation[],
): Range | null {
  for (const [k, p] of at.entries()) {
    const [term] = p.terms;
    const axis = computedPlaces(arena, tensor, k, equations) ?? tensor.axes[k];
    if (axis === undefined || term?.[0] !== index || term[1] !== 1 || p.terms.length !== 1 || p.value !== null)
      continue;
    const low = arena.subtractDims(axis.low, p.offset);
    const high = arena.subtractDims(axis.high, p.offset);
    const range = arena.range(
      isBelow(arena, low, index.range.low) ? low : index.range.low,
      isBelow(arena, index.range.high, high) ? high : index.range.high,
    );
    return range === index.range ? null : range;
  }
  return null;
}

const isBelow = (arena: Arena, a: Dim, b: Dim): boolean => (arena.integerOf(arena.subtractDims(b, a)) ?? 0) > 0;

/**
 * From where to where on one of its axes a derivative is by members that are computed: the h_0 that a recurrence is given has a place
 * beside them, and no step leads to it. `null` where nothing computes them.
 */
function computedPlaces(arena: Arena, tensor: Tensor, axis: number, equations: readonly Equation[]): Bounds | null {
  const { of, wrt } = tensor.derivative ?? { of: tensor, wrt: null };
  const place = axis - of.axes.length;
  if (wrt === null || place < 0) return null;
  let found: Bounds | null = null;
  for (const eq of equations) {
    const p = eq.tensor === wrt && eq.body.kind !== "entry" && eq.body.kind !== "rational" ? eq.at[place] : undefined;
    const own = p === undefined ? null : placesOf(arena, p);
    if (own === null) continue;
    found = {
      low: found !== null && isBelow(arena, found.low, own.low) ? found.low : own.low,
      high: found !== null && isBelow(arena, own.high, found.high) ? found.high : own.high,
    };
  }
  return found;
}

/** The places that the left side of an equation names: a fixed one, or as many as its index has values. */
function placesOf(arena: Arena, { terms, offset, value }: Position): Bounds | null {
  const [term, more] = terms;
  if (value !== null || more !== undefined) return null;
  // Members are counted from one: the 0th is what the first is computed from.
  if (term === undefined) return arena.integerOf(offset) === 0 ? null : { low: offset, high: offset };
  const [{ range }, times] = term;
  return times === 1 ? { low: arena.addDims(range.low, offset), high: arena.addDims(range.high, offset) } : null;
}

function meet(arena: Arena, bounds: Map<Index, Bounds>, p: Position, axis: Bounds | undefined): void {
  const [term] = p.terms;
  if (axis === undefined || term === undefined || p.terms.length !== 1 || term[1] !== 1 || p.value !== null) return;
  const known = bounds.get(term[0]);
  if (known === undefined) return;
  const low = arena.subtractDims(axis.low, p.offset);
  const high = arena.subtractDims(axis.high, p.offset);
  if ((arena.integerOf(arena.subtractDims(low, known.low)) ?? 0) > 0) known.low = low;
  if ((arena.integerOf(arena.subtractDims(known.high, high)) ?? 0) > 0) known.high = high;
}
