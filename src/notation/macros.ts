import { type Diagnostic, diagnostic, Refusal, refuse } from "../core/diagnostic.js";
import { cover, type Source, type Span } from "../core/span.js";
import { lex, type Raw } from "./lexer.js";

/** One definition: its name with the backslash, how many arguments it takes, and what it stands for. */
export interface Macro {
  readonly name: string;
  readonly parameters: number;
  /** What the first argument is when it is left out, or `null` when it may not be. */
  readonly optional: readonly Raw[] | null;
  readonly body: readonly Raw[];
  /** Where it is defined: it counts from there on. */
  readonly at: number;
}

/** The definitions of a file by name, each in the order of the file. */
export interface Macros {
  readonly byName: ReadonlyMap<string, readonly Macro[]>;
}

export const noMacros: Macros = { byName: new Map() };

/**
 * The definition in force at an offset: the last one above it, else the first one at all (a preamble may come late in
 * notes that are pasted together).
 */
export function macroAt(macros: Macros, name: string, offset: number): Macro | null {
  const all = macros.byName.get(name);
  if (all === undefined) return null;
  let found = all[0] ?? null;
  for (const macro of all) if (macro.at <= offset) found = macro;
  return found;
}

/** Reads the definitions at the given places; one that cannot be read is reported and left out. */
export function readMacros(
  source: Source,
  spans: readonly Span[],
): { readonly macros: Macros; readonly diagnostics: readonly Diagnostic[] } {
  const byName = new Map<string, Macro[]>();
  const diagnostics: Diagnostic[] = [];
  for (const at of spans) {
    try {
      const cursor = new Cursor(lex(source.text, at.start, at.end), at);
      const macro = definition(cursor);
      const same = byName.get(macro.name);
      if (same === undefined) byName.set(macro.name, [macro]);
      else same.push(macro);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      diagnostics.push(diagnostic("error", error.diagnostic.code, error.message, at, error.diagnostic.hint));
    }
  }
  return { macros: { byName }, diagnostics };
}

class Cursor {
  readonly raws: readonly Raw[];
  readonly whole: Span;
  at = 0;

  constructor(raws: readonly Raw[], whole: Span) {
    this.raws = raws;
    this.whole = whole;
  }

  peek(): Raw | null {
    while (this.raws[this.at]?.kind === "space") this.at++;
    return this.raws[this.at] ?? null;
  }

  next(): Raw {
    const raw = this.peek();
    if (raw === null) refuse("macro/incomplete", "this definition is not complete", this.whole);
    this.at++;
    return raw;
  }

  takes(text: string): boolean {
    if (this.peek()?.text !== text) return false;
    this.at++;
    return true;
  }

  /** A command, in braces or not. */
  name(): string {
    const braced = this.takes("{");
    const raw = this.next();
    if (raw.kind !== "command") refuse("macro/name", "a definition needs a command to define", raw.span);
    if (braced && !this.takes("}")) refuse("macro/name", "a definition names one command", raw.span);
    return raw.text;
  }

  /** What stands between braces, or a single piece. */
  group(): readonly Raw[] {
    const first = this.next();
    if (first.text !== "{") return [first];
    return this.until("{", "}", first);
  }

  bracket(): readonly Raw[] | null {
    const first = this.peek();
    if (first?.text !== "[") return null;
    this.at++;
    return this.until("[", "]", first);
  }

  until(open: string, close: string, first: Raw): readonly Raw[] {
    const out: Raw[] = [];
    for (let depth = 1; ; ) {
      const raw = this.raws[this.at++];
      if (raw === undefined) refuse("macro/incomplete", `\`${open}\` is never closed in this definition`, first.span);
      if (raw.text === open) depth++;
      if (raw.text === close && --depth === 0) return out;
      out.push(raw);
    }
  }
}

function definition(cursor: Cursor): Macro {
  const definer = cursor.next();
  const starred = cursor.takes("*");
  const name = cursor.name();
  const at = definer.span.start;
  const simple = (body: readonly Raw[]): Macro => ({ name, parameters: 0, optional: null, body, at });
  switch (definer.text) {
    case "\\def":
    case "\\gdef":
      return definedByDef(cursor, name, at);
    case "\\let": {
      cursor.takes("=");
      return simple([{ ...cursor.next(), fixed: true }]);
    }
    case "\\DeclareMathOperator": {
      const inner = cursor.group();
      const span = definer.span;
      const command: Raw = { kind: "command", text: starred ? "\\operatorname*" : "\\operatorname", span };
      return simple([command, char("{", span), ...inner, char("}", span)]);
    }
    case "\\DeclarePairedDelimiter": {
      const [left, right] = [cursor.group(), cursor.group()];
      const span = definer.span;
      const command = (text: string): Raw => ({ kind: "command", text, span });
      const body = [command("\\left"), ...left, char("#", span), number("1", span), command("\\right"), ...right];
      return { name, parameters: 1, optional: null, body, at };
    }
    default: {
      const count = cursor.bracket();
      const parameters = count === null ? 0 : Number(count.map((raw) => raw.text).join(""));
      if (!Number.isInteger(parameters) || parameters < 0 || parameters > 9) {
        refuse("macro/parameters", "a macro takes between 0 and 9 arguments", cursor.whole);
      }
      return { name, parameters, optional: cursor.bracket(), body: cursor.group(), at };
    }
  }
}

function definedByDef(cursor: Cursor, name: string, at: number): Macro {
  let parameters = 0;
  while (cursor.peek() !== null && cursor.peek()?.text !== "{") {
    const [hash, digit] = [cursor.next(), cursor.next()];
    if (hash.text !== "#" || digit.text !== String(++parameters)) {
      refuse(
        "macro/parameters",
        "arguments with delimiters are not read",
        cover(hash.span, digit.span),
        "use \\newcommand",
      );
    }
  }
  return { name, parameters, optional: null, body: cursor.group(), at };
}

const char = (text: string, span: Span): Raw => ({ kind: "char", text, span });
const number = (text: string, span: Span): Raw => ({ kind: "number", text, span });
