import { functions } from "../functions/table.js";

/** The head of an application; a name without a row in the table is set upright. */
export function functionLatex(fn: string, taken: ReadonlySet<string>): string {
  // A worksheet with a symbol σ (a standard deviation) writes the logistic function by its name.
  if (fn === "sigmoid" && taken.has("\\sigma")) return "\\operatorname{sigmoid}";
  return functions.get(fn)?.latex ?? `\\operatorname{${fn.replace(/_/g, "\\_")}}`;
}

const TALL = /\\(?:frac|sum|prod|max|min|sqrt|left|begin|operatorname\*)/;

/** Parentheses that grow where what they hold is tall. */
export const parenthesize = (text: string): string => (TALL.test(text) ? `\\left(${text}\\right)` : `(${text})`);
export const bracket = (text: string): string => (TALL.test(text) ? `\\left[${text}\\right]` : `[${text}]`);

const FONTS: ReadonlyMap<string, string> = new Map([
  ["cal", "\\mathcal"],
  ["bb", "\\mathbb"],
  ["frak", "\\mathfrak"],
  ["script", "\\mathscr"],
]);

/** LaTeX of the name of a function of which only that is known: `cal:L_CE` is `\mathcal{L}_{CE}`. */
export function abstractLatex(name: string): string {
  const [, font, rest = name] = /^(?:upstream )?(?:(cal|bb|frak|script):)?(.*)$/s.exec(name) ?? [];
  const [, base = rest, labels = ""] = /^([^_^]+)(.*)$/s.exec(rest) ?? [];
  const command = FONTS.get(font ?? "");
  const head =
    command === undefined ? (/^[A-Za-z]{2,}$/.test(base) ? `\\operatorname{${base}}` : base) : `${command}{${base}}`;
  return head + labels.replace(/\^(\([^)]*\))/g, "^{$1}").replace(/_([^_^]+)/g, "_{$1}");
}
