import type { Syntax } from "../../notation/syntax.js";
import type { Elaborator } from "../elaborate/elaborator.js";
import type { Watcher } from "../sizes/dimensions.js";
import { nodesIn } from "../symbols/letters.js";
import { takeApart } from "../symbols/scripts.js";
import { type Item, targetKey } from "../symbols/statements.js";
import type { Builder, Draft } from "./builder.js";
import { steppingLetters } from "./drafts.js";

/*
 * What is looked at again while shapes are being found. A network of n layers takes a number of steps in proportion to n, each
 * of which tells something of one symbol; if each looked at every equation, reading would take n² looks. So an equation is
 * looked at again only when something has changed that it looked at: a symbol's shape, a size. What changes the meaning of
 * anything that is written, a new symbol, counts for all.
 */

type Sums = NonNullable<Elaborator["pending"]>;
export type Sum = Sums[number];
type LetterUse = Elaborator["letterUse"];
type Products = NonNullable<Elaborator["pendingProducts"]>;

/** An equation, or a statement about symbols, and what its last reading left open. */
export class Reading implements Watcher {
  readonly item: Item;
  readonly draft: Draft | null;
  /** Sums whose known terms have axes and whose others are unknown. */
  sums: Sums = [];
  /** Products with a factor of unknown shape, of which its neighbours may tell. */
  products: Products = [];
  letters: LetterUse = [];
  /** In which round it was read last. */
  round = 0;
  /** When something that it looked at changed last. */
  changedAt = 0;
  readonly #clock: Clock;

  constructor(clock: Clock, item: Item, draft: Draft | null) {
    this.#clock = clock;
    this.item = item;
    this.draft = draft;
    for (const letter of draft?.free ?? []) letter.size.watch(this);
  }

  changed(): void {
    this.changedAt = this.#clock.tick();
  }
}

class Clock {
  now = 0;

  tick(): number {
    this.now += 1;
    return this.now;
  }
}

/** A way of finding shapes; what it has seen of an equation it need not see again. */
export type Rule = string;

export class Worklist {
  readonly #builder: Builder;
  readonly #clock = new Clock();
  /** The equations, and behind them the statements about symbols. */
  readonly readings: readonly Reading[];
  /** When each rule looked at each reading last. */
  readonly #looks = new Map<Rule, number[]>();
  /** How many equations compute with each name. */
  readonly #users = new Map<string, number>();
  /** The letters that recurrences step along. */
  readonly steps: ReadonlySet<string>;
  round = 0;
  readonly #uses: LetterUse = [];
  #meaning = "";

  constructor(builder: Builder) {
    this.#builder = builder;
    this.steps = steppingLetters(builder.drafts);
    this.readings = [
      ...builder.drafts.map((d) => new Reading(this.#clock, d.item, d)),
      ...builder.pendingAssumptions.map((item) => new Reading(this.#clock, item, null)),
    ];
    for (const d of builder.drafts)
      for (const head of headsIn(d.right)) this.#users.set(head, (this.#users.get(head) ?? 0) + 1);
    this.#noticeMeaning();
  }

  /** How many equations, its own of a recurrence too, compute with this name? */
  usersOf(head: string): number {
    return this.#users.get(head) ?? 0;
  }

  /** Does any reading say yes, of those of which something changed since this rule saw them? Those behind it are not asked. */
  some(rule: Rule, f: (r: Reading) => boolean): boolean {
    this.#noticeMeaning();
    const looks = this.#looks.get(rule) ?? this.readings.map(() => -1);
    this.#looks.set(rule, looks);
    return this.readings.some((r, k) => {
      if (r.changedAt <= (looks[k] ?? -1)) return false;
      looks[k] = this.#clock.now;
      return this.#watching(r, () => f(r));
    });
  }

  /** The same of the equations, each with the letters of its left side in scope. */
  someEquation(rule: Rule, f: (d: Draft, r: Reading) => boolean): boolean {
    return this.some(rule, (r) => {
      const { draft } = r;
      return draft !== null && this.#builder.e.within(draft.free, () => f(draft, r));
    });
  }

  /** Reads an equation or a statement anew: what it leaves open then stands in place of what it left before. */
  read<T>(r: Reading, f: () => T): T {
    const { e } = this.#builder;
    const uses = e.letterUse.length;
    const [sums, products]: [Sums, Products] = [[], []];
    [e.pending, e.pendingProducts] = [sums, products];
    try {
      return f();
    } finally {
      [e.pending, e.pendingProducts] = [null, null];
      this.#countLetters(r);
      [r.sums, r.products, r.letters, r.round] = [sums, products, e.letterUse.splice(uses), this.round];
    }
  }

  /** The letters of a reading count once for each round in which it stood, as if all had been read in each. */
  #countLetters(r: Reading): void {
    const times = this.round - r.round;
    if (times > 0) for (const { letter } of r.letters) this.#uses.push({ letter, times });
  }

  /** No more rounds follow. */
  end(): void {
    this.round += 1;
    for (const r of this.readings) this.#countLetters(r);
    for (const use of this.#uses) this.#builder.e.letterUse.push(use);
  }

  #watching<T>(r: Reading, f: () => T): T {
    const { e, symbols } = this.#builder;
    const uses = e.letterUse.length;
    symbols.watcher = r;
    try {
      return f();
    } finally {
      symbols.watcher = null;
      e.letterUse.length = uses;
      this.#noticeMeaning();
    }
  }

  /** A new symbol or size may be what was read as something else before. */
  #noticeMeaning(): void {
    const meaning = meaningOf(this.#builder.e);
    if (meaning === this.#meaning) return;
    this.#meaning = meaning;
    for (const r of this.readings) r.changedAt = this.#clock.now + 1;
    this.#clock.tick();
  }
}

/** What the lines of a problem say, worked out once for all steps. */
export function oncePerProblem<T extends object>(f: (builder: Builder) => T): (builder: Builder) => T {
  const known = new WeakMap<Builder, T>();
  return (builder) => {
    const found = known.get(builder) ?? f(builder);
    known.set(builder, found);
    return found;
  };
}

const meaningOf = ({ symbols, dims, usesKronecker }: Elaborator): string =>
  `${symbols.made} ${symbols.variableCount} ${symbols.dimensionNames.size} ${dims.aliasCount} ${usesKronecker}`;

function headsIn(s: Syntax): ReadonlySet<string> {
  const heads = new Set<string>();
  for (const n of nodesIn(s)) {
    const t = takeApart(n);
    if (t !== null && t.subs.length !== 2) heads.add(targetKey(t));
  }
  return heads;
}
