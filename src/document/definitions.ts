/*
 * Where a macro definition ends. What it means is read by notation/macros.ts.
 */

const definers: ReadonlySet<string> = new Set(
  String.raw`\newcommand \renewcommand \providecommand \def \gdef \let \DeclareMathOperator \DeclarePairedDelimiter`.split(
    " ",
  ),
);

/** Whether a command, perhaps with a star, defines another. */
export const isDefiner = (command: string): boolean =>
  definers.has(command.endsWith("*") ? command.slice(0, -1) : command);

/** The partner of each brace of a text, found in one sweep when first asked for. */
export class Braces {
  readonly #text: string;
  #partners: ReadonlyMap<number, number> | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** The offset of the brace that closes the one at an offset. */
  partner(open: number): number | null {
    this.#partners ??= this.#match();
    return this.#partners.get(open) ?? null;
  }

  #match(): ReadonlyMap<number, number> {
    const partners = new Map<number, number>();
    const stack: number[] = [];
    const marks = /\\[\s\S]|[{}]/g;
    for (let mark = marks.exec(this.#text); mark !== null; mark = marks.exec(this.#text)) {
      if (mark[0] === "{") stack.push(mark.index);
      else if (mark[0] === "}") {
        const open = stack.pop();
        if (open !== undefined) partners.set(open, mark.index);
      }
    }
    return partners;
  }
}

/** The end of the definition that begins with a command at an offset, or `null` if it has none. */
export function definitionEnd(text: string, at: number, command: string, braces: Braces): number | null {
  let end = at + command.length;
  const spaces = (): void => {
    while (/[ \t\r\n*]/.test(text[end] ?? "")) end++;
  };
  const group = (): boolean => {
    spaces();
    const close = text[end] === "{" ? braces.partner(end) : null;
    if (close === null) return false;
    end = close + 1;
    return true;
  };
  const name = (): boolean => {
    spaces();
    const found = /^\\(?:[A-Za-z@]+|[^A-Za-z\s])/.exec(text.slice(end, end + 60));
    if (found === null) return group();
    end += found[0].length;
    return true;
  };
  if (!name()) return null;
  if (command === "\\let") {
    const value = /^[ \t]*=?[ \t]*(?:\\[A-Za-z@]+|\\?\S)/.exec(text.slice(end, end + 60));
    return value === null ? null : end + value[0].length;
  }
  const parameters = /^[ \t\r\n]*(?:\[[^\]\n]{0,40}\][ \t\r\n]*|#\d){0,9}/.exec(text.slice(end, end + 200));
  end += parameters?.[0].length ?? 0;
  const groups = command === "\\DeclarePairedDelimiter" ? 2 : 1;
  for (let i = 0; i < groups; i++) {
    if (group()) continue;
    const single = /^\\[A-Za-z@]+|^\\?[^\s{}]/.exec(text.slice(end, end + 60));
    if (single === null) return null;
    end += single[0].length;
  }
  return end;
}
