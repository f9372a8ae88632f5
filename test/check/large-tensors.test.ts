import { afterEach, describe, expect, it, vi } from "vitest";
import { Scope } from "../../src/evaluate/scope.js";
import { checkWorksheet } from "../../src/session/check.js";

/*
 * Jacobians of arrays with many axes have as many entries as one likes. How many are computed for a claim is bounded, whatever
 * the sizes of the sampled points.
 */

afterEach(() => {
  vi.restoreAllMocks();
});

const FOUR_AXES = String.raw`
$$y_{i,j,k,l} = \sum_{m,n} W_{k,l,m,n} x_{i,j,m,n}$$

$$z_{i,j,k,l} = \sum_{m,n} V_{k,l,m,n} \tanh(y_{i,j,m,n})$$

$$L = \sum_{i,j,k,l} z_{i,j,k,l}^2$$
`;

const BARE = String.raw`
$$y = \tanh(x)$$

$$L = \sum_{i,j,k,l} y_{i,j,k,l} x_{i,j,k,l}$$
`;

const letters = Array.from("abcdefghijklmnpqrstuvwz", (letter) => letter);
/** As many axes as there are letters. */
const place = (from: number, count: number): string => letters.slice(from, from + count).join(",");

/** Two steps with seven axes each. */
const SEVEN_AXES = `
$$y_{${place(0, 7)}} = \\tanh(x_{${place(0, 7)}})$$

$$z_{${place(0, 7)}} = \\sin(y_{${place(0, 7)}})$$

$$o = \\sum_{${place(0, 7)}} z_{${place(0, 7)}}$$
`;

/** The verdict on a claim, why none could be reached, and how many entries were laid out on the way. */
function judged(forward: string, claim: string): { verdict: string; reason: string; entries: number } {
  let entries = 0;
  const { cells } = Scope.prototype;
  vi.spyOn(Scope.prototype, "cells").mockImplementation(function (this: Scope, space) {
    const count = cells.call(this, space);
    entries += count;
    return count;
  });
  const [found] = checkWorksheet("large.md", `${forward}\n\n$$${claim}$$\n`).claims;
  return { verdict: found?.verdict ?? "", reason: found?.reason ?? "", entries };
}

describe("Jacobians of arrays with many axes", () => {
  it("are compared at sizes that leave little to compute", () => {
    const { verdict, entries } = judged(BARE, String.raw`\frac{\partial y}{\partial x} = 1 - y^2`);
    expect(verdict).toBe("undecided");
    expect(entries).toBeLessThan(1e8);
  });

  it("are judged wrong", () => {
    const claim = String.raw`\frac{\partial y_{i,j,k,l}}{\partial x_{p,q,r,s}} = 2 \delta_{ip} \delta_{jq} W_{k,l,r,s}`;
    const { verdict, entries } = judged(FOUR_AXES, claim);
    expect(verdict).toBe("wrong");
    expect(entries).toBeLessThan(1e8);
  });

  it("are judged right where they are multiplied", () => {
    const claim = String.raw`\frac{\partial z_{i,j,k,l}}{\partial x_{p,q,r,s}} = \sum_{a,b,c,d} \frac{\partial z_{i,j,k,l}}{\partial y_{a,b,c,d}} \frac{\partial y_{a,b,c,d}}{\partial x_{p,q,r,s}}`;
    const { verdict, entries } = judged(FOUR_AXES, claim);
    expect(verdict).toBe("proved");
    expect(entries).toBeLessThan(1e8);
  });

  it("are too large to compare where a point alone takes more than the budget, and that is said", () => {
    const jacobian = (of: string, by: string, rows: number, columns: number): string =>
      `\\frac{\\partial ${of}_{${place(rows, 7)}}}{\\partial ${by}_{${place(columns, 7)}}}`;
    const product = `\\sum_{${place(14, 7)}} ${jacobian("z", "y", 0, 14)} ${jacobian("y", "x", 14, 7)}`;
    const claim = `${jacobian("z", "x", 0, 7)} = 2 ${product}`;
    const { verdict, reason, entries } = judged(SEVEN_AXES, claim);
    expect(verdict).toBe("undecided");
    expect(reason).toContain("entries");
    expect(entries).toBeLessThan(1e8);
  });
});
