import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import type { Fill } from "../evaluate/sgd.js";
import { type Column, matchColumns } from "../evaluate/table.js";
import type { Range, Tensor } from "../expression/node.js";
import type { Model, ModelSymbol } from "../model/model.js";

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Examples, as a network takes them. */
export interface DataSet {
  readonly tensors: ReadonlySet<Tensor>;
  readonly examples: number;
  /** The size that counts examples (`N` of `X ∈ ℝ^{N×D}`), or `null` where the worksheet is about one example. */
  readonly batch: string | null;
  /** The values of the first example, from whose shapes sizes follow. */
  readonly sample: ReadonlyMap<Tensor, unknown>;
  readonly fill: Fill;
  readonly notes: readonly Diagnostic[];
}

type Read = DataSet | { readonly troubles: readonly Diagnostic[] };

/** The columns of one symbol. */
interface Feature {
  readonly tensor: Tensor;
  /** The axis that counts examples, or -1. */
  readonly batchAxis: number;
  /** The sizes of the other axes. */
  readonly shape: readonly number[];
  /** For each example all entries, last axis fastest. */
  readonly rows: readonly Float64Array[];
}

/** Reads a table: which columns are whose, which axis counts examples, what the numbers are. */
export class TrainingData {
  readonly #model: Model;
  readonly #file: string;
  readonly #spellings: (s: ModelSymbol) => readonly string[];
  readonly #troubles: Diagnostic[] = [];
  readonly #notes: Diagnostic[] = [];

  constructor(model: Model, file: string, spellings: (s: ModelSymbol) => readonly string[]) {
    this.#model = model;
    this.#file = file;
    this.#spellings = spellings;
  }

  read(table: Table): Read {
    const { columns, others } = matchColumns(table.header, this.#model, this.#spellings);
    if (others.length > 0)
      this.#notes.push(
        this.#told("warning", "unused", `no symbol is called ${others.join(", ")}: these columns are not used`),
      );
    if (columns.size === 0)
      this.#error(
        "columns",
        "no column is a symbol of the worksheet",
        "call the columns x1, x2, …, t by the names that `backproof read` lists",
      );
    else if (table.rows.length === 0) this.#error("empty", "there are no examples");
    const short = table.rows.findIndex((row) => row.length !== table.header.length);
    if (short >= 0)
      this.#error(
        "row",
        `example ${short + 1} has ${table.rows[short]?.length} values, and there are ${table.header.length} columns`,
      );
    if (this.#troubles.length > 0) return { troubles: this.#troubles };
    const batch = this.#batchOf(columns);
    const features = [...columns.values()].flatMap((own) => this.#feature(own, batch, table) ?? []);
    if (this.#troubles.length > 0) return { troubles: this.#troubles };
    return {
      tensors: new Set(columns.keys()),
      examples: table.rows.length,
      batch,
      sample: new Map(features.map((f) => [f.tensor, sampleOf(f)])),
      fill: filling(features),
      notes: this.#notes,
    };
  }

  /** The size of an axis that every symbol of the table has beside those that its columns count. */
  #batchOf(columns: ReadonlyMap<Tensor, readonly Column[]>): string | null {
    const candidates = [...columns].map(([tensor, own]) => {
      const counted = this.#isLabel(tensor, own) ? 1 : (own[0]?.indices.length ?? 0);
      return counted === tensor.axes.length - 1 ? tensor.axes.map(sizeName).filter((n) => n !== null) : [];
    });
    const [first = []] = candidates;
    return first.find((name) => candidates.every((c) => c.includes(name))) ?? null;
  }

  /** One column for a one-hot symbol holds the class. */
  #isLabel(tensor: Tensor, columns: readonly Column[]): boolean {
    const isOneHot = this.#model.assumptions.some((a) => a.kind === "one-hot" && a.tensor === tensor);
    return isOneHot && columns.length === 1 && columns[0]?.indices.length === 0;
  }

  #feature(columns: readonly Column[], batch: string | null, table: Table): Feature | null {
    const [first] = columns;
    if (first === undefined) return null;
    const { tensor } = first.symbol;
    const batchAxis = batch === null ? -1 : tensor.axes.findIndex((r) => sizeName(r) === batch);
    const axes = tensor.axes.filter((_, k) => k !== batchAxis);
    if (this.#isLabel(tensor, columns) && axes.length === 1)
      return this.#labels(tensor, first, batchAxis, axes[0], table);
    const name = this.#nameOf(first.symbol);
    if (columns.some((c) => c.indices.length !== axes.length)) {
      const written = axes.length === 0 ? name : `${name}[1${",1".repeat(axes.length - 1)}], …`;
      this.#error(
        "columns",
        `${name} has ${axes.length === 0 ? "no axes" : `${axes.length} axes`} in an example, and the columns do not`,
        `call them ${written}`,
      );
      return null;
    }
    const base = Math.min(1, ...columns.flatMap((c) => c.indices));
    const shape = axes.map((_, k) => Math.max(...columns.map((c) => (c.indices[k] ?? 0) - base + 1)));
    const cells = columns.map((c) => shape.reduce((cell, size, k) => cell * size + (c.indices[k] ?? 0) - base, 0));
    const size = shape.reduce((n, s) => n * s, 1);
    if (new Set(cells).size !== columns.length || columns.length !== size) {
      this.#error(
        "columns",
        `${name} needs a column for each of its ${size} entries, once; there are ${columns.length}`,
      );
      return null;
    }
    const rows = table.rows.map((row, n) => {
      const values = new Float64Array(size);
      columns.forEach((c, k) => {
        values[cells[k] ?? 0] = this.#number(row[c.place] ?? "", n, table.header[c.place] ?? "");
      });
      return values;
    });
    return { tensor, batchAxis, shape, rows };
  }

  /** Classes, numbers in their order or words, as one-hot vectors. */
  #labels(tensor: Tensor, column: Column, batchAxis: number, axis: Range | undefined, table: Table): Feature {
    const labels = table.rows.map((row) => (row[column.place] ?? "").trim());
    const isNumeric = labels.every((l) => l !== "" && Number.isInteger(Number(l)));
    const found = [...new Set(labels)].sort((a, b) => (isNumeric ? Number(a) - Number(b) : a < b ? -1 : 1));
    const fixed =
      axis === undefined || axis.high.terms.length > 1 || axis.high.terms[0]?.powers.length !== 0
        ? null
        : axis.high.terms[0].coefficient;
    // Numbers count from 0 or 1 where they can, so that a class without an example keeps its place.
    const low = isNumeric ? Math.min(...labels.map(Number)) : 0;
    const counts = isNumeric && (low === 0 || low === 1);
    const classes = counts
      ? Array.from({ length: Math.max(fixed ?? 0, Number(found.at(-1)) - low + 1) }, (_, k) => String(low + k))
      : found;
    this.#notes.push(
      this.#told(
        "note",
        "classes",
        `${this.#nameOf(column.symbol)} is one-hot; its classes in order: ${classes.join(", ")}`,
      ),
    );
    const places = new Map(classes.map((c, k) => [c, k]));
    const rows = labels.map((label) => {
      const values = new Float64Array(classes.length);
      values[places.get(counts ? String(Number(label)) : label) ?? 0] = 1;
      return values;
    });
    return { tensor, batchAxis, shape: [classes.length], rows };
  }

  #number(text: string, row: number, header: string): number {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!Number.isFinite(value) && this.#troubles.length < 5)
      this.#error(
        "number",
        `example ${row + 1} has ${JSON.stringify(text)} in column ${header}, and a number is expected`,
      );
    return value;
  }

  #nameOf(s: ModelSymbol): string {
    return this.#spellings(s)[0] ?? s.tensor.name;
  }

  #error(code: string, message: string, hint = ""): void {
    this.#troubles.push(diagnostic("error", `data/${code}`, `${this.#file}: ${message}`, null, hint));
  }

  #told(severity: "note" | "warning", code: string, message: string): Diagnostic {
    return diagnostic(severity, `data/${code}`, `${this.#file}: ${message}`, null);
  }
}

/** The name of a size `1..N`. */
function sizeName({ low, high }: Range): string | null {
  const isOne = low.terms.length === 1 && low.terms[0]?.coefficient === 1 && low.terms[0].powers.length === 0;
  const [term, more] = high.terms;
  const [power, another] = term?.powers ?? [];
  if (!isOne || term === undefined || more !== undefined || term.coefficient !== 1) return null;
  return power === undefined || another !== undefined || power[1] !== 1 ? null : power[0].latex;
}

type NestedValue = number | readonly NestedValue[];

/** The first example in the shape that the symbol has when it is alone. */
function sampleOf({ batchAxis, shape, rows }: Feature): NestedValue {
  const full = batchAxis < 0 ? shape : [...shape.slice(0, batchAxis), 1, ...shape.slice(batchAxis)];
  const data = rows[0] ?? new Float64Array();
  const nest = (axis: number, from: number, size: number): NestedValue => {
    const length = full[axis];
    if (length === undefined) return data[from] ?? 0;
    const step = size / length;
    return Array.from({ length }, (_, k) => nest(axis + 1, from + k * step, step));
  };
  return nest(0, 0, data.length);
}

function filling(features: readonly Feature[]): Fill {
  return (env, examples) => {
    for (const { tensor, batchAxis, shape, rows } of features) {
      const [only] = examples;
      if (batchAxis < 0) {
        env.set(tensor, rows[only ?? 0] ?? new Float64Array());
        continue;
      }
      const { strides, length } = env.layout(tensor);
      const data = env.tensors.get(tensor)?.data ?? new Float64Array(length);
      const own = strides.filter((_, k) => k !== batchAxis);
      examples.forEach((example, n) => {
        rows[example]?.forEach((x, cell) => {
          let [rest, at] = [cell, n * (strides[batchAxis] ?? 1)];
          for (let axis = shape.length - 1; axis >= 0; axis--) {
            const size = shape[axis] ?? 1;
            at += (rest % size) * (own[axis] ?? 1);
            rest = Math.floor(rest / size);
          }
          data[at] = x;
        });
      });
      env.set(tensor, data);
    }
  };
}
