import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/cli/program.js";

const SHEET = String.raw`$\mathbf{x} \in \mathbb{R}^{D}$, $\mathbf{W} \in \mathbb{R}^{K \times D}$ and $\mathbf{b}, \mathbf{t} \in \mathbb{R}^{K}$.

$$\mathbf{z} = \mathbf{W} \mathbf{x} + \mathbf{b}$$

$$\mathcal{L} = \frac{1}{2} \sum_{k=1}^{K} (z_k - t_k)^2$$
`;
const VALUES = { x: [1, 2], W: [[1, 0], [0, 1], [1, 1]], b: [0, 0, 1], t: [1, 1, 1] }; // biome-ignore format: a matrix
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "backproof-evaluate-"));
  writeFileSync(path.join(folder, "sheet.md"), SHEET);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function evaluate(values: unknown, ...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const writer = (to: string[]) => ({ write: (text: string) => to.push(text) });
  const given = path.join(folder, "values.json");
  writeFileSync(given, typeof values === "string" ? values : JSON.stringify(values));
  const status = await run(["evaluate", path.join(folder, "sheet.md"), "--given", given, ...args], {
    stdout: writer(out),
    stderr: writer(err),
    env: {},
  });
  return { status, out: out.join(""), err: err.join("") };
}

describe("evaluate", () => {
  test("prints every intermediate, the loss and the gradients", async () => {
    const { status, out } = await evaluate(VALUES, "--json", "--gradients");
    const json = JSON.parse(out);
    const named = (list: { name: string; value: unknown }[]) => Object.fromEntries(list.map((v) => [v.name, v.value]));
    expect(status).toBe(0);
    expect(json.sizes).toEqual({ D: 2, K: 3 });
    expect(named(json.values)).toEqual({ ...VALUES, z: [1, 2, 4], L: 5 });
    expect(named(json.gradients)).toMatchObject({ z: [0, 1, 3], W: [[0, 0], [1, 2], [3, 6]], x: [3, 4] }); // biome-ignore format: a matrix
  });

  test("takes a column as a matrix, a name in LaTeX, and a size by its name", async () => {
    const { x, ...rest } = VALUES;
    const { status, out } = await evaluate({ ...rest, "\\mathbf{x}": [[1], [2]], K: 3 }, "--json");
    expect(status).toBe(0);
    expect(JSON.parse(out).values[0]).toMatchObject({ name: "x", value: x });
  });

  test.each([
    [
      { ...VALUES, x: [1, 2, 3] },
      /evaluate\/shape: \\mathbf\{[xW]\} has the shape (3×2|3), and (K × D = 3×3|D = 2) is expected \(D = \d from/,
    ],
    [
      { ...VALUES, b: undefined },
      /evaluate\/missing: there is no value for \\mathbf\{b\}: K = 3 is expected[\s\S]*give it as "b"/,
    ],
    [{ ...VALUES, b: [1, "2", 3] }, /evaluate\/number: the value of \\mathbf\{b\} is no array: the text "2"/],
    [{ ...VALUES, W: [[1, 0], [0], [1, 1]] }, /lists of different shapes side by side, 2 and 1/],
    [{ ...VALUES, K: 4 }, /evaluate\/shape: \\mathbf\{W\} has the shape 3×2, and K × D = 4×2 is expected/],
    ["[1, 2]", /given\/object: .*values.json does not hold a JSON object/],
    ['{"x": [1,\n2', /given\/json: .*values.json is not JSON: .*line 2, column 2/],
  ])("%j is refused with the reason", async (values, message) => {
    const { status, out, err } = await evaluate(values, "--json");
    expect(status).toBe(2);
    expect(err).toMatch(message);
    expect(JSON.parse(out)).toMatchObject({ schema: "backproof/evaluate/1", values: [], gradients: [] });
  });

  test("a name that is no symbol's is warned of, with the names", async () => {
    const { status, err } = await evaluate({ ...VALUES, V: 1 });
    expect(status).toBe(0);
    expect(err).toMatch(
      /warning evaluate\/unknown: V is given, and .*\n {3}hint: the names are x, W, b, t, z, L, D, K/,
    );
  });

  test("what is given is not computed, and that is said", async () => {
    const { status, out, err } = await evaluate({ ...VALUES, z: [0, 0, 0] }, "--json");
    expect(status).toBe(0);
    expect(err).toContain("evaluate/replaced");
    expect(JSON.parse(out).values.find((v: { name: string }) => v.name === "L").value).toBe(1.5);
  });
});
