"""Predicts rows by the plain data of a model, as toJson() returns it, in f64.

Usage: python3 plain.py < { "model": …, "rows": […] }; it prints the numbers of each prediction as a list of lists.
"""
import json
import math
import sys

from circuit import OPS, around


def cut(given, shapes, _shape, a):
    k, n, m = around(shapes[0], a['axis'])
    return [x for o in range(k) for x in given[0][(o * n + a['start']) * m:(o * n + a['end']) * m]]


OPS = {**OPS, 'slice': cut}


def scaled(model, field, x):
    s = field['statistics']
    n, mean, variance = s['n'], s['mean'], s['variance']
    exponential = field['scale'] == 'exponential'
    advances = model['statistics'] == 'beforePrediction'
    if exponential and n >= 4 and variance > 1e-28 * mean * mean and abs(x - mean) > 30 * math.sqrt(variance):
        if advances and s['run'] + 1 >= 50:
            return 0.0
        x = mean + math.copysign(6 * math.sqrt(variance), x - mean)
    if advances:
        n += 1
        rate = max(1 / n, 0.001) if exponential else 1 / n
        d = x - mean
        mean += rate * d
        variance = (1 - rate) * (variance + rate * d * d) if exponential else variance + (d * (x - mean) - variance) / n
    z = (x - mean) / math.sqrt(variance) if variance > 1e-28 * mean * mean else 0.0
    return max(-field['clip'], min(field['clip'], z))


def name_of(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def columns(model, field, x):
    kind = field['kind']
    if kind == 'category':
        names = [name_of(name) for name in field['names']]
        at = names.index(name_of(x)) if x is not None and name_of(x) in names else -1
        if field.get('sparse'):
            return [1.0, at, 1.0] if at >= 0 else [0.0, 0.0, 0.0]
        return [1.0 if i == at else 0.0 for i in range(field['size'])]
    if kind == 'cyclic':
        turn = None if x is None else 2 * math.pi * x / field['period']
        return [0.0, 0.0] if x is None else [math.sin(turn), math.cos(turn)]
    assert kind == 'numeric', kind
    if x is None:
        return [0.0]
    return [float(x) if field['scale'] == 'none' else scaled(model, field, x)]


def said_by_nearest(model, node, x):
    """What the labels of the nearest rows say: their mean, scaled as the targets are, or the share of each class."""
    memory, targets = node['nearest'], list(model['target'].values())
    square = lambda own: sum((a - b) ** 2 for a, b in zip(x, own))
    order = sorted(range(len(memory['rows'])), key=lambda i: square(memory['rows'][i]))[:memory['neighbors']]
    weights = [1 / (square(memory['rows'][i]) / max(1, len(x)) + 0.001) for i in order]
    shares = [(memory['labels'][i], weight / sum(weights)) for i, weight in zip(order, weights)]
    if targets[0]['kind'] == 'category':
        return [sum(share for labels, share in shares if labels[0] == c) for c in range(node['shape'][0])]
    said = [sum(labels[t] * share for labels, share in shares) for t in range(len(targets))]
    return [standing(target, y) for target, y in zip(targets, said)]


def standing(target, y):
    """A label in the scale of its target, by the statistics as they are, however far away it is."""
    if 'statistics' not in target:
        return y
    mean, variance = target['statistics']['mean'], target['statistics']['variance']
    z = (y - mean) / math.sqrt(variance) if variance > 1e-28 * mean * mean else 0.0
    return max(-target['clip'], min(target['clip'], z))


def predict(model, row):
    values, shapes = {}, {}
    for node in model['nodes']:
        name, op, shape = node['name'], node['op'], node['shape']
        shapes[name] = shape
        if 'values' in node:
            values[name] = node['values']
        elif op == 'weight':
            values[name] = model['weights'][name]['values']
        elif op == 'input':
            fields = [(each, model['features'][each]) for each in node['reads']]
            values[name] = [z for each, field in fields for z in columns(model, field, row.get(each))]
            if 'nearest' in node:
                values[name] = said_by_nearest(model, node, values[name])
        else:
            given = [values[each] for each in node['inputs']]
            values[name] = OPS[op](given, [shapes[each] for each in node['inputs']], shape, node.get('attributes', {}))
    outputs = values[model['output']]
    targets = list(model['target'].values())
    if targets[0]['kind'] == 'category':
        known = len(targets[0]['names'])
        if len(outputs) == 1:
            return [1 - outputs[0], outputs[0]] if known > 1 else [1.0] * known
        return outputs[:known]
    of = targets if len(targets) == len(outputs) else targets * len(outputs)
    scales = [(t['statistics']['mean'], math.sqrt(t['statistics']['variance'])) if 'statistics' in t else (0, 1) for t in of]
    return [mean + spread * o for (mean, spread), o in zip(scales, outputs)]


given = json.load(sys.stdin)
print(json.dumps([[predict(each['model'], row) for row in each['rows']] for each in given]))
