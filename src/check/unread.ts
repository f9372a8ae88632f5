import { flatMap } from "../core/flat-map.js";
import { addTo } from "../core/groups.js";
import { unlessRefused } from "../core/unless-refused.js";
import { tensorsOf } from "../expression/arena.js";
import type { Node, Tensor } from "../expression/node.js";
import { LOSS_NAME } from "../model/functions/loss-functions.js";
import type { Equation } from "../model/model.js";
import type { Problem } from "../model/read.js";
import { wholeOf } from "../model/sizes/dimension-reader.js";
import { latexOf } from "../model/symbols/latex.js";
import { visit } from "../model/symbols/letters.js";
import { symbolsIn, takeApart } from "../model/symbols/scripts.js";
import {
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  NOTHING_NEW,
  targetKey,
} from "../model/symbols/statements.js";
import type { SymbolSpec } from "../model/symbols/symbol-spec.js";
import type { Syntax } from "../notation/syntax.js";

type Definitions = ReadonlyMap<Tensor, readonly Equation[]>;

/** A forward equation that could not be used: what it would define, and what it would be computed from. */
interface UnreadEquation {
  readonly targets: readonly SymbolSpec[];
  /** `null` where the formula could not be parsed: it may use anything. */
  readonly inputs: readonly SymbolSpec[] | null;
  /** It is of each member or entry, `h_{t+1}`, which may be computed from another. */
  readonly byPlace: boolean;
  readonly latex: string;
}

/**
 * What a problem's unread equations leave open. A derivative whose path may lead through one of them is not known; a
 * quantity of theirs may have another value, or another shape, than it seems to have.
 */
export class Unread {
  readonly #problem: Problem;
  readonly #damaged: readonly string[];
  readonly #equations: readonly UnreadEquation[];
  readonly #byTensor = new Map<Tensor, UnreadEquation>();
  readonly #shaky = new Map<Tensor, UnreadEquation>();

  /** `damaged`: formulas that could not be parsed, as written. */
  constructor(problem: Problem, damaged: readonly string[]) {
    this.#problem = problem;
    this.#damaged = damaged;
    this.#equations = [...unusedItems(problem).map((i) => ofItem(problem, i)), ...ofDamaged(problem, damaged)];
    for (const eq of this.#equations) {
      for (const s of eq.targets) if (s.tensor !== null) this.#byTensor.set(s.tensor, eq);
      for (const s of [...eq.targets, ...(eq.inputs ?? [])])
        if (s.tensor !== null && !s.declared && !isSize(problem, s)) this.#shaky.set(s.tensor, eq);
    }
  }

  get isNothing(): boolean {
    return this.#equations.length === 0;
  }

  /**
   * Unread equations of what can only be a loss: a scalar that nothing else uses, computed from known symbols. Such a
   * loss is an unknown function of these, which is enough to judge the steps below it.
   */
  get unknownLosses(): readonly { readonly spec: SymbolSpec; readonly inputs: readonly Tensor[] }[] {
    const used = new Set(flatMap(this.#problem.model.equations, (eq) => tensorsOf(eq.body)));
    const { equations } = this.#problem.model;
    return flatMap(this.#equations, ({ targets, inputs }) => {
      const [spec] = targets;
      if (spec === undefined || targets.length > 1 || inputs === null || spec.slots > 0) return [];
      if ((spec.axes ?? []).length > 0 || !(spec.declared || LOSS_NAME.test(spec.written.symbol.name))) return [];
      if (spec.tensor !== null && (used.has(spec.tensor) || equations.some((eq) => eq.tensor === spec.tensor)))
        return [];
      return inputs.includes(spec) ? [] : [{ spec, inputs: tensorsOfSpecs(inputs) }];
    });
  }

  readonly #standIns = new Set<Tensor>();
  /** This loss now has an equation that stands for its own. */
  standsIn(spec: SymbolSpec): void {
    if (spec.tensor === null) return;
    this.#standIns.add(spec.tensor);
    this.#byTensor.delete(spec.tensor);
    this.#shaky.delete(spec.tensor);
  }

  /** Does an expression depend on an unknown loss otherwise than in proportion to its derivatives? */
  beyondUnknownLoss(node: Node, names: ReadonlyMap<Tensor, Equation>): boolean {
    return this.#standIns.size > 0 && !this.#inProportion(node, names, 0);
  }

  #inProportion(node: Node, names: ReadonlyMap<Tensor, Equation>, depth: number): boolean {
    if (depth > 200) return false;
    const again = (n: Node): boolean => this.#inProportion(n, names, depth + 1);
    switch (node.kind) {
      case "rational":
        return node === this.#problem.model.arena.zero;
      case "entry": {
        const name = names.get(node.tensor);
        if (name !== undefined) return again(name.body);
        const of = node.tensor.derivative?.of;
        return of !== undefined && this.#standIns.has(of);
      }
      case "add":
        return node.terms.every(again);
      case "multiply":
        return node.factors.some(again);
      case "reduce":
        return node.op === "sum" && again(node.body);
      default:
        return false;
    }
  }

  isUnknownLoss(tensor: Tensor): boolean {
    return this.#standIns.has(tensor);
  }

  /** Would an unread equation define this symbol? */
  defines(spec: SymbolSpec): string | null {
    return this.#equations.find((eq) => eq.targets.includes(spec))?.latex ?? null;
  }

  /** A formula that could not be parsed and seems to be an equation of what this side names, beside the one that was read. */
  otherEquationOf(side: Syntax): string | null {
    const t = takeApart(side);
    if (t === null) return null;
    const name = stripped(latexOf(side));
    return (
      this.#damaged.find((d) =>
        d
          .split("=")
          .slice(0, -1)
          .some((left) => stripped(left).endsWith(name)),
      ) ?? null
    );
  }

  /** May one of the unread equations be that of the loss? */
  get mayDefineLoss(): boolean {
    const used = new Set(flatMap(this.#problem.model.equations, (eq) => tensorsOf(eq.body)));
    return this.#equations.some(({ targets }) => targets.some((s) => s.tensor === null || !used.has(s.tensor)));
  }

  /** The unread equation that the derivative of one quantity by another may lead through. */
  onPath(of: Tensor, wrt: Tensor, equations: readonly Equation[]): string | null {
    if (this.#equations.length === 0) return null;
    if (of.derivative !== null)
      return (
        this.onPath(of.derivative.of, of.derivative.wrt, equations) ?? this.onPath(of.derivative.of, wrt, equations)
      );
    const next = this.#edges(equations);
    for (const t of closure([of], next, wrt)) {
      const eq = this.#byTensor.get(t);
      if (eq === undefined || (t === wrt && !eq.byPlace)) continue;
      if (eq.inputs === null || closure(tensorsOfSpecs(eq.inputs), next, null).has(wrt)) return eq.latex;
    }
    return null;
  }

  /** The unread equation because of which two expressions that differ here may yet be equal. */
  mayMakeEqual(sides: readonly Node[], definitions: Definitions): string | null {
    if (this.#equations.length === 0) return null;
    const next = (t: Tensor): readonly Tensor[] => flatMap(definitions.get(t) ?? [], (eq) => tensorsOf(eq.body));
    const support = closure(flatMap(sides, tensorsOf), next, null);
    for (const t of support) {
      const eq = this.#byTensor.get(t);
      if (eq === undefined) continue;
      // Nothing else that stands here moves with it: it is as free as if it were given.
      const inputs = eq.inputs === null ? null : closure(tensorsOfSpecs(eq.inputs), next, null);
      if (inputs === null || [...support].some((x) => x !== t && inputs.has(x))) return eq.latex;
    }
    return null;
  }

  /** A tensor of these whose shape an unread equation could have told. */
  shaky(tensors: readonly Tensor[]): string | null {
    for (const t of tensors) {
      const eq = this.#shaky.get(t);
      if (eq !== undefined) return eq.latex;
    }
    return null;
  }

  /** The same for the symbols of a formula as written. */
  shakyIn(sides: readonly Syntax[]): string | null {
    return this.#equations.length === 0 ? null : this.shaky(tensorsOfSpecs(specsIn(this.#problem, sides)));
  }

  /** The declaration that could not be read, of a symbol that these sides name or are computed from: no shape here is sure. */
  lostShape(sides: readonly Syntax[], tensors: readonly Tensor[]): string | null {
    const { lostShapes } = this.#problem.builder;
    if (lostShapes.size === 0) return null;
    const own = flatMap(tensors, (t) => (t.derivative === null ? [t] : [t.derivative.of, t.derivative.wrt]));
    const named = tensorsOfSpecs(specsIn(this.#problem, sides));
    const reached = closure([...own, ...named], this.#edges(this.#problem.model.equations), null);
    return [...lostShapes].find(([s]) => s.tensor !== null && reached.has(s.tensor))?.[1] ?? null;
  }

  #edges(equations: readonly Equation[]): (t: Tensor) => readonly Tensor[] {
    const edges = new Map<Tensor, Tensor[]>();
    for (const eq of equations) for (const t of tensorsOf(eq.body)) addTo(edges, eq.tensor, t);
    for (const [t, eq] of this.#byTensor) for (const input of tensorsOfSpecs(eq.inputs ?? [])) addTo(edges, t, input);
    return (t) => edges.get(t) ?? [];
  }
}

const isSize = (problem: Problem, s: SymbolSpec): boolean => problem.elaborator.dims.isName(wholeOf(s.written));

/** Everything that can be reached, without going on from `end`. */
function closure(
  from: readonly Tensor[],
  next: (t: Tensor) => readonly Tensor[],
  end: Tensor | null,
): ReadonlySet<Tensor> {
  const seen = new Set<Tensor>();
  const stack = [...from];
  for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
    if (seen.has(t)) continue;
    seen.add(t);
    if (t !== end) stack.push(...next(t));
  }
  return seen;
}

const tensorsOfSpecs = (specs: readonly SymbolSpec[]): readonly Tensor[] =>
  flatMap(specs, (s) => (s.tensor === null ? [] : [s.tensor]));

/** Equations between forward quantities of which none came into the model. */
function unusedItems(problem: Problem): readonly Item[] {
  const isUsed = (item: Item): boolean => {
    const drafts = problem.builder.drafts.filter((d) => d.item === item).length;
    return problem.model.equations.filter((eq) => eq.span === item.statement.span).length >= Math.max(1, drafts);
  };
  return problem.items.filter((item) => {
    const { statement, kind } = item;
    const [first] = statement.sides;
    if (first === undefined || !isEquation(statement) || item.submitted === true) return false;
    if (kind !== "forward" && kind !== "mention") return false;
    if (statement.sides.length < 2 || isUsed(item) || statement.sides.some(mentionsDerivative)) return false;
    if (showsPart(problem, item)) return false;
    return !NOTHING_NEW.has(item.reading) && item.saidOfEach !== true;
  });
}

/** `u_1^t = \dots z_2^{t-1} w_{2,1}^t` beside an equation for every u: one of its terms, and nothing new. */
function showsPart(problem: Problem, { statement }: Item): boolean {
  const [first, right] = statement.sides;
  const target = first === undefined ? null : (leftSide(first)?.target ?? null);
  const leading = right?.kind === "juxtaposition" || right?.kind === "product" ? right.items[0] : right;
  const begin = leading?.kind === "sum" ? leading.terms[0]?.body : leading;
  if (target === null || (begin?.kind !== "ellipsis" && !beginsWithDots(begin))) return false;
  const { arena, equations } = problem.model;
  const tensor = unlessRefused(() => problem.builder.symbols.resolve(target).spec)?.tensor ?? null;
  return equations.some((eq) => eq.tensor === tensor && eq.at.every((p) => arena.indexOf(p) !== null));
}

const beginsWithDots = (s: Syntax | undefined): boolean =>
  (s?.kind === "juxtaposition" || s?.kind === "product") && s.items[0]?.kind === "ellipsis";

function ofItem(problem: Problem, item: Item): UnreadEquation {
  const [first, ...rest] = item.statement.sides;
  const left = first === undefined ? null : leftSide(first);
  const all = first === undefined ? [] : specsIn(problem, [left?.target.symbol ?? first]);
  const defined = new Set(problem.model.equations.map((eq) => eq.tensor));
  const labelled = left === null ? [] : all.filter((s) => isTarget(problem, s, item));
  // Of a family of which another equation could be read, this one still tells of other members.
  const targets = labelled.length > 0 ? labelled : all.filter((s) => s.tensor === null || !defined.has(s.tensor));
  const named = left === null ? (first === undefined ? [] : symbolsIn(first)) : [left.target];
  const byPlace = named.some(({ subs, sups }) => subs.length > 0 || sups.some((p) => p.bracketed));
  return { targets, inputs: specsIn(problem, rest), byPlace, latex: item.statement.latex };
}

function isTarget(problem: Problem, spec: SymbolSpec, item: Item): boolean {
  const [first] = item.statement.sides;
  const left = first === undefined ? null : leftSide(first);
  if (left === null) return false;
  return unlessRefused(() => problem.builder.symbols.resolve(left.target).spec) === spec;
}

function specsIn(problem: Problem, sides: readonly Syntax[]): readonly SymbolSpec[] {
  const found = new Set<SymbolSpec>();
  for (const side of sides)
    visit(side, (s) => {
      const t = takeApart(s);
      if (t !== null) for (const spec of problem.builder.symbols.withHead(targetKey(t))) found.add(spec);
    });
  return [...found];
}

/** A formula without a tree: symbols without an equation that stand before its first `=`. */
function ofDamaged(problem: Problem, damaged: readonly string[]): readonly UnreadEquation[] {
  const defined = new Set(problem.model.equations.map((eq) => eq.tensor));
  return flatMap(damaged, (latex): UnreadEquation[] => {
    const [left, ...more] = latex.split(/(?<![<>!:])=/);
    if (left === undefined || more.length === 0 || /\\partial|\\nabla/.test(latex)) return [];
    const plain = stripped(left);
    const targets = problem.builder.symbols.all.filter(
      (s) => (s.tensor === null || !defined.has(s.tensor)) && plain.includes(stripped(s.written.symbol.latex)),
    );
    return targets.length === 0 ? [] : [{ targets, inputs: null, byPlace: /[_^]/.test(left), latex }];
  });
}

const stripped = (latex: string): string =>
  latex.replace(/\\(mathbf|boldsymbol|bm|mathrm|text|mathit|vec)\b/g, "").replace(/[{}\s]/g, "");
