import { readdirSync, readFileSync } from "node:fs";
import { checkWorksheet } from "../../src/session/check.js";

/* Worksheets that declare their shapes or say nothing of them, each with wrong lines among right ones: see workbook/layers.txt. */

const FOLDERS = ["workbook", "exercises", "homework", "tutorials"];
export const pathOf = (table: string): string => new URL(table, import.meta.url).pathname;
export const tables = FOLDERS.flatMap((folder) =>
  readdirSync(pathOf(folder))
    .sort()
    .map((name) => `${folder}/${name}`),
);

interface Line {
  readonly mark: "=" | "!" | "~";
  /** Of a wrong line the mistake that was made, and others that are as fair a name for it. */
  readonly codes: readonly string[];
  readonly latex: string;
}

interface Sheet {
  readonly text: string;
  readonly lines: readonly Line[];
  /** Whether the lines are handed in apart from the problem, and whether they stand in one block. */
  readonly apart: boolean;
  readonly inOneBlock: boolean;
}

const LINE = /^\S+ ([=!~]) (.*) ## .*$/;

function lineOf(written: string): Line[] {
  const [, mark, rest = ""] = LINE.exec(written) ?? [];
  if (mark !== "=" && mark !== "!" && mark !== "~") return [];
  const [codes = "", ...formula] = rest.split(" ");
  return mark === "!"
    ? [{ mark, codes: codes.split(/[/,]/), latex: formula.join(" ") }]
    : [{ mark, codes: [], latex: rest }];
}

/** The sheets of each network. */
export function networksOf(table: string): readonly (readonly [string, readonly Sheet[]])[] {
  const networks = readFileSync(pathOf(table), "utf8").split(/^=== /m).slice(1);
  return networks.map((network) => {
    const [head = "", ...sheets] = network.split(/^-- /m);
    const [name = ""] = head.split("\n", 1);
    const about = (key: string): readonly string[] =>
      head.split("\n").flatMap((l) => (l.startsWith(`${key} `) ? [l.slice(key.length + 1)] : []));
    const front = about("loss:").map((loss) => `---\nloss: ${loss}\n---`);
    return [
      name,
      sheets.map((sheet) => {
        const [letters = "", ...lines] = sheet.split("\n");
        return {
          text: [
            ...front,
            ...(letters.includes("d") ? about("decl:") : []),
            ...about(">"),
            ...about("fwd:").map((f) => `$$${f}$$`),
          ].join("\n\n"),
          lines: lines.flatMap(lineOf),
          apart: letters.includes("h"),
          inOneBlock: letters.includes("b"),
        };
      }),
    ] as const;
  });
}

const RIGHT = /^(proved|agrees)$/;
const WRONG = /^(wrong|shape-mismatch|no-answer)$/;

/** The lines of which something else is said than they are marked as. */
export function faults(sheet: Sheet): readonly string[] {
  const { lines } = sheet;
  const own = judged(sheet).slice(-lines.length);
  return lines.flatMap((line, k) => {
    const claim = own[k];
    const said = `${claim?.verdict}, ${claim?.mistake?.code}: ${line.latex}`;
    // Of an environment a claim has what stands inside.
    return claim !== undefined && bare(line.latex).includes(bare(claim.latex)) && isAsMarked(line, claim) ? [] : [said];
  });
}

export function judged({ text, lines, apart, inOneBlock }: Sheet): ReturnType<typeof checkWorksheet>["claims"] {
  const rows = lines.map(({ latex }) => latex.replace("=", "&="));
  const answers = inOneBlock
    ? [`$$\\begin{aligned} ${rows.join(" \\\\ ")} \\end{aligned}$$`]
    : lines.map(({ latex }) => `$$${latex}$$`);
  return apart
    ? checkWorksheet("lines.md", [...answers, ""].join("\n\n"), { against: { file: "problem.md", text } }).claims
    : checkWorksheet("sheet.md", [text, ...answers, ""].join("\n\n"), {}).claims;
}

/** Without the signs that align it. */
const bare = (latex: string): string => latex.replaceAll("&", "");

function isAsMarked(
  { mark, codes }: Line,
  { verdict, mistake }: ReturnType<typeof checkWorksheet>["claims"][number],
): boolean {
  if (mark === "=") return RIGHT.test(verdict ?? "");
  if (mark === "~") return verdict === "carried-forward";
  // A letter of which nothing says what it is leaves the line unread.
  const expected = codes[0] === "undefined-symbol" ? verdict === "unreadable" : WRONG.test(verdict ?? "");
  return expected && mistake != null && [mistake.code, ...(mistake.also ?? [])].some((c) => codes.includes(c));
}
