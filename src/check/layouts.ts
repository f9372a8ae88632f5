import type { Problem } from "../model/read.js";
import type { Layout } from "./derivatives.js";
import type { Judge } from "./judge.js";
import { LinesAbout } from "./shared-problem.js";
import { isRight, type Judged } from "./verdict.js";

/*
 * In which layout an author writes derivatives. A claim that the usual layout calls wrong is looked at in the other ones: if
 * these make all lines right that tell layouts apart, and there are several of them, the author writes in that layout.
 */

const USUAL: Layout = { gradient: "column", jacobian: "outputs-first" };
const INPUTS_FIRST: Layout = { gradient: "column", jacobian: "inputs-first" };
const ROWS: Layout = { gradient: "row", jacobian: "outputs-first" };

export const usualLayout = ({ model }: Problem): Layout => (model.layout === "numerator" ? ROWS : USUAL);

/** All claims of a problem as judged in one layout. */
export interface Attempt {
  readonly judge: Judge;
  readonly judged: readonly Judged[];
}

const isLayoutTrouble = (j: Judged): boolean => j.verdict === "wrong" || j.verdict === "shape-mismatch";

/** A layout transposes derivatives: what is wrong and not the transpose of the truth is wrong in every layout, where no other derivative stands. */
export function dependsOnLayout({ judge, judged }: Attempt): boolean {
  const troubled = judged.filter(isLayoutTrouble);
  const named = judge.definitionsOnly.length > 0 || judged.some((j) => j.uses || j.head === null);
  return troubled.some((j) => named || j.links.length > 1 || j.links.some((l) => l.transposed));
}

/** `judgeIn` reads the problem anew, since a layout changes what its names mean. */
export function otherLayout(judgeIn: (layout: Layout) => Judge, first: Attempt): Attempt | null {
  const common = first.judge.common instanceof LinesAbout ? first.judge.common : null;
  const { outputsAreRows } = first.judge.problem.model;
  for (const layout of outputsAreRows === true ? [ROWS] : [INPUTS_FIRST, ROWS]) {
    if (!first.judge.readsOtherwise(layout) || !mayHelp(layout, first)) continue;
    if (isKnownNotBetter(common, layout, first)) continue;
    const attempt = better(judgeIn(layout), layout, first, common);
    if (attempt !== null) return attempt;
  }
  return null;
}

/**
 * Might a layout do all that is asked of it? A line in which it turns nothing stays as it is; one that uses the author's names
 * may hold what their own lines say.
 */
function mayHelp(layout: Layout, { judge: { derivatives }, judged }: Attempt): boolean {
  if (derivatives.extra.length > 0) return true;
  const troubled = judged.filter(isLayoutTrouble);
  const turned = troubled.filter((j) => derivatives.turns(j.turned, layout));
  return turned.length >= wantedOf(layout) && (layout.gradient === "column" || turned.length === troubled.length);
}

/** A gradient's layout shows in several lines, a Jacobian's in one. */
const wantedOf = ({ gradient }: Layout): number => (gradient === "row" ? 2 : 1);

/** What speaks for a layout, and whether anything speaks against it. */
class Comparison {
  readonly #isRow: boolean;
  readonly #wanted: number;
  #helped = 0;

  constructor(layout: Layout) {
    this.#isRow = layout.gradient === "row";
    this.#wanted = wantedOf(layout);
  }

  /** `null` if the line shows that this is not the author's layout, else whether it is right in no other. */
  add(before: Judged | undefined, right: boolean): boolean | null {
    const troubled = before !== undefined && isLayoutTrouble(before);
    const hurts = !right && before !== undefined && isRight(before.verdict);
    // One row among columns is a slip, so all that a layout is to explain it must explain.
    if (hurts || (this.#isRow && troubled && !right)) return null;
    const helps = right && troubled;
    if (helps) this.#helped += 1;
    return helps;
  }

  get isBetter(): boolean {
    return this.#helped >= this.#wanted;
  }
}

/** The claims in another layout, or `null` as soon as one shows that this is not the author's. */
function better(judge: Judge, layout: Layout, first: Attempt, common: LinesAbout | null): Attempt | null {
  const comparison = new Comparison(layout);
  const judged: Judged[] = [];
  for (const j of judge.judge()) {
    const before = first.judged[judged.length];
    const right = isRight(j.verdict);
    if (before !== undefined) common?.learn(layout, before, right);
    const helps = comparison.add(before, right);
    if (helps === null) return null;
    judged.push({ ...j, layout: helps && layout.gradient === "row" ? "numerator" : null });
  }
  // Where the outer Jacobian stands first in one line and last in another, no layout is that of both.
  const isMixed = layout.jacobian === "inputs-first" && judge.problem.elaborator.chainOrders.size > 1;
  return comparison.isBetter && !isMixed ? { judge, judged } : null;
}

/** Others wrote the same lines, or one of them that speaks against this layout. */
function isKnownNotBetter(common: LinesAbout | null, layout: Layout, { judged }: Attempt): boolean {
  if (common === null) return false;
  const comparison = new Comparison(layout);
  let isOpen = false;
  for (const line of judged) {
    const right = common.isRight(layout, line);
    if (right === undefined) isOpen = true;
    else if (comparison.add(line, right) === null) return true;
  }
  return !isOpen && !comparison.isBetter;
}
