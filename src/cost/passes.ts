import { below, graphOf } from "../derive/graph.js";
import { type Edges, type Product, Products, stepsOf } from "../derive/pullbacks.js";
import { tensorsOf } from "../expression/arena.js";
import type { Index, Tensor } from "../expression/node.js";
import type { Equation, Model } from "../model/model.js";
import { Counter } from "./counter.js";
import { compareOperations, none, type Operations, plus } from "./operations.js";
import { allOneAtATime, Paths } from "./paths.js";
import { add, multiply, type Polynomial, zero } from "./polynomial.js";
import { Volumes } from "./volumes.js";

/** The work of one equation, for all its members. */
export interface EquationCost {
  readonly equation: Equation;
  readonly forward: Operations;
  /** All its pullbacks together; without an upstream there are none. */
  readonly backward: Operations;
}

export interface Method {
  readonly operations: Operations;
  /** How many numbers are stored. */
  readonly memory: Polynomial;
}

export interface Costs {
  /** The number of weights. */
  readonly parameters: Polynomial;
  readonly equations: readonly EquationCost[];
  readonly forward: Operations;
  /** All pullbacks, and the additions where a symbol is used more than once. */
  readonly backward: Operations;
  /** Numbers that a pass stores beside what it is given: the values of intermediates. */
  readonly intermediates: Polynomial;
  readonly reverse: Method;
  readonly tangents: Method;
  /** `null` where the paths are too many to follow. */
  readonly perWeight: Method | null;
  /** The graph whose nodes are numbers and whose edges are partial derivatives. */
  readonly graph: { readonly nodes: Polynomial; readonly edges: Polynomial };
}

/** The operation counts of a model's passes. */
export class Passes {
  readonly model: Model;
  readonly volumes: Volumes;
  readonly #products: Products;
  readonly #equations: readonly Equation[];
  /** What is wanted of the derivatives: all that can move and is not a target or a constant. */
  readonly #moving: ReadonlySet<Tensor>;
  readonly #defined: ReadonlySet<Tensor>;

  constructor(model: Model) {
    this.model = model;
    this.volumes = new Volumes(model.arena);
    this.#products = new Products(model);
    this.#equations = model.equations;
    this.#defined = new Set(model.equations.map((e) => e.tensor));
    this.#moving = movingIn(model);
  }

  costs(): Costs {
    const equations = this.#equations.map((equation) => ({
      equation,
      forward: this.#forward(equation),
      ...this.#backward(equation),
    }));
    const forward = plus(...equations.map((e) => e.forward));
    const backward = plus(...equations.map((e) => e.backward), this.#joined(equations.flatMap((e) => e.pullbacks)));
    const values = this.#sizes(this.#stored());
    // The derivative of the loss by itself is 1, and stored nowhere.
    const moving = this.#stored().filter((t) => this.#moving.has(t) && t !== this.model.loss);
    const weights = this.weights();
    const count = this.#sizes(weights);
    const sweep = this.#tangentSweep();
    const between = this.#sizes(moving.filter((t) => this.#defined.has(t)));
    const paths = new Paths(
      this.model.arena,
      this.volumes,
      this.#edges((t) => this.#moving.has(t)),
    );
    const each = allOneAtATime(paths, weights);
    return {
      parameters: this.#sizes(this.model.symbols.flatMap((s) => (s.role === "parameter" ? [s.tensor] : []))),
      equations: equations.filter(({ equation }) => !isCopy(equation)),
      forward,
      backward,
      intermediates: this.#sizes(this.#stored().filter((t) => this.#defined.has(t))),
      reverse: { operations: plus(forward, backward), memory: add(values, this.#sizes(moving)) },
      tangents: {
        operations: plus(forward, repeated(sweep, count)),
        memory: add(values, between, count),
      },
      perWeight: each === null ? null : { operations: plus(forward, each), memory: add(values, between, count) },
      graph: {
        nodes: values,
        edges: this.#countEdges(),
      },
    };
  }

  /** What gradients are wanted for: the parameters, or, where there are none, all that is given and can move. */
  weights(): readonly Tensor[] {
    const parameters = this.model.symbols.filter((s) => s.role === "parameter").map((s) => s.tensor);
    const moving = parameters.filter((t) => this.#moving.has(t));
    return moving.length > 0 ? moving : [...this.#moving].filter((t) => !this.#defined.has(t));
  }

  /** Tensors that hold numbers of their own: a state that is another's first member is no second one. */
  #stored(): readonly Tensor[] {
    const copied = new Set(this.#equations.filter(isCopy).flatMap((e) => tensorsOf(e.body)));
    const used = new Set(this.#equations.flatMap((e) => [e.tensor, ...tensorsOf(e.body)]));
    return [...used].filter((t) => !copied.has(t));
  }

  #sizes(tensors: readonly Tensor[]): Polynomial {
    return add(...tensors.map((t) => this.sizeOf(t)));
  }

  sizeOf(tensor: Tensor): Polynomial {
    const { arena } = this.model;
    const indices: Index[] = [];
    for (let axis = 0; axis < tensor.axes.length; axis++) {
      const at = indices.map((i) => arena.at(i));
      indices.push(arena.freshIndex(arena.axisRange(tensor, axis, at)));
    }
    return this.volumes.of(indices);
  }

  #forward(equation: Equation): Operations {
    return this.#counter(stepsOf(equation)).count(equation.body);
  }

  #backward(equation: Equation) {
    if (!this.#moving.has(equation.tensor)) return { backward: none, pullbacks: [] };
    const pullbacks = this.#products.pullbacks(
      equation,
      (t) => this.#moving.has(t),
      equation.tensor === this.model.loss,
    );
    let backward = none;
    let counter = this.#counter();
    for (const p of pullbacks) {
      const found = cheaper(counter.fork(p.steps), p);
      backward = plus(backward, found.operations);
      counter = found.counter;
    }
    return { backward, pullbacks };
  }

  /** The additions that make one cotangent of what several equations give to it. */
  #joined(pullbacks: readonly Product[]): Operations {
    const byTensor = new Map<Tensor, { readonly indices: readonly Index[]; readonly bodies: Product["body"][] }>();
    for (const { tensor, indices, body } of pullbacks) {
      const old = byTensor.get(tensor);
      if (old === undefined) byTensor.set(tensor, { indices, bodies: [body] });
      else old.bodies.push(body);
    }
    const counter = this.#counter();
    const additions = [...byTensor.values()].map(({ indices, bodies }) =>
      bodies.length < 2 ? zero : counter.joining(bodies, indices),
    );
    return { ...none, additions: add(...additions) };
  }

  /** One tangent, of all weights together, through every equation. */
  #tangentSweep(): Operations {
    const sweep = this.#equations
      .filter((e) => this.#moving.has(e.tensor))
      .map((e) => {
        const product = this.#products.pushforward(e, (t) => this.#moving.has(t));
        return cheaper(this.#counter(product.steps), product).operations;
      });
    return plus(...sweep);
  }

  /** A second name is no second node. */
  #countEdges(): Polynomial {
    const own = this.#equations.filter((e) => !isCopy(e)).map((e) => this.#products.edges(e, () => true));
    return new Paths(this.model.arena, this.volumes, own).count();
  }

  #edges(wanted: (t: Tensor) => boolean): readonly Edges[] {
    return this.#equations.filter((e) => wanted(e.tensor)).map((e) => this.#products.edges(e, wanted));
  }

  #counter(steps: readonly Index[] = []): Counter {
    return new Counter(this.model.arena, this.volumes, steps);
  }
}

/** A product with its common factors drawn out, or without: what takes less work. */
function cheaper(
  counter: Counter,
  { body, terms }: Product,
): { readonly counter: Counter; readonly operations: Operations } {
  const [drawn, apart] = [body, terms].map((node) => {
    const own = counter.fork();
    return { counter: own, operations: own.count(node) };
  });
  if (drawn === undefined || apart === undefined) throw new Error("internal: a product without its forms");
  return compareOperations(apart.operations, drawn.operations) < 0 ? apart : drawn;
}

const repeated = (o: Operations, n: Polynomial): Operations => ({
  multiplications: multiply(o.multiplications, n),
  additions: multiply(o.additions, n),
  applications: multiply(o.applications, n),
});

/** `h^{(0)} = x`: a second name, no work. */
export const isCopy = (e: Equation): boolean => e.body.kind === "entry";

/** The symbols that a gradient is wanted for, and all that lies between these and what no equation uses. */
function movingIn(model: Model): ReadonlySet<Tensor> {
  const still = new Set(model.symbols.filter((s) => s.role === "target" || s.role === "constant").map((s) => s.tensor));
  const defined = new Set(model.equations.map((e) => e.tensor));
  const asked = new Set(model.wrt);
  const leaves = new Set<Tensor>();
  for (const e of model.equations)
    for (const t of tensorsOf(e.body))
      if (!defined.has(t) && !t.integer && !still.has(t) && (model.loss === null || asked.has(t))) leaves.add(t);
  const moving = new Set(leaves);
  for (let size = -1; size !== moving.size; ) {
    size = moving.size;
    for (const e of model.equations) if (tensorsOf(e.body).some((t) => moving.has(t))) moving.add(e.tensor);
  }
  const { loss } = model;
  return loss === null ? moving : intersect(moving, below(graphOf(model), [loss]));
}

const intersect = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): ReadonlySet<T> => new Set([...a].filter((x) => b.has(x)));
