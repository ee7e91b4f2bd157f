"""PyTorch is measured by nn.Sequential with optim.SGD, and for W1 also by the same step without autograd."""
import re
import time

import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)
NAME, VERSION = "PyTorch", torch.__version__


def blas():
    """Returns the library that computes products: the BLAS that is loaded, but for NumPy's own, or the one built in."""
    try:
        with open("/proc/self/maps") as maps:
            loaded = re.findall(r"\S*/([^/\s]+/lib(?:blas|cblas|mkl_rt|blis)[^/\s]*)$", maps.read(), re.MULTILINE)
    except OSError:
        loaded = []
    built_in = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    return loaded[0] if loaded else built_in[1] if built_in else "an unknown BLAS"


def products():
    """Returns which BLAS computes products, and how fast it is, by timing some."""
    n = 256
    a = torch.ones(n, n)
    best = float("inf")
    for _ in range(20):
        start = time.perf_counter()
        torch.mm(a, a)
        best = min(best, time.perf_counter() - start)
    speed = 2 * n**3 / best / 1e9
    # The reference BLAS reaches 1 to 5 GFLOP/s on a core, and an optimized one several tens.
    advice = "" if speed > 10 else ", which is slow; apt-get install libopenblas0-pthread"
    return f"one thread; products by {blas()} at {speed:.0f} GFLOP/s{advice}"


ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "identity": nn.Identity}


class Autograd:
    name, note = "nn + optim.SGD", products()

    def prepare(self, w):
        self.batch, self.size, self.at = w.batch, w.size, 0
        parts = []
        for layer, W in zip(w.layers, w.weights):
            linear = nn.Linear(layer["inputs"], layer["units"])
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(W.T.copy()))
                linear.bias.zero_()
            parts += [linear, ACTIVATIONS[layer["activation"]]()]
        self.net = nn.Sequential(*[part for part in parts if not isinstance(part, nn.Identity)])
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=w.learningRate)
        self.x = torch.from_numpy(w.x)
        softmax = w.loss == "softmax"
        self.y = torch.from_numpy(w.y.astype(np.int64) if softmax else w.y.reshape(-1, 1))
        half = lambda o, t: 0.5 * nn.functional.mse_loss(o, t)
        self.criterion = {
            "logistic": nn.functional.binary_cross_entropy_with_logits,
            "squared": half,
            "softmax": nn.functional.cross_entropy,
        }[w.loss]

    def run(self, rows, watch):
        self.sum, self.rows = 0.0, rows
        for _ in range(rows // self.batch):
            i = self.at
            self.optimizer.zero_grad()
            loss = self.criterion(self.net(self.x[i : i + self.batch]), self.y[i : i + self.batch])
            loss.backward()
            self.optimizer.step()
            if watch:
                self.sum += loss.item() * self.batch
            self.at = (i + self.batch) % self.size

    def loss(self):
        return self.sum / self.rows


class ByHand:
    name, note = "no_grad, by hand", "gradient written out"

    def prepare(self, w):
        self.size, self.at, self.rate = w.size, 0, w.learningRate
        self.x, self.y = torch.from_numpy(w.x), torch.from_numpy(w.y)
        self.W, self.b = torch.zeros(w.inputs), torch.zeros(())

    @torch.no_grad()
    def run(self, rows, watch):
        self.sum, self.rows = 0.0, rows
        for _ in range(rows):
            x, y = self.x[self.at], self.y[self.at]
            z = torch.dot(x, self.W) + self.b
            if watch:
                self.sum += nn.functional.binary_cross_entropy_with_logits(z, y).item()
            delta = (torch.sigmoid(z) - y) * self.rate
            self.W -= delta * x
            self.b -= delta
            self.at = (self.at + 1) % self.size

    def loss(self):
        return self.sum / self.rows


def contestants(workload):
    if workload in ("D", "S"):
        return []
    return [Autograd(), ByHand()] if workload == "W1" else [Autograd()]
