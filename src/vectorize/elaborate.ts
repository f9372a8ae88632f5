import type { MatrixExpression, MatrixOf } from "../contraction/matrix.js";
import type { Arena } from "../expression/arena.js";
import type { Node, Position, Range } from "../expression/node.js";

/** The meaning of a matrix expression: its entry at a row and a column, `null` where it has no such axis. */
export function matrixToNode(
  arena: Arena,
  x: MatrixExpression,
  row: Position | null = null,
  column: Position | null = null,
): Node {
  return entryOf(arena, new Map(), x, row, column);
}

/** What is known already, by expression and place. */
type Known = Map<MatrixExpression, Map<string, Node>>;

function entryOf(arena: Arena, known: Known, x: MatrixExpression, row: Position | null, column: Position | null): Node {
  const place = `${row?.key}|${column?.key}`;
  const here = known.get(x) ?? new Map<string, Node>();
  const old = here.get(place);
  if (old !== undefined) return old;
  const made = makeEntry(arena, known, x, row, column);
  known.set(x, here.set(place, made));
  return made;
}

function makeEntry(
  arena: Arena,
  known: Known,
  x: MatrixExpression,
  row: Position | null,
  column: Position | null,
): Node {
  const at = (y: MatrixExpression, r: Position | null, c: Position | null): Node => entryOf(arena, known, y, r, c);
  /** An operand of something that goes entry by entry: a scalar is the same at every entry. */
  const here = (y: MatrixExpression): Node => at(y, y.rows === null ? null : row, y.columns === null ? null : column);
  switch (x.kind) {
    case "symbol":
      return arena.entry(
        x.tensor,
        x.at.map((s) => (s === "row" ? need(row) : s === "column" ? need(column) : s)),
      );
    case "scalar":
      return x.node;
    case "identity":
      return arena.delta(need(row), need(column));
    case "ones":
      return arena.one;
    case "basis":
      return arena.delta(need(row), x.at);
    case "entries":
      return arena.substitute(
        x.body,
        new Map([[x.row, need(row)], ...(x.column === null ? [] : [[x.column, need(column)] as const])]),
      );
    case "transpose":
      return at(x.args[0], column, row);
    case "product":
      return productToNode(arena, known, x, row, column);
    case "hadamard":
    case "scale":
      return arena.multiply(...x.args.map(here));
    case "add":
      return arena.add(...x.args.map(here));
    case "diagonal":
      return arena.multiply(arena.delta(need(row), need(column)), at(x.args[0], row, null));
    case "diagonalOf":
      return at(x.args[0], row, row);
    case "trace": {
      const i = arena.freshIndex(needRange(x.args[0].rows));
      return arena.sum(i, at(x.args[0], arena.at(i), arena.at(i)));
    }
    case "apply":
      return arena.apply(x.fn, ...x.args.map(here));
    case "abstract": {
      const args = x.args.map((a) => ({ indices: [], body: here(a) }));
      const partials = Array.from({ length: x.primes }, () => ({ argument: 0, at: [] }));
      return arena.abstract(x.name, args, [], partials);
    }
    case "power":
      return arena.power(here(x.args[0]), here(x.args[1]));
    case "indicator":
      return arena.indicator(x.relation, here(x.args[0]));
    case "softmax":
    case "reduce": {
      const [arg] = x.args;
      const along = arena.freshIndex(needRange(arg.columns ?? arg.rows));
      const inner = arg.columns === null ? at(arg, arena.at(along), null) : at(arg, row, arena.at(along));
      if (x.kind === "reduce") return arena.reduce(x.op, along, inner);
      return arena.apply("exp", arena.subtract(here(arg), arena.reduce("logsumexp", along, inner)));
    }
    case "function":
      return functionToNode(arena, known, x, row, column);
    case "sum":
      return arena.sum(x.index, here(x.args[0]));
  }
}

function productToNode(
  arena: Arena,
  known: Known,
  x: MatrixOf<"product">,
  row: Position | null,
  column: Position | null,
): Node {
  const between = x.args.slice(0, -1).map((a) => (a.columns === null ? null : arena.freshIndex(a.columns)));
  const place = (k: number): Position | null => {
    const i = between[k];
    return i === undefined || i === null ? null : arena.at(i);
  };
  const factors = x.args.map((a, k) =>
    entryOf(arena, known, a, k === 0 ? row : place(k - 1), k === x.args.length - 1 ? column : place(k)),
  );
  return arena.sums(
    between.filter((i) => i !== null),
    arena.multiply(...factors),
  );
}

function functionToNode(
  arena: Arena,
  known: Known,
  x: MatrixOf<"function">,
  row: Position | null,
  column: Position | null,
): Node {
  const [arg, exponent] = x.args;
  if (arg === undefined) throw new Error("internal: a matrix function without a matrix");
  const r = arena.freshIndex(needRange(arg.rows));
  const c = arena.freshIndex(needRange(arg.columns));
  const body = entryOf(arena, known, arg, arena.at(r), arena.at(c));
  const at = x.fn === "determinant" ? [] : [need(row), need(column)];
  return arena.matrix(
    x.fn,
    r,
    c,
    body,
    at,
    exponent === undefined ? null : entryOf(arena, known, exponent, null, null),
  );
}

function need(position: Position | null): Position {
  if (position === null) throw new Error("internal: a position is missing");
  return position;
}

function needRange(range: Range | null): Range {
  if (range === null) throw new Error("internal: an axis is missing");
  return range;
}
