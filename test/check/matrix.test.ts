import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/*
 * Derivatives of matrix functions as they are tabulated (determinants, inverses, traces, powers, Kronecker products),
 * each with lines that are wrong by one slip.
 */

const r = String.raw;
const declared = {
  square: r`$X, A, B \in \mathbb{R}^{n \times n}$, $a, b \in \mathbb{R}^{n}$.`,
  invertible: r`$X, A, B \in \mathbb{R}^{n \times n}$ are invertible matrices, $a, b \in \mathbb{R}^{n}$.`,
  general: r`$X \in \mathbb{R}^{m \times n}$, $A \in \mathbb{R}^{p \times m}$, $B \in \mathbb{R}^{n \times q}$, $S \in \mathbb{R}^{m \times m}$.`,
  power: r`$X, A \in \mathbb{R}^{n \times n}$, $a, b \in \mathbb{R}^{n}$, $N \in \mathbb{N}$.`,
  two: r`$A \in \mathbb{R}^{n \times n}$ is an invertible matrix, $B \in \mathbb{R}^{m \times m}$ is an invertible matrix.`,
};

interface Row {
  readonly given: string;
  readonly left: string;
  readonly right: readonly string[];
  readonly wrong: readonly string[];
}

const rows: readonly Row[] = [
  {
    given: declared.invertible,
    left: r`\frac{\partial}{\partial X} \det(A X B)`,
    right: [r`\det(A X B) X^{-\top}`, r`|A| \, |X| \, |B| (X^{-1})^T`, r`\det(B X A) (X^\top)^{-1}`],
    wrong: [r`\det(A X B) X^{-1}`, r`\det(A) \det(B) X^{-\top}`, r`\det(A X B) (A X B)^{-\top}`],
  },
  {
    given: declared.invertible,
    left: r`\frac{\partial}{\partial X} \ln |\det(X)|`,
    right: [r`X^{-\top}`, r`(X^{-1})^\top`],
    wrong: [r`X^{-1}`, r`\det(X) X^{-\top}`, r`-X^{-\top}`],
  },
  {
    given: declared.invertible,
    left: r`\frac{\partial}{\partial X} \det(X^2)`,
    right: [r`2 \det(X)^2 X^{-\top}`, r`2 \det(X^2) X^{-\top}`],
    wrong: [r`\det(X^2) X^{-\top}`, r`2 \det(X) X^{-\top}`, r`2 \det(X^2) (X^2)^{-\top}`],
  },
  {
    given: declared.invertible,
    left: r`\frac{\partial}{\partial X} \operatorname{Tr}(A X^{-1} B)`,
    right: [r`-(X^{-1} B A X^{-1})^\top`, r`-X^{-\top} A^\top B^\top X^{-\top}`],
    wrong: [r`-X^{-1} B A X^{-1}`, r`(X^{-1} B A X^{-1})^\top`, r`-(X^{-1} A B X^{-1})^\top`, r`-(X^{-2} B A)^\top`],
  },
  {
    given: declared.invertible,
    left: r`\frac{\partial}{\partial X} \operatorname{Tr}((X + A)^{-1})`,
    right: [r`-((X + A)^{-1} (X + A)^{-1})^\top`, r`-((X + A)^{-2})^\top`],
    wrong: [r`-(X + A)^{-2}`, r`-(X^{-2} + A^{-2})^\top`],
  },
  {
    given: declared.general,
    left: r`\frac{\partial}{\partial X} \log \det(X^\top X + I)`,
    right: [r`2 X (X^\top X + I)^{-1}`, r`2 X ((X^\top X + I)^{-1})^\top`],
    wrong: [r`X (X^\top X + I)^{-1}`, r`2 X (X^\top X)^{-1}`],
  },
  {
    given: declared.invertible,
    left: r`\frac{\partial (X^{-1})_{kl}}{\partial X_{ij}}`,
    right: [r`-(X^{-1})_{ki} (X^{-1})_{jl}`],
    wrong: [r`-(X^{-1})_{kj} (X^{-1})_{il}`, r`(X^{-1})_{ki} (X^{-1})_{jl}`],
  },
  {
    given: declared.invertible,
    left: r`\frac{\partial X^{-1}}{\partial X_{ij}}`,
    right: [r`-X^{-1} J^{ij} X^{-1}`, r`-X^{-1} e_i e_j^\top X^{-1}`],
    wrong: [r`-X^{-1} J^{ji} X^{-1}`, r`X^{-1} J^{ij} X^{-1}`],
  },
  {
    given: declared.power,
    left: r`\frac{\partial}{\partial X} \operatorname{Tr}(X^N)`,
    right: [r`N (X^{N-1})^\top`, r`N (X^\top)^{N-1}`],
    wrong: [r`N X^{N-1}`, r`(X^{N-1})^\top`, r`N (X^N)^\top`],
  },
  {
    given: declared.power,
    left: r`\frac{\partial}{\partial X} a^\top X^N b`,
    right: [
      r`\sum_{r=0}^{N-1} (X^r)^\top a b^\top (X^{N-1-r})^\top`,
      r`\sum_{r=0}^{N-1} (X^{N-1-r})^\top a b^\top (X^\top)^r`,
    ],
    wrong: [r`\sum_{r=0}^{N-1} X^r a b^\top X^{N-1-r}`, r`N (X^{N-1})^\top a b^\top`],
  },
  {
    given: declared.power,
    left: r`\frac{\partial}{\partial X} \operatorname{Tr}(A X^N)`,
    right: [r`\sum_{r=0}^{N-1} (X^r A X^{N-1-r})^\top`],
    wrong: [r`\sum_{r=0}^{N-1} X^r A X^{N-1-r}`, r`N (A X^{N-1})^\top`],
  },
  {
    given: declared.square,
    left: r`\frac{\partial}{\partial X} a^\top X^3 b`,
    right: [r`\sum_{r=0}^{2} (X^r)^\top a b^\top (X^{2-r})^\top`],
    wrong: [r`\sum_{r=0}^{1} (X^r)^\top a b^\top (X^{2-r})^\top`, r`3 (X^2)^\top a b^\top`],
  },
  {
    given: declared.square,
    left: r`\frac{\partial}{\partial X} \operatorname{Tr}(\operatorname{expm}(X))`,
    right: [r`\operatorname{expm}(X)^\top`, r`\operatorname{expm}(X^\top)`],
    wrong: [r`\operatorname{expm}(X)`, r`\exp(X)^\top`],
  },
  {
    given: declared.two,
    left: r`\frac{\partial}{\partial A} \operatorname{Tr}(A \otimes B)`,
    right: [r`\operatorname{Tr}(B) I`],
    wrong: [r`\operatorname{Tr}(A) I`, r`\operatorname{Tr}(B) A`, r`I`],
  },
  {
    given: declared.two,
    left: r`\frac{\partial}{\partial A} \ln |A \otimes B|`,
    right: [r`m A^{-\top}`],
    wrong: [r`n A^{-\top}`, r`A^{-\top}`, r`m A^{-1}`],
  },
  {
    given: declared.general,
    left: r`\frac{\partial \operatorname{vec}(A X B)}{\partial \operatorname{vec}(X)}`,
    right: [r`B^\top \otimes A`],
    wrong: [r`A \otimes B^\top`, r`2 B^\top \otimes A`, r`B \otimes A`],
  },
  {
    given: declared.square,
    left: r`\frac{\partial \operatorname{vec}(X^2)}{\partial \operatorname{vec}(X)}`,
    right: [r`I \otimes X + X^\top \otimes I`],
    wrong: [r`I \otimes X + X \otimes I`, r`2 I \otimes X`],
  },
  {
    given: declared.general,
    left: r`\frac{\partial}{\partial X} \operatorname{vec}(X)^\top (I \otimes S) \operatorname{vec}(X)`,
    right: [r`(S + S^\top) X`],
    wrong: [r`2 S X`, r`X (S + S^\top)`, r`(S + S^\top) \operatorname{vec}(X)`],
  },
];

function verdict(given: string, claim: string): string | undefined {
  const { claims } = checkWorksheet("a.md", `# A\n\n${given}\n\n$$${claim}$$\n`, { seed: 1 });
  expect(claims).toHaveLength(1);
  return claims[0]?.verdict;
}

describe("derivatives of matrix functions", () => {
  for (const { given, left, right, wrong } of rows) {
    it.each(right)(`${left} = %s is proved`, (side) => expect(verdict(given, `${left} = ${side}`)).toBe("proved"));
    it.each(wrong)(`${left} = %s is wrong`, (side) =>
      expect(["wrong", "shape-mismatch"]).toContain(verdict(given, `${left} = ${side}`)),
    );
  }

  it.each([
    [r`k (X^{k-1})^\top`, "proved"],
    [r`X^{k-1}`, "wrong"],
  ])("a power of a declared square matrix by a letter is one by a whole number: %s is %s", (side, expected) =>
    expect(verdict(declared.square, r`\frac{\partial}{\partial X} \operatorname{Tr}(X^k) = ${side}`)).toBe(expected),
  );

  it("an entry of a matrix exponential stays open", () =>
    expect(verdict(declared.square, r`\frac{\partial}{\partial X} a^\top \operatorname{expm}(X) b = a b^\top`)).toBe(
      "undecided",
    ));
});
