import { readdirSync, readFileSync } from "node:fs";

/** What a table says of a claim: right, wrong, no answer, open, or right but for an earlier line. */
export type Kind = "+" | "-" | "0" | "?" | "c";

export interface Expected {
  readonly kind: Kind;
  /** Mistakes that may be named; none: any, or none. */
  readonly codes: readonly string[];
}

export interface Answer {
  readonly place: string;
  readonly network: string;
  readonly worksheet: string;
  readonly formulas: readonly string[];
  readonly expected: readonly Expected[];
  /** A single line, not part of what one person handed in together. */
  readonly alone: boolean;
}

const FOLDER = new URL("./networks/", import.meta.url);

/** All answers of the tables in a folder; README.md says how they are written. */
export function readTables(folder: URL = FOLDER): readonly Answer[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .flatMap((name) => readTable(name, readFileSync(new URL(name, folder), "utf8")));
}

function readTable(name: string, text: string): Answer[] {
  const answers: Answer[] = [];
  let network = "";
  let worksheet: string[] = [];
  let python = false;
  let together: { place: string; formulas: string[]; expected: Expected[] } | null = null;
  text.split("\n").forEach((line, k) => {
    const place = `${name}:${k + 1}`;
    if (line.startsWith("# ")) [network, worksheet, python] = [line.slice(2), [], false];
    else if (line.startsWith("% ")) python = true;
    else if (line === "{") together = { place, formulas: [], expected: [] };
    else if (line === "}") {
      if (together !== null) answers.push({ ...together, network, worksheet: worksheet.join("\n"), alone: false });
      together = null;
    } else if (python && /^[-+0?=] /.test(line)) {
      const { formula, expected } = readLine(line);
      const to = together as { formulas: string[]; expected: Expected[] } | null;
      if (to === null)
        answers.push({ place, network, worksheet: worksheet.join("\n"), formulas: [formula], expected, alone: true });
      else {
        to.formulas.push(formula);
        to.expected.push(...expected);
      }
    } else if (!python) worksheet.push(line);
  });
  return answers;
}

function readLine(line: string): { readonly formula: string; readonly expected: readonly Expected[] } {
  const [head = "", ...parts] = line.split(" ;; ");
  const [latex = ""] = parts;
  if (line[0] === "-" || (parts.length === 2 && line[0] === "0"))
    return { formula: latex, expected: [{ kind: line[0] as Kind, codes: head.slice(2).split("|") }] };
  if (line[0] === "=") return { formula: latex, expected: head.slice(2).trim().split(/\s+/).map(ofClass) };
  return { formula: head.slice(2), expected: [{ kind: line[0] as Kind, codes: [] }] };
}

function ofClass(text: string): Expected {
  const [kind, codes] = text.split(":");
  return { kind: kind as Kind, codes: codes === undefined ? [] : codes.split("|") };
}
