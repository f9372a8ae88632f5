import { sharedProblem } from "../check/check.js";
import type { SharedProblem } from "../check/shared-problem.js";
import type { Judged } from "../check/verdict.js";
import type { Diagnostic } from "../core/diagnostic.js";
import type { Document, Section } from "../document/document.js";
import type { ParsedWorksheet } from "../model/parse-worksheet.js";
import { withIndicesApart } from "../model/passes/indices/own-indices.js";
import { usedSymbols } from "../model/problems.js";
import { type Problem, readAgain, readWithMatrices, readWorksheet, type Worksheet } from "../model/read.js";
import { takeApart } from "../model/symbols/scripts.js";
import {
  type Item,
  isEquation,
  isPureDerivative,
  leftSide,
  mentionsDerivative,
  mentionsHead,
  namesDerivative,
  targetKey,
} from "../model/symbols/statements.js";
import { heedHandedIn } from "./matrices.js";

/** A file that others are judged against. */
export interface PremisesFile {
  readonly file: string;
  readonly text: string;
}

const worksheets = new WeakMap<PremisesFile, Worksheet>();

/** What is judged against is read once for all that is judged. */
export function premisesOf(against: PremisesFile): Worksheet {
  let worksheet = worksheets.get(against);
  if (worksheet === undefined) {
    worksheet = readWorksheet(against.file, against.text);
    worksheets.set(against, worksheet);
  }
  return worksheet;
}

/** Makes a problem anew; `shared` is what is known of it apart from anybody's lines. */
export interface Reader {
  readonly read: () => Problem;
  readonly shared: SharedProblem | null;
  /** Takes back what a reading that is as good would call wrong. */
  readonly heed: (judged: readonly Judged[], seed: number, problem: Problem) => void;
}

const sharedProblems = new WeakMap<Problem, Map<number, SharedProblem>>();

/** What is found out about a problem, for all whose samples have one seed. */
function sharedOf(problem: Problem, read: () => Problem, seed: number): SharedProblem {
  const bySeed = sharedProblems.get(problem) ?? new Map<number, SharedProblem>();
  sharedProblems.set(problem, bySeed);
  const shared = bySeed.get(seed) ?? sharedProblem(read, seed);
  bySeed.set(seed, shared);
  return shared;
}

/** The lines of a submission, sorted by the problems that they are about. */
export interface SortedLines {
  /** For each problem of the premises, the problem with the submission's lines as claims. */
  readonly readers: readonly Reader[];
  /** Lines that may be about several problems. */
  readonly lost: readonly Item[];
  /** How lines were read that use the problem's letters for something else. */
  readonly notes: readonly Diagnostic[];
}

/**
 * Judges the lines of one worksheet by the problems of another: only those give shapes, assumptions and equations. With a
 * `seed` for the samples of all worksheets, what is found out for one serves the others.
 */
export function sortLines(
  premises: Worksheet,
  { document, items, besides }: ParsedWorksheet,
  seed: number | undefined,
): SortedLines {
  const { problems } = premises;
  const own: Item[][] = problems.map(() => []);
  const lost: Item[] = [];
  const find = problems.length === 1 ? () => 0 : finder(premises, document, items);
  for (const item of items) {
    const k = find(item);
    if (k === null) lost.push(item);
    else own[k]?.push({ ...item, submitted: true });
  }
  const notes: Diagnostic[] = [];
  const readers = problems.flatMap((problem, k) => {
    const lines = withIndicesApart(own[k] ?? [], problem, notes);
    if (lines.length === 0) return [];
    const given = withNames(problem, lettersGiven(lines));
    const bare = withNames(problem, new Set());
    const shared = seed === undefined ? null : sharedOf(problem, () => readAgain(premises.document, bare), seed);
    const formulas = new Set(given.items.map((i) => i.formula));
    const more = besides.filter((i) => formulas.has(i.formula));
    const whole = more.length === 0 ? given : { ...given, items: [...given.items, ...more] };
    const read = (): Problem => readAgain(premises.document, whole, lines);
    const withMatrices = (): Problem | null => readWithMatrices(premises.document, whole, lines);
    const heed = (judged: readonly Judged[], seed: number, read: Problem): void => {
      heedHandedIn(withMatrices, read, judged, seed);
    };
    return [{ read, shared, heed }];
  });
  return { readers, lost, notes };
}

/**
 * "Let $g = \partial L/\partial y$", "let $D_i = O_i^\top \, \partial L/\partial O_i$": whoever hands in lines about the problem has its
 * names too, unless he gives the letter himself. A name that stands in an answer of the problem's is not given.
 */
function givenNames(
  item: Item,
  items: readonly Item[],
  own: ReadonlySet<string>,
  heads: ReadonlySet<string>,
): readonly Item[] {
  const { statement } = item;
  const [name, what, ...more] = statement.sides;
  const t = name === undefined ? null : takeApart(name);
  if (name === undefined || what === undefined || t === null || more.length > 0 || own.has(targetKey(t))) return [];
  if (item.kind === "name") return isPureDerivative(what) ? [item] : [];
  // What has a meaning by itself, or an equation above, is no name but an answer.
  const isNamed = (i: Item): boolean => {
    const left = i.statement.sides[0] === undefined ? null : leftSide(i.statement.sides[0]);
    return i !== item && left !== null && targetKey(left.target) === targetKey(t);
  };
  if (item.kind !== "claim" || items.some(isNamed)) return [];
  if (INTRODUCES.test(item.formula.sentence.trim())) return [item];
  // So does what is computed from such a name, `P = (g - 1)^2`.
  const isComputed = mentionsDerivative(what) || mentionsHead(what, heads);
  return isComputed && !namesDerivative(name, () => true) ? [item] : [];
}

const INTRODUCES = /^(?:let|define|put|set|write|denote)\b/i;

/** The letters to which lines give a meaning themselves: another formula for the problem's name is an answer about it. */
const lettersGiven = (lines: readonly Item[]): ReadonlySet<string> =>
  new Set(
    lines.flatMap(({ statement, formula }) => {
      const [first, ...rest] = statement.sides;
      const left = first === undefined || !isEquation(statement) ? null : leftSide(first);
      const isNamed = rest.some(isPureDerivative) || INTRODUCES.test(formula.sentence.trim());
      return left === null || !isNamed ? [] : [targetKey(left.target)];
    }),
  );

function withNames(problem: Problem, own: ReadonlySet<string>): Problem {
  const heads = new Set<string>();
  const items = problem.items.flatMap((item) => {
    if (!isClaim(item)) return [item];
    const kept = givenNames(item, problem.items, own, heads);
    const t = kept.length === 0 || item.statement.sides[0] === undefined ? null : takeApart(item.statement.sides[0]);
    if (t !== null) heads.add(targetKey(t));
    return kept;
  });
  return { ...problem, items };
}

const isClaim = (i: Item): boolean => i.kind === "claim" || i.kind === "question" || i.kind === "name";

/**
 * By the heading above a line; else by the symbols that it uses, then by those of its section. A number may also be that
 * of a question, so it counts only where the symbols do not speak against it.
 */
function finder(premises: Worksheet, document: Document, items: readonly Item[]): (item: Item) => number | null {
  const titles = premises.problems.map((p, k) => titleOf(premises.document.sections[p.section]?.title ?? "", k + 1));
  const known = premises.problems.map((p) => usedSymbols(p.items));
  const fitting = (lines: readonly Item[], among: readonly number[]): readonly number[] => {
    const used = [...usedSymbols(lines)];
    const scores = among.map((k) => used.filter((s) => known[k]?.has(s)).length);
    const best = Math.max(...scores);
    return among.filter((_, n) => scores[n] === best);
  };
  const bySection = new Map<number, Item[]>();
  for (const item of items) {
    const { section } = item.formula;
    const lines = bySection.get(section);
    if (lines === undefined) bySection.set(section, [item]);
    else lines.push(item);
  }
  return (item) => {
    const own = fitting([item], [...titles.keys()]);
    const heading = underHeading(document.sections, item.formula.section, titles);
    if (heading !== null && (heading.byWords || own.includes(heading.problem))) return heading.problem;
    const [only, ...more] = own.length === 1 ? own : fitting(bySection.get(item.formula.section) ?? [], own);
    // What claims nothing, a name or a remark, is put somewhere rather than judged nowhere.
    return more.length === 0 || !isEquation(item.statement) ? (only ?? null) : null;
  };
}

interface Title {
  readonly words: string;
  readonly number: string;
}

function titleOf(title: string, ordinal: number): Title {
  return { words: wordsOf(title), number: numberOf(title) ?? String(ordinal) };
}

const wordsOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
const numberOf = (title: string): string | null => /\d+(?:\.\d+)*[a-z]?\b/i.exec(title)?.[0] ?? null;

interface Heading {
  readonly problem: number;
  readonly byWords: boolean;
}

/** The problem that the nearest heading names, by its title or its number. */
function underHeading(sections: readonly Section[], from: number, titles: readonly Title[]): Heading | null {
  for (let s: number | null = from; s !== null; s = sections[s]?.parent ?? null) {
    const title = sections[s]?.title ?? "";
    const number = numberOf(title);
    const same = titles.findIndex((t) => t.words !== "" && t.words === wordsOf(title));
    const k = same >= 0 || number === null ? same : titles.findIndex((t) => t.number === number);
    if (k >= 0) return { problem: k, byWords: same >= 0 };
  }
  return null;
}
