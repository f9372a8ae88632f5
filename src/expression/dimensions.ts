import { flatMap } from "../core/flat-map.js";
import type { Dim, DimAtom, DimTerm, Position } from "./node.js";
import { compareText } from "./text.js";

/** Makes and interns dimensions: polynomials in names. */
export class Dimensions {
  readonly #dims = new Map<string, Dim>();
  readonly #atoms = new Map<string, DimAtom>();

  readonly zeroDim = this.#dim([]);
  readonly oneDim = this.constantDim(1);

  constantDim(value: number): Dim {
    return this.#dim(value === 0 ? [] : [{ coefficient: value, powers: [] }]);
  }

  /** The dimension called `latex`; `at` picks a member of a family of dimensions. */
  namedDim(latex: string, at: Position | null = null): Dim {
    const key = at === null ? latex : `${latex}@${at.key}`;
    let atom = this.#atoms.get(key);
    if (atom === undefined) {
      atom = Object.freeze({ key, latex, at });
      this.#atoms.set(key, atom);
    }
    return this.#dim([{ coefficient: 1, powers: [[atom, 1]] }]);
  }

  addDims(...dims: readonly Dim[]): Dim {
    const some = dims.filter((d) => d.terms.length > 0);
    const [only] = some;
    if (some.length < 2) return only ?? this.zeroDim;
    return this.#dim(flatMap(some, (d) => d.terms));
  }

  scaleDim(dim: Dim, by: number): Dim {
    if (by === 1 || dim.terms.length === 0) return dim;
    return this.#dim(dim.terms.map((t) => ({ coefficient: t.coefficient * by, powers: t.powers })));
  }

  subtractDims(a: Dim, b: Dim): Dim {
    return this.addDims(a, this.scaleDim(b, -1));
  }

  multiplyDims(a: Dim, b: Dim): Dim {
    const terms: DimTerm[] = [];
    for (const s of a.terms)
      for (const t of b.terms)
        terms.push({ coefficient: s.coefficient * t.coefficient, powers: mergePowers(s.powers, t.powers) });
    return this.#dim(terms);
  }

  /** The integer a dimension is, or `null` if it is symbolic. */
  integerOf(dim: Dim): number | null {
    if (dim.terms.length === 0) return 0;
    const [term] = dim.terms;
    return dim.terms.length === 1 && term !== undefined && term.powers.length === 0 ? term.coefficient : null;
  }

  #dim(terms: readonly DimTerm[]): Dim {
    // Most have one term at most, and are known: nothing has to be merged then.
    const [only] = terms;
    const known =
      terms.length > 1 ? undefined : this.#dims.get(only === undefined ? "0" : termText(powersText(only), only));
    if (known !== undefined) return known;
    const merged = new Map<string, DimTerm>();
    for (const t of terms) {
      const key = powersText(t);
      const old = merged.get(key);
      merged.set(key, { coefficient: t.coefficient + (old?.coefficient ?? 0), powers: t.powers });
    }
    const kept = [...merged].filter(([, t]) => t.coefficient !== 0).sort(([a], [b]) => compareText(a, b));
    const key = kept.map(([k, t]) => termText(k, t)).join("+") || "0";
    let dim = this.#dims.get(key);
    if (dim === undefined) {
      dim = Object.freeze({ key, terms: Object.freeze(kept.map(([, t]) => Object.freeze(t))) });
      this.#dims.set(key, dim);
    }
    return dim;
  }
}

const powersText = ({ powers }: DimTerm): string => powers.map(([a, n]) => `${a.key}^${n}`).join("*");

const termText = (powers: string, { coefficient }: DimTerm): string =>
  powers === "" ? `${coefficient}` : `${coefficient}*${powers}`;

function mergePowers(
  a: readonly (readonly [DimAtom, number])[],
  b: readonly (readonly [DimAtom, number])[],
): readonly (readonly [DimAtom, number])[] {
  const merged = new Map<string, readonly [DimAtom, number]>();
  for (const [atom, n] of [...a, ...b]) merged.set(atom.key, [atom, n + (merged.get(atom.key)?.[1] ?? 0)]);
  return [...merged.values()].sort(([x], [y]) => compareText(x.key, y.key));
}
