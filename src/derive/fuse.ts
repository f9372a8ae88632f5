import { flatMap } from "../core/flat-map.js";
import type { Index, Node, Position, Tensor } from "../expression/node.js";
import { compareCosts, costOf } from "./cost.js";
import type { Draft } from "./derivation.js";
import type { Folder, Rewriter } from "./fold.js";
import { atomOf } from "./monomial.js";
import { rulesOf, why } from "./reasons.js";
import { formOf } from "./same.js";
import { collect, expand, factored, type Knowledge, tidy } from "./simplify.js";
import { Steps } from "./steps.js";
import { isDelta, openTerm, plainTerm, type Term, termsOf } from "./terms.js";

/** Terms at which multiplying out is given up. */
const LIMIT = 48;

interface Candidate {
  readonly terms: readonly Node[];
  readonly node: Node;
  readonly steps: Steps;
}

/**
 * The gradient with the upstream adjoint replaced by its value, simplified under the assumptions: for softmax and
 * cross-entropy `a_k - t_k`. Of several ways to write it, the one with fewest operations.
 */
export function fuse(k: Knowledge, names: Folder, assumptions: Rewriter, draft: Draft, upstream: Draft): Draft {
  const found: OpenedTerm[] = [];
  for (const t of draft.localTerms) {
    const opened = openUpstream(k, t, upstream.adjoint);
    if (opened === null) return draft;
    found.push(opened);
  }
  const fusion: Fusion = { k, names, assumptions, draft, upstream, found };
  const candidates = [compact(fusion), ...spread(fusion)];
  const best = candidates.reduce((a, b) =>
    compareCosts(costOf(k.arena, b.node), costOf(k.arena, a.node)) < 0 ? b : a,
  );
  if (best.node === draft.local) return draft;
  const better = compareCosts(costOf(k.arena, best.node), costOf(k.arena, draft.local)) < 0;
  return {
    ...draft,
    fused: best.node,
    shown: better ? best.node : draft.local,
    shownTerms: better ? best.terms : draft.localTerms,
    steps: better ? [...draft.steps, ...best.steps.list] : draft.steps,
    fusedSteps: best.steps.list,
  };
}

/** One gradient, the one of its sole consumer, and what rewriting may make use of. */
interface Fusion {
  readonly k: Knowledge;
  readonly names: Folder;
  readonly assumptions: Rewriter;
  readonly draft: Draft;
  readonly upstream: Draft;
  readonly found: readonly OpenedTerm[];
}

interface OpenedTerm {
  readonly term: Term;
  /** Where the adjoint stands among the factors, and at which positions. */
  readonly place: number;
  readonly at: readonly Position[];
}

function openUpstream(k: Knowledge, node: Node, adjoint: Tensor): OpenedTerm | null {
  const term = openTerm(k.arena, node);
  const place = term.factors.findIndex((f) => f.kind === "entry" && f.tensor === adjoint);
  const factor = term.factors[place];
  return factor?.kind === "entry" ? { term, place, at: factor.at } : null;
}

function put(k: Knowledge, { term, place, at }: OpenedTerm, indices: readonly Index[], value: Node): Term {
  const map = new Map<Index, Position>();
  indices.forEach((i, n) => {
    const p = at[n];
    if (p !== undefined) map.set(i, p);
  });
  const inner = openTerm(k.arena, k.arena.substitute(value, map));
  const factors = [...term.factors.slice(0, place), ...inner.factors, ...term.factors.slice(place + 1)];
  return { sums: [...term.sums, ...inner.sums], factors };
}

/** The upstream's value put in as it is. */
function compact(fusion: Fusion): Candidate {
  const { k, upstream, found } = fusion;
  const terms = found.map((o) => put(k, o, upstream.indices, upstream.shown));
  return finish(fusion, substituted(fusion, terms), terms);
}

/** The upstream's value put in term by term, so that factors can cancel; then also multiplied out. */
function spread(fusion: Fusion): readonly Candidate[] {
  const { k, upstream, found } = fusion;
  if (found.length * upstream.shownTerms.length > LIMIT || !promising(fusion)) return [];
  const terms = flatMap(found, (o) => upstream.shownTerms.map((t) => put(k, o, upstream.indices, t)));
  const split = finish(fusion, substituted(fusion, terms), terms);
  const expanded = expand(k, split.terms, LIMIT);
  if (expanded === null) return [split];
  const steps = new Steps(k);
  const before = finish(fusion, substituted(fusion, terms), terms, false);
  steps.aside(before.steps.list);
  steps.from(before.node);
  steps.rewrite(k.arena.add(...expanded), "expand", "products multiplied out");
  return [split, complete(fusion, steps, expanded)];
}

/** Whether putting the upstream in term by term can make anything merge: several terms, a shared factor, a delta. */
function promising({ k, draft, upstream }: Fusion): boolean {
  if (draft.localTerms.length > 1) return true;
  const basesOf = (nodes: readonly Node[]): readonly Node[] =>
    flatMap(nodes, (n) => openTerm(k.arena, n).factors.map((f) => atomOf(f).base));
  const theirs = basesOf(upstream.shownTerms);
  if (theirs.some(isDelta)) return true;
  const forms = new Set(flatMap(theirs, (b) => [formOf(k.arena, b), ...termsOf(b).map((t) => formOf(k.arena, t))]));
  return basesOf(draft.localTerms).some((b) => termsOf(b).some((t) => !isNumber(t) && forms.has(formOf(k.arena, t))));
}

const isNumber = (n: Node): boolean => n.kind === "rational" || n.kind === "dimension";

function substituted({ k, draft, upstream }: Fusion, terms: readonly Term[]): Steps {
  const steps = new Steps(k);
  steps.from(draft.local);
  steps.rewrite(
    k.arena.add(...terms.map((t) => plainTerm(k.arena, t))),
    "substitute",
    `the gradient by $${upstream.wrt.latex}$ put in`,
  );
  return steps;
}

function finish(fusion: Fusion, steps: Steps, terms: readonly Term[], factor = true): Candidate {
  const { k } = fusion;
  const tidied = terms.map((t) => tidy(k, t));
  steps.rewrite(k.arena.add(...tidied), "cancel", "sums over deltas carried out, equal factors merged or cancelled");
  return complete(fusion, steps, tidied, factor);
}

function complete({ k, names, assumptions }: Fusion, steps: Steps, nodes: readonly Node[], factor = true): Candidate {
  const { arena } = k;
  const named = nodes.map((n) => names.fold(n));
  steps.rewrite(arena.add(...named.map((f) => f.node)), "name", why(flatMap(named, (f) => f.used)));
  const assumed = named.map((f) => assumptions.fold(f.node));
  const used = flatMap(assumed, (f) => f.used);
  steps.rewrite(arena.add(...assumed.map((f) => f.node)), rulesOf(used), why(used));
  const terms = collect(
    k,
    flatMap(assumed, (f) => termsOf(f.node)),
  );
  const sum = arena.add(...terms);
  steps.rewrite(sum, "collect", "equal terms are added up");
  if (!factor) return { terms, node: sum, steps };
  const node = factored(k, terms);
  steps.rewrite(node, "factor", "a common factor is drawn out");
  return { terms, node, steps };
}
