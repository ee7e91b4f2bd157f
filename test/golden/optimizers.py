"""Writes optimizers.json: what PyTorch makes of an 8-16-1 tanh net in 200 steps, in f64, with each optimizer.

    apt-get install -y python3-torch
    /usr/bin/python3 test/golden/optimizers.py

One row a step, 40 rows in turn, l = (o - t)^2 / 2. Matrices are [inputs, outputs]; theta is W1, b1, W2, b2, row-major.
(Not named torch.py: that would stand before the package that it imports.)
"""

import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
torch.set_num_threads(1)

ROWS, STEPS = 40, 200
x = torch.randn(ROWS, 8)
t = torch.sin(x[:, 0] + 0.5 * x[:, 1] * x[:, 2]) + 0.1 * torch.randn(ROWS)
start = [torch.randn(8, 16) * 0.35, torch.randn(16) * 0.1, torch.randn(16, 1) * 0.25, torch.randn(1) * 0.1]

optimizers = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1, eps=1e-8),
    "adam": lambda p: torch.optim.Adam(p, lr=0.003, betas=(0.9, 0.999), eps=1e-8),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.003, alpha=0.9, eps=1e-8),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.003, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1),
    "l2": lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.01),
}


def flat(tensors):
    return [value for tensor in tensors for value in tensor.detach().flatten().tolist()]


def train(make):
    theta = [tensor.clone().requires_grad_(True) for tensor in start]
    optimizer = make(theta)
    for step in range(STEPS):
        i = step % ROWS
        optimizer.zero_grad()
        h = torch.tanh(x[i] @ theta[0] + theta[1])
        o = (h @ theta[2] + theta[3])[0]
        (0.5 * (o - t[i]) ** 2).backward()
        optimizer.step()
    return flat(theta)


out = {
    "torch": torch.__version__,
    "steps": STEPS,
    "x": x.tolist(),
    "t": t.tolist(),
    "start": flat(start),
    "end": {name: train(make) for name, make in optimizers.items()},
}
path = pathlib.Path(__file__).with_name("optimizers.json")
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
