import { Fraction } from "fraction.js";
import { flatMap } from "../core/flat-map.js";
import {
  type Atom,
  type AtomBody,
  type AtomOf,
  addPolys,
  atomPoly,
  Collector,
  type Factor,
  leadingTerm,
  makeTerm,
  mergeFactors,
  onePoly,
  type Place,
  type Poly,
  type Term,
  termPoly,
  zeroPoly,
} from "./form.js";
import type { Kit } from "./kit.js";
import { freeOfPlace, place, subtractPlaces } from "./place.js";

export function multiplyPolys(kit: Kit, polys: readonly Poly[]): Poly {
  let product = onePoly;
  for (const p of polys) {
    if (p.terms.length === 0) return zeroPoly;
    product = product === onePoly ? p : multiplyTwo(kit, product, p);
  }
  return product;
}

function multiplyTwo(kit: Kit, p: Poly, q: Poly): Poly {
  const sum = new Collector();
  for (const a of p.terms)
    for (const b of q.terms) {
      kit.budget.spend();
      const term = makeTerm(a.coefficient.mul(b.coefficient), mergeFactors(a.factors, b.factors));
      if (term.factors.some((f) => f.atom.relates)) sum.addAll(kit.settle(term));
      else sum.add(term);
    }
  return sum.poly();
}

const without = (term: Term, ...atoms: readonly Atom[]): Poly =>
  termPoly(
    makeTerm(
      term.coefficient,
      term.factors.filter((f) => !atoms.includes(f.atom)),
    ),
  );

/** Applies the relations that hold among the factors of one product until none applies. */
export function settleTerm(kit: Kit, term: Term): Poly {
  if (!term.factors.some((f) => f.atom.relates)) return termPoly(term);
  kit.budget.spend();
  for (const { atom, power } of term.factors)
    if (atom.kind === "entry" && atom.idempotent && power > 1) kit.facts.rely("binary", atom.tensor);
  const flat = flattened(kit, term);
  return (
    foldRoot(kit, flat) ??
    expandGroup(kit, flat) ??
    applyDelta(kit, flat) ??
    mergeOneHot(kit, flat) ??
    mergeHotSums(kit, flat) ??
    reduceGroup(kit, flat) ??
    termPoly(flat)
  );
}

/** `b^k = b` for a mask `b`; `s² = 1` for a sign `s`. */
function flattened(kit: Kit, term: Term): Term {
  const isFlat = ({ atom, power }: Factor): boolean =>
    !(atom.idempotent && power > 1) && !(atom.involutive && power !== 1);
  if (term.factors.every(isFlat)) return term;
  const factors = flatMap(term.factors, (f): readonly Factor[] => {
    if (isFlat(f)) return [f];
    if (!f.atom.involutive) return [{ atom: f.atom, power: 1 }];
    if (f.atom.kind === "entry") kit.facts.rely("sign", f.atom.tensor);
    return f.power % 2 === 0 ? [] : [{ atom: f.atom, power: 1 }];
  });
  return makeTerm(term.coefficient, factors);
}

/** `r^a` with `a` outside 0..degree-1 gives up whole powers of its base: `v^(k + a/b) = v^k r^a`. */
function foldRoot(kit: Kit, term: Term): Poly | null {
  for (const { atom, power } of term.factors) {
    if (atom.kind !== "root") continue;
    const whole = Math.floor(power / atom.degree);
    const rest = power - whole * atom.degree;
    const common = gcd(rest, atom.degree);
    if (whole === 0 && common === 1) continue;
    const parts = [without(term, atom)];
    if (whole !== 0) parts.push(kit.power(atom.base, new Fraction(whole)));
    if (rest !== 0) {
      const root = kit.intern({ kind: "root", base: atom.base, degree: atom.degree / common });
      parts.push(atomPoly(root, rest / common));
    }
    return kit.multiply(...parts);
  }
  return null;
}

export function gcd(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

function expandGroup(kit: Kit, term: Term): Poly | null {
  for (const { atom, power } of term.factors) {
    if (atom.kind !== "group" || power < 0) continue;
    return kit.multiply(without(term, atom), kit.power(atom.value, new Fraction(power)));
  }
  return null;
}

/** Where `[p = 0]` is a factor, the other factors may use `p = 0`: solved for its last index of coefficient one. */
function applyDelta(kit: Kit, term: Term): Poly | null {
  for (const { atom } of term.factors) {
    if (atom.kind !== "iverson" || atom.relation !== "zero") continue;
    const { terms, offset, value } = atom.position;
    const solvable = terms.filter(([, c]) => c === 1 || c === -1);
    // A gathered value has coefficient one: its index is solved for only with coefficient -1.
    const solved = solvable.filter(([, c]) => value === null || c === -1).at(-1);
    if (solved === undefined) continue;
    const [index, c] = solved;
    const others = term.factors.filter((f) => f.atom !== atom && f.atom.free.includes(index));
    if (others.length === 0) continue;
    const target = place(
      terms.filter(([i]) => i !== index).map(([i, d]) => [i, -d * c] as const),
      kit.arena.scaleDim(offset, -c),
      value,
    );
    const map = new Map([[index, target]]);
    const rest = makeTerm(
      term.coefficient,
      term.factors.filter((f) => f.atom === atom || !f.atom.free.includes(index)),
    );
    return kit.multiply(
      termPoly(rest),
      ...others.map((f) => raise(kit, kit.substitute(atomPoly(f.atom), map), f.power)),
    );
  }
  return null;
}

export const raise = (kit: Kit, base: Poly, power: number): Poly =>
  power === 1 ? base : kit.power(base, new Fraction(power));

/** `t_i t_j = δ_ij t_i` in one row of a one-hot tensor, or in one column. */
function mergeOneHot(kit: Kit, term: Term): Poly | null {
  const hot = term.factors.filter((f) => f.atom.kind === "entry" && kit.facts.hotAxis(f.atom.tensor) !== null);
  for (let a = 0; a < hot.length; a++)
    for (let b = a + 1; b < hot.length; b++) {
      const x = hot[a]?.atom;
      const y = hot[b]?.atom;
      if (x?.kind !== "entry" || y?.kind !== "entry" || x.tensor !== y.tensor) continue;
      const [p, q] = [hotPlace(kit, x), hotPlace(kit, y)];
      if (!sameRow(kit, x, y) || p === undefined || q === undefined) continue;
      kit.facts.rely("one-hot", x.tensor);
      return kit.multiply(kit.delta(p, q), without(term, y));
    }
  return null;
}

/** `Σ_k t_k f_k · Σ_k t_k g_k = Σ_k t_k f_k g_k`: sums over one row of a one-hot tensor are opened together. */
function mergeHotSums(kit: Kit, term: Term): Poly | null {
  const hot = flatMap(term.factors, (factor) => {
    if (factor.atom.kind !== "sum" || factor.power < 1) return [];
    const rows = hotRows(kit, factor.atom);
    return rows.length > 0 ? [{ factor, sum: factor.atom, rows }] : [];
  });
  for (const [a, x] of hot.entries())
    for (const y of hot.slice(x.factor.power > 1 ? a : a + 1)) {
      const row = x.rows.find((s) => y.rows.some((t) => s.tensor === t.tensor && sameRow(kit, s, t)));
      if (row === undefined) continue;
      kit.facts.rely("one-hot", row.tensor);
      const lowered = flatMap(term.factors, (f) => {
        const power = f.power - Number(f === x.factor) - Number(f === y.factor);
        return power === 0 ? [] : [{ atom: f.atom, power }];
      });
      return kit.multiply(termPoly(makeTerm(term.coefficient, lowered)), openTogether(kit, x.sum, y.sum));
    }
  return null;
}

function openTogether(kit: Kit, ...sums: readonly AtomOf<"sum">[]): Poly {
  const opened = sums.map((s) => kit.open(s));
  const indices = flatMap(opened, (o) => o.indices);
  const product = kit.multiply(...flatMap(opened, (o) => o.factors));
  return addPolys(zeroPoly, ...product.terms.map((t) => kit.close(indices, t)));
}

/** One-hot entries of a sum whose position along the axis is bound and whose row is not. */
export function hotRows(kit: Kit, sum: Extract<AtomBody, { kind: "sum" }>): readonly AtomOf<"entry">[] {
  const rows: AtomOf<"entry">[] = [];
  for (const { atom } of sum.factors) {
    if (atom.kind !== "entry" || kit.facts.hotAxis(atom.tensor) === null) continue;
    const leading = flatMap(rowPlaces(kit, atom), freeOfPlace);
    if (!leading.some((i) => sum.indices.includes(i))) rows.push(atom);
  }
  return rows;
}

const hotPlace = (kit: Kit, { tensor, at }: AtomOf<"entry">): Place | undefined => at[kit.facts.hotAxis(tensor) ?? -1];

/** The positions that say in which row, or column, a one-hot entry stands. */
function rowPlaces(kit: Kit, { tensor, at }: AtomOf<"entry">): readonly Place[] {
  const axis = kit.facts.hotAxis(tensor);
  return at.filter((_, k) => k !== axis);
}

function sameRow(kit: Kit, s: AtomOf<"entry">, t: AtomOf<"entry">): boolean {
  const others = rowPlaces(kit, t);
  return rowPlaces(kit, s).every((p, k) => isSame(kit, p, others[k]));
}

function isSame(kit: Kit, a: Place, b: Place | undefined): boolean {
  if (b === undefined) return false;
  const d = subtractPlaces(kit, a, b);
  return d !== null && d.terms.length === 0 && d.offset.terms.length === 0 && d.value === null;
}

/**
 * Over a denominator `S`, the leading term of `S` gives way: `M/S = (1 - (S - M)/S)`; and where all of `S` but a
 * term `c` holds `v`, a negative power of `v` does, as long as there is a `c` to divide by: `c/(v S) = 1/v - ((S - c)/v)/S`. So sums of fractions over
 * one denominator have one form.
 */
function reduceGroup(kit: Kit, term: Term): Poly | null {
  for (const group of term.factors) {
    const { atom } = group;
    if (atom.kind !== "group" || group.power > 0) continue;
    const lead = leadingTerm(atom.value);
    const gone = lead.factors.every((f) => powerOf(term, f.atom) >= f.power)
      ? lead
      : (unitTerm(atom.value, term) ?? null);
    if (gone === null) continue;
    const inverse = gone.coefficient.inverse();
    const divided = termPoly(
      makeTerm(
        term.coefficient.mul(inverse),
        mergeFactors(
          term.factors,
          gone.factors.map((f): Factor => ({ atom: f.atom, power: -f.power })),
        ),
      ),
    );
    const over = new Collector();
    for (const t of atom.value.terms) if (t.key !== gone.key) over.add(t, new Fraction(-1));
    const lifted = kit.multiply(divided, atomPoly(atom, 1));
    return add(lifted, kit.multiply(divided, over.poly()));
  }
  return null;
}

const add = (a: Poly, b: Poly): Poly => {
  const sum = new Collector();
  sum.addAll(a);
  sum.addAll(b);
  return sum.poly();
};

export const powerOf = (term: Term, atom: Atom): number => term.factors.find((f) => f.atom === atom)?.power ?? 0;

/** The term of a denominator that `term` holds, if all others share an atom of which `term` has a negative power. */
function unitTerm(value: Poly, term: Term): Term | null {
  const held = value.terms.filter((t) => t.factors.every((f) => powerOf(term, f.atom) >= f.power));
  if (held.length === 0) return null;
  for (const { atom, power } of term.factors) {
    if (power >= 0 || atom.kind === "group") continue;
    const unit = held.find((t) => value.terms.every((u) => (u === t) !== powerOf(u, atom) > 0));
    if (unit !== undefined) return unit;
  }
  return null;
}
