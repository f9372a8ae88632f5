/** A derivative found by differences, and how far off it may be. */
export interface Slope {
  readonly value: number;
  readonly error: number;
}

const LEVELS = 9;

/**
 * The derivative of `f` at zero: central differences at halved steps, extrapolated to step zero (Richardson), of which
 * the entry is taken that its neighbours confirm best. So steps that cross a kink or leave the domain do no harm.
 * Source: Ridders 1982. Stops once the error is below `enough`.
 */
export function slopeAtZero(f: (h: number) => number, step: number, enough: number): Slope {
  let best: Slope = { value: Number.NaN, error: Number.POSITIVE_INFINITY };
  let last: number[] = [];
  for (let level = 0, h = step; level < LEVELS && best.error > enough; level++, h /= 2) {
    const row = [(f(h) - f(-h)) / (2 * h)];
    if (!Number.isFinite(row[0])) {
      last = [];
      continue;
    }
    for (let m = 1, power = 4; m <= last.length; m++, power *= 4) {
      const [left = 0, above = 0] = [row[m - 1], last[m - 1]];
      const value = (power * left - above) / (power - 1);
      row.push(value);
      const error = Math.max(Math.abs(value - left), Math.abs(value - above));
      if (error < best.error) best = { value, error };
    }
    last = row;
  }
  return best;
}
