import { transpose } from "../contraction/matrix.js";
import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { Random } from "../core/random.js";
import type { Local, Use } from "../derive/local.js";
import { evaluate } from "../evaluate/evaluate.js";
import { freeOf } from "../evaluate/forward.js";
import { samplePoint } from "../evaluate/sample.js";
import { directDerivativesAgree } from "../evaluate/slope-along.js";
import type { Environment } from "../evaluate/values.js";
import { freeOfPosition } from "../expression/arena.js";
import type { Index, Node, Position, Range, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import { printEquation } from "../print/index-form.js";
import { printMatrixEquation } from "../print/matrix-form.js";
import type { Names } from "../print/names.js";
import { matrixToNode } from "../vectorize/elaborate.js";
import { withMatrices } from "../vectorize/names.js";
import { vectorize } from "../vectorize/vectorize.js";
import { attempt } from "./place.js";
import { namesFor } from "./printer.js";
import { symbolLatex } from "./symbols.js";

/** `∂z/∂x = W`: an equation in LaTeX, for a whole array where it has a matrix form, else entry by entry. */
export interface LocalLabel {
  readonly matrix: string | null;
  readonly index: string;
}

const POINTS = 3;
const TOLERANCE = 1e-9;

/** Prints local derivatives, each compared with differences of its equation before. */
export class LocalLabels {
  readonly #model: Model;
  readonly #names: Names;
  readonly #points: readonly Environment[];
  readonly #report: (d: Diagnostic) => void;
  readonly #random: Random;
  readonly #directions = new Map<Tensor, Tensor>();
  readonly #sound = new Map<Use, boolean>();

  constructor(model: Model, seed: number, report: (d: Diagnostic) => void) {
    this.#model = model;
    this.#names = withMatrices(namesFor(model));
    this.#report = report;
    this.#random = new Random(seed);
    this.#points =
      attempt("sampling", report, () =>
        Array.from(
          { length: POINTS },
          (_, round) => samplePoint(model, { seed, round, positive: round === 1 }).env,
        ).filter((e) => e !== null),
      ) ?? [];
  }

  /** The derivatives on an edge; none where they could not be found or do not stand the check. */
  of(use: Use): readonly LocalLabel[] {
    return this.isSound(use) ? use.locals.flatMap((local) => this.#print(local, this.#whatOf(use))) : [];
  }

  /** Whether the derivatives of an edge may be shown; if not, the reason is told, once. */
  isSound(use: Use): boolean {
    const known = this.#sound.get(use);
    if (known !== undefined) return known;
    const sound = this.#judge(use, this.#whatOf(use));
    this.#sound.set(use, sound);
    return sound;
  }

  #whatOf({ equation, from }: Use): string {
    return `the derivative of ${symbolLatex(equation.tensor, null)} by ${symbolLatex(from, null)}`;
  }

  #judge(use: Use, what: string): boolean {
    if (use.refused !== null) {
      this.#report(diagnostic("note", "graph/no-derivative", `${what} is not shown: ${use.refused}`, null));
      return false;
    }
    const agree = attempt(`checking ${what}`, this.#report, () => this.#points.every((env) => this.#agrees(use, env)));
    if (agree === true && this.#points.length > 0) return true;
    const [severity, code, why] =
      agree === false
        ? ([
            "error",
            "internal/gradient-mismatch",
            "it does not agree with differences; this is a mistake in the program",
          ] as const)
        : (["warning", "derive/unverified", "no point was found to check it at"] as const);
    this.#report(diagnostic(severity, code, `${what} is withheld: ${why}`, null));
    return false;
  }

  #agrees({ equation, from, locals }: Use, env: Environment): boolean {
    const direction = this.#directionOf(from);
    const there = env.fork();
    const { length, inside } = env.layout(from);
    there.set(
      direction,
      Float64Array.from({ length }, (_, c) => (inside?.[c] === 0 ? 0 : this.#random.uniform(-1, 1))),
    );
    return directDerivativesAgree(this.#model.arena, equation, from, locals, there, direction);
  }

  #directionOf(from: Tensor): Tensor {
    const known = this.#directions.get(from);
    if (known !== undefined) return known;
    const { key, latex, parameters, axes } = from;
    const made = this.#model.arena.tensor({
      ...{ key: `direction of ${key}`, latex: `\\dot{${latex}}` },
      ...{ parameters, axes, integer: false, derivative: null },
    });
    this.#directions.set(from, made);
    return made;
  }

  #print(local: Local, what: string): readonly LocalLabel[] {
    const adjoint = this.#model.arena.derivativeTensor(local.equation.tensor, local.from);
    const at = [...local.rows, ...local.columns];
    const label = attempt(
      `printing ${what}`,
      this.#report,
      (): LocalLabel => ({
        index: printEquation(adjoint, at, local.body, this.#names),
        matrix: this.#matrix(local, adjoint, at),
      }),
      "warning",
    );
    return label === null ? [] : [label];
  }

  /** Members of families stay; every other axis must be a free index of its own. */
  #matrix(local: Local, adjoint: Tensor, at: readonly Position[]): string | null {
    const { arena, letters } = this.#model;
    const { equation, from } = local;
    const held = [...at.slice(0, equation.tensor.parameters.length), ...local.columns.slice(0, from.parameters.length)];
    const rest = [
      ...local.rows.slice(equation.tensor.parameters.length),
      ...local.columns.slice(from.parameters.length),
    ];
    const ranges = [
      ...equation.tensor.axes.slice(equation.tensor.parameters.length),
      ...from.axes.slice(from.parameters.length),
    ];
    const axes = rest.flatMap((p, k) => lone(p) ?? this.#unit(ranges[k]) ?? []);
    if (axes.length !== rest.length || new Set(axes).size !== axes.length) return null;
    const { matrix } = vectorize(arena, axes, local.body, letters);
    if (matrix === undefined) return null;
    const wide = axes.filter((i) => i.range.low !== i.range.high);
    const [first = null, second = null] = wide;
    const row = matrix.rows === null ? null : first;
    const column = matrix.columns === null ? null : row === null ? first : second;
    const back = matrixToNode(arena, matrix, row && arena.at(row), column && arena.at(column));
    const free = [...new Set([...freeOf(equation), ...held.flatMap(freeOfPosition), ...axes])];
    if (!this.#points.every((env) => same(back, local.body, free, env))) return null;
    if (this.#model.layout === "numerator" && local.rows.length === 0)
      return printMatrixEquation(adjoint, transpose(matrix), this.#names, held);
    return printMatrixEquation(adjoint, matrix, this.#names, held);
  }

  /** An index for an axis of size one, which no position names. */
  #unit(range: Range | undefined): Index | null {
    return range !== undefined && range.low === range.high ? this.#model.arena.freshIndex(range) : null;
  }
}

function lone(p: Position): Index | null {
  const [term, more] = p.terms;
  if (term === undefined || more !== undefined || term[1] !== 1 || p.value !== null || p.offset.terms.length > 0)
    return null;
  return term[0];
}

function same(a: Node, b: Node, free: readonly Index[], env: Environment): boolean {
  const [x, y] = [a, b].map((n) => evaluate(n, free, env).data);
  return x?.every((v, c) => Math.abs(v - (y?.[c] ?? Number.NaN)) <= TOLERANCE * Math.max(1, Math.abs(v))) === true;
}
