import { refuse } from "../../core/diagnostic.js";
import type { Index, Node, Position, ReduceOp } from "../../expression/node.js";
import type { Syntax } from "../../notation/syntax.js";
import { sumAll, unboundIn } from "../elaborate/big-operators.js";
import type { Application, Elaborator } from "../elaborate/elaborator.js";
import { determinant, inverse, logOf, matrixExponential } from "../elaborate/matrix-functions.js";
import { DimVar } from "../sizes/dimensions.js";
import { known } from "../sizes/sizes.js";
import { scriptText, takeApart } from "../symbols/scripts.js";
import { contract, scale, transpose } from "../values/products.js";
import { deltaAt, unvec, vec } from "../values/stacked.js";
import { alignOrRefuse, scalarValue, shapeText, type Value } from "../values/value.js";
import { GAUSSIAN, gaussian } from "./gaussian.js";

/** A function of whole arrays, by its name in lower case without separators. `null`: a shape is not known yet. */
type TensorFunction = (e: Elaborator, a: Application) => Value | null;

function argument(e: Elaborator, a: Application): Value | null {
  const [s] = a.args;
  if (s === undefined || a.args.length !== 1)
    return refuse("function/arity", `${a.head.symbol.name} takes one argument`, a.span);
  return e.elaborate(s);
}

const vectorAxis = (e: Elaborator, v: Value, a: Application): number => {
  if (v.axes.length === 1) return 0;
  if (v.axes[0]?.isOne(e.arena) === true) return 1;
  if (v.axes[1]?.isOne(e.arena) === true) return 0;
  if (e.softmaxAxis === "unclear")
    return refuse(
      "unsupported/softmax",
      "which lines of the matrix this softmax adds up is not clear",
      a.span,
      "write softmax(Z, dim=0) for columns, dim=1 for rows",
    );
  return e.softmaxAxis === "rows" ? 1 : 0;
};

/** `x_k - log Σ_l e^{x_l}` along one axis. */
function logSoftmax(e: Elaborator, v: Value, a: Application, said: number | null): (ps: readonly Position[]) => Node {
  if (v.axes.length === 0) return () => refuse("shape/scalar", `${a.head.symbol.name} needs a vector`, a.span);
  const axis = said === null || v.axes.length < 2 ? vectorAxis(e, v, a) : said;
  if (said === null && v.axes.length === 2 && !v.axes.some((d) => d.isOne(e.arena)))
    e.note(
      "reading/softmax",
      `softmax of a matrix is taken over each of its ${axis === 1 ? "rows" : "columns"}`,
      a.span,
    );
  return (ps) => {
    const d = v.axes[axis];
    if (d === undefined) throw new Error("internal: softmax without an axis");
    const index = e.arena.freshIndex(e.arena.upTo(known(d)));
    const running = v.at(ps.map((p, k) => (k === axis ? e.arena.at(index) : p)));
    const own = e.arena.substitute(running, new Map([[index, ps[axis] ?? e.arena.literal(1)]]));
    return e.arena.subtract(own, e.arena.reduce("logsumexp", index, running));
  };
}

/** The argument of a softmax, and the axis it is taken along: `\text{softmax}(S, \text{dim}=-1)`, as in code. */
function alongAxis(e: Elaborator, a: Application): { readonly v: Value; readonly axis: number | null } | null {
  const [whole, option, more] = a.args;
  const chosen = option === undefined || more !== undefined ? null : axisOf(option);
  const v = argument(e, whole === undefined || chosen === null ? a : { ...a, args: [whole] });
  return v === null ? null : { v, axis: chosen };
}

const softmax: TensorFunction = (e, a) => {
  const found = alongAxis(e, a);
  if (found === null) return null;
  const { v, axis } = found;
  const log = logSoftmax(e, v, a, axis);
  return { axes: v.axes, at: (ps) => e.arena.apply("exp", log(ps)) };
};

const logSoftmaxFunction: TensorFunction = (e, a) => {
  const found = alongAxis(e, a);
  return found === null ? null : { axes: found.v.axes, at: logSoftmax(e, found.v, a, found.axis) };
};

const logSumExp: TensorFunction = (e, a) => {
  const v = argument(e, a);
  if (v === null) return null;
  if (v.axes.length !== 1)
    return refuse("shape/vector", `${a.head.symbol.name} needs a vector, not ${shapeText(v.axes)}`, a.span);
  return scalarValue(() => {
    const index = e.arena.freshIndex(e.arena.upTo(known(v.axes[0] ?? new DimVar(null))));
    return e.arena.reduce("logsumexp", index, v.at([e.arena.at(index)]));
  });
};

const count = (e: Elaborator, v: Value): Node =>
  e.arena.multiply(...v.axes.flatMap((d) => d.parts ?? [d]).map((d) => e.arena.dimension(known(d))));

const mean = (e: Elaborator, v: Value): Value => scalarValue(() => e.arena.divide(sumAll(e, v).at([]), count(e, v)));

function variance(e: Elaborator, v: Value): Value {
  const centred: Value = { axes: v.axes, at: (ps) => e.arena.power(e.arena.subtract(v.at(ps), mean(e, v).at([])), 2) };
  return mean(e, centred);
}

const onWhole =
  (f: (e: Elaborator, v: Value, a: Application) => Value): TensorFunction =>
  (e, a) => {
    const v = argument(e, a);
    return v === null ? null : f(e, v, a);
  };

const trace = onWhole((e, v, a) => {
  if (v.axes.length === 0) return v;
  const [n, m] = v.axes;
  if (n === undefined || m === undefined || !n.unify(m))
    return refuse("shape/not-square", `a trace needs a square matrix, not ${shapeText(v.axes)}`, a.span);
  return scalarValue(() => contract(e.arena, n, (k) => v.at([k, k])));
});

function stack(e: Elaborator, v: Value, a: Application): Value {
  e.usesKronecker = true;
  return vec(e.arena, v, a.span);
}

/** The matrix whose columns are stacked in a vector: what `vec` takes apart again. */
function unstack(e: Elaborator, v: Value, a: Application): Value {
  const [axis, more] = v.axes;
  if (axis?.parts == null || more !== undefined)
    return refuse("unsupported/stacked", "how many rows and columns this vector has as a matrix is not known", a.span);
  e.usesKronecker = true;
  return unvec(e.arena, axis.parts, v);
}

/** `adj X = det(X) X⁻¹`: an identity of polynomials, so what is proved of it where X is invertible holds everywhere. */
function adjugate(e: Elaborator, v: Value, a: Application): Value {
  e.note("reading/adjugate", `${a.head.symbol.name} is read as det(X) X⁻¹`, a.span);
  return scale(e.arena, determinant(e, v, a.span), inverse(e, v, a.span));
}

/** `\operatorname{diag}(p_i (1 - p_i))` with an i that nothing binds: the entries of the diagonal, one for each i. */
const diag: TensorFunction = (e, a) => {
  const [s] = a.args;
  const [letter, more] = s === undefined || a.args.length > 1 ? [] : unboundIn(e, s);
  if (s === undefined || letter === undefined || more !== undefined) return diagOfWhole(e, a);
  const binding = e.bind(letter, true);
  const entry = e.within([binding], () => e.elaborate(s));
  if (entry === null || entry.axes.length > 0) return entry === null ? null : diagOfWhole(e, a);
  const n = binding.size;
  const index = (): Index => binding.index(e.arena);
  return diagOf(e, {
    axes: [n],
    at: ([i]) => (i === undefined ? e.arena.zero : e.arena.substitute(entry.at([]), new Map([[index(), i]]))),
  });
};

/** A vector to a diagonal matrix, a square matrix to its diagonal. */
const diagOfWhole = onWhole((e, v, a) => {
  const [n, m] = v.axes;
  if (n === undefined) return v;
  if (m === undefined) return diagOf(e, v);
  if (n.isOne(e.arena)) return diagOf(e, transpose(e.arena, v));
  if (!n.unify(m))
    return refuse("shape/not-square", `the diagonal is taken of a square matrix, not ${shapeText(v.axes)}`, a.span);
  return { axes: [n], at: ([i]) => (i === undefined ? e.arena.zero : v.at([i, i])) };
});

function diagOf(e: Elaborator, v: Value): Value {
  const [n] = v.axes;
  if (n === undefined) return v;
  return {
    axes: [n, n],
    at: ([i, j]) =>
      i === undefined || j === undefined ? e.arena.zero : e.arena.multiply(deltaAt(e.arena, i, j), v.at([i])),
  };
}

/** Two arguments of one shape. */
function pair(e: Elaborator, a: Application): readonly [Value, Value, Syntax, Syntax] | null {
  const [s, t] = a.args;
  if (s === undefined || t === undefined || a.args.length !== 2)
    return refuse("function/arity", `${a.head.symbol.name} takes two arguments`, a.span);
  const [x, y] = [e.elaborate(s), e.elaborate(t)];
  if (x === null || y === null) {
    const one = x ?? y;
    if (one !== null && one.axes.length > 0) e.pending?.push(e.postponed({ axes: one.axes, terms: [s, t] }));
    return null;
  }
  return [x, y, s, t];
}

/** Puts the prediction first and the target second: which is which follows from which one the network computes. */
function predictionAndTarget(e: Elaborator, a: Application): readonly [Value, Value] | null {
  const found = pair(e, a);
  if (found === null) return null;
  const [x, y, s, t] = found;
  const [computedX, computedY] = [isComputed(e, s), isComputed(e, t)];
  if (computedX === computedY) {
    e.note(
      "reading/loss",
      `${a.head.symbol.name}: the first argument is read as the prediction, the second as the target`,
      a.span,
      "warning",
    );
    return [x, y];
  }
  return computedX ? [x, y] : [y, x];
}

/** Does the network compute this, rather than being given it? */
function isComputed(e: Elaborator, s: Syntax): boolean {
  const t = takeApart(s);
  return t === null || e.symbols.resolve(t).spec.defined;
}

function entrywise(e: Elaborator, a: Application, x: Value, y: Value, f: (x: Node, y: Node) => Node): Value {
  const alignment = alignOrRefuse(e.arena, x, y, a.head.symbol.name, a.span);
  const [p, q] = alignment.pick;
  return { axes: alignment.axes, at: (ps) => f(x.at(p?.(ps) ?? []), y.at(q?.(ps) ?? [])) };
}

const total = (e: Elaborator, a: Application, x: Value, y: Value, f: (x: Node, y: Node) => Node): Value =>
  sumAll(e, entrywise(e, a, x, y, f));

function vectorOnly(x: Value, a: Application): void {
  if (x.axes.length > 1)
    refuse(
      "function/batch",
      `${a.head.symbol.name} of matrices does not say whether it sums or averages over the batch`,
      a.span,
      "write the loss out",
    );
}

/** `-Σ_k t_k log y_k`. */
const crossEntropy: TensorFunction = (e, a) => {
  const found = predictionAndTarget(e, a);
  if (found === null) return null;
  const [y, t] = found;
  vectorOnly(y, a);
  const { arena } = e;
  if (y.axes.length === 0) return binary(e, a, y, t);
  return total(e, a, y, t, (p, q) => arena.multiply(arena.minusOne, q, arena.apply("log", p)));
};

function binary(e: Elaborator, a: Application, y: Value, t: Value): Value {
  const { arena } = e;
  if (y.axes.length > 0)
    e.note("reading/loss", "binary cross-entropy of vectors is read as the sum over the entries", a.span);
  return total(e, a, y, t, (p, q) =>
    arena.add(
      arena.multiply(arena.minusOne, q, arena.apply("log", p)),
      arena.multiply(arena.minusOne, arena.subtract(arena.one, q), arena.apply("log", arena.subtract(arena.one, p))),
    ),
  );
}

const binaryCrossEntropy: TensorFunction = (e, a) => {
  const found = predictionAndTarget(e, a);
  if (found === null) return null;
  vectorOnly(found[0], a);
  return binary(e, a, found[0], found[1]);
};

/** The differences of two arguments, entry by entry. */
function differences(e: Elaborator, a: Application): Value | null {
  const found = pair(e, a);
  if (found === null) return null;
  const [x, y] = found;
  return entrywise(e, a, x, y, (p, q) => e.arena.subtract(p, q));
}

const squares: TensorFunction = (e, a) => {
  const difference = differences(e, a);
  return difference === null ? null : sumOfSquares(e, difference);
};

const meanSquares: TensorFunction = (e, a) => {
  const difference = differences(e, a);
  if (difference === null) return null;
  return scalarValue(() => e.arena.divide(sumOfSquares(e, difference).at([]), count(e, difference)));
};

/** `Σ_k p_k log(p_k / q_k)`. */
const klDivergence: TensorFunction = (e, a) => {
  const found = pair(e, a);
  if (found === null) return null;
  const [p, q] = found;
  vectorOnly(p, a);
  const { arena } = e;
  return total(e, a, p, q, (x, y) => arena.multiply(x, arena.apply("log", arena.divide(x, y))));
};

const sumOfSquares = (e: Elaborator, v: Value): Value =>
  sumAll(e, { axes: v.axes, at: (ps) => e.arena.power(v.at(ps), 2) });

/** The sums, products, … of all rows, a column; or, along the other axis, those of all columns, written as a row or as a column. */
const along = (op: ReduceOp, axis: 0 | 1): TensorFunction =>
  onWhole((e, v, a) => {
    const [n, m] = v.axes;
    if (n === undefined || m === undefined)
      return refuse("shape/matrix", `${a.head.symbol.name} needs a matrix, not ${shapeText(v.axes)}`, a.span);
    const [kept, reduced] = axis === 1 ? [n, m] : [m, n];
    return {
      axes: [kept],
      unoriented: axis === 0,
      at: ([i = e.arena.literal(1)]) => reduceOver(e, op, reduced, (k) => v.at(axis === 1 ? [i, k] : [k, i])),
    };
  });

/** `\text{sum}(A, \text{axis}=-1, \text{keepdims=True})`, as in code: along the last axis of a matrix its rows, along the first its columns. */
const sumAlong: TensorFunction = (e, a) => {
  const [whole, ...options] = a.args;
  const chosen = options.map(optionOf);
  const axis = chosen.find((o) => /^(axis|dim)$/i.test(o?.name ?? ""))?.value;
  const isKnown = chosen.every((o) => o !== null && /^(axis|dim|keepdims?)$/i.test(o.name));
  if (whole === undefined || axis === undefined || !isKnown || !/^(-?1|0)$/.test(axis))
    return refuse("function/arity", `of what ${a.head.symbol.name} is the sum is not clear here`, a.span);
  return along("sum", axis === "0" ? 0 : 1)(e, { ...a, args: [whole] });
};

/** `\text{dim} = 1`, `\text{axis}=0`: of a matrix the axis that is run along, counted from 0, -1 for the last. */
function axisOf(s: Syntax): 0 | 1 | null {
  const option = optionOf(s);
  if (option === null || !/^(axis|dim)$/i.test(option.name) || !/^(-?1|0)$/.test(option.value)) return null;
  return option.value === "0" ? 0 : 1;
}

/** `axis = 1`. */
function optionOf(s: Syntax): { readonly name: string; readonly value: string } | null {
  // `\text{keepdims=True}` is one word.
  const [, word, said] = /^(\w+) ?= ?(\w+)$/.exec(s.kind === "text" ? s.text : s.kind === "symbol" ? s.name : "") ?? [];
  if (word !== undefined && said !== undefined) return { name: word, value: said };
  const [name, value, more] = s.kind === "relation" && s.operators.join() === "=" ? s.items : [];
  if (name === undefined || value === undefined || more !== undefined) return null;
  return { name: scriptText(name), value: scriptText(value).replace(/\s/g, "") };
}

/** The product of all entries of a vector. */
const productOfEntries = onWhole((e, v, a) => {
  const [n, more] = v.axes;
  if (n === undefined || more !== undefined)
    return refuse("shape/vector", `${a.head.symbol.name} needs a vector, not ${shapeText(v.axes)}`, a.span);
  return scalarValue(() => reduceOver(e, "product", n, (k) => v.at([k])));
});

function reduceOver({ arena }: Elaborator, op: ReduceOp, d: DimVar, body: (k: Position) => Node): Node {
  if (op === "sum") return contract(arena, d, body);
  const index = arena.freshIndex(arena.upTo(known(d)));
  return arena.reduce(op, index, body(arena.at(index)));
}

/** `rowsum`, `colmax`, …: what is done along each row or column. */
const alongAxes = (["sum", "product", "max", "min", "logsumexp"] as const).flatMap((op) => {
  const words = op === "sum" ? ["sum", "sums"] : op === "product" ? ["prod", "product"] : [op];
  return words.flatMap((word): [string, TensorFunction][] => [
    [`row${word}`, along(op, 1)],
    [`col${word}`, along(op, 0)],
    [`column${word}`, along(op, 0)],
  ]);
});

export const tensorFunctions: ReadonlyMap<string, TensorFunction> = new Map<string, TensorFunction>([
  ["softmax", softmax],
  ["softargmax", softmax],
  ["logsoftmax", logSoftmaxFunction],
  ["logsumexp", logSumExp],
  ["lse", logSumExp],
  ["tr", trace],
  ["trace", trace],
  ["diag", diag],
  ["vec", onWhole(stack)],
  ...["mat", "unvec"].map((name) => [name, onWhole(unstack)] as const),
  ["det", onWhole((e, v, a) => determinant(e, v, a.span))],
  ["logdet", onWhole((e, v, a) => logOf(e, determinant(e, v, a.span)))],
  ["adj", onWhole(adjugate)],
  ["adjugate", onWhole(adjugate)],
  ["cof", onWhole((e, v, a) => transpose(e.arena, adjugate(e, v, a)))],
  ["cofactor", onWhole((e, v, a) => transpose(e.arena, adjugate(e, v, a)))],
  ["expm", onWhole((e, v, a) => matrixExponential(e, v, a.span))],
  ["mean", onWhole(mean)],
  ["avg", onWhole(mean)],
  ["var", onWhole(variance)],
  ["variance", onWhole(variance)],
  ["std", onWhole((e, v) => scalarValue(() => e.arena.sqrt(variance(e, v).at([]))))],
  ["sum", (e, a) => (a.args.length > 1 ? sumAlong : onWhole((_, v) => sumAll(e, v)))(e, a)],
  ...alongAxes,
  ["prod", productOfEntries],
  ["norm", onWhole((e, v) => scalarValue(() => e.arena.sqrt(sumOfSquares(e, v).at([]))))],
  ["transpose", onWhole((e, v) => transpose(e.arena, v))],
  ["inv", onWhole((e, v, a) => inverse(e, v, a.span))],
  ["ce", crossEntropy],
  ["crossentropy", crossEntropy],
  ["xent", crossEntropy],
  ["nll", crossEntropy],
  ["bce", binaryCrossEntropy],
  ["binarycrossentropy", binaryCrossEntropy],
  ["mse", meanSquares],
  ["meansquarederror", meanSquares],
  ["se", squares],
  ["squarederror", squares],
  ["sse", squares],
  ["kl", klDivergence],
  [GAUSSIAN, gaussian],
]);
