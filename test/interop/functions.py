"""The functions of src/wire/README.md in f64. Python's own may differ in the last bit."""
import math
import struct

H, L = 0.6931471805582987, 1.6465949582897082e-12
ROUND = 6755399441055744.0


def poly(x, *c):
    y = c[0]
    for next_c in c[1:]:
        y = y * x + next_c
    return y


def whole(x):
    return (x + ROUND) - ROUND


def scaled(y, k):
    half = k >> 1
    return y * math.ldexp(1.0, half) * math.ldexp(1.0, k - half)


def held(x, low, high):
    return x if math.isnan(x) else min(max(x, low), high)


def exp(x):
    if math.isnan(x):
        return x
    x = held(x, -746.0, 710.0)
    k = whole(x * (1 / (H + L)))
    a = x - k * H
    b = k * L
    t = a - b
    l = (a - t) - b
    s = 1 + t
    u = t * t
    r = poly(u, 2.0914693884565418e-9, 2.7557273682072415e-7, 2.480158732543272e-5, 0.001388888888888384,
             0.04166666666666667, 0.5) + poly(u, 2.5105312729622103e-8, 2.755725517000089e-6, 0.0001984126987500228,
                                              0.008333333333326084, 0.1666666666666667) * t
    return scaled(s + ((t - (s - 1)) + (l + t * (l + t * r))), int(k))


def sigmoid(x):
    e = exp(-abs(x))
    return (e if x < 0 else 1) / (1 + e)


def tanh(x):
    s = abs(x)
    if s < 0.625:
        z = s * s
        u = z * z
        e = poly(u, -3.12011014257974e-5, -0.0002375906496055562, -0.0014557754120478055, -0.008863235103240878,
                 -0.05396825396789699, -0.3333333333333333)
        o = poly(u, 6.485163482793113e-6, 9.257116129556769e-5, 0.0005896606577757043, 0.0035921217511549622,
                 0.021869488519008305, 0.13333333333333042)
        y = s + (s * z) * (e + o * z)
    else:
        e = exp(2 * min(s, 22.0))
        c = e + 1
        l = 1 - (c - e)
        q = 2 / c
        y = 1 - (q - ((0.5 * q) * q) * l)
    return y if x > 0 else x if x == 0 else -y


def exponent(x):
    """k of x = 2^k m, decided by the high 32 bits."""
    high = struct.unpack('<q', struct.pack('<d', x))[0] >> 32
    return (high - 0x3fe6a09e) >> 20


def log_sum(k, f, l):
    h = (0.5 * f) * f
    s = f / (2 + f)
    q = s * s
    u = q * q
    a = poly(u, 0.058530020640084085, 0.07692297401386, 0.11111111110824638, 0.2) + poly(
        u, 0.058628022682377066, 0.06667406686843506, 0.09090909168444662, 0.14285714285714687) * q
    r = (2 * q) * (0.3333333333333333 + q * a)
    return k * H - ((h - (s * (h + r) + (k * L + l))) - f)


def log(x):
    if x == 0:
        return -math.inf
    k = exponent(x)
    return log_sum(k, scaled(x, -k) - 1, 0)


def log1p(x):
    if x == 0:
        return x
    u = 1 + x
    k = exponent(u)
    l = (x - (u - 1) if u < 2 else 1 - (u - x)) / u
    return log_sum(0, x, 0) if k == 0 else log_sum(k, scaled(u, -k) - 1, l)


def softplus(x):
    return max(x, 0.0) + log1p(exp(-abs(x)))


REACH = struct.unpack('<f', struct.pack('<f', 0.79))[0]


def lost(a, b, s):
    t = s - a
    return (a - (s - t)) + (b - t)


def wave(x, j):
    k = whole(x * 0.6366197723675814)
    a = x - k * 1.5707963267341256
    b = k * 6.077100506303966e-11
    p = a - b
    c = k * 2.0222662487111665e-21
    w = p - c
    l = (lost(a, -b, p) + lost(p, -c, w)) - k * 8.4784276603689e-32
    t = held(w + l, -REACH, REACH)
    v = (w - t) + l
    z = t * t
    g = int(k) + j
    if g % 2 == 0:
        y = t + ((t * z) * poly(z, 1.5916480269048027e-10, -2.505110882200661e-8, 2.755731599143529e-6,
                                -0.00019841269836543094, 0.008333333333330806, -0.16666666666666666) +
                 v * (1 - 0.5 * z))
    else:
        h = 0.5 * z
        m = 1 - h
        y = m + (((1 - m) - h) + ((z * z) * poly(z, -1.1381600803648663e-11, 2.0876131865438917e-9,
                                                 -2.755731720221659e-7, 2.480158729863089e-5,
                                                 -0.0013888888888887309, 0.041666666666666664) - t * v))
    return held(-y if g % 4 >= 2 else y, -1.0, 1.0)


def sin(x):
    return x if x == 0 else math.copysign(1.0, x) * wave(abs(x), 0)


def cos(x):
    return wave(abs(x), 1)
