import { Fraction } from "fraction.js";
import type { Arena } from "../expression/arena.js";
import type { Index, Node } from "../expression/node.js";
import { type Atom, atomNode, type Monomial, monomialKey, monomialNode, monomialOf } from "./monomial.js";
import { solveFor, takesValue, type ValueRange } from "./positions.js";
import { classOf } from "./same.js";
import { closeTerm, eliminateDeltas, factorsOf, openTerm, type Term, termsOf } from "./terms.js";

/** What rewriting needs to know of a model. */
export interface Knowledge {
  readonly arena: Arena;
  readonly valueRange: ValueRange;
  /** Whether a base is zero on more than a null set, so that `x x⁻¹` must stay. */
  readonly mayVanish: (base: Node) => boolean;
}

/** Deltas eliminated, equal factors merged, sums closed over what they bind. */
export function tidy(k: Knowledge, term: Term): Node {
  const { sums, factors } = eliminateDeltas(k.arena, term, k.valueRange);
  const merged = monomialNode(
    k.arena,
    useFreeDeltas(k, monomialOf(k.arena, k.arena.multiply(...factors), k.mayVanish)),
  );
  return closeTerm(k.arena, { sums, factors: factorsOf(merged) });
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
export function factored(k: Knowledge, nodes: readonly Node[]): Node {
  const { arena } = k;
  const sum = arena.add(...nodes);
  if (nodes.length < 2 || nodes.length > 64) return sum;
  const monomials = nodes.map((n) => monomialOf(arena, n, k.mayVanish));
  const [first, ...others] = monomials;
  if (first === undefined) return sum;
  const conditions = first.conditions.filter((c) =>
    others.every((m) => m.conditions.some((d) => classOf(arena, c) === classOf(arena, d))),
  );
  const atoms = first.atoms.flatMap((a) => sharedAtom(arena, a, others));
  const coefficient = sharedCoefficient(monomials);
  if (conditions.length + atoms.length === 0 && coefficient.equals(1)) return sum;
  const common: Monomial = { coefficient, conditions, atoms };
  const rest = monomials.map((m) => monomialNode(arena, quotient(arena, m, common)));
  return arena.multiply(...factorsOf(monomialNode(arena, common)), arena.add(...rest));
}

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
  const atoms = m.atoms.flatMap((a) => {
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
      return { sums: [...sums, ...opened.sums], factors: kept.flatMap(factorsOf) };
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
