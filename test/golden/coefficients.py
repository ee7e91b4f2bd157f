"""Computes the polynomial coefficients of src/program/elementary and prints them.

    python3 -m venv venv && venv/bin/pip install mpmath
    venv/bin/python test/golden/coefficients.py

Polynomials are Chebyshev interpolants, which lie within a factor of two of the minimax error for functions
as smooth as these. Each set is printed with the relative error of the function that it serves, before any rounding.
"""

import struct

from mpmath import atanh, cos, exp, log, lu_solve, matrix, mp, mpf, nstr, pi, sin, sqrt, tanh

mp.prec = 400
TINY = mpf(10) ** -20


def horner(coefficients, x):
    total = mpf(0)
    for c in reversed(coefficients):
        total = total * x + c
    return total


def interpolate(f, a, b, degree):
    """The polynomial of this degree through f at the Chebyshev nodes of [a, b]."""
    n = degree + 1
    nodes = [(a + b) / 2 + (b - a) / 2 * cos(pi * (2 * i + 1) / (2 * n)) for i in range(n)]
    powers = matrix(n, n)
    for i, x in enumerate(nodes):
        for j in range(n):
            powers[i, j] = x**j
    return list(lu_solve(powers, matrix([f(x) for x in nodes])))


def largest(f, a, b, points=400):
    return max(abs(f(a + (b - a) * mpf(i) / points)) for i in range(points + 1))


def as_f32(c):
    return nstr(mpf(struct.unpack('<f', struct.pack('<f', float(c)))[0]), 9)


def show(name, coefficients, error):
    print(f'\n{name}: relative error 2^{float(log(error, 2)):.1f}')
    print('  f64', ', '.join(repr(float(c)) for c in coefficients))
    print('  f32', ', '.join(as_f32(c) for c in coefficients))


def polynomial(name, f, weight, a, b, degree):
    """weight turns an error of f into a relative error of the function that f serves."""
    c = interpolate(f, a, b, degree)
    show(f'{name}, degree {degree}', c, largest(lambda x: (horner(c, x) - f(x)) * weight(x), a, b))


def away_from_zero(x):
    return x if abs(x) > TINY else TINY


def exp_rest(r):
    """(e^r - 1 - r) / r^2"""
    r = away_from_zero(r)
    return (exp(r) - 1 - r) / r**2


def atanh_rest(q):
    """atanh(s) = s (1 + q (1/3 + q T(q))), q = s^2"""
    s = sqrt(away_from_zero(q))
    return ((atanh(s) / s - 1) / s**2 - mpf(1) / 3) / s**2


def tanh_rest(z):
    """tanh(x) = x + x z P(z), z = x^2"""
    x = sqrt(away_from_zero(z))
    return (tanh(x) / x - 1) / x**2


def sin_rest(z):
    """sin(x) = x + x z P(z), z = x^2"""
    x = sqrt(away_from_zero(z))
    return (sin(x) / x - 1) / x**2


def cos_rest(z):
    """cos(x) = 1 - z/2 + z^2 P(z), z = x^2"""
    x = sqrt(away_from_zero(z))
    return (cos(x) - 1 + x**2 / 2) / x**4


if __name__ == '__main__':
    half_ln2 = log(2) / 2 * mpf('1.001')
    for degree in (4, 10):
        polynomial('exp', exp_rest, lambda r: r * r / exp(r), -half_ln2, half_ln2, degree)

    # log takes the mantissa in [sqrt(1/2), sqrt(2)), so |s| = |m - 1| / (m + 1) <= this.
    s = (sqrt(2) - 1) / (sqrt(2) + 1) * mpf('1.001')
    for degree in (2, 7):
        polynomial('atanh', atanh_rest, lambda q: q * q, TINY, s * s, degree)

    reach = mpf('0.625') ** 2
    polynomial('tanh', tanh_rest, lambda z: z * sqrt(away_from_zero(z)) / tanh(sqrt(away_from_zero(z))), TINY, reach, 11)

    # In f32 x times 2/pi is rounded by up to 2^-11 where x is in the thousands, so t goes a little beyond pi/4.
    quarter = mpf('0.79') ** 2
    for degree in (2, 5):
        polynomial('sin', sin_rest, lambda z: z, TINY, quarter, degree)
        polynomial('cos', cos_rest, lambda z: z * z, TINY, quarter, degree)

    for name, value, widths in (
        ('ln 2 in f64', log(2), (38, 53)),
        ('ln 2 in f32', log(2), (15, 24)),
        ('pi/2 in f64', pi / 2, (33, 33, 33, 53)),
        ('pi/2 in f32', pi / 2, (11, 11, 11, 11, 24)),
    ):
        parts, rest = [], mpf(value)
        for width in widths:
            with mp.workprec(width):
                part = +rest
            parts.append(float(part))
            rest -= part
        print(f'\n{name} as parts of {widths} bits:', ', '.join(map(repr, parts)))
    print('1/ln 2', repr(float(1 / log(2))), ' 2/pi', repr(float(2 / pi)), ' ln 2', repr(float(log(2))))
    third = mpf(float(mpf(1) / 3))
    print('1/3 rest in f64', repr(float(mpf(1) / 3 - third)))
    third = mpf(struct.unpack('<f', struct.pack('<f', 1 / 3))[0])
    print('1/3 rest in f32', as_f32(mpf(1) / 3 - third))
