import type { Paint } from "./terminal.js";
import { count, errorText, OPEN, oneLine, RIGHT, type SymbolRow, shapeText, symbolTable } from "./text.js";

/** What the text of a derivation is made from: the contract's JSON object. */
export interface DerivedFile {
  readonly file: string;
  readonly loss: string | null;
  readonly symbols: readonly SymbolRow[];
  readonly gradients: readonly DerivedGradient[];
}

export interface DerivedGradient {
  readonly wrt: string;
  readonly name: string;
  readonly shape: readonly string[];
  readonly index: string;
  readonly matrix: string | null;
  readonly einsum: string | null;
  readonly steps: readonly { readonly latex: string; readonly rule: string; readonly why: string }[];
  readonly verified: Verified | null;
}

export interface Verified {
  readonly method: string;
  readonly points: number;
  readonly maxRelativeError: number;
}

export function deriveText(report: DerivedFile, paint: Paint): string {
  const { file, loss, symbols, gradients } = report;
  const head = `${paint("bold", oneLine(file))}  loss ${loss === null ? "none" : oneLine(loss)}, ${count(gradients.length, "gradient")}`;
  const blocks = [
    head,
    symbolTable(symbols, paint).join("\n"),
    ...gradients.map((g, k) => gradientText(g, k + 1, paint)),
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

function gradientText(g: DerivedGradient, number: number, paint: Paint): string {
  const lines = [
    `${paint("bold", `${number}. gradient for ${oneLine(g.wrt)}`)}  (${g.name}, ${shapeText(g.shape)})`,
    `   index    ${oneLine(g.index)}`,
  ];
  if (g.matrix !== null) lines.push(`   matrix   ${oneLine(g.matrix)}`);
  if (g.einsum !== null) lines.push(`   einsum   ${oneLine(g.einsum)}`);
  g.steps.forEach((step, k) => {
    lines.push(`   step ${String(k + 1).padEnd(3)} ${oneLine(step.latex)}`);
    lines.push(paint("dim", `            ${step.rule}${step.why === "" ? "" : `: ${oneLine(step.why)}`}`));
  });
  lines.push(`   ${verifiedText(g.verified, paint)}`);
  return lines.join("\n");
}

export function verifiedText(v: Verified | null, paint: Paint): string {
  if (v === null) return paint("yellow", `${OPEN} not checked by numbers`);
  const how = v.method.replaceAll("-", " ");
  return paint(
    "green",
    `${RIGHT} ${how} at ${count(v.points, "point")}: largest relative error ${errorText(v.maxRelativeError)}`,
  );
}
