import { flatMap } from "../core/flat-map.js";
import { nodesBelow } from "../evaluate/walk.js";
import { tensorsOf } from "../expression/arena.js";
import type { Node, Tensor } from "../expression/node.js";
import type { Assumption } from "../model/model.js";

/*
 * What decides in an expression whether something is let through, besides its kinks: equalities, and labels, zero or one, beside
 * what has a kink.
 */

/**
 * What a rectifier or an indicator looks at, or a condition on indices: open where it is positive, or, for an equality, zero. Of
 * a product of a label and such a thing the product: open where it is not zero, which takes both at once.
 */
export interface Switch {
  readonly node: Node;
  readonly opens: "positive" | "zero" | "nonzero";
}

/** What an equality looks at in an expression, and products of a label and a switch. */
interface Turned {
  readonly equal: readonly Node[];
  readonly labelled: readonly Node[];
}

/** Looks through each expression once: definitions stand below many questions. */
export class Turnings {
  readonly #labels: ReadonlySet<Tensor>;
  readonly #known = new Map<Node, Turned>();

  constructor(assumptions: readonly Assumption[]) {
    this.#labels = new Set(flatMap(assumptions, (a) => (a.kind === "binary" ? [a.tensor] : [])));
  }

  in(root: Node): Turned {
    let turned = this.#known.get(root);
    if (turned === undefined) {
      const below = nodesBelow([root]);
      const equal = flatMap(below, (n) => (n.kind === "indicator" && n.relation === "=" ? [n.arg] : []));
      turned = { equal, labelled: below.filter((n) => this.#isLabelled(n)) };
      this.#known.set(root, turned);
    }
    return turned;
  }

  /** `y \max(0, m - d)`: where one of the two vanishes, what is written of the other is not compared. */
  #isLabelled(n: Node): boolean {
    if (n.kind !== "multiply" || this.#labels.size === 0) return false;
    const isLabel = (f: Node): boolean => {
      const tensors = tensorsOf(f);
      return tensors.length > 0 && tensors.every((t) => this.#labels.has(t));
    };
    return n.factors.some(isLabel) && n.factors.some((f) => !isLabel(f) && switchesOff(f));
  }
}

/** Is this zero on one side of a kink: a rectifier, an indicator, powers and products of these? */
function switchesOff(f: Node): boolean {
  if (f.kind === "power") return switchesOff(f.base);
  return f.kind === "indicator" || (f.kind === "apply" && f.fn === "relu");
}
