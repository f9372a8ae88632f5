import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import katex from "katex";
import { describe, expect, it } from "vitest";
import { renderHtml } from "../../src/render/html.js";
import { renderLatex } from "../../src/render/latex.js";
import { renderMarkdown } from "../../src/render/markdown.js";
import { render } from "../../src/render/render.js";
import { HOSTILE, report } from "./fixture.js";

/** The formulas of a Markdown text. */
function formulas(markdown: string): readonly string[] {
  return [...markdown.matchAll(/\$\$\n([^$]+)\n\$\$|(?<!\\)\$((?:\\.|[^$\\])+)(?<!\\)\$/g)].map(
    (m) => m[1] ?? m[2] ?? "",
  );
}

describe("Markdown", () => {
  it("typesets every formula", () => {
    const found = formulas(renderMarkdown(report("A network")));
    expect(found.length).toBeGreaterThan(15);
    for (const f of found) expect(() => katex.renderToString(f, { throwOnError: true })).not.toThrow();
  });

  it("lets no title become markup", () => {
    const text = renderMarkdown(report(HOSTILE));
    expect(text).not.toContain("<script");
    expect(text).not.toMatch(/(?<!\\)\[x\]/);
    expect(text).not.toMatch(/(?<!\\)\$\\\\input/);
  });
});

describe("HTML", () => {
  it("is one file that loads nothing", async () => {
    const html = await renderHtml(report("A network"));
    expect(html).toContain("<math");
    expect(html).not.toMatch(/<script|<link|<img|https?:\/\/(?!www\.w3\.org)/);
    expect(html).toContain("largest relative error 3.2e-11");
  });

  it("escapes hostile titles, file names and messages", async () => {
    const html = await renderHtml(report(HOSTILE));
    expect(html).not.toContain("<script");
    expect(html).not.toContain("<b>nothing");
    expect(html).toContain("&lt;script&gt;");
  });

  it("shows a formula that cannot be typeset as source", async () => {
    const base = report("x");
    const [problem] = base.problems;
    if (problem === undefined) throw new Error("no problem");
    const html = await renderHtml({
      ...base,
      problems: [{ ...problem, forward: ["\\frac{<b>", "\\href{javascript:x}{y}"] }],
    });
    expect(html).toContain("<code>\\frac{&lt;b&gt;</code>");
    expect(html).not.toMatch(/href=/);
  });
});

describe("JSON", () => {
  it("is the contract's object on one line", async () => {
    const text = await render(report("A network"), "json");
    expect(text).not.toContain("\n");
    expect(JSON.parse(text)).toEqual(report("A network").json);
  });
});

const pdflatex = spawnSync("pdflatex", ["--version"]).status === 0;

describe.skipIf(!pdflatex)(`LaTeX${pdflatex ? "" : " (skipped: needs pdflatex)"}`, () => {
  it("compiles, whatever the title", () => {
    const folder = mkdtempSync(join(tmpdir(), "backproof-"));
    try {
      writeFileSync(join(folder, "report.tex"), renderLatex(report(HOSTILE)));
      execFileSync("pdflatex", ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "report.tex"], {
        cwd: folder,
      });
      expect(readFileSync(join(folder, "report.pdf")).length).toBeGreaterThan(1000);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});
