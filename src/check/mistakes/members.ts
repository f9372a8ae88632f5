import { nodesIn } from "../../model/symbols/letters.js";
import { isTransposeMark, takeApart } from "../../model/symbols/scripts.js";
import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { movedBy } from "./limits.js";
import { appliedName, isDerivative, parts, type Rewritten, withPart } from "./rewrite.js";

/* `W^{(l)}` where `W^{(l+1)}` should stand: the next member of a family, or the one before, for one that was written. */

const MAX_DEPTH = 12;

/** A formula with one symbol's letter, or its number, moved by one. */
export function* otherMembers(s: Syntax, inside: string | null = null, depth = 0): Generator<Rewritten> {
  if (depth > MAX_DEPTH || isDerivative(s)) return;
  if (s.kind === "scripted" && takeApart(s) !== null) return yield* neighbours(s, inside);
  const within = s.kind === "relation" ? "indicator" : (appliedName(s) ?? inside);
  for (const [k, part] of parts(s).entries())
    for (const r of otherMembers(part, within, depth + 1)) yield { ...r, syntax: withPart(s, k, r.syntax) };
}

function* neighbours(from: SyntaxOf<"scripted">, inside: string | null): Generator<Rewritten> {
  for (const by of [1, -1])
    for (const to of [withSup(from, by), withSub(from, by)])
      if (to !== null) yield { syntax: to, how: { kind: "symbol", from, to, inside } };
}

/** The letter in parentheses above, beside a transpose or alone. */
function withSup(s: SyntaxOf<"scripted">, by: number): Syntax | null {
  const moved = s.sup === null ? null : bracketMoved(s.sup, by);
  return moved === null ? null : { ...s, sup: moved };
}

function bracketMoved(sup: Syntax, by: number): Syntax | null {
  if (sup.kind === "group") return isPlace(sup.body) ? { ...sup, body: movedBy(sup.body, by) } : null;
  if (sup.kind !== "juxtaposition") return isPlace(sup) && !isTransposeMark(sup) ? movedBy(sup, by) : null;
  const at = sup.items.findIndex((i) => i.kind === "group" && isPlace(i.body));
  const item = sup.items[at];
  const moved = item === undefined ? null : bracketMoved(item, by);
  return moved === null ? null : { ...sup, items: sup.items.with(at, moved) };
}

const withSub = (s: SyntaxOf<"scripted">, by: number): Syntax | null =>
  s.sub !== null && isPlace(s.sub) ? { ...s, sub: movedBy(s.sub, by) } : null;

/** A letter, or a letter and a number. */
const isPlace = (s: Syntax): boolean =>
  (s.kind === "symbol" || s.kind === "sum") && nodesIn(s).every((n) => ["symbol", "sum", "number"].includes(n.kind));
