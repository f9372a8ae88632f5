"""Checks the marks of the worksheets in this folder by central differences in a forward pass in NumPy.

    python3 oracle.py TABLE...

A table holds worksheets as authors write them. Below each stand, in lines that begin with `@`, the sizes, the inputs with
their shapes and what is known of them, and the forward pass in NumPy; then its claims, `+ Q X | LaTeX | right side in NumPy`,
marked `+` for right and `-` for wrong. `Q X` says that Q is differentiated by X, `Q X Z` by both. `g_z` stands for the
derivative of the last quantity by z. Nothing is shared with the program: the formulas of the claims stand beside them.
"""

import math
import re
import sys
import zlib

import numpy as np


class Sheet:
    def __init__(self, name):
        self.name, self.setup, self.claims = name, [], []


def sheets(path):
    found = []
    for line in open(path, encoding="utf8"):
        line = line.rstrip("\n")
        if line.startswith("# "):
            found.append(Sheet(line[2:]))
        elif line.startswith("@ "):
            found[-1].setup.append(line[2:])
        elif line[:2] in ("+ ", "- "):
            of, latex, value, *_ = line[2:].split(" | ")
            found[-1].claims.append((line[0] == "+", of.strip(), latex.strip(), value.strip()))
    return found


def softmax(z, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def expm(a):
    out = term = np.eye(len(a))
    for k in range(1, 40):
        term = term @ a / k
        out = out + term
    return out


KNOWN = "exp log sqrt tanh cosh cos sin trace diag outer kron eye ones zeros abs maximum minimum sign array stack where concatenate"
KNOWN = {name: getattr(np, name) for name in KNOWN.split()}
KNOWN.update(
    np=np,
    math=math,
    inv=np.linalg.inv,
    det=np.linalg.det,
    norm=np.linalg.norm,
    mpow=np.linalg.matrix_power,
    es=np.einsum,
    softmax=softmax,
    expm=expm,
    sig=lambda z: 1 / (1 + np.exp(-z)),
    relu=lambda z: np.maximum(z, 0),
    vec=lambda a: a.T.reshape(-1),
)


def drawn(shape, tags, random):
    a = random.uniform(0.3, 1.1, shape) * random.choice([-1, 1], shape)
    if "pos" in tags:
        a = random.uniform(0.4, 1.4, shape)
    if "wide" in tags:
        a = a * 3
    if "unit" in tags:
        a = random.uniform(0.15, 0.85, shape)
    if "pd" in tags:
        a = a @ a.T / shape[0] + np.eye(shape[0])
    if "posdet" in tags:
        a = a * 0.4 + np.eye(shape[0]) * 1.5
    if "sym" in tags:
        a = (a + a.T) / 2
    if "bin" in tags:
        a = (random.uniform(size=shape) > 0.5) * 1.0
        a.reshape(-1)[:2] = [0, 1][: a.size]
    if "pm" in tags:
        a = random.choice([-1.0, 1.0], shape)
    if "onehot" in tags:
        a = np.eye(shape[-1])[random.integers(0, shape[-1], shape[:-1])]
    if "prob" in tags:
        a = random.uniform(0.2, 1, shape)
        a = a / a.sum(-1, keepdims=True)
    return np.asarray(a, float)


class Forward:
    """The forward pass at a point, with any of its quantities moved."""

    def __init__(self, sheet, random):
        self.sizes, self.inputs, self.steps = {}, {}, []
        for line in sheet.setup:
            if line.startswith("dims "):
                self.sizes.update((k, int(v)) for k, v in (p.split("=") for p in line.split()[1:]))
            elif line.startswith("in "):
                for part in line.split()[1:]:
                    name, spec = part.split("=")
                    shape, *tags = spec.split(":")
                    sizes = tuple(int(eval(d, {}, self.sizes)) for d in shape.split(",") if d)
                    self.inputs[name] = drawn(sizes, tags, random)
            else:
                name, value = line.split(" = ", 1)
                self.steps.append((name.strip(), compile(value, sheet.name, "eval")))

    def __call__(self, moves=()):
        env = {**KNOWN, **self.sizes, **self.inputs}
        for name, by in moves:
            if name in env:
                env[name] = env[name] + by
        for name, value in self.steps:
            env[name] = np.asarray(eval(value, env), float)
            for moved, by in moves:
                if moved == name:
                    env[name] = env[name] + by
        return env

    def jacobian(self, of, by, h=1e-3):
        env = self()
        out = np.zeros(np.shape(env[of]) + np.shape(env[by]))
        for i in np.ndindex(*np.shape(env[by])):
            d = np.zeros(np.shape(env[by]))
            d[i] = 1
            f = lambda t: self([(by, t * d)])[of]
            out[(..., *i)] = (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)
        return out

    def hessian(self, of, by, and_by, h=2e-3):
        env = self()
        out = np.zeros(np.shape(env[by]) + np.shape(env[and_by]))
        for i in np.ndindex(*np.shape(env[by])):
            for j in np.ndindex(*np.shape(env[and_by])):
                d, e = np.zeros(np.shape(env[by])), np.zeros(np.shape(env[and_by]))
                d[i] = e[j] = 1
                f = lambda s, t: float(self([(by, s * d), (and_by, t * e)])[of])
                g = lambda t: (f(t, t) - f(t, -t) - f(-t, t) + f(-t, -t)) / (4 * t * t)
                out[i + j] = (4 * g(h) - g(2 * h)) / 3
        return out


class Values(dict):
    def __init__(self, forward):
        super().__init__(forward())
        self.forward = forward

    def __missing__(self, key):
        if key.startswith("g_"):
            return self.forward.jacobian(self.forward.steps[-1][0], key[2:])
        raise KeyError(key)


def is_equal(truth, written, values):
    try:
        value = np.asarray(eval(written, values), float)
    except ValueError:  # shapes that do not fit
        return False
    if value.shape != truth.shape:
        return False
    return bool(np.max(np.abs(value - truth), initial=0) < 2e-5 * (1 + np.max(np.abs(truth), initial=0)))


def main(paths):
    count = bad = 0
    for sheet in (s for p in paths for s in sheets(p)):
        equal = [[], []]
        for seed in (0, 1):
            forward = Forward(sheet, np.random.default_rng(zlib.crc32(sheet.name.encode()) + seed + 1))
            values, truths = Values(forward), {}
            for _, of, _, value in sheet.claims:
                if of not in truths:
                    parts = of.split()
                    truths[of] = forward.jacobian(*parts) if len(parts) == 2 else forward.hessian(*parts)
                equal[seed].append(is_equal(truths[of], value, values))
        for (right, _, latex, _), first, second in zip(sheet.claims, *equal):
            count += 1
            if (first and second) != right:
                bad += 1
                print(f"{sheet.name}: {latex} is marked {'+' if right else '-'}")
    print(f"{count} claims, {bad} not as marked")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
