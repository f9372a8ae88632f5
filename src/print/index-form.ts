import { freeOfPosition } from "../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../expression/node.js";
import { casesLatex, type Guard, isGuard, linesOf } from "./cases.js";
import { latexStyle } from "./latex-style.js";
import { type Names, type Scope, scopeOf } from "./names.js";
import { entryLatex, wholeLatex } from "./tensor.js";
import { textStyle } from "./text-style.js";
import { Walk } from "./walk.js";

/** LaTeX of an expression. Free indices print under their names; `scope` overrides. Throws `BudgetSpent` where it is too long or too deep. */
export function printNode(node: Node, names: Names, scope: Scope = scopeOf(names, node.free)): string {
  return new Walk(names, latexStyle(names)).print(node, scope).text;
}

/** LaTeX of `left = right`; bound indices keep away from the letters of those that stand `beside` it. */
export function printEqual(left: Node, right: Node, names: Names, beside: readonly Index[] = []): string {
  const scope = scopeOf(names, [...new Set([...left.free, ...right.free, ...beside])]);
  const walk = new Walk(names, latexStyle(names));
  return `${walk.print(left, scope).text} = ${walk.print(right, scope).text}`;
}

/** LaTeX of `tensor[at…] = body`; conditions on a family become cases. */
export function printEquation(
  tensor: Tensor,
  at: readonly Position[],
  body: Node,
  names: Names,
  ranged = false,
): string {
  const scope = scopeOf(names, [...at.flatMap(freeOfPosition), ...body.free]);
  const walk = new Walk(names, latexStyle(names));
  const left = entryLatex(
    tensor,
    at.map((p) => walk.position(p, scope)),
    names,
  );
  const equation = `${left} = ${cases(body, names, walk, scope) ?? walk.print(body, scope).text}`;
  const places = ranged ? at.slice(0, tensor.parameters.length).filter((p) => names.arena.indexOf(p) !== null) : [];
  const ranges = places.flatMap((p) => {
    const range = names.arena.indexOf(p)?.range;
    if (range === undefined) return [];
    return `${walk.position(p, scope)} = ${walk.dimension(range.low, scope)}, \\dots, ${walk.dimension(range.high, scope)}`;
  });
  return [equation, ...ranges].join(", \\quad ");
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

/** The two lines of cases for a body whose terms stand under one condition or none; `null` where that is not its form. */
function cases(body: Node, names: Names, walk: Walk, scope: Scope): string | null {
  const { arena } = names;
  const terms = (body.kind === "add" ? body.terms : [body]).map((t) => (t.kind === "multiply" ? t.factors : [t]));
  const guards = terms.map((factors) => factors.filter(isGuard));
  const lines = linesOf(arena, guards);
  if (lines === null) return null;
  const [first, second] = lines;
  const value = (when: Guard | null): string => {
    const kept = terms.filter((_, k) => guards[k]?.length === 0 || (when !== null && guards[k]?.includes(when)));
    return walk.print(arena.add(...kept.map((f) => arena.multiply(...f.filter((g) => !isGuard(g))))), scope).text;
  };
  const text = (when: Guard | null): string =>
    when === null ? "\\text{otherwise}" : `\\text{if } ${walk.condition(when.relation, when.position, scope)}`;
  return casesLatex([first, second].map((when) => [value(when), text(when)] as const));
}
