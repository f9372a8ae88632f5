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
export function renderNumpy(model: Model, derivation: NumpyDerivation, options: NumpyOptions = {}): string {
  return assemble([numpyParts(model, derivation, options)]);
}

export interface NumpyOptions {
  /** LaTeX to put above a gradient. */
  readonly comments?: ReadonlyMap<Tensor, string>;
  /** LaTeX to put above each forward equation; the author's own by default. */
  readonly forward?: readonly string[];
  /** The key of a symbol in `values` and in the results; its own name by default. */
  readonly nameOf?: (tensor: Tensor) => string;
}

/** What one problem gives to a module. */
export interface NumpyParts {
  readonly inputs: readonly Tensor[];
  readonly families: readonly string[];
  /** Families with members that no equation computes: these may be given, and are zero otherwise. */
  readonly partial: readonly string[];
  /** Dimensions that no shape tells. */
  readonly sizes: readonly string[];
  readonly calls: readonly string[];
  readonly helpers: ReadonlySet<string>;
  readonly forward: string;
  readonly backward: string;
  /** Keys of `values` without which nothing can be computed. */
  readonly keys: readonly string[];
}

export function numpyParts(model: Model, derivation: NumpyDerivation, options: NumpyOptions = {}): NumpyParts {
  const defined = new Set(model.equations.map((e) => e.tensor));
  const root = new Scope(null, model, defined, options.nameOf);
  const inputs = inputTensors(model, derivation, defined);
  for (const t of [...inputs, ...defined]) root.nameOf(t);
  const forward = new Scope(root, model, defined);
  const backward = new Scope(root, model, defined);
  const parts = {
    forward: forwardText(forward, model, inputs, options.forward ?? []),
    backward: backwardText(backward, derivation, inputs, options.comments ?? new Map()),
  };
  const used = inputs.filter((t) => forward.usedTensors.has(t));
  return {
    ...parts,
    inputs,
    families: inputs.filter((t) => t.parameters.length > 0).map((t) => root.keyOf(t)),
    partial: [...root.partial],
    calls: [...root.callables.values()].map((c) => c.key).sort(),
    helpers: root.usedHelpers,
    sizes: [...root.askedSizes],
    keys: [...used.map((t) => root.keyOf(t)), ...root.askedSizes],
  };
}

/** A module of one problem, or of several that share `values`: each is computed if its inputs are there. */
export function assemble(problems: readonly NumpyParts[]): string {
  const [only] = problems;
  const helpers = new Set(problems.flatMap((p) => [...p.helpers]));
  const functions =
    problems.length === 1 && only !== undefined
      ? [only.forward, only.backward]
      : [...problems.flatMap(numbered), ...merged(problems)];
  const parts = [docstring(problems), "import numpy as np", ...helperTexts(helpers), ...functions];
  return `${parts.join("\n\n\n").replace('"""\n\n\nimport', '"""\n\nimport')}\n`;
}

function numbered({ forward, backward }: NumpyParts, k: number): readonly string[] {
  const n = k + 1;
  return [
    forward.replace("def forward(", `def forward_${n}(`),
    backward
      .replace("def backward(", `def backward_${n}(`)
      .replace("known = forward(values)", `known = forward_${n}(values)`),
  ];
}

function merged(problems: readonly NumpyParts[]): readonly string[] {
  return ["forward", "backward"].map((name) => {
    const lines = problems.flatMap(({ keys }, k) => {
      const call = `results.update(${name}_${k + 1}(values))`;
      if (keys.length === 0) return [call];
      return [
        `if all(key in values for key in (${keys
          .map((key) => `"${key}", `)
          .join("")
          .trim()})):`,
        ...indent([call]),
      ];
    });
    return [`def ${name}(values: dict) -> dict:`, ...indent(["results = {}", ...lines, "return results"])].join("\n");
  });
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

function docstring(problems: readonly NumpyParts[]): string {
  const families = [...new Set(problems.flatMap((p) => p.families))];
  const calls = [...new Set(problems.flatMap((p) => p.calls))];
  const lines = [
    '"""Forward and backward pass, derived and checked by Backproof.',
    "",
    "forward(values) returns every intermediate and the loss by name, backward(values) every gradient by the",
    "name of its variable, in that variable's shape. `values` holds the inputs by name: arrays, or floats for scalars.",
  ];
  if (problems.length > 1) lines.push("Of several problems, those are computed whose inputs are there.");
  if (families.length > 0) lines.push(`Sequences of arrays, first member first: ${families.join(", ")}.`);
  const partial = [...new Set(problems.flatMap((p) => p.partial))];
  if (partial.length > 0)
    lines.push(
      `First members that no equation gives may be in \`values\`, and are zero otherwise: ${partial.join(", ")}.`,
    );
  const sizes = [...new Set(problems.flatMap((p) => p.sizes))];
  if (sizes.length > 0)
    lines.push(`Sizes that no array's shape tells, whole numbers in \`values\`: ${sizes.join(", ")}.`);
  if (calls.length > 0) {
    lines.push(
      `Callables in \`values\`: ${calls.join(", ")}.`,
      "A suffix _prime is the derivative, _1 the partial derivative by the first argument; functions of numbers are",
      "called with arrays, entry by entry.",
    );
  }
  return [...lines, '"""'].join("\n");
}

function forwardText(scope: Scope, model: Model, inputs: readonly Tensor[], latex: readonly string[]): string {
  const assignments: Assignment[] = model.equations.map((e, k) => ({
    tensor: e.tensor,
    at: e.at,
    body: e.body,
    comment: latex[k] ?? e.latex,
  }));
  const body = statements(scope, assignments);
  const results = [...new Set(model.equations.map((e) => e.tensor))];
  const lines = [
    ...inputLines(scope, inputs),
    ...body,
    ...returned(results.map((t) => [scope.keyOf(t), result(scope, t)])),
  ];
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
  // That of the loss itself is one, and written so.
  const gradients = derivation.gradients.filter((g) => g.wrt !== derivation.target);
  const assignments: Assignment[] = gradients.map((g) => ({
    tensor: g.adjoint,
    at: g.indices.map((i) => arena.at(i)),
    body: g.shown,
    comment: comments.get(g.wrt) ?? "",
  }));
  const body = statements(scope, assignments);
  const rows = gradients.map((g) => [scope.keyOf(g.wrt), gradientResult(scope, g.wrt, g.adjoint)] as const);
  const reading = inputLines(scope, inputs);
  const intermediates = [...scope.usedTensors].filter((t) => t.derivative === null && !isInput(scope, t));
  const known =
    intermediates.length === 0
      ? []
      : ["known = forward(values)", ...intermediates.map((t) => `${scope.variable(t)} = known["${scope.keyOf(t)}"]`)];
  return definition(scope, "backward", [...reading, ...known, ...body, ...returned(rows)]);
}

/** An input's gradient has the shape that the input was given in, `(D,)` or `(D, 1)`. */
function gradientResult(scope: Scope, wrt: Tensor, adjoint: Tensor): string {
  const name = scope.variable(adjoint);
  if (wrt.axes.length === 0) return `float(${name})`;
  if (!isInput(scope, wrt)) return name;
  const value = `values["${scope.keyOf(wrt)}"]`;
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
