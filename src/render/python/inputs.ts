import { freeOfRange } from "../../expression/arena.js";
import type { Dim, DimAtom, Tensor } from "../../expression/node.js";
import type { Scope } from "./scope.js";
import { indent } from "./statements.js";

/*
 * How a generated function takes its inputs: arrays by name, dimensions from their shapes, and from `values` by name
 * where no shape tells.
 */

/** Where a dimension can be read: the axis of an array, whose size is `size`. */
interface Sighting {
  readonly tensor: Tensor;
  readonly axis: number;
  readonly size: Dim;
}

export const isInput = (scope: Scope, tensor: Tensor): boolean =>
  tensor.derivative === null && !scope.defined.has(tensor);

/** The lines that read dimensions and arrays. Everything that the function uses must be known by now. */
export function inputLines(scope: Scope, candidates: readonly Tensor[]): readonly string[] {
  const solved = dimensionLines(scope, candidates);
  const arrays = candidates
    .filter((t) => scope.usedTensors.has(t) && isInput(scope, t))
    .map((t) => arrayLine(scope, t));
  const calls = [...scope.usedCallables].map((key) => {
    const entry = scope.callables.get(key);
    return `${entry?.variable ?? key} = values["${key}"]`;
  });
  return [...arrays, ...calls, ...solved];
}

function arrayLine(scope: Scope, tensor: Tensor): string {
  const name = scope.variable(tensor);
  const value = `values["${scope.keyOf(tensor)}"]`;
  const order = tensor.axes.length;
  if (order === 0) return `${name} = ${tensor.integer ? "int" : "float"}(${value})`;
  scope.usedHelpers.add("_array");
  const kind = tensor.integer ? ", dtype=int" : "";
  if (!scope.isRagged(tensor)) return `${name} = _array(${value}, ${order}${kind})`;
  const members = tensor.parameters.length;
  const inner = members === order ? (tensor.integer ? "int(m)" : "float(m)") : `_array(m, ${order - members}${kind})`;
  let text = inner;
  for (let k = members - 1; k >= 0; k--) text = `[${text.replaceAll("\0", "m")} for m in ${k === 0 ? value : "\0"}]`;
  return `${name} = ${text}`;
}

function dimensionLines(scope: Scope, candidates: readonly Tensor[]): readonly string[] {
  const sightings = candidates
    .filter((t) => isInput(scope, t))
    .flatMap((tensor) => tensor.axes.map((range, axis): Sighting => ({ tensor, axis, size: scope.arena.size(range) })));
  const lines: string[] = [];
  const known = new Set<string>();
  const from = new Sources();
  for (let wanted = pending(scope, known); wanted.length > 0; wanted = pending(scope, known)) {
    for (const atom of wanted) {
      known.add(atom.latex);
      lines.push(
        ...(isFamily(sightings, atom) ? familyLines(scope, atom, sightings) : plainLines(scope, atom, sightings, from)),
      );
    }
  }
  return ordered(lines);
}

const pending = (scope: Scope, known: ReadonlySet<string>): readonly DimAtom[] =>
  [...scope.usedAtoms.values()].filter((a) => !known.has(a.latex));

const isFamily = (sightings: readonly Sighting[], atom: DimAtom): boolean =>
  atom.at !== null ||
  sightings.some((s) => s.size.terms.some((t) => t.powers.some(([a]) => a.latex === atom.latex && a.at !== null)));

/** What each dimension is computed from, so that none is computed from itself: `T - s` alone tells neither of the two. */
class Sources {
  readonly #of = new Map<string, readonly string[]>();

  leadsBack(to: string, names: readonly string[]): boolean {
    return names.some((n) => n === to || this.leadsBack(to, this.#of.get(n) ?? []));
  }

  add(name: string, names: readonly string[]): void {
    this.#of.set(name, names);
  }
}

const othersIn = (size: Dim, atom: DimAtom): readonly string[] =>
  size.terms.flatMap((t) => t.powers.map(([a]) => a.latex)).filter((n) => n !== atom.latex);

function plainLines(scope: Scope, atom: DimAtom, sightings: readonly Sighting[], from: Sources): readonly string[] {
  const usable = sightings.filter(
    (s) =>
      freeOfRange({ low: s.size, high: s.size }).length === 0 && !from.leadsBack(atom.latex, othersIn(s.size, atom)),
  );
  const found = best(usable, (s) => linear(s.size, atom));
  const name = scope.dimName(atom);
  if (found === null) {
    const symbol = scope.model.symbols.find((s) => s.role === "dimension" && s.tensor.latex === atom.latex);
    const key = symbol === undefined ? name : scope.keyOf(symbol.tensor);
    scope.usedHelpers.add("_size");
    scope.askedSizes.add(key);
    return [`${name} = _size(values, "${key}")`];
  }
  from.add(atom.latex, othersIn(found.size, atom));
  const { arena } = scope;
  const own = arena.namedDim(atom.latex);
  const negative = linear(found.size, atom) === -1;
  // size = ±atom + rest
  const rest = negative ? arena.addDims(found.size, own) : arena.subtractDims(found.size, own);
  const shape = shapeText(scope, found.tensor, found.axis);
  if (rest.terms.length === 0) return [`${name} = ${shape}`];
  if (negative) return [`${name} = ${scope.dim(rest, new Map())} - ${shape}`];
  const text = scope.dim(arena.scaleDim(rest, -1), new Map());
  return [`${name} = ${shape} ${text.startsWith("-") ? `- ${text.slice(1)}` : `+ ${text}`}`];
}

/** A sighting that is the dimension alone, before one from which it must be computed. */
function best(sightings: readonly Sighting[], coefficient: (s: Sighting) => number): Sighting | null {
  const fit = sightings.filter((s) => Math.abs(coefficient(s)) === 1);
  return (
    fit.find((s) => s.size.terms.length === 1) ??
    fit.find((s) => s.size.terms.length === 2 && s.size.terms.some((t) => t.powers.length === 0)) ??
    fit[0] ??
    null
  );
}

/** The coefficient of a dimension that stands alone in one term and in no other; else 0. */
function linear(size: Dim, atom: DimAtom): number {
  const holding = size.terms.filter((t) => t.powers.some(([a]) => a.latex === atom.latex));
  const [term] = holding;
  if (holding.length !== 1 || term === undefined || term.powers.length !== 1 || term.powers[0]?.[1] !== 1) return 0;
  return term.coefficient;
}

function shapeText(scope: Scope, tensor: Tensor, axis: number): string {
  const name = scope.variable(tensor);
  if (scope.isRagged(tensor) && axis < tensor.parameters.length)
    return axis === 0 ? `len(${name})` : `len(${name}${"[0]".repeat(axis)})`;
  if (tensor.axes.length === 1 || axis === 0) return `len(${name})`;
  return `${name}.shape[${axis}]`;
}

/** `D^{(ℓ)}`, a dictionary by the value of ℓ, read off the members of ragged families. */
function familyLines(scope: Scope, atom: DimAtom, sightings: readonly Sighting[]): readonly string[] {
  const name = scope.dimName(atom);
  const lines = [`${name} = {}`];
  for (const { tensor, axis, size } of sightings) {
    const [term] = size.terms;
    const at = term?.powers[0]?.[0].latex === atom.latex ? term.powers[0][0].at : undefined;
    if (
      size.terms.length !== 1 ||
      term?.coefficient !== 1 ||
      term.powers.length !== 1 ||
      at === undefined ||
      at === null
    )
      continue;
    const variable = scope.variable(tensor);
    if (at.terms.length === 0) {
      lines.push(`${name}[${scope.place(at, new Map())}] = ${shapeText(scope, tensor, axis)}`);
      continue;
    }
    const parameter = tensor.parameters[0];
    const range = tensor.axes[0];
    if (tensor.parameters.length !== 1 || parameter === undefined || range === undefined) continue;
    const [m, member] = [scope.names.fresh("m"), scope.names.fresh("member")];
    const place = scope.place(at, new Map([[parameter, m]]));
    lines.push(
      `for ${m}, ${member} in enumerate(${variable}, ${scope.dim(range.low, new Map())}):`,
      ...indent([`${name}[${place}] = ${member}.shape[${axis - 1}]`]),
    );
  }
  if (lines.length === 1) return [`${name} = values["${name}"]`];
  return lines;
}

/** Lines that use other dimensions after those that give them. */
function ordered(lines: readonly string[]): readonly string[] {
  const blocks: string[][] = [];
  for (const line of lines) {
    const last = blocks.at(-1);
    const gives = /^(\w+) = /.exec(line)?.[1];
    if (gives === undefined && last !== undefined) last.push(line);
    else blocks.push([line]);
  }
  const names = new Map(blocks.map((b) => [/^(\w+) = /.exec(b[0] ?? "")?.[1] ?? "", b] as const));
  const out: string[] = [];
  const done = new Set<string[]>();
  const visit = (block: string[], depth: number): void => {
    if (done.has(block) || depth > 200) return;
    done.add(block);
    for (const word of block.join(" ").match(/\w+/g) ?? []) {
      const other = names.get(word);
      if (other !== undefined && other !== block) visit(other, depth + 1);
    }
    out.push(...block);
  };
  for (const block of blocks) visit(block, 0);
  return out;
}
