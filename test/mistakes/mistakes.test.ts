import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mistakes } from "../../src/check/mistakes/table.js";
import { readTables } from "../claims/table.js";
import { testNeeding } from "../support/needs.js";
import { faults, networksOf, oracleOn } from "./faults.js";

const NETWORKS = new URL("./networks/", import.meta.url);
const FOLDERS = [NETWORKS, new URL("./models/", import.meta.url)];

it("every published code is made in two networks or more", () => {
  const counted = new Map<string, Set<string>>();
  for (const a of FOLDERS.flatMap((folder) => readTables(folder)))
    for (const { codes } of a.expected)
      for (const code of codes.slice(0, 1)) counted.set(code, (counted.get(code) ?? new Set()).add(a.network));
  expect([...mistakes.keys()].filter((code) => (counted.get(code)?.size ?? 0) < 2)).toEqual([]);
});

it("every mistake is explained in the section that its hint names", () => {
  const text = readFileSync(new URL("../../docs/mistakes.md", import.meta.url), "utf8");
  const sections = new Map(
    text.split(/^## /m).map((s) => [s.split("\n")[0]?.toLowerCase().replaceAll(" ", "-") ?? "", s] as const),
  );
  const missing = [...mistakes].filter(([code, { read }]) => !sections.get(read)?.includes(`\`${code}\``));
  expect(missing.map(([code]) => code)).toEqual([]);
});

testNeeding("python3-numpy", "the tables agree with central differences", () => {
  expect(oracleOn(NETWORKS)).toMatch(/^\d+ claims, 0 of them/);
});

describe("mistakes in networks", () => {
  it.each([...networksOf(NETWORKS)])("%s", (_, list) => {
    expect(faults(list)).toEqual([]);
  });
});
