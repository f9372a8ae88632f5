import { checkProblem } from "../check/check.js";
import { isRight, type Judged } from "../check/verdict.js";
import { unlessRefused } from "../core/unless-refused.js";
import type { Document } from "../document/document.js";
import { headOf, quantityAbove, withQuantities } from "../model/quantities-in-place.js";
import { type Problem, readAgain } from "../model/read.js";
import type { Item } from "../model/statements.js";
import type { Syntax } from "../notation/syntax.js";

/*
 * Lines about quantities that nothing computes, most often because the network stands in a picture. None of them can be
 * compared with what is true; but what follows from the first of them is as right as that one.
 */

/** What the other lines about one derivative are, given the first. */
export interface Consequences {
  readonly premise: Item;
  /** Right if the premise is. */
  readonly following: readonly Judged[];
  /** Not right if the premise is. */
  readonly against: readonly Judged[];
}

/** For each derivative of which several of these lines tell something: what follows from the first. */
export function consequencesIn(
  document: Document,
  problem: Problem,
  lines: readonly Item[],
  seed: number,
): readonly Consequences[] {
  const { symbols } = problem.elaborator;
  const groups = new Map<string, Item[]>();
  for (const item of lines) {
    const [first] = item.statement.sides;
    const key = first === undefined || computes(problem, first) ? null : headOf(first, symbols);
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()].flatMap((group) => consequencesOf(document, problem, group, seed) ?? []);
}

function consequencesOf(
  document: Document,
  problem: Problem,
  group: readonly Item[],
  seed: number,
): Consequences | null {
  const others = problem.items.filter((i) => !group.includes(i));
  if (group.length < 2 || withQuantities(group, others, problem.elaborator.symbols) === null) return null;
  const read = (): Problem => {
    const items = withQuantities(group, others, problem.elaborator.symbols) ?? [];
    return readAgain(document, { ...problem, items });
  };
  const { judge, judged } = checkProblem(read, seed);
  const own = judged.filter((j) => group.some((i) => isSame(i, j.claim.item)));
  const following = own.filter((j) => isRight(j.verdict) && !isRepeated(j));
  const given = judge.problem.items.filter((i) => i.kind === "forward" && group.some((own) => isSame(own, i)));
  const [premise, more] = given;
  const against = own.filter((j) => j.verdict === "wrong");
  if (following.length + against.length === 0 || premise === undefined || more !== undefined) return null;
  return { premise, following, against };
}

/** The same formula once more: that says nothing for it. */
const isRepeated = ({ links }: Judged): boolean => links.length === 1 && links[0]?.evidence?.method === "identical";

/** Does the text compute what stands above the ∂? Then something else is amiss. */
function computes({ elaborator: { symbols }, model }: Problem, derivative: Syntax): boolean {
  const of = quantityAbove(derivative, symbols);
  const tensor = of === null ? null : (unlessRefused(() => symbols.resolve(of))?.spec.tensor ?? null);
  return tensor !== null && model.equations.some((eq) => eq.tensor === tensor);
}

const isSame = ({ statement: { span: a } }: Item, { statement: { span: b } }: Item): boolean =>
  a.start === b.start && a.end === b.end;
