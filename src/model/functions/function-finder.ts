import { flatMap } from "../../core/flat-map.js";
import { functionWritten } from "../../functions/table.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import type { Elaborator } from "../elaborate/elaborator.js";
import { bindings, nodesIn, visit } from "../symbols/letters.js";
import { children, headKey, type Scripted, scriptText, takeApart } from "../symbols/scripts.js";
import {
  type Item,
  isEquation,
  type LeftSide,
  leftSide,
  mentionsDerivative,
  saysOfKnown,
  targetKey,
} from "../symbols/statements.js";
import type { SymbolSpec } from "../symbols/symbol-spec.js";
import { activationAlone, activationsIn, functionCalled, speaksOfSigmoidsAlone } from "../words/activation-words.js";
import { GAMMA_NAMES, saysDigamma, usesGammaFunction } from "../words/gamma-names.js";
import { appliesUnknown, functionKey, tensorName } from "./applications.js";
import { type EntryFunction, entryFunctions } from "./entry-functions.js";
import { GAUSSIAN, isDensityAt, isGaussian } from "./gaussian.js";
import { LOSS_NAME } from "./loss-functions.js";
import { tensorFunctions } from "./tensor-functions.js";

/** How one head stands in front of parentheses, over all statements of a problem. */
interface Use {
  readonly head: string;
  readonly items: Item[];
  /** The arguments, as text. */
  readonly args: string[];
  primed: boolean;
  /** Every argument was a symbol. */
  simple: boolean;
  /** How many arguments there were, each time. */
  readonly counts: Set<number>;
}

/** Letters and words that name functions, where nothing says otherwise. */
const FUNCTION_NAMES = /^(\\?(phi|psi|varphi|Phi|Psi|rho)|[fghFG]|[A-Za-z]{2,})/;
/** Numbers and indicators in front of parentheses are no functions. */
const ACTIVATION_LETTER = /^(?:[fgh]|\\(?:var)?phi|\\psi|\\rho|\\sigma)$/;
const NEVER = /^(\d|I$|I_)/;

/**
 * Finds out which heads are functions: those that a formula defines, and those of which only the name is known. The rest
 * are symbols that multiply what stands in the parentheses, or that the arguments only remind of.
 */
export class FunctionFinder {
  readonly #e: Elaborator;
  readonly #items: readonly Item[];
  readonly #uses = new Map<string, Use>();
  /** Heads that stand somewhere without arguments, and those of which only that a derivative is named. */
  readonly #bare = new Set<string>();
  readonly #differentiated = new Set<string>();
  readonly #defined = new Set<string>();

  /** Its sentences without a formula. */
  readonly #plain: readonly string[];

  constructor(e: Elaborator, items: readonly Item[], plain: readonly string[] = []) {
    this.#e = e;
    this.#items = items;
    this.#plain = plain;
  }

  run(): void {
    for (const item of this.#items) if (item.kind !== "declaration") this.#look(item);
    for (const item of this.#items) this.#define(item);
    // A formula says more than words, and only the problem's own words say what a function is.
    const premises = this.#items.filter((i) => i.submitted !== true);
    for (const { head, span, activation } of activationsIn(premises, this.#plain))
      if (
        !this.#e.symbols.isVariable(head) &&
        !this.#e.functions.has(head) &&
        !this.#defined.has(head) &&
        (functionWritten(activation) === null || functionWritten(head) !== functionWritten(activation))
      )
        this.#e.functions.set(head, functionCalled(head, activation, span));
    this.#nameGammas(premises);
    this.#tellSigmasApart(premises);
    const declared = this.#e.symbols.all.filter((s) => s.declared).map((s) => s.head);
    const variables = new Set([...declared, ...this.#entered()]);
    for (const [key, use] of this.#uses) if (this.#isAbstract(key, use, variables)) this.#e.abstracts.add(key);
    this.#nameTheOne();
    this.#chooseBodies();
    this.#findMultipliers();
  }

  /** "sigmoid" beside one letter that equations apply and nothing says more of: that is what the word is about. */
  #nameTheOne(): void {
    const told = this.#items.filter((i) => i.submitted !== true).map((i) => i.formula.sentence);
    const activation = activationAlone([...this.#plain, ...told]);
    const [only, more] = [...this.#e.abstracts].filter((key) => !LOSS_NAME.test(key) && this.#isApplied(key));
    const use = only === undefined ? undefined : this.#uses.get(only);
    if (activation === null || only === undefined || more !== undefined || use === undefined) return;
    if (!ACTIVATION_LETTER.test(only) || [...use.counts].some((n) => n !== 1)) return;
    this.#e.abstracts.delete(only);
    const span = use.items[0]?.statement.span ?? { start: 0, end: 0 };
    this.#e.functions.set(only, functionCalled(only, activation, span));
  }

  /** Does an equation of the problem apply it? */
  #isApplied(key: string): boolean {
    const items = this.#uses.get(key)?.items ?? [];
    return items.some((i) => i.submitted !== true && !i.statement.sides.some(mentionsDerivative));
  }

  /**
   * `h = \sigma_h(z), y = \sigma_o(h)`: with labels, and more than one of them, these are functions of their own, unless the
   * text speaks of sigmoids and of nothing else.
   */
  #tellSigmasApart(premises: readonly Item[]): void {
    if (speaksOfSigmoidsAlone([...this.#plain, ...premises.map((i) => i.formula.sentence)])) return;
    const sigmas = [...this.#uses].filter(([, use]) => use.head === "\\sigma").map(([key]) => key);
    if (sigmas.length < 2) return;
    for (const key of sigmas) {
      const label = key.slice("\\sigma_".length);
      const isLabel = key.startsWith("\\sigma_") && !label.split(",").some((l) => this.#e.letters.isIndex(l));
      if (isLabel && !this.#e.functions.has(key) && !this.#e.symbols.isVariable(key)) this.#e.abstracts.add(key);
    }
  }

  #nameGammas(premises: readonly Item[]): void {
    const names = [...GAMMA_NAMES].filter(([head]) => {
      const isLetter = this.#e.symbols.isVariable(head) || this.#defined.has(head) || this.#bare.has(head);
      return this.#uses.has(head) && !isLetter && !this.#e.functions.has(head);
    });
    if (names.length === 0 || !usesGammaFunction(premises, this.#plain)) return;
    const isBeside = this.#uses.has("\\Gamma") || saysDigamma(premises, this.#plain);
    for (const [head, name] of names) {
      if ((head !== "\\Gamma" && !isBeside) || this.#e.maps.has(head)) continue;
      const span = this.#uses.get(head)?.items[0]?.statement.span ?? { start: 0, end: 0 };
      this.#e.functions.set(head, functionCalled(head, name, span));
    }
  }

  // ---- uses ----

  #look(item: Item): void {
    if (isEnumeration(item)) return;
    item.statement.sides.forEach((side, position) => {
      const isLeft = position === 0 && isEquation(item.statement) && leftSide(side) !== null;
      visit(side, (s) => {
        if (s.kind === "juxtaposition")
          for (const k of s.items.keys()) this.#application(s, k, item, isLeft && s === side);
        const under = isDerivative(s) ? this.#differentiated : this.#bare;
        for (const child of bareSymbols(s)) under.add(functionKey(child));
      });
    });
  }

  #application(s: SyntaxOf<"juxtaposition">, k: number, item: Item, defines: boolean): void {
    const [before, here, next] = [s.items[k - 1], s.items[k], s.items[k + 1]];
    const t = here === undefined ? null : takeApart(here);
    const group = next?.kind === "scripted" ? next.base : next;
    if (t === null || group?.kind !== "group" || group.open !== "(" || t.symbol.style === "bb") return;
    if (t.symbol.name === "\\nabla") return;
    // `P^- (I - K H)^\top`: the sign is part of a name.
    if (t.sups.some((p) => p.content.kind === "symbol" && /^[-+]$/.test(p.content.name))) return;
    // `\nabla_z L (a)^\top`: what stands behind an operand is a factor.
    if (next?.kind === "scripted" && before !== undefined && takeApart(before)?.symbol.name === "\\nabla") return;
    if (isGaussian(t) && isDensityAt(group.body)) this.#e.usesDensity = true;
    const use = this.#use(t);
    this.#e.applied.add(headKey(t.symbol));
    if (t.primes > 0) use.primed = true;
    if (defines) return;
    use.items.push(item);
    use.args.push(scriptText(group.body));
    const args = group.body.kind === "list" ? group.body.items : [group.body];
    use.counts.add(args.length);
    use.simple &&= args.every((a) => takeApart(a) !== null);
  }

  #use(t: Scripted): Use {
    const key = functionKey(t);
    const known = this.#uses.get(key);
    if (known !== undefined) return known;
    const use: Use = { head: headKey(t.symbol), items: [], args: [], primed: false, simple: true, counts: new Set() };
    this.#uses.set(key, use);
    return use;
  }

  // ---- definitions ----

  #define(item: Item): void {
    const { statement } = item;
    const [first, second] = statement.sides;
    if (!isEquation(statement) || first === undefined || second === undefined) return;
    // What is said of a derivative, `\operatorname{vec}(\nabla_X L) = …`, defines nothing.
    const left = mentionsDerivative(first) ? null : leftSide(first);
    if (item.submitted === true) {
      if (left !== null) this.#remind(left);
      return;
    }
    for (const f of entryFunctions(statement)) this.#defineByEntries(f, item);
    // `f'(z) = …` says something of f, it does not define it.
    if (left === null || (left.args !== null && left.target.primes > 0) || saysOfKnown(this.#items, statement)) return;
    const key = functionKey(left.target);
    if (left.args === null && this.#isAlias(item, key, second)) this.#defineAlias(item, key, second);
    else if (left.args === null) this.#defined.add(key).add(headKey(left.target.symbol));
    else if (this.#isFunction(left, key)) this.#defineFunction(item, left, left.args, second, key);
    else {
      this.#defined.add(key);
      const [lone] = left.args;
      const whole: Syntax = { kind: "list", items: left.args, span: statement.span };
      const reminder = scriptText(left.args.length === 1 && lone !== undefined ? lone : whole);
      this.#e.reminders.set(key, [...(this.#e.reminders.get(key) ?? []), reminder]);
    }
  }

  /** `\sigma(z)_i = e^{z_i} / \sum_j e^{z_j}`: custom calls no such σ a sigmoid. */
  #defineByEntries({ head, definition }: EntryFunction, item: Item): void {
    const key = functionKey(head);
    if (this.#e.functions.has(key) || tensorFunctions.has(tensorName(head.symbol.name))) return;
    this.#e.functions.set(key, definition);
    const isApplied = this.#uses.get(key)?.items.some((i) => i !== item) === true;
    if (!isApplied || item.statement.sides.length > 2) return;
    item.kind = "function";
    item.reading = `the function ${key}`;
  }

  /** A line may remind of what a quantity of the problem depends on, `h(x) = \sigma(W x)`. */
  #remind({ target, args }: LeftSide): void {
    const key = functionKey(target);
    if (args === null || !this.#defined.has(key) || this.#e.functions.has(key) || target.primes > 0) return;
    const premises = (this.#uses.get(key)?.items ?? []).some((i) => i.submitted !== true);
    if (premises || !args.every((a) => takeApart(a) !== null)) return;
    const reminder = args.map(scriptText).join(",");
    if (args.length > 1 || this.#e.symbols.isVariable(reminder) || this.#defined.has(reminder))
      this.#e.reminders.set(key, [...(this.#e.reminders.get(key) ?? []), reminder]);
  }

  /** `\phi = \tanh`: what is applied somewhere is another name of a function. */
  #isAlias({ statement }: Item, key: string, right: Syntax): right is SyntaxOf<"symbol"> {
    const applied = (this.#uses.get(key)?.items.length ?? 0) > 0;
    if (statement.sides.length !== 2 || !applied || right.kind !== "symbol" || right.accents.length > 0) return false;
    return functionWritten(right.name) !== null || tensorFunctions.has(tensorName(right.name));
  }

  #defineAlias(item: Item, key: string, { name, span }: SyntaxOf<"symbol">): void {
    this.#e.functions.set(key, functionCalled(key, name, span));
    item.kind = "function";
    item.reading = `the function ${key}`;
  }

  #defineFunction(item: Item, left: LeftSide, args: readonly Syntax[], body: Syntax, key: string): void {
    if (this.#e.functions.has(key)) return;
    const parameters = args.map(takeApart).filter((p) => p !== null);
    this.#e.functions.set(key, { key, parameters, body, span: item.statement.span });
    item.kind = "function";
    item.reading = `the function ${functionKey(left.target)}`;
  }

  /** `f(x) = …` is a function where something applies f; `\mathcal{L}(a, t) = …`, applied to nothing but a and t, is 𝓛. */
  #isFunction(left: LeftSide, key: string): boolean {
    const use = this.#uses.get(key);
    const uses = use?.args ?? [];
    const own = (left.args ?? []).map(scriptText).join(",");
    const ofVariables = this.#ofVariables(left) || (use?.primed === false && this.#ofQuantities(left, key));
    if (left.target.primes > 0 || (left.args ?? []).some((a) => takeApart(a) === null)) return false;
    if (use?.items.some((i) => i.statement.sides.some((s) => isSummed(s, key, own))) === true) return true;
    const others = uses.filter((a) => a !== own);
    // What also stands without its arguments, `\partial D(p \| q)/\partial \mu` beside `\partial D/\partial \mu`, is a quantity.
    const isBare = this.#bare.has(key) || this.#differentiated.has(key);
    // So is what only lines about derivatives apply: `L(D, W) = …` and `\nabla_W L(D, W)`.
    const isAsked = use?.primed === false && use.items.every((i) => i.statement.sides.some(mentionsDerivative));
    return ofVariables || isBare || isAsked || LOSS_NAME.test(key) ? others.length > 0 : uses.length > 0;
  }

  #ofVariables(left: LeftSide): boolean {
    return (left.args ?? []).some((a) => {
      const t = takeApart(a);
      return t === null || this.#e.symbols.isVariable(targetKey(t));
    });
  }

  /** `h(x) = a`, where another equation computes with that x: h is what it is at that x. */
  #ofQuantities(left: LeftSide, key: string): boolean {
    const args = new Set(
      flatMap(
        (left.args ?? []).map((a) => takeApart(a)),
        (t) => (t === null ? [] : targetKey(t)),
      ),
    );
    return this.#items.some(({ statement }) => {
      const [first, ...rest] = statement.sides;
      if (first === undefined || !isEquation(statement) || statement.sides.some(mentionsDerivative)) return false;
      return leftSide(first)?.args === null && rest.some((s) => standsOutside(s, args, key));
    });
  }

  /** Heads of which equations use entries, with nothing in parentheses behind them: `\sum_i p_i g_i`. */
  #entered(): readonly string[] {
    const found: string[] = [];
    const look = (s: Syntax, next: Syntax | undefined): void => {
      const t = s.kind === "scripted" ? takeApart(s) : null;
      const group = next?.kind === "scripted" ? next.base : next;
      if (t !== null && group?.kind !== "group" && t.subs.some((x) => this.#e.letters.mentionsIndex(x)))
        found.push(headKey(t.symbol));
      const parts = children(s);
      for (const [k, c] of parts.entries()) look(c, s.kind === "juxtaposition" ? parts[k + 1] : undefined);
    };
    for (const { statement, submitted } of this.#items)
      if (submitted !== true && isEquation(statement) && !statement.sides.some(mentionsDerivative))
        for (const side of statement.sides.slice(1)) look(side, undefined);
    return found;
  }

  // ---- abstract functions ----

  #isAbstract(key: string, use: Use, variables: ReadonlySet<string>): boolean {
    if (use.items.length === 0 || NEVER.test(key) || (this.#isKnown(key) && !takesOther(key, use))) return false;
    // `N (X^{N-1})^\top`: a size in front of parentheses multiplies.
    if (this.#e.symbols.dimensionNames.has(key) && !use.primed && !use.counts.has(2)) return false;
    if (use.simple && use.items.some((i) => isSelf(i, key))) return true;
    // An entry in front of parentheses multiplies them: `b_j (X^{-1})_{jk}`, `U_{kl} (h_t)_l`.
    if (use.head !== key && (variables.has(use.head) || this.#defined.has(use.head))) return false;
    if (this.#isDeclared(key)) return false;
    if (use.items.some((i) => isSelf(i, key))) return true;
    if (this.#defined.has(key) || this.#bare.has(key)) return false;
    // Of a function that is only handed in, nothing is known; nor of a word that only claims speak of, `\operatorname{foo}(x)`.
    if (use.items.every((i) => i.submitted === true)) return false;
    if (!use.primed && /^[A-Za-z]{3,}$/.test(key) && use.items.every(isClaimed)) return false;
    return use.primed || use.simple || FUNCTION_NAMES.test(key);
  }

  /**
   * `C = W W^\top + \sigma^2 I` and nothing but claims write `\sigma (a - b)`: σ is a quantity there too. An equation that applies it
   * says otherwise, and a prime.
   */
  #findMultipliers(): void {
    const premises = this.#items.filter((i) => i.submitted !== true && isEquation(i.statement) && !isClaimed(i));
    const sides = flatMap(premises, (i) => i.statement.sides.slice(1));
    const bare = new Set<string>();
    const applied = new Set([...this.#uses.values()].filter((u) => u.primed).map((u) => u.head));
    for (const side of sides)
      visit(side, (s) => {
        for (const t of bareSymbols(s)) bare.add(headKey(t.symbol));
        if (s.kind === "juxtaposition") for (const head of appliedIn(s)) applied.add(head);
      });
    const primed = new Set([...this.#uses.values()].filter((u) => u.primed).map((u) => u.head));
    for (const head of bare) if (!applied.has(head)) this.#e.multipliers.add(head);
    for (const head of this.#quantitiesSaid()) if (!primed.has(head)) this.#e.multipliers.add(head);
  }

  /** "the parameter $\sigma$"; `\sigma > 0` where exponents alone apply it, `e^{-\sigma (a - b)}`: a sigmoid is positive too. */
  #quantitiesSaid(): readonly string[] {
    const premises = this.#items.filter((i) => i.submitted !== true);
    return flatMap(premises, ({ statement: { sides, relations }, formula, ordinal }) => {
      const isBounded = relations.length === 1 && /^(?:>|\\ge)$/.test(relations[0] ?? "");
      const isCalled = relations.length === 0 && callsParameter(formula.sentence, ordinal);
      const t = sides[0] === undefined || !(isBounded || isCalled) ? null : takeApart(sides[0]);
      if (t === null || t.subs.length + t.sups.length > 0) return [];
      const head = headKey(t.symbol);
      return isCalled || !premises.some((i) => !isClaimed(i) && i.statement.sides.some((s) => appliesOutside(s, head)))
        ? [head]
        : [];
    });
  }

  #isKnown(key: string): boolean {
    const name = key.replace(/_.*$/, "");
    const named = functionWritten(name) !== null || tensorFunctions.has(tensorName(name));
    return (
      named || (key === GAUSSIAN && this.#e.usesDensity) || this.#e.functions.has(key) || this.#e.reminders.has(key)
    );
  }

  #isDeclared(key: string): boolean {
    const base = key.replace(/_.*$/, "");
    return (
      this.#e.symbols.all.some((s) => s.declared && (s.key === key || s.head === key || isEntryOf(s, key))) ||
      [...this.#defined].some((d) => d !== key && d.includes("_") && d.replace(/_.*$/, "") === base)
    );
  }

  /** `h(x) = g(w^\top x) = \frac{1}{1 + e^{-w^\top x}}`: the side that says what an unknown `g` does is the formula. */
  #chooseBodies(): void {
    for (const item of this.#items) {
      const [first, ...rest] = item.statement.sides;
      const left = item.kind !== "function" || first === undefined ? null : leftSide(first);
      const definition = left === null ? undefined : this.#e.functions.get(functionKey(left.target));
      if (definition === undefined || definition.span !== item.statement.span) continue;
      const known = rest.find((side) => !appliesUnknown(this.#e, side));
      if (known !== undefined) this.#e.functions.set(definition.key, { ...definition, body: known });
    }
  }
}

/** Is a letter put to parentheses anywhere but in an exponent? */
function appliesOutside(s: Syntax, head: string): boolean {
  if (s.kind === "juxtaposition" && appliedIn(s).includes(head)) return true;
  return (s.kind === "scripted" ? [s.base] : children(s)).some((n) => appliesOutside(n, head));
}

/** "the temperature $\sigma$", "a parameter $\sigma$": the word for a number stands in front of the formula. */
const callsParameter = (sentence: string, ordinal: number): boolean =>
  new RegExp(
    `\\b(?:(?:hyper-?)?parameter|constant|number|temperature|scale|steepness|bandwidth|width) \\$${ordinal}\\$`,
    "i",
  ).test(sentence);

/** `f, g` in a sentence names them; it is no use of them. */
const isEnumeration = ({ statement: { sides } }: Item): boolean =>
  sides.length === 1 && sides[0]?.kind === "list" && sides[0].items.every((s) => takeApart(s) !== null);

/** `\cos(u, v)`, the similarity, is not the function of a number. */
const takesOther = (key: string, { counts }: Use): boolean =>
  functionWritten(key)?.arity === 1 && counts.size > 0 && [...counts].every((n) => n > 1);

/** Heads with a group behind them, however it is bracketed. */
/** `\sum_t f(t)`: what a sum applies to its letter is a function. */
const isSummed = (side: Syntax, key: string, argument: string): boolean =>
  nodesIn(side).some((n) => {
    if (n.kind !== "big" || n.body === null || !bindings(n.sub, n.sup).some((b) => b.letter === argument)) return false;
    return nodesIn(n.body).some(
      (m) => m.kind === "juxtaposition" && m.items.some((_, k) => isAppliedTo(m, k, key, argument)),
    );
  });

function isAppliedTo({ items }: SyntaxOf<"juxtaposition">, k: number, key: string, argument: string): boolean {
  const [head, next] = [items[k], items[k + 1]];
  const t = head === undefined ? null : takeApart(head);
  return t !== null && functionKey(t) === key && next?.kind === "group" && scriptText(next.body) === argument;
}

const appliedIn = (s: SyntaxOf<"juxtaposition">): readonly string[] =>
  flatMap(s.items, (item, k) => {
    const next = s.items[k + 1];
    const t = takeApart(item);
    return t !== null && (next?.kind === "scripted" ? next.base : next)?.kind === "group" ? [headKey(t.symbol)] : [];
  });

const isClaimed = ({ statement, submitted }: Item): boolean =>
  submitted === true || statement.sides.some(mentionsDerivative);

function isEntryOf(s: SymbolSpec, key: string): boolean {
  if (s.supSlots > 0 && key.startsWith(`${s.head}^(`)) return true;
  const rest = key.startsWith(`${s.key}_`) ? key.slice(s.key.length + 1) : "";
  return rest !== "" && s.subSlots + (s.axes?.length ?? 0) === rest.split(",").length;
}

/** Does one of these symbols stand in an expression other than below the function itself? */
function standsOutside(s: Syntax, heads: ReadonlySet<string>, key: string): boolean {
  const t = takeApart(s);
  if (t !== null) return heads.has(targetKey(t));
  if (s.kind !== "juxtaposition") return children(s).some((c) => standsOutside(c, heads, key));
  return s.items.some((item, k) => {
    const before = s.items[k - 1];
    const f = before === undefined ? null : takeApart(before);
    return !(item.kind === "group" && f !== null && functionKey(f) === key) && standsOutside(item, heads, key);
  });
}

/** `\partial l`, above or below a bar. */
const isDerivative = (s: Syntax): boolean => {
  const [sign] = s.kind === "juxtaposition" ? s.items : [];
  return sign?.kind === "symbol" && (sign.name === "\\partial" || sign.name === "d") && sign.accents.length === 0;
};

/** `\mathcal{L} = \mathcal{L}(y, t)`. */
function isSelf(i: Item, key: string): boolean {
  const [first] = i.statement.sides;
  const t = first === undefined ? null : takeApart(first);
  return t !== null && functionKey(t) === key;
}

/** Symbols that stand in an expression without arguments behind them. */
function bareSymbols(s: Syntax): readonly Scripted[] {
  const from = (items: readonly Syntax[]): Scripted[] =>
    flatMap(items, (item, k) => {
      const next = items[k + 1];
      const applied = next?.kind === "group" || (next?.kind === "scripted" && next.base.kind === "group");
      const t = applied ? null : takeApart(item);
      return t === null ? [] : [t];
    });
  switch (s.kind) {
    case "juxtaposition":
    case "product":
    case "list":
    case "relation":
      return from(s.items);
    case "sum":
      return flatMap(s.terms, (t) => from([t.body]));
    case "fraction":
      return [...from([s.numerator]), ...from([s.denominator])];
    case "group":
      return from([s.body]);
    default:
      return [];
  }
}
