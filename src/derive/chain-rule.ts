import type { Arena } from "../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../expression/node.js";
import type { LocalDerivative, Step } from "./derivation.js";
import { type Graph, onlyDirect } from "./graph.js";
import type { Jacobian, OpenEquation } from "./jacobian.js";
import type { Letters } from "./letters.js";
import { type Member, memberThatUses } from "./member.js";
import { why } from "./reasons.js";
import type { Knowledge } from "./simplify.js";
import { Steps } from "./steps.js";
import { closeTerm, factorsOf } from "./terms.js";

/** What one equation gives to the gradient of one of its symbols. */
export interface Contribution {
  readonly equation: OpenEquation;
  readonly jacobian: Jacobian;
  /** Where the symbol stands in the equation. */
  readonly places: readonly (readonly Position[])[];
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
    // Of a family the one member that uses this one: no sum over the members is written that leaves one of them.
    const members = contributions.map((c) =>
      memberThatUses(this.#k, this.#sweep.graph, tensor, c, this.#sweep.indicesOf(tensor)),
    );
    const used = contributions.map((c, n) => members[n]?.contribution ?? c);
    const named = used.map((c, n) => this.#nameLocal(tensor, c, members[n] ?? null));
    const product = (c: Contribution, n: number, local: Node): Node => {
      const upstream = arena.multiply(...this.#sweep.upstreamOf(c.equation), local);
      return arena.multiply(...(members[n]?.guards ?? []), arena.sums(c.equation.free, upstream));
    };
    const first = used.map((c, n) => product(c, n, named[n]?.entry ?? c.jacobian.raw));
    const raw = used.map((c, n) =>
      closeTerm(arena, {
        sums: c.equation.free,
        factors: [
          ...(members[n]?.guards ?? []),
          ...factorsOf(arena.multiply(...this.#sweep.upstreamOf(c.equation), c.jacobian.node)),
        ],
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
    const uses = used.flatMap((c, n) => (named[n] === null ? c.jacobian.used : []));
    steps.rewrite(
      arena.add(...own, ...raw),
      named.some((n) => n !== null) ? "substitute" : "name",
      named.some((n) => n !== null) ? "the local derivatives put in" : why(uses),
    );
    return raw;
  }

  /** Gives `∂v/∂u` of one equation a name, where that names the direct partial and the total derivative alike. */
  #nameLocal(
    tensor: Tensor,
    c: Contribution,
    member: Member | null,
  ): { readonly entry: Node; readonly steps: readonly Step[] } | null {
    const arena = this.#k.arena;
    const { equation } = c;
    const v = equation.tensor;
    if (v === this.#sweep.target || (member === null && !this.#isDirect(tensor, equation))) return null;
    // Beyond the last member there is no ∂h/∂h to be named, not even below a condition.
    if (member !== null && v === tensor && member.guards.length > 0) return null;
    const own = this.#sweep.indicesOf(tensor);
    const taken = new Set(own.map((i) => i.name));
    const map = new Map<Index, Position>();
    // A line of its own holds for the members that are used: ℓ < L.
    if (member?.narrowed != null) map.set(member.index, arena.at(member.narrowed));
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
    if (member === null) this.locals.set(local, { indices: [...rows, ...own], body: arena.substitute(node, map) });
    else this.locals.set(local, { indices: [...member.rows, ...own], body: member.body });
    return { entry, steps: shown.list };
  }

  #isDirect(tensor: Tensor, { tensor: v, at }: OpenEquation): boolean {
    const arena = this.#k.arena;
    if (v === tensor || (this.#sweep.graph.definitions.get(v)?.length ?? 0) !== 1) return false;
    return at.every((p, n) => coversAxis(arena, v, n, at, p)) && onlyDirect(this.#sweep.graph, tensor, v);
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
  const users = [...new Set(contributions.map((c) => `$${userLatex(c)}$`))];
  if (direct) return `${users.join(", ")} is differentiated by $${tensor.latex}$`;
  return users.length === 1
    ? `$${tensor.latex}$ is used only in ${users.join("")}`
    : `$${tensor.latex}$ is used in ${users.slice(0, -1).join(", ")} and ${users.at(-1)}: the contributions add up`;
}

/** What uses a symbol, and which member of its family: of `h^{(\ell)}`, `h^{(\ell + 1)}`. */
function userLatex({ equation: { tensor, at }, places }: Contribution): string {
  const ahead = new Set(places.map(([use]) => placesAhead(at[0], use)));
  const [only, more] = ahead;
  if (tensor.parameters.length === 0 || only == null || only === 0 || more !== undefined) return tensor.latex;
  return tensor.latex.replace("{#0}", `{#0} ${only < 0 ? "-" : "+"} ${Math.abs(only)}`);
}

/** How many members further on a left side is than what it uses; `null` if that is no number. */
function placesAhead(left: Position | undefined, use: Position | undefined): number | null {
  const [[index, one] = [], ...others] = left?.terms ?? [];
  const [[same, unit] = [], ...more] = use?.terms ?? [];
  if (left === undefined || use === undefined || index === undefined || index !== same || one !== unit) return null;
  const number = (p: Position): number | null =>
    p.offset.terms.every((t) => t.powers.length === 0) ? p.offset.terms.reduce((n, t) => n + t.coefficient, 0) : null;
  const [a, b] = [number(left), number(use)];
  return others.length + more.length > 0 || a === null || b === null ? null : a - b;
}
