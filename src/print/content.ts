import type { Arena } from "../expression/arena.js";
import type { Node } from "../expression/node.js";

/** `(2 N x)^{-1}` as `1/2`, `N^{-1}` and `x^{-1}`: numbers below a line are written apart. */
export function spreadReciprocal(arena: Arena, node: Node): readonly Node[] {
  if (node.kind !== "power" || node.exponent.kind !== "rational") return [node];
  const { base, exponent } = node;
  if (exponent.value.d !== 1n || exponent.value.s > 0n) return [node];
  const factors = (base.kind === "multiply" ? base.factors : [base]).flatMap((f) => content(arena, f));
  const numbers = factors.filter((f) => f.kind === "rational" || f.kind === "dimension");
  if (numbers.length === 0 || factors.length === 1) return [node];
  const rest = factors.filter((f) => f.kind !== "rational" && f.kind !== "dimension");
  return [...numbers, ...(rest.length === 0 ? [] : [arena.multiply(...rest)])].map((f) => arena.power(f, exponent));
}

/** The number in front of a dimension: `2N` is `2` and `N`. */
function content(arena: Arena, node: Node): readonly Node[] {
  if (node.kind !== "dimension") return [node];
  const [term, more] = node.dim.terms;
  if (term === undefined || more !== undefined || term.coefficient === 1) return [node];
  let primitive = arena.oneDim;
  for (const [atom, n] of term.powers)
    for (let k = 0; k < n; k++) primitive = arena.multiplyDims(primitive, arena.namedDim(atom.latex, atom.at));
  return [arena.rational(term.coefficient), arena.dimension(primitive)];
}
