import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import type { DimVar } from "../dimensions.js";
import { quietly } from "../infer.js";
import { setMemberShape } from "../members.js";
import { type Scripted, scriptText, takeApart } from "../scripts.js";
import type { Occurrence, SymbolSpec } from "../symbols.js";
import type { Builder } from "./builder.js";

/* Symbols of which no shape is known yet. */

export interface Given extends Occurrence {
  readonly transposed: boolean;
}

/** A given symbol, as a whole, of which nothing is known. */
export function unknownGiven(builder: Builder, s: Syntax): Given | null {
  const t = takeApart(s);
  return t === null ? null : unknownOf(builder, t);
}

export function unknownOf(builder: Builder, t: Scripted): Given | null {
  const found = quietly(() => builder.symbols.resolve(t));
  if (found === null || found.spec.axes !== null || found.entries.length > 0 || found.spec.defined) return null;
  const [action, more] = found.actions;
  if (more !== undefined || (action !== undefined && action.kind === "power")) return null;
  // `\gamma^T` may be a power where T is a number of steps.
  const isSure = t.sups.every((p) => p.bracketed || !builder.symbols.dimensionNames.has(scriptText(p.content)));
  return action === undefined || isSure ? { ...found, transposed: action !== undefined } : null;
}

/** The shape of a symbol from that of the member that occurs. */
export const shapeOccurrence = (
  builder: Builder,
  { spec, members }: Pick<Occurrence, "spec" | "members">,
  axes: readonly DimVar[],
): void =>
  setMemberShape(
    builder.e,
    spec,
    members.map((m) => builder.e.position(m, null)),
    axes,
  );

export const isMatrixLetter = (builder: Builder, { written: { symbol }, head }: SymbolSpec): boolean =>
  isMatrixName(builder, head, symbol);

/** Letters that are seldom numbers; `\Delta t` is one. A small w is a matrix where a line names `w_{jk}`. */
export const isMatrixName = (builder: Builder, head: string, symbol: SyntaxOf<"symbol">): boolean =>
  builder.matrixHeads.has(head) ||
  (/^([A-Z]|\\(Gamma|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega))$/.test(symbol.name) &&
    /^(plain|bold|roman)$/.test(symbol.style));
