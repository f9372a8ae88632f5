import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { graphFormats } from "../../src/render/graph/formats.js";
import { type GraphJson, type GraphOptions, graphWorksheet } from "../../src/session/graph.js";
import { readDot, readMermaid, readXml } from "../support/diagrams.js";
import { testNeeding } from "../support/needs.js";

const root = path.resolve(import.meta.dirname, "../..");
const sheet = (name: string): string => readFileSync(path.join(root, "problems", `${name}.md`), "utf8");
const graphOf = (text: string, options: GraphOptions = {}): GraphJson => graphWorksheet("sheet.md", text, options);
const arrows = (g: GraphJson): readonly string[] => g.edges.map((e) => `${e.from}>${e.to}`).sort();
const derivative = (g: GraphJson, from: string, to: string): string =>
  g.edges
    .filter((e) => e.from === from && e.to === to)
    .flatMap((e) => e.derivatives.map((d) => d.matrix ?? d.index))
    .join("; ");

const SCALAR = String.raw`All quantities are scalars.

$$z = wx + b$$
$$y = x + \tanh(z)$$
$$\mathcal{L} = \frac{1}{2}(y - t)^2$$
`;

describe("the graph of scalar equations", () => {
  const g = graphOf(SCALAR, { backward: true });

  test("has an edge for each symbol on a right side", () => {
    expect(arrows(g)).toEqual(["b>z", "t>L", "w>z", "x>y", "x>z", "y>L", "z>y"]);
    expect(g.nodes.map((n) => n.name).sort()).toEqual(["L", "b", "t", "w", "x", "y", "z"]);
  });

  test("carries the direct derivatives, not the total ones", () => {
    expect(derivative(g, "w", "z")).toBe(String.raw`\frac{\partial z}{\partial w} = x`);
    // x is in y directly and through z: the edge is the direct part.
    expect(derivative(g, "x", "y")).toBe(String.raw`\frac{\partial y}{\partial x} = 1`);
    expect(derivative(g, "z", "y")).toBe(String.raw`\frac{\partial y}{\partial z} = 1 - (\tanh(z))^{2}`);
  });

  test("with the backward pass has gradients at the nodes and what comes back on the edges", () => {
    expect(g.nodes.find((n) => n.name === "w")?.gradient).toBe(
      String.raw`\frac{\partial \mathcal{L}}{\partial w} = \frac{\partial \mathcal{L}}{\partial z} x`,
    );
    expect(g.edges.find((e) => e.from === "w")?.upstream).toBe(String.raw`\frac{\partial \mathcal{L}}{\partial z}`);
  });
});

describe("paths", () => {
  test("from a shared layer go both ways to the loss, and no others are marked", () => {
    const g = graphOf(sheet("csc311-1-4-twin-network"), { paths: ["W1"] });
    expect(g.paths).toEqual([
      {
        ...{ from: "W1", to: "L", count: 2 },
        listed: [
          ["W1", "ma", "ha", "h", "z", "y", "L"],
          ["W1", "mb", "hb", "h", "z", "y", "L"],
        ],
      },
    ]);
    const marked = g.edges.filter((e) => e.marked).map((e) => `${e.from}>${e.to}`);
    expect(marked.sort()).toEqual(["W1>ma", "W1>mb", "h>z", "ha>h", "hb>h", "ma>ha", "mb>hb", "y>L", "z>y"]);
  });

  test("are counted where there are too many to list, and a recurrence ends", () => {
    const layers = Array.from(
      { length: 9 },
      (_, k) => `$$x_{${k + 1}} = \\sin(x_{${k}}) + x_{${k}} e_{${k}}$$\n$$e_{${k + 1}} = x_{${k}} + e_{${k}}$$`,
    );
    const many = graphOf(`${layers.join("\n")}\n$$L = x_{9}^2 + e_{9}$$\n`, { paths: ["x_{0}"] });
    // Two states, each in both of the next: the number doubles from layer to layer.
    expect(many.paths[0]?.count).toBe(2 ** 9);
    expect(many.paths[0]?.listed).toHaveLength(100);
    expect(graphOf(sheet("rnn-over-time"), { paths: ["U"] }).paths[0]?.listed).toEqual([["U", "a", "h", "L"]]);
  });

  test("from what is not there are an error", () => {
    expect(graphOf(SCALAR, { paths: ["q"] }).diagnostics.map((d) => d.code)).toContain("graph/unknown-symbol");
  });
});

test("a family's edges name the members that its equation names", () => {
  const g = graphOf(sheet("rnn-over-time"));
  expect(derivative(g, "h", "a")).toBe(String.raw`\frac{\partial a_{t}}{\partial h_{t - 1}} = U`);
  expect(derivative(g, "h", "L")).toBe(String.raw`\nabla_{h_{M}} \mathcal{L} = c`);
});

test("what is used in conditions only has an edge, and the derivative zero", () => {
  const g = graphOf(String.raw`$x \in \mathbb{R}^{D}$, $b \in \mathbb{R}$.

$$y = \mathbb{1}\left[\sum_{i=1}^{D} x_i + b \ge 0\right]$$
`);
  expect(derivative(g, "b", "y")).toBe(String.raw`\frac{\partial y}{\partial b} = 0`);
});

describe("units", () => {
  const text = String.raw`Input $x \in \mathbb{R}^{D}$, weights $W \in \mathbb{R}^{H \times D}$, $v \in \mathbb{R}^{H}$, target $t \in \mathbb{R}$.

$$h = \tanh(W x)$$
$$y = v^\top h$$
$$L = (y - t)^2$$
`;

  test("are joined by edges that carry the weights", () => {
    const g = graphOf(text, { units: true, sizes: { D: 2, H: 3 } });
    expect(g.nodes.map((n) => n.name).sort()).toEqual(["L", "h[1]", "h[2]", "h[3]", "t", "x[1]", "x[2]", "y"]);
    expect(g.edges).toHaveLength(2 * 3 + 3 + 2);
    expect(derivative(g, "x[2]", "h[3]")).toBe(
      String.raw`\frac{\partial h_{3}}{\partial x_{2}} = (1 - h_{3}^{2}) W_{3, 2}`,
    );
    expect(g.nodes.find((n) => n.name === "h[1]")?.equations).toEqual([
      String.raw`h_{1} = \tanh(W_{1, 1} x_{1} + W_{1, 2} x_{2})`,
    ]);
  });

  test.each(["W_{21}", "W_{2,1}", "W_{2, 1}", "W[2,1]"])("%s is one weight", (asked) => {
    const g = graphOf(text, { units: true, sizes: { D: 2, H: 3 }, paths: [asked] });
    expect(g.paths.map((p) => p.from)).toEqual(["W[2,1]"]);
    expect(g.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  });

  test("a weight that is not there is named", () => {
    const g = graphOf(text, { units: true, sizes: { D: 2, H: 3 }, paths: ["W_{29}"] });
    expect(g.diagnostics.map((d) => d.code)).toContain("graph/unknown-symbol");
  });

  test("show weights as nodes where that is asked, and the paths behind one of them", () => {
    const g = graphOf(text, { units: true, weights: true, sizes: { D: 2, H: 3 }, paths: ["W[2,1]"], backward: true });
    expect(g.nodes).toHaveLength(8 + 6 + 3);
    expect(g.paths).toEqual([{ from: "W[2,1]", to: "L", count: 1, listed: [["W[2,1]", "h[2]", "y", "L"]] }]);
    expect(g.nodes.find((n) => n.name === "W[2,1]")?.gradient).toMatch(
      /^\\frac\{\\partial L\}\{\\partial W_\{2, 1\}\} = .*x_\{1\}/,
    );
    for (const format of ["dot", "mermaid", "svg"] as const) {
      const drawn = graphFormats[format](g);
      if (format === "dot") expect(readDot(drawn).nodes.size).toBe(17);
      else if (format === "mermaid") expect(readMermaid(drawn).nodes.size).toBe(17);
      else expect(readXml(drawn).name).toBe("svg");
    }
  });

  test("of a recurrence are its members; unknown sizes are told, too many refused", () => {
    const g = graphOf(sheet("rnn-over-time"), { units: true, sizes: { M: 2, H: 1, D: 1 } });
    expect(derivative(g, "h[1,1]", "a[2,1]")).toContain("= U_{1, 1}");
    expect(derivative(g, "c[1]", "L")).toContain("= (h_{2})_{1}");
    expect(g.diagnostics.map((d) => d.code)).not.toContain("graph/size");
    expect(graphOf(text, { units: true }).diagnostics.map((d) => d.code)).toContain("graph/size");
    expect(graphOf(text, { units: true, sizes: { D: 900, H: 900 } }).diagnostics.map((d) => d.code)).toContain(
      "graph/too-many",
    );
  });
});

const sheets = (folder: string): readonly string[] =>
  readdirSync(path.join(root, folder))
    .filter((f) => f.endsWith(".md"))
    .map((f) => path.join(folder, f));

// Of the networks every seventh: each takes its time.
const some = [...sheets("problems"), ...sheets("test/networks").filter((_, k) => k % 7 === 3)];

test.each(some)("%s: every format is well formed and says the same graph", (file) => {
  const g = graphOf(readFileSync(path.join(root, file), "utf8"));
  expect(g.diagnostics.filter((d) => /^internal|unverified/.test(d.code))).toEqual([]);
  expect(g.nodes.length).toBeGreaterThan(2);
  const ends = g.edges.map((e) => `${e.from}>${e.to}`);
  const dot = readDot(graphFormats.dot(g));
  expect([...dot.nodes.keys()]).toEqual(g.nodes.map((n) => n.name));
  expect(dot.edges.map((e) => `${e.from}>${e.to}`)).toEqual(ends);
  const mermaid = readMermaid(graphFormats.mermaid(g));
  expect(mermaid.edges).toHaveLength(g.edges.length);
  expect(mermaid.nodes.size).toBe(g.nodes.length);
  const svg = readXml(graphFormats.svg(g));
  const drawn = (style: string) => svg.children.filter((c) => c.attributes.get("class")?.split(" ")[0] === style);
  expect(drawn("node").map((c) => c.children[0]?.text)).toEqual(g.nodes.map((n) => n.name));
  expect(drawn("edge")).toHaveLength(g.edges.length);
});

const HOSTILE = String.raw`---
title: "</svg><script>alert(1)</script> \" \\ ]]> %% {init} \\input{/etc/passwd}"
---

$\mathrm{end} \in \mathbb{R}^{D}$, $W_{\text{</svg>"}} \in \mathbb{R}^{D}$.

$$q_{\text{a"b & #;}} = W_{\text{</svg>"}}^\top \mathrm{end}$$
$$L = q_{\text{a"b & #;}}^2$$
`;

test("hostile names stay names in every format", () => {
  const g = graphOf(HOSTILE, { backward: true });
  expect(g.nodes.length).toBeGreaterThan(2);
  const svg = readXml(graphFormats.svg(g));
  expect(svg.children.map((c) => c.name)).not.toContain("script");
  expect(svg.children[0]?.text).toContain("</svg><script>");
  expect(readDot(graphFormats.dot(g)).name).toContain('</svg><script>alert(1)</script> " \\');
  expect(readMermaid(graphFormats.mermaid(g)).nodes.size).toBe(g.nodes.length);
});

testNeeding("pdflatex", "TikZ compiles, also with hostile names", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "backproof-tikz-"));
  try {
    const texts = [SCALAR, HOSTILE, sheet("csc311-1-4-twin-network"), sheet("rnn-over-time")];
    texts.forEach((text, k) => {
      writeFileSync(path.join(folder, `g${k}.tex`), graphFormats.tikz(graphOf(text, { backward: k % 2 === 0 })));
      const { stdout } = spawnSync(
        "pdflatex",
        ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", `g${k}.tex`],
        { cwd: folder, encoding: "utf8" },
      );
      expect(stdout).toContain(`Output written on g${k}.pdf (1 page`);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
