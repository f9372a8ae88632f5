import { refuse } from "../core/diagnostic.js";
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
  #parts: readonly [DimVar, DimVar] | null = null;

  constructor(dim: Dim | null, soft = false) {
    this.#dim = dim;
    this.#soft = soft;
  }

  /** The size of an axis that is a pair of axes, of the rows of `A ⊗ B`: those of `outer` times those of `inner`. */
  static stacked(outer: DimVar, inner: DimVar): DimVar {
    const d = new DimVar(null);
    d.#parts = [outer, inner];
    return d;
  }

  /** Outer and inner part of a stacked axis; its `dim` is not used. */
  get parts(): readonly [DimVar, DimVar] | null {
    return this.root().#parts;
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
    if (a.#parts !== null || b.#parts !== null) return a.#unifyStacked(b);
    if (a.#dim !== null && b.#dim !== null) return a.#unifyKnown(b, a.#dim === b.#dim || maySynonym(a.#dim, b.#dim));
    const [unknown, kept] = a.#dim === null ? [a, b] : [b, a];
    unknown.#parent = kept;
    return true;
  }

  /** Of two roots with sizes the one that is only a name of the other follows it. */
  #unifyKnown(other: DimVar, mayBeOne: boolean): boolean {
    if (!mayBeOne) return false;
    if (this.#dim === other.#dim ? !this.#soft : other.#soft) other.#parent = this;
    else if (this.#soft) this.#parent = other;
    else return false;
    return true;
  }

  /** Of a stacked axis both parts; one that has no size yet becomes it. A size that is known is no pair. */
  #unifyStacked(other: DimVar): boolean {
    if (this.#parts !== null && other.#parts !== null)
      return this.#parts[0].unify(other.#parts[0]) && this.#parts[1].unify(other.#parts[1]);
    const [plain, pair] = this.#parts === null ? [this, other] : [other, this];
    // The rows of X are fewer than the entries of vec(X); of another size that is not known.
    if (plain.#dim !== null && pair.#parts?.some((part) => part.dim === plain.#dim) === true) return false;
    if (plain.#dim !== null)
      refuse(
        "unsupported/stacked",
        "a size that is a product is not known to be stacked from a matrix",
        null,
        "write vec(X) or A \\otimes B where it is used",
      );
    plain.#parent = pair;
    return true;
  }

  same(other: DimVar): boolean {
    const a = this.root();
    const b = other.root();
    if (a.#parts !== null && b.#parts !== null) return a.#parts[0].same(b.#parts[0]) && a.#parts[1].same(b.#parts[1]);
    return a === b || (a.#dim !== null && a.#dim === b.#dim);
  }

  /** Could the two be one: not both known and different. */
  compatible(other: DimVar): boolean {
    const a = this.root();
    const b = other.root();
    if (a.#parts !== null && b.#parts !== null)
      return a.#parts[0].compatible(b.#parts[0]) && a.#parts[1].compatible(b.#parts[1]);
    if (a === b || a.#dim === null || b.#dim === null || a.#dim === b.#dim) return true;
    return (a.#soft || b.#soft) && maySynonym(a.#dim, b.#dim);
  }

  isOne(arena: Arena): boolean {
    return this.dim === arena.oneDim;
  }
}

/** Two lone names may name one size; `M` and `M - 1` never do. */
const maySynonym = (a: Dim, b: Dim): boolean => isLoneName(a) && isLoneName(b);

/** A size that is one name and nothing else. */
export function isLoneName(dim: Dim): boolean {
  const [term] = dim.terms;
  return dim.terms.length === 1 && term?.coefficient === 1 && term.powers.length === 1 && term.powers[0]?.[1] === 1;
}
