import { refuse } from "../core/diagnostic.js";
import { unlessRefused } from "../core/unless-refused.js";
import { below, type Graph, graphOf } from "../derive/graph.js";
import { tensorsOf } from "../expression/arena.js";
import type { Node, Position, Tensor } from "../expression/node.js";
import { differentialAt } from "../model/elaborate/differentials.js";
import { nodesIn } from "../model/symbols/letters.js";
import { headKey, isTransposeMark, scriptText, takeApart } from "../model/symbols/scripts.js";
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
  /** Has it the d of an expression, which no gradient has? */
  readonly ofExpression: boolean;
  /** Of these, what is computed from none of the others: what changes. The d of another is what they make of it. */
  readonly basic: readonly Tensor[];
}

export class Differentials {
  readonly #derivatives: Derivatives;
  readonly #lines = new Map<Claim, Line>();
  readonly #changes = new Map<Tensor, Tensor>();
  #line: Line | null = null;
  /** Does the text say that these are differentials, or is one of them that of the loss, or of what nothing is computed from? */
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
    const isLast = (x: Tensor): boolean => isLoss(x) || (isPure && derivatives.isLast(x));
    const sentences = [...sentencesOf(problem.builder.premises), ...problem.builder.plain];
    const said = sentences.filter((s) => DIFFERENTIAL.test(s));
    this.#isTotal = said.some((s) => /\btotal differentials?\b/i.test(s));
    this.isSure = said.length > 0 || [...this.#lines.values()].some((l) => isLast(l.left));
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

  /** What `dX`, `dX_{ij}` or `d(A X)` is in the line that is being read; `null` where that is a gradient. */
  value(s: Syntax): Value | null {
    const line = this.#line;
    if (line === null) return null;
    const { tensor, axes, positions, transposed } = this.#derivatives.operand(s);
    if (tensor.parameters.length > 0)
      return refuse("unsupported/differential", "the differential of a member is not supported", s.span);
    const sources = line.basic.includes(tensor) ? null : below(graphOf(this.#derivatives.model), [tensor]);
    const change = (ps: readonly Position[]): Node =>
      sources === null
        ? this.#derivatives.arena.entry(this.#change(tensor), ps)
        : this.#caused(tensor, ps, this.#moved(line, sources));
    const plain: Value = { axes, at: (ps) => change(positions(ps)) };
    return transposed ? transpose(this.#derivatives.arena, plain) : plain;
  }

  /** What changes of some quantities make of an entry. */
  #caused(tensor: Tensor, ps: readonly Position[], moved: readonly Tensor[]): Node {
    const { arena } = this.#derivatives;
    const parts = moved.map((x) => {
      const indices = x.axes.map((r) => arena.freshIndex(r));
      const at = indices.map((i) => arena.at(i));
      const slope = arena.entry(this.#derivatives.pair(tensor, x), [...ps, ...at]);
      const product = arena.multiply(slope, arena.entry(this.#change(x), at));
      return indices.reduceRight((body, i) => arena.sum(i, body), product);
    });
    return arena.add(...parts);
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

/** A line `dF = …`; "gradient" where its d's cannot be differentials; `null` where it is none, or cannot be read. */
function lineOf(derivatives: Derivatives, { sides: [first, ...rest] }: Claim): Line | "gradient" | null {
  if (first === undefined) return null;
  const left = operandsIn(derivatives, first);
  const [of, more] = left;
  if (of === undefined) return null;
  const sides = rest.map((s) => operandsIn(derivatives, s).map((x) => quantity(derivatives, x, false)));
  const right = sides.flat();
  if (more !== undefined || !isLone(derivatives, first) || right.length === 0) return "gradient";
  if (right.includes(null)) return null;
  // The loss of `dL = g : dz` where nothing defines an L: its own differential is no gradient.
  const f = quantity(derivatives, of, true);
  if (f === null) return null;
  const graph = graphOf(derivatives.model);
  const named = sides.map((s) => s.flatMap((x) => (x === null ? [] : partsOf(derivatives, x))));
  const all = [...new Set(named.flat())];
  const ofExpression = [f, ...right].some((x) => x !== null && derivatives.isExpression(x));
  return {
    left: f,
    sides: named,
    ofExpression,
    basic: all.filter((x) => all.every((y) => y === x || !below(graph, [x]).has(y))),
  };
}

/** What an expression is written with, and of anything else itself: with `d(A^{-1})` A changes. */
function partsOf(derivatives: Derivatives, x: Tensor): readonly Tensor[] {
  const equation = derivatives.isExpression(x) ? derivatives.names.get(x) : undefined;
  return equation === undefined ? [x] : tensorsOf(equation.body).filter((t) => !t.integer);
}

/** Is a side a differential and nothing else? */
const isLone = ({ problem: { elaborator } }: Derivatives, s: Syntax): boolean =>
  s.kind === "juxtaposition" && differentialAt(elaborator, s.items, 0)?.length === s.items.length;

/** What stands behind the d's of a side, in order. */
function operandsIn({ problem: { elaborator } }: Derivatives, s: Syntax): readonly Syntax[] {
  return outsideDerivatives(s).flatMap((n) =>
    n.kind === "juxtaposition" ? n.items.flatMap((_, k) => differentialAt(elaborator, n.items, k)?.of ?? []) : [],
  );
}

/** A symbol of the problem, or an expression as a quantity of its own; `mayInvent` what nothing defines. `null` for all else. */
function quantity(derivatives: Derivatives, s: Syntax, mayInvent: boolean): Tensor | null {
  const { symbols } = derivatives.problem.elaborator;
  const t = takeApart(s);
  if (t === null) return unlessRefused(() => derivatives.operand(s).tensor);
  // The inverse of a small change is none; `dx^2` may be the square of one.
  const marks = t.sups.filter((p) => !isTransposeMark(p.content));
  if (marks.some((p) => scriptText(p.content) !== "-1")) return null;
  const isKnown = symbols.withHead(headKey(t.symbol)).some((x) => x.tensor !== null);
  if (isKnown && marks.length === 0) return symbols.resolve(t).spec.tensor;
  return isKnown || mayInvent ? unlessRefused(() => derivatives.numerator(s)) : null;
}

/** The d of `\frac{df}{dx}` is no differential. */
function outsideDerivatives(s: Syntax): readonly Syntax[] {
  const nodes = nodesIn(s);
  const within = new Set(nodes.flatMap((n) => (n.kind === "fraction" && mentionsDerivative(n) ? nodesIn(n) : [])));
  return nodes.filter((n) => !within.has(n));
}

/** Is the left side computed from all that stands on the right, or the same, and nothing on a side from another there? */
function goesForward(graph: Graph, { left, sides, ofExpression }: Line): boolean {
  const sources = below(graph, [left]);
  const isApart = (side: readonly Tensor[]): boolean =>
    side.every((x) => side.every((y) => x === y || !below(graph, [x]).has(y)));
  // `dX^\top = (dX)^\top`, but not `dh = dh + W^\top dz`.
  const isSame = sides.flat().every((x) => x === left);
  return isSame || ((ofExpression || sides.every(isApart)) && sides.flat().every((x) => x !== left && sources.has(x)));
}
