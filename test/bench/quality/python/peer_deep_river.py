"""Runs deep-river over the streams of a folder, as peers.py runs the others: python peer_deep_river.py FOLDER.

It needs versions of River and numpy that the others do not have, so it runs in a venv of its own. Its net has the size of
this library's, one hidden layer of 32 units with Adam and deep-river's own rate; rows are scaled as they come, as are
targets that are numbers.
"""
import glob
import json
import sys
import time

import torch
from deep_river.classification.zoo import MultiLayerPerceptron as Classifier
from deep_river.regression.zoo import MultiLayerPerceptron as Regressor
from river import preprocessing

torch.set_num_threads(1)


class DeepRiver:
    def __init__(self, head, classes):
        names = sorted({key for x, _ in head for key in x})
        self.columns = [(key, sorted({x[key] for x, _ in head if isinstance(x.get(key), str)})) for key in names]
        self.scaler = preprocessing.StandardScaler()
        size = sum(len(values) or 1 for _, values in self.columns)
        settings = {"n_features": size, "n_width": 32, "n_layers": 1, "optimizer_fn": "adam"}
        if classes:
            self.model = Classifier(n_init_classes=len(classes), **settings)
        else:
            self.model = preprocessing.TargetStandardScaler(Regressor(**settings))

    def numbers(self, x):
        return {key: float(x.get(key) or 0) for key, values in self.columns if not values}

    def row(self, x):
        scaled = self.scaler.transform_one(self.numbers(x))
        named = {f"{key}={name}": float(x.get(key) == name) for key, values in self.columns for name in values}
        return {**scaled, **named}

    def predict(self, x):
        return self.model.predict_one(self.row(x))

    def learn(self, x, y):
        self.scaler.learn_one(self.numbers(x))
        self.model.learn_one(self.row(x), y)


def errors(peer, rows, classes):
    found = []
    for i, (x, y) in enumerate(rows):
        given = {key: value for key, value in x.items() if value is not None}
        if i > 0:
            said = peer.predict(given)
            found.append(int(said != y) if classes else abs((said or 0.0) - y))
        peer.learn(given, y)
    return found


for path in sorted(glob.glob(f"{sys.argv[1]}/*.json")):
    with open(path) as file:
        stream = json.load(file)
    rows = stream["rows"]
    classes = sorted({y for _, y in rows}) if stream["task"] == "class" else None
    torch.manual_seed(1)
    start = time.perf_counter()
    said = {"stream": stream["name"], "peer": "deep-river"}
    try:
        said["errors"] = [float(error) for error in errors(DeepRiver(rows[:1000], classes), rows, classes)]
    except Exception as error:  # A peer that fails on a stream is shown as such.
        said["failed"] = f"{type(error).__name__}: {error}"
    print(json.dumps(said), flush=True)
    print(f"{stream['name']}: deep-river, {time.perf_counter() - start:.0f} s", file=sys.stderr)
