"""Writes the streams that River and scikit-learn bring as JSON files into a folder: python streams.py FOLDER ROWS."""
import json
import random
import sys

from river import datasets
from sklearn import datasets as batches


def plain(value):
    return value.timestamp() * 1000 if hasattr(value, "timestamp") else value


def write(folder, name, task, rows, limit):
    kept = []
    for x, y in rows:
        if len(kept) == limit:
            break
        kept.append([{str(key): plain(value) for key, value in x.items()}, y if task == "number" else str(y)])
    with open(f"{folder}/{name}.json", "w") as file:
        json.dump({"name": name, "task": task, "rows": kept}, file)


def shuffled(data, task):
    order = list(range(len(data.target)))
    random.Random(1).shuffle(order)
    for i in order:
        y = float(data.target[i]) if task == "number" else str(data.target[i])
        yield {f"x{j}": float(value) for j, value in enumerate(data.data[i])}, y


folder, limit = sys.argv[1], int(sys.argv[2])
for name, stream, task in [
    ("Phishing", datasets.Phishing, "class"),
    ("ImageSegments", datasets.ImageSegments, "class"),
    ("Bananas", datasets.Bananas, "class"),
    ("TrumpApproval", datasets.TrumpApproval, "number"),
    ("WaterFlow", datasets.WaterFlow, "number"),
]:
    write(folder, name, task, stream(), limit)
for name, load, task in [
    ("iris", batches.load_iris, "class"),
    ("digits", batches.load_digits, "class"),
    ("wine", batches.load_wine, "class"),
    ("breast cancer", batches.load_breast_cancer, "class"),
    ("diabetes", batches.load_diabetes, "number"),
]:
    write(folder, name, task, shuffled(load(), task), limit)
