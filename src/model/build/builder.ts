import { type Diagnostic, diagnostic, Refusal } from "../../core/diagnostic.js";
import type { Span } from "../../core/span.js";
import type { FrontMatter } from "../../document/document.js";
import { Arena } from "../../expression/arena.js";
import type { Dim, Tensor } from "../../expression/node.js";
import type { Syntax } from "../../notation/syntax.js";
import { readings } from "../elaborate/elaborate.js";
import { Elaborator } from "../elaborate/elaborator.js";
import type { Assumption, Equation } from "../model.js";
import { type Binding, Letters, letterOf, rangeStatement, visit } from "../symbols/letters.js";
import { type Scripted, symbolsIn } from "../symbols/scripts.js";
import type { Item } from "../symbols/statements.js";
import type { Occurrence, SymbolSpec } from "../symbols/symbol-spec.js";
import { SymbolTable } from "../symbols/symbols.js";
import type { LetterBinding } from "../values/value.js";
import type { Mention } from "../words/roles.js";
import { quietly } from "./infer.js";
import { Worklist } from "./worklist.js";

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

/** One problem while it is built: what the passes over its statements have found, and what they all ask. */
export class Builder {
  readonly arena: Arena;
  readonly letters = new Letters();
  readonly symbols: SymbolTable;
  readonly e: Elaborator;
  readonly items: readonly Item[];
  /** The statements of the problem itself: what a submission says gives no symbol a shape, a size or a property. */
  readonly premises: readonly Item[];
  readonly front: FrontMatter;
  /** Its sentences without a formula. */
  readonly plain: readonly string[];
  readonly drafts: Draft[] = [];
  /** The equations of each symbol, so that a second one is noticed without a look at all others. */
  readonly draftsOf = new Map<SymbolSpec, Draft[]>();
  readonly restated: Restated[] = [];
  /** Names that the forward pass uses as wholes and some line with two positions, `w_{jk}`. */
  readonly matrixHeads = new Set<string>();
  /** The same with one position, `w_j`. */
  readonly columnHeads = new Set<string>();
  /** Names such as δ that some forward equation uses, or not, once that was asked. */
  readonly plainQuantities = new Map<string, boolean>();
  readonly assumptions: Assumption[] = [];
  /** "$Y$ is one-hot" of a matrix, where no word says if its rows are or its columns. */
  readonly undirected = new Set<Assumption>();
  /** Values that symbols have in a case that words name. */
  readonly cases: {
    readonly head: string;
    readonly value: number;
    readonly latex: string;
    readonly sentence: string;
    /** Its values in the cases that the words go on with, "and $0$ otherwise"; NaN for one that is none of -1, 0 and 1. */
    readonly others: readonly number[];
    /** It is said of the whole, not of a member: "when the data are centred, $b = 0$". */
    readonly isWhole: boolean;
  }[] = [];
  /** Facts that the text may state or not, as its words are read. */
  readonly doubtful: Assumption[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly equations: Equation[] = [];
  /** What words call symmetric, computed or not. */
  readonly saidSymmetric = new Set<Tensor>();
  /** Work that waits until tensors are made. */
  readonly whenMade: (() => void)[] = [];
  readonly pendingAssumptions: Item[] = [];
  /** Declarations of `A^{(i)}` that hold for every label i. */
  readonly generics: { readonly target: Scripted; readonly letter: string; readonly shape: readonly Syntax[] }[] = [];
  /** Symbols whose shape is declared in words or signs that could not be read, and the declaration. */
  readonly lostShapes = new Map<SymbolSpec, string>();
  /** Members of families that are given: which symbol they belong to. */
  readonly given = new Map<Tensor, SymbolSpec>();
  /** The author's letters for each range, and those that an equation's own axes have got from them. */
  lettersFor: ReadonlyMap<string, readonly string[]> = new Map();
  readonly axisLetters = new Map<Draft, string[]>();
  #specs: ReadonlyMap<Tensor, SymbolSpec> | null = null;
  #letterCounts: ReadonlyMap<string, readonly string[]> | null = null;
  /** How many sizes got a name here. */
  #sizes = 0;
  #work: Worklist | null = null;
  #sentenceRanges: ReadonlyMap<string, ReadonlyMap<string, Binding>> | null = null;

  constructor(items: readonly Item[], front: FrontMatter, plain: readonly string[] = []) {
    this.arena = new Arena();
    this.plain = plain;
    this.items = items;
    this.premises = items.filter((i) => i.submitted !== true);
    this.front = front;
    this.symbols = new SymbolTable(this.letters);
    this.e = new Elaborator(this.arena, this.letters, this.symbols, readings);
  }

  /** Where letters run, as the formulas of one sentence say: `$a_t = b_t$ for $t = 1, \dots, T$`. */
  rangesIn(sentence: string): ReadonlyMap<string, Binding> {
    if (this.#sentenceRanges === null) {
      const found = new Map<string, Map<string, Binding>>();
      for (const { statement, formula } of this.items)
        for (const b of (formula.sentence === "" ? null : rangeStatement(statement)) ?? []) {
          const known = found.get(formula.sentence) ?? new Map<string, Binding>();
          found.set(formula.sentence, known.set(b.letter, b));
        }
      this.#sentenceRanges = found;
    }
    return this.#sentenceRanges.get(sentence) ?? new Map<string, Binding>();
  }

  /** What is looked at while shapes are found: the equations are settled by then. */
  get work(): Worklist {
    this.#work ??= new Worklist(this);
    return this.#work;
  }

  /** A size that nothing names, and why there is one. */
  freshSize(spec: SymbolSpec): Dim {
    const taken = this.e.dims.names;
    do this.#sizes += 1;
    while (taken.includes(`n_{${this.#sizes}}`));
    const latex = `n_{${this.#sizes}}`;
    const message = `nothing names this size of ${spec.key}, so it is called ${latex}`;
    this.diagnostics.push(diagnostic("note", "shape/size-named", message, spec.span));
    return this.arena.namedDim(latex);
  }

  failure(error: unknown, at: Span): void {
    if (!(error instanceof Refusal)) throw error;
    this.diagnostics.push(error.diagnostic.span === null ? { ...error.diagnostic, span: at } : error.diagnostic);
  }

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

  /** The formula that a symbol stands in first, in its sentence. */
  mentionOf(spec: SymbolSpec): Mention | null {
    const item = this.items.find(
      (i) => spec.span.start >= i.statement.span.start && spec.span.end <= i.statement.span.end,
    );
    return item === undefined ? null : { sentence: item.formula.sentence, ordinal: item.ordinal };
  }

  isDefined(tensor: Tensor): boolean {
    return this.specs.get(tensor)?.defined === true;
  }

  /** Runs `f`; what it refuses is said of the item. */
  guard(item: Item, f: () => void): void {
    try {
      f();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const d = error instanceof Refusal ? error.diagnostic : internalError(error);
      this.diagnostics.push(d.span === null ? { ...d, span: item.statement.span } : d);
      item.reading = d.message;
    }
  }

  freeLetter(letter: string, range: Binding | null): LetterBinding {
    return this.e.bind(range ?? { letter, low: null, high: null, conditions: [] }, false);
  }

  // Resolved anew each time: what is a position and what an axis may have been settled since.
  occurrenceOf(d: Draft): Occurrence {
    return this.symbols.resolve(d.target);
  }

  /** The author's letters for each range, most used first. */
  get lettersByRange(): ReadonlyMap<string, readonly string[]> {
    if (!this.e.final) return this.#countLetters();
    this.#letterCounts ??= this.#countLetters();
    return this.#letterCounts;
  }

  #countLetters(): ReadonlyMap<string, readonly string[]> {
    const counts = new Map<string, Map<string, number>>();
    for (const { letter: b, times } of this.e.letterUse) {
      const range = quietly(() => b.finalRange(this.arena));
      if (range === null || !/^(\\[a-z]+|[a-z])'*$/.test(b.letter)) continue;
      const key = `${range.low.key}..${range.high.key}`;
      const letters = counts.get(key) ?? new Map<string, number>();
      const plain = b.letter.replace(/'+$/, "");
      letters.set(plain, (letters.get(plain) ?? 0) + times);
      counts.set(key, letters);
    }
    return new Map(
      [...counts].map(([key, letters]) => [key, [...letters].sort((a, b) => b[1] - a[1]).map(([l]) => l)]),
    );
  }
}

/** A fault of this program costs the formula at hand, not the file. */
const internalError = (error: Error): Diagnostic =>
  diagnostic(
    "error",
    "internal/error",
    `this formula meets a mistake in the program: ${error.message.replace(/^internal: /, "")}`,
    null,
  );
