import type { Tensor } from "../expression/node.js";
import type { Names } from "./names.js";
import { fillFamily, joinIndices, plain, splitScripts } from "./scripts.js";

/** LaTeX of an entry, `W_{ji}^{(1)}`; `at` holds a printed position for each axis, family positions first. */
export function entryLatex(tensor: Tensor, at: readonly string[], names: Names): string {
  if (tensor.derivative !== null) {
    const { of, wrt } = tensor.derivative;
    if (of.derivative !== null && of.derivative.wrt === wrt)
      return secondLatex(of, wrt, sliceOf(tensor, at), sliceWrt(tensor, at), names);
    const above = entryLatex(of, sliceOf(tensor, at), names);
    return `\\frac{\\partial ${above}}{\\partial ${entryLatex(wrt, sliceWrt(tensor, at), names)}}`;
  }
  const count = tensor.parameters.length;
  const member = fillFamily(tensor.latex, at.slice(0, count));
  const indices = at.slice(count);
  if (indices.length === 0) return member;
  const { base, sup, sub } = splitScripts(member);
  // A label below cannot share its place with indices.
  if (sub !== null) return `(${member})_{${joinIndices(indices)}}`;
  const letter = names.bold.has(tensor) ? base : plain(base);
  return `${letter}_{${joinIndices(indices)}}${sup === null ? "" : `^{${sup}}`}`;
}

/** `\frac{\partial^2 f}{\partial x_i \partial x_j}`, the derivative of a first derivative. */
function secondLatex(first: Tensor, wrt: Tensor, at: readonly string[], by: readonly string[], names: Names): string {
  if (first.derivative === null) throw new Error("internal: no derivative to differentiate");
  const above = entryLatex(first.derivative.of, sliceOf(first, at), names);
  const below = [entryLatex(first.derivative.wrt, sliceWrt(first, at), names), entryLatex(wrt, by, names)];
  return `\\frac{\\partial^2 ${above}}{${below.map((b) => `\\partial ${b}`).join(" ")}}`;
}

/** LaTeX of a whole tensor, or of a whole member of a family; a gradient with a nabla, a Jacobian as a fraction. */
export function wholeLatex(tensor: Tensor, family: readonly string[], names: Names): string {
  if (tensor.derivative === null) return fillFamily(tensor.latex, family);
  const { of, wrt } = tensor.derivative;
  const above = wholeLatex(of, family.slice(0, of.parameters.length), names);
  if (of.derivative?.wrt === wrt && family.length === 0 && of.derivative.of.axes.length === 0)
    return `\\nabla^2_{${wholeLatex(wrt, [], names)}} ${wholeLatex(of.derivative.of, [], names)}`;
  const below = wholeLatex(wrt, family.slice(of.parameters.length), names);
  return of.axes.length === of.parameters.length && wrt.axes.length > wrt.parameters.length
    ? `\\nabla_{${below}} ${above}`
    : `\\frac{\\partial ${above}}{\\partial ${below}}`;
}

/** The positions of `∂of/∂wrt` are all those of `of`, then all those of `wrt`. */
export const sliceOf = (tensor: Tensor, at: readonly string[]): readonly string[] =>
  at.slice(0, tensor.derivative?.of.axes.length ?? 0);
export const sliceWrt = (tensor: Tensor, at: readonly string[]): readonly string[] =>
  at.slice(tensor.derivative?.of.axes.length ?? 0);

/** A superscript is on the symbol already, so that another needs braces or parentheses. */
export function isRaised(latex: string): boolean {
  return /\^|'/.test(latex);
}
