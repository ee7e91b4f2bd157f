"""Writes test/golden/elementary.json: the elementary functions, correctly rounded, at seeded points.

    python3 -m venv venv && venv/bin/pip install mpmath
    venv/bin/python test/golden/elementary.py

A point is [x, f(x)], for pow [x, y, x^y]; every number is the hexadecimal of its IEEE 754 bits, 16 digits for f64
and 8 for f32. mpmath works with 300 bits (more for the reduction of large angles); the result is rounded once.
"""

import json
import pathlib
import random
import struct

from mpmath import cos, exp, log, log1p, mp, mpf, sin, tanh

mp.prec = 300
PRECISIONS = {  # format, unsigned format, mantissa bits, least exponent of a subnormal, largest finite number
    64: ('<d', '<Q', 53, -1074, mpf(2) ** 1024 - mpf(2) ** 970),
    32: ('<f', '<I', 24, -149, mpf(2) ** 128 - mpf(2) ** 103),
}
FUNCTIONS = {
    'exp': exp,
    'log': log,
    'log1p': log1p,
    'tanh': tanh,
    'sigmoid': lambda x: 1 / (1 + exp(-x)),
    'softplus': lambda x: log1p(exp(x)) if x < 0 else x + log1p(exp(-x)),
    'sin': sin,
    'cos': cos,
}


def rounded(value, width):
    """The nearest number of this width, ties to even, subnormals included, as a Python float."""
    _, _, bits, least, largest = PRECISIONS[width]
    if value == 0:
        return 0.0
    exponent = max(int(mp.floor(mp.log(abs(value), 2))) - bits + 1, least)
    quotient = abs(value) / mpf(2) ** exponent
    whole = mp.floor(quotient)
    if quotient - whole > 0.5 or (quotient - whole == 0.5 and int(whole) % 2 == 1):
        whole += 1
    size = whole * mpf(2) ** exponent
    size = float('inf') if size > largest else float(size)
    return -size if value < 0 else size


def as_float(x, width):
    return x if width == 64 else struct.unpack('<f', struct.pack('<f', x))[0]


def as_hex(x, width):
    pack, unsigned, *_ = PRECISIONS[width]
    return format(struct.unpack(unsigned, struct.pack(pack, x))[0], f'0{width // 4}x')


def neighbours(x, width):
    """x and the numbers just below and just above it."""
    pack, unsigned, *_ = PRECISIONS[width]
    bits = struct.unpack(unsigned, struct.pack(pack, x))[0]
    return [struct.unpack(pack, struct.pack(unsigned, bits + step))[0] for step in (-1, 0, 1)]


def points(name, width, rng):
    wide = width == 64
    ln2, half_pi = log(mpf(2)), mp.pi / 2
    few, some = 40, 70

    def spread(low, high, count, signed=True):
        """Log-uniform sizes from 2^low to 2^high."""
        return [2 ** rng.uniform(low, high) * (rng.choice((-1, 1)) if signed else 1) for _ in range(count)]

    def near(values):
        return [y for v in values for y in neighbours(as_float(float(v), width), width)]

    tiny, top = (-1000, 745) if wide else (-120, 103)
    if name == 'exp':
        bottom, overflow = (-745.2, 709.78) if wide else (-103.9, 88.72)
        xs = spread(-60, 6, some) + [rng.uniform(bottom, overflow) for _ in range(some)]
        xs += [rng.uniform(bottom, bottom * 0.95) for _ in range(20)]
        xs += near((k + 0.5) * ln2 for k in (-100, -20, -3, -2, -1, 0, 1, 2, 5, 30, 90))
        xs += [-0.0, 1.0, -1.0, overflow, bottom]
    elif name == 'log':
        xs = spread(-1022 if wide else -126, 1023 if wide else 127, some, False)
        xs += [rng.uniform(0.5, 2) for _ in range(some)] + [1 + x for x in spread(-45 if wide else -22, -2, few)]
        xs += spread(-1074 if wide else -149, -1022 if wide else -126, 20, False)
        xs += near([1, mp.sqrt(2), mp.sqrt(2) / 2, 2, 10]) + [5e-324 if wide else 2**-149]
    elif name == 'log1p':
        xs = spread(-70, -1, some) + spread(-4, 1000 if wide else 127, few, False) + [rng.uniform(-0.9999, 1) for _ in range(some)]
        xs += near([mp.sqrt(2) - 1, mp.sqrt(2) / 2 - 1, 1, -0.5]) + [-1 + 2**-24, 2**-149]
    elif name == 'tanh':
        xs = spread(tiny, -30, 20) + spread(-30, 5, some) + [rng.uniform(-3, 3) for _ in range(some)]
        xs += near([0.625, -0.625, 1, 0.3466, 9, 19.1, 22]) + [rng.uniform(7, 20) for _ in range(20)]
    elif name == 'sigmoid':
        xs = spread(-60, 5, some) + [rng.uniform(-(740 if wide else 103), 40) for _ in range(some)]
        xs += [rng.uniform(-5, 5) for _ in range(few)] + near([0.3466, -0.3466, 1, 17, 37]) + [0.0]
    elif name == 'softplus':
        xs = spread(-60, 5, some) + [rng.uniform(-(740 if wide else 103), 40) for _ in range(some)]
        xs += [rng.uniform(-5, 5) for _ in range(few)] + near([0.8813735870195430, -0.8813735870195430, 17, 37]) + [0.0, 1000.0]
    else:
        limit = 2**20 if wide else 8192
        xs = spread(tiny, -12, 15) + spread(-12, 20 if wide else 13, some) + [rng.uniform(-limit, limit) for _ in range(some)]
        multiples = [1, 2, 3, 4, 5, 7, 11, 22, 44, 355, 710, 4099] + [rng.randrange(1, int(limit / half_pi)) for _ in range(8)]
        xs += near([k * half_pi for k in multiples] + [(k + 0.5) * half_pi for k in (0, 1, 2, 9, 1001, 5014)])
        xs += worst_angles(width, limit) + [float(limit)]
    xs = [as_float(x, width) for x in xs]
    return [x for x in xs if x != 0 or name != 'log']


def worst_angles(width, limit):
    """The arguments that fall nearest to a multiple of pi/2, where a reduction has to be the most exact."""
    half_pi = mp.pi / 2
    step = 1 if width == 32 else 7
    found = []
    for k in range(1, int(limit / half_pi), step):
        exact = k * half_pi
        x = rounded(exact, width)
        found.append((float(abs(exact - x)), x))
    return [x for _, x in sorted(found)[:10]]


def powers(width, rng):
    wide = width == 64
    pairs = [(float(b), float(n)) for b in (2, 3, 5, 7, 10, -3, -10, 1.5, 0.5) for n in (3, 4, 5, 7)]
    pairs += [(0.9, 1000.0), (0.999, 65000.0), (10.0, -5.0), (2.0, 0.5), (2.0, -0.5), (1e-3, 1 / 3), (4.0, 1.5)]
    while len(pairs) < 250:
        x = rng.choice((2 ** rng.uniform(-40, 40), 1 + rng.uniform(-0.3, 0.4), 2 ** rng.uniform(-1.5, 1.5)))
        x = as_float(x, width)
        if x != 1:
            pairs.append((x, float(rng.uniform(-1, 1) * (100 if wide else 80) / abs(log(mpf(x))))))
    return [(as_float(x, width), as_float(y, width)) for x, y in pairs]


def table(width):
    result = {}
    for name, f in FUNCTIONS.items():
        rng = random.Random(f'{name}{width}')
        xs = sorted(set(points(name, width, rng)))
        result[f'{name}{width}'] = [[as_hex(x, width), as_hex(rounded(f(mpf(x)), width), width)] for x in xs]
    pairs = powers(width, random.Random(f'pow{width}'))
    result[f'pow{width}'] = [
        [as_hex(x, width), as_hex(y, width), as_hex(rounded(mpf(x) ** mpf(y), width), width)] for x, y in pairs
    ]
    return result


if __name__ == '__main__':
    header = {
        'script': 'test/golden/elementary.py',
        'run': 'python3 -m venv venv && venv/bin/pip install mpmath && venv/bin/python test/golden/elementary.py',
        'numbers': 'hexadecimal IEEE 754 bits: [x, f(x)], pow: [x, y, x^y]',
    }
    tables = {**table(64), **table(32)}
    lines = ',\n'.join(f'{json.dumps(name)}: {json.dumps(rows, separators=(",", ":"))}' for name, rows in tables.items())
    target = pathlib.Path(__file__).with_suffix('.json')
    target.write_text(json.dumps(header, indent=0)[:-2] + ',\n"functions": {\n' + lines + '\n}\n}\n')
    print(f'{target}: {target.stat().st_size} bytes,', {name: len(rows) for name, rows in tables.items()})
