import { describe, expect, it } from "vitest";
import { plainProperties, propertiesOf, saysRows, sharedSets } from "../../src/model/words/prose.js";

/** A sentence, a property it names, and the formulas it is said of. */
const CASES: readonly (readonly [string, string, readonly (number | null)[]])[] = [
  ["$1$, $2$, $3$ is a one-hot vector and $4$ is the loss.", "one-hot", [3]],
  ["$1$, $2$ and $3$ are one-hot.", "one-hot", [1, 2, 3]],
  ["with $1$, $2$ and a one-hot $3$.", "one-hot", [3]],
  ["with an input $1$ and one-hot target vectors $2$.", "one-hot", [2]],
  ["Let $1$, $2$ one-hot.", "one-hot", [2]],
  ["$1$ is a one-hot $2$-dimensional vector", "one-hot", [1]],
  ["$1$ is a one-hot vector of length $2$.", "one-hot", [1]],
  ["$1$ is a one-hot vector in $2$.", "one-hot", [1]],
  ["$1$ is the input and the one-hot $2$ the target.", "one-hot", [2]],
  ["$1$ is square and symmetric.", "symmetric", [1]],
  ["For a symmetric positive-definite matrix $1$ and a vector $2$", "symmetric", [1]],
  ["$1$ and $2$, both positive", "positive", [1, 2]],
  ["$1$ (the target, one-hot)", "one-hot", [1]],
  ["one-hot", "one-hot", [null]],
  ["with covariance matrix $1$ and mean $2$", "symmetric", [1]],
  ["$1$ is the sample covariance matrix of $2$.", "symmetric", [1]],
  ["$1$ and $2$ are Gram matrices", "symmetric", [1, 2]],
  ["$1$ (a scatter matrix)", "symmetric", [1]],
  ["$1$ is the Cholesky factor of the covariance matrix $2$.", "symmetric", [2]],
  ["$1$ is a factor of the covariance matrix.", "symmetric", []],
  ["Let $1$ be a square root from the Hessian matrix", "symmetric", []],
  ["$1$ whitens the covariance matrix", "symmetric", []],
  ["$1$ is computed using a correlation matrix", "symmetric", []],
  ["$1$ is the covariance matrix factor", "symmetric", []],
  ["$1$ is the covariance matrix's root", "symmetric", []],
  ["the Gram matrix of $1$", "symmetric", []],
  ["Given $1$, the covariance matrix is estimated", "symmetric", []],
  ["$1$ is a factor of the symmetric matrix $2$", "symmetric", [2]],
  ["$1$ is a root of a symmetric matrix", "symmetric", []],
];

describe("what a sentence says is said of the symbols its grammar ties it to", () => {
  it.each(CASES)("%s", (sentence, property, ordinals) => {
    expect(
      propertiesOf(sentence)
        .filter((p) => p.property === property)
        .map((p) => p.ordinal),
    ).toEqual(ordinals);
  });

  it.each([
    "$1$ is not symmetric",
    "$1$ is not necessarily symmetric",
    "$1$ need not be symmetric",
    "$1$ is a general, not necessarily symmetric matrix",
    "$1$ is not assumed to be symmetric",
    "$1$ isn't symmetric",
    "$1$ is never symmetric",
    "$1$ is neither orthogonal nor symmetric",
    "a non-symmetric matrix $1$",
    "$1$ is asymmetric",
    "$1$ is non-positive",
    "$1$ is not invertible",
    "the non-invertible $1$",
    "without assuming that $1$ is symmetric",
    "nobody says that $1$ is symmetric",
    "there is no reason for $1$ to be symmetric",
    "$1$ may or may not be symmetric",
  ])("%s: no property", (sentence) => {
    expect(propertiesOf(sentence).map((p) => p.property)).toEqual([]);
    expect(plainProperties(sentence.replaceAll("$1$", "A")).map((p) => p.property)).toEqual([]);
  });

  it.each([
    ["$1$ is not zero and $2$ is symmetric", [2]],
    ["$1$ is not square, but $2$ is symmetric", [2]],
    ["Do not forget: $1$ is symmetric", [1]],
  ])("%s: what another clause denies is nothing to it", (sentence, ordinals) => {
    expect(propertiesOf(sentence).map((p) => p.ordinal)).toEqual(ordinals);
  });
});

/** Sentences without a formula, in which symbols are words. */
const PLAIN: readonly (readonly [string, readonly string[]])[] = [
  ["y one-hot.", ["one-hot: y"]],
  ["The vector y is one-hot (sum to 1).", ["one-hot: y"]],
  ["each row of T is one-hot", ["one-hot: T"]],
  ["x, y and z are positive.", ["positive: x y z"]],
  ["symmetric A, invertible B", ["symmetric: A", "invertible: B"]],
  ["A is a symmetric matrix", ["symmetric: A"]],
  ["We use a one-hot target t here", ["one-hot: t"]],
  ["a one-hot vector", []],
  ["labels are one-hot", []],
  ["y is not one-hot", []],
  ["lambda is positive", ["positive: lambda"]],
];

describe("what a sentence without formulas says of symbols", () => {
  it.each(PLAIN)("%s", (sentence, expected) => {
    expect(plainProperties(sentence).map((p) => `${p.property}: ${p.names.join(" ")}`)).toEqual(expected);
  });
});

describe("gradients are rows where the words say it of gradients", () => {
  it.each([
    "Gradients are row vectors.",
    "the gradient of $1$ is a row vector",
    "Derivatives of scalars with respect to column vectors are written as rows",
    "all gradients are to be row vectors",
    "We write gradients as row vectors.",
    "in numerator layout",
  ])("%s", (sentence) => {
    expect(saysRows(sentence)).toBe(true);
  });

  it.each([
    "The gradients are derived for the case that samples are row vectors.",
    "We derive the gradient where $1$ is a row vector",
    "gradients for inputs that are row vectors",
    "the gradient of a loss whose inputs are row vectors",
    "gradients of the weights and the inputs as row vectors",
    "Gradients are not row vectors",
    "the gradients are stored as rows of $1$",
    "We do not write gradients as row vectors",
    "not in numerator layout",
  ])("%s: no", (sentence) => {
    expect(saysRows(sentence)).toBe(false);
  });
});

/** Sentences, and the formulas that they put into the set of another. */
const SETS: readonly (readonly [string, readonly string[]])[] = [
  ["$1$, $2$ and $3$, all in $4$", ["1 2 3: 4"]],
  ["with rate $1$ and let $2$, $3$ be vectors, all in $4$.", ["2 3: 4"]],
  ["$1$ is the rate and $2$, $3$ all of them vectors in $4$", ["2 3: 4"]],
  ["$1$ is the learning rate, all in $2$", []],
  ["weights $1$ in $2$ and an input $3$ from $4$", ["1: 2", "3: 4"]],
  ["the linear map $1$ in $2$", ["1: 2"]],
  ["$1$ is drawn from $2$", ["1: 2"]],
  ["samples $1$, all taken from $2$", ["1: 2"]],
  ["the linear map $1$ from $2$ to $3$", []],
  ["the linear map $1$ from $2$ into itself", []],
  ["an operator $1$ from $2$ (the input space)", []],
  ["$1$ is taken from $2$ to $3$", []],
  ["maps $1$ and $2$, all from $3$ to $4$", []],
];

describe("what a sentence puts into one set", () => {
  it.each(SETS)("%s", (sentence, expected) => {
    expect(sharedSets(sentence).map(({ symbols, set }) => `${symbols.join(" ")}: ${set}`)).toEqual(expected);
  });
});
