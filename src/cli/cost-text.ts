import type {
  CostJson,
  MethodJson,
  OperationsJson,
  OrderJson,
  ProblemCostJson,
  SecondCostJson,
} from "../session/cost-report.js";
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
      `weights   ${p.parameters.count}   ${p.parameters.bigO}`,
      `graph     V = ${p.graph.nodes} numbers, E = ${p.graph.edges} partial derivatives`,
    ],
    equationsSection(p, paint),
    p.backwardOverForward === null ? [] : [`backward : forward = ${p.backwardOverForward} : 1, in multiplications`],
    section(
      paint,
      "formulas of derivatives, what they use taken as known",
      ["", "multiplications", "additions", "operations"],
      p.formulas.map((f) => [f.of, f.multiplications, f.additions, f.bigO]),
    ),
    methodsSection(p, paint),
    ...ofEach(p.orders).map((orders) => ordersSection(paint, orders)),
    p.crossovers.flatMap((c) => [`${oneLine(c.of)}: ${c.multiplications}`, `  ${c.memory}`]),
    ...p.secondDerivatives.map((s) => secondSection(s, paint)),
  ];
  return blocks
    .filter((b) => b.length > 0)
    .map((b) => b.join("\n"))
    .join("\n\n");
}

function equationsSection({ equations, passes }: ProblemCostJson, paint: Paint): readonly string[] {
  const row = (of: string, forward: OperationsJson, backward: OperationsJson): readonly string[] => [
    of,
    forward.multiplications,
    backward.multiplications,
  ];
  const rows = equations.map((e) => row(e.of, e.forward, e.backward));
  const all = rows.length < 2 ? [] : [row("all", passes.forward, passes.backward)];
  return section(paint, "multiplications of each equation", ["", "forward", "backward"], [...rows, ...all]);
}

/** First how the methods grow, then the exact counts, which may be long. */
function methodsSection({ methods, equations }: ProblemCostJson, paint: Paint): readonly string[] {
  if (equations.length === 0) return [];
  const growth = methods.map((m) => [METHODS[m.method], m.bigO]);
  const exact = methods.flatMap((m) => [
    `  ${METHODS[m.method]}`,
    `    multiplications   ${oneLine(m.multiplications)}`,
    `    additions         ${oneLine(m.additions)}`,
    ...(m.applications === "0" ? [] : [`    functions         ${oneLine(m.applications)}`]),
    `    numbers stored    ${oneLine(m.memory)}`,
  ]);
  const head = section(paint, "all gradients, the forward pass included", ["", "operations"], growth);
  return head.length === 0 ? [] : [...head, "", ...exact];
}

function secondSection({ of, by, direction, hessian, hessianVector }: SecondCostJson, paint: Paint): readonly string[] {
  const row = (what: string, c: SecondCostJson["hessian"]): readonly string[] => [
    what,
    c.multiplications,
    c.memory,
    c.bigO,
  ];
  const title = `second derivatives of ${of} by ${by.join(" and ")}, after the forward pass`;
  return section(
    paint,
    oneLine(title),
    ["", "multiplications", "numbers stored", "operations"],
    [row("the Hessian", hessian), row(`its product with ${direction}, without it`, hessianVector)],
  );
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
    ["", "multiplications", "numbers stored", ""],
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
