interface Frame<T> {
  readonly node: T;
  readonly edges: readonly T[];
  at: number;
}

/** The state of Tarjan's search, with its own stack, so that long chains are no deep recursion. */
class Search<T> {
  readonly components: T[][] = [];
  readonly #next: (node: T) => readonly T[];
  readonly #number = new Map<T, number>();
  readonly #low = new Map<T, number>();
  readonly #open: T[] = [];
  readonly #isOpen = new Set<T>();
  readonly #work: Frame<T>[] = [];

  constructor(next: (node: T) => readonly T[]) {
    this.#next = next;
  }

  from(start: T): void {
    if (this.#number.has(start)) return;
    this.#enter(start);
    for (let frame = this.#work.at(-1); frame !== undefined; frame = this.#work.at(-1)) {
      const edge = frame.edges[frame.at];
      frame.at += 1;
      if (edge === undefined) this.#leave(frame.node);
      else if (!this.#number.has(edge)) this.#enter(edge);
      else if (this.#isOpen.has(edge)) this.#lower(frame.node, this.#number.get(edge) ?? 0);
    }
  }

  #enter(node: T): void {
    this.#low.set(node, this.#number.size);
    this.#number.set(node, this.#number.size);
    this.#open.push(node);
    this.#isOpen.add(node);
    this.#work.push({ node, edges: [...new Set(this.#next(node))], at: 0 });
  }

  #lower(node: T, value: number): void {
    this.#low.set(node, Math.min(this.#low.get(node) ?? value, value));
  }

  #leave(node: T): void {
    this.#work.pop();
    const parent = this.#work.at(-1);
    if (parent !== undefined) this.#lower(parent.node, this.#low.get(node) ?? 0);
    if (this.#low.get(node) !== this.#number.get(node)) return;
    const component = this.#open.splice(this.#open.lastIndexOf(node));
    for (const member of component) this.#isOpen.delete(member);
    this.components.push(component);
  }
}

/**
 * The strongly connected components of a graph, those that others lead to first. Linear.
 * Source: Tarjan 1972.
 */
export function stronglyConnected<T>(all: Iterable<T>, next: (node: T) => readonly T[]): readonly (readonly T[])[] {
  const search = new Search(next);
  for (const node of all) search.from(node);
  return search.components;
}
