import { describe, expect, test } from "vitest";
import { submissionsFromCsv } from "../../src/grade/csv-answers.js";
import { gradeChanges } from "../../src/grade/diff.js";
import { gradeFormats } from "../../src/grade/formats/formats.js";
import { gradeSubmission } from "../../src/grade/grade.js";
import { type GradedProblem, readGradedProblem } from "../../src/grade/problem.js";
import type { FeedbackLevel, GradeJson } from "../../src/grade/report.js";

const NETWORK = String.raw`---
title: A small network
points: { z2: 1, W2: 2, z1: 2, W1: 1 }
---
$x \in \mathbb{R}^{d}$, $W_1 \in \mathbb{R}^{h \times d}$, $b_1 \in \mathbb{R}^h$, $W_2 \in \mathbb{R}^{k \times h}$, $b_2 \in \mathbb{R}^k$, $t \in \mathbb{R}^k$.

$$z_1 = W_1 x + b_1, \quad a_1 = \tanh(z_1)$$
$$z_2 = W_2 a_1 + b_2, \quad L = \frac12 \|z_2 - t\|^2$$

$$\frac{\partial L}{\partial z_2} = ?$$
$$\frac{\partial L}{\partial W_2} = ?$$
$$\frac{\partial L}{\partial z_1} = ?$$
$$\frac{\partial L}{\partial W_1} = ?$$
`;

function problemOf(text: string): GradedProblem {
  const read = readGradedProblem("problem.md", text);
  if ("refused" in read) throw new Error(JSON.stringify(read.refused));
  return read.problem;
}

const network = problemOf(NETWORK);
const grade = (text: string, feedback: FeedbackLevel = "full"): GradeJson =>
  gradeSubmission(network, { file: "s.md", text }, { feedback });
const marks = (g: GradeJson): string => g.parts.map((p) => `${p.name} ${p.score ?? "review"}`).join(", ");

test("a submission that is as long as a library waits for a person", () => {
  const g = grade(`${"$a$ ".repeat(300_000)}\n\n$$\\frac{\\partial L}{\\partial z_2} = z_2 - t$$`);
  expect([g.score, g.review, g.parts[0]?.score]).toEqual([0, true, null]);
});

test("where the program fails at a line, a person must look: nobody loses points to it", () => {
  const two = problemOf(String.raw`# One

$w, x \in \mathbb{R}$

$$z = w x, \quad L = z^2$$

$$\frac{\partial L}{\partial w} = ?$$

# Two

$v, u \in \mathbb{R}$

$$y = v u, \quad M = y^3$$

$$\frac{\partial M}{\partial v} = ?$$
`);
  const text = String.raw`# One

$$\frac{\partial L}{\partial w} = 2 z x$$

# Two

$$\frac{\partial M}{\partial v} = 3 y^2 u + 0 ${"\\tanh ".repeat(6000)} u$$
`;
  const [w, v] = gradeSubmission(two, { file: "s.md", text }).parts;
  expect([w?.score, v?.score === 0]).toEqual([1, false]);
});

const Z2 = String.raw`$$\frac{\partial L}{\partial z_2} = z_2 - t$$`;
const W2 = String.raw`$$\frac{\partial L}{\partial W_2} = (z_2 - t) a_1^\top$$`;
const Z1 = String.raw`$$\frac{\partial L}{\partial z_1} = W_2^\top (z_2 - t) \odot (1 - a_1 \odot a_1)$$`;
const W1 = String.raw`$$\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial z_1} x^\top$$`;

describe("a submission's marks", () => {
  test.each([
    ["all right", [Z2, W2, Z1, W1].join("\n"), "z2 1, W2 2, z1 2, W1 1"],
    ["in any order", [W1, Z1, W2, Z2].join("\n"), "z2 1, W2 2, z1 2, W1 1"],
    ["nothing", "", "z2 0, W2 0, z1 0, W1 0"],
    ["words", "I do not know.", "z2 0, W2 0, z1 0, W1 0"],
    ["a step that rests on what is nowhere worked out", [Z2, W2, W1].join("\n"), "z2 1, W2 2, z1 0, W1 0"],
    [
      "a transposition is a near miss",
      [Z2, String.raw`$$\frac{\partial L}{\partial W_2} = a_1 (z_2 - t)^\top$$`, Z1, W1].join("\n"),
      "z2 1, W2 1, z1 2, W1 1",
    ],
    [
      "one slip costs its own points: the next step refers to it by name",
      [Z2, W2, String.raw`$$\frac{\partial L}{\partial z_1} = W_2^\top (z_2 - t)$$`, W1].join("\n"),
      "z2 1, W2 2, z1 0, W1 1",
    ],
    [
      "carried forward",
      [
        String.raw`$$\frac{\partial L}{\partial z_2} = z_2 + t$$`,
        String.raw`$$\frac{\partial L}{\partial W_2} = (z_2 + t) a_1^\top$$`,
        Z1,
        W1,
      ].join("\n"),
      "z2 0.5, W2 2, z1 2, W1 1",
    ],
    [
      "the last line counts",
      [String.raw`$$\frac{\partial L}{\partial z_2} = t$$`, Z2].join("\n"),
      "z2 1, W2 0, z1 0, W1 0",
    ],
    [
      "what cannot be read may be any answer that is missing",
      `${Z2}\n$$\\frac{\\partial L}{\\partial W_2} = \\frac{$$\n${Z1}`,
      "z2 1, W2 review, z1 2, W1 review",
    ],
    ["formulas that nothing marks as such", "dL/dz2 = z2 - t", "z2 review, W2 review, z1 review, W1 review"],
    [
      "an answer in a letter that nobody introduced",
      String.raw`$$\frac{\partial L}{\partial z_2} = q_7$$`,
      "z2 review, W2 0, z1 0, W1 0",
    ],
    [
      "a name's meaning, and what is worked out of it further down",
      String.raw`Let $\delta_1 = \frac{\partial L}{\partial z_1}$ and $r = z_2 - t$.
$$\frac{\partial L}{\partial z_2} = r$$
$$\delta_1 = W_2^\top r \odot (1 - a_1^2)$$
$$\frac{\partial L}{\partial W_1} = \delta_1 x^\top$$`,
      "z2 1, W2 0, z1 2, W1 1",
    ],
    ["right sides alone", String.raw`$$z_2 - t$$ $$(z_2 - t) a_1^\top$$`, "z2 review, W2 review, z1 review, W1 review"],
    [
      "the loss by a name that the problem does not know, and one that it does",
      String.raw`$$\frac{\partial C}{\partial z_2} = z_2 - t$$ $$\frac{\partial z_2}{\partial W_2} = 1$$`,
      "z2 review, W2 0, z1 0, W1 0",
    ],
    [
      "a premise cannot be changed",
      `$$t = z_2$$\n$$\\frac{\\partial L}{\\partial z_2} = 0$$`,
      "z2 0, W2 0, z1 0, W1 0",
    ],
    [
      "the question again",
      String.raw`$$\frac{\partial L}{\partial z_2} = \frac{\partial L}{\partial z_2}$$`,
      "z2 0, W2 0, z1 0, W1 0",
    ],
    [
      "a circle closes nothing",
      String.raw`$$\frac{\partial L}{\partial z_1} = \frac{\partial L}{\partial a_1} \odot (1 - a_1^2)$$
$$\frac{\partial L}{\partial a_1} = W_2^\top \frac{\partial L}{\partial z_2}$$`,
      "z2 0, W2 0, z1 0, W1 0",
    ],
    [
      "δ that is a name only",
      String.raw`$$\delta_2 := \frac{\partial L}{\partial z_2}$$
$$\frac{\partial L}{\partial W_2} = \delta_2 a_1^\top$$`,
      "z2 0, W2 0, z1 0, W1 0",
    ],
    [
      "δ with its meaning",
      String.raw`$$\delta_2 := \frac{\partial L}{\partial z_2} = z_2 - t$$
$$\frac{\partial L}{\partial W_2} = \delta_2 a_1^\top$$`,
      "z2 1, W2 2, z1 0, W1 0",
    ],
  ])("%s", (_, text, wanted) => {
    const g = grade(text);
    expect(marks(g)).toBe(wanted);
    expect(g.max).toBe(6);
    expect(g.review === true).toBe(g.parts.some((p) => p.score === null));
  });

  test("what the problem gives need not be worked out", () => {
    const given = problemOf(
      NETWORK.replace(/points:.*\n/, "").replace(
        /\$\$\\frac\{\\partial L\}\{\\partial z_2\} = \?[\s\S]*$/,
        String.raw`Given $\frac{\partial L}{\partial z_1}$, derive $\frac{\partial L}{\partial W_1}$.`,
      ),
    );
    const g = gradeSubmission(given, { file: "s.md", text: W1 });
    expect(marks(g)).toBe("W1 1");
  });
});

describe("feedback says", () => {
  const text = String.raw`$$\frac{\partial L}{\partial z_2} = t - z_2$$`;
  const said = (level: FeedbackLevel): string => grade(text, level).parts[0]?.feedback ?? "";

  test("nothing", () => expect(said("none")).toBe(""));
  test("what kind of slip", () => {
    expect(said("kind")).toContain("Follow the signs");
    expect(said("kind")).not.toContain("Line");
  });
  test("where", () => {
    expect(said("where")).toContain("Line 1: `");
    expect(said("where")).not.toContain("negative");
  });
  test("a line of several as one", () => {
    const { parts } = grade(
      String.raw`$$\begin{aligned} \frac{\partial L}{\partial z_2} &= t - z_2 \end{aligned}$$`,
      "where",
    );
    expect(parts[0]?.feedback).toContain("Line 1: `\\frac{\\partial L}{\\partial z_2} = t - z_2`");
  });
  test("all of it", () => {
    expect(said("full")).toContain("negative");
    expect(said("full")).toContain("Right: `");
  });
});

describe("tables of answers", () => {
  const texts = (csv: string): string => {
    const read = submissionsFromCsv("c.csv", csv, network.questions);
    return "problem" in read ? read.problem : [...read.submissions].map((s) => `${s.file}: ${s.text}`).join("|");
  };

  test.each([
    ["by variable", "id,z2\nann,z_2 - t", String.raw`c.csv#ann: $$\frac{\partial L}{\partial z_2} = z_2 - t$$`],
    [
      "by number",
      "Email address,Response 1\na@b,z_2 - t",
      String.raw`c.csv#a@b: $$\frac{\partial L}{\partial z_2} = z_2 - t$$`,
    ],
    ["in dollars", "id,Q1\nann,$z_2 - t$", String.raw`c.csv#ann: $$\frac{\partial L}{\partial z_2} = z_2 - t$$`],
    ["a whole submission", 'id,answer\nann,"$a = b$, $c$"', "c.csv#ann: $a = b$, $c$"],
    ["with its left side", 'id,Q1\nann,"\\delta = z_2 - t"', "c.csv#ann: $$\\delta = z_2 - t$$"],
    ["blank cells", "id,Q1,Q2\nann,,", "c.csv#ann: "],
    [
      "one name twice",
      "id,Q1\nann,1\nann,2",
      String.raw`c.csv#ann: $$\frac{\partial L}{\partial z_2} = 1$$|c.csv#ann (2): $$\frac{\partial L}{\partial z_2} = 2$$`,
    ],
    [
      "responses of a Moodle quiz, beside the questions, the right answers and the marks",
      'Last name,First name,Email address,State,Grade/6.00,"Question 1","Response 1","Right answer 1",Q. 1 /1.00\nLee,Ann,a@b,Finished,-,"Derive $z$","z_2 - t","0","-"',
      String.raw`c.csv#a@b: $$\frac{\partial L}{\partial z_2} = z_2 - t$$`,
    ],
    [
      "a Canvas student analysis: a column for each question, then one for its points",
      'name,id,sis_id,section,submitted,attempt,"811: The first, $z_2$",1.0,"812: The second",2.0,n correct,score\nAnn,71,s7,A,2026,1,<p>z_2 - t</p>,1.0,"\\delta a_1^\\top",0.0,1,3.0',
      String.raw`c.csv#71: $$\frac{\partial L}{\partial z_2} = z_2 - t$$

$$\frac{\partial L}{\partial W_2} = \delta a_1^\top$$`,
    ],
    [
      "columns that hold points",
      "SID,Email,Q1,1: dz (2.0 pts),Q2 (2 points)\n7,a@b,z_2 - t,1.0,2",
      String.raw`c.csv#7: $$\frac{\partial L}{\partial z_2} = z_2 - t$$`,
    ],
    [
      "an answer as a page's text",
      'id,Response 1\nann,"<p>z_2 &amp;lt; <img class=""equation_image"" alt=""t"" data-equation-content=""z_2 - t""></p>"',
      "c.csv#ann: z_2 &lt; $z_2 - t$",
    ],
    ["no names", "Q1\n1", String.raw`c.csv#1: $$\frac{\partial L}{\partial z_2} = 1$$`],
    ["no answers", "id,mood\nann,good", "no column holds answers"],
    ["empty", "", "the table is empty"],
    [
      "semicolons, as where a comma is decimal",
      "id;Q1\r\nann;z_2 - t",
      String.raw`c.csv#ann: $$\frac{\partial L}{\partial z_2} = z_2 - t$$`,
    ],
  ])("%s", (_, csv, wanted) => {
    expect(texts(csv)).toBe(wanted);
  });

  test.each(["\n", "\r\n", "\r"])("of a class, with quotes, breaks in cells and blank lines (%j)", (end) => {
    const rows = Array.from(
      { length: 1000 },
      (_, k) => `s${k};"$a = ""${k};""$${end}${end}b";${k % 7 === 0 ? end : ""}`,
    );
    const all = texts(["id;answer;mood", ...rows].join(end)).split("|");
    expect(all).toHaveLength(1000);
    expect([all[0], all[999]]).toEqual([0, 999].map((k) => `c.csv#s${k}: $a = "${k};"$${end}${end}b`));
  });
});

describe("exchange formats", () => {
  const good = { ...grade([Z2, W2, Z1, W1].join("\n")), submission: "=cmd|' /C calc'!A0.md" };
  const open = { ...grade(String.raw`$$\frac{\partial L}{\partial z_2} = \frac{$$`), submission: '<script>"&.md' };
  const made = (name: keyof typeof gradeFormats): string => {
    const format = gradeFormats[name](network);
    return format.head() + format.one(good) + format.one(open) + format.tail();
  };

  test("csv: a row for each part, no formula for a spreadsheet", () => {
    const lines = made("csv").split("\r\n");
    expect(lines[0]).toBe("submission,part,score,max,verdict,mistake,review,feedback");
    expect(lines.filter((l) => /^"?[=+@-]/.test(l))).toEqual([]);
    expect(made("csv")).toContain("'=cmd|");
  });

  test("gradescope: the sum of the tests is the score", () => {
    for (const line of made("gradescope").trim().split("\n")) {
      const { score, tests } = JSON.parse(line) as { score: number; tests: { score: number }[] };
      expect(tests.reduce((sum, t) => sum + t.score, 0)).toBe(score);
    }
  });

  test("prairielearn: between 0 and 1, and not gradable where a person must look", () => {
    const results = made("prairielearn")
      .trim()
      .split("\n")
      .map((l) => JSON.parse(l) as { gradable: boolean; score: number });
    expect(results.map((r) => [r.gradable, r.score])).toEqual([
      [true, 1],
      [false, 0],
    ]);
  });

  test("junit: well-formed, names escaped", () => {
    const xml = made("junit");
    expect(xml).toContain('<testsuite name="&lt;script&gt;&quot;&amp;.md" tests="4" failures="0" skipped="4">');
    expect(xml.match(/<testcase/g)).toHaveLength(8);
  });

  test("the class report: marks, review, links, nothing of a student's is markup", () => {
    const page = made("html");
    expect(page).toContain("2 submissions, 1 for review; mean of the others 6 of 6");
    expect(page).toContain('<a href="./%3Cscript%3E%22%26.md">&lt;script&gt;');
    expect(page).not.toContain("<script");
  });
});

describe("what changes since an earlier run", () => {
  const right = grade(Z2);
  const wrong = grade(String.raw`$$\frac{\partial L}{\partial z_2} = t$$`);
  test.each([
    ["nothing", right, right, []],
    ["a mark", wrong, right, ["z2: 0 of 1 → 1 of 1"]],
    ["a submission that is new", null, right, ["null: not graded → 1 of 6"]],
  ])("%s", (_, before, after, wanted) => {
    expect(gradeChanges(before, after).map((c) => `${c.of}: ${c.before} → ${c.after}`)).toEqual(wanted);
  });
});
