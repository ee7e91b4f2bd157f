"""Writes training.json: weights of three nets after 1,000 steps of PyTorch, each in f64 and in f32.

    apt-get install -y python3-torch
    /usr/bin/python3 test/golden/training.py

Rows and starting weights are not in the file: mulberry32, integers alone, makes the same ones here and in the test.
All are fractions of so few bits that f32 holds them too. Only every k-th weight is kept, and of each tensor its sum and
the sum of its squares. Matrices are [inputs, outputs]; theta is W1, b1, W2, b2, row-major.
"""

import json
import math
import pathlib

import torch

torch.set_num_threads(1)

STEPS, KEPT = 1000, 60


def mulberry(seed):
    """32 random bits a call."""
    state = seed

    def draw():
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((state ^ (state >> 15)) * (state | 1)) & 0xFFFFFFFF
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        return t ^ (t >> 14)

    return draw


def number_rows(inputs, count, draw):
    """Inputs of [-1, 1) in 128ths; a product, a line and a little noise."""
    rows = []
    for _ in range(count):
        x = [(draw() >> 24) / 128 - 1 for _ in range(inputs)]
        rows.append((x, x[0] * x[1] - x[2] / 2 + ((draw() >> 24) / 128 - 1) / 8))
    return rows


def class_rows(inputs, classes, count, draw):
    """Each class lights a quarter of the inputs, of [0, 1) in 256ths; one in 32 of the others is lit as well."""
    lit = [[draw() >> 30 == 0 for _ in range(inputs)] for _ in range(classes)]
    rows = []
    for _ in range(count):
        c = draw() % classes
        u = [draw() for _ in range(inputs)]
        rows.append(([(v >> 24) / 256 if lit[c][j] or v & 31 == 0 else 0.0 for j, v in enumerate(u)], c))
    return rows


# limits: the starting weights of each layer are of [-limit, limit); biases begin at zero
runs = {
    "W2": {"sizes": [8, 16, 1], "limits": [0.5, 0.5], "batch": 1, "rate": 0.02, "seed": 1},
    "W3": {"sizes": [784, 128, 10], "limits": [0.0625, 0.25], "batch": 1, "rate": 0.01, "seed": 2},
    "adam": {"sizes": [6, 12, 3], "limits": [1, 0.5], "batch": 8, "rate": 0.01, "seed": 3},
}
makers = {
    "W2": lambda p, rate: torch.optim.SGD(p, lr=rate),
    "W3": lambda p, rate: torch.optim.SGD(p, lr=rate),
    "adam": lambda p, rate: torch.optim.Adam(p, lr=rate, betas=(0.9, 0.999), eps=1e-8),
}


def data(run):
    draw = mulberry(run["seed"])
    inputs, hidden, outputs = run["sizes"]
    start = [
        values
        for rows, columns, limit in zip(run["sizes"], run["sizes"][1:], run["limits"])
        for values in ([((draw() >> 8) / 2**23 - 1) * limit for _ in range(rows * columns)], [0.0] * columns)
    ]
    count = STEPS * run["batch"]
    rows = number_rows(inputs, count, draw) if outputs == 1 else class_rows(inputs, outputs, count, draw)
    return start, rows


def train(name, dtype):
    run = runs[name]
    start, rows = data(run)
    inputs, hidden, outputs = run["sizes"]
    shapes = [(inputs, hidden), (hidden,), (hidden, outputs), (outputs,)]
    theta = [torch.tensor(v, dtype=dtype).reshape(s).requires_grad_(True) for v, s in zip(start, shapes)]
    optimizer = makers[name](theta, run["rate"])
    x = torch.tensor([row[0] for row in rows], dtype=dtype)
    t = torch.tensor([row[1] for row in rows], dtype=dtype if outputs == 1 else torch.int64)
    b = run["batch"]
    losses = []
    for at in range(0, len(rows), b):
        optimizer.zero_grad()
        net = x[at : at + b] @ theta[0] + theta[1]
        o = (torch.tanh(net) if outputs == 1 else torch.relu(net)) @ theta[2] + theta[3]
        if outputs == 1:
            loss = (0.5 * (o[:, 0] - t[at : at + b]) ** 2).mean()
        else:
            loss = torch.nn.functional.cross_entropy(o, t[at : at + b])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    head, tail = (math.fsum(part) / 100 for part in (losses[:100], losses[-100:]))
    print(f"{name} {dtype}: loss {head:.4f} in the first 100 steps, {tail:.4f} in the last")
    return [tensor.detach().flatten().double().tolist() for tensor in theta]


def kept(values):
    every = len(values) // KEPT | 1  # odd, so that it meets every unit
    return {
        "every": every,
        "values": values[::every],
        "sum": math.fsum(values),
        "squares": math.fsum(value * value for value in values),
    }


out = {
    "torch": torch.__version__,
    "steps": STEPS,
    "runs": {
        name: {
            **run,
            "f64": [kept(tensor) for tensor in train(name, torch.float64)],
            "f32": [kept(tensor) for tensor in train(name, torch.float32)],
        }
        for name, run in runs.items()
    },
}
path = pathlib.Path(__file__).with_name("training.json")
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
