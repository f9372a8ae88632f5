import { expect, test } from "vitest";
import { checkProblem } from "../../src/check/check.js";
import { readWorksheet } from "../../src/model/read.js";

/* What is tried to find the reason of a slip changes nothing of how the next lines are read. */

const SHEET = String.raw`$$z_j = \sum_{i=1}^{D} W_{ji} x_i, \quad j = 1, \dots, H$$

$$y_k = \sum_{j=1}^{H} V_{kj} z_j, \quad k = 1, \dots, K$$

$$L = \frac12 \sum_{k=1}^{K} (y_k - t_k)^2$$

$$\frac{\partial L}{\partial y_k} = t_k$$`;

test("letters of other formulas become no symbols", () => {
  const found = checkProblem(() => {
    const [problem] = readWorksheet("s.md", SHEET).problems;
    if (problem === undefined) throw new Error("no problem");
    return problem;
  }, 7);
  expect(found.judged.map((j) => j.verdict)).toEqual(["wrong"]);
  const symbols = found.judge.problem.elaborator.symbols.all.map((s) => s.key);
  expect(symbols.filter((key) => /^[ijk]$/.test(key))).toEqual([]);
});
