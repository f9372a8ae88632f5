import { Fraction } from "fraction.js";
import type { Index } from "../../expression/node.js";

/*
 * Pieces of Python. A piece is an expression whose value is an array with one axis for each of `axes`, in that
 * order, or a number if there are none; entry k of an axis belongs to the index's value `low + k`. Everything
 * elementwise goes through `aligned`, so an axis is never counted by hand.
 */

/** How tightly the outermost operator of a piece binds. */
export const LOOSE = 0;
export const SUM = 1;
export const PRODUCT = 2;
export const SIGN = 3;
export const POWER = 4;
export const PRIMARY = 5;

export interface Code {
  readonly text: string;
  readonly level: number;
  readonly axes: readonly Index[];
  /** A comparison: its entries are truth values. */
  readonly truth: boolean;
}

export const code = (text: string, level: number, axes: readonly Index[] = [], truth = false): Code => ({
  text,
  level,
  axes,
  truth,
});

/** The text, in parentheses if its operator binds less tightly than `level`. */
export const within = (c: Code, level: number): string => (c.level >= level ? c.text : `(${c.text})`);

/** Truth values as numbers, where NumPy would refuse or misread them (`-mask`, `mask @ x`). */
export const numeric = (c: Code): Code => (c.truth ? code(`1.0 * ${within(c, SIGN)}`, PRODUCT, c.axes) : c);

export const same = (a: readonly Index[], b: readonly Index[]): boolean =>
  a.length === b.length && a.every((i, k) => i === b[k]);

export const union = (lists: readonly (readonly Index[])[]): readonly Index[] => [...new Set(lists.flat())];

/** The same array with its axes in `order`, which must hold the same indices. */
export function permuted(c: Code, order: readonly Index[]): Code {
  if (same(c.axes, order)) return c;
  if (order.length === 2) return code(`${within(c, PRIMARY)}.T`, PRIMARY, order, c.truth);
  const places = order.map((i) => c.axes.indexOf(i));
  return code(`np.transpose(${c.text}, (${places.join(", ")}))`, PRIMARY, order, c.truth);
}

/** The array made broadcastable against axes `out`: its own in that order, `None` for those missing between them. */
export function aligned(c: Code, out: readonly Index[]): Code {
  if (c.axes.length === 0) return c;
  const ordered = permuted(
    c,
    out.filter((i) => c.axes.includes(i)),
  );
  const first = out.findIndex((i) => c.axes.includes(i));
  const tail = out.slice(first);
  if (tail.length === ordered.axes.length) return ordered;
  const slots = tail.map((i) => (c.axes.includes(i) ? ":" : "None"));
  return code(`${within(ordered, PRIMARY)}[${slots.join(", ")}]`, PRIMARY, ordered.axes, c.truth);
}

/** The axes of an elementwise result: as wanted where that names them all, else as the fullest operand has them. */
export function jointAxes(codes: readonly Code[], want: readonly Index[]): readonly Index[] {
  const all = union(codes.map((c) => c.axes));
  const wanted = want.filter((i) => all.includes(i));
  if (wanted.length === all.length) return wanted;
  const full = codes.find((c) => c.axes.length === all.length);
  return full?.axes ?? [...wanted, ...all.filter((i) => !wanted.includes(i))];
}

/** A number as Python writes it; the sign included. */
export function number(value: Fraction): Code {
  const sign = value.s < 0n ? "-" : "";
  const level = value.s < 0n ? SIGN : PRIMARY;
  if (value.d === 1n) {
    const text = value.n < 1_000_000_000_000n ? `${value.n}` : `${Number(value.n)}`;
    return code(sign + (/^\d+$/.test(text) && text.length > 12 ? `${text}.0` : text), level);
  }
  if (isDecimal(value.d)) return code(`${sign}${Number(value.n) / Number(value.d)}`, level);
  return code(`${sign}${value.n} / ${value.d}`, PRODUCT);
}

function isDecimal(denominator: bigint): boolean {
  let rest = denominator;
  let digits = 0;
  for (const p of [2n, 5n]) for (; rest % p === 0n && digits < 16; rest /= p) digits += 1;
  return rest === 1n;
}

export interface SignedCode {
  readonly code: Code;
  readonly negative: boolean;
}

/** `a + b - c`, elementwise. */
export function sumOf(terms: readonly SignedCode[], want: readonly Index[]): Code {
  const out = jointAxes(
    terms.map((t) => t.code),
    want,
  );
  return code(terms.map((t, k) => signedText(t, out, k === 0)).join(""), SUM, out);
}

function signedText({ code: term, negative }: SignedCode, out: readonly Index[], first: boolean): string {
  const piece = aligned(numeric(term), out);
  // The first term may be a sum; one after a minus may not.
  const inner = within(piece, first && !negative ? SUM : PRODUCT);
  if (first) return negative ? minus(inner) : inner;
  const turned = inner.startsWith("-");
  return ` ${negative === turned ? "+" : "-"} ${turned ? inner.slice(1) : inner}`;
}

const minus = (text: string): string => `-${text.startsWith("-") ? `(${text})` : text}`;

/** `constant * a * b / (c * d)`, elementwise; two vectors on different axes are `np.outer`. */
export function productOf(
  constant: Fraction,
  above: readonly Code[],
  below: readonly Code[],
  want: readonly Index[],
): Code {
  const out = jointAxes([...above, ...below], want);
  const numbers = above.filter((c) => c.axes.length === 0);
  const arrays = above.filter((c) => c.axes.length > 0);
  const [lead, divisor] = split(constant.abs());
  const top = [...lead, ...numbers, ...outer(grouped(arrays), out)];
  return quotient(constant.s < 0n, top, [...divisor, ...below], out);
}

/** A positive constant as what it multiplies by and what it divides by; one is neither. */
function split(size: Fraction): readonly [readonly Code[], readonly Code[]] {
  const plain = size.d === 1n || number(size).level === PRIMARY;
  const lead = plain ? size : new Fraction(size.n);
  return [lead.equals(1) ? [] : [number(lead)], plain ? [] : [number(new Fraction(size.d))]];
}

function quotient(negative: boolean, top: readonly Code[], bottom: readonly Code[], out: readonly Index[]): Code {
  const [only] = top;
  const single = top.length <= 1 && bottom.length === 0;
  if (single && !negative) return only === undefined ? code("1", PRIMARY) : aligned(only, out);
  // NumPy refuses the negative of truth values.
  const above = negative && only !== undefined ? [numeric(only), ...top.slice(1)] : top;
  const upper = only === undefined ? "1" : join(above, out, PRODUCT);
  const signed = negative ? minus(upper) : upper;
  if (bottom.length === 0) return code(signed, single ? SIGN : PRODUCT, out);
  const lower = join(bottom, out, SIGN);
  return code(`${signed} / ${bottom.length > 1 ? `(${lower})` : lower}`, PRODUCT, out);
}

/** `a * b`; `least` is what the first factor must bind as tightly as. */
function join(codes: readonly Code[], out: readonly Index[], least: number): string {
  const pieces = codes.every((c) => c.truth) ? codes.map((c, k) => (k === 0 ? numeric(c) : c)) : codes;
  return pieces.map((c, k) => within(aligned(c, out), k === 0 ? least : SIGN)).join(" * ");
}

/** Factors on the same axes are multiplied first, before anything is spread over more axes. */
function grouped(arrays: readonly Code[]): readonly Code[] {
  const groups: Code[][] = [];
  for (const a of arrays) {
    const group = groups.find(([g]) => g?.axes.length === a.axes.length && a.axes.every((i) => g.axes.includes(i)));
    if (group === undefined) groups.push([a]);
    else group.push(a);
  }
  if (groups.length < 2) return arrays;
  return groups.map((group) => {
    const [first] = group;
    if (group.length === 1 || first === undefined) return group[0] ?? code("1.0", PRIMARY);
    return code(join(group, first.axes, PRODUCT), PRODUCT, first.axes);
  });
}

function outer(arrays: readonly Code[], out: readonly Index[]): readonly Code[] {
  const [a, b] = arrays;
  if (arrays.length !== 2 || a === undefined || b === undefined) return arrays;
  if (a.axes.length !== 1 || b.axes.length !== 1 || a.axes[0] === b.axes[0] || a.truth || b.truth) return arrays;
  const [first, second] = out[0] === a.axes[0] ? [a, b] : [b, a];
  return [code(`np.outer(${first.text}, ${second.text})`, PRIMARY, [...first.axes, ...second.axes])];
}
