"""Checks the tables of this folder by numbers: an evaluator of the LaTeX in them, and central differences.

It shares nothing with the program: the formulas are evaluated here, at random values of the declared shapes, every
size a different one. A line marked `=` must agree with the differences, a line marked `!` must not.

    python3 oracle.py TABLE...
"""

import math
import os
import re
import sys
import zlib

import numpy as np

SIZES = {"n": 3, "m": 4, "p": 2, "q": 5, "d": 3, "D": 3, "K": 4, "k": 2, "N": 4, "r": 2, "T": 5, "s": 2}
GREEK = "alpha beta gamma delta epsilon varepsilon zeta eta theta lambda mu nu rho sigma tau phi psi omega Sigma Lambda Phi Omega Theta ell kappa".split()
TOKEN = re.compile(
    r"\\(?:mathbf|boldsymbol|bm)\{\\?[A-Za-z1]+\}|\\(?:operatorname|mathrm|text)\{[A-Za-z -]+\}|\\[A-Za-z]+|\\[|{},;!: ]"
    r"|\d+(?:\.\d+)?|[A-Za-z]|[-+*/=(){}\[\]|^_,:']"
)
SKIP = {r"\,", r"\;", r"\!", r"\:", r"\ ", r"\left", r"\right", r"\big", r"\Big", r"\quad", r"\bigl", r"\bigr"}


def tokens(text):
    return [t for t in TOKEN.findall(text) if t not in SKIP]


def column(v):
    return np.asarray(v, float)


def is_scalar(v):
    return np.ndim(v) == 0


def settle(v):
    v = np.asarray(v, float)
    return float(v.reshape(())) if v.size == 1 else v


def times(a, b):
    if is_scalar(a) or is_scalar(b):
        return a * b
    if a.shape[1] != b.shape[0]:
        raise ShapeError(f"{a.shape} times {b.shape}")
    return settle(a @ b)


def same(a, b, op):
    if not (is_scalar(a) or is_scalar(b)) and a.shape != b.shape:
        raise ShapeError(f"{a.shape} with {b.shape}")
    return settle(op(np.asarray(a), np.asarray(b)))


class ShapeError(Exception):
    pass


def square(a):
    if is_scalar(a):
        return np.array([[a]])
    if a.shape[0] != a.shape[1]:
        raise ShapeError(f"{a.shape} is not square")
    return a


def expm(a):
    a = square(a)
    squarings = max(0, int(np.ceil(np.log2(max(np.abs(a).sum(), 1e-9)))) + 4)
    term = total = np.eye(len(a))
    for k in range(1, 24):
        term = term @ (a / 2.0**squarings) / k
        total = total + term
    for _ in range(squarings):
        total = total @ total
    return settle(total)


def diag(a):
    if is_scalar(a):
        return a
    if 1 in a.shape:
        return np.diag(a.reshape(-1))
    return np.diag(square(a)).reshape(-1, 1)


def vec(a):
    return a if is_scalar(a) else a.reshape(-1, 1, order="F")


def softmax(a):
    if 1 in a.shape:
        e = np.exp(a - a.max())
        return e / e.sum()
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def adjugate(a):
    a = square(a)
    n = len(a)
    minor = lambda i, j: np.linalg.det(np.delete(np.delete(a, i, 0), j, 1))
    return np.array([[(-1) ** (i + j) * minor(j, i) for j in range(n)] for i in range(n)])


def entrywise(f):
    return lambda a: settle(f(np.asarray(a, float)))


sigmoid = entrywise(lambda x: 1 / (1 + np.exp(-x)))
FUNCTIONS = {
    "det": lambda a: float(np.linalg.det(square(a))),
    "tr": lambda a: float(np.trace(square(a))),
    "exp": entrywise(np.exp),
    "ln": entrywise(np.log),
    "sin": entrywise(np.sin),
    "cos": entrywise(np.cos),
    "tanh": entrywise(np.tanh),
    "sigma": sigmoid,
    "sign": entrywise(np.sign),
    "relu": entrywise(lambda x: np.maximum(x, 0)),
    "softplus": entrywise(lambda x: np.log1p(np.exp(x))),
    "expm": expm,
    "vec": vec,
    "diag": diag,
    "softmax": softmax,
    "logsoftmax": lambda a: np.log(softmax(a)),
    "logsumexp": lambda a: float(np.log(np.exp(a).sum())),
    "adj": adjugate,
    "cof": lambda a: adjugate(a).T,
    "sum": lambda a: float(np.sum(a)),
}
ALIASES = {"Tr": "tr", "trace": "tr", "log": "ln", "Diag": "diag", "sgn": "sign", "ReLU": "relu", "lse": "logsumexp", "logdet": "logdet"}
FUNCTIONS["logdet"] = lambda a: float(np.log(np.linalg.det(square(a))))


def function_name(token):
    found = re.fullmatch(r"\\(?:operatorname|mathrm|text)\{([A-Za-z -]+)\}|\\([A-Za-z]+)", token or "")
    if not found:
        return None
    name = (found[1] or found[2]).replace(" ", "").replace("-", "")
    name = ALIASES.get(name, name)
    return name if name in FUNCTIONS else None


class Reader:
    """Evaluates while it reads. `values` by symbol; `letters` are indices, counted from 1; `ranges` their sizes."""

    def __init__(self, text, values, letters=None, sizes=None):
        self.t = tokens(text)
        self.i = 0
        self.values = values
        self.letters = dict(letters or {})
        self.sizes = sizes or SIZES
        self.text = text

    @property
    def next(self):
        return self.t[self.i] if self.i < len(self.t) else None

    def take(self, expected=None):
        token = self.next
        if token is None or (expected is not None and token != expected):
            raise SyntaxError(f"{self.text}: expected {expected}, found {token} at {self.i}")
        self.i += 1
        return token

    def read(self):
        value = self.sum()
        if self.next is not None:
            raise SyntaxError(f"{self.text}: {self.t[self.i:]}")
        return value

    def sum(self):
        sign = 1
        while self.next in ("+", "-"):
            sign *= -1 if self.take() == "-" else 1
        value = self.term() if sign > 0 else -self.term()
        while self.next in ("+", "-"):
            minus = self.take() == "-"
            other = self.term()
            value = self.plus(value, -other if minus else other)
        return value

    @staticmethod
    def plus(a, b):
        if not is_scalar(a) and not is_scalar(b) and a.shape != b.shape:
            # A column is added to every column of a matrix with as many rows, a row likewise.
            if a.shape[0] == b.shape[0] and 1 in (a.shape[1], b.shape[1]):
                return a + b
            raise ShapeError(f"{a.shape} plus {b.shape}")
        return settle(np.asarray(a) + np.asarray(b))

    def term(self):
        value = self.product()
        while self.next in (r"\odot", r"\circ", r"\otimes", r"\oslash", ":", r"\cdot", "/", r"\times"):
            op = self.take()
            other = self.product()
            if op in (r"\odot", r"\circ"):
                value = same(value, other, np.multiply)
            elif op == r"\oslash":
                value = same(value, other, np.divide)
            elif op == r"\otimes":
                value = np.kron(value, other)
            elif op == ":":
                value = float(np.sum(same(value, other, np.multiply)))
            elif op == "/":
                value = value / other
            else:
                value = times(value, other)
        return value

    def starts(self):
        t = self.next
        return t is not None and t not in ("+", "-", ")", "]", "}", ",", "=", ":", "/", r"\}", r"\odot", r"\circ", r"\otimes", r"\oslash", r"\cdot", r"\times", r"\rangle", r"\rVert", "^", "_") and not (
            t in ("|", r"\|") and self.bars and self.bars[-1] == t
        )

    bars = ()

    def product(self):
        parts = [self.factor()]
        while self.starts():
            parts.append(self.factor())
        value = parts[0]
        # From the right where only that multiplies: a scalar such as x^T y may stand in the middle.
        for other in parts[1:]:
            value = times(value, other)
        return value

    def group(self, close):
        saved, self.bars = self.bars, ()
        value = self.sum()
        self.bars = saved
        self.take(close)
        return value

    def factor(self):
        t = self.next
        name = function_name(t)
        if t == r"\sum":
            return self.big_sum()
        if name is not None and not (t == r"\sigma" and self.t[self.i + 1 : self.i + 2] != ["("]):
            return self.application(name)
        return self.scripts(self.primary())

    def application(self, name):
        self.take()
        powers = []
        if name == "tr" and self.next == "_":
            raise SyntaxError("subscript")
        while self.next == "^":
            self.take()
            powers.append(self.raw_script())
        if self.next in ("(", "["):
            argument = self.group_any()
            value = FUNCTIONS[name](argument)
            for p in powers:
                value = self.scripted(value, p)
            return self.scripts(value)
        argument = self.factor()
        if name in ("tr", "det"):
            while self.starts():
                argument = times(argument, self.factor())
        value = FUNCTIONS[name](argument)
        for p in powers:
            value = self.scripted(value, p)
        return value

    def group_any(self):
        return self.group({"(": ")", "[": "]"}[self.take()])

    def big_sum(self):
        self.take(r"\sum")
        low, high, names = 1, None, []
        self.take("_")
        script = self.raw_script()
        if "=" in script:
            names = [script[0]]
            low = int(Reader("".join(script[2:]), self.values, self.letters, self.sizes).read())
        else:
            names = [s for s in script if s != ","]
        if self.next == "^":
            self.take()
            script = self.raw_script()
            high = int(Reader(" ".join(script), self.values, self.letters, self.sizes).read())
        start = self.i

        def run(rest):
            if not rest:
                self.i = start
                return self.term()
            total = None
            top = high if high is not None else self.range_of(rest[0], start)
            for v in range(low, top + 1):
                self.letters[rest[0]] = v
                value = run(rest[1:])
                total = value if total is None else self.plus(total, value)
            self.letters.pop(rest[0], None)
            return 0.0 if total is None else total

        return run(names)

    def range_of(self, letter, start):
        """The size of the axis at which a letter stands."""
        t = self.t
        for i in range(start, len(t)):
            key, after = self.symbol_at(i)
            if key in self.values and after < len(t) and t[after] == "_":
                script, _ = self.script_at(after + 1)
                script = [s for s in script if s != ","]
                if letter in script and not is_scalar(self.values[key]):
                    shape = self.values[key].shape
                    return shape[script.index(letter)] if len(script) == 2 else max(shape)
        raise SyntaxError(f"{self.text}: no range for {letter}")

    def script_at(self, i):
        if self.t[i] == "{":
            depth, j = 1, i + 1
            while depth:
                depth += {"{": 1, "}": -1}.get(self.t[j], 0)
                j += 1
            return self.t[i + 1 : j - 1], j
        return [self.t[i]], i + 1

    def raw_script(self):
        script, self.i = self.script_at(self.i)
        return script

    def symbol_at(self, i):
        """The longest declared symbol at `i`, and where it ends: `\\mu_1` before `\\mu`."""
        t = self.t
        if i >= len(t):
            return None, i
        if i + 1 < len(t) and t[i + 1] == "_":
            script, after = self.script_at(i + 2)
            key = f"{t[i]}_{''.join(script)}"
            if key in self.values:
                return key, after
        return t[i], i + 1

    def integer(self, script):
        return int(Reader(" ".join(script), self.values, self.letters, self.sizes).read())

    def primary(self):
        t = self.next
        if t in ("(", "["):
            return self.group_any()
        if t == "{":
            self.take()
            return self.group("}")
        if t in ("|", r"\|", r"\lVert"):
            return self.barred()
        if t == r"\langle":
            self.take()
            a = self.sum()
            self.take(",")
            b = self.group(r"\rangle")
            if self.next == "_":
                self.take()
                self.raw_script()
            return float(np.sum(same(a, b, np.multiply)))
        if t == r"\frac":
            self.take()
            self.take("{")
            a = self.group("}")
            self.take("{")
            return a / self.group("}")
        if t == r"\sqrt":
            self.take()
            self.take("{")
            return FUNCTIONS["sqrt"](self.group("}"))
        if re.fullmatch(r"\d+(\.\d+)?", t or ""):
            return float(self.take())
        return self.symbol()

    def barred(self):
        t = self.take()
        close = {"|": "|", r"\|": r"\|", r"\lVert": r"\rVert"}[t]
        saved, self.bars = self.bars, (close,)
        a = self.sum()
        self.bars = saved
        self.take(close)
        if t == "|":
            return abs(a) if is_scalar(a) else (np.abs(a) if 1 in a.shape else float(np.linalg.det(square(a))))
        kind = "2"
        if self.next == "_":
            self.take()
            kind = "".join(self.raw_script())
        if is_scalar(a):
            return abs(a)
        if kind == "1":
            return float(np.abs(a).sum())
        if kind in (r"\infty",):
            return float(np.abs(a).max())
        if kind not in ("2", "F"):
            weight = self.values[kind]
            return float(np.sqrt((a.T @ weight @ a).item()))
        return float(np.sqrt(np.sum(a**2)))

    def symbol(self):
        key, after = self.symbol_at(self.i)
        if key in self.values and not (key in self.letters):
            self.i = after
            value = self.values[key]
            if self.next == "_" and not is_scalar(value):
                self.take()
                script = [s for s in self.raw_script() if s != ","]
                at = [self.integer([s]) - 1 for s in script]
                return float(value[at[0], at[1]] if len(at) == 2 else value.reshape(-1)[at[0]])
            return value
        t = self.take()
        if t in self.letters:
            return float(self.letters[t])
        if t == r"\pi":
            return math.pi
        if t == "e" and self.next == "^":
            self.take()
            return float(np.exp(Reader(" ".join(self.raw_script()), self.values, self.letters, self.sizes).read()))
        if t == "e" and self.next == "_":
            self.take()
            script = self.raw_script()
            return ("unit", self.integer(script))
        if t == "J" and self.next == "^":
            self.take()
            i, j = (self.letters[s] for s in self.raw_script())
            return ("single", i, j)
        if t == r"\delta" and self.next == "_":
            self.take()
            i, j = [s for s in self.raw_script() if s != ","]
            return float(self.letters[i] == self.letters[j])
        if t in ("I", r"\mathbf{1}", r"\mathbf{I}"):
            if self.next == "_":
                self.take()
                n = self.sizes["".join(self.raw_script())]
            else:
                n = None
            one = t == r"\mathbf{1}"
            if n is None:
                return ("ones",) if one else ("identity",)
            return np.ones((n, 1)) if one else np.eye(n)
        if t in self.sizes:
            return float(self.sizes[t])
        raise SyntaxError(f"{self.text}: what is {t}?")

    def scripts(self, value):
        while self.next in ("^", "_", "'"):
            mark = self.take()
            if mark == "'":
                value = self.scripted(value, [r"\top"])
                continue
            script = self.raw_script()
            if mark == "_":
                at = [self.integer([s]) - 1 for s in script if s != ","]
                value = float(value[at[0], at[1]] if len(at) == 2 else value.reshape(-1)[at[0]])
            else:
                value = self.scripted(value, script)
        return value

    def scripted(self, value, script):
        if script in ([r"\top"], ["T"], [r"\intercal"], [r"\mathsf"]) and not (script == ["T"] and is_scalar(value)):
            return value if is_scalar(value) else settle(value.T)
        if script in (["-", r"\top"], ["-", "T"]):
            return settle(np.linalg.inv(square(value)).T)
        if script[0] in (r"\odot", r"\circ"):
            return settle(np.asarray(value) ** float(Reader(" ".join(script[1:]), self.values, self.letters, self.sizes).read()))
        power = Reader(" ".join(script), self.values, self.letters, self.sizes).read()
        if is_scalar(value):
            return float(value) ** power
        if value.shape[0] != value.shape[1]:
            if power < 0:
                raise ShapeError(f"{value.shape} is not square")
            return value**power
        if power == int(power):
            return np.linalg.matrix_power(value, int(power))
        w, u = np.linalg.eigh((value + value.T) / 2)
        return u @ np.diag(w**power) @ u.T


FUNCTIONS["sqrt"] = entrywise(np.sqrt)

# ---- I, 1 and e_i take the size that makes the formula fit: every size is tried in turn ----

UNSIZED = re.compile(r"\\mathbf\{1\}(?!_)|(?<![A-Za-z\\{])I(?![_A-Za-z])|J\^\{[a-z]{2}\}|(?<![A-Za-z\\])e_\{?[a-z]\}?|\\mathbf\{I\}(?!_)")


class Sized(Reader):
    """A reader to whom each unsized constant has been given a size, in the order of the text."""

    def __init__(self, text, values, letters, sizes, choice):
        super().__init__(text, values, letters, sizes)
        self.choice = choice

    def symbol(self):
        position = self.i
        value = super().symbol()
        if not isinstance(value, tuple):
            return value
        kind = value[0]
        n = self.choice(self, position, kind)
        if kind == "ones":
            return np.ones((n, 1))
        if kind == "identity":
            return np.eye(n)
        if kind == "unit":
            if value[1] > n:
                raise ShapeError("no such entry")
            out = np.zeros((n, 1))
            out[value[1] - 1] = 1
            return out
        rows, columns = n if isinstance(n, tuple) else (n, n)
        if value[1] > rows or value[2] > columns:
            raise ShapeError("no such entry")
        out = np.zeros((rows, columns))
        out[value[1] - 1, value[2] - 1] = 1
        return out


def evaluate(text, values, letters, sizes, shape, single):
    """The value of a formula in which I, 1 and e_i have the first sizes at which it multiplies and has the wanted shape."""
    found = [m for m in UNSIZED.finditer(text)]
    pool = sorted({d for v in values.values() if not is_scalar(v) for d in v.shape if d > 1})
    products = sorted({a * b for a in pool for b in pool})
    count = len(found)
    error = None
    slots = {}

    def attempt(sizes_of):
        order = {}

        def choice(reader, position, kind):
            if kind == "single":
                return single
            key = position
            if key not in order:
                order[key] = len(order)
            k = order[key]
            return sizes_of[k] if k < len(sizes_of) else pool[0]

        return Sized(text, values, letters, sizes, choice).read()

    from itertools import product

    options = [pool + [x for x in products if x not in pool]] * count
    last = None
    for chosen in product(*options):
        try:
            value = attempt(chosen)
        except (ShapeError, ValueError) as problem:
            error = problem
            continue
        last = value
        got = () if is_scalar(value) else value.shape
        if shape is None or got == shape or (got == () and int(np.prod(shape or (1,))) == 1):
            return value
    if last is not None:
        return last
    raise error if error is not None else ShapeError("nothing fits")


# ---- tables ----


def parse(path):
    rows, row, inherited = [], None, ""
    for line in open(path, encoding="utf8"):
        line = line.rstrip("\n")
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("given "):
            inherited = line[6:]
        elif line.startswith("of "):
            of, by = line[3:].split(" by ")
            row = {"given": inherited, "let": [], "of": of.strip(), "by": by.strip(), "claims": [], "table": path}
            rows.append(row)
        elif line.startswith("let "):
            row["let"].append(line[4:])
        else:
            tag, _, side = line.partition(" ")
            row["claims"].append({"tag": tag, "side": side})
    return rows


DECLARED = re.compile(r"\$([^$]*?)\\in\s*(\\mathbb\{[RN]\}|\\\{0,\s*1\\\})(?:\^\{?([^$]*?)\}?)?\$([^$.;]*)")


def sample(given, rng):
    values = {}
    for names, field, size, words in DECLARED.findall(given):
        dims = [d.strip() for d in re.split(r"\\times", size)] if size else []
        shape = [SIZES[d] if d in SIZES else int(d) for d in dims]
        for name in names.split(","):
            key = "".join(tokens(name))
            if "N" in field:
                values[key] = 3.0
                continue
            if "0" in field:
                v = np.zeros((shape[0], 1))
                v[rng.integers(shape[0])] = 1
                values[key] = v
                continue
            v = rng.normal(size=(shape + [1])[:2] if shape else ())
            if "positive definite" in words:
                v = v @ v.T + np.eye(len(v))
            elif "positive" in words:
                v = 0.6 + np.abs(v) / 2
            elif "symmetric" in words:
                v = v + v.T
            elif "diagonal" in words:
                v = np.diag(np.diag(v))
            if "probability" in words:
                v = np.abs(v) + 0.1
                v = v / v.sum()
            # A determinant below zero has no logarithm.
            if v.ndim == 2 and len(shape) == 2 and v.shape[0] == v.shape[1] and np.linalg.det(v) < 0 and "symmetric" not in words:
                v = v[:, ::-1] if len(v) % 4 in (2, 3) else v[[1, 0] + list(range(2, len(v)))]
            values[key] = float(v) if v.ndim == 0 else v
    return values


def forward(row, values, letters=None):
    values = dict(values)
    for line in row["let"]:
        name, _, side = line.partition("=")
        values["".join(tokens(name))] = evaluate(side, values, letters, SIZES, None, None)
    return evaluate(row["of"], values, letters, SIZES, None, None), values


def flat(v, stacked=False):
    return np.asarray(v, float).reshape(-1, order="F" if stacked else "C")


def difference(row, values, key, stacked=False):
    """The Jacobian of `of` by the entries of `key`: outputs, then entries."""
    base = values[key]
    size = 1 if is_scalar(base) else base.size
    columns = []
    for k in range(size):
        out = []
        for h in (1e-4, -1e-4, 2e-4, -2e-4):
            moved = np.array(base, float)
            if is_scalar(base):
                v = float(moved) + h
            else:
                view = moved.reshape(-1, order="F" if stacked else "C").copy()
                view[k] += h
                v = view.reshape(base.shape, order="F" if stacked else "C")
            out.append(flat(forward(row, {**values, key: v})[0], stacked))
        columns.append((8 * (out[0] - out[1]) - (out[2] - out[3])) / 12e-4)
    return np.array(columns).T


def truth(row, values):
    """The derivative as an array of the shape in which it is claimed, and how a claim by entries reads it."""
    by = row["by"]
    of, all_values = forward(row, values)
    stacked = by.startswith("vec")
    if "," in by:
        a = by.split(",")[0]
        h = np.zeros((values[a].size,) * 2)
        inner = dict(row)
        step = 1e-3
        for k in range(values[a].size):
            for s, w in ((step, 8), (-step, -8), (2 * step, -1), (-2 * step, 1)):
                moved = values[a].copy().reshape(-1, order="F")
                moved[k] += s
                j = difference(inner, {**values, a: moved.reshape(values[a].shape, order="F")}, a, True)
                h[k] += w * j.reshape(-1) / (12 * step)
        return h, all_values
    key = "".join(tokens(re.sub(r"^vec\((.*)\)$", r"\1", by)))
    entry = re.fullmatch(r"(.*)_\{(\w)(\w)\}", by)
    if entry and key not in values:
        key = "".join(tokens(entry[1]))
    j = difference(row, values, key, stacked)
    x = values[key]
    if stacked and not is_scalar(of):
        return j, all_values
    if stacked:
        return j.reshape(-1, 1), all_values
    if entry:
        shape = x.shape
        slices = j.reshape(np.shape(of) + shape)
        return ("entries", entry[2], entry[3], slices), all_values
    if is_scalar(of):
        return j.reshape(np.shape(x)), all_values
    if is_scalar(x):
        return j.reshape(of.shape), all_values
    return j, all_values


def claim_error(claim, row, expected, values, sizes):
    """The largest difference, relative; infinite where a shape does not fit."""
    tag = claim["tag"]
    letters = re.search(r"\[(\w+)\]", tag)
    worst = 0.0
    # A finite family of entries, or the whole.
    if isinstance(expected, tuple):
        _, i, j, slices = expected
        cells = [({i: a + 1, j: b + 1}, slices[..., a, b]) for a in range(slices.shape[-2]) for b in range(slices.shape[-1])]
        single = slices.shape[-2:]
        if letters:
            k, l = letters[1][:2]
            cells = [({**c, k: a + 1, l: b + 1}, s[a, b]) for c, s in cells for a in range(s.shape[0]) for b in range(s.shape[1])]
    elif letters:
        names = letters[1]
        e = np.asarray(expected)
        e = e if len(names) == 2 else e.reshape(-1)
        cells = [({n: k + 1 for n, k in zip(names, at)}, e[at]) for at in np.ndindex(*e.shape)]
        single = None
    else:
        cells, single = [({}, expected)], None
    for at, want in cells:
        shape = np.shape(want)
        try:
            value = evaluate(claim["side"], values, at, sizes, shape, single)
        except (ShapeError, np.linalg.LinAlgError):
            return math.inf
        if np.shape(value) != shape:
            if not (is_scalar(value) and shape and np.prod(shape) == 1) and not is_scalar(value):
                return math.inf
            if is_scalar(value) and value != 0 and shape:
                return math.inf
        scale = 1 + np.abs(want).max() if np.size(want) else 1
        worst = max(worst, float(np.abs(np.asarray(value) - want).max()) / scale)
    return worst


def admissible(row, seed):
    """The truth at a point where it is defined: a logarithm's argument may come out negative."""
    for attempt in range(40):
        values = sample(row["given"], np.random.default_rng([seed, attempt]))
        with np.errstate(invalid="ignore"):
            expected, everything = truth(row, values)
        if np.all(np.isfinite(expected[3] if isinstance(expected, tuple) else expected)):
            return expected, everything
    raise ArithmeticError("no point at which the formula is defined")


def main(paths):
    bad = right = wrong = identities = 0
    for path in paths:
        for number, row in enumerate(parse(path)):
            identities += 1
            # The same points whatever the order of the files; where one is far from everything, another tells more.
            seeds = [zlib.crc32(f"{os.path.basename(path)}/{number}/{k}".encode()) for k in range(3)]
            try:
                points = [admissible(row, seed) for seed in seeds]
            except Exception as problem:  # noqa: BLE001
                print(f"{path}: {row['of']} by {row['by']}: {type(problem).__name__} {problem}")
                bad += 1
                continue
            for claim in row["claims"]:
                try:
                    error = max(claim_error(claim, row, *point, SIZES) for point in points)
                except Exception as problem:  # noqa: BLE001
                    print(f"{path}: {row['of']} by {row['by']}: {claim['side']}: {type(problem).__name__} {problem}")
                    bad += 1
                    continue
                if claim["tag"].startswith("="):
                    right += 1
                    ok = error < 1e-5
                else:
                    wrong += 1
                    ok = error > 1e-4
                if not ok:
                    bad += 1
                    print(f"{path}: d {row['of']} / d {row['by']}: {claim['tag']} {claim['side']}: differs by {error:.2g}")
    print(f"{identities} identities, {right} right and {wrong} wrong claims, {bad} not as marked")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
