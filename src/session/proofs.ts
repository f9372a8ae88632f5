import type { Diagnostic } from "../core/diagnostic.js";
import type { Gradient } from "../derive/derivation.js";
import { derive } from "../derive/derive.js";
import type { Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import type { Problem, Worksheet } from "../model/read.js";
import { type Answer, judgeWorksheet } from "./check.js";
import { attempt } from "./place.js";
import { shownGradients } from "./problem.js";
import type { ProofJson, ProofLine } from "./report.js";
import type { FileNames } from "./symbols.js";

/*
 * "Show that ∂L/∂W = …": the equation is judged, and if it is right its derivation is told as a proof. What is told is the
 * derivation of the derivative itself, so that no proof rests on what it is to prove.
 */

const SHOW = /\b(?:show|prove|verify|demonstrate|convince yourself)\b(?:(?!\b(?:not|graph|figure)\b)[^.])*$/i;

/** Does anything in the text ask for a proof? */
export const asksForProofs = (text: string): boolean =>
  /\b(?:show|prove|verify|demonstrate|convince yourself)\b/i.test(text);

/** A proof of each equation that a worksheet asks to show, problem by problem. */
export function proofsIn(
  worksheet: Worksheet,
  text: string,
  names: FileNames,
  seed: number,
  report: (d: Diagnostic) => void,
): readonly (readonly ProofJson[])[] {
  const { file } = worksheet.document.source;
  const { answers } = judgeWorksheet(file, text, { seed });
  return worksheet.problems.map((problem) =>
    wanted(problem).flatMap((item) => {
      const at = worksheet.document.source.place(item.statement.span);
      const answer = answers.find(({ claim }) => claim.at.line === at.line && claim.at.column === at.column);
      if (answer?.about == null) return [];
      const proof = attempt("writing a proof", report, () => proofOf(problem.model, answer, names, seed, report));
      return proof === null ? [] : [proof];
    }),
  );
}

/** The claims of a problem that stand behind "show that". */
const wanted = ({ items }: Problem): Problem["items"] =>
  items.filter(({ kind, formula, ordinal }) => {
    const [before = ""] = formula.sentence.split(`$${ordinal}$`);
    return kind === "claim" && SHOW.test(before);
  });

function proofOf(
  model: Model,
  { claim, about }: Answer,
  names: FileNames,
  seed: number,
  report: (d: Diagnostic) => void,
): ProofJson | null {
  if (about === null) return null;
  const base = { latex: claim.latex, at: claim.at, verdict: claim.verdict ?? "undecided" };
  if (claim.verdict !== "proved" && claim.verdict !== "agrees") {
    const why = claim.mistake?.message ?? claim.reason ?? "";
    return { ...base, lines: [], why, expected: claim.expected ?? null, matrix: null, dimensions: null };
  }
  const [of, wrt] = [about.of, about.wrt].map((t) => tensorOf(model, t));
  if (of === undefined || wrt === undefined) return null;
  const derivation = derive(model, [wrt], of);
  const isIts = (g: Gradient): boolean => g.wrt === wrt;
  const { gradients } = shownGradients(derivation, isIts, names, seed, report);
  const [shown] = gradients;
  if (shown === undefined) return null;
  return {
    ...base,
    lines: [...shown.proof, ...conclusion(claim.latex, claim.verdict, shown.proof.at(-1)?.latex ?? "")],
    why: "",
    expected: null,
    matrix: shown.json.matrix,
    dimensions: shown.dimensions,
  };
}

/** From the last line to the equation as it was asked for, if it is written otherwise there, and how that is known. */
function conclusion(asked: string, verdict: "proved" | "agrees", last: string): readonly ProofLine[] {
  if (plain(asked) === plain(last)) return [];
  const said =
    verdict === "proved"
      ? "which is to say,"
      : "which, at every point tried in numbers and without a proof, is to say,";
  return [{ said, latex: asked }];
}

const plain = (latex: string): string => latex.replace(/[\s{}.,]|\\(?:cdot|left|right|[,;!:])(?![A-Za-z])/g, "");

/** The same symbol in another reading of the worksheet. */
const tensorOf = (model: Model, other: Tensor): Tensor | undefined =>
  model.symbols.find((s) => s.tensor.key === other.key && s.tensor.latex === other.latex)?.tensor;
