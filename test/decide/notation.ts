import { Arena } from "../../src/expression/arena.js";
import type { Dim, Index, Node, Position, ReduceOp, Tensor } from "../../src/expression/node.js";
import { functions } from "../../src/functions/table.js";
import type { Assumption, Equation } from "../../src/model/model.js";

/*
 * A small notation for tests: `sum(k, d[k]*W[k,j])`, `exp(x[i])`, `delta(i,j)`, `iv(i-2)`, `ind(z[k])`, `A^-1` by `inv(W)[i,j]`.
 * Index letters have fixed ranges: i j p q run to D, k l m to K, n r to N. A tensor's axes are those of its first use.
 */

const RANGES: Readonly<Record<string, string>> = {
  i: "D",
  j: "D",
  p: "D",
  q: "D",
  k: "K",
  l: "K",
  m: "K",
  n: "N",
  r: "N",
  s: "T",
  t: "T",
};

const REDUCTIONS: Readonly<Record<string, ReduceOp | undefined>> = {
  sum: "sum",
  max: "max",
  min: "min",
  prod: "product",
  lse: "logsumexp",
  argmax: undefined,
};

export class Notation {
  readonly arena = new Arena();
  readonly tensors = new Map<string, Tensor>();
  readonly definitions = new Map<Tensor, Equation[]>();
  readonly assumptions: Assumption[] = [];
  #tokens: string[] = [];
  #at = 0;
  #scope: Index[] = [];

  dim = (name: string): Dim => (/^\d+$/.test(name) ? this.arena.constantDim(Number(name)) : this.arena.namedDim(name));

  index(letter: string): Index {
    const bound = this.#scope.findLast((i) => i.name === letter);
    if (bound !== undefined) return bound;
    const high = RANGES[letter.replace(/\d+$/, "")];
    if (high === undefined) throw new Error(`no index ${letter}`);
    return this.arena.index(letter, this.arena.upTo(this.dim(high)));
  }

  /** `W[k,i]` or `x[i]` or `s`: declares a tensor by the letters of its axes. */
  declare(spec: string, options: { integer?: boolean } = {}): Tensor {
    const [, name = "", letters = ""] = /^(\w+)(?:\[(.*)\])?$/.exec(spec) ?? [];
    const axes = letters === "" ? [] : letters.split(",").map((l) => this.index(l).range);
    const tensor = this.arena.tensor({
      key: name,
      latex: name,
      name,
      parameters: [],
      axes,
      integer: options.integer ?? false,
      derivative: null,
    });
    this.tensors.set(name, tensor);
    return tensor;
  }

  assume(kind: Exclude<Assumption["kind"], "equal" | "integer" | "interval">, spec: string): this {
    const tensor = this.tensors.get(spec.replace(/\[.*/, "")) ?? this.declare(spec);
    const text = `${spec} ${kind}`;
    const axis = tensor.axes.length - 1;
    this.assumptions.push(
      kind === "one-hot" || kind === "sums-to-one" ? { kind, tensor, axis, text } : { kind, tensor, text },
    );
    return this;
  }

  /** `a[k] = exp(z[k])`. */
  define(text: string): this {
    const cut = text.indexOf("=");
    const left = text.slice(0, cut).trim();
    const tensor = this.tensors.get(left.replace(/\[.*/, "")) ?? this.declare(left);
    const letters = /\[(.*)\]/.exec(left)?.[1]?.split(",") ?? [];
    const at = letters.map((l) => this.arena.at(this.index(l)));
    const body = this.node(text.slice(cut + 1));
    this.definitions.set(tensor, [{ tensor, at, body, span: { start: 0, end: 0 }, latex: text, byIndex: true }]);
    return this;
  }

  node(text: string): Node {
    this.#tokens = text.match(/\d+(?:\.\d+)?|\w+|>=|\S/g) ?? [];
    this.#at = 0;
    this.#scope = [];
    const node = this.#sum();
    if (this.#at < this.#tokens.length) throw new Error(`unread: ${this.#tokens.slice(this.#at).join(" ")} in ${text}`);
    return node;
  }

  #peek = (): string => this.#tokens[this.#at] ?? "";
  #next = (): string => this.#tokens[this.#at++] ?? "";
  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }
  #expect(token: string): void {
    if (!this.#take(token)) throw new Error(`expected ${token}, found ${this.#peek()} in ${this.#tokens.join("")}`);
  }

  #sum(): Node {
    let node = this.#product();
    for (;;) {
      if (this.#take("+")) node = this.arena.add(node, this.#product());
      else if (this.#take("-")) node = this.arena.subtract(node, this.#product());
      else return node;
    }
  }

  #product(): Node {
    if (this.#take("-")) return this.arena.negate(this.#product());
    let node = this.#power();
    for (;;) {
      if (this.#take("*")) node = this.arena.multiply(node, this.#power());
      else if (this.#take("/")) node = this.arena.divide(node, this.#power());
      else return node;
    }
  }

  #power(): Node {
    const base = this.#atom();
    if (!this.#take("^")) return base;
    const negative = this.#take("-");
    const exponent = this.#atom();
    return this.arena.power(base, negative ? this.arena.negate(exponent) : exponent);
  }

  #position(): Position {
    let position = this.#positionTerm(1);
    for (;;) {
      const sign = this.#peek() === "+" ? 1 : this.#peek() === "-" ? -1 : 0;
      if (sign === 0) return position;
      this.#at++;
      const term = this.#positionTerm(sign);
      position = this.arena.position(
        [...position.terms, ...term.terms],
        this.arena.addDims(position.offset, term.offset),
        position.value,
      );
    }
  }

  #positionTerm(sign: number): Position {
    const token = this.#next();
    if (token === "-") return this.#positionTerm(-sign);
    if (/^\d+$/.test(token)) {
      if (/^[a-z]/.test(this.#peek()) && this.#peek() !== "")
        return this.arena.position([[this.index(this.#next()), sign * Number(token)]], this.arena.zeroDim);
      return this.arena.literal(sign * Number(token));
    }
    if (/^[A-Z]$/.test(token)) return this.arena.atDim(this.arena.scaleDim(this.dim(token), sign));
    const tensor = this.tensors.get(token);
    if (tensor?.integer) {
      const at: Position[] = [];
      if (this.#take("[")) at.push(...this.#positions("]"));
      return this.arena.atValue(this.arena.entry(tensor, at));
    }
    if (token === "argmax") {
      this.#at--;
      return this.arena.atValue(this.#atom());
    }
    return this.arena.position([[this.index(token), sign]], this.arena.zeroDim);
  }

  #positions(end: string): Position[] {
    const found = [this.#position()];
    while (this.#take(",")) found.push(this.#position());
    this.#expect(end);
    return found;
  }

  #bound(): Index {
    const letter = this.#next();
    let range = this.index(letter).range;
    if (this.#take(":")) {
      const low = this.#position().offset;
      this.#expect(":");
      range = this.arena.range(low, this.#position().offset);
    }
    const index = this.arena.index(letter, range);
    this.#scope.push(index);
    this.#expect(",");
    return index;
  }

  #atom(): Node {
    const { arena } = this;
    const token = this.#next();
    if (token === "(") {
      const node = this.#sum();
      this.#expect(")");
      return node;
    }
    if (/^\d/.test(token)) return arena.rational(token);
    if (token === "pi") return arena.constant("pi");
    if (this.#take("(")) return this.#call(token);
    if (/^[A-Z]$/.test(token) && this.#peek() !== "[") return arena.dimension(this.dim(token));
    const at: Position[] = [];
    const from = this.#at;
    if (this.#take("[")) at.push(...this.#positions("]"));
    const tensor = this.tensors.get(token) ?? this.#declareBy(token, at, from);
    return arena.entry(tensor, at);
  }

  #declareBy(name: string, at: readonly Position[], from: number): Tensor {
    const axes = at.map((p) => p.terms[0]?.[0].range);
    if (axes.some((r) => r === undefined))
      throw new Error(`declare ${name} before using it at a literal (token ${from})`);
    const tensor = this.arena.tensor({
      key: name,
      latex: name,
      name,
      parameters: [],
      axes: axes.filter((r) => r !== undefined),
      integer: false,
      derivative: null,
    });
    this.tensors.set(name, tensor);
    return tensor;
  }

  #call(name: string): Node {
    const { arena } = this;
    if (name in REDUCTIONS && this.#startsBinder()) return this.#reduction(name);
    if (name === "delta" || name === "iv" || name === "num") {
      const [a = arena.literal(0), b = arena.literal(0)] = this.#positions(")");
      return name === "delta"
        ? arena.delta(a, b)
        : name === "iv"
          ? arena.iverson("nonnegative", a)
          : arena.positionValue(a);
    }
    if (name === "inv" || name === "det") return this.#matrix(name);
    const args = [this.#sum()];
    while (this.#take(",")) args.push(this.#sum());
    this.#expect(")");
    return this.#application(name, args);
  }

  #startsBinder(): boolean {
    const after = this.#tokens[this.#at + 1] ?? "";
    return RANGES[this.#peek().replace(/\d+$/, "")] !== undefined && [",", ":"].includes(after);
  }

  #reduction(name: string): Node {
    const index = this.#bound();
    const body = this.#sum();
    this.#expect(")");
    this.#scope.pop();
    const op = REDUCTIONS[name];
    return op === undefined ? this.arena.argument("max", index, body) : this.arena.reduce(op, index, body);
  }

  #application(name: string, args: readonly Node[]): Node {
    const { arena } = this;
    const [x = arena.zero] = args;
    if (name === "sqrt") return arena.sqrt(x);
    if (name === "ind") return arena.indicator(">", x);
    if (name === "indge") return arena.indicator(">=", x);
    const plain = args.map((body) => ({ indices: [], body }));
    if (name === "g" || name === "f") return arena.abstract(name, plain, []);
    if (!functions.has(name)) throw new Error(`no function ${name}`);
    return arena.apply(name, ...args);
  }

  /** `inv(i, j, body)[p, q]`. */
  #matrix(name: string): Node {
    const row = this.#bound();
    const column = this.#bound();
    const body = this.#sum();
    this.#expect(")");
    this.#scope.splice(-2);
    if (name === "det") return this.arena.matrix("determinant", row, column, body, []);
    this.#expect("[");
    return this.arena.matrix("inverse", row, column, body, this.#positions("]"));
  }
}
