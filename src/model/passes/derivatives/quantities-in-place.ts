import { flatMap } from "../../../core/flat-map.js";
import type { Span } from "../../../core/span.js";
import type { Statement, Syntax } from "../../../notation/syntax.js";
import { derivativeForm, formOf } from "../../elaborate/derivatives.js";
import { type Binding, bindings, letterOf, rangeStatement } from "../../symbols/letters.js";
import { headKey, mapOperands, plainSymbol, type Scripted, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isPureDerivative } from "../../symbols/statements.js";
import type { SymbolTable } from "../../symbols/symbols.js";
import { asWritten } from "../indices/single-units.js";

/*
 * Where the forward pass stands in a picture, lines about its derivatives can still be compared with each other: each
 * derivative is put as a quantity of its own, `\partial L/\partial \pi_j^{(m)}` as one `g_j^{(m)}` of which nothing is known. What
 * follows from another line whatever that quantity is, follows from it for the derivative.
 */

/** One kind of derivative, of one quantity by all members and entries of another. */
interface Quantity {
  readonly name: string;
  /** For each place below it how far that runs, where it is said; first what the lines themselves say. */
  readonly sizes: (Syntax | null)[];
  readonly elsewhere: (Syntax | null)[];
  /** The letters that stand at its places. */
  readonly letters: (readonly [place: number, letter: string])[];
}

/**
 * Lines about one derivative as lines about a quantity, with its shape and what the text says of letters; `null` where not
 * every derivative in them can be put so.
 */
export function withQuantities(
  lines: readonly Item[],
  others: readonly Item[],
  symbols: SymbolTable,
): readonly Item[] | null {
  const putter = new Putter(
    symbols,
    flatMap(others, ({ statement }) => rangeStatement(statement) ?? []),
  );
  const put = lines.map((item): Item => {
    const { written: _, ...plain } = asWritten(item);
    const { statement } = plain;
    const own = flatMap(statement.conditions, (c) => rangeStatement(c) ?? []);
    const sides = statement.sides.map((s) => putter.put(s, own));
    return { ...plain, statement: { ...statement, sides }, kind: "mention", reading: "" };
  });
  if (putter.isLost) return null;
  const [first] = lines;
  // How far letters run in other lines may be another size.
  const isOwn = (letters: readonly Binding[]): boolean => letters.some((b) => putter.bound.has(b.letter));
  const said = others.filter(
    ({ kind, statement }) =>
      kind === "declaration" || kind === "assumption" || (kind === "range" && !isOwn(rangeStatement(statement) ?? [])),
  );
  const shapes = first === undefined ? [] : putter.shapes().map((statement) => besides(first, statement));
  return [...shapes, ...said, ...put];
}

/** The derivative at the head of a line, without the places below it. */
export function headOf(s: Syntax, symbols: SymbolTable): string | null {
  const form = isPureDerivative(s) ? formIn(s, symbols) : null;
  return form === null ? null : keyOf(form);
}

/** The symbol above the ∂ of a derivative. */
export function quantityAbove(s: Syntax, symbols: SymbolTable): Scripted | null {
  const form = formIn(s, symbols);
  return form === null ? null : takeApart(form.of);
}

class Putter {
  readonly #symbols: SymbolTable;
  readonly #ranges: readonly Binding[];
  readonly #found = new Map<string, Quantity & { readonly at: Scripted }>();
  /** Some derivative has no name of its own: of an expression, say. */
  isLost = false;

  /** `ranges`: how far letters run, as the text says elsewhere. */
  constructor(symbols: SymbolTable, ranges: readonly Binding[]) {
    this.#symbols = symbols;
    this.#ranges = ranges;
  }

  put(s: Syntax, ranges: readonly Binding[]): Syntax {
    const form = formIn(s, this.#symbols);
    if (form !== null) return this.#quantity(form, ranges, s.span);
    if (isSigned(s)) this.isLost = true;
    if (s.kind === "matrix") return { ...s, rows: s.rows.map((row) => row.map((cell) => this.put(cell, ranges))) };
    const inner = s.kind === "big" ? [...ranges, ...bindings(s.sub, s.sup)] : ranges;
    return mapOperands(s, (n) => this.put(n, inner));
  }

  /** The letters at places whose size the lines say. */
  get bound(): ReadonlySet<string> {
    const all = [...this.#found.values()];
    return new Set(flatMap(all, (q) => flatMap(q.letters, ([k, letter]) => (q.sizes[k] == null ? [] : letter))));
  }

  /** `g \in \mathbb{R}^{H}` for each quantity whose places all have a size. */
  shapes(): readonly Statement[] {
    return flatMap([...this.#found.values()], ({ name, sizes, elsewhere, at }): Statement[] => {
      const known = flatMap(sizes, (size, k) => size ?? elsewhere[k] ?? []);
      const { span } = at;
      if (known.length === 0 || known.length < sizes.length) return [];
      const base: Syntax = { kind: "symbol", name: "R", style: "bb", accents: [], latex: "\\mathbb{R}", span };
      const [only] = known;
      const operators = known.slice(1).map(() => "\\times");
      const sup: Syntax =
        known.length === 1 && only !== undefined ? only : { kind: "product", items: known, operators, span };
      const set: Syntax = { kind: "scripted", base, sub: null, sup, primes: 0, span };
      const whole = at.sups.reduce(
        (inner: Syntax, p): Syntax => ({
          kind: "scripted",
          base: inner,
          sub: null,
          sup: { kind: "group", open: "(", body: p.content, span },
          primes: 0,
          span,
        }),
        plainSymbol(name, span),
      );
      return [{ span, latex: "", sides: [whole, set], relations: ["\\in"], conditions: [], words: [] }];
    });
  }

  #quantity(form: Named, ranges: readonly Binding[], span: Span): Syntax {
    const key = keyOf(form);
    const known = this.#found.get(key);
    const quantity = known ?? {
      name: `g_{${this.#found.size}}`,
      sizes: [],
      elsewhere: [],
      letters: [],
      at: form.wrt,
    };
    if (known === undefined) this.#found.set(key, quantity);
    form.wrt.subs.forEach((sub, k) => {
      const letter = letterOf(sub);
      quantity.sizes[k] ??= sizeAt(sub, ranges);
      quantity.elsewhere[k] ??= sizeAt(sub, this.#ranges);
      if (letter !== null) quantity.letters.push([k, letter]);
    });
    return withBase(form.written, plainSymbol(quantity.name, span), span);
  }
}

interface Named {
  readonly of: Syntax;
  readonly wrt: Scripted;
  readonly written: Syntax;
}

/** A first derivative of one symbol by another. */
function formIn(s: Syntax, symbols: SymbolTable): Named | null {
  const names = { symbols, writesDifferentials: false };
  const form =
    s.kind === "fraction"
      ? derivativeForm(s, names)
      : s.kind === "product" && s.operators.join() === "/" && s.items[0] !== undefined && s.items[1] !== undefined
        ? formOf(s.items[0], s.items[1], s.span, names)
        : null;
  const [written, more] = form?.wrt ?? [];
  const wrt = written === undefined || more !== undefined ? null : takeApart(written);
  if (form === null || form.of === null || wrt === null || written === undefined || form.direct) return null;
  return takeApart(form.of) === null ? null : { of: form.of, wrt, written };
}

/** A ∂ or ∇ outside of what can be put as a quantity. */
const isSigned = (s: Syntax): boolean => s.kind === "symbol" && (s.name === "\\partial" || s.name === "\\nabla");

const keyOf = ({ of, wrt }: Named): string => `${scriptText(of)} / ${headKey(wrt.symbol)}${"'".repeat(wrt.primes)}`;

/** The same scripts on another symbol. */
function withBase(s: Syntax, base: Syntax, span: Span): Syntax {
  if (s.kind !== "scripted") return base;
  return { ...s, base: withBase(s.base, base, span), primes: 0, span };
}

/** How far a place runs: as its letter does, or up to itself where it is the last of a display. */
function sizeAt(sub: Syntax, ranges: readonly Binding[]): Syntax | null {
  const letter = letterOf(sub);
  const range = letter === null ? undefined : ranges.findLast((b) => b.letter === letter);
  return range?.low?.kind === "number" && range.low.text === "1" ? range.high : null;
}

const besides = ({ formula, ordinal }: Item, statement: Statement): Item => ({
  statement,
  formula: { ...formula, sentence: "" },
  ordinal,
  kind: "mention",
  reading: "",
});
