import { Fraction } from "fraction.js";
import { type Arena, operands } from "../../expression/arena.js";
import type { Dim, Index, Node, NodeOf, Position } from "../../expression/node.js";
import { functionNamed } from "../../functions/table.js";
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
  union,
  within,
} from "./code.js";
import { contract, summed } from "./contract.js";
import { affine, dimCode, indexed, type ValueOf } from "./entry.js";
import type { Scalars, Scope } from "./scope.js";
import { overWindows, type Padded, paddedEntry, padding } from "./windows.js";

const ONE = new Fraction(1);
const NO_AXES: readonly Index[] = [];
/** Python's own parser, and a reader, give up on deeper nesting. */
const DEEPEST = 12;

/** Turns the nodes of one statement into Python. What is used twice becomes a line of its own, in `lines`. */
export class Translator {
  readonly lines: string[] = [];
  readonly #scope: Scope;
  readonly #scalars: Scalars;
  readonly #memo = new Map<Node, Code>();
  readonly #uses = new Map<Node, number>();
  readonly #forced = new Set<Node>();
  /** Inside a conditional or a comprehension nothing may be moved out. */
  #held = 0;

  constructor(scope: Scope, scalars: Scalars) {
    this.#scope = scope;
    this.#scalars = scalars;
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
    const sizes = axes.map((i) => this.#scope.dim(this.#scope.arena.size(i.range), this.#scalars));
    return sizes.length === 1 ? `${sizes[0]}` : `(${sizes.join(", ")})`;
  }

  translate(node: Node, want: readonly Index[]): Code {
    const known = this.#memo.get(node);
    if (known !== undefined) return known;
    let result = this.#visit(node, want);
    const worth = this.#forced.has(node) || ((this.#uses.get(node) ?? 0) > 1 && isHeavy(node));
    if (worth && this.#held === 0) result = this.#named(result);
    if (this.#held === 0) this.#memo.set(node, result);
    return result;
  }

  #named(c: Code): Code {
    if (/^\w+$/.test(c.text)) return c;
    const name = this.#scope.names.fresh("tmp");
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

  #valueOf: ValueOf = (position: Position) =>
    position.value === null ? null : this.translate(position.value, NO_AXES);

  #visit(node: Node, want: readonly Index[]): Code {
    switch (node.kind) {
      case "rational":
        return number(node.value);
      case "dimension":
        return dimCode(this.#scope, node.dim, this.#scalars);
      case "position":
        return affine(this.#scope, node.position, this.#scalars, this.#valueOf, want);
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
        return this.#apply(node, want);
      case "iverson":
        return this.#iverson(node, want);
      case "indicator":
        return this.#indicator(node, want);
      case "reduce":
        return node.op === "sum" ? this.#sum(node, want) : this.#reduce(node, want);
      case "argument":
        return this.#argument(node, want);
      case "matrix":
        return this.#matrix(node);
      case "abstract":
        return this.#abstract(node);
    }
  }

  #entry(node: NodeOf<"entry">): Code {
    const { tensor, at } = node;
    const { arena } = this.#scope;
    // The derivative of the loss by itself.
    if (tensor.derivative !== null && tensor.derivative.of === tensor.derivative.wrt && at.length === 0)
      return code("1.0", PRIMARY);
    const ranges = tensor.axes.map((_, k) => arena.axisRange(tensor, k, at));
    let name = this.#scope.variable(tensor);
    let skip = 0;
    if (this.#scope.isRagged(tensor)) {
      skip = tensor.parameters.length;
      for (let k = 0; k < skip; k++) {
        const p = at[k];
        const range = ranges[k];
        if (p !== undefined && range !== undefined) name += `[${this.#scope.place(p, this.#scalars, range.low)}]`;
      }
    }
    return indexed(this.#scope, name, ranges.slice(skip), at.slice(skip), this.#scalars, this.#valueOf);
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
        const positive = this.#scope.arena.rational(head.value.abs());
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
    const conditions = guards.filter((g) => isCondition(g, this.#scalars));
    if (conditions.length > 0) return this.#conditional(conditions, factors, bound, want);
    const risky = factors.filter((f) => !guards.includes(f) && this.#scope.risky(f));
    const padded = risky.length === 0 && this.#scalars.size === 0 ? paddedEntry(this.#scope.arena, factors) : null;
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
    const { arena } = this.#scope;
    const position = entry.at[axis] ?? arena.literal(0);
    const [before, after] = padding(arena, position, range);
    const width = `(${this.#scope.dim(before, this.#scalars)}, ${this.#scope.dim(after, this.#scalars)})`;
    const ranges = entry.tensor.axes.map((_, k) => arena.axisRange(entry.tensor, k, entry.at));
    const widths = ranges.map((_, k) => (k === axis ? width : "(0, 0)"));
    const name = this.#scope.variable(entry.tensor);
    const array = this.#named(
      code(`np.pad(${name}, ${ranges.length === 1 ? width : `(${widths.join(", ")})`})`, PRIMARY),
    ).text;
    const wide = ranges.map((r, k) =>
      k === axis ? arena.range(arena.subtractDims(r.low, before), arena.addDims(r.high, after)) : r,
    );
    return indexed(this.#scope, array, wide, entry.at, this.#scalars, this.#valueOf);
  }

  #masked(guards: readonly Node[], risky: readonly Node[], want: readonly Index[]): Code {
    this.#scope.usedHelpers.add("errstate");
    const value = this.#plainProduct(risky, [], NO_AXES, want);
    const tests = guards.map((g) => this.translate(g, want));
    const out = jointAxes([value, ...tests], want);
    const test = tests
      .map((t) => (tests.length === 1 ? aligned(t, out).text : within(aligned(t, out), PRIMARY)))
      .join(" & ");
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
    const sizes = missing.map((b) => dimCode(this.#scope, this.#scope.arena.size(b.range), this.#scalars));
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
    return this.#scope.arena.power(node.base, this.#scope.arena.rational(node.exponent.value.neg()));
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

  // ---- functions and conditions ----

  #apply(node: NodeOf<"apply">, want: readonly Index[]): Code {
    const softmax = node.fn === "exp" ? this.#softmax(node, want) : null;
    if (softmax !== null) return softmax;
    const row = functionNamed(node.fn);
    if (row.numpy.includes("_erf")) this.#scope.usedHelpers.add("_erf");
    const args = node.args.map((a) => numeric(this.translate(a, want)));
    const out = jointAxes(args, want);
    const texts = args.map((a, k) => this.#argumentText(aligned(a, out), row.numpy, k));
    const text = row.numpy.replace(
      /([(,]\s*)?\{(\d)\}(?=\s*([),])?)/g,
      (_, before: string | undefined, k: string, after: string | undefined) => {
        const arg = texts[Number(k)] ?? "";
        const bare = /^\w+$/.test(arg) || (before !== undefined && after !== undefined);
        return `${before ?? ""}${bare ? arg : `(${arg})`}`;
      },
    );
    return code(tidy(text), PRIMARY, out);
  }

  // An argument that the row's formula repeats is computed once.
  #argumentText(arg: Code, template: string, k: number): string {
    const times = template.split(`{${k}}`).length - 1;
    return times > 1 && this.#held === 0 ? this.#named(arg).text : arg.text;
  }

  /** exp(z_k - LSE_l z_l) is a softmax along the axis of k. */
  #softmax(node: NodeOf<"apply">, want: readonly Index[]): Code | null {
    const { arena } = this.#scope;
    const [sum] = node.args;
    if (sum?.kind !== "add") return null;
    for (const term of sum.terms) {
      const lse =
        term.kind === "multiply" && term.factors.length === 2 && term.factors[0] === arena.minusOne
          ? term.factors[1]
          : undefined;
      if (lse?.kind !== "reduce" || lse.op !== "logsumexp") continue;
      const rest = arena.add(...sum.terms.filter((t) => t !== term));
      const opened = arena.open(lse);
      const axis = rest.free.find(
        (k) =>
          !this.#scalars.has(k) &&
          sameRange(k, opened.index) &&
          arena.substitute(opened.body, new Map([[opened.index, arena.at(k)]])) === rest,
      );
      if (axis === undefined) continue;
      const value = this.translate(rest, want);
      this.#scope.usedHelpers.add("_softmax");
      return code(`_softmax(${value.text}, axis=${value.axes.indexOf(axis)})`, PRIMARY, value.axes);
    }
    return null;
  }

  #iverson(node: NodeOf<"iverson">, want: readonly Index[]): Code {
    const { arena } = this.#scope;
    const { position, relation } = node;
    const eye = relation === "zero" ? this.#eye(position, want) : null;
    if (eye !== null) return eye;
    // What is negative goes to the other side.
    const left = position.terms.filter(([, c]) => c > 0);
    const right = position.terms.filter(([, c]) => c < 0).map(([i, c]) => [i, -c] as const);
    const l = this.#affine(arena.position(left, signedPart(arena, position.offset, 1), position.value), want);
    const r = this.#affine(arena.position(right, arena.scaleDim(signedPart(arena, position.offset, -1), -1)), want);
    const out = jointAxes([l, r], want);
    const flip = left.length === 0 && position.value === null;
    const [x, y] = flip ? [r, l] : [l, r];
    return code(
      `${aligned(x, out).text} ${relation === "zero" ? "==" : flip ? "<=" : ">="} ${aligned(y, out).text}`,
      LOOSE,
      out,
      true,
    );
  }

  #affine(position: Position, want: readonly Index[]): Code {
    return affine(this.#scope, position, this.#scalars, this.#valueOf, want);
  }

  #eye(position: Position, want: readonly Index[]): Code | null {
    const [a, b] = position.terms;
    if (position.terms.length !== 2 || a === undefined || b === undefined || position.value !== null) return null;
    if (position.offset.terms.length > 0 || a[1] + b[1] !== 0 || Math.abs(a[1]) !== 1 || !sameRange(a[0], b[0]))
      return null;
    if (this.#scalars.has(a[0]) || this.#scalars.has(b[0])) return null;
    const size = this.#scope.dim(this.#scope.arena.size(a[0].range), this.#scalars);
    const order = want.indexOf(a[0]) > want.indexOf(b[0]) ? [b[0], a[0]] : [a[0], b[0]];
    return code(`np.eye(${size})`, PRIMARY, order);
  }

  #indicator(node: NodeOf<"indicator">, want: readonly Index[]): Code {
    const arg = numeric(this.translate(node.arg, want));
    const relation = node.relation === "=" ? "==" : node.relation;
    return code(`${within(arg, SUMLEVEL)} ${relation} 0`, LOOSE, arg.axes, true);
  }

  // ---- binders ----

  #sum(node: NodeOf<"reduce">, want: readonly Index[]): Code {
    const { arena } = this.#scope;
    const bound: Index[] = [];
    let body: Node = node;
    while (body.kind === "reduce" && body.op === "sum") {
      const opened = arena.open(body);
      if (this.#scope.needsLoop(opened.index, opened.body)) {
        if (bound.length > 0) break;
        return this.#looped(opened.index, opened.body, want);
      }
      bound.push(opened.index);
      body = opened.body;
    }
    this.#prepareInner(body);
    const summand = overWindows(
      arena,
      { bound, factors: body.kind === "multiply" ? body.factors : [body] },
      this.#scope.windows,
    );
    return this.#sumOver(summand.factors, summand.bound, want);
  }

  #sumOver(factors: readonly Node[], bound: readonly Index[], want: readonly Index[]): Code {
    // One factor that is no product: summed along its axes.
    const [only] = factors;
    if (factors.length === 1 && only !== undefined && only.kind !== "iverson" && only.kind !== "indicator") {
      const value = numeric(this.translate(only, want));
      const carried = bound.filter((b) => value.axes.includes(b));
      if (carried.length === bound.length) return summed(value, bound);
    }
    return this.product(factors, bound, want);
  }

  #prepareInner(body: Node): void {
    const seen = new Set<Node>();
    const stack: Node[] = [body];
    for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
      this.#uses.set(n, (this.#uses.get(n) ?? 0) + 1);
      if (seen.has(n) || isBinder(n)) continue;
      seen.add(n);
      stack.push(...operands(n));
    }
  }

  #looped(index: Index, body: Node, want: readonly Index[]): Code {
    const { text, axes } = this.#comprehension(index, body, want);
    return code(`sum(${text})`, PRIMARY, axes);
  }

  /** `value for ell in range(1, L + 1)`. */
  #comprehension(index: Index, body: Node, want: readonly Index[]): { text: string; axes: readonly Index[] } {
    const name = this.#scope.names.fresh(loopName(index));
    const inner = new Translator(this.#scope, new Map([...this.#scalars, [index, name]]));
    inner.#held = 1;
    const value = numeric(inner.translate(body, want));
    this.#scope.names.release(name);
    return {
      text: `${within(value, SUMLEVEL)} for ${name} in ${rangeText(this.#scope, index, this.#scalars)}`,
      axes: value.axes,
    };
  }

  #reduce(node: NodeOf<"reduce">, want: readonly Index[]): Code {
    const { index, body } = this.#scope.arena.open(node);
    const value = this.#along(index, body, want);
    const axis = value.axes.indexOf(index);
    const kept = value.axes.filter((i) => i !== index);
    if (node.op === "logsumexp") {
      this.#scope.usedHelpers.add("_logsumexp");
      return code(`_logsumexp(${value.text}, axis=${axis})`, PRIMARY, kept);
    }
    const name = node.op === "product" ? "np.prod" : node.op === "max" ? "np.max" : "np.min";
    return code(`${name}(${value.text}${kept.length === 0 ? "" : `, axis=${axis}`})`, PRIMARY, kept);
  }

  /** The body as an array that has `index` among its axes. */
  #along(index: Index, body: Node, want: readonly Index[]): Code {
    if (this.#scope.needsLoop(index, body)) {
      const { text, axes } = this.#comprehension(index, body, want);
      return code(`np.stack([${text}])`, PRIMARY, [index, ...axes]);
    }
    this.#prepareInner(body);
    const value = numeric(this.translate(body, want));
    return value.axes.includes(index) ? value : this.full(value, [index, ...value.axes]);
  }

  #argument(node: NodeOf<"argument">, want: readonly Index[]): Code {
    const { index, body } = this.#scope.arena.open(node);
    const value = this.#along(index, body, want);
    const kept = value.axes.filter((i) => i !== index);
    const low = this.#scope.dim(index.range.low, this.#scalars);
    const text = `np.arg${node.op}(${value.text}${kept.length === 0 ? "" : `, axis=${value.axes.indexOf(index)}`})`;
    return low === "0" ? code(text, PRIMARY, kept) : code(`${text} + ${low}`, SUMLEVEL, kept);
  }

  #matrix(node: NodeOf<"matrix">): Code {
    const { arena } = this.#scope;
    const { row, column, body } = arena.openMatrix(node);
    this.#prepareInner(body);
    const value = this.translate(body, [row, column]);
    const batch = value.axes.filter((i) => i !== row && i !== column);
    const m = this.full(value, [...batch, row, column]).text;
    const axes = [...batch.map((i) => arena.at(i)), ...node.at];
    const ranges = [...batch.map((i) => i.range), ...(node.fn === "determinant" ? [] : [row.range, column.range])];
    const text = this.#matrixText(node, m);
    const whole = this.#held > 0 ? text : this.#computed(text, /^\w+$/.test(m));
    return indexed(this.#scope, whole, ranges, axes, this.#scalars, this.#valueOf);
  }

  /** A matrix function of a whole array is computed once in its function. */
  #computed(text: string, reusable: boolean): string {
    const known = this.#scope.computed.get(text);
    if (known !== undefined) return known;
    const { text: name } = this.#named(code(text, PRIMARY));
    if (reusable && this.#scalars.size === 0) this.#scope.computed.set(text, name);
    return name;
  }

  #matrixText(node: NodeOf<"matrix">, m: string): string {
    switch (node.fn) {
      case "inverse":
        return `np.linalg.inv(${m})`;
      case "determinant":
        return `np.linalg.det(${m})`;
      case "exponential":
        this.#scope.usedHelpers.add("_expm");
        return `_expm(${m})`;
      case "power": {
        const exponent = node.exponent === null ? number(ONE) : this.translate(node.exponent, NO_AXES);
        const whole = node.exponent?.kind === "rational" || node.exponent?.kind === "dimension";
        return `np.linalg.matrix_power(${m}, ${whole ? exponent.text : `int(${exponent.text})`})`;
      }
    }
  }

  /** A callable of the caller's: entrywise where no argument is an array, else called once for each free index. */
  #abstract(node: NodeOf<"abstract">): Code {
    const { arena } = this.#scope;
    const lambdas = node.args.map((l) => arena.openLambda(l));
    const name = this.#scope.callable(
      node.name,
      node.partials.map((p) => p.argument),
      node.args.length,
    );
    const whole = lambdas.some((l) => l.indices.length > 0) || node.outputs.length > 0;
    if (!whole) {
      const args = lambdas.map((l) => numeric(this.translate(l.body, NO_AXES)));
      const out = jointAxes(args, NO_AXES);
      return code(`${name}(${args.map((a) => aligned(a, out).text).join(", ")})`, PRIMARY, out);
    }
    const batch = union(lambdas.map((l) => l.body.free.filter((i) => !l.indices.includes(i) && !this.#scalars.has(i))));
    const loop = new Map(batch.map((i) => [i, this.#scope.names.fresh(loopName(i))] as const));
    const inner = new Translator(this.#scope, new Map([...this.#scalars, ...loop]));
    inner.#held = 1;
    const args = lambdas.map((l) => inner.full(inner.translate(l.body, l.indices), l.indices).text);
    const call = `${name}(${args.join(", ")})`;
    const nested = batch.reduceRight(
      (text, i) => `[${text} for ${loop.get(i) ?? "_"} in ${rangeText(this.#scope, i, this.#scalars)}]`,
      call,
    );
    const text = batch.length === 0 ? call : `np.array(${nested})`;
    const partialAxes = node.partials.flatMap((p) => lambdas[p.argument]?.indices.map((i) => i.range) ?? []);
    const at = [...batch.map((i) => arena.at(i)), ...node.outputs, ...node.partials.flatMap((p) => p.at)];
    if (at.length === 0) return code(text, PRIMARY);
    const outputs = node.outputs.map((p) => (arena.indexOf(p) ?? p.terms[0]?.[0])?.range ?? arena.upTo(arena.oneDim));
    return indexed(
      this.#scope,
      text,
      [...batch.map((i) => i.range), ...outputs, ...partialAxes],
      at,
      this.#scalars,
      this.#valueOf,
    );
  }
}

const SUMLEVEL = 1;

/** A guard that loop variables alone decide. */
export const isCondition = (node: Node, scalars: Scalars): boolean =>
  node.kind === "iverson" && node.position.value === null && node.free.every((i) => scalars.has(i));

const sameRange = (a: Index, b: Index): boolean => a.range.low === b.range.low && a.range.high === b.range.high;
const isBinder = (n: Node): boolean =>
  n.kind === "reduce" || n.kind === "argument" || n.kind === "matrix" || n.kind === "abstract";
const hasBound = (n: Node): boolean => n.free.some((i) => i.name.startsWith("#"));

/** The terms of a dimension with positive or with negative coefficients. */
function signedPart(arena: Arena, dim: Dim, sign: 1 | -1): Dim {
  const parts = dim.terms
    .filter((t) => t.coefficient * sign > 0)
    .map((t) =>
      t.powers.reduce((product, [atom, n]) => {
        let result = product;
        for (let k = 0; k < n; k++) result = arena.multiplyDims(result, arena.namedDim(atom.latex, atom.at));
        return result;
      }, arena.constantDim(t.coefficient)),
    );
  return arena.addDims(...parts);
}

/** Worth a line of its own when it is used twice. */
function isHeavy(node: Node): boolean {
  return (
    isBinder(node) ||
    node.kind === "apply" ||
    (node.depth > 2 && (node.kind === "add" || node.kind === "multiply" || node.kind === "power"))
  );
}

/** A Python name to loop over an index with. */
export const loopName = (index: Index): string => (/^[~#$]/.test(index.name) ? "m" : index.name);

export function rangeText(scope: Scope, index: Index, scalars: Scalars): string {
  const low = scope.dim(index.range.low, scalars);
  const end = scope.dim(scope.arena.addDims(index.range.high, scope.arena.oneDim), scalars);
  return low === "0" ? `range(${end})` : `range(${low}, ${end})`;
}

/** `((x) * y)` without the doubled parentheses that templates leave. */
function tidy(text: string): string {
  return text.replace(/\((\w+)\)(?!\()/g, (whole, name: string, at: number) =>
    /\w/.test(text[at - 1] ?? "") ? whole : name,
  );
}
