import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileLines } from "../../src/cli/file-lines.js";
import { Journal, NoJournal } from "../../src/cli/grade-journal.js";

/* What may stand in a class's folder, and what may happen to a disk: nothing is lost, and nobody waits. */

const main = path.resolve(import.meta.dirname, "../../dist/cli/main.js");
const PROBLEM = String.raw`$x, t \in \mathbb{R}^{d}$
$$L = \frac12 \|x - t\|^2$$
$$\frac{\partial L}{\partial x} = ?$$
`;
const RIGHT = String.raw`$$\frac{\partial L}{\partial x} = x - t$$`;
const marks = {
  schema: "backproof/grade/1" as const,
  score: 1,
  max: 1,
  parts: [],
  diagnostics: [],
  record: { problem: "", submission: "", version: "" },
};

let folder = "";
const at = (...names: string[]): string => path.join(folder, ...names);
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "backproof-hostile-"));
  writeFileSync(at("problem.md"), PROBLEM);
  writeFileSync(at("one.md"), RIGHT);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string, args: readonly string[]) =>
  spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, XDG_CACHE_HOME: at("cache") },
    timeout: 50_000,
  });
const call = (...args: readonly string[]) => run(process.execPath, [main, "grade", "problem.md", ...args]);
/** The same through a shell, where what a program may write can be bounded. */
const shell = (before: string, args: string) =>
  run("bash", ["-c", `${before}; exec '${process.execPath}' '${main}' ${args}`]);
const scores = (stdout: string): readonly string[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { submission: string; score: number; review?: true })
    .map((g) => `${g.submission} ${g.score}${g.review === true ? " review" : ""}`);

const posix = process.platform === "linux";

test.runIf(posix)("a folder with a pipe, a device and links in a circle", () => {
  mkdirSync(at("class"));
  writeFileSync(at("class", "a.md"), RIGHT);
  run("mkfifo", [at("class", "b.md")]);
  symlinkSync("/dev/zero", at("class", "c.md"));
  symlinkSync("d.md", at("class", "d.md"));
  symlinkSync("..", at("class", "e"));
  symlinkSync("a.md", at("class", "f.md"));
  expect(scores(call("class", "--json").stdout)).toEqual([
    "class/a.md 1",
    "class/b.md 0 review",
    "class/c.md 0 review",
    "class/d.md 0 review",
    "class/e 0 review",
    "class/f.md 1",
  ]);
});

describe("an archive", () => {
  test("of large files is unpacked a few at a time", () => {
    const large = new Uint8Array(7_900_000).fill(120);
    const names = Array.from({ length: 6 }, (_, k) => `b${k}.md`);
    writeFileSync(
      at("many.zip"),
      zipSync({ "a.md": strToU8(RIGHT), ...Object.fromEntries(names.map((n) => [n, large])) }),
    );
    const found = scores(call("many.zip", "--json").stdout);
    expect([found.length, found[0], found[1]]).toEqual([7, "many.zip/a.md 1", "many.zip/b0.md 0 review"]);
  });

  test("with a damaged file loses that one only", () => {
    const bytes = zipSync({ "a.md": strToU8(RIGHT), "b.md": strToU8(RIGHT.repeat(40)), "c.md": strToU8(RIGHT) });
    const start = Buffer.from(bytes).indexOf("b.md") + 4;
    bytes.fill(0xff, start, start + 20);
    writeFileSync(at("damaged.zip"), bytes);
    expect(scores(call("damaged.zip", "--json").stdout)).toEqual([
      "damaged.zip/a.md 1",
      "damaged.zip/b.md 0 review",
      "damaged.zip/c.md 1",
    ]);
  });
});

test("what learning platforms hand out: a folder for each student, pages that were typed into a form", () => {
  const page = String.raw`<!DOCTYPE html><html><head><title>$y = 2$</title></head><body><p>So&nbsp;\(\frac{\partial L}{\partial x} = x - t\) &lt;br&gt;</p></body></html>`;
  const picture = String.raw`<p>It is <img class="equation_image" alt="LaTeX: a > b" data-equation-content="\frac{\partial L}{\partial x} = t - x"></p>`;
  writeFileSync(
    at("moodle.zip"),
    zipSync({
      "Ann Lee_101_assignsubmission_onlinetext_/onlinetext.html": strToU8(page),
      "Bo Ek_102_assignsubmission_file_/answer 1.md": strToU8(RIGHT),
      "ekbo_71_4711_text.html": strToU8(picture),
      "feedback.pdf": strToU8("%PDF"),
    }),
  );
  expect(scores(call("moodle.zip", "--json").stdout)).toEqual([
    "moodle.zip/Ann Lee_101_assignsubmission_onlinetext_/onlinetext.html 1",
    "moodle.zip/Bo Ek_102_assignsubmission_file_/answer 1.md 1",
    "moodle.zip/ekbo_71_4711_text.html 0.5",
    "moodle.zip/feedback.pdf 0 review",
  ]);
});

test("a table of a class is longer than a worksheet may be", () => {
  const filler = "z".repeat(90_000);
  const rows = Array.from({ length: 100 }, (_, k) => `s${k},x - t,"${filler}"`);
  writeFileSync(at("class.csv"), `\uFEFFid,x,notes\n${rows.join("\n")}\n`);
  const found = scores(call("class.csv", "--json").stdout);
  expect([found.length, found[99]]).toEqual([100, "class.csv#s99 1"]);
});

test("an earlier run's output is longer than a worksheet may be, and holds what Unicode calls line ends", () => {
  const { stdout } = call("one.md", "--json");
  const filler = `"feedback":"\u2028${"z".repeat(9_000_000)}","at"`;
  writeFileSync(at("old.json"), stdout.replace(/"feedback":"[^"]*","at"/, filler));
  expect(call("one.md", "--diff", "old.json").stdout).toBe("0 marks change\n");
});

describe("a journal", () => {
  test("takes the place of no file that is none", async () => {
    writeFileSync(at("notes.txt"), "marks of last year");
    const { status, stderr, stdout } = call("one.md", "--json", "--journal", "notes.txt");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("error grade/no-journal: this file is there already and no journal");
    expect(readFileSync(at("notes.txt"), "utf8")).toBe("marks of last year");
    for (const resume of [true, false]) await expect(Journal.open(at("notes.txt"), resume)).rejects.toThrow(NoJournal);
    if (posix) await expect(Journal.open("/dev/null", false)).rejects.toThrow(NoJournal);
  });

  test("is found again where feedback holds what Unicode calls a line end", async () => {
    const first = await Journal.open(at("lines.jsonl"), false);
    const told = { ...marks, record: { ...marks.record, version: "a\u2028b\u2029c\u0085d\r" } };
    first.add("a", told);
    first.add("b", marks);
    first.close();
    const second = await Journal.open(at("lines.jsonl"), true);
    expect([second.size, second.get("a"), second.get("b")]).toEqual([2, told, marks]);
    second.close();
    const lines: string[] = [];
    for await (const line of fileLines(at("lines.jsonl"))) lines.push(line);
    expect(lines).toHaveLength(2);
  });

  test("that another program writes to gives nothing wrong", async () => {
    const first = await Journal.open(at("two.jsonl"), false);
    first.add("a", marks);
    writeFileSync(at("two.jsonl"), "#".repeat(40));
    expect(first.get("a")).toBeNull();
    first.close();
  });

  test.runIf(posix)("that cannot be written any more costs a warning and no marks", () => {
    for (let k = 0; k < 6; k++) writeFileSync(at(`s${k}.md`), `${RIGHT}\n\nNumber ${k}. ${"word ".repeat(k)}`);
    // A shell counts in units of 1024 bytes.
    const { status, stdout, stderr } = shell(
      "ulimit -f 1",
      "grade problem.md s0.md s1.md s2.md s3.md s4.md s5.md --json --journal full.jsonl | cat",
    );
    expect(stderr.match(/warning grade\/no-journal: the journal cannot be written any more \(EFBIG\)/g)).toHaveLength(
      1,
    );
    expect(scores(stdout)).toEqual(Array.from({ length: 6 }, (_, k) => `s${k}.md 1`));
    expect(status).toBe(0);
  });
});

test.runIf(existsSync("/dev/full"))("an output that cannot be written is told, and the run can go on", () => {
  const { status, stderr } = shell(":", "grade problem.md one.md --json --journal kept.jsonl > /dev/full");
  expect([status, stderr]).toEqual([2, "error output/unwritable: the output cannot be written (ENOSPC)\n"]);
  expect(scores(call("one.md", "--json", "--resume", "--journal", "kept.jsonl").stdout)).toEqual(["one.md 1"]);
});
