import { escapeHtml } from "../../core/escape.js";
import type { CheckJson, StepVerdictJson } from "../../session/check.js";
import { pageOf, type Typeset, typesetter } from "../page.js";
import { leftSide } from "../plain.js";
import { counterexampleOf, howKnown, type JudgedClaim, judgedOf, summarySentence, verdictWords } from "../verdicts.js";

const STYLE = `
article { border-inline-start: .4rem solid; padding-inline-start: 1rem; margin: 1.5rem 0 }
.right { border-color: #1a7f37 }
.wrong { border-color: #cf222e }
.open { border-color: #9a6700 }
dt { font-weight: 600 }
dd { overflow-x: auto }`;

/** Verdicts as one HTML page that loads nothing. */
export async function checkHtml(files: readonly CheckJson[]): Promise<string> {
  const page = new Verdicts(await typesetter());
  const [first] = files;
  const title = files.length === 1 && first !== undefined ? first.file : `${files.length} files`;
  return pageOf(title, files.map((f) => page.file(f, files.length > 1)).join("\n"), STYLE);
}

class Verdicts {
  readonly #typeset: Typeset;

  constructor(typeset: Typeset) {
    this.#typeset = typeset;
  }

  file(report: CheckJson, titled: boolean): string {
    const parts = [
      ...(titled ? [`<h2>${escapeHtml(report.file)}</h2>`] : []),
      `<p>${escapeHtml(summarySentence(report))}</p>`,
      ...judgedOf(report.claims).map((c) => this.#claim(c)),
      ...messages(report),
    ];
    return `<section>\n${parts.join("\n")}\n</section>`;
  }

  #claim(c: JudgedClaim): string {
    const { sign, word, standing, means } = verdictWords[c.verdict];
    const parts = [
      `<h3><span aria-hidden="true">${sign}</span> <strong>${word}</strong>: ${this.#typeset(leftSide(c.latex), false)}</h3>`,
      `<p class="quiet">Line ${c.at.line}. ${escapeHtml(means)}${standing === "right" ? ` ${escapeHtml(known(c))}` : ""}</p>`,
      `<div class="formula">${this.#typeset(c.latex, true)}</div>`,
      ...this.#why(c),
      ...this.#steps(c),
      ...this.#counterexample(c),
      ...(c.expected ? [`<p>Write</p>\n<div class="formula">${this.#typeset(c.expected, true)}</div>`] : []),
    ];
    return `<article class="${standing}">\n${parts.join("\n")}\n</article>`;
  }

  #why({ mistake, reason = "" }: JudgedClaim): readonly string[] {
    const why = mistake?.message ?? reason;
    if (why === "") return [];
    return [`<p>${escapeHtml(why)}${mistake ? ` <code>${escapeHtml(mistake.code)}</code>` : ""}</p>`];
  }

  #steps({ steps = [] }: JudgedClaim): readonly string[] {
    if (steps.length < 2) return [];
    return [
      `<details open>\n<summary>Steps</summary>\n<ol>\n${steps.map((s) => this.#step(s)).join("\n")}\n</ol>\n</details>`,
    ];
  }

  #step({ latex, verdict, mistake, expected }: StepVerdictJson): string {
    const { sign, word } = verdictWords[verdict];
    const why = mistake ? `: ${escapeHtml(mistake.message)}` : "";
    const next = expected === undefined ? "" : `<br>true is ${this.#typeset(`= ${expected}`, false)}`;
    return `<li><span aria-hidden="true">${sign}</span> ${word}${why}<br>${this.#typeset(latex, false)}${next}</li>`;
  }

  #counterexample(c: JudgedClaim): readonly string[] {
    const found = counterexampleOf(c);
    if (found === null) return [];
    const { sizes, entry, left, right, values } = found;
    const rows = [
      ...(sizes === "" ? [] : [["Sizes", escapeHtml(sizes)]]),
      ...values.map(([name, value]) => [this.#typeset(name, false), escapeHtml(value)]),
      [escapeHtml(`Left side${entry === "" ? "" : `, ${entry}`}`), escapeHtml(left)],
      [escapeHtml(`Right side${entry === "" ? "" : `, ${entry}`}`), escapeHtml(right)],
    ];
    const list = rows.map(([term, value]) => `<dt>${term}</dt><dd>${value}</dd>`).join("\n");
    return [`<details>\n<summary>Where the two sides differ</summary>\n<dl>\n${list}\n</dl>\n</details>`];
  }
}

function known(c: JudgedClaim): string {
  const how = howKnown(c);
  return how === "" ? "" : `Known ${how}.`;
}

function messages({ diagnostics }: CheckJson): readonly string[] {
  const told = diagnostics.filter((d) => d.severity !== "note");
  if (told.length === 0) return [];
  const lines = told.map((d) => `<li>${d.severity}, line ${d.at.line}: ${escapeHtml(d.message)}</li>`);
  return [`<h3>Messages</h3>\n<ul>\n${lines.join("\n")}\n</ul>`];
}
