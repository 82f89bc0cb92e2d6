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
    features = case.get("features") or [None] * len(case["data"])
    return [
        detector.skip(elapsed=dt) if x is None else detector.update(x, elapsed=dt, features=row)
        for x, dt, row in zip(observations(case), elapsed, features, strict=True)
    ]


def observations(case: dict[str, Any]) -> list[Any]:
    """Numbers, or lists of them; None where all is missing."""
    if "further" not in case:
        return list(case["data"])
    rows = ([x, *further] for x, further in zip(case["data"], case["further"], strict=True))
    return [None if all(x is None for x in row) else row for row in rows]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case = json.loads(path.read_text())
    expected = case["expected"]
    tolerance = case["tolerance"]

    def close(got: float, want: float | None) -> bool:
        return want is None or math.isclose(got, want, rel_tol=tolerance, abs_tol=tolerance)

    detector = bocpd.Detector.from_json(json.dumps(case["config"]))
    steps = feed(detector, case)
    for name in ("p_change_now", "ln_predictive", "map_run_length", "p_outlier"):
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
        if "further" in case:
            data = np.column_stack([data, np.array(case["further"], dtype=float)])
        half = len(data) // 2
        rows = case.get("features")
        one, other = (rows[:half], rows[half:]) if rows else (None, None)
        first = batch.update_many(data[:half], features=one)
        again = bocpd.Detector.from_bytes(batch.to_bytes())
        second = again.update_many(data[half:], features=other)
        assert [*first, *second] == steps


# -- beyond the filter -------------------------------------------------------------------

READOUTS = [path for path in CASES if "readouts" in json.loads(path.read_text())]
# How closely the core integrates P(X > Y).
INTEGRATED = 1e-4
# Segments before a change that hardly differ are taken together.
GROUPED = 1e-3


def test_there_are_readouts() -> None:
    assert len(READOUTS) >= 9


def agree(got: Any, want: Any, tolerance: float, where: str = "") -> None:
    """Numbers within the tolerance, objects by the fields that are expected of
    them, lists entry by entry; null expects nothing."""
    if want is None:
        return
    if isinstance(want, dict):
        assert got is not None, where
        for name, value in want.items():
            close = tolerance
            if name == "p_rose":
                close = INTEGRATED if where.startswith("jumps") else GROUPED
            agree(getattr(got, name), value, close, f"{where}.{name}")
    elif isinstance(want, (list, tuple)):
        assert len(got) == len(want), where
        for i, (one, other) in enumerate(zip(got, want, strict=True)):
            agree(one, other, tolerance, f"{where}[{i}]")
    elif isinstance(want, float):
        # As the corpus says: relative where the expected number is above 1.
        assert abs(got - want) <= tolerance * max(1.0, abs(want)), (where, got, want)
    else:
        assert got == want, where


@pytest.mark.parametrize("path", READOUTS, ids=lambda path: path.stem)
def test_readouts(path: Path) -> None:
    case = json.loads(path.read_text())
    want, tolerance = case["readouts"], case["tolerance"]
    options = {"history": "all", "shifts": True, "alarm": want["alarm_policy"]}
    detector = bocpd.Detector.from_json(json.dumps({**case["config"], **options}))
    assert detector.alarm == bocpd.alarm.AlarmPolicy(**want["alarm_policy"])
    before = detector.copy()
    feed(before, {**case, "data": case["data"][:-1], "elapsed": (case.get("elapsed") or [])[:-1]})
    feed(detector, case)
    data = [math.nan if x is None else x for x in case["data"]]
    found = detector._detection(data, want["mass"])
    changes, segments, p_change_at, expected_changes, p_outlier, remarks = found
    assert len(p_outlier) == 0 and all(remark.text for remark in remarks)

    def held(name: str, got: Any) -> None:
        agree(got, want.get(name), tolerance, name)

    held("p_change_at", p_change_at)
    held("expected_changes", expected_changes)
    held("locations", [change.location for change in changes])
    held("jumps", [change.jump for change in changes])
    held("segments", segments)
    assert segments == detector.segments(data, mass=want["mass"])
    assert segments[0].ln_bayes_factor is None
    held("shift", detector.shift())
    assert (detector.shift() is None) == (want["shift"] is None)
    held("alarms", detector.take_alarms())
    for prediction in want.get("predictions", []):
        got = detector.predict(prediction["ahead"])
        agree(got.mean, prediction["mean"], tolerance, "mean")
        agree(got.variance, prediction["variance"], tolerance, "variance")
        for p, x in prediction["quantiles"]:
            agree(got.quantile(p), x, tolerance, f"quantile {p}")
        for at in prediction["at"]:
            x, where = at["x"], f"{prediction['ahead']} ahead, {at['x']}"
            agree(got.ln_density(x), at["ln_density"], tolerance, where)
            agree(got.cdf(x), at["up_to"], tolerance, where)
            agree(got.survival(x), at["above"], tolerance, where)
            agree(2 * got.pit(x) - got.cdf(x), at["below"], tolerance, where)
    if want.get("pit") is not None:
        agree(before.predict().pit(data[-1]), want["pit"], tolerance, "pit")
    for k, p in want.get("p_change_within", []):
        agree(detector.p_change_within(k), p, tolerance, f"within {k}")
    for k, p in want.get("p_next_change_after", []):
        agree(detector.p_next_change_after(k), p, tolerance, f"after {k}")
    if want.get("expected_residual") is not None:
        agree(detector.expected_residual(), want["expected_residual"], tolerance, "residual")
