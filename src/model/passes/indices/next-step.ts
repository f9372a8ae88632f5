import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax } from "../../../notation/syntax.js";
import { bindings, letterOf, mentions, nodesIn } from "../../symbols/letters.js";
import { children, mapOperands, type Scripted, symbolsIn, takeApart } from "../../symbols/scripts.js";
import {
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  namesDerivative,
  targetKey,
} from "../../symbols/statements.js";
import { hasRange } from "./implied-ranges.js";

/*
 * `c_t = f_t \odot c_{t-1} + i_t \odot g_t`, one step of a longer story, and a line about `c_{t+1}`: the step after this one goes as
 * this one does, so that its equations are written too.
 */

/** The statements with those of the next step, the very list where no line speaks of it. */
export function withNextStep(items: readonly Item[]): readonly Item[] {
  const forward = items.filter(isForward);
  const letter = stepOf(items, forward);
  if (letter === null) return items;
  const defined = new Set(flatMap(forward, (i) => stepped(i, letter)));
  const symbols = (list: readonly Item[]): readonly Scripted[] =>
    flatMap(
      flatMap(list, (i) => i.statement.sides),
      symbolsWithin,
    );
  const isNext = (t: Scripted): boolean => t.subs.some((s) => isPlusOne(s, letter));
  const lines = items.filter((i) => !forward.includes(i));
  // A weight is used at all steps, of which these are two: a line about the derivative by it is of the whole story.
  const isAtStep = (t: Scripted): boolean => t.subs.some((s) => mentions(s, letter));
  const isOfStory = ({ statement: { sides } }: Item): boolean =>
    flatMap(sides.slice(0, 1), variablesIn).some((t) => !isAtStep(t));
  if (lines.some(isOfStory)) return items;
  // What computes with t itself, `\beta^t`, or in cases, is not put for another t.
  const ofStep = forward.filter((i) => stepped(i, letter).length > 0);
  if (flatMap(ofStep, (i) => i.statement.sides).some((s) => standsElsewhere(s, letter))) return items;
  if (symbols(forward).some(isNext) || !symbols(lines).some((t) => isNext(t) && defined.has(targetKey(t))))
    return items;
  return flatMap(items, (item) =>
    forward.includes(item) && stepped(item, letter).length > 0
      ? [item, { ...item, statement: advanced(item.statement, letter) }]
      : [item],
  );
}

function isForward({ statement, submitted }: Item): boolean {
  const [first] = statement.sides;
  if (first === undefined || submitted === true || !isEquation(statement)) return false;
  return !statement.sides.some(mentionsDerivative) && !namesDerivative(first, () => true);
}

/** The t of equations for `c_t` by `c_{t-1}`, of which nothing says how far it runs; `null` for none, or for several. */
function stepOf(items: readonly Item[], forward: readonly Item[]): string | null {
  const found = new Set(
    flatMap(forward, ({ statement: { sides } }) => {
      const below = flatMap(flatMap(sides.slice(1), symbolsIn), (t) => t.subs);
      return subsOfLeft(sides[0]).filter((letter) => below.some((s) => s.kind === "sum" && mentions(s, letter)));
    }),
  );
  const [letter, more] = found;
  if (letter === undefined || more !== undefined || hasRange(items, letter)) return null;
  const isBound = flatMap(
    flatMap(items, (i) => i.statement.sides),
    nodesIn,
  ).some((n) => n.kind === "big" && bindings(n.sub, n.sup).some((b) => b.letter === letter));
  return isBound ? null : letter;
}

function subsOfLeft(s: Syntax | undefined): readonly string[] {
  const target = s === undefined ? null : (leftSide(s)?.target ?? null);
  return flatMap(target?.subs ?? [], (sub) => letterOf(sub) ?? []);
}

/** The symbol that an equation defines at this step. */
function stepped({ statement: { sides } }: Item, letter: string): readonly string[] {
  const target = sides[0] === undefined ? null : (leftSide(sides[0])?.target ?? null);
  return target !== null && subsOfLeft(sides[0]).includes(letter) ? [targetKey(target)] : [];
}

/** Symbols with what stands below them, those within fractions and derivatives too. */
const symbolsWithin = (s: Syntax): readonly Scripted[] =>
  flatMap(nodesIn(s), (n) => (n.kind === "scripted" && n.sub !== null ? (takeApart(n) ?? []) : []));

/** By what the derivatives of a side are: the w of `\partial h/\partial w`, `\nabla_w h` and `dw`. */
function variablesIn(side: Syntax): readonly Scripted[] {
  const signs = new Set(["\\partial", "d"]);
  const [d, named] = side.kind === "juxtaposition" && side.items.length === 2 ? side.items : [];
  const isName = d?.kind === "symbol" && d.name === "d";
  const below = flatMap(nodesIn(side), (n): readonly Syntax[] => {
    if (n.kind === "fraction") return mentionsDerivative(n) ? [n.denominator] : [];
    const isNabla = n.kind === "scripted" && n.base.kind === "symbol" && n.base.name === "\\nabla";
    return isNabla && n.sub !== null ? [n.sub] : [];
  });
  const all = flatMap([...below, ...(isName && named !== undefined ? [named] : [])], symbolsIn);
  return all.filter((t) => !signs.has(t.symbol.name));
}

function isPlusOne(s: Syntax, letter: string): boolean {
  const [first, second, more] = s.kind === "sum" ? s.terms : [];
  return (
    more === undefined &&
    first?.sign === 1 &&
    letterOf(first.body) === letter &&
    second?.sign === 1 &&
    second.body.kind === "number" &&
    second.body.text === "1"
  );
}

const advanced = (st: Statement, letter: string): Statement => ({
  ...st,
  sides: st.sides.map((s) => later(s, letter)),
});

function later(s: Syntax, letter: string): Syntax {
  if (s.kind !== "scripted") return mapOperands(s, (n) => later(n, letter));
  const [base, sub] = [later(s.base, letter), s.sub === null ? null : laterPlace(s.sub, letter)];
  const sup = s.sup === null ? null : later(s.sup, letter);
  return base === s.base && sub === s.sub && sup === s.sup ? s : { ...s, base, sub, sup };
}

/** Does the letter stand anywhere but below symbols, where `later` finds it? */
function standsElsewhere(s: Syntax, letter: string): boolean {
  if (letterOf(s) === letter) return true;
  if (s.kind === "cases" || s.kind === "matrix") return mentions(s, letter);
  if (s.kind === "scripted") return [s.base, s.sup].some((n) => n !== null && standsElsewhere(n, letter));
  if (s.kind === "big" && [s.sub, s.sup].some((n) => n !== null && mentions(n, letter))) return true;
  return children(s).some((n) => standsElsewhere(n, letter));
}

/** `t + 1` of `t`, `t` of `t - 1`. */
function laterPlace(s: Syntax, letter: string): Syntax {
  if (letterOf(s) === letter) {
    const one: Syntax = { kind: "number", text: "1", span: s.span };
    return {
      kind: "sum",
      terms: [
        { sign: 1, body: s },
        { sign: 1, body: one },
      ],
      span: s.span,
    };
  }
  if (s.kind !== "sum" || !mentions(s, letter)) return mapOperands(s, (n) => laterPlace(n, letter));
  const numbers = s.terms.flatMap((t) => (t.body.kind === "number" ? t.sign * Number(t.body.text) : []));
  const rest = s.terms.filter((t) => t.body.kind !== "number");
  const offset = numbers.reduce((total, n) => total + n, 1);
  const [only, more] = rest;
  if (offset === 0 && only !== undefined && more === undefined && only.sign === 1) return only.body;
  const number: Syntax = { kind: "number", text: String(Math.abs(offset)), span: s.span };
  return { ...s, terms: offset === 0 ? rest : [...rest, { sign: offset < 0 ? -1 : 1, body: number }] };
}
