import { Fraction } from "fraction.js";
import { freeOfDim, freeOfPosition, freeOfPositions, NONE } from "./free-indices.js";
import type { Dim, Index, Node, NodeOf, Position, Tensor } from "./node.js";
import { gatheredIn } from "./operands.js";
import { Positions } from "./positions.js";
import { compareText } from "./text.js";

type Body<K extends Node["kind"]> = Omit<NodeOf<K>, "id" | "key" | "free" | "binders" | "depth">;
export type AnyBody = { [K in Node["kind"]]: Body<K> }[Node["kind"]];

/** Makes and interns the nodes that bind no index: leaves, arithmetic, functions and conditions. */
export class Nodes extends Positions {
  protected readonly nodes = new Map<string, Node>();

  readonly zero = this.rational(0);
  readonly one = this.rational(1);
  readonly minusOne = this.rational(-1);

  /** How many nodes were made. */
  get count(): number {
    return this.nodes.size;
  }

  rational(value: Fraction | number | string): Node {
    const fraction = value instanceof Fraction ? value : new Fraction(value);
    return this.intern(`q${fraction.toFraction()}`, { kind: "rational", value: fraction }, []);
  }

  /** A dimension as a number. */
  dimension(dim: Dim): Node {
    const integer = this.integerOf(dim);
    if (integer !== null) return this.rational(integer);
    return this.intern(`d${dim.key}`, { kind: "dimension", dim }, [], freeOfDim(dim));
  }

  positionValue(position: Position): Node {
    if (position.terms.length === 0 && position.value === null) return this.dimension(position.offset);
    if (position.terms.length === 0 && position.offset.terms.length === 0 && position.value !== null)
      return position.value;
    return this.intern(
      `p${position.key}`,
      { kind: "position", position },
      gatheredIn(position),
      freeOfPosition(position),
    );
  }

  constant(name: "pi" | "e"): Node {
    return this.intern(`c${name}`, { kind: "constant", name }, []);
  }

  entry(tensor: Tensor, at: readonly Position[]): Node {
    if (at.length !== tensor.axes.length)
      throw new Error(`internal: ${tensor.key} has ${tensor.axes.length} axes, got ${at.length} positions`);
    const key = `e${tensor.key}[${at.map((p) => p.key).join(",")}]`;
    return this.intern(
      key,
      { kind: "entry", tensor, at: Object.freeze([...at]) },
      at.flatMap(gatheredIn),
      freeOfPositions(at),
    );
  }

  /** Flattens nested sums, drops zeros, adds the constants up; keeps the order of the rest. */
  add(...terms: readonly Node[]): Node {
    const flat: Node[] = [];
    let constant = new Fraction(0);
    let constantAt = 0;
    for (const term of terms.flatMap((t) => (t.kind === "add" ? t.terms : [t]))) {
      if (term.kind === "rational") {
        if (constant.equals(0)) constantAt = flat.length;
        constant = constant.add(term.value);
      } else flat.push(term);
    }
    if (!constant.equals(0)) flat.splice(constantAt, 0, this.rational(constant));
    const [first] = flat;
    if (first === undefined) return this.zero;
    if (flat.length === 1) return first;
    return this.intern(`+${ids(flat)}`, { kind: "add", terms: Object.freeze(flat) }, flat);
  }

  /** Flattens nested products, folds the constants into one in front; zero swallows all. Keeps the order of the rest. */
  multiply(...factors: readonly Node[]): Node {
    const flat: Node[] = [];
    let constant = new Fraction(1);
    for (const factor of factors.flatMap((f) => (f.kind === "multiply" ? f.factors : [f]))) {
      if (factor.kind === "rational") constant = constant.mul(factor.value);
      else flat.push(factor);
    }
    if (constant.equals(0)) return this.zero;
    const all = constant.equals(1) ? flat : [this.rational(constant), ...flat];
    const [first] = all;
    if (first === undefined) return this.one;
    if (all.length === 1) return first;
    return this.intern(`*${ids(all)}`, { kind: "multiply", factors: Object.freeze(all) }, all);
  }

  negate(node: Node): Node {
    return this.multiply(this.minusOne, node);
  }

  subtract(a: Node, b: Node): Node {
    return this.add(a, this.negate(b));
  }

  divide(a: Node, b: Node): Node {
    return this.multiply(a, this.power(b, this.minusOne));
  }

  power(base: Node, exponent: Node | number): Node {
    const e = typeof exponent === "number" ? this.rational(exponent) : exponent;
    if (e === this.one) return base;
    if (e === this.zero) return this.one;
    if (base === this.one) return this.one;
    if (e.kind === "rational") {
      const whole = e.value.d === 1n;
      if (base.kind === "rational" && whole && !base.value.equals(0)) {
        const size = Number(e.value.n);
        if (size <= 64) return this.rational(base.value.pow(e.value) as Fraction);
      }
      if (base.kind === "rational" && base.value.equals(0) && e.value.s > 0n) return this.zero;
      // (x^a)^n = x^(a n) holds for every whole n, wherever x^a is defined.
      if (base.kind === "power" && whole && base.exponent.kind === "rational")
        return this.power(base.base, this.rational(base.exponent.value.mul(e.value)));
    }
    return this.intern(`^${base.id},${e.id}`, { kind: "power", base, exponent: e }, [base, e]);
  }

  sqrt(node: Node): Node {
    return this.power(node, this.rational(new Fraction(1, 2)));
  }

  /** `fn` must be a row of the table in `functions/`. */
  apply(fn: string, ...args: readonly Node[]): Node {
    return this.intern(`f${fn}(${ids(args)})`, { kind: "apply", fn, args: Object.freeze([...args]) }, args);
  }

  /** `δ_ab`: one where the two positions are equal, else zero. */
  delta(a: Position, b: Position): Node {
    if (a === b) return this.one;
    const position = this.difference(a, b);
    // Two different gathered values would have to be compared as numbers.
    if (position === null)
      throw new Error(
        "internal: a delta between two gathered positions must be written as an indicator of their difference",
      );
    return this.iverson("zero", position);
  }

  /** `[position = 0]` or `[position ≥ 0]`, decided at once where the position is a number. */
  iverson(relation: "zero" | "nonnegative", position: Position): Node {
    if (position.terms.length === 0 && position.value === null) {
      const value = this.integerOf(position.offset);
      if (value !== null) return (relation === "zero" ? value === 0 : value >= 0) ? this.one : this.zero;
    }
    const canonical = relation === "zero" ? this.#positiveFirst(position) : position;
    return this.intern(
      `i${relation}(${canonical.key})`,
      { kind: "iverson", relation, position: canonical },
      gatheredIn(canonical),
      freeOfPosition(canonical),
    );
  }

  // i - j = 0 and j - i = 0 are one condition.
  #positiveFirst(p: Position): Position {
    if (p.value !== null) return p;
    const lead = p.terms[0]?.[1] ?? p.offset.terms[0]?.coefficient ?? 1;
    if (lead > 0) return p;
    return this.position(
      p.terms.map(([i, c]) => [i, -c] as const),
      this.scaleDim(p.offset, -1),
    );
  }

  indicator(relation: ">" | ">=" | "=", arg: Node): Node {
    if (arg.kind === "rational") {
      const sign = arg.value.compare(0);
      return (relation === ">" ? sign > 0 : relation === ">=" ? sign >= 0 : sign === 0) ? this.one : this.zero;
    }
    return this.intern(`b${relation}(${arg.id})`, { kind: "indicator", relation, arg }, [arg]);
  }

  protected intern(key: string, body: AnyBody, children: readonly Node[], more: readonly Index[] = NONE): Node {
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    const free = new Set<Index>(more);
    for (const child of children) for (const i of child.free) free.add(i);
    return this.store(key, body, free, children, 0);
  }

  protected store(key: string, body: AnyBody, free: Set<Index>, children: readonly Node[], binder: number): Node {
    let binders = binder;
    let depth = 0;
    for (const child of children) {
      binders = Math.max(binders, child.binders);
      depth = Math.max(depth, child.depth);
    }
    const sorted = free.size === 0 ? NONE : Object.freeze([...free].sort((a, b) => compareText(a.key, b.key)));
    const node = Object.freeze({ ...body, id: this.nodes.size, key, free: sorted, binders, depth: depth + 1 }) as Node;
    this.nodes.set(key, node);
    return node;
  }
}

const ids = (nodes: readonly Node[]): string => nodes.map((n) => n.id).join(",");
