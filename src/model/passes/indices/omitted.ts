import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import { flatMap } from "../../../core/flat-map.js";
import type { Syntax } from "../../../notation/syntax.js";
import { letterOf, visit } from "../../symbols/letters.js";
import { mapOperands, plainSymbol, type Scripted, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, leftSide, mentionsDerivative, targetKey } from "../../symbols/statements.js";

/*
 * `A_k = \exp(Z_k) / \sum_{k'} \exp(Z_{k'})` for arrays whose entries are written `A_{nk}`, `Z_{nk}` everywhere else: the
 * equation holds for every n, and n is left out of it. It is put back where every such array of the equation lacks the same
 * letter.
 */

/** The two letters with which the entries of an array are written. */
type Entry = readonly [string, string];

/** The same items with letters put back, each time said. */
export function withOmittedLetters(items: readonly Item[], report: (d: Diagnostic) => void): readonly Item[] {
  const entries = entriesIn(items);
  if (entries.size === 0) return items;
  const defined = new Set(flatMap(items, (i) => (isWhole(i) ? keyOf(leftOf(i)) : [])));
  return items.map((item) => {
    const left = leftOf(item);
    if (left === null || left.subs.length !== 1 || !isEquation(item.statement) || defined.has(keyOf(left)[0] ?? ""))
      return item;
    const letter = omittedFrom(item, left, entries);
    if (letter === null) return item;
    const sides = item.statement.sides.map((s) => completed(s, letter, entries));
    const message = `${letter} is left out here, and this is read for every ${letter}`;
    report(diagnostic("note", "reading/omitted-index", message, item.statement.span));
    return { ...item, statement: { ...item.statement, sides } };
  });
}

const leftOf = ({ statement }: Item): Scripted | null => {
  const [first] = statement.sides;
  return first === undefined || mentionsDerivative(first) ? null : (leftSide(first)?.target ?? null);
};

/** An equation for all entries of an array with two letters. */
const isWhole = (item: Item): boolean => isEquation(item.statement) && leftOf(item)?.subs.length === 2;

/** A symbol with its labels, as a list of none or one. */
const keyOf = (t: Scripted | null): readonly string[] =>
  t === null ? [] : [`${targetKey(t)};${t.sups.map((p) => scriptText(p.content)).join()}`];

const plain = (s: Syntax): string | null => letterOf(s)?.replace(/'+$/, "") ?? null;

/** The arrays of which every entry with two positions is written with the same two letters. */
function entriesIn(items: readonly Item[]): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry | null>();
  for (const { statement } of items)
    for (const side of statement.sides)
      visit(side, (s) => {
        const t = s.kind === "scripted" ? takeApart(s) : null;
        const [first, second, ...more] = t?.subs.map(plain) ?? [];
        const [key] = keyOf(t);
        if (key === undefined || first == null || second == null || more.length > 0) return;
        const known = found.get(key);
        const same = known === undefined || (known?.[0] === first && known[1] === second);
        found.set(key, same ? [first, second] : null);
      });
  return new Map(flatMap([...found], ([key, entry]) => (entry === null ? [] : [[key, entry] as const])));
}

/** The letter that every array of an equation lacks; `null` where they lack several, or some lacks none. */
function omittedFrom({ statement }: Item, left: Scripted, entries: ReadonlyMap<string, Entry>): string | null {
  const lacking = new Set<string | null>([lackedBy(left, entries)]);
  let arrays = 0;
  for (const side of statement.sides.slice(1))
    visit(side, (s) => {
      const t = s.kind === "scripted" ? takeApart(s) : null;
      if (t === null || t.subs.length === 0) return;
      arrays += 1;
      lacking.add(lackedBy(t, entries));
    });
  const [letter, ...others] = lacking;
  return arrays > 0 && others.length === 0 ? (letter ?? null) : null;
}

/** Which of its two letters an entry with one position lacks. */
function lackedBy(t: Scripted, entries: ReadonlyMap<string, Entry>): string | null {
  const entry = entries.get(keyOf(t)[0] ?? "");
  const [only] = t.subs;
  if (entry === undefined || only === undefined || t.subs.length !== 1) return null;
  const [first, second] = entry;
  const letter = plain(only);
  return letter === second ? first : letter === first ? second : null;
}

function completed(s: Syntax, letter: string, entries: ReadonlyMap<string, Entry>): Syntax {
  const t = s.kind === "scripted" ? takeApart(s) : null;
  const [only] = t?.subs ?? [];
  if (s.kind !== "scripted" || t === null || only === undefined || lackedBy(t, entries) !== letter) {
    const whole = mapOperands(s, (n) => completed(n, letter, entries));
    // An exponent is an operand here.
    return whole.kind === "scripted" && whole.sup !== null
      ? { ...whole, sup: completed(whole.sup, letter, entries) }
      : whole;
  }
  const own: Syntax = plainSymbol(letter, only.span);
  const isFirst = entries.get(keyOf(t)[0] ?? "")?.[0] === letter;
  return { ...s, sub: { kind: "list", items: isFirst ? [own, only] : [only, own], span: only.span } };
}
