import { flatMap } from "../core/flat-map.js";
import { hash } from "../core/random.js";
import type { Arena } from "../expression/arena.js";
import type { Index, MatrixFunctionName, Node, Position, Range, Tensor } from "../expression/node.js";

/*
 * Matrix form: a printed result, with a small union of its own. A column has rows and no columns (`null`), a row
 * has columns and no rows, a scalar has neither. Constructors assert that shapes fit and do the small things that
 * keep expressions tidy (flatten, absorb transposes); they never change a value. `matrixToNode` gives the meaning.
 */

export interface Shape {
  readonly rows: Range | null;
  readonly columns: Range | null;
}

interface Base extends Shape {
  /** Equal for equal structure. */
  readonly key: string;
  readonly depth: number;
}

/** Where an axis of a tensor goes: to the rows, to the columns, or it is held at a position. */
export type Slot = Position | "row" | "column";

export type MatrixExpression = Base &
  (
    | { readonly kind: "symbol"; readonly tensor: Tensor; readonly at: readonly Slot[]; readonly symmetric: boolean }
    /** A scalar without vectors inside. */
    | { readonly kind: "scalar"; readonly node: Node }
    | { readonly kind: "identity" }
    | { readonly kind: "ones" }
    /** The column that is one at a position and zero elsewhere; zero altogether if the position is out of range. */
    | { readonly kind: "basis"; readonly at: Position }
    /** Index-form entries, for conditions and positions that have no symbol. */
    | { readonly kind: "entries"; readonly row: Index; readonly column: Index | null; readonly body: Node }
    | { readonly kind: "transpose"; readonly args: readonly [MatrixExpression] }
    | { readonly kind: "product"; readonly args: readonly MatrixExpression[] }
    | { readonly kind: "hadamard"; readonly args: readonly MatrixExpression[] }
    /** The last argument times the scalars before it. */
    | { readonly kind: "scale"; readonly args: readonly MatrixExpression[] }
    /** Scalars among the terms are added to every entry. */
    | { readonly kind: "add"; readonly args: readonly MatrixExpression[] }
    | { readonly kind: "diagonal"; readonly args: readonly [MatrixExpression] }
    /** The column of the diagonal entries of a square matrix. */
    | { readonly kind: "diagonalOf"; readonly args: readonly [MatrixExpression] }
    | { readonly kind: "trace"; readonly args: readonly [MatrixExpression] }
    /** Entry by entry; scalars among the arguments go with every entry. */
    | { readonly kind: "apply"; readonly fn: string; readonly args: readonly MatrixExpression[] }
    /** An abstract function of scalars, entry by entry. */
    | {
        readonly kind: "abstract";
        readonly name: string;
        readonly primes: number;
        readonly args: readonly MatrixExpression[];
      }
    | { readonly kind: "power"; readonly args: readonly [MatrixExpression, MatrixExpression] }
    | { readonly kind: "indicator"; readonly relation: ">" | ">=" | "="; readonly args: readonly [MatrixExpression] }
    /** Of a column, of a row, or of each row of a matrix. */
    | { readonly kind: "softmax"; readonly args: readonly [MatrixExpression] }
    /** Over the entries of a column (a scalar), or over the entries of each row of a matrix (a column). */
    | { readonly kind: "reduce"; readonly op: "max" | "min" | "product"; readonly args: readonly [MatrixExpression] }
    | { readonly kind: "function"; readonly fn: MatrixFunctionName; readonly args: readonly MatrixExpression[] }
    /** The sum over all members of a family; `index` is free in the argument. */
    | { readonly kind: "sum"; readonly index: Index; readonly args: readonly [MatrixExpression] }
  );

export type MatrixKind = MatrixExpression["kind"];
export type MatrixOf<K extends MatrixKind> = Extract<MatrixExpression, { readonly kind: K }>;

type Content = MatrixExpression extends infer T ? (T extends Base ? Omit<T, keyof Base> : never) : never;

export const sameRange = (a: Range | null, b: Range | null): boolean =>
  a === b || (a !== null && b !== null && a.low === b.low && a.high === b.high);
const sameShape = (a: Shape, b: Shape): boolean => sameRange(a.rows, b.rows) && sameRange(a.columns, b.columns);
export const isScalar = (x: Shape): boolean => x.rows === null && x.columns === null;
export const isColumn = (x: Shape): boolean => x.rows !== null && x.columns === null;
const isMatrix = (x: Shape): boolean => x.rows !== null && x.columns !== null;

export const argsOf = (x: MatrixExpression): readonly MatrixExpression[] => ("args" in x ? x.args : []);

function fits(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`internal: shapes do not fit in ${what}`);
}

const rangeKey = (r: Range | null): string => (r === null ? "" : `${r.low.key}..${r.high.key}`);

function make(content: Content, { rows, columns }: Shape, label: string): MatrixExpression {
  const args: readonly MatrixExpression[] = "args" in content ? content.args : [];
  const depth = 1 + args.reduce((most, a) => Math.max(most, a.depth), 0);
  const key = shortened(
    `${content.kind}${label}(${args.map((a) => a.key).join(",")}):${rangeKey(rows)}x${rangeKey(columns)}`,
  );
  return Object.freeze({ ...content, rows, columns, key, depth }) as MatrixExpression;
}

/** Long keys as 128 bits of hash: shared parts would make the full text exponential. */
const shortened = (key: string): string =>
  key.length <= 200 ? key : `#${["a", "b", "c", "d"].map((salt) => hash(salt + key + salt).toString(36)).join(".")}`;

const SCALAR: Shape = { rows: null, columns: null };

// ---- leaves ----

/** `symmetric`: a matrix that is its own transpose. */
export function symbol(arena: Arena, tensor: Tensor, at: readonly Slot[], symmetric = false): MatrixExpression {
  const positions = at.map((s) => (typeof s === "string" ? arena.literal(0) : s));
  const axis = (slot: Slot): Range | null => {
    const k = at.indexOf(slot);
    return k < 0 ? null : arena.axisRange(tensor, k, positions);
  };
  const label = `${tensor.key}[${at.map((s) => (typeof s === "string" ? s : s.key)).join(",")}]`;
  return make(
    { kind: "symbol", tensor, at: Object.freeze([...at]), symmetric },
    { rows: axis("row"), columns: axis("column") },
    label,
  );
}

export const scalar = (node: Node): MatrixExpression => make({ kind: "scalar", node }, SCALAR, `${node.id}`);
export const identity = (range: Range): MatrixExpression =>
  make({ kind: "identity" }, { rows: range, columns: range }, "");
export const ones = (rows: Range | null, columns: Range | null = null): MatrixExpression =>
  make({ kind: "ones" }, { rows, columns }, "");
export const basis = (range: Range, at: Position): MatrixExpression =>
  make({ kind: "basis", at }, { rows: range, columns: null }, at.key);
export const entries = (row: Index, column: Index | null, body: Node): MatrixExpression =>
  make(
    { kind: "entries", row, column, body },
    { rows: row.range, columns: column?.range ?? null },
    `${row.key};${column?.key};${body.id}`,
  );

// ---- structure ----

/** Goes into products and scalings, away from what is symmetric or a scalar, and inward where fewer are then written. */
export function transpose(x: MatrixExpression): MatrixExpression {
  if (isScalar(x)) return x;
  const known = transposed.get(x);
  if (known !== undefined) return known;
  const result = transposeNew(x);
  transposed.set(x, result);
  return result;
}

// Parts may be shared, so both walks below remember what they have seen.
const transposed = new WeakMap<MatrixExpression, MatrixExpression>();
const transposeCounts = new WeakMap<MatrixExpression, number>();

function transposeNew(x: MatrixExpression): MatrixExpression {
  switch (x.kind) {
    case "transpose":
      return x.args[0];
    case "identity":
    case "diagonal":
      return x;
    case "ones":
      return ones(x.columns, x.rows);
    case "symbol":
      if (x.symmetric) return x;
      break;
    case "function": {
      const [of] = x.args;
      if (of !== undefined && transpose(of).key === of.key) return x;
      break;
    }
    case "entries":
      if (x.column !== null) return entries(x.column, x.row, x.body);
      break;
    case "product":
      return product(...[...x.args].reverse().map(transpose));
    case "scale":
      return scale(x.args.slice(0, -1), transpose(lastOf(x.args)));
    case "sum":
      return sum(x.index, transpose(x.args[0]));
  }
  const outside = make({ kind: "transpose", args: [x] }, { rows: x.columns, columns: x.rows }, "");
  const inside = pushed(x);
  if (inside?.key === x.key) return x;
  const better = inside === null ? 1 : transposes(inside) - transposes(outside);
  return inside !== null && (better < 0 || (better === 0 && x.kind === "add")) ? inside : outside;
}

/** The transpose of what goes entry by entry, on its operands; `null` for anything else. */
function pushed(x: MatrixExpression): MatrixExpression | null {
  switch (x.kind) {
    case "add":
      return add(...x.args.map(transpose));
    case "hadamard":
      return hadamard(...x.args.map(transpose));
    case "apply":
      return apply(x.fn, ...x.args.map(transpose));
    case "abstract":
      return abstractOf(x.name, x.primes, x.args.map(transpose));
    case "power":
      return power(transpose(x.args[0]), transpose(x.args[1]));
    case "indicator":
      return indicator(x.relation, transpose(x.args[0]));
    case "softmax":
      // Of a row as of each row of a matrix; the rows of a matrix are not its columns.
      return isColumn(x) || x.rows === null ? softmax(transpose(x.args[0])) : null;
    default:
      return null;
  }
}

/** How many transposes are written. */
function transposes(x: MatrixExpression): number {
  const known = transposeCounts.get(x);
  if (known !== undefined) return known;
  const count = argsOf(x).reduce((n, a) => n + transposes(a), x.kind === "transpose" ? 1 : 0);
  transposeCounts.set(x, count);
  return count;
}

function lastOf(args: readonly MatrixExpression[]): MatrixExpression {
  const last = args.at(-1);
  if (last === undefined) throw new Error("internal: an operation without operands");
  return last;
}

/** A chain; scalars come out of it, identities vanish. */
export function product(...args: readonly MatrixExpression[]): MatrixExpression {
  const scalars: MatrixExpression[] = [];
  const chain: MatrixExpression[] = [];
  for (const a of args) splitScale(a, scalars, chain);
  const flat = flatMap(chain, (a) => (a.kind === "product" && !isScalar(a) ? a.args : [a]));
  const kept = flat.filter((a) => a.kind !== "identity");
  const [first] = kept;
  const whole = kept.length === 0 ? flat[0] : kept.length === 1 ? first : turned(chainOf(kept));
  if (whole === undefined) return scale(scalars.slice(0, -1), scalars.at(-1) ?? unreachable());
  return scale(scalars, whole);
}

/** A scalar is its own transpose: the one with fewer transposes is written. */
function turned(chain: MatrixExpression): MatrixExpression {
  if (!isScalar(chain)) return chain;
  const other = chainOf([...argsOf(chain)].reverse().map(transpose));
  return transposes(other) < transposes(chain) ? other : chain;
}

function unreachable(): never {
  throw new Error("internal: an empty product");
}

function chainOf(args: readonly MatrixExpression[]): MatrixExpression {
  for (const [k, right] of args.entries()) {
    const left = args[k - 1];
    if (left !== undefined) fits(sameRange(left.columns, right.rows), `a product: ${left.key} and ${right.key}`);
  }
  return make(
    { kind: "product", args: Object.freeze([...args]) },
    { rows: args[0]?.rows ?? null, columns: lastOf(args).columns },
    "",
  );
}

/** Takes scalars off an operand of a product. */
function splitScale(x: MatrixExpression, scalars: MatrixExpression[], rest: MatrixExpression[]): void {
  if (isScalar(x)) scalars.push(x);
  else if (x.kind === "scale") {
    scalars.push(...x.args.slice(0, -1));
    rest.push(lastOf(x.args));
  } else rest.push(x);
}

/** Entry by entry; ones vanish, scalars come out. */
export function hadamard(...args: readonly MatrixExpression[]): MatrixExpression {
  const scalars: MatrixExpression[] = [];
  const rest: MatrixExpression[] = [];
  for (const a of args) splitScale(a, scalars, rest);
  const flat = flatMap(rest, (a) => (a.kind === "hadamard" ? a.args : [a]));
  const [first] = flat;
  if (first === undefined) return scale(scalars.slice(0, -1), scalars.at(-1) ?? unreachable());
  for (const a of flat) fits(sameShape(a, first), `⊙: ${a.key} and ${first.key}`);
  const kept = flat.filter((a) => a.kind !== "ones");
  const [only] = kept;
  if (only === undefined) return scale(scalars, first);
  if (kept.length === 1) return scale(scalars, only);
  return scale(scalars, make({ kind: "hadamard", args: Object.freeze(kept) }, first, ""));
}

const isOne = (x: MatrixExpression): boolean =>
  x.kind === "scalar" && x.node.kind === "rational" && x.node.value.equals(1);

/** Scalars in front of `x`, numbers first, each once. A scalar `x` is one of them. */
export function scale(scalars: readonly MatrixExpression[], x: MatrixExpression): MatrixExpression {
  const flat = flatMap([...scalars, x], (s) => (s.kind === "scale" ? s.args : [s]));
  const own = isScalar(x) ? null : lastOf(flat);
  const factors = (own === null ? flat : flat.slice(0, -1)).filter((s) => !isOne(s));
  for (const s of factors) fits(isScalar(s), "a scaling");
  const numbers = factors.filter((s) => s.kind === "scalar");
  const others = factors.filter((s) => s.kind !== "scalar");
  const args = [...numbers, ...others, ...(own === null ? [] : [own])];
  const [only] = args;
  if (only === undefined) return x;
  if (args.length === 1) return only;
  return make({ kind: "scale", args: Object.freeze(args) }, own ?? SCALAR, "");
}

export function add(...args: readonly MatrixExpression[]): MatrixExpression {
  const flat = flatMap(args, (a) => (a.kind === "add" ? a.args : [a]));
  const [first] = flat;
  if (first === undefined) throw new Error("internal: an empty sum");
  if (flat.length === 1) return first;
  const shape = flat.find((a) => !isScalar(a)) ?? first;
  for (const a of flat) fits(isScalar(a) || sameShape(a, shape), `a sum: ${a.key} and ${shape.key}`);
  return make({ kind: "add", args: Object.freeze(flat) }, shape, "");
}

export function diagonal(v: MatrixExpression): MatrixExpression {
  fits(isColumn(v), "diag");
  if (v.kind === "ones" && v.rows !== null) return identity(v.rows);
  if (v.kind === "scale") return scale(v.args.slice(0, -1), diagonal(lastOf(v.args)));
  return make({ kind: "diagonal", args: [v] }, { rows: v.rows, columns: v.rows }, "");
}

export function diagonalOf(x: MatrixExpression): MatrixExpression {
  fits(isMatrix(x) && sameRange(x.rows, x.columns), "diag");
  if (x.kind === "diagonal" || x.kind === "transpose") return x.kind === "diagonal" ? x.args[0] : diagonalOf(x.args[0]);
  return make({ kind: "diagonalOf", args: [x] }, { rows: x.rows, columns: null }, "");
}

export function trace(x: MatrixExpression): MatrixExpression {
  fits(isMatrix(x) && sameRange(x.rows, x.columns), "a trace");
  return make({ kind: "trace", args: [x] }, SCALAR, "");
}

// ---- entry by entry ----

function commonShape(args: readonly MatrixExpression[], what: string): Shape {
  const shape = args.find((a) => !isScalar(a)) ?? SCALAR;
  for (const a of args) fits(isScalar(a) || sameShape(a, shape), what);
  return shape;
}

export const apply = (fn: string, ...args: readonly MatrixExpression[]): MatrixExpression =>
  make({ kind: "apply", fn, args: Object.freeze([...args]) }, commonShape(args, fn), fn);

export const abstractOf = (name: string, primes: number, args: readonly MatrixExpression[]): MatrixExpression =>
  make(
    { kind: "abstract", name, primes, args: Object.freeze([...args]) },
    commonShape(args, name),
    `${name}'${primes}`,
  );

export const power = (base: MatrixExpression, exponent: MatrixExpression): MatrixExpression =>
  make({ kind: "power", args: [base, exponent] }, commonShape([base, exponent], "a power"), "");

export const indicator = (relation: ">" | ">=" | "=", arg: MatrixExpression): MatrixExpression =>
  make({ kind: "indicator", relation, args: [arg] }, arg, relation);

export const softmax = (arg: MatrixExpression): MatrixExpression => {
  fits(!isScalar(arg), "softmax");
  return make({ kind: "softmax", args: [arg] }, arg, "");
};

export const reduce = (op: "max" | "min" | "product", arg: MatrixExpression): MatrixExpression => {
  fits(arg.rows !== null, op);
  return make(
    { kind: "reduce", op, args: [arg] },
    arg.columns === null ? SCALAR : { rows: arg.rows, columns: null },
    op,
  );
};

export function matrixFunction(
  fn: MatrixFunctionName,
  arg: MatrixExpression,
  exponent: MatrixExpression | null,
): MatrixExpression {
  fits(isMatrix(arg) && sameRange(arg.rows, arg.columns), fn);
  const args = exponent === null ? [arg] : [arg, exponent];
  return make({ kind: "function", fn, args: Object.freeze(args) }, fn === "determinant" ? SCALAR : arg, fn);
}

export const sum = (index: Index, arg: MatrixExpression): MatrixExpression =>
  make({ kind: "sum", index, args: [arg] }, arg, index.key);
