import { Budget, BudgetSpent } from "../core/budget.js";
import { nodesBelow } from "../evaluate/walk.js";
import { operands } from "../expression/arena.js";
import type { Dim, Index, Node, NodeOf, Position, Range, Tensor } from "../expression/node.js";
import { functions } from "../functions/table.js";
import type { Assumption, Equation } from "../model/model.js";
import { Facts } from "./facts.js";
import { Field, primeFor } from "./field.js";
import { wholeDefinition } from "./unfold.js";

/*
 * Proof in a finite field, for expressions that would swell as polynomials. Both sides are evaluated at a random
 * point modulo a prime. Sums are weighted: `Σ_i f` is `Σ_i w_i f` with random weights, the dimension is `Σ_i w_i`, and
 * `δ_ij` is `[i = j]/w_i`; so an identity that holds only at some sizes does not hold here. Functions, roots and
 * indicators are random oracles of their arguments' values. What differs agrees by chance with a probability of at
 * most (degree + pairs of oracle calls × degree)/p (Schwartz 1980, Zippel 1979), which is computed.
 */

export interface FieldContext {
  readonly assumptions: readonly Assumption[];
  readonly definitions: ReadonlyMap<Tensor, readonly Equation[]>;
  readonly budget: number;
}

export interface FieldProof {
  /** The probability that sides which differ agree. */
  readonly bound: number;
  /** The assumptions that its points meet. */
  readonly conditions: readonly string[];
}

/** The one position of an axis of size one. */
const onlyPlace = (p: Position, axis: Range | undefined): { readonly axis: string; readonly k: number } | null =>
  axis !== undefined && axis.low === axis.high && p.terms.length === 0 && p.value === null && p.offset === axis.low
    ? { axis: axis.high.key, k: 0 }
    : null;

/** Not an expression that this proof is good for. */
class NoArgument extends Error {}

const LARGEST_BOUND = 2 ** -60;
const DEEPEST = 800;
const MOST_INDICES = 12;
/** A degree counts against the bound on the error, so that higher ones would prove little. */
const LARGEST_POWER = 1024n;

/** `null` says nothing: the sides may be equal, differ, or be beyond this proof. */
export function proveInField(left: Node, right: Node, context: FieldContext): FieldProof | null {
  const budget = new Budget("a proof in a finite field", context.budget);
  try {
    return proveWith(left, right, context, budget, false) ?? proveWith(left, right, context, budget, true);
  } catch (error) {
    if (error instanceof NoArgument || error instanceof BudgetSpent) return null;
    throw error;
  }
}

function proveWith(left: Node, right: Node, context: FieldContext, budget: Budget, unfold: boolean): FieldProof | null {
  const free = [...new Set([...left.free, ...right.free])];
  const point = new Point(left, right, free, context, budget, unfold);
  const cells = point.size ** free.length;
  let degree = 0;
  for (let cell = 0; cell < cells; cell++) {
    const at = new Map<Index, number>();
    let rest = cell;
    for (const i of free) {
      at.set(i, rest % point.size);
      rest = Math.floor(rest / point.size);
    }
    const l = point.side(left, at, point.leftDomain);
    const r = point.side(right, at, point.rightDomain);
    if (l.x !== r.x) return null;
    degree = Math.max(degree, l.top + r.bottom, r.top + l.bottom);
  }
  if (!sameSets(point.leftDomain, point.rightDomain)) return null;
  const bound = (degree + point.collisions()) / Number(point.field.p);
  return bound < LARGEST_BOUND ? { bound, conditions: [...point.relied].sort() } : null;
}

const sameSets = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((x) => b.has(x));

/** A value with bounds on the degrees of its numerator and denominator. */
interface Value {
  readonly x: bigint;
  readonly top: number;
  readonly bottom: number;
}

class Point {
  readonly size: number;
  readonly field: Field;
  readonly #content: string;
  /** Values that were divided by or that a partial function was applied to: what a side is defined for. */
  readonly leftDomain = new Set<string>();
  readonly rightDomain = new Set<string>();
  #domain = this.leftDomain;
  readonly #budget: Budget;
  readonly #definitions: ReadonlyMap<Tensor, readonly Equation[]>;
  readonly #facts: Facts;
  readonly #kinds = new Map<Tensor, Set<Assumption["kind"]>>();
  /** The axis along which the entries of a tensor sum to 1. */
  readonly #unitAxes = new Map<Tensor, number>();
  readonly #memo = new Map<Node, Map<string, Value>>();
  readonly #entries = new Map<string, Value>();
  readonly #oracles = new Set<string>();
  #oracleDegree = 0;

  constructor(left: Node, right: Node, free: readonly Index[], context: FieldContext, budget: Budget, unfold: boolean) {
    this.#budget = budget;
    this.#definitions = unfold ? context.definitions : new Map();
    this.#facts = new Facts(context.assumptions, context.definitions);
    for (const a of context.assumptions) {
      // An equality that the point does not meet makes the proof only harder.
      if (a.kind !== "equal") this.#kinds.set(a.tensor, (this.#kinds.get(a.tensor) ?? new Set()).add(a.kind));
      if (a.kind === "one-hot" || a.kind === "sums-to-one") this.#unitAxes.set(a.tensor, a.axis);
    }
    const indices = Math.max(
      free.length,
      indicesAlong(left, free.length, this.#definitions),
      indicesAlong(right, free.length, this.#definitions),
    );
    if (indices > MOST_INDICES) throw new NoArgument();
    this.size = indices + 1;
    this.#content = `${left.key}=${right.key}`;
    this.field = new Field(primeFor(this.#content));
    for (const i of free) this.#axis(i.range);
    for (const node of nodesBelow([left, right]))
      if (node.kind === "rational" && node.value.n !== 0n && (node.value.n * node.value.d) % this.field.p === 0n)
        throw new NoArgument();
  }

  /** The assumptions that the point meets. */
  get relied(): ReadonlySet<string> {
    return this.#facts.relied;
  }

  /** The degree of the event that two different arguments of one oracle meet, over all pairs. */
  collisions(): number {
    const n = this.#oracles.size;
    return ((n * (n - 1)) / 2) * Math.max(1, 2 * this.#oracleDegree);
  }

  /** The value of a whole side; what it is defined for is added to `domain`. */
  side(node: Node, at: ReadonlyMap<Index, number>, domain: Set<string>): Value {
    if (this.#domain !== domain) {
      // What the other side has evaluated must be met again, or this side's domain would lack it.
      this.#memo.clear();
      this.#domain = domain;
    }
    return this.value(node, at, 0);
  }

  /** Notes what a side is undefined for; where that may be more than a null set, nothing is proved. */
  #restrict(kind: string, node: Node, value: Value): void {
    if (this.#facts.signs.of(node) === "positive") return;
    if (this.#facts.signs.fragile(node)) throw new NoArgument();
    this.#domain.add(`${kind} ${value.x}`);
  }

  value(node: Node, at: ReadonlyMap<Index, number>, depth: number): Value {
    if (depth > DEEPEST || node.depth > DEEPEST) throw new NoArgument();
    const key = node.free.map((i) => at.get(i)).join(",");
    let values = this.#memo.get(node);
    if (values === undefined) {
      values = new Map();
      this.#memo.set(node, values);
    }
    const known = values.get(key);
    if (known !== undefined) return known;
    this.#budget.spend();
    const value = this.#value(node, at, depth + 1);
    values.set(key, value);
    return value;
  }

  #value(node: Node, at: ReadonlyMap<Index, number>, depth: number): Value {
    const go = (n: Node): Value => this.value(n, at, depth);
    switch (node.kind) {
      case "rational":
        return this.#rational(node.value.s * node.value.n, node.value.d);
      case "dimension":
        return this.#dimension(node.dim);
      case "constant":
        return this.#oracle(node.name, []);
      case "entry":
        return this.#entry(node, at, depth);
      case "add":
        return node.terms.map(go).reduce((a, b) => this.#add(a, b));
      case "multiply":
        return node.factors.map(go).reduce((a, b) => this.#multiply(a, b));
      case "power":
        return this.#power(node, go);
      case "apply":
        return this.#apply(node, go);
      case "indicator":
        return this.#oracle(`indicator ${node.relation}`, [go(node.arg)]);
      case "iverson":
        return this.#delta(node, at);
      case "reduce":
        return this.#reduce(node, at, depth);
      case "abstract":
        if (node.outputs.length > 0 || node.args.some((a) => a.indices.length > 0)) throw new NoArgument();
        return this.#oracle(
          `abstract ${node.name}/${node.partials.map((p) => p.argument).join(",")}`,
          node.args.map((a) => go(a.body)),
        );
      default:
        throw new NoArgument();
    }
  }

  #add = (a: Value, b: Value): Value => ({
    x: this.field.reduce(a.x + b.x),
    top: Math.max(a.top + b.bottom, b.top + a.bottom),
    bottom: a.bottom + b.bottom,
  });

  #multiply = (a: Value, b: Value): Value => ({
    x: (a.x * b.x) % this.field.p,
    top: a.top + b.top,
    bottom: a.bottom + b.bottom,
  });

  #inverse({ x, top, bottom }: Value): Value {
    const inverse = this.field.inverse(x);
    if (inverse === null) throw new NoArgument();
    return { x: inverse, top: bottom, bottom: top };
  }

  #rational(n: bigint, d: bigint): Value {
    const inverse = this.field.inverse(this.field.reduce(d));
    if (inverse === null) throw new NoArgument();
    return { x: this.field.reduce(n * inverse), top: 0, bottom: 0 };
  }

  #random = (text: string): Value => ({ x: this.field.element(`${this.#content}/${text}`), top: 1, bottom: 0 });

  /** A new random number for each tuple of argument values. */
  #oracle(name: string, args: readonly Value[]): Value {
    const call = `${name}(${args.map((a) => a.x).join(",")})`;
    this.#oracles.add(call);
    for (const a of args) this.#oracleDegree = Math.max(this.#oracleDegree, a.top + a.bottom);
    return this.#random(call);
  }

  #apply({ fn, args }: NodeOf<"apply">, go: (n: Node) => Value): Value {
    const values = args.map(go);
    const [arg] = args;
    const [value] = values;
    if (functions.get(fn)?.domain !== "real" && arg !== undefined && value !== undefined)
      this.#restrict(fn, arg, value);
    return this.#oracle(`apply ${fn}`, values);
  }

  // ---- indices ----

  /** The name of a range `1..D`; others have no size argument. */
  #axis({ low, high }: Range): string {
    const [term] = high.terms;
    const [power] = term?.powers ?? [];
    const plain = high.terms.length === 1 && term?.coefficient === 1 && term.powers.length === 1 && power?.[1] === 1;
    if (low.key !== "1" || !plain || power?.[0].at !== null) throw new NoArgument();
    return high.key;
  }

  #weight = (axis: string, k: number): Value => this.#random(`weight ${axis} ${k}`);

  #dimension(dim: Dim): Value {
    let total = this.#rational(0n, 1n);
    for (const t of dim.terms) {
      let product = this.#rational(BigInt(t.coefficient), 1n);
      for (const [atom, n] of t.powers) {
        if (atom.at !== null) throw new NoArgument();
        let size = this.#weight(atom.key, 0);
        for (let k = 1; k < this.size; k++) size = this.#add(size, this.#weight(atom.key, k));
        for (let k = 0; k < n; k++) product = this.#multiply(product, size);
      }
      total = this.#add(total, product);
    }
    return total;
  }

  #place(p: Position, at: ReadonlyMap<Index, number>): { readonly axis: string; readonly k: number } {
    const [term] = p.terms;
    if (p.terms.length !== 1 || term === undefined || term[1] !== 1 || p.value !== null || p.offset.terms.length > 0)
      throw new NoArgument();
    const k = at.get(term[0]);
    if (k === undefined) throw new NoArgument();
    return { axis: this.#axis(term[0].range), k };
  }

  #delta({ relation, position }: NodeOf<"iverson">, at: ReadonlyMap<Index, number>): Value {
    const [a, b] = position.terms;
    const plain =
      relation === "zero" &&
      position.terms.length === 2 &&
      position.value === null &&
      position.offset.terms.length === 0;
    if (!plain || a === undefined || b === undefined || a[1] * b[1] !== -1) throw new NoArgument();
    const axis = this.#axis(a[0].range);
    const [i, j] = [at.get(a[0]), at.get(b[0])];
    if (axis !== this.#axis(b[0].range) || i === undefined || j === undefined) throw new NoArgument();
    return i === j ? this.#inverse(this.#weight(axis, i)) : this.#rational(0n, 1n);
  }

  #reduce(node: NodeOf<"reduce">, at: ReadonlyMap<Index, number>, depth: number): Value {
    if (node.op !== "sum" && node.op !== "logsumexp") throw new NoArgument();
    const axis = this.#axis(node.index.range);
    const inner = new Map(at);
    let total: Value | null = null;
    for (let k = 0; k < this.size; k++) {
      inner.set(node.index, k);
      const value = this.value(node.body, inner, depth);
      const term = this.#multiply(
        this.#weight(axis, k),
        node.op === "sum" ? value : this.#oracle("apply exp", [value]),
      );
      total = total === null ? term : this.#add(total, term);
    }
    if (total === null) throw new NoArgument();
    return node.op === "sum" ? total : this.#oracle("apply log", [total]);
  }

  // ---- entries and powers ----

  #entry({ tensor, at: positions }: NodeOf<"entry">, at: ReadonlyMap<Index, number>, depth: number): Value {
    const equation = wholeDefinition(tensor, this.#definitions);
    if (equation !== null) {
      const inner = new Map<Index, number>();
      equation.at.forEach((p, axis) => {
        const [term] = p.terms;
        const position = positions[axis];
        if (term !== undefined && position !== undefined) inner.set(term[0], this.#place(position, at).k);
      });
      return this.value(equation.body, inner, depth);
    }
    if (tensor.integer || tensor.parameters.length > 0) throw new NoArgument();
    const places = positions.map((p, k) => onlyPlace(p, tensor.axes[k]) ?? this.#place(p, at));
    if (places.some((p, k) => p.axis !== tensor.axes[k]?.high.key)) throw new NoArgument();
    return this.#entryAt(
      tensor,
      places.map((p) => p.k),
    );
  }

  #entryAt(tensor: Tensor, at: readonly number[]): Value {
    const kinds = this.#kinds.get(tensor);
    const order =
      kinds?.has("symmetric") || kinds?.has("positive-definite") ? [...at.slice(0, -2), ...at.slice(-2).sort()] : at;
    const key = `${tensor.key}[${order.join(",")}]`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const along = this.#unitAxes.get(tensor);
    if (along !== undefined) this.#facts.rely("sum", tensor);
    if (order !== at) this.#facts.rely("symmetric", tensor);
    const value =
      along !== undefined && order[along] === this.size - 1
        ? this.#completing(tensor, order, along)
        : this.#random(`entry ${key}`);
    this.#entries.set(key, value);
    return value;
  }

  /** The last entry of a row that sums to one, or of a column: `t_n = (1 - Σ_{k<n} w_k t_k)/w_n`. */
  #completing(tensor: Tensor, at: readonly number[], along: number): Value {
    const axis = tensor.axes[along]?.high.key ?? "";
    let rest = this.#rational(1n, 1n);
    for (let k = 0; k < this.size - 1; k++) {
      const term = this.#multiply(this.#weight(axis, k), this.#entryAt(tensor, at.with(along, k)));
      rest = this.#add(rest, this.#multiply(this.#rational(-1n, 1n), term));
    }
    return this.#multiply(rest, this.#inverse(this.#weight(axis, this.size - 1)));
  }

  #power({ base, exponent }: NodeOf<"power">, go: (n: Node) => Value): Value {
    const b = go(base);
    if (exponent.kind !== "rational") {
      this.#restrict("power", base, b);
      return this.#oracle("power", [b, go(exponent)]);
    }
    const q = exponent.value;
    if (q.d !== 1n) this.#restrict("root", base, b);
    if (q.s < 0n) this.#restrict("inverse", base, b);
    const whole = (q.s * q.n - ((((q.s * q.n) % q.d) + q.d) % q.d)) / q.d;
    const part = q.s * q.n - whole * q.d;
    const power = this.#wholePower(b, whole);
    if (part === 0n) return power;
    return this.#multiply(power, this.#wholePower(this.#oracle(`root ${q.d}`, [b]), part));
  }

  #wholePower(b: Value, n: bigint): Value {
    const size = n < 0n ? -n : n;
    if (size > LARGEST_POWER) throw new NoArgument();
    const times = Number(size);
    const power = { x: this.field.power(b.x, size), top: b.top * times, bottom: b.bottom * times };
    return n < 0n ? this.#inverse(power) : power;
  }
}

/** The most indices met along a path, starting from those that are free; definitions are part of the path. */
function indicesAlong(node: Node, start: number, definitions: ReadonlyMap<Tensor, readonly Equation[]>): number {
  const seen = new Map<Node, number>();
  let most = start;
  const stack: [Node, number][] = [[node, start]];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [n, met] = next;
    if (met > MOST_INDICES) throw new NoArgument();
    if ((seen.get(n) ?? -1) >= met) continue;
    seen.set(n, met);
    const inside = n.kind === "reduce" ? met + 1 : met;
    most = Math.max(most, inside);
    for (const o of operands(n)) stack.push([o, inside]);
    const equation = n.kind === "entry" ? wholeDefinition(n.tensor, definitions) : null;
    if (equation !== null) stack.push([equation.body, met + equation.at.length]);
  }
  return most;
}
