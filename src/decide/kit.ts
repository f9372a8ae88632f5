import type { Fraction } from "fraction.js";
import type { Budget } from "../core/budget.js";
import type { Arena } from "../expression/arena.js";
import type { Index, Range, Tensor } from "../expression/node.js";
import type { Facts } from "./facts.js";
import type { Atom, AtomBody, AtomOf, Place, Poly, Sign, Term } from "./form.js";

/** Thrown where nothing may be proved: a denominator that may vanish on more than a null set, a position beyond the forms. */
export class Unprovable extends Error {}

export type Places = ReadonlyMap<Index, Place>;

/** What a proof rests on, collected while one side is brought to normal form. */
export interface Domain {
  /** Keys of the arguments of logs and roots whose sign nothing tells: where they are negative, the side is undefined. */
  readonly halves: Map<number, string>;
  /** Atoms and groups that were inverted: the side is undefined where they vanish. */
  readonly inverted: Map<number, string>;
  /** Matrices taken as invertible. */
  readonly invertible: Set<string>;
}

/** The operations on normal forms, as the modules of this folder use each other's. */
export interface Kit {
  readonly arena: Arena;
  readonly facts: Facts;
  readonly budget: Budget;
  domain: Domain;

  /** The one atom with this content. */
  intern(body: AtomBody): Atom;
  /** A number that tells polynomials apart. */
  keyOf(poly: Poly): number;
  /** Signs that a polynomial no longer shows: a sum of squares multiplied out. By key. */
  readonly signs: Map<number, Sign>;
  /** The sign of a polynomial, as far as it is known. */
  sign(poly: Poly): Sign;
  /** An index that occurs nowhere else. */
  fresh(range: Range): Index;

  multiply(...polys: readonly Poly[]): Poly;
  /** Applies the relations that hold inside one product. */
  settle(term: Term): Poly;
  power(base: Poly, exponent: Fraction): Poly;
  sum(index: Index, body: Poly): Poly;
  /** Sums one term over all of `bound`. */
  close(bound: readonly Index[], term: Term): Poly;
  /** The factors of a sum, with fresh names for its indices. */
  open(sum: AtomOf<"sum">): { readonly indices: readonly Index[]; readonly factors: readonly Poly[] };
  substitute(poly: Poly, map: Places): Poly;
  /** The atom with this content, or what it simplifies to. */
  build(body: AtomBody): Poly;
  exp(arg: Poly): Poly;
  log(arg: Poly): Poly;
  indicator(relation: ">" | ">=" | "=", arg: Poly): Poly;
  iverson(relation: "zero" | "nonnegative", position: Place): Poly;
  /** One where two places are equal, else zero. */
  delta(a: Place, b: Place): Poly;
  entry(tensor: Tensor, at: readonly Place[]): Poly;
}
