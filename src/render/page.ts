import { escapeHtml } from "../core/escape.js";

/* What every HTML page of ours is made of: one file that loads nothing, formulas as MathML, text escaped. */

/** Typesets LaTeX as MathML; what cannot be typeset comes out as escaped source. */
export type Typeset = (latex: string, display: boolean) => string;

const STYLE = `:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem }
h1, h2, h3 { line-height: 1.2 }
section { margin: 2rem 0 }
.formula, .step, p.quiet { overflow-x: auto; overflow-y: hidden }
.formula { margin: .6rem 0; padding: .2rem 0 }
.quiet { opacity: .75; font-size: .9em }
details { margin: .6rem 0 }
li { margin: .4rem 0 }
code, pre { font-family: ui-monospace, monospace }
@media print { details > * { display: block } }`;

/** A whole page; `title` is text, `body` is HTML. */
export function pageOf(title: string, body: string, style = ""): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>
${STYLE}${style}
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

/** Longer formulas are shown as they are: nobody reads them typeset, and typesetting takes its time. */
const LONGEST = 20_000;

export async function typesetter(): Promise<Typeset> {
  const { default: katex } = await import("katex");
  return (latex, display) => {
    if (latex.length > LONGEST) return `<code>${escapeHtml(latex)}</code>`;
    try {
      const options = {
        output: "mathml",
        displayMode: display,
        trust: false,
        strict: "ignore",
        throwOnError: true,
        maxExpand: 1000,
        maxSize: 20,
      } as const;
      return katex.renderToString(latex, options);
    } catch {
      return `<code>${escapeHtml(latex)}</code>`;
    }
  };
}
