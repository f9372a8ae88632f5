import { styleText } from "node:util";

export type Style = "red" | "green" | "yellow" | "cyan" | "bold" | "dim";
/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

interface Stream {
  readonly isTTY?: boolean;
}

/** Colour only on a terminal, and never where NO_COLOR is set (no-color.org: to anything but the empty string). */
export function painter(stream: Stream, environment: NodeJS.ProcessEnv): Paint {
  const refused = (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  if (stream.isTTY !== true || refused) return (_, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}

/** Shows control characters as pictures, so that a file cannot send commands to the terminal. */
export function visible(text: string): string {
  return text.replace(CONTROL, (c) => {
    const code = c.codePointAt(0) ?? 0;
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : code === 0x7f ? "␡" : "\uFFFD";
  });
}

// Everything that Unicode calls a control or that turns the direction of writing, but line breaks.
const CONTROL = /(?!\n)[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

/** How many columns a terminal gives a character: none to a combining mark, two to a wide one. */
export function columnsOf(character: string): number {
  if (ZERO.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

// Marks, and what only formats: joiners, variation selectors, the byte order mark.
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]/u;
// East Asian wide blocks and emoji (Unicode Standard Annex 11), as far as blocks tell.
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F680}-\u{1F6FF}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]/u;

export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

/** Fills up with spaces on the right. */
export const padEnd = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - widthOf(text)));
