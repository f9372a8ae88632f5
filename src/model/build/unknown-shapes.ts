import type { Syntax, SyntaxOf } from "../../notation/syntax.js";
import { DimVar } from "../sizes/dimensions.js";
import { letterOf, nodesIn } from "../symbols/letters.js";
import { setMemberShape } from "../symbols/members.js";
import { headKey, isTransposed, isTransposeMark, type Scripted, scriptText, takeApart } from "../symbols/scripts.js";
import { targetKey } from "../symbols/statements.js";
import type { Occurrence, SymbolSpec } from "../symbols/symbol-spec.js";
import type { Builder } from "./builder.js";
import { BIAS_OF_BATCH, isBiasOfBatch, quietly, setShape } from "./infer.js";
import type { Rule } from "./worklist.js";
import { oncePerProblem } from "./worklist.js";

/* Symbols of which no shape is known yet. */

export interface Given extends Occurrence {
  readonly transposed: boolean;
}

/** A given symbol, as a whole, of which nothing is known. */
export function unknownGiven(builder: Builder, s: Syntax): Given | null {
  const t = takeApart(s);
  return t === null ? null : unknownOf(builder, t);
}

/** `e^{(W \circ W)^\top}` transposes no e, and has no shape from what stands beside e. */
export const isExponential = ({ symbol, sups }: Scripted): boolean =>
  symbol.name === "e" && !sups.every((p) => isTransposeMark(p.content));

/** `y_t^T` among steps t up to T: nobody raises what belongs to one step to their number. */
export const isOfStep = (builder: Builder, { subs }: Scripted, size: Syntax): boolean =>
  subs.some((s) => {
    const letter = letterOf(s);
    return letter !== null && builder.letters.isIndex(letter) && letter.toUpperCase() === scriptText(size);
  });

/** `computed`: also what an equation gives, of which nothing tells a shape either. */
export function unknownOf(builder: Builder, t: Scripted, computed = false): Given | null {
  if (isExponential(t)) return null;
  const found = quietly(() => builder.symbols.resolve(t));
  if (found === null || found.spec.axes !== null || found.entries.length > 0) return null;
  if (found.spec.defined && !computed) return null;
  const [action, more] = found.actions;
  if (more !== undefined || (action !== undefined && action.kind === "power")) return null;
  // `\gamma^T` may be a power where T is a number of steps.
  const mayCount = (s: Syntax): boolean =>
    builder.symbols.dimensionNames.has(scriptText(s)) && !isOfStep(builder, t, s);
  const isSure = t.sups.every((p) => p.bracketed || !mayCount(p.content));
  return action === undefined || isSure ? { ...found, transposed: action !== undefined } : null;
}

/** The shape of a symbol from that of the member that occurs. */
export const shapeOccurrence = (
  builder: Builder,
  { spec, members }: Pick<Occurrence, "spec" | "members">,
  axes: readonly DimVar[],
): void =>
  setMemberShape(
    builder.e,
    spec,
    members.map((m) => builder.e.position(m, null)),
    axes,
  );

/** The A of `Q = X A`, where Q is known to be a matrix and nothing tells of X and A: no numbers, for then Q had one entry. */
export function shapeLastMatrix(builder: Builder, items: readonly Syntax[]): boolean {
  // To look a symbol up may make it one: the 1 of `b \mathbf{1}^\top` is none.
  const isMatrix = (s: Syntax): boolean => {
    const t = takeApart(s);
    return t !== null && isMatrixName(builder, headKey(t.symbol), t.symbol);
  };
  const factors = items.every(isMatrix) ? items.map((s) => unknownGiven(builder, s)) : [];
  const [last] = factors.slice(-1);
  if (last == null || factors.length < 2 || !factors.every((f) => f !== null && isMatrixLetter(builder, f.spec)))
    return false;
  shapeOccurrence(builder, last, [new DimVar(null), new DimVar(null)]);
  last.spec.custom = "nothing declares it, and a product that it is a factor of is a matrix";
  return last.spec.axes !== null;
}

/** With two positions, as in `R_{ij}`, it is an entry of one; the `U_i` of `U_i^\top V_j` is a column of one. */
export const isMatrixLetter = (builder: Builder, { written: { symbol }, head, subSlots }: SymbolSpec): boolean =>
  subSlots < 2 && !(subSlots === 1 && multipliedInPairs(builder).has(head)) && isMatrixName(builder, head, symbol);

const runningLetter = (builder: Builder, s: Syntax | undefined): string | null => {
  const letter = s === undefined ? null : letterOf(s);
  return letter !== null && builder.letters.isIndex(letter) ? letter : null;
};

/** The U and V of `U_i^\top V_j`: letters with one position each that runs, another one for each. */
const multipliedInPairs = oncePerProblem((builder): ReadonlySet<string> => {
  const placeOf = (t: Scripted | null): string | null =>
    t?.subs.length === 1 && /^[A-Z]$/.test(t.symbol.name) ? runningLetter(builder, t.subs[0]) : null;
  const pairs = builder.premises
    .flatMap((i) => i.statement.sides.flatMap(nodesIn))
    .flatMap((n) => {
      const factors = n.kind === "juxtaposition" || n.kind === "product" ? n.items.map(takeApart) : [];
      return factors.flatMap((a, k) => {
        const b = factors[k + 1] ?? null;
        const [i, j] = [placeOf(a), placeOf(b)];
        const isTurned = a?.sups.some((p) => isTransposed(p.content)) === true && b?.sups.length === 0;
        return a !== null && b !== null && isTurned && i !== null && j !== null && i !== j
          ? [targetKey(a), targetKey(b)]
          : [];
      });
    });
  return new Set(pairs);
});

/** Letters that are seldom numbers; `\Delta t` is one. A small w is a matrix where a line names `w_{jk}`. */
export const isMatrixName = (builder: Builder, head: string, symbol: SyntaxOf<"symbol">): boolean =>
  builder.matrixHeads.has(head) ||
  (/^([A-Z]|\\(Gamma|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega))$/.test(symbol.name) &&
    /^(plain|bold|roman)$/.test(symbol.style));

/**
 * `Wx + b`: a term of unknown shape beside a vector is a vector. Of what is computed its own equation tells first: the mean μ
 * of `a - \mu` is a number.
 */
export const shapePendingTerms = (builder: Builder, rule: Rule, computed: boolean): boolean =>
  builder.work.some(rule, ({ sums }) =>
    sums.some(({ what: { axes, terms }, inScope }) =>
      axes.length === 1 || axes.length === 2
        ? inScope(() => terms.some((t) => shapePendingTerm(builder, t, terms, axes, computed)))
        : false,
    ),
  );

function shapePendingTerm(
  builder: Builder,
  term: Syntax,
  terms: readonly Syntax[],
  axes: readonly DimVar[],
  computed: boolean,
): boolean {
  const symbol = takeApart(term);
  const found = symbol === null ? null : quietly(() => builder.symbols.resolve(symbol));
  if (found === null || found.slice !== undefined || found.spec.axes !== null) return false;
  if (found.spec.defined !== computed) return false;
  if (found.entries.length > 0 || found.actions.length > 0) return false;
  if (!computed && axes.length === 1 && isBiasOfBatch(symbol, terms)) {
    setShape(found.spec, []);
    found.spec.custom = BIAS_OF_BATCH;
    return true;
  }
  const isMatrix = axes.length === 2 && !axes.some((d) => d.isOne(builder.arena));
  if (isMatrix && !found.spec.defined && !isMatrixLetter(builder, found.spec)) return false;
  shapeOccurrence(builder, found, axes);
  return true;
}
