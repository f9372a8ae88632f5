import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { hash } from "../core/random.js";
import { Source } from "../core/span.js";
import type { Tensor } from "../expression/node.js";
import { type ComputationGraph, computationGraph } from "../graph/graph.js";
import { MOST_COUNTED, pathsBetween } from "../graph/paths.js";
import type { Model, Role } from "../model/model.js";
import { readWorksheet } from "../model/read.js";
import { Keys } from "./given-keys.js";
import { type LocalLabel, LocalLabels } from "./local-labels.js";
import { attempt, placed } from "./place.js";
import { deriveProblem } from "./problem.js";
import type { DiagnosticJson } from "./report.js";
import { FileNames, isEntryMeant, isMeant, symbolLatex } from "./symbols.js";
import { UnitDrawing } from "./unit-drawing.js";

export interface GraphOptions {
  readonly seed?: number;
  /** Symbols, in LaTeX or by name: the paths from them to the loss are marked. */
  readonly paths?: readonly string[];
  /** The backward pass too: the gradient at each node, and the edges that it comes back on. */
  readonly backward?: boolean;
  /** Entry by entry, for sizes that are numbers. */
  readonly units?: boolean;
  /** With units: the weights as nodes of their own. */
  readonly weights?: boolean;
  /** With units: sizes by name or LaTeX. */
  readonly sizes?: Readonly<Record<string, number>>;
}

export interface GraphNodeJson {
  /** Unique in the file. */
  readonly name: string;
  readonly latex: string;
  readonly role: Role;
  /** LaTeX of its sizes; empty for a scalar. */
  readonly shape: readonly string[];
  readonly family?: readonly [string, string, string];
  /** One entry of a symbol. */
  readonly unit?: true;
  /** The forward equations of this node, in LaTeX. */
  readonly equations: readonly string[];
  /** With the backward pass, the gradient of the loss by this node, in LaTeX. */
  readonly gradient?: string;
  /** On one of the paths that were asked for. */
  readonly marked?: boolean;
}

export interface GraphEdgeJson {
  readonly from: string;
  readonly to: string;
  /** The local derivative, `∂to/∂from = …`, of each equation that the edge stands for. */
  readonly derivatives: readonly LocalLabel[];
  /** With the backward pass, what comes back on this edge: `∂L/∂to`. */
  readonly upstream?: string;
  readonly marked?: boolean;
}

export interface PathsJson {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  /** There are more than were counted. */
  readonly more?: true;
  /** The first hundred, each a list of names. */
  readonly listed: readonly (readonly string[])[];
}

export interface GraphJson {
  readonly schema: "backproof/graph/1";
  readonly file: string;
  readonly title: string;
  readonly nodes: readonly GraphNodeJson[];
  readonly edges: readonly GraphEdgeJson[];
  readonly paths: readonly PathsJson[];
  readonly diagnostics: readonly DiagnosticJson[];
}

/** The computation graph of each problem in a worksheet. Never throws. */
export function graphWorksheet(file: string, text: string, options: GraphOptions = {}): GraphJson {
  const diagnostics: Diagnostic[] = [];
  const report = (d: Diagnostic): void => {
    diagnostics.push(d);
  };
  const names = new FileNames();
  const seed = options.seed ?? hash(text);
  const worksheet = attempt("reading", report, () => readWorksheet(file, text));
  const models = (worksheet?.problems ?? []).map((p) => p.model);
  diagnostics.push(...(worksheet?.diagnostics ?? []), ...models.flatMap((m) => m.diagnostics).filter(isAboutGraph));
  const keys = new Keys(models, names, options.sizes ?? {});
  for (const d of keys.unknown()) report(d);
  const drawn = (model: Model): Drawn => {
    if (options.units !== true) return new Drawing(model, names, seed, report).draw(options);
    const isBackward = options.backward === true && model.loss !== null;
    const derivation = isBackward ? deriveProblem(model, names, { seed }, report).derivation : null;
    return new UnitDrawing(model, names, seed, keys.of(model).sizes, derivation, report).draw(options);
  };
  const drawings = models.map((model) => attempt("drawing the graph", report, () => drawn(model)) ?? EMPTY);
  const isKnown = (asked: string): boolean =>
    models.some((m) => m.symbols.some((s) => isMeant(asked, s, names.of(s.tensor)))) ||
    drawings.some((d) => d.nodes.some((n) => isEntryMeant(asked, n.latex, n.name)));
  for (const asked of options.paths ?? []) if (!isKnown(asked)) report(unknown(asked));
  if (drawings.every((d) => d.nodes.length === 0)) report(nothing());
  return {
    schema: "backproof/graph/1",
    file,
    title: worksheet?.document.frontMatter.title || models.find((m) => m.title !== "")?.title || "",
    nodes: drawings.flatMap((d) => d.nodes),
    edges: drawings.flatMap((d) => d.edges),
    paths: drawings.flatMap((d) => d.paths),
    diagnostics: placed(diagnostics, worksheet?.document.source ?? new Source(file, text)),
  };
}

/** A graph needs no loss. */
const isAboutGraph = ({ code }: Diagnostic): boolean => !code.startsWith("loss/") && code !== "derive/no-loss";

const unknown = (asked: string): Diagnostic =>
  diagnostic("error", "graph/unknown-symbol", `there is no symbol ${asked} here`, null, "backproof read lists them");

/** The equation by itself: `z &= W x` is aligned with others. */
const withoutAlignment = (latex: string): string => latex.replace(/\\.|&/g, (c) => (c === "&" ? "" : c)).trim();

const nothing = (): Diagnostic =>
  diagnostic("error", "graph/empty", "there is no forward equation here, so there is no graph", null);

interface Drawn {
  readonly nodes: readonly GraphNodeJson[];
  readonly edges: readonly GraphEdgeJson[];
  readonly paths: readonly PathsJson[];
}

const EMPTY: Drawn = { nodes: [], edges: [], paths: [] };

class Drawing {
  readonly #model: Model;
  readonly #names: FileNames;
  readonly #seed: number;
  readonly #report: (d: Diagnostic) => void;

  constructor(model: Model, names: FileNames, seed: number, report: (d: Diagnostic) => void) {
    this.#model = model;
    this.#names = names;
    this.#seed = seed;
    this.#report = report;
  }

  draw({ paths = [], backward = false }: GraphOptions): Drawn {
    const graph = computationGraph(this.#model);
    const found = this.#paths(graph, paths);
    const gradients = backward ? this.#gradients() : new Map<string, Gradient>();
    const labels = new LocalLabels(this.#model, this.#seed, this.#report);
    return {
      nodes: graph.nodes.map((tensor) => this.#node(tensor, found.on, gradients)),
      edges: graph.edges.map(({ from, to, uses }) => {
        const upstream = gradients.get(this.#names.of(to))?.left;
        const isBack = upstream !== undefined && gradients.has(this.#names.of(from));
        return {
          from: this.#names.of(from),
          to: this.#names.of(to),
          derivatives: uses.flatMap((use) => labels.of(use)),
          ...(isBack ? { upstream } : {}),
          ...(found.on.has(from) && found.on.has(to) ? { marked: true } : {}),
        };
      }),
      paths: found.json,
    };
  }

  #node(tensor: Tensor, on: ReadonlySet<Tensor>, gradients: ReadonlyMap<string, Gradient>): GraphNodeJson {
    const symbol = this.#model.symbols.find((s) => s.tensor === tensor);
    const family = symbol?.family ?? null;
    const name = this.#names.of(tensor);
    const gradient = gradients.get(name)?.equation;
    const equations = this.#model.equations.filter((e) => e.tensor === tensor).map((e) => withoutAlignment(e.latex));
    return {
      name,
      latex: symbolLatex(tensor, family),
      role: symbol?.role ?? "intermediate",
      shape: symbol?.shape ?? [],
      ...(family === null ? {} : { family }),
      equations,
      ...(gradient === undefined ? {} : { gradient }),
      ...(on.has(tensor) ? { marked: true } : {}),
    };
  }

  /** The paths to the loss, or, where there is none, to whatever nothing uses. */
  #paths(graph: ComputationGraph, asked: readonly string[]): { on: Set<Tensor>; json: readonly PathsJson[] } {
    const on = new Set<Tensor>();
    const { loss, symbols } = this.#model;
    const used = new Set(graph.edges.map((e) => e.from));
    const ends = new Set(loss === null ? graph.nodes.filter((n) => !used.has(n)) : [loss]);
    const json = symbols
      .filter((s) => asked.some((a) => isMeant(a, s, this.#names.of(s.tensor))) && graph.nodes.includes(s.tensor))
      .map((s): PathsJson => {
        const paths = pathsBetween(graph, new Set([s.tensor]), ends);
        for (const n of paths.on) on.add(n);
        return {
          from: this.#names.of(s.tensor),
          to: [...ends].map((t) => this.#names.of(t)).join(", "),
          count: paths.count,
          ...(paths.count >= MOST_COUNTED ? { more: true as const } : {}),
          listed: paths.listed.map((path) => path.map((t) => this.#names.of(t))),
        };
      });
    return { on, json };
  }

  #gradients(): ReadonlyMap<string, Gradient> {
    const { loss } = this.#model;
    if (loss === null) {
      this.#report(
        diagnostic("warning", "derive/no-loss", "no scalar is named as the loss: there is no backward pass", null),
      );
      return new Map();
    }
    const { gradients } = deriveProblem(this.#model, this.#names, { seed: this.#seed }, this.#report);
    const found = gradients.map(({ json }): [string, Gradient] => {
      const equation = json.matrix ?? json.index;
      return [json.name, { equation, left: equation.slice(0, equation.indexOf(" = ")) }];
    });
    const top = symbolLatex(loss, null);
    const one = {
      equation: `\\frac{\\partial ${top}}{\\partial ${top}} = 1`,
      left: `\\frac{\\partial ${top}}{\\partial ${top}}`,
    };
    return new Map([...found, [this.#names.of(loss), one]]);
  }
}

interface Gradient {
  readonly equation: string;
  readonly left: string;
}
