import { takeApart } from "../symbols/scripts.js";
import type { Item } from "../symbols/statements.js";

/*
 * "The examples are the columns of $X$", "$X$ has a feature in each column": which way round a matrix of examples is. A clause
 * that may also be about the vectors themselves, "the $x_i$ are columns", leaves it open.
 */

const ROWS = /\brows?\b|\bvertically\b/i;
const COLUMNS = /\bcolumns?\b|\bhorizontally\b|\bside by side\b/i;
const FEATURES = /\b(?:features?|attributes?|variables?|dimensions?|covariates?|predictors?|regressors?)\b/i;
const EXAMPLES = /\b(?:examples?|samples?|observations?|instances?|inputs?|(?:data ?)?points?|cases?|records?)\b/i;
const MATRIX =
  /\b(?:data|design|inputs?|features?|examples?)[- ]matrix\b|\bmatrix (?:of|with) (?:all )?(?:the )?(?:examples|samples|observations|inputs|data)\b/i;
const OPEN =
  /\b(?:not|never|rather than|instead of)\b|\b(?:is|are) (?:an? )?(?:row|column)s?\b(?! (?:of|in))|\b(?:row|column)[- ]vectors?\b/i;

/** Along which axis the examples lie as the text says it, `"open"` where its sentences differ; `null` where it says nothing. */
export function saidDirection(items: readonly Item[], plain: readonly string[], name: string): 0 | 1 | "open" | null {
  const isOwn = ({ statement }: Item): boolean => statement.sides.some((s) => takeApart(s)?.symbol.name === name);
  const isTurned = (i: Item): boolean => isOwn(i) && i.statement.sides.some((s) => takeApart(s)?.symbol !== s);
  const own = items.filter((i) => isOwn(i) && i.statement.relations.length === 0);
  const beside = items.filter((i) => i.statement.relations.length === 0).map((i) => i.formula.sentence);
  const sentences = new Set([
    ...own.map((i) => i.formula.sentence),
    ...[...beside, ...plain].filter((s) => MATRIX.test(s)),
  ]);
  const told = [...sentences].map((s) => s.replace(MATRIX, "matrix"));
  const said = new Set(told.flatMap((s) => s.split(/[,;]|\band\b|\bwhile\b|\bwhereas\b/)).flatMap(inClause));
  const [only, more] = said;
  if (only === undefined) return null;
  return more !== undefined || own.some(isTurned) ? "open" : only;
}

function inClause(clause: string): readonly (0 | 1 | "open")[] {
  const [rows, columns] = [ROWS.test(clause), COLUMNS.test(clause)];
  if (!rows && !columns) return [];
  const [features, examples] = [FEATURES.test(clause), EXAMPLES.test(clause)];
  if (rows === columns || (features && examples) || OPEN.test(clause)) return ["open"];
  return [rows === features ? 1 : 0];
}
