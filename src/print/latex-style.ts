import { abstractLatex, bracket, functionLatex, parenthesize } from "./function-latex.js";
import type { Names } from "./names.js";
import { Level, type Piece, piece } from "./pieces.js";
import { joinIndices } from "./scripts.js";
import type { Style } from "./style.js";
import { entryLatex, isRaised, wholeLatex } from "./tensor.js";

const BIG = { sum: "\\sum", product: "\\prod" } as const;

/** `e^{…}` stays readable only for short exponents. */
const SHORT = 24;
const visible = (latex: string): number =>
  latex.replace(/\\[A-Za-z]+|[{}^_\s]/g, (m) => (m.startsWith("\\") ? "x" : "")).length;

export function latexStyle(names: Names): Style {
  const condition = (text: string): Piece => piece(`\\mathbb{1}${bracket(text)}`, Level.atom);
  const over = (word: string, letter: string, low: string, high: string, body: Piece): Piece =>
    piece(`${word}_{${low} \\le ${letter} \\le ${high}} ${loose(body)}`, Level.product, { open: true });
  const loose = (body: Piece): string => (body.level < Level.product ? parenthesize(body.text) : body.text);
  const style: Style = {
    relations: { ne: "\\ne", le: "\\le", lt: "<", ge: "\\ge", gt: ">" },
    group: parenthesize,
    fraction: (n, d) => piece(`\\frac{${n.text}}{${d.text}}`, Level.atom, { raised: true }),
    power: (base, exponent) => {
      const bare = base.level >= Level.atom && !base.raised;
      return piece(`${bare ? base.text : parenthesize(base.text)}^{${exponent.text}}`, Level.power, { raised: true });
    },
    root: (x) => piece(`\\sqrt{${x.text}}`, Level.atom, { raised: true }),
    exponential: (x) =>
      names.euler && visible(x.text) <= SHORT && !/\\(?:frac|sum|left|begin)/.test(x.text)
        ? piece(`e^{${x.text}}`, Level.power, { raised: true })
        : style.call("exp", [x]),
    call: (fn, args) => {
      const texts = args.map((a) => a.text).join(", ");
      if (fn === "abs") return piece(`\\left|${texts}\\right|`, Level.atom);
      return piece(`${functionLatex(fn, names.taken)}${parenthesize(texts)}`, Level.call);
    },
    pi: "\\pi",
    euler: "e",
    dimension: (latex) => latex,
    big: (op, letter, low, high, body) => {
      if (op === "logsumexp") return style.call("log", [style.big("sum", letter, low, high, style.exponential(body))]);
      if (op === "max" || op === "min") return over(`\\${op}`, letter, low, high, body);
      // What follows one factor would be read beside the product.
      const factors = op === "product" && body.level <= Level.product ? parenthesize(body.text) : loose(body);
      return piece(`${BIG[op]}_{${letter}=${low}}^{${high}} ${factors}`, Level.product, { open: true });
    },
    argument: (op, letter, low, high, body) => over(`\\operatorname*{arg\\,${op}}`, letter, low, high, body),
    condition,
    delta: (a, b) => (names.delta ? piece(`\\delta_{${joinIndices([a, b])}}`, Level.atom) : condition(`${a} = ${b}`)),
    entry: (tensor, at) => {
      const text = entryLatex(tensor, at, names);
      return piece(text, Level.atom, { raised: isRaised(text) || tensor.derivative !== null });
    },
    whole: (tensor, family) => wholeLatex(tensor, family, names),
    matrixEntry: (fn, matrix, at, exponent) => {
      if (fn === "determinant") return piece(`\\det${parenthesize(matrix)}`, Level.call);
      const whole =
        fn === "exponential"
          ? `\\exp${parenthesize(matrix)}`
          : `${script(matrix)}^{${fn === "inverse" ? "-1" : exponent}}`;
      return piece(`${parenthesize(whole)}_{${joinIndices(at)}}`, Level.atom);
    },
    matrixOf: (body, row, column) => `\\left[${body.text}\\right]_{${joinIndices([row, column])}}`,
    abstract: (name, args, outputs, primes) => {
      const applied = `${abstractLatex(name)}${"'".repeat(primes)}${parenthesize(args.join(", "))}`;
      return outputs.length === 0
        ? piece(applied, Level.call)
        : piece(`${parenthesize(applied)}_{${joinIndices(outputs)}}`, Level.atom);
    },
    partial: (applied, by) => {
      const order = by.length === 1 ? "" : `^{${by.length}}`;
      return piece(
        `\\frac{\\partial${order} ${applied}}{${by.map((b) => `\\partial ${b}`).join(" \\, ")}}`,
        Level.atom,
        {
          raised: true,
        },
      );
    },
    slot: (argument, at) => `(\\cdot)_{${[`${argument + 1}`, ...at].join(", ")}}`,
  };
  return style;
}

/** Braces around what carries a superscript, so that another may follow. */
export const script = (latex: string): string => (/[\^']/.test(latex) && !ENCLOSED.test(latex) ? `{${latex}}` : latex);
const ENCLOSED = /^(?:\\left)?[([].*[)\]](?:_\{[^{}]*\})?$/;
