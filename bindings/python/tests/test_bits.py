"""Every readout of every case of the corpus has the bits that the core alone gives:
a program in Rust writes them, the installed package is asked for the same."""

from __future__ import annotations

import json
import math
import os
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

import bocpd

ROOT = Path(__file__).parents[3]
CORPUS = ROOT / "tests" / "corpus"
CASES = sorted(path.stem for path in CORPUS.glob("*.json"))


@pytest.fixture(scope="module")
def expected() -> dict[str, dict[str, list[str]]]:
    """What the core says, by case; from the file that BOCPD_BITS names, or by
    running the program."""
    if "BOCPD_BITS" in os.environ:
        text = Path(os.environ["BOCPD_BITS"]).read_text()
    elif shutil.which("cargo") is None:
        pytest.skip("no cargo")
    else:
        command = "cargo run --release --quiet --locked --package bocpd-py --example corpus_bits".split()
        text = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    cases = [json.loads(line) for line in text.splitlines()]
    return {case["name"]: case["bits"] for case in cases}


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, expected: dict[str, dict[str, list[str]]]) -> None:
    case = json.loads((CORPUS / f"{name}.json").read_text())
    got = {key: [hexadecimal(x) for x in numbers] for key, numbers in said(case).items()}
    assert got == expected[name]


def hexadecimal(x: float) -> str:
    return struct.pack(">d", x).hex()


def said(case: dict[str, Any]) -> dict[str, list[float]]:
    config = {**case["config"], "history": "all", "shifts": True, "alarm": {"threshold": 0.5}}
    detector = bocpd.Detector.from_json(json.dumps(config))
    xs: list[Any] = [math.nan if x is None else x for x in case["data"]]
    if "further" in case:
        both = zip(xs, case["further"], strict=True)
        xs = [[x, *(math.nan if y is None else y for y in row)] for x, row in both]
    elapsed = case.get("elapsed") or [None] * len(xs)
    rows = case.get("features")
    beside = rows or [None] * len(xs)
    steps = []
    for x, dt, row in zip(xs, elapsed, beside, strict=True):
        step = detector.update(x, elapsed=dt, features=row)
        steps += [
            step.p_change_now, step.map_run_length, step.map_probability, step.ln_predictive, step.p_outlier
        ]
    found = {
        "steps": steps,
        "filter": [
            detector.ln_evidence,
            detector.p_outlier,
            detector.map_ln_joint,
            detector.mean_run_length,
            detector.pruned_mass,
            detector.live,
            detector.p_recent_change(5),
            detector.p_change_within(10),
            detector.p_next_change_after(3),
            residual(case, detector),
            detector.alarm_probability,
        ],
        "run_length_posterior": detector.run_length_posterior()[1].tolist(),
        "changepoints": detector.changepoints().tolist(),
        "predict": distribution(detector.predict(features=beside[-1])),
        "predict 7": further(detector, beside[-1]),
        "shift": shift(detector.shift()),
        "alarms": [
            number
            for alarm in detector.take_alarms()
            for number in (
                alarm.began, alarm.noticed_at, alarm.probability, *shift(alarm.shift)
            )
        ],
        "smoothed": detector.smoothed()[1].tolist(),
        "draws": [start for draw in detector.sample_segmentations(5, 1) for start in draw],
        # What a response is regressed on is not simulated.
        "simulated": []
        if rows and "regression" in case["config"]["model"]
        else detector.simulate(5, seed=1).ravel().tolist(),
    }
    for parameter, posterior in detector.parameters().items():
        found[f"parameter {parameter}"] = distribution(posterior)
    if not case.get("elapsed"):
        found["detection"] = detection(xs, detector, rows)
    return found


def residual(case: dict[str, Any], detector: bocpd.Detector) -> float:
    """A log-logistic hazard falls so slowly that the sum takes seconds."""
    if "log_logistic" in case["config"]["hazard"]:
        return -1.0
    found = detector.expected_residual()
    return -1.0 if found is None else found


def distribution(of: bocpd.distribution.Distribution) -> list[float]:
    return [of.mean, of.variance, of.cdf(1.0), of.survival(1.0), of.ln_density(1.0), *of.interval()]


def shift(of: bocpd.readout.Shift | None) -> list[float]:
    return [] if of is None else [of.probability, of.p_rose, of.difference, of.sd]


def further(detector: bocpd.Detector, features: list[float] | None) -> list[float]:
    """Of the seventh observation from here; with lags nobody knows."""
    try:
        return distribution(detector.predict(7, features=features))
    except ValueError:
        return []


def detection(
    xs: list[Any], given: bocpd.Detector, features: list[list[float]] | None
) -> list[float]:
    result = bocpd.detect(
        xs, given.model, given.hazard, given.pruning, missing=given.missing,
        outliers=given.outliers, features=features, resolution=given.resolution,
        min_segment=given.min_segment, sensitivity=given.sensitivity,
    )
    numbers = [result.expected_changes, *result.p_outlier.tolist()]
    for change in result.changes:
        at = change.location
        numbers += [at.index, at.probability, at.p_nearby, at.p_single, at.low, at.high, at.share]
        if change.jump is not None:
            numbers += [change.jump.p_rose, change.jump.difference, change.jump.sd]
    for segment in result.segments:
        numbers += [segment.start, segment.end, segment.ln_evidence]
        numbers += [] if segment.ln_bayes_factor is None else [segment.ln_bayes_factor]
        for parameter in segment.parameters:
            numbers += [parameter.mean, parameter.sd, parameter.low, parameter.high]
    return numbers
