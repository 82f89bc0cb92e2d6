"""The interface of Fast-BOCPD: its numbers, its detector, and our messages."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from bocpd.fast_bocpd import (
    BOCPD,
    BernoulliBeta,
    BinomialBeta,
    Changepoint,
    ConstantHazard,
    GammaGamma,
    GaussianNIG,
    OnlineChangeDetector,
    PoissonGamma,
    StudentTNG,
    is_available,
)

D = [0.1, 0.2, 0.15, 5, 5.1, 4.9]

# What Fast-BOCPD 1.0.0 gives at λ = 100, R = 50: data, change probabilities,
# fullest slots.
VECTORS = {
    "gaussian": (
        GaussianNIG(0, 1, 1, 1),
        D,
        [0.01, 0.006831910848457058, 0.005469546502006353, 0.2071000146127891,
         0.002783742019616128, 0.001547066696358809],
        [1, 2, 3, 4, 5, 2],
    ),
    "student-t": (
        StudentTNG(0, 1, 1, 1, nu=3),
        D,
        [0.01, 0.006600879576090018, 0.005269546345515937, 0.06631069834713207,
         0.02075676572138755, 0.003434029299007145],
        [1, 2, 3, 4, 5, 2],
    ),
    "grid": (
        StudentTNG(0, 1, 1, 1, nu=[2, 3, 5]),
        D,
        [0.01, 0.006592563867756987, 0.005262676929430745, 0.05821337634724938,
         0.01791323042084926, 0.004096946727117469],
        [1, 2, 3, 4, 5, 2],
    ),
    "grid with prior": (
        StudentTNG(0, 1, 1, 1, nu=[2, 3, 5], nu_prior=[0.2, 0.5, 0.3]),
        D,
        [0.01, 0.006614762634422347, 0.005285207805201395, 0.06341515969428947,
         0.017863273879777587, 0.0035645036222723995],
        [1, 2, 3, 4, 5, 2],
    ),
    "poisson": (
        PoissonGamma(2, 1),
        [1, 2, 3, 0, 5, 12, 10],
        [0.01, 0.009497010200492442, 0.009623988431523598, 0.014890605681214057,
         0.01966801478523817, 0.10509034655999892, 0.0007357727518050585],
        [1, 2, 3, 4, 5, 1, 2],
    ),
    "bernoulli": (
        BernoulliBeta(1, 1),
        [0, 1, 1, 0, 1, 0],
        [0.01, 0.014925373134328363, 0.009950987672657062, 0.012580771618167893,
         0.010017372984047906, 0.011700622072846147],
        [1, 2, 3, 4, 5, 6],
    ),
    "binomial": (
        BinomialBeta(1, 1, 10),
        [0, 3, 7, 5, 10, 2],
        [0.01, 0.016381327749722934, 0.19872027009462703, 0.006172410196822762,
         0.2208933938685087, 0.13438368970815584],
        [1, 2, 3, 4, 2, 6],
    ),
    "gamma": (
        GammaGamma(2, 1, 1.5),
        [0.5, 1.2, 2.8, 0.9, 3.5, 1.1],
        [0.01, 0.01011372900605509, 0.011654319189496814, 0.00874501138732066,
         0.007409218290882924, 0.00812901758237552],
        [1, 2, 3, 4, 5, 6],
    ),
    "exponential": (
        GammaGamma(1, 1),
        [0.5, 0, 2.8, 0.9, 30.5, 21.1],
        [0.01, 0.0075187969924812035, 0.023035749772337476, 0.007763784812686505,
         0.4136327581229636, 0.0019624231803005055],
        [1, 2, 3, 4, 0, 1],
    ),
}


def gaussian(lambda_: float = 100, r: int = 50) -> BOCPD:
    return BOCPD(GaussianNIG(0, 1, 1, 1), ConstantHazard(lambda_), r)


@pytest.mark.parametrize("name", VECTORS)
def test_vectors(name: str) -> None:
    model, data, changes, fullest = VECTORS[name]
    # The original guards its Student-t weights by 1e-10; ours are exact.
    tolerance = 1e-9 if isinstance(model, StudentTNG) else 1e-12
    filter = BOCPD(model, ConstantHazard(100), 50)
    for x, change, slot in zip(data, changes, fullest, strict=True):
        posterior, cp_prob = filter.update(x)
        assert cp_prob == pytest.approx(change, abs=tolerance)
        assert cp_prob == pytest.approx(posterior[0], abs=1e-15)
        assert isinstance(cp_prob, float)
        assert posterior.shape == (51,) and posterior.dtype == np.float64
        assert posterior.flags.owndata
        assert posterior.sum() == pytest.approx(1, abs=1e-12)
        assert filter.get_map_run_length() == slot == posterior.argmax()
        assert filter.get_map_confidence() == pytest.approx(posterior[slot], abs=1e-15)
        assert np.array_equal(filter.get_posterior(), posterior)
    filter.reset()
    assert filter.batch_update(data) == pytest.approx(changes, abs=tolerance)


def test_posterior_vector() -> None:
    filter = gaussian()
    for x in D:
        posterior, _ = filter.update(x)
    assert posterior[:7] == pytest.approx(
        [0.001547066696358809, 0.0027342467215039057, 0.5049918353177327, 0.05453406923280209,
         0.011639464934765786, 0.004245533170968351, 0.42030778392586704],
        abs=1e-12,
    )  # fmt: skip
    assert not posterior[7:].any()


def test_long_quiet_then_jump() -> None:
    filter = gaussian()
    for _ in range(10):
        _, cp_prob = filter.update(0.1)
    assert cp_prob == pytest.approx(0.0028945275216793746, abs=1e-12)
    assert filter.get_map_run_length() == 10
    _, cp_prob = filter.update(10)
    assert cp_prob == pytest.approx(0.9502295373524245, abs=1e-12)
    assert (filter.get_map_run_length(), filter.get_map_confidence()) == (0, cp_prob)


def test_the_last_slot_keeps_what_the_original_drops() -> None:
    short, long = gaussian(r=3), gaussian(r=50)
    for x in D[:4]:
        (a, cp_a), (b, cp_b) = short.update(x), long.update(x)
    assert a.shape == (4,) and a.sum() == pytest.approx(1, abs=1e-12)
    # 0.207, where the original has 0.776.
    assert cp_a == pytest.approx(cp_b, abs=1e-12)
    assert a[:3] == pytest.approx(b[:3], abs=1e-12) and a[3] == pytest.approx(b[3:].sum())


@pytest.mark.parametrize("r", [1, 2, 3, 10, 500])
def test_posterior_is_one(r: int) -> None:
    rng = np.random.default_rng(r)
    filter = gaussian(20, r)
    assert np.array_equal(filter.get_posterior(), np.eye(1, r + 1)[0])
    assert (filter.get_map_run_length(), filter.get_map_confidence()) == (0, 1.0)
    for x in rng.normal(size=300) + 5 * (np.arange(300) // 60 % 2):
        posterior, cp_prob = filter.update(x)
        assert posterior.shape == (r + 1,)
        assert posterior.sum() == pytest.approx(1, abs=1e-9)
        assert posterior.min() >= 0
        assert filter.get_map_run_length() == posterior.argmax()
        assert cp_prob == pytest.approx(posterior[0], abs=1e-12)
        assert filter._state is not None
        assert filter._state.map()[1] == pytest.approx(posterior.max(), abs=1e-12)


def test_quiet_data_beyond_the_cap_is_quiet() -> None:
    x = np.random.default_rng(0).normal(size=3000)
    detector = OnlineChangeDetector(gaussian(100, 100), min_cp_prob=0.5)
    reports = [change for change in map(detector.update, x) if change]
    assert len(reports) <= 3
    assert detector.bocpd.get_map_run_length() == 100


def test_offsets_do_not_matter() -> None:
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.normal(0, 1, 100), rng.normal(5, 1, 20)])
    for offset in (1e6, 1e8, 1e9):
        model = GaussianNIG(offset, 1, 1, 1)
        change = BOCPD(model, ConstantHazard(100), 200).batch_update(x + offset)
        assert change == pytest.approx(gaussian(100, 200).batch_update(x), abs=1e-5)


def test_near_integers_are_integers() -> None:
    for model, exact, near in (
        (BernoulliBeta(1, 1), [1, 1, 0, 1], [1 + 1e-10, 1, -1e-10, 1]),
        (BinomialBeta(1, 1, 10), [10, 0, 5], [10 + 1e-10, -1e-10 + 1e-10, 5 - 1e-10]),
        (PoissonGamma(1, 1), [3, 4], [3 + 5e-10, 4 - 5e-10]),
    ):
        one = BOCPD(model, ConstantHazard(100), 50).batch_update(exact)
        assert np.array_equal(BOCPD(model, ConstantHazard(100), 50).batch_update(near), one)


def test_batches() -> None:
    x = np.random.default_rng(3).normal(size=90)
    whole = gaussian().batch_update(x)
    for form in (list(x), x[::-1][::-1], np.repeat(x, 2)[::2], x.astype(">f8")):
        assert np.array_equal(gaussian().batch_update(form), whole)
    filter = gaussian()
    assert np.array_equal(
        np.concatenate([filter.batch_update(x[:40]), filter.batch_update(x[40:])]), whole
    )
    assert filter.batch_update([]).shape == (0,)
    assert filter.batch_update(0.5).shape == (1,)
    for model in (GaussianNIG(0, 1, 1, 1), PoissonGamma(1, 1)):
        with pytest.raises(ValueError, match=r"one-dimensional, got shape \(4, 2\)"):
            BOCPD(model, ConstantHazard(100), 50).batch_update(np.ones((4, 2)))


def test_copies() -> None:
    filter = gaussian()
    filter.update(0.3)
    twins = [copy.copy(filter), copy.deepcopy(filter), pickle.loads(pickle.dumps(filter))]
    expected = filter.update(5.0)[1]
    for twin in twins:
        assert twin.update(5.0)[1] == expected
        filter.close()
        assert twin.get_map_run_length() in (0, 1, 2)
    detector = OnlineChangeDetector(gaussian(50, 100))
    rng = np.random.default_rng(0)
    for x in rng.normal(size=30):
        detector.update(x)
    twin = pickle.loads(pickle.dumps(detector))
    assert twin.get_map_history() == detector.get_map_history()
    assert twin.update(9.0).index == detector.update(9.0).index == 30


# -- messages --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: GaussianNIG(0, 0, 1, 1), "kappa0 must be positive, got 0"),
        (lambda: GaussianNIG(0, 1, -1, 1), "alpha0 must be positive, got -1"),
        (lambda: GaussianNIG(0, 1, 1, 0), "beta0 must be positive, got 0"),
        (lambda: StudentTNG(0, 1, 1, 1, nu=0), "nu must be positive, got 0.0"),
        (lambda: StudentTNG(0, 1, 1, 1, nu=[]), "nu must have at least one value"),
        (lambda: StudentTNG(0, 1, 1, 1, nu=[1, -2]), "nu[1] must be positive, got -2.0"),
        (lambda: StudentTNG(0, 1, 1, 1, nu=[1, np.inf]), "nu[1] must be finite, got inf"),
        (lambda: StudentTNG(0, 1, 1, 1, nu=np.ones((2, 2))),
         "nu must be a number or one-dimensional, got shape (2, 2)"),
        (lambda: StudentTNG(0, 1, 1, 1, nu=[2, 3], nu_prior=[[1]]),
         "nu_prior must be one-dimensional, got shape (1, 1)"),
        (lambda: StudentTNG(0, 1, 1, 1, nu=[2, 3], nu_prior=[1]),
         "nu_prior must have as many values as nu, 2, got 1"),
        (lambda: StudentTNG(0, 1, 1, 1, nu=[2, 3], nu_prior=[1, -1]),
         "nu_prior[1] must not be negative, got -1.0"),
        (lambda: StudentTNG(0, 1, 1, 1, nu=[2, 3], nu_prior=[1, np.inf]),
         "nu_prior[1] must be finite, got inf"),
        (lambda: StudentTNG(0, 1, 1, 1, nu=[2, 3], nu_prior=[0, 0]),
         "nu_prior must have a value above 0"),
        (lambda: PoissonGamma("1", 1), "alpha0 must be a number, not str"),
        (lambda: PoissonGamma(1, np.nan), "beta0 must be finite, got nan"),
        (lambda: BernoulliBeta(0, 1), "alpha0 must be positive, got 0"),
        (lambda: BinomialBeta(1, 1, 2.5), "n_trials must be an integer, not float"),
        (lambda: BinomialBeta(1, 1, 0), "n_trials must be 1 or more, got 0"),
        (lambda: GammaGamma(1, 1, None), "shape must be a number, not NoneType"),
        (lambda: GammaGamma(1, 1, 0.5), "shape must be 1 or more unless strict=False, got 0.5"),
        (lambda: ConstantHazard(0), "lambda_ must be positive, got 0"),
        (lambda: ConstantHazard(1), "lambda_ must be finite and greater than 1, got 1"),
        (lambda: gaussian(r=0), "max_run_length must be positive, got 0"),
        (lambda: gaussian(r=1 << 32), "max_run_length must be less than 2^31 - 1, got 4294967296"),
        (lambda: BOCPD(GaussianNIG(0, 1, 1, 1), 100), "hazard must be a ConstantHazard, not int"),
        (lambda: BOCPD(None, ConstantHazard(100)),
         "obs_model must be one of the models of bocpd.fast_bocpd.models, not NoneType"),
        (lambda: BOCPD(BinomialBeta(1, 1, 1 << 31), ConstantHazard(9)),
         "n_trials must be less than 2^31, got 2147483648"),
        (lambda: OnlineChangeDetector(gaussian(), bayes_factor=0),
         "bayes_factor must be positive and finite, got 0"),
        (lambda: OnlineChangeDetector(gaussian(), min_cp_prob=1.0),
         "min_cp_prob must be greater than 0 and less than 1, got 1.0"),
        (lambda: OnlineChangeDetector(gaussian(), cooldown=-1),
         "cooldown must not be negative, got -1"),
        (lambda: OnlineChangeDetector(gaussian(), reset_r=-2),
         "reset_r must not be negative, got -2"),
        (lambda: OnlineChangeDetector(gaussian(), drop_prev_min=-3),
         "drop_prev_min must not be negative, got -3"),
        (lambda: gaussian().update(np.nan), "observation must be finite, got NaN"),
        (lambda: gaussian().batch_update([1, 2, np.inf]),
         "at index 2: observation must be finite, got inf"),
    ],
)  # fmt: skip
def test_messages(make, text: str) -> None:
    with pytest.raises((ValueError, TypeError, RuntimeError)) as raised:
        make()
    assert str(raised.value) == text


@pytest.mark.parametrize(
    ("model", "bad", "must"),
    [
        (PoissonGamma(1, 1), np.nan, "a whole number, 0 or more"),
        (PoissonGamma(1, 1), -1, "a whole number, 0 or more"),
        (PoissonGamma(1, 1), 1000.005, "a whole number, 0 or more"),
        (BernoulliBeta(1, 1), 0.5, "0 or 1"),
        (BernoulliBeta(1, 1), 2, "0 or 1"),
        (BinomialBeta(1, 1, 10), -1, "a whole number from 0 to 10"),
        (BinomialBeta(1, 1, 10), 1.5, "a whole number from 0 to 10"),
        (BinomialBeta(1, 1, 10), 11, "a whole number from 0 to 10"),
    ],
)
def test_data_messages(model, bad: float, must: str) -> None:
    filter = BOCPD(model, ConstantHazard(100), 50)
    filter.update(1)
    before = filter.get_posterior()
    with pytest.raises(ValueError, match=f"^observation must be {must}, got {bad}$"):
        filter.update(bad)
    with pytest.raises(ValueError, match=f"^at index 1: observation must be {must}, got {bad}"):
        filter.batch_update([1, bad])
    assert np.array_equal(filter.get_posterior(), before)


# -- the detector ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lambda_", "threshold", "drop", "cooldown"),
    [(50, 0.0926, 12, 5), (100, 0.0481, 25, 10), (150, 0.0325, 38, 15), (180, 0.02717, 45, 18)],
)
def test_detector_defaults(lambda_: float, threshold: float, drop: int, cooldown: int) -> None:
    detector = OnlineChangeDetector(gaussian(lambda_))
    assert detector.min_cp_prob == pytest.approx(threshold, abs=5e-5)
    assert (detector.drop_prev_min, detector.cooldown, detector.reset_r) == (drop, cooldown, 2)
    assert repr(detector) == (
        f"OnlineChangeDetector(min_cp_prob={detector.min_cp_prob:.4f}, reset_r=2, "
        f"drop_prev_min={drop}, cooldown={cooldown}, bayes_factor=5.0)"
    )


class Script:
    """A filter that says what it is told to."""

    def __init__(self, *readouts: tuple[float, int]) -> None:
        self.readouts = iter(readouts)

    def update(self, x: float) -> tuple[None, float]:
        self.cp_prob, self.map_run = next(self.readouts)
        return None, self.cp_prob

    def get_map_run_length(self) -> int:
        return self.map_run

    def get_map_confidence(self) -> float:
        return 0.5

    def reset(self) -> None:
        pass


def reports(script: list[tuple[float, int]], **settings: float) -> list[int]:
    detector = OnlineChangeDetector(Script(*script), **settings)
    return [t for t in range(len(script)) if detector.update(0.0)]


def test_rule() -> None:
    assert OnlineChangeDetector(Script()).min_cp_prob == 0.1
    # Up-crossings only, and none in the cooldown.
    script = [(0.2, 1), (0.3, 1), (0.05, 1), (0.2, 1), (0.05, 1), (0.2, 1), (0.01, 1), (0.2, 1)]
    assert reports(script, cooldown=5) == [0, 5]
    # A fall of the run length ignores the cooldown.
    script = [(0.0, 20), (0.0, 30), (0.0, 1), (0.0, 30), (0.0, 2), (0.0, 3)]
    assert reports(script, cooldown=50) == [2, 4]
    assert reports(script, cooldown=50, drop_prev_min=40) == []
    assert reports(script, cooldown=50, reset_r=1) == [2]


def test_three_blocks() -> None:
    rng = np.random.RandomState(42)
    x = np.concatenate([rng.normal(0, 0.5, 25), rng.normal(5, 0.5, 25)])
    detector = OnlineChangeDetector(gaussian(50, 100), min_cp_prob=0.3)
    [change] = [change for change in map(detector.update, x) if change]
    assert (change.index, change.prev_run_length, change.map_run_length) == (25, 25, 0)
    assert change.cp_prob == pytest.approx(0.871, abs=5e-4) == change.confidence
    assert detector.get_segments() == [(0, 25), (25, 50)]
    assert detector.get_changepoints() == [change]
    assert detector.get_current_run_length() == 25
    assert str(change) == (
        "change at 25 after a run of 25: probability 87.1%, most probable run length 0"
    )
    for y in rng.normal(-3, 0.5, 25):
        detector.update(y, metadata="third")
    second = detector.get_changepoints()[1]
    assert (second.index, second.prev_run_length, second.metadata) == (50, 24, "third")
    assert second.cp_prob == pytest.approx(0.9614, abs=5e-5)
    assert len(detector.get_map_history()) == 75
    detector.reset()
    assert detector.get_segments() == [(0, 0)]
    assert detector.get_current_run_length() == detector.get_current_map_run_length() == 0


def test_one_call_is_the_same_as_three() -> None:
    class Slow(BOCPD):
        """Not exactly BOCPD, so that its methods are called one by one."""

    x = np.random.default_rng(8).normal(size=600) * 2 + 4 * (np.arange(600) // 50 % 3)
    for model, data in (
        (GaussianNIG(0, 1, 1, 1), x),
        (PoissonGamma(1, 1), np.abs(x).round()),
        (BernoulliBeta(1, 1), (x > 3).astype(float)),
    ):
        fast = OnlineChangeDetector(BOCPD(model, ConstantHazard(40), 60))
        slow = OnlineChangeDetector(Slow(model, ConstantHazard(40), 60))
        for y in data:
            one, other = fast.update(y), slow.update(y)
            assert (one is None) == (other is None)
        assert fast.get_map_history() == slow.get_map_history()
        pairs = zip(fast.get_changepoints(), slow.get_changepoints(), strict=True)
        for one, other in pairs:
            assert one.cp_prob == other.cp_prob
            assert one.map_confidence == pytest.approx(other.map_confidence, abs=1e-15)


def test_changepoint_defaults() -> None:
    change = Changepoint(3)
    assert (change.prev_run_length, change.cp_prob, change.metadata) == (0, 0.0, None)
    assert str(Changepoint(3, metadata="a")).startswith("change at 3 [a] after ")
    assert is_available()
