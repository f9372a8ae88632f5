import { Arena } from "../../dist/expression/arena.js";

/** As `chain` of worksheets.mjs, `n` scalar equations each of the one before, but as a model: nothing is read. */
export function chainModel(n) {
  const arena = new Arena();
  const scalar = (latex) =>
    arena.tensor({ key: latex, latex, parameters: [], axes: [], integer: false, derivative: null });
  const value = (tensor) => arena.entry(tensor, []);
  const span = { start: 0, end: 0 };
  const equations = [];
  const symbols = [];
  const add = (tensor, role) => symbols.push({ tensor, role, inferred: true, shape: [], family: null, span: null });
  const define = (latex, body, role) => {
    const tensor = scalar(latex);
    equations.push({ tensor, at: [], body, span, latex: "", byIndex: true });
    add(tensor, role);
    return tensor;
  };

  const [w, x, t] = ["w", "x", "t"].map(scalar);
  add(w, "parameter");
  add(x, "input");
  add(t, "target");
  let z = define("z^{(0)}", arena.apply("tanh", arena.multiply(value(w), value(x))), "intermediate");
  for (let k = 1; k < n - 1; k++)
    z = define(`z^{(${k})}`, arena.apply("tanh", arena.add(value(z), value(w))), "intermediate");
  const loss = define("L", arena.power(arena.subtract(value(z), value(t)), 2), "loss");

  return {
    ...{ arena, title: "", symbols, equations, loss, assumptions: [], letters: new Map(), diagnostics: [] },
    ...{ layout: "denominator", reluAtZero: 0 },
    wrt: symbols.map((s) => s.tensor).filter((tensor) => tensor !== loss),
  };
}
