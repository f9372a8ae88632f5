import { mistakes } from "../check/mistakes/table.js";
import type { Verdict } from "../check/verdict.js";

/** What fraction of a part's points an answer gets. */
export interface Rubric {
  /** By a mistake's code, by a verdict, or `near-miss`. */
  readonly fractions: ReadonlyMap<string, number>;
}

/** Slips of one sign, factor or transposition in an answer that is otherwise right. */
const NEAR_MISSES: ReadonlySet<string> = new Set([
  "sign-error",
  "ce-sign",
  "missing-factor-2",
  "l2-factor",
  "missing-1-over-N",
  "double-1-over-N",
  "mean-axis-confusion",
  "missing-transpose",
  "outer-product-swapped",
  "layout-confusion",
  "index-swapped",
]);

const DEFAULTS: ReadonlyMap<string, number> = new Map([
  ["proved", 1],
  ["agrees", 1],
  ["carried-forward", 1],
  ["near-miss", 0.5],
  ["wrong", 0],
  ["shape-mismatch", 0],
  ["no-answer", 0],
]);

/** What a rubric may name beside the mistakes. */
const VERDICTS = ["carried-forward", "near-miss", "wrong", "shape-mismatch"] as const;

/** Reads `rubric` of a front matter: a map from codes to fractions, `0.5` or `50%`. */
export function readRubric(front: unknown): Rubric | { readonly problem: string; readonly hint: string } {
  if (front === undefined) return { fractions: DEFAULTS };
  if (typeof front !== "object" || front === null || Array.isArray(front))
    return {
      problem: "`rubric` must be a map from codes of mistakes to fractions",
      hint: "rubric: { sign-error: 0.5 }",
    };
  const fractions = new Map(DEFAULTS);
  for (const [code, value] of Object.entries(front)) {
    if (!mistakes.has(code) && !VERDICTS.some((v) => v === code))
      return {
        problem: `\`rubric\` names ${code}, which is no mistake`,
        hint: `beside the codes of mistakes: ${VERDICTS.join(", ")}`,
      };
    const fraction = fractionOf(value);
    if (fraction === null)
      return {
        problem: `\`rubric\` gives ${code} ${String(value)}, which is no fraction from 0 to 1`,
        hint: "write 0.5 or 50%",
      };
    fractions.set(code, fraction);
  }
  return { fractions };
}

function fractionOf(value: unknown): number | null {
  const percent = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(String(value))?.[1];
  const number = percent === undefined ? value : Number(percent) / 100;
  return typeof number === "number" && number >= 0 && number <= 1 ? number : null;
}

/** The fraction for a verdict and its mistake, or `null` where a person must look. */
export function fractionFor(rubric: Rubric, verdict: Verdict, code: string | null): number | null {
  if (verdict === "unreadable" || verdict === "undecided") return null;
  const { fractions } = rubric;
  const right = verdict === "proved" || verdict === "agrees" || verdict === "carried-forward";
  const own = code === null || right ? undefined : fractions.get(code);
  if (own !== undefined) return own;
  if (!right && code !== null && NEAR_MISSES.has(code)) return fractions.get("near-miss") ?? 0;
  return fractions.get(verdict) ?? 0;
}
