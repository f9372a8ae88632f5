import { type Diagnostic, Refusal } from "../core/diagnostic.js";
import type { Document } from "../document/document.js";
import { assembleModel } from "./assemble.js";
import { build } from "./build/build.js";
import type { Restated } from "./build/builder.js";
import { Builder } from "./build/builder.js";
import { isMatrixLetter } from "./build/unknown-shapes.js";
import type { Elaborator, ZeroOutside } from "./elaborate/elaborator.js";
import { lossFunctions } from "./functions/loss-functions.js";
import type { FormulaReading, Model } from "./model.js";
import { type ParsedWorksheet, parseWorksheet } from "./parse-worksheet.js";
import { withOwnLetters } from "./passes/derivatives/formal.js";
import { withValuesNamed } from "./passes/derivatives/function-values.js";
import { withMembersOfGradients } from "./passes/derivatives/member-gradients.js";
import { withOneLetter } from "./passes/derivatives/one-letter.js";
import { withTuplesSpelled } from "./passes/derivatives/tuple-jacobians.js";
import { labelNotes, unboundNotes, withLabels, withUnboundLabels } from "./passes/indices/labelled.js";
import { withLayersByLetter } from "./passes/indices/layer-letters.js";
import { areMembers, withInstances } from "./passes/indices/numbered.js";
import { asWritten, withSingleUnits } from "./passes/indices/single-units.js";
import { withCountsApart } from "./passes/indices/subscript-counts.js";
import { withBasisValues } from "./passes/names/basis-functions.js";
import { withFinerFirst } from "./passes/names/finer-equations.js";
import { withNames } from "./passes/names/named.js";
import { withNamesAnew } from "./passes/names/names-anew.js";
import { productsAreEntrywise } from "./passes/signs/entrywise-words.js";
import { withOperatorsSaid } from "./passes/signs/operator-words.js";
import { splitProblems } from "./problems.js";
import { nodesIn } from "./symbols/letters.js";
import { symbolsIn } from "./symbols/scripts.js";
import { type Item, leftSide, mentionsDerivative, targetKey, unread } from "./symbols/statements.js";
import type { SymbolSpec } from "./symbols/symbol-spec.js";
import { sentencesOf } from "./words/prose.js";

/** One problem of a worksheet: its model, and what is left to be judged. */
export interface Problem {
  readonly model: Model;
  readonly builder: Builder;
  readonly elaborator: Elaborator;
  readonly items: readonly Item[];
  /** Second equations for a symbol, and further links of a chain. */
  readonly restated: readonly Restated[];
  readonly section: number;
}

export interface Worksheet extends ParsedWorksheet {
  readonly problems: readonly Problem[];
  readonly formulas: readonly FormulaReading[];
}

/** Reads a worksheet: text, formulas, problems, shapes. Never throws on what a user wrote. */
export function readWorksheet(file: string, text: string): Worksheet {
  const parsed = parseWorksheet(file, text);
  const problems = readProblems(parsed);
  return { ...parsed, problems, formulas: readings(parsed) };
}

/** What the formulas of a worksheet say, problem by problem. */
export const readProblems = ({ document, items }: ParsedWorksheet): readonly Problem[] =>
  splitProblems(document.sections, items).map(({ section, items: own, notes }) => {
    const problem = readProblem(document, section, own);
    const { model } = problem;
    return notes.length === 0
      ? problem
      : { ...problem, model: { ...model, diagnostics: [...notes, ...model.diagnostics] } };
  });

/** The same problem from its statements again: for a second look under other conventions. */
export function readAgain(
  document: Document,
  problem: Problem,
  extra: readonly Item[] = [],
  usual: Reading = USUAL,
): Problem {
  const given = problem.items.map(asWritten);
  const fresh = [...given, ...withOwnLetters(withProblemsValues(given, extra), new Map(), given)].map(unread);
  return readProblem(document, problem.section, fresh, usual);
}

/** Lines about a problem with the names that its values of functions have. */
function withProblemsValues(given: readonly Item[], extra: readonly Item[]): readonly Item[] {
  // What is read of the problem's own lines, its worksheet has told.
  return extra.length === 0 ? extra : withValuesNamed([...given, ...extra], () => {}).slice(given.length);
}

/** What a second look at a problem may read otherwise. */
interface Reading {
  readonly dotIsInner: boolean;
  readonly wholeFunctions: ReadonlySet<string>;
  /** A capital letter in front of a small one is a matrix, though nothing else says so. */
  readonly capitalsAreMatrices: boolean;
  readonly zeroOutside: ZeroOutside;
}

const USUAL: Reading = {
  dotIsInner: false,
  wholeFunctions: new Set(),
  capitalsAreMatrices: false,
  zeroOutside: "nowhere",
};

/** "All quantities are numbers": whoever says so means no matrix. */
const NUMBERS =
  /(?<!\bnot )\b(?:all (?:of )?(?:the )?(?:quantities|symbols|letters)(?: here| below| above)? are|everything(?: here| below| above)? is) (?:(?:an?|all|just|simply|plain|real) )*(?:numbers?|scalars?)\b(?! of\b)(?!.*\b(?:except|unless|but|other than|apart from)\b)/i;

/** The same problem with what is written like a matrix and a column read so; `null` where nothing was taken for numbers. */
export function readWithMatrices(document: Document, problem: Problem, lines: readonly Item[] = []): Problem | null {
  const { builder } = problem;
  const numbers = builder.symbols.all.filter((s) => s.assumedScalar && isMatrixLetter(builder, s));
  if (numbers.length === 0 || plainOf(document, problem.section, problem.items).some((s) => NUMBERS.test(s)))
    return null;
  const reading: Reading = { ...USUAL, capitalsAreMatrices: true };
  // Somebody else's lines do not change whether the problem can be read so.
  const other = readAgain(document, problem, [], reading);
  // A row, `y = W x` with a number y, differs from its transpose in layout alone.
  const isMatrix = ({ axes }: SymbolSpec): boolean =>
    axes?.length === 2 && !axes.some((d) => d.isOne(other.builder.arena));
  const matrices = new Set(other.builder.symbols.all.filter(isMatrix).map((s) => s.id));
  if (!numbers.some((s) => matrices.has(s.id))) return null;
  const errors = other.model.diagnostics.filter((d) => d.severity === "error" && !isOfNoLoss(d, other, lines));
  if (errors.length > 0) return null;
  return lines.length === 0 ? other : readAgain(document, problem, lines, reading);
}

/** That no scalar is left speaks against a reading only where the quantity is one whose derivative some line takes. */
function isOfNoLoss({ code, span }: Diagnostic, { items }: Problem, lines: readonly Item[]): boolean {
  if (code !== "loss/not-scalar" || span === null) return code.startsWith("loss/");
  const item = items.find((i) => i.statement.span.start === span.start);
  const left = item?.statement.sides[0] === undefined ? null : leftSide(item.statement.sides[0]);
  const key = left === null ? null : targetKey(left.target);
  const above = [...items, ...lines]
    .flatMap((i) => i.statement.sides.flatMap(nodesIn))
    .flatMap((n) => (n.kind === "fraction" && mentionsDerivative(n) ? symbolsIn(n.numerator) : []));
  return key !== null && !above.some((t) => targetKey(t) === key);
}

function readProblem(document: Document, section: number, written: readonly Item[], usual = USUAL): Problem {
  const notes: Diagnostic[] = [];
  const report = (d: Diagnostic): void => {
    notes.push(d);
  };
  const spoken = withTuplesSpelled(withOperatorsSaid(withNamesAnew(withMembersOfGradients(written))));
  const letters = withOneLetter(spoken, report);
  const apart = withLayersByLetter(withCountsApart(letters, report), plainOf(document, section, written), report);
  const items = withSingleUnits(withBasisValues(apart, report), report);
  const problem = readFiner(document, section, readNumbered(document, section, items, usual), usual);
  if (items === written) return problem;
  tellKinds(items, written);
  const { model } = problem;
  return { ...problem, model: { ...model, diagnostics: [...notes, ...model.diagnostics] } };
}

/** With the equations first that name what is computed on the way, where the problem can be read so. */
function readFiner(document: Document, section: number, problem: Problem, usual: Reading): Problem {
  const finer = withFinerFirst(problem.builder, problem.items, problem.restated);
  if (finer === null) return problem;
  const again = finer.map(unread);
  const other = readNumbered(document, section, again, usual);
  if (errorsOf(other) > errorsOf(problem) || other.items.length !== again.length) return problem;
  tellKinds(other.items, finer);
  return other;
}

/**
 * Lines with a letter about numbered symbols are put once for each number, unless the symbols are members of one family and
 * can be read so.
 */
function readNumbered(document: Document, section: number, items: readonly Item[], usual: Reading): Problem {
  const problem = readNamed(document, section, items, usual);
  const { symbols } = problem.elaborator;
  const numbered = withInstances(problem.items, symbols);
  if (numbered === null) return problem;
  const asFamily = areMembers(numbered, symbols);
  if (asFamily && errorsOf(problem) === 0) return problem;
  const other = readItems(document, section, numbered.map(unread), usual);
  if (asFamily && errorsOf(other) >= errorsOf(problem)) return problem;
  for (const { instance, kind, reading } of other.items)
    if (instance !== undefined) Object.assign(instance.of, { kind, reading });
  return other;
}

/** With the names that later lines give formulas, if these lines can be read as well as the formulas. */
function readNamed(document: Document, section: number, items: readonly Item[], usual: Reading): Problem {
  const named = withNames(items);
  let problem = readItems(document, section, named, usual);
  if (named === items) return problem;
  if (errorsOf(problem) > 0) {
    const plain = readItems(document, section, items.map(unread), usual);
    if (errorsOf(plain) < errorsOf(problem)) problem = plain;
  }
  tellKinds(problem.items, items);
  return problem;
}

const errorsOf = ({ model }: Problem): number => model.diagnostics.filter((d) => d.severity === "error").length;

function readItems(document: Document, section: number, items: readonly Item[], usual: Reading): Problem {
  const first = readUnbound(document, readWith(document, section, items, usual), usual);
  if (first.items !== items) tellKinds(first.items, items);
  const labelled = readLabelled(document, first, usual) ?? first;
  const problem = readWithZeros(document, labelled, usual) ?? labelled;
  if (problem !== labelled) tellKinds(problem.items, items);
  const { model, elaborator } = problem;
  if (model.loss !== null || !model.diagnostics.some((d) => d.code === "loss/not-scalar")) return problem;
  // The default readings of a dot between columns, and of an unknown function of an array, lead to no scalar: the others are tried.
  const others: Reading[] = [];
  if (elaborator.dotted) others.push({ ...usual, dotIsInner: true });
  const whole = lossFunctions(model);
  if (whole.size > 0) others.push({ ...usual, wholeFunctions: whole });
  for (const reading of others) {
    const other = readWith(document, section, problem.items.map(unread), reading);
    if (other.model.loss === null) continue;
    tellKinds(other.items, items);
    return other;
  }
  return problem;
}

/** The same problem with letters that nothing binds as parts of names, where it can be read so. */
function readUnbound(document: Document, problem: Problem, reading: Reading): Problem {
  const labelled = withUnboundLabels(problem.builder, problem.model.diagnostics);
  if (labelled === null) return problem;
  const other = readWith(document, problem.section, labelled.map(unread), reading);
  if (errorsOf(other) >= errorsOf(problem)) return problem;
  const notes = unboundNotes(problem.items, labelled);
  return { ...other, model: { ...other.model, diagnostics: [...other.model.diagnostics, ...notes] } };
}

/** "$x$ is zero outside its range", "zero-padded"; not "without zero-padding". */
const ZEROS =
  /(?<!\b(?:no|not|non|never|without)[- ](?:\w+[- ])?)(?:\bzero(?:s|es)? (?:outside|beyond|elsewhere)|\bzero[- ]?padd|\bpadd\w* (?:with|by) zeros?|\b0 outside)/i;

/**
 * The same problem with zeros where entries lie outside of their axes, as the text says; `null` where it does not, or that does
 * not help. A convolution alone tells nothing: it may go around, or what comes before may be known.
 */
function readWithZeros(document: Document, problem: Problem, usual: Reading): Problem | null {
  const isRefused = problem.model.diagnostics.some((d) => d.severity === "error" && d.code === "shape/index-range");
  if (!(isRefused || problem.elaborator.mayFallBelow) || usual.zeroOutside !== "nowhere") return null;
  const words = [...plainOf(document, problem.section, problem.items), ...sentencesOf(problem.builder.premises)];
  if (!words.some((s) => ZEROS.test(s))) return null;
  const zeroing = { ...usual, zeroOutside: "everywhere" } as const;
  const other = readWith(document, problem.section, problem.items.map(unread), zeroing);
  const fewer = errorsOf(problem) - errorsOf(other);
  return fewer > 0 || (fewer === 0 && !isRefused) ? other : null;
}

/** The same problem with quantities that are meant for one index of a longer story written so; `null` where that does not help. */
function readLabelled(document: Document, problem: Problem, reading: Reading): Problem | null {
  const labelled = withLabels(problem.builder);
  if (labelled === null) return null;
  const other = readWith(document, problem.section, labelled.map(unread), reading);
  if (other.model.equations.length <= problem.model.equations.length) return null;
  tellKinds(other.items, problem.items);
  return {
    ...other,
    model: { ...other.model, diagnostics: [...other.model.diagnostics, ...labelNotes(other.builder, problem.items)] },
  };
}

/** What a second look found of the statements is what `read` tells. */
function tellKinds(from: readonly Item[], to: readonly Item[]): void {
  from.forEach((i, k) => {
    const item = to[k];
    if (item !== undefined) Object.assign(item, { kind: i.kind, reading: i.reading });
  });
}

function readWith(document: Document, section: number, items: readonly Item[], reading: Reading): Problem {
  const plain = plainOf(document, section, items);
  const builder = new Builder(items, document.frontMatter, plain);
  const words = [...plain, ...sentencesOf(builder.premises)];
  const matrixExponentials = words.some((s) => /\bmatrix[- ]exponential/i.test(s));
  const basisVectors = words.some((s) => /\b(?:basis|unit) vectors?\b/i.test(s));
  Object.assign(builder.e, reading, {
    matrixExponentials,
    basisVectors,
    entrywiseProducts: productsAreEntrywise(words),
  });
  try {
    build(builder);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    builder.diagnostics.push(error.diagnostic);
  }
  const own = document.sections[section]?.title ?? "";
  const title = own !== "" ? own : (document.frontMatter.title ?? headingOf(document, items));
  const model = assembleModel(builder, title);
  builder.e.dims.settle(model.symbols.filter((s) => s.role === "dimension").map((s) => s.tensor.latex));
  return { model, builder, elaborator: builder.e, items, restated: builder.restated, section };
}

/** The heading of the first level that the first formula stands under. */
function headingOf({ sections }: Document, [first]: readonly Item[]): string {
  let at: number | null = first?.formula.section ?? null;
  while (at !== null && (sections[at]?.level ?? 0) > 1) at = sections[at]?.parent ?? null;
  return at === null ? "" : (sections[at]?.title ?? "");
}

/** The sentences without a formula that stand in a problem's sections and in those above. */
function plainOf(document: Document, section: number, items: readonly Item[]): readonly string[] {
  const own = new Set([section, ...items.map((i) => i.formula.section)]);
  for (const k of own) {
    const parent = document.sections[k]?.parent ?? null;
    if (parent !== null) own.add(parent);
  }
  return [...own].sort((a, b) => a - b).flatMap((k) => document.plain[k] ?? []);
}

const RANK: readonly Item["kind"][] = [
  "question",
  "claim",
  "forward",
  "function",
  "name",
  "declaration",
  "assumption",
  "range",
  "mention",
];

function readings({ document, items, damaged }: ParsedWorksheet): readonly FormulaReading[] {
  const itemsOf = document.formulas.map((): Item[] => []);
  for (const i of items) itemsOf[i.ordinal]?.push(i);
  return document.formulas.map((formula, ordinal) => {
    const own = itemsOf[ordinal] ?? [];
    const kind = damaged.has(ordinal) ? "damaged" : (RANK.find((k) => own.some((i) => i.kind === k)) ?? "mention");
    const latex = document.source.text.slice(formula.span.start, formula.span.end);
    const reading = own
      .map((i) => i.reading)
      .filter((r) => r !== "")
      .join("; ");
    return { at: document.source.place(formula.span), latex, kind, reading };
  });
}
