"""Compares backward() of generated modules with central differences of their own forward().

Reads a JSON list of {"name", "source", "loss", "values", "callables", "wrt"} and prints a list of {"name", "error", "problem"}.
"""

import json
import sys
import warnings

import numpy as np

STEP = 1e-5


def prepare(value):
    """Nested lists as float arrays; integers stay integers; members of different shapes stay a list."""
    if isinstance(value, list):
        try:
            array = np.array(value)
            if array.dtype != object:
                return array
        except ValueError:
            pass
        return [prepare(v) for v in value]
    return value


def places(value):
    """Every float in a value, as a path."""
    if isinstance(value, list):
        for k, v in enumerate(value):
            for path in places(v):
                yield (k, *path)
    elif isinstance(value, np.ndarray):
        if value.dtype.kind == "f":
            yield from np.ndindex(value.shape)
    elif isinstance(value, float):
        yield ()


def at(value, path):
    for k in path:
        value = value[k]
    return float(value)


def moved(value, path, by):
    if not path:
        return value + by
    if isinstance(value, list):
        return [moved(v, path[1:], by) if k == path[0] else v for k, v in enumerate(value)]
    copy = np.array(value, dtype=float)
    copy[path] += by
    return copy


def check(case):
    module = {}
    exec(compile(case["source"], case["name"], "exec"), module)
    values = {name: prepare(v) for name, v in case["values"].items()}
    helpers = {"np": np}
    values.update({name: eval(text, helpers) for name, text in case.get("callables", {}).items()})
    loss = lambda v: float(module["forward"](v)[case["loss"]])
    gradients = module["backward"](values)
    worst = 0.0
    for name, gradient in gradients.items():
        if name not in values:
            continue
        if not isinstance(values[name], list) and np.shape(gradient) != np.shape(values[name]):
            raise ValueError(f"{name}: shape {np.shape(gradient)}, wanted {np.shape(values[name])}")
        for path in places(values[name]):
            plus = loss({**values, name: moved(values[name], path, STEP)})
            minus = loss({**values, name: moved(values[name], path, -STEP)})
            numeric = (plus - minus) / (2 * STEP)
            error = abs(numeric - at(gradient, path)) / max(1.0, abs(numeric))
            if not error < 1e-6:
                raise ValueError(f"{name}{list(path)}: {at(gradient, path)}, by differences {numeric}")
            worst = max(worst, error)
    missing = [n for n in case.get("wrt", []) if n not in gradients]
    if missing:
        raise ValueError(f"no gradient for {missing}")
    return worst


def main():
    warnings.simplefilter("ignore")
    report = []
    for case in json.load(sys.stdin):
        try:
            report.append({"name": case["name"], "error": check(case), "problem": None})
        except Exception as problem:  # the report names it
            report.append({"name": case["name"], "error": None, "problem": f"{type(problem).__name__}: {problem}"})
    json.dump(report, sys.stdout)


main()
