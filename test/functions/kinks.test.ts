import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { numberAlgebra as k } from "../../src/functions/number-algebra.js";
import { functions } from "../../src/functions/table.js";

/* docs/kinks.md names every function with a kink, and says which derivative is taken there. */

const text = readFileSync(path.resolve(import.meta.dirname, "../../docs/kinks.md"), "utf8").toLowerCase();
const spoken: ReadonlyMap<string, string> = new Map([
  ["leaky_relu", "leaky relu"],
  ["abs", "absolute value"],
  ["heaviside", "step"],
]);

const kinked = [...functions.values()].filter((row) => row.kinks.length > 0 || row.switches !== undefined);

it.each(kinked.map((row) => row.name))("%s is in docs/kinks.md", (name) => {
  expect(text).toMatch(new RegExp(`\\b${spoken.get(name) ?? name.replaceAll("_", "")}\\b`));
});

/** For each kink the side whose slope is taken, or the slope itself where it is that of neither. */
const table: readonly (readonly [string, number, "below" | "above" | number])[] = [
  ["relu", 0, "below"],
  ["leaky_relu", 0, "below"],
  ["elu", 0, "below"],
  ["selu", 0, "below"],
  ["relu6", 0, "below"],
  ["relu6", 6, "above"],
  ["hard_tanh", -1, "below"],
  ["hard_tanh", 1, "above"],
  ["hard_sigmoid", -3, "below"],
  ["hard_sigmoid", 3, "above"],
  ["hard_swish", -3, "below"],
  ["hard_swish", 3, "above"],
  ["abs", 0, 0],
  ["sign", 0, 0],
  ["heaviside", 0, 0],
];

it.each(table)("%s at %d", (name, at, side) => {
  const slope = (x: number): number =>
    functions.get(name)?.derivative(k, x, ...(functions.get(name)?.arity === 2 ? [0.3] : []))[0] ?? Number.NaN;
  const wanted = typeof side === "number" ? side : slope(at + (side === "above" ? 1e-9 : -1e-9));
  expect(slope(at)).toBeCloseTo(wanted, 6);
});

it("every kink is in the table above", () => {
  const all = kinked.flatMap((row) => row.kinks.map((at) => `${row.name} ${at}`));
  expect(table.map(([name, at]) => `${name} ${at}`).sort()).toEqual(all.sort());
});
