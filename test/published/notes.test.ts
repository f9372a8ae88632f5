import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* The lines of notes.txt: the right ones of a network together in one worksheet, each wrong one alone. */

interface Notes {
  readonly name: string;
  readonly premises: string;
  readonly right: readonly string[];
  readonly wrong: readonly string[];
}

const notes = readFileSync(new URL("notes.txt", import.meta.url), "utf8")
  .split(/^## /m)
  .slice(1)
  .map((block): Notes => {
    const [name = "", ...lines] = block.trim().split("\n");
    const marked = (sign: string): readonly string[] =>
      lines.filter((l) => l.startsWith(`${sign} `)).map((l) => l.slice(2));
    return {
      name,
      premises: lines.filter((l) => !/^[+-] /.test(l)).join("\n\n"),
      right: marked("+"),
      wrong: marked("-"),
    };
  });

/** The lines that do not get one of these verdicts. */
function others(premises: string, lines: readonly string[], verdicts: readonly string[]): readonly string[] {
  let text = `${premises}\n`;
  const at = lines.map((line) => {
    text += "\n$$\n";
    const row = text.split("\n").length;
    text += `${line}\n$$\n`;
    return row;
  });
  const { claims } = checkWorksheet("notes.md", text);
  return lines.flatMap((line, k) => {
    const verdict = claims.findLast((c) => c.at.line === at[k])?.verdict ?? "none";
    return verdicts.includes(verdict) ? [] : [`${verdict}: ${line}`];
  });
}

describe("lines of lecture notes", () => {
  it.each(notes.map((n) => [n.name, n] as const))("%s", (_, { premises, right, wrong }) => {
    const missed = others(premises, right, ["proved", "agrees"]);
    const accepted = wrong.flatMap((line) => others(premises, [line], ["wrong", "shape-mismatch"]));
    expect([...missed, ...accepted]).toEqual([]);
  });
});
