import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import type { Tensor } from "../expression/node.js";
import type { Model, ModelSymbol } from "../model/model.js";
import { type FileNames, isMeant } from "./symbols.js";

/** Which key of what was given is meant for which symbol. */
export class Keys {
  readonly #models: readonly Model[];
  readonly #names: FileNames;
  readonly #given: ReadonlyMap<string, unknown>;

  constructor(models: readonly Model[], names: FileNames, given: Readonly<Record<string, unknown>>) {
    this.#models = models;
    this.#names = names;
    this.#given = new Map(Object.entries(given));
    // All names are given out in the order of the file before anybody asks for one.
    for (const m of models) for (const s of m.symbols) names.of(s.tensor);
  }

  #isMeant(key: string, s: ModelSymbol): boolean {
    return isMeant(key, s, this.#names.of(s.tensor)) || key === s.tensor.name;
  }

  of(model: Model): { readonly values: ReadonlyMap<Tensor, unknown>; readonly sizes: ReadonlyMap<string, number> } {
    const values = new Map<Tensor, unknown>();
    const sizes = new Map<string, number>();
    for (const [key, value] of this.#given)
      for (const s of model.symbols) {
        if (!this.#isMeant(key, s)) continue;
        if (s.role !== "dimension") values.set(s.tensor, value);
        else if (typeof value === "number") sizes.set(s.tensor.latex, value);
      }
    return { values, sizes };
  }

  unknown(): readonly Diagnostic[] {
    const all = this.#models.flatMap((m) => m.symbols);
    const known = all.filter((s) => !s.tensor.derivative).map((s) => this.#names.of(s.tensor));
    return [...this.#given].flatMap(([key, value]) => {
      const meant = all.filter((s) => this.#isMeant(key, s));
      if (meant.length === 0) return [unknownKey(key, known)];
      const isSize = meant.every((s) => s.role === "dimension");
      return isSize && !(Number.isInteger(value) && Number(value) >= 0) ? [noSize(key)] : [];
    });
  }
}

const unknownKey = (key: string, known: readonly string[]): Diagnostic =>
  diagnostic(
    "warning",
    "evaluate/unknown",
    `${key} is given, and there is no such symbol here`,
    null,
    `the names are ${known.join(", ")}`,
  );

const noSize = (key: string): Diagnostic =>
  diagnostic("error", "evaluate/size", `${key} is a size: a whole number is expected`, null);
