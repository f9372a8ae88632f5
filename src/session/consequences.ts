import { checkProblem } from "../check/check.js";
import { isRight, type Judged } from "../check/verdict.js";
import type { Source, Span } from "../core/span.js";
import { unlessRefused } from "../core/unless-refused.js";
import type { Document } from "../document/document.js";
import { isDerivativeSign } from "../model/passes/derivatives/differentiated.js";
import { headOf, quantityAbove, withQuantities } from "../model/passes/derivatives/quantities-in-place.js";
import { type Problem, readAgain } from "../model/read.js";
import { letterOf, nodesIn } from "../model/symbols/letters.js";
import { isTransposed, takeApart } from "../model/symbols/scripts.js";
import type { Item } from "../model/symbols/statements.js";
import type { Syntax } from "../notation/syntax.js";
import { type ClaimJson, evidenceJson, stepJson } from "./claim-json.js";

/*
 * Lines about quantities that nothing computes, most often because the network stands in a picture. None of them can be
 * compared with what is true; but what follows from the first of them is as right as that one.
 */

/** A line about what nothing computes. */
export const isUnfounded = (c: ClaimJson): boolean =>
  c.verdict === "unreadable" && c.mistake?.code === "undefined-symbol";

interface Followed {
  /** What stands in the place of a claim. */
  readonly instead: ReadonlyMap<ClaimJson, ClaimJson>;
  /** Of these, the lines that others follow from. */
  readonly premises: readonly ClaimJson[];
  /** Where these lines stand. */
  readonly spans: readonly Span[];
}

/** Lines about what nothing computes, judged by the first of them. */
export function followed(claims: readonly ClaimJson[], problem: Problem, document: Document, seed: number): Followed {
  const { source } = document;
  const unfounded = claims.filter(isUnfounded);
  const claimOf = ({ statement }: Item): ClaimJson | undefined => {
    const at = source.place(statement.span);
    return unfounded.find((c) => c.at.line === at.line && c.at.column === at.column && c.at.endColumn === at.endColumn);
  };
  const instead = new Map<ClaimJson, ClaimJson>();
  const premises: ClaimJson[] = [];
  const spans: Span[] = [];
  const lines = unfounded.length < 2 ? [] : problem.items.filter((i) => i.kind === "claim" && claimOf(i) !== undefined);
  const put = (item: Item, f: (claim: ClaimJson) => ClaimJson): readonly ClaimJson[] => {
    const claim = claimOf(item);
    if (claim === undefined) return [];
    const next = f(claim);
    instead.set(claim, next);
    spans.push(item.statement.span);
    return [next];
  };
  for (const { premise, following, against } of consequencesIn(document, problem, lines, seed)) {
    const { line } = source.place(premise.statement.span);
    premises.push(...put(premise, (c) => leftOpen(c, `${NOT_SAID}: what follows from this line is judged by it`)));
    for (const j of following) put(j.claim.item, (c) => given(c, j, source, line));
    for (const j of against)
      put(j.claim.item, (c) => leftOpen(c, `nothing shows that this and line ${line} say the same, and ${NOT_SAID}`));
  }
  return { instead, premises, spans };
}

const NOT_SAID = "the text does not say how these quantities are computed";

const leftOpen = (claim: ClaimJson, reason: string): ClaimJson => ({
  ...claim,
  verdict: "undecided",
  mistake: null,
  reason,
  evidence: { method: "none", reason },
  steps: (claim.steps ?? []).map((s) => ({ ...s, verdict: "undecided", mistake: null })),
});

/** The verdict on a line that follows from another. */
function given({ reason, where, ...claim }: ClaimJson, j: Judged, source: Source, line: number): ClaimJson {
  const worst = j.links.find((l) => l.verdict !== "proved") ?? j.links[0];
  const conditions = [...(worst?.conditions ?? []), `as line ${line} says`];
  const evidence = worst?.evidence == null ? null : evidenceJson(worst.evidence, conditions);
  const steps = j.links.map((l) => stepJson(l, source, null));
  return { ...claim, verdict: j.verdict, mistake: null, evidence, steps };
}

/** What the other lines about one derivative are, given the first. */
interface Consequences {
  readonly premise: Item;
  /** Right if the premise is. */
  readonly following: readonly Judged[];
  /** Not right if the premise is. */
  readonly against: readonly Judged[];
}

/** For each derivative of which several of these lines tell something: what follows from the first. */
function consequencesIn(
  document: Document,
  problem: Problem,
  lines: readonly Item[],
  seed: number,
): readonly Consequences[] {
  const { symbols } = problem.elaborator;
  const groups = new Map<string, Item[]>();
  for (const item of lines) {
    const [first] = item.statement.sides;
    const key = first === undefined || computes(problem, first) ? null : headOf(first, symbols);
    if (key === null) continue;
    const own = `${titleAbove(document, item)} ${key}`;
    groups.set(own, [...(groups.get(own) ?? []), item]);
  }
  // Where no entry tells a shape, products of arrays would be taken for those of numbers.
  const isTold = (group: readonly Item[]): boolean => !group.some(hasArrays) || group.some(hasEntries);
  return [...groups.values()].filter(isTold).flatMap((group) => consequencesOf(document, problem, group, seed) ?? []);
}

/** Another heading has another network; a slide whose title is repeated goes on, and so does a numbered paragraph. */
function titleAbove({ sections }: Document, { formula }: Item): string {
  let own = sections[formula.section];
  while (own !== undefined && own.parent !== null && /^\(?\d+(?:\.\d+)*[.)]/.test(own.title))
    own = sections[own.parent];
  return own?.title ?? "";
}

function consequencesOf(
  document: Document,
  problem: Problem,
  group: readonly Item[],
  seed: number,
): Consequences | null {
  const others = problem.items.filter((i) => !group.includes(i));
  if (group.length < 2 || withQuantities(group, others, problem.elaborator.symbols) === null) return null;
  const read = (): Problem => {
    const items = withQuantities(group, others, problem.elaborator.symbols) ?? [];
    return readAgain(document, { ...problem, items });
  };
  const { judge, judged } = checkProblem(read, seed);
  const own = judged.filter((j) => group.some((i) => isSame(i, j.claim.item)));
  const following = own.filter((j) => isRight(j.verdict) && !isRepeated(j));
  const given = judge.problem.items.filter((i) => i.kind === "forward" && group.some((own) => isSame(own, i)));
  const [premise, more] = given;
  const against = own.filter((j) => j.verdict === "wrong");
  if (following.length + against.length === 0 || premise === undefined || more !== undefined) return null;
  return { premise, following, against };
}

/** Do signs of a line show that what it multiplies may be columns and matrices? */
function hasArrays({ statement: { sides } }: Item): boolean {
  return sides.flatMap(nodesIn).some((n) => {
    if (n.kind === "product") return n.operators.some((o) => o === "\\odot" || o === "\\circ");
    // `W v g`: a capital letter beside other factors.
    if (n.kind === "juxtaposition" && !n.items.some(isDerivativeSign)) return n.items.some(isCapital);
    return n.kind === "scripted" && (takeApart(n)?.sups.some((p) => !p.bracketed && isTransposed(p.content)) ?? false);
  });
}

function isCapital(s: Syntax): boolean {
  const t = takeApart(s);
  return t !== null && /^[A-Z]$/.test(t.symbol.name) && t.symbol.style !== "cal";
}

/** Does a line speak of entries, `u_j^{(s)}`? */
const hasEntries = ({ statement: { sides } }: Item): boolean =>
  sides
    .flatMap(nodesIn)
    .some(
      (n) => n.kind === "scripted" && n.sub !== null && nodesIn(n.sub).some((s) => /^[a-z]$/.test(letterOf(s) ?? "")),
    );

/** The same formula once more: that says nothing for it. */
const isRepeated = ({ links }: Judged): boolean => links.length === 1 && links[0]?.evidence?.method === "identical";

/** Does the text compute what stands above the ∂? Then something else is amiss. */
function computes({ elaborator: { symbols }, model }: Problem, derivative: Syntax): boolean {
  const of = quantityAbove(derivative, symbols);
  const tensor = of === null ? null : (unlessRefused(() => symbols.resolve(of))?.spec.tensor ?? null);
  return tensor !== null && model.equations.some((eq) => eq.tensor === tensor);
}

const isSame = ({ statement: { span: a } }: Item, { statement: { span: b } }: Item): boolean =>
  a.start === b.start && a.end === b.end;
