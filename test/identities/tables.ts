import { readFileSync } from "node:fs";
import { join } from "node:path";

/*
 * The tables of this folder. `given` declares for the rows below it; `of F by X` opens a row; `let y = …` adds a forward
 * equation to it; then a claim a line, `=` for right and `!` for wrong, `[ij]` for one about the entry at i, j.
 * `by vec(X)` is a Jacobian of stacked columns, `by x,x` a Hessian. Each row becomes one worksheet, in which the left
 * sides of the claims are spelled in different ways.
 */

export const tables = ["determinants", "forms", "traces", "layers", "functions"] as const;

export interface Claim {
  readonly right: boolean;
  readonly latex: string;
  /** The line of the worksheet it stands on, from 1. */
  readonly line: number;
}

export interface Identity {
  readonly title: string;
  readonly worksheet: string;
  readonly claims: readonly Claim[];
}

interface RowClaim {
  readonly right: boolean;
  readonly letters: string;
  readonly side: string;
}

interface Row {
  readonly given: string;
  readonly of: string;
  readonly by: string;
  readonly equations: string[];
  readonly claims: RowClaim[];
}

function rowsOf(text: string): readonly Row[] {
  const rows: Row[] = [];
  let given = "";
  for (const line of text.split("\n")) {
    const row = rows.at(-1);
    const opened = /^of (.*) by (\S+)$/.exec(line);
    const claim = /^([=!])(?:\[(\w+)\])? (.*)$/.exec(line);
    if (line.startsWith("given ")) given = line.slice("given ".length);
    else if (opened !== null) rows.push({ given, of: opened[1] ?? "", by: opened[2] ?? "", equations: [], claims: [] });
    else if (line.startsWith("let ")) row?.equations.push(line.slice("let ".length));
    else if (claim !== null)
      row?.claims.push({ right: claim[1] === "=", letters: claim[2] ?? "", side: claim[3] ?? "" });
  }
  return rows;
}

const r = String.raw;
const bracketed = (s: string): string => (/ ([+-]|\\odot|\\cdot|:|\\otimes) |^-/.test(s) ? `(${s})` : s);

/** A leading sign above a fraction bar is not written without brackets. */
const above = (s: string): string => (s.startsWith("-") ? `(${s})` : s);

/** The left sides in which a derivative by a whole symbol is written; `f` stands for the name of the expression. */
function wholes({ of, by }: Row): readonly string[] {
  return [
    r`\frac{\partial}{\partial ${by}} ${bracketed(of)}`,
    r`\frac{\partial ${above(of)}}{\partial ${by}}`,
    r`\nabla_{${by}} ${bracketed(of)}`,
    r`\frac{\partial f}{\partial ${by}}`,
    r`\nabla_{${by}} f`,
  ];
}

function hessians({ of }: Row, x: string): readonly string[] {
  return [
    r`\frac{\partial^2 f}{\partial ${x} \, \partial ${x}^\top}`,
    r`\nabla_{${x}}^2 f`,
    r`\frac{\partial^2}{\partial ${x} \partial ${x}^\top} (${of})`,
    r`\frac{\partial^2 ${above(of)}}{\partial ${x} \partial ${x}^\top}`,
  ];
}

function entries({ of, by }: Row, letters: string): readonly string[] {
  const [i = "", j = ""] = letters;
  const [x, second] = by.split(",");
  if (second !== undefined) return [r`\frac{\partial^2 f}{\partial ${x}_${i} \, \partial ${x}_${j}}`];
  if (/_\{\w\w\}$/.test(by)) return [r`\frac{\partial (${of})_{${letters}}}{\partial ${by}}`];
  // A vector by a vector.
  if (/^[a-z]$/.test(by) && letters.length === 2) return [r`\frac{\partial f_${i}}{\partial ${by}_${j}}`];
  return [
    r`\frac{\partial f}{\partial ${by}_{${letters}}}`,
    r`\frac{\partial}{\partial ${by}_{${letters}}} ${bracketed(of)}`,
    r`\frac{\partial ${above(of)}}{\partial ${by}_{${letters}}}`,
  ];
}

function leftsOf(row: Row, claim: RowClaim): readonly string[] {
  const [x = "", second] = row.by.split(",");
  const stacked = /^vec\((.*)\)$/.exec(row.by);
  if (claim.letters !== "") return entries(row, claim.letters);
  if (second !== undefined) return hessians(row, x);
  if (stacked !== null) return [r`\frac{\partial ${above(row.of)}}{\partial \operatorname{vec}(${stacked[1]})}`];
  const lefts = wholes(row);
  // A matrix by an entry is written with ∂ alone.
  return /_\{\w\w\}$/.test(row.by) ? [0, 1, 3].flatMap((k) => lefts[k] ?? []) : lefts;
}

function identityOf(row: Row): Identity {
  const named = /^[a-z]$/.test(row.of);
  const lines = ["# A", "", row.given, "", ...row.equations.flatMap((e) => [`$$${e}$$`, ""])];
  if (!named) lines.push(`$$f = ${row.of}$$`, "");
  const claims = row.claims.map((claim, k): Claim => {
    const lefts = leftsOf(row, claim);
    const left = (lefts[k % lefts.length] ?? "").replace(/\bf(?=[_}]|$)/, named ? row.of : "f");
    const latex = `${left} = ${claim.side}`;
    lines.push(`$$${latex}$$`, "");
    return { right: claim.right, latex, line: lines.length - 1 };
  });
  return { title: `${row.of} by ${row.by}`, worksheet: `${lines.join("\n")}\n`, claims };
}

export function identitiesOf(table: (typeof tables)[number]): readonly Identity[] {
  return rowsOf(readFileSync(join(import.meta.dirname, `${table}.txt`), "utf8")).map(identityOf);
}
