import type { Group } from "./equal.cases.js";
import { Notation } from "./notation.js";

export function setUp(group: Pick<Group, "given" | "define" | "integer">): Notation {
  const n = new Notation();
  for (const spec of group.integer ?? []) n.declare(spec, { integer: true });
  for (const [kind, spec] of group.given ?? []) n.assume(kind, spec);
  for (const text of group.define ?? []) n.define(text);
  return n;
}
