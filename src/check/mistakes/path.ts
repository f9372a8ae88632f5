import type { Tensor } from "../../expression/node.js";
import type { Facts } from "./facts.js";
import { sharedOf } from "./shared.js";

const MOST_STEPS = 8;

/**
 * The quantities on a way that was left out, from the variable to where it meets the ways that were kept, or to what is
 * differentiated.
 */
export function wayOf(f: Facts, dropped: Tensor, kept: readonly Tensor[]): readonly Tensor[] {
  const { of, wrt } = f.truth;
  const { uses } = sharedOf(f.judge);
  const elsewhere = f.movedBy(kept);
  const way = [...(wrt === null ? [] : [wrt]), dropped];
  for (let at = dropped; at !== of && !elsewhere.has(at) && way.length <= MOST_STEPS; ) {
    const next = (uses.get(at) ?? []).map((e) => e.tensor).find((t) => !way.includes(t) && f.leadsToEnd(t));
    if (next === undefined) break;
    way.push(next);
    at = next;
  }
  return way;
}
