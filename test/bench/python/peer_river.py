"""River is measured by LogisticRegression on dictionaries, dense for W1, and sparse with AdaGrad for S."""
import math

import river
from river import linear_model, optim

NAME, VERSION = "River", river.__version__


class Logistic:
    name = "LogisticRegression"

    def __init__(self, workload):
        self.note = "dicts, learn_one alone; f64" + ("; the intercept by plain SGD" if workload == "S" else "")

    def prepare(self, w):
        rows = (zip(*pair) for pair in zip(w.indices.tolist(), w.x.tolist())) if w.sparse else map(enumerate, w.x.tolist())
        self.x, self.y, self.at = [dict(row) for row in rows], [bool(y) for y in w.y], 0
        optimizer = optim.AdaGrad(w.learningRate) if w.sparse else optim.SGD(w.learningRate)
        self.model = linear_model.LogisticRegression(optimizer, intercept_lr=w.learningRate)

    def run(self, rows, watch):
        self.sum, self.rows = 0.0, rows
        for _ in range(rows):
            x, y = self.x[self.at], self.y[self.at]
            if watch:
                p = self.model.predict_proba_one(x)[y]
                self.sum -= math.log(max(p, 1e-12))
            self.model.learn_one(x, y)
            self.at = (self.at + 1) % len(self.y)

    def loss(self):
        return self.sum / self.rows


def contestants(workload):
    return [Logistic(workload)] if workload in ("W1", "S") else []
