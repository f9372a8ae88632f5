import type { CheckFormat } from "../render/check/formats.js";
import type { Format } from "../render/render.js";
import type { PlacedDiagnostic } from "./diagnostics.js";
import type { Paint } from "./terminal.js";

/** 0 all is well; 1 something checked is wrong; 2 something could not be read or decided. */
export type Status = 0 | 1 | 2;

/** What a command found out about one file. */
export interface Outcome {
  /** One line of `--json`. */
  readonly json: object;
  /** The same for people, without a line break at the end. */
  readonly text: (paint: Paint) => string | Promise<string>;
  readonly diagnostics: readonly PlacedDiagnostic[];
  readonly status: Status;
  /** What is to be written beside standard output. */
  readonly files?: readonly { readonly file: string; readonly text: string }[];
}

/** What `graph --to` prints; apart from what makes them, so that help need not load it. */
export const GRAPH_FORMATS = ["svg", "dot", "mermaid", "tikz", "markdown"] as const;
export type GraphFormat = Exclude<(typeof GRAPH_FORMATS)[number], "markdown">;

export interface Options {
  readonly json?: boolean;
  readonly to?: Exclude<Format, "json"> | CheckFormat | GraphFormat;
  readonly wrt?: readonly string[];
  readonly digits?: number;
  readonly against?: { readonly file: string; readonly text: string };
  readonly seed?: number;
  readonly paths?: readonly string[];
  readonly backward?: boolean;
  readonly units?: boolean;
  readonly weights?: boolean;
  /** A file of values. */
  readonly given?: { readonly file: string; readonly text: string };
  readonly epochs?: number;
  readonly batch?: number;
  readonly rate?: number;
  /** Sizes by name. */
  readonly size?: readonly (readonly [string, number])[];
  /** Where the parameters, and where the loss curve go. */
  readonly out?: string;
  readonly curve?: string;
  /** A table. */
  readonly data?: { readonly file: string; readonly text: string };
  readonly gradients?: boolean;
  readonly expect?: readonly string[];
  readonly domain?: readonly string[];
}

/** A command over worksheets: one outcome for each file. */
export interface Command {
  readonly run: (file: string, text: string, options: Options, stderr: Writer) => Promise<Outcome>;
  /** With `--to`: the objects of all files as one document. Without it, each file's text is a document of its own. */
  readonly document?: (files: readonly object[], to: NonNullable<Options["to"]>) => Promise<string>;
  /** The JSON object of a file that cannot be used: its lists are empty. */
  readonly unusable: (file: string, diagnostics: readonly PlacedDiagnostic[]) => object;
}

/** The status of a file whose diagnostics are all that can be wrong with it. */
export const statusOf = (diagnostics: readonly PlacedDiagnostic[]): Status =>
  diagnostics.some((d) => d.severity === "error") ? 2 : 0;

interface Writer {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** What the program touches of its process. */
export interface Surroundings {
  readonly stdout: Writer;
  readonly stderr: Writer;
  readonly env: NodeJS.ProcessEnv;
}
