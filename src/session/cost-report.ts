import type { Place } from "../core/span.js";
import type { DiagnosticJson } from "./report.js";

/* The JSON object of `cost`. Counts are polynomials as text, `2*L*H^2 + H`; docs/costs.md says what is counted. */

export interface OperationsJson {
  readonly multiplications: string;
  readonly additions: string;
  /** Of functions: `exp`, `tanh`, roots, comparisons. */
  readonly applications: string;
  /** Of all operations together. */
  readonly bigO: string;
}

export interface EquationCostJson {
  readonly of: string;
  readonly forward: OperationsJson;
  readonly backward: OperationsJson;
}

/** A formula for a derivative, as the worksheet has it, for all values of its letters. */
export interface FormulaCostJson extends OperationsJson {
  readonly of: string;
  readonly formula: string;
}

export interface MethodJson extends OperationsJson {
  readonly method: "reverse" | "forward" | "per-weight";
  readonly memory: string;
}

export interface OrderJson {
  /** What the product defines, and the product with all its parentheses. */
  readonly of: string;
  readonly order: string;
  readonly multiplications: string;
  readonly additions: string;
  readonly memory: string;
  /** Has the fewest multiplications where all sizes are large. */
  readonly best: boolean;
}

export interface CrossoverJson {
  readonly of: string;
  /** Multiplications. */
  readonly leftToRight: string;
  readonly rightToLeft: string;
  /** When which of the two takes fewer, in a sentence. */
  readonly multiplications: string;
  readonly memory: string;
}

/** What the text says of a cost, judged. */
export interface CostClaimJson {
  readonly at: Place;
  readonly latex: string;
  /** What it is read as being about; `null` where nobody can tell. */
  readonly of: string | null;
  readonly verdict: "proved" | "wrong" | "undecided";
  /** What it should say, where it is wrong. */
  readonly expected: string | null;
  readonly message: string;
}

/** A Hessian beside its product with a vector, which never forms it. Both after the forward pass. */
export interface SecondCostJson {
  readonly of: string;
  readonly by: readonly [string, string];
  readonly direction: string;
  readonly hessian: OperationsJson & { readonly memory: string };
  readonly hessianVector: OperationsJson & { readonly memory: string };
}

export interface ProblemCostJson {
  readonly parameters: { readonly count: string; readonly bigO: string };
  readonly equations: readonly EquationCostJson[];
  readonly formulas: readonly FormulaCostJson[];
  /** Of all equations together, where contributions to one gradient are added up as well. */
  readonly passes: { readonly forward: OperationsJson; readonly backward: OperationsJson };
  readonly methods: readonly MethodJson[];
  /** Of numbers and of the partial derivatives between them: `O(E + V)`. */
  readonly graph: { readonly nodes: string; readonly edges: string };
  /** Of multiplications, as all sizes grow; `null` if the forward pass has none. */
  readonly backwardOverForward: string | null;
  readonly orders: readonly OrderJson[];
  /** When reverse mode's order of the first product takes fewer multiplications than forward mode's. */
  readonly crossover: string | null;
  readonly crossovers: readonly CrossoverJson[];
  /** Where the worksheet speaks of second derivatives. */
  readonly secondDerivatives: readonly SecondCostJson[];
}

export interface CostJson extends ProblemCostJson {
  readonly schema: "backproof/cost/1";
  readonly file: string;
  /** Each of several problems; what stands beside is the first one's. */
  readonly problems?: readonly ProblemCostJson[];
  readonly claims: readonly CostClaimJson[];
  readonly summary: {
    readonly claims: number;
    readonly right: number;
    readonly wrong: number;
    readonly undecided: number;
  };
  readonly diagnostics: readonly DiagnosticJson[];
}
