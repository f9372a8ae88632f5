import { freeOfRange } from "../expression/arena.js";
import type { Dim, DimAtom, Index, Node, Range, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import { type Parsed, parseNested, shapeText } from "./nested.js";
import { dimensionsOf } from "./sizes.js";
import { Environment, type Valuation } from "./values.js";
import { nodesBelow } from "./walk.js";

/** What keeps given values from being used; `of` is whose value it is, or `null` of a size. */
export interface Trouble {
  readonly kind: "missing" | "shape" | "number" | "size" | "range";
  readonly of: Tensor | null;
  readonly message: string;
}

export interface Given {
  readonly values: ReadonlyMap<Tensor, unknown>;
  /** By `DimAtom.latex`. */
  readonly sizes: ReadonlyMap<string, number>;
  /** What may do without a value. */
  readonly optional?: ReadonlySet<Tensor>;
  /** A size that no shape tells, or `null` if that is an error. */
  readonly fallback?: (latex: string) => number | null;
}

export type Bound =
  | { readonly env: Environment; readonly troubles: readonly [] }
  | { readonly env: null; readonly troubles: readonly Trouble[] };

/** Tensors that no equation computes and that the equations use, in the order of the symbols. */
export function inputsOf(model: Model): readonly Tensor[] {
  const computed = new Set(model.equations.map((e) => e.tensor));
  const used = new Set<Tensor>();
  for (const node of nodesBelow(model.equations.map((e) => e.body)))
    if (node.kind === "entry" && !computed.has(node.tensor)) used.add(node.tensor);
  const known = model.symbols.map((s) => s.tensor).filter((t) => used.has(t));
  return [...new Set([...known, ...used])];
}

/**
 * An environment with the values that are given and the sizes that follow from their shapes. Every trouble is told, not only
 * the first. `latexOf` says how symbols are written.
 */
export function bindGiven(
  model: Model,
  { values, sizes, optional = new Set(), fallback = () => null }: Given,
  latexOf: (t: Tensor) => string,
): Bound {
  const binder = new Binder(model, sizes, latexOf);
  for (const [tensor, value] of values) binder.read(tensor, value);
  const missing = inputsOf(model).filter((t) => !values.has(t) && !optional.has(t));
  return binder.finish(missing, fallback);
}

/** One member of a family, or the only one. */
interface Member {
  readonly tensor: Tensor;
  /** Positions in the family, from 0 within its range. */
  readonly place: readonly number[];
  readonly parsed: Parsed;
}

/** `dim(valuation) = size`, because a value has that many entries there. */
interface Constraint {
  readonly dim: Dim;
  readonly size: number;
  readonly member: Member | null;
  readonly tensor: Tensor;
  readonly place: readonly number[];
}

class Binder {
  readonly #model: Model;
  readonly #sizes: Map<string, number>;
  readonly #latexOf: (t: Tensor) => string;
  readonly #members: Member[] = [];
  readonly #constraints: Constraint[] = [];
  readonly #troubles: Trouble[] = [];
  /** Whose shape a size was read from. */
  readonly #sources = new Map<string, Tensor>();

  constructor(model: Model, sizes: ReadonlyMap<string, number>, latexOf: (t: Tensor) => string) {
    this.#model = model;
    this.#sizes = new Map(sizes);
    this.#latexOf = latexOf;
  }

  /** Takes a value apart into members, and notes what its shape says of sizes. */
  read(tensor: Tensor, value: unknown): void {
    const go = (rest: unknown, place: readonly number[]): void => {
      const range = place.length < tensor.parameters.length ? tensor.axes[place.length] : undefined;
      if (range === undefined) this.#member(tensor, place, rest);
      else if (Array.isArray(rest)) {
        this.#constraints.push({ dim: this.#model.arena.size(range), size: rest.length, member: null, tensor, place });
        rest.forEach((item, k) => {
          go(item, [...place, k]);
        });
      } else this.#trouble("shape", tensor, `${this.#latexOf(tensor)} is a family: a list of its members is expected`);
    };
    go(value, []);
  }

  #member(tensor: Tensor, place: readonly number[], value: unknown): void {
    const parsed = parseNested(value);
    const name = this.#name(tensor, place);
    if (typeof parsed === "string" || !parsed.data.every(Number.isFinite)) {
      const bad = typeof parsed === "string" ? `no array: ${parsed}` : "not finite";
      this.#trouble("number", tensor, `the value of ${name} is ${bad}`);
      return;
    }
    const axes = tensor.axes.slice(tensor.parameters.length);
    const shape = aligned(parsed.shape, axes);
    if (shape === null) {
      this.#trouble(
        "shape",
        tensor,
        `${name} has the shape ${shapeText(parsed.shape)}, and ${this.#expected(tensor)} is expected`,
      );
      return;
    }
    const member = { tensor, place, parsed: { shape, data: parsed.data } };
    this.#members.push(member);
    axes.forEach((range, k) => {
      this.#constraints.push({ dim: this.#model.arena.size(range), size: shape[k] ?? 0, member, tensor, place });
    });
  }

  finish(missing: readonly Tensor[], fallback: (latex: string) => number | null): Bound {
    this.#solve();
    // Where a value is missing, a size that is made up would only puzzle.
    for (const atom of missing.length > 0 ? [] : dimensionsOf(this.#model)) {
      const size = atom.at !== null || this.#sizes.has(atom.latex) ? null : fallback(atom.latex);
      if (size === null) continue;
      this.#sizes.set(atom.latex, size);
      this.#solve();
    }
    this.#compare();
    for (const t of missing)
      this.#trouble("missing", t, `there is no value for ${this.#latexOf(t)}: ${this.#expected(t)} is expected`);
    if (this.#troubles.length === 0)
      for (const atom of dimensionsOf(this.#model))
        if (atom.at === null && !this.#sizes.has(atom.latex))
          this.#trouble("size", null, `no value tells how large ${atom.latex} is`);
    if (this.#troubles.length > 0) return { env: null, troubles: this.#troubles };
    const env = new Environment(this.#sizes);
    for (const m of this.#members) this.#store(env, m);
    return this.#troubles.length > 0 ? { env: null, troubles: this.#troubles } : { env, troubles: [] };
  }

  /** Sizes one after another, each from a constraint in which it alone is unknown. */
  #solve(): void {
    for (let found = true; found; ) {
      found = false;
      for (const c of this.#constraints) {
        const unknown = this.#unknownIn(c);
        if (unknown === null || unknown.key === null) continue;
        this.#sizes.set(unknown.key, unknown.size);
        this.#sources.set(unknown.key, c.tensor);
        found = true;
      }
    }
  }

  /** The only unknown size in a constraint with the value that it must have; `null` where there is none, or where no whole number will do. */
  #unknownIn(c: Constraint): { readonly key: string | null; readonly size: number } | null {
    const value = this.#valuation(c);
    let rest = c.size;
    let open: { readonly key: string; readonly factor: number; readonly power: number } | null = null;
    for (const { coefficient, powers } of c.dim.terms) {
      let product = coefficient;
      let own: { readonly key: string; readonly power: number } | null = null;
      for (const [atom, power] of powers) {
        const key = this.#keyOf(atom, value);
        const size = key === null ? undefined : this.#sizes.get(key);
        if (size !== undefined) product *= size ** power;
        else if (own !== null || key === null) return null;
        else own = { key, power };
      }
      if (own === null) rest -= product;
      else if (open !== null) return null;
      else open = { ...own, factor: product };
    }
    if (open === null) return null;
    const size = Math.round((rest / open.factor) ** (1 / open.power));
    return size >= 0 && open.factor * size ** open.power === rest ? { key: open.key, size } : null;
  }

  #keyOf(atom: DimAtom, value: Valuation): string | null {
    if (atom.at === null) return atom.latex;
    const { at } = atom;
    const member = ifKnown(() => new Environment(this.#sizes).position(at, value));
    return member === null ? null : `${atom.latex}@${member}`;
  }

  /** The members of a family are counted from the low end of its range; while that is unknown, so is their number. */
  #valuation({ tensor, place }: { readonly tensor: Tensor; readonly place: readonly number[] }): Valuation {
    const values = new Map<Index, number | null>();
    const value: Valuation = (index) => {
      const known = values.get(index) ?? 0;
      if (values.get(index) === null) throw new Error(`internal: no size tells where ${index.name} begins`);
      return known;
    };
    const env = new Environment(this.#sizes);
    place.forEach((k, axis) => {
      const [parameter, range] = [tensor.parameters[axis], tensor.axes[axis]];
      if (parameter === undefined || range === undefined) return;
      const low = ifKnown(() => env.dim(range.low, value));
      values.set(parameter, low === null ? null : k + low);
    });
    return value;
  }

  /** Every shape against the sizes that are known now. */
  #compare(): void {
    const told = new Set<string>();
    for (const c of this.#constraints) {
      const wanted = this.#known(c.dim, this.#valuation(c));
      if (wanted === null || wanted === c.size) continue;
      const name = this.#name(c.tensor, c.place);
      if (told.has(name)) continue;
      told.add(name);
      const has = c.member === null ? `${c.size} members` : `the shape ${shapeText(c.member.parsed.shape)}`;
      const expected = c.member === null ? `${wanted}` : this.#expected(c.tensor, c.place);
      this.#trouble("shape", c.tensor, `${name} has ${has}, and ${expected} is expected${this.#because(c)}`);
    }
  }

  #because({ dim, tensor }: Constraint): string {
    const others = dim.terms
      .flatMap((t) => t.powers.map(([atom]) => [atom.latex, this.#sources.get(atom.latex)] as const))
      .filter(([, source]) => source !== undefined && source !== tensor);
    const reasons = others.map(
      ([latex, source]) =>
        `${latex} = ${this.#sizes.get(latex)} from ${source === undefined ? "" : this.#latexOf(source)}`,
    );
    return reasons.length === 0 ? "" : ` (${[...new Set(reasons)].join(", ")})`;
  }

  #known(dim: Dim, value: Valuation): number | null {
    return ifKnown(() => new Environment(this.#sizes).dim(dim, value));
  }

  /** `H × D = 3×4`, sizes as far as they are known. */
  #expected(tensor: Tensor, place: readonly number[] = []): string {
    const axes = tensor.axes.slice(tensor.parameters.length);
    if (axes.length === 0) return "a single number";
    const { arena, symbols } = this.#model;
    const symbol = symbols.find((s) => s.tensor === tensor);
    const value = this.#valuation({ tensor, place });
    const sizes = axes.map((range) => this.#known(arena.size(range), value));
    const said = symbol?.shape.join(" × ") ?? "";
    const counted = sizes.every((s) => s !== null) ? shapeText(sizes) : "";
    return said === "" || counted === "" || /^[\d ×]*$/.test(said)
      ? said || counted || "an array"
      : `${said} = ${counted}`;
  }

  #name(tensor: Tensor, place: readonly number[]): string {
    return place.length === 0
      ? this.#latexOf(tensor)
      : `member ${place.map((k) => k + 1).join(", ")} of ${this.#latexOf(tensor)}`;
  }

  #store(env: Environment, { tensor, place, parsed }: Member): void {
    const { lows, sizes, strides, length } = env.layout(tensor);
    const known = env.tensors.get(tensor);
    const data = known?.data ?? new Float64Array(length);
    if (known === undefined) env.set(tensor, data);
    const value = this.#valuation({ tensor, place });
    const params = place.length;
    let start = 0;
    tensor.axes.forEach((range, axis) => {
      const first = axis < params ? (place[axis] ?? 0) : 0;
      const low = env.dim(range.low, value);
      start += (first + low - (lows[axis] ?? 1)) * (strides[axis] ?? 1);
    });
    parsed.data.forEach((x, k) => {
      let [rest, cell] = [k, start];
      for (let axis = parsed.shape.length - 1; axis >= 0; axis--) {
        const size = parsed.shape[axis] ?? 1;
        cell += (rest % size) * (strides[params + axis] ?? 1);
        rest = Math.floor(rest / size);
      }
      data[cell] = x;
    });
    if (tensor.integer && !parsed.data.every(Number.isInteger))
      this.#trouble("range", tensor, `the value of ${this.#name(tensor, place)} must be whole numbers`);
    if (sizes.length === 0 && data.length !== 1) throw new Error("internal: a scalar of several entries");
  }

  #trouble(kind: Trouble["kind"], of: Tensor | null, message: string): void {
    this.#troubles.push({ kind, of, message });
  }
}

/** `null` where a size that nothing has told yet is needed. */
function ifKnown(f: () => number): number | null {
  try {
    return f();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("internal: no size")) return null;
    throw error;
  }
}

const isUnit = (range: Range): boolean => range.low === range.high;

/** The shape over all axes of the symbol: those of size one may be left out, a column may be a matrix of one column. */
function aligned(shape: readonly number[], axes: readonly Range[]): readonly number[] | null {
  if (shape.length === axes.length) return shape;
  const wide = axes.filter((r) => !isUnit(r));
  if (shape.length === wide.length) {
    let next = 0;
    return axes.map((r) => (isUnit(r) ? 1 : (shape[next++] ?? 0)));
  }
  const isColumn = shape.length === axes.length + 1 && shape.at(-1) === 1;
  if (isColumn) return shape.slice(0, -1);
  return wide.length === 0 && shape.every((n) => n === 1) ? axes.map(() => 1) : null;
}

/** Integer symbols used as positions, and the axis they must lie on. */
export function positionTroubles(model: Model, env: Environment, latexOf: (t: Tensor) => string): readonly Trouble[] {
  const found: Trouble[] = [];
  const seen = new Set<Node>();
  for (const node of nodesBelow(model.equations.map((e) => e.body))) {
    if (node.kind !== "entry") continue;
    node.at.forEach((p, axis) => {
      const range = node.tensor.axes[axis];
      if (p.value?.kind !== "entry" || range === undefined || freeOfRange(range).length > 0 || seen.has(p.value))
        return;
      seen.add(p.value);
      const { tensor } = p.value;
      const array = env.tensors.get(tensor);
      const shift = env.dim(p.offset, () => 0);
      const [low, high] = [env.dim(range.low), env.dim(range.high)];
      const bad = array?.data.find((x) => x + shift < low || x + shift > high);
      if (bad !== undefined && p.terms.length === 0)
        found.push({
          kind: "range",
          of: tensor,
          message: `${latexOf(tensor)} is ${bad}, and a number from ${low - shift} to ${high - shift} is expected`,
        });
    });
  }
  return found;
}
