import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../src/cli/program.js";

/* The examples in docs/graphs.md and docs/training.md are what the program prints. */

const root = path.resolve(import.meta.dirname, "../..");
const [graphs, training] = ["graphs", "training"].map((name) =>
  readFileSync(path.join(root, "docs", `${name}.md`), "utf8"),
);
let folder = "";
const at = (name: string): string => path.join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "backproof-docs-"));
  writeFileSync(at("and.md"), /```markdown\n([\s\S]*?)```/.exec(training ?? "")?.[1] ?? "");
  writeFileSync(at("and.csv"), "x1,x2,t\n0,0,0\n0,1,0\n1,0,0\n1,1,1\n");
  writeFileSync(at("point.json"), '{"w": [1.5, 1], "b": -2, "x": [1, 1], "t": 1}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The fenced blocks of a page. */
const blocks = (page = ""): readonly string[] =>
  [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].filter((m) => m[1] === "").map((m) => m[2]?.trimEnd() ?? "");

async function printed(...args: readonly string[]): Promise<string> {
  const out: string[] = [];
  await run(args, { stdout: { write: (t: string) => out.push(t) }, stderr: { write: () => 0 }, env: {} });
  return out.join("").replaceAll(`${folder}/`, "").replaceAll(`${root}/`, "").trimEnd();
}

test("graph", async () => {
  const sheet = path.join(root, "problems/csc311-1-1-scalar-residual.md");
  expect(blocks(graphs)[0]).toBe(await printed("graph", "--backward", "--paths", "x", sheet));
});

test("a drawn network", async () => {
  writeFileSync(at("net.dot"), blocks(graphs)[1] ?? "");
  const out = await printed("graph", at("net.dot"));
  for (const line of ["m_{1} = w_{1} x_{1} + w_{2} x_{2}", "z = w_{3} h_{1} + b", "\\mathcal{L} = \\mathcal{L}(y, t)"])
    expect(out).toContain(line);
});

test("evaluate", async () => {
  expect(blocks(training)[0]).toBe(await printed("evaluate", at("and.md"), "--given", at("point.json"), "--gradients"));
  const sheet =
    "$\\mathbf{z} = \\mathbf{v}\\mathbf{v}^{\\top}\\mathbf{y}$ where $\\mathbf{v}^{\\top} = [1, 2, 3]$, $\\mathbf{y}^{\\top} = [1, 1, 1]$.\n";
  writeFileSync(at("product.md"), sheet);
  expect(await printed("evaluate", at("product.md"))).toContain(blocks(training)[1]);
});

test("train", async () => {
  const settings = ["--epochs", "40", "--batch", "2", "--rate", "1", "--seed", "1"];
  expect(blocks(training)[2]).toBe(await printed("train", at("and.md"), "--data", at("and.csv"), ...settings));
});
