import { refuse } from "../../core/diagnostic.js";
import type { Statement, Syntax } from "../../notation/syntax.js";
import { appliesUnknown, functionKey, functionKind } from "../functions/applications.js";
import { type Binding, letterOf, mentions, rangeStatement, visit } from "../symbols/letters.js";
import {
  headKey,
  isTransposed,
  numberOf,
  type Scripted,
  scriptText,
  symbolsIn,
  takeApart,
} from "../symbols/scripts.js";
import {
  declarationOf,
  type Item,
  isConditional,
  isEquation,
  type LeftSide,
  leftSide,
  mentionsHead,
  placeText,
  targetKey,
} from "../symbols/statements.js";
import type { Occurrence, SymbolSpec } from "../symbols/symbol-spec.js";
import type { LetterBinding } from "../values/value.js";
import type { Builder, Draft } from "./builder.js";
import { quietly } from "./infer.js";

/*
 * The equations of the forward pass, before their shapes are known.
 */

function addDraft(builder: Builder, spec: SymbolSpec, draft: Draft): void {
  builder.drafts.push(draft);
  const own = builder.draftsOf.get(spec);
  if (own === undefined) builder.draftsOf.set(spec, [draft]);
  else own.push(draft);
}

function dropDraft(builder: Builder, spec: SymbolSpec, draft: Draft): void {
  builder.drafts.splice(builder.drafts.indexOf(draft), 1);
  const own = builder.draftsOf.get(spec);
  own?.splice(own.indexOf(draft), 1);
}

/** `h_j = ReLU(m_j)` beside equations for h_1, h_2, … only says how they all look. */
export function dropSchematic(builder: Builder): void {
  for (const d of [...builder.drafts]) {
    const { spec } = builder.occurrenceOf(d);
    const isLetter = /^_[i-n]$/.test(spec.label);
    if (!isLetter) continue;
    const siblings = builder.symbols.withHead(spec.head).filter((s) => s.defined && /^_\d+$/.test(s.label));
    if (siblings.length < 2 || builder.drafts.some((other) => other !== d && uses(builder, other, spec))) continue;
    builder.drafts.splice(builder.drafts.indexOf(d), 1);
    spec.defined = false;
    d.item.kind = "mention";
    d.item.reading = `how each ${spec.head} is computed`;
    d.item.saidOfEach = siblings.every((s) => saysOf(builder, d, spec, s));
  }
}

/** `h_j = f(m_j)` for j = 3 is, word for word, what defines h_3. */
function saysOf(builder: Builder, schematic: Draft, { label }: SymbolSpec, member: SymbolSpec): boolean {
  const letter = label.slice(1);
  const [number] = [member.label.slice(1)];
  const instance = JSON.stringify(schematic.item.statement.sides, (key, value: unknown) => {
    if (key === "span") return undefined;
    return isSymbol(value, letter) ? { kind: "number", text: number } : value;
  });
  return builder.drafts.some(
    (d) => builder.occurrenceOf(d).spec === member && wholeText(d.item.statement.sides) === instance,
  );
}

const isSymbol = (value: unknown, name: string): boolean =>
  typeof value === "object" &&
  value !== null &&
  "kind" in value &&
  value.kind === "symbol" &&
  "name" in value &&
  value.name === name;

function uses(builder: Builder, d: Draft, spec: SymbolSpec): boolean {
  return symbolsIn(d.right).some(
    (t) => targetKey(t) === spec.head && quietly(() => builder.symbols.resolve(t).spec) === spec,
  );
}

/** `y = f(u, v)` with an f of which nothing else is said: a reminder that nothing could refute. */
function saysOnlyOfWhat(builder: Builder, item: Item, right: Syntax): boolean {
  const [head, group, ...more] = right.kind === "juxtaposition" ? right.items : [];
  const t = head === undefined ? null : takeApart(head);
  if (t === null || group?.kind !== "group" || more.length > 0 || !appliesUnknown(builder.e, right)) return false;
  const key = functionKey(t);
  const text = scriptText(right);
  const applies = (s: Syntax): boolean => scriptText(s) !== text && symbolsIn(s).some((n) => functionKey(n) === key);
  return !builder.items.some((i) => i !== item && i.statement.sides.some(applies));
}

/** `U = g(X)` before `U = X^\top X` says what U depends on. */
const isReminder = (builder: Builder, { item, right }: Draft): boolean =>
  item.statement.sides.length === 2 && item.statement.sides[1] === right && saysOnlyOfWhat(builder, item, right);

export function draftEquation(builder: Builder, item: Item, left: LeftSide, statement: Statement): void {
  const [first, second] = statement.sides;
  if (first === undefined || second === undefined) return;
  const bindings = leftBindings(builder, left.target, item, statement);
  const occurrence = builder.e.within(bindings, () => builder.symbols.introduce(left.target));
  const { spec } = occurrence;
  // `\Sigma = \Sigma^\top` says something about a symbol, it does not define it.
  if (selfTransposed(first, second)) {
    builder.pendingAssumptions.push(item);
    return;
  }
  const again = builder.draftsOf
    .get(spec)
    ?.find((d) => samePlace(builder, builder.occurrenceOf(d), occurrence) && !runApart(d.item.statement, statement));
  if (again !== undefined) {
    if (sameText(again, statement)) {
      item.kind = "forward";
      item.reading = "said before";
      return;
    }
    if (statement.sides.length === 2 && saysOnlyOfWhat(builder, item, second)) {
      item.kind = "forward";
      item.reading = "on what it depends";
      return;
    }
    if (!isReminder(builder, again)) {
      item.kind = "claim";
      builder.restated.push({ item, left: first });
      return;
    }
    again.item.reading = "on what it depends";
    dropDraft(builder, spec, again);
  }
  item.kind = "forward";
  refuseCondition(builder, left.target, statement);
  spec.defined = true;
  // `h = y = …` defines both: a symbol in the middle that nothing else defines is named here, by what follows it.
  const named = statement.sides.slice(1, -1).map((side) => newName(builder, side, item));
  const last = statement.sides.at(-1) ?? second;
  const isOpen =
    appliesUnknown(builder.e, second) ||
    (isStranger(builder, item, second) && !isStranger(builder, item, last) && !appliesUnknown(builder.e, last));
  const right = named[0] == null && isOpen ? last : second;
  named.forEach((target, k) => {
    const next = statement.sides[k + 2];
    if (target === null || next === undefined) return;
    builder.e.within(bindings, () => builder.symbols.introduce(target)).spec.defined = true;
    addDraft(builder, builder.symbols.resolve(target).spec, { item, target, right: next, free: bindings });
  });
  addDraft(builder, spec, { item, target: left.target, right, free: bindings });
  if (statement.sides.length > 2 && named.includes(null)) builder.restated.push({ item, left: first });
}

/** A symbol in it stands nowhere else, as H does in `z = H y = v v^\top y` where nothing more is said of H. */
function isStranger(builder: Builder, own: Item, side: Syntax): boolean {
  const elsewhere = (key: string): boolean => {
    if (builder.symbols.withHead(key).some((s) => s.declared)) return true;
    const only = new Set([key]);
    return builder.items.some((i) => i !== own && i.statement.sides.some((x) => mentionsHead(x, only)));
  };
  const isQuantity = (t: Scripted): boolean =>
    functionKind(builder.e, t) === null &&
    !builder.letters.isIndex(letterOf(t.symbol) ?? "") &&
    !builder.e.dims.isName(t.symbol);
  return symbolsIn(side).some((t) => isQuantity(t) && !elsewhere(targetKey(t)));
}

/** `y = x^2 \text{ if } x > 0`, `B_{ij} = A_{ij}, i \ne j` say what holds in one case alone. */
function refuseCondition(builder: Builder, target: Scripted, { conditions }: Statement): void {
  const only = conditions.find(
    (c) => rangeStatement(c) === null && (isCondition(builder, c) || endsEarly(builder, target, c)),
  );
  if (only === undefined) return;
  refuse(
    "unsupported/condition",
    "this equation holds under a condition only, and nothing is known where that fails",
    only.span,
    "write \\begin{cases} … \\end{cases}, or multiply by \\mathbb{1}[…]",
  );
}

function isCondition(builder: Builder, c: Statement): boolean {
  const running = c.sides.filter((s) => builder.letters.mentionsIndex(s)).length;
  // `t > 0` alone says where the equation begins; `i > 2` leaves entries out.
  if (running === 1) return c.relations.includes("\\ne") || leavesOut(c);
  return running > 1 || isConditional(c);
}

/** A bound below that is a number past the first place, `i > 2`, `t \ge 3`. */
function leavesOut({ sides: [left, right], relations: [relation] }: Statement): boolean {
  if (left === undefined || right?.kind !== "number" || letterOf(left) === null) return false;
  return (relation === ">" && Number(right.text) > 1) || (relation === "\\ge" && Number(right.text) > 2);
}

/** `i \le m` where i runs further: entries are left out. */
function endsEarly(
  builder: Builder,
  target: Scripted,
  { sides: [left, right], relations: [relation] }: Statement,
): boolean {
  const letter = left === undefined ? null : letterOf(left);
  if (letter === null || right === undefined || !builder.letters.isIndex(letter)) return false;
  const high = lengthOf(builder, target) ?? builder.letters.rangeOf(letter)?.high ?? null;
  if (high === null) return right.kind === "number" && (relation === "\\le" || relation === "<");
  const last = scriptText(high);
  if (relation === "\\le") return last !== scriptText(right);
  return relation === "<" && last !== `${scriptText(right)}-1`;
}

/** `t \ge 2`, `i > 1`: where an equation begins, if it is known how far its letter runs. */
function beginning(
  builder: Builder,
  target: Scripted,
  { sides: [left, right], relations: [relation] }: Statement,
): readonly Binding[] {
  const letter = left === undefined ? null : letterOf(left);
  const high = letter === null ? null : (builder.letters.rangeOf(letter)?.high ?? lengthOf(builder, target));
  if (letter === null || high === null || right?.kind !== "number" || !/^(>|\\ge)$/.test(relation ?? "")) return [];
  const low: Syntax = { ...right, text: String(Number(right.text) + Number(relation === ">")) };
  return [{ letter, low, high, conditions: [] }];
}

/** The size of a symbol that is declared as a vector. */
function lengthOf(builder: Builder, target: Scripted): Syntax | null {
  for (const { statement } of builder.premises) {
    const d = declarationOf(statement);
    const [size, more] = d?.set.shape ?? [];
    if (d?.symbols.some((t) => targetKey(t) === targetKey(target)) === true && more === undefined) return size ?? null;
  }
  return null;
}

/** A symbol in the middle of a chain, if no other equation defines it. */
function newName(builder: Builder, s: Syntax, own: Item): Scripted | null {
  const t = takeApart(s);
  if (t === null || t.sups.some((p) => isTransposed(p.content))) return null;
  const text = placeText(t, true);
  const elsewhere = builder.items.some((i) => {
    const [first] = i.statement.sides;
    const left = i === own || first === undefined || !isEquation(i.statement) ? null : leftSide(first);
    return left !== null && placeText(left.target, true) === text;
  });
  if (elsewhere || builder.e.dims.isName(s)) return null;
  const found = builder.e.within([], () => quietly(() => builder.symbols.resolve(t)));
  // An entry, or a power, of a symbol that is there already says something about it.
  if (found?.slice !== undefined) return null;
  if (found !== null && ((found.entries.length > 0 && found.spec.declared) || found.actions.length > 0)) return null;
  return found?.spec.defined === true && !isOtherMember(builder, found) ? null : t;
}

/** `a^{[2](i)}` where only `a^{[1](i)} = …` is there. */
const isOtherMember = (builder: Builder, found: Occurrence): boolean =>
  found.members.length > 0 &&
  (builder.draftsOf.get(found.spec) ?? []).every((d) => !samePlace(builder, builder.occurrenceOf(d), found));

/** The letters of a left side, with the ranges that the statement or its sentence gives them: `$a_t = b_t$ for $t = 1, \dots, T$`. */
function leftBindings(builder: Builder, t: Scripted, item: Item, statement: Statement): readonly LetterBinding[] {
  const around = builder.rangesIn(item.formula.sentence);
  const ranges = new Map<string, Binding>();
  for (const c of statement.conditions)
    for (const b of rangeStatement(c) ?? beginning(builder, t, c)) ranges.set(b.letter, b);
  const found = new Map<string, Binding | null>();
  for (const part of [...t.sups.map((p) => p.content), ...t.subs])
    visit(part, (s) => {
      const letter = letterOf(s);
      if (letter !== null && builder.letters.isIndex(letter) && !found.has(letter))
        found.set(letter, ranges.get(letter) ?? around.get(letter) ?? null);
    });
  return builder.e.bindTogether(found);
}

function samePlace(builder: Builder, d: Occurrence, o: Occurrence): boolean {
  // A number, or a place that sizes say, `A_T`, `A_{T+1}`.
  const literal = (s: Syntax): string => (builder.letters.mentionsIndex(s) ? "" : scriptText(s));
  const [a, b] = [d, o].map((x) => [...x.members, ...x.entries].map(literal));
  if (a === undefined || b === undefined) return true;
  // A base case and a recurrence are two equations of one family; two spellings of the whole are one.
  return a.length !== b.length ? !a.concat(b).some((x) => x !== "") : a.every((x, k) => x === b[k]);
}

/** One equation is for members before those of the other: `t = -1, \dots, 0` and `t = 1, \dots, T`. */
function runApart(a: Statement, b: Statement): boolean {
  const [one, other] = [a, b].map(({ conditions }) => conditions.flatMap((c) => rangeStatement(c) ?? []));
  const [first, second] = [one?.[0], other?.[0]];
  if (first === undefined || second === undefined || one?.length !== 1 || other?.length !== 1) return false;
  const ends = (s: Syntax | null): number => (s === null ? Number.NaN : (numberOf(s) ?? Number.NaN));
  return ends(first.high) < ends(second.low) || ends(second.high) < ends(first.low);
}

const sameText = (d: Draft, st: Statement): boolean =>
  st.sides.length === 2 && wholeText(d.item.statement.sides) === wholeText(st.sides);

/** All that is written, limits and branches too, wherever it stands. */
const wholeText = (sides: readonly Syntax[]): string =>
  JSON.stringify(sides, (key, value: unknown) => (key === "span" ? undefined : value));

function selfTransposed(left: Syntax, right: Syntax): boolean {
  const [a, b] = [takeApart(left), takeApart(right)];
  return (
    a !== null &&
    b !== null &&
    headKey(a.symbol) === headKey(b.symbol) &&
    b.sups.some((p) => isTransposed(p.content)) &&
    a.subs.map(scriptText).join() === b.subs.map(scriptText).join()
  );
}

/**
 * The letters that count steps: t of `h_t = f(h_{t-1})`, and of `z_t = W h_{t-1}` with `h_t = f(z_t)`. An index that shifts
 * along an axis, as in a convolution of what another equation gives, comes back to no equation.
 */
export function steppingLetters(drafts: readonly Draft[]): ReadonlySet<string> {
  const all = drafts.map((draft) => ({ draft, uses: usesIn(draft.right) }));
  const heads = new Map(all.map(({ draft, uses }) => [targetKey(draft.target), [...uses.keys()]]));
  return new Set(all.flatMap(({ draft, uses }) => lettersOfSteps(draft, uses, heads)));
}

function lettersOfSteps(d: Draft, uses: Uses, heads: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const head = targetKey(d.target);
  const isShifted = (subs: readonly Syntax[]): boolean => [...subs, ...d.target.subs].some((s) => s.kind === "sum");
  const places = [...uses].flatMap(([own, subs]) =>
    own === head || (d.free.length > 0 && isShifted(subs) && leadsTo(heads, own, head)) ? subs : [],
  );
  // `h_{l+1} = f(h_l)` steps as `h_l = f(h_{l-1})` does.
  const shifted = places.length === 0 ? [] : [...places, ...d.target.subs].filter((sub) => sub.kind === "sum");
  return d.free.map((b) => b.letter).filter((letter) => shifted.some((sub) => mentions(sub, letter)));
}

/** By their names the subscripts of the symbols of a formula. */
type Uses = ReadonlyMap<string, readonly Syntax[]>;

function usesIn(right: Syntax): Uses {
  const found = new Map<string, Syntax[]>();
  visit(right, (s) => {
    const t = takeApart(s);
    if (t === null) return;
    const key = targetKey(t);
    const subs = found.get(key) ?? [];
    found.set(key, subs);
    if (s.kind === "scripted") subs.push(...t.subs);
  });
  return found;
}

/** Quantities that are looked through on the way round of one recurrence. */
const MOST_ROUND = 60;

/** Whether one quantity is computed from another, by the names of both. */
function leadsTo(heads: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set([from]);
  // A set grows while it is walked.
  for (const head of seen) {
    if (head === to) return true;
    for (const next of heads.get(head) ?? []) if (seen.size < MOST_ROUND) seen.add(next);
  }
  return false;
}
