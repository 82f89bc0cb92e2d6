"""Speed and accuracy of bocpd and its peers, in turns on the same data.

Run by `run.sh`, which has built the Rust contenders and installed the Python
ones. Every contender gives P(change) for each observation of the Gaussian
benchmark series of Fast-BOCPD 1.0 (segments of 150) or of a quiet series.
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
from fast_bocpd import BOCPD, ConstantHazard, GaussianNIG, OnlineChangeDetector

RUST = sys.argv[1]
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 7


def benchmark(n):
    """Segments of 150; level 5, 10, ..., 45, 0, ...; noise from U(0.5, 2.5)."""
    random, out, level = np.random.RandomState(42), [], 0.0
    while len(out) < n:
        level = level + 5.0 if level <= 40.0 else 0.0
        out.extend(random.normal(level, random.uniform(0.5, 2.5), 150))
    return np.array(out[:n])


def quiet(n):
    return np.random.RandomState(1).normal(size=n)


def fast_batch(xs):
    detector = BOCPD(GaussianNIG(0.0, 1.0, 1.0, 1.0), ConstantHazard(150.0), max_run_length=450)
    start = time.perf_counter()
    out = detector.batch_update(xs)
    return (time.perf_counter() - start) / len(xs) * 1e9, np.asarray(out)


def fast_online(xs):
    detector = OnlineChangeDetector(
        BOCPD(GaussianNIG(0.0, 1.0, 1.0, 1.0), ConstantHazard(150.0), max_run_length=450)
    )
    start = time.perf_counter()
    for x in xs:
        detector.update(x)
    return (time.perf_counter() - start) / len(xs) * 1e9, None


def rust(name, file):
    def run(xs):
        with tempfile.NamedTemporaryFile("r") as out:
            printed = subprocess.run(
                [RUST, name, file, "--outputs", out.name], check=True, capture_output=True, text=True
            )
            return float(printed.stdout), np.loadtxt(out.name)

    return run


def table(title, xs, contenders, base):
    file = pathlib.Path(tempfile.mkdtemp()) / "series.txt"
    file.write_text("\n".join(repr(float(x)) for x in xs))
    runs = {n: (f if callable(f) else rust(n, str(file))) for n, f in contenders.items()}
    exact = rust("exact", str(file))(xs)[1]
    times = {name: [] for name in runs}
    error = {}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            nanoseconds, out = run(xs)
            times[name].append(nanoseconds)
            # The first observation starts a segment by convention, not by evidence.
            error[name] = None if out is None else float(np.max(np.abs(out - exact)[1:]))
    print(f"\n{title}: {len(xs)} observations, {ROUNDS} rounds in turns")
    print(f"{'':14}{'ns per observation':>26}{'times as fast as ' + base:>36}   largest error of P(change)")
    for name in runs:
        spread = [min(times[name]), statistics.median(times[name]), max(times[name])]
        ratios = [b / t for b, t in zip(times[base], times[name])]
        ratio = [min(ratios), statistics.median(ratios), max(ratios)]
        shown = "-" if error[name] is None else f"{error[name]:.1e}"
        print(
            f"{name:14}{'/'.join(f'{x:.0f}' for x in spread):>26}"
            f"{'/'.join(f'{x:.1f}' for x in ratio):>36}   {shown}"
        )


if __name__ == "__main__":
    print("min/median/max; hazard 1/150, prior mean 0 and kappa = alpha = beta = 1")
    table(
        "changing series",
        benchmark(20_000),
        {"fast-bocpd": fast_batch, "ours-450": None, "ours-default": None},
        "fast-bocpd",
    )
    table(
        "changing series, fast-bocpd online",
        benchmark(20_000),
        {"fast-online": fast_online, "ours-450": None, "ours-default": None},
        "fast-online",
    )
    table(
        "quiet series",
        quiet(20_000),
        {"nexus-200": None, "fast-bocpd": fast_batch, "ours-200": None, "ours-default": None},
        "nexus-200",
    )
    table(
        "quiet series, shorter",
        quiet(5_000),
        {"changepoint": None, "ours-default": None},
        "changepoint",
    )
