import type { BigNumber } from "mathjs";
import type { Algebra } from "../functions/function.js";
import { functionNamed } from "../functions/table.js";
import type { Field } from "./abstract.js";

export type Big = BigNumber;

/** Arithmetic on decimal numbers of a stated precision. */
export interface BigNumbers extends Algebra<Big> {
  readonly digits: number;
  readonly of: (x: number | string) => Big;
  readonly field: Field<Big>;
}

/** Numbers of `digits` decimal digits. mathjs is loaded here, since it takes a second and is seldom wanted. */
export async function bigNumbers(digits: number): Promise<BigNumbers> {
  const { create, all } = await import("mathjs");
  const math = create(all ?? {}, { number: "BigNumber", precision: digits });
  const of = (x: number | string): Big => math.bignumber(x);
  const zero = of(0);
  const pi = math.acos(of(-1));
  if (typeof pi === "number" || !math.isBigNumber(pi)) throw new Error("internal: mathjs gives no BigNumber");
  const elementary = new Map<string, (x: Big) => Big>([
    ["exp", (x) => x.exp()],
    ["log", (x) => x.ln()],
    ["sin", (x) => x.sin()],
    ["cos", (x) => x.cos()],
    ["arcsin", (x) => x.asin()],
    ["arctan", (x) => x.atan()],
    ["abs", (x) => x.abs()],
    ["erf", (x) => erf(x, pi, of, digits)],
  ]);
  const k: BigNumbers = {
    digits,
    of,
    rational: (n, d = 1) => of(n).div(of(d)),
    pi: () => pi,
    add: (...terms) => terms.reduce((a, b) => a.plus(b), zero),
    multiply: (...factors) => factors.reduce((a, b) => a.times(b), of(1)),
    power: (base, exponent) => power(base, exponent),
    apply: (fn, ...args) => {
      const [x] = args;
      const direct = elementary.get(fn);
      if (direct !== undefined && x !== undefined) return direct(x);
      const { definition } = functionNamed(fn);
      if (definition === undefined) throw new Error(`internal: ${fn} is not computed to more than sixteen digits`);
      return definition(k, ...args);
    },
    indicator: (relation, x) => of(Number(relation === ">" ? x.gt(0) : relation === ">=" ? x.gte(0) : x.isZero())),
    field: {
      of,
      add: (a, b) => a.plus(b),
      multiply: (a, b) => a.times(b),
      sin: (x) => x.sin(),
      cos: (x) => x.cos(),
    },
  };
  return k;
}

function power(base: Big, exponent: Big): Big {
  if (exponent.eq(0.5)) return base.sqrt();
  if (exponent.eq(-0.5)) return base.sqrt().pow(-1);
  return base.pow(exponent);
}

/** The series of `functions/erf.ts`; far out, where it is ±1 to all digits, at once. */
function erf(x: Big, pi: Big, of: (x: number) => Big, digits: number): Big {
  if (x.isZero() || !x.isFinite()) return x.isZero() ? x : of(x.isPositive() ? 1 : -1);
  if (x.abs().gt(Math.sqrt(digits * Math.LN10) + 1)) return of(x.isPositive() ? 1 : -1);
  let term = x;
  let sum = x;
  const small = of(10).pow(-digits - 2);
  for (let n = 1; term.abs().gt(sum.abs().times(small)); n++) {
    term = term
      .times(x)
      .times(x)
      .times(2)
      .div(2 * n + 1);
    sum = sum.plus(term);
  }
  return sum.times(2).div(pi.sqrt()).times(x.times(x).neg().exp());
}
