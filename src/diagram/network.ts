import { type Diagnostic, diagnostic, Refusal } from "../core/diagnostic.js";
import type { Diagram, DiagramEdge, DiagramNode } from "./diagram.js";

/*
 * A weighted graph as a network: a unit is the activation of the weighted sum of what comes into it. Its equations are LaTeX.
 */

export interface NetworkEquations {
  readonly equations: readonly string[];
  readonly notes: readonly Diagnostic[];
}

/** How activations are called in drawings, and in LaTeX; of the identity nothing is written. */
const ACTIVATIONS: ReadonlyMap<string, string> = new Map([
  ["relu", "\\text{ReLU}"],
  ["max(0,·)", "\\text{ReLU}"],
  ["sigmoid", "\\sigma"],
  ["logistic", "\\sigma"],
  ["sigma", "\\sigma"],
  ["σ", "\\sigma"],
  ["tanh", "\\tanh"],
  ["softplus", "\\operatorname{softplus}"],
  ["exp", "\\exp"],
  ["phi", "\\phi"],
  ["φ", "\\phi"],
  ["identity", ""],
  ["id", ""],
  ["linear", ""],
  ["none", ""],
]);
const LOSS = /^(?:\\mathcal\{L\}|L|\\ell|ℓ|J|E|loss)$/;
const BIAS = /^\+?1$|^bias$/i;

/** What a node's label says: `h_1`, `h_1 = ReLU(m_1)`, `h_1: ReLU`, `ReLU`. */
interface Unit {
  readonly node: DiagramNode;
  readonly name: string;
  readonly activation: string;
  /** The name of the weighted sum, where the label gives one. */
  readonly sum: string | null;
  /** A name of a number added to the sum. */
  readonly bias: string | null;
}

/** Throws a refusal where the graph is no network. */
export function networkEquations({ nodes, edges, equations }: Diagram): NetworkEquations {
  if (equations.length > 0) return { equations, notes: [] };
  if (edges.length === 0) refuse("there is no arrow in this graph, so there is no network", nodes[0]);
  const units = new Map(nodes.map((n) => [n.id, unitOf(n)]));
  const incoming = new Map<string, DiagramEdge[]>();
  for (const e of edges) incoming.set(e.to, [...(incoming.get(e.to) ?? []), e]);
  const order = inOrder(nodes, incoming);
  const notes: Diagnostic[] = [];
  const weights = weightsOf(edges, notes);
  const names = new Set([...units.values()].flatMap((u) => (u.sum === null ? [u.name] : [u.name, u.sum])));
  const lines: string[] = [];
  for (const node of order) {
    const unit = units.get(node.id);
    const into = incoming.get(node.id) ?? [];
    if (unit !== undefined && into.length > 0) lines.push(...unitLines(unit, into, units, weights, names));
  }
  for (const w of weights.values()) if (w.value !== null) lines.push(`${w.name} = ${w.value}`);
  lines.push(...lossLine(order, edges, units));
  return { equations: lines, notes };
}

interface Weight {
  /** LaTeX; empty for a factor of one. */
  readonly name: string;
  /** Of `w_1 = 0.5` the number. */
  readonly value: string | null;
  /** The edge applies a function instead of a weight. */
  readonly activation: string | null;
}

function weightsOf(edges: readonly DiagramEdge[], notes: Diagnostic[]): ReadonlyMap<DiagramEdge, Weight> {
  const bare = edges.filter((e) => e.label === null);
  const unnamed = bare.length === edges.length;
  const [first] = bare;
  if (first !== undefined) {
    const message = unnamed
      ? "the arrows have no weights: they are called w_1, w_2, … in the order of the file"
      : "an arrow without a weight is taken to have the weight 1";
    notes.push(diagnostic(unnamed ? "note" : "warning", "diagram/weight", message, first.span));
  }
  return new Map(
    edges.map((e, k): [DiagramEdge, Weight] => {
      if (e.label === null) return [e, { name: unnamed ? `w_{${k + 1}}` : "", value: null, activation: null }];
      const activation = ACTIVATIONS.get(e.label.toLowerCase().replace(/\s/g, ""));
      if (activation !== undefined) return [e, { name: "", value: null, activation }];
      const [, name = e.label, value = null] = /^(.*?)\s*=\s*(-?\d+(?:\.\d+)?)$/.exec(e.label) ?? [];
      return [e, { name: symbolLatex(name), value, activation: null }];
    }),
  );
}

function unitLines(
  unit: Unit,
  into: readonly DiagramEdge[],
  units: ReadonlyMap<string, Unit>,
  weights: ReadonlyMap<DiagramEdge, Weight>,
  names: Set<string>,
): readonly string[] {
  const [first] = into;
  const applied = first === undefined ? null : (weights.get(first)?.activation ?? null);
  if (into.length === 1 && applied !== null && first !== undefined)
    return [`${unit.name} = ${apply(applied, units.get(first.from)?.name ?? first.from)}`];
  const sum = into.reduce((text, e) => joined(text, term(e, units, weights)), "");
  const total = unit.bias === null ? sum : joined(sum, unit.bias);
  if (unit.activation === "") return [`${unit.name} = ${total}`];
  const inner = unit.sum ?? freshSum(unit.name, names);
  names.add(inner);
  return [`${inner} = ${total}`, `${unit.name} = ${apply(unit.activation, inner)}`];
}

const joined = (text: string, next: string): string => {
  if (text === "") return next;
  return next.startsWith("-") ? `${text} - ${next.slice(1).trim()}` : `${text} + ${next}`;
};

const apply = (activation: string, to: string): string => (activation === "" ? to : `${activation}(${to})`);

function term(e: DiagramEdge, units: ReadonlyMap<string, Unit>, weights: ReadonlyMap<DiagramEdge, Weight>): string {
  const weight = weights.get(e);
  const from = units.get(e.from);
  const source = from?.name ?? e.from;
  if (weight?.activation != null) return apply(weight.activation, source);
  const name = weight?.name ?? "";
  if (from !== undefined && BIAS.test(from.node.label.trim())) return name === "" ? "1" : name;
  if (name === "" || name === "1") return source;
  return name === "-1" ? `-${source}` : `${/[+]|.-/.test(name) ? `(${name})` : name} ${source}`;
}

/** What a unit sums up before its activation: m_1 of h_1, z of y. */
function freshSum(name: string, names: ReadonlySet<string>): string {
  const match = /^([A-Za-z]|\\[A-Za-z]+|\\hat\{[^}]*\})(.*)$/.exec(name);
  const [, base = name, rest = ""] = match ?? [];
  const letters = base === "h" ? ["m", "z", "s", "u"] : ["z", "m", "s", "u"];
  const free = letters.map((l) => `${l}${rest}`).find((n) => !names.has(n));
  return free ?? `${letters[0]}${rest}'`;
}

function unitOf(node: DiagramNode): Unit {
  const bias = node.attributes.get("bias");
  const own = { node, bias: bias === undefined ? null : symbolLatex(bias) };
  const said = node.attributes.get("activation") ?? node.attributes.get("act") ?? node.attributes.get("function");
  const label = node.label.replaceAll("$", "").trim();
  const written = activationOf(said ?? "");
  const formula = /^(.+?)\s*=\s*(.+?)\s*\(\s*(.+?)\s*\)$/s.exec(label);
  if (formula !== null)
    return {
      ...own,
      name: symbolLatex(formula[1] ?? ""),
      activation: activationOf(formula[2] ?? "") ?? symbolLatex(formula[2] ?? ""),
      sum: symbolLatex(formula[3] ?? ""),
    };
  const parts = label
    .split(/\n|:|,|\/|\s+[-–|]\s+|\s*\(([^()]*)\)\s*$/)
    .map((p) => (p ?? "").trim())
    .filter((p) => p !== "");
  const activations = parts.map(activationOf);
  const place = activations.findIndex((a) => a !== null);
  const activation = written ?? (place < 0 ? "" : (activations[place] ?? ""));
  const rest = parts.filter((p, k) => k !== place && !/^(?:Σ|\\Sigma|\\sum|\+|∑)$/.test(p));
  return { ...own, name: symbolLatex(rest[0] ?? node.id), activation, sum: null };
}

function activationOf(text: string): string | null {
  const bare = text
    .replace(/\\(?:text|mathrm|operatorname)\{([^}]*)\}|\\([A-Za-z]+)/g, "$1$2")
    .toLowerCase()
    .replace(/\s/g, "");
  return ACTIVATIONS.get(bare) ?? null;
}

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** `h1`, `h_12`, `h₁`, `w_{1,2}` and LaTeX as it is: `h_{1}`. A number is a number. */
function symbolLatex(text: string): string {
  const plain = text
    .replaceAll("$", "")
    .trim()
    .replace(/[₀-₉]+/g, (digits) => `_{${[...digits].map((d) => SUBSCRIPTS.indexOf(d)).join("")}}`);
  if (/^-?\d+(?:\.\d+)?$/.test(plain)) return plain;
  const named = /^([A-Za-z]|[α-ω])_?(\d+)$/.exec(plain);
  if (named !== null) return `${named[1]}_{${named[2]}}`;
  const word = /^([A-Za-z]{2,})_?(\d*)$/.exec(plain);
  if (word !== null) return `\\mathrm{${word[1]}}${word[2] === "" ? "" : `_{${word[2]}}`}`;
  const scripted = /^([A-Za-z])_([A-Za-z\d]{2,})$/.exec(plain);
  return scripted === null ? plain : `${scripted[1]}_{${scripted[2]}}`;
}

/** A loss of what nothing uses, if there is none in the drawing: with it the network can be differentiated. */
function lossLine(
  order: readonly DiagramNode[],
  edges: readonly DiagramEdge[],
  units: ReadonlyMap<string, Unit>,
): readonly string[] {
  const used = new Set(edges.map((e) => e.from));
  const ends = order.filter((n) => !used.has(n.id)).map((n) => units.get(n.id)?.name ?? n.id);
  if (ends.some((name) => LOSS.test(name))) return [];
  const targets = ends.map((_, k) => (ends.length === 1 ? "t" : `t_{${k + 1}}`));
  return [`\\mathcal{L} = \\mathcal{L}(${[...ends, ...targets].join(", ")})`];
}

/** Each node after all that comes into it, in the order of the file where that is free. */
function inOrder(
  nodes: readonly DiagramNode[],
  incoming: ReadonlyMap<string, readonly DiagramEdge[]>,
): readonly DiagramNode[] {
  const byId = new Map(nodes.map((n) => [n.id, n]));
  const done = new Set<string>();
  const order: DiagramNode[] = [];
  for (const root of nodes) {
    const stack = [root];
    const open = new Set<string>();
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const waiting = done.has(node.id) ? [] : (incoming.get(node.id) ?? []).filter((e) => !done.has(e.from));
      const circle = waiting.find((e) => open.has(e.from) || e.from === node?.id);
      if (circle !== undefined) refuse("the arrows go round in a circle: no order computes these units", circle);
      open.add(node.id);
      for (const e of [...waiting].reverse()) stack.push(byId.get(e.from) ?? node);
      if (waiting.length > 0) continue;
      stack.pop();
      open.delete(node.id);
      if (!done.has(node.id)) order.push(node);
      done.add(node.id);
    }
  }
  return order;
}

function refuse(message: string, at: { readonly span: DiagramNode["span"] } | undefined): never {
  throw new Refusal(diagnostic("error", "diagram/network", message, at?.span ?? null));
}
