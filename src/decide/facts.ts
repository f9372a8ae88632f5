import type { Tensor } from "../expression/node.js";
import type { Assumption, Equation } from "../model/model.js";
import { familyLatex } from "../print/scripts.js";
import type { Sign } from "./form.js";
import { Signs } from "./signs.js";
import { wholeDefinition } from "./unfold.js";

/** Assumptions in the words of evidence. */
const WORDING = {
  sum: (t: string, isOfRows: boolean) => (isOfRows ? `${t} 1 = 1` : `1ᵀ${t} = 1`),
  "one-hot": (t: string) => `${t} one-hot`,
  binary: (t: string) => `${t} ∈ {0, 1}`,
  sign: (t: string) => `${t} ∈ {−1, 1}`,
  symmetric: (t: string) => `${t} = ${t}ᵀ`,
  invertible: (t: string) => `${t} invertible`,
  orthogonal: (t: string) => `${t}ᵀ${t} = I`,
  positive: (t: string) => `${t} > 0`,
  nonzero: (t: string) => `${t} ≠ 0`,
} as const satisfies Readonly<Record<string, (latex: string, isOfRows: boolean) => string>>;

/** So many layers down nothing is known of signs: what a network of thousands says of its last layer is not worth the stack. */
const DEEPEST = 200;

/** The assumptions that normal forms use, by tensor. */
export class Facts {
  readonly #kinds = new Map<Tensor, Set<Assumption["kind"]>>();
  readonly #integers = new Map<Tensor, Extract<Assumption, { kind: "integer" }>>();
  readonly #positiveIntervals = new Set<Tensor>();
  readonly #hotAxes = new Map<Tensor, number>();
  /** The axes that sum to 1. */
  readonly #unitAxes = new Map<Tensor, Set<number>>();
  /** The assumptions that were made use of, as a reader writes them. */
  readonly relied = new Set<string>();

  readonly #definitions: ReadonlyMap<Tensor, readonly Equation[]>;
  readonly #fragile = new Map<Tensor, boolean>();
  readonly #defined = new Map<Tensor, Sign>();
  /** How many definitions down. */
  #depth = 0;
  readonly signs = new Signs({
    sign: (tensor) => this.sign(tensor),
    fragile: (tensor) => this.fragile(tensor),
    free: (tensor) => !this.#constrained(tensor),
  });

  constructor(assumptions: readonly Assumption[], definitions: ReadonlyMap<Tensor, readonly Equation[]>) {
    this.#definitions = definitions;
    for (const a of assumptions) {
      if (a.kind === "equal") continue;
      const kinds = this.#kinds.get(a.tensor) ?? new Set();
      kinds.add(a.kind);
      this.#kinds.set(a.tensor, kinds);
      if (a.kind === "integer") this.#integers.set(a.tensor, a);
      if (a.kind === "one-hot") this.#hotAxes.set(a.tensor, a.axis);
      if (a.kind === "one-hot" || a.kind === "sums-to-one")
        this.#unitAxes.set(a.tensor, (this.#unitAxes.get(a.tensor) ?? new Set()).add(a.axis));
      if (a.kind === "interval" && a.low >= 0) this.#positiveIntervals.add(a.tensor);
    }
  }

  #is(tensor: Tensor, ...kinds: readonly Assumption["kind"][]): boolean {
    const known = this.#kinds.get(tensor);
    return known !== undefined && kinds.some((k) => known.has(k));
  }

  /** A normal form makes use of what is assumed of a tensor. */
  rely(assumed: keyof typeof WORDING, tensor: Tensor): void {
    const order = tensor.axes.length;
    const isOfRows = order > 1 && this.#unitAxes.get(tensor)?.has(order - 1) === true;
    this.relied.add(WORDING[assumed](familyLatex(tensor), isOfRows));
  }

  /** Notes that an entry is not divided by zero, or not the root of a negative number, by what is assumed of its tensor. */
  relyOnSign(tensor: Tensor): void {
    if (this.#is(tensor, "positive") || this.#positiveIntervals.has(tensor)) this.rely("positive", tensor);
    else if (this.#is(tensor, "nonzero")) this.rely("nonzero", tensor);
  }

  sign(tensor: Tensor): Sign {
    if (this.#is(tensor, "positive") || this.#positiveIntervals.has(tensor)) return "positive";
    if (this.#is(tensor, "nonnegative", "binary", "one-hot")) return "nonnegative";
    return this.#definedSign(tensor);
  }

  /** The sign that a tensor's definition shows. */
  #definedSign(tensor: Tensor): Sign {
    const known = this.#defined.get(tensor) ?? (this.#depth > DEEPEST ? "unknown" : undefined);
    if (known !== undefined) return known;
    this.#defined.set(tensor, "unknown");
    const equation = wholeDefinition(tensor, this.#definitions);
    const sign = equation === null ? "unknown" : this.#below(() => this.signs.of(equation.body));
    this.#defined.set(tensor, sign);
    return sign;
  }

  /** Whether entries may vanish on more than a null set. */
  fragile(tensor: Tensor): boolean {
    if (tensor.integer || this.binary(tensor)) return true;
    const known = this.#fragile.get(tensor) ?? (this.#depth > DEEPEST ? true : undefined);
    if (known !== undefined) return known;
    this.#fragile.set(tensor, true);
    const equations = this.#definitions.get(tensor) ?? [];
    const fragile = this.#below(() => equations.some((e) => this.signs.fragile(e.body)));
    this.#fragile.set(tensor, fragile);
    return fragile;
  }

  #below<T>(f: () => T): T {
    this.#depth += 1;
    try {
      return f();
    } finally {
      this.#depth -= 1;
    }
  }

  /** Defined, assumed of, or whole-numbered. */
  #constrained(tensor: Tensor): boolean {
    return tensor.integer || this.#definitions.has(tensor) || this.#kinds.has(tensor);
  }

  binary(tensor: Tensor): boolean {
    return this.#is(tensor, "binary", "one-hot");
  }

  /** Entries whose squares are 1. */
  involutive(tensor: Tensor): boolean {
    return this.#is(tensor, "sign");
  }

  /** The axis along which a tensor is one-hot, or `null`. */
  hotAxis(tensor: Tensor): number | null {
    return this.#hotAxes.get(tensor) ?? null;
  }

  sumsToOne(tensor: Tensor, axis: number): boolean {
    return this.#unitAxes.get(tensor)?.has(axis) === true;
  }

  symmetric(tensor: Tensor): boolean {
    return this.#is(tensor, "symmetric", "diagonal", "positive-definite");
  }

  invertible(tensor: Tensor): boolean {
    return this.#is(tensor, "invertible", "positive-definite", "orthogonal");
  }

  orthogonal(tensor: Tensor): boolean {
    return this.#is(tensor, "orthogonal");
  }

  nonzero(tensor: Tensor): boolean {
    return this.#is(tensor, "nonzero", "positive", "sign") || this.#positiveIntervals.has(tensor);
  }

  integerRange(tensor: Tensor): { readonly low: string; readonly high: string } | null {
    const fact = this.#integers.get(tensor);
    return fact === undefined ? null : { low: fact.range.low.key, high: fact.range.high.key };
  }
}
