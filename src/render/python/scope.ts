import { boundBy, nodesBelow } from "../../evaluate/walk.js";
import type { Arena } from "../../expression/arena.js";
import { freeOfRange, identifier, operands } from "../../expression/arena.js";
import type { Dim, DimAtom, Index, Node, Position, Tensor } from "../../expression/node.js";
import type { Model } from "../../model/model.js";
import { windowRanges } from "./windows.js";

/** Python numbers that stand for indices: loop variables. */
export type Scalars = ReadonlyMap<Index, string>;

const TAKEN =
  "np values known forward backward len range sum list dict enumerate float int max min abs math slice zip print all any set tuple self str bool type id input iter map next object open pow round sorted super vars f".split(
    " ",
  );
const KEYWORD =
  /^(?:False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield)$/;

/** The names of a module or, with a parent, of one function in it. None is a name that the module needs for itself. */
export class Names {
  readonly #taken: Set<string>;
  readonly #parent: Names | null;
  readonly #children: Names[] = [];

  constructor(parent: Names | null = null) {
    this.#parent = parent;
    this.#taken = new Set(parent === null ? TAKEN : []);
    if (parent !== null) parent.adopt(this);
  }

  /** The wanted name, or with a number where it is taken. Always `[A-Za-z]\w*`. */
  fresh(wanted: string): string {
    const clean = /^[A-Za-z]\w*$/.test(wanted) ? wanted : identifier(wanted);
    const start = KEYWORD.test(clean) ? `${clean}_` : clean.slice(0, 80);
    let name = start;
    for (let n = 2; this.isTaken(name); n++) name = `${start}_${n}`;
    this.#taken.add(name);
    return name;
  }

  adopt(child: Names): void {
    this.#children.push(child);
  }

  /** Gives back a name that is out of sight, that of a loop's variable. */
  release(name: string): void {
    this.#taken.delete(name);
  }

  isTaken(name: string): boolean {
    return (
      this.#taken.has(name) || this.#parent?.isTaken(name) === true || this.#children.some((c) => c.#taken.has(name))
    );
  }
}

/** What one generated function knows, and what it has used. */
export class Scope {
  readonly arena: Arena;
  /** For arrays and dimensions, which mean the same in both functions. */
  readonly shared: Names;
  /** For what a function has to itself. */
  readonly names: Names;
  /** Matrix functions computed already at the function's top level, by their text. */
  readonly computed = new Map<string, string>();
  readonly variables: Map<Tensor, string>;
  readonly model: Model;
  readonly defined: ReadonlySet<Tensor>;
  readonly usedTensors = new Set<Tensor>();
  readonly usedAtoms = new Map<string, DimAtom>();
  /** Ranges of windows that the forward pass sums over. */
  readonly windows: ReadonlySet<string>;
  readonly usedHelpers: Set<string>;
  /** Families of which not every member has an equation. */
  readonly partial: Set<string>;
  /** Keys of dimensions that no shape tells. */
  readonly askedSizes: Set<string>;
  readonly callables: Map<string, { readonly key: string; readonly variable: string }>;
  readonly usedCallables = new Set<string>();
  readonly dimNames: Map<string, string>;
  readonly #ragged = new Map<Tensor, boolean>();
  readonly #riskyTensors = new Map<Tensor, boolean>();
  readonly #equationsOf = new Map<Tensor, Node[]>();

  /** The key of a symbol in dictionaries. */
  readonly keyOf: (tensor: Tensor) => string;

  constructor(
    parent: Scope | null,
    model: Model,
    defined: ReadonlySet<Tensor>,
    keyOf: (tensor: Tensor) => string = (t) => t.name,
  ) {
    this.keyOf = parent?.keyOf ?? keyOf;
    this.model = model;
    this.arena = model.arena;
    this.defined = defined;
    this.shared = parent?.shared ?? new Names();
    this.names = new Names(this.shared);
    this.variables = parent?.variables ?? new Map();
    this.windows = parent?.windows ?? windowRanges(model.equations.map((e) => e.body));
    this.usedHelpers = parent?.usedHelpers ?? new Set();
    this.partial = parent?.partial ?? new Set();
    this.askedSizes = parent?.askedSizes ?? new Set();
    this.callables = parent?.callables ?? new Map();
    this.dimNames = parent?.dimNames ?? new Map();
    for (const { tensor, body } of model.equations) {
      const bodies = this.#equationsOf.get(tensor);
      if (bodies === undefined) this.#equationsOf.set(tensor, [body]);
      else bodies.push(body);
    }
  }

  variable(tensor: Tensor): string {
    this.usedTensors.add(tensor);
    return this.nameOf(tensor);
  }

  nameOf(tensor: Tensor): string {
    let name = this.variables.get(tensor);
    if (name === undefined) {
      name = this.shared.fresh(
        tensor.derivative === null ? this.keyOf(tensor) : `d${this.keyOf(tensor.derivative.wrt)}`,
      );
      this.variables.set(tensor, name);
    }
    return name;
  }

  /** A family whose members differ in shape: a list, where others are one array. */
  isRagged(tensor: Tensor): boolean {
    let ragged = this.#ragged.get(tensor);
    if (ragged === undefined) {
      ragged = tensor.axes.some((r) => freeOfRange(r).length > 0);
      this.#ragged.set(tensor, ragged);
    }
    return ragged;
  }

  /** A callable of the caller's: `phi`, its derivative `phi_prime`, partial derivatives `L_1`, `L_1_2`. */
  callable(name: string, partials: readonly number[], arity: number): string {
    const base = identifier(name);
    const suffix =
      arity === 1
        ? partials.length === 0
          ? ""
          : `_prime${partials.length > 1 ? partials.length : ""}`
        : partials.map((p) => `_${p + 1}`).join("");
    const key = `${base}${suffix}`;
    let entry = this.callables.get(key);
    if (entry === undefined) {
      entry = { key, variable: this.shared.fresh(`${key}_function`) };
      this.callables.set(key, entry);
    }
    this.usedCallables.add(key);
    return entry.variable;
  }

  // ---- dimensions ----

  dimName(atom: DimAtom): string {
    this.usedAtoms.set(atom.latex, atom);
    let name = this.dimNames.get(atom.latex);
    if (name === undefined) {
      name = this.shared.fresh(atom.latex);
      this.dimNames.set(atom.latex, name);
    }
    return name;
  }

  /** A dimension in Python; parentheses are the caller's. */
  dim(dim: Dim, scalars: Scalars): string {
    if (dim.terms.length === 0) return "0";
    // The constant last: `N - K + 1`.
    const terms = [...dim.terms].sort(
      (a, b) =>
        Number(a.powers.length === 0) - Number(b.powers.length === 0) ||
        Number(a.coefficient < 0) - Number(b.coefficient < 0),
    );
    return terms
      .map(({ coefficient, powers }, k) => {
        const factors = powers.map(([atom, n]) => `${this.#atom(atom, scalars)}${n === 1 ? "" : ` ** ${n}`}`);
        const size = Math.abs(coefficient);
        if (size !== 1 || factors.length === 0) factors.unshift(`${size}`);
        const sign = coefficient < 0 ? (k === 0 ? "-" : " - ") : k === 0 ? "" : " + ";
        return sign + factors.join(" * ");
      })
      .join("");
  }

  #atom(atom: DimAtom, scalars: Scalars): string {
    const name = this.dimName(atom);
    return atom.at === null ? name : `${name}[${this.place(atom.at, scalars)}]`;
  }

  /** A position made of loop variables and dimensions alone, minus `less`. */
  place(position: Position, scalars: Scalars, less: Dim = this.arena.zeroDim): string {
    const parts = position.terms.map(([i, c], k) => {
      const name = scalars.get(i);
      if (name === undefined) throw new Error(`internal: index ${i.name} is no loop variable here`);
      const size = Math.abs(c) === 1 ? name : `${Math.abs(c)} * ${name}`;
      return c < 0 ? (k === 0 ? `-${size}` : ` - ${size}`) : k === 0 ? size : ` + ${size}`;
    });
    const offset = this.arena.subtractDims(position.offset, less);
    if (offset.terms.length === 0 && parts.length > 0) return parts.join("");
    const text = this.dim(offset, scalars);
    if (parts.length === 0) return text;
    return `${parts.join("")}${text.startsWith("-") ? ` - ${text.slice(1)}` : ` + ${text}`}`;
  }

  // ---- what a zero guard must not be multiplied with ----

  /** May it be infinite or not a number where the equations around it are fine? */
  risky(node: Node): boolean {
    return nodesBelow([node]).some((n) => isRisky(n) || (n.kind === "entry" && this.#riskyTensor(n.tensor)));
  }

  #riskyTensor(tensor: Tensor): boolean {
    let answer = this.#riskyTensors.get(tensor);
    if (answer === undefined) {
      this.#riskyTensors.set(tensor, false);
      answer = (this.#equationsOf.get(tensor) ?? []).some((body) => nodesBelow([body]).some(isRisky));
      this.#riskyTensors.set(tensor, answer);
    }
    return answer;
  }

  // ---- indices that only a Python loop can run over ----

  /** Does the body read a ragged family along `index`, or hold a range that depends on it? */
  needsLoop(index: Index, body: Node): boolean {
    if (body.free.some((i) => freeOfRange(i.range).includes(index))) return true;
    const seen = new Set<Node>();
    const stack = [body];
    for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
      if (seen.has(n) || !n.free.includes(index)) continue;
      seen.add(n);
      if (this.#runsAlong(index, n)) return true;
      stack.push(...operands(n));
    }
    return false;
  }

  #runsAlong(index: Index, node: Node): boolean {
    if (node.kind === "dimension") return node.free.includes(index);
    if (boundBy(node).some((b) => freeOfRange(b.range).includes(index))) return true;
    if (node.kind !== "entry" || !this.isRagged(node.tensor)) return false;
    return node.at.slice(0, node.tensor.parameters.length).some((p) => p.terms.some(([i]) => i === index));
  }
}

/** Its own operation, not its operands'. */
function isRisky(node: Node): boolean {
  if (node.kind === "power") {
    const natural = node.exponent.kind === "rational" && node.exponent.value.d === 1n && node.exponent.value.s > 0n;
    return !natural && node.base.kind !== "dimension" && node.base.kind !== "rational";
  }
  if (node.kind === "apply") return /^(?:log|tan$|logit|arc|at|sinh|cosh|expm1)/.test(node.fn);
  return node.kind === "matrix" || node.kind === "abstract";
}
