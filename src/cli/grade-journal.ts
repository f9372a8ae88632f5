import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  type Stats,
  statSync,
  truncateSync,
} from "node:fs";
import path from "node:path";
import type { GradeJson } from "../grade/report.js";
import { fileLines } from "./file-lines.js";

/** A submission's marks without its name: equal submissions share them. */
export type Marks = Omit<GradeJson, "submission">;

/** A file that is no journal: nobody's work is overwritten for one. */
export class NoJournal extends Error {}

/** How every journal begins. */
const BEGINNING = '{"key":';

/**
 * What was graded so far, on disk: one line for each distinct submission, `key` and marks. A run that was interrupted goes
 * on from it, and a run keeps no marks in memory. A line that was not written to its end counts for nothing.
 */
export class Journal {
  readonly #file: string;
  readonly #fd: number;
  readonly #places = new Map<string, { readonly start: number; readonly length: number }>();
  readonly #lost: (error: unknown) => void;
  #isLost = false;
  #end = 0;

  private constructor(file: string, fd: number, lost: (error: unknown) => void) {
    this.#file = file;
    this.#fd = fd;
    this.#lost = lost;
  }

  /**
   * Opens the file; what is in it counts only if the run is resumed. `lost` is called once if it cannot be written any
   * more: marks are given all the same. Throws `NoJournal`, and what the file system does.
   */
  static async open(file: string, resume: boolean, lost: (error: unknown) => void = () => undefined): Promise<Journal> {
    mkdirSync(path.dirname(file), { recursive: true });
    const known = statSync(file, { throwIfNoEntry: false });
    if (known !== undefined && !isJournal(file, known))
      throw new NoJournal("this file is there already and no journal");
    if (known !== undefined && !resume) rmSync(file, { force: true });
    const fd = openSync(file, "a+", 0o600);
    const journal = new Journal(file, fd, lost);
    if (resume) await journal.#read();
    return journal;
  }

  get size(): number {
    return this.#places.size;
  }

  async #read(): Promise<void> {
    for await (const line of fileLines(this.#file)) {
      const key = line.endsWith("\n") ? keyOf(line) : null;
      if (key === null) break;
      const length = Buffer.byteLength(line);
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
    const line = parsed(bytes.toString("utf8"));
    return line?.key === key ? line.marks : null;
  }

  add(key: string, marks: Marks): void {
    if (this.#isLost) return;
    const bytes = Buffer.from(`${JSON.stringify({ key, marks })}\n`);
    try {
      appendFileSync(this.#fd, bytes);
    } catch (error) {
      this.#giveUp(error);
      return;
    }
    this.#places.set(key, { start: this.#end, length: bytes.length });
    this.#end += bytes.length;
  }

  /** No half line is left behind which a later one would be written. */
  #giveUp(error: unknown): void {
    this.#isLost = true;
    try {
      ftruncateSync(this.#fd, this.#end);
    } catch {
      // Then the half line is the last.
    }
    this.#lost(error);
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

/** Nothing is put in the place of a device, or of a file that somebody named by mistake. */
function isJournal(file: string, found: Stats): boolean {
  if (!found.isFile()) return false;
  const fd = openSync(file, "r");
  try {
    const start = Buffer.alloc(Math.min(found.size, BEGINNING.length));
    readSync(fd, start);
    return BEGINNING.startsWith(start.toString("latin1"));
  } finally {
    closeSync(fd);
  }
}

interface Line {
  readonly key: string;
  readonly marks: Marks;
}

function parsed(text: string): Line | null {
  try {
    const line: Partial<Line> | null = JSON.parse(text);
    return typeof line?.key === "string" && typeof line.marks === "object" ? (line as Line) : null;
  } catch {
    return null;
  }
}

const keyOf = (line: string): string | null => parsed(line)?.key ?? null;
