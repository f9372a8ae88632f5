import { isBareProse, isProse } from "./words.js";

/*
 * Names of several letters that an author typed without `\text`: `CE = …`, `out_{h1} = …`, `\partial FL`. In TeX they are
 * products. What tells is where they stand, alone on a left side or behind a ∂ or ∇, and that not all of their letters
 * are symbols of the worksheet: in `AB = BA` they are.
 */

const LEFT =
  /(?:^|\\\\|\n|\\begin\{(?:aligned|align\*?|gather\*?|equation\*?|split)\})\s?([A-Za-z]{2,12})(?:_(?:\{[^{}]*\}|\w))?(?:\s?\([^()]*\))?\s?&?\s?:?=/g;
const DIFFERENTIATED = /(?:\\partial|\\nabla(?:\s*_\s*(?:\{[^{}]*\}|\\?\w+))?)\s+([A-Za-z]{2,12})(?![A-Za-z])/g;
/** What holds no symbols of its own: commands, texts and what stands below a letter. */
const ELSEWHERE =
  /\\(?:text|mathrm|operatorname|mbox|label|tag|begin|end)\*?\s*\{[^{}]*\}|\\[A-Za-z]+|[_^]\{[^{}]*\}|[_^]\w/g;

/** Capitals, `CE`; three small letters and more, `net`; `Loss`. `Ax` and `xy` are products. */
const SHAPE = /^(?:[A-Z]{2,6}|[A-Z]?[a-z]{3,12})$/;

export function documentWords(formulas: readonly string[]): ReadonlySet<string> {
  const texts = formulas.map(narrow);
  const found = new Set(texts.flatMap(candidatesIn).filter((run) => SHAPE.test(run) && mayName(run)));
  if (found.size === 0) return found;
  const alone = new Set(texts.flatMap(lettersAloneIn));
  return new Set([...found].filter((run) => [...run].some((letter) => !alone.has(letter))));
}

/** With one space or line break where there is more room. */
const narrow = (formula: string): string =>
  formula.trim().replace(/\s+/g, (room) => (room.includes("\n") ? "\n" : " "));

const candidatesIn = (formula: string): readonly string[] =>
  [LEFT, DIFFERENTIATED].flatMap((pattern) => [...formula.matchAll(pattern)].map(([, run = ""]) => run));

const lettersAloneIn = (formula: string): readonly string[] =>
  [...formula.replace(ELSEWHERE, " ").matchAll(/[A-Za-z]+/g)].map(([run]) => run).filter((run) => run.length === 1);

const mayName = (run: string): boolean =>
  !/^d[A-Z]/.test(run) && new Set(run).size > 1 && !isProse(run) && !isBareProse(run);
