import { bindings } from "../../model/symbols/letters.js";
import { subscripts } from "../../model/symbols/scripts.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import {
  appliedName,
  bracketed,
  isDerivative,
  juxtaposed,
  parts,
  type Rewritten,
  toggled,
  united,
  withPart,
} from "./rewrite.js";

/* Formulas with something put back that an author left out: a matrix of a product, a letter of its own for a sum. */

/** Each product of a formula with a matrix, or its transpose, put before, between or behind its factors. */
export function* withMatrix(s: Syntax, matrices: readonly Syntax[]): Generator<Rewritten> {
  const whole = united(s, 0);
  for (const factor of matrices)
    for (const unit of [toggled(factor, null).syntax, factor])
      for (const syntax of withFactor(whole, unit)) yield { syntax, how: { kind: "inserted", factor } };
}

function withFactor(s: Syntax, unit: Syntax): readonly Syntax[] {
  if (s.kind === "sum" || (s.kind === "product" && !s.operators.includes("/")))
    return parts(s).flatMap((part, k) => withFactor(part, unit).map((p) => withPart(s, k, p)));
  const isProduct = s.kind === "juxtaposition" && appliedName(s) === null && !isDerivative(s);
  const items = isProduct ? s.items : [bracketed(s)];
  return Array.from({ length: items.length + 1 }, (_, k) => bracketed(juxtaposed(items.toSpliced(k, 0, unit), s)));
}

/** What stands below symbols and may be either of two things of one letter. */
const MOST_PLACES = 5;

/** Sums over a letter that is another's already, `taken` or that of a sum around: some of its places get the letter `own`. */
export function* withOwnLetter(s: Syntax, taken: ReadonlySet<string>, own: string): Generator<Rewritten> {
  const letter = s.kind === "big" ? bindings(s.sub, s.sup)[0]?.letter : undefined;
  if (s.kind === "big" && s.body !== null && letter !== undefined && taken.has(letter)) {
    const places = countOf(s.body, letter);
    for (let mask = 1; places <= MOST_PLACES && mask < 2 ** places - 1; mask++)
      yield { syntax: overOwn(s, s.body, { letter, own, mask }), how: { kind: "reused", letter } };
  }
  const inner = letter === undefined ? taken : new Set([...taken, letter]);
  for (const [k, part] of parts(s).entries())
    for (const r of withOwnLetter(part, inner, own)) yield { ...r, syntax: withPart(s, k, r.syntax) };
}

/** `\sum_i U_{ip} E_{ii} V_{iq}` as one with another sum over j: some of the letter's places are the other's. */
export function* withAnotherSum(s: Syntax, own: string): Generator<Rewritten> {
  const letter = s.kind === "big" && s.operator === "\\sum" ? bindings(s.sub, s.sup)[0]?.letter : undefined;
  if (s.kind === "big" && s.body !== null && letter !== undefined) {
    const places = countOf(s.body, letter);
    for (let mask = 1; places > 2 && places <= MOST_PLACES && mask < 2 ** places - 1; mask++) {
      const inner = overOwn(s, s.body, { letter, own, mask });
      yield { syntax: { ...s, body: inner }, how: { kind: "reused", letter } };
    }
  }
  for (const [k, part] of parts(s).entries())
    for (const r of withAnotherSum(part, own)) yield { ...r, syntax: withPart(s, k, r.syntax) };
}

/** `\sum_n X_{nn} G_{nh}` with a letter of the left side in some of the places, `\sum_n X_{nd} G_{nh}`. */
export function* withLetterOfLeft(s: Syntax, own: string): Generator<Rewritten> {
  const letter = s.kind === "big" && s.operator === "\\sum" ? bindings(s.sub, s.sup)[0]?.letter : undefined;
  if (s.kind === "big" && s.body !== null && letter !== undefined && letter !== own) {
    const places = countOf(s.body, letter);
    for (let mask = 1; places > 2 && places <= MOST_PLACES && mask < 2 ** places - 1; mask++)
      yield {
        syntax: { ...s, body: overOwn(s, s.body, { letter, own, mask }).body },
        how: { kind: "reused", letter },
      };
  }
  for (const [k, part] of parts(s).entries())
    for (const r of withLetterOfLeft(part, own)) yield { ...r, syntax: withPart(s, k, r.syntax) };
}

/** `\sum_k \delta_k x_k` as `\delta_i x_j`. */
export function* withoutSum(s: Syntax, i: string, j: string): Generator<Rewritten> {
  const letter = s.kind === "big" ? bindings(s.sub, s.sup)[0]?.letter : undefined;
  if (s.kind !== "big" || s.body === null || letter === undefined) return;
  const { body } = s;
  const places = countOf(body, letter);
  const [first, second] = [i, j].map((name) => plainLetter(name, s));
  if (first === undefined || second === undefined) return;
  for (let mask = 1; places <= MOST_PLACES && mask < 2 ** places - 1; mask++) {
    let at = 0;
    yield {
      syntax: bracketed(renamedIn(body, letter, () => (((mask >> at++) & 1) === 1 ? first : second))),
      how: { kind: "inner" },
    };
  }
}

const plainLetter = (name: string, like: Syntax): Syntax => ({
  kind: "symbol",
  name,
  style: "plain",
  accents: [],
  latex: name,
  span: like.span,
});

interface Renaming {
  readonly letter: string;
  readonly own: string;
  /** Which of the places. */
  readonly mask: number;
}

/** The sum over its own letter; how far this runs is what its places say. */
function overOwn(s: SyntaxOf<"big">, body: Syntax, { letter, own, mask }: Renaming): SyntaxOf<"big"> {
  let at = 0;
  const sub = plainLetter(own, s);
  const renamed = renamedIn(body, letter, (x) => (((mask >> at++) & 1) === 1 ? sub : x));
  return { ...s, sub, sup: null, body: renamed };
}

function countOf(s: Syntax, letter: string): number {
  let count = 0;
  renamedIn(s, letter, (x) => {
    count += 1;
    return x;
  });
  return count;
}

/** With each subscript that is the letter replaced. */
function renamedIn(s: Syntax, letter: string, rename: (x: Syntax) => Syntax): Syntax {
  if (s.kind === "scripted" && s.sub !== null) {
    const items = subscripts(s.sub).map((x) => (x.kind === "symbol" && x.name === letter ? rename(x) : x));
    return { ...s, sub: items.length === 1 ? (items[0] ?? s.sub) : { kind: "list", items, span: s.sub.span } };
  }
  return parts(s).reduce((now, part, k) => withPart(now, k, renamedIn(part, letter, rename)), s);
}
