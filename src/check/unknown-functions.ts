import type { DecideContext } from "../decide/decide.js";
import { type Arena, operands, tensorsOf } from "../expression/arena.js";
import type { Node, NodeOf } from "../expression/node.js";
import { nodeAlgebra } from "../functions/node-algebra.js";
import { functionNamed } from "../functions/table.js";
import { LOSS_NAME } from "../model/functions/loss-functions.js";
import type { Equation } from "../model/model.js";
import type { Problem } from "../model/read.js";
import { abstractLatex } from "../print/function-latex.js";
import type { Layout } from "./derivatives.js";
import type { Question } from "./verdict.js";

/*
 * `a = \phi(z)` with a φ of which nothing is said: whoever then writes a (1 - a) for its derivative means the sigmoid. Such a
 * line is neither right nor wrong.
 */

/** What an entrywise function is usually, with what it is called; the identity would hide a forgotten φ′. */
const USUAL = [
  ["sigmoid", "the logistic sigmoid"],
  ["tanh", "the hyperbolic tangent"],
  ["relu", "the ReLU"],
  ["softplus", "the softplus"],
] as const;

/** A problem in which the author is taken to mean what is not said, and what to say of that. */
export interface Supposed {
  readonly context: DecideContext;
  readonly question: (q: Question) => Question;
  /** Whether it says anything of a question; left out where it always does. */
  readonly applies?: (q: Question) => boolean;
  readonly text: string;
  /** The text does say it. */
  readonly isSaid: boolean;
  /** What a line that is right because of it is right given. */
  readonly condition?: readonly string[];
}

/** One for each usual function that an unknown one may be; where two are unknown, also for what both may be. */
export function withUsualFunctions(problem: Problem, context: DecideContext): readonly Supposed[] {
  const { equations, loss } = problem.model;
  // A loss that is only called ℓ is no activation.
  const losses = equations.flatMap(({ tensor, body }) =>
    tensor === loss && body.kind === "abstract" && LOSS_NAME.test(body.name) ? body.name : [],
  );
  const names = [
    ...new Set(unknownIn(equations.map((eq) => eq.body)).flatMap((n) => (isEntrywise(n) ? n.name : []))),
  ].filter((n) => !losses.includes(n));
  const [first, second, another] = names;
  if (first === undefined) return [];
  const alone = names.flatMap((name) => USUAL.map((usual) => new Map([[name, usual]])));
  const both =
    second === undefined || another !== undefined
      ? []
      : USUAL.flatMap((a) => USUAL.map((b) => new Map([[first, a] as const, [second, b] as const])));
  return [...alone, ...both].map((meant) => supposing(problem.model.arena, context, meant));
}

function supposing(arena: Arena, context: DecideContext, meant: ReadonlyMap<string, (typeof USUAL)[number]>): Supposed {
  const put = standIn(arena, (node) => {
    const [fn] = meant.get(node.name) ?? [];
    const [arg] = isEntrywise(node) ? node.args : [];
    return arg === undefined || fn === undefined ? null : (x) => slopeOrValue(arena, fn, node, x(arg.body));
  });
  const { context: known, question } = replaced(context, put);
  const isOne = meant.size > 1 && new Set(meant.values()).size === 1;
  const isNamed = ({ right }: Question): boolean =>
    tensorsOf(right).some((t) => t.derivative !== null) ||
    unknownIn([right]).some((n) => meant.has(n.name) && n.partials.length > 0);
  const texts = [...meant].map(([name, [, words]]) => `${abstractLatex(name)} is ${words}`);
  return {
    context: known,
    // Two of them would be told apart no more if they were the same function: only who names no slope may mean that.
    question,
    applies: (q) => !(isOne && isNamed(q)),
    isSaid: false,
    text: `this is right if ${texts.join(" and ")}, which the text does not say`,
  };
}

function slopeOrValue(arena: Arena, fn: string, { partials }: NodeOf<"abstract">, x: Node): Node | null {
  if (partials.length === 0) return arena.apply(fn, x);
  return functionNamed(fn).derivative(nodeAlgebra(arena), x)[0] ?? null;
}

/** What is asked, and all that is known, with something else in the place of a function. */
export function replaced(context: DecideContext, put: (node: Node) => Node): Pick<Supposed, "context" | "question"> {
  const equation = (eq: Equation): Equation => ({ ...eq, body: put(eq.body) });
  const definitions = new Map([...context.definitions].map(([t, eqs]) => [t, eqs.map(equation)]));
  const { premises } = context;
  return {
    context: {
      ...context,
      definitions,
      ...(premises === undefined ? {} : { premises: { ...premises, equations: premises.equations.map(equation) } }),
    },
    question: (q) => ({
      ...q,
      left: put(q.left),
      right: put(q.right),
      guard: q.guard === null ? null : put(q.guard),
    }),
  };
}

/** `f(x)` of one number, or its first derivative. */
const isEntrywise = (node: Node): boolean =>
  node.kind === "abstract" &&
  node.args.length === 1 &&
  node.args[0]?.indices.length === 0 &&
  node.outputs.length === 0 &&
  node.partials.length <= 1;

const ENTRYWISE = /\b(?:element|entry|component|coordinate)[- ]?wise\b|\bentry by entry\b/i;

/**
 * Unknown functions of columns are read entry by entry, and their Jacobians commute then. Where some line has the outer
 * Jacobian first, a product with the inner one first is that of no layout, and right of such functions alone.
 */
export function mayNotCommute({ elaborator, model, builder }: Problem, layout: Layout): string | null {
  if (elaborator.chainOrders.size < 2 || layout.jacobian !== "outputs-first") return null;
  if ([...builder.plain, ...builder.premises.map((i) => i.formula.sentence)].some((s) => ENTRYWISE.test(s)))
    return null;
  const unknown = unknownIn(model.equations.map((eq) => eq.body)).find(isEntrywise);
  if (unknown === undefined) return null;
  return `this order of the Jacobians is right only if ${abstractLatex(unknown.name)} acts entry by entry, which is not said`;
}

/** The applications of functions that nothing defines. A loop, so that depth does not matter. */
export function unknownIn(roots: readonly Node[]): readonly NodeOf<"abstract">[] {
  const seen = new Set<Node>(roots);
  for (const node of seen) for (const n of operands(node)) seen.add(n);
  return [...seen].flatMap((n) => (n.kind === "abstract" ? [n] : []));
}

/** How a function that is known stands for an application, given how to treat what it is applied to; `null` for others. */
export type Replacement = (node: NodeOf<"abstract">) => ((inner: (n: Node) => Node) => Node | null) | null;

/** Puts known functions in the place of unknown ones; each node once. */
export function standIn(arena: Arena, replacement: Replacement): (node: Node) => Node {
  const done = new Map<Node, Node>();
  const put = (node: Node): Node => {
    let result = done.get(node);
    if (result === undefined) {
      const known = node.kind === "abstract" ? replacement(node) : null;
      result = known === null ? arena.mapOperands(node, put) : (known(put) ?? node);
      done.set(node, result);
    }
    return result;
  };
  return put;
}
