import type { Arena } from "../expression/arena.js";
import type { Node, Position, Tensor } from "../expression/node.js";
import { evaluate } from "./evaluate.js";
import { freeOf } from "./forward.js";
import type { Definition } from "./plan.js";
import type { Environment } from "./values.js";

/** `body[rows, columns]` as `∂(left side)/∂from[columns]`. */
interface Derivative {
  readonly columns: readonly Position[];
  readonly body: Node;
}

/** Both are sums of the same few products, one of them through a difference. */
const TOLERANCE = 1e-6;
const STEP = 2 ** -17;
/** Slopes to both sides differ by the step times the curvature; by more only where there is a kink. */
const KINK = 1e-2;

/**
 * Do these derivatives of one equation's right side by `from` give, all together, its change when `from` moves in a
 * direction? Only `from` moves: what is computed from it stays.
 */
export function directDerivativesAgree(
  arena: Arena,
  equation: Definition,
  from: Tensor,
  derivatives: readonly Derivative[],
  env: Environment,
  direction: Tensor,
): boolean {
  const free = freeOf(equation);
  const along = env.array(direction).data;
  const at = (h: number): Float64Array => {
    const moved = env.fork();
    moved.set(
      from,
      env.array(from).data.map((x, c) => x + h * (along[c] ?? 0)),
    );
    return evaluate(equation.body, free, moved).data;
  };
  const here = evaluate(equation.body, free, env).data;
  const [above, below] = [at(STEP), at(-STEP)];
  const terms = derivatives.map(({ columns, body }) => {
    const bound = [...new Set(columns.flatMap((p) => p.terms.map(([i]) => i)))].filter((i) => !free.includes(i));
    return arena.sums(bound, arena.multiply(body, arena.entry(direction, columns)));
  });
  const said = evaluate(arena.add(...terms), free, env).data;
  return said.every((s, c) => {
    const [up, down] = [slope(here[c], above[c]), slope(below[c], here[c])];
    // On a kink, where what a rectifier gets is zero as long as nothing but `from` moves, any slope between is right.
    if (Math.abs(up - down) > KINK * Math.max(1, Math.abs(up), Math.abs(down)))
      return Math.min(up, down) - TOLERANCE <= s && s <= Math.max(up, down) + TOLERANCE;
    return Math.abs(s - (up + down) / 2) <= TOLERANCE * Math.max(1, Math.abs(s), Math.abs(up));
  });
}

const slope = (from = Number.NaN, to = Number.NaN): number => (to - from) / STEP;
