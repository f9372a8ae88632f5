import { describe, expect, it } from "vitest";
import type { Domain, ScalarFunction } from "../../src/functions/function.js";
import { numberAlgebra as k } from "../../src/functions/number-algebra.js";
import { functions, functionWritten, numpyHelpers, switchesOf } from "../../src/functions/table.js";

const spans: { readonly [D in Domain]: readonly [number, number] } = {
  real: [-4, 7],
  positive: [0.2, 4],
  nonnegative: [0.2, 4],
  nonzero: [0.3, 3],
  "unit-interval": [0.1, 0.9],
  "over-minus-one": [-0.8, 4],
  "over-one": [1.2, 5],
  "within-one": [-0.8, 0.8],
};

/** Second and third arguments; the first of `clip` runs past both of its bounds. */
const others: ReadonlyMap<string, readonly number[]> = new Map([
  ["max", [0.77]],
  ["min", [0.77]],
  ["clip", [-0.71, 1.33]],
  ["polygamma", [2]],
]);
const rest = (row: ScalarFunction): readonly number[] => (row.arity === 1 ? [] : (others.get(row.name) ?? [0.37]));

/** Where a function has poles, a span between two of them. */
const betweenPoles: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["tan", [-1.1, 1.2]],
  ["sec", [-1.1, 1.2]],
  ["cot", [0.6, 2.5]],
  ["csc", [0.6, 2.5]],
  ["csch", [0.6, 3]],
  ["coth", [0.6, 3]],
  ["polygamma", [4, 8]],
]);
const span = (row: ScalarFunction): readonly [number, number] => betweenPoles.get(row.name) ?? spans[row.domain];

function points(row: ScalarFunction): (readonly number[])[] {
  const [low, high] = span(row);
  const all = Array.from({ length: 23 }, (_, n) => [low + ((n + 0.517) / 23) * (high - low), ...rest(row)]);
  return all.filter((args) => switchesOf(row, k, args).every((s) => Math.abs(s) > 0.02));
}

/** Central difference with one Richardson step. */
function difference(f: (x: number) => number, x: number): number {
  const central = (h: number): number => (f(x + h) - f(x - h)) / (2 * h);
  return (4 * central(1e-3) - central(2e-3)) / 3;
}

const close = (got: number, wanted: number, tolerance: number): void =>
  expect(Math.abs(got - wanted) / Math.max(1, Math.abs(wanted))).toBeLessThan(tolerance);

describe.each([...functions.values()].map((row) => [row.name, row] as const))("%s", (_name, row) => {
  it("has as many partial derivatives as arguments, each the slope", () => {
    expect(points(row).length).toBeGreaterThan(10);
    for (const args of points(row)) {
      const slopes = row.derivative(k, ...args);
      expect(slopes).toHaveLength(row.arity);
      slopes.forEach((slope, n) => {
        const along = (x: number): number => row.value(...args.map((a, m) => (m === n ? x : a)));
        close(slope, difference(along, args[n] ?? Number.NaN), 1e-8);
      });
    }
  });

  it("agrees with its derivative by output and with its definition", () => {
    for (const args of points(row)) {
      const y = row.value(...args);
      const defined = row.definition?.(k, ...args);
      if (defined !== undefined) close(defined, y, 1e-13);
      const byOutput = row.derivativeByOutput?.(k, y);
      if (byOutput !== undefined) close(byOutput, row.derivative(k, ...args)[0] ?? Number.NaN, 1e-10);
    }
  });

  it("can be written, and printed with all of its arguments", () => {
    expect(row.written.length).toBeGreaterThan(0);
    for (const name of row.written) expect(functionWritten(name)).toBe(row);
    expect(row.latex.startsWith("\\")).toBe(true);
    for (let n = 0; n < row.arity; n++) {
      expect(row.numpy).toContain(`{${n}}`);
      if (row.latexApplied !== undefined) expect(row.latexApplied).toContain(`#${n}`);
    }
    for (const [helper] of row.numpy.matchAll(/(?<![a-z.])_\w+/g)) expect(numpyHelpers.has(helper)).toBe(true);
  });

  it("has a derivative that jumps at its kinks and nowhere else", () => {
    const slope = (x: number): number => row.derivative(k, x, ...rest(row))[0] ?? Number.NaN;
    const value = (x: number): number => row.value(x, ...rest(row));
    for (const kink of row.kinks)
      expect(
        Math.abs(slope(kink + 1e-9) - slope(kink - 1e-9)) + Math.abs(value(kink + 1e-9) - value(kink - 1e-9)),
      ).toBeGreaterThan(0.1);
    const [low, high] = span(row);
    for (let x = low; x < high; x += 0.013) {
      if (switchesOf(row, k, [x, ...rest(row)]).some((s) => Math.abs(s) < 0.03)) continue;
      expect(Math.abs(slope(x + 1e-6) - slope(x - 1e-6))).toBeLessThan(1e-2);
    }
  });
});

describe("ties", () => {
  it.each([
    ["max", [0.4, 0.4], [1, 0]],
    ["min", [0.4, 0.4], [1, 0]],
    ["clip", [-1, -1, 2], [1, 0, 0]],
    ["clip", [2, -1, 2], [1, 0, 0]],
    ["clip", [0, 2, 2], [0, 1, 0]],
  ] as const)("%s of %j has all of its derivative by one argument", (name, args, wanted) => {
    expect(functions.get(name)?.derivative(k, ...args)).toEqual(wanted);
  });
});

describe("names", () => {
  it("takes words without case and commands with it", () => {
    expect(functionWritten("RELU")?.name).toBe("relu");
    expect(functionWritten("\\tanh")?.name).toBe("tanh");
    expect(functionWritten("ln")?.name).toBe("log");
    expect(functionWritten("\\sigma")?.name).toBe("sigmoid");
    expect(functionWritten("\\Sigma")).toBeNull();
    expect(functionWritten("__proto__")).toBeNull();
  });

  it("gives no name to two rows", () => {
    const all = [...functions.values()].flatMap((row) => row.written.map((w) => w.toLowerCase()));
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("values far out", () => {
  it.each([
    ["sigmoid", -745, 0],
    ["sigmoid", 800, 1],
    ["softplus", 800, 800],
    ["softplus", -40, Math.exp(-40)],
    ["log_sigmoid", -800, -800],
    ["erf", 10, 1],
    ["erf", 0.5, 0.5204998778130465],
    ["erf", -2.5, -0.9995930479825551],
    ["erf", 1, 0.8427007929497149],
    ["gamma", 5, 24],
    ["gamma", 0.5, Math.sqrt(Math.PI)],
    ["lgamma", 100, 359.1342053695754],
    ["digamma", 1, -0.5772156649015329],
    ["digamma", 0.1, -10.423754940411076],
    ["trigamma", 1, Math.PI ** 2 / 6],
  ])("%s(%d)", (name, x, wanted) => {
    const got = functions.get(name)?.value(x) ?? Number.NaN;
    expect(Math.abs(got - wanted)).toBeLessThanOrEqual(
      (name.includes("gamma") ? 4e-15 : 1e-15) * Math.abs(wanted) + 1e-320,
    );
  });

  it("uses ReLU'(0) = 0", () => expect(functions.get("relu")?.derivative(k, 0)).toEqual([0]));
});
