import { refuse } from "../core/diagnostic.js";
import type { Arena, Substitution } from "../expression/arena.js";
import type { Dim, Index, Position, Tensor } from "../expression/node.js";
import type { MatrixProduct } from "../model/elaborate/elaborator.js";
import type { Equation } from "../model/model.js";
import { DimVar } from "../model/sizes/dimensions.js";
import { known } from "../model/sizes/sizes.js";
import { span } from "../model/symbols/tensors.js";
import { shapeText, type Value } from "../model/values/value.js";

/*
 * `W_b \cdots W_a` in a claim is the last of its part products: P_{a-1} = I, P_k = W_k P_{k-1}, and it is P_b. They are a family
 * by k, and by the letters that a and the factors mention, with an equation that claims are decided with. Written up,
 * `W_a \cdots W_b`, the new factor stands behind: P_k = P_{k-1} W_k.
 */

/** A family of part products: P at the letters it depends on, and at k. */
interface Family {
  readonly tensor: Tensor;
  readonly outer: readonly Index[];
}

/** A product whose order is known. */
type Ordered = MatrixProduct & { readonly order: "up" | "down" };

export class MatrixProducts {
  readonly #arena: Arena;
  /** Where the families' equations go. */
  readonly #equations: Equation[];
  readonly #families = new Map<string, Family>();

  constructor(arena: Arena, equations: Equation[]) {
    this.#arena = arena;
    this.#equations = equations;
  }

  value(product: Ordered): Value {
    const arena = this.#arena;
    const { low, high, letter, order } = product;
    const k = letter.index(arena);
    const at = (d: Dim, p: Position): Dim => arena.substituteDim(d, new Map([[k, p]]));
    const [rows, columns] = this.#axesOf(product, k);
    const family = this.#family(product, k, rows, columns);
    const [first, last] = order === "down" ? [at(rows, high), at(columns, low)] : [at(rows, low), at(columns, high)];
    const outer = family.outer.map((i) => arena.at(i));
    return {
      axes: [new DimVar(first), new DimVar(last)],
      at: (ps) => arena.entry(family.tensor, [...outer, high, ...ps]),
    };
  }

  /** Rows and columns of the factor at k; what one factor gives, the next has to take. */
  #axesOf({ factor, order, span: where }: Ordered, k: Index): readonly [Dim, Dim] {
    const arena = this.#arena;
    const [rows, columns = arena.oneDim] = factor.axes.map(known);
    const before = new Map([[k, arena.shift(arena.at(k), arena.constantDim(-1))]]);
    const [own, next] = order === "down" ? [columns, rows] : [rows, columns];
    if (rows === undefined || own === undefined || next === undefined || arena.substituteDim(next, before) !== own)
      return refuse(
        "shape/product",
        `factors that are ${shapeText(factor.axes)} each do not multiply`,
        where,
        "check the order of the factors",
      );
    return [rows, columns];
  }

  #family({ factor, low, high, order }: Ordered, letter: Index, rows: Dim, columns: Dim): Family {
    const arena = this.#arena;
    const less = arena.constantDim(-1);
    const k = arena.index("$k", arena.range(arena.addDims(span(arena, low).low, less), span(arena, high).high));
    const [atK, atLow] = [arena.at(k), low].map((p) => new Map([[letter, p]]));
    const sized = (name: string, d: Dim, at: Substitution = new Map()): Index =>
      arena.index(name, arena.upTo(arena.substituteDim(d, at)));
    const [i, j, m] =
      order === "down"
        ? [sized("$i", rows, atK), sized("$j", columns, atLow), sized("$m", columns, atK)]
        : [sized("$i", rows, atLow), sized("$j", columns, atK), sized("$m", rows, atK)];
    const [row, column, inner] = [arena.at(i), arena.at(j), arena.at(m)];
    const entry = arena.substitute(factor.at(order === "down" ? [row, inner] : [inner, column]), atK ?? new Map());
    const mentioned = [...entry.free, ...low.terms.map(([index]) => index)];
    const outer = [...new Set(mentioned)].filter((index) => ![k, i, j, m].includes(index));
    const key = `product ${order} ${low.key}..${k.range.high.key} ${entry.id}`;
    const known = this.#families.get(key);
    if (known !== undefined) return known;
    const tensor = this.#tensor(key, [...outer, k], [i, j]);
    const positions = [...outer, k, i, j].map((index) => arena.at(index));
    const previous = [...outer.map((index) => arena.at(index)), arena.shift(arena.at(k), less)];
    const before = arena.entry(tensor, [...previous, ...(order === "down" ? [inner, column] : [row, inner])]);
    // A product without factors is I, wherever it ends.
    const isEmpty = arena.iverson("nonnegative", this.#difference(arena.shift(low, less), arena.at(k)));
    const begins = arena.multiply(isEmpty, arena.delta(row, column));
    const continues = arena.multiply(
      arena.iverson("nonnegative", this.#difference(arena.at(k), low)),
      arena.sum(m, arena.multiply(...(order === "down" ? [entry, before] : [before, entry]))),
    );
    const body = arena.add(begins, continues);
    const { latex } = tensor;
    this.#equations.push({ tensor, at: positions, body, span: { start: 0, end: 0 }, latex, byIndex: false });
    const family = { tensor, outer };
    this.#families.set(key, family);
    return family;
  }

  /** A family with these places, whose members have these axes. */
  #tensor(key: string, places: readonly Index[], axes: readonly Index[]): Tensor {
    const arena = this.#arena;
    const parameters = places.map((index, n) => arena.index(`$${n}`, index.range));
    const map = new Map(places.map((index, n) => [index, arena.at(parameters[n] ?? index)]));
    const ranges = [...parameters, ...axes].map(({ range }) => arena.substituteRange(range, map));
    const latex = `P_{${places.map((_, n) => `{#${n}}`).join(",")}}`;
    return arena.tensor({ key, latex, parameters, axes: ranges, integer: false, derivative: null });
  }

  #difference(a: Position, b: Position): Position {
    const difference = this.#arena.difference(a, b);
    return difference ?? refuse("unsupported/matrix-product", "the first factor of this product has no place", null);
  }
}
