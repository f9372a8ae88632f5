import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { run } from "../../src/cli/program.js";

/* The examples in README.md are what the program prints. */

const root = path.resolve(import.meta.dirname, "../..");
const readme = readFileSync(path.join(root, "README.md"), "utf8");

/** The fenced block that follows the paragraph in which `command` stands, in parts that "…" on a line of its own divides. */
function shownAfter(command: string): readonly string[] {
  const at = readme.indexOf(command);
  const block = /```\n([\s\S]*?)```/.exec(readme.slice(at))?.[1] ?? "";
  return block.split(/^ *…\n/m).map((part) => part.trimEnd());
}

async function printed(...args: readonly string[]): Promise<string> {
  const out: string[] = [];
  const writer = { isTTY: false, write: (text: string) => out.push(text) };
  await run(args, { stdout: writer, stderr: { isTTY: false, write: () => 0 }, env: {} });
  return out.join("");
}

const problem = "problems/csc311-1-1-mlp-by-index.md";

test("derive prints what the README shows", async () => {
  const parts = shownAfter(`derive --wrt W1 ${problem}`);
  expect(parts.length).toBe(2);
  const out = await printed("derive", "--wrt", "W1", path.join(root, problem));
  for (const part of parts) expect(out).toContain(part);
});

test("the excerpt of the worksheet is in it", () => {
  const excerpt = /```markdown\n([\s\S]*?)```/.exec(readme)?.[1] ?? "nothing";
  const sheet = readFileSync(path.join(root, problem), "utf8");
  for (const line of excerpt.split("\n").filter((l) => l !== "")) expect(sheet).toContain(line);
});

test("check prints what the README shows", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "backproof-readme-"));
  const answer = path.join(folder, "answer.md");
  const claims = [
    String.raw`\nabla_{\mathbf{W}^{(2)}} \mathcal{L} = \mathbf{a}^{(1)} (\nabla_{\mathbf{z}^{(2)}} \mathcal{L})^\top`,
    String.raw`\nabla_{\mathbf{a}^{(1)}} \mathcal{L} = (\mathbf{W}^{(2)})^\top \nabla_{\mathbf{z}^{(2)}} \mathcal{L}`,
    String.raw`\nabla_{\mathbf{z}^{(1)}} \mathcal{L} = \nabla_{\mathbf{a}^{(1)}} \mathcal{L} \odot \text{ReLU}'(\mathbf{z}^{(1)})`,
  ];
  writeFileSync(answer, `# Answers\n\n${claims.map((c) => `$$${c}$$\n\n`).join("")}`);
  const out = await printed("check", "--against", path.join(root, problem), answer);
  rmSync(folder, { recursive: true });
  for (const part of shownAfter(`check --against ${problem}`))
    expect(out.replaceAll(answer, "answer.md")).toContain(part);
});

test("the commands in the table of the README are those there are", async () => {
  const out = await printed("--help");
  const named = [...readme.matchAll(/^\| `backproof (\w+)/gm)].map((m) => m[1] ?? "");
  expect(named.length).toBeGreaterThan(3);
  for (const name of named) expect(out).toMatch(new RegExp(`^ {2}${name} `, "m"));
});
