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
export interface Atom<T> {
  readonly argument: number;
  readonly at: readonly number[];
  readonly value: T;
}

/** The entries that a function is applied to. Its values and derivatives at one output share the sums over them. */
export class Inputs<T> {
  readonly atoms: readonly Atom<T>[];
  readonly #sums = new Map<string, T>();

  constructor(atoms: readonly Atom<T>[]) {
    this.atoms = atoms;
  }

  once(name: string, sum: () => T): T {
    const known = this.#sums.get(name) ?? sum();
    this.#sums.set(name, known);
    return known;
  }
}

/** The numbers that a function is computed with. */
export interface Field<T> {
  readonly of: (x: number) => T;
  readonly add: (a: T, b: T) => T;
  readonly multiply: (a: T, b: T) => T;
  readonly sin: (x: T) => T;
  readonly cos: (x: T) => T;
}

export const float64: Field<number> = {
  of: (x) => x,
  add: (a, b) => a + b,
  multiply: (a, b) => a * b,
  sin: Math.sin,
  cos: Math.cos,
};

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
  value<T>(
    k: Field<T>,
    outputs: readonly number[],
    inputs: Inputs<T>,
    partials: readonly { readonly argument: number; readonly at: readonly number[] }[],
  ): T {
    const output = outputs.join(",");
    const form = (name: string, coefficient: (c: Coefficients) => number, start: number): T =>
      inputs.once(`${output}/${name}`, () =>
        inputs.atoms.reduce(
          (sum, { argument, at, value }) =>
            k.add(sum, k.multiply(k.of(coefficient(this.#entry(output, argument, at))), value)),
          k.of(start),
        ),
      );
    const by = partials.map((p) => this.#entry(output, p.argument, p.at));
    const product = quadratic(
      k,
      by,
      () => form("left", (c) => c.left, 0),
      () => form("right", (c) => c.right, 0),
    );
    return this.#output(output).reduce((total, { scale, phase }, wave) => {
      const slope = by.reduce((s, c) => k.multiply(s, k.of(c.waves[wave] ?? 0)), k.of(scale));
      return k.add(
        total,
        k.multiply(
          slope,
          turned(
            k,
            by.length,
            form(`${wave}`, (c) => c.waves[wave] ?? 0, phase),
          ),
        ),
      );
    }, product);
  }
}

/** The `n`-th derivative of the sine: a quarter turn further each time. */
function turned<T>(k: Field<T>, n: number, angle: T): T {
  const value = n % 2 === 0 ? k.sin(angle) : k.cos(angle);
  return n % 4 < 2 ? value : k.multiply(k.of(-1), value);
}

function quadratic<T>(k: Field<T>, by: readonly Coefficients[], left: () => T, right: () => T): T {
  const [a, b] = by;
  if (a === undefined) return k.multiply(left(), right());
  if (b === undefined) return k.add(k.multiply(k.of(a.left), right()), k.multiply(k.of(a.right), left()));
  return k.of(by.length === 2 ? a.left * b.right + a.right * b.left : 0);
}
