"""Models and hazards written in Python."""

from __future__ import annotations

import math
import pickle
import threading

import numpy as np
import pytest

import bocpd


class Exponential(bocpd.model.ColumnModel):
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


class ExponentialOneByOne(bocpd.model.ScalarModel):
    """The same for the lazy."""

    def prior(self) -> tuple[float, float]:
        return 1.0, 1.0

    def ln_predictive(self, stats: tuple[float, float], x: float) -> float:
        a, b = stats
        return math.log(a) + a * math.log(b) - (a + 1) * math.log(b + x)

    def update(self, stats: tuple[float, float], x: float) -> tuple[float, float]:
        a, b = stats
        return a + 1, b + x


class Plane(bocpd.model.ColumnModel):
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
    built_in = bocpd.Detector(bocpd.model.Gamma(), bocpd.Constant(100), pruning, history=10)
    ours, theirs = own.update_many(waits), built_in.update_many(waits)
    assert ours.p_change_now == pytest.approx(theirs.p_change_now, abs=1e-9)
    assert ours.ln_predictive == pytest.approx(theirs.ln_predictive, abs=1e-9)
    assert own.changepoints().tolist() == built_in.changepoints().tolist() != []
    assert own.live == built_in.live
    assert own.smoothed()[1] == pytest.approx(built_in.smoothed()[1], abs=1e-9)
    assert own.model is model


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_copies_and_bytes(model, waits: np.ndarray) -> None:
    detector = bocpd.Detector(model, bocpd.hazard.Weibull(1.2, 60), missing="skip")
    detector.update_many(waits[:50])
    twins = [detector.copy(), pickle.loads(pickle.dumps(detector))]
    twins.append(bocpd.Detector(model, bocpd.hazard.Weibull(1.2, 60), missing="skip"))
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
        bocpd.model.ColumnModel()  # type: ignore[abstract]
    with pytest.raises(TypeError, match="model must be an observation model, got ABCMeta"):
        bocpd.Detector(Exponential, bocpd.Constant(100))


# -- what a model may say beyond the filter ----------------------------------------------


class Told(Exponential):
    """Says what the built-in gamma model says, with SciPy's distributions."""

    def predictive(self, stats):
        from scipy import stats as scipy_stats

        a, b = stats
        return scipy_stats.lomax(a, scale=b)

    def parameters(self, stats):
        from scipy import stats as scipy_stats

        a, b = stats
        return {"rate": scipy_stats.gamma(a, scale=1 / b)}

    def simulate(self, rng: np.random.Generator, n: int) -> np.ndarray:
        return rng.exponential(1 / rng.gamma(self.a, 1 / self.b), n)


class ToldFast(Told):
    """The same with a shortcut to the level."""

    asked = 0

    def level(self, stats) -> tuple[float, float]:
        type(self).asked += 1
        a, b = stats
        return a / b, a / b**2


class ToldOneByOne(ExponentialOneByOne):
    predictive = Told.predictive
    parameters = Told.parameters


@pytest.mark.parametrize("model", [Told(), ToldFast(), ToldOneByOne()], ids=lambda m: type(m).__name__)
def test_readouts_of_own_models(model, waits: np.ndarray) -> None:
    pytest.importorskip("scipy")
    waits = np.concatenate([waits[:20], waits[60:75]])
    policy = bocpd.alarm.AlarmPolicy(threshold=0.5, min_segment=2)
    options = {"pruning": bocpd.Pruning(8), "alarm": policy, "history": "all"}
    own = bocpd.Detector(model, bocpd.Constant(20), **options)
    built_in = bocpd.Detector(bocpd.model.Gamma(), bocpd.Constant(20), **options)
    own.update_many(waits)
    built_in.update_many(waits)
    mine, theirs = own.predict(), built_in.predict()
    for x in (0.1, 1.0, 30.0):
        assert mine.cdf(x) == pytest.approx(theirs.cdf(x), abs=1e-9)
        assert mine.ln_density(x) == pytest.approx(theirs.ln_density(x), abs=1e-9)
    assert mine.quantile(0.3) == pytest.approx(theirs.quantile(0.3), rel=1e-6)
    assert mine.support == (0, np.inf)
    rate, expected = own.parameters()["rate"], built_in.parameters()["rate"]
    assert rate.mean == pytest.approx(expected.mean) and rate.variance == pytest.approx(
        expected.variance
    )
    alarms, expected = own.take_alarms(), built_in.take_alarms()
    assert [(alarm.began, alarm.noticed_at) for alarm in alarms] == [
        (alarm.began, alarm.noticed_at) for alarm in expected
    ] != []
    # The own model tells its posterior by its distribution function: it becomes a table.
    assert alarms[0].shift.p_rose == pytest.approx(expected[0].shift.p_rose, abs=2e-3)
    assert own.shift().difference == pytest.approx(built_in.shift().difference)
    segments = own.segments(waits), built_in.segments(waits)
    assert len(segments[0]) == len(segments[1]) == 2
    for one, other in zip(*segments, strict=True):
        assert one.level.name == other.level.name == "rate"
        assert one.level.mean == pytest.approx(other.level.mean)
        assert one.level.high == pytest.approx(other.level.high, rel=1e-6)
        assert one.ln_evidence == pytest.approx(other.ln_evidence)
    if isinstance(model, ToldFast):
        assert model.asked > 0


def test_own_models_in_one_call(waits: np.ndarray) -> None:
    pytest.importorskip("scipy")
    result = bocpd.detect(waits, Told(), lambda length: 0.01)
    expected = bocpd.detect(waits, bocpd.model.Gamma(), bocpd.hazard.Table([0.01]))
    assert result.changepoints.tolist() == expected.changepoints.tolist() != []
    assert result.changes[0].jump.p_rose == pytest.approx(expected.changes[0].jump.p_rose, abs=1e-4)
    assert result.p_change_at == pytest.approx(expected.p_change_at, abs=1e-9)
    assert "rate before → after" in result.summary()
    silent = bocpd.detect(waits, Exponential())
    assert silent.changes[0].jump is None and silent.segments[0].level is None
    assert "→" not in silent.summary()
    rng = np.random.default_rng(2)
    xs = np.concatenate([rng.normal(0, 1, (40, 2)), rng.normal([0, 4], 1, (30, 2))])
    plane = bocpd.detect(xs, Plane())
    assert plane.changepoints.tolist() == [40]
    assert [len(segment) for segment in plane.segments] == [40, 30]


def test_a_model_that_does_not_say(waits: np.ndarray) -> None:
    silent = bocpd.Detector(Exponential(), bocpd.Constant(50), shifts=True)
    silent.update_many(waits[:20])
    with pytest.raises(ValueError, match="does not know its predictive"):
        silent.predict()
    with pytest.raises(ValueError, match="does not know its parameters"):
        silent.parameters()
    with pytest.raises(ValueError, match="does not know its (parameters|level)"):
        silent.shift()
    with pytest.raises(ValueError, match="cannot simulate"):
        silent.simulate(3)
    assert silent.segments(waits)[0].parameters == []
    with pytest.raises(ValueError, match="simulation"):
        bocpd.calibrate.calibrate(Exponential(), bocpd.Constant(50), average_run_length=100, streams=3)


def test_own_models_simulate_and_are_calibrated() -> None:
    detector = bocpd.Detector(Told(), bocpd.Constant(50))
    drawn = detector.simulate(30, seed=1)
    assert drawn.shape == (30,) and np.array_equal(drawn, detector.simulate(30, seed=1))
    found = bocpd.calibrate.calibrate(
        Told(), lambda length: 0.02, bocpd.Pruning(8), false_alarm=0.3, horizon=30, streams=10
    )
    assert found.streams == 10

    class Short(Told):
        def simulate(self, rng: np.random.Generator, n: int) -> np.ndarray:
            return rng.exponential(1.0, n - 1)

    with pytest.raises(ValueError, match="simulate must return 30 observations, got 29"):
        bocpd.Detector(Short(), bocpd.Constant(50)).simulate(30)


def test_what_a_distribution_raises_arrives(waits: np.ndarray) -> None:
    class Bad:
        def mean(self) -> float:
            raise ZeroDivisionError("no mean")

        def var(self) -> float:
            return 1.0

        def cdf(self, x: float) -> float:
            return "half"  # type: ignore[return-value]

        def logpdf(self, x: float) -> float:
            return 0.0

    class Odd(Exponential):
        says: object = Bad()

        def predictive(self, stats):
            return self.says

        def parameters(self, stats):
            return {"odd": self.says}

    detector = bocpd.Detector(Odd(), bocpd.Constant(50), shifts=True)
    # The level before a change is asked for within a step, which is taken back.
    detector.update(1.0)
    before = detector.run_length_posterior(), detector.ln_evidence
    with pytest.raises(ZeroDivisionError, match="no mean"):
        detector.update(1.0)
    assert (detector.run_length_posterior(), detector.ln_evidence) == before
    assert detector.observations == 1
    prediction = detector.predict()
    with pytest.raises(ZeroDivisionError, match="no mean"):
        _ = prediction.mean
    with pytest.raises(TypeError):
        prediction.cdf(1.0)
    # Quantiles are looked for from the mean on.
    with pytest.raises(ZeroDivisionError, match="no mean"):
        prediction.interval()
    Odd.says = object()
    with pytest.raises(TypeError, match="must have the methods mean, var, cdf.*object has no mean"):
        detector.predict()
    # Nothing is left of what was raised.
    assert detector.p_recent_change(1) >= 0


def test_statistics_that_do_not_pickle(waits: np.ndarray) -> None:
    class Closed(ExponentialOneByOne):
        def prior(self):
            return lambda: (1.0, 1.0)

        def ln_predictive(self, stats, x: float) -> float:
            return super().ln_predictive(stats(), x)

        def update(self, stats, x: float):
            a, b = stats()
            return lambda: (a + 1, b + x)

    detector = bocpd.Detector(Closed(), bocpd.Constant(50))
    detector.update_many(waits[:5])
    with pytest.raises((pickle.PicklingError, AttributeError)):
        detector.to_bytes()
    assert detector.update(1.0).index == 5


# -- hazards -------------------------------------------------------------------------


def young(length: int) -> float:
    """No segment is shorter than ten observations."""
    return 0.0 if length < 10 else 0.02


class Aging:
    """A Weibull hazard that knows time."""

    def __init__(self, shape: float, scale: float) -> None:
        self.shape, self.scale = shape, scale

    def ln_reached(self, age: float) -> float:
        return -((age / self.scale) ** self.shape)

    def over(self, age: float, elapsed: float) -> float:
        return -math.expm1(self.ln_reached(age + elapsed) - self.ln_reached(age))

    def __call__(self, length: int) -> float:
        return self.over(length - 1, 1)


class Surviving(Aging):
    """It also says how many survive."""

    def ln_survival(self, length: int, further: int) -> float:
        return self.ln_survival_over(length - 1, further)

    def ln_survival_over(self, age: float, elapsed: float) -> float:
        return self.ln_reached(age + elapsed) - self.ln_reached(age)


def test_a_hazard_as_a_function(waits: np.ndarray) -> None:
    own = bocpd.Detector(bocpd.model.Gamma(), young, history=5)
    steps = own.update_many(waits)
    assert steps.p_change_now[1:10].max() == 0 < steps.p_change_now[10]
    table = bocpd.Detector(bocpd.model.Gamma(), bocpd.hazard.Table([0.0] * 9 + [0.02]), history=5)
    assert list(table.update_many(waits)) == list(steps)
    assert own.hazard is young and "young" in repr(own)
    assert own.p_change_within(20) == table.p_change_within(20)
    assert own.expected_residual() == table.expected_residual()
    assert np.array_equal(own.smoothed()[1], table.smoothed()[1])


@pytest.mark.parametrize("model", [bocpd.model.Gamma(), Exponential()], ids=["built-in", "own"])
def test_states_of_a_detector_with_a_function(model, waits: np.ndarray) -> None:
    policy = bocpd.alarm.AlarmPolicy(window=20)
    own = bocpd.Detector(model, young, bocpd.Pruning(32), missing="skip", history=5, alarm=policy)
    own.update_many(waits[:50])
    twins = [own.copy(), pickle.loads(pickle.dumps(own))]
    twins.append(
        bocpd.Detector(model, young, bocpd.Pruning(32), missing="skip", history=5, alarm=policy)
    )
    twins[2].load_bytes(own.to_bytes())
    expected = list(own.update_many(waits[50:]))
    for twin in twins:
        assert twin.hazard is young and twin.alarm == policy and twin.history == 5
        assert list(twin.update_many(waits[50:])) == expected
        assert twin.take_alarms() == own.copy().take_alarms()
    with pytest.raises(ValueError, match="does not hold its own model or hazard"):
        bocpd.Detector.from_bytes(own.to_bytes())
    with pytest.raises(ValueError, match="no configuration as JSON"):
        own.to_json()
    nameless = bocpd.Detector(model, lambda length: 0.02)
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(nameless)
    assert nameless.copy().update(1.0) == nameless.update(1.0)


def test_a_hazard_that_says_how_many_survive(waits: np.ndarray) -> None:
    own = bocpd.Detector(bocpd.model.Gamma(), Surviving(1.5, 30))
    built_in = bocpd.Detector(bocpd.model.Gamma(), bocpd.hazard.Weibull(1.5, 30))
    own.update_many(waits)
    built_in.update_many(waits)
    for k in (1, 50, 2**63):
        assert own.p_change_within(k) == pytest.approx(built_in.p_change_within(k), abs=1e-12)
    assert own.expected_residual() == pytest.approx(built_in.expected_residual())
    # Where 1 - h is rounded to 0.
    both = [bocpd.Detector(bocpd.Gaussian(), h) for h in (Surviving(1, 1), bocpd.hazard.Rate(1.0))]
    for detector in both:
        detector.update(0.0)
        detector.update(0.0, elapsed=45.0)
    (_, own_p), (_, p) = (detector.run_length_posterior() for detector in both)
    assert own_p == pytest.approx(p, rel=1e-12) and p[1] == pytest.approx(4.2085e-20, rel=1e-4)

    class Growing(Surviving):
        def ln_survival_over(self, age: float, elapsed: float) -> float:
            return 0.1

    growing = bocpd.Detector(bocpd.Gaussian(), Growing(1, 0.1))
    growing.update(0.0)
    with pytest.raises(ValueError, match="ln of the survival at run length 1 .* got 0.1"):
        growing.update(0.0)
    assert growing.observations == 1


@pytest.mark.parametrize("model", [bocpd.model.Gamma(), Exponential()], ids=["built-in", "own"])
def test_a_function_that_fails(model, waits: np.ndarray) -> None:
    def short_sighted(length: int) -> float:
        if length > 4:
            raise LookupError(f"nothing known of {length}")
        return 0.1

    detector = bocpd.Detector(model, short_sighted)
    with pytest.raises(LookupError, match="nothing known of 5"):
        detector.update_many(waits)
    assert detector.observations == 5
    before = detector.to_bytes()
    for call in (
        lambda: detector.update(1.0),
        detector.skip,
        lambda: detector.p_change_within(3),
        detector.expected_residual,
        lambda: detector.p_next_change_after(2),
    ):
        with pytest.raises(LookupError, match="nothing known of"):
            call()
    assert detector.to_bytes() == before and detector.observations == 5
    # A ValueError of the hazard is not about the observation.
    wrong = bocpd.Detector(model, lambda length: math.sqrt(3 - length) / 10)
    with pytest.raises(ValueError, match="math domain|nonnegative") as raised:
        wrong.update_many(waits)
    assert not isinstance(raised.value, bocpd.ObservationError) and wrong.observations == 4
    for value, text in ((7.0, "must lie in .0, 1., got 7"), (math.nan, "got NaN")):
        outside = bocpd.Detector(model, lambda length, value=value: value)
        outside.update(1.0)
        with pytest.raises(ValueError, match=text):
            outside.update(1.0)
        assert outside.observations == 1
    with pytest.raises(TypeError):
        text = bocpd.Detector(model, lambda length: "0.1")
        text.update_many(waits)


def test_a_function_that_knows_time(waits: np.ndarray) -> None:
    own = bocpd.Detector(bocpd.model.Gamma(), Aging(2.0, 40.0))
    built_in = bocpd.Detector(bocpd.model.Gamma(), bocpd.hazard.Weibull(2.0, 40.0))
    for i, x in enumerate(waits):
        mine, theirs = (d.update(x, elapsed=0.5 + i % 3) for d in (own, built_in))
        assert mine.p_change_now == pytest.approx(theirs.p_change_now, abs=1e-12)
    assert own.predict(elapsed=3.0).mean == pytest.approx(built_in.predict(elapsed=3.0).mean)
    counting = bocpd.Detector(bocpd.model.Gamma(), young)
    counting.update(1.0)
    with pytest.raises(ValueError, match="no meaning for elapsed time"):
        counting.update(1.0, elapsed=2.0)


def test_a_hazard_as_values(waits: np.ndarray) -> None:
    values = np.linspace(0.0, 0.1, 50)
    for hazard in (values, values.tolist(), tuple(values)):
        detector = bocpd.Detector(Exponential(), hazard)
        detector.update_many(waits)
        assert detector.hazard == bocpd.hazard.Table(values)
    with pytest.raises(ValueError, match=r"hazards\[1\] must lie in \[0, 1\], got 7"):
        bocpd.Detector(Exponential(), [0.1, 7.0])
    for nothing in ("0.1", None):
        with pytest.raises(TypeError, match="hazard must be a hazard, .*values or a function"):
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


def test_a_copy_does_not_see_statistics_changed_in_place(waits: np.ndarray) -> None:
    class InPlace(bocpd.model.ScalarModel):
        def prior(self) -> list[float]:
            return [1.0, 1.0]

        def ln_predictive(self, stats: list[float], x: float) -> float:
            a, b = stats
            return math.log(a) + a * math.log(b) - (a + 1) * math.log(b + x)

        def update(self, stats: list[float], x: float) -> list[float]:
            stats[0] += 1
            stats[1] += x
            return stats

    detector = bocpd.Detector(InPlace(), bocpd.Constant(50), bocpd.Pruning(8))
    detector.update_many(waits[:20])
    twin = detector.copy()
    twin.update_many(waits[60:])
    fresh = bocpd.Detector(ExponentialOneByOne(), bocpd.Constant(50), bocpd.Pruning(8))
    fresh.update_many(waits[:20])
    assert list(detector.update_many(waits[20:40])) == list(fresh.update_many(waits[20:40]))


def test_bytes_of_another_shape_of_model(waits: np.ndarray) -> None:
    columns = bocpd.Detector(Exponential(), bocpd.Constant(50))
    objects = bocpd.Detector(ExponentialOneByOne(), bocpd.Constant(50))
    for detector in (columns, objects):
        detector.update_many(waits[:5])
    for one, other in ((columns, objects), (objects, columns)):
        with pytest.raises(ValueError, match="the statistics are not of this model"):
            one.load_bytes(other.to_bytes())
        assert one.observations == 5
    wider = bocpd.Detector(Plane(), bocpd.Constant(50))
    with pytest.raises(ValueError, match="another configuration"):
        wider.load_bytes(columns.to_bytes())
