import { afterEach, describe, expect, it, vi } from "vitest";
import { Elaborator } from "../../src/model/elaborate/elaborator.js";
import { readWorksheet } from "../../src/model/read.js";

/*
 * Work in proportion to the size of a network of which nothing is declared: each step finds the shape of one symbol, and only
 * what mentions it is read again.
 */

const layers = (n: number): readonly number[] => Array.from({ length: n }, (_, k) => k + 1);
const below = (k: number): string => (k === 1 ? "x" : `h_{${k - 1}}`);

const networks = {
  "layers of tanh": (n: number): readonly string[] => [
    ...layers(n).map((k) => `h_{${k}} = \\tanh(W_{${k}} ${below(k)} + b_{${k}})`),
    `L = \\frac{1}{2} \\| h_{${n}} - y \\|^2`,
  ],
  "two equations to a layer, from the last to the first": (n: number): readonly string[] => [
    `L = \\| h_{${n}} - y \\|^2`,
    ...layers(n)
      .toReversed()
      .flatMap((k) => [`h_{${k}} = \\sigma(z_{${k}})`, `z_{${k}} = W_{${k}} ${below(k)} + b_{${k}}`]),
  ],
  "residual layers, bold": (n: number): readonly string[] => [
    ...layers(n).map(
      (k) =>
        `\\mathbf{h}_{${k}} = \\mathbf{h}_{${k - 1}} + \\mathbf{V}_{${k}} \\tanh(\\mathbf{W}_{${k}} \\mathbf{h}_{${k - 1}})`,
    ),
    `L = \\mathbf{h}_{${n}}^\\top \\mathbf{y}`,
  ],
  "layers numbered above": (n: number): readonly string[] => [
    ...layers(n).map((k) => `a^{(${k})} = \\sigma(W^{(${k})} a^{(${k - 1})} + b^{(${k})})`),
    `C = \\frac{1}{2} \\| a^{(${n})} - y \\|^2`,
  ],
};

afterEach(() => {
  vi.restoreAllMocks();
});

/** How many expressions are read, the parts of others among them. */
function readings(equations: readonly string[]): number {
  const reading = vi.spyOn(Elaborator.prototype, "elaborate");
  const { problems } = readWorksheet("network.md", equations.map((s) => `$$${s}$$\n\n`).join(""));
  expect(problems.map((p) => p.model.loss !== null)).toEqual([true]);
  const { length } = reading.mock.calls;
  reading.mockRestore();
  return length;
}

describe("a network twice as deep takes twice as many readings", () => {
  it.each(Object.entries(networks))("%s", (_, network) => {
    expect(readings(network(32)) / readings(network(16))).toBeLessThan(2.2);
  });
});
