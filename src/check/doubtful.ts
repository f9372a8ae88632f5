import type { DecideContext } from "../decide/decide.js";
import { tensorsOf } from "../expression/arena.js";
import type { Node, Tensor } from "../expression/node.js";
import type { Problem } from "../model/read.js";
import { assuming } from "./targets.js";
import { replaced, type Supposed } from "./unknown-functions.js";
import type { Question } from "./verdict.js";

/** The problem in which "$A$, $B$ symmetric" is said of A too; `null` where no such words stand. */
export function withDoubtfulProperties({ builder }: Problem, context: DecideContext): Supposed | null {
  const added = builder.doubtful;
  if (added.length === 0) return null;
  const facts = [...new Set(added.map((a) => a.text.replaceAll("$", "")))].join(" and ");
  return {
    context: assuming(context, added),
    question: (q) => q,
    isSaid: false,
    text: `this is right only if ${facts}, which the text may say or not`,
  };
}

/** "When the data are centred, $b = 0$": whoever leaves b out may be in that case; `null` where no such words stand. */
export function withCases({ builder }: Problem, context: DecideContext): Supposed | null {
  const { arena } = context;
  const values = new Map<Tensor, Node>();
  const texts: string[] = [];
  for (const { head, value, isWhole, latex } of builder.cases) {
    const isOnly = builder.cases.every((c) => c.head !== head || (c.value === value && c.others.length === 0));
    const known = isWhole && isOnly ? builder.symbols.withHead(head) : [];
    for (const { tensor, defined } of known) if (tensor !== null && !defined) values.set(tensor, arena.rational(value));
    if (known.length > 0) texts.push(latex);
  }
  if (values.size === 0) return null;
  const done = new Map<Node, Node>();
  const put = (node: Node): Node => {
    const known = done.get(node) ?? (node.kind === "entry" ? values.get(node.tensor) : undefined);
    const result = known ?? arena.mapOperands(node, put);
    done.set(node, result);
    return result;
  };
  const text = `this is right only if ${texts.join(" and ")}, which the text says of one case`;
  // Who writes b down is in no such case.
  const applies = ({ right }: Question): boolean => !tensorsOf(right).some((t) => values.has(t));
  return { ...replaced(context, put), applies, isSaid: false, text };
}
