import { type Diagnostic, diagnostic, Refusal, refuse } from "../core/diagnostic.js";
import type { Span } from "../core/span.js";
import type { FrontMatter } from "../document/document.js";
import { Arena, tensorsOf } from "../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../expression/node.js";
import type { Statement, Syntax } from "../notation/syntax.js";
import { functionKey } from "./applications.js";
import { assume, assumptionFrom, readProperties } from "./assumptions.js";
import { DimVar } from "./dimensions.js";
import { readings } from "./elaborate/elaborate.js";
import { Elaborator } from "./elaborate/elaborator.js";
import { appliesUnknown, FunctionFinder } from "./function-finder.js";
import { expectShape, quietly, setShape, shapeByFont } from "./infer.js";
import { latexOf } from "./latex.js";
import { type Binding, bindings, Letters, letterOf, rangeStatement, visit } from "./letters.js";
import type { Assumption, Equation, FormulaKind } from "./model.js";
import { sentencesOf, shapesInProse } from "./prose.js";
import { headKey, type Scripted, scriptText, subscripts, symbolsIn, takeApart } from "./scripts.js";
import { recogniseSoftmax } from "./softmax.js";
import {
  declarationOf,
  hasBlank,
  type Item,
  isEquation,
  type LeftSide,
  leftSide,
  mentionsDerivative,
  namesDerivative,
  shapeOf,
  targetKey,
} from "./statements.js";
import { type Occurrence, type SymbolSpec, SymbolTable } from "./symbols.js";
import { makeTensors } from "./tensors.js";
import { align, dimText, type LetterBinding, shapeText, type Value } from "./value.js";

/** An equation of the forward pass while shapes are being found. */
export interface Draft {
  readonly item: Item;
  readonly target: Scripted;
  readonly right: Syntax;
  /** The letters of its left side, in order. */
  readonly free: readonly LetterBinding[];
}

/** An equation that says a symbol again, or a chain's further links: judged by `check`. */
export interface Restated {
  readonly item: Item;
  readonly left: Syntax;
}

/** Builds one problem: from its statements to symbols with shapes, equations and assumptions. */
export class Builder {
  readonly arena: Arena;
  readonly letters = new Letters();
  readonly symbols: SymbolTable;
  readonly e: Elaborator;
  readonly items: readonly Item[];
  readonly front: FrontMatter;
  /** Its sentences without a formula. */
  readonly plain: readonly string[];
  readonly drafts: Draft[] = [];
  readonly restated: Restated[] = [];
  readonly assumptions: Assumption[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly equations: Equation[] = [];
  /** Work that waits until tensors are made. */
  readonly whenMade: (() => void)[] = [];
  readonly #pendingAssumptions: Item[] = [];
  readonly #generic: { readonly target: Scripted; readonly letter: string; readonly shape: readonly Syntax[] }[] = [];

  constructor(items: readonly Item[], front: FrontMatter, plain: readonly string[] = []) {
    this.arena = new Arena();
    this.plain = plain;
    this.items = items;
    this.front = front;
    this.symbols = new SymbolTable(this.letters);
    this.e = new Elaborator(this.arena, this.letters, this.symbols, readings);
  }

  build(): void {
    const integers = integerSymbols(this.items);
    this.letters.gather(
      this.items.map((i) => i.statement),
      integers,
    );
    this.#surveyLetters(integers);
    this.#registerDimensions();
    this.#surveyScripts();
    this.#declare();
    new FunctionFinder(this.e, this.items).run();
    this.#collectEquations();
    this.#dropSchematic();
    this.#infer();
    this.#finish();
  }

  failure(error: unknown, at: Span): void {
    if (!(error instanceof Refusal)) throw error;
    this.diagnostics.push(error.diagnostic.span === null ? { ...error.diagnostic, span: at } : error.diagnostic);
  }

  /** Members of families that are given: which symbol they belong to. */
  readonly given = new Map<Tensor, SymbolSpec>();

  #specs: ReadonlyMap<Tensor, SymbolSpec> | null = null;

  /** The symbols by their tensors, once these are made. */
  get specs(): ReadonlyMap<Tensor, SymbolSpec> {
    this.#specs ??= new Map(this.symbols.all.flatMap((s) => (s.tensor === null ? [] : [[s.tensor, s] as const])));
    return this.#specs;
  }

  /** The letter that runs over a family, as written where it was first seen. */
  familyLetter(tensor: Tensor): string | null {
    const spec = this.specs.get(tensor);
    for (const r of spec?.slotRanges[0] ?? []) {
      let letter: string | null = null;
      visit(r.syntax, (s) => {
        const l = letterOf(s);
        if (letter === null && l !== null && this.letters.isIndex(l)) letter = l;
      });
      if (letter !== null) return letter;
    }
    return null;
  }

  /** What a second equation for a symbol uses is used: a forward pass may be written twice, in larger and in smaller steps. */
  usedInRestated(): readonly Tensor[] {
    const found: Tensor[] = [];
    for (const { item } of this.restated)
      for (const t of item.statement.sides.slice(1).flatMap(symbolsIn)) {
        const spec = quietly(() => this.symbols.resolve(t).spec);
        if (spec?.tensor != null) found.push(spec.tensor);
      }
    return found;
  }

  sentenceOf(spec: SymbolSpec): string {
    const item = this.items.find(
      (i) => spec.span.start >= i.statement.span.start && spec.span.end <= i.statement.span.end,
    );
    return item?.formula.sentence ?? "";
  }

  isDefined(tensor: Tensor): boolean {
    return this.specs.get(tensor)?.defined === true;
  }

  tensorsIn(n: Node): readonly Tensor[] {
    return tensorsOf(n);
  }

  #guard(item: Item, f: () => void): void {
    try {
      f();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const d = error instanceof Refusal ? error.diagnostic : internalError(error);
      this.diagnostics.push(d.span === null ? { ...d, span: item.statement.span } : d);
      item.reading = d.message;
    }
  }

  // ---- first looks ----

  /** Letters that stand where a declared symbol's entries are named are indices, though nothing binds them. */
  #surveyLetters(integers: ReadonlySet<string>): void {
    const orders = new Map<string, number>();
    // A size is no index: `\mathbf{1}_n` says how many ones there are.
    const sizes = new Set<string>();
    for (const { statement } of this.items) {
      const d = declarationOf(statement);
      if (d === null) continue;
      for (const t of d.symbols)
        if (t.subs.length === 0) orders.set(targetKey(t), d.set.shape.filter((s) => scriptText(s) !== "1").length);
      for (const size of d.set.shape) sizes.add(scriptText(size));
    }
    const introduced = this.#introducedTexts();
    const entered = this.#enteredTexts();
    for (const { statement } of this.items)
      for (const side of statement.sides)
        visit(side, (s) => {
          const note = (sub: Syntax): void => {
            const letter = letterOf(sub);
            if (letter !== null && !integers.has(letter) && !sizes.has(letter) && /^(\\[a-z]+|[a-z])'*$/.test(letter))
              this.letters.addIndex(letter);
          };
          // What stands below a parenthesis picks an entry, `(\mathbf{h}_1)_j`.
          if (s.kind === "scripted" && s.base.kind === "group" && s.base.open === "(" && s.sub !== null)
            subscripts(s.sub).forEach(note);
          const t = takeApart(s);
          if (t === null || t.subs.length === 0) return;
          const order = orders.get(targetKey(t)) ?? orders.get(targetKey(t).toUpperCase());
          const isEntry =
            order === t.subs.length ||
            (order === undefined && introduced.has(placeText(t, false)) && !introduced.has(placeText(t, true)));
          if (isEntry) t.subs.forEach(note);
          // `z_i` where `z_n = …` defines all entries.
          else if (entered.has(`${placeText(t, false)}#${t.subs.length}`) && !introduced.has(placeText(t, true)))
            t.subs.filter((x) => /^[i-r]'*$/.test(letterOf(x) ?? "")).forEach(note);
        });
  }

  /** Symbols whose left sides have indices as positions, with their number. */
  #enteredTexts(): ReadonlySet<string> {
    const texts = new Set<string>();
    for (const { statement } of this.items) {
      const [first] = statement.sides;
      const left = first === undefined || !isEquation(statement) || mentionsDerivative(first) ? null : leftSide(first);
      if (left !== null && left.target.subs.length > 0 && left.target.subs.every((x) => this.letters.mentionsIndex(x)))
        texts.add(`${placeText(left.target, false)}#${left.target.subs.length}`);
    }
    return texts;
  }

  /** Symbols that are declared or defined, with their labels: `h^(a)` as a whole, `h_1`. */
  #introducedTexts(): ReadonlySet<string> {
    const texts = new Set<string>();
    for (const { statement } of this.items) {
      const [first] = statement.sides;
      const left = first === undefined || !isEquation(statement) || mentionsDerivative(first) ? null : leftSide(first);
      for (const t of [...(declarationOf(statement)?.symbols ?? []), ...(left === null ? [] : [left.target])])
        texts.add(placeText(t, true));
    }
    return texts;
  }

  #registerDimensions(): void {
    const { dims } = this.e;
    for (const { statement } of this.items) {
      const d = declarationOf(statement);
      if (d !== null) for (const s of d.set.shape) dims.register(s, true);
    }
    for (const item of this.items) this.#registerLimits(item.statement);
    for (const sentence of sentencesOf(this.items))
      for (const p of shapesInProse(sentence)) {
        const shape = this.#single(p.shape);
        if (shape !== null) for (const s of shapeOf(shape)) dims.register(s, true);
      }
    for (const item of this.items) this.#sizeEquation(item);
  }

  /** `M = N - K + 1`, `n_2 = 1` between sizes. */
  #sizeEquation(item: Item): void {
    const { dims } = this.e;
    const [left, right] = item.statement.sides;
    if (left === undefined || right === undefined || item.statement.sides.length !== 2) return;
    if (!isEquation(item.statement) || !dims.isName(left) || rangeStatement(item.statement) !== null) return;
    const dim = quietly(() => dims.read(right, this.e));
    if (dim === null) return;
    dims.alias(left, dim);
    item.kind = "range";
    item.reading = `${scriptText(left)} is ${dimText(new DimVar(dim))}`;
  }

  #registerLimits(st: Statement): void {
    const limit = (s: Syntax | null): void => {
      if (s !== null && !this.#isVariableSyntax(s)) this.e.dims.register(s, false);
    };
    for (const b of rangeStatement(st) ?? []) {
      limit(b.low);
      limit(b.high);
    }
    for (const c of st.conditions) this.#registerLimits(c);
    for (const side of st.sides)
      visit(side, (s) => {
        if (s.kind === "big" && s.sup !== null) limit(s.sup);
      });
  }

  #isVariableSyntax(s: Syntax): boolean {
    return s.kind === "text" || s.kind === "ellipsis" || (s.kind === "symbol" && s.name === "\\infty");
  }

  /** The one expression of a formula that is nothing but an expression. */
  #single(ordinal: number | null): Syntax | null {
    const item = this.items.find((i) => i.ordinal === ordinal);
    return item !== undefined && item.statement.sides.length === 1 ? (item.statement.sides[0] ?? null) : null;
  }

  #surveyScripts(): void {
    for (const { statement } of this.items) {
      const d = declarationOf(statement);
      for (const t of d?.symbols ?? []) this.symbols.survey(t, true);
      const [first] = statement.sides;
      const left = first === undefined || d !== null ? null : leftSide(first);
      if (left !== null && isEquation(statement)) this.symbols.survey(left.target, true);
      for (const side of statement.sides)
        visit(side, (s) => {
          if (s.kind !== "scripted") return;
          const t = takeApart(s);
          if (t !== null) this.symbols.survey(t, false);
        });
    }
  }

  // ---- declarations ----

  #declare(): void {
    for (const item of this.items) {
      const d = declarationOf(item.statement);
      if (d === null || item.submitted === true) continue;
      this.#guard(item, () => {
        item.kind = "declaration";
        for (const t of d.symbols) this.#declareSymbol(t, d.set.shape, item, d.set.kind);
      });
    }
    for (const p of sentencesOf(this.items).flatMap(shapesInProse)) {
      const shape = this.#single(p.shape);
      if (shape !== null) for (const ordinal of p.symbols) this.#declareInProse(ordinal, shapeOf(shape));
    }
  }

  #declareInProse(ordinal: number, shape: readonly Syntax[]): void {
    const item = this.items.find((i) => i.ordinal === ordinal);
    const symbol = this.#single(ordinal);
    if (item === undefined || symbol === null) return;
    for (const t of (symbol.kind === "list" ? symbol.items : [symbol]).map(takeApart))
      if (t !== null) this.#guard(item, () => this.#declareSymbol(t, shape, item, "real"));
  }

  #declareSymbol(t: Scripted, shape: readonly Syntax[], item: Item, kind: string): void {
    const [label] = t.sups;
    const letter = label?.bracketed === true ? letterOf(label.content) : null;
    if (letter !== null && !this.symbols.isFamily(headKey(t.symbol)) && this.#isGenericLabel(t, letter)) {
      this.#generic.push({ target: t, letter, shape });
      item.kind = "declaration";
      item.reading = `${scriptText(label?.content ?? t.symbol)} is any label of ${headKey(t.symbol)}`;
      return;
    }
    if (kind === "range" && this.#isIndexRange(t)) {
      item.kind = "range";
      return;
    }
    if (this.#isConstantArray(t, shape, item)) return;
    if (kind === "integer" && this.#isExponent(t)) {
      this.e.dims.register(t.symbol, true);
      item.reading = `${scriptText(t.symbol)} is a whole number`;
      return;
    }
    const occurrence = this.#inDeclaration(t, () => this.symbols.introduce(t));
    const { spec } = occurrence;
    const axes = this.#inDeclaration(t, () => this.#axesOf(shape, item.statement.span));
    if (spec.declared && spec.axes !== null && !sameShape(spec.axes, axes))
      refuse(
        "shape/declared-twice",
        `${latexOf(wholeSyntax(t))} was declared ${shapeText(spec.axes)} before, and here ${shapeText(axes)}`,
        t.span,
      );
    // `y_t \in \mathbb{R}` with a running t is a family of scalars.
    if (axes.length === 0 && spec.subSlots > 0) spec.scalarFamily = true;
    setShape(spec, axes);
    spec.declared = true;
    spec.integer = spec.integer || kind === "range" || kind === "integer";
    assume(this, spec, kind, item, t);
    item.reading = `${spec.key} is ${shapeText(axes)}`;
  }

  /** `k \in \mathbb{N}` where `X^k` stands somewhere: how often a matrix is multiplied, a size. */
  #isExponent(t: Scripted): boolean {
    const letter = letterOf(t.symbol);
    if (t.subs.length + t.sups.length > 0 || t.primes > 0 || letter === null || this.letters.isIndex(letter))
      return false;
    let found = false;
    for (const { statement } of this.items)
      for (const side of statement.sides)
        visit(side, (s) => {
          if (s.kind === "scripted" && s.sup !== null && isMatrixLike(s.base))
            visit(s.sup, (x) => {
              found ||= letterOf(x) === letter;
            });
        });
    return found;
  }

  /** `\mathbf{1} \in \mathbb{R}^N` and an identity matrix are what their names say. */
  #isConstantArray(t: Scripted, shape: readonly Syntax[], item: Item): boolean {
    const { name } = t.symbol;
    const isIdentity = name === "I" && /identity/i.test(item.formula.sentence);
    if (name !== "1" && !isIdentity) return false;
    const [size] = this.#axesOf(shape, item.statement.span);
    if (size !== undefined) this.e.constantSizes.set(`${name}_${t.subs.map(scriptText).join(",")}`, size);
    item.kind = "declaration";
    item.reading = isIdentity ? "the identity matrix" : "a vector of ones";
    return true;
  }

  #inDeclaration<T>(t: Scripted, f: () => T): T {
    const found: LetterBinding[] = [];
    for (const part of [...t.sups.map((p) => p.content), ...t.subs])
      visit(part, (s) => {
        const letter = letterOf(s);
        if (letter !== null && this.letters.isIndex(letter)) found.push(this.#free(letter, null));
      });
    return this.e.within(found, f);
  }

  // `A^{(i)}` with no range for i, where `A^{(1)}` is used: what is said holds for every label.
  #isGenericLabel(t: Scripted, letter: string): boolean {
    let used = false;
    for (const { statement } of this.items)
      for (const side of statement.sides)
        visit(side, (s) => {
          const o = s.kind === "scripted" ? takeApart(s) : null;
          const [part] = o?.sups ?? [];
          if (
            o !== null &&
            headKey(o.symbol) === headKey(t.symbol) &&
            part?.bracketed === true &&
            part.content.kind === "number"
          )
            used = true;
        });
    return used && letter !== "";
  }

  #isIndexRange(t: Scripted): boolean {
    const letter = letterOf(t.symbol);
    return letter !== null && t.subs.length === 0 && t.sups.length === 0 && this.letters.isIndex(letter);
  }

  #axesOf(shape: readonly Syntax[], span: Span): DimVar[] {
    const axes = shape.map((s) => {
      const dim = this.e.dims.read(s, this.e);
      const size = dim === null ? null : this.arena.integerOf(dim);
      if (dim === null || (size !== null && size < 1))
        return refuse(
          "shape/size",
          `${scriptText(s)} is not understood as a size`,
          s.span,
          "a size is a name, or a whole number from 1",
        );
      return new DimVar(dim);
    });
    if (axes.length > 2) return axes;
    // A column n×1 is the vector.
    const [, last] = axes;
    if (axes.length === 2 && last?.isOne(this.arena) === true) return axes.slice(0, 1);
    void span;
    return axes;
  }

  /** Shapes of `A^{(1)}` from what was said of `A^{(i)}`. */
  #applyGeneric(spec: SymbolSpec): boolean {
    const [part] = spec.written.sups;
    if (part?.content.kind !== "number" || !part.bracketed) return false;
    for (const g of this.#generic) {
      if (headKey(g.target.symbol) !== spec.head) continue;
      const value = part.content.text;
      const shape = g.shape.map((s) => replaceLetter(s, g.letter, Number(value)));
      for (const s of shape) this.e.dims.register(s, true);
      setShape(spec, this.#axesOf(shape, spec.span));
      spec.declared = true;
      return true;
    }
    return false;
  }

  // ---- equations ----

  #collectEquations(): void {
    const names = this.#derivativeNames();
    for (const item of this.items) {
      if (item.kind !== "mention") continue;
      const kind = this.#plainKind(item);
      if (kind !== null) item.kind = kind;
      else if (item.submitted !== true) this.#relation(item, names);
    }
  }

  /** What a statement is by its looks alone, or `null` where that takes the other statements. */
  #plainKind(item: Item): FormulaKind | null {
    const { statement } = item;
    const [first] = statement.sides;
    if (first === undefined) return "mention";
    if (rangeStatement(statement) !== null) {
      item.reading = "how far an index runs";
      return "range";
    }
    if (statement.relations.length === 0) return "mention";
    if (hasBlank(statement)) return "question";
    // `\\nabla_z L \\in \\mathbb{R}^D` tells a shape.
    if (mentionsDerivative(first))
      return statement.relations.some((r) => r === "=" || r === ":=") ? "claim" : "mention";
    return item.submitted === true && isEquation(statement) ? "claim" : null;
  }

  /** An equation that defines, names or claims something, or a relation between what is given. */
  #relation(item: Item, names: ReadonlySet<string>): void {
    const { statement } = item;
    const [first, ...rest] = statement.sides;
    if (first === undefined) return;
    if (!isEquation(statement)) {
      if (statement.relations.every((r) => [">", "<", "\\ge", "\\le", "\\ne"].includes(r)))
        this.#pendingAssumptions.push(item);
      return;
    }
    const differentiates = rest.some(mentionsDerivative);
    if (this.#namesDerivative(first) || (differentiates && takeApart(first) !== null))
      item.kind = rest.some(isPureDerivative) ? "name" : "claim";
    // What is computed from named derivatives belongs to the backward pass.
    else if (differentiates || rest.some((s) => mentionsHead(s, names))) item.kind = "claim";
    else this.#definition(item, leftSide(this.#asWord(first)));
  }

  #namesDerivative(s: Syntax): boolean {
    const known = (key: string): boolean =>
      this.symbols.isVariable(key) || this.items.some((i) => this.#defines(i, key));
    return namesDerivative(s, known) && !this.#usedForward(s) && !this.#isPlainQuantity(s);
  }

  #definition(item: Item, left: LeftSide | null): void {
    const { statement } = item;
    if (left === null) {
      this.#pendingAssumptions.push(item);
      return;
    }
    if (!left.target.sups.some((p) => !p.bracketed && isTransposed(p.content))) {
      this.#guard(item, () => this.#equation(item, left, statement));
      return;
    }
    const turned = transposedEquation(left.target, statement);
    if (turned === null) this.#pendingAssumptions.push(item);
    else this.#guard(item, () => this.#equation(item, { target: turned.target, args: null }, turned.statement));
  }

  /** `FL = …`: letters side by side that are nothing on their own are one name. */
  #asWord(s: Syntax): Syntax {
    const name = wordOf(s);
    if (name === null || s.kind !== "juxtaposition") return s;
    const known = s.items.some(
      (i) => i.kind === "symbol" && (this.symbols.isVariable(headKey(i)) || this.symbols.dimensionNames.has(i.name)),
    );
    return known ? s : { kind: "symbol", name, style: "plain", accents: [], latex: `\\mathit{${name}}`, span: s.span };
  }

  /** Heads that some line names a derivative by: δ, or what is set equal to one. */
  #derivativeNames(): ReadonlySet<string> {
    const names = new Set<string>();
    for (const { statement } of this.items) {
      const [first, ...rest] = statement.sides;
      const t = first === undefined ? null : takeApart(first);
      if (t === null || !isEquation(statement) || this.symbols.isVariable(targetKey(t))) continue;
      const isDelta = t.symbol.name === "\\delta" && first !== undefined && !this.#isPlainQuantity(first);
      if (isDelta || rest.some(isPureDerivative)) names.add(targetKey(t));
    }
    return names;
  }

  /** The equations of each symbol, so that a second one is noticed without a look at all others. */
  readonly #draftsOf = new Map<SymbolSpec, Draft[]>();

  #push(spec: SymbolSpec, draft: Draft): void {
    this.drafts.push(draft);
    const own = this.#draftsOf.get(spec);
    if (own === undefined) this.#draftsOf.set(spec, [draft]);
    else own.push(draft);
  }

  /** `h_j = ReLU(m_j)` beside equations for h_1, h_2, … only says how they all look. */
  #dropSchematic(): void {
    for (const d of [...this.drafts]) {
      const { spec } = this.#occurrence(d);
      const isLetter = /^_[i-n]$/.test(spec.label);
      if (!isLetter) continue;
      const siblings = this.symbols.withHead(spec.head).filter((s) => s.defined && /^_\d+$/.test(s.label));
      if (siblings.length < 2 || this.drafts.some((other) => other !== d && this.#uses(other, spec))) continue;
      this.drafts.splice(this.drafts.indexOf(d), 1);
      spec.defined = false;
      d.item.kind = "mention";
      d.item.reading = `how each ${spec.head} is computed`;
    }
  }

  #uses(d: Draft, spec: SymbolSpec): boolean {
    return symbolsIn(d.right).some(
      (t) => targetKey(t) === spec.head && quietly(() => this.symbols.resolve(t).spec) === spec,
    );
  }

  #usedForward(s: Syntax): boolean {
    const t = takeApart(s);
    return (
      t !== null && this.symbols.isVariable(targetKey(t)) && this.symbols.withHead(targetKey(t)).some((x) => x.declared)
    );
  }

  /** `\bar{a}_i`, `\delta_t` that the right side of a forward equation uses is a quantity, whatever custom its name follows. */
  #isPlainQuantity(s: Syntax): boolean {
    const t = takeApart(s);
    if (t === null) return false;
    const key = targetKey(t);
    return this.items.some((i) => {
      const { statement } = i;
      const [first] = statement.sides;
      const left = first === undefined || !isEquation(statement) ? null : leftSide(first);
      if (left === null || statement.sides.some(mentionsDerivative) || !this.#mentions(i, key)) return false;
      const own = targetKey(left.target);
      // `W = W - \eta \delta x^\top` is a step of training.
      return own !== key && !namesDerivative(left.target.symbol, () => true) && !this.#mentions(i, own);
    });
  }

  #defines(i: Item, key: string): boolean {
    const [first] = i.statement.sides;
    if (first === undefined || !isEquation(i.statement)) return this.#mentions(i, key);
    const left = leftSide(first);
    return (left !== null && targetKey(left.target) === key) || this.#mentions(i, key);
  }

  #mentions(i: Item, key: string): boolean {
    let found = false;
    for (const side of i.statement.sides.slice(1))
      visit(side, (s) => {
        if (s.kind === "symbol" && headKey(s) === key) found = true;
      });
    return found;
  }

  #equation(item: Item, left: LeftSide, statement: Statement): void {
    const [first, second] = statement.sides;
    if (first === undefined || second === undefined) return;
    const bindings = this.#leftBindings(left.target, statement);
    const occurrence = this.e.within(bindings, () => this.symbols.introduce(left.target));
    const { spec } = occurrence;
    // `\Sigma = \Sigma^\top` says something about a symbol, it does not define it.
    if (selfTransposed(first, second)) {
      this.#pendingAssumptions.push(item);
      return;
    }
    const again = this.#draftsOf.get(spec)?.find((d) => samePlace(this.#occurrence(d), occurrence));
    if (again !== undefined) {
      if (sameText(again, statement)) {
        item.kind = "forward";
        item.reading = "said before";
        return;
      }
      item.kind = "claim";
      this.restated.push({ item, left: first });
      return;
    }
    item.kind = "forward";
    spec.defined = true;
    // `h = y = …` defines both: a symbol in the middle that nothing else defines is named here, by what follows it.
    const named = statement.sides.slice(1, -1).map((side) => this.#newName(side, item));
    const last = statement.sides.at(-1) ?? second;
    const right = named[0] == null && appliesUnknown(this.e, second) ? last : second;
    named.forEach((target, k) => {
      const next = statement.sides[k + 2];
      if (target === null || next === undefined) return;
      this.e.within(bindings, () => this.symbols.introduce(target)).spec.defined = true;
      this.#push(this.symbols.resolve(target).spec, { item, target, right: next, free: bindings });
    });
    this.#push(spec, { item, target: left.target, right, free: bindings });
    if (statement.sides.length > 2 && named.includes(null)) this.restated.push({ item, left: first });
  }

  /** A symbol in the middle of a chain, if no other equation defines it. */
  #newName(s: Syntax, own: Item): Scripted | null {
    const t = takeApart(s);
    if (t === null || t.sups.some((p) => isTransposed(p.content))) return null;
    const text = placeText(t, true);
    const elsewhere = this.items.some((i) => {
      const [first] = i.statement.sides;
      const left = i === own || first === undefined || !isEquation(i.statement) ? null : leftSide(first);
      return left !== null && placeText(left.target, true) === text;
    });
    if (elsewhere || this.e.dims.isName(s)) return null;
    const found = this.e.within([], () => quietly(() => this.symbols.resolve(t)));
    // An entry, or a power, of a symbol that is there already says something about it.
    if (found !== null && ((found.entries.length > 0 && found.spec.declared) || found.actions.length > 0)) return null;
    return found?.spec.defined === true ? null : t;
  }

  /** The letters of a left side, with the ranges that the statement gives them. */
  #leftBindings(t: Scripted, statement: Statement): readonly LetterBinding[] {
    const ranges = new Map<string, Binding>();
    for (const c of statement.conditions) for (const b of rangeStatement(c) ?? []) ranges.set(b.letter, b);
    const found = new Map<string, LetterBinding>();
    for (const part of [...t.sups.map((p) => p.content), ...t.subs])
      visit(part, (s) => {
        const letter = letterOf(s);
        if (letter !== null && this.letters.isIndex(letter) && !found.has(letter))
          found.set(letter, this.#free(letter, ranges.get(letter) ?? null));
      });
    return [...found.values()];
  }

  #free(letter: string, range: Binding | null): LetterBinding {
    return this.e.bind(range ?? { letter, low: null, high: null, conditions: [] }, false);
  }

  // ---- shapes ----

  #infer(): void {
    for (let round = 0; round < 4 * (this.drafts.length + this.symbols.all.length) + 20; round++) {
      this.e.pending = [];
      let changed = false;
      for (const d of this.drafts) if (this.#pass(d)) changed = true;
      for (const item of this.#pendingAssumptions) quietly(() => item.statement.sides.map((s) => this.e.elaborate(s)));
      if (changed) continue;
      if (this.#generics() || this.#pendingSums() || this.#fonts()) continue;
      break;
    }
    this.#scalarLoss();
  }

  // Resolved anew each time: what is a position and what an axis may have been settled since.
  #occurrence(d: Draft): Occurrence {
    return this.symbols.resolve(d.target);
  }

  #pass(d: Draft): boolean {
    const { spec, entries } = this.#occurrence(d);
    const whole = entries.length === 0;
    if (spec.axes === null && whole && this.#isUnknownLoss(d, spec)) setShape(spec, []);
    return this.e.within(d.free, () => {
      const before = spec.axes;
      // Positions on the left tie the letters to the axes.
      quietly(() => this.e.elaborate(leftSyntax(d)));
      const wanted = whole ? spec.axes : [];
      const right = quietly(() => this.e.elaborate(d.right, wanted));
      if (right !== null) {
        if (whole && spec.axes === null) {
          setShape(spec, right.axes);
          return true;
        }
        if (whole && spec.axes !== null) unifyShapes(spec.axes, right.axes);
        return before === null && spec.axes !== null;
      }
      if (wanted === null) return before === null && spec.axes !== null;
      return quietly(() => expectShape(this.e, d.right, wanted)) === true;
    });
  }

  /** `L = f(y)` with an f that nothing defines, where nothing uses L: a loss is a number. */
  #isUnknownLoss(d: Draft, spec: SymbolSpec): boolean {
    if (spec.slots > 0 || spec.declared || spec.bold || !LOSS_LETTERS.includes(spec.written.symbol.name)) return false;
    const [head] = d.right.kind === "juxtaposition" && d.right.items.length === 2 ? d.right.items : [];
    const t = head === undefined ? null : takeApart(head);
    if (t === null || !this.e.abstracts.has(functionKey(t))) return false;
    return this.drafts.every((o) => o === d || !mentionsHead(o.right, new Set([spec.head])));
  }

  #generics(): boolean {
    return this.symbols.all.some((s) => s.axes === null && quietly(() => this.#applyGeneric(s)) === true);
  }

  /** `Wx + b`: a term of unknown shape beside a vector is a vector. */
  #pendingSums(): boolean {
    for (const { axes, terms } of this.e.pending ?? []) {
      if (axes.length !== 1 && axes.length !== 2) continue;
      for (const t of terms) {
        const symbol = takeApart(t);
        if (symbol === null) continue;
        const found = quietly(() => this.symbols.resolve(symbol));
        if (found === null || found.spec.axes !== null || found.entries.length > 0 || found.actions.length > 0)
          continue;
        if (axes.length === 2 && !found.spec.defined) continue;
        setShape(found.spec, axes);
        return true;
      }
    }
    return false;
  }

  /** Bold letters that nothing else tells of; those given before those computed. */
  #fonts(): boolean {
    for (const spec of [...this.symbols.all].sort((a, b) => Number(a.defined) - Number(b.defined))) {
      if (spec.axes !== null) continue;
      const shape = shapeByFont(spec);
      if (shape === null) continue;
      setShape(spec, shape);
      return true;
    }
    return this.#scalars((s) => !s.defined) || this.#scalars(() => true);
  }

  #scalars(which: (s: SymbolSpec) => boolean): boolean {
    const unknown = this.symbols.all.filter((s) => s.axes === null && which(s));
    for (const spec of unknown) {
      spec.axes = [];
      spec.assumedScalar = true;
    }
    return unknown.length > 0;
  }

  // A last layer of unknown size ends in a number: the loss is a scalar.
  #scalarLoss(): void {
    for (const d of this.drafts) {
      const { spec } = this.#occurrence(d);
      const [axis] = spec.axes ?? [];
      if (spec.axes?.length !== 1 || axis === undefined || axis.dim !== null || spec.declared || spec.bold) continue;
      axis.bind(this.arena.oneDim);
    }
    for (const spec of this.symbols.all)
      if (
        !spec.declared &&
        spec.axes !== null &&
        spec.axes.length > 0 &&
        spec.axes.every((a) => a.isOne(this.arena)) &&
        !spec.bold
      )
        spec.axes = [];
  }

  // ---- the end ----

  #finish(): void {
    this.#nameSizes();
    this.#lettersFor = this.lettersByRange;
    this.#scalarFamilies();
    makeTensors(this);
    readProperties(this);
    this.e.final = true;
    this.e.pending = null;
    for (const d of this.drafts) {
      this.#guard(d.item, () => {
        const equation = this.#finalEquation(d);
        this.equations.push(equation);
      });
    }
    for (const item of this.#pendingAssumptions) {
      // An equation that is passed over could be part of the network: that must be said.
      if (isEquation(item.statement)) this.#guard(item, () => this.#assumption(item));
      else this.#guardQuiet(item, () => this.#assumption(item));
    }
  }

  #guardQuiet(item: Item, f: () => void): void {
    try {
      f();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      item.reading = error.diagnostic.message;
    }
  }

  #nameSizes(): void {
    let count = 0;
    const taken = new Set(this.e.dims.names);
    for (const spec of this.symbols.all)
      for (const axis of [...(spec.axes ?? []), ...spec.slotSizes]) {
        if (axis.dim !== null) continue;
        if (spec.slotSizes.includes(axis) && this.#slotHasRange(spec, axis)) continue;
        let latex = "";
        do {
          count += 1;
          latex = `n_{${count}}`;
        } while (taken.has(latex));
        axis.bind(this.arena.namedDim(latex));
        this.diagnostics.push(
          diagnostic(
            "note",
            "shape/size-named",
            `nothing names this size of ${spec.key}, so it is called ${latex}`,
            spec.span,
          ),
        );
      }
  }

  readonly #axisLetters = new Map<Draft, string[]>();
  #lettersFor: ReadonlyMap<string, readonly string[]> = new Map();

  /** The author's letters for each range, most used first. */
  get lettersByRange(): ReadonlyMap<string, readonly string[]> {
    if (!this.e.final) return this.#countLetters();
    this.#letterCounts ??= this.#countLetters();
    return this.#letterCounts;
  }

  #letterCounts: ReadonlyMap<string, readonly string[]> | null = null;

  #countLetters(): ReadonlyMap<string, readonly string[]> {
    const counts = new Map<string, Map<string, number>>();
    for (const b of this.e.letterUse) {
      const range = quietly(() => b.finalRange(this.arena));
      if (range === null || !/^(\\[a-z]+|[a-z])'*$/.test(b.letter)) continue;
      const key = `${range.low.key}..${range.high.key}`;
      const letters = counts.get(key) ?? new Map<string, number>();
      const plain = b.letter.replace(/'+$/, "");
      letters.set(plain, (letters.get(plain) ?? 0) + 1);
      counts.set(key, letters);
    }
    return new Map(
      [...counts].map(([key, letters]) => [key, [...letters].sort((a, b) => b[1] - a[1]).map(([l]) => l)]),
    );
  }

  #slotHasRange(spec: SymbolSpec, axis: DimVar): boolean {
    const slot = spec.slotSizes.indexOf(axis);
    const ranges = quietly(() => (spec.slotRanges[slot] ?? []).map((r) => r.position()));
    return ranges !== null && ranges.length > 0;
  }

  /** In a recurrence, `z_t = w_t z_{t-1}`, the running letter selects members, of scalars too. */
  #scalarFamilies(): void {
    const steps = new Set<string>();
    for (const d of this.drafts) {
      const head = targetKey(d.target);
      visit(d.right, (s) => {
        const t = s.kind === "scripted" ? takeApart(s) : null;
        if (t === null || targetKey(t) !== head) return;
        for (const sub of t.subs)
          if (sub.kind === "sum") for (const b of d.free) if (mentionsLetter(sub, b.letter)) steps.add(b.letter);
      });
    }
    for (const spec of this.symbols.all)
      if (spec.subSlots > 0 && spec.axes?.length === 0)
        spec.scalarFamily ||= spec.slotRanges.some((slot) =>
          slot.some((r) => [...steps].some((l) => mentionsLetter(r.syntax, l))),
        );
  }

  #finalEquation(d: Draft): Equation {
    const { arena, e } = this;
    return e.within(d.free, () => {
      const { spec, entries, members: written } = this.#occurrence(d);
      const tensor = spec.tensor ?? refuse("symbol/unknown", `${spec.key} has no shape`, d.item.statement.span);
      const axes = spec.axes ?? [];
      const whole = entries.length === 0;
      const members = written.map((m) => e.position(m, null));
      const right = e.value(d.right, whole ? axes : []);
      const shape = whole ? axes : [];
      const alignment = align(arena, shape, right.axes);
      if (alignment === null || !fits(shape, alignment.axes, arena)) refuseShape(spec, shape, right, d);
      const free = whole ? axes.map((a, k) => this.#axisIndex(a, k, d)) : [];
      const at = [
        ...members.map((m) => m()),
        ...(whole ? free.map((i) => arena.at(i)) : entries.map((p, k) => e.position(p, axes[k] ?? null)())),
      ];
      const ps = free.map((i) => arena.at(i));
      const body = right.at(right.axes.length === 0 ? [] : (alignment?.pick[1]?.(ps) ?? ps));
      const [plainAt, plainBody] = this.#shiftLeft(at, body);
      const byIndex = !whole || tensor.axes.length === 0;
      return {
        tensor,
        at: plainAt,
        body: recogniseSoftmax(arena, plainBody),
        span: d.item.statement.span,
        latex: d.item.statement.latex,
        byIndex,
      };
    });
  }

  /** An index for an axis that the author left out: a letter of theirs for this range that the equation does not use. */
  #axisIndex(axis: DimVar, k: number, d: Draft): Index {
    const range = this.arena.upTo(axis.dim ?? this.arena.oneDim);
    const own = this.#lettersFor.get(`${range.low.key}..${range.high.key}`) ?? [];
    const taken = new Set([...d.free.map((b) => b.letter), ...(this.#axisLetters.get(d) ?? [])]);
    const letter =
      [...own, ...DEFAULT_LETTERS].find(
        (l) => !taken.has(l) && !this.symbols.isVariable(l) && !this.symbols.dimensionNames.has(l),
      ) ?? `i_{${k + 1}}`;
    this.#axisLetters.set(d, [...(this.#axisLetters.get(d) ?? []), letter]);
    return this.arena.index(letter, range);
  }

  /** `h^{(\ell+1)} = …, \ell = 0…` is `h^{(m)} = …, m = 1…`: a left side holds plain indices and literals. */
  #shiftLeft(at: readonly Position[], body: Node): readonly [readonly Position[], Node] {
    const { arena } = this;
    const map = new Map<Index, Position>();
    const plain = at.map((p) => {
      const [term] = p.terms;
      if (
        p.terms.length !== 1 ||
        term === undefined ||
        p.value !== null ||
        (term[1] === 1 && p.offset.terms.length === 0)
      )
        return p;
      const [index, sign] = term;
      if (Math.abs(sign) !== 1) refuse("index/left", "the left side's position must be an index plus a constant", null);
      const ends = [index.range.low, index.range.high].map((end) => arena.addDims(arena.scaleDim(end, sign), p.offset));
      const [a, b] = sign > 0 ? ends : [ends[1], ends[0]];
      const shifted = arena.index(index.name, arena.range(a ?? arena.oneDim, b ?? arena.oneDim));
      map.set(index, arena.position([[shifted, sign]], arena.scaleDim(p.offset, -sign)));
      return arena.at(shifted);
    });
    return [plain, arena.substitute(body, map)];
  }

  #assumption(item: Item): void {
    const { statement } = item;
    const [left, right] = statement.sides;
    if (left === undefined || right === undefined || statement.sides.length !== 2) return;
    const bindings = this.#sideBindings(statement);
    this.e.within(bindings, () => {
      const [a, b] = [this.e.value(left), this.e.value(right)];
      assumptionFrom(this, item, a, b);
    });
  }

  /** Free letters of a statement that is no definition. */
  #sideBindings(statement: Statement): readonly LetterBinding[] {
    const ranges = new Map<string, Binding>();
    for (const c of statement.conditions) for (const b of rangeStatement(c) ?? []) ranges.set(b.letter, b);
    const bound = new Set<string>();
    const found = new Map<string, LetterBinding>();
    for (const side of statement.sides)
      visit(side, (s) => {
        const letter = letterOf(s);
        if (letter !== null && this.letters.isIndex(letter) && !bound.has(letter) && !found.has(letter))
          found.set(letter, this.#free(letter, ranges.get(letter) ?? null));
      });
    return [...found.values()];
  }
}

const LOSS_LETTERS = ["L", "J", "E", "C", "l", "\\ell", "Loss", "loss", "Cost", "cost"];

const DEFAULT_LETTERS = ["i", "j", "k", "l", "m", "n", "p", "q", "r", "s", "u", "v"];

function leftSyntax(d: Draft): Syntax {
  const first = d.item.statement.sides[0];
  if (first === undefined) throw new Error("internal: an equation without a left side");
  const left = leftSide(first);
  return left === null || left.args === null
    ? first
    : first.kind === "juxtaposition"
      ? (first.items[0] ?? first)
      : first;
}

function fits(shape: readonly DimVar[], result: readonly DimVar[], arena: Arena): boolean {
  return shape.length === result.length || (shape.length === 0 && result.every((d) => d.isOne(arena)));
}

function refuseShape(spec: SymbolSpec, shape: readonly DimVar[], right: Value, d: Draft): never {
  return refuse(
    "shape/clash",
    `the left side is ${shapeText(shape)}, the right side ${shapeText(right.axes)}`,
    d.right.span,
    spec.declared ? "" : `declare the shape of ${spec.key}`,
  );
}

const sameShape = (a: readonly DimVar[], b: readonly DimVar[]): boolean =>
  a.length === b.length && a.every((d, k) => b[k]?.same(d));

function unifyShapes(a: readonly DimVar[], b: readonly DimVar[]): void {
  if (a.length !== b.length) return;
  a.forEach((d, k) => {
    const other = b[k];
    if (other !== undefined && d.compatible(other)) d.unify(other);
  });
}

function samePlace(d: Occurrence, o: Occurrence): boolean {
  const literal = (s: Syntax): string => (s.kind === "number" ? s.text : "");
  const [a, b] = [d, o].map((x) => [...x.members, ...x.entries].map(literal));
  if (a === undefined || b === undefined) return true;
  // A base case and a recurrence are two equations of one family; two spellings of the whole are one.
  return a.length !== b.length ? !a.concat(b).some((x) => x !== "") : a.every((x, k) => x === b[k]);
}

const sameText = (d: Draft, st: Statement): boolean =>
  st.sides.length === 2 && d.item.statement.sides.map(scriptText).join("=") === st.sides.map(scriptText).join("=");

function selfTransposed(left: Syntax, right: Syntax): boolean {
  const [a, b] = [takeApart(left), takeApart(right)];
  return (
    a !== null &&
    b !== null &&
    headKey(a.symbol) === headKey(b.symbol) &&
    b.sups.some((p) => isTransposed(p.content)) &&
    a.subs.map(scriptText).join() === b.subs.map(scriptText).join()
  );
}

/** `h^\top = x^\top W` as `h = (x^\top W)^\top`; `null` where the right side names h again, which says something about it. */
function transposedEquation(t: Scripted, st: Statement): { target: Scripted; statement: Statement } | null {
  const [, right] = st.sides;
  const mark = t.sups.find((p) => !p.bracketed && isTransposed(p.content));
  if (right === undefined || mark === undefined || st.sides.length !== 2) return null;
  if (mentionsHead(right, new Set([targetKey(t)]))) return null;
  const target: Scripted = { ...t, sups: t.sups.filter((p) => p !== mark) };
  const rest = target.sups[0]?.content ?? null;
  if (target.sups.length > 1) return null;
  const list = (subs: readonly Syntax[]): Syntax | null =>
    subs.length === 0 ? null : { kind: "list", items: subs, span: t.span };
  const sup: Syntax | null =
    rest === null || target.sups[0]?.bracketed !== true
      ? rest
      : { kind: "group", open: target.sups[0].open, body: rest, span: rest.span };
  const left: Syntax = { kind: "scripted", base: t.symbol, sub: list(t.subs), sup, primes: t.primes, span: t.span };
  const group: Syntax = { kind: "group", open: "(", body: right, span: right.span };
  const turned: Syntax = { kind: "scripted", base: group, sub: null, sup: mark.content, primes: 0, span: right.span };
  return { target, statement: { ...st, sides: [left, turned] } };
}

const isTransposed = (s: Syntax): boolean => s.kind === "symbol" && (s.name === "\\top" || s.name === "T");

function isPureDerivative(s: Syntax): boolean {
  if (s.kind === "fraction") return mentionsDerivative(s) && s.numerator.kind === "juxtaposition";
  if (s.kind === "juxtaposition") {
    const [first] = s.items;
    const t = first === undefined ? null : takeApart(first);
    return t !== null && t.symbol.name === "\\nabla" && s.items.length === 2;
  }
  return s.kind === "product" && s.operators.length === 1 && s.operators[0] === "/" && mentionsDerivative(s);
}

/** A symbol's text with its superscripts, and with or without its subscripts. */
const placeText = (t: Scripted, withSubs: boolean): string =>
  `${targetKey(t)}^${t.sups.map((p) => scriptText(p.content)).join(";")}_${withSubs ? t.subs.map(scriptText).join(",") : ""}`;

/** A fault of this program costs the formula at hand, not the file. */
const internalError = (error: Error): Diagnostic =>
  diagnostic(
    "error",
    "internal/error",
    `this formula meets a mistake in the program: ${error.message.replace(/^internal: /, "")}`,
    null,
  );

/** Two or more plain letters side by side, as one name. */
function wordOf(s: Syntax): string | null {
  if (s.kind !== "juxtaposition" || s.items.length < 2) return null;
  const letters = s.items.map((i) =>
    i.kind === "symbol" && i.style === "plain" && i.accents.length === 0 && /^[A-Za-z]$/.test(i.name) ? i.name : null,
  );
  return letters.includes(null) ? null : letters.join("");
}

/** A capital letter, or something in parentheses. */
const isMatrixLike = (s: Syntax): boolean =>
  s.kind === "group" || (s.kind === "symbol" ? /^[A-Z]/.test(s.name) : s.kind === "scripted" && isMatrixLike(s.base));

/** Letters such as the class `y \in \{1, \dots, K\}` that nothing binds and no left side runs over: they hold a number. */
function integerSymbols(items: readonly Item[]): ReadonlySet<string> {
  const candidates = new Set<string>();
  const running = new Set<string>();
  for (const { statement } of items) {
    const d = declarationOf(statement);
    if (d?.set.kind !== "range") for (const l of runningLetters(statement)) running.add(l);
    else
      for (const t of d.symbols) {
        const letter = letterOf(t.symbol);
        if (letter !== null && t.subs.length === 0 && t.sups.length === 0) candidates.add(letter);
      }
  }
  return new Set([...candidates].filter((c) => !running.has(c)));
}

/** Letters that a statement binds, gives a range, or has below its left side. */
function runningLetters(st: Statement): readonly string[] {
  const ranges = [st, ...st.conditions].flatMap((c) => rangeStatement(c) ?? []).map((b) => b.letter);
  const bound: string[] = [];
  for (const side of st.sides)
    visit(side, (s) => {
      if (s.kind === "big") bound.push(...bindings(s.sub, s.sup).map((b) => b.letter));
    });
  const [first] = st.sides;
  if (first !== undefined && st.relations.length > 0)
    visit(first, (s) => {
      for (const sub of takeApart(s)?.subs ?? []) bound.push(letterOf(sub) ?? "");
    });
  return [...ranges, ...bound];
}

function mentionsHead(s: Syntax, heads: ReadonlySet<string>): boolean {
  let found = false;
  visit(s, (n) => {
    const t = takeApart(n);
    if (t !== null && t.subs.length !== 2 && heads.has(targetKey(t))) found = true;
  });
  return found;
}

function mentionsLetter(s: Syntax, letter: string): boolean {
  let found = false;
  visit(s, (n) => {
    if (letterOf(n) === letter) found = true;
  });
  return found;
}

/** Puts a number in the place of a letter, and works out sums of numbers: `D^{(i-1)}` at 2 is `D^{(1)}`. */
function replaceLetter(s: Syntax, letter: string, value: number): Syntax {
  if (letterOf(s) === letter) return { kind: "number", text: String(value), span: s.span };
  switch (s.kind) {
    case "scripted":
      return {
        ...s,
        sub: s.sub === null ? null : replaceLetter(s.sub, letter, value),
        sup: s.sup === null ? null : replaceLetter(s.sup, letter, value),
      };
    case "group":
      return { ...s, body: replaceLetter(s.body, letter, value) };
    case "juxtaposition":
    case "product":
      return { ...s, items: s.items.map((i) => replaceLetter(i, letter, value)) };
    case "sum": {
      const terms = s.terms.map((t) => ({ sign: t.sign, body: replaceLetter(t.body, letter, value) }));
      const total = terms.reduce<number | null>(
        (sum, t) => (sum === null || t.body.kind !== "number" ? null : sum + t.sign * Number(t.body.text)),
        0,
      );
      return total === null ? { ...s, terms } : { kind: "number", text: String(total), span: s.span };
    }
    default:
      return s;
  }
}

const wholeSyntax = (t: Scripted): Syntax => t.symbol;
