import type { Statement, Syntax } from "../../../notation/syntax.js";
import { visit } from "../../symbols/letters.js";
import { headKey, mapOperands, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, withSides } from "../../symbols/statements.js";

/*
 * `\Delta W`, `\Delta t` as one symbol: where the pair is declared or defined, and where Δ never stands but in front of one and the
 * same letter. Else Δ is a factor.
 */

/** The statements with such pairs put together. */
export function withIncrements(items: readonly Item[], told: readonly Item[] = []): readonly Item[] {
  const letters = incremented([...told, ...items]);
  if (letters.size === 0) return items;
  return items.map((item) => withSides(item, (s) => together(s, letters)));
}

const isDelta = (s: Syntax | undefined): boolean =>
  s?.kind === "symbol" && s.name === "\\Delta" && s.accents.length === 0;

const letterAfter = (s: Syntax | undefined): string | null => {
  const t = s === undefined ? null : takeApart(s);
  return t === null || !/^(\\?[A-Za-z]|\\[a-z]+)$/.test(t.symbol.name) ? null : headKey(t.symbol);
};

function incremented(items: readonly Item[]): ReadonlySet<string> {
  const [introduced, followers] = [new Set<string>(), new Set<string>()];
  let apart = 0;
  for (const { statement } of items) {
    for (const letter of introducedBy(statement)) introduced.add(letter);
    for (const side of statement.sides)
      visit(side, (s) => {
        if (isDelta(s)) apart += 1;
        if (s.kind !== "juxtaposition") return;
        s.items.forEach((item, k) => {
          const letter = isDelta(item) ? letterAfter(s.items[k + 1]) : null;
          if (letter === null) return;
          apart -= 1;
          followers.add(letter);
        });
      });
  }
  return apart === 0 && followers.size === 1 ? new Set([...introduced, ...followers]) : introduced;
}

/** What stands after Δ in a left side `\Delta W`, also among others, `A, \Delta W \in …`. */
function introducedBy(statement: Statement): readonly string[] {
  const [first] = statement.sides;
  if (first === undefined || !(isEquation(statement) || statement.relations[0] === "\\in")) return [];
  return (first.kind === "list" ? first.items : [first]).flatMap((pair) => {
    const [delta, next, more] = pair.kind === "juxtaposition" ? pair.items : [];
    const letter = isDelta(delta) && more === undefined ? letterAfter(next) : null;
    return letter === null ? [] : [letter];
  });
}

function together(s: Syntax, letters: ReadonlySet<string>): Syntax {
  const inner = withScripts(
    mapOperands(s, (part) => together(part, letters)),
    (part) => together(part, letters),
  );
  if (inner.kind !== "juxtaposition") return inner;
  const items: Syntax[] = [];
  for (const item of inner.items) {
    const before = items.at(-1);
    const letter = isDelta(before) ? letterAfter(item) : null;
    if (before === undefined || letter === null || !letters.has(letter)) items.push(item);
    else items.splice(-1, 1, incrementOf(before, item));
  }
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { ...inner, items };
}

/** `e^{-\Delta t}`: scripts too. */
function withScripts(s: Syntax, f: (part: Syntax) => Syntax): Syntax {
  if (s.kind !== "scripted") return s;
  const [sub, sup] = [s.sub, s.sup].map((part) => (part === null ? null : f(part)));
  return sub === s.sub && sup === s.sup ? s : { ...s, sub: sub ?? null, sup: sup ?? null };
}

/** The letter that everything hangs on becomes one with the Δ before it. */
function incrementOf(delta: Syntax, s: Syntax): Syntax {
  const span = { start: delta.span.start, end: s.span.end };
  if (s.kind === "symbol") return { ...s, name: `\\Delta ${s.name}`, latex: `\\Delta ${s.latex.trim()}`, span };
  return s.kind === "scripted" ? { ...s, base: incrementOf(delta, s.base), span } : s;
}
