import Papa from "papaparse";
import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { hash, Random } from "../core/random.js";
import { Source } from "../core/span.js";
import type { Derivation } from "../derive/derivation.js";
import { derive } from "../derive/derive.js";
import { assumedOf } from "../evaluate/assume.js";
import { bindGiven, inputsOf } from "../evaluate/given.js";
import { toNested } from "../evaluate/nested.js";
import { type Epoch, initial, Sgd } from "../evaluate/sgd.js";
import type { Environment } from "../evaluate/values.js";
import type { Tensor } from "../expression/node.js";
import type { Model, ModelSymbol } from "../model/model.js";
import { readWorksheet } from "../model/read.js";
import { Keys } from "./given-keys.js";
import { unusableEquations } from "./incomplete.js";
import { adjointEquations } from "./matrix-form.js";
import { attempt, placed } from "./place.js";
import { checked } from "./problem.js";
import type { DiagnosticJson } from "./report.js";
import { FileNames, isMeant, symbolLatex } from "./symbols.js";
import { type DataSet, type Table, TrainingData } from "./training-data.js";

export interface TrainOptions {
  /** A table with a line of headers. */
  readonly data: { readonly file: string; readonly text: string };
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly rate?: number;
  readonly seed?: number;
  /** Values to begin with, and constants. */
  readonly given?: Readonly<Record<string, unknown>>;
  /** Sizes that neither the data nor given values tell, by name or LaTeX. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** What is trained; every parameter, if absent. */
  readonly wrt?: readonly string[];
  /** Told of the loss before the first epoch and after each. */
  readonly progress?: (epoch: Epoch, of: number) => void;
}

export interface TrainJson {
  readonly schema: "backproof/train/1";
  readonly file: string;
  readonly data: string;
  readonly examples: number;
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  readonly seed: number;
  readonly sizes: Readonly<Record<string, number>>;
  /** Before the first epoch and after each. */
  readonly losses: readonly number[];
  /** By name, in the shapes of the worksheet. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly diagnostics: readonly DiagnosticJson[];
}

const EPOCHS = 100;
const BATCH = 32;
const RATE = 0.1;
/** Of hidden layers, where nobody says. */
const WIDTH = 8;

type Trained = Pick<TrainJson, "examples" | "sizes" | "losses" | "parameters">;
const NOTHING: Trained = { examples: 0, sizes: {}, losses: [], parameters: {} };

/** Trains the network of a worksheet by mini-batch stochastic gradient descent on its derived gradients. Never throws. */
export function trainWorksheet(file: string, text: string, options: TrainOptions): TrainJson {
  const diagnostics: Diagnostic[] = [];
  const report = (d: Diagnostic): void => {
    diagnostics.push(d);
  };
  const names = new FileNames();
  const worksheet = attempt("reading", report, () => readWorksheet(file, text));
  const models = (worksheet?.problems ?? []).map((p) => p.model);
  diagnostics.push(...(worksheet?.diagnostics ?? []), ...models.flatMap((m) => m.diagnostics));
  const broken = worksheet === null ? [] : unusableEquations(worksheet);
  const table = readTable(options.data.text);
  const seed = options.seed ?? hash(`${text}\0${options.data.text}`);
  const [chosen, ...more] = models
    .map((model, k) => ({ model, broken: broken[k] ?? null }))
    .filter((m) => m.model.loss !== null);
  if (more.length > 0)
    report(diagnostic("warning", "train/several", "the first problem that has a loss is trained", null));
  const keys = new Keys(models, names, { ...options.given, ...options.sizes });
  for (const d of keys.unknown()) report(d);
  let trained: Trained | null = null;
  if (chosen === undefined) report(noLoss());
  else if (chosen.broken !== null) report(incomplete(chosen.broken));
  else
    trained = attempt("training", report, () =>
      new Training(chosen.model, names, keys, options, seed, report).run(table),
    );
  return {
    schema: "backproof/train/1",
    file,
    data: options.data.file,
    epochs: options.epochs ?? EPOCHS,
    batch: options.batchSize ?? BATCH,
    rate: options.rate ?? RATE,
    seed,
    ...(trained ?? NOTHING),
    diagnostics: placed(diagnostics, worksheet?.document.source ?? new Source(file, text)),
  };
}

function readTable(text: string): Table {
  const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ""), { skipEmptyLines: "greedy" });
  const [header = [], ...rows] = data;
  return { header: header.map((h) => h.trim()), rows };
}

const noLoss = (): Diagnostic =>
  diagnostic(
    "error",
    "derive/no-loss",
    "no scalar is named as the loss, so there is nothing to train",
    null,
    "name one in the front matter: `loss: …`",
  );

const incomplete = ({ span }: Diagnostic): Diagnostic =>
  diagnostic("error", "train/incomplete", "this forward equation could not be used, so nothing is trained", span);

class Training {
  readonly #model: Model;
  readonly #names: FileNames;
  readonly #keys: Keys;
  readonly #options: TrainOptions;
  readonly #seed: number;
  readonly #report: (d: Diagnostic) => void;

  constructor(
    model: Model,
    names: FileNames,
    keys: Keys,
    options: TrainOptions,
    seed: number,
    report: (d: Diagnostic) => void,
  ) {
    this.#model = model;
    this.#names = names;
    this.#keys = keys;
    this.#options = options;
    this.#seed = seed;
    this.#report = report;
  }

  run(table: Table): Trained | null {
    const read = new TrainingData(this.#model, this.#options.data.file, (s) => this.#spellings(s)).read(table);
    if ("troubles" in read) return this.#fail(read.troubles);
    for (const note of read.notes) this.#report(note);
    const parameters = this.#parameters(read);
    if (parameters === null) return null;
    const derivation = this.#derive(parameters);
    const env = derivation === null ? null : this.#environment(read, parameters);
    return derivation === null || env === null ? null : this.#descend(read, parameters, derivation, env);
  }

  /** What is trained: the parameters, or what the caller names. */
  #parameters(data: DataSet): ReadonlySet<Tensor> | null {
    const { wrt } = this.#options;
    const computed = new Set(this.#model.equations.map((e) => e.tensor));
    const used = new Set(inputsOf(this.#model));
    const open = this.#model.symbols.filter(
      (s) => used.has(s.tensor) && !computed.has(s.tensor) && !data.tensors.has(s.tensor),
    );
    const isWanted = (s: ModelSymbol): boolean =>
      wrt === undefined ? s.role === "parameter" : wrt.some((w) => isMeant(w, s, this.#names.of(s.tensor)));
    const found = open.filter(isWanted).map((s) => s.tensor);
    const strangers = (wrt ?? []).filter((w) => !open.some((s) => isMeant(w, s, this.#names.of(s.tensor))));
    for (const w of strangers) this.#error("train/unknown", `${w} is to be trained, and it is no symbol that could be`);
    if (strangers.length > 0) return null;
    if (found.length > 0) return new Set(found);
    this.#error("train/nothing", "there is no parameter to train", `name what is to be trained: --wrt SYMBOL`);
    return null;
  }

  #derive(parameters: ReadonlySet<Tensor>): Derivation | null {
    const derivation = derive(this.#model, [...parameters]);
    for (const d of derivation.diagnostics) this.#report(d);
    const wrong = [...checked(derivation, this.#seed)].find(([, check]) => !check.ok || check.points === 0);
    if (wrong === undefined) return derivation;
    this.#error(
      "derive/unverified",
      `the gradient for ${this.#latex(wrong[0].wrt)} does not stand its check, so nothing is trained`,
    );
    return null;
  }

  /** Sizes, constants and first values of the parameters. */
  #environment(data: DataSet, parameters: ReadonlySet<Tensor>): Environment | null {
    const { values, sizes } = this.#keys.of(this.#model);
    const invented = new Map<string, number>();
    const bound = bindGiven(
      this.#model,
      {
        values: new Map([...data.sample, ...values]),
        sizes,
        optional: parameters,
        fallback: (latex) => {
          invented.set(latex, WIDTH);
          return WIDTH;
        },
      },
      (t) => this.#latex(t),
    );
    if (bound.env === null) return this.#fail(bound.troubles.map((t) => this.#explained(t.of, t.message, t.kind)));
    for (const [latex, size] of invented)
      this.#report(
        diagnostic(
          "note",
          "train/size",
          `nothing says how large ${latex} is: ${size} is taken`,
          null,
          `say it with --size ${latex}=…`,
        ),
      );
    const random = new Random(hash(`initial/${this.#seed}`));
    const assumed = assumedOf(this.#model);
    for (const tensor of parameters) {
      if (bound.env.tensors.has(tensor)) continue;
      const positive = assumed.get(tensor)?.kinds.has("positive") === true;
      bound.env.set(tensor, initial(tensor, bound.env, random, positive));
    }
    return bound.env;
  }

  #explained(of: Tensor | null, message: string, kind: string): Diagnostic {
    const symbol = this.#model.symbols.find((s) => s.tensor === of);
    const isOpen = kind === "missing" && symbol !== undefined;
    const name = of === null ? "" : this.#names.of(of);
    const hint = !isOpen
      ? ""
      : symbol.role === "constant"
        ? `give it in the file of --given as "${name}"`
        : `name columns ${name}1, ${name}2, … if it is data; --wrt ${name} if it is to be trained; or give it as "${name}" with --given`;
    return diagnostic("error", `train/${kind}`, message, symbol?.span ?? null, hint);
  }

  #descend(data: DataSet, parameters: ReadonlySet<Tensor>, derivation: Derivation, env: Environment): Trained | null {
    const theta = new Map([...parameters].map((t) => [t, env.array(t).data.slice()]));
    const constants = new Map(
      [...env.tensors].filter(([t]) => !parameters.has(t) && !data.tensors.has(t)).map(([t, a]) => [t, a.data]),
    );
    const adjoints = new Map(derivation.gradients.filter((g) => parameters.has(g.wrt)).map((g) => [g.wrt, g.adjoint]));
    const network = {
      equations: this.#model.equations,
      adjoints: adjointEquations(derivation),
      loss: derivation.target,
      parameters: adjoints,
      constants,
      sizes: env.sizes,
      batch: data.batch,
    };
    const { epochs = EPOCHS, batchSize = BATCH, rate = RATE, progress } = this.#options;
    const losses: number[] = [];
    for (const epoch of new Sgd(network, theta, data.examples, data.fill).run({
      epochs,
      batchSize,
      rate,
      seed: this.#seed,
    })) {
      losses.push(epoch.loss);
      progress?.(epoch, epochs);
      if (Number.isFinite(epoch.loss)) continue;
      this.#error("train/diverged", `the loss is not finite after ${epoch.epoch} epochs`, "take a smaller --rate");
      return null;
    }
    for (const [t, values] of theta) env.set(t, values);
    return {
      examples: data.examples,
      sizes: Object.fromEntries([...env.sizes].filter(([latex]) => latex !== data.batch)),
      losses,
      parameters: Object.fromEntries([...parameters].map((t) => [this.#names.of(t), toNested(t, env)])),
    };
  }

  #spellings(s: ModelSymbol): readonly string[] {
    const bare = (latex: string): string =>
      latex.replace(/\\(?:mathbf|boldsymbol|bm|mathrm|mathit|pmb|bf|rm)\b|[\s{}]/g, "");
    const latex = s.tensor.latex.replace(/[_^]\{#\d\}/g, "").replace(/\s/g, "");
    return [this.#names.of(s.tensor), s.tensor.name, latex, bare(latex)].filter((name) => name !== "");
  }

  #fail(diagnostics: readonly Diagnostic[]): null {
    for (const d of diagnostics) this.#report(d);
    return null;
  }

  #error(code: string, message: string, hint = ""): void {
    this.#report(diagnostic("error", code, message, null, hint));
  }

  #latex(tensor: Tensor): string {
    return symbolLatex(tensor, this.#model.symbols.find((s) => s.tensor === tensor)?.family ?? null);
  }
}
