"""Runs the peers over the streams of a folder: python peers.py FOLDER. Each predicts a row, and learns it then.

It prints a line of JSON for each stream and peer: the errors of all rows but the first, as a list.
"""
import glob
import json
import math
import sys
import time

import numpy as np
from river import compose, forest, linear_model, preprocessing, tree
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.preprocessing import StandardScaler
from vowpalwabbit import Workspace


def columns(head):
    """One number for each numeric column, and one for each name of the others that the first rows have."""
    names = sorted({key for x, _ in head for key in x})
    return [(key, sorted({x[key] for x, _ in head if isinstance(x.get(key), str)})) for key in names]


class River:
    def __init__(self, model, classes):
        text = compose.SelectType(str) | preprocessing.OneHotEncoder()
        self.model = (compose.SelectType((int, float, bool)) | preprocessing.StandardScaler()) + text | model
        self.classes = classes

    def predict(self, x):
        return self.model.predict_one(x)

    def learn(self, x, y):
        self.model.learn_one(x, y)


class Logistic(River):
    """Its two classes are False and True."""

    def predict(self, x):
        return self.classes[int(self.model.predict_one(x))]

    def learn(self, x, y):
        self.model.learn_one(x, y == self.classes[1])


class Trees(River):
    """Trees split on numbers and names as they come."""

    def __init__(self, model, classes):
        super().__init__(model, classes)
        self.model = model


class VowpalWabbit:
    def __init__(self, classes):
        rule = "" if not classes else " --loss_function logistic --link identity" if len(classes) == 2 else f" --oaa {len(classes)}"
        self.vw, self.classes = Workspace(f"--quiet{rule}"), classes

    def text(self, x):
        parts = (f"{k}={v}".replace(" ", "_").replace(":", "_") if isinstance(v, str) else f"{k}:{float(v)}" for k, v in x.items())
        return "| " + " ".join(part.replace(" ", "_") for part in parts)

    def predict(self, x):
        said = self.vw.predict(self.text(x))
        if not self.classes:
            return said
        return self.classes[int(said > 0)] if len(self.classes) == 2 else self.classes[int(said) - 1]

    def learn(self, x, y):
        label = y if not self.classes else 2 * self.classes.index(y) - 1 if len(self.classes) == 2 else self.classes.index(y) + 1
        self.vw.learn(f"{label} {self.text(x)}")


class ScikitLearn:
    def __init__(self, head, classes):
        self.columns, self.classes, self.scaler, self.fitted = columns(head), classes, StandardScaler(), False
        self.model = SGDClassifier(loss="log_loss") if classes else SGDRegressor()
        self.n, self.mean, self.m2 = 0, 0.0, 0.0

    def vector(self, x):
        row = []
        for key, names in self.columns:
            value = x.get(key)
            row += [float(value == name) for name in names] if names else [float(value) if value is not None else 0.0]
        return np.array([row])

    def sd(self):
        return math.sqrt(self.m2 / self.n) if self.n > 1 and self.m2 > 0 else 1.0

    def predict(self, x):
        if not self.fitted:
            return None
        said = self.model.predict(self.scaler.transform(self.vector(x)))[0]
        return said if self.classes else self.mean + self.sd() * said

    def learn(self, x, y):
        z = self.scaler.partial_fit(self.vector(x)).transform(self.vector(x))
        if self.classes:
            self.model.partial_fit(z, [y], classes=self.classes)
        else:
            self.n += 1
            delta = y - self.mean
            self.mean += delta / self.n
            self.m2 += delta * (y - self.mean)
            self.model.partial_fit(z, [(y - self.mean) / self.sd()])
        self.fitted = True


def peers(rows, classes):
    if classes:
        if len(classes) == 2:
            yield "River linear", Logistic(linear_model.LogisticRegression(), classes)
        else:
            yield "River linear", River(linear_model.SoftmaxRegression(), classes)
        yield "River HAT", Trees(tree.HoeffdingAdaptiveTreeClassifier(seed=1), classes)
        yield "River ARF", Trees(forest.ARFClassifier(seed=1), classes)
        yield "River AMF", River(forest.AMFClassifier(seed=1), classes)
    else:
        scaled = preprocessing.TargetStandardScaler(linear_model.LinearRegression())
        yield "River linear", River(scaled, classes)
        # The linear models in their leaves diverge on numbers as they come, and read no names.
        hat, arf = tree.HoeffdingAdaptiveTreeRegressor(seed=1), forest.ARFRegressor(seed=1)
        yield "River HAT", River(preprocessing.TargetStandardScaler(hat), classes)
        yield "River ARF", River(preprocessing.TargetStandardScaler(arf), classes)
        yield "River AMF", River(forest.AMFRegressor(seed=1), classes)
    yield "Vowpal Wabbit", VowpalWabbit(classes)
    yield "scikit-learn SGD", ScikitLearn(rows[:1000], classes)


def errors(peer, rows, classes):
    found = []
    for i, (x, y) in enumerate(rows):
        given = {key: value for key, value in x.items() if value is not None}
        said = peer.predict(given)
        if i > 0:
            found.append(int(said != y) if classes else abs((said or 0.0) - y))
        peer.learn(given, y)
    return found


for path in sorted(glob.glob(f"{sys.argv[1]}/*.json")):
    with open(path) as file:
        stream = json.load(file)
    rows = stream["rows"]
    classes = sorted({y for _, y in rows}) if stream["task"] == "class" else None
    for name, peer in peers(rows, classes):
        start = time.perf_counter()
        try:
            found = errors(peer, rows, classes)
        except Exception as error:  # A peer that fails on a stream is shown as such.
            print(json.dumps({"stream": stream["name"], "peer": name, "failed": f"{type(error).__name__}: {error}"}), flush=True)
            continue
        print(json.dumps({"stream": stream["name"], "peer": name, "errors": found}), flush=True)
        print(f"{stream['name']}: {name}, {time.perf_counter() - start:.0f} s", file=sys.stderr)
