import type { Arena } from "../expression/arena.js";
import { operands } from "../expression/arena.js";
import type { Node, Position } from "../expression/node.js";

/*
 * Interning keeps the author's order of terms and factors, so `a b` and `b a` are two nodes. Here every node gets two
 * class numbers: one for "equal up to the order of terms and factors", one for "of the same form, whatever the
 * positions". Below a binder nodes hold canonical bound indices, so nothing has to be opened. Class numbers are compared
 * for equality and never ordered in what is put out.
 */

interface Classes {
  readonly numbers: Map<string, number>;
  readonly equal: WeakMap<Node, number>;
  readonly form: WeakMap<Node, number>;
}

const known = new WeakMap<Arena, Classes>();

function classesOf(arena: Arena): Classes {
  let classes = known.get(arena);
  if (classes === undefined) {
    classes = { numbers: new Map(), equal: new WeakMap(), form: new WeakMap() };
    known.set(arena, classes);
  }
  return classes;
}

/** Two nodes of one class are equal by commuting terms and factors. */
export function classOf(arena: Arena, node: Node): number {
  const { numbers, equal } = classesOf(arena);
  return classify(node, numbers, equal, (n) => `=${ownKey(n, true)}`);
}

/** Two nodes of one form differ in positions and ranges only. */
export function formOf(arena: Arena, node: Node): number {
  const { numbers, form } = classesOf(arena);
  return classify(node, numbers, form, (n) => `~${ownKey(n, false)}`);
}

function classify(
  root: Node,
  numbers: Map<string, number>,
  memo: WeakMap<Node, number>,
  own: (n: Node) => string,
): number {
  const stack = [root];
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    if (memo.has(node)) {
      stack.pop();
      continue;
    }
    const below = operands(node);
    const missing = below.filter((n) => !memo.has(n));
    if (missing.length > 0) {
      stack.push(...missing);
      continue;
    }
    const children = below.map((n) => memo.get(n) ?? -1);
    if (node.kind === "add" || node.kind === "multiply") children.sort((a, b) => a - b);
    const key = `${own(node)}(${children.join(",")})`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    memo.set(node, number);
    stack.pop();
  }
  return memo.get(root) ?? -1;
}

/** What a node says besides its operands. */
function ownKey(node: Node, positions: boolean): string {
  const at = (ps: readonly Position[]): string => (positions ? ps.map((p) => p.key).join(",") : `${ps.length}`);
  switch (node.kind) {
    case "rational":
      return `q${node.value.toFraction()}`;
    case "constant":
      return `c${node.name}`;
    case "dimension":
      return positions ? `d${node.dim.key}` : "d";
    case "position":
      return positions ? `p${node.position.key}` : "p";
    case "entry":
      return `e${node.tensor.key}[${at(node.at)}]`;
    case "apply":
      return `f${node.fn}`;
    case "reduce":
    case "argument":
      return `${node.kind}${node.op}${positions ? node.index.key : ""}`;
    case "iverson":
      return `i${node.relation}${positions ? node.position.key : ""}`;
    case "indicator":
      return `b${node.relation}`;
    case "matrix":
      return `m${node.fn}${positions ? `${node.row.key},${node.column.key}` : ""}[${at(node.at)}]`;
    case "abstract": {
      const lambdas = node.args.map((l) => (positions ? l.indices.map((i) => i.key).join(",") : l.indices.length));
      return `x${node.name}(${lambdas.join("|")})[${at(node.outputs)}]{${node.partials.map((p) => `${p.argument}:${at(p.at)}`).join("|")}}`;
    }
    default:
      return node.kind;
  }
}
