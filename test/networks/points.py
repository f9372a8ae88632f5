"""One point of each network: what its oracle draws, every value that it computes, every gradient by central differences.

Reads a JSON list of {"name", "names"} and prints a list of {"name", "given", "values", "gradients"}, all by the names of the program.
"""

import importlib.util
import json
import pathlib
import sys
import warnings

import gradients
import numpy as np


def nested(value):
    if isinstance(value, list):
        return [nested(v) for v in value]
    return np.asarray(value, dtype=float).tolist()


def filled(value, numeric, path=()):
    if isinstance(value, list):
        return [filled(v, numeric, (*path, k)) for k, v in enumerate(value)]
    shape = np.shape(value)
    return np.array([numeric[(*path, *p)] for p in np.ndindex(shape)]).reshape(shape).tolist()


def point(case):
    body, (sizes, *_) = gradients.ORACLES[case["name"]]
    names = {gradients._bare(latex): name for latex, name in case["names"].items()}

    def name_of(key):
        return names.get(gradients._bare(key), key)

    def run(inputs, moved=None):
        net = gradients.Network(case["name"], inputs, moved)
        body(net, **sizes)
        return net

    plain = run({})
    loss = next(n for n, v in reversed(plain.values.items()) if isinstance(v, float))
    found = {}
    for key in [*plain.inputs, *plain.values]:
        if key in plain.fixed or key == loss:
            continue
        value = plain.inputs[key] if key in plain.inputs else plain.values[key]
        step = gradients.STEP
        numeric = {}
        for path in gradients._paths(value):
            a, b, c, d = (run(plain.inputs, (key, path, k * step)).loss_value for k in (1, -1, 2, -2))
            numeric[path] = (8 * (a - b) - (c - d)) / (12 * step)
        found[name_of(key)] = filled(value, numeric)
    given = {name_of(s): n for s, n in sizes.items()}
    given.update({name_of(n): nested(v) for n, v in plain.inputs.items()})
    values = {name_of(n): nested(v) for n, v in plain.values.items()}
    return {"name": case["name"], "given": given, "values": values, "gradients": found}


warnings.simplefilter("ignore")
for file in sorted((pathlib.Path(__file__).parent / "oracles").glob("*.py")):
    spec = importlib.util.spec_from_file_location(f"oracles_{file.stem}", file)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
json.dump([point(case) for case in json.load(sys.stdin) if case["name"] in gradients.ORACLES], sys.stdout)
