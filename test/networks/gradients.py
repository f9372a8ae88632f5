"""Compares generated modules with networks written in NumPy by hand.

Reads a JSON list of {"name", "source", "names"}, with the source of a module and the names of symbols by their LaTeX, and prints
a list of {"name", "problem"}. The oracle of a worksheet is the function of that name in one of the files in oracles/: it draws
the inputs and computes the network, marking each intermediate. What backward() returns is compared with central differences of the
oracle, what forward() returns with its values; nothing of the module decides what is right.
"""

import importlib.util
import json
import pathlib
import re
import sys
import traceback
import warnings
import zlib

import numpy as np

STEP = 1e-4
VALUE_TOLERANCE = 1e-9
GRADIENT_TOLERANCE = 1e-7


class Network:
    """One run of an oracle: inputs by name, intermediates by name, the loss, and one entry that is moved."""

    def __init__(self, name, inputs=None, moved=None):
        self.name = name
        self.inputs = {} if inputs is None else inputs
        self.moved = moved
        self.values = {}
        self.fixed = set()
        self.uncompared = set()
        self.loss_value = None

    def _moved(self, name, value):
        if self.moved is None or self.moved[0] != name:
            return value
        _, path, by = self.moved
        return _with(value, path, by)

    def _input(self, name, draw):
        if name not in self.inputs:
            seed = zlib.crc32(f"{self.name}/{name}".encode())
            self.inputs[name] = draw(np.random.default_rng(seed))
        return self._moved(name, self.inputs[name])

    # Inputs.

    def normal(self, name, *shape, scale=0.8):
        return self._input(name, lambda r: _plain(scale * r.standard_normal(shape)))

    def positive(self, name, *shape):
        return self._input(name, lambda r: _plain(r.uniform(0.4, 1.6, shape)))

    def unit(self, name, *shape):
        """Between 0 and 1."""
        return self._input(name, lambda r: _plain(r.uniform(0.1, 0.9, shape)))

    def binary(self, name, *shape):
        return self._input(name, lambda r: _plain(r.integers(0, 2, shape).astype(float)))

    def sign(self, name, *shape):
        return self._input(name, lambda r: _plain(2.0 * r.integers(0, 2, shape) - 1))

    def onehot(self, name, *shape):
        """One entry of the last axis is one."""
        return self._input(name, lambda r: np.eye(shape[-1])[r.integers(0, shape[-1], shape[:-1])])

    def simplex(self, name, *shape):
        """Positive, the last axis sums to one."""
        return self._input(name, lambda r: r.dirichlet(np.full(shape[-1], 2.0), shape[:-1]))

    def spd(self, name, n):
        def draw(r):
            a = r.standard_normal((n, n))
            return a @ a.T / n + np.eye(n)

        return self._input(name, draw)

    def whole(self, name, low, high, *shape):
        """Whole numbers from low to high, both included: never differentiated."""
        self.fixed.add(name)
        return self._input(name, lambda r: r.integers(low, high + 1, shape) if shape else int(r.integers(low, high + 1)))

    def given(self, name, value, fixed=False):
        """An input with this value; `fixed`: not differentiated."""
        if fixed:
            self.fixed.add(name)
        return self._input(name, lambda r: _plain(np.array(value, dtype=float)))

    def sequence(self, name, members):
        """A family whose members differ in shape: functions of a random generator."""
        return self._input(name, lambda r: [_plain(m(r)) for m in members])

    # What is computed.

    def at(self, name, value):
        """An intermediate; its derivative is that of everything after it."""
        value = [_plain(np.array(v, dtype=float)) for v in value] if isinstance(value, list) else _plain(np.array(value, dtype=float))
        self.values[name] = value
        return self._moved(name, value)

    def step(self, name, k, value, count=None):
        """Member k, from 0, of a family of intermediates, in order; in any order, if it is said how many there are."""
        value = _plain(np.array(value, dtype=float))
        if count is None:
            self.values.setdefault(name, []).append(value)
        else:
            self.values.setdefault(name, [None] * count)[k] = value
        if self.moved is None or self.moved[0] != name or self.moved[1][0] != k:
            return value
        _, path, by = self.moved
        return _with(value, path[1:], by)

    def loss(self, name, value):
        self.loss_value = float(value)
        self.values[name] = float(value)


def _plain(value):
    array = np.asarray(value)
    return float(array) if array.ndim == 0 else array


def _paths(value):
    if isinstance(value, list):
        for k, v in enumerate(value):
            for path in _paths(v):
                yield (k, *path)
    else:
        yield from np.ndindex(np.shape(value))


def _entry(value, path):
    for k in path:
        value = value[k]
    return float(value)


def _with(value, path, by):
    if isinstance(value, list):
        return [_with(v, path[1:], by) if k == path[0] else v for k, v in enumerate(value)]
    if path == ():
        return value + by
    copy = np.array(value, dtype=float)
    copy[path] += by
    return copy


def _same_shape(value, other):
    if isinstance(value, list):
        return len(value) == len(other) and all(np.shape(a) == np.shape(b) for a, b in zip(value, other))
    return np.shape(value) == np.shape(other)


def _bare(latex):
    """A symbol's LaTeX without what is written in several ways: fonts, braces, spaces."""
    fonts = r"\\(mathbf|boldsymbol|bm|mathrm|text|mathcal|textbf|vec|underline|mathit)(?![A-Za-z])"
    return re.sub(r"[{}\s]|_\{\\cdot\}|_\\cdot", "", re.sub(fonts, "", latex))


ORACLES = {}


def network(name, **sizes):
    """Registers an oracle: a function of a Network and of the sizes. Of a tuple of sizes each is tried."""

    def register(body):
        lists = [k for k, s in sizes.items() if isinstance(s, tuple)]
        # Two depths differ.
        shift = {k: n for n, k in enumerate(lists)}
        rounds = range(max((len(sizes[k]) for k in lists), default=1))
        ORACLES[name] = body, [
            {k: s[(n + shift[k]) % len(s)] if k in shift else s for k, s in sizes.items()} for n in rounds
        ]
        return body

    return register


def check(case):
    body, rounds = ORACLES[case["name"]]
    found = [(sizes, p) for sizes in rounds for p in check_sizes(case, body, sizes)]
    return [p if len(rounds) == 1 else f"{sizes}: {p}" for sizes, p in found]


def check_sizes(case, body, sizes):
    names = {_bare(latex): name for latex, name in case["names"].items()}

    def name_of(key):
        return case["names"].get(key) or names.get(_bare(key), key)

    def run(inputs, moved=None):
        net = Network(case["name"], inputs, moved)
        body(net, **sizes)
        return net

    plain = run({})
    inputs = plain.inputs
    values = {name_of(s): n for s, n in sizes.items()}
    values.update({name_of(n): v for n, v in inputs.items()})
    module = {}
    exec(compile(case["source"], case["name"], "exec"), module)
    forward = module["forward"](dict(values))
    backward = module["backward"](dict(values))
    problems = []

    for key, value in plain.values.items():
        name = name_of(key)
        if name not in forward:
            problems.append(f"forward() lacks {name}; it has {', '.join(forward)}")
            continue
        if not _same_shape(value, forward[name]):
            problems.append(f"forward() {name}: shape {np.shape(forward[name])}, wanted {np.shape(value)}")
            continue
        for path in _paths(value):
            a, b = _entry(forward[name], path), _entry(value, path)
            if not abs(a - b) <= VALUE_TOLERANCE * max(1.0, abs(b)):
                problems.append(f"WRONG forward() {name}{list(path)}: {a}, oracle {b}")
                break

    loss_name = next(n for n, v in reversed(plain.values.items()) if isinstance(v, float))
    known = {name_of(k): k for k in [*inputs, *plain.values] if k != loss_name}
    for name, key in known.items():
        if key in plain.fixed:
            continue
        value = inputs[key] if key in inputs else plain.values[key]
        numeric = {}
        for path in _paths(value):
            a, b, c, d = (run(inputs, (key, path, k * STEP)).loss_value for k in (1, -1, 2, -2))
            numeric[path] = (8 * (a - b) - (c - d)) / (12 * STEP)
        if name not in backward:
            if any(abs(n) > 1e-7 for n in numeric.values()):
                problems.append(f"backward() lacks {name}; it has {', '.join(backward)}")
            continue
        if not _same_shape(value, backward[name]):
            problems.append(f"backward() {name}: shape {np.shape(backward[name])}, wanted {np.shape(value)}")
            continue
        for path, n in numeric.items():
            g = _entry(backward[name], path)
            if not abs(g - n) <= GRADIENT_TOLERANCE * max(1.0, abs(n)):
                problems.append(f"WRONG backward() {name}{list(path)}: {g}, oracle {n}")
                break
    known |= {name_of(k): k for k in plain.uncompared}
    unknown = [n for n in backward if n not in known and n != name_of(loss_name)]
    if unknown:
        problems.append(f"the oracle does not know {', '.join(unknown)}")
    return problems


def main():
    warnings.simplefilter("ignore")
    sys.modules["gradients"] = sys.modules["__main__"]
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
    oracles = folder if folder.is_dir() else folder.parent / "oracles"
    sys.path.insert(0, str(oracles))
    for file in sorted(oracles.glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"oracles_{file.stem}", file)
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    report = []
    for case in json.load(sys.stdin):
        try:
            problems = check(case) if case["source"] is not None else ["no module"]
        except Exception as problem:  # the report names it
            where = traceback.extract_tb(problem.__traceback__)[-1]
            problems = [f"{type(problem).__name__}: {problem} ({pathlib.Path(where.filename).name}:{where.lineno})"]
        report.append({"name": case["name"], "problem": "\n".join(problems) if problems else None})
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
