import { readFileSync } from "node:fs";
import { join } from "node:path";

/* The worksheets of this folder; oracle.py says how they are written. */

export const tables = ["matrices", "objectives", "layers", "losses"] as const;

export interface Claim {
  readonly right: boolean;
  readonly latex: string;
  /** The line of the worksheet it stands on, from 1. */
  readonly line: number;
}

export interface Sheet {
  readonly title: string;
  readonly worksheet: string;
  readonly claims: readonly Claim[];
}

function sheetOf(part: string): Sheet {
  const [title = "", ...rest] = part.split("\n");
  const text = rest.filter((line) => !/^[@+-] /.test(line));
  const lines = [`# ${title}`, ...text, ""];
  const claims = rest
    .filter((line) => /^[+-] /.test(line))
    .map((line): Claim => {
      const latex = line.split(" | ")[1]?.trim() ?? "";
      lines.push(`$$${latex}$$`, "");
      return { right: line.startsWith("+"), latex, line: lines.length - 1 };
    });
  return { title, worksheet: `${lines.join("\n")}\n`, claims };
}

export function sheetsOf(table: (typeof tables)[number]): readonly Sheet[] {
  const text = readFileSync(join(import.meta.dirname, `${table}.txt`), "utf8");
  return text.split(/^# /m).slice(1).map(sheetOf);
}
