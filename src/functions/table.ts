import { activations } from "./activations.js";
import { sub } from "./arithmetic.js";
import { circular, exponentials, hyperbolic } from "./elementary.js";
import type { Algebra, ScalarFunction } from "./function.js";
import { gammaHelpers, gammas } from "./gamma.js";
import { piecewise } from "./piecewise.js";

const rows = [...exponentials, ...circular, ...hyperbolic, ...gammas, ...activations, ...piecewise];

/** The rule table, by row name. */
export const functions: ReadonlyMap<string, ScalarFunction> = new Map(rows.map((row) => [row.name, row]));

// Commands keep their case: `\Sigma` is no `\sigma`.
const spelled = (name: string): string => (name.startsWith("\\") ? name : name.toLowerCase());
const byWriting: ReadonlyMap<string, ScalarFunction> = new Map(
  rows.flatMap((row) => row.written.map((name) => [spelled(name), row] as const)),
);

/** The row that a written name means, or `null`: `ReLU`, `ln`, `\sigma`. `\tanh` and `tanh` are one. */
export function functionWritten(name: string): ScalarFunction | null {
  // `\operatorname{LN}` is a layer's normalization, and no logarithm.
  if (name === "LN") return null;
  const bare = /^\\[a-z]+$/.test(name) ? name.slice(1) : name;
  return byWriting.get(spelled(name)) ?? byWriting.get(spelled(bare)) ?? null;
}

export function functionNamed(name: string): ScalarFunction {
  const row = functions.get(name);
  if (row === undefined) throw new Error(`internal: no function ${name} in the table`);
  return row;
}

/** The quantities at whose zeros the derivative of an application jumps. */
export function switchesOf<T>(row: ScalarFunction, k: Algebra<T>, args: readonly T[]): readonly T[] {
  if (row.switches !== undefined) return row.switches(k, ...args);
  const [x] = args;
  if (x === undefined) return [];
  return row.kinks.map((kink) => (kink === 0 ? x : sub(k, x, k.rational(kink))));
}

/** What a module must define before it uses a row's `numpy`; by the name used there. NumPy itself has no erf. */
export const numpyHelpers: ReadonlyMap<string, string> = new Map([
  ["_erf", "import math\n\n_erf = np.vectorize(math.erf, otypes=[float])"],
  ...gammaHelpers,
]);
