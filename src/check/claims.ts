import { Refusal } from "../core/diagnostic.js";
import type { Arena } from "../expression/arena.js";
import type { Node, Position, Range, Tensor } from "../expression/node.js";
import { isBarOfUnknown } from "../model/build/classify.js";
import { rateIn } from "../model/elaborate/evaluations.js";
import { functionKey } from "../model/functions/applications.js";
import { STACKS } from "../model/passes/dots/dotted.js";
import { isStepName } from "../model/passes/names/compound.js";
import type { Problem } from "../model/read.js";
import { DimVar } from "../model/sizes/dimensions.js";
import { known } from "../model/sizes/sizes.js";
import { type Binding, letterOf, nodesIn, rangeStatement } from "../model/symbols/letters.js";
import { setMemberShape } from "../model/symbols/members.js";
import {
  children,
  isTransposeMark,
  type Scripted,
  scriptText,
  symbolsIn,
  takeApart,
} from "../model/symbols/scripts.js";
import {
  type Item,
  isPureDerivative,
  leftSide,
  mentionsDerivative,
  statesDifferential,
  targetKey,
} from "../model/symbols/statements.js";
import type { SymbolSpec } from "../model/symbols/symbol-spec.js";
import type { LetterBinding, Value } from "../model/values/value.js";
import type { Statement, Syntax } from "../notation/syntax.js";
import type { Derivatives } from "./derivatives.js";
import { widest } from "./ranges.js";

/** A line to be judged: its sides in order, all about one quantity. */
export interface Claim {
  readonly item: Item;
  readonly sides: readonly Syntax[];
  readonly letters: readonly LetterBinding[];
  /** Introduces a name without claiming anything. */
  readonly definition: boolean;
  /** `\partial L/\partial w = ?`: nothing is claimed yet. */
  readonly open: boolean;
}

/** The entries of an array that is written out, with or without dots. */
export function cellsOf(s: Syntax): readonly Syntax[] {
  if (s.kind === "matrix") return s.rows.flat();
  if (s.kind === "scripted" && s.sub === null && s.sup !== null && isTransposeMark(s.sup)) return cellsOf(s.base);
  if (s.kind === "group") return s.body.kind === "list" ? s.body.items : cellsOf(s.body);
  if (s.kind !== "big" || !STACKS.has(s.operator) || s.body === null) return [];
  return s.body.kind === "big" ? cellsOf(s.body) : [s.body];
}

/** Collects a problem's claims, and gives the names of derivatives their meaning. */
export class ClaimReader {
  readonly #problem: Problem;
  readonly #d: Derivatives;
  readonly #defined = new Set<Item>();

  constructor(problem: Problem, derivatives: Derivatives) {
    this.#problem = problem;
    this.#d = derivatives;
  }

  read(): readonly Claim[] {
    const items = this.#problem.items.filter((i) => i.kind === "claim" || i.kind === "name" || isOpen(i));
    this.#problem.elaborator.writesDifferentials = items.some(
      ({ statement: { sides } }) => isDifferential(sides[0]) || statesDifferential(sides),
    );
    for (const item of items) this.#attempt(() => this.#ratesIn(item));
    for (const item of items) this.#attempt(() => this.#numbersIn(item));
    for (const item of items) this.#attempt(() => this.#explicitName(item));
    for (const item of items) this.#attempt(() => this.#customName(item));
    return items.map((item) => this.#claim(item));
  }

  /** The rate η of a step, `\Delta W = -\eta \partial L/\partial W`, which nothing else mentions, is any number. */
  #ratesIn({ statement }: Item): void {
    const [first, ...rest] = statement.sides;
    const step = first === undefined ? null : takeApart(first);
    if (step === null || !isStepName(step)) return;
    for (const t of rest.flatMap(symbolsIn)) if (/^\\?[a-z]+$/.test(t.symbol.name)) this.#anyNumber(t);
  }

  /** So is the t of `\frac{d}{dt} f(X + t H)`, where nothing else does. */
  #numbersIn({ statement }: Item): void {
    for (const { by, of } of statement.sides.flatMap(nodesIn).flatMap((s) => rateIn(this.#problem.elaborator, s) ?? []))
      if (/^\\?[a-z]+$/.test(by.symbol.name) && standsAsFactor(of, by)) this.#anyNumber(by);
  }

  #anyNumber(t: Scripted): void {
    if (t.subs.length + t.sups.length > 0) return;
    const { spec } = this.#problem.elaborator.symbols.resolve(t);
    if (spec.tensor !== null || spec.axes !== null || spec.slots > 0 || this.#namesAnything(t)) return;
    spec.axes = [];
    const { latex } = t.symbol;
    const named = { key: spec.key, latex, parameters: [], axes: [], integer: false, derivative: null };
    spec.tensor = this.#d.arena.tensor(named);
  }

  /** Is this symbol the left side of some line? */
  #namesAnything(t: Scripted): boolean {
    return this.#problem.items.some(({ statement }) => {
      const [first] = statement.sides;
      const left = first === undefined ? null : takeApart(first);
      return left !== null && targetKey(left) === targetKey(t);
    });
  }

  // What a name's own line gets wrong is reported where the line is judged.
  #attempt(f: () => void): void {
    try {
      f();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  #claim(item: Item): Claim {
    const { statement } = item;
    const sides = statement.sides.map((s, k) => (k === 0 ? withoutReminder(s, this.#problem) : s));
    const [first] = statement.sides;
    const pure =
      statement.sides.length === 2 &&
      item.kind === "name" &&
      (this.#namesSymbol(item) !== null || isDifferential(first));
    return {
      item,
      sides,
      letters: this.lettersOf(statement),
      definition: pure || this.#defined.has(item),
      open: isOpen(item),
    };
  }

  /** The symbol on the left that the forward pass knows nothing of. */
  #namesSymbol(item: Item): Scripted | null {
    const [first] = item.statement.sides;
    const t = first === undefined ? null : takeApart(first);
    if (t === null || mentionsDerivative(first ?? t.symbol)) return null;
    return t;
  }

  /** `\delta^{(2)} := \partial L / \partial z^{(2)}`; also at the head of a chain. */
  #explicitName(item: Item): void {
    const t = this.#namesSymbol(item);
    const meaning = item.statement.sides.slice(1).find(isPureDerivative);
    if (t === null || meaning === undefined) return;
    const e = this.#problem.elaborator;
    const ranges = this.#rangesOf(meaning, item);
    const letters = this.lettersOf(item.statement);
    for (const b of letters) b.range = ranges.get(b.letter) ?? b.range;
    e.within(letters, () => {
      const { spec } = e.symbols.resolve(t);
      if (spec.tensor === null) this.#name(spec, t, e.value(meaning), item);
      else if (spec.declared && this.#d.isUnused(spec.tensor)) this.#nameDeclared(spec.tensor, item, meaning);
    });
  }

  /** Where nothing says how far `\ell` runs in `\delta^{(\ell)} = \partial L/\partial h^{(\ell)}`, there is a δ for every h. */
  #rangesOf(meaning: Syntax, { statement, formula }: Item): ReadonlyMap<string, Range> {
    const { arena } = this.#d;
    const said = this.#problem.builder.rangesIn(formula.sentence);
    const stated = new Set(statement.conditions.flatMap((c) => rangeStatement(c) ?? []).map((b) => b.letter));
    const letters = this.lettersOf(statement);
    const value = this.#problem.elaborator.within(letters, () => this.#problem.elaborator.value(meaning));
    const body = value.at(value.axes.map((d) => arena.at(arena.freshIndex(arena.upTo(known(d))))));
    const open = letters.filter((b) => !said.has(b.letter) && !stated.has(b.letter));
    return new Map(
      open.flatMap((b) => {
        const range = body.kind === "entry" ? widest(arena, b.index(arena), body, this.#d.model.equations) : null;
        return range === null ? [] : [[b.letter, range] as const];
      }),
    );
  }

  /** Without a name of its own, δ with z's label is the derivative by z; else it is its formula. */
  #customName(item: Item): void {
    const t = this.#namesSymbol(item);
    const [left, ...rest] = item.statement.sides;
    if (t === null || left === undefined || isBarOfUnknown(this.#problem.builder, left, rest)) return;
    const e = this.#problem.elaborator;
    const letters = this.lettersOf(item.statement);
    const [, formula] = item.statement.sides;
    if (formula === undefined || e.namedDerivative?.(t, e) != null) return;
    e.within(letters, () => {
      const { spec } = e.symbols.resolve(t);
      if (spec.tensor !== null) return;
      const z = t.symbol.name === "\\delta" ? this.#preActivation(spec) : null;
      if (z?.tensor != null && this.#d.loss !== null) {
        const tensor = this.#d.pair(this.#d.loss, z.tensor);
        spec.subSlots = z.subSlots;
        spec.axes = z.axes;
        const indices = z.tensor.axes.map((r) => this.#d.arena.freshIndex(r)).map((i) => this.#d.arena.at(i));
        this.#d.nameDerivative(
          spec,
          indices,
          z.axes ?? [],
          this.#d.arena.entry(tensor, indices),
          item.statement.span,
          t.symbol.latex,
        );
        if (spec.tensor !== null) this.#d.byCustom.add(spec.tensor);
        return;
      }
      this.#name(spec, t, e.value(formula), item);
      // What a chain says further of its formula is a claim.
      if (item.statement.sides.length === 2) this.#defined.add(item);
    });
  }

  #name(spec: SymbolSpec, t: Scripted, value: Value, item: Item): void {
    const e = this.#problem.elaborator;
    const { arena } = this.#d;
    const positions = t.subs.filter((s) => spec.isMemberSub(s)).map((s) => e.position(s, null)());
    const members = e.symbols
      .resolve(t)
      .members.slice(0, spec.supSlots)
      .map((s) => e.position(s, null)());
    const own = value.axes.map((d) => arena.freshIndex(arena.upTo(d.dim ?? arena.oneDim)));
    // Without other axes, its positions are its axes.
    const isByEntry = value.axes.length === 0 && positions.length > 0;
    const axes = isByEntry ? positions.map((p) => new DimVar(arena.indexOf(p)?.range.high ?? null)) : value.axes;
    // Layers may differ in size.
    const places = members.map((m) => () => m);
    setMemberShape(e, spec, places, axes);
    if (isByEntry) spec.subSlots = 0;
    const at: readonly Position[] = [...members, ...positions, ...own.map((i) => arena.at(i))];
    this.#d.nameDerivative(spec, at, axes, value.at(own.map((i) => arena.at(i))), item.statement.span, t.symbol.latex);
  }

  /** `\delta \in \mathbb{R}^K`, and then `\delta = \partial L/\partial z`: its shape was said before its meaning. */
  #nameDeclared(tensor: Tensor, { statement }: Item, meaning: Syntax): void {
    const e = this.#problem.elaborator;
    const [first] = statement.sides;
    if (first === undefined) return;
    const { arena } = this.#d;
    // A row may name the derivative by a column.
    const [left, right] = [e.value(first), e.value(meaning)].map((v) => withoutOnes(arena, v));
    if (left === undefined || right === undefined) return;
    if (left.axes.length !== right.axes.length || !left.axes.every((d, k) => right.axes[k]?.unify(d))) return;
    const own = left.axes.map((d) => arena.at(arena.freshIndex(arena.upTo(known(d)))));
    const entry = left.at(own);
    if (entry.kind !== "entry" || entry.tensor !== tensor || new Set(entry.at).size !== entry.at.length) return;
    if (entry.at.some((p, k) => arena.indexOf(p) === null && tensor.axes[k]?.low !== tensor.axes[k]?.high)) return;
    const { span, latex } = statement;
    this.#d.extra.push({ tensor, at: entry.at, body: right.at(own), span, latex, byIndex: false });
  }

  /** The quantity with δ's label that an activation or the loss is applied to. */
  #preActivation(delta: SymbolSpec): SymbolSpec | null {
    const { symbols } = this.#problem.elaborator;
    // Where z is the output of a unit, `z_j = f(z\_in_j)`, δ is not by z.
    const activated = new Set(
      this.#problem.model.equations.flatMap(({ tensor, body }) =>
        body.kind === "abstract" || body.kind === "apply" ? tensor : [],
      ),
    );
    const same = symbols.all.filter(
      ({ tensor, defined, label, supSlots }) =>
        tensor !== null && !activated.has(tensor) && defined && label === delta.label && supSlots === delta.supSlots,
    );
    const byName = same.filter((s) => s.head === "z" || s.head === "Z");
    const [only] = byName;
    return byName.length === 1 && only !== undefined ? only : null;
  }

  /** The letters of a claim, with the ranges that it states. */
  lettersOf(statement: Statement): readonly LetterBinding[] {
    const e = this.#problem.elaborator;
    const ranges = new Map<string, Binding>();
    for (const c of statement.conditions) for (const b of rangeStatement(c) ?? []) ranges.set(b.letter, b);
    const found = new Map<string, Binding | null>();
    const look = (s: Syntax): void => {
      const letter = letterOf(s);
      if (letter !== null && e.letters.isIndex(letter) && !found.has(letter))
        found.set(letter, ranges.get(letter) ?? null);
      // A sum without an index runs over the letters that stand nowhere else.
      if (s.kind !== "big" || s.operator !== "\\sum" || s.sub !== null) for (const child of children(s)) look(child);
    };
    const [first, ...others] = statement.sides;
    if (first !== undefined) look(first);
    const named = new Set([...found.keys(), ...ranges.keys()]);
    for (const side of others) look(side);
    const bindings = e.bindTogether(found);
    for (const b of bindings) b.isStray = !named.has(b.letter);
    return bindings;
  }
}

/** A row or a column as a line of entries. */
function withoutOnes(arena: Arena, v: Value): Value {
  const kept = v.axes.filter((d) => !d.isOne(arena));
  const at = (ps: readonly Position[]): Node => {
    let next = 0;
    return v.at(v.axes.map((d) => (d.isOne(arena) ? undefined : ps[next++]) ?? arena.literal(1)));
  };
  return { axes: kept, at };
}

/** A question about a derivative. */
function isOpen({ kind, statement }: Item): boolean {
  const [first] = statement.sides;
  return kind === "question" && first !== undefined && mentionsDerivative(first);
}

/** Does a letter only ever stand in front of what it is multiplied with, as the t of `X + t H` does? */
function standsAsFactor(s: Syntax, t: Scripted): boolean {
  const isIt = (n: Syntax): boolean => n.kind === "symbol" && scriptText(n) === scriptText(t.symbol);
  const nodes = nodesIn(s);
  const leading = nodes.filter((n) => {
    const [first, second] = n.kind === "juxtaposition" ? n.items : [];
    return first !== undefined && second !== undefined && isIt(first);
  });
  return leading.length > 0 && leading.length === nodes.filter(isIt).length;
}

/** `dW_1` as a whole side. */
const isDifferential = (s: Syntax | undefined): boolean =>
  s?.kind === "juxtaposition" &&
  s.items.length === 2 &&
  s.items[0]?.kind === "symbol" &&
  s.items[0].name === "d" &&
  s.items[1] !== undefined &&
  takeApart(s.items[1]) !== null;

/** `\mathcal{L}(a, t) = …` said again is about 𝓛, `\frac{dJ}{dw}(w, b) = …` about dJ/dw. */
function withoutReminder(s: Syntax, problem: Problem): Syntax {
  const [derivative, group, ...more] = s.kind === "juxtaposition" ? s.items : [];
  if (derivative !== undefined && group?.kind === "group" && group.open === "(" && more.length === 0) {
    const args = group.body.kind === "list" ? group.body.items : [group.body];
    if (isPureDerivative(derivative) && args.every((a) => takeApart(a) !== null)) return derivative;
  }
  const left = leftSide(s);
  if (left === null || left.args === null || s.kind !== "juxtaposition") return s;
  const [head] = s.items;
  return head !== undefined && problem.elaborator.reminders.has(functionKey(left.target)) ? head : s;
}
