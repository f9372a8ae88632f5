import type { PosedQuestion } from "../session/questions.js";

/** Points for each question in order, or in one sentence why there are none. */
export type Points = { readonly points: readonly number[] } | { readonly problem: string; readonly hint: string };

/** Sums of points are compared after rounding: 0.1 + 0.2 is 0.3. */
export const rounded = (x: number): number => Math.round(x * 1e6) / 1e6;

const sum = (all: readonly number[]): number => rounded(all.reduce((a, b) => a + b, 0));

const refuse = (problem: string, hint = ""): Points => ({ problem, hint });

/**
 * What each question counts: by `points` of the front matter (a list in the order of the questions, a map from symbols or
 * numbers of questions, or the total), by `(2 points)` beside the question, else 1.
 */
export function pointsOf(questions: readonly PosedQuestion[], front: unknown, text: string): Points {
  const beside = pointsBeside(questions, text);
  if (front === undefined) return checked(beside.map((p) => p ?? 1));
  if (Array.isArray(front)) return fromList(questions, front);
  if (typeof front === "object" && front !== null) return fromMap(questions, new Map(Object.entries(front)));
  const total = Number(front);
  if (typeof front !== "number" || !Number.isFinite(total)) return refuse("`points` must be a number, a list or a map");
  if (total < 0) return refuse(`points must be numbers from 0 up, not ${total}`);
  if (beside.every((p) => p === null)) return checked(questions.map(() => total / questions.length));
  const points = beside.map((p) => p ?? 0);
  return addsUp(checked(points), total);
}

function fromList(questions: readonly PosedQuestion[], list: readonly unknown[]): Points {
  if (list.length !== questions.length)
    return refuse(`\`points\` lists ${list.length} numbers for ${questions.length} questions`, hintOf(questions));
  return checked(list.map(numberOf));
}

function fromMap(questions: readonly PosedQuestion[], map: ReadonlyMap<string, unknown>): Points {
  const points = questions.map((): number | null => null);
  for (const [key, value] of map) {
    if (key === "total") continue;
    const meant = questions.findIndex((q, k) =>
      [q.name, q.of, q.latex, String(k + 1)].some((n) => plain(n) === plain(key)),
    );
    if (meant < 0) return refuse(`\`points\` names ${key}, which no question asks for`, hintOf(questions));
    if (points[meant] !== null) return refuse(`\`points\` names the question for ${key} twice`);
    points[meant] = numberOf(value);
  }
  const open = points.indexOf(null);
  if (open >= 0)
    return refuse(`\`points\` says nothing of the question for ${questions[open]?.of ?? ""}`, hintOf(questions));
  const all = checked(points.map((p) => p ?? 0));
  return map.has("total") ? addsUp(all, numberOf(map.get("total"))) : all;
}

/** What is no number, a blank among it, is none: nothing would be worth 0 points unasked. */
const numberOf = (value: unknown): number =>
  typeof value === "number" || (typeof value === "string" && value.trim() !== "") ? Number(value) : Number.NaN;

const hintOf = (questions: readonly PosedQuestion[]): string =>
  `the questions are ${questions.map((q, k) => `${k + 1}: ${q.name}`).join(", ")}`;

const plain = (name: string): string => name.replace(/[\s${}]|\\(?:mathbf|boldsymbol|bm|mathrm)\b/g, "");

function checked(points: readonly number[]): Points {
  const bad = points.find((p) => !Number.isFinite(p) || p < 0);
  if (bad !== undefined) return refuse(`points must be numbers from 0 up${Number.isNaN(bad) ? "" : `, not ${bad}`}`);
  if (sum(points) === 0) return refuse("no question counts anything: all points are 0");
  return { points: points.map(rounded) };
}

function addsUp(all: Points, total: number): Points {
  if ("problem" in all) return all;
  const found = sum(all.points);
  if (found === rounded(total)) return all;
  return refuse(`the questions' points add up to ${found}, and the total says ${total}`);
}

const BESIDE = /[([]\s*(-?\d+(?:[.,]\d+)?)\s*(?:points?|pts?\.?|marks?)\s*[)\]]/gi;

/** Questions that stand together: in one display, or one paragraph with one number of points. */
interface Block {
  readonly questions: number[];
  readonly marks: number[];
}

/**
 * `(2 points)` between the question before and the end of the line on which this one stands. Questions of one paragraph
 * have each its own number, or share the one that is there.
 */
function pointsBeside(questions: readonly PosedQuestion[], text: string): readonly (number | null)[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  let read = 0;
  questions.forEach(({ at }, k) => {
    if (at === null) return;
    const between = lines.slice(read, Math.max(read, at.endLine)).join("\n");
    const marks = [...between.matchAll(BESIDE)].map((m) => Number((m[1] ?? "").replace(",", ".")));
    const block = blocks.at(-1);
    const together = block !== undefined && !/\n[ \t]*\n/.test(between);
    if (together) {
      block.questions.push(k);
      block.marks.push(...marks);
    } else blocks.push({ questions: [k], marks });
    read = Math.max(read, at.endLine);
  });
  const points = questions.map((): number | null => null);
  for (const { questions: own, marks } of blocks) {
    const each = marks.length === own.length ? marks : own.map(() => shareOf(marks.at(-1), own.length));
    own.forEach((k, n) => {
      points[k] = each[n] ?? null;
    });
  }
  return points;
}

const shareOf = (mark: number | undefined, count: number): number | null => (mark === undefined ? null : mark / count);
