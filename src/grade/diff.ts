import type { GradeJson, PartJson } from "./report.js";

/** One part, or a total (`of` null), whose mark is not what it was. */
export interface Change {
  readonly submission: string;
  readonly of: string | null;
  readonly before: string;
  readonly after: string;
}

/** Of an earlier run's result what a change shows in. */
export interface EarlierMarks {
  readonly parts: readonly Pick<PartJson, "name" | "score" | "max">[];
}

const mark = (score: number | null, max: number): string => (score === null ? "review" : `${score} of ${max}`);

/** Whose marks change between an earlier run and this one. A submission that one of them lacks has changed too. */
export function gradeChanges(before: EarlierMarks | null, after: GradeJson): readonly Change[] {
  const { submission } = after;
  if (before === null) return [{ submission, of: null, before: "not graded", after: mark(after.score, after.max) }];
  const changes: Change[] = [];
  for (const p of after.parts) {
    const old = before.parts.find((o) => o.name === p.name);
    const was = old === undefined ? "not asked" : mark(old.score, old.max);
    const is = mark(p.score, p.max);
    if (was !== is) changes.push({ submission, of: p.name, before: was, after: is });
  }
  for (const o of before.parts)
    if (!after.parts.some((p) => p.name === o.name))
      changes.push({ submission, of: o.name, before: mark(o.score, o.max), after: "not asked" });
  return changes;
}
