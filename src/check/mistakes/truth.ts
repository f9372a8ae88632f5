import { type Occurrence, occurrences } from "../../derive/partials.js";
import type { Arena } from "../../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../../expression/node.js";
import type { Equation } from "../../model/model.js";
import type { Judge } from "../judge.js";
import { sharedOf } from "./shared.js";

/** What one use of the variable gives to its derivative, by the chain rule and not simplified. */
export interface Contribution {
  readonly through: Equation;
  /** The term of the equation's right side in which the variable is used. */
  readonly term: number;
  readonly node: Node;
  /** The same without Kronecker deltas by which the use is that of the entry asked for: without all, and without each. */
  readonly captured: readonly Node[];
}

/** The true value of a left side, in the forms in which a mistake can be made in it. */
export interface Truth {
  readonly of: Tensor | null;
  readonly wrt: Tensor | null;
  /** As asked. */
  readonly asked: Node;
  /** The rule: in terms of the derivatives by what uses the variable. */
  readonly rule: Node | null;
  /** With each of these derivatives replaced by its own rule. */
  readonly deeper: Node | null;
  readonly contributions: readonly Contribution[];
  /** The positions of the variable's entry. */
  readonly at: readonly Position[];
}

const known = new WeakMap<Judge, Map<Node, Truth>>();

/** The same for all lines that ask for it. */
export function truthOf(judge: Judge, left: Node): Truth {
  const truths = known.get(judge) ?? new Map<Node, Truth>();
  known.set(judge, truths);
  const truth = truths.get(left) ?? findTruth(judge, left);
  truths.set(left, truth);
  return truth;
}

function findTruth(judge: Judge, left: Node): Truth {
  const asked = resolved(judge, left);
  const none = { of: null, wrt: null, asked: left, contributions: [], at: [] };
  if (asked.kind !== "entry" || asked.tensor.derivative === null) {
    const rule = unfolded(judge, left);
    return { ...none, rule: rule === left ? null : rule, deeper: null };
  }
  const { of, wrt } = asked.tensor.derivative;
  const rule = unfolded(judge, asked);
  const deeper = unfolded(judge, rule);
  const at = asked.at.slice(of.axes.length);
  return {
    of,
    wrt,
    asked: left,
    rule: rule === asked ? null : rule,
    deeper: deeper === rule ? null : deeper,
    contributions:
      of === wrt || of.derivative !== null || judge.derivatives.names.has(asked.tensor)
        ? []
        : contributionsTo(judge, of, wrt, asked.at),
    at,
  };
}

/** A name for a derivative is that derivative. */
function resolved(judge: Judge, node: Node): Node {
  let now = node;
  for (let k = 0; k < 8; k++) {
    if (now.kind !== "entry" || now.tensor.derivative !== null) return now;
    const body = definitionAt(judge, now.tensor, now.at);
    if (body === null || body.kind !== "entry") return now;
    now = body;
  }
  return now;
}

/** The right side of a tensor's equation at some positions. */
export function definitionAt(judge: Judge, tensor: Tensor, at: readonly Position[]): Node | null {
  const { arena, definitions } = judge.context;
  const equations = definitions.get(tensor) ?? [];
  const [equation] = equations;
  if (equation === undefined || equations.length !== 1) return null;
  const map = new Map<Index, Position>();
  for (const [k, p] of equation.at.entries()) {
    const index = arena.indexOf(p);
    const target = at[k];
    if (target === undefined) return null;
    if (index === null) {
      if (p !== target) return null;
      continue;
    }
    map.set(index, target);
  }
  return arena.substitute(equation.body, map);
}

/** Every derivative in a node replaced by its own rule. */
export function unfolded(judge: Judge, node: Node): Node {
  const { arena } = judge.context;
  const names = new Set(judge.derivatives.extra.map((e) => e.tensor));
  const go = (n: Node, depth: number): Node => {
    if (depth > 60) return n;
    if (n.kind === "entry") {
      if (n.tensor.derivative === null && !names.has(n.tensor)) return n;
      return definitionAt(judge, n.tensor, n.at) ?? n;
    }
    return arena.mapOperands(n, (m) => go(m, depth + 1));
  };
  return go(node, 0);
}

/** What the uses of a quantity give to the derivative by it, at the positions `all` of the derivative's entry. */
export function contributionsTo(
  judge: Judge,
  of: Tensor,
  wrt: Tensor,
  all: readonly Position[],
): readonly Contribution[] {
  const { arena } = judge.context;
  const ofAt = all.slice(0, of.axes.length);
  const at = all.slice(of.axes.length);
  const found: Contribution[] = [];
  for (const through of usesToward(judge, of, wrt)) {
    const fresh = freshened(arena, through);
    const upstream = upstreamOf(arena, of, ofAt, fresh);
    if (upstream === null) continue;
    const terms = fresh.body.kind === "add" ? fresh.body.terms : [fresh.body];
    const own = terms.flatMap((body, term) =>
      occurrences(arena, body, (t) => t === wrt).flatMap((use) => {
        const made = ofUse(arena, fresh, use, at, upstream);
        return made === null ? [] : [{ through, term, ...made }];
      }),
    );
    found.push(...own);
    if (found.length > 24) return [];
  }
  return found;
}

/** The equations through which the variable moves the quantity that is differentiated. */
export function usesToward(judge: Judge, of: Tensor | null, wrt: Tensor): readonly Equation[] {
  const { arena, definitions } = judge.context;
  const uses = sharedOf(judge).uses.get(wrt) ?? [];
  if (of === null) return uses;
  return uses.filter((e) => e.tensor === of || definitions.has(arena.derivativeTensor(of, e.tensor)));
}

export function freshened(
  arena: Arena,
  e: Equation,
): { at: readonly Position[]; indices: Index[]; body: Node; tensor: Tensor } {
  const map = new Map<Index, Position>();
  const indices: Index[] = [];
  for (const p of e.at) {
    const i = arena.indexOf(p);
    if (i === null || map.has(i)) continue;
    const fresh = arena.freshIndex(arena.substituteRange(i.range, map));
    map.set(i, arena.at(fresh));
    indices.push(fresh);
  }
  return {
    tensor: e.tensor,
    at: e.at.map((p) => arena.substitutePosition(p, map)),
    indices,
    body: arena.substitute(e.body, map),
  };
}

export function upstreamOf(
  arena: Arena,
  of: Tensor,
  ofAt: readonly Position[],
  e: { at: readonly Position[]; tensor: Tensor },
): Node | null {
  if (e.tensor !== of) return arena.entry(arena.derivativeTensor(of, e.tensor), [...ofAt, ...e.at]);
  const match = deltas(arena, ofAt, e.at);
  return match === null ? null : arena.multiply(...match);
}

function ofUse(
  arena: Arena,
  e: { indices: readonly Index[] },
  use: Occurrence,
  at: readonly Position[],
  upstream: Node,
): Pick<Contribution, "node" | "captured"> | null {
  const match = deltas(arena, use.at, at);
  if (match === null) return null;
  const withThese = (some: readonly Node[]): Node => contribution(arena, e, use, arena.multiply(...some), upstream);
  const node = withThese(match);
  const fewer = match.length < 2 ? [] : match.map((_, k) => match.filter((_, j) => j !== k));
  return node === arena.zero ? null : { node, captured: (match.length === 0 ? [] : [[], ...fewer]).map(withThese) };
}

function contribution(
  arena: Arena,
  e: { indices: readonly Index[] },
  use: Occurrence,
  match: Node,
  upstream: Node,
): Node {
  let node = arena.multiply(match, upstream, use.factor);
  for (const i of [...use.sums].reverse()) if (node.free.includes(i)) node = arena.sum(i, node);
  for (const i of [...e.indices].reverse()) node = arena.sum(i, node);
  return node;
}

/** What says that two lists of positions are the same; `null` where they never are. */
export function deltas(arena: Arena, a: readonly Position[], b: readonly Position[]): readonly Node[] | null {
  const parts: Node[] = [];
  for (const [k, p] of a.entries()) {
    const q = b[k];
    if (q === undefined) return null;
    if (p !== q && (arena.difference(p, q) ?? arena.difference(q, p)) === null) return null;
    const delta = arena.delta(p, q);
    if (delta !== arena.one) parts.push(delta);
  }
  return parts;
}
