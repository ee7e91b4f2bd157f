"""Writes anomaly.json: how well River's half-space trees rank the planted anomalies of two streams, as the ROC AUC.

    pip install river==0.26.1 scikit-learn==1.9.1
    python3 test/golden/anomaly.py

Each row has ten numbers that follow three hidden ones, by numpy's PCG64, rounded to two digits. In one row of fifty,
from row 500 on, either some numbers are those of another row, so that each is usual and they do not fit together, or a
number is far from all others. The trees score a row before they learn it, scaled by the least and the greatest number
so far, as River's documentation has it; rows from 1,000 on are ranked.
"""

import json
import pathlib

import numpy
from river import anomaly, compose, preprocessing
from sklearn.metrics import roc_auc_score

ROWS, FIRST, RANKED = 3000, 500, 1000
random = numpy.random.Generator(numpy.random.PCG64(3))


def stream(kind):
    loads = random.standard_normal((3, 10))
    usual = random.standard_normal((ROWS, 3)) @ loads + 0.3 * random.standard_normal((ROWS, 10))
    others = random.standard_normal((ROWS, 3)) @ loads
    planted = (random.random(ROWS) < 0.02) & (numpy.arange(ROWS) >= FIRST)
    for i in numpy.flatnonzero(planted):
        if kind == "mixed":
            columns = random.choice(10, 4, replace=False)
            usual[i, columns] = others[i, columns]
        else:
            usual[i, random.choice(10)] += random.choice([-12, 12])
    return numpy.round(usual, 2), planted


def half_space_trees(rows):
    model = compose.Pipeline(preprocessing.MinMaxScaler(), anomaly.HalfSpaceTrees(seed=42))
    scores = []
    for row in rows:
        x = {f"x{j}": value for j, value in enumerate(row)}
        scores.append(model.score_one(x))
        model.learn_one(x)
    return scores


streams = {}
for kind in ["mixed", "far"]:
    rows, planted = stream(kind)
    auc = roc_auc_score(planted[RANKED:], half_space_trees(rows)[RANKED:])
    streams[kind] = {
        "hundredths": numpy.round(100 * rows).astype(int).ravel().tolist(),
        "planted": numpy.flatnonzero(planted).tolist(),
        "half-space trees": round(float(auc), 6),
    }
    print(kind, auc)
path = pathlib.Path(__file__).with_name("anomaly.json")
path.write_text(json.dumps({"ranked": RANKED, "streams": streams}, separators=(",", ":")) + "\n")
