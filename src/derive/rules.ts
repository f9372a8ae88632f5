import { refuse } from "../core/diagnostic.js";
import type { Arena } from "../expression/arena.js";
import type { Dim, Index, Node, NodeOf, Position } from "../expression/node.js";
import { nodeAlgebra } from "../functions/node-algebra.js";
import { functions } from "../functions/table.js";

/** What reaches an operand: the node gets `Σ_sums factor` times whatever reached its parent. */
export interface Pull {
  readonly operand: Node;
  readonly factor: Node;
  /** Indices of a binder that was opened: free in `operand`, summed over. */
  readonly sums: readonly Index[];
  /** Set where there is no such factor: refuses, if the operand matters. */
  readonly refuse?: () => never;
}

type Rule<K extends Node["kind"]> = (arena: Arena, node: NodeOf<K>) => readonly Pull[];

const pull = (operand: Node, factor: Node, sums: readonly Index[] = []): Pull => ({ operand, factor, sums });
const nothing = (): readonly Pull[] => [];

/** The derivative of a node by each of its operands. */
const rules: { readonly [K in Node["kind"]]: Rule<K> } = {
  rational: nothing,
  dimension: nothing,
  position: nothing,
  constant: nothing,
  // A leaf: what reaches it is the result.
  entry: nothing,
  // ∂(a + b) = ∂a + ∂b
  add: (arena, { terms }) => terms.map((t) => pull(t, arena.one)),
  // ∂(a b) = b ∂a + a ∂b
  multiply: (arena, { factors }) =>
    factors.map((f, k) => pull(f, arena.multiply(...factors.slice(0, k), ...factors.slice(k + 1)))),
  power: powerRule,
  apply: (arena, node) => {
    const { fn, args } = node;
    const logDeterminant = logDeterminantRule(arena, node);
    if (logDeterminant !== null) return logDeterminant;
    const row = functions.get(fn);
    if (row === undefined) return refuse("derive/no-rule", `the function ${fn} has no derivative rule`, null);
    const derivatives = row.derivative(nodeAlgebra(arena), ...args);
    return args.map((a, k) => pull(a, derivatives[k] ?? arena.zero));
  },
  reduce: reduceRule,
  // Piecewise constant: zero wherever a derivative exists.
  argument: nothing,
  iverson: nothing,
  indicator: nothing,
  matrix: matrixRule,
  // ∂f(g)/∂x = Σ_j f'_j(g) ∂g_j/∂x
  abstract: (arena, node) =>
    node.args.map((lambda, argument) => {
      const { indices, body } = arena.openLambda(lambda);
      const at = indices.map((i) => arena.at(i));
      return pull(
        body,
        arena.abstract(node.name, node.args, node.outputs, [...node.partials, { argument, at }]),
        indices,
      );
    }),
};

/** `reluAtZero`: the value of ReLU' at its kink. */
export function pullsOf<K extends Node["kind"]>(arena: Arena, node: NodeOf<K>, reluAtZero: 0 | 1 = 0): readonly Pull[] {
  const any: Node = node;
  if (reluAtZero === 1 && any.kind === "apply" && any.fn === "relu")
    return any.args.map((a) => pull(a, arena.indicator(">=", a)));
  const rule: Rule<K> = rules[node.kind as K];
  return rule(arena, node);
}

// ∂b^e = e b^(e-1) ∂b + b^e log(b) ∂e
function powerRule(arena: Arena, node: NodeOf<"power">): readonly Pull[] {
  const { base, exponent } = node;
  const byBase = pull(base, arena.multiply(exponent, arena.power(base, arena.add(exponent, arena.minusOne))));
  if (exponent.kind === "rational") return [byBase];
  const log = base.kind === "constant" && base.name === "e" ? arena.one : arena.apply("log", base);
  return [byBase, pull(exponent, arena.multiply(node, log))];
}

function reduceRule(arena: Arena, node: NodeOf<"reduce">): readonly Pull[] {
  const trace = traceOfExponential(arena, node);
  if (trace !== null) return trace;
  const { index, body } = arena.open(node);
  switch (node.op) {
    case "sum":
      return [pull(body, arena.one, [index])];
    // ∂ log Σ_i e^{x_i} / ∂x_j = e^{x_j - log Σ_i e^{x_i}}
    case "logsumexp":
      return [pull(body, arena.apply("exp", arena.subtract(body, node)), [index])];
    // ∂ max_i x_i / ∂x_j = δ_{j, argmax}; at a tie, where there is no derivative, the first one.
    case "max":
    case "min": {
      const where = arena.atValue(arena.argument(node.op, index, body));
      return [pull(body, arena.delta(arena.at(index), where), [index])];
    }
    // ∂ Π_i x_i / ∂x_j = Π_{i≠j} x_i, written Π_i (δ_ij + (1 - δ_ij) x_i): right where an x_i is zero.
    case "product": {
      const other = arena.open(node);
      const delta = arena.delta(arena.at(other.index), arena.at(index));
      const guarded = arena.add(delta, arena.multiply(arena.subtract(arena.one, delta), other.body));
      return [pull(body, arena.reduce("product", other.index, guarded), [index])];
    }
  }
}

// ∂ log det X / ∂X_ij = ∂ log |det X| / ∂X_ij = (X⁻¹)_ji
function logDeterminantRule(arena: Arena, { fn, args }: NodeOf<"apply">): readonly Pull[] | null {
  const [arg] = args;
  if (fn !== "log" || arg === undefined) return null;
  const inside = arg.kind === "apply" && arg.fn === "abs" ? arg.args[0] : arg;
  if (inside?.kind !== "matrix" || inside.fn !== "determinant") return null;
  const { row, column, body } = arena.openMatrix(inside);
  return (
    determinantOfExponential(arena, body, row, column, arena.one) ?? [
      pull(body, arena.matrix("inverse", row, column, body, [arena.at(column), arena.at(row)]), [row, column]),
    ]
  );
}

// det e^X = e^{tr X}, so ∂ det e^X / ∂X_ij = det(e^X) δ_ij; `outer` is det(e^X), or 1 below a logarithm
function determinantOfExponential(
  arena: Arena,
  body: Node,
  row: Index,
  column: Index,
  outer: Node,
): readonly Pull[] | null {
  if (body.kind !== "matrix" || body.fn !== "exponential") return null;
  const [k, l] = body.at.map((p) => arena.indexOf(p));
  if (!(k === row && l === column) && !(k === column && l === row)) return null;
  const inner = arena.openMatrix(body);
  const delta = arena.delta(arena.at(inner.row), arena.at(inner.column));
  return [pull(inner.body, arena.multiply(outer, delta), [inner.row, inner.column])];
}

// ∂ tr(e^X) / ∂X_ij = (e^X)_ji
function traceOfExponential(arena: Arena, node: NodeOf<"reduce">): readonly Pull[] | null {
  if (node.op !== "sum" || node.body.kind !== "matrix" || node.body.fn !== "exponential") return null;
  const { index, body } = arena.open(node);
  if (body.kind !== "matrix" || body.at.some((p) => arena.indexOf(p) !== index)) return null;
  const { row, column, body: inner } = arena.openMatrix(body);
  if (inner.free.includes(index)) return null;
  const factor = arena.matrix("exponential", row, column, inner, [arena.at(column), arena.at(row)]);
  return [pull(inner, factor, [row, column])];
}

function matrixRule(arena: Arena, node: NodeOf<"matrix">): readonly Pull[] {
  const { row, column, body } = arena.openMatrix(node);
  const [k, l] = node.at;
  const i = arena.at(row);
  const j = arena.at(column);
  const inverse = (a: Position, b: Position): Node => arena.matrix("inverse", row, column, body, [a, b]);
  switch (node.fn) {
    // ∂ det X / ∂X_ij = det X (X⁻¹)_ji      Jacobi's formula
    case "determinant":
      return (
        determinantOfExponential(arena, body, row, column, node) ?? [
          pull(body, arena.multiply(node, inverse(j, i)), [row, column]),
        ]
      );
    // ∂ (X⁻¹)_kl / ∂X_ij = -(X⁻¹)_ki (X⁻¹)_jl
    case "inverse":
      if (k === undefined || l === undefined) throw new Error("internal: an inverse has two positions");
      return [pull(body, arena.negate(arena.multiply(inverse(k, i), inverse(j, l))), [row, column])];
    case "power":
      if (k === undefined || l === undefined) throw new Error("internal: a matrix power has two positions");
      return [pull(body, powerOfMatrix(arena, node, k, l, row, column, body), [row, column])];
    case "exponential":
      if (k === undefined || l === undefined) throw new Error("internal: a matrix exponential has two positions");
      return scaledExponential(arena, { row, column, body }, k, l);
  }
}

interface OpenMatrix {
  readonly row: Index;
  readonly column: Index;
  readonly body: Node;
}

// ∂ (e^{sA})_kl / ∂s = Σ_m A_km (e^{sA})_ml, because sA commutes with its change; for a change of A itself there is no closed form.
function scaledExponential(arena: Arena, { row, column, body }: OpenMatrix, k: Position, l: Position): readonly Pull[] {
  const factors = body.kind === "multiply" ? body.factors : [body];
  const scalars = factors.filter((f) => !f.free.includes(row) && !f.free.includes(column));
  const matrix = arena.multiply(...factors.filter((f) => !scalars.includes(f)));
  const middle = arena.freshIndex(row.range);
  const at = (a: Position, b: Position): Node =>
    arena.substitute(
      matrix,
      new Map([
        [row, a],
        [column, b],
      ]),
    );
  const rest = arena.matrix("exponential", row, column, body, [arena.at(middle), l]);
  const moved = arena.sum(middle, arena.multiply(at(k, arena.at(middle)), rest));
  return [
    ...scalars.map((s, n) => pull(s, arena.multiply(...scalars.slice(0, n), ...scalars.slice(n + 1), moved))),
    { ...pull(matrix, arena.zero), refuse: noExponential },
  ];
}

const noExponential = (): never =>
  refuse(
    "derive/matrix-exponential",
    "an entry of a matrix exponential has no derivative in closed form unless the matrix commutes with its change",
    null,
    "e^{tA} can be differentiated by t, and tr(e^X) by X: that is the transpose of e^X",
  );

// ∂ (X^n)_kl / ∂X_ij = Σ_{r=0}^{n-1} (X^r)_ki (X^{n-1-r})_jl, and for n < 0 by X^n = (X⁻¹)^{-n}: -Σ_{r=1}^{-n} (X^{-r})_ki (X^{n-1+r})_jl
function powerOfMatrix(
  arena: Arena,
  node: NodeOf<"matrix">,
  k: Position,
  l: Position,
  row: Index,
  column: Index,
  body: Node,
): Node {
  const entry = (exponent: Node, a: Position, b: Position): Node => {
    if (exponent === arena.zero) return arena.delta(a, b);
    if (exponent === arena.one)
      return arena.substitute(
        body,
        new Map([
          [row, a],
          [column, b],
        ]),
      );
    return arena.matrix("power", row, column, body, [a, b], exponent);
  };
  const term = (left: Node, right: Node): Node =>
    arena.multiply(entry(left, k, arena.at(row)), entry(right, arena.at(column), l));
  const { exponent } = node;
  const whole = exponent?.kind === "rational" && exponent.value.d === 1n ? Number(exponent.value.valueOf()) : null;
  if (whole !== null && Math.abs(whole) <= 4) {
    const terms: Node[] = [];
    for (let r = 0; r < whole; r++) terms.push(term(arena.rational(r), arena.rational(whole - 1 - r)));
    for (let r = 1; r <= -whole; r++) terms.push(arena.negate(term(arena.rational(-r), arena.rational(whole - 1 + r))));
    return arena.add(...terms);
  }
  const n = exponent === null || (whole ?? 0) < 0 ? null : dimOf(arena, exponent);
  const inverted = exponent === null || n !== null ? null : dimOf(arena, arena.negate(exponent));
  if (n === null && inverted === null)
    return refuse(
      "derive/matrix-power",
      "a matrix power can be differentiated only for a whole exponent that is a number or a dimension",
      null,
    );
  const power = (p: Position, a: Position, b: Position): Node => {
    const value = arena.positionValue(p);
    return arena.matrix("power", row, column, body, [a, b], n === null ? arena.negate(value) : value);
  };
  // The exponents on the two sides add up to n - 1, or to -(m + 1) where n = -m.
  const [first, last, sum] =
    n === null
      ? [arena.oneDim, inverted ?? arena.oneDim, arena.addDims(inverted ?? arena.oneDim, arena.oneDim)]
      : [arena.zeroDim, arena.subtractDims(n, arena.oneDim), arena.subtractDims(n, arena.oneDim)];
  const r = arena.freshIndex(arena.range(first, last));
  const rest = arena.position([[r, -1]], sum);
  const product = arena.multiply(power(arena.at(r), k, arena.at(row)), power(rest, arena.at(column), l));
  return arena.sum(r, n === null ? arena.negate(product) : product);
}

function dimOf(arena: Arena, node: Node): Dim | null {
  if (node.kind === "dimension") return node.dim;
  if (node.kind === "position" && node.position.terms.length === 0 && node.position.value === null)
    return node.position.offset;
  return node.kind === "rational" && node.value.d === 1n ? arena.constantDim(Number(node.value.valueOf())) : null;
}
