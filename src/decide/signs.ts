import { operands } from "../expression/arena.js";
import type { Node, NodeOf, Tensor } from "../expression/node.js";
import { functions } from "../functions/table.js";
import type { Sign } from "./form.js";

const DEEPEST = 400;
const POSITIVE = new Set(["exp", "sigmoid", "softplus", "cosh", "sech"]);
const NONNEGATIVE = new Set(["abs", "relu", "heaviside"]);

/** Functions with a kink that vanish only where their argument does. */
const UNFLAT = new Set(["abs", "sign", "leaky_relu", "elu", "selu", "softsign"]);
const hasFlatPart = (fn: string): boolean => {
  const row = functions.get(fn);
  return !UNFLAT.has(fn) && (row === undefined || row.kinks.length > 0 || row.arity > 1);
};

export interface TensorFacts {
  readonly sign: (tensor: Tensor) => Sign;
  readonly fragile: (tensor: Tensor) => boolean;
  /** Any real value, independent of the rest. */
  readonly free: (tensor: Tensor) => boolean;
}

/** Signs of expressions by their form: a sum of squares is nonnegative, a softmax positive. */
export class Signs {
  readonly #tensor: (tensor: Tensor) => Sign;
  readonly #tensorFragile: (tensor: Tensor) => boolean;
  readonly #isFree: (tensor: Tensor) => boolean;
  readonly #known = new Map<Node, Sign>();
  readonly #fragile = new Map<Node, boolean>();

  constructor(of: TensorFacts) {
    this.#tensor = of.sign;
    this.#tensorFragile = of.fragile;
    this.#isFree = of.free;
  }

  of(node: Node): Sign {
    if (node.depth > DEEPEST) return "unknown";
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    // Met again below itself, it is not known.
    this.#known.set(node, "unknown");
    const sign = this.#find(node);
    this.#known.set(node, sign);
    return sign;
  }

  #find(node: Node): Sign {
    switch (node.kind) {
      case "rational":
        return node.value.n === 0n ? "nonnegative" : node.value.s < 0n ? "unknown" : "positive";
      case "constant":
      case "dimension":
        return "positive";
      case "entry":
        return this.#tensor(node.tensor);
      case "add":
        return node.terms.map((t) => this.of(t)).reduce(addSigns);
      case "multiply":
        return this.#product(node.factors);
      case "power":
        return this.#power(node);
      case "reduce":
        return node.op === "logsumexp" ? "unknown" : this.of(node.body);
      case "iverson":
      case "indicator":
        return "nonnegative";
      case "apply":
        return POSITIVE.has(node.fn) ? "positive" : NONNEGATIVE.has(node.fn) ? "nonnegative" : "unknown";
      default:
        return "unknown";
    }
  }

  /**
   * Whether an expression may vanish on more than a null set: below a ReLU, a mask, a max, a one-hot entry. An
   * addend that is a free symbol, such as a bias, makes that impossible.
   */
  fragile(node: Node): boolean {
    if (node.depth > DEEPEST) return true;
    const known = this.#fragile.get(node);
    if (known !== undefined) return known;
    this.#fragile.set(node, true);
    const fragile = this.of(node) !== "positive" && this.#mayVanish(node);
    this.#fragile.set(node, fragile);
    return fragile;
  }

  #mayVanish(node: Node): boolean {
    switch (node.kind) {
      case "entry":
        return this.#tensorFragile(node.tensor);
      case "add":
        if (node.terms.some((t) => t.kind === "entry" && this.#isFree(t.tensor))) return false;
        return node.terms.some((t) => this.fragile(t));
      case "apply":
        return hasFlatPart(node.fn) || node.args.some((a) => this.fragile(a));
      case "iverson":
      case "indicator":
      case "argument":
        return true;
      case "reduce":
        return node.op === "max" || node.op === "min" || this.fragile(node.body);
      default:
        return operands(node).some((n) => this.fragile(n));
    }
  }

  #product(factors: readonly Node[]): Sign {
    const counts = new Map<Node, number>();
    for (const f of factors) counts.set(f, (counts.get(f) ?? 0) + 1);
    let sign: Sign = "positive";
    for (const [f, n] of counts) {
      const own = this.of(f);
      if (own === "unknown" && n % 2 !== 0) return "unknown";
      if (own !== "positive") sign = "nonnegative";
    }
    return sign;
  }

  #power({ base, exponent }: NodeOf<"power">): Sign {
    const own = this.of(base);
    if (own === "positive") return "positive";
    if (exponent.kind !== "rational") return "unknown";
    const isEven = exponent.value.d !== 1n || exponent.value.n % 2n === 0n;
    // What it divides by is not zero.
    if (isEven) return exponent.value.s < 0n ? "positive" : "nonnegative";
    return own;
  }
}

function addSigns(a: Sign, b: Sign): Sign {
  if (a === "unknown" || b === "unknown") return "unknown";
  return a === "positive" || b === "positive" ? "positive" : "nonnegative";
}
