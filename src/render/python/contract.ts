import { Fraction } from "fraction.js";
import type { Index } from "../../expression/node.js";
import { type Code, code, numeric, PRIMARY, PRODUCT, permuted, productOf, SIGN, same, union, within } from "./code.js";

/*
 * Sums of products. Bound indices are eliminated one group at a time, that with the smallest result first, each as
 * `@` where the factors are vectors and matrices and as np.einsum where they are more.
 */

const ONE = new Fraction(1);

/** `Σ` over `bound` of the product of `factors`, each of which holds a bound index; elementwise in the others. */
export function contract(factors: readonly Code[], bound: readonly Index[], want: readonly Index[]): Code {
  let rest: readonly Code[] = factors;
  let left = bound;
  while (left.length > 0) {
    const group = cheapest(rest, left);
    const touched = rest.filter((f) => f.axes.some((i) => group.includes(i)));
    const others = rest.filter((f) => !touched.includes(f));
    rest = [...others, eliminate(touched, group, want)];
    left = left.filter((i) => !group.includes(i));
  }
  return productOf(ONE, rest, [], want);
}

/** The bound indices to eliminate next: one with the smallest joint result, and all that go with it. */
function cheapest(factors: readonly Code[], bound: readonly Index[]): readonly Index[] {
  let best: readonly Index[] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const index of bound) {
    const touched = factors.filter((f) => f.axes.includes(index));
    const group = bound.filter((b) => factors.every((f) => !f.axes.includes(b) || touched.includes(f)));
    const joint = union(touched.map((f) => f.axes)).length + union(touched.map((f) => f.axes)).length - group.length;
    if (joint < size) {
      size = joint;
      best = group;
    }
  }
  return best;
}

function eliminate(touched: readonly Code[], group: readonly Index[], want: readonly Index[]): Code {
  const factors = merged(touched);
  const [first, second] = factors;
  if (first === undefined) throw new Error("internal: a bound index that no factor carries");
  if (second === undefined) return summed(numeric(first), group);
  if (factors.length === 2) return pair(first, second, group, want);
  return einsum(factors, group, want);
}

/** Vectors are multiplied into a factor that has their axes until two factors are left: `(v * w) @ M`. */
function merged(factors: readonly Code[]): readonly Code[] {
  let rest = [...factors].sort((a, b) => a.axes.length - b.axes.length);
  while (rest.length > 2) {
    const found = rest.flatMap((a, i) =>
      rest.flatMap((b, j) =>
        i !== j && a.axes.every((x) => b.axes.includes(x)) && (a.axes.length < b.axes.length || i < j)
          ? [[a, b] as const]
          : [],
      ),
    )[0];
    if (found === undefined) break;
    const [a, b] = found;
    rest = rest.flatMap((f) => (f === a ? [] : f === b ? [productOf(ONE, [b, a], [], b.axes)] : [f]));
  }
  return rest;
}

/** The sum over some axes of one array. */
export function summed(c: Code, group: readonly Index[]): Code {
  const axes = group.map((i) => c.axes.indexOf(i)).sort((a, b) => a - b);
  const kept = c.axes.filter((i) => !group.includes(i));
  if (kept.length === 0) return code(`np.sum(${c.text})`, PRIMARY, []);
  return code(`np.sum(${c.text}, axis=${axes.length === 1 ? axes[0] : `(${axes.join(", ")})`})`, PRIMARY, kept);
}

function pair(p: Code, q: Code, group: readonly Index[], want: readonly Index[]): Code {
  const keptP = p.axes.filter((i) => !group.includes(i));
  const keptQ = q.axes.filter((i) => !group.includes(i));
  const batch = keptP.filter((i) => keptQ.includes(i));
  const [x] = group;
  const small = p.axes.length <= 2 && q.axes.length <= 2;
  if (batch.length === 0 && group.length === 1 && x !== undefined && small) return matmul(p, q, x, want);
  if (keptP.length === batch.length && keptQ.length === batch.length && p.axes.length === q.axes.length)
    return summed(productOf(ONE, [p, q], [], p.axes), group);
  return einsum([p, q], group, want);
}

function matmul(p: Code, q: Code, x: Index, want: readonly Index[]): Code {
  const freeOf = (c: Code): Index | undefined => c.axes.find((i) => i !== x);
  const [pf, qf] = [freeOf(p), freeOf(q)];
  const place = (i: Index): number => (want.includes(i) ? want.indexOf(i) : want.length);
  const swap = pf !== undefined && qf !== undefined ? place(qf) < place(pf) : qf !== undefined;
  const [l, r, lf, rf] = swap ? [q, p, qf, pf] : [p, q, pf, qf];
  const left = permuted(numeric(l), lf === undefined ? [x] : [lf, x]);
  const right = permuted(numeric(r), rf === undefined ? [x] : [x, rf]);
  const axes = [lf, rf].filter((i) => i !== undefined);
  const elementwise = left.level === PRODUCT && /[*/]/.test(left.text);
  return code(`${elementwise ? `(${left.text})` : within(left, PRODUCT)} @ ${within(right, SIGN)}`, PRODUCT, axes);
}

export function einsum(factors: readonly Code[], group: readonly Index[], want: readonly Index[]): Code {
  const all = union(factors.map((f) => f.axes));
  const kept = all.filter((i) => !group.includes(i));
  const wanted = want.filter((i) => kept.includes(i));
  const out = same([...wanted].sort(byKey), [...kept].sort(byKey)) ? wanted : kept;
  const letters = lettersFor(all);
  const spell = (axes: readonly Index[]): string => axes.map((i) => letters.get(i) ?? "?").join("");
  const subscripts = `${factors.map((f) => spell(f.axes)).join(",")}->${spell(out)}`;
  return code(
    `np.einsum("${subscripts}", ${factors.map((f) => numeric(f).text).join(", ")}, optimize=True)`,
    PRIMARY,
    out,
  );
}

const byKey = (a: Index, b: Index): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** The author's letters where they are single and free, else the next of the alphabet. */
function lettersFor(indices: readonly Index[]): ReadonlyMap<Index, string> {
  const letters = new Map<Index, string>();
  const used = new Set<string>();
  for (const i of indices) {
    if (/^[a-zA-Z]$/.test(i.name) && !used.has(i.name)) {
      letters.set(i, i.name);
      used.add(i.name);
    }
  }
  const spare = [..."ijklmnopqrstuvwxyzabcdefghABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  for (const i of indices) {
    if (letters.has(i)) continue;
    const letter = spare.find((s) => !used.has(s));
    if (letter === undefined) throw new Error("internal: more than 52 indices in one product");
    letters.set(i, letter);
    used.add(letter);
  }
  return letters;
}
