import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Derivatives by a square: of a symbol that an equation defines as a square, and of a variable that is squared. */

const r = String.raw;
const claims = (text: string) => checkWorksheet("a.md", text, { seed: 1 }).claims;

const LIKELIHOOD = r`$x_i \in \mathbb{R}$, $\mu$, for $i = 1, \dots, n$.
$$\ell = -\frac{n}{2} \log \sigma^2 - \frac{1}{2\sigma^2} \sum_{i=1}^n (x_i - \mu)^2$$`;
const ENTRIES = r`$\mu, \sigma \in \mathbb{R}^d$.
$$L = \frac12 \sum_{j=1}^d (\mu_j^2 + \sigma_j^2 - \log \sigma_j^2 - 1)$$`;
const DEFINED = r`$X \in \mathbb{R}^{N \times D}$
$$\mu_j = \frac1N \sum_{i=1}^N X_{ij}, \quad \sigma_j^2 = \frac1N \sum_{i=1}^N (X_{ij} - \mu_j)^2, \quad \hat X_{ij} = \frac{X_{ij} - \mu_j}{\sqrt{\sigma_j^2 + \epsilon}}, \quad L = \sum_{i,j} C_{ij} \hat X_{ij}$$`;
const NAMED = r`$$s = \sigma^2, \quad L = s^2 + \sigma$$`;

it.each([
  [
    LIKELIHOOD,
    r`\frac{\partial \ell}{\partial \sigma^2} = -\frac{n}{2\sigma^2} + \frac{1}{2\sigma^4} \sum_{i=1}^n (x_i-\mu)^2`,
  ],
  [LIKELIHOOD, r`\frac{d \ell}{d (\sigma^2)} = -\frac{n}{2\sigma^2} + \frac{1}{2\sigma^4} \sum_{i=1}^n (x_i-\mu)^2`],
  [
    LIKELIHOOD,
    r`\frac{\partial \ell}{\partial \sigma} = -\frac{n}{\sigma} + \frac{1}{\sigma^3} \sum_{i=1}^n (x_i-\mu)^2`,
  ],
  [ENTRIES, r`\frac{\partial L}{\partial \sigma_j^2} = \frac12 \left(1 - \frac{1}{\sigma_j^2}\right)`],
  [ENTRIES, r`\frac{\partial L}{\partial \sigma^2} = \frac12 (1 - 1/\sigma^2)`],
  [ENTRIES, r`\frac{\partial L}{\partial \sigma_j^2} = \frac{1}{2\sigma_j} \frac{\partial L}{\partial \sigma_j}`],
  [
    ENTRIES,
    r`\frac{\partial L}{\partial \sigma_j} = \frac{\partial L}{\partial \sigma_j^2} \frac{\partial \sigma_j^2}{\partial \sigma_j} = \sigma_j - 1/\sigma_j`,
  ],
  [
    DEFINED,
    r`\frac{\partial L}{\partial \sigma_j^2} = -\frac12 \sum_{i=1}^N \frac{\partial L}{\partial \hat X_{ij}} (X_{ij} - \mu_j) (\sigma_j^2 + \epsilon)^{-3/2}`,
  ],
])("right: %s %s", (net, claim) => expect(claims(`${net}\n$$${claim}$$\n`).at(-1)?.verdict).toBe("proved"));

it.each([
  [
    LIKELIHOOD,
    r`\frac{\partial \ell}{\partial \sigma^2} = -\frac{n}{\sigma} + \frac{1}{\sigma^3} \sum_{i=1}^n (x_i-\mu)^2`,
  ],
  [ENTRIES, r`\frac{\partial L}{\partial \sigma_j^2} = \sigma_j - \frac{1}{\sigma_j}`],
  [ENTRIES, r`\frac{\partial L}{\partial \sigma^2} = \frac12 (1 - \sigma^2)`],
])("wrong: %s %s", (net, claim) => expect(claims(`${net}\n$$${claim}$$\n`).at(-1)?.verdict).toBe("wrong"));

it("beside a name for the square, what is meant is open", () => {
  const all = [
    r`\frac{\partial L}{\partial \sigma^2} = 2 s`,
    r`\frac{\partial L}{\partial \sigma^2} = 2 s + \frac{1}{2 \sigma}`,
  ];
  expect(all.map((c) => claims(`${NAMED}\n$$${c}$$\n`).at(-1)?.verdict)).toEqual(["undecided", "undecided"]);
});

it("the reading is told, and the answer is the one by the square", () => {
  const text = `${ENTRIES}\n$$${r`\frac{\partial L}{\partial \sigma_j^2} = \sigma_j`}$$\n`;
  const { diagnostics, claims: found } = checkWorksheet("a.md", text, { seed: 1 });
  expect(diagnostics.map((d) => d.code)).toContain("reading/by-power");
  expect(found.at(-1)?.expected).toMatch(/\\partial \\sigma/);
});

it("a question for the derivative by a square is answered", () => {
  const question = `${ENTRIES}\n$$${r`\frac{\partial L}{\partial \sigma_j^2} = ?`}$$\n`;
  const answer = `$$${r`\frac{\partial L}{\partial \sigma_j^2} = \frac12 (1 - 1/\sigma_j^2)`}$$\n`;
  const against = { file: "p.md", text: question };
  expect(checkWorksheet("s.md", answer, { seed: 1, against }).claims.map((c) => c.verdict)).toEqual(["proved"]);
});
