import { type Diagnostic, diagnostic, refuse, type Severity } from "../core/diagnostic.js";
import type { Span } from "../core/span.js";
import type { Arena } from "../expression/arena.js";
import type { Dim, Index, Node, Position, Range, Tensor } from "../expression/node.js";
import type { Syntax, SyntaxOf } from "../notation/syntax.js";
import { type Application, applicationAt, applyNamed, type FunctionDefinition } from "./applications.js";
import { type DerivativeForm, derivativeForm, differentialName, isSlash } from "./derivatives.js";
import { DimensionReader } from "./dimension-reader.js";
import { DimVar, isLoneName } from "./dimensions.js";
import { type Binding, bindings, type Letters, letterOf, orderedLetters } from "./letters.js";
import {
  collapse,
  divide,
  inner,
  isScalar,
  juxtapose,
  oneVar,
  type ProductContext,
  transpose,
  writtenProduct,
} from "./products.js";
import { headKey, type Scripted, scriptText, takeApart } from "./scripts.js";
import { known } from "./sizes.js";
import { axisAt, deltaAt, kronecker, single } from "./stacked.js";
import { extendedSums } from "./sum-scope.js";
import type { Action, Occurrence, SymbolSpec, SymbolTable } from "./symbols.js";
import { align, dimText, LetterBinding, scalarValue, shapeText, type Value } from "./value.js";

/** A shape that is wanted of an expression, where its surroundings say so. */
export type Wanted = readonly DimVar[] | null;

/**
 * Gives a syntax tree its meaning: a shape, and its entries as nodes. It is run over and over while shapes are being
 * inferred, when `null` means that a symbol's shape is not known yet; and a last time, when it refuses instead.
 */
export class Elaborator implements ProductContext {
  readonly arena: Arena;
  readonly letters: Letters;
  readonly symbols: SymbolTable;
  readonly dims: DimensionReader;
  readonly functions = new Map<string, FunctionDefinition>();
  /** Heads applied to arguments that nothing defines. */
  readonly abstracts = new Set<string>();
  /** Meanings that stand for a symbol for a while: parameters of a function, names of derivatives. */
  readonly parameters = new Map<string, Value>();
  readonly diagnostics: Diagnostic[] = [];
  /** Resolves `∂A/∂B`; set by the reader once the symbols are known. */
  derivative: ((form: DerivativeForm, e: Elaborator) => Value | null) | null = null;
  /** Resolves names that only derivations use: `\delta^{(2)}`, `dW`, `\bar{y}`. */
  namedDifferential: ((s: Syntax, e: Elaborator) => Value | null) | null = null;
  /** Some left side is `dW`: a d in front of a symbol is none of the sizes. */
  writesDifferentials = false;
  namedDerivative: ((t: Scripted, e: Elaborator) => Value | null) | null = null;
  /** Differentiates a scalar body by a scalar symbol; set by those who may use `derive/`. */
  differentiate: ((body: Node, by: Tensor) => Node) | null = null;
  /** Heads that were defined with arguments, `\mathcal{L}(a, t) = …`, and the arguments that only remind of them. */
  readonly reminders = new Map<string, readonly string[]>();
  /** How an abstract function is used, once decided. */
  readonly #modes = new Map<string, "entrywise" | "whole">();
  /** Sizes that were declared for vectors of ones and identity matrices, by name and label. */
  readonly constantSizes = new Map<string, DimVar>();
  /** A dot between equal columns was read entry by entry, which is the default; or is read as an inner product throughout. */
  dotted = false;
  dotIsInner = false;
  /** Every letter that was bound, to learn the author's letters from. */
  readonly letterUse: LetterBinding[] = [];
  #dummies = 0;
  usesKronecker = false;
  final = false;
  softmaxAxis: "rows" | "columns" = "rows";
  #scope = new Map<string, LetterBinding>();
  #depth = 0;
  readonly #noted = new Set<string>();

  constructor(arena: Arena, letters: Letters, symbols: SymbolTable) {
    this.arena = arena;
    this.letters = letters;
    this.symbols = symbols;
    this.dims = new DimensionReader(arena, letters, symbols);
  }

  note(code: string, message: string, span: Span, severity: Severity = "note"): void {
    const key = `${code}@${span.start}`;
    if (!this.final || this.#noted.has(key)) return;
    this.#noted.add(key);
    this.diagnostics.push(diagnostic(severity, code, message, span));
  }

  // ---- letters ----

  /** Runs `f` with more letters in scope. */
  within<T>(bound: readonly LetterBinding[], f: () => T): T {
    const before = this.#scope;
    this.#scope = new Map(before);
    for (const b of bound) this.#scope.set(b.letter, b);
    try {
      return f();
    } finally {
      this.#scope = before;
    }
  }

  lookup(letter: string): LetterBinding | null {
    return this.#scope.get(letter) ?? null;
  }

  /** The range that a binding was given, or `null`. */
  writtenRange(b: { readonly low: Syntax | null; readonly high: Syntax | null }): Range | null {
    if (b.low === null || b.high === null) return null;
    const low = this.dims.read(b.low, this);
    const high = this.dims.read(b.high, this);
    return low === null || high === null ? null : this.arena.range(low, high);
  }

  bind(b: Binding, bound: boolean): LetterBinding {
    const arena = this.arena;
    let range = this.writtenRange({ low: b.low, high: b.high });
    if (range === null && b.low === null && b.high !== null) {
      const high = this.dims.read(b.high, this);
      if (high !== null) range = arena.upTo(high);
    }
    const upper = range !== null && range.low === arena.oneDim ? range.high : null;
    const size = new DimVar(upper, upper === null || this.dims.isSoft(upper), b.letter);
    const fallback = (): Range => {
      const written = this.letters.rangeOf(b.letter);
      const general = written === null ? null : this.writtenRange(written);
      return (
        general ??
        refuse(
          "index/no-range",
          `nothing says how far ${b.letter} runs`,
          null,
          `write its range, ${b.letter} = 1, \\dots, N`,
        )
      );
    };
    const binding = new LetterBinding(
      b.letter,
      size,
      range !== null && range.low !== arena.oneDim ? range : null,
      bound,
      fallback,
    );
    this.letterUse.push(binding);
    return binding;
  }

  // ---- expressions ----

  /** Elaborates or refuses. */
  value(s: Syntax, wanted: Wanted = null): Value {
    return (
      this.elaborate(s, wanted) ??
      refuse("shape/unknown", "the shape of this cannot be found", s.span, "declare the shapes of the symbols in it")
    );
  }

  elaborate(s: Syntax, wanted: Wanted = null): Value | null {
    if (this.#depth > 400) refuse("limits/nesting", "this is nested too deep", s.span);
    this.#depth += 1;
    try {
      return this.#dispatch(s, wanted);
    } finally {
      this.#depth -= 1;
    }
  }

  #dispatch(s: Syntax, wanted: Wanted): Value | null {
    switch (s.kind) {
      case "number":
        return this.#number(s.text);
      case "symbol":
        return this.#symbol(s, wanted);
      case "scripted":
        return this.#scripted(s, wanted);
      case "group":
        return this.#group(s, wanted);
      case "sum":
        return this.#sum(s, wanted);
      case "juxtaposition":
        return this.#juxtaposition(s, wanted);
      case "product":
        return this.#product(s, wanted);
      case "fraction":
        return this.#fraction(s, wanted);
      case "root":
        return this.#root(s, wanted);
      case "big":
        return this.#big(s, wanted);
      case "cases":
        return this.#cases(s, wanted);
      case "matrix":
        return this.#matrix(s);
      case "relation":
        return refuse("syntax/relation", "a relation cannot stand inside an expression", s.span);
      case "blank":
        return refuse("syntax/blank", "here is a blank to fill in", s.span);
      case "text":
        return refuse("syntax/text", "words cannot stand inside an expression", s.span);
      case "ellipsis":
        return refuse(
          "unsupported/ellipsis",
          "dots inside an expression do not say what they leave out",
          s.span,
          "write it with \\sum or with an index",
        );
      case "list":
        return refuse("syntax/list", "a list cannot stand here", s.span);
      case "empty":
        return refuse("syntax/empty", "something is missing here", s.span);
    }
  }

  #number(text: string): Value {
    return scalarValue(() => this.arena.rational(text));
  }

  // ---- symbols ----

  #symbol(s: SyntaxOf<"symbol">, wanted: Wanted): Value | null {
    return this.#occurrence({ symbol: s, subs: [], sups: [], primes: 0, span: s.span }, wanted);
  }

  #scripted(s: SyntaxOf<"scripted">, wanted: Wanted): Value | null {
    if (s.sup !== null && s.sub === null && s.primes === 0 && this.#isEuler(s.base))
      return this.map(s.sup, (x) => this.arena.apply("exp", x), wanted);
    const t = takeApart(s);
    if (t !== null) return this.#occurrence(t, wanted);
    return this.#actOn(s, wanted);
  }

  /** The base of natural logarithms, unless the worksheet has an e of its own. */
  #isEuler(s: Syntax): boolean {
    return (
      s.kind === "symbol" &&
      s.name === "e" &&
      s.style !== "bold" &&
      s.accents.length === 0 &&
      !this.symbols.isVariable("e") &&
      !this.parameters.has("e")
    );
  }

  /** Scripts on something that is no symbol: a power, a transpose, an entry `(A B)_{ij}`, a norm's kind. */
  #actOn(s: SyntaxOf<"scripted">, wanted: Wanted): Value | null {
    if (s.base.kind === "group" && (s.base.open === "\\|" || s.base.open === "||" || s.base.open === "|")) {
      const norm = this.#norm(s.base, s.sub);
      if (norm === null) return null;
      return s.sup === null ? norm : this.#actions(norm, s.sup, s.span);
    }
    if (s.base.kind === "number" && s.sup !== null && s.sub === null && this.#isTranspose(s.sup))
      return this.#ones(null, true);
    if (s.base.kind === "number" && s.base.text === "1" && s.sub !== null && s.sub.kind === "relation")
      return this.#condition(s.sub);
    if (s.base.kind === "number" && s.base.text === "1" && s.sub !== null && this.dims.read(s.sub, this) !== null) {
      return this.#ones(this.dims.read(s.sub, this), s.sup !== null && this.#isTranspose(s.sup));
    }
    const transposed = s.sup !== null && this.#isTranspose(s.sup);
    const inner = this.elaborate(s.base, transposed && wanted !== null ? [...wanted].reverse() : null);
    if (inner === null) return null;
    const base = s.primes === 0 ? inner : this.#primed(inner, s.primes, s.span);
    const array = s.sub === null || base.axes.length > 0 ? null : this.#arrayOf(s.base, s.sub);
    const entry = s.sub === null ? base : (array ?? this.#entryOf(base, s.sub));
    return s.sup === null ? entry : this.#actions(entry, s.sup, s.span);
  }

  /** `[a_i b_j]_{i,j}`: the array that has these entries. */
  #arrayOf(s: Syntax, sub: Syntax): Value | null {
    if (s.kind !== "group") return null;
    const parts = sub.kind === "list" || sub.kind === "juxtaposition" ? sub.items : [sub];
    const letters = parts.map(letterOf).filter((l) => l !== null);
    if (letters.length !== parts.length) return null;
    const bound = letters.map((letter) => this.bind({ letter, low: null, high: null, conditions: [] }, true));
    const body = this.within(bound, () => this.elaborate(s));
    if (body === null) return null;
    return {
      axes: bound.map((b) => b.size),
      at: (ps) => {
        const map = new Map<Index, Position>();
        bound.forEach((b, k) => {
          const p = ps[k];
          if (p !== undefined) map.set(b.index(this.arena), p);
        });
        return this.arena.substitute(body.at([]), map);
      },
    };
  }

  /** A prime on an array transposes it; on a number it has no meaning. */
  #primed(v: Value, primes: number, span: Span): Value {
    if (v.axes.length === 0)
      refuse("syntax/prime", "a prime here is neither a derivative nor a transpose", span, "declare the primed symbol");
    return primes % 2 === 1 ? transpose(this.arena, v) : v;
  }

  #entryOf(base: Value, sub: Syntax): Value {
    const parts = sub.kind === "list" || sub.kind === "juxtaposition" ? sub.items : [sub];
    if (parts.length !== base.axes.length)
      refuse("index/count", `${parts.length} positions on ${shapeText(base.axes)}`, sub.span);
    const positions = parts.map((p, k) => this.position(p, base.axes[k] ?? null));
    return scalarValue(() => base.at(positions.map((p) => p())));
  }

  #isTranspose(sup: Syntax): boolean {
    const t = takeApart(sup);
    return t !== null && t.subs.length === 0 && ["\\top", "\\intercal", "T", "t"].includes(t.symbol.name);
  }

  #actions(v: Value, sup: Syntax, span: Span): Value {
    if (this.#isTranspose(sup)) return transpose(this.arena, v);
    return this.power(v, sup, span);
  }

  #occurrence(t: Scripted, _wanted: Wanted): Value | null {
    const special = this.#special(t);
    if (special !== null) return special;
    const parameter = this.parameters.size === 0 ? null : this.#parameter(t);
    if (parameter !== null) return parameter;
    const letter = this.#letterValue(t);
    if (letter !== null) return letter;
    const named = this.namedDerivative?.(t, this) ?? null;
    if (named !== null) return named;
    return this.#fromTable(t);
  }

  /** A formal parameter of the function whose body is read: with its labels, or an entry of it. */
  #parameter(t: Scripted): Value | null {
    const labelled = { ...t, sups: t.sups.filter((p) => p.bracketed) };
    const acting = { ...t, sups: t.sups.filter((p) => !p.bracketed) };
    const named = this.parameters.get(parameterKey(labelled));
    if (named !== undefined) return this.#supActions(named, acting);
    const whole = this.parameters.get(parameterKey({ ...labelled, subs: [] }));
    if (whole === undefined) return null;
    const positions = t.subs.map((p, k) => this.position(p, whole.axes[k] ?? null));
    if (t.subs.length !== whole.axes.length)
      refuse("index/count", `${t.subs.length} positions on ${shapeText(whole.axes)}`, t.span);
    return this.#supActions(
      scalarValue(() => whole.at(positions.map((p) => p()))),
      acting,
    );
  }

  #supActions(v: Value, t: Scripted): Value {
    return t.sups.reduce((value, part) => this.#actions(value, part.content, t.span), v);
  }

  /** An index or a dimension used as a number: `1/N`, `(-1)^i`. */
  #letterValue(t: Scripted): Value | null {
    const letter =
      t.subs.length === 0 && t.symbol.accents.length === 0 ? headKey(t.symbol) + "'".repeat(t.primes) : null;
    const binding = letter === null ? null : this.lookup(letter);
    if (binding !== null)
      return this.#supActions(
        scalarValue(() => this.arena.positionValue(this.arena.at(binding.index(this.arena)))),
        t,
      );
    // A label such as D^{(1)} belongs to the name, a power does not.
    const labelled = this.dims.ofSymbol(t, this);
    if (labelled !== null) {
      const value = scalarValue(() => this.arena.dimension(labelled.dim));
      return labelled.rest.reduce((v, part) => this.power(v, part, t.span), value);
    }
    return null;
  }

  #fromTable(t: Scripted): Value | null {
    const found = this.symbols.resolve(t);
    const { spec } = found;
    if (
      !this.final &&
      !spec.seen.some((m) => m.length === found.members.length && m.every((x, k) => x === found.members[k]))
    )
      spec.seen.push(found.members);
    const members = found.members.map((m, k) => this.memberPosition(spec, m, k));
    if (spec.axes === null) {
      if (found.entries.length > 0) spec.axes = found.entries.map(() => new DimVar(null));
      else if (this.final) spec.axes = [];
      else return null;
    }
    const axes = spec.axes;
    const slice = this.#slice(found, axes);
    const value: Value = {
      axes: slice.axes,
      at: (ps) =>
        this.arena.entry(this.#tensorOf(spec, t.span), [
          ...members.map((m) => m()),
          ...single(slice.positions(ps), t.span),
        ]),
    };
    return found.actions.reduce<Value>((v, a) => this.#act(v, a, t.span), value);
  }

  #act(v: Value, action: Action, span: Span): Value {
    if (action.kind === "power") return this.power(v, action.exponent, span);
    return action.kind === "prime" ? this.#primed(v, 1, span) : transpose(this.arena, v);
  }

  #tensorOf(spec: SymbolSpec, span: Span): Tensor {
    return spec.tensor ?? refuse("symbol/unknown", `${spec.key} is used before anything says what it is`, span);
  }

  /** The whole, an entry, or with `:` a row or column. */
  #slice(
    found: Occurrence,
    axes: readonly DimVar[],
  ): { axes: readonly DimVar[]; positions: (ps: readonly Position[]) => readonly Position[] } {
    const { entries, spec } = found;
    if (entries.length === 0) return { axes, positions: (ps) => ps };
    let at = entries;
    // One letter picks an entry of a vector, also of a row or column that is written as a matrix.
    if (at.length === 1 && axes.length === 2) {
      const one = axes.findIndex((d) => d.isOne(this.arena));
      const only = at[0];
      if (one >= 0 && only !== undefined) {
        const first: Syntax = { kind: "number", text: "1", span: only.span };
        at = one === 0 ? [first, only] : [only, first];
      }
    }
    const last = at[0];
    if (at.length !== axes.length)
      refuse(
        "index/count",
        `${spec.key} is ${shapeText(axes)} and takes ${axes.length} positions, not ${at.length}`,
        last?.span ?? spec.span,
      );
    const free: number[] = [];
    const fixed = at.map((p, k) => {
      if (p.kind === "symbol" && p.name === ":") {
        free.push(k);
        return null;
      }
      return this.position(p, axes[k] ?? null);
    });
    return {
      axes: free.map((k) => axes[k]).filter((d): d is DimVar => d !== undefined),
      positions: (ps) => {
        let next = 0;
        return fixed.map((f) => {
          if (f !== null) return f();
          const p = ps[next];
          next += 1;
          return p ?? this.arena.literal(1);
        });
      },
    };
  }

  /** A position that selects a member of a family; what it sees widens the family's range. */
  memberPosition(spec: SymbolSpec, s: Syntax, slot: number): () => Position {
    const letter = letterOf(s);
    const binding = letter === null ? null : this.lookup(letter);
    while (spec.slotSizes.length <= slot) spec.slotSizes.push(new DimVar(null));
    if (binding !== null && binding.range === null) {
      const size = spec.slotSizes[slot];
      const written = slot < spec.supSlots || spec.axes?.length !== 0 ? this.letters.rangeOf(binding.letter) : null;
      const range = written === null || binding.size.dim !== null ? null : this.writtenRange(written);
      if (range !== null && range.low !== this.arena.oneDim) binding.range = range;
      else if (size !== undefined && (size.dim === null || binding.size.dim === null)) size.unify(binding.size);
    }
    const position = this.position(s, null);
    const record = spec.slotRanges[slot] ?? [];
    spec.slotRanges[slot] = record;
    const old = record.findIndex((r) => r.syntax === s);
    if (old < 0) record.push({ syntax: s, position });
    else if (!this.final) record[old] = { syntax: s, position };
    return position;
  }

  /** A letter and its axis have one size; a name that only a limit mentions is a second name of the axis's. */
  #sameSize(binding: LetterBinding, axis: DimVar, s: Syntax): void {
    const [a, b] = [binding.size.dim, axis.dim];
    if (a !== null && b !== null && a !== b && this.dims.isSoft(a) && isLoneName(b)) {
      this.dims.aliasDim(a, b);
      this.diagnostics.push(
        diagnostic(
          "warning",
          "reading/size",
          `${shapeText([binding.size])} is taken to be ${shapeText([axis])}, the size of the axis that ${binding.letter} runs over`,
          s.span,
        ),
      );
    }
    binding.size.unify(axis);
  }

  /** A position that surely leaves its axis, or that nothing keeps on it, is refused. */
  #within(p: Position, axis: DimVar | null, s: Syntax): Position {
    const size = axis?.dim ?? null;
    if (size === null || p.value !== null) return p;
    const { arena } = this;
    let [low, high] = [p.offset, p.offset];
    for (const [i, c] of p.terms) {
      const ends = [arena.scaleDim(i.range.low, c), arena.scaleDim(i.range.high, c)];
      low = arena.addDims(low, ends[c > 0 ? 0 : 1] ?? arena.zeroDim);
      high = arena.addDims(high, ends[c > 0 ? 1 : 0] ?? arena.zeroDim);
    }
    const above = arena.integerOf(arena.subtractDims(size, high));
    const below = arena.integerOf(arena.subtractDims(low, arena.oneDim));
    const literal = p.terms.length === 0 && arena.integerOf(p.offset) !== null;
    if (this.#guarded) return p;
    if ((below !== null && below < 0) || (above !== null && above < 0) || (above === null && !literal))
      refuse(
        "shape/index-range",
        `${scriptText(s)} runs from ${dimText(new DimVar(low))} to ${dimText(new DimVar(high))}, the axis has ${dimText(new DimVar(size))} entries`,
        s.span,
        "declare the sizes so that they fit, N = M + K - 1",
      );
    return p;
  }

  /** Inside a sum or a case whose condition keeps positions on their axes. */
  #guarded = false;

  #guardedBy<T>(guarded: boolean, f: () => T): T {
    const before = this.#guarded;
    this.#guarded = before || guarded;
    try {
      return f();
    } finally {
      this.#guarded = before;
    }
  }

  /** A position on an axis; a plain letter that runs from 1 makes its range the axis's. */
  position(s: Syntax, axis: DimVar | null): () => Position {
    const arena = this.arena;
    const letter = letterOf(s);
    if (letter !== null) {
      const binding = this.lookup(letter);
      if (binding !== null) {
        if (axis !== null && binding.range === null) this.#sameSize(binding, axis, s);
        return () => this.#within(arena.at(binding.index(arena)), axis, s);
      }
    }
    if (s.kind === "group") return this.position(s.body, axis);
    if (s.kind === "number") {
      const value = Number(s.text);
      return () => this.#within(arena.literal(value), axis, s);
    }
    if (s.kind === "sum") {
      const parts = s.terms.map((t) => ({ sign: t.sign, position: this.position(t.body, null) }));
      return () => {
        const total = parts.reduce(
          (sum, part) => {
            const p = part.position();
            if (p.value !== null && part.sign < 0)
              refuse("index/unsupported", "a gathered index cannot be subtracted", s.span);
            const terms = [...sum.terms, ...p.terms.map(([i, c]) => [i, c * part.sign] as const)];
            return arena.position(
              terms,
              arena.addDims(sum.offset, arena.scaleDim(p.offset, part.sign)),
              sum.value ?? p.value,
            );
          },
          arena.position([], arena.zeroDim),
        );
        return this.#within(total, axis, s);
      };
    }
    if (s.kind === "juxtaposition" || s.kind === "product") {
      const [a, b] = s.items;
      if (s.items.length === 2 && a?.kind === "number" && b !== undefined) {
        const factor = Number(a.text);
        const p = this.position(b, null);
        return () => {
          const q = p();
          return arena.position(
            q.terms.map(([i, c]) => [i, c * factor] as const),
            arena.scaleDim(q.offset, factor),
          );
        };
      }
    }
    const argument = this.#argumentPosition(s);
    if (argument !== null) return argument.position;
    const dim = this.dims.read(s, this);
    if (dim !== null) return () => arena.atDim(dim);
    const t = takeApart(s);
    if (t !== null) {
      const found = this.symbols.resolve(t);
      if (found.spec.integer) {
        const value = this.value(s);
        return () => arena.atValue(value.at([]));
      }
    }
    return refuse(
      "index/unknown",
      `${scriptText(s)} is no index here`,
      s.span,
      letter !== null && this.letters.isIndex(letter)
        ? "a sum ends at the next + or -: put what it sums in parentheses, or say how far the letter runs"
        : "bind it by a sum, or say how far it runs",
    );
  }

  /** `\arg\max_q Z_{cq}` as a position: where the entry is greatest. */
  #argumentPosition(s: Syntax): { readonly position: () => Position; readonly letter: LetterBinding } | null {
    if (!isArgument(s) || s.body === null) return null;
    const [first, ...more] = bindings(s.sub, s.sup);
    if (first === undefined || more.length > 0) return null;
    const { body } = s;
    const letter = this.bind(first, true);
    const value = this.within([letter], () => this.elaborate(body));
    if (value === null || value.axes.length > 0) return null;
    const op = s.operator.includes("min") ? "min" : "max";
    return {
      letter,
      position: () => this.arena.atValue(this.arena.argument(op, letter.index(this.arena), value.at([]))),
    };
  }

  // ---- special symbols ----

  #special(t: Scripted): Value | null {
    const { name, style } = t.symbol;
    if (this.symbols.isVariable(headKey(t.symbol))) return null;
    const size = this.constantSizes.get(`${name}_${t.subs.map(scriptText).join(",")}`) ?? null;
    const dimension = t.subs[0] === undefined || t.subs.length > 1 ? null : this.dims.read(t.subs[0], this);
    const transposed = t.sups.some((p) => this.#isTranspose(p.content));
    if (name === "1" && t.sups.every((p) => this.#isTranspose(p.content))) {
      const [sub] = t.subs;
      if (sub?.kind === "relation" || (sub?.kind === "group" && sub.body.kind === "relation"))
        return this.condition(sub);
      return this.#ones(dimension ?? size?.dim ?? null, transposed);
    }
    if (name === "0" && style === "bold") return { axes: [new DimVar(dimension)], at: () => this.arena.zero };
    if (
      name === "\\pi" &&
      t.subs.length === 0 &&
      t.sups.length === 0 &&
      !this.parameters.has("\\pi") &&
      this.symbols.withHead("\\pi").every((s) => !s.declared && !s.defined) &&
      this.symbols.withHead("\\pi").length === 0
    )
      return scalarValue(() => this.arena.constant("pi"));
    if (
      name === "I" &&
      t.primes === 0 &&
      t.sups.length === 0 &&
      (style === "bold" || t.subs.length <= 1) &&
      (t.subs.length === 0 || dimension !== null)
    ) {
      const n = new DimVar(dimension);
      return {
        axes: [n, n],
        at: ([i, j]) => (i === undefined || j === undefined ? this.arena.zero : deltaAt(this.arena, i, j)),
      };
    }
    if (name === "\\delta" && t.subs.length === 2 && t.sups.length === 0) {
      const [a, b] = t.subs;
      if (a !== undefined && b !== undefined && this.letters.mentionsIndex(a) && this.letters.mentionsIndex(b)) {
        const [p, q] = [this.position(a, null), this.position(b, null)];
        this.#unifyLetters(a, b);
        return scalarValue(() => this.arena.delta(p(), q()));
      }
    }
    return this.derivative === null ? null : this.#singleEntry(t);
  }

  /** In derivatives, `J^{ij}` or `E_{ij}` has a one at i, j and zeros elsewhere, and `e_i` is a unit vector, where nothing else says what they are. */
  #singleEntry(t: Scripted): Value | null {
    const { name } = t.symbol;
    if (t.primes > 0 || this.symbols.withHead(headKey(t.symbol)).some((s) => s.tensor !== null)) return null;
    const [sup] = t.sups;
    const above = sup?.content.kind === "juxtaposition" || sup?.content.kind === "list" ? sup.content.items : [];
    const isMatrix = (name === "J" && t.subs.length === 0) || (name === "E" && t.subs.length === 2);
    const at = isMatrix && name === "J" ? above : t.subs;
    if (!(isMatrix && at.length === 2) && !(name === "e" && at.length === 1)) return null;
    if (!at.every((s) => this.letters.mentionsIndex(s))) return null;
    const axes = at.map(() => new DimVar(null));
    const places = at.map((s, k) => this.position(s, axes[k] ?? null));
    this.note("reading/single-entry", `${name} is read as one at the position and zero elsewhere`, t.span);
    const value: Value = {
      axes,
      at: (ps) => this.arena.multiply(...places.map((p, k) => deltaAt(this.arena, ps[k] ?? p(), p()))),
    };
    const acting = name === "J" ? t.sups.slice(1) : t.sups;
    return acting.reduce((v, part) => this.#actions(v, part.content, t.span), value);
  }

  #unifyLetters(a: Syntax, b: Syntax): void {
    const [x, y] = [a, b].map((s) => {
      const l = letterOf(s);
      return l === null ? (this.#argumentPosition(s)?.letter ?? null) : this.lookup(l);
    });
    if (x != null && y != null && x.range === null && y.range === null) x.size.unify(y.size);
  }

  #ones(dim: Dim | null, row: boolean): Value {
    const n = new DimVar(dim);
    return row ? { axes: [oneVar(this.arena), n], at: () => this.arena.one } : { axes: [n], at: () => this.arena.one };
  }

  // ---- groups ----

  #group(s: SyntaxOf<"group">, wanted: Wanted): Value | null {
    if (s.open === "(" || s.open === "[" || s.open === "{" || s.open === "\\{") {
      if (s.body.kind === "relation") return this.#condition(s.body);
      if (s.body.kind === "list" && s.open === "[") return this.#joined(s.body.items, s.span);
      return this.elaborate(s.body, wanted);
    }
    if (s.open === "\\langle") {
      if (s.body.kind !== "list" || s.body.items.length !== 2)
        return refuse("syntax/inner", "an inner product needs two arguments", s.span);
      const [a, b] = s.body.items.map((item) => this.elaborate(item));
      return a == null || b == null ? null : inner(this.arena, a, b, s.span);
    }
    return this.#norm(s, null);
  }

  /** `[h; x]`: columns below each other. */
  #joined(items: readonly Syntax[], span: Span): Value | null {
    const parts: Value[] = [];
    for (const item of items) {
      const v = this.elaborate(item);
      if (v === null) return null;
      parts.push(v);
    }
    this.note(
      "reading/concatenation",
      "a bracketed list of columns is read as one column, each below the one before",
      span,
    );
    return this.concatenate(parts, span);
  }

  /** `|x|` of a scalar or entry by entry, `|A|` a determinant, `\|x\|_p`. */
  #norm(s: SyntaxOf<"group">, kind: Syntax | null): Value | null {
    const v = this.elaborate(s.body);
    if (v === null) return null;
    const arena = this.arena;
    if (s.open === "|" && kind === null) {
      if (v.axes.length === 2) return this.determinant(v, s.span);
      return { axes: v.axes, at: (ps) => arena.apply("abs", v.at(ps)) };
    }
    const which = kind === null ? (v.axes.length === 2 ? "F" : "2") : scriptText(kind);
    const total = (f: (x: Node) => Node): Value => this.sumAll({ axes: v.axes, at: (ps) => f(v.at(ps)) });
    if (which === "1") {
      if (v.axes.length === 2 && !v.axes.some((d) => d.isOne(arena)))
        this.note("reading/norm", "‖·‖₁ of a matrix is read as the sum of the absolute values of its entries", s.span);
      return total((x) => arena.apply("abs", x));
    }
    if (which === "2" || which === "F") {
      if (which === "2" && v.axes.length === 2 && !v.axes.some((d) => d.isOne(arena)))
        return refuse(
          "unsupported/spectral-norm",
          "the spectral norm of a matrix is not supported",
          s.span,
          "write \\|X\\|_F for the Frobenius norm",
        );
      if (kind === null && v.axes.length === 2)
        this.note("reading/norm", "‖·‖ of a matrix is read as the Frobenius norm", s.span);
      const squares = total((x) => arena.power(x, 2));
      return scalarValue(() => arena.sqrt(squares.at([])));
    }
    return refuse("unsupported/norm", `the norm ‖·‖_${which} is not supported`, s.span, "norms 1, 2 and F are");
  }

  sumAll(v: Value): Value {
    return scalarValue(() => {
      const axes = v.axes.map((d) => axisAt(this.arena, d));
      return this.arena.sums(
        axes.flatMap((a) => a.indices),
        v.at(axes.map((a) => a.at)),
      );
    });
  }

  // ---- arithmetic ----

  #sum(s: SyntaxOf<"sum">, wanted: Wanted): Value | null {
    const wider = extendedSums(s, (letter) => this.lookup(letter) !== null);
    if (wider !== null) {
      this.note(
        "reading/sum-scope",
        "terms after a sum name its index, so they are read as standing under it: write brackets round them",
        s.span,
        "warning",
      );
      return this.#sum(wider, wanted);
    }
    let total: Value | null = null;
    let unknown = false;
    for (const { sign, body } of s.terms) {
      const v = this.elaborate(body, wanted);
      if (v === null) {
        unknown = true;
        continue;
      }
      const signed: Value = sign > 0 ? v : { axes: v.axes, at: (ps) => this.arena.negate(v.at(ps)) };
      total = total === null ? signed : this.#plus(total, signed, body.span);
    }
    if (unknown) {
      // Terms with axes fix the shape; a term of unknown shape then is inferred from it.
      if (total !== null && total.axes.length > 0)
        this.pending?.push({ axes: total.axes, terms: s.terms.map((t) => t.body) });
      return null;
    }
    return total;
  }

  /** Sums whose known terms have axes and whose others are unknown: collected while shapes are inferred. */
  pending: { readonly axes: readonly DimVar[]; readonly terms: readonly Syntax[] }[] | null = null;

  #plus(a: Value, b: Value, span: Span): Value {
    const [x, y] = [a, b];
    const alignment = align(this.arena, x.axes, y.axes);
    if (alignment === null)
      return refuse(
        "shape/clash",
        `the terms of a sum need equal shapes, and these are ${shapeText(a.axes)} and ${shapeText(b.axes)}`,
        span,
      );
    if (alignment.broadcast !== null)
      this.note("reading/broadcast", `${shapeText(a.axes)} plus ${shapeText(b.axes)}: ${alignment.broadcast}`, span);
    const [p, q] = alignment.pick;
    return { axes: alignment.axes, at: (ps) => this.arena.add(x.at(p?.(ps) ?? []), y.at(q?.(ps) ?? [])) };
  }

  #juxtaposition(s: SyntaxOf<"juxtaposition">, wanted: Wanted): Value | null {
    const before = this.usesKronecker;
    let values = this.factors(s.items, wanted);
    // A factor further on may have said what ⊗ means.
    if (!before && this.usesKronecker) values = this.factors(s.items, wanted);
    let product: Value | null = null;
    for (const f of values) {
      if (f.value === null) return null;
      product = product === null ? f.value : juxtapose(this, product, f.value, f.span);
    }
    const whole = product;
    if (whole === null || !s.items.some(isIndicator)) return whole;
    return { axes: whole.axes, at: (ps) => this.#guardedBy(true, () => whole.at(ps)) };
  }

  /** The factors of a juxtaposition, applications joined to their arguments. */
  factors(
    items: readonly Syntax[],
    wanted: Wanted,
  ): readonly { readonly value: Value | null; readonly syntax: Syntax; readonly span: Span }[] {
    const found: { value: Value | null; syntax: Syntax; span: Span }[] = [];
    for (let k = 0; k < items.length; ) {
      const item = items[k];
      if (item === undefined) break;
      const differential = this.namedDifferential === null ? null : differentialName(items, k, this);
      if (differential !== null && this.namedDifferential !== null) {
        const span = { start: item.span.start, end: differential.span.end };
        const whole: Syntax = { kind: "juxtaposition", items: items.slice(k, k + 2), span };
        found.push({ value: this.namedDifferential(differential, this), syntax: whole, span });
        k += 2;
        continue;
      }
      const application = applicationAt(this, items, k);
      if (application !== null) {
        const whole: Syntax = {
          kind: "juxtaposition",
          items: items.slice(k, k + application.length),
          span: { start: item.span.start, end: items[k + application.length - 1]?.span.end ?? item.span.end },
        };
        found.push({
          value: applyNamed(this, application, items.length === application.length ? wanted : null),
          syntax: whole,
          span: whole.span,
        });
        k += application.length;
      } else {
        found.push({ value: this.elaborate(item, items.length === 1 ? wanted : null), syntax: item, span: item.span });
        k += 1;
      }
    }
    return found;
  }

  #product(s: SyntaxOf<"product">, wanted: Wanted): Value | null {
    const slash = s.operators.findIndex((o, k) => o === "/" && isSlash(s, k, this));
    if (slash >= 0) return this.#slashed(s, slash, wanted);
    const values = s.items.map((item) => this.elaborate(item));
    if (values.includes(null)) {
      if (s.operators.every((o) => ["\\odot", "\\oslash", "\\circ", "\\bullet"].includes(o))) {
        const one = values.find((v) => v !== null && v.axes.length > 0) ?? null;
        const axes = one?.axes ?? (wanted !== null && wanted.length > 0 ? wanted : null);
        if (axes !== null) this.pending?.push({ axes, terms: s.items });
      }
      return null;
    }
    let product: Value | null = null;
    for (const [k, v] of values.entries()) {
      const item = s.items[k];
      if (v === null || item === undefined) return null;
      product =
        product === null
          ? v
          : writtenProduct(
              this,
              product,
              s.operators[k - 1] ?? "\\cdot",
              v,
              item.span,
              wanted?.length === 0 && k === values.length - 1,
            );
    }
    return product;
  }

  /** `\partial L / \partial z` is one factor of its product. */
  #slashed(s: SyntaxOf<"product">, k: number, wanted: Wanted): Value | null {
    const [a, b] = [s.items[k], s.items[k + 1]];
    if (a === undefined || b === undefined) return null;
    const one: Syntax = {
      kind: "fraction",
      numerator: a,
      denominator: b,
      span: { start: a.span.start, end: b.span.end },
    };
    const items = [...s.items.slice(0, k), one, ...s.items.slice(k + 2)];
    if (items.length === 1) return this.elaborate(one, wanted);
    const operators = s.operators.filter((_, i) => i !== k);
    return this.#product({ ...s, items, operators }, wanted);
  }

  #fraction(s: SyntaxOf<"fraction">, wanted: Wanted): Value | null {
    const form = derivativeForm(s, this);
    if (form !== null) return this.#derivative(form, s.span);
    const numerator = this.elaborate(s.numerator, wanted);
    const denominator = this.elaborate(s.denominator);
    return numerator === null || denominator === null ? null : divide(this, numerator, denominator, s.span);
  }

  #derivative(form: DerivativeForm, span: Span): Value | null {
    if (this.derivative === null)
      return refuse("derivative/here", "a derivative cannot stand in a forward equation", span);
    return this.derivative(form, this);
  }

  /** A derivative at the head of a juxtaposition, `\nabla_W L`, `\frac{\partial}{\partial w} f`. */
  derivativeOf(form: DerivativeForm, span: Span): Value | null {
    return this.#derivative(form, span);
  }

  #root(s: SyntaxOf<"root">, wanted: Wanted): Value | null {
    const v = this.elaborate(s.radicand, wanted);
    if (v === null) return null;
    if (v.axes.length === 2 && v.axes[0]?.same(v.axes[1] ?? oneVar(this.arena)) === true)
      return refuse("unsupported/matrix-root", "the square root of a square matrix is not supported", s.span);
    const degree = s.degree === null ? scalarValue(() => this.arena.rational(2)) : this.elaborate(s.degree);
    if (degree === null) return null;
    return { axes: v.axes, at: (ps) => this.arena.power(v.at(ps), this.arena.power(degree.at([]), -1)) };
  }

  /** Entry by entry for scalars and vectors, of a square matrix a matrix power. */
  power(v: Value, exponent: Syntax, span: Span): Value {
    const arena = this.arena;
    const inverseTranspose = this.#minusTranspose(exponent);
    const base = collapse(arena, v);
    const [n, m] = base.axes;
    if (exponent.kind === "product" || exponent.kind === "symbol" || exponent.kind === "juxtaposition") {
      const entry = entrywiseExponent(exponent);
      if (entry !== null) return this.#entryPower(base, entry);
    }
    if (inverseTranspose) return transpose(arena, this.#matrixFunction("inverse", base, null, span));
    if (n === undefined || m === undefined) return this.#entryPower(base, exponent);
    if (!n.same(m)) {
      if (n.isOne(arena) || m.isOne(arena)) return this.#entryPower(base, exponent);
      if (exponent.kind === "sum" && n.dim === null) return this.#matrixFunction("inverse", base, null, span);
      if (exponent.kind === "sum" && n.unify(m)) return this.#matrixFunction("inverse", base, null, span);
      this.note("reading/power", "a power of a matrix that is not square is read entry by entry", span);
      return this.#entryPower(base, exponent);
    }
    if (scriptText(exponent) === "-1") return this.#matrixFunction("inverse", base, null, span);
    const power = this.value(exponent);
    if (!isScalar(power)) refuse("shape/exponent", "an exponent must be a scalar", exponent.span);
    return this.#matrixFunction("power", base, power, span);
  }

  #minusTranspose(exponent: Syntax): boolean {
    if (exponent.kind !== "sum" || exponent.terms.length !== 1) return false;
    const [term] = exponent.terms;
    return (
      term !== undefined &&
      term.sign < 0 &&
      this.#isTranspose(term.body) &&
      !this.symbols.isVariable(scriptText(term.body))
    );
  }

  #entryPower(base: Value, exponent: Syntax): Value {
    const e = this.value(exponent);
    if (!isScalar(e)) refuse("shape/exponent", "an exponent must be a scalar", exponent.span);
    return { axes: base.axes, at: (ps) => this.arena.power(base.at(ps), e.at([])) };
  }

  #matrixFunction(fn: "inverse" | "power" | "exponential", v: Value, exponent: Value | null, span: Span): Value {
    const [n, m] = v.axes;
    if (n === undefined || m === undefined) {
      if (fn === "inverse" && v.axes.length === 0) return { axes: [], at: () => this.arena.power(v.at([]), -1) };
      return refuse("shape/not-square", `this needs a square matrix, not ${shapeText(v.axes)}`, span);
    }
    if (!n.unify(m)) return refuse("shape/not-square", `this needs a square matrix, not ${shapeText(v.axes)}`, span);
    if (v.kronecker !== undefined && fn !== "exponential") {
      // (A ⊗ B)^k = A^k ⊗ B^k
      const [a, b] = v.kronecker.map((x) => this.#matrixFunction(fn, x, exponent, span));
      if (a !== undefined && b !== undefined) return kronecker(this.arena, a, b, () => oneVar(this.arena));
    }
    return { axes: [n, n], at: (ps) => this.matrixNode(fn, v, n, ps, exponent?.at([]) ?? null) };
  }

  matrixNode(
    fn: "inverse" | "power" | "exponential" | "determinant",
    v: Value,
    n: DimVar,
    at: readonly Position[],
    exponent: Node | null,
  ): Node {
    if (n.parts !== null)
      refuse("unsupported/stacked", "this function of a matrix that is stacked from others is not supported", null);
    const range = this.arena.upTo(known(n));
    const [row, column] = [this.arena.freshIndex(range), this.arena.freshIndex(range)];
    return this.arena.matrix(fn, row, column, v.at([this.arena.at(row), this.arena.at(column)]), at, exponent);
  }

  determinant(v: Value, span: Span): Value {
    const [n, m] = v.axes;
    if (n === undefined || m === undefined || !n.unify(m))
      return refuse("shape/not-square", `a determinant needs a square matrix, not ${shapeText(v.axes)}`, span);
    if (v.kronecker !== undefined) return this.#determinantOfKronecker(v.kronecker, span);
    return scalarValue(() => this.matrixNode("determinant", v, n, [], null));
  }

  // det(A ⊗ B) = (det A)^n (det B)^m, where A is m×m and B is n×n
  #determinantOfKronecker([a, b]: readonly [Value, Value], span: Span): Value {
    const [x, y] = [this.determinant(a, span), this.determinant(b, span)];
    const size = (v: Value): Node => this.arena.dimension(known(v.axes[0] ?? oneVar(this.arena)));
    return scalarValue(() =>
      this.arena.multiply(this.arena.power(x.at([]), size(b)), this.arena.power(y.at([]), size(a))),
    );
  }

  matrixExponential(v: Value, span: Span): Value {
    return this.#matrixFunction("exponential", v, null, span);
  }

  /** A function entry by entry. */
  map(s: Syntax, f: (x: Node) => Node, wanted: Wanted = null): Value | null {
    const v = this.elaborate(s, wanted);
    return v === null ? null : { axes: v.axes, at: (ps) => f(v.at(ps)) };
  }

  // ---- big operators ----

  #big(s: SyntaxOf<"big">, wanted: Wanted): Value | null {
    if (s.body === null) return refuse("syntax/big", `${s.operator} has nothing to work on`, s.span);
    const found = this.#withOrdered(bindings(s.sub, s.sup));
    if (s.operator !== "\\sum" && s.operator !== "\\prod") return this.#extremum(s, found);
    if (found.length === 0) return this.#wholeSum(s);
    return this.#bound(found, s, wanted);
  }

  /** `\sum_{i < j}` with neither letter bound before runs over both. */
  #withOrdered(found: readonly Binding[]): readonly Binding[] {
    const bound = new Set(found.map((b) => b.letter));
    const others = found.flatMap((b) =>
      b.conditions
        .flatMap(orderedLetters)
        .filter((l) => !bound.has(l) && this.lookup(l) === null && !this.symbols.dimensionNames.has(l))
        .filter((l) => this.letters.isIndex(l) && !this.symbols.isVariable(l))
        .map((letter): Binding => ({ letter, low: b.low, high: b.high, conditions: [] })),
    );
    return [...others, ...found];
  }

  #bound(found: readonly Binding[], s: SyntaxOf<"big">, wanted: Wanted): Value | null {
    const op = s.operator === "\\prod" ? "product" : "sum";
    const [first, ...rest] = found;
    if (first === undefined) return s.body === null ? null : this.elaborate(s.body, wanted);
    const letter = this.bind(first, true);
    return this.within([letter], () => {
      const body = this.#bound(rest, s, wanted);
      const guards = [...first.conditions.map((c) => this.#conditionValue(c)), ...this.#triangular(first)];
      if (body === null || guards.includes(null)) return null;
      const guard = (): Node => this.arena.multiply(...guards.map((g) => g?.at([]) ?? this.arena.one));
      return {
        axes: body.axes,
        at: (ps) => {
          const index = letter.index(this.arena);
          const inside = this.#guardedBy(guards.length > 0, () => body.at(ps));
          const node =
            op === "sum"
              ? this.arena.multiply(guard(), inside)
              : guards.length === 0
                ? inside
                : this.arena.power(inside, guard());
          return this.arena.reduce(op, index, node);
        },
      };
    });
  }

  /** A limit that is an index, `\sum_{j=1}^{i}`, is a condition on the letter. */
  #triangular(b: Binding): readonly (Value | null)[] {
    const limits: (Value | null)[] = [];
    const letter: Syntax = {
      kind: "symbol",
      name: b.letter.replace(/'+$/, ""),
      style: "plain",
      accents: [],
      latex: b.letter,
      span: { start: 0, end: 0 },
    };
    const primes = b.letter.length - b.letter.replace(/'+$/, "").length;
    const self: Syntax =
      primes === 0 ? letter : { kind: "scripted", base: letter, sub: null, sup: null, primes, span: letter.span };
    if (b.low !== null && this.dims.read(b.low, this) === null) limits.push(this.#positional(self, "\\ge", b.low));
    if (b.high !== null && this.dims.read(b.high, this) === null) limits.push(this.#positional(self, "\\le", b.high));
    return limits;
  }

  /** A sum without a letter is over all entries of what stands below it. */
  #wholeSum(s: SyntaxOf<"big">): Value | null {
    if (s.sub !== null || s.operator === "\\prod" || s.body === null)
      return refuse(
        "index/limits",
        `the limits of ${s.operator} are not understood`,
        s.sub?.span ?? s.span,
        "write them as i=1 and n",
      );
    const v = this.elaborate(s.body);
    if (v === null) return null;
    if (v.axes.length === 0)
      return refuse("index/limits", "this sum does not say what it runs over", s.span, "write its index below it");
    this.note("reading/sum", "a sum without an index is read as the sum of all entries", s.span);
    return this.sumAll(v);
  }

  #extremum(s: SyntaxOf<"big">, found: readonly Binding[]): Value | null {
    const op = s.operator.includes("min") ? "min" : "max";
    if (s.operator !== "\\max" && s.operator !== "\\min")
      return refuse("unsupported/operator", `${s.operator} has no value that can be differentiated here`, s.span);
    if (s.body === null) return null;
    const [first, ...others] = found;
    if (first === undefined) return this.#callExtremum(op, s.body);
    if (others.length > 0) return refuse("index/limits", `${s.operator} over several indices is not supported`, s.span);
    const letter = this.bind(first, true);
    return this.within([letter], () => {
      const body = s.body === null ? null : this.elaborate(s.body);
      if (body === null) return null;
      return { axes: body.axes, at: (ps) => this.arena.reduce(op, letter.index(this.arena), body.at(ps)) };
    });
  }

  /** `\max(0, z) x`: the operator takes its parentheses alone. */
  #callExtremum(op: "max" | "min", body: Syntax): Value | null {
    const [head, ...rest] = body.kind === "juxtaposition" ? body.items : [body];
    if (head === undefined || rest.length === 0 || (head.kind !== "group" && head.kind !== "scripted"))
      return this.#listExtremum(op, body);
    return rest.reduce<Value | null>(
      (product, item) => {
        const v = this.elaborate(item);
        return product === null || v === null ? null : juxtapose(this, product, v, item.span);
      },
      this.#listExtremum(op, head),
    );
  }

  /** `\max(0, z)` entry by entry, `\max\{a, b\}`; `\max(z)` over all entries of a vector. */
  extremumOverEntries(op: "max" | "min", body: Syntax): Value | null {
    return this.#listExtremum(op, body);
  }

  #listExtremum(op: "max" | "min", body: Syntax): Value | null {
    const inside = body.kind === "group" ? body.body : body;
    if (inside.kind === "list") return this.extremumOf(op, inside.items, body.span);
    const v = this.elaborate(inside);
    if (v === null) return null;
    if (v.axes.length !== 1)
      return refuse("shape/extremum", `${op} of ${shapeText(v.axes)} does not say over which index`, body.span);
    return scalarValue(() => {
      const [d] = v.axes;
      const index = this.arena.freshIndex(this.arena.upTo(known(d ?? oneVar(this.arena))));
      return this.arena.reduce(op, index, v.at([this.arena.at(index)]));
    });
  }

  extremumOf(op: "max" | "min", items: readonly Syntax[], span: Span): Value | null {
    const values = items.map((item) => this.elaborate(item));
    let result: Value | null = null;
    for (const v of values) {
      if (v === null) return null;
      if (result === null) {
        result = v;
        continue;
      }
      const a: Value = result;
      const alignment = align(this.arena, a.axes, v.axes);
      if (alignment === null) return refuse("shape/clash", `${op} needs equal shapes`, span);
      const [p, q] = alignment.pick;
      result = {
        axes: alignment.axes,
        at: (ps) => {
          const [x, y] = [a.at(p?.(ps) ?? []), v.at(q?.(ps) ?? [])];
          if (op === "max" && x === this.arena.zero) return this.arena.apply("relu", y);
          if (op === "max" && y === this.arena.zero) return this.arena.apply("relu", x);
          return this.arena.apply(op, x, y);
        },
      };
    }
    return result;
  }

  // ---- functions ----

  /** Scripts behind the arguments of a function: `f(x)_i`, `f(x)^2`; or before them: `\tanh^2(x)`. */
  scriptsAfter(v: Value, a: Application, span: Span): Value {
    const sub = a.after?.sub ?? null;
    const sup = a.after?.sup ?? null;
    const entry = sub === null ? v : this.#entryOf(v, sub);
    const powered = sup === null ? entry : this.#actions(entry, sup, span);
    return a.head.sups
      .filter((p) => !p.bracketed)
      .reduce((value, part) => this.#actions(value, part.content, span), powered);
  }

  withParameters<T>(f: FunctionDefinition, args: readonly Value[], body: () => T): T {
    const before = new Map(this.parameters);
    f.parameters.forEach((t, k) => {
      const value = args[k];
      if (value !== undefined) this.parameters.set(parameterKey(t), value);
    });
    try {
      return body();
    } finally {
      this.parameters.clear();
      for (const [k, v] of before) this.parameters.set(k, v);
    }
  }

  /** A scalar symbol that stands for an argument while its function is differentiated. */
  dummy(): Tensor {
    this.#dummies += 1;
    return this.arena.tensor({
      key: `dummy ${this.#dummies}`,
      latex: "u",
      parameters: [],
      axes: [],
      integer: false,
      derivative: null,
    });
  }

  replaceScalar(node: Node, symbol: Tensor, by: Node): Node {
    if (node.kind === "entry" && node.tensor === symbol) return by;
    return this.arena.mapOperands(node, (n) => this.replaceScalar(n, symbol, by));
  }

  /** An abstract function of one argument works entry by entry, unless a scalar is wanted of it. */
  abstractMode(name: string, args: readonly Value[], wanted: Wanted): "entrywise" | "whole" {
    const known = this.#modes.get(name);
    if (known !== undefined) return known;
    const [first] = args;
    const whole =
      args.some((a) => a.axes.length > 0) &&
      (args.length > 1 || (wanted !== null && wanted.length === 0 && first !== undefined && first.axes.length > 0));
    const mode = whole ? "whole" : "entrywise";
    if (this.final) this.#modes.set(name, mode);
    return mode;
  }

  /** The slope of a leaky ReLU, the α of an ELU, where none is given: a symbol of the worksheet or the usual constant. */
  defaultParameter(row: string, span: Span): Node {
    const value = row === "leaky_relu" ? "1/100" : "1";
    this.note("reading/parameter", `${row} is used without its parameter: ${value} is taken`, span);
    return this.arena.rational(value);
  }

  logOf(v: Value): Value {
    return scalarValue(() => this.arena.apply("log", v.at([])));
  }

  inverse(v: Value, span: Span): Value {
    return this.#matrixFunction("inverse", v, null, span);
  }

  /** Does the network compute this, rather than being given it? */
  isComputed(s: Syntax): boolean {
    const t = takeApart(s);
    return t === null || this.symbols.resolve(t).spec.defined;
  }

  // ---- conditions ----

  /** `[z > 0]` or `[i = j]` as a value, entry by entry. */
  condition(s: Syntax): Value | null {
    const inside = s.kind === "group" ? s.body : s;
    if (inside.kind !== "relation") return refuse("syntax/condition", "a condition is expected here", s.span);
    return this.#condition(inside);
  }

  #conditionValue(s: Syntax): Value | null {
    return s.kind === "relation"
      ? this.#condition(s)
      : refuse("syntax/condition", "a condition is expected here", s.span);
  }

  #condition(s: SyntaxOf<"relation">): Value | null {
    let all: Value | null = null;
    for (const [k, op] of s.operators.entries()) {
      const [a, b] = [s.items[k], s.items[k + 1]];
      if (a === undefined || b === undefined) continue;
      const one = this.#oneCondition(a, op, b, s.span);
      if (one === null) return null;
      if (all === null) all = one;
      else {
        const before: Value = all;
        const alignment = align(this.arena, before.axes, one.axes);
        if (alignment === null) return refuse("shape/clash", "the parts of a condition need equal shapes", s.span);
        all = {
          axes: alignment.axes,
          at: (ps) =>
            this.arena.multiply(before.at(alignment.pick[0]?.(ps) ?? []), one.at(alignment.pick[1]?.(ps) ?? [])),
        };
      }
    }
    return all;
  }

  #oneCondition(a: Syntax, op: string, b: Syntax, span: Span): Value | null {
    if (this.#isPositional(a) && this.#isPositional(b)) return this.#positional(a, op, b);
    const [x, y] = [this.elaborate(a), this.elaborate(b)];
    if (x === null || y === null) return null;
    const alignment = align(this.arena, x.axes, y.axes);
    if (alignment === null)
      return refuse(
        "shape/clash",
        `the sides of a condition need equal shapes, and these are ${shapeText(x.axes)} and ${shapeText(y.axes)}`,
        span,
      );
    const { arena } = this;
    const [p, q] = alignment.pick;
    return {
      axes: alignment.axes,
      at: (ps) => {
        const difference = arena.subtract(x.at(p?.(ps) ?? []), y.at(q?.(ps) ?? []));
        switch (op) {
          case ">":
            return arena.indicator(">", difference);
          case "\\ge":
            return arena.indicator(">=", difference);
          case "<":
            return arena.indicator(">", arena.negate(difference));
          case "\\le":
            return arena.indicator(">=", arena.negate(difference));
          case "=":
            return arena.indicator("=", difference);
          case "\\ne":
            return arena.subtract(arena.one, arena.indicator("=", difference));
          default:
            return refuse("syntax/condition", `${op} is not understood in a condition`, span);
        }
      },
    };
  }

  #isPositional(s: Syntax): boolean {
    if (s.kind === "number") return /^\d+$/.test(s.text);
    if (isArgument(s)) return true;
    const letter = letterOf(s);
    if (letter !== null && this.lookup(letter) !== null) return true;
    if (s.kind === "sum") return s.terms.every((t) => this.#isPositional(t.body));
    if (this.dims.read(s, this) !== null) return true;
    const t = takeApart(s);
    return t !== null && this.symbols.isInteger(t);
  }

  #positional(a: Syntax, op: string, b: Syntax): Value {
    const { arena } = this;
    const [p, q] = [this.position(a, null), this.position(b, null)];
    this.#unifyLetters(a, b);
    const one = arena.oneDim;
    return scalarValue(() => {
      const [x, y] = [p(), q()];
      if (op === "=") return arena.delta(x, y);
      if (op === "\\ne") return arena.subtract(arena.one, arena.delta(x, y));
      const difference = op === ">" || op === "\\ge" ? arena.difference(x, y) : arena.difference(y, x);
      if (difference === null) return refuse("index/unsupported", "these positions cannot be compared", a.span);
      const strict = op === ">" || op === "<";
      return arena.iverson("nonnegative", strict ? arena.shift(difference, arena.scaleDim(one, -1)) : difference);
    });
  }

  #cases(s: SyntaxOf<"cases">, wanted: Wanted): Value | null {
    const { arena } = this;
    const rows = s.rows.map((r) => ({
      value: this.elaborate(r.value, wanted),
      condition: r.condition === null ? undefined : this.#rowCondition(r.condition),
    }));
    const values: Value[] = [];
    for (const r of rows) {
      if (r.value === null || r.condition === null) return null;
      values.push(r.value);
      if (r.condition !== undefined) values.push(r.condition);
    }
    let axes: readonly DimVar[] = [];
    for (const v of values) {
      const alignment = align(arena, axes, v.axes);
      if (alignment === null) return refuse("shape/clash", "the cases need equal shapes", s.span);
      axes = alignment.axes;
    }
    const spread = (v: Value, ps: readonly Position[]): Node => v.at(v.axes.length === 0 ? [] : ps);
    return {
      axes,
      // A case holds where its condition does and none before it does.
      at: (ps) =>
        this.#guardedBy(true, () => {
          const terms: Node[] = [];
          let rest: Node[] = [];
          for (const r of rows) {
            if (r.value === null || r.condition === null) continue;
            const own = r.condition === undefined ? null : spread(r.condition, ps);
            terms.push(arena.multiply(...rest, ...(own === null ? [] : [own]), spread(r.value, ps)));
            if (own !== null) rest = [...rest, this.#not(own)];
          }
          return arena.add(...terms);
        }),
    };
  }

  // Complements that are single guards keep the guard semantics of a product; the edge itself belongs to one side.
  #not(n: Node): Node {
    const { arena } = this;
    if (n.kind === "indicator" && n.relation === ">") return arena.indicator(">=", arena.negate(n.arg));
    if (n.kind === "indicator" && n.relation === ">=") return arena.indicator(">", arena.negate(n.arg));
    if (n.kind === "iverson" && n.relation === "nonnegative") {
      const minusOne = arena.constantDim(-1);
      const p = n.position;
      if (p.value === null)
        return arena.iverson(
          "nonnegative",
          arena.shift(
            arena.position(
              p.terms.map(([i, c]) => [i, -c] as const),
              arena.scaleDim(p.offset, -1),
            ),
            minusOne,
          ),
        );
    }
    return arena.subtract(arena.one, n);
  }

  #rowCondition(s: Syntax): Value | null | undefined {
    const inside = s.kind === "group" ? s.body : s;
    if (inside.kind === "relation") return this.#condition(inside);
    if (inside.kind === "text" || inside.kind === "empty") {
      if (inside.kind === "empty" || /otherwise|else|sonst|o\.?\s?w\.?/i.test(inside.text)) return undefined;
    }
    return refuse(
      "syntax/condition",
      "this condition is not understood",
      s.span,
      "write it as a relation, z > 0, or as \\text{otherwise}",
    );
  }

  #matrix(s: SyntaxOf<"matrix">): Value | null {
    if (s.rows.some((r) => r.some((c) => c.kind === "ellipsis")))
      return refuse(
        "unsupported/ellipsis",
        "a matrix with dots does not say what it leaves out",
        s.span,
        "write it by index",
      );
    if (s.environment === "vmatrix")
      return refuse("unsupported/matrix", "a determinant written out is not supported", s.span);
    const cells = s.rows.map((r) => r.map((c) => this.elaborate(c)));
    const columns = cells[0]?.length ?? 0;
    if (cells.some((r) => r.length !== columns))
      return refuse("shape/ragged", "the rows of this matrix have different lengths", s.span);
    if (cells.some((r) => r.includes(null))) return null;
    const flat = cells.map((r) => r.filter((c): c is Value => c !== null));
    if (flat.every((r) => r.every(isScalar))) return this.#literalMatrix(flat, columns);
    if (columns === 1)
      return this.concatenate(
        flat.map((r) => r[0]).filter((v): v is Value => v !== undefined),
        s.span,
      );
    return refuse("unsupported/block-matrix", "a matrix of blocks is not supported", s.span);
  }

  #literalMatrix(cells: readonly (readonly Value[])[], columns: number): Value {
    const { arena } = this;
    const [rowsDim, columnsDim] = [new DimVar(arena.constantDim(cells.length)), new DimVar(arena.constantDim(columns))];
    const pick = (i: Position, j: Position | null): Node =>
      arena.add(
        ...cells.flatMap((r, a) =>
          r.map((v, b) => {
            const guards = [
              arena.delta(i, arena.literal(a + 1)),
              ...(j === null ? [] : [arena.delta(j, arena.literal(b + 1))]),
            ];
            return arena.multiply(...guards, v.at([]));
          }),
        ),
      );
    if (columns === 1) return { axes: [rowsDim], at: ([i]) => (i === undefined ? arena.zero : pick(i, null)) };
    return {
      axes: [rowsDim, columnsDim],
      at: ([i, j]) => (i === undefined || j === undefined ? arena.zero : pick(i, j)),
    };
  }

  /** Columns below each other: `[h; x]`. */
  concatenate(parts: readonly Value[], span: Span): Value | null {
    const { arena } = this;
    if (parts.some((p) => p.axes.length > 1))
      return refuse("unsupported/block-matrix", "only columns can be joined to one", span);
    const sizes = parts.map((p) => p.axes[0]?.dim ?? (p.axes.length === 0 ? arena.oneDim : null));
    if (sizes.includes(null)) return null;
    const dims = sizes.filter((d): d is Dim => d !== null);
    const total = new DimVar(arena.addDims(...dims));
    return {
      axes: [total],
      at: ([i]) => {
        if (i === undefined) return arena.zero;
        let before = arena.zeroDim;
        const terms = parts.map((p, k) => {
          const dim = dims[k] ?? arena.oneDim;
          const local = arena.shift(i, arena.scaleDim(before, -1));
          const from = arena.iverson("nonnegative", arena.shift(local, arena.constantDim(-1)));
          const upto = arena.difference(arena.atDim(dim), local);
          before = arena.addDims(before, dim);
          const guards = [
            ...(k === 0 ? [] : [from]),
            ...(k === parts.length - 1 || upto === null ? [] : [arena.iverson("nonnegative", upto)]),
          ];
          return arena.multiply(...guards, p.at(p.axes.length === 0 ? [] : [local]));
        });
        return arena.add(...terms);
      },
    };
  }
}

const isArgument = (s: Syntax): s is SyntaxOf<"big"> => s.kind === "big" && s.operator.includes("arg");

/** An indicator among factors keeps the positions of the others on their axes. */
const isIndicator = (s: Syntax): boolean =>
  (s.kind === "group" && s.body.kind === "relation") || (s.kind === "scripted" && s.sub?.kind === "relation");

/** The key under which a function's formal parameter stands while its body is read. */
export const parameterKey = (t: Scripted): string =>
  [
    headKey(t.symbol) + "'".repeat(t.primes),
    ...t.sups.map((p) => `^${scriptText(p.content)}`),
    ...t.subs.map((x) => `_${scriptText(x)}`),
  ].join("");

/** `\circ 2` or `\odot 2` as an exponent: entry by entry. */
function entrywiseExponent(s: Syntax): Syntax | null {
  if (s.kind === "juxtaposition" && s.items.length === 2) {
    const [a, b] = s.items;
    if (a?.kind === "symbol" && (a.name === "\\circ" || a.name === "\\odot") && b !== undefined) return b;
  }
  return null;
}
