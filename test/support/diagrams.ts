/*
 * Strict readers of what drawings are written in: they throw at anything that the format's own grammar does not allow, and
 * know nothing of how the program writes. DOT: graphviz.org/doc/info/lang.html. XML: section 2 of XML 1.0, without DTDs.
 */

export interface DotEdge {
  readonly from: string;
  readonly to: string;
  readonly attributes: ReadonlyMap<string, string>;
}
export interface DotGraph {
  readonly name: string;
  readonly nodes: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly edges: readonly DotEdge[];
}

const DOT_TOKEN =
  /\s+|("(?:[^"\\]|\\[\s\S])*"|[A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF]*|-?(?:\.\d+|\d+(?:\.\d*)?)|->|[[\]{};,=])/gy;

/** A directed graph without subgraphs, ports and HTML labels. */
export function readDot(text: string): DotGraph {
  const tokens = [...text.matchAll(DOT_TOKEN)];
  const read = tokens.reduce((n, t) => n + t[0].length, 0);
  if (read !== text.length) throw new Error(`DOT: no token at ${JSON.stringify(text.slice(read, read + 40))}`);
  const words = tokens.flatMap((t) => (t[1] === undefined ? [] : [t[1]]));
  let at = 0;
  const next = (wanted?: string): string => {
    const word = words[at++];
    if (word === undefined || (wanted !== undefined && word !== wanted))
      throw new Error(`DOT: ${wanted} expected, ${word} found`);
    return word;
  };
  const id = (): string => {
    const word = next();
    if (/^(?:->|[[\]{};,=])$/.test(word)) throw new Error(`DOT: a name expected, ${word} found`);
    return word.startsWith('"') ? word.slice(1, -1).replaceAll('\\"', '"') : word;
  };
  const attributes = (): ReadonlyMap<string, string> => {
    const found = new Map<string, string>();
    if (words[at] !== "[") return found;
    next("[");
    while (words[at] !== "]") {
      const name = id();
      next("=");
      found.set(name, id());
      if (words[at] === "," || words[at] === ";") next();
    }
    next("]");
    return found;
  };
  next("digraph");
  const name = id();
  next("{");
  const nodes = new Map<string, ReadonlyMap<string, string>>();
  const edges: DotEdge[] = [];
  while (words[at] !== "}") {
    const isDefault = /^(?:graph|node|edge)$/.test(words[at] ?? "");
    const first = id();
    if (words[at] === "->") {
      next("->");
      const to = id();
      edges.push({ from: first, to, attributes: attributes() });
    } else {
      const own = attributes();
      if (!isDefault) nodes.set(first, own);
    }
    if (words[at] === ";") next();
  }
  next("}");
  if (at !== words.length) throw new Error("DOT: text after the graph");
  for (const e of edges)
    for (const end of [e.from, e.to]) if (!nodes.has(end)) throw new Error(`DOT: ${end} was not declared`);
  return { name, nodes, edges };
}

export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** All text inside, entities resolved. */
  readonly text: string;
}

/** Well-formed XML without comments, processing instructions and DTDs; throws at anything else. */
export function readXml(text: string): Element {
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`XML: ${what} at ${JSON.stringify(text.slice(at, at + 40))}`);
  };
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const sticky = new RegExp(pattern.source, "yu");
    sticky.lastIndex = at;
    const match = sticky.exec(text);
    if (match !== null) at += match[0].length;
    return match;
  };
  const resolve = (raw: string): string => {
    if (/&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(raw)) fail("an ampersand that begins no entity");
    if (/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(raw)) fail("a character that XML has not");
    const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
    return raw.replace(/&(#?)(\w+);/g, (_, code: string, name: string) =>
      code === "" ? (named[name] ?? "") : String.fromCodePoint(Number(name)),
    );
  };
  const element = (): Element => {
    const name = take(/<([A-Za-z][\w:.-]*)/)?.[1] ?? fail("a tag expected");
    const attributes = new Map<string, string>();
    for (
      let a = take(/\s+([A-Za-z_:][\w:.-]*)="([^"<]*)"/);
      a !== null;
      a = take(/\s+([A-Za-z_:][\w:.-]*)="([^"<]*)"/)
    ) {
      if (attributes.has(a[1] ?? "")) fail(`a second ${a[1]}`);
      attributes.set(a[1] ?? "", resolve(a[2] ?? ""));
    }
    if (take(/\s*\/>/) !== null) return { name, attributes, children: [], text: "" };
    if (take(/\s*>/) === null) fail("the end of a tag expected");
    const children: Element[] = [];
    let inner = "";
    while (!text.startsWith("</", at)) {
      const run = take(/[^<]+/);
      if (run !== null) {
        inner += resolve(run[0]);
        continue;
      }
      const child = element();
      children.push(child);
      inner += child.text;
    }
    if (take(/<\/([\w:.-]+)\s*>/)?.[1] !== name) fail(`${name} is not closed`);
    return { name, attributes, children, text: inner };
  };
  const root = element();
  take(/\s*/);
  if (at !== text.length) fail("text after the root");
  return root;
}

export interface Flowchart {
  readonly nodes: ReadonlyMap<string, string>;
  readonly edges: readonly { readonly from: string; readonly to: string; readonly label: string }[];
}

const MERMAID_WORDS = /^(?:end|graph|subgraph|flowchart|style|linkStyle|classDef|class|click|default)$/i;

/** The lines of Mermaid's flowchart grammar that a drawing may use: nodes and labels in quotes, edges, classes, comments. */
export function readMermaid(text: string): Flowchart {
  const [head, ...lines] = text.split("\n");
  if (head !== "flowchart LR") throw new Error(`Mermaid: ${head}`);
  const nodes = new Map<string, string>();
  const edges: { from: string; to: string; label: string }[] = [];
  const label = (raw: string): string => {
    const plain = raw.replaceAll("<br/>", "\n");
    if (/[<>`&;](?!)|#(?!\d+;)/.test(plain.replace(/#\d+;/g, ""))) throw new Error(`Mermaid: ${raw} is not escaped`);
    return plain.replace(/#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  };
  for (const line of lines.filter((l) => l.trim() !== "")) {
    const node = /^ {2}(\w+)\["([^"]*)"\]$/.exec(line);
    const edge = /^ {2}(\w+) (?:-->|==>|-\.->)(?:\|"([^"]*)"\|)? (\w+)$/.exec(line);
    if (node?.[1] !== undefined) {
      if (MERMAID_WORDS.test(node[1]) || nodes.has(node[1])) throw new Error(`Mermaid: ${node[1]} as a name`);
      nodes.set(node[1], label(node[2] ?? ""));
    } else if (edge?.[1] !== undefined && edge[3] !== undefined) {
      for (const end of [edge[1], edge[3]]) if (!nodes.has(end)) throw new Error(`Mermaid: ${end} was not declared`);
      edges.push({ from: edge[1], to: edge[3], label: label(edge[2] ?? "") });
    } else if (
      !/^ {2}(?:acc(?:Title|Descr): [^{}#;]*|classDef \w+ [\w#,:\- ]+|class [\w,]+ \w+|linkStyle [\d,]+ [\w#,:-]+|%% [^{}]*.*)$/.test(
        line,
      )
    )
      throw new Error(`Mermaid: ${line}`);
  }
  return { nodes, edges };
}
