import { Fraction } from "fraction.js";
import { isScalar, type MatrixExpression, type MatrixOf } from "../contraction/matrix.js";
import { Budget, BudgetSpent } from "../core/budget.js";
import type { Index, Node, Range, Tensor } from "../expression/node.js";
import { abstractLatex, bracket, functionLatex, parenthesize } from "./function-latex.js";
import { latexStyle, script } from "./latex-style.js";
import { divisorOf, numbersIn, turned } from "./matrix-signs.js";
import { bind, letterOf, type Names, type Scope } from "./names.js";
import { Level, negated, type Piece, piece, summed, together } from "./pieces.js";
import { splitScripts } from "./scripts.js";
import { entryLatex, wholeLatex } from "./tensor.js";
import { Walk } from "./walk.js";

const DEEPEST = 1000;
/** Shared parts are written out each time, so a small graph can be a long text. */
const LONGEST = 50_000;
/** A square is written out as `x \odot x` where `x` is no longer than this. */
const SHORT = 24;
const group = (p: Piece): string => parenthesize(p.text);
const above = (p: Piece, level: number): string => (p.level > level ? p.text : group(p));
const chain = (pieces: readonly Piece[]): Piece => together(pieces, parenthesize);

/** Puts matrix expressions into LaTeX. */
export class MatrixPrinter {
  readonly #names: Names;
  readonly #walk: Walk;
  readonly #budget = new Budget("printing", LONGEST);

  constructor(names: Names) {
    this.#names = names;
    this.#walk = new Walk(names, latexStyle(names));
  }

  print(x: MatrixExpression, scope: Scope): Piece {
    if (x.depth > DEEPEST) throw new BudgetSpent("the depth of printed expressions");
    this.#budget.spend();
    switch (x.kind) {
      case "symbol":
        return this.#symbol(x, scope);
      case "scalar":
        return this.#walk.print(x.node, scope);
      case "identity":
        return piece(`\\mathbf{I}_{${this.#walk.size(x.rows, scope)}}`, Level.atom);
      case "ones":
        return this.#ones(x, scope);
      case "basis":
        return this.#basis(x, scope);
      case "entries":
        return this.#entries(x.row, x.column, x.body, scope);
      case "transpose": {
        const [of] = x.args;
        return of.kind === "symbol" && this.#isRowGradient(of)
          ? this.#plainSymbol(of, scope)
          : this.#transposed(of, this.print(of, scope));
      }
      case "product":
        return chain(x.args.map((a) => this.print(a, scope)));
      case "hadamard":
        return this.#hadamard(x.args, scope);
      case "scale":
        return this.#scale(x, scope);
      case "add":
        return summed(x.args.map((a) => this.print(a, scope)));
      case "diagonal":
      case "diagonalOf":
        return this.#call("\\operatorname{diag}", x.args, scope);
      case "trace":
        return this.#call("\\operatorname{tr}", x.args, scope);
      case "apply":
        return x.fn === "abs"
          ? piece(`\\left|${x.args.map((a) => this.print(a, scope).text).join(", ")}\\right|`, Level.atom)
          : this.#call(functionLatex(x.fn, this.#names.taken), x.args, scope);
      case "abstract":
        return this.#call(`${abstractLatex(x.name)}${"'".repeat(x.primes)}`, x.args, scope);
      case "power":
        return this.#power(x, scope);
      case "indicator": {
        const relation = x.relation === ">=" ? "\\ge" : x.relation;
        return piece(`\\mathbb{1}${bracket(`${this.print(x.args[0], scope).text} ${relation} 0`)}`, Level.atom);
      }
      case "softmax":
        return this.#call("\\operatorname{softmax}", x.args, scope);
      case "reduce":
        return this.#call(reducer(x), x.args, scope);
      case "function":
        return this.#function(x, scope);
      case "sum":
        return this.#sum(x, scope);
    }
  }

  // ---- leaves ----

  /** A gradient that stands as its own transpose in the author's layout. */
  #isRowGradient(x: MatrixOf<"symbol">): boolean {
    const { derivative } = x.tensor;
    if (!this.#names.rowGradients || derivative === null || (x.rows === null && x.columns === null)) return false;
    return derivative.of.axes.length === derivative.of.parameters.length;
  }

  #symbol(x: MatrixOf<"symbol">, scope: Scope): Piece {
    const symbol = this.#plainSymbol(x, scope);
    return this.#isRowGradient(x) ? this.#transposed(x, symbol) : symbol;
  }

  #transposed(x: MatrixExpression, p: Piece): Piece {
    // `W^{(1)\top}`: a mark above a bracketed place stands beside it.
    const [, base, place] = /^(.*)\^\{([([][^{}]*[)\]])\}$/s.exec(x.kind === "symbol" && !p.open ? p.text : "") ?? [];
    const scripted = base === undefined ? `${this.#scripted(x, p)}^\\top` : `${base}^{${place}\\top}`;
    return piece(scripted, Level.power);
  }

  #plainSymbol({ tensor, at }: MatrixOf<"symbol">, scope: Scope): Piece {
    const { arena } = this.#names;
    const count = tensor.parameters.length;
    const texts = at.map((s) => (typeof s === "string" ? ":" : this.#walk.position(s, scope)));
    const sliced = at.some((s, k) => {
      if (k < count || typeof s === "string") return false;
      const range = tensor.axes[k];
      return range === undefined || arena.size(range) !== arena.oneDim;
    });
    if (sliced) return piece(this.#slice(tensor, texts), Level.atom);
    const whole = wholeLatex(tensor, texts.slice(0, count), this.#names);
    // `\nabla_z L\, x^\top` would have the nabla reach over both.
    return piece(whole, Level.atom, { open: whole.startsWith("\\nabla") });
  }

  /** `\mathbf{Q}_{:,h,:}`, in the type of the whole. */
  #slice(tensor: Tensor, texts: readonly string[]): string {
    if (tensor.derivative !== null || !texts.includes(":")) return entryLatex(tensor, texts, this.#names);
    const count = tensor.parameters.length;
    const whole = wholeLatex(tensor, texts.slice(0, count), this.#names);
    const { base, sup, sub } = splitScripts(whole);
    const indices = texts.slice(count).join(",");
    if (sub !== null) return `(${whole})_{${indices}}`;
    return `${base}_{${indices}}${sup === null ? "" : `^{${sup}}`}`;
  }

  #ones(x: MatrixExpression, scope: Scope): Piece {
    const column = (r: Range | null): string => `\\mathbf{1}_{${this.#walk.size(r, scope)}}`;
    if (x.columns === null) return piece(column(x.rows), Level.atom);
    const row = `${column(x.columns)}^\\top`;
    return x.rows === null ? piece(row, Level.power) : piece(`${column(x.rows)} ${row}`, Level.product);
  }

  /** `\mathbf{e}_k`; where e is something else, column k of the identity. */
  #basis(x: MatrixOf<"basis">, scope: Scope): Piece {
    const at = this.#walk.position(x.at, scope);
    if (!this.#names.taken.has("\\mathbf{e}") && !this.#names.taken.has("e"))
      return piece(`\\mathbf{e}_{${at}}`, Level.atom);
    return piece(`(\\mathbf{I}_{${this.#walk.size(x.rows, scope)}})_{:, ${at}}`, Level.atom);
  }

  #entries(row: Index, column: Index | null, body: Node, scope: Scope): Piece {
    const axes = column === null ? [row] : [row, column];
    const gradient = this.#walk.gradientOf(body, axes, scope);
    if (gradient !== null) return piece(gradient, Level.atom, { open: true });
    let inner = bind(this.#names, scope, row);
    if (column !== null) inner = bind(this.#names, inner, column);
    const indices = axes.map((i) => letterOf(inner, i));
    return piece(`\\left[${this.#walk.print(body, inner).text}\\right]_{${indices.join(",")}}`, Level.atom);
  }

  // ---- products ----

  /** Braces or parentheses around what another script is put on. */
  #scripted(x: MatrixExpression, p: Piece): string {
    if (p.level < Level.atom || p.open || x.kind === "entries" || p.text.startsWith("\\frac")) return group(p);
    return script(p.text);
  }

  #hadamard(args: readonly MatrixExpression[], scope: Scope): Piece {
    const join = (list: readonly Piece[]): string => list.map((p) => above(p, Level.product)).join(" \\odot ");
    const over = args.filter((a) => divisorOf(a) === null);
    const top = over.length === 0 ? [this.#ones(args[0] ?? fail(), scope)] : over.map((a) => this.print(a, scope));
    const bottom = args.flatMap((a) => divisorOf(a) ?? []).map((d) => this.#raised(d.base, d.exponent, scope));
    const [only] = bottom;
    if (only === undefined) return piece(join(top), Level.hadamard);
    const divisor = bottom.length === 1 ? above(only, Level.product) : parenthesize(join(bottom));
    return piece(`${join(top)} \\oslash ${divisor}`, Level.hadamard);
  }

  #scale(x: MatrixOf<"scale">, scope: Scope): Piece {
    const other = turned(this.#names.arena, x);
    if (other !== null) return this.print(other, scope);
    const scalars = isScalar(x) ? x.args : x.args.slice(0, -1);
    const { coefficient, above: beside, below, numbersBelow } = this.#coefficients(scalars, scope);
    const tail = isScalar(x) ? [] : x.args.slice(-1).map((a) => this.print(a, scope));
    const number = coefficient.n === 1n ? [] : [piece(`${coefficient.n}`, Level.atom)];
    const joined = chain([...this.#line(number, beside, numbersBelow, below), ...tail]);
    return coefficient.s >= 0n ? joined : negated(joined, parenthesize);
  }

  /** Numbers that are divided by go in front, `\frac{1}{N} …`; anything else makes one fraction of all scalars but derivatives. */
  #line(
    number: readonly Piece[],
    beside: readonly Factor[],
    numbersBelow: readonly Piece[],
    below: readonly Piece[],
  ): readonly Piece[] {
    if (below.length === 0) return [...quotient(number, numbersBelow), ...beside];
    const upstream = beside.filter((p) => p.upstream);
    const above = beside.filter((p) => !p.upstream);
    const fraction = quotient([...number, ...above], [...numbersBelow, ...below]);
    return above.length > 0 ? [...upstream, ...fraction] : [...fraction, ...upstream];
  }

  /** Scalars above and below a line, numbers apart; the sign is that of the coefficient. */
  #coefficients(scalars: readonly MatrixExpression[], scope: Scope): Coefficients {
    const { coefficient, others } = numbersIn(scalars);
    const parts = { above: [] as Factor[], below: [] as Piece[], numbersBelow: [] as Piece[] };
    for (const s of others) {
      const divisor = divisorOf(s);
      if (divisor === null) {
        const upstream = s.kind === "symbol" && s.tensor.derivative !== null;
        parts.above.push({ ...this.print(s, scope), dot: s.kind === "product", upstream });
      } else {
        const raised = this.#raised(divisor.base, divisor.exponent, scope);
        (divisor.base.kind === "scalar" ? parts.numbersBelow : parts.below).push(raised);
      }
    }
    if (coefficient.d !== 1n) parts.numbersBelow.unshift(piece(`${coefficient.d}`, Level.atom));
    return { coefficient, ...parts };
  }

  // ---- functions ----

  #call(head: string, args: readonly MatrixExpression[], scope: Scope): Piece {
    return piece(`${head}${parenthesize(args.map((a) => this.print(a, scope).text).join(", "))}`, Level.call);
  }

  #power(x: MatrixOf<"power">, scope: Scope): Piece {
    const [base, exponent] = x.args;
    const below = divisorOf(x);
    if (below !== null && !isScalar(x)) return this.#hadamard([x], scope);
    if (below !== null) return piece(`\\frac{1}{${this.#raised(below.base, below.exponent, scope).text}}`, Level.atom);
    if (exponent.kind === "scalar" && exponent.node.kind === "rational")
      return this.#raised(base, exponent.node.value, scope);
    return this.#superscripted(base, this.print(base, scope), this.print(exponent, scope).text);
  }

  /** A power of a scalar or vector as such, entry by entry; that of a matrix would be read as one of the matrix. */
  #superscripted(base: MatrixExpression, p: Piece, exponent: string): Piece {
    const matrix = base.rows !== null && base.columns !== null;
    const raised = /[\^']/.test(p.text) ? group(p) : this.#scripted(base, p);
    return piece(`${raised}^{${matrix ? "\\odot " : ""}${exponent}}`, Level.power);
  }

  /** A positive power, entry by entry. */
  #raised(base: MatrixExpression, exponent: Fraction, scope: Scope): Piece {
    const p = this.print(base, scope);
    if (exponent.equals(1)) return p;
    if (exponent.equals(new Fraction(1, 2))) return piece(`\\sqrt{${p.text}}`, Level.atom);
    const matrix = base.rows !== null && base.columns !== null;
    const whole = Number(exponent.n / exponent.d);
    const written = matrix
      ? exponent.d <= 2n && whole <= 4
      : exponent.equals(2) && !isScalar(base) && p.text.length <= SHORT;
    if (!written)
      return this.#superscripted(base, p, exponent.d === 1n ? `${exponent.n}` : `${exponent.n}/${exponent.d}`);
    const factor = above(p, Level.hadamard);
    const root = exponent.d === 1n ? [] : [`\\sqrt{${p.text}}`];
    return piece([...Array.from({ length: whole }, () => factor), ...root].join(" \\odot "), Level.hadamard);
  }

  #function(x: MatrixOf<"function">, scope: Scope): Piece {
    const [arg, exponent] = x.args;
    if (arg === undefined) fail();
    if (x.fn === "determinant") return this.#call("\\det", [arg], scope);
    if (x.fn === "exponential") return this.#call("\\operatorname{expm}", [arg], scope);
    const body = this.#scripted(arg, this.print(arg, scope));
    const power = x.fn === "inverse" || exponent === undefined ? "-1" : this.print(exponent, scope).text;
    return piece(`${body}^{${power}}`, Level.power);
  }

  #sum(x: MatrixOf<"sum">, scope: Scope): Piece {
    const inner = bind(this.#names, scope, x.index);
    const body = this.print(x.args[0], inner);
    const text = body.level <= Level.hadamard ? group(body) : body.text;
    const { low, high } = x.index.range;
    return piece(
      `\\sum_{${letterOf(inner, x.index)}=${this.#walk.dimension(low, scope)}}^{${this.#walk.dimension(high, scope)}} ${text}`,
      Level.product,
      { open: true },
    );
  }
}

/** The name of a reduction over all entries, or over those of each row. */
function reducer(x: MatrixOf<"reduce">): string {
  const word = x.op === "product" ? "prod" : x.op;
  if (!isScalar(x)) return `\\operatorname{row${word}}`;
  return x.op === "product" ? "\\operatorname{prod}" : `\\${word}`;
}

function fail(): never {
  throw new Error("internal: an operation without operands");
}

interface Factor extends Piece {
  /** A derivative, which stands beside a fraction and not in it. */
  readonly upstream: boolean;
}

interface Coefficients {
  readonly coefficient: Fraction;
  readonly above: readonly Factor[];
  readonly below: readonly Piece[];
  readonly numbersBelow: readonly Piece[];
}

const quotient = (above: readonly Piece[], below: readonly Piece[]): readonly Piece[] =>
  below.length === 0 ? above : [piece(`\\frac{${chain(above).text}}{${chain(below).text}}`, Level.atom)];
