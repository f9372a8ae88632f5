import { freeOfDim } from "../../expression/arena.js";
import type { Dim, DimAtom, Index, Position } from "../../expression/node.js";
import { quietly } from "../build/infer.js";
import type { Elaborator } from "../elaborate/elaborator.js";
import { DimVar, type MemberSizes } from "../sizes/dimensions.js";
import type { SymbolSpec } from "./symbol-spec.js";

/*
 * Families whose members differ in size: `W^{(\ell)} \in \mathbb{R}^{D^{(\ell)} \times D^{(\ell-1)}}`. The axes of such a symbol
 * are those of the member at a place that stands for all, `D^{(\cdot)}`; where a member occurs, its own place is put in.
 */

type Members = readonly (() => Position)[];

/** The place of a member in the axes of its family: slot 0, slot 1, … How many there are is not known yet. */
const placeholder = ({ arena }: Elaborator, slot: number): Index =>
  arena.index(`$${slot}`, arena.upTo(arena.namedDim("$")));

/** The axes of one member; `null` if it is not known yet which one it is. */
export function memberAxes(e: Elaborator, spec: SymbolSpec, members: Members): readonly DimVar[] | null {
  const axes = spec.axes ?? [];
  if (axes.length === 0 || members.length === 0 || !e.dims.runWithFamilies) return axes;
  const sizes = sizesAt(e, members);
  return sizes === null ? null : axes.map((d) => DimVar.member(d, sizes));
}

/** Gives a family its shape from that of one member. */
export function setMemberShape(e: Elaborator, spec: SymbolSpec, members: Members, axes: readonly DimVar[]): void {
  const sizes = axes.length > 0 && members.length > 0 && e.dims.runWithFamilies ? sizesAt(e, members) : null;
  spec.axes =
    sizes === null
      ? [...axes]
      : axes.map((d) => {
          const family = new DimVar(null);
          DimVar.member(family, sizes).unify(d);
          return family;
        });
}

function sizesAt(e: Elaborator, members: Members): MemberSizes | null {
  const at = e.final ? members.map((m) => m()) : quietly(() => members.map((m) => m()));
  if (at === null) return null;
  const { arena } = e;
  const places = new Map(at.map((p, slot) => [placeholder(e, slot), p] as const));
  return {
    key: at.map((p) => p.key).join(),
    toMember: (dim) => arena.substituteDim(dim, places),
    toFamily: (dim) => familySize(e, dim, at),
    postpone: (a, b) => e.unsized.push([a, b]),
  };
}

/** `d_{\ell-1}` of the member at `\ell` is `d_{\cdot-1}` of the family. A member at a fixed place tells only sizes that run. */
function familySize(e: Elaborator, dim: Dim, at: readonly Position[]): Dim | null {
  const runs = dim.terms.some((t) => t.powers.some(([atom]) => atom.at !== null));
  if (!runs) return at.some((p) => p.terms.length > 0 || p.value !== null) ? dim : null;
  const { arena } = e;
  let total = arena.zeroDim;
  for (const { coefficient, powers } of dim.terms) {
    let product = arena.constantDim(coefficient);
    for (const [atom, exponent] of powers) {
      const own = atom.at === null ? arena.namedDim(atom.latex) : memberOfFamily(e, atom, at);
      if (own === null) return null;
      for (let n = 0; n < exponent; n++) product = arena.multiplyDims(product, own);
    }
    total = arena.addDims(total, product);
  }
  return total;
}

function memberOfFamily(e: Elaborator, { latex, at }: DimAtom, members: readonly Position[]): Dim | null {
  const { arena } = e;
  if (at === null) return null;
  const slot = members.findIndex((p) => sameTerms(p, at));
  const member = members[slot];
  // The `x_i` of any i are in `\mathbb{R}^{d_0}`.
  if (member === undefined) return at.terms.length === 0 && at.value === null ? arena.namedDim(latex, at) : null;
  const offset = arena.subtractDims(at.offset, member.offset);
  return arena.namedDim(latex, arena.position([[placeholder(e, slot), 1]], offset));
}

const sameTerms = (a: Position, b: Position): boolean =>
  a.value === null &&
  b.value === null &&
  a.terms.length === b.terms.length &&
  a.terms.every(([i, c], k) => b.terms[k]?.[0] === i && b.terms[k]?.[1] === c);

/**
 * `z_j^{(l)}` that is only ever written by its entries: the places below are axes of a member, with the sizes that their
 * letters run to. `null` where they begin elsewhere than at 1, or where their ends tell no size.
 */
export function axesOfEntries(e: Elaborator, spec: SymbolSpec): readonly DimVar[] | null {
  const { supSlots, slotRanges } = spec;
  const [first, ...others] = slotRanges.map((slot) => slot.map((r) => r.position()));
  if (first === undefined || others.some((slot) => slot.length !== first.length)) return null;
  const slots = [first, ...others];
  const axes = slots.slice(supSlots).map((slot): DimVar | null => {
    // A number, as in `w_{1i}^{(M)}`, is one of the places.
    const running = slot.map((p) => (isNumber(p) ? null : p));
    const sizes = running.flatMap((p, n) =>
      p === null
        ? []
        : entrySize(
            e,
            p,
            slots.slice(0, supSlots).flatMap((s) => s[n] ?? []),
          ),
    );
    const [size] = sizes;
    return size != null && sizes.every((d) => d === size) ? new DimVar(size) : null;
  });
  return axes.includes(null) ? null : axes.filter((d) => d !== null);
}

const isNumber = (p: Position): boolean =>
  p.terms.length === 0 && p.value === null && p.offset.terms.every((t) => t.powers.length === 0);

/** As far as a position runs from 1, as a size of the family. */
function entrySize(e: Elaborator, p: Position, members: readonly Position[]): Dim | null {
  const { low, high } = e.arena.indexOf(p)?.range ?? { low: null, high: null };
  if (low !== e.arena.oneDim || high === null) return null;
  const runs = high.terms.some((t) => t.powers.some(([atom]) => atom.at !== null));
  return runs ? familySize(e, high, members) : high;
}

/** Axes that met before either had a size: nothing told them apart, so they are as large. */
export function sizeTheRest(e: Elaborator): void {
  for (const [a, b] of e.unsized.splice(0)) if (a.dim === null && b.dim === null) a.unify(b);
}

/** A size of a family with its own parameters in the places of its members; `null` if it runs with something else. */
export function withParameters(e: Elaborator, dim: Dim, parameters: readonly Index[]): Dim | null {
  const places = new Map(parameters.map((p, slot) => [placeholder(e, slot), e.arena.at(p)] as const));
  const own = e.arena.substituteDim(dim, places);
  return freeOfDim(own).every((i) => parameters.includes(i)) ? own : null;
}
