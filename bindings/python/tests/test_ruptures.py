"""The interface of ruptures."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import bocpd
import bocpd.ruptures as rpt
from bocpd.ruptures import _base, _evidence
from bocpd.ruptures.exceptions import BadSegmentationParameters, NotEnoughPoints

SEARCHES = [rpt.Dynp, rpt.Binseg, rpt.BottomUp, rpt.Window, rpt.KernelCPD]
PENALISED = [rpt.Pelt, rpt.Binseg, rpt.BottomUp, rpt.Window, rpt.KernelCPD]


@pytest.mark.parametrize("search", SEARCHES)
def test_a_number_of_changes(search: type, series: np.ndarray) -> None:
    assert search().fit(series).predict(n_bkps=2) == [80, 140, 200]
    assert search().fit_predict(series, n_bkps=1) in ([80, 200], [140, 200])
    assert search().fit_predict(series, 0) == [200]
    ends = search(min_size=30).fit(series).predict(n_bkps=4)
    assert len(ends) == 5 and min(np.diff([0, *ends])) >= 30


@pytest.mark.parametrize("search", PENALISED)
def test_a_penalty(search: type, series: np.ndarray) -> None:
    assert search().fit(series).predict(pen=3 * math.log(200)) == [80, 140, 200]
    assert search().fit_predict(series, pen=1e9) == [200]
    assert search().fit(series.reshape(-1, 1)).fit_predict(series, pen=20) == [80, 140, 200]


@pytest.mark.parametrize("model", ["l2", "l1", "normal", "rbf", "mahalanobis", "linear", "ar"])
def test_costs(model: str, series: np.ndarray) -> None:
    assert rpt.Pelt(model=model, min_size=5).fit(series).predict(pen=12) == [80, 140, 200]
    assert rpt.Dynp(model, None, 5, 1).fit(series).predict(2) == [80, 140, 200]


def all_segmentations(n: int, min_size: int):
    for k in range(n):
        for inner in itertools.combinations(range(1, n), k):
            ends = [*inner, n]
            if min(np.diff([0, *ends])) >= min_size:
                yield ends


@pytest.mark.parametrize("min_size", [1, 2, 3])
def test_against_every_segmentation(min_size: int) -> None:
    """The evidence of each of them, segment by segment."""
    xs = np.array([0.3, -0.4, 0.1, 2.5, 3.4, 2.9, 2.7, -1.0, 0.2, 0.1])
    model = bocpd.Gaussian(beta=0.5)

    def evidence(ends: list[int]) -> float:
        total = 0.0
        for start, end in itertools.pairwise([0, *ends]):
            alone = bocpd.Detector(model, bocpd.hazard.Table([0.0]), bocpd.Pruning.exact())
            alone.update_many(xs[start:end])
            total += alone.ln_evidence
        return total

    scored = {tuple(ends): evidence(ends) for ends in all_segmentations(len(xs), min_size)}
    for k in range(3):
        best = max((s, e) for e, s in scored.items() if len(e) == k + 1)[1]
        found = rpt.Dynp(model, min_size=min_size).fit(xs).predict(n_bkps=k)
        assert tuple(found) == best
    for pen in (0.0, 1.0, 4.0, 12.0):
        best = max((s - pen / 2 * (len(e) - 1), e) for e, s in scored.items())[1]
        assert tuple(rpt.Pelt(model, min_size=min_size).fit(xs).predict(pen=pen)) == best


def test_a_penalty_is_a_hazard(series: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the page says: pen is twice the logarithm of the odds against a change."""
    pen = 2 * math.log(249)
    found = rpt.Pelt("normal", min_size=1).fit(series).predict(pen=pen)
    model = bocpd.model_for("gaussian", series)
    same = bocpd.detect(series, model, 250, bocpd.Pruning.exact()).changepoints.tolist()
    assert found == [*same, 200]
    # Long signals take the way of the filter, and come to the same.
    monkeypatch.setattr(_base, "_SHORT", 100)
    assert rpt.Pelt("normal", min_size=1).fit(series).predict(pen=pen) == found
    with pytest.raises(ValueError, match="beyond 100 points, got 200: give pen"):
        rpt.Dynp().fit(series).predict(2)
    with pytest.raises(ValueError, match="at most 100 points here, got 200"):
        rpt.Pelt().fit(np.column_stack([series, series])).predict(2)
    assert rpt.Pelt("l2", min_size=4).fit(series).predict(pen=14) == [80, 140, 200]


def test_the_unit_of_a_sum_of_squares(series: np.ndarray) -> None:
    for scale in (1e-3, 1.0, 1e4):
        pen = 20 * scale**2
        assert rpt.Pelt("l2").fit(series * scale).predict(pen=pen) == [80, 140, 200]
    assert _evidence.noise_variance(series) == pytest.approx(1, rel=0.4)
    assert _evidence.noise_variance(np.zeros(5)) == 1 and _evidence.noise_variance([1.0]) == 1


def test_columns_share_their_changes() -> None:
    signal, bkps = rpt.pw_constant(300, 3, 4, noise_std=1, delta=(3, 6), seed=4)
    assert signal.shape == (300, 3)
    assert rpt.KernelCPD().fit(signal).predict(n_bkps=4) == bkps
    assert rpt.Pelt(model="rbf").fit(signal).predict(pen=20) == bkps
    assert rpt.metrics.hausdorff(bkps, bkps) == 0


def test_missing_values(series: np.ndarray) -> None:
    series[[3, 90]] = np.nan
    assert rpt.Pelt().fit(series).predict(pen=15) == [80, 140, 200]


def test_what_has_no_counterpart(series: np.ndarray) -> None:
    with pytest.raises(ValueError, match="model must be one of 'l2', .* got 'rank'"):
        rpt.Pelt(model="rank")
    with pytest.raises(TypeError, match="custom_cost has no counterpart"):
        rpt.Pelt(custom_cost=object())
    with pytest.raises(ValueError, match="kernel must be 'linear' or 'rbf', got 'cosine'"):
        rpt.KernelCPD(kernel="cosine")
    fitted = rpt.Binseg().fit(series)
    with pytest.raises(ValueError, match="epsilon bounds a cost"):
        fitted.predict(epsilon=3)
    with pytest.raises(ValueError, match="give one of n_bkps and pen"):
        fitted.predict()
    with pytest.raises(ValueError, match="give one of n_bkps and pen"):
        fitted.predict(n_bkps=2, pen=2)
    with pytest.raises(BadSegmentationParameters, match="pen must be 0 or more, got -1"):
        fitted.predict(pen=-1)
    with pytest.raises(BadSegmentationParameters, match="200 points cannot have 150 changes"):
        fitted.predict(n_bkps=150)
    with pytest.raises(ValueError, match="fit"):
        rpt.Pelt().predict(pen=1)
    with pytest.raises(NotEnoughPoints):
        rpt.Pelt().fit([])
    with pytest.raises(ValueError, match="shape"):
        rpt.Pelt().fit(np.zeros((2, 2, 2)))


def test_metrics() -> None:
    assert rpt.metrics.precision_recall([10, 50, 100], [11, 49, 80, 100], margin=5) == (2 / 3, 1.0)
    assert rpt.metrics.precision_recall([100], [50, 100]) == (0.0, 0.0)
    assert rpt.metrics.hausdorff([100], [100]) == 0
    assert math.isinf(rpt.metrics.hausdorff([100], [50, 100]))
    assert rpt.metrics.randindex([1], [1]) == 1
    one, other = np.repeat([0, 1, 2], [3, 4, 3]), np.repeat([0, 1], [5, 5])
    pairs = list(itertools.combinations(range(10), 2))
    agree = sum((one[i] == one[j]) == (other[i] == other[j]) for i, j in pairs)
    assert rpt.metrics.randindex([3, 7, 10], [5, 10]) == pytest.approx(agree / len(pairs))
    for metric in (rpt.metrics.hausdorff, rpt.metrics.randindex):
        with pytest.raises(BadSegmentationParameters, match="length of the signal"):
            metric([5, 10], [5, 11])


def test_display() -> None:
    pytest.importorskip("matplotlib").use("Agg")
    import matplotlib.pyplot as plt

    signal, bkps = rpt.pw_constant(50, 2, 2, seed=1)
    figure, axes = rpt.display(signal, bkps, bkps, figsize=(4, 3))
    assert len(axes) == 2 and tuple(figure.get_size_inches()) == (4, 3)
    figure.canvas.draw()
    plt.close("all")
