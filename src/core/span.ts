/** A half-open range of UTF-16 offsets into one source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place as people count it: lines and columns from 1, columns in characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The place of what is about a whole file. */
export const WHOLE_FILE: Place = Object.freeze({ line: 1, column: 1, endLine: 1, endColumn: 1 });

export const span = (start: number, end: number): Span => ({ start, end });

export const cover = (a: Span, b: Span): Span => ({
  start: Math.min(a.start, b.start),
  end: Math.max(a.end, b.end),
});

/** A text with its line starts, found once, so that a place costs a binary search. */
export class Source {
  readonly file: string;
  readonly text: string;
  readonly #starts: readonly number[];
  #last = { line: 0, at: 0, count: 0 };

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    const starts = [0];
    for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
    this.#starts = starts;
  }

  place({ start, end }: Span): Place {
    const from = this.#locate(start);
    const to = this.#locate(end);
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }

  /** The text of a line, counted from 1, without its line break. */
  line(number: number): string {
    const from = this.#starts[number - 1] ?? this.text.length;
    const to = this.#starts[number] ?? this.text.length + 1;
    return this.text.slice(from, to - 1).replace(/\r$/, "");
  }

  #locate(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const lineStart = this.#starts[low] ?? 0;
    return { line: low + 1, column: this.#characters(lineStart, offset) + 1 };
  }

  /** Characters from a line's start; places are mostly asked for in order, so the count goes on from the one before. */
  #characters(lineStart: number, offset: number): number {
    const { line, at, count } = this.#last;
    const isAfter = line === lineStart && at <= offset;
    let total = isAfter ? count : 0;
    for (const _ of this.text.slice(isAfter ? at : lineStart, offset)) total += 1;
    // From the middle of a surrogate pair its second half would be counted again.
    const isLowSurrogate = /[\udc00-\udfff]/.test(this.text[offset] ?? "");
    if (!isLowSurrogate) this.#last = { line: lineStart, at: offset, count: total };
    return total;
  }
}
