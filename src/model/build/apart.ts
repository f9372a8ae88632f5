import type { Syntax } from "../../notation/syntax.js";
import { bindings, type Letters, mentions, nodesIn } from "../symbols/letters.js";
import { type Scripted, scriptText, takeApart } from "../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isEquation,
  leftSide,
  mentionsDerivative,
  targetKey,
} from "../symbols/statements.js";

/*
 * Usually `z_i` is an entry of `z`. Not so where the whole is computed from all the others, `L = \frac{1}{N} \sum_i L_i`, and
 * where both are declared with one shape, an input `x \in \mathbb{R}^d` and examples `x_i \in \mathbb{R}^d`.
 */

/** Heads of symbols whose members, written with a running position, are no entries of what is written without. */
export function headsApart(items: readonly Item[], letters: Letters): ReadonlySet<string> {
  const shapes = new Map<string, { readonly running: boolean; readonly shape: string }[]>();
  const membersOf = new Set<string>();
  const sums: { readonly head: string; readonly sides: readonly Syntax[] }[] = [];
  const isRunning = (t: Scripted): boolean => t.subs.some((s) => letters.mentionsIndex(s));
  for (const { statement } of items) {
    const declared = declarationOf(statement);
    for (const t of declared?.symbols ?? []) {
      const shape = declared?.set.shape.map(scriptText).join("×") ?? "";
      const head = targetKey(t);
      shapes.set(head, [...(shapes.get(head) ?? []), { running: isRunning(t), shape }]);
      if (isRunning(t)) membersOf.add(head);
    }
    const [first, ...rest] = statement.sides;
    const left = first === undefined || !isEquation(statement) || mentionsDerivative(first) ? null : leftSide(first);
    if (left === null) continue;
    if (isRunning(left.target)) membersOf.add(targetKey(left.target));
    else if (left.target.subs.length === 0) sums.push({ head: targetKey(left.target), sides: rest });
  }
  const isArray = (head: string): boolean => shapes.get(head)?.some((d) => !d.running && d.shape !== "") === true;
  const summed = sums.filter(({ head, sides }) => membersOf.has(head) && !isArray(head) && sumsMembers(sides, head));
  const twice = [...shapes].filter(([, all]) =>
    all.some((a) => a.running && a.shape !== "" && all.some((b) => !b.running && a.shape === b.shape)),
  );
  return new Set([...summed.map((s) => s.head), ...twice.map(([head]) => head)]);
}

/** Does a sum (or product) run over the positions of this symbol? */
const sumsMembers = (sides: readonly Syntax[], head: string): boolean =>
  sides.flatMap(nodesIn).some((s) => {
    if (s.kind !== "big" || s.body === null) return false;
    const bound = bindings(s.sub, s.sup).map((b) => b.letter);
    return nodesIn(s.body).some((n) => isMemberAt(n, head, bound));
  });

function isMemberAt(n: Syntax, head: string, letters: readonly string[]): boolean {
  const t = n.kind === "scripted" ? takeApart(n) : null;
  return t !== null && targetKey(t) === head && t.subs.some((x) => letters.some((l) => mentions(x, l)));
}
