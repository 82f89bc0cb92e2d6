"""The best segmentation with each number of changes."""

import itertools
import math
import pickle

import numpy as np
import pytest

import bocpd


def test_against_all_segmentations() -> None:
    rng = np.random.default_rng(5)
    xs = rng.normal(0.0, 1.0, 8) + np.repeat([0.0, 3.0, -1.0, 4.0], 2)
    detector = bocpd.Detector(bocpd.Gaussian(), hazard=4)
    found = detector.segmentations(xs, 7)
    joint: dict[int, list[tuple[float, list[int]]]] = {}
    for inner in itertools.product([False, True], repeat=7):
        starts = [i + 1 for i, is_start in enumerate(inner) if is_start]
        segments = detector.segments(xs, starts)
        ln = sum(segment.ln_evidence for segment in segments)
        ln += len(starts) * math.log(1 / 4) + (7 - len(starts)) * math.log(3 / 4)
        joint.setdefault(len(starts), []).append((ln, starts))
    detector.update_many(xs)
    for changes, all_of_them in joint.items():
        ln, starts = max(all_of_them)
        one = found[changes]
        assert one.changes == changes and one.changepoints == starts
        assert one.ln_joint == pytest.approx(ln, abs=1e-10)
        probability = sum(math.exp(ln - detector.ln_evidence) for ln, _ in all_of_them)
        assert one.probability == pytest.approx(probability, abs=1e-12)
    assert found.p_more == 0.0 and found.exact
    few = detector.segmentations(xs, 2)
    assert few.p_more == pytest.approx(sum(one.probability for one in found.all[3:]), abs=1e-12)
    assert pickle.loads(pickle.dumps(few)) == few


def test_errors() -> None:
    detector = bocpd.Detector(bocpd.Gaussian(), hazard=4)
    with pytest.raises(ValueError, match="index 1"):
        detector.segmentations([0.0, math.inf], 1)
    with pytest.raises(ValueError, match="most"):
        detector.segmentations([0.0, 1.0], -1)
    with pytest.raises(IndexError, match="no segmentation with 4 changes"):
        detector.segmentations([0.0, 1.0], 4)[4]
    several = bocpd.Detector(bocpd.Gaussian(), 4, alternatives=[bocpd.model.StudentT()])
    with pytest.raises(ValueError, match="alternatives"):
        several.segmentations([0.0, 1.0], 1)


def test_a_model_of_ones_own() -> None:
    class Own(bocpd.model.ScalarModel):
        def prior(self) -> tuple[float, float]:
            return (0.0, 0.0)

        def ln_predictive(self, stats: tuple[float, float], x: float) -> float:
            n, total = stats
            mean, variance = total / (n + 1.0), 1.0 + 1.0 / (n + 1.0)
            return -0.5 * (math.log(2 * math.pi * variance) + (x - mean) ** 2 / variance)

        def update(self, stats: tuple[float, float], x: float) -> tuple[float, float]:
            return (stats[0] + 1.0, stats[1] + x)

    detector = bocpd.Detector(Own(), hazard=5)
    assert detector.segmentations([0.0, 0.1, -0.2, 9.0, 9.1, 8.8], 1)[1].changepoints == [3]


def test_exactly_so_many_changes() -> None:
    rng = np.random.default_rng(6)
    xs = rng.normal(0.0, 1.0, 90) + np.repeat([0.0, 9.0, 4.0], 30)
    plain = bocpd.detect(xs)
    assert plain.changepoints.tolist() == [30, 60]
    two = bocpd.detect(xs, changes=2)
    assert two.changepoints.tolist() == [30, 60]
    assert two.changes == plain.changes and two.segments == plain.segments
    one = bocpd.detect(xs, changes=1)
    assert len(one.segments) == 2 and abs(int(one.changepoints[0]) - 30) <= 1
    assert len(bocpd.detect(xs, changes=5).changepoints) == 5
    assert bocpd.detect(xs, changes=0).changepoints.tolist() == []
    with pytest.raises(ValueError, match="changes must be a number that"):
        bocpd.detect([1.0, 2.0], changes=2)
    with pytest.raises(ValueError, match="leave out times"):
        bocpd.detect(xs, changes=2, times=np.arange(90))
