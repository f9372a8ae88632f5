import type { DecideContext } from "../decide/decide.js";
import { graphOf, onlyDirect } from "../derive/graph.js";
import { occurrences } from "../derive/partials.js";
import { tensorsOf } from "../expression/arena.js";
import type { Tensor } from "../expression/node.js";
import type { Equation, Model } from "../model/model.js";
import { nodesIn } from "../model/symbols/letters.js";
import { scriptText } from "../model/symbols/scripts.js";
import type { Syntax } from "../notation/syntax.js";
import { familyLatex } from "../print/scripts.js";
import type { Pair } from "./derivative-equations.js";
import type { Question } from "./verdict.js";

/*
 * `\partial L/\partial x = \partial L/\partial \hat x\, \partial \hat x/\partial x + \partial L/\partial \mu\, \partial \mu/\partial x`: a sum over
 * all ways from x, each by the equation of the next quantity alone. There `\partial \hat x/\partial x` is the direct part, with the
 * mean held fixed. A chain may take the same derivative whole in its next link, so there it settles nothing.
 */

export interface DirectReading {
  readonly context: DecideContext;
  /** The derivatives that are taken so. */
  readonly partials: readonly Tensor[];
  readonly text: string;
}

/** Are the sides to the right of a head written with ∂ by what it is by? `\frac{da}{dx}` is the whole derivative in any case. */
export function mayBeDirect([head, ...rest]: readonly Syntax[]): boolean {
  const nodes = rest.flatMap(nodesIn);
  if (!nodes.some((n) => n.kind === "symbol" && n.name === "\\partial")) return false;
  const by = head === undefined ? null : writtenBy(head);
  return nodes.every((n) => {
    const own = writtenBy(n);
    return own?.sign !== "d" || (by !== null && own.text !== by.text);
  });
}

/** The sign of `\frac{da}{dx}` and the x below its bar. */
function writtenBy(s: Syntax): { readonly sign: string; readonly text: string } | null {
  if (s.kind !== "fraction" || s.denominator.kind !== "juxtaposition") return null;
  const [sign, ...by] = s.denominator.items;
  return sign?.kind === "symbol" ? { sign: sign.name, text: by.map(scriptText).join(" ") } : null;
}

/** The question with the derivatives of quantities on the way by their own equations alone; `null` where these are all there is. */
export function directReading(
  model: Model,
  context: DecideContext,
  question: Question,
  head: Pair | null,
): DirectReading | null {
  if (head === null) return null;
  const graph = graphOf(model);
  const named = new Set([question.left, question.right].flatMap((n) => [...tensorsOf(n)]));
  const partials = [...named].filter((t) => {
    const { of, wrt } = t.derivative ?? {};
    return of !== undefined && wrt === head.wrt && of !== head.of && !onlyDirect(graph, wrt, of);
  });
  const definitions = new Map(context.definitions);
  for (const t of partials) {
    const own = directEquations(model, t);
    if (own === null) return null;
    definitions.set(t, own);
  }
  const [first] = partials;
  if (first === undefined) return null;
  const text = `$${familyLatex(first)}$ is the direct part, by the equation of what is differentiated alone`;
  return { context: { ...context, definitions }, partials, text };
}

/** `\partial a/\partial x` with everything but x held fixed in the equations of a. */
function directEquations(model: Model, tensor: Tensor): readonly Equation[] | null {
  const { arena } = model;
  const { of, wrt } = tensor.derivative ?? {};
  if (of === undefined || wrt === undefined || of.derivative !== null) return null;
  const equations = model.equations.filter((eq) => eq.tensor === of);
  if (equations.length === 0) return null;
  return equations.map((eq) => {
    const by = wrt.axes.map((r) => arena.at(arena.freshIndex(r)));
    const terms = occurrences(arena, eq.body, (t) => t === wrt).map(({ at, sums, factor }) =>
      arena.sums(sums, arena.multiply(factor, ...at.map((p, k) => arena.delta(p, by[k] ?? p)))),
    );
    const body = terms.length === 0 ? arena.zero : arena.add(...terms);
    return { tensor, at: [...eq.at, ...by], body, span: eq.span, latex: tensor.latex, byIndex: true };
  });
}
