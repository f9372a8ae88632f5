import { type Asked, answeredBy, derivativesUsed, givenIn, namedAtHead, questionsIn } from "../check/asked.js";
import { checkProblem } from "../check/check.js";
import { isRight, isWrong } from "../check/verdict.js";
import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { hash } from "../core/random.js";
import { type Place, Source, type Span } from "../core/span.js";
import type { Model } from "../model/model.js";
import { type ParsedWorksheet, parseWorksheet } from "../model/parse-worksheet.js";
import { type Problem, readAgain, readProblems, readWithMatrices } from "../model/read.js";
import type { Item } from "../model/symbols/statements.js";
import { premisesOf, type Reader, sortLines } from "./against.js";
import { type ClaimJson, claimJson, textOf } from "./claim-json.js";
import { followed, isUnfounded } from "./consequences.js";
import { writesDerivative } from "./damaged.js";
import { expectedAnswer } from "./expected.js";
import { heedMatrices } from "./matrices.js";
import { attempt, placed } from "./place.js";
import type { DiagnosticJson } from "./report.js";

export type { ClaimJson, MistakeJson, StepVerdictJson } from "./claim-json.js";

export interface CheckOptions {
  readonly seed?: number;
  /** The problem whose forward pass, shapes and assumptions are the premises: then every equation of the file is a claim. */
  readonly against?: { readonly file: string; readonly text: string };
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

/** What could not be parsed of the problem may be one of its equations, for those who hand lines in too. */
const damagedPremises = ({ against }: CheckOptions): readonly string[] =>
  against === undefined ? [] : premisesOf(against).formulas.flatMap((f) => (f.kind === "damaged" ? [f.latex] : []));

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
  const unread = [...damaged.map((f) => f.latex), ...damagedPremises(options)];
  const { readers, lost } = read === null ? { readers: [], lost: [] } : problemsOf(read, options, report);
  const problems = readers.flatMap((reader) => {
    const problem = attempt("checking", report, () => checked(reader, seed, source, report, unread));
    return problem === null ? [] : [problem];
  });
  // What is handed in is judged by its problem alone.
  const judgedByFirst = problems.flatMap((p) =>
    options.against !== undefined || read === null
      ? []
      : followed(
          p.answers.map((a) => a.claim),
          p.problem,
          read.parsed.document,
          seed,
        ),
  );
  const instead = new Map(judgedByFirst.flatMap((f) => [...f.instead]));
  const judged = problems.flatMap((p) => p.answers.map((a) => ({ ...a, claim: instead.get(a.claim) ?? a.claim })));
  const found: Answer[] = [...judged, ...lost.map((i) => aboutNothing(lostClaim(i, source)))];
  found.push(...damagedClaims(damaged, diagnostics).map(aboutNothing));
  // A sheet of questions claims nothing; beside answers, or handed in, a question is one that was left out.
  const isSheet =
    options.against === undefined && found.every(({ claim, asks }) => claim.verdict === "no-answer" && asks);
  const answers = isSheet ? [] : found;
  answers.sort(({ claim: { at: a } }, { claim: { at: b } }) => a.line - b.line || a.column - b.column);
  const claims = answers.map((a) => a.claim);
  const premises = judgedByFirst.flatMap((f) => f.premises);
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
  const spans = judgedByFirst.flatMap((f) => f.spans);
  const isAnswered = ({ code, span }: Diagnostic): boolean =>
    code === "symbol/unknown" && span !== null && spans.some((s) => s.start <= span.start && span.end <= s.end);
  const json: CheckJson = {
    schema: "backproof/check/1",
    file,
    claims,
    summary: summaryOf(claims),
    diagnostics: placed(
      diagnostics.filter((d) => !isAnswered(d)),
      source,
    ),
  };
  return {
    json,
    answers,
    questions: problems.flatMap((p) => p.questions),
    given: problems.flatMap((p) => p.given),
    models: problems.map((p) => p.problem.model),
  };
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
  readonly span: Span;
  readonly at: Place;
  readonly latex: string;
}

const damagedFormulas = ({ document: { formulas, source }, damaged }: ParsedWorksheet): readonly DamagedFormula[] =>
  formulas.flatMap(({ span }, k) =>
    damaged.has(k) ? [{ span, at: source.place(span), latex: source.text.slice(span.start, span.end) }] : [],
  );

/** What names a derivative and cannot be parsed is a claim all the same: a person must look. */
function damagedClaims(damaged: readonly DamagedFormula[], diagnostics: readonly Diagnostic[]): readonly ClaimJson[] {
  const whyNot = ({ span }: DamagedFormula): string => {
    const isIn = (d: Diagnostic): boolean => d.span !== null && span.start <= d.span.start && d.span.end <= span.end;
    const d = diagnostics.find((x) => x.severity === "error" && isIn(x));
    return d === undefined ? "this formula could not be parsed" : `this formula is damaged: ${d.message}`;
  };
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
        reason: whyNot(f),
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

interface CheckedLines extends Omit<JudgedWorksheet, "json" | "models"> {
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
