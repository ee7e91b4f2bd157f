"""Writes factorized.json: what NumPy makes of factorization machines in 60 steps of SGD, in f64.

    pip install numpy
    python test/golden/factorized.py

The interactions are summed pair by pair, over one vector x that holds the numbers, a column for each name and one for each
hashed index; their gradients are those of the pairs. One row a step, l = sum (o - t)^2 / 2.
"""

import itertools
import json
import pathlib

import numpy as np

random = np.random.default_rng(7)
ROWS, STEPS, RATE, FACTORS = 20, 60, 0.02, 3
ROOMS, INDICES, ACTIVE = 4, 9, 3

numbers = random.normal(size=(ROWS, 3))
rooms = [None if i % 7 == 3 else int(random.integers(ROOMS)) for i in range(ROWS)]
hashed = []
for i in range(ROWS):
    count = i % (ACTIVE + 1)
    hashed.append((sorted(map(int, random.choice(INDICES, count, replace=False))), random.normal(size=count).tolist()))
targets = np.stack([numbers[:, 0] * numbers[:, 1], numbers[:, 2] + random.normal(size=ROWS)], axis=1)


def vector(i):
    x = np.zeros(3 + ROOMS + INDICES)
    x[:3] = numbers[i]
    if rooms[i] is not None:
        x[3 + rooms[i]] = 1
    for index, value in zip(*hashed[i]):
        x[3 + ROOMS + index] = value
    return x


def train(units):
    n = 3 + ROOMS + INDICES
    b, W = np.zeros(units), np.zeros((n, units))
    V = random.normal(size=(n, units, FACTORS)) * 0.3
    start = V.copy()
    outputs = []
    for step in range(STEPS):
        i = step % ROWS
        x = vector(i)
        pairs = list(itertools.combinations(range(n), 2))
        o = b + x @ W + sum((V[i] * V[j]).sum(-1) * x[i] * x[j] for i, j in pairs)
        outputs.append(o.tolist())
        delta = o - targets[i, :units]
        gradient = np.zeros_like(V)
        for i, j in pairs:
            gradient[i] += delta[:, None] * V[j] * x[i] * x[j]
            gradient[j] += delta[:, None] * V[i] * x[i] * x[j]
        b, W, V = b - RATE * delta, W - RATE * np.outer(x, delta), V - RATE * gradient
    flat = lambda V: V.reshape(n, units * FACTORS).tolist()
    return {"start": flat(start), "outputs": outputs, "b": b.tolist(), "W": W.tolist(), "V": flat(V)}


out = {
    "numpy": np.__version__,
    "steps": STEPS,
    "rate": RATE,
    "factors": FACTORS,
    "rooms": ROOMS,
    "indices": INDICES,
    "active": ACTIVE,
    "rows": [
        {"x": x, "room": room, "hashed": {"indices": indices, "values": values}, "t": t}
        for x, room, (indices, values), t in zip(numbers.tolist(), rooms, hashed, targets.tolist())
    ],
    "machines": {str(units): train(units) for units in (1, 2)},
}
path = pathlib.Path(__file__).with_name("factorized.json")
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
