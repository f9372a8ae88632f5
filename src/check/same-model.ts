import type { Node, Position, Range, Tensor } from "../expression/node.js";
import { Transfer, Untransferable } from "../expression/transfer.js";
import type { Assumption, Equation, Model, ModelSymbol } from "../model/model.js";

/**
 * Which tensor of one model is which of another, where the two say the same in the same order; `null` where they differ in
 * anything.
 */
export function sameModel(from: Model, to: Model): ReadonlyMap<Tensor, Tensor> | null {
  const tensors = sameSymbols(from, to);
  if (tensors === null) return null;
  try {
    return saysTheSame(from, to, tensors) ? tensors : null;
  } catch (error) {
    if (error instanceof Untransferable) return null;
    throw error;
  }
}

/** The symbols one by one, as far as names go. */
function sameSymbols(from: Model, to: Model): Map<Tensor, Tensor> | null {
  if (from.symbols.length !== to.symbols.length) return null;
  const tensors = new Map<Tensor, Tensor>();
  for (const [k, s] of from.symbols.entries()) {
    const other = to.symbols[k];
    if (other === undefined || textOf(s) !== textOf(other)) return null;
    tensors.set(s.tensor, other.tensor);
  }
  return tensors;
}

const textOf = ({ tensor: t, role, shape, family, inferred }: ModelSymbol): string =>
  JSON.stringify([
    t.key,
    t.latex,
    t.name,
    t.integer,
    t.axes.length,
    t.parameters.length,
    role,
    shape,
    family,
    inferred,
  ]);

function saysTheSame(from: Model, to: Model, tensors: ReadonlyMap<Tensor, Tensor>): boolean {
  const transfer = new Transfer(to.arena, tensors);
  const node = (a: Node, b: Node): boolean => transfer.node(a) === b;
  const position = (a: Position, b: Position): boolean => transfer.position(a) === b;
  const range = (a: Range, b: Range): boolean => {
    const moved = transfer.range(a);
    return moved.low === b.low && moved.high === b.high;
  };
  const tensor = (a: Tensor, b: Tensor): boolean =>
    transfer.tensor(a) === b &&
    every(a.axes, b.axes, range) &&
    every(a.parameters, b.parameters, (x, y) => transfer.index(x) === y);
  const equation = (a: Equation, b: Equation): boolean =>
    tensor(a.tensor, b.tensor) && a.latex === b.latex && every(a.at, b.at, position) && node(a.body, b.body);
  const assumption = (a: Assumption, b: Assumption): boolean => {
    if (a.kind !== b.kind || a.text !== b.text) return false;
    if (a.kind === "equal") return b.kind === "equal" && node(a.left, b.left) && node(a.right, b.right);
    if (b.kind === "equal" || transfer.tensor(a.tensor) !== b.tensor) return false;
    if (a.kind === "integer") return b.kind === "integer" && range(a.range, b.range);
    return a.kind !== "interval" || (b.kind === "interval" && a.low === b.low && a.high === b.high);
  };
  return (
    plainOf(from) === plainOf(to) &&
    (from.loss === null ? to.loss === null : to.loss !== null && transfer.tensor(from.loss) === to.loss) &&
    every(from.symbols, to.symbols, (a, b) => tensor(a.tensor, b.tensor)) &&
    every(from.equations, to.equations, equation) &&
    every(from.assumptions, to.assumptions, assumption)
  );
}

const plainOf = ({ title, layout, reluAtZero, letters }: Model): string =>
  JSON.stringify([title, layout, reluAtZero, [...letters]]);

const every = <T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): boolean =>
  a.length === b.length &&
  a.every((x, k) => {
    const y = b[k];
    return y !== undefined && same(x, y);
  });
