import { Refusal } from "../core/diagnostic.js";
import { nodesBelow } from "../evaluate/walk.js";
import type { Arena } from "../expression/arena.js";
import type { NodeOf, Position } from "../expression/node.js";
import type { Problem } from "../model/read.js";
import { bindings, nodesIn } from "../model/symbols/letters.js";
import { firstOf } from "../model/values/stacked.js";
import type { Value } from "../model/values/value.js";
import type { Syntax } from "../notation/syntax.js";
import type { Supposition } from "./suppositions.js";

type Left = Value | Refusal | undefined;

/**
 * What the lines beside one say of it: `\partial p_k/\partial x_c` beside another line for `\partial p_k/\partial x_k` is about
 * k ≠ c, `\partial L/\partial w_j` beside one for `\partial L/\partial w_y` about j ≠ y.
 */
export function besideOthers(arena: Arena, left: Left, others: readonly Left[]): Supposition | null {
  const own = derivativeEntry(arena, left);
  if (own === null) return null;
  const isSame = (o: Left): boolean => derivativeEntry(arena, o)?.tensor === own.tensor;
  const besides = others.filter(isSame);
  // A line for the whole Jacobian is not one for its diagonal.
  const entries = besides.filter((o) => o !== undefined && !(o instanceof Refusal) && o.axes.length === 0);
  const read = (list: readonly Left[]): readonly Entry[] => list.map((o) => derivativeEntry(arena, o));
  return offDiagonal(arena, own, left, read(entries)) ?? offGathered(arena, own, read(besides));
}

/**
 * `\partial \ell_{ij}/\partial s_{ij}` where `\ell_{ij}` has a sum over k ≠ i: the pair that is left out there may not be meant
 * here either.
 */
export function besideLeftOut(problem: Problem, left: Left): Supposition | null {
  const { arena } = problem.model;
  const own = derivativeEntry(arena, left);
  if (own === null || left === undefined || left instanceof Refusal || left.axes.length > 0) return null;
  const letters = [...new Set(own.at)].filter((p) => arena.indexOf(p) !== null);
  const range = (p: Position | undefined): string => {
    const r = p === undefined ? null : arena.indexOf(p)?.range;
    return r == null ? "" : `${r.low.key}..${r.high.key}`;
  };
  const [i, j, more] = letters;
  if (i === undefined || j === undefined || more !== undefined || range(i) !== range(j)) return null;
  return leavesOut(problem) ? { ...apart(arena, i, j), sure: false } : null;
}

/** Has the forward pass a sum over all but one? */
const leavesOut = ({ builder }: Problem): boolean =>
  builder.drafts
    .flatMap((d) => nodesIn(d.right))
    .some((n) => n.kind === "big" && bindings(n.sub, n.sup).some((b) => b.conditions.some(isUnequal)));

const isUnequal = (s: Syntax): boolean => s.kind === "relation" && s.operators.includes("\\ne");

/** `p_i - \mathbb{1}[i = y]` is about i = y too, whatever other lines say of that. */
export function tellsApart(sides: readonly Left[], supposed: Supposition): boolean {
  const brackets = new Set(nodesBelow([supposed.guard()]).filter((n) => n.kind === "iverson"));
  return sides.some((v) => {
    if (v === undefined || v instanceof Refusal || v.axes.length > 0) return false;
    return nodesBelow([v.at([])]).some((n) => n.kind === "iverson" && brackets.has(n));
  });
}

type Entry = NodeOf<"entry"> | null;

/** `\partial y_i/\partial x_j` with two indices. */
function offDiagonal(arena: Arena, own: NodeOf<"entry">, left: Left, besides: readonly Entry[]): Supposition | null {
  const { derivative } = own.tensor;
  const isWhole = left === undefined || left instanceof Refusal || left.axes.length > 0;
  if (isWhole || own.at.length !== 2 || derivative?.of.axes.length !== 1 || derivative.wrt.axes.length !== 1)
    return null;
  const [i, j] = own.at;
  if (i === undefined || j === undefined || i === j || own.free.length === 0) return null;
  // A line about the whole Jacobian tells no entries apart.
  return besides.some((d) => d !== null && d.free.length > 0 && d.at[0] === d.at[1]) ? apart(arena, i, j) : null;
}

function offGathered(arena: Arena, own: NodeOf<"entry">, besides: readonly Entry[]): Supposition | null {
  for (const other of besides) {
    const differ = own.at.flatMap((p, n) => (p === other?.at[n] ? [] : [n]));
    const [k, ...more] = differ;
    const [i, y] = k === undefined ? [] : [own.at[k], other?.at[k]];
    if (i === undefined || y === undefined || more.length > 0) continue;
    if (arena.indexOf(i) !== null && y.value !== null) return apart(arena, i, y);
  }
  return null;
}

/** The letter of a class, y. */
const gathered = ({ value }: Position): string => (value?.kind === "entry" ? value.tensor.latex : "y");

function apart(arena: Arena, i: Position, j: Position): Supposition {
  const [a, b] = [i, j].map((p) => arena.indexOf(p)?.name ?? gathered(p));
  return { guard: () => arena.subtract(arena.one, arena.delta(i, j)), text: `${a} \\ne ${b}`, sure: true };
}

const entries = new WeakMap<Value, Entry>();

/** The derivative that a side is, or its first entry: looked at once, since every wrong line asks it of all others. */
function derivativeEntry(arena: Arena, value: Left): Entry {
  if (value === undefined || value instanceof Refusal) return null;
  let entry = entries.get(value);
  if (entry === undefined) {
    const node = value.at(value.axes.map((d) => firstOf(arena, d)));
    entry = node.kind === "entry" && node.tensor.derivative !== null ? node : null;
    entries.set(value, entry);
  }
  return entry;
}
