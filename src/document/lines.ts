import { type Span, span } from "../core/span.js";

/** The lines of a stretch of text, without their line feeds. */
export function* linesOf(text: string, from: number, to: number): Generator<Span> {
  for (let start = from; start < to; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 || newline > to ? to : newline;
    yield span(start, end);
    start = end + 1;
  }
}
