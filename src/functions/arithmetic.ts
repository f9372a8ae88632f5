import type { Algebra } from "./function.js";

/* What the rows of the table write often. */

export const neg = <T>(k: Algebra<T>, x: T): T => k.multiply(k.rational(-1), x);
export const sub = <T>(k: Algebra<T>, a: T, b: T): T => k.add(a, neg(k, b));
export const inverse = <T>(k: Algebra<T>, x: T): T => k.power(x, k.rational(-1));
export const div = <T>(k: Algebra<T>, a: T, b: T): T => k.multiply(a, inverse(k, b));
export const square = <T>(k: Algebra<T>, x: T): T => k.power(x, k.rational(2));
export const sqrt = <T>(k: Algebra<T>, x: T): T => k.power(x, k.rational(1, 2));
export const one = <T>(k: Algebra<T>): T => k.rational(1);
export const oneMinus = <T>(k: Algebra<T>, x: T): T => sub(k, one(k), x);
export const onePlus = <T>(k: Algebra<T>, x: T): T => k.add(one(k), x);
export const exp = <T>(k: Algebra<T>, x: T): T => k.apply("exp", x);
export const log = <T>(k: Algebra<T>, x: T): T => k.apply("log", x);
/** `1[x > 0]`. */
export const above = <T>(k: Algebra<T>, x: T): T => k.indicator(">", x);
/** `1[x ≤ 0]`, a guard of its own, so that what it multiplies may overflow where it is zero. */
export const notAbove = <T>(k: Algebra<T>, x: T): T => k.indicator(">=", neg(k, x));
