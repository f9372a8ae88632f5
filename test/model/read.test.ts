import { describe, expect, it } from "vitest";
import { readWorksheet } from "../../src/model/read.js";
import { printEquation } from "../../src/print/index-form.js";
import { namesFor } from "../../src/session/printer.js";

/** The forward pass as it was understood, and the codes of what was refused. */
function understood(text: string): { readonly equations: readonly string[]; readonly errors: readonly string[] } {
  const worksheet = readWorksheet("sheet.md", text);
  const models = worksheet.problems.map((p) => p.model);
  return {
    equations: models.flatMap((m) => m.equations.map((e) => printEquation(e.tensor, e.at, e.body, namesFor(m)))),
    errors: [...worksheet.diagnostics, ...models.flatMap((m) => m.diagnostics)]
      .filter((d) => d.severity === "error")
      .map((d) => d.code),
  };
}

describe("what a forward pass is read as", () => {
  const cases: readonly (readonly [name: string, text: string, equation: string])[] = [
    [
      "a sum over a part of an axis keeps its limit",
      "$x \\in \\mathbb{R}^n$ $$L = \\sum_{i=1}^{n-1} (x_{i+1} - x_i)^2$$",
      "L = \\sum_{i=1}^{n - 1} (x_{i + 1} - x_{i})^{2}",
    ],
    [
      "parameters of a function keep their labels",
      "$h^{(a)}, h^{(b)} \\in \\mathbb{R}$, $f(h^{(a)}, h^{(b)}) = h^{(a)} - h^{(b)}$ $$L = f(h^{(b)}, h^{(a)})$$",
      "L = h^{(b)} - h^{(a)}",
    ],
    ["letters that are nothing alone are one name", "$p, t \\in \\mathbb{R}$ $$FL = t p$$", "\\mathit{FL} = t p"],
    [
      "a small letter with a sample's number is a row of the matrix, as a column",
      "$X \\in \\mathbb{R}^{n \\times d}$, $w \\in \\mathbb{R}^{d}$ $$L = \\sum_{i=1}^{n} w^\\top x_i$$",
      "L = \\sum_{i=1}^{n} \\sum_{j=1}^{d} w_{j} X_{ij}",
    ],
    [
      "a prime on a matrix transposes it",
      "$W \\in \\mathbb{R}^{n \\times n}$, $x \\in \\mathbb{R}^n$ $$L = x' W x$$",
      "L = \\sum_{i=1}^{n} x_{i} \\sum_{j=1}^{n} x_{j} W_{ji}",
    ],
    [
      "a number beside a running position is a position",
      "$u \\in \\mathbb{R}^{T \\times K}$ $$a_{1k} = u_{1k}$$ $$a_{tk} = u_{tk} a_{t-1,k}, \\quad t = 2, \\dots, T$$ $$L = \\sum_k a_{Tk}$$",
      "a_{1,k} = u_{1, k}",
    ],
    [
      "members that are spelled out with dots are a family",
      "$h_1, \\dots, h_T \\in \\mathbb{R}^n$, $c \\in \\mathbb{R}^n$ $$L = \\sum_{t=1}^T c^\\top h_t$$",
      "L = \\sum_{t=1}^{T} \\sum_{i=1}^{n} c_{i} (h_{t})_{i}",
    ],
    [
      "so are members told apart by superscripts",
      "$x^{(1)}, x^{(2)}, \\dots, x^{(N)} \\in \\mathbb{R}^n$ $$L = \\sum_{i=1}^N \\|x^{(i)}\\|^2$$",
      "L = \\sum_{i=1}^{N} \\sum_{j=1}^{n} (x_{j}^{(i)})^{2}",
    ],
    [
      "a display of a vector's entries tells its length",
      "Let $x = (x_1, \\dots, x_n)^\\top$. $$L = x^\\top x$$",
      "L = \\sum_{i=1}^{n} x_{i}^{2}",
    ],
    [
      "a display of rows that nothing else uses defines nothing",
      "$X \\in \\mathbb{R}^{N \\times d}$ with $X = [x_1, \\dots, x_N]^\\top$. $$L = \\|X\\|_F^2$$",
      "L = \\sum_{i=1}^{N} \\sum_{j=1}^{d} X_{ij}^{2}",
    ],
    [
      "a transposed tuple is a column",
      "$w \\in \\mathbb{R}^3$, $x \\in \\mathbb{R}$, $\\phi = (1, x, x^2)^\\top$ $$L = w^\\top \\phi$$",
      "L = \\sum_{i=1}^{3} w_{i} \\phi_{i}",
    ],
    [
      "brackets round a symbol do not hide its entries",
      "$x \\in \\mathbb{R}^n$ $$[z]_i = 2 [x]_i, \\quad i = 1, \\dots, n$$ $$L = \\sum_{i=1}^n [z]_i^2$$",
      "L = \\sum_{i=1}^{n} z_{i}^{2}",
    ],
    [
      "2π is the number beside weights π_k",
      "$$\\pi_k = e^{a_k}, \\quad k = 1, \\dots, K$$ $$L = 2\\pi \\sum_{k=1}^K \\pi_k$$",
      "L = 2 \\pi \\sum_{k=1}^{K} \\pi_{k}",
    ],
    [
      "a range spelled out below an operator",
      "$u_t \\in \\mathbb{R}^k$, $t = 1, \\dots, T$ $$m_i = \\max_{t=1,\\dots,T} u_{t,i}, \\quad i = 1, \\dots, k$$ $$L = \\sum_{i=1}^k m_i$$",
      "m_{i} = \\max_{1 \\le t \\le T} (u_{t})_{i}",
    ],
    [
      "words may name a set",
      "Let $x$ be a vector in $\\mathbb{R}^n$. $$L = x^\\top x$$",
      "L = \\sum_{i=1}^{n} x_{i}^{2}",
    ],
    [
      "a logarithm on the left tells what it is taken of",
      "$z \\in \\mathbb{R}^K$ $$\\log p_k = z_k - \\log \\sum_{j=1}^K e^{z_j}$$ $$L = -\\sum_{k=1}^K p_k^2$$",
      "L = -\\sum_{k=1}^{K} p_{k}^{2}",
    ],
    [
      "a column on the left is an equation for each entry",
      "$W \\in \\mathbb{R}^{2 \\times n}$, $x \\in \\mathbb{R}^n$ $$\\begin{pmatrix} z_1 \\\\ z_2 \\end{pmatrix} = W x$$ $$L = z_1 z_2$$",
      "z_{1} = \\sum_{i=1}^{n} W_{1, i} x_{i}",
    ],
    [
      "what is transposed has an axis",
      "$x \\in \\mathbb{R}^d$ $$z = w^\\top x + b$$ $$L = z^2$$",
      "z = \\sum_{i=1}^{d} w_{i} x_{i} + b",
    ],
    [
      "a capital letter before a column is a matrix",
      "$h \\in \\mathbb{R}^n$, $t \\in \\mathbb{R}^n$ $$z = U h$$ $$L = \\|z - t\\|^2$$",
      "z_{i} = \\sum_{j=1}^{n} U_{ij} h_{j}",
    ],
    [
      "unless the text calls it a scalar",
      "$h \\in \\mathbb{R}^n$, the scalar $U$ $$z = U h$$ $$L = \\|z\\|^2$$",
      "z_{i} = U h_{i}",
    ],
    [
      "e with a class below it is a unit vector",
      "$z \\in \\mathbb{R}^K$, $y \\in \\{1, \\dots, K\\}$, $\\mathbf{e}_y \\in \\mathbb{R}^K$ $$L = \\mathbf{e}_y^\\top z$$",
      "L = \\sum_{i=1}^{K} \\mathbb{1}[y = i] z_{i}",
    ],
    [
      "a letter that is an argument takes no digit behind it",
      "$n \\in \\mathbb{R}$, $x \\in \\mathbb{R}$ $$L = \\frac n2 \\log x$$",
      "L = \\frac{1}{2} n \\log(x)",
    ],
    ["a vulgar fraction", "$x \\in \\mathbb{R}$ $$L = ½ x^2$$", "L = \\frac{1}{2} x^{2}"],
    [
      "entries e_j leave e the base of logarithms",
      "$$e_j = x_j^2, \\quad j = 1, \\dots, n$$ $$L = \\sum_{j=1}^n e^{e_j}$$",
      "L = \\sum_{j=1}^{n} \\exp(e_{j})",
    ],
    [
      "clip takes its bounds",
      "$x \\in \\mathbb{R}$ $$L = \\operatorname{clip}(x, -1, 1)$$",
      "L = \\operatorname{clip}(x, -1, 1)",
    ],
  ];
  it.each(cases)("%s", (_, text, equation) => {
    const { equations, errors } = understood(text);
    expect(errors).toEqual([]);
    expect(equations).toContain(equation);
  });
});

describe("what is refused, and why", () => {
  const cases: readonly (readonly [name: string, text: string, code: string])[] = [
    [
      "shapes that clash",
      "$x \\in \\mathbb{R}^n$, $y \\in \\mathbb{R}^m$ $$L = \\sum_i (x_i - y_i)^2 + (x - y)^\\top x$$",
      "shape/clash",
    ],
    ["a function with too few arguments", "$x \\in \\mathbb{R}$ $$L = \\operatorname{clip}(x)$$", "function/arity"],
    ["a function without its argument", "$x \\in \\mathbb{R}$ $$L = \\frac{1}{\\log} x$$", "function/bare"],
    ["a size below one", "$x \\in \\mathbb{R}^{-3}$ $$L = x^\\top x$$", "shape/size"],
    ["a loss that is no scalar", "$x \\in \\mathbb{R}^n$ $$y = \\tanh(x)$$", "loss/not-scalar"],
    ["two scalars that could be the loss", "$x \\in \\mathbb{R}$ $$a = x^2$$ $$b = x^3$$", "loss/several"],
    ["definitions in a circle", "$x \\in \\mathbb{R}$ $$a = b + x$$ $$b = a x$$ $$L = a^2$$", "model/circular"],
    ["an index beyond its axis", "$x \\in \\mathbb{R}^n$ $$L = \\sum_{i=1}^{n} x_{i+1}$$", "shape/index-range"],
    ["an empty file", "  \n", "document/no-formulas"],
  ];
  it.each(cases)("%s", (_, text, code) => {
    expect(understood(text).errors).toContain(code);
  });
});
