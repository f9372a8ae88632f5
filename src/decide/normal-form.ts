import type { Fraction } from "fraction.js";
import type { Budget } from "../core/budget.js";
import type { Arena } from "../expression/arena.js";
import type { Index, Node, NodeOf, Position, Range, Tensor } from "../expression/node.js";
import type { Assumption, Equation } from "../model/model.js";
import { Atoms, buildAtom, deltaPoly, entryPoly, iversonPoly, substitutePoly } from "./atoms.js";
import { Facts } from "./facts.js";
import {
  addPolys,
  atomPoly,
  constantPoly,
  leadingTerm,
  onePoly,
  type Place,
  type Poly,
  type Sign,
  scalePoly,
  signOf,
  zeroPoly,
} from "./form.js";
import { absoluteBy, applyPoly, expPoly, indicatorPoly, logPoly, powerBy } from "./functions.js";
import { Keys } from "./keys.js";
import { type Domain, type Kit, type Places, Unprovable } from "./kit.js";
import { dimensionPoly, placePoly } from "./numbers.js";
import { atIndex, place, substituteDim, substitutePlace, substituteRange } from "./place.js";
import { absolutePower, isWhole, powerPoly } from "./powers.js";
import { multiplyPolys, settleTerm } from "./products.js";
import { closeAll, closeTerm, openSum, sumPoly } from "./sums.js";

type Binder = NodeOf<"reduce"> | NodeOf<"argument"> | NodeOf<"matrix"> | NodeOf<"abstract">;

const factorsOf = ({ body }: NodeOf<"reduce">): readonly Node[] => (body.kind === "multiply" ? body.factors : [body]);

/** The only sum among the factors of a sum that runs with its index. Sums over whole numbers are left to `sumPoly`. */
function hangingSum(sum: NodeOf<"reduce">): NodeOf<"reduce"> | null {
  const hanging = factorsOf(sum).filter((f) => f.kind === "reduce" && f.op === "sum" && f.free.includes(sum.index));
  const [only] = hanging;
  if (only?.kind !== "reduce" || hanging.length > 1) return null;
  return isNumbered(sum.index) || isNumbered(only.index) ? null : only;
}

const isNumbered = ({ range }: Index): boolean =>
  range.high.terms.length === 0 || range.high.terms.every((t) => t.powers.length === 0);

const DEEPEST = 1500;
const NO_PLACES: Places = new Map();

export interface FormOptions {
  readonly arena: Arena;
  readonly assumptions: readonly Assumption[];
  readonly definitions: ReadonlyMap<Tensor, readonly Equation[]>;
  readonly budget: Budget;
}

/** A normal form and what it rests on. */
export interface NormalForm {
  readonly poly: Poly;
  readonly domain: Domain;
}

/** Brings expressions to normal form. Two forms of one `Normalizer` can be compared; forms of different ones cannot. */
export class Normalizer {
  readonly kit: Kit;
  readonly keys: Keys;
  #fresh = 0;
  #memo = new Map<string, Poly>();
  #unfolded: ReadonlyMap<Tensor, Equation> = new Map();

  constructor({ arena, assumptions, definitions, budget }: FormOptions) {
    const facts = new Facts(assumptions, definitions);
    this.keys = new Keys(facts, budget);
    const kit: Kit = {
      arena,
      facts,
      budget,
      domain: emptyDomain(),
      intern: (body) => atoms.intern(body),
      keyOf: (poly) => this.keys.polyId(poly),
      signs: new Map(),
      sign: (poly) => {
        const sign = signOf(poly);
        return sign === "positive" || kit.signs.size === 0 ? sign : (kit.signs.get(this.keys.polyId(poly)) ?? sign);
      },
      fresh: (range) => this.#freshIndex(range),
      multiply: (...polys) => multiplyPolys(kit, polys),
      settle: (term) => settleTerm(kit, term),
      power: (base, exponent) => powerPoly(kit, base, exponent),
      sum: (index, body) => sumPoly(kit, index, body),
      close: (bound, term) => closeTerm(kit, bound, term),
      open: (sum) => openSum(kit, sum),
      substitute: (poly, map) => (map.size === 0 ? poly : substitutePoly(kit, poly, map)),
      build: (body) => buildAtom(kit, body),
      exp: (arg) => expPoly(kit, arg),
      log: (arg) => logPoly(kit, arg),
      indicator: (relation, arg) => indicatorPoly(kit, relation, arg),
      iverson: (relation, position) => iversonPoly(kit, relation, position),
      delta: (a, b) => deltaPoly(kit, a, b),
      entry: (tensor, at) => entryPoly(kit, tensor, at),
    };
    const atoms = new Atoms(kit, this.keys);
    this.kit = kit;
  }

  /** Throws `Unprovable` or `BudgetSpent`. The tensors of `unfolded` are replaced by their definitions. */
  form(node: Node, unfolded: ReadonlyMap<Tensor, Equation> = new Map()): NormalForm {
    this.#memo = new Map();
    this.#unfolded = unfolded;
    this.kit.domain = emptyDomain();
    const poly = this.#read(node, NO_PLACES, 0);
    return { poly, domain: this.kit.domain };
  }

  #freshIndex(range: Range): Index {
    this.#fresh += 1;
    return this.kit.arena.index(`%${this.#fresh}`, range);
  }

  #read(node: Node, env: Places, depth: number): Poly {
    if (node.depth > DEEPEST || depth > DEEPEST) throw new Unprovable("an expression nested too deeply");
    switch (node.kind) {
      case "rational":
        return constantPoly(node.value);
      case "constant":
        return node.name === "pi" ? atomPoly(this.kit.intern({ kind: "pi" })) : this.kit.exp(onePoly);
      default: {
        const key = this.#memoKey(node, env);
        const known = this.#memo.get(key);
        if (known !== undefined) return known;
        this.kit.budget.spend();
        const poly = this.#readNew(node, env, depth + 1);
        this.#memo.set(key, poly);
        return poly;
      }
    }
  }

  #memoKey(node: Node, env: Places): string {
    let key = `${node.id}`;
    if (env.size === 0) return key;
    for (const i of node.free) {
      const p = env.get(i);
      if (p !== undefined) key += `|${i.key}=${this.keys.place(p, new Map())}`;
    }
    return key;
  }

  #readNew(node: Node, env: Places, depth: number): Poly {
    const { kit } = this;
    const go = (n: Node): Poly => this.#read(n, env, depth);
    switch (node.kind) {
      case "dimension":
        return dimensionPoly(kit, substituteDim(kit.arena, node.dim, env));
      case "position":
        return placePoly(kit, this.#place(node.position, env, depth));
      case "entry":
        return this.#entry(node, env, depth);
      case "add":
        return addPolys(zeroPoly, ...node.terms.map(go));
      case "multiply":
        return this.#product(node, env, depth);
      case "power":
        return this.#power(node, go);
      case "apply":
        return applyPoly(kit, node.fn, node.args.map(go));
      case "iverson":
        return kit.iverson(node.relation, this.#place(node.position, env, depth));
      case "indicator":
        return kit.indicator(node.relation, go(node.arg));
      case "rational":
      case "constant":
        return this.#read(node, env, depth);
      default:
        return this.#binder(node, env, depth);
    }
  }

  /** A mask that is zero makes a product zero, whatever the rest is. */
  #product(node: NodeOf<"multiply">, env: Places, depth: number): Poly {
    const polys: Poly[] = [];
    for (const f of node.factors) {
      const p = this.#read(f, env, depth);
      if (p.terms.length === 0) return zeroPoly;
      polys.push(p);
    }
    return this.kit.multiply(...polys);
  }

  #power({ base, exponent }: NodeOf<"power">, go: (n: Node) => Poly): Poly {
    // (x^(2m))^q is |x|^(2mq).
    if (
      exponent.kind === "rational" &&
      !isWhole(exponent.value) &&
      base.kind === "power" &&
      base.exponent.kind === "rational"
    ) {
      const inner = base.exponent.value;
      const power = inner.mul(exponent.value);
      if (isWhole(inner) && inner.n % 2n === 0n && isWhole(power)) return absolutePower(this.kit, go(base.base), power);
    }
    const [arg] = base.kind === "apply" && base.fn === "abs" ? base.args : [];
    if (arg !== undefined && exponent.kind === "rational" && isWhole(exponent.value))
      return absolutePower(this.kit, go(arg), exponent.value);
    if (arg !== undefined && exponent.kind !== "rational") return absoluteBy(this.kit, go(arg), go(exponent));
    const poly = go(base);
    if (exponent.kind === "rational" && !isNatural(exponent.value)) this.#noteSign(poly, this.kit.facts.signs.of(base));
    return powerBy(this.kit, poly, go(exponent));
  }

  /** A sum of squares is nonnegative, which no longer shows once it is multiplied out. */
  #noteSign(poly: Poly, sign: Sign): void {
    if (sign === "unknown" || poly.terms.length < 2 || this.kit.sign(poly) === sign) return;
    const lead = leadingTerm(poly).coefficient.abs();
    this.kit.signs.set(this.keys.polyId(poly), sign);
    this.kit.signs.set(this.keys.polyId(scalePoly(poly, lead.inverse())), sign);
  }

  #entry(node: NodeOf<"entry">, env: Places, depth: number): Poly {
    const at = node.at.map((p) => this.#place(p, env, depth));
    const equation = this.#unfolded.get(node.tensor);
    if (equation === undefined) return this.kit.entry(node.tensor, at);
    const map = new Map<Index, Place>();
    equation.at.forEach((p, k) => {
      const index = this.kit.arena.indexOf(p);
      const target = at[k];
      if (index !== null && target !== undefined) map.set(index, target);
    });
    return this.#read(equation.body, map, depth);
  }

  #place(p: Position, env: Places, depth: number): Place {
    const value = p.value === null ? null : this.#read(p.value, env, depth);
    const plain = place(p.terms, p.offset, null);
    const moved = substitutePlace(this.kit, plain, env);
    if (value === null) return moved;
    if (moved.value !== null) throw new Unprovable("two gathered values in one position");
    return { ...moved, value };
  }

  #bind(bound: readonly Index[], env: Places): { indices: readonly Index[]; inner: Places } {
    const inner = new Map(env);
    const indices = bound.map((i) => {
      const fresh = this.#freshIndex(substituteRange(this.kit.arena, i.range, inner));
      inner.set(i, atIndex(this.kit.arena, fresh));
      return fresh;
    });
    return { indices, inner };
  }

  /**
   * `Σ_i a_i Σ_j b_ij Σ_k …` as one sum over all indices. Closed one by one, each sum would be opened again for the next one,
   * and a chain of n matrices would cost n² renamings. `null` where no sum hangs on the first.
   */
  #chainOfSums(node: NodeOf<"reduce">, env: Places, depth: number): Poly | null {
    if (hangingSum(node) === null) return null;
    const bound: Index[] = [];
    const parts: Poly[] = [];
    let places = env;
    for (let sum: NodeOf<"reduce"> | null = node; sum !== null; ) {
      this.kit.budget.spend();
      const { indices, inner } = this.#bind([sum.index], places);
      bound.push(...indices);
      places = inner;
      const next: NodeOf<"reduce"> | null = hangingSum(sum);
      for (const f of factorsOf(sum)) {
        if (f === next) continue;
        const part = this.#read(f, places, depth);
        if (part.terms.length === 0) return zeroPoly;
        parts.push(part);
      }
      sum = next;
    }
    return closeAll(this.kit, bound, this.kit.multiply(...parts));
  }

  #binder(node: Binder, env: Places, depth: number): Poly {
    const { kit } = this;
    switch (node.kind) {
      case "reduce": {
        const chain = node.op === "sum" ? this.#chainOfSums(node, env, depth) : null;
        if (chain !== null) return chain;
        const { indices, inner } = this.#bind([node.index], env);
        const [index = node.index] = indices;
        const body = this.#read(node.body, inner, depth);
        if (node.op === "sum") return kit.sum(index, body);
        if (node.op === "logsumexp") return kit.log(kit.sum(index, kit.exp(body)));
        return kit.build({ kind: "reduce", op: node.op, index, body });
      }
      case "argument": {
        const { indices, inner } = this.#bind([node.index], env);
        const [index = node.index] = indices;
        return kit.build({ kind: "argument", op: node.op, index, body: this.#read(node.body, inner, depth) });
      }
      case "matrix": {
        const { indices, inner } = this.#bind([node.row, node.column], env);
        const [row = node.row, column = node.column] = indices;
        const at = node.at.map((p) => this.#place(p, env, depth));
        const exponent = node.exponent === null ? null : this.#read(node.exponent, env, depth);
        return kit.build({
          kind: "matrix",
          fn: node.fn,
          row,
          column,
          body: this.#read(node.body, inner, depth),
          at,
          exponent,
        });
      }
      case "abstract": {
        const args = node.args.map((a) => {
          const { indices, inner } = this.#bind(a.indices, env);
          return { indices, body: this.#read(a.body, inner, depth) };
        });
        const places = (ps: readonly Position[]): Place[] => ps.map((p) => this.#place(p, env, depth));
        const partials = node.partials.map((p) => ({ argument: p.argument, at: places(p.at) }));
        return kit.build({ kind: "abstract", name: node.name, args, outputs: places(node.outputs), partials });
      }
    }
  }
}

const isNatural = (q: Fraction): boolean => q.d === 1n && q.s >= 0n;

const emptyDomain = (): Domain => ({ halves: new Map(), inverted: new Map(), invertible: new Set() });
