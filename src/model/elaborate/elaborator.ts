import { type Diagnostic, diagnostic, refuse, type Severity } from "../../core/diagnostic.js";
import type { Span } from "../../core/span.js";
import type { Arena } from "../../expression/arena.js";
import type { Node, Position, Range, Tensor } from "../../expression/node.js";
import type { Syntax } from "../../notation/syntax.js";
import { DimensionReader } from "../sizes/dimension-reader.js";
import { DimVar } from "../sizes/dimensions.js";
import { type Binding, type Letters, letterOf, mentions } from "../symbols/letters.js";
import { headKey, type Scripted, scriptText } from "../symbols/scripts.js";
import type { SymbolTable } from "../symbols/symbols.js";
import type { ProductContext } from "../values/products.js";
import { type DerivativeParts, LetterBinding, type Value } from "../values/value.js";
import type { DerivativeForm } from "./derivatives.js";

/** A shape that is wanted of an expression, where its surroundings say so. */
export type Wanted = readonly DimVar[] | null;

/** `\Psi(\mathbf{x}) = …`. */
export interface FunctionDefinition {
  readonly key: string;
  readonly parameters: readonly Scripted[];
  readonly body: Syntax;
  readonly span: Span;
  /** The i of `f(x)_i = …`, where the body is an entry of what it gives. */
  readonly entry?: string;
}

/** `W_L \cdots W_1`, written down or up: the factor at `letter`, and from where to where that runs. */
export interface MatrixProduct {
  /** `null` where only a product sign stands, and no dots tell it. */
  readonly order: "up" | "down" | null;
  readonly letter: LetterBinding;
  readonly low: Position;
  readonly high: Position;
  readonly factor: Value;
  readonly span: Span;
}

/** A function in front of its arguments, as it stands in a juxtaposition. */
export interface Application {
  readonly head: Scripted;
  readonly item: Syntax;
  readonly args: readonly Syntax[];
  /** Scripts that follow the arguments and act on the result: `f(x)^2`, `f(x)_i`. */
  readonly after: { readonly sub: Syntax | null; readonly sup: Syntax | null } | null;
  /** How many items of the juxtaposition it takes up. */
  readonly length: number;
  readonly span: Span;
}

/** The two things an expression can be: a value, and a position on an axis. Either may stand inside the other. */
export interface Readings {
  readonly value: (e: Elaborator, s: Syntax, wanted: Wanted) => Value | null;
  readonly position: (e: Elaborator, s: Syntax, axis: DimVar | null) => () => Position;
}

/** What is looked at again later, with the letters that were bound where it stands. */
export interface Pending<T> {
  readonly what: T;
  readonly inScope: <R>(f: () => R) => R;
}

/** Where entries that lie outside of an axis are read as zero. */
export type ZeroOutside = "nowhere" | "everywhere";

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
  /** Heads that stand in front of parentheses somewhere. */
  readonly applied = new Set<string>();
  /** Heads that the forward pass uses as quantities and applies to nothing. */
  readonly multipliers = new Set<string>();
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
  /** The product of matrices over an index; set by those who may bring equations. */
  matrixProduct: ((product: MatrixProduct) => Value) | null = null;
  /** Differentiates a scalar body by a scalar symbol; set by those who may use `derive/`. */
  differentiate: ((body: Node, by: Tensor) => Node) | null = null;
  /** Is one of these computed from one of the others? Set with `differentiate`. */
  restsOn: ((tensors: readonly Tensor[], on: ReadonlySet<Tensor>) => boolean) | null = null;
  /** Heads that were defined with arguments, `\mathcal{L}(a, t) = …`, and the arguments that only remind of them. */
  /** The sizes of what a map between arrays gives, `f : \mathbb{R}^n \to \mathbb{R}^m`. */
  readonly maps = new Map<string, readonly Syntax[]>();
  readonly reminders = new Map<string, readonly string[]>();
  /** How an abstract function is used, once decided. */
  readonly #modes = new Map<string, AbstractMode>();
  /** Sizes that were declared for vectors of ones and identity matrices, by name and label. */
  readonly constantSizes = new Map<string, DimVar>();
  /** A dot between equal columns was read entry by entry, which is the default; or is read as an inner product throughout. */
  dotted = false;
  diagonals: DerivativeParts[] = [];
  /** Vectors that are added to every row of a matrix, by the `id` of their symbol. */
  readonly usedAsRows = new Set<string>();
  readonly chainOrders = new Set<"outer-first" | "inner-first">();
  innerFirst = 0;
  /** How many products of matrices do not tell in which order their factors stand. */
  unordered = 0;
  dotIsInner = false;
  sumsEntries = false;
  /** Abstract functions of whole arrays, found on a first reading. */
  wholeFunctions: ReadonlySet<string> = new Set();
  /** A capital letter in front of a small one is a matrix, and this a column, though nothing else says so. */
  readonly capitalsAreMatrices: boolean = false;
  /** The words of the problem say that products of columns are entry by entry. */
  readonly entrywiseProducts: boolean = false;
  /** The words of the problem speak of a matrix exponential: exp of a square matrix is one. */
  matrixExponentials = false;
  /** The words of the problem speak of basis vectors: `e_1` is one, in the forward pass too. */
  basisVectors = false;
  /** Axes of members at different places that met before either had a size. */
  readonly unsized: (readonly [DimVar, DimVar])[] = [];
  /** Where entries outside of an axis are zero: nowhere, or everywhere. */
  readonly zeroOutside: ZeroOutside = "nowhere";
  /** A position was read that large sizes take below the first entry of its axis. */
  mayFallBelow = false;
  /** While an entry is made that is zero outside of its axes. */
  zeroing = false;
  /** Every letter that was bound, to learn the author's letters from, and how often it counts. */
  readonly letterUse: { readonly letter: LetterBinding; readonly times: number }[] = [];
  /** Products with a factor of unknown shape, of which its neighbours may tell: collected while shapes are inferred. */
  pendingProducts: Pending<readonly { readonly value: Value | null; readonly syntax: Syntax }[]>[] | null = null;
  /** Sums whose known terms have axes and whose others are unknown. */
  pending: Pending<{ readonly axes: readonly DimVar[]; readonly terms: readonly Syntax[] }>[] | null = null;
  /** Inside a sum or a case whose condition keeps positions on their axes. */
  guarded = false;
  #dummies = 0;
  usesKronecker = false;
  /** `\mathcal{N}(x \mid \mu, \sigma^2)` stands somewhere. */
  usesDensity = false;
  final = false;
  /** What lines of a matrix a softmax adds up; of several softmaxes, words may not say of which they speak. */
  softmaxAxis: "rows" | "columns" | "unclear" = "rows";
  #scope = new Map<string, LetterBinding>();
  #depth = 0;
  readonly #reading = new WorkMeter();
  readonly #making = new WorkMeter();
  readonly #noted = new Set<string>();
  readonly #readings: Readings;

  constructor(arena: Arena, letters: Letters, symbols: SymbolTable, readings: Readings) {
    this.#readings = readings;
    this.arena = arena;
    this.letters = letters;
    this.symbols = symbols;
    this.dims = new DimensionReader(arena, letters, symbols);
  }

  /** Changes where reading something has changed what is read later: a new symbol, a size that is another's second name. */
  get footprint(): string {
    return `${this.symbols.count} ${this.dims.aliasCount} ${this.#modes.size} ${this.#dummies}`;
  }

  note(code: string, message: string, span: Span, severity: Severity = "note"): void {
    const key = `${code}@${span.start}`;
    if (!this.final || this.#noted.has(key)) return;
    this.#noted.add(key);
    this.diagnostics.push(diagnostic(severity, code, message, span));
  }

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

  /** For later, with the letters that are in scope now. */
  postponed<T>(what: T): Pending<T> {
    const scope = this.#scope;
    return {
      what,
      inScope: (f) => {
        const before = this.#scope;
        this.#scope = scope;
        try {
          return f();
        } finally {
          this.#scope = before;
        }
      },
    };
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
    if (b.high !== null && letterOf(b.high) === b.letter)
      refuse("index/range", `${b.letter} cannot run up to itself`, b.high.span);
    let range = this.writtenRange({ low: b.low, high: b.high });
    if (range === null && b.low === null && b.high !== null) {
      const high = this.dims.read(b.high, this);
      if (high !== null) range = arena.upTo(high);
    }
    const upper = range !== null && range.low === arena.oneDim ? range.high : null;
    const size = new DimVar(upper, upper === null || this.dims.isSoft(upper));
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
    this.letterUse.push({ letter: binding, times: 1 });
    return binding;
  }

  /** Letters that stand free together, with the ranges written for them: one may run as far as another says, `j = 1, \dots, N_l`. */
  bindTogether(letters: ReadonlyMap<string, Binding | null>): readonly LetterBinding[] {
    const bind = ([letter, range]: readonly [string, Binding | null]): LetterBinding =>
      this.bind(range ?? { letter, low: null, high: null, conditions: [] }, false);
    const depends = ([letter, range]: readonly [string, Binding | null]): boolean =>
      [range?.low, range?.high].some(
        (end) => end != null && [...letters.keys()].some((l) => l !== letter && mentions(end, l)),
      );
    const first = new Map([...letters].filter((l) => !depends(l)).map((l) => [l[0], bind(l)]));
    return this.within([...first.values()], () => [...letters].map((l) => first.get(l[0]) ?? bind(l)));
  }

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
      const v = this.#reading.during(s.span, () => this.#readings.value(this, s, wanted));
      if (v === null || !this.final) return v;
      return { ...v, at: (ps) => this.#making.during(s.span, () => v.at(ps)) };
    } finally {
      this.#depth -= 1;
    }
  }

  /** An expression as a position on an axis. */
  position(s: Syntax, axis: DimVar | null): () => Position {
    return this.#readings.position(this, s, axis);
  }

  /** A derivative, as a fraction or at the head of a juxtaposition: `\nabla_W L`, `\frac{\partial}{\partial w} f`. */
  derivativeOf(form: DerivativeForm, span: Span): Value | null {
    if (this.derivative === null)
      return refuse("derivative/here", "a derivative cannot stand in a forward equation", span);
    return this.derivative(form, this);
  }

  /** Runs `f` below a sum without an index. */
  summing<T>(f: () => T): T {
    const before = this.sumsEntries;
    this.sumsEntries = true;
    try {
      return f();
    } finally {
      this.sumsEntries = before;
    }
  }

  /** Runs `f` where a condition keeps positions on their axes. */
  /** What is read here may lie outside of an axis. */
  zeroed<T>(f: () => T): T {
    const before = this.zeroing;
    this.zeroing = true;
    try {
      return f();
    } finally {
      this.zeroing = before;
    }
  }

  guardedBy<T>(guarded: boolean, f: () => T): T {
    const before = this.guarded;
    this.guarded = before || guarded;
    try {
      return f();
    } finally {
      this.guarded = before;
    }
  }

  /** Runs `body` with a function's arguments in the place of its parameters. */
  withParameters<T>(f: FunctionDefinition, args: readonly Value[], body: () => T): T {
    const before = new Map(this.parameters);
    // Inside, the parameters of the function that calls are unknown.
    this.parameters.clear();
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

  /** Runs `body` with a value in the place of one symbol. */
  withParameter<T>(t: Scripted, value: Value, body: () => T): T {
    const key = parameterKey(t);
    const before = this.parameters.get(key);
    this.parameters.set(key, value);
    try {
      return body();
    } finally {
      if (before === undefined) this.parameters.delete(key);
      else this.parameters.set(key, before);
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

  /**
   * An abstract function of one argument works entry by entry, unless a scalar is wanted of it; one of several gives a scalar,
   * or the array that is wanted, `y = F(x, W) + x`.
   */
  abstractMode(name: string, args: readonly Value[], wanted: Wanted): AbstractMode {
    const known = this.#modes.get(name);
    if (known !== undefined) return known;
    const mode = this.#abstractMode(name, args, wanted);
    if (this.final) this.#modes.set(name, mode);
    return mode;
  }

  #abstractMode(name: string, args: readonly Value[], wanted: Wanted): AbstractMode {
    const [first] = args;
    const image = this.maps.get(name)?.map((s) => this.dims.read(s, this)) ?? null;
    if (image !== null) return { axes: image.map((d) => new DimVar(d)) };
    // `K = K(\theta)`, an array of a number: each entry is a function of its own.
    if (!args.some((a) => a.axes.length > 0))
      return wanted === null || wanted.length === 0 ? "entrywise" : { axes: wanted };
    if (args.length > 1) return { axes: wanted ?? [] };
    if (IS_LAYER.test(name) && first !== undefined) return { axes: wanted ?? first.axes };
    if (wanted !== null && first !== undefined && differInSize(wanted, first.axes)) return { axes: wanted };
    const wantsScalar = wanted?.length === 0 && first !== undefined && first.axes.length > 0;
    return wantsScalar || this.wholeFunctions.has(name) ? { axes: [] } : "entrywise";
  }
}

/** `y = f(u)` with columns that are said to have k and m entries: a map from the one space to the other. */
const differInSize = ([to]: readonly DimVar[], from: readonly DimVar[]): boolean => {
  const [own, more] = from;
  const isColumn = more === undefined && to !== undefined && own !== undefined;
  return isColumn && to.dim !== null && own.dim !== null && to.dim !== own.dim;
};

/** Words for a layer, each of whose results depends on all of its argument: LN, LayerNorm, MLP. An activation, SELU, is none. */
const IS_LAYER =
  /^(?:LN|BN|GN|MLP|FFN|MHA|MHSA|CNN|RNN|\w*(?:[Nn]orm|[Aa]ttention|[Aa]ttn|[Ee]ncoder|[Dd]ecoder|[Cc]onv|[Pp]ool|[Ee]mbed(?:ding)?|[Ll]ayer|[Bb]lock))$/;

/** Entry by entry, or of all entries at once with a result of these axes. */
type AbstractMode = "entrywise" | { readonly axes: readonly DimVar[] };

/** Functions that apply each other twice make formulas that double with each of them. */
const MOST_PARTS = 300_000;

/** Counts the parts of the outermost thing that is being done. */
class WorkMeter {
  #inside = false;
  #parts = 0;

  during<T>(span: Span, f: () => T): T {
    this.#parts += 1;
    if (this.#parts > MOST_PARTS)
      refuse(
        "limits/size",
        "written out, this formula has too many parts",
        span,
        "name its parts in equations of their own",
      );
    if (this.#inside) return f();
    this.#inside = true;
    this.#parts = 0;
    try {
      return f();
    } finally {
      this.#inside = false;
      this.#parts = 0;
    }
  }
}

/** The key under which a function's formal parameter stands while its body is read. */
export const parameterKey = (t: Scripted): string =>
  [
    headKey(t.symbol) + "'".repeat(t.primes),
    ...t.sups.map((p) => `^${scriptText(p.content)}`),
    ...t.subs.map((x) => `_${scriptText(x)}`),
  ].join("");
