import { type Diagnostic, diagnostic, Refusal } from "../core/diagnostic.js";
import { flatMap } from "../core/flat-map.js";
import { type Arena, operands, tensorsOf } from "../expression/arena.js";
import type { Index, Node, NodeOf, Position, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";
import { ChainRule, type Contribution } from "./chain-rule.js";
import type { Derivation, Draft, Gradient, Step } from "./derivation.js";
import { assumptionsOf, type Folder, inTurn, namesOf, type Rewriter } from "./fold.js";
import { fuse } from "./fuse.js";
import { above, backwardOrder, below, type Graph, graphOf, isRecurrent } from "./graph.js";
import { differentiate as differentiateBody, jacobian, type OpenEquation, openEquation } from "./jacobian.js";
import { knowledgeOf } from "./knowledge.js";
import { Letters } from "./letters.js";
import { type Occurrence, occurrences } from "./partials.js";
import { rulesOf, why } from "./reasons.js";
import { collect, factored, type Knowledge, tidy } from "./simplify.js";
import { Steps } from "./steps.js";
import { Symmetry } from "./symmetry.js";
import { isDelta, openTerm, termsOf } from "./terms.js";

export type { Derivation, Gradient, LocalDerivative, Step } from "./derivation.js";

/**
 * The derivatives of `target` (the loss, if none is named) by every symbol in `wrt`, and by every tensor between.
 *
 * One reverse sweep: each equation is differentiated once, and a symbol's gradient is the sum over the equations that
 * use it. Nothing is inlined: a gradient is in terms of the gradients of the tensors that the symbol is used in. A scalar
 * target gives gradients in the shape of the variable; any other, Jacobians: the target's axes, then the variable's.
 * A variable declared symmetric, or otherwise structured, is differentiated as a free matrix.
 */
export function derive(model: Model, wrt?: readonly Tensor[], target?: Tensor): Derivation {
  const of = target ?? model.loss;
  if (of === null) throw new Refusal(noTarget());
  return new Sweep(model, of, wrt ?? (target === undefined ? model.wrt : null)).run();
}

/** The same derivatives without their steps, none of them fused: for those who only want to know what they are. */
export function deriveBriefly(model: Model, wrt: readonly Tensor[], target: Tensor): Derivation {
  return new Sweep(model, target, wrt, true).run();
}

const noTarget = (): Diagnostic =>
  diagnostic(
    "error",
    "derive/no-loss",
    "no scalar is named as the loss, so there is nothing to differentiate",
    null,
    "name one in the front matter: `loss: …`",
  );

class Sweep {
  readonly #model: Model;
  readonly #arena: Arena;
  readonly #target: Tensor;
  readonly #asked: readonly Tensor[];
  readonly #graph: Graph;
  readonly #tensors: ReadonlySet<Tensor>;
  readonly #knowledge: Knowledge;
  readonly #names: Folder;
  readonly #assumptions: Rewriter;
  readonly #letters: Letters;
  readonly #targetIndices: readonly Index[];
  readonly #targetRecurs: boolean;
  readonly #indices = new Map<Tensor, readonly Index[]>();
  readonly #contributions = new Map<Tensor, Contribution[]>();
  readonly #drafts = new Map<Tensor, Draft>();
  readonly #chainRule: ChainRule;
  /** Derivatives that are the same number everywhere. */
  readonly #numbers = new Map<Tensor, NodeOf<"rational">>();
  readonly #diagnostics: Diagnostic[] = [];
  readonly #brief: boolean;

  constructor(model: Model, target: Tensor, wrt: readonly Tensor[] | null, brief = false) {
    this.#model = model;
    this.#brief = brief;
    this.#arena = model.arena;
    this.#target = target;
    this.#graph = graphOf(model);
    const sources = below(this.#graph, [target]);
    this.#asked = wrt ?? [...sources].filter((t) => !t.integer);
    const reached = above(this.#graph, this.#asked);
    this.#tensors = new Set([...sources].filter((t) => !t.integer && (reached.has(t) || t === target)));
    this.#knowledge = knowledgeOf(model);
    this.#names = namesOf(model, this.#knowledge.valueRange);
    this.#assumptions = inTurn(assumptionsOf(model, this.#knowledge.valueRange), new Symmetry(model));
    this.#letters = new Letters(model);
    this.#targetIndices = this.#letters.forTensor(target, this.#graph, new Set());
    this.#targetRecurs = isRecurrent(this.#graph, target);
    this.#chainRule = new ChainRule({
      knowledge: this.#knowledge,
      graph: this.#graph,
      letters: this.#letters,
      target,
      indicesOf: (tensor) => this.#indicesOf(tensor).slice(this.#targetIndices.length),
      upstreamOf: (equation) => this.#upstream(equation),
    });
  }

  run(): Derivation {
    const refused = this.#differentiateAll();
    const open = new Set([...this.#tensors].filter((t) => !refused.has(t)));
    for (const tensor of backwardOrder(this.#graph, open)) {
      const draft = this.#draft(tensor);
      this.#drafts.set(tensor, draft);
      if (draft.shown.kind === "rational" && tensor !== this.#target) this.#numbers.set(draft.adjoint, draft.shown);
    }
    this.#noteStructure();
    const independent = this.#asked.filter((t) => !this.#tensors.has(t)).map((t) => this.#independent(t));
    return {
      model: this.#model,
      target: this.#target,
      gradients: [...this.#drafts.values(), ...independent].map(withoutTerms),
      locals: this.#chainRule.locals,
      diagnostics: this.#diagnostics,
    };
  }

  /** Differentiates every equation; gives the tensors whose gradients an operation without a rule keeps from being known. */
  #differentiateAll(): ReadonlySet<Tensor> {
    const barred = new Set<Tensor>();
    this.#graph.equations.forEach((equation, number) => {
      if (!this.#tensors.has(equation.tensor)) return;
      try {
        this.#differentiate(openEquation(this.#arena, equation));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const through = (this.#graph.uses[number] ?? []).filter((t) => this.#tensors.has(t));
        for (const t of through) barred.add(t);
        const by = through.map((t) => `$${t.latex}$`).join(", ");
        const message = `$${equation.tensor.latex}$ cannot be differentiated by ${by}: ${error.diagnostic.message}`;
        this.#diagnostics.push({ ...error.diagnostic, message, span: equation.span });
      }
    });
    const stuck = below(this.#graph, barred);
    // In a recurrence a tensor is below itself; the target's own derivative is known in any case.
    if (!this.#targetRecurs) stuck.delete(this.#target);
    return stuck;
  }

  /** The indices of `∂target/∂tensor`. */
  #indicesOf(tensor: Tensor): readonly Index[] {
    let indices = this.#indices.get(tensor);
    if (indices === undefined) {
      const taken = new Set(this.#targetIndices.map((i) => i.name));
      indices = [...this.#targetIndices, ...this.#letters.forTensor(tensor, this.#graph, taken)];
      this.#indices.set(tensor, indices);
    }
    return indices;
  }

  #ownPositions(tensor: Tensor): readonly Position[] {
    return this.#indicesOf(tensor)
      .slice(this.#targetIndices.length)
      .map((i) => this.#arena.at(i));
  }

  #adjoint(tensor: Tensor): Tensor {
    return this.#arena.derivativeTensor(this.#target, tensor);
  }

  /** Differentiates one equation by all symbols in it. */
  #differentiate(equation: OpenEquation): void {
    const byTensor = new Map<Tensor, Occurrence[]>();
    const wanted = (t: Tensor): boolean => this.#tensors.has(t);
    for (const o of occurrences(this.#arena, equation.body, wanted, this.#model.reluAtZero)) {
      const old = byTensor.get(o.tensor);
      if (old === undefined) byTensor.set(o.tensor, [o]);
      else old.push(o);
    }
    for (const [tensor, found] of byTensor) {
      const result = jacobian(this.#knowledge, this.#names, found, this.#ownPositions(tensor), equation.left);
      const contribution = { equation, jacobian: result, places: found.map((o) => o.at) };
      const old = this.#contributions.get(tensor);
      if (old === undefined) this.#contributions.set(tensor, [contribution]);
      else old.push(contribution);
    }
  }

  #draft(tensor: Tensor): Draft {
    const arena = this.#arena;
    const k = this.#knowledge;
    const indices = this.#indicesOf(tensor);
    const adjoint = this.#adjoint(tensor);
    const entry = arena.entry(
      adjoint,
      indices.map((i) => arena.at(i)),
    );
    const steps = new Steps(k);
    const contributions = this.#contributions.get(tensor) ?? [];
    const own = tensor === this.#target ? [this.#identity(this.#ownPositions(tensor))] : [];
    if (contributions.length === 0 && own.length === 0) this.#zeroAlmostEverywhere(tensor);
    const written = this.#brief ? [] : this.#chainRule.write(steps, entry, tensor, contributions, own);
    const terms = flatMap(contributions, (c) => this.#termsOf(c));
    const tidied = [...own, ...terms.map((t) => tidy(k, t))];
    steps.rewrite(
      arena.add(...tidied),
      written.some((n) => hasDelta(n)) ? "delta" : "simplify",
      "sums over deltas leave one term, and what a sum does not bind stands before it",
    );
    const folded = tidied.map((n) => this.#names.fold(n));
    steps.rewrite(arena.add(...folded.map((f) => f.node)), "name", why(flatMap(folded, (f) => f.used)));
    const assumed = folded.map((f) => this.#assumptions.fold(f.node));
    const facts = flatMap(assumed, (f) => f.used);
    steps.rewrite(arena.add(...assumed.map((f) => f.node)), rulesOf(facts), why(facts));
    const valued = this.#valued(assumed.map((f) => f.node));
    steps.rewrite(arena.add(...valued.nodes), "substitute", valued.why);
    const collected = collect(k, flatMap(valued.nodes, termsOf));
    steps.rewrite(arena.add(...collected), "collect", "equal terms are added up");
    const local = factored(k, collected);
    steps.rewrite(local, "factor", "a common factor is drawn out");
    const draft: Draft = {
      wrt: tensor,
      adjoint,
      indices,
      local,
      fused: null,
      shown: local,
      steps: steps.list,
      fusedSteps: [],
      localTerms: collected,
      shownTerms: collected,
    };
    return this.#brief ? draft : this.#fused(draft, contributions);
  }

  /** Upstream derivatives that are mere numbers, by their values: nobody writes `∂L/∂R` where it is 1. */
  #valued(nodes: readonly Node[]): { readonly nodes: readonly Node[]; readonly why: string } {
    const arena = this.#arena;
    const used = new Set<Tensor>();
    const done = new Map<Node, Node>();
    const go = (n: Node): Node => {
      const value = n.kind === "entry" ? this.#numbers.get(n.tensor) : undefined;
      if (value !== undefined && n.kind === "entry") used.add(n.tensor);
      const result = value ?? done.get(n) ?? arena.mapOperands(n, go);
      done.set(n, result);
      return result;
    };
    const isUsed = (n: Node): boolean => tensorsOf(n).some((t) => this.#numbers.has(t));
    if (this.#numbers.size === 0 || !nodes.some(isUsed)) return { nodes, why: "" };
    const put = nodes.map((n) => tidy(this.#knowledge, openTerm(arena, go(n))));
    const reasons = [...used].map(
      (t) => `the gradient by $${t.derivative?.wrt.latex}$ is $${this.#numbers.get(t)?.value.toFraction()}$`,
    );
    return { nodes: put, why: reasons.join("; ") };
  }

  #fused(draft: Draft, contributions: readonly Contribution[]): Draft {
    const [only] = contributions;
    if (only === undefined || contributions.length > 1) return draft;
    const upstream = this.#drafts.get(only.equation.tensor);
    if (upstream === undefined || only.equation.tensor === this.#target || draft.wrt === this.#target) return draft;
    return fuse(this.#knowledge, this.#names, this.#assumptions, draft, upstream);
  }

  /** `∂target/∂v[at]` as factors: 1, a delta, or the entry of the adjoint. */
  #upstream(equation: OpenEquation): readonly Node[] {
    if (equation.tensor === this.#target && !this.#targetRecurs) return this.#identityFactors(equation.at);
    const at = [...this.#targetIndices.map((i) => this.#arena.at(i)), ...equation.at];
    return [this.#arena.entry(this.#adjoint(equation.tensor), at)];
  }

  #identityFactors(at: readonly Position[]): readonly Node[] {
    return this.#targetIndices.map((i, n) => this.#arena.delta(this.#arena.at(i), at[n] ?? this.#arena.at(i)));
  }

  #identity(at: readonly Position[]): Node {
    return this.#arena.multiply(...this.#identityFactors(at));
  }

  #termsOf(c: Contribution): ReturnType<typeof openTerm>[] {
    const upstream = this.#upstream(c.equation);
    return c.jacobian.terms.map((t) => {
      const { sums, factors } = openTerm(this.#arena, t);
      return { sums: [...c.equation.free, ...sums], factors: [...upstream, ...factors] };
    });
  }

  #noteStructure(): void {
    const reasons = flatMap(this.#model.assumptions, (a) =>
      (a.kind === "symmetric" || a.kind === "diagonal" || a.kind === "positive-definite" || a.kind === "orthogonal") &&
      this.#asked.includes(a.tensor)
        ? [a.text]
        : [],
    );
    for (const reason of new Set(reasons)) {
      const message = `${reason}; the derivative is that of a free matrix, entry by entry`;
      this.#diagnostics.push(diagnostic("note", "derive/structured", message, null));
    }
  }

  #zeroAlmostEverywhere(tensor: Tensor): void {
    const message = `the derivative of $${this.#target.latex}$ by $${tensor.latex}$ is zero wherever it exists: it is used only in conditions and positions`;
    this.#diagnostics.push(diagnostic("warning", "derive/zero", message, null));
  }

  /** Asked for, and not used on the way to the target. */
  #independent(tensor: Tensor): Draft {
    const message = tensor.integer
      ? `$${tensor.latex}$ takes whole numbers only, so there is no change to speak of`
      : `$${this.#target.latex}$ does not depend on $${tensor.latex}$, so the derivative is zero`;
    this.#diagnostics.push(diagnostic("warning", "derive/independent", message, null));
    const { zero } = this.#arena;
    const adjoint = this.#adjoint(tensor);
    const indices = this.#indicesOf(tensor);
    const left = this.#arena.entry(
      adjoint,
      indices.map((i) => this.#arena.at(i)),
    );
    const steps: readonly Step[] = [{ left, right: zero, rule: "independent", why: message }];
    return {
      wrt: tensor,
      adjoint,
      indices,
      local: zero,
      fused: null,
      shown: zero,
      steps,
      fusedSteps: [],
      localTerms: [],
      shownTerms: [],
    };
  }
}

function withoutTerms({ wrt, adjoint, indices, local, fused, shown, steps, fusedSteps }: Draft): Gradient {
  return { wrt, adjoint, indices, local, fused, shown, steps, fusedSteps };
}

/** Whether a delta stands among the factors of a product, sums looked into; not below a function. */
function hasDelta(root: Node): boolean {
  const seen = new Set<Node>();
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (isDelta(node)) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    const sum = node.kind === "reduce" && node.op === "sum";
    if (sum || node.kind === "add" || node.kind === "multiply") stack.push(...operands(node));
  }
  return false;
}

/** `∂body/∂wrt[positions]`, all other tensors held fixed. */
export function differentiate(arena: Arena, body: Node, wrt: Tensor, positions: readonly Position[]): Node {
  return differentiateBody({ arena, valueRange: () => null, mayVanish: () => true }, body, wrt, positions);
}
