import type { Arena } from "../expression/arena.js";
import { operands } from "../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../expression/node.js";
import { pullsOf } from "./rules.js";

/** `Σ_sums factor` is what one occurrence of the entry `tensor[at]` contributes to the derivative of a body by it. */
export interface Occurrence {
  readonly tensor: Tensor;
  readonly at: readonly Position[];
  readonly sums: readonly Index[];
  readonly factor: Node;
}

interface Reach {
  readonly sums: readonly Index[];
  readonly factor: Node;
}

/**
 * The derivative of `body` by every entry that occurs in it, by one sweep from the root down.
 *
 * A node is handled once, after all its parents (a parent is deeper than its operands), so shared subexpressions do not
 * multiply and nothing recurses. `wanted` says which tensors matter; entries in a position's value (a gather) do not
 * count, they are integers.
 */
export function occurrences(
  arena: Arena,
  body: Node,
  wanted: (t: Tensor) => boolean,
  reluAtZero: 0 | 1 = 0,
): readonly Occurrence[] {
  const found: Occurrence[] = [];
  const levels = new Levels(mentions(wanted), reluAtZero);
  levels.reach(body, body.depth, { sums: [], factor: arena.one });
  for (let level = body.depth; level >= 0; level--) {
    for (const [node, reaches] of levels.take(level)) {
      if (node.kind === "entry") found.push(...reaches.map((r) => ({ tensor: node.tensor, at: node.at, ...r })));
      else pass(arena, node, merge(arena, node, reaches), levels, level);
    }
  }
  return found;
}

/** What has reached the nodes of an expression so far, by their depth. */
class Levels {
  readonly touches: (node: Node) => boolean;
  readonly reluAtZero: 0 | 1;
  readonly #levels: Map<Node, Reach[]>[] = [];

  constructor(touches: (node: Node) => boolean, reluAtZero: 0 | 1) {
    this.touches = touches;
    this.reluAtZero = reluAtZero;
  }

  reach(node: Node, level: number, reach: Reach): void {
    if (!this.touches(node)) return;
    this.#levels[level] ??= new Map();
    const here = this.#levels[level];
    const old = here?.get(node);
    if (old === undefined) here?.set(node, [reach]);
    else old.push(reach);
  }

  /** All of the deepest level that is left; it is done with. */
  take(level: number): Iterable<readonly [Node, readonly Reach[]]> {
    const here = this.#levels[level] ?? [];
    this.#levels.length = Math.min(this.#levels.length, level);
    return here;
  }
}

/** What reached a node, passed on to its operands. */
function pass(arena: Arena, node: Node, reach: Reach, levels: Levels, level: number): void {
  for (const { operand, factor: own, sums, refuse } of pullsOf(arena, node, levels.reluAtZero)) {
    if (refuse !== undefined && levels.touches(operand)) refuse();
    const factor = arena.multiply(reach.factor, own);
    if (factor !== arena.zero)
      levels.reach(operand, Math.min(operand.depth, level - 1), { sums: [...reach.sums, ...sums], factor });
  }
}

/** What reached a node on several ways, as one: sums over indices that the node does not know are closed. */
function merge(arena: Arena, node: Node, reaches: readonly Reach[]): Reach {
  const [first] = reaches;
  if (first !== undefined && reaches.length === 1) return first;
  const shared = (first?.sums ?? []).filter((i) => reaches.every((r) => r.sums.includes(i)) && node.free.includes(i));
  const terms = reaches.map((r) =>
    arena.sums(
      r.sums.filter((i) => !shared.includes(i)),
      r.factor,
    ),
  );
  return { sums: shared, factor: arena.add(...terms) };
}

/** Whether an entry of a wanted tensor stands below a node, positions not counted. */
function mentions(wanted: (t: Tensor) => boolean): (node: Node) => boolean {
  const memo = new Map<Node, boolean>();
  const own = (node: Node): boolean => node.kind === "entry" && wanted(node.tensor);
  return (root) => {
    const stack = [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const below = memo.has(node) ? [] : valued(node);
      const missing = below.filter((n) => !memo.has(n));
      stack.push(...missing);
      if (missing.length > 0) continue;
      if (!memo.has(node)) memo.set(node, own(node) || below.some((n) => memo.get(n)));
      stack.pop();
    }
    return memo.get(root) === true;
  };
}

/** The operands that count by their value and not as a position. */
const valued = (node: Node): readonly Node[] =>
  node.kind === "entry" || node.kind === "position" || node.kind === "iverson" ? [] : operands(node);
