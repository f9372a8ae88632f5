import { Refusal } from "../core/diagnostic.js";
import { flatMap } from "../core/flat-map.js";
import { operands } from "../expression/arena.js";
import type { Node } from "../expression/node.js";
import { conditionValue } from "../model/elaborate/conditions.js";
import type { Elaborator } from "../model/elaborate/elaborator.js";
import type { Problem } from "../model/read.js";
import { bindings, letterOf, nodesIn, rangeStatement } from "../model/symbols/letters.js";
import { children } from "../model/symbols/scripts.js";
import { type Item, WHERE_ONE_IS } from "../model/symbols/statements.js";
import type { Statement, Syntax } from "../notation/syntax.js";
import { sumsToOne } from "./targets.js";

/*
 * Under what conditions a line is meant: `i = j` beside it, `If $L > 0$, then` before it, "margin active" above it. A
 * condition on values decides which branch of a hinge or a maximum is taken.
 */

/** A condition, one where it holds and zero elsewhere; made anew for each question. */
export type Guard = () => Node;

export interface Supposition {
  readonly guard: Guard;
  readonly text: string;
  /** The text supposes it for this line. Otherwise it only may do so. */
  readonly sure: boolean;
  /** It does not say which of several branches it is about, so nothing that may lie on another one is refuted. */
  readonly vague?: boolean;
}

/** `i = j`, `k \ne c`, `z > 0` beside a claim: it is about these entries and values only. */
export function guardBeside(e: Elaborator, statement: Statement): Guard | null {
  const parts = [...statement.conditions, ...ordersOfProducts(statement)].flatMap((c) => guardOf(e, c) ?? []);
  return parts.length === 0 ? null : () => e.arena.multiply(...parts.map((p) => p()));
}

/** `\prod_{i=k+1}^t` is of a k that is not above t: below it the product would be empty, and nobody means that. */
const ordersOfProducts = (st: Statement): readonly Statement[] =>
  flatMap(st.sides, (side) =>
    flatMap(limitsOfProducts(side, new Set()), ([low, high]): readonly Statement[] => {
      const { span } = high;
      const terms = [high, { kind: "number", text: "1", span } as const].map((body) => ({ sign: 1, body }) as const);
      const next: Syntax = { kind: "sum", terms, span };
      return [{ ...st, sides: [low, next], relations: ["\\le"], conditions: [], words: [] }];
    }),
  );

/** The ends between which products run, where no sum around them binds these. */
function limitsOfProducts(s: Syntax, bound: ReadonlySet<string>): readonly (readonly [Syntax, Syntax])[] {
  const own = s.kind === "big" ? bindings(s.sub, s.sup) : [];
  const isOpen = (limit: Syntax): boolean => {
    const letters = flatMap(nodesIn(limit), (n) => letterOf(n) ?? []);
    return letters.length > 0 && letters.every((l) => !bound.has(l));
  };
  const limits =
    s.kind === "big" && s.operator === "\\prod"
      ? flatMap(own, ({ low, high }): readonly (readonly [Syntax, Syntax])[] =>
          low !== null && high !== null && isOpen(low) && isOpen(high) ? [[low, high]] : [],
        )
      : [];
  const inside = own.length === 0 ? bound : new Set([...bound, ...own.map((b) => b.letter)]);
  return [...limits, ...flatMap(children(s), (c) => limitsOfProducts(c, inside))];
}

function guardOf(e: Elaborator, c: Statement): Guard | null {
  // Of a range, `0 < t < T`, only what its ends leave out is a condition.
  const isRange = rangeStatement(c) !== null && !c.relations.includes("<");
  // That targets sum to 1 is no condition on entries.
  if (isRange || sumsToOne(c) !== null || c.sides.length < 2 || c.sides.length > 3) return null;
  try {
    const v = conditionValue(e, { kind: "relation", items: c.sides, operators: c.relations, span: c.span });
    return v !== null && v.axes.length === 0 ? () => v.at([]) : null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return null;
  }
}

const SUPPOSED = /\b(?:assum\w*|suppos\w*|let|consider|provided|given|throughout|with|where)\b[^$]*$/i;
const CONDITIONAL = /\b(?:if|when|whenever|in case|case)\b[^$]*$/i;
const ORDER = new Set(["<", ">", "\\le", "\\ge", "\\ne"]);

/** What the text around a line supposes of values, besides what it says of the symbols that are given. */
export function suppositionsFor(problem: Problem, claim: Item): readonly Supposition[] {
  const { elaborator: e, items } = problem;
  const stated = items.flatMap((item): readonly Supposition[] => {
    const { statement, formula } = item;
    const saysWhere = item.reading === WHERE_ONE_IS;
    if (item.kind === "claim" || item.kind === "assumption") return [];
    if (!saysWhere && !ORDER.has(statement.relations[0] ?? "")) return [];
    const guard = guardOf(e, statement);
    if (guard === null) return [];
    if (saysWhere) return [{ guard, text: statement.latex.trim(), sure: true }];
    const before = formula.sentence.slice(0, Math.max(0, formula.sentence.indexOf(`$${item.ordinal}$`)));
    const together = formula.sentence === claim.formula.sentence;
    const above = item.ordinal < claim.ordinal;
    const sure = above && (SUPPOSED.test(before) || (together && CONDITIONAL.test(before)));
    // A condition of one line says nothing of the next.
    const elsewhere = !together && CONDITIONAL.test(before) && otherClaimIn(problem, item);
    return elsewhere ? [] : [{ guard, text: statement.latex.trim(), sure }];
  });
  const all = [...stated, ...inWords(problem, claim.formula.sentence)];
  return all.filter((p, k) => all.findIndex((q) => q.text === p.text) === k);
}

const otherClaimIn = ({ items }: Problem, { formula }: Item): boolean =>
  items.some((i) => i.kind === "claim" && i.formula.sentence === formula.sentence);

const ACTIVE =
  /\b(?:margin|hinge|triplet|constraint|loss)s?\b(?:(?!\b(?:not|in)\b)[^.$]){0,20}\b(?:active|violated)\b|\b(?:active|violated)\s+(?:margin|hinge|triplet|constraint)/i;
const LOSS_POSITIVE =
  /\bloss\s*(?:>\s*0|is\s+(?:strictly\s+)?positive|is\s+non-?zero)|\b(?:non-?zero|positive)\s+loss\b/i;

/** "margin active", "loss > 0": the loss is on the branch where it is not zero. */
function inWords({ model, builder, items }: Problem, own: string): readonly Supposition[] {
  const { arena, loss, equations } = model;
  if (loss === null || loss.axes.length > 0 || !equations.some((eq) => hasHinge(eq.body))) return [];
  const body = equations.find((eq) => eq.tensor === loss)?.body;
  const guard: Guard = () => arena.indicator(">", arena.entry(loss, []));
  // Of a sum of hinges, "active" does not say which of them are meant.
  const vague = !(body?.kind === "apply" && body.fn === "relu");
  // What is said of one line holds for that line.
  const ofLines = new Set(flatMap(items, (i) => (i.kind === "claim" ? [i.formula.sentence] : [])));
  const general = [
    ...builder.plain,
    ...flatMap(items, (i) => (ofLines.has(i.formula.sentence) ? [] : i.formula.sentence)),
  ];
  return [...new Set([...general, own])].flatMap((s): readonly Supposition[] => {
    const [positive, active] = [LOSS_POSITIVE.exec(s)?.[0], ACTIVE.exec(s)?.[0]];
    if (positive !== undefined) return [{ guard, text: positive, sure: true }];
    return active === undefined ? [] : [{ guard, text: active, sure: !vague, vague }];
  });
}

const hasHinge = (n: Node): boolean => (n.kind === "apply" && n.fn === "relu") || operands(n).some(hasHinge);
