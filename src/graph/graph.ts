import { localDerivatives, type Use } from "../derive/local.js";
import type { Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";

/** Who is computed from whom, by directed edges. */
export interface Edges<Node> {
  readonly nodes: readonly Node[];
  readonly edges: readonly { readonly from: Node; readonly to: Node }[];
}

/** The computation graph of a model: its symbols, and for each symbol in an equation an edge to the equation's left side. */
export interface ComputationGraph extends Edges<Tensor> {
  readonly edges: readonly TensorEdge[];
}

export interface TensorEdge {
  readonly from: Tensor;
  readonly to: Tensor;
  /** One for each equation of `to` that `from` is used in. */
  readonly uses: readonly Use[];
}

export function computationGraph(model: Model): ComputationGraph {
  const edges = new Map<Tensor, Map<Tensor, Use[]>>();
  const met = new Set<Tensor>();
  for (const use of localDerivatives(model)) {
    const to = use.equation.tensor;
    // A state given by name is the first member of its family: its equation says no more than that.
    met.add(to).add(use.from);
    const into = edges.get(to) ?? new Map<Tensor, Use[]>();
    edges.set(to, into);
    into.set(use.from, [...(into.get(use.from) ?? []), use]);
  }
  for (const { tensor } of model.equations) met.add(tensor);
  const known = model.symbols.map((s) => s.tensor).filter((t) => met.has(t));
  const nodes = [...new Set([...known, ...met])];
  return {
    nodes,
    edges: nodes.flatMap((to) => [...(edges.get(to) ?? [])].map(([from, uses]) => ({ from, to, uses }))),
  };
}
