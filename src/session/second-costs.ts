import type { Method, Passes } from "../cost/passes.js";
import type { Polynomial } from "../cost/polynomial.js";
import { costOfGradients, everyOrder, neededFor } from "../cost/second.js";
import type { Index, Tensor } from "../expression/node.js";
import type { Problem } from "../model/read.js";
import { sweepsFor } from "./second-derivatives.js";
import { type SecondQuestion, secondQuestions } from "./second-questions.js";
import { symbolLatex } from "./symbols.js";

/** A Hessian beside its product with a vector: both after the forward pass, the gradients that they take included. */
export interface SecondCost {
  readonly of: string;
  readonly by: readonly [string, string];
  readonly direction: string;
  readonly hessian: Method;
  /** The multiplications of every order, where the Hessian is one product. */
  readonly orders: readonly Polynomial[];
  readonly hessianVector: Method;
}

/** One for each pair of variables that the worksheet names a second derivative by; or, where it only speaks of one, for the input. */
export function secondCosts(problem: Problem, text: string, passes: Passes): readonly SecondCost[] {
  const asked = secondQuestions(problem, text);
  const spoken = asked.length === 0 && /\bhessian\b/i.test(text) ? spokenOf(problem) : [];
  const pairs = new Map<string, SecondQuestion>();
  for (const q of [...asked, ...spoken]) {
    const key = [q.of.key, q.x.key, q.y.key].join("|");
    const known = pairs.get(key);
    if (known === undefined || (known.direction === null && q.direction !== null)) pairs.set(key, q);
  }
  return [...pairs.values()].map((q) => sideBySide(problem, passes, q));
}

function sideBySide(problem: Problem, passes: Passes, q: SecondQuestion): SecondCost {
  const along = q.direction ?? anyDirection(problem, q.y);
  const [matrix, product] = [
    { ...q, direction: null },
    { ...q, direction: along },
  ].map((question) => {
    const { first, second, wanted } = sweepsFor(question);
    return neededFor(wanted, [first, second]);
  });
  return {
    of: called(problem, q.of),
    by: [called(problem, q.x), called(problem, q.y)],
    direction: along.latex,
    hessian: costOfGradients(passes, matrix ?? []),
    orders: everyOrder(passes, matrix ?? []),
    hessianVector: costOfGradients(passes, product ?? []),
  };
}

/** A vector about which nothing is known but its shape. */
function anyDirection({ model: { arena } }: Problem, y: Tensor): NonNullable<SecondQuestion["direction"]> {
  const { parameters, axes } = y;
  const latex = `\\dot{${y.latex}}`;
  const tensor = arena.tensor({ key: `direction ${y.key}`, latex, parameters, axes, integer: false, derivative: null });
  const indices: Index[] = [];
  for (let axis = 0; axis < axes.length; axis++) {
    const at = indices.map((i) => arena.at(i));
    indices.push(arena.index(`~direction${axis}`, arena.axisRange(tensor, axis, at)));
  }
  return {
    indices,
    node: arena.entry(
      tensor,
      indices.map((i) => arena.at(i)),
    ),
    latex,
  };
}

function spokenOf({ model }: Problem): readonly SecondQuestion[] {
  const { loss } = model;
  const roles = ["input", "parameter"] as const;
  const variable = roles.flatMap((role) =>
    model.symbols.filter((s) => s.role === role && model.wrt.includes(s.tensor)),
  )[0];
  if (loss === null || variable === undefined) return [];
  const x = variable.tensor;
  return [{ of: loss, x, y: x, direction: null, latex: "", isWhole: true, span: { start: 0, end: 0 }, model }];
}

const called = ({ model }: Problem, tensor: Tensor): string =>
  symbolLatex(tensor, model.symbols.find((s) => s.tensor === tensor)?.family ?? null);
