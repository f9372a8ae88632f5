/* The words and signs of a statement, in LaTeX, ASCII and English. */

export type Token =
  | { readonly kind: "number"; readonly value: number }
  /** A symbol with what stands in brackets or below it, if that is not part of its name. */
  | { readonly kind: "name"; readonly name: string; readonly indices: readonly string[] }
  | { readonly kind: "sign"; readonly sign: string };

/** Ways to write a sign, the longest first. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:\\iff\b|\\Leftrightarrow\b|\\Longleftrightarrow\b|⇔|⟺|<=>|<->|iff\b|(?:exactly|precisely)\s+(?:when|if)\b|if\s+and\s+only\s+if\b)/i,
    "iff",
  ],
  [/^(?:\\implies\b|\\Rightarrow\b|⇒|⟹|=>|implies\b)/i, "implies"],
  [/^(?:\\lor\b|\\vee\b|∨|\|\||or\b)/i, "or"],
  [/^(?:\\land\b|\\wedge\b|∧|&&|and\b)/i, "and"],
  [/^(?:\\lnot\b|\\neg\b|¬|not\b)/i, "not"],
  [/^(?:\\exists\b|∃|(?:for\s+)?(?:some|any|at\s+least\s+one)\b|there\s+(?:is|exists)\s+(?:an?\s+)?)/i, "some"],
  [/^(?:\\forall\b|∀|(?:for\s+)?(?:all|every|each)\b)/i, "all"],
  [/^is\s+a\s+permutation\s+of\b/i, "permutation"],
  [/^(?:is\s+not\b|\\neq?\b|\\not\s*=|≠|!=)/i, "!="],
  [/^(?:\\leq?q?\b|≤|<=)/, "<="],
  [/^(?:\\geq?q?\b|≥|>=)/, ">="],
  [/^(?:\\in\b|∈|in\b)/i, "in"],
  [/^(?:==?|(?:is|equals?|are)\b)/i, "="],
  [/^(?:\\cdot\b|\\times\b|\*|×)/, "*"],
  [/^(?:\\ldots|\\dots|\\cdots|…|\.\.\.)/, "..."],
  [/^(?:\\\{|\{)/, "{"],
  [/^(?:\\\}|\})/, "}"],
  [/^(?::|\\colon\b|such\s+that\b|s\.t\.|\\mid\b)/i, ":"],
  [/^(?:<|\\lt\b)/, "<"],
  [/^(?:>|\\gt\b)/, ">"],
  [/^[+\-/(),|[\]]/, ""],
];
/** Said for a reader only. */
const FILLER = /^(?:\s+|\$|\\left\b|\\right\b|\\[,;:! ]|\\quad\b|~|(?:the|then|it|should|must|network|holds|that)\b)/i;
const FONT = /\\(?:math(?:bf|rm|it|cal|sf|bb)|boldsymbol|bm|pmb|text|operatorname)\b/g;
const NAME =
  /^(?:\\?[A-Za-z]+'*|\\hat\{?\\?[A-Za-z]+\}?)((?:\^\{?\(\w+\)\}?|\^\{\w+\}|_\{[^{}]*\}|_\w|\[[^[\]]*\]|_\\[A-Za-z]+)*)/;

/** Throws `StatementError` where the text is no statement. */
export class StatementError extends Error {}

export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  // A font says nothing, and its braces hold one letter or word together.
  let rest = text
    .replace(FONT, "")
    .replace(/(^|[^_^\\A-Za-z])\{\s*([A-Za-z][A-Za-z ]*?)\s*\}/g, "$1 $2 ")
    .replace(/\s+(?=[_^])/g, "")
    .replace(/\\mathbb\{1\}/g, "1");
  while (rest !== "") {
    const filler = FILLER.exec(rest);
    const number = /^\d+(?:\.\d+)?/.exec(rest);
    const sign = SIGNS.map(([pattern, name]) => ({ match: pattern.exec(rest)?.[0], name })).find(
      (s) => s.match !== undefined,
    );
    const name = NAME.exec(rest);
    if (filler !== null) rest = rest.slice(filler[0].length);
    else if (number !== null) {
      tokens.push({ kind: "number", value: Number(number[0]) });
      rest = rest.slice(number[0].length);
    } else if (sign?.match !== undefined) {
      tokens.push({ kind: "sign", sign: sign.name || sign.match });
      rest = rest.slice(sign.match.length);
    } else if (name !== null) {
      tokens.push({ kind: "name", ...splitName(name[0]) });
      rest = rest.slice(name[0].length);
    } else throw new StatementError(`"${rest.slice(0, 20)}" is not understood`);
  }
  return tokens;
}

function splitName(text: string): { readonly name: string; readonly indices: readonly string[] } {
  const match = /(?:_\{([^{}]*)\}|_(\w|\\[A-Za-z]+)|\[([^[\]]*)\])$/.exec(text);
  const inner = match?.[1] ?? match?.[2] ?? match?.[3];
  if (match === null || inner === undefined) return { name: text, indices: [] };
  return { name: text.slice(0, match.index), indices: inner.split(/[,\s]+/).filter((i) => i !== "") };
}
