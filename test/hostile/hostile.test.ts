import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/program.js";
import { hostile } from "./cases.js";

/* Whatever a file holds, each command says in order what it makes of it, and goes on to the next file. */

const SOUND = "$x \\in \\mathbb{R}^{D}$\n\n$$L = \\frac{1}{2} \\|x\\|^2$$\n\n$$\\nabla_x L = x$$\n";

let folder = "";
const files: string[] = [];
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "backproof-hostile-"));
  hostile.forEach(({ text }, k) => {
    const file = path.join(folder, `${k}.md`);
    writeFileSync(file, text);
    files.push(file);
  });
  mkdirSync(path.join(folder, "directory.md"));
  writeFileSync(path.join(folder, "sound.md"), SOUND);
  files.push(path.join(folder, "missing.md"), path.join(folder, "directory.md"), path.join(folder, "sound.md"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly diagnostics: readonly {
    readonly severity: string;
    readonly code: string;
    readonly message: string;
    readonly at: { readonly line: number; readonly column: number };
  }[];
}

async function call(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const writer = (to: string[]) => ({ write: (text: string) => to.push(text) });
  const status = await run(args, { stdout: writer(out), stderr: writer(err), env: {} });
  return { status, out: out.join(""), err: err.join("") };
}

const nameOf = (k: number): string => hostile[k]?.name ?? ["missing", "directory", "sound"][k - hostile.length] ?? "";

it("there are enough of them", () => {
  expect(hostile.length).toBeGreaterThanOrEqual(150);
  expect(new Set(hostile.map((h) => h.name)).size).toBe(hostile.length);
});

describe.each(["read", "derive", "check", "verify"])("%s", (command) => {
  it("gives a report of every file, and never an accident of its own", async () => {
    const { status, out, err } = await call(command, "--json", ...files);
    const reports = out
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Report);
    expect(reports).toHaveLength(files.length);
    expect(status).toBe(2);
    const errors = reports.map(({ diagnostics }) => diagnostics.filter((d) => d.severity === "error"));
    const named = (found: readonly boolean[]): readonly string[] => found.flatMap((is, k) => (is ? [nameOf(k)] : []));
    expect(named(reports.map((r) => r.diagnostics.some((d) => d.code.startsWith("internal/"))))).toEqual([]);
    expect(named(errors.map((list) => list.some((d) => d.message === "" || d.message.includes("    at "))))).toEqual(
      [],
    );
    expect(named(errors.map((list) => list.some((d) => d.at.line < 1 || d.at.column < 1)))).toEqual([]);
    // The sound file comes last and has its result.
    expect(errors.at(-1)).toEqual([]);
    if (command === "derive")
      expect(named(hostile.map((h, k) => h.refused && (errors[k] ?? []).length === 0))).toEqual([]);
    // What goes to the terminal holds no control character of a file.
    expect([...err].some((c) => /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u.test(c) && c !== "\n")).toBe(false);
    expect(err).not.toMatch(/^ +at .*\(.*:\d+:\d+\)$/m);
  }, 240_000);
});

describe("derive", () => {
  const shown = hostile.flatMap((h, k) =>
    h.refused && /^(unbalanced|unknown)/.test(h.name) ? [[h.name, k] as const] : [],
  );
  it.each(shown)("names the place of %s and underlines it", async (_, k) => {
    const { status, err } = await call("derive", files[k] ?? "");
    expect(status).toBe(2);
    expect(err).toMatch(/\.md:\d+:\d+ error [a-z-]+\/[a-z-]+: .+\n +\d+ │ .*\n +│ +\^+/);
  });

  const titled = hostile.flatMap((h, k) => (/title$/.test(h.name) ? [[h.name, k] as const] : []));
  it.each(titled)("lets %s through as text alone", async (_, k) => {
    const html = (await call("derive", "--to", "html", files[k] ?? "")).out;
    expect(html).not.toMatch(/<script|<img|<a |javascript:alert\(1\)"/);
    const latex = (await call("derive", "--to", "latex", files[k] ?? "")).out;
    expect(latex).not.toMatch(/\\input\{|\\write18|\\href/);
    expect(latex.match(/\\end\{document\}/g)).toHaveLength(1);
    expect((await call("derive", "--to", "markdown", files[k] ?? "")).out).not.toMatch(/<script|<img/);
  });
});
