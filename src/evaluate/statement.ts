/*
 * Statements about numbers: `y = 1 \iff x_1 = x_4 \lor x_2 = x_4`, `output 1 iff some x_i = x_4`. Conditions are numbers, 0 and 1, so that
 * parentheses mean one thing whatever they hold.
 */

import { StatementError, type Token, tokensOf } from "./statement-tokens.js";

export { StatementError } from "./statement-tokens.js";

/** The values of indices that a quantifier binds. */
type Bindings = ReadonlyMap<string, number>;
type Meaning = (bound: Bindings) => number;
interface Part {
  readonly value: Meaning;
  /** A list in parentheses: `(x_1, x_2)`. */
  readonly items?: readonly Part[];
}

/** What a statement speaks about. */
export interface World {
  /** How to read an entry, or the whole of a number; `null` if there is no such symbol. Whether the entry exists is found when it is read. */
  readonly read: (name: string, indices: readonly number[]) => number | null;
  /** How far the index at this place of a symbol runs, both ends included; `null` if there is no such symbol. */
  readonly range: (name: string, place: number) => readonly [number, number] | null;
  readonly has: (name: string) => boolean;
  /** What the word "output" means. */
  readonly output: string | null;
}

export type Statement = () => boolean;

const EPSILON = 1e-9;
const equal = (a: number, b: number): boolean => Math.abs(a - b) <= EPSILON * Math.max(1, Math.abs(a), Math.abs(b));

const RELATIONS: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ["=", equal],
  ["!=", (a, b) => !equal(a, b)],
  ["<", (a, b) => a < b && !equal(a, b)],
  [">", (a, b) => a > b && !equal(a, b)],
  ["<=", (a, b) => a < b || equal(a, b)],
  [">=", (a, b) => a > b || equal(a, b)],
]);

/** Reads a statement; what it gives says whether the statement holds of the world as it is then. */
export function readStatement(text: string, world: World): Statement {
  const reader = new Reader(tokensOf(text.trim().replace(/\.$/, "")), world);
  const meaning = reader.whole();
  return () => meaning(new Map()) !== 0;
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #world: World;
  #at = 0;
  /** Index letters that are met and not bound, with the symbol and place that tells how far they run. */
  #open = new Map<string, { readonly name: string; readonly place: number; readonly except: Set<number> }>();
  #bound = new Set<string>();

  constructor(tokens: readonly Token[], world: World) {
    this.#tokens = tokens;
    this.#world = world;
  }

  whole(): Meaning {
    const part = this.#iff();
    if (this.#at < this.#tokens.length) throw new StatementError(`${this.#shown()} is not expected here`);
    const [letter] = this.#open.keys();
    if (letter !== undefined)
      throw new StatementError(`nothing says for which ${letter} this holds: write "some" or "for all"`);
    return part.value;
  }

  onlySet(): readonly number[] {
    const values = this.#set();
    if (this.#at < this.#tokens.length) throw new StatementError(`${this.#shown()} is not expected here`);
    return values;
  }

  #iff(): Part {
    return this.#chain(
      ["iff"],
      () => this.#implies(),
      (a, b) => (a !== 0) === (b !== 0),
    );
  }

  #implies(): Part {
    return this.#chain(
      ["implies"],
      () => this.#or(),
      (a, b) => a === 0 || b !== 0,
    );
  }

  #or(): Part {
    return this.#chain(
      ["or"],
      () => this.#and(),
      (a, b) => a !== 0 || b !== 0,
    );
  }

  #and(): Part {
    return this.#chain(
      ["and"],
      () => this.#not(),
      (a, b) => a !== 0 && b !== 0,
    );
  }

  #chain(signs: readonly string[], next: () => Part, join: (a: number, b: number) => boolean): Part {
    let left = next();
    while (signs.some((s) => this.#is(s))) {
      this.#at += 1;
      const [a, b] = [left.value, next().value];
      left = { value: (bound) => Number(join(a(bound), b(bound))) };
    }
    return left;
  }

  #not(): Part {
    if (this.#take("not")) {
      const { value } = this.#not();
      return { value: (bound) => Number(value(bound) === 0) };
    }
    for (const quantifier of ["some", "all"] as const) if (this.#take(quantifier)) return this.#quantified(quantifier);
    return this.#trailing(() => this.#comparison());
  }

  /** `\exists i \in \{1, 2, 3\}: …`, or `some x_i = x_4`, which binds the letters that it meets. */
  #quantified(quantifier: "some" | "all"): Part {
    const named = this.#binder();
    if (named !== null) {
      while (this.#take(":") || this.#take(","));
      this.#bound.add(named.letter);
      // A quantifier before its condition reaches over the rest up to `iff`.
      const body = this.#or();
      this.#bound.delete(named.letter);
      return bind(quantifier, named.letter, () => named.values ?? this.#valuesOf(named.letter), body);
    }
    return this.#closing(quantifier, () => this.#comparison());
  }

  /** `x_i = x_4 \text{ for some } i \in \{1, 2, 3\}`. */
  #trailing(read: () => Part): Part {
    const before = this.#open;
    this.#open = new Map();
    const part = read();
    const isQuantifier = (["some", "all"] as const).find((q) => this.#is(q));
    const mark = this.#at;
    if (isQuantifier !== undefined && this.#open.size > 0) {
      this.#at += 1;
      const named = this.#binder();
      if (named !== null && this.#open.has(named.letter)) {
        const result = bind(isQuantifier, named.letter, this.#ranging(named.letter, named.values), part);
        this.#open.delete(named.letter);
        this.#open = new Map([...before, ...this.#open]);
        return result;
      }
      this.#at = mark;
    }
    this.#open = new Map([...before, ...this.#open]);
    return part;
  }

  /** Reads a condition and binds every letter that it leaves open. */
  #closing(quantifier: "some" | "all", read: () => Part): Part {
    const before = this.#open;
    this.#open = new Map();
    let part = read();
    if (this.#open.size === 0) throw new StatementError(`"${quantifier}" needs an index, as in x_i`);
    for (const letter of this.#open.keys()) part = bind(quantifier, letter, this.#ranging(letter, null), part);
    this.#open = before;
    return part;
  }

  /** The values of a letter; of x_i = x_4 not the 4, for which it says nothing. */
  #ranging(letter: string, values: readonly number[] | null): () => readonly number[] {
    if (values !== null) return () => values;
    const open = this.#open.get(letter);
    return () => this.#valuesAt(letter, open);
  }

  #valuesOf(letter: string): readonly number[] {
    return this.#valuesAt(letter, this.#places.get(letter));
  }

  readonly #places = new Map<string, { readonly name: string; readonly place: number; readonly except: Set<number> }>();

  #valuesAt(
    letter: string,
    open: { readonly name: string; readonly place: number; readonly except: Set<number> } | undefined,
  ): readonly number[] {
    const range = open === undefined ? null : this.#world.range(open.name, open.place);
    if (range === null) throw new StatementError(`nothing says how far ${letter} runs`);
    const [low, high] = range;
    return Array.from({ length: high - low + 1 }, (_, k) => low + k).filter((k) => open?.except.has(k) !== true);
  }

  /** `i`, `i \in \{1, 2, 3\}`, `i = 1, …, 3`; `null` where no index stands here. */
  #binder(): { readonly letter: string; readonly values: readonly number[] | null } | null {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "name" || token.indices.length > 0 || this.#world.has(token.name)) return null;
    this.#at += 1;
    if (this.#take("in")) return { letter: token.name, values: this.#set() };
    const next = this.#tokens[this.#at + 1];
    if (this.#is("=") && next?.kind === "number") {
      this.#at += 1;
      return { letter: token.name, values: this.#list(() => true) };
    }
    return { letter: token.name, values: null };
  }

  #set(): readonly number[] {
    if (!this.#take("{")) throw new StatementError("a set {…} is expected here");
    const values = this.#list(() => !this.#is("}"));
    if (!this.#take("}")) throw new StatementError("the set is not closed");
    return values;
  }

  #list(more: () => boolean): readonly number[] {
    const values: number[] = [];
    let dots = false;
    while (more()) {
      const isNegative = this.#take("-");
      const token = this.#tokens[this.#at];
      if (token?.kind === "number") {
        const value = isNegative ? -token.value : token.value;
        for (let k = (values.at(-1) ?? value) + 1; dots && k < value; k++) values.push(k);
        dots = false;
        values.push(value);
        this.#at += 1;
      } else if (this.#take("...")) dots = true;
      else break;
      if (!this.#take(",") && !this.#is("...")) break;
    }
    return values;
  }

  /** `a = b`, `a < b \le c`, `output 1`, `(x_1, x_2) is a permutation of (x_3, x_4)`. */
  #comparison(): Part {
    this.#literals = [];
    const part = this.#related();
    for (const { name, place, value } of this.#literals)
      for (const open of this.#open.values()) if (open.name === name && open.place === place) open.except.add(value);
    return part;
  }

  /** Entries with a number as index, in one comparison. */
  #literals: { readonly name: string; readonly place: number; readonly value: number }[] = [];

  #related(): Part {
    const parts = [this.#sum()];
    const signs: string[] = [];
    if (this.#outputs && this.#tokens[this.#at]?.kind === "number") {
      signs.push("=");
      parts.push(this.#sum());
    }
    this.#outputs = false;
    if (this.#take("permutation")) return permutation(parts[0], this.#sum());
    for (let sign = this.#relation(); sign !== null; sign = this.#relation()) {
      signs.push(sign);
      parts.push(this.#sum());
    }
    const [first] = parts;
    if (first === undefined) throw new StatementError("something is missing");
    if (signs.length === 0) return first;
    const holds = signs.map((sign, k): Meaning => {
      const [a, b] = [parts[k], parts[k + 1]];
      if (a === undefined || b === undefined) throw new StatementError("something is missing");
      return related(sign, a, b);
    });
    return { value: (bound) => Number(holds.every((h) => h(bound) !== 0)) };
  }

  #outputs = false;

  #relation(): string | null {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "sign" || !RELATIONS.has(token.sign)) return null;
    this.#at += 1;
    return token.sign;
  }

  #sum(): Part {
    let left = this.#product();
    for (let sign = this.#oneOf("+", "-"); sign !== null; sign = this.#oneOf("+", "-")) {
      const [a, b, by] = [left.value, this.#product().value, sign === "+" ? 1 : -1];
      left = { value: (bound) => a(bound) + by * b(bound) };
    }
    return left;
  }

  #product(): Part {
    let left = this.#factor();
    for (let sign = this.#oneOf("*", "/"); sign !== null; sign = this.#oneOf("*", "/")) {
      const [a, b] = [left.value, this.#factor().value];
      left = { value: sign === "*" ? (bound) => a(bound) * b(bound) : (bound) => a(bound) / b(bound) };
    }
    return left;
  }

  #factor(): Part {
    const token = this.#tokens[this.#at];
    if (this.#take("-")) {
      const { value } = this.#factor();
      return { value: (bound) => -value(bound) };
    }
    if (this.#take("(")) return this.#group();
    if (this.#take("|")) {
      const { value } = this.#sum();
      if (!this.#take("|")) throw new StatementError("the bars | | are not closed");
      return { value: (bound) => Math.abs(value(bound)) };
    }
    if (token?.kind === "number") {
      this.#at += 1;
      return { value: () => token.value };
    }
    if (token?.kind === "name") {
      this.#at += 1;
      return this.#symbol(token.name, token.indices);
    }
    throw new StatementError(
      token === undefined ? "the statement ends too early" : `${this.#shown()} is not expected here`,
    );
  }

  #group(): Part {
    const items = [this.#iff()];
    while (this.#take(",")) items.push(this.#iff());
    if (!this.#take(")")) throw new StatementError("a parenthesis is not closed");
    const [only] = items;
    return only !== undefined && items.length === 1 ? only : { value: () => Number.NaN, items };
  }

  #symbol(raw: string, indices: readonly string[]): Part {
    const isOutput = /^outputs?$/i.test(raw) && !this.#world.has(raw);
    if (isOutput) this.#outputs = true;
    const whole = indices.length === 0 ? raw : `${raw}_{${indices.join(",")}}`;
    const name = isOutput ? (this.#world.output ?? raw) : raw;
    // `x_1` may be a symbol beside x; `x_i` is how a family is written.
    const runs = indices.some((i) => !/^\d+$/.test(i)) && this.#world.has(name);
    const isName = indices.length > 0 && !runs && this.#world.has(whole);
    if (!isName && !this.#world.has(name)) {
      if (this.#bound.has(raw) && indices.length === 0) return { value: (bound) => bound.get(raw) ?? Number.NaN };
      throw new StatementError(isOutput ? "it is not clear what the output is" : `there is no symbol ${raw}`);
    }
    if (isName) return { value: () => this.#world.read(whole, []) ?? missing(whole) };
    const places = indices.map((index, place) => this.#index(index, name, place));
    indices.forEach((index, place) => {
      if (/^\d+$/.test(index)) this.#literals.push({ name, place, value: Number(index) });
    });
    return {
      value: (bound) => {
        const at = places.map((p) => p(bound));
        return this.#world.read(name, at) ?? missing(`${name}_{${at.join(",")}}`);
      },
    };
  }

  #index(text: string, name: string, place: number): Meaning {
    if (/^\d+$/.test(text)) return () => Number(text);
    if (!/^\\?[A-Za-z]+$/.test(text)) throw new StatementError(`${text} is no index`);
    const known = this.#open.get(text);
    const entry = known ?? { name, place, except: new Set<number>() };
    this.#places.set(text, this.#places.get(text) ?? entry);
    if (!this.#bound.has(text) && known === undefined) this.#open.set(text, entry);
    return (bound) => bound.get(text) ?? Number.NaN;
  }

  #is(sign: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === "sign" && token.sign === sign;
  }

  #take(sign: string): boolean {
    if (!this.#is(sign)) return false;
    this.#at += 1;
    return true;
  }

  #oneOf(...signs: readonly string[]): string | null {
    return signs.find((s) => this.#take(s)) ?? null;
  }

  #shown(): string {
    const token = this.#tokens[this.#at];
    return token === undefined
      ? "the end"
      : token.kind === "number"
        ? String(token.value)
        : token.kind === "sign"
          ? `"${token.sign}"`
          : token.name;
  }
}

function missing(what: string): never {
  throw new StatementError(`there is no entry ${what}`);
}

function bind(quantifier: "some" | "all", letter: string, values: () => readonly number[], { value }: Part): Part {
  return {
    value: (bound) => {
      const holds = (k: number): boolean => value(new Map(bound).set(letter, k)) !== 0;
      return Number(quantifier === "some" ? values().some(holds) : values().every(holds));
    },
  };
}

/** Lists are equal entry by entry. */
function related(sign: string, a: Part, b: Part): Meaning {
  const relation = RELATIONS.get(sign) ?? equal;
  if (a.items === undefined && b.items === undefined)
    return (bound) => Number(relation(a.value(bound), b.value(bound)));
  const [left, right] = [a.items ?? [], b.items ?? []];
  if (left.length !== right.length || (sign !== "=" && sign !== "!="))
    throw new StatementError("these two cannot be compared");
  return (bound) => {
    const same = left.every((x, k) => equal(x.value(bound), right[k]?.value(bound) ?? Number.NaN));
    return Number(same === (sign === "="));
  };
}

function permutation(a: Part | undefined, b: Part): Part {
  const [left, right] = [a?.items, b.items];
  if (left === undefined || right === undefined)
    throw new StatementError("a permutation is of two lists, (x_1, x_2) and (x_3, x_4)");
  const sorted = (items: readonly Part[], bound: Bindings): readonly number[] =>
    items.map((i) => i.value(bound)).sort((x, y) => x - y);
  return {
    value: (bound) => {
      const other = sorted(right, bound);
      return Number(
        left.length === other.length && sorted(left, bound).every((x, k) => equal(x, other[k] ?? Number.NaN)),
      );
    },
  };
}

/** `\{0, 1\}`, `{1, …, 5}`: the numbers of a finite set; `null` where it is none. */
export function readSet(text: string): readonly number[] | null {
  try {
    const tokens = tokensOf(text);
    const reader = new Reader(tokens, { read: () => null, range: () => null, has: () => false, output: null });
    const values = reader.onlySet();
    return values.length === 0 ? null : values;
  } catch (error) {
    if (error instanceof StatementError) return null;
    throw error;
  }
}
