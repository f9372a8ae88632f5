import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LARGEST, readInputs } from "../../src/cli/input.js";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "backproof-input-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const written = (name: string, content: string | Buffer): string => {
  const file = path.join(directory, name);
  writeFileSync(file, content);
  return file;
};

const made = (name: string): string => {
  const folder = path.join(directory, name);
  mkdirSync(folder, { recursive: true });
  return folder;
};

const read = async (...files: readonly string[]) => {
  const inputs = [];
  for await (const input of readInputs(files)) inputs.push(input);
  return inputs;
};

describe("reading a worksheet", () => {
  test("gives its text, without a byte order mark", async () => {
    const file = written("bom.md", "\uFEFF$x$ é 𝐖\r\n");
    expect(await read(file)).toEqual([{ file, text: "$x$ é 𝐖\r\n" }]);
  });

  test("an empty file is empty text", async () => {
    const file = written("empty.md", "");
    expect(await read(file)).toEqual([{ file, text: "" }]);
  });

  const bad: readonly (readonly [string, () => string, string, RegExp])[] = [
    ["a missing file", () => path.join(directory, "none.md"), "input/missing", /no such file/],
    ["a directory", () => made("d"), "input/unreadable", /directory/],
    ["a binary file", () => written("b.md", Buffer.from([0x89, 0x50, 0, 1])), "input/binary", /binary/],
    ["UTF-16", () => written("u.md", Buffer.from("\uFEFFx", "utf16le")), "input/encoding", /UTF-16/],
    [
      "Latin-1, with the line",
      () => written("l.md", Buffer.from("a\n\nna\xefve", "latin1")),
      "input/encoding",
      /line 3/,
    ],
    ["a file that is too large", () => written("big.md", Buffer.alloc(LARGEST + 1, 0x61)), "input/too-large", /8 MB/],
    ["a name with a NUL", () => "a\0b", "input/unreadable", /cannot be read/],
  ];
  test.each(bad)("%s is a problem in one sentence", async (_, make, code, words) => {
    const [input] = await read(make());
    expect(input).toMatchObject({ code, problem: expect.stringMatching(words) });
  });

  test("one bad file does not keep the others away", async () => {
    const good = written("good.md", "text");
    const inputs = await read(path.join(directory, "none.md"), good, directory);
    expect(inputs.map((input) => "text" in input)).toEqual([false, true, false]);
  });

  test("exactly the bound is read", async () => {
    const [input] = await read(written("bound.md", Buffer.alloc(LARGEST, 0x61)));
    expect(input).toMatchObject({ text: expect.any(String) });
  });
});
