import type { Arena } from "../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../expression/node.js";
import type { LocalDerivative, Step } from "./derivation.js";
import { type Graph, onlyDirect } from "./graph.js";
import type { Jacobian, OpenEquation } from "./jacobian.js";
import type { Letters } from "./letters.js";
import { why } from "./reasons.js";
import type { Knowledge } from "./simplify.js";
import { Steps } from "./steps.js";
import { closeTerm, factorsOf } from "./terms.js";

/** What one equation gives to the gradient of one of its symbols. */
export interface Contribution {
  readonly equation: OpenEquation;
  readonly jacobian: Jacobian;
}

/** What the first lines of a derivation need to know of the sweep that they are part of. */
interface Sweep {
  readonly knowledge: Knowledge;
  readonly graph: Graph;
  readonly letters: Letters;
  readonly target: Tensor;
  /** The indices of a variable's own axes in its gradient. */
  readonly indicesOf: (tensor: Tensor) => readonly Index[];
  /** `∂target/∂v` at an equation's left side, as factors. */
  readonly upstreamOf: (equation: OpenEquation) => readonly Node[];
}

/** Writes how a gradient begins: the chain rule, with the local derivatives that it names. */
export class ChainRule {
  /** What each `∂v/∂u` in the lines means. */
  readonly locals = new Map<Tensor, LocalDerivative>();
  readonly #sweep: Sweep;
  readonly #k: Knowledge;

  constructor(sweep: Sweep) {
    this.#sweep = sweep;
    this.#k = sweep.knowledge;
  }

  /** The first line: `Σ ∂L/∂v ∂v/∂u` over the equations that use `u`, and what each `∂v/∂u` is. Returns the products written. */
  write(
    steps: Steps,
    entry: Node,
    tensor: Tensor,
    contributions: readonly Contribution[],
    own: readonly Node[],
  ): readonly Node[] {
    const arena = this.#k.arena;
    const named = contributions.map((c) => this.#nameLocal(tensor, c));
    const product = (c: Contribution, local: Node): Node =>
      arena.sums(c.equation.free, arena.multiply(...this.#sweep.upstreamOf(c.equation), local));
    const first = contributions.map((c, n) => product(c, named[n]?.entry ?? c.jacobian.raw));
    const raw = contributions.map((c) =>
      closeTerm(arena, {
        sums: c.equation.free,
        factors: factorsOf(arena.multiply(...this.#sweep.upstreamOf(c.equation), c.jacobian.node)),
      }),
    );
    const direct = contributions.every((c) => c.equation.tensor === this.#sweep.target);
    steps.start(
      entry,
      arena.add(...own, ...first),
      direct ? "differentiate" : "chain-rule",
      startWhy(tensor, contributions, direct),
    );
    for (const n of named) if (n !== null) steps.aside(n.steps);
    const uses = contributions.flatMap((c, n) => (named[n] === null ? c.jacobian.used : []));
    steps.rewrite(
      arena.add(...own, ...raw),
      named.some((n) => n !== null) ? "substitute" : "name",
      named.some((n) => n !== null) ? "the local derivatives put in" : why(uses),
    );
    return raw;
  }

  /** Gives `∂v/∂u` of one equation a name, where that names the direct partial and the total derivative alike. */
  #nameLocal(tensor: Tensor, c: Contribution): { readonly entry: Node; readonly steps: readonly Step[] } | null {
    const arena = this.#k.arena;
    const { equation } = c;
    const v = equation.tensor;
    if (v === this.#sweep.target || v === tensor || (this.#sweep.graph.definitions.get(v)?.length ?? 0) !== 1)
      return null;
    if (
      !equation.at.every((p, n) => coversAxis(arena, v, n, equation.at, p)) ||
      !onlyDirect(this.#sweep.graph, tensor, v)
    )
      return null;
    const own = this.#sweep.indicesOf(tensor);
    const taken = new Set(own.map((i) => i.name));
    const map = new Map<Index, Position>();
    const rows = equation.free.map((i, n) => {
      const wanted = equation.original[n]?.name;
      const row = this.#sweep.letters.pickForSum(
        arena.substituteRange(i.range, map),
        taken,
        wanted === undefined ? [] : [wanted],
      );
      map.set(i, arena.at(row));
      return row;
    });
    const local = arena.derivativeTensor(v, tensor);
    const entry = arena.entry(local, [...equation.at, ...own.map((i) => arena.at(i))]);
    const shown = new Steps(this.#k);
    const { raw, node, used } = c.jacobian;
    shown.start(
      arena.substitute(entry, map),
      arena.substitute(raw, map),
      "differentiate",
      `$${v.latex}$ is differentiated by $${tensor.latex}$`,
    );
    shown.rewrite(arena.substitute(node, map), "name", why(used));
    this.locals.set(local, { indices: [...rows, ...own], body: arena.substitute(node, map) });
    return { entry, steps: shown.list };
  }
}

/** Whether a position of a left side is a plain index over the whole axis. */
function coversAxis(arena: Arena, tensor: Tensor, axis: number, at: readonly Position[], p: Position): boolean {
  const index = arena.indexOf(p);
  const range = arena.axisRange(tensor, axis, at);
  if (index === null) return range.low === range.high && p === arena.atDim(range.low);
  return index.range.low === range.low && index.range.high === range.high;
}

function startWhy(tensor: Tensor, contributions: readonly Contribution[], direct: boolean): string {
  if (contributions.length === 0) return `the derivative of $${tensor.latex}$ by itself`;
  const users = [...new Set(contributions.map((c) => `$${c.equation.tensor.latex}$`))];
  if (direct) return `${users.join(", ")} is differentiated by $${tensor.latex}$`;
  return users.length === 1
    ? `$${tensor.latex}$ is used only in ${users.join("")}`
    : `$${tensor.latex}$ is used in ${users.join(", ")}: the contributions add up`;
}
