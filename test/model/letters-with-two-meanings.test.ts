import { describe, expect, it } from "vitest";
import { readReport } from "../../src/session/read.js";

/* Letters that could be a function or a quantity, a power or a part of a name. */

function read(text: string): { readonly readings: readonly string[]; readonly codes: readonly string[] } {
  const report = readReport("sheet.md", text);
  return {
    readings: report.formulas.filter((f) => f.kind === "forward").map((f) => f.reading),
    codes: report.diagnostics
      .filter((d) => d.code === "reading/label" || (d.severity === "error" && !d.code.startsWith("loss/")))
      .map((d) => d.code),
  };
}

describe("sigma", () => {
  it.each([
    [
      "multiplies where nothing applies it",
      String.raw`$\mu, \epsilon \in \mathbb{R}^d$ $$z = \mu + \sigma \epsilon$$`,
      "z[i] = mu[i] + sigma epsilon[i]",
    ],
    [
      "squared multiplies a matrix",
      String.raw`$W \in \mathbb{R}^{d \times d}$ $$C = W W^\top + \sigma^2 I$$`,
      "C[i,j] = Σ_k W[i,k] W[j,k] + δ[i,j] sigma^2",
    ],
    ["is the sigmoid where it is applied", String.raw`$x \in \mathbb{R}^d$ $$y = \sigma(x)$$`, "y[i] = sigmoid(x[i])"],
    [
      "is the root of a square that alone is defined",
      String.raw`$x, e \in \mathbb{R}^d$ $$\sigma^2 = \exp(x), \quad z = \sigma \odot e$$`,
      "sigma2[i] = exp(x[i]); z[i] = √(sigma2[i]) e[i]",
    ],
  ])("%s", (_, text, reading) => {
    expect(read(text).readings).toEqual([reading]);
    expect(read(text).codes).toEqual([]);
  });
});

describe("letters above", () => {
  it("several capitals above one letter are names", () => {
    const { readings, codes } = read(
      String.raw`$X \in \mathbb{R}^{n \times d}$ $$Q = X W^Q, \quad K = X W^K, \quad S = Q K^\top$$`,
    );
    expect(readings[0]).toContain("Q[i,j] = Σ_k X[i,k] WQ[k,j]");
    expect(codes).toEqual(["reading/label"]);
  });

  it("a small letter has the label of its capital", () => {
    const { readings } = read(
      String.raw`$Z^A \in \mathbb{R}^{n \times d}$ $$L = \sum_{i=1}^n \sum_{j=1}^d (z^A_{ij})^2$$`,
    );
    expect(readings).toEqual(["L = Σ_i Σ_j ZA[i,j]^2"]);
  });

  it("an exponent that is used elsewhere stays one", () => {
    const { readings, codes } = read("$$L = p (1 - q)^g + x^g + g$$");
    expect(readings).toEqual(["L = p (1 - q)^g + x^g + g"]);
    expect(codes).toEqual([]);
  });
});

it("a positive part is a rectifier", () => {
  const { readings } = read(String.raw`$x \in \mathbb{R}^n$ $$L = \left[ 1 - \sum_{i=1}^n x_i \right]_+ + [a]_+^2$$`);
  expect(readings).toEqual(["L = relu(1 - Σ_i x[i]) + (relu(a))^2"]);
});

describe("increments", () => {
  it("that are defined are one symbol", () => {
    const { readings } = read(
      String.raw`$x \in \mathbb{R}^k$, $B \in \mathbb{R}^{d \times r}$, $A \in \mathbb{R}^{r \times k}$ $$\Delta W = B A, \quad h = \Delta W x$$`,
    );
    expect(readings).toEqual(["DeltaW[i,j] = Σ_l B[i,l] A[l,j]; h[i] = Σ_j DeltaW[i,j] x[j]"]);
  });

  it("of a letter that alone follows Δ are one symbol, in exponents too", () => {
    const { readings } = read(
      String.raw`$h_t \in \mathbb{R}^n$ $$h_{t+1} = e^{-\Delta t} h_t + \Delta t, \quad t = 0, \dots, T-1$$`,
    );
    expect(readings).toEqual(["h[t,i] = exp(-Deltat) h[t - 1,i] + Deltat"]);
  });

  it("a Δ before several letters multiplies", () => {
    const { readings } = read(String.raw`$a, b \in \mathbb{R}^n$ $$x = \exp(\Delta a) + \Delta b$$`);
    expect(readings).toEqual(["x[i] = exp(Delta a[i]) + Delta b[i]"]);
  });
});

describe("positions", () => {
  it("a letter beside an index that picks something on both sides is one", () => {
    const { readings } = read(String.raw`$x_i \in \mathbb{R}^d$ for $i = 1, \dots, n$ $$K_{ij} = x_i^\top x_j$$`);
    expect(readings).toEqual(["K[i,j] = Σ_k x[i,k] x[j,k]"]);
  });

  it("the last member may be defined apart", () => {
    const { readings, codes } = read(
      String.raw`$$A_T = r_T$$ $$A_t = r_t + g A_{t+1}, \quad t = 1, \dots, T-1$$ $$J = \sum_{t=1}^T A_t^2$$`,
    );
    expect(readings).toEqual(["A[T] = r[T]", "A[t] = r[t] + g A[t + 1]", "J = Σ_t A[t]^2"]);
    expect(codes).toEqual([]);
  });

  it("a sum over unequal positions binds both", () => {
    const { readings } = read(
      String.raw`$C \in \mathbb{R}^{d \times d}$ $$L = \sum_{i=1}^d C_{ii} + \sum_{j=1}^d C_{1j} + \sum_{i \neq j} C_{ij}^2$$`,
    );
    expect(readings[0]).toContain("Σ_i Σ_j (1 - δ[j,i]) C[j,i]^2");
  });

  it("a factor elsewhere is no vector by its place in a sum", () => {
    const { readings } = read(String.raw`$y \in \mathbb{R}^K$ $$t = (1 - a) y + a / K$$`);
    expect(readings).toEqual(["t[i] = (1 - a) y[i] + 1/K a"]);
  });
});
