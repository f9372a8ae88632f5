import { Fraction } from "fraction.js";
import {
  add,
  isScalar,
  type MatrixExpression,
  type MatrixOf,
  type Shape,
  scalar,
  scale,
} from "../contraction/matrix.js";
import { Budget, BudgetSpent } from "../core/budget.js";
import { freeOfPosition } from "../expression/arena.js";
import type { Index, Node, Position, Range, Tensor } from "../expression/node.js";
import { casesLatex, type Guard, isGuard, linesOf } from "./cases.js";
import { abstractLatex, bracket, functionLatex, parenthesize } from "./function-latex.js";
import { latexStyle, script } from "./latex-style.js";
import { bind, dimParts, letterOf, type Names, type Scope, scopeOf, signedSum } from "./names.js";
import { parametersOf } from "./parameters.js";
import { splitScripts } from "./scripts.js";
import { Level as IndexLevel } from "./style.js";
import { entryLatex, wholeLatex } from "./tensor.js";
import { Walk } from "./walk.js";

/** How tightly a piece of matrix notation holds together. Juxtaposition binds tighter than `\odot`. */
const Level = { add: 1, negative: 2, hadamard: 3, product: 4, call: 5, power: 6, atom: 7 } as const;

interface Piece {
  readonly text: string;
  readonly level: number;
  /** Swallows what is written after it: a `\sum`, a `\nabla`. */
  readonly open: boolean;
  /** A scalar that is a product of vectors. */
  readonly dot?: boolean;
  /** A derivative, which stands beside a fraction and not in it. */
  readonly upstream?: boolean;
}

const DEEPEST = 1000;
/** Shared parts are written out each time, so a small graph can be a long text. */
const LONGEST = 50_000;
/** A square is written out as `x \odot x` where `x` is no longer than this. */
const SHORT = 24;
const piece = (text: string, level: number, open = false): Piece => ({ text, level, open });
const group = (p: Piece): string => parenthesize(p.text);
const above = (p: Piece, level: number): string => (p.level > level ? p.text : group(p));

/** LaTeX of a matrix expression. */
export function printMatrix(x: MatrixExpression, names: Names, free: Iterable<Index> = parametersOf(x)): string {
  return new MatrixPrinter(names).print(x, scopeOf(names, free)).text;
}

/** LaTeX of `tensor = x`, or of `left = x`; `family` holds the positions of a member. */
export function printMatrixEquation(
  left: Tensor | string,
  x: MatrixExpression,
  names: Names,
  family: readonly Position[] = [],
): string {
  return equation(x, names, family, (texts) => (typeof left === "string" ? left : wholeLatex(left, texts, names)));
}

/** LaTeX of `tensor[at] = x`, for each value of the positions in `at`; axes without one stay whole. */
export const printMatrixSlice = (
  tensor: Tensor,
  x: MatrixExpression,
  names: Names,
  at: readonly (Position | null)[],
): string => equation(x, names, at, (texts) => entryLatex(tensor, texts, names));

function equation(
  x: MatrixExpression,
  names: Names,
  at: readonly (Position | null)[],
  left: (texts: readonly string[]) => string,
): string {
  const free = at.flatMap((p) => (p === null ? [] : freeOfPosition(p)));
  const scope = scopeOf(names, [...free, ...parametersOf(x)]);
  const walk = new Walk(names, latexStyle(names));
  const head = left(at.map((p) => (p === null ? ":" : walk.position(p, scope))));
  const printer = new MatrixPrinter(names);
  return `${head} = ${matrixCases(x, names, printer, walk, scope) ?? printer.print(x, scope).text}`;
}

/** Conditions on a family's member as cases, as in index form. */
function matrixCases(
  x: MatrixExpression,
  names: Names,
  printer: MatrixPrinter,
  walk: Walk,
  scope: Scope,
): string | null {
  const terms = (x.kind === "add" ? x.args : [x]).map((t) => (t.kind === "scale" ? t.args : [t]));
  const guardOf = (t: MatrixExpression): Guard[] => (t.kind === "scalar" && isGuard(t.node) ? [t.node] : []);
  const guards = terms.map((args) => args.flatMap(guardOf));
  const lines = linesOf(names.arena, guards);
  if (lines === null) return null;
  const value = (when: Guard | null): string => {
    const kept = terms.filter((_, k) => guards[k]?.length === 0 || (when !== null && guards[k]?.includes(when)));
    const open = kept
      .map((args) => args.filter((a) => guardOf(a).length === 0))
      .map((args) => scale(args.slice(0, -1), args.at(-1) ?? one(names)));
    return open.length === 0 ? (isScalar(x) ? "0" : "\\mathbf{0}") : printer.print(add(...open), scope).text;
  };
  const text = (when: Guard | null): string =>
    when === null ? "\\text{otherwise}" : `\\text{if } ${walk.condition(when.relation, when.position, scope)}`;
  return casesLatex(lines.map((when) => [value(when), text(when)] as const));
}

const one = (names: Names): MatrixExpression => scalar(names.arena.one);

/** The shapes along an expression, `[D^{(1)} \times D^{(0)}][D^{(0)} \times 1]`; scalars are left out. */
export function dimensionCheck(x: MatrixExpression, names: Names): string {
  const printer = new MatrixPrinter(names);
  const scope = scopeOf(names, parametersOf(x));
  return `${printer.shapes(x, scope)} = ${printer.shape(x, scope)}`;
}

class MatrixPrinter {
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
      case "symbol": {
        const symbol = this.#symbol(x, scope);
        return this.#isRowGradient(x) ? piece(`${this.#scripted(x, symbol)}^\\top`, Level.power) : symbol;
      }
      case "scalar":
        return this.#node(x.node, scope);
      case "identity":
        return piece(`\\mathbf{I}_{${this.#size(x.rows, scope)}}`, Level.atom);
      case "ones":
        return this.#ones(x, scope);
      case "basis":
        return this.#basis(x, scope);
      case "entries":
        return this.#entries(x.row, x.column, x.body, scope);
      case "transpose": {
        const [of] = x.args;
        if (of.kind === "symbol" && this.#isRowGradient(of)) return this.#symbol(of, scope);
        const arg = this.print(of, scope);
        return piece(`${this.#scripted(x.args[0], arg)}^\\top`, Level.power);
      }
      case "product":
        return this.#chain(x.args, scope);
      case "hadamard":
        return this.#hadamard(x.args, scope);
      case "scale":
        return this.#scale(x, scope);
      case "add":
        return this.#add(x, scope);
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
      case "reduce": {
        const word = x.op === "product" ? "prod" : x.op;
        const overAll = x.op === "product" ? "\\operatorname{prod}" : `\\${x.op}`;
        return this.#call(isScalar(x) ? overAll : `\\operatorname{row${word}}`, x.args, scope);
      }
      case "function":
        return this.#function(x, scope);
      case "sum":
        return this.#sum(x, scope);
    }
  }

  // ---- leaves ----

  #node(node: Node, scope: Scope): Piece {
    const { text, level, open } = this.#walk.print(node, scope);
    if (level <= IndexLevel.sum) return piece(text, Level.add, open);
    if (level <= IndexLevel.negative) return piece(text, Level.negative, open);
    if (level <= IndexLevel.product) return piece(text, Level.product, open);
    return piece(
      text,
      level <= IndexLevel.call ? Level.call : level <= IndexLevel.power ? Level.power : Level.atom,
      open,
    );
  }

  /** A gradient that stands as its own transpose in the author's layout. */
  #isRowGradient(x: MatrixOf<"symbol">): boolean {
    const { derivative } = x.tensor;
    if (!this.#names.rowGradients || derivative === null || (x.rows === null && x.columns === null)) return false;
    return derivative.of.axes.length === derivative.of.parameters.length;
  }

  #symbol({ tensor, at }: MatrixOf<"symbol">, scope: Scope): Piece {
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
    // `\\nabla_z L\\, x^\\top` would have the nabla reach over both.
    return piece(whole, Level.atom, whole.startsWith("\\nabla"));
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
    const column = (r: Range | null): string => `\\mathbf{1}_{${this.#size(r, scope)}}`;
    if (x.columns === null) return piece(column(x.rows), Level.atom);
    const row = `${column(x.columns)}^\\top`;
    return x.rows === null ? piece(row, Level.power) : piece(`${column(x.rows)} ${row}`, Level.product);
  }

  /** `\mathbf{e}_k`; where e is something else, column k of the identity. */
  #basis(x: MatrixOf<"basis">, scope: Scope): Piece {
    const at = this.#walk.position(x.at, scope);
    if (!this.#names.taken.has("\\mathbf{e}") && !this.#names.taken.has("e"))
      return piece(`\\mathbf{e}_{${at}}`, Level.atom);
    return piece(`(\\mathbf{I}_{${this.#size(x.rows, scope)}})_{:, ${at}}`, Level.atom);
  }

  #entries(row: Index, column: Index | null, body: Node, scope: Scope): Piece {
    const axes = column === null ? [row] : [row, column];
    const gradient = this.#walk.gradientOf(body, axes, scope);
    if (gradient !== null) return piece(gradient, Level.atom, true);
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

  #chain(args: readonly MatrixExpression[], scope: Scope): Piece {
    return together(args.map((a) => this.print(a, scope)));
  }

  #hadamard(args: readonly MatrixExpression[], scope: Scope): Piece {
    const below = args.flatMap((a) => this.#denominator(a));
    const over = args.filter((a) => this.#denominator(a).length === 0);
    const join = (list: readonly Piece[]): string => list.map((p) => above(p, Level.product)).join(" \\odot ");
    const top = over.length === 0 ? [this.#ones(args[0] ?? fail(), scope)] : over.map((a) => this.print(a, scope));
    if (below.length === 0) return piece(join(top), Level.hadamard);
    const bottom = below.map(([base, exponent]) => this.#raised(base, exponent, scope));
    const [only] = bottom;
    const divisor = bottom.length === 1 && only !== undefined ? above(only, Level.product) : parenthesize(join(bottom));
    return piece(`${join(top)} \\oslash ${divisor}`, Level.hadamard);
  }

  /** The base and positive exponent that an entrywise factor divides by, if it does. */
  #denominator(x: MatrixExpression): (readonly [MatrixExpression, Fraction])[] {
    if (x.kind !== "power") return [];
    const [base, exponent] = x.args;
    if (exponent.kind !== "scalar" || exponent.node.kind !== "rational" || exponent.node.value.s > 0n) return [];
    return [[base, exponent.node.value.neg()]];
  }

  #scale(x: MatrixOf<"scale">, scope: Scope): Piece {
    const scalars = isScalar(x) ? x.args : x.args.slice(0, -1);
    const { coefficient, above: top, below, numbersBelow } = this.#coefficients(scalars, scope);
    const tail = isScalar(x) ? [] : x.args.slice(-1).map((a) => this.print(a, scope));
    const turned = coefficient.equals(-1) && x.args.length === 2 ? this.#turned(x.args.at(-1), scope) : null;
    if (turned !== null) return turned;
    const over = coefficient.n === 1n ? [] : [piece(`${coefficient.n}`, Level.atom)];
    // Numbers that are divided by go in front, `\\frac{1}{N} …`; anything else makes one fraction of all scalars.
    const whole = below.length > 0;
    const beside = whole ? top.filter((p) => p.upstream === true) : top;
    const numerator = whole ? [...over, ...top.filter((p) => p.upstream !== true)] : over;
    const denominator = [...numbersBelow, ...below];
    const line =
      denominator.length === 0
        ? numerator
        : [piece(`\\frac{${together(numerator).text}}{${together(denominator).text}}`, Level.atom)];
    const before = whole && numerator.length > over.length ? beside : [];
    const joined = together([...before, ...line, ...beside.filter((p) => !before.includes(p)), ...tail]);
    if (coefficient.s >= 0n) return joined;
    return piece(`-${joined.level <= Level.negative ? group(joined) : joined.text}`, Level.negative, joined.open);
  }

  /** `-(y - t)` as `t - y`; `null` where it would still begin with a minus. */
  #turned(x: MatrixExpression | undefined, scope: Scope): Piece | null {
    if (x?.kind !== "add") return null;
    const minus = scalar(this.#names.arena.minusOne);
    const p = this.print(add(...x.args.map((a) => scale([minus], a))), scope);
    return p.text.startsWith("-") ? null : p;
  }

  /** Scalars above and below a line, numbers apart; the sign is that of the coefficient. */
  #coefficients(scalars: readonly MatrixExpression[], scope: Scope): Coefficients {
    let coefficient = new Fraction(1);
    const top: Piece[] = [];
    const below: Piece[] = [];
    const numbersBelow: Piece[] = [];
    for (const s of scalars) {
      const [divisor] = this.#denominator(s);
      if (s.kind === "scalar" && s.node.kind === "rational") coefficient = coefficient.mul(s.node.value);
      else if (divisor === undefined)
        top.push({
          ...this.print(s, scope),
          dot: s.kind === "product",
          upstream: s.kind === "symbol" && s.tensor.derivative !== null,
        });
      else (divisor[0].kind === "scalar" ? numbersBelow : below).push(this.#raised(divisor[0], divisor[1], scope));
    }
    if (coefficient.d !== 1n) numbersBelow.unshift(piece(`${coefficient.d}`, Level.atom));
    return { coefficient, above: top, below, numbersBelow };
  }

  #add(x: MatrixOf<"add">, scope: Scope): Piece {
    const pieces = x.args.map((a) => this.print(a, scope));
    const positive = pieces.findIndex((p) => !p.text.startsWith("-"));
    const first = pieces[positive];
    const ordered = positive > 0 && first !== undefined ? [first, ...pieces.filter((_, k) => k !== positive)] : pieces;
    const text = ordered
      .map((p, k) => (k === 0 ? p.text : p.text.startsWith("-") ? ` - ${p.text.slice(1)}` : ` + ${p.text}`))
      .join("");
    return piece(text, Level.add);
  }

  // ---- functions ----

  #call(head: string, args: readonly MatrixExpression[], scope: Scope): Piece {
    return piece(`${head}${parenthesize(args.map((a) => this.print(a, scope).text).join(", "))}`, Level.call);
  }

  #power(x: MatrixOf<"power">, scope: Scope): Piece {
    const [base, exponent] = x.args;
    const [below] = this.#denominator(x);
    if (below !== undefined && !isScalar(x)) return this.#hadamard([x], scope);
    if (below !== undefined) return piece(`\\frac{1}{${this.#raised(below[0], below[1], scope).text}}`, Level.atom);
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
      `\\sum_{${letterOf(inner, x.index)}=${this.#dim(low, scope)}}^{${this.#dim(high, scope)}} ${text}`,
      Level.product,
      true,
    );
  }

  // ---- shapes ----

  #dim(dim: Range["low"], scope: Scope): string {
    return signedSum(dimParts(dim, (p) => this.#walk.position(p, scope)));
  }

  #size(range: Range | null, scope: Scope): string {
    return range === null ? "1" : this.#dim(this.#names.arena.size(range), scope);
  }

  shape({ rows, columns }: Shape, scope: Scope): string {
    return `[${this.#size(rows, scope)} \\times ${this.#size(columns, scope)}]`;
  }

  shapes(x: MatrixExpression, scope: Scope): string {
    this.#budget.spend();
    const several = (y: MatrixExpression): boolean =>
      ["product", "hadamard"].includes(y.kind) || (y.kind === "add" && y.args.filter((a) => !isScalar(a)).length > 1);
    const inside = (y: MatrixExpression): string =>
      several(y) ? `\\left(${this.shapes(y, scope)}\\right)` : this.shapes(y, scope);
    switch (x.kind) {
      case "product":
        return x.args.map(inside).join("");
      case "hadamard":
        return x.args.map(inside).join(" \\odot ");
      case "add":
        return (
          x.args
            .filter((a) => !isScalar(a))
            .map((a) => this.shapes(a, scope))
            .join(" + ") || this.shape(x, scope)
        );
      case "scale":
        return isScalar(x) ? this.shape(x, scope) : this.shapes(x.args.at(-1) ?? fail(), scope);
      case "sum":
        return this.shapes(x.args[0], bind(this.#names, scope, x.index));
      default:
        return this.shape(x, scope);
    }
  }
}

function fail(): never {
  throw new Error("internal: an operation without operands");
}

interface Coefficients {
  readonly coefficient: Fraction;
  readonly above: readonly Piece[];
  readonly below: readonly Piece[];
  readonly numbersBelow: readonly Piece[];
}

function together(pieces: readonly Piece[]): Piece {
  const [only] = pieces;
  if (only === undefined) return piece("1", Level.atom);
  return pieces.length === 1 ? only : piece(juxtapose(pieces), Level.product, pieces.at(-1)?.open ?? false);
}

function juxtapose(pieces: readonly Piece[]): string {
  return pieces
    .map((p, k) => {
      const last = k === pieces.length - 1;
      const before = pieces[k - 1];
      // A product of vectors that is one scalar stays together, unless only a number stands beside it.
      const apart = p.dot === true && !(last && (before === undefined || isNumeral(before.text)));
      const needs = p.level < Level.product || (p.open && !last) || (k > 0 && /^[-\d]/.test(p.text));
      return needs || apart ? group(p) : p.text;
    })
    .join(" ");
}

const isNumeral = (text: string): boolean => /^(?:\d+|\\frac\{\d+\}.*)$/.test(text);
