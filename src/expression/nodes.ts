import { Fraction } from "fraction.js";
import { freeOfDim, freeOfPosition, freeOfPositions, NONE } from "./free-indices.js";
import type { Dim, Index, Node, NodeOf, Position, Tensor } from "./node.js";
import { gatheredIn, gatheredInAll } from "./operands.js";
import { Positions } from "./positions.js";
import { compareText } from "./text.js";

type Body<K extends Node["kind"]> = Omit<NodeOf<K>, "id" | "key" | "free" | "binders" | "depth">;
export type AnyBody = { [K in Node["kind"]]: Body<K> }[Node["kind"]];

/** Higher powers of numbers are not multiplied out. */
const LARGEST_POWER = 64n;

/** Makes and interns the nodes that bind no index: leaves, arithmetic, functions and conditions. */
export class Nodes extends Positions {
  protected readonly nodes = new Map<string, Node>();
  protected readonly numbers = new Map<number, Node>();

  readonly zero = this.rational(0);
  readonly one = this.rational(1);
  readonly minusOne = this.rational(-1);

  /** How many nodes were made. */
  get count(): number {
    return this.nodes.size;
  }

  rational(value: Fraction | number | string): Node {
    const known = typeof value === "number" ? this.numbers.get(value) : undefined;
    if (known !== undefined) return known;
    const fraction = value instanceof Fraction ? value : new Fraction(value);
    const node = this.intern(`q${fraction.toFraction()}`, { kind: "rational", value: fraction }, []);
    if (typeof value === "number") this.numbers.set(value, node);
    return node;
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
    let positions = "";
    for (const [k, p] of at.entries()) positions += k === 0 ? p.key : `,${p.key}`;
    const key = `e${tensor.key}[${positions}]`;
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    const body: AnyBody = { kind: "entry", tensor, at: Object.freeze([...at]) };
    return this.intern(key, body, gatheredInAll(at), freeOfPositions(at));
  }

  /** Flattens nested sums, drops zeros, adds the constants up; keeps the order of the rest. */
  add(...terms: readonly Node[]): Node {
    const flat: Node[] = [];
    // Fractions are slow, and most sums have no constant.
    let constant: Fraction | null = null;
    let constantAt = 0;
    const put = (term: Node): void => {
      if (term.kind === "add") for (const t of term.terms) put(t);
      else if (term.kind !== "rational") flat.push(term);
      else if (constant === null || constant.n === 0n) [constant, constantAt] = [term.value, flat.length];
      else constant = constant.add(term.value);
    };
    for (const term of terms) put(term);
    const sum = constant as Fraction | null;
    if (sum !== null && sum.n !== 0n) flat.splice(constantAt, 0, this.rational(sum));
    const [first] = flat;
    if (first === undefined) return this.zero;
    if (flat.length === 1) return first;
    return this.intern(`+${ids(flat)}`, { kind: "add", terms: Object.freeze(flat) }, flat);
  }

  /** Flattens nested products, folds the constants into one in front; zero swallows all. Keeps the order of the rest. */
  multiply(...factors: readonly Node[]): Node {
    const flat: Node[] = [];
    let constant: Fraction | null = null;
    const put = (factor: Node): void => {
      if (factor.kind === "multiply") for (const f of factor.factors) put(f);
      else if (factor.kind !== "rational") flat.push(factor);
      else constant = constant === null ? factor.value : constant.mul(factor.value);
    };
    for (const factor of factors) put(factor);
    const scale = constant as Fraction | null;
    if (scale?.n === 0n) return this.zero;
    const all = scale === null || scale.equals(1) ? flat : [this.rational(scale), ...flat];
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
    const simpler = e.kind === "rational" ? this.#powerByNumber(base, e.value) : null;
    return simpler ?? this.intern(`^${base.id},${e.id}`, { kind: "power", base, exponent: e }, [base, e]);
  }

  /** A power of a number as a number, and of a power as one power; `null` where it stays as it is. */
  #powerByNumber(base: Node, exponent: Fraction): Node | null {
    const whole = exponent.d === 1n;
    if (base.kind === "rational") {
      if (base.value.equals(0)) return exponent.s > 0n ? this.zero : null;
      return whole && exponent.n <= LARGEST_POWER ? this.rational(base.value.pow(exponent) as Fraction) : null;
    }
    // (x^a)^n = x^(a n) holds for every whole n, wherever x^a is defined.
    if (base.kind === "power" && whole && base.exponent.kind === "rational")
      return this.power(base.base, this.rational(base.exponent.value.mul(exponent)));
    return null;
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
    const position = this.difference(a, b) ?? this.difference(b, a);
    // Two different gathered values would have to be compared as numbers.
    if (position === null)
      throw new Error(
        "internal: a delta between two gathered positions must be written as an indicator of their difference",
      );
    return this.iverson("zero", position);
  }

  /**
   * `[a ≥ b]`; `null` between two gathered values. Such a value is never subtracted: where b alone is one, `a ≥ b` is
   * what `b ≥ a + 1` denies.
   */
  atLeast(a: Position, b: Position): Node | null {
    const difference = this.difference(a, b);
    if (difference !== null) return this.iverson("nonnegative", difference);
    const other = this.difference(b, a);
    if (other === null) return null;
    return this.subtract(this.one, this.iverson("nonnegative", this.shift(other, this.constantDim(-1))));
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
    return this.store(key, body, merged(more, children), children, 0);
  }

  protected store(key: string, body: AnyBody, free: readonly Index[], children: readonly Node[], binder: number): Node {
    let binders = binder;
    let depth = 0;
    for (const child of children) {
      if (child.binders > binders) binders = child.binders;
      if (child.depth > depth) depth = child.depth;
    }
    // A literal that begins with a spread is several times slower.
    const rest = { id: this.nodes.size, key, free, binders, depth: depth + 1 };
    const node: Node = Object.freeze(Object.assign(body, rest));
    this.nodes.set(key, node);
    return node;
  }
}

/** The free indices of the children and some more, sorted by key. The list of the only child that has any is used again. */
function merged(more: readonly Index[], children: readonly Node[]): readonly Index[] {
  let free = more.length === 0 ? NONE : sortedIndices(new Set(more));
  for (const child of children) {
    const own = child.free;
    if (own.length === 0 || own === free) continue;
    if (free.length === 0) free = own;
    else if (!own.every((i) => free.includes(i))) free = sortedIndices(new Set([...free, ...own]));
  }
  return free;
}

export const sortedIndices = (free: ReadonlySet<Index>): readonly Index[] =>
  free.size === 0 ? NONE : Object.freeze([...free].sort((a, b) => compareText(a.key, b.key)));

function ids(nodes: readonly Node[]): string {
  let text = "";
  for (const n of nodes) text += text === "" ? n.id : `,${n.id}`;
  return text;
}
