import { Refusal } from "../../core/diagnostic.js";
import { cover, type Span } from "../../core/span.js";
import type { Index, Node, Tensor } from "../../expression/node.js";
import { collapse } from "../../model/products.js";
import { children, headKey, scriptText, takeApart } from "../../model/scripts.js";
import { known } from "../../model/sizes.js";
import { shapeText, type Value } from "../../model/value.js";
import type { Syntax } from "../../notation/syntax.js";
import type { Judge } from "../judge.js";
import type { Judged, Link } from "../verdict.js";
import { costOf, newWork } from "./change.js";
import { Comparison } from "./compare.js";
import { Facts } from "./facts.js";
import { type Named, nameIndices, nameTensor } from "./names.js";
import { isTransposed, type Rewriting, rewritings } from "./rewrite.js";
import { truthOf } from "./truth.js";

/** Formulas read anew for one line, and symbols tried in it. */
const MOST = 160;
const MOST_SYMBOLS = 14;

/** One repair of the formula that was written makes it right. */
export function repairOf(judge: Judge, judged: Judged, link: Link): Named | null {
  const e = judge.problem.elaborator;
  const { final } = e;
  // What is only tried leaves no notes.
  e.final = false;
  try {
    return e.within(judged.claim.letters, () => new Repairs(judge, judged, link).find());
  } finally {
    e.final = final;
  }
}

class Repairs {
  readonly #judge: Judge;
  readonly #judged: Judged;
  readonly #link: Link;
  #left: Value | null = null;
  #truth: Node | null = null;
  #facts: Facts | null = null;
  #c: Comparison | null = null;
  #own: readonly Index[] = [];
  /** A formula that is read anew makes its nodes anew. */
  readonly #work = newWork();

  constructor(judge: Judge, judged: Judged, link: Link) {
    this.#judge = judge;
    this.#judged = judged;
    this.#link = link;
  }

  find(): Named | null {
    const { arena } = this.#judge.context;
    const left = this.#value(this.#link.left, null);
    if (left === null) return null;
    this.#left = left;
    this.#own = left.axes.map((d, k) => arena.index(`'${k + 1}`, arena.upTo(known(d))));
    const truth = left.at(this.#own.map((i) => arena.at(i)));
    this.#truth = truth;
    this.#facts = new Facts(this.#judge, truthOf(this.#judge, truth));
    this.#c = new Comparison(this.#judge.context, truth, truth, truth.free);
    if (!this.#c.usable) return null;
    return this.#rewritten([]) ?? this.#summed() ?? this.#rewritten(this.#pool());
  }

  #value(s: Syntax, wanted: Value | null): Value | null {
    const e = this.#judge.problem.elaborator;
    try {
      const value = collapse(e.arena, e.value(s, wanted?.axes ?? null));
      if (value.axes.some((d) => d.dim === null)) return null;
      return value;
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  /** Whether a value is the truth, as its own shape or as a row of the same. */
  #isTruth(v: Value): boolean {
    const { arena } = this.#judge.context;
    const [left, truth, c] = [this.#left, this.#truth, this.#c];
    if (left === null || truth === null || c === null || v.axes.length !== left.axes.length) return false;
    if (v.axes.some((d, k) => d.dim === null || d.dim !== left.axes[k]?.dim)) return false;
    try {
      const node = v.at(this.#own.map((i) => arena.at(i)));
      this.#work.left -= costOf(node);
      return c.same(node, truth);
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  /** An axis too many, and summed over it all is well. */
  #summed(): Named | null {
    const { arena } = this.#judge.context;
    const [left, facts] = [this.#left, this.#facts];
    const right = this.#value(this.#link.right, left);
    if (left === null || facts === null || right === null || right.axes.length !== left.axes.length + 1) return null;
    for (const [k, axis] of right.axes.entries()) {
      const sum: Value = {
        axes: right.axes.filter((_, j) => j !== k),
        at: (ps) => {
          const i = arena.freshIndex(arena.upTo(known(axis)));
          return arena.sum(i, right.at([...ps.slice(0, k), arena.at(i), ...ps.slice(k)]));
        },
      };
      if (!this.#isTruth(sum)) continue;
      return {
        code: facts.bias ? "bias-gradient-not-summed" : "missing-sum-over-batch",
        about: `the axis of ${shapeText([axis]).replace("×1", "")} values`,
      };
    }
    return null;
  }

  #rewritten(pool: readonly Syntax[]): Named | null {
    let tried = 0;
    for (const { syntax, how } of rewritings(this.#link.right, pool)) {
      if ((how.kind === "symbol") !== pool.length > 0) continue;
      tried += 1;
      if (tried > MOST || this.#work.left < 0) return null;
      const v = this.#value(syntax, this.#left);
      if (v === null || !this.#isTruth(v)) continue;
      const name = this.#name(how);
      if (name !== null) return { ...name, ...placeOf(how) };
    }
    return null;
  }

  /** Other symbols of the problem's formulas, as they are written there. */
  #pool(): readonly Syntax[] {
    const found = new Map<string, Syntax>();
    const e = this.#judge.problem.elaborator;
    const visit = (s: Syntax, depth: number): void => {
      if (depth > 30 || found.size >= MOST_SYMBOLS) return;
      const t = takeApart(s);
      if (t !== null) {
        const text = scriptText(s);
        if (
          t.symbol.style !== "roman" &&
          !found.has(text) &&
          e.symbols.withHead(headOf(s)).some((x) => x.tensor !== null)
        )
          found.set(text, s);
        return;
      }
      for (const c of children(s)) visit(c, depth + 1);
    };
    for (const item of this.#judge.problem.items)
      if (item.kind === "forward") for (const s of item.statement.sides) visit(s, 0);
    return [...found.values()];
  }

  #tensor(s: Syntax): Tensor | null {
    const v = this.#value(s, null);
    if (v === null) return null;
    const node = v.at(v.axes.map(() => this.#judge.context.arena.literal(1)));
    return node.kind === "entry" ? node.tensor : null;
  }

  #name(how: Rewriting): Named | null {
    const f = this.#facts;
    if (f === null) return null;
    switch (how.kind) {
      case "transposed":
      case "untransposed":
        return this.#transposeName(f, how);
      case "swapped":
        if (f.truth.of !== null && f.truth.of.axes.length > 0) return { code: "chain-order-reversed", about: "" };
        return {
          code: isTransposed(how.a) && isTransposed(how.b) ? "transpose-of-product-order" : "noncommuting-swap",
          about: "",
        };
      case "moved":
        return { code: this.#movedCode(f, how.a, how.b), about: "" };
      case "hadamard":
        return { code: "hadamard-written-as-matmul", about: "" };
      case "matmul":
        return { code: "matmul-written-as-hadamard", about: "" };
      case "dropped":
        return f.bias && this.#tensor(how.unit)?.derivative === null
          ? { code: "bias-gradient-times-input", about: this.#text(how.unit) }
          : null;
      case "symbol": {
        const [from, to] = [this.#tensor(how.from), this.#tensor(how.to)];
        return from === null || to === null || from === to
          ? null
          : nameTensor(f, to, from, how.inside === null ? null : "indicator");
      }
      case "limits":
        return { code: "wrong-upper-limit", about: "" };
      case "subscripts":
        return { code: "missing-transpose", about: this.#text(how.unit) };
      case "letters":
        return { code: "index-swapped", about: "" };
    }
  }

  #transposeName(f: Facts, how: Extract<Rewriting, { kind: "transposed" | "untransposed" }>): Named {
    if (how.beside !== null && isOnes(how.beside)) return { code: "sum-wrong-axis", about: "" };
    const tensor = this.#tensor(how.unit);
    const special = tensor === null ? "missing-transpose" : nameIndices(f, tensor).code;
    if (special !== "missing-transpose") return { code: special, about: "" };
    const about = this.#text(how.unit);
    if (how.kind === "transposed") return { code: "missing-transpose", about };
    // W for Wᵀ on the way back, where the forward pass already transposes.
    if (f.backThroughWeights && f.isParameter(tensor)) return { code: "missing-transpose", about: "" };
    const message = `${about} is transposed and should not be: the forward pass has the transpose already`;
    return { code: "missing-transpose", about, message };
  }

  #movedCode(f: Facts, a: Syntax, b: Syntax): string {
    const columns = [a, b].map((s) => this.#value(s, null)?.axes.length ?? 0);
    const isVector = (s: Syntax, n: number): boolean =>
      n === 1 ||
      (isTransposed(s) && n === 2 && (this.#value(s, null)?.axes[0]?.isOne(this.#judge.context.arena) ?? false));
    if (isVector(a, columns[0] ?? 0) && isVector(b, columns[1] ?? 0)) return "inner-instead-of-outer";
    return f.isParameter(f.truth.wrt) ? "wrong-factor-order-batch" : "transpose-of-product-order";
  }

  /** A part of the claim as it is written. */
  #text(s: Syntax): string {
    const { span, latex } = this.#judged.claim.item.statement;
    return latex.slice(s.span.start - span.start, s.span.end - span.start) || scriptText(s);
  }
}

/** What a repair changes; those of a whole formula are in no one place. */
function placeOf(how: Rewriting): { readonly span?: Span } {
  switch (how.kind) {
    case "transposed":
    case "untransposed":
    case "dropped":
    case "subscripts":
      return { span: how.unit.span };
    case "swapped":
    case "moved":
      return { span: cover(how.a.span, how.b.span) };
    case "symbol":
      return { span: how.from.span };
    default:
      return {};
  }
}

const headOf = (s: Syntax): string => {
  const t = takeApart(s);
  return t === null ? "" : headKey(t.symbol);
};

/** A vector of ones: a bold 1. */
function isOnes(s: Syntax): boolean {
  if (s.kind === "group") return isOnes(s.body);
  if (s.kind === "scripted") return isOnes(s.base);
  return (
    (s.kind === "symbol" && /^(1|\\?ones|e)$/.test(s.name) && s.style !== "plain") ||
    (s.kind === "symbol" && s.name === "1")
  );
}
