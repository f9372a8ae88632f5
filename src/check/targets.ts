import type { DecideContext } from "../decide/decide.js";
import { operands } from "../expression/arena.js";
import type { Node, Tensor } from "../expression/node.js";
import { axisOfClasses, classSizes } from "../model/build/undirected.js";
import type { Assumption, ModelSymbol, Role } from "../model/model.js";
import type { Problem } from "../model/read.js";
import { headKey, takeApart } from "../model/symbols/scripts.js";
import { sentencesOf } from "../model/words/prose.js";
import type { Statement } from "../notation/syntax.js";
import type { Supposed } from "./unknown-functions.js";

/*
 * The cross-entropy is one of probabilities: whoever calls a loss so, and some of its symbols targets, may mean targets that
 * sum to 1 without a word of it. What is right for such targets alone is then neither right nor wrong.
 */

export const CROSS_ENTROPY = /\bcross[- ]?entropy\b/i;
/** The text speaks of targets that do not sum to 1. */
const DENIED =
  /\b(?:un-?normali[sz]ed|non-?normali[sz]ed|not (?:necessarily )?(?:normali[sz]ed|sum\w*)|need not|do(?:es)? not sum|arbitrary|any real|weight(?:s|ed) (?:of|for) (?:the )?class\w*|(?<!\$ )counts(?= (?:of|\$)))\b/i;

/** The targets of a cross-entropy, and whether the text makes them sum to 1; `null` where nothing suggests that they do. */
function targetsOf(problem: Problem, assumptions: readonly Assumption[]) {
  const sentences = [...sentencesOf(problem.builder.premises), ...problem.builder.plain];
  const said = new Set(
    problem.items.flatMap(({ statement, submitted }) =>
      submitted === true ? [] : [statement, ...statement.conditions].flatMap((c) => sumsToOne(c) ?? []),
    ),
  );
  const isEntropy = sentences.some((s) => CROSS_ENTROPY.test(s)) || namesEntropy(problem);
  if (sentences.some((s) => DENIED.test(s))) return null;
  const known = new Set(assumptions.flatMap((a) => (ofSum(a) && "tensor" in a ? [a.tensor] : [])));
  const given = problem.model.symbols.filter(
    ({ role, tensor }) => GIVEN.has(role) && tensor.axes.length > 0 && !tensor.integer && !known.has(tensor),
  );
  if (said.size === 0 && !isEntropy) return ofNothingSaid(problem, given, sentences);
  const all = given.filter(({ role }) => role === "target");
  const named = all.filter(({ tensor }) => said.has(problem.builder.specs.get(tensor)?.head ?? ""));
  const targets = named.length > 0 ? named : said.size > 0 && !isEntropy ? [] : all;
  const tensors = targets.map((t) => t.tensor);
  // Each example belongs to one of the classes, or to each with a probability.
  const isOfClasses = isEntropy && sentences.some((s) => CLASSES.test(s)) && !sentences.some((s) => SEVERAL.test(s));
  const isSaid = named.length > 0 || (isOfClasses && tensors.every((t) => weighsClasses(problem, t)));
  return tensors.length === 0 ? null : { tensors, isSaid };
}

const GIVEN: ReadonlySet<Role> = new Set(["target", "input", "constant"]);

/**
 * What nothing declares, in front of the logarithm of a softmax, may be a class as well as weights; "$t_{nk} = 1$ if sample $n$
 * belongs to class $k$" says that it is.
 */
function ofNothingSaid(problem: Problem, targets: readonly ModelSymbol[], sentences: readonly string[]) {
  const { cases, specs } = problem.builder;
  const ofClasses = new Set(cases.filter((c) => ONE_OF_CLASSES.test(c.sentence)).map((c) => c.head));
  const mayBeSeveral = sentences.some((s) => SEVERAL.test(s));
  const isTold = (tensor: Tensor): boolean => !mayBeSeveral && ofClasses.has(specs.get(tensor)?.head ?? "");
  const bare = targets.filter(({ inferred, tensor }) => (inferred || isTold(tensor)) && weighsClasses(problem, tensor));
  const tensors = bare.map((t) => t.tensor);
  return tensors.length === 0 ? null : { tensors, isSaid: tensors.every(isTold) };
}

const ONE_OF_CLASSES =
  /\b(?:belongs? to|is (?:in|of|from)|comes? from|falls? in(?:to)?|is)\s+(?:the )?(?:class|category)\s*\$/i;

/** Does a target stand in front of logarithms of a softmax alone, and nowhere as `1 - t` or beside a prediction? */
function weighsClasses({ model }: Problem, target: Tensor): boolean {
  const isTarget = (n: Node): boolean => n.kind === "entry" && n.tensor === target;
  const nodes = new Set(model.equations.map((eq) => eq.body));
  for (const n of nodes) for (const o of operands(n)) nodes.add(o);
  const all = [...nodes];
  const isAdded = (n: Node): boolean =>
    n.kind === "add" &&
    n.terms.some(
      (t) =>
        isTarget(t) ||
        (t.kind === "multiply" &&
          t.factors.some(isTarget) &&
          t.factors.every((f) => isTarget(f) || f.kind === "rational")),
    );
  const isLog = (n: Node): boolean => (n.kind === "apply" && n.fn === "log") || n.kind === "add";
  const weighs = all.some((n) => n.kind === "multiply" && n.factors.some(isTarget) && n.factors.some(isLog));
  // Along the one axis that a softmax adds up, and no other.
  const sizes = classSizes(model.equations, target);
  const along = target.axes.slice(target.parameters.length).filter((a) => sizes.has(a.high));
  return weighs && along.length === 1 && !all.some(isAdded);
}

function summing({ model }: Problem, tensors: readonly Tensor[]): readonly Assumption[] {
  return tensors.map((tensor): Assumption => {
    const axis = axisOfClasses(tensor.axes, classSizes(model.equations, tensor));
    return { kind: "sums-to-one", tensor, axis, text: "" };
  });
}

/** That the targets of a classification sum to 1, as its words say. */
export function saidOfTargets(problem: Problem): readonly Assumption[] {
  const found = targetsOf(problem, problem.model.assumptions);
  return found?.isSaid === true ? summing(problem, found.tensors) : [];
}

/** The context in which the targets of a cross-entropy sum to 1, and what to say of that; `null` where nothing suggests it. */
export function withNormalizedTargets(problem: Problem, context: DecideContext): Supposed | null {
  const found = targetsOf(problem, context.assumptions);
  if (found === null) return null;
  const names = found.tensors.map((t) => t.latex).join(", ");
  return {
    context: assuming(context, summing(problem, found.tensors)),
    question: (q) => q,
    isSaid: found.isSaid,
    text: `this is right only if the targets ${names} sum to 1, which the text does not say`,
  };
}

/** `\mathcal{L}_{\text{CE}}(y, t)`. */
const namesEntropy = ({ items }: Problem): boolean =>
  items.some(({ statement, submitted }) => submitted !== true && ENTROPY_NAME.test(statement.latex));
const ENTROPY_NAME = /(?<![A-Za-z])(?:CE|XE|xent|cross[- ]?entropy)(?![A-Za-z])/i;

/** Words of targets that need not sum to 1: "a post may have several", "the classes are not exclusive". */
const SEVERAL =
  /\bbinary\b|\btwo classes\b|\bmulti-?\s?(?:labels?|hot)\b|\b(?:several|many|multiple)(?= (?:labels|tags|classes|categories|topics|of (?:them|these)|at once)|\s*(?:[.,;:)]|$))|\b(?:not|n't|non|never)[- ](?:\w+ )?exclusive\b|\bmore than one\b|\b(?:one|any) or more\b|\bat least one\b|\bany number\b|\badvantage|\breturns?\b/i;
const CLASSES = /\bclass(?:es|ification)\b|\bclassif(?:y|ies)\b/i;

/** The same problem with more facts. Points belong to one set of definitions. */
export const assuming = (context: DecideContext, added: readonly Assumption[]): DecideContext => ({
  ...context,
  assumptions: [...context.assumptions, ...added],
  definitions: new Map(context.definitions),
  ...(context.premises === undefined ? {} : { premises: { ...context.premises } }),
});

/** The symbol of `\sum_k y_k = 1`, which also stands beside a line: "since …". */
export function sumsToOne({ sides: [left, right, ...more], relations: [relation] }: Statement): string | null {
  if (left?.kind !== "big" || left.operator !== "\\sum" || left.body === null || more.length > 0) return null;
  const t = takeApart(left.body);
  const isOne = relation === "=" && right?.kind === "number" && right.text === "1";
  return isOne && t !== null && t.subs.length > 0 ? headKey(t.symbol) : null;
}

const ofSum = ({ kind }: Assumption): boolean => kind === "sums-to-one" || kind === "one-hot";
