import { refuse } from "../core/diagnostic.js";
import type { Span } from "../core/span.js";
import { above, below, graphOf } from "../derive/graph.js";
import { type Arena, operands, tensorsOf } from "../expression/arena.js";
import type { Dim, Lambda, Node, NodeOf, Position, Tensor } from "../expression/node.js";
import type { Equation } from "../model/model.js";
import type { Problem } from "../model/read.js";
import { type Scripted, scriptText, spoken } from "../model/symbols/scripts.js";
import type { SymbolSpec } from "../model/symbols/symbol-spec.js";
import { axisAt } from "../model/values/stacked.js";
import type { Value } from "../model/values/value.js";
import { isLossLetter } from "../model/words/upstream.js";
import type { Pair } from "./derivative-equations.js";
import type { Unread } from "./unread.js";

/** Quantities that no equation of the worksheet gives: expressions below a ∂, and losses of which nothing is known. */
export class Invented {
  /** The equations of these quantities, and of the names that claims bring. */
  readonly equations: Equation[] = [];
  readonly #arena: Arena;
  readonly #problem: Problem;
  readonly #unread: Unread;
  /** The first quantity that a line differentiated and nothing defines: the loss, where there is no other. */
  differentiated: Tensor | null = null;
  #count = 0;

  constructor(problem: Problem, unread: Unread) {
    this.#problem = problem;
    this.#unread = unread;
    this.#arena = problem.model.arena;
  }

  readonly #freeOf = new Map<Value, readonly Position[]>();
  /** The letters of the claim that an expression mentions. */
  letters(v: Value): readonly Position[] {
    return this.#freeOf.get(v) ?? [];
  }

  /** An expression as a quantity of its own. */
  quantity(value: Value, latex = `f_{${this.#count + 1}}`): Tensor {
    const arena = this.#arena;
    const axes = value.axes.map((d) => axisAt(arena, d, (x) => arena.freshIndex(arena.upTo(x.dim ?? arena.oneDim))));
    const own = axes.flatMap((x) => x.indices);
    const body = value.at(axes.map((x) => x.at));
    // Letters of the claim that the expression mentions are axes of the quantity.
    const outer = body.free.filter((i) => !own.includes(i));
    this.#freeOf.set(
      value,
      outer.map((i) => arena.at(i)),
    );
    this.#count += 1;
    const indices = [...outer, ...own];
    const tensor = arena.tensor({
      key: `expression ${this.#count}`,
      latex,
      parameters: [],
      axes: indices.map((i) => i.range),
      integer: false,
      derivative: null,
    });
    this.equations.push({
      tensor,
      at: indices.map((i) => arena.at(i)),
      body,
      span: { start: 0, end: 0 },
      latex: tensor.latex,
      byIndex: false,
    });
    this.#expressions.add(tensor);
    return tensor;
  }

  readonly #expressions = new Set<Tensor>();
  isExpression(tensor: Tensor): boolean {
    return this.#expressions.has(tensor);
  }

  /** A numerator that nothing defines is an abstract scalar function of every quantity that no equation uses. */
  abstractQuantity(spec: SymbolSpec, t: Scripted, span: Span): Tensor {
    const unread = this.#unread.defines(spec);
    if (unread !== null)
      return refuse(
        "symbol/unread",
        `the equation of ${spoken(scriptText(t.symbol))} could not be read: ${unread}`,
        span,
      );
    if (spec.slots > 0 || t.subs.length > 0 || (spec.axes ?? []).length > 0)
      return refuse("symbol/unknown", `nothing says what ${spoken(scriptText(t.symbol))} is`, span);
    const ends = this.ends();
    if (ends.length === 0 && !this.#unread.isNothing)
      return refuse(
        "symbol/unread",
        `no equation that ${spoken(scriptText(t.symbol))} may depend on could be read`,
        span,
      );
    if (ends.length === 0)
      return refuse("symbol/unknown", `nothing says what ${spoken(scriptText(t.symbol))} is`, span);
    // `dW` and `\nabla_W \mathcal{L}` on one page are derivatives of one loss.
    if (this.lossByCustom !== null && spec.tensor === null && isLossLetter(t)) {
      spec.tensor = this.lossByCustom;
      spec.axes = [];
      return this.lossByCustom;
    }
    const tensor = this.unknownFunction(spec.key, t.symbol.latex, ends, span, spec.tensor);
    this.#ofEnds.set(tensor, ends);
    spec.tensor = tensor;
    spec.axes = [];
    this.differentiated ??= tensor;
    return tensor;
  }

  /** The loss of which the lines have derivatives by names such as `dW`, and which no line names. */
  lossByCustom: Tensor | null = null;
  readonly #ofEnds = new Map<Tensor, readonly Tensor[]>();
  /**
   * What ends the network and what no line differentiates by may be a helper of the lines (`M = I - w w^\top`) and not the
   * way in which the loss depends on what stands in it. So the loss also depends directly on the last quantities before
   * it whose derivatives lines take as known.
   */
  settleLosses(mentioned: readonly Pair[], taken: ReadonlySet<Tensor>): void {
    for (const [loss, ends] of this.#ofEnds) {
      const by = new Set(mentioned.filter((p) => p.of === loss).map((p) => p.wrt));
      const known = [...by].filter((x) => taken.has(this.#arena.derivativeTensor(loss, x)));
      const beside = this.#lastBefore(
        // The last layer of a network is no helper.
        ends.filter((x) => !by.has(x) && this.#lastUnused(x) === null),
        known,
      );
      const k = this.equations.findIndex((eq) => eq.tensor === loss);
      const old = this.equations[k];
      if (old === undefined || beside.length === 0) continue;
      this.equations[k] = { ...old, body: this.#unknown(loss.key, [...ends, ...beside]) };
    }
  }

  /** Those of some quantities that ends are computed from, and none of the others in between. */
  #lastBefore(ends: readonly Tensor[], among: readonly Tensor[]): readonly Tensor[] {
    if (ends.length === 0 || among.length === 0) return [];
    const graph = graphOf(this.#problem.model);
    const found = below(graph, ends);
    const between = (x: Tensor): boolean => among.some((y) => y !== x && found.has(y) && above(graph, [x]).has(y));
    return among.filter((x) => found.has(x) && graph.definitions.has(x) && !between(x));
  }

  readonly #values = new Map<string, Tensor>();
  readonly #onlyValues = new Map<string, Tensor>();
  /**
   * A function's value without its arguments: the one value of it that there is, or else an unknown function of all that it is
   * ever applied to.
   */
  valueOf(key: string, latex: string, span: Span): Tensor | null {
    const known = this.#values.get(key) ?? this.#onlyValues.get(key);
    if (known !== undefined) return known;
    const args = new Set<Tensor>();
    const values = new Set<Node>();
    for (const eq of this.#problem.model.equations)
      for (const node of nodesOf(eq.body))
        if (node.kind === "abstract" && node.name === key) {
          // The values of `\mathcal{F}(x)` in `y = x + \mathcal{F}(x)` are an array, and nothing says of which entries each is.
          if (node.outputs.length > 0 || isByEntry(node))
            refuse("unsupported/function-value", `the derivative of all values of ${latex} is not supported`, span);
          for (const x of tensorsOf(node)) args.add(x);
          values.add(node);
        }
    if (args.size === 0) return null;
    const [only, more] = values;
    if (only !== undefined && more === undefined && only.free.length === 0) {
      const one = this.quantity({ axes: [], at: () => only }, latex);
      this.#onlyValues.set(key, one);
      return one;
    }
    const tensor = this.unknownFunction(key, latex, [...args], span, null);
    this.#values.set(key, tensor);
    return tensor;
  }

  /** Is of this quantity only known what it depends on, so that nothing said of it can be refuted? */
  isVague(tensor: Tensor): boolean {
    return [...this.#values.values()].includes(tensor);
  }

  /** Is it a numerator that nothing defines? */
  isUnknownLoss(tensor: Tensor): boolean {
    return this.#ofEnds.has(tensor);
  }

  /** "Some scalar loss \(\mathcal{L} \in \mathbb{R}\)": declared, and no part of any equation. */
  isOnlyDeclared(spec: SymbolSpec, tensor: Tensor): boolean {
    return (
      tensor.axes.length === 0 &&
      tensor.parameters.length === 0 &&
      spec.subSlots + spec.supSlots === 0 &&
      this.ends().length > 0 &&
      this.isUnused(tensor)
    );
  }

  /** Does it stand in no equation? */
  isUnused(tensor: Tensor): boolean {
    const equations = [...this.#problem.model.equations, ...this.equations];
    return !equations.some((eq) => eq.tensor === tensor || tensorsOf(eq.body).includes(tensor));
  }

  /** An unknown scalar function of whole quantities. */
  unknownFunction(key: string, latex: string, of: readonly Tensor[], span: Span, known: Tensor | null): Tensor {
    const arena = this.#arena;
    // Entries of the same letter are something else.
    if (known === null && arena.hasTensor(key))
      return refuse("symbol/unknown", `nothing says what ${spoken(key)} is`, span);
    const tensor = known ?? arena.tensor({ key, latex, parameters: [], axes: [], integer: false, derivative: null });
    this.equations.push({ tensor, at: [], body: this.#unknown(key, of), span, latex: tensor.latex, byIndex: false });
    return tensor;
  }

  #unknown(key: string, of: readonly Tensor[]): Node {
    const arena = this.#arena;
    const args = of.map((x): Lambda => {
      const end = this.#endOfRecurrence(x) ?? this.#lastUnused(x);
      const fixed = end === null ? [] : [arena.atDim(end)];
      const indices = x.axes
        .slice(fixed.length)
        .map((_, k) => arena.freshIndex(arena.axisRange(x, k + fixed.length, fixed)));
      return { indices, body: arena.entry(x, [...fixed, ...indices.map((i) => arena.at(i))]) };
    });
    return arena.abstract(`upstream ${key}`, args, []);
  }

  /** The member of a family that no other member is computed from: where `h_{t+1}` is computed from `h_t`, the last. */
  #endOfRecurrence(x: Tensor): Dim | null {
    const arena = this.#arena;
    const [axis] = x.axes;
    if (axis === undefined || x.parameters.length !== 1) return null;
    const steps = this.#problem.model.equations
      .filter((eq) => eq.tensor === x)
      .flatMap((eq) =>
        entriesIn(eq.body, x).map((n) => {
          const [to, from] = [eq.at[0], n.at[0]];
          const by = to === undefined || from === undefined ? null : arena.difference(to, from);
          return by === null || by.terms.length > 0 || by.value !== null ? null : arena.integerOf(by.offset);
        }),
      );
    const [step] = steps;
    if (steps.some((s) => s !== step)) return null;
    return step === 1 ? axis.high : step === -1 ? axis.low : null;
  }

  /** The last member of a family of which only earlier members are used: a^(L) where z^(l) is computed from a^(l-1). */
  #lastUnused(x: Tensor): Dim | null {
    const arena = this.#arena;
    const [axis] = x.axes;
    if (axis === undefined || x.parameters.length !== 1) return null;
    const steps = this.#problem.model.equations.flatMap((eq) =>
      entriesIn(eq.body, x).map((n) => {
        const [to, from] = [eq.at[0], n.at[0]];
        const isFamily = eq.tensor.parameters.length === 1;
        const by = to === undefined || from === undefined || !isFamily ? null : arena.difference(to, from);
        return by === null || by.terms.length > 0 || by.value !== null ? null : arena.integerOf(by.offset);
      }),
    );
    return steps.length > 0 && steps.every((s) => s !== null && s > 0) ? axis.high : null;
  }

  #ends: readonly Tensor[] | null = null;
  /** What nothing else is computed from; where layers are computed in turn, the last one. */
  ends(): readonly Tensor[] {
    this.#ends ??= this.#findEnds();
    return this.#ends;
  }

  #findEnds(): readonly Tensor[] {
    const { equations } = this.#problem.model;
    const used = new Set(equations.flatMap((e) => tensorsOf(e.body).filter((t) => t !== e.tensor)));
    const computed = [...new Set(equations.map((e) => e.tensor))];
    const unused = computed.filter((x) => !used.has(x));
    return unused.length > 0 ? unused : computed.filter((x) => this.#lastUnused(x) !== null);
  }
}

/** The entries of a tensor in an expression. */
const entriesIn = (node: Node, tensor: Tensor): readonly NodeOf<"entry">[] =>
  nodesOf(node).filter((n): n is NodeOf<"entry"> => n.kind === "entry" && n.tensor === tensor);

/** Every node of an expression once. */
function nodesOf(node: Node): readonly Node[] {
  const seen = new Set<Node>();
  const stack = [node];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    stack.push(...operands(n));
  }
  return [...seen];
}

/** Whether a function is applied to each entry of an array; one of each of several quantities is not. */
const isByEntry = (applied: Node): boolean =>
  nodesOf(applied).some(
    (node) =>
      node.kind === "entry" &&
      node.at.slice(node.tensor.parameters.length).some((p) => p.terms.some(([index]) => applied.free.includes(index))),
  );
