import { refuse } from "../../core/diagnostic.js";
import { type Arena, freeOfDim, identifier } from "../../expression/arena.js";
import type { Dim, Index, Position, Range } from "../../expression/node.js";
import type { Syntax } from "../../notation/syntax.js";
import type { Builder } from "../build/builder.js";
import { DimVar, isLoneName } from "../sizes/dimensions.js";
import { partsOfAxes } from "../values/stacked.js";
import { dimText } from "../values/value.js";
import { enclosed, latexOf } from "./latex.js";
import { withParameters } from "./members.js";
import type { SymbolSpec } from "./symbol-spec.js";

/** Gives each symbol its tensor, now that sizes are known. */
export function makeTensors(builder: Builder): void {
  for (const spec of builder.symbols.all) {
    try {
      spec.tensor = makeTensor(builder, spec);
    } catch (error) {
      builder.failure(error, spec.span);
    }
  }
}

function makeTensor(builder: Builder, spec: SymbolSpec): NonNullable<SymbolSpec["tensor"]> {
  const { arena } = builder;
  const slots = Array.from({ length: spec.slots }, (_, k) => slotRange(builder, spec, k));
  // The positions of numbers are axes, those of arrays select a member of a family.
  const axesFromSlots =
    (spec.axes ?? []).length === 0 && spec.supSlots === 0 && spec.subSlots > 0 && !spec.scalarFamily;
  const family = axesFromSlots ? [] : slots;
  const parameters = family.map((range, k) => arena.index(`$${k}`, range));
  const isStacked = spec.axes?.some((d) => d.parts !== null) === true;
  // Entry (j-1)m + i of a stacked column is the entry j, i of a matrix.
  const plain = latexTemplate(spec, axesFromSlots);
  const latex = isStacked ? `\\operatorname{mat}(${plain})^\\top` : plain;
  return arena.tensor({
    key: spec.id,
    latex,
    name: identifier(plain.replace(/[([]?\{#\d\}[)\]]?,?/g, "").replace(/[_^]\{\}/g, "")),
    parameters,
    axes: [...slots, ...ragged(builder, parameters, spec)],
    integer: spec.integer,
    derivative: null,
  });
}

/** Sizes that run with the family, `D^{(\ell)}`, follow the family's parameters. */
function ragged(builder: Builder, parameters: readonly Index[], spec: SymbolSpec): readonly Range[] {
  return partsOfAxes(spec.axes ?? []).map((axis) => {
    const size = withParameters(builder.e, axis.dim ?? builder.arena.oneDim, parameters);
    if (size === null)
      return refuse(
        "shape/runs",
        `the size ${dimText(axis)} of ${spec.key} runs with the members of a family, and ${spec.key} does not`,
        spec.span,
        "declare its shape",
      );
    return builder.arena.upTo(size);
  });
}

/** The range that covers every position seen in a slot. */
function slotRange(builder: Builder, spec: SymbolSpec, slot: number): Range {
  const { arena } = builder;
  const size = spec.slotSizes[slot]?.dim ?? null;
  // The value of a symbol, `p_y`, lies in the range that the others have.
  const ranges = (spec.slotRanges[slot] ?? [])
    .map((r) => r.position())
    .filter((p) => p.value === null)
    .map((p) => span(arena, p));
  if (ranges.length === 0) {
    if (size !== null) return arena.upTo(size);
    return refuse("index/no-range", `nothing says how far the index of ${spec.key} runs`, spec.span, "write its range");
  }
  return ranges.reduce((a, b) => {
    if (!comparable(arena, a.high, b.high))
      refuse(
        "index/two-ranges",
        `the index of ${spec.key} runs up to ${textOf(a.high)} in one place and up to ${textOf(b.high)} in another`,
        spec.span,
        "write all indices of an entry, or say which size is meant",
      );
    return arena.range(lower(arena, a.low, b.low), higher(arena, a.high, b.high));
  });
}

const textOf = (d: Dim): string => dimText(new DimVar(d));

/** Is one of two ends known not to lie below the other? What runs with another index is told apart where it stands. */
function comparable(arena: Arena, a: Dim, b: Dim): boolean {
  const difference = arena.subtractDims(a, b);
  if ([difference, a, b].some((d) => arena.integerOf(d) !== null)) return true;
  return [a, b].some((d) => freeOfDim(d).length > 0 || !isLoneName(d));
}

/** The least and the greatest value of a position. */
export function span(arena: Arena, p: Position): Range {
  let low = p.offset;
  let high = p.offset;
  for (const [i, c] of p.terms) {
    const ends = [arena.scaleDim(i.range.low, c), arena.scaleDim(i.range.high, c)];
    low = arena.addDims(low, ends[c > 0 ? 0 : 1] ?? arena.zeroDim);
    high = arena.addDims(high, ends[c > 0 ? 1 : 0] ?? arena.zeroDim);
  }
  return arena.range(low, high);
}

// Where sizes cannot be compared, a number is less than a name: a depth or length is at least one.
function lower(arena: Arena, a: Dim, b: Dim): Dim {
  const d = arena.integerOf(arena.subtractDims(a, b));
  if (d !== null) return d <= 0 ? a : b;
  return arena.integerOf(a) !== null ? a : b;
}
function higher(arena: Arena, a: Dim, b: Dim): Dim {
  const d = arena.integerOf(arena.subtractDims(a, b));
  if (d !== null) return d >= 0 ? a : b;
  return arena.integerOf(a) !== null ? b : a;
}

/** The symbol as its author writes it; `{#0}` stands for the position in a family. */
function latexTemplate(spec: SymbolSpec, axesFromSlots: boolean): string {
  const { written } = spec;
  const base = `${written.symbol.latex.trim()}${"'".repeat(written.primes)}`;
  let slot = 0;
  const sups = written.sups
    .filter((p) => p.bracketed || spec.label.includes("^(") || spec.supSlots > 0)
    .map((p) => {
      // With more places above than select a member, a number is part of the name: `a^{[1](i)}`.
      const isLabel = p.content.kind === "number" && written.sups.length > spec.supSlots;
      const isSlot = !isLabel && slot < spec.supSlots && isRunning(spec, slot);
      const text = isSlot ? `{#${slot}}` : latexOf(p.content);
      if (isSlot) slot += 1;
      return p.bracketed ? enclosed(p.open, text) : text;
    });
  const transposeless = spec.supSlots > 0 || spec.label.includes("^") ? sups : [];
  const labels = written.subs.filter((s) => !spec.isMemberSub(s)).slice(0, spec.label.includes("_") ? undefined : 0);
  const subs = [
    ...(labels.length === 0 ? [] : [labelsLatex(labels)]),
    ...(axesFromSlots ? [] : Array.from({ length: spec.subSlots }, (_, k) => `{#${spec.supSlots + k}}`)),
  ];
  const sub = subs.length === 0 ? "" : `_{${subs.join(",")}}`;
  const sup = transposeless.length === 0 ? "" : `^{${transposeless.join("")}}`;
  return `${base}${sub}${sup}`;
}

/** `W_{xh}` and `W_{x,h}` as they were written: letters that touch have no comma between them. */
function labelsLatex(labels: readonly Syntax[]): string {
  return labels.reduce((text, s, k) => {
    const before = labels[k - 1];
    const gap = before === undefined ? "" : s.span.start <= before.span.end ? "" : ",";
    return `${text}${gap}${latexOf(s)}`;
  }, "");
}

const isRunning = (spec: SymbolSpec, slot: number): boolean => slot < spec.supSlots;
