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
    model, hazard, pruning, outliers, _ = bocpd.defaults_for(series)
    assert (estimator.model_, estimator.hazard_) == (model, hazard)
    assert (estimator.pruning_, estimator.outliers_) == (pruning, outliers)
    assert estimator.detect(series).changes == bocpd.detect(series).changes
    # Exact only for series that are as short.
    assert estimator.detect(series).detector.pruning == bocpd.Pruning.exact()
    assert estimator.detect(np.tile(series, 25)).detector.pruning == bocpd.Pruning.default()
    quiet = ChangeDetector(outliers=False).fit(series)
    assert quiet.outliers_ is None and quiet.detect(series).detector.outliers is None
    assert ChangeDetector(outliers=0.2).fit(series).outliers_ == bocpd.Outliers(0.2)
    scores = estimator.transform_scores(series)
    assert scores.shape == (200,) and scores[80] > 0.5 and scores[0] == 0
    given = ChangeDetector(bocpd.model.StudentT(), bocpd.Constant(50), bocpd.Pruning(64))
    assert given.fit(series).model_ == bocpd.model.StudentT()
    assert given.predict(series).tolist() == [80, 140]
    with pytest.raises(NotFittedError):
        ChangeDetector().predict(series)
    with pytest.raises(ValueError, match=r"\(n,\) or \(n, 1\), got shape \(100, 2\)"):
        ChangeDetector().fit(series.reshape(-1, 2))
    with pytest.raises(ValueError, match="NaN"):
        ChangeDetector().fit(np.array([[1.0], [np.nan], [2.0]]))
    gaps = ChangeDetector(missing="skip").fit(np.array([[1.0], [np.nan], [2.0]]))
    assert gaps.n_samples_in_ == 3


def test_clone_and_parameters() -> None:
    estimator = ChangeDetector(bocpd.Gaussian(mean=2), hazard=bocpd.Constant(30))
    twin = clone(estimator)
    assert twin.get_params() == estimator.get_params()
    twin.set_params(hazard=bocpd.hazard.Weibull(2, 50), missing="skip")
    assert twin.hazard == bocpd.hazard.Weibull(2, 50) and estimator.hazard == bocpd.Constant(30)
    assert pickle.loads(pickle.dumps(estimator)).get_params() == estimator.get_params()


# Series have an order, and the built-in models observe one number at a time, while
# scikit-learn's checks shuffle rows and make several columns.
SEVERAL_COLUMNS = "one number at a time"
EXPECTED = {
    "check_fit1d": "a series of shape (n,) is welcome",
    "check_methods_sample_order_invariance": "the order matters",
    "check_methods_subset_invariance": "the order matters",
    **dict.fromkeys(
        [
            "check_dict_unchanged",
            "check_dont_overwrite_parameters",
            "check_dtype_object",
            "check_estimators_dtypes",
            "check_estimators_fit_returns_self",
            "check_estimators_nan_inf",
            "check_estimators_overwrite_params",
            "check_estimators_pickle",
            "check_f_contiguous_array_estimator",
            "check_fit2d_1sample",
            "check_fit2d_predict1d",
            "check_fit_check_is_fitted",
            "check_fit_idempotent",
            "check_fit_score_takes_y",
            "check_n_features_in",
            "check_n_features_in_after_fitting",
            "check_pipeline_consistency",
            "check_positive_only_tag_during_fit",
            "check_readonly_memmap_input",
        ],
        SEVERAL_COLUMNS,
    ),
}


def test_scikit_learns_own_checks() -> None:
    given = ChangeDetector(bocpd.model.StudentT(), bocpd.hazard.Weibull(2, 50), bocpd.Pruning(32))
    for estimator in (ChangeDetector(), ChangeDetector(missing="skip"), given):
        results = estimator_checks.check_estimator(
            estimator, expected_failed_checks=EXPECTED, on_skip=None, on_fail=None
        )
        statuses = {result["check_name"]: result["status"] for result in results}
        failed = [result for result in results if result["status"] == "failed"]
        assert failed == []
        for check in (
            "check_estimator_cloneable",
            "check_get_params_invariance",
            "check_set_params",
            "check_no_attributes_set_in_init",
            "check_parameters_default_constructible",
            "check_do_not_raise_errors_in_init_or_set_params",
            "check_complex_data",
        ):
            assert statuses[check] in ("passed", "skipped"), check


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


def test_skchanges_own_contract() -> None:
    pytest.importorskip("skchange.detectors")
    contract = pytest.importorskip("skchange.detectors.tests.test_all")
    tests = {name: test for name, test in vars(contract).items() if name.startswith("test_")}
    # Ours need not inherit from theirs; and what is not there is skipped there.
    del tests["test_detector_is_base_change_detector"]
    passed = 0
    for test in tests.values():
        try:
            test(ChangeDetector())
            passed += 1
        except pytest.skip.Exception:
            pass
    assert passed >= 12


def test_models_of_several_numbers() -> None:
    class Plane(bocpd.model.ColumnModel):
        dimension = 2

        def prior(self) -> list[float]:
            return [0.0, 0.0, 0.0]

        def observe(self, stats: np.ndarray, x: np.ndarray) -> np.ndarray:
            mean, variance = stats[1:] / (stats[0] + 1), 1 + 1 / (stats[0] + 1)
            stats[0] += 1
            stats[1:] += x[:, None]
            return (-0.5 * ((x[:, None] - mean) ** 2 / variance + np.log(variance))).sum(axis=0)

    rng = np.random.default_rng(2)
    X = np.concatenate([rng.normal(0, 1, (40, 2)), rng.normal([0, 4], 1, (30, 2))])
    estimator = ChangeDetector(Plane())
    assert estimator.fit_predict(X).tolist() == [40]
    assert estimator.n_features_in_ == 2
    with pytest.raises(ValueError, match="expecting 2 features"):
        estimator.predict(X[:, :1])
