import { escapeHtml } from "../../core/escape.js";
import { rounded } from "../points.js";
import type { GradedProblem } from "../problem.js";
import type { GradeJson } from "../report.js";
import type { GradeFormat } from "./format.js";

/** How many of the most frequent mistakes are shown for each question. */
const MISTAKES = 5;
const BARS = 10;

/**
 * The report on a class, one page without any script: marks, their distribution, each question's most frequent mistakes,
 * and what waits for a person. Each submission is a link to its file. Of a submission only its row is kept.
 */
export const classReport = (problem: GradedProblem): GradeFormat => {
  const report = new ClassReport(problem);
  return { head: () => "", one: (grade) => report.add(grade), tail: () => report.page() };
};

class ClassReport {
  readonly #problem: GradedProblem;
  readonly #rows: string[] = [];
  readonly #review: string[] = [];
  readonly #bars: number[] = new Array<number>(BARS).fill(0);
  /** For each question, how often each mistake was made, and how often it was answered in full. */
  readonly #mistakes: readonly Map<string, number>[];
  readonly #full: number[];
  #sum = 0;
  #decided = 0;

  constructor(problem: GradedProblem) {
    this.#problem = problem;
    this.#mistakes = problem.questions.map(() => new Map());
    this.#full = problem.questions.map(() => 0);
  }

  add(grade: GradeJson): string {
    const { submission, score, max, parts, review } = grade;
    parts.forEach((p, k) => {
      if (p.review !== true && p.score === p.max) this.#full[k] = (this.#full[k] ?? 0) + 1;
      const counts = this.#mistakes[k];
      const code = p.review === true || p.score === p.max ? null : (p.mistake ?? p.verdict);
      if (code !== null) counts?.set(code, (counts.get(code) ?? 0) + 1);
    });
    if (review === true) this.#review.push(reviewRow(grade));
    else {
      this.#sum += score;
      this.#decided += 1;
      const bar = Math.min(BARS - 1, Math.floor((BARS * score) / max));
      this.#bars[bar] = (this.#bars[bar] ?? 0) + 1;
    }
    const cells = parts.map((p) => `<td>${p.review === true ? "review" : p.score}</td>`).join("");
    const total = review === true ? `${score} + review` : String(score);
    this.#rows.push(`<tr><th scope="row">${link(submission)}</th>${cells}<td>${total}</td></tr>`);
    return "";
  }

  page(): string {
    const { title, file, questions, max } = this.#problem;
    const name = escapeHtml(title === "" ? file : title);
    const mean = this.#decided === 0 ? "–" : String(rounded(Math.round((100 * this.#sum) / this.#decided) / 100));
    const heads = questions.map((q) => `<th scope="col">${escapeHtml(q.name)} (${q.points})</th>`).join("");
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Marks: ${name}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${name}</h1>
<p>${this.#rows.length} submissions, ${this.#review.length} for review; mean of the others ${mean} of ${max}.</p>
<h2>Distribution</h2>
${this.#histogram(max)}
<h2>Most frequent mistakes</h2>
${questions.map((_, k) => this.#frequent(k)).join("\n")}
<h2>For review</h2>
${this.#review.length === 0 ? "<p>Nothing waits for a person.</p>" : `<ul>\n${this.#review.join("\n")}\n</ul>`}
<h2>Marks</h2>
<table>
<thead><tr><th scope="col">submission</th>${heads}<th scope="col">total (${max})</th></tr></thead>
<tbody>
${this.#rows.join("\n")}
</tbody>
</table>
</main>
</body>
</html>
`;
  }

  #histogram(max: number): string {
    const most = Math.max(1, ...this.#bars);
    const bars = this.#bars.map((count, k) => {
      const height = (100 * count) / most;
      const [from, to] = [rounded((max * k) / BARS), rounded((max * (k + 1)) / BARS)];
      const label = `${from} to ${to}: ${count}`;
      return `<rect x="${k * 40 + 4}" y="${rounded(104 - height)}" width="32" height="${rounded(height)}"><title>${label}</title></rect><text x="${k * 40 + 20}" y="${rounded(100 - height)}">${count}</text><text x="${k * 40 + 20}" y="118">${from}</text>`;
    });
    const total = this.#bars.map((count, k) => `${rounded((max * k) / BARS)} and more: ${count}`).join("; ");
    return `<svg viewBox="0 -12 ${BARS * 40} 136" role="img" aria-label="${total}">${bars.join("")}</svg>`;
  }

  #frequent(k: number): string {
    const question = this.#problem.questions[k];
    const counts = [...(this.#mistakes[k] ?? [])].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const items = counts.slice(0, MISTAKES).map(([code, n]) => `<li>${escapeHtml(code)}: ${n}</li>`);
    const list = items.length === 0 ? "<p>none</p>" : `<ol>${items.join("")}</ol>`;
    return `<h3>${escapeHtml(question?.name ?? "")}</h3>\n<p>in full: ${this.#full[k] ?? 0}</p>\n${list}`;
  }
}

function reviewRow({ submission, parts }: GradeJson): string {
  const open = parts
    .filter((p) => p.review === true)
    .map((p) => `${p.name}${p.at === null ? "" : ` (line ${p.at.line})`}: ${p.verdict}`);
  return `<li>${link(submission)}: ${escapeHtml(open.join(", "))}</li>`;
}

/** A path as a relative address: each step of it encoded, so that no name becomes a scheme. */
function link(path: string): string {
  const [file = ""] = path.split("#");
  const steps = file.split(/[\\/]/).map(encodeURIComponent).join("/");
  return `<a href="${escapeHtml(steps.startsWith("/") ? steps : `./${steps}`)}">${escapeHtml(path)}</a>`;
}

const STYLE = `
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; color: #1a1a1a; background: #fff; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid #bbb; padding: 0.2rem 0.6rem; text-align: left; font-weight: normal; }
thead th { font-weight: bold; }
svg { width: 100%; max-width: 30rem; font: 11px system-ui, sans-serif; text-anchor: middle; }
rect { fill: #2b6cb0; }
`;
