"""Models, hazards and pruning as plain objects."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import bocpd

OBJECTS = [
    bocpd.Gaussian(),
    bocpd.Gaussian(mean=-3, kappa=0.1, alpha=2, beta=1e-7),
    bocpd.model.StudentT(nu=5),
    bocpd.model.StudentTGrid(nu=[2, 4.5], nu_prior=[0.25, 0.75]),
    bocpd.model.StudentTGrid(nu=np.array([2.0, 8.0])),
    bocpd.model.Poisson(shape=2, rate=0.5),
    bocpd.model.Bernoulli(a=0.5, b=0.5),
    bocpd.model.Binomial(trials=10),
    bocpd.model.Gamma(known_shape=1.5),
    bocpd.Constant(100),
    bocpd.hazard.Rate(0.01),
    bocpd.hazard.Weibull(1.5, 80),
    bocpd.hazard.LogLogistic(shape=2, scale=50),
    bocpd.hazard.NegativeBinomial(3, 0.05),
    bocpd.hazard.Table([0.0, 0.1, 0.02]),
    bocpd.Pruning(),
    bocpd.Pruning(max_hypotheses=32, min_weight=1e-6, max_run_length=500),
    bocpd.Pruning(max_hypotheses=32, resample=7),
    bocpd.alarm.AlarmPolicy(threshold=0.8, latched=True),
]

# What the package calls things, wherever they are.
NAMES = {
    name: getattr(module, name)
    for module in (bocpd, bocpd.alarm, bocpd.hazard, bocpd.model, bocpd.readout)
    for name in module.__all__
}

_detector = bocpd.Detector(
    bocpd.Gaussian(),
    bocpd.Constant(20),
    history="all",
    alarm=bocpd.alarm.AlarmPolicy(threshold=0.5),
)
_steps = _detector.update_many([0.1, -0.2, 0.0, 0.3, 0.1, 9.0, 9.1, 8.9, 9.2, 9.0])
RESULTS = [
    _steps[3],
    _detector.locations()[0],
    _detector.shift(),
    _detector.take_alarms()[0],
    _detector.segments([0.0, 1.0])[0].level,
    _detector.segments([0.0, 1.0])[0],
    bocpd.detect([0.0] * 9 + [9.0] * 9).changes[0],
    bocpd.detect([0.0] * 9 + [9.0] * 9).changes[0].jump,
]


@pytest.mark.parametrize("thing", OBJECTS + RESULTS, ids=lambda thing: type(thing).__name__)
def test_repr_recreates_and_copies_are_equal(thing: object) -> None:
    again = eval(repr(thing), {**NAMES, "inf": float("inf"), "nan": float("nan")})
    assert again == thing and repr(again) == repr(thing)
    if thing in OBJECTS:
        assert hash(again) == hash(thing)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(thing, protocol)) == thing
    assert copy.deepcopy(thing) == thing


def test_different_things_differ() -> None:
    for i, one in enumerate(OBJECTS):
        assert one != i
        assert [one == other for other in OBJECTS].count(True) == 1


def test_they_are_frozen() -> None:
    with pytest.raises(AttributeError):
        bocpd.Gaussian().mean = 3  # type: ignore[misc]
    with pytest.raises(AttributeError):
        bocpd.Pruning().min_weight = 0.1  # type: ignore[misc]


def test_match_statement() -> None:
    match bocpd.Gaussian(mean=2):
        case bocpd.Gaussian(mean, beta=b):
            assert (mean, b) == (2, 1)
        case _:
            raise AssertionError


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: bocpd.Gaussian(kappa=-1), r"kappa must .*, got -1"),
        (lambda: bocpd.Gaussian(mean=float("nan")), r"mean must .*, got NaN"),
        (lambda: bocpd.Gaussian(beta=float("inf")), r"beta must .*, got inf"),
        (lambda: bocpd.model.StudentT(nu=0.5), r"nu must .*, got 0.5"),
        (lambda: bocpd.model.StudentTGrid(nu=[2, -1]), r"nu\[1\] must .*, got -1"),
        (lambda: bocpd.model.StudentTGrid(nu=[]), r"nu"),
        (lambda: bocpd.model.Binomial(trials=0), r"trials must .*, got 0"),
        (lambda: bocpd.Constant(1), r"mean_run_length must be greater than 1.*, got 1"),
        (lambda: bocpd.hazard.Table([0.5, 1.5]), r"hazards\[1\] must lie in \[0, 1\], got 1.5"),
        (lambda: bocpd.hazard.NegativeBinomial(2, 1.5), r"p must .*, got 1.5"),
        (lambda: bocpd.Pruning(max_hypotheses=1), r"max_hypotheses must .*, got 1"),
        (lambda: bocpd.Pruning(min_weight=0.5), r"min_weight must .*, got 0.5"),
    ],
)
def test_a_bad_parameter_is_named_with_its_value(make, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: bocpd.Gaussian(mean="1"),
        lambda: bocpd.Gaussian(0.0),
        lambda: bocpd.Gaussian(sigma=2),
        lambda: bocpd.model.Binomial(trials=2.5),
        lambda: bocpd.Constant(None),
        lambda: bocpd.Constant(),
        lambda: bocpd.model.StudentTGrid(nu="abc"),
        lambda: bocpd.model.Model(),
        lambda: bocpd.Detector(bocpd.Gaussian(), "100"),
        lambda: bocpd.Detector("gaussian", bocpd.Constant(100)),
        lambda: bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100), 64),
        lambda: bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100), missing=None),
    ],
)
def test_a_wrong_type_is_a_type_error(make) -> None:
    with pytest.raises(TypeError):
        make()


def test_a_negative_count_is_an_error_not_a_panic() -> None:
    with pytest.raises((ValueError, OverflowError)):
        bocpd.Pruning(max_hypotheses=-5)
    with pytest.raises((ValueError, OverflowError)):
        bocpd.model.Binomial(trials=-1)
