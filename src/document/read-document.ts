import { diagnostic } from "../core/diagnostic.js";
import { Source, type Span, span } from "../core/span.js";
import { bareFormulas } from "./bare.js";
import type { Document, FormulaText, Section } from "./document.js";
import { readFrontMatter } from "./front-matter.js";
import { type Scan, scan } from "./scan.js";
import { readSections } from "./sections.js";
import { plainSentencesOf, sentencesOf } from "./sentences.js";

/**
 * A worksheet file as text: its formulas with their places, sentences and sections, and its macro definitions.
 *
 * `.tex` files have comments, a preamble and no prices; everything else is Markdown. Never throws: what is wrong is in
 * `diagnostics`.
 */
export function readDocument(file: string, text: string): Document {
  const source = new Source(file, text);
  const tex = /\.(tex|latex)$/i.test(file) || /^\s*(?:%[^\n]*\n\s*)*\\documentclass/.test(text);
  const { frontMatter, end: from, diagnostics } = readFrontMatter(text);
  const { body, scanned } = tex ? scanTex(text, from) : scanMarkdown(text, from);
  const sections = readSections(text, body.start, body.end, insideOf(scanned));
  const sentences = sentencesOf(text, body.start, body.end, scanned.formulas, scanned.skipped);
  const formulas: FormulaText[] = [];
  let section = 0;
  for (const [i, found] of scanned.formulas.entries()) {
    while ((sections[section + 1]?.span.start ?? Number.POSITIVE_INFINITY) <= found.outer.start) section++;
    formulas.push({ span: found.inner, display: found.display, sentence: sentences[i] ?? "", section });
  }
  return {
    source,
    frontMatter,
    sections,
    formulas,
    plain: plainBySection(text, sections, body, scanned),
    macros: scanned.macros,
    diagnostics: [...diagnostics, ...scanned.diagnostics],
  };
}

function plainBySection(
  text: string,
  sections: readonly Section[],
  body: Span,
  scanned: Scan,
): readonly (readonly string[])[] {
  const skipped = [...scanned.skipped].sort((a, b) => a.start - b.start);
  let formula = 0;
  let skip = 0;
  return sections.map((section, k) => {
    const stretch = span(k === 0 ? body.start : section.span.end, sections[k + 1]?.span.start ?? body.end);
    const [firstFormula, firstSkip] = [formula, skip];
    while ((scanned.formulas[formula]?.outer.start ?? Number.POSITIVE_INFINITY) < stretch.end) formula++;
    while ((skipped[skip]?.start ?? Number.POSITIVE_INFINITY) < stretch.end) skip++;
    return plainSentencesOf(
      text,
      stretch,
      scanned.formulas.slice(firstFormula, formula),
      skipped.slice(firstSkip, skip),
    );
  });
}

function scanMarkdown(text: string, from: number): { readonly body: Span; readonly scanned: Scan } {
  const body = span(from, text.length);
  const scanned = scan(text, from, text.length, false);
  const bare = bareFormulas(text, body, [...scanned.formulas.map((f) => f.outer), ...scanned.skipped]);
  if (bare.length === 0) return { body, scanned };
  const formulas = [...scanned.formulas, ...bare].sort((a, b) => a.outer.start - b.outer.start);
  const notes = bare.map((f) =>
    diagnostic(
      "note",
      "document/bare-formula",
      "this line is read as a formula, though no $ signs stand around it",
      f.inner,
    ),
  );
  return { body, scanned: { ...scanned, formulas, diagnostics: [...scanned.diagnostics, ...notes] } };
}

/** Of a LaTeX file only the definitions above `\begin{document}` count, and nothing below its end. */
function scanTex(text: string, from: number): { readonly body: Span; readonly scanned: Scan } {
  const begin = /^[^%\n]*?\\begin\{document\}/m.exec(text);
  const start = begin === null ? from : begin.index + begin[0].length;
  const end = text.indexOf("\\end{document}", start);
  const body: Span = { start, end: end < 0 ? text.length : end };
  const scanned = scan(text, body.start, body.end, true);
  if (begin === null) return { body, scanned };
  const preamble = scan(text, from, begin.index, true);
  const definitions = preamble.diagnostics.filter((one) => one.code === "document/unclosed-definition");
  return {
    body,
    scanned: {
      ...scanned,
      macros: [...preamble.macros, ...scanned.macros],
      diagnostics: [...definitions, ...scanned.diagnostics],
    },
  };
}

/** Whether an offset lies in a formula or in what is skipped, asked in ascending order. */
function insideOf(scanned: Scan): (offset: number) => boolean {
  const spans = [...scanned.formulas.map((formula) => formula.outer), ...scanned.skipped].sort(
    (a, b) => a.start - b.start,
  );
  let at = 0;
  return (offset) => {
    while ((spans[at]?.end ?? Number.POSITIVE_INFINITY) <= offset) at++;
    return (spans[at]?.start ?? Number.POSITIVE_INFINITY) < offset;
  };
}
