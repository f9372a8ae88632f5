import type { Arena } from "../expression/arena.js";
import type { Dim } from "../expression/node.js";

/**
 * The size of an axis while shapes are being found: a variable of unification. Bound to a dimension once known.
 * A `soft` dimension was seen in limits of sums only, so that it may turn out to be another's second name.
 */
export class DimVar {
  #parent: DimVar | null = null;
  #dim: Dim | null;
  #soft: boolean;
  /** A letter to name the dimension after if nothing else does. */
  hint: string;

  constructor(dim: Dim | null, soft = false, hint = "") {
    this.#dim = dim;
    this.#soft = soft;
    this.hint = hint;
  }

  root(): DimVar {
    let v: DimVar = this;
    while (v.#parent !== null) v = v.#parent;
    return v;
  }

  get dim(): Dim | null {
    return this.root().#dim;
  }

  bind(dim: Dim): void {
    this.root().#dim = dim;
    this.root().#soft = false;
  }

  /** Makes two sizes one. False if both are known and differ. */
  unify(other: DimVar): boolean {
    const a = this.root();
    const b = other.root();
    if (a === b) return true;
    if (a.#dim !== null && b.#dim !== null && a.#dim !== b.#dim) {
      if (b.#soft) b.#parent = a;
      else if (a.#soft) a.#parent = b;
      else return false;
      return true;
    }
    if (a.#dim === b.#dim && a.#dim !== null) {
      if (!a.#soft) b.#parent = a;
      else a.#parent = b;
      return true;
    }
    if (a.#dim === null) {
      if (b.hint === "") b.hint = a.hint;
      a.#parent = b;
    } else {
      if (a.hint === "") a.hint = b.hint;
      b.#parent = a;
    }
    return true;
  }

  same(other: DimVar): boolean {
    const a = this.root();
    const b = other.root();
    return a === b || (a.#dim !== null && a.#dim === b.#dim);
  }

  /** Could the two be one: not both known and different. */
  compatible(other: DimVar): boolean {
    const a = this.root();
    const b = other.root();
    return a === b || a.#dim === null || b.#dim === null || a.#dim === b.#dim || a.#soft || b.#soft;
  }

  isOne(arena: Arena): boolean {
    return this.dim === arena.oneDim;
  }
}
