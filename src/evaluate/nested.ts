import type { Index, Tensor } from "../expression/node.js";
import type { Environment, Valuation } from "./values.js";

/** Numbers in lists of lists, as JSON and NumPy write arrays. */
export type Nested = number | readonly Nested[];

export interface Parsed {
  readonly shape: readonly number[];
  /** Last axis fastest. */
  readonly data: readonly number[];
}

/** Deeper lists are no array of anybody's. */
const DEEPEST = 16;

/** A value of JSON as an array, or in a few words why it is none. */
export function parseNested(value: unknown, depth = 0): Parsed | string {
  if (typeof value === "boolean") return { shape: [], data: [Number(value)] };
  if (typeof value === "number") return { shape: [], data: [value] };
  if (!Array.isArray(value)) return `${kindOf(value)} stands where a number or a list is expected`;
  if (depth >= DEEPEST) return "the lists are nested too deep";
  const parts: Parsed[] = [];
  for (const item of value) {
    const part = parseNested(item, depth + 1);
    if (typeof part === "string") return part;
    parts.push(part);
  }
  const [first] = parts;
  const odd = parts.find((p) => shapeText(p.shape) !== shapeText(first?.shape ?? []));
  if (odd !== undefined)
    return `lists of different shapes side by side, ${shapeText(first?.shape ?? [])} and ${shapeText(odd.shape)}`;
  return { shape: [parts.length, ...(first?.shape ?? [])], data: parts.flatMap((p) => p.data) };
}

const kindOf = (value: unknown): string =>
  value === null ? "null" : typeof value === "string" ? `the text ${JSON.stringify(value.slice(0, 40))}` : "an object";

/** `3×4`, or `a single number`. */
export const shapeText = (shape: readonly number[]): string =>
  shape.length === 0 ? "a single number" : shape.join("×");

/** A tensor's value as nested lists; of a family whose members differ in size, each with its own. */
export function toNested(tensor: Tensor, env: Environment): Nested {
  const { lows, strides } = env.layout(tensor);
  const { data } = env.array(tensor);
  const positions = new Map<Index, number>();
  const valuation: Valuation = (index) => positions.get(index) ?? 0;
  const go = (axis: number, cell: number): Nested => {
    const range = tensor.axes[axis];
    if (range === undefined) return data[cell] ?? Number.NaN;
    const low = env.dim(range.low, valuation);
    const high = env.dim(range.high, valuation);
    const parameter = tensor.parameters[axis];
    return Array.from({ length: Math.max(0, high - low + 1) }, (_, k) => {
      if (parameter !== undefined) positions.set(parameter, low + k);
      return go(axis + 1, cell + (low + k - (lows[axis] ?? 1)) * (strides[axis] ?? 1));
    });
  };
  return go(0, 0);
}
