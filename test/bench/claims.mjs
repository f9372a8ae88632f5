/*
 * Claims to measure checking by: for each worksheet of problems/ its official answers, the same answers in another
 * spelling, and answers with one slip, all made from the text alone. No two claims of a worksheet are the same.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const LINE = /^\$\$(.*)\$\$$/;
export const HEADING = "## Answers";

/** The text above a worksheet's answers, and the answers. */
function parts(text) {
  const from = text.indexOf(HEADING);
  return { premises: text.slice(0, from), answers: answersOf(text) };
}

/** The answers of a worksheet, line by line. */
export const answersOf = (text) =>
  text
    .slice(text.indexOf(HEADING))
    .split("\n")
    .map((line) => LINE.exec(line)?.[1].trim())
    .filter((line) => line !== undefined);

/** `left = right, conditions`. */
export function sides(line) {
  const [equation, ...conditions] = line.split(/, \\quad /);
  const at = equation.indexOf(" = ");
  return {
    left: equation.slice(0, at),
    right: equation.slice(at + 3),
    rest: conditions.map((c) => `, \\quad ${c}`).join(""),
  };
}

/** Changes one thing in a right side; a change that finds nothing to change gives the text back. */
export const SLIPS = [
  ["dropped transpose", (s) => s.replace(/\^\\top|\^\{-\\top\}|\^\{\(m\+1\)\\top\}/, "")],
  ["sign of a term", (s) => s.replace(/ ([-+]) /, (_, sign) => (sign === "+" ? " - " : " + "))],
  ["sign of the whole", (s) => (s.startsWith("-") ? s.slice(1) : `-(${s})`)],
  ["letters exchanged", (s) => s.replace(/_\{([a-z])([a-z])\}/, (_, a, b) => `_{${b}${a}}`)],
  ["dropped constant", (s) => s.replace(/\\frac\{1\}\{\w+\} ?|(?<![\w^{])2 ?(?=[\\(])/, "")],
  ["factor two", (s) => `2 (${s})`],
  ["dropped factor", (s) => s.replace(/ \\odot .*$| \\(text|sigma)\S*'\([^)]*\)+/, "")],
  ["dropped sum", (s) => s.replace(/\\sum_\{[^}]*\}\^(\{[^}]*(\{[^}]*\})*[^}]*\}|\w) ?/, "")],
  ["last term only", (s) => s.replace(/^.* [-+] /, "")],
  ["first term only", (s) => s.replace(/ [-+] .*$/, "")],
  ["another symbol", (s) => s.replace(/\b(t|y|x|h)\b(?!\w)/, (_, a) => ({ t: "y", y: "x", x: "y", h: "x" })[a])],
];

/** The terms of a sum and the signs between them. */
function terms(s) {
  const found = [""];
  let depth = 0;
  for (const word of s.split(" ")) {
    if (depth === 0 && (word === "+" || word === "-")) found.push(word, "");
    else found.push(`${found.pop()} ${word}`.trim());
    depth += word.split(/[({]|\\begin/).length - word.split(/[)}]|\\end/).length;
  }
  return found;
}

/** The same value in other words. */
export const SPELLINGS = [
  (s) => s.replaceAll("^\\top", "^T"),
  (s) => {
    const [a, sign, b, ...more] = terms(s);
    if (b === undefined || more.length > 0) return s;
    return sign === "-" ? `-(${b} - (${a}))` : `${b} + (${a})`;
  },
  (s) => `\\frac{1}{2} \\left( ${s} + ${s} \\right)`,
  (s) => (terms(s).length > 1 ? s : s.replace(/^(.*\S) \\odot (.*)$/, (_, a, b) => `(${b}) \\odot (${a})`)),
  (s) => `3 (${s}) - 2 (${s})`,
  (s) => `-\\left( -(${s}) \\right)`,
];

export const balanced = (s) => {
  let depth = 0;
  for (const c of s) {
    depth += c === "(" || c === "{" ? 1 : c === ")" || c === "}" ? -1 : 0;
    if (depth < 0) return false;
  }
  return depth === 0 && s.split("\\left").length === s.split("\\right").length;
};

/** Does the right side of a claim hold letters as indices, with a single entry on the left? */
const byIndex = (left) =>
  /\\partial [^{}]*(\\hat\{\w\})?_\{?[\w, ]+\}?|\\partial [^{}]*_\{[^}]*\}/.test(left) && !/nabla|overline/.test(left);

/** Every change of every answer that changes its text and leaves its parentheses paired. */
function changed(answers, change) {
  return answers.flatMap((line) => {
    const { left, right, rest } = sides(line);
    const other = change(right).trim();
    return other === right || other === "" || !balanced(other) ? [] : [`${left} = ${other}${rest}`];
  });
}

/** Worksheets by kind: `right`, `spelled otherwise`, `wrong`, each by index and in matrix form. */
export function claimSheets(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith(".md"));
  return files.flatMap((file) => {
    const { premises, answers } = parts(readFileSync(path.join(folder, file), "utf8"));
    const sheets = sheetMaker(file, premises);
    return [
      ...sheets("right", answers),
      ...SPELLINGS.flatMap((spell) => sheets("spelled otherwise", changed(answers, spell))),
      ...SLIPS.flatMap(([, slip]) => sheets("wrong", changed(answers, slip))),
    ];
  });
}

/** Makes worksheets of claims below a file's premises: one by index, one in matrix form, no claim that was made before. */
function sheetMaker(file, premises) {
  const seen = new Set();
  return (kind, lines) =>
    [true, false].flatMap((index) => {
      const own = lines.filter((line) => byIndex(sides(line).left) === index && !seen.has(line));
      for (const line of own) seen.add(line);
      const text = [premises + HEADING, ...own.map((line) => `$$${line}$$`)].join("\n\n");
      return own.length === 0
        ? []
        : [{ file, kind: `${kind}, ${index ? "by index" : "whole"}`, text, claims: own.length }];
    });
}

/** The same claims, `size` to a worksheet: the right ones of a problem together, and the wrong ones. */
export function largeClaimSheets(folder, size) {
  const groups = new Map();
  for (const { file, kind, text } of claimSheets(folder)) {
    const [premises, answers] = text.split(HEADING);
    const truth = kind.startsWith("wrong") ? "wrong" : "right";
    const key = `${file} ${truth}`;
    const group = groups.get(key) ?? { file, kind: `${truth}, ${size} to a worksheet`, premises, lines: [] };
    group.lines.push(...answers.split("\n\n").filter((line) => LINE.test(line)));
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ file, kind, premises, lines }) =>
    Array.from({ length: Math.ceil(lines.length / size) }, (_, k) => ({
      file,
      kind,
      text: [premises + HEADING, ...lines.slice(k * size, (k + 1) * size)].join("\n\n"),
    })),
  );
}
