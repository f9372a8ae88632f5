import { describe, expect, it } from "vitest";
import { plainProperties, propertiesOf } from "../../src/model/prose.js";

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
