import { above, div, exp, inverse, log, neg, notAbove, oneMinus, onePlus, sqrt, square, sub } from "./arithmetic.js";
import { erf } from "./erf.js";
import type { Algebra, ScalarFunction } from "./function.js";

/* Smooth activations, and those with an exponential branch. */

const smooth = { arity: 1, domain: "real", kinks: [] } as const;

const sigma = <T>(k: Algebra<T>, x: T): T => k.apply("sigmoid", x);
const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
// σ(x) = exp(-log(1 + e^{-x})) neither overflows nor loses its small values.
const npSigmoid = "np.exp(-np.logaddexp(0.0, -({0})))";

/** Φ(x) = ½ (1 + erf(x/√2)), the normal distribution function. */
const normalCdf = <T>(k: Algebra<T>, x: T): T =>
  k.multiply(k.rational(1, 2), onePlus(k, k.apply("erf", div(k, x, sqrt(k, k.rational(2))))));
/** φ(x) = e^{-x²/2} / √(2π). */
const normalDensity = <T>(k: Algebra<T>, x: T): T =>
  k.multiply(
    k.power(k.multiply(k.rational(2), k.pi()), k.rational(-1, 2)),
    exp(k, k.multiply(k.rational(-1, 2), square(k, x))),
  );

// √(2/π) (x + 0.044715 x³): Hendrycks and Gimpel 2016.
const GELU_CUBE = [8943, 200000] as const;
const geluInner = <T>(k: Algebra<T>, x: T): T =>
  k.multiply(
    sqrt(k, div(k, k.rational(2), k.pi())),
    k.add(x, k.multiply(k.rational(...GELU_CUBE), k.power(x, k.rational(3)))),
  );
const geluInnerSlope = <T>(k: Algebra<T>, x: T): T =>
  k.multiply(
    sqrt(k, div(k, k.rational(2), k.pi())),
    onePlus(k, k.multiply(k.rational(3 * GELU_CUBE[0], GELU_CUBE[1]), square(k, x))),
  );

// λ and α of Klambauer et al. 2017, to fifteen digits.
const SELU_SCALE = [1050700987355480, 1000000000000000] as const;
const SELU_ALPHA = [1673263242354377, 1000000000000000] as const;

export const activations: readonly ScalarFunction[] = [
  {
    ...smooth,
    name: "sigmoid",
    written: ["\\sigma", "sigmoid", "logistic", "expit", "sigm", "sig"],
    derivative: (k, x) => [k.multiply(sigma(k, x), oneMinus(k, sigma(k, x)))],
    derivativeByOutput: (k, y) => k.multiply(y, oneMinus(k, y)),
    definition: (k, x) => inverse(k, onePlus(k, exp(k, neg(k, x)))),
    value: (x = Number.NaN) => sigmoid(x),
    latex: "\\sigma",
    latexDerivative: "\\sigma'",
    numpy: npSigmoid,
  },
  {
    ...smooth,
    name: "log_sigmoid",
    written: ["logsigmoid", "log_sigmoid"],
    derivative: (k, x) => [sigma(k, neg(k, x))],
    derivativeByOutput: (k, y) => oneMinus(k, exp(k, y)),
    definition: (k, x) => neg(k, log(k, onePlus(k, exp(k, neg(k, x))))),
    value: (x = Number.NaN) => -softplus(-x),
    latex: "\\operatorname{LogSigmoid}",
    latexDerivative: null,
    numpy: "(-np.logaddexp(0.0, -({0})))",
  },
  {
    ...smooth,
    name: "softplus",
    written: ["softplus"],
    derivative: (k, x) => [sigma(k, x)],
    derivativeByOutput: (k, y) => oneMinus(k, exp(k, neg(k, y))),
    definition: (k, x) => log(k, onePlus(k, exp(k, x))),
    value: (x = Number.NaN) => softplus(x),
    latex: "\\operatorname{softplus}",
    latexDerivative: null,
    numpy: "np.logaddexp(0.0, {0})",
  },
  {
    ...smooth,
    name: "silu",
    written: ["SiLU", "swish"],
    // (x σ)' = σ + x σ (1 - σ)
    derivative: (k, x) => [k.add(sigma(k, x), k.multiply(x, sigma(k, x), oneMinus(k, sigma(k, x))))],
    definition: (k, x) => k.multiply(x, sigma(k, x)),
    value: (x = Number.NaN) => x * sigmoid(x),
    latex: "\\operatorname{SiLU}",
    latexDerivative: "\\operatorname{SiLU}'",
    numpy: `(({0}) * ${npSigmoid})`,
  },
  {
    ...smooth,
    name: "mish",
    written: ["mish"],
    // y = x t, t = tanh(softplus x): y' = t + x (1 - t²) σ(x)
    derivative: (k, x) => {
      const t = k.apply("tanh", k.apply("softplus", x));
      return [k.add(t, k.multiply(x, oneMinus(k, square(k, t)), sigma(k, x)))];
    },
    definition: (k, x) => k.multiply(x, k.apply("tanh", k.apply("softplus", x))),
    value: (x = Number.NaN) => x * Math.tanh(softplus(x)),
    latex: "\\operatorname{Mish}",
    latexDerivative: "\\operatorname{Mish}'",
    numpy: "(({0}) * np.tanh(np.logaddexp(0.0, {0})))",
  },
  {
    ...smooth,
    name: "normal_cdf",
    written: ["normcdf", "normal_cdf"],
    derivative: (k, x) => [normalDensity(k, x)],
    definition: normalCdf,
    value: (x = Number.NaN) => 0.5 * (1 + erf(x / Math.SQRT2)),
    latex: "\\operatorname{normcdf}",
    latexDerivative: null,
    numpy: "(0.5 * (1.0 + _erf(({0}) / np.sqrt(2.0))))",
  },
  {
    ...smooth,
    name: "normal_pdf",
    written: ["normpdf", "normal_pdf"],
    // φ' = -x φ
    derivative: (k, x) => [neg(k, k.multiply(x, normalDensity(k, x)))],
    definition: normalDensity,
    value: (x = Number.NaN) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI),
    latex: "\\operatorname{normpdf}",
    latexDerivative: null,
    numpy: "(np.exp(-0.5 * ({0}) ** 2) / np.sqrt(2.0 * np.pi))",
  },
  {
    ...smooth,
    name: "gelu",
    written: ["GELU"],
    // (x Φ)' = Φ + x φ
    derivative: (k, x) => [k.add(normalCdf(k, x), k.multiply(x, normalDensity(k, x)))],
    definition: (k, x) => k.multiply(x, normalCdf(k, x)),
    value: (x = Number.NaN) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
    latex: "\\operatorname{GELU}",
    latexDerivative: "\\operatorname{GELU}'",
    numpy: "(0.5 * ({0}) * (1.0 + _erf(({0}) / np.sqrt(2.0))))",
  },
  {
    ...smooth,
    name: "gelu_tanh",
    written: ["gelu_tanh", "GELUTanh"],
    // y = ½ x (1 + t), t = tanh u: y' = ½ (1 + t) + ½ x (1 - t²) u'
    derivative: (k, x) => {
      const t = k.apply("tanh", geluInner(k, x));
      const half = k.rational(1, 2);
      return [
        k.add(k.multiply(half, onePlus(k, t)), k.multiply(half, x, oneMinus(k, square(k, t)), geluInnerSlope(k, x))),
      ];
    },
    definition: (k, x) => k.multiply(k.rational(1, 2), x, onePlus(k, k.apply("tanh", geluInner(k, x)))),
    value: (x = Number.NaN) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    latex: "\\operatorname{GELU}_{\\tanh}",
    latexDerivative: "\\operatorname{GELU}_{\\tanh}'",
    numpy: "(0.5 * ({0}) * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (({0}) + 0.044715 * ({0}) ** 3))))",
  },
  {
    ...smooth,
    name: "elu",
    arity: 2,
    written: ["ELU"],
    derivative: (k, x, alpha) => [
      k.add(above(k, x), k.multiply(notAbove(k, x), alpha, exp(k, x))),
      k.multiply(notAbove(k, x), k.add(exp(k, x), k.rational(-1))),
    ],
    definition: (k, x, alpha) =>
      k.add(k.multiply(above(k, x), x), k.multiply(notAbove(k, x), alpha, k.add(exp(k, x), k.rational(-1)))),
    value: (x = Number.NaN, alpha = Number.NaN) => (x > 0 ? x : alpha * Math.expm1(x)),
    latex: "\\operatorname{ELU}",
    latexApplied: "\\operatorname{ELU}_{#1}\\left( #0 \\right)",
    latexDerivative: null,
    numpy: "np.where(({0}) > 0, {0}, ({1}) * np.expm1(np.minimum({0}, 0.0)))",
    kinks: [0],
  },
  {
    ...smooth,
    name: "celu",
    arity: 2,
    written: ["CELU"],
    // x above 0, α (e^{x/α} - 1) below: Barron 2017. Its slope is 1 from both sides.
    derivative: (k, x, alpha) => {
      const ratio = div(k, x, alpha);
      const slope = k.multiply(exp(k, ratio), oneMinus(k, ratio));
      return [
        k.add(above(k, x), k.multiply(notAbove(k, x), exp(k, ratio))),
        k.multiply(notAbove(k, x), k.add(slope, k.rational(-1))),
      ];
    },
    definition: (k, x, alpha) =>
      k.add(
        k.multiply(above(k, x), x),
        k.multiply(notAbove(k, x), alpha, k.add(exp(k, div(k, x, alpha)), k.rational(-1))),
      ),
    value: (x = Number.NaN, alpha = Number.NaN) => (x > 0 ? x : alpha * Math.expm1(x / alpha)),
    latex: "\\operatorname{CELU}",
    latexApplied: "\\operatorname{CELU}_{#1}\\left( #0 \\right)",
    latexDerivative: null,
    numpy: "np.where(({0}) > 0, {0}, ({1}) * np.expm1(np.minimum({0}, 0.0) / ({1})))",
  },
  {
    ...smooth,
    name: "selu",
    written: ["SELU"],
    derivative: (k, x) => [
      k.multiply(
        k.rational(...SELU_SCALE),
        k.add(above(k, x), k.multiply(notAbove(k, x), k.rational(...SELU_ALPHA), exp(k, x))),
      ),
    ],
    definition: (k, x) => k.multiply(k.rational(...SELU_SCALE), k.apply("elu", x, k.rational(...SELU_ALPHA))),
    value: (x = Number.NaN) => {
      const [scale, alpha] = [SELU_SCALE[0] / SELU_SCALE[1], SELU_ALPHA[0] / SELU_ALPHA[1]];
      return scale * (x > 0 ? x : alpha * Math.expm1(x));
    },
    latex: "\\operatorname{SELU}",
    latexDerivative: null,
    numpy: "(1.05070098735548 * np.where(({0}) > 0, {0}, 1.673263242354377 * np.expm1(np.minimum({0}, 0.0))))",
    kinks: [0],
  },
  {
    ...smooth,
    name: "softsign",
    written: ["softsign"],
    // x/(1 + |x|) has the derivative (1 + |x|)⁻², also at 0
    derivative: (k, x) => [k.power(onePlus(k, k.apply("abs", x)), k.rational(-2))],
    derivativeByOutput: (k, y) => square(k, sub(k, k.rational(1), k.apply("abs", y))),
    definition: (k, x) => div(k, x, onePlus(k, k.apply("abs", x))),
    value: (x = Number.NaN) => x / (1 + Math.abs(x)),
    latex: "\\operatorname{softsign}",
    latexDerivative: null,
    numpy: "(({0}) / (1.0 + np.abs({0})))",
  },
];
