import type { Statement, Syntax } from "../../../notation/syntax.js";
import { mapOperands, type Scripted, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isPureDerivative, targetKey, withSides } from "../../symbols/statements.js";

/*
 * `\delta := \partial J/\partial z` and further down `\delta := \partial J/\partial u`: from there on δ is the second. It gets a
 * name of its own, so that each line is judged by what was said last above it.
 */

/** The same statements with such names told apart, the very list where there are none. */
export function withNamesAnew(items: readonly Item[]): readonly Item[] {
  const first = new Map<string, string>();
  const current = new Map<string, Renamed>();
  return items.map((item) => {
    const said = definition(item.statement);
    if (said !== null) {
      const { name, meaning } = said;
      const key = nameKey(name);
      const known = first.get(key);
      if (known === undefined) first.set(key, meaning);
      else if (known === meaning) current.delete(key);
      else current.set(key, { head: targetKey(name), scripts: scriptsOf(name), suffix: meaning });
    }
    if (current.size === 0) return item;
    const next = withSides(item, (s) => renamed(s, [...current.values()]));
    return next === item ? item : { ...next, written: item.written ?? item.statement };
  });
}

interface Renamed {
  readonly head: string;
  /** The scripts of the name; empty for a lone letter, whose entries are renamed too. */
  readonly scripts: string;
  readonly suffix: string;
}

/** `δ := ∂J/∂z`, and not `δ = ∂J/∂z`, which may be said of a δ that is known. */
function definition({ sides: [left, right, more], relations: [relation] }: Statement): {
  readonly name: Scripted;
  readonly meaning: string;
} | null {
  const name = left === undefined ? null : takeApart(left);
  if (name === null || right === undefined || more !== undefined || !isPureDerivative(right)) return null;
  return relation === ":=" || relation === "\\equiv" ? { name, meaning: scriptText(right) } : null;
}

const scriptsOf = (t: Scripted): string => [...t.subs, ...t.sups.map((p) => p.content)].map(scriptText).join(";");

const nameKey = (t: Scripted): string => `${targetKey(t)} ${scriptsOf(t)}`;

function renamed(s: Syntax, names: readonly Renamed[]): Syntax {
  const t = s.kind === "scripted" || s.kind === "symbol" ? takeApart(s) : null;
  const own =
    t === null
      ? undefined
      : names.find((n) => n.head === targetKey(t) && (n.scripts === "" || n.scripts === scriptsOf(t)));
  if (own === undefined) return mapOperands(s, (n) => renamed(n, names));
  if (s.kind === "symbol") return { ...s, name: `${s.name}=${own.suffix}` };
  if (s.kind !== "scripted" || s.base.kind !== "symbol") return mapOperands(s, (n) => renamed(n, names));
  return { ...s, base: { ...s.base, name: `${s.base.name}=${own.suffix}` } };
}
