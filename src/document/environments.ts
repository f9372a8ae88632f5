/**
 * Where each environment of a text ends, found in one sweep when first asked for. An `\end` belongs to the last `\begin` of
 * its name that is still open, so that one that was forgotten takes no other with it.
 */
export class Environments {
  readonly #text: string;
  #ends: ReadonlyMap<number, number> | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** The offset after the `\end{name}` of the environment that begins at an offset, or `null` if it has none. */
  end(begin: number): number | null {
    this.#ends ??= this.#match();
    return this.#ends.get(begin) ?? null;
  }

  #match(): ReadonlyMap<number, number> {
    const ends = new Map<number, number>();
    const open = new Map<string, number[]>();
    for (const { 0: mark, 1: side, 2: name = "", index } of this.#text.matchAll(/\\(begin|end)\{([A-Za-z]+\*?)\}/g)) {
      const begins = open.get(name) ?? [];
      open.set(name, begins);
      if (side === "begin") begins.push(index);
      else {
        const begin = begins.pop();
        if (begin !== undefined) ends.set(begin, index + mark.length);
      }
    }
    return ends;
  }
}
