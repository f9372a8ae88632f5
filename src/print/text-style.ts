import { identifier } from "../expression/arena.js";
import type { Tensor } from "../expression/node.js";
import { Level, type Piece, piece } from "./pieces.js";
import type { Style } from "./style.js";
import { sliceOf, sliceWrt } from "./tensor.js";

const BIG = { sum: "Σ", product: "Π", max: "max", min: "min" } as const;
const tight = (p: Piece): string => (p.level >= Level.call ? p.text : `(${p.text})`);
const loose = (p: Piece): string => (p.level < Level.product ? `(${p.text})` : p.text);

function entryText(tensor: Tensor, at: readonly string[]): string {
  if (tensor.derivative === null) return at.length === 0 ? tensor.name : `${tensor.name}[${at.join(",")}]`;
  const { of, wrt } = tensor.derivative;
  return `∂${entryText(of, sliceOf(tensor, at))}/∂${entryText(wrt, sliceWrt(tensor, at))}`;
}

const letter = (latex: string): string => latex.replace(/\\([A-Za-z]+)/g, "$1");

/** Plain text, for readings: `z[j] = Σ_i W[j,i] x[i] + b[j]`. */
export const textStyle: Style = {
  relations: { ne: "≠", le: "≤", lt: "<", ge: "≥", gt: ">" },
  group: (text) => `(${text})`,
  fraction: (n, d) => piece(`${loose(n)}/${tight(d)}`, Level.product),
  power: (base, exponent) =>
    piece(`${base.level >= Level.atom ? base.text : `(${base.text})`}^${tight(exponent)}`, Level.power),
  root: (x) => piece(`√(${x.text})`, Level.call),
  exponential: (x) => piece(`exp(${x.text})`, Level.call),
  call: (fn, args) =>
    fn === "abs"
      ? piece(`|${args.map((a) => a.text).join(", ")}|`, Level.atom)
      : piece(`${fn}(${args.map((a) => a.text).join(", ")})`, Level.call),
  pi: "π",
  euler: "e",
  dimension: identifier,
  big: (op, index, _low, _high, body) =>
    op === "logsumexp"
      ? piece(`log(Σ_${letter(index)} exp(${body.text}))`, Level.call)
      : piece(
          `${BIG[op]}_${letter(index)} ${op === "product" && body.level <= Level.product ? `(${body.text})` : loose(body)}`,
          Level.product,
          { open: true },
        ),
  argument: (op, index, _low, _high, body) =>
    piece(`arg${op}_${letter(index)} ${loose(body)}`, Level.product, { open: true }),
  condition: (text) => piece(`1[${letter(text)}]`, Level.atom),
  delta: (a, b) => piece(`δ[${letter(a)},${letter(b)}]`, Level.atom),
  entry: (tensor, at) => piece(entryText(tensor, at.map(letter)), Level.atom),
  whole: (tensor, family) => entryText(tensor, family.map(letter)),
  matrixEntry: (fn, matrix, at, exponent) => {
    const positions = at.map(letter).join(",");
    if (fn === "determinant") return piece(`det(${matrix})`, Level.call);
    if (fn === "inverse") return piece(`inv(${matrix})[${positions}]`, Level.atom);
    return piece(`${fn === "power" ? `matpow(${matrix}, ${exponent})` : `expm(${matrix})`}[${positions}]`, Level.atom);
  },
  matrixOf: (body, row, column) => `[${body.text}]_{${letter(row)},${letter(column)}}`,
  abstract: (name, args, outputs, primes) => {
    const applied = `${identifier(name)}${"'".repeat(primes)}(${args.join(", ")})`;
    return piece(outputs.length === 0 ? applied : `${applied}[${outputs.map(letter).join(",")}]`, Level.call);
  },
  partial: (applied, by) => piece(`∂${applied}/${by.map((b) => `∂${b}`).join("")}`, Level.product),
  slot: (argument, at) => `#${[argument + 1, ...at.map(letter)].join(",")}`,
};
