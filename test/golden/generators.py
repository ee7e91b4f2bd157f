"""Writes generators.json: rows of River's generators with the labels that it gives them, for each concept.

    pip install river==0.26.1
    python3 test/golden/generators.py

agrawal: salary, commission, age, elevel, car, zipcode, hvalue, hyears, loan, and whether group A. stagger: size, color
and shape by River's numbers, and the label. sea: x1, x2, x3, and the label, which River gives the other way round.
"""

import itertools
import json
import pathlib

import river
from river.datasets import synth

NAMES = ["salary", "commission", "age", "elevel", "car", "zipcode", "hvalue", "hyears", "loan"]


def rows(stream, count, names):
    return [[*(x[name] for name in names), int(y)] for x, y in itertools.islice(stream, count)]


golden = {
    "river": river.__version__,
    "agrawal": [rows(synth.Agrawal(classification_function=v, seed=v + 1), 150, NAMES) for v in range(10)],
    "stagger": [rows(synth.STAGGER(classification_function=v, seed=1), 60, ["size", "color", "shape"]) for v in range(3)],
    "sea": [rows(synth.SEA(variant=v, seed=1), 60, [0, 1, 2]) for v in range(4)],
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
