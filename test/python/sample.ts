import { samplePoint } from "../../src/evaluate/sample.js";
import type { Environment } from "../../src/evaluate/values.js";
import { identifier, operands, tensorsOf } from "../../src/expression/arena.js";
import type { Node, Tensor } from "../../src/expression/node.js";
import type { DerivedProblem } from "../../src/session/report.js";

/** Values for a generated module at a sampled point, by name. */
export function valuesFor(problem: DerivedProblem, seed: number, round = 1): Record<string, unknown> {
  const { model, nameOf } = problem;
  const { env, reason } = samplePoint(model, { seed, round });
  if (env === null) throw new Error(reason);
  const defined = new Set(model.equations.map((e) => e.tensor));
  const inputs = new Set<Tensor>(model.symbols.filter((s) => s.role !== "dimension").map((s) => s.tensor));
  for (const e of model.equations) for (const t of tensorsOf(e.body)) inputs.add(t);
  const dimensions = model.symbols.filter((s) => s.role === "dimension").map((s) => s.tensor);
  const sizes = [...env.sizes].filter(([name]) => !name.includes("@"));
  return Object.fromEntries([
    ...sizes.map(([name, size]) => [identifier(name), size]),
    ...dimensions.map((t) => [nameOf(t), env.sizes.get(t.latex)]),
    ...[...inputs].filter((t) => !defined.has(t) && t.derivative === null).map((t) => [nameOf(t), nested(t, env)]),
  ]);
}

/** An array as nested lists; a family with members of several sizes has each in its own. */
function nested(tensor: Tensor, env: Environment): unknown {
  const layout = env.layout(tensor);
  const { data } = env.array(tensor);
  const build = (axis: number, at: number): unknown => {
    if (axis === layout.sizes.length) return data[at] ?? 0;
    const stride = layout.strides[axis] ?? 1;
    const rows: unknown[] = [];
    for (let r = 0; r < (layout.sizes[axis] ?? 0); r++) {
      const start = at + r * stride;
      if (layout.inside === null || layout.inside[start] === 1) rows.push(build(axis + 1, start));
    }
    return rows;
  };
  return build(0, 0);
}

/** Python for the abstract functions of a model and their derivatives: sums of sines, entry by entry or over all. */
export function callablesFor(problem: DerivedProblem): Record<string, string> {
  const found: Record<string, string> = {};
  for (const node of abstracts(problem.model.equations.map((e) => e.body))) {
    const key = identifier(node.name);
    const whole = node.args.some((l) => l.indices.length > 0);
    const args = node.args.map((_, k) => `a${k}`).join(", ");
    const total = node.args.map((_, k) => `${whole ? "np.sum" : ""}(np.sin(${k + 1}.0 * a${k}))`).join(" + ");
    found[key] = `lambda ${args}: ${total}`;
    node.args.forEach((_, k) => {
      const name = node.args.length === 1 ? `${key}_prime` : `${key}_${k + 1}`;
      found[name] = `lambda ${args}: ${k + 1}.0 * np.cos(${k + 1}.0 * a${k})`;
    });
  }
  return found;
}

function abstracts(bodies: readonly Node[]): readonly (Node & { readonly kind: "abstract" })[] {
  const seen = new Set<Node>();
  const found: (Node & { readonly kind: "abstract" })[] = [];
  const stack = [...bodies];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (n.kind === "abstract") found.push(n);
    stack.push(...operands(n));
  }
  return found;
}
