import type { Arena } from "../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../expression/node.js";
import type { Equation } from "../model/model.js";
import type { Folder, Used } from "./fold.js";
import { type Occurrence, occurrences } from "./partials.js";
import { collect, type Knowledge, tidy } from "./simplify.js";

/** An equation with its free indices replaced by fresh ones, so that they meet no other index. */
export interface OpenEquation {
  readonly tensor: Tensor;
  /** The left side as the model has it. */
  readonly left: Node;
  readonly original: readonly Index[];
  readonly free: readonly Index[];
  readonly at: readonly Position[];
  readonly body: Node;
}

export function openEquation(arena: Arena, { tensor, at, body }: Equation): OpenEquation {
  const original: Index[] = [];
  for (const p of at) for (const [i] of p.terms) if (!original.includes(i)) original.push(i);
  const map = new Map<Index, Position>();
  const free = original.map((i) => {
    const fresh = arena.freshIndex(arena.substituteRange(i.range, map));
    map.set(i, arena.at(fresh));
    return fresh;
  });
  return {
    tensor,
    left: arena.entry(tensor, at),
    original,
    free,
    at: at.map((p) => arena.substitutePosition(p, map)),
    body: arena.substitute(body, map),
  };
}

/** `∂body/∂u[at]` as it comes out of the rules, and written with the names of intermediates. */
export interface Jacobian {
  readonly raw: Node;
  /** The sum of these; one of them may itself be a sum, which then is not split. */
  readonly terms: readonly Node[];
  readonly node: Node;
  readonly used: readonly Used[];
}

/** The derivatives of `body` by `u[at…]`, from the occurrences of `u` in it. */
export function jacobian(
  k: Knowledge,
  folder: Folder | null,
  found: readonly Occurrence[],
  at: readonly Position[],
  own: Node | null = null,
): Jacobian {
  const { arena } = k;
  const terms = found.map((o) => {
    const deltas = o.at.map((p, axis) => arena.delta(p, at[axis] ?? p));
    return tidy(k, { sums: o.sums, factors: [...deltas, o.factor] });
  });
  const collected = collect(k, terms);
  const raw = arena.add(...collected);
  if (folder === null) return { raw, terms: collected, node: raw, used: [] };
  const folded = collected.map((t) => folder.fold(t, own));
  const named = collect(
    k,
    folded.map((f) => f.node),
  );
  return { raw, terms: named, node: arena.add(...named), used: folded.flatMap((f) => f.used) };
}

/** `∂body/∂wrt[positions]`, all other tensors held fixed. */
export function differentiate(k: Knowledge, body: Node, wrt: Tensor, positions: readonly Position[]): Node {
  const found = occurrences(k.arena, body, (t) => t === wrt);
  return jacobian(k, null, found, positions).node;
}
