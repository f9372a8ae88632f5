import type { Syntax } from "../../notation/syntax.js";

/** A syntax tree as LaTeX in one spelling: what names and dimensions are printed as. */
export function latexOf(s: Syntax): string {
  switch (s.kind) {
    case "number":
      return s.text;
    case "symbol":
      return s.latex.trim();
    case "scripted": {
      const base = latexOf(s.base);
      const sub = s.sub === null ? "" : `_{${latexOf(s.sub)}}`;
      const sup = s.sup === null ? "" : `^{${latexOf(s.sup)}}`;
      return `${s.base.kind === "scripted" ? `{${base}}` : base}${"'".repeat(s.primes)}${sub}${sup}`;
    }
    case "group":
      return `${s.open === "{" ? "\\{" : s.open}${latexOf(s.body)}${CLOSING[s.open] ?? s.open}`;
    case "juxtaposition":
      return joined(s.items.map(latexOf));
    case "list":
      return s.items.map(latexOf).join(", ");
    case "sum":
      return s.terms.map((t, k) => `${t.sign < 0 ? "-" : k > 0 ? "+" : ""}${latexOf(t.body)}`).join("");
    case "product":
      return s.items
        .map((item, k) => (k === 0 ? latexOf(item) : ` ${s.operators[k - 1] ?? ""} ${latexOf(item)}`))
        .join("");
    case "fraction":
      return `\\frac{${latexOf(s.numerator)}}{${latexOf(s.denominator)}}`;
    case "root":
      return `\\sqrt${s.degree === null ? "" : `[${latexOf(s.degree)}]`}{${latexOf(s.radicand)}}`;
    case "relation":
      return s.items
        .map((item, k) => (k === 0 ? latexOf(item) : ` ${s.operators[k - 1] ?? ""} ${latexOf(item)}`))
        .join("");
    case "text":
      return `\\text{${s.text}}`;
    case "ellipsis":
      return "\\dots";
    case "blank":
      return "?";
    default:
      return "";
  }
}

const CLOSING: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "{": "\\}",
  "\\{": "\\}",
  "\\langle": "\\rangle",
  "\\lfloor": "\\rfloor",
  "\\lceil": "\\rceil",
};

/** What stands in brackets of a sort, `[l]`, `\langle t\rangle`. */
export const enclosed = (open: string, text: string): string =>
  `${open}${/[a-z]$/.test(open) ? " " : ""}${text}${CLOSING[open] ?? ""}`;

/** A command that ends in a letter needs a space before a letter. */
function joined(parts: readonly string[]): string {
  let text = "";
  for (const part of parts) text += /\\[A-Za-z]+$/.test(text) && /^[A-Za-z]/.test(part) ? ` ${part}` : part;
  return text;
}
