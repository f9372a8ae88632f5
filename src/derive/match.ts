import { addTo } from "../core/groups.js";
import type { Arena, Substitution } from "../expression/arena.js";
import { operands } from "../expression/arena.js";
import type { Index, Node, Position } from "../expression/node.js";
import { positionsOf } from "./positions.js";
import { classOf, formOf } from "./same.js";

/** Assignments tried before a match is given up: equal forms side by side are tried in every order. */
const TRIES = 64;

interface Search {
  readonly arena: Arena;
  readonly variables: ReadonlySet<Index>;
  /** What a variable may become: positions over these indices. */
  readonly allowed: ReadonlySet<Index>;
  tries: number;
}

type Bindings = ReadonlyMap<Index, Position>;

/**
 * Positions for the free indices `variables` of `pattern` that make it equal to `node` up to the order of terms and
 * factors, or `null`. What is found is verified by substitution, so the search may be careless.
 */
export function match(arena: Arena, variables: readonly Index[], pattern: Node, node: Node): Substitution | null {
  if (formOf(arena, pattern) !== formOf(arena, node)) return null;
  const search: Search = { arena, variables: new Set(variables), allowed: new Set(node.free), tries: TRIES };
  const found = solve(search, [[pattern, node]], new Map());
  if (found === null || variables.some((v) => !found.has(v))) return null;
  return classOf(arena, arena.substitute(pattern, found)) === classOf(arena, node) ? found : null;
}

type Pair = readonly [Node, Node];

function solve(search: Search, pairs: readonly Pair[], bindings: Bindings): Bindings | null {
  const todo = [...pairs];
  let bound = bindings;
  for (let pair = todo.pop(); pair !== undefined; pair = todo.pop()) {
    const [pattern, node] = pair;
    if (pattern === node && !pattern.free.some((i) => search.variables.has(i))) continue;
    if (pattern.kind !== node.kind || formOf(search.arena, pattern) !== formOf(search.arena, node)) return null;
    const next = unifyPositions(search, positionsOf(pattern), positionsOf(node), bound);
    if (next === null) return null;
    bound = next;
    if (pattern.kind !== "add" && pattern.kind !== "multiply") {
      const below = operands(node);
      operands(pattern).forEach((p, k) => {
        const n = below[k];
        if (n !== undefined) todo.push([p, n]);
      });
      continue;
    }
    const choice = alignments(search, operands(pattern), operands(node));
    todo.push(...choice.fixed);
    if (choice.open.length > 0) return tryInTurn(search, todo, choice.open, bound);
  }
  return bound;
}

interface Alignment {
  readonly fixed: readonly Pair[];
  readonly open: readonly Pair[][];
}

/** Operands whose form is unique pair up at once; of equal forms, every pairing of the first ones is an option. */
function alignments(search: Search, patterns: readonly Node[], nodes: readonly Node[]): Alignment {
  const byForm = new Map<number, Node[]>();
  for (const n of nodes) {
    const form = formOf(search.arena, n);
    addTo(byForm, form, n);
  }
  const groups = new Map<number, Node[]>();
  for (const p of patterns) {
    const form = formOf(search.arena, p);
    addTo(groups, form, p);
  }
  const fixed: Pair[] = [];
  let open: Pair[][] = [];
  for (const [form, group] of groups) {
    const options = pairings(group, byForm.get(form) ?? []);
    const [only] = options;
    if (options.length === 1 && only !== undefined) fixed.push(...only);
    else if (open.length === 0) open = options;
    else open = open.flatMap((a) => options.map((b) => [...a, ...b])).slice(0, TRIES);
  }
  return { fixed, open };
}

function pairings(patterns: readonly Node[], nodes: readonly Node[]): Pair[][] {
  const [first, ...rest] = patterns;
  if (first === undefined) return [[]];
  // Long rows of one form are tried in their order only.
  if (patterns.length > 4) return [patterns.flatMap((p, k): Pair[] => (nodes[k] === undefined ? [] : [[p, nodes[k]]]))];
  return nodes.flatMap((n, k) =>
    pairings(rest, [...nodes.slice(0, k), ...nodes.slice(k + 1)]).map((more): Pair[] => [[first, n], ...more]),
  );
}

function tryInTurn(search: Search, todo: readonly Pair[], open: readonly Pair[][], bound: Bindings): Bindings | null {
  for (const option of open) {
    search.tries -= 1;
    if (search.tries < 0) return null;
    const found = solve(search, [...todo, ...option], bound);
    if (found !== null) return found;
  }
  return null;
}

function unifyPositions(
  search: Search,
  patterns: readonly Position[],
  positions: readonly Position[],
  bindings: Bindings,
): Bindings | null {
  let bound = bindings;
  for (const [k, pattern] of patterns.entries()) {
    const position = positions[k];
    if (position === undefined) return null;
    const next = unify(search, pattern, position, bound);
    if (next === null) return null;
    bound = next;
  }
  return bound;
}

/** Binds the only unknown of `pattern = position`; two unknowns wait for other equations, none is left to the check. */
function unify(search: Search, pattern: Position, position: Position, bound: Bindings): Bindings | null {
  const unknown = pattern.terms.filter(([i]) => search.variables.has(i) && !bound.has(i));
  const [variable] = unknown;
  if (variable === undefined || unknown.length > 1 || pattern.value !== null) return bound;
  const [index, coefficient] = variable;
  if (coefficient !== 1) return bound;
  const known = search.arena.position(
    pattern.terms.filter(([i]) => i !== index),
    pattern.offset,
  );
  const value = search.arena.difference(position, search.arena.substitutePosition(known, bound));
  if (value === null) return null;
  // A position over an index bound inside the match would be captured.
  if (value.terms.some(([i]) => !search.allowed.has(i))) return null;
  return new Map([...bound, [index, value]]);
}
