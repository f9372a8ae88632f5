import { tensorsOf } from "../../expression/arena.js";
import type { Node, NodeOf, Tensor } from "../../expression/node.js";
import { nameDropped } from "./dropped.js";
import { Facts } from "./facts.js";
import { firstEntry, replacing } from "./forms.js";
import type { Named } from "./named.js";
import { type Contribution, contributionsTo, truthOf } from "./truth.js";

/* A way that is left out further on: not of the variable, but of what it gives. */

export interface Beyond {
  readonly node: Node;
  readonly name: () => Named;
}

const MOST_WAYS = 6;

/** The rule with one contribution less in each place of a derivative that stands in it. */
export function* pathsLeftOutBeyond(f: Facts): Generator<Beyond> {
  const { of, wrt, rule } = f.truth;
  if (of === null || rule === null) return;
  for (const t of tensorsOf(rule)) {
    const { derivative: d } = t;
    if (d !== null && d.of === of && d.wrt !== wrt && d.wrt !== of) yield* without(f, rule, t, d.wrt);
  }
}

function* without(f: Facts, rule: Node, derivative: Tensor, through: Tensor): Generator<Beyond> {
  const { arena } = f.judge.context;
  const found = firstEntry(rule, derivative);
  const all = found === null ? [] : waysAt(f, found, through);
  if (found === null || all.length < 2 || all.length > MOST_WAYS) return;
  const facts = new Facts(f.judge, truthOf(f.judge, found));
  for (const isDropped of choicesOf(all)) {
    const node = replacing(arena, rule, derivative, (n) =>
      arena.add(...waysAt(f, n, through).flatMap((c, k) => (isDropped(k) ? [] : [c.node]))),
    );
    const [kept, dropped] = [false, true].map((d) => all.filter((_, k) => isDropped(k) === d));
    yield { node, name: () => nameDropped(facts, kept ?? [], dropped ?? []) };
  }
}

/** All uses in one equation, then each use. */
function choicesOf(all: readonly Contribution[]): readonly ((k: number) => boolean)[] {
  const equations = [...new Set(all.map((c) => c.through))];
  const whole = equations.length < 2 ? [] : equations.map((e) => (k: number) => all[k]?.through === e);
  return [...whole, ...all.map((_, j) => (k: number) => k === j)];
}

const waysAt = (f: Facts, { at }: NodeOf<"entry">, through: Tensor): readonly Contribution[] =>
  f.truth.of === null ? [] : contributionsTo(f.judge, f.truth.of, through, at);
