import type { Syntax } from "../../notation/syntax.js";
import { functionKind } from "../functions/applications.js";
import { headKey, type Scripted, takeApart } from "../symbols/scripts.js";
import { joined, type Names } from "./derivatives.js";
import type { Elaborator } from "./elaborator.js";

/** What a d stands in front of, and over how many neighbours, itself among them. */
interface DifferentialOf {
  readonly of: Syntax;
  readonly length: number;
}

/**
 * `dW_1`, `d(A X)`; a d that begins a side and has something else behind it, `d \ln \det X`, is of all that follows. `null` where
 * the d is a symbol of its own.
 */
export function differentialAt(e: Elaborator, items: readonly Syntax[], k: number): DifferentialOf | null {
  const next = items[k + 1];
  if (next === undefined || !isDifferentialSign(items[k], e)) return null;
  const t = takeApart(next);
  if (t !== null && !isFunction(e, t)) return { of: next, length: 2 };
  if (!e.writesDifferentials) return null;
  if (next.kind === "group" && next.open === "(" && next.body.kind !== "list") return { of: next, length: 2 };
  const rest = k === 0 ? joined(items.slice(1)) : null;
  return rest === null ? null : { of: rest, length: items.length };
}

function isDifferentialSign(d: Syntax | undefined, e: Names): boolean {
  if (d?.kind !== "symbol" || d.name !== "d" || d.accents.length > 0) return false;
  // `d = \partial L/\partial y`: the letter is a name itself.
  const isName = e.symbols
    .withHead(headKey(d))
    .some((s) => s.tensor !== null && s.written.subs.length + s.written.sups.length === 0);
  // A size or a number d times a symbol, unless the author names derivatives in this way: no line begins with such a product.
  const isOwn = isName || e.symbols.isVariable(headKey(d)) || e.symbols.dimensionNames.has(d.name);
  const isDefined = e.symbols.withHead(headKey(d)).some((s) => s.defined && s.written.subs.length === 0);
  return !isDefined && (!isOwn || e.writesDifferentials);
}

function isFunction(e: Elaborator, t: Scripted): boolean {
  const kind = functionKind(e, t);
  return kind === "scalar" || kind === "tensor";
}
