import { numpyHelpers } from "../../functions/table.js";

/** Functions that a generated module defines for itself where it uses them, in this order. */
const HELPERS: ReadonlyMap<string, string> = new Map([
  [
    "_array",
    `def _array(value, order, dtype=float):
    """An array with \`order\` axes; a column (D, 1) stands for a vector, a vector for a row (1, D)."""
    array = np.asarray(value, dtype=dtype)
    if array.ndim == order + 1 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim == order - 1:
        array = array[..., None, :]
    if array.ndim != order:
        raise ValueError(f"expected an array with {order} axes, got shape {array.shape}")
    return array`,
  ],
  [
    "_size",
    `def _size(values, name):
    if name not in values:
        raise KeyError(f"{name}: the shape of no array tells this size, so \`values\` must hold it by name")
    return int(values[name])`,
  ],
  [
    "_given",
    `def _given(array, values, name):
    """Fills in the members that no equation computes, if \`values\` has them: all members, or the first ones alone."""
    for key in (name, f"{name}_0", f"{name}0"):
        if key in values:
            value = np.asarray(values[key], dtype=float)
            if value.size == array[0].size:
                value = value.reshape((1, *array.shape[1:]))
            array[: len(value)] = value.reshape((len(value), *array.shape[1:]))
            return`,
  ],
  [
    "_softmax",
    `def _softmax(z, axis):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)`,
  ],
  [
    "_logsumexp",
    `def _logsumexp(z, axis):
    top = np.max(z, axis=axis, keepdims=True)
    return np.squeeze(top, axis=axis) + np.log(np.sum(np.exp(z - top), axis=axis))`,
  ],
  [
    "_expm",
    `def _expm(a):
    """The matrix exponential, by scaling and squaring of a Taylor polynomial."""
    squarings = max(0, int(np.ceil(np.log2(max(np.linalg.norm(a, 1), 1e-300)))) + 4)
    step = a / 2.0**squarings
    term = result = np.eye(len(a))
    for k in range(1, 20):
        term = term @ step / k
        result = result + term
    for _ in range(squarings):
        result = result @ result
    return result`,
  ],
]);

/** The texts of the helpers used; imports first. */
export function helperTexts(used: ReadonlySet<string>): readonly string[] {
  const own = [...HELPERS].filter(([name]) => used.has(name)).map(([, text]) => text);
  const fromTable = [...numpyHelpers].filter(([name]) => used.has(name)).map(([, text]) => text);
  return [...fromTable, ...own];
}
