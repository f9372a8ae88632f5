import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderHtml } from "../../src/render/html.js";
import { renderLatex } from "../../src/render/latex.js";
import { renderMarkdown } from "../../src/render/markdown.js";
import { deriveWorksheet } from "../../src/session/derive.js";
import { testNeeding } from "../support/needs.js";

const at = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");
const reports = new Map(
  [
    "../../problems/deep-linear-network.md",
    "./07-skip-two.md",
    "./10-rnn-loss-from-second-step.md",
    "./28-returns-backward.md",
    "./75-samples-and-layers.md",
  ].map((name) => [name, deriveWorksheet(name, at(name))] as const),
);

/** The lines of a proof: the rule, where it holds, the formula. */
function proof(name: string, wrt: string): readonly string[] {
  const g = reports.get(name)?.json.gradients.find((x) => x.name === wrt);
  const rules = ["base-case", "induction-step", "conclusion", "member", "shared-parameter"];
  return (g?.steps ?? []).filter((s) => rules.includes(s.rule)).map((s) => `${s.rule} | ${s.why} | ${s.latex}`);
}

describe("the derivatives of a network of any depth are proved by induction", () => {
  it("a base case, a step with its range, a conclusion", () => {
    const linear = "../../problems/deep-linear-network.md";
    const [base, step, conclusion] = proof(linear, "h");
    const h = (at: string): string => String.raw`\frac{\partial \mathcal{L}}{\partial h_{i}^{(${at})}}`;
    expect(base).toBe(
      String.raw`base-case | base case, $\ell = L$: no other member is needed | ${h("L")} = h_{i}^{(L)} - t_{i}`,
    );
    expect(step).toBe(
      String.raw`induction-step | induction step from $\ell + 1$ to $\ell$, for $\ell = 0, \dots, L - 1$ | ${h("\\ell")} = \sum_{j=1}^{H} \frac{\partial \mathcal{L}}{\partial h_{j}^{(\ell + 1)}} W_{ji}^{(\ell)}`,
    );
    expect(conclusion).toContain(
      String.raw`conclusion | by induction this holds for $\ell = 0, \dots, L$, one after the other from $L$ to $0$`,
    );
    expect(proof(linear, "W").join()).toContain(String.raw`member | for $\ell = 0, \dots, L - 1$`);
  });

  it("a Jacobian entry with its delta, the sum, the product of two vectors", () => {
    const g = reports.get("../../problems/deep-linear-network.md")?.json.gradients.find((x) => x.name === "W");
    const L = String.raw`\frac{\partial \mathcal{L}}`;
    expect(g?.steps.slice(0, 5).map((s) => s.latex)).toEqual([
      String.raw`${L}{\partial W_{ij}^{(\ell)}} = \sum_{k=1}^{H} ${L}{\partial h_{k}^{(\ell + 1)}} \frac{\partial h_{k}^{(\ell + 1)}}{\partial W_{ij}^{(\ell)}}`,
      String.raw`\frac{\partial h_{k}^{(\ell + 1)}}{\partial W_{ij}^{(\ell)}} = \delta_{ik} h_{j}^{(\ell)}`,
      String.raw`${L}{\partial W_{ij}^{(\ell)}} = h_{j}^{(\ell)} \sum_{k=1}^{H} \delta_{ki} ${L}{\partial h_{k}^{(\ell + 1)}}`,
      String.raw`${L}{\partial W_{ij}^{(\ell)}} = ${L}{\partial h_{i}^{(\ell + 1)}} h_{j}^{(\ell)}`,
      String.raw`\nabla_{\mathbf{W}^{(\ell)}} \mathcal{L} = (\nabla_{\mathbf{h}^{(\ell + 1)}} \mathcal{L}) \mathbf{h}^{(\ell)\top}`,
    ]);
  });

  it("layers that reach back two have two ends", () => {
    const lines = proof("./07-skip-two.md", "h").map((l) => l.split(" | ").slice(0, 2).join(" | "));
    expect(lines).toEqual([
      "base-case | base case, $l = N + 1$: no other member is needed",
      "induction-step | the step at the end, $l = N$, where its terms are others",
      String.raw`induction-step | induction step from $l + 2$ to $l$, for $l = 1, \dots, N - 1$`,
      "induction-step | the step at the end, $l = 0$, where its terms are others",
      String.raw`conclusion | by induction this holds for $l = 0, \dots, N + 1$, one after the other from $N + 1$ to $0$`,
    ]);
  });

  it("weights that all steps share", () => {
    expect(proof("./10-rnn-loss-from-second-step.md", "A").join()).toContain(
      "shared-parameter | $A$ is the same in all $N$ members: each contributes, and the contributions are added up",
    );
  });

  it("over the layers, for each example", () => {
    const [base, step, conclusion] = proof("./75-samples-and-layers.md", "a");
    expect(base).toContain(String.raw`base case, $\ell = L$`);
    expect(step).toContain(String.raw`\frac{\partial E}{\partial (z_{n}^{(\ell + 1)})_{j}} W_{ji}^{(\ell + 1)}`);
    expect(conclusion).toContain("one after the other from $L$ to $0$");
  });

  it("a recurrence that runs down is proved upwards", () => {
    expect(proof("./28-returns-backward.md", "G").at(-1)).toContain("from $0$ to $T$");
  });

  it("in Markdown and HTML", async () => {
    for (const report of reports.values()) {
      expect(renderMarkdown(report)).toContain("by induction this holds for");
      expect(await renderHtml(report)).toContain("by induction this holds for");
    }
  });

  testNeeding("pdflatex", "in LaTeX, which compiles", () => {
    const place = mkdtempSync(join(tmpdir(), "backproof-"));
    try {
      for (const report of reports.values()) {
        writeFileSync(join(place, "a.tex"), renderLatex(report));
        const options = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "a.tex"];
        execFileSync("pdflatex", options, { cwd: place, stdio: "pipe" });
      }
    } finally {
      rmSync(place, { recursive: true });
    }
  });
});
