import { pieces, problemTitle } from "../render/prose.js";
import type {
  DerivedProblem,
  DeriveReport,
  SecondDerivativeJson,
  ShownGradient,
  StepJson,
  VerifiedJson,
} from "../session/report.js";
import type { Paint } from "./terminal.js";
import { count, errorText, oneLine, RIGHT, shapeText, symbolTable } from "./text.js";

/** A derivation for people at a terminal; formulas stay LaTeX, ready to be pasted. */
export function deriveText({ json, title, problems }: DeriveReport, paint: Paint): string {
  const name = title === "" ? "" : `  ${oneLine(title)}`;
  const head = `${paint("bold", oneLine(json.file))}${name}  (${count(json.gradients.length, "gradient")})`;
  return [
    head,
    ...problems.flatMap((p, k) => problemText(p, problemTitle(p.title, k + 1, problems.length), paint)),
  ].join("\n\n");
}

function problemText(p: DerivedProblem, title: string, paint: Paint): readonly string[] {
  const heading = title === "" ? "" : paint("bold", `== ${oneLine(title)}`);
  const forward = [paint("bold", "forward pass"), ...p.forward.map((line) => `  ${oneLine(line)}`)].join("\n");
  const loss = p.loss === null ? "" : `${paint("bold", "loss")}  ${oneLine(p.loss)}`;
  const blocks = [
    heading,
    symbolTable(p.symbols, paint).join("\n"),
    p.forward.length === 0 ? "" : forward,
    loss,
    ...p.gradients.map((g, k) => gradientText(g, k + 1, paint)),
    ...p.secondDerivatives.map((s) => secondText(s, paint)),
  ];
  return blocks.filter((block) => block !== "");
}

function gradientText({ json, dimensions, notes }: ShownGradient, number: number, paint: Paint): string {
  const { wrt, name, shape, index, matrix, einsum, steps, verified } = json;
  const lines = [
    `${paint("bold", `${number}. gradient for ${oneLine(wrt)}`)}  (${name}: ${shapeText(shape)})`,
    `   index    ${oneLine(index)}`,
  ];
  if (matrix !== null) lines.push(`   matrix   ${oneLine(matrix)}`);
  if (dimensions !== null) lines.push(`   shapes   ${oneLine(dimensions)}`);
  if (einsum !== null) lines.push(`   einsum   ${oneLine(einsum)}`);
  lines.push(
    ...steps.flatMap((step, k) => stepText(step, k + 1, paint)),
    ...notes.map((n) => `   note     ${prose(n)}`),
  );
  lines.push(paint("green", `   ${RIGHT} ${verifiedText(verified)}`));
  return lines.join("\n");
}

function secondText(s: SecondDerivativeJson, paint: Paint): string {
  const what = s.kind === "hessian" ? "second derivative" : "Hessian-vector product, without the Hessian";
  const from = s.from.flatMap((f) => [
    `     ${oneLine(f.index)}`,
    ...(f.matrix === null ? [] : [`     ${oneLine(f.matrix)}`]),
  ]);
  const lines = [
    `${paint("bold", oneLine(s.latex))}  (${what})`,
    `   index    ${oneLine(s.index)}`,
    ...(s.matrix === null ? [] : [`   matrix   ${oneLine(s.matrix)}`]),
    ...(s.einsum === null ? [] : [`   einsum   ${oneLine(s.einsum)}`]),
    ...(from.length === 0 ? [] : ["   where", ...from]),
    ...s.steps.flatMap((step, k) => stepText(step, k + 1, paint)),
    paint("green", `   ${RIGHT} ${verifiedText(s.verified)}`),
  ];
  return lines.join("\n");
}

const verifiedText = ({ method, points, maxRelativeError }: VerifiedJson): string =>
  `${method.replaceAll("-", " ")} at ${count(points, "point")}, largest relative error ${errorText(maxRelativeError)}`;

function stepText({ latex, rule, why }: StepJson, number: number, paint: Paint): readonly string[] {
  const reason = why === "" ? rule : `${rule}: ${prose(why)}`;
  return [`   step ${String(number).padEnd(3)} ${oneLine(latex)}`, paint("dim", `            ${reason}`)];
}

const prose = (sentence: string): string =>
  oneLine(
    pieces(sentence)
      .map((p) => p.text)
      .join(""),
  );
