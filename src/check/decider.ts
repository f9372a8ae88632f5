import { BudgetSpent } from "../core/budget.js";
import { Refusal } from "../core/diagnostic.js";
import { type DecideContext, type Decision, decideNodes, gapAtFirst } from "../decide/decide.js";
import type { Tensor } from "../expression/node.js";
import type { Equation } from "../model/model.js";
import type { Question } from "./verdict.js";

/** Decides questions about one problem, with the true derivatives or with some of the author's in their place. */
export class Decider {
  readonly context: DecideContext;
  readonly #contexts = new WeakMap<ReadonlyMap<Tensor, Equation>, DecideContext>();

  constructor(context: DecideContext) {
    this.context = context;
  }

  decide(question: Question, context = this.context): Decision {
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

  /** How far apart the sides are at the first point; `null` where it says nothing. Told without proof, to pass over what is not worth a decision. */
  gapWith(question: Question, replaced: ReadonlyMap<Tensor, Equation>): number | null {
    return gapAtFirst(question, this.#contextWith(replaced));
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
