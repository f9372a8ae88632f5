import { describe, expect, test } from "vitest";
import { graphFormats } from "../../src/render/graph/formats.js";
import { deriveWorksheet } from "../../src/session/derive.js";
import { readDiagram } from "../../src/session/diagram.js";
import { graphWorksheet } from "../../src/session/graph.js";

const equationsOf = (text: string): readonly string[] =>
  [...(readDiagram("net", text)?.worksheet ?? "").matchAll(/\$\$(.*)\$\$/g)].map((m) => m[1] ?? "");

const DOT = String.raw`// two inputs, two layers
strict digraph "a net" {
  graph [rankdir=LR]; node [shape=circle, activation=relu]
  subgraph cluster_in { x1 [activation=""]; x2 [activation=""] }
  h1; h2;
  y [label="$y = \\sigma(z)$"];
  x1 -> { h1 h2 } [label="a"];
  x2 -> h1 [label="w_{12}"]; x2 -> h2 [label=-0.5]
  h1 -> y [label="v1"]; h2 -> y [label="v2 = 3"];
  one [label="1", activation=none]; one -> y [label="c"];
}`;

const MERMAID = `---
title: a net
---
flowchart LR
  %% a comment
  x1((x1)) -->|a| h1["h1: ReLU"] & h2["h2<br/>ReLU"]
  x2((x2)) -- "w_{12}" --> h1
  x2 -->|-0.5| h2
  h1 -->|v1| y("y = σ(z)"); h2 ==>|v2 = 3| y
  one((1)) -.->|c| y
  classDef unit fill:#fff
  class h1,h2 unit
`;

const EQUATIONS = [
  String.raw`m_{1} = a x_{1} + w_{12} x_{2}`,
  String.raw`h_{1} = \text{ReLU}(m_{1})`,
  String.raw`m_{2} = a x_{1} - 0.5 x_{2}`,
  String.raw`h_{2} = \text{ReLU}(m_{2})`,
  String.raw`z = v_{1} h_{1} + v_{2} h_{2} + c`,
  String.raw`y = \sigma(z)`,
  String.raw`v_{2} = 3`,
  String.raw`\mathcal{L} = \mathcal{L}(y, t)`,
];

describe("a weighted graph", () => {
  test.each([
    ["DOT", DOT],
    ["Mermaid", MERMAID],
    ["a fenced block", `Some text.\n\n\`\`\`mermaid\n${MERMAID.split("---\n").at(-1)}\`\`\`\n`],
  ])("in %s gives its forward equations", (_, text) => {
    expect([...equationsOf(text)].sort()).toEqual(
      EQUATIONS.map((e) => e.replace(String.raw`\\sigma`, String.raw`\sigma`)).sort(),
    );
  });

  test("gives a worksheet that can be differentiated", () => {
    const { json } = deriveWorksheet("net.md", readDiagram("net", DOT)?.worksheet ?? "");
    expect(json.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
    expect(json.gradients.find((g) => g.name === "a")?.index).toBe(
      String.raw`\frac{\partial \mathcal{L}}{\partial a} = x_{1} \left(\frac{\partial \mathcal{L}}{\partial m_{1}} + \frac{\partial \mathcal{L}}{\partial m_{2}}\right)`,
    );
  });

  test("without weights gets them", () => {
    expect(equationsOf("digraph { x1 -> y; x2 -> y }")[0]).toBe("y = w_{1} x_{1} + w_{2} x_{2}");
  });

  test.each([
    ["digraph { a -> b [label=w]; b -> a [label=v] }", /circle/],
    ["digraph { a -> ", /a name is expected here/],
    ["digraph { a -> b", /a \} is missing/],
    ["digraph { a -- b }", /write ->/],
    ["graph LR\n a -->|w b", /a node is expected here/],
    ["digraph { a; b }", /no arrow/],
  ])("%j is refused with the reason", (text, message) => {
    const read = readDiagram("net", text);
    expect(read?.worksheet).toBe("");
    expect(read?.diagnostics[0]?.message).toMatch(message);
  });
});

test("a worksheet is no drawing", () => {
  expect(readDiagram("sheet.md", "A graph of $y = x$ { }.\n\n$$y = x$$\n")).toBeNull();
});

test("what is drawn of a worksheet is read back as the same graph", () => {
  const text = String.raw`$W \in \mathbb{R}^{K \times D}$, $x \in \mathbb{R}^{D}$, $t \in \mathbb{R}^{K}$.

$$\begin{aligned} z &= W x \\ L &= \frac{1}{2} \|z - t\|^2 \end{aligned}$$`;
  const graph = graphWorksheet("sheet.md", text);
  for (const format of ["dot", "mermaid"] as const) {
    const again = graphWorksheet("again.md", readDiagram("net", graphFormats[format](graph))?.worksheet ?? "");
    const told = ({ nodes, edges }: typeof graph) => ({
      nodes: nodes.map(({ name, shape }) => ({ name, shape })).sort((a, b) => (a.name < b.name ? -1 : 1)),
      edges: edges.map((e) => [e.from, e.to, e.derivatives]).sort(),
    });
    expect(told(again)).toEqual(told(graph));
  }
});
