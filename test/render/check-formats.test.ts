import { spawnSync } from "node:child_process";
import katex from "katex";
import { describe, expect, it } from "vitest";
import { checkFormats } from "../../src/render/check/formats.js";
import { type CheckJson, checkWorksheet } from "../../src/session/check.js";
import { pythonPath, testNeeding } from "../support/needs.js";
import { HOSTILE } from "./fixture.js";

const SHEET = String.raw`$x \in \mathbb{R}^{D}$, $W \in \mathbb{R}^{K \times D}$, $t \in \mathbb{R}^{K}$.

$$z = W x$$
$$L = \frac{1}{2} \|z - t\|^2$$

$$\nabla_{z} L = z - t$$
$$\nabla_{W} L = x (\nabla_{z} L)^\top$$
$$\nabla_{x} L = W^\top \nabla_{z} L = W^\top (z + t)$$
$$\nabla_{t} L = q$$
`;
const answers = checkWorksheet("dir/a b#1.md", SHEET);
const unusable: CheckJson = {
  schema: "backproof/check/1",
  file: "/none.md",
  claims: [],
  summary: { claims: 0, right: 0, wrong: 0, unreadable: 0, undecided: 0 },
  diagnostics: [
    {
      severity: "error",
      code: "input/missing",
      message: "there is no such file",
      hint: "",
      at: { line: 1, column: 1, endLine: 1, endColumn: 1 },
    },
  ],
};
/** A claim that says everything that no format may pass on as it is. */
const hostile: CheckJson = {
  ...answers,
  file: HOSTILE,
  claims: answers.claims.map((c) => ({
    ...c,
    latex: `${HOSTILE}\u0000\u001b[31m = \\href{javascript:x}{y}`,
    reason: `${HOSTILE}\u0000`,
    expected: HOSTILE,
    mistake: c.mistake ? { ...c.mistake, message: HOSTILE } : null,
  })),
  diagnostics: unusable.diagnostics.map((d) => ({ ...d, message: HOSTILE, hint: HOSTILE })),
};

describe("the example", () => {
  it("has a claim of each kind", () => {
    expect(answers.claims.map((c) => c.verdict)).toEqual(["proved", "shape-mismatch", "wrong", "unreadable"]);
  });
});

describe("Markdown", () => {
  it("says each verdict in a sign and a word, and typesets every formula", () => {
    const text = checkFormats.markdown([answers]);
    expect(text).toContain("4 claims: 1 right, 2 wrong, 1 unreadable, 0 undecided.");
    for (const heading of [
      "## ✓ proved: $\\nabla_{z} L",
      "## ✗ shape mismatch: $\\nabla_{W} L",
      "## ✗ wrong: ",
      "## ? unreadable: ",
    ])
      expect(text).toContain(heading);
    const found = [...text.matchAll(/\$\$\n([^$]+)\n\$\$/g)].map((m) => m[1] ?? "");
    expect(found.length).toBeGreaterThan(5);
    for (const f of found) expect(() => katex.renderToString(f, { throwOnError: true })).not.toThrow();
  });

  it("marks the false step of a chain with what would be true", () => {
    expect(checkFormats.markdown([answers])).toMatch(/2\. ✗ wrong[^\n]*; true is \$= W\^\\top \(z - t\)\$/);
  });

  it("lets nothing become markup", () => {
    const text = checkFormats.markdown([hostile]);
    const outside = text.replace(/\\[^\n]|\$\$\n(?:\\.|[^$\\])*\n\$\$|\$(?:\\.|[^$\\])*\$/g, (c) =>
      c[0] === "$" ? "" : c,
    );
    expect(text).not.toContain("<script");
    expect(outside).not.toMatch(/(?<!\\)\[x\]/);
  });
});

describe("HTML", () => {
  it("is one page that loads nothing", async () => {
    const html = await checkFormats.html([answers, unusable]);
    expect(html).toContain("<math");
    expect(html).not.toMatch(/<script|<link|<img|https?:\/\/(?!www\.w3\.org)/);
    for (const word of ["proved", "shape mismatch", "wrong", "unreadable"])
      expect(html).toContain(`<strong>${word}</strong>`);
    expect(html).toContain("there is no such file");
  });

  it("escapes what others wrote", async () => {
    const html = await checkFormats.html([hostile]);
    expect(html).not.toMatch(/<script|href=/);
    expect(html).toContain("&lt;script&gt;");
  });
});

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly kind: string;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: object };
      }[];
    }[];
    readonly invocations: readonly { readonly executionSuccessful: boolean }[];
  }[];
}

describe("SARIF", () => {
  const log = (files: readonly CheckJson[]): Sarif => JSON.parse(checkFormats.sarif(files)) as Sarif;

  it("holds what is not right, of all files in one run", () => {
    const { version, runs } = log([answers, unusable]);
    const [run] = runs;
    expect(version).toBe("2.1.0");
    expect(runs).toHaveLength(1);
    expect(run?.results.map((r) => [r.ruleId, r.kind, r.level])).toEqual([
      ["outer-product-swapped", "fail", "error"],
      [expect.any(String), "fail", "error"],
      ["undefined-symbol", "review", "none"],
    ]);
    for (const r of run?.results ?? []) expect(run?.tool.driver.rules[r.ruleIndex]?.id).toBe(r.ruleId);
    expect(run?.invocations).toMatchObject([{ executionSuccessful: false }]);
  });

  it("places a result at what is at fault, in characters, in a file whose name is a URI", () => {
    const [first] = log([answers]).runs[0]?.results ?? [];
    expect(first?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: "dir/a%20b%231.md" },
      region: { startLine: 7, startColumn: 18, endLine: 7, endColumn: 19 },
    });
  });

  it.each([
    ["/a/b.md", "file:///a/b.md"],
    ["C:\\a\\b.md", "file:///C:/a/b.md"],
    ["a:b.md", "a%3Ab.md"],
    ["-", "-"],
    ["ü.md", "%C3%BC.md"],
  ])("writes the path %s as %s", (file, uri) => {
    const [first] = log([{ ...answers, file }]).runs[0]?.results ?? [];
    expect(first?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(uri);
  });
});

describe("JUnit", () => {
  it("counts failures, errors and what is skipped", () => {
    const xml = checkFormats.junit([answers, unusable]);
    expect(xml).toContain('<testsuites name="backproof check" tests="5" failures="2" errors="1" skipped="1">');
    expect(xml).toContain('<failure type="outer-product-swapped"');
    expect(xml).toContain('<error type="input/missing" message="there is no such file"/>');
  });

  testNeeding("python3-numpy", "is well-formed whatever was written", () => {
    const script =
      "import sys, xml.dom.minidom as m; d = m.parseString(sys.stdin.buffer.read()); print(len(d.getElementsByTagName('testcase')))";
    const { stdout, stderr } = spawnSync(pythonPath ?? "", ["-c", script], {
      input: checkFormats.junit([hostile, unusable]),
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(stdout.trim()).toBe("5");
  });
});
