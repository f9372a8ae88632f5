import type { Claim } from "./claims.js";
import { isRight, isWrong, type Judged } from "./verdict.js";

/** Of a line with a letter that was judged for each number: which numbers, and the one that decided. */
export interface DecidedAt {
  readonly letter: string;
  readonly values: readonly number[];
  readonly value: number;
}

/** One verdict for each line: a line that stands for several is right if each of them is, and the first that is not decides. */
export function onePerLine(judged: readonly Judged[]): readonly Judged[] {
  return linesOf(judged, (j) => j.claim).map(([first, ...others]) => {
    const { instance } = first.claim.item;
    if (instance === undefined) return first;
    const all = [first, ...others];
    const weakest = all.find((j) => isWrong(j.verdict)) ?? all.find((j) => !isRight(j.verdict));
    const decides = weakest ?? all.find((j) => j.verdict !== "proved") ?? first;
    const values = all.flatMap((j) => j.claim.item.instance?.value ?? []);
    const value = decides.claim.item.instance?.value ?? instance.value;
    return { ...decides, decidedAt: { letter: instance.letter, values, value } };
  });
}

/** `W^{(2)}` as the line writes it for every number, `W^{(l+1)}` where the line was judged at 1. */
export const withLetter = (latex: string, { letter, value }: DecidedAt): string =>
  latex.replace(/([([]|[_^]\{?)(\d+)/, (_, open: string, digits: string) => {
    const more = Number(digits) - value;
    const place = `${letter}${more > 0 ? "+" : ""}${more === 0 ? "" : more}`;
    return /^[_^]$/.test(open) && place.length > 1 ? `${open}{${place}}` : open + place;
  });

/** The first of each line's claims. */
export const firstOfLine = (claims: readonly Claim[]): readonly Claim[] =>
  linesOf(claims, (c) => c).map(([first]) => first);

function linesOf<T>(all: readonly T[], claimOf: (one: T) => Claim): readonly [T, ...T[]][] {
  const lines = new Map<object, [T, ...T[]]>();
  for (const one of all) {
    const { item } = claimOf(one);
    const line = item.instance?.of ?? item;
    const known = lines.get(line);
    if (known === undefined) lines.set(line, [one]);
    else known.push(one);
  }
  return [...lines.values()];
}
