import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { functionKey } from "../functions/applications.js";
import { nodesIn } from "../symbols/letters.js";
import { type Scripted, takeApart } from "../symbols/scripts.js";
import { readSet, type SetSyntax } from "../symbols/sets.js";
import { type Item, leftSide } from "../symbols/statements.js";
import type { Builder } from "./builder.js";

/*
 * `f : \mathbb{R}^n \to \mathbb{R}^m`: what f is applied to lies in the one set, and what it gives in the other.
 */

interface MapSets {
  readonly key: string;
  readonly item: Item;
  readonly from: readonly SetSyntax[];
  readonly to: SetSyntax;
}

/** Maps between arrays: a function of numbers, `\phi : \mathbb{R} \to \mathbb{R}`, is applied entry by entry. */
export function mapsIn(builder: Builder): readonly MapSets[] {
  return builder.premises.flatMap((item) => {
    const { sides, relations } = item.statement;
    const [name, domain, image, ...more] = sides;
    if (relations.join(" ") !== ": \\to" || name === undefined || domain === undefined || image === undefined)
      return [];
    const t = takeApart(name);
    const parts = domain.kind === "product" ? domain.items : [domain];
    const from = parts.map(readSet);
    const to = readSet(image);
    if (t === null || to === null || more.length > 0 || !from.every((s) => s !== null)) return [];
    const isOfNumbers = from.every((s) => s.shape.length === 0);
    // "f acts elementwise" on columns of one length.
    const isEntrywise =
      from.length === 1 && /(?:element|entry|component|coordinate)-?wise/i.test(item.formula.sentence);
    return isOfNumbers || isEntrywise ? [] : [{ key: functionKey(t), item, from, to }];
  });
}

/** What the maps say of the symbols that they are applied to, and of what is computed with nothing but one of them. */
export function setsByMaps(
  builder: Builder,
): readonly { readonly t: Scripted; readonly set: SetSyntax; readonly item: Item }[] {
  const maps = mapsIn(builder);
  if (maps.length === 0) return [];
  return builder.premises.flatMap(({ statement: { sides, relations } }) =>
    sides.flatMap(nodesIn).flatMap((n) => {
      const found = n.kind === "juxtaposition" ? applicationOf(n, maps) : null;
      if (found === null) return [];
      const { map, args } = found;
      const inside = args.flatMap((arg, k) => ofSet(arg, map.from[k], map.item));
      const first = sides[0];
      const target = first === undefined || first === n || sides.indexOf(n) < 1 ? null : leftSide(first);
      const whole =
        relations.length > 0 && target?.args === null ? [{ t: target.target, set: map.to, item: map.item }] : [];
      return [...inside, ...whole];
    }),
  );
}

const ofSet = (arg: Syntax, set: SetSyntax | undefined, item: Item) => {
  const t = takeApart(arg);
  return t === null || set === undefined || t.primes > 0 ? [] : [{ t, set, item }];
};

/** `f(x)` and nothing else. */
function applicationOf(
  s: SyntaxOf<"juxtaposition">,
  maps: readonly MapSets[],
): { readonly map: MapSets; readonly args: readonly Syntax[] } | null {
  const [head, group, ...more] = s.items;
  const t = head === undefined ? null : takeApart(head);
  if (t === null || group?.kind !== "group" || group.open !== "(" || more.length > 0) return null;
  const map = maps.find((m) => m.key === functionKey(t));
  const args = group.body.kind === "list" ? group.body.items : [group.body];
  return map === undefined || args.length !== map.from.length ? null : { map, args };
}
