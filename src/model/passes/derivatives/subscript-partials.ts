import { flatMap } from "../../../core/flat-map.js";
import { functionWritten } from "../../../functions/table.js";
import type { Syntax } from "../../../notation/syntax.js";
import { bindings, letterOf, nodesIn } from "../../symbols/letters.js";
import { headKey, mapOperands, plainSymbol, scriptText, takeApart } from "../../symbols/scripts.js";
import { type Item, isEquation, mentionsDerivative, withSides } from "../../symbols/statements.js";

/*
 * `f_x`, `f_{xy}` and `f_{x_1}` beside `f(x, y) = x^2 y`, where a line says what they are: the partial derivatives by the arguments, put
 * as `\partial f/\partial x` and `\partial^2 f/\partial y \partial x`.
 */

export function withSubscriptPartials(items: readonly Item[], told: readonly Item[]): readonly Item[] {
  const functions = functionsIn(told, items);
  if (functions.size === 0) return items;
  const said = new Set(
    flatMap(items, ({ statement }) => {
      const [first] = statement.sides;
      const left = first?.kind === "juxtaposition" ? first.items[0] : first;
      return isEquation(statement) && left !== undefined && partial(left, functions) !== null ? [scriptText(left)] : [];
    }),
  );
  if (said.size === 0 || areComputedWith(told, said)) return items;
  const written = (s: Syntax): Syntax => {
    const own = said.has(scriptText(s)) ? partial(s, functions) : null;
    return own === null ? mapOperands(s, written) : derivative(own, s.span);
  };
  return items.map((item) => withSides(item, written));
}

/** `q = p_x y`: what equations compute with is a quantity, a weight or the member of a family. */
function areComputedWith(told: readonly Item[], said: ReadonlySet<string>): boolean {
  const holds = (s: Syntax): boolean => nodesIn(s).some((n) => said.has(scriptText(n)));
  return told.some(({ statement: { sides } }) => {
    const [first, ...rest] = sides;
    return first !== undefined && !holds(first) && !mentionsDerivative(first) && rest.some(holds);
  });
}

/** The letters below other symbols than these, the i of `u_i`: they count. */
function countingBeside(items: readonly Item[], heads: ReadonlySet<string>): ReadonlySet<string> {
  const nodes = flatMap(
    flatMap(items, (i) => i.statement.sides),
    nodesIn,
  );
  const subs = flatMap(nodes, (n) => {
    const t = n.kind === "scripted" ? takeApart(n) : null;
    return t === null || heads.has(headKey(t.symbol)) || t.symbol.name === "\\nabla" ? [] : t.subs;
  });
  return new Set(flatMap(flatMap(subs, nodesIn), (s) => letterOf(s) ?? []));
}

/**
 * The letters that a line defines by their values at letters, `f(x, y) = …`, with these; sums run over none of them, and none
 * stands below another symbol.
 */
function functionsIn(told: readonly Item[], items: readonly Item[]): ReadonlyMap<string, ReadonlySet<string>> {
  const running = new Set(
    flatMap(
      flatMap(
        flatMap(told, (i) => i.statement.sides),
        nodesIn,
      ),
      (s) => (s.kind === "big" ? bindings(s.sub, s.sup).map((b) => b.letter) : []),
    ),
  );
  const found = new Map<string, ReadonlySet<string>>();
  for (const { statement } of told) {
    const [first] = statement.sides;
    const [head, group, more] = first?.kind === "juxtaposition" ? first.items : [];
    const f = head?.kind === "symbol" ? head : null;
    if (f === null || group?.kind !== "group" || group.open !== "(" || more !== undefined || !isEquation(statement))
      continue;
    const places = group.body.kind === "list" ? group.body.items : [group.body];
    const isRunning = places.some((p) => running.has(letterOf(p) ?? ""));
    if (functionWritten(f.name) !== null || isRunning || !places.every((p) => takeApart(p) !== null)) continue;
    found.set(headKey(f), new Set(places.map(scriptText)));
  }
  if (found.size === 0) return found;
  const counting = countingBeside([...told, ...items], new Set(found.keys()));
  return new Map([...found].filter(([, places]) => ![...places].some((p) => counting.has(p))));
}

interface Partial {
  readonly f: Syntax;
  /** What it is differentiated by, in this order. */
  readonly by: readonly Syntax[];
}

function partial(s: Syntax, functions: ReadonlyMap<string, ReadonlySet<string>>): Partial | null {
  if (s.kind !== "scripted" || s.base.kind !== "symbol" || s.sub === null || s.sup !== null || s.primes > 0)
    return null;
  const places = functions.get(headKey(s.base));
  const by = s.sub.kind === "juxtaposition" || s.sub.kind === "list" ? s.sub.items : [s.sub];
  return places !== undefined && by.every((b) => places.has(scriptText(b))) ? { f: s.base, by } : null;
}

/** `\frac{\partial^2 f}{\partial y \partial x}` of `f_{xy}`. */
function derivative({ f, by }: Partial, span: Syntax["span"]): Syntax {
  const sign: Syntax = plainSymbol("\\partial", span);
  const raised = (base: Syntax, times: number): Syntax =>
    times < 2
      ? base
      : { kind: "scripted", base, sub: null, sup: { kind: "number", text: String(times), span }, primes: 0, span };
  const times = new Map<string, Syntax[]>();
  for (const b of by.toReversed()) times.set(scriptText(b), [...(times.get(scriptText(b)) ?? []), b]);
  const below = flatMap([...times.values()], (same) =>
    same[0] === undefined ? [] : [sign, raised(same[0], same.length)],
  );
  return {
    kind: "fraction",
    numerator: { kind: "juxtaposition", items: [raised(sign, by.length), f], span },
    denominator: { kind: "juxtaposition", items: below, span },
    span,
  };
}
