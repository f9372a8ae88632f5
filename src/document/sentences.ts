import type { Span } from "../core/span.js";
import type { Found } from "./scan.js";

/*
 * The prose of each formula: the sentence or list item it stands in. A display that stands alone belongs to the sentence
 * above that leads to it, and to the one below that goes on in lower case ("where …").
 */

interface Block {
  text: string;
  readonly item: boolean;
  readonly heading: boolean;
  /** Nothing but displays. */
  readonly display: boolean;
  /** Whether its last formula ends in a full stop. */
  readonly stopped: boolean;
}

const itemStart = /^[ \t]*(?:[-*+•][ \t]+|\d+[.)][ \t]+|\(?[a-z][.)][ \t]+|\\item\b)/;

/**
 * Between a full stop and a display, and between a display and a capital letter, a sentence ends, with an empty line or without.
 */
const endsBetween = (above: string | undefined, line: string): boolean =>
  above !== undefined &&
  ((/[.!?]["')*_]*\s*$/.test(above) && /^\s*\$\d+\$[\ue001\ue002]/.test(line)) ||
    (/\$\d+\$[\ue001\ue002]\s*$/.test(above) && /^\s*[A-Z]/.test(line)));

const placeholder = /\$(\d+)\$/g;

export function sentencesOf(
  text: string,
  from: number,
  to: number,
  formulas: readonly Found[],
  skipped: readonly Span[],
): readonly string[] {
  const sentences = formulas.map(() => "");
  for (const sentence of inOrder(text, from, to, formulas, skipped))
    for (const match of sentence.matchAll(placeholder)) sentences[Number(match[1])] = sentence;
  return sentences;
}

/** The sentences of a stretch of text that hold no formula; `formulas` and `skipped` are those of the stretch. */
export function plainSentencesOf(
  text: string,
  stretch: Span,
  formulas: readonly Found[],
  skipped: readonly Span[],
): readonly string[] {
  return inOrder(text, stretch.start, stretch.end, formulas, skipped).filter((s) => s !== "" && !s.includes("$"));
}

function inOrder(
  text: string,
  from: number,
  to: number,
  formulas: readonly Found[],
  skipped: readonly Span[],
): readonly string[] {
  return chainsOf(blocksOf(prose(text, from, to, formulas, skipped))).flatMap((chain) => {
    const whole = chain.map((block) => block.text).join(" ");
    const parts = chain.some((block) => block.item) ? [whole] : whole.split(/(?<=[.!?])\s+(?=[A-Z(*["])/);
    return parts.map((part) => part.replace(/\s+/g, " ").trim());
  });
}

/** The text with each formula as `$ordinal$` (followed by `\ue001` for a display, `\ue002` for one with a full stop). */
function prose(text: string, from: number, to: number, formulas: readonly Found[], skipped: readonly Span[]): string {
  const cuts = [
    ...formulas.map((formula, i) => ({ at: formula.outer, by: mark(text, formula, i) })),
    ...skipped.map((at) => ({ at, by: " " })),
  ].sort((a, b) => a.at.start - b.at.start);
  const out: string[] = [];
  let position = from;
  for (const { at, by } of cuts) {
    if (at.start < position) continue;
    out.push(text.slice(position, at.start).replaceAll("$", ""), by);
    position = at.end;
  }
  out.push(text.slice(position, to).replaceAll("$", ""));
  return out.join("");
}

function mark(text: string, formula: Found, ordinal: number): string {
  if (!formula.display) return `$${ordinal}$`;
  const stopped = /\.\s*(?:\\end\{[^}]*\})?$/.test(
    text.slice(Math.max(formula.inner.start, formula.inner.end - 40), formula.inner.end),
  );
  return `$${ordinal}$${stopped ? "\ue002" : "\ue001"}`;
}

function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length > 0) blocks.push(blockOf(lines.join("\n")));
    lines = [];
  };
  for (const line of text.split("\n")) {
    if (line.trim() === "") flush();
    else {
      const heading = /^ {0,3}#{1,6}\s|^[ \t]*\\(?:sub)*section/.test(line);
      if (heading || endsBetween(lines.at(-1), line) || itemStart.test(line) || /^\s*\|/.test(line)) flush();
      lines.push(line);
      if (heading) flush();
    }
  }
  flush();
  return blocks;
}

function blockOf(raw: string): Block {
  const display = raw.includes("$") && raw.replace(/\$\d+\$[\ue001\ue002]/g, "").trim().length === 0;
  const lastStop = raw.lastIndexOf("\ue002");
  const stopped = lastStop >= 0 && !/[A-Za-z]/.test(raw.slice(lastStop));
  const text = raw.replace(/[\ue001\ue002]/g, "");
  return { text, item: itemStart.test(text), heading: /^ {0,3}#/.test(text), display, stopped };
}

function chainsOf(blocks: readonly Block[]): readonly (readonly Block[])[] {
  const chains: Block[][] = [];
  for (const block of blocks) {
    const chain = chains.at(-1);
    const last = chain?.at(-1);
    if (chain !== undefined && last !== undefined && joins(last, block)) chain.push(block);
    else chains.push([block]);
  }
  return chains;
}

function joins(last: Block, next: Block): boolean {
  if (last.heading || next.heading || next.item) return false;
  if (next.display) return last.display ? !last.stopped : !/[.!?]["')*_]*\s*$/.test(last.text);
  return last.display && !last.stopped && /^\s*[a-z]/.test(next.text);
}
