import { flatMap } from "../../../core/flat-map.js";
import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { nodesIn } from "../../symbols/letters.js";
import {
  isTransposeMark,
  mapOperands,
  plainSymbol,
  type Scripted,
  scriptText,
  takeApart,
} from "../../symbols/scripts.js";
import { declarationOf, type Item, mentionsDerivative, targetKey } from "../../symbols/statements.js";

/*
 * `y_{m \times 1} = A_{m \times n} x_{n \times 1}`, `(\partial L/\partial A)_{m \times n}`: a shape below a name, or below parentheses,
 * only reminds of it. A symbol that nothing declares has this shape.
 */

export function withShapesBelow(items: readonly Item[], told: readonly Item[] = []): readonly Item[] {
  const all = [...told, ...items];
  const shapes = new Map<string, Set<string>>();
  for (const s of flatMap(
    flatMap(all, (i) => i.statement.sides),
    nodesIn,
  ))
    if (s.kind === "scripted" && isShape(s.sub)) shapesOf(shapes, s).add(scriptText(asWritten(s, s.sub)));
  if (shapes.size === 0) return items;
  const declared = new Set(flatMap(all, ({ statement }) => (declarationOf(statement)?.symbols ?? []).map(targetKey)));
  return flatMap(items, (item) => {
    const found: SyntaxOf<"scripted">[] = [];
    const put = (s: Syntax): Syntax => {
      const inner = mapOperands(s, put);
      // `K_{3 \times 3}` beside `K_{1 \times 1}` are two things.
      if (inner.kind !== "scripted" || !isShape(inner.sub) || isTold(shapes, inner)) return inner;
      found.push(inner);
      return inner.sup === null && inner.primes === 0 ? inner.base : { ...inner, sub: null };
    };
    const sides = item.statement.sides.map(put);
    if (found.length === 0) return [item];
    const own = item.statement.sides.some(mentionsDerivative) ? [] : found.filter((s) => isNew(s, declared));
    return [
      { ...item, statement: { ...item.statement, sides } },
      ...own.map((s) => ({ ...item, statement: declaration(item.statement, s) })),
    ];
  });
}

/** Is the shape more than a reminder? */
function isTold(shapes: Map<string, Set<string>>, s: SyntaxOf<"scripted">): boolean {
  const t = takeApart(s.base);
  const isSymbol = t !== null || s.base.kind === "group";
  return !isSymbol || (t !== null && isConstant(t)) || shapesOf(shapes, s).size > 1;
}

/** The shapes that stand below what a shape stands below; below each pair of parentheses its own. */
function shapesOf(shapes: Map<string, Set<string>>, { base }: SyntaxOf<"scripted">): Set<string> {
  const t = takeApart(base);
  const found = (t === null ? undefined : shapes.get(targetKey(t))) ?? new Set<string>();
  if (t !== null) shapes.set(targetKey(t), found);
  return found;
}

/** The shape of X itself: `X^\top_{n \times m}` names that of the transpose, `X_{m \times n}^\top` does not. */
function asWritten({ sup }: SyntaxOf<"scripted">, shape: SyntaxOf<"product">): SyntaxOf<"product"> {
  const isTurned = sup !== null && isTransposeMark(sup) && sup.span.start < shape.span.start;
  return isTurned ? { ...shape, items: shape.items.toReversed() } : shape;
}

/** `m \times n`; numbers alone are a label. */
function isShape(s: Syntax | null): s is SyntaxOf<"product"> {
  if (s?.kind !== "product" || s.items.length !== 2 || s.operators[0] !== "\\times") return false;
  return s.items.some((i) => i.kind !== "number") && s.items.every((i) => i.kind === "number" || isSize(i));
}

const isSize = (s: Syntax): boolean =>
  s.kind === "sum" ? s.terms.every((t) => t.body.kind === "number" || isSize(t.body)) : takeApart(s) !== null;

/** Ones, zeros and identities are told apart by their shapes. */
const isConstant = ({ symbol }: Scripted): boolean => /^[01IEO]$/.test(symbol.name);

/** A bare symbol that no declaration names, and none before it. */
function isNew({ base }: SyntaxOf<"scripted">, declared: Set<string>): boolean {
  const t = base.kind === "symbol" ? takeApart(base) : null;
  if (t === null || declared.has(targetKey(t))) return false;
  declared.add(targetKey(t));
  return true;
}

/** `A \in \mathbb{R}^{m \times n}`. */
function declaration(st: Statement, s: SyntaxOf<"scripted">): Statement {
  const { base, span } = s;
  const sub = isShape(s.sub) ? asWritten(s, s.sub) : s.sub;
  const numbers: Syntax = { ...plainSymbol("R", span), style: "bb", latex: "\\mathbb{R}" };
  const set: Syntax = { kind: "scripted", base: numbers, sub: null, sup: sub, primes: 0, span };
  return { ...st, sides: [base, set], relations: ["\\in"], conditions: [], words: [] };
}
