import { ClaimReader } from "../check/claims.js";
import { Derivatives } from "../check/derivatives.js";
import { Unread } from "../check/unread.js";
import { unlessRefused } from "../core/unless-refused.js";
import { Counter } from "../cost/counter.js";
import { none, type Operations, sameOperations } from "../cost/operations.js";
import type { Passes } from "../cost/passes.js";
import type { Problem } from "../model/read.js";
import type { Item } from "../model/symbols/statements.js";
import { axisAt } from "../model/values/stacked.js";
import type { Syntax } from "../notation/syntax.js";

/** A formula for a derivative, as the worksheet has it, and the work of computing it for all values of its letters. */
export interface FormulaCost {
  readonly ordinal: number;
  readonly of: string;
  readonly formula: string;
  readonly operations: Operations;
}

/** The right sides of a problem's claims, with the derivatives in them taken as known. */
export function formulaCosts(problem: Problem, passes: Passes, text: string): readonly FormulaCost[] {
  const claims = problem.items.filter((i) => i.kind === "claim" && i.submitted !== true);
  if (claims.length === 0) return [];
  const derivatives = new Derivatives(problem, new Unread(problem, []));
  const reader = new ClaimReader(problem, derivatives);
  reader.read();
  return claims.flatMap((item) => {
    const letters = unlessRefused(() => reader.lettersOf(item.statement));
    if (letters === null) return [];
    return problem.elaborator.within(letters, () => costsOf(problem, passes, item, text));
  });
}

function costsOf(problem: Problem, passes: Passes, { statement, ordinal }: Item, text: string): readonly FormulaCost[] {
  const [first, ...rest] = statement.sides;
  if (first === undefined) return [];
  const written = ({ span }: Syntax): string => text.slice(span.start, span.end).trim();
  return rest.flatMap((side) => {
    const operations = unlessRefused(() => operationsOf(problem, passes, side));
    // A display of entries, or another name, is no work.
    return operations === null || sameOperations(operations, none)
      ? []
      : [{ ordinal, of: written(first), formula: written(side), operations }];
  });
}

function operationsOf({ elaborator, model: { arena } }: Problem, passes: Passes, side: Syntax): Operations {
  const value = elaborator.value(side);
  const node = value.at(value.axes.map((axis) => axisAt(arena, axis).at));
  return new Counter(arena, passes.volumes).count(node);
}
