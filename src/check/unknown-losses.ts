import type { DecideContext } from "../decide/decide.js";
import { type Arena, tensorsOf } from "../expression/arena.js";
import type { Node, NodeOf, Position } from "../expression/node.js";
import { functionKey } from "../model/functions/applications.js";
import type { Assumption } from "../model/model.js";
import type { Problem } from "../model/read.js";
import { headKey, symbolsIn } from "../model/symbols/scripts.js";
import { sentencesOf } from "../model/words/prose.js";
import { abstractLatex } from "../print/function-latex.js";
import { assuming, CROSS_ENTROPY } from "./targets.js";
import { replaced, type Supposed, standIn, unknownIn } from "./unknown-functions.js";

/*
 * `L = \ell(\hat{y}, y)` with an ℓ of which nothing is said: whoever then writes ŷ - y means a loss, the cross-entropy or the
 * squared error. Such a line is neither right nor wrong; where the text says that it is the cross-entropy, it is right.
 */

interface UsualLoss {
  readonly words: string;
  readonly isCrossEntropy: boolean;
  /** Of one entry p of the prediction and t of the target: what is added up, and its slopes by p and by t. */
  readonly term: (arena: Arena, p: Node, t: Node) => readonly [Node, Node, Node];
}

const log = (arena: Arena, x: Node): Node => arena.apply("log", x);

/** Half the square, or the square, of p - t. */
const squares = (factor: number, words: string): UsualLoss => ({
  words,
  isCrossEntropy: false,
  term: (arena, p, t) => {
    const [scale, rest] = [arena.rational(factor), arena.subtract(p, t)];
    const slope = arena.multiply(arena.rational(2), scale, rest);
    return [arena.multiply(scale, arena.power(rest, 2)), slope, arena.negate(slope)];
  },
});

const CROSS: UsualLoss = {
  words: "the cross-entropy",
  isCrossEntropy: true,
  term: (arena, p, t) => [
    arena.negate(arena.multiply(t, log(arena, p))),
    arena.negate(arena.divide(t, p)),
    arena.negate(log(arena, p)),
  ],
};

const BINARY: UsualLoss = {
  words: "the binary cross-entropy",
  isCrossEntropy: true,
  term: (arena, p, t) => {
    const [q, s] = [arena.subtract(arena.one, p), arena.subtract(arena.one, t)];
    const [yes, no] = [arena.multiply(t, log(arena, p)), arena.multiply(s, log(arena, q))];
    return [
      arena.negate(arena.add(yes, no)),
      arena.subtract(arena.divide(s, q), arena.divide(t, p)),
      arena.subtract(log(arena, q), log(arena, p)),
    ];
  },
};

const OF_VECTORS = [CROSS, squares(0.5, "half the squared error"), squares(1, "the squared error")];
const OF_NUMBERS = [BINARY, ...OF_VECTORS.slice(1)];

/** One for each usual loss, where just one function of a prediction and a target is unknown. */
export function withUsualLosses(problem: Problem, context: DecideContext): readonly Supposed[] {
  const { model } = problem;
  const unknown = unknownIn(model.equations.map((eq) => eq.body));
  const [name, another] = new Set(unknown.map((n) => n.name));
  const [first] = unknown;
  const given = new Set(model.equations.map((eq) => eq.tensor));
  const target = first?.args.findIndex(({ body }) => tensorsOf(body).every((t) => !given.has(t))) ?? -1;
  if (name === undefined || another !== undefined || first === undefined || target < 0) return [];
  if (!unknown.every((n) => isLoss(n, first))) return [];
  const saysSo = [...sentencesOf(problem.builder.premises), ...problem.builder.plain].some((s) =>
    namesCrossEntropy(problem, s, name),
  );
  const targets = [...new Set(unknown.flatMap((n) => tensorsOf(n.args[target]?.body ?? n)))];
  const isOfNumbers = first.args[0]?.indices.length === 0;
  return (isOfNumbers ? OF_NUMBERS : OF_VECTORS).flatMap((loss): readonly Supposed[] => {
    const put = standIn(model.arena, (node) =>
      node.name === name ? (inner) => entryOf(model.arena, loss, node, target, inner) : null,
    );
    const known = replaced(context, put);
    const f = `${abstractLatex(name)} is ${loss.words}`;
    const isSaid = saysSo && loss.isCrossEntropy;
    const plain = { ...known, isSaid, condition: [f], text: `this is right if ${f}, which the text does not say` };
    if (isOfNumbers || !loss.isCrossEntropy) return [plain];
    // By its name alone, it is one of distributions.
    const added = targets.map(
      (tensor): Assumption => ({ kind: "sums-to-one", tensor, axis: tensor.axes.length - 1, text: "" }),
    );
    const g = `${f} of targets that sum to 1`;
    const text = `this is right if ${g}, which the text does not say`;
    return [plain, { ...known, context: assuming(known.context, added), isSaid, condition: [g], text }];
  });
}

/** Words that set something else against the cross-entropy. */
const OTHER = /\b(?:instead|rather|unlike|not|other than|replac\w+|compared|in contrast|as opposed)\b/i;

/** "the cross-entropy $\ell$", or a sentence without formulas that speaks of a cross-entropy. */
function namesCrossEntropy({ builder }: Problem, sentence: string, name: string): boolean {
  if (!CROSS_ENTROPY.test(sentence) || OTHER.test(sentence)) return false;
  const mentioned = [...sentence.matchAll(/\$(\d+)\$/g)].map((m) => Number(m[1]));
  const items = builder.premises.filter((i) => mentioned.includes(i.ordinal));
  const applies = ({ statement }: (typeof items)[number]): boolean =>
    statement.sides.flatMap(symbolsIn).some((t) => functionKey(t) === name || headKey(t.symbol) === name);
  return mentioned.length === 0 || items.some(applies);
}

/** A number that depends on two arrays of one shape, vectors or numbers, or its first derivative. */
const isLoss = (
  { args: [a, b, ...more], outputs, partials }: NodeOf<"abstract">,
  { args }: NodeOf<"abstract">,
): boolean =>
  a !== undefined &&
  b !== undefined &&
  more.length === 0 &&
  outputs.length === 0 &&
  partials.length <= 1 &&
  a.indices.length === b.indices.length &&
  a.indices.length === args[0]?.indices.length &&
  a.indices.length <= 1;

function entryOf(
  arena: Arena,
  loss: UsualLoss,
  node: NodeOf<"abstract">,
  target: number,
  inner: (n: Node) => Node,
): Node | null {
  const [prediction, given] = [node.args[1 - target], node.args[target]];
  if (prediction === undefined || given === undefined) return null;
  const [p, t] = [arena.openLambda(prediction), arena.openLambda(given)];
  const [partial] = node.partials;
  const [i, j] = [p.indices[0], t.indices[0]];
  const at = (position: Position | undefined): readonly [Node, Node, Node] => {
    const put = (body: Node, index: typeof i): Node =>
      inner(
        index === undefined || position === undefined ? body : arena.substitute(body, new Map([[index, position]])),
      );
    return loss.term(arena, put(p.body, i), put(t.body, j));
  };
  if (partial !== undefined) return at(partial.at[0])[partial.argument === target ? 2 : 1];
  return i === undefined ? at(undefined)[0] : arena.sum(i, at(arena.at(i))[0]);
}
