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
  readonly equal: Numbers;
  readonly form: Numbers;
}

/** A class number for each node, by its id: a table, since a weak map of so many entries costs more than all the rest. */
class Numbers {
  #table = new Int32Array(1024).fill(-1);

  get(node: Node): number {
    return this.#table[node.id] ?? -1;
  }

  set(node: Node, number: number): void {
    if (node.id >= this.#table.length) {
      const larger = new Int32Array(2 * node.id).fill(-1);
      larger.set(this.#table);
      this.#table = larger;
    }
    this.#table[node.id] = number;
  }
}

const known = new WeakMap<Arena, Classes>();

function classesOf(arena: Arena): Classes {
  let classes = known.get(arena);
  if (classes === undefined) {
    classes = { numbers: new Map(), equal: new Numbers(), form: new Numbers() };
    known.set(arena, classes);
  }
  return classes;
}

/** Two nodes of one class are equal by commuting terms and factors. */
export function classOf(arena: Arena, node: Node): number {
  const { numbers, equal } = classesOf(arena);
  return classify(node, numbers, equal, true);
}

/** Two nodes of one form differ in positions and ranges only. */
export function formOf(arena: Arena, node: Node): number {
  const { numbers, form } = classesOf(arena);
  return classify(node, numbers, form, false);
}

function classify(root: Node, numbers: Map<string, number>, memo: Numbers, positions: boolean): number {
  const known = memo.get(root);
  if (known >= 0) return known;
  const stack = [root];
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    const below = memo.get(node) >= 0 ? [] : operands(node);
    const missing = below.filter((n) => memo.get(n) < 0);
    stack.push(...missing);
    if (missing.length > 0) continue;
    if (memo.get(node) < 0) memo.set(node, numberOf(node, below, numbers, memo, positions));
    stack.pop();
  }
  return memo.get(root);
}

function numberOf(
  node: Node,
  below: readonly Node[],
  numbers: Map<string, number>,
  memo: Numbers,
  positions: boolean,
): number {
  const children = below.map((n) => memo.get(n));
  if (node.kind === "add" || node.kind === "multiply") children.sort((a, b) => a - b);
  const key = `${positions ? "=" : "~"}${ownKey(node, positions)}(${children.join(",")})`;
  const number = numbers.get(key) ?? numbers.size;
  numbers.set(key, number);
  return number;
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
