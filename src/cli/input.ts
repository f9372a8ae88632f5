import { type FileHandle, open } from "node:fs/promises";

/** The largest file that is read, in bytes: a worksheet is a few kilobytes, a book a few megabytes. */
export const LARGEST = 8_000_000;

/** A file's text, or in one sentence why there is none. */
export type Input =
  | { readonly file: string; readonly text: string }
  | { readonly file: string; readonly problem: string; readonly code: string; readonly hint: string };

/** Standard inputs that were read: a second reading would find nothing, and nothing is no file. */
const spent = new WeakSet<object>();

/** Reads the files in order, one at a time; `-` is standard input. Never throws for anything the file system does. */
export async function* readInputs(files: readonly string[], largest = LARGEST): AsyncGenerator<Input> {
  for (const file of files) {
    if (file !== "-") yield await readInput(file, largest, () => readFile(file, largest));
    else if (spent.has(process.stdin)) yield failure(file, "input/twice", "standard input can be read only once");
    else {
      spent.add(process.stdin);
      yield await readInput(file, largest, () => atMost(process.stdin, largest));
    }
  }
}

/** The only input of one name. */
export async function readOnly(file: string): Promise<Input> {
  for await (const input of readInputs([file])) return input;
  throw new Error("internal: no input");
}

async function readInput(file: string, largest: number, read: () => Promise<Buffer>): Promise<Input> {
  try {
    const bytes = await read();
    if (bytes.length > largest) return tooLarge(file, largest);
    return decode(file, bytes);
  } catch (error) {
    return unreadable(file, error);
  }
}

async function readFile(file: string, largest: number): Promise<Buffer> {
  const handle: FileHandle = await open(file, "r");
  try {
    // A device or a pipe has no size to ask for, so every file is read up to the bound and one byte more.
    return await atMost(handle.createReadStream({ autoClose: false }), largest);
  } finally {
    await handle.close();
  }
}

async function atMost(stream: AsyncIterable<Buffer | string>, largest: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    chunks.push(bytes);
    length += bytes.length;
    if (length > largest) break;
  }
  return Buffer.concat(chunks);
}

export function decode(file: string, bytes: Buffer): Input {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return failure(file, "input/encoding", "the file is UTF-16", "save it as UTF-8");
  if (bytes.includes(0)) return failure(file, "input/binary", "the file is binary, not text", HINT);
  try {
    return { file, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    const line = firstInvalidLine(bytes);
    return failure(file, "input/encoding", `the file is not valid UTF-8 (line ${line})`, "save it as UTF-8");
  }
}

/** The line with the first byte that is not UTF-8. A line break is never part of a longer character. */
function firstInvalidLine(bytes: Buffer): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    try {
      decoder.decode(bytes.subarray(start, end < 0 ? bytes.length : end));
    } catch {
      return line;
    }
    if (end < 0) break;
    start = end + 1;
  }
  return line;
}

const HINT = "a worksheet is Markdown (.md, .txt) or LaTeX (.tex)";

export const tooLarge = (file: string, largest = LARGEST): Input =>
  failure(
    file,
    "input/too-large",
    `the file is larger than ${largest / 1_000_000} MB`,
    "split it into one file for each problem",
  );

const WORDS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["ENOTDIR", "there is no such file"],
  ["EISDIR", "this is a directory, not a file"],
  ["EACCES", "reading the file is not permitted"],
  ["EPERM", "reading the file is not permitted"],
  ["ELOOP", "the file is a circle of symbolic links"],
  ["ENAMETOOLONG", "the name is too long for a file"],
]);

export function unreadable(file: string, error: unknown): Input {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const hint = code === "EISDIR" ? "name the worksheets in it, for example with *.md" : "";
  const problem = WORDS.get(code) ?? `the file cannot be read${code === "" ? "" : ` (${code})`}`;
  return failure(file, code === "ENOENT" ? "input/missing" : "input/unreadable", problem, hint);
}

const failure = (file: string, code: string, problem: string, hint = ""): Input => ({ file, problem, code, hint });
