import { flatMap } from "../core/flat-map.js";
import type { Arena } from "../expression/arena.js";
import type { Index, Position, Range, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import type { Graph } from "./graph.js";

const SPARE = "i j k l m n p q r s".split(" ");

/** Gives indices the author's letters, no letter twice in one formula. */
export class Letters {
  readonly #model: Model;
  readonly #arena: Arena;

  /** Letters that the author never gave to an index, nor to anything else. */
  readonly #spare: readonly string[];
  readonly #sizes: ReadonlySet<string>;

  constructor(model: Model) {
    this.#model = model;
    this.#arena = model.arena;
    const taken = lettersIn(model);
    this.#sizes = new Set(flatMap(model.symbols, (s) => (s.role === "dimension" ? [s.tensor.latex] : [])));
    const others = new Set([...model.letters.values()].flat());
    this.#spare = SPARE.filter((l) => !taken.has(l) && !others.has(l));
  }

  /** A letter for `range` that is not in `taken`: the wanted one, the author's, one of these primed, a spare one. */
  pick(range: Range, taken: Set<string>, wanted: readonly string[] = []): Index {
    const author = this.#authors(range);
    const primed = [...wanted, ...author].map((l) => `${l}'`);
    return this.#first(range, taken, [...wanted, ...author, ...primed, ...this.#spare]);
  }

  /** The letter that a sum over `range` is printed with where these are taken: the author's, then the next one of the alphabet. */
  pickForSum(range: Range, taken: Set<string>, wanted: readonly string[]): Index {
    const author = this.#authors(range);
    const [first] = author;
    const after = this.#spare.filter((l) => first !== undefined && l > first);
    return this.#first(range, taken, [...wanted, ...author, ...after, ...this.#spare]);
  }

  /** Not those that are also sizes: in `Σ_{l=1}^{k}` under an index k nobody could tell which k is meant. */
  #authors(range: Range): readonly string[] {
    const own = this.#model.letters.get(`${range.low.key}..${range.high.key}`) ?? [];
    return own.filter((l) => !this.#sizes.has(l));
  }

  /** Adds the letter to `taken`. */
  #first(range: Range, taken: Set<string>, choices: readonly string[]): Index {
    const choice = choices.find((l) => !taken.has(l)) ?? this.#numbered(taken);
    taken.add(choice);
    return this.#arena.index(choice, range);
  }

  #numbered(taken: ReadonlySet<string>): string {
    for (let n = 1; ; n++) if (!taken.has(`i_{${n}}`)) return `i_{${n}}`;
  }

  /** An index for each axis of a tensor, as its own equation names them where there is one. */
  forTensor(tensor: Tensor, graph: Graph, taken: Set<string>): readonly Index[] {
    const equations = (graph.definitions.get(tensor) ?? []).map((k) => graph.equations[k]);
    const chosen: Index[] = [];
    for (let axis = 0; axis < tensor.axes.length; axis++) {
      const range = this.#arena.axisRange(
        tensor,
        axis,
        chosen.map((i) => this.#arena.at(i)),
      );
      const wanted = flatMap(equations, (e) => nameAt(e?.at[axis]));
      chosen.push(this.pick(range, taken, wanted));
    }
    return chosen;
  }
}

function nameAt(p: Position | undefined): readonly string[] {
  const [term] = p?.terms ?? [];
  return term === undefined || p?.terms.length !== 1 ? [] : [term[0].name];
}

/** Single letters that symbols, their labels and dimensions are written with: with a matrix `W_i`, no index is called i. */
function lettersIn(model: Model): ReadonlySet<string> {
  const written = flatMap(model.symbols, ({ tensor, shape }) => [tensor.latex, ...shape]);
  return new Set(flatMap(written, (latex) => latex.replace(/\\[A-Za-z]+/g, " ").match(/[A-Za-z]/g) ?? []));
}
