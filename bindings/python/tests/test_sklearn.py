"""The estimator, by scikit-learn's own checks and beside skchange's detectors."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import bocpd

sklearn = pytest.importorskip("sklearn")

from sklearn.base import clone  # noqa: E402
from sklearn.exceptions import NotFittedError  # noqa: E402
from sklearn.utils import estimator_checks  # noqa: E402

from bocpd.sklearn import ChangeDetector  # noqa: E402


def test_fit_predict(series: np.ndarray) -> None:
    estimator = ChangeDetector()
    assert estimator.fit_predict(series).tolist() == [80, 140]
    assert estimator.predict(series.reshape(-1, 1)).dtype == np.intp
    assert estimator.hazard_ == bocpd.Constant(200)
    scores = estimator.transform_scores(series)
    assert scores.shape == (200,) and scores[80] > 0.5
    given = ChangeDetector(bocpd.StudentT(), bocpd.Constant(50), bocpd.Pruning(64))
    assert given.fit(series).model_ == bocpd.StudentT()
    assert given.predict(series).tolist() == [80, 140]
    with pytest.raises(NotFittedError):
        ChangeDetector().predict(series)
    with pytest.raises(ValueError, match=r"\(n,\) or \(n, 1\), got shape \(100, 2\)"):
        estimator.predict(series.reshape(-1, 2))


def test_clone_and_parameters() -> None:
    estimator = ChangeDetector(bocpd.Gaussian(mean=2), hazard=bocpd.Constant(30))
    twin = clone(estimator)
    assert twin.get_params() == estimator.get_params()
    twin.set_params(hazard=bocpd.Weibull(2, 50), missing="skip")
    assert twin.hazard == bocpd.Weibull(2, 50) and estimator.hazard == bocpd.Constant(30)
    assert pickle.loads(pickle.dumps(estimator)).get_params() == estimator.get_params()


@pytest.mark.parametrize(
    "check",
    [
        "check_parameters_default_constructible",
        "check_get_params_invariance",
        "check_set_params",
        "check_no_attributes_set_in_init",
        "check_estimator_cloneable",
        "check_estimator_repr",
    ],
)
def test_scikit_learns_own_checks(check: str) -> None:
    run = getattr(estimator_checks, check, None)
    if run is None:
        pytest.skip(f"this scikit-learn has no {check}")
    run("ChangeDetector", ChangeDetector())


def test_pandas_keeps_its_index(series: np.ndarray) -> None:
    pd = pytest.importorskip("pandas")
    x = pd.Series(series, index=pd.date_range("2024-01-01", periods=200, freq="h"))
    scores = ChangeDetector().fit(x).transform_scores(x)
    assert isinstance(scores, pd.Series) and scores.index.equals(x.index)
    assert scores.name == "p_change_at"
    frame = pd.DataFrame({"x": x})
    assert ChangeDetector().fit_predict(frame).tolist() == [80, 140]


def test_skchange(series: np.ndarray) -> None:
    detectors = pytest.importorskip("skchange.detectors")
    ours = ChangeDetector()
    assert detectors.is_change_detector(ours)
    X = series.reshape(-1, 1)
    for detector in (ours, detectors.PELT()):
        found = detector.fit(X).predict(X)
        assert found.tolist() == [80, 140], detector
    metrics = pytest.importorskip("skchange.metrics")
    assert metrics is not None
