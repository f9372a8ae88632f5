import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { forward } from "../evaluate/forward.js";
import type { Definition } from "../evaluate/plan.js";
import { readSet, readStatement, type Statement, StatementError, type World } from "../evaluate/statement.js";
import type { Environment } from "../evaluate/values.js";
import { tensorsOf } from "../expression/arena.js";
import type { Tensor } from "../expression/node.js";
import type { Model, ModelSymbol } from "../model/model.js";
import type { FileNames } from "./symbols.js";
import { isMeant } from "./symbols.js";

/** What is expected of a network, and what every input of a finite domain says of it. */
export interface SpecificationJson {
  readonly expect: string;
  readonly inputs: number;
  readonly failures: number;
  /** The first input for which it fails, with what the network computes from it. */
  readonly counterexample: Readonly<Record<string, unknown>> | null;
}

/** The values that each entry of an input takes. */
export type Domains = ReadonlyMap<Tensor, readonly number[]>;

/** More inputs than this are not tried. */
const MOST_INPUTS = 1_000_000;

/** A declaration such as `x \in \{0,1\}^4` or `x_i \in \{1, \dots, 5\}`. */
const DECLARED = /^\s*(.+?)\s*(?:\\in(?![A-Za-z])|∈|\bin\b)\s*(\\?\{.*?\\?\})\s*(?:\^.*)?$/s;

/**
 * The finite domains that declarations give to symbols. An index below the symbol says each entry; where all symbols of a list
 * share a domain, `x, y \in \{0,1\}`, each has it.
 */
export function domainsIn(declarations: readonly string[], model: Model, names: FileNames): Domains {
  const found = new Map<Tensor, readonly number[]>();
  for (const text of declarations) {
    const [, left = "", set = ""] = DECLARED.exec(text) ?? [];
    const values = set === "" ? null : readSet(set);
    if (values === null) continue;
    for (const written of left.split(/,(?![^{]*\})/)) {
      const base = written.replace(/_(?:\{[A-Za-z,\s]+\}|[A-Za-z])\s*$/, "").trim();
      const symbol = model.symbols.find((s) => [written.trim(), base].some((w) => spells(w, s, names)));
      if (symbol !== undefined && symbol.role !== "dimension") found.set(symbol.tensor, [...new Set(values)]);
    }
  }
  return found;
}

/** A symbol by its name, its LaTeX, or the LaTeX of a family without its index. */
const spells = (text: string, s: ModelSymbol, names: FileNames): boolean =>
  isMeant(text, s, names.of(s.tensor)) ||
  (s.family !== null && isMeant(text, { ...s, family: null, tensor: withoutIndex(s.tensor) }, names.of(s.tensor)));

const withoutIndex = (tensor: Tensor): Tensor => ({ ...tensor, latex: tensor.latex.replace(/[_^]\{#\d\}/g, "") });

/** Goes through every input and judges every statement. `env` holds all that is given. */
export class Specification {
  readonly #model: Model;
  readonly #equations: readonly Definition[];
  readonly #names: FileNames;
  readonly #env: Environment;
  readonly #domains: Domains;

  constructor(model: Model, equations: readonly Definition[], names: FileNames, env: Environment, domains: Domains) {
    this.#model = model;
    this.#equations = equations;
    this.#names = names;
    this.#env = env;
    this.#domains = domains;
  }

  check(
    expected: readonly string[],
    shown: (t: Tensor) => unknown,
    report: (d: Diagnostic) => void,
  ): readonly SpecificationJson[] {
    const inputs = [...this.#domains].map(([tensor, values]) => ({ values, data: this.#array(tensor), tensor }));
    const count = inputs.reduce((n, { values, data }) => n * values.length ** data.length, 1);
    if (count > MOST_INPUTS) {
      const message = `the domain holds ${count} inputs: more than ${MOST_INPUTS} are not tried`;
      report(diagnostic("error", "expect/too-many", message, null, "make the domain smaller: --domain"));
      return [];
    }
    const world = this.#world();
    const statements = expected.flatMap((text) => this.#read(text, world, report));
    const failures = statements.map(() => 0);
    const first: (Readonly<Record<string, unknown>> | null)[] = statements.map(() => null);
    const counters = inputs.flatMap(({ values, data }) =>
      Array.from(data, (_, cell) => ({ values, data, cell, at: 0 })),
    );
    for (const c of counters) c.data[c.cell] = c.values[0] ?? 0;
    for (let k = 0; k < count; k++) {
      forward({ equations: this.#equations }, this.#env);
      for (const [n, { holds }] of statements.entries()) {
        const verdict = this.#judge(holds, report);
        if (verdict === null) return [];
        if (verdict) continue;
        failures[n] = (failures[n] ?? 0) + 1;
        first[n] ??= Object.fromEntries(
          [...this.#domains.keys(), ...this.#computed()].map((t) => [this.#names.of(t), shown(t)]),
        );
      }
      advance(counters);
    }
    return statements.map(({ text }, n) => ({
      ...{ expect: text, inputs: count, failures: failures[n] ?? 0 },
      counterexample: first[n] ?? null,
    }));
  }

  #read(text: string, world: World, report: (d: Diagnostic) => void): readonly { text: string; holds: Statement }[] {
    try {
      return [{ text, holds: readStatement(text, world) }];
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      report(
        diagnostic(
          "error",
          "expect/unreadable",
          `"${text}" is not understood: ${error.message}`,
          null,
          "write, for example, y = 1 iff x_1 = x_4 or x_2 = x_4",
        ),
      );
      return [];
    }
  }

  /** `null` where it cannot be said. */
  #judge(holds: Statement, report: (d: Diagnostic) => void): boolean | null {
    try {
      return holds();
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      report(diagnostic("error", "expect/unreadable", error.message, null));
      return null;
    }
  }

  #array(tensor: Tensor): Float64Array {
    const data = new Float64Array(this.#env.layout(tensor).length);
    this.#env.set(tensor, data);
    return data;
  }

  #computed(): readonly Tensor[] {
    return [...new Set(this.#equations.map((e) => e.tensor))];
  }

  #world(): World {
    const find = (name: string): ModelSymbol | undefined =>
      this.#model.symbols.find((s) => s.role !== "dimension" && spells(name, s, this.#names));
    const used = new Set(this.#model.equations.flatMap((e) => tensorsOf(e.body)));
    const ends = this.#computed().filter((t) => !used.has(t));
    const [end] = ends;
    return {
      has: (name) => find(name) !== undefined,
      range: (name, place) => {
        const symbol = find(name);
        if (symbol === undefined) return null;
        const { lows, sizes } = this.#env.layout(symbol.tensor);
        const low = lows[place] ?? 1;
        return sizes[place] === undefined ? null : [low, low + sizes[place] - 1];
      },
      read: (name, indices) => {
        const tensor = find(name)?.tensor;
        if (tensor === undefined) return null;
        if (!this.#env.tensors.has(tensor))
          throw new StatementError(`there is no value for ${name}: not all that it is computed from is given`);
        const { lows, sizes, strides } = this.#env.layout(tensor);
        // A row or a column of one entry is read without its index of one.
        const at =
          indices.length === sizes.length
            ? indices
            : sizes.every((n) => n === 1)
              ? sizes.map((_, k) => lows[k] ?? 1)
              : null;
        if (at === null) return null;
        const rows = at.map((p, k) => p - (lows[k] ?? 1));
        if (rows.some((r, k) => r < 0 || r >= (sizes[k] ?? 0))) return null;
        return this.#env.array(tensor).data[rows.reduce((cell, r, k) => cell + r * (strides[k] ?? 1), 0)] ?? null;
      },
      output: end === undefined || ends.length > 1 ? null : this.#names.of(end),
    };
  }
}

interface Counter {
  readonly values: readonly number[];
  readonly data: Float64Array;
  readonly cell: number;
  at: number;
}

/** The next input, last entry fastest. */
function advance(counters: readonly Counter[]): void {
  for (let k = counters.length - 1; k >= 0; k--) {
    const c = counters[k];
    if (c === undefined) return;
    c.at = (c.at + 1) % c.values.length;
    c.data[c.cell] = c.values[c.at] ?? 0;
    if (c.at > 0) return;
  }
}
