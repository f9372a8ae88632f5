import { Fraction } from "fraction.js";
import type { Algebra } from "../functions/function.js";
import { functions } from "../functions/table.js";
import { describe } from "./describe.js";
import {
  type Atom,
  addPolys,
  atomOf,
  atomPoly,
  constantOf,
  constantPoly,
  type Factor,
  isFragile,
  leadingTerm,
  makeTerm,
  negatePoly,
  ONE,
  onePoly,
  type Poly,
  scalePoly,
  signOf,
  type Term,
  termPoly,
  zeroPoly,
} from "./form.js";
import { type Kit, Unprovable } from "./kit.js";
import { absolutePower, contentOf, divideBy, inheritSign, primePowers } from "./powers.js";

/** `exp` of a sum is the product of the exponentials of its terms; `exp(c log x) = x^c` for positive `x`. */
export function expPoly(kit: Kit, arg: Poly): Poly {
  const parts = arg.terms.map((t) => {
    const monic = termPoly(makeTerm(ONE, t.factors));
    const only = atomOf(monic);
    if (only?.kind === "log" && signOf(only.arg) === "positive") return kit.power(only.arg, t.coefficient);
    return kit.power(atomPoly(kit.intern({ kind: "exp", arg: monic })), t.coefficient);
  });
  return kit.multiply(...parts);
}

/** Splits over the factors that are known to be positive, and only these. */
export function logPoly(kit: Kit, arg: Poly): Poly {
  const [first] = arg.terms;
  if (first === undefined) throw new Unprovable("the logarithm of zero");
  if (arg.terms.length === 1) return logTerm(kit, first);
  const content = contentOf(arg, false);
  if (content.length > 0) {
    const bare = divideBy(kit, arg, content);
    inheritSign(kit, arg, bare);
    return addPolys(kit.log(termPoly(makeTerm(ONE, content))), kit.log(bare));
  }
  const scale = leadingTerm(arg).coefficient.abs();
  const primitive = scalePoly(arg, scale.inverse());
  inheritSign(kit, arg, primitive);
  return addPolys(logRational(kit, scale), logAtom(kit, primitive));
}

function logTerm(kit: Kit, term: Term): Poly {
  const parts = [logRational(kit, term.coefficient.abs())];
  const rest: Factor[] = [];
  for (const f of term.factors) {
    if (f.atom.sign !== "positive") rest.push(f);
    else parts.push(scalePoly(logPositive(kit, f.atom), new Fraction(f.power)));
  }
  const negative = term.coefficient.s < 0n;
  const [only] = rest;
  if (only === undefined) {
    if (negative) throw new Unprovable("the logarithm of a negative number");
  } else if (rest.length === 1 && !negative) {
    const common = only.power % 2 === 0 ? 2 : 1;
    const atom = logAtom(kit, atomPoly(only.atom, common));
    parts.push(scalePoly(atom, new Fraction(only.power / common)));
  } else parts.push(logAtom(kit, termPoly(makeTerm(new Fraction(negative ? -1 : 1), rest))));
  return addPolys(...parts);
}

function logRational(kit: Kit, value: Fraction): Poly {
  if (value.equals(ONE)) return zeroPoly;
  return addPolys(
    ...primePowers(value).map(([p, n]) => scalePoly(logAtom(kit, constantPoly(new Fraction(p))), new Fraction(n))),
  );
}

function logPositive(kit: Kit, atom: Atom): Poly {
  if (atom.kind === "exp") return atom.arg;
  if (atom.kind === "root") return scalePoly(kit.log(atom.base), new Fraction(1, atom.degree));
  return logAtom(kit, atom.kind === "group" ? atom.value : atomPoly(atom));
}

function logAtom(kit: Kit, arg: Poly): Poly {
  const sign = kit.sign(arg);
  if (sign !== "positive") {
    if (isFragile(arg)) throw new Unprovable("a logarithm of what may vanish on more than a null set");
    if (sign === "unknown") kit.domain.halves.set(kit.keyOf(arg), `${describe(arg)} > 0`);
    else kit.domain.inverted.set(-1 - kit.keyOf(arg), `${describe(arg)} ≠ 0`);
  }
  return atomPoly(kit.intern({ kind: "log", arg }));
}

/**
 * Indicators of real arguments, equal almost everywhere: positive factors are dropped, `1[-w > 0] = 1 - 1[w > 0]`.
 * That holds only where `w = 0` is a null set, so not below another indicator, a max or a binary entry.
 */
export function indicatorPoly(kit: Kit, relation: ">" | ">=" | "=", arg: Poly): Poly {
  const known = knownIndicator(relation, arg);
  if (known !== null) return known ? onePoly : zeroPoly;
  const [first] = arg.terms;
  if (arg.terms.length === 1 && first !== undefined && first.factors.some((f) => f.atom.idempotent))
    return splitMask(kit, relation, first);
  const bare = dropPositive(kit, arg);
  if (relation === "=" || !isContinuous(bare)) return atomPoly(kit.intern({ kind: "indicator", relation, arg: bare }));
  if (leadingTerm(bare).coefficient.s > 0n)
    return atomPoly(kit.intern({ kind: "indicator", relation: ">", arg: bare }));
  const opposite = kit.intern({ kind: "indicator", relation: ">", arg: negatePoly(bare) });
  return addPolys(onePoly, negatePoly(atomPoly(opposite)));
}

/** An indicator that the sign of its argument decides. */
function knownIndicator(relation: ">" | ">=" | "=", arg: Poly): boolean | null {
  const constant = constantOf(arg);
  if (constant !== null) {
    const sign = constant.compare(0);
    return relation === ">" ? sign > 0 : relation === ">=" ? sign >= 0 : sign === 0;
  }
  if (relation === "=") return null;
  const sign = signOf(arg);
  const opposite = signOf(negatePoly(arg));
  if (sign === "positive" || (sign === "nonnegative" && relation === ">=")) return true;
  return opposite === "positive" || (opposite === "nonnegative" && relation === ">") ? false : null;
}

/** `1[b w > 0] = b 1[w > 0]` for a mask `b`; `1[b w ≥ 0] = 1 - b + b 1[w ≥ 0]`. */
function splitMask(kit: Kit, relation: ">" | ">=" | "=", term: Term): Poly {
  const mask = termPoly(
    makeTerm(
      ONE,
      term.factors.filter((f) => f.atom.idempotent),
    ),
  );
  const rest = makeTerm(
    term.coefficient,
    term.factors.filter((f) => !f.atom.idempotent),
  );
  const inside = kit.multiply(mask, kit.indicator(relation, termPoly(rest)));
  return relation === ">" ? inside : addPolys(onePoly, negatePoly(mask), inside);
}

function dropPositive(kit: Kit, arg: Poly): Poly {
  const bare = divideBy(kit, arg, contentOf(arg, false));
  return scalePoly(bare, leadingTerm(bare).coefficient.abs().inverse());
}

/** Whether an argument that is not constant vanishes on a null set only. */
function isContinuous(poly: Poly): boolean {
  if (isFragile(poly)) return false;
  return poly.terms.some((t) => t.factors.some((f) => holdsReal(f.atom)));
}

function holdsReal(atom: Atom): boolean {
  switch (atom.kind) {
    case "entry":
      return !atom.tensor.integer;
    case "root":
      return isReal(atom.base);
    case "exp":
    case "log":
      return isReal(atom.arg);
    case "group":
      return isReal(atom.value);
    case "sum":
      return atom.factors.some((f) => holdsReal(f.atom));
    case "apply":
      return atom.args.some(isReal);
    default:
      return false;
  }
}
const isReal = (poly: Poly): boolean => poly.terms.some((t) => t.factors.some((f) => holdsReal(f.atom)));

/** The rule table run over normal forms. */
export function polyAlgebra(kit: Kit): Algebra<Poly> {
  return {
    rational: (n, d = 1) => constantPoly(new Fraction(n, d)),
    pi: () => atomPoly(kit.intern({ kind: "pi" })),
    add: (...terms) => addPolys(zeroPoly, ...terms),
    multiply: (...factors) => kit.multiply(...factors),
    power: (base, exponent) => powerBy(kit, base, exponent),
    apply: (fn, ...args) => applyPoly(kit, fn, args),
    indicator: (relation, arg) => kit.indicator(relation, arg),
  };
}

export function applyPoly(kit: Kit, fn: string, args: readonly Poly[]): Poly {
  const [x] = args;
  if (fn === "exp" && x !== undefined) return kit.exp(x);
  if (fn === "log" && x !== undefined) return kit.log(x);
  const definition = functions.get(fn)?.definition;
  if (definition !== undefined) return definition(polyAlgebra(kit), ...args);
  return kit.build({ kind: "apply", fn, args });
}

/** `|w|^{n + e} = |w|^n \exp(e \log(w²)/2)` for a whole number n. */
export function absoluteBy(kit: Kit, w: Poly, exponent: Poly): Poly {
  const constant = exponent.terms.find((t) => t.factors.length === 0)?.coefficient ?? new Fraction(0);
  const whole = constant.d === 1n ? constant : new Fraction(0);
  const rest = addPolys(exponent, constantPoly(whole.neg()));
  const half = scalePoly(kit.log(kit.power(w, new Fraction(2))), new Fraction(1, 2));
  return kit.multiply(absolutePower(kit, w, whole), kit.exp(kit.multiply(rest, half)));
}

/** A power with any exponent. For positive bases it is `exp(e log b)`; else whole numbers are split off the exponent. */
export function powerBy(kit: Kit, base: Poly, exponent: Poly): Poly {
  const constant = constantOf(exponent);
  if (constant !== null) return kit.power(base, constant);
  if (constantOf(base)?.equals(ONE)) return onePoly;
  if (signOf(base) === "positive") return kit.exp(kit.multiply(exponent, kit.log(base)));
  if (isFragile(base)) throw new Unprovable("a symbolic power of what may vanish on more than a null set");
  const whole = exponent.terms.find((t) => t.factors.length === 0)?.coefficient;
  if (whole !== undefined && whole.d === 1n) {
    const rest = { terms: exponent.terms.filter((t) => t.factors.length > 0) };
    return kit.multiply(kit.power(base, whole), powerBy(kit, base, rest));
  }
  return atomPoly(kit.intern({ kind: "power", base, exponent }));
}
