"""What the binding costs, as ratios taken in one run.

    python bench.py                  over the Rust core alone
    python bench.py --reference      and against Fast-BOCPD 1.0, which is installed
                                     into an environment of its own (needs pip, a C
                                     compiler and network)
    python bench.py --reference ENV/bin/python    the same, where it is installed

Repetitions of the two sides alternate, and the medians of the processor time are
compared.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable

import numpy as np

LAMBDA, LONGEST = 150, 450

# One line of numbers in, one line of seconds out, so that both sides can take
# turns. The same script runs here and in the environment of the reference.
SIDE = """
import sys, time
import numpy as np
module = __import__(sys.argv[1], fromlist=["BOCPD"])
x = np.load(sys.argv[2])
def fresh():
    return module.BOCPD(module.GaussianNIG(0, 1, 1, 1), module.ConstantHazard({λ}), {R})
for line in sys.stdin:
    n, way = line.split()
    data = x[: int(n)]
    if way == "batch":
        filter = fresh()
        began = time.process_time()
        filter.batch_update(data)
    else:
        detector = module.OnlineChangeDetector(fresh())
        update = detector.update if way == "online" else detector.bocpd.update
        began = time.process_time()
        for value in data:
            update(value)
    print(time.process_time() - began, flush=True)
""".replace("{λ}", str(LAMBDA)).replace("{R}", str(LONGEST))


def levels(n: int) -> np.ndarray:
    """Segments of 150 whose level rises by 5 up to 45, then starts at 0."""
    random = np.random.RandomState(42)
    parts, level = [], 0.0
    for start in range(0, n, LAMBDA):
        level = level + 5 if level <= 40 else 0.0
        spread = random.uniform(0.5, 2.5)
        parts.append(random.normal(level, spread, min(LAMBDA, n - start)))
    return np.concatenate(parts)


def cpu(work: Callable[[], object]) -> float:
    """Seconds of this process, whatever else the machine does meanwhile."""
    began = time.process_time()
    work()
    return time.process_time() - began


def medians(sides: list[Callable[[], float]], repetitions: int) -> list[float]:
    times: list[list[float]] = [[] for _ in sides]
    for _ in range(repetitions):
        for side, seconds in zip(sides, times, strict=True):
            seconds.append(side())
    return [statistics.median(seconds) for seconds in times]


def over_rust(repetitions: int) -> None:
    import bocpd
    from bocpd._core import core_seconds

    x = np.random.default_rng(0).normal(size=1_000_000)
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(250))
    config = detector.to_json()

    def many() -> None:
        detector.reset()
        detector.update_many(x)

    sides = [lambda: cpu(lambda: core_seconds(x, config, True)), lambda: cpu(many)]
    rust, ours = medians(sides, repetitions)
    print(f"update_many, 1e6 points: {ours:.3f} s, Rust alone {rust:.3f} s, ratio {ours / rust:.3f}")

    short = x[:100_000]
    values = short.tolist()

    def one_by_one() -> None:
        detector.reset()
        update = detector.update
        for value in values:
            update(value)

    sides = [lambda: cpu(lambda: core_seconds(short, config, False)), lambda: cpu(one_by_one)]
    rust, ours = medians(sides, repetitions)
    print(f"update: {(ours - rust) / len(short) * 1e9:.0f} ns a call over the Rust step")


def installed(directory: str) -> str:
    """The interpreter of a fresh environment with Fast-BOCPD."""
    venv.create(directory, with_pip=True)
    python = f"{directory}/bin/python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "fast-bocpd==1.0.0"], check=True)
    return python


def against_reference(python: str, repetitions: int, n: int) -> None:
    directory = tempfile.TemporaryDirectory()
    path = f"{directory.name}/levels.npy"
    np.save(path, levels(n))
    sides = [
        subprocess.Popen(
            [interpreter, "-c", SIDE, module, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for interpreter, module in ((sys.executable, "bocpd.fast_bocpd"), (python, "fast_bocpd"))
    ]

    def ask(side: subprocess.Popen[str], way: str) -> float:
        assert side.stdin is not None and side.stdout is not None
        side.stdin.write(f"{n} {way}\n")
        side.stdin.flush()
        return float(side.stdout.readline())

    report = {}
    for way in ("batch", "online", "update"):
        ours, theirs = medians(
            [lambda side=side, way=way: ask(side, way) for side in sides], repetitions
        )
        report[way] = {
            "ours_per_second": round(n / ours),
            "reference_per_second": round(n / theirs),
            "ratio": round(theirs / ours, 1),
        }
    for side in sides:
        side.communicate()
    directory.cleanup()
    print(json.dumps(report, indent=2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--reference", metavar="PYTHON", nargs="?", const="", help="interpreter that has fast-bocpd"
    )
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("-n", type=int, default=100_000, help="points against the reference")
    arguments = parser.parse_args()
    over_rust(arguments.repetitions)
    if arguments.reference is not None:
        with tempfile.TemporaryDirectory() as directory:
            python = arguments.reference or installed(directory)
            against_reference(python, arguments.repetitions, arguments.n)


if __name__ == "__main__":
    main()
