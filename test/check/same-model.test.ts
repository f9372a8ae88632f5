import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { sameModel } from "../../src/check/same-model.js";
import { Transfer, Untransferable } from "../../src/expression/transfer.js";
import { readAgain, readWorksheet } from "../../src/model/read.js";

/* Two readings of one problem say the same, in arenas of their own; what differs in anything is not taken for the same. */

const folder = path.resolve(import.meta.dirname, "../../problems");
const problems = readdirSync(folder)
  .filter((name) => name.endsWith(".md"))
  .flatMap((name) => {
    const { document, problems: found } = readWorksheet(name, readFileSync(path.join(folder, name), "utf8"));
    return found.map((problem, k) => ({ name: `${name} ${k + 1}`, document, problem }));
  });

test.each(problems)("$name read twice is the same", ({ document, problem }) => {
  const again = readAgain(document, problem);
  const tensors = sameModel(problem.model, again.model);
  expect(tensors?.size).toBe(problem.model.symbols.length);
  const back = new Map([...(tensors ?? [])].map(([a, b]) => [b, a]));
  const [there, home] = [
    new Transfer(again.model.arena, tensors ?? new Map()),
    new Transfer(problem.model.arena, back),
  ];
  for (const { body, at } of problem.model.equations) {
    expect(home.node(there.node(body)) === body).toBe(true);
    expect(at.every((p) => home.position(there.position(p)) === p)).toBe(true);
  }
});

const BASE = String.raw`$W \in \mathbb{R}^{k \times d}$, $x \in \mathbb{R}^{d}$, $t \in \mathbb{R}^{k}$

$$z = W x$$

$$L = \sum_{i=1}^{k} (z_i - t_i)^2$$`;

const model = (text: string) => {
  const [problem] = readWorksheet("p.md", text).problems;
  if (problem === undefined) throw new Error("no problem");
  return problem.model;
};

describe("another problem", () => {
  test.each([
    ["another power", ["^2", "^4"]],
    [
      "another size",
      ["\\mathbb{R}^{k \\times d}$, $x \\in \\mathbb{R}^{d}", "\\mathbb{R}^{k \\times n}$, $x \\in \\mathbb{R}^{n}"],
    ],
    ["another name", ["t", "s"]],
    ["an assumption", ["^{k}$\n", "^{k}$ is one-hot.\n"]],
    ["another letter of the author's", ["_{i=1}^{k} (z_i - t_i)", "_{j=1}^{k} (z_j - t_j)"]],
    ["one more equation", ["z = W x", "z = W x$$\n\n$$q = z"]],
  ])("%s", (_, [from = "", to = ""]) => {
    expect(sameModel(model(BASE), model(BASE))).not.toBeNull();
    expect(sameModel(model(BASE.replaceAll(from, to)), model(BASE))).toBeNull();
  });

  test("a fresh index is fresh in its own arena only", () => {
    const { arena } = model(BASE);
    const index = arena.freshIndex(arena.upTo(arena.namedDim("k")));
    expect(() => new Transfer(model(BASE).arena, new Map()).index(index)).toThrow(Untransferable);
  });
});
