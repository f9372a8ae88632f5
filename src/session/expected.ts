import type { Judge } from "../check/judge.js";
import { withoutLater } from "../check/lags.js";
import { ownAxes } from "../check/mistakes/facts.js";
import { shownFor } from "../check/mistakes/shown.js";
import { definitionAt, truthOf, unfolded } from "../check/mistakes/truth.js";
import { narrowed } from "../check/ranges.js";
import type { Judged } from "../check/verdict.js";
import { Source } from "../core/span.js";
import { unlessRefused } from "../core/unless-refused.js";
import { knowledgeOf } from "../derive/knowledge.js";
import { type Knowledge, tidy } from "../derive/simplify.js";
import { isDelta, openTerm, termsOf } from "../derive/terms.js";
import { tensorsOf } from "../expression/arena.js";
import type { Index, Node, Tensor } from "../expression/node.js";
import { known } from "../model/sizes/sizes.js";
import { noMacros } from "../notation/macros.js";
import { parseFormula } from "../notation/parse.js";
import type { Syntax } from "../notation/syntax.js";
import { printNode } from "../print/index-form.js";
import { printMatrix } from "../print/matrix-form.js";
import type { Names } from "../print/names.js";
import { vectorize } from "../vectorize/vectorize.js";
import { decideGuards } from "./guards.js";
import { namesFor } from "./printer.js";

/** A right side that is true, as LaTeX. */
export interface Expected {
  /** In terms of the derivatives that stand nearest: what to write. */
  readonly latex: string;
  /** The same with these put in, where that says more. */
  readonly more: readonly string[];
}

/** The true right sides for what a line asks, in the form in which it was asked: by index or as a whole. */
export function expectedAnswer(judge: Judge, judged: Judged): Expected | null {
  // An extra: where printing it gives up, the verdict stands.
  return unlessRefused(() => answer(judge, judged));
}

function answer(judge: Judge, judged: Judged): Expected | null {
  const left = askedBy(judge, judged);
  if (left === null) return null;
  const before = answers.get(judge) ?? new Map<string, Expected | null>();
  answers.set(judge, before);
  const key = [left.node.id, ...left.whole.map((i) => i.key)].join(" ");
  const known = before.get(key);
  if (known !== undefined) return known;
  const found = answerTo(judge, left);
  before.set(key, found);
  return found;
}

/** What was answered before. */
const answers = new WeakMap<Judge, Map<string, Expected | null>>();

function answerTo(judge: Judge, left: Asked): Expected | null {
  const { of, rule, deeper } = truthOf(judge, left.node);
  const { arena } = judge.context;
  const forms = [...shownFor(judge, left.node), rule, deeper].filter((n) => n !== null);
  // What is said in full where that takes no derivative: of one layer by another, the weights between them.
  const isPlain = (n: Node): boolean => tensorsOf(n).every((t) => t.derivative === null);
  const within = narrowed(arena, [left.node], new Set(left.node.free.map((i) => i.name)));
  const { equations } = judge.derivatives.model;
  const knowledge = knowledgeOf(judge.derivatives.model);
  const inRange = (n: Node): Node => {
    const guarded = withoutLater(arena, equations, decideGuards(arena, arena.substitute(n, within)));
    return withoutSummedDeltas(knowledge, guarded);
  };
  const shown = forms.map(inRange);
  if (of !== null && ownAxes(of) > 0) {
    if (deeper !== null && !shown.some(isPlain)) shown.push(inRange(unfolded(judge, deeper)));
    shown.sort((a, b) => Number(isPlain(b)) - Number(isPlain(a)));
  }
  const written = shown.map((n) => withoutInvented(judge, n)).filter((n) => n !== null);
  const printed = [...new Set(written.map((n) => inForm(judge, left, n)))];
  const [latex, ...more] = printed;
  return latex === undefined ? null : { latex, more };
}

/** `\sum_k \delta_{ki} W_{kj}` as `W_{ij}`: a sum that a delta ends. */
function withoutSummedDeltas(knowledge: Knowledge, node: Node): Node {
  const { arena } = knowledge;
  const plain = termsOf(node).map((n) => {
    if (n.kind !== "reduce" || n.op !== "sum") return n;
    const term = openTerm(arena, n);
    return term.factors.some(isDelta) ? tidy(knowledge, term) : n;
  });
  return arena.add(...plain);
}

/** The same without names for expressions below a ∂, which only the program has; `null` where a derivative of one is left. */
function withoutInvented(judge: Judge, node: Node): Node | null {
  const { arena } = judge.context;
  const isInvented = (t: Tensor): boolean => judge.derivatives.isExpression(t);
  const put = (n: Node): Node => {
    if (n.kind === "entry" && isInvented(n.tensor)) {
      const body = definitionAt(judge, n.tensor, n.at);
      return body === null ? n : put(body);
    }
    return arena.mapOperands(n, put);
  };
  const isLeft = (t: Tensor): boolean =>
    isInvented(t) || (t.derivative !== null && (isLeft(t.derivative.of) || isLeft(t.derivative.wrt)));
  const whole = tensorsOf(node).some(isInvented) ? put(node) : node;
  return tensorsOf(whole).some(isLeft) ? null : whole;
}

interface Asked {
  readonly node: Node;
  /** The axes that are asked for as a whole. */
  readonly whole: readonly Index[];
}

/** The left side of a line at fresh indices: its right side may be anything. */
function askedBy(judge: Judge, judged: Judged): Asked | null {
  const e = judge.problem.elaborator;
  const [first] = judged.claim.sides;
  if (first === undefined) return null;
  const { final } = e;
  // What is only looked at again leaves no notes.
  e.final = false;
  try {
    return judge.reading(judged.claim, () => {
      const { axes, at } = e.value(first);
      if (axes.some((d) => d.dim === null)) return null;
      const whole = axes.map((d, k) => e.arena.index(`'${k + 1}`, e.arena.upTo(known(d))));
      return { node: at(whole.map((i) => e.arena.at(i))), whole };
    });
  } finally {
    e.final = final;
  }
}

/** The author's notation, gathered again only where lines have brought names of their own. */
const notations = new WeakMap<Judge, { readonly equations: number; readonly names: Names }>();

function notationOf(judge: Judge): Names {
  const { model } = judge.derivatives;
  const known = notations.get(judge);
  if (known?.equations === model.equations.length) return known.names;
  const names = namesFor(model);
  notations.set(judge, { equations: model.equations.length, names });
  return names;
}

function inForm(judge: Judge, { whole }: Asked, body: Node): string {
  const names = notationOf(judge);
  if (whole.length === 0) return printNode(body, names);
  const { arena } = judge.context;
  const form = whole.length > 2 ? null : vectorize(arena, whole, body, judge.problem.model.letters);
  if (form?.matrix !== undefined) return printMatrix(form.matrix, names);
  // Its entries, by letters that the line has not used.
  const letters = [..."ijklmnpqrs"].filter((l) => !body.free.some((i) => i.name === l)).slice(0, whole.length);
  const at = new Map(whole.map((i, k) => [i, arena.at(arena.index(letters[k] ?? i.name, i.range))] as const));
  return `\\left[ ${printNode(arena.substitute(body, at), names)} \\right]_{${letters.join("")}}`;
}

/** For the false link of a chain: the first true side that does not stand to its left already. */
export function nextLine(expected: Expected | null, chain: string): string | null {
  if (expected === null) return null;
  const plain = (latex: string): string => latex.replace(/[\s{}]|\\[,;!:]|\\left|\\right/g, "");
  const seen = plain(chain);
  const forms = [expected.latex, ...expected.more];
  return forms.find((f) => !seen.includes(plain(f))) ?? forms.at(-1) ?? null;
}

const readAgain = new WeakMap<Expected, readonly Syntax[]>();

/** What we printed, read again: to lay beside what was written. */
export function asSyntax(expected: Expected | null): readonly Syntax[] {
  if (expected === null) return [];
  const known = readAgain.get(expected) ?? parsed(expected);
  readAgain.set(expected, known);
  return known;
}

function parsed(expected: Expected): readonly Syntax[] {
  return [expected.latex, ...expected.more].flatMap((latex) => {
    const source = new Source("", latex);
    const { statements } = parseFormula(source, { start: 0, end: latex.length }, noMacros);
    const [only] = statements;
    return statements.length === 1 && only?.sides.length === 1 ? [...only.sides] : [];
  });
}
