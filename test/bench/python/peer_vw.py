"""Vowpal Wabbit is measured on examples that are parsed beforehand, with plain SGD for W1 and AdaGrad for S."""
import math

import vowpalwabbit

NAME, VERSION = "Vowpal Wabbit", vowpalwabbit.__version__


class Logistic:
    name = "learn(example)"

    def __init__(self, workload):
        # AdaGrad in Vowpal Wabbit divides by √G with the processor's approximate reciprocal square root.
        self.note = "examples parsed beforehand" + ("; its 1/√G is approximate" if workload == "S" else "")

    def prepare(self, w):
        rule = "--adaptive" if w.sparse else "--sgd"
        self.model = vowpalwabbit.Workspace(
            f"--loss_function logistic {rule} -l {w.learningRate} --power_t {0.5 if w.sparse else 0} -b 20 --quiet"
        )
        self.at, self.y = 0, [1 if y else -1 for y in w.y]
        columns = w.indices.tolist() if w.sparse else [range(w.inputs)] * w.size
        self.examples = [
            self.model.example(f"{y} | " + " ".join(f"{j}:{v!r}" for j, v in zip(at, row)))
            for y, at, row in zip(self.y, columns, w.x.tolist())
        ]

    def run(self, rows, watch):
        self.sum, self.rows = 0.0, rows
        for _ in range(rows):
            example = self.examples[self.at]
            if watch:
                self.sum += math.log1p(math.exp(-self.y[self.at] * self.model.predict(example)))
            self.model.learn(example)
            self.at = (self.at + 1) % len(self.y)

    def loss(self):
        return self.sum / self.rows


def contestants(workload):
    return [Logistic(workload)] if workload in ("W1", "S") else []
