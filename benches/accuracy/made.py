"""Series that are made: changes that are plain, and series in which nothing changes. Seeds are
those of the study that the targets come from."""

import numpy as np

import score
from record import by_group, record, total

random = np.random.default_rng


def walk(levels, step, each, seed):
    """`levels` levels, each `step` above or below the last; noise of 1."""
    rng = random(seed)
    level = np.cumsum(np.r_[0, step * rng.choice([-1, 1], levels - 1)])
    xs = np.repeat(level, each) + rng.normal(0, 1, levels * each)
    return xs, [each * i for i in range(1, levels)]


def fixed(levels, each, noise, seed):
    """These levels."""
    xs = np.repeat(np.array(levels, float), each) + random(seed).normal(0, noise, len(levels) * each)
    return xs, [each * i for i in range(1, len(levels))]


def autoregressive(phi, n, seed):
    """AR(1) noise of variance 1."""
    rng = random(seed)
    shocks = rng.normal(0, 1, n) * np.sqrt(1 - phi * phi)
    xs = np.zeros(n)
    xs[0] = rng.normal()
    for i in range(1, n):
        xs[i] = phi * xs[i - 1] + shocks[i]
    return xs


def sine(n, seed):
    """A sine of standard deviation 2 and period 100 under noise of 1."""
    return 2 * 1.414 * np.sin(2 * np.pi * np.arange(n) / 100) + random(seed).normal(0, 1, n)


def series():
    """Pairs of a name and a list of pairs of a series and its changepoints."""
    for levels, step, each in [(8, 10, 30), (12, 6, 20), (12, 10, 10), (20, 10, 50)]:
        yield f"{levels} levels, {step} σ, {each} each", [walk(levels, step, each, i) for i in range(6)]
    yield "100 → 80 → 400 → 380, noise 3", [fixed([100, 80, 400, 380], 60, 3, i) for i in range(6)]
    yield "0/8, 5 each, noise 1", [fixed([0, 8] * 6, 5, 1, i) for i in range(6)]
    yield "4 levels, 3 σ, 50 each", [walk(4, 3, 50, i) for i in range(6)]
    yield "4 + 4 values, 40 σ apart", [fixed([1, 5], 4, 0.1, i) for i in range(10)]
    quiet = lambda name, many: (name, [(xs, []) for xs in many])
    for phi in (0.5, 0.9):
        yield quiet(f"AR {phi} (500)", [autoregressive(phi, 500, i) for i in range(6)])
    yield quiet("sine of 2 σ (600)", [sine(600, i) for i in range(4)])
    yield quiet("ramp (400)", [np.arange(400) * 0.02 + random(i).normal(0, 1, 400) for i in range(4)])
    yield quiet("random walk (500)", [np.cumsum(random(i).normal(0, 1, 500)) for i in range(6)])
    yield quiet("t₃ (500)", [random(i).standard_t(3, 500) for i in range(6)])
    yield quiet("readings on a grid (200)", [np.round(random(i).normal(0, 0.3, 200)) for i in range(6)])
    for n in (20, 50, 200, 1000):
        seeds = range(100, 106 if n == 1000 else 120)
        yield quiet(f"white noise ({n})", [random(i).normal(0, 1, n) for i in seeds])


def measure(methods, options):
    for group, many in series():
        for index, (xs, truth) in enumerate(many):
            for method, find in methods.items():
                one = record("made", group, index, method, find, xs)
                found, wrong = score.against_truth(truth, one["changes"])
                one["scores"] = {"found": found, "true": len(truth), "false": wrong}
                yield one


def report(records):
    def cell(some):
        found, true, wrong = (total(some, key) for key in ("found", "true", "false"))
        if not true:
            return f"{wrong / len(some):.2f}"
        return f"{found}/{true}" + (f", {wrong} false" if wrong else "")

    what = "Found of true changes (within 2 of their place); where there are none, false changes per series"
    return f"{what}\n\n{by_group(records, cell)}"
