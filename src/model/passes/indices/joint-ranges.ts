import type { Statement } from "../../../notation/syntax.js";
import { letterOf } from "../../symbols/letters.js";

/*
 * `1 \le i, j \le n` gives both letters the one range: it is put as `1 \le i \le n` and `1 \le j \le n`.
 */

/** The same statement, with the letters of each such list, among its conditions or with them, one by one. */
export function withJointRanges(st: Statement): Statement {
  const list = [st, ...st.conditions];
  const [first, ...conditions] = apart(list);
  return first === undefined || list.every((s, k) => s === (k === 0 ? first : conditions[k - 1]))
    ? st
    : { ...first, conditions };
}

function apart(list: readonly Statement[]): readonly Statement[] {
  const found: Statement[] = [];
  for (let k = 0; k < list.length; k++) {
    const end = endOfList(list, k);
    const first = list[k];
    if (first === undefined) continue;
    if (end === null) found.push(first);
    else {
      found.push(...ranges(list.slice(k, end + 1)));
      k = end;
    }
  }
  return found.length === list.length && found.every((s, k) => s === list[k]) ? list : found;
}

const isBelow = (r: string | undefined): boolean => r === "\\le" || r === "<";

/** Where a list that begins with `1 \le i` ends with `j \le n`. */
function endOfList(list: readonly Statement[], from: number): number | null {
  const first = list[from];
  const [, letter, more] = first?.sides ?? [];
  if (first?.relations.length !== 1 || !isBelow(first.relations[0]) || letter === undefined || more !== undefined)
    return null;
  // `a < b, c < d` are two conditions.
  if (letterOf(letter) === null || first.sides[0]?.kind !== "number") return null;
  for (let k = from + 1; k < list.length; k++) {
    const { sides, relations } = list[k] ?? { sides: [], relations: [] };
    const [own] = sides;
    if (own === undefined || letterOf(own) === null) return null;
    if (relations.length === 1 && isBelow(relations[0])) return k;
    if (relations.length > 0) return null;
  }
  return null;
}

function ranges(list: readonly Statement[]): readonly Statement[] {
  const [first, last] = [list[0], list.at(-1)];
  const [low] = first?.sides ?? [];
  const high = last?.sides[1];
  if (first === undefined || last === undefined || low === undefined || high === undefined) return list;
  const relations = [...first.relations, ...last.relations];
  return list.map((st, k) => {
    const letter = k === 0 ? st.sides[1] : st.sides[0];
    return letter === undefined ? st : { ...st, sides: [low, letter, high], relations };
  });
}
