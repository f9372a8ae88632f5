import { symmetricTensors } from "../derive/symmetry.js";
import type { Arena } from "../expression/arena.js";
import type { Node, Position, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import type { DimVar } from "../model/sizes/dimensions.js";
import type { DerivativeParts, Value } from "../model/values/value.js";

/*
 * Ways in which authors write a derivative that differ from the one that is used here, and that readers take for right.
 */

/** Another gradient that is meant where a matrix has a structure, and what to tell of it. */
export interface StructuredGradient {
  readonly value: Value;
  readonly message: string;
}

/** The gradients by a symmetric or diagonal matrix that are in print, from the one by a free matrix. */
export function structuredGradients(model: Model, free: Value, wrt: Tensor): readonly StructuredGradient[] {
  const { arena } = model;
  const entry = (f: (i: Position, j: Position) => Node): Value => ({
    axes: free.axes,
    at: ([i, j]) => (i === undefined || j === undefined ? arena.zero : f(i, j)),
  });
  const x = wrt.latex;
  if (model.assumptions.some((a) => a.kind === "diagonal" && a.tensor === wrt)) {
    const kept = entry((i, j) => arena.multiply(arena.delta(i, j), free.at([i, j])));
    const message = `${x} is diagonal, and this has its entries on the diagonal as the variables; by a free matrix the derivative has others beside them`;
    return [{ value: kept, message }];
  }
  if (!symmetricTensors(model).has(wrt)) return [];
  const sum = (i: Position, j: Position): Node => arena.add(free.at([i, j]), free.at([j, i]));
  return [
    {
      // The entries on and above the diagonal are the variables, and x_ij moves x_ji along: G + Gᵀ - G ⊙ I.
      value: entry((i, j) => arena.subtract(sum(i, j), arena.multiply(arena.delta(i, j), free.at([i, j])))),
      message: `${x} is symmetric, and this counts its entries ij and ji as one variable; by a free matrix the derivative has them apart`,
    },
    {
      // The gradient in the space of symmetric matrices.
      value: entry((i, j) => arena.multiply(arena.rational("1/2"), sum(i, j))),
      message: `${x} is symmetric, and this is the symmetric part of the derivative by a free matrix`,
    },
  ];
}

/** Is each entry computed from its own entry of the variable alone? */
export function isDiagonal(
  arena: Arena,
  { outputs, inputs, at }: DerivativeParts,
  isEqual: (a: Value, b: Value) => boolean,
): boolean {
  const axes = [...outputs, ...inputs];
  const diagonal = (ps: readonly Position[]): Node => {
    const rows = ps.slice(0, outputs.length);
    const deltas = rows.map((p, k) => arena.delta(p, ps[outputs.length + k] ?? p));
    return arena.multiply(...deltas, at([...rows, ...rows]));
  };
  return isEqual({ axes, at }, { axes, at: diagonal });
}

/**
 * `\partial a/\partial z = \sigma'(z)` and `\partial z/\partial W = x^\top` for arrays: the entries that are not zero, where
 * the whole derivative is an identity beside them.
 */
export function isShortened(
  arena: Arena,
  { outputs, inputs, at }: DerivativeParts,
  written: Value,
  isEqual: (a: Value, b: Value) => boolean,
): boolean {
  const axes = [...outputs, ...inputs];
  const short = written.axes.flatMap((d, k) => (d.isOne(arena) ? [] : [k]));
  return pairings(outputs, inputs).some((pairs) => {
    const paired = pairs.flat();
    const rest = axes.map((_, k) => k).filter((k) => !paired.includes(k));
    // What is written may run along the diagonal too.
    const carried = subsets(pairs.map(([a]) => a)).map((some) => [...some, ...rest]);
    return carried.flatMap(orders).some((order) => {
      if (order.length !== short.length || !order.every((k, p) => fits(axes[k], written.axes[short[p] ?? -1])))
        return false;
      const part = (ps: readonly Position[]): Node => {
        const own = written.axes.map((_, k) => ps[order[short.indexOf(k)] ?? -1] ?? arena.literal(1));
        const deltas = pairs.flatMap(([a, b]) => {
          const [p, q] = [ps[a], ps[b]];
          return p === undefined || q === undefined ? [] : [arena.delta(p, q)];
        });
        return arena.multiply(...deltas, written.at(own));
      };
      return isEqual({ axes, at }, { axes, at: part });
    });
  });
}

const fits = (a: DimVar | undefined, b: DimVar | undefined): boolean => a !== undefined && b !== undefined && a.same(b);

/** Ways to pair some outputs with inputs of their size: the places of each pair. */
function pairings(
  outputs: readonly DimVar[],
  inputs: readonly DimVar[],
): readonly (readonly (readonly [number, number])[])[] {
  let found: (readonly [number, number])[][] = [[]];
  outputs.forEach((out, a) => {
    const more = found.flatMap((pairs) =>
      inputs.flatMap((d, k) => {
        const b = outputs.length + k;
        return out.same(d) && !pairs.some((p) => p[1] === b) ? [[...pairs, [a, b] as const]] : [];
      }),
    );
    found = [...found, ...more];
  });
  return found.filter((pairs) => pairs.length > 0);
}

function subsets(places: readonly number[]): readonly (readonly number[])[] {
  const found: number[][] = [[]];
  for (const p of places) found.push(...found.map((s) => s.concat(p)));
  return found;
}

const orders = (places: readonly number[]): readonly (readonly number[])[] =>
  places.length === 2 ? [places, places.toReversed()] : [places];
