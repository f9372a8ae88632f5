import { isMap, isScalar, parseDocument } from "yaml";
import { type Diagnostic, diagnostic } from "../core/diagnostic.js";
import { remembered } from "../core/remember.js";
import { type Span, span } from "../core/span.js";
import type { FrontMatter } from "./document.js";

export interface ReadFrontMatter {
  readonly frontMatter: FrontMatter;
  /** Where the text begins after it. */
  readonly end: number;
  readonly diagnostics: readonly Diagnostic[];
}

const opening = /^\ufeff?---[ \t]*\r?\n/;
const closing = /^(?:---|\.\.\.)[ \t]*$/m;

/** YAML between two lines of dashes at the head of the file. A lone line of dashes is a rule, not front matter. */
export function readFrontMatter(text: string): ReadFrontMatter {
  const open = opening.exec(text);
  const none: ReadFrontMatter = { frontMatter: {}, end: 0, diagnostics: [] };
  if (open === null) return none;
  const from = open[0].length;
  const close = closing.exec(text.slice(from));
  if (close === null || !/^\s*(#|[A-Za-z_]\w*\s*:|$)/m.test(text.slice(from, from + close.index))) return none;
  const end = from + close.index;
  return { ...readYaml(text.slice(0, end)), end: end + close[0].length };
}

/** Reads the head of a file, from its line of dashes on. Worksheets about one problem have the same. */
const readYaml = remembered((head): { frontMatter: FrontMatter; diagnostics: readonly Diagnostic[] } => {
  const inner = span(opening.exec(head)?.[0].length ?? 0, head.length);
  const parsed = parseDocument(head.slice(inner.start));
  const diagnostics: Diagnostic[] = [];
  const at = (from: number, to: number): Span =>
    span(inner.start + from, Math.min(inner.start + Math.max(to, from + 1), inner.end));
  for (const error of parsed.errors.slice(0, 10)) {
    const message = `the front matter is no YAML: ${error.message.split("\n")[0]?.replace(/ at line.*$/, "") ?? ""}`;
    diagnostics.push(diagnostic("error", "document/front-matter", message, at(error.pos[0], error.pos[1])));
  }
  if (diagnostics.length > 0) return { frontMatter: {}, diagnostics };
  let frontMatter: FrontMatter = {};
  if (!isMap(parsed.contents)) return { frontMatter, diagnostics };
  for (const { key } of parsed.contents.items) {
    const name = isScalar(key) ? String(key.value) : "";
    const keyAt = isScalar(key) && key.range ? at(key.range[0], key.range[1]) : inner;
    const entry = entries.get(name);
    const value = entry?.read(toPlain(parsed.get(key)));
    if (entry === undefined) {
      const hint = `known keys: ${[...entries.keys()].join(", ")}`;
      diagnostics.push(
        diagnostic("warning", "document/front-matter-key", `\`${name}\` is not a known key`, keyAt, hint),
      );
    } else if (value === undefined) {
      diagnostics.push(
        diagnostic("error", "document/front-matter-value", `\`${name}\` must be ${entry.expected}`, keyAt),
      );
    } else frontMatter = { ...frontMatter, [name]: value };
  }
  return { frontMatter, diagnostics };
}, 50);

interface Entry {
  readonly expected: string;
  /** The value as it is kept, or `undefined` if it is not what is expected. */
  read(value: unknown): unknown;
}

const text: Entry = {
  expected: "text",
  read: (value) => (typeof value === "string" || typeof value === "number" ? bare(String(value)) : undefined),
};
const texts: Entry = {
  expected: "a list of texts",
  read: (value) => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.every((one) => typeof one === "string") ? list.map(bare) : undefined;
  },
};
const oneOf = (expected: string, ...values: readonly unknown[]): Entry => ({
  expected,
  read: (value) => (values.includes(value) ? value : undefined),
});
/** Read where it is used. */
const anything: Entry = { expected: "anything", read: (value) => value };

const entries: ReadonlyMap<string, Entry> = new Map([
  ["title", text],
  ["loss", text],
  ["wrt", texts],
  ["layout", oneOf("`denominator` or `numerator`", "denominator", "numerator")],
  ["relu_at_zero", oneOf("0 or 1", 0, 1)],
  ["assume", texts],
  ["points", anything],
  ["rubric", anything],
  ["allow", texts],
]);

/** `$\mathcal{L}$` is `\mathcal{L}`. */
const bare = (text: string): string => /^\$([^$]*)\$$/.exec(text.trim())?.[1] ?? text;

function toPlain(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("toJSON" in value)) return value;
  return typeof value.toJSON === "function" ? value.toJSON() : value;
}
