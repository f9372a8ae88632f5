import { latexOf } from "../../model/symbols/latex.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { parts, type Rewritten, withPart } from "./rewrite.js";

/* A sum or product that begins or ends one place off. Nothing smaller can be wrong with it, so this is tried first. */

/** A formula with one limit of one of its sums or products moved by one. */
export function* withLimitMoved(s: Syntax): Generator<Rewritten> {
  if (s.kind === "big" && (s.operator === "\\sum" || s.operator === "\\prod")) yield* movedHere(s);
  for (const [k, part] of parts(s).entries())
    for (const r of withLimitMoved(part)) yield { ...r, syntax: withPart(s, k, r.syntax) };
}

function* movedHere(s: SyntaxOf<"big">): Generator<Rewritten> {
  const { sub, sup } = s;
  if (sub?.kind !== "relation" || sub.operators.join() !== "=" || sup === null) return;
  const [letter, low] = sub.items;
  if (letter === undefined || low === undefined) return;
  const what = `the ${s.operator === "\\sum" ? "sum" : "product"} over ${latexOf(letter)}`;
  for (const by of [1, -1]) {
    const [from, to] = [movedBy(low, by), movedBy(sup, by)];
    const begins = { ...s, sub: { ...sub, items: [letter, from] } };
    yield { syntax: begins, how: { kind: "limit", at: low, message: `${what} begins at ${latexOf(from)}` } };
    yield { syntax: { ...s, sup: to }, how: { kind: "limit", at: sup, message: `${what} ends at ${latexOf(to)}` } };
  }
}

/** `t+1` as `t+2` and as `t`, `T` as `T-1`. */
export function movedBy(s: Syntax, by: number): Syntax {
  const terms = s.kind === "sum" ? s.terms : [{ sign: 1 as const, body: s }];
  const numbers = terms.filter((t) => t.body.kind === "number");
  const others = terms.filter((t) => t.body.kind !== "number");
  const total = numbers.reduce(
    (sum, { sign, body }) => sum + sign * (body.kind === "number" ? Number(body.text) : 0),
    by,
  );
  const number: Syntax = { kind: "number", text: String(Math.abs(total)), span: s.span };
  const [only] = others;
  if (total === 0 && only !== undefined && only.sign === 1 && others.length === 1) return only.body;
  if (others.length === 0 && total >= 0) return number;
  const all = total === 0 ? others : [...others, { sign: total < 0 ? (-1 as const) : (1 as const), body: number }];
  return { kind: "sum", terms: all, span: s.span };
}
