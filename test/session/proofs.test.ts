import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { render } from "../../src/render/render.js";
import { deriveWorksheet } from "../../src/session/derive.js";
import { testNeeding } from "../support/needs.js";

const r = String.raw;

const network = r`
# A small classifier

$x \in \mathbb{R}^{D}$, $V \in \mathbb{R}^{C \times D}$, and the target $y \in \{0, 1\}^{C}$ is one-hot.

$$s_c = \sum_{d=1}^{D} V_{cd} x_d, \quad c = 1, \dots, C$$

$$p_c = \frac{e^{s_c}}{\sum_{j=1}^{C} e^{s_j}}$$

$$J = -\sum_{c=1}^{C} y_c \log p_c$$
`;
const asked = r`
(a) Show that

$$\frac{\partial J}{\partial s_c} = p_c - y_c$$

(b) Prove that $\frac{\partial J}{\partial V_{cd}} = \frac{\partial J}{\partial s_c} x_d$.

(c) Given that

$$\frac{\partial J}{\partial x_d} = \sum_c V_{cd} (p_c - y_c)$$
`;
const proofsOf = (text: string) => deriveWorksheet("a.md", text).json.proofs ?? [];

describe("what a worksheet wants shown", () => {
  test("is proved by its derivation, one proof for each", () => {
    const proofs = proofsOf(network + asked);
    expect(proofs.map((p) => p.verdict)).toEqual(["proved", "proved"]);
    for (const { lines } of proofs) {
      expect(lines[0]?.said).toMatch(/^By the chain rule/);
      expect(lines.some((l) => l.said === "From the forward pass,")).toBe(true);
    }
    expect(proofs[0]?.lines.at(-1)).toEqual({
      said: "Since $y$ is one-hot,",
      latex: r`\frac{\partial J}{\partial s_{c}} = p_{c} - y_{c}`,
    });
    expect(proofs[1]?.matrix).toBe(r`\nabla_{V} J = (\nabla_{s} J) x^\top`);
  });

  test("the forward equation sums over a letter that the derivative does not use", () => {
    const forward = proofsOf(network + asked)[1]?.lines.find((l) => l.said === "From the forward pass,")?.latex ?? "";
    expect(forward).toMatch(/\\sum_\{[a-z]=1\}\^\{D\}/);
    expect(forward).not.toMatch(/\\sum_\{[cd]=1\}/);
  });

  test("is said to be false where it is, with what is true instead", () => {
    const [proof] = proofsOf(r`${network}
Show that

$$\frac{\partial J}{\partial s_c} = y_c - p_c$$
`);
    expect(proof?.verdict).toBe("wrong");
    expect(proof?.lines).toEqual([]);
    expect(proof?.why).not.toBe("");
    expect(proof?.expected).toBe(r`p_{c} - y_{c}`);
  });

  test("is no part of a worksheet that asks for nothing", () => {
    expect("proofs" in deriveWorksheet("a.md", network).json).toBe(false);
  });
});

describe("written proofs", () => {
  const report = deriveWorksheet("a.md", network + asked);

  test("stand before the gradients in Markdown and HTML", async () => {
    const markdown = await render(report, "markdown");
    expect(markdown.match(/\*\*Proof\.\*\*/g)).toHaveLength(2);
    expect(markdown.indexOf("**Proof.**")).toBeLessThan(markdown.indexOf("### Gradients"));
    expect((await render(report, "html")).match(/<strong>Proof\.<\/strong>/g)).toHaveLength(2);
  });

  testNeeding("pdflatex", "are typeset by TeX", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "backproof-proofs-"));
    writeFileSync(path.join(folder, "proofs.tex"), await render(report, "latex"));
    const run = spawnSync(
      "pdflatex",
      ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "proofs.tex"],
      {
        cwd: folder,
        encoding: "utf8",
      },
    );
    rmSync(folder, { recursive: true, force: true });
    expect(run.stdout.split("\n").filter((line) => line.startsWith("!"))).toEqual([]);
    expect(run.status).toBe(0);
  });
});
