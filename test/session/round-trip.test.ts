import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readWorksheet } from "../../src/model/read.js";
import { type ClaimJson, checkWorksheet } from "../../src/session/check.js";
import { deriveWorksheet } from "../../src/session/derive.js";

/*
 * What derive prints is what check reads. Every result, claimed in the worksheet that it was derived from, is proved; a step on
 * the way, which may hold Jacobians that only a recurrence defines, is right.
 */

const folder = new URL("../../problems/", import.meta.url);
const worksheets = readdirSync(folder)
  .filter((name) => name.endsWith(".md"))
  .sort()
  .map((name) => [name, readFileSync(new URL(name, folder), "utf8")] as const);

/** Notation that the worksheets of `problems/` do not have. */
const others: readonly (readonly [string, string])[] = [
  [
    "numbered vectors in bold",
    `$\\mathbf{x} \\in \\mathbb{R}^D$, $\\mathbf{W}_1 \\in \\mathbb{R}^{H \\times D}$, $\\mathbf{t} \\in \\mathbb{R}^H$.
$$\\mathbf{z}_1 = \\mathbf{W}_1 \\mathbf{x}$$
$$\\mathbf{h}_1 = \\tanh(\\mathbf{z}_1)$$
$$\\mathcal{L} = \\frac{1}{2} \\|\\mathbf{h}_1 - \\mathbf{t}\\|^2$$`,
  ],
  [
    "gradients as rows",
    `---
layout: numerator
---
$W \\in \\mathbb{R}^{m \\times n}$, $x \\in \\mathbb{R}^n$, $c \\in \\mathbb{R}^m$.
$$y = \\tanh(W x)$$
$$L = c^\\top y$$`,
  ],
  [
    "ones that are declared",
    `$x \\in \\mathbb{R}^n$, $m = \\frac{1}{n} \\mathbf{1}^\\top x$, $d = x - m \\mathbf{1}$, where $\\mathbf{1} \\in \\mathbb{R}^n$ are ones.
$$s = \\frac{1}{n} d^\\top d$$`,
  ],
  [
    "labels that are letters of indices, symbols that are too",
    `$\\mathbf{x} \\in \\mathbb{R}^{D}$, $\\mathbf{W}_i, \\mathbf{W}_f \\in \\mathbb{R}^{H \\times D}$, $\\mathbf{k} \\in \\mathbb{R}^H$.
$$\\mathbf{i} = \\sigma(\\mathbf{W}_i \\mathbf{x}), \\quad \\mathbf{f} = \\tanh(\\mathbf{W}_f \\mathbf{x})$$
$$\\mathcal{L} = \\mathbf{k}^\\top (\\mathbf{i} \\odot \\mathbf{f})$$`,
  ],
  [
    "letters that also name divergences",
    `$x \\in \\mathbb{R}^n$, $\\mu \\in \\mathbb{R}^{K \\times n}$, $c \\in \\mathbb{R}^{K}$.
$$s_k = \\sum_{l=1}^{n} \\mu_{kl} (x_l - \\mu_{kl}), \\quad k = 1, \\dots, K$$
$$L = \\sum_{k=1}^{K} c_k s_k^2$$`,
  ],
];

interface Printed {
  readonly what: string;
  readonly verdicts: readonly string[];
  readonly latex: string;
}

function printedFor(name: string, text: string): readonly Printed[] {
  const { gradients } = deriveWorksheet(name, text).json;
  const all = gradients.flatMap(({ wrt, index, matrix, steps }) => [
    { what: `${wrt} by index`, latex: index, verdicts: ["proved"] },
    ...(matrix === null ? [] : [{ what: `${wrt} as a matrix`, latex: matrix, verdicts: ["proved"] }]),
    ...steps.map((s, k) => ({ what: `${wrt}, step ${k + 1}`, latex: s.latex, verdicts: ["proved", "agrees"] })),
  ]);
  return [...new Map(all.toReversed().map((p) => [p.latex, p])).values()];
}

/** The worksheet with the equations as claims at its end, and what is said about the claim on the line of each. */
function unproved(name: string, text: string, printed: readonly Printed[]): readonly string[] {
  const blocks = printed.map((p) => `$$\n${p.latex}\n$$\n`);
  const answered = `${text.trimEnd()}\n\n## Answers again\n\n${blocks.join("\n")}`;
  const byLine = new Map<number, ClaimJson>(checkWorksheet(name, answered).claims.map((c) => [c.at.line, c]));
  const first = answered.split("\n").indexOf("## Answers again") + 4;
  return printed.flatMap(({ what, latex, verdicts }, k) => {
    const claim = byLine.get(first + 4 * k);
    const verdict = claim?.verdict ?? claim?.kind ?? "no claim";
    if (verdicts.includes(verdict) && claim?.latex === latex) return [];
    return [`${what}: ${verdicts.includes(verdict) ? `cut to ${claim?.latex}` : verdict}: ${latex}`];
  });
}

describe.each([...worksheets, ...others])("%s", (name, text) => {
  it("prints what is read and proved", { timeout: 300_000 }, () => {
    const printed = printedFor(name, text);
    expect(readWorksheet(name, text).problems.length).toBeGreaterThan(0);
    expect(printed.length).toBeGreaterThan(0);
    expect(unproved(name, text, printed)).toEqual([]);
  });
});
