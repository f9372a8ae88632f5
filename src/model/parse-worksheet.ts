import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { flatMap } from "../core/flat-map.js";
import type { Document } from "../document/document.js";
import { readDocument } from "../document/read-document.js";
import { documentWords } from "../notation/document-words.js";
import { readMacros } from "../notation/macros.js";
import { parseFormula } from "../notation/parse.js";
import type { Statement, Syntax } from "../notation/syntax.js";
import { isPlaceholder } from "../notation/words.js";
import { withArgumentsWritten } from "./passes/derivatives/bare-functions.js";
import { withGradientVariables } from "./passes/derivatives/bare-gradients.js";
import { withChainProducts } from "./passes/derivatives/chain-products.js";
import { withOwnLetters } from "./passes/derivatives/formal.js";
import { withFormulaArguments } from "./passes/derivatives/formula-functions.js";
import { withFunctionValues } from "./passes/derivatives/function-values.js";
import { withGradientsInWords } from "./passes/derivatives/gradients-in-words.js";
import { withInnerValues } from "./passes/derivatives/inner-functions.js";
import { withLossEquations } from "./passes/derivatives/loss-mentions.js";
import { withParameterArguments } from "./passes/derivatives/parameter-subscripts.js";
import { withPartialChanges } from "./passes/derivatives/partial-changes.js";
import { withPrimeArguments } from "./passes/derivatives/prime-arguments.js";
import { argumentsOf, withPrimesWritten } from "./passes/derivatives/primed.js";
import { withSubscriptPartials } from "./passes/derivatives/subscript-partials.js";
import { withTransposedGradients } from "./passes/derivatives/transposed-gradients.js";
import { withoutReminders } from "./passes/derivatives/values-at.js";
import { withDotsByIndex } from "./passes/dots/dotted.js";
import { withPartialProducts } from "./passes/dots/partial-products.js";
import { withoutDots } from "./passes/dots/spelled.js";
import { withArgmaxNames } from "./passes/indices/argmax-names.js";
import { withSumIndices } from "./passes/indices/bare-sums.js";
import { withMembersBefore } from "./passes/indices/before-first.js";
import { withBracketedPositions } from "./passes/indices/bracketed-positions.js";
import { withSummedEntropies } from "./passes/indices/cross-entropies.js";
import { withDataMatrices } from "./passes/indices/data-matrices.js";
import { withDecayPowers } from "./passes/indices/decay-powers.js";
import { withDiagonalsInWords } from "./passes/indices/diagonals-in-words.js";
import { withEntriesListed } from "./passes/indices/entries-listed.js";
import { withImpliedRanges } from "./passes/indices/implied-ranges.js";
import { withIndexFunctions } from "./passes/indices/index-functions.js";
import { withJointRanges } from "./passes/indices/joint-ranges.js";
import { withMeanRanges } from "./passes/indices/mean-ranges.js";
import { withNestedPositions } from "./passes/indices/nested-positions.js";
import { withNextStep } from "./passes/indices/next-step.js";
import { withOmittedLetters } from "./passes/indices/omitted.js";
import { withScalarMembers } from "./passes/indices/scalar-members.js";
import { withSetSums } from "./passes/indices/set-sums.js";
import { withShiftedLayers } from "./passes/indices/shifted-layers.js";
import { withSoftmaxClasses } from "./passes/indices/softmax-classes.js";
import { withStepsDeclared } from "./passes/indices/steps-declared.js";
import { withSymmetricEntries } from "./passes/indices/symmetric-entries.js";
import { withTimeArguments } from "./passes/indices/time-arguments.js";
import { withZeroBased } from "./passes/indices/zero-based.js";
import { withMatricesFromOne } from "./passes/indices/zero-based-matrices.js";
import { withCompoundNames } from "./passes/names/compound.js";
import { withDataModels } from "./passes/names/data-models.js";
import { withDeclaredLabels } from "./passes/names/declared-labels.js";
import { withIncrements } from "./passes/names/increments.js";
import { withNamesAtEnd } from "./passes/names/names-at-end.js";
import { withShapesBelow } from "./passes/names/shapes-below.js";
import { solved } from "./passes/names/solved.js";
import { withoutSteps } from "./passes/signs/algorithms.js";
import { withBlockProducts } from "./passes/signs/block-products.js";
import { withChainedCases } from "./passes/signs/chained-cases.js";
import { continued } from "./passes/signs/continued.js";
import { withEntrywiseBars } from "./passes/signs/entrywise-bars.js";
import { withEntrywisePowers } from "./passes/signs/entrywise-words.js";
import { withLengths } from "./passes/signs/length-bars.js";
import { withQuadraticForms } from "./passes/signs/quadratic-forms.js";
import { withSlashesRead } from "./passes/signs/slashes.js";
import { letterOf, nodesIn, rangeStatement } from "./symbols/letters.js";
import { readSet } from "./symbols/sets.js";
import {
  declarationOf,
  type Item,
  isConditional,
  isEntryOf,
  isEquation,
  leftSide,
  mentionsDerivative,
} from "./symbols/statements.js";

/** A text with its formulas, each a syntax tree: nothing is known yet of what they say together. */
export interface ParsedWorksheet {
  readonly document: Document;
  readonly items: readonly Item[];
  /** The numbers of the formulas that could not be used. */
  readonly damaged: ReadonlySet<number>;
  /** Of the document and the formulas; each problem's own are in its model. */
  readonly diagnostics: readonly Diagnostic[];
  /** The lines as they were parsed, before any was put otherwise. */
  readonly written: readonly Item[];
  /** Equations that what is handed in makes the problem need: of the matrix of its examples, say. */
  readonly besides: readonly Item[];
}

/**
 * Reads the text and the formulas of a worksheet. Never throws on what a user wrote. What is handed in is about the problems of
 * another worksheet, its `premises`.
 */
export function parseWorksheet(file: string, text: string, premises?: ParsedWorksheet): ParsedWorksheet {
  const handedIn = premises !== undefined;
  const document = readDocument(file, text);
  const diagnostics: Diagnostic[] = [...document.diagnostics];
  const macros = readMacros(document.source, document.macros);
  diagnostics.push(...macros.diagnostics);
  // The names of several letters that a problem has, those who write about it have too.
  const words = new Set(
    [document, ...(premises ? [premises.document] : [])].flatMap((d) => [...documentWords(formulasOf(d))]),
  );
  const items: Item[] = [];
  const damaged = new Set<number>();
  document.formulas.forEach((formula, ordinal) => {
    const parsed = parseFormula(document.source, formula.span, macros.macros, words);
    diagnostics.push(...parsed.diagnostics);
    if (parsed.diagnostics.some((d) => d.severity === "error")) damaged.add(ordinal);
    const statements = parsed.statements
      .map(withSlashesRead)
      .map(withJointRanges)
      .map(withChainedCases)
      .map(withChainProducts)
      .map(withQuadraticForms)
      .map(withBlank);
    const incomplete = statements.find((st) => st.sides.length > 1 && st.sides.at(-1)?.kind === "empty");
    if (incomplete !== undefined) {
      diagnostics.push(endsAfterEquals(incomplete));
      damaged.add(ordinal);
      return;
    }
    const [first, ...others] = statements;
    const whole = first === undefined ? [] : [continued(first, formula, items), ...others];
    for (const statement of flatMap(flatMap(whole, withPromoted), withoutSet))
      items.push({ statement, formula, ordinal, kind: "mention", reading: "" });
  });
  if (document.formulas.length === 0) {
    const empty = text.trim() === "";
    const message = empty ? "this file is empty" : "this file has no formulas";
    diagnostics.push(
      diagnostic(
        empty ? "error" : "warning",
        "document/no-formulas",
        message,
        null,
        "write formulas between $ signs, or in $$ … $$",
      ),
    );
  }
  const report = (d: Diagnostic): void => {
    diagnostics.push(d);
  };
  const partials = withSubscriptPartials(items, premises?.written ?? items);
  const scripts = withDeclaredLabels(
    withPlainScripts(withBlockProducts(withPartialChanges(partials)), premises?.written),
    premises?.written,
  );
  const bare = withBracketedPositions(scripts, premises?.written);
  const listed =
    premises === undefined
      ? withEntriesListed(withGradientsInWords(withDiagonalsInWords(withScalarMembers(bare))))
      : bare;
  const lengths = withLengths(withoutSteps(listed), premises?.written ?? []);
  const bars = withEntrywiseBars(lengths, premises?.written ?? []);
  const steps = withDecayPowers(bars, premises?.written ?? []);
  const lines = withSymmetricEntries(
    withTimeArguments(withIndexFunctions(steps, premises?.written), premises?.written),
  );
  const told = { items: premises?.written ?? lines, plain: (premises ?? { document }).document.plain.flat() };
  const besideTold = (own: readonly Item[], pass: Pass): readonly Item[] =>
    premises === undefined ? pass(own, report) : passBeside(premises.written, own, pass, report);
  const plainly = withSumIndices(withSetSums(lines, told, report), told.items, report);
  const upright = withTransposedGradients(plainly, told.items);
  const reminders = withoutReminders(withNamesAtEnd(upright, told.items), told.items);
  const reminded = withFormulaArguments(besideTold(reminders, withArgumentsWritten), premises?.written ?? []);
  const primes = withPrimeArguments(reminded, told.items);
  const gradients = besideTold(primes, withGradientVariables);
  const { lines: matrices, besides } = matricesBeside(premises?.written ?? [], gradients, told.plain, report);
  const values = withFunctionValues(matrices, document.sections, report);
  const sums = withSummedEntropies(withLossEquations(besideTold(values, withArgmaxNames)), report);
  const classes = withSoftmaxClasses(withDataModels(sums, report), told.plain, report);
  const means = withMeanRanges(classes, premises?.written ?? [], report);
  const letters = withOmittedLetters(means, report);
  const complete = withLayers(handedIn ? letters : withMembersBefore(letters), report);
  const named = withCompoundNames(complete);
  const quantities = argumentsOf(handedIn ? [...told.items, ...named] : named);
  const primed = withPrimesWritten(named, quantities);
  const own = withIncrements(handedIn ? primed : withOwnLetters(primed, quantities), premises?.written);
  const powers = withEntrywisePowers(own, document);
  const plain = withPartialProducts(
    withDotsByIndex(withoutDots(withZeroBased(powers)), diagnostics),
    diagnostics,
    handedIn,
  );
  const equations = solved(withInnerValues(plain, diagnostics));
  return {
    document,
    items: handedIn ? equations : withStepsDeclared(equations),
    damaged,
    diagnostics,
    written: items,
    besides,
  };
}

const formulasOf = ({ formulas, source }: Document): readonly string[] =>
  formulas.map(({ span }) => source.text.slice(span.start, span.end));

type Pass = (items: readonly Item[], report: (d: Diagnostic) => void) => readonly Item[];

/** A pass over what is handed in that sees the lines of the problem as well. */
function passBeside(
  told: readonly Item[],
  own: readonly Item[],
  pass: Pass,
  report: (d: Diagnostic) => void,
): readonly Item[] {
  const formulas = new Set(own.map((i) => i.formula));
  return pass([...told, ...asSubmitted(own)], ofOwn(own, report)).filter((i) => formulas.has(i.formula));
}

const asSubmitted = (own: readonly Item[]): readonly Item[] => own.map((i) => ({ ...i, submitted: true }));

/** Tells only what is about these lines. */
function ofOwn(own: readonly Item[], report: (d: Diagnostic) => void): (d: Diagnostic) => void {
  const spans = new Set(own.map((i) => i.statement.span));
  return (d) => {
    if (d.span !== null && spans.has(d.span)) report(d);
  };
}

/**
 * The same for the matrices of examples, and for the step after: what lines about a problem say of them, the problem's own
 * equations define.
 */
function matricesBeside(
  told: readonly Item[],
  own: readonly Item[],
  plain: readonly string[],
  report: (d: Diagnostic) => void,
): { readonly lines: readonly Item[]; readonly besides: readonly Item[] } {
  if (told.length === 0) return { lines: withNextStep(withDataMatrices(own, plain, report)), besides: [] };
  const before = new Set<Item>([...told, ...asSubmitted(own)]);
  const added = withNextStep(withDataMatrices([...before], plain, () => {})).filter((i) => !before.has(i));
  return { lines: own, besides: added };
}

/** Scripts that only remind of shapes, count from 0 or are arguments, put as all others are. */
function withPlainScripts(items: readonly Item[], told?: readonly Item[]): readonly Item[] {
  const plain = withNestedPositions(withShapesBelow(items, told), told);
  return withParameterArguments(withMatricesFromOne(plain, told), told);
}

/** With the ranges of layers that nothing says; where none is found, an equation for layer l + 1 is one of a longer story. */
function withLayers(items: readonly Item[], report: (d: Diagnostic) => void): readonly Item[] {
  const shifted = withShiftedLayers(items);
  const ranged = withImpliedRanges(shifted, report);
  return ranged === shifted ? withImpliedRanges(items, report) : ranged;
}

/** Nothing after `\partial L/\partial w =`, or only words such as TODO, leaves a question open. */
function withBlank(st: Statement): Statement {
  const [first] = st.sides;
  const last = st.sides.at(-1);
  if (first === undefined || last === undefined || st.sides.length < 2 || !mentionsDerivative(first)) return st;
  const isOpen = last.kind === "empty" ? st.words.every(isPlaceholder) : isWordOfPlaceholder(last);
  return isOpen ? { ...st, sides: [...st.sides.slice(0, -1), { kind: "blank", span: last.span }] } : st;
}

const isWordOfPlaceholder = (s: Syntax): boolean =>
  s.kind === "ellipsis" ||
  (s.kind === "symbol" && s.style === "roman" && isPlaceholder(s.name)) ||
  (s.kind === "text" && isPlaceholder(s.text)) ||
  (s.kind === "group" && (s.body.kind === "empty" || isWordOfPlaceholder(s.body)));

function endsAfterEquals(st: Statement): Diagnostic {
  const end = st.sides.at(-1)?.span.start ?? st.span.end;
  const span = { start: Math.max(st.span.start, end - 1), end };
  const hint = "write ? for an answer still to be found";
  return diagnostic("error", "formula/incomplete", "the formula ends after `=`", span, hint);
}

/** `…, \text{where } \hat{y} = h(x)`: what stands beside a statement and defines or declares is a statement of its own. */
function withPromoted(st: Statement): readonly Statement[] {
  const own = st.conditions.filter(isOwnStatement);
  return own.length === 0 ? [st] : [{ ...st, conditions: st.conditions.filter((c) => !own.includes(c)) }, ...own];
}

/** `a^{(0)} = x \in \mathbb{R}^D` is an equation and a declaration; a display of entries, `x = (x_1, \dots, x_D)`, is none. */
function withoutSet(st: Statement): readonly Statement[] {
  const [first, ...middle] = st.sides;
  const last = middle.pop();
  // The shape of a derivative, `dZ` too, follows from what it is of.
  const declares = first !== undefined && ![first, ...middle].some(mentionsDerivative) && declarationOf(st) !== null;
  if (first !== undefined && middle.length > 0 && !declares && isInSet(st, last))
    return [{ ...st, sides: [first, ...middle], relations: st.relations.slice(0, -1) }];
  if (declarationOf(st) === null || first === undefined || last === undefined) return [st];
  if (middle.length === 0 || middle.some((s) => displaysEntries(s) || isEntryOf(first, s))) return [st];
  return [
    { ...st, sides: [first, last], relations: ["\\in"] },
    { ...st, sides: [first, ...middle], relations: st.relations.slice(0, -1) },
  ];
}

const isInSet = (st: Statement, last: Syntax | undefined): boolean =>
  last !== undefined && st.relations.at(-1) === "\\in" && readSet(last) !== null;

function displaysEntries(s: Syntax): boolean {
  return (
    s.kind === "list" ||
    nodesIn(s).some(
      (n) => n.kind === "matrix" || n.kind === "ellipsis" || (n.kind === "group" && n.body.kind === "list"),
    )
  );
}

function isOwnStatement(c: Statement): boolean {
  if (rangeStatement(c) !== null || isConditional(c)) return false;
  if (declarationOf(c) !== null) return true;
  const [left, right] = c.sides;
  if (!isEquation(c) || left === undefined || right === undefined || leftSide(left) === null) return false;
  // `i = j`, `k = 1` are conditions on positions.
  return letterOf(right) === null && right.kind !== "number";
}
