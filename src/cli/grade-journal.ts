import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { GradeJson } from "../grade/report.js";

/** A submission's marks without its name: equal submissions share them. */
export type Marks = Omit<GradeJson, "submission">;

/**
 * What was graded so far, on disk: one line for each distinct submission, `key` and marks. A run that was interrupted goes
 * on from it, and a run keeps no marks in memory. A line that was not written to its end counts for nothing.
 */
export class Journal {
  readonly #file: string;
  readonly #fd: number;
  readonly #places = new Map<string, { readonly start: number; readonly length: number }>();
  #end: number;

  private constructor(file: string, fd: number, end: number) {
    this.#file = file;
    this.#fd = fd;
    this.#end = end;
  }

  /** Opens the file; what is in it counts only if the run is resumed. */
  static async open(file: string, resume: boolean): Promise<Journal> {
    mkdirSync(path.dirname(file), { recursive: true });
    if (!resume || !existsSync(file)) rmSync(file, { force: true });
    const fd = openSync(file, "a+", 0o600);
    const journal = new Journal(file, fd, 0);
    if (resume) await journal.#read();
    return journal;
  }

  get size(): number {
    return this.#places.size;
  }

  async #read(): Promise<void> {
    const size = statSync(this.#file).size;
    const lines = createInterface({ input: createReadStream(this.#file), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) {
      const length = Buffer.byteLength(line) + 1;
      const key = keyOf(line);
      if (key === null || this.#end + length > size) break;
      this.#places.set(key, { start: this.#end, length });
      this.#end += length;
    }
    truncateSync(this.#file, this.#end);
  }

  get(key: string): Marks | null {
    const place = this.#places.get(key);
    if (place === undefined) return null;
    const bytes = Buffer.alloc(place.length);
    readSync(this.#fd, bytes, 0, place.length, place.start);
    const line: { readonly key: string; readonly marks: Marks } = JSON.parse(bytes.toString("utf8"));
    return line.key === key ? line.marks : null;
  }

  add(key: string, marks: Marks): void {
    const bytes = Buffer.from(`${JSON.stringify({ key, marks })}\n`);
    writeSync(this.#fd, bytes);
    this.#places.set(key, { start: this.#end, length: bytes.length });
    this.#end += bytes.length;
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Everything was given out: there is nothing to go on from. */
  remove(): void {
    this.close();
    rmSync(this.#file, { force: true });
  }
}

function keyOf(line: string): string | null {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null && "key" in parsed && "marks" in parsed
      ? String(parsed.key)
      : null;
  } catch {
    return null;
  }
}
