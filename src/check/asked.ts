import { Refusal } from "../core/diagnostic.js";
import { tensorsOf } from "../expression/arena.js";
import type { Node, Position, Tensor } from "../expression/node.js";
import type { Item } from "../model/symbols/statements.js";
import { firstOf } from "../model/values/stacked.js";
import type { Syntax } from "../notation/syntax.js";
import { ClaimReader } from "./claims.js";
import type { Judge } from "./judge.js";
import type { Judged } from "./verdict.js";

/** A derivative that a question asks for, or that a line answers. */
export interface Asked {
  readonly of: Tensor;
  readonly wrt: Tensor;
  /** The fixed positions, `1,*`, where single entries are meant; empty for all of it. */
  readonly entry: string;
  /** These are counted with the letters of the sizes, which may mean every entry or the last. */
  readonly bySizes?: boolean;
}

/** The same derivative has the same key in every reading of a problem. */
export const pairKey = (a: { readonly of: Tensor; readonly wrt: Tensor }): string => `${a.of.latex} by ${a.wrt.latex}`;

/** A derivative that a worksheet asks for: by `∂L/∂W = ?`, or in words, "derive ∂L/∂W". */
export interface QuestionAsked {
  readonly asked: Asked;
  readonly side: Syntax;
  readonly inProse: boolean;
}

export const questionsIn = (judge: Judge): readonly QuestionAsked[] =>
  derivativesIn(judge).flatMap(({ item, ...found }) =>
    item.kind === "question" || (item.kind === "mention" && isAskedFor(item))
      ? [{ ...found, inProse: item.kind !== "question" }]
      : [],
  );

/** The derivatives that a worksheet names without working them out, or calls given (`pairKey`). */
export const givenIn = (judge: Judge): readonly string[] =>
  derivativesIn(judge).flatMap(({ item, asked }) =>
    (item.kind === "name" && item.statement.sides.length === 2) || (item.kind === "mention" && !isAskedFor(item))
      ? [pairKey(asked)]
      : [],
  );

const MAY_ASK: ReadonlySet<Item["kind"]> = new Set(["question", "mention", "name"]);

/** The sides of the worksheet's own questions, names and mentions that are nothing but a derivative. */
function derivativesIn(judge: Judge): readonly { readonly item: Item; readonly asked: Asked; readonly side: Syntax }[] {
  const own = judge.problem.items.filter((i) => i.submitted !== true && MAY_ASK.has(i.kind));
  return own.flatMap((item) =>
    item.statement.sides.flatMap((side) => {
      const asked = askedBy(judge, item, side);
      return asked === null ? [] : [{ item, asked, side }];
    }),
  );
}

const ASKS = /\b(?:derive|find|compute|calculate|determine|obtain|evaluate|express|write|what|show|give)\b/gi;
const GIVES = /\b(?:given|assum\w*|suppos\w*|upstream|incoming|in terms of|using|you may use|denote\w*)\b/gi;

/** What a sentence mentions is asked for, if the nearest verb before it asks rather than gives. */
function isAskedFor({ formula, ordinal }: Item): boolean {
  const before = formula.sentence.split(`$${ordinal}$`)[0] ?? "";
  const last = (words: RegExp): number => [...before.matchAll(words)].at(-1)?.index ?? -1;
  return last(ASKS) > last(GIVES);
}

function askedBy(judge: Judge, item: Item, side: Syntax): Asked | null {
  const { derivatives, problem } = judge;
  const e = problem.elaborator;
  return e.within(new ClaimReader(problem, derivatives).lettersOf(item.statement), () => {
    try {
      const value = e.value(side);
      return askedIn(value.at(value.axes.map((d) => firstOf(e.arena, d))), value.axes.length > 0);
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  });
}

/** The derivative that a line says something of, its first side that is one, or `null`. */
export function answeredBy(judged: Judged): Asked | null {
  const [first] = judged.links;
  const sides = [first?.question?.left, ...judged.links.map((l) => l.question?.right)];
  for (const side of sides) {
    const asked = side === undefined ? null : askedIn(side, false);
    if (asked !== null) return asked;
  }
  return judged.head === null ? null : { ...judged.head, entry: "" };
}

/** Where the left side is a name that was given to a derivative, `\delta = …`, that derivative: the line works it out. */
export function namedAtHead(judge: Judge, { links }: Judged): Asked | null {
  const left = links[0]?.question?.left;
  if (left?.kind !== "entry" || left.at.some((p) => p.terms.length === 0)) return null;
  const meant = judge.derivatives.extra.filter((eq) => eq.tensor === left.tensor);
  const [only] = meant;
  return only === undefined || meant.length > 1 ? null : askedIn(only.body, false);
}

/** The m of `\partial L/\partial W_{mn}` of an $m \times n$ matrix. */
function isSizeLetter({ offset }: Position): boolean {
  const [term, more] = offset.terms;
  const [power, another] = term?.powers ?? [];
  const isLone = term?.coefficient === 1 && more === undefined && another === undefined && power?.[1] === 1;
  return isLone && /^[a-z]$/.test(power[0].latex);
}

function askedIn(node: Node, whole: boolean): Asked | null {
  if (node.kind !== "entry" || node.tensor.derivative === null) return null;
  const { of, wrt } = node.tensor.derivative;
  const fixed = node.at.map((p, k) => {
    const range = node.tensor.axes[k];
    // The one position of an axis of size one is all of that axis.
    const only = range === undefined || range.low === range.high;
    return only || p.terms.length > 0 || p.value !== null ? "*" : p.key;
  });
  const entry = whole || fixed.every((f) => f === "*") ? "" : fixed.join(",");
  const bySizes = node.at.some((p, k) => fixed[k] !== "*" && isSizeLetter(p));
  return { of, wrt, entry, ...(entry !== "" && bySizes ? { bySizes } : {}) };
}

/** For each right side of a line, the derivatives that it holds, also under names. A side that could not be read is left out. */
export function derivativesUsed(judge: Judge, judged: Judged): readonly (readonly string[])[] {
  return judged.links.flatMap((link) => (link.question === null ? [] : [[...pairsIn(judge, link.question.right)]]));
}

function pairsIn(judge: Judge, node: Node): ReadonlySet<string> {
  const pairs = new Set<string>();
  const seen = new Set<Tensor>();
  const open = [...tensorsOf(node)];
  for (let t = open.pop(); t !== undefined; t = open.pop()) {
    if (seen.has(t)) continue;
    seen.add(t);
    if (t.derivative !== null) pairs.add(pairKey(t.derivative));
    // A name of the author's stands for what it was given as.
    else for (const eq of judge.derivatives.extra) if (eq.tensor === t) open.push(...tensorsOf(eq.body));
  }
  return pairs;
}
