"""A detector for a stream of which only the first values are known."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import bocpd
from bocpd.alarm import AlarmPolicy


def correlated(rng: np.random.Generator, n: int, phi: float) -> np.ndarray:
    noise = np.zeros(n)
    for t in range(1, n):
        noise[t] = phi * noise[t - 1] + np.sqrt(1 - phi**2) * rng.normal()
    return noise


def test_a_hazard_is_learned_from_the_stream() -> None:
    xs = np.repeat([0.0, 30.0] * 20, 10) + np.tile([0.1, -0.4, 0.3, 0.0], 100)
    hazard = bocpd.hazard.ConstantGrid([10, 50, 250])
    detector = bocpd.Detector(bocpd.Gaussian(kappa=0.01), hazard)
    assert detector.hazard_probabilities == pytest.approx([1 / 3] * 3)
    detector.update_many(xs)
    assert detector.hazard_probabilities[0] > 0.99
    assert detector.hazard_probabilities.sum() == pytest.approx(1)
    again = bocpd.Detector.from_bytes(detector.to_bytes())
    assert again.hazard == hazard
    assert again.hazard_probabilities.tolist() == detector.hazard_probabilities.tolist()
    found = bocpd.detect(xs, bocpd.Gaussian(kappa=0.01), hazard)
    assert found.detector.hazard_probabilities[0] > 0.99
    assert found.to_dict()["hazard_probabilities"][0] > 0.99
    assert "found: segments last 10 (probability 1.00)" in str(found)
    alone = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(10))
    assert alone.hazard_probabilities.tolist() == [1.0]
    assert "hazard_probabilities" not in bocpd.detect(xs, bocpd.Gaussian(), 10.0).to_dict()
    with pytest.raises(ValueError, match="mean_run_lengths"):
        bocpd.hazard.ConstantGrid([10, 1])


def test_noise_with_a_memory_is_silent_and_named() -> None:
    x = correlated(np.random.default_rng(1), 1500, 0.9)
    detector = bocpd.Detector.for_stream(x[:50], alarm=AlarmPolicy())
    detector.update_many(x[:50])
    detector.take_alarms()
    detector.update_many(x[50:])
    assert detector.take_alarms() == []
    words, probability = detector.structures[0]
    assert words == "AR(1) noise of 0.9" and probability > 0.9
    assert sum(p for _, p in detector.structures) == pytest.approx(1.0)
    assert len(detector.structures) == 11
    probabilities = detector.model_probabilities
    assert sorted(probabilities, reverse=True) == [p for _, p in detector.structures]
    assert list(bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(9)).model_probabilities) == [1.0]


@pytest.mark.parametrize("jump", [10.0, 1e3, 1e6])
def test_no_jump_makes_it_deaf(jump: float) -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=400)
    x[150:] += jump
    x[300:] += 6
    detector = bocpd.Detector.for_stream(x[:50], alarm=AlarmPolicy())
    detector.update_many(x)
    assert [alarm.began for alarm in detector.take_alarms()] == [150, 300]


def test_what_numbers_are_follows_from_them() -> None:
    rng = np.random.default_rng(3)
    yes_or_no = rng.random(60) < 0.3
    assert isinstance(bocpd.Detector.for_stream(yes_or_no).model, bocpd.model.Bernoulli)
    counts = rng.poisson(4.0, 60)
    assert isinstance(bocpd.Detector.for_stream(counts).model, bocpd.model.Poisson)


def test_what_is_given_is_obeyed() -> None:
    detector = bocpd.Detector.for_stream(
        [1.0, 2.0, 1.5],
        bocpd.Constant(77),
        bocpd.Pruning(max_hypotheses=9),
        missing="skip",
        history=5,
        outliers=False,
    )
    assert detector.hazard == bocpd.Constant(77)
    assert detector.pruning == bocpd.Pruning(max_hypotheses=9)
    assert (detector.missing, detector.history, detector.outliers) == ("skip", 5, None)
    with pytest.raises(ValueError, match="mean_run_length"):
        bocpd.Detector.for_stream([1.0], bocpd.Constant(0.0))


def test_pickles_hold_all_models() -> None:
    x = correlated(np.random.default_rng(4), 500, 0.6)
    detector = bocpd.Detector.for_stream(x[:50])
    detector.update_many(x[:300])
    again = pickle.loads(pickle.dumps(detector))
    assert again.structures == detector.structures
    assert list(again.update_many(x[300:])) == list(detector.update_many(x[300:]))
    assert again.ln_evidence == detector.ln_evidence


def test_readouts_are_averages() -> None:
    x = correlated(np.random.default_rng(5), 200, 0.3)
    detector = bocpd.Detector.for_stream(x[:50])
    for value in x[:150]:
        step = detector.update(value)
    assert step.p_change_now == pytest.approx(detector.p_change_now)
    _, probabilities = detector.run_length_posterior()
    assert len(probabilities) == detector.live
    assert probabilities.sum() == pytest.approx(1.0)
    assert probabilities.max() == detector.map_probability
    density = detector.predict().ln_density(x[150])
    assert detector.update(x[150]).ln_predictive == pytest.approx(density)


def test_alternatives_are_weighed() -> None:
    other = bocpd.Gaussian(mean=3.0)
    detector = bocpd.Detector(
        bocpd.Gaussian(), bocpd.Constant(50), alternatives=[other, (bocpd.Gaussian(), 2.0)]
    )
    assert detector.alternatives == [(other, 1.0), (bocpd.Gaussian(), 2.0)]
    assert detector.model_probabilities == pytest.approx([0.25, 0.25, 0.5])
    detector.update_many([3.1, 2.9, 3.0, 3.2])
    assert detector.model_probabilities.argmax() == 1
    with pytest.raises(ValueError, match="weight"):
        bocpd.Detector(
            bocpd.Gaussian(), bocpd.Constant(50), alternatives=[(bocpd.Gaussian(), -1.0)]
        )
    with pytest.raises(ValueError, match="probabilities of counts"):
        bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(50), alternatives=[bocpd.model.Poisson()])


def chance(run_length: int) -> float:
    return 0.01 if run_length > 3 else 0.001


def test_a_hazard_of_ones_own_is_pickled_with_all_models() -> None:
    x = np.random.default_rng(7).normal(size=200)
    for hazard in (chance, [0.02, 0.01]):
        detector = bocpd.Detector.for_stream(x[:50], hazard)
        detector.update_many(x[:100])
        again = pickle.loads(pickle.dumps(detector))
        assert again.model_probabilities == pytest.approx(detector.model_probabilities)
        again.update_many(x[100:])
        detector.update_many(x[100:])
        assert again.ln_evidence == detector.ln_evidence


def test_each_segment_has_its_model() -> None:
    """Of white noise, then of noise with memory."""
    rng = np.random.default_rng(8)
    x = np.concatenate([rng.normal(size=150), rng.normal(size=150)])
    for t in range(151, 300):
        x[t] += 0.9 * x[t - 1]
    models = [
        bocpd.model.StructuredGaussian(kappa=0.1, alpha=2, beta=2, phi=phi) for phi in (0.0, 0.9)
    ]
    detector = bocpd.Detector(
        models[0],
        bocpd.Constant(200),
        alternatives=[(models[1], 0.5)],
        alternatives_per="segment",
        history="all",
    )
    assert detector.alternatives_per == "segment"
    assert detector.model_probabilities == pytest.approx([2 / 3, 1 / 3])
    detector.update_many(x[:150])
    assert detector.model_probabilities[0] > 0.9
    detector.update_many(x[150:])
    assert detector.model_probabilities[1] > 0.9
    again = pickle.loads(pickle.dumps(detector))
    assert again.model_probabilities.tolist() == detector.model_probabilities.tolist()
    assert again.alternatives_per == "segment"
    # All that looks back is that of the choice.
    assert detector.smoothed()[1].max() <= 1
    with pytest.raises(ValueError, match="'stream' or 'segment'"):
        bocpd.Detector(models[0], bocpd.Constant(50), alternatives_per="both")  # type: ignore[arg-type]


def test_degrees_of_freedom_are_models() -> None:
    rng = np.random.default_rng(9)
    detector = bocpd.Detector(bocpd.model.StudentTGrid(nu=[2, 64]), bocpd.Constant(1e6))
    detector.update_many(rng.standard_t(2, size=500))
    assert detector.model_probabilities[0] > 0.99
