import { curveSvg, curveText } from "../render/train/curve.js";
import { type TrainJson, type TrainOptions, trainWorksheet } from "../session/train.js";
import { type Command, type Options, type Outcome, statusOf } from "./command.js";
import type { PlacedDiagnostic } from "./diagnostics.js";
import { numberText, valueLines } from "./evaluate.js";
import { valuesIn } from "./given.js";
import type { Paint } from "./terminal.js";
import { count, oneLine } from "./text.js";

export const train: Command = {
  run: async (file, text, options, stderr): Promise<Outcome> => {
    const given = options.given === undefined ? { values: {} } : valuesIn(options.given);
    if (!("values" in given)) return { json: unusable(file, [given]), text: () => "", diagnostics: [given], status: 2 };
    const json = trainWorksheet(file, text, {
      ...settingsOf(options),
      given: given.values,
      progress: progressTo(stderr),
    });
    const done = json.losses.length > 0;
    const { out, curve } = options;
    return {
      json,
      text: (paint) =>
        options.to === "svg" ? (done ? curveSvg(json.losses, titleOf(json)) : "") : trainText(json, paint),
      diagnostics: json.diagnostics,
      status: statusOf(json.diagnostics),
      files: [
        ...(out === undefined || !done ? [] : [{ file: out, text: `${JSON.stringify(json.parameters)}\n` }]),
        ...(curve === undefined || !done ? [] : [{ file: curve, text: curveSvg(json.losses, titleOf(json)) }]),
      ],
    };
  },
  unusable,
};

function unusable(file: string, diagnostics: readonly PlacedDiagnostic[]): TrainJson {
  return {
    ...{ schema: "backproof/train/1", file, data: "", examples: 0, epochs: 0, batch: 0, rate: 0, seed: 0 },
    ...{ sizes: {}, losses: [], parameters: {} },
    diagnostics,
  };
}

function settingsOf({ data, epochs, batch, rate, seed, size, wrt }: Options): TrainOptions {
  return {
    data: data ?? { file: "", text: "" },
    ...(epochs === undefined ? {} : { epochs }),
    ...(batch === undefined ? {} : { batchSize: batch }),
    ...(rate === undefined ? {} : { rate }),
    ...(seed === undefined ? {} : { seed }),
    ...(size === undefined ? {} : { sizes: Object.fromEntries(size) }),
    ...(wrt === undefined ? {} : { wrt }),
  };
}

/** On a terminal one line that changes, else a line for each tenth of the epochs. */
function progressTo(stderr: {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}): NonNullable<TrainOptions["progress"]> {
  return ({ epoch, loss }, of) => {
    const line = `epoch ${epoch}/${of}  loss ${numberText(loss)}`;
    const isTenth = Math.floor((epoch * 10) / of) > Math.floor(((epoch - 1) * 10) / of);
    if (stderr.isTTY === true) stderr.write(`\r\u001B[K${line}${epoch === of ? "\n" : ""}`);
    else if (epoch === 0 || isTenth || epoch === of) stderr.write(`${line}\n`);
  };
}

const titleOf = ({ data, rate, batch }: TrainJson): string => `Loss on ${data}, batches of ${batch}, step ${rate}`;

function trainText(json: TrainJson, paint: Paint): string {
  const { file, data, examples, epochs, batch, rate, seed, losses, parameters } = json;
  if (losses.length === 0) return paint("bold", oneLine(file));
  const settings = `${count(examples, "example")} of ${oneLine(data)}, ${count(epochs, "epoch")}, batches of ${batch}, step ${rate}, seed ${seed}`;
  const names = Object.entries(parameters);
  const width = Math.max(0, ...names.map(([name]) => name.length));
  const values = names.flatMap(([name, value]) => {
    const [first = "", ...rest] = valueLines(value as Parameters<typeof valueLines>[0]);
    return [`  ${name.padEnd(width)}   ${first}`, ...rest.map((l) => `  ${" ".repeat(width)}   ${l}`)];
  });
  return [
    `${paint("bold", oneLine(file))}  ${settings}`,
    "",
    `${paint("bold", "loss")}  ${numberText(losses[0] ?? null)} → ${numberText(losses.at(-1) ?? null)}`,
    "",
    ...curveText(losses),
    "",
    paint("bold", "parameters"),
    ...values,
  ].join("\n");
}
