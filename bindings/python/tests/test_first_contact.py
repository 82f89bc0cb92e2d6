"""What is tried first: what comes in in any form, and messages that say what to write."""

from __future__ import annotations

import numpy as np
import pytest

import bocpd


def test_a_hazard_may_be_a_number(series: np.ndarray) -> None:
    for hazard in (250, 250.0, np.int64(250), np.float32(250)):
        detector = bocpd.Detector(bocpd.Gaussian(), hazard)
        assert detector.hazard == bocpd.Constant(250)
        assert bocpd.detect(series, hazard=hazard).detector.hazard == bocpd.Constant(250)
    assert bocpd.Detector.for_stream([1.0, 2.0, 1.5, 1.2], 250).hazard == bocpd.Constant(250)
    assert bocpd.calibrate.calibrate(
        bocpd.Gaussian(), 250, false_alarm=0.1, horizon=20, streams=20
    ).horizon == 20
    with pytest.raises(ValueError, match=r"must be greater than 1 .*, got 0.004; .* give 250$"):
        bocpd.Detector(bocpd.Gaussian(), 0.004)
    with pytest.raises(ValueError, match="must be greater than 1 and finite, got -3$"):
        bocpd.Detector(bocpd.Gaussian(), -3)
    for wrong in ("250", True, None):
        with pytest.raises(TypeError, match=r"hazard must be .*bocpd.Constant\(250\)"):
            bocpd.Detector(bocpd.Gaussian(), wrong)


@pytest.mark.parametrize("kind", ["student-t", "student_t", "Student-T"])
def test_names_of_models(kind: str, series: np.ndarray) -> None:
    assert bocpd.detect(series, kind).detector.model == bocpd.model_for("student_t", series)
    assert bocpd.model_for(kind, series, nu=3).nu == 3


def test_a_kind_is_no_model_for_a_detector() -> None:
    with pytest.raises(TypeError, match=r"bocpd.Gaussian\(\) or that of bocpd.model_for\(kind, xs\)"):
        bocpd.Detector("gaussian", 250)


@pytest.mark.parametrize("shape", ["array", "list", "pandas", "polars"])
def test_one_column(shape: str, series: np.ndarray) -> None:
    column = series.reshape(-1, 1)
    given: object = column
    if shape == "list":
        given = column.tolist()
    elif shape == "pandas":
        given = pytest.importorskip("pandas").DataFrame({"load": series})
    elif shape == "polars":
        given = pytest.importorskip("polars").DataFrame({"load": series})
    result = bocpd.detect(given)
    assert result.x.shape == (200,) and result.changes == bocpd.detect(series).changes
    assert result.name == ("load" if shape in ("pandas", "polars") else None)
    assert len(result.p_change()) == 200
    one, other = (bocpd.Detector(bocpd.Gaussian(), 100) for _ in range(2))
    assert list(one.update_many(given)) == list(other.update_many(series))
    assert bocpd.defaults_for(given) == bocpd.defaults_for(series)
    assert bocpd.detect(given, "gaussian").changepoints.tolist() == [80, 140]


def test_several_columns_are_an_error_that_says_what_to_do(series: np.ndarray) -> None:
    says = r"one column, such as x\[:, 0\], or a model for each column in a list, got shape \(100, 2\)"
    with pytest.raises(ValueError, match=says):
        bocpd.Detector(bocpd.Gaussian(), 100).update_many(series.reshape(-1, 2))


def missing_values() -> list[object]:
    values: list[object] = [None, float("nan"), np.nan, np.float32("nan"), np.ma.masked]
    try:
        import pandas as pd
    except ImportError:
        return values
    return [*values, pd.NA, pd.NaT]


@pytest.mark.parametrize("value", missing_values(), ids=repr)
@pytest.mark.filterwarnings("ignore:Warning. converting a masked element")
def test_a_missing_value_is_whatever_stands_for_one(value: object) -> None:
    detector = bocpd.Detector(bocpd.Gaussian(), 100, missing="skip")
    assert detector.update(value).ln_predictive == 0
    assert [step.ln_predictive for step in detector.stream([value, value])] == [0, 0]
    assert detector.update_many([value, 1.0]).ln_predictive[0] == 0
    assert detector.observations == 5
    strict = bocpd.Detector(bocpd.Gaussian(), 100)
    with pytest.raises(bocpd.ObservationError, match='missing="skip" takes NaN, None and NA'):
        strict.update(value)
    with pytest.raises(bocpd.ObservationError, match='at index 1: .* missing="skip"'):
        strict.update_many([1.0, value])
    x = [0.1, -0.2, value, 0.3, 7.9, 8.2, 8.0]
    for given in (x, np.array(x, dtype=object)):
        found = bocpd.detect(given, bocpd.Gaussian(), 100, missing="skip")
        assert found.changepoints.tolist() == [4]
    with pytest.raises(bocpd.ObservationError, match='missing="skip"'):
        bocpd.detect(x, "gaussian")


def test_missing_columns() -> None:
    pd = pytest.importorskip("pandas")
    for dtype in ("Float64", "Int64", "object", "float64"):
        x = pd.Series([1, None, 2, 9, 8, 9], dtype=dtype)
        assert len(bocpd.detect(x, missing="skip").x) == 6
        assert bocpd.detect(x.to_frame(), missing="skip").x.shape == (6,)


def test_infinity_has_no_hint() -> None:
    with pytest.raises(bocpd.ObservationError, match="got inf$"):
        bocpd.Detector(bocpd.Gaussian(), 100).update(float("inf"))


def test_messages_name_the_argument() -> None:
    detector = bocpd.Detector(bocpd.Gaussian(), 100)
    detector.update_many([0.0, 1.0])
    for question in (detector.smoothed, detector.locations, detector.expected_changes):
        with pytest.raises(ValueError, match='history="all"'):
            question()
    with pytest.raises(ValueError, match="shifts=True"):
        detector.shift()
    lagging = bocpd.Detector(bocpd.Gaussian(), 100, history=2)
    lagging.update_many([0.0, 1.0])
    with pytest.raises(ValueError, match='of 2 steps only; make it with history="all"'):
        lagging.sample_segmentations(1, 1)


def test_the_detector_of_a_result_remembers_if_asked(series: np.ndarray) -> None:
    """Looking back needs no memory of the past; going on and looking back again does."""
    result = bocpd.detect(series, "gaussian", 250, bocpd.Pruning.default())
    whole = bocpd.detect(series, "gaussian", 250, bocpd.Pruning.default(), history="all")
    assert result.detector.history is None and whole.detector.history == "all"
    assert result.changes == whole.changes and result.segments == whole.segments
    assert np.array_equal(result.p_change_at, whole.p_change_at)
    assert np.array_equal(whole.detector.smoothed()[1], result.p_change_at)
    assert list(result.steps) == list(whole.steps)
    wild = bocpd.detect(np.append(series, 900.0), "gaussian", outliers=0.01)
    assert wild.outliers.tolist() == [200]
    with pytest.raises(ValueError, match="history must be None or 'all', got 'some'"):
        bocpd.detect(series, history="some")


def test_a_long_series_is_looked_back_over_from_marks() -> None:
    """Observations at uneven times come once more as they came first."""
    random = np.random.default_rng(5)
    xs = np.repeat([0.0, 4.0, 0.0], 1000) + random.normal(size=3000)
    gaps = random.uniform(0.5, 1.5, size=3000)
    options = {"elapsed": gaps, "pruning": bocpd.Pruning.default()}
    result = bocpd.detect(xs, "gaussian", bocpd.hazard.Rate(0.001), **options)
    whole = bocpd.detect(xs, "gaussian", bocpd.hazard.Rate(0.001), history="all", **options)
    assert result.changepoints.tolist() == [1000, 2000]
    detector = whole.detector
    assert np.array_equal(detector.smoothed()[1], result.p_change_at)
    assert detector.locations(mass=result.mass) == result.locations
    with pytest.raises(bocpd.ObservationError) as raised:
        bocpd.detect(np.append(xs, np.inf), "gaussian")
    assert raised.value.index == 3000 and len(raised.value.steps) == 3000


@pytest.mark.parametrize("model", [None, "poisson"])
def test_an_empty_series(model: str | None) -> None:
    result = bocpd.detect([], model)
    assert result.changepoints.tolist() == [] and result.segments == []
    assert result.summary().startswith("0 observations, no changes")
    assert result.to_dict()["observations"] == 0
