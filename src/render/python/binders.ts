import { Fraction } from "fraction.js";
import type { Index, Node, NodeOf } from "../../expression/node.js";
import { aligned, type Code, code, jointAxes, number, numeric, PRIMARY, SUM, union, within } from "./code.js";
import { summed } from "./contract.js";
import { indexed } from "./entry.js";
import { loopName, NO_AXES, rangeText, type Translation } from "./translation.js";
import { overWindows } from "./windows.js";

const ONE = new Fraction(1);

export function sum(t: Translation, node: NodeOf<"reduce">, want: readonly Index[]): Code {
  const { arena } = t.scope;
  const bound: Index[] = [];
  let body: Node = node;
  while (body.kind === "reduce" && body.op === "sum") {
    const opened = arena.open(body);
    if (t.scope.needsLoop(opened.index, opened.body)) {
      if (bound.length > 0) break;
      return looped(t, opened.index, opened.body, want);
    }
    bound.push(opened.index);
    body = opened.body;
  }
  t.countUses(body);
  const summand = overWindows(
    arena,
    { bound, factors: body.kind === "multiply" ? body.factors : [body] },
    t.scope.windows,
  );
  return sumOver(t, summand.factors, summand.bound, want);
}

function sumOver(t: Translation, factors: readonly Node[], bound: readonly Index[], want: readonly Index[]): Code {
  // One factor that is no product: summed along its axes.
  const [only] = factors;
  if (factors.length === 1 && only !== undefined && only.kind !== "iverson" && only.kind !== "indicator") {
    const value = numeric(t.translate(only, want));
    const carried = bound.filter((b) => value.axes.includes(b));
    if (carried.length === bound.length) return summed(value, bound);
  }
  return t.product(factors, bound, want);
}

function looped(t: Translation, index: Index, body: Node, want: readonly Index[]): Code {
  const { text, axes } = comprehension(t, index, body, want);
  return code(`sum(${text})`, PRIMARY, axes);
}

/** `value for ell in range(1, L + 1)`. */
function comprehension(
  t: Translation,
  index: Index,
  body: Node,
  want: readonly Index[],
): { text: string; axes: readonly Index[] } {
  const name = t.scope.names.fresh(loopName(index));
  const inner = t.within(new Map([...t.scalars, [index, name]]));
  const value = numeric(inner.translate(body, want));
  t.scope.names.release(name);
  return {
    text: `${within(value, SUM)} for ${name} in ${rangeText(t.scope, index, t.scalars)}`,
    axes: value.axes,
  };
}

export function reduce(t: Translation, node: NodeOf<"reduce">, want: readonly Index[]): Code {
  const { index, body } = t.scope.arena.open(node);
  const value = along(t, index, body, want);
  const axis = value.axes.indexOf(index);
  const kept = value.axes.filter((i) => i !== index);
  if (node.op === "logsumexp") {
    t.scope.usedHelpers.add("_logsumexp");
    return code(`_logsumexp(${value.text}, axis=${axis})`, PRIMARY, kept);
  }
  const name = node.op === "product" ? "np.prod" : node.op === "max" ? "np.max" : "np.min";
  return code(`${name}(${value.text}${kept.length === 0 ? "" : `, axis=${axis}`})`, PRIMARY, kept);
}

/** The body as an array that has `index` among its axes. */
function along(t: Translation, index: Index, body: Node, want: readonly Index[]): Code {
  if (t.scope.needsLoop(index, body)) {
    const { text, axes } = comprehension(t, index, body, want);
    return code(`np.stack([${text}])`, PRIMARY, [index, ...axes]);
  }
  t.countUses(body);
  const value = numeric(t.translate(body, want));
  return value.axes.includes(index) ? value : t.full(value, [index, ...value.axes]);
}

export function argument(t: Translation, node: NodeOf<"argument">, want: readonly Index[]): Code {
  const { index, body } = t.scope.arena.open(node);
  const value = along(t, index, body, want);
  const kept = value.axes.filter((i) => i !== index);
  const low = t.scope.dim(index.range.low, t.scalars);
  const text = `np.arg${node.op}(${value.text}${kept.length === 0 ? "" : `, axis=${value.axes.indexOf(index)}`})`;
  return low === "0" ? code(text, PRIMARY, kept) : code(`${text} + ${low}`, SUM, kept);
}

export function matrix(t: Translation, node: NodeOf<"matrix">): Code {
  const { arena } = t.scope;
  const { row, column, body } = arena.openMatrix(node);
  t.countUses(body);
  const value = t.translate(body, [row, column]);
  const batch = value.axes.filter((i) => i !== row && i !== column);
  const m = t.full(value, [...batch, row, column]).text;
  const axes = [...batch.map((i) => arena.at(i)), ...node.at];
  const ranges = [...batch.map((i) => i.range), ...(node.fn === "determinant" ? [] : [row.range, column.range])];
  const text = matrixText(t, node, m);
  const whole = t.isHeld ? text : computed(t, text, /^\w+$/.test(m));
  return indexed(t.scope, whole, ranges, axes, t.scalars, t.gathered);
}

/** A matrix function of a whole array is computed once in its function. */
function computed(t: Translation, text: string, reusable: boolean): string {
  const known = t.scope.computed.get(text);
  if (known !== undefined) return known;
  const { text: name } = t.named(code(text, PRIMARY));
  if (reusable && t.scalars.size === 0) t.scope.computed.set(text, name);
  return name;
}

function matrixText(t: Translation, node: NodeOf<"matrix">, m: string): string {
  switch (node.fn) {
    case "inverse":
      return `np.linalg.inv(${m})`;
    case "determinant":
      return `np.linalg.det(${m})`;
    case "exponential":
      t.scope.usedHelpers.add("_expm");
      return `_expm(${m})`;
    case "power": {
      const exponent = node.exponent === null ? number(ONE) : t.translate(node.exponent, NO_AXES);
      const whole = node.exponent?.kind === "rational" || node.exponent?.kind === "dimension";
      return `np.linalg.matrix_power(${m}, ${whole ? exponent.text : `int(${exponent.text})`})`;
    }
  }
}

/** A callable of the caller's: entrywise where no argument is an array, else called once for each free index. */
export function abstract(t: Translation, node: NodeOf<"abstract">): Code {
  const { arena } = t.scope;
  const lambdas = node.args.map((l) => arena.openLambda(l));
  const name = t.scope.callable(
    node.name,
    node.partials.map((p) => p.argument),
    node.args.length,
  );
  const whole = lambdas.some((l) => l.indices.length > 0) || node.outputs.length > 0;
  if (!whole) {
    const args = lambdas.map((l) => numeric(t.translate(l.body, NO_AXES)));
    const out = jointAxes(args, NO_AXES);
    return code(`${name}(${args.map((a) => aligned(a, out).text).join(", ")})`, PRIMARY, out);
  }
  const batch = union(lambdas.map((l) => l.body.free.filter((i) => !l.indices.includes(i) && !t.scalars.has(i))));
  const loop = new Map(batch.map((i) => [i, t.scope.names.fresh(loopName(i))] as const));
  const inner = t.within(new Map([...t.scalars, ...loop]));
  const args = lambdas.map((l) => inner.full(inner.translate(l.body, l.indices), l.indices).text);
  const call = `${name}(${args.join(", ")})`;
  const nested = batch.reduceRight(
    (text, i) => `[${text} for ${loop.get(i) ?? "_"} in ${rangeText(t.scope, i, t.scalars)}]`,
    call,
  );
  const text = batch.length === 0 ? call : `np.array(${nested})`;
  const partialAxes = node.partials.flatMap((p) => lambdas[p.argument]?.indices.map((i) => i.range) ?? []);
  const at = [...batch.map((i) => arena.at(i)), ...node.outputs, ...node.partials.flatMap((p) => p.at)];
  if (at.length === 0) return code(text, PRIMARY);
  const outputs = node.outputs.map((p) => (arena.indexOf(p) ?? p.terms[0]?.[0])?.range ?? arena.upTo(arena.oneDim));
  return indexed(t.scope, text, [...batch.map((i) => i.range), ...outputs, ...partialAxes], at, t.scalars, t.gathered);
}
