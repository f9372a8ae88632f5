import { flatMap } from "../../../core/flat-map.js";
import type { Syntax } from "../../../notation/syntax.js";
import { letterOf, mentions, nodesIn } from "../../symbols/letters.js";
import { headKey, mapOperands, type Scripted, takeApart } from "../../symbols/scripts.js";

/* Where numbers stand that tell symbols of one name apart, and letters in the place of such numbers. */

/** Where a number tells symbols of one name apart. */
export type Mark = "^(" | "^" | "_";

/** A letter in such a place of a symbol, plus or minus a number: `a^{(l-1)}`. */
export interface Use {
  readonly head: string;
  readonly mark: Mark;
  readonly letter: string;
  readonly script: Syntax;
}

/** The numbers that the symbols of one name wear in one place. */
export type Numbers = ReadonlyMap<string, ReadonlySet<number>>;

export const keyOf = ({ head, mark }: { readonly head: string; readonly mark: Mark }): string => head + mark;

/** The places of a symbol in which a number can tell it from others: one in parentheses above, a bare one above, one below. */
export function placesOf(t: Scripted): readonly { readonly mark: Mark; readonly script: Syntax }[] {
  const [first] = t.sups;
  const [below] = t.subs;
  return [
    ...(first === undefined
      ? []
      : [{ mark: first.bracketed ? ("^(" as const) : ("^" as const), script: first.content }]),
    ...(below === undefined || t.subs.length > 1 ? [] : [{ mark: "_" as const, script: below }]),
  ];
}

export function usesIn(side: Syntax): readonly Use[] {
  return flatMap(nodesIn(side), (n) => {
    const t = n.kind === "scripted" ? takeApart(n) : null;
    if (t === null) return [];
    return flatMap(placesOf(t), ({ mark, script }): readonly Use[] => {
      const letter = letterPlus(script);
      return letter === null ? [] : [{ head: headKey(t.symbol), mark, letter, script }];
    });
  });
}

/** The letter of `l`, `l+1`, `l-1`. */
export function letterPlus(s: Syntax): string | null {
  const own = letterOf(s);
  if (own !== null) return /^(\\[a-z]+|[a-z])$/.test(own) && own !== "\\top" ? own : null;
  if (s.kind !== "sum" || s.terms.length !== 2) return null;
  const [letter] = flatMap(s.terms, (t) => (t.sign > 0 ? (letterPlus(t.body) ?? []) : []));
  return letter !== undefined && s.terms.some((t) => t.body.kind === "number") ? letter : null;
}

/** Puts a number in the place of a letter, and works out sums of numbers: `D^{(i-1)}` at 2 is `D^{(1)}`. */
export function withNumber(s: Syntax, letter: string, value: number): Syntax {
  if (letterOf(s) === letter) return { kind: "number", text: String(value), span: s.span };
  if (!mentions(s, letter)) return s;
  const go = (part: Syntax): Syntax => withNumber(part, letter, value);
  switch (s.kind) {
    case "scripted":
      return {
        ...s,
        base: go(s.base),
        sub: s.sub === null ? null : oneNumber(go(s.sub)),
        sup: s.sup === null ? null : go(s.sup),
      };
    case "sum": {
      const terms = s.terms.map((t) => ({ sign: t.sign, body: go(t.body) }));
      const total = terms.reduce((sum, t) => sum + t.sign * (t.body.kind === "number" ? Number(t.body.text) : NaN), 0);
      return Number.isNaN(total) ? { ...s, terms } : { kind: "number", text: String(total), span: s.span };
    }
    case "big":
      return {
        ...s,
        sub: s.sub === null ? null : go(s.sub),
        sup: s.sup === null ? null : go(s.sup),
        body: s.body === null ? null : go(s.body),
      };
    case "matrix":
      return { ...s, rows: s.rows.map((row) => row.map(go)) };
    default:
      return mapOperands(s, go);
  }
}

/** `w_{1k}` at 2 is `w_{12}`, as one would write it. */
function oneNumber(sub: Syntax): Syntax {
  const digits = sub.kind === "juxtaposition" ? sub.items.map((i) => (i.kind === "number" ? i.text : "")) : [];
  return digits.length > 0 && digits.every((d) => /^\d$/.test(d))
    ? { kind: "number", text: digits.join(""), span: sub.span }
    : sub;
}
