import type { Arena } from "../expression/arena.js";
import { operands } from "../expression/arena.js";
import type { Index, Node, NodeOf, Position } from "../expression/node.js";
import { contract } from "./contract.js";
import { none, type Operations, plus } from "./operations.js";
import { add, multiply, type Polynomial, scale, subtract } from "./polynomial.js";
import type { Guard, Volumes } from "./volumes.js";

/** A product under sums: what is multiplied, over what is summed, and for which members there is such a term. */
interface Term {
  readonly guards: readonly Guard[];
  /** Numbers, however many, are one factor, and a sign is none. */
  readonly factors: readonly Node[];
  readonly hasNumber: boolean;
}

/** Counts the work of computing expressions for all values of their free indices. Equal parts are computed once. */
export class Counter {
  readonly #arena: Arena;
  readonly #all: Volumes;
  readonly #steps: readonly Index[];
  readonly #volumes: Pick<Volumes, "of">;
  readonly #seen = new Set<string>();

  /** `steps`: the members of a family that are computed one by one, so that what is the same for all is computed for each. */
  constructor(arena: Arena, volumes: Volumes, steps: readonly Index[] = []) {
    this.#arena = arena;
    this.#all = volumes;
    this.#steps = steps;
    this.#volumes =
      steps.length === 0 ? volumes : { of: (indices, guards) => volumes.of([...indices, ...steps], guards) };
  }

  /** Another that has met the same parts. */
  fork(steps: readonly Index[] = this.#steps): Counter {
    const fork = new Counter(this.#arena, this.#all, steps);
    for (const key of this.#seen) fork.#seen.add(key);
    return fork;
  }

  /** The work of all values of `node`; parts that this counter has met before cost nothing. */
  count(node: Node): Operations {
    let sum = none;
    const stack: { readonly node: Node; readonly guards: readonly Guard[] }[] = [{ node, guards: [] }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      if (isConstant(top.node) || top.node.kind === "entry") continue;
      const key = this.#key(top.node, top.guards);
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      const { own, parts, guards } = this.#local(top.node, top.guards);
      sum = plus(sum, own);
      for (const part of parts) stack.push({ node: part, guards });
    }
    return sum;
  }

  /** The additions that make one value of several, each there for some members only. `free` are the indices of the whole. */
  joining(terms: readonly Node[], free: readonly Index[], guards: readonly Guard[] = []): Polynomial {
    const numbers = terms.filter(isConstant);
    const each: (readonly Guard[])[] = terms
      .filter((t) => !isConstant(t))
      .map((t) => [...guards, ...this.#guardsOf(t)]);
    if (numbers.length > 0) each.push(guards);
    const count = each.map((g) => this.#volumes.of(free, g));
    return subtract(add(...count), this.#union(free, guards, each));
  }

  /** For how many values of the indices at least one of the terms is there. */
  #union(free: readonly Index[], guards: readonly Guard[], each: readonly (readonly Guard[])[]): Polynomial {
    if (each.some((g) => g.length === guards.length) || each.length > MOST_GUARDED)
      return this.#volumes.of(free, guards);
    let union = this.#volumes.of([], [NEVER(this.#arena)]);
    for (let set = 1; set < 1 << each.length; set++) {
      const chosen = each.filter((_, k) => (set >> k) % 2 === 1);
      union = add(union, scale(this.#volumes.of(free, chosen.flat()), chosen.length % 2 === 1 ? 1 : -1));
    }
    return union;
  }

  /** Equal for what is equal but for the names of indices over the same range. */
  #key(node: Node, guards: readonly Guard[]): string {
    if (guards.length > 0) return `${node.id}|${guards.map((g) => `${g.relation}${g.position.key}`).join(",")}`;
    const map = new Map<Index, Position>();
    for (const index of indicesInOrder(node))
      map.set(index, this.#arena.at(this.#arena.index(`~c${map.size}`, index.range)));
    return String(this.#arena.substitute(node, map).id);
  }

  #local(
    node: Node,
    guards: readonly Guard[],
  ): { readonly own: Operations; readonly parts: readonly Node[]; readonly guards: readonly Guard[] } {
    const size = this.#volumes.of(node.free, guards);
    const simple = (own: Partial<Operations>, parts = operands(node)) => ({ own: { ...none, ...own }, parts, guards });
    switch (node.kind) {
      case "multiply":
        return this.#product(node, guards);
      case "reduce":
        return node.op === "sum" ? this.#product(node, guards) : this.#reduction(node, guards, size);
      case "argument": {
        const { index, body } = this.#arena.open(node);
        return simple({ applications: subtract(this.#volumes.of([...node.free, index], guards), size) }, [body]);
      }
      case "add":
        return simple({ additions: this.joining(node.terms, node.free, guards) });
      case "power":
        return simple(scaled(powerCost(node.exponent, true), size));
      case "apply": {
        const quotient = this.#softmax(node);
        return quotient === null ? simple({ applications: size }) : simple({}, [quotient]);
      }
      case "indicator":
      case "abstract":
        return simple({ applications: size });
      case "matrix": {
        const n = this.#volumes.of([node.row]);
        const cube = multiply(n, n, n);
        return simple({ multiplications: cube, additions: cube });
      }
      default:
        return simple({});
    }
  }

  /** `exp(x - log Σ_i exp y_i)` is counted as what it is written for, `exp(x) / Σ_i exp(y_i)`. */
  #softmax({ fn, args: [arg] }: NodeOf<"apply">): Node | null {
    const arena = this.#arena;
    if (fn !== "exp" || arg?.kind !== "add") return null;
    const at = arg.terms.findIndex((t) => logSum(arena, t) !== null);
    const sum = logSum(arena, arg.terms[at] ?? arena.zero);
    if (sum === null) return null;
    const { index, body } = arena.open(sum);
    const rest = arg.terms.filter((_, k) => k !== at);
    const below = arena.sum(index, arena.apply("exp", body));
    return arena.multiply(arena.apply("exp", arena.add(...rest)), arena.power(below, arena.minusOne));
  }

  #reduction(node: NodeOf<"reduce">, guards: readonly Guard[], size: Polynomial) {
    const { index, body } = this.#arena.open(node);
    const all = this.#volumes.of([...node.free, index], guards);
    const less = subtract(all, size);
    const own =
      node.op === "product"
        ? { ...none, multiplications: less }
        : node.op === "logsumexp"
          ? { ...none, additions: less, applications: add(all, size) }
          : { ...none, applications: less };
    return { own, parts: [body], guards };
  }

  /** Nested products and sums as one contraction, in the order that takes fewest multiplications. */
  #product(node: Node, outer: readonly Guard[]) {
    const term = this.#term(node);
    const guards = [...outer, ...term.guards];
    const sets = term.factors.map((f) => f.free);
    if (term.hasNumber) sets.push([]);
    const contraction = contract(this.#volumes, sets, node.free, guards, stepsIn(term.factors));
    const parts = term.factors.flatMap((f) => this.#belowInverse(f));
    // Dividing by x takes the place of multiplying with it; only 1/x alone is a division more.
    const [only] = term.factors;
    const alone =
      sets.length === 1 && only !== undefined && isInverse(only) ? this.#volumes.of(only.free, guards) : null;
    const powers = term.factors.flatMap((f) =>
      isInverse(f) ? [scaled(powerCost(f.exponent, false), this.#volumes.of(f.free, guards))] : [],
    );
    const own = plus(contraction, ...powers.map((p) => ({ ...none, ...p })), {
      ...none,
      ...(alone === null ? {} : { multiplications: alone }),
    });
    return { own, parts, guards };
  }

  #belowInverse(factor: Node): readonly Node[] {
    return isInverse(factor) ? [factor.base] : [factor];
  }

  #term(node: Node): Term {
    const guards: Guard[] = [];
    const factors: Node[] = [];
    let hasNumber = false;
    const stack = [node];
    for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
      if (n.kind === "multiply") stack.push(...[...n.factors].reverse());
      else if (n.kind === "reduce" && n.op === "sum") stack.push(this.#arena.open(n).body);
      else if (n.kind === "iverson") guards.push(n);
      else if (isConstant(n)) hasNumber ||= !isSign(n);
      else factors.push(n);
    }
    return { guards, factors, hasNumber };
  }

  #guardsOf(term: Node): readonly Guard[] {
    const factors = term.kind === "multiply" ? term.factors : [term];
    return factors.flatMap((f) => (f.kind === "iverson" ? [f] : []));
  }
}

const MOST_GUARDED = 6;
const NEVER = (arena: Arena): Guard => ({ relation: "zero", position: arena.literal(1) });

const scaled = (
  { multiplications, applications }: { multiplications: number; applications: number },
  size: Polynomial,
) => ({
  multiplications: scale(size, multiplications),
  applications: scale(size, applications),
});

/** What does not change from entry to entry nor from point to point: `1/N`, `1/√D`, 2. */
export const isConstant = (n: Node): boolean =>
  n.kind === "rational" ||
  n.kind === "constant" ||
  n.kind === "dimension" ||
  (n.kind === "power" && isConstant(n.base) && isConstant(n.exponent)) ||
  ((n.kind === "multiply" || n.kind === "add" || n.kind === "apply") && operands(n).every(isConstant));

const isSign = (n: Node): boolean => n.kind === "rational" && n.value.abs().equals(1);

/** `x^{-n}` with a number `n`, and `x^{-1/2}`. */
const isInverse = (n: Node): n is NodeOf<"power"> =>
  n.kind === "power" && n.exponent.kind === "rational" && n.exponent.value.s < 0n;

/** By repeated squaring: `x^3` takes two multiplications, `x^4` two. A division is one more, if it is not part of a product. */
function powerCost(exponent: Node, division: boolean): { multiplications: number; applications: number } {
  if (exponent.kind !== "rational") return { multiplications: 0, applications: 1 };
  const { n, d, s } = exponent.value;
  const divisions = s < 0n && division ? 1 : 0;
  if (d !== 1n) return { multiplications: divisions, applications: 1 };
  const bits = n.toString(2);
  const ones = [...bits].filter((b) => b === "1").length;
  return { multiplications: Math.max(0, bits.length - 1 + ones - 1) + divisions, applications: 0 };
}

/** Indices that number the members of families. */
function stepsIn(factors: readonly Node[]): ReadonlySet<Index> {
  const steps = new Set<Index>();
  for (const f of factors)
    if (f.kind === "entry")
      for (const p of f.at.slice(0, f.tensor.parameters.length)) for (const [i] of p.terms) steps.add(i);
  return steps;
}

/** The `log Σ exp` whose negative a term is. */
function logSum(arena: Arena, term: Node): NodeOf<"reduce"> | null {
  if (term.kind !== "multiply") return null;
  const [sign, sum, more] = term.factors;
  if (sign !== arena.minusOne || more !== undefined || sum?.kind !== "reduce") return null;
  return sum.op === "logsumexp" ? sum : null;
}

/** The free indices of a node, in the order in which they occur. */
function indicesInOrder(node: Node): readonly Index[] {
  const free = new Set(node.free);
  const found = new Set<Index>();
  const seen = new Set<Node>();
  const stack = [node];
  for (let n = stack.pop(); n !== undefined && found.size < free.size; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (n.kind === "entry") for (const p of n.at) for (const [i] of p.terms) if (free.has(i)) found.add(i);
    stack.push(...[...operands(n)].reverse());
  }
  // Those of conditions alone.
  for (const i of node.free) found.add(i);
  return [...found];
}
