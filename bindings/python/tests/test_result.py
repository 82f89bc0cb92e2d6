"""The whole job in one call, and its pictures."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest

import bocpd


def test_detect(series: np.ndarray) -> None:
    result = bocpd.detect(series)
    assert result.changepoints.tolist() == [80, 140]
    assert [(s.start, s.end) for s in result.segments] == [(0, 80), (80, 140), (140, 200)]
    assert result.p_change_at.shape == (200,) and result.p_change_at[0] == pytest.approx(1)
    assert result.p_change_at[78:83].sum() > 0.99
    assert np.array_equal(result.run_lengths, result.steps.map_run_length)
    assert result.labels().tolist() == [0] * 80 + [1] * 60 + [2] * 60
    assert result.detector.observations == 200
    assert result.ln_evidence == pytest.approx(result.steps.ln_predictive.sum())
    assert len(result.assumptions) == 5 and len(result.structures) >= 1
    summary = result.summary()
    assert "200 observations, 2 changes" in summary and "Constant(mean_run_length=400)" in summary
    assert "mean before → after" in summary and "90 % within" in summary


def test_changes_and_segments(series: np.ndarray) -> None:
    result = bocpd.detect(series, "gaussian", mass=0.8)
    up, down = result.changes
    assert (up.index, down.index) == (80, 140) and up.probability > 0.99
    assert up.location.low <= 80 <= up.location.high and up.location.share >= 0.8
    assert up.jump.parameter == "mean" and up.jump.p_rose > 0.999 > 0.001 > down.jump.p_rose
    levels = [segment.level for segment in result.segments]
    assert up.jump.difference == pytest.approx(levels[1].mean - levels[0].mean)
    assert down.jump.difference == pytest.approx(-7, abs=0.7)
    middle = result.segments[1]
    assert len(middle) == middle.observed == 60
    assert middle.level.low < series[80:140].mean() < middle.level.high
    assert middle.level == middle.parameters[0] and middle.level.name == "mean"
    assert [parameter.name for parameter in middle.parameters] == ["mean", "variance"]
    assert result.segments[0].ln_bayes_factor is None and middle.ln_bayes_factor > 10
    # A wider interval holds more.
    wide = bocpd.detect(series, "gaussian", mass=0.99).segments[1].level
    assert wide.low < middle.level.low and middle.level.high < wide.high
    # The parts are those of the detector, asked one by one.
    again = result.detector.segments(series, mass=0.8)
    assert again == result.segments
    detector = bocpd.detect(series, "gaussian", mass=0.8, history="all").detector
    assert result.locations == detector.locations(mass=0.8)
    assert np.array_equal(detector.smoothed()[1], result.p_change_at)
    assert result.expected_changes == detector.expected_changes()
    assert result.expected_changes == pytest.approx(result.p_change_at[1:].sum())
    for mass in (0, 1.5, np.nan):
        with pytest.raises(ValueError, match="mass must"):
            bocpd.detect(series, mass=mass)


def test_the_kind_of_a_model_is_enough() -> None:
    rng = np.random.default_rng(1)
    counts = np.concatenate([rng.poisson(3, 60), rng.poisson(12, 60)])
    result = bocpd.detect(counts, "poisson")
    assert result.changepoints.tolist() == [60]
    assert result.detector.model == bocpd.model_for("poisson", counts)
    assert result.detector.model.rate == pytest.approx(1 / counts.mean())
    assert any("Poisson" in assumption for assumption in result.assumptions)
    assert result.changes[0].jump.parameter == "rate"
    x = counts / 7
    kinds = ["gaussian", "student_t", "student_t_grid", "bernoulli", "gamma"]
    names = [type(bocpd.model_for(kind, x)).__name__ for kind in kinds]
    assert names == ["Gaussian", "StudentT", "StudentTGrid", "Bernoulli", "Gamma"]
    assert bocpd.model_for("gamma", x, known_shape=2).known_shape == 2
    assert bocpd.model_for("binomial", x, trials=20).trials == 20
    some = bocpd.model_for("student_t", x, nu=3, mean=None)
    assert some.nu == 3 and some.mean == np.median(x)
    assert bocpd.model_for("student_t_grid", x, nu=np.array([2, 9])).nu == [2, 9]
    with pytest.raises(ValueError, match="nu must be at least 1 and finite, got 0"):
        bocpd.model_for("student_t", x, nu=0)
    with pytest.raises(TypeError, match="poisson has no parameter 'nu', but shape, rate"):
        bocpd.model_for("poisson", x, nu=3)
    with pytest.raises(TypeError, match="nu must be a number or several, got str"):
        bocpd.model_for("student_t", x, nu="three")
    model, hazard, pruning, outliers, structures = bocpd.defaults_for(x)
    assert isinstance(model, bocpd.model.Model) and hazard == bocpd.Constant(144)
    assert pruning == bocpd.Pruning.exact() and outliers.probability == 0.01
    assert all(words and 0 < probability <= 1 for words, probability in structures)
    assert bocpd.defaults_for(np.zeros(100_000))[2] == bocpd.Pruning.default()
    with pytest.raises(ValueError, match=r"trials must be given: model_for\('binomial', xs, trials=...\)"):
        bocpd.detect(counts, "binomial")
    with pytest.raises(ValueError, match="kind must be .* got 'normal'"):
        bocpd.detect(counts, "normal")


def test_a_result_pickles(series: np.ndarray) -> None:
    pd = pytest.importorskip("pandas")
    x = pd.Series(series, index=pd.date_range("2024-01-01", periods=200))
    result = bocpd.detect(x)
    again = pickle.loads(pickle.dumps(result))
    assert again.changes == result.changes and again.segments == result.segments
    assert again.summary() == result.summary()
    assert again.p_change().index.equals(x.index)
    assert list(again.steps) == list(result.steps)
    assert again.detector.update(1.0) == result.detector.update(1.0)


def test_given_is_not_assumed(series: np.ndarray) -> None:
    result = bocpd.detect(series, bocpd.Gaussian(), bocpd.Constant(50), bocpd.Pruning(32))
    assert result.assumptions == []
    assert result.detector.pruning == bocpd.Pruning(32)


def test_edges() -> None:
    empty = bocpd.detect([])
    assert empty.segments == [] and empty.changepoints.size == 0
    assert "0 observations, no changes" in empty.summary()
    one = bocpd.detect([3.0])
    assert len(one.segments) == 1 and one.changepoints.size == 0
    gaps = bocpd.detect([np.nan, 1.0, 1.2, np.nan, 9.0, 9.1], missing="skip")
    assert len(gaps.x) == 6
    with pytest.raises(bocpd.ObservationError, match="at index 1"):
        bocpd.detect([1.0, np.nan])
    with pytest.raises(ValueError, match="one or two dimensions"):
        bocpd.detect(np.zeros((4, 2, 2)))
    with pytest.raises(ValueError, match="one-dimensional"):
        bocpd.detect(np.zeros((4, 2)), bocpd.Gaussian())


def test_frames(series: np.ndarray) -> None:
    result = bocpd.detect(series)
    with pytest.raises(ValueError, match="backend must be"):
        result.to_frame("arrow")
    pd = pytest.importorskip("pandas")
    frame = result.to_frame()
    assert list(frame.columns[:2]) == ["x", "segment"] and len(frame) == 200
    index = pd.date_range("2024-01-01", periods=200, freq="D")
    indexed = bocpd.detect(pd.Series(series, index=index))
    assert indexed.to_frame().index.equals(index)
    assert indexed.p_change().index.equals(index)
    pl = pytest.importorskip("polars")
    polars = bocpd.detect(pl.Series(series))
    assert isinstance(polars.to_frame(), pl.DataFrame) and isinstance(polars.p_change(), pl.Series)
    assert polars.to_frame()["segment"].to_list() == frame["segment"].tolist()


def test_optional_libraries_are_not_imported() -> None:
    code = (
        "import sys, bocpd, bocpd.fast_bocpd, bocpd.ruptures; bocpd.detect([1.0] * 9 + [5.0] * 9).summary(); "
        "heavy = {'pandas', 'polars', 'matplotlib', 'sklearn', 'river', 'pyarrow', 'scipy', "
        "'typing_extensions'}; "
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_plots(series: np.ndarray) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    result = bocpd.detect(series)
    axes = result.plot()
    changes = {line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == "--"}
    assert changes == {79.5, 139.5}
    _, mine = plt.subplots()
    assert bocpd.plot_run_lengths(result, ax=mine) is mine
    heat = mine.collections[0].get_array()
    # Each column is a distribution, cut off where it is hopeless.
    assert np.allclose(heat.reshape(-1, 200).sum(axis=0), 1, atol=0.01)
    assert np.array_equal(mine.lines[0].get_ydata(), result.run_lengths)
    long = np.tile(series, 10)
    bocpd.plot_run_lengths(long, pruning=bocpd.Pruning.default())
    for empty in ([], [1.0]):
        bocpd.detect(empty).plot()
        bocpd.plot_run_lengths(empty)
    for number in plt.get_fignums():
        plt.figure(number).canvas.draw()
    plt.close("all")
