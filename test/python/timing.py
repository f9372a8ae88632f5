"""Times forward() and backward() of generated modules at large sizes: reads [{"name", "source", "values"}] with shapes, not numbers."""

import json
import sys
import time
import warnings

import numpy as np


def fill(value, rng):
    """{"shape": […]} is an array of that shape, {"integers": […], "below": n} one of positions."""
    if isinstance(value, list):
        return [fill(v, rng) for v in value]
    if isinstance(value, dict):
        if "integers" in value:
            return rng.integers(1, value["below"] + 1, value["integers"])
        return rng.uniform(0.1, 0.9, value["shape"]) * value.get("scale", 1.0)
    return value


def best(function, values):
    times = []
    start = time.perf_counter()
    while len(times) < 3 or (time.perf_counter() - start < 0.6 and len(times) < 50):
        before = time.perf_counter()
        function(values)
        times.append(time.perf_counter() - before)
    return min(times)


def main():
    warnings.simplefilter("ignore")
    report = []
    rng = np.random.default_rng(1)
    for case in json.load(sys.stdin):
        module = {}
        exec(compile(case["source"], case["name"], "exec"), module)
        values = {name: fill(v, rng) for name, v in case["values"].items()}
        forward, backward = best(module["forward"], values), best(module["backward"], values)
        report.append({"name": case["name"], "forward": forward, "backward": backward, "ratio": backward / forward})
    json.dump(report, sys.stdout)


main()
