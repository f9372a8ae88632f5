import { freeOfPosition } from "../expression/arena.js";
import type { Node, NodeOf, Position, Tensor } from "../expression/node.js";
import { latexStyle } from "./latex-style.js";
import { type Names, type Scope, scopeOf } from "./names.js";
import { entryLatex, wholeLatex } from "./tensor.js";
import { textStyle } from "./text-style.js";
import { Walk } from "./walk.js";

/** LaTeX of an expression. Free indices print under their names; `scope` overrides. Throws `BudgetSpent` where it is too long or too deep. */
export function printNode(node: Node, names: Names, scope: Scope = scopeOf(names, node.free)): string {
  return new Walk(names, latexStyle(names)).print(node, scope).text;
}

/** LaTeX of `left = right`. */
export function printEqual(left: Node, right: Node, names: Names): string {
  const scope = scopeOf(names, [...left.free, ...right.free]);
  const walk = new Walk(names, latexStyle(names));
  return `${walk.print(left, scope).text} = ${walk.print(right, scope).text}`;
}

/** LaTeX of `tensor[at…] = body`; conditions on a family become cases. */
export function printEquation(tensor: Tensor, at: readonly Position[], body: Node, names: Names): string {
  const scope = scopeOf(names, [...at.flatMap(freeOfPosition), ...body.free]);
  const walk = new Walk(names, latexStyle(names));
  const left = entryLatex(
    tensor,
    at.map((p) => walk.position(p, scope)),
    names,
  );
  return `${left} = ${cases(body, names, walk, scope) ?? walk.print(body, scope).text}`;
}

/** LaTeX of a whole tensor; `family` holds the positions of a family member. */
export function printTensor(tensor: Tensor, names: Names, family: readonly Position[] = []): string {
  const scope = scopeOf(names, family.flatMap(freeOfPosition));
  const walk = new Walk(names, latexStyle(names));
  return wholeLatex(
    tensor,
    familyOr(
      tensor,
      family.map((p) => walk.position(p, scope)),
    ),
    names,
  );
}

/** LaTeX of an entry, `W_{ji}^{(1)}`, `\frac{\partial \mathcal{L}}{\partial W_{ji}^{(1)}}`. */
export function printEntry(tensor: Tensor, at: readonly Position[], names: Names): string {
  const scope = scopeOf(names, at.flatMap(freeOfPosition));
  const walk = new Walk(names, latexStyle(names));
  return entryLatex(
    tensor,
    at.map((p) => walk.position(p, scope)),
    names,
  );
}

/** Plain text, `z[j] = Σ_i W[j,i] x[i] + b[j]`; without `tensor`, of the expression alone. */
export function printText(
  body: Node,
  names: Names,
  tensor: Tensor | null = null,
  at: readonly Position[] = [],
): string {
  const scope = scopeOf(names, [...at.flatMap(freeOfPosition), ...body.free]);
  const walk = new Walk(names, textStyle);
  const right = walk.print(body, scope).text;
  if (tensor === null) return right;
  const left = textStyle.entry(
    tensor,
    at.map((p) => walk.position(p, scope)),
  ).text;
  return `${left} = ${right}`;
}

/** Families print under their parameters' own letters where no member is named. */
function familyOr(tensor: Tensor, family: readonly string[]): readonly string[] {
  if (family.length > 0) return family;
  return tensor.parameters.map((p) => p.name.replace(/[~#$]/g, "i"));
}

// ---- cases ----

interface Guarded {
  readonly guard: NodeOf<"iverson">;
  readonly rest: Node;
}

/** `[t < T]` is a condition on the equation as such; `δ_jk` between two of its indices is part of its body. */
function isGuard(node: Node): node is NodeOf<"iverson"> {
  if (node.kind !== "iverson") return false;
  return node.relation === "nonnegative" || (node.position.terms.length === 1 && node.position.value === null);
}

/** A term that stands under exactly one guard. */
function guarded(term: Node, names: Names): Guarded | null {
  const factors = term.kind === "multiply" ? term.factors : [term];
  const [guard, more] = factors.filter(isGuard);
  if (guard === undefined || more !== undefined) return null;
  return { guard, rest: names.arena.multiply(...factors.filter((f) => f !== guard)) };
}

/** The two lines of cases for a body whose terms stand under one guard or none; `null` where that is not its form. */
function cases(body: Node, names: Names, walk: Walk, scope: Scope): string | null {
  const terms = body.kind === "add" ? body.terms : [body];
  const split = terms.map((t) => guarded(t, names));
  const guards = new Set(split.flatMap((g) => (g === null ? [] : [g.guard])));
  const [guard] = guards;
  if (guard === undefined) return null;
  if (guards.size === 2) return twoCases(terms, split, names, walk, scope);
  if (guards.size !== 1) return null;
  const plainTerms = terms.filter((_, k) => split[k] === null);
  if (plainTerms.some(holdsGuard)) return null;
  const { arena } = names;
  const inside = arena.add(...terms.map((t, k) => split[k]?.rest ?? t));
  const line = (value: Node, when: string): string => `${walk.print(value, scope).text} & ${when}`;
  const when = `\\text{if } ${walk.condition(guard.relation, guard.position, scope)}`;
  return `\\begin{cases} ${line(inside, when)} \\\\ ${line(arena.add(...plainTerms), "\\text{otherwise}")} \\end{cases}`;
}

/** `[\\ell = L] A + [\\ell < L] B`, where `\\ell` goes up to `L` (or from `L` down): one line each, and no other case. */
function twoCases(
  terms: readonly Node[],
  split: readonly (Guarded | null)[],
  names: Names,
  walk: Walk,
  scope: Scope,
): string | null {
  const { arena } = names;
  const guards = [...new Set(split.map((g) => g?.guard ?? null))];
  const end = guards.find((g) => g?.relation === "zero");
  const inside = guards.find((g) => g?.relation === "nonnegative");
  if (guards.length !== 2 || !end || !inside) return null;
  const [term] = inside.position.terms;
  if (term === undefined || inside.position.terms.length !== 1 || Math.abs(term[1]) !== 1) return null;
  const [index, sign] = term;
  const last = sign < 0 ? index.range.high : index.range.low;
  const edge = arena.iverson("zero", arena.position([[index, 1]], arena.scaleDim(last, -1)));
  // The inner guard must be `index ≠ last` within the index's range, and the other one `index = last`.
  const distance = arena.position([[index, sign]], arena.scaleDim(last, -sign));
  if (edge !== end || arena.shift(distance, arena.constantDim(-1)) !== inside.position) return null;
  const line = (guard: NodeOf<"iverson">): string => {
    const own = arena.add(...terms.flatMap((_, k) => (split[k]?.guard === guard ? [split[k].rest] : [])));
    return `${walk.print(own, scope).text} & \\text{if } ${walk.condition(guard.relation, guard.position, scope)}`;
  };
  return `\\begin{cases} ${line(inside)} \\\\ ${line(end)} \\end{cases}`;
}

const holdsGuard = (term: Node): boolean => (term.kind === "multiply" ? term.factors : [term]).some(isGuard);
