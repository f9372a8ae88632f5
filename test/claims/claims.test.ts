import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";
import { type Answer, type Expected, readTables } from "./table.js";

const VERDICTS: { readonly [kind in Expected["kind"]]: readonly string[] } = {
  "+": ["proved", "agrees"],
  "-": ["wrong", "shape-mismatch"],
  "0": ["no-answer"],
  "?": ["undecided", "unreadable"],
  c: ["carried-forward"],
};

interface Found {
  readonly latex: string;
  readonly verdict: string;
  readonly code: string;
}

function check({ worksheet, formulas }: Answer): readonly Found[] {
  const lines = formulas.map((f) => `$$${f}$$\n`);
  return (
    checkWorksheet("answer.md", `${worksheet}\n## Answers\n\n${lines.join("\n")}`)
      // What the worksheet itself says twice is not of the table.
      .claims.filter((c) => c.kind !== "definition" && c.at.line > worksheet.split("\n").length)
      .map((c) => ({ latex: c.latex, verdict: c.verdict ?? "", code: c.mistake?.code ?? "none" }))
  );
}

/** What is not as the table says, for a reader. */
function faults(answer: Answer): readonly string[] {
  const found = check(answer);
  if (found.length !== answer.expected.length)
    return [`${answer.place}: ${found.length} claims, not ${answer.expected.length}`];
  return found.flatMap((claim, k) => {
    const expected = answer.expected[k];
    const formula = answer.formulas[k];
    if (expected === undefined || formula === undefined) return [];
    const { kind, codes } = expected;
    // Among other wrong lines one may be right given another; alone it is not.
    const isCarried = kind === "-" && claim.verdict === "carried-forward";
    const { latex, verdict, code } = (isCarried ? check({ ...answer, formulas: [formula] })[0] : claim) ?? claim;
    const fits = VERDICTS[kind].includes(verdict) && (kind !== "-" || codes.length === 0 || codes.includes(code));
    return fits ? [] : [`${answer.place}: ${latex}: ${verdict}, ${code}; not ${kind} ${codes.join("|")}`];
  });
}

/**
 * Lines that stand alone in the table are judged together here, the right ones and the wrong ones each: a wrong line cannot
 * be carried by a right one, nor show a layout beside it; where another wrong one carries it, it is judged again alone. With
 * CLAIMS=each every one is judged alone, which takes longer.
 */
function together(answers: readonly Answer[]): readonly Answer[] {
  if (process.env["CLAIMS"] === "each") return answers;
  const alone = answers.filter((a) => a.alone);
  const parts = [alone.filter((a) => !isWrong(a)), alone.filter(isWrong)];
  const joined = parts.flatMap((part): readonly Answer[] => {
    const [first] = part;
    if (first === undefined) return [];
    return [{ ...first, formulas: part.flatMap((a) => a.formulas), expected: part.flatMap((a) => a.expected) }];
  });
  return [...joined, ...answers.filter((a) => !a.alone)];
}

const isWrong = (a: Answer): boolean => a.expected.some((e) => e.kind === "-");

describe("claims about networks", () => {
  const networks = new Map<string, Answer[]>();
  for (const a of readTables()) networks.set(a.network, [...(networks.get(a.network) ?? []), a]);

  it.each([...networks])("%s", (_, answers) => {
    expect(together(answers).flatMap(faults)).toEqual([]);
  });
});
