import { Fraction } from "fraction.js";
import { describe } from "./describe.js";
import {
  type Atom,
  addPolys,
  atomPoly,
  constantPoly,
  type Factor,
  factorsSign,
  isFragile,
  leadingTerm,
  makeTerm,
  mergeFactors,
  ONE,
  onePoly,
  type Poly,
  scalePoly,
  type Term,
  termPoly,
  zeroPoly,
} from "./form.js";
import { type Kit, Unprovable } from "./kit.js";
import { powerOf } from "./products.js";

/** One term to a higher power is only a longer number. */
const LARGEST_POWER = 1024;
/** Of a sum, and the largest denominator: these are multiplied out. */
const LARGEST_OF_A_SUM = 64n;

export const isWhole = (q: Fraction): boolean => q.d === 1n;
/** The value of a whole fraction that is small enough to count with. */
export function wholeOf(q: Fraction): number {
  const n = Number(q.n * q.s);
  if (q.d !== 1n || Math.abs(n) > LARGEST_POWER) throw new Unprovable(`a power beyond ${LARGEST_POWER}`);
  return n;
}

export function powerPoly(kit: Kit, base: Poly, exponent: Fraction): Poly {
  if (exponent.n === 0n) return onePoly;
  if (exponent.equals(ONE)) return base;
  const [first] = base.terms;
  if (first === undefined) {
    if (exponent.s > 0n) return zeroPoly;
    throw new Unprovable("a division by zero");
  }
  if (base.terms.length === 1 && isWhole(exponent)) return wholePower(kit, first, wholeOf(exponent));
  if (exponent.n > LARGEST_OF_A_SUM || exponent.d > LARGEST_OF_A_SUM)
    throw new Unprovable(`a power beyond ${LARGEST_OF_A_SUM}`);
  if (base.terms.length === 1) return brokenPower(kit, first, exponent);
  if (isWhole(exponent) && exponent.s > 0n) return repeated(kit, base, wholeOf(exponent));
  return sumPower(kit, base, exponent);
}

function repeated(kit: Kit, base: Poly, times: number): Poly {
  let result = base;
  for (let k = 1; k < times; k++) result = kit.multiply(result, base);
  return result;
}

// ---- one term ----

function wholePower(kit: Kit, term: Term, power: number): Poly {
  const coefficient = term.coefficient.pow(new Fraction(power));
  if (coefficient === null) throw new Unprovable("a power of a rational");
  const factors = term.factors.map((f) => ({ atom: f.atom, power: f.power * power }));
  if (power < 0) for (const f of factors) if (f.power < 0) invert(kit, f.atom);
  return kit.settle(makeTerm(coefficient, factors));
}

/** Notes that a side is undefined where `atom` vanishes, and refuses where that is more than a null set. */
function invert(kit: Kit, atom: Atom): void {
  if (atom.kind === "entry") kit.facts.relyOnSign(atom.tensor);
  if (atom.sign === "positive") return;
  if (atom.fragile) throw new Unprovable("a denominator that may vanish on more than a null set");
  if (atom.kind === "entry" && kit.facts.nonzero(atom.tensor)) return;
  if (!kit.domain.inverted.has(atom.id)) kit.domain.inverted.set(atom.id, `${describe(atom)} ≠ 0`);
}

/** `(c Π f^p)^q`, `q` not whole: what is known to be positive comes out, and `√(w²) = |w|`; the rest stays below one root. */
function brokenPower(kit: Kit, term: Term, q: Fraction): Poly {
  if (term.coefficient.s < 0n) return root(kit, termPoly(term), q);
  const parts: Poly[] = [rationalPower(kit, term.coefficient, q)];
  const rest: Factor[] = [];
  for (const f of term.factors) {
    const power = q.mul(f.power);
    if (f.atom.kind === "entry") kit.facts.relyOnSign(f.atom.tensor);
    if (f.atom.sign !== "unknown") parts.push(atomPower(kit, f.atom, power));
    else if (f.power % 2 === 0 && isWhole(power)) parts.push(absolutePower(kit, atomPoly(f.atom), power));
    else rest.push(f);
  }
  if (rest.length > 0) parts.push(root(kit, termPoly(makeTerm(ONE, rest)), q));
  return kit.multiply(...parts);
}

function atomPower(kit: Kit, atom: Atom, q: Fraction): Poly {
  if (isWhole(q)) {
    const power = wholeOf(q);
    if (power < 0) invert(kit, atom);
    return kit.settle(makeTerm(ONE, [{ atom, power }]));
  }
  if (atom.kind === "root") return kit.power(atom.base, q.div(atom.degree));
  if (atom.idempotent && q.s > 0n) return atomPoly(atom);
  return root(kit, atomPoly(atom), q);
}

/** `|w|^n = w^n sign(w)^n`, `sign(w) = 2·1[w > 0] - 1`. */
export function absolutePower(kit: Kit, w: Poly, n: Fraction): Poly {
  const plain = kit.power(w, n);
  if (wholeOf(n) % 2 === 0) return plain;
  const sign = plusConstant(scalePoly(kit.indicator(">", w), new Fraction(2)), -1);
  return kit.multiply(plain, sign);
}

function plusConstant(poly: Poly, c: number): Poly {
  const rest = poly.terms.filter((t) => t.factors.length > 0);
  const old = poly.terms.find((t) => t.factors.length === 0)?.coefficient ?? new Fraction(0);
  const value = old.add(c);
  return { terms: value.n === 0n ? rest : [...rest, makeTerm(value, [])] };
}

/** `base^q` with the whole part of `q` taken out: `v^(k + a/b) = v^k r^a`. */
function root(kit: Kit, base: Poly, q: Fraction): Poly {
  const sign = kit.sign(base);
  const degree = Number(q.d);
  const n = Number(q.n * q.s);
  const whole = Math.floor(n / degree);
  if (sign === "unknown") {
    if (isFragile(base)) throw new Unprovable("a root of what may be negative on part of its range");
    const key = kit.keyOf(base);
    kit.domain.halves.set(key, `√(${describe(base)})`);
  }
  if (q.s < 0n && sign !== "positive" && isFragile(base))
    throw new Unprovable("a denominator that may vanish on more than a null set");
  const atom = kit.intern({ kind: "root", base, degree });
  const part = atomPoly(atom, n - whole * degree);
  return whole === 0 ? part : kit.multiply(kit.power(base, new Fraction(whole)), part);
}

// ---- rationals ----

const PRIMES_UP_TO = 1000n;

/** A positive rational as a product of prime powers; what trial division leaves stays whole. */
export function primePowers(value: Fraction): readonly (readonly [bigint, number])[] {
  const found = new Map<bigint, number>();
  const collect = (start: bigint, sign: number): void => {
    let n = start;
    for (let p = 2n; p <= PRIMES_UP_TO && p * p <= n; p++)
      while (n % p === 0n) {
        found.set(p, (found.get(p) ?? 0) + sign);
        n /= p;
      }
    if (n > 1n) found.set(n, (found.get(n) ?? 0) + sign);
  };
  collect(value.n, 1);
  collect(value.d, -1);
  return [...found].filter(([, n]) => n !== 0);
}

function rationalPower(kit: Kit, value: Fraction, q: Fraction): Poly {
  if (value.equals(ONE)) return onePoly;
  const parts = primePowers(value).map(([p, n]) => {
    const power = q.mul(n);
    const base = constantPoly(new Fraction(p));
    if (!isWhole(power)) return root(kit, base, power);
    const exact = new Fraction(p).pow(power);
    if (exact === null) throw new Unprovable("a power of a rational");
    return constantPoly(exact);
  });
  return kit.multiply(...parts);
}

// ---- sums ----

/** A sum below a fraction bar or a root: its content comes out, so that `1/(2 + 2x)` is `½/(1 + x)`. */
function sumPower(kit: Kit, base: Poly, q: Fraction): Poly {
  const content = contentOf(base, isWhole(q));
  if (content.length > 0) {
    const bare = divideBy(kit, base, content);
    if (factorsSign(content) === "positive") inheritSign(kit, base, bare);
    return kit.multiply(kit.power(termPoly(makeTerm(ONE, content)), q), kit.power(bare, q));
  }
  const lead = leadingTerm(base).coefficient;
  const scale = isWhole(q) ? lead : lead.abs();
  const primitive = scalePoly(base, scale.inverse());
  if (scale.s > 0n) inheritSign(kit, base, primitive);
  const outer = scale.equals(ONE) ? onePoly : kit.power(constantPoly(scale), q);
  if (!isWhole(q)) {
    const bare = root(kit, primitive, q);
    return kit.multiply(outer, bare);
  }
  const positive = kit.sign(base) === "positive";
  if (!positive && isFragile(primitive)) throw new Unprovable("a denominator that may vanish on more than a null set");
  const atom = kit.intern({ kind: "group", value: primitive });
  if (!positive) invert(kit, atom);
  return kit.multiply(outer, atomPoly(atom, wholeOf(q)));
}

/** A polynomial over factors that all its terms have. */
export function divideBy(kit: Kit, poly: Poly, content: readonly Factor[]): Poly {
  const inverse = content.map((f): Factor => ({ atom: f.atom, power: -f.power }));
  const parts = poly.terms.map((t) => kit.settle(makeTerm(t.coefficient, mergeFactors(t.factors, inverse))));
  return addPolys(zeroPoly, ...parts);
}

/** `to` is `from` over something positive. */
export function inheritSign(kit: Kit, from: Poly, to: Poly): void {
  if (kit.signs.size === 0) return;
  const sign = kit.signs.get(kit.keyOf(from));
  if (sign !== undefined) kit.signs.set(kit.keyOf(to), sign);
}

/** The atoms that all terms share, at their least power; of a sum below a root only the positive ones. */
export function contentOf(poly: Poly, all: boolean): readonly Factor[] {
  const content: Factor[] = [];
  const seen = new Set<Atom>();
  for (const t of poly.terms)
    for (const { atom } of t.factors) {
      if (seen.has(atom)) continue;
      seen.add(atom);
      if (atom.idempotent || (!all && atom.sign !== "positive")) continue;
      const power = Math.min(...poly.terms.map((u) => powerOf(u, atom)));
      // A root has positive powers only; it is content where all terms have it.
      if (power !== 0) content.push({ atom, power });
    }
  return content.sort((x, y) => x.atom.id - y.atom.id);
}
