import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax } from "../../../notation/syntax.js";
import { letterOf, nodesIn } from "../../symbols/letters.js";
import { mapOperands, type Scripted, takeApart } from "../../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  targetKey,
  withSides,
} from "../../symbols/statements.js";

/*
 * `p_i = \sum_j m_{ij} p_{ij}`, `d_{ij} = d_i - d_j`: what is computed from symbols of its own letter with another number of
 * subscripts is another quantity, and no entry or row of them.
 */

/** One letter whose symbols with so many subscripts are quantities of their own. */
interface Apart {
  readonly head: string;
  readonly count: number;
  readonly latex: string;
}

/** The same statements with such symbols under a name of their own, the very list where there are none. */
export function withCountsApart(items: readonly Item[], report: (d: Diagnostic) => void): readonly Item[] {
  const given = items.filter((i) => i.submitted !== true);
  // A line that is handed in may bring such a symbol, though not make another of what the problem writes.
  const brought = flatMap(
    items.filter((i) => i.submitted === true),
    (item) => apartIn(item, given),
  );
  const apart = [...flatMap(given, (item) => apartIn(item, given)), ...brought.filter((a) => !isWritten(a, given))];
  if (apart.length === 0) return items;
  const said = new Set<string>();
  return items.map((item) => {
    const next = withSides(item, (s) => renamed(s, apart));
    for (const { head, latex } of next === item ? [] : apart) {
      if (said.has(head)) continue;
      said.add(head);
      const message = `${latex} is computed from other symbols with this letter, so it is no entry of them`;
      report(diagnostic("note", "reading/subscripts", message, item.statement.span));
    }
    return next === item ? item : { ...next, written: item.written ?? item.statement };
  });
}

const isWritten = ({ head, count }: Apart, given: readonly Item[]): boolean =>
  flatMap(given, (i) => flatMap(i.statement.sides, nodesIn)).some((n) => {
    const t = n.kind === "scripted" ? takeApart(n) : null;
    return t !== null && targetKey(t) === head && t.subs.length === count;
  });

function apartIn({ statement }: Item, given: readonly Item[]): readonly Apart[] {
  return flatMap([statement, ...statement.conditions], (st): readonly Apart[] => {
    const target = lettered(definedBy(st));
    if (target === null) return [];
    const head = targetKey(target);
    const own = target.subs.length;
    const others = new Set(
      flatMap(flatMap(st.sides.slice(1), nodesIn), (n) => {
        const t = n.kind === "scripted" ? lettered(takeApart(n)) : null;
        return t !== null && targetKey(t) === head ? [t.subs.length] : [];
      }),
    );
    const [other, more] = others;
    if (other === undefined || more !== undefined || other === own) return [];
    const counts = declaredCounts(given, head);
    // What is declared keeps its name.
    const count = counts.has(own) ? other : counts.has(other) ? own : Math.max(own, other);
    return counts.has(count) ? [] : [{ head, count, latex: target.symbol.latex.trim() }];
  });
}

/** What an equation defines; `null` for claims and for displays of entries. */
function definedBy(st: Statement): Scripted | null {
  const [first, ...rest] = st.sides;
  if (first === undefined || !isEquation(st) || st.sides.some(mentionsDerivative)) return null;
  if (flatMap(rest, nodesIn).some((n) => n.kind === "matrix" || n.kind === "ellipsis" || n.kind === "list"))
    return null;
  return leftSide(first)?.target ?? null;
}

/** A symbol whose subscripts are letters, one at least, and that has no superscripts. */
function lettered(t: Scripted | null): Scripted | null {
  // `\delta_{jk}` beside a `\delta_j` is the Kronecker delta.
  if (t === null || t.subs.length === 0 || t.sups.length > 0 || t.symbol.name === "\\delta") return null;
  return t.subs.every((s) => /^(\\[a-z]+|[a-z])$/.test(letterOf(s) ?? "")) ? t : null;
}

/** With how many subscripts a letter is declared; an array that is declared as a whole has one for each of its axes. */
const declaredCounts = (given: readonly Item[], head: string): ReadonlySet<number> =>
  new Set(
    flatMap(given, ({ statement }) => {
      const declared = declarationOf(statement);
      const own = declared?.symbols.filter((t) => targetKey(t) === head) ?? [];
      return own.map((t) => (t.subs.length > 0 ? t.subs.length : (declared?.set.shape.length ?? 0)));
    }),
  );

function renamed(s: Syntax, apart: readonly Apart[]): Syntax {
  const t = s.kind === "scripted" && s.base.kind === "symbol" ? takeApart(s) : null;
  const own = t === null ? undefined : apart.find((a) => a.head === targetKey(t) && a.count === t.subs.length);
  if (s.kind !== "scripted" || s.base.kind !== "symbol" || own === undefined)
    return mapOperands(s, (n) => renamed(n, apart));
  const letters = "ijkl".slice(0, own.count);
  return { ...s, base: { ...s.base, name: `${s.base.name}_{${letters}}` } };
}
