import type { Tensor } from "../expression/node.js";
import type { ModelSymbol } from "../model/model.js";
import { familyLatex } from "../print/scripts.js";
import type { SymbolJson } from "./report.js";

/** A symbol as its author writes it, a family with its index: `\mathbf{W}^{(\ell)}`. */
export const symbolLatex = (tensor: Tensor, family: readonly [string, string, string] | null): string =>
  familyLatex(tensor, family?.[0] ?? null);

export function symbolJson(symbol: ModelSymbol, name: string): SymbolJson {
  const { tensor, role, shape, inferred, family } = symbol;
  const json = { latex: symbolLatex(tensor, family), name, role, shape, inferred };
  return family === null ? json : { ...json, family };
}

/** Gives each symbol of a file a name of its own, though several problems may have used one name. */
export class FileNames {
  readonly #names = new Map<Tensor, string>();
  readonly #taken = new Set<string>();

  of(tensor: Tensor): string {
    const known = this.#names.get(tensor);
    if (known !== undefined) return known;
    let name = tensor.name;
    for (let n = 2; this.#taken.has(name); n++) name = `${tensor.name}_${n}`;
    this.#taken.add(name);
    this.#names.set(tensor, name);
    return name;
  }
}

const BARE = /\\(?:mathbf|boldsymbol|bm|mathrm|mathit|pmb|bf|rm)\b|[\s{}]/g;

/** Is this what a user means who writes `text`: LaTeX, bare LaTeX or the name? */
export function isMeant(text: string, symbol: ModelSymbol, name: string): boolean {
  const latex = symbolLatex(symbol.tensor, symbol.family);
  const bare = (s: string): string => s.replace(BARE, "");
  return text === latex || text === name || text === symbol.tensor.latex || bare(text) === bare(latex);
}

/** The same of one entry: `W_{11}`, `W_{1,1}`, `h^{(2)}_1`, or `W[1,1]`. */
export function isEntryMeant(text: string, latex: string, name: string): boolean {
  const bare = (s: string): string =>
    s
      .replace(BARE, "")
      .replace(/(?<=\d),(?=\d(?!\d))/g, "")
      .replace(/(\^[^_]+)(_[^^]+)$/, "$2$1");
  return text === name || bare(text) === bare(latex);
}
