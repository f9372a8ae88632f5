import type { Arena } from "../expression/arena.js";
import type { Node, Tensor } from "../expression/node.js";
import type { Assumption, Equation } from "../model/model.js";
import { holdsFaint, withoutFaint } from "./faint.js";
import { proveInField } from "./finite-field.js";
import { MOST_ENTRIES, type Points, pointsOf, type Question } from "./points.js";
import { FormProof } from "./proof.js";
import {
  type Agreement,
  BESIDE_PROOF,
  type Counterexample,
  comparePoint,
  compareSampled,
  type Difference,
  errorAt,
  FEW,
} from "./sampled.js";
import type { Premises } from "./samples.js";

/** What a problem says, for deciding about it. Points are cached by `definitions`: keep one map for all claims of a problem. */
export interface DecideContext {
  readonly arena: Arena;
  readonly assumptions: readonly Assumption[];
  /** The equations of the model, and of adjoints, by their tensor. A tensor without one stands for any value. */
  readonly definitions: ReadonlyMap<Tensor, readonly Equation[]>;
  /** The equations and symbols of the model alone. Without them, all definitions count as such. */
  readonly premises?: Premises;
  readonly seed: number;
  /** Units of work for one proof; see `DEFAULT_BUDGET`. */
  readonly budget?: number;
}

export type Evidence =
  | { readonly method: "identical" }
  | { readonly method: "normal-form" }
  | { readonly method: "finite-field"; readonly bound: number }
  | { readonly method: "none"; readonly reason: string }
  | Counterexample
  | Agreement;

export interface Decision {
  readonly verdict: "equal-proved" | "equal-sampled" | "different" | "undecided";
  readonly evidence: Evidence;
  /** What a proof rests on: assumptions that it made use of, and what else has to hold, such as `x ≠ 0`. */
  readonly conditions: readonly string[];
}

export const DEFAULT_BUDGET = 20_000;

/** Whether two expressions are equal at every value of their free indices, for all sizes and all admissible values. */
export function decideNodes(question: Question, context: DecideContext): Decision {
  return question.guard == null ? decideEverywhere(question, context) : decideGuarded(question, context);
}

/** Where a condition holds at no point that is tried, nothing is said of what it guards. */
function decideGuarded(question: Question, context: DecideContext): Decision {
  const points = pointsOf(context);
  const found = compareSampled(question, points, context);
  if (found === null) return undecided("no point was found at which the condition of this line holds");
  if (found.method === "difference") return different(found);
  if (found.partly) return undecided(ONE_SIDED);
  const decision = decideEverywhere(question, context);
  return decision.verdict === "undecided" ? agreeing(found, question, points, context) : decision;
}

function decideEverywhere(question: Question, context: DecideContext): Decision {
  const { left, right } = question;
  if (left === right) return { verdict: "equal-proved", evidence: { method: "identical" }, conditions: [] };
  const points = pointsOf(context);
  const limits = { ...context, budget: context.budget ?? DEFAULT_BUDGET };
  const proof = new FormProof(left, right, limits);
  const early = proof.next();
  if (early !== null) return confirmed(question, points, context, proved(early.conditions));
  // A proof is often cheaper than many points; a few come before it all the same, lest a fault in it stay unseen.
  const few = compareSampled(question, points, context, BESIDE_PROOF);
  if (few?.method === "difference" && !few.oneSided) return different(few);
  const late = proof.rest();
  if (late !== null && few?.method === "sampled") return proved(late.conditions);
  const sampled = compareSampled(question, points, context);
  if (sampled?.method === "difference") return different(sampled);
  if (late !== null) return proved(late.conditions);
  if (sampled?.partly === true) return undecided(ONE_SIDED);
  const field = proveInField(left, right, limits);
  if (field !== null && sampled !== null)
    return {
      verdict: "equal-proved",
      evidence: { method: "finite-field", bound: field.bound },
      conditions: field.conditions,
    };
  if (sampled !== null) return agreeing(sampled, question, points, context);
  return undecided(
    points.isTooLarge(question)
      ? `what this compares has so many entries that the work budget, ${MOST_ENTRIES} of them at a point, would be spent`
      : "no points were found that tell: both sides defined, each mask open at one of them and each threshold passed",
  );
}

/** Points at which the sides are equal say so, unless they would be with another number in the place of one. */
function agreeing(evidence: Agreement, question: Question, points: Points, context: DecideContext): Decision {
  return hidesNumbers(question, points, context)
    ? undecided("a number in this is so small, or so near to another, that the digits computed do not show it")
    : { verdict: "equal-sampled", evidence, conditions: [] };
}

function hidesNumbers(question: Question, points: Points, context: DecideContext): boolean {
  const env = points.at(0, question);
  if (env === null) return false;
  const numberOf = (n: Node): number => points.values(n, [], env).data[0] ?? Number.NaN;
  const [left, right] = [question.left, question.right].map((n) => withoutFaint(context.arena, n, numberOf));
  if (left === undefined || right === undefined) return false;
  if (left === question.left && right === question.right)
    return holdsFaint(context.arena, points.bodiesBelow(question), numberOf);
  return compareSampled({ ...question, left, right }, points, context, BESIDE_PROOF)?.method === "sampled";
}

const ONE_SIDED = "the sides agree where both are defined, and at other points only one of them is";

/** A difference is looked for in simple numbers only where somebody asks for the evidence. */
function different({ show }: Difference): Decision {
  // Once told, it holds nothing of where it was found.
  let known: { readonly evidence: Counterexample } | { readonly show: () => Counterexample } = { show };
  return {
    verdict: "different",
    get evidence() {
      if ("show" in known) known = { evidence: known.show() };
      return known.evidence;
    },
    conditions: [],
  };
}

const undecided = (reason: string): Decision => ({
  verdict: "undecided",
  evidence: { method: "none", reason },
  conditions: [],
});

const proved = (conditions: readonly string[]): Decision => ({
  verdict: "equal-proved",
  evidence: { method: "normal-form" },
  conditions,
});

/**
 * The largest relative difference at the first points, looked for no longer once it is more than `far`; `null` where the
 * first point says nothing. Proves nothing.
 */
export function gapAtFew(question: Question, context: DecideContext, far: number): number | null {
  const points = pointsOf(context);
  const first = errorAt(question, points, 0);
  let gap = first ?? 0;
  for (let round = 1; first !== null && round < FEW && gap <= far; round++)
    gap = Math.max(gap, errorAt(question, points, round) ?? 0);
  return first === null ? null : gap;
}

/** A proof that a point contradicts is a fault of this program: then nothing is decided. */
function confirmed(question: Question, points: Points, context: DecideContext, decision: Decision): Decision {
  const at = comparePoint(question, points, context, 0, false);
  if (at === null || at.method === "match" || at.oneSided) return decision;
  return undecided("the proof and a sampled point contradict each other");
}
