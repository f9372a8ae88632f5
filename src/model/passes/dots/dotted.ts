import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import type { Span } from "../../../core/span.js";
import type { Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { latexOf } from "../../symbols/latex.js";
import { nodesIn, rangeEnds } from "../../symbols/letters.js";
import { isTransposeMark, mapOperands, scriptText } from "../../symbols/scripts.js";
import { declarationOf, type Item, mentionsDerivative } from "../../symbols/statements.js";
import {
  follows,
  freshLetter,
  lastOfChain,
  lettersIn,
  looksLikeIndex,
  type Pattern,
  patternOf,
} from "./dotted-patterns.js";

/*
 * Arrays and products that are written with dots, put by index: a column `[f(x_1); \vdots; f(x_n)]` is the vector whose
 * entry i is f(x_i). The operators `rows` and `columns` put what their body is for each i below or beside each other;
 * `entries` is a list, `entries^T` a transposed one.
 */

export const STACKS: ReadonlySet<string> = new Set(["rows", "columns", "entries", "entries^T"]);

const hasDots = (s: Syntax): boolean => nodesIn(s).some((n) => n.kind === "ellipsis");

/** The same statements by index; what is read into dots goes to `notes`. */
export function withDotsByIndex(items: readonly Item[], notes: Diagnostic[]): readonly Item[] {
  if (!items.some((i) => i.statement.sides.some(hasDots))) return items;
  const used = new Set<string>();
  for (const { statement } of items)
    for (const side of [...statement.sides, ...statement.conditions.flatMap((c) => c.sides)])
      lettersIn(nodesIn(side), used);
  const writer = new Writer(used, endsIn(items), notes);
  return items.map((item) => {
    const { statement } = item;
    if (statement.relations.length === 0 || !statement.sides.some(hasDots)) return item;
    const sides = statement.sides.map((s) => (hasDots(s) ? writer.written(s) : s));
    return { ...item, statement: { ...statement, sides } };
  });
}

/** Names at which something ends: the m of `i = 1, \dots, m`, of `\mathbb{R}^m`, of `A_1 A_2 \cdots A_m` in the forward pass. */
function endsIn(items: readonly Item[]): ReadonlySet<string> {
  const ends = new Set<string>();
  for (const { statement } of items) {
    for (const end of [...rangeEnds(statement), ...(declarationOf(statement)?.set.shape ?? [])])
      ends.add(scriptText(end));
    if (statement.sides.some(mentionsDerivative)) continue;
    for (const n of statement.sides.flatMap(nodesIn)) {
      const factors = n.kind === "juxtaposition" || n.kind === "product" ? n.items : [];
      const at = factors.findIndex((f) => f.kind === "ellipsis");
      const [first, last] = [factors[at - 1], factors[at + 1]];
      const pattern = at < 1 || first === undefined || last === undefined ? null : patternOf(first, last, first);
      if (pattern !== null && pattern.low.kind === "number") ends.add(scriptText(pattern.high));
    }
  }
  return ends;
}

class Writer {
  readonly #used: ReadonlySet<string>;
  readonly #isIndex: (name: string) => boolean;
  readonly #notes: Diagnostic[];

  constructor(used: ReadonlySet<string>, ends: ReadonlySet<string>, notes: Diagnostic[]) {
    this.#used = used;
    this.#isIndex = (name) => looksLikeIndex(name) && !ends.has(name);
    this.#notes = notes;
  }

  /** An array, sum or product by index, after a note of how its dots are read. */
  #noted(written: Syntax): Syntax {
    const ranges: string[] = [];
    let inner = written;
    while (inner.kind === "big" && inner.sub?.kind === "relation" && inner.sup !== null && inner.body !== null) {
      const [letter, low] = inner.sub.items;
      if (letter === undefined || low === undefined) break;
      ranges.push(`${latexOf(letter)} = ${latexOf(low)}, \\dots, ${latexOf(inner.sup)}`);
      if (!STACKS.has(inner.operator) || inner.body.kind !== "big" || !STACKS.has(inner.body.operator)) {
        const member = latexOf(inner.body);
        const message = `the dots are read as ${member === "" ? "the same" : member} for ${ranges.join(", ")}`;
        this.#notes.push(diagnostic("note", "reading/dots", message, written.span));
        break;
      }
      inner = inner.body;
    }
    return written;
  }

  written(s: Syntax): Syntax {
    if (!hasDots(s)) return s;
    if (s.kind === "matrix") return this.#matrix(s);
    if (s.kind === "scripted" && s.sub === null && s.sup !== null && isTransposeMark(s.sup)) {
      const list = listIn(s.base);
      const entries = list === null ? null : this.#line(list, "entries^T", s);
      if (entries !== null) return this.#noted(entries);
    }
    const list = listIn(s);
    const entries = list === null ? null : this.#line(list, "entries", s);
    if (entries !== null && s.kind === "group") return { ...s, body: this.#noted(entries) };
    const inner = mapOperands(s, (n) => this.written(n));
    if (inner.kind === "juxtaposition" || inner.kind === "product") return this.#product(inner);
    return inner.kind === "sum" ? this.#sum(inner) : inner;
  }

  #letter(s: Syntax, also: readonly Syntax[] = []): Syntax {
    const used = new Set(this.#used);
    lettersIn(also, used);
    return freshLetter(used, s.span);
  }

  /** `a_1, a_2, \dots, a_n` as one pattern; what else stands beside the dots has to be of it. */
  #pattern(cells: readonly Syntax[], also: readonly Syntax[] = []): Pattern | null {
    const at = cells.findIndex((c) => c.kind === "ellipsis");
    const [first, last] = [cells[0], cells.at(-1)];
    if (at < 1 || first === undefined || last === undefined || last.kind === "ellipsis") return null;
    if (cells.slice(at + 1).some((c) => c.kind === "ellipsis")) return null;
    const pattern = patternOf(first, last, this.#letter(first, also), this.#isIndex);
    if (pattern === null) return null;
    const regular = cells.every(
      (c, k) =>
        k === 0 ||
        k === at ||
        k === cells.length - 1 ||
        (k < at ? follows(first, c, k) : follows(last, c, k + 1 - cells.length)),
    );
    return regular ? pattern : null;
  }

  #line(cells: readonly Syntax[], operator: string, of: Syntax): Syntax | null {
    const pattern = this.#pattern(cells);
    return pattern === null ? null : over(operator, pattern, of);
  }

  #matrix(s: SyntaxOf<"matrix">): Syntax {
    const diagonal = this.#diagonal(s);
    if (diagonal !== null) return diagonal;
    const rectangle = this.#rectangle(s);
    return rectangle === null ? s : this.#noted(rectangle);
  }

  #rectangle(s: SyntaxOf<"matrix">): Syntax | null {
    const dotted = (r: readonly Syntax[]): boolean =>
      r.some((c) => c.kind === "ellipsis") && r.every((c) => c.kind === "ellipsis" || c.kind === "empty");
    const rows: Syntax[] = [];
    for (const r of s.rows) {
      const [first] = r;
      if (first === undefined) return null;
      if (dotted(r)) rows.push({ kind: "ellipsis", span: first.span });
      else if (r.some((c) => c.kind === "ellipsis")) {
        const row = this.#line(r, "columns", s);
        if (row === null) return null;
        rows.push(row);
      } else rows.push(r.length === 1 ? first : { ...s, rows: [r] });
    }
    const [only, more] = rows;
    if (only !== undefined && more === undefined) return only.kind === "ellipsis" ? null : only;
    if (!rows.some((r) => r.kind === "ellipsis")) return null;
    const plain = rows.filter((r) => r.kind !== "ellipsis");
    if (plain.some((r) => r.kind !== plain[0]?.kind)) return null;
    const letters = plain.flatMap((r) => (r.kind === "big" && r.sub !== null ? nodesIn(r.sub) : []));
    const pattern = this.#pattern(rows, letters);
    return pattern === null ? null : over("rows", pattern, s);
  }

  /** Dots on the diagonal and nothing or zeros beside it. */
  #diagonal(s: SyntaxOf<"matrix">): Syntax | null {
    const [top] = s.rows;
    if (top === undefined || s.rows.length < 3 || s.rows.some((r) => r.length > s.rows.length)) return null;
    const isZero = (c: Syntax): boolean =>
      c.kind === "empty" || c.kind === "ellipsis" || (c.kind === "number" && c.text === "0");
    const beside = s.rows.flatMap((r, a) => r.filter((_, b) => a !== b));
    if (!beside.every(isZero) || !beside.some((c) => c.kind !== "ellipsis")) return null;
    const cells = s.rows.map((r, k): Syntax => r[k] ?? { kind: "empty", span: s.span });
    const entries = this.#line(cells, "rows", s);
    if (entries === null) return null;
    const { span } = s;
    const diag: Syntax = {
      kind: "symbol",
      name: "diag",
      style: "roman",
      accents: [],
      latex: "\\operatorname{diag}",
      span,
    };
    return {
      kind: "juxtaposition",
      items: [diag, { kind: "group", open: "(", body: this.#noted(entries), span }],
      span,
    };
  }

  /** `w_T \dots w_2 w_1 x` is a product over what stands around the dots. */
  #product(s: SyntaxOf<"juxtaposition"> | SyntaxOf<"product">): Syntax {
    const at = s.items.findIndex((c) => c.kind === "ellipsis");
    const run = this.#run(s.items, at);
    if (run === null) return s;
    const operators = s.kind === "product" ? s.operators : [];
    if (new Set(operators.slice(run.from, run.to)).size > 1) return s;
    const order = run.pattern.up ? "up" : "down";
    const product = this.#noted({ ...over("\\prod", run.pattern, run), order });
    const items = [...s.items.slice(0, run.from), product, ...s.items.slice(run.to + 1)];
    if (items.length === 1) return product;
    if (s.kind === "juxtaposition") return this.#product({ ...s, items });
    return this.#product({ ...s, items, operators: [...operators.slice(0, run.from), ...operators.slice(run.to)] });
  }

  /** `w_1 x_1 + \dots + w_n x_n` is a sum. */
  #sum(s: SyntaxOf<"sum">): Syntax {
    const at = s.terms.findIndex((t) => t.body.kind === "ellipsis");
    const bodies = s.terms.map((t) => t.body);
    const run = this.#run(bodies, at);
    const first = run === null ? undefined : s.terms[run.from];
    if (run === null || first === undefined) return s;
    if (s.terms.slice(run.from, run.to + 1).some((t) => t.sign !== first.sign)) return s;
    const body = this.#noted(over("\\sum", run.pattern, run));
    const terms = [...s.terms.slice(0, run.from), { sign: first.sign, body }, ...s.terms.slice(run.to + 1)];
    return terms.length === 1 && first.sign > 0 ? body : { ...s, terms };
  }

  /** The operands around dots that are of one pattern, from the first to the last. */
  #run(items: readonly Syntax[], at: number): Run | null {
    const [left, right] = [items[at - 1], items[at + 1]];
    if (at < 1 || left === undefined || right === undefined) return null;
    const letter = this.#letter(left, items);
    const direct = patternOf(left, right, letter, this.#isIndex);
    const link = direct === null ? lastOfChain(left, right) : null;
    const short = direct ?? (link === null ? null : patternOf(left, link, letter, this.#isIndex));
    if (short === null) return null;
    const step = short.up ? 1 : -1;
    const leads = (k: number): boolean => isNext(items[k], items[k + 1], step);
    let [from, to] = [at - 1, link === null ? at + 1 : at];
    while (from > 0 && leads(from - 1)) from -= 1;
    while (link === null && to + 1 < items.length) {
      if (leads(to)) to += 1;
      else if (this.#goesOn(items, to, short.up, letter)) to += 2;
      else break;
    }
    const [first, last] = [items[from] ?? left, link ?? items[to] ?? right];
    const pattern = patternOf(first, last, letter, this.#isIndex);
    const end = link === null ? last : (items[at] ?? right);
    return pattern === null ? null : { pattern, from, to, span: { start: first.span.start, end: end.span.end } };
  }

  /** `w_T \dots w_{i+1} w_i \dots w_1` goes on after the second dots in the same direction. */
  #goesOn(items: readonly Syntax[], at: number, up: boolean, letter: Syntax): boolean {
    const [own, dots, next] = items.slice(at, at + 3);
    if (own === undefined || dots?.kind !== "ellipsis" || next === undefined) return false;
    return patternOf(own, next, letter, this.#isIndex)?.up === up;
  }
}

/** Operands of one pattern, and where they stand among all. */
interface Run {
  readonly pattern: Pattern;
  readonly from: number;
  readonly to: number;
  readonly span: Span;
}

const isNext = (a: Syntax | undefined, b: Syntax | undefined, step: number): boolean =>
  a !== undefined && b !== undefined && follows(a, b, step);

/** The items of `[a, \dots, b]` or `(a, \dots, b)`. */
function listIn(s: Syntax): readonly Syntax[] | null {
  if (s.kind !== "group" || s.body.kind !== "list" || (s.open !== "(" && s.open !== "[")) return null;
  return s.body.items.some((c) => c.kind === "ellipsis") ? s.body.items : null;
}

function over(
  operator: string,
  { body, letter, low, high }: Pattern,
  { span }: { readonly span: Span },
): SyntaxOf<"big"> {
  const sub: Syntax = { kind: "relation", items: [letter, low], operators: ["="], span };
  return { kind: "big", operator, sub, sup: high, body, span };
}
