"""A number that comes along with each observation."""

from __future__ import annotations

import math

import numpy as np
import pytest

import bocpd
from bocpd.model import (
    BinomialTrials,
    GaussianErrorBars,
    HeteroscedasticGaussian,
    PoissonExposure,
)

COUNTS = [3, 2, 7, 12, 3, 0, 28, 9, 20, 17, 8]
HOURS = [1, 1, 2, 4, 1, 0, 3, 1, 2, 2, 1]


def test_detect_takes_exposures() -> None:
    found = bocpd.detect(COUNTS, exposure=HOURS)
    assert found.changepoints.tolist() == [6]
    assert isinstance(found.detector.model, PoissonExposure)
    rates = [c / h for c, h in zip(COUNTS, HOURS, strict=True) if h]
    assert found.detector.model.rate == pytest.approx(1 / np.mean(rates))
    assert any("PoissonExposure" in words for words in found.assumptions)
    for model in ("poisson", "poisson-exposure", found.detector.model):
        again = bocpd.detect(COUNTS, model, exposure=HOURS)
        assert again.detector.ln_evidence == found.detector.ln_evidence
    assert found.segments[0].parameters[0].mean == pytest.approx(3, abs=0.7)


@pytest.mark.parametrize(
    ("what", "model", "numbers"),
    [
        ("trials", BinomialTrials, [30] * 11),
        ("sd", GaussianErrorBars, [2.0] * 11),
        ("weight", HeteroscedasticGaussian, [0.5] * 11),
    ],
)
def test_the_model_follows_from_what_is_given(
    what: str, model: type[bocpd.model.Model], numbers: list[float]
) -> None:
    found = bocpd.detect(COUNTS, **{what: numbers})  # type: ignore[arg-type]
    assert isinstance(found.detector.model, model)
    assert found.features is not None
    assert found.features.tolist() == numbers


def test_error_bars_are_scored() -> None:
    detector = bocpd.Detector(GaussianErrorBars(mean=1.0, level_variance=4.0, variance=0.25), 100)
    foreseen = detector.predict(features=2.0)
    assert foreseen.variance == pytest.approx(8)
    step = detector.update(3.0, features=2.0)
    assert step.ln_predictive == pytest.approx(-0.5 * math.log(2 * math.pi * 8) - 4 / 16)
    steps = detector.update_many([1.0, 2.0], features=[1.0, 0.5])
    assert len(steps.p_change_now) == 2


def test_a_wrong_number_is_named() -> None:
    with pytest.raises(ValueError, match=r"at index 5: sd must lie in \[1e-50, 1e50\], got 0"):
        bocpd.detect(COUNTS, sd=HOURS)
    with pytest.raises(ValueError, match="exposure must have one for each of the 11 observations"):
        bocpd.detect(COUNTS, exposure=HOURS[1:])
    with pytest.raises(ValueError, match="features and exposure|exposure and features"):
        bocpd.detect(COUNTS, exposure=HOURS, features=HOURS)
    with pytest.raises(ValueError, match="kind 'gamma' takes no exposure; one of kind 'poisson_exposure'"):
        bocpd.detect(COUNTS, "gamma", exposure=HOURS)
    with pytest.raises(ValueError, match="kind 'poisson' takes no exposure; one of kind 'poisson_exposure'"):
        bocpd.detect(COUNTS, bocpd.model.Poisson(), exposure=HOURS)


def test_a_missing_observation_needs_no_number() -> None:
    counts = [3.0, 2.0, 7.0, math.nan, 12.0, 3.0, 28.0, 9.0, 20.0, 17.0, 8.0]
    hours = [1.0, 1.0, 2.0, math.nan, 4.0, 1.0, 3.0, 1.0, 2.0, 2.0, 1.0]
    found = bocpd.detect(counts, exposure=hours, missing="skip")
    assert found.changepoints.tolist() == [6]
