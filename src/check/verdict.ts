import type { Diagnostic, Refusal } from "../core/diagnostic.js";
import type { Span } from "../core/span.js";
import type { Decision, Evidence } from "../decide/decide.js";
import type { Index, Node } from "../expression/node.js";
import type { Syntax } from "../notation/syntax.js";
import type { Claim } from "./claims.js";
import type { Pair } from "./derivative-equations.js";
import type { Turned } from "./derivatives.js";
import type { DecidedAt } from "./instances.js";

export type Verdict =
  | "proved"
  | "agrees"
  | "carried-forward"
  | "wrong"
  | "shape-mismatch"
  | "no-answer"
  | "unreadable"
  | "undecided";

export interface Mistake {
  readonly code: string;
  readonly message: string;
  /** Other mistakes that give the same formula by as small a change; of two mistakes the second. */
  readonly also?: readonly string[];
  /** The part of the formula that holds the mistake, where one is known. */
  readonly span?: Span;
}

/** What was found about one `=`. */
export interface Link {
  readonly left: Syntax;
  readonly right: Syntax;
  verdict: Verdict;
  evidence: Evidence | null;
  conditions: readonly string[];
  mistake: Mistake | null;
  /** Why it could not be read or decided. */
  diagnostic: Diagnostic | null;
  /** Both sides at common free indices, where they have one shape. */
  readonly question: {
    readonly left: Node;
    readonly right: Node;
    readonly free: readonly Index[];
    readonly guard: Node | null;
  } | null;
  /** Equal once one side is transposed, and not otherwise. */
  readonly transposed: boolean;
  /** The two sides would differ from their transposes: the line tells layouts apart. */
  readonly layoutSensitive: boolean;
}

export interface Judged {
  readonly claim: Claim;
  readonly links: readonly Link[];
  /** The derivative at the head, if one is. */
  readonly head: Pair | null;
  /** Whether derivatives stand in it besides the one at the head. */
  readonly uses: boolean;
  /** What another layout would turn in it. */
  readonly turned: Turned;
  /** A product of matrices in it does not tell in which order its factors stand. */
  readonly isUnordered?: boolean;
  verdict: Verdict;
  mistake: Mistake | null;
  readonly layout: "numerator" | null;
  /** Of a line that stands for one about each number of a letter. */
  readonly decidedAt?: DecidedAt;
}

/** Both sides of a link at common free indices. */
export type Question = NonNullable<Link["question"]>;

export const isRight = (v: Verdict): boolean => v === "proved" || v === "agrees" || v === "carried-forward";
export const isWrong = (v: Verdict): boolean => v === "wrong" || v === "shape-mismatch" || v === "no-answer";

/** A chain is right if every link is; the first link that is not decides. */
export function overall(links: readonly Link[]): Verdict {
  const wrong = links.find((l) => isWrong(l.verdict));
  if (wrong !== undefined) return wrong.verdict;
  const open = links.find((l) => l.verdict === "unreadable" || l.verdict === "undecided");
  if (open !== undefined) return open.verdict;
  if (links.some((l) => l.verdict === "carried-forward")) return "carried-forward";
  return links.some((l) => l.verdict === "agrees") ? "agrees" : "proved";
}

export const isEqual = (d: Decision): boolean => d.verdict === "equal-proved" || d.verdict === "equal-sampled";

const VERDICTS: { readonly [V in Decision["verdict"]]: Verdict } = {
  "equal-proved": "proved",
  "equal-sampled": "agrees",
  different: "wrong",
  undecided: "undecided",
};

export function outcome(d: Decision): { verdict: Verdict; evidence: Evidence; conditions: readonly string[] } {
  return { verdict: VERDICTS[d.verdict], evidence: d.evidence, conditions: d.conditions };
}

/** The verdict on a side that was refused. */
export function refused({ diagnostic }: Refusal): Pick<Link, "verdict" | "diagnostic" | "mistake"> {
  const { code, message, span } = diagnostic;
  const place = span === null ? {} : { span };
  const mistake = code === "symbol/unknown" ? { code: "undefined-symbol", message, ...place } : null;
  if (code === "syntax/blank") {
    const blank = { code: "tautology", message: "a part of this is left blank" };
    return { verdict: "no-answer", diagnostic: null, mistake: blank };
  }
  if (code.startsWith("shape/") && code !== "shape/unknown") return { verdict: "shape-mismatch", diagnostic, mistake };
  const open =
    ["unsupported/", "function/", "derive/"].some((kind) => code.startsWith(kind)) || code === "symbol/unread";
  return { verdict: open ? "undecided" : "unreadable", diagnostic, mistake };
}

/** In neither layout right, and in another order of the factors of a product it may be. */
export function heedUnordered(judged: readonly Judged[]): void {
  for (const j of judged) {
    if (j.isUnordered !== true || !isWrong(j.verdict)) continue;
    const reason =
      "in which order the factors of this product stand is not said: write its first and last ones, with dots";
    for (const link of j.links)
      if (isWrong(link.verdict))
        Object.assign(link, {
          verdict: "undecided",
          mistake: null,
          diagnostic: null,
          evidence: { method: "none", reason },
        });
    Object.assign(j, { verdict: overall(j.links), mistake: null });
  }
}
