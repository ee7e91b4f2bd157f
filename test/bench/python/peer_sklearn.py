"""scikit-learn is measured by partial_fit: SGDClassifier (f64) for W1, MLPClassifier and MLPRegressor for the nets."""
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor

warnings.filterwarnings("ignore")
NAME, VERSION = "scikit-learn", sklearn.__version__


class Linear:
    def __init__(self, chunk):
        self.name = f"SGDClassifier, {chunk} rows per call"
        self.note = "f64; still one step per row"
        self.block = self.chunk = chunk

    def prepare(self, w):
        self.x, self.y, self.at = w.x.astype(np.float64), w.y.astype(np.int64), 0
        self.model = SGDClassifier(
            loss="log_loss", alpha=0.0, learning_rate="constant", eta0=w.learningRate, shuffle=False
        )
        self.started = False

    def run(self, rows, watch):
        self.sum, self.rows = 0.0, rows
        chunk = 1 if watch else self.chunk
        for _ in range(rows // chunk):
            x, y = self.x[self.at : self.at + chunk], self.y[self.at : self.at + chunk]
            if watch:
                z = self.model.decision_function(x)[0] if self.started else 0.0
                self.sum += np.logaddexp(0, z) - z * y[0]
            self.model.partial_fit(x, y, None if self.started else [0, 1])
            self.started = True
            self.at = (self.at + chunk) % len(self.y)

    def loss(self):
        return self.sum / self.rows


class Net:
    name, note = "MLP partial_fit", "sgd, no momentum, no penalty"

    def prepare(self, w):
        self.batch, self.at, self.x = w.batch, 0, w.x
        hidden = w.layers[:-1]
        make = MLPClassifier if w.loss == "softmax" else MLPRegressor
        self.model = make(
            hidden_layer_sizes=tuple(layer["units"] for layer in hidden), activation=hidden[0]["activation"], solver="sgd", alpha=0.0,
            batch_size=w.batch, learning_rate_init=w.learningRate, momentum=0.0, nesterovs_momentum=False, shuffle=False,
        )
        self.y = w.y.astype(np.int64) if w.loss == "softmax" else w.y
        self.first = {"classes": list(range(w.classes))} if w.loss == "softmax" else {}
        # The first call creates the weights, which are then set to the common ones.
        self.model.partial_fit(self.x[: w.batch], self.y[: w.batch], **self.first)
        for own, common in zip(self.model.coefs_, w.weights):
            own[...] = common
        for bias in self.model.intercepts_:
            bias[...] = 0

    def run(self, rows, watch):
        self.sum, self.rows = 0.0, rows
        for _ in range(rows // self.batch):
            i = self.at
            self.model.partial_fit(self.x[i : i + self.batch], self.y[i : i + self.batch])
            self.sum += self.model.loss_ * self.batch
            self.at = (i + self.batch) % len(self.y)

    def loss(self):
        return self.sum / self.rows


def contestants(workload):
    if workload in ("D", "S"):
        return []
    return [Linear(1), Linear(1024)] if workload == "W1" else [Net()]
