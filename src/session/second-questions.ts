import { ClaimReader } from "../check/claims.js";
import { Derivatives } from "../check/derivatives.js";
import { Unread } from "../check/unread.js";
import type { Span } from "../core/span.js";
import { unlessRefused } from "../core/unless-refused.js";
import type { Direction } from "../derive/hessian.js";
import type { Index, Node, NodeOf, Position, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import type { Problem } from "../model/read.js";
import type { Item } from "../model/symbols/statements.js";
import { axisAt } from "../model/values/stacked.js";
import type { Value } from "../model/values/value.js";
import type { Syntax } from "../notation/syntax.js";

/** A second derivative that a worksheet names, or its product with a direction. */
export interface SecondQuestion {
  readonly of: Tensor;
  readonly x: Tensor;
  readonly y: Tensor;
  /** `null` for the Hessian itself. */
  readonly direction: Direction | null;
  readonly latex: string;
  /** It is called as a whole, not by an entry. */
  readonly isWhole: boolean;
  readonly span: Span;
  /** The forward pass, with what the names of the worksheet stand for. */
  readonly model: Model;
}

/** The second derivatives in a problem's formulas, each once, in their order. */
export function secondQuestions(problem: Problem, text: string): readonly SecondQuestion[] {
  if (!problem.items.some((i) => NAMES.test(i.statement.latex))) return [];
  const derivatives = new Derivatives(problem, new Unread(problem, []));
  const reader = new ClaimReader(problem, derivatives);
  reader.read();
  const found = new Map<string, SecondQuestion>();
  for (const item of problem.items) {
    if (item.submitted === true || item.kind === "forward" || item.kind === "declaration") continue;
    const own = problem.elaborator.within(reader.lettersOf(item.statement), () =>
      item.statement.sides.flatMap((s) => askedBy(problem, derivatives, item, s, text) ?? []),
    );
    for (const q of own) {
      const key = [q.of.key, q.x.key, q.y.key, q.direction?.node.id ?? ""].join("|");
      // What is asked with a question mark is called as it is there.
      if (!found.has(key) || item.kind === "question") found.set(key, q);
    }
  }
  return [...found.values()];
}

/** What may be a second derivative: two of its signs, or a square on one. */
const NAMES = /\\nabla\s*(?:_\{?[^{}^]*\}?)?\s*\^\s*\{?2|\\partial\s*\^\s*\{?2|d\s*\^\s*\{?2|\\nabla[\s\S]*\\nabla/;

function askedBy(problem: Problem, d: Derivatives, item: Item, side: Syntax, text: string): SecondQuestion | null {
  const value = valueIn(problem, side);
  if (value === null) return null;
  const { arena } = problem.model;
  const axes = value.axes.map((axis) => axisAt(arena, axis));
  const node = namesExpanded(
    d,
    unlessRefused(() => value.at(axes.map((a) => a.at))),
  );
  if (node === null) return null;
  const base = { latex: text.slice(side.span.start, side.span.end).trim(), span: item.statement.span, model: d.model };
  const whole = secondEntry(node);
  if (whole !== null) return { ...base, ...whole.pair, isWhole: axes.length === whole.at.length, direction: null };
  const product = productWith(d, node);
  if (product === null) return null;
  return {
    ...base,
    ...product.pair,
    isWhole: axes.length === product.pair.x.axes.length,
    direction: product.direction,
  };
}

function valueIn(problem: Problem, side: Syntax): Value | null {
  return unlessRefused(() => problem.elaborator.elaborate(side));
}

/** With `H` where that is a name of the worksheet's for a derivative. */
function namesExpanded(d: Derivatives, node: Node | null): Node | null {
  if (node === null) return null;
  const { arena } = d;
  const go = (n: Node): Node => {
    if (n.kind !== "entry") return arena.mapOperands(n, go);
    const eq = d.extra.find((e) => e.tensor === n.tensor);
    if (eq === undefined || secondEntry(eq.body) === null) return n;
    const map = new Map<Index, Position>();
    eq.at.forEach((p, k) => {
      const index = arena.indexOf(p);
      const at = n.at[k];
      if (index !== null && at !== undefined) map.set(index, at);
    });
    return arena.substitute(eq.body, map);
  };
  return go(node);
}

interface Second {
  readonly pair: { readonly of: Tensor; readonly x: Tensor; readonly y: Tensor };
  readonly at: readonly Position[];
}

function secondEntry(node: Node): Second | null {
  if (node.kind !== "entry") return null;
  const first = node.tensor.derivative?.of.derivative;
  const y = node.tensor.derivative?.wrt;
  if (first == null || y === undefined || first.of.axes.length > 0) return null;
  return { pair: { of: first.of, x: first.wrt, y }, at: node.at };
}

/** `Σ_k H_{ik} v_k`, or `Σ_i v_i H_{ik}`: the direction is what multiplies the Hessian over one of its two variables. */
function productWith(
  d: Derivatives,
  node: Node,
): { readonly pair: Second["pair"]; readonly direction: Direction } | null {
  const { arena } = d;
  const sums: Index[] = [];
  let inside = node;
  while (inside.kind === "reduce" && inside.op === "sum") {
    const opened: { readonly index: Index; readonly body: Node } = arena.open(inside as NodeOf<"reduce">);
    sums.push(opened.index);
    inside = opened.body;
  }
  const factors = inside.kind === "multiply" ? inside.factors : [];
  const at = factors.findIndex((f) => secondEntry(f) !== null);
  const second = factors[at] === undefined ? null : secondEntry(factors[at]);
  const rest = arena.multiply(...factors.filter((_, k) => k !== at));
  if (second === null || sums.length === 0) return null;
  const { of, x, y } = second.pair;
  const [first, last] = [second.at.slice(0, x.axes.length), second.at.slice(x.axes.length)].map((ps) =>
    ps.map((p) => arena.indexOf(p)),
  );
  const bound = (indices: readonly (Index | null)[] | undefined): readonly Index[] | null => {
    const own = (indices ?? []).flatMap((i) => (i !== null && sums.includes(i) ? [i] : []));
    return own.length === indices?.length && own.length === sums.length ? own : null;
  };
  const [byX, byY] = [bound(first), bound(last)];
  const indices = byY ?? byX;
  if (indices === null || rest.free.some((i) => !indices.includes(i))) return null;
  // The same direction has the same indices, wherever it stands.
  const own = indices.map((i, k) => arena.index(`~direction${k}`, i.range));
  const along = arena.substitute(rest, new Map(indices.map((i, k) => [i, arena.at(own[k] ?? i)])));
  const latex = rest.kind === "entry" ? rest.tensor.latex : "v";
  return { pair: byY === null ? { of, x: y, y: x } : { of, x, y }, direction: { indices: own, node: along, latex } };
}
