import type { Arena } from "../expression/arena.js";
import type { Dim, Index } from "../expression/node.js";
import { compareText } from "../expression/text.js";

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
  return compareText(a.key, b.key);
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
  let left = operands.map(operandOf);
  const pairs: Pairing[] = [];
  let multiplications = arena.zeroDim;
  let additions = arena.zeroDim;
  while (left.length > 1) {
    const { left: i, right: j, work, size, result } = cheapestPair(arena, left, output);
    multiplications = arena.addDims(multiplications, work);
    additions = arena.addDims(additions, work, arena.scaleDim(size, -1));
    pairs.push({ left: i, right: j });
    left = [...left.filter((_, k) => k !== i && k !== j), operandOf(result)];
  }
  const [only] = operands;
  if (only !== undefined && operands.length === 1) {
    const kept = only.filter((i) => output.includes(i));
    additions = arena.subtractDims(volume(arena, only), volume(arena, kept));
  }
  return { pairs, multiplications, additions };
}

interface Operand {
  readonly indices: ReadonlySet<Index>;
  /** Equal for equal indices. */
  readonly key: string;
}

const operandOf = (indices: readonly Index[]): Operand => ({
  indices: new Set(indices),
  key: indices
    .map((i) => i.key)
    .sort(compareText)
    .join(","),
});

interface Candidate extends Pairing {
  readonly work: Dim;
  readonly size: Dim;
  readonly result: readonly Index[];
}

function cheapestPair(arena: Arena, left: readonly Operand[], output: readonly Index[]): Candidate {
  const uses = new Map<Index, number>();
  for (const { indices } of left) for (const i of indices) uses.set(i, (uses.get(i) ?? 0) + 1);
  // Pairs with the same indices cost the same, and the first of them counts.
  const seen = new Set<string>();
  let best: Candidate | null = null;
  for (const [i, a] of left.entries()) {
    for (const [j, b] of left.entries()) {
      const key = `${a.key}|${b.key}`;
      if (j <= i || seen.has(key)) continue;
      seen.add(key);
      const all = new Set([...a.indices, ...b.indices]);
      const inside = (x: Index): number => Number(a.indices.has(x)) + Number(b.indices.has(x));
      const result = [...all].filter((x) => output.includes(x) || (uses.get(x) ?? 0) > inside(x));
      const candidate = { left: i, right: j, work: volume(arena, all), size: volume(arena, result), result };
      if (best === null || isCheaper(candidate, best)) best = candidate;
    }
  }
  if (best === null) throw new Error("internal: no pair to contract");
  return best;
}

const isCheaper = (a: Candidate, b: Candidate): boolean =>
  compareDims(a.work, b.work) < 0 || (a.work === b.work && compareDims(a.size, b.size) < 0);
