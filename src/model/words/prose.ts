import { remembered } from "../../core/remember.js";
import type { Item } from "../symbols/statements.js";

/** A property that the words around a symbol give it. */
export type Property =
  | "one-hot"
  | "symmetric"
  | "kernel-matrix"
  | "diagonal"
  | "positive"
  | "nonnegative"
  | "nonzero"
  | "invertible"
  | "positive-definite"
  | "orthogonal"
  | "full-rank"
  | "row-wise"
  | "column-wise"
  | "entrywise"
  | "scalar"
  | "binary"
  | "probability"
  | "integer";

const WORDS: readonly (readonly [RegExp, Property])[] = [
  [/one[- ]?hot/i, "one-hot"],
  [/positive[- ](semi-?)?definite/i, "positive-definite"],
  [
    /\bsymmetric|(?<!cross[- ]?)\b(?:covariance|precision|correlation|scatter|gram|hessian) matri(?:x|ces)\b/i,
    "symmetric",
  ],
  [
    /(?<!\b(?:off|anti|block|main|the|its|their|whose|zeros?|nonzero|unit|ones?|constant|positive|negative|empty|same)[- ])\bdiagonal\b(?![- ](?:entr|element|term|of|part|block|dominan))|(?<!\b(?:off|anti|block)[- ])\bdiagonal (?:\w+ )?matri(?:x|ces)\b|\bdegree matri(?:x|ces)\b/i,
    "diagonal",
  ],
  // Symmetric where it is one of positions; of a layer it holds weights.
  [/\bkernel matri(?:x|ces)\b/i, "kernel-matrix"],
  [/non-?negative/i, "nonnegative"],
  [/non-?zero/i, "nonzero"],
  [/\bpositive\b(?![- ](semi-?)?definite)/i, "positive"],
  [/invertible|non-?singular/i, "invertible"],
  [/orthogonal|orthonormal/i, "orthogonal"],
  [/full (column |row )?rank/i, "full-rank"],
  [/row[- ]?wise|by rows?|(?:each|every|per) row|(?:over|along|on) (the )?rows/i, "row-wise"],
  [/column[- ]?wise|by columns?|(?:each|every|per) column|(?:over|along|on) (the )?columns/i, "column-wise"],
  [/entry-?wise|element-?wise|component-?wise|entry by entry/i, "entrywise"],
  [/\bscalars?\b(?![- ](product|multipl|valued|function|field))/i, "scalar"],
  [
    // Of one letter: "the entries of W are numbers" says nothing of W, nor "a number for each unit".
    /\bnumbers?\b(?!\s+(?:of|from|in|for|between|per)\b|-)(?<=\b(?:is|both|all)\s+(?:(?:an?|just|simply|only|always|real|positive|non-?negative|single|fixed|constant|given|small|known)\s+){0,4}numbers?)(?<!\b(?:entr(?:y|ies)|components?|elements?|coordinates?|values?|each|every)\b[^.,;]{0,80}numbers?)/i,
    "scalar",
  ],
  [/probability (vector|distribution)|sums? to (1|one)/i, "probability"],
  [
    /(?:true|correct|target|right|gold|ground[- ]truth) (?:class|category)(?! (?:prob|score|distr|logit))|class (label|index)|integer|token (id|index)|index of the (?:correct|true|right|target)\b/i,
    "integer",
  ],
];

export interface PropertyClaim {
  readonly property: Property;
  /** The number of the formula that the word is about, or `null` if the sentence names none. */
  readonly ordinal: number | null;
  readonly sentence: string;
  /** "each column of $Y$ is one-hot": of what lines of a matrix it is said. */
  readonly lines?: Lines;
}

export type Lines = "rows" | "columns";

/** What the sentences say of the symbols they name: each word to the formula that its grammar ties it to, else to the nearest before. */
export const propertiesOf = remembered((sentence): readonly PropertyClaim[] => {
  const marks = marksIn(sentence);
  const found = mentioned(sentence).flatMap(({ property, at, word }) =>
    (KIND.test(word) ? named(sentence, marks, at, at + word.length) : nearest(sentence, marks, at)).map((ordinal) => ({
      property,
      ordinal,
      sentence,
      ...linesIn(clauseAt(sentence, at)),
    })),
  );
  return [...found, ...binaryIn(sentence)];
});

/** What stands around a word up to the next signs. */
function clauseAt(sentence: string, at: number): string {
  const [head, tail] = [before(sentence, at), sentence.slice(at, at + REACH)];
  return `${/[^,;:()]*$/.exec(head)?.[0] ?? ""}${/^[^,;:()]*/.exec(tail)?.[0] ?? ""}`;
}

function linesIn(clause: string): { readonly lines?: Lines } {
  const [rows, columns] = [/\brows?\b/i.test(clause), /\bcolumns?\b/i.test(clause)];
  return rows === columns ? {} : { lines: rows ? "rows" : "columns" };
}

/** "a binary mask $M$", "the mask $M$ is binary": of 0 and 1. Binary labels may be -1 and 1, and a mask may be scaled. */
function binaryIn(sentence: string): readonly PropertyClaim[] {
  if (/\bscal(?:ed?|ing)\b|\bsigns?\b|±|[-−]\s?1\b|\b(?:plus|minus)\b/i.test(sentence)) return [];
  return BINARY.flatMap((pattern) => [...sentence.matchAll(pattern)])
    .filter(({ index }) => !DENIED.test(before(sentence, index)))
    .map(([, ordinal]) => ({ property: "binary" as const, ordinal: Number(ordinal), sentence }));
}

const BINARY: readonly RegExp[] = [
  /\bbinary (?:(?:masks?|indicators?|gates?) )?\$(\d+)\$/gi,
  /\b(?:masks?|indicators?|gates?) \$(\d+)\$ (?:is|are) binary\b/gi,
  /\$(\d+)\$ (?:is|are) (?:an? )?binary (?:masks?|indicators?)\b/gi,
];

/** `$A$, $B$ symmetric`: of A the sentence may say it too. */
export const doubtfulPropertiesOf = remembered((sentence): readonly PropertyClaim[] => {
  const marks = marksIn(sentence);
  return mentioned(sentence).flatMap(({ property, at }) => {
    const last = marks.findLast((m) => m.end <= at);
    if (last === undefined || !/^\s*$/.test(sentence.slice(last.end, at))) return [];
    return listBefore(sentence, marks, last)
      .filter((m) => m !== last)
      .map(({ ordinal }) => ({ property, ordinal, sentence }));
  });
});

/** Where a sentence gives a property, and does not deny it. */
function mentioned(
  sentence: string,
): readonly { readonly property: Property; readonly at: number; readonly word: string }[] {
  return WORDS.flatMap(([word, property]) =>
    [...sentence.matchAll(new RegExp(word.source, "gi"))]
      .filter(({ index }) => !DENIED.test(before(sentence, index)))
      .map(({ index, 0: found }) => ({ property, at: index, word: found })),
  );
}

/** `not necessarily symmetric`, `non-positive`, `without assuming that A is symmetric`, `nobody says that it is symmetric`. */
const DENIALS = [
  "not",
  "non",
  "never",
  "neither",
  "nor",
  "without",
  "cannot",
  "nobody",
  "none",
  "nowhere",
  "nothing (?:here |in the text )?(?:says|tells|states|assumes|requires|implies|guarantees)",
  "no (?:assumption|reason|guarantee|claim|proof|one)",
].join("|");
/** A denial reaches up to where another clause begins. */
const CLAUSE = String.raw`\b(?:and|but|while|where|with|so|only|since|because)\b|\bas \$`;
/** `whether A is symmetric`, `unless A is symmetric`: with one verb, that is what is open. */
const OPEN = String.raw`\b(?:(?<!regardless of |irrespective of |independent of |no matter )whether|unless(?! (?:otherwise )?(?:stated|noted|said|specified|mentioned|indicated)))\b(?:(?!\b(?:is|are)\b)[^,;:])*\b(?:is|are)\b[^,;:]{0,20}$`;
const DENIED = new RegExp(
  String.raw`\b(?:${DENIALS})\b(?:(?!${CLAUSE})[^,;:])*$|${OPEN}|n't\s+(?:[a-z]+\s+){0,3}$|\b(?:non|un)$`,
  "i",
);
/** What a property belongs to stands no further off: a sentence may be as long as a file. */
const REACH = 200;
const before = (sentence: string, at: number): string => sentence.slice(Math.max(0, at - REACH), at);

/** `$x$ and $y$ are row vectors`, `x is a row vector`: the numbers of the formulas, and the names in words. */
export const rowsSaidIn = remembered(
  (sentence): { readonly ordinals: readonly number[]; readonly names: readonly string[] } => {
    const lists = [...sentence.matchAll(ROW_LIST)].map((m) => m[1] ?? "");
    return {
      ordinals: lists.flatMap((l) => [...l.matchAll(/\$(\d+)\$/g)].map((m) => Number(m[1]))),
      names: lists.flatMap((l) => l.split(/[\s,]+|\band\b/).filter((n) => n !== "" && !n.includes("$"))),
    };
  },
);

/** A property that a sentence without formulas gives symbols, which it names as words. */
export interface PlainProperty {
  readonly property: Property;
  readonly names: readonly string[];
}

const GREEK =
  "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|chi|psi|omega|" +
  "Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega";
const NAME = String.raw`(?:\\?(?:${GREEK})|[A-Za-zα-ωΑ-Ω])(?:_\{?\w{1,4}\}?|\d{1,2})?`;
const VERB = String.raw`(?:is|are|:|=|being|denotes?)\s+(?:(?:an?|the|also|all|assumed|to be|always|[a-z]+ly)\s+)*`;
/** `y one-hot`, `y is a one-hot vector`, `x, y and z are positive`: the names before the word. */
const NAMES_BEFORE = new RegExp(
  String.raw`(?:^|[\s(,;:])((?:${NAME}\s*(?:,\s*and\s+|,\s*|\s+and\s+))*${NAME})\s*(${VERB}|,?\s*(?:an?\s+)?)$`,
);
const ROW_LIST = new RegExp(
  String.raw`((?:(?:\$\d+\$|\b${NAME})(?:\s*,\s*(?:and\s+)?|\s+and\s+)?)+)\s*(?:is|are|being)\s+(?:all\s+|both\s+)?(?:an?\s+)?row[- ]vectors?\b`,
  "g",
);
/** `a one-hot target y`, `symmetric A`: the name that the word is an attribute of. */
const NAME_AFTER = new RegExp(
  String.raw`^[\w-]*\s+(?:(?:target|label|weight|input|output|row|column|square|real|scalar|vector|matrix)\s+){0,3}(${NAME})(?=[\s,.;:)]|$)`,
);

export const plainProperties = remembered((sentence): readonly PlainProperty[] => {
  return mentioned(sentence).flatMap(({ property, at }) => {
    const [, list = "", verb = ""] = NAMES_BEFORE.exec(before(sentence, at)) ?? [];
    // Right before the property a lone `a` is the article.
    const listed = list
      .split(/\s*,\s*and\s+|\s*,\s*|\s+and\s+/)
      .filter((n) => n !== "" && (verb.trim() !== "" || !/^a$/i.test(n)));
    const after = NAME_AFTER.exec(sentence.slice(at, at + REACH))?.[1];
    const names =
      (listed.length > 0 && !/,\s*$/.test(before(sentence, at))) || after === undefined || after === "a"
        ? listed
        : [after];
    return names.length > 0 ? [{ property, names: names.map((n) => n.replace(/[\\{}]/g, "")) }] : [];
  });
});

/** What is a row is the derivative itself: in "gradients for samples that are row vectors" it is a sample. */
const ROWS = new RegExp(
  String.raw`\bnumerator[- ]layout\b|\b(?:gradients?|derivatives?)` +
    String.raw`(?: (?:of|by|with respect to)(?: (?!(?:that|which|who|whose|if|when|where|as|since|because|for|and|or|but|while|is|are|not|no|never)\b)(?:[a-z-]+|\$\d+\$)){1,5}){0,2}` +
    String.raw` (?:(?:is|are)(?: (?:all|always|both|here))*(?: (?:written|taken|understood|regarded|treated|stored|arranged|laid out|represented|defined)? ?(?:as|to be))?|as|being) (?:an? )?row(?:s\b(?! of\b)|[- ]vectors?\b)`,
  "gi",
);

/** "in numerator layout", "gradients are row vectors": how derivatives of scalars are laid out. */
export const saysRows = remembered((sentence): boolean =>
  [...sentence.replace(/\s+/g, " ").matchAll(ROWS)].some(({ index, input }) => !DENIED.test(before(input, index))),
);

/** "A Jacobian has a row for each output", "$J$ has one row per output and one column per input". */
const OUTPUTS_ARE_ROWS =
  /\bjacobians?\b[^.;]*\b(?:rows?(?: is)? (?:per|(?:for|of|to) (?:each|every|an?)) (?:output|component)|columns?(?: is)? (?:per|(?:for|of|to) (?:each|every|an?)) input|outputs? (?:is|are|stands?|lies?|runs?) (?:the|in|along|down) (?:the )?rows?|numerator[- ]layout)/gi;

/** How whole Jacobians are laid out, by words. */
export const saysOutputsAreRows = remembered((sentence): boolean =>
  [...sentence.replace(/\s+/g, " ").matchAll(OUTPUTS_ARE_ROWS)].some(
    ({ index, 0: found, input }) => !DENIED.test(before(input, index)) && !/\b(?:not|never|no)\b/i.test(found),
  ),
);

const MARK = /\$(\d+)\$/g;

interface Mark {
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
}

/** `$t$ is …`, `$a$ and $b$ are …`: the words up to the property say it of what stands before. */
const PREDICATE =
  /^[^$]*?\b(?:is|are|be|being|has|have|denotes?|represents?|means?)\b(?!.*\b(?:and|while|where|with)\s+(?:an?|the|some)\b)/i;
const PLURAL = /\b(?:are|have|both|all|each|be|denote|represent)\b/i;
/** `a one-hot $t$`, `a positive weight vector $w$`: the property is said of what follows. */
const ATTRIBUTE = /^[\w-]*(?:\s+(?!(?:and|or|in|of|with|where|is|are|for|on|by|over|as)\b)[A-Za-z-]+){0,3}\s*$/;
const LIST = /^\s*(,|and|,\s*and)\s*$/;

const marksIn = (sentence: string): readonly Mark[] =>
  [...sentence.matchAll(MARK)].map((m) => ({ ordinal: Number(m[1]), start: m.index, end: m.index + m[0].length }));

/** A kind of matrix, which is symmetric, and not a word for the property. */
const KIND = /\bmatri(?:x|ces)$/i;
/** `$S$ is the sample covariance matrix`, `$S$ (a Gram matrix)`: between the symbol and the kind no other thing is named. */
const IS_A = new RegExp(
  String.raw`^\s*(?:(?:is|are|be|being|denotes?|represents?)\s+(?:(?:also|both|all|each|here|again|[a-z]+ly)\s+)*|\(\s*|(?=(?:an?|the)\s))` +
    String.raw`(?:(?:an?|the|its|their|our)\s+)?` +
    String.raw`(?:(?!(?:an?|the|its|their|our|of|for|from|to|by|in|on|with|via|using|whose|and|or|that|which)\b|[a-z-]*(?:factor|root)s?\b)[a-z-]+\s+){0,3}$`,
  "i",
);
/** Not `a covariance matrix factor`. */
const KIND_ENDS =
  /^\s*(?:$|[^\s\w'’-]|(?:of|for|and|or|with|which|that|where|in|on|over|between|is|are|has|have|whose)\b)/i;

/** `the covariance matrix $S$`, `$S$ is a covariance matrix`: what a kind is said of, and not what is made of such a matrix. */
function named(sentence: string, marks: readonly Mark[], at: number, end: number): readonly number[] {
  const next = marks.find((m) => m.start >= end);
  if (next !== undefined && /^\s*$/.test(sentence.slice(end, next.start)) && isAttribute(sentence, at, next))
    return [next.ordinal];
  const last = marks.findLast((m) => m.end <= at);
  if (last === undefined || !KIND_ENDS.test(sentence.slice(end))) return [];
  // "For the weights $W$ the Hessian matrix is not needed."
  if (/^\s*the\b/i.test(sentence.slice(last.end, at)) && /^\s*(?:is|are|has|have|was)\b/i.test(sentence.slice(end)))
    return [];
  const between = sentence.slice(last.end, at);
  if (!IS_A.test(between)) return [];
  return (PLURAL.test(between) ? listBefore(sentence, marks, last) : [last]).map((m) => m.ordinal);
}

/** `$A$ is a factor of the symmetric …`: the word is about what A is made of. */
const MADE_OF = /\b(?:factors?|roots?|inverse|eigen\w+|decomposition|factori[sz]ation)\s+(?:of|from)\b/i;

function nearest(sentence: string, marks: readonly Mark[], at: number): readonly (number | null)[] {
  const last = marks.findLast((m) => m.end <= at);
  const next = marks.find((m) => m.start >= at);
  const between = last === undefined ? "" : sentence.slice(last.end, at);
  const isMadeOf = MADE_OF.test(between);
  if (next !== undefined && (isMadeOf || !PREDICATE.test(between)) && isAttribute(sentence, at, next))
    return (isOfList(sentence, at, next) ? listBehind(sentence, marks, next) : [next]).map((m) => m.ordinal);
  if (isMadeOf) return [];
  if (last === undefined) return [next?.ordinal ?? null];
  // `$a$, $b$ and $c$ are …` speaks of all three; `$a$, $b$, $c$ is …` of the last alone.
  const isOfAll = PLURAL.test(between) || (/^\s*$/.test(between) && hasOwnList(sentence, marks, last));
  return (isOfAll ? listBefore(sentence, marks, last) : [last]).map((m) => m.ordinal);
}

/** `with $P$ and $R$ symmetric`: two that "and" joins, behind a word that takes both. */
function hasOwnList(sentence: string, marks: readonly Mark[], last: Mark): boolean {
  const [first, second, more] = listBefore(sentence, marks, last);
  if (first === undefined || second === undefined || more !== undefined) return false;
  // "with $B$ and $A$ symmetric and $B$ arbitrary".
  if (/\b(?:arbitrary|general|any|not)\b/i.test(sentence)) return false;
  if (!/^\s*and\s*$/.test(sentence.slice(first.end, second.start))) return false;
  return /\b(?:with|for|both|let|take|having|assum\w+|suppos\w+)\s*$/i.test(before(sentence, first.start));
}

/** A mark that is joined to the words behind it (`$K$-dimensional`) is a size. */
const isAttribute = (sentence: string, at: number, next: Mark): boolean =>
  ATTRIBUTE.test(sentence.slice(at, next.start)) && !/^\s*-/.test(sentence.slice(next.end));

/** `with symmetric $Q$ and $R$`, `symmetric matrices $Q$, $R$`, and not `a symmetric matrix $Q$ and $R$` or `a one-hot $t$ and $x$`. */
function isOfList(sentence: string, at: number, next: Mark): boolean {
  const words = sentence.slice(at, next.start).trim();
  if (/\b(?:matrices|vectors|numbers|scalars|parameters|constants)$/i.test(words)) return true;
  return (
    /^(?:symmetric|diagonal|orthogonal|invertible)$/i.test(words) && !/\b(?:an?|the)\s+$/i.test(before(sentence, at))
  );
}

/** `with symmetric $Q$ and $R$.`: all of the list, where nothing follows that would be said of its last member alone. */
function listBehind(sentence: string, marks: readonly Mark[], first: Mark): readonly Mark[] {
  const list = [first];
  for (const m of marks.slice(marks.indexOf(first) + 1)) {
    const last = list.at(-1) ?? first;
    if (!LIST.test(sentence.slice(last.end, m.start))) break;
    list.push(m);
  }
  const rest = sentence.slice(list.at(-1)?.end ?? first.end);
  return /^\s*(?:$|[.;:)]|,?\s*(?:where|for|which|we|let|so|then)\b)/i.test(rest) ? list : [first];
}

/** The marks of the list that ends in `last`. */
function listBefore(sentence: string, marks: readonly Mark[], last: Mark): readonly Mark[] {
  let first = marks.indexOf(last);
  for (; first > 0; first--) {
    const [before, here] = [marks[first - 1], marks[first]];
    if (before === undefined || here === undefined || !LIST.test(sentence.slice(before.end, here.start))) break;
  }
  return marks.slice(first, marks.indexOf(last) + 1);
}

/** A shape given in words: the numbers of the formulas for the symbol and for its sizes. */
export interface ProseShape {
  readonly symbols: readonly number[];
  readonly shape: number | null;
  /** `vector`: the formula is its length; `matrix`: the formula is a product `m \times n`; `scalar`. */
  readonly kind: "vector" | "matrix" | "scalar";
  /** `a row vector of $n$ entries`. */
  readonly isRow: boolean;
}

const SYMBOLS = String.raw`((?:\$\d+\$(?:\s*(?:,|and|,\s*and)\s*)?)+)`;
/** A linear map *from* a set *to* another is in neither. */
const NO_MAP = String.raw`(?!\s*(?:\([^()]*\)\s*)?(?:in|on)?to\b)`;
const PATTERNS: readonly (readonly [RegExp, ProseShape["kind"], "symbols-first" | "shape-first"])[] = [
  [
    new RegExp(
      String.raw`${SYMBOLS}\s*(?:is|are|represents?|denotes?|be|:|has|have)[^$.]*?\$(\d+)\$(?!-?(?:th|st|nd|rd)\b)[- ]*(?:dimensional )?(?:(?!is |are |and |an? |the |denotes? |represents? )[a-z-]+ ){0,3}(?:matrix|matrices)`,
      "gi",
    ),
    "matrix",
    "symbols-first",
  ],
  [
    new RegExp(
      String.raw`${SYMBOLS}\s*(?:is|are|represents?|denotes?|be|:|has|have)[^$.]*?\$(\d+)\$(?!-?(?:th|st|nd|rd)\b)[- ]*(?:dimensional )?(?:(?!is |are |and |an? |the |denotes? |represents? )[a-z-]+ ){0,3}vectors?`,
      "gi",
    ),
    "vector",
    "symbols-first",
  ],
  [
    new RegExp(
      String.raw`${SYMBOLS}\s*(?:is|are|represents?|denotes?|be|:)[^$.]*?(?:vectors?)[^$.]*?(?:of|with)\s*(?:length|size|dimension|shape)?\s*\$(\d+)\$`,
      "gi",
    ),
    "vector",
    "symbols-first",
  ],
  [
    new RegExp(
      String.raw`${SYMBOLS}\s*(?:is|are|represents?|denotes?|be|:)[^$.]*?(?:matrix|matrices)[^$.]*?(?:of|with)\s*(?:size|dimensions?|shape)\s*\$(\d+)\$`,
      "gi",
    ),
    "matrix",
    "symbols-first",
  ],
  [
    new RegExp(
      String.raw`${SYMBOLS}\s*(?:has|have|with)\s*\$(\d+)\$\s*(?:hidden |output |input )?(?:units?|neurons?|entries|components?|features?|dimensions?|elements?)`,
      "gi",
    ),
    "vector",
    "symbols-first",
  ],
  [new RegExp(String.raw`${SYMBOLS}\s*(?:is|are)\s+\$(\d+)\$-dimensional\b`, "gi"), "vector", "symbols-first"],
  // A sequence of length T is no column of T numbers.
  [
    new RegExp(
      String.raw`(?<!\b(?:sequences?|sentences?|paths?|words?|texts?|chains?|strings?|episodes?|trajector(?:y|ies))\s)${SYMBOLS}\s*(?:(?:is|are|has|have|be|with)\s+)?(?:of\s+)?(?:dimension|dimensionality|length)\s+\$(\d+)\$`,
      "gi",
    ),
    "vector",
    "symbols-first",
  ],
  [new RegExp(String.raw`\$(\d+)\$-vectors?\s+${SYMBOLS}`, "gi"), "vector", "shape-first"],
  // `$x$ is a vector in $\mathbb{R}^n$`: the formula is the set.
  [
    new RegExp(
      String.raw`${SYMBOLS}\s*(?:(?:is|are|represents?|denotes?|be|:)\s*)?(?:an?\s+)?(?:(?!is |are |and |an? |the |denotes? |represents? )[a-z-]+ ){0,3}(?:vectors?|matrix|matrices)\s*(?:in|from|of)\s*\$(\d+)\$${NO_MAP}`,
      "gi",
    ),
    "matrix",
    "symbols-first",
  ],
  // `… and $A$ an $m \times n$ matrix`.
  [
    new RegExp(
      String.raw`${SYMBOLS},?\s*an?\s+(?:(?!is |are |and |an? |the |denotes? |represents? )[a-z-]+ ){0,2}\$(\d+)\$(?!-?(?:th|st|nd|rd)\b)[- ]*(?:dimensional )?(?:(?!is |are |and |an? |the |denotes? |represents? )[a-z-]+ ){0,3}(?:matrix|vector)`,
      "gi",
    ),
    "matrix",
    "symbols-first",
  ],
  [
    new RegExp(
      String.raw`\$(\d+)\$\s*(?:weight |data |input |design |parameter )?(?:matrix|matrices)\s*${SYMBOLS}`,
      "gi",
    ),
    "matrix",
    "shape-first",
  ],
  [
    new RegExp(
      String.raw`\$(\d+)\$[- ]dimensional\s*(?:(?!is |are |and |an? |the |denotes? |represents? )[a-z-]+ ){0,3}vectors?\s*${SYMBOLS}`,
      "gi",
    ),
    "vector",
    "shape-first",
  ],
];

export const shapesInProse = remembered((sentence): readonly ProseShape[] => {
  const found: ProseShape[] = [];
  for (const [pattern, kind, order] of PATTERNS) {
    for (const m of sentence.matchAll(pattern)) {
      const [symbols, shape] = order === "symbols-first" ? [m[1], m[2]] : [m[2], m[1]];
      const ordinals = [...(symbols ?? "").matchAll(MARK)].map((x) => Number(x[1]));
      const isRow = /\brow[- ]vectors?\b/i.test(m[0]);
      if (ordinals.length > 0 && shape !== undefined)
        found.push({ symbols: ordinals, shape: Number(shape), kind, isRow });
    }
  }
  return found;
});

/** Sizes given one behind the other: the numbers of the formulas for the symbols, and for a product or a list of sizes, or for each. */
export interface ProseSizes {
  readonly symbols: readonly number[];
  readonly sizes: readonly number[];
  /** A list in parentheses may be a shape only where a word says so. */
  readonly saysShape: boolean;
}

const SHAPE_WORDS =
  "(?:is|are|be|being|has|have|with|of|whose|the|an?|also|shapes?|shaped|sizes?|sized|dimensions?|matrix|matrices|tensors?|arrays?|real|weight|weights|data|input|design|parameter)";
const BEFORE_SIZES = String.raw`(?:\s*[:(]\s*(?:${SHAPE_WORDS}[\s:]+){0,7}|\s*,?\s+(?:${SHAPE_WORDS}[\s:]+){1,7})\(?`;
const SIZES: readonly RegExp[] = [
  // `$X$ is $m \times d$`, `$W$ ($d \times h$)`, `$X$ has shape $(m, d)$`.
  new RegExp(String.raw`${SYMBOLS}(${BEFORE_SIZES})\$(\d+)\$(?!-?(?:th|st|nd|rd)\b)`, "gi"),
  // `$X$ is an $m$ by $d$ matrix`, `$m$-by-$d$`.
  new RegExp(String.raw`${SYMBOLS}(${BEFORE_SIZES})\$(\d+)\$[- ]by[- ]\$(\d+)\$`, "gi"),
  new RegExp(String.raw`${SYMBOLS}(\s*(?:has|have|with)\s+)\$(\d+)\$\s+rows\s+and\s+\$(\d+)\$\s+columns`, "gi"),
];

export const sizesInProse = remembered((sentence): readonly ProseSizes[] =>
  SIZES.flatMap((pattern) =>
    [...sentence.matchAll(pattern)].map(([, symbols = "", between = "", ...sizes]) => ({
      symbols: [...symbols.matchAll(MARK)].map((x) => Number(x[1])),
      sizes: sizes.map(Number),
      saysShape: /\b(?:shape|size|dimension)/i.test(between) || /^\s*(?:shapes|sizes|dimensions)\b/i.test(sentence),
    })),
  ),
);

/** `$v = Bx$, $u = f(v)$, all in $\mathbb{R}^n$`: the numbers of the formulas in the list before, and that of the set. */
const ALL_IN = new RegExp(
  String.raw`\ball\s+(?:(?:of\s+(?:them|these|which|those)|vectors?|are|being|lie|living|live|taken|elements|members|contained|of|with|values)\s+){0,4}(?:in|from|of)\s+\$(\d+)\$${NO_MAP}`,
  "gi",
);
/** What may stand between such a list and `all`: `$u$, $v$ be vectors, all in …`. */
const AFTER_LIST =
  /^(?:[\s,;:(]|\b(?:be|are|being|denote|represent|real|column|input|weight|parameter|vectors|matrices|points|which|that|they)\b)*$/i;

/** `weights $w$ in $\mathbb{R}^n$`, `$u$ and $v$ are from $\mathbb{R}^d$`. */
const LISTED_IN = new RegExp(
  String.raw`${SYMBOLS}\s*(?:(?:is|are|be|lies?|lying|lives?|taken|drawn|sampled)\s+){0,2}(?:in|from|over)\s+\$(\d+)\$${NO_MAP}`,
  "gi",
);

/** `the linear map $A$ from …`. */
const MAP = /\b(?:maps?|mappings?|operators?|transforms?|transformations?|functions?|projections?)\s+$/i;
const FROM = /\bfrom\s+\$\d+\$$/i;

export interface SharedSet {
  readonly symbols: readonly number[];
  readonly set: number;
}

export const sharedSets = remembered((sentence): readonly SharedSet[] => {
  const marks = marksIn(sentence);
  const all = [...sentence.matchAll(ALL_IN)].flatMap((m) => {
    const last = marks.findLast((x) => x.end <= m.index);
    if (last === undefined || !AFTER_LIST.test(sentence.slice(last.end, m.index))) return [];
    return [{ symbols: listBefore(sentence, marks, last).map((x) => x.ordinal), set: Number(m[1]) }];
  });
  const listed = [...sentence.matchAll(LISTED_IN)]
    .filter((m) => !(FROM.test(m[0]) && MAP.test(before(sentence, m.index))))
    .map((m) => ({
      symbols: [...(m[1] ?? "").matchAll(MARK)].map((x) => Number(x[1])),
      set: Number(m[2]),
    }));
  return [...all, ...listed];
});

/** Each sentence of the items once, in order. */
export function sentencesOf(items: readonly Item[]): readonly string[] {
  return [...new Set(items.map((i) => i.formula.sentence))].filter((s) => s !== "");
}
