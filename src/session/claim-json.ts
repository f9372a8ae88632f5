import { answeredBy } from "../check/asked.js";
import { differing } from "../check/differs.js";
import { withLetter } from "../check/instances.js";
import type { Judge } from "../check/judge.js";
import { isRight, isWrong, type Judged, type Link, type Mistake, type Verdict } from "../check/verdict.js";
import type { Diagnostic } from "../core/diagnostic.js";
import type { Place, Source } from "../core/span.js";
import type { Evidence } from "../decide/decide.js";
import type { Tensor } from "../expression/node.js";
import { asSyntax, type Expected, nextLine } from "./expected.js";
import { symbolLatex } from "./symbols.js";

export interface MistakeJson {
  readonly code: string;
  readonly message: string;
  /** Other mistakes that give the same formula by as small a change. */
  readonly also?: readonly string[];
}

export interface StepVerdictJson {
  readonly latex: string;
  readonly verdict: Verdict;
  readonly mistake: MistakeJson | null;
  /** Of the first false step of a chain: a right side that is true. */
  readonly expected?: string;
}

export interface ClaimJson {
  readonly at: Place;
  readonly latex: string;
  readonly of: string | null;
  readonly kind?: "definition";
  readonly verdict?: Verdict;
  readonly mistake?: MistakeJson | null;
  readonly expected?: string | null;
  /** Of a claim that is not right: why, in one sentence, and the part of it in which it goes wrong. */
  readonly reason?: string;
  readonly where?: Place;
  readonly evidence?: object | null;
  readonly layout?: "numerator";
  readonly steps?: readonly StepVerdictJson[];
}

/** The variable of the derivative that a line is about. */
function ofText(judge: Judge, j: Judged): string | null {
  const wrt = answeredBy(j)?.wrt;
  const text = wrt === undefined ? null : symbolLatex(wrt, familyOf(judge, wrt));
  return text === null || j.decidedAt === undefined ? text : withLetter(text, j.decidedAt);
}

export function claimJson(judge: Judge, j: Judged, source: Source, expected: Expected | null): ClaimJson {
  const { statement } = j.claim.item;
  const worst = j.links.find((l) => !isRight(l.verdict)) ?? j.links.find((l) => l.verdict !== "proved") ?? j.links[0];
  return {
    at: source.place(statement.span),
    latex: statement.latex,
    of: ofText(judge, j),
    verdict: j.verdict,
    mistake: mistakeJson(j.mistake),
    expected: isWrong(j.verdict) ? (expected?.latex ?? null) : null,
    ...(isRight(j.verdict) || worst === undefined ? {} : reasonAt(j, whyNot(worst, source, expected))),
    evidence: worst?.evidence == null ? null : evidenceJson(worst.evidence, conditionsOf(j, worst)),
    ...(j.layout === null ? {} : { layout: j.layout }),
    steps: j.links.map((l) => stepJson(l, source, l === worst ? nextOf(j, l, source, expected) : null)),
  };
}

const familyOf = (judge: Judge, tensor: Tensor): readonly [string, string, string] | null =>
  judge.problem.model.symbols.find((s) => s.tensor === tensor)?.family ?? null;

export function stepJson(l: Link, source: Source, next: string | null): StepVerdictJson {
  const latex = `${textOf(source, l.left.span)} = ${textOf(source, l.right.span)}`;
  return {
    latex,
    verdict: l.verdict,
    mistake: mistakeJson(l.mistake),
    ...(next === null ? {} : { expected: next }),
  };
}

const mistakeJson = (m: Mistake | null): MistakeJson | null =>
  m && { code: m.code, message: m.message, ...(m.also === undefined ? {} : { also: m.also }) };

/** The true next line beside the first false one of a chain. */
function nextOf(j: Judged, l: Link, source: Source, expected: Expected | null): string | null {
  const [first] = j.links;
  if (j.links.length < 2 || first === undefined || !isWrong(l.verdict)) return null;
  return nextLine(expected, source.text.slice(first.left.span.start, l.left.span.end));
}

/** Why a step is not right, and where: at what is known to be at fault, or where it leaves the true formula. */
function whyNot(l: Link, source: Source, expected: Expected | null): Pick<ClaimJson, "reason" | "where"> {
  const d = l.diagnostic;
  const span =
    l.mistake?.span ??
    d?.span ??
    (l.verdict === "wrong" ? differing(l.right, asSyntax(expected)) : null) ??
    l.right.span;
  const reason = l.mistake?.message ?? (d === null ? reasonOf(l.evidence) : sentenceOf(d));
  return { reason, where: source.place(span) };
}

// How to declare sizes is no help where the premises are given.
const sentenceOf = ({ code, message, hint }: Diagnostic): string =>
  hint === "" || code === "shape/index-range" ? message : `${message}: ${hint}`;

function reasonOf(evidence: Evidence | null): string {
  if (evidence === null) return "";
  if (evidence.method === "counterexample") return "the two sides differ";
  return "reason" in evidence && typeof evidence.reason === "string" ? evidence.reason : "";
}

/** Of a line that stands for several, which of them is not right. */
function reasonAt<T extends Pick<ClaimJson, "reason">>({ decidedAt }: Judged, why: T): T {
  if (decidedAt === undefined || why.reason === undefined) return why;
  return { ...why, reason: `at ${decidedAt.letter} = ${decidedAt.value}: ${why.reason}` };
}

/** What a line that stands for several was judged for is a condition of its verdict. */
function conditionsOf({ decidedAt, verdict }: Judged, link: Link): readonly string[] {
  if (decidedAt === undefined || !isRight(verdict)) return link.conditions;
  return [...link.conditions, `${decidedAt.letter} = ${decidedAt.values.join(", ")}`];
}

export const textOf = (source: Source, span: { readonly start: number; readonly end: number }): string =>
  source.text.slice(span.start, span.end).trim();

/** Maps become objects; names of users are keys of a `Map` until here. */
export function evidenceJson(evidence: Evidence, conditions: readonly string[]): object {
  const extra = conditions.length === 0 ? {} : { conditions };
  if (evidence.method !== "counterexample") return { ...evidence, ...extra };
  return {
    ...evidence,
    sizes: Object.fromEntries(evidence.sizes),
    point: Object.fromEntries(evidence.point),
    ...extra,
  };
}
