import type { Tensor } from "../expression/node.js";
import type { Assumption } from "../model/model.js";
import type { Sign } from "./form.js";

/** The assumptions that normal forms use, by tensor. */
export class Facts {
  readonly #kinds = new Map<Tensor, Set<Assumption["kind"]>>();
  readonly #integers = new Map<Tensor, Extract<Assumption, { kind: "integer" }>>();
  readonly #positiveIntervals = new Set<Tensor>();

  constructor(assumptions: readonly Assumption[]) {
    for (const a of assumptions) {
      if (a.kind === "equal") continue;
      const kinds = this.#kinds.get(a.tensor) ?? new Set();
      kinds.add(a.kind);
      this.#kinds.set(a.tensor, kinds);
      if (a.kind === "integer") this.#integers.set(a.tensor, a);
      if (a.kind === "interval" && a.low >= 0) this.#positiveIntervals.add(a.tensor);
    }
  }

  #is(tensor: Tensor, ...kinds: readonly Assumption["kind"][]): boolean {
    const known = this.#kinds.get(tensor);
    return known !== undefined && kinds.some((k) => known.has(k));
  }

  sign(tensor: Tensor): Sign {
    if (this.#is(tensor, "positive") || this.#positiveIntervals.has(tensor)) return "positive";
    return this.#is(tensor, "nonnegative", "binary", "one-hot") ? "nonnegative" : "unknown";
  }

  binary(tensor: Tensor): boolean {
    return this.#is(tensor, "binary", "one-hot");
  }

  oneHot(tensor: Tensor): boolean {
    return this.#is(tensor, "one-hot");
  }

  sumsToOne(tensor: Tensor): boolean {
    return this.#is(tensor, "one-hot", "sums-to-one");
  }

  symmetric(tensor: Tensor): boolean {
    return this.#is(tensor, "symmetric", "positive-definite");
  }

  invertible(tensor: Tensor): boolean {
    return this.#is(tensor, "invertible", "positive-definite", "orthogonal");
  }

  orthogonal(tensor: Tensor): boolean {
    return this.#is(tensor, "orthogonal");
  }

  nonzero(tensor: Tensor): boolean {
    return this.#is(tensor, "nonzero", "positive") || this.#positiveIntervals.has(tensor);
  }

  integerRange(tensor: Tensor): { readonly low: string; readonly high: string } | null {
    const fact = this.#integers.get(tensor);
    return fact === undefined ? null : { low: fact.range.low.key, high: fact.range.high.key };
  }
}
