"""Speed and accuracy of bocpd and its peers, in turns on the same data.

Run by `run.sh`, which has built the Rust contenders and installed the Python
ones. Every contender gives, for each observation, the probability that it
begins a segment; series are the Gaussian benchmark series of Fast-BOCPD 1.0
(segments of 150) and a quiet one. Prints Markdown tables.
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import bocpd
import changepoint
import numpy as np
from fast_bocpd import BOCPD, ConstantHazard, GaussianNIG, OnlineChangeDetector

RUST = sys.argv[1]
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 7
LAMBDA = 150.0


def benchmark(n):
    """Segments of 150; level 5, 10, ..., 45, 0, ...; noise from U(0.5, 2.5)."""
    random, out, level = np.random.RandomState(42), [], 0.0
    while len(out) < n:
        level = level + 5.0 if level <= 40.0 else 0.0
        out.extend(random.normal(level, random.uniform(0.5, 2.5), 150))
    return np.array(out[:n])


def quiet(n):
    return np.random.RandomState(1).normal(size=n)


def timed(make, work, xs):
    """Nanoseconds per observation, and what came out. A series that takes less time
    than the 50 ms of the Rust program is run again, each time by a new detector; the
    median counts."""
    times = []
    while sum(times) < 0.05:
        detector = make()
        start = time.perf_counter()
        out = work(detector)
        times.append(time.perf_counter() - start)
    return statistics.median(times) / len(xs) * 1e9, np.asarray(out, dtype=float)


def fast():
    prior = GaussianNIG(0.0, 1.0, 1.0, 1.0)
    return BOCPD(prior, ConstantHazard(LAMBDA), max_run_length=450)


def fast_batch(xs):
    return timed(fast, lambda detector: detector.batch_update(xs), xs)


def fast_online(xs):
    def work(detector):
        for x in xs:
            detector.update(x)
        return []

    return timed(lambda: OnlineChangeDetector(fast()), work, xs)


def pypi_changepoint(xs):
    # The precision has the distribution Gamma(v/2, s/2). What it calls r = 1 is
    # the event that the others give, less the factor 1 - h.
    def make():
        prior = changepoint.NormalGamma(0.0, 1.0, 2.0, 2.0)
        return changepoint.Bocpd(prior=prior, lam=LAMBDA)

    nanoseconds, out = timed(
        make, lambda detector: [(detector.step(x) + [np.nan])[1] for x in xs], xs
    )
    return nanoseconds, out / (1.0 - 1.0 / LAMBDA)


def wheel():
    return bocpd.Detector(
        bocpd.Gaussian(mean=0.0, kappa=1.0, alpha=1.0, beta=1.0), bocpd.Constant(LAMBDA)
    )


def wheel_batch(xs):
    return timed(wheel, lambda detector: detector.update_many(xs).p_change_now, xs)


def wheel_online(xs):
    return timed(wheel, lambda detector: [detector.update(x).p_change_now for x in xs], xs)


# Those that are not here are the Rust program's.
PYTHON = {
    "fast-bocpd 1.0.0, batch": fast_batch,
    "fast-bocpd 1.0.0, online": fast_online,
    "changepoint 0.4.0 (PyPI)": pypi_changepoint,
    "ours, default, wheel": wheel_batch,
    "ours, default, wheel, one by one": wheel_online,
}
IN_RUST = {
    "nexus-stats-detection 2.0.0, cap 200": "nexus-200",
    "changepoint 0.15.0, truncated": "changepoint",
    "ours, 450 hypotheses": "ours-450",
    "ours, 450 hypotheses, one by one": "ours-450-online",
    "ours, 200 hypotheses": "ours-200",
    "ours, default": "ours-default",
    "ours, default, one by one": "ours-online",
    "ours, exact": "exact",
}


def in_rust(name, file):
    def run(xs):
        with tempfile.NamedTemporaryFile("r") as out:
            printed = subprocess.run(
                [RUST, name, file, "--outputs", out.name], check=True, capture_output=True, text=True
            )
            return float(printed.stdout), np.loadtxt(out.name)

    return run


def spread(values, digits):
    three = (min(values), statistics.median(values), max(values))
    return "/".join(f"{x:.{digits}f}" for x in three)


def table(series, xs, contenders, rounds=ROUNDS):
    """The first contender is the peer that the others are compared with."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "series.txt"
        file.write_text("\n".join(repr(float(x)) for x in xs))
        exact = in_rust("exact", str(file))(xs)[1]
        times = {name: [] for name in contenders}
        errors = {}
        for _ in range(rounds):
            for name in contenders:
                run = PYTHON.get(name) or in_rust(IN_RUST[name], str(file))
                nanoseconds, out = run(xs)
                times[name].append(nanoseconds)
                # Conventions of how a series begins differ, so its first ten do not count.
                differences = np.abs(out - exact)[10:] if len(out) else None
                errors[name] = "" if differences is None else f"{differences.max():.1e}"
    peer = contenders[0]
    print(f"\n| {series}, {len(xs)} observations, {rounds} rounds | ns per observation "
          "| times as fast | largest error |")
    print("|---|--:|--:|--:|")
    for name in contenders:
        ratios = [b / t for b, t in zip(times[peer], times[name])]
        print(f"| {name} | {spread(times[name], 0)} | {spread(ratios, 1)} | {errors[name]} |")
    sys.stdout.flush()


def main():
    print("min/median/max of rounds in turns; hazard 1/150, prior mean 0 and kappa = alpha = beta "
          "= 1; error of P(this observation begins a segment) against the exact posterior")
    changing = benchmark(20_000)
    table("changing", changing, [
        "fast-bocpd 1.0.0, batch",
        "ours, 450 hypotheses",
        "ours, default",
        "ours, default, wheel",
    ])
    table("changing, one by one", changing, [
        "fast-bocpd 1.0.0, online",
        "ours, 450 hypotheses, one by one",
        "ours, default, one by one",
        "ours, default, wheel, one by one",
    ])
    table("quiet", quiet(20_000), [
        "nexus-stats-detection 2.0.0, cap 200",
        "fast-bocpd 1.0.0, batch",
        "ours, 200 hypotheses",
        "ours, default",
        "ours, default, wheel",
    ])
    # Minutes a round: these two keep every hypothesis of a quiet series.
    table("quiet", quiet(20_000), [
        "changepoint 0.15.0, truncated",
        "ours, exact",
        "ours, default",
    ], rounds=min(ROUNDS, 3))
    table("quiet", quiet(5_000), [
        "changepoint 0.4.0 (PyPI)",
        "ours, exact",
        "ours, default, wheel",
    ])


if __name__ == "__main__":
    main()
