import { flatMap } from "../core/flat-map.js";
import { remembered } from "../core/remember.js";
import { isBareProse, isProse } from "./words.js";

/*
 * Names of several letters that an author typed without `\text`: `CE = …`, `out_{h1} = …`, `\partial FL`. In TeX they are
 * products. What tells is where they stand, alone on a left side or behind a ∂ or ∇, and that not all of their letters
 * are symbols of the worksheet: in `AB = BA` they are. A run of letters below a symbol may be positions, `T_{ijk}`, or a word,
 * `y_{true}`: a word has a vowel, and few of its letters are indices.
 */

const LEFT =
  /(?:^|\\\\|\n|\\begin\{(?:aligned|align\*?|gather\*?|equation\*?|split)\})\s?([A-Za-z]{2,12})(?:_(?:\{[^{}]*\}|\w))?(?:\s?\([^()]*\))?\s?&?\s?:?=/g;
const DIFFERENTIATED = /(?:\\partial|\\nabla(?:\s*_\s*(?:\{[^{}]*\}|\\?\w+))?)\s+([A-Za-z]{2,12})(?![A-Za-z])/g;
/** What holds no symbols of its own: commands, texts and what stands below a letter. */
const ELSEWHERE =
  /\\(?:text|mathrm|operatorname|mbox|label|tag|begin|end)\*?\s*\{[^{}]*\}|\\[A-Za-z]+|[_^]\{[^{}]*\}|[_^]\w/g;

/** What stands below a symbol, not below a sum. */
const BELOW = /(?<!\\(?:sum|prod|int|max|min|sup|inf|lim|nolimits|limits)\s?)_\s?\{\s?([a-z]{3,12})\s?\}/g;
/** Two to four different letters below a symbol or a sum, `W_{oc}`, `\sum_{bt}`. */
const TOGETHER = /_\s?\{\s?([a-z]{2,4})\s?\}/g;
/** Such letters below a sum: there they are positions, whatever they spell. */
const SUMMED = /\\(?:sum|prod)(?:\\n?o?limits)?\s?_\s?\{\s?([a-z]{2,4})\s?\}/g;
/** Letters that name positions: below a sum or with a range, and alone or between commas below a symbol. */
const POSITIONS = /(?:\\(?:sum|prod)(?:\\n?o?limits)?\s?_\s?|\\forall\s?|_\s?)(?:\{([^{}]*)\}|([a-z]))/g;

/** Capitals, `CE`; three small letters and more, `net`; `Sig`, `Loss`. `Ax` and `xy` are products. */
const SHAPE = /^(?:[A-Z]{2,6}|[A-Z][a-z]{2,12}|[a-z]{3,12})$/;
/** `\frac{dCo}{dw}`: what is a left side too is a name of any letters. */
const QUOTIENT = /\\[dt]?frac\s?\{\s?(?:d|\\partial|\\delta)\s?([A-Za-z]{2,12})\s?\}\s?\{\s?(?:d|\\partial|\\delta)/g;

export function documentWords(formulas: readonly string[]): ReadonlySet<string> {
  const runs = formulas.map(runsIn);
  const texts = runs.map((r) => r.text);
  const derived = new Set(flatMap(runs, (r) => r.derived));
  const isName = (run: string): boolean => (SHAPE.test(run) || derived.has(run)) && mayName(run);
  const found = new Set(flatMap(runs, (r) => r.candidates).filter(isName));
  const below = labelsBelow(texts, new Set(flatMap(runs, (r) => r.below)));
  if (found.size === 0) return below;
  const alone = new Set(flatMap(texts, lettersAloneIn));
  return new Set([...[...found].filter((run) => [...run].some((letter) => !alone.has(letter))), ...below]);
}

const allOf = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, run = ""]) => run);

/** The runs of letters of one formula by where they stand, and its text with one space or line break where there is more room. */
const runsIn = remembered((formula) => {
  const text = formula.trim().replace(/\s+/g, (room) => (room.includes("\n") ? "\n" : " "));
  const candidates = [...allOf(text, LEFT), ...allOf(text, DIFFERENTIATED)];
  return { text, derived: allOf(text, QUOTIENT), candidates, below: allOf(text, BELOW) };
});

/** The words below symbols, `y_{true}`, `h_{out}`, among the runs of letters there. */
function labelsBelow(texts: readonly string[], runs: ReadonlySet<string>): ReadonlySet<string> {
  const words = [...runs].filter((run) => /[aeou]/.test(run) && /[^aeiou]/.test(run) && mayName(run));
  if (words.length === 0) return new Set();
  const positions = new Set(flatMap(texts, positionsIn));
  // The letters of `bct` and `oc` are those of `bot`.
  const others = flatMap(texts, (t) => allOf(t, TOGETHER));
  const together = new Set(
    flatMap(
      others.filter((run) => !words.includes(run) && isIndexRun(run)),
      (run) => [...run],
    ),
  );
  return new Set(
    words.filter(
      (run) =>
        2 * [...run].filter((letter) => positions.has(letter)).length <= run.length &&
        [...run].some((letter) => !together.has(letter)),
    ),
  );
}

const positionsIn = (formula: string): readonly string[] => [
  ...flatMap([...formula.matchAll(POSITIONS)], ([, group = "", letter = ""]) =>
    `${group},${letter}`.split(/[^A-Za-z]+/).filter((name) => name.length === 1),
  ),
  ...flatMap([...formula.matchAll(SUMMED)], ([, run = ""]) => (isIndexRun(run) ? [...run] : [])),
];

/** Each letter once, and no word such as `in`. */
const isIndexRun = (run: string): boolean => new Set(run).size === run.length && !isProse(run) && !isBareProse(run);

const lettersAloneIn = (formula: string): readonly string[] =>
  [...formula.replace(ELSEWHERE, " ").matchAll(/[A-Za-z]+/g)].map(([run]) => run).filter((run) => run.length === 1);

const mayName = (run: string): boolean =>
  !/^d[A-Z]/.test(run) && new Set(run).size > 1 && !isProse(run) && !isBareProse(run);
