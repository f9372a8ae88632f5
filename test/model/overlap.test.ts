import { expect, test } from "vitest";
import { deriveWorksheet } from "../../src/session/derive.js";

const sheet = (base: string, range: string) => `$h_t, x \\in \\mathbb{R}^n$, $W \\in \\mathbb{R}^{n \\times n}$.

$$${base} = x$$

$$h_t = \\tanh(W h_{t-1}), \\quad ${range}$$

$$L = \\sum_i (h_T)_i$$
`;

const codes = (text: string) =>
  deriveWorksheet("sheet.md", text)
    .json.diagnostics.filter((d) => d.severity === "error")
    .map((d) => `${d.at.line}: ${d.code}`);

test.each([
  ["h_0", "t = 1, \\dots, T"],
  ["h_1", "t = 2, \\dots, T"],
])("%s beside %s: each member has one equation", (base, range) => expect(codes(sheet(base, range))).toEqual([]));

test.each([
  ["h_1", "t = 1, \\dots, T"],
  ["h_2", "t = 1, \\dots, T"],
  ["h_T", "t = 1, \\dots, T"],
])("%s beside %s: a member has two", (base, range) =>
  expect(codes(sheet(base, range))).toContain("5: symbol/defined-twice"),
);
