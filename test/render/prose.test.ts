import { expect, test } from "vitest";
import { pieces } from "../../src/render/prose.js";

/* Sentences with formulas in them. */

const rows: readonly (readonly [string, readonly string[]])[] = [
  ["$x$ is used in $y$", ["math x", "text  is used in ", "math y"]],
  ["no formula", ["text no formula"]],
  ["a lone $ is text", ["text a lone $ is text"]],
  ["$a_{\\text{5\\$}}$ is paid", ["math a_{\\text{5\\$}}", "text  is paid"]],
];

test.each(rows)("%s", (sentence, found) => {
  expect(pieces(sentence).map((p) => `${p.kind} ${p.text}`)).toEqual(found);
});
