import { refuse } from "../core/diagnostic.js";
import { flatMap } from "../core/flat-map.js";
import type { Syntax } from "./syntax.js";
import { colon, type Token, type TokenOf } from "./token.js";
import { changesNext, introduction, isAnd, isShapeRemark, isShapeWord, refuseWords } from "./words.js";

/*
 * One row of a formula → clauses: what stands between words, gaps and commas, with the commas that belong inside
 * (`j = 1, \dots, D`; `\mathbf{z}, \mathbf{a} \in \mathbb{R}^H`) kept.
 */

export interface Clause {
  readonly tokens: readonly Token[];
  readonly words: readonly string[];
  /** Led by `if`, `for all`, `where`, `\forall`, … */
  readonly introduced: boolean;
  /** Joined to the clause before by "and". */
  readonly joined: boolean;
  /** `j = 1, \dots, D`: its letters run over a range. */
  readonly range: boolean;
  /** Only `<`, `>`, `\le`, `\ge`, `\ne`. */
  readonly inequality: boolean;
  readonly related: boolean;
}

/** A stretch between separators. */
interface Piece {
  readonly tokens: Token[];
  readonly words: string[];
  introduced: boolean;
  joined: boolean;
  /** What parts it from the piece before. */
  readonly before: "start" | "comma" | "gap" | "words";
  readonly comma: Token | null;
}

export function clausesOf(row: readonly Token[], first: boolean): readonly Clause[] {
  const slashes = row.findIndex((token, i) => isSlash(token) && isSlash(row[i + 1]));
  const pieces = [...piecesOf(slashes < 0 ? row : row.slice(0, slashes))];
  if (slashes >= 0) pieces.push({ ...piece("words"), words: [remark(row.slice(slashes + 2))] });
  if (first) dropEnumerator(pieces);
  const clauses: Clause[] = [];
  for (const run of runsOf(pieces)) for (const clause of partition(run)) clauses.push(clause);
  return clauses;
}

const piece = (before: Piece["before"], comma: Token | null = null): Piece => ({
  tokens: [],
  words: [],
  introduced: false,
  joined: false,
  before,
  comma,
});

/** Cuts a row at commas, gaps, words, `\forall`, full stops, and the colon after an introduction. */
function piecesOf(row: readonly Token[]): readonly Piece[] {
  const pieces: Piece[] = [piece("start")];
  for (const [i, token] of row.entries()) {
    const room = token.type === "gap" || token.type === "amp" || token.type === "period";
    if (room && isLabel(row, i + 1)) break;
    if (token.type === "text" && isShapeRemark(token.text) && lastOf(pieces).tokens.length > 0) {
      pieces.push({ ...piece("words"), words: [token.text.trim()] });
      break;
    }
    const remark = room && i + 2 === row.length ? remarkInside(row[i + 1]) : null;
    if (remark !== null && lastOf(pieces).tokens.length > 0) {
      pieces.push({ ...piece("words"), words: [remark] });
      break;
    }
    place(token, i, row, pieces);
  }
  return pieces;
}

/** The words of `(\text{shape } N \times D)` and of `(\text{entry by entry})`, as the last thing in a row. */
function remarkInside(token: Token | undefined): string | null {
  if (token?.type !== "atom" || token.syntax.kind !== "group" || token.syntax.open !== "(") return null;
  const { body } = token.syntax;
  if (body.kind === "text") return introduction(body.text) === null && !changesNext(body.text) ? body.text : null;
  const first = firstOf(body);
  return first.kind === "text" && isShapeWord(first.text) ? first.text : null;
}

const firstOf = (s: Syntax): Syntax =>
  (s.kind === "product" || s.kind === "juxtaposition") && s.items[0] !== undefined ? firstOf(s.items[0]) : s;

/** Puts the token at a place of a row into the last piece, or begins a piece with it. */
function place(token: Token, i: number, row: readonly Token[], pieces: Piece[]): void {
  const at = lastOf(pieces);
  switch (token.type) {
    case "comma":
      pieces.push(piece("comma", token));
      break;
    case "period":
      if (i + 1 < row.length) pieces.push(piece("words"));
      break;
    case "gap":
    case "amp":
      if (parts(row, i, at)) pieces.push(piece("gap"));
      break;
    case "text":
    case "forall":
      if (at.tokens.length > 0 && !isAside(token, at.tokens.at(-1), row[i + 1])) pieces.push(piece("words"));
      else if (token.type === "text" && at.tokens.length > 0 && changesNext(token.text))
        refuseWords(token.text, token.span);
      addWords(lastOf(pieces), token);
      break;
    case "colon":
      if (at.tokens.length === 0) break;
      if (introducedAbove(pieces)) pieces.push(piece("words"));
      else at.tokens.push(colon(token, at.tokens, row.slice(i + 1), true));
      break;
    case "rel":
      // `A = B \implies C = D` says two things.
      if (!infers(token)) at.tokens.push(token);
      else if (at.tokens.length > 0) pieces.push({ ...piece("words"), words: [token.name] });
      break;
    default:
      at.tokens.push(token);
  }
}

/** `A = \text{(by the chain rule) } B`, `A \text{ is } = B`: words inside of what they are said of, which goes on behind them. */
function isAside(token: Token, before: Token | undefined, next: Token | undefined): boolean {
  if (token.type !== "text" || next === undefined || introduction(token.text) !== null || isAnd(token.text))
    return false;
  const leads = (t: Token | undefined): boolean => t?.type === "rel" && !infers(t);
  const goesOn = ["atom", "sign", "unary", "big"].includes(next.type);
  return (goesOn && (leads(before) || ["sign", "unary", "op"].includes(before?.type ?? ""))) || leads(next);
}

/** `\implies`, `\therefore`: what leads from one statement to the next. */
export const infers = (token: Token | undefined): boolean =>
  token?.type === "rel" && ["\\Rightarrow", "\\Leftarrow", "\\iff", "\\therefore", "\\because"].includes(token.name);

function lastOf(pieces: readonly Piece[]): Piece {
  const last = pieces.at(-1);
  if (last === undefined) throw new Error("internal: no pieces");
  return last;
}

function addWords(to: Piece, token: TokenOf<"text"> | TokenOf<"forall">): void {
  const text = token.type === "text" ? token.text : token.name;
  to.words.push(text.trim());
  if (token.type === "forall") to.introduced = true;
  else if (isAnd(text)) to.joined = true;
  else if (introduction(text) !== null) to.introduced = true;
}

/** Whether the pieces since the last words or gap are led by `for`, `\forall`, … */
function introducedAbove(pieces: readonly Piece[]): boolean {
  for (let i = pieces.length - 1; i >= 0; i--) {
    const one = pieces[i];
    if (one === undefined || one.introduced) return one !== undefined;
    if (one.before !== "comma") return false;
  }
  return false;
}

const isSlash = (token: Token | undefined): boolean => token?.type === "op" && token.name === "/";

/** The words of a remark after `//`. */
const remark = (tokens: readonly Token[]): string =>
  flatMap(tokens, (token) => (token.type === "text" ? [token.text.trim()] : [])).join(" ");

const joins = (token: Token | undefined): boolean =>
  token?.type === "rel" ||
  token?.type === "op" ||
  token?.type === "sign" ||
  token?.type === "bar" ||
  token?.type === "big";

/** Whether a gap parts two statements, or is only room inside one. */
function parts(row: readonly Token[], at: number, left: Piece): boolean {
  const gap = row[at];
  const right = row[at + 1];
  if (gap === undefined || right === undefined || left.tokens.length === 0) return false;
  if (joins(right) && right.type !== "big") return false;
  if (joins(left.tokens.at(-1)) || right.type === "gap" || right.type === "amp") return false;
  if (right.type === "comma" || right.type === "period" || right.type === "text") return false;
  const relatedLeft = left.tokens.some(isRelation);
  const relatedRight = relatedUntilGap(row, at + 1);
  if (gap.type === "amp") return relatedLeft && relatedRight;
  if (relatedLeft && !relatedRight && right.type === "atom" && !isLabel(row, at + 1)) {
    refuse(
      "layout/gap",
      "after this space it is unclear whether the equation goes on",
      right.span,
      "put a comma before it, or take the wide space out",
    );
  }
  return true;
}

function relatedUntilGap(row: readonly Token[], from: number): boolean {
  for (let i = from; i < row.length; i++) {
    const token = row[i];
    if (token === undefined || token.type === "text") return false;
    if (token.type === "gap") return false;
    if (isRelation(token) || token.type === "forall") return true;
  }
  return false;
}

/** `(3)`, `[3]` or `(*)` at the end of a row numbers the equation. */
function isLabel(row: readonly Token[], at: number): boolean {
  const token = row[at];
  if (at !== row.length - 1 || token?.type !== "atom" || token.syntax.kind !== "group") return false;
  const { open, body } = token.syntax;
  return (open === "(" && isTag(body)) || (open === "[" && body.kind === "number");
}

const isTag = (body: Syntax): boolean => body.kind === "number" || (body.kind === "symbol" && body.name === "*");

export const isRelation = (token: Token): boolean => token.type === "rel" || (token.type === "bar" && token.separates);

/** `(b)` before an equation is its letter in a list of questions. */
function dropEnumerator(pieces: readonly Piece[]): void {
  const tokens = pieces[0]?.tokens ?? [];
  const [first, second] = tokens;
  if (first?.type !== "atom" || first.syntax.kind !== "group" || first.syntax.open !== "(" || second?.type !== "atom")
    return;
  const { body } = first.syntax;
  const letter = body.kind === "symbol" && /^[a-z]$/.test(body.name) && body.style !== "bold";
  const roman =
    body.kind === "juxtaposition" && body.items.every((item) => item.kind === "symbol" && /^[ivx]$/.test(item.name));
  if ((letter || roman || body.kind === "number") && tokens.some(isRelation)) tokens.shift();
}

/** Pieces with only commas between them. */
function runsOf(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const runs: Piece[][] = [];
  for (const one of pieces) {
    if (one.tokens.length === 0 && one.words.length === 0) continue;
    const last = runs.at(-1);
    if (one.before === "comma" && last !== undefined && !one.introduced && one.words.length === 0) last.push(one);
    else runs.push([one]);
  }
  return runs;
}

const related = (one: Piece): boolean => one.tokens.some(isRelation);
const hasEllipsis = (one: Piece): boolean =>
  one.tokens.some((token) => token.type === "atom" && token.syntax.kind === "ellipsis");

function partition(run: readonly Piece[]): readonly Clause[] {
  const clauses: Clause[] = [];
  const introduced = run[0]?.introduced ?? false;
  for (let from = 0; from < run.length; ) {
    let head = from;
    while (head < run.length && !related(run[head] ?? piece("start"))) head++;
    if (head >= run.length) {
      clauses.push(clause(run.slice(from), from === 0));
      break;
    }
    if (introduced && from === 0 && head > 0 && !rangeLike(run, head)) {
      clauses.push(clause(run.slice(0, head), true));
      from = head;
      continue;
    }
    const to = endOf(run, head);
    clauses.push(clause(run.slice(from, to), from === 0));
    from = to;
  }
  return clauses;
}

/** Where the clause with its relation in piece `head` ends: which of the pieces after it still are its right side. */
function endOf(run: readonly Piece[], head: number): number {
  let next = head + 1;
  while (next < run.length && !related(run[next] ?? piece("start"))) next++;
  if (next >= run.length) return next;
  const dots = run.slice(head, next).map(hasEllipsis).lastIndexOf(true);
  if (dots >= 0) return Math.min(head + dots + 2, next);
  const values = run.slice(head, next);
  return values.every((one) => endsInNumber(one)) ? next : head + 1;
}

function endsInNumber(one: Piece): boolean {
  const last = one.tokens.at(-1);
  const before = one.tokens.at(-2);
  return last?.type === "atom" && last.syntax.kind === "number" && (before === undefined || isRelation(before));
}

function rangeLike(run: readonly Piece[], head: number): boolean {
  const to = endOf(run, head);
  if (run.slice(head, to).some(hasEllipsis)) return true;
  return (run[head]?.tokens ?? []).some(
    (token) => token.type === "rel" && /^(\\in|\\le|<|\\ne|\\ge|>)$/.test(token.name),
  );
}

function clause(run: readonly Piece[], leads: boolean): Clause {
  const tokens: Token[] = [];
  for (const one of run) {
    if (tokens.length > 0 && one.comma !== null) tokens.push(one.comma);
    tokens.push(...one.tokens);
  }
  const relations = tokens.filter(isRelation);
  const names = plainLeft(tokens);
  const range = relations.length > 0 && names.length > 0 && run.some(hasEllipsis) && relations.every(isRange);
  const [first] = run;
  return {
    tokens,
    words: flatMap(run, (one) => one.words),
    introduced: leads && (first?.introduced ?? false),
    joined: leads && (first?.joined ?? false),
    range,
    inequality:
      relations.length > 0 &&
      relations.every((token) => token.type === "rel" && /^(<|>|\\le|\\ge|\\ne)$/.test(token.name)),
    related: relations.length > 0,
  };
}

const isRange = (token: Token): boolean => token.type === "rel" && (token.name === "=" || token.name === "\\in");

/** The names on the left of a relation, if they are nothing but plain symbols and commas. */
export function plainLeft(tokens: readonly Token[]): readonly string[] {
  const names: string[] = [];
  for (const token of tokens) {
    if (isRelation(token)) return names;
    if (token.type === "comma") continue;
    if (token.type !== "atom") return [];
    const { syntax } = token;
    const base = syntax.kind === "scripted" && syntax.sub === null && syntax.sup === null ? syntax.base : syntax;
    if (base.kind !== "symbol") return [];
    names.push(base.name);
  }
  return [];
}
