import type { Budget } from "../core/budget.js";
import { freeOfDim } from "../expression/arena.js";
import type { Dim, Index, Range } from "../expression/node.js";
import type { Facts } from "./facts.js";
import type { Atom, AtomBody, AtomOf, Factor, Place, Poly } from "./form.js";
import { compareText } from "./place.js";

/** Names put in the place of indices while a key is made. */
export type Naming = ReadonlyMap<Index, string>;
const PLAIN: Naming = new Map();

type SumBody = Pick<AtomOf<"sum">, "indices" | "factors">;

/**
 * Keys under which equal contents meet. Inner parts stand in a key by number, so a key is as long as one level of
 * its expression. The bound indices of a sum are named by colour refinement: an index is told apart by the factors
 * it stands in and where; members of a class that stays together are tried in turn and the least key wins. That is
 * exponential for large symmetric sums, and the budget ends it.
 */
export class Keys {
  readonly #ids = new Map<string, number>();
  readonly #polys = new WeakMap<Poly, string>();
  readonly #named = new Map<string, string>();
  readonly #facts: Facts;
  readonly #budget: Budget;

  constructor(facts: Facts, budget: Budget) {
    this.#facts = facts;
    this.#budget = budget;
  }

  #id(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(text, id);
    }
    return id;
  }

  polyId(poly: Poly): number {
    return Number(this.poly(poly).slice(1));
  }

  poly(poly: Poly, naming: Naming = PLAIN): string {
    const plain = naming.size === 0;
    const known = plain ? this.#polys.get(poly) : undefined;
    if (known !== undefined) return known;
    const terms = poly.terms
      .map((t) => `${t.coefficient.toFraction()}${this.factors(t.factors, naming)}`)
      .sort(compareText);
    const key = `q${this.#id(`q${terms.join("+")}`)}`;
    if (plain) this.#polys.set(poly, key);
    return key;
  }

  factors(factors: readonly Factor[], naming: Naming): string {
    const keys = factors.map((f) => `*${this.atom(f.atom, naming)}^${f.power}`);
    return keys.length < 2 ? keys.join("") : keys.sort(compareText).join("");
  }

  atom(atom: Atom, naming: Naming): string {
    let names = "";
    let touched = false;
    for (const i of atom.free) {
      const name = naming.get(i);
      if (name !== undefined) touched = true;
      names += `,${name ?? i.key}`;
    }
    if (!touched) return `a${atom.id}`;
    const memo = `${atom.id}${names}`;
    let key = this.#named.get(memo);
    if (key === undefined) {
      this.#budget.spend();
      key = `k${this.#id(this.body(atom, naming))}`;
      this.#named.set(memo, key);
    }
    return key;
  }

  /** A number for the content of an atom with the names of its free indices left out. */
  shape(body: AtomBody, free: readonly Index[]): number {
    return this.#id(this.body(body, new Map(free.map((i) => [i, "?"]))));
  }

  index = (i: Index, naming: Naming): string => naming.get(i) ?? i.key;

  dim(dim: Dim, naming: Naming): string {
    if (naming.size === 0 || !freeOfDim(dim).some((i) => naming.has(i))) return dim.key;
    return this.#dimTerms(dim, naming, 1);
  }

  #dimTerms(dim: Dim, naming: Naming, sign: number): string {
    const terms = dim.terms.map((t) => {
      const powers = t.powers.map(([atom, n]) => {
        const at = atom.at === null ? "" : `@${this.place({ ...atom.at, value: null }, naming)}`;
        return `${atom.latex}${at}^${n}`;
      });
      return `${t.coefficient * sign}*${powers.sort(compareText).join("*")}`;
    });
    return terms.sort(compareText).join("+");
  }

  range = (r: Range, naming: Naming): string => `${this.dim(r.low, naming)}..${this.dim(r.high, naming)}`;

  place(p: Place, naming: Naming): string {
    const terms = p.terms.map(([i, c]) => `${this.index(i, naming)}*${c}`);
    if (terms.length > 1) terms.sort(compareText);
    const value = p.value === null ? "" : `;${this.poly(p.value, naming)}`;
    const offset = p.offset.terms.length === 0 ? "" : `;${this.dim(p.offset, naming)}`;
    return `${terms.join("+")}${offset}${value}`;
  }

  /** [p = 0] and [-p = 0] are one condition. */
  #condition(p: Place, naming: Naming): string {
    const signed = (sign: number): string => {
      const terms = p.terms.map(([i, c]) => `${this.index(i, naming)}*${c * sign}`).sort(compareText);
      return `${terms.join("+")};${this.#dimTerms(p.offset, naming, sign)}`;
    };
    if (p.value !== null) return this.place(p, naming);
    const [a = ""] = [signed(1), signed(-1)].sort(compareText);
    return a;
  }

  body(body: AtomBody, naming: Naming = PLAIN): string {
    switch (body.kind) {
      case "entry": {
        const at = body.at.map((p) => this.place(p, naming));
        const last = at.length - 1;
        const [x = "", y = ""] = at.slice(-2);
        if (last > 0 && x > y && this.#facts.symmetric(body.tensor)) {
          this.#facts.rely("symmetric", body.tensor);
          at.splice(last - 1, 2, y, x);
        }
        return `T${body.tensor.key}[${at.join(",")}]`;
      }
      case "dim":
        return `D${body.latex}${body.at === null ? "" : `@${this.place(body.at, naming)}`}`;
      case "index":
        return `I${this.index(body.index, naming)}`;
      case "pi":
        return "pi";
      case "root":
        return `R${body.degree}(${this.poly(body.base, naming)})`;
      case "exp":
        return `E(${this.poly(body.arg, naming)})`;
      case "log":
        return `L(${this.poly(body.arg, naming)})`;
      case "apply":
        return `F${body.fn}(${body.args.map((a) => this.poly(a, naming)).join(",")})`;
      case "group":
        return `G(${this.poly(body.value, naming)})`;
      case "power":
        return `P(${this.poly(body.base, naming)},${this.poly(body.exponent, naming)})`;
      case "reduce":
        return `O${body.op}${this.#abstraction([body.index], body.body, naming)}`;
      case "argument":
        return `A${body.op}${this.#abstraction([body.index], body.body, naming)}`;
      case "iverson": {
        if (body.relation === "nonnegative") return `N(${this.place(body.position, naming)})`;
        return `Z(${this.#condition(body.position, naming)})`;
      }
      case "indicator":
        return `B${body.relation}(${this.poly(body.arg, naming)})`;
      case "matrix": {
        const exponent = body.exponent === null ? "" : `^${this.poly(body.exponent, naming)}`;
        // A function of the transpose is the transpose of the function.
        const at = body.at.map((p) => this.place(p, naming));
        if (body.symmetric === true) at.sort(compareText);
        const straight = `${this.#abstraction([body.row, body.column], body.body, naming)}[${at.join(",")}]`;
        if (body.symmetric !== true) at.reverse();
        const turned = `${this.#abstraction([body.column, body.row], body.body, naming)}[${at.join(",")}]`;
        return `M${body.fn}${straight < turned ? straight : turned}${exponent}`;
      }
      case "abstract": {
        const args = body.args.map((a) => this.#abstraction(a.indices, a.body, naming));
        const partials = body.partials.map((p) => `${p.argument}:${p.at.map((q) => this.place(q, naming)).join(",")}`);
        const outputs = body.outputs.map((p) => this.place(p, naming));
        return `X${body.name}(${args.join("|")})[${outputs.join(",")}]{${partials.sort(compareText).join("|")}}`;
      }
      case "sum":
        return this.#sum(body, naming);
    }
  }

  #abstraction(indices: readonly Index[], body: Poly, naming: Naming): string {
    const height = heightOf(body);
    const inner = new Map(naming);
    indices.forEach((i, k) => {
      inner.set(i, `#${height + 1 + k}`);
    });
    return `<${indices.map((i) => this.range(i.range, inner)).join(",")}:${this.poly(body, inner)}>`;
  }

  // ---- sums ----

  #sum(body: SumBody, naming: Naming): string {
    const [only] = body.indices;
    if (body.indices.length === 1 && only !== undefined) return this.#ordered(body, body.indices, naming);
    const colours = new Map<Index, string>();
    const unknown = new Map(naming);
    for (const i of body.indices) unknown.set(i, "?");
    for (const i of body.indices) colours.set(i, this.#colour(this.range(i.range, unknown)));
    return this.#least(body, colours, naming);
  }

  #colour = (text: string): string => `c${this.#id(text)}`;

  /** The least key over all orders that the colours leave open. */
  #least(body: SumBody, start: ReadonlyMap<Index, string>, naming: Naming): string {
    const colours = this.#refine(body, start, naming);
    const classes = new Map<string, Index[]>();
    for (const [i, c] of colours) classes.set(c, [...(classes.get(c) ?? []), i]);
    const open = [...classes].filter(([, members]) => members.length > 1).sort(([a], [b]) => compareText(a, b));
    const [tied] = open;
    if (tied === undefined) {
      const order = [...colours].sort(([, a], [, b]) => compareText(a, b)).map(([i]) => i);
      return this.#ordered(body, order, naming);
    }
    let best: string | null = null;
    for (const member of tied[1]) {
      this.#budget.spend(4);
      const split = new Map(colours);
      split.set(member, this.#colour(`${tied[0]}!`));
      const key = this.#least(body, split, naming);
      if (best === null || key < best) best = key;
    }
    return best ?? "";
  }

  #refine(
    { indices, factors }: SumBody,
    start: ReadonlyMap<Index, string>,
    naming: Naming,
  ): ReadonlyMap<Index, string> {
    let colours = start;
    let count = new Set(colours.values()).size;
    while (count < indices.length) {
      const next = new Map<Index, string>();
      const names = new Map([...naming, ...colours]);
      for (const i of indices) {
        const own = names.get(i) ?? "";
        names.set(i, "*");
        const marks = factors
          .filter((f) => f.atom.free.includes(i))
          .map((f) => `${this.atom(f.atom, names)}^${f.power}`);
        for (const j of indices)
          if (j !== i && rangeMentions(j, i)) marks.push(`r${names.get(j)}:${this.range(j.range, names)}`);
        names.set(i, own);
        next.set(i, this.#colour(`${own}|${this.range(i.range, names)}|${marks.sort(compareText).join("|")}`));
      }
      const found = new Set(next.values()).size;
      if (found === count) return next;
      colours = next;
      count = found;
    }
    return colours;
  }

  #ordered({ factors }: SumBody, order: readonly Index[], naming: Naming): string {
    let height = 0;
    for (const f of factors) height = Math.max(height, f.atom.height);
    const names = new Map(naming);
    order.forEach((i, k) => {
      names.set(i, `#${height + 1 + k}`);
    });
    return `S<${order.map((i) => this.range(i.range, names)).join(",")}:${this.factors(factors, names)}>`;
  }
}

export const rangeMentions = (index: Index, other: Index): boolean =>
  freeOfDim(index.range.low).includes(other) || freeOfDim(index.range.high).includes(other);

export function heightOf(poly: Poly): number {
  let height = 0;
  for (const t of poly.terms) for (const f of t.factors) height = Math.max(height, f.atom.height);
  return height;
}
