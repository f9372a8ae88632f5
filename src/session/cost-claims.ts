import { Fraction } from "fraction.js";
import type { Span } from "../core/span.js";
import { unlessRefused } from "../core/unless-refused.js";
import { crossing } from "../cost/crossing.js";
import {
  add,
  constant,
  equal,
  multiply,
  numberOf,
  type Polynomial,
  power,
  scale,
  subtract,
} from "../cost/polynomial.js";
import { bigO, divides, leading, polynomialText, type SizeNames } from "../cost/polynomial-text.js";
import { leadingPart } from "../cost/ratio.js";
import type { Volumes } from "../cost/volumes.js";
import { costWord, growthOrder, isGrowth, usedAsSymbols } from "../model/build/asymptotic.js";
import type { Problem } from "../model/read.js";
import { takeApart } from "../model/symbols/scripts.js";
import type { Item } from "../model/symbols/statements.js";
import type { Syntax, SyntaxOf } from "../notation/syntax.js";
import type { CostClaimJson } from "./cost-report.js";
import { type Phrase, phraseAround } from "./cost-words.js";
import type { Quantities, Quantity } from "./quantities.js";

/** A claim about a cost before it has its place in the file. */
export interface CostVerdict extends Omit<CostClaimJson, "at"> {
  readonly span: Span;
}

interface Said {
  readonly item: Item;
  readonly phrase: Phrase;
  /** What the formula says the count is: each must say the same. */
  readonly values: readonly Polynomial[];
  /** Of an order of growth, else `null`. */
  readonly growth: { readonly sign: string; readonly body: Polynomial } | null;
}

/** Finds what a problem's text says about costs, and judges it. */
export class CostClaims {
  readonly #problem: Problem;
  readonly #quantities: Quantities | null;
  readonly #names: SizeNames;
  readonly #reader: CountReader;
  readonly #symbols: ReadonlySet<string>;

  constructor(problem: Problem, quantities: Quantities | null, names: SizeNames, volumes: Volumes) {
    this.#problem = problem;
    this.#quantities = quantities;
    this.#names = names;
    this.#reader = new CountReader(problem, volumes, quantities?.graph ?? new Map());
    this.#symbols = usedAsSymbols(problem.items);
  }

  all(): readonly CostVerdict[] {
    return this.#problem.items.flatMap((item) => {
      if (item.kind !== "mention" && item.kind !== "assumption") return [];
      const condition = this.#crossing(item);
      if (condition !== null) return [condition];
      const said = this.#read(item);
      return said === null ? [] : [this.#judge(said)];
    });
  }

  #read(item: Item): Said | null {
    const { sides } = item.statement;
    const [first] = sides;
    if (first === undefined) return null;
    const word = costWord(item.statement);
    const phrase = phraseAround(item.formula.sentence, item.ordinal, word ?? "");
    const isOrder = sides.some((s) => isGrowth(s, this.#symbols));
    if (!isOrder && word === null && !phrase.isClaim) return null;
    const counts = (word === null ? sides : sides.slice(1)).filter(
      (s) => !isGrowth(s, this.#symbols) && s.kind !== "empty",
    );
    const read = counts.map((s) => this.#reader.read(s));
    const order = sides.map(growthOrder).find((g) => g !== null) ?? null;
    const body = order === null || !isOrder ? null : this.#reader.read(order.body);
    const values = read.flatMap((v) => v ?? []);
    if (isOrder ? body === null : values.length < read.length || values.length === 0)
      return isOrder ? { item, phrase, values: [], growth: null } : null;
    return {
      item,
      phrase,
      values: isOrder ? [] : values,
      growth: order === null || body === null ? null : { sign: order.sign, body },
    };
  }

  #judge({ item, phrase, values, growth }: Said): CostVerdict {
    const base = { span: item.statement.span, latex: item.statement.latex };
    const open = (message: string): CostVerdict => ({
      ...base,
      of: null,
      verdict: "undecided",
      expected: null,
      message,
    });
    const [value, ...others] = values;
    if (growth === null && value === undefined) return open("this names sizes that the problem does not have");
    if (value !== undefined && others.some((o) => !equal(o, value))) {
      const message = `${polynomialText(value, this.#names)} is not ${polynomialText(others.find((o) => !equal(o, value)) ?? value, this.#names)}`;
      return { ...base, of: null, verdict: "wrong", expected: polynomialText(value, this.#names), message };
    }
    const own =
      growth === null || value === undefined || item.statement.sides[0]?.kind === "symbol"
        ? null
        : { text: item.statement.latex.trim(), value, isPass: false };
    const found = own === null ? (this.#quantities?.meant(phrase, growth !== null) ?? []) : [own];
    const [first] = found;
    if (this.#quantities === null && first === undefined) return open("nothing of this problem is counted");
    if (first === undefined) return open("the sentence does not say what is counted");
    const right = found.find((q) => (growth === null ? this.#isCount(value, q, phrase) : isOrderOf(growth, q.value)));
    const said = right ?? first;
    const expected = growth === null ? polynomialText(said.value, this.#names) : bigO(said.value, this.#names);
    if (right !== undefined)
      return {
        ...base,
        of: right.text,
        verdict: "proved",
        expected: null,
        message: `${right.text}: ${polynomialText(right.value, this.#names)}`,
      };
    // What differs only in terms of lower order may be left out on purpose.
    const close = value !== undefined && found.some((q) => q.isPass && equal(leadingPart(value), leadingPart(q.value)));
    if (growth === null && close)
      return {
        ...base,
        of: first.text,
        verdict: "undecided",
        expected,
        message: `the terms that grow fastest are right; all of it is ${expected}`,
      };
    const loose = growth !== null && growth.sign === "O" && isBound(growth.body, first.value);
    const message = `${first.text}: ${polynomialText(first.value, this.#names)}${loose ? `; the bound holds, but it is not the order of growth` : ""}`;
    return { ...base, of: first.text, verdict: "wrong", expected, message };
  }

  /** `about 2n^2` is right if the terms that grow fastest are. */
  #isCount(value: Polynomial | undefined, { value: true_ }: Quantity, { isRough }: Phrase): boolean {
    if (value === undefined) return false;
    if (equal(value, true_)) return true;
    return isRough && equal(add(leadingPart(value)), add(leadingPart(true_))) && leadingPart(value).terms.length > 0;
  }

  /** `Reverse mode is cheaper when $m < n$`. */
  #crossing({ statement, formula, ordinal }: Item): CostVerdict | null {
    const [relation] = statement.relations;
    const [a, b] = statement.sides.map((s) => this.#reader.read(s));
    if (statement.sides.length !== 2 || (relation !== "<" && relation !== ">") || a == null || b == null) return null;
    const comparison = phraseAround(formula.sentence, ordinal, "").comparison;
    const found = comparison === null ? null : (this.#quantities?.crossing(comparison.measure) ?? null);
    if (comparison === null) return null;
    const base = { span: statement.span, latex: statement.latex, of: `when ${comparison.subject} takes less` };
    if (found === null)
      return { ...base, verdict: "undecided", expected: null, message: "there is no product whose orders could cross" };
    const [less, more] = relation === "<" ? [a, b] : [b, a];
    const [left, right] = comparison.subject === "reverse" ? [found.less, found.more] : [found.more, found.less];
    const claimed = crossing(less, more);
    const truth = crossing(left, right);
    const same =
      claimed !== null && truth !== null && equal(claimed.less, truth.less) && equal(claimed.more, truth.more);
    const expected =
      truth === null ? null : `${polynomialText(truth.less, this.#names)} < ${polynomialText(truth.more, this.#names)}`;
    if (same) return { ...base, verdict: "proved", expected: null, message: `${expected}` };
    const opposite =
      claimed !== null && truth !== null && equal(claimed.less, truth.more) && equal(claimed.more, truth.less);
    return opposite
      ? { ...base, verdict: "wrong", expected, message: "it is the other way round" }
      : { ...base, verdict: "undecided", expected, message: "this is another condition than the one that was found" };
  }
}

/** Whether `O(g)` bounds a count: each term of the count divides one of `g`. */
const isBound = (g: Polynomial, count: Polynomial): boolean =>
  leading(count).every((t) => leading(g).some((u) => divides(t.powers, u.powers)));

/** Whether a count grows just like `g`: each bounds the other. */
function isOrderOf({ sign, body }: { readonly sign: string; readonly body: Polynomial }, count: Polynomial): boolean {
  if (sign === "a" && leading(count).length === 0) return numberOf(body) !== null;
  return isBound(body, count) && isBound(count, body);
}

/** Reads a formula in sizes, `n(2n + m)`, `\frac{T(T+1)}{2}`, `(E + V)^2`. */
class CountReader {
  readonly #problem: Problem;
  readonly #volumes: Volumes;
  readonly #graph: ReadonlyMap<string, Polynomial>;

  constructor(problem: Problem, volumes: Volumes, graph: ReadonlyMap<string, Polynomial>) {
    this.#problem = problem;
    this.#volumes = volumes;
    this.#graph = graph;
  }

  read(s: Syntax): Polynomial | null {
    const dim = this.#size(s);
    if (dim !== null) return dim;
    switch (s.kind) {
      case "number":
        return constant(new Fraction(s.text));
      case "sum": {
        const series = this.#series(s);
        if (series !== null) return series;
        return all(
          s.terms.map((t) => mapped(this.read(t.body), (p) => scale(p, t.sign))),
          add,
        );
      }
      case "juxtaposition":
        return all(
          s.items.map((i) => this.read(i)),
          multiply,
        );
      case "product":
        if (!s.operators.every((o) => o === "\\cdot" || o === "\\times" || o === "*")) return null;
        return all(
          s.items.map((i) => this.read(i)),
          multiply,
        );
      case "group":
        return s.open === "(" || s.open === "[" || s.open === "{" ? this.read(s.body) : null;
      case "fraction": {
        const below = mapped(this.read(s.denominator), numberOf);
        if (below === null || below.n === 0n) return null;
        return mapped(this.read(s.numerator), (p) => scale(p, below.inverse()));
      }
      case "scripted": {
        if (s.sup?.kind !== "number" || s.sub !== null || s.primes > 0 || !/^\d$/.test(s.sup.text)) return null;
        const exponent = Number(s.sup.text);
        return mapped(this.read(s.base), (p) => power(p, exponent));
      }
      default:
        return null;
    }
  }

  /** `1 + 2 + \dots + T`: from the first term to the last in equal steps. */
  #series({ terms }: SyntaxOf<"sum">): Polynomial | null {
    const dots = terms.findIndex((t) => t.body.kind === "ellipsis");
    if (dots < 2 || dots !== terms.length - 2) return null;
    const read = terms.map((t) =>
      t.body.kind === "ellipsis" ? null : mapped(this.read(t.body), (p) => scale(p, t.sign)),
    );
    const [first, second] = read;
    const last = read.at(-1);
    if (first == null || second == null || last == null) return null;
    const step = numberOf(subtract(second, first));
    if (step === null || step.n === 0n) return null;
    const count = add(scale(subtract(last, first), step.inverse()), constant(1));
    return scale(multiply(add(first, last), count), new Fraction(1, 2));
  }

  #size(s: Syntax): Polynomial | null {
    if (s.kind !== "symbol" && s.kind !== "scripted") return null;
    const e = this.#problem.elaborator;
    // The size of a layer, where nothing says of which, is none.
    const dim = unlessRefused(() => e.dims.read(s, e));
    if (dim !== null && this.#isKnown(dim)) return this.#volumes.size(dim);
    const t = takeApart(s);
    return t === null || t.sups.length + t.subs.length > 0 ? null : (this.#graph.get(t.symbol.name) ?? null);
  }

  #isKnown(dim: NonNullable<ReturnType<Problem["elaborator"]["dims"]["read"]>>): boolean {
    const known = new Set(this.#problem.model.symbols.filter((s) => s.role === "dimension").map((s) => s.tensor.latex));
    return dim.terms.every((t) => t.powers.every(([atom]) => atom.at !== null || known.has(atom.latex)));
  }
}

const mapped = <T, U>(x: T | null, f: (x: T) => U): U | null => (x === null ? null : f(x));

function all(
  parts: readonly (Polynomial | null)[],
  join: (...p: readonly Polynomial[]) => Polynomial,
): Polynomial | null {
  const known = parts.flatMap((p) => p ?? []);
  return known.length === parts.length ? join(...known) : null;
}
