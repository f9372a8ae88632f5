import {
  abstractOf,
  apply,
  basis,
  diagonal,
  diagonalOf,
  entries,
  identity,
  indicator,
  isScalar,
  type MatrixExpression,
  matrixFunction,
  power,
  product,
  reduce,
  type Slot,
  scalar,
  softmax,
  sum,
  symbol,
  transpose,
} from "../contraction/matrix.js";
import { Budget } from "../core/budget.js";
import { flatMap } from "../core/flat-map.js";
import type { Arena } from "../expression/arena.js";
import { freeOfPosition } from "../expression/arena.js";
import type { Index, Node, NodeOf, Position, Tensor } from "../expression/node.js";
import { Graph } from "./eliminate.js";
import { factorSum } from "./factor.js";
import { deltaPair, flatten, isMember, isSameRange, isUnit, type Monomial, mergeDeltas, split } from "./monomial.js";
import { orient, spread } from "./placing.js";

/** Thrown where no matrix form is found; `indices` are those that are coupled, if that is the reason. */
export class Stalled extends Error {
  readonly indices: readonly Index[];

  constructor(why: string, indices: readonly Index[] = []) {
    super(why);
    this.indices = indices;
  }
}

const DEEPEST = 400;
const WORK = 4000;

/** Turns index form into matrix form. One object serves one equation. */
export class Vectorizer {
  readonly #arena: Arena;
  readonly #budget: Budget;
  readonly #known = new Map<string, MatrixExpression>();
  readonly #symmetric: ReadonlySet<Tensor>;

  constructor(arena: Arena, symmetric: ReadonlySet<Tensor> = new Set(), budget = new Budget("vectorizing", WORK)) {
    this.#arena = arena;
    this.#symmetric = symmetric;
    this.#budget = budget;
  }

  /** The matrix with entries `node` over all of `row` and `column`, with both axes even where `node` is constant along them. */
  whole(node: Node, row: Index | null, column: Index | null): MatrixExpression {
    return spread(this.entrywise(node, row, column), row, column);
  }

  /** The same, or a scalar if `node` mentions neither index. */
  entrywise(node: Node, row: Index | null, column: Index | null): MatrixExpression {
    const r = row !== null && node.free.includes(row) ? row : null;
    const c = column !== null && node.free.includes(column) ? column : null;
    if (r === null && c === null) return this.#of(node, null, null);
    if (r === null) return spread(transpose(this.#of(node, c, null)), row, column);
    return spread(this.#of(node, r, c), row, column);
  }

  #of(node: Node, row: Index | null, column: Index | null): MatrixExpression {
    if (node.depth > DEEPEST) throw new Stalled("the expression is nested too deeply for a matrix form");
    const key = `${node.id}|${row?.key}|${column?.key}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#budget.spend();
    const made = this.#make(node, row, column);
    this.#known.set(key, made);
    return made;
  }

  #make(node: Node, row: Index | null, column: Index | null): MatrixExpression {
    switch (node.kind) {
      case "rational":
      case "dimension":
      case "constant":
        return scalar(node);
      case "position":
        return this.#condition(node, row, column);
      case "add":
        return this.#add(node.terms, row, column);
      case "power":
        return power(this.entrywise(node.base, row, column), this.entrywise(node.exponent, row, column));
      case "apply":
        return (
          this.#softmax(node, row, column) ?? apply(node.fn, ...node.args.map((a) => this.entrywise(a, row, column)))
        );
      case "indicator":
        return indicator(node.relation, this.entrywise(node.arg, row, column));
      case "iverson":
        return this.#iverson(node, row, column);
      case "reduce":
        return this.#reduce(node, row, column);
      case "matrix":
        return this.#matrixFunction(node, row, column);
      case "abstract":
        return this.#abstract(node, row, column);
      case "argument":
        return this.#condition(node, row, column);
      case "entry":
        return this.#entry(node, row, column);
      case "multiply":
        return this.#monomial(node, row, column);
    }
  }

  // ---- leaves ----

  /** What has no symbols inside may stand by its entries. */
  #condition(node: Node, row: Index | null, column: Index | null): MatrixExpression {
    return row === null ? scalar(node) : entries(row, column, node);
  }

  #iverson(node: NodeOf<"iverson">, row: Index | null, column: Index | null): MatrixExpression {
    if (row === null) return scalar(node);
    const pair = deltaPair(node);
    if (column !== null && node.position.value?.kind === "argument")
      throw new Stalled("where an extremum stands has no matrix notation", [row, column]);
    if (column !== null) {
      if (pair?.includes(row) && pair.includes(column)) return identity(row.range);
      // A matrix that picks every second row is not for people: the index form says it better.
      if (node.relation === "zero" && node.position.terms.some(([, c]) => Math.abs(c) !== 1))
        throw new Stalled("positions with a stride have no matrix notation", [row, column]);
      return entries(row, column, node);
    }
    const at = node.relation === "zero" ? this.#solved(node.position, row) : null;
    if (at === null) throw new Stalled("a condition holds for some entries and not for others", [row]);
    return basis(row.range, at);
  }

  /** The position that makes `position` zero when `index` stands there, or `null`. */
  #solved(position: Position, index: Index): Position | null {
    const coefficient = position.terms.find(([i]) => i === index)?.[1];
    const { value } = position;
    if (value !== null && (coefficient !== -1 || value.free.includes(index))) return null;
    const rest = position.terms.filter(([i]) => i !== index);
    if (coefficient === -1) return this.#arena.position(rest, position.offset, value);
    if (coefficient !== 1) return null;
    return this.#arena.position(
      rest.map(([i, c]) => [i, -c] as const),
      this.#arena.scaleDim(position.offset, -1),
    );
  }

  /** A symbol with its axes where they stand, or a monomial that picks rows and columns of it. */
  #entry(node: NodeOf<"entry">, row: Index | null, column: Index | null): MatrixExpression {
    const { tensor, at } = node;
    const arena = this.#arena;
    const active = [row, column].filter((i) => i !== null);
    const family = tensor.parameters.length;
    if (at.slice(0, family).some((p) => mentions(p, active)))
      throw new Stalled(`a member of the family ${tensor.name} is chosen by an index of the result`);
    const onAxis = at.map((p, k) => {
      const i = k < family || this.#isUnitAxis(node, k) ? null : arena.indexOf(p);
      return i !== null && active.includes(i) ? i : null;
    });
    onAxis.forEach((i, k) => {
      if (i !== null && !isSameRange(i.range, arena.axisRange(tensor, k, at)))
        throw new Stalled(`only part of the entries of ${tensor.name} are taken`, active);
    });
    const held = at.filter((_, k) => k >= family && onAxis[k] === null && !this.#isUnitAxis(node, k));
    // An entry that no index of the result chooses is a scalar, and stands as it is.
    if (!at.some((p) => mentions(p, active))) return symbol(arena, tensor, at);
    if (held.some((p) => mentions(p, active))) return this.#picked(node, row, column);
    const axes = flatMap(onAxis, (i, k) => (i === null ? [] : [k]));
    const [first, second, third] = axes;
    if (third !== undefined) throw new Stalled("a factor has more than two indices", active);
    const place = (rowAxis: number | undefined, columnAxis: number | undefined): MatrixExpression =>
      symbol(
        arena,
        tensor,
        at.map((p, k): Slot => (k === rowAxis ? "row" : k === columnAxis ? "column" : p)),
        rowAxis !== undefined && columnAxis !== undefined && this.#symmetric.has(tensor),
      );
    if (first === undefined) return symbol(arena, tensor, at);
    if (second !== undefined) {
      const natural = place(first, second);
      if (onAxis[first] === onAxis[second]) return diagonalOf(natural);
      return onAxis[first] === row ? natural : transpose(natural);
    }
    // The axis of a row vector is its columns.
    const isRow = at.length - family === 2 && first === family + 1;
    return isRow ? transpose(place(undefined, first)) : place(first, undefined);
  }

  #isUnitAxis(node: NodeOf<"entry">, axis: number): boolean {
    return isUnit(this.#arena.axisRange(node.tensor, axis, node.at));
  }

  /** An entry at positions that are no indices of the result: sums over whole axes against basis vectors. */
  #picked(node: NodeOf<"entry">, row: Index | null, column: Index | null): MatrixExpression {
    const arena = this.#arena;
    const family = node.tensor.parameters.length;
    const active = [row, column].filter((i) => i !== null);
    const bound: Index[] = [];
    const factors: Node[] = [];
    const at = node.at.map((p, k) => {
      const index = arena.indexOf(p);
      if (k < family || this.#isUnitAxis(node, k) || (index !== null && active.includes(index))) return p;
      if (p.value === null && p.terms.some(([i]) => active.includes(i)))
        throw new Stalled(`the entries of ${node.tensor.name} are taken at positions that slide`, active);
      const fresh = arena.freshIndex(arena.axisRange(node.tensor, k, node.at));
      bound.push(fresh);
      factors.push(arena.delta(p, arena.at(fresh)));
      return arena.at(fresh);
    });
    return this.#contract({ factors: [arena.entry(node.tensor, at), ...factors], bound }, row, column);
  }

  // ---- functions ----

  #matrixFunction(node: NodeOf<"matrix">, row: Index | null, column: Index | null): MatrixExpression {
    const arena = this.#arena;
    const opened = arena.openMatrix(node);
    const running = [row, column].filter((i) => i !== null);
    const inside = [opened.body, ...(node.exponent === null ? [] : [node.exponent])];
    if (running.some((i) => inside.some((n) => n.free.includes(i))))
      throw new Stalled("a matrix that is another one at each place has no matrix notation", running);
    const exponent = node.exponent === null ? null : this.entrywise(node.exponent, null, null);
    const value = matrixFunction(node.fn, this.whole(opened.body, opened.row, opened.column), exponent);
    const [a, b] = node.at;
    if (a === undefined || b === undefined) return value;
    const i = this.#axisOrPick(a, opened.row, row, column);
    const j = this.#axisOrPick(b, opened.column, row, column);
    if (i.index !== null && i.index === j.index) return diagonalOf(value);
    // Where both stand on axes, nothing is picked; where one does, the other is a basis vector.
    const picked = product(...i.left, value, ...j.right);
    const turned = i.index === null ? j.index !== null : i.index === column;
    return turned ? transpose(picked) : picked;
  }

  #axisOrPick(p: Position, axis: Index, row: Index | null, column: Index | null): Picked {
    const index = this.#arena.indexOf(p);
    if (index !== null && (index === row || index === column)) return { index, left: [], right: [] };
    if (
      mentions(
        p,
        [row, column].filter((i) => i !== null),
      )
    )
      throw new Stalled("entries of a matrix function are taken at positions that slide");
    const e = basis(axis.range, p);
    return { index: null, left: [transpose(e)], right: [e] };
  }

  #abstract(node: NodeOf<"abstract">, row: Index | null, column: Index | null): MatrixExpression {
    const bodies = flatMap(node.args, (l) => (l.indices.length === 0 ? [l.body] : []));
    const elementwise = bodies.length === node.args.length && node.outputs.length === 0;
    if (elementwise && (node.args.length === 1 || node.partials.length === 0))
      return abstractOf(
        node.name,
        node.partials.length,
        bodies.map((b) => this.entrywise(b, row, column)),
      );
    return this.#condition(node, row, column);
  }

  #reduce(node: NodeOf<"reduce">, row: Index | null, column: Index | null): MatrixExpression {
    const arena = this.#arena;
    if (node.op === "logsumexp") {
      const { index, body } = arena.open(node);
      return this.#of(arena.apply("log", arena.sum(index, arena.apply("exp", body))), row, column);
    }
    if (node.op !== "sum") {
      if (column !== null)
        throw new Stalled(
          `a ${node.op} over an index couples three`,
          [row, column].filter((i) => i !== null),
        );
      const { index, body } = arena.open(node);
      return reduce(node.op, row === null ? this.whole(body, index, null) : this.whole(body, row, index));
    }
    if (!isMember(node)) return this.#monomial(node, row, column);
    const { index, body } = arena.open(node);
    return sum(index, this.whole(body, row, column));
  }

  /** `exp(z_k - LSE_l z_l)`, along a column or along each row. */
  #softmax(node: NodeOf<"apply">, row: Index | null, column: Index | null): MatrixExpression | null {
    const [arg] = node.args;
    if (node.fn !== "exp" || arg?.kind !== "add" || row === null) return null;
    const arena = this.#arena;
    for (const term of arg.terms) {
      const total = negatedLogSumExp(arena, term);
      if (total === null) continue;
      const scores = arena.add(...arg.terms.filter((t) => t !== term));
      const { index, body } = arena.open(total);
      const runsAlong = (i: Index): boolean =>
        !total.free.includes(i) && arena.substitute(body, new Map([[index, arena.at(i)]])) === scores;
      if (column !== null && runsAlong(column)) return softmax(this.whole(scores, row, column));
      if (!runsAlong(row)) continue;
      return column === null
        ? softmax(this.whole(scores, row, null))
        : transpose(softmax(this.whole(scores, column, row)));
    }
    return null;
  }

  // ---- sums ----

  #add(terms: readonly Node[], row: Index | null, column: Index | null): MatrixExpression {
    const made = terms.map((t) => {
      const x = this.entrywise(t, row, column);
      // Numbers are added to every entry; other scalars are shown to be.
      return isScalar(x) && !isNumber(x) ? spread(x, row, column) : x;
    });
    const all = factorSum(this.#arena, made);
    return isScalar(all) ? spread(all, row, column) : all;
  }

  // ---- products ----

  #monomial(node: Node, row: Index | null, column: Index | null): MatrixExpression {
    return this.#contract(flatten(this.#arena, node), row, column);
  }

  #contract(monomial: Monomial, row: Index | null, column: Index | null): MatrixExpression {
    this.#budget.spend();
    const arena = this.#arena;
    const { factors, bound } = mergeDeltas(
      arena,
      monomial,
      [row, column].filter((i) => i !== null),
    );
    const pair = factors.find((f) => {
      const both = deltaPair(f);
      return both !== null && row !== null && column !== null && both.includes(row) && both.includes(column);
    });
    if (pair !== undefined && row !== null && column !== null) {
      const map = new Map([[column, arena.at(row)]]);
      const rest = factors.filter((f) => f !== pair).map((f) => arena.substitute(f, map));
      const entry = this.#contract({ factors: rest, bound }, row, null);
      return diagonal(spread(entry, row, null));
    }
    return this.#graph({ factors, bound }, row, column);
  }

  #graph({ factors, bound }: Monomial, row: Index | null, column: Index | null): MatrixExpression {
    const free = [row, column].filter((i) => i !== null);
    const active = new Set([...free, ...bound]);
    const high = factors.findIndex((f) => f.free.filter((i) => active.has(i)).length > 2);
    const wide = factors[high];
    if (wide !== undefined) return this.#lower(wide, { factors, bound }, row, column, active);
    const withDelta = factors.find((f) => holdsDelta(f, active));
    if (withDelta?.kind === "add") return this.#distribute(withDelta, { factors, bound }, row, column);
    const graph = new Graph(this.#arena, free, bound);
    for (const f of factors) this.#place(graph, f, active);
    const result = graph.eliminate();
    if (!isStuck(result)) return spread(result, row, column);
    const sums = factors.find((f) => f.kind === "add" && f.free.some((i) => result.includes(i)));
    if (sums?.kind === "add") return this.#distribute(sums, { factors, bound }, row, column);
    throw new Stalled("the indices are coupled three and three", result);
  }

  #place(graph: Graph, f: Node, active: ReadonlySet<Index>): void {
    const [a, b] = orient(f, active, this.#arena);
    if (a === undefined) graph.scalar(this.entrywise(f, null, null));
    else if (b === undefined) graph.vector(a, this.whole(f, a, null));
    else graph.edge(a, b, this.whole(f, a, b));
  }

  /** A factor of order three or more: taken apart if it is a sum or separates, else no matrix form is known. */
  #lower(
    f: Node,
    monomial: Monomial,
    row: Index | null,
    column: Index | null,
    active: ReadonlySet<Index>,
  ): MatrixExpression {
    if (f.kind === "add") return this.#distribute(f, monomial, row, column);
    const parts = split(this.#arena, f, active);
    if (parts === null) return this.#memberwise(f, monomial, row, column, active);
    const factors = flatMap(monomial.factors, (g) => (g === f ? parts : [g]));
    return this.#contract(this.#reflatten({ factors, bound: monomial.bound }), row, column);
  }

  /** A sum over slices, for a bound index that every factor of order three has: `Σ_h Q_h K_hᵀ`. */
  #memberwise(
    f: Node,
    { factors, bound }: Monomial,
    row: Index | null,
    column: Index | null,
    active: ReadonlySet<Index>,
  ): MatrixExpression {
    const coupled = (g: Node): readonly Index[] => g.free.filter((i) => active.has(i));
    const wide = factors.map(coupled).filter((own) => own.length > 2);
    const shared = bound.find((i) => wide.every((own) => own.includes(i)));
    if (shared === undefined) throw new Stalled("a factor has more than two indices", coupled(f));
    const rest = bound.filter((i) => i !== shared);
    return sum(shared, spread(this.#contract({ factors, bound: rest }, row, column), row, column));
  }

  #distribute(
    f: NodeOf<"add">,
    { factors, bound }: Monomial,
    row: Index | null,
    column: Index | null,
  ): MatrixExpression {
    const k = factors.indexOf(f);
    const terms = f.terms.map((t) => {
      const expanded = factors.map((g, n) => (n === k ? t : g));
      return spread(this.#contract(this.#reflatten({ factors: expanded, bound }), row, column), row, column);
    });
    return factorSum(this.#arena, terms);
  }

  #reflatten({ factors, bound }: Monomial): Monomial {
    const inner = flatten(this.#arena, this.#arena.multiply(...factors));
    return { factors: inner.factors, bound: [...bound, ...inner.bound] };
  }
}

/** The axis of a matrix function that an index stands on, or what picks one entry along it. */
interface Picked {
  readonly index: Index | null;
  readonly left: readonly MatrixExpression[];
  readonly right: readonly MatrixExpression[];
}

function negatedLogSumExp(arena: Arena, term: Node): NodeOf<"reduce"> | null {
  if (term.kind !== "multiply" || term.factors.length !== 2 || term.factors[0] !== arena.minusOne) return null;
  const [, total] = term.factors;
  return total?.kind === "reduce" && total.op === "logsumexp" ? total : null;
}

/** A sum with a delta among its terms: `p_k (δ_kl - p_l)` is a diagonal less an outer product. */
const holdsDelta = (f: Node, active: ReadonlySet<Index>): boolean =>
  f.kind === "add" &&
  f.terms.some((t) =>
    (t.kind === "multiply" ? t.factors : [t]).some((g) => deltaPair(g)?.every((i) => active.has(i)) ?? false),
  );

const isStuck = (x: MatrixExpression | readonly Index[]): x is readonly Index[] => Array.isArray(x);
const mentions = (p: Position, active: readonly Index[]): boolean => freeOfPosition(p).some((i) => active.includes(i));
const isNumber = (x: MatrixExpression): boolean =>
  x.kind === "scalar" && (x.node.kind === "rational" || x.node.kind === "dimension" || x.node.kind === "constant");
