import { tensorsOf } from "../expression/arena.js";
import type { Index, Node, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import { helperTexts } from "./python/helpers.js";
import { inputLines, isInput } from "./python/inputs.js";
import type { Assignment } from "./python/schedule.js";
import { Scope } from "./python/scope.js";
import { indent, statements } from "./python/statements.js";

/** What of a derivation the module holds: for each variable its adjoint, by index. */
export interface NumpyDerivation {
  readonly target: Tensor;
  /** Each may use adjoints of other variables in the list. */
  readonly gradients: readonly {
    readonly wrt: Tensor;
    readonly adjoint: Tensor;
    readonly indices: readonly Index[];
    readonly shown: Node;
  }[];
}

/**
 * A Python module with `forward(values)` and `backward(values)` that needs numpy alone.
 *
 * It computes the derived formulas themselves, each from the intermediates and from the adjoints nearer to the loss. Families
 * are arrays with the family's axis in front, or lists where members differ in shape. `comments` gives LaTeX to put
 * above a gradient. Throws a plain Error where a recurrence has no order of computation.
 */
export function renderNumpy(
  model: Model,
  derivation: NumpyDerivation,
  comments: ReadonlyMap<Tensor, string> = new Map(),
): string {
  const defined = new Set(model.equations.map((e) => e.tensor));
  const root = new Scope(null, model, defined);
  const inputs = inputTensors(model, derivation, defined);
  for (const t of [...inputs, ...defined]) root.nameOf(t);
  const forward = forwardText(new Scope(root, model, defined), model, inputs);
  const backward = backwardText(new Scope(root, model, defined), derivation, inputs, comments);
  const calls = [...root.callables.values()].map((c) => c.key).sort();
  const parts = [docstring(inputs, calls), "import numpy as np", ...helperTexts(root.usedHelpers), forward, backward];
  return `${parts.join("\n\n\n").replace('"""\n\n\nimport', '"""\n\nimport')}\n`;
}

function inputTensors(model: Model, derivation: NumpyDerivation, defined: ReadonlySet<Tensor>): readonly Tensor[] {
  const found = new Set<Tensor>(model.symbols.filter((s) => s.role !== "dimension").map((s) => s.tensor));
  for (const e of model.equations) for (const t of tensorsOf(e.body)) found.add(t);
  for (const g of derivation.gradients) {
    found.add(g.wrt);
    for (const t of tensorsOf(g.shown)) found.add(t);
  }
  return [...found].filter((t) => t.derivative === null && !defined.has(t));
}

function docstring(inputs: readonly Tensor[], calls: readonly string[]): string {
  const families = inputs.filter((t) => t.parameters.length > 0).map((t) => t.name);
  const lines = [
    '"""Forward and backward pass, derived and checked by Backproof.',
    "",
    "forward(values) returns every intermediate and the loss by name, backward(values) every gradient by the",
    "name of its variable, in that variable's shape. `values` holds the inputs by name: arrays, or floats for scalars.",
  ];
  if (families.length > 0) lines.push(`Sequences of arrays, first member first: ${families.join(", ")}.`);
  if (calls.length > 0) {
    lines.push(
      `Callables in \`values\`: ${calls.join(", ")}.`,
      "A suffix _prime is the derivative, _1 the partial derivative by the first argument; functions of numbers are",
      "called with arrays, entry by entry.",
    );
  }
  return [...lines, '"""'].join("\n");
}

function forwardText(scope: Scope, model: Model, inputs: readonly Tensor[]): string {
  const assignments: Assignment[] = model.equations.map((e) => ({
    tensor: e.tensor,
    at: e.at,
    body: e.body,
    comment: e.latex,
  }));
  const body = statements(scope, assignments);
  const results = [...new Set(model.equations.map((e) => e.tensor))];
  const lines = [...inputLines(scope, inputs), ...body, ...returned(results.map((t) => [t.name, result(scope, t)]))];
  return definition(scope, "forward", lines);
}

function result(scope: Scope, tensor: Tensor): string {
  const name = scope.variable(tensor);
  return tensor.axes.length === 0 ? `float(${name})` : name;
}

function backwardText(
  scope: Scope,
  derivation: NumpyDerivation,
  inputs: readonly Tensor[],
  comments: ReadonlyMap<Tensor, string>,
): string {
  const { arena } = scope;
  const assignments: Assignment[] = derivation.gradients.map((g) => ({
    tensor: g.adjoint,
    at: g.indices.map((i) => arena.at(i)),
    body: g.shown,
    comment: comments.get(g.wrt) ?? "",
  }));
  const body = statements(scope, assignments);
  const rows = derivation.gradients.map((g) => [g.wrt.name, gradientResult(scope, g.wrt, g.adjoint)] as const);
  const reading = inputLines(scope, inputs);
  const intermediates = [...scope.usedTensors].filter((t) => t.derivative === null && !isInput(scope, t));
  const known =
    intermediates.length === 0
      ? []
      : ["known = forward(values)", ...intermediates.map((t) => `${scope.variable(t)} = known["${t.name}"]`)];
  return definition(scope, "backward", [...reading, ...known, ...body, ...returned(rows)]);
}

/** An input's gradient has the shape that the input was given in, `(D,)` or `(D, 1)`. */
function gradientResult(scope: Scope, wrt: Tensor, adjoint: Tensor): string {
  const name = scope.variable(adjoint);
  if (wrt.axes.length === 0) return `float(${name})`;
  if (!isInput(scope, wrt)) return name;
  const value = `values["${wrt.name}"]`;
  if (!scope.isRagged(wrt)) return `np.reshape(${name}, np.shape(${value}))`;
  if (wrt.parameters.length > 1 || wrt.axes.length === wrt.parameters.length) return name;
  return `[np.reshape(g, np.shape(v)) for g, v in zip(${name}, ${value})]`;
}

function returned(rows: readonly (readonly [string, string])[]): readonly string[] {
  if (rows.length === 0) return ["return {}"];
  return ["return {", ...indent(rows.map(([key, value]) => `"${key}": ${value},`)), "}"];
}

function definition(scope: Scope, name: string, lines: readonly string[]): string {
  const quiet = scope.usedHelpers.has("errstate")
    ? '@np.errstate(divide="ignore", invalid="ignore", over="ignore")\n'
    : "";
  return [`${quiet}def ${name}(values: dict) -> dict:`, ...indent(lines)].join("\n");
}
