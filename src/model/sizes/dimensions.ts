import { refuse } from "../../core/diagnostic.js";
import type { Arena } from "../../expression/arena.js";
import type { Dim } from "../../expression/node.js";

/**
 * How the sizes of one member of a family follow from those of the family: where `h_\ell` has `d_\ell` entries, `h_{\ell-1}` has
 * `d_{\ell-1}`.
 */
export interface MemberSizes {
  /** Which member it is. */
  readonly key: string;
  readonly toMember: (dim: Dim) => Dim;
  /** `null` where the size of this member does not tell those of the others. */
  readonly toFamily: (dim: Dim) => Dim | null;
  /** Called with two axes of different members that meet before either has a size: what they have in common is not known yet. */
  readonly postpone: (family: DimVar, other: DimVar) => void;
}

/** What was worked out from sizes and shapes, and is to be worked out again when one of them changes. */
export interface Watcher {
  changed(): void;
}

/**
 * The size of an axis while shapes are being found: a variable of unification. Bound to a dimension once known.
 * A `soft` dimension was seen in limits of sums only, so that it may turn out to be another's second name.
 */
export class DimVar {
  #parent: DimVar | null = null;
  #dim: Dim | null;
  #soft: boolean;
  #parts: readonly [DimVar, DimVar] | null = null;
  #member: { readonly family: DimVar; readonly sizes: MemberSizes } | null = null;
  /** Of a root: what looked at any of the variables that are now this one. */
  #watchers: Set<Watcher> | null = null;

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

  /** The size of an axis of one member of a family, whose own axis is `family`. */
  static member(family: DimVar, sizes: MemberSizes): DimVar {
    const d = new DimVar(null);
    d.#member = { family, sizes };
    return d;
  }

  /** Outer and inner part of a stacked axis; its `dim` is not used. */
  get parts(): readonly [DimVar, DimVar] | null {
    return this.root().#parts;
  }

  root(): DimVar {
    let v: DimVar = this;
    for (let next = v.#parent; next !== null; next = v.#parent) {
      // A long way up is halved, so that the next one is shorter.
      v.#parent = next.#parent ?? next;
      v = v.#parent;
    }
    return v;
  }

  /** From now on, `watcher` is told when what is known of this size changes. */
  watch(watcher: Watcher): void {
    const root = this.root();
    root.#watchers ??= new Set();
    root.#watchers.add(watcher);
    root.#member?.family.watch(watcher);
    for (const part of root.#parts ?? []) part.watch(watcher);
  }

  /** Becomes another: what watched either now watches both, and hears of it where that tells it anything. */
  #become(kept: DimVar, told: boolean): void {
    this.#parent = kept;
    const [own, others] = [this.#watchers, kept.#watchers];
    this.#watchers = null;
    if (own === null) return;
    // Two unknown sizes are now one, which concerns only what looks at both: the fewer watchers hold all of these.
    const isUnknown = kept.#parts === null && kept.#member === null && kept.#dim === null;
    const fewer = others === null || others.size < own.size ? (others ?? []) : own;
    if (told) for (const w of isUnknown ? fewer : own) w.changed();
    if (isUnknown && fewer !== own) {
      kept.#watchers = own;
      for (const w of fewer) own.add(w);
    } else for (const w of own) kept.watch(w);
  }

  get dim(): Dim | null {
    const root = this.root();
    const family = root.#dim === null ? (root.#member?.family.dim ?? null) : null;
    return family === null ? root.#dim : (root.#member?.sizes.toMember(family) ?? null);
  }

  bind(dim: Dim): void {
    const root = this.root();
    const family = root.#member?.sizes.toFamily(dim) ?? null;
    if (family !== null) root.#member?.family.bind(family);
    else root.#dim = dim;
    root.#soft = false;
    for (const w of root.#watchers ?? []) w.changed();
  }

  /** What is known is certain from now on: no line may take it for another's second name. */
  settle(): void {
    this.root().#soft = false;
  }

  /** Makes two sizes one. False if both are known and differ. */
  unify(other: DimVar): boolean {
    const a = this.root();
    const b = other.root();
    if (a === b) return true;
    if (a.#parts !== null || b.#parts !== null) return a.#unifyStacked(b);
    const [own, others] = [a.dim, b.dim];
    if (own !== null && others !== null) return a.#unifyKnown(b, own === others || maySynonym(own, others));
    if (own === null && others === null && a.#member !== null && b.#member !== null) return a.#unifyMembers(b);
    const [unknown, kept] = own === null && (a.#member === null || others !== null) ? [a, b] : [b, a];
    unknown.#follow(kept);
    return true;
  }

  /** What has no size yet becomes another; the axis of a member tells its family. */
  #follow(kept: DimVar): void {
    const dim = kept.dim;
    const family = dim === null ? null : (this.#member?.sizes.toFamily(dim) ?? null);
    if (family === null) this.#become(kept, true);
    else this.#member?.family.unify(new DimVar(family, kept.#soft));
  }

  /** Two members of unknown size: of one place, their families have one size; of two, that says nothing yet. */
  #unifyMembers(other: DimVar): boolean {
    const [a, b] = [this.#member, other.#member];
    if (a === null || b === null) return true;
    if (a.sizes.key === b.sizes.key) return a.family.unify(b.family);
    a.sizes.postpone(a.family, b.family);
    return true;
  }

  /** Of two roots with sizes the one that is only a name of the other follows it. */
  #unifyKnown(other: DimVar, mayBeOne: boolean): boolean {
    if (!mayBeOne) return false;
    const told = this.dim !== other.dim || this.#soft !== other.#soft;
    if (this.dim === other.dim ? !this.#soft : other.#soft) other.#become(this, told);
    else if (this.#soft) this.#become(other, told);
    else return false;
    return true;
  }

  /** Of a stacked axis both parts; one that has no size yet becomes it. A size that is known is no pair. */
  #unifyStacked(other: DimVar): boolean {
    if (this.#parts !== null && other.#parts !== null)
      return this.#parts[0].unify(other.#parts[0]) && this.#parts[1].unify(other.#parts[1]);
    const [plain, pair] = this.#parts === null ? [this, other] : [other, this];
    // The rows of X are fewer than the entries of vec(X); of another size that is not known.
    const size = plain.dim;
    if (size !== null && pair.#parts?.some((part) => part.dim === size) === true) return false;
    // `x \in \mathbb{R}^{nq}` behind `A \otimes B`: x is stacked from a matrix.
    if (size !== null && !pair.#isAsLongAs(size))
      refuse(
        "unsupported/stacked",
        "a size that is a product is not known to be stacked from a matrix",
        null,
        "write vec(X) or A \\otimes B where it is used",
      );
    plain.#become(pair, true);
    return true;
  }

  /** Is a size the product of the two sizes of a stacked axis? Sizes that are sums are not multiplied out. */
  #isAsLongAs(size: Dim): boolean {
    const [outer, inner] = this.#parts ?? [];
    const [a, b] = [outer?.dim, inner?.dim];
    return a != null && b != null && isProduct(size, a, b);
  }

  same(other: DimVar): boolean {
    const a = this.root();
    const b = other.root();
    if (a.#parts !== null && b.#parts !== null) return a.#parts[0].same(b.#parts[0]) && a.#parts[1].same(b.#parts[1]);
    if (a === b || (a.dim !== null && a.dim === b.dim)) return true;
    if (a.#member === null || b.#member === null) return false;
    return a.#member.sizes.key === b.#member.sizes.key && a.#member.family.same(b.#member.family);
  }

  /** Could the two be one: not both known and different. */
  compatible(other: DimVar): boolean {
    const a = this.root();
    const b = other.root();
    if (a.#parts !== null && b.#parts !== null)
      return a.#parts[0].compatible(b.#parts[0]) && a.#parts[1].compatible(b.#parts[1]);
    const [own, others] = [a.dim, b.dim];
    if (a === b || own === null || others === null || own === others) return true;
    return (a.#soft || b.#soft) && maySynonym(own, others);
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

/** Is a size with one term the product of two others? */
function isProduct(size: Dim, ...factors: readonly Dim[]): boolean {
  if ([size, ...factors].some((d) => d.terms.length !== 1)) return false;
  let coefficient = 1;
  const powers = new Map<string, number>();
  for (const { terms } of factors)
    for (const t of terms) {
      coefficient *= t.coefficient;
      for (const [atom, power] of t.powers) powers.set(atom.key, (powers.get(atom.key) ?? 0) + power);
    }
  const [own] = size.terms;
  return (
    own?.coefficient === coefficient &&
    own.powers.length === powers.size &&
    own.powers.every(([atom, power]) => powers.get(atom.key) === power)
  );
}
