import { flatMap } from "../core/flat-map.js";
import { unlessRefused } from "../core/unless-refused.js";
import { tensorsOf } from "../expression/arena.js";
import type { Index, Node, Tensor } from "../expression/node.js";
import { children } from "../model/symbols/scripts.js";
import type { Syntax } from "../notation/syntax.js";
import { factors } from "./differs.js";
import type { Judge } from "./judge.js";
import { summedOver } from "./mistakes/change-sums.js";
import { Comparison } from "./mistakes/compare.js";
import { Facts } from "./mistakes/facts.js";
import { latex, type Named } from "./mistakes/named.js";
import { nameTranspose } from "./mistakes/names.js";
import { ratioOf } from "./mistakes/ratio.js";
import { endsAgree, limitOf, repairOf } from "./mistakes/repairs.js";
import { isOuter, Search, tellOf } from "./mistakes/search.js";
import { sharedOf } from "./mistakes/shared.js";
import { mistakes } from "./mistakes/table.js";
import { truthOf } from "./mistakes/truth.js";
import { isRight, type Judged, type Link, type Mistake } from "./verdict.js";

type Asked = NonNullable<Link["question"]>;

/**
 * Why a line is wrong: a change of the true derivation that gives what was written, or one of the formula written that
 * makes it right. `null` where no small change does: a reason is never made up. Verdicts stay as they are.
 */
export function diagnose(judge: Judge, judged: Judged): Mistake | null {
  if (judged.verdict !== "wrong" && judged.verdict !== "shape-mismatch") return null;
  let first: Mistake | null = null;
  for (const link of judged.links) {
    if (link.verdict !== "wrong" && link.verdict !== "shape-mismatch") continue;
    const found = unlessRefused(() => reasonFor(judge, judged, link)) ?? null;
    if (found !== null) link.mistake = withShapes(withUse(found, judge, variableOf(judge, judged, link)), link);
    first ??= link.mistake;
  }
  // The steps keep their own reasons.
  judged.mistake = luckyStep(judge, judged) ?? first;
  return judged.mistake;
}

function toldOf(found: Named): Mistake | null {
  const { code, span, beside, ties = [] } = found;
  if (!mistakes.has(code)) return null;
  const message = [found, ...ties].map(tellOf).join("; or: ");
  const others = [...(beside === undefined ? [] : [beside]), ...ties.map((t) => t.code)];
  const also = others.length === 0 ? {} : { also: others };
  return { code, message, ...also, ...(span === undefined ? {} : { span }) };
}

/** By what is differentiated on the left side, also where a name stands for the derivative. */
const variableOf = (judge: Judge, { head }: Judged, { question }: Link): Tensor | null =>
  head?.wrt ?? (question === null ? null : truthOf(judge, question.left).wrt);

const MOST_QUOTED = 90;

/** A reason is followed by where the variable stands in the forward pass, unless it names the path itself. */
function withUse(found: Named, judge: Judge, wrt: Tensor | null): Mistake | null {
  const mistake = toldOf(found);
  const all = wrt === null ? [] : (sharedOf(judge).uses.get(wrt) ?? []);
  // An expression below a ∂ has no name that its author knows.
  const told = all.filter((u) => !judge.derivatives.isExpression(u.tensor));
  const [use, ...others] = told.toSorted((a, b) => Number(b === found.use) - Number(a === found.use));
  if (mistake === null || wrt === null || use === undefined) return mistake;
  const equation = use.latex.replace(/\s+/g, " ").trim();
  // Of a family its letter.
  const variable = latex(wrt).replace(/[_^]\{\(?\\cdot\)?\}/g, "");
  if (equation.length > MOST_QUOTED || mistake.message.includes(" → ")) return mistake;
  const more = others.length === 0 ? "" : ", among others";
  return { ...mistake, message: `${mistake.message}; ${variable} stands in ${equation}${more}` };
}

/** Of a transposed product the factor that comes first and should not; both shapes beside the reason. */
function withShapes(mistake: Mistake | null, link: Link): Mistake | null {
  if (mistake === null) return null;
  const shapes = link.diagnostic?.code === "shape/sides" ? ` (${link.diagnostic.message})` : "";
  const [first, ...others] = factors(link.right);
  const place = link.transposed && first !== undefined && others.length > 0 ? { span: first.span } : {};
  return { ...place, ...mistake, message: `${mistake.message}${shapes}` };
}

/** The ends of a chain agree and a step between is false. */
function luckyStep(judge: Judge, judged: Judged): Mistake | null {
  const wrong = judged.links.filter((l) => l.verdict === "wrong" || l.verdict === "shape-mismatch");
  if (judged.links.length < 2 || wrong.length < 2) return null;
  return unlessRefused(() => endsAgree(judge, judged)) === true
    ? toldOf({ code: "step-skipped-or-lucky", about: "" })
    : null;
}

/**
 * The question of a later step with the derivative at the head of the chain on its left, which the steps before have shown to be
 * the same: of that it is known what it goes through. `null` where there is none.
 */
function ofHead(judge: Judge, { links }: Judged, link: Link): Asked | null {
  const { arena } = judge.context;
  const before = links.slice(0, links.indexOf(link));
  const [head] = before;
  if (link.question === null || head?.question == null || !before.every((l) => isRight(l.verdict))) return null;
  const { left, free } = head.question;
  const own = link.question.free;
  if (free.length !== own.length || truthOf(judge, left).of === null || truthOf(judge, link.question.left).of !== null)
    return null;
  const at = new Map(free.map((i, k) => [i, arena.at(own[k] ?? i)]));
  return { ...link.question, left: arena.substitute(left, at) };
}

/** What a step is compared with: where derivatives are still put in, the one at the head first; where one only rewrites, the step before. */
function questionsOf(judge: Judge, judged: Judged, link: Link): readonly Asked[] {
  const asHead = ofHead(judge, judged, link);
  if (link.question === null || asHead === null) return link.question === null ? [] : [link.question];
  const { names } = judge.derivatives;
  const derives = tensorsOf(link.question.left).some((t) => t.derivative !== null || names.has(t));
  return derives ? [asHead, link.question] : [link.question, asHead];
}

function reasonFor(judge: Judge, judged: Judged, link: Link): Named | null {
  const limit = limitOf(judge, judged, link);
  if (limit !== null) return limit;
  const { found, search } = questionsOf(judge, judged, link).reduce(
    (known, asked) => (known.found === null ? ofQuestion(judge, link, asked) : known),
    NOTHING,
  );
  if (found?.code === "missing-factor-2" && repeatsATerm(judged, link.right))
    return { code: "double-counting", about: "" };
  // A line without indices is wrong by its products sooner than by its indices.
  const aboutIndices = found !== null && mistakes.get(found.code)?.read === "indices";
  // Of factors in the wrong order, as they are written, it is seen whether a transpose forgot to reverse them.
  const aboutOrder = found?.code === "noncommuting-swap";
  if ((aboutIndices || aboutOrder) && isInMatrices(link)) return repairOf(judge, judged, link) ?? found;
  // Two mistakes only where no single one will do.
  return found ?? repairOf(judge, judged, link) ?? search?.pair() ?? null;
}

/** No letter on either side is an index of its author's. */
const isInMatrices = ({ question }: Link): boolean =>
  question !== null && [question.left, question.right].every((n) => n.free.every((i) => i.name.startsWith("'")));

interface Reason {
  readonly found: Named | null;
  /** What was tried. */
  readonly search: Search | null;
}
const NOTHING: Reason = { found: null, search: null };

/** The same term twice, as it is written. */
function repeatsATerm(judged: Judged, right: Syntax): boolean {
  if (right.kind !== "sum") return children(right).some((part) => repeatsATerm(judged, part));
  const { latex, span } = judged.claim.item.statement;
  const texts = right.terms.map(({ body }) =>
    latex.slice(body.span.start - span.start, body.span.end - span.start).trim(),
  );
  return texts.length > new Set(texts).size || right.terms.some(({ body }) => repeatsATerm(judged, body));
}

function ofQuestion(judge: Judge, link: Link, question: Asked): Reason {
  const { left, right } = question;
  const only = (found: Named): Reason => ({ found, search: null });
  if (right === judge.context.arena.zero) return NOTHING;
  const truth = truthOf(judge, left);
  const facts = new Facts(judge, truth);
  if (link.transposed) return only(nameTranspose(facts, isOuter(right), question.free));
  const extra = right.free.filter((i) => !left.free.includes(i));
  const reused = boundLetters(link.right).filter((name) => left.free.some((i) => i.name === name));
  if (extra.length > 0) {
    const summed = unsummedLetters(judge, facts, left, right, extra);
    if (summed !== null) return only(summed);
    if (reused.length === 0) return only({ code: "free-index-mismatch", about: letters(extra) });
  }
  const c = new Comparison(judge.context, right, left, question.free);
  if (!c.usable) return NOTHING;
  const search = new Search(judge, facts, c, left, right, question.free);
  const found = withFreeLetter(atWrongAxis(search.run(extra), extra), extra);
  // Of a letter that stands for two things the limits seem wrong.
  if (reused.length === 0 || (found !== null && found.code !== "wrong-upper-limit")) return { found, search };
  return only({ code: "summation-index-reused", about: reused.join(", ") });
}

/** A letter is left that the sum should run over. */
function atWrongAxis(found: Named | null, extra: readonly Index[]): Named | null {
  const isAxis = found?.code === "summation-index-reused" || found?.code === "sum-wrong-axis";
  const about = `sum over ${letters(extra)}`;
  return isAxis && extra.length > 0 ? { code: "sum-wrong-axis", about, beside: "summation-index-reused" } : found;
}

/** An entry at a letter that stands on the right alone: that letter is what one sees first. */
function withFreeLetter(found: Named | null, extra: readonly Index[]): Named | null {
  if (found?.code !== "delta-index-capture" || found.message === undefined || extra.length === 0) return found;
  const message = `the index ${letters(extra)} does not stand on the left: ${found.message}`;
  return { ...found, code: "free-index-mismatch", message, beside: "delta-index-capture" };
}

/** The letters that the sums of a formula run over. */
function boundLetters(s: Syntax): readonly string[] {
  const sub = s.kind === "big" && s.sub !== null ? s.sub : null;
  const [first] = sub?.kind === "relation" ? sub.items : [sub];
  const own = first?.kind === "symbol" ? [first.name] : [];
  return [...own, ...flatMap(children(s), boundLetters)];
}

const letters = (indices: readonly Index[]): string => indices.map((i) => i.name).join(", ");

/** A letter too many on the right: summed over it, the right side may be right. */
function unsummedLetters(judge: Judge, f: Facts, left: Node, right: Node, extra: readonly Index[]): Named | null {
  const { arena } = judge.context;
  const summed = summedOver(arena, extra, right);
  const c = new Comparison(judge.context, summed, left, [...new Set([...left.free, ...summed.free])]);
  if (!c.usable || !(c.same(summed, left) || averaged(judge, c, summed, left))) return null;
  const code = f.bias && left.free.length > 0 ? "bias-gradient-not-summed" : "missing-sum-over-batch";
  const weights = f.bias || f.isParameter(f.truth.wrt) || f.isMatrixOfWeights(f.truth.wrt);
  if (weights) return { code, about: letters(extra), beside: "free-index-mismatch" };
  const message = `the index ${letters(extra)} stands on the right side alone: sum over it`;
  return { code: "free-index-mismatch", about: letters(extra), message };
}

/** Right but for the number that was averaged over. */
function averaged(judge: Judge, c: Comparison, summed: Node, left: Node): boolean {
  const dims = summed.kind === "reduce" ? [summed.index.range.high] : [];
  return ratioOf(judge.context.arena, c, left, summed, dims)?.dim != null;
}
