const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&nbsp;", " "],
  ["&quot;", '"'],
  ["&#39;", "'"],
  ["&amp;", "&"],
]);

/** What a page holds beside its text. */
const UNSEEN = ["head", "script", "style"] as const;

// What stands between quotes may hold angle brackets, `data-equation-content="z > 0"`.
const ATTRIBUTES = '(?:[^<>"]|"[^"]*")*';
const FORMULA = new RegExp(String.raw`<img\b(?:[^<>"]|"[^"]*")*?\bdata-equation-content="([^"]*)"${ATTRIBUTES}>`, "gi");
const BREAK = /<br\s*\/?>|<\/(?:p|div|li|tr|h[1-6])>/gi;
const TAG = new RegExp(String.raw`<\/?[a-z]${ATTRIBUTES}>|<!${ATTRIBUTES}>`, "gi");

/** The text of a page as an editor of a learning platform writes it, formulas being pictures that say their TeX. */
export function textOfHtml(html: string): string {
  return UNSEEN.reduce(without, html)
    .replace(FORMULA, "$$$1$$")
    .replace(BREAK, "\n")
    .replace(TAG, "")
    .replace(/&(?:lt|gt|nbsp|quot|#39|amp);/g, (entity) => ENTITIES.get(entity) ?? entity)
    .trim();
}

/** Without an element and all in it; one that nothing closes goes on to the end. */
function without(html: string, name: string): string {
  const lower = html.toLowerCase();
  const kept: string[] = [];
  const opens = new RegExp(`<${name}(?=[\\s>])`, "g");
  let from = 0;
  for (let at = opens.exec(lower); at !== null; at = opens.exec(lower)) {
    kept.push(html.slice(from, at.index));
    const end = lower.indexOf(`</${name}`, at.index);
    if (end < 0) return kept.join("");
    from = end;
    opens.lastIndex = end;
  }
  return from === 0 ? html : [...kept, html.slice(from)].join("");
}
