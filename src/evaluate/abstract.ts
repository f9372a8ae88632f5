import { hash, Random } from "../core/random.js";

/*
 * A concrete function for the name of an abstract one: smooth, without symmetry, and such that its partial
 * derivatives of every order are exact closed forms and independent of each other:
 *
 *     f(u) = Σ_k c_k sin(ω_k · u + φ_k) + (α · u)(β · u)
 *
 * with coefficients that depend on the name, the output and the argument's entry alone.
 */

const WAVES = 3;

interface Coefficients {
  readonly waves: readonly number[];
  readonly left: number;
  readonly right: number;
}

/** One entry of an argument: which argument, where, and its value. */
export interface Atom {
  readonly argument: number;
  readonly at: readonly number[];
  readonly value: number;
}

export class ConcreteFunction {
  readonly #name: string;
  readonly #seed: number;
  readonly #entries = new Map<string, Coefficients>();
  readonly #outputs = new Map<string, readonly { readonly scale: number; readonly phase: number }[]>();

  constructor(name: string, seed: number) {
    this.#name = name;
    this.#seed = seed;
  }

  #entry(output: string, argument: number, at: readonly number[]): Coefficients {
    const key = `${output}|${argument}|${at.join(",")}`;
    let known = this.#entries.get(key);
    if (known === undefined) {
      const random = new Random(hash(`${this.#seed}/${this.#name}/${key}`));
      const signed = (): number => (random.uniform(0, 1) < 0.5 ? -1 : 1) * random.uniform(0.3, 1);
      known = { waves: Array.from({ length: WAVES }, signed), left: signed() / 2, right: signed() / 2 };
      this.#entries.set(key, known);
    }
    return known;
  }

  #output(output: string): readonly { readonly scale: number; readonly phase: number }[] {
    let known = this.#outputs.get(output);
    if (known === undefined) {
      const random = new Random(hash(`${this.#seed}/${this.#name}//${output}`));
      known = Array.from({ length: WAVES }, () => ({ scale: random.uniform(0.4, 1), phase: random.uniform(0, 3) }));
      this.#outputs.set(output, known);
    }
    return known;
  }

  /** The output at `outputs`, differentiated once by each of `partials`. */
  value(
    outputs: readonly number[],
    atoms: readonly Atom[],
    partials: readonly { readonly argument: number; readonly at: readonly number[] }[],
  ): number {
    const output = outputs.join(",");
    const angles = this.#output(output).map((w) => w.phase);
    let left = 0;
    let right = 0;
    for (const { argument, at, value } of atoms) {
      const c = this.#entry(output, argument, at);
      for (let k = 0; k < WAVES; k++) angles[k] = (angles[k] ?? 0) + (c.waves[k] ?? 0) * value;
      left += c.left * value;
      right += c.right * value;
    }
    const by = partials.map((p) => this.#entry(output, p.argument, p.at));
    let total = quadratic(left, right, by);
    this.#output(output).forEach(({ scale }, k) => {
      // The n-th derivative of the sine is the sine a quarter turn n times further.
      const slope = by.reduce((product, c) => product * (c.waves[k] ?? 0), scale);
      total += slope * Math.sin((angles[k] ?? 0) + (by.length * Math.PI) / 2);
    });
    return total;
  }
}

function quadratic(left: number, right: number, by: readonly Coefficients[]): number {
  const [a, b] = by;
  if (a === undefined) return left * right;
  if (b === undefined) return a.left * right + a.right * left;
  return by.length === 2 ? a.left * b.right + a.right * b.left : 0;
}
