import { type EvaluateJson, evaluateWorksheet, type NestedJson, type ValueJson } from "../session/evaluate.js";
import type { OrderedProductJson } from "../session/ordered-products.js";
import type { SpecificationJson } from "../session/specification.js";
import { type Command, type Outcome, statusOf } from "./command.js";
import type { PlacedDiagnostic } from "./diagnostics.js";
import { valuesIn } from "./given.js";
import type { Paint } from "./terminal.js";
import { count, oneLine, RIGHT, WRONG } from "./text.js";

export const evaluate: Command = {
  run: async (file, text, { given, gradients, seed, expect, domain }): Promise<Outcome> => {
    const found = given === undefined ? { values: {} } : valuesIn(given);
    if (!("values" in found)) return { json: unusable(file, [found]), text: () => "", diagnostics: [found], status: 2 };
    const json = evaluateWorksheet(file, text, {
      given: found.values,
      ...(gradients === undefined ? {} : { gradients }),
      ...(seed === undefined ? {} : { seed }),
      ...(expect === undefined ? {} : { expect }),
      ...(domain === undefined ? {} : { domains: domain }),
    });
    const fails = json.specifications.some((s) => s.failures > 0);
    return {
      json,
      text: (paint) => evaluateText(json, paint),
      diagnostics: json.diagnostics,
      status: fails ? 1 : statusOf(json.diagnostics),
    };
  },
  unusable,
};

function unusable(file: string, diagnostics: readonly PlacedDiagnostic[]): EvaluateJson {
  return {
    schema: "backproof/evaluate/1",
    file,
    sizes: {},
    values: [],
    gradients: [],
    orders: [],
    specifications: [],
    diagnostics,
  };
}

function evaluateText({ file, sizes, values, gradients, orders, specifications }: EvaluateJson, paint: Paint): string {
  const sized = Object.entries(sizes).map(([latex, size]) => `${oneLine(latex)} = ${size}`);
  const given = values.filter((v) => v.role !== "intermediate" && v.role !== "loss");
  const computed = values.filter((v) => !given.includes(v));
  return [
    paint("bold", oneLine(file)),
    ...(sized.length === 0 ? [] : ["", `${paint("bold", "sizes")}  ${sized.join(", ")}`]),
    ...section("given", given, paint),
    ...section("forward pass", computed, paint),
    ...section("gradients", gradients, paint),
    ...orders.flatMap((o) => orderLines(o, paint)),
    ...specifications.flatMap((s) => specificationLines(s, paint)),
  ].join("\n");
}

function specificationLines(
  { expect, inputs, failures, counterexample }: SpecificationJson,
  paint: Paint,
): readonly string[] {
  const of = count(inputs, "input");
  if (counterexample === null)
    return ["", paint("green", `${RIGHT} ${oneLine(expect)}: holds for ${inputs === 1 ? of : `all ${of}`}`)];
  const values = Object.entries(counterexample).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [
    "",
    paint("red", `${WRONG} ${oneLine(expect)}: FAILS for ${failures} of ${of}`),
    `  for example  ${values.join(", ")}`,
  ];
}

function orderLines(o: OrderedProductJson, paint: Paint): readonly string[] {
  const mode =
    o.mode === "forward"
      ? ", left to right (forward mode)"
      : o.mode === "reverse"
        ? ", right to left (reverse mode)"
        : "";
  const counts = `${count(o.multiplications, "multiplication")}, ${count(o.additions, "addition")}, ${count(o.memory, "number")} stored`;
  const steps = o.steps.flatMap(({ product, value }) => {
    const shown =
      value.length === 1 && value[0]?.length === 1
        ? (value[0][0] ?? null)
        : value.every((row) => row.length === 1)
          ? value.flat()
          : value;
    const [first = "", ...rest] = valueLines(shown);
    const head = `  ${oneLine(product)} = `;
    return [`${head}${first}`, ...rest.map((line) => " ".repeat(head.length) + line)];
  });
  return ["", `${paint("bold", `${oneLine(o.of)} = ${oneLine(o.order)}`)}${mode}: ${counts}`, ...steps];
}

function section(title: string, values: readonly ValueJson[], paint: Paint): readonly string[] {
  if (values.length === 0) return [];
  const width = Math.max(...values.map((v) => v.name.length));
  const lines = values.flatMap(({ name, value }) => {
    const [first = "", ...rest] = valueLines(value);
    return [`  ${name.padEnd(width)}   ${first}`, ...rest.map((l) => `  ${" ".repeat(width)}   ${l}`)];
  });
  return ["", paint("bold", title), ...lines];
}

/** A matrix by rows, columns aligned; what has more axes matrix by matrix. */
export function valueLines(value: NestedJson): readonly string[] {
  if (value === null || typeof value === "number") return [numberText(value)];
  const isFlat = value.every((v) => v === null || typeof v === "number");
  if (isFlat) return [`[${value.map((v) => numberText(v as number | null)).join(", ")}]`];
  const rows = value.map((v) => (Array.isArray(v) ? (v as readonly NestedJson[]) : [v]));
  if (!rows.every((row) => row.every((v) => v === null || typeof v === "number")))
    return enclosed(value.map((v) => valueLines(v)));
  const texts = rows.map((row) => row.map((v) => numberText(v as number | null)));
  const width = Math.max(0, ...texts.flat().map((t) => t.length));
  return enclosed(texts.map((row) => [`[${row.map((t) => t.padStart(width)).join(", ")}]`]));
}

const enclosed = (parts: readonly (readonly string[])[]): readonly string[] =>
  parts.flatMap((lines, k) =>
    lines.map(
      (line, j) =>
        `${k === 0 && j === 0 ? "[" : " "}${line}${j < lines.length - 1 ? "" : k === parts.length - 1 ? "]" : ","}`,
    ),
  );

/** Six digits, which is for reading; `--json` has them all. */
export function numberText(value: number | null): string {
  if (value === null) return "not finite";
  return String(Number(value.toPrecision(6)));
}
