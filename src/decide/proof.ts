import { Budget, BudgetSpent } from "../core/budget.js";
import type { Arena } from "../expression/arena.js";
import { tensorsOf } from "../expression/arena.js";
import type { Node, Tensor } from "../expression/node.js";
import type { Assumption, Equation } from "../model/model.js";
import { clearDenominators } from "./denominators.js";
import { addPolys, negatePoly } from "./form.js";
import { type Domain, Unprovable } from "./kit.js";
import { type NormalForm, Normalizer } from "./normal-form.js";

export interface ProofContext {
  readonly arena: Arena;
  readonly assumptions: readonly Assumption[];
  readonly definitions: ReadonlyMap<Tensor, readonly Equation[]>;
  /** Units of work for one proof. */
  readonly budget: number;
}

/** What a proof rests on besides the assumptions. */
export interface Proof {
  readonly conditions: readonly string[];
}

/**
 * Proves `left = right` by normal form, first with every name left free, then with definitions put in, those nearest
 * to the loss first. `null` says nothing: the two may still be equal.
 */
export function proveByForm(
  left: Node,
  right: Node,
  context: ProofContext,
  deepest = Number.POSITIVE_INFINITY,
): Proof | null {
  const budget = new Budget("a proof by normal form", context.budget);
  const normalizer = new Normalizer({ arena: context.arena, assumptions: context.assumptions, budget });
  try {
    let level = 0;
    for (const unfolded of unfoldings(left, right, context.definitions)) {
      if (level++ > deepest) return null;
      const proof = proveAt(normalizer, left, right, unfolded);
      if (proof !== null) return proof;
    }
    return null;
  } catch (error) {
    if (error instanceof BudgetSpent) return null;
    throw error;
  }
}

function proveAt(
  normalizer: Normalizer,
  left: Node,
  right: Node,
  unfolded: ReadonlyMap<Tensor, Equation>,
): Proof | null {
  try {
    const l = normalizer.form(left, unfolded);
    const r = normalizer.form(right, unfolded);
    return compareForms(normalizer, l, r);
  } catch (error) {
    if (error instanceof Unprovable) return null;
    throw error;
  }
}

function compareForms({ kit }: Normalizer, l: NormalForm, r: NormalForm): Proof | null {
  if (!sameHalves(l.domain, r.domain)) return null;
  const extra: Domain = { halves: new Map(), inverted: new Map(), invertible: new Set() };
  kit.domain = extra;
  const difference = addPolys(l.poly, negatePoly(r.poly));
  if (difference.terms.length > 0 && clearDenominators(kit, difference).terms.length > 0) return null;
  return { conditions: conditionsOf(l.domain, r.domain) };
}

/** The sides must be undefined on the same half-spaces, or one says less than the other. */
function sameHalves(l: Domain, r: Domain): boolean {
  return l.halves.size === r.halves.size && [...l.halves.keys()].every((k) => r.halves.has(k));
}

/** What one side needs and the other does not. */
function conditionsOf(l: Domain, r: Domain): readonly string[] {
  const conditions = new Set<string>();
  for (const [a, b] of [
    [l, r],
    [r, l],
  ] as const)
    for (const [key, text] of a.inverted) if (!b.inverted.has(key)) conditions.add(text);
  for (const text of [...l.invertible, ...r.invertible]) conditions.add(text);
  return [...conditions].sort();
}

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
    let most = 0;
    for (const t of present) if (!unfolded.has(t)) most = Math.max(most, rankOf(t, definitions, ranks));
    if (most === 0) return;
    for (const t of [...present]) {
      const equation = wholeDefinition(t, definitions);
      if (unfolded.has(t) || equation === null || rankOf(t, definitions, ranks) !== most) continue;
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
  const seen = new Set<string>();
  for (const [k, p] of equation.at.entries()) {
    const [term] = p.terms;
    if (p.terms.length !== 1 || term === undefined || term[1] !== 1 || p.value !== null || p.offset.terms.length > 0)
      return null;
    const axis = tensor.axes[k];
    const [index] = term;
    const whole = tensor.parameters.length > 0 || (axis?.low === index.range.low && axis?.high === index.range.high);
    if (seen.has(index.key) || !whole) return null;
    seen.add(index.key);
  }
  return equation;
}
