import { describe, expect, it } from "vitest";
import { testNeeding } from "../support/needs.js";
import { faults, networksOf, oracleOn } from "./faults.js";

const MODELS = new URL("./models/", import.meta.url);

testNeeding("python3-numpy", "the tables of models agree with central differences", () => {
  expect(oracleOn(MODELS)).toMatch(/^\d+ claims, 0 of them/);
});

// Apart from the other networks, so that both are judged at the same time.
describe("mistakes in models", () => {
  it.each([...networksOf(MODELS)])("%s", (_, list) => {
    expect(faults(list)).toEqual([]);
  });
});
