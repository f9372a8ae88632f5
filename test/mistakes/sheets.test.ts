import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";
import { pythonPath, testNeeding } from "../support/needs.js";
import { pathOf, tables, type WrongClaim, wrongClaimsOf } from "./sheets.js";

const right = ["proved", "agrees"];
/** What is said of a line that is wrong; one that uses what nothing defines cannot be read. */
const verdictsFor = (code: string | undefined): readonly string[] =>
  code === "undefined-symbol"
    ? ["unreadable"]
    : code === "error-carried-forward"
      ? ["carried-forward"]
      : ["wrong", "shape-mismatch", "no-answer"];

/** Lines that are not called wrong, or wrong without a reason: what is not read or not tried. Called right they must not be. */
const open: ReadonlyMap<string, string> = new Map([
  [
    String.raw`\frac{\partial L}{\partial w_f} = \sum_{i=1}^{N-F+1}\frac{\partial L}{\partial y_i}x_{i-f+1}`,
    "undecided",
  ],
  [String.raw`\frac{\partial L}{\partial E_{vj}} = (m_j-r_j)\max_t\mathbb{1}[\iota_t=v]`, "wrong"],
  [
    String.raw`\frac{\partial L}{\partial E_{vj}} = \max_t\left(B_{tv}\frac{\partial L}{\partial H_{tj}}\right)`,
    "wrong",
  ],
  [String.raw`\frac{\partial L}{\partial M_{w_t}} = c`, "unreadable"],
  [String.raw`\frac{\partial E}{\partial x_i} = \sum_{j=1}^{h}A_{ji}v_j(1-v_j)\sum_{j=1}^{h}C_{jj}(q_j-y_j)`, "wrong"],
  [String.raw`\delta_1 = W_2^\top\delta_2\odot\mathbb{1}[x>0]`, "shape-mismatch"],
  // Some mean its diagonal by such a Jacobian.
  [String.raw`\frac{\partial y}{\partial w} = 1-y^2`, "undecided"],
  [
    String.raw`\frac{\partial L}{\partial x_i} = \frac{1}{\sqrt{v+\epsilon}}\left(c_i-\sum_{j=1}^{n}c_j-y_i\sum_{j=1}^{n}c_jy_j\right)`,
    "wrong",
  ],
]);

interface Fault {
  readonly latex: string;
  readonly verdict: string;
  readonly code: string | null;
}

function faultsOf({ latex, codes, worksheet, line, rightLines }: WrongClaim): readonly Fault[] {
  const { claims } = checkWorksheet("a.md", worksheet, { seed: 1 });
  const at = (n: number) => claims.findLast((c) => c.at.line === n);
  const own = at(line);
  const verdict = own?.verdict ?? "none";
  const code = own?.mistake?.code ?? null;
  const isOpen = open.get(latex.trim()) === verdict;
  const named = isOpen || (verdictsFor(codes[0]).includes(verdict) && code !== null && codes.includes(code));
  const alarms = rightLines.filter((n) => !right.includes(at(n)?.verdict ?? "none"));
  return [
    ...(named ? [] : [{ latex, verdict, code }]),
    ...alarms.map((n) => ({
      latex: worksheet.split("\n")[n - 1] ?? "",
      verdict: at(n)?.verdict ?? "none",
      code: null,
    })),
  ];
}

describe.each(tables)("wrong lines in sheets: %s", (table) => {
  it.each(wrongClaimsOf(table))("%s", (_, wrong) => {
    expect(wrong.flatMap(faultsOf)).toEqual([]);
  });
});

testNeeding("python3-numpy", "the sheets agree with central differences", () => {
  const oracle = new URL("../authors/oracle.py", import.meta.url).pathname;
  const run = spawnSync(pythonPath ?? "", [oracle, ...tables.map(pathOf)], { encoding: "utf8" });
  expect(run.stdout).toContain(", 0 not as marked");
  expect(run.status).toBe(0);
});
