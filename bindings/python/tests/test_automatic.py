"""What is found, and what is said of it, where no model is given."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import bocpd

WHITE = "white noise"


def normal(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=n)


def autoregressive(phi: float, n: int, seed: int) -> np.ndarray:
    x = normal(n, seed)
    for t in range(1, n):
        x[t] += phi * x[t - 1]
    return x


def seasonal() -> np.ndarray:
    """A season of 24, of the shape of a working day, and a change at 240."""
    hours = np.arange(480)
    at_work = (hours % 24 >= 8) & (hours % 24 < 18)
    return 10.0 * at_work + normal(480, 3) + 8 * (hours >= 240)


def levels(noise: float = 0.7) -> np.ndarray:
    """Ten levels that are 20 apart, 30 observations each."""
    steps = np.repeat([0.0, 20, 0, 20, 40, 20, 0, -20, 0, 20], 30)
    return steps + noise * normal(300, 1)


def test_levels_far_apart_are_found() -> None:
    result = bocpd.detect(levels())
    assert result.changepoints.tolist() == list(range(30, 300, 30))
    words, probability = result.structures[0]
    assert words == WHITE and probability > 0.5
    assert result.p_change_at[result.changepoints].min() > 0.99


def test_few_observations_are_enough() -> None:
    few = [0.51, 0.52, 0.50, 0.51, 0.9, 0.91, 0.92, 0.9]
    assert bocpd.detect(few).changepoints.tolist() == [4]
    # The spread of the levels is taken for noise there.
    assert bocpd.detect(few, "gaussian").changepoints.size == 0
    assert bocpd.detect([1.0, 2.0, 40.0]).changepoints.size == 0


def test_correlated_noise_is_no_change() -> None:
    found = 0
    for seed in range(12):
        x = autoregressive(0.9, 500, seed)
        result = bocpd.detect(x)
        found += len(result.changepoints)
        words, _ = result.structures[0]
        assert "AR(1)" in words or "drift" in words, seed
        # White noise was looked at, and is out of the question.
        assert WHITE not in dict(result.structures), seed
        assert len(bocpd.detect(x, "gaussian").changepoints) > 3, seed
    # Less than one in five thousand observations.
    assert found <= 1


@pytest.mark.parametrize("seed", range(3))
def test_white_noise_is_quiet_and_called_so(seed: int) -> None:
    result = bocpd.detect(normal(300, seed))
    assert result.changepoints.size == 0
    assert result.structures[0][0] == WHITE
    probabilities = [p for _, p in result.structures]
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0.9 < math.fsum(probabilities) <= 1 + 1e-9


def test_kinds_of_numbers() -> None:
    rng = np.random.default_rng(4)
    answers = np.concatenate([rng.random(150) < 0.1, rng.random(150) < 0.8])
    counts = np.concatenate([rng.poisson(3, 100), rng.poisson(12, 100)])
    for series, model, words, change in [
        (answers, bocpd.model.Bernoulli, "yes-or-no observations", 150),
        (counts, bocpd.model.Poisson, "Poisson counts", 100),
    ]:
        result = bocpd.detect(series)
        assert isinstance(result.detector.model, model)
        assert result.structures == [(words, 1.0)]
        assert result.detector.outliers is None
        (found,) = result.changepoints
        assert abs(found - change) <= 3
        assert result.assumptions[0] == f"{words} (probability 1.00)"


def test_a_season_is_named() -> None:
    x = seasonal()
    result = bocpd.detect(x)
    assert result.changepoints.tolist() == [240]
    words, probability = result.structures[0]
    assert "season of 24" in words and probability > 0.5
    assert result.detector.model.period == 24
    assert any("season of 24" in assumption for assumption in result.assumptions)


def test_a_wild_value_is_no_change() -> None:
    x = normal(100, 5)
    x[40] = 60
    result = bocpd.detect(x)
    assert result.changepoints.size == 0 and result.outliers.tolist() == [40]
    assert result.detector.outliers.probability == 0.01
    assert "outliers with probability 0.01" in result.assumptions


def test_outliers_are_as_they_are_asked_for() -> None:
    x = normal(100, 5)
    x[40] = 60
    without = bocpd.detect(x, outliers=False)
    assert without.detector.outliers is None and without.p_outlier.size == 0
    assert not any("outliers" in assumption for assumption in without.assumptions)
    # Nor did they have a part in the choice of the structure.
    assert without.structures == bocpd.defaults_for(x, outliers=False)[4]
    assert without.structures != bocpd.detect(x).structures
    given = bocpd.Outliers(0.05, centre=0, scale=20)
    for asked, expected in [(given, given), (0.05, bocpd.Outliers(0.05))]:
        result = bocpd.detect(x, outliers=asked)
        assert result.detector.outliers == expected
        assert bocpd.defaults_for(x, outliers=asked)[3] == expected
        assert not any("outliers" in assumption for assumption in result.assumptions)
    # With a model that is given, none are expected.
    assert bocpd.detect(x, "gaussian").detector.outliers is None
    assert bocpd.detect(x, "gaussian", outliers=False).detector.outliers is None
    for wrong in (True, 0, 2.0, math.nan):
        with pytest.raises(ValueError, match="probability of outliers must lie in"):
            bocpd.detect(x, outliers=wrong)
    with pytest.raises(TypeError):
        bocpd.detect(x, outliers="none")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="outliers must be left out for this model"):
        bocpd.detect([0.0, 1.0, 1.0, 0.0, 1.0], outliers=0.1)


def test_missing_observations() -> None:
    x = levels()
    x[[0, 17, 100, 101]] = np.nan
    result = bocpd.detect(x, missing="skip")
    assert result.changepoints.tolist() == list(range(30, 300, 30))
    with pytest.raises(bocpd.ObservationError, match="at index 0"):
        bocpd.detect(x)
    nothing = bocpd.detect([np.nan] * 10, missing="skip")
    assert nothing.changepoints.size == 0 and nothing.summary()


def test_what_cannot_be_observed_is_named() -> None:
    """Though no structure can be preferred then."""
    for wrong in (math.inf, -math.inf):
        with pytest.raises(bocpd.ObservationError, match="at index 2") as raised:
            bocpd.detect([1.0, 2.0, wrong, 4.0, 2.5])
        assert raised.value.index == 2
        assert len(bocpd.defaults_for([1.0, 2.0, wrong, 4.0, 2.5])[4]) >= 1


def containers(x: np.ndarray) -> list[Any]:
    made: list[Any] = [x.tolist(), tuple(x), x.astype(np.float32).astype(float), x[::-1][::-1]]
    for name in ("pandas", "polars"):
        try:
            made.append(__import__(name).Series(x))
        except ImportError:
            pass
    return made


def test_series_of_all_sorts() -> None:
    x = np.float32(levels()).astype(float)
    expected = bocpd.detect(x)
    for series in containers(x):
        result = bocpd.detect(series)
        assert result.structures == expected.structures
        assert result.changepoints.tolist() == expected.changepoints.tolist()
        assert result.ln_evidence == expected.ln_evidence
        assert bocpd.defaults_for(series) == bocpd.defaults_for(x)


def test_hazard_and_pruning_are_obeyed() -> None:
    x = levels()
    hazard, pruning = bocpd.hazard.Weibull(2.0, 40.0), bocpd.Pruning(64)
    usual = bocpd.detect(x)
    assert usual.detector.hazard == bocpd.Constant(300 * 300 / 100)
    result = bocpd.detect(x, hazard=hazard)
    assert result.detector.hazard == hazard
    assert not any("hazard" in assumption for assumption in result.assumptions)
    # Whatever hazard is given, structures are compared with the same one.
    assert result.structures == usual.structures
    assert result.ln_evidence != usual.ln_evidence
    result = bocpd.detect(x, pruning=pruning)
    assert result.detector.pruning == pruning
    assert result.detector.live < 100 < usual.detector.live
    assert not any("prun" in assumption for assumption in result.assumptions)
    own = bocpd.detect(x, hazard=lambda length: 0.0 if length < 20 else 0.05)
    assert own.changepoints.tolist() == usual.changepoints.tolist()
    assert own.structures == usual.structures


@pytest.mark.parametrize(
    "x",
    [levels(), autoregressive(0.6, 200, 1), seasonal(), [0.0, 1.0] * 20, [3.0, 2.0], [5.0] * 9],
    ids=["levels", "AR(1)", "season", "0/1", "two", "equal"],
)
def test_defaults_for_gives_what_detect_takes(x: Any) -> None:
    result = bocpd.detect(x)
    model, hazard, pruning, outliers, structures = bocpd.defaults_for(x)
    assert structures == result.structures
    again = bocpd.detect(x, model, hazard, pruning, outliers=outliers)
    detector = bocpd.Detector(model, hazard, pruning, history="all", outliers=outliers)
    detector.update_many(x)
    assert again.changes == result.changes and again.segments == result.segments
    assert again.ln_evidence == result.ln_evidence == detector.ln_evidence
    assert again.p_change_at.tolist() == result.p_change_at.tolist()
    assert detector.smoothed()[1].tolist() == result.p_change_at.tolist()
    assert detector.changepoints().tolist() == result.changepoints.tolist()
    # Of this nothing was assumed.
    assert again.assumptions == [] and again.structures == []


def test_what_was_assumed_is_said() -> None:
    result = bocpd.detect(levels())
    structure, model, outliers, hazard, pruning = result.assumptions
    assert structure.startswith("white noise (probability ")
    assert model.startswith("model StructuredGaussian(mean=") and "phi" not in model
    assert outliers == "outliers with probability 0.01"
    assert hazard == "hazard Constant(mean_run_length=900)"
    assert pruning == "nothing pruned"
    lines = result.summary().splitlines()
    assert lines[-5:] == [f"assumed: {assumption}" for assumption in result.assumptions]
    # The next structures are named where they have a chance.
    words = bocpd.detect(autoregressive(0.6, 200, 1)).assumptions[0]
    assert ", rather than " in words and words.count("probability") in (2, 3)


def test_features_need_a_model() -> None:
    rng = np.random.default_rng(6)
    features = rng.normal(size=(80, 2))
    x = features @ [2.0, -1.0] + 0.1 * rng.normal(size=80)
    with pytest.raises(ValueError, match='a model that regresses on them, such as "regression"'):
        bocpd.detect(x, features=features)
    assert bocpd.detect(x, "regression", features=features).detector.model.features == 2
