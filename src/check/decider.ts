import { BudgetSpent } from "../core/budget.js";
import { Refusal } from "../core/diagnostic.js";
import { type DecideContext, type Decision, decideNodes, gapAtFew } from "../decide/decide.js";
import type { Tensor } from "../expression/node.js";
import type { Equation } from "../model/model.js";
import type { Derivatives } from "./derivatives.js";
import type { Question } from "./verdict.js";

/** What is found out about a problem apart from anybody's lines about it. */
export interface CommonKnowledge {
  /** `null` where it has to be found out from the lines at hand. */
  decide(question: Question): Decision | null;
  /** Does every derivative below a question have an equation? */
  derives(question: Question): boolean;
}

/** A problem of which more is known than its lines tell. */
export interface KnownProblem {
  /** `null` where lines make another problem of it. `isWhole`: all formulas of the file could be read. */
  about(derivatives: Derivatives, isWhole: boolean): CommonKnowledge | null;
}

/** Decides questions about one problem, with the true derivatives or with some of the author's in their place. */
export class Decider {
  readonly context: DecideContext;
  readonly #contexts = new WeakMap<ReadonlyMap<Tensor, Equation>, DecideContext>();

  readonly #common: CommonKnowledge | null;

  constructor(context: DecideContext, common: CommonKnowledge | null = null) {
    this.context = context;
    this.#common = common;
  }

  decide(question: Question, context = this.context): Decision {
    const common = context === this.context ? (this.#common?.decide(question) ?? null) : null;
    return common ?? this.#decide(question, context);
  }

  /** Is it known without a look at this problem's derivatives that all those below a question have equations? */
  derives(question: Question): boolean {
    return this.#common?.derives(question) === true;
  }

  #decide(question: Question, context: DecideContext): Decision {
    try {
      return decideNodes(question, context);
    } catch (error) {
      if (error instanceof BudgetSpent) return undecided(error.message);
      if (error instanceof Refusal) return undecided(error.diagnostic.message);
      throw error;
    }
  }

  /** Decides a question where some derivatives stand for what the author wrote of them. */
  decideWith(question: Question, replaced: ReadonlyMap<Tensor, Equation>): Decision {
    return this.decide(question, this.#contextWith(replaced));
  }

  /**
   * How far apart the sides are at the first points, in so far as it matters whether that is more than `far`; `null` where
   * these say nothing. Told without proof, to pass over what is not worth a decision.
   */
  gapWith(question: Question, replaced: ReadonlyMap<Tensor, Equation>, far: number): number | null {
    return gapAtFew(question, this.#contextWith(replaced), far);
  }

  /** One context for one map, so that all questions about it share their points. */
  #contextWith(replaced: ReadonlyMap<Tensor, Equation>): DecideContext {
    let context = this.#contexts.get(replaced);
    if (context === undefined) {
      const definitions = new Map(this.context.definitions);
      for (const [tensor, eq] of replaced) definitions.set(tensor, [eq]);
      context = { ...this.context, definitions };
      this.#contexts.set(replaced, context);
    }
    return context;
  }
}

const undecided = (reason: string): Decision => ({
  verdict: "undecided",
  evidence: { method: "none", reason },
  conditions: [],
});
