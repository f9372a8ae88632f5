import type { Syntax } from "../../notation/syntax.js";
import { nodesIn } from "../symbols/letters.js";
import { takeApart } from "../symbols/scripts.js";
import type { Item } from "../symbols/statements.js";

/*
 * `\log \Gamma(\alpha)`: a Γ whose logarithm is taken where it is applied, or of which words speak, is the gamma function, and ψ
 * beside it the derivative of its logarithm. Elsewhere both are letters.
 */

const WORDS =
  /\b(?:gamma function|digamma|(?:gamma|beta|dirichlet|(?:negative|beta)[- ]binomial|student(?:'s)?[- ]t) (?:distribution|density|likelihood|prior|regression|model|loss))\b/i;

/** The functions by these names, where the problem takes them for these. */
export const GAMMA_NAMES: ReadonlyMap<string, string> = new Map([
  ["\\Gamma", "gammafunction"],
  ["\\psi", "digamma"],
  ["\\digamma", "digamma"],
  ["\\psi_1", "trigamma"],
]);

export function usesGammaFunction(premises: readonly Item[], plain: readonly string[]): boolean {
  if (plain.some((s) => WORDS.test(s)) || premises.some((i) => WORDS.test(i.formula.sentence))) return true;
  return premises.some((i) => i.statement.sides.some((side) => nodesIn(side).some(isLogarithm)));
}

export const saysDigamma = (premises: readonly Item[], plain: readonly string[]): boolean =>
  [...plain, ...premises.map((i) => i.formula.sentence)].some((s) => /\bdigamma\b/i.test(s));

/** `\log \Gamma(x)`, `\log(\Gamma(x))`, `\ln \frac{\Gamma(a + b)}{…}`. */
function isLogarithm(s: Syntax): boolean {
  if (s.kind !== "juxtaposition") return false;
  return s.items.some((item, k) => {
    const next = s.items[k + 1];
    if (item.kind !== "symbol" || !/^\\?(?:log|ln)$/.test(item.name) || next === undefined) return false;
    return nodesIn(next).some((n) => takeApart(n)?.symbol.name === "\\Gamma");
  });
}
