import type { Syntax } from "../../../notation/syntax.js";
import { mapOperands } from "../../symbols/scripts.js";
import { type Item, withSides } from "../../symbols/statements.js";

/*
 * "$\otimes$ denotes element-wise multiplication": a sign that elsewhere is another product. It is put as `\odot`, in every
 * line of the problem.
 */

const ENTRYWISE = String.raw`(?:Hadamard|Schur|(?:element|entry|component|coordinate|point)-?\s?wise|entry by entry|element by element)`;
const IS = "(?:is|are|be|being|denotes?|means?|represents?|indicates?|stands? for|refers? to|for|as|:|=)";
const BETWEEN =
  "(?:(?!\\b(?:not|Kronecker|outer|tensor|dot|inner|scalar|matrix|convolution|contrast|unlike|sum)\\b)[^$.,;])";

/** Signs whose usual meaning is another one, or depends on shapes. */
const SIGNS = new Set(["\\otimes", "\\star", "\\ast", "*", "\\cdot"]);

export function withOperatorsSaid(items: readonly Item[]): readonly Item[] {
  const said = new Set<string>();
  for (const { statement, formula, ordinal, submitted } of items) {
    const [side] = statement.sides;
    if (submitted === true || side?.kind !== "text" || !SIGNS.has(side.text)) continue;
    const behind = new RegExp(
      String.raw`\$${ordinal}\$\s*(?:\([^)$]*\)\s*)?${IS}\b${BETWEEN}{0,40}\b${ENTRYWISE}\b`,
      "i",
    );
    const before = new RegExp(
      String.raw`(?<!\b(?:to|from|unlike) (?:the )?)\b${ENTRYWISE} (?:product|multiplication)s?\s*(?:\(|(?:denoted|written)(?: (?:by|as|with))?\s*)?\$${ordinal}\$`,
      "i",
    );
    if (behind.test(formula.sentence) || before.test(formula.sentence)) said.add(side.text);
  }
  return said.size === 0 ? items : items.map((item) => withSides(item, (s) => entrywise(s, said)));
}

function entrywise(s: Syntax, said: ReadonlySet<string>): Syntax {
  const inner = mapOperands(s, (n) => entrywise(n, said));
  if (inner.kind !== "product" || !inner.operators.some((o) => said.has(o))) return inner;
  return { ...inner, operators: inner.operators.map((o) => (said.has(o) ? "\\odot" : o)) };
}
