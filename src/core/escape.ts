const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

/** Text as content or attribute of HTML. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => ENTITIES.get(c) ?? c);

// What XML 1.0 has no way to write, section 2.2: most control characters, lone surrogates, two noncharacters.
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Text as content or attribute of XML; characters that XML cannot hold become U+FFFD. */
export const escapeXml = (text: string): string => escapeHtml(text.replace(NOT_XML, "\uFFFD"));

/** Text as a line of Markdown that means itself: no markup, no HTML. */
export const escapeMarkdown = (s: string): string =>
  s
    .replace(/[\r\n]+/g, " ")
    .replace(/[\\`*_{}[\]()#+!|~$-]/g, (c, at: number) => (/[-+()!#]/.test(c) && at > 0 ? c : `\\${c}`))
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;");
