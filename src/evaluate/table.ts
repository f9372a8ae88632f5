import type { Tensor } from "../expression/node.js";
import type { Model, ModelSymbol } from "../model/model.js";

/** What a column of a table holds: a whole symbol, or one entry of it. */
export interface Column {
  readonly place: number;
  readonly symbol: ModelSymbol;
  /** As written, from 1 or from 0; empty for the whole. */
  readonly indices: readonly number[];
}

export interface Matched {
  readonly columns: ReadonlyMap<Tensor, readonly Column[]>;
  /** Headers that are no symbol's. */
  readonly others: readonly string[];
}

/** `x[1]`, `x_{1,2}`, `x1`, `x_1`, `x(1)`: what follows the name. */
const INDICES = /^(?:_?\{(\d+(?:,\d+)*)\}|_?\[(\d+(?:,\d+)*)\]|_?\((\d+(?:,\d+)*)\)|_?(\d+(?:[_,.]\d+)*))$/;

/** Which symbol each header names, by its `name` or its LaTeX; the longest name first. `isMeant` knows the spellings of a symbol. */
export function matchColumns(
  header: readonly string[],
  model: Model,
  spellings: (s: ModelSymbol) => readonly string[],
): Matched {
  const computed = new Set(model.equations.map((e) => e.tensor));
  const known = model.symbols
    .filter((s) => s.role !== "dimension" && !computed.has(s.tensor) && s.tensor.derivative === null)
    .flatMap((symbol) => [...new Set(spellings(symbol))].map((name) => ({ name, symbol })))
    .sort((a, b) => b.name.length - a.name.length);
  const columns = new Map<Tensor, Column[]>();
  const others: string[] = [];
  header.forEach((raw, place) => {
    const text = raw.replace(/\s/g, "");
    const whole = known.find((k) => k.name === text);
    const part = known.find(
      (k) => text.startsWith(k.name) && k.symbol.tensor.axes.length > 0 && INDICES.test(text.slice(k.name.length)),
    );
    const found = whole ?? part;
    if (found === undefined) {
      others.push(raw);
      return;
    }
    const indices = whole === undefined ? indicesIn(text.slice(found.name.length)) : [];
    const { tensor } = found.symbol;
    columns.set(tensor, [...(columns.get(tensor) ?? []), { place, symbol: found.symbol, indices }]);
  });
  return { columns, others };
}

function indicesIn(text: string): readonly number[] {
  const inner =
    INDICES.exec(text)
      ?.slice(1)
      .find((group) => group !== undefined) ?? "";
  return inner.split(/[_,.]/).map(Number);
}
