import { expect } from "vitest";
import { Random } from "../../src/core/random.js";
import type { Derivation } from "../../src/derive/derivation.js";
import { inductions } from "../../src/derive/induction.js";
import { evaluate } from "../../src/evaluate/evaluate.js";
import { forward } from "../../src/evaluate/forward.js";
import { Environment } from "../../src/evaluate/values.js";
import { tensorsOf } from "../../src/expression/arena.js";
import type { Index, Node, Tensor } from "../../src/expression/node.js";
import type { Model } from "../../src/model/model.js";

export type Fill = (tensor: Tensor, cell: number, random: Random) => number;

const usual: Fill = (tensor, _cell, random) =>
  tensor.integer ? random.integer(1, 2) : random.uniform(0.3, 1.4) * (random.uint32() % 2 === 0 ? 1 : -1);

/** Random values for every tensor that no equation defines, and the equations computed. */
export function point(model: Model, sizes: Record<string, number>, fill: Fill = usual, seed = 7): Environment {
  const env = new Environment(new Map(Object.entries(sizes)), seed);
  const random = new Random(seed);
  const defined = new Set(model.equations.map((e) => e.tensor));
  for (const tensor of new Set(model.equations.flatMap((e) => [...tensorsOf(e.body)]))) {
    if (defined.has(tensor)) continue;
    const { length } = env.layout(tensor);
    env.set(
      tensor,
      Float64Array.from({ length }, (_, cell) => fill(tensor, cell, random)),
    );
  }
  return env;
}

/** What is added to the entry `cell` of `tensor`, as it is computed or before. */
function targetAt(
  model: Model,
  base: Environment,
  target: Tensor,
  tensor: Tensor,
  cell: number,
  by: number,
): Float64Array {
  const env = base.copy();
  const defined = model.equations.some((e) => e.tensor === tensor);
  if (!defined) {
    const data = env.array(tensor).data;
    data[cell] = (data[cell] ?? 0) + by;
    forward(model, env);
  } else {
    const added = new Float64Array(env.layout(tensor).length);
    added[cell] = by;
    forward(model, env, { added: new Map([[tensor, added]]) });
  }
  return env.array(target).data;
}

/**
 * Checks a derivation at one point: every gradient, in each of its forms, against central differences of the forward
 * pass, and both sides of every step.
 */
export function verify(d: Derivation, base: Environment): void {
  const { model, target } = d;
  const inputs = base.copy();
  const env = base.copy();
  forward(model, env);
  const equations = d.gradients.map((g) => ({
    tensor: g.adjoint,
    at: g.indices.map((i) => model.arena.at(i)),
    body: g.shown,
  }));
  forward({ equations }, env);
  const proofs = inductions(d);
  for (const [tensor, { indices, body }] of d.locals) env.set(tensor, evaluate(body, indices, env).data);
  for (const g of d.gradients) {
    const wanted = differences(model, inputs, env, target, g.wrt);
    close(env.array(g.adjoint).data, wanted, `${g.wrt.latex}, shown`);
    for (const form of [g.local, ...(g.fused === null ? [] : [g.fused])])
      close(valuesOf(form, g.indices, env), env.array(g.adjoint).data, `${g.wrt.latex}, other form`, 1e-9);
    const proof = proofs.get(g);
    for (const step of [...g.steps, ...g.fusedSteps, ...(proof?.kind === "recurrence" ? proof.lines : [])]) {
      const free = [...new Set([...step.left.free, ...step.right.free])];
      close(
        evaluate(step.right, free, env).data,
        evaluate(step.left, free, env).data,
        `${g.wrt.latex}, step ${"rule" in step ? step.rule : step.role}`,
        1e-9,
      );
    }
  }
}

const valuesOf = (node: Node, indices: readonly Index[], env: Environment): Float64Array =>
  evaluate(node, indices, env).data;

function differences(model: Model, inputs: Environment, env: Environment, target: Tensor, wrt: Tensor): Float64Array {
  const rows = env.layout(target).length;
  const columns = env.layout(wrt).length;
  const result = new Float64Array(rows * columns);
  const h = 1e-3;
  for (let c = 0; c < columns; c++) {
    const at = (by: number): Float64Array => targetAt(model, inputs, target, wrt, c, by);
    const [p1, m1, p2, m2] = [at(h), at(-h), at(2 * h), at(-2 * h)];
    for (let r = 0; r < rows; r++) {
      const d1 = ((p1[r] ?? 0) - (m1[r] ?? 0)) / (2 * h);
      const d2 = ((p2[r] ?? 0) - (m2[r] ?? 0)) / (4 * h);
      result[r * columns + c] = (4 * d1 - d2) / 3;
    }
  }
  return result;
}

function close(actual: Float64Array, wanted: Float64Array, what: string, tolerance = 1e-7): void {
  expect(actual.length, what).toBe(wanted.length);
  wanted.forEach((w, c) => {
    const a = actual[c] ?? Number.NaN;
    const error = Math.abs(a - w) / Math.max(1, Math.abs(w));
    expect(error, `${what}: entry ${c} is ${a}, should be ${w}`).toBeLessThan(tolerance);
  });
}
