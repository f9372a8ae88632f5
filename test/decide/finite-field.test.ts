import { describe, expect, test } from "vitest";
import { Field, primeFor } from "../../src/decide/field.js";
import { proveInField } from "../../src/decide/finite-field.js";
import { equal, type Group } from "./equal.cases.js";
import { setUp } from "./set-up.js";
import { notProved, unequal } from "./unequal.cases.js";

function prove(group: Omit<Group, "title" | "pairs">, left: string, right: string): number | null {
  const n = setUp(group);
  const proof = proveInField(n.node(left), n.node(right), {
    assumptions: n.assumptions,
    definitions: n.definitions,
    budget: 200_000,
  });
  return proof === null ? null : proof.bound;
}

describe("a field", () => {
  const field = new Field(primeFor("a claim"));
  test("has inverses", () => {
    const x = field.element("x");
    expect(field.reduce(x * (field.inverse(x) ?? 0n))).toBe(1n);
    expect(field.inverse(0n)).toBeNull();
  });
  test("is another one for another content", () => {
    expect(primeFor("a claim")).not.toBe(primeFor("another claim"));
    expect(field.power(5n, field.p - 1n)).toBe(1n);
  });
});

describe("proved in a field", () => {
  test.each([
    ["sum(i, x[i])^6", "sum(i, x[i])^2*sum(j, sum(i, x[i]*x[j]))*sum(p, x[p])^2"],
    ["sum(i, (x[i]+y[i])^5)", "sum(j, (x[j]+y[j])^3*(x[j]^2 + 2*x[j]*y[j] + y[j]^2))"],
    ["sum(k, delta(k,l)*a[k])", "a[l]"],
    ["sum(i, sum(j, sum(p, A[i,j]*A[j,p]*A[p,i])))", "sum(p, sum(i, sum(j, A[p,i]*A[j,p]*A[i,j])))"],
    ["sum(k, c)", "K*c"],
    [
      "sum(i, sum(j, (A[i,j] + x[i]*y[j])^4))",
      "sum(i, sum(j, (x[i]*y[j] + A[i,j])^2*(A[i,j]^2 + 2*A[i,j]*x[i]*y[j] + x[i]^2*y[j]^2)))",
    ],
    ["exp(sum(i, x[i] + y[i]))", "exp(sum(i, x[i]) + sum(j, y[j]))"],
  ])("%s = %s", (left, right) => {
    expect(prove({}, left, right)).toBeLessThan(2 ** -60);
  });
  test("under Σt = 1", () => {
    expect(
      prove({ given: [["sums-to-one", "t[k]"]] }, "sum(k, t[k]*(a[k] + c))", "c + sum(k, a[k]*t[k])"),
    ).toBeLessThan(2 ** -60);
  });
  test("with definitions", () => {
    expect(
      prove(
        { define: ["h[k] = sum(i, W[k,i]*x[i])"] },
        "sum(k, h[k]^2)",
        "sum(k, sum(i, sum(j, W[k,i]*W[k,j]*x[i]*x[j])))",
      ),
    ).toBeLessThan(2 ** -60);
  });
});

for (const group of [...unequal, ...notProved])
  describe(`not proved in a field: ${group.title}`, () => {
    test.each(group.pairs)("%s = %s", (left, right) => {
      expect(prove(group, left, right)).toBeNull();
    });
  });

test("a good part of the equal pairs is proved, and none of them wrongly bounded", () => {
  const bounds = equal.flatMap((g) => g.pairs.map(([l, r]) => prove(g, l, r))).filter((b) => b !== null);
  expect(bounds.length).toBeGreaterThan(40);
  for (const b of bounds) expect(b).toBeLessThan(2 ** -60);
});
