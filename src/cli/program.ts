import { readFileSync } from "node:fs";
import { Command as Commander, CommanderError, InvalidArgumentError, Option } from "commander";
import { gradeFormatNames } from "../grade/formats/names.js";
import { feedbackLevels } from "../grade/report.js";
import type { CheckFormat } from "../render/check/formats.js";
import type { Format } from "../render/render.js";
import { type Command, GRAPH_FORMATS, type Options, type Outcome, type Status, type Surroundings } from "./command.js";
import { aboutFile, formatDiagnostic, linesOf, type PlacedDiagnostic } from "./diagnostics.js";
import type { GradeAsked } from "./grade.js";
import { type Input, readInputs, readOnly } from "./input.js";
import { type Paint, painter } from "./terminal.js";

/** Runs one call of `backproof` and gives its exit status. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<Status> {
  let status: Status = 0;
  const program = describe(
    surroundings,
    async (load, files, options) => {
      status = await overFiles(await load(), files, options, surroundings);
    },
    async (problem, submissions, options) => {
      const { grade } = await import("./grade.js");
      status = await grade(problem, submissions, options, version(), surroundings);
    },
  );
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return status;
}

/** The options as commander gives them: what names a file is still a path. */
type Asked = Omit<Options, FileOption> & { readonly [K in FileOption]?: string };
/** Options whose value is a file to be read. */
const FILE_OPTIONS = ["against", "given", "data"] as const;
type FileOption = (typeof FILE_OPTIONS)[number];
type Load = () => Promise<Command>;
type Start = (load: Load, files: readonly string[], options: Asked) => Promise<void>;

const FORMATS: readonly Exclude<Format, "json">[] = ["latex", "markdown", "html", "numpy"];
const CHECK_FORMATS: readonly CheckFormat[] = ["markdown", "html", "sarif", "junit"];

type StartGrade = (problem: string, submissions: readonly string[], options: GradeAsked) => Promise<void>;

function describe({ stdout, stderr }: Surroundings, start: Start, startGrade: StartGrade): Commander {
  const program = new Commander("backproof")
    .description("Derives the backward pass of a worksheet's forward pass, and judges what somebody else derived.")
    .version(version(), "-V, --version")
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .addHelpText(
      "after",
      "\nA FILE is Markdown or LaTeX; - is standard input.\n" +
        "Exit status: 0 all is well; 1 something checked is wrong; 2 something could not be read or decided.",
    );
  const command = (name: string, description: string, load: Load) =>
    program
      .command(name)
      .description(description)
      .argument("<FILE...>", "worksheets; - is standard input")
      .option("--json", "JSON Lines: one object for each file")
      .action((files: readonly string[], options: Asked) => start(load, files, options));
  const to = (formats: readonly string[]) =>
    new Option("--to <FORMAT>", "another format").choices(formats).conflicts("json");
  const seed = () =>
    new Option("--seed <N>", "seed of the sampled points (default: from the content)").argParser(whole(0));

  command(
    "read",
    "what was understood: formulas, symbols, shapes, choices",
    async () => (await import("./read.js")).read,
  );
  command("derive", "derive every gradient, with each step", async () => (await import("./derive.js")).derive)
    .option("--wrt <SYMBOL>", "only the gradient for this symbol; may be repeated", collect)
    .addOption(to(FORMATS))
    .addOption(seed());
  command("check", "judge every claim and every step of every chain", async () => (await import("./check.js")).check)
    .option("--against <PROBLEM>", "the worksheet whose forward pass the claims are about")
    .addOption(to(CHECK_FORMATS))
    .addOption(seed());
  program
    .command("grade")
    .description("score submissions by a problem, with feedback")
    .argument("<PROBLEM>", "a worksheet with questions, points and, optionally, official answers")
    .argument("<SUBMISSION...>", "files, folders, zip archives, tables of answers (csv); - is standard input")
    .addOption(new Option("--json", "JSON Lines: one object for each submission").conflicts("to"))
    .addOption(new Option("--to <FORMAT>", "another format").choices(gradeFormatNames))
    .addOption(new Option("--feedback <LEVEL>", "how much a student is told").choices(feedbackLevels).default("full"))
    .addOption(new Option("--workers <N>", "child processes (default: one for each core)").argParser(whole(1, 256)))
    .option("--resume", "go on where an interrupted run of the same call was")
    .option("--journal <FILE>", "where to note what is graded (default: in the user's cache)")
    .addOption(
      new Option("--diff <OLD>", "say whose marks change since an earlier run's --json").conflicts(["json", "to"]),
    )
    .addOption(seed())
    .action((problem: string, submissions: readonly string[], options: GradeAsked) =>
      startGrade(problem, submissions, options),
    );
  command(
    "cost",
    "what the passes cost: operations, memory, orders of multiplication",
    async () => (await import("./cost.js")).cost,
  );
  command("verify", "check every gradient by numbers", async () => (await import("./verify.js")).verify)
    .addOption(new Option("--digits <N>", "digits that must agree").argParser(whole(1, 100)))
    .addOption(seed());
  program
    .command("graph")
    .description("the computation graph, each edge with its local derivative")
    .argument("<FILE>", "a worksheet, or a network drawn in DOT or Mermaid; - is standard input")
    .option("--json", "a JSON object")
    .addOption(to(GRAPH_FORMATS))
    .option("--units", "unit by unit, weights on the edges")
    .option("--weights", "with --units: weights as nodes of their own")
    .addOption(new Option("--size <NAME=N>", "with --units: a size, D=2; may be repeated").argParser(sizeOption))
    .option("--backward", "the backward pass too: gradients at the nodes, edges back")
    .option("--paths <SYMBOL>", "mark the paths from this symbol to the loss; may be repeated", collect)
    .addOption(seed())
    .action((file: string, options: Asked) => start(async () => (await import("./graph.js")).graph, [file], options));
  program
    .command("evaluate")
    .description("numbers through the forward pass, every intermediate printed")
    .argument("<FILE>", "a worksheet; - is standard input")
    .option("--given <JSON>", "values by name, as `read` lists them; sizes follow from their shapes")
    .option("--gradients", "the gradients of the loss too")
    .option("--expect <STATEMENT>", "check it on every input of a finite domain; may be repeated", collect)
    .option("--domain <DECLARATION>", "a domain, x \\in \\{0,1\\}^4, beside those of the worksheet", collect)
    .option("--json", "a JSON object")
    .addOption(seed())
    .action((file: string, options: Asked) =>
      start(async () => (await import("./evaluate.js")).evaluate, [file], options),
    );
  program
    .command("train")
    .description("mini-batch SGD on the derived gradients")
    .argument("<FILE>", "a worksheet; - is standard input")
    .requiredOption("--data <CSV>", "examples, a row each; columns by name: x1, x2, t or x[1]")
    .addOption(new Option("--epochs <N>", "times through the data (default: 100)").argParser(whole(1)))
    .addOption(new Option("--batch <N>", "examples in a batch (default: 32)").argParser(whole(1)))
    .addOption(new Option("--rate <NUMBER>", "step η (default: 0.1)").argParser(positive))
    .addOption(new Option("--size <NAME=N>", "a size that nothing tells, H=8; may be repeated").argParser(sizeOption))
    .option("--given <JSON>", "values to begin with, and constants")
    .option("--wrt <SYMBOL>", "train only this; may be repeated", collect)
    .option("--out <FILE>", "write the parameters there, for `evaluate --given`")
    .option("--curve <FILE>", "write the loss curve there as SVG")
    .addOption(to(["svg"]))
    .option("--json", "a JSON object")
    .addOption(seed())
    .action((file: string, options: Asked) => start(async () => (await import("./train.js")).train, [file], options));
  return program;
}

const collect = (symbol: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  symbol,
];

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError("It must be a positive number.");
  return value;
}

/** `H=8`; a name in LaTeX may hold an equals sign, a number does not. */
function sizeOption(
  text: string,
  before: readonly (readonly [string, number])[] | undefined,
): readonly (readonly [string, number])[] {
  const [, name, number] = /^(.+)=\s*(\d+)\s*$/.exec(text) ?? [];
  if (name === undefined || number === undefined)
    throw new InvalidArgumentError("Write a name and a whole number, H=8.");
  return [...(before ?? []), [name.trim(), Number(number)]];
}

const whole =
  (least: number, most = 2 ** 32 - 1) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    return value;
  };

/** From the package itself, whether this runs from `src/` or from `dist/`. */
function version(): string {
  const description: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const known = typeof description === "object" && description !== null && "version" in description;
  return known ? String(description.version) : "unknown";
}

async function overFiles(command: Command, files: readonly string[], asked: Asked, io: Surroundings): Promise<Status> {
  const { against, given, data, ...rest } = asked;
  const beside = await readBeside({ against, given, data });
  const paint = painter(io.stdout, io.env);
  const paintError = painter(io.stderr, io.env);
  let highest: Status = 0;
  const { to } = rest;
  const found: object[] = [];
  const isWhole = to !== undefined && command.document !== undefined;
  const keep = isWhole ? (json: object) => found.push(json) : null;
  for await (const input of readInputs(files)) {
    const status = await overFile(command, input, beside, rest, { io, paint, paintError, keep });
    if (status > highest) highest = status;
  }
  if (to !== undefined && command.document !== undefined) write(io, await command.document(found, to));
  return highest;
}

/** The files that options name, each read once. */
async function readBeside(
  paths: { readonly [K in FileOption]: string | undefined },
): Promise<ReadonlyMap<FileOption, Input>> {
  const read = new Map<FileOption, Input>();
  for (const option of FILE_OPTIONS) {
    const path = paths[option];
    if (path !== undefined) read.set(option, await readOnly(path));
  }
  return read;
}

const write = (io: Surroundings, text: string): void => {
  if (text !== "") io.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
};

interface Output {
  /** Where a format puts all files into one document, takes each file's object. */
  readonly keep: ((json: object) => void) | null;
  readonly io: Surroundings;
  readonly paint: Paint;
  readonly paintError: Paint;
}

async function overFile(
  command: Command,
  input: Input,
  beside: ReadonlyMap<FileOption, Input>,
  options: Options,
  { io, paint, paintError, keep }: Output,
): Promise<Status> {
  const report = (diagnostics: readonly PlacedDiagnostic[], lines: readonly string[]) => {
    for (const d of diagnostics) io.stderr.write(`${formatDiagnostic(input.file, lines, d, paintError)}\n`);
  };
  const giveUp = (code: string, message: string, hint = ""): Status => {
    const diagnostics = [aboutFile(code, message, hint)];
    report(diagnostics, []);
    const json = command.unusable(input.file, diagnostics);
    if (options.json === true) write(io, JSON.stringify(json));
    keep?.(json);
    return 2;
  };
  if ("problem" in input) return giveUp(input.code, input.problem, input.hint);
  for (const other of beside.values())
    if ("problem" in other) return giveUp(other.code, `${other.file}: ${other.problem}`, other.hint);
  try {
    const outcome = await command.run(input.file, input.text, { ...options, ...Object.fromEntries(beside) }, io.stderr);
    const output =
      options.json === true ? JSON.stringify(outcome.json) : keep === null ? await outcome.text(paint) : "";
    report(outcome.diagnostics, linesOf(input.text));
    write(io, output);
    keep?.(outcome.json);
    const unwritten = await writeFiles(outcome.files ?? []);
    if (unwritten !== null) return giveUp("output/unwritable", unwritten);
    return outcome.status;
  } catch (error) {
    // One file's accident must not take the others' results away.
    return giveUp("internal/error", `this is a mistake in the program, not in the file: ${messageOf(error)}`);
  }
}

/** What keeps one of the files from being written, or `null`. */
async function writeFiles(files: NonNullable<Outcome["files"]>): Promise<string | null> {
  const { writeFile } = await import("node:fs/promises");
  for (const { file, text } of files)
    try {
      await writeFile(file, text);
    } catch (error) {
      return `${file} cannot be written: ${messageOf(error)}`;
    }
  return null;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
