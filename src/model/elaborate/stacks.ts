import { refuse } from "../../core/diagnostic.js";
import type { Node, Position } from "../../expression/node.js";
import type { SyntaxOf } from "../../notation/syntax.js";
import type { DimVar } from "../sizes/dimensions.js";
import { bindings } from "../symbols/letters.js";
import { oneVar } from "../values/products.js";
import { type LetterBinding, shapeText, type Value } from "../values/value.js";
import type { Elaborator } from "./elaborator.js";

/** Which axes a stack has, and where its member and the position within it stand among the positions. */
interface Layout {
  readonly axes: readonly DimVar[];
  readonly member: (ps: readonly Position[]) => Position | undefined;
  readonly within: (ps: readonly Position[]) => readonly Position[];
}

/** What a body is for each value of a letter, one below or beside the other: an array that was written with dots. */
export function stackValue(e: Elaborator, s: SyntaxOf<"big">): Value | null {
  const [first] = bindings(s.sub, s.sup);
  const { body } = s;
  if (first === undefined || body === null) return refuse("syntax/big", "this array has no entries", s.span);
  const letter = e.bind(first, true);
  const value = e.within([letter], () => e.elaborate(body));
  if (value === null) return null;
  const { arena } = e;
  if (letter.range !== null)
    return refuse("unsupported/ellipsis", "an array with dots has to begin at 1", s.span, "write it by index");
  const layout = layoutOf(e, s, letter, value);
  const at = (ps: readonly Position[]): Node => {
    const member = layout.member(ps) ?? arena.literal(1);
    return arena.substitute(value.at(layout.within(ps)), new Map([[letter.index(arena), member]]));
  };
  return { axes: layout.axes, at };
}

function layoutOf(e: Elaborator, s: SyntaxOf<"big">, letter: LetterBinding, { axes }: Value): Layout {
  const one = oneVar(e.arena);
  const [a, b] = axes;
  const first = e.arena.literal(1);
  const isRow = b !== undefined && a?.isOne(e.arena) === true;
  if (a === undefined) {
    if (s.operator !== "columns") return { axes: [letter.size], member: ([i]) => i, within: () => [] };
    return { axes: [one, letter.size], member: ([, j]) => j, within: () => [] };
  }
  const below = s.operator === "rows" ? isRow : s.operator === "entries^T" && b === undefined;
  if (below) {
    const along = b ?? a;
    return {
      axes: [letter.size, along],
      member: ([i]) => i,
      within: ([, j]) => (b === undefined ? [j ?? first] : [first, j ?? first]),
    };
  }
  if (s.operator !== "rows" && b === undefined)
    return { axes: [a, letter.size], member: ([, j]) => j, within: ([i]) => [i ?? first] };
  return refuse(
    "unsupported/block-matrix",
    `an array with dots whose members are ${shapeText(axes)} is not supported`,
    s.span,
    "write it by index",
  );
}
