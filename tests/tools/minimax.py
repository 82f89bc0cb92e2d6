#!/usr/bin/env python3
"""Prints the polynomial coefficients of `bocpd-core`'s exp, ln and ln_gamma.

    pip install mpmath && ./minimax.py

Remez exchange at 60 digits.  Each polynomial minimises the absolute error of
the named function on the reduced range; the last column is that error.
"""
import mpmath as mp

mp.mp.dps = 60


def remez(f, a, b, degree, rounds=12):
    """Minimax polynomial of `f` on [a, b]: coefficients (constant first) and its error."""
    n = degree + 2
    nodes = [(a + b) / 2 - (b - a) / 2 * mp.cos(mp.pi * i / (n - 1)) for i in range(n)]
    for _ in range(rounds):
        rows = [[x**j for j in range(degree + 1)] + [(-1) ** i] for i, x in enumerate(nodes)]
        solution = mp.lu_solve(mp.matrix(rows), mp.matrix([f(x) for x in nodes]))
        coefficients = list(solution)[: degree + 1]

        def error(x):
            return f(x) - mp.polyval(coefficients[::-1], x)

        grid = [a + (b - a) * i / mp.mpf(1500) for i in range(1501)]
        values = [error(x) for x in grid]
        extrema = [0]
        for i in range(1, 1500):
            if abs(values[i]) >= abs(values[i - 1]) and abs(values[i]) >= abs(values[i + 1]):
                extrema.append(i)
        extrema.append(1500)
        chosen = []
        for i in extrema:
            if chosen and mp.sign(values[i]) == mp.sign(values[chosen[-1]]):
                if abs(values[i]) > abs(values[chosen[-1]]):
                    chosen[-1] = i
            else:
                chosen.append(i)
        while len(chosen) > n:
            chosen.pop(0 if abs(values[chosen[0]]) < abs(values[chosen[-1]]) else -1)
        if len(chosen) < n:
            break
        nodes = [grid[i] for i in chosen]
    return coefficients, max(abs(error(a + (b - a) * i / mp.mpf(4000))) for i in range(4001))


def exp_tail(r):
    """(e^r - 1 - r) / r^2."""
    if abs(r) < mp.mpf("1e-12"):
        return mp.mpf(1) / 2 + r / 6
    return (mp.expm1(r) - r) / r**2


def ln_tail(z):
    """(ln((1+s)/(1-s)) - 2s) / s^3 with z = s^2."""
    if z < mp.mpf("1e-20"):
        return mp.mpf(2) / 3 + 2 * z / 5
    s = mp.sqrt(z)
    return (2 * mp.atanh(s) - 2 * s) / s**3


def stirling(w):
    """z (ln G(z) - (z - 1/2) ln z + z - ln(2 pi)/2) with w = 1/z^2."""
    if w < mp.mpf("1e-12"):
        return mp.mpf(1) / 12 - w / 360 + w**2 / 1260
    z = 1 / mp.sqrt(w)
    return z * (mp.loggamma(z) - (z - mp.mpf(1) / 2) * mp.log(z) + z - mp.log(2 * mp.pi) / 2)


def ln_gamma_bend(f):
    """(ln G(2 + f) - (1 - gamma) f) / f^2."""
    if abs(f) < mp.mpf("1e-18"):
        return (mp.zeta(2) - 1) / 2
    return (mp.loggamma(2 + f) - (1 - mp.euler) * f) / f**2


def show(name, f, a, b, degree):
    coefficients, error = remez(f, a, b, degree)
    print(f"{name}, degree {degree}: error {mp.nstr(error, 3)}")
    for i, c in enumerate(coefficients):
        print(f"  [{i}] {mp.nstr(c, 20)}")


if __name__ == "__main__":
    half = mp.log(2) / 2 * mp.mpf("1.0001")
    z_max = (3 - 2 * mp.sqrt(2)) ** 2 * mp.mpf("1.0001")
    show("exp, f64", exp_tail, -half, half, 9)
    show("exp, f32", exp_tail, -half, half, 4)
    show("ln, f64", ln_tail, mp.mpf(0), z_max, 6)
    show("ln, f32", ln_tail, mp.mpf(0), z_max, 2)
    # ln_growth reduces to quotients of up to 2^(1/2 + 0.0861): exponents are
    # compared on bits, whose distance to log2 is at most 0.0861.
    quotient = mp.mpf(2) ** (mp.mpf(1) / 2 + mp.mpf("0.0861"))
    wide = ((quotient - 1) / (quotient + 1)) ** 2
    show("ln_growth, f64", ln_tail, mp.mpf(0), wide, 7)
    show("ln_growth, f32", ln_tail, mp.mpf(0), wide, 3)
    show("stirling_series, f64", stirling, mp.mpf(0), mp.mpf(1) / 16**2, 4)
    show("stirling_series, f32", stirling, mp.mpf(0), mp.mpf(1) / 16**2, 1)
    show("stirling_series_far, f64", stirling, mp.mpf(0), mp.mpf(1) / 64**2, 2)
    show("stirling_series_far, f32", stirling, mp.mpf(0), mp.mpf(1) / 64**2, 0)
    show("ln_gamma near 2, f64", ln_gamma_bend, -mp.mpf(1) / 2, mp.mpf(1) / 2, 17)
