import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { bindings, letterOf, nodesIn } from "../../symbols/letters.js";
import { mapOperands, plainSymbol, type Scripted, scriptText, symbolsIn, takeApart } from "../../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  isPureDerivative,
  leftSide,
  mentionsDerivative,
  namesDerivative,
  targetKey,
  withSides,
} from "../../symbols/statements.js";

/*
 * `a_j = \sum_i w_{ji} x_i`, `z_j = h(a_j)`, `a_k = \sum_j w_{kj} z_j`, as in Bishop's books: i, j and k stand for units of different
 * layers, so that a_j and a_k, w_{ji} and w_{kj} are entries of different quantities. They are read as `a^{(j)}_j`, `a^{(k)}_k`.
 */

/** The equation of a quantity by its entries, `z_j = h(a_j)`. */
interface Definition {
  readonly head: string;
  readonly letter: string;
  /** What its right side is made of. */
  readonly uses: readonly Use[];
}

/** A symbol with letters below it. */
interface Use {
  readonly head: string;
  /** Its letters without primes; empty where something else stands. */
  readonly letters: readonly string[];
}

/** A letter that means another quantity in each layer. */
interface Layered {
  readonly latex: string;
  /** Which of the letters below it tells the layer. */
  readonly place: number;
  readonly layers: ReadonlySet<string>;
  /** Of a matrix: the letter of the layer below, for each layer. */
  readonly below: ReadonlyMap<string, string>;
}

/** The same statements with the layers of such symbols written, the very list where there are none. */
export function withLayersByLetter(
  items: readonly Item[],
  plain: readonly string[],
  report: (d: Diagnostic) => void,
): readonly Item[] {
  const given = items.filter((i) => i.submitted !== true);
  const definitions = forwardDefinitions(given);
  const layers = layerLetters(definitions, declaredHeads(given));
  if (layers.size === 0 || [...plain, ...given.map((i) => i.formula.sentence)].some((s) => SHARED.test(s)))
    return items;
  const layered = layeredSymbols(items, definitions, layers, declaredHeads(items));
  const own = ownLetters(definitions, layered);
  let isSaid = false;
  return items.map((item) => {
    const { statement } = item;
    // A line in other letters than the forward pass has, `\delta_j z_i` where z is z_j, may be about another layer.
    const isClear = definitionsOf(item).length > 0 || fits(statement, own, layered);
    const renamed = otherLetters(statement, layered);
    const [left] = statement.sides;
    const next = withSides(item, (s) => {
      const isName = statement.relations.length === 0 || (s === left && !mentionsDerivative(s));
      return withLayers(s, { statement, layered, renamed, isClear, isName });
    });
    if (next === item) return item;
    if (!isSaid && item.submitted !== true) {
      isSaid = true;
      const names = [...layered.values()].map((l) => l.latex).join(", ");
      const message = `the letters ${[...layers].join(" and ")} tell layers apart: ${names} are quantities of their own in each`;
      report(diagnostic("note", "reading/layers", message, statement.span));
    }
    return { ...next, written: item.written ?? statement };
  });
}

/** Words that make one matrix of what letters would tell apart. */
const SHARED =
  /\b(?:shared?|sharing|tied|re-?used?|adjacency|transition|laplacian|kernel|gram)\b|\bsame (?:\w+ ){0,2}(?:weights?|matri(?:x|ces)|parameters?)\b/i;

/** The letters of weights. A matrix of another name, `A_{ij}` and `A_{ki}`, may be that of a graph, which is one. */
const WEIGHTS = /^(?:[wvuWVU]|\\theta|\\omega)$/;

/** The definitions of the forward pass: those of derivatives, `\delta_j = h'(a_j) \sum_k w_{kj} \delta_k`, lead the other way. */
function forwardDefinitions(given: readonly Item[]): readonly Definition[] {
  const derivatives = new Set(
    flatMap(given, ({ statement: { sides } }) =>
      sides.slice(1).some(isPureDerivative) ? flatMap(sides.slice(0, 1), symbolsIn).map(targetKey) : [],
    ),
  );
  return flatMap(given, (item) => {
    const [left] = item.statement.sides;
    if (left === undefined || namesDerivative(left, () => true)) return [];
    return definitionsOf(item).filter((d) => !derivatives.has(d.head));
  });
}

function definitionsOf({ statement: st }: Item): readonly Definition[] {
  const [first, ...rest] = st.sides;
  if (first === undefined || !isEquation(st) || st.sides.some(mentionsDerivative)) return [];
  const left = leftSide(first);
  const use = left === null || left.args !== null ? null : useOf(left.target);
  const [letter, more] = use?.letters ?? [];
  if (use === null || letter === undefined || letter === "" || more !== undefined || hasLabel(use.head)) return [];
  return [{ head: use.head, letter, uses: flatMap(rest, usesIn) }];
}

/** A symbol with letters below it; a superscript in brackets is part of its name. */
function useOf(t: Scripted | null): Use | null {
  if (t === null || t.subs.length === 0) return null;
  const label = t.sups.filter((p) => p.bracketed).map((p) => `^{(${scriptText(p.content)})}`);
  return { head: targetKey(t) + label.join(""), letters: t.subs.map((s) => indexLetter(letterOf(s))) };
}

/** What has its layer above it needs no letter to tell it. */
const hasLabel = (head: string): boolean => head.includes("^{(");

/** A letter without its primes; nothing of a word, such as that below `L_{total}`. */
const indexLetter = (letter: string | null): string => /^(\\ell|[a-z])(?='*$)/.exec(letter ?? "")?.[0] ?? "";

const usesIn = (s: Syntax): readonly Use[] =>
  flatMap(nodesIn(s), (n) => (n.kind === "scripted" && n.sub !== null ? (useOf(takeApart(n)) ?? []) : []));

/** What is declared as a whole is one quantity. */
const declaredHeads = (items: readonly Item[]): ReadonlySet<string> =>
  new Set(
    flatMap(items, ({ statement }) => {
      const symbols = declarationOf(statement)?.symbols ?? [];
      return symbols.filter((t) => t.subs.length === 0).map(targetKey);
    }),
  );

/**
 * The letters that tell layers: those of a symbol that has an equation for each of two letters, one computed from the other; and those
 * of a matrix that leads with `w_{ji}` to a quantity of the one letter and with `w_{kj}` from there to a quantity of the other.
 */
function layerLetters(all: readonly Definition[], declared: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  // The n of `L_n = \sum_i L_i` is no unit's: nothing on the right has it.
  const definitions = all.filter((d) => d.uses.some((u) => u.letters.includes(d.letter)));
  for (const upper of definitions)
    for (const lower of definitions) {
      if (upper.letter === lower.letter || !leadsTo(lower, upper, definitions)) continue;
      const isSame = upper.head === lower.head && !declared.has(upper.head);
      if (!isSame && !sharesMatrix(lower, upper, declared)) continue;
      found.add(lower.letter);
      found.add(upper.letter);
    }
  return found;
}

/** Is the one computed from the other, at once or by further equations, each entry from entries of that letter? */
function leadsTo(lower: Definition, upper: Definition, definitions: readonly Definition[]): boolean {
  const seen = new Set<Definition>();
  const stack = [upper];
  for (let d = stack.pop(); d !== undefined; d = stack.pop()) {
    for (const { head, letters } of d.uses) {
      if (letters.length !== 1) continue;
      if (head === lower.head && letters[0] === lower.letter) return true;
      for (const next of definitions)
        if (next.head === head && next.letter === letters[0] && !seen.has(next)) {
          seen.add(next);
          stack.push(next);
        }
    }
  }
  return false;
}

function sharesMatrix(lower: Definition, upper: Definition, declared: ReadonlySet<string>): boolean {
  return upper.uses.some(({ head, letters: [a, b, more] }) => {
    if (declared.has(head) || !WEIGHTS.test(head) || more !== undefined) return false;
    const below = lower.uses.filter((u) => u.head === head && u.letters.length === 2).map((u) => u.letters);
    if (a === upper.letter && b === lower.letter) return below.some(([c, d]) => c === lower.letter && isOther(d, a, b));
    if (b === upper.letter && a === lower.letter) return below.some(([c, d]) => d === lower.letter && isOther(c, a, b));
    return false;
  });
}

const isOther = (letter: string | undefined, a: string, b: string): boolean =>
  letter !== undefined && letter !== "" && letter !== a && letter !== b;

/** The symbols whose letter at one place is always that of the quantity they lead to, in two layers or more. */
function layeredSymbols(
  items: readonly Item[],
  definitions: readonly Definition[],
  layers: ReadonlySet<string>,
  declared: ReadonlySet<string>,
): ReadonlyMap<string, Layered> {
  const found = new Map<string, Layered>();
  const add = (head: string, place: number, letters: readonly string[]): void => {
    const told = new Set(letters.filter((l) => layers.has(l)));
    if (told.size > 1 && !hasLabel(head) && !declared.has(head) && !found.has(head))
      found.set(head, { latex: head, place, layers: told, below: new Map() });
  };
  // What stands on the left of lines is told apart by its letters there, what the problem has, by the problem's own lines.
  for (const lines of [items.filter((i) => i.submitted !== true), items]) {
    const left = flatMap(lines, leftUse);
    for (const { head } of left)
      add(
        head,
        0,
        left.filter((u) => u.head === head).map((u) => u.letters[0] ?? ""),
      );
  }
  // All else, by those of the quantities that it leads to.
  const used = flatMap(definitions, (d) => d.uses.map((u) => ({ ...u, leads: d.letter })));
  const computed = computedHeads(items);
  for (const head of new Set(used.map((u) => u.head)))
    for (const place of [0, 1]) {
      const own = used.filter((u) => u.head === head);
      if (computed.has(head) || (own.some((u) => u.letters.length > 1) && !WEIGHTS.test(head))) continue;
      if (own.every((u) => u.letters[place] === u.leads))
        add(
          head,
          place,
          flatMap(own, (u) => u.leads),
        );
    }
  return withInputs(found, used);
}

/** What has an equation of its own, with whatever below it. */
const computedHeads = (items: readonly Item[]): ReadonlySet<string> =>
  new Set(
    flatMap(items, ({ statement: { sides }, submitted }) => {
      const left = submitted === true || sides[0] === undefined || sides.length < 2 ? null : leftSide(sides[0]);
      return left === null ? [] : [targetKey(left.target)];
    }),
  );

/** `o_i` behind a `w_{ij}`: what nothing computes is in a layer of its own too. */
function withInputs(
  layered: ReadonlyMap<string, Layered>,
  used: readonly (Use & { readonly leads: string })[],
): ReadonlyMap<string, Layered> {
  const behind = new Set(
    flatMap(used, ({ head, letters }) =>
      layered.has(head) ? letters.filter((_, k) => k !== layered.get(head)?.place) : [],
    ),
  );
  const inputs = (head: string): readonly string[] =>
    flatMap(used, (u) => (u.head === head && u.letters.length === 1 ? u.letters : [])).filter((l) => behind.has(l));
  const below = (head: string, place: number): ReadonlyMap<string, string> =>
    new Map(
      flatMap(used, (u): (readonly [string, string])[] => {
        const other = u.letters[1 - place];
        return u.head !== head || u.letters.length !== 2 || other === undefined || other === ""
          ? []
          : [[u.leads, other]];
      }),
    );
  return new Map(
    [...layered].map(([head, own]) => [
      head,
      { ...own, layers: new Set([...own.layers, ...inputs(head)]), below: below(head, own.place) },
    ]),
  );
}

/** The l of `\sum_l w_{lj} \delta_l` beside a w_{kj}: of units above those of j, so in this line it stands for k. */
function otherLetters(st: Statement, layered: ReadonlyMap<string, Layered>): ReadonlyMap<string, string> {
  const known = new Set(flatMap([...layered.values()], (l) => [...l.layers]));
  const found = new Map<string, string>();
  for (const { head, letters } of flatMap(st.sides, usesIn)) {
    const own = layered.get(head);
    const [letter, other] =
      own === undefined || letters.length !== 2 ? [] : [letters[own.place], letters[1 - own.place]];
    if (own === undefined || letter === undefined || letter === "" || known.has(letter)) continue;
    const [layer, more] = [...own.below].flatMap(([k, j]) => (j === other ? [k] : []));
    if (layer !== undefined && more === undefined) found.set(letter, layer);
  }
  return found;
}

/** What stands on the left of a line, `\delta_j = …`, whatever its right side is. */
function leftUse({ statement: st }: Item): readonly Use[] {
  const [first] = st.sides;
  const target = first === undefined || !isEquation(st) || mentionsDerivative(first) ? null : leftSide(first)?.target;
  const use = useOf(target ?? null);
  return use === null || use.letters.length !== 1 ? [] : [use];
}

/** The letter that each other quantity of one index always has in the forward pass. */
function ownLetters(
  definitions: readonly Definition[],
  layered: ReadonlyMap<string, Layered>,
): ReadonlyMap<string, string> {
  const letters = new Map<string, Set<string>>();
  for (const { head, letters: own } of flatMap(definitions, (d) => [
    { head: d.head, letters: [d.letter] },
    ...d.uses,
  ])) {
    const [letter, more] = own;
    if (letter === undefined || more !== undefined || layered.has(head)) continue;
    letters.set(head, (letters.get(head) ?? new Set()).add(letter));
  }
  return new Map(flatMap([...letters], ([head, [only, more]]) => (more === undefined && only ? [[head, only]] : [])));
}

/** Does every letter that tells a layer in a line stand where the forward pass has it? */
function fits(st: Statement, own: ReadonlyMap<string, string>, layered: ReadonlyMap<string, Layered>): boolean {
  const uses = flatMap(st.sides, usesIn);
  const told = new Set(
    flatMap(uses, ({ head, letters }) => (layered.has(head) ? letters.filter((l) => l !== "") : [])),
  );
  return uses.every(({ head, letters: [letter = "", more] }) => {
    const usual = more === undefined ? own.get(head) : undefined;
    return usual === undefined || usual === letter || !told.has(letter);
  });
}

interface Rewriting {
  readonly statement: Statement;
  readonly layered: ReadonlyMap<string, Layered>;
  /** Letters of sums that stand for another's layer here. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Every letter of the line stands where the forward pass has it. */
  readonly isClear: boolean;
  /** What is written whole here is only named. */
  readonly isName: boolean;
}

function withLayers(s: Syntax, r: Rewriting): Syntax {
  if (s.kind === "big" && s.body !== null) {
    const renamed = new Map(r.renamed);
    for (const { letter } of bindings(s.sub, s.sup)) {
      const other = besideItself(letter, s.body, r);
      if (other !== null) renamed.set(letter, other);
    }
    return mapOperands(s, (n) => withLayers(n, { ...r, renamed }));
  }
  if (s.kind === "cases") return withRows(s, r);
  // `\frac\lambda2 w^\top w` is of all layers.
  const whole = s.kind === "symbol" && !r.isName ? r.layered.get(targetKey(symbolAlone(s))) : undefined;
  if (s.kind === "symbol" && whole !== undefined) return unclear(s, s, whole);
  if (s.kind !== "scripted") return mapOperands(s, (n) => withLayers(n, r));
  const use = s.sub === null ? null : useOf(takeApart(s));
  const own = use === null ? undefined : r.layered.get(use.head);
  const layer = use === null || own === undefined ? null : layerOf(use, own, r);
  if (own !== undefined && s.base.kind === "symbol")
    return layer === null || !r.isClear ? unclear(s, s.base, own) : { ...s, base: labelled(s.base, layer) };
  const [base, sup] = [withLayers(s.base, r), s.sup === null ? null : withLayers(s.sup, r)];
  return base === s.base && sup === s.sup ? s : { ...s, base, sup };
}

function withRows(s: SyntaxOf<"cases">, r: Rewriting): Syntax {
  const of = (n: Syntax | null): Syntax | null => (n === null ? null : withLayers(n, r));
  const rows = s.rows.map((row) => ({ value: withLayers(row.value, r), condition: of(row.condition) }));
  const isSame = rows.every((row, k) => row.value === s.rows[k]?.value && row.condition === s.rows[k]?.condition);
  return isSame ? s : { ...s, rows };
}

/** The layer of one symbol: its letter's, or that of the only letter which the line has below the same symbol elsewhere. */
function layerOf({ head, letters }: Use, own: Layered, { statement, renamed }: Rewriting): string | null {
  const letter = letters[own.place] ?? "";
  const known = renamed.get(letter) ?? letter;
  if (own.layers.has(known)) return known;
  const beside = new Set(
    flatMap(flatMap(statement.sides, usesIn), (u) => (u.head === head ? (u.letters[own.place] ?? "") : [])).filter(
      (l) => own.layers.has(l),
    ),
  );
  const [only, more] = beside;
  return only !== undefined && more === undefined ? only : null;
}

/** The k of `e^{a_k} / \sum_j e^{a_j}`: all that the sum's letter picks is of symbols that the line has with one other letter beside it. */
function besideItself(letter: string, body: Syntax, { statement, layered }: Rewriting): string | null {
  const inside = usesIn(body).filter((u) => u.letters.includes(letter));
  const outside = flatMap(statement.sides, usesIn).filter((u) => !u.letters.includes(letter));
  const others = new Set(
    inside.map(({ head }) => {
      const own = layered.get(head);
      const letters = outside.filter((u) => u.head === head).map((u) => u.letters[own?.place ?? 0] ?? "");
      return own !== undefined && new Set(letters).size === 1 ? (letters[0] ?? "") : "";
    }),
  );
  const [only, more] = others;
  return only === undefined || only === "" || more !== undefined ? null : only;
}

const symbolAlone = (s: SyntaxOf<"symbol">): Scripted => ({ symbol: s, subs: [], sups: [], primes: 0, span: s.span });

/** What cannot be read here, with all that it may be: it is in doubt, too. */
function unclear(s: Syntax, base: SyntaxOf<"symbol">, { layers }: Layered): Syntax {
  const { span } = s;
  const reason = `of which layer ${scriptText(s)} is here is not said`;
  const items = [
    ...[...layers].map((layer) => labelled(base, layer)),
    { kind: "text", text: "", unclear: reason, span } as const,
  ];
  return { kind: "juxtaposition", items, span };
}

/** `a^{(j)}` for the a of units j; the letter is upright, a name. */
function labelled(base: SyntaxOf<"symbol">, layer: string): Syntax {
  const { span } = base;
  const name: Syntax = { ...plainSymbol(layer, span), style: "roman", latex: `\\mathrm{${layer}}` };
  return { kind: "scripted", base, sub: null, sup: { kind: "group", open: "(", body: name, span }, primes: 0, span };
}
