import { Fraction } from "fraction.js";
import { nodesBelow } from "../evaluate/walk.js";
import { type Arena, tensorsOf } from "../expression/arena.js";
import type { Node } from "../expression/node.js";

/*
 * Numbers that rounding swallows. At every point `a + 10^{-30} x` is `a` in all digits that are computed: agreement there says
 * nothing of the second term, and a plainer number in its place, zero, agrees as well.
 */

/** Less than this, relative to what it stands for, a number is hardly more than rounding. */
const FAINT = 1e-9;
const LARGEST_DENOMINATOR = 60;
/** Deeper ones are left as they are: a walk this deep would run out of stack. */
const DEEPEST = 1000;

/** The expression with a plain number in place of each that hardly differs from it: the same one where none does. */
export function withoutFaint(arena: Arena, node: Node, numberOf: (closed: Node) => number): Node {
  const done = new Map<Node, Node>();
  const go = (n: Node): Node => {
    let plain = done.get(n);
    if (plain === undefined) {
      plain = plainOf(arena, n, numberOf) ?? (n.depth < DEEPEST ? arena.mapOperands(n, go) : n);
      done.set(n, plain);
    }
    return plain;
  };
  return go(node);
}

/** Does one of these hold a number, or a function of numbers, that others hardly differ from? */
export const holdsFaint = (arena: Arena, roots: readonly Node[], numberOf: (closed: Node) => number): boolean =>
  nodesBelow(roots).some((n) => plainOf(arena, n, numberOf) !== null);

/** The plain number that a number, or a function of numbers, hardly differs from; `null` where there is none. */
function plainOf(arena: Arena, n: Node, numberOf: (closed: Node) => number): Node | null {
  if (n.kind === "rational") {
    const plain = plainNumber(n.value);
    return plain === null ? null : arena.rational(plain);
  }
  // `e^{-1000}` is to the computer zero, and `\tanh(50)` one.
  if ((n.kind !== "apply" && n.kind !== "power") || !isClosed(n)) return null;
  const value = numberOf(n);
  const near = n.kind === "apply" ? Math.round(value) : 0;
  return Math.abs(value - near) < FAINT ? arena.rational(near) : null;
}

const isClosed = (n: Node): boolean =>
  tensorsOf(n).length === 0 && nodesBelow([n]).every((o) => CLOSED.has(o.kind)) && n.free.length === 0;

const CLOSED: ReadonlySet<Node["kind"]> = new Set(["rational", "constant", "add", "multiply", "power", "apply"]);

function plainNumber(value: Fraction): Fraction | null {
  const x = value.valueOf();
  if (x === 0 || value.d <= BigInt(LARGEST_DENOMINATOR)) return null;
  if (Math.abs(x) < FAINT) return new Fraction(0);
  for (let d = 1; d <= LARGEST_DENOMINATOR; d++) {
    const near = new Fraction(Math.round(x * d), d);
    if (Math.abs(value.sub(near).valueOf()) < FAINT * Math.abs(x)) return near;
  }
  return null;
}
