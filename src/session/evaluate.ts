import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { hash } from "../core/random.js";
import { Source } from "../core/span.js";
import { above, graphOf } from "../derive/graph.js";
import { forward } from "../evaluate/forward.js";
import { bindGiven, inputsOf, positionTroubles, type Trouble } from "../evaluate/given.js";
import { type Nested, toNested } from "../evaluate/nested.js";
import type { Environment } from "../evaluate/values.js";
import type { Tensor } from "../expression/node.js";
import type { Model, ModelSymbol, Role } from "../model/model.js";
import { readWorksheet } from "../model/read.js";
import { Keys } from "./given-keys.js";
import { unusableEquations } from "./incomplete.js";
import { adjointEquations } from "./matrix-form.js";
import { type OrderedProductJson, orderedProducts } from "./ordered-products.js";
import { attempt, placed } from "./place.js";
import { deriveProblem } from "./problem.js";
import type { DiagnosticJson } from "./report.js";
import { type Domains, domainsIn, Specification, type SpecificationJson } from "./specification.js";
import { FileNames, symbolLatex } from "./symbols.js";

export interface EvaluateOptions {
  /** Values by `name` or LaTeX, sizes among them, as JSON gives them. */
  readonly given?: Readonly<Record<string, unknown>>;
  /** The gradients of the loss too. */
  readonly gradients?: boolean;
  readonly seed?: number;
  /** What is to hold of every input of a finite domain, `y = 1 iff some x_i = x_4`. */
  readonly expect?: readonly string[];
  /** Domains beside those that the worksheet declares: `x \in \{0, 1\}^4`. */
  readonly domains?: readonly string[];
}

/** A number that is not finite has no form in JSON: `null`. */
export type NestedJson = number | null | readonly NestedJson[];

export interface ValueJson {
  readonly name: string;
  readonly latex: string;
  readonly role: Role;
  readonly value: NestedJson;
}

export interface EvaluateJson {
  readonly schema: "backproof/evaluate/1";
  readonly file: string;
  readonly sizes: Readonly<Record<string, number>>;
  /** What was given, then every intermediate and the loss, in an order in which they can be computed. */
  readonly values: readonly ValueJson[];
  /** By the symbol that the loss is differentiated by, in its shape. */
  readonly gradients: readonly ValueJson[];
  /** Products of matrices, computed in each order in which they can be. */
  readonly orders: readonly OrderedProductJson[];
  readonly specifications: readonly SpecificationJson[];
  readonly diagnostics: readonly DiagnosticJson[];
}

interface Evaluated {
  readonly sizes: ReadonlyMap<string, number>;
  readonly values: readonly ValueJson[];
  readonly gradients: readonly ValueJson[];
  readonly orders: readonly OrderedProductJson[];
  readonly specifications: readonly SpecificationJson[];
}

/** Numbers through the forward pass of each problem. Never throws. */
export function evaluateWorksheet(file: string, text: string, options: EvaluateOptions = {}): EvaluateJson {
  const diagnostics: Diagnostic[] = [];
  const report = (d: Diagnostic): void => {
    diagnostics.push(d);
  };
  const names = new FileNames();
  const worksheet = attempt("reading", report, () => readWorksheet(file, text));
  const problems = worksheet?.problems ?? [];
  const models = problems.map((p) => p.model);
  diagnostics.push(...(worksheet?.diagnostics ?? []), ...models.flatMap((m) => m.diagnostics).filter(isAboutValues));
  const broken = worksheet === null ? [] : unusableEquations(worksheet, isAboutValues);
  const keys = new Keys(models, names, options.given ?? {});
  for (const d of keys.unknown()) report(d);
  const usable = problems.filter(({ model }, k) => {
    const d = broken[k];
    if (model.equations.length > 0 && d != null) report(incomplete(d));
    return model.equations.length > 0 && d == null;
  });
  const seed = options.seed ?? hash(text);
  const declarations = [...(worksheet?.formulas ?? []).map((f) => f.latex), ...(options.domains ?? [])];
  const expected = [...expectedIn(text), ...(options.expect ?? [])];
  const done = usable.map((problem) =>
    attempt("evaluating", report, () => {
      const orders = (env: Environment) => orderedProducts(problem, text, env);
      const evaluation = new Evaluation(problem.model, names, keys, report);
      if (expected.length === 0) return evaluation.run(options.gradients === true, seed, orders);
      return evaluation.check(expected, domainsIn(declarations, problem.model, names));
    }),
  );
  if (usable.length === 0 && diagnostics.every((d) => d.severity !== "error")) report(nothing());
  return {
    schema: "backproof/evaluate/1",
    file,
    sizes: Object.fromEntries(done.flatMap((d) => [...(d?.sizes ?? [])])),
    values: done.flatMap((d) => d?.values ?? []),
    gradients: done.flatMap((d) => d?.gradients ?? []),
    orders: done.flatMap((d) => d?.orders ?? []),
    specifications: done.flatMap((d) => d?.specifications ?? []),
    diagnostics: placed(diagnostics, worksheet?.document.source ?? new Source(file, text)),
  };
}

/** Lines of the worksheet that say what is expected: `Expect: output 1 iff some x_i = x_4`. */
const expectedIn = (text: string): readonly string[] =>
  [...text.matchAll(/^\s*(?:[-*]\s+)?\**(?:Expect|Specification)\**:\**\s*(\S.*)$/gim)].map((m) => (m[1] ?? "").trim());

/** Numbers go through a forward pass whether or not it has a loss. */
const isAboutValues = ({ code }: Diagnostic): boolean => !code.startsWith("loss/") && code !== "derive/no-loss";

const nothing = (): Diagnostic =>
  diagnostic("error", "evaluate/empty", "there is no forward equation here, so there is nothing to compute", null);

const incomplete = ({ span }: Diagnostic): Diagnostic =>
  diagnostic(
    "error",
    "evaluate/incomplete",
    "nothing of this problem is computed: this equation could not be used",
    span,
  );

class Evaluation {
  readonly #model: Model;
  readonly #names: FileNames;
  readonly #keys: Keys;
  readonly #report: (d: Diagnostic) => void;
  readonly #symbols: ReadonlyMap<Tensor, ModelSymbol>;

  constructor(model: Model, names: FileNames, keys: Keys, report: (d: Diagnostic) => void) {
    this.#model = model;
    this.#names = names;
    this.#keys = keys;
    this.#report = report;
    this.#symbols = new Map(model.symbols.map((s) => [s.tensor, s]));
  }

  run(
    withGradients: boolean,
    seed: number,
    orders: (env: Environment) => readonly OrderedProductJson[],
  ): Evaluated | null {
    const given = this.#keys.of(this.#model);
    // What is given is not computed.
    const equations = this.#model.equations.filter((e) => !given.values.has(e.tensor));
    const replaced = [...given.values.keys()].filter((t) => this.#model.equations.some((e) => e.tensor === t));
    for (const t of replaced) this.#report(replacing(this.#latex(t)));
    const model: Model = { ...this.#model, equations };
    const bound = bindGiven(model, given, (t) => this.#latex(t));
    if (bound.env === null) return this.#fail(bound.troubles);
    const { env } = bound;
    const outside = positionTroubles(model, env, (t) => this.#latex(t));
    if (outside.length > 0) return this.#fail(outside);
    if (!this.#compute(() => forward(model, env))) return null;
    const computed = [...new Set(equations.map((e) => e.tensor))];
    const inputs = [...new Set([...inputsOf(model), ...given.values.keys()])];
    const values = [...inputs, ...computed].map((t) => this.#value(t, t, env));
    this.#warnOfNonfinite(values);
    return {
      sizes: env.sizes,
      values,
      gradients: withGradients ? this.#gradients(seed, env, replaced) : [],
      orders: attempt("multiplying in other orders", this.#report, () => orders(env), "warning") ?? [],
      specifications: [],
    };
  }

  /** Every input of the domains, for what is given otherwise. */
  check(expected: readonly string[], domains: Domains): Evaluated | null {
    const given = this.#keys.of(this.#model);
    const needed = new Set(inputsOf(this.#model));
    const open = new Map([...domains].filter(([t]) => needed.has(t) && !given.values.has(t)));
    // A loss needs a target, and what is said of the output does not.
    const missing = [...needed].filter((t) => !given.values.has(t) && !open.has(t));
    const barred = above(graphOf(this.#model), missing);
    const equations = this.#model.equations.filter((e) => !barred.has(e.tensor));
    const optional = new Set([...open.keys(), ...(equations.length === 0 ? [] : missing)]);
    const bound = bindGiven(this.#model, { ...given, optional }, (t) => this.#latex(t));
    if (bound.env === null) return this.#fail(bound.troubles);
    const { env } = bound;
    if (open.size === 0)
      this.#report(
        diagnostic(
          "warning",
          "expect/one-input",
          "no input has a finite domain, so this is about one input",
          null,
          "declare it: x \\in \\{0, 1\\}^4, in the worksheet or by --domain",
        ),
      );
    const specification = new Specification(this.#model, equations, this.#names, env, open);
    let found: readonly SpecificationJson[] = [];
    const work = (): void => {
      found = specification.check(expected, (t) => jsonOf(toNested(t, env)), this.#report);
    };
    return this.#compute(work)
      ? { sizes: env.sizes, values: [], gradients: [], orders: [], specifications: found }
      : null;
  }

  #compute(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("internal: ")) throw error;
      const message = `the forward pass cannot be computed with these values: ${error.message.slice(10)}`;
      this.#report(diagnostic("error", "evaluate/undefined", message, null));
      return false;
    }
  }

  #fail(troubles: readonly Trouble[]): null {
    for (const { kind, of, message } of troubles) {
      const symbol = of === null ? undefined : this.#symbols.get(of);
      const hint = kind === "missing" && of !== null ? `give it as "${this.#names.of(of)}"` : "";
      this.#report(diagnostic("error", `evaluate/${kind}`, message, symbol?.span ?? null, hint));
    }
    return null;
  }

  #gradients(seed: number, env: Environment, replaced: readonly Tensor[]): readonly ValueJson[] {
    const { loss } = this.#model;
    if (loss === null) {
      const message = "no scalar is named as the loss, so there are no gradients";
      this.#report(diagnostic("error", "derive/no-loss", message, null, "name one in the front matter: `loss: …`"));
      return [];
    }
    if (replaced.length > 0) {
      const message = "there are no gradients where given values stand in the place of equations";
      this.#report(diagnostic("error", "evaluate/replaced", message, null));
      return [];
    }
    const { derivation } = deriveProblem(this.#model, this.#names, { seed }, this.#report);
    if (derivation === null) return [];
    if (!this.#compute(() => forward({ equations: adjointEquations(derivation) }, env))) return [];
    return derivation.gradients
      .filter((g) => g.wrt !== loss && env.tensors.has(g.adjoint))
      .map((g) => this.#value(g.wrt, g.adjoint, env));
  }

  #value(symbol: Tensor, tensor: Tensor, env: Environment): ValueJson {
    const value = toNested(tensor, env);
    const role = this.#symbols.get(symbol)?.role ?? "intermediate";
    return { name: this.#names.of(symbol), latex: this.#latex(symbol), role, value: jsonOf(value) };
  }

  #warnOfNonfinite(values: readonly ValueJson[]): void {
    const first = values.find((v) => hasNull(v.value));
    if (first === undefined) return;
    const message = `${first.latex} is not finite at these values`;
    this.#report(diagnostic("warning", "evaluate/not-finite", message, null));
  }

  #latex(tensor: Tensor): string {
    return symbolLatex(tensor, this.#symbols.get(tensor)?.family ?? null);
  }
}

const replacing = (latex: string): Diagnostic =>
  diagnostic("warning", "evaluate/replaced", `the value given for ${latex} stands in the place of its equation`, null);

const jsonOf = (value: Nested): NestedJson =>
  typeof value === "number" ? (Number.isFinite(value) ? value : null) : value.map(jsonOf);

const hasNull = (value: NestedJson): boolean =>
  value === null || (typeof value !== "number" && value.some((v) => hasNull(v)));
