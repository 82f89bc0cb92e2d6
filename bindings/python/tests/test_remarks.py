"""What a detection cannot vouch for."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import bocpd

MODEL = bocpd.Gaussian(mean=0, kappa=0.01, alpha=2, beta=2)


def memory(phi: float, n: int = 600) -> np.ndarray:
    rng = np.random.default_rng(3)
    x = np.zeros(n)
    for t in range(1, n):
        x[t] = phi * x[t - 1] + rng.normal()
    return x


def test_what_depends_on_its_past() -> None:
    found = bocpd.detect(memory(0.9), MODEL)
    (remark,) = [one for one in found.remarks if one.kind == "dependent"]
    assert remark.value > 0.2 and f"{remark.value:.2f}" in remark.text
    assert "resolution" in remark.text and remark.text in found.summary()
    assert pickle.loads(pickle.dumps(remark)) == remark
    assert bocpd.detect(memory(0.9)).remarks == []


@pytest.mark.parametrize(
    ("x", "kind", "value"),
    [([], "too_few", 0), ([1.0, 2.0, 9.0], "too_few", 3), ([4.5] * 30, "all_equal", 4.5)],
)
def test_what_says_too_little(x: list[float], kind: str, value: float) -> None:
    (remark,) = bocpd.detect(x).remarks
    assert (remark.kind, remark.value) == (kind, value)


def test_nothing_where_there_is_nothing() -> None:
    rng = np.random.default_rng(4)
    assert bocpd.detect(rng.normal(size=300), MODEL).remarks == []
