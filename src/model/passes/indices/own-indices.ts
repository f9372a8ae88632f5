import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";
import type { Problem } from "../../read.js";
import { bindings, letterOf, nodesIn, rangeStatement } from "../../symbols/letters.js";
import { mapOperands, takeApart } from "../../symbols/scripts.js";
import { type Item, targetKey } from "../../symbols/statements.js";
import { freshLetter, lettersIn } from "../dots/dotted-patterns.js";

/*
 * Lines about somebody else's problem may count with a letter that is a quantity there: `\sum_t v_t`, `\partial L/\partial v_t`
 * beside a target t. The letter stands for the position where the line binds it, and below what has entries; elsewhere it is the
 * problem's. Such positions get a letter that nothing else has.
 */

export function withIndicesApart(items: readonly Item[], problem: Problem, notes: Diagnostic[]): readonly Item[] {
  const quantities = quantitiesOf(problem);
  const used = new Set<string>();
  for (const { statement } of [...problem.items, ...items])
    for (const st of [statement, ...statement.conditions]) for (const s of st.sides) lettersIn(nodesIn(s), used);
  return items.map((item) => {
    const { statement } = item;
    const parts = [statement, ...statement.conditions].flatMap((st) => st.sides.flatMap(nodesIn));
    if (parts.some((n) => n.kind === "matrix" || n.kind === "cases")) return item;
    const bound = new Set(parts.flatMap((n) => (n.kind === "big" ? boundBy(n) : [])).filter((l) => quantities.has(l)));
    const below = new Set([...rangedIn(statement), ...entriesIn(parts, problem)].filter((l) => quantities.has(l)));
    if (bound.size + below.size === 0) return item;
    const own = new Map<string, Syntax>();
    for (const letter of [...bound, ...below]) {
      if (own.has(letter)) continue;
      const fresh = freshLetter(used, statement.span);
      lettersIn([fresh], used);
      own.set(letter, fresh);
      const message = `${letter} counts positions where this line binds it or writes it below an array; elsewhere it is the ${letter} of the problem`;
      notes.push(diagnostic("note", "reading/index", message, statement.span));
    }
    const scripts = new Map([...own].filter(([l]) => below.has(l)));
    return { ...item, statement: withLetters(statement, { own, scripts }, item.statement) };
  });
}

/** Letters that the problem has as quantities, and never as positions or labels. */
function quantitiesOf({ builder, items }: Problem): ReadonlySet<string> {
  const scripts = new Set<string>();
  for (const n of items.flatMap((i) => i.statement.sides.flatMap(nodesIn)))
    if (n.kind === "scripted")
      for (const part of [n.sub, n.sup])
        for (const x of part === null ? [] : nodesIn(part)) scripts.add(letterOf(x) ?? "");
  const { symbols, letters } = builder;
  const heads = symbols.all.map((s) => s.head).filter((h) => symbols.isVariable(h));
  return new Set(heads.filter((h) => !scripts.has(h) && !letters.isIndex(h) && !symbols.dimensionNames.has(h)));
}

const boundBy = (s: SyntaxOf<"big">): readonly string[] => bindings(s.sub, s.sup).map((b) => b.letter);

const rangedIn = ({ conditions }: Statement): readonly string[] =>
  conditions.flatMap((c) => rangeStatement(c) ?? []).map((b) => b.letter);

/** Letters that pick an entry of one of the problem's arrays. */
function entriesIn(parts: readonly Syntax[], { builder }: Problem): readonly string[] {
  return parts.flatMap((n) => {
    const t = n.kind === "scripted" ? takeApart(n) : null;
    if (t === null || t.subs.length === 0) return [];
    const specs = builder.symbols.withHead(targetKey(t)).filter((s) => s.tensor !== null);
    if (!specs.some((s) => s.tensor?.axes.length === t.subs.length + t.sups.filter((p) => p.bracketed).length))
      return [];
    return t.subs.flatMap((sub) => letterOf(sub) ?? []);
  });
}

/** What letters stand for: where they are bound, `own`; in every script of the line, `scripts`; at a place, `here`. */
interface Own {
  readonly own: ReadonlyMap<string, Syntax>;
  readonly scripts: ReadonlyMap<string, Syntax>;
}

type Here = ReadonlyMap<string, Syntax>;

function withLetters(st: Statement, letters: Own, whole: Statement): Statement {
  // The range of a letter speaks of the letter alone.
  const here: Here = st === whole ? new Map() : letters.scripts;
  const sides = st.sides.map((s) => renamed(s, letters, here));
  return { ...st, sides, conditions: st.conditions.map((c) => withLetters(c, letters, whole)) };
}

function renamed(s: Syntax, letters: Own, here: Here): Syntax {
  const own = here.get(letterOf(s) ?? "");
  if (own !== undefined) return { ...own, span: s.span };
  const go = (n: Syntax | null, more: Here = here): Syntax | null => (n === null ? null : renamed(n, letters, more));
  if (s.kind === "scripted") {
    const below = new Map([...here, ...letters.scripts]);
    return { ...s, base: renamed(s.base, letters, here), sub: go(s.sub, below), sup: go(s.sup) };
  }
  if (s.kind === "big") {
    const inside = new Map(here);
    for (const l of boundBy(s)) {
      const fresh = letters.own.get(l);
      if (fresh !== undefined) inside.set(l, fresh);
    }
    return { ...s, sub: go(s.sub, inside), sup: go(s.sup), body: go(s.body, inside) };
  }
  return mapOperands(s, (n) => renamed(n, letters, here));
}
