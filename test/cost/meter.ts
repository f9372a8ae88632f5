/*
 * Scalar operations counted while they are done, loop by loop, as in a first course: nothing here knows of polynomials, of
 * expressions or of the program that is tested.
 */
export class Meter {
  multiplications = 0;
  additions = 0;
  applications = 0;

  /** Each entry of the product of an m×k and a k×n matrix. */
  matmul(m: number, k: number, n: number): void {
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        this.multiplications += 1;
        for (let l = 1; l < k; l++) {
          this.multiplications += 1;
          this.additions += 1;
        }
      }
  }

  multiply(entries: number): void {
    this.multiplications += entries;
  }

  add(entries: number): void {
    this.additions += entries;
  }

  /** The sum of `entries` numbers. */
  sum(entries: number): void {
    for (let k = 1; k < entries; k++) this.additions += 1;
  }

  apply(entries: number): void {
    this.applications += entries;
  }

  /** Each of `rows` rows of `n` numbers: exponentials, their sum, a division each. */
  softmax(rows: number, n: number): void {
    for (let r = 0; r < rows; r++) {
      this.apply(n);
      this.sum(n);
      this.multiply(n);
    }
  }

  get counts() {
    const { multiplications, additions, applications } = this;
    return { multiplications, additions, applications };
  }
}

/** A directed graph of scalars, for counting paths one weight at a time. */
export class Graph {
  readonly #out = new Map<string, Set<string>>();
  #edges = 0;

  edge(from: string, to: string): void {
    const known = this.#out.get(from);
    if (known?.has(to) === true) return;
    if (known === undefined) this.#out.set(from, new Set([to]));
    else known.add(to);
    this.#edges += 1;
  }

  get edges(): number {
    return this.#edges;
  }

  /** Multiplications and additions of the derivative of the end by one node: edges but the first ones, and meetings of paths. */
  derivative(node: string): { multiplications: number; additions: number } {
    const reached = new Set<string>();
    const stack = [node];
    let edges = 0;
    for (let n = stack.pop(); n !== undefined; n = stack.pop())
      for (const to of this.#out.get(n) ?? []) {
        edges += 1;
        if (!reached.has(to)) {
          reached.add(to);
          stack.push(to);
        }
      }
    return { multiplications: edges - (this.#out.get(node)?.size ?? 0), additions: edges - reached.size };
  }
}

/** The value of a count at given sizes: names of sizes are replaced, the longest first. */
export function valueAt(count: string, sizes: Readonly<Record<string, number>>): number {
  let text = count.replaceAll("^", "**").replaceAll("**{", "^{");
  for (const name of Object.keys(sizes).sort((a, b) => b.length - a.length))
    text = text.replaceAll(name, `(${sizes[name]})`);
  if (!/^[-+*/() \d]+$/.test(text)) throw new Error(`unknown sizes in ${count}`);
  return sumOf(text.replace(/\s/g, ""));
}

/** The value of numbers in parentheses with `+`, `-`, `*`, `/` and `**`, the loosest sign first. */
function sumOf(text: string): number {
  const plus = splitAt(text, /[+-]/);
  if (plus !== null)
    return plus.sign === "+" ? sumOf(plus.left) + sumOf(plus.right) : sumOf(plus.left) - sumOf(plus.right);
  const times = splitAt(text, /(?<!\*)[*/](?!\*)/);
  if (times !== null)
    return times.sign === "*" ? sumOf(times.left) * sumOf(times.right) : sumOf(times.left) / sumOf(times.right);
  const [base = "", power] = text.split(/\*\*(?=[^*()]*$)/);
  if (power !== undefined) return sumOf(base) ** Number(power);
  const inner = /^\((.*)\)$/.exec(base)?.[1];
  return inner === undefined ? Number(base) : sumOf(inner);
}

/** The last such sign outside of all parentheses that has something before it. */
function splitAt(text: string, sign: RegExp): { left: string; sign: string; right: string } | null {
  let depth = 0;
  for (let k = text.length - 1; k > 0; k--) {
    const c = text[k] ?? "";
    if (c === ")") depth += 1;
    else if (c === "(") depth -= 1;
    const around = text.slice(k - 1, k + 2);
    const isSign = depth === 0 && sign.test(c) && !around.includes("**") && !/[-+*/(]/.test(text[k - 1] ?? "");
    if (isSign) return { left: text.slice(0, k), sign: c, right: text.slice(k + 1) };
  }
  return null;
}
