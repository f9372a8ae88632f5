import { refuse } from "../core/diagnostic.js";
import type { Span } from "../core/span.js";
import type { Syntax } from "./syntax.js";

/** A symbol's LaTeX in the author's font. */
export function symbolLatex(name: string, font: string): string {
  return font === "" ? name : `${font}{${name}}`;
}

/**
 * An accent over an expression is one of its symbol: `\overline{W^{(1)}_{ji}}` is the bar of `W` with its scripts. Over a
 * run of letters it makes them one name.
 */
export function withAccent(syntax: Syntax, accent: string, command: string, at: Span): Syntax {
  switch (syntax.kind) {
    case "symbol":
      return { ...syntax, accents: [accent, ...syntax.accents], latex: `${command}{${syntax.latex}}`, span: at };
    case "scripted":
      return { ...syntax, base: withAccent(syntax.base, accent, command, syntax.base.span), span: at };
    case "juxtaposition": {
      const letters = syntax.items.flatMap((item) =>
        item.kind === "symbol" && item.accents.length === 0 ? [item] : [],
      );
      const [first] = letters;
      if (first === undefined || letters.length !== syntax.items.length) break;
      const name = letters.map((letter) => letter.name).join("");
      const latex = `${command}{${letters.map((letter) => letter.latex).join(" ")}}`;
      return { kind: "symbol", name, style: first.style, accents: [accent], latex, span: at };
    }
    case "number":
      // `\vec{1}` is the `\mathbf{1}` of others.
      if (accent === "vec" && /^[01]$/.test(syntax.text))
        return {
          kind: "symbol",
          name: syntax.text,
          style: "bold",
          accents: [],
          latex: `${command}{${syntax.text}}`,
          span: at,
        };
      break;
    default:
  }
  refuse("tex/accent", `\`${command}\` belongs over one symbol`, at, "write it over the symbol alone");
}
