import type { Arena } from "../expression/arena.js";
import type { Dim, Index, Node, Position, Range, Tensor } from "../expression/node.js";
import { fillFamily, plain, type Scripts, splitScripts } from "./scripts.js";

/** How things are called where they are printed: the author's letters and symbols. */
export interface Names {
  readonly arena: Arena;
  /** The author's index letters, most used first, by range. */
  readonly letters: ReadonlyMap<string, readonly string[]>;
  /** The same, by range without the members that families of dimensions are taken at. */
  readonly looseLetters: ReadonlyMap<string, readonly string[]>;
  /** Symbols and dimensions: letters that an invented index must not be. */
  readonly taken: ReadonlySet<string>;
  /** Letters of dimensions: an index of that letter could not be told from them. */
  readonly sizes: ReadonlySet<string>;
  /** Symbols whose entries must keep their bold type, because the plain letter is something else. */
  readonly bold: ReadonlySet<Tensor>;
  /** `\delta_{ij}` is free to mean Kronecker's delta. */
  readonly delta: boolean;
  /** `e` is free to mean Euler's number. */
  readonly euler: boolean;
  /** Numerator layout: the gradient of a scalar by a column is a row, and is written so in matrix forms. */
  readonly rowGradients: boolean;
  /** LaTeX of a whole matrix with these rows and columns, where somebody knows one. */
  readonly whole: ((row: Index, column: Index, body: Node) => string | null) | null;
}

/** Letters for indices that the author never named. */
const SPARE = ["i", "j", "k", "l", "m", "n", "p", "q", "r", "s", "u", "v", "a", "b", "c"];

export const rangeKey = (range: Range): string => `${range.low.key}..${range.high.key}`;
const loosen = (key: string): string => key.replace(/@[^;]*;[-\w]*/g, "");

/** What the printers need to know, from the author's letters and all symbols in sight. */
export function makeNames(
  arena: Arena,
  letters: ReadonlyMap<string, readonly string[]>,
  tensors: Iterable<Tensor>,
  whole: Names["whole"] = null,
): Names {
  const all = [...tensors].filter((t) => t.derivative === null);
  const indexLetters = new Set([...letters.values()].flat());
  const sizes = new Set(all.flatMap((t) => t.axes.flatMap((r) => [...atomNames(r.low), ...atomNames(r.high)])));
  const symbols = all.map((tensor) => ({ tensor, ...splitScripts(tensor.latex) }));
  const bases = new Set(symbols.flatMap(({ base }) => [base, plain(base)]));
  // A label is not to be read as an index: with a matrix `W_i`, no sum runs over i.
  const labels = symbols.flatMap(({ sup, sub }) => [sup, sub].filter((label) => label !== null && isLetter(label)));
  return {
    arena,
    letters,
    looseLetters: loosened(letters),
    taken: new Set([...all.map((t) => t.latex), ...bases, ...labels, ...sizes].filter((name) => name !== null)),
    sizes,
    bold: boldOnes(symbols, (letter) => indexLetters.has(letter) || sizes.has(letter)),
    delta: !bases.has("\\delta"),
    euler: !bases.has("e") && !indexLetters.has("e"),
    rowGradients: false,
    whole,
  };
}

const isLetter = (text: string): boolean => /^[a-z]$/.test(text);

interface SymbolParts extends Scripts {
  readonly tensor: Tensor;
}

/** The symbols whose plain letter is another symbol too, or an index or a size. */
function boldOnes(symbols: readonly SymbolParts[], isTaken: (letter: string) => boolean): ReadonlySet<Tensor> {
  const plainly = ({ base, sup, sub }: SymbolParts): string => `${plain(base)}^${sup}_${sub}`;
  const owners = new Map<string, Set<Tensor>>();
  for (const symbol of symbols)
    owners.set(plainly(symbol), (owners.get(plainly(symbol)) ?? new Set()).add(symbol.tensor));
  const bold = symbols.filter((symbol) => {
    const thin = plain(symbol.base);
    if (thin === symbol.base) return false;
    if ((owners.get(plainly(symbol))?.size ?? 0) > 1) return true;
    return symbol.sup === null && symbol.sub === null && isTaken(thin);
  });
  return new Set(bold.map(({ tensor }) => tensor));
}

function loosened(letters: Names["letters"]): Names["looseLetters"] {
  const loose = new Map<string, readonly string[]>();
  for (const [key, list] of letters) {
    const old = loose.get(loosen(key)) ?? [];
    loose.set(loosen(key), [...old, ...list.filter((l) => !old.includes(l))]);
  }
  return loose;
}

const atomNames = (dim: Dim): string[] => dim.terms.flatMap((t) => t.powers.map(([atom]) => atom.latex));

/** The letters of the indices in scope. Immutable: a binder makes a new one. */
export type Scope = ReadonlyMap<Index, string>;

/** An index made by the program, not named by the author. */
const anonymous = (index: Index): boolean => /^[~#$]/.test(index.name);

/** Letters for the free indices of what is about to be printed: the author's own, or new ones. */
export function scopeOf(names: Names, free: Iterable<Index>): Scope {
  let scope: Scope = new Map();
  const indices = [...new Set(free)];
  const later: Index[] = [];
  const used = new Set<string>();
  for (const i of indices) {
    // A letter that stands for two ranges at once goes to the first of them.
    if (anonymous(i) || used.has(i.name)) later.push(i);
    else {
      used.add(i.name);
      scope = new Map(scope).set(i, i.name);
    }
  }
  for (const i of later) scope = bind(names, scope, i);
  return scope;
}

/** The scope below a binder: `index` gets a letter that nothing in scope has. */
export function bind(names: Names, scope: Scope, index: Index): Scope {
  return new Map(scope).set(index, chooseLetter(names, new Set(scope.values()), index));
}

export function letterOf(scope: Scope, index: Index): string {
  return scope.get(index) ?? index.name.replace(/[~#$]/g, "i");
}

/** The author's letters for this range, then the next ones of the alphabet, then spare ones, then primes. */
function chooseLetter(names: Names, used: ReadonlySet<string>, index: Index): string {
  const key = rangeKey(index.range);
  const own = names.letters.get(key) ?? names.looseLetters.get(loosen(key)) ?? [];
  const mine = own.find((l) => !used.has(l) && !names.sizes.has(l));
  if (mine !== undefined) return mine;
  const others = new Set([...names.letters.values()].flat());
  const free = (l: string): boolean => !used.has(l) && !names.taken.has(l) && !others.has(l);
  const [first] = own;
  const start = first === undefined ? -1 : SPARE.indexOf(first);
  const next = [...SPARE.slice(start + 1), ...SPARE.slice(0, start + 1)].find(free);
  if (next !== undefined) return next;
  for (let primed = `${first ?? "i"}'`; ; primed += "'")
    if (!used.has(primed) && !names.taken.has(primed)) return primed;
}

/** `a + b - 2c` from signed parts, the positive ones first; `0` from none. */
export function signedSum(parts: readonly (readonly [number, string])[]): string {
  const ordered = [...parts.filter(([c]) => c > 0), ...parts.filter(([c]) => c < 0)];
  const text = ordered
    .map(([c, what], k) => {
      const size = Math.abs(c);
      const body = what === "" ? `${size}` : size === 1 ? what : `${size} ${what}`;
      return k === 0 ? (c < 0 ? `-${body}` : body) : c < 0 ? ` - ${body}` : ` + ${body}`;
    })
    .join("");
  return text === "" ? "0" : text;
}

/** The signed parts of a dimension; the number part has an empty text. */
export function dimParts(dim: Dim, at: (p: Position) => string): (readonly [number, string])[] {
  const parts = dim.terms.map((t): readonly [number, string] => [
    t.coefficient,
    t.powers
      .map(([atom, n]) => {
        const name = atom.at === null ? atom.latex : member(atom.latex, at(atom.at));
        return n === 1 ? name : /\^/.test(name) ? `{${name}}^{${n}}` : `${name}^{${n}}`;
      })
      .join(" "),
  ]);
  // Numbers last: `K + 1`, never `1 + K`.
  return [...parts.filter(([, text]) => text !== ""), ...parts.filter(([, text]) => text === "")];
}

const member = (latex: string, at: string): string =>
  latex.includes("{#0}") ? fillFamily(latex, [at]) : `${latex}^{(${at})}`;
