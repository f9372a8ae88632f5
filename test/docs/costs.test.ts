import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { costWorksheet } from "../../src/session/cost.js";

/* The examples in docs/costs.md: a worksheet, then a table of paths into the JSON object and what stands there. */

const text = readFileSync(new URL("../../docs/costs.md", import.meta.url), "utf8");
const examples = [...text.matchAll(/```markdown\n([\s\S]*?)```\n\n((?:\|.*\n)+)/g)].map(
  ([, worksheet = "", table = ""]) => ({
    worksheet,
    rows: [...table.matchAll(/^\| `([^`]+)` \| `([^`]+)` \|$/gm)].map(([, path = "", value = ""]) => ({ path, value })),
  }),
);

const at = (json: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((o, key) => (o as Record<string, unknown>)[key], json);

test("there are examples", () => {
  expect(examples).toHaveLength(5);
  for (const { rows } of examples) expect(rows.length).toBeGreaterThan(3);
});

test.each(examples)("the counts are those shown: $worksheet", ({ worksheet, rows }) => {
  const json = costWorksheet("example.md", worksheet);
  for (const { path, value } of rows) expect(String(at(json, path)), path).toBe(value);
});
