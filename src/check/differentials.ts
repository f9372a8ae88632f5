import { Refusal, refuse } from "../core/diagnostic.js";
import { below, type Graph, graphOf } from "../derive/graph.js";
import type { Tensor } from "../expression/node.js";
import { differentialName } from "../model/elaborate/derivatives.js";
import type { Problem } from "../model/read.js";
import { nodesIn } from "../model/symbols/letters.js";
import { headKey, isTransposeMark, type Scripted, takeApart } from "../model/symbols/scripts.js";
import { mentionsDerivative } from "../model/symbols/statements.js";
import { transpose } from "../model/values/products.js";
import type { Value } from "../model/values/value.js";
import { sentencesOf } from "../model/words/prose.js";
import type { Syntax } from "../notation/syntax.js";
import type { Claim } from "./claims.js";
import type { Derivatives } from "./derivatives.js";

/*
 * `df = \operatorname{tr}(A\, dX)`: dX is a small change of X, and df what it makes of f. Elsewhere dX is a name for the gradient
 * by X, and `dX = W^\top dZ` goes back from what is computed of X. So it is the order of computation that tells: where
 * each line has on its right the d of nothing but what its left is computed from, they are differentials.
 */

/** No differential equation. */
const DIFFERENTIAL = /\bdifferentials?\b(?!\s+(?:equations?|operators?|geometry|privacy|evolution))/i;

interface Line {
  readonly left: Tensor;
  /** What has a d on each side behind the first. */
  readonly sides: readonly (readonly Tensor[])[];
  /** Of these, what is computed from none of the others: what changes. The d of another is what they make of it. */
  readonly basic: readonly Tensor[];
}

export class Differentials {
  readonly #derivatives: Derivatives;
  readonly #lines = new Map<Claim, Line>();
  readonly #changes = new Map<Tensor, Tensor>();
  #line: Line | null = null;
  /** Does the text say that these are differentials, or does one of them stand before the loss? */
  readonly isSure: boolean;
  /** Does it say that they are total ones? */
  readonly #isTotal: boolean;

  constructor(derivatives: Derivatives, claims: readonly Claim[]) {
    this.#derivatives = derivatives;
    const { problem } = derivatives;
    const lines = claims.flatMap((claim) => {
      const line = lineOf(derivatives, claim);
      return line === null ? [] : [{ claim, line }];
    });
    const graph = graphOf(derivatives.model);
    const forward = lines.flatMap(({ claim, line }) =>
      line !== "gradient" && goesForward(graph, line) ? [{ claim, line }] : [],
    );
    const { loss } = problem.model;
    // Where other lines name gradients, the d of the loss is still none of these.
    const isPure = forward.length === lines.length;
    const isLoss = (x: Tensor): boolean => x === loss || derivatives.isUnknownLoss(x);
    for (const { claim, line } of forward) if (isPure || isLoss(line.left)) this.#lines.set(claim, line);
    const sentences = [...sentencesOf(problem.builder.premises), ...problem.builder.plain];
    const said = sentences.filter((s) => DIFFERENTIAL.test(s));
    this.#isTotal = said.some((s) => /\btotal differentials?\b/i.test(s));
    this.isSure = said.length > 0 || [...this.#lines.values()].some((l) => isLoss(l.left));
  }

  /** Is this a line of differentials? */
  has(claim: Claim): boolean {
    return this.#lines.has(claim);
  }

  /** Reads a claim, its d's as differentials where they are. */
  during<T>(claim: Claim, f: () => T): T {
    this.#line = this.#lines.get(claim) ?? null;
    try {
      return f();
    } finally {
      this.#line = null;
    }
  }

  /** What `dX` is in the line that is being read; `null` where that is a gradient. */
  value(t: Scripted): Value | null {
    const line = this.#line;
    if (line === null) return null;
    const { problem, arena } = this.#derivatives;
    const { spec, entries, actions } = problem.elaborator.symbols.resolve(t);
    const tensor = spec.tensor;
    if (tensor === null || entries.length > 0 || tensor.parameters.length > 0)
      return refuse("unsupported/differential", "the differential of an entry or of a member is not supported", t.span);
    const axes = spec.axes ?? [];
    const sources = line.basic.includes(tensor) ? null : below(graphOf(this.#derivatives.model), [tensor]);
    const plain: Value =
      sources !== null
        ? {
            axes,
            at: (ps) =>
              arena.add(
                ...this.#moved(line, sources).map((x) => {
                  const indices = x.axes.map((r) => arena.freshIndex(r));
                  const at = indices.map((i) => arena.at(i));
                  const slope = arena.entry(this.#derivatives.pair(tensor, x), [...ps, ...at]);
                  const product = arena.multiply(slope, arena.entry(this.#change(x), at));
                  return indices.reduceRight((body, i) => arena.sum(i, body), product);
                }),
              ),
          }
        : { axes, at: (ps) => arena.entry(this.#change(tensor), ps) };
    return actions.length % 2 === 1 ? transpose(arena, plain) : plain;
  }

  /**
   * What changes: what the line names, and what the left side's own equation uses besides: all of that in a total
   * differential, else what other lines let change. Nothing that moves what the line names, or is moved by it.
   */
  #moved({ left, basic }: Line, sources: ReadonlySet<Tensor>): readonly Tensor[] {
    const graph = graphOf(this.#derivatives.model);
    const own = (graph.definitions.get(left) ?? []).flatMap((k) => graph.uses[k] ?? []);
    const named = new Set([...this.#lines.values()].flatMap((l) => l.sides.flat()));
    const isApart = (x: Tensor): boolean =>
      x !== left && basic.every((r) => !below(graph, [r]).has(x) && !below(graph, [x]).has(r));
    const others = own.filter((x) => !x.integer && isApart(x) && (this.#isTotal || named.has(x)));
    return [...new Set([...basic, ...others])].filter((x) => sources.has(x));
  }

  #change(x: Tensor): Tensor {
    const known = this.#changes.get(x);
    if (known !== undefined) return known;
    const { key, latex, parameters, axes } = x;
    const change = this.#derivatives.arena.tensor({
      key: `differential ${key}`,
      latex: `d${latex}`,
      parameters,
      axes,
      integer: false,
      derivative: null,
    });
    this.#changes.set(x, change);
    return change;
  }
}

/** A line `dF = …`; "gradient" where its d's cannot be differentials. */
function lineOf(derivatives: Derivatives, { sides: [first, ...rest] }: Claim): Line | "gradient" | null {
  const { problem } = derivatives;
  const left = first === undefined ? [] : differentialsIn(problem, first);
  const [known, more] = left;
  if (first === undefined || known === undefined) return null;
  const isLone = first.kind === "juxtaposition" && first.items.length === 2;
  const sides = rest.map((s) => differentialsIn(problem, s));
  const right = sides.flat();
  if (more !== undefined || !isLone || right.length === 0 || right.includes(null)) return "gradient";
  const f = known ?? unknownLoss(derivatives, first.items[1]);
  if (f === null) return "gradient";
  const graph = graphOf(derivatives.model);
  const named = sides.map((s) => s.filter((x) => x !== null));
  const all = [...new Set(named.flat())];
  return { left: f, sides: named, basic: all.filter((x) => all.every((y) => y === x || !below(graph, [x]).has(y))) };
}

/** The loss of `dL = g : dz` where nothing defines an L: its own differential is no gradient. */
function unknownLoss(derivatives: Derivatives, s: Syntax | undefined): Tensor | null {
  if (s?.kind !== "symbol") return null;
  try {
    return derivatives.numerator(s);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** What stands behind a d, in order; `null` for what is no symbol of the problem. */
function differentialsIn(problem: Problem, s: Syntax): readonly (Tensor | null)[] {
  const e = problem.elaborator;
  return outsideDerivatives(s).flatMap((n) =>
    n.kind !== "juxtaposition"
      ? []
      : n.items.flatMap((_, k) => {
          const name = differentialName(n.items, k, e);
          const t = name === null ? null : takeApart(name);
          if (t === null) return [];
          const plain = t.sups.every((p) => isTransposeMark(p.content));
          const specs = e.symbols.withHead(headKey(t.symbol));
          return [plain && specs.some((x) => x.tensor !== null) ? (e.symbols.resolve(t).spec.tensor ?? null) : null];
        }),
  );
}

/** The d of `\frac{df}{dx}` is no differential. */
function outsideDerivatives(s: Syntax): readonly Syntax[] {
  const nodes = nodesIn(s);
  const within = new Set(nodes.flatMap((n) => (n.kind === "fraction" && mentionsDerivative(n) ? nodesIn(n) : [])));
  return nodes.filter((n) => !within.has(n));
}

/** Is the left side computed from all that stands on the right, and nothing on a side from another there? */
function goesForward(graph: Graph, { left, sides }: Line): boolean {
  const sources = below(graph, [left]);
  const isApart = (side: readonly Tensor[]): boolean =>
    side.every((x) => side.every((y) => x === y || !below(graph, [x]).has(y)));
  return sides.every(isApart) && sides.flat().every((x) => x !== left && sources.has(x));
}
