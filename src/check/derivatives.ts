import { refuse } from "../core/diagnostic.js";
import type { Span } from "../core/span.js";
import { graphOf, onlyDirect } from "../derive/graph.js";
import { occurrences } from "../derive/partials.js";
import { type Arena, tensorsOf } from "../expression/arena.js";
import type { Node, Position, Tensor } from "../expression/node.js";
import type { DerivativeForm } from "../model/elaborate/derivatives.js";
import type { Equation, Model } from "../model/model.js";
import type { Problem } from "../model/read.js";
import type { DimVar } from "../model/sizes/dimensions.js";
import { headKey, type Scripted, scriptText, takeApart } from "../model/symbols/scripts.js";
import { targetKey } from "../model/symbols/statements.js";
import type { SymbolSpec } from "../model/symbols/symbol-spec.js";
import { transpose } from "../model/values/products.js";
import type { DerivativeParts, Value } from "../model/values/value.js";
import { goesOnToLoss } from "../model/words/upstream.js";
import type { Syntax } from "../notation/syntax.js";
import { DerivativeEquations, type Pair } from "./derivative-equations.js";
import type { Differentials } from "./differentials.js";
import { Invented } from "./invented.js";
import { MatrixProducts } from "./matrix-products.js";
import type { Names } from "./mentions.js";
import { type Powered, type Side, SideReader } from "./sides.js";
import type { Unread } from "./unread.js";

/** How an author lays derivatives out: gradients as columns or rows, Jacobians with outputs or inputs first. */
export interface Layout {
  readonly gradient: "column" | "row";
  readonly jacobian: "outputs-first" | "inputs-first";
}

/** Which kinds of derivatives were laid out. */
export interface Turned {
  gradient: boolean;
  jacobian: boolean;
}

/**
 * Gives the derivatives that claims name their meaning: entries of derivative tensors, whose equations are derived when
 * they are wanted. Names such as δ, `\bar{y}` and `dW` are resolved here too.
 */
export class Derivatives {
  readonly arena: Arena;
  readonly problem: Problem;
  layout: Layout = { gradient: "column", jacobian: "outputs-first" };
  /** What was laid out since this was last emptied that another layout would turn. */
  turned: Turned = { gradient: false, jacobian: false };
  /** Names whose meaning custom gives; a line of the author's has their formula. */
  readonly byCustom = new Set<Tensor>();
  /** Every derivative that was named since this was last emptied. */
  mentioned = new Map<Tensor, Pair>();
  readonly #equations = new DerivativeEquations();
  readonly #invented: Invented;
  readonly #sides: SideReader;
  #loss: Tensor | null;
  /** Does the problem end in scalars that a loss is computed from of which nothing is written? */
  readonly #isUpstream: boolean;
  #mayBeOne: readonly Tensor[] = [];

  /** Derivatives by last quantities that lines name and none gives: some start with 1 and do not say so. */
  get openSeeds(): readonly Tensor[] {
    const loss = this.#invented.lossByCustom;
    return loss === null ? [] : this.#mayBeOne.map((end) => this.arena.derivativeTensor(loss, end));
  }

  #model: Model | null = null;

  readonly #unread: Unread;

  constructor(problem: Problem, unread: Unread) {
    this.problem = problem;
    this.#unread = unread;
    this.arena = problem.model.arena;
    this.#invented = new Invented(problem, unread);
    this.#sides = new SideReader(problem, this.#invented);
    // Where an unread equation may be that of the loss, what is left is no loss unless the author says so.
    this.#loss = unread.mayDefineLoss && problem.builder.front.loss === undefined ? null : problem.model.loss;
    const ends = this.#loss === null ? this.#invented.ends() : [this.#loss];
    const isScalar = ends.length > 0 && ends.every((t) => t.axes.length === 0);
    const upstream = isScalar ? upstreamOf(problem, ends) : null;
    this.#isUpstream = upstream !== null;
    if (upstream === "names") this.#mayBeOne = ends;
    if (this.#isUpstream) this.#loss = null;
    for (const { spec, inputs } of unread.unknownLosses) {
      const tensor = this.#invented.unknownFunction(
        spec.key,
        spec.written.symbol.latex,
        inputs,
        spec.span,
        spec.tensor,
      );
      Object.assign(spec, { tensor, axes: [] });
      unread.standsIn(spec);
      if (unread.unknownLosses.length === 1) this.#loss ??= tensor;
    }
    const e = problem.elaborator;
    e.derivative = (form) => this.value(form);
    e.namedDerivative = (t) => this.#barred(t);
    e.namedDifferential = (s) => this.#differential(s);
    const products = new MatrixProducts(this.arena, this.#invented.equations);
    // The chain rule has the outer Jacobian first, and last where the inputs are.
    const usual = (): "up" | "down" => (this.layout.jacobian === "inputs-first" ? "up" : "down");
    e.matrixProduct = (product) => products.value({ ...product, order: product.order ?? usual() });
    e.differentiate = (body, by) => slope(this.arena, body, by);
    e.restsOn = (tensors, on) => restsOn(this.model, tensors, on);
  }

  /** Equations that claims brought: named derivatives, expressions below a ∂, abstract losses. */
  get extra(): Equation[] {
    return this.#invented.equations;
  }

  /** What the author's names, and the expressions below a ∂, stand for. */
  get names(): Names {
    return new Map(this.extra.map((eq) => [eq.tensor, eq]));
  }

  /** All equations that claims can be decided with: forward pass, names, and every derivative that was mentioned. */
  definitions(): ReadonlyMap<Tensor, readonly Equation[]> {
    return this.#equations.definitions(this.model);
  }

  /** All derivatives that were named. */
  get pairs(): readonly Pair[] {
    return this.#equations.pairs;
  }

  /** Why a derivative has no equation. */
  reasonAgainst(tensor: Tensor): string {
    return this.#equations.reasonAgainst(tensor);
  }

  /** Is of this quantity only known what it depends on? */
  isVague(tensor: Tensor): boolean {
    return this.#invented.isVague(tensor);
  }

  /** Is it a numerator that nothing defines? */
  isUnknownLoss(tensor: Tensor): boolean {
    return this.#invented.isUnknownLoss(tensor);
  }

  /** Says on what a loss of which nothing is known depends, once all lines are read: `taken` are the derivatives they start from. */
  settleLosses(taken: ReadonlySet<Tensor>): void {
    const named = this.extra.flatMap((eq) => tensorsOf(eq.body));
    this.#invented.settleLosses(this.pairs, new Set([...taken, ...named]));
    this.#model = null;
  }

  /** Does it stand for an expression below a ∂, with a name that no author wrote? */
  isExpression(tensor: Tensor): boolean {
    return this.#invented.isExpression(tensor);
  }

  /** Does it stand in no equation? */
  isUnused(tensor: Tensor): boolean {
    return this.#invented.isUnused(tensor);
  }

  /** The forward pass with what the claims added to it; the same object until they add more. */
  get model(): Model {
    const { model } = this.problem;
    const count = model.equations.length + this.extra.length;
    if (this.#model?.equations.length !== count)
      this.#model = { ...model, equations: [...model.equations, ...this.extra] };
    return this.#model;
  }

  /** What stands above a ∂; what nothing defines is an unknown function there. */
  numerator(s: Syntax): Tensor {
    return this.#sides.side(s, s.span).tensor;
  }

  /** Is nothing computed from it? */
  isLast(tensor: Tensor): boolean {
    return this.isExpression(tensor) || this.#invented.ends().includes(tensor);
  }

  /** What a d stands in front of. */
  operand(s: Syntax): Side {
    return this.#sides.side(s, s.span, false);
  }

  /** The same with what it takes to differentiate one of its quantities. */
  modelFor(of: Tensor): Model {
    return this.#equations.withAdjoints(this.model, of);
  }

  value(form: DerivativeForm): Value | null {
    if (form.of === null) return refuse("derivative/operand", "this derivative does not say of what", form.span);
    const [first, second, ...more] = form.wrt;
    if (first === undefined || more.length > 0)
      return refuse("unsupported/derivative", "derivatives of order three and more are not supported", form.span);
    const of = this.#sides.side(form.of, form.span);
    const powered = second === undefined ? this.#sides.poweredVariable(first) : null;
    if (powered !== null) return this.#byPower(of, powered, form, first);
    const wrt = this.#sides.side(first, first.span, false);
    if (form.direct && !onlyDirect(graphOf(this.model), wrt.tensor, of.tensor))
      return refuse(
        "unsupported/direct-partial",
        "a direct partial derivative ∂⁺ that is not the whole one is not supported",
        form.span,
      );
    if (second !== undefined) return this.#second(of, wrt, this.#sides.side(second, second.span, false));
    return this.#entries(of, wrt, form);
  }

  #entries(of: Side, wrt: Side, form: DerivativeForm): Value {
    if (wrt.tensor.integer) refuse("derivative/integer", "there is no derivative by an integer", form.span);
    const tensor = this.pair(of.tensor, wrt.tensor);
    const n = of.axes.length;
    const whole: Value = {
      axes: [...of.axes, ...wrt.axes],
      at: (ps) => {
        const positions = [...of.positions(ps.slice(0, n)), ...wrt.positions(ps.slice(n))];
        if (positions.length !== tensor.axes.length)
          refuse("index/count", `${tensor.axes.length} positions are needed here, not ${positions.length}`, form.span);
        return this.arena.entry(tensor, positions);
      },
    };
    if (wrt.isLine === true && n === 0) return { ...whole, unoriented: true };
    const byTranspose = this.#byTranspose(of, wrt, whole);
    if (byTranspose !== null) return byTranspose;
    const parts: DerivativeParts = {
      of: of.tensor,
      by: wrt.tensor,
      outputs: of.axes,
      inputs: wrt.axes,
      at: whole.at,
      laidOut: (p) => this.#laid(p),
    };
    const isPlain = !of.transposed && !wrt.transposed && wrt.isLine !== true && of.isLine !== true;
    if (isPlain) return this.#laid(parts);
    const laid = this.#laidOut(whole, n, wrt.axes.length);
    return wrt.transposed && n === 0 ? transpose(this.arena, laid) : laid;
  }

  /**
   * `\partial y^\top/\partial x` has a row for each entry of the column x and a column for each of the row `y^\top`,
   * `\partial y/\partial x^\top` the other way round: the transpose settles what is left to the layout without it.
   */
  #byTranspose(of: Side, wrt: Side, { axes, at }: Value): Value | null {
    if (of.isLine === true || wrt.isLine === true || wrt.axes.length !== 1) return null;
    const isRow = of.axes.length === 2 && of.axes[0]?.isOne(this.arena) === true;
    if (!isRow && (of.axes.length !== 1 || of.transposed === wrt.transposed)) return null;
    if (isRow && (wrt.transposed || of.transposed)) return null;
    const jacobian: Value = isRow
      ? { axes: axes.slice(1), at: (ps) => at([this.arena.literal(1), ...ps]) }
      : { axes, at };
    return isRow || of.transposed ? transpose(this.arena, jacobian) : jacobian;
  }

  /** By `\sigma^2` or `\log \sigma`, where σ is the variable: through σ. */
  #byPower(of: Side, powered: Powered, form: DerivativeForm, written: Syntax): Value {
    const wrt = this.#sides.side(powered.base, powered.base.span, false);
    const [name, power] = [scriptText(powered.base), scriptText(written)];
    const message = `${power} has no equation of its own: the derivative by it is read as the one by ${name}, divided by that of ${power} by ${name}`;
    this.problem.elaborator.note("reading/by-power", message, form.span);
    return this.#entries(of, { ...wrt, tensor: this.#power(of.tensor, wrt.tensor, powered) }, form);
  }

  readonly #powers = new Map<string, Tensor>();
  /** A power of a variable, or its logarithm, as a quantity of its own, and the derivative by it. */
  #power(of: Tensor, wrt: Tensor, { exponent, inLogarithm }: Powered): Tensor {
    const { arena } = this;
    const [key, latex] = [wrt.key, wrt.latex].map((name) => {
      const plain = exponent === 1 ? name : exponent === 0.5 ? `\\sqrt{${name}}` : `${name}^{${exponent}}`;
      return inLogarithm ? `\\log ${plain}` : plain;
    });
    if (key === undefined || latex === undefined) throw new Error("internal: a power without a name");
    const { parameters, axes } = wrt;
    const power =
      this.#powers.get(key) ?? arena.tensor({ key, latex, parameters, axes, integer: false, derivative: null });
    const rows = of.axes.map((r) => arena.at(arena.freshIndex(r)));
    const at = axes.map((r) => arena.at(arena.freshIndex(r)));
    const add = (tensor: Tensor, positions: readonly Position[], body: Node): void => {
      const span = { start: 0, end: 0 };
      this.extra.push({ tensor, at: positions, body, span, latex: tensor.latex, byIndex: false });
    };
    const x = arena.entry(wrt, at);
    const raised = arena.power(x, exponent);
    if (!this.#powers.has(key)) add(power, at, inLogarithm ? arena.apply("log", raised) : raised);
    this.#powers.set(key, power);
    const derivative = arena.derivativeTensor(of, power);
    if (this.byCustom.has(derivative)) return power;
    this.byCustom.add(derivative);
    const through = arena.derivativeTensor(of, wrt);
    this.#equations.mention(through, { of, wrt });
    const slope = arena.multiply(arena.rational(exponent), arena.power(x, inLogarithm ? -1 : exponent - 1));
    add(derivative, [...rows, ...at], arena.divide(arena.entry(through, [...rows, ...at]), slope));
    return power;
  }

  #laid(parts: DerivativeParts): Value {
    const { at } = parts;
    // Of rows and columns a Jacobian has a row for each entry, however these are laid out.
    const isJacobian = parts.outputs.length > 0 && parts.inputs.length > 0;
    const outputs = isJacobian ? this.#line(parts.outputs) : parts.outputs;
    const inputs = isJacobian ? this.#line(parts.inputs) : parts.inputs;
    const isPlain = outputs === parts.outputs && inputs === parts.inputs;
    const whole: Value = {
      axes: [...outputs, ...inputs],
      at: isPlain
        ? at
        : (ps) => {
            const n = outputs.length;
            return at([...this.#placesOn(parts.outputs, ps.slice(0, n)), ...this.#placesOn(parts.inputs, ps.slice(n))]);
          },
    };
    return { ...this.#laidOut(whole, outputs.length, inputs.length), derivative: parts };
  }

  /** The one axis of a row among the axes of a quantity that is differentiated; the very axes of anything else. */
  #line(axes: readonly DimVar[]): readonly DimVar[] {
    const long = axes.filter((d) => !d.isOne(this.arena));
    return axes.length === 2 && long.length === 1 ? long : axes;
  }

  #placesOn(axes: readonly DimVar[], ps: readonly Position[]): readonly Position[] {
    if (ps.length === axes.length) return ps;
    const one = this.arena.literal(1);
    return axes.map((d) => (d.isOne(this.arena) ? one : (ps[0] ?? one)));
  }

  /** Puts a derivative into the author's layout. */
  #laidOut(v: Value, outputs: number, inputs: number): Value {
    const { gradient, jacobian } = this.layout;
    if (outputs === 0 && inputs > 0) {
      this.turned.gradient = true;
      return gradient === "row" ? transpose(this.arena, v) : v;
    }
    if (outputs === 1 && inputs === 1) {
      this.turned.jacobian = true;
      return jacobian === "inputs-first" ? transpose(this.arena, v) : v;
    }
    return v;
  }

  /** Does a layout turn what was laid out? */
  turns(turned: Turned, { gradient, jacobian }: Layout): boolean {
    const own = this.layout;
    return (turned.gradient && gradient !== own.gradient) || (turned.jacobian && jacobian !== own.jacobian);
  }

  pair(of: Tensor, wrt: Tensor): Tensor {
    const tensor = this.arena.derivativeTensor(of, wrt);
    this.mentioned.set(tensor, { of, wrt });
    this.#equations.mention(tensor, { of, wrt });
    return tensor;
  }

  #second(of: Side, x: Side, y: Side): Value {
    const first = this.arena.derivativeTensor(of.tensor, x.tensor);
    const tensor = this.pair(first, y.tensor);
    const [a, b] = [of.axes.length, x.axes.length];
    return {
      axes: [...of.axes, ...x.axes, ...y.axes],
      at: (ps) =>
        this.arena.entry(tensor, [
          ...of.positions(ps.slice(0, a)),
          ...x.positions(ps.slice(a, a + b)),
          ...y.positions(ps.slice(a + b)),
        ]),
    };
  }

  // ---- names by custom ----

  /** The loss; for one layer of a longer story, which ends in no scalar, some function of what it ends in. */
  get loss(): Tensor | null {
    const { model, builder } = this.problem;
    this.#loss ??= this.#invented.differentiated;
    const open = this.#loss === null && builder.front.loss === undefined && !this.#unread.mayDefineLoss;
    const isArray = model.diagnostics.some((d) => d.code === "loss/not-scalar");
    const ends = open && (isArray || this.#isUpstream) ? this.#invented.ends() : [];
    const [first] = ends;
    if (first !== undefined && (this.#isUpstream || ends.every((t) => t.axes.length > 0))) {
      this.#loss = this.#invented.unknownFunction("loss", "\\mathcal{L}", ends, { start: 0, end: 0 }, null);
      this.#invented.lossByCustom = this.#loss;
    }
    return this.#loss;
  }

  /** `\bar{y}` where the worksheet has a y and no ȳ. */
  #barred(t: Scripted): Value | null {
    const [accent] = t.symbol.accents;
    if (accent !== "bar" && accent !== "overline") return null;
    const e = this.problem.elaborator;
    if (e.symbols.isVariable(targetKey(t))) return null;
    const inner: Scripted = { ...t, symbol: { ...t.symbol, accents: t.symbol.accents.slice(1), latex: t.symbol.name } };
    if (this.loss === null || !e.symbols.withHead(headKey(inner.symbol)).some((s) => s.tensor !== null)) return null;
    return this.#byLoss(inner);
  }

  /** Of lines that write differentials and not gradients. */
  differentials: Differentials | null = null;

  #differential(s: Syntax): Value | null {
    const change = this.differentials?.value(s) ?? null;
    if (change !== null) return change;
    const t = takeApart(s);
    if (t === null || this.loss === null)
      return refuse("symbol/unknown", "this differential names no derivative: the loss is not known", s.span);
    return this.#byLoss(t);
  }

  #byLoss(t: Scripted): Value {
    const wrt = this.#sides.side(symbolSyntax(t), t.span);
    const of: Side = { tensor: this.loss ?? wrt.tensor, axes: [], positions: () => [], transposed: false };
    const transposes = t.sups.filter((p) => !p.bracketed && ["\\top", "T"].includes(scriptText(p.content))).length;
    const v = this.#entries(
      of,
      { ...wrt, transposed: false },
      { of: null, wrt: [], nabla: true, direct: false, span: t.span },
    );
    return transposes % 2 === 1 ? transpose(this.arena, v) : v;
  }

  /** δ as a name: an equation that says which derivative it is. */
  nameDerivative(
    spec: SymbolSpec,
    at: readonly Position[],
    axes: readonly DimVar[],
    body: Node,
    span: Span,
    latex: string,
  ): void {
    this.extra.push({ tensor: this.tensorFor(spec, at, axes, latex), at, body, span, latex, byIndex: false });
  }

  tensorFor(spec: SymbolSpec, at: readonly Position[], axes: readonly DimVar[], latex: string): Tensor {
    const ranges = at.map((p, k) => {
      const index = this.arena.indexOf(p);
      const axis = axes[k - (at.length - axes.length)];
      return index?.range ?? this.arena.upTo(axis?.dim ?? this.arena.oneDim);
    });
    // Where the members differ in size, the axes of each tell of its place.
    const places = at.slice(0, at.length - axes.length).map((p) => this.arena.indexOf(p));
    const own = places.map((index, n) => (index === null ? null : this.arena.index(`$${n}`, index.range)));
    const moved = new Map(
      places.flatMap((index, n) => {
        const parameter = own[n] ?? null;
        return index === null || parameter === null ? [] : [[index, this.arena.at(parameter)] as const];
      }),
    );
    const sized = ranges.map((r) => this.arena.substituteRange(r, moved));
    const differ = sized.some((r, k) => r !== ranges[k]) && !own.includes(null);
    const parameters = differ ? own.filter((p) => p !== null) : [];
    const tensor =
      spec.tensor ??
      this.arena.tensor({
        key: spec.id,
        latex,
        parameters,
        axes: differ ? sized : ranges,
        integer: false,
        derivative: null,
      });
    spec.tensor = tensor;
    return tensor;
  }
}

/** Are the quantities that a problem ends in no loss? */
function upstreamOf({ builder, elaborator, items, model }: Problem, ends: readonly Tensor[]): "said" | "names" | null {
  const computed = new Set(model.equations.map((eq) => eq.tensor));
  const keysOf = (isMeant: (t: Tensor) => boolean): ReadonlySet<string> =>
    new Set(builder.symbols.all.flatMap((s) => (s.tensor !== null && isMeant(s.tensor) ? [targetKey(s.written)] : [])));
  const given = keysOf((t) => computed.has(t));
  const isGiven = (key: string): boolean => given.has(key) || elaborator.functions.has(key);
  const { premises, plain, front } = builder;
  const told = { items, premises, plain, isGiven };
  const last = keysOf((t) => ends.includes(t));
  return front.loss === undefined ? goesOnToLoss(told, last) : null;
}

/** The derivative of a body by a scalar symbol. */
function slope(arena: Arena, body: Node, by: Tensor): Node {
  const found = occurrences(arena, body, (t) => t === by);
  return arena.add(...found.map((o) => arena.sums(o.sums, o.factor)));
}

/** A symbol without its transposes. */
function symbolSyntax(t: Scripted): Syntax {
  const sups = t.sups.filter((p) => p.bracketed || !["\\top", "T"].includes(scriptText(p.content)));
  const sub: Syntax | null = t.subs.length === 0 ? null : { kind: "list", items: t.subs, span: t.span };
  let s: Syntax = t.symbol;
  if (sub !== null || t.primes > 0) s = { kind: "scripted", base: s, sub, sup: null, primes: t.primes, span: t.span };
  for (const p of sups) {
    const sup: Syntax = p.bracketed ? { kind: "group", open: p.open, body: p.content, span: t.span } : p.content;
    s = { kind: "scripted", base: s, sub: null, sup, primes: 0, span: t.span };
  }
  return s;
}

/** Do equations compute one of these tensors, or what one of them is the derivative of, from one of the others? */
function restsOn({ equations }: Model, tensors: readonly Tensor[], on: ReadonlySet<Tensor>): boolean {
  const seen = new Set(tensors);
  for (const tensor of seen) {
    if (on.has(tensor)) return true;
    const { derivative } = tensor;
    for (const t of derivative === null ? [] : [derivative.of, derivative.wrt]) seen.add(t);
    for (const eq of equations) if (eq.tensor === tensor) for (const t of tensorsOf(eq.body)) seen.add(t);
  }
  return false;
}
