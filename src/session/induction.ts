import type { Induction, InductionLine } from "../derive/induction.js";
import type { Arena } from "../expression/arena.js";
import type { Dim, Index, Position, Range } from "../expression/node.js";
import { printEqual, printNode } from "../print/index-form.js";
import type { Names } from "../print/names.js";
import type { StepJson } from "./report.js";

/** The induction of a gradient in words and formulas; `equation` is what it proves, `wrt` the variable in LaTeX. */
export function inductionSteps(
  arena: Arena,
  names: Names,
  induction: Induction,
  equation: string,
  wrt: string,
): readonly StepJson[] {
  const write = new Writer(arena, names);
  switch (induction.kind) {
    case "member":
      return [
        {
          latex: equation,
          rule: "member",
          why: `${write.all(induction.index)}; what it needs of the layers is known by the induction`,
        },
      ];
    case "shared":
      return [
        {
          latex: equation,
          rule: "shared-parameter",
          why: `$${wrt}$ is the same in ${write.count(induction.range)} members: each contributes, and the contributions are added up`,
        },
      ];
    case "recurrence":
      return [
        ...induction.lines.map((line) => write.line(line, induction.index)),
        { latex: equation, rule: "conclusion", why: write.conclusion(induction) },
      ];
  }
}

class Writer {
  readonly #arena: Arena;
  readonly #names: Names;

  constructor(arena: Arena, names: Names) {
    this.#arena = arena;
    this.#names = names;
  }

  line({ role, left, right, where, from }: InductionLine, index: Index): StepJson {
    const letter = this.#place(this.#arena.at(index));
    const next = this.#place(this.#arena.shift(this.#arena.at(index), this.#arena.constantDim(from)));
    const place = "terms" in where ? `$${letter} = ${this.#place(where)}$` : this.all(where).replace(/^for /, "");
    const why =
      role === "base"
        ? `base case, ${place}: no other member is needed`
        : from === 0
          ? `for ${place}, from derivatives in the same layer`
          : role === "end"
            ? `the step at the end, ${place}, where its terms are others`
            : `induction step from $${next}$ to $${letter}$, for ${place}`;
    return { latex: printEqual(left, right, this.#names), rule: role === "base" ? "base-case" : "induction-step", why };
  }

  conclusion({ index, lines }: Extract<Induction, { kind: "recurrence" }>): string {
    const from = lines[0]?.from ?? 0;
    const { low, high } = index.range;
    const [first, last] = from > 0 ? [high, low] : [low, high];
    const order = from === 0 ? "" : `, one after the other from $${this.#dim(first)}$ to $${this.#dim(last)}$`;
    return `by induction this holds ${this.all(index)}${order}`;
  }

  /** `for ℓ = 0, …, L - 1`. */
  all(index: Index): string {
    return `for $${this.#place(this.#arena.at(index))} = ${this.#dim(index.range.low)}, \\dots, ${this.#dim(index.range.high)}$`;
  }

  count(range: Range): string {
    return `all $${this.#dim(this.#arena.size(range))}$`;
  }

  #place(p: Position): string {
    return printNode(this.#arena.positionValue(p), this.#names);
  }

  #dim(dim: Dim): string {
    return printNode(this.#arena.dimension(dim), this.#names);
  }
}
