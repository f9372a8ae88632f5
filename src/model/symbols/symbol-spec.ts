import type { Span } from "../../core/span.js";
import type { Position, Tensor } from "../../expression/node.js";
import type { Syntax } from "../../notation/syntax.js";
import { DimVar, type Watcher } from "../sizes/dimensions.js";
import type { Scripted } from "./scripts.js";

/**
 * One symbol of a problem: a letter with its labels, `W^{(1)}`, `W_{xh}`, or a family, `h^{(\ell)}`, `x_t`. What follows in
 * subscripts are entries.
 */
export class SymbolSpec {
  readonly head: string;
  readonly label: string;
  readonly written: Scripted;
  /** How many superscript positions select a member: 0 or 1 (or more). */
  readonly supSlots: number;
  /** How many leading subscript positions select a member; those of a scalar member are its axes. */
  #subSlots: number;
  #axes: DimVar[] | null = null;
  readonly slotSizes: DimVar[] = [];
  #declared = false;
  #defined = false;
  readonly #common: Common;
  readonly #watchers = new Set<Watcher>();
  integer = false;
  /** `w_{ij}` of a unit j: its label stands before or behind its positions; `null` where it was met without these. */
  labelSide: "before" | "behind" | null = null;
  /** Declared as a scalar for each position: its positions select a member. */
  scalarFamily = false;
  /** Members that are no entries of the symbol without positions: `L_i` beside `L`. */
  apart = false;
  /** Inferred by default, not by force. */
  assumedScalar = false;
  bold = false;
  /** By which custom its shape was chosen, where neither a declaration nor an equation tells; else empty. */
  custom = "";
  tensor: Tensor | null = null;
  span: Span;
  /** Every position seen in each slot, to find the range that covers them. */
  readonly slotRanges: { readonly syntax: Syntax; readonly position: () => Position }[][] = [];

  constructor(head: string, label: string, written: Scripted, supSlots: number, subSlots: number, common: Common) {
    this.#common = common;
    this.head = head;
    this.label = label;
    this.written = written;
    this.supSlots = supSlots;
    this.#subSlots = subSlots;
    this.span = written.span;
  }

  /** From now on, `watcher` is told when what is known of this symbol's shape changes. */
  watch(watcher: Watcher): void {
    this.#watchers.add(watcher);
    for (const size of this.#axes ?? []) size.watch(watcher);
    for (const size of this.slotSizes) size.watch(watcher);
  }

  #changed(): void {
    for (const w of this.#watchers) w.changed();
  }

  /** How many members a slot has. */
  slotSize(slot: number): DimVar {
    for (let k = this.slotSizes.length; k <= slot; k++) {
      const size = new DimVar(null);
      for (const w of this.#watchers) size.watch(w);
      this.slotSizes.push(size);
    }
    return this.slotSizes[slot] ?? new DimVar(null);
  }

  /** The sizes of one member's axes; `null` while unknown. */
  get axes(): readonly DimVar[] | null {
    return this.#axes;
  }

  set axes(axes: readonly DimVar[] | null) {
    if (this.#axes === null && axes !== null) this.#common.shaped.push(this);
    if (this.#axes?.length !== axes?.length) this.#common.reshapings += 1;
    this.#axes = axes === null ? null : [...axes];
    this.#changed();
  }

  get subSlots(): number {
    return this.#subSlots;
  }

  set subSlots(count: number) {
    this.#subSlots = count;
    this.#changed();
  }

  /** Is this part of the subscript as first written a position rather than a label? */
  isMemberSub(s: Syntax): boolean {
    return this.memberSubs.includes(s);
  }

  memberSubs: readonly Syntax[] = [];

  /** A symbol that is used as a whole and with positions: these are its axes. */
  positionsAreAxes(axes: readonly DimVar[] | null = null): void {
    const sizes = Array.from(
      { length: this.subSlots },
      (_, k) => this.slotSizes[this.supSlots + k] ?? new DimVar(null),
    );
    this.axes = axes ?? sizes;
    this.subSlots = 0;
    this.memberSubs = [];
    this.slotRanges.length = Math.min(this.slotRanges.length, this.supSlots);
    this.slotSizes.length = Math.min(this.slotSizes.length, this.supSlots);
  }

  get declared(): boolean {
    return this.#declared;
  }

  set declared(value: boolean) {
    this.#declared = value;
    if (value) this.#common.variables.add(this.head);
  }

  get defined(): boolean {
    return this.#defined;
  }

  set defined(value: boolean) {
    this.#defined = value;
    if (value) this.#common.variables.add(this.head);
  }

  get key(): string {
    return `${this.head}${this.label}`;
  }

  /** Different for `L`, `L^{(i)}` and an `L_i` that is no entry of `L`. */
  get id(): string {
    return idOf(this.key, this.supSlots, this.apart);
  }

  get slots(): number {
    return this.supSlots + this.subSlots;
  }
}

/** What the symbols of one problem have in common. */
export interface Common {
  /** The heads that something declares or defines. */
  readonly variables: Set<string>;
  /** The symbols whose shape became known, in that order. */
  readonly shaped: SymbolSpec[];
  /** How often a symbol's number of axes has changed. */
  reshapings: number;
}

export const idOf = (key: string, supSlots: number, apart: boolean): string =>
  `${key}${supSlots > 0 ? "^·" : ""}${apart ? "_·" : ""}`;

/** A script that acts on a value: `^\top`, `^2`, `^{-1}`. */
export type Action =
  | { readonly kind: "transpose"; readonly mark: Syntax }
  | { readonly kind: "prime" }
  | { readonly kind: "power"; readonly exponent: Syntax };

/** A symbol as it occurs: which symbol, which member, which entry, and what is done to it. */
export interface Occurrence {
  readonly spec: SymbolSpec;
  /** Positions for the slots: superscripts first. */
  readonly members: readonly Syntax[];
  /** Positions on the axes of the member; empty for the whole. */
  readonly entries: readonly Syntax[];
  /** The place of a row or column of a matrix, for a letter that stands for it; `entries` are then of that line. */
  readonly slice?: Syntax;
  /** The axis that this place is on, where words tell. */
  readonly along?: 0 | 1;
  readonly actions: readonly Action[];
}
