import { remembered } from "../core/remember.js";
import { span } from "../core/span.js";
import type { Section } from "./document.js";
import { linesOf } from "./lines.js";

interface Heading {
  readonly title: string;
  /** 0 for a numbered problem, which stands one below whatever heading is above it. */
  readonly level: number;
  readonly start: number;
  readonly end: number;
}

const texLevels: ReadonlyMap<string, number> = new Map([
  ["part", 1],
  ["chapter", 1],
  ["section", 2],
  ["subsection", 3],
  ["subsubsection", 4],
  ["paragraph", 5],
]);

const markdown = /^ {0,3}(#{1,6})[ \t]+(.*)$/;
const texHeading = /^[ \t]*\\(part|chapter|section|subsection|subsubsection|paragraph)\*?[ \t]*\{(.*)\}/;
const texProblem =
  /^[ \t]*(?:\\(?:problem|question|exercise|homeworkproblem)\b|\\begin\{(?:problem|question|exercise|homeworkProblem)\*?\})(.*)$/;
const numbered =
  /^ {0,3}(?:\*\*|__)?[ \t]*(?:(?:Problem|Question|Exercise|Task|Q)[ \t]*(?:\.[ \t]*)?\d+(?:\.\d+)*[a-z]?|\d+(?:\.\d+)*[.)])(?=[\s:.)*_(]|$)[*_:.) \t]*(.*)$/i;
/** `1.2 We use two layers`, as sections are numbered in the text of a page. */
const numberedSection = /^ {0,3}\d+(?:\.\d+)+(?=\s*$|\s+(?:[A-Z][a-z]*\s|\$))/;
const underline = /^ {0,3}(=+|-{2,})[ \t]*$/;

interface Line {
  readonly start: number;
  readonly end: number;
  /** Inside a formula or in code: its text is no prose. */
  readonly hidden: boolean;
  readonly text: string;
}

/** How much of a line is looked at. */
const LONGEST = 500;

/** The file, its headings and its numbered problems, in order. `inside` says whether an offset is in code or a formula. */
export function readSections(
  text: string,
  from: number,
  to: number,
  inside: (offset: number) => boolean,
): readonly Section[] {
  const headings: Heading[] = [];
  const lines = [...linesOf(text, from, to)].map(({ start, end }): Line => {
    const hidden = inside(start);
    return {
      start,
      end,
      hidden,
      text: hidden ? "" : text.slice(start, Math.min(end, start + LONGEST)).replace(/\r$/, ""),
    };
  });
  const recurring = recurringTitles(lines);
  let above = { text: "", start: from };
  for (const { start, end, text: line } of lines) {
    const heading =
      readHeading(line, start, end) ??
      (headings.at(-1)?.start === above.start ? null : underlined(above.text, line, above.start, start - 1)) ??
      (recurring.has(start) ? { title: line.trim(), level: SLIDE_LEVEL, start, end } : null);
    if (heading !== null) headings.push(heading);
    above = { text: line, start };
  }
  return nest(headings, to);
}

/** How often a line has to stand alone before it is taken for the title of slides. */
const RECURS = 3;
const SLIDE_LEVEL = 2;
const slideTitle = /^[A-Z][^.:;,!?]*(?:: [^.:;,!?]+)?$/;
/** With these a sentence begins that goes on in the formula below it. */
const leadsOn =
  /^(?:also|and|as|by|compute|consider|finally|first|for|from|hence|here|if|in|it|let|next|note|now|recall|since|so|then|therefore|this|thus|using|we|where|which|with)\b/i;

/**
 * Where the titles of slides begin that are printed as text: the same short line, with nothing above and below it, again
 * and again.
 */
function recurringTitles(lines: readonly Line[]): ReadonlySet<number> {
  const isEmpty = (line: Line | undefined): boolean => line === undefined || (!line.hidden && line.text.trim() === "");
  const places = new Map<string, number[]>();
  lines.forEach((own, k) => {
    const { start } = own;
    const line = own.text.trim();
    if (!isEmpty(lines[k - 1]) || !isEmpty(lines[k + 1]) || line.length > 60) return;
    if (!slideTitle.test(line) || leadsOn.test(line)) return;
    places.set(line, [...(places.get(line) ?? []), start]);
  });
  return new Set([...places.values()].filter((starts) => starts.length >= RECURS).flat());
}

/** A title with a line of `=` or `-` below it. */
function underlined(title: string, line: string, start: number, end: number): Heading | null {
  if (!underline.test(line) || !isTitle(title)) return null;
  return { title: title.trim(), level: line.trim().startsWith("=") ? 1 : 2, start, end };
}

const isTitle = (line: string): boolean => /^ {0,3}[^\s#>|*+\-\d]/.test(line) && line.length < 120;

function readHeading(line: string, start: number, end: number): Heading | null {
  const said = headingSaid(line);
  return said === null ? null : { ...said, start, end };
}

const headingSaid = remembered((line): Pick<Heading, "title" | "level"> | null => {
  const hash = markdown.exec(line);
  if (hash !== null) return { title: withoutMarks(hash[2] ?? ""), level: hash[1]?.length ?? 1 };
  const tex = texHeading.exec(line);
  if (tex !== null) return { title: tex[2] ?? "", level: texLevels.get(tex[1] ?? "") ?? 2 };
  const isNumbered = texProblem.test(line) || numbered.test(line) || numberedSection.test(line);
  return isNumbered ? { title: line.trim(), level: 0 } : null;
});

/** A heading's text without the `#` that may close it. */
function withoutMarks(text: string): string {
  const words = text.trim().split(/\s+/);
  if (/^#+$/.test(words.at(-1) ?? "")) words.pop();
  return words.join(" ");
}

function nest(headings: readonly Heading[], to: number): readonly Section[] {
  const sections: Section[] = [{ title: "", level: 0, parent: null, span: span(0, to) }];
  const open: number[] = [0];
  let above = 0;
  for (const heading of headings) {
    const level = heading.level === 0 ? above + 1 : heading.level;
    if (heading.level > 0) above = heading.level;
    while (open.length > 1 && (sections[open.at(-1) ?? 0]?.level ?? 0) >= level) open.pop();
    sections.push({ title: heading.title, level, parent: open.at(-1) ?? 0, span: span(heading.start, heading.end) });
    open.push(sections.length - 1);
  }
  return sections;
}
