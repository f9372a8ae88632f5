import type { DerivedProblem, DeriveReport, ShownGradient } from "../session/report.js";
import { type ProofPart, pieces, problemTitle, proofParts, stepReason, titleOf, verifiedSentence } from "./prose.js";

/** Commands of other packages that an author's symbol may use. */
export const COMMANDS = `\\providecommand{\\bm}[1]{\\boldsymbol{#1}}
\\providecommand{\\pmb}[1]{\\boldsymbol{#1}}
\\providecommand{\\mathscr}[1]{\\mathcal{#1}}`;

const PREAMBLE = `\\documentclass{article}
\\usepackage[utf8]{inputenc}
\\usepackage{amsmath,amssymb,xcolor}
\\usepackage[margin=2.5cm]{geometry}
${COMMANDS}
\\allowdisplaybreaks
\\setlength{\\parindent}{0pt}
\\begin{document}`;

/** A report as a complete article that needs amsmath, amssymb, geometry and xcolor. */
export function renderLatex(report: DeriveReport): string {
  const { problems } = report;
  const blocks = [
    PREAMBLE,
    `\\section*{${text(titleOf(report))}}`,
    ...problems.flatMap((p, k) => problem(p, problemTitle(p.title, k + 1, problems.length, titleOf(report)))),
    ...messages(report),
    "\\end{document}",
  ];
  return `${blocks.join("\n\n")}\n`;
}

function problem(p: DerivedProblem, title: string): readonly string[] {
  const forward = p.forward.length === 0 ? [] : ["\\subsubsection*{Forward pass}", ...p.forward.map(display)];
  const heading = title === "" ? [] : [`\\subsection*{${text(title)}}`];
  return [...heading, ...forward, ...p.proofs.flatMap(proofParts).map(proofPart), ...p.gradients.flatMap(gradient)];
}

function proofPart({ kind, text: told }: ProofPart): string {
  switch (kind) {
    case "heading":
      return `\\subsubsection*{${text(told)}}`;
    case "strong":
      return `\\textbf{${text(told)}}`;
    case "prose":
      return prose(told);
    case "display":
      return display(told);
    case "dimensions":
      return `{\\raggedright Dimensions: ${inline(told)}\\par}`;
    case "end":
      return "\\hfill$\\square$";
  }
}

function gradient({ json, dimensions, notes }: ShownGradient): readonly string[] {
  const steps = json.steps.map(step);
  return [
    `\\subsubsection*{Gradient for ${inline(json.wrt)}}`,
    display(json.index),
    ...(json.matrix === null || json.matrix === json.index ? [] : ["In matrix form", display(json.matrix)]),
    ...(dimensions === null ? [] : [`{\\raggedright Dimensions: ${inline(dimensions)}\\par}`]),
    ...(json.einsum === null ? [] : [`\\texttt{${text(json.einsum)}}`]),
    ...(steps.length === 0 ? [] : [`\\begin{enumerate}\n${steps.join("\n")}\n\\end{enumerate}`]),
    `{\\color{gray} ${text(verifiedSentence(json.verified))}}`,
    ...notes.map(prose),
  ];
}

function step({ latex, rule, why }: ShownGradient["json"]["steps"][number]): string {
  return `\\item \\raggedright ${inline(latex)}\\\\[2pt] ${prose(stepReason(rule, why))}`;
}

function messages(report: DeriveReport): readonly string[] {
  const told = report.json.diagnostics.filter((d) => d.severity !== "note");
  if (told.length === 0) return [];
  const lines = told.map(
    (d) => `\\item ${d.severity}, line ${d.at.line}: ${text(d.message)}${d.hint === "" ? "" : ` (${text(d.hint)})`}`,
  );
  return ["\\subsubsection*{Messages}", `\\begin{itemize}\n${lines.join("\n")}\n\\end{itemize}`];
}

// A blank line or a lone dollar would end the formula, a percent sign the line; ampersands are for the columns of
// environments alone. Blackboard bold has no digits in the fonts of amssymb.
export const math = (latex: string): string =>
  latex
    .replace(/\s*\n\s*/g, " ")
    .replace(latex.includes("\\begin") ? /\\.|[$#%]/g : /\\.|[$#%&]/g, (c) => (c.length === 1 ? `\\${c}` : c))
    .replaceAll("\\mathbb{1}", "\\mathbf{1}")
    .trim();

/** What is wider than a line: it is set as a paragraph, which breaks at its signs. */
const WIDE = 80;
const isWide = (latex: string): boolean => !latex.includes("\\begin") && widthOf(latex) > WIDE;

/** About how many letters a formula is wide: of a fraction the wider part counts, and scripts are set small. */
function widthOf(latex: string): number {
  const inner = /\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}|[_^]\{([^{}]*)\}|\{([^{}]*)\}/;
  // A group that is measured is as many dots.
  const dots = (n: number): string => "·".repeat(Math.round(n));
  let text = latex.replace(/\\(?:left|right|displaystyle|mathbf|mathcal|operatorname|text)(?![A-Za-z])/g, "");
  for (let match = inner.exec(text); match !== null; match = inner.exec(text)) {
    const [whole, top, bottom, script, group] = match;
    const width =
      top !== undefined ? Math.max(plainWidth(top), plainWidth(bottom ?? "")) : plainWidth(script ?? group ?? "");
    text = text.replace(whole, () => dots(script === undefined ? width : 0.7 * width));
  }
  return plainWidth(text);
}

const plainWidth = (latex: string): number =>
  latex
    .replace(/\\[A-Za-z]+/g, "x")
    .replace(/[\s{}]/g, "")
    .replace(/[_^]./g, "·").length;

/** Nothing breaks between `\left` and `\right`. */
const breakable = (latex: string): string =>
  isWide(latex) ? latex.replaceAll("\\left", "\\Bigl").replaceAll("\\right", "\\Bigr") : latex;

const display = (latex: string): string =>
  isWide(latex) ? `{\\raggedright\\hangindent=2em ${inline(latex)}\\par}` : `\\[ ${math(latex)} \\]`;
const inline = (latex: string): string => `$\\displaystyle ${breakable(math(latex))}$`;

const prose = (sentence: string): string =>
  pieces(sentence)
    .map((p) => (p.kind === "math" ? inline(p.text) : text(p.text)))
    .join("");

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\", "\\textbackslash{}"],
  ["{", "\\{"],
  ["}", "\\}"],
  ["$", "\\$"],
  ["&", "\\&"],
  ["%", "\\%"],
  ["#", "\\#"],
  ["_", "\\_"],
  ["^", "\\textasciicircum{}"],
  ["~", "\\textasciitilde{}"],
  ["<", "$<$"],
  [">", "$>$"],
  ["|", "$|$"],
  ["“", "``"],
  ["”", "''"],
  ["’", "'"],
  ["–", "--"],
  ["—", "---"],
  ["∇", "$\\nabla$"],
  ["∂", "$\\partial$"],
  ["Σ", "$\\Sigma$"],
  ["δ", "$\\delta$"],
  ["×", "$\\times$"],
  ["ℝ", "$\\mathbb{R}$"],
  ["≤", "$\\le$"],
  ["≥", "$\\ge$"],
  ["≠", "$\\ne$"],
  ["ℓ", "$\\ell$"],
]);

/** Text that means itself; letters that the standard fonts lack become a question mark. */
export const text = (s: string): string =>
  [...s.replace(/\s+/g, " ")].map((c) => ESCAPES.get(c) ?? (isTypeset(c) ? c : "?")).join("");

const isTypeset = (c: string): boolean => (c >= " " && c <= "~") || (c >= "À" && c <= "ſ" && c !== "ŉ" && c !== "ſ");
