"""Writes vw.json: what Vowpal Wabbit's default rule makes of rows with raw columns, of several losses and weights.

    python -m venv venv && venv/bin/pip install vowpalwabbit
    venv/bin/python test/golden/vw.py [folder with vw_0001.dat]

The rows of `cases` are made here, and stand in the file: columns of very different scales that grow, some of them absent
from a row (0), and labels whose range grows. With the folder, the file also holds the weights after vw_0001.dat, the
first file of Vowpal Wabbit's own tests, by feature in the order in which features first occur, and then the constant's.
Vowpal Wabbit computes in f32.
"""

import json
import pathlib
import random
import sys

import vowpalwabbit

random.seed(3)
SCALES = [1e-3, 0.2, 1, 30, 5e3]
NAMES = [f"x{i}" for i in range(len(SCALES))]
target = pathlib.Path(__file__).with_name("vw.json")


def rows_of(count, kind, weighted):
    rows = []
    for i in range(count):
        growth = 1 + 2 * (i > count / 3) + 10 * (i > count / 2)
        x = [0 if random.random() < 0.2 else float(f"{random.gauss(0.3, 1) * s * growth:.4g}") for s in SCALES]
        score = sum(v / s for v, s in zip(x, SCALES)) / growth + random.gauss(0, 0.3)
        y = round(score * (1 + i / count) - 0.5, 3) if kind == "squared" else (1 if score > 0.6 else -1)
        rows.append({"x": x, "y": y, "weight": random.choice([0.25, 1, 2, 7]) if weighted else 1})
    return rows


def weight_of(workspace, name):
    return workspace.get_weight(workspace.hash_feature(name, workspace.hash_space("f")))


def constant_of(workspace):
    return workspace.get_weight(11650396 & ((1 << 18) - 1))


def short(value):
    return float(f"{value:.8g}")


def learn(rows, options):
    workspace = vowpalwabbit.Workspace("--quiet " + options)
    predictions = []
    for row in rows:
        features = " ".join(f"{n}:{v}" for n, v in zip(NAMES, row["x"]) if v != 0)
        example = workspace.example(f"{row['y']} {row['weight']} |f {features}")
        workspace.learn(example)
        predictions.append(short(example.get_simplelabel_prediction()))
        workspace.finish_example(example)
    return {
        "weights": [short(weight_of(workspace, name)) for name in NAMES],
        "constant": short(constant_of(workspace)),
        "loss": short(workspace.get_sum_loss() / workspace.get_weighted_examples()),
        "predictions": predictions,
    }


CASES = {
    "squared": ("squared", False, ""),
    "squared, weighted": ("squared", True, ""),
    "squared, another rate": ("squared", True, "-l 2"),
    "logistic": ("logistic", False, "--loss_function logistic"),
    "logistic, weighted": ("logistic", True, "--loss_function logistic"),
    "hinge, weighted": ("hinge", True, "--loss_function hinge"),
}
out = {"version": vowpalwabbit.__version__, "cases": {}}
for name, (kind, weighted, options) in CASES.items():
    rows = rows_of(120, kind, weighted)
    out["cases"][name] = {"kind": kind, "rows": rows, **learn(rows, options)}


def learn_file(lines, options):
    workspace = vowpalwabbit.Workspace("--quiet " + options)
    for line in lines:
        workspace.learn(line)
    names = dict.fromkeys(f.rsplit(":", 1)[0] for line in lines for f in line.split("|features ")[1].split())
    space = workspace.hash_space("features")
    weights = [workspace.get_weight(workspace.hash_feature(name, space)) for name in names]
    return {
        "loss": short(workspace.get_sum_loss() / workspace.get_weighted_examples()),
        "constant": short(constant_of(workspace)),
        "weights": [float(f"{w:.7g}") for w in weights],
    }


if len(sys.argv) > 1:
    lines = pathlib.Path(sys.argv[1], "vw_0001.dat").read_text().splitlines()
    signed = ["-1" + line[1:] if line[0] == "0" else line for line in lines]
    out["vw_0001"] = {
        "squared": learn_file(lines, ""),
        "logistic": learn_file(signed, "--loss_function logistic"),
    }
elif target.exists():
    out["vw_0001"] = json.loads(target.read_text())["vw_0001"]
target.write_text(json.dumps(out, separators=(",", ":")) + "\n")
