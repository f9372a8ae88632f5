import type { Arena } from "../expression/arena.js";
import type { Index, Node, Tensor } from "../expression/node.js";
import { printText } from "../print/index-form.js";
import { bind, type Names, scopeOf } from "../print/names.js";
import { flatten, isSameRange, mergeDeltas } from "./monomial.js";

const LETTERS = "ijklmnopqrstuvwxyzabcdefgh";

/** What an array is called in a program. */
export type NameOf = (tensor: Tensor) => string;

/** NumPy's einsum for a sum of products, operands by name; `null` where entries are not taken at plain indices. */
export function einsum(
  arena: Arena,
  indices: readonly Index[],
  body: Node,
  names: Names,
  nameOf: NameOf = (t) => t.name,
): string | null {
  const terms = body.kind === "add" ? body.terms : [body];
  const texts = terms.map((t) => termText(arena, indices, t, names, nameOf));
  return texts.every((t) => t !== null) ? texts.join(" + ") : null;
}

function termText(arena: Arena, indices: readonly Index[], term: Node, names: Names, nameOf: NameOf): string | null {
  const { factors, bound } = mergeDeltas(arena, flatten(arena, term), indices);
  const active = [...indices, ...bound];
  const letter = new Map(active.map((i, k) => [i, LETTERS[k] ?? ""]));
  const numbers: string[] = [];
  const subscripts: string[] = [];
  const operands: string[] = [];
  let scope = scopeOf(names, term.free);
  for (const b of bound) scope = bind(names, scope, b);
  for (const f of factors) {
    const own = f.free.filter((i) => letter.has(i));
    if (own.length === 0) {
      numbers.push(printText(f, names));
      continue;
    }
    if (f.kind !== "entry" || f.tensor.parameters.length > 0) return null;
    const at = f.at.map((p, k) => {
      const index = arena.indexOf(p) ?? NOWHERE;
      // einsum runs over whole axes.
      return isSameRange(index.range, arena.axisRange(f.tensor, k, f.at)) ? letter.get(index) : undefined;
    });
    if (at.some((l) => l === undefined || l === "")) return null;
    subscripts.push(at.join(""));
    operands.push(nameOf(f.tensor));
  }
  const used = new Set(subscripts.join(""));
  const out = indices.map((i) => letter.get(i) ?? "");
  if (operands.length === 0 || !out.every((l) => used.has(l)) || !bound.every((b) => used.has(letter.get(b) ?? "?")))
    return null;
  const call = `np.einsum('${subscripts.join(",")}->${out.join("")}', ${operands.join(", ")})`;
  return numbers.length === 0 ? call : `${numbers.map((n) => `(${n})`).join(" * ")} * ${call}`;
}

const NOWHERE: Index = Object.freeze({
  key: "",
  name: "",
  range: { low: { key: "", terms: [] }, high: { key: "", terms: [] } },
});
