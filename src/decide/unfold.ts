import { type Arena, tensorsOf } from "../expression/arena.js";
import type { Index, Node, Position, Range, Tensor } from "../expression/node.js";
import type { Equation } from "../model/model.js";

/** Sets of tensors to unfold, each larger than the one before: first none, then by distance from the inputs, farthest first. */
export function* unfoldings(
  left: Node,
  right: Node,
  definitions: ReadonlyMap<Tensor, readonly Equation[]>,
): Generator<ReadonlyMap<Tensor, Equation>> {
  yield new Map();
  const ranks = new Map<Tensor, number>();
  const present = new Set([...tensorsOf(left), ...tensorsOf(right)]);
  const unfolded = new Map<Tensor, Equation>();
  for (;;) {
    const waiting = [...present].filter((t) => !unfolded.has(t));
    const most = Math.max(0, ...waiting.map((t) => rankOf(t, definitions, ranks)));
    if (most === 0) return;
    for (const t of waiting) {
      const equation = wholeDefinition(t, definitions);
      if (equation === null || rankOf(t, definitions, ranks) !== most) continue;
      unfolded.set(t, equation);
      for (const inner of tensorsOf(equation.body)) present.add(inner);
    }
    yield new Map(unfolded);
  }
}

/** The longest way from a tensor down its definitions; 0 if it has none that can be put in its place. */
function rankOf(
  tensor: Tensor,
  definitions: ReadonlyMap<Tensor, readonly Equation[]>,
  ranks: Map<Tensor, number>,
): number {
  const stack: Tensor[] = [tensor];
  const open = new Set<Tensor>();
  for (let t = stack.at(-1); t !== undefined; t = stack.at(-1)) {
    const equation = wholeDefinition(t, definitions);
    if (ranks.has(t) || equation === null) {
      if (!ranks.has(t)) ranks.set(t, 0);
      stack.pop();
      continue;
    }
    const inner = tensorsOf(equation.body);
    const waiting = open.has(t) ? [] : inner.filter((u) => !ranks.has(u));
    if (waiting.some((u) => open.has(u)) || inner.includes(t)) {
      // Defined by itself: a recurrence has no definition that ends.
      ranks.set(t, 0);
      stack.pop();
      continue;
    }
    open.add(t);
    if (waiting.length > 0) {
      stack.push(...waiting);
      continue;
    }
    ranks.set(t, 1 + Math.max(0, ...inner.map((u) => ranks.get(u) ?? 0)));
    open.delete(t);
    stack.pop();
  }
  return ranks.get(tensor) ?? 0;
}

/** The one equation that gives every entry of a tensor, if there is one. */
export function wholeDefinition(
  tensor: Tensor,
  definitions: ReadonlyMap<Tensor, readonly Equation[]>,
): Equation | null {
  const equations = definitions.get(tensor) ?? [];
  const [equation] = equations;
  if (equation === undefined || equations.length !== 1) return null;
  let known = wholes.get(equation);
  if (known === undefined) {
    known = isWhole(tensor, equation);
    wholes.set(equation, known);
  }
  return known ? equation : null;
}

const wholes = new WeakMap<Equation, boolean>();

function isWhole(tensor: Tensor, equation: Equation): boolean {
  const seen = new Set<Index>();
  for (const [axis, p] of equation.at.entries()) {
    if (isOnlyPlace(p, tensor.axes[axis])) continue;
    const index = plainIndex(p);
    if (index === null || seen.has(index) || !coversAxis(tensor, axis, index)) return false;
    seen.add(index);
  }
  return true;
}

/** Whether a position is the one place that an axis has. */
const isOnlyPlace = ({ terms, value, offset }: Position, axis: Range | undefined): boolean =>
  terms.length === 0 && value === null && axis !== undefined && axis.low === axis.high && offset === axis.low;

/** The index that a position is, or `null` where it is more than an index, or less. */
function plainIndex({ terms, value, offset }: Position): Index | null {
  const [term] = terms;
  const plain = terms.length === 1 && value === null && offset.terms.length === 0;
  return plain && term?.[1] === 1 ? term[0] : null;
}

/** A member's own axes may depend on which member it is; an equation then covers them all. */
function coversAxis({ parameters, axes }: Tensor, axis: number, { range }: Index): boolean {
  if (parameters.length > 0 && axis >= parameters.length) return true;
  return axes[axis]?.low === range.low && axes[axis]?.high === range.high;
}

/** What the one equation of an entry says of it, also where a recurrence leads back to it. */
export function definitionOf(
  node: Node,
  definitions: ReadonlyMap<Tensor, readonly Equation[]>,
  arena: Arena,
): Node | null {
  if (node.kind !== "entry") return null;
  const equation = wholeDefinition(node.tensor, definitions);
  if (equation === null) return null;
  const map = new Map<Index, Position>();
  equation.at.forEach((p, k) => {
    const index = arena.indexOf(p);
    const target = node.at[k];
    if (index !== null && target !== undefined) map.set(index, target);
  });
  return arena.substitute(equation.body, map);
}

/** Whether an entry's tensor has a definition that leads back to it, so that no number of unfoldings ends. */
export function isRecurrent(node: Node, definitions: ReadonlyMap<Tensor, readonly Equation[]>): boolean {
  if (node.kind !== "entry" || wholeDefinition(node.tensor, definitions) === null) return false;
  return rankOf(node.tensor, definitions, new Map()) === 0;
}
