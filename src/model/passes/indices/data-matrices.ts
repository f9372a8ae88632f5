import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import { flatMap } from "../../../core/flat-map.js";
import type { Syntax } from "../../../notation/syntax.js";
import { bindings, letterOf, nodesIn, rangeStatement } from "../../symbols/letters.js";
import {
  headKey,
  isTransposed,
  plainSymbol,
  type Scripted,
  scriptText,
  symbolsIn,
  takeApart,
} from "../../symbols/scripts.js";
import { declarationOf, type Item, isEquation, leftSide, mentionsDerivative } from "../../symbols/statements.js";
import { saidDirection } from "../../words/said-directions.js";

/*
 * `X^\top (\hat y - y)` behind a loss that sums over examples `x_i`, or `x^{(i)}`, where nothing says what X is: the matrix of the
 * examples, in its rows; in its columns where the text says so, or else the lines have it the other way round,
 * `(\hat y - y)^\top X^\top`. The y of numbers `y^{(i)}` is the column of these.
 */

export function withDataMatrices(
  items: readonly Item[],
  plain: readonly string[],
  report: (d: Diagnostic) => void,
): readonly Item[] {
  const examples = examplesIn(items);
  const added = new Map<Item, Item[]>();
  const free = examples.length === 0 ? null : freeLetter(items);
  for (const example of examples) {
    const found = wholeOf(items, plain, example);
    if (found === null || free === null) continue;
    const { symbol, along } = found;
    const message = `${scriptText(symbol)} is read as the matrix with the examples ${example.text} in its ${along === 0 ? "rows" : "columns"}`;
    report(diagnostic("note", "reading/data-matrix", message, symbol.span));
    added.set(example.item, [...(added.get(example.item) ?? []), definition(example, symbol, along, free)]);
  }
  for (const column of numbersIn(items)) {
    const message = `${scriptText(column.t.symbol)} is read as the column of all ${scriptText(column.t.symbol)}^{(${scriptText(column.letter)})}`;
    report(diagnostic("note", "reading/data-column", message, column.item.statement.span));
    added.set(column.item, [...(added.get(column.item) ?? []), columnOf(column)]);
  }
  return added.size === 0 ? items : flatMap(items, (item) => [item, ...(added.get(item) ?? [])]);
}

/** `x_i` or `x^{(i)}`, a column, below a sum over i; with the equation that it stands in last. */
interface Example {
  readonly t: Scripted;
  readonly text: string;
  readonly letter: Syntax;
  readonly item: Item;
  /** Found as what a function is put to: a declared X is told of elsewhere. */
  readonly applied: boolean;
}

/** `y^{(i)}` of which a line has the column y, `X^\top (\hat y - y)`; with the equation that it stands in last. */
type Numbers = Omit<Example, "text" | "applied">;

function numbersIn(items: readonly Item[]): readonly Numbers[] {
  const claims = items.filter((i) => i.statement.sides.some(mentionsDerivative));
  const behind = flatMap(
    flatMap(claims, (i) => flatMap(i.statement.sides, nodesIn)),
    behindMatrix,
  );
  const wanted = new Set(
    behind.filter((t) => isBare(t) && /^[a-z]$/.test(t.symbol.name)).map((t) => headKey(t.symbol)),
  );
  if (wanted.size === 0) return [];
  const found = new Map<string, Numbers>();
  for (const item of items.filter(isForward))
    for (const t of flatMap(flatMap(item.statement.sides, nodesIn), (s) => takeApart(s) ?? [])) {
      const letter = placeOf(t);
      if (wanted.has(headKey(t.symbol)) && letter !== null && t.subs.length === 0)
        found.set(headKey(t.symbol), { t, letter, item });
    }
  const others = items.filter((i) => !claims.includes(i) && i.statement.relations.length > 0);
  const wholes = new Set(
    flatMap(
      flatMap(others, (i) => flatMap(i.statement.sides, symbolsIn)),
      (t) => (isBare(t) ? [headKey(t.symbol)] : []),
    ),
  );
  const isTold = (key: string): boolean => wholes.has(key) || claims.some((i) => differentiatesBy(i, key));
  return flatMap([...found], ([key, numbers]) => (isTold(key) ? [] : [numbers]));
}

const isBare = (t: Scripted): boolean => t.subs.length + t.sups.length + t.primes === 0;

/** What `X^\top (\dots)` multiplies. */
function behindMatrix(s: Syntax): readonly Scripted[] {
  if (s.kind !== "juxtaposition") return [];
  return flatMap(s.items, (item, k) => {
    const [t, next] = [takeApart(item), s.items[k + 1]];
    if (t === null || !/^[A-Z]$/.test(t.symbol.name) || next?.kind !== "group") return [];
    // `X (X^\top w - y)` of the examples in columns.
    const isTurned = nodesIn(next).some((n) => {
      const own = takeApart(n);
      return own !== null && headKey(own.symbol) === headKey(t.symbol) && transposed(own);
    });
    return transposed(t) || isTurned ? symbolsIn(next) : [];
  });
}

/** `\partial y`, `\nabla_y`. */
const differentiatesBy = ({ statement }: Item, key: string): boolean =>
  flatMap(statement.sides, nodesIn).some((s) => {
    const isOwn = (n: Syntax): boolean => symbolsIn(n).some((t) => headKey(t.symbol) === key);
    if (s.kind === "fraction") return mentionsDerivative(s) && isOwn(s.denominator);
    return (
      s.kind === "scripted" && s.base.kind === "symbol" && s.base.name === "\\nabla" && s.sub !== null && isOwn(s.sub)
    );
  });

/** `y_i = y^{(i)}`. */
function columnOf({ t, letter, item }: Numbers): Item {
  const { span } = item.statement;
  const left: Syntax = { kind: "scripted", base: t.symbol, sub: letter, sup: null, primes: 0, span };
  const sides = [left, memberOf(t, letter, span)];
  return { ...item, statement: { ...item.statement, sides, relations: ["="], conditions: [], words: [] } };
}

const isForward = ({ statement, submitted }: Item): boolean =>
  submitted !== true && isEquation(statement) && !statement.sides.some(mentionsDerivative);

function examplesIn(items: readonly Item[]): readonly Example[] {
  const forward = items.filter(isForward);
  const summed = new Set(
    flatMap(
      flatMap(forward, (i) => flatMap(i.statement.sides, nodesIn)),
      (s) => (s.kind === "big" && s.operator === "\\sum" ? bindings(s.sub, s.sup) : []),
    ).map((b) => b.letter),
  );
  const found = new Map<string, Example>();
  const defined = new Set(
    flatMap(forward, ({ statement: { sides } }) => {
      const left = sides[0] === undefined ? null : leftSide(sides[0]);
      return left === null ? [] : [headKey(left.target.symbol)];
    }),
  );
  const nodes = flatMap(forward, (i) => flatMap(i.statement.sides, nodesIn));
  const bare = new Set(flatMap(flatMap(nodes, columnsIn), (t) => (placeOf(t) === null ? [headKey(t.symbol)] : [])));
  for (const item of forward)
    for (const s of flatMap(item.statement.sides, nodesIn))
      for (const [t, applied] of [
        ...columnsIn(s).map((c) => [c, false] as const),
        ...argumentsIn(s).flatMap((a) => (bare.has(headKey(a.symbol)) ? [[a, true] as const] : [])),
      ]) {
        const letter = placeOf(t);
        const key = headKey(t.symbol);
        if (letter === null || !summed.has(letterOf(letter) ?? "") || defined.has(key)) continue;
        found.set(key, { t, text: `${t.symbol.latex}_${scriptText(letter)}`, letter, item, applied });
      }
  return [...found.values()];
}

/** A letter for positions that stands nowhere. */
function freeLetter(items: readonly Item[]): string | null {
  const used = new Set(flatMap(items, (i) => flatMap(i.statement.sides, nodesIn)).map(letterOf));
  return ["k", "l", "j", "n", "m"].find((letter) => !used.has(letter)) ?? null;
}

/** The i of `x_i` and of `x^{(i)}`. */
function placeOf(t: Scripted): Syntax | null {
  const above = t.sups.filter((p) => p.bracketed).map((p) => p.content);
  const [place, more] = [...above, ...t.subs];
  return place === undefined || more !== undefined || t.primes > 0 || letterOf(place) === null ? null : place;
}

/** Small letters that a product shows to be columns: `w^\top x_i`, `W x_i`, `x_i^\top w`. */
function columnsIn(s: Syntax): readonly Scripted[] {
  if (s.kind !== "juxtaposition") return [];
  return flatMap(s.items, (item, k) => {
    const t = takeApart(item);
    if (t === null || !/^[a-z]$/.test(t.symbol.name)) return [];
    const before = s.items[k - 1] === undefined ? null : takeApart(s.items[k - 1] ?? item);
    const isBehindRow =
      before !== null && (transposed(before) || (/^[A-Z]$/.test(before.symbol.name) && before.symbol.style !== "cal"));
    return isBehindRow || (transposed(t) && k + 1 < s.items.length) ? [t] : [];
  });
}

/** The `x^{(i)}` of `h_\theta(x^{(i)})`, beside `h_\theta(x) = \theta^\top x`. */
function argumentsIn(s: Syntax): readonly Scripted[] {
  if (s.kind !== "juxtaposition") return [];
  return flatMap(s.items, (item, k) => {
    const [head, group] = [takeApart(item), s.items[k + 1]];
    const t = head === null || group?.kind !== "group" || group.open !== "(" ? null : takeApart(group.body);
    return t === null || !/^[a-z]$/.test(t.symbol.name) ? [] : [t];
  });
}

const transposed = (t: Scripted): boolean => t.sups.some((p) => !p.bracketed && isTransposed(p.content));

/** Which way round X is in front of a group that has it the other way round. */
function aroundItself(item: Syntax, next: Syntax | undefined, capital: string): 0 | 1 | null {
  const t = takeApart(item);
  if (t === null || t.symbol.name !== capital || next?.kind !== "group") return null;
  const isOther = (n: Syntax): boolean => {
    const own = n.kind === "symbol" || n.kind === "scripted" ? takeApart(n) : null;
    return own !== null && own.symbol.name === capital && transposed(own) !== transposed(t);
  };
  return nodesIn(next).some(isOther) ? (transposed(t) ? 0 : 1) : null;
}

/** The n of `i = 1, \dots, n` and of `\sum_{i=1}^n`. */
function endOfRange(items: readonly Item[], letter: Syntax): string | null {
  const own = flatMap(items, ({ statement: st }) => [
    ...flatMap([st, ...st.conditions], (c) => rangeStatement(c) ?? []),
    ...flatMap(flatMap(st.sides, nodesIn), (s) => (s.kind === "big" ? bindings(s.sub, s.sup) : [])),
  ]).filter((b) => b.letter === letterOf(letter));
  const high = own.find((b) => b.high !== null)?.high;
  return high == null ? null : scriptText(high);
}

/** Along which axis of a declared shape the examples lie. */
function directionOf([rows, columns, more]: readonly Syntax[], count: string | null): 0 | 1 | null {
  if (rows === undefined || columns === undefined || more !== undefined || count === null) return null;
  const [first, second] = [scriptText(rows) === count, scriptText(columns) === count];
  return first === second ? null : first ? 0 : 1;
}

/**
 * The capital of a letter, where only lines about derivatives have it, and which way round: where no words say it, an `X^\top` in
 * front of a product and an X behind one have the examples in rows.
 */
function wholeOf(
  items: readonly Item[],
  plain: readonly string[],
  { t: { symbol: small }, letter, applied }: Example,
): { readonly symbol: Scripted["symbol"]; readonly along: 0 | 1 } | null {
  const capital = small.name.toUpperCase();
  const isWhole = (t: Scripted | null): t is Scripted => t !== null && t.symbol.name === capital;
  // What is handed in may introduce the matrix, `\hat y = X w`, and declare it.
  const claims = items.filter((i) => i.submitted === true || i.statement.sides.some(mentionsDerivative));
  const isDeclaration = ({ statement }: Item): boolean => declarationOf(statement) !== null;
  const elsewhere = items.filter((i) => !claims.includes(i) && i.statement.relations.length > 0 && !isDeclaration(i));
  if (elsewhere.some((i) => flatMap(i.statement.sides, symbolsIn).some(isWhole))) return null;
  const uses = flatMap(
    flatMap(claims, (i) => flatMap(i.statement.sides, nodesIn)),
    (s) => {
      if (s.kind !== "juxtaposition" && s.kind !== "product") return [];
      return flatMap(s.items, (item, k) => {
        const t = takeApart(item);
        return isWhole(t)
          ? [{ t, first: k === 0 || k + 1 < s.items.length, last: k > 0 && k + 1 === s.items.length }]
          : [];
      });
    },
  );
  const [use] = uses;
  if (use === undefined || uses.some(({ t }) => t.subs.length + t.primes > 0 || t.symbol.accents.length > 0))
    return null;
  const declared = items.flatMap((i) => declarationOf(i.statement) ?? []).find((d) => d.symbols.some(isWhole));
  // "whose rows are the $x_i$", "$x_i$ is the $i$-th column of $X$": that is read by the words, unless the $x_i$ have a shape of their own.
  const isFamily = items.some(({ statement }) =>
    declarationOf(statement)?.symbols.some(
      (t) => headKey(t.symbol) === headKey(small) && t.subs.length + t.sups.length > 0,
    ),
  );
  const isBound =
    !isFamily &&
    items.some(({ statement: { sides, relations }, formula }) => {
      const t = sides[0] === undefined || relations.length > 0 ? null : takeApart(sides[0]);
      return t !== null && headKey(t.symbol) === headKey(small) && /\b(?:rows?|columns?)\b/i.test(formula.sentence);
    });
  if (declared !== undefined && (isBound || applied)) return null;
  const along = declared === undefined ? null : directionOf(declared.set.shape, endOfRange(items, letter));
  if (declared !== undefined) return along === null ? null : { symbol: use.t.symbol, along };
  const said = saidDirection(items, plain, capital);
  if (said !== null) return said === "open" ? null : { symbol: use.t.symbol, along: said };
  // `X^\top (X w - y)` of rows, `X (X^\top w - y)` of columns.
  const outer = flatMap(
    flatMap(claims, (i) => flatMap(i.statement.sides, nodesIn)),
    (s) =>
      s.kind === "juxtaposition"
        ? flatMap(s.items, (item, k) => aroundItself(item, s.items[k + 1], capital) ?? [])
        : [],
  );
  const [around, ...others] = new Set(outer);
  if (around !== undefined) return others.length > 0 ? null : { symbol: use.t.symbol, along: around };
  const rows = uses.some(({ t, first, last }) => (transposed(t) ? first && !last : last));
  const columns = uses.some(({ t, last }) => transposed(t) && last);
  return rows === columns ? null : { symbol: use.t.symbol, along: rows ? 0 : 1 };
}

/** `X_{ik} = (x_i)_k`. */
function definition({ t, letter, item }: Example, symbol: Scripted["symbol"], along: 0 | 1, free: string): Item {
  const { span } = item.statement;
  const entry: Syntax = plainSymbol(free, span);
  const at = (base: Syntax, places: readonly Syntax[]): Syntax => {
    const [only, more] = places;
    const sub: Syntax = only !== undefined && more === undefined ? only : { kind: "list", items: places, span };
    return { kind: "scripted", base, sub, sup: null, primes: 0, span };
  };
  const left = at(symbol, along === 0 ? [letter, entry] : [entry, letter]);
  // `(x_i)_k`
  const example: Syntax = { kind: "group", open: "(", body: memberOf(t, letter, span), span };
  const right = at(example, [entry]);
  const statement = { ...item.statement, sides: [left, right], relations: ["="], conditions: [], words: [] };
  return { ...item, statement };
}

/** `x_i` or `x^{(i)}`, without a mark of transposition. */
function memberOf({ symbol, subs }: Scripted, letter: Syntax, span: Syntax["span"]): Syntax {
  const isBelow = subs.length > 0;
  const sup: Syntax | null = isBelow ? null : { kind: "group", open: "(", body: letter, span };
  return { kind: "scripted", base: symbol, sub: isBelow ? letter : null, sup, primes: 0, span };
}
