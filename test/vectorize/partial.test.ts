import { describe, expect, test } from "vitest";
import { Arena } from "../../src/expression/arena.js";
import { makeNames } from "../../src/print/names.js";
import { einsum } from "../../src/vectorize/einsum.js";
import { vectorize } from "../../src/vectorize/vectorize.js";

const arena = new Arena();
const M = arena.namedDim("M");
const whole = arena.range(arena.zeroDim, M);
const part = arena.upTo(M);
const make = (latex: string, axis: typeof whole) =>
  arena.tensor({ key: latex, latex, parameters: [], axes: [axis], integer: false, derivative: null });
const w = make("w", whole);
const phi = make("\\phi", part);
const names = makeNames(arena, new Map(), [w, phi]);

describe("entries taken over part of an axis", () => {
  const j = arena.index("j", part);
  const term = arena.entry(w, [arena.at(j)]);

  test("are not the whole vector", () => {
    expect(vectorize(arena, [j], term).refused).toMatch(/part of the entries of w/);
    expect(vectorize(arena, [], arena.sums([j], arena.multiply(term, term))).refused).toMatch(/part of the entries/);
  });

  test("are no operand of einsum", () => {
    expect(einsum(arena, [j], term, names)).toBeNull();
    expect(einsum(arena, [j], arena.entry(phi, [arena.at(j)]), names)).toBe("np.einsum('i->i', phi)");
  });
});
