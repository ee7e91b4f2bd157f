"""Reads rows from stdin with River's iter_csv, and learns each with its logistic regression if asked to."""

import json
import sys
import time

from river import linear_model, optim, preprocessing, stream

columns = [f"x{j}" for j in range(10)]
converters = {**{name: float for name in columns}, "y": int}
model = preprocessing.StandardScaler() | linear_model.LogisticRegression(optim.SGD(0.01))
learns = sys.argv[1] == "learn"
start = time.perf_counter()
rows = 0
for x, y in stream.iter_csv(sys.stdin, target="y", converters=converters):
    if learns:
        model.learn_one(x, y)
    rows += 1
print(json.dumps({"rows": rows, "ms": (time.perf_counter() - start) * 1000}))
