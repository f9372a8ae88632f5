import { unlessRefused } from "../core/unless-refused.js";
import { type Arena, tensorsOf } from "../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../expression/node.js";
import type { Equation } from "../model/model.js";
import type { Problem } from "../model/read.js";
import { known } from "../model/sizes/sizes.js";
import type { Value } from "../model/values/value.js";
import type { Statement } from "../notation/syntax.js";
import type { Decider } from "./decider.js";
import { isEqual, type Question } from "./verdict.js";

/*
 * `\partial L/\partial w = A = 0 \implies w = B`: whether A is zero where w is B.
 */

/** All of a symbol, and what stands for it, both at the same indices. */
interface Solution {
  readonly at: readonly Index[];
  readonly body: Node;
}

/**
 * Is the left side of a question zero where `solved` is what a statement says of it? No, where the statement is no solution, or
 * where what is to be zero depends on it through equations too.
 */
export function isZeroAt(
  problem: Problem,
  decider: Decider,
  question: Question,
  solved: Tensor,
  statement: Statement,
): boolean {
  const { arena } = problem.model;
  const { definitions } = decider.context;
  const solution = unlessRefused(() => solutionIn(problem, solved, statement));
  if (solution === null || definitions.has(solved)) return false;
  const others = [...tensorsOf(question.left).filter((t) => t !== solved), ...tensorsOf(solution.body)];
  if (dependsOn(others, solved, definitions)) return false;
  const left = replaceEntries(arena, question.left, solved, solution);
  return isEqual(decider.decide({ ...question, left, right: arena.zero }));
}

function solutionIn(problem: Problem, solved: Tensor, { sides, relations }: Statement): Solution | null {
  const [left, right, more] = sides;
  if (left === undefined || right === undefined || more !== undefined || relations[0] !== "=") return null;
  const { arena } = problem.model;
  const whole = problem.elaborator.value(left);
  const value = problem.elaborator.value(right, whole.axes);
  if (!areAlike(whole, value) || whole.axes.length !== solved.axes.length) return null;
  const at = whole.axes.map((d) => arena.freshIndex(arena.upTo(known(d))));
  const positions = at.map((i) => arena.at(i));
  const [entry, body] = [whole.at(positions), value.at(positions)];
  // `w_i = …` says what one of them is, and letters of other ranges would be taken for those of the sums around.
  const isWhole = entry === arena.entry(solved, positions);
  return isWhole && body.free.every((i) => at.includes(i)) ? { at, body } : null;
}

const areAlike = (a: Value, b: Value): boolean =>
  a.axes.length === b.axes.length && a.axes.every((d, k) => d.parts === null && b.axes[k]?.compatible(d) === true);

function dependsOn(
  tensors: readonly Tensor[],
  on: Tensor,
  definitions: ReadonlyMap<Tensor, readonly Equation[]>,
): boolean {
  const seen = new Set(tensors);
  for (const t of seen) for (const { body } of definitions.get(t) ?? []) for (const u of tensorsOf(body)) seen.add(u);
  return seen.has(on);
}

function replaceEntries(arena: Arena, node: Node, tensor: Tensor, by: Solution): Node {
  if (node.kind !== "entry" || node.tensor !== tensor)
    return arena.mapOperands(node, (n) => replaceEntries(arena, n, tensor, by));
  const map = new Map<Index, Position>();
  for (const [k, index] of by.at.entries()) {
    const position = node.at[k];
    if (position !== undefined) map.set(index, position);
  }
  return arena.substitute(by.body, map);
}
