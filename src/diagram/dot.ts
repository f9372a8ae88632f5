import { span } from "../core/span.js";
import { type Diagram, DiagramBuilder, refuseAt } from "./diagram.js";

/*
 * The DOT language (graphviz.org/doc/info/lang.html): digraphs with subgraphs, chains `a -> b -> c`, groups `{a b} -> c`, default
 * attributes. HTML labels and ports are read as far as their names go.
 */

interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly start: number;
  readonly end: number;
}

const TOKEN =
  /(\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|^#[^\n]*)|"((?:[^"\\]|\\[\s\S])*)"|(<(?:[^<>]|<[^<>]*>)*>)|([A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF]*|-?(?:\.\d+|\d+(?:\.\d*)?))|(->|--|[[\]{};,=:+])/gmy;

export function readDotDiagram(text: string): Diagram {
  return new Reader(text).read();
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #builder = new DiagramBuilder();
  readonly #length: number;
  #at = 0;

  constructor(text: string) {
    const tokens: Token[] = [];
    let end = 0;
    for (const match of text.matchAll(TOKEN)) {
      end = match.index + match[0].length;
      const [, space, quoted, html, word, sign] = match;
      if (space !== undefined) continue;
      const written = quoted?.replaceAll('\\"', '"') ?? html ?? word ?? sign ?? "";
      tokens.push({ text: written, quoted: quoted !== undefined, start: match.index, end });
    }
    if (end < text.length) refuseAt("this character is not read in a DOT graph", end, end + 1);
    this.#tokens = tokens;
    this.#length = text.length;
  }

  read(): Diagram {
    if (this.#is("strict")) this.#at += 1;
    const [kind] = this.#tokens.slice(this.#at, this.#at + 1);
    if (kind?.text.toLowerCase() !== "digraph")
      refuseAt("a DOT file with a directed graph begins with `digraph`", kind?.start ?? 0, kind?.end ?? 1);
    this.#at += 1;
    if (!this.#is("{")) this.#id();
    this.#expect("{");
    this.#statements(new Map(), new Map());
    this.#expect("}");
    return this.#builder.build();
  }

  /** The nodes that they name. */
  #statements(nodeDefaults: Map<string, string>, edgeDefaults: Map<string, string>): readonly string[] {
    const named: string[] = [];
    while (!this.#is("}")) {
      if (this.#at >= this.#tokens.length)
        refuseAt("the graph is not closed: a } is missing", this.#length - 1, this.#length);
      named.push(...this.#statement(nodeDefaults, edgeDefaults));
      while (this.#is(";") || this.#is(",")) this.#at += 1;
    }
    return named;
  }

  #statement(nodeDefaults: Map<string, string>, edgeDefaults: Map<string, string>): readonly string[] {
    const token = this.#tokens[this.#at];
    const word = token?.quoted === false ? token.text.toLowerCase() : "";
    if (word === "node" || word === "edge" || word === "graph") {
      this.#at += 1;
      const target = word === "node" ? nodeDefaults : word === "edge" ? edgeDefaults : new Map<string, string>();
      for (const [name, value] of this.#attributes()) target.set(name, value);
      return [];
    }
    const chain = [this.#operand(nodeDefaults, edgeDefaults)];
    if (this.#is("=")) {
      this.#at += 1;
      this.#id();
      return [];
    }
    while (this.#is("->")) {
      this.#at += 1;
      chain.push(this.#operand(nodeDefaults, edgeDefaults));
    }
    if (this.#is("--")) this.#refuse("the edges of a network have a direction: write ->");
    const own = this.#attributes();
    const [first, ...rest] = chain;
    if (rest.length === 0 && first?.node === true) this.#declare(first.ids, nodeDefaults, own, first.start);
    this.#connect(chain, new Map([...edgeDefaults, ...own]), nodeDefaults);
    return chain.flatMap((o) => o.ids);
  }

  #connect(
    chain: readonly Operand[],
    attributes: ReadonlyMap<string, string>,
    nodeDefaults: Map<string, string>,
  ): void {
    chain.slice(1).forEach((to, k) => {
      const from = chain[k];
      for (const id of [...(from?.ids ?? []), ...to.ids]) this.#declare([id], nodeDefaults, new Map(), to.start);
      for (const a of from?.ids ?? [])
        for (const b of to.ids)
          this.#builder.edge(
            a,
            b,
            attributes.get("weight_label") ?? textOf(attributes.get("label") ?? attributes.get("xlabel")) ?? null,
            span(from?.start ?? 0, to.end),
          );
    });
  }

  #declare(
    ids: readonly string[],
    defaults: ReadonlyMap<string, string>,
    own: ReadonlyMap<string, string>,
    at: number,
  ): void {
    for (const id of ids) {
      const label = own.get("latex") ?? textOf(own.get("label"));
      this.#builder.node(id, label, new Map([...defaults, ...own]), span(at, at + id.length));
      const equation = own.get("equation");
      if (equation !== undefined) this.#builder.equations.push(...equation.split(" ;; "));
    }
  }

  #operand(nodeDefaults: Map<string, string>, edgeDefaults: Map<string, string>): Operand {
    const start = this.#tokens[this.#at]?.start ?? 0;
    const isSubgraph = this.#is("subgraph");
    if (isSubgraph) {
      this.#at += 1;
      if (!this.#is("{")) this.#id();
    }
    if (isSubgraph || this.#is("{")) {
      this.#expect("{");
      const ids = this.#statements(new Map(nodeDefaults), new Map(edgeDefaults));
      this.#expect("}");
      return { ids: [...new Set(ids)], node: false, start, end: this.#tokens[this.#at - 1]?.end ?? start };
    }
    const id = this.#id();
    while (this.#is(":")) {
      this.#at += 1;
      this.#id();
    }
    return { ids: [id], node: true, start, end: this.#tokens[this.#at - 1]?.end ?? start };
  }

  #attributes(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    while (this.#is("[")) {
      this.#at += 1;
      while (!this.#is("]")) {
        const name = this.#id();
        if (this.#is("=")) {
          this.#at += 1;
          found.set(name, this.#id());
        } else found.set(name, "true");
        while (this.#is(",") || this.#is(";")) this.#at += 1;
      }
      this.#at += 1;
    }
    return found;
  }

  /** A name, or several quoted parts joined by +. */
  #id(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined || (!token.quoted && /^(?:->|--|[[\]{};,=:+])$/.test(token.text)))
      return this.#refuse("a name is expected here");
    this.#at += 1;
    let { text } = token;
    while (token.quoted && this.#is("+")) {
      this.#at += 1;
      text += this.#id();
    }
    return text;
  }

  #is(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.quoted === false && token.text === text;
  }

  #expect(text: string): void {
    if (!this.#is(text)) this.#refuse(`${text} is expected here`);
    this.#at += 1;
  }

  #refuse(message: string): never {
    const token = this.#tokens[this.#at];
    return refuseAt(message, token?.start ?? this.#length - 1, token?.end ?? this.#length);
  }
}

interface Operand {
  readonly ids: readonly string[];
  readonly node: boolean;
  readonly start: number;
  readonly end: number;
}

/** A label as it is shown: `\n` breaks the line, `\\` is a backslash, tags of HTML labels say nothing. */
function textOf(label: string | undefined): string | null {
  if (label === undefined) return null;
  if (/^<.*>$/s.test(label))
    return label
      .slice(1, -1)
      .replace(/<br\s*\/?>/gi, "\n")
      .replace(/<[^>]*>/g, "");
  return label.replace(/\\([nlrGNTHE\\])/g, (_, c: string) => (c === "\\" ? "\\" : /[nlr]/.test(c) ? "\n" : ""));
}
