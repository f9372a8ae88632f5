import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { children, mapOperands, styleClass } from "../../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  withSides,
} from "../../symbols/statements.js";
import { isDifferentiated } from "./differentiated.js";

/*
 * `\mathcal{L} = …` or `\ell = …` and then `\partial L / \partial w`: what is differentiated is the only L that anything
 * defines. Elsewhere a plain L may be how many layers there are.
 */

type Letter = SyntaxOf<"symbol">;

/** The same statements with such letters as they were defined, the very list where there are none. */
export function withOneLetter(items: readonly Item[], report: (d: Diagnostic) => void): readonly Item[] {
  // What is handed in defines no letter of the problem.
  const own = items.filter((i) => i.submitted !== true);
  // A letter that it defines for itself, `\ell = \frac12 r^2` beside a problem's L, is that.
  const defined = definedLetters(items);
  const used = usedLetters(own);
  const said = new Set<string>();
  return items.some((i) => i.statement.sides.some((s) => hasCalligraphy(s)))
    ? items.map((item) => {
        const next = withSides(item, (side) => rewritten(side, (s) => otherOf(s, defined, used)));
        for (const s of next === item ? [] : item.statement.sides.flatMap((x) => operandsOfDerivatives(x))) {
          const to = otherOf(s, defined, used);
          if (to === null || said.has(s.name)) continue;
          said.add(s.name);
          const message = `${plainLatex(s)} is read as ${to.latex.trim()}, which is defined`;
          report(diagnostic("note", "reading/letter", message, item.statement.span));
        }
        return next;
      })
    : items;
}

/** The letter that is written one way or another: `\ell` is an L in script. */
const letterOf = (s: Letter): string => (s.name === SCRIPT_L ? "L" : s.name);
const SCRIPT_L = "\\ell";

const keyOf = (s: Letter): string => styleClass(s.style) + s.name;

const plainLatex = (s: Letter): string => (styleClass(s.style) === "" ? s.name : s.latex.trim());

/** Of each letter the ways of writing it in which something is defined or declared. */
function definedLetters(items: readonly Item[]): ReadonlyMap<string, ReadonlyMap<string, Letter>> {
  const found = new Map<string, Map<string, Letter>>();
  const note = (s: Letter): void => {
    if (s.accents.length > 0 || !/^[A-Za-z]$/.test(letterOf(s))) return;
    const own = found.get(letterOf(s)) ?? new Map<string, Letter>();
    found.set(letterOf(s), own.set(keyOf(s), own.get(keyOf(s)) ?? s));
  };
  for (const { statement } of items) {
    for (const t of declarationOf(statement)?.symbols ?? []) note(t.symbol);
    const [first] = statement.sides;
    if (first === undefined || !isEquation(statement) || mentionsDerivative(first)) continue;
    const left = leftSide(first);
    if (left !== null) note(left.target.symbol);
  }
  return found;
}

/** Letters that stand for a quantity or a function in an equation without derivatives. */
function usedLetters(items: readonly Item[]): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (s: Syntax): void => {
    if (s.kind === "symbol" && s.accents.length === 0) found.add(keyOf(s));
    const inside =
      s.kind === "scripted" ? [s.base] : s.kind === "big" ? (s.body === null ? [] : [s.body]) : children(s);
    for (const n of inside) look(n);
  };
  for (const { statement } of items)
    if (isEquation(statement) && !statement.sides.some(mentionsDerivative))
      for (const side of statement.sides.slice(1)) look(side);
  return found;
}

function otherOf(
  s: Letter,
  defined: ReadonlyMap<string, ReadonlyMap<string, Letter>>,
  used: ReadonlySet<string>,
): Letter | null {
  const own = defined.get(letterOf(s)) ?? smallOf(s, defined);
  const [only, more] = own === undefined ? [] : [...own.values()];
  if (only === undefined || more !== undefined || own?.has(keyOf(s)) === true || used.has(keyOf(s))) return null;
  // Bold and plain are one letter anyway.
  return keyOf(only) === keyOf(s) ? null : only;
}

/** The l of `l = …` where `\ell` is differentiated, and the other way round. */
function smallOf(
  s: Letter,
  defined: ReadonlyMap<string, ReadonlyMap<string, Letter>>,
): ReadonlyMap<string, Letter> | undefined {
  if (s.name === SCRIPT_L) return defined.get("l");
  const script = s.name === "l" ? defined.get("L") : undefined;
  return script !== undefined && [...script.values()].every((other) => other.name === SCRIPT_L) ? script : undefined;
}

/** Symbols that are differentiated: behind a ∂, a ∇ or a d, or under a bar. */
function operandsOfDerivatives(s: Syntax): readonly Letter[] {
  const found: Letter[] = [];
  const look = (n: Syntax): void => {
    if (n.kind === "symbol" && isBarred(n)) found.push({ ...n, accents: [] });
    if (n.kind === "juxtaposition")
      for (const [k, item] of n.items.entries())
        if (item.kind === "symbol" && item.accents.length === 0 && isDifferentiated(n.items, k)) found.push(item);
    for (const c of n.kind === "scripted" ? [n.base] : children(n)) look(c);
  };
  look(s);
  return found;
}

const isBarred = (s: Letter): boolean => s.accents.length === 1 && /^(bar|overline)$/.test(s.accents[0] ?? "");

function rewritten(s: Syntax, to: (s: Letter) => Letter | null): Syntax {
  if (s.kind === "symbol" && isBarred(s)) {
    const other = to({ ...s, accents: [] });
    return other === null ? s : { ...s, name: other.name, style: other.style, latex: other.latex };
  }
  if (s.kind === "juxtaposition") {
    const items = s.items.map((item, k) => {
      if (item.kind !== "symbol" || item.accents.length > 0 || !isDifferentiated(s.items, k))
        return rewritten(item, to);
      const other = to(item);
      return other === null ? item : { ...other, span: item.span };
    });
    return items.every((n, k) => n === s.items[k]) ? s : { ...s, items };
  }
  return mapOperands(s, (n) => rewritten(n, to));
}

/** Only where some letter is written in two ways is there anything to do. */
const hasCalligraphy = (s: Syntax): boolean =>
  s.kind === "symbol" ? styleClass(s.style) !== "" || s.name === SCRIPT_L : children(s).some((n) => hasCalligraphy(n));
