import { Fraction } from "fraction.js";
import { flatMap } from "../core/flat-map.js";
import type { Arena } from "../expression/arena.js";
import type { Node, NodeOf } from "../expression/node.js";
import { classOf } from "./same.js";
import { factorsOf } from "./terms.js";

/** `base^exponent` with a rational exponent; conditions stand apart, since they are their own square. */
export interface Atom {
  readonly base: Node;
  readonly exponent: Fraction;
}

/** `coefficient · Π conditions · Π atoms`. */
export interface Monomial {
  readonly coefficient: Fraction;
  readonly conditions: readonly Node[];
  readonly atoms: readonly Atom[];
}

const ONE = new Fraction(1);

export const atomOf = (node: Node): Atom =>
  node.kind === "power" && node.exponent.kind === "rational"
    ? { base: node.base, exponent: node.exponent.value }
    : { base: node, exponent: ONE };

const isCondition = (n: Node): boolean => n.kind === "iverson" || n.kind === "indicator";

/**
 * The product with equal factors merged into powers, in the order of first occurrence.
 *
 * `x x⁻¹` becomes 1 only where it is literally one base and that base is not one that vanishes on more than a null set
 * (`mayVanish`): there the two stay side by side.
 */
export function monomialOf(arena: Arena, node: Node, mayVanish: (base: Node) => boolean): Monomial {
  let coefficient = ONE;
  const conditions = new Map<number, Node>();
  const atoms = new Map<number, { base: Node; exponents: Fraction[] }>();
  for (const factor of flatMap(factorsOf(node), (f) => apart(arena, f))) {
    if (factor.kind === "rational") coefficient = coefficient.mul(factor.value);
    else if (isCondition(factor)) conditions.set(classOf(arena, factor), factor);
    else {
      const { base, exponent } = atomOf(factor);
      const key = classOf(arena, base);
      const old = atoms.get(key);
      if (old === undefined) atoms.set(key, { base, exponents: [exponent] });
      else old.exponents.push(exponent);
    }
  }
  const merged = flatMap([...atoms.values()], ({ base, exponents }) => mergeExponents(base, exponents, mayVanish));
  return { coefficient, conditions: [...conditions.values()], atoms: merged };
}

/** `2π` stays together, so that it meets its own root. */
const isConstant = (base: NodeOf<"multiply">): boolean =>
  base.factors.every((f) => f.kind === "rational" || f.kind === "constant");

/** `(a b)^n` as `a^n b^n`, for whole `n`: roots of negative factors do not exist. */
function apart(arena: Arena, factor: Node): readonly Node[] {
  const { base, exponent } = atomOf(factor);
  if (base.kind !== "multiply" || exponent.d !== 1n || exponent.equals(1) || isConstant(base)) return [factor];
  return flatMap(
    flatMap(base.factors, (f) => factorsOf(arena.power(f, arena.rational(exponent)))),
    (f) => apart(arena, f),
  );
}

function mergeExponents(base: Node, exponents: readonly Fraction[], mayVanish: (base: Node) => boolean): Atom[] {
  const total = (es: readonly Fraction[]): Fraction => es.reduce((a, b) => a.add(b), new Fraction(0));
  const up = exponents.filter((e) => e.s > 0n);
  const down = exponents.filter((e) => e.s < 0n);
  const parts = up.length > 0 && down.length > 0 && mayVanish(base) ? [up, down] : [exponents];
  return parts.map((es) => ({ base, exponent: total(es) })).filter((a) => !a.exponent.equals(0));
}

export const atomNode = (arena: Arena, { base, exponent }: Atom): Node => arena.power(base, arena.rational(exponent));

export function monomialNode(arena: Arena, m: Monomial): Node {
  // Guards before what they guard, masks behind what they mask.
  const guards = m.conditions.filter((c) => c.kind === "iverson");
  const masks = m.conditions.filter((c) => c.kind !== "iverson");
  return arena.multiply(arena.rational(m.coefficient), ...guards, ...m.atoms.map((a) => atomNode(arena, a)), ...masks);
}

/** A name for the monomial without its coefficient; equal for equal products in any order. */
export function monomialKey(arena: Arena, m: Monomial): string {
  const conditions = m.conditions.map((c) => `${classOf(arena, c)}`);
  const atoms = m.atoms.map((a) => `${classOf(arena, a.base)}^${a.exponent.toFraction()}`);
  return [...conditions, ...atoms].sort().join("*");
}
