import { refuse } from "../../core/diagnostic.js";
import { type Arena, operands } from "../../expression/arena.js";
import type { Node, Position } from "../../expression/node.js";
import { tensorsOf } from "../../expression/operands.js";
import type { Equation } from "../model.js";
import type { Builder, Draft } from "./builder.js";

/*
 * Two equations for one place of a family: one of them says the place in full, or the author is asked.
 */

/**
 * `q_T = \sum_{t=1}^{T} …` behind a recurrence for t up to T: what the last member comes to, written out over all members. That is
 * a claim. Without a sum or product over them it may be a last layer of its own, and is none; so it may with a symbol that the
 * recurrence does not have, and with members that the sum goes through, `a_L = \sum_{l=1}^{L-1} v_l a_l`.
 */
export function saysLastInFull(builder: Builder, others: readonly Equation[], equation: Equation, d: Draft): boolean {
  const { arena } = builder;
  const [left] = d.item.statement.sides;
  const isLast = others.some((e) => e.at.every((p, k) => endsAt(arena, p, equation.at[k] ?? p)));
  if (left === undefined || !isLast || !equation.at.some((p) => runsUpTo(arena, equation.body, p))) return false;
  if (!isUnrolled(others, equation)) return false;
  d.item.kind = "claim";
  builder.restated.push({ item: d.item, left });
  return true;
}

/** Does it name nothing that the recurrence does not, and no member but at a place that is fixed? */
function isUnrolled(others: readonly Equation[], { tensor, body }: Equation): boolean {
  const used = new Set(others.flatMap((e) => tensorsOf(e.body)));
  return (
    tensorsOf(body).every((t) => t === tensor || used.has(t)) &&
    nodesOf(body).every((n) => n.kind !== "entry" || n.tensor !== tensor || n.at.every((p) => p.terms.length === 0))
  );
}

/** Is `fixed` the last of the places of `p`, or the same place? */
function endsAt(arena: Arena, p: Position, fixed: Position): boolean {
  const [i, j] = [arena.indexOf(p), arena.indexOf(fixed)];
  if (i !== null && j !== null) return i.range === j.range;
  if (i === null || fixed.terms.length > 0 || fixed.value !== null) return p === fixed;
  return i.range.high === fixed.offset;
}

/** A sum or product in it runs up to this place, or to one that is a number of steps away. */
function runsUpTo(arena: Arena, root: Node, { offset, terms, value }: Position): boolean {
  if (terms.length > 0 || value !== null || arena.integerOf(offset) !== null) return false;
  return nodesOf(root).some(
    (n) => n.kind === "reduce" && arena.integerOf(arena.subtractDims(n.index.range.high, offset)) !== null,
  );
}

function nodesOf(root: Node): readonly Node[] {
  const seen = new Set([root]);
  // A set is gone through in the order of adding, what is added meanwhile too.
  for (const n of seen) for (const part of operands(n)) seen.add(part);
  return [...seen];
}

/** `h_1 = x` and `h_t = …` for t = 1, …, T both give h_1, and say different things of it. */
export function refuseOverlap(arena: Arena, others: readonly Equation[], equation: Equation, { item }: Draft): void {
  const other = others.find((e) => e.at.every((p, k) => meet(arena, p, equation.at[k] ?? p)));
  if (other === undefined) return;
  refuse(
    "symbol/defined-twice",
    `one of the places of this equation has another one already: ${other.latex}`,
    item.statement.span,
    "let the letter begin after the place that has its own equation",
  );
}

/** Is there surely a place that both positions name? Of sizes that cannot be compared nothing is said. */
function meet(arena: Arena, a: Position, b: Position): boolean {
  const [i, j] = [arena.indexOf(a), arena.indexOf(b)];
  if (i !== null && j !== null) return i.range.low === j.range.low && i.range.high === j.range.high;
  const [range, fixed] = i === null ? [j?.range, a] : [i.range, b];
  if (range === undefined || fixed.terms.length > 0 || fixed.value !== null) return a === b;
  const above = arena.integerOf(arena.subtractDims(fixed.offset, range.low));
  const below = arena.integerOf(arena.subtractDims(range.high, fixed.offset));
  // A depth that is a name is as large as one likes.
  const isOpen = arena.integerOf(range.high) === null && arena.integerOf(fixed.offset) !== null;
  if (above === 0 || below === 0) return true;
  return above !== null && above > 0 && (isOpen || (below !== null && below > 0));
}
