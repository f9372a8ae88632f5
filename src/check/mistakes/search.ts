import { flatMap } from "../../core/flat-map.js";
import { derive } from "../../derive/derive.js";
import { tensorsOf } from "../../expression/arena.js";
import type { Dim, Index, Node, Position, Tensor } from "../../expression/node.js";
import type { Judge } from "../judge.js";
import { slopesAgain } from "./again.js";
import { pathsLeftOutBeyond } from "./beyond.js";
import { type Change, type Changed, costOf, type Kit, newWork, sizeOf } from "./change.js";
import { summedOver } from "./change-sums.js";
import { changesOf } from "./changes.js";
import type { Comparison } from "./compare.js";
import { isPenalty, nameDropped } from "./dropped.js";
import { nameFlipped } from "./factors.js";
import type { Facts } from "./facts.js";
import { cancelled, contains, factorsOf, mentionsUpstream, replacing } from "./forms.js";
import { withKnownSlopes } from "./formula-slopes.js";
import { type Outer, withoutInner } from "./inner.js";
import type { Named } from "./named.js";
import { nameChange, nameNegative, nameRepair, nameTranspose } from "./names.js";
import { slopesMultiplied, timesAddends } from "./products.js";
import { ratioOf } from "./ratio.js";
import { nameRatio } from "./scaled.js";
import { sharedOf } from "./shared.js";
import { usesShifted } from "./shifted.js";
import { shownFor } from "./shown.js";
import { mistakes } from "./table.js";
import { nameNeighbour } from "./taken-for.js";
import { type Contribution, unfolded } from "./truth.js";

export const isOuter = (n: Node): boolean => n.kind === "multiply" && !contains(n, (m) => m.kind === "reduce");

/**
 * Two mistakes, and not one in two halves: where one change takes a part away and the other takes another's place, what is
 * left is the same for many formulas and says nothing of this one.
 */
function areTwo(made: Change, mended: Change): boolean {
  if (mended.kind === "negative") return !["sign", "term", "only-term", "removed"].includes(made.kind);
  if (mended.kind === "sign" || mended.kind === "indices" || mended.kind === "exponent") return true;
  if (mended.kind !== "tensor" && mended.kind !== "member") return false;
  if (made.kind === "slope") return made.as !== "one";
  if (made.kind === "tensor" && mended.kind === "tensor") return made.to !== mended.to;
  return made.kind === "tensor" || made.kind === "member" || made.kind === "sign" || made.kind === "indices";
}

/** What a reason says. */
export const tellOf = ({ code, about, message }: Named): string => message ?? mistakes.get(code)?.tell(about) ?? "";

/** Both reasons; the same one twice is said once. */
function both(first: Named, second: Named): Named {
  if (first.code === second.code) {
    const about = [...new Set([first.about, second.about])].filter((a) => a !== "").join(", ");
    return { ...first, about };
  }
  const told = [first, second].map(tellOf);
  return { ...first, message: `two mistakes: ${told.join("; and ")}`, beside: second.code };
}

const MOST_AFTER = 80;
/** Rules put in one after another, and what they may cost. */
const MOST_UNFOLDED = 4;
const MOST_COST = 2000;
/** Contributions of which any several may be taken wrongly. */
const MOST_CAPTURED = 4;

/** What fits many formulas is not said beside what fits few. */
const GENERAL: ReadonlySet<string> = new Set([
  "sign-error",
  "product-rule-one-term",
  "dropped-inner-factor",
  "layer-index-activation",
]);

/** The changes of one expression that give a line. */
class Found {
  #names: (readonly [Named, number])[] = [];
  #after = 0;

  add(name: Named, change: Change): void {
    this.#names.push([name, sizeOf(change)]);
  }

  /** Asked after each change: has enough been tried after the first that was found? */
  get isComplete(): boolean {
    return this.#names.length > 0 && ++this.#after > MOST_AFTER;
  }

  /** The first of the smallest, and what else is as small and has another name. */
  smallest(): Named | null {
    const least = Math.min(...this.#names.map(([, size]) => size));
    const all = this.#names.filter(([, size]) => size === least).map(([name]) => name);
    const each = [...new Map(all.toReversed().map((n) => [n.code, n])).values()].toReversed();
    // A mask of a gradient that is positive everywhere is none.
    const isUnmasked = each.some((n) => n.code === "relu-derivative-is-one");
    const telling = each.filter((n) => !GENERAL.has(n.code) && !(isUnmasked && n.code === "relu-mask-on-gradient"));
    const [first, ...others] = telling.length === 0 ? each : telling;
    return first === undefined ? null : others.length === 0 ? first : { ...first, ties: others };
  }
}

/** Looks for the smallest change of the truth that gives a line, or of the line that gives the truth. */
export class Search {
  readonly #judge: Judge;
  readonly #facts: Facts;
  readonly #c: Comparison;
  readonly #left: Node;
  readonly #right: Node;
  readonly #free: readonly Index[];
  /** What one change makes of the truth, and of what was written. */
  readonly #made: Changed[] = [];
  readonly #mended: Changed[] = [];

  constructor(judge: Judge, facts: Facts, c: Comparison, left: Node, right: Node, free: readonly Index[]) {
    this.#judge = judge;
    this.#facts = facts;
    this.#c = c;
    this.#left = left;
    this.#right = right;
    this.#free = free;
  }

  /** Smallest changes first. */
  run(extra: readonly Index[]): Named | null {
    const kit = this.#kit();
    return (
      (extra.length === 0 ? null : this.#otherAxis(kit, extra)) ??
      this.#scaled() ??
      (extra.length > 0 ? null : this.#swappedIndices()) ??
      this.#contributions() ??
      this.#neighbour() ??
      this.#withoutInner() ??
      this.#captured() ??
      this.#shiftedUses() ??
      this.#knownSlope() ??
      this.#sumForMaximum() ??
      this.#contracted() ??
      this.#multiplied() ??
      this.#scaledContribution() ??
      this.#changedTruth(kit, this.#facts.truth.rule) ??
      this.#wayBeyond() ??
      this.#added() ??
      this.#repaired(kit) ??
      this.#changedContributions(kit) ??
      this.#changedTruth(kit, this.#facts.truth.deeper, true) ??
      this.#changedTruth(kit, this.#cancelled(), true) ??
      this.#timesWhatItIsAddedTo() ??
      this.#changedTruth(kit, this.#shown(), true) ??
      this.#changedTruth(kit, this.#inShownTerms(), true) ??
      this.#changedTruth(kit, this.#deepest(), true)
    );
  }

  /** A letter that should stay free is summed over, and the one that is left free is not. */
  #otherAxis(kit: Kit, extra: readonly Index[]): Named | null {
    const { arena } = this.#judge.context;
    for (const { node, change } of changesOf(kit, this.#right))
      if (change.kind === "unsummed" && this.#c.same(summedOver(arena, extra, node), this.#left))
        return { code: "sum-wrong-axis", about: "" };
    return null;
  }

  /** As a derivation shows it, where that is another form than the chain rule's. */
  #shown(): Node | null {
    const { rule, deeper } = this.#facts.truth;
    const [shown] = shownFor(this.#judge, this.#left);
    return shown === undefined || shown === rule || shown === deeper ? null : shown;
  }

  /** The chain rule's last step, with the derivatives before it as a derivation shows them. */
  #inShownTerms(): Node | null {
    const { arena } = this.#judge.context;
    const { rule } = this.#facts.truth;
    if (rule === null) return null;
    const go = (n: Node): Node => {
      if (n.kind !== "entry") return arena.mapOperands(n, go);
      return n.tensor.derivative === null ? n : (shownFor(this.#judge, n)[0] ?? n);
    };
    const shown = go(rule);
    return shown === rule || shown === this.#facts.truth.deeper ? null : shown;
  }

  /** With all derivatives before it replaced by their rules, where that stays short. */
  #deepest(): Node | null {
    const { deeper } = this.#facts.truth;
    let now = deeper;
    for (let k = 0; k < MOST_UNFOLDED && now !== null && mentionsUpstream(now); k++) now = unfolded(this.#judge, now);
    return now === null || now === deeper || costOf(now) > MOST_COST ? null : now;
  }

  /** Without what is divided by itself: `\sum_k w_k (y_k/p_k) p_k` is a sum of weighted targets. */
  #cancelled(): Node | null {
    const { deeper } = this.#facts.truth;
    const short = deeper === null ? null : cancelled(this.#judge.context.arena, deeper);
    return short === deeper ? null : short;
  }

  /** The gradient of a bias times the terms that it is added to. */
  #timesWhatItIsAddedTo(): Named | null {
    const found = this.#facts.bias ? timesAddends(this.#facts).find(({ node }) => this.#is(node)) : undefined;
    return found === undefined ? null : { code: "bias-gradient-times-input", about: found.beside };
  }

  #is(candidate: Node): boolean {
    return this.#c.same(candidate, this.#right);
  }

  #kit(): Kit {
    const { arena } = this.#judge.context;
    const { truth } = this.#facts;
    const all = sharedOf(this.#judge);
    const mentioned = new Set(flatMap([this.#right, truth.rule ?? this.#left], (n) => tensorsOf(n)));
    // The derivative of a quantity by itself is 1, and nobody's slip.
    const wanted = all.tensors.filter(({ derivative: d }) => d === null || (d.of === truth.of && d.of !== d.wrt));
    return {
      arena,
      work: newWork(),
      // In a large worksheet only what stands near is taken for something else.
      tensors: wanted.length <= 40 ? wanted : wanted.filter((t) => mentioned.has(t)),
      free: this.#free,
      applications: all.applications,
    };
  }

  #scaled(): Named | null {
    const { arena } = this.#judge.context;
    const ratio = ratioOf(arena, this.#c, this.#left, this.#right, this.#dims());
    if (ratio === null) return null;
    if (ratio.constant === -1 && ratio.dim === null) return nameNegative(this.#facts, this.#right);
    const half = ratio.constant === 0.5 && ratio.dim === null ? this.#oneOfTwo() : null;
    if (half !== null) return half;
    return nameRatio(this.#facts, { ratio, through: this.#facts.through, penalty: this.#facts.penalised });
  }

  /** Half of the truth may be one of two uses that give the same. */
  #oneOfTwo(): Named | null {
    const [first, second, ...more] = this.#merged();
    if (first === undefined || second === undefined || more.length > 0 || first.through === second.through) return null;
    if (!this.#c.agree(first.node, second.node)) return null;
    const written = tensorsOf(this.#right);
    const share = (c: Contribution): number => tensorsOf(c.through.body).filter((t) => written.includes(t)).length;
    const [kept, dropped] = share(second) > share(first) ? [second, first] : [first, second];
    return { ...nameDropped(this.#facts, [kept], [dropped]), beside: "missing-factor-2" };
  }

  /** Contributions of one formula with one value, the two factors of x² say, count as one. */
  #merged(): readonly Contribution[] {
    const { arena } = this.#judge.context;
    const { contributions } = this.#facts.truth;
    if (contributions.length > 12) return contributions;
    const merged: Contribution[] = [];
    const left = new Set(contributions);
    for (const c of contributions) {
      if (!left.delete(c)) continue;
      const twins = [...left].filter((o) => o.through === c.through && this.#c.agree(o.node, c.node));
      for (const t of twins) left.delete(t);
      const times = arena.rational(twins.length + 1);
      merged.push({ ...c, node: arena.multiply(times, c.node) });
    }
    return merged;
  }

  /** One contribution of the chain rule times a constant. */
  #scaledContribution(): Named | null {
    const { arena } = this.#judge.context;
    const contributions = this.#merged();
    if (contributions.length < 2 || contributions.length > 6) return null;
    for (const c of contributions) {
      const rest = arena.subtract(arena.add(this.#right, c.node), this.#left);
      const ratio = ratioOf(arena, this.#c, c.node, rest, this.#dims());
      if (ratio === null) continue;
      const others = contributions.filter((o) => o !== c).map((o) => o.node);
      if (!this.#is(arena.add(...others, arena.multiply(ratio.factor, c.node)))) continue;
      // No square brings it: a 2 counts the path twice.
      if (ratio.dim === null && ratio.constant === 2 && this.#facts.addedPlainly(c.through))
        return { code: "double-counting", about: "" };
      const penalty = isPenalty(this.#facts, c.node) && this.#facts.isAddend(c.through.tensor);
      return nameRatio(this.#facts, { ratio, through: [c.through], penalty });
    }
    return null;
  }

  #dims(): readonly Dim[] {
    const found = new Map<string, Dim>();
    const note = (d: Dim): void => {
      const { arena } = this.#judge.context;
      if (
        arena.integerOf(d) === null &&
        d.terms.every((t) => t.powers.every(([a]) => a.at === null || a.at.terms.length === 0))
      )
        found.set(d.key, d);
    };
    for (const tensor of sharedOf(this.#judge).tensors.slice(0, 60)) for (const r of tensor.axes) note(r.high);
    for (const n of [this.#left, this.#right])
      contains(n, (m) => {
        if (m.kind === "dimension") note(m.dim);
        return false;
      });
    const all = [...found.values()];
    if (all.length > 8) return all.slice(0, 8);
    const { arena } = this.#judge.context;
    const pairs = flatMap(all, (a, k) => all.slice(k + 1).map((b) => arena.multiplyDims(a, b)));
    return [...all, ...pairs];
  }

  /** The letters of two indices exchanged on the right. */
  #swappedIndices(): Named | null {
    const { arena } = this.#judge.context;
    const free = this.#left.free;
    for (const [k, i] of free.entries())
      for (const j of free.slice(k + 1)) {
        if (i.range.low !== j.range.low || i.range.high !== j.range.high) continue;
        const swapped = arena.substitute(
          this.#right,
          new Map([
            [i, arena.at(j)],
            [j, arena.at(i)],
          ]),
        );
        // Of four axes two exchanged are no transpose, and nobody wrote their letters.
        if (i.name.startsWith("'") && free.length > 2) continue;
        if (swapped !== this.#right && this.#c.same(swapped, this.#left))
          return nameTranspose(this.#facts, isOuter(this.#right), [i, j]);
      }
    return null;
  }

  #neighbour(): Named | null {
    const { arena } = this.#judge.context;
    const { of, wrt, at } = this.#facts.truth;
    if (of === null || wrt === null || of.axes.length > 0 || of.derivative !== null) return null;
    const isAlike = (u: Tensor): boolean =>
      u.axes.length === wrt.axes.length && u.parameters.length === wrt.parameters.length;
    for (const { tensor: u } of this.#facts.through) {
      if (u === of || !(isAlike(u) || u.axes.length === 0)) continue;
      const other = arena.entry(arena.derivativeTensor(of, u), isAlike(u) ? at : []);
      const name = this.#is(other) ? nameNeighbour(this.#facts, u) : null;
      if (name !== null) return name;
    }
    return this.#slopeAgain() ?? (this.#facts.crossEntropy ? this.#byWhatItIsMadeOf(of, wrt, at) : null);
  }

  /** The slope of a function once more in the derivative by its input. */
  #slopeAgain(): Named | null {
    return slopesAgain(this.#facts).find(({ node }) => this.#is(node))?.name ?? null;
  }

  /** `y - t` by y: the derivative by what y is made of. */
  #byWhatItIsMadeOf(of: Tensor, wrt: Tensor, at: readonly Position[]): Named | null {
    const { arena } = this.#judge.context;
    const made = sharedOf(this.#judge).equations.find((e) => e.tensor === wrt);
    for (const u of made === undefined ? [] : tensorsOf(made.body)) {
      if (u.axes.length !== wrt.axes.length || u.parameters.length !== wrt.parameters.length) continue;
      const { gradients } = derive(this.#judge.derivatives.modelFor(of), [u], of);
      const own = gradients.find((g) => g.wrt === u);
      if (own === undefined) continue;
      const map = new Map(own.indices.map((i, k) => [i, at[k] ?? arena.at(i)]));
      const gradient = arena.substitute(own.fused ?? own.local, map);
      // With the 2 of a square, too.
      if (["1", "2", "1/2"].some((times) => this.#is(arena.multiply(arena.rational(times), gradient))))
        return { code: "bce-not-simplified-wrong", about: "" };
    }
    return null;
  }

  /** The chain rule with some of its terms left out, or with the sign of one turned. */
  #contributions(): Named | null {
    const { arena } = this.#judge.context;
    const contributions = this.#merged();
    const whole = arena.add(...contributions.map((c) => c.node));
    if (contributions.length < 2 || contributions.length > 12 || !this.#c.agree(whole, this.#left)) return null;
    return this.#oneTouched(contributions) ?? this.#oneKept(contributions) ?? this.#useLeftOut(contributions);
  }

  #isSum(some: readonly Contribution[], ...more: readonly Node[]): boolean {
    return this.#is(this.#judge.context.arena.add(...some.map((o) => o.node), ...more));
  }

  #oneTouched(contributions: readonly Contribution[]): Named | null {
    const { arena } = this.#judge.context;
    for (const c of contributions) {
      const others = contributions.filter((o) => o !== c);
      if (this.#isSum(others)) return nameDropped(this.#facts, others, [c]);
      if (this.#isSum(others, arena.negate(c.node))) return nameFlipped(this.#facts, c.node);
    }
    return null;
  }

  #oneKept(contributions: readonly Contribution[]): Named | null {
    const { arena } = this.#judge.context;
    for (const c of contributions) {
      const others = contributions.filter((o) => o !== c);
      if (this.#is(c.node)) return nameDropped(this.#facts, [c], others);
      const twice = arena.multiply(arena.rational(2), c.node);
      const twins = others.filter((o) => o.through === c.through && o.term === c.term);
      const forTwin = (twin: Contribution): boolean =>
        this.#isSum(
          others.filter((o) => o !== twin),
          twice,
        );
      if (twins.some(forTwin)) return { code: "quadratic-form-2A", about: "" };
    }
    return null;
  }

  /** All that one use of the variable gives left out, or kept alone. */
  #useLeftOut(contributions: readonly Contribution[]): Named | null {
    const uses = [...new Set(contributions.map((c) => c.through))];
    for (const e of uses) {
      const kept = contributions.filter((c) => c.through !== e);
      const dropped = contributions.filter((c) => c.through === e);
      if (uses.length > 1 && this.#isSum(kept)) return nameDropped(this.#facts, kept, dropped);
      if (uses.length > 2 && this.#isSum(dropped)) return nameDropped(this.#facts, dropped, kept);
    }
    return null;
  }

  /** The derivative of what stands inside a function left out. */
  #withoutInner(): Named | null {
    const { arena } = this.#judge.context;
    const forgets = ({ node, instead }: Outer): boolean =>
      this.#is(arena.add(arena.subtract(this.#left, instead), node));
    const found = withoutInner(this.#facts).find(forgets);
    if (found === undefined) return null;
    const message = "the chain rule's factor is missing: multiply by the derivative of what stands inside";
    return { code: "dropped-inner-factor", about: "", message, use: found.use };
  }

  /** A Kronecker delta set to 1: summed over what only one index is of. */
  #captured(): Named | null {
    const { arena } = this.#judge.context;
    const { contributions } = this.#facts.truth;
    if (contributions.length === 0 || contributions.length > 6) return null;
    const others = (k: number): readonly Node[] => contributions.filter((_, j) => j !== k).map((o) => o.node);
    const each = flatMap(contributions, (c, k) => c.captured.map((node) => arena.add(...others(k), node)));
    const several = contributions.length <= MOST_CAPTURED ? 2 ** contributions.length : 2;
    const some = Array.from({ length: several - 1 }, (_, mask) =>
      arena.add(
        ...contributions.map((c, k) => (several > 2 && ((mask >> k) & 1) === 1 ? c.node : (c.captured[0] ?? c.node))),
      ),
    );
    if (![...some, ...each].some((n) => this.#is(n))) return null;
    const { maximum, maximumBeyond } = this.#facts;
    return { code: maximum || maximumBeyond ? "maxpool-all-positions" : "delta-index-capture", about: "" };
  }

  /** A way from what the variable gives left out. */
  #wayBeyond(): Named | null {
    for (const { node, name } of pathsLeftOutBeyond(this.#facts)) if (this.#is(node)) return name();
    return null;
  }

  /** The slope of another activation than the one that a formula gives. */
  #knownSlope(): Named | null {
    const isFound = withKnownSlopes(this.#facts).some((n) => this.#is(n));
    return isFound ? { code: "wrong-activation-derivative", about: "" } : null;
  }

  /** The sum of what a maximum is taken of, for the maximum. */
  #sumForMaximum(): Named | null {
    const { arena } = this.#judge.context;
    const { rule } = this.#facts.truth;
    for (const { tensor, at, body } of rule === null ? [] : sharedOf(this.#judge).equations) {
      if (rule === null || body.kind !== "reduce" || body.op !== "max" || !tensorsOf(rule).includes(tensor)) continue;
      const opened = arena.open(body);
      const total = arena.sum(opened.index, opened.body);
      const summed = replacing(arena, rule, tensor, (n) => {
        const places = at.flatMap((p, k): [Index, Position][] => {
          const [i, q] = [arena.indexOf(p), n.at[k]];
          return i === null || q === undefined ? [] : [[i, q]];
        });
        return arena.substitute(total, new Map(places));
      });
      if (this.#is(summed)) return { code: "maxpool-all-positions", about: "" };
    }
    return null;
  }

  /** At each step what the next one gives, or the one before. */
  #shiftedUses(): Named | null {
    return usesShifted(this.#facts).find(({ node }) => this.#is(node))?.name ?? null;
  }

  /** The product of the derivatives for the derivative of a product. */
  #multiplied(): Named | null {
    return slopesMultiplied(this.#facts).some((n) => this.#is(n)) ? { code: "product-rule-one-term", about: "" } : null;
  }

  /** Both indices of the left side summed over as one: an inner product for an outer one. */
  #contracted(): Named | null {
    const { arena } = this.#judge.context;
    const { rule } = this.#facts.truth;
    const [i, j] = this.#left.free;
    if (rule === null || i === undefined || j === undefined || this.#left.free.length !== 2) return null;
    if (i.range.high !== j.range.high || i.range.low !== j.range.low || this.#right.free.length > 0) return null;
    const l = arena.freshIndex(i.range);
    const both = new Map([i, j].map((x) => [x, arena.at(l)]));
    const inner = arena.sum(l, arena.substitute(rule, both));
    return this.#is(inner) ? { code: "inner-instead-of-outer", about: "" } : null;
  }

  #changedTruth(kit: Kit, base: Node | null, deep = false): Named | null {
    if (base === null || !this.#c.agree(base, this.#left)) return null;
    const found = new Found();
    for (const changed of changesOf(kit, base)) {
      const { node, change } = changed;
      this.#made.push(changed);
      if (found.isComplete) break;
      if (!this.#c.agree(node, this.#right)) continue;
      const name = nameChange(this.#facts, change);
      if (name === null || !this.#is(node)) continue;
      const masked = deep && name.code === "relu-derivative-is-one";
      const twice = name.code === "missing-transpose" && this.#isTwice(base, node);
      const code = masked ? "missing-activation-derivative" : twice ? "quadratic-form-2A" : name.code;
      found.add(code === name.code ? name : { code, about: "" }, change);
    }
    return found.smallest();
  }

  /** Of two terms that are each other's transpose both are one now. */
  #isTwice(base: Node, changed: Node): boolean {
    const [before, after] = [base, changed].map((n) => factorsOf(n).find((x) => x.kind === "add")?.terms ?? []);
    const [first, second] = after ?? [];
    if (before?.length !== 2) return false;
    if (first === undefined || second === undefined || first === second) return true;
    return after?.length === 2 && this.#c.agree(first, second);
  }

  #changedContributions(kit: Kit): Named | null {
    const { arena } = this.#judge.context;
    const { contributions } = this.#facts.truth;
    if (contributions.length === 0 || contributions.length > 6) return null;
    for (const [k, c] of contributions.entries()) {
      const others = contributions.filter((_, j) => j !== k).map((o) => o.node);
      for (const { node, change } of changesOf(kit, c.node)) {
        const whole = arena.add(...others, node);
        this.#made.push({ node: whole, change });
        if (!this.#c.agree(whole, this.#right)) continue;
        const name = nameChange(this.#facts, change);
        if (name !== null && this.#is(whole)) return name;
      }
    }
    return null;
  }

  /** What is left once some terms are taken away is right. */
  #added(): Named | null {
    const { arena } = this.#judge.context;
    const terms = this.#right.kind === "add" ? this.#right.terms : [];
    if (terms.length < 2 || terms.length > 6) return null;
    const kept = (mask: number): readonly Node[] => terms.filter((_, k) => ((mask >> k) & 1) === 1);
    for (let mask = 2 ** terms.length - 2; mask > 0; mask--)
      if (this.#c.same(arena.add(...kept(mask)), this.#left)) return { code: "double-counting", about: "" };
    return null;
  }

  /** Two mistakes, after `run`: one change of the truth and one of what was written meet. */
  pair(): Named | null {
    const made = new Map<string, Changed[]>();
    for (const m of this.#made) {
      const key = this.#c.signature(m.node);
      if (key === null) continue;
      const alike = made.get(key);
      if (alike === undefined) made.set(key, [m]);
      else alike.push(m);
    }
    const negative: Changed = {
      node: this.#judge.context.arena.negate(this.#right),
      change: { kind: "negative", written: this.#right },
    };
    for (const m of [negative, ...this.#mended]) {
      const key = this.#c.signature(m.node);
      // Few meet: only these are named.
      const other = key === null ? undefined : made.get(key)?.find((o) => nameChange(this.#facts, o.change) !== null);
      if (other === undefined || !areTwo(other.change, m.change)) continue;
      const [first, second] = [nameChange(this.#facts, other.change), nameRepair(this.#facts, m.change)];
      if (first === null || second === null || !this.#c.same(other.node, m.node)) continue;
      return m.change.kind === "negative" ? both(second, first) : both(first, second);
    }
    return null;
  }

  /** One change of what was written makes it right. */
  #repaired(kit: Kit): Named | null {
    // With the very derivative that is asked for anything is right that adds up to 1.
    const { of, wrt } = this.#facts.truth;
    const isAsked = (c: Change): boolean =>
      c.kind === "tensor" && c.to.derivative !== null && c.to.derivative.of === of && c.to.derivative.wrt === wrt;
    for (const changed of changesOf(kit, this.#right)) {
      const { node, change } = changed;
      this.#mended.push(changed);
      if (!this.#c.agree(node, this.#left) || isAsked(change)) continue;
      const name = nameRepair(this.#facts, change);
      if (name !== null && this.#c.same(node, this.#left)) return name;
    }
    return null;
  }
}
