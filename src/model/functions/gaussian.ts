import { refuse } from "../../core/diagnostic.js";
import type { Node } from "../../expression/node.js";
import type { Syntax } from "../../notation/syntax.js";
import type { Application, Elaborator } from "../elaborate/elaborator.js";
import { determinant, inverse } from "../elaborate/matrix-functions.js";
import { known } from "../sizes/sizes.js";
import { headKey, type Scripted, takeApart } from "../symbols/scripts.js";
import { contract } from "../values/products.js";
import { alignOrRefuse, scalarValue, shapeText, type Value } from "../values/value.js";

/*
 * `\mathcal{N}(x \mid \mu, \sigma^2)`, the density of the normal distribution at x. Its third argument is the variance of a
 * scalar, the covariance matrix of a vector, or the variance that all entries of a vector have.
 */

export const GAUSSIAN = "cal:N";

export const isGaussian = (t: Scripted): boolean =>
  headKey(t.symbol) === GAUSSIAN && t.subs.length === 0 && t.sups.length === 0;

/** Is a number of arguments that of the density? `\mathcal{N}(0, 1)` names a distribution, `\mathcal{N}(i)` a neighbourhood. */
export const isDensityAt = (body: Syntax): boolean => body.kind === "list" && body.items.length === 3;

export function gaussian(e: Elaborator, a: Application): Value | null {
  const [at, mean, spread] = a.args;
  if (at === undefined || mean === undefined || spread === undefined || a.args.length !== 3)
    return refuse("function/density", "this names a distribution, which has no value", a.span);
  // Some write the standard deviation there, and nothing tells.
  if (isPlainSigma(spread))
    return refuse(
      "function/density",
      "whether this is the variance or the standard deviation is not said",
      spread.span,
      "write \\sigma^2 for the variance",
    );
  const [x, m, v] = [e.elaborate(at), e.elaborate(mean), e.elaborate(spread)];
  if (x === null || m === null || v === null) return null;
  const { axes, pick } = alignOrRefuse(e.arena, x, m, "\\mathcal{N}", a.span);
  const centred: Value = {
    axes,
    at: (ps) => e.arena.subtract(x.at(pick[0]?.(ps) ?? []), m.at(pick[1]?.(ps) ?? [])),
  };
  const [d] = axes;
  if (d === undefined && v.axes.length === 0) return scalarValue(() => density(e, centred.at([]), v.at([])));
  if (d === undefined || axes.length > 1)
    return refuse("function/density", `\\mathcal{N} at ${shapeText(axes)} is not supported`, a.span);
  if (v.axes.length === 0) {
    e.note("reading/density", "one variance is taken to be that of each entry", spread.span);
    return scalarValue(() => isotropic(e, centred, v.at([])));
  }
  if (v.axes.length !== 2)
    return refuse("function/density", `a covariance is a matrix, and this is ${shapeText(v.axes)}`, spread.span);
  return multivariate(e, centred, v, a);
}

const isPlainSigma = (s: Syntax): boolean => {
  const t = takeApart(s);
  return t?.symbol.name === "\\sigma" && t.sups.length === 0;
};

const twoPi = (e: Elaborator): Node => e.arena.multiply(e.arena.rational(2), e.arena.constant("pi"));

/** `e^{-d²/(2v)} / √(2πv)`. */
function density(e: Elaborator, difference: Node, variance: Node): Node {
  const { arena } = e;
  return arena.divide(kernel(e, arena.power(difference, 2), variance), arena.sqrt(arena.multiply(twoPi(e), variance)));
}

function isotropic(e: Elaborator, centred: Value, variance: Node): Node {
  const { arena } = e;
  const [d] = centred.axes;
  if (d === undefined) return density(e, centred.at([]), variance);
  const squares = contract(arena, d, (k) => arena.power(centred.at([k]), 2));
  const half = arena.divide(arena.dimension(known(d)), arena.rational(2));
  return arena.divide(kernel(e, squares, variance), arena.power(arena.multiply(twoPi(e), variance), half));
}

/** `e^{-q/(2v)}`. */
const kernel = (e: Elaborator, squares: Node, variance: Node): Node =>
  e.arena.apply("exp", e.arena.negate(e.arena.divide(squares, e.arena.multiply(e.arena.rational(2), variance))));

/** `e^{-½ dᵀ Σ⁻¹ d} / √((2π)^D det Σ)`. */
function multivariate(e: Elaborator, centred: Value, covariance: Value, a: Application): Value {
  const { arena } = e;
  const [d] = centred.axes;
  const precision = inverse(e, covariance, a.span);
  const volume = determinant(e, covariance, a.span);
  if (d === undefined || !covariance.axes.every((axis) => axis.unify(d)))
    return refuse(
      "shape/clash",
      `a covariance of ${shapeText(centred.axes)} is not ${shapeText(covariance.axes)}`,
      a.span,
    );
  return scalarValue(() => {
    const form = contract(arena, d, (i) =>
      contract(arena, d, (j) => arena.multiply(centred.at([i]), precision.at([i, j]), centred.at([j]))),
    );
    const scale = arena.multiply(arena.power(twoPi(e), arena.dimension(known(d))), volume.at([]));
    return arena.divide(kernel(e, form, arena.one), arena.sqrt(scale));
  });
}
