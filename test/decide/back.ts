import type { Atom, Place, Poly } from "../../src/decide/form.js";
import type { Arena } from "../../src/expression/arena.js";
import type { Node, Position } from "../../src/expression/node.js";

/** A normal form as an expression again, to evaluate it. */
export function toNode(arena: Arena, poly: Poly): Node {
  return arena.add(
    ...poly.terms.map((t) =>
      arena.multiply(arena.rational(t.coefficient), ...t.factors.map((f) => arena.power(atom(arena, f.atom), f.power))),
    ),
  );
}

function position(arena: Arena, p: Place): Position {
  return arena.position(p.terms, p.offset, p.value === null ? null : toNode(arena, p.value));
}

function atom(arena: Arena, a: Atom): Node {
  const go = (p: Poly): Node => toNode(arena, p);
  switch (a.kind) {
    case "entry":
      return arena.entry(
        a.tensor,
        a.at.map((p) => position(arena, p)),
      );
    case "dim":
      return arena.dimension(arena.namedDim(a.latex, a.at === null ? null : position(arena, a.at)));
    case "index":
      return arena.positionValue(arena.at(a.index));
    case "pi":
      return arena.constant("pi");
    case "root":
      return arena.power(go(a.base), arena.divide(arena.one, arena.rational(a.degree)));
    case "exp":
    case "log":
      return arena.apply(a.kind, go(a.arg));
    case "apply":
      return arena.apply(a.fn, ...a.args.map(go));
    case "group":
      return go(a.value);
    case "power":
      return arena.power(go(a.base), go(a.exponent));
    case "reduce":
      return arena.reduce(a.op, a.index, go(a.body));
    case "argument":
      return arena.argument(a.op, a.index, go(a.body));
    case "iverson":
      return arena.iverson(a.relation, position(arena, a.position));
    case "indicator":
      return arena.indicator(a.relation, go(a.arg));
    case "matrix":
      return arena.matrix(
        a.fn,
        a.row,
        a.column,
        go(a.body),
        a.at.map((p) => position(arena, p)),
        a.exponent === null ? null : go(a.exponent),
      );
    case "abstract":
      return arena.abstract(
        a.name,
        a.args.map((l) => ({ indices: l.indices, body: go(l.body) })),
        a.outputs.map((p) => position(arena, p)),
        a.partials.map((p) => ({ argument: p.argument, at: p.at.map((q) => position(arena, q)) })),
      );
    case "sum":
      return arena.sums(a.indices, arena.multiply(...a.factors.map((f) => arena.power(atom(arena, f.atom), f.power))));
  }
}
