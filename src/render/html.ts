import { escapeHtml } from "../core/escape.js";
import type { DerivedProblem, DeriveReport, ProofJson, ShownGradient } from "../session/report.js";
import { pageOf, type Typeset, typesetter } from "./page.js";
import { type ProofPart, pieces, problemTitle, proofParts, stepReason, titleOf, verifiedSentence } from "./prose.js";

/** A report as one HTML file that loads nothing: formulas are MathML, so no fonts and no script are needed. */
export async function renderHtml(report: DeriveReport): Promise<string> {
  const page = new Page(await typesetter());
  const { problems } = report;
  const sections = problems.map((p, k) =>
    page.problem(p, problemTitle(p.title, k + 1, problems.length, titleOf(report))),
  );
  return pageOf(titleOf(report), `${sections.join("\n")}\n${messages(report)}`);
}

class Page {
  readonly #typeset: Typeset;

  constructor(typeset: Typeset) {
    this.#typeset = typeset;
  }

  problem(p: DerivedProblem, title: string): string {
    const heading = title === "" ? "" : `<h2>${escapeHtml(title)}</h2>\n`;
    const forward =
      p.forward.length === 0 ? "" : `<h3>Forward pass</h3>\n${p.forward.map((f) => this.#display(f)).join("\n")}\n`;
    const proofs = p.proofs.map((q) => `${this.#proof(q)}\n`).join("");
    return `<section>\n${heading}${forward}${proofs}${p.gradients.map((g) => this.#gradient(g)).join("\n")}\n</section>`;
  }

  #proof(proof: ProofJson): string {
    return `<article>\n${proofParts(proof)
      .map((p) => this.#proofPart(p))
      .join("\n")}\n</article>`;
  }

  #proofPart({ kind, text }: ProofPart): string {
    switch (kind) {
      case "heading":
        return `<h3>${escapeHtml(text)}</h3>`;
      case "strong":
        return `<p><strong>${escapeHtml(text)}</strong></p>`;
      case "prose":
        return `<p>${this.#prose(text)}</p>`;
      case "display":
        return this.#display(text);
      case "dimensions":
        return `<p class="quiet">Dimensions: ${this.#inline(text)}</p>`;
      case "end":
        return `<p>${escapeHtml(text)}</p>`;
    }
  }

  #gradient({ json, dimensions, notes }: ShownGradient): string {
    const parts = [
      `<h3>Gradient for ${this.#inline(json.wrt)}</h3>`,
      this.#display(json.index),
      ...(json.matrix === null || json.matrix === json.index
        ? []
        : ["<p>In matrix form</p>", this.#display(json.matrix)]),
      ...(dimensions === null ? [] : [`<p class="quiet">Dimensions: ${this.#inline(dimensions)}</p>`]),
      ...(json.einsum === null ? [] : [`<pre><code>${escapeHtml(json.einsum)}</code></pre>`]),
      ...(json.steps.length === 0
        ? []
        : [
            `<details open>\n<summary>Steps</summary>\n<ol>\n${json.steps.map((s) => this.#step(s)).join("\n")}\n</ol>\n</details>`,
          ]),
      `<p class="quiet">${escapeHtml(verifiedSentence(json.verified))}</p>`,
      ...notes.map((n) => `<p class="quiet">${this.#prose(n)}</p>`),
    ];
    return `<article>\n${parts.join("\n")}\n</article>`;
  }

  #step({ latex, rule, why }: ShownGradient["json"]["steps"][number]): string {
    const reason = this.#prose(stepReason(rule, why));
    return `<li><div class="step">${this.#typeset(`\\displaystyle ${latex}`, false)}</div><span class="quiet">${reason}</span></li>`;
  }

  #prose(sentence: string): string {
    return pieces(sentence)
      .map((p) => (p.kind === "math" ? this.#inline(p.text) : escapeHtml(p.text)))
      .join("");
  }

  #display(latex: string): string {
    return `<div class="formula">${this.#typeset(latex, true)}</div>`;
  }

  #inline(latex: string): string {
    return this.#typeset(latex, false);
  }
}

function messages(report: DeriveReport): string {
  const told = report.json.diagnostics.filter((d) => d.severity !== "note");
  if (told.length === 0) return "";
  const lines = told.map(
    (d) =>
      `<li>${d.severity}, line ${d.at.line}: ${escapeHtml(d.message)}${d.hint === "" ? "" : ` (${escapeHtml(d.hint)})`}</li>`,
  );
  return `<section>\n<h2>Messages</h2>\n<ul>\n${lines.join("\n")}\n</ul>\n</section>`;
}
