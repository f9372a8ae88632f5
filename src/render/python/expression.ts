import { Fraction } from "fraction.js";
import { operands } from "../../expression/arena.js";
import type { Index, Node, NodeOf, Position } from "../../expression/node.js";
import { abstract, argument, matrix, reduce, sum } from "./binders.js";
import {
  aligned,
  type Code,
  code,
  jointAxes,
  LOOSE,
  number,
  numeric,
  POWER,
  PRIMARY,
  permuted,
  productOf,
  SIGN,
  sumOf,
  within,
} from "./code.js";
import { contract } from "./contract.js";
import { affine, dimCode, indexed } from "./entry.js";
import { apply, indicator, iverson } from "./functions.js";
import type { Scalars, Scope } from "./scope.js";
import { isBinder, isCondition, NO_AXES, type Translation } from "./translation.js";
import { type Padded, paddedEntry, padding } from "./windows.js";

const ONE = new Fraction(1);
/** Python's own parser, and a reader, give up on deeper nesting. */
const DEEPEST = 12;

/** Turns the nodes of one statement into Python. What is used twice becomes a line of its own, in `lines`. */
export class Translator implements Translation {
  readonly lines: string[] = [];
  readonly scope: Scope;
  readonly scalars: Scalars;
  readonly #memo = new Map<Node, Code>();
  readonly #uses = new Map<Node, number>();
  readonly #forced = new Set<Node>();
  /** How many conditionals and comprehensions this is inside of. */
  #held: number;

  constructor(scope: Scope, scalars: Scalars, held = 0) {
    this.#held = held;
    this.scope = scope;
    this.scalars = scalars;
  }

  /** A whole right side with exactly the axes `out`. */
  statement(body: Node, out: readonly Index[]): Code {
    this.#prepare(body);
    for (const node of this.#forced) this.translate(node, NO_AXES);
    return this.full(this.translate(body, out), out);
  }

  /** The array with all of `out` as its axes, in order, repeated along those it lacks. */
  full(c: Code, out: readonly Index[]): Code {
    const value = numeric(c);
    if (out.length === value.axes.length) return permuted(value, out);
    const shape = this.#shape(out);
    if (value.axes.length === 0) return code(`np.full(${shape}, ${value.text}, dtype=float)`, PRIMARY, out);
    return code(`np.broadcast_to(${aligned(value, out).text}, ${shape}).copy()`, PRIMARY, out);
  }

  #shape(axes: readonly Index[]): string {
    const sizes = axes.map((i) => this.scope.dim(this.scope.arena.size(i.range), this.scalars));
    return sizes.length === 1 ? `${sizes[0]}` : `(${sizes.join(", ")})`;
  }

  translate(node: Node, want: readonly Index[]): Code {
    const known = this.#memo.get(node);
    if (known !== undefined) return known;
    let result = this.#visit(node, want);
    const worth = this.#forced.has(node) || ((this.#uses.get(node) ?? 0) > 1 && isHeavy(node));
    if (worth && this.#held === 0) result = this.named(result);
    if (this.#held === 0) this.#memo.set(node, result);
    return result;
  }

  named(c: Code): Code {
    if (/^\w+$/.test(c.text)) return c;
    const name = this.scope.names.fresh("tmp");
    this.lines.push(`${name} = ${c.text}`);
    return code(name, PRIMARY, c.axes, c.truth);
  }

  /** Counts uses below a node, and marks what must become a line so that no expression nests too deep. */
  #prepare(root: Node): void {
    const height = new Map<Node, number>();
    const stack: { node: Node; done: boolean }[] = [{ node: root, done: false }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { node } = top;
      if (top.done) height.set(node, this.#measure(node, root, height));
      else this.#uses.set(node, (this.#uses.get(node) ?? 0) + 1);
      if (top.done || height.has(node)) continue;
      height.set(node, 0);
      stack.push({ node, done: true });
      if (!isBinder(node)) for (const n of operands(node)) stack.push({ node: n, done: false });
    }
  }

  /** How deep an expression nests down to the next line of its own. */
  #measure(node: Node, root: Node, height: ReadonlyMap<Node, number>): number {
    const tallest = Math.max(0, ...operands(node).map((n) => height.get(n) ?? 0));
    if (tallest < DEEPEST || node === root || isBinder(node) || hasBound(node)) return tallest + 1;
    this.#forced.add(node);
    return 0;
  }

  readonly gathered = (position: Position): Code | null =>
    position.value === null ? null : this.translate(position.value, NO_AXES);

  get isHeld(): boolean {
    return this.#held > 0;
  }

  within(scalars: Scalars): Translator {
    return new Translator(this.scope, scalars, 1);
  }

  countUses(body: Node): void {
    const seen = new Set<Node>();
    const stack: Node[] = [body];
    for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
      this.#uses.set(n, (this.#uses.get(n) ?? 0) + 1);
      if (seen.has(n) || isBinder(n)) continue;
      seen.add(n);
      stack.push(...operands(n));
    }
  }

  #visit(node: Node, want: readonly Index[]): Code {
    switch (node.kind) {
      case "rational":
        return number(node.value);
      case "dimension":
        return dimCode(this.scope, node.dim, this.scalars);
      case "position":
        return affine(this.scope, node.position, this.scalars, this.gathered, want);
      case "constant":
        return code(node.name === "pi" ? "np.pi" : "np.e", PRIMARY);
      case "entry":
        return this.#entry(node);
      case "add":
        return this.#add(node, want);
      case "multiply":
        return this.product(node.factors, NO_AXES, want);
      case "power":
        return this.#inverted(node) === null ? this.#power(node, want) : this.product([node], NO_AXES, want);
      case "apply":
        return apply(this, node, want);
      case "iverson":
        return iverson(this, node, want);
      case "indicator":
        return indicator(this, node, want);
      case "reduce":
        return node.op === "sum" ? sum(this, node, want) : reduce(this, node, want);
      case "argument":
        return argument(this, node, want);
      case "matrix":
        return matrix(this, node);
      case "abstract":
        return abstract(this, node);
    }
  }

  #entry(node: NodeOf<"entry">): Code {
    const { tensor, at } = node;
    const { arena } = this.scope;
    // The derivative of the loss by itself.
    if (tensor.derivative !== null && tensor.derivative.of === tensor.derivative.wrt && at.length === 0)
      return code("1.0", PRIMARY);
    const ranges = tensor.axes.map((_, k) => arena.axisRange(tensor, k, at));
    let name = this.scope.variable(tensor);
    let skip = 0;
    if (this.scope.isRagged(tensor)) {
      skip = tensor.parameters.length;
      for (let k = 0; k < skip; k++) {
        const p = at[k];
        const range = ranges[k];
        if (p !== undefined && range !== undefined) name += `[${this.scope.place(p, this.scalars, range.low)}]`;
      }
    }
    return indexed(this.scope, name, ranges.slice(skip), at.slice(skip), this.scalars, this.gathered);
  }

  #add(node: NodeOf<"add">, want: readonly Index[]): Code {
    const terms = node.terms.map((t) => this.#signed(t, want));
    const lead = terms.find((t) => !t.negative);
    const [first] = terms;
    // `a - b` rather than `-b + a`.
    const ordered = first?.negative && lead !== undefined ? [lead, ...terms.filter((t) => t !== lead)] : terms;
    return sumOf(ordered, want);
  }

  #signed(term: Node, want: readonly Index[]): { code: Code; negative: boolean } {
    if (term.kind === "rational" && term.value.s < 0n) return { code: number(term.value.abs()), negative: true };
    if (term.kind === "multiply" && !this.#memo.has(term) && !this.#forced.has(term)) {
      const [head, ...rest] = term.factors;
      if (head?.kind === "rational" && head.value.s < 0n) {
        const positive = this.scope.arena.rational(head.value.abs());
        const factors = head.value.equals(-1) ? rest : [positive, ...rest];
        const [only] = factors;
        const value =
          factors.length === 1 && only !== undefined
            ? this.translate(only, want)
            : this.product(factors, NO_AXES, want);
        return { code: value, negative: true };
      }
    }
    return { code: this.translate(term, want), negative: false };
  }

  // ---- products, with the sum over `bound` of those factors that hold a bound index ----

  /** A zero guard makes the product zero, whatever the other factors are. */
  product(factors: readonly Node[], bound: readonly Index[], want: readonly Index[]): Code {
    const guards: readonly Node[] = factors.filter((f) => f.kind === "iverson" || f.kind === "indicator");
    const conditions = guards.filter((g) => isCondition(g, this.scalars));
    if (conditions.length > 0) return this.#conditional(conditions, factors, bound, want);
    const risky = factors.filter((f) => !guards.includes(f) && this.scope.risky(f));
    const padded = risky.length === 0 && this.scalars.size === 0 ? paddedEntry(this.scope.arena, factors) : null;
    if (padded !== null) {
      const others = factors.filter((f) => f !== padded.entry && !padded.guards.includes(f));
      return this.#plainProduct(others, [this.#padded(padded)], bound, want);
    }
    if (guards.length === 0 || risky.length === 0) return this.#plainProduct(factors, [], bound, want);
    const masked = this.#masked(guards, risky, want);
    return this.#plainProduct(
      factors.filter((f) => !guards.includes(f) && !risky.includes(f)),
      [masked],
      bound,
      want,
    );
  }

  #conditional(
    conditions: readonly Node[],
    factors: readonly Node[],
    bound: readonly Index[],
    want: readonly Index[],
  ): Code {
    const test = conditions.map((c) => this.#visit(c, NO_AXES).text).join(" and ");
    this.#held += 1;
    const value = this.product(
      factors.filter((f) => !conditions.includes(f)),
      bound,
      want,
    );
    this.#held -= 1;
    const otherwise = value.axes.length === 0 ? "0.0" : `np.zeros(${this.#shape(value.axes)})`;
    return code(`${within(numeric(value), SIGN)} if ${test} else ${otherwise}`, LOOSE, value.axes);
  }

  #padded({ entry, axis, range }: Padded): Code {
    const { arena } = this.scope;
    const position = entry.at[axis] ?? arena.literal(0);
    const [before, after] = padding(arena, position, range);
    const width = `(${this.scope.dim(before, this.scalars)}, ${this.scope.dim(after, this.scalars)})`;
    const ranges = entry.tensor.axes.map((_, k) => arena.axisRange(entry.tensor, k, entry.at));
    const widths = ranges.map((_, k) => (k === axis ? width : "(0, 0)"));
    const name = this.scope.variable(entry.tensor);
    const array = this.named(
      code(`np.pad(${name}, ${ranges.length === 1 ? width : `(${widths.join(", ")})`})`, PRIMARY),
    ).text;
    const wide = ranges.map((r, k) =>
      k === axis ? arena.range(arena.subtractDims(r.low, before), arena.addDims(r.high, after)) : r,
    );
    return indexed(this.scope, array, wide, entry.at, this.scalars, this.gathered);
  }

  #masked(guards: readonly Node[], risky: readonly Node[], want: readonly Index[]): Code {
    this.scope.usedHelpers.add("errstate");
    const value = this.#plainProduct(risky, [], NO_AXES, want);
    const tests = guards.map((g) => this.translate(g, want));
    const out = jointAxes([value, ...tests], want);
    // `&` takes truth values only, and an identity matrix holds numbers.
    const truth = (t: Code): string => (t.truth ? within(aligned(t, out), PRIMARY) : `(${aligned(t, out).text} != 0)`);
    const [only] = tests.length === 1 ? tests : [];
    const test = only === undefined ? tests.map(truth).join(" & ") : aligned(only, out).text;
    return code(`np.where(${test}, ${aligned(value, out).text}, 0.0)`, PRIMARY, out);
  }

  #plainProduct(
    factors: readonly Node[],
    extra: readonly Code[],
    bound: readonly Index[],
    want: readonly Index[],
  ): Code {
    const constant = factors.reduce((c, f) => (f.kind === "rational" ? c.mul(f.value) : c), ONE);
    const isInner = (c: Code): boolean => c.axes.some((i) => bound.includes(i));
    const parts = factors.filter((f) => f.kind !== "rational").map((f) => this.#factor(f, want));
    const inner = [
      ...parts
        .filter((p) => isInner(p.value))
        .map((p) => (p.over ? productOf(ONE, [], [p.value], p.value.axes) : p.value)),
      ...extra.filter(isInner),
    ];
    const outside = parts.filter((p) => !isInner(p.value));
    const above = [...outside.filter((p) => !p.over).map((p) => p.value), ...extra.filter((c) => !isInner(c))];
    const below = outside.filter((p) => p.over).map((p) => p.value);
    // A sum over what does not depend on its index is a number of times that.
    const missing = bound.filter((b) => !inner.some((c) => c.axes.includes(b)));
    const sizes = missing.map((b) => dimCode(this.scope, this.scope.arena.size(b.range), this.scalars));
    const carried = bound.filter((b) => !missing.includes(b));
    const sum = carried.length > 0 ? [contract(inner, carried, want)] : [];
    return productOf(constant, [...sizes, ...above, ...sum], below, want);
  }

  /** A factor, or with `over` what it is one over. */
  #factor(factor: Node, want: readonly Index[]): { readonly value: Code; readonly over: boolean } {
    const base = factor.kind === "power" ? this.#inverted(factor) : null;
    return { value: this.translate(base ?? factor, want), over: base !== null };
  }

  /** The denominator that a factor is one over, or `null` if it is none. */
  #inverted(node: NodeOf<"power">): Node | null {
    if (node.exponent.kind !== "rational" || node.exponent.value.s >= 0n) return null;
    return this.scope.arena.power(node.base, this.scope.arena.rational(node.exponent.value.neg()));
  }

  #power(node: NodeOf<"power">, want: readonly Index[]): Code {
    const base = this.translate(node.base, want);
    if (node.exponent.kind === "rational" && node.exponent.value.equals(0.5))
      return code(`np.sqrt(${numeric(base).text})`, PRIMARY, base.axes);
    if (node.base.kind === "constant" && node.base.name === "e") {
      const exponent = this.translate(node.exponent, want);
      return code(`np.exp(${exponent.text})`, PRIMARY, exponent.axes);
    }
    const exponent = this.translate(node.exponent, want);
    const out = jointAxes([base, exponent], want);
    const [b, e] = [aligned(numeric(base), out), aligned(numeric(exponent), out)];
    return code(`${within(b, PRIMARY)} ** ${within(e, PRIMARY)}`, POWER, out);
  }
}

const hasBound = (n: Node): boolean => n.free.some((i) => i.name.startsWith("#"));

/** Worth a line of its own when it is used twice. */
function isHeavy(node: Node): boolean {
  return (
    isBinder(node) ||
    node.kind === "apply" ||
    (node.depth > 2 && (node.kind === "add" || node.kind === "multiply" || node.kind === "power"))
  );
}
