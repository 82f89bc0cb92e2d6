"""Observations of several numbers."""

from __future__ import annotations

import copy
import json
import math
import pickle
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import bocpd
from bocpd.model import Poisson, Product

MODEL = Product([bocpd.Gaussian(kappa=0.1), Poisson(rate=0.2)])


def series() -> NDArray[np.float64]:
    """A level that changes at 40, a count that changes at 70."""
    source = np.random.default_rng(5)
    level = source.normal(size=100) + np.where(np.arange(100) < 40, 0.0, 6.0)
    count = source.poisson(np.where(np.arange(100) < 70, 4.0, 20.0))
    return np.column_stack([level, count])


def test_a_product_is_a_value() -> None:
    assert MODEL.dimension == 2
    assert MODEL.models == (bocpd.Gaussian(kappa=0.1), Poisson(rate=0.2))
    assert repr(MODEL) == (
        "Product([Gaussian(mean=0.0, kappa=0.1, alpha=1.0, beta=1.0), Poisson(shape=1.0, rate=0.2)])"
    )
    same = Product(models=list(MODEL.models))
    assert same == MODEL and hash(same) == hash(MODEL) and MODEL != MODEL.models[0]
    assert pickle.loads(pickle.dumps(MODEL)) == copy.copy(MODEL) == MODEL
    with pytest.raises(ValueError, match="models must be at least 2, got 1"):
        Product([bocpd.Gaussian()])
    with pytest.raises(ValueError, match="without features"):
        Product([bocpd.Gaussian(), bocpd.model.Regression(features=1)])
    with pytest.raises(TypeError):
        Product([bocpd.Gaussian(), "poisson"])  # type: ignore[list-item]


def test_a_list_of_models_is_a_product() -> None:
    one = bocpd.Detector([bocpd.Gaussian(kappa=0.1), Poisson(rate=0.2)], 100)
    other = bocpd.Detector(MODEL, 100)
    assert one.model == other.model == MODEL
    xs = series()
    assert [*one.update_many(xs)] == [other.update(row) for row in xs]
    assert one.changepoints().tolist() == [40, 70]
    assert one.predict(dimension=1).mean == pytest.approx(20, rel=0.2)
    assert one.predict(elapsed=2.0, dimension=0).mean == pytest.approx(6, rel=0.2)
    assert list(one.parameters()) == ["mean[0]", "variance[0]", "rate[1]"]
    with pytest.raises(ValueError, match="dimension"):
        one.predict(dimension=2)
    assert one.simulate(3).shape == (3, 2)
    with pytest.raises(TypeError, match="each model of several numbers"):
        bocpd.Detector([bocpd.Gaussian(), 3], 100)  # type: ignore[list-item]


def test_saved_and_restored() -> None:
    detector = bocpd.Detector(MODEL, 100, missing="skip", outliers=0.01)
    detector.update_many(series()[:50])
    for again in (
        bocpd.Detector.from_bytes(detector.to_bytes()),
        pickle.loads(pickle.dumps(detector)),
        detector.copy(),
    ):
        assert again.model == MODEL
        assert again.update([6.0, None]) == detector.copy().update([6.0, math.nan])
    text = detector.to_json()
    assert json.loads(text)["product"] == [{"poisson": {"shape": 1.0, "rate": 0.2}}]
    assert bocpd.Detector.from_json(text).model == MODEL


def test_missing_numbers() -> None:
    xs = series()
    xs[::3, 0] = np.nan
    xs[7] = np.nan
    result = bocpd.detect(xs, MODEL, 100, missing="skip")
    assert result.changepoints.tolist() == [40, 70] or abs(result.changepoints[0] - 40) <= 1
    assert result.segments[0].observed == result.segments[0].end - 1
    with pytest.raises(bocpd.ObservationError, match=r"observation\[0\] must be finite") as caught:
        bocpd.detect(xs, MODEL, 100)
    assert caught.value.index == 0
    with pytest.raises(bocpd.ObservationError, match=r"observation\[1\] must be a whole number"):
        bocpd.Detector(MODEL, 100).update([0.0, 2.5])


@pytest.mark.parametrize("model", [None, MODEL, ["gaussian", Poisson(rate=0.2)], "gaussian"])
def test_parts_of_changes(model: Any) -> None:
    result = bocpd.detect(series(), model)
    assert result.changepoints.tolist() == [40, 70]
    assert result.columns == ["x0", "x1"]
    for change, segment, number in zip(result.changes, result.segments[1:], (0, 1), strict=True):
        assert [part.dimension for part in change.parts] == [0, 1]
        total = sum(part.ln_bayes_factor for part in change.parts)
        assert segment.ln_bayes_factor == pytest.approx(total, rel=1e-9)
        assert change.jump is not None and change.jump.dimension == number
        assert change.jump == change.parts[number].jump
    found = result.to_dict()
    assert [change["number"] for change in found["changepoints"]] == ["x0", "x1"]
    assert found["changepoints"][0]["before"] == pytest.approx(0, abs=0.5)
    assert found["changepoints"][0]["after"] == pytest.approx(6, abs=0.5)
    assert {part["number"] for part in found["changepoints"][1]["parts"]} == {"x0", "x1"}
    assert found["segments"][0]["parameters"][0]["number"] == "x0"
    if found["config"] is not None:
        again = bocpd.Detector.from_json(json.dumps(found["config"]))
        again.update_many(series())
        assert again.changepoints().tolist() == [40, 70]


def test_frames_name_the_numbers() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(series(), columns=["level", "count"])
    result = bocpd.detect(frame)
    assert result.columns == ["level", "count"]
    assert list(result.to_frame().columns[:3]) == ["level", "count", "segment"]
    assert list(result.changes_frame()["number"]) == ["level", "count"]
    segments = result.segments_frame()
    assert "level_mean" in segments and any(name.startswith("count_") for name in segments)
    text = result.summary()
    assert "most in" in text and "level mean: " in text, text
    assert "<table>" in result._repr_html_()


def test_kinds_must_be_as_many_as_numbers() -> None:
    with pytest.raises(ValueError, match="one for each of the 2 numbers of an observation, got 3"):
        bocpd.detect(series(), ["gaussian", "poisson", "gaussian"])
    with pytest.raises(ValueError, match="a model for each column in a list"):
        bocpd.detect(series(), bocpd.Gaussian())
    alone = bocpd.detect(series()[:, 0], ["gaussian"], 100)
    assert alone.changepoints.tolist() == [40] and alone.columns is None


def test_a_stream() -> None:
    xs = series()
    detector = bocpd.Detector.for_stream(xs[:20], missing="skip")
    assert isinstance(detector.model, Product) and detector.model.dimension == 2
    detector.update_many(xs)
    assert detector.changepoints().tolist() == [40, 70]


def test_a_panel_for_each_number() -> None:
    plt = pytest.importorskip("matplotlib.pyplot")
    result = bocpd.detect(series(), MODEL, 100)
    axes = result.plot()
    # Two panels, and an axis for probabilities.
    assert len(axes.figure.axes) == 3
    assert [ax.get_ylabel() for ax in axes.figure.axes[:2]] == ["x0", "x1"]
    _, one = plt.subplots()
    assert result.plot(ax=one) is one
    plt.close("all")


def test_a_change_of_many_numbers_is_found_where_none_shows_it_alone() -> None:
    source = np.random.default_rng(6)
    xs = source.normal(size=(200, 40)) + np.where(np.arange(200) < 120, 0.0, 0.8)[:, None]
    together = bocpd.detect(xs, [bocpd.Gaussian(kappa=0.1)] * 40, 200)
    assert together.changepoints.tolist() == [120]
