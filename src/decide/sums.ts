import { Fraction } from "fraction.js";
import type { Index } from "../expression/node.js";
import {
  type Atom,
  type AtomOf,
  addPolys,
  atomOf,
  atomPoly,
  Collector,
  type Factor,
  makeTerm,
  mentions,
  onePoly,
  type Place,
  type Poly,
  type Term,
  termPoly,
} from "./form.js";
import { rangeMentions } from "./keys.js";
import type { Kit } from "./kit.js";
import { inExponent, writtenOut } from "./matrices.js";
import { contractPowers } from "./matrix-products.js";
import { dimensionPoly, placePoly } from "./numbers.js";
import { atDim, atIndex, freeOfPlace, indexAt, place, substituteRange, subtractPlaces } from "./place.js";
import { raise } from "./products.js";

export function sumPoly(kit: Kit, index: Index, body: Poly): Poly {
  const few = writtenOut(kit, index, body);
  if (few !== null) return addPolys(...few);
  const sum = new Collector();
  for (const t of body.terms) sum.addAll(kit.close([index], t));
  return sum.poly();
}

export const closeAll = (kit: Kit, bound: readonly Index[], poly: Poly): Poly => {
  const [only] = poly.terms;
  if (poly.terms.length === 1 && only !== undefined) return kit.close(bound, only);
  const sum = new Collector();
  for (const t of poly.terms) sum.addAll(kit.close(bound, t));
  return sum.poly();
};

/** Sums a term over `bound`: opens the sums that hang on it, eliminates deltas, and closes what hangs together. */
export function closeTerm(kit: Kit, bound: readonly Index[], term: Term): Poly {
  kit.budget.spend();
  if (bound.length === 0) return kit.settle(term);
  return openInner(kit, bound, term) ?? eliminate(kit, bound, term) ?? closeParts(kit, bound, term);
}

function openInner(kit: Kit, bound: readonly Index[], term: Term): Poly | null {
  const hangs = (a: Atom): boolean => bound.some((i) => mentions(a, i));
  const inner = term.factors.filter((f) => f.atom.kind === "sum" && f.power > 0 && hangs(f.atom));
  if (inner.length === 0) return null;
  const rest = term.factors.filter((f) => !inner.includes(f));
  const all = [...bound];
  const parts: Poly[] = [termPoly(makeTerm(term.coefficient, rest))];
  for (const { atom, power } of inner) {
    if (atom.kind !== "sum") continue;
    for (let k = 0; k < power; k++) {
      const opened = openSum(kit, atom);
      all.push(...opened.indices);
      parts.push(...opened.factors);
    }
  }
  return closeAll(kit, all, kit.multiply(...parts));
}

/** The factors of a sum with fresh names for its indices. */
export function openSum(
  kit: Kit,
  sum: AtomOf<"sum">,
): { readonly indices: readonly Index[]; readonly factors: readonly Poly[] } {
  const map = new Map<Index, Place>();
  const indices: Index[] = [];
  for (const i of sum.indices) {
    const fresh = kit.fresh(i.range);
    map.set(i, atIndex(kit.arena, fresh));
    indices.push(fresh);
  }
  // Ranges may mention the other indices of the sum.
  const ranged = indices.map((i) => {
    const range = substituteRange(kit.arena, i.range, map);
    return range.low === i.range.low && range.high === i.range.high ? i : kit.fresh(range);
  });
  ranged.forEach((i, k) => {
    const old = sum.indices[k];
    if (old !== undefined) map.set(old, atIndex(kit.arena, i));
  });
  return {
    indices: ranged,
    factors: sum.factors.map((f) => raise(kit, kit.substitute(atomPoly(f.atom), map), f.power)),
  };
}

/** Uses a factor `[p = 0]` to replace a bound index, keeping the guard that its value lies in the index's range. */
function eliminate(kit: Kit, bound: readonly Index[], term: Term): Poly | null {
  for (const { atom } of term.factors) {
    if (atom.kind !== "iverson" || atom.relation !== "zero") continue;
    const { terms, offset, value } = atom.position;
    const solved = terms.find(([i, c]) => bound.includes(i) && (c === -1 || (c === 1 && value === null)));
    if (solved === undefined) continue;
    const [index, c] = solved;
    const target = place(
      terms.filter(([i]) => i !== index).map(([i, d]) => [i, -d * c] as const),
      kit.arena.scaleDim(offset, -c),
      value,
    );
    return replaceBound(kit, bound, term, atom, index, target);
  }
  return null;
}

function replaceBound(kit: Kit, bound: readonly Index[], term: Term, delta: Atom, index: Index, target: Place): Poly {
  const map = new Map<Index, Place>([[index, target]]);
  const rest = bound.filter((i) => i !== index);
  const renamed = rest.map((i) => {
    if (!rangeMentions(i, index)) return i;
    const fresh = kit.fresh(substituteRange(kit.arena, i.range, map));
    map.set(i, atIndex(kit.arena, fresh));
    return fresh;
  });
  const others = makeTerm(
    term.coefficient,
    term.factors.filter((f) => f.atom !== delta),
  );
  return closeAll(kit, renamed, kit.multiply(kit.substitute(termPoly(others), map), guard(kit, index, target)));
}

/** One where `target` is a value of `index`. */
function guard(kit: Kit, index: Index, target: Place): Poly {
  if (target.value !== null && target.terms.length === 0 && target.offset.terms.length === 0) {
    const atom = atomOf(target.value);
    const range = index.range;
    if (atom?.kind === "argument" && atom.index.range.low === range.low && atom.index.range.high === range.high)
      return onePoly;
    if (atom?.kind === "entry") {
      const known = kit.facts.integerRange(atom.tensor);
      if (known !== null && known.low === range.low.key && known.high === range.high.key) return onePoly;
    }
  }
  const low = subtractPlaces(kit, target, atDim(index.range.low));
  const high = subtractPlaces(kit, { terms: [], offset: index.range.high, value: null }, { ...target, value: null });
  const above = low === null ? onePoly : kit.iverson("nonnegative", low);
  if (high === null) return above;
  if (target.value === null) return kit.multiply(above, kit.iverson("nonnegative", high));
  // high - value is no place: written as an indicator of a number.
  const number = addPolys(dimensionPoly(kit, index.range.high), negated(kit, target));
  return kit.multiply(above, kit.indicator(">=", number));
}

const negated = (kit: Kit, p: Place): Poly => kit.multiply(termPoly(makeTerm(new Fraction(-1), [])), placePoly(kit, p));

// ---- components ----

function closeParts(kit: Kit, bound: readonly Index[], term: Term): Poly {
  let loose = makeTerm(
    term.coefficient,
    term.factors.filter((f) => !bound.some((i) => mentions(f.atom, i))),
  );
  let factors = term.factors.filter((f) => bound.some((i) => mentions(f.atom, i)));
  let left = [...bound];
  const outside: Poly[] = [];
  const related = contractPair(kit, left, factors);
  if (related !== null) {
    const kept = makeTerm(
      term.coefficient,
      term.factors.filter((f) => !related.used.includes(f.atom)),
    );
    return closeAll(
      kit,
      left.filter((i) => i !== related.index),
      kit.multiply(termPoly(kept), related.value),
    );
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const i of left) {
      const carriers = factors.filter((f) => mentions(f.atom, i));
      if (left.some((j) => rangeMentions(j, i))) continue;
      const [only] = carriers;
      if (only === undefined) outside.push(dimensionPoly(kit, kit.arena.size(i.range)));
      else if (carriers.length === 1 && sumsToOne(kit, only, i)) factors = factors.filter((f) => f !== only);
      else continue;
      left = left.filter((j) => j !== i);
      changed = true;
      break;
    }
  }
  // A factor that hung on an eliminated index alone has gone with it.
  const stays = factors.filter((f) => !left.some((i) => mentions(f.atom, i)));
  factors = factors.filter((f) => !stays.includes(f));
  loose = makeTerm(
    loose.coefficient,
    [...loose.factors, ...stays].sort((a, b) => a.atom.id - b.atom.id),
  );
  const sums = components(left, factors).map((part) => reflected(kit, part));
  return kit.multiply(termPoly(loose), ...outside, ...sums);
}

function sumsToOne(kit: Kit, { atom, power }: Factor, index: Index): boolean {
  if (atom.kind !== "entry" || power !== 1) return false;
  const along = atom.at.findIndex((p) => indexAt(p) === index);
  if (along < 0 || !kit.facts.sumsToOne(atom.tensor, along)) return false;
  if (atom.at.some((p, k) => k !== along && freeOfPlace(p).includes(index))) return false;
  const axis = axisRange(kit, atom, along);
  if (axis === null || axis.low !== index.range.low || axis.high !== index.range.high) return false;
  kit.facts.rely("sum", atom.tensor);
  return true;
}

function axisRange(kit: Kit, { tensor, at }: AtomOf<"entry">, axis: number): { low: unknown; high: unknown } | null {
  const range = tensor.axes[axis];
  if (range === undefined) return null;
  const map = new Map<Index, Place>();
  tensor.parameters.forEach((p, k) => {
    const position = at[k];
    if (position !== undefined) map.set(p, position);
  });
  return substituteRange(kit.arena, range, map);
}

/** `Σ_r X^r A X^{N-r}` and `Σ_r X^{N-r} A X^r` are one: of an index in exponents and its reflection, what was met first is taken. */
function reflected(kit: Kit, part: { indices: Index[]; factors: Factor[] }): Poly {
  const atom = kit.intern({ kind: "sum", ...part });
  const index = part.indices.find((i) => part.factors.some((f) => inExponent(f.atom, i)));
  if (index === undefined || part.indices.some((i) => rangeMentions(i, index))) return atomPoly(atom);
  const { low, high } = index.range;
  const turned: Place = { terms: [[index, -1]], offset: kit.arena.addDims(low, high), value: null };
  const factors: Factor[] = [];
  for (const f of part.factors) {
    const [term] = raise(kit, kit.substitute(atomPoly(f.atom), new Map([[index, turned]])), f.power).terms;
    if (term === undefined || !term.coefficient.equals(1)) return atomPoly(atom);
    factors.push(...term.factors);
  }
  factors.sort((a, b) => a.atom.id - b.atom.id);
  const other = kit.intern({ kind: "sum", indices: part.indices, factors });
  return atomPoly(other.id < atom.id ? other : atom);
}

function components(bound: readonly Index[], factors: readonly Factor[]): { indices: Index[]; factors: Factor[] }[] {
  const parts: { indices: Index[]; factors: Factor[] }[] = [];
  let open = [...bound];
  for (let seed = open.shift(); seed !== undefined; seed = open.shift()) {
    const indices = [seed];
    for (let k = 0; k < indices.length; k++) {
      const i = indices[k];
      if (i === undefined) break;
      const carriers = factors.filter((f) => mentions(f.atom, i));
      const near = open.filter(
        (j) => rangeMentions(i, j) || rangeMentions(j, i) || carriers.some((f) => mentions(f.atom, j)),
      );
      indices.push(...near);
      open = open.filter((j) => !near.includes(j));
    }
    parts.push({ indices, factors: factors.filter((f) => indices.some((i) => mentions(f.atom, i))) });
  }
  return parts;
}

interface Contraction {
  readonly index: Index;
  readonly used: readonly Atom[];
  readonly value: Poly;
}

/** `Σ_k X⁻¹_ik X_kj = δ_ij`, and `Σ_k Q_ki Q_kj = δ_ij` for an orthogonal Q. */
function contractPair(kit: Kit, bound: readonly Index[], factors: readonly Factor[]): Contraction | null {
  for (const index of bound) {
    if (bound.some((j) => rangeMentions(j, index))) continue;
    const carriers = factors.filter((f) => mentions(f.atom, index));
    const [x, y] = carriers;
    if (carriers.length === 1 && x?.power === 2) {
      const value = contractAtoms(kit, index, x.atom, x.atom);
      if (value !== null) return { index, used: [x.atom], value };
    }
    if (carriers.length !== 2 || x?.power !== 1 || y?.power !== 1) continue;
    const value = contractAtoms(kit, index, x.atom, y.atom) ?? contractAtoms(kit, index, y.atom, x.atom);
    if (value !== null) return { index, used: [x.atom, y.atom], value };
  }
  return null;
}

function contractAtoms(kit: Kit, index: Index, x: Atom, y: Atom): Poly | null {
  if (x.kind === "matrix" || y.kind === "matrix") return contractPowers(kit, index, x, y);
  if (y.kind !== "entry" || y.at.length !== 2) return null;
  const axis = y.at.findIndex((p) => indexAt(p) === index);
  const far = y.at[1 - axis];
  if (axis < 0 || far === undefined || freeOfPlace(far).includes(index) || !isWholeAxis(y, index)) return null;
  const other = x.kind === "entry" ? orthogonalPartner(kit, index, x, y, axis) : null;
  return other === null ? null : kit.delta(other, far);
}

/** The other position of `x`, if it contracts with `y` to a delta: `Σ_k Q_ki Q_kj`. */
function orthogonalPartner(kit: Kit, index: Index, x: AtomOf<"entry">, y: AtomOf<"entry">, axis: number): Place | null {
  if (x.tensor !== y.tensor || !kit.facts.orthogonal(x.tensor)) return null;
  const [rows, columns] = y.tensor.axes;
  if (axis === 1 && (rows?.high !== columns?.high || rows?.low !== columns?.low)) return null;
  kit.facts.rely("orthogonal", x.tensor);
  return partner(index, x.at[axis], x.at[1 - axis]);
}

const partner = (index: Index, near: Place | undefined, other: Place | undefined): Place | null =>
  near === undefined || other === undefined || indexAt(near) !== index || freeOfPlace(other).includes(index)
    ? null
    : other;

function isWholeAxis(entry: AtomOf<"entry">, index: Index): boolean {
  const axis = entry.tensor.axes[entry.at.findIndex((p) => indexAt(p) === index)];
  return axis !== undefined && axis.low === index.range.low && axis.high === index.range.high;
}
