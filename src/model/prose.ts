import type { Item } from "./statements.js";

/** A property that the words around a symbol give it. */
export type Property =
  | "one-hot"
  | "symmetric"
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
  [/\bsymmetric/i, "symmetric"],
  [/non-?negative/i, "nonnegative"],
  [/non-?zero/i, "nonzero"],
  [/\bpositive\b(?![- ](semi-?)?definite)/i, "positive"],
  [/invertible|non-?singular/i, "invertible"],
  [/orthogonal|orthonormal/i, "orthogonal"],
  [/full (column |row )?rank/i, "full-rank"],
  [/row[- ]?wise|by rows?|each row|over (the )?rows|along (the )?rows/i, "row-wise"],
  [/column[- ]?wise|by columns?|each column|over (the )?columns|along (the )?columns/i, "column-wise"],
  [/entry-?wise|element-?wise|component-?wise|entry by entry/i, "entrywise"],
  [/\bscalars?\b/i, "scalar"],
  [/probability (vector|distribution)|sums? to (1|one)/i, "probability"],
  [/class (label|index)|integer|token (id|index)/i, "integer"],
];

export interface PropertyClaim {
  readonly property: Property;
  /** The number of the formula that the word is about, or `null` if the sentence names none. */
  readonly ordinal: number | null;
  readonly sentence: string;
}

/** What the sentences say of the symbols they name: each word belongs to the nearest formula, one before it first. */
export function propertiesOf(sentence: string): readonly PropertyClaim[] {
  const found: PropertyClaim[] = [];
  for (const [word, property] of WORDS) {
    const match = word.exec(sentence);
    if (match === null || /\bnot\s*$/i.test(sentence.slice(0, match.index))) continue;
    for (const ordinal of nearest(sentence, match.index)) found.push({ property, ordinal, sentence });
  }
  return found;
}

const MARK = /\$(\d+)\$/g;

function nearest(sentence: string, at: number): readonly (number | null)[] {
  const marks = [...sentence.matchAll(MARK)].map((m) => ({
    ordinal: Number(m[1]),
    start: m.index,
    end: m.index + m[0].length,
  }));
  const before = marks.filter((m) => m.end <= at);
  const last = before.at(-1);
  if (last !== undefined) {
    // `$a$, $b$ and $c$ are …` speaks of all three.
    const group = [last];
    for (let k = before.length - 2; k >= 0; k--) {
      const m = before[k];
      const next = group[0];
      if (m === undefined || next === undefined || !/^\s*(,|and|,\s*and)\s*$/.test(sentence.slice(m.end, next.start)))
        break;
      group.unshift(m);
    }
    return group.map((m) => m.ordinal);
  }
  const after = marks.find((m) => m.start >= at);
  return [after?.ordinal ?? null];
}

/** A shape given in words: the numbers of the formulas for the symbol and for its sizes. */
export interface ProseShape {
  readonly symbols: readonly number[];
  readonly shape: number | null;
  /** `vector`: the formula is its length; `matrix`: the formula is a product `m \times n`; `scalar`. */
  readonly kind: "vector" | "matrix" | "scalar";
}

const SYMBOLS = String.raw`((?:\$\d+\$(?:\s*(?:,|and|,\s*and)\s*)?)+)`;
const PATTERNS: readonly (readonly [RegExp, ProseShape["kind"], "symbols-first" | "shape-first"])[] = [
  [
    new RegExp(
      String.raw`${SYMBOLS}\s*(?:is|are|represents?|denotes?|be|:|has|have)[^$.]*?\$(\d+)\$[- ]*(?:dimensional )?(?:[a-z-]+ ){0,3}(?:matrix|matrices)`,
      "gi",
    ),
    "matrix",
    "symbols-first",
  ],
  [
    new RegExp(
      String.raw`${SYMBOLS}\s*(?:is|are|represents?|denotes?|be|:|has|have)[^$.]*?\$(\d+)\$[- ]*(?:dimensional )?(?:[a-z-]+ ){0,3}vectors?`,
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
  [
    new RegExp(
      String.raw`\$(\d+)\$\s*(?:weight |data |input |design |parameter )?(?:matrix|matrices)\s*${SYMBOLS}`,
      "gi",
    ),
    "matrix",
    "shape-first",
  ],
  [
    new RegExp(String.raw`\$(\d+)\$[- ]dimensional\s*(?:[a-z-]+ ){0,3}vectors?\s*${SYMBOLS}`, "gi"),
    "vector",
    "shape-first",
  ],
];

export function shapesInProse(sentence: string): readonly ProseShape[] {
  const found: ProseShape[] = [];
  for (const [pattern, kind, order] of PATTERNS) {
    for (const m of sentence.matchAll(pattern)) {
      const [symbols, shape] = order === "symbols-first" ? [m[1], m[2]] : [m[2], m[1]];
      const ordinals = [...(symbols ?? "").matchAll(MARK)].map((x) => Number(x[1]));
      if (ordinals.length > 0 && shape !== undefined) found.push({ symbols: ordinals, shape: Number(shape), kind });
    }
  }
  return found;
}

/** Each sentence of the items once, in order. */
export function sentencesOf(items: readonly Item[]): readonly string[] {
  return [...new Set(items.map((i) => i.formula.sentence))].filter((s) => s !== "");
}
