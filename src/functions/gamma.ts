import { log } from "./arithmetic.js";
import type { ScalarFunction } from "./function.js";

/*
 * The gamma function of positive numbers, its logarithm and the derivatives of that, ψ and its own derivatives.
 * Source: Abramowitz and Stegun, 6.1.40 (Stirling's series), 6.3.18, 6.4.11 (its derivatives), 6.4.6 (the recurrences).
 */

/** B₂, B₄, … */
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510] as const;

/** From here on the series are exact to float64. */
const FAR = 16;

/** Calls `f` with x, x + 1, …, until the series can be used, and gives where that is. */
function steps(x: number, f: (x: number) => void): number {
  let far = x;
  for (; far < FAR; far++) f(far);
  return far;
}

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  let product = 1;
  const z = steps(x, (t) => {
    product *= t;
  });
  const series = BERNOULLI.reduce((sum, b, k) => sum + b / ((2 * k + 2) * (2 * k + 1) * z ** (2 * k + 1)), 0);
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}

/** ψ^{(order)}(x) for x > 0 and a whole order. */
export function polygamma(x: number, order: number): number {
  if (!(x > 0)) return Number.NaN;
  const m = Math.round(order);
  let sum = 0;
  const z = steps(x, (t) => {
    sum += t ** -(m + 1);
  });
  if (m === 0) {
    const series = BERNOULLI.reduce((s, b, k) => s + b / ((2 * k + 2) * z ** (2 * k + 2)), 0);
    return Math.log(z) - 1 / (2 * z) - series - sum;
  }
  const series = BERNOULLI.reduce(
    (s, b, k) => s + (b * factorial(2 * k + 1 + m)) / (factorial(2 * k + 2) * z ** (2 * k + 2 + m)),
    0,
  );
  const tail = factorial(m - 1) / z ** m + factorial(m) / (2 * z ** (m + 1)) + series;
  return (m % 2 === 0 ? -1 : 1) * (tail + factorial(m) * sum);
}

function factorial(n: number): number {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return product;
}

const unary = { arity: 1, domain: "positive", kinks: [], latexDerivative: null } as const;

export const gammas: readonly ScalarFunction[] = [
  {
    ...unary,
    name: "gamma",
    written: ["gammafunction"],
    // Γ' = Γ ψ
    derivative: (k, x) => [k.multiply(k.apply("gamma", x), k.apply("digamma", x))],
    value: (x = Number.NaN) => Math.exp(logGamma(x)),
    latex: "\\Gamma",
    numpy: "_gamma({0})",
  },
  {
    ...unary,
    name: "lgamma",
    written: ["lgamma", "loggamma", "gammaln", "lnGamma"],
    derivative: (k, x) => [k.apply("digamma", x)],
    definition: (k, x) => log(k, k.apply("gamma", x)),
    value: (x = Number.NaN) => logGamma(x),
    latex: "\\operatorname{lgamma}",
    latexApplied: "\\log \\Gamma\\left( #0 \\right)",
    numpy: "_lgamma({0})",
  },
  {
    ...unary,
    name: "digamma",
    written: ["digamma"],
    derivative: (k, x) => [k.apply("trigamma", x)],
    value: (x = Number.NaN) => polygamma(x, 0),
    latex: "\\psi",
    numpy: "_polygamma({0}, 0)",
  },
  {
    ...unary,
    name: "trigamma",
    written: ["trigamma"],
    derivative: (k, x) => [k.apply("polygamma", x, k.rational(2))],
    definition: (k, x) => k.apply("polygamma", x, k.rational(1)),
    value: (x = Number.NaN) => polygamma(x, 1),
    latex: "\\psi'",
    numpy: "_polygamma({0}, 1)",
  },
  {
    ...unary,
    name: "polygamma",
    arity: 2,
    // Not `polygamma(order, x)`, in which others have it.
    written: ["polygammaoforder"],
    // The order is a whole number: nothing changes with it.
    derivative: (k, x, order) => [k.apply("polygamma", x, k.add(order, k.rational(1))), k.rational(0)],
    value: (x = Number.NaN, order = Number.NaN) => polygamma(x, order),
    latex: "\\psi",
    latexApplied: "\\psi^{(#1)}\\left( #0 \\right)",
    numpy: "_polygamma({0}, {1})",
  },
];

/** NumPy has none of these, and `math` no ψ. */
export const gammaHelpers: ReadonlyMap<string, string> = new Map([
  ["_gamma", "import math\n\n_gamma = np.vectorize(math.gamma, otypes=[float])"],
  ["_lgamma", "import math\n\n_lgamma = np.vectorize(math.lgamma, otypes=[float])"],
  [
    "_polygamma",
    `import math


def _polygamma_at(x, order):
    """The derivative of log Gamma of this order plus one, for x > 0: the recurrence, then Stirling's series."""
    m = int(round(order))
    total = 0.0
    while x < ${FAR}:
        total += x ** -(m + 1)
        x += 1.0
    bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510]
    if m == 0:
        return math.log(x) - 1 / (2 * x) - sum(b / ((2 * k + 2) * x ** (2 * k + 2)) for k, b in enumerate(bernoulli)) - total
    f = math.factorial
    tail = f(m - 1) / x**m + f(m) / (2 * x ** (m + 1))
    tail += sum(b * f(2 * k + 1 + m) / (f(2 * k + 2) * x ** (2 * k + 2 + m)) for k, b in enumerate(bernoulli))
    return (-1) ** (m + 1) * (tail + f(m) * total)


_polygamma = np.vectorize(_polygamma_at, otypes=[float])`,
  ],
]);
