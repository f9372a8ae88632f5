"""Decides by central differences which claims of the tables in networks/ are true. See README.md."""

import ast
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).parent
STEP = 1e-5


def functions(rng):
    """What the Python of a table may call, besides NumPy."""

    def softmax(z, axis=-1):
        e = np.exp(z - z.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)

    def n(*shape):
        return rng.standard_normal(shape)

    def pos(*shape):
        return rng.uniform(0.4, 1.7, shape)

    def onehot(*shape):
        flat = np.zeros((int(np.prod(shape[:-1])), shape[-1]))
        for k, row in enumerate(flat):
            row[k % shape[-1]] = 1.0
        return flat.reshape(shape)

    return {
        **{name: getattr(np, name) for name in NUMPY},
        "np": np,
        "n": n,
        "pos": pos,
        "bits": lambda *shape: (rng.uniform(size=shape) > 0.5).astype(float),
        "onehot": onehot,
        "simplex": lambda *shape: softmax(n(*shape)),
        "softmax": softmax,
        "sig": lambda z: 1 / (1 + np.exp(-z)),
        "relu": lambda z: np.maximum(z, 0),
        "softplus": lambda z: np.log1p(np.exp(z)),
        "ones": lambda *shape: np.ones(shape),
        "sq": lambda z: np.sum(z * z),
        "inv": np.linalg.inv,
        "det": np.linalg.det,
        "norm": np.linalg.norm,
    }


NUMPY = "exp log tanh cosh sqrt sign abs sum mean max outer diag eye trace kron where maximum minimum cos sin stack zeros einsum arange".split()


class Network:
    """A forward pass that can be run with one of its quantities moved a little."""

    def __init__(self, name, lines):
        self.name = name
        self.tree = ast.parse("\n".join(lines))
        self.values = self.run({})
        self.gradients = {}

    def run(self, moved):
        scope = functions(np.random.default_rng(7))
        for statement in self.tree.body:
            exec(compile(ast.Module([statement], []), self.name, "exec"), scope)
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in moved:
                    scope[node.id] = scope[node.id] + moved[node.id]
        return scope

    def directions(self, name):
        shape = np.shape(self.values[name])
        for at in np.ndindex(*shape):
            e = np.zeros(shape)
            e[at] = 1.0
            yield at, e

    def jacobian(self, of, wrt):
        key = (of, wrt)
        if key not in self.gradients:
            out = np.zeros(np.shape(self.values[of]) + np.shape(self.values[wrt]))
            for at, e in self.directions(wrt):
                ends = [np.asarray(self.run({wrt: k * STEP * e})[of]) for k in (-1, 1, -2, 2)]
                column = (8 * (ends[1] - ends[0]) - (ends[3] - ends[2])) / (12 * STEP)
                out[(...,) + at] = column
            self.gradients[key] = out
        return self.gradients[key]

    def second(self, a, b):
        out = np.zeros(np.shape(self.values[a]) + np.shape(self.values[b]))
        h = 2e-3
        for i, e in self.directions(a):
            for j, f in self.directions(b):
                total = 0.0
                for p in (-1, 1):
                    for q in (-1, 1):
                        moved = {a: p * h * e}
                        moved[b] = moved.get(b, 0) + q * h * f
                        total += p * q * float(self.run(moved)["L"])
                out[i + j] = total / (4 * h * h)
        return out

    def holds(self, python):
        """Do all sides of a claim agree?"""
        network = self

        class Gradient:
            def __getattr__(self, name):
                return network.jacobian("L", name)

        scope = {**self.values, "G": Gradient(), "D": self.jacobian, "H": self.second}
        first, *others = [side.strip() for side in python.split(" ~ ")]
        if not others:
            raise ValueError(f"one side only: {python}")
        left = np.asarray(eval(first, scope), dtype=float)
        tolerance = 1e-4 if "H(" in python else 1e-6
        for other in others:
            try:
                right = np.asarray(eval(other, scope), dtype=float)
            except ValueError as error:
                # What does not multiply is no value.
                if "shape" in str(error) or "dimension" in str(error):
                    return False
                raise
            if left.shape != right.shape or not np.allclose(left, right, rtol=tolerance, atol=tolerance):
                return False
        return True


def claims_of(line):
    """The classes of a line and the Python of each of its claims."""
    head, *parts = [p.strip() for p in line.split(" ;; ")]
    if head[0] in "-=" or len(parts) == 2:
        classes = head[1:].split() if head[0] == "=" else [head[0]]
        latex, python = parts
    else:
        classes, latex, (python,) = [head[0]], head[1:], parts
    del latex
    pythons = [p.strip() for p in python.split("&&")]
    if len(pythons) != len(classes):
        raise ValueError("as many classes as claims are needed")
    return zip(classes, pythons)


TRUE = {"+": True, "0": True, "-": False, "c": False}


def check(path):
    faults, count = 0, 0
    name, python, network = "", [], None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("# "):
            name, python, network = line[2:], [], None
        elif line.startswith("% "):
            python.append(line[2:])
        elif line[:2] in ("+ ", "- ", "0 ", "? ", "= ") and python:
            try:
                network = network or Network(name, python)
                for kind, claim in claims_of(line):
                    count += 1
                    wanted = TRUE.get(kind[0])
                    if claim == "-" or wanted is None:
                        continue
                    if network.holds(claim) != wanted:
                        raise ValueError(f"is {not wanted}: {claim}")
            except Exception as error:
                faults += 1
                print(f"{path.name}:{number}: {name}: {type(error).__name__}: {error}")
    return faults, count


def main():
    names = sys.argv[1:] or sorted(str(p) for p in (HERE / "networks").glob("*.txt"))
    results = [check(pathlib.Path(n)) for n in names]
    print(f"{sum(c for _, c in results)} claims, {sum(f for f, _ in results)} of them are not what the table says")
    sys.exit(1 if any(f for f, _ in results) else 0)


if __name__ == "__main__":
    main()
