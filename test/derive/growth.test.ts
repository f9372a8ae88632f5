import { describe, expect, it } from "vitest";
import { derive } from "../../src/derive/derive.js";
import type { Model } from "../../src/model/model.js";
import { Sheet } from "./sheet.js";

/** The nodes made while a model is derived: work without a clock. */
function work(model: Model): number {
  const made = (n: number): number => model.arena.apply("exp", model.arena.rational(n)).id;
  const before = made(1_000_003);
  derive(model);
  return made(1_000_033) - before;
}

/** `x_k = tanh(W_k x_{k-1})`, every layer with a name of its own. */
function layers(count: number): Model {
  const s = new Sheet();
  const d = s.dim("D");
  const [i, j] = [s.index("i", d), s.index("j", d)];
  let last = s.tensor("x0", d);
  for (let k = 1; k <= count; k++) {
    const next = s.tensor(`x${k}`, d);
    const w = s.tensor(`W${k}`, d, d);
    s.define(next, [i], s.arena.apply("tanh", s.sum([j], s.at(w, i, j), s.at(last, j))));
    last = next;
  }
  const loss = s.tensor("L");
  s.define(loss, [], s.sum([i], s.at(last, i)));
  return s.model(loss);
}

/** One weight used by `count` neurons, and a loss that adds them up. */
function fan(count: number): Model {
  const s = new Sheet();
  const [x, w, loss] = [s.tensor("x"), s.tensor("w"), s.tensor("L")];
  const outputs = Array.from({ length: count }, (_, k) => {
    const v = s.tensor(`v${k}`);
    return s.define(v, [], s.arena.apply("tanh", s.arena.multiply(s.arena.rational(k + 1), s.at(w), s.at(x))));
  });
  s.define(loss, [], s.arena.add(...outputs));
  return s.model(loss);
}

describe("work grows with the size of the worksheet", () => {
  it.each([
    ["layers", layers],
    ["a fan", fan],
  ])("%s", (_name, build) => {
    const ratio = work(build(400)) / work(build(200));
    expect(ratio).toBeGreaterThan(1.8);
    expect(ratio).toBeLessThan(2.2);
  });

  it("shared subexpressions in one line do not multiply", () => {
    const s = new Sheet();
    const { arena } = s;
    const [x, w, loss] = [s.tensor("x"), s.tensor("w"), s.tensor("L")];
    let body = s.at(x);
    for (let k = 0; k < 200; k++) {
      const shaken = arena.add(body, arena.apply("sin", body));
      body = arena.apply("tanh", arena.multiply(s.at(w), shaken));
    }
    s.define(loss, [], body);
    expect(derive(s.model(loss)).gradients.length).toBe(3);
  });

  it("a chain of ten thousand equations exhausts no stack", () => {
    const s = new Sheet();
    let last = s.tensor("x0");
    for (let k = 1; k <= 10_000; k++) {
      const next = s.tensor(`x${k}`);
      s.define(next, [], s.arena.apply("sin", s.at(last)));
      last = next;
    }
    const loss = s.tensor("L");
    s.define(loss, [], s.square(s.at(last)));
    expect(derive(s.model(loss)).gradients.length).toBe(10_002);
  });
});
