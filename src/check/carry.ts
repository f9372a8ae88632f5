import { tensorsOf } from "../expression/arena.js";
import type { Tensor } from "../expression/node.js";
import type { Equation } from "../model/model.js";
import { Carriers, type WrongLine } from "./carriers.js";
import type { Judge } from "./judge.js";
import { isEqual, type Judged, overall } from "./verdict.js";

/** More than rounding could make of equal values. */
const FAR = 1e-3;

/**
 * Finds lines that are wrong in value only because they use an earlier wrong line: the derivative's own rule gives what was
 * written as soon as the author's values stand for the true ones. In the order of the page, so that a line may be carried by
 * one that is itself carried.
 */
export function carryForward(judge: Judge, all: readonly Judged[]): void {
  const lines: WrongLine[] = [];
  for (const judged of all) {
    const line = wrongLine(judge, judged);
    if (line !== null) lines.push(line);
  }
  if (lines.length < 2) return;
  const known = new Map<Tensor, ReadonlySet<Tensor>>();
  const reachedFrom = (t: Tensor): ReadonlySet<Tensor> => {
    const found = known.get(t) ?? reached(judge, t);
    known.set(t, found);
    return found;
  };
  // What is written below a line was not there to be used: each line is told before it is added to those that carry.
  const carriers = new Carriers(judge.context, lines, reachedFrom);
  for (const line of lines) {
    const carrier = carriers.candidates(line).find((set) => explains(judge, line, set));
    carriers.add(line);
    if (carrier === undefined) continue;
    const [link] = line.judged.links;
    if (link === undefined) continue;
    link.verdict = "carried-forward";
    link.mistake = null;
    line.judged.verdict = overall(line.judged.links);
    line.judged.mistake = {
      code: "error-carried-forward",
      message: "this step is right; its value is wrong only because an earlier line is",
    };
  }
}

/** Claims of one link whose left side is an entry, for all of its positions, of one derivative. */
function wrongLine(judge: Judge, judged: Judged): WrongLine | null {
  const [link] = judged.links;
  if (judged.links.length !== 1 || link === undefined || link.verdict !== "wrong" || link.question === null)
    return null;
  const { left, right } = link.question;
  const { arena } = judge.context;
  if (left.kind !== "entry" || left.tensor.derivative === null || right === arena.zero || right.kind === "rational")
    return null;
  const { axes } = left.tensor;
  // The one position of an axis of size one is all of that axis.
  const indices = left.at.filter((_, k) => axes[k]?.low !== axes[k]?.high).map((p) => arena.indexOf(p));
  if (indices.includes(null) || new Set(indices).size !== indices.length) return null;
  const equation: Equation = {
    tensor: left.tensor,
    at: left.at,
    body: right,
    span: { start: 0, end: 0 },
    latex: "",
    byIndex: true,
  };
  const question = { ...link.question, left };
  return { judged, tensor: left.tensor, question, equation, replaced: new Map([[left.tensor, equation]]) };
}

/** The derivatives to which the rule of one leads, itself only if it is among them. */
function reached(judge: Judge, from: Tensor, replaced: ReadonlyMap<Tensor, Equation> = new Map()): ReadonlySet<Tensor> {
  const seen = new Set<Tensor>();
  const below = (t: Tensor): readonly Tensor[] => {
    const own = replaced.get(t);
    const equations = own === undefined ? (judge.context.definitions.get(t) ?? []) : [own];
    return equations.flatMap((eq) => tensorsOf(eq.body).filter((x) => x.derivative !== null));
  };
  const stack = [...below(from)];
  for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
    if (seen.has(t)) continue;
    seen.add(t);
    stack.push(...below(t));
  }
  return seen;
}

/** Do the author's values need each other where the true ones do not? */
const isCircular = (judge: Judge, replaced: ReadonlyMap<Tensor, Equation>): boolean =>
  [...replaced.keys()].some((t) => reached(judge, t, replaced).has(t) && !reached(judge, t).has(t));

function explains(judge: Judge, line: WrongLine, carriers: readonly WrongLine[]): boolean {
  const { question } = line;
  const [only] = carriers;
  const replaced =
    only !== undefined && carriers.length === 1 ? only.replaced : new Map(carriers.map((c) => [c.tensor, c.equation]));
  const gap = judge.decider.gapWith(question, replaced, FAR);
  if (gap === null ? isCircular(judge, replaced) : gap > FAR) return false;
  if (!isEqual(judge.decider.decideWith(question, replaced))) return false;
  // Twice the author's value must not do as well: then the value would not matter.
  const { arena } = judge.context;
  const doubled = new Map(
    carriers.map((c) => [c.tensor, { ...c.equation, body: arena.multiply(arena.rational(2), c.equation.body) }]),
  );
  const twice = judge.decider.gapWith(question, doubled, FAR);
  return (twice !== null && twice > FAR) || !isEqual(judge.decider.decideWith(question, doubled));
}
