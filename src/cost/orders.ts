import type { Tensor } from "../expression/node.js";
import { add, compare, equal, multiply, one, type Polynomial, subtract, zero } from "./polynomial.js";

/** A factor of a product of matrices. A column has one column, a row one row, a number neither. */
export interface Factor {
  readonly text: string;
  readonly rows: Polynomial;
  readonly columns: Polynomial;
  readonly scalar: boolean;
  /** A number of the formula, which is not stored. */
  readonly number: boolean;
  readonly tensors: readonly Tensor[];
}

/** A product with all its parentheses. */
export type Tree = { readonly factor: Factor } | { readonly left: Tree; readonly right: Tree };

export interface Order {
  readonly tree: Tree;
  readonly multiplications: Polynomial;
  readonly additions: Polynomial;
  /** Every factor once, every product on the way, and the result. */
  readonly memory: Polynomial;
}

/** More factors than this have too many orders to list. */
export const MOST_FACTORS = 6;

/** Every order of association, from the left first. */
export function ordersOf(factors: readonly Factor[], sizeOf: (t: Tensor) => Polynomial): readonly Order[] {
  const inputs = add(...[...new Set(factors.flatMap((f) => f.tensors))].map(sizeOf));
  return treesOf(factors, 0, factors.length - 1).flatMap((tree) => {
    const cost = costOfTree(tree);
    return cost === null ? [] : [withInputs(cost, inputs)];
  });
}

/** The cost of a product as somebody has put its parentheses; `null` if two neighbours do not multiply. */
export function orderOf(tree: Tree, sizeOf: (t: Tensor) => Polynomial): Order | null {
  const tensors = new Set(factorsOf(tree).flatMap((f) => f.tensors));
  const cost = costOfTree(tree);
  return cost === null ? null : withInputs(cost, add(...[...tensors].map(sizeOf)));
}

const withInputs = ({ tree, multiplications, additions, memory }: Costed, inputs: Polynomial): Order => ({
  tree,
  multiplications,
  additions,
  memory: add(memory, inputs),
});

export const factorsOf = (tree: Tree): readonly Factor[] =>
  "factor" in tree ? [tree.factor] : [...factorsOf(tree.left), ...factorsOf(tree.right)];

/** Each step takes the product of all factors before it: `((A B) C) D`. */
export const leftToRight = (factors: readonly Factor[]): Tree | null =>
  factors.reduce<Tree | null>((left, factor) => (left === null ? { factor } : { left, right: { factor } }), null);

export const rightToLeft = (factors: readonly Factor[]): Tree | null =>
  factors.reduceRight<Tree | null>(
    (right, factor) => (right === null ? { factor } : { left: { factor }, right }),
    null,
  );

function treesOf(factors: readonly Factor[], from: number, to: number): readonly Tree[] {
  const [factor] = factors.slice(from, from + 1);
  if (factor === undefined) return [];
  if (from === to) return [{ factor }];
  return Array.from({ length: to - from }, (_, k) => to - 1 - k).flatMap((cut) =>
    treesOf(factors, from, cut).flatMap((left) => treesOf(factors, cut + 1, to).map((right) => ({ left, right }))),
  );
}

/** A number is multiplied into an array that was made on the way, in its place. */
export const isInPlace = ({ left, right }: Exclude<Tree, { readonly factor: Factor }>): boolean =>
  (isNumber(left) && "left" in right) || (isNumber(right) && "left" in left);

const isNumber = (tree: Tree): boolean => factorsOf(tree).every((f) => f.number);

interface Costed extends Order {
  readonly rows: Polynomial;
  readonly columns: Polynomial;
  readonly scalar: boolean;
}

function costOfTree(tree: Tree): Costed | null {
  if ("factor" in tree) {
    const { rows, columns, scalar } = tree.factor;
    return { tree, rows, columns, scalar, multiplications: zero, additions: zero, memory: zero };
  }
  const [l, r] = [costOfTree(tree.left), costOfTree(tree.right)];
  if (l === null || r === null || !(l.scalar || r.scalar || equal(l.columns, r.rows))) return null;
  const rows = l.scalar ? r.rows : l.rows;
  const columns = r.scalar ? l.columns : r.columns;
  const size = multiply(rows, columns);
  const inner = l.scalar || r.scalar ? one : l.columns;
  const work = multiply(size, inner);
  return {
    tree,
    rows,
    columns,
    scalar: equal(rows, one) && equal(columns, one),
    multiplications: add(l.multiplications, r.multiplications, work),
    additions: add(l.additions, r.additions, subtract(work, size)),
    memory: add(l.memory, r.memory, isInPlace(tree) ? zero : size),
  };
}

/** The order with fewest multiplications where all sizes are large. */
export const bestOf = (orders: readonly Order[]): Order | null =>
  orders.reduce<Order | null>(
    (best, o) => (best === null || compare(o.multiplications, best.multiplications) < 0 ? o : best),
    null,
  );
