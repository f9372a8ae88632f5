import type { Span } from "../core/span.js";
import type { Item } from "../model/symbols/statements.js";
import { diagnose } from "./diagnose.js";
import type { Judge } from "./judge.js";
import type { Judged, Mistake } from "./verdict.js";

/** What was found about a wrong line, places counted from its beginning. */
interface Reason {
  readonly links: readonly (Mistake | null)[];
  readonly whole: Mistake | null;
}

/** Reasons why lines are wrong, each looked for once. */
export class Reasons {
  readonly #known = new Map<string, Reason>();

  get size(): number {
    return this.#known.size;
  }

  /** `about` tells apart all that a reason depends on beside the line's own text. */
  diagnose(judge: Judge, judged: Judged, about: string): void {
    if (judged.verdict !== "wrong" && judged.verdict !== "shape-mismatch") return;
    const { start } = judged.claim.item.statement.span;
    const key = `${about}|${lineText(judged)}|${foundOf(judged, start)}`;
    const known = this.#known.get(key);
    if (known === undefined) {
      diagnose(judge, judged);
      const links = judged.links.map((l) => moved(l.mistake, -start));
      this.#known.set(key, { links, whole: moved(judged.mistake, -start) });
      return;
    }
    for (const [k, link] of judged.links.entries()) link.mistake = moved(known.links[k] ?? null, start);
    judged.mistake = moved(known.whole, start);
  }
}

const texts = new WeakMap<Item, string>();

/** A line as it was read, wherever it stands. */
export function lineText({ claim }: Judged): string {
  let text = texts.get(claim.item);
  if (text === undefined) {
    const { latex, span, conditions } = claim.item.statement;
    text = withoutPlaces([latex, claim.sides, conditions], span.start);
    texts.set(claim.item, text);
  }
  return text;
}

/** What was found of a line already. */
const foundOf = ({ links, verdict }: Judged, start: number): string =>
  withoutPlaces(
    [verdict, links.map((l) => [l.verdict, l.mistake, l.transposed, l.diagnostic?.code, l.diagnostic?.message])],
    start,
  );

/** As text, with places counted from the beginning of a line. */
const withoutPlaces = (value: unknown, start: number): string =>
  JSON.stringify(value, (key, v: unknown) => (key === "span" ? relative(v as Span, start) : v));

const relative = (span: Span, start: number): readonly [number, number] => [span.start - start, span.end - start];

function moved(mistake: Mistake | null, by: number): Mistake | null {
  if (mistake?.span === undefined) return mistake;
  const { start, end } = mistake.span;
  return { ...mistake, span: { start: start + by, end: end + by } };
}
