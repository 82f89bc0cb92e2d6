"""Models and hazards written in Python."""

from __future__ import annotations

import math
import pickle
import threading

import numpy as np
import pytest

import bocpd


class Exponential(bocpd.ColumnModel):
    """Waiting times with a gamma(a, b) prior on their rate, in columns."""

    def __init__(self, a: float = 1.0, b: float = 1.0) -> None:
        self.a, self.b = a, b

    def prior(self) -> tuple[float, float]:
        return self.a, self.b

    def check(self, x: float) -> None:
        if x < 0:
            raise ValueError(f"a waiting time must not be negative, got {x}")

    def observe(self, stats: np.ndarray, x: float) -> np.ndarray:
        a, b = stats
        ln_predictive = np.log(a) + a * np.log(b) - (a + 1) * np.log(b + x)
        a += 1
        b += x
        return ln_predictive


class ExponentialOneByOne(bocpd.ScalarModel):
    """The same for the lazy."""

    def prior(self) -> tuple[float, float]:
        return 1.0, 1.0

    def ln_predictive(self, stats: tuple[float, float], x: float) -> float:
        a, b = stats
        return math.log(a) + a * math.log(b) - (a + 1) * math.log(b + x)

    def update(self, stats: tuple[float, float], x: float) -> tuple[float, float]:
        a, b = stats
        return a + 1, b + x


class Plane(bocpd.ColumnModel):
    """Two coordinates of known unit variance, independent, mean N(0, 1)."""

    dimension = 2

    def prior(self) -> list[float]:
        return [0.0, 0.0, 0.0]

    def observe(self, stats: np.ndarray, x: np.ndarray) -> np.ndarray:
        n, sums = stats[0], stats[1:]
        mean, variance = sums / (n + 1), 1 + 1 / (n + 1)
        score = -0.5 * (((x[:, None] - mean) ** 2) / variance + np.log(2 * np.pi * variance))
        n += 1
        sums += x[:, None]
        return score.sum(axis=0)


@pytest.fixture
def waits() -> np.ndarray:
    rng = np.random.default_rng(5)
    return np.concatenate([rng.exponential(1, 60), rng.exponential(20, 40)])


MODELS = [Exponential(), ExponentialOneByOne()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("pruning", [None, bocpd.Pruning(8)], ids=["default", "eight"])
def test_equals_the_built_in_model(model, pruning, waits: np.ndarray) -> None:
    own = bocpd.Detector(model, bocpd.Constant(100), pruning, history=10)
    built_in = bocpd.Detector(bocpd.Gamma(), bocpd.Constant(100), pruning, history=10)
    ours, theirs = own.update_many(waits), built_in.update_many(waits)
    assert ours.p_change_now == pytest.approx(theirs.p_change_now, abs=1e-9)
    assert ours.ln_predictive == pytest.approx(theirs.ln_predictive, abs=1e-9)
    assert own.changepoints().tolist() == built_in.changepoints().tolist() != []
    assert own.live == built_in.live
    assert own.smoothed()[1] == pytest.approx(built_in.smoothed()[1], abs=1e-9)
    assert own.model is model


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_copies_and_bytes(model, waits: np.ndarray) -> None:
    detector = bocpd.Detector(model, bocpd.Weibull(1.2, 60), missing="skip")
    detector.update_many(waits[:50])
    twins = [detector.copy(), pickle.loads(pickle.dumps(detector))]
    twins.append(bocpd.Detector(model, bocpd.Weibull(1.2, 60), missing="skip"))
    twins[2].load_bytes(detector.to_bytes())
    expected = list(detector.update_many(waits[50:]))
    for twin in twins:
        assert twin.missing == "skip" and twin.hazard == detector.hazard
        assert list(twin.update_many(waits[50:])) == expected
    with pytest.raises(ValueError, match="snapshot"):
        bocpd.Detector.from_bytes(detector.to_bytes())
    with pytest.raises(ValueError, match="no configuration as JSON"):
        detector.to_json()


def test_several_dimensions() -> None:
    rng = np.random.default_rng(2)
    xs = np.concatenate([rng.normal(0, 1, (40, 2)), rng.normal([0, 4], 1, (30, 2))])
    detector = bocpd.Detector(Plane(), bocpd.Constant(50))
    detector.update(xs[0])
    detector.update([xs[1, 0], xs[1, 1]])
    detector.update_many(xs[2:])
    assert detector.changepoints().tolist() == [40]
    fortran = bocpd.Detector(Plane(), bocpd.Constant(50))
    fortran.update_many(np.asfortranarray(xs))
    assert fortran.ln_evidence == detector.ln_evidence
    for bad in (xs[0], np.zeros((3, 3)), np.zeros((3, 2, 1))):
        with pytest.raises(ValueError, match=r"expected an array of shape \(n, 2\), got shape"):
            detector.update_many(bad)
    with pytest.raises(ValueError, match="length 2, got 1"):
        detector.update(1.0)


def test_what_a_model_raises_arrives(waits: np.ndarray) -> None:
    detector = bocpd.Detector(Exponential(), bocpd.Constant(100))
    with pytest.raises(bocpd.ObservationError, match="at index 2: a waiting time must not") as many:
        detector.update_many([1.0, 2.0, -3.0])
    assert many.value.index == 2 and len(many.value.steps) == 2
    assert isinstance(many.value.__cause__, ValueError)
    before = detector.to_bytes()
    with pytest.raises(bocpd.ObservationError, match="a waiting time must not"):
        detector.update(-1.0)
    with pytest.raises(bocpd.ObservationError, match="must be finite"):
        detector.update(math.nan)
    assert detector.to_bytes() == before
    expected = list(detector.update_many(waits))

    class Broken(Exponential):
        def observe(self, stats: np.ndarray, x: float) -> np.ndarray:
            stats += 100
            raise ZeroDivisionError("a defect")

    broken = bocpd.Detector(Broken(), bocpd.Constant(100))
    broken.load_bytes(before)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError, match="a defect"):
            broken.update(1.0)
    with pytest.raises(ZeroDivisionError, match="a defect"):
        broken.update_many([1.0])
    assert broken.observations == 2
    # Nothing of the failed steps is left.
    again = bocpd.Detector(Exponential(), bocpd.Constant(100))
    again.load_bytes(broken.to_bytes())
    assert list(again.update_many(waits)) == expected


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (np.nan, "the model gave NaN"),
        (np.inf, "the model gave inf"),
        (-np.inf, "no finite, positive density"),
        (np.zeros(7), "scored 7 of 1 hypotheses"),
        (np.zeros((1, 1)), "one number per hypothesis"),
    ],
)
def test_impossible_scores(answer, text: str) -> None:
    class Odd(Exponential):
        def observe(self, stats: np.ndarray, x: float) -> np.ndarray:
            return np.full(stats.shape[1], answer) if np.ndim(answer) == 0 else answer

    detector = bocpd.Detector(Odd(), bocpd.Constant(100))
    for _ in range(2):
        with pytest.raises(bocpd.ObservationError, match=text):
            detector.update(1.0)
    assert detector.observations == detector.live == 0


def test_a_model_that_calls_its_detector() -> None:
    class Nosy(Exponential):
        detector: bocpd.Detector

        def observe(self, stats: np.ndarray, x: float) -> np.ndarray:
            self.detector.update(x)
            return super().observe(stats, x)

    model = Nosy()
    model.detector = bocpd.Detector(model, bocpd.Constant(100))
    with pytest.raises(RuntimeError, match="must not call the detector"):
        model.detector.update(1.0)
    assert model.detector.observations == 0


def test_other_mistakes() -> None:
    class NoPrior(Exponential):
        def prior(self) -> tuple[float, ...]:
            return ()

    class InPlace(ExponentialOneByOne):
        def update(self, stats, x):
            return None

    class Flat(Exponential):
        dimension = 0

    with pytest.raises(bocpd.ObservationError, match="same number of statistics"):
        bocpd.Detector(NoPrior(), bocpd.Constant(100)).update(1.0)
    with pytest.raises(TypeError, match="must return the new statistics"):
        bocpd.Detector(InPlace(), bocpd.Constant(100)).update(1.0)
    with pytest.raises(ValueError, match="dimension must be at least 1"):
        bocpd.Detector(Flat(), bocpd.Constant(100))
    with pytest.raises(TypeError, match="abstract"):
        bocpd.ColumnModel()  # type: ignore[abstract]
    with pytest.raises(TypeError, match="model must be an observation model, got ABCMeta"):
        bocpd.Detector(Exponential, bocpd.Constant(100))


# -- hazards -------------------------------------------------------------------------


def test_a_hazard_as_a_function(waits: np.ndarray) -> None:
    def young(length: int) -> float:
        return 0.0 if length < 10 else 0.02

    own = bocpd.Detector(bocpd.Gamma(), young)
    steps = own.update_many(waits)
    assert steps.p_change_now[1:10].max() == 0 < steps.p_change_now[10]
    table = bocpd.Detector(bocpd.Gamma(), bocpd.Table([0.0] * 9 + [0.02]))
    assert list(table.update_many(waits)) == list(steps)
    assert isinstance(own.hazard, bocpd.Table)
    assert pickle.loads(pickle.dumps(own)).ln_evidence == own.ln_evidence


def test_a_hazard_as_values(waits: np.ndarray) -> None:
    values = np.linspace(0.0, 0.1, 50)
    for hazard in (values, values.tolist(), tuple(values)):
        detector = bocpd.Detector(Exponential(), hazard)
        detector.update_many(waits)
        assert detector.hazard == bocpd.Table(values)
    with pytest.raises(ValueError, match=r"hazards\[1\] must lie in \[0, 1\], got 7"):
        bocpd.Detector(Exponential(), [0.1, 7.0])
    with pytest.raises(ValueError, match=r"hazards\[1\] .* got 2"):
        bocpd.Detector(Exponential(), lambda length: float(length))
    with pytest.raises(ZeroDivisionError):
        bocpd.Detector(Exponential(), lambda length: 1 / 0)
    for nothing in (3.0, "0.1", None):
        with pytest.raises(TypeError, match="hazard must be a hazard, values or a function"):
            bocpd.Detector(Exponential(), nothing)


def test_several_threads_and_a_model_in_python() -> None:
    # Whoever waits for the detector must not keep the interpreter from the model.
    detector = bocpd.Detector(Exponential(), bocpd.Constant(100), bocpd.Pruning(8))

    def work(i: int) -> None:
        for _ in range(20):
            detector.update_many([1.0] * 10) if i % 2 else detector.update(1.0)
            detector.p_recent_change(3)

    threads = [threading.Thread(target=work, args=(i,), daemon=True) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    assert detector.observations == 2 * 20 * 10 + 2 * 20
