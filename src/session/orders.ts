import { crossing } from "../cost/crossing.js";
import { bestOf, leftToRight, type Order, orderOf, ordersOf, rightToLeft, type Tree } from "../cost/orders.js";
import type { Passes } from "../cost/passes.js";
import { numberOf, type Polynomial } from "../cost/polynomial.js";
import { polynomialText, type SizeNames } from "../cost/polynomial-text.js";
import type { Chain } from "./chains.js";
import type { CrossoverJson, OrderJson } from "./cost-report.js";

/** A product with every order in which it can be computed. */
export interface OrderedChain {
  readonly chain: Chain;
  readonly orders: readonly Order[];
}

export function orderedChain(chain: Chain, passes: Passes): OrderedChain {
  return { chain, orders: ordersOf(chain.factors, (t) => passes.sizeOf(t)) };
}

export function ordersJson({ chain, orders }: OrderedChain, names: SizeNames): readonly OrderJson[] {
  const best = bestOf(orders);
  return orders.map((o) => ({
    of: chain.of,
    order: treeText(o.tree),
    multiplications: polynomialText(o.multiplications, names),
    additions: polynomialText(o.additions, names),
    memory: polynomialText(o.memory, names),
    best: o.multiplications.key === best?.multiplications.key,
  }));
}

/** `v (v^\top y)`: no parentheses around the whole. */
export const treeText = (tree: Tree, inner = false): string => {
  if ("factor" in tree) return tree.factor.text;
  const text = `${treeText(tree.left, true)} ${treeText(tree.right, true)}`;
  return inner ? `(${text})` : text;
};

const LEFT = "left to right (forward mode)";
const RIGHT = "right to left (reverse mode)";

/** From the right is what reverse mode does with a product, from the left forward mode: where one becomes cheaper. */
export function crossoverJson({ chain }: OrderedChain, passes: Passes, names: SizeNames): CrossoverJson | null {
  const size = (t: Parameters<Passes["sizeOf"]>[0]): Polynomial => passes.sizeOf(t);
  const ends = [leftToRight(chain.factors), rightToLeft(chain.factors)].map((t) =>
    t === null ? null : orderOf(t, size),
  );
  const [left, right] = ends;
  if (left == null || right == null) return null;
  return {
    of: chain.of,
    leftToRight: polynomialText(left.multiplications, names),
    rightToLeft: polynomialText(right.multiplications, names),
    multiplications: comparison(right.multiplications, left.multiplications, "takes fewer multiplications", names),
    memory: comparison(right.memory, left.memory, "stores fewer numbers", names),
  };
}

/** In one sentence when `right` is less than `left`. */
function comparison(right: Polynomial, left: Polynomial, less: string, names: SizeNames): string {
  const found = crossing(right, left);
  if (found === null) return `${RIGHT} and ${LEFT} are equal`;
  const [a, b] = [polynomialText(found.less, names), polynomialText(found.more, names)];
  const always = numberOf(found.less);
  const never = numberOf(found.more);
  if (always !== null) return `${RIGHT} ${less} than ${LEFT} ${always.n === 0n ? "for all sizes" : `when ${b} > ${a}`}`;
  if (never !== null) return `${LEFT} ${less} than ${RIGHT} ${never.n === 0n ? "for all sizes" : `when ${a} > ${b}`}`;
  return `${RIGHT} ${less} than ${LEFT} when ${a} < ${b}, and more when ${a} > ${b}`;
}
