import type { Arena } from "../../expression/arena.js";
import { operands } from "../../expression/arena.js";
import type { Node, Position, Tensor } from "../../expression/node.js";
import { nodeAlgebra } from "../../functions/node-algebra.js";
import { functions } from "../../functions/table.js";

/** What people take for the slope of a function. */
export type SlopeMistake =
  | "one"
  | "value"
  | "gradient"
  | "at-output"
  | "rule-on-input"
  | "other-function"
  | "no-square"
  | "wrong-form"
  | "relu";

/** A function of the forward pass, `fn` of the input at the positions `at`. */
export interface Application {
  readonly fn: string;
  readonly input: Node;
  /** The quantity that names it, if one does, and its positions. */
  readonly output: { readonly tensor: Tensor; readonly at: readonly Position[] } | null;
}

/** Applications by what names them, and by the quantity that they are of. */
export interface Applications {
  readonly byOutput: ReadonlyMap<Tensor, readonly Application[]>;
  readonly byInput: ReadonlyMap<Tensor, readonly Application[]>;
}

/** What has no shape of an activation: its slope is no value people take for another. */
const PLAIN: readonly string[] = ["exp", "log", "sqrt", "sign"];

interface Place {
  readonly fn: string;
  readonly x: Node;
  readonly y: Node;
}

/** The slope of a function, found among the factors of a product, replaced by what people take for it. */
export function* wrongSlopesIn(
  arena: Arena,
  applications: Applications,
  factors: readonly Node[],
): Generator<{ readonly node: Node; readonly fn: string; readonly as: SlopeMistake }> {
  for (const { fn, x, y } of placesIn(arena, applications, factors))
    for (const slope of slopesOf(arena, fn, x, y)) {
      const rest = remove(arena, factors, slope);
      if (rest === null) continue;
      for (const [as, wrong] of wrongSlopes(arena, fn, x, y, slope, rest))
        yield { node: arena.multiply(...rest, wrong), fn, as };
    }
}

/** Where a function may have its slope among some factors. */
function placesIn(arena: Arena, applications: Applications, factors: readonly Node[]): Iterable<Place> {
  const found = new Map<string, Place>();
  const stack = [...factors];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    for (const place of placesAt(arena, applications, n))
      if (!PLAIN.includes(place.fn)) found.set(`${place.fn} ${place.x.key} ${place.y.key}`, place);
    if (n.kind !== "reduce" && n.kind !== "matrix" && n.kind !== "abstract") stack.push(...operands(n));
  }
  return found.values();
}

/** What a node may be to a function: its output, its input, it itself, its mask. */
function placesAt(arena: Arena, { byOutput, byInput }: Applications, n: Node): readonly Place[] {
  if (n.kind === "apply") return n.args[0] === undefined || n.args.length > 1 ? [] : [{ fn: n.fn, x: n.args[0], y: n }];
  if (n.kind === "indicator") return [{ fn: "relu", x: n.arg, y: arena.apply("relu", n.arg) }];
  if (n.kind !== "entry") return [];
  const asOutput = (byOutput.get(n.tensor) ?? []).flatMap((a): readonly Place[] => {
    const x = inputAt(arena, a, n.at);
    return x === null ? [] : [{ fn: a.fn, x, y: n }];
  });
  return [...asOutput, ...(byInput.get(n.tensor) ?? []).map((a) => ({ fn: a.fn, x: n, y: outputAt(arena, a, n) }))];
}

/** The input, where the output stands at some positions. */
function inputAt(arena: Arena, { input, output }: Application, at: readonly Position[]): Node | null {
  if (output === null) return null;
  const pairs = output.at.map((p, k) => [arena.indexOf(p), at[k]] as const);
  if (pairs.some(([i, p]) => i === null || p === undefined)) return null;
  return arena.substitute(input, new Map(pairs.flatMap(([i, p]) => (i === null || p === undefined ? [] : [[i, p]]))));
}

/** The output, where the input stands at some positions. */
function outputAt(arena: Arena, { fn, input, output }: Application, entry: Node): Node {
  const whole = arena.apply(fn, entry);
  if (output === null || input.kind !== "entry" || entry.kind !== "entry") return whole;
  const map = new Map(input.at.map((p, k) => [arena.indexOf(p), entry.at[k]] as const));
  const at = output.at.map((p) => map.get(arena.indexOf(p)));
  return at.includes(undefined)
    ? whole
    : arena.entry(
        output.tensor,
        at.flatMap((p) => (p === undefined ? [] : [p])),
      );
}

/** The ways in which a derivation writes `fn'(x)`. */
function slopesOf(arena: Arena, fn: string, x: Node, y: Node): readonly Node[] {
  const row = functions.get(fn);
  if (row === undefined || row.arity !== 1) return [];
  const k = nodeAlgebra(arena);
  const [byInput] = row.derivative(k, x);
  const found = byInput === undefined ? [] : [byInput];
  const byOutput = row.derivativeByOutput?.(k, y);
  if (byOutput !== undefined && byOutput !== byInput) found.push(byOutput);
  return found;
}

/** The other factors, if all factors of `part` are among them. */
function remove(arena: Arena, factors: readonly Node[], part: Node): readonly Node[] | null {
  const rest = [...factors];
  for (const f of part.kind === "multiply" ? part.factors : [part]) {
    const k = rest.indexOf(f);
    if (k < 0) return null;
    rest.splice(k, 1);
  }
  return rest.length === 0 ? [arena.one] : rest;
}

type Wrong = readonly (readonly [SlopeMistake, Node])[];

function wrongSlopes(arena: Arena, fn: string, x: Node, y: Node, slope: Node, rest: readonly Node[]): Wrong {
  const k = nodeAlgebra(arena);
  const row = functions.get(fn);
  const found: (readonly [SlopeMistake, Node])[] = [["one", arena.one]];
  const upstream = rest.filter((f) => f.kind === "entry" && f.tensor.derivative !== null);
  for (const g of upstream) found.push(["gradient", arena.indicator(">", g)]);
  const atOutput = row?.derivative(k, y)[0];
  if (slope.kind !== "indicator" && atOutput !== undefined) found.push(["at-output", atOutput]);
  if (row?.derivativeByOutput !== undefined) found.push(["rule-on-input", row.derivativeByOutput(k, x)]);
  found.push(...wrongForms(arena, fn, x, y), ["value", y], ["value", arena.apply(fn, x)]);
  if (fn !== "relu") found.push(["relu", arena.indicator(">", x)], ["value", arena.apply("relu", x)]);
  return found;
}

/** Slopes of other functions, and mis-remembered ones. */
function wrongForms(arena: Arena, fn: string, x: Node, y: Node): Wrong {
  const minus = (a: Node): Node => arena.subtract(arena.one, a);
  const square = (a: Node): Node => arena.power(a, 2);
  const found: (readonly [SlopeMistake, Node])[] = [];
  if (fn === "sigmoid") for (const form of wrongSigmoidSlopes(arena, x, y)) found.push(["wrong-form", form]);
  if (fn !== "tanh") found.push(["other-function", minus(square(y))]);
  if (fn !== "sigmoid") found.push(["other-function", arena.multiply(y, minus(y))]);
  if (fn === "tanh")
    found.push(
      ["no-square", minus(y)],
      ["wrong-form", arena.add(arena.one, square(y))],
      ["wrong-form", square(minus(y))],
    );
  if (fn === "abs") found.push(["wrong-form", x]);
  return found;
}

/** What is written for the slope of a sigmoid: with signs and powers of its exponentials mistaken, and by its output. */
function wrongSigmoidSlopes(arena: Arena, x: Node, y: Node): readonly Node[] {
  const { one } = arena;
  const e = (s: number): Node => arena.apply("exp", arena.multiply(arena.rational(s), x));
  const below = (s: number, p: number): Node => arena.power(arena.add(one, e(s)), -p);
  const signs = [1, -1];
  const rest = arena.subtract(one, y);
  return [
    ...signs.flatMap((s) => signs.flatMap((t) => [1, 2].map((p) => arena.multiply(e(s), below(t, p))))),
    rest,
    arena.power(y, 2),
    arena.power(rest, 2),
    arena.add(one, y),
    arena.negate(rest),
    arena.multiply(y, arena.add(one, y)),
    arena.multiply(arena.power(y, 2), rest),
    arena.multiply(y, arena.power(rest, 2)),
    arena.multiply(y, arena.subtract(one, arena.power(y, 2))),
    arena.negate(arena.multiply(y, rest)),
    arena.negate(arena.multiply(e(-1), below(-1, 2))),
  ];
}
