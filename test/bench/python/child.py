"""Runs one Python contestant in a process of its own, and answers lines of JSON on stdin with lines on descriptor 3."""
import importlib
import json
import os
import sys
import time


def advice(error):
    """Returns what installs a module that is missing."""
    command = {
        "torch": "apt-get install python3-torch libopenblas0-pthread",
        "sklearn": f"{sys.executable} -m pip install scikit-learn",
        "numpy": f'{sys.executable} -m pip install "numpy<2"',
    }.get(error.name, f"{sys.executable} -m pip install {error.name}")
    return f"{error.name} is not installed; {command}"


try:
    import numpy as np
except ModuleNotFoundError as error:
    raise SystemExit(advice(error))

PYTHON = sys.version.split()[0]
sys.path.insert(0, os.path.dirname(__file__))


class Workload:
    """The parent's rows: x row-major, y, the indices of sparse rows, and each layer's first weights."""

    def __init__(self, folder, name):
        with open(f"{folder}/{name}.json") as file:
            self.__dict__.update(json.load(file))
        read = lambda part, kind=np.float32: np.fromfile(f"{folder}/{name}.{part}", dtype=kind)
        columns = self.active if self.sparse else self.inputs
        self.x = read("x").reshape(self.size, columns)
        self.y = read("y")
        self.indices = read("indices", np.uint32).reshape(self.size, columns) if self.sparse else None
        self.weights = [read(f"W{i}").reshape(l["inputs"], l["units"]) for i, l in enumerate(self.layers)]


def timed(contestant, rows):
    start = time.perf_counter()
    contestant.run(rows, False)
    return (time.perf_counter() - start) * 1000


def warm_up(contestant, block, ms, warm_ms):
    """Runs for at least `warm_ms`, as measure.js does, and returns the number of rows that take about `ms`."""
    rows, total = block, 0.0
    blocks = lambda n: max(1, round(n / block)) * block
    while True:
        took = timed(contestant, rows)
        total += took
        if total >= warm_ms and took >= ms / 4:
            return blocks(rows * ms / took)
        if took < ms / 2:
            rows = blocks(min(16, ms / max(took, ms / 16)) * rows)


class Child:
    def __init__(self, peer, folder):
        self.peer, self.folder = peer, folder

    def open(self, workload):
        start = time.perf_counter()
        try:
            self.module = importlib.import_module(self.peer)
        except ModuleNotFoundError as error:
            raise SystemExit(advice(error))
        took = (time.perf_counter() - start) * 1000
        return {"name": self.module.NAME, "version": f"{self.module.VERSION}, Python {PYTHON}", "openMs": took}

    def list(self, workload):
        return [{"name": c.name, "note": c.note} for c in self.module.contestants(workload)]

    def check(self, workload, index):
        made = Workload(self.folder, workload)
        self.contestant = self.module.contestants(workload)[index]
        self.block = getattr(self.contestant, "block", made.batch)
        self.contestant.prepare(made)
        self.contestant.run(made.checked, True)
        return {"loss": float(self.contestant.loss())}

    def warm(self, ms, warmMs):
        self.rows = warm_up(self.contestant, self.block, ms, warmMs)
        return {"rows": self.rows}

    def measure(self):
        return {"rate": self.rows / timed(self.contestant, self.rows) * 1000}


child = Child(*sys.argv[1:3])
for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = getattr(child, question.pop("ask"))(**question)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}".split("\n")[0]}
    os.write(3, (json.dumps(answer) + "\n").encode())
