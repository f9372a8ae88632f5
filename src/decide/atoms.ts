import { Fraction } from "fraction.js";
import { flatMap } from "../core/flat-map.js";
import { freeOfDim } from "../expression/arena.js";
import type { Index, Tensor } from "../expression/node.js";
import { functions } from "../functions/table.js";
import {
  type Atom,
  type AtomBody,
  addPolys,
  atomPoly,
  constantPoly,
  factorsSign,
  isFragile,
  makeTerm,
  negatePoly,
  onePoly,
  type Place,
  type Poly,
  type Sign,
  signOf,
  termPoly,
  zeroPoly,
} from "./form.js";
import { applyPoly, powerBy } from "./functions.js";
import { heightOf, type Keys } from "./keys.js";
import { type Kit, type Places, Unprovable } from "./kit.js";
import { matrixPoly } from "./matrices.js";
import { dimensionPoly, placePoly } from "./numbers.js";
import {
  freeOfPlace,
  leastOf,
  negatePlace,
  substitutePlace,
  substituteRange,
  subtractPlaces,
  surelyNonnegative,
} from "./place.js";
import { hotRows, raise } from "./products.js";

/** Makes each atom once. */
export class Atoms {
  readonly #known = new Map<string, Atom>();
  readonly #kit: Kit;
  readonly #keys: Keys;

  constructor(kit: Kit, keys: Keys) {
    this.#kit = kit;
    this.#keys = keys;
  }

  intern(body: AtomBody): Atom {
    const key = this.#keys.body(body);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#kit.budget.spend();
    const idempotent = this.#idempotent(body);
    const involutive = body.kind === "entry" && this.#kit.facts.involutive(body.tensor);
    const fragile = idempotent || this.#fragile(body);
    const relates =
      idempotent ||
      involutive ||
      body.kind === "root" ||
      body.kind === "group" ||
      (body.kind === "iverson" && body.relation === "zero") ||
      (body.kind === "sum" && hotRows(this.#kit, body).length > 0);
    const free = [...new Set(freeOf(body))];
    const atom: Atom = {
      ...body,
      id: this.#known.size,
      free,
      shape: this.#keys.shape(body, free),
      height: height(body),
      sign: this.#sign(body),
      idempotent,
      involutive,
      fragile,
      relates,
    };
    this.#known.set(key, atom);
    return atom;
  }

  #idempotent(body: AtomBody): boolean {
    if (body.kind === "entry") return this.#kit.facts.binary(body.tensor);
    return body.kind === "indicator" || body.kind === "iverson";
  }

  #fragile(body: AtomBody): boolean {
    switch (body.kind) {
      case "reduce":
      case "argument":
        return true;
      case "entry":
        return this.#kit.facts.fragile(body.tensor);
      case "apply":
        return (functions.get(body.fn)?.kinks.length ?? 1) > 0 || body.args.some(isFragile);
      default:
        return polysOf(body).some(isFragile) || (body.kind === "sum" && body.factors.some((f) => f.atom.fragile));
    }
  }

  #sign(body: AtomBody): Sign {
    switch (body.kind) {
      case "entry":
        return this.#kit.facts.sign(body.tensor);
      case "dim":
      case "pi":
      case "exp":
        return "positive";
      case "root":
        return this.#kit.sign(body.base) === "positive" ? "positive" : "nonnegative";
      case "group":
        return this.#kit.sign(body.value);
      case "power":
        return signOf(body.base);
      case "iverson":
      case "indicator":
        return "nonnegative";
      case "reduce":
        return signOf(body.body);
      case "sum":
        return factorsSign(body.factors);
      default:
        return "unknown";
    }
  }
}

function polysOf(body: AtomBody): readonly Poly[] {
  switch (body.kind) {
    case "root":
      return [body.base];
    case "exp":
    case "log":
    case "indicator":
      return [body.arg];
    case "apply":
      return body.args;
    case "group":
      return [body.value];
    case "power":
      return [body.base, body.exponent];
    case "reduce":
    case "argument":
      return [body.body];
    case "matrix":
      return body.exponent === null ? [body.body] : [body.body, body.exponent];
    case "abstract":
      return body.args.map((a) => a.body);
    default:
      return [];
  }
}

function placesOf(body: AtomBody): readonly Place[] {
  switch (body.kind) {
    case "entry":
    case "matrix":
      return body.at;
    case "dim":
      return body.at === null ? [] : [body.at];
    case "iverson":
      return [body.position];
    case "abstract":
      return [...body.outputs, ...flatMap(body.partials, (p) => p.at)];
    default:
      return [];
  }
}

function boundOf(body: AtomBody): readonly Index[] {
  switch (body.kind) {
    case "reduce":
    case "argument":
      return [body.index];
    case "matrix":
      return [body.row, body.column];
    case "abstract":
      return flatMap(body.args, (a) => a.indices);
    case "sum":
      return body.indices;
    default:
      return [];
  }
}

const freeOfPoly = (p: Poly): readonly Index[] => flatMap(p.terms, (t) => flatMap(t.factors, (f) => f.atom.free));

function freeOf(body: AtomBody): readonly Index[] {
  const bound = boundOf(body);
  const free = [...flatMap(polysOf(body), freeOfPoly), ...flatMap(placesOf(body), freeOfPlace)];
  if (body.kind === "index") free.push(body.index);
  if (body.kind === "sum") for (const f of body.factors) free.push(...f.atom.free);
  for (const i of bound) free.push(...freeOfDim(i.range.low), ...freeOfDim(i.range.high));
  return bound.length === 0 ? free : free.filter((i) => !bound.includes(i));
}

function height(body: AtomBody): number {
  let inner = 0;
  for (const p of polysOf(body)) inner = Math.max(inner, heightOf(p));
  for (const p of placesOf(body)) if (p.value !== null) inner = Math.max(inner, heightOf(p.value));
  if (body.kind === "sum") for (const f of body.factors) inner = Math.max(inner, f.atom.height);
  return inner + boundOf(body).length;
}

// ---- leaves ----

export const entryPoly = (kit: Kit, tensor: Tensor, at: readonly Place[]): Poly =>
  atomPoly(kit.intern({ kind: "entry", tensor, at }));

export function deltaPoly(kit: Kit, a: Place, b: Place): Poly {
  const difference = subtractPlaces(kit, a, b);
  if (difference !== null) return kit.iverson("zero", difference);
  return kit.indicator("=", addPolys(placePoly(kit, a), negatePoly(placePoly(kit, b))));
}

/** Decided at once where the ranges of the indices decide it. */
export function iversonPoly(kit: Kit, relation: "zero" | "nonnegative", position: Place): Poly {
  const { arena } = kit;
  const opposite = negatePlace(arena, position);
  if (opposite !== null) {
    const known = decidedBy(kit, relation, position, opposite);
    if (known !== null) return known ? onePoly : zeroPoly;
    const constant = position.offset.terms.find((t) => t.powers.length === 0)?.coefficient ?? 0;
    // [p ≥ 0] and [-p - 1 ≥ 0] exclude each other: kept is the one with a constant of at least zero.
    if (relation === "nonnegative" && constant < 0) {
      const other: Place = { ...opposite, offset: arena.subtractDims(opposite.offset, arena.oneDim) };
      return addPolys(onePoly, negatePoly(atomPoly(kit.intern({ kind: "iverson", relation, position: other }))));
    }
  }
  return atomPoly(kit.intern({ kind: "iverson", relation, position }));
}

/** What the ranges of its indices say of a condition, if they decide it. */
function decidedBy(kit: Kit, relation: "zero" | "nonnegative", position: Place, opposite: Place): boolean | null {
  const { arena } = kit;
  const [least, leastOpposite] = [leastOf(arena, position), leastOf(arena, opposite)];
  if (least === null || leastOpposite === null) return null;
  if (surelyNonnegative(arena.subtractDims(leastOpposite, arena.oneDim))) return false;
  if (relation === "nonnegative") return surelyNonnegative(least) ? true : null;
  if (surelyNonnegative(arena.subtractDims(least, arena.oneDim))) return false;
  return position.terms.length === 0 && position.offset.terms.length === 0 ? true : null;
}

// ---- building and substituting ----

/** The atom with this content, or what it simplifies to after its parts changed. */
export function buildAtom(kit: Kit, body: AtomBody): Poly {
  switch (body.kind) {
    case "entry":
      return kit.entry(body.tensor, body.at);
    case "index":
    case "pi":
    case "dim":
    case "abstract":
    case "argument":
    case "apply":
      return atomPoly(kit.intern(body));
    case "matrix":
      return matrixPoly(kit, body);
    case "root":
      return kit.power(body.base, new Fraction(1, body.degree));
    case "exp":
      return kit.exp(body.arg);
    case "log":
      return kit.log(body.arg);
    case "group":
      return body.value;
    case "power":
      return powerBy(kit, body.base, body.exponent);
    case "iverson":
      return kit.iverson(body.relation, body.position);
    case "indicator":
      return kit.indicator(body.relation, body.arg);
    case "reduce":
      return reducePoly(kit, body.op, body.index, body.body);
    case "sum":
      throw new Error("internal: sums are closed, not built");
  }
}

function reducePoly(kit: Kit, op: "max" | "min" | "product", index: Index, body: Poly): Poly {
  if (!freeOfPoly(body).includes(index)) {
    if (op !== "product") return body;
    return powerBy(kit, body, dimensionPoly(kit, kit.arena.size(index.range)));
  }
  const [only] = body.terms;
  if (op !== "product" || body.terms.length !== 1 || only === undefined)
    return atomPoly(kit.intern({ kind: "reduce", op, index, body }));
  const size = dimensionPoly(kit, kit.arena.size(index.range));
  const parts = only.factors.map(({ atom, power }) => {
    if (!atom.free.includes(index)) return powerBy(kit, raise(kit, atomPoly(atom), power), size);
    if (power < 0 && atom.fragile) throw new Unprovable("a denominator that may vanish on more than a null set");
    return raise(kit, atomPoly(kit.intern({ kind: "reduce", op, index, body: atomPoly(atom) })), power);
  });
  return kit.multiply(powerBy(kit, constantPoly(only.coefficient), size), ...parts);
}

export function substitutePoly(kit: Kit, poly: Poly, map: Places): Poly {
  const parts = poly.terms.map((t) => {
    const touched = t.factors.filter((f) => f.atom.free.some((i) => map.has(i)));
    if (touched.length === 0) return termPoly(t);
    const rest = t.factors.filter((f) => !touched.includes(f));
    return kit.multiply(
      termPoly(makeTerm(t.coefficient, rest)),
      ...touched.map((f) => raise(kit, substituteAtom(kit, f.atom, map), f.power)),
    );
  });
  return addPolys(zeroPoly, ...parts);
}

function substituteAtom(kit: Kit, atom: Atom, map: Places): Poly {
  kit.budget.spend();
  const poly = (p: Poly): Poly => substitutePoly(kit, p, map);
  const at = (ps: readonly Place[]): Place[] => ps.map((p) => substitutePlace(kit, p, map));
  switch (atom.kind) {
    case "entry":
      return kit.entry(atom.tensor, at(atom.at));
    case "dim":
      return atom.at === null
        ? atomPoly(atom)
        : buildAtom(kit, { kind: "dim", latex: atom.latex, at: substitutePlace(kit, atom.at, map) });
    case "index": {
      const target = map.get(atom.index);
      return target === undefined ? atomPoly(atom) : placePoly(kit, target);
    }
    case "pi":
      return atomPoly(atom);
    case "root":
      return kit.power(poly(atom.base), new Fraction(1, atom.degree));
    case "exp":
      return kit.exp(poly(atom.arg));
    case "log":
      return kit.log(poly(atom.arg));
    case "apply":
      return applyPoly(kit, atom.fn, atom.args.map(poly));
    case "group":
      return poly(atom.value);
    case "power":
      return powerBy(kit, poly(atom.base), poly(atom.exponent));
    case "iverson":
      return substituteCondition(kit, atom.relation, atom.position, map);
    case "indicator":
      return kit.indicator(atom.relation, poly(atom.arg));
    case "reduce": {
      const { indices, inner } = rebind(kit, [atom.index], map);
      return reducePoly(kit, atom.op, indices[0] ?? atom.index, substitutePoly(kit, atom.body, inner));
    }
    case "argument": {
      const { indices, inner } = rebind(kit, [atom.index], map);
      return buildAtom(kit, {
        kind: "argument",
        op: atom.op,
        index: indices[0] ?? atom.index,
        body: substitutePoly(kit, atom.body, inner),
      });
    }
    case "matrix": {
      const { indices, inner } = rebind(kit, [atom.row, atom.column], map);
      const [row = atom.row, column = atom.column] = indices;
      const exponent = atom.exponent === null ? null : poly(atom.exponent);
      return buildAtom(kit, {
        kind: "matrix",
        fn: atom.fn,
        row,
        column,
        body: substitutePoly(kit, atom.body, inner),
        at: at(atom.at),
        exponent,
      });
    }
    case "abstract": {
      const args = atom.args.map((a) => {
        const { indices, inner } = rebind(kit, a.indices, map);
        return { indices, body: substitutePoly(kit, a.body, inner) };
      });
      const partials = atom.partials.map((p) => ({ argument: p.argument, at: at(p.at) }));
      return buildAtom(kit, { kind: "abstract", name: atom.name, args, outputs: at(atom.outputs), partials });
    }
    case "sum": {
      const { indices, inner } = rebind(kit, atom.indices, map);
      const factors = atom.factors.map((f) => raise(kit, substitutePoly(kit, atomPoly(f.atom), inner), f.power));
      const product = kit.multiply(...factors);
      return addPolys(zeroPoly, ...product.terms.map((t) => kit.close(indices, t)));
    }
  }
}

/** `[p = 0]` where an index of `p` becomes a gathered value is a delta between that value and the rest. */
function substituteCondition(kit: Kit, relation: "zero" | "nonnegative", position: Place, map: Places): Poly {
  const gathered = position.terms.find(([i]) => map.get(i)?.value != null);
  if (gathered === undefined || relation === "nonnegative")
    return kit.iverson(relation, substitutePlace(kit, position, map));
  const [index, c] = gathered;
  const target = map.get(index);
  const oriented = c === -1 ? position : negatePlace(kit.arena, position);
  if (target === undefined || Math.abs(c) !== 1 || oriented === null)
    throw new Unprovable("a gathered value in a condition");
  const rest = { ...oriented, terms: oriented.terms.filter(([i]) => i !== index) };
  return kit.delta(substitutePlace(kit, rest, map), target);
}

/** Bound indices whose ranges mention a replaced index get new ones. Their names occur nowhere else, so nothing is captured. */
function rebind(kit: Kit, bound: readonly Index[], map: Places): { indices: readonly Index[]; inner: Places } {
  let inner: Map<Index, Place> | null = null;
  const indices = bound.map((i) => {
    const range = substituteRange(kit.arena, i.range, inner ?? map);
    if (range.low === i.range.low && range.high === i.range.high) return i;
    const fresh = kit.fresh(range);
    inner ??= new Map(map);
    inner.set(i, { terms: [[fresh, 1]], offset: kit.arena.zeroDim, value: null });
    return fresh;
  });
  return { indices, inner: inner ?? map };
}
