/*
 * Made submissions to a problem: each answers the same five questions, in its own words. What a student writes is drawn
 * from right answers, answers with one slip, other spellings of both, and what cannot be read. Seeded: the n-th
 * submission is the same in every run.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { answersOf, balanced, HEADING, SLIPS, SPELLINGS, sides } from "./claims.mjs";

/** Five questions of each problem, by the place of their official answer. */
const PROBLEMS = [
  ["csc311-1-1-mlp-by-index.md", [0, 1, 3, 4, 5]],
  ["csc311-1-3-backward-vectorized.md", [0, 1, 3, 4, 5]],
  ["csc311-1-3-batch-backward.md", [5, 6, 8, 9, 11]],
];

/** Problems with the official answers to five questions. */
export function classProblems(folder) {
  return PROBLEMS.map(([file, places]) => {
    const text = readFileSync(path.join(folder, file), "utf8");
    const all = answersOf(text);
    const official = places.map((k) => all[k]);
    const premises = text.slice(0, text.indexOf(HEADING));
    return { file, official, text: [premises + HEADING, ...official.map((line) => `$$${line}$$`), ""].join("\n\n") };
  });
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The letters that run over positions, renamed all through a line. */
const LETTERS = [
  ["i", "p"],
  ["j", "h"],
  ["k", "c"],
  ["n", "m"],
];

/** Names within braces or after an underscore: no command, no word. */
const renamed = (s, from, to) =>
  s
    .replace(new RegExp(`(?<![\\\\a-zA-Z])${from}(?![a-zA-Z])`, "g"), to)
    .replace(/_\{[a-z' ]+\}/g, (m) => m.replaceAll(from, to));

/** Other letters for running positions, a different pair each time. */
function relettered(line, draw) {
  let s = line;
  for (const [from, to] of LETTERS) if (draw() < 0.25 && !s.includes(`{${to}`)) s = renamed(s, from, to);
  return s;
}

/** What differs from student to student without a meaning: spaces, brackets' sizes, `\text` or `\mathrm`. */
const TYPING = [
  (s) => s.replaceAll("\\text{ReLU}", "\\mathrm{ReLU}"),
  (s) => s.replaceAll("\\text{ReLU}", "\\operatorname{ReLU}"),
  (s) => s.replaceAll("\\frac", "\\dfrac"),
  (s) => s.replace(/, \\quad .*$/, ""),
  (s) => s.replaceAll(" \\quad ", " \\; "),
  (s) => s.replace(" = ", " \\;=\\; "),
  (s) => s.replace(/\\text\{ReLU\}'\(([^()]*(?:\([^()]*\)[^()]*)*)\)/, "\\mathbb{1}[$1 > 0]"),
  (s) => s.replaceAll("\\top", "\\mathsf{T}"),
];

const UNREADABLE = [
  (s) => s.replace(/\}(?=[^}]*$)/, ""),
  (s) => s.replace("=", "= \\myderivative"),
  (s) => `${s} + \\foo{x}`,
  (s) => s.replace("\\frac{", "\\frac{\\frac{"),
];

const apply = (line, change) => {
  const { left, right, rest } = sides(line);
  const other = change(right).trim();
  return other === "" || !balanced(other) ? line : `${left} = ${other}${rest}`;
};

/** One answer in somebody's words. */
function answer(line, draw) {
  const pick = (list) => list[Math.floor(draw() * list.length)];
  const kind = draw();
  if (kind < 0.03) return null;
  let s = line;
  if (kind < 0.06) return pick(UNREADABLE)(s);
  if (kind < 0.31) s = pick(SLIPS.map(([, slip]) => apply(line, slip)).filter((other) => other !== line));
  for (const often of [0.45, 0.3]) if (draw() < often) s = apply(s, pick(SPELLINGS));
  s = relettered(s, draw);
  for (const typing of TYPING) if (draw() < 0.2) s = typing(s);
  return s;
}

const WORDS = ["By the chain rule,", "We have", "So", "Then", "", "Hence:", "Next,", "It follows that"];

/** The text of the n-th submission to a problem. */
export function submission({ official }, n) {
  const draw = random(0x9e3779b9 ^ (n * 2654435761));
  const lines = official.flatMap((line) => {
    const text = answer(line, draw);
    const words = WORDS[Math.floor(draw() * WORDS.length)];
    return text === null ? [] : [words, `$$${text}$$`];
  });
  return [`# Submission ${n}`, ...lines, ""].join("\n\n");
}
