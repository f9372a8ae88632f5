"""Says of the lines of these worksheets which are true, by central differences of each network's own forward pass.

    python3 oracle.py FILE...

Prints how many lines have a value, and those that are not what they are marked as.
"""

import sys

import numpy as np
from numpy import (  # noqa: F401  (what the values are written with)
    abs, array, cos, diag, einsum, exp, eye, log, max, ones, outer, sign, sin, sqrt, sum, tanh, tile, trace, where, zeros,
)

STEP = 1e-5
inv, det = np.linalg.inv, np.linalg.det


def sig(z):
    return 1 / (1 + exp(-z))


def softplus(z):
    return log(1 + exp(z))


def sm(z):
    e = exp(z - max(z, axis=-1, keepdims=True))
    return e / sum(e, axis=-1, keepdims=True)


def lse(z):
    return log(sum(exp(z)))


def relu(z):
    return np.maximum(z, 0)


def added(values):
    total = 0
    for v in values:
        total = total + v
    return total


FUNCTIONS = dict(globals())


def networks(path):
    found = []
    for line in open(path, encoding="utf-8"):
        key, _, rest = line.rstrip("\n").partition(" ")
        network = found[-1] if found else {}
        if key == "===":
            found.append({"name": rest, "inputs": [], "lines": []})
        elif key == "#":
            continue
        elif key in ("in:", "pos:", "bin:", "oh:"):
            network["inputs"] += [(key[:-1], *word.split("=")) for word in rest.split()]
        elif key == "py:":
            network["steps"] = [step.strip() for step in rest.split(";")]
        elif rest[:2] in ("= ", "! ", "~ "):
            network["lines"].append((key, rest[0], rest.rpartition(" ## ")[2], rest))
    return found


def draw(random, kind, size):
    a = random.normal(size=tuple(int(n) for n in size.split(",")))
    if kind == "bin":
        a = (a > 0).astype(float)
        a.flat[0], a.flat[1] = 1, 0
    if kind == "pos":
        a = abs(a) + 0.3
    if kind == "oh":
        a = eye(a.size)[1]
    return a[0] if size == "1" else a


class Network:
    def __init__(self, network):
        random = np.random.default_rng(11)
        self.inputs = {name: draw(random, kind, size) for kind, name, size in network["inputs"]}
        self.steps = [(step.split("=")[0].strip(), step) for step in network["steps"]]
        self.loss = self.steps[-1][0]

    def run(self, moved=None, by=0.0):
        values = {**FUNCTIONS, **self.inputs}
        if moved in self.inputs:
            values[moved] = values[moved] + by
        for name, step in self.steps:
            exec(step, values)
            if name == moved:
                values[name] = values[name] + by
        return values

    def derivative(self, y, x):
        values = self.run()
        of, by = np.asarray(values[y], float), np.asarray(values[x], float)
        slopes = zeros(of.shape + by.shape)
        for at in np.ndindex(*by.shape):
            step = zeros(by.shape)
            step[at] = STEP
            up, down = self.run(x, step)[y], self.run(x, -step)[y]
            slopes[(..., *at)] = (np.asarray(up, float) - np.asarray(down, float)) / (2 * STEP)
        return slopes

    def agrees(self, target, value):
        y, _, x = target.rpartition("/")
        true = self.derivative(y or self.loss, {"alpha": "a"}.get(x, x))
        network = self

        class Values(dict):
            def __missing__(self, name):
                if name.startswith("d_"):
                    return network.derivative(network.loss, name[2:])
                raise KeyError(name)

        written = np.asarray(eval(value, Values({**self.run(), "J": self.derivative})), float)
        return written.shape == true.shape and np.allclose(written, true, rtol=1e-5, atol=1e-7)


def main(paths):
    count, faults = 0, []
    for path in paths:
        for network in networks(path):
            own = Network(network)
            for target, mark, value, text in network["lines"]:
                if value in "?%":
                    continue
                count += 1
                if own.agrees(target, value) != (mark == "="):
                    faults.append(f"{network['name']}: {target} {text}")
    print(f"{count} lines, {len(faults)} of them not as marked")
    print("\n".join(faults))


main(sys.argv[1:])
