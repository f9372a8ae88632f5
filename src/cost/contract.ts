import { freeOfPosition } from "../expression/arena.js";
import type { Index } from "../expression/node.js";
import { none, type Operations, plus } from "./operations.js";
import { compare, subtract } from "./polynomial.js";
import type { Guard, Volumes } from "./volumes.js";

/** Up to so many factors every order is tried. */
const MOST = 6;

interface Part {
  readonly indices: readonly Index[];
  readonly cost: Operations;
}

const fewer = (a: Operations, b: Operations): boolean =>
  (compare(a.multiplications, b.multiplications) || compare(a.additions, b.additions)) < 0;

/**
 * The work of multiplying factors with these indices and summing over all that are not in `output`, two factors at a time, in
 * the order that takes fewest multiplications. A sum over what only one factor has is taken before it is multiplied.
 */
export function contract(
  volumes: Pick<Volumes, "of">,
  factors: readonly (readonly Index[])[],
  output: readonly Index[],
  guards: readonly Guard[],
  held: ReadonlySet<Index> = new Set(),
): Operations {
  if (factors.length === 0) return none;
  // Members are computed one by one: the sum over them comes last.
  const kept = [...output, ...[...held].filter((i) => !output.includes(i) && factors.some((f) => f.includes(i)))];
  const each = contracted(volumes, factors, kept, guards);
  if (kept.length === output.length) return each;
  const additions = subtract(volumes.of(kept, guards), volumes.of(output, guards));
  return plus(each, { ...none, additions });
}

function contracted(
  volumes: Pick<Volumes, "of">,
  factors: readonly (readonly Index[])[],
  output: readonly Index[],
  guards: readonly Guard[],
): Operations {
  /** What is left after summing: what is needed elsewhere, and what a guard ties to an index that is summed over. */
  const summed = (own: readonly Index[], needed: (i: Index) => boolean) => {
    const gone = new Set(own.filter((i) => !needed(i)));
    const tied = guards.map((g) => freeOfPosition(g.position)).filter((free) => free.some((i) => gone.has(i)));
    const all = [...new Set([...own, ...tied.flat()])];
    const indices = all.filter((i) => !gone.has(i));
    const work = volumes.of(all, guards);
    return { indices, work, additions: subtract(work, volumes.of(indices, guards)) };
  };
  const pair = (a: Part, b: Part, needed: (i: Index) => boolean): Part => {
    const { indices, work, additions } = summed([...new Set([...a.indices, ...b.indices])], needed);
    return { indices, cost: plus(a.cost, b.cost, { ...none, multiplications: work, additions }) };
  };
  const alone = (own: readonly Index[], needed: (i: Index) => boolean): Part => {
    const { indices, additions } = summed(own, needed);
    return { indices, cost: { ...none, additions } };
  };
  return factors.length <= MOST ? best(factors, output, pair, alone) : greedy(factors, output, pair, alone);
}

type Pair = (a: Part, b: Part, needed: (i: Index) => boolean) => Part;
type Alone = (own: readonly Index[], needed: (i: Index) => boolean) => Part;

/** Over all sets of factors, the smaller ones first. */
function best(factors: readonly (readonly Index[])[], output: readonly Index[], pair: Pair, alone: Alone): Operations {
  const found: Part[] = [];
  const all = (1 << factors.length) - 1;
  for (let set = 1; set <= all; set++) {
    const needed = (i: Index): boolean =>
      output.includes(i) || factors.some((f, k) => (set >> k) % 2 === 0 && f.includes(i));
    let cheapest: Part | null = null;
    for (let left = (set - 1) & set; left > 0; left = (left - 1) & set) {
      const [a, b] = [found[left], found[set ^ left]];
      // Each split once.
      if (left < (set ^ left) || a === undefined || b === undefined) continue;
      const part = pair(a, b, needed);
      if (cheapest === null || fewer(part.cost, cheapest.cost)) cheapest = part;
    }
    found[set] = cheapest ?? alone(factors[31 - Math.clz32(set)] ?? [], needed);
  }
  return found[all]?.cost ?? none;
}

/** The cheapest pair first. */
function greedy(
  factors: readonly (readonly Index[])[],
  output: readonly Index[],
  pair: Pair,
  alone: Alone,
): Operations {
  const neededBeside = (others: readonly (readonly Index[])[]) => (i: Index) =>
    output.includes(i) || others.some((o) => o.includes(i));
  let left = factors.map((f, k) => alone(f, neededBeside(factors.filter((_, n) => n !== k))));
  while (left.length > 1) {
    let cheapest: { readonly own: Part; readonly rest: readonly Part[]; readonly spent: Operations } | null = null;
    for (const [i, a] of left.entries())
      for (const b of left.slice(i + 1)) {
        const rest = left.filter((p) => p !== a && p !== b);
        const own = pair({ ...a, cost: none }, { ...b, cost: none }, neededBeside(rest.map((p) => p.indices)));
        if (cheapest === null || fewer(own.cost, cheapest.own.cost))
          cheapest = { own, rest, spent: plus(a.cost, b.cost) };
      }
    if (cheapest === null) throw new Error("internal: no pair to contract");
    const { own, rest, spent } = cheapest;
    left = [...rest, { indices: own.indices, cost: plus(spent, own.cost) }];
  }
  return left[0]?.cost ?? none;
}
