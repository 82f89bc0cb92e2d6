"""Wild values that are no change."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

import bocpd

MODEL = bocpd.Gaussian(mean=0, kappa=0.02, alpha=2, beta=1)
HAZARD = bocpd.Constant(200)


def series() -> np.ndarray:
    rng = np.random.default_rng(1)
    x = rng.normal(size=120) + 8 * (np.arange(120) >= 80)
    x[[20, 100]] = 90, -70
    return x


def test_detect_marks_them_and_reports_the_change() -> None:
    x = series()
    found = bocpd.detect(x, MODEL, HAZARD, outliers=0.02)
    assert found.changepoints.tolist() == [80]
    assert found.outliers.tolist() == [20, 100]
    assert found.p_outlier.shape == x.shape and found.p_outlier[[20, 100]].min() > 0.9
    assert found.steps.p_outlier[20] > 0.5 and found.steps[20].p_outlier == found.steps.p_outlier[20]
    assert "outliers: 20, 100" in found.summary()
    assert found.detector.outliers == bocpd.Outliers(0.02)
    pytest.importorskip("pandas")
    assert found.to_frame("pandas")["p_outlier"].tolist() == found.p_outlier.tolist()


def test_without_them_nothing_is_said() -> None:
    found = bocpd.detect(series(), MODEL, HAZARD)
    assert len(found.changepoints) > 1 and found.detector.outliers is None
    assert len(found.p_outlier) == len(found.outliers) == 0
    assert found.steps.p_outlier.tolist() == [0] * 120
    assert "\noutliers:" not in found.summary()
    # But that a model of them might help.
    assert [remark.kind for remark in found.remarks] == ["spikes"]


def test_online() -> None:
    x = series()
    detector = bocpd.Detector(MODEL, HAZARD, outliers=bocpd.Outliers(0.02, 0, 12), missing="skip")
    assert detector.p_outlier == 0
    steps = [detector.update(value) for value in x]
    assert steps[20].p_outlier > 0.5 > steps[21].p_outlier
    assert detector.p_outlier == steps[-1].p_outlier
    assert detector.skip().p_outlier == detector.p_outlier == 0
    in_hindsight = detector.p_outlier_in(x, [80])
    assert np.flatnonzero(in_hindsight > 0.5).tolist() == [20, 100]
    assert detector.p_outlier_in(x)[20] > 0.9


def test_states_keep_them() -> None:
    x = series()
    detector = bocpd.Detector(MODEL, HAZARD, outliers=bocpd.Outliers(0.02, scale=12))
    steps = detector.update_many(x[:101])
    for again in (
        bocpd.Detector.from_bytes(detector.to_bytes()),
        pickle.loads(pickle.dumps(detector)),
        detector.copy(),
    ):
        assert again.outliers == detector.outliers
        assert again.p_outlier == detector.p_outlier > 0.5
    assert bocpd.Detector.from_json(detector.to_json()).outliers == detector.outliers
    assert pickle.loads(pickle.dumps(steps)).p_outlier.tolist() == steps.p_outlier.tolist()
    assert pickle.loads(pickle.dumps(steps[20])) == steps[20]


class Level(bocpd.model.ScalarModel):
    """Noise of variance 1 about a level with the prior N(0, 100)."""

    def prior(self) -> tuple[float, float]:
        return 0.0, 0.01

    def ln_predictive(self, stats: tuple[float, float], x: float) -> float:
        mean, kappa = stats
        variance = (kappa + 1) / kappa
        return -0.5 * (math.log(math.tau * variance) + (x - mean) ** 2 / variance)

    def update(self, stats: tuple[float, float], x: float) -> tuple[float, float]:
        mean, kappa = stats
        return mean + (x - mean) / (kappa + 1), kappa + 1


def test_models_written_in_python() -> None:
    x = series()
    with pytest.raises(ValueError, match="must be given: the model does not say its predictive"):
        bocpd.Detector(Level(), HAZARD, outliers=0.02)
    given = bocpd.Outliers(0.02, centre=0, scale=10)
    detector = bocpd.Detector(Level(), HAZARD, bocpd.Pruning.exact(), outliers=given)
    steps = detector.update_many(x)
    known = bocpd.Detector(
        bocpd.model.GaussianKnownVariance(kappa=0.01), HAZARD, bocpd.Pruning.exact(), outliers=given
    )
    np.testing.assert_allclose(steps.p_outlier, known.update_many(x).p_outlier, atol=1e-9)
    assert detector.changepoints().tolist() == [80]
    again = pickle.loads(pickle.dumps(detector))
    assert again.outliers == given and again.p_outlier == detector.p_outlier


def test_what_cannot_be_is_refused() -> None:
    for wrong in (0, 1, -0.1, math.nan):
        with pytest.raises(ValueError, match=r"probability of outliers must lie in \(0, 1\)"):
            bocpd.Outliers(wrong)
        with pytest.raises(ValueError, match=r"probability of outliers must lie in \(0, 1\)"):
            bocpd.Detector(MODEL, HAZARD, outliers=wrong)
    with pytest.raises(ValueError, match="scale of outliers"):
        bocpd.Outliers(0.1, scale=0)
    with pytest.raises(ValueError, match="outliers must be left out for this model"):
        bocpd.Detector(bocpd.model.Bernoulli(), HAZARD, outliers=0.1)
    with pytest.raises(TypeError):
        bocpd.Detector(MODEL, HAZARD, outliers="often")  # type: ignore[arg-type]


def test_plain_data() -> None:
    outliers = bocpd.Outliers(0.02, scale=3)
    assert repr(outliers) == "Outliers(probability=0.02, scale=3.0)"
    assert eval(repr(outliers), vars(bocpd)) == outliers == pickle.loads(pickle.dumps(outliers))
    assert outliers != bocpd.Outliers(0.02)
    assert (outliers.probability, outliers.centre, outliers.scale) == (0.02, None, 3)


def test_calibration_knows_them() -> None:
    common = {"false_alarm": 0.1, "horizon": 60, "streams": 100}
    without = bocpd.calibrate.calibrate(MODEL, HAZARD, **common)
    with_ = bocpd.calibrate.calibrate(MODEL, HAZARD, outliers=0.02, **common)
    assert without.threshold != with_.threshold


def test_rings_in_pictures() -> None:
    plt = pytest.importorskip("matplotlib.pyplot")
    ax = bocpd.plot(bocpd.detect(series(), MODEL, HAZARD, outliers=0.02))
    rings = [line for line in ax.get_lines() if line.get_label() == "outlier"]
    assert [ring.get_xdata().tolist() for ring in rings] == [[20, 100]]
    plt.close(ax.figure)
