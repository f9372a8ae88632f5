import { refuse } from "../core/diagnostic.js";
import type { Span } from "../core/span.js";
import type { Derivation } from "../derive/derivation.js";
import { deriveBriefly } from "../derive/derive.js";
import { graphOf, isRecurrent } from "../derive/graph.js";
import { hessian } from "../derive/hessian.js";
import { type Arena, operands, tensorsOf } from "../expression/arena.js";
import type { Dim, Lambda, Node, NodeOf, Position, Tensor } from "../expression/node.js";
import { functionKey, tensorName } from "../model/applications.js";
import type { DerivativeForm } from "../model/derivatives.js";
import type { DimVar } from "../model/dimensions.js";
import type { Elaborator } from "../model/elaborate/elaborator.js";
import { memberPosition, partOf } from "../model/elaborate/positions.js";
import { selected } from "../model/elaborate/symbol-values.js";
import type { Equation, Model } from "../model/model.js";
import { transpose } from "../model/products.js";
import type { Problem } from "../model/read.js";
import { headKey, type Scripted, scriptText, subscripts, takeApart } from "../model/scripts.js";
import { axisAt, partsOf, unstacked, vec } from "../model/stacked.js";
import { targetKey } from "../model/statements.js";
import type { SymbolSpec } from "../model/symbols.js";
import { shapeText, type Value } from "../model/value.js";
import type { Syntax } from "../notation/syntax.js";
import type { Unread } from "./unread.js";

/** What stands above or below a ∂: a tensor, the positions that are fixed, and the axes that are left whole. */
interface Side {
  readonly tensor: Tensor;
  readonly axes: readonly DimVar[];
  readonly positions: (free: readonly Position[]) => readonly Position[];
  readonly transposed: boolean;
  /** One row or column of a matrix. */
  readonly isLine?: boolean;
}

/** How an author lays derivatives out: gradients as columns or rows, Jacobians with outputs or inputs first. */
export interface Layout {
  readonly gradient: "column" | "row";
  readonly jacobian: "outputs-first" | "inputs-first";
}

export interface Pair {
  readonly of: Tensor;
  readonly wrt: Tensor;
}

/**
 * Gives the derivatives that claims name their meaning: entries of derivative tensors, whose equations are derived when
 * they are wanted. Names such as δ, `\bar{y}` and `dW` are resolved here too.
 */
export class Derivatives {
  readonly arena: Arena;
  readonly problem: Problem;
  layout: Layout = { gradient: "column", jacobian: "outputs-first" };
  /** What was laid out so far that another layout would turn. */
  readonly turned = { gradient: false, jacobian: false };
  /** Equations that claims brought: named derivatives, expressions below a ∂, abstract losses. */
  readonly extra: Equation[] = [];
  /** Names whose meaning custom gives; a line of the author's has their formula. */
  readonly byCustom = new Set<Tensor>();
  /** Every derivative that was named since this was last emptied. */
  mentioned = new Map<Tensor, Pair>();
  readonly #pairs = new Map<Tensor, Pair>();
  readonly #expressions = new Map<string, Side>();
  #loss: Tensor | null;
  #count = 0;

  readonly #unread: Unread;

  constructor(problem: Problem, unread: Unread) {
    this.problem = problem;
    this.#unread = unread;
    this.arena = problem.model.arena;
    // Where an unread equation may be that of the loss, what is left is no loss unless the author says so.
    this.#loss = unread.mayDefineLoss && problem.builder.front.loss === undefined ? null : problem.model.loss;
    for (const { spec, inputs } of unread.unknownLosses) {
      const tensor = this.#unknownFunction(spec.key, spec.written.symbol.latex, inputs, spec.span, spec.tensor);
      Object.assign(spec, { tensor, axes: [] });
      unread.standsIn(spec);
      if (unread.unknownLosses.length === 1) this.#loss ??= tensor;
    }
    const e = problem.elaborator;
    e.derivative = (form) => this.value(form);
    e.namedDerivative = (t) => this.#barred(t);
    e.namedDifferential = (s) => this.#differential(s);
  }

  /** The forward pass with what the claims added to it. */
  get model(): Model {
    return { ...this.problem.model, equations: [...this.problem.model.equations, ...this.extra] };
  }

  value(form: DerivativeForm): Value | null {
    if (form.of === null) return refuse("derivative/operand", "this derivative does not say of what", form.span);
    const [first, second, ...more] = form.wrt;
    if (first === undefined || more.length > 0)
      return refuse("unsupported/derivative", "derivatives of order three and more are not supported", form.span);
    const of = this.#side(form.of, form.span);
    const wrt = this.#side(first, first.span, false);
    if (second !== undefined) return this.#second(of, wrt, this.#side(second, second.span, false));
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
    const laid = this.#laidOut(whole, n, wrt.axes.length);
    return wrt.transposed && n === 0 ? transpose(this.arena, laid) : laid;
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

  pair(of: Tensor, wrt: Tensor): Tensor {
    const tensor = this.arena.derivativeTensor(of, wrt);
    this.mentioned.set(tensor, { of, wrt });
    this.#pairs.set(tensor, { of, wrt });
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

  // ---- what stands above and below ----

  /** `mayInvent`: a numerator that nothing defines is an abstract quantity; a variable that nothing knows is an error. */
  #side(s: Syntax, span: Span, mayInvent = true): Side {
    const entry = this.#entryOf(s, span);
    if (entry !== null) return entry;
    const inside = s.kind === "group" && s.open === "(" ? s.body : s;
    const stacked = this.#stacked(inside, span);
    if (stacked !== null) return stacked;
    const t = takeApart(withoutArguments(this.problem.elaborator, inside));
    if (t === null) return this.#expression(inside, span);
    const e = this.problem.elaborator;
    const found = e.symbols.resolve(t);
    if (found.actions.some((a) => a.kind === "power")) return this.#expression(inside, span);
    const { spec } = found;
    if (spec.tensor === null && !mayInvent) refuse("symbol/unknown", `nothing says what ${spec.key} is`, span);
    const tensor =
      spec.tensor === null || (mayInvent && this.#isOnlyDeclared(spec, spec.tensor))
        ? this.#abstractQuantity(spec, t, span)
        : spec.tensor;
    const axes = spec.axes ?? [];
    const members = found.members.map((m, k) => memberPosition(e, spec, m, k));
    const part = selected(e, found, axes);
    if (part === null) return refuse("symbol/unknown", `nothing says which shape ${spec.key} has`, span);
    const transposed = found.actions.length % 2 === 1;
    return {
      tensor,
      axes: part.axes,
      positions: (ps) => [...members.map((m) => m()), ...part.positions(ps)],
      isLine: part.isLine,
      transposed,
    };
  }

  /** `\operatorname{vec}(X)`, also transposed: X by a stacked axis. */
  #stacked(s: Syntax, span: Span): Side | null {
    const { arena } = this;
    const e = this.problem.elaborator;
    const items = s.kind === "juxtaposition" ? s.items : [s];
    const [head, group] = items;
    const t = head === undefined ? null : takeApart(head);
    if (t === null || group === undefined || items.length !== 2 || tensorName(t.symbol.name) !== "vec") return null;
    const bare = group.kind === "scripted" && group.base.kind === "group" ? group.base : group;
    if (bare.kind !== "group" || e.symbols.isVariable(headKey(t.symbol))) return null;
    const whole = this.#side(bare.body, span);
    const [rows, columns] = whole.transposed ? [...whole.axes].reverse() : whole.axes;
    if (rows === undefined || columns === undefined) return null;
    e.usesKronecker = true;
    const { axes } = vec(arena, { axes: [rows, columns], at: () => arena.zero }, span);
    return {
      tensor: whole.tensor,
      axes,
      positions: ([p]) => {
        const [column, row] = partsOf(p);
        return whole.positions(whole.transposed ? [column, row] : [row, column]);
      },
      transposed: false,
    };
  }

  /** `(\mathbf{z}_1)_i`, an entry of what stands in the parentheses; `null` for anything else. */
  #entryOf(s: Syntax, span: Span): Side | null {
    if (s.kind !== "scripted" || s.sub === null || s.sup !== null || s.primes > 0) return null;
    const { base } = s;
    if (base.kind !== "group" || (base.open !== "(" && base.open !== "[")) return null;
    const whole = this.#side(base, span);
    const written = subscripts(s.sub);
    if (written.length !== whole.axes.length)
      return refuse(
        "index/count",
        `${scriptText(base.body)} is ${shapeText(whole.axes)} and takes ${whole.axes.length} positions, not ${written.length}`,
        span,
      );
    const inOrder = whole.transposed ? [...written].reverse() : written;
    const part = partOf(this.problem.elaborator, whole.axes, inOrder);
    return {
      ...whole,
      axes: part.axes,
      positions: (ps) => whole.positions(part.positions(ps)),
      isLine: part.isLine,
      transposed: false,
    };
  }

  /** `\frac{\partial}{\partial w} (w^\top x)`: the expression becomes a quantity of its own. */
  #expression(s: Syntax, span: Span): Side {
    const key = `${scriptText(s)}@${span.start}`;
    const known = this.#expressions.get(key);
    if (known !== undefined) return known;
    const value = this.problem.elaborator.value(s);
    const side: Side = {
      tensor: this.#quantity(value),
      axes: value.axes,
      positions: (ps) => [...this.#letters(value), ...ps.flatMap(unstacked)],
      transposed: false,
    };
    this.#expressions.set(key, side);
    return side;
  }

  readonly #freeOf = new Map<Value, readonly Position[]>();
  #letters(v: Value): readonly Position[] {
    return this.#freeOf.get(v) ?? [];
  }

  #quantity(value: Value): Tensor {
    const { arena } = this;
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
      latex: `f_{${this.#count}}`,
      parameters: [],
      axes: indices.map((i) => i.range),
      integer: false,
      derivative: null,
    });
    this.extra.push({
      tensor,
      at: indices.map((i) => arena.at(i)),
      body,
      span: { start: 0, end: 0 },
      latex: tensor.latex,
      byIndex: false,
    });
    return tensor;
  }

  /** A numerator that nothing defines is an abstract scalar function of every quantity that no equation uses. */
  #abstractQuantity(spec: SymbolSpec, t: Scripted, span: Span): Tensor {
    const unread = this.#unread.defines(spec);
    if (unread !== null)
      return refuse("symbol/unread", `the equation of ${scriptText(t.symbol)} could not be read: ${unread}`, span);
    if (spec.slots > 0 || t.subs.length > 0 || (spec.axes ?? []).length > 0)
      return refuse("symbol/unknown", `nothing says what ${scriptText(t.symbol)} is`, span);
    const ends = this.#ends();
    if (ends.length === 0) return refuse("symbol/unknown", `nothing says what ${scriptText(t.symbol)} is`, span);
    const tensor = this.#unknownFunction(spec.key, t.symbol.latex, ends, span, spec.tensor);
    spec.tensor = tensor;
    spec.axes = [];
    this.#loss ??= tensor;
    return tensor;
  }

  /** "Some scalar loss \\(\\mathcal{L} \\in \\mathbb{R}\\)": declared, and no part of any equation. */
  #isOnlyDeclared(spec: SymbolSpec, tensor: Tensor): boolean {
    return (
      tensor.axes.length === 0 &&
      tensor.parameters.length === 0 &&
      spec.subSlots + spec.supSlots === 0 &&
      this.#ends().length > 0 &&
      this.isUnused(tensor)
    );
  }

  /** Does it stand in no equation? */
  isUnused(tensor: Tensor): boolean {
    const equations = [...this.problem.model.equations, ...this.extra];
    return !equations.some((eq) => eq.tensor === tensor || tensorsOf(eq.body).includes(tensor));
  }

  /** An unknown scalar function of whole quantities. */
  #unknownFunction(key: string, latex: string, of: readonly Tensor[], span: Span, known: Tensor | null): Tensor {
    const { arena } = this;
    const tensor = known ?? arena.tensor({ key, latex, parameters: [], axes: [], integer: false, derivative: null });
    const args = of.map((x): Lambda => {
      const end = this.#endOfRecurrence(x);
      const fixed = end === null ? [] : [arena.atDim(end)];
      const indices = x.axes
        .slice(fixed.length)
        .map((_, k) => arena.freshIndex(arena.axisRange(x, k + fixed.length, fixed)));
      return { indices, body: arena.entry(x, [...fixed, ...indices.map((i) => arena.at(i))]) };
    });
    const body = arena.abstract(`upstream ${key}`, args, []);
    this.extra.push({ tensor, at: [], body, span, latex: tensor.latex, byIndex: false });
    return tensor;
  }

  /** The member of a family that no other member is computed from: where `h_{t+1}` is computed from `h_t`, the last. */
  #endOfRecurrence(x: Tensor): Dim | null {
    const { arena } = this;
    const [axis] = x.axes;
    if (axis === undefined || x.parameters.length !== 1) return null;
    const steps = this.problem.model.equations
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

  /** What nothing else is computed from. */
  #ends(): readonly Tensor[] {
    const { equations } = this.problem.model;
    const used = new Set(equations.flatMap((e) => tensorsOf(e.body).filter((t) => t !== e.tensor)));
    return [...new Set(equations.map((e) => e.tensor))].filter((x) => !used.has(x));
  }

  // ---- names by custom ----

  /** The loss; for one layer of a longer story, which ends in no scalar, some function of what it ends in. */
  get loss(): Tensor | null {
    const { model, builder } = this.problem;
    const open = this.#loss === null && builder.front.loss === undefined && !this.#unread.mayDefineLoss;
    const ends = open && model.diagnostics.some((d) => d.code === "loss/not-scalar") ? this.#ends() : [];
    const [first] = ends;
    if (first !== undefined && ends.every((t) => t.axes.length > 0))
      this.#loss = this.#unknownFunction("loss", "\\mathcal{L}", ends, { start: 0, end: 0 }, null);
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

  #differential(s: Syntax): Value | null {
    const t = takeApart(s);
    if (t === null || this.loss === null)
      return refuse("symbol/unknown", "this differential names no derivative: the loss is not known", s.span);
    return this.#byLoss(t);
  }

  #byLoss(t: Scripted): Value {
    const wrt = this.#side(symbolSyntax(t), t.span);
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
    const tensor =
      spec.tensor ??
      this.arena.tensor({ key: spec.key, latex, parameters: [], axes: ranges, integer: false, derivative: null });
    spec.tensor = tensor;
    return tensor;
  }

  // ---- equations of derivatives ----

  /** All equations that claims can be decided with: forward pass, names, and every derivative that was mentioned. */
  definitions(): ReadonlyMap<Tensor, readonly Equation[]> {
    const { model } = this;
    const found = new Map<Tensor, Equation[]>();
    const put = (eq: Equation): void => {
      const list = found.get(eq.tensor) ?? [];
      if (!list.some((x) => x.at.length === eq.at.length && x.at.every((p, k) => p === eq.at[k]))) list.push(eq);
      found.set(eq.tensor, list);
    };
    for (const eq of model.equations) put(eq);
    const done = new Set<Tensor>();
    for (const [tensor, { of, wrt }] of this.#pairs) {
      if (done.has(tensor) || found.has(tensor)) continue;
      for (const eq of this.#derivativeEquations(model, of, wrt)) {
        if (done.has(eq.tensor) && !found.has(eq.tensor)) continue;
        put(eq);
      }
      done.add(tensor);
    }
    return found;
  }

  readonly #refused = new Map<Tensor, string>();
  readonly #sweeps = new Map<Tensor, Derivation>();

  /** Why a derivative has no equation. */
  reasonAgainst(tensor: Tensor): string {
    const { of, wrt } = tensor.derivative ?? {};
    return this.#refused.get(tensor) ?? `the derivative of ${of?.latex ?? ""} by ${wrt?.latex ?? ""} is not known here`;
  }

  /** One sweep gives all derivatives of a quantity that were mentioned, unless one of them has no rule. */
  #derivation(model: Model, of: Tensor, wrt: Tensor): Derivation {
    let all = this.#sweeps.get(of);
    if (all === undefined) {
      const own = isRecurrent(graphOf(model), of);
      const wanted = [...this.#pairs.values()].filter((p) => p.of === of && (own || p.wrt !== of)).map((p) => p.wrt);
      all = deriveBriefly(model, wanted, of);
      this.#sweeps.set(of, all);
    }
    return all.diagnostics.some((d) => d.severity === "error") ? deriveBriefly(model, [wrt], of) : all;
  }

  #derivativeEquations(model: Model, of: Tensor, wrt: Tensor): readonly Equation[] {
    const { arena } = this;
    const tensor = arena.derivativeTensor(of, wrt);
    // One member of a recurrence depends on the others.
    if (of === wrt && !isRecurrent(graphOf(model), of)) {
      const [a, b] = [of, wrt].map((t) => t.axes.map((r) => arena.freshIndex(r)));
      const rows = a ?? [];
      const columns = b ?? [];
      const body = arena.multiply(...rows.map((i, k) => arena.delta(arena.at(i), arena.at(columns[k] ?? i))));
      return [
        equation(
          tensor,
          [...rows, ...columns].map((i) => arena.at(i)),
          body,
        ),
      ];
    }
    if (of.derivative !== null) {
      const d = hessian(model, of.derivative.of, of.derivative.wrt, wrt);
      const first = deriveBriefly(model, [of.derivative.wrt], of.derivative.of);
      return [...first.gradients, ...d.gradients].map((g) =>
        equation(
          g.adjoint,
          g.indices.map((i) => arena.at(i)),
          g.local,
        ),
      );
    }
    const { gradients, diagnostics } = this.#derivation(model, of, wrt);
    const [refusal] = diagnostics.filter((d) => d.severity === "error");
    if (refusal !== undefined && !gradients.some((g) => g.adjoint === tensor))
      this.#refused.set(tensor, refusal.message);
    return gradients.map((g) =>
      equation(
        g.adjoint,
        g.indices.map((i) => arena.at(i)),
        g.local,
      ),
    );
  }
}

const equation = (tensor: Tensor, at: readonly Position[], body: Node): Equation => ({
  tensor,
  at,
  body,
  span: { start: 0, end: 0 },
  latex: tensor.latex,
  byIndex: true,
});

/** The entries of a tensor in an expression. */
function entriesIn(node: Node, tensor: Tensor): readonly NodeOf<"entry">[] {
  const found: NodeOf<"entry">[] = [];
  const seen = new Set<Node>();
  const stack = [node];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (n.kind === "entry" && n.tensor === tensor) found.push(n);
    stack.push(...operands(n));
  }
  return found;
}

/** `\mathcal{L}(y, t)` above a ∂ is 𝓛; `a^\top (x - b)` and `a (x - b)` are products. */
function withoutArguments(e: Elaborator, s: Syntax): Syntax {
  if (s.kind !== "juxtaposition" || s.items.length !== 2) return s;
  const [head, group] = s.items;
  const t = head === undefined ? null : takeApart(head);
  if (t === null || head === undefined || group?.kind !== "group") return s;
  const args = group.body.kind === "list" ? group.body.items : [group.body];
  if (t.sups.some((p) => !p.bracketed) || args.some((a) => takeApart(a) === null)) return s;
  // Of an abstract function the application itself is differentiated: nothing more is known of the variable.
  if (e.abstracts.has(functionKey(t))) return s;
  return e.symbols.isVariable(targetKey(t)) ? head : s;
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
