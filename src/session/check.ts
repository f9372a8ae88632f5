import { type Asked, answeredBy, derivativesUsed, givenIn, namedAtHead, questionsIn } from "../check/asked.js";
import { checkProblem } from "../check/check.js";
import { differing } from "../check/differs.js";
import { withLetter } from "../check/instances.js";
import type { Judge } from "../check/judge.js";
import { isRight, isWrong, type Judged, type Link, type Mistake, type Verdict } from "../check/verdict.js";
import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { hash } from "../core/random.js";
import { type Place, Source } from "../core/span.js";
import type { Evidence } from "../decide/decide.js";
import type { Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import { type ParsedWorksheet, parseWorksheet } from "../model/parse-worksheet.js";
import { type Problem, readAgain, readProblems, readWithMatrices } from "../model/read.js";
import type { Item } from "../model/statements.js";
import { premisesOf, type Reader, sortLines } from "./against.js";
import { consequencesIn } from "./consequences.js";
import { writesDerivative } from "./damaged.js";
import { asSyntax, type Expected, expectedAnswer, nextLine } from "./expected.js";
import { heedMatrices } from "./matrices.js";
import { attempt, placed } from "./place.js";
import type { DiagnosticJson } from "./report.js";
import { symbolLatex } from "./symbols.js";

export interface CheckOptions {
  readonly seed?: number;
  /** The problem whose forward pass, shapes and assumptions are the premises: then every equation of the file is a claim. */
  readonly against?: { readonly file: string; readonly text: string };
}

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

export interface CheckJson {
  readonly schema: "backproof/check/1";
  readonly file: string;
  readonly claims: readonly ClaimJson[];
  readonly summary: {
    readonly claims: number;
    readonly right: number;
    readonly wrong: number;
    readonly unreadable: number;
    readonly undecided: number;
  };
  readonly diagnostics: readonly DiagnosticJson[];
}

/** A line as judged, and what it is about: for whoever gives points. */
export interface Answer {
  readonly claim: ClaimJson;
  readonly about: Asked | null;
  /** Its left side as written. */
  readonly left: string;
  /** A question that nothing answers: `∂L/∂W = ?`. */
  readonly open: boolean;
  /** Asked in so many words, `… = ?`, not just left blank. */
  readonly asks: boolean;
  /** For each right side that could be read, the derivatives that it holds (`pairKey`). */
  readonly uses: readonly (readonly string[])[];
}

/** `∂L/∂W = ?`, or, `inProse`, "Derive ∂L/∂W". */
export interface OpenQuestion {
  readonly asked: Asked;
  readonly left: string;
  readonly at: Place;
  readonly inProse: boolean;
}

export interface JudgedWorksheet {
  readonly json: CheckJson;
  /** In the order of the claims. */
  readonly answers: readonly Answer[];
  readonly questions: readonly OpenQuestion[];
  /** Derivatives that the text names, or calls given (`pairKey`). */
  readonly given: readonly string[];
  readonly models: readonly Model[];
}

/** Judges every claim of a worksheet. Never throws on what a user wrote. */
export const checkWorksheet = (file: string, text: string, options: CheckOptions = {}): CheckJson =>
  judgeWorksheet(file, text, options).json;

/** The same, with what each line is about. */
export function judgeWorksheet(file: string, text: string, options: CheckOptions = {}): JudgedWorksheet {
  const diagnostics: Diagnostic[] = [];
  const report = (d: Diagnostic): void => {
    diagnostics.push(d);
  };
  const read = attempt("reading", report, () => {
    const parsed = parseWorksheet(file, text, options.against && premisesOf(options.against));
    // What is handed in says nothing by itself.
    return { parsed, problems: options.against === undefined ? readProblems(parsed) : [] };
  });
  const worksheet = read?.parsed ?? null;
  const source = worksheet?.document.source ?? new Source(file, text);
  if (worksheet !== null) diagnostics.push(...worksheet.diagnostics);
  const seed = options.seed ?? hash(text);
  const damaged = worksheet === null ? [] : damagedFormulas(worksheet);
  const unread = damaged.map((f) => f.latex);
  const { readers, lost } = read === null ? { readers: [], lost: [] } : problemsOf(read, options, report);
  const problems = readers.flatMap((reader) => {
    const problem = attempt("checking", report, () => checked(reader, seed, source, report, unread));
    return problem === null ? [] : [problem];
  });
  const isAlone = options.against === undefined && read !== null;
  const premises = isAlone ? problems.flatMap((p) => followed(p, read.parsed.document, seed, diagnostics)) : [];
  const found = [...problems.flatMap((p) => p.answers), ...lost.map((i) => aboutNothing(lostClaim(i, source)))];
  found.push(...damagedClaims(damaged).map(aboutNothing));
  // A sheet of questions claims nothing; beside answers, or handed in, a question is one that was left out.
  const isSheet =
    options.against === undefined && found.every(({ claim, asks }) => claim.verdict === "no-answer" && asks);
  const answers = isSheet ? [] : found;
  answers.sort(({ claim: { at: a } }, { claim: { at: b } }) => a.line - b.line || a.column - b.column);
  const claims = answers.map((a) => a.claim);
  const unfounded = claims.filter((c) => isUnfounded(c) || premises.includes(c));
  if (unfounded.length > 1 || premises.length > 0) report(notInText(unfounded));
  if (claims.every((c) => c.kind === "definition") && worksheet !== null)
    report(
      diagnostic(
        "note",
        "check/no-claims",
        "this file claims nothing: there is nothing to judge",
        null,
        "write derivatives with their values, \\frac{\\partial L}{\\partial w} = …",
      ),
    );
  const json: CheckJson = {
    schema: "backproof/check/1",
    file,
    claims,
    summary: summaryOf(claims),
    diagnostics: placed(diagnostics, source),
  };
  return {
    json,
    answers,
    questions: problems.flatMap((p) => p.questions),
    given: problems.flatMap((p) => p.given),
    models: problems.map((p) => p.problem.model),
  };
}

const isUnfounded = (c: ClaimJson): boolean => c.verdict === "unreadable" && c.mistake?.code === "undefined-symbol";

/** Lines about what nothing computes, judged by the first of them; the claims that are these first ones. */
function followed(
  { answers, problem }: { readonly answers: Answer[]; readonly problem: Problem },
  document: ParsedWorksheet["document"],
  seed: number,
  diagnostics: Diagnostic[],
): readonly ClaimJson[] {
  const { source } = document;
  const keyOf = ({ line, column, endLine, endColumn }: Place): string => `${line}:${column}:${endLine}:${endColumn}`;
  const unfounded = new Set(answers.flatMap(({ claim }) => (isUnfounded(claim) ? [keyOf(claim.at)] : [])));
  const placeOf = ({ statement }: Item): string => keyOf(source.place(statement.span));
  const lines = problem.items.filter((i) => i.kind === "claim" && unfounded.has(placeOf(i)));
  const premises: ClaimJson[] = [];
  const replace = (item: Item, f: (claim: ClaimJson) => ClaimJson): void => {
    const k = answers.findIndex(({ claim }) => keyOf(claim.at) === placeOf(item));
    const answer = answers[k];
    if (answer === undefined) return;
    answers[k] = { ...answer, claim: f(answer.claim) };
    const { start, end } = item.statement.span;
    const kept = diagnostics.filter(
      (d) => d.code !== "symbol/unknown" || d.span === null || d.span.start < start || d.span.end > end,
    );
    diagnostics.splice(0, diagnostics.length, ...kept);
  };
  for (const { premise, following, against } of consequencesIn(document, problem, lines, seed)) {
    const { line } = source.place(premise.statement.span);
    const open =
      (reason: string) =>
      (claim: ClaimJson): ClaimJson => ({
        ...claim,
        verdict: "undecided",
        mistake: null,
        reason,
        evidence: { method: "none", reason },
        steps: (claim.steps ?? []).map((s) => ({ ...s, verdict: "undecided", mistake: null })),
      });
    replace(
      premise,
      open(`the text does not say how these quantities are computed: what follows from this line is judged by it`),
    );
    premises.push(...answers.flatMap(({ claim }) => (keyOf(claim.at) === placeOf(premise) ? [claim] : [])));
    for (const j of following)
      replace(j.claim.item, ({ reason, where, ...claim }) => ({ ...claim, ...given(j, source, line) }));
    for (const j of against)
      replace(
        j.claim.item,
        open(`this and line ${line} cannot both be right, and the text does not say how these quantities are computed`),
      );
  }
  return premises;
}

/** The verdict on a line that follows from another. */
function given(j: Judged, source: Source, line: number): Partial<ClaimJson> {
  const worst = j.links.find((l) => l.verdict !== "proved") ?? j.links[0];
  const conditions = [...(worst?.conditions ?? []), `as line ${line} says`];
  const evidence = worst?.evidence == null ? null : evidenceJson(worst.evidence, conditions);
  const steps = j.links.map((l) => stepJson(l, source, null));
  return { verdict: j.verdict, mistake: null, evidence, steps };
}

/** Lines about what no equation gives: most often the forward pass stands in a figure. */
function notInText(claims: readonly ClaimJson[]): Diagnostic {
  const line = claims[0]?.at.line;
  const lines = claims.length === 1 ? `line ${line} is` : `${claims.length} lines, the first at line ${line}, are`;
  const message = `${lines} about quantities of which the text gives no equation`;
  const hint =
    "if the forward pass stands in a figure, write its equations out above these lines, and they can be judged";
  return diagnostic("warning", "check/no-forward-pass", message, null, hint);
}

/** A question mark in the place of an answer, also as text. */
function asksFor({ statement }: Item, source: Source): boolean {
  const last = statement.sides.at(-1);
  const blanks = last?.kind === "juxtaposition" ? last.items : [last];
  if (last === undefined || !blanks.every((b) => b?.kind === "blank")) return false;
  return [textOf(source, last.span), ...statement.words].some((text) => /^[\s?.,;]*\?[\s?.,;]*$/.test(text));
}

const aboutNothing = (claim: ClaimJson): Answer => ({
  claim,
  about: null,
  left: "",
  open: false,
  asks: false,
  uses: [],
});

interface DamagedFormula {
  readonly at: Place;
  readonly latex: string;
}

const damagedFormulas = ({ document: { formulas, source }, damaged }: ParsedWorksheet): readonly DamagedFormula[] =>
  formulas.flatMap(({ span }, k) =>
    damaged.has(k) ? [{ at: source.place(span), latex: source.text.slice(span.start, span.end) }] : [],
  );

/** What names a derivative and cannot be parsed is a claim all the same: a person must look. */
function damagedClaims(damaged: readonly DamagedFormula[]): readonly ClaimJson[] {
  return damaged
    .filter((f) => f.latex.includes("=") && writesDerivative(f.latex))
    .map(
      (f): ClaimJson => ({
        at: f.at,
        latex: f.latex.trim(),
        of: null,
        verdict: "unreadable",
        mistake: null,
        expected: null,
        reason: "this formula could not be parsed",
        evidence: null,
        steps: [],
      }),
    );
}

/** A problem as it was read, and read anew for each further look. */
function readerOf(document: ParsedWorksheet["document"], problem: Problem): Reader {
  let looks = 0;
  return {
    read: () => (looks++ === 0 ? problem : readAgain(document, problem)),
    shared: null,
    heed: (judged, seed) => {
      heedMatrices(() => readWithMatrices(document, problem), judged, seed);
    },
  };
}

/** One reader for each problem; against the problems of another file, those with this file's lines as claims. */
function problemsOf(
  { parsed, problems }: { readonly parsed: ParsedWorksheet; readonly problems: readonly Problem[] },
  options: CheckOptions,
  report: (d: Diagnostic) => void,
): { readonly readers: readonly Reader[]; readonly lost: readonly Item[] } {
  if (options.against === undefined) return { readers: problems.map((p) => readerOf(parsed.document, p)), lost: [] };
  const premises = premisesOf(options.against);
  if (premises.problems.length === 0)
    report(diagnostic("error", "check/no-problem", `${options.against.file} holds no problem to check against`, null));
  const sorted = sortLines(premises, parsed, options.seed);
  for (const note of sorted.notes) report(note);
  for (const { statement } of sorted.lost)
    report(
      diagnostic(
        "error",
        "check/which-problem",
        "this line may be about several problems of the other file, so it is not judged",
        statement.span,
        "put it below the heading of its problem",
      ),
    );
  return sorted;
}

const lostClaim = ({ statement }: Item, source: Source): ClaimJson => ({
  at: source.place(statement.span),
  latex: statement.latex,
  of: null,
  verdict: "undecided",
  mistake: null,
  expected: null,
  evidence: null,
  steps: [],
});

interface CheckedLines extends Omit<JudgedWorksheet, "json" | "models" | "answers"> {
  readonly answers: Answer[];
  readonly problem: Problem;
}

function checked(
  { read, shared, heed }: Reader,
  seed: number,
  source: Source,
  report: (d: Diagnostic) => void,
  damaged: readonly string[],
): CheckedLines {
  const result = checkProblem(read, seed, { damaged, shared });
  const { judge, judged, adviser, asking, definitions } = result;
  heed(judged, seed, judge.problem);
  const named = judge.problem.builder.front.loss !== undefined;
  for (const d of result.diagnostics) {
    // Without a loss, or with several, every claim says of what it is the derivative.
    const needless = d.code.startsWith("loss/") && !named;
    if (!needless && !judge.problem.items.some((i) => i.submitted === true)) report(d);
  }
  for (const j of judged)
    for (const l of j.links)
      if (l.diagnostic !== null && (l.mistake === null || l.diagnostic.code !== "shape/sides"))
        report({ ...l.diagnostic, severity: "error", span: l.diagnostic.span ?? j.claim.item.statement.span });
  const answers = [
    ...judged.map((j) => ({
      claim: claimJson(adviser, j, source, isWrong(j.verdict) ? asking(() => expectedAnswer(adviser, j)) : null),
      about: answeredBy(j) ?? namedAtHead(adviser, j),
      left: leftOf(j.claim.item, source),
      open: j.claim.open,
      asks: asksFor(j.claim.item, source),
      uses: derivativesUsed(adviser, j),
    })),
    ...definitions.map((c) =>
      aboutNothing({
        at: source.place(c.item.statement.span),
        latex: c.item.statement.latex,
        of: null,
        kind: "definition",
      }),
    ),
  ];
  const questions = questionsIn(judge).map(({ asked, side, inProse }) => ({
    asked,
    left: textOf(source, side.span),
    at: source.place(side.span),
    inProse,
  }));
  return { answers, questions, given: givenIn(judge), problem: judge.problem };
}

function leftOf(item: Item, source: Source): string {
  const [first] = item.statement.sides;
  return first === undefined ? "" : textOf(source, first.span);
}

/** The variable of the derivative that a line is about. */
function ofText(judge: Judge, j: Judged): string | null {
  const wrt = answeredBy(j)?.wrt;
  const text = wrt === undefined ? null : symbolLatex(wrt, familyOf(judge, wrt));
  return text === null || j.decidedAt === undefined ? text : withLetter(text, j.decidedAt);
}

function claimJson(judge: Judge, j: Judged, source: Source, expected: Expected | null): ClaimJson {
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

function stepJson(l: Link, source: Source, next: string | null): StepVerdictJson {
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

const textOf = (source: Source, span: { readonly start: number; readonly end: number }): string =>
  source.text.slice(span.start, span.end).trim();

/** Maps become objects; names of users are keys of a `Map` until here. */
function evidenceJson(evidence: Evidence, conditions: readonly string[]): object {
  const extra = conditions.length === 0 ? {} : { conditions };
  if (evidence.method !== "counterexample") return { ...evidence, ...extra };
  return {
    ...evidence,
    sizes: Object.fromEntries(evidence.sizes),
    point: Object.fromEntries(evidence.point),
    ...extra,
  };
}

function summaryOf(claims: readonly ClaimJson[]): CheckJson["summary"] {
  const verdicts = claims.flatMap((c) => (c.verdict === undefined ? [] : [c.verdict]));
  return {
    claims: verdicts.length,
    right: verdicts.filter(isRight).length,
    wrong: verdicts.filter(isWrong).length,
    unreadable: verdicts.filter((v) => v === "unreadable").length,
    undecided: verdicts.filter((v) => v === "undecided").length,
  };
}
