import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { Source } from "../core/span.js";
import type { Operations } from "../cost/operations.js";
import { type Costs, type Method, Passes } from "../cost/passes.js";
import type { Polynomial } from "../cost/polynomial.js";
import { add } from "../cost/polynomial.js";
import { bigO, polynomialText, type SizeNames } from "../cost/polynomial-text.js";
import { leadingPart, limitOfRatio } from "../cost/ratio.js";
import type { Model } from "../model/model.js";
import { type Problem, readWorksheet } from "../model/read.js";
import { ChainReader } from "./chains.js";
import { CostClaims, type CostVerdict } from "./cost-claims.js";
import type { CostJson, MethodJson, OperationsJson, ProblemCostJson } from "./cost-report.js";
import { formulaCosts } from "./formula-costs.js";
import { unusableEquations } from "./incomplete.js";
import { crossoverJson, orderedChain, ordersJson } from "./orders.js";
import { attempt, placed } from "./place.js";
import { Quantities } from "./quantities.js";
import { secondCosts } from "./second-costs.js";
import { symbolLatex } from "./symbols.js";

const NO_OPERATIONS: OperationsJson = { multiplications: "0", additions: "0", applications: "0", bigO: "O(1)" };

/** What is said of a worksheet in which nothing can be counted. */
export const NOTHING: ProblemCostJson = {
  parameters: { count: "0", bigO: "O(1)" },
  equations: [],
  formulas: [],
  passes: { forward: NO_OPERATIONS, backward: NO_OPERATIONS },
  methods: [],
  graph: { nodes: "0", edges: "0" },
  backwardOverForward: null,
  orders: [],
  crossover: null,
  crossovers: [],
  secondDerivatives: [],
};

/** What the passes of a worksheet cost. Never throws: what fails is a diagnostic. */
export function costWorksheet(file: string, text: string): CostJson {
  const diagnostics: Diagnostic[] = [];
  const report = (d: Diagnostic): void => {
    diagnostics.push(d);
  };
  const worksheet = attempt("reading", report, () => readWorksheet(file, text));
  const models = (worksheet?.problems ?? []).map((p) => p.model);
  const found = models.flatMap((m) =>
    m.diagnostics.map((d) => (isAboutLoss(d) ? { ...d, severity: "note" as const } : d)),
  );
  diagnostics.push(...(worksheet?.diagnostics ?? []), ...found);
  const unusable =
    worksheet === null ? null : attempt("reading", report, () => unusableEquations(worksheet, (d) => !isAboutLoss(d)));
  const problems = (worksheet?.problems ?? []).flatMap((problem, k) => {
    const broken = unusable?.[k] ?? null;
    if (broken !== null) report(incomplete(broken));
    if (broken !== null) return [{ json: null, claims: uncounted(problem) }];
    return attempt("counting", report, () => problemCost(problem, text, report)) ?? [];
  });
  const counted = problems.flatMap((p) => p.json ?? []);
  const [main] = counted;
  const source = worksheet?.document.source ?? new Source(file, text);
  const claims = onceEach(problems.flatMap((p) => p.claims)).map(({ span, ...claim }) => ({
    at: source.place(span),
    ...claim,
  }));
  const count = (verdict: CostVerdict["verdict"]): number => claims.filter((c) => c.verdict === verdict).length;
  return {
    schema: "backproof/cost/1",
    file,
    ...(main ?? NOTHING),
    ...(counted.length > 1 ? { problems: counted } : {}),
    claims,
    summary: { claims: claims.length, right: count("proved"), wrong: count("wrong"), undecided: count("undecided") },
    diagnostics: placed(diagnostics, source),
  };
}

/** Claims in the order of the text; of one that several problems see, the one that can be decided. */
function onceEach(claims: readonly CostVerdict[]): readonly CostVerdict[] {
  const found = new Map<number, CostVerdict>();
  for (const c of claims)
    if (found.get(c.span.start)?.verdict === undefined || found.get(c.span.start)?.verdict === "undecided")
      found.set(c.span.start, c);
  return [...found.values()].sort((a, b) => a.span.start - b.span.start);
}

/** What is said of a problem whose forward pass is not known. */
function uncounted(problem: Problem): readonly CostVerdict[] {
  const { volumes } = new Passes({ ...problem.model, equations: [] });
  return new CostClaims(problem, null, sizeNames(problem.model), volumes).all();
}

interface ProblemCost {
  readonly json: ProblemCostJson | null;
  readonly claims: readonly CostVerdict[];
}

function problemCost(problem: Problem, text: string, report: (d: Diagnostic) => void): ProblemCost {
  const { model } = problem;
  const passes = new Passes(model);
  const costs = passes.costs();
  if (costs.perWeight === null) report(tooManyPaths());
  const names = sizeNames(model);
  const reader = new ChainReader(problem, passes, text);
  const found = reader.all();
  const chains = found.map((c) => orderedChain(c, passes));
  const crossovers = chains.flatMap((c) => crossoverJson(c, passes, names) ?? []);
  const families = new Map(model.symbols.map((s) => [s.tensor, s.family]));
  const second =
    attempt("counting second derivatives", report, () => secondCosts(problem, text, passes), "warning") ?? [];
  const formulas = attempt("counting formulas", report, () => formulaCosts(problem, passes, text), "warning") ?? [];
  if (model.equations.length === 0 && formulas.length === 0) return { json: null, claims: uncounted(problem) };
  const quantities = new Quantities(problem, passes, costs, reader, found, second, formulas);
  const claims = new CostClaims(problem, quantities, names, passes.volumes).all();
  const json = {
    parameters: grown(costs.parameters, names),
    equations: costs.equations.map(({ equation, forward, backward }) => ({
      of: symbolLatex(equation.tensor, families.get(equation.tensor) ?? null),
      forward: operationsJson(forward, names),
      backward: operationsJson(backward, names),
    })),
    formulas: formulas.map(({ of, formula, operations }) => ({ of, formula, ...operationsJson(operations, names) })),
    passes: { forward: operationsJson(costs.forward, names), backward: operationsJson(costs.backward, names) },
    methods: [
      methodJson("reverse", costs.reverse, names),
      methodJson("forward", costs.tangents, names),
      ...(costs.perWeight === null ? [] : [methodJson("per-weight", costs.perWeight, names)]),
    ],
    graph: { nodes: polynomialText(costs.graph.nodes, names), edges: polynomialText(costs.graph.edges, names) },
    backwardOverForward: ratioText(costs, names),
    orders: chains.flatMap((c) => ordersJson(c, names)),
    crossover: crossovers[0]?.multiplications ?? null,
    crossovers,
    secondDerivatives: second.map(({ hessian, hessianVector, of, by, direction }) => ({
      of,
      by,
      direction,
      hessian: storedJson(hessian, names),
      hessianVector: storedJson(hessianVector, names),
    })),
  };
  return { json, claims };
}

/** A product of matrices, or a pass without its loss, has a cost all the same. */
const isAboutLoss = ({ code }: Diagnostic): boolean => code.startsWith("loss/");

const incomplete = ({ span }: Diagnostic): Diagnostic =>
  diagnostic(
    "error",
    "cost/incomplete",
    "nothing of this problem is counted: this forward equation could not be used",
    span,
  );

const tooManyPaths = (): Diagnostic =>
  diagnostic("note", "cost/paths", "one weight at a time is not counted: there are too many paths to follow", null);

const grown = (p: Polynomial, names: SizeNames) => ({ count: polynomialText(p, names), bigO: bigO(p, names) });

const total = (o: Operations): Polynomial => add(o.multiplications, o.additions, o.applications);

const operationsJson = (o: Operations, names: SizeNames): OperationsJson => ({
  multiplications: polynomialText(o.multiplications, names),
  additions: polynomialText(o.additions, names),
  applications: polynomialText(o.applications, names),
  bigO: bigO(total(o), names),
});

const storedJson = ({ operations, memory }: Method, names: SizeNames) => ({
  ...operationsJson(operations, names),
  memory: polynomialText(memory, names),
});

const methodJson = (method: MethodJson["method"], counted: Method, names: SizeNames): MethodJson => ({
  method,
  ...storedJson(counted, names),
});

/** What the ratio of multiplications tends to: a number, or a quotient where it depends on which size grows. */
function ratioText({ forward, backward }: Costs, names: SizeNames): string | null {
  const [above, below] = [backward.multiplications, forward.multiplications];
  if (below.terms.length === 0) return null;
  if (above.terms.length === 0) return "0";
  const limit = limitOfRatio(above, below);
  if (limit !== null) return limit.toFraction();
  return `(${polynomialText(leadingPart(above), names)})/(${polynomialText(leadingPart(below), names)})`;
}

/** The author's letters: for members of families, and which sizes are lengths. */
function sizeNames(model: Model): SizeNames {
  const lengths = new Set<string>();
  for (const { tensor } of model.symbols)
    for (const { range } of tensor.parameters)
      for (const t of [...range.low.terms, ...range.high.terms]) for (const [atom] of t.powers) lengths.add(atom.key);
  const own = model.symbols.flatMap((s) => s.family?.[0] ?? []);
  return {
    lengths,
    letter: (index) => {
      const { low, high } = index.range;
      // A sum over members around another one has a letter of its own.
      const outer = [...own.slice(0, 1), "k", "j", "m"][Number(/^~s(\d)$/.exec(index.name)?.[1] ?? 0)];
      return (
        model.letters.get(`${low.key}..${high.key}`)?.[0] ?? (/^[~#$]/.test(index.name) ? (outer ?? "k") : index.name)
      );
    },
  };
}
