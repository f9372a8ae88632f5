/*
 * What a sentence says beside a formula about a cost. `$3$` stands for the third formula of the file.
 */

export type Measure = "multiplications" | "additions" | "operations" | "memory" | "weights";

export type Subject =
  | "forward-pass"
  | "backward-pass"
  | "both-passes"
  | "reverse"
  | "forward"
  | "per-weight"
  | "left-to-right"
  | "right-to-left"
  | "hessian"
  | "hessian-vector";

export interface Phrase {
  /** The formula stands where a count is told: `takes $3$ multiplications`. */
  readonly isClaim: boolean;
  /** `about`, `roughly`. */
  readonly isRough: boolean;
  /** `forming $2$ first`: what is told is the cost of a product in which that comes first. */
  readonly isFirst: boolean;
  readonly measure: Measure | null;
  readonly subject: Subject | null;
  /** Formulas that stand nearest before: what is counted may be one of them. */
  readonly formulas: readonly number[];
  /** `Reverse mode is cheaper when $3$`. */
  readonly comparison: {
    readonly subject: "reverse" | "forward";
    readonly measure: "multiplications" | "memory";
  } | null;
}

const MEASURES: readonly (readonly [Measure, RegExp])[] = [
  ["multiplications", /\bmult(?:iplication|iplie|s\b)/i],
  ["additions", /\badditions?\b|\badds\b/i],
  ["memory", /\bmemory\b|\bstor(?:e[sd]?|age|ing)\b|\bnumbers\b|\bspace\b/i],
  [
    "weights",
    /\b(?:number of|total|many|all) (?:the )?(?:trainable |learnable )?(?:weights|parameters)\b|\b(?:weights|parameters) in total\b/i,
  ],
  [
    "operations",
    /\boperations?\b|\bflops?\b|\bcomputations?\b|\bcosts?\b|\btime\b|\bwork\b|\bcomplexity\b|\bruns? in\b/i,
  ],
];

const SUBJECTS: readonly (readonly [Subject, RegExp])[] = [
  ["hessian-vector", /hessian[-– ]+vector|vector[-– ]+hessian|\bHVPs?\b/i],
  ["hessian", /\bhessian/i],
  [
    "per-weight",
    /\b(?:each|every|one) (?:weight|gradient|derivative|partial derivative|parameter)s?\b[^.;]*\b(?:separately|at a time|on its own|alone|by itself|individually)|\bseparately\b|\bnaive(?:ly)?\b|one (?:weight|derivative|gradient) at a time|weight by weight/i,
  ],
  ["right-to-left", /right[- ]to[- ]left|from the right/i],
  ["left-to-right", /left[- ]to[- ]right|from the left/i],
  [
    "both-passes",
    /(?:forward and backward|both) passes|forward pass and (?:the |a )?backward pass|training step|whole pass/i,
  ],
  ["reverse", /reverse[- ]?mode|back-?prop(?:agation)?/i],
  ["forward", /forward[- ]?mode/i],
  ["backward-pass", /backward (?:pass|sweep)|\bbackward\b/i],
  ["forward-pass", /forward (?:pass|sweep)|\bforward\b/i],
];

const NOUN =
  "(?:scalar |floating[- ]point |real |trainable |learnable )?(?:multiplications?|mults?|additions?|adds|operations?|ops|flops?|computations|numbers|floats|weights|parameters)";
const ROUGH = "(?:about|roughly|approximately|around|some|circa|nearly)";
const ADVERB = `(?:${ROUGH}|exactly|only|just|at most|a total of|in total)`;
const VERB = "(?:takes?|taking|costs?|costing|needs?|requires?|requiring|stores?|storing|performs?)";
const IS =
  "(?:cost|time|memory|storage|complexity|work|multiplications|additions|operations|computations|weights|parameters)\\b[^.;,$]*\\b(?:is|are|equals?|of|total)";

/** `reverse mode $3$`, after a sentence has begun to tell costs. */
const SUBJECT_ALONE = /(?:mode|pass|propagation|backprop|to (?:left|right)|from the (?:left|right)):?\s*$/i;

/** What is said about the formula with this number; `word` is what its own left side says. */
export function phraseAround(sentence: string, ordinal: number, word: string): Phrase {
  const marker = `$${ordinal}$`;
  const at = sentence.indexOf(marker);
  const before = at < 0 ? "" : sentence.slice(0, at);
  const after = at < 0 ? "" : sentence.slice(at + marker.length);
  const clause = clauseBefore(before);
  const rest = /^[^;.$]*/.exec(after)?.[0] ?? "";
  const noun = new RegExp(`^\\s*${NOUN}\\b`, "i").exec(rest)?.[0] ?? "";
  const near = `${clause} ${word} ${rest}`;
  const measure = measureOf(noun) ?? measureOf(word) ?? measureOf(near) ?? measureOf(`${before} ${after}`);
  const isPart = measure === "weights" && /\b(?:each|every|per)\b/i.test(near);
  const subject = lastOf(SUBJECTS, clause) ?? firstOf(SUBJECTS, rest);
  const formulas = [...clause.matchAll(/\$(\d+)\$/g)].map((m) => Number(m[1])).reverse();
  // `the results of $3$ computations` tells no cost unless somebody's work is spoken of.
  const isAbout = subject !== null || measure === "weights" || formulas.length > 0;
  const isTold =
    (noun !== "" && isAbout) ||
    SUBJECT_ALONE.test(clause) ||
    new RegExp(`\\b${VERB}\\s+(?:${ADVERB}\\s+)*$`, "i").test(clause) ||
    new RegExp(`\\b${IS}:?\\s+(?:${ADVERB}\\s+)*$`, "i").test(clause);
  const isFactor = /^\s*times\b/i.test(after);
  return {
    isClaim: isTold && measure !== null && !isPart && !isFactor,
    isFirst: /\bfirst\b/i.test(clause),
    isRough: new RegExp(`\\b${ROUGH}\\s+$`, "i").test(clause) || /\\approx|\\sim/.test(word),
    measure,
    subject,
    formulas,
    comparison: comparisonIn(clause),
  };
}

/** `weights` alone, right after a number, are what is counted. */
function measureOf(text: string): Measure | null {
  if (/^\s*(?:trainable |learnable )?(?:weights|parameters)\s*$/i.test(text)) return "weights";
  return MEASURES.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** What belongs to the formula: from the last stop before it, a semicolon, or a comma that a new subject follows. */
function clauseBefore(before: string): string {
  const parts = before.split(
    /[;.]\s|,\s+(?:and |but |while |whereas )|\b(?:while|whereas|but|against|compared (?:to|with)|instead of|versus)\b/i,
  );
  return parts.at(-1) ?? "";
}

function lastOf(list: typeof SUBJECTS, text: string): Subject | null {
  const found = list.flatMap(([subject, pattern], rank) => {
    const all = [...text.matchAll(new RegExp(pattern.source, "gi"))];
    const last = all.at(-1);
    return last === undefined ? [] : [{ subject, rank, end: last.index + last[0].length }];
  });
  // A longer name of the same place is the more exact one: it stands first in the list.
  found.sort((a, b) => b.end - a.end || a.rank - b.rank);
  const kept = found.filter((f) => !found.some((g) => g.rank < f.rank && overlaps(text, g.subject, f.subject)));
  return kept[0]?.subject ?? null;
}

/** `forward mode` is no forward pass. */
const overlaps = (text: string, a: Subject, b: Subject): boolean => {
  const [p, q] = [patternOf(a).exec(text), patternOf(b).exec(text)];
  return p !== null && q !== null && p.index < q.index + q[0].length && q.index < p.index + p[0].length;
};
const patternOf = (s: Subject): RegExp => SUBJECTS.find(([name]) => name === s)?.[1] ?? /$^/;

const firstOf = (list: typeof SUBJECTS, text: string): Subject | null =>
  list.find(([, pattern]) => pattern.test(text))?.[0] ?? null;

const LESS =
  /\b(?:cheaper|better|faster|fewer|less|preferable|more efficient|wins|beats)\b[^.;]*\b(?:when|if|iff|whenever|where|for|as long as|provided)\b[^.;,$]*$/i;

function comparisonIn(clause: string): Phrase["comparison"] {
  if (!LESS.test(clause)) return null;
  const subject = firstSubject(clause);
  if (subject === null) return null;
  return { subject, measure: /memory|stor/i.test(clause) ? "memory" : "multiplications" };
}

function firstSubject(clause: string): "reverse" | "forward" | null {
  const reverse = clause.search(/reverse[- ]?mode|back-?prop|right[- ]to[- ]left|from the right/i);
  const forward = clause.search(/forward[- ]?mode|left[- ]to[- ]right|from the left/i);
  if (reverse < 0 && forward < 0) return null;
  return forward < 0 || (reverse >= 0 && reverse < forward) ? "reverse" : "forward";
}
