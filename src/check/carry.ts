import { tensorsOf } from "../expression/arena.js";
import type { Tensor } from "../expression/node.js";
import type { Equation } from "../model/model.js";
import { isEqual, type Judge, type Judged, overall } from "./judge.js";

/** A line of the author's that was judged wrong, as an equation for the derivative it is about. */
interface WrongLine {
  readonly judged: Judged;
  readonly tensor: Tensor;
  readonly equation: Equation;
}

/**
 * Finds lines that are wrong in value only because they use an earlier wrong line: the derivative's own rule gives what was
 * written as soon as the author's values stand for the true ones. Nearest to the loss first, so that a line may be carried
 * by one that is itself carried.
 */
export function carryForward(judge: Judge, all: readonly Judged[]): void {
  const lines: WrongLine[] = [];
  for (const judged of all) {
    const line = wrongLine(judge, judged);
    if (line !== null) lines.push(line);
  }
  if (lines.length < 2) return;
  for (const line of lines) {
    const others = lines.filter((o) => o !== line && o.tensor !== line.tensor && reaches(judge, line.tensor, o.tensor));
    const sets = [...others.map((o) => [o]), ...(others.length > 1 ? [others] : [])];
    const carrier = sets.find((s) => explains(judge, line, s));
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
  return { judged, tensor: left.tensor, equation };
}

/** Does the rule of one derivative lead, through true equations, to another? */
function reaches(judge: Judge, from: Tensor, to: Tensor): boolean {
  const seen = new Set<Tensor>();
  const stack = [from];
  for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
    if (t === to) return true;
    if (seen.has(t)) continue;
    seen.add(t);
    for (const eq of judge.context.definitions.get(t) ?? [])
      stack.push(...tensorsOf(eq.body).filter((x) => x.derivative !== null));
  }
  return false;
}

function explains(judge: Judge, line: WrongLine, carriers: readonly WrongLine[]): boolean {
  const [link] = line.judged.links;
  if (link?.question == null) return false;
  const replaced = new Map(carriers.map((c) => [c.tensor, c.equation]));
  if (judge.differsWith(link.question, replaced)) return false;
  if (!isEqual(judge.decideWith(link.question, replaced))) return false;
  // Twice the author's value must not do as well: then the value would not matter.
  const { arena } = judge.context;
  const doubled = new Map(
    carriers.map((c) => [c.tensor, { ...c.equation, body: arena.multiply(arena.rational(2), c.equation.body) }]),
  );
  return !isEqual(judge.decideWith(link.question, doubled));
}
