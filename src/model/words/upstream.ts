import type { Syntax } from "../../notation/syntax.js";
import { LOSS_NAME } from "../functions/loss-functions.js";
import { quantitiesDifferentiated } from "../passes/derivatives/differentiated.js";
import { isCalledLoss } from "../passes/derivatives/loss-mentions.js";
import { children, type Scripted, takeApart } from "../symbols/scripts.js";
import { type Item, isEquation, mentionsDerivative, targetKey } from "../symbols/statements.js";
import { sentencesOf } from "./prose.js";

/*
 * `y = w x + b` may end in the loss, or in a layer that a loss L is computed from of which nothing is written. The names `\bar{x}`
 * and `dx` are derivatives of the loss: where words give an upstream gradient, where lines have derivatives of an L without an
 * equation, or go on from `\bar{y}`, y is no loss.
 */

const UPSTREAM =
  /\b(?:upstream|incoming|back-?propagated)\s+(?:\w+\s+)?(?:gradient|derivative|adjoint|cotangent|error)s?\b/i;

/** What a problem and the lines about it say, and what its equations give, by their keys. */
interface Told {
  readonly items: readonly Item[];
  readonly premises: readonly Item[];
  readonly plain: readonly string[];
  readonly isGiven: (key: string) => boolean;
}

/**
 * Does a problem that ends in these quantities go on to a loss of which only derivatives are given? It is "said", or lines have
 * "names" such as `\bar{y}` on their right sides, which may also be 1.
 */
export function goesOnToLoss(
  { items, premises, plain, isGiven }: Told,
  ends: ReadonlySet<string>,
): "said" | "names" | null {
  if ([...ends].some((key) => LOSS_NAME.test(key.replace(/_.*$/, "")))) return null;
  const isOpen = (t: Scripted): boolean => isLossLetter(t) && !isGiven(targetKey(t));
  const sentences = [...sentencesOf(premises), ...plain];
  if (sentences.some((s) => UPSTREAM.test(s)) || items.some((i) => isAboutLoss(i, isOpen))) return "said";
  if (items.some((i) => isEquation(i.statement) && isCalledLoss(i) && startsWith(i.statement.sides[0], ends)))
    return null;
  const lines = items.map((i) => i.statement);
  const starts = lines.some(
    ({ sides: [first, ...rest] }) => isNameOf(first, ends) && rest.some((s) => s.kind === "number"),
  );
  return !starts && lines.some(({ sides: [, ...rest] }) => rest.some((s) => mentionsName(s, ends))) ? "names" : null;
}

/** Do lines go on from `\bar{z}`, `dz` which none of them gives? Then what z leads to may be an array. */
export function takesNamesAsKnown(items: readonly Item[], given: ReadonlySet<string>): boolean {
  const lines = items.map((i) => i.statement.sides);
  return [...given].some((key) => {
    const own = new Set([key]);
    return (
      lines.some(([, ...rest]) => rest.some((s) => mentionsName(s, own))) &&
      !lines.some(([first]) => isNameOf(first, own))
    );
  });
}

/** A letter that authors give a loss. */
export const isLossLetter = ({ symbol, primes, sups }: Scripted): boolean =>
  primes === 0 &&
  sups.length === 0 &&
  /^(?:[LJECl]|\\ell|[Ll]oss|[Cc]ost)$/.test(symbol.name) &&
  symbol.accents.length === 0;

/** `\partial L/\partial x`, or "a loss $L$". */
const isAboutLoss = (item: Item, isOpen: (t: Scripted) => boolean): boolean => {
  const { sides, relations } = item.statement;
  const lone = relations.length === 0 && item.submitted !== true && isCalledLoss(item) ? sides : [];
  const differentiated = sides.filter(mentionsDerivative).flatMap(quantitiesDifferentiated);
  return [...lone, ...differentiated].some((s) => {
    const t = takeApart(s);
    return t !== null && isOpen(t);
  });
};

function startsWith(s: Syntax | undefined, keys: ReadonlySet<string>): boolean {
  const t = s === undefined ? null : takeApart(s.kind === "juxtaposition" ? (s.items[0] ?? s) : s);
  return t !== null && keys.has(targetKey(t));
}

/** `\bar{y}`, `dy`. */
function isNameOf(s: Syntax | undefined, keys: ReadonlySet<string>): boolean {
  if (s?.kind === "juxtaposition" && s.items.length === 2) return isNamedAt(s.items, 0, keys);
  const t = s === undefined ? null : takeApart(s);
  const accent = t?.symbol.accents[0];
  if (t === null || (accent !== "bar" && accent !== "overline")) return false;
  return keys.has(targetKey({ ...t, symbol: { ...t.symbol, accents: t.symbol.accents.slice(1) } }));
}

function isNamedAt(items: readonly Syntax[], k: number, keys: ReadonlySet<string>): boolean {
  const [d, of] = [items[k], items[k + 1]];
  const t = of === undefined ? null : takeApart(of);
  return d?.kind === "symbol" && d.name === "d" && t !== null && keys.has(targetKey(t));
}

/** Such a name somewhere in a side, the dy of `dx/dy` apart. */
function mentionsName(s: Syntax, keys: ReadonlySet<string>): boolean {
  if (isNameOf(s, keys)) return true;
  if (s.kind === "fraction" || (s.kind === "product" && s.operators.includes("/"))) {
    if (mentionsDerivative(s)) return false;
  }
  if (s.kind === "juxtaposition" && s.items.some((_, k) => isNamedAt(s.items, k, keys))) return true;
  return children(s).some((c) => mentionsName(c, keys));
}
