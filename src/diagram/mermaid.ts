import { span } from "../core/span.js";
import { type Diagram, DiagramBuilder, refuseAt } from "./diagram.js";

/* Flowcharts of Mermaid (mermaid.js.org/syntax/flowchart.html): nodes in all their shapes, chains, `a & b --> c`, labels in both forms. */

const SKIPPED =
  /^(?:%%(?!\s*equation\b).*|style\b.*|linkStyle\b.*|classDef\b.*|class\b.*|click\b.*|direction\b.*|subgraph\b.*|end|acc(?:Title|Descr)\b.*|---|title:.*|)$/;
const EQUATION = /^%%\s*equation\s+(.*)$/;
const HEAD = /^(?:graph|flowchart)(?:-elk)?(?:\s+(?:TB|TD|BT|RL|LR))?$/;
const NODE =
  /^([A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF.]*)(?:(?:\[\[|\(\(\(|\(\(|\(\[|\[\(|\[\/|\[\\|\{\{|\[|\(|\{|>)("(?:[^"]*)"|[^\])}]*)(?:\]\]|\)\)\)|\)\)|\]\)|\)\]|\/\]|\\\]|\}\}|\]|\)|\}))?(?::::\w+)?/;
/** `-->`, `---`, `==>`, `-.->`, with a label in bars or inside: `-- w -->`. */
const ARROW =
  /^\s*(?:(?:--|==|-\.)\s*(?:"([^"]*)"|([^\s"|>-][^|>]*?))\s*(?:-{2,}[>xo]?|={2,}[>xo]?|\.-+[>xo]?)|(?:<?-{2,}[->xo]?|<?={2,}[=>xo]?|<?-\.+-?[>xo]?))(?:\s*\|\s*(?:"([^"]*)"|([^|]*?))\s*\|)?\s*/;

export function readMermaidDiagram(text: string): Diagram {
  const builder = new DiagramBuilder();
  let at = 0;
  let begun = false;
  for (const whole of text.split("\n")) {
    let offset = at;
    // A semicolon ends a statement, but not inside quotes, and entities end with one.
    for (const part of whole.split(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/)) {
      const line = part.trim();
      const start = offset + (part.length - part.trimStart().length);
      const equation = EQUATION.exec(line)?.[1];
      if (equation !== undefined) builder.equations.push(equation);
      else if (!begun && HEAD.test(line)) begun = true;
      else if (!SKIPPED.test(line)) {
        if (!begun)
          refuseAt("a Mermaid file with a network begins with `flowchart` or `graph`", start, start + line.length);
        readLine(line, start, builder);
      }
      offset += part.length + 1;
    }
    at += whole.length + 1;
  }
  return builder.build();
}

function readLine(line: string, start: number, builder: DiagramBuilder): void {
  let at = 0;
  const group = (): readonly string[] => {
    const ids: string[] = [];
    for (;;) {
      const match = NODE.exec(line.slice(at));
      if (match?.[1] === undefined) return refuseAt("a node is expected here", start + at, start + line.length);
      const label = match[2] === undefined ? null : textOf(match[2]);
      builder.node(match[1], label, new Map(), span(start + at, start + at + match[0].length));
      ids.push(match[1]);
      at += match[0].length;
      const next = /^\s*&\s*/.exec(line.slice(at));
      if (next === null) return ids;
      at += next[0].length;
    }
  };
  let left = group();
  while (at < line.length) {
    const arrow = ARROW.exec(line.slice(at));
    if (arrow === null || arrow[0] === "")
      refuseAt("an arrow is expected here: write a -->|w| b", start + at, start + line.length);
    const label = arrow.slice(1).find((part) => part !== undefined);
    const from = start + at;
    at += arrow[0].length;
    const right = group();
    for (const a of left)
      for (const b of right) builder.edge(a, b, label === undefined ? null : textOf(label), span(from, start + at));
    left = right;
  }
}

/** Quotes, entities `#quot;` and `#40;`, line breaks, and the dollars of formulas. */
function textOf(raw: string): string {
  return raw
    .trim()
    .replace(/^"(.*)"$/s, "$1")
    .replace(/<br\s*\/?>/gi, "\n")
    .replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Math.min(Number(code), 0x10ffff)))
    .replace(/#(quot|amp|lt|gt);/g, (_, name: string) => ({ quot: '"', amp: "&", lt: "<", gt: ">" })[name] ?? "");
}
