"""Which changes are wanted: how large, how far apart, how many."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

import bocpd

MODEL = bocpd.Gaussian(mean=0, kappa=0.02, alpha=2, beta=1)
HAZARD = bocpd.Constant(200)


def series() -> np.ndarray:
    """Level 0, for three values 6, and from the 100th on 10."""
    t = np.arange(140)
    noise = t * 7 % 5 / 2.0 - 1.0
    return noise + 6.0 * ((t >= 50) & (t < 53)) + 10.0 * (t >= 100)


def found(**wanted: Any) -> list[int]:
    return bocpd.detect(series(), MODEL, HAZARD, **wanted).changepoints.tolist()


def test_each_is_obeyed() -> None:
    assert found() == [50, 53, 100]
    assert found(resolution=0.1) == [100]
    assert found(sensitivity=1e-12) == [100]
    starts = [0, *found(min_segment=30)]
    assert len(starts) > 1 and min(np.diff(starts)) >= 30


def test_beside_what_is_chosen() -> None:
    result = bocpd.detect(series(), resolution=0.2, min_segment=4, sensitivity=2)
    assert result.changepoints.tolist() == [100]
    detector = result.detector
    assert (detector.resolution, detector.min_segment, detector.sensitivity) == (0.2, 4, 2)
    stream = bocpd.Detector.for_stream(series()[:40], min_segment=20, resolution=0.5)
    stream.update_many(series())
    starts = [0, *stream.changepoints().tolist()]
    assert (stream.min_segment, stream.resolution, stream.sensitivity) == (20, 0.5, 1)
    assert len(starts) > 1 and min(np.diff(starts)) >= 20


def test_predictions_are_those_of_the_model() -> None:
    """The mean density of the next value, without a power."""
    detector = bocpd.Detector(MODEL, HAZARD, resolution=0.3)
    for x in series()[:60]:
        expected = detector.predict().ln_density(x)
        assert detector.update(x).ln_predictive == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "value"),
    [("resolution", 0.0), ("resolution", 1.5), ("min_segment", 0), ("sensitivity", -1.0)],
)
def test_what_cannot_be_used_is_named(name: str, value: float) -> None:
    wanted: Any = {name: value}
    with pytest.raises(ValueError, match=name):
        bocpd.Detector(MODEL, HAZARD, **wanted)
    with pytest.raises(ValueError, match=name):
        bocpd.detect(series(), **wanted)
    with pytest.raises(ValueError, match=name):
        bocpd.Detector.for_stream(series(), **wanted)


def test_they_are_kept() -> None:
    plain = bocpd.Detector(MODEL, HAZARD, resolution=0.5, min_segment=3, sensitivity=2)
    own = bocpd.Detector(MODEL, lambda_hazard, resolution=0.5, min_segment=3, sensitivity=2)
    for detector in (plain, own):
        detector.update_many(series()[:70])
        again = pickle.loads(pickle.dumps(detector))
        assert (again.resolution, again.min_segment, again.sensitivity) == (0.5, 3, 2)
        again.update_many(series()[70:])
        detector.update_many(series()[70:])
        assert again.ln_evidence == detector.ln_evidence
    text = bocpd.Detector.from_json(plain.to_json())
    assert (text.resolution, text.min_segment, text.sensitivity) == (0.5, 3, 2)


def lambda_hazard(length: int) -> float:
    return 0.005


def test_in_estimators() -> None:
    pytest.importorskip("sklearn")
    from bocpd.sklearn import ChangeDetector

    assert ChangeDetector(MODEL, HAZARD, resolution=0.1).fit_predict(series()).tolist() == [100]
    pytest.importorskip("river")
    from bocpd.river import BayesianDriftDetector

    drift = BayesianDriftDetector(MODEL, HAZARD, sensitivity=1e-30)
    noticed = []
    for i, x in enumerate(series()):
        drift.update(x)
        if drift.drift_detected:
            noticed.append(i)
    assert len(noticed) == 1 and noticed[0] >= 100
