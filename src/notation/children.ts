import type { Syntax } from "./syntax.js";
import type { Token } from "./token.js";

/** The names that stand in scripts anywhere in the tokens. */
export function scriptNames(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  const stack: { readonly syntax: Syntax; readonly inScript: boolean }[] = [];
  for (const token of tokens)
    if (token.type === "atom" || token.type === "big") stack.push({ syntax: token.syntax, inScript: false });
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { syntax, inScript } = top;
    if (syntax.kind === "symbol" && inScript) names.add(syntax.name);
    for (const child of childrenOf(syntax)) {
      stack.push({ syntax: child.syntax, inScript: inScript || child.script });
    }
  }
  return names;
}

interface Child {
  readonly syntax: Syntax;
  readonly script: boolean;
}

/** The direct parts of a node, in reading order, and which of them are scripts. */
export function childrenOf(syntax: Syntax): readonly Child[] {
  const plain = (nodes: readonly (Syntax | null)[]): Child[] =>
    nodes.flatMap((node) => (node === null ? [] : [{ syntax: node, script: false }]));
  const scripts = (nodes: readonly (Syntax | null)[]): Child[] =>
    nodes.flatMap((node) => (node === null ? [] : [{ syntax: node, script: true }]));
  switch (syntax.kind) {
    case "scripted":
      return [...plain([syntax.base]), ...scripts([syntax.sub, syntax.sup])];
    case "group":
      return plain([syntax.body]);
    case "juxtaposition":
    case "product":
    case "relation":
    case "list":
      return plain(syntax.items);
    case "sum":
      return plain(syntax.terms.map((term) => term.body));
    case "fraction":
      return plain([syntax.numerator, syntax.denominator]);
    case "root":
      return plain([syntax.degree, syntax.radicand]);
    case "big":
      return [...scripts([syntax.sub, syntax.sup]), ...plain([syntax.body])];
    case "matrix":
      return plain(syntax.rows.flat());
    case "cases":
      return plain(syntax.rows.flatMap((row) => [row.value, row.condition]));
    default:
      return [];
  }
}
