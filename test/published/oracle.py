"""Decides by central differences which lines of the published derivations are right, where a forward pass in NumPy is given.

`numpy` of a derivation is its forward pass, as in test/claims (see the README there), its loss `L`; `numpy` of a line is the
line in Python, `G.W ~ outer(G.z, x)`.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "claims"))

from oracle import Network  # noqa: E402


def faults(derivation):
    if "numpy" not in derivation:
        return
    network = Network(derivation["id"], derivation["numpy"])
    for line in derivation["lines"]:
        if "numpy" not in line:
            continue
        found = "right" if network.holds(line["numpy"]) else "wrong"
        if found != line["verdict"]:
            yield f"{derivation['id']}: {line['lhs']} = {line['rhs']} is {found}"


def main():
    names = sys.argv[1:] or sorted(str(p) for p in HERE.glob("*.json"))
    derivations = [d for n in names for d in json.loads(pathlib.Path(n).read_text())]
    found = [f for d in derivations for f in faults(d)]
    for fault in found:
        print(fault)
    lines = sum(1 for d in derivations if "numpy" in d for line in d["lines"] if "numpy" in line)
    print(f"{lines} lines, {len(found)} of them are not what their derivation says")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
