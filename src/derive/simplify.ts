import { Fraction } from "fraction.js";
import { flatMap } from "../core/flat-map.js";
import { addTo } from "../core/groups.js";
import type { Arena } from "../expression/arena.js";
import type { Index, Node, NodeOf } from "../expression/node.js";
import { type Atom, atomNode, type Monomial, monomialKey, monomialNode, monomialOf } from "./monomial.js";
import { solveFor, takesValue, type ValueRange } from "./positions.js";
import { classOf } from "./same.js";
import { closeTerm, eliminateDeltas, factorsOf, isDelta, openTerm, type Term, termsOf } from "./terms.js";

/** What rewriting needs to know of a model. */
export interface Knowledge {
  readonly arena: Arena;
  readonly valueRange: ValueRange;
  /** Whether a base is zero on more than a null set, so that `x x⁻¹` must stay. */
  readonly mayVanish: (base: Node) => boolean;
}

/** Deltas eliminated, equal factors merged, sums closed over what they bind. */
export function tidy(k: Knowledge, term: Term): Node {
  const { sums, factors: found } = eliminateDeltas(k.arena, term, k.valueRange);
  const split = found.findIndex((f) => f.kind === "add" && f.terms.some((t) => bindsDelta(k.arena, t, sums)));
  const sum = found[split];
  if (sum !== undefined) {
    const terms = termsOf(sum).map((t) => tidy(k, { sums, factors: flatMap(found.with(split, t), factorsOf) }));
    return factored(k, collect(k, flatMap(terms, termsOf)));
  }
  const factors = found.map((f) => inside(k, f));
  const merged = monomialNode(
    k.arena,
    useFreeDeltas(k, monomialOf(k.arena, k.arena.multiply(...factors), k.mayVanish)),
  );
  return closeTerm(k.arena, { sums, factors: factorsOf(merged) });
}

/** A delta among the factors of `t` takes one of these sums away. */
const bindsDelta = (arena: Arena, t: Node, sums: readonly Index[]): boolean =>
  openTerm(arena, t).factors.some((f) => isDelta(f) && sums.some((i) => f.free.includes(i)));

/** A sum among the factors with its own sums closed over what they bind: `p z - Σ_l p y_l` is `p (z - Σ_l y_l)`. */
function inside(k: Knowledge, factor: Node): Node {
  if (factor.kind !== "add") return factor;
  const holdsSum = factor.terms.some((t) => factorsOf(t).some((f) => f.kind === "reduce"));
  const terms = holdsSum ? factor.terms.map((t) => tidy(k, openTerm(k.arena, t))) : factor.terms;
  const collected = collect(k, flatMap(terms, termsOf));
  return holdsSum || collected.length < factor.terms.length ? factored(k, collected) : factor;
}

/** `δ_{k y} a_k a_y⁻¹` is `δ_{k y}`: a delta between free positions lets one stand for the other where factors then merge. */
function useFreeDeltas(k: Knowledge, m: Monomial): Monomial {
  let best = m;
  for (const delta of m.conditions) {
    if (delta.kind !== "iverson" || delta.relation !== "zero") continue;
    for (const [index] of delta.position.terms) {
      const at = solveFor(k.arena, delta.position, index);
      if (at === null) continue;
      const moved = best.atoms.map((a) => standFor(k.arena, a, index, at));
      const { atoms } = monomialOf(k.arena, k.arena.multiply(...moved), k.mayVanish);
      if (atoms.length < best.atoms.length) best = { ...best, atoms };
    }
  }
  return best;
}

function standFor(arena: Arena, atom: Atom, index: Index, at: NonNullable<ReturnType<typeof solveFor>>): Node {
  const node = atomNode(arena, atom);
  if (!node.free.includes(index) || (at.value !== null && !takesValue(node, index))) return node;
  return arena.substitute(node, new Map([[index, at]]));
}

/** Like terms added up, in order of first occurrence. A sum among them stays one term: flatten it first, or not. */
export function collect(k: Knowledge, nodes: readonly Node[]): readonly Node[] {
  const groups = new Map<string, Monomial>();
  for (const node of nodes) {
    const m = monomialOf(k.arena, node, k.mayVanish);
    const key = monomialKey(k.arena, m);
    const old = groups.get(key);
    groups.set(key, old === undefined ? m : { ...old, coefficient: old.coefficient.add(m.coefficient) });
  }
  const left = [...groups.values()].filter((m) => !m.coefficient.equals(0));
  // `a - t` reads better than `-t + a`; otherwise the order of first occurrence stays.
  const negative = left.filter((m) => m.coefficient.s < 0n);
  const ordered = left[0] === negative[0] ? [...left.filter((m) => m.coefficient.s > 0n), ...negative] : left;
  return ordered.map((m) => monomialNode(k.arena, m));
}

/** The sum with what all its terms share drawn out: `a_j (g_j - Σ_k g_k a_k)`. */
export function factored(k: Knowledge, terms: readonly Node[]): Node {
  const { arena } = k;
  const groups = guarded(terms);
  if (groups.length > 1 && groups.length < terms.length) return arena.add(...groups.map((g) => factored(k, g)));
  const nodes = mergeSums(k, terms);
  const sum = arena.add(...nodes);
  if (nodes.length < 2 || nodes.length > 64) return sum;
  const monomials = nodes.map((n) => monomialOf(arena, n, k.mayVanish));
  const [first, ...others] = monomials;
  if (first === undefined) return sum;
  const conditions = first.conditions.filter((c) =>
    others.every((m) => m.conditions.some((d) => classOf(arena, c) === classOf(arena, d))),
  );
  const all = flatMap(first.atoms, (a) => sharedAtom(arena, a, others));
  // `n/σ - s/σ³` stays: `(n - s/σ²)/σ` is a fraction in a fraction.
  const atoms = all.some((a) => a.exponent.s > 0n) ? all : all.filter((a) => isSharedWhole(arena, a, monomials));
  const coefficient = sharedCoefficient(monomials);
  // A sign alone stays with the terms: `-a - b`.
  if (conditions.length + atoms.length === 0 && coefficient.abs().equals(1)) return sum;
  const common: Monomial = { coefficient, conditions, atoms };
  const rest = monomials.map((m) => monomialNode(arena, quotient(arena, m, common)));
  const flat = flatMap(rest, (n) => spread(arena, n));
  const like = collect(k, flat);
  return arena.multiply(
    ...factorsOf(monomialNode(arena, common)),
    arena.add(...(like.length < flat.length ? like : rest)),
  );
}

/** The terms of a sum, also of one with a number before it. */
function spread(arena: Arena, node: Node): readonly Node[] {
  const [number, sum, ...more] = node.kind === "multiply" ? node.factors : [];
  if (number?.kind !== "rational" || sum?.kind !== "add" || more.length > 0) return termsOf(node);
  return sum.terms.map((t) => arena.multiply(number, t));
}

/** Terms by the conditions that guard them, so that each condition is written once. */
function guarded(terms: readonly Node[]): readonly (readonly Node[])[] {
  const groups = new Map<string, Node[]>();
  for (const t of terms) {
    const guards = factorsOf(t).filter((f) => f.kind === "iverson" && !isDelta(f));
    const key = guards.map((g) => g.key).join("|");
    addTo(groups, key, t);
  }
  return [...groups.values()];
}

/**
 * Sums over one range as one, where what they sum shares a factor that knows the index: `Σ_k p_k x_k - Σ_k y_k x_k` is
 * `Σ_k x_k (p_k - y_k)`, and `Σ_k g_k p_k a_k - (Σ_k p_k a_k) s` is `Σ_k p_k a_k (g_k - s)`.
 */
function mergeSums(k: Knowledge, terms: readonly Node[]): readonly Node[] {
  if (terms.length > MERGED) return terms;
  const nodes = [...terms];
  for (let i = 0; i < nodes.length; i++) {
    for (let j = i + 1; j < nodes.length; j++) {
      const [a, b] = [nodes[i], nodes[j]];
      const merged = a === undefined || b === undefined ? null : mergedPair(k, a, b);
      if (merged === null) continue;
      nodes[i] = merged;
      nodes.splice(j, 1);
      j = i;
    }
  }
  return nodes;
}

/** Longer sums are left as they are. */
const MERGED = 12;

function mergedPair(k: Knowledge, a: Node, b: Node): Node | null {
  const { arena } = k;
  for (const s of sumsOf(a)) {
    for (const t of sumsOf(b)) {
      if (s.index.range.low !== t.index.range.low || s.index.range.high !== t.index.range.high) continue;
      const { index, body } = arena.open(s);
      const other = arena.open(t);
      const turned = arena.substitute(other.body, new Map([[other.index, arena.at(index)]]));
      const pair = [withBody(arena, a, s, body), withBody(arena, b, t, turned)];
      const [m, n] = pair.map((x) => monomialOf(arena, x, k.mayVanish));
      if (m === undefined || n === undefined) return null;
      if (sharesAllButOne(arena, m, n, index))
        return closeTerm(arena, { sums: [index], factors: factorsOf(factored(k, collect(k, pair))) });
    }
  }
  return null;
}

/** They share a factor that knows the index, and apart from what they share, each has a single factor, not both of them a sum. */
function sharesAllButOne(arena: Arena, m: Monomial, n: Monomial, index: Index): boolean {
  const atoms = flatMap(m.atoms, (a) => sharedAtom(arena, a, [n]));
  const common: Monomial = { coefficient: new Fraction(1), conditions: [], atoms };
  const left = [quotient(arena, m, common), quotient(arena, n, common)];
  const sums = left.filter(({ atoms: [own] }) => own?.base.kind === "reduce" && own.base.free.includes(index));
  return atoms.some((a) => a.base.free.includes(index)) && left.every((q) => q.atoms.length <= 1) && sums.length < 2;
}

const sumsOf = (node: Node): readonly NodeOf<"reduce">[] =>
  factorsOf(node).filter((f): f is NodeOf<"reduce"> => f.kind === "reduce" && f.op === "sum");

/** The product with the body of one of its sums in place of the sum. */
const withBody = (arena: Arena, node: Node, sum: Node, body: Node): Node =>
  arena.multiply(...flatMap(factorsOf(node), (f) => (f === sum ? factorsOf(body) : [f])));

const isSharedWhole = (arena: Arena, atom: Atom, monomials: readonly Monomial[]): boolean =>
  monomials.every((m) =>
    m.atoms.some((a) => classOf(arena, a.base) === classOf(arena, atom.base) && a.exponent.equals(atom.exponent)),
  );

/** The power of a base that every monomial has, the one nearest to zero. */
function sharedAtom(arena: Arena, atom: Atom, others: readonly Monomial[]): readonly Atom[] {
  let exponent = atom.exponent;
  for (const m of others) {
    const same = m.atoms.find(
      (a) => classOf(arena, a.base) === classOf(arena, atom.base) && a.exponent.s === exponent.s,
    );
    if (same === undefined) return [];
    if (same.exponent.abs().compare(exponent.abs()) < 0) exponent = same.exponent;
  }
  return [{ base: atom.base, exponent }];
}

function sharedCoefficient(monomials: readonly Monomial[]): Fraction {
  const [first] = monomials;
  const one = new Fraction(1);
  if (first === undefined || !monomials.every((m) => m.coefficient.abs().equals(first.coefficient.abs()))) return one;
  const size = first.coefficient.abs();
  return monomials.every((m) => m.coefficient.s < 0n) ? size.neg() : size;
}

function quotient(arena: Arena, m: Monomial, by: Monomial): Monomial {
  const atoms = flatMap(m.atoms, (a) => {
    const shared = by.atoms.find(
      (b) => classOf(arena, b.base) === classOf(arena, a.base) && b.exponent.s === a.exponent.s,
    );
    const exponent = shared === undefined ? a.exponent : a.exponent.sub(shared.exponent);
    return exponent.equals(0) ? [] : [{ base: a.base, exponent }];
  });
  const conditions = m.conditions.filter((c) => !by.conditions.some((d) => classOf(arena, c) === classOf(arena, d)));
  return { coefficient: m.coefficient.div(by.coefficient), conditions, atoms };
}

/** Products distributed over sums, or `null` past `limit` terms. */
export function expand(k: Knowledge, nodes: readonly Node[], limit: number): readonly Node[] | null {
  const done: Node[] = [];
  const waiting = nodes.map((n) => openTerm(k.arena, n)).reverse();
  for (let term = waiting.pop(); term !== undefined; term = waiting.pop()) {
    if (done.length + waiting.length > limit) return null;
    const at = term.factors.findIndex((f) => sumIn(f) !== null);
    const factor = term.factors[at];
    if (factor === undefined) {
      done.push(tidy(k, term));
      continue;
    }
    const { sums, factors } = term;
    const split = termsOf(sumIn(factor) ?? factor).map((t): Term => {
      const rest =
        factor.kind === "power" ? [k.arena.power(factor.base, k.arena.add(factor.exponent, k.arena.minusOne))] : [];
      const opened = openTerm(k.arena, t);
      const kept = [...factors.slice(0, at), ...opened.factors, ...rest, ...factors.slice(at + 1)];
      return { sums: [...sums, ...opened.sums], factors: flatMap(kept, factorsOf) };
    });
    waiting.push(...split.reverse());
  }
  return done;
}

/** The sum that a factor is, or is a small whole power of. */
function sumIn(factor: Node): Node | null {
  if (factor.kind === "add") return factor;
  if (factor.kind !== "power" || factor.base.kind !== "add" || factor.exponent.kind !== "rational") return null;
  const { value } = factor.exponent;
  return value.d === 1n && value.s > 0n && value.n <= 3n ? factor.base : null;
}
