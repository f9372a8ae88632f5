/** How tightly a printed piece holds together. In matrix notation juxtaposition binds tighter than `\odot`. */
export const Level = { sum: 1, negative: 2, hadamard: 3, product: 4, call: 5, power: 6, atom: 7 } as const;
export type Level = (typeof Level)[keyof typeof Level];

/** A printed expression. */
export interface Piece {
  readonly text: string;
  readonly level: Level;
  /** Swallows what is written after it: a `\sum`, a `\nabla`. */
  readonly open: boolean;
  /** Carries a superscript already, so that a power of it needs parentheses. */
  readonly raised: boolean;
  /** A scalar that is a product of vectors. */
  readonly dot: boolean;
}

export const piece = (text: string, level: Level, more: Partial<Piece> = {}): Piece => ({
  text,
  level,
  open: false,
  raised: false,
  dot: false,
  ...more,
});

/** Terms with their signs. A sum that begins with a minus begins with its first positive term instead: `t - y`. */
export function summed(terms: readonly Piece[]): Piece {
  const positive = terms.findIndex((p) => !p.text.startsWith("-"));
  const first = terms[positive];
  const ordered = positive > 0 && first !== undefined ? [first, ...terms.filter((_, k) => k !== positive)] : terms;
  const text = ordered
    .map((p, k) => (k === 0 ? p.text : p.text.startsWith("-") ? ` - ${p.text.slice(1)}` : ` + ${p.text}`))
    .join("");
  return piece(text, Level.sum);
}

/** Minus a product. */
export function negated(p: Piece, group: (text: string) => string): Piece {
  return piece(`-${p.level <= Level.negative ? group(p.text) : p.text}`, Level.negative, { open: p.open });
}

/** Factors side by side, in parentheses where they would not hold together. */
export function together(factors: readonly Piece[], group: (text: string) => string): Piece {
  const [only] = factors;
  if (only === undefined) return piece("1", Level.atom);
  if (factors.length === 1) return only;
  const text = factors.map((p, k) => (isApart(factors, k) ? group(p.text) : p.text)).join(" ");
  return piece(text, Level.product, { open: factors.at(-1)?.open ?? false });
}

function isApart(factors: readonly Piece[], k: number): boolean {
  const [p, before] = [factors[k], factors[k - 1]];
  if (p === undefined) return false;
  const last = k === factors.length - 1;
  if (p.level < Level.product || (p.open && !last) || (k > 0 && /^[-\d]/.test(p.text))) return true;
  // A product of vectors that is one scalar stays together, unless only a number stands beside it.
  return p.dot && !(last && (before === undefined || isNumeral(before.text)));
}

const isNumeral = (text: string): boolean => /^(?:\d+|\\frac\{\d+\}.*)$/.test(text);
