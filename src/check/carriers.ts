import type { DecideContext } from "../decide/decide.js";
import { type Points, pointsOf } from "../decide/points.js";
import type { Environment } from "../evaluate/values.js";
import { tensorsOf } from "../expression/arena.js";
import type { Index, Node, NodeOf, Tensor } from "../expression/node.js";
import type { Equation } from "../model/model.js";
import type { Judged, Question } from "./verdict.js";

/** A line of the author's that was judged wrong, as an equation for the derivative it is about. */
export interface WrongLine {
  readonly judged: Judged;
  readonly tensor: Tensor;
  readonly question: Question & { readonly left: NodeOf<"entry"> };
  readonly equation: Equation;
  /** The equation in place of the true one. */
  readonly replaced: ReadonlyMap<Tensor, Equation>;
}

/** So many sets of lines are tried on one line by a decision each; what values at a point rule out does not count. */
const TRIED = 40;

/**
 * The wrong lines above, found by what follows from them: with each in the place of the true value, every derivative that
 * others claim has a value at the first point, and a line that is carried has written that value. So the work grows with
 * the lines and not with their pairs.
 */
export class Carriers {
  readonly #points: Points;
  readonly #reached: (tensor: Tensor) => ReadonlySet<Tensor>;
  /** One line for each derivative that is claimed, and for each range of its entries. */
  readonly #claimed: ReadonlyMap<string, WrongLine>;
  readonly #point: Environment | null;
  /** By the derivative that follows, then by its value, those that give it that value. */
  readonly #giving = new Map<string, Map<number, WrongLine[]>>();
  /** Those of which no such value is known, by the derivative that would follow. */
  readonly #untold = new Map<string, WrongLine[]>();
  readonly #latest = new Map<Tensor, WrongLine>();
  readonly #seen = new Set<string>();

  constructor(context: DecideContext, lines: readonly WrongLine[], reached: (tensor: Tensor) => ReadonlySet<Tensor>) {
    this.#points = pointsOf(context);
    this.#reached = reached;
    this.#claimed = new Map(lines.map((l) => [claimedBy(l), l]));
    const [first] = lines;
    this.#point = first === undefined ? null : this.#points.at(0, { ...first.question, right: first.question.left });
  }

  /** From now on this line may carry others. */
  add(line: WrongLine): void {
    const { tensor, equation } = line;
    this.#latest.set(tensor, line);
    const key = `${tensor.key}=${equation.body.id}@${equation.at.map((p) => p.key).join()}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    for (const [claimed, other] of this.#claimed) {
      if (other.tensor === tensor || !this.#reached(other.tensor).has(tensor)) continue;
      const given = this.#following([line], other);
      if (given === null) push(this.#untold, claimed, line);
      else {
        const giving = this.#giving.get(claimed) ?? new Map<number, WrongLine[]>();
        this.#giving.set(claimed, giving);
        push(giving, given, line);
      }
    }
  }

  /** Which lines may carry this one, alone or together. */
  candidates(line: WrongLine): readonly (readonly WrongLine[])[] {
    const below = [...this.#reached(line.tensor)].filter((t) => t !== line.tensor && this.#latest.has(t));
    if (below.length === 0) return [];
    const written = this.#written(line);
    const giving = this.#giving.get(claimedBy(line)) ?? new Map<number, WrongLine[]>();
    const alike = written === null ? [...giving.values()].flat() : near(written).flatMap((v) => giving.get(v) ?? []);
    const alone = [...alike, ...(this.#untold.get(claimedBy(line)) ?? [])].slice(0, TRIED).map((o) => [o]);
    const together = below.flatMap((t) => this.#latest.get(t) ?? []);
    return together.length > 1 && this.#mayGive(together, line, written) ? [...alone, together] : alone;
  }

  #mayGive(together: readonly WrongLine[], line: WrongLine, written: number | null): boolean {
    const given = written === null ? null : this.#following(together, line);
    return given === null || written === null || near(written).includes(given);
  }

  /** What a line says its derivative is at the first point; `null` where that depends on who carries it. */
  #written({ question }: WrongLine): number | null {
    const { left, right, guard } = question;
    const env = this.#points.at(0, question);
    if (env === null || env !== this.#point || guard !== null || this.#points.nearKink(question, env)) return null;
    return usesDerivatives(right) ? null : this.#valueOf(() => this.#points.values(right, orderOf(left), env).data);
  }

  /** What follows for the derivative that another line is about; `null` where one point does not tell. */
  #following(carriers: readonly WrongLine[], { question: { left } }: WrongLine): number | null {
    if (this.#point === null || carriers.some((c) => usesDerivatives(c.equation.body))) return null;
    const env = this.#points.replacing(
      this.#point,
      carriers.map((c) => c.equation),
    );
    return env === null ? null : this.#valueOf(() => this.#points.values(left, orderOf(left), env).data);
  }

  #valueOf(values: () => Float64Array): number | null {
    try {
      return cellOf(values());
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("internal:")) return null;
      throw error;
    }
  }
}

/** Which entries of which derivative a line is about, whatever letters it has for them. */
function claimedBy({ tensor, question: { left } }: WrongLine): string {
  const ranges = left.at.map((p) => p.terms.map(([{ range }]) => `${range.low.key}..${range.high.key}`).join("+"));
  return `${tensor.key}[${ranges.join()}]`;
}

/** What holds derivatives may depend on who carries whom; such lines are tried one by one. */
const usesDerivatives = (node: Node): boolean => tensorsOf(node).some((t) => t.derivative !== null);

/** The indices of a left side in the order of its axes, whatever letters the line has for them. */
const orderOf = (left: NodeOf<"entry">): readonly Index[] => left.at.flatMap((p) => p.terms.map(([i]) => i));

/** A whole number for an array, the same or its neighbour for arrays that differ by little more than rounding; `null` if not finite. */
function cellOf(data: Float64Array): number | null {
  let sum = 0;
  for (const [k, x] of data.entries()) sum += x * (0.5 + (((k + 1) * 0.6180339887498949) % 1));
  return Number.isFinite(sum) ? Math.round(Math.sign(sum) * Math.log1p(Math.abs(sum)) * 1e5) : null;
}

const near = (cell: number): readonly number[] => [cell, cell - 1, cell + 1];

function push<K>(lists: Map<K, WrongLine[]>, key: K, line: WrongLine): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [line]);
  else list.push(line);
}
