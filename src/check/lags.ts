import type { Arena } from "../expression/arena.js";
import { tensorsOf } from "../expression/arena.js";
import type { Node, Position, Tensor } from "../expression/node.js";
import { operands } from "../expression/operands.js";
import type { Equation } from "../model/model.js";

/*
 * Members of families that are computed one after another: no layer moves an earlier one, so of
 * `\partial h^{(\ell)} / \partial h^{(\ell + 1)}` nothing is left.
 */

/** How many places back, at least, one family uses another, by way of all equations between them. */
type Lags = ReadonlyMap<Tensor, ReadonlyMap<Tensor, number>>;

const isFamily = (t: Tensor): boolean => t.parameters.length > 0;

/** Derivatives of members by what is computed later, taken as zero. */
export function withoutLater(arena: Arena, equations: readonly Equation[], node: Node): Node {
  const mentioned = tensorsOf(node).some((t) => t.derivative !== null && isFamily(t.derivative.of));
  const lags = mentioned ? lagsOf(arena, equations) : null;
  return lags === null ? node : zeroed(arena, lags, node, 0);
}

function zeroed(arena: Arena, lags: Lags, node: Node, depth: number): Node {
  if (node.kind === "entry") return isLater(arena, lags, node.tensor, node.at) ? arena.zero : node;
  return depth > 60 ? node : arena.mapOperands(node, (n) => zeroed(arena, lags, n, depth + 1));
}

function isLater(arena: Arena, lags: Lags, tensor: Tensor, at: readonly Position[]): boolean {
  const { of, wrt } = tensor.derivative ?? {};
  if (of === undefined || wrt === undefined || !isFamily(of) || !isFamily(wrt)) return false;
  const [member, variable] = [at[0], at[of.axes.length]];
  const lag = lags.get(of)?.get(wrt);
  if (member === undefined || variable === undefined) return false;
  const back = distance(arena, member, variable);
  return back !== null && (lag === undefined ? lags.has(of) : back < lag);
}

/** `a - b` of places that differ by a number. */
function distance(arena: Arena, a: Position, b: Position): number | null {
  const same =
    a.value === null &&
    b.value === null &&
    a.terms.length === b.terms.length &&
    a.terms.every(([i, c]) => b.terms.some(([j, d]) => i === j && c === d));
  return same ? arena.integerOf(arena.subtractDims(a.offset, b.offset)) : null;
}

interface Edge {
  readonly from: Tensor;
  readonly to: Tensor;
  readonly lag: number;
}

/** `null` where some use is at no fixed distance, or a way leads back to the same member or ahead. */
function lagsOf(arena: Arena, equations: readonly Equation[]): Lags | null {
  const edges = equations.filter((eq) => isFamily(eq.tensor)).map((eq) => edgesOf(arena, eq));
  const families = [...new Set(equations.map((eq) => eq.tensor).filter(isFamily))];
  if (!edges.every((e): e is readonly Edge[] => e !== null)) return null;
  const rows = families.map((t) => [t, leastFrom(t, edges.flat(), families.length)] as const);
  return rows.every((r): r is readonly [Tensor, ReadonlyMap<Tensor, number>] => r[1] !== null) ? new Map(rows) : null;
}

function edgesOf(arena: Arena, eq: Equation): readonly Edge[] | null {
  const [place] = eq.at;
  // What gives one member alone is where the others begin.
  if (place === undefined || arena.indexOf(place) === null) return [];
  const edges: Edge[] = [];
  for (const { tensor, at } of usesIn(eq.body)) {
    const lag = at[0] === undefined ? null : distance(arena, place, at[0]);
    if (lag === null) return null;
    edges.push({ from: eq.tensor, to: tensor, lag });
  }
  return edges;
}

/** The least distance to each family; `null` where going round makes it less and less. */
function leastFrom(start: Tensor, edges: readonly Edge[], families: number): ReadonlyMap<Tensor, number> | null {
  const row = new Map([[start, 0]]);
  for (let round = 0; round <= families; round++) {
    let changed = false;
    for (const { from, to, lag } of edges) {
      const known = row.get(from);
      if (known === undefined || known + lag >= (row.get(to) ?? Number.POSITIVE_INFINITY)) continue;
      row.set(to, known + lag);
      changed = true;
    }
    if (!changed) return row;
  }
  return null;
}

function usesIn(body: Node): readonly Extract<Node, { kind: "entry" }>[] {
  const found: Extract<Node, { kind: "entry" }>[] = [];
  const seen = new Set<Node>();
  const stack = [body];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (n.kind === "entry" && isFamily(n.tensor) && n.tensor.derivative === null) found.push(n);
    stack.push(...operands(n));
  }
  return found;
}
