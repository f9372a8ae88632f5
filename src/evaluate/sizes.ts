import { flatMap } from "../core/flat-map.js";
import { hash, Random } from "../core/random.js";
import { freeOfDim, freeOfRange } from "../expression/arena.js";
import type { Dim, DimAtom, Index, Node, NodeOf, Position, Range, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import { freeOf } from "./forward.js";
import { Environment } from "./values.js";
import { boundBy, nodesBelow } from "./walk.js";

/** Depths and lengths of families, by round. */
const DEPTHS = [3, 2, 1, 5] as const;
/** Sizes of the members of a family of dimensions, in turn: neighbours differ. */
const WIDTHS = [3, 4, 2, 5] as const;

/** Sizes of plain dimensions; those of families of dimensions are made up as they are asked for, always the same. */
class Sizes extends Map<string, number> {
  readonly #salt: number;

  constructor(salt: number) {
    super();
    this.#salt = salt;
  }

  override get(key: string): number | undefined {
    const known = super.get(key);
    if (known !== undefined) return known;
    const member = /^([\s\S]*)@(-?\d+)$/.exec(key);
    if (member === null) return undefined;
    const [, latex = "", n = "0"] = member;
    const turn = (hash(latex) + this.#salt + Number(n)) % WIDTHS.length;
    const size = WIDTHS[(turn + WIDTHS.length) % WIDTHS.length] ?? 2;
    this.set(key, size);
    return size;
  }
}

/** A condition on sizes: `dim ≥ least`. A soft one is met where it can be. */
interface Condition {
  readonly dim: Dim;
  readonly least: number;
  readonly soft: boolean;
}

interface Facts {
  /** In order of first appearance. */
  readonly atoms: readonly DimAtom[];
  readonly depths: ReadonlySet<DimAtom>;
  readonly neighbours: ReadonlyMap<DimAtom, ReadonlySet<DimAtom>>;
  readonly conditions: readonly Condition[];
  /** Does a family of dimensions stand in the model? */
  readonly hasFamilies: boolean;
  /** Environments without values, by what was asked for, and by their sizes. */
  readonly blanks: Map<string, Environment>;
}

/**
 * An environment without values for a model's sizes. Where no sizes of members are made up on the way, those of equal
 * sizes share what is known of where things are stored.
 */
export function blankEnvironment(
  model: Model,
  seed: number,
  round: number,
  given: ReadonlyMap<string, number> = new Map(),
): Environment {
  const { hasFamilies, blanks } = factsOf(model);
  if (hasFamilies) return new Environment(chooseSizes(model, seed, round, given), seed);
  const asked = `${seed}/${round}/${[...given].join()}`;
  const known = blanks.get(asked);
  if (known !== undefined) return known.fork();
  const sizes = chooseSizes(model, seed, round, given);
  const key = `${seed} ${[...sizes].join()}`;
  const blank = blanks.get(key) ?? new Environment(sizes, seed);
  blanks.set(asked, blank).set(key, blank);
  return blank.fork();
}

/** Sizes for all dimensions of a model: those that meet are different, every range has a value where that can be. */
export function chooseSizes(
  model: Model,
  seed: number,
  round: number,
  given: ReadonlyMap<string, number> = new Map(),
): ReadonlyMap<string, number> {
  const facts = factsOf(model);
  const random = new Random(hash(`sizes/${seed}/${round}`));
  const sizes = new Sizes(round);
  let depth = round;
  for (const atom of facts.atoms) {
    if (!facts.depths.has(atom)) continue;
    sizes.set(atom.latex, DEPTHS[depth % DEPTHS.length] ?? 3);
    depth += 1;
  }
  colour(facts, sizes, random);
  for (const [name, size] of given) sizes.set(name, size);
  repair(facts, sizes, given);
  return sizes;
}

/** All dimensions that a model speaks of. */
export const dimensionsOf = (model: Model): readonly DimAtom[] => factsOf(model).atoms;

/** Different sizes for all widths where they are few, else for those that meet in one equation. */
function colour(facts: Facts, sizes: Map<string, number>, random: Random): void {
  const widths = facts.atoms.filter((a) => !facts.depths.has(a));
  const few = widths.length <= 8;
  const palette = Array.from({ length: few ? Math.max(3, widths.length) : 5 }, (_, k) => k + 2);
  const first = random.integer(0, palette.length - 1);
  widths.forEach((atom, k) => {
    const near = few ? widths : [...(facts.neighbours.get(atom) ?? [])];
    const taken = new Set(near.filter((a) => a !== atom).map((a) => sizes.get(a.latex)));
    let size = palette[(first + k) % palette.length] ?? 2;
    for (let step = 1; taken.has(size) && step < palette.length; step++)
      size = palette[(first + k + step) % palette.length] ?? size;
    for (let more = 2; taken.has(size) && more < 64; more++) size = more;
    sizes.set(atom.latex, size);
  });
}

function repair(facts: Facts, sizes: Map<string, number>, given: ReadonlyMap<string, number>): void {
  const env = new Environment(sizes);
  for (const soft of [false, true]) {
    const conditions = facts.conditions.filter((c) => soft || !c.soft);
    for (let pass = 0; pass < 60; pass++) {
      const broken = conditions.filter((c) => env.dim(c.dim) < c.least);
      if (broken.length === 0) break;
      const moved = broken.map(({ dim }) => adjust(dim, sizes, given));
      if (!moved.includes(true)) break;
    }
  }
}

/** Makes a dimension larger by one step: first what adds to it, else what is taken away. */
function adjust(dim: Dim, sizes: Map<string, number>, given: ReadonlyMap<string, number>): boolean {
  const names = (sign: number): string[] =>
    flatMap(
      dim.terms.filter((t) => Math.sign(t.coefficient) === sign),
      (t) => t.powers.map(([atom]) => atom),
    )
      .filter((atom) => atom.at === null && !given.has(atom.latex))
      .map((atom) => atom.latex);
  const [shrinking] = names(-1).filter((n) => (sizes.get(n) ?? 1) > 2);
  const [growing] = names(1).filter((n) => (sizes.get(n) ?? 0) < 40);
  if (growing !== undefined) sizes.set(growing, (sizes.get(growing) ?? 1) + 1);
  else if (shrinking !== undefined) sizes.set(shrinking, (sizes.get(shrinking) ?? 2) - 1);
  return growing !== undefined || shrinking !== undefined;
}

const known = new WeakMap<Model, Facts>();

function factsOf(model: Model): Facts {
  let facts = known.get(model);
  if (facts === undefined) {
    facts = collect(model);
    known.set(model, facts);
  }
  return facts;
}

function collect(model: Model): Facts {
  const collector = new Collector(model);
  for (const { tensor, role } of model.symbols) if (role !== "dimension") collector.tensor(tensor);
  for (const equation of model.equations) {
    collector.tensor(equation.tensor);
    const met = new Set<DimAtom>();
    for (const index of freeOf(equation)) collector.range(index.range, met);
    collector.positions(equation.tensor, equation.at);
    for (const node of nodesBelow([equation.body])) collector.node(node, met);
    collector.meet(met);
  }
  return collector;
}

class Collector implements Facts {
  readonly depths = new Set<DimAtom>();
  readonly neighbours = new Map<DimAtom, Set<DimAtom>>();
  readonly conditions: Condition[] = [];
  readonly blanks = new Map<string, Environment>();
  hasFamilies = false;
  readonly #model: Model;
  readonly #tensors = new Set<Tensor>();
  readonly #ranges = new Set<string>();
  readonly #positions = new Set<string>();

  constructor(model: Model) {
    this.#model = model;
  }

  get atoms(): readonly DimAtom[] {
    return [...this.neighbours.keys()];
  }

  tensor(tensor: Tensor, met = new Set<DimAtom>()): void {
    for (const range of tensor.axes) this.range(range, met);
    if (this.#tensors.has(tensor)) return;
    this.#tensors.add(tensor);
    for (const parameter of tensor.parameters)
      for (const atom of atomsOf(parameter.range.low, parameter.range.high)) this.depths.add(atom);
    this.meet(met);
  }

  /** What one node of an equation says, itself and not its operands; `met` gets the dimensions that it mentions. */
  node(node: Node, met: Set<DimAtom>): void {
    for (const index of boundBy(node)) this.range(index.range, met);
    if (node.kind === "dimension") this.dim(node.dim, met);
    if (node.kind === "matrix") this.invertible(node);
    if (node.kind !== "entry") return;
    this.tensor(node.tensor, met);
    this.positions(node.tensor, node.at);
  }

  range(range: Range, met: Set<DimAtom>): void {
    this.dim(range.low, met);
    this.dim(range.high, met);
    const key = `${range.low.key}..${range.high.key}`;
    if (this.#ranges.has(key) || freeOfRange(range).length > 0) return;
    this.#ranges.add(key);
    const dim = this.#model.arena.size(range);
    this.conditions.push({ dim, least: 1, soft: false });
    if (dim.terms.length > 1) this.conditions.push({ dim, least: 2, soft: true });
  }

  dim(dim: Dim, met: Set<DimAtom>): void {
    this.hasFamilies ||= dim.terms.some((t) => t.powers.some(([atom]) => atom.at !== null));
    for (const atom of atomsOf(dim)) {
      met.add(atom);
      if (!this.neighbours.has(atom)) this.neighbours.set(atom, new Set());
    }
  }

  /** Every position should lie on its axis; guards may make that needless, hence soft. */
  positions(tensor: Tensor, at: readonly Position[]): void {
    const { arena } = this.#model;
    at.forEach((p, axis) => {
      const range = tensor.axes[axis];
      const key = `${tensor.key}/${axis}/${p.key}`;
      if (range === undefined || this.#positions.has(key) || !isClosed(p, range)) return;
      this.#positions.add(key);
      const end = (sign: 1 | -1): Dim =>
        arena.addDims(
          p.offset,
          ...p.terms.map(([i, c]) => arena.scaleDim(c * sign > 0 ? i.range.high : i.range.low, c)),
        );
      for (const dim of [arena.subtractDims(range.high, end(1)), arena.subtractDims(end(-1), range.low)])
        if (atomsOf(dim).length > 0) this.conditions.push({ dim, least: 0, soft: p.terms.length > 0 });
    });
  }

  /** A sum over `n` products has at most rank `n`: the inverse of `XᵀX` wants at least as many rows as columns. */
  invertible({ fn, row, body }: NodeOf<"matrix">): void {
    if (fn !== "inverse" && fn !== "determinant") return;
    const own = body.kind === "entry" ? this.#model.equations.find((e) => e.tensor === body.tensor)?.body : body;
    const factors = own?.kind === "multiply" ? own.factors : own === undefined ? [] : [own];
    for (const f of factors) {
      if (f.kind !== "reduce" || f.op !== "sum" || freeOfRange(f.index.range).length > 0) continue;
      const { arena } = this.#model;
      const dim = arena.subtractDims(arena.size(f.index.range), arena.size(row.range));
      if (atomsOf(dim).length > 0) this.conditions.push({ dim, least: 1, soft: true });
    }
  }

  meet(atoms: ReadonlySet<DimAtom>): void {
    if (atoms.size > 64) return;
    for (const a of atoms) for (const b of atoms) if (a !== b) this.neighbours.get(a)?.add(b);
  }
}

const atomsOf = (...dims: readonly Dim[]): readonly DimAtom[] =>
  flatMap(dims, (d) => flatMap(d.terms, (t) => t.powers.map(([atom]) => atom))).filter((atom) => atom.at === null);

const isClosed = (p: Position, range: Range): boolean =>
  p.value === null &&
  freeOfRange(range).length === 0 &&
  freeOfDim(p.offset).length === 0 &&
  p.terms.every(([index]: readonly [Index, number]) => freeOfRange(index.range).length === 0);

/**
 * The size of the k-th of some names where the usual sizes make arrays too large: 2 or 3, and 4 for one of them in turn. In four
 * rounds each takes two values at least and differs from each of 13 others, or a factor of 2 would pass for a size.
 */
export const smallSize = (k: number, count: number, round: number): number =>
  k === round % count ? 4 : 2 + ((((k % 14) + 1) >> (round % 4)) & 1);
