"""Prediction and alarms."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import bocpd


def test_prediction(detector: bocpd.Detector, series: np.ndarray) -> None:
    detector.update_many(series[:130])
    prediction = detector.predict()
    low, high = prediction.interval(0.9)
    assert 4 < prediction.mean < 6 and low < prediction.mean < high
    assert prediction.quantile(0.5) == pytest.approx(prediction.mean, abs=0.3)
    assert prediction.cdf(high) - prediction.cdf(low) == pytest.approx(0.9, abs=1e-6)
    assert prediction.p_value(5.0) > 0.3 > 0.01 > prediction.p_value(40.0)
    assert prediction.variance > 0
    ln_density = prediction.ln_density(4.5)
    assert detector.update(4.5).ln_predictive == pytest.approx(ln_density, abs=1e-9)
    # Further ahead a change is likelier, and less is known.
    far = detector.predict(30).interval()
    assert far[1] - far[0] > high - low
    assert detector.p_change_within(1) == pytest.approx(0.01, abs=1e-6)
    assert 0.1 < detector.p_change_within(30) < 0.5
    with pytest.raises(ValueError, match="p must lie"):
        prediction.quantile(1.5)
    with pytest.raises(ValueError, match="mass must lie"):
        prediction.interval(0)
    with pytest.raises(ValueError, match="got 0"):
        detector.predict(0)


def test_alarms(series: np.ndarray) -> None:
    policy = bocpd.AlarmPolicy(threshold=0.95, window=20)
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100), alarm=policy)
    detector.update_many(series)
    up, down = detector.take_alarms()
    assert (up.began, down.began) == (80, 140)
    assert 82 <= up.noticed_at < 90 and up.probability >= 0.95
    assert up.p_rose > 0.99 and 2 < up.difference < 6
    assert down.p_rose < 0.01 and -8 < down.difference < -2
    assert detector.take_alarms() == []
    assert not detector.alarm_is_on and 0 <= detector.alarm_probability < 0.5
    assert detector.alarm == policy == pickle.loads(pickle.dumps(policy))
    assert eval(repr(policy), vars(bocpd)) == policy != bocpd.AlarmPolicy()
    assert pickle.loads(pickle.dumps(detector)).alarm == policy


def test_latched_alarm(series: np.ndarray) -> None:
    policy = bocpd.AlarmPolicy(latched=True)
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100), alarm=policy)
    detector.update_many(series)
    assert len(detector.take_alarms()) == 1 and detector.alarm_is_on
    detector.acknowledge()
    assert not detector.alarm_is_on


def test_alarm_mistakes(detector: bocpd.Detector) -> None:
    with pytest.raises(ValueError, match="threshold must .*, got 2"):
        bocpd.AlarmPolicy(threshold=2)
    with pytest.raises(TypeError):
        bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(9), alarm=0.9)  # type: ignore[arg-type]
    assert detector.alarm is None and detector.take_alarms() == []
