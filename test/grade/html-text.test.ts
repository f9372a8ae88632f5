import { describe, expect, test } from "vitest";
import { textOfHtml } from "../../src/grade/html-text.js";

describe("the text of a page", () => {
  test.each([
    ["paragraphs and breaks", "<p>a</p><p>b<br>c</p>", "a\nb\nc"],
    ["entities, once", "a &lt; b &amp;lt; c&nbsp;d &quot;&#39;", "a < b &lt; c d \"'"],
    ["a picture of a formula", '<img alt="LaTeX: z > 0" data-equation-content="z > 0" class="x">', "$z > 0$"],
    [
      "what is not text",
      "<!doctype html><head><title>x</title></head><script>if (a<b) y</script><STYLE>p{}</style>z",
      "z",
    ],
    ["what is never closed", "a<script>b = c", "a"],
    ["comparisons", "x <y and z< w", "x <y and z< w"],
    ["a header is no head", "<header>a</header>", "a"],
  ])("%s", (_, html, text) => expect(textOfHtml(html)).toBe(text));

  test.each(["<a", "<script>", '<img data-equation-content="', '<a "', "<", "</p"])("in linear time: %j", (part) => {
    const start = performance.now();
    textOfHtml(part.repeat(200_000));
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
