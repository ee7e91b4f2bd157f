"""Follows a server and predicts rows as it does, in f64. It follows src/wire/README.md.

Usage: python3 client.py URL [MODEL] < rows.json; the rows are a list, and so are the predictions that it prints: the
numbers as the hexadecimal digits of their bits.
"""
import json
import math
import struct
import sys
import unicodedata
from datetime import datetime, timedelta, timezone

from circuit import OPS, log_softmax
from functions import cos, exp, log, sigmoid, sin, softplus
from wire import Connection, decode_frame, pack, unpack

NAN = math.nan


def text_of(name):
    if isinstance(name, bool):
        return 'true' if name else 'false'
    return str(int(name)) if isinstance(name, float) and name == int(name) else str(name)


def fnv(name):
    h = 2166136261
    units = name.encode('utf-16-le', 'surrogatepass')
    for i in range(0, len(units), 2):
        h = ((h ^ (units[i] | units[i + 1] << 8)) * 16777619) % 2**32
    return h


def rotated(x, by):
    return (x << by | x >> 32 - by) % 2**32


def murmur3(term):
    data, h = term.encode(), 0
    for i in range(0, len(data), 4):
        block = rotated(int.from_bytes(data[i:i + 4], 'little') * 0xcc9e2d51 % 2**32, 15) * 0x1b873593 % 2**32
        h ^= block
        if i + 4 <= len(data):
            h = (rotated(h, 13) * 5 + 0xe6546b64) % 2**32
    h ^= len(data)
    h = (h ^ h >> 16) * 0x85ebca6b % 2**32
    h = (h ^ h >> 13) * 0xc2b2ae35 % 2**32
    h ^= h >> 16
    return h - 2**32 if h >= 2**31 else h


ALONE = ('CJK', 'HIRAGANA LETTER', 'KATAKANA LETTER')


def words_of(text):
    words, run = [], ''
    for c in unicodedata.normalize('NFC', text).lower() + ' ':
        alone = unicodedata.name(c, '').startswith(ALONE)
        if not alone and (c == '_' or unicodedata.category(c)[0] in 'LMN'):
            run += c
            continue
        words += ([run] if run else []) + ([c] if alone else [])
        run = ''
    return words


def terms_of(field, text):
    words, n = words_of(text), field['ngrams']
    if field['of'] == 'words':
        return [' '.join(words[i:i + k]) for i in range(len(words)) for k in range(1, n + 1) if i + k <= len(words)]
    return [f' {w} '[i:i + n] for w in words for i in range(max(1, len(w) + 3 - n))]


def row_of_text(field, text):
    counts, sums = {}, {}
    for term in terms_of(field, text):
        h = murmur3(term)
        counts[h] = counts.get(h, 0) + 1
    for h, n in counts.items():
        v = {'log': log(1.0 + n), 'count': float(n), 'binary': 1.0}[field['weighting']]
        index = abs(h) % field['capacity']
        sums[index] = sums.get(index, 0.0) + (-v if h < 0 else v)
    count, *pairs = row_of_sums(field, sums)
    squares = 0.0
    for v in pairs[1::2]:
        squares += v * v
    if field['norm'] == 'l2' and squares > 0:
        pairs[1::2] = [v / math.sqrt(squares) for v in pairs[1::2]]
    return [count, *pairs]


def row_of_sums(field, sums):
    active = field['active']
    kept = sorted(sums, key=lambda i: -abs(sums[i]))[:active]
    flat = [x for i, v in sums.items() if i in kept for x in (i, v)]
    return [len(sums), *flat, *[0.0] * (2 * active - len(flat))]


MILLISECOND = timedelta(milliseconds=1)
DIVISORS = {'microseconds': 1000, 'nanoseconds': 1000000}


def time_of(field, given):
    if not isinstance(given, str):
        return float(given)
    read = datetime.fromisoformat(given.replace('Z', '+00:00'))
    if read.tzinfo is None:
        read = read.replace(tzinfo=timezone(timedelta(minutes=field['timeZone'])))
    ms = (read - datetime(1970, 1, 1, tzinfo=timezone.utc)) / MILLISECOND
    return ms * DIVISORS.get(field['unit'], 1) / (1000 if field['unit'] == 'seconds' else 1)


def cycles_of(field, x):
    v = x / DIVISORS.get(field['unit'], 1) * (1000 if field['unit'] == 'seconds' else 1) + 60000 * field['timeZone']
    day = math.floor(v / 86400000)
    date = datetime(1970, 1, 1) + timedelta(days=day)
    march = datetime(date.year if date.month > 2 else date.year - 1, 3, 1)
    of = {
        'hour': (v - day * 86400000, 86400000),
        'weekday': (day + 3, 7),
        'month': ((5 * (date - march).days + 2) / 153 + 2, 12),
    }
    return [of[part] for part in field['of']]


def on_circle(x, period):
    q = x / period
    turn = 6.283185307179586 * (q - math.floor(q))
    return [sin(turn), cos(turn)]


REMEMBERING = ('lag', 'rolling', 'difference', 'filled', 'windowed')


def rolling_of(field, v, row):
    r = field['rows']
    known = v[:r]
    if field['time']:
        t = row.get(field['time'])
        if t is None:
            return NAN
        known = [x for x, at in zip(known, v[r:]) if t - field['withinMs'] < at <= t]
    return statistic_of(field['statistic'], [x for x in known if not math.isnan(x)])


def statistic_of(statistic, known):
    total, lost = 0.0, 0.0
    for x in known:
        following = total + x
        lost += (total - following) + x if abs(total) >= abs(x) else (x - following) + total
        total = following
    total += lost
    if statistic in ('count', 'sum'):
        return {'count': float(len(known)), 'sum': total}[statistic]
    if not known:
        return NAN
    mean = total / len(known)
    squares = 0.0
    for x in known:
        squares += (x - mean) * (x - mean)
    return {'mean': mean, 'min': min(known), 'max': max(known), 'sd': math.sqrt(squares / len(known))}[statistic]


def windowed_of(field, v, x):
    middle = 0.5 if field['scaler'] == 'minmax' else 0.0
    if math.isnan(x):
        return middle
    d = [0.0] + [other - x for other in v if not math.isnan(other)]

    def quantile(p):
        place = (len(d) - 1) * p
        i = math.floor(place)
        below = sorted(d)[i]
        return below if place == i else below + (place - i) * (sorted(d)[i + 1] - below)

    centre, spread = {
        'standard': lambda: (statistic_of('mean', d), statistic_of('sd', d)),
        'minmax': lambda: (min(d), max(d) - min(d)),
        'robust': lambda: (quantile(0.5), quantile(0.75) - quantile(0.25)),
    }[field['scaler']]()
    return max(-field['clip'], min(field['clip'], (0.0 - centre) / spread)) if spread > 0 else middle


def ordered(levels, outputs):
    odds = [log(a / (1 - a)) for a in levels]
    middle = min(range(len(levels)), key=lambda i: (round(abs(levels[i] - 0.5), 9), i))
    q = list(outputs)
    for i in range(middle + 1, len(q)):
        q[i] = q[i - 1] + 0.8 * (odds[i] - odds[i - 1]) * softplus(outputs[i])
    for i in range(middle - 1, -1, -1):
        q[i] = q[i + 1] - 0.8 * (odds[i + 1] - odds[i]) * softplus(outputs[i])
    return q


class Predictor:
    def __init__(self, description, frame):
        self.description = description
        self.step, self.theta, statistics, vocabularies, memories = frame
        fields = [*description['features'].items(), *description['target'].items()]
        scaled = [name for name, field in fields if field.get('scale', 'none') != 'none']
        self.scalers = {name: statistics[6 * i:6 * i + 6] for i, name in enumerate(scaled)}
        categories = [name for name, field in fields if field['kind'] == 'category']
        self.names = dict(zip(categories, vocabularies))
        counts = 6 * len(scaled) + len(vocabularies)
        assert statistics[6 * len(scaled):counts] == [len(names) for names in vocabularies]
        remembering = [name for name, field in fields if field['kind'] in REMEMBERING]
        self.memories = dict(zip(remembering, memories))
        nodes = description['circuit']['nodes']
        sparse = [nodes[node['inputs'][0]].get('name') for node in nodes if node['op'] == 'sparseDense']
        self.sparse = [name for name in description['features'] if name in sparse]
        self.memories_of_rows = []
        self.experts = self.inputs_of_experts(statistics[counts:])

    def inputs_of_experts(self, statistics):
        targets, nodes = self.description['target'], self.description['circuit']['nodes']
        count = len(self.description.get('experts', []))
        if count == 0:
            return {}
        isNumeric = self.description['loss']['task'] == 'numeric'
        n, losses = statistics[0], statistics[1:1 + count]
        best = min(losses)
        likely = [exp(-min((n / (2 * best) if isNumeric else 1) * (l - best), 700)) if l > best else 1.0 for l in losses]
        total = 0.0
        for each in likely:
            total += each
        found = {'#experts': [each / total for each in likely]}
        self.memories_of_rows = []
        labels = {node['name']: node['shape'][0] for node in nodes if node.get('name', '').startswith('#last')}
        length = max([int(name[5:]) for name in labels], default=0)
        for name, size in labels.items():
            ago = int(name[5:])
            known = [statistics[1 + count + length * i + length - ago] for i in range(len(targets))]
            if isNumeric:
                found[name] = [self.z_of(*each, y) for each, y in zip(targets.items(), known)]
            else:
                found[name] = [1.0 if i == known[0] else 0.0 for i in range(size)]
        at = 1 + count + length * len(targets) + (1 if length > 1 and isNumeric else 0)
        for node in nodes:
            if not node.get('name', '').startswith('#nearest'):
                continue
            k, rows = map(int, node['name'][8:].split('of'))
            n = sum(math.prod(other['shape']) for other in nodes if other['op'] == 'input' and other.get('name', '')[:1] != '#'
                    and other.get('name') not in self.sparse)
            m = min(rows, max(k, 16384 // max(n, 1)))
            size = 1 + m * (n + len(targets))
            self.memories_of_rows.append((node['name'], node['shape'][0], k, m, n, statistics[at:at + size]))
            at += size
        return found

    def nearest(self, vector):
        """What the rows say that are nearest to a row, for each input that asks for them."""
        found = {}
        targets = list(self.description['target'].items())
        isNumeric = self.description['loss']['task'] == 'numeric'
        for name, size, k, m, n, memory in self.memories_of_rows:
            taken = int(memory[0])
            slots = [(taken + i) % m for i in range(m)] if taken >= m else range(taken)
            near = []
            for age, slot in enumerate(slots):
                squared = 0.0
                for j in range(n):
                    difference = vector[j] - memory[1 + j * m + slot]
                    squared += difference * difference
                near.append((squared if squared < 1e300 else 1e300, -age, slot))
            near = sorted(near)[:k]
            weights = [1 / (squared / max(n, 1) + 0.001) for squared, *_ in near]
            total = 0.0
            for weight in weights:
                total += weight
            said = [0.0] * size
            for (*_, slot), weight in zip(near, weights):
                labels = [memory[1 + (n + t) * m + slot] for t in range(len(targets))]
                if isNumeric:
                    said = [s + weight / total * y for s, y in zip(said, labels)]
                elif 0 <= labels[0] < size:
                    said[int(labels[0])] += weight / total
            found[name] = [self.z_of(*each, y) for each, y in zip(targets, said)] if isNumeric else said
        return found

    def z_of(self, name, field, y):
        if field['scale'] == 'none':
            return y
        _, mean, variance, *_ = self.scalers[name]
        return (y - mean) / math.sqrt(variance) if variance > 1e-28 * mean * mean else 0.0

    def number(self, name, field, row):
        given = row.get(name)
        kind = field['kind']
        if kind in REMEMBERING:
            x = self.recalled(name, field, row)
            return NAN if math.isnan(x) else max(-1e150, min(1e150, x))
        if kind == 'hashed':
            counts = given if isinstance(given, dict) else {}
            pairs = list(counts.items()) if counts else [(name, 1.0) for name in given or []]
            sums = {}
            for word, value in pairs:
                index = fnv(word) % field['capacity']
                sums[index] = sums.get(index, 0.0) + value
            return row_of_sums(field, sums)
        if kind == 'cross':
            names = [text_of(row[n]) for n in field['of'] if row.get(n) is not None]
            if len(names) < len(field['of']):
                return [0.0, 0.0, 0.0]
            sized = [f"{len(n.encode('utf-16-le')) // 2} {n}" for n in names[:-1]]
            return [1.0, fnv(''.join([*sized, names[-1]])) % field['capacity'], 1.0]
        if kind == 'text':
            return row_of_text(field, '' if given is None else text_of(given))
        if given is None:
            return NAN
        if kind == 'time':
            return time_of(field, given)
        if kind != 'category':
            return float(given)
        names = [text_of(known) for known in self.names[name]]
        if text_of(given) in names:
            return names.index(text_of(given))
        full = len(names) >= field['capacity'] and field['onFull'] == 'hash'
        return fnv(text_of(given)) % field['capacity'] if full else -1

    def recalled(self, name, field, row):
        kind = field['kind']
        keys, values = self.memories[name]
        size = {
            'lag': lambda: field['rows'],
            'difference': lambda: field['rows'] + 1,
            'rolling': lambda: field['rows'] * (2 if field['time'] else 1),
            'filled': lambda: 1,
            'windowed': lambda: field['rows'] - 1,
        }[kind]()
        key = text_of(row[field['by']]) if field['by'] else ''
        at = size * keys.index(key) if key in keys else None
        v = [NAN] * size if at is None else values[at:at + size]
        own = row.get(name if kind in ('filled', 'windowed') else field['of'])
        own = NAN if own is None else float(own)
        if kind == 'filled':
            return v[0] if math.isnan(own) else own
        if kind == 'windowed':
            return windowed_of(field, v, own)
        r = field['rows']
        if kind == 'lag':
            return v[r - 1]
        if kind == 'difference':
            return v[0] - v[r] if field['of'] in self.description['target'] else own - v[r - 1]
        return rolling_of(field, v, row)

    def columns(self, name, field, x):
        kind = field['kind']
        if kind in ('hashed', 'text', 'cross'):
            return [float(min(x[0], field['active'])), *x[1:]]
        if name in self.sparse:
            return [1.0, x, 1.0] if x >= 0 else [0.0, x, 0.0]
        if kind == 'category':
            return [1.0 if i == x else 0.0 for i in range(field['capacity'])]
        if kind in ('cyclic', 'time'):
            count = len(field['of']) if kind == 'time' else 1
            if math.isnan(x):
                return [0.0, 0.0] * count
            cycles = [(x, field['period'])] if kind == 'cyclic' else cycles_of(field, x)
            return [y for cycle in cycles for y in on_circle(*cycle)]
        if field['missing'] == 'flag':
            return self.columns(name, {**field, 'missing': 'mean'}, x) + [1.0 if math.isnan(x) else 0.0]
        if math.isnan(x):
            return [0.0]
        return [x if field.get('scale', 'none') == 'none' else self.scale(self.scalers[name], field, x)]

    def scale(self, scaler, field, x):
        n, mean, variance, _, run, _ = scaler
        exponential = field['scale'] == 'exponential'
        advances = self.description['statistics'] == 'beforePrediction'
        d = x - mean
        wild = exponential and d * d > 900 * variance and n >= 4 and variance > (1e-28 * mean) * mean
        restarts = wild and advances and run + 1 >= 50
        if wild and not restarts:
            away = 6 * math.sqrt(variance)
            x = mean + away if x > mean else mean - away
        if advances:
            n = 1 if restarts else n + 1
            d = x - mean
            if exponential:
                a = max(1 / n, 0.001)
                mean, variance = mean + a * d, (1 - a) * (variance + (a * d) * d)
            else:
                moved = mean + d / n
                mean, variance = moved, variance + (d * (x - moved) - variance) / n
        z = (x - mean) / math.sqrt(variance) if variance > (1e-28 * mean) * mean else 0.0
        return min(max(z, -field['clip']), field['clip'])

    def predict(self, row):
        features = self.description['features']
        columns = {name: self.columns(name, field, self.number(name, field, row)) for name, field in features.items()}
        vector = [x for name in features if name not in self.sparse for x in columns[name]]
        values = self.run(vector, columns)
        circuit = self.description['circuit']
        outputs = [x for node in circuit['outputs'].values() for x in values[node]]
        (target, field), *more = self.description['target'].items()
        if self.description['loss']['kind'] == 'quantiles':
            return [self.unscaled(target, field, q) for q in ordered(self.description['loss']['levels'], outputs)]
        if self.description['loss']['kind'] == 'poisson':
            return [exp(o) for o in outputs]
        if self.description['loss']['kind'] == 'binaryCrossEntropy':
            return [sigmoid(o) for o in outputs]
        if self.description['loss']['task'] == 'numeric':
            fields = [(target, field), *more]
            return [self.unscaled(name, f, o) for (name, f), o in zip(fields, outputs)]
        known = len(self.names[target])
        if len(outputs) == 1:
            second = sigmoid(outputs[0])
            return [1 - second, second] if known > 1 else [1.0] * known
        masked = [o if i < known else -1e30 for i, o in enumerate(outputs)]
        return [exp(y) for y in log_softmax(masked)][:known]

    def unscaled(self, name, field, o):
        if field['scale'] == 'none':
            return o
        _, mean, variance, *_ = self.scalers[name]
        return mean + math.sqrt(variance) * o

    def run(self, vector, columns):
        nodes = self.description['circuit']['nodes']
        tensors = {t['name']: self.theta[t['offset']:t['offset'] + t['size']] for t in self.description['layout']}
        experts = {**self.experts, **self.nearest(vector)}
        others = {*self.sparse, *experts}
        inputs = [node for node in nodes if node['op'] == 'input' and node['name'] not in others]
        whole = len(inputs) == 1 and inputs[0]['shape'] == [len(vector)]
        values = []
        for node in nodes:
            op, shape, a = node['op'], node['shape'], node.get('attributes', {})
            given = [values[i] for i in node['inputs']]
            shapes = [nodes[i]['shape'] for i in node['inputs']]
            if op == 'input':
                y = vector if whole and node is inputs[0] else {**columns, **experts}[node['name']]
            elif op == 'weight':
                y = tensors[node['name']]
            elif op == 'constant':
                value = a['value']
                y = value if isinstance(value, list) else [value] * math.prod(shape)
            else:
                y = OPS[op](given, shapes, shape, a)
            values.append(y)
        return values


def main(url, model=None):
    connection = Connection(url)
    wanted = {'model': model} if model else {}
    connection.send(pack({'type': 'hello', 'protocol': 1, **wanted}))
    welcome = None
    while True:
        data = connection.receive()
        if data[0] == 0x52:
            break
        message = unpack(data)
        if message['type'] == 'error':
            raise RuntimeError(message['text'])
        if message['type'] == 'welcome':
            welcome = message
    predictor = Predictor(welcome['description'], decode_frame(data, welcome))
    print(json.dumps([[struct.pack('>d', y).hex() for y in predictor.predict(row)] for row in json.load(sys.stdin)]))


main(*sys.argv[1:])
