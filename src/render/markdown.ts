import { escapeMarkdown as text } from "../core/escape.js";
import type { DerivedProblem, DeriveReport, ShownGradient } from "../session/report.js";
import { type ProofPart, pieces, problemTitle, proofParts, stepReason, titleOf, verifiedSentence } from "./prose.js";

/** A report as Markdown with `$$…$$`. */
export function renderMarkdown(report: DeriveReport): string {
  const { problems } = report;
  const blocks = [
    `# ${text(titleOf(report))}`,
    ...problems.flatMap((p, k) => problem(p, problemTitle(p.title, k + 1, problems.length, titleOf(report)))),
    ...messages(report),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function problem(p: DerivedProblem, title: string): readonly string[] {
  const forward = p.forward.length === 0 ? [] : ["### Forward pass", ...p.forward.map(display)];
  const heading = title === "" ? [] : [`## ${text(title)}`];
  const backward = p.gradients.length === 0 ? [] : ["### Gradients"];
  return [
    ...heading,
    ...forward,
    ...p.proofs.flatMap(proofParts).map(proofPart),
    ...backward,
    ...p.gradients.flatMap(gradient),
  ];
}

function proofPart({ kind, text: told }: ProofPart): string {
  switch (kind) {
    case "heading":
      return `### ${text(told)}`;
    case "strong":
      return `**${text(told)}**`;
    case "prose":
      return prose(told);
    case "display":
      return display(told);
    case "dimensions":
      return `Dimensions: ${inline(told)}`;
    case "end":
      return told;
  }
}

function gradient({ json, dimensions, notes }: ShownGradient): readonly string[] {
  return [
    `#### Gradient for ${inline(json.wrt)}`,
    display(json.index),
    ...(json.matrix === null || json.matrix === json.index ? [] : ["In matrix form", display(json.matrix)]),
    ...(dimensions === null ? [] : [`Dimensions: ${inline(dimensions)}`]),
    ...(json.einsum === null ? [] : ["```python", json.einsum, "```"].join("\n").split("\n\n")),
    ...(json.steps.length === 0 ? [] : ["Steps:", json.steps.map(step).join("\n")]),
    `*${text(verifiedSentence(json.verified))}*`,
    ...notes.map((n) => `> ${prose(n)}`),
  ];
}

function step({ latex, rule, why }: ShownGradient["json"]["steps"][number], k: number): string {
  return `${k + 1}. ${inline(latex)}  \n   ${prose(stepReason(rule, why))}`;
}

function messages(report: DeriveReport): readonly string[] {
  const told = report.json.diagnostics.filter((d) => d.severity !== "note");
  if (told.length === 0) return [];
  const lines = told.map(
    (d) => `- ${d.severity}, line ${d.at.line}: ${text(d.message)}${d.hint === "" ? "" : ` (${text(d.hint)})`}`,
  );
  return ["## Messages", lines.join("\n")];
}

const oneLine = (latex: string): string => latex.replace(/\s*\n\s*/g, " ").trim();
// A dollar that is not escaped would end the formula, and a `<` might begin an element.
const math = (latex: string): string => oneLine(latex).replace(/\\.|[$<>]/g, (c) => MATH.get(c) ?? c);
const MATH: ReadonlyMap<string, string> = new Map([
  ["$", "\\$"],
  ["<", "\\lt "],
  [">", "\\gt "],
]);
export const display = (latex: string): string => `$$\n${math(latex)}\n$$`;
export const inline = (latex: string): string => `$${math(latex)}$`;

const prose = (sentence: string): string =>
  pieces(sentence)
    .map((p) => (p.kind === "math" ? inline(p.text) : text(p.text)))
    .join("");
