"""Writes drift.json: where River's detectors say warning and drift on six streams.

    pip install river==0.26.1
    python3 test/golden/drift.py

Streams of 3,000 values by numpy's PCG64: 0 or 1 by chance with a level that changes, and numbers near such a level.
Each detector is given as [name, options, stream, warnings, drifts], with the indices at which it said so.
"""

import json
import pathlib

import numpy
import river
from river import drift
from river.drift.binary import HDDMA, HDDMW, hddm_w

# A sum of squared weights begins with 1, that of the first value. River lets it decay once before.
decay = hddm_w.SampleInfo.update


def begin_with_one(self, x):
    begins = not self._is_init
    decay(self, x)
    if begins:
        self._ibc = 1.0


hddm_w.SampleInfo.update = begin_with_one

ROWS = 3000
random = numpy.random.Generator(numpy.random.PCG64(11))


def level(*parts):
    """A level by row: [value, rows] one after another."""
    return numpy.concatenate([numpy.full(rows, value) for value, rows in parts])


bits = {
    "steady": level([0.2, ROWS]),
    "abrupt": level([0.1, 1000], [0.4, 1000], [0.1, 1000]),
    "gradual": numpy.concatenate([level([0.1, 1000]), numpy.linspace(0.1, 0.5, 1000), level([0.5, 1000])]),
}
streams = {name: (random.random(ROWS) < p).astype(float) for name, p in bits.items()}
streams["numbers, steady"] = numpy.clip(0.3 + 0.1 * random.standard_normal(ROWS), 0, 1)
streams["numbers, abrupt"] = numpy.clip(level([0.3, 1500], [0.45, 1500]) + 0.1 * random.standard_normal(ROWS), 0, 1)
streams["numbers, falling"] = numpy.clip(level([0.6, 1200], [0.3, 1800]) + 0.1 * random.standard_normal(ROWS), 0, 1)
streams = {name: numpy.round(values, 6).tolist() for name, values in streams.items()}

makers = {
    "adwin": [
        ({"direction": "both"}, lambda: drift.ADWIN()),
        ({"direction": "both", "delta": 0.05, "every": 1}, lambda: drift.ADWIN(delta=0.05, clock=1)),
    ],
    "pageHinkley": [
        ({"direction": "both"}, lambda: drift.PageHinkley()),
        (
            {"direction": "up", "delta": 0.01, "threshold": 5, "wait": 10, "fading": 1},
            lambda: drift.PageHinkley(min_instances=10, delta=0.01, threshold=5, alpha=1, mode="up"),
        ),
        (
            {"direction": "down", "threshold": 8},
            lambda: drift.PageHinkley(threshold=8, mode="down"),
        ),
    ],
    "ddm": [
        ({}, lambda: drift.binary.DDM()),
        ({"wait": 50, "warning": 1.5, "drift": 2.5}, lambda: drift.binary.DDM(warm_start=50, warning_threshold=1.5, drift_threshold=2.5)),
    ],
    "hddmA": [
        ({}, lambda: HDDMA()),
        ({"drift": 0.01, "warning": 0.05}, lambda: HDDMA(drift_confidence=0.01, warning_confidence=0.05)),
        ({"direction": "both"}, lambda: HDDMA(two_sided_test=True)),
    ],
    "hddmW": [
        ({}, lambda: HDDMW()),
        (
            {"drift": 0.01, "warning": 0.05, "lambda": 0.02},
            lambda: HDDMW(drift_confidence=0.01, warning_confidence=0.05, lambda_val=0.02),
        ),
        ({"direction": "both"}, lambda: HDDMW(two_sided_test=True)),
    ],
}


def run(detector, values):
    warnings, drifts = [], []
    for i, value in enumerate(values):
        if isinstance(detector, drift.ADWIN):
            # River's wrapper forgets the whole window after a drift; the paper's detector keeps the newer part.
            detector._drift_detected = detector._helper.update(value)
        else:
            detector.update(value)
        if detector.drift_detected:
            drifts.append(i)
        elif getattr(detector, "warning_detected", False):
            warnings.append(i)
    return warnings, drifts


cases = []
for name, each in makers.items():
    for options, make in each:
        for stream, values in streams.items():
            if name == "ddm" and stream.startswith("numbers"):
                continue
            cases.append([name, options, stream, *run(make(), values)])
golden = {"river": river.__version__, "streams": streams, "cases": cases}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
