import type { Arena } from "../expression/arena.js";
import type { Dim, Index } from "../expression/node.js";

/*
 * The stated ordering of symbolic sizes: the higher total degree is larger, then the larger sum of coefficients
 * of the highest degree, then of the next, then the text. Numbers compare as numbers. Every axis is taken to be long.
 */
export function compareDims(a: Dim, b: Dim): number {
  const degrees = [...new Set([...a.terms, ...b.terms].map((t) => degreeOf(t.powers)))].sort((x, y) => y - x);
  for (const d of degrees) {
    const difference = weight(a, d) - weight(b, d);
    if (difference !== 0) return difference;
  }
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

const degreeOf = (powers: Dim["terms"][number]["powers"]): number => powers.reduce((n, [, p]) => n + p, 0);
const weight = (dim: Dim, degree: number): number =>
  dim.terms.reduce((n, t) => (degreeOf(t.powers) === degree ? n + t.coefficient : n), 0);

/** The number of combinations of values of some indices. */
export const volume = (arena: Arena, indices: Iterable<Index>): Dim => {
  let product = arena.oneDim;
  for (const i of indices) product = arena.multiplyDims(product, arena.size(i.range));
  return product;
};

/** One pairwise contraction: the operands by position among what is left, as in `np.einsum_path`. */
export interface Pairing {
  readonly left: number;
  readonly right: number;
}

export interface Contraction {
  readonly pairs: readonly Pairing[];
  readonly multiplications: Dim;
  readonly additions: Dim;
}

/**
 * A good order of pairwise contractions of factors with these indices: the cheapest pair first, by multiplications,
 * then by the size of the result. The two operands of a pair are removed and their product goes last.
 */
export function contractionOrder(
  arena: Arena,
  operands: readonly (readonly Index[])[],
  output: readonly Index[],
): Contraction {
  let left = operands.map((indices) => new Set(indices));
  const pairs: Pairing[] = [];
  let multiplications = arena.zeroDim;
  let additions = arena.zeroDim;
  while (left.length > 1) {
    const best = cheapestPair(arena, left, output);
    const [a, b] = [left[best.left], left[best.right]];
    if (a === undefined || b === undefined) throw new Error("internal: no pair to contract");
    const rest = left.filter((_, k) => k !== best.left && k !== best.right);
    const result = survivors(a, b, rest, output);
    const all = volume(arena, new Set([...a, ...b]));
    multiplications = arena.addDims(multiplications, all);
    additions = arena.addDims(additions, all, arena.scaleDim(volume(arena, result), -1));
    pairs.push({ left: best.left, right: best.right });
    left = [...rest, result];
  }
  const [only] = left;
  if (only !== undefined && operands.length === 1) {
    const kept = volume(
      arena,
      [...only].filter((i) => output.includes(i)),
    );
    additions = arena.subtractDims(volume(arena, only), kept);
  }
  return { pairs, multiplications, additions };
}

function survivors(
  a: ReadonlySet<Index>,
  b: ReadonlySet<Index>,
  rest: readonly ReadonlySet<Index>[],
  output: readonly Index[],
): Set<Index> {
  return new Set([...a, ...b].filter((i) => output.includes(i) || rest.some((r) => r.has(i))));
}

function cheapestPair(arena: Arena, left: readonly ReadonlySet<Index>[], output: readonly Index[]): Pairing {
  let best: (Pairing & { readonly work: Dim; readonly size: Dim }) | null = null;
  for (const [i, a] of left.entries()) {
    for (const [j, b] of left.entries()) {
      if (j <= i) continue;
      const rest = left.filter((_, k) => k !== i && k !== j);
      const work = volume(arena, new Set([...a, ...b]));
      const size = volume(arena, survivors(a, b, rest, output));
      const better =
        best === null || compareDims(work, best.work) < 0 || (work === best.work && compareDims(size, best.size) < 0);
      if (better) best = { left: i, right: j, work, size };
    }
  }
  return best ?? { left: 0, right: 1 };
}
