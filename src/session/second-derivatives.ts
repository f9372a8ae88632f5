import type { Diagnostic } from "../core/diagnostic.js";
import { neededFor } from "../cost/second.js";
import type { Derivation, Gradient } from "../derive/derivation.js";
import { derive } from "../derive/derive.js";
import { hessian, hessianVector } from "../derive/hessian.js";
import type { Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import type { Problem } from "../model/read.js";
import { printEquation } from "../print/index-form.js";
import { attempt } from "./place.js";
import { namesFor } from "./printer.js";
import { shownGradients } from "./problem.js";
import type { GradientJson, SecondDerivativeJson } from "./report.js";
import { type SecondQuestion, secondQuestions } from "./second-questions.js";
import { type FileNames, symbolLatex } from "./symbols.js";

/** The sweeps that a second derivative takes, and the one of its derivatives that is wanted. */
export interface SecondSweeps {
  readonly first: Derivation;
  readonly second: Derivation;
  readonly wanted: Tensor;
}

export function sweepsFor({ model, of, x, y, direction }: SecondQuestion): SecondSweeps {
  const { arena } = model;
  const first = derive(model, [direction === null ? x : y], of);
  const second = direction === null ? hessian(model, of, x, y) : hessianVector(model, of, x, y, direction);
  const wanted = direction === null ? y : x;
  return { first, second, wanted: arena.derivativeTensor(second.target, wanted) };
}

/** The second derivatives that a problem names, each checked by differences as gradients are. */
export function secondDerivatives(
  problem: Problem,
  text: string,
  names: FileNames,
  seed: number,
  report: (d: Diagnostic) => void,
): readonly SecondDerivativeJson[] {
  const questions = attempt("reading second derivatives", report, () => secondQuestions(problem, text)) ?? [];
  return questions.flatMap((q) => {
    const sweeps = attempt(`deriving ${q.latex}`, report, () => sweepsFor(q), "warning");
    return sweeps === null ? [] : (printed(q, sweeps, names, seed, report) ?? []);
  });
}

function printed(
  q: SecondQuestion,
  { first, second, wanted }: SecondSweeps,
  names: FileNames,
  seed: number,
  report: (d: Diagnostic) => void,
): SecondDerivativeJson | null {
  const needed = neededFor(wanted, [first, second]);
  const own = needed.at(-1);
  if (own === undefined) return null;
  const shown = [first, second].flatMap((d) => {
    const wants = (g: Gradient): boolean => needed.includes(g);
    const { gradients } = shownGradients(d, wants, names, seed, report);
    const asked = d.gradients.filter(wants);
    return gradients.length < asked.length ? [] : asked.map((g, k) => [g, gradients[k]?.json] as const);
  });
  const jsons = new Map(shown);
  const json = jsons.get(own);
  if (json === undefined) return null;
  const from = needed.slice(0, -1).map((g) => jsons.get(g));
  if (from.some((g) => g === undefined)) return null;
  const { index, matrix, einsum, steps, verified } = json;
  return {
    latex: q.latex,
    kind: q.direction === null ? "hessian" : "hessian-vector",
    of: called(q.model, q.of),
    by: [called(q.model, q.x), called(q.model, q.y)],
    direction: q.direction?.latex ?? null,
    index,
    matrix: matrix === null ? null : named(matrix, q),
    einsum,
    steps,
    from: [...slopeLine(q, second), ...from.flatMap((g) => (g === undefined ? [] : [lineOf(g)]))],
    verified,
  };
}

const lineOf = ({ index, matrix, einsum }: GradientJson): SecondDerivativeJson["from"][number] => ({
  index,
  matrix,
  einsum,
});

/** What `D_v f` is: the derivative along the direction. */
function slopeLine({ direction }: SecondQuestion, { model, target }: Derivation): SecondDerivativeJson["from"] {
  const equation = direction === null ? undefined : model.equations.find((e) => e.tensor === target);
  if (equation === undefined) return [];
  return [{ index: printEquation(target, [], equation.body, namesFor(model)), matrix: null, einsum: null }];
}

/** The matrix form of what is asked for, under the name that it has in the worksheet: `\nabla^2_x f = 2 v v^\top`. */
const named = (matrix: string, { latex, isWhole }: SecondQuestion): string =>
  isWhole ? `${latex} = ${matrix.split(" = ").slice(1).join(" = ")}` : matrix;

function called(model: Model, tensor: Tensor): string {
  const symbol = model.symbols.find((s) => s.tensor === tensor);
  return symbolLatex(tensor, symbol?.family ?? null);
}
