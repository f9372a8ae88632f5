import type { Span } from "../core/span.js";
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
    const key = `${about}|${textOf(judged, start)}`;
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

/** The line as it was read and judged, wherever it stands. */
const textOf = ({ claim, links, verdict }: Judged, start: number): string =>
  JSON.stringify(
    [
      claim.item.statement.latex,
      claim.sides,
      verdict,
      links.map((l) => [l.verdict, l.mistake, l.transposed, l.diagnostic?.code ?? "", l.diagnostic?.message ?? ""]),
    ],
    (key, value: unknown) => (key === "span" ? relative(value as Span, start) : value),
  );

const relative = (span: Span, start: number): readonly [number, number] => [span.start - start, span.end - start];

function moved(mistake: Mistake | null, by: number): Mistake | null {
  if (mistake?.span === undefined) return mistake;
  const { start, end } = mistake.span;
  return { ...mistake, span: { start: start + by, end: end + by } };
}
