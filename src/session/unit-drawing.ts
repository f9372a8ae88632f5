import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import type { Derivation } from "../derive/derivation.js";
import { localDerivatives } from "../derive/local.js";
import { chooseSizes, dimensionsOf } from "../evaluate/sizes.js";
import { Environment } from "../evaluate/values.js";
import { MOST_COUNTED, pathsBetween } from "../graph/paths.js";
import { expand, type Unit, type UnitGraph, unitGraph } from "../graph/units.js";
import type { Model } from "../model/model.js";
import { printEntry, printEqual } from "../print/index-form.js";
import type { Names } from "../print/names.js";
import type { GraphEdgeJson, GraphNodeJson, GraphOptions, PathsJson } from "./graph.js";
import { LocalLabels } from "./local-labels.js";
import { namesFor } from "./printer.js";
import { type FileNames, isEntryMeant, isMeant } from "./symbols.js";

interface Drawn {
  readonly nodes: readonly GraphNodeJson[];
  readonly edges: readonly GraphEdgeJson[];
  readonly paths: readonly PathsJson[];
}

/** A network unit by unit; weights stand on the edges unless they are wanted as nodes. */
export class UnitDrawing {
  readonly #model: Model;
  readonly #names: FileNames;
  readonly #report: (d: Diagnostic) => void;
  readonly #labels: LocalLabels;
  readonly #print: Names;
  readonly #env: Environment;
  readonly #derivation: Derivation | null;

  constructor(
    model: Model,
    names: FileNames,
    seed: number,
    sizes: ReadonlyMap<string, number>,
    derivation: Derivation | null,
    report: (d: Diagnostic) => void,
  ) {
    this.#model = model;
    this.#names = names;
    this.#report = report;
    this.#labels = new LocalLabels(model, seed, report);
    this.#print = namesFor(model);
    this.#env = new Environment(chooseSizes(model, 0, 0, sizes));
    this.#derivation = derivation;
    const open = dimensionsOf(model).filter((a) => a.at === null && !sizes.has(a.latex));
    const told = open.map((a) => `${a.latex} = ${this.#env.atom(a)}`).join(", ");
    if (told !== "")
      report(
        diagnostic(
          "note",
          "graph/size",
          `nothing says how large these are, so ${told}`,
          null,
          "say it with --size NAME=N",
        ),
      );
  }

  draw({ paths = [], weights = false }: GraphOptions): Drawn {
    const whole = unitGraph(this.#model, localDerivatives(this.#model), this.#env);
    if (whole === null) {
      this.#report(
        diagnostic(
          "error",
          "graph/too-many",
          "with these sizes there are too many units to draw",
          null,
          "say smaller ones with --size NAME=N",
        ),
      );
      return { nodes: [], edges: [], paths: [] };
    }
    const isAsked = (u: Unit): boolean => paths.some((p) => this.#means(p, u));
    const graph = weights ? whole : this.#withoutWeights(whole, isAsked);
    const ends = new Set(this.#ends(graph));
    const starts = graph.nodes.filter(isAsked);
    const found = starts.map((s) => ({ start: s, ...pathsBetween(graph, new Set([s]), ends) }));
    const on = new Set(found.flatMap((f) => [...f.on]));
    return {
      nodes: graph.nodes.map((u) => this.#node(u, on.has(u))),
      edges: graph.edges.map((e) => {
        const upstream = this.#upstream(e.to, e.from);
        return {
          ...{ from: this.#nameOf(e.from), to: this.#nameOf(e.to) },
          derivatives:
            e.derivative === null || !this.#labels.isSound(e.use) ? [] : [this.#label(e.to, e.from, e.derivative)],
          ...(upstream === null ? {} : { upstream }),
          ...(on.has(e.from) && on.has(e.to) ? { marked: true } : {}),
        };
      }),
      paths: found.map(({ start, count, listed }) => ({
        ...{ from: this.#nameOf(start), to: [...ends].map((u) => this.#nameOf(u)).join(", "), count },
        ...(count >= MOST_COUNTED ? { more: true as const } : {}),
        listed: listed.map((path) => path.map((u) => this.#nameOf(u))),
      })),
    };
  }

  /** Parameters are what edges carry, if anything is left to begin with. */
  #withoutWeights(graph: UnitGraph, isAsked: (u: Unit) => boolean): UnitGraph {
    const isWeight = (u: Unit): boolean =>
      u.body === null && !isAsked(u) && this.#model.symbols.find((s) => s.tensor === u.tensor)?.role === "parameter";
    const nodes = graph.nodes.filter((u) => !isWeight(u));
    if (!nodes.some((u) => u.body === null && !isAsked(u))) return graph;
    const kept = new Set(nodes);
    return { nodes, edges: graph.edges.filter((e) => kept.has(e.from)) };
  }

  #ends(graph: UnitGraph): readonly Unit[] {
    const { loss } = this.#model;
    const used = new Set(graph.edges.map((e) => e.from));
    return graph.nodes.filter((u) => (loss === null ? !used.has(u) : u.tensor === loss));
  }

  #means(text: string, u: Unit): boolean {
    const symbol = this.#model.symbols.find((s) => s.tensor === u.tensor);
    if (isEntryMeant(text, this.#latexOf(u), this.#nameOf(u))) return true;
    return symbol !== undefined && isMeant(text, symbol, this.#names.of(u.tensor));
  }

  #latexOf = ({ tensor, at }: Unit): string => printEntry(tensor, this.#positions(at), this.#print);

  /** `W1[1,2]`, a number by its name. */
  #nameOf({ tensor, at }: Unit): string {
    return at.length === 0 ? this.#names.of(tensor) : `${this.#names.of(tensor)}[${at.join(",")}]`;
  }

  #positions = (at: readonly number[]) => at.map((p) => this.#model.arena.literal(p));

  #node(u: Unit, marked: boolean): GraphNodeJson {
    const { arena, symbols } = this.#model;
    const entry = arena.entry(u.tensor, this.#positions(u.at));
    const gradient = this.#gradient(u);
    return {
      name: this.#nameOf(u),
      latex: this.#latexOf(u),
      role: symbols.find((s) => s.tensor === u.tensor)?.role ?? "intermediate",
      shape: [],
      unit: true,
      equations: u.body === null ? [] : [printEqual(entry, u.body, this.#print)],
      ...(gradient === null ? {} : { gradient }),
      ...(marked ? { marked: true } : {}),
    };
  }

  #label(to: Unit, from: Unit, derivative: Parameters<typeof printEqual>[1]) {
    const { arena } = this.#model;
    const left = arena.entry(arena.derivativeTensor(to.tensor, from.tensor), this.#positions([...to.at, ...from.at]));
    return { matrix: null, index: printEqual(left, derivative, this.#print) };
  }

  #gradient(u: Unit): string | null {
    const { arena } = this.#model;
    const g = this.#derivation?.gradients.find((x) => x.wrt === u.tensor);
    if (g === undefined) return null;
    const map = new Map(g.indices.map((i, k) => [i, arena.literal(u.at[k] ?? 0)]));
    const value = expand(arena, arena.substitute(g.shown, map), this.#env);
    return printEqual(arena.entry(g.adjoint, this.#positions(u.at)), value, this.#print);
  }

  #upstream(to: Unit, from: Unit): string | null {
    const adjoint = (u: Unit) => this.#derivation?.gradients.find((x) => x.wrt === u.tensor)?.adjoint;
    const above = adjoint(to);
    return above === undefined || adjoint(from) === undefined
      ? null
      : printEntry(above, this.#positions(to.at), this.#print);
  }
}
