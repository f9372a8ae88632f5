import { readdirSync, readFileSync } from "node:fs";

/* The worksheets of `sheets/`, written as those of ../authors are; behind a wrong claim stand the codes that name its mistake. */

const FOLDER = new URL("./sheets/", import.meta.url);
export const tables = readdirSync(FOLDER).sort();
export const pathOf = (table: string): string => new URL(table, FOLDER).pathname;

export interface WrongClaim {
  readonly latex: string;
  /** The mistake that was made, then others that are as fair a name for it. */
  readonly codes: readonly string[];
  readonly worksheet: string;
  readonly line: number;
  readonly rightLines: readonly number[];
}

/** Each wrong claim among the right ones of its sheet, as somebody would hand it in. */
export function wrongClaimsOf(table: string): readonly (readonly [string, readonly WrongClaim[]])[] {
  const parts = readFileSync(pathOf(table), "utf8").split(/^# /m).slice(1);
  return parts.map((part) => {
    const [title = "", ...rest] = part.split("\n");
    const text = rest.filter((line) => !/^[@+-] /.test(line));
    const right = rest.filter((l) => l.startsWith("+ ")).map((l) => l.split(" | ")[1] ?? "");
    const wrong = rest.filter((l) => l.startsWith("- ")).map((l) => l.split(" | "));
    return [
      title,
      wrong.map(([, latex = "", , codes = ""], n) => handedIn([`# ${title}`, ...text], right, latex, codes, n)),
    ] as const;
  });
}

function handedIn(
  text: readonly string[],
  right: readonly string[],
  latex: string,
  codes: string,
  n: number,
): WrongClaim {
  const lines = [...text, ""];
  const put = (formula: string): number => lines.push(`$$${formula.trim()}$$`, "") - 1;
  const half = Math.floor((right.length + (n % 2)) / 2);
  const before = right.slice(0, half).map(put);
  const line = latex.split(" ;; ").map(put).at(-1) ?? 0;
  const rightLines = [...before, ...right.slice(half).map(put)];
  return { latex, codes: codes.trim().split("|"), worksheet: `${lines.join("\n")}\n`, line, rightLines };
}
