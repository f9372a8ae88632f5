import type Fraction from "fraction.js";
import { type Occurrence, occurrences } from "../../derive/partials.js";
import type { Arena } from "../../expression/arena.js";
import { tensorsOf } from "../../expression/arena.js";
import type { Node, NodeOf, Position, Tensor } from "../../expression/node.js";
import type { Equation } from "../../model/model.js";
import type { Facts } from "./facts.js";
import { contains } from "./forms.js";
import { deltas, freshened, upstreamOf } from "./truth.js";

/* The chain rule without its last factor: `f'(g(x))` for `f'(g(x)) g'(x)`. */

/** What a formula gives without the derivative of what stands inside one function. */
export interface Outer {
  readonly node: Node;
  /** What is taken from the true derivative, so that `node` can stand in its place. */
  readonly instead: Node;
  /** The derivative that is left out. */
  readonly inner: Node;
  readonly use: Equation;
}

const MOST_PLACES = 6;

/** Every way to forget what stands inside a function, in the equations through which the variable is used. */
export const withoutInner = (f: Facts): readonly Outer[] => f.through.flatMap((e) => outersOf(f, e));

/** The numbers by which some equations multiply the variable, as it stands there or inside a function. */
export function constantsIn(f: Facts, through: readonly Equation[]): readonly Fraction[] {
  const { arena } = f.judge.context;
  const { wrt } = f.truth;
  const isLinear = (n: Node): boolean => !tensorsOf(n).some((t) => t === wrt);
  const alone = through.flatMap((e) => {
    const [use, ...more] = occurrences(arena, e.body, (t) => t === wrt);
    return use === undefined || more.length > 0 || !isLinear(use.factor) ? [] : [use.factor];
  });
  return [...alone, ...through.flatMap((e) => outersOf(f, e)).map((o) => o.inner)].flatMap(numberIn);
}

/** The number among the factors of a product. */
const numberIn = (n: Node): readonly Fraction[] =>
  (n.kind === "multiply" ? n.factors : [n]).flatMap((x) => (x.kind === "rational" ? [x.value] : []));

function outersOf(f: Facts, equation: Equation): readonly Outer[] {
  const { arena } = f.judge.context;
  const { of, wrt, asked } = f.truth;
  if (of === null || wrt === null || asked.kind !== "entry") return [];
  const e = freshened(arena, equation);
  const upstream = upstreamOf(arena, of, asked.at.slice(0, of.axes.length), e);
  if (upstream === null) return [];
  const sum = (n: Node): Node => [...e.indices].reverse().reduce((m, i) => arena.sum(i, m), n);
  const found: Outer[] = [];
  for (let place = 0; place < MOST_PLACES; place++) {
    const opened = openedAt(arena, e.body, wrt, place);
    if (opened === null) break;
    const made = chainOf(arena, opened, wrt, f.truth.at);
    if (made !== null)
      found.push({
        ...made,
        use: equation,
        node: sum(arena.multiply(upstream, made.node)),
        instead: sum(arena.multiply(upstream, made.instead)),
      });
  }
  return found;
}

interface Opened {
  /** The formula with a quantity of its own in the place of what stands inside. */
  readonly body: Node;
  readonly own: Tensor;
  readonly inside: Node;
}

/** The formula around what stands inside its `place`-th function of more than the variable alone. */
function openedAt(arena: Arena, body: Node, wrt: Tensor, place: number): Opened | null {
  let count = 0;
  let found: Omit<Opened, "body"> | null = null;
  const go = (n: Node): Node => {
    if (found !== null || !tensorsOf(n).includes(wrt)) return n;
    const inside = insideOf(n);
    if (inside === null || !tensorsOf(inside).includes(wrt) || count++ < place) return arena.mapOperands(n, go);
    const own = ownTensor(inside);
    found = { own, inside };
    return arena.mapOperands(n, (m) =>
      m === inside
        ? arena.entry(
            own,
            inside.free.map((i) => arena.at(i)),
          )
        : m,
    );
  };
  const made = go(body);
  return found === null ? null : { ...(found as Omit<Opened, "body">), body: made };
}

/** Of a function of one thing that is more than an entry, and of a power, what stands inside. */
function insideOf(n: Node): Node | null {
  const [inside, ...more] = isPower(n) ? [n.base] : n.kind === "apply" ? n.args : [];
  return inside === undefined || more.length > 0 || inside.kind === "entry" ? null : inside;
}

const isPower = (n: Node): n is NodeOf<"power"> => n.kind === "power" && n.exponent.kind === "rational";

const ownTensor = (inside: Node): Tensor => ({
  key: `inside ${inside.key}`,
  latex: "",
  name: "",
  parameters: [],
  axes: inside.free.map((i) => i.range),
  integer: false,
  derivative: null,
});

/** The derivative with the inner one and without it, of one use of the variable in what stands inside. */
function chainOf(
  arena: Arena,
  { body, own, inside }: Opened,
  wrt: Tensor,
  at: readonly Position[],
): Omit<Outer, "use"> | null {
  const uses = occurrences(arena, body, (t) => t.key === own.key);
  const inner = occurrences(arena, inside, (t) => t === wrt);
  const [first] = inner;
  if (first === undefined || uses.length !== 1) return null;
  const [use] = uses;
  if (use === undefined) return null;
  const one = through(arena, { use, inside, own }, { ...first, factor: arena.one }, at);
  const all = inner.map((i) => through(arena, { use, inside, own }, i, at));
  if (one === null || all.includes(null)) return null;
  return {
    node: one,
    instead: arena.add(...all.flatMap((n) => n ?? [])),
    inner: inner.length === 1 ? first.factor : arena.zero,
  };
}

interface Use {
  readonly use: Occurrence;
  readonly inside: Node;
  readonly own: Tensor;
}

function through(arena: Arena, { use, inside, own }: Use, inner: Occurrence, at: readonly Position[]): Node | null {
  const insideAt = (n: Node, positions: readonly Position[]): Node =>
    arena.substitute(n, new Map(inside.free.map((i, k) => [i, positions[k] ?? arena.at(i)])));
  const map = new Map(inside.free.map((i, k) => [i, use.at[k] ?? arena.at(i)]));
  const reached = inner.at.map((p) => arena.substitutePosition(p, map));
  const match = deltas(arena, reached, at);
  if (match === null) return null;
  const isOwn = (n: Node): n is NodeOf<"entry"> => n.kind === "entry" && n.tensor.key === own.key;
  const back = (n: Node): Node => {
    if (isOwn(n)) return insideAt(inside, n.at);
    return contains(n, isOwn) ? arena.mapOperands(n, back) : n;
  };
  const node = arena.multiply(...match, back(use.factor), insideAt(inner.factor, use.at));
  return [...use.sums, ...inner.sums].reverse().reduce((n, i) => (n.free.includes(i) ? arena.sum(i, n) : n), node);
}
