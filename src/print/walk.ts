import { Fraction } from "fraction.js";
import { Budget, BudgetSpent } from "../core/budget.js";
import type { Dim, Index, Lambda, Node, NodeOf, Position, Range } from "../expression/node.js";
import { bind, dimParts, letterOf, type Names, type Scope, signedSum } from "./names.js";
import { Level, negated, type Piece, piece, summed, together } from "./pieces.js";
import { factorExcept, isReciprocal, isTall, partsOf, turned } from "./product-parts.js";
import type { Style } from "./style.js";

/** Deeper expressions are not for people, and would exhaust the stack. */
const DEEPEST = 1500;
/** Distinct places printed; shared parts are written out each time, so a small graph can be a long text. */
const LONGEST = 200_000;

/**
 * Puts expressions into words of a `Style`, with parentheses where precedence wants them. Bound indices are read
 * as they stand: along one path down no canonical number occurs twice, so a scope from them to letters suffices.
 */
export class Walk {
  readonly #names: Names;
  readonly #style: Style;
  readonly #budget = new Budget("printing", LONGEST);

  constructor(names: Names, style: Style) {
    this.#names = names;
    this.#style = style;
  }

  print(node: Node, scope: Scope): Piece {
    if (node.depth > DEEPEST) throw new BudgetSpent("the depth of printed expressions");
    return this.#node(node, scope);
  }

  #node(node: Node, scope: Scope): Piece {
    this.#budget.spend();
    const style = this.#style;
    switch (node.kind) {
      case "rational":
        return this.#rational(node.value);
      case "dimension":
        return this.#affine(this.#dimParts(node.dim, scope));
      case "position":
        return this.#affine(this.#positionParts(node.position, scope));
      case "constant":
        return piece(node.name === "pi" ? style.pi : style.euler, Level.atom);
      case "entry":
        return style.entry(
          node.tensor,
          node.at.map((p) => this.position(p, scope)),
        );
      case "add":
        return summed(node.terms.map((t) => this.#node(t, scope)));
      case "multiply":
        return this.#product(node.factors, scope);
      case "power":
        return isReciprocal(node) ? this.#product([node], scope) : this.#power(node, scope);
      case "apply":
        return this.#apply(node, scope);
      case "reduce": {
        const inner = bind(this.#names, scope, node.index);
        const [letter, low, high] = this.#range(node.index, scope, inner);
        if (node.op === "product") return this.#productOver(node, [letter, low, high], inner);
        return style.big(node.op, letter, low, high, this.#node(node.body, inner));
      }
      case "argument": {
        const inner = bind(this.#names, scope, node.index);
        const [letter, low, high] = this.#range(node.index, scope, inner);
        return style.argument(node.op, letter, low, high, this.#node(node.body, inner));
      }
      case "iverson":
        return this.#iverson(node, scope);
      case "indicator":
        return style.condition(
          `${this.#node(node.arg, scope).text} ${node.relation === ">=" ? style.relations.ge : node.relation} 0`,
        );
      case "matrix":
        return this.#matrix(node, scope);
      case "abstract":
        return this.#abstract(node, scope);
    }
  }

  /** What a condition leaves out of a product stands below it: `\prod_{j=1, j \ne i}^{n}`. */
  #productOver(node: NodeOf<"reduce">, [letter, low, high]: readonly [string, string, string], inner: Scope): Piece {
    const except: string[] = [];
    let body = node.body;
    for (;;) {
      const found = factorExcept(this.#names.arena, body);
      if (found === null || !found.where.free.includes(node.index)) break;
      except.push(`, ${this.condition("nonzero", found.where.position, inner)}`);
      body = found.factor;
    }
    return this.#style.big(node.op, letter, `${low}${except.join("")}`, high, this.#node(body, inner));
  }

  // ---- numbers and positions ----

  #rational(value: Fraction): Piece {
    const whole = piece(value.n.toString(), Level.atom);
    const size = value.d === 1n ? whole : this.#style.fraction(whole, piece(value.d.toString(), Level.atom));
    return value.s < 0n ? piece(`-${size.text}`, Level.negative) : size;
  }

  #dimParts(dim: Dim, scope: Scope): (readonly [number, string])[] {
    const parts = dimParts(dim, (p) => this.position(p, scope));
    return parts.map(([c, text]) => [c, text === "" ? "" : this.#style.dimension(text)] as const);
  }

  #affine(parts: readonly (readonly [number, string])[]): Piece {
    const text = signedSum(parts);
    const [first] = parts;
    const single = parts.length === 1 && first !== undefined && first[0] > 0;
    if (!single) return piece(text, Level.sum);
    const simple = first[0] === 1 && !first[1].includes(" ");
    return piece(text, simple || first[1] === "" ? Level.atom : Level.product, { raised: text.includes("^") });
  }

  #positionParts(p: Position, scope: Scope): (readonly [number, string])[] {
    const value: (readonly [number, string])[] = p.value === null ? [] : [[1, this.#node(p.value, scope).text]];
    const terms = p.terms.map(([i, c]) => [c, letterOf(scope, i)] as const);
    return [...value, ...terms, ...this.#dimParts(p.offset, scope)];
  }

  position(p: Position, scope: Scope): string {
    return signedSum(this.#positionParts(p, scope));
  }

  dimension(dim: Dim, scope: Scope): string {
    return signedSum(this.#dimParts(dim, scope));
  }

  /** The number of values in a range; of no axis, one. */
  size(range: Range | null, scope: Scope): string {
    return range === null ? "1" : this.dimension(this.#names.arena.size(range), scope);
  }

  #range(index: Index, outer: Scope, inner: Scope): [string, string, string] {
    const { low, high } = index.range;
    return [letterOf(inner, index), this.dimension(low, outer), this.dimension(high, outer)];
  }

  #iverson({ relation, position }: NodeOf<"iverson">, scope: Scope): Piece {
    const [a, b] = position.terms;
    const plainPair = position.terms.length === 2 && position.value === null && position.offset.terms.length === 0;
    if (
      relation === "zero" &&
      plainPair &&
      a !== undefined &&
      b !== undefined &&
      a[1] + b[1] === 0 &&
      Math.abs(a[1]) === 1
    )
      return this.#style.delta(letterOf(scope, a[0]), letterOf(scope, b[0]));
    return this.#style.condition(this.condition(relation, position, scope));
  }

  /** `t < T`, `\ell = L`: every part on the side where it is positive. */
  condition(relation: "zero" | "nonzero" | "nonnegative", position: Position, scope: Scope): string {
    const parts = this.#positionParts(position, scope);
    const number = parts.filter(([, t]) => t === "").reduce((sum, [c]) => sum + c, 0);
    const named = parts.filter(([, t]) => t !== "");
    const up = named.filter(([c]) => c > 0);
    const down = named.filter(([c]) => c < 0).map(([c, t]) => [-c, t] as const);
    const { le, lt, ge, ne } = this.#style.relations;
    const constant = (c: number): (readonly [number, string])[] => (c === 0 ? [] : [[c, ""]]);
    if (relation !== "nonnegative") {
      const is = relation === "zero" ? "=" : ne;
      // The index stands on the left, its value on the right.
      const [left, right, c] =
        down.length > 0 && up.length > 0 ? [up, down, -number] : up.length > 0 ? [up, [], -number] : [down, [], number];
      return c < 0 && right.length > 0
        ? `${signedSum([...left, ...constant(-c)])} ${is} ${signedSum(right)}`
        : `${signedSum(left)} ${is} ${signedSum([...right, ...constant(c)])}`;
    }
    if (down.length === 0) return `${signedSum(up)} ${ge} ${signedSum(constant(-number))}`;
    if (number < 0 && up.length > 0) {
      const rest = signedSum([...down, ...constant(-number - 1)]);
      return `${rest} ${lt} ${signedSum(up)}`;
    }
    return `${signedSum(down)} ${le} ${signedSum([...up, ...constant(number)])}`;
  }

  // ---- sums and products ----

  #product(factors: readonly Node[], scope: Scope): Piece {
    const terms = turned(this.#names.arena, factors);
    if (terms !== null) return summed(terms.map((t) => this.#node(t, scope)));
    const { coefficient, conditions, above, scalarsBelow, below } = partsOf(this.#names.arena, factors);
    const whole = below.length > 0;
    const over = whole ? above.filter((f) => !isTall(f)) : [];
    const beside = above.filter((f) => !over.includes(f));
    const lead = this.#quotient(coefficient.abs(), over, [...scalarsBelow, ...below], scope);
    const upstream = beside.filter((f) => over.length > 0 && f.kind === "entry");
    const parts = [
      ...conditions.map((c) => this.#node(c, scope)),
      ...upstream.map((f) => this.#node(f, scope)),
      ...(lead === null ? [] : [lead]),
      ...this.#ordered(
        beside.filter((f) => over.length === 0 || f.kind !== "entry"),
        scope,
      ),
    ];
    const numeric = lead !== null && over.length === 0;
    const joined = this.#together(numeric ? [lead, ...parts.filter((p) => p !== lead)] : parts);
    return coefficient.s >= 0n ? joined : negated(joined, this.#style.group);
  }

  /** The fraction that leads a product, or `null` where there is nothing but a one. */
  #quotient(size: Fraction, above: readonly Node[], below: readonly Node[], scope: Scope): Piece | null {
    const number = (n: bigint): Piece[] => (n === 1n ? [] : [piece(n.toString(), Level.atom)]);
    const top = [...number(size.n), ...this.#ordered(above, scope)];
    const bottom = [...number(size.d), ...this.#ordered(below, scope)];
    if (top.length === 0 && bottom.length === 0) return null;
    return bottom.length === 0
      ? this.#together(top)
      : this.#style.fraction(this.#together(top), this.#together(bottom));
  }

  #together(pieces: readonly Piece[]): Piece {
    return together(pieces, this.#style.group);
  }

  /** The factors in their order, those that swallow what follows last. */
  #ordered(factors: readonly Node[], scope: Scope): Piece[] {
    const pieces = factors.map((f) => this.#node(f, scope));
    return [...pieces.filter((p) => !p.open), ...pieces.filter((p) => p.open)];
  }

  // ---- powers and functions ----

  #power(node: NodeOf<"power">, scope: Scope): Piece {
    const base = this.#node(node.base, scope);
    const { exponent } = node;
    if (exponent.kind !== "rational" || exponent.value.d === 1n)
      return this.#style.power(base, this.#node(exponent, scope));
    if (exponent.value.equals(new Fraction(1, 2))) return this.#style.root(base);
    const slash = piece(`${exponent.value.n}/${exponent.value.d}`, Level.product);
    return this.#style.power(base, slash);
  }

  #apply(node: NodeOf<"apply">, scope: Scope): Piece {
    const [arg] = node.args;
    if (node.fn !== "exp" || arg === undefined)
      return this.#style.call(
        node.fn,
        node.args.map((a) => this.#node(a, scope)),
      );
    return this.#softmax(arg, scope) ?? this.#style.exponential(this.#node(arg, scope));
  }

  /** `exp(z_k - LSE_l z_l)` is softmax, and written as the quotient it is. */
  #softmax(arg: Node, scope: Scope): Piece | null {
    if (arg.kind !== "add") return null;
    const { arena } = this.#names;
    const total = arg.terms.map(negatedLogSumExp).find((n) => n !== null);
    if (total === undefined || total === null) return null;
    const rest = arg.terms.filter((t) => negatedLogSumExp(t) !== total);
    if (rest.length !== arg.terms.length - 1) return null;
    const inner = bind(this.#names, scope, total.index);
    const [letter, low, high] = this.#range(total.index, scope, inner);
    const below = this.#style.big("sum", letter, low, high, this.#style.exponential(this.#node(total.body, inner)));
    return this.#style.fraction(this.#style.exponential(this.#node(arena.add(...rest), scope)), below);
  }

  // ---- matrices and abstract functions ----

  #matrix(node: NodeOf<"matrix">, scope: Scope): Piece {
    const at = node.at.map((p) => this.position(p, scope));
    const exponent = node.exponent === null ? null : this.#node(node.exponent, scope).text;
    return this.#style.matrixEntry(node.fn, this.#wholeMatrix(node, scope), at, exponent);
  }

  #wholeMatrix(node: NodeOf<"matrix">, scope: Scope): string {
    const { body, row, column } = node;
    const symbol = this.#symbolOf({ indices: [row, column], body }, scope);
    if (symbol !== null) return symbol;
    const known = this.#knownMatrix(node);
    if (known !== null) return known;
    const withRow = bind(this.#names, scope, row);
    const inner = bind(this.#names, withRow, column);
    return this.#style.matrixOf(this.#node(body, inner), letterOf(inner, row), letterOf(inner, column));
  }

  /** Somebody else's LaTeX of the matrix, where nothing in it is bound outside, so that its letters are the author's. */
  #knownMatrix(node: NodeOf<"matrix">): string | null {
    const { whole, arena } = this.#names;
    const { row, column, body } = arena.openMatrix(node);
    if (whole === null || body.free.some((i) => i !== row && i !== column && /^[~#$]/.test(i.name))) return null;
    return whole(row, column, body);
  }

  /** The tensor that a lambda is, entry by entry, printed whole; `null` if it is anything else. */
  #symbolOf({ indices, body }: Lambda, scope: Scope): string | null {
    if (body.kind !== "entry") return null;
    const own = body.at.slice(body.at.length - indices.length);
    const family = body.at.slice(0, body.at.length - indices.length);
    const { arena } = this.#names;
    if (!own.every((p, k) => arena.indexOf(p) === indices[k])) return null;
    if (family.length !== body.tensor.parameters.length) return null;
    return this.#style.whole(
      body.tensor,
      family.map((p) => this.position(p, scope)),
    );
  }

  /**
   * `\nabla_{\mathbf{y}} f(\mathbf{y}, t)` for `[∂f/∂y_k]_k`: one derivative, by a whole symbol whose axes are those
   * given; `null` for anything else.
   */
  gradientOf(node: Node, axes: readonly Index[], scope: Scope): string | null {
    if (node.kind !== "abstract" || node.outputs.length > 0 || node.partials.length !== 1) return null;
    const [partial] = node.partials;
    const lambda = partial === undefined ? undefined : node.args[partial.argument];
    const by = lambda === undefined ? null : this.#symbolOf(lambda, scope);
    const { arena } = this.#names;
    const own = partial?.at.length === axes.length && partial.at.every((p, k) => arena.indexOf(p) === axes[k]);
    if (by === null || !own || node.args.some((l) => l.body.free.some((i) => axes.includes(i)))) return null;
    const args = node.args.map((l) => this.#lambda(l, scope));
    return `\\nabla_{${by}} ${this.#style.abstract(node.name, args, [], 0).text}`;
  }

  #lambda(lambda: Lambda, scope: Scope): string {
    const symbol = this.#symbolOf(lambda, scope);
    if (symbol !== null) return symbol;
    let inner = scope;
    for (const i of lambda.indices) inner = bind(this.#names, inner, i);
    const body = this.#node(lambda.body, inner).text;
    return lambda.indices.length === 0
      ? body
      : `(${body})_{${lambda.indices.map((i) => letterOf(inner, i)).join(", ")}}`;
  }

  #abstract(node: NodeOf<"abstract">, scope: Scope): Piece {
    const args = node.args.map((l) => this.#lambda(l, scope));
    const outputs = node.outputs.map((p) => this.position(p, scope));
    const [only] = node.args;
    const simple = node.args.length === 1 && only !== undefined && only.indices.length === 0;
    if (simple) return this.#style.abstract(node.name, args, outputs, node.partials.length);
    const applied = this.#style.abstract(node.name, args, outputs, 0);
    if (node.partials.length === 0) return applied;
    const by = node.partials.map((p) => this.#slot(node.args[p.argument], p.argument, p.at, scope));
    return this.#style.partial(applied.text, by);
  }

  /** The argument that a partial derivative is by: its entry if it is a symbol, else its place. */
  #slot(lambda: Lambda | undefined, argument: number, at: readonly Position[], scope: Scope): string {
    if (lambda !== undefined && lambda.body.kind === "entry" && this.#symbolOf(lambda, scope) !== null) {
      const family = lambda.body.at.slice(0, lambda.body.at.length - lambda.indices.length);
      return this.#style.entry(
        lambda.body.tensor,
        [...family, ...at].map((p) => this.position(p, scope)),
      ).text;
    }
    return this.#style.slot(
      argument,
      at.map((p) => this.position(p, scope)),
    );
  }
}

/** The log-sum-exp that a term subtracts, or `null`. */
function negatedLogSumExp(term: Node): NodeOf<"reduce"> | null {
  if (term.kind !== "multiply" || term.factors.length !== 2) return null;
  const [sign, total] = term.factors;
  if (sign?.kind !== "rational" || !sign.value.equals(-1)) return null;
  return total?.kind === "reduce" && total.op === "logsumexp" ? total : null;
}
