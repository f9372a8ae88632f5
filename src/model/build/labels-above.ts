import { diagnostic } from "../../core/diagnostic.js";
import type { Syntax } from "../../notation/syntax.js";
import { letterOf, mentions, nodesIn } from "../symbols/letters.js";
import {
  children,
  headKey,
  isSureTransposeMark,
  isTransposeMark,
  type Scripted,
  scriptText,
  symbolsIn,
  takeApart,
} from "../symbols/scripts.js";
import { isEquation, leftSide, mentionsDerivative, targetKey } from "../symbols/statements.js";
import type { Builder } from "./builder.js";

/*
 * `W^Q`, `W^K`, `W^V`, and `x^a`, `x^p`, `x^n`: letters that name instead of raising to a power. Nobody raises one quantity to
 * several powers that nothing else speaks of; a capital letter that stands nowhere else is no exponent either.
 */

/** Makes such superscripts labels, and says so. */
export function readLabelsAbove(builder: Builder): void {
  const found = builder.symbols.labelSuperscripts(labelsAbove(builder));
  if (found.length === 0) return;
  const names = found.join(", ");
  builder.diagnostics.push(
    diagnostic(
      "note",
      "reading/label",
      `${names}: letters above a symbol are read as part of its name, not as powers`,
      null,
    ),
  );
}

/** Superscripts that are labels, each as `head^label`. */
function labelsAbove(builder: Builder): readonly string[] {
  const above = new Map<string, Set<string>>();
  const elsewhere = new Set<string>();
  for (const { statement } of builder.items) {
    const stack: Syntax[] = [...statement.sides];
    for (let s = stack.pop(); s !== undefined; s = stack.pop()) {
      const letter = s.kind === "scripted" && s.sup !== null ? labelOf(builder, s.sup) : null;
      const t = takeApart(s);
      if (letter !== null && t !== null && t.symbol.name !== "e")
        above.set(targetKey(t), (above.get(targetKey(t)) ?? new Set<string>()).add(letter));
      else if (t !== null && t.sups.length + t.subs.length === 0) elsewhere.add(scriptText(t.symbol));
      stack.push(...children(letter !== null && s.kind === "scripted" ? { ...s, sup: null } : s));
    }
  }
  const ofSteps = labelsOfSteps(builder);
  const lone = [...above].flatMap(([head, letters]) => {
    const unused = [...letters].filter((l) => !elsewhere.has(l));
    const capitals = [...letters].filter((l) => /^[A-Z]$/.test(l));
    const named = capitals.length > 1 ? capitals : capitals.filter((l) => unused.includes(l));
    const small = unused.length > 1 ? unused.filter((l) => !named.includes(l)) : [];
    return [...named, ...small].map((l) => `${head}^${l}`);
  });
  return [...new Set([...lone, ...ofSteps, ...labelsOfLayers(builder)])];
}

/**
 * `z^2_1 = w^2_{11} x_1 + …`, `z^3_1 = w^3_{11} a^2_1 + …`: where equations of their own give a quantity with several numbers above,
 * these count layers, and a letter that is nowhere without a number, and with that of the layer in the layer's equation, has them too.
 */
function labelsOfLayers(builder: Builder): readonly string[] {
  const given = builder.premises.flatMap(({ statement }) => {
    const { sides } = statement;
    const left =
      sides[0] === undefined || !isEquation(statement) || sides.some(mentionsDerivative) ? null : leftSide(sides[0]);
    const layer = left === null ? null : numberAbove(left.target);
    return left === null || layer === null ? [] : [{ head: targetKey(left.target), layer, sides: sides.slice(1) }];
  });
  const isLayered = (head: string): boolean =>
    new Set(given.flatMap((g) => (g.head === head ? [g.layer] : []))).size > 1;
  const equations = given.filter((g) => isLayered(g.head));
  if (equations.length === 0) return [];
  const layers = new Set(equations.map((g) => g.layer));
  const all = builder.items.flatMap((i) => i.statement.sides.flatMap(symbolsIn));
  const own = new Set(
    equations.flatMap((g) =>
      g.sides.flatMap(symbolsIn).flatMap((t) => (numberAbove(t) === g.layer ? [targetKey(t)] : [])),
    ),
  );
  return [...own].flatMap((head) => {
    const numbers = all.flatMap((t) => (targetKey(t) === head ? [numberAbove(t)] : []));
    const isName = /^[A-Za-z]$/.test(head) && !isLayered(head) && numbers.every((n) => n !== null && layers.has(n));
    return isName ? numbers.map((n) => `${head}^${n}`) : [];
  });
}

function numberAbove({ sups: [sup, ...more] }: Scripted): string | null {
  return sup === undefined || sup.bracketed || more.length > 0 || sup.content.kind !== "number"
    ? null
    : sup.content.text;
}

/**
 * `h^l = \tanh(W^l h^{l-1})` of which nothing says how far l runs is about one layer: the letter, and with it `l - 1`, is part
 * of each name. A Greek letter that no equation gives, `\gamma^t`, may be raised to a power.
 */
function labelsOfSteps(builder: Builder): readonly string[] {
  const equations = builder.items.filter((i) => isEquation(i.statement) && !i.statement.sides.some(mentionsDerivative));
  const lefts = equations.flatMap(({ statement: { sides } }) =>
    sides[0] === undefined ? [] : (leftSide(sides[0])?.target ?? []),
  );
  const above = new Set(lefts.flatMap((t) => placesAbove(t).flatMap((p) => letterOf(p) ?? [])));
  const letters = [...above].filter((l) => /^(\\ell|\\tau|[a-z])$/.test(l) && !builder.letters.isIndex(l));
  if (letters.length === 0) return [];
  const all = builder.items.flatMap((i) => i.statement.sides.flatMap(nodesIn)).flatMap((s) => takeApart(s) ?? []);
  const given = new Set(lefts.map(targetKey));
  const found: string[] = [];
  for (const letter of letters) {
    const steps = (t: Scripted): boolean => placesAbove(t).some((p) => p.kind === "sum" && mentions(p, letter));
    if (!all.some((t) => given.has(targetKey(t)) && steps(t))) continue;
    for (const t of all)
      for (const p of placesAbove(t))
        if (
          (p.kind === "sum" ? mentions(p, letter) : letterOf(p) === letter) &&
          (given.has(targetKey(t)) || /^[A-Za-z]$/.test(t.symbol.name))
        )
          found.push(`${headKey(t.symbol)}^${scriptText(p)}`);
  }
  return found;
}

const placesAbove = (t: Scripted): readonly Syntax[] =>
  t.sups.filter((p) => !p.bracketed && !isSureTransposeMark(p.content)).map((p) => p.content);

/** A lone letter above a symbol that is neither an index, a size nor a mark of transposition. */
function labelOf(builder: Builder, sup: Syntax): string | null {
  const letter = letterOf(sup);
  if (letter === null || !/^[A-Za-z]$/.test(letter) || isTransposeMark(sup) || letter === "H") return null;
  if (builder.letters.isIndex(letter) || builder.e.dims.isName(sup)) return null;
  return letter;
}
