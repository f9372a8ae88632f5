import type { Arena } from "../../expression/arena.js";
import type { Dim, Index, NodeOf, Position } from "../../expression/node.js";
import { functionNamed, numpyHelpers } from "../../functions/table.js";
import { aligned, type Code, code, jointAxes, LOOSE, numeric, PRIMARY, SUM, within } from "./code.js";
import { affine as affineCode } from "./entry.js";
import { sameRange, type Translation } from "./translation.js";

/** A function of the table, by its own NumPy. */
export function apply(t: Translation, node: NodeOf<"apply">, want: readonly Index[]): Code {
  const whole = node.fn === "exp" ? softmax(t, node, want) : null;
  if (whole !== null) return whole;
  const row = functionNamed(node.fn);
  for (const helper of numpyHelpers.keys()) if (row.numpy.includes(`${helper}(`)) t.scope.usedHelpers.add(helper);
  const args = node.args.map((a) => numeric(t.translate(a, want)));
  const out = jointAxes(args, want);
  const texts = args.map((a, k) => argumentText(t, aligned(a, out), row.numpy, k));
  const text = row.numpy.replace(
    /([(,]\s*)?\{(\d)\}(?=\s*([),])?)/g,
    (_, before: string | undefined, k: string, after: string | undefined) => {
      const arg = texts[Number(k)] ?? "";
      const bare = /^\w+$/.test(arg) || (before !== undefined && after !== undefined);
      return `${before ?? ""}${bare ? arg : `(${arg})`}`;
    },
  );
  return code(tidy(text), PRIMARY, out);
}

// An argument that the row's formula repeats is computed once.
function argumentText(t: Translation, arg: Code, template: string, k: number): string {
  const times = template.split(`{${k}}`).length - 1;
  return times > 1 && !t.isHeld ? t.named(arg).text : arg.text;
}

/** exp(z_k - LSE_l z_l) is a softmax along the axis of k; where the sum depends on k otherwise, `z_kk - LSE_l z_kl`, it is none. */
function softmax(t: Translation, node: NodeOf<"apply">, want: readonly Index[]): Code | null {
  const { arena } = t.scope;
  const [sum] = node.args;
  if (sum?.kind !== "add") return null;
  for (const term of sum.terms) {
    const lse =
      term.kind === "multiply" && term.factors.length === 2 && term.factors[0] === arena.minusOne
        ? term.factors[1]
        : undefined;
    if (lse?.kind !== "reduce" || lse.op !== "logsumexp") continue;
    const rest = arena.add(...sum.terms.filter((t) => t !== term));
    const opened = arena.open(lse);
    const axis = rest.free.find(
      (k) =>
        !t.scalars.has(k) &&
        !lse.free.includes(k) &&
        sameRange(k, opened.index) &&
        arena.substitute(opened.body, new Map([[opened.index, arena.at(k)]])) === rest,
    );
    if (axis === undefined) continue;
    const value = t.translate(rest, want);
    t.scope.usedHelpers.add("_softmax");
    return code(`_softmax(${value.text}, axis=${value.axes.indexOf(axis)})`, PRIMARY, value.axes);
  }
  return null;
}

export function iverson(t: Translation, node: NodeOf<"iverson">, want: readonly Index[]): Code {
  const { arena } = t.scope;
  const { position, relation } = node;
  const unit = relation === "zero" ? eye(t, position, want) : null;
  if (unit !== null) return unit;
  // What is negative goes to the other side.
  const left = position.terms.filter(([, c]) => c > 0);
  const right = position.terms.filter(([, c]) => c < 0).map(([i, c]) => [i, -c] as const);
  const l = affine(t, arena.position(left, signedPart(arena, position.offset, 1), position.value), want);
  const r = affine(t, arena.position(right, arena.scaleDim(signedPart(arena, position.offset, -1), -1)), want);
  const out = jointAxes([l, r], want);
  const flip = left.length === 0 && position.value === null;
  const [x, y] = flip ? [r, l] : [l, r];
  return code(
    `${aligned(x, out).text} ${relation === "zero" ? "==" : flip ? "<=" : ">="} ${aligned(y, out).text}`,
    LOOSE,
    out,
    true,
  );
}

function affine(t: Translation, position: Position, want: readonly Index[]): Code {
  return affineCode(t.scope, position, t.scalars, t.gathered, want);
}

function eye(t: Translation, position: Position, want: readonly Index[]): Code | null {
  const [a, b] = position.terms;
  if (position.terms.length !== 2 || a === undefined || b === undefined || position.value !== null) return null;
  if (position.offset.terms.length > 0 || a[1] + b[1] !== 0 || Math.abs(a[1]) !== 1 || !sameRange(a[0], b[0]))
    return null;
  if (t.scalars.has(a[0]) || t.scalars.has(b[0])) return null;
  const size = t.scope.dim(t.scope.arena.size(a[0].range), t.scalars);
  const order = want.indexOf(a[0]) > want.indexOf(b[0]) ? [b[0], a[0]] : [a[0], b[0]];
  return code(`np.eye(${size})`, PRIMARY, order);
}

export function indicator(t: Translation, node: NodeOf<"indicator">, want: readonly Index[]): Code {
  const arg = numeric(t.translate(node.arg, want));
  const relation = node.relation === "=" ? "==" : node.relation;
  return code(`${within(arg, SUM)} ${relation} 0`, LOOSE, arg.axes, true);
}

/** The terms of a dimension with positive or with negative coefficients. */
function signedPart(arena: Arena, dim: Dim, sign: 1 | -1): Dim {
  const parts = dim.terms
    .filter((t) => t.coefficient * sign > 0)
    .map((t) =>
      t.powers.reduce((product, [atom, n]) => {
        let result = product;
        for (let k = 0; k < n; k++) result = arena.multiplyDims(result, arena.namedDim(atom.latex, atom.at));
        return result;
      }, arena.constantDim(t.coefficient)),
    );
  return arena.addDims(...parts);
}

/** `((x) * y)` without the doubled parentheses that templates leave. */
function tidy(text: string): string {
  return text.replace(/\((\w+)\)(?!\()/g, (whole, name: string, at: number) =>
    /\w/.test(text[at - 1] ?? "") ? whole : name,
  );
}
