import type { Tensor } from "../expression/node.js";

/*
 * The parts of a symbol as its author writes it: `\hat{\mathbf{y}}^{(1)}_s` is a base with a superscript and a
 * subscript. Only the outermost scripts are taken off; what stands in braces is left alone.
 */

export interface Scripts {
  readonly base: string;
  /** Without the caret and its braces; `null` if there is none. */
  readonly sup: string | null;
  readonly sub: string | null;
}

/** The end of the token that starts at `at`: a group with its braces, a command, or one character. */
function tokenEnd(latex: string, at: number): number {
  const c = latex[at];
  if (c === "{") {
    let depth = 0;
    for (let i = at; i < latex.length; i++) {
      if (latex[i] === "\\") i++;
      else if (latex[i] === "{") depth++;
      else if (latex[i] === "}" && --depth === 0) return i + 1;
    }
    return latex.length;
  }
  if (c === "\\") return at + (/^\\(?:[A-Za-z]+\s*|.)/.exec(latex.slice(at))?.[0].length ?? 1);
  return at + 1;
}

const ungroup = (token: string): string =>
  token.startsWith("{") && token.endsWith("}") ? token.slice(1, -1).trim() : token.trim();

export function splitScripts(latex: string): Scripts {
  let base = "";
  let sup: string | null = null;
  let sub: string | null = null;
  for (let at = 0; at < latex.length; ) {
    const c = latex[at];
    const end = tokenEnd(latex, at);
    if (c !== "^" && c !== "_") {
      base += latex.slice(at, end);
      at = end;
      continue;
    }
    const start = at + 1 + (/^\s*/.exec(latex.slice(at + 1))?.[0].length ?? 0);
    const stop = tokenEnd(latex, start);
    const content = ungroup(latex.slice(start, stop));
    if (c === "^") sup = sup === null ? content : `${sup},${content}`;
    else sub = sub === null ? content : `${sub},${content}`;
    at = stop;
  }
  return { base: base.trim(), sup, sub };
}

const BOLD =
  /\\(?:mathbf|boldsymbol|bm|pmb)\s*(?:\{\s*([A-Za-z]|\\[A-Za-z]+)\s*\}|([A-Za-z](?![A-Za-z])|\\[A-Za-z]+))/g;

/** The base without bold type, as entries are written: `\hat{\mathbf{y}}` is `\hat{y}`. */
export const plain = (base: string): string =>
  base.replace(BOLD, (_, inBraces?: string, bare?: string) => inBraces ?? bare ?? "");

/** Puts the family positions into their places: `{#0}`, `{#1}`. Braces stay only where they hold a script together. */
export const fillFamily = (latex: string, positions: readonly string[]): string =>
  latex.replace(/([_^]?)\{#(\d)\}/g, (whole, mark: string, k: string) => {
    const position = positions[Number(k)];
    if (position === undefined) return whole;
    return mark === "" ? position : `${mark}{${position}}`;
  });

/** A family as a whole: with its author's letter for the first position where that is known, and free letters for the others. */
export function familyLatex(tensor: Tensor, letter: string | null = null): string {
  const letters: string[] = letter === null ? [] : [letter];
  for (const other of ["i", "j", "k", "l", "m"]) {
    if (letters.length === tensor.parameters.length) break;
    if (!letters.includes(other)) letters.push(other);
  }
  return fillFamily(tensor.latex, letters);
}

const SINGLE = /^(?:[A-Za-z]|\\[A-Za-z]+)'*$/;

/** Indices side by side where each is one letter, else with commas. */
export function joinIndices(indices: readonly string[]): string {
  if (indices.includes(":")) return indices.join(",");
  if (!indices.every((i) => SINGLE.test(i))) return indices.join(", ");
  // A command needs a space before a letter that follows it.
  return indices
    .map((i, k) => (i.startsWith("\\") && k < indices.length - 1 && !i.endsWith("'") ? `${i} ` : i))
    .join("");
}
