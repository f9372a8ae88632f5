import { type Diagnostic, diagnostic } from "../../../core/diagnostic.js";
import { flatMap } from "../../../core/flat-map.js";
import type { Syntax } from "../../../notation/syntax.js";
import { nodesIn } from "../../symbols/letters.js";
import { scriptText, symbolsIn, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, mentionsDerivative, targetKey } from "../../symbols/statements.js";

/*
 * `y = X w + \epsilon` beside a loss of `y - X w`: how the data are supposed to come about. The noise is used nowhere else, and
 * y is given, whatever w is tried.
 */

/** The same statements without such equations, each said. */
export function withDataModels(items: readonly Item[], report: (d: Diagnostic) => void): readonly Item[] {
  const equations = items.filter((i) => isEquation(i.statement));
  const candidates = equations.map(dataModel).filter((c) => c !== null);
  if (candidates.length === 0) return items;
  const residuals = new Set(
    flatMap(
      flatMap(equations, (i) => flatMap(i.statement.sides, nodesIn)),
      residualOf,
    ),
  );
  const found = candidates.filter((c) => residuals.has(c.residual));
  const uses = found.length === 0 ? new Map<string, number>() : usesOf(equations);
  const models = new Map(found.filter((c) => uses.get(c.noise) === 1).map((c) => [c.item, c.left]));
  return items.map((item) => {
    const left = models.get(item);
    if (left === undefined) return item;
    const message = `${scriptText(left)} is read as given: the equation only says what it differs by`;
    report(diagnostic("note", "reading/data", message, item.statement.span));
    return { ...item, statement: { ...item.statement, sides: [left], relations: [] } };
  });
}

interface DataModel {
  readonly item: Item;
  readonly left: Syntax;
  readonly residual: string;
  /** The name of the noise. */
  readonly noise: string;
}

/** `y = E + \epsilon` with a lone symbol at the end. */
function dataModel(item: Item): DataModel | null {
  const [left, right, ...more] = item.statement.sides;
  if (left === undefined || right?.kind !== "sum" || more.length > 0 || mentionsDerivative(left)) return null;
  const [mean, last, ...others] = right.terms;
  const noise = last === undefined ? null : takeApart(last.body);
  if (mean === undefined || mean.sign < 0 || noise === null || others.length > 0 || takeApart(left) === null)
    return null;
  return { item, left, residual: residual(scriptText(left), scriptText(mean.body)), noise: targetKey(noise) };
}

/** A difference whichever way round. */
const residual = (a: string, b: string): string => [a, b].sort().join(" - ");

/** `y - X w`. */
function residualOf(n: Syntax): readonly string[] {
  const [first, second, ...more] = n.kind === "sum" ? n.terms : [];
  if (first === undefined || second === undefined || more.length > 0 || first.sign === second.sign) return [];
  return [residual(scriptText(first.body), scriptText(second.body))];
}

/** In how many equations each name stands. */
function usesOf(equations: readonly Item[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { statement } of equations)
    for (const key of new Set(flatMap(statement.sides, symbolsIn).map((t) => targetKey(t))))
      counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
