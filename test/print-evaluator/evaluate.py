"""Evaluates the index and matrix forms that `derive --json` prints, and compares them with the gradients of the forward pass.

Reads a JSON list of cases from standard input: {"name", "loss", "symbols", "gradients", "source", "values", "callables"}; `source` is
the module that `derive --to numpy` prints, `values` are inputs for it by name. Prints a list of
{"name", "wrt", "form", "latex", "problem"}, one for each form that is wrong or that cannot be read.
"""

import json
import math
import re
import sys
import warnings

import numpy as np
from reader import Ambiguous, Reader, Symbol

STEP = 1e-5
TOLERANCE = 1e-6


def erf(x):
    return np.vectorize(math.erf, otypes=[float])(x)


def softmax(x):
    # Of a column down the column, of a row or of a matrix along the rows.
    axis = 0 if x.shape[1] == 1 else 1
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def diag(x):
    return np.diag(x[:, 0]) if x.shape[1] == 1 else np.diag(x).reshape(-1, 1)


CALLS = {
    "log": np.log, "exp": np.exp, "tanh": np.tanh, "sin": np.sin, "cos": np.cos, "tan": np.tan, "cosh": np.cosh,
    "sinh": np.sinh, "arctan": np.arctan, "sqrt": np.sqrt, "abs": np.abs, "sign": np.sign, "sgn": np.sign, "erf": erf,
    "sigmoid": sigmoid, "softplus": lambda x: np.log1p(np.exp(x)), "SiLU": lambda x: x * sigmoid(x),
    "GELU": lambda x: x * (1 + erf(x / math.sqrt(2))) / 2, "ReLU": lambda x: np.maximum(x, 0), "softmax": softmax,
    "prod": np.prod, "rowprod": lambda x: np.prod(x, axis=1).reshape(-1, 1), "diag": diag, "tr": np.trace, "trace": np.trace, "det": np.linalg.det, "norm": np.linalg.norm,
    "clip": np.clip, "max": np.maximum, "min": np.minimum, "sech": lambda x: 1 / np.cosh(x), "arcsinh": np.arcsinh, "artanh": np.arctanh,
}  # fmt: skip
RELATIONS = {
    "<": np.less, ">": np.greater, "=": np.equal, "\\le": np.less_equal, "\\leq": np.less_equal, "\\ge": np.greater_equal,
    "\\geq": np.greater_equal, "\\ne": np.not_equal, "\\neq": np.not_equal,
}  # fmt: skip


def is_scalar(x):
    return np.ndim(x) == 0


def settled(x):
    """A result of one row and one column is a scalar."""
    return float(x[0, 0]) if np.ndim(x) == 2 and x.shape == (1, 1) else x


class Evaluator:
    """Values of trees; arrays are columns or matrices. Indices count from 1."""

    def __init__(self, values, gradients, symbols, callables):
        self.values, self.gradients, self.symbols, self.callables = values, gradients, symbols, callables
        self.env = {}

    def of(self, node):
        return getattr(self, node[0])(*node[1:])

    def group(self, node):
        return self.of(node)

    def number(self, value):
        return value

    def index(self, name):
        return self.env[name]

    def value(self, symbol, member):
        return self.shaped(self.values, symbol, member)

    def gradient(self, symbol, member):
        return self.shaped(self.gradients, symbol, member)

    def shaped(self, table, symbol, member):
        array = self.member(table, symbol, member)
        if np.ndim(array) == 1:
            # A row is declared as one.
            return np.reshape(array, (1, -1) if symbol.shape[:1] == ["1"] and len(symbol.shape) == 2 else (-1, 1))
        return float(array) if is_scalar(array) else np.asarray(array, dtype=float)

    def member(self, table, symbol, member):
        if member is None:
            return table[symbol.name]
        place = self.of(member)
        low = Reader(symbol.family[1], self.symbols, {}).whole()
        members = table[symbol.name]
        at = int(round(place - self.of(low)))
        if 0 <= at < len(members):
            return members[at]
        # The first members may be given on their own.
        for other in self.symbols:
            if other.family is None and other.base == symbol.base and str(int(place)) in (other.sub or other.sup or []):
                return table[other.name]
        raise IndexError(f"no member {place} of {symbol.name}")

    def entry(self, node, positions):
        array = self.of(node)
        at = [slice(None) if p is None else int(round(self.of(p))) - 1 for p in positions]
        if is_scalar(array) and all(k == 0 for k in at):
            return array
        if len(at) == 1 and array.ndim == 2:
            at = [*at, 0] if array.shape[1] == 1 else [0, *at]
        if any(not isinstance(k, slice) and not 0 <= k < n for k, n in zip(at, array.shape)):
            raise IndexError(f"position {[k + 1 for k in at]} of an array of shape {array.shape}")
        picked = array[tuple(at)]
        if np.ndim(picked) != 1:
            return picked
        # A row of a matrix is a row; whatever else is left of one axis is a column.
        return picked.reshape(1, -1) if array.ndim == 2 and not isinstance(at[0], slice) else picked.reshape(-1, 1)

    def sum(self, terms):
        values = [(sign, settled(self.of(t))) for sign, t in terms]
        shapes = {v.shape for _, v in values if not is_scalar(v)}
        if len(shapes) > 1:
            raise ValueError(f"a sum of shapes {shapes}")
        return sum(sign * v for sign, v in values)

    def product(self, factors):
        return self.multiplied(factors)[0]

    def multiplied(self, factors):
        """The product, and how many of its factors are arrays."""
        value, arrays = 1.0, 0
        for f in factors:
            if is_scalar(value) and value == 0:
                break  # a guard that is zero makes everything behind it zero, also what does not exist
            v = settled(self.of(f))
            arrays += 0 if is_scalar(v) else 1
            value = settled(value * v if is_scalar(v) or is_scalar(value) else value @ v)
        return value, arrays

    def entrywise(self, parts):
        value = None
        for how, node in parts:
            factors = node[1] if node[0] == "product" else [node]
            v, arrays = self.multiplied(factors)
            if arrays > 1:
                raise Ambiguous("a chain of matrices beside an entrywise product")
            if value is not None and not is_scalar(v) and not is_scalar(value) and np.shape(v) != np.shape(value):
                raise ValueError(f"entry by entry, shapes {np.shape(value)} and {np.shape(v)}")
            value = v if value is None else value * v if how == "*" else value / v
        return value

    def big(self, operator, index, low, high, conditions, body):
        old = self.env.get(index)
        total = 0.0 if operator == "\\sum" else 1.0
        for k in range(int(round(self.of(low))), int(round(self.of(high))) + 1):
            self.env[index] = k
            if all(self.of(c) for c in conditions):
                total = total + self.of(body) if operator == "\\sum" else total * self.of(body)
        self.env[index] = old
        return total

    def quotient(self, above, below):
        b = settled(self.of(below))
        if not is_scalar(b):
            raise Ambiguous("division by an array")
        return settled(self.of(above)) / b

    def transpose(self, node):
        x = self.of(node)
        return x if is_scalar(x) else x.T

    def inverse(self, node):
        x = settled(self.of(node))
        return 1 / x if is_scalar(x) else np.linalg.inv(x)

    def power(self, node, exponent):
        x, e = settled(self.of(node)), self.of(exponent)
        square = not is_scalar(x) and x.shape[0] == x.shape[1]
        return np.linalg.matrix_power(x, int(e)) if square else x**e

    def ones(self, size):
        if size is None:
            raise Ambiguous("a vector of ones without its size")
        return np.ones((int(round(self.of(size))), 1))

    def identity(self, size):
        if size is None:
            raise Ambiguous("an identity without its size")
        return np.eye(int(round(self.of(size))))

    def basis(self, place):
        # Its length is that of the column it stands in.
        column = np.zeros((self.length, 1))
        column[int(round(self.of(place))) - 1] = 1
        return column

    def cases(self, branches):
        for value, condition in branches:
            if condition is None or self.holds(condition):
                return self.of(value)
        raise ValueError("no case applies")

    def condition(self, parts):
        holds = self.holds(parts)
        return float(holds) if is_scalar(holds) else holds.astype(float)

    def holds(self, parts):
        values = [p if isinstance(p, str) else settled(self.of(p)) for p in parts]
        if len(values) == 1:
            raise Ambiguous("a condition without a comparison")
        result = True
        for left, relation, right in zip(values[0::2], values[1::2], values[2::2]):
            result = np.logical_and(result, RELATIONS[relation](left, right))
        return result

    def argument(self, name, index, low, high, body):
        old = self.env.get(index)
        places = range(int(self.of(low)), int(self.of(high)) + 1)
        values = []
        for k in places:
            self.env[index] = k
            values.append(self.of(body))
        self.env[index] = old
        return places[int(np.argmax(values) if name == "argmax" else np.argmin(values))]

    def call(self, name, args):
        values = [settled(self.of(a)) for a in args]
        if name in self.callables:
            return self.callables[name](*values)
        if name.endswith("'"):
            return self.callables[f"{name.rstrip(chr(39))}_prime"](*values)
        return settled(CALLS[name](*values))

    def partial(self, head, args, which):
        values = [self.of(a) for a in args]
        name = re.sub(r"\\mathcal\{?(\w+)\}?|\\", lambda m: f"cal_{m[1]}" if m[1] else "", head)
        return self.callables[f"{name}_prime" if len(args) == 1 else f"{name}_{which + 1}"](*values)


# ---- comparison ----


def prepared(value):
    if isinstance(value, list):
        try:
            array = np.array(value)
            if array.dtype != object:
                return array
        except ValueError:
            pass
        return [prepared(v) for v in value]
    return value


def differences(module, loss, values, name):
    """The gradient of the loss by one input, by central differences."""
    def at(v):
        return float(module["forward"]({**values, name: v})[loss])

    def by(v, put):
        if isinstance(v, list):
            return [by(x, lambda y, k=k: put([*v[:k], y, *v[k + 1 :]])) for k, x in enumerate(v)]
        array = np.array(v, dtype=float)
        result = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            ends = []
            for sign in (1, -1):
                moved = array.copy()
                moved[place] += sign * STEP
                ends.append(at(put(moved)))
            result[place] = (ends[0] - ends[1]) / (2 * STEP)
        return result

    return by(values[name], lambda v: v)


def members_of(symbol, evaluator, expected):
    """(member number, array) for each member; one without a number for a symbol that is no family."""
    if symbol.family is None:
        return [(None, expected)]
    low = int(evaluator.of(Reader(symbol.family[1], evaluator.symbols, {}).whole()))
    return [(low + k, m) for k, m in enumerate(expected)]


def compare_index(evaluator, symbol, member, indices, right, expected):
    for number, array in members_of(symbol, evaluator, expected):
        array = np.asarray(array, dtype=float)
        if member is not None:
            evaluator.env["".join(member)] = number
        names = [] if indices is None else ["".join(i) for i in indices]
        if len(names) > array.ndim:  # an axis of one
            array = array.reshape([1 if n == "1" else -1 for n in names])
        if len(names) != array.ndim:
            raise Ambiguous(f"indices {names} for an array of shape {array.shape}")
        for place in np.ndindex(array.shape):
            for n, k in zip(names, place):
                evaluator.env[n] = k + 1
            close(evaluator.of(right), array[place], f"member {number}, entry {[k + 1 for k in place]}")


def slices_of(array, indices, evaluator):
    """The parts of an array that `∂L/∂x_{n,:,:} = …` speaks of, one for each value of its letters; a row of a matrix is a row."""
    names = [] if indices is None else ["".join(i) for i in indices]
    held = [k for k, n in enumerate(names) if n != ":"]
    if not held:
        yield array
        return
    for place in np.ndindex(*[array.shape[k] for k in held]):
        for k, at in zip(held, place):
            if names[k].isdigit():
                continue
            evaluator.env[names[k]] = at + 1
        part = array[tuple(place[held.index(k)] if k in held else slice(None) for k in range(array.ndim))]
        yield part.reshape(1, -1) if array.ndim == 2 and held == [0] else part


def compare_matrix(evaluator, symbol, member, indices, right, expected):
    for number, array in members_of(symbol, evaluator, expected):
        array = np.asarray(array, dtype=float)
        if member is not None:
            evaluator.env["".join(member)] = number
        for part in slices_of(array, indices, evaluator):
            compare_part(evaluator, symbol, number, right, part)


def compare_part(evaluator, symbol, number, right, array):
    evaluator.length = array.shape[-1] if array.ndim == 2 and len(array) == 1 else array.shape[0] if array.ndim else 1
    got = settled(evaluator.of(right))
    if array.ndim == 1:
        array = array.reshape(-1, 1)
    array = settled(array)
    if np.shape(got) != np.shape(array) and not (is_scalar(got) and got == 0):
        if np.shape(got) != np.shape(array)[::-1] or 1 not in np.shape(array):
            raise ValueError(f"shape {np.shape(got)}, wanted {np.shape(array)}")
        if symbol.shape[:1] != ["1"]:
            raise ValueError(f"shape {np.shape(got)}, wanted {np.shape(array)}")
        got = got.T
    close(got, array, f"member {number}")


def close(got, wanted, where):
    error = np.max(np.abs(np.asarray(got) - wanted), initial=0.0)
    if not error <= TOLERANCE * max(1.0, float(np.max(np.abs(wanted), initial=0.0))):
        raise ValueError(f"{where}: printed {got}, by differences {wanted}")


def check(case):
    module = {}
    exec(compile(case["source"], case["name"], "exec"), module)
    values = {name: prepared(v) for name, v in case["values"].items()}
    callables = {name: eval(text, {"np": np}) for name, text in case["callables"].items()}
    inputs = {**values, **callables}
    forward = module["forward"](inputs)
    known = {**values, **forward}
    gradients = module["backward"](inputs)
    symbols = [Symbol(s) for s in case["symbols"]]
    functions = {f for f in callables} | {f.replace("_prime", "") for f in callables}
    functions |= {"\\" + f for f in functions}
    callables.update({"\\" + name: f for name, f in callables.items()})
    evaluator = Evaluator(known, gradients, symbols, callables)
    for gradient in case["gradients"]:
        name = gradient["name"]
        expected = gradients[name]
        if name in values and name not in forward:
            expected = differences(module, case["loss"], inputs, name)
        for form in ("index", "matrix"):
            latex = gradient[form]
            if latex is None:
                continue
            problem = None
            try:
                reader = Reader(latex, symbols, functions)
                symbol, member, indices, right = reader.equation()
                if symbol.name != name:
                    raise Ambiguous(f"the left side reads as that of {symbol.name}")
                if form == "index":
                    compare_index(evaluator, symbol, member, indices, right, expected)
                else:
                    compare_matrix(evaluator, symbol, member, indices, right, expected)
            except (Ambiguous, ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
                problem = f"{type(error).__name__}: {error}"
            if problem is not None:
                yield {"name": case["name"], "wrt": name, "form": form, "latex": latex, "problem": problem}


def main():
    warnings.simplefilter("ignore")
    found = []
    for case in json.load(sys.stdin):
        found.extend(check(case))
    json.dump(found, sys.stdout)


main()
