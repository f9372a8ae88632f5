import type { Verdict } from "../check/verdict.js";
import type { CheckJson, ClaimJson } from "../session/check.js";
import { leftSide, plain } from "./plain.js";

/* What every format says of a verdict. Meaning is never carried by colour alone: a sign and a word stand for it. */

export type Standing = "right" | "wrong" | "open";

export interface VerdictWords {
  readonly standing: Standing;
  readonly sign: string;
  readonly word: string;
  /** One sentence for whoever has not read the manual. */
  readonly means: string;
}

export const verdictWords: { readonly [V in Verdict]: VerdictWords } = {
  proved: { standing: "right", sign: "✓", word: "proved", means: "Equal to the true value, for all sizes and values." },
  agrees: { standing: "right", sign: "✓", word: "agrees", means: "Equal at every sampled point; not proved." },
  "carried-forward": {
    standing: "right",
    sign: "✓",
    word: "carried forward",
    means: "This step is right; its value is wrong only because it uses an earlier wrong line.",
  },
  wrong: { standing: "wrong", sign: "✗", word: "wrong", means: "Not equal to the true value." },
  "shape-mismatch": {
    standing: "wrong",
    sign: "✗",
    word: "shape mismatch",
    means: "The right side does not have the shape of the left, or does not multiply.",
  },
  "no-answer": { standing: "wrong", sign: "✗", word: "no answer", means: "This leaves the question open." },
  unreadable: { standing: "open", sign: "?", word: "unreadable", means: "This could not be read; a person must look." },
  undecided: { standing: "open", sign: "?", word: "undecided", means: "This was read and could not be decided." },
};

/** A claim that was judged: a line that only introduces a name has no verdict. */
export type JudgedClaim = ClaimJson & { readonly verdict: Verdict };

export const judgedOf = (claims: readonly ClaimJson[]): readonly JudgedClaim[] =>
  claims.filter((c): c is JudgedClaim => c.verdict !== undefined && c.kind !== "definition");

/** `∇_{W^{(2)}} L`: the left side as it was written, as plain text. */
export const nameOf = (claim: ClaimJson): string => plain(leftSide(claim.latex.replace(/^\s*&/, "")));

/** `7 claims: 5 right, 1 wrong, 1 unreadable, 0 undecided.` */
export function summarySentence({ summary }: CheckJson): string {
  const { claims, right, wrong, unreadable, undecided } = summary;
  const count = `${claims} claim${claims === 1 ? "" : "s"}`;
  return `${count}: ${right} right, ${wrong} wrong, ${unreadable} unreadable, ${undecided} undecided.`;
}

const METHODS: ReadonlyMap<string, string> = new Map([
  ["identical", "as written"],
  ["normal-form", "by normal form"],
  ["finite-field", "in a finite field"],
  ["sampled", "at sampled points"],
  ["counterexample", "by a counterexample"],
]);

/** How a right claim is known to be right, and under what conditions. */
export function howKnown({ evidence }: ClaimJson): string {
  const { method, conditions } = { method: "", conditions: [], ...evidence } as Record<string, unknown>;
  const how = METHODS.get(String(method)) ?? "";
  const given = Array.isArray(conditions) && conditions.length > 0 ? `, given ${conditions.join(", ")}` : "";
  return `${how}${given}`;
}

/** The point at which a wrong claim's two sides differ, in words. */
export interface Counterexample {
  /** `D = 2, H = 4`. */
  readonly sizes: string;
  /** `entry (4)`, or empty for a scalar. */
  readonly entry: string;
  readonly left: string;
  readonly right: string;
  /** Name (LaTeX) and value of what the two sides are made of, as many as a reader can take in. */
  readonly values: readonly (readonly [name: string, value: string])[];
}

/** Characters of values shown; all of them are in the JSON. */
const MOST = 110;

export function counterexampleOf({ evidence }: ClaimJson): Counterexample | null {
  const e = { ...evidence } as Record<string, unknown>;
  if (e["method"] !== "counterexample") return null;
  const sizes = Object.entries((e["sizes"] ?? {}) as Record<string, number>).map(([d, n]) => `${plain(d)} = ${n}`);
  const entry = Array.isArray(e["entry"]) && e["entry"].length > 0 ? `entry (${e["entry"].join(", ")})` : "";
  const values: (readonly [string, string])[] = [];
  let length = 0;
  for (const [name, value] of Object.entries((e["point"] ?? {}) as Record<string, unknown>)) {
    const text = numberText(value);
    length += text.length;
    if (length <= MOST) values.push([name, text]);
  }
  return { sizes: sizes.join(", "), entry, left: numberText(e["left"]), right: numberText(e["right"]), values };
}

/** `(1, 0.5)`, `[1 2; 3 4]`; numbers to five digits, whole ones whole. */
function numberText(value: unknown): string {
  if (Array.isArray(value)) {
    const rows = value.some(Array.isArray);
    return rows
      ? `[${value.map((r) => (Array.isArray(r) ? r.map(numberText).join(" ") : numberText(r))).join("; ")}]`
      : `(${value.map(numberText).join(", ")})`;
  }
  return typeof value === "number" ? String(Number(value.toPrecision(5))).replace("-", "−") : String(value);
}
