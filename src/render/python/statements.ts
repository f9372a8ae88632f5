import { addTo } from "../../core/groups.js";
import type { Arena } from "../../expression/arena.js";
import type { Dim, Index, Node, Position, Tensor } from "../../expression/node.js";
import { type Code, code, numeric, SIGN, within } from "./code.js";
import { indexed } from "./entry.js";
import { Translator } from "./expression.js";
import { type Assignment, type Group, schedule } from "./schedule.js";
import type { Scalars, Scope } from "./scope.js";
import { isCondition, loopName } from "./translation.js";

/** The lines of a function's body that compute `assignments`. */
export function statements(scope: Scope, assignments: readonly Assignment[]): readonly string[] {
  const allocated = new Set<Tensor>();
  const byTensor = new Map<Tensor, Assignment[]>();
  for (const a of assignments) addTo(byTensor, a.tensor, a);
  return schedule(scope.arena, assignments).flatMap((group) => {
    const writer = new Writer(scope, allocated, byTensor);
    return writer.group(group);
  });
}

interface Span {
  readonly low: Dim | null;
  readonly high: Dim | null;
  readonly text: string;
}

class Writer {
  readonly #scope: Scope;
  readonly #allocated: Set<Tensor>;
  readonly #assignments: ReadonlyMap<Tensor, readonly Assignment[]>;

  constructor(scope: Scope, allocated: Set<Tensor>, assignments: ReadonlyMap<Tensor, readonly Assignment[]>) {
    this.#scope = scope;
    this.#allocated = allocated;
    this.#assignments = assignments;
  }

  group(group: Group): readonly string[] {
    const comments = group.members.flatMap((m) => comment(m.comment));
    const [only] = group.members;
    if (group.loops.length === 0 && group.members.length === 1 && only !== undefined)
      return [...comments, ...this.#single(only)];
    const allocations = group.members.flatMap((m) => this.#allocate(m.tensor));
    const axes = new Map(group.loops.map((l) => [l.axis, l.step] as const));
    // Ragged members have no array to be computed in as a whole.
    for (const m of group.members)
      if (this.#scope.isRagged(m.tensor)) for (const k of m.tensor.parameters.keys()) if (!axes.has(k)) axes.set(k, 1);
    return [...comments, ...allocations, ...this.#loop([...axes], group.members, new Map())];
  }

  #single(a: Assignment): readonly string[] {
    const loops = a.at.flatMap((p, k) => {
      const index = this.#scope.arena.indexOf(p);
      const ragged = this.#scope.isRagged(a.tensor) && k < a.tensor.parameters.length;
      return index !== null && (ragged || this.#scope.needsLoop(index, a.body)) ? [[k, 1] as const] : [];
    });
    if (loops.length > 0) return [...this.#allocate(a.tensor), ...this.#loop(loops, [a], new Map())];
    if (this.#isWhole(a)) {
      this.#allocated.add(a.tensor);
      const axes = a.at.map((p) => this.#scope.arena.indexOf(p)).filter((i) => i !== null);
      const translator = new Translator(this.#scope, new Map());
      const value = translator.statement(a.body, axes);
      return [...translator.lines, `${this.#scope.variable(a.tensor)} = ${value.text}`];
    }
    return [...this.#allocate(a.tensor), ...this.#assign(a, new Map())];
  }

  /** One equation for the whole array, each axis by an index of its own over all of it. */
  #isWhole(a: Assignment): boolean {
    if (this.#assignments.get(a.tensor)?.length !== 1 || this.#scope.isRagged(a.tensor)) return false;
    const indices = a.at.map((p) => this.#scope.arena.indexOf(p));
    if (new Set(indices).size < indices.length) return false;
    return indices.every((i, k) => {
      const range = this.#scope.arena.axisRange(a.tensor, k, a.at);
      return i !== null && i.range.low === range.low && i.range.high === range.high;
    });
  }

  #allocate(tensor: Tensor): readonly string[] {
    if (this.#allocated.has(tensor)) return [];
    this.#allocated.add(tensor);
    const { arena } = this.#scope;
    const name = this.#scope.variable(tensor);
    const sizes = (axes: readonly number[]): string[] =>
      axes.map((k) => {
        const range = tensor.axes[k];
        return range === undefined ? "1" : this.#scope.dim(arena.size(range), new Map());
      });
    if (!this.#scope.isRagged(tensor)) {
      const all = sizes(tensor.axes.map((_, k) => k));
      if (all.length === 0) return [`${name} = 0.0`];
      const zeros = `${name} = np.zeros(${all.length === 1 ? all[0] : `(${all.join(", ")})`})`;
      return [zeros, ...this.#given(tensor, name)];
    }
    const family = sizes(tensor.parameters.map((_, k) => k));
    const nested = family.reduceRight(
      (inner, n, k) =>
        k === family.length - 1 ? `[None] * ${/^\w+$/.test(n) ? n : `(${n})`}` : `[${inner} for _ in range(${n})]`,
      "None",
    );
    return [`${name} = ${nested}`];
  }

  /** Members that no equation computes, such as an initial state, may be given; else they are zero. */
  #given(tensor: Tensor, name: string): readonly string[] {
    if (!isPartial(this.#scope.arena, tensor, this.#assignments.get(tensor) ?? [])) return [];
    this.#scope.usedHelpers.add("_given");
    const key = this.#scope.keyOf(tensor);
    this.#scope.partial.add(key);
    return [`_given(${name}, values, "${key}")`];
  }

  #loop(
    axes: readonly (readonly [number, 1 | -1])[],
    members: readonly Assignment[],
    scalars: Scalars,
  ): readonly string[] {
    const [head, ...rest] = axes;
    if (head === undefined) return members.flatMap((m) => this.#assign(m, scalars));
    const [axis, step] = head;
    const indices = members.map((m) => {
      const p = m.at[axis];
      return p === undefined ? null : this.#scope.arena.indexOf(p);
    });
    const lead = indices.find((i) => i !== null) ?? null;
    if (lead === null) return this.#literal(axis, rest, members, scalars);
    const variable = this.#scope.names.fresh(loopName(lead));
    const simple = indices.every(
      (i) => i !== null && i.range.low === lead.range.low && i.range.high === lead.range.high,
    );
    const span = this.#span(axis, members, scalars);
    const header = `for ${variable} in ${step === 1 ? span.text : backwards(span.text)}:`;
    if (simple) {
      const inner = new Map(scalars);
      for (const i of indices) if (i !== null) inner.set(i, variable);
      const lines = [header, ...indent(this.#loop(rest, members, inner))];
      this.#scope.names.release(variable);
      return lines;
    }
    const body = members.flatMap((m) => this.#where(m, axis, variable, rest, scalars, span));
    this.#scope.names.release(variable);
    return [header, ...indent(body)];
  }

  // All of them stand at literal places, in order already.
  #literal(
    axis: number,
    rest: readonly (readonly [number, 1 | -1])[],
    members: readonly Assignment[],
    scalars: Scalars,
  ): readonly string[] {
    return members.some((m) => m.at[axis] !== undefined) ? this.#loop(rest, members, scalars) : [];
  }

  #where(
    m: Assignment,
    axis: number,
    variable: string,
    rest: readonly (readonly [number, 1 | -1])[],
    scalars: Scalars,
    span: Span,
  ): readonly string[] {
    const own = this.#ends(m, axis);
    const inner = new Map(scalars);
    if (own.index !== null) inner.set(own.index, variable);
    const text = (d: Dim): string => this.#scope.dim(d, scalars);
    const low = span.low === own.low ? "" : `${text(own.low)} <= `;
    const high = span.high === own.high ? "" : ` <= ${text(own.high)}`;
    const lines = this.#loop(rest, [m], inner);
    if (own.low === own.high) return [`if ${variable} == ${text(own.low)}:`, ...indent(lines)];
    return low + high === "" ? lines : [`if ${low}${variable}${high}:`, ...indent(lines)];
  }

  /** The values that an assignment takes along an axis: those of its index, or one place. */
  #ends(m: Assignment, axis: number): { readonly low: Dim; readonly high: Dim; readonly index: Index | null } {
    const { arena } = this.#scope;
    const p = m.at[axis] ?? arena.literal(0);
    const index = arena.indexOf(p);
    return index === null ? { low: p.offset, high: p.offset, index } : { ...index.range, index };
  }

  /** From the least to the greatest value that any member wants; an end is `null` where that depends on sizes. */
  #span(axis: number, members: readonly Assignment[], scalars: Scalars): Span {
    const ends = members.map((m) => this.#ends(m, axis));
    const [low, lowText] = this.#extreme("min", [...new Set(ends.map((e) => e.low))], scalars);
    const [high, highText] = this.#extreme("max", [...new Set(ends.map((e) => e.high))], scalars);
    const end =
      high === null
        ? `${highText} + 1`
        : this.#scope.dim(this.#scope.arena.addDims(high, this.#scope.arena.oneDim), scalars);
    return { low, high, text: lowText === "0" ? `range(${end})` : `range(${lowText}, ${end})` };
  }

  #extreme(which: "min" | "max", dims: readonly Dim[], scalars: Scalars): readonly [Dim | null, string] {
    const { arena } = this.#scope;
    const better = (a: Dim, b: Dim): boolean => {
      const difference = arena.integerOf(arena.subtractDims(a, b));
      return difference !== null && (which === "min" ? difference <= 0 : difference >= 0);
    };
    const best = dims.find((d) => dims.every((e) => better(d, e)));
    if (best !== undefined) return [best, this.#scope.dim(best, scalars)];
    return [null, `${which}(${dims.map((d) => this.#scope.dim(d, scalars)).join(", ")})`];
  }

  /** Assigns to a part of an array that exists; terms whose guard loop variables decide become `if` blocks. */
  #assign(a: Assignment, scalars: Scalars): readonly string[] {
    const { arena } = this.#scope;
    const target = this.#target(a, scalars);
    const terms = a.body.kind === "add" ? a.body.terms : [a.body];
    const guarded = terms.filter((t) => conditionsOf(t, scalars).length > 0);
    const plain = terms.filter((t) => !guarded.includes(t));
    const lines: string[] = [];
    const shape = (): Code => new Translator(this.#scope, scalars).full(code("0.0", 5), target.axes);
    if (plain.length > 0 || guarded.length === 0) {
      const translator = new Translator(this.#scope, scalars);
      const value = translator.statement(arena.add(...plain), target.axes);
      lines.push(...translator.lines, `${target.text} = ${value.text}`);
    } else if (this.#scope.isRagged(a.tensor)) lines.push(`${target.text} = ${shape().text}`);
    for (const term of guarded) {
      const conditions = conditionsOf(term, scalars);
      const rest =
        term.kind === "multiply" ? arena.multiply(...term.factors.filter((f) => !conditions.includes(f))) : arena.one;
      const translator = new Translator(this.#scope, scalars);
      const test = conditions.map((c) => translator.translate(c, []).text).join(" and ");
      const value = translator.statement(rest, target.axes);
      lines.push(
        `if ${test}:`,
        ...indent([...translator.lines, `${target.text} = ${target.text} + ${within(numeric(value), SIGN - 1)}`]),
      );
    }
    return lines;
  }

  #target(a: Assignment, scalars: Scalars): Code {
    const { arena } = this.#scope;
    const ranges = a.tensor.axes.map((_, k) => arena.axisRange(a.tensor, k, a.at));
    let name = this.#scope.variable(a.tensor);
    const skip = this.#scope.isRagged(a.tensor) ? a.tensor.parameters.length : 0;
    const place = (p: Position, k: number): string => this.#scope.place(p, scalars, ranges[k]?.low ?? arena.zeroDim);
    a.at.slice(0, skip).forEach((p, k) => {
      name += `[${place(p, k)}]`;
    });
    return indexed(this.#scope, name, ranges.slice(skip), a.at.slice(skip), scalars, () => null);
  }
}

/** Is there a stretch of the first axis that no assignment covers? Other axes, and adjoints, are taken to be covered. */
function isPartial(arena: Arena, tensor: Tensor, assignments: readonly Assignment[]): boolean {
  const axis = tensor.axes[0];
  if (axis === undefined || tensor.derivative !== null) return false;
  const spans = assignments.map(({ at: [first] }) => {
    const index = first === undefined ? null : arena.indexOf(first);
    const place = first?.offset ?? axis.low;
    return index?.range ?? { low: place, high: place };
  });
  let start = axis.low;
  for (let k = 0; k <= spans.length; k++) {
    if (start === arena.addDims(axis.high, arena.oneDim)) return false;
    const next = spans.find((s) => s.low === start);
    if (next === undefined) return true;
    start = arena.addDims(next.high, arena.oneDim);
  }
  return false;
}

function conditionsOf(term: Node, scalars: Scalars): readonly Node[] {
  if (isCondition(term, scalars)) return [term];
  return term.kind === "multiply" ? term.factors.filter((f) => isCondition(f, scalars)) : [];
}

const backwards = (span: string): string => `reversed(${span})`;

export const indent = (lines: readonly string[]): readonly string[] => lines.map((l) => (l === "" ? "" : `    ${l}`));

/** LaTeX in a comment: every character that could end the line is a space. */
export function comment(text: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not pass
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
  return line === "" ? [] : [`# ${line.length > 400 ? `${line.slice(0, 400)} …` : line}`];
}
