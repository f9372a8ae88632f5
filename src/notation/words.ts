import { refuse } from "../core/diagnostic.js";
import type { Span } from "../core/span.js";

/*
 * Words that people write without a backslash, and the English that stands between formulas.
 */

const list = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Runs of letters that are one name however they are written: `softmax(z)`, `\tanh(x)`, `loss`. */
const nameWords =
  list(`relu leakyrelu prelu elu selu celu gelu silu swish mish softmax logsoftmax softmin sigmoid logistic tanh
  sinh cosh sech csch coth sin cos tan cot arcsin arccos arctan atan exp log logit sqrt diag trace det rank vec vech sign sgn abs max
  min argmax argmin softplus softsign logsumexp lse erf erfc norm mean var cov std loss cost mse rmse bce entropy
  crossentropy nll layernorm batchnorm rmsnorm normalize concat dist hardtanh hardsigmoid clip relusix heaviside step sum prod
  hinge huber dropout attention softargmax const sigm span dim cdf pdf mlp`);

const placeholders = list("todo tbd tba tbc fixme xxx idk answer solution unanswered blank");

/** What people write where an answer is still to come. */
export const isPlaceholder = (text: string): boolean =>
  text
    .toLowerCase()
    .split(/[^a-z]+/)
    .every((word) => word === "" || word === "your" || word === "to" || word === "do" || placeholders.has(word));

/** Short words that could as well be a product of letters: names only before a delimiter. */
const shortWords = list("tr Tr ln CE KL H lg Re Im MSE BCE sig");

export function isNameWord(run: string, beforeDelimiter: boolean): boolean {
  if (run.length >= 3 && nameWords.has(run.toLowerCase())) return true;
  return run.length >= 2 && beforeDelimiter && shortWords.has(run);
}

/** The longest name word that ends the run, as in `alog(x)`, or an empty string. */
export function nameWordAtEnd(run: string): string {
  for (let from = 1; from <= run.length - 3; from++) {
    const tail = run.slice(from);
    if (tail === tail.toLowerCase() && nameWords.has(tail)) return tail;
  }
  return "";
}

/** Names that take limits: the operator they are. */
export const limitWords: ReadonlyMap<string, string> = new Map([
  ["max", "\\max"],
  ["min", "\\min"],
  ["argmax", "\\arg\\max"],
  ["arg max", "\\arg\\max"],
  ["argmin", "\\arg\\min"],
  ["arg min", "\\arg\\min"],
  ["sup", "\\sup"],
  ["inf", "\\inf"],
  ["lim", "\\lim"],
  ["sum", "\\sum"],
  ["prod", "\\prod"],
]);

/** Words that make what follows a condition of the statement before. */
const introducers = list(
  `if iff for when whenever where with given while over as provided assuming because since unless let using s.t. st such
  où avec pour wobei mit für wenn falls`,
);
/** Words that never are a name. */
const proseWords =
  list(`and or otherwise else o.w. ow the a an is are be by of in on to from at so then thus hence therefore we have
  any all every each some that which this et ou soit donc alors und oder sowie daher somit so i.e. e.g. also both but not no otherwise: else: element-wise elementwise entrywise`);

const bare = (word: string): string => word.toLowerCase().replace(/^[,;:(]+|[,;:)]+$/g, "");

export const isProse = (word: string): boolean => introducers.has(bare(word)) || proseWords.has(bare(word));
const bareProse = list("if for where otherwise and else when");
/** Runs of letters that are prose even without `\text`. */
export const isBareProse = (run: string): boolean => bareProse.has(run);

export const isOtherwise = (text: string): boolean =>
  /^\W*(otherwise|else|o\.?\s?w\.?|elsewhere|in all other cases|all other cases|in other cases)\W*$/i.test(text.trim());

/** `if`, `for all`, `where`, …: how a text introduces a condition, or `null`. */
export function introduction(text: string): string | null {
  const trimmed = text.trim();
  const last = trimmed.split(/[.:!?]\s/).at(-1) ?? trimmed;
  const found = last.split(/\s+/).find((word) => introducers.has(bare(word)));
  return found === undefined ? null : bare(found);
}

export const isAnd = (text: string): boolean => /^\W*(and|et|und|&)\W*$/i.test(text.trim());

/** `\text{the negative of } x`: words that change the formula behind them. */
export const changesNext = (text: string): boolean =>
  /(^|[\s-])(of|times|plus|minus|half|twice|double|thrice|negative|over|by|to|from)\W*$/i.test(text) &&
  !/[)\]:]\s*$/.test(text);

/** `, the error of`, `so`, `by`, `i.e.`: words that begin a remark about what stands before them. */
export const isRemark = (text: string): boolean =>
  /^\W*(or|so|thus|hence|therefore|by|because|then|et|ou|oder|und|also|but|both|i\.e|e\.g|we|from|see|at|in|on)\b/i.test(
    text,
  ) || /^\s*(\(|[,;:—–-]+\s*(the|a|an|which|that|this|these|is|are)\b)/i.test(text);

/** `\text{shape: } (N, C) \times (C, H) = (N, H)`: what follows only adds up sizes. */
export const isShapeRemark = (text: string): boolean => isShapeWord(text) && /:\s*$/.test(text);

export const isShapeWord = (text: string): boolean => /^\W*(?:shapes?|sizes?|dims?|dimensions?)\s*:?\s*$/i.test(text);

export function refuseWords(words: string, at: Span): never {
  refuse("layout/words", `how “${words.trim()}” changes the formula is not read`, at, "write it in signs");
}
