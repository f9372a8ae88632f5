import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../src/session/check.js";

/*
 * Capital letters in front of small ones of which nothing else is said: what is right for numbers alone is not called right, as
 * long as the page can be read with matrices too.
 */

const r = String.raw;

const verdicts = (text: string): readonly (string | undefined)[] =>
  checkWorksheet("notes.md", text).claims.flatMap((c) => (c.kind === "definition" ? [] : [c.verdict]));

describe("numbers or matrices", () => {
  it.each<[string, string, readonly string[]]>([
    [
      "one layer, a transpose left out",
      r`$$y = W x + b$$ $$\frac{\partial L}{\partial x} = W \frac{\partial L}{\partial y}$$`,
      ["undecided"],
    ],
    [
      "what holds for both",
      r`$$y = W x + b$$ $$\frac{\partial L}{\partial b} = \frac{\partial L}{\partial y}$$`,
      ["proved"],
    ],
    [
      "layers, a transpose left out",
      r`$$z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}$$ $$a^{(l)} = g(z^{(l)})$$ $$\delta^{(l)} := \frac{\partial C}{\partial z^{(l)}}$$
$$\delta^{(l)} = \big( W^{(l+1)} \delta^{(l+1)} \big) \odot g'(z^{(l)})$$`,
      ["undecided"],
    ],
    [
      "numbers, since the loss is one of numbers",
      r`$$y = W x + b$$ $$L = (y - t)^2$$ $$\frac{\partial L}{\partial x} = 2 W (y - t)$$`,
      ["proved"],
    ],
    [
      "small letters",
      r`$$y = w x + b$$ $$\frac{\partial L}{\partial x} = w \frac{\partial L}{\partial y}$$`,
      ["proved"],
    ],
  ])("%s", (_, text, expected) => {
    expect(verdicts(text)).toEqual(expected);
  });
});
