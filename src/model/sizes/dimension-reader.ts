import type { Arena } from "../../expression/arena.js";
import type { Dim, Position } from "../../expression/node.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { quietly } from "../build/infer.js";
import { enclosed, latexOf } from "../symbols/latex.js";
import { type Letters, letterOf } from "../symbols/letters.js";
import { headKey, type Scripted, scriptText, takeApart } from "../symbols/scripts.js";
import type { SymbolTable } from "../symbols/symbols.js";
import type { LetterBinding } from "../values/value.js";
import type { DimVar } from "./dimensions.js";

/** The letters that are bound where a size stands. */
interface Scope {
  lookup(letter: string): LetterBinding | null;
  position(s: Syntax, axis: DimVar | null): () => Position;
}

/** `n^8` is as large a power as a size may be. */
const MOST_FACTORS = 8;

/** Reads sizes: `D^{(1)}`, `N`, `p+1`, `2H`, `H - K + 1`, `|U|`, `D^{(\ell)}`. Only names that were registered are sizes. */
export class DimensionReader {
  readonly #arena: Arena;
  readonly #letters: Letters;
  readonly #symbols: SymbolTable;
  readonly #latex = new Map<string, string>();
  readonly #aliases = new Map<string, Dim>();
  /** Heads whose script runs over a family: `D^{(\ell)}`. */
  readonly #families = new Map<string, string>();
  /** Heads of sizes that bound the very letter below them, `o = 1, \dots, C_o`: there it is a label, and so are others. */
  readonly labelled = new Set<string>();
  /** Names that stand in a declared shape; the others were seen in limits only. */
  readonly hard = new Set<string>();
  readonly #settled = new Set<string>();

  constructor(arena: Arena, letters: Letters, symbols: SymbolTable) {
    this.#arena = arena;
    this.#letters = letters;
    this.#symbols = symbols;
  }

  /** From here on the sizes of the model are what they are: no line of a claim makes one of them another. */
  settle(latex: Iterable<string>): void {
    for (const name of latex) this.#settled.add(name);
  }

  /** Makes every name in `s` a dimension. */
  register(s: Syntax, hard: boolean): void {
    if (s.kind === "sum") for (const t of s.terms) this.register(t.body, hard);
    else if (s.kind === "juxtaposition" || s.kind === "product") for (const item of s.items) this.register(item, hard);
    else if (s.kind === "fraction") {
      this.register(s.numerator, hard);
      this.register(s.denominator, hard);
      this.#registerQuotient(s, hard);
    } else if (s.kind === "group" && s.open !== "|") this.register(s.body, hard);
    else this.#registerName(s, hard);
  }

  /** `K/P` is a whole number too, and K is P times that. Of `K/P` and `K/Q` only the first: their own relation is not known here. */
  #registerQuotient(s: SyntaxOf<"fraction">, hard: boolean): void {
    const [text, above, below] = [s, s.numerator, s.denominator].map(scriptText);
    if (text === undefined || above === undefined || below === undefined || above === below) return;
    const latex = this.#latex.get(below);
    const isKnown = this.#latex.has(text) || !this.#latex.has(above);
    if (isKnown || this.#aliases.has(above) || this.#aliases.has(below)) return;
    const count = /^[1-9]\d{0,8}$/.test(below) ? this.#arena.constantDim(Number(below)) : null;
    const divisor = latex === undefined ? count : this.#arena.namedDim(latex);
    if (divisor === null) return;
    const quotient = latexOf(s);
    this.#latex.set(text, quotient);
    if (hard) this.hard.add(text);
    this.#aliases.set(above, this.#arena.multiplyDims(divisor, this.#arena.namedDim(quotient)));
  }

  #registerName(s: Syntax, hard: boolean): void {
    if (s.kind !== "symbol" && s.kind !== "scripted" && s.kind !== "group") return;
    const letter = letterOf(s);
    // A letter may be a size in a declared shape and an index elsewhere; in limits it is the index.
    if (!hard && letter !== null && this.#letters.isIndex(letter)) return;
    const t = takeApart(s);
    if (t !== null && t.symbol.name === "\\infty") return;
    const script = t === null ? null : (t.sups[0]?.content ?? t.subs[0] ?? null);
    const power = t?.sups[0] !== undefined && !t.sups[0].bracketed && t.sups[0].content.kind === "number";
    const mayRun = t !== null && !this.labelled.has(headKey(t.symbol));
    if (mayRun && script !== null && this.#letters.mentionsFamily(script)) {
      this.#families.set(headKey(t.symbol), familyLatex(t));
      return;
    }
    const name = power && t !== null ? t.symbol : s;
    const text = scriptText(name);
    if (!this.#latex.has(text)) this.#latex.set(text, latexOf(name));
    this.#symbols.dimensionNames.add(text);
    if (hard) this.hard.add(text);
  }

  /** `M = N - K + 1` between sizes. */
  alias(name: Syntax, dim: Dim): void {
    this.#aliases.set(scriptText(name), dim);
  }

  /** A lone name that no declared shape holds may be a second name of another size. */
  isSoft(dim: Dim): boolean {
    const [term] = dim.terms;
    const [power] = term?.powers ?? [];
    if (dim.terms.length !== 1 || term?.coefficient !== 1 || term.powers.length !== 1 || power === undefined)
      return false;
    const [atom, exponent] = power;
    if (exponent !== 1 || atom.at !== null || this.#settled.has(atom.latex)) return false;
    return ![...this.hard].some((text) => this.#latex.get(text) === atom.latex);
  }

  /** From now on, one name means another size. */
  aliasDim(name: Dim, to: Dim): void {
    const latex = name.terms[0]?.powers[0]?.[0].latex;
    for (const [text, own] of this.#latex) if (own === latex) this.#aliases.set(text, to);
  }

  get aliasCount(): number {
    return this.#aliases.size;
  }

  isName(s: Syntax): boolean {
    return this.#latex.has(scriptText(s));
  }

  /** LaTeX of all names, in order of appearance. */
  get names(): readonly string[] {
    return [...this.#latex].filter(([text]) => !this.#aliases.has(text)).map(([, latex]) => latex);
  }

  read(s: Syntax, e: Scope): Dim | null {
    switch (s.kind) {
      case "number":
        return /^\d+$/.test(s.text) && s.text.length < 10 ? this.#arena.constantDim(Number(s.text)) : null;
      case "sum":
        return this.#combine(
          s.terms.map((t) => t.body),
          e,
          (dims) => this.#arena.addDims(...dims.map((d, k) => this.#arena.scaleDim(d, s.terms[k]?.sign ?? 1))),
        );
      case "juxtaposition":
      case "product":
        if (s.kind === "product" && !s.operators.every((o) => o === "\\cdot" || o === "\\times" || o === "*"))
          return null;
        return this.#combine(s.items, e, (dims) =>
          dims.reduce((a, b) => this.#arena.multiplyDims(a, b), this.#arena.oneDim),
        );
      case "group":
        return s.open === "|" ? this.#name(s, e) : this.read(s.body, e);
      case "symbol":
      case "scripted":
        return this.#name(s, e);
      case "fraction": {
        const latex = this.#latex.get(scriptText(s));
        return latex === undefined ? null : this.#arena.namedDim(latex);
      }
      default:
        return null;
    }
  }

  #combine(parts: readonly Syntax[], e: Scope, f: (dims: readonly Dim[]) => Dim): Dim | null {
    const dims: Dim[] = [];
    for (const p of parts) {
      const dim = this.read(p, e);
      if (dim === null) return null;
      dims.push(dim);
    }
    return f(dims);
  }

  #name(s: Syntax, e: Scope): Dim | null {
    const text = scriptText(s);
    const alias = this.#aliases.get(text);
    if (alias !== undefined) return alias;
    const letter = letterOf(s);
    const binding = letter === null ? null : e.lookup(letter);
    // A letter that only strays in is the size it was declared as, though other lines let it run: `\sum_{l=1}^{k}`.
    if (binding !== null && !(binding.isStray && this.hard.has(text))) return null;
    const latex = this.#latex.get(text);
    const t = takeApart(s);
    // `\sum_{j=1}^{y}` with a class y runs up to a value.
    const isValue = t !== null && !this.hard.has(text) && this.#symbols.isInteger(t);
    const member = t === null ? null : this.#member(t, e);
    if (member !== null) return member;
    if (latex !== undefined && !isValue) return this.#arena.namedDim(latex);
    if (t === null || isValue) return null;
    const [sup] = t.sups;
    if (t.sups.length === 1 && sup?.content.kind === "number" && !sup.bracketed && t.subs.length === 0) {
      const base = this.#name(t.symbol, e);
      const exponent = Number(sup.content.text);
      if (base === null || !(exponent <= MOST_FACTORS)) return null;
      return Array.from({ length: exponent }, () => base).reduce(
        (power, factor) => this.#arena.multiplyDims(power, factor),
        this.#arena.oneDim,
      );
    }
    return null;
  }

  /** `D^{(0)}`, `D^{(\ell)}` and `D^{(L)}` where some size `D^{(\ell)}` runs; a script that is no place is a label. */
  #member(t: Scripted, e: Scope): Dim | null {
    const family = this.#families.get(headKey(t.symbol));
    const script = t.sups[0]?.content ?? t.subs[0];
    if (family === undefined || script === undefined) return null;
    const runs = this.#letters.mentionsFamily(script);
    const at = runs ? memberOf(script, e) : quietly(() => memberOf(script, e));
    return at === null ? null : this.#arena.namedDim(family, at);
  }

  /** Does some size run with the members of a family? */
  get runWithFamilies(): boolean {
    return this.#families.size > 0;
  }

  /** A size used as a number, with the powers that hang on it; `null` if the name is a variable as well. */
  ofSymbol(t: Scripted, e: Scope): { readonly dim: Dim; readonly rest: readonly Syntax[] } | null {
    if (this.#symbols.isVariable(headKey(t.symbol))) return null;
    const whole = this.#name(wholeOf(t), e);
    if (whole !== null) return { dim: whole, rest: [] };
    const powers = t.sups.filter((p) => !p.bracketed);
    if (powers.length === 0 || powers.length !== t.sups.length) return null;
    const base = this.#name(wholeOf({ ...t, sups: [] }), e);
    return base === null ? null : { dim: base, rest: powers.map((p) => p.content) };
  }
}

function memberOf(script: Syntax, e: Scope): Position {
  return e.position(script, null)();
}

function familyLatex(t: Scripted): string {
  const [sup] = t.sups;
  const base = t.symbol.latex.trim();
  if (sup !== undefined) return sup.bracketed ? `${base}^{${enclosed(sup.open, "{#0}")}}` : `${base}^{{#0}}`;
  return `${base}_{{#0}}`;
}

/** A symbol with its scripts as one syntax tree again. */
export function wholeOf(t: Scripted): Syntax {
  const sub: Syntax | null =
    t.subs.length === 0
      ? null
      : t.subs.length === 1
        ? (t.subs[0] ?? null)
        : { kind: "list", items: t.subs, span: t.span };
  const [part] = t.sups;
  const sup: Syntax | null =
    part === undefined
      ? null
      : part.bracketed
        ? { kind: "group", open: part.open, body: part.content, span: t.span }
        : part.content;
  if (sub === null && sup === null && t.primes === 0) return t.symbol;
  return { kind: "scripted", base: t.symbol, sub, sup, primes: t.primes, span: t.span };
}
