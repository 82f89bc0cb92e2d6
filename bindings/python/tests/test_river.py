"""The drift detector, by river's own checks."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import bocpd

river = pytest.importorskip("river")

from river import base, checks  # noqa: E402

from bocpd.river import BayesianDriftDetector  # noqa: E402


def drifts(detector: BayesianDriftDetector, xs: np.ndarray) -> list[int]:
    found = []
    for t, x in enumerate(xs):
        assert detector.update(float(x)) is None
        if detector.drift_detected:
            found.append(t)
    return found


def test_one_drift_for_each_change(series: np.ndarray) -> None:
    for detector in (
        BayesianDriftDetector(),
        BayesianDriftDetector(bocpd.Gaussian(), bocpd.Constant(100)),
    ):
        first, second = drifts(detector, series)
        assert 80 <= first < 85 and 140 <= second < 145


def test_quiet_data_is_quiet() -> None:
    x = np.random.default_rng(0).normal(size=3000)
    assert drifts(BayesianDriftDetector(), x) == []


def test_warning() -> None:
    rng = np.random.default_rng(4)
    x = np.concatenate([rng.normal(0, 1, 100), rng.normal(1.5, 1, 60)])
    detector = BayesianDriftDetector(bocpd.Gaussian(), warning_threshold=0.1)
    states = []
    for value in x:
        detector.update(value)
        assert not (detector.drift_detected and detector.warning_detected)
        states.append((detector.warning_detected, detector.drift_detected))
    assert any(warning for warning, _ in states[100:])


@pytest.mark.parametrize(
    "detector",
    [BayesianDriftDetector(), BayesianDriftDetector(bocpd.model.Poisson(), bocpd.Constant(20))],
    ids=["default", "given"],
)
def test_rivers_own_checks(detector: BayesianDriftDetector) -> None:
    assert isinstance(detector, base.DriftAndWarningDetector)
    passed = set()
    for check in checks.yield_checks(detector):
        # Estimators have tags; drift detectors, river's own included, do not.
        if check.__name__ != "check_tags":
            check(detector.clone())
            passed.add(check.__name__)
    assert {"check_pickling_supports_roundtrip", "check_repr_roundtrips_clone"} <= passed
    fresh = detector.clone()
    assert isinstance(fresh, BayesianDriftDetector) and not fresh.drift_detected
    for x in [1, 2, 1, 40, 41, 40] * 20:
        detector.update(x)
    twin = pickle.loads(pickle.dumps(detector))
    for x in [1, 2, 40, 41] * 5:
        twin.update(x)
        detector.update(x)
        assert twin.drift_detected == detector.drift_detected
    assert detector.clone()._get_params() == fresh._get_params()


def test_kinds_of_values_are_taken_for_what_they_are() -> None:
    rng = np.random.default_rng(6)
    detector = BayesianDriftDetector()
    for value in rng.random(600) < np.repeat([0.1, 0.7], 300):
        detector.update(bool(value))
        if detector.drift_detected:
            break
    else:
        pytest.fail("no drift")
    waits = np.concatenate([rng.exponential(1.0, 300), rng.exponential(20.0, 100)])
    assert any(300 < t < 340 for t in drifts(BayesianDriftDetector(), waits))


def test_a_bad_value_is_an_error_at_once_and_costs_no_warm_up() -> None:
    detector = BayesianDriftDetector(warm_up=3)
    for _ in range(5):
        with pytest.raises(bocpd.ObservationError, match="nan"):
            detector.update(float("nan"))
    for value in [1.0, 2.0, 1.5, 1.2]:
        detector.update(value)
    with pytest.raises(bocpd.ObservationError):
        detector.update(float("inf"))
