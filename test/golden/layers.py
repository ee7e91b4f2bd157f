"""Writes layers.json: what PyTorch makes of small nets in 100 steps of SGD, in f64, each with a layer of another kind.

    apt-get install -y python3-torch
    /usr/bin/python3 test/golden/layers.py

One row a step, 20 rows in turn, l = (o - t)^2 / 2. Matrices are [inputs, outputs]; theta holds the tensors of each net in
the order in which its layers have them, row-major.
"""

import json
import pathlib

import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
torch.set_num_threads(1)

ROWS, STEPS, RATE = 20, 100, 0.05
x = torch.randn(ROWS, 4)
room = torch.randint(0, 5, (ROWS,))
t = torch.sin(x[:, 0] + 0.5 * x[:, 1] * x[:, 2]) + 0.3 * room


def drawn(*shapes):
    return [torch.randn(*shape) * 0.4 for shape in shapes]


def hidden(activation):
    """4 numbers, 6 units, 1 output."""
    return drawn((4, 6), (6,), (6, 1), (1,)), lambda i, W, b, V, c: activation(x[i] @ W + b) @ V + c


def normalized(i, W, b, gamma, beta, V, c):
    return F.layer_norm(torch.tanh(x[i] @ W + b), (6,), gamma, beta, 1e-5) @ V + c


def embedded(i, table, W, b, V, c):
    """A row of 3 numbers for the room, then the 4 numbers."""
    h = torch.cat([F.embedding(room[i], table), x[i]])
    return torch.tanh(h @ W + b) @ V + c


nets = {
    # F.gelu(approximate='tanh') came with PyTorch 1.12
    "gelu": hidden(lambda net: F.gelu(net, approximate="tanh")),
    "silu": hidden(F.silu),
    "leakyRelu": hidden(lambda net: F.leaky_relu(net, 0.01)),
    "layerNorm": (drawn((4, 6), (6,), (6,), (6,), (6, 1), (1,)), normalized),
    "embedding": (drawn((5, 3), (7, 6), (6,), (6, 1), (1,)), embedded),
}


def flat(tensors):
    return [value for tensor in tensors for value in tensor.detach().flatten().tolist()]


def train(start, forward):
    theta = [tensor.clone().requires_grad_(True) for tensor in start]
    optimizer = torch.optim.SGD(theta, lr=RATE)
    for step in range(STEPS):
        i = step % ROWS
        optimizer.zero_grad()
        (0.5 * (forward(i, *theta)[0] - t[i]) ** 2).backward()
        optimizer.step()
    return {"start": flat(start), "end": flat(theta)}


out = {
    "torch": torch.__version__,
    "steps": STEPS,
    "rate": RATE,
    "x": x.tolist(),
    "room": room.tolist(),
    "t": t.tolist(),
    "nets": {name: train(*net) for name, net in nets.items()},
}
path = pathlib.Path(__file__).with_name("layers.json")
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
