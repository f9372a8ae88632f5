import type { CostJson, MethodJson, OrderJson, ProblemCostJson } from "../session/cost-report.js";
import type { Paint } from "./terminal.js";
import { OPEN, oneLine, RIGHT, table, WRONG } from "./text.js";

const METHODS: { readonly [K in MethodJson["method"]]: string } = {
  reverse: "reverse mode",
  forward: "forward mode",
  "per-weight": "one weight at a time",
};

export function costText(json: CostJson, paint: Paint): string {
  const problems = json.problems ?? [json];
  const blocks = [...problems.map((p) => problemText(p, paint)), claimsText(json, paint)];
  return [paint("bold", oneLine(json.file)), ...blocks.filter((b) => b !== "")].join("\n\n");
}

const SIGNS = { proved: RIGHT, wrong: WRONG, undecided: OPEN } as const;
const COLOURS = { proved: "green", wrong: "red", undecided: "yellow" } as const;

function claimsText({ claims }: CostJson, paint: Paint): string {
  if (claims.length === 0) return "";
  const lines = claims.map((c) => {
    const head = paint(COLOURS[c.verdict], `${SIGNS[c.verdict]} ${c.verdict}`);
    const instead = c.expected === null ? "" : `; it is ${c.expected}`;
    return `  ${c.at.line}:${c.at.column}  ${head}  ${oneLine(c.latex)}  ${oneLine(c.message)}${oneLine(instead)}`;
  });
  return [paint("bold", "what the text says"), ...lines].join("\n");
}

function problemText(p: ProblemCostJson, paint: Paint): string {
  const blocks = [
    [
      `weights: ${p.parameters.count}, ${p.parameters.bigO}`,
      `graph: V = ${p.graph.nodes} numbers, E = ${p.graph.edges} partial derivatives`,
    ],
    section(
      paint,
      "multiplications of each equation",
      ["", "forward", "backward"],
      [...p.equations.map((e) => [e.of, e.forward.multiplications, e.backward.multiplications])],
    ),
    section(
      paint,
      "all gradients",
      ["", "multiplications", "additions", "memory", ""],
      [...p.methods.map((m) => [METHODS[m.method], m.multiplications, m.additions, m.memory, m.bigO])],
    ),
    ...ofEach(p.orders).map((orders) => ordersSection(paint, orders)),
    p.crossovers.flatMap((c) => [
      `${oneLine(c.of)}: ${c.multiplications}`,
      ...(c.memory === "" ? [] : [`  ${c.memory}`]),
    ]),
    p.backwardOverForward === null ? [] : [`backward : forward = ${p.backwardOverForward} : 1, in multiplications`],
  ];
  return blocks
    .filter((b) => b.length > 0)
    .map((b) => b.join("\n"))
    .join("\n\n");
}

/** The orders of each product. */
function ofEach(orders: readonly OrderJson[]): readonly (readonly OrderJson[])[] {
  const groups = new Map<string, OrderJson[]>();
  for (const o of orders) {
    const key = `${o.of} ${o.order.replace(/[() ]/g, "")}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [o]);
    else group.push(o);
  }
  return [...groups.values()];
}

function ordersSection(paint: Paint, orders: readonly OrderJson[]): readonly string[] {
  const rows = orders.map((o) => [o.order, o.multiplications, o.memory, o.best ? "best" : ""]);
  return section(
    paint,
    `orders of multiplying ${oneLine(orders[0]?.of ?? "")}`,
    ["", "multiplications", "memory", ""],
    rows,
  );
}

function section(
  paint: Paint,
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  return [paint("bold", title), ...table([head, ...rows.map((r) => r.map(oneLine))], "  ")];
}
