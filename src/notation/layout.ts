import { refuse } from "../core/diagnostic.js";
import { flatMap } from "../core/flat-map.js";
import { cover, type Span } from "../core/span.js";
import { scriptNames } from "./children.js";
import { type Clause, clausesOf, infers, plainLeft } from "./clauses.js";
import { conditionsBehind } from "./conditions.js";
import type { Token } from "./token.js";
import { isOtherwise, isRemark, refuseWords } from "./words.js";

/*
 * The tokens of a whole formula → statements: rows of an alignment, continuation rows, statements side by side, and the
 * conditions that belong to them.
 */

/** A statement still in tokens. */
export interface Draft {
  readonly tokens: Token[];
  readonly words: string[];
  readonly conditions: Draft[];
}

interface Row {
  readonly tokens: readonly Token[];
  /** Whether its first cell is empty: it goes on from the row above, or is set under it. */
  readonly indented: boolean;
}

export function layout(tokens: readonly Token[]): readonly Draft[] {
  const drafts: Draft[] = [];
  let pending: Draft[] = [];
  for (const [number, row] of rowsOf(tokens).entries()) {
    const previous = drafts.at(-1);
    const clauses = [...clausesOf(conditionsBehind(row.tokens), number === 0)];
    const start = drafts.length;
    if (previous !== undefined && continues(previous, row)) {
      const head = clauses.shift();
      if (head !== undefined) append(previous, head);
      attach(clauses, drafts, drafts.length - 1, pending);
      continue;
    }
    if (previous !== undefined) refuseDangling(previous, row, clauses);
    pending = attach(clauses, drafts, start, pending);
  }
  const conditions = pending.filter((draft) => draft.tokens.length > 0);
  const last = drafts.at(-1);
  if (last === undefined) drafts.push(...conditions);
  else last.conditions.push(...conditions);
  return drafts;
}

/** Sorts the clauses of a row into statements and conditions; gives back the conditions that wait for a statement. */
function attach(clauses: readonly Clause[], drafts: Draft[], rowStart: number, waiting: Draft[]): Draft[] {
  let pending = waiting;
  let conditionBefore = false;
  for (const [i, clause] of clauses.entries()) {
    refuseOperation(clause, clauses.slice(0, i));
    if (drafts.length > 0 && clause.words.some(saysOtherwise)) refuseOtherwise(clause, drafts);
    const draft: Draft = { tokens: [...clause.tokens], words: [...clause.words], conditions: [] };
    const earlier = drafts.slice(rowStart);
    const condition = isCondition(clause, earlier, drafts, conditionBefore);
    conditionBefore = condition;
    if (!condition) {
      pending = attachStatement(draft, drafts, pending);
      continue;
    }
    const target = drafts.at(-1);
    const free = earlier.length > 0 || (target !== undefined && clause.range);
    if (!free || target === undefined) pending.push(draft);
    else share(draft, target, earlier);
  }
  return pending;
}

/** A statement takes the conditions that wait for one; words alone go to what stands before them. */
function attachStatement(draft: Draft, drafts: Draft[], pending: Draft[]): Draft[] {
  if (draft.tokens.length === 0) {
    const target = drafts.at(-1) ?? pending.at(-1);
    if (target !== undefined) target.words.push(...draft.words);
    else if (draft.words.length > 0) pending.push(draft);
    return pending;
  }
  const empty = pending.filter((one) => one.tokens.length === 0);
  draft.words.unshift(...flatMap(empty, (one) => one.words));
  draft.conditions.push(...pending.filter((one) => one.tokens.length > 0));
  drafts.push(draft);
  return [];
}

const saysOtherwise = (words: string): boolean => isOtherwise(words) || /^\W*else\b/i.test(words);

/** `1 if i = j and 0 otherwise` would leave its second value behind. */
function refuseOtherwise(clause: Clause, drafts: readonly Draft[]): never {
  const last = drafts.at(-1);
  const tokens = clause.tokens.length > 0 ? clause.tokens : (last?.tokens ?? []);
  refuse(
    "layout/otherwise",
    "a value by cases in one line is not read",
    spanOf(tokens),
    "write it with \\begin{cases}",
  );
}

/** `y = 2 a \text{ added to } b` is more than `y = 2 a`: words that lead from an equation to a formula may be arithmetic. */
function refuseOperation(clause: Clause, before: readonly Clause[]): void {
  const [words = ""] = clause.words;
  if (
    words === "" ||
    words.startsWith("\\") ||
    clause.tokens.length === 0 ||
    clause.related ||
    clause.joined ||
    !before.at(-1)?.related
  )
    return;
  const isCondition = clause.introduced && !/^\W*over\b/i.test(words);
  if (isCondition || before.some((one) => one.introduced) || isRemark(words)) return;
  refuseWords(words, spanOf(clause.tokens));
}

/** A range counts for the statement before it, and for those beside that one that use its index and have no range. */
function share(condition: Draft, target: Draft, beside: readonly Draft[]): void {
  target.conditions.push(condition);
  const names = plainLeft(condition.tokens);
  for (const other of beside) {
    if (other === target || other.conditions.length > 0) continue;
    const used = scriptNames(other.tokens);
    if (names.some((name) => used.has(name))) other.conditions.push(condition);
  }
}

function isCondition(
  clause: Clause,
  beside: readonly Draft[],
  all: readonly Draft[],
  conditionBefore: boolean,
): boolean {
  if (clause.introduced) return clause.tokens.length > 0;
  if (clause.joined && conditionBefore) return true;
  if (clause.tokens.length === 0) return false;
  const statement = beside.at(-1) ?? (clause.range ? all.at(-1) : undefined);
  if (statement === undefined) return false;
  if (clause.range || clause.inequality) return true;
  const names = plainLeft(clause.tokens);
  const used = scriptNames(statement.tokens);
  return clause.related && names.length > 0 && names.every((name) => used.has(name));
}

function append(draft: Draft, clause: Clause): void {
  draft.tokens.push(...clause.tokens);
  draft.words.push(...clause.words);
}

const joins = (token: Token | undefined): boolean =>
  token?.type === "rel" || token?.type === "op" || token?.type === "sign" || (token?.type === "bar" && token.separates);

/** Whether a row goes on with the statement above it. */
function continues(previous: Draft, row: Row): boolean {
  const first = row.tokens.find((token) => token.type !== "gap" && token.type !== "text");
  const last = previous.tokens.at(-1);
  if (infers(first)) return false;
  if (joins(last) && previous.conditions.length === 0) return true;
  if (first?.type === "rel" || first?.type === "op") return true;
  if (first?.type !== "sign") return false;
  return (
    row.indented ||
    !row.tokens.some((token) => token.type === "rel") ||
    !row.tokens.some((token) => token.type === "amp")
  );
}

/** An indented row that neither begins with an operator nor says something of its own could be a lost factor. */
function refuseDangling(previous: Draft, row: Row, clauses: readonly Clause[]): void {
  const [first] = clauses;
  if (!row.indented || first === undefined || first.introduced || first.related || first.tokens.length === 0) return;
  if (!previous.tokens.some((token) => token.type === "rel") || first.words.length > 0) return;
  refuse(
    "layout/dangling-row",
    "this row is set under an equation but does not say how it goes on",
    spanOf(first.tokens),
    "begin it with =, +, - or \\cdot",
  );
}

function rowsOf(tokens: readonly Token[]): readonly Row[] {
  const rows: Token[][] = [[]];
  for (const token of tokens) {
    if (token.type === "row") rows.push([]);
    else rows.at(-1)?.push(token);
  }
  return flatMap(rows, (row) => {
    const first = row.findIndex((token) => token.type !== "amp" && token.type !== "gap");
    if (first < 0) return [];
    const lead = row.slice(0, first);
    const rest = row.slice(first);
    // Only the first `&` of an alignment stands beside its relation; later ones part statements.
    return [{ tokens: rest, indented: lead.length > 0 }];
  });
}

export function spanOf(tokens: readonly Token[]): Span {
  const [first, ...rest] = tokens;
  if (first === undefined) throw new Error("internal: no tokens");
  return rest.reduce((span, token) => cover(span, token.span), first.span);
}
