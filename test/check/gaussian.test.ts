import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/* Densities of the normal distribution: 𝒩(x | μ, σ²) is what textbooks say it is. */

const judged = (declared: string, equations: readonly string[], ...claims: readonly string[]): readonly string[] => {
  const text = [declared, ...[...equations, ...claims].map((f) => `$$\n${f}\n$$`)].join("\n\n");
  return checkWorksheet("t.md", text).claims.map((c) =>
    c.verdict === "proved" || c.verdict === "agrees" ? "right" : (c.verdict ?? c.kind ?? ""),
  );
};

describe("the normal density", () => {
  it.each([
    "\\mathcal{N}(x \\mid \\mu, \\sigma^2)",
    "\\mathcal{N}(x; \\mu, \\sigma^2)",
    "\\mathcal N(x | \\mu, \\sigma^2)",
  ])("of a scalar: %s", (density) => {
    const found = judged(
      "$x, \\mu \\in \\mathbb{R}$ and $\\sigma > 0$",
      [`L = -\\log ${density}`],
      "\\frac{\\partial L}{\\partial \\mu} = \\frac{\\mu - x}{\\sigma^2}",
      "\\frac{\\partial L}{\\partial \\sigma} = \\frac{1}{\\sigma} - \\frac{(x - \\mu)^2}{\\sigma^3}",
      "\\frac{\\partial L}{\\partial \\mu} = \\frac{x - \\mu}{\\sigma^2}",
      "\\frac{\\partial L}{\\partial \\sigma} = \\frac{1}{2 \\sigma} - \\frac{(x - \\mu)^2}{\\sigma^3}",
    );
    expect(found).toEqual(["right", "right", "wrong", "wrong"]);
  });

  it("of a vector with one variance", () => {
    const found = judged(
      "$x, m \\in \\mathbb{R}^{D}$ and $s > 0$",
      ["L = \\log \\mathcal{N}(x \\mid m, s^2)"],
      "\\frac{\\partial L}{\\partial m} = \\frac{x - m}{s^2}",
      "\\frac{\\partial L}{\\partial s} = \\frac{\\|x - m\\|^2}{s^3} - \\frac{D}{s}",
      "\\frac{\\partial L}{\\partial s} = \\frac{\\|x - m\\|^2}{s^3} - \\frac{1}{s}",
    );
    expect(found).toEqual(["right", "right", "wrong"]);
  });

  it("of a vector with a covariance matrix", () => {
    const found = judged(
      "$x, m \\in \\mathbb{R}^{D}$ and $S \\in \\mathbb{R}^{D \\times D}$ is symmetric positive definite.",
      ["L = \\log \\mathcal{N}(x \\mid m, S)"],
      "\\frac{\\partial L}{\\partial m} = S^{-1} (x - m)",
      "\\frac{\\partial L}{\\partial m} = S (x - m)",
    );
    expect(found).toEqual(["right", "wrong"]);
  });

  it("in a mixture", () => {
    const found = judged(
      "$a \\in \\mathbb{R}^{K}$, $\\mu_k \\in \\mathbb{R}^{D}$ for $k = 1, \\dots, K$, $x \\in \\mathbb{R}^{D}$ and $\\sigma \\in \\mathbb{R}^{K}$ is positive.",
      [
        "\\pi_k = \\frac{e^{a_k}}{\\sum_{l=1}^K e^{a_l}}",
        "E = -\\ln \\sum_{k=1}^K \\pi_k \\mathcal{N}(x \\mid \\mu_k, \\sigma_k^2)",
        "\\gamma_k = \\frac{\\pi_k \\mathcal{N}(x \\mid \\mu_k, \\sigma_k^2)}{\\sum_{l=1}^K \\pi_l \\mathcal{N}(x \\mid \\mu_l, \\sigma_l^2)}",
      ],
      "\\frac{\\partial E}{\\partial a_k} = \\pi_k - \\gamma_k",
      "\\frac{\\partial E}{\\partial \\mu_k} = \\gamma_k \\frac{\\mu_k - x}{\\sigma_k^2}",
      "\\frac{\\partial E}{\\partial a_k} = \\gamma_k - \\pi_k",
    );
    expect(found).toEqual(["right", "right", "wrong"]);
  });

  it("with a plain σ, or under a name that nothing explains, decides nothing", () => {
    expect(
      judged(
        "$x, \\mu \\in \\mathbb{R}$",
        ["L = -\\log \\mathcal{N}(x \\mid \\mu, \\sigma)"],
        "\\frac{\\partial L}{\\partial \\mu} = \\frac{\\mu - x}{\\sigma^2}",
      )[0],
    ).toMatch(/undecided|unreadable/);
    expect(
      judged(
        "$a, \\mu \\in \\mathbb{R}^{K}$, $x \\in \\mathbb{R}$ and $\\sigma \\in \\mathbb{R}^{K}$ is positive.",
        [
          "E = -\\ln \\sum_{k=1}^K a_k \\mathcal{N}(x \\mid \\mu_k, \\sigma_k^2)",
          "\\gamma_k = \\frac{a_k \\mathcal{N}_k}{\\sum_{l=1}^K a_l \\mathcal{N}_l}",
        ],
        "\\frac{\\partial E}{\\partial a_k} = -\\frac{\\gamma_k}{a_k}",
      ),
    ).toEqual(["undecided"]);
  });

  it("is not a distribution that something is drawn from", () => {
    const found = judged(
      "$\\epsilon \\sim \\mathcal{N}(0, 1)$ and $m, s \\in \\mathbb{R}$",
      ["z = m + s \\epsilon", "L = z^2"],
      "\\frac{\\partial L}{\\partial s} = 2 z \\epsilon",
    );
    expect(found).toEqual(["right"]);
  });
});
