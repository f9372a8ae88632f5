import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import type { Section } from "../document/document.js";
import type { Statement } from "../notation/syntax.js";
import { visit } from "./symbols/letters.js";
import { isTransposeMark, type Scripted, scriptText, takeApart } from "./symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  targetKey,
  unread,
} from "./symbols/statements.js";

/** The statements that one problem sees, in order, and the section it begins in. */
export interface ProblemItems {
  readonly section: number;
  readonly items: readonly Item[];
  /** Which parts without equations of their own were joined to it. */
  readonly notes: readonly Diagnostic[];
}

/** Titles under which a problem goes on, whatever is written again there. */
const CONTINUES =
  /\b(solutions?|answers?|vectori[sz]\w*|matrix form|forward|backward|backprop\w*|gradients?|deriv\w*|proof|hint|steps?|check\w*|notation|claims?|loss)\b/i;
/** A title of more words than this is a problem's text. */
const TITLE_WORDS = 6;

function continues(title: string): boolean {
  const plain = title.replace(/^[\d.):\s*]+/, "").trim();
  if (/^(problem|exercise|question|task|aufgabe|exercice)\b/i.test(plain)) return false;
  return plain.split(/\s+/).length <= TITLE_WORDS && CONTINUES.test(plain);
}

interface Definition {
  readonly target: Scripted;
  readonly key: string;
  readonly text: string;
  readonly item: Item;
}

/**
 * Splits a file into problems. A section begins a new one where it defines a symbol afresh, or where it brings a network
 * of its own that uses nothing of the one before; otherwise it continues the one before, or, where it defines nothing and
 * speaks of nothing that the one before computes, the last one of whose quantities it speaks. A new problem sees its
 * section and those above it.
 */
export function splitProblems(sections: readonly Section[], items: readonly Item[]): readonly ProblemItems[] {
  const bySection = sections.map((_, k) => items.filter((i) => i.formula.section === k));
  const problems: { section: number; sections: number[]; items: Item[]; notes: Diagnostic[] }[] = [];
  for (const [k, own] of bySection.entries()) {
    const current = problems.at(-1);
    if (current === undefined) {
      problems.push({ section: k, sections: [k], items: [...own], notes: [] });
      continue;
    }
    if (startsProblem(current.items, own, sections[k]?.title ?? "")) {
      const above = ancestors(sections, k).flatMap((a) => bySection[a] ?? []);
      problems.push({ section: k, sections: [k], items: [...inherited(above, own), ...own], notes: [] });
    } else {
      const home = homeOf(problems, own) ?? current;
      if (home !== current) home.notes.push(joined(own, sections[home.section]?.title ?? ""));
      home.sections.push(k);
      home.items.push(...own);
    }
  }
  return problems
    .filter((p) => p.items.length > 0)
    .map(({ section, items: all, notes }) => ({ section, items: all, notes }));
}

/** The last problem that computes what a section without equations of its own speaks of. */
function homeOf<P extends { readonly items: readonly Item[] }>(problems: readonly P[], own: readonly Item[]): P | null {
  if (problems.length < 2 || definitions(own).length > 0 || !own.some(isClaim)) return null;
  const used = usedSymbols(own);
  return (
    problems.findLast((p) => [...intermediatesOf(p)].some((s) => used.has(s)) && !redeclares(p.items, own)) ?? null
  );
}

function joined(own: readonly Item[], title: string): Diagnostic {
  const where = title === "" ? "an earlier part" : `the part “${title}”`;
  const message = `nothing is defined here, so the equations of ${where} hold for what follows`;
  return diagnostic("note", "reading/continues", message, own.find(isClaim)?.statement.span ?? null);
}

const isClaim = ({ statement }: Item): boolean => isEquation(statement) && statement.sides.some(mentionsDerivative);

const computed = new WeakMap<object, { readonly count: number; readonly found: ReadonlySet<string> }>();

/** Looked up once as long as no statement joins the problem, since every part without equations is compared with all of them. */
function intermediatesOf(problem: { readonly items: readonly Item[] }): ReadonlySet<string> {
  const { items } = problem;
  const before = computed.get(problem);
  if (before?.count === items.length) return before.found;
  const found = intermediates(items);
  computed.set(problem, { count: items.length, found });
  return found;
}

/** What a problem computes and uses again: all losses have one name. */
function intermediates(items: readonly Item[]): ReadonlySet<string> {
  const defined = definitions(items);
  const again = new Set(
    defined.flatMap((d) => [...usedSymbols([{ ...d.item, statement: withoutLeft(d.item.statement) }])]),
  );
  return new Set(defined.map((d) => symbolText(d.target)).filter((s) => again.has(s)));
}

const withoutLeft = (st: Statement): Statement => ({ ...st, sides: st.sides.slice(1) });

function ancestors(sections: readonly Section[], k: number): readonly number[] {
  const chain: number[] = [];
  for (let p = sections[k]?.parent ?? null; p !== null; p = sections[p]?.parent ?? null) chain.unshift(p);
  return chain;
}

const definitions = (items: readonly Item[]): readonly Definition[] =>
  items.map(definitionIn).filter((d) => d !== null);

const known = new WeakMap<Item, Definition | null>();

/** Looked up once, since every section is compared with all that stands before it. */
function definitionIn(item: Item): Definition | null {
  let found = known.get(item);
  if (found === undefined) {
    found = findDefinition(item);
    known.set(item, found);
  }
  return found;
}

function findDefinition(item: Item): Definition | null {
  const { statement } = item;
  const [first, second] = statement.sides;
  if (!isEquation(statement) || first === undefined || second === undefined || mentionsDerivative(first)) return null;
  const target = leftSide(first)?.target;
  if (target === undefined || target.symbol.name === "\\delta") return null;
  const sups = target.sups.filter((p) => p.bracketed || !isTransposeMark(p.content));
  const labels = [...sups.map((p) => scriptText(p.content)), ...target.subs.map(scriptText)].join(";");
  return { target, key: `${targetKey(target)};${labels}`, text: scriptText(second), item };
}

function startsProblem(before: readonly Item[], own: readonly Item[], title: string): boolean {
  const old = definitions(before);
  const fresh = definitions(own);
  if (old.length === 0 || fresh.length === 0) return false;
  if (redeclares(before, own)) return true;
  if (continues(title)) return false;
  const texts = new Map(old.map((d) => [d.key, d.text]));
  if (fresh.some((d) => texts.has(d.key) && texts.get(d.key) !== d.text)) return true;
  // A network of its own: it uses no quantity that the one before computes.
  const computed = new Set(old.map((d) => symbolText(d.target)));
  return ![...usedSymbols(own)].some((s) => computed.has(s)) && !fresh.some((d) => computed.has(symbolText(d.target)));
}

function redeclares(before: readonly Item[], own: readonly Item[]): boolean {
  const shapes = (items: readonly Item[]): Map<string, string> => {
    const found = new Map<string, string>();
    for (const i of items) {
      const d = declarationOf(i.statement);
      const last = i.statement.sides.at(-1);
      if (d === null || last === undefined) continue;
      for (const t of d.symbols)
        found.set(
          `${targetKey(t)};${t.sups.map((p) => scriptText(p.content)).join()};${t.subs.map(scriptText).join()}`,
          scriptText(last),
        );
    }
    return found;
  };
  const fresh = shapes(own);
  if (fresh.size === 0) return false;
  const old = shapes(before);
  return [...fresh].some(([key, shape]) => old.has(key) && old.get(key) !== shape);
}

/** A symbol with its labels; single letters below it are taken for positions. */
const symbolText = (t: Scripted): string =>
  [
    targetKey(t),
    ...t.sups.filter((p) => p.bracketed).map((p) => scriptText(p.content)),
    ...t.subs.map(scriptText).filter((s) => s.length > 1 || /\d/.test(s)),
  ].join(";");

/** The symbols that statements use, with their labels. */
export function usedSymbols(items: readonly Item[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { statement } of items)
    for (const side of statement.sides)
      visit(side, (s) => {
        const t = takeApart(s);
        if (t !== null) found.add(symbolText(t));
      });
  return found;
}

function usedHeads(items: readonly Item[]): ReadonlySet<string> {
  const heads = new Set<string>();
  for (const { statement } of items)
    for (const side of statement.sides)
      visit(side, (s) => {
        const t = takeApart(s);
        if (t !== null) heads.add(targetKey(t));
      });
  return heads;
}

/**
 * From the sections above: all that is no equation, and the equations that the problem uses, in their order. Each is read
 * anew, since it stands in the problem of its own section too.
 */
function inherited(above: readonly Item[], own: readonly Item[]): readonly Item[] {
  const redefined = new Set(definitions(own).map((d) => d.key));
  const equations = definitions(above);
  const needed = new Set(usedHeads(own));
  const kept = new Set<Item>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const d of equations) {
      const head = d.key.split(";")[0] ?? "";
      if (kept.has(d.item) || redefined.has(d.key) || !needed.has(head)) continue;
      kept.add(d.item);
      for (const h of usedHeads([d.item])) needed.add(h);
      changed = true;
    }
  }
  const isDefinition = new Set(equations.map((d) => d.item));
  return above
    .filter((i) => kept.has(i) || (!isDefinition.has(i) && !i.statement.sides.some(mentionsDerivative)))
    .map(unread);
}
