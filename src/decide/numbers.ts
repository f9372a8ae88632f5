import { Fraction } from "fraction.js";
import type { Dim, Position } from "../expression/node.js";
import {
  addPolys,
  atomPoly,
  type Factor,
  makeTerm,
  type Place,
  type Poly,
  scalePoly,
  termPoly,
  zeroPoly,
} from "./form.js";
import { type Kit, Unprovable } from "./kit.js";

export function dimensionPoly(kit: Kit, dim: Dim): Poly {
  const terms = dim.terms.map((t) => {
    const factors = t.powers.map(([atom, power]): Factor => {
      const at = atom.at === null ? null : fromPosition(atom.at);
      return { atom: kit.intern({ kind: "dim", latex: atom.latex, at }), power };
    });
    return termPoly(
      makeTerm(
        new Fraction(t.coefficient),
        factors.sort((a, b) => a.atom.id - b.atom.id),
      ),
    );
  });
  return addPolys(zeroPoly, ...terms);
}

/** A position without a gathered value. */
function fromPosition(p: Position): Place {
  if (p.value !== null) throw new Unprovable("a gathered value inside a dimension");
  return { terms: p.terms, offset: p.offset, value: null };
}

/** A place as a number. */
export function placePoly(kit: Kit, p: Place): Poly {
  const indices = p.terms.map(([index, c]) =>
    scalePoly(atomPoly(kit.intern({ kind: "index", index })), new Fraction(c)),
  );
  return addPolys(dimensionPoly(kit, p.offset), ...indices, ...(p.value === null ? [] : [p.value]));
}
