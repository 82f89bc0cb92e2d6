"""The wheel runs the corpus that every front-end is held to."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bocpd

CORPUS = Path(__file__).parents[3] / "tests" / "corpus"
CASES = sorted(CORPUS.glob("*.json"))


def test_there_is_a_corpus() -> None:
    assert len(CASES) > 40


def feed(detector: bocpd.Detector, case: dict[str, Any]) -> list[bocpd.Step]:
    elapsed = case.get("elapsed") or [None] * len(case["data"])
    return [
        detector.skip(elapsed=dt) if x is None else detector.update(x, elapsed=dt)
        for x, dt in zip(case["data"], elapsed, strict=True)
    ]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case = json.loads(path.read_text())
    expected = case["expected"]
    tolerance = case["tolerance"]

    def close(got: float, want: float | None) -> bool:
        return want is None or math.isclose(got, want, rel_tol=tolerance, abs_tol=tolerance)

    detector = bocpd.Detector.from_json(json.dumps(case["config"]))
    steps = feed(detector, case)
    for name in ("p_change_now", "ln_predictive", "map_run_length"):
        for step, want in zip(steps, expected.get(name) or [], strict=False):
            assert close(getattr(step, name), want), (name, step)
    assert close(detector.ln_evidence, expected.get("ln_evidence"))
    assert close(detector.mean_run_length, expected.get("mean_run_length"))
    assert close(detector.map_ln_joint, expected.get("map_ln_joint"))
    if expected.get("changepoints") is not None:
        assert detector.changepoints().tolist() == expected["changepoints"]

    # A batch gives the same bits as one at a time; so does a pickle half-way.
    if not case.get("elapsed") and case["config"]["missing"] == "skip":
        batch = bocpd.Detector.from_json(json.dumps(case["config"]))
        data = np.array([math.nan if x is None else x for x in case["data"]])
        half = len(data) // 2
        first = batch.update_many(data[:half])
        second = bocpd.Detector.from_bytes(batch.to_bytes()).update_many(data[half:])
        assert [*first, *second] == steps
