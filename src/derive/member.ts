import type { Dim, Index, Node, Position, Tensor } from "../expression/node.js";
import type { Contribution } from "./chain-rule.js";
import { above, type Graph } from "./graph.js";
import { guardsOf, solveFor } from "./positions.js";
import { type Knowledge, tidy } from "./simplify.js";
import { openTerm, termsOf } from "./terms.js";

/** The one member of a family in whose equation a member of another stands: `h^{(\ell+1)}` for `h^{(\ell)}` and `W^{(\ell)}`. */
export interface Member {
  /** The equation of that member alone, and what it gives. */
  readonly contribution: Contribution;
  /** Whether there is such a member: `\ell < L`. */
  readonly guards: readonly Node[];
  readonly index: Index;
  /** The index over those members that have one, where not all do. */
  readonly narrowed: Index | null;
  /** The derivative of any member: its indices, and its body. */
  readonly rows: readonly Index[];
  readonly body: Node;
}

/**
 * Finds the member that uses `tensor` at its own place. There is one where all occurrences lie equally far from the left side's
 * place, and where nothing else leads from the one to the other, so that the direct partial derivative is the total one.
 */
export function memberThatUses(
  k: Knowledge,
  graph: Graph,
  tensor: Tensor,
  c: Contribution,
  own: readonly Index[],
): Member | null {
  const { arena } = k;
  const { equation } = c;
  const v = equation.tensor;
  const index = own[own.length - tensor.axes.length];
  const [row] = equation.free;
  if (tensor.parameters.length !== 1 || v.parameters.length !== 1 || index === undefined || row === undefined)
    return null;
  if (equation.at[0] !== arena.at(row) || !isOnlyWay(graph, tensor, v)) return null;
  const [first, ...others] = c.places.map(([p]) => p);
  if (first === undefined || others.some((p) => p !== first)) return null;
  const distance = arena.difference(first, arena.at(index));
  const place = distance === null ? null : solveFor(arena, distance, row);
  if (place === null || place.terms.length !== 1 || place.terms[0]?.[0] !== index) return null;
  const guards = guardsOf(arena, place, row.range, k.valueRange);
  if (guards === null) return null;
  const there = new Map([[row, place]]);
  const free = equation.free.slice(1).map((i) => [i, arena.freshIndex(arena.substituteRange(i.range, there))] as const);
  const moved = new Map<Index, Position>([...there, ...free.map(([i, j]) => [i, arena.at(j)] as const)]);
  const at = equation.at.map((p) => arena.substitutePosition(p, moved));
  const body = (n: Node): Node =>
    arena.add(...termsOf(arena.substitute(n, moved)).map((t) => tidy(k, openTerm(arena, t))));
  return {
    contribution: {
      ...c,
      equation: {
        ...equation,
        at,
        original: equation.original.slice(1),
        free: free.map(([, j]) => j),
        body: arena.substitute(equation.body, moved),
      },
      jacobian: { ...c.jacobian, raw: body(c.jacobian.raw), node: body(c.jacobian.node) },
    },
    guards,
    index,
    narrowed: guards.length === 0 ? null : narrowedTo(k, index, place, row),
    ...anyMember(k, c),
  };
}

/** The derivative of any member, also of one that another equation gives: zero there. */
function anyMember(
  { arena, valueRange }: Knowledge,
  { equation, jacobian }: Contribution,
): Pick<Member, "rows" | "body"> {
  const moved = new Map<Index, Position>();
  const rows = equation.free.map((i, n) => {
    const range = n === 0 ? arena.axisRange(equation.tensor, 0, equation.at) : arena.substituteRange(i.range, moved);
    const row = arena.freshIndex(range);
    moved.set(i, arena.at(row));
    return row;
  });
  const [first] = equation.free;
  const place = first === undefined ? undefined : moved.get(first);
  const guards = first === undefined || place === undefined ? [] : guardsOf(arena, place, first.range, valueRange);
  return { rows, body: arena.multiply(...(guards ?? []), arena.substitute(jacobian.node, moved)) };
}

/** Nothing else that uses u leads to v: then `∂v/∂u` of neighbours is that of the one equation. */
function isOnlyWay(graph: Graph, u: Tensor, v: Tensor): boolean {
  const users = (graph.consumers.get(u) ?? []).map((n) => graph.equations[n]?.tensor);
  const others = users.filter((t) => t !== undefined && t !== v);
  const direct = users.length - others.length;
  return direct === 1 && others.every((t) => t === undefined || !above(graph, [t]).has(v));
}

/** The index over those of its places whose member of the other family there is. */
function narrowedTo({ arena }: Knowledge, index: Index, place: Position, row: Index): Index {
  const [low, high] = [row.range.low, row.range.high].map((end) => arena.subtractDims(end, place.offset));
  const above = (a: Dim, b: Dim): boolean => (arena.integerOf(arena.subtractDims(a, b)) ?? 0) > 0;
  const { range } = index;
  return arena.index(
    index.name,
    arena.range(
      low !== undefined && above(low, range.low) ? low : range.low,
      high !== undefined && above(range.high, high) ? high : range.high,
    ),
  );
}
