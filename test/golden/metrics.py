"""Writes metrics.json: scikit-learn's metrics of weighted predictions, of two classes, of four, of numbers, and of
several labels at once.

    pip install scikit-learn==1.9.1
    python3 test/golden/metrics.py

Each set has 300 rows by numpy's PCG64. Probabilities are multiples of 1/32, so that binned scores lose nothing.
"""

import json
import pathlib
import warnings

import numpy
import sklearn
from sklearn import metrics

ROWS = 300
random = numpy.random.Generator(numpy.random.PCG64(5))
weight = random.choice([0.5, 1, 1, 2, 3.25], ROWS)


def classes(count):
    """Truths, and probabilities that lean towards them."""
    truth = random.choice(count, ROWS, p=numpy.arange(1, count + 1) / (count * (count + 1) / 2))
    raw = random.random((ROWS, count)) + 0.6 * (numpy.arange(count) == truth[:, None])
    shares = numpy.floor(32 * raw / raw.sum(axis=1, keepdims=True))
    shares[:, 0] += 32 - shares.sum(axis=1)
    return truth, shares / 32


def of_classes(count):
    truth, shares = classes(count)
    predicted = shares.argmax(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = {
            "accuracy": metrics.accuracy_score(truth, predicted, sample_weight=weight),
            "balanced accuracy": metrics.balanced_accuracy_score(truth, predicted, sample_weight=weight),
            "macro F1": metrics.f1_score(truth, predicted, average="macro", sample_weight=weight),
            "MCC": metrics.matthews_corrcoef(truth, predicted, sample_weight=weight),
            "kappa": metrics.cohen_kappa_score(truth, predicted, sample_weight=weight),
            "log loss": metrics.log_loss(truth, numpy.clip(shares, 1e-15, 1), sample_weight=weight, labels=range(count)),
            "Brier": metrics.brier_score_loss(truth, shares, sample_weight=weight, scale_by_half=True, labels=range(count)),
        }
        if count == 2:
            values |= {
                "F1": metrics.f1_score(truth, predicted, sample_weight=weight),
                "ROC AUC": metrics.roc_auc_score(truth, shares[:, 1], sample_weight=weight),
                "PR AUC": metrics.average_precision_score(truth, shares[:, 1], sample_weight=weight),
            }
    matrix = metrics.confusion_matrix(truth, predicted, sample_weight=weight)
    rows = {"actual": truth.tolist(), "probabilities": shares.tolist(), "weight": weight.tolist()}
    return rows | {"values": {name: float(value) for name, value in values.items()}, "matrix": matrix.tolist()}


def of_labels(random):
    """Five labels, some rarer than others, and probabilities that lean towards them; in multiples of 1/32."""
    truth = random.random((ROWS, 5)) < numpy.array([0.5, 0.3, 0.1, 0.7, 0.05])
    shares = numpy.floor(32 * numpy.clip(random.random((ROWS, 5)) * 0.7 + 0.3 * truth, 0, 1)) / 32
    predicted = shares >= 0.5
    values = {
        "Hamming loss": metrics.hamming_loss(truth, predicted, sample_weight=weight),
        "subset accuracy": metrics.accuracy_score(truth, predicted, sample_weight=weight),
        "micro F1 of labels": metrics.f1_score(truth, predicted, average="micro", sample_weight=weight),
        "macro F1 of labels": metrics.f1_score(truth, predicted, average="macro", sample_weight=weight),
    }
    rows = {"truths": truth.astype(int).tolist(), "shares": shares.tolist(), "weight": weight.tolist()}
    return rows | {"values": {name: float(value) for name, value in values.items()}}


def of_numbers():
    truth = numpy.round(3 + 10 * random.standard_normal(ROWS), 4)
    predicted = numpy.round(truth + 2 * random.standard_normal(ROWS), 4)
    values = {
        "MAE": metrics.mean_absolute_error(truth, predicted, sample_weight=weight),
        "RMSE": metrics.root_mean_squared_error(truth, predicted, sample_weight=weight),
        "R²": metrics.r2_score(truth, predicted, sample_weight=weight),
        "MAPE": metrics.mean_absolute_percentage_error(truth, predicted, sample_weight=weight),
        # scikit-learn has no symmetric form; this is its formula over numpy.
        "sMAPE": numpy.average(2 * abs(truth - predicted) / (abs(truth) + abs(predicted)), weights=weight),
    }
    rows = {"actual": truth.tolist(), "predicted": predicted.tolist(), "weight": weight.tolist()}
    return rows | {"values": {name: float(value) for name, value in values.items()}}


golden = {
    "sklearn": sklearn.__version__,
    "two classes": of_classes(2),
    "four classes": of_classes(4),
    "numbers": of_numbers(),
    "labels": of_labels(numpy.random.Generator(numpy.random.PCG64(6))),
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden, separators=(",", ":"), ensure_ascii=False) + "\n")
