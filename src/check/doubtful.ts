import type { DecideContext } from "../decide/decide.js";
import type { Problem } from "../model/read.js";
import { assuming } from "./targets.js";
import type { Supposed } from "./unknown-functions.js";

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
