import { Fraction } from "fraction.js";
import type { Arena } from "../expression/arena.js";
import type { Node } from "../expression/node.js";
import type { Algebra } from "./function.js";

/** Rules over expressions: what they give are nodes of `arena`. */
export const nodeAlgebra = (arena: Arena): Algebra<Node> => ({
  rational: (numerator, denominator = 1) => arena.rational(new Fraction(numerator, denominator)),
  pi: () => arena.constant("pi"),
  add: (...terms) => arena.add(...terms),
  multiply: (...factors) => arena.multiply(...factors),
  power: (base, exponent) => arena.power(base, exponent),
  apply: (fn, ...args) => arena.apply(fn, ...args),
  indicator: (relation, arg) => arena.indicator(relation, arg),
});
