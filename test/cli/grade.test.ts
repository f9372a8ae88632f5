import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Journal } from "../../src/cli/grade-journal.js";
import { Pool, WorkerLost } from "../../src/cli/grade-pool.js";

/* The built program on a class; and what it is made of, where a whole class would be too much. */

const main = path.resolve(import.meta.dirname, "../../dist/cli/main.js");
const PROBLEM = String.raw`---
points: { W: 2, b: 1 }
---
$x \in \mathbb{R}^{d}$, $W \in \mathbb{R}^{k \times d}$, $b, t \in \mathbb{R}^{k}$
$$z = W x + b, \quad L = \frac12 \|z - t\|^2$$
$$\frac{\partial L}{\partial W} = ?$$
$$\frac{\partial L}{\partial b} = ?$$
`;
/** The k-th answer: each is another text, every third is wrong. */
const answer = (k: number): string =>
  `# Student ${k}\n$$\\frac{\\partial L}{\\partial W} = ${k % 3 === 0 ? "x (z - t)^\\top" : "(z - t) x^\\top"}$$\n$$\\frac{\\partial L}{\\partial b} = z - t$$\n`;
const COUNT = 12;

let folder = "";
const at = (...names: string[]): string => path.join(folder, ...names);
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "backproof-grade-"));
  writeFileSync(at("problem.md"), PROBLEM);
  mkdirSync(at("class", "late"), { recursive: true });
  for (let k = 0; k < COUNT; k++) writeFileSync(at("class", `s${String(k).padStart(2, "0")}.md`), answer(k));
  writeFileSync(at("class", "copy.md"), answer(1));
  writeFileSync(at("class", "late", "s99.md"), answer(99));
  writeFileSync(at("class", "scan.pdf"), "%PDF-1.4");
  writeFileSync(at("class", ".DS_Store"), "x");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const call = (args: readonly string[], input = "", cache = at("cache")) => {
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "grade", ...args], {
    cwd: folder,
    encoding: "utf8",
    env,
    input,
  });
  return { status, stdout, stderr };
};
const scores = (stdout: string): readonly string[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { submission: string; score: number; review?: true })
    .map((g) => `${g.submission} ${g.score}${g.review === true ? " review" : ""}`);

describe("a class", () => {
  test("in the order of its names, the same bytes at any number of workers, interrupted or not", async () => {
    const whole = call(["problem.md", "class", "--json", "--workers", "1"]);
    expect(whole.status).toBe(1);
    const all = scores(whole.stdout);
    expect(all).toHaveLength(COUNT + 3);
    expect(all.slice(0, 3)).toEqual(["class/copy.md 3", "class/late/s99.md 2", "class/s00.md 2"]);
    expect(all.at(-1)).toBe("class/scan.pdf 0 review");
    expect(call(["problem.md", "class", "--json", "--workers", "3"]).stdout).toBe(whole.stdout);

    const journal = at("journal.jsonl");
    const args = [main, "grade", "problem.md", "class", "--json", "--workers", "2", "--journal", journal];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    const before = readFileSync(journal, "utf8").split("\n").length - 1;
    expect(before).toBeGreaterThan(0);
    const resumed = call(["problem.md", "class", "--json", "--resume", "--journal", journal]);
    expect(resumed.stdout).toBe(whole.stdout);
  });

  test("an archive's names: parents of folders are kept, and a name that comes twice waits for a person", () => {
    // The names are of one length: the second file's is put over its own afterwards.
    const twice = Buffer.from(
      zipSync({ "../up.md": strToU8(answer(1)), "a.md": strToU8(answer(1)), "b.md": strToU8(answer(3)) }),
    );
    for (let k = twice.indexOf("b.md"); k >= 0; k = twice.indexOf("b.md")) twice.write("a.md", k);
    writeFileSync(at("names.zip"), twice);
    expect(scores(call(["problem.md", "names.zip", "--json"]).stdout)).toEqual([
      "names.zip/../up.md 3",
      "names.zip/a.md 0 review",
    ]);
  });

  test("as an archive and as a table", () => {
    const zip = zipSync({
      "a/one.md": strToU8(answer(1)),
      "b/two.md": strToU8(answer(3)),
      "__MACOSX/x.md": strToU8(""),
    });
    writeFileSync(at("class.zip"), zip);
    expect(scores(call(["problem.md", "class.zip", "--json"]).stdout)).toEqual([
      "class.zip/a/one.md 3",
      "class.zip/b/two.md 2",
    ]);
    writeFileSync(at("class.csv"), "id,W,b\nann,(z - t) x^\\top,z - t\nbob,x (z - t)^\\top,\n");
    expect(scores(call(["problem.md", "class.csv", "--json"]).stdout)).toEqual(["class.csv#ann 3", "class.csv#bob 1"]);
    writeFileSync(
      at("large.zip"),
      zipSync({ "one.md": strToU8(answer(1)), "two.md": new Uint8Array(8_000_001).fill(120) }),
    );
    expect(scores(call(["problem.md", "large.zip", "--json"]).stdout)).toEqual([
      "large.zip/one.md 3",
      "large.zip/two.md 0 review",
    ]);
    writeFileSync(at("broken.zip"), "PK no archive");
    expect(scores(call(["problem.md", "broken.zip", "--json"]).stdout)).toEqual(["broken.zip 0 review"]);
  });

  test("one from standard input, all right", () => {
    const { status, stdout } = call(["problem.md", "-", "--json"], answer(1));
    expect(scores(stdout)).toEqual(["- 3"]);
    expect(status).toBe(0);
  });

  test("standard input is read once: a submission that nothing is left for waits for a person", () => {
    const { status, stdout } = call(["-", "-", "--json"], PROBLEM);
    expect(scores(stdout)).toEqual(["- 0 review"]);
    expect(status).toBe(2);
  });

  test("without a place for a journal all is graded; a journal that was asked for must be there", () => {
    writeFileSync(at("one.md"), answer(1));
    const elsewhere = call(["problem.md", "one.md", "--json"], "", at("problem.md"));
    expect(scores(elsewhere.stdout)).toEqual(["one.md 3"]);
    expect(elsewhere.status).toBe(0);
    expect(elsewhere.stderr).toContain("warning grade/no-journal");
    const asked = call(["problem.md", "one.md", "--json", "--journal", at("problem.md", "j")]);
    expect([asked.status, asked.stdout]).toEqual([2, ""]);
    expect(asked.stderr).toContain("error grade/no-journal");
  });

  test("each result says what it rests on; a later run says whose marks change", () => {
    const { stdout } = call(["problem.md", "class", "--json"]);
    expect(JSON.parse(stdout.split("\n")[0] ?? "").record).toEqual({
      problem: expect.stringMatching(/^[0-9a-f]{64}$/),
      submission: expect.stringMatching(/^[0-9a-f]{64}$/),
      version: expect.stringMatching(/^\d/),
    });
    writeFileSync(at("old.json"), stdout);
    expect(call(["problem.md", "class", "--diff", "old.json"]).stdout).toBe("0 marks change\n");
    writeFileSync(at("problem-2.md"), PROBLEM.replace("---\n$x", "rubric: { outer-product-swapped: 0 }\n---\n$x"));
    const changed = call(["problem-2.md", "class/s00.md", "--diff", "old.json"]).stdout;
    expect(changed).toBe("class/s00.md  W: 1 of 2 → 0 of 2\n1 mark changes\n");
  });

  test.each([
    ["a problem that is not there", ["none.md", "class"], 2, "there is no such file"],
    ["a submission that is not there", ["problem.md", "none.md", "--json"], 2, ""],
    ["--json with --to", ["problem.md", "class", "--json", "--to", "csv"], 2, "cannot be used with"],
    ["no workers", ["problem.md", "class", "--workers", "0"], 2, "from 1 to 256"],
    ["a diff of what is none", ["problem.md", "class", "--diff", "problem.md"], 2, "not the output of an earlier run"],
  ])("%s", (_, args, status, message) => {
    const result = call(args);
    expect(result.status).toBe(status);
    expect(result.stderr).toContain(message);
  });

  test("a wrong official answer stops the run", () => {
    writeFileSync(at("wrong.md"), PROBLEM.replace("{\\partial b} = ?", "{\\partial b} = t - z"));
    const { status, stdout, stderr } = call(["wrong.md", "class", "--json"]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("grade/wrong-official-answer");
  });
});

describe("a pool of workers", () => {
  const record = { problem: "", submission: "", version: "" };
  const worker = () => {
    const file = at("worker.mjs");
    writeFileSync(
      file,
      'process.on("message", ({ task }) => { if (!task) return; if (task.text === "kill") process.abort(); process.send({ id: task.id, grade: task.text }); });\n',
    );
    return pathToFileURL(file);
  };

  test("loses only the submission that a worker dies of", async () => {
    const pool = new Pool(2, worker());
    const texts = ["a", "kill", "b", "c", "kill", "d"];
    const results = await Promise.allSettled(texts.map((text) => pool.grade({ file: "s.md", text, record })));
    pool.close();
    expect(results.map((r) => (r.status === "fulfilled" ? r.value : r.reason instanceof WorkerLost))).toEqual([
      "a",
      true,
      "b",
      "c",
      true,
      "d",
    ]);
  });
});

describe("a journal", () => {
  const marks = {
    schema: "backproof/grade/1" as const,
    score: 1,
    max: 1,
    parts: [],
    diagnostics: [],
    record: { problem: "", submission: "", version: "" },
  };

  test("a line that was cut off counts for nothing, and the next one is whole", async () => {
    const file = at("j.jsonl");
    const first = await Journal.open(file, false);
    first.add("a", marks);
    first.add("b", { ...marks, score: 0 });
    first.close();
    writeFileSync(file, readFileSync(file).subarray(0, -5));
    const second = await Journal.open(file, true);
    expect(second.get("a")).toEqual(marks);
    expect(second.get("b")).toBeNull();
    second.add("b", marks);
    second.close();
    const third = await Journal.open(file, true);
    expect([third.size, third.get("b")]).toEqual([2, marks]);
    third.remove();
  });

  test("counts only for a run that goes on", async () => {
    const file = at("k.jsonl");
    const first = await Journal.open(file, false);
    first.add("a", marks);
    first.close();
    expect((await Journal.open(file, false)).get("a")).toBeNull();
  });
});
