import { refuse } from "../core/diagnostic.js";
import { flatMap } from "../core/flat-map.js";
import type { Span } from "../core/span.js";
import { type Arena, tensorsOf } from "../expression/arena.js";
import type { Position, Tensor } from "../expression/node.js";
import type { Elaborator } from "../model/elaborate/elaborator.js";
import { memberPosition, partOf } from "../model/elaborate/positions.js";
import { selected } from "../model/elaborate/symbol-values.js";
import { functionKey, tensorName } from "../model/functions/applications.js";
import type { Problem } from "../model/read.js";
import { wholeOf } from "../model/sizes/dimension-reader.js";
import type { DimVar } from "../model/sizes/dimensions.js";
import { memberAxes } from "../model/symbols/members.js";
import { headKey, type Scripted, scriptText, spoken, subscripts, takeApart } from "../model/symbols/scripts.js";
import { targetKey } from "../model/symbols/statements.js";
import type { Occurrence } from "../model/symbols/symbol-spec.js";
import { partsOf, placesOn, unstacked, vec } from "../model/values/stacked.js";
import { shapeText } from "../model/values/value.js";
import type { Syntax } from "../notation/syntax.js";
import type { Invented } from "./invented.js";

/** What stands above or below a ∂: a tensor, the positions that are fixed, and the axes that are left whole. */
export interface Side {
  readonly tensor: Tensor;
  readonly axes: readonly DimVar[];
  readonly positions: (free: readonly Position[]) => readonly Position[];
  readonly transposed: boolean;
  /** One row or column of a matrix. */
  readonly isLine?: boolean;
}

/** A power of a variable. */
export interface Powered {
  readonly base: Syntax;
  /** 2, 3, …; one half where the square has a name. */
  readonly exponent: number;
  /** Of `\log \sigma^2`. */
  readonly inLogarithm: boolean;
}

const isLogarithm = (s: Syntax): boolean => /^\\?(?:log|ln)$/.test(takeApart(s)?.symbol.name ?? "");

/** Reads what stands above and below a ∂. */
export class SideReader {
  readonly #arena: Arena;
  readonly #problem: Problem;
  readonly #invented: Invented;
  readonly #expressions = new Map<string, Side>();

  constructor(problem: Problem, invented: Invented) {
    this.#problem = problem;
    this.#invented = invented;
    this.#arena = problem.model.arena;
  }

  /** `mayInvent`: a numerator that nothing defines is an abstract quantity; a variable that nothing knows is an error. */
  side(s: Syntax, span: Span, mayInvent = true): Side {
    const entry = this.#entryOf(s, span);
    if (entry !== null) return entry;
    const inside = s.kind === "group" && s.open === "(" ? s.body : s;
    const stacked = this.#stacked(inside, span);
    if (stacked !== null) return stacked;
    const t = takeApart(withoutArguments(this.#problem.elaborator, inside));
    if (t === null) return this.#expression(inside, span);
    const e = this.#problem.elaborator;
    const found = mayInvent ? e.symbols.resolve(t) : this.#variable(t);
    if (found.actions.some((a) => a.kind === "power")) return this.#expression(inside, span);
    const { spec } = found;
    if (spec.tensor === null && mayInvent && e.abstracts.has(functionKey(t))) return this.#someValue(t, span);
    if (spec.tensor === null && !mayInvent) refuse("symbol/unknown", `nothing says what ${spoken(spec.key)} is`, span);
    const tensor =
      spec.tensor === null || (mayInvent && this.#invented.isOnlyDeclared(spec, spec.tensor))
        ? this.#invented.abstractQuantity(spec, t, span)
        : spec.tensor;
    const members = found.members.map((m, k) => memberPosition(e, spec, m, k));
    const axes = memberAxes(e, spec, members) ?? [];
    const part = selected(e, found, axes);
    if (part === null) return refuse("symbol/unknown", `nothing says which shape ${spec.key} has`, span);
    const transposed = found.actions.length % 2 === 1;
    return {
      tensor,
      axes: part.axes,
      positions: (ps) => [...members.map((m) => m()), ...placesOn(axes, part.positions(ps), span)],
      isLine: part.isLine || (part.axes.length === 1 && e.usedAsRows.has(spec.id)),
      transposed,
    };
  }

  /**
   * `\partial L/\partial \sigma_j^2` where the worksheet has a σ: σ_j and the exponent; `\partial L/\partial \log \sigma_j` likewise.
   * `null` for anything else, and where some equation gives the power a name, for then it may mean that.
   */
  poweredVariable(s: Syntax): Powered | null {
    const [log, argument, other] = s.kind === "juxtaposition" ? s.items : [];
    if (log === undefined || argument === undefined || !isLogarithm(log)) return this.#powered(s) ?? this.#root(s);
    if (other !== undefined) return null;
    const whole = argument.kind === "group" && argument.open === "(" ? argument.body : argument;
    const powered = this.#powered(whole) ?? this.#unpowered(whole);
    return powered === null || this.#isNamed(powered) ? null : { ...powered, inLogarithm: true };
  }

  /** The σ of `\partial y/\partial \sigma` where only `\sigma^2 = …` is defined: the power one half of that. */
  #root(s: Syntax): Powered | null {
    const t = takeApart(s);
    if (t === null || t.sups.length + t.primes > 0) return null;
    const { spec, actions, entries } = this.#variable(t);
    const [root] = actions;
    const isWhole = (spec.axes ?? []).length - entries.length > 1;
    if (spec.tensor === null || root?.kind !== "power" || root.exponent.kind !== "fraction" || isWhole) return null;
    const square: Syntax = { kind: "number", text: "2", span: s.span };
    return {
      base: wholeOf({ ...t, sups: [{ content: square, bracketed: false, open: "" }] }),
      exponent: 0.5,
      inLogarithm: false,
    };
  }

  #unpowered(s: Syntax): Powered | null {
    const t = takeApart(s);
    const found = t === null ? null : this.#variable(t);
    if (found === null || found.spec.tensor === null || found.actions.length > 0) return null;
    const isWhole = (found.spec.axes ?? []).length - found.entries.length > 1;
    return isWhole ? null : { base: s, exponent: 1, inLogarithm: false };
  }

  /** Has the logarithm a name of its own, `s = \log \sigma`? */
  #isNamed({ base }: Powered): boolean {
    const t = takeApart(base);
    const tensor = t === null ? null : this.#variable(t).spec.tensor;
    return this.#problem.model.equations.some(
      ({ body }) =>
        body.kind === "apply" &&
        body.fn === "log" &&
        body.args.some((a) => tensor !== null && tensorsOf(a).includes(tensor)),
    );
  }

  #powered(s: Syntax): Powered | null {
    const inside = s.kind === "group" && s.open === "(" ? s.body : s;
    const t = takeApart(inside);
    const [sup, more] = t?.sups ?? [];
    const number = sup === undefined || sup.bracketed || more !== undefined ? null : sup.content;
    if (t === null || number?.kind !== "number" || !/^[1-9]\d?$/.test(number.text)) return null;
    const found = this.#variable(t);
    const { spec, actions, entries } = found;
    const { tensor } = spec;
    // Of a matrix the power is none of its entries.
    const isWhole = (spec.axes ?? []).length - entries.length > 1;
    if (tensor === null || actions.length !== 1 || actions[0]?.kind !== "power" || isWhole) return null;
    const isNamed = this.#problem.model.equations.some(
      ({ body: b }) => b.kind === "power" && b.base.kind === "entry" && b.base.tensor === tensor,
    );
    return isNamed ? null : { base: wholeOf({ ...t, sups: [] }), exponent: Number(number.text), inLogarithm: false };
  }

  /** `\partial L/\partial x` where there is no x but a matrix X means that. */
  #variable(t: Scripted): Occurrence {
    const { symbols } = this.#problem.elaborator;
    const found = symbols.resolve(t);
    if (found.spec.tensor !== null || !/^[a-z]$/.test(t.symbol.name) || t.subs.length > 0) return found;
    const capital = symbols.resolve({ ...t, symbol: { ...t.symbol, name: t.symbol.name.toUpperCase() } });
    return capital.spec.tensor !== null && capital.spec.axes?.length === 2 ? capital : found;
  }

  /** `\partial l` where l is only ever applied, to `(y_t, \hat{y}_t)`: one of its values, or some sum of them. */
  #someValue(t: Scripted, span: Span): Side {
    const tensor = this.#invented.valueOf(functionKey(t), t.symbol.latex.trim(), span);
    if (tensor !== null) return { tensor, axes: [], positions: () => [], transposed: false };
    return refuse("function/bare", `${t.symbol.latex.trim()} stands here without its argument`, span);
  }

  /** `\operatorname{vec}(X)`, also transposed: X by a stacked axis. */
  #stacked(s: Syntax, span: Span): Side | null {
    const arena = this.#arena;
    const e = this.#problem.elaborator;
    const items = s.kind === "juxtaposition" ? s.items : [s];
    const [head, group] = items;
    const t = head === undefined ? null : takeApart(head);
    if (t === null || group === undefined || items.length !== 2 || tensorName(t.symbol.name) !== "vec") return null;
    const bare = group.kind === "scripted" && group.base.kind === "group" ? group.base : group;
    if (bare.kind !== "group" || e.symbols.isVariable(headKey(t.symbol))) return null;
    const whole = this.side(bare.body, span);
    const [rows, columns] = whole.transposed ? [...whole.axes].reverse() : whole.axes;
    if (rows === undefined || columns === undefined) return null;
    e.usesKronecker = true;
    const { axes } = vec(arena, { axes: [rows, columns], at: () => arena.zero }, span);
    return {
      tensor: whole.tensor,
      axes,
      positions: ([p]) => {
        const [column, row] = partsOf(p);
        return whole.positions(whole.transposed ? [column, row] : [row, column]);
      },
      transposed: false,
    };
  }

  /** `(\mathbf{z}_1)_i`, an entry of what stands in the parentheses; `null` for anything else. */
  #entryOf(s: Syntax, span: Span): Side | null {
    if (s.kind !== "scripted" || s.sub === null || s.sup !== null || s.primes > 0) return null;
    const { base } = s;
    if (base.kind !== "group" || (base.open !== "(" && base.open !== "[")) return null;
    const whole = this.side(base, span);
    const written = subscripts(s.sub);
    if (written.length !== whole.axes.length)
      return refuse(
        "index/count",
        `${scriptText(base.body)} is ${shapeText(whole.axes)} and takes ${whole.axes.length} positions, not ${written.length}`,
        span,
      );
    const inOrder = whole.transposed ? [...written].reverse() : written;
    const part = partOf(this.#problem.elaborator, whole.axes, inOrder);
    return {
      ...whole,
      axes: part.axes,
      positions: (ps) => whole.positions(part.positions(ps)),
      isLine: part.isLine,
      transposed: false,
    };
  }

  /** `\frac{\partial}{\partial w} (w^\top x)`: the expression becomes a quantity of its own. */
  #expression(s: Syntax, span: Span): Side {
    const key = `${scriptText(s)}@${span.start}`;
    const known = this.#expressions.get(key);
    if (known !== undefined) return known;
    const value = this.#problem.elaborator.value(s);
    const side: Side = {
      tensor: this.#invented.quantity(value),
      axes: value.axes,
      positions: (ps) => [...this.#invented.letters(value), ...flatMap(ps, unstacked)],
      transposed: false,
    };
    this.#expressions.set(key, side);
    return side;
  }
}

/** `\mathcal{L}(y, t)` above a ∂ is 𝓛; `a^\top (x - b)` and `a (x - b)` are products. */
function withoutArguments(e: Elaborator, s: Syntax): Syntax {
  if (s.kind !== "juxtaposition" || s.items.length !== 2) return s;
  const [head, group] = s.items;
  const t = head === undefined ? null : takeApart(head);
  if (t === null || head === undefined || group?.kind !== "group") return s;
  const args = group.body.kind === "list" ? group.body.items : [group.body];
  if (t.sups.some((p) => !p.bracketed) || args.some((a) => takeApart(a) === null)) return s;
  // Of an abstract function the application itself is differentiated: nothing more is known of the variable.
  if (e.abstracts.has(functionKey(t))) return s;
  return e.symbols.isVariable(targetKey(t)) ? head : s;
}
