/*
 * The library's face: text in, objects of the contract out. Nothing here touches files, terminals or a browser.
 */
export type { Diagnostic, Severity } from "./core/diagnostic.js";
export type { Place } from "./core/span.js";
export { gradeFormats } from "./grade/formats/formats.js";
export type { GradeFormatName } from "./grade/formats/names.js";
export { type GradeOptions, gradeSubmission as grade, reviewOf, type Submission } from "./grade/grade.js";
export { type GradedProblem, type Question, type RefusedProblem, readGradedProblem } from "./grade/problem.js";
export type { FeedbackLevel, GradeJson, GradeRecord, PartJson } from "./grade/report.js";
export type { FormulaKind, FormulaReading, Model, Role } from "./model/model.js";
export { type CheckFormat, checkFormats } from "./render/check/formats.js";
export { graphFormats } from "./render/graph/formats.js";
export { renderHtml } from "./render/html.js";
export { renderLatex } from "./render/latex.js";
export { renderMarkdown } from "./render/markdown.js";
export { type NumpyDerivation, renderNumpy } from "./render/numpy.js";
export { type Format, formats, render, renderModule } from "./render/render.js";
export { type CheckJson, type CheckOptions, type ClaimJson, checkWorksheet as check } from "./session/check.js";
export { costWorksheet as cost } from "./session/cost.js";
export type {
  CostJson,
  EquationCostJson,
  MethodJson,
  OperationsJson,
  OrderJson,
  ProblemCostJson,
} from "./session/cost-report.js";
export { type DeriveOptions, deriveWorksheet as derive } from "./session/derive.js";
export { type EvaluateJson, type EvaluateOptions, evaluateWorksheet as evaluate } from "./session/evaluate.js";
export { type GraphJson, type GraphOptions, graphWorksheet as graph } from "./session/graph.js";
export { readReport as read } from "./session/read.js";
export type {
  DerivedProblem,
  DeriveJson,
  DeriveReport,
  DiagnosticJson,
  GradientJson,
  ReadJson,
  ShownGradient,
  StepJson,
  SymbolJson,
  VerifiedJson,
  VerifyJson,
} from "./session/report.js";
export { type TrainJson, type TrainOptions, trainWorksheet as train } from "./session/train.js";
export { type VerifyOptions, verifyWorksheet as verify } from "./session/verify.js";
