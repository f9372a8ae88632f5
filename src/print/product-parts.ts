import { Fraction } from "fraction.js";
import type { Arena } from "../expression/arena.js";
import type { Node, NodeOf } from "../expression/node.js";
import { spreadReciprocal } from "./content.js";

/** The factors of a product by the place they are written in. */
export interface Parts {
  readonly coefficient: Fraction;
  readonly conditions: readonly Node[];
  readonly above: readonly Node[];
  /** Denominators that are dimensions, as in `1/N`. */
  readonly scalarsBelow: readonly Node[];
  readonly below: readonly Node[];
}

export function partsOf(arena: Arena, factors: readonly Node[]): Parts {
  let coefficient = new Fraction(1);
  const parts = { conditions: [] as Node[], above: [] as Node[], scalarsBelow: [] as Node[], below: [] as Node[] };
  for (const f of squares(
    arena,
    factors.flatMap((g) => spreadReciprocal(arena, g)),
  )) {
    if (f.kind === "rational") coefficient = coefficient.mul(f.value);
    // Where a condition fails the product is zero, even if the fraction beside it is not defined.
    else if (isCondition(f)) parts.conditions.push(f);
    else if (f.kind !== "power" || !isReciprocal(f)) parts.above.push(f);
    else (f.base.kind === "dimension" ? parts.scalarsBelow : parts.below).push(inverted(arena, f));
  }
  return { coefficient, ...parts };
}

const isCondition = (f: Node): boolean => f.kind === "iverson" || f.kind === "indicator";

/** `x x` as `x²`. */
function squares(arena: Arena, factors: readonly Node[]): readonly Node[] {
  const counts = new Map<Node, number>();
  for (const f of factors) counts.set(f, (counts.get(f) ?? 0) + 1);
  return [...counts].map(([f, n]) => (isCondition(f) ? f : arena.power(f, n)));
}

export const isReciprocal = (node: NodeOf<"power">): boolean =>
  node.exponent.kind === "rational" && node.exponent.value.s < 0n;

function inverted(arena: Arena, node: NodeOf<"power">): Node {
  return node.exponent.kind === "rational" ? arena.power(node.base, arena.rational(node.exponent.value.neg())) : node;
}

/** The terms of `t - y` for `-(y - t)`, or `null` where that too would begin with a minus. */
export function turned(arena: Arena, factors: readonly Node[]): readonly Node[] | null {
  const [sign, sum] = factors;
  if (factors.length !== 2 || sign !== arena.minusOne || sum?.kind !== "add") return null;
  const terms = sum.terms.map((t) => arena.negate(t));
  return terms.every((t) => isNegative(arena, t)) ? null : terms;
}

/** Whether what is printed begins with a minus. */
export function isNegative(arena: Arena, node: Node): boolean {
  switch (node.kind) {
    case "rational":
      return node.value.s < 0n;
    case "dimension":
      return node.dim.terms.every((t) => t.coefficient < 0);
    case "position": {
      const { terms, offset, value } = node.position;
      return value === null && terms.every(([, c]) => c < 0) && offset.terms.every((t) => t.coefficient < 0);
    }
    case "add":
      return node.terms.every((t) => isNegative(arena, t));
    case "power":
      return isReciprocal(node) && partsOf(arena, [node]).coefficient.s < 0n;
    case "multiply":
      return partsOf(arena, node.factors).coefficient.s < 0n && turned(arena, node.factors) === null;
    default:
      return false;
  }
}

/** A derivative, a sum over an index, or a sum of such or of fractions: what stands beside a fraction, not in it. */
export function isTall(n: Node): boolean {
  if (n.kind === "entry") return n.tensor.derivative !== null;
  if (n.kind === "reduce") return n.op !== "logsumexp";
  if (n.kind !== "add") return false;
  return n.terms.some((t) => (t.kind === "multiply" ? t.factors : [t]).some((f) => isTall(f) || isDivisor(f)));
}

const isDivisor = (n: Node): boolean => n.kind === "power" && isReciprocal(n) && n.base.kind !== "dimension";

/** A factor that is one where a condition on indices holds, `δ + (1 - δ) x`, as what it is elsewhere. */
export function factorExcept(
  arena: Arena,
  n: Node,
): { readonly where: NodeOf<"iverson">; readonly factor: Node } | null {
  const [a, b, more] = n.kind === "add" ? n.terms : [];
  if (a === undefined || b === undefined || more !== undefined) return null;
  for (const [where, rest] of [[a, b] as const, [b, a] as const]) {
    if (where.kind !== "iverson" || where.relation !== "zero" || rest.kind !== "multiply") continue;
    const otherwise = arena.subtract(arena.one, where);
    if (rest.factors.includes(otherwise))
      return { where, factor: arena.multiply(...rest.factors.filter((f) => f !== otherwise)) };
  }
  return null;
}
