"""The ops of src/wire/README.md in f64. Each gets its inputs, their shapes, its own shape and its attributes."""
import math

from functions import exp, log, log1p, sigmoid, softplus, tanh


def lanes(terms):
    l = [0.0] * 4
    for i, term in enumerate(terms):
        l[i % 4] += term
    return ((l[0] + l[1]) + l[2]) + l[3]


def in_order(terms, start=0.0):
    for term in terms:
        start += term
    return start


def dense(given, shapes, shape, _):
    x, w, *b = given
    return product([(i, v) for i, v in enumerate(x) if v != 0 or shape[0] < 4], w, b, shape[0])


def sparse_dense(given, shapes, shape, _):
    h, w, *b = given
    entries = [(int(h[1 + 2 * i]), h[2 + 2 * i]) for i in range(int(h[0]))]
    return product([(i, v) for i, v in entries if 0 <= i < shapes[1][0]], w, b, shape[0])


def product(entries, w, b, m):
    bias = b[0] if b else [0.0] * m
    if m < 4:
        sums = [lanes(v * w[i * m + j] for i, v in entries) for j in range(m)]
        return [s + bias[j] if b else s for j, s in enumerate(sums)]
    return [in_order((v * w[i * m + j] for i, v in entries), 0 + bias[j]) for j in range(m)]


def net(given, *_):
    terms = [w[0] * x[0] for x, w in zip(given[::2], given[1::2])]
    return [in_order(terms[1:], terms[0])]


def around(shape, axis):
    return math.prod(shape[:axis]), shape[axis], math.prod(shape[axis + 1:])


def total(given, shapes, _shape, a):
    k, n, m = around(shapes[0], a['axis'])
    add = lanes if m == 1 else in_order
    return [add(given[0][(o * n + i) * m + j] for i in range(n)) for o in range(k) for j in range(m)]


def expand(given, _shapes, shape, a):
    k, n, m = around(shape, a['axis'])
    return [given[0][o * m + j] for o in range(k) for _ in range(n) for j in range(m)]


def concat(given, shapes, shape, a):
    k = math.prod(shape[:a['axis']])
    sizes = [math.prod(s[a['axis']:]) for s in shapes]
    return [x for o in range(k) for part, n in zip(given, sizes) for x in part[o * n:(o + 1) * n]]


def log_softmax(z):
    top = max(z)
    rest = log(lanes(exp(x - top) for x in z))
    return [(x - top) - rest for x in z]


def each(f):
    return lambda given, *_: [f(*xs) for xs in zip(*given)]


OPS = {
    'dense': dense, 'sparseDense': sparse_dense, 'net': net, 'sum': total, 'expand': expand, 'concat': concat,
    'reshape': lambda given, *_: given[0], 'logSoftmax': lambda given, *_: log_softmax(given[0]),
    'add': each(lambda first, *more: in_order(more, first)), 'sub': each(lambda a, b: a - b),
    'mul': each(lambda a, b: a * b), 'div': each(lambda a, b: a / b), 'max': each(max), 'min': each(min),
    'greater': each(lambda a, b: 1.0 if a > b else 0.0), 'where': each(lambda a, b, c: b if a != 0 else c),
    'neg': each(lambda x: -x), 'abs': each(abs), 'sqrt': each(math.sqrt), 'relu': each(lambda x: x if x > 0 else 0.0),
    'exp': each(exp), 'log': each(log), 'sigmoid': each(sigmoid), 'tanh': each(tanh), 'softplus': each(softplus),
    'binaryCrossEntropy': each(lambda z, t: ((z if z > 0 else 0.0) - z * t) + log1p(exp(-abs(z)))),
}
