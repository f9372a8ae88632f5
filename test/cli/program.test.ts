import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/cli/program.js";

const SHEET = String.raw`# A layer

$\mathbf{x} \in \mathbb{R}^{D}$, $\mathbf{W} \in \mathbb{R}^{K \times D}$ and $\mathbf{b}, \mathbf{t} \in \mathbb{R}^{K}$.

$$\mathbf{z} = \mathbf{W} \mathbf{x} + \mathbf{b}$$

$$\mathcal{L} = \frac{1}{2} \sum_{k=1}^{K} (z_k - t_k)^2$$
`;
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "backproof-cli-"));
  writeFileSync(path.join(folder, "sheet.md"), SHEET);
  writeFileSync(path.join(folder, "broken.md"), `${SHEET}\n$$y = \\frac{1}{z_1$$\n`);
  writeFileSync(path.join(folder, "binary.md"), Buffer.from([0, 1, 2]));
  mkdirSync(path.join(folder, "directory"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => path.join(folder, name);

async function call(args: readonly string[], env: NodeJS.ProcessEnv = {}, isTTY = false) {
  const out: string[] = [];
  const err: string[] = [];
  const writer = (to: string[]) => ({ isTTY, write: (text: string) => to.push(text) });
  const status = await run(args, { stdout: writer(out), stderr: writer(err), env });
  return { status, out: out.join(""), err: err.join("") };
}

const objects = (out: string): readonly Record<string, unknown>[] =>
  out
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("a call", () => {
  test("--version prints the version of the package", async () => {
    const { version } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, "../../package.json"), "utf8"));
    expect(await call(["--version"])).toEqual({ status: 0, out: `${version}\n`, err: "" });
  });

  test("--help names the commands and is no error", async () => {
    const { status, out } = await call(["--help"]);
    expect(status).toBe(0);
    for (const command of ["read", "derive", "check", "cost", "verify"])
      expect(out).toMatch(new RegExp(`^  ${command} `, "m"));
  });

  const unusable: readonly (readonly [string, readonly string[]])[] = [
    ["no command", []],
    ["an unknown command", ["derrive", "x.md"]],
    ["an unknown option", ["derive", "--bogus", "x.md"]],
    ["no file", ["derive"]],
    ["an unknown format", ["derive", "--to", "word", "x.md"]],
    ["two formats", ["derive", "--json", "--to", "latex", "x.md"]],
    ["digits that are no number", ["verify", "--digits", "many", "x.md"]],
    ["no digits", ["verify", "--digits", "0", "x.md"]],
    ["a million digits", ["verify", "--digits", "1000000", "x.md"]],
    ["NaN digits", ["verify", "--digits", "NaN", "x.md"]],
    ["half a digit", ["verify", "--digits", "1.5", "x.md"]],
    ["a negative seed", ["verify", "--seed=-1", "x.md"]],
  ];
  test.each(unusable)("with %s has status 2 and says why on standard error", async (_, args) => {
    const { status, out, err } = await call(args);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).not.toBe("");
  });
});

const none = { multiplications: "0", additions: "0", applications: "0", bigO: "O(1)" };
const NOTHING_COUNTED = {
  parameters: { count: "0", bigO: "O(1)" },
  passes: { forward: none, backward: none },
  graph: { nodes: "0", edges: "0" },
  backwardOverForward: null,
  crossover: null,
  secondDerivatives: [],
  summary: { claims: 0, right: 0, wrong: 0, undecided: 0 },
};

describe("a file that cannot be used", () => {
  const empty: readonly (readonly [string, Record<string, unknown>])[] = [
    ["read", { formulas: [], symbols: [] }],
    ["derive", { loss: null, symbols: [], gradients: [] }],
    ["check", { claims: [], summary: { claims: 0, right: 0, wrong: 0, unreadable: 0, undecided: 0 } }],
    ["verify", { gradients: [] }],
    ["cost", { ...NOTHING_COUNTED, equations: [], formulas: [], methods: [], orders: [], crossovers: [], claims: [] }],
  ];
  test.each(empty)("still gets its JSON object from %s", async (command, lists) => {
    const files = [at("none.md"), at("directory"), at("binary.md")];
    const { status, out, err } = await call([command, "--json", ...files]);
    expect(status).toBe(2);
    expect(objects(out)).toEqual(
      files.map((file) => ({
        schema: `backproof/${command}/1`,
        file,
        ...lists,
        diagnostics: [
          expect.objectContaining({ severity: "error", at: { line: 1, column: 1, endLine: 1, endColumn: 1 } }),
        ],
      })),
    );
    for (const file of files) expect(err).toContain(`${file}:1:1 error input/`);
  });

  test("does not take the others' results away", async () => {
    const { status, out } = await call(["derive", "--json", at("none.md"), at("sheet.md")]);
    expect(status).toBe(2);
    const [first, second] = objects(out);
    expect(first).toMatchObject({ gradients: [] });
    expect(second).toMatchObject({ file: at("sheet.md") });
    expect(second?.["gradients"]).not.toEqual([]);
  });
});

describe("colour", () => {
  const ESC = "\u001b";
  test("is there on a terminal", async () => {
    expect((await call(["derive", at("sheet.md")], {}, true)).out).toContain(ESC);
  });
  test.each([
    ["NO_COLOR", { NO_COLOR: "1" }, true],
    ["NO_COLOR, whatever FORCE_COLOR says", { NO_COLOR: "1", FORCE_COLOR: "3" }, true],
    ["a dumb terminal", { TERM: "dumb" }, true],
    ["a pipe", {}, false],
  ])("is absent with %s", async (_, env, isTTY) => {
    const { out, err } = await call(["derive", at("sheet.md"), at("none.md")], env, isTTY);
    expect(out + err).not.toContain(ESC);
  });
});

describe("derive", () => {
  test("prints every gradient with its check", async () => {
    const { status, out } = await call(["derive", at("sheet.md")]);
    expect(status).toBe(0);
    for (const symbol of ["W", "x", "b", "z"]) expect(out).toContain(`gradient for \\mathbf{${symbol}}`);
    expect(out).toContain("✓");
  });

  test("--wrt chooses, and may be repeated", async () => {
    const { out } = await call(["derive", "--json", "--wrt", "\\mathbf{W}", "--wrt", "\\mathbf{b}", at("sheet.md")]);
    const [object] = objects(out);
    expect(object?.["gradients"]).toMatchObject([{ wrt: "\\mathbf{W}" }, { wrt: "\\mathbf{b}" }]);
  });

  test("--wrt with a symbol that is not there is an error", async () => {
    const { status, err } = await call(["derive", "--wrt", "\\mathbf{Q}", at("sheet.md")]);
    expect(status).toBe(2);
    expect(err).toContain("Q");
  });

  test.each(["latex", "markdown", "html", "numpy"])("--to %s gives text on standard output", async (format) => {
    const { status, out } = await call(["derive", "--to", format, at("sheet.md")]);
    expect(status).toBe(0);
    expect(out.length).toBeGreaterThan(200);
  });

  test("reads what can be read of a broken file, with status 2 and the place", async () => {
    const { status, err } = await call(["derive", at("broken.md")]);
    expect(status).toBe(2);
    expect(err).toMatch(/broken\.md:\d+:\d+ error [a-z-]+\/[a-z-]+: /);
    expect(err).toContain("^");
  });

  test("gives the same bytes twice", async () => {
    const args = ["derive", "--json", at("sheet.md")];
    expect(await call(args)).toEqual(await call(args));
  });
});

describe("verify and read", () => {
  test("verify says for each gradient how far it agrees", async () => {
    const { status, out } = await call(["verify", at("sheet.md")]);
    expect(status).toBe(0);
    expect(out.match(/✓/g)?.length).toBeGreaterThanOrEqual(4);
  });

  test("read says what each formula is", async () => {
    const { status, out } = await call(["read", at("sheet.md")]);
    expect(status).toBe(0);
    expect(out).toMatch(/5:3 +forward +\S/);
    expect(out).toContain("declaration");
  });
});
