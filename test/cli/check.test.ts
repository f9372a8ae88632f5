import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/cli/program.js";
import { checkFormats } from "../../src/render/check/formats.js";

const SHEET = String.raw`$\mathbf{x} \in \mathbb{R}^{D}$, $\mathbf{W} \in \mathbb{R}^{K \times D}$ and $\mathbf{b}, \mathbf{t} \in \mathbb{R}^{K}$.

$$\mathbf{z} = \mathbf{W} \mathbf{x} + \mathbf{b}$$

$$\mathcal{L} = \frac{1}{2} \sum_{k=1}^{K} (z_k - t_k)^2$$
`;
const RIGHT = String.raw`
$$\nabla_{\mathbf{W}} \mathcal{L} = (\mathbf{z} - \mathbf{t}) \mathbf{x}^\top$$
`;
const WRONG = String.raw`
$$\nabla_{\mathbf{x}} \mathcal{L} = \mathbf{W}^\top (\mathbf{t} - \mathbf{z})$$
`;
const UNREADABLE = String.raw`
$$\nabla_{\mathbf{b}} \mathcal{L} = \mathbf{z} - \frac{\mathbf{t}$$
`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "backproof-check-"));
  const files = {
    "sheet.md": SHEET,
    "right.md": SHEET + RIGHT,
    "wrong.md": SHEET + WRONG,
    "unreadable.md": SHEET + UNREADABLE,
    "both.md": SHEET + WRONG + UNREADABLE,
    "answers.md": RIGHT + WRONG,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => path.join(folder, name);

async function check(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const writer = (to: string[]) => ({ write: (text: string) => to.push(text) });
  const status = await run(["check", ...args], { stdout: writer(out), stderr: writer(err), env: {} });
  return { status, out: out.join(""), err: err.join("") };
}

describe("the status of check", () => {
  test.each([
    [["right.md"], 0],
    [["wrong.md"], 1],
    [["unreadable.md"], 2],
    [["both.md"], 1],
    [["sheet.md"], 0],
    [["wrong.md", "right.md"], 1],
    [["wrong.md", "unreadable.md"], 2],
    [["wrong.md", "none.md"], 2],
  ] as const)("of %j is %i", async (names, expected) => {
    expect((await check(...names.map(at))).status).toBe(expected);
  });
});

describe("the text of check", () => {
  test("of a right claim", async () => {
    expect((await check(at("right.md"))).out).toMatch(
      /right\.md:7:3 {2}(proved|agrees)[\s\S]* 1 claim, 1 right, 0 wrong/,
    );
  });

  test("of a wrong claim underlines the line and says what is right", async () => {
    const { out } = await check(at("wrong.md"));
    expect(out).toMatch(/wrong\.md:7:3 {2}WRONG/);
    expect(out).toMatch(/7 │ \\nabla_\{\\mathbf\{x\}\}[^\n]*\n +│ +\^+/);
  });

  test("of a file without claims says that there are none", async () => {
    const { err, out } = await check(at("sheet.md"));
    expect(err).toContain("note check/no-claims");
    expect(out).toContain("0 claims");
  });
});

describe("--against", () => {
  test("takes the forward pass from another file", async () => {
    const { status, out } = await check("--json", "--against", at("sheet.md"), at("answers.md"));
    expect(JSON.parse(out)).toMatchObject({ file: at("answers.md"), summary: { claims: 2, right: 1, wrong: 1 } });
    expect(status).toBe(1);
  });

  test("needs a file that can be read", async () => {
    const { status, out, err } = await check("--json", "--against", at("none.md"), at("right.md"));
    expect(status).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ file: at("right.md"), claims: [], summary: { claims: 0 } });
    expect(err).toContain("none.md: there is no such file");
  });
});

describe("--to", () => {
  test.each(Object.keys(checkFormats))("%s puts all files into one document", async (format) => {
    const { status, out } = await check("--to", format, at("right.md"), at("none.md"), at("wrong.md"));
    expect(status).toBe(2);
    expect(out.match(/<!DOCTYPE|<\?xml|"\$schema"|^# .*right\.md/gm)).toHaveLength(1);
    for (const name of ["right.md", "wrong.md", "none.md"]) expect(out).toContain(name);
  });

  test("does not go with --json, and no other format is known", async () => {
    expect((await check("--to", "html", "--json", at("right.md"))).status).toBe(2);
    expect((await check("--to", "latex", at("right.md"))).status).toBe(2);
  });
});

test("several files in one call give what a call for each of them gives", async () => {
  const names = ["wrong.md", "both.md", "right.md"].map(at);
  const each = await Promise.all(names.map(async (name) => (await check("--json", name)).out));
  expect((await check("--json", ...names)).out).toBe(each.join(""));
});
