import { Fraction } from "fraction.js";
import { flatMap } from "../core/flat-map.js";
import type { Arena, Substitution } from "../expression/arena.js";
import { operands } from "../expression/arena.js";
import type { Index, Node, NodeOf, Position, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import { match } from "./match.js";
import { type Atom, atomNode, atomOf, monomialOf } from "./monomial.js";
import { includes, type ValueRange } from "./positions.js";
import { classOf, formOf } from "./same.js";
import { factorsOf } from "./terms.js";

/** `body` may be written `result`, for all values of `variables`. */
interface Pattern {
  readonly variables: readonly Index[];
  readonly body: Node;
  readonly result: Node;
  readonly rule: string;
  readonly why: string;
}

interface ProductPattern extends Pattern {
  readonly coefficient: Fraction;
  readonly atoms: readonly Atom[];
}

/** One use of a pattern, for the report. */
export interface Used {
  readonly rule: string;
  readonly why: string;
}

export interface Folded {
  readonly node: Node;
  readonly used: readonly Used[];
}

/** Something that writes expressions otherwise, and says what it made use of. */
export interface Rewriter {
  fold(node: Node): Folded;
}

/** One after the other. */
export const inTurn = (...rewriters: readonly Rewriter[]): Rewriter => ({
  fold: (node) =>
    rewriters.reduce<Folded>(
      (done, r) => {
        const next = r.fold(done.node);
        return { node: next.node, used: [...done.used, ...next.used] };
      },
      { node, used: [] },
    ),
});

const DEPTH = 400;
const CANDIDATES = 16;
const never = (): boolean => false;

/**
 * Writes what equals a named intermediate by its name: `exp(z_k - LSE z)` as `a_k`. Nothing is assumed that a definition
 * lacks: an equation holds for its indices' ranges, and a position outside of these is not folded.
 */
export class Folder implements Rewriter {
  readonly #arena: Arena;
  readonly #whole = new Map<number, Pattern[]>();
  /** By the form of the pattern's deepest factor. */
  readonly #products = new Map<number, ProductPattern[]>();
  /** `v = b^p`, by the form of `b`: then `b^q` is `v^(q/p)`. */
  readonly #powers = new Map<number, (Pattern & { readonly base: Node; readonly exponent: Fraction })[]>();
  readonly #may = new Map<Node, boolean>();
  #own: Node | null = null;
  readonly #valueRange: ValueRange;

  constructor(arena: Arena, valueRange: ValueRange) {
    this.#arena = arena;
    this.#valueRange = valueRange;
  }

  add(pattern: Pattern): void {
    const { body } = pattern;
    if (pattern.variables.some((v) => !body.free.includes(v)) || isPlain(body)) return;
    const [atom, ...others] = monomialOf(this.#arena, body, never).atoms;
    // c·u is no better a name than u; u² is, but only as a power.
    const single = others.length === 0 && (body.kind === "multiply" || atom === undefined);
    if (single && (atom === undefined || atom.base.kind === "entry" || atom.base.kind === "dimension")) return;
    push(this.#whole, this.#keyOf(pattern, body), pattern);
    if (body.kind === "multiply") this.#addProduct(pattern);
    if (body.kind === "power" && body.exponent.kind === "rational")
      push(this.#powers, this.#keyOf(pattern, body.base), {
        ...pattern,
        base: body.base,
        exponent: body.exponent.value,
      });
  }

  /** A pattern without variables equals one class of nodes only; any other fits a form. The two never share a number. */
  #keyOf(pattern: Pattern, node: Node): number {
    return pattern.variables.length === 0 ? classOf(this.#arena, node) : formOf(this.#arena, node);
  }

  /** Patterns that may fit, the one asked for first; of a long row of one form only the first are tried. */
  #candidates<P extends Pattern>(map: ReadonlyMap<number, readonly P[]>, node: Node): readonly P[] {
    const closed = map.get(classOf(this.#arena, node)) ?? [];
    const open = map.get(formOf(this.#arena, node)) ?? [];
    if (closed.length + open.length < 2) return closed.length === 0 ? open : closed;
    const own = this.#own === null ? [] : [...closed, ...open].filter((p) => p.result === this.#own);
    return [...own, ...closed.slice(0, CANDIDATES), ...open.slice(0, CANDIDATES)];
  }

  #addProduct(pattern: Pattern): void {
    const { coefficient, atoms, conditions } = monomialOf(this.#arena, pattern.body, never);
    const anchor = [...atoms].sort((a, b) => b.base.depth - a.base.depth)[0];
    if (anchor === undefined || conditions.length > 0) return;
    push(this.#products, this.#keyOf(pattern, anchor.base), { ...pattern, coefficient, atoms });
  }

  /** The node with everything folded that has a name, the largest matches first; of two names, `own`, an entry as its equation has it. */
  fold(node: Node, own: Node | null = null): Folded {
    this.#own = own;
    const used = new Map<string, Used>();
    const done = new Map<Node, Node>();
    const go = (n: Node): Node => {
      if (n.depth > DEPTH || !this.#mayFold(n)) return n;
      const known = done.get(n);
      if (known !== undefined) return known;
      const replaced = this.#replace(n, used);
      const result = replaced === n ? this.#arena.mapOperands(n, go) : go(replaced);
      done.set(n, result);
      return result;
    };
    return { node: go(node), used: [...used.values()] };
  }

  #replace(node: Node, used: Map<string, Used>): Node {
    for (const pattern of this.#candidates(this.#whole, node)) {
      const found = this.#match(pattern, pattern.body, node);
      if (found !== null) return this.#take(pattern, found, used);
    }
    if (node.kind === "power") return this.#replacePower(node, used);
    return node.kind === "multiply" ? this.#replaceProduct(node, used) : node;
  }

  #replacePower(node: NodeOf<"power">, used: Map<string, Used>): Node {
    if (node.exponent.kind !== "rational") return node;
    for (const pattern of this.#candidates(this.#powers, node.base)) {
      const ratio = node.exponent.value.div(pattern.exponent);
      const found = ratio.d === 1n ? this.#match(pattern, pattern.base, node.base) : null;
      if (found !== null) return this.#arena.power(this.#take(pattern, found, used), this.#arena.rational(ratio));
    }
    return node;
  }

  #replaceProduct(node: Node, used: Map<string, Used>): Node {
    for (const factor of factorsOf(node)) {
      for (const pattern of this.#candidates(this.#products, atomOf(factor).base)) {
        const replaced = this.#replacePart(node, pattern, used);
        if (replaced !== null) return replaced;
      }
    }
    return node;
  }

  /** A product that holds all atoms of a pattern: these become the name, the rest stays. */
  #replacePart(node: Node, pattern: ProductPattern, used: Map<string, Used>): Node | null {
    const arena = this.#arena;
    const factors = factorsOf(node);
    const taken: Node[] = [];
    // By place: one factor may stand in a product twice.
    const left = new Map<number, Node | null>();
    for (const { base, exponent } of pattern.atoms) {
      const form = formOf(arena, base);
      const place = factors.findIndex((f, k) => {
        const atom = atomOf(f);
        if (left.has(k) || formOf(arena, atom.base) !== form || atom.exponent.s !== exponent.s) return false;
        return atom.exponent.abs().compare(exponent.abs()) >= 0;
      });
      const fitting = factors[place];
      if (fitting === undefined) return null;
      const atom = atomOf(fitting);
      const rest = atom.exponent.sub(exponent);
      left.set(place, rest.equals(0) ? null : atomNode(arena, { base: atom.base, exponent: rest }));
      taken.push(atomNode(arena, { base: atom.base, exponent }));
    }
    const own = factors.find((f) => f.kind === "rational");
    const scale = (own?.kind === "rational" ? own.value : new Fraction(1)).div(pattern.coefficient);
    if (!pattern.coefficient.abs().equals(1) && !scale.abs().equals(1)) return null;
    const shape = arena.multiply(...pattern.atoms.map((a) => atomNode(arena, a)));
    const found = this.#match(pattern, shape, arena.multiply(...taken));
    if (found === null) return null;
    let placed = false;
    const name = this.#take(pattern, found, used);
    const result = flatMap(factors, (f, k): Node[] => {
      if (f.kind === "rational") return [];
      const rest = left.get(k);
      if (rest === undefined) return [f];
      const here = placed ? [] : [name];
      placed = true;
      return rest === null ? here : [...here, rest];
    });
    return arena.multiply(arena.rational(scale), ...result);
  }

  #match(pattern: Pattern, body: Node, node: Node): Substitution | null {
    const found = match(this.#arena, pattern.variables, body, node);
    if (found === null) return null;
    for (const [variable, position] of found) {
      const range = this.#arena.substituteRange(variable.range, found);
      if (!this.#inside(range, position)) return null;
    }
    return found;
  }

  #inside(range: Index["range"], position: Position): boolean {
    let low = position.offset;
    let high = position.offset;
    for (const [i, c] of position.terms) {
      low = this.#arena.addDims(low, this.#arena.scaleDim(c > 0 ? i.range.low : i.range.high, c));
      high = this.#arena.addDims(high, this.#arena.scaleDim(c > 0 ? i.range.high : i.range.low, c));
    }
    if (position.value !== null) {
      const known = this.#valueRange(position.value);
      if (known === null) return false;
      low = this.#arena.addDims(low, known.low);
      high = this.#arena.addDims(high, known.high);
    }
    return includes(this.#arena, range, { low, high });
  }

  #take(pattern: Pattern, found: Substitution, used: Map<string, Used>): Node {
    used.set(pattern.why, { rule: pattern.rule, why: pattern.why });
    return this.#arena.substitute(pattern.result, found);
  }

  /** Whether anything below has the form of a pattern; most expressions have not, and are left alone at once. */
  #mayFold(root: Node): boolean {
    const stack = [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      if (this.#may.has(node)) {
        stack.pop();
        continue;
      }
      const missing = operands(node).filter((n) => !this.#may.has(n));
      if (missing.length > 0) {
        stack.push(...missing);
        continue;
      }
      this.#may.set(node, this.#hasForm(node) || operands(node).some((n) => this.#may.get(n) === true));
      stack.pop();
    }
    return this.#may.get(root) === true;
  }

  #hasForm(node: Node): boolean {
    const known = <P>(map: ReadonlyMap<number, P>, n: Node): boolean =>
      map.has(formOf(this.#arena, n)) || map.has(classOf(this.#arena, n));
    if (known(this.#whole, node)) return true;
    if (node.kind === "power") return known(this.#powers, node.base);
    return node.kind === "multiply" && node.factors.some((f) => known(this.#products, atomOf(f).base));
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

const PLAIN = new Set<Node["kind"]>(["entry", "rational", "dimension", "position", "constant", "iverson", "indicator"]);
const isPlain = (n: Node): boolean => PLAIN.has(n.kind);

/** The definitions of a model's intermediates, as names to fold back into. */
export function namesOf(model: Model, valueRange: ValueRange): Folder {
  const folder = new Folder(model.arena, valueRange);
  for (const { tensor, at, body } of model.equations) {
    const result = model.arena.entry(tensor, at);
    const why = `$${tensor.latex}$ is defined so`;
    folder.add({ variables: result.free, body, result, rule: "name", why });
    const exponential = logistic(model.arena, body);
    if (exponential !== null) folder.add({ variables: result.free, ...slope(model.arena, result, exponential, why) });
  }
  return folder;
}

/** The `e^u` of a logistic function written out, `1/(1 + e^u)`; `null` for anything else. */
function logistic(arena: Arena, body: Node): Node | null {
  if (body.kind !== "power" || body.exponent !== arena.minusOne || body.base.kind !== "add") return null;
  const [one, exponential, more] = [...body.base.terms].sort((a, b) => a.depth - b.depth);
  if (one !== arena.one || more !== undefined) return null;
  return exponential?.kind === "apply" && exponential.fn === "exp" ? exponential : null;
}

/** `e^u/(1 + e^u)²` is `p (1 - p)` where `p` is `1/(1 + e^u)`. */
const slope = (arena: Arena, p: Node, exponential: Node, why: string) => ({
  body: arena.multiply(exponential, arena.power(arena.add(arena.one, exponential), -2)),
  result: arena.multiply(p, arena.add(arena.one, arena.negate(p))),
  rule: "name",
  why,
});

/** What the worksheet assumes, as rewritings: `Σ_k t_k = 1`. */
export function assumptionsOf(model: Model, valueRange: ValueRange): Folder {
  const folder = new Folder(model.arena, valueRange);
  for (const a of model.assumptions) {
    const says = { rule: "assumption", why: a.text };
    if (a.kind === "sums-to-one" || a.kind === "one-hot") addUnitSum(model.arena, folder, a, says);
    if (a.kind !== "equal") continue;
    const [from, to] = isPlain(a.left) ? [a.right, a.left] : [a.left, a.right];
    // Only a rewriting that ends in a name or a number is sure to make things smaller.
    if (isPlain(to) && from !== to) folder.add({ variables: from.free, body: from, result: to, ...says });
  }
  for (const { tensor, at, body } of model.equations) {
    const along = softmaxIndex(model.arena, body);
    const places = at.filter((p) => model.arena.indexOf(p) === along);
    if (along === null || places.length !== 1) continue;
    const entry = model.arena.entry(tensor, at);
    const says = { rule: "softmax", why: `what a softmax gives, $${tensor.latex}$, adds up to 1` };
    const variables = entry.free.filter((i) => i !== along);
    folder.add({ variables, body: model.arena.sum(along, entry), result: model.arena.one, ...says });
  }
  return folder;
}

/** The index along which `e^{z_k - LSE_l z_l}` is a softmax, or `null`. */
function softmaxIndex(arena: Arena, body: Node): Index | null {
  const [arg] = body.kind === "apply" && body.fn === "exp" ? body.args : [];
  if (arg?.kind !== "add") return null;
  for (const term of arg.terms) {
    const total = factorsOf(term).at(-1);
    if (total?.kind !== "reduce" || total.op !== "logsumexp" || term !== arena.negate(total)) continue;
    const scores = arena.add(...arg.terms.filter((t) => t !== term));
    const { index, body: inner } = arena.open(total);
    const range = (i: Index): boolean => i.range.low === index.range.low && i.range.high === index.range.high;
    const along = scores.free.find(
      (i) => range(i) && !total.free.includes(i) && arena.substitute(inner, new Map([[index, arena.at(i)]])) === scores,
    );
    if (along !== undefined) return along;
  }
  return null;
}

interface Along {
  readonly tensor: Tensor;
  readonly axis: number;
}

function addUnitSum(arena: Arena, folder: Folder, { tensor, axis: along }: Along, says: Used): void {
  const indices: Index[] = [];
  for (let axis = 0; axis < tensor.axes.length; axis++) {
    const before = indices.map((i) => arena.at(i));
    indices.push(arena.freshIndex(arena.axisRange(tensor, axis, before)));
  }
  const bound = indices[along];
  if (bound === undefined) return;
  const at = indices.map((i) => arena.at(i));
  folder.add({
    variables: indices.filter((i) => i !== bound),
    body: arena.sum(bound, arena.entry(tensor, at)),
    result: arena.one,
    ...says,
  });
}
