import { span } from "../core/span.js";
import type { Section } from "./document.js";

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

const markdown = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$/;
const texHeading = /^[ \t]*\\(part|chapter|section|subsection|subsubsection|paragraph)\*?[ \t]*\{(.*)\}/;
const texProblem =
  /^[ \t]*(?:\\(?:problem|question|exercise|homeworkproblem)\b|\\begin\{(?:problem|question|exercise|homeworkProblem)\*?\})(.*)$/;
const numbered =
  /^ {0,3}(?:\*\*|__)?[ \t]*(?:(?:Problem|Question|Exercise|Task|Q)[ \t]*\.?[ \t]*\d+(?:\.\d+)*[a-z]?|\d+(?:\.\d+)*[.)])(?=[\s:.)*_(]|$)[*_:.) \t]*(.*)$/i;
const underline = /^ {0,3}(=+|-{2,})[ \t]*$/;

/** The file, its headings and its numbered problems, in order. `inside` says whether an offset is in code or a formula. */
export function readSections(
  text: string,
  from: number,
  to: number,
  inside: (offset: number) => boolean,
): readonly Section[] {
  const headings: Heading[] = [];
  let previous = "";
  let previousStart = from;
  for (let start = from; start < to; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 || newline > to ? to : newline;
    const line = text.slice(start, Math.min(end, start + 500)).replace(/\r$/, "");
    const within = inside(start);
    const heading = within ? null : readHeading(line, start, end);
    if (heading !== null) headings.push(heading);
    else if (underline.test(line) && isTitle(previous) && headings.at(-1)?.start !== previousStart && !within) {
      headings.push({
        title: previous.trim(),
        level: line.trim().startsWith("=") ? 1 : 2,
        start: previousStart,
        end: start - 1,
      });
    }
    previous = within ? "" : line;
    previousStart = start;
    start = end + 1;
  }
  return nest(headings, to);
}

const isTitle = (line: string): boolean => /^ {0,3}[^\s#>|*+\-\d]/.test(line) && line.length < 120;

function readHeading(line: string, start: number, end: number): Heading | null {
  const hash = markdown.exec(line);
  if (hash !== null) return { title: hash[2] ?? "", level: hash[1]?.length ?? 1, start, end };
  const tex = texHeading.exec(line);
  if (tex !== null) return { title: tex[2] ?? "", level: texLevels.get(tex[1] ?? "") ?? 2, start, end };
  const problem = texProblem.exec(line);
  if (problem !== null) return { title: line.trim(), level: 0, start, end };
  return numbered.test(line) ? { title: line.trim(), level: 0, start, end } : null;
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
