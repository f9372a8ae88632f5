import type { Arena } from "../../src/expression/arena.js";
import { Arena as NewArena } from "../../src/expression/arena.js";
import type { Dim, Index, Node, Position, Range, Tensor } from "../../src/expression/node.js";
import type { Assumption, Equation, Model } from "../../src/model/model.js";

const NO_SPAN = { start: 0, end: 0 };

/** Models by hand: dimensions, tensors, indices and equations, without any text. */
export class Sheet {
  readonly arena: Arena = new NewArena();
  readonly #equations: Equation[] = [];
  readonly #tensors: Tensor[] = [];
  readonly assumptions: Assumption[] = [];
  readonly #letters = new Map<string, string[]>();

  dim(latex: string): Dim {
    return this.arena.namedDim(latex);
  }

  /** An index over `1..high`, or over a range. */
  index(name: string, range: Dim | Range): Index {
    const full = "low" in range ? range : this.arena.upTo(range);
    const key = `${full.low.key}..${full.high.key}`;
    this.#letters.set(key, [...new Set([...(this.#letters.get(key) ?? []), name])]);
    return this.arena.index(name, full);
  }

  tensor(name: string, ...axes: readonly (Dim | Range)[]): Tensor {
    return this.#make(name, axes, 0, false);
  }

  family(name: string, ...axes: readonly (Dim | Range)[]): Tensor {
    return this.#make(name, axes, 1, false);
  }

  integers(name: string, ...axes: readonly (Dim | Range)[]): Tensor {
    return this.#make(name, axes, 0, true);
  }

  #make(name: string, axes: readonly (Dim | Range)[], parameters: number, integer: boolean): Tensor {
    const ranges = axes.map((a) => ("low" in a ? a : this.arena.upTo(a)));
    const made = this.arena.tensor({
      key: name,
      latex: name,
      parameters: ranges.slice(0, parameters).map((r, k) => this.arena.index(`$${k}`, r)),
      axes: ranges,
      integer,
      derivative: null,
    });
    this.#tensors.push(made);
    return made;
  }

  /** An entry at indices, integers or positions. */
  at(tensor: Tensor, ...at: readonly (Index | number | Position)[]): Node {
    return this.arena.entry(
      tensor,
      at.map((p) => this.position(p)),
    );
  }

  position(p: Index | number | Position): Position {
    if (typeof p === "number") return this.arena.literal(p);
    return "terms" in p ? p : this.arena.at(p);
  }

  plus(index: Index, by: number): Position {
    return this.arena.shift(this.arena.at(index), this.arena.constantDim(by));
  }

  define(tensor: Tensor, at: readonly (Index | number | Position)[], body: Node): Node {
    const positions = at.map((p) => this.position(p));
    this.#equations.push({ tensor, at: positions, body, span: NO_SPAN, latex: tensor.latex, byIndex: true });
    return this.arena.entry(tensor, positions);
  }

  /** `Σ_indices Π factors`. */
  sum(indices: readonly Index[], ...factors: readonly Node[]): Node {
    return this.arena.sums(indices, this.arena.multiply(...factors));
  }

  softmax(index: Index, body: Node): Node {
    const { arena } = this;
    return arena.apply("exp", arena.subtract(body, arena.reduce("logsumexp", index, body)));
  }

  square(node: Node): Node {
    return this.arena.power(node, 2);
  }

  half(node: Node): Node {
    return this.arena.multiply(this.arena.rational("1/2"), node);
  }

  model(loss: Tensor | null): Model {
    const defined = new Set(this.#equations.map((e) => e.tensor));
    return {
      arena: this.arena,
      title: "",
      symbols: [],
      equations: this.#equations,
      loss,
      wrt: this.#tensors.filter((t) => !t.integer && (defined.has(t) || !/^[ty]$/.test(t.name))),
      assumptions: this.assumptions,
      letters: this.#letters,
      diagnostics: [],
      layout: "denominator",
      reluAtZero: 0,
    };
  }
}

/** A structural text of a node: bound indices as `#1`, factors and terms as they stand. */
export function show(node: Node): string {
  switch (node.kind) {
    case "rational":
      return node.value.toFraction();
    case "dimension":
      return node.dim.key;
    case "position":
      return showPosition(node.position);
    case "constant":
      return node.name;
    case "entry":
      return `${showTensor(node.tensor)}[${node.at.map(showPosition).join(",")}]`;
    case "add":
      return `(${node.terms.map(show).join(" + ")})`;
    case "multiply":
      return node.factors.map(show).join("*");
    case "power":
      return `${show(node.base)}^${show(node.exponent)}`;
    case "apply":
      return `${node.fn}(${node.args.map(show).join(", ")})`;
    case "reduce":
      return `${node.op}_${node.index.name}{${show(node.body)}}`;
    case "argument":
      return `arg${node.op}_${node.index.name}{${show(node.body)}}`;
    case "iverson":
      return `[${showPosition(node.position)} ${node.relation === "zero" ? "= 0" : ">= 0"}]`;
    case "indicator":
      return `[${show(node.arg)} ${node.relation} 0]`;
    case "matrix":
      return `${node.fn}{${show(node.body)}}[${node.at.map(showPosition).join(",")}]${node.exponent === null ? "" : `^${show(node.exponent)}`}`;
    case "abstract":
      return `${node.name}${node.partials.map((p) => `'${p.argument}:${p.at.map(showPosition)}`).join("")}(${node.args.map((l) => show(l.body)).join(", ")})`;
  }
}

const showTensor = (t: Tensor): string =>
  t.derivative === null ? t.latex : `d${showTensor(t.derivative.of)}/d${showTensor(t.derivative.wrt)}`;

function showPosition(p: Position): string {
  const terms = p.terms.map(([i, c]) => (c === 1 ? i.name : `${c}${i.name}`));
  if (p.offset.terms.length > 0) terms.push(p.offset.key);
  if (p.value !== null) terms.push(show(p.value));
  return terms.join("+") || "0";
}
