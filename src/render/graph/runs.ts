/** A piece of a line: how far it is raised, in parts of the line's own size, and how large it is. */
export interface Run {
  readonly text: string;
  readonly rise: number;
  readonly size: number;
}

const SMALLER = 0.75;
const DEEPEST = 4;

/** Plain text with `^{…}` and `_{…}` as runs; braces that only hold something together go. */
export function runsOf(line: string): readonly Run[] {
  const runs: Run[] = [];
  collect(line, 0, 1, 0, runs);
  return runs;
}

function collect(text: string, rise: number, size: number, depth: number, runs: Run[]): void {
  let at = 0;
  const push = (end: number): void => {
    const plain = text.slice(at, end).replace(/[{}]/g, "");
    if (plain !== "") runs.push({ text: plain, rise, size });
  };
  for (let k = 0; k < text.length && depth < DEEPEST; k++) {
    const mark = text[k];
    if (mark !== "^" && mark !== "_") continue;
    const end = text[k + 1] === "{" ? closing(text, k + 1) : k + 2;
    const script = text.slice(k + 1, end).replace(/^\{|\}$/g, "");
    push(k);
    collect(script, rise + (mark === "^" ? 0.4 : -0.3) * size, size * SMALLER, depth + 1, runs);
    at = end;
    k = end - 1;
  }
  push(text.length);
}

/** The place behind the brace that closes the one at `from`. */
function closing(text: string, from: number): number {
  let depth = 0;
  for (let k = from; k < text.length; k++) {
    if (text[k] === "{") depth += 1;
    else if (text[k] === "}" && --depth === 0) return k + 1;
  }
  return text.length;
}

/** In characters of the line's own size. */
export const widthOf = (runs: readonly Run[]): number =>
  runs.reduce((sum, { text, size }) => sum + [...text].length * size, 0);
