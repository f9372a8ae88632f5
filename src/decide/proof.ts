import { Budget, BudgetSpent } from "../core/budget.js";
import { type Arena, tensorsOf } from "../expression/arena.js";
import type { Node, Tensor } from "../expression/node.js";
import type { Assumption, Equation } from "../model/model.js";
import { clearDenominators } from "./denominators.js";
import { addPolys, negatePoly } from "./form.js";
import { type Domain, Unprovable } from "./kit.js";
import { type NormalForm, Normalizer } from "./normal-form.js";
import { definitionOf, isRecurrent, unfoldings } from "./unfold.js";

export interface ProofContext {
  readonly arena: Arena;
  readonly assumptions: readonly Assumption[];
  readonly definitions: ReadonlyMap<Tensor, readonly Equation[]>;
  /** Units of work for one proof. */
  readonly budget: number;
}

/** What a proof rests on: the assumptions that it made use of, and what is not assumed, such as `x ≠ 0`. */
export interface Proof {
  readonly conditions: readonly string[];
}

/**
 * Looks for a proof of `left = right` by normal form, first with every name left free, then with definitions put in, those
 * nearest to the loss first.
 */
export class FormProof {
  readonly #left: Node;
  readonly #right: Node;
  readonly #context: ProofContext;
  readonly #levels: Iterator<ReadonlyMap<Tensor, Equation>>;
  #normalizer: Normalizer | null = null;
  #spent = false;

  constructor(left: Node, right: Node, context: ProofContext) {
    this.#left = left;
    this.#right = right;
    this.#context = context;
    this.#levels = unfoldings(left, right, context.definitions);
  }

  /** With one definition more than before put in, none at first. `null` says nothing: the two may still be equal. */
  next(): Proof | null {
    const [left, right] = [this.#left, this.#right];
    const { done, value } = this.#levels.next();
    if (done === true || (value.size === 0 && (isUnmet(left, right) || isUnmet(right, left)))) return null;
    return this.#within((normalizer) => proveAt(normalizer, left, right, value));
  }

  /** With all definitions put in that are left, one after the other. */
  rest(): Proof | null {
    return this.#within((normalizer) => {
      for (let level = this.#levels.next(); level.done !== true; level = this.#levels.next()) {
        const proof = proveAt(normalizer, this.#left, this.#right, level.value);
        if (proof !== null) return proof;
      }
      return proveRecurrence(normalizer, this.#left, this.#right, this.#context);
    });
  }

  #within(f: (normalizer: Normalizer) => Proof | null): Proof | null {
    if (this.#spent) return null;
    const { arena, assumptions, definitions, budget } = this.#context;
    this.#normalizer ??= new Normalizer({
      arena,
      assumptions,
      definitions,
      budget: new Budget("a proof by normal form", budget),
    });
    try {
      return f(this.#normalizer);
    } catch (error) {
      if (!(error instanceof BudgetSpent)) throw error;
      this.#spent = true;
      return null;
    }
  }
}

/** A derivative of which the other side says nothing: while names are left free, the two are not equal. */
const isUnmet = (name: Node, other: Node): boolean =>
  name.kind === "entry" && name.tensor.derivative !== null && !tensorsOf(other).includes(name.tensor);

/** A name that a recurrence defines by itself is put in once, on the side where it stands alone. */
function proveRecurrence(normalizer: Normalizer, left: Node, right: Node, context: ProofContext): Proof | null {
  const { definitions } = context;
  for (const [name, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const value = definitionOf(name, definitions, context.arena);
    if (value === null || !isRecurrent(name, definitions)) continue;
    for (const unfolded of unfoldings(value, other, definitions)) {
      const proof = proveAt(normalizer, value, other, unfolded);
      if (proof !== null) return proof;
    }
  }
  return null;
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
  return { conditions: [...new Set([...kit.facts.relied, ...conditionsOf(l.domain, r.domain)])].sort() };
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
  return [...conditions].map(lettered).sort();
}

/** Bound indices have numbers; a reader gets letters. */
function lettered(text: string): string {
  const letters = new Map<string, string>();
  return text.replace(/%\d+/g, (name) => {
    const letter = letters.get(name) ?? "ijklmnpqrs"[letters.size % 10] ?? "i";
    letters.set(name, letter);
    return letter;
  });
}
