import { describe, expect, test } from "vitest";
import { readGradedProblem } from "../../src/grade/problem.js";
import { fractionFor, readRubric } from "../../src/grade/rubric.js";

const FORWARD = String.raw`
$x \in \mathbb{R}^{d}$, $W \in \mathbb{R}^{k \times d}$, $b \in \mathbb{R}^{k}$, $t \in \mathbb{R}^{k}$
$$z = W x + b$$
$$L = \frac12 \|z - t\|^2$$
`;
const ASKED = String.raw`
$$\frac{\partial L}{\partial z} = ?$$

$$\frac{\partial L}{\partial W} = ?$$
`;

/** The points of a problem with this front matter and these questions, or why it is refused. */
function points(front: string, questions = ASKED): string {
  const text = `${front === "" ? "" : `---\n${front}\n---\n`}${FORWARD}${questions}`;
  const read = readGradedProblem("p.md", text);
  if ("refused" in read) return `refused: ${read.refused.map((d) => d.message).join("; ")}`;
  return read.problem.questions.map((q) => `${q.name} ${q.points}`).join(", ");
}

describe("points", () => {
  test.each([
    ["one each, where nothing is said", "", undefined, "z 1, W 1"],
    ["a list in the order of the questions", "points: [2, 3]", undefined, "z 2, W 3"],
    ["a map from variables", "points: { W: 3, z: 0.5 }", undefined, "z 0.5, W 3"],
    ["a map from numbers", "points: { 1: 1, 2: 4 }", undefined, "z 1, W 4"],
    ["a map and its total", "points: { z: 1, W: 4, total: 5 }", undefined, "z 1, W 4"],
    ["a total is shared", "points: 4", undefined, "z 2, W 2"],
    [
      "beside the questions",
      "",
      "\n1. (2 points) $\\frac{\\partial L}{\\partial z} = ?$\n2. [1 pt] $\\frac{\\partial L}{\\partial W} = ?$\n",
      "z 2, W 1",
    ],
    [
      "above a display, shared by what it asks",
      "",
      "\n(3 marks)\n$$\\begin{aligned} \\frac{\\partial L}{\\partial z} &= ? \\\\ \\frac{\\partial L}{\\partial W} &= ? \\end{aligned}$$\n",
      "z 1.5, W 1.5",
    ],
    [
      "beside the questions, and the total",
      "points: 3",
      "\n(2 points) $$\\frac{\\partial L}{\\partial z} = ?$$\n\n(1 point) $$\\frac{\\partial L}{\\partial W} = ?$$\n",
      "z 2, W 1",
    ],
    ["what its sentences ask for", "", "\nDerive $\\frac{\\partial L}{\\partial b}$.\n", "b 1"],
    ["every parameter, where nothing is asked", "", "\n", "W 1, b 1"],
  ])("%s", (_, front, questions, wanted) => {
    expect(points(front, questions)).toBe(wanted);
  });

  test.each([
    ["negative", "points: [-1, 2]", "points must be numbers from 0 up, not -1"],
    ["too few", "points: [1]", "`points` lists 1 numbers for 2 questions"],
    ["not a number", "points: [1, two]", "points must be numbers from 0 up"],
    ["left blank", "points: { z: 1, W: }", "points must be numbers from 0 up"],
    ["an unknown variable", "points: { z: 1, W: 1, V: 1 }", "`points` names V, which no question asks for"],
    ["a question left out", "points: { z: 1 }", "`points` says nothing of the question for W"],
    [
      "a total that is another",
      "points: { z: 1, W: 4, total: 6 }",
      "the questions' points add up to 5, and the total says 6",
    ],
    ["nothing counts", "points: [0, 0]", "no question counts anything: all points are 0"],
    ["a word", "points: many", "`points` must be a number, a list or a map"],
    ["infinity", "points: .inf", "`points` must be a number, a list or a map"],
  ])("refused: %s", (_, front, wanted) => {
    expect(points(front)).toBe(`refused: ${wanted}`);
  });

  test("a wrong official answer stops the run, and is named", () => {
    const read = readGradedProblem("p.md", `${FORWARD}\n$$\\frac{\\partial L}{\\partial z} = t - z$$\n`);
    expect("refused" in read && read.wrong).toBe(true);
    expect("refused" in read && read.refused.map((d) => d.code)).toContain("grade/wrong-official-answer");
  });

  test("a right official answer is a question", () => {
    expect(points("", "\n$$\\frac{\\partial L}{\\partial z} = z - t$$\n")).toBe("z 1");
  });
});

describe("rubrics", () => {
  const rubric = (front: unknown) => {
    const read = readRubric(front);
    if ("problem" in read) throw new Error(read.problem);
    return read;
  };

  test.each([
    [undefined, "proved", null, 1],
    [undefined, "agrees", null, 1],
    [undefined, "carried-forward", "error-carried-forward", 1],
    [undefined, "wrong", "sign-error", 0.5],
    [undefined, "wrong", "missing-residual-path", 0],
    [undefined, "wrong", null, 0],
    [undefined, "no-answer", null, 0],
    [undefined, "undecided", null, null],
    [undefined, "unreadable", null, null],
    [{ "sign-error": 0.25 }, "wrong", "sign-error", 0.25],
    [{ "sign-error": "75%" }, "wrong", "sign-error", 0.75],
    [{ "near-miss": 0 }, "shape-mismatch", "missing-transpose", 0],
    [{ "missing-residual-path": 0.4 }, "wrong", "missing-residual-path", 0.4],
    [{ "carried-forward": 0.5 }, "carried-forward", "error-carried-forward", 0.5],
    [{ wrong: 0.1 }, "wrong", null, 0.1],
  ] as const)("%j: %s, %s", (front, verdict, code, wanted) => {
    expect(fractionFor(rubric(front), verdict, code)).toBe(wanted);
  });

  test.each([
    [{ "no-such-mistake": 1 }, "which is no mistake"],
    [{ "sign-error": 2 }, "no fraction from 0 to 1"],
    [{ "sign-error": -0.1 }, "no fraction from 0 to 1"],
    [{ "sign-error": "much" }, "no fraction from 0 to 1"],
    [["sign-error"], "must be a map"],
  ])("refused: %j", (front, wanted) => {
    const read = readRubric(front);
    expect("problem" in read ? read.problem : "").toContain(wanted);
  });
});
