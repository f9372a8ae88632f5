import { Fraction } from "fraction.js";
import { type Atom, type AtomOf, addPolys, makeTerm, type Poly, termPoly, zeroPoly } from "./form.js";
import type { Kit } from "./kit.js";
import { powerOf } from "./products.js";

const ROUNDS = 4;

/**
 * The polynomial times all denominators that are sums: zero exactly where it is zero, as long as none of them
 * vanishes. What each term lacks of a denominator is multiplied out.
 */
export function clearDenominators(kit: Kit, poly: Poly): Poly {
  let cleared = poly;
  for (let round = 0; round < ROUNDS && cleared.terms.length > 0; round++) {
    const groups = groupsOf(cleared);
    if (groups.size === 0) return cleared;
    const parts = cleared.terms.map((t) => {
      const rest = termPoly(
        makeTerm(
          t.coefficient,
          t.factors.filter((f) => !groups.has(f.atom)),
        ),
      );
      const lacking = [...groups].map(([atom, [group, most]]) =>
        most + powerOf(t, atom) === 0 ? null : kit.power(group.value, new Fraction(most + powerOf(t, atom))),
      );
      return kit.multiply(rest, ...lacking.filter((p) => p !== null));
    });
    cleared = addPolys(zeroPoly, ...parts);
  }
  return cleared;
}

/** The denominators that are sums, each with its greatest power. */
function groupsOf(poly: Poly): Map<Atom, readonly [AtomOf<"group">, number]> {
  const groups = new Map<Atom, readonly [AtomOf<"group">, number]>();
  for (const t of poly.terms)
    for (const { atom, power } of t.factors)
      if (atom.kind === "group") groups.set(atom, [atom, Math.max(-power, groups.get(atom)?.[1] ?? 0)]);
  return groups;
}
