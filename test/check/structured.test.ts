import { expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/*
 * Conventions on which authors differ: the derivative by a symmetric matrix, a scalar before ⊙, e to a matrix. Where both
 * readings are in print both are right, and the reading is told.
 */

const r = String.raw;
const check = (given: string, claim: string): { verdict: string | undefined; codes: readonly string[] } => {
  const { claims, diagnostics } = checkWorksheet("a.md", `# A\n\n${given}\n\n$$${claim}$$\n`, { seed: 1 });
  return { verdict: claims[0]?.verdict, codes: diagnostics.map((d) => d.code) };
};

const symmetric = r`$X \in \mathbb{R}^{n \times n}$ is a symmetric invertible matrix, $A \in \mathbb{R}^{n \times n}$.`;
const trace = r`\frac{\partial \operatorname{tr}(A X)}{\partial X}`;

it.each([
  r`${trace} = A + A^\top - A \odot I`,
  r`${trace} = A^\top + A - \operatorname{diag}(\operatorname{diag}(A))`,
  r`\frac{\partial \ln \det X}{\partial X} = 2 X^{-1} - X^{-1} \odot I`,
  r`\nabla_X \det(X) = \det(X) (2 X^{-1} - X^{-1} \odot I)`,
])("entries above the diagonal as the variables: %s", (claim) => {
  const { verdict, codes } = check(symmetric, claim);
  expect(verdict).toBe("proved");
  expect(codes).toContain("reading/symmetric");
});

it.each([
  r`${trace} = \frac{1}{2} (A + A^\top)`,
  r`${trace} = \frac{A + A^\top}{2}`,
  r`\frac{\partial \operatorname{tr}(X A X)}{\partial X} = \frac{1}{2} (A X + X A + A^\top X + X A^\top)`,
])("the symmetric part of the derivative by a free matrix: %s", (claim) => {
  const { verdict, codes } = check(symmetric, claim);
  expect(verdict).toBe("proved");
  expect(codes).toContain("reading/symmetric");
});

it("a diagonal matrix may have its diagonal as the variables", () => {
  const diagonal = r`$X \in \mathbb{R}^{n \times n}$ is a diagonal matrix, $A \in \mathbb{R}^{n \times n}$.`;
  const kept = check(diagonal, r`${trace} = A \odot I`);
  expect(kept.verdict).toBe("proved");
  expect(kept.codes).toContain("reading/symmetric");
  expect(check(diagonal, r`${trace} = A^\top`).verdict).toBe("proved");
  expect(check(diagonal, r`${trace} = A + A^\top`).verdict).toBe("wrong");
  expect(check(diagonal, r`${trace} = 2 A \odot I`).verdict).toBe("wrong");
  const words = diagonal.replace("is a diagonal matrix", "has zeros off the diagonal of its inverse");
  expect(check(words, r`${trace} = A \odot I`).verdict).toBe("wrong");
});

it.each([r`${trace} = A^\top`, r`\frac{\partial \ln \det X}{\partial X} = X^{-1}`])("as a free matrix: %s", (claim) => {
  const { verdict, codes } = check(symmetric, claim);
  expect(verdict).toBe("proved");
  expect(codes).not.toContain("reading/symmetric");
});

it.each([
  r`${trace} = A`,
  r`${trace} = A + A^\top`,
  r`${trace} = A + A^\top - I`,
  r`\frac{\partial \ln \det X}{\partial X} = 2 X^{-1}`,
])("neither: %s", (claim) => expect(check(symmetric, claim).verdict).toBe("wrong"));

it("no matrix but a symmetric one is read so", () => {
  const free = symmetric.replace("symmetric ", "");
  expect(check(free, r`${trace} = A + A^\top - A \odot I`).verdict).toBe("wrong");
});

it("a scalar before ⊙ scales, and it is said", () => {
  const claim = r`\frac{\partial \sin(a^\top x)}{\partial x} = \cos(a^\top x) \odot a`;
  const { verdict, codes } = check(r`$x, a \in \mathbb{R}^n$.`, claim);
  expect(verdict).toBe("proved");
  expect(codes).toContain("reading/product");
});

it("e to a square matrix is its exponential", () => {
  const given = r`$A \in \mathbb{R}^{n \times n}$, $t \in \mathbb{R}$.`;
  expect(check(given, r`\frac{d}{dt} e^{tA} = A e^{tA}`).verdict).toBe("proved");
  expect(check(given, r`\frac{d}{dt} e^{tA} = e^{tA}`).verdict).toBe("wrong");
  expect(check(given, r`\frac{d}{dt} e^{tA} = A^\top e^{tA}`).verdict).toBe("wrong");
});

it("entries that are refused cost one claim and not the file", () => {
  const given = r`$X \in \mathbb{R}^{n \times n}$, $a, b \in \mathbb{R}^{n}$.`;
  const left = r`\frac{\partial a^\top X b}{\partial \operatorname{vec}(X)}`;
  const text = `# A\n\n${given}\n\n$$${left} = b \\odot a$$\n\n$$${left} = b \\otimes a$$\n`;
  expect(checkWorksheet("a.md", text, { seed: 1 }).claims.map((c) => c.verdict)).toEqual(["undecided", "proved"]);
});

it.each([
  [r`\frac{\partial a^\top (x - b)}{\partial x}`, "a", "b"],
  [r`\frac{\partial}{\partial x} (a^\top (x \odot b))`, r`a \odot b`, "a"],
  [r`\frac{\partial A (x - b)}{\partial x}`, "A", r`A^\top A`],
])("a vector or matrix before parentheses multiplies them: %s", (left, right, wrong) => {
  const given = r`$x, a, b \in \mathbb{R}^{n}$, $A \in \mathbb{R}^{n \times n}$.`;
  expect(check(given, `${left} = ${right}`).verdict).toBe("proved");
  expect(["wrong", "shape-mismatch"]).toContain(check(given, `${left} = ${wrong}`).verdict);
});

it("exp of a square matrix is its exponential where the text says so", () => {
  const given = r`Let $A \in \mathbb{R}^{n \times n}$, $t \in \mathbb{R}$ and $\exp$ the matrix exponential.`;
  expect(check(given, r`\frac{d}{dt} \exp(t A) = A \exp(t A)`).verdict).toBe("proved");
  expect(check(given, r`\frac{d}{dt} \exp(t A) = A \odot \exp(t A)`).verdict).toBe("wrong");
});

it("an operator takes the product behind it, a gradient stays a factor", () => {
  const given = r`$x, a \in \mathbb{R}^{n}$, $A \in \mathbb{R}^{n \times n}$, $z = A x$, $L = a^\top \tanh(z)$.`;
  expect(check(given, r`\frac{\partial}{\partial x} x \odot x = 2 \operatorname{diag}(x)`).verdict).toBe("proved");
  expect(check(given, r`\frac{\partial}{\partial x} x \odot x = \operatorname{diag}(x)`).verdict).toBe("wrong");
  expect(check(given, r`\nabla_z L \odot z = a \odot (1 - \tanh^2(z)) \odot z`).verdict).toBe("proved");
});
