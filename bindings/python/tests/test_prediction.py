"""What comes next, what changed, alarms and their thresholds."""

from __future__ import annotations

import pickle
import signal
from typing import Any

import numpy as np
import pytest

import bocpd


NOT_A_COUNT = [-1, 0, 2**63, 2**70, -(2**70)]
NOT_A_NUMBER = [float("nan"), float("inf"), float("-inf"), 0.0, 1e308, -1.0]


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
    policy = bocpd.alarm.AlarmPolicy(threshold=0.95, window=20)
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100), alarm=policy)
    detector.update_many(series)
    up, down = detector.take_alarms()
    assert (up.began, down.began) == (80, 140)
    assert 82 <= up.noticed_at < 90 and up.probability >= 0.95
    assert up.shift.p_rose > 0.98 and 2 < up.shift.difference < 6
    assert down.shift.p_rose < 0.01 and -8 < down.shift.difference < -2
    assert up.shift.parameter == "mean" and up.shift.sd > 0
    assert detector.take_alarms() == []
    assert not detector.alarm_is_on and 0 <= detector.alarm_probability < 0.5
    assert detector.alarm == policy == pickle.loads(pickle.dumps(policy))
    assert eval(repr(policy), vars(bocpd.alarm)) == policy != bocpd.alarm.AlarmPolicy()
    assert pickle.loads(pickle.dumps(detector)).alarm == policy


def test_latched_alarm(series: np.ndarray) -> None:
    policy = bocpd.alarm.AlarmPolicy(latched=True)
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100), alarm=policy)
    detector.update_many(series)
    assert len(detector.take_alarms()) == 1 and detector.alarm_is_on
    detector.acknowledge()
    assert not detector.alarm_is_on


def test_alarm_mistakes(detector: bocpd.Detector) -> None:
    with pytest.raises(ValueError, match="threshold must .*, got 2"):
        bocpd.alarm.AlarmPolicy(threshold=2)
    for name, value in [
        *(("threshold", value) for value in NOT_A_NUMBER),
        *(("clear", value) for value in NOT_A_NUMBER),
        *(("window", value) for value in [-1, 0, 2**70]),
        *(("min_segment", value) for value in [-1, 0, 51, 2**70]),
        *(("cool_down", value) for value in [-1, 2**70]),
    ]:
        with pytest.raises(ValueError, match=rf"^{name} "):
            bocpd.alarm.AlarmPolicy(**{name: value})
    with pytest.raises(TypeError, match="^window must be an integer, got 1.5"):
        bocpd.alarm.AlarmPolicy(window=1.5)  # type: ignore[arg-type]
    assert bocpd.alarm.AlarmPolicy(window=2**64 - 1, cool_down=2**64 - 1).window == 2**64 - 1
    assert bocpd.alarm.AlarmPolicy.at(0.95) == bocpd.alarm.AlarmPolicy(threshold=0.95)
    assert bocpd.alarm.AlarmPolicy(threshold=0.2).clear == 0.2
    assert bocpd.alarm.AlarmPolicy(window=2).min_segment == 2
    assert bocpd.alarm.AlarmPolicy.at(0.2) == bocpd.alarm.AlarmPolicy(threshold=0.2, clear=0.2)
    with pytest.raises(ValueError, match="threshold must"):
        bocpd.alarm.AlarmPolicy.at(0)
    with pytest.raises(TypeError):
        bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(9), alarm=0.9)  # type: ignore[arg-type]
    assert detector.alarm is None and detector.take_alarms() == []


def test_distributions_take_arrays(detector: bocpd.Detector, series: np.ndarray) -> None:
    detector.update_many(series)
    prediction = detector.predict()
    x = np.linspace(-10, 10, 2001)
    density = np.exp(prediction.ln_density(x))
    assert density.shape == x.shape and np.trapezoid(density, x) == pytest.approx(1, abs=0.05)
    assert prediction.cdf([0.0, 1.0]).tolist() == [prediction.cdf(0.0), prediction.cdf(1.0)]
    assert prediction.cdf(x) + prediction.survival(x) == pytest.approx(1, abs=1e-12)
    assert np.all(np.diff(prediction.pit(x[::2])) >= 0)
    assert prediction.p_value(np.zeros((2, 3))).shape == (2, 3)
    assert prediction.support == (-np.inf, np.inf) and not prediction.discrete
    assert isinstance(prediction.cdf(3), float)
    with pytest.raises(TypeError):
        prediction.cdf("a")
    counts = bocpd.Detector(bocpd.model.Poisson(), bocpd.Constant(50))
    counts.update_many([3, 4, 3])
    assert counts.predict().discrete and counts.predict().support[0] == 0
    total = np.exp(counts.predict().ln_density(np.arange(200))).sum()
    assert total == pytest.approx(1, abs=1e-6)


def test_parameters(detector: bocpd.Detector, series: np.ndarray) -> None:
    with pytest.raises(ValueError, match="does not know its parameters"):
        detector.parameters()
    detector.update_many(series[:130])
    parameters = detector.parameters()
    assert list(parameters) == ["mean", "variance"]
    low, high = parameters["mean"].interval(0.99)
    assert low < 5 < high and high - low < 1
    assert 0.4 < parameters["variance"].mean < 2


def test_when_the_next_change_is_due(series: np.ndarray) -> None:
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(40))
    assert detector.expected_residual() is None
    detector.update_many(series)
    assert detector.expected_residual() == pytest.approx(40)
    first = [detector.p_next_change_after(k) for k in range(1, 6)]
    assert first[0] == pytest.approx(1 / 40) and first == sorted(first, reverse=True)
    assert sum(first) == pytest.approx(detector.p_change_within(5))
    assert detector.p_next_change_after(0) == 0
    aging = bocpd.Detector(bocpd.Gaussian(), bocpd.hazard.Weibull(3, 100))
    aging.update_many(series)
    assert 20 < aging.expected_residual() < 80


def test_irregular_times() -> None:
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.hazard.Rate(0.01))
    for x in [0.1, -0.2, 0.3]:
        detector.update(x, elapsed=2.0)
    soon, late = detector.predict(elapsed=0.1), detector.predict(elapsed=500.0)
    assert soon.variance < late.variance or late.interval()[1] > soon.interval()[1]
    assert detector.skip(elapsed=100.0).index == 3
    for bad in (0.0, -1.0, np.nan):
        with pytest.raises(ValueError, match="elapsed time must be positive"):
            detector.update(0.0, elapsed=bad)
    assert detector.observations == 4
    counting = bocpd.Detector(bocpd.Gaussian(), bocpd.hazard.Table([0.01]))
    counting.update(0.0)
    with pytest.raises(ValueError, match="no meaning for elapsed time"):
        counting.update(0.0, elapsed=2.0)
    with pytest.raises(ValueError, match="no meaning for elapsed time"):
        counting.predict(elapsed=2.0)


def test_shifts(detector: bocpd.Detector, series: np.ndarray) -> None:
    with pytest.raises(ValueError, match="does not follow the direction"):
        detector.shift()
    following = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100), shifts=True)
    assert following.shifts and following.shift() is None
    following.update_many(series[:120])
    shift = following.shift()
    assert shift.parameter == "mean" and shift.probability > 0.99 and shift.p_rose > 0.99
    assert shift.difference == pytest.approx(5, abs=0.7) and 0 < shift.sd < 1
    assert following.shift_between(78, 82).difference == pytest.approx(5, abs=0.7)
    assert following.shift_between(10, 12) is None or (
        following.shift_between(10, 12).probability < 1e-6
    )
    twin = pickle.loads(pickle.dumps(following))
    assert twin.shifts and twin.shift() == shift


def test_segments_that_are_given(detector: bocpd.Detector, series: np.ndarray) -> None:
    whole, *_ = detector.segments(series, [])
    assert (whole.start, whole.end, whole.observed) == (0, 200, 200)
    two = detector.segments(series, [80])
    assert two[1].ln_bayes_factor == pytest.approx(
        two[0].ln_evidence + two[1].ln_evidence - whole.ln_evidence
    )
    assert detector.observations == 0
    with pytest.raises(ValueError, match="at index 1: .* finite"):
        detector.segments([0.0, np.nan], [])
    with pytest.raises(ValueError, match="mass must"):
        detector.segments(series, [], mass=2)
    with pytest.raises(ValueError, match=r"changepoints\[1\] must be greater"):
        detector.segments(series, [80, 40])


def test_simulation() -> None:
    detector = bocpd.Detector(bocpd.model.Poisson(shape=2, rate=0.5), bocpd.Constant(50))
    drawn = detector.simulate(1000, seed=3)
    assert drawn.dtype == np.float64 and drawn.shape == (1000,)
    assert np.array_equal(drawn, detector.simulate(1000, seed=3))
    assert not np.array_equal(drawn, detector.simulate(1000, seed=4))
    assert np.array_equal(drawn, drawn.round()) and drawn.min() >= 0
    assert detector.observations == 0


def test_calibration() -> None:
    model, hazard = bocpd.Gaussian(), bocpd.Constant(200)
    promise = {"false_alarm": 0.05, "horizon": 200}
    found = bocpd.calibrate.calibrate(model, hazard, streams=200, seed=1, **promise)
    assert 0 < found.threshold <= 1
    assert (found.quantity, found.target) == ("false_alarm", 0.05)
    assert found.achieved == 0.05 and 0.02 < found.low < found.achieved < found.high < 0.1
    assert found.error == pytest.approx((0.05 * 0.95 / 200) ** 0.5)
    assert (found.streams, found.horizon, found.censored) == (200, 200, 0.95)
    assert found == bocpd.calibrate.calibrate(model, hazard, streams=200, seed=1, **promise)
    assert found != bocpd.calibrate.calibrate(model, hazard, streams=200, seed=2, **promise)
    assert pickle.loads(pickle.dumps(found)) == found
    long = bocpd.calibrate.calibrate(model, hazard, average_run_length=50, streams=50, seed=1)
    assert (long.quantity, long.target, long.horizon) == ("average_run_length", 50, 1000)
    assert long.achieved >= 50 > long.low > 0 and long.high > long.achieved
    assert long.threshold < found.threshold
    longer = bocpd.calibrate.calibrate(
        model, hazard, average_run_length=50, streams=50, longest=5000, seed=1
    )
    assert longer.horizon == 5000 and longer.censored <= long.censored
    quiet = np.random.default_rng(0).normal(size=300)
    resampled = bocpd.calibrate.calibrate(
        model, hazard, history=quiet, block=10, streams=50, **promise,
        alarm=bocpd.alarm.AlarmPolicy(window=10),
    )
    assert resampled.streams == 50
    for bad in ({}, {"horizon": 5}, {"average_run_length": 10, **promise}):
        with pytest.raises(ValueError, match="give average_run_length, or false_alarm"):
            bocpd.calibrate.calibrate(model, hazard, **bad)


@pytest.mark.parametrize(
    ("name", "value", "promise"),
    [
        *(("average_run_length", value, {}) for value in NOT_A_NUMBER),
        *(("false_alarm", value, {"horizon": 5}) for value in NOT_A_NUMBER),
        *(("horizon", value, {"false_alarm": 0.1}) for value in NOT_A_COUNT),
        *(("streams", value, {"average_run_length": 50}) for value in [*NOT_A_COUNT, 1]),
        *(("longest", value, {"average_run_length": 50}) for value in [*NOT_A_COUNT, 49]),
        *(
            ("block", value, {"average_run_length": 50, "history": [0.0, 1.0]})
            for value in NOT_A_COUNT
        ),
        ("seed", -1, {"average_run_length": 50}),
        ("seed", 2**70, {"average_run_length": 50}),
    ],
)
def test_what_calibration_cannot_use_is_named(
    name: str, value: float, promise: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=rf"^{name} (must|is too large)"):
        bocpd.calibrate.calibrate(bocpd.Gaussian(), bocpd.Constant(9), **{name: value, **promise})


@pytest.mark.parametrize("name", ["horizon", "streams", "longest", "block", "seed"])
def test_a_count_of_the_wrong_type_is_named(name: str) -> None:
    for value in (1.5, "3", [1]):
        with pytest.raises(TypeError, match=f"^{name} must be an integer"):
            bocpd.calibrate.calibrate(
                bocpd.Gaussian(), bocpd.Constant(9), average_run_length=50, **{name: value}
            )


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="signals")
def test_a_signal_ends_a_calibration() -> None:
    class Enough(Exception):
        pass

    def enough(*_: object) -> None:
        raise Enough

    before = signal.signal(signal.SIGALRM, enough)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(Enough):
            # This would take hours.
            bocpd.calibrate.calibrate(bocpd.Gaussian(), bocpd.Constant(1000), average_run_length=1e7)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
