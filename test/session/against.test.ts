import { describe, expect, test } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Lines judged by a file of several problems that share letters. */

const PROBLEMS = String.raw`# Problem 1: a line

$$y = w x + b$$
$$L = \frac12 (y - t)^2$$

# Problem 2: a curve

$$y = \exp(w x)$$
$$L = y + c$$
`;

const verdicts = (text: string): readonly (string | undefined)[] =>
  checkWorksheet("s.md", text, { against: { file: "p.md", text: PROBLEMS } }).claims.map((c) => c.verdict);

describe("a line is judged by", () => {
  test.each([
    [
      "the problem under whose number it stands",
      "# Problem 2\n$$\\frac{\\partial L}{\\partial y} = 1$$\n# Problem 1\n$$\\frac{\\partial L}{\\partial y} = y - t$$",
      ["proved", "proved"],
    ],
    ["the problem whose title it stands under", "# A curve\n$$\\frac{\\partial L}{\\partial y} = 1$$", ["undecided"]],
    ["the full title", "# problem 2 - a curve!\n## My answer\n$$\\frac{\\partial L}{\\partial y} = 1$$", ["proved"]],
    [
      "the symbols that it uses",
      "$$\\frac{\\partial L}{\\partial y} = y - t$$\n$$\\frac{\\partial L}{\\partial c} = 1$$",
      ["proved", "proved"],
    ],
    [
      "the symbols of its section",
      "$$\\frac{\\partial L}{\\partial c} = 1$$\n$$\\frac{\\partial L}{\\partial y} = 1$$",
      ["proved", "proved"],
    ],
    ["nobody, if it may be about several", "$$\\frac{\\partial L}{\\partial y} = 1$$", ["undecided"]],
    ["the number of the question", "2.\n$$\\frac{\\partial L}{\\partial y} = y - t$$\n", ["proved"]],
  ])("%s", (_, text, wanted) => {
    expect(verdicts(text)).toEqual(wanted);
  });
});
