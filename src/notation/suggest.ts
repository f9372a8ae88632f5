import { alignments, caseEnvironments, matrices } from "./commands.js";
import { isNameWord } from "./words.js";

/** What may have been meant by an unknown environment, as a hint, or an empty string. */
export function environmentLike(name: string): string {
  const near = nearest(name, [...alignments, ...matrices, ...caseEnvironments]);
  return near === null ? "" : `did you mean ${near}?`;
}

/** What may have been meant by a command that is not among the known ones, as a hint. */
export function commandLike(name: string, known: Iterable<string>): string {
  if (isNameWord(name.slice(1), true)) return `write \\operatorname{${name.slice(1)}}`;
  const near = nearest(name, known);
  return near === null ? "define it with \\newcommand, or write what it stands for" : `did you mean ${near}?`;
}

function nearest(name: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bound = name.length <= 4 ? 2 : 3;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bound) continue;
    const d = distance(name, candidate);
    if (d < bound) [best, bound] = [candidate, d];
  }
  return best;
}

/** Letters to insert, delete, change or swap with their neighbour. */
function distance(a: string, b: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
