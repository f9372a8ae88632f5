import { flatMap } from "../../../core/flat-map.js";
import { remembered } from "../../../core/remember.js";
import type { Document } from "../../../document/document.js";
import type { Statement, Syntax, SyntaxOf } from "../../../notation/syntax.js";
import { nodesIn } from "../../symbols/letters.js";
import { headKey, mapOperands, plainSymbol, scriptText, takeApart } from "../../symbols/scripts.js";
import type { Item } from "../../symbols/statements.js";

/*
 * "where the square is taken elementwise", "$X^2$ is meant entry by entry", `\sqrt{X} \text{ (elementwise)}`: powers and roots of
 * matrices that work on each entry. They are put as `X^{\odot 2}` and `X^{\odot 1/2}`, which say so by themselves.
 */

const ENTRYWISE =
  "(?:entry-?wise|element-?wise|component-?wise|coordinate-?wise|point-?wise|entry by entry|element by element)";
const TO_EACH = String.raw`(?:(?:applied|act(?:s|ing)?|taken|work(?:s|ing)?|computed|meant)\s+(?:to|on|of|for|at)\s+(?:each|every|all|the single)\s+(?:of\s+)?(?:its\s+|the\s+)?(?:entr(?:y|ies)|elements?|components?|coordinates?))`;
const VERB = String.raw`(?:is|are|be|being|as)\s+(?:all\s+|always\s+|here\s+|also\s+|to be\s+|taken\s+|meant\s+|understood\s+|applied\s+|performed\s+|computed\s+|done\s+|read\s+)*`;
const POWER = "(?:square|squaring|power|exponentiation|cube)s?";
const ROOT = "(?:square[- ]root|root)s?";
const PRODUCT = String.raw`(?:products?|multiplications?)(?:\s+of\s+(?:two\s+)?(?:vectors|columns))?`;
const OTHERS = String.raw`(?:\s*(?:,|and|,\s*and)\s*(?:the\s+)?(?:square[- ]roots?|roots?|divisions?|quotients?|squares?|squaring|powers?|products?|multiplications?))*`;
const DENIED = /\b(?:not|never|no|rather than|instead of)\b[^,;:.]*$/i;

/** `the square (root, the division) is elementwise`, `elementwise (division,) square`, `the square of each entry`. */
const sayings = (what: string): readonly RegExp[] => {
  const own = String.raw`\b${what}\b(?!\s+root)`;
  return [
    String.raw`${own}${OTHERS}\s+(?:${VERB}(?:${ENTRYWISE}|${TO_EACH})|${TO_EACH})`,
    String.raw`\b${ENTRYWISE}\s+(?:(?:square[- ]roots?|divisions?|quotients?|squares?|powers?|products?)\s*(?:,\s*and|,|and)\s*)*${own}`,
    String.raw`\b${what}\s+of\s+(?:the\s+)?(?:each|every)\s+(?:entry|element)`,
  ].map((p) => new RegExp(p, "gi"));
};
const POWERS = sayings(POWER);
const ROOTS = sayings(ROOT);
const PRODUCTS = [new RegExp(String.raw`\b${PRODUCT}${OTHERS}\s+${VERB}(?:${ENTRYWISE}|${TO_EACH})`, "gi")];

const isSaid = (patterns: readonly RegExp[], sentence: string): boolean =>
  patterns.some((p) => [...sentence.matchAll(p)].some((m) => !DENIED.test(sentence.slice(0, m.index))));

/** `$X^2$ is meant elementwise`. */
const MARKED = new RegExp(
  String.raw`\$(\d+)\$\s*(?:,\s*)?(?:${VERB}(?:${ENTRYWISE}|${TO_EACH})|\(${ENTRYWISE}\)|${ENTRYWISE}[.,;])`,
  "gi",
);
/** What a sentence says of all products, powers and roots, and the numbers of the formulas that it says it of. */
const saidIn = remembered((sentence) => ({
  products: isSaid(PRODUCTS, sentence),
  powers: isSaid(POWERS, sentence),
  roots: isSaid(ROOTS, sentence),
  marked: [...sentence.matchAll(MARKED)].map((m) => Number(m[1])),
}));
/** Words within a formula that say nothing else. */
const BESIDE = new RegExp(
  String.raw`^\W*(?:where\s+)?(?:all\s+(?:powers|operations)\s+(?:are\s+)?)?${ENTRYWISE}\W*$`,
  "i",
);

/** Products of columns are entry by entry, as the text says of all of them. */
export const productsAreEntrywise = (sentences: readonly string[]): boolean =>
  sentences.some((s) => saidIn(s).products);

/** What is said of all powers and roots, and of those of single symbols. */
interface Said {
  readonly powers: boolean;
  readonly roots: boolean;
  readonly of: ReadonlySet<string>;
}

export function withEntrywisePowers(items: readonly Item[], document: Document): readonly Item[] {
  const sentences = [...new Set([...items.map((i) => i.formula.sentence), ...document.plain.flat()])];
  const found = sentences.map(saidIn);
  const of = new Set(flatMap(found, (f) => f.marked.map((ordinal) => markedBase(items, ordinal))));
  const said: Said = { powers: found.some((f) => f.powers), roots: found.some((f) => f.roots), of };
  let heads: ReadonlySet<string> | null = null;
  return items.map((item) => {
    const beside = item.statement.words.some((w) => BESIDE.test(w));
    const own: Said = beside ? { powers: true, roots: true, of } : said;
    if (!own.powers && !own.roots && own.of.size === 0) return item;
    heads ??= layerHeads(items);
    const layers = heads;
    const written = (st: Statement): Statement => {
      const sides = st.sides.map((s) => entrywise(s, own, layers));
      return sides.every((s, k) => s === st.sides[k]) ? st : { ...st, sides };
    };
    const statement = written(item.statement);
    return statement === item.statement ? item : { ...item, statement };
  });
}

/** What is raised in a formula that is a power or a root and nothing else. */
function markedBase(items: readonly Item[], ordinal: number): string {
  const [only, more] = items.filter((i) => i.ordinal === ordinal);
  const [side, other] = only?.statement.sides ?? [];
  if (side === undefined || other !== undefined || more !== undefined) return "";
  if (side.kind === "root") return scriptText(side.radicand);
  return side.kind === "scripted" && side.sub === null && side.sup !== null ? scriptText(side.base) : "";
}

/** `W^1 x` counts layers above W. */
function layerHeads(items: readonly Item[]): ReadonlySet<string> {
  const heads = new Set<string>();
  for (const n of flatMap(items, (i) => flatMap(i.statement.sides, nodesIn))) {
    const t = n.kind === "scripted" ? takeApart(n) : null;
    if (t?.sups.some((p) => !p.bracketed && ["0", "1"].includes(scriptText(p.content))) === true)
      heads.add(headKey(t.symbol));
  }
  return heads;
}

function entrywise(s: Syntax, said: Said, layers: ReadonlySet<string>): Syntax {
  const inner = mapOperands(s, (n) => entrywise(n, said, layers));
  const base = inner.kind === "root" ? inner.radicand : inner.kind === "scripted" ? inner.base : null;
  const isOwn = base !== null && said.of.has(scriptText(base));
  if (inner.kind === "root" && inner.degree === null && (said.roots || isOwn)) {
    const { span } = inner;
    const inside: Syntax = { kind: "group", open: "(", body: inner.radicand, span };
    return { kind: "scripted", base: inside, sub: null, sup: onEntries(half(span), span), primes: 0, span };
  }
  if (inner.kind !== "scripted" || inner.sup === null || !(said.powers || isOwn)) return inner;
  const isPower = isNumber(inner.sup) && mayBeMatrix(inner.base) && (isOwn || scriptText(inner.sup) !== "-1");
  if (!isPower || (inner.base.kind === "symbol" && layers.has(headKey(inner.base)))) return inner;
  return { ...inner, sup: onEntries(inner.sup, inner.sup.span) };
}

const half = (span: Syntax["span"]): Syntax => ({
  kind: "fraction",
  numerator: { kind: "number", text: "1", span },
  denominator: { kind: "number", text: "2", span },
  span,
});

/** `\odot 2` as an exponent. */
const onEntries = (exponent: Syntax, span: Syntax["span"]): SyntaxOf<"juxtaposition"> => ({
  kind: "juxtaposition",
  items: [plainSymbol("\\odot", span), exponent],
  span,
});

function isNumber(s: Syntax): boolean {
  if (s.kind === "number") return true;
  if (s.kind === "fraction") return isNumber(s.numerator) && isNumber(s.denominator);
  if (s.kind === "product") return s.items.every(isNumber) && s.operators.every((o) => o === "/");
  return s.kind === "sum" && s.terms.length === 1 && s.terms.every((t) => isNumber(t.body));
}

/** A capital or bold letter, or an expression in parentheses: what else is squared is a number or a column, or has a name of its own. */
function mayBeMatrix(base: Syntax): boolean {
  if (base.kind === "group") return base.open === "(" || base.open === "[";
  return base.kind === "symbol" && (base.style === "bold" || /^(?:[A-Z]|\\[A-Z][a-z]+)$/.test(base.name));
}
