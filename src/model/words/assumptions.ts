import { refuse } from "../../core/diagnostic.js";
import { tensorsOf } from "../../expression/arena.js";
import type { Node, NodeOf, Tensor } from "../../expression/node.js";
import type { Builder } from "../build/builder.js";
import type { Assumption } from "../model.js";
import { known } from "../sizes/sizes.js";
import { headKey, scriptText, takeApart } from "../symbols/scripts.js";
import type { SetSyntax } from "../symbols/sets.js";
import { declarationOf, type Item } from "../symbols/statements.js";
import type { SymbolSpec } from "../symbols/symbol-spec.js";
import type { Value } from "../values/value.js";
import {
  doubtfulPropertiesOf,
  type Property,
  type PropertyClaim,
  plainProperties,
  propertiesOf,
  rowsSaidIn,
  sentencesOf,
} from "./prose.js";
import { readSoftmaxLines } from "./softmax-lines.js";
import { readThresholds } from "./thresholds.js";

/** What a set says of a symbol's entries, once tensors are made. */
export function assume(builder: Builder, spec: SymbolSpec, kind: SetSyntax["kind"], item: Item): void {
  const declared = declarationOf(item.statement);
  const text = inMath(item.statement.latex);
  const later = (make: (tensor: NonNullable<SymbolSpec["tensor"]>) => Assumption | null): void => {
    builder.whenMade.push(() => {
      const made = spec.tensor === null ? null : make(spec.tensor);
      if (made !== null) builder.assumptions.push(made);
    });
  };
  switch (kind) {
    case "binary":
      later((tensor) => ({ kind: "binary", tensor, text }));
      return;
    case "sign":
    case "positive":
    case "nonnegative":
    case "positive-definite":
    case "symmetric":
      later((tensor) => ({ kind, tensor, text }));
      return;
    case "simplex":
      later((tensor) => ({ kind: "sums-to-one", tensor, axis: tensor.axes.length - 1, text }));
      later((tensor) => ({ kind: "positive", tensor, text }));
      return;
    case "sphere":
      later((tensor) => unitLength(builder, tensor, text));
      return;
    case "unit":
      later((tensor) => ({ kind: "interval", tensor, low: 0, high: 1, text }));
      return;
    case "interval": {
      const [low, high] = [declared?.set.low, declared?.set.high].map((s) =>
        s == null ? Number.NaN : Number(scriptText(s)),
      );
      if (low !== undefined && high !== undefined && Number.isFinite(low) && Number.isFinite(high))
        later((tensor) => ({ kind: "interval", tensor, low, high, text }));
      return;
    }
    case "range": {
      const low = declared?.set.low ?? null;
      const high = declared?.set.high ?? null;
      later((tensor) => {
        const range = builder.e.writtenRange({ low, high });
        return range === null ? null : { kind: "integer", tensor, range, text };
      });
      return;
    }
    default:
      return;
  }
}

/** Of a vector: its squares add up to 1. */
function unitLength({ arena }: Builder, tensor: Tensor, text: string): Assumption {
  const indices = tensor.axes.map((range) => arena.freshIndex(range));
  const [last] = indices.slice(-1);
  const square = arena.power(
    arena.entry(
      tensor,
      indices.map((i) => arena.at(i)),
    ),
    2,
  );
  return { kind: "equal", left: last === undefined ? square : arena.sum(last, square), right: arena.one, text };
}

/** The symbols that sentences call row vectors. */
export const rowsSaid = (builder: Builder): readonly SymbolSpec[] =>
  [...sentencesOf(builder.premises), ...builder.plain].flatMap((sentence) => {
    const { ordinals, names } = rowsSaidIn(sentence);
    const named = names.flatMap((name) => specsNamed(name, builder.symbols.all));
    return [...ordinals.flatMap((n) => specsOf(builder, n, sentence)), ...named];
  });

/** The words of the sentences: one-hot, symmetric, positive, … */
export function readProperties(builder: Builder): void {
  for (const make of builder.whenMade) make();
  const sentences = sentencesOf(builder.premises);
  const inWords = new Map([...sentences, ...builder.plain].map((text) => [text, namedInWords(builder, text)]));
  readSoftmaxLines(builder, [...sentences, ...builder.plain], (c) => specsOf(builder, c.ordinal, c.sentence));
  for (const sentence of [...sentences, ...(builder.front.assume ?? [])]) {
    for (const claim of propertiesOf(sentence)) {
      if (inWords.get(sentence)?.some(({ property }) => property === claim.property) === true) continue;
      for (const spec of specsOf(builder, claim.ordinal, claim.sentence)) addProperty(builder, spec, claim);
    }
  }
  readCases(builder);
  readThresholds(builder);
  for (const claim of sentences.flatMap(doubtfulPropertiesOf))
    for (const spec of specsOf(builder, claim.ordinal, claim.sentence)) addDoubtful(builder, spec, claim.property);
  for (const found of inWords.values())
    for (const { property, spec } of found) addProperty(builder, spec, { property });
  covariancesByLetter(builder);
}

/** Σ is the letter of covariance matrices, though nobody says so; what is declared as any matrix is one. */
function covariancesByLetter(builder: Builder): void {
  const { assumptions, symbols } = builder;
  for (const spec of symbols.withHead("\\Sigma"))
    if (
      !spec.declared &&
      !assumptions.some((a) => "tensor" in a && a.tensor === spec.tensor && ARE_SYMMETRIC.has(a.kind))
    )
      addDoubtful(builder, spec, "symmetric");
}

const ARE_SYMMETRIC: ReadonlySet<string> = new Set(["symmetric", "diagonal", "positive-definite"]);

/** `$m_{ij} = 1$ if …` of what is given: it is 0 or 1, or, where a case has -1 and none 0, one of these two. */
function readCases({ cases, symbols, assumptions }: Builder): void {
  for (const head of new Set(cases.map((c) => c.head))) {
    const own = cases.filter((c) => c.head === head);
    const values = new Set(own.flatMap((c) => [c.value, ...c.others]));
    // "$d = 0$ if …" alone says nothing of the other cases.
    const kind = values.size === 2 && values.has(1) ? KIND_BESIDE_ONE.get(Math.min(...values)) : undefined;
    if (kind === undefined) continue;
    const text = own.map((c) => inMath(c.latex)).join(", ");
    for (const { tensor, defined } of symbols.withHead(head))
      if (tensor !== null && !defined) assumptions.push({ kind, tensor, text });
  }
}

/** What has two values, one of them 1, by the other. */
const KIND_BESIDE_ONE: ReadonlyMap<number, "binary" | "sign"> = new Map([
  [0, "binary"],
  [-1, "sign"],
]);

/** `y is one-hot and $\tau$ positive`: what a sentence says of symbols that it names as words. */
function namedInWords(
  builder: Builder,
  sentence: string,
): readonly { readonly property: Property; readonly spec: SymbolSpec }[] {
  const specs = builder.symbols.all;
  return plainProperties(sentence).flatMap(({ property, names }) =>
    names.flatMap((name) => specsNamed(name, specs).map((spec) => ({ property, spec }))),
  );
}

/** `y`; `Y_ik` is said of Y where no symbol has the label ik. */
function specsNamed(name: string, specs: readonly SymbolSpec[]): readonly SymbolSpec[] {
  const [base = "", sub = ""] = name.split("_");
  const own = specs.filter((s) => [name, base].includes(plainName(s.written.symbol.latex)));
  if (sub === "") return own;
  const labelled = own.filter((s) => s.label.endsWith(`_${sub}`));
  return labelled.length > 0 ? labelled : own.filter((s) => s.label === "");
}

/** `\mathbf{y}` as one writes it in a sentence: `y`; `\alpha`: `alpha`. */
const plainName = (latex: string): string =>
  latex.replace(/\\(mathbf|boldsymbol|bm|vec|mathrm|text|mathit)\b|[{}\\\s]/g, "");

function specsOf(builder: Builder, ordinal: number | null, sentence: string): readonly SymbolSpec[] {
  const items = builder.premises.filter((i) => i.ordinal === ordinal);
  const found: SymbolSpec[] = [];
  for (const item of items) {
    const declared = declarationOf(item.statement);
    const [first] = item.statement.sides;
    const names =
      declared?.symbols ??
      (first === undefined ? [] : first.kind === "list" ? first.items.map(takeApart) : [takeApart(first)]);
    for (const t of names) {
      if (t === null) continue;
      const head = headKey(t.symbol);
      const specs = builder.symbols.withHead(head);
      const label = t.subs.map(scriptText).join(",");
      found.push(...specs.filter((s) => specs.length === 1 || t.subs.length === 0 || s.label.includes(label)));
    }
  }
  if (ordinal === null) {
    // Front matter names symbols in plain text: `t one-hot`.
    for (const spec of builder.symbols.all)
      if (sentence.split(/[\s,:]+/).includes(spec.written.symbol.latex) || sentence.split(/[\s,:]+/).includes(spec.key))
        found.push(spec);
  }
  return found;
}

const inMath = (latex: string): string => `$${latex}$`;

/** What a property is called where it is a reason. */
const WORDS: Readonly<Partial<Record<Property, string>>> = {
  probability: "a probability vector",
  "positive-definite": "positive definite",
  "full-rank": "of full rank",
};

type Said = Pick<PropertyClaim, "property" | "lines">;

const SYMMETRIC: ReadonlySet<Property> = new Set(["symmetric", "positive-definite", "kernel-matrix"]);

function addProperty(builder: Builder, spec: SymbolSpec, { property, lines }: Said): void {
  const { tensor } = spec;
  if (tensor !== null && SYMMETRIC.has(property)) builder.saidSymmetric.add(tensor);
  if (tensor === null || spec.defined) return;
  const text = `${inMath(tensor.latex)} is ${WORDS[property] ?? property}`;
  const add = (a: Assumption): void => {
    builder.assumptions.push(a);
  };
  const order = tensor.axes.length - tensor.parameters.length;
  switch (property) {
    case "one-hot":
    case "probability": {
      if (order === 0) return;
      const kind = property === "one-hot" ? property : "sums-to-one";
      const axis = tensor.axes.length - (order === 2 && lines === "columns" ? 2 : 1);
      const made: Assumption = { kind, tensor, axis, text };
      if (order > 1 && lines === undefined) builder.undirected.add(made);
      add(made);
      return;
    }
    case "symmetric":
    case "diagonal":
    case "invertible":
    case "positive-definite":
    case "orthogonal":
    case "full-rank":
      if (order === 2) add({ kind: property, tensor, text });
      return;
    case "positive":
    case "nonnegative":
    case "nonzero":
      add({ kind: property, tensor, text });
      return;
    case "binary":
      // A set that is written says more.
      if (!builder.assumptions.some((a) => a.kind === "sign" && a.tensor === tensor))
        add({ kind: property, tensor, text });
      return;
    default:
      return;
  }
}

/** What a sentence may say of a symbol too, where that makes sense: nothing but a square matrix is symmetric. */
function addDoubtful(builder: Builder, { tensor, defined }: SymbolSpec, property: Property): void {
  const kind =
    property === "symmetric" || property === "positive-definite" || property === "orthogonal" ? property : null;
  if (tensor === null || defined || kind === null) return;
  const [rows, columns, ...more] = tensor.axes.slice(tensor.parameters.length);
  if (rows === undefined || more.length > 0 || rows.high !== columns?.high) return;
  builder.doubtful.push({ kind, tensor, text: `${inMath(tensor.latex)} is ${WORDS[property] ?? property}` });
}

/** `Σ_k t_k = 1`, `Σ = Σᵀ`, `x > 0`: a relation between quantities that the network is given. */
export function assumptionFrom(builder: Builder, item: Item, left: Value, right: Value): void {
  const [relation] = item.statement.relations;
  if (relation === ">" || relation === "\\ge") signFrom(builder, item, left, right, relation);
  else if (relation === "<" || relation === "\\le" || relation === "\\ne")
    signFrom(builder, item, right, left, relation);
  else if (left.axes.length === right.axes.length || right.axes.length === 0) equalityFrom(builder, item, left, right);
}

/** `0 < q < 1`, of a number or of every entry. */
export function intervalFrom(builder: Builder, item: Item, value: Value, [low, high]: readonly [number, number]): void {
  const isUpward = item.statement.relations.every((r) => r === "<" || r === "\\le");
  if (!isUpward || HYPOTHETICAL.test(before(item)) || IN_A_REGION.test(before(item)) || !(low < high)) return;
  const entry = anyEntry(builder, value);
  if (entry.kind !== "entry" || builder.isDefined(entry.tensor) || !isAnyEntry(builder, entry)) return;
  builder.assumptions.push({ kind: "interval", tensor: entry.tensor, low, high, text: inMath(item.statement.latex) });
  done(item);
}

function anyEntry({ arena }: Builder, v: Value): Node {
  return v.at(v.axes.map((d, k) => arena.at(arena.index(`.${k + 1}`, arena.upTo(known(d))))));
}

function signFrom(builder: Builder, item: Item, greater: Value, less: Value, relation: string): void {
  const { arena } = builder;
  if (HYPOTHETICAL.test(before(item))) return;
  const [node, zero] = [greater, less].map((v) => anyEntry(builder, v));
  const [entry, bound] = relation === "\\ne" && node === arena.zero ? [zero, node] : [node, zero];
  if (entry?.kind !== "entry" || bound !== arena.zero || builder.isDefined(entry.tensor)) return;
  if (!isAnyEntry(builder, entry)) return;
  const kind = relation === "\\ne" ? "nonzero" : relation === ">" || relation === "<" ? "positive" : "nonnegative";
  builder.assumptions.push({ kind, tensor: entry.tensor, text: inMath(item.statement.latex) });
  done(item);
}

/** `For $x > 0$ …` speaks of a case. */
const IN_A_REGION = /\b(?:where|while|between|on|in|at|only|region|range|once|as)\s*$/i;
const HYPOTHETICAL = /\b(?:if|when|whenever|unless|for|case)\s*$/i;

/** "We do not assume $W_{ij} = W_{ji}$". */
const DENIED = /\b(?:not|never|neither|nor|without|no|unlike)\b[^,;:$]*$|n't\b[^,;:$]*$/i;

function after({ formula, ordinal }: Item): string {
  const mark = `$${ordinal}$`;
  const at = formula.sentence.indexOf(mark);
  return at < 0 ? "" : formula.sentence.slice(at + mark.length);
}

function before({ formula, ordinal }: Item): string {
  const at = formula.sentence.indexOf(`$${ordinal}$`);
  return at < 0 ? "" : formula.sentence.slice(0, at);
}

/** Every position runs over the whole of its axis, each on its own: `x_1 > 0` says nothing of the others. */
function isAnyEntry({ arena }: Builder, { tensor, at }: NodeOf<"entry">): boolean {
  const indices = at.map((p) => arena.indexOf(p));
  const isWhole = (k: number): boolean => {
    const range = indices[k]?.range;
    const axis = arena.axisRange(tensor, k, at);
    return range !== undefined && range.low === axis.low && range.high === axis.high;
  };
  return at.every((_, k) => isWhole(k)) && new Set(indices).size === indices.length;
}

function equalityFrom(builder: Builder, item: Item, left: Value, right: Value): void {
  const { arena } = builder;
  if (
    HYPOTHETICAL.test(before(item)) ||
    DENIED.test(before(item)) ||
    /^\s*(?:need|does|do|is|may) not\b/i.test(after(item))
  )
    return;
  const text = inMath(item.statement.latex);
  const ps = left.axes.map((d, k) => arena.at(arena.index(`.${k + 1}`, arena.upTo(known(d)))));
  const [a, b] = [left.at(ps), right.at(right.axes.length === 0 ? [] : ps)];
  if (!onlyGiven(builder, a) || !onlyGiven(builder, b)) {
    item.kind = "claim";
    return;
  }
  const one = sumsToOne(builder, a, b);
  if (a.kind === "entry" && isTransposeOf(a, b))
    builder.assumptions.push({ kind: "symmetric", tensor: a.tensor, text });
  else if (one !== null) builder.assumptions.push({ kind: "sums-to-one", ...one, text });
  else if (saysOfItself(a, b)) builder.assumptions.push({ kind: "equal", left: a, right: b, text });
  else refuseEquation(item);
  done(item);
}

const isTransposeOf = (a: NodeOf<"entry">, b: Node): boolean =>
  b.kind === "entry" && a.tensor === b.tensor && a.at.length === 2 && a.at[0] === b.at[1] && a.at[1] === b.at[0];

/** `w^\top w = 1`, `AB = BA`: no symbol on one side that the other lacks, unless that side is a constant. */
function saysOfItself(a: Node, b: Node): boolean {
  const [left, right] = [new Set(tensorsOf(a)), new Set(tensorsOf(b))];
  if (left.size === 0 || right.size === 0) return true;
  return left.size === right.size && [...left].every((t) => right.has(t));
}

/** Such an equation could be one of the network's. Passing it over would cut what it defines from the rest. */
function refuseEquation(item: Item): never {
  item.kind = "forward";
  refuse(
    "model/left-side",
    "this equation defines nothing, since its left side is not a single symbol",
    item.statement.sides[0]?.span ?? item.statement.span,
    "write what it defines alone on the left",
  );
}

function done(item: Item): void {
  item.kind = "assumption";
  item.reading = "an assumption";
}

function onlyGiven(builder: Builder, n: Node): boolean {
  return tensorsOf(n).every((t) => !builder.isDefined(t));
}

/** `\sum_k t_{kn} = 1`: the tensor, and the axis that is summed. */
function sumsToOne(builder: Builder, a: Node, b: Node): { readonly tensor: Tensor; readonly axis: number } | null {
  const { arena, assumptions } = builder;
  if (b !== arena.one || a.kind !== "reduce" || a.op !== "sum") return null;
  const { index, body } = arena.open(a);
  if (body.kind !== "entry") return null;
  const { tensor, at } = body;
  const axis = at.indexOf(arena.at(index));
  const range = tensor.axes[axis];
  if (range?.high !== index.range.high || range.low !== index.range.low) return null;
  // Where rows sum to one and columns too, one of them is an equation like others.
  if (assumptions.some((k) => k.kind === "sums-to-one" && k.tensor === tensor && k.axis !== axis)) return null;
  const others = at.filter((_, k) => k !== axis).map((p) => arena.indexOf(p));
  return others.every((i) => i !== null && i !== index) && new Set(others).size === others.length
    ? { tensor, axis }
    : null;
}
