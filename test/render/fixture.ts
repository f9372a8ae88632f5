import type { DeriveReport, ShownGradient } from "../../src/session/report.js";
import { Bench } from "./models.js";

/** Everything that must not pass into a format as it is. */
export const HOSTILE = `<script>alert("x")</script> & 100% #1 $\\input{/etc/passwd}$ _a_ ^b^ {c} ~ \`d\` \\end{document} [x](javascript:y) ∇ ü 字`;

export const gradient: ShownGradient = {
  json: {
    wrt: "\\mathbf{W}^{(1)}",
    name: "W1",
    shape: ["D^{(1)}", "D^{(0)}"],
    index:
      "\\frac{\\partial \\mathcal{L}}{\\partial W_{ji}^{(1)}} = \\begin{cases} \\frac{\\partial \\mathcal{L}}{\\partial z_j} x_i & \\text{if } t < T \\\\ 0 & \\text{otherwise} \\end{cases}",
    matrix: "\\nabla_{\\mathbf{W}^{(1)}} \\mathcal{L} = (\\nabla_{\\mathbf{z}} \\mathcal{L}) \\mathbf{x}^\\top",
    einsum: 'np.einsum("j,i->ji", dz, x)',
    steps: [
      { latex: "a = b", rule: "chain-rule", why: "$z_j$ is used in $a_j$ & <b>nothing</b> else" },
      { latex: "b = c", rule: "delta", why: "" },
    ],
    verified: { method: "central-difference", points: 5, maxRelativeError: 3.21e-11 },
  },
  dimensions: "[D^{(1)} \\times 1][1 \\times D^{(0)}] = [D^{(1)} \\times D^{(0)}]",
  proof: [],
  notes: ["No matrix form: < & > 50%."],
};

export function report(title: string): DeriveReport {
  const bench = new Bench();
  return {
    title,
    json: {
      schema: "backproof/derive/1",
      file: title,
      loss: "\\mathcal{L}",
      symbols: [],
      gradients: [gradient.json],
      diagnostics: [
        {
          severity: "warning",
          code: "x/y",
          message: title,
          hint: title,
          at: { line: 3, column: 1, endLine: 3, endColumn: 2 },
        },
      ],
    },
    problems: [1, 2].map((n) => ({
      title: n === 1 ? title : "",
      model: bench.model(),
      loss: "\\mathcal{L}",
      forward: ["z_j = \\sum_i W_{ji}^{(1)} x_i", "a = \\bm{b}"],
      symbols: [],
      gradients: [gradient],
      secondDerivatives: [],
      proofs: [],
      derivation: null,
      nameOf: (t) => t.name,
    })),
  };
}
