import { Refusal, refuse } from "../../core/diagnostic.js";
import { addTo } from "../../core/groups.js";
import { type Arena, freeOfRange } from "../../expression/arena.js";
import type { Index, Node, Position, Tensor } from "../../expression/node.js";
import type { Statement, Syntax, SyntaxOf } from "../../notation/syntax.js";
import { recogniseSoftmax } from "../functions/softmax.js";
import type { Equation } from "../model.js";
import type { DimVar } from "../sizes/dimensions.js";
import {
  type Binding,
  bindings,
  letterOf,
  mentions,
  nodesIn,
  rangeStatement,
  unequalPair,
} from "../symbols/letters.js";
import { axesOfEntries, memberAxes, sizeTheRest } from "../symbols/members.js";
import { children } from "../symbols/scripts.js";
import { type Item, isEquation } from "../symbols/statements.js";
import type { SymbolSpec } from "../symbols/symbol-spec.js";
import { makeTensors } from "../symbols/tensors.js";
import { axisAt, partsOfAxes, placesOn } from "../values/stacked.js";
import { align, type LetterBinding, shapeText, type Value } from "../values/value.js";
import { assumptionFrom, intervalFrom, readProperties } from "../words/assumptions.js";
import type { Builder, Draft } from "./builder.js";
import { lettersNamed } from "./classes.js";
import { quietly } from "./infer.js";
import { refuseOverlap, saysLastInFull } from "./overlaps.js";
import { nameSizesByLines } from "./sizes-in-lines.js";

/*
 * The last reading, when shapes are known: sizes get names, equations and assumptions get their nodes.
 */

export function finish(builder: Builder): void {
  nameSizes(builder);
  builder.lettersFor = builder.lettersByRange;
  findScalarFamilies(builder);
  makeTensors(builder);
  readProperties(builder);
  builder.e.final = true;
  builder.e.pending = null;
  builder.e.pendingProducts = null;
  const known = new Map<Tensor, Equation[]>();
  for (const d of builder.drafts) {
    builder.guard(d.item, () => {
      const equation = finalEquation(builder, d);
      const others = known.get(equation.tensor) ?? [];
      if (saysLastInFull(builder, others, equation, d)) return;
      refuseOverlap(builder.arena, others, equation, d);
      builder.equations.push(equation);
      addTo(known, equation.tensor, equation);
    });
  }
  for (const item of builder.pendingAssumptions) {
    // An equation that is passed over could be part of the network: that must be said.
    if (isEquation(item.statement)) builder.guard(item, () => readAssumption(builder, item));
    else guardQuiet(item, () => readAssumption(builder, item));
  }
}

function guardQuiet(item: Item, f: () => void): void {
  try {
    f();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    item.reading = error.diagnostic.message;
  }
}

function nameSizes(builder: Builder): void {
  nameSizesByLines(builder);
  sizeTheRest(builder.e);
  for (const d of builder.drafts) sizeByFixedMember(builder, d);
  for (const spec of builder.symbols.all) for (const axis of spec.slotSizes) sizeByMembers(builder, spec, axis);
  for (const spec of builder.symbols.all)
    for (const axis of [...partsOfAxes(spec.axes ?? []), ...spec.slotSizes]) {
      if (axis.dim !== null) {
        axis.settle();
        continue;
      }
      if (spec.slotSizes.includes(axis) && slotHasRange(spec, axis)) continue;
      axis.bind(builder.freshSize(spec));
    }
}

/** `A^{[0]} = X` with m columns, where nothing else tells how many the other layers have: as many. */
function sizeByFixedMember(builder: Builder, d: Draft): void {
  const { e } = builder;
  const { spec, entries, members } = builder.occurrenceOf(d);
  if (spec.axes === null || members.length === 0 || entries.length > 0 || spec.axes.every((a) => a.dim !== null))
    return;
  const at = quietly(() => members.map((m) => e.position(m, null)()));
  if (at === null || at.some((p) => p.terms.length > 0)) return;
  const right = quietly(() => e.within(d.free, () => e.elaborate(d.right)))?.axes ?? [];
  spec.axes.forEach((axis, k) => {
    const size = right[k]?.dim ?? null;
    const runs = size?.terms.some((t) => t.powers.some(([atom]) => atom.at !== null)) ?? true;
    if (axis.dim === null && size !== null && !runs) axis.bind(size);
  });
}

/** In `\|y_i - y_j\|` a letter of which nothing else tells runs over the members that there are: `y_1, \dots, y_n`. */
function sizeByMembers({ arena }: Builder, spec: SymbolSpec, axis: DimVar): void {
  if (axis.dim !== null || slotHasRange(spec, axis)) return;
  const seen = spec.slotRanges[spec.slotSizes.indexOf(axis)] ?? [];
  const ranges = seen.flatMap((r) => arena.indexOf(quietly(() => r.position()) ?? arena.literal(0))?.range ?? []);
  const [first] = ranges;
  if (first !== undefined && first.low === arena.oneDim && ranges.every((r) => r === first)) axis.bind(first.high);
}

function slotHasRange(spec: SymbolSpec, axis: DimVar): boolean {
  const slot = spec.slotSizes.indexOf(axis);
  const ranges = quietly(() => (spec.slotRanges[slot] ?? []).map((r) => r.position()));
  return ranges !== null && ranges.length > 0;
}

/** In a recurrence, `z_t = w_t z_{t-1}`, the running letter selects members, of scalars too. */
function findScalarFamilies(builder: Builder): void {
  const { steps } = builder.work;
  for (const spec of builder.symbols.all)
    if (spec.subSlots > 0 && spec.axes?.length === 0)
      spec.scalarFamily ||= spec.slotRanges.some((slot) =>
        slot.some((r) => [...steps].some((l) => mentions(r.syntax, l))),
      );
  for (const spec of builder.symbols.all)
    if (spec.subSlots > 0 && spec.supSlots > 0 && spec.axes?.length === 0 && !spec.scalarFamily) {
      const axes = quietly(() => axesOfEntries(builder.e, spec));
      if (axes !== null) spec.positionsAreAxes(axes);
    }
}

function finalEquation(builder: Builder, d: Draft): Equation {
  const { arena, e } = builder;
  return e.within(d.free, () => {
    const { spec, entries, members: written } = builder.occurrenceOf(d);
    const tensor = spec.tensor ?? refuse("symbol/unknown", `${spec.key} has no shape`, d.item.statement.span);
    const whole = entries.length === 0;
    const members = written.map((m) => e.position(m, null));
    const axes = memberAxes(e, spec, members) ?? [];
    const right = e.value(d.right, whole ? axes : []);
    const shape = whole ? axes : [];
    const alignment = align(arena, shape, right.axes);
    if (alignment === null || !fits(shape, alignment.axes, arena)) refuseShape(spec, shape, right, d);
    const free = whole ? axes.map((a, k) => axisAt(arena, a, (part) => axisIndex(builder, part, k, d)).at) : [];
    const at = [
      ...members.map((m) => m()),
      ...placesOn(axes, whole ? free : entries.map((p, k) => e.position(p, axes[k] ?? null)()), d.item.statement.span),
    ];
    // A left side that is a number takes the one entry that its right side has.
    const places = shape.length === 0 ? right.axes.map(() => arena.literal(1)) : alignment?.pick[1]?.(free);
    const body = right.at(places ?? free);
    const [plainAt, plainBody] = shiftLeft(builder, at, body);
    const byIndex = !whole || tensor.axes.length === 0;
    refuseDiagonal(builder, spec, plainAt, d);
    return {
      tensor,
      at: plainAt,
      body: recogniseSoftmax(arena, plainBody),
      span: d.item.statement.span,
      latex: d.item.statement.latex,
      byIndex,
    };
  });
}

/** `C_{ii} = c_i` alone is no equation for all of C, unless C is called diagonal. */
function refuseDiagonal(builder: Builder, spec: SymbolSpec, at: readonly Position[], { item }: Draft): void {
  const letters = at.flatMap((p) => p.terms.map(([i]) => i));
  if (!spec.declared || new Set(letters).size === letters.length) return;
  if (builder.assumptions.some((a) => a.kind === "diagonal" && a.tensor === spec.tensor)) return;
  if (builder.drafts.filter((d) => builder.occurrenceOf(d).spec === spec).length > 1) return;
  refuse(
    "unsupported/diagonal",
    `of ${spec.key} this gives the diagonal alone`,
    item.statement.span,
    "say that it is diagonal, or what stands elsewhere",
  );
}

/** An index for an axis that the author left out: a letter of theirs for this range that the equation does not use. */
function axisIndex(builder: Builder, axis: DimVar, k: number, d: Draft): Index {
  const range = builder.arena.upTo(axis.dim ?? builder.arena.oneDim);
  const own = builder.lettersFor.get(`${range.low.key}..${range.high.key}`) ?? [];
  const taken = new Set([...d.free.map((b) => b.letter), ...(builder.axisLetters.get(d) ?? [])]);
  const letter =
    [...own, ...DEFAULT_LETTERS].find(
      (l) => !taken.has(l) && !builder.symbols.isVariable(l) && !builder.symbols.dimensionNames.has(l),
    ) ?? `i_{${k + 1}}`;
  builder.axisLetters.set(d, [...(builder.axisLetters.get(d) ?? []), letter]);
  return builder.arena.index(letter, range);
}

/** `h^{(\ell+1)} = …, \ell = 0…` is `h^{(m)} = …, m = 1…`: a left side holds plain indices and literals. */
function shiftLeft(builder: Builder, at: readonly Position[], body: Node): readonly [readonly Position[], Node] {
  const { arena } = builder;
  const map = new Map<Index, Position>();
  const plain = at.map((p) => {
    const [term] = p.terms;
    if (
      p.terms.length !== 1 ||
      term === undefined ||
      p.value !== null ||
      (term[1] === 1 && p.offset.terms.length === 0)
    )
      return p;
    const [index, sign] = term;
    if (Math.abs(sign) !== 1) refuse("index/left", "the left side's position must be an index plus a constant", null);
    const ends = [index.range.low, index.range.high].map((end) => arena.addDims(arena.scaleDim(end, sign), p.offset));
    const [a, b] = sign > 0 ? ends : [ends[1], ends[0]];
    const shifted = arena.index(index.name, arena.range(a ?? arena.oneDim, b ?? arena.oneDim));
    map.set(index, arena.position([[shifted, sign]], arena.scaleDim(p.offset, -sign)));
    return arena.at(shifted);
  });
  // The axes of a member are as long as that member's.
  const own = plain.map((p) => {
    const index = arena.indexOf(p);
    if (index === null || !freeOfRange(index.range).some((i) => map.has(i))) return p;
    const moved = arena.at(arena.index(index.name, arena.substituteRange(index.range, map)));
    map.set(index, moved);
    return moved;
  });
  return [own, arena.substitute(body, map)];
}

function readAssumption(builder: Builder, item: Item): void {
  const { statement } = item;
  const [left, right, third] = statement.sides;
  if (left === undefined || right === undefined || statement.sides.length > 3) return;
  const bindings = sideBindings(builder, statement);
  builder.e.within(bindings, () => {
    if (third !== undefined) {
      if (left.kind === "number" && third.kind === "number")
        intervalFrom(builder, item, builder.e.value(right), [Number(left.text), Number(third.text)]);
      return;
    }
    const [a, b] = [builder.e.value(left), builder.e.value(right)];
    assumptionFrom(builder, item, a, b);
  });
}

/** Free letters of a statement that is no definition. */
function sideBindings(builder: Builder, statement: Statement): readonly LetterBinding[] {
  const ranges = new Map<string, Binding>();
  for (const c of statement.conditions) for (const b of rangeStatement(c) ?? []) ranges.set(b.letter, b);
  const found = new Map<string, Binding | null>();
  const look = (s: Syntax, bound: readonly string[]): void => {
    const letter = letterOf(s);
    if (letter !== null && builder.letters.isIndex(letter) && !bound.includes(letter) && !found.has(letter))
      found.set(letter, ranges.get(letter) ?? null);
    const below = s.kind === "big" ? [...bound, ...lettersOfSum(builder, s)] : bound;
    for (const child of children(s)) look(child, below);
  };
  for (const side of statement.sides) look(side, []);
  return builder.e.bindTogether(found);
}

/**
 * Both of `\sum_{i \ne j} p_{ij} = 1`; of `\sum_{j \ne i} p_{ij} = 1`, of `\sum_{j \ne i} p_{j \mid i} = 1`, and where words name the other,
 * "for each $j$", the first.
 */
function lettersOfSum(builder: Builder, s: SyntaxOf<"big">): readonly string[] {
  const pair = unequalPair(s)?.letters ?? [];
  const isSaid = pair.some((l) => lettersNamed(builder).has(l));
  const isOfBoth = pair.join() === pair.toSorted().join() && !isSaid && !isConditional(s.body);
  return [...bindings(s.sub, s.sup).map((b) => b.letter), ...(isOfBoth ? pair : [])];
}

const isConditional = (s: Syntax | null): boolean =>
  s !== null && nodesIn(s).some((n) => n.kind === "relation" && n.operators.includes("\\mid"));

const DEFAULT_LETTERS = ["i", "j", "k", "l", "m", "n", "p", "q", "r", "s", "u", "v"];

function fits(shape: readonly DimVar[], result: readonly DimVar[], arena: Arena): boolean {
  return shape.length === result.length || (shape.length === 0 && result.every((d) => d.isOne(arena)));
}

function refuseShape(spec: SymbolSpec, shape: readonly DimVar[], right: Value, d: Draft): never {
  return refuse(
    "shape/clash",
    `the left side is ${shapeText(shape)}, the right side ${shapeText(right.axes)}`,
    d.right.span,
    spec.declared ? "" : `declare the shape of ${spec.key}`,
  );
}
