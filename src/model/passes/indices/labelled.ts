import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax } from "../../../notation/syntax.js";
import type { Builder } from "../../build/builder.js";
import { bindings, letterOf, nodesIn, rangeStatement } from "../../symbols/letters.js";
import { children, headKey, mapOperands, type Scripted, scriptText, symbolsIn } from "../../symbols/scripts.js";
import { type Item, leftSide, targetKey, withSides } from "../../symbols/statements.js";

/*
 * `E = (r_{ij} - \sum_k p_{ik} q_{kj})^2`: an index that nothing binds and the left side does not name. The author speaks of
 * one i and j of a longer story, so E is E_{ij} wherever it stands.
 */

/** The statements with such symbols written out, or `null` where there are none. */
export function withLabels(builder: Builder): readonly Item[] | null {
  const made = new Set(builder.equations.map((eq) => eq.span));
  const labels = new Map<string, readonly Syntax[]>();
  for (const { item, target, right } of builder.drafts) {
    if (made.has(item.statement.span) || target.subs.length + target.sups.length > 0 || item.submitted === true)
      continue;
    const free = freeLetters(builder, item.statement, right);
    if (free.length > 0 && !labels.has(targetKey(target))) labels.set(targetKey(target), free);
  }
  if (labels.size === 0) return null;
  // Lines that are handed in later are about what the author wrote, and get the same letters.
  return builder.items.map((item) => {
    const next = withSides(item, (s) => labelled(s, labels));
    return next === item ? item : { ...next, written: item.written ?? item.statement };
  });
}

/** Says which symbols are read so. */
export const labelNotes = (builder: Builder, before: readonly Item[]): readonly Diagnostic[] =>
  flatMap(builder.items, (item, k) => {
    const [first] = item.statement.sides;
    const left = first === undefined || item.statement === before[k]?.statement ? null : leftSide(first);
    if (left === null || item.kind !== "forward" || left.target.subs.length === 0) return [];
    const letters = left.target.subs.map((s) => letterOf(s)).join(", ");
    const message = `nothing binds ${letters} here, so ${left.target.symbol.latex} is read as one for each ${letters}`;
    return [diagnostic("warning", "reading/label", message, item.statement.span)];
  });

/**
 * `\sqrt{d_k}` where k is an index of other formulas and nothing binds it here: then it is part of the name d_k, in every
 * formula. `null` where no letter was refused so.
 */
export function withUnboundLabels(builder: Builder, diagnostics: readonly Diagnostic[]): readonly Item[] | null {
  const refused = flatMap(
    diagnostics.filter((d) => d.code === "index/unknown"),
    (d) => d.span ?? [],
  );
  const names = new Set<string>();
  for (const { statement } of refused.length === 0 ? [] : builder.items)
    for (const n of flatMap(statement.sides, nodesIn)) {
      const sub = n.kind === "scripted" && n.base.kind === "symbol" ? n.sub : null;
      if (sub !== null && letterOf(sub) !== null && refused.some((r) => r.start === sub.span.start))
        names.add(scriptText(n));
    }
  const premises = builder.premises.filter((i) => i.kind !== "claim" && i.kind !== "name");
  for (const t of flatMap(premises, (i) => flatMap(i.statement.sides, symbolsIn)))
    for (const name of names) if (isOtherOf(t, name)) names.delete(name);
  if (names.size === 0) return null;
  return builder.items.map((item) => withSides(item, (s) => withText(s, names)));
}

/** Says of each equation in which letters were read so. */
export const unboundNotes = (before: readonly Item[], after: readonly Item[]): readonly Diagnostic[] =>
  flatMap(after, (item, k) => {
    if (item === before[k] || item.kind !== "forward") return [];
    const message = "a letter below a symbol that nothing binds here is read as part of its name";
    return [diagnostic("note", "reading/label", message, item.statement.span)];
  });

/** `p` or `p_k` beside `p_y`: then y is a position. */
const isOtherOf = (t: Scripted, name: string): boolean =>
  name.startsWith(`${headKey(t.symbol)}_`) && `${headKey(t.symbol)}_{${t.subs.map(scriptText).join()}}` !== name;

function withText(s: Syntax, names: ReadonlySet<string>): Syntax {
  if (s.kind === "scripted" && s.sub !== null && names.has(scriptText(s)))
    return { ...s, sub: { kind: "text", text: scriptText(s.sub), span: s.sub.span } };
  return mapOperands(s, (n) => withText(n, names));
}

/** The index letters of a right side that no sum and no range of the statement binds, each once. */
function freeLetters(builder: Builder, st: Statement, right: Syntax): readonly Syntax[] {
  const ranged = flatMap(st.conditions, (c) => (rangeStatement(c) ?? []).map((b) => b.letter));
  const found = new Map<string, Syntax>();
  const look = (s: Syntax, bound: ReadonlySet<string>): void => {
    const letter = letterOf(s);
    if (letter !== null && builder.letters.isIndex(letter) && !bound.has(letter)) found.set(letter, s);
    const own = s.kind === "big" ? bindings(s.sub, s.sup).map((b) => b.letter) : [];
    const inside = own.length === 0 ? bound : new Set([...bound, ...own]);
    for (const child of children(s)) look(child, inside);
  };
  look(right, new Set(ranged));
  return [...found.values()];
}

/** Every bare occurrence of these symbols with its letters; the very tree where there is none. */
function labelled(s: Syntax, labels: ReadonlyMap<string, readonly Syntax[]>): Syntax {
  if (s.kind === "symbol") {
    const items = labels.get(headKey(s));
    if (items === undefined) return s;
    return {
      kind: "scripted",
      base: s,
      sub: { kind: "list", items, span: s.span },
      sup: null,
      primes: 0,
      span: s.span,
    };
  }
  // One that has its own subscript is another symbol.
  if (s.kind === "scripted" && s.sub !== null && s.base.kind === "symbol") return s;
  return mapOperands(s, (n) => labelled(n, labels));
}
