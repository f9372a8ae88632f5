/** A matrix of numbers, by rows; a column has one column, a number is one by one. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** What computing something takes. Memory counts every number that is stored once. */
export interface Work {
  readonly multiplications: number;
  readonly additions: number;
}

/** The product, and the multiplications and additions that were made for it; `null` where the two do not multiply. */
export function multiply(a: Matrix, b: Matrix): (Matrix & Work) | null {
  if (isNumber(a) || isNumber(b)) {
    const [number, array] = isNumber(a) ? [a, b] : [b, a];
    const by = number.data[0] ?? Number.NaN;
    return { ...array, data: array.data.map((x) => x * by), multiplications: array.data.length, additions: 0 };
  }
  if (a.columns !== b.rows) return null;
  const data = new Float64Array(a.rows * b.columns);
  let multiplications = 0;
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < b.columns; j++) {
      let sum = 0;
      for (let k = 0; k < a.columns; k++) {
        sum += (a.data[i * a.columns + k] ?? Number.NaN) * (b.data[k * b.columns + j] ?? Number.NaN);
        multiplications += 1;
      }
      data[i * b.columns + j] = sum;
    }
  return { rows: a.rows, columns: b.columns, data, multiplications, additions: multiplications - data.length };
}

const isNumber = ({ rows, columns }: Matrix): boolean => rows === 1 && columns === 1;
