import type { Diagnostic } from "../core/diagnostic.js";
import type { Index, Node, Tensor } from "../expression/node.js";
import type { Model } from "../model/model.js";

/** One line of a derivation: `left = right` for all values of their free indices. */
export interface Step {
  readonly left: Node;
  readonly right: Node;
  /** `chain-rule`, `differentiate`, `delta`, `name`, `collect`, `factor`, `substitute`, `cancel`, `expand`, `assumption` */
  readonly rule: string;
  /** One sentence for the reader. */
  readonly why: string;
}

export interface Gradient {
  readonly wrt: Tensor;
  /** `∂target/∂wrt`, whose entries `local` and `fused` are. */
  readonly adjoint: Tensor;
  /** One for each axis of `adjoint`: those of the target (none for a scalar), then those of `wrt`. */
  readonly indices: readonly Index[];
  /** In terms of the adjoints of the tensors that `wrt` is used in. */
  readonly local: Node;
  /** With the adjoint of the sole consumer put in and simplified under the assumptions; `null` where there is none. */
  readonly fused: Node | null;
  /** The one of the two with fewer operations; `local` if they cost the same. */
  readonly shown: Node;
  /** From the chain rule to `shown`. */
  readonly steps: readonly Step[];
  /** From `local` to `fused`; part of `steps` if `fused` is shown. */
  readonly fusedSteps: readonly Step[];
}

/** A gradient while fusing still needs its terms one by one. */
export interface Draft extends Gradient {
  readonly localTerms: readonly Node[];
  readonly shownTerms: readonly Node[];
}

/** The derivative of one equation's body, all other symbols held fixed: what a `∂v/∂u` inside a step means. */
export interface LocalDerivative {
  readonly indices: readonly Index[];
  readonly body: Node;
}

export interface Derivation {
  readonly model: Model;
  readonly target: Tensor;
  /** In an order in which they can be computed; the members of a recurrence are computed member by member. */
  readonly gradients: readonly Gradient[];
  readonly locals: ReadonlyMap<Tensor, LocalDerivative>;
  readonly diagnostics: readonly Diagnostic[];
}
