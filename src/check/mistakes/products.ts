import { deriveBriefly } from "../../derive/derive.js";
import { type Occurrence, occurrences } from "../../derive/partials.js";
import { tensorsOf } from "../../expression/arena.js";
import type { Node, Position, Tensor } from "../../expression/node.js";
import type { Equation } from "../../model/model.js";
import type { Judge } from "../judge.js";
import type { Facts } from "./facts.js";
import { latex } from "./named.js";
import { deltas, freshened, upstreamOf } from "./truth.js";

/* Products that are taken for derivatives: of the derivatives of two factors, of a bias and what it is added to. */

const MOST_PRODUCTS = 4;
/** The derivatives of factors are derived anew: in a large worksheet nobody waits for that. */
const MOST_EQUATIONS = 300;

/** `u' v'` for the derivative of a product `u v`, for each product of which the variable moves several factors. */
export function slopesMultiplied(f: Facts): readonly Node[] {
  const { of, wrt } = f.truth;
  const { asked } = f.truth;
  if (of === null || wrt === null || asked.kind !== "entry" || f.equations.length > MOST_EQUATIONS) return [];
  const { arena, definitions } = f.judge.context;
  const moved = f.movedBy([wrt]);
  const isMoved = (n: Node): boolean => tensorsOf(n).some((t) => moved.has(t));
  const leads = (t: Tensor): boolean => t === of || definitions.has(arena.derivativeTensor(of, t));
  const products = f.equations.filter(({ tensor, body }) => productsIn(body, isMoved).length > 0 && leads(tensor));
  if (products.length > MOST_PRODUCTS) return [];
  const ofAt = asked.at.slice(0, of.axes.length);
  return products.flatMap((e) => multiplied(f, { of, ofAt, wrt }, e, isMoved));
}

/** The products of a right side, as a whole or as its terms, of which several factors move. */
const productsIn = (body: Node, isMoved: (n: Node) => boolean): readonly (readonly Node[])[] =>
  (body.kind === "add" ? body.terms : [body]).flatMap((n) =>
    n.kind === "multiply" && n.factors.filter(isMoved).length > 1 ? [n.factors] : [],
  );

interface Asked {
  readonly of: Tensor;
  readonly ofAt: readonly Position[];
  readonly wrt: Tensor;
}

function multiplied(f: Facts, asked: Asked, equation: Equation, isMoved: (n: Node) => boolean): readonly Node[] {
  const { arena } = f.judge.context;
  const e = freshened(arena, equation);
  const upstream = upstreamOf(arena, asked.of, asked.ofAt, e);
  if (upstream === null) return [];
  return productsIn(e.body, isMoved).map((factors) => {
    const slopes = factors.map((factor) => (isMoved(factor) ? slopeOf(f, asked.wrt, factor) : factor));
    return [...e.indices].reverse().reduce((n, i) => arena.sum(i, n), arena.multiply(upstream, ...slopes));
  });
}

/** The derivative of a factor by the variable, through all that it moves. */
function slopeOf(f: Facts, wrt: Tensor, factor: Node): Node {
  const { arena } = f.judge.context;
  const through = (use: Occurrence, by: Node | null): Node =>
    by === null
      ? arena.zero
      : [...use.sums].reverse().reduce((n, i) => arena.sum(i, n), arena.multiply(by, use.factor));
  const parts = tensorsOf(factor).flatMap((t) =>
    occurrences(arena, factor, (x) => x === t).map((use) =>
      through(
        use,
        t === wrt ? product(arena, deltas(arena, use.at, f.truth.at)) : totalOf(f.judge, t, wrt, use.at, f.truth.at),
      ),
    ),
  );
  return arena.add(...parts);
}

const product = (arena: Judge["context"]["arena"], factors: readonly Node[] | null): Node | null =>
  factors === null ? null : arena.multiply(...factors);

const MOST_UNFOLDED = 12;
/** Through a gated recurrence there are more ways with each step: what is not unfolded stays as the derivative that it is. */
const MOST_UNFOLDINGS = 100;

/** `d t[tAt] / d wrt[at]` in terms of the forward pass; `null` where t does not depend on it. */
function totalOf(judge: Judge, t: Tensor, wrt: Tensor, tAt: readonly Position[], at: readonly Position[]): Node | null {
  const { arena } = judge.context;
  const gradients = new Map(
    deriveBriefly(judge.derivatives.modelFor(t), [wrt], t).gradients.map((g) => [g.adjoint, g]),
  );
  let unfoldings = 0;
  const go = (n: Node, depth: number): Node => {
    const own = n.kind === "entry" ? gradients.get(n.tensor) : undefined;
    if (n.kind !== "entry" || own === undefined || depth > MOST_UNFOLDED || ++unfoldings > MOST_UNFOLDINGS)
      return n.kind === "entry" ? n : arena.mapOperands(n, (m) => go(m, depth));
    const map = new Map(own.indices.map((i, k) => [i, n.at[k] ?? arena.at(i)]));
    return go(arena.substitute(own.local, map), depth + 1);
  };
  const adjoint = arena.derivativeTensor(t, wrt);
  return gradients.has(adjoint) ? go(arena.entry(adjoint, [...tAt, ...at]), 0) : null;
}

/** What each equation gives to the gradient of a bias, times the other terms there. */
export function timesAddends(f: Facts): readonly { readonly node: Node; readonly beside: string }[] {
  const { arena } = f.judge.context;
  const { of, wrt, asked, at } = f.truth;
  if (of === null || wrt === null || asked.kind !== "entry") return [];
  const ofAt = asked.at.slice(0, of.axes.length);
  return f.through.flatMap((equation) => {
    const e = freshened(arena, equation);
    const upstream = upstreamOf(arena, of, ofAt, e);
    const own = occurrences(arena, e.body, (t) => t === wrt);
    const match = own[0] === undefined ? null : deltas(arena, own[0].at, at);
    if (e.body.kind !== "add" || own.length !== 1 || upstream === null || match === null) return [];
    const others = e.body.terms.filter((n) => !tensorsOf(n).includes(wrt));
    const term = arena.multiply(...match, upstream, arena.add(...others));
    const node = [...e.indices].reverse().reduce((n, i) => arena.sum(i, n), term);
    return [{ node, beside: others.flatMap(tensorsOf).map(latex).join(" ") }];
  });
}
