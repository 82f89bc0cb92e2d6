"""The detector: readouts, errors, copies, processes, threads."""

from __future__ import annotations

import copy
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import weakref
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

import bocpd


def test_readouts_agree_with_each_other(detector: bocpd.Detector, series: np.ndarray) -> None:
    steps = detector.update_many(series)
    run_lengths, probabilities = detector.run_length_posterior()
    assert np.all(np.diff(run_lengths) > 0)
    assert probabilities.sum() == pytest.approx(1, abs=1e-12)
    assert detector.p_change_now == detector.p_recent_change(1) == steps.p_change_now[-1]
    recent = probabilities[run_lengths < 10].sum()
    assert detector.p_recent_change(10) == pytest.approx(recent, abs=1e-15)
    assert detector.mean_run_length == pytest.approx(run_lengths @ probabilities)
    assert detector.map_run_length == run_lengths[probabilities.argmax()]
    assert detector.map_probability == probabilities.max()
    assert detector.live == len(run_lengths)
    assert detector.ln_evidence == pytest.approx(steps.ln_predictive.sum())
    assert detector.ln_predictive == steps.ln_predictive[-1]
    assert detector.changepoints().tolist() == [80, 140]
    assert [*detector.settled(), *detector.provisional()] == [80, 140]
    assert detector.observations == 200
    assert detector.map_ln_joint < detector.ln_evidence
    # 0.138; from run to run the same.
    assert 0 < detector.pruned_mass < 0.14


def test_resampling_has_a_seed(series: np.ndarray) -> None:
    def posterior(seed: int) -> list[float]:
        pruning = bocpd.Pruning(max_hypotheses=16, resample=seed)
        detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100), pruning)
        detector.update_many(series)
        assert detector.pruning == pruning
        assert pickle.loads(pickle.dumps(detector)).pruning == pruning
        return detector.run_length_posterior()[1].tolist()

    assert posterior(1) == posterior(1) != posterior(2)


def test_before_any_observation(detector: bocpd.Detector) -> None:
    assert detector.changepoints().size == 0
    assert [a.size for a in detector.run_length_posterior()] == [0, 0]
    assert detector.p_change_now == detector.ln_evidence == detector.map_run_length == 0
    assert len(detector.update_many([])) == 0


def test_one_by_one_is_the_same_as_many(detector: bocpd.Detector, series: np.ndarray) -> None:
    many = detector.update_many(series)
    detector.reset()
    assert detector.observations == 0
    one = [detector.update(x) for x in series]
    assert one == list(many)
    detector.reset()
    assert list(detector.stream(iter(series))) == one
    assert many[-1] == one[-1] and many[0].index == 0
    with pytest.raises(IndexError):
        many[200]


def test_stream_is_lazy(detector: bocpd.Detector) -> None:
    stream = detector.stream(iter([1.0, 2.0, 3.0]))
    next(stream)
    assert detector.observations == 1


def test_take_settled_keeps_memory_bounded(series: np.ndarray) -> None:
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100), bocpd.Pruning(16))
    taken = []
    for _ in range(5):
        detector.update_many(series)
        taken += detector.take_settled().tolist()
    assert {80, 140, 200, 280} <= set(taken)
    assert detector.settled().size == 0


def test_missing_values(series: np.ndarray) -> None:
    with_gaps = series.copy()
    with_gaps[[3, 90]] = np.nan
    skipping = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100), missing="skip")
    skipping.update_many(with_gaps)
    by_hand = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100))
    for x in with_gaps:
        by_hand.skip() if np.isnan(x) else by_hand.update(x)
    assert by_hand.ln_evidence == skipping.ln_evidence
    assert skipping.missing == "skip" and by_hand.missing == "error"
    with pytest.raises(ValueError, match="missing must be 'error' or 'skip', got \"no\""):
        bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(9), missing="no")  # type: ignore[arg-type]


def test_elapsed_time() -> None:
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.hazard.Rate(0.01))
    detector.update(0.0)
    after_long = detector.copy().update(0.0, elapsed=100.0).p_change_now
    assert after_long > detector.copy().update(0.0, elapsed=1.0).p_change_now
    assert detector.copy().skip(elapsed=100.0).p_change_now > 0.5
    with pytest.raises(ValueError, match="elapsed time must be positive and finite, got -1"):
        detector.update(0.0, elapsed=-1.0)
    counting = bocpd.Detector(bocpd.Gaussian(), bocpd.hazard.Table([0.1]))
    counting.update(0.0)
    with pytest.raises(ValueError, match="no meaning for elapsed time"):
        counting.update(0.0, elapsed=2.0)


# -- errors ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "good", "bad", "text"),
    [
        (bocpd.Gaussian(), 0.5, np.nan, "observation must be finite, got NaN"),
        (bocpd.model.StudentT(), 0.5, np.inf, "observation must be finite, got inf"),
        (bocpd.model.Poisson(), 3, 1.5, "observation must be a whole number, 0 or more, got 1.5"),
        (bocpd.model.Poisson(), 3, -1, "observation must be a whole number, 0 or more, got -1"),
        (bocpd.model.Bernoulli(), 1, 2, "observation must be 0 or 1, got 2"),
        (bocpd.model.Binomial(trials=5), 5, 6, "observation must be at most .* got 6"),
        (bocpd.model.Gamma(), 0.5, -2, "observation must .* got -2"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_bad_data(model: bocpd.model.Model, good: float, bad: float, text: str) -> None:
    detector = bocpd.Detector(model, bocpd.Constant(100))
    detector.update(good)
    before = detector.to_bytes()
    with pytest.raises(bocpd.ObservationError, match=text) as one:
        detector.update(bad)
    assert (one.value.index, one.value.steps) == (None, None)
    assert detector.to_bytes() == before

    with pytest.raises(bocpd.ObservationError, match=f"at index 2: {text}") as many:
        detector.update_many([good, good, bad, good])
    assert isinstance(many.value, ValueError)
    assert many.value.index == 2
    steps = many.value.steps
    assert steps is not None and steps.index.tolist() == [1, 2]
    twin = bocpd.Detector.from_bytes(before)
    assert list(twin.update_many([good, good])) == list(steps)
    assert twin.to_bytes() == detector.to_bytes()
    assert pickle.loads(pickle.dumps(one.value)).args == one.value.args
    again = pickle.loads(pickle.dumps(many.value))
    assert again.index == 2 and list(again.steps) == list(steps)


@pytest.mark.parametrize("x", ["1.5", b"1", 1j, [1.0, 2.0], object(), np.zeros(3)])
def test_update_wants_a_number(detector: bocpd.Detector, x: object) -> None:
    with pytest.raises(TypeError):
        detector.update(x)  # type: ignore[arg-type]
    assert detector.observations == 0


@pytest.mark.parametrize("x", [1, True, np.float32(0.5), np.int8(3), np.bool_(True), np.array(2.0)])
def test_update_takes_any_number(detector: bocpd.Detector, x: float) -> None:
    other = detector.copy()
    assert detector.update(x) == other.update(float(x))


def test_huge_values_are_not_the_end(detector: bocpd.Detector) -> None:
    steps = detector.update_many([0.0, 1e300, -1e300, 1e-300, 0.0])
    assert np.isfinite(steps.ln_predictive).all()


def test_close(detector: bocpd.Detector) -> None:
    with detector as same:
        assert same is detector
        same.update(1.0)
    for use in (
        lambda: detector.update(1.0),
        lambda: detector.update_many([1.0]),
        detector.changepoints,
        detector.copy,
        detector.to_bytes,
        lambda: detector.ln_evidence,
    ):
        with pytest.raises(ValueError, match="the detector is closed"):
            use()
    assert "closed" in repr(detector)
    detector.close()
    with pytest.raises(ZeroDivisionError), bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(9)):
        1 / 0


# -- copies and processes ----------------------------------------------------------


def test_copies_go_their_own_way(detector: bocpd.Detector, series: np.ndarray) -> None:
    detector.update_many(series[:100])
    twins = [detector.copy(), copy.copy(detector), copy.deepcopy(detector)]
    twins.append(pickle.loads(pickle.dumps(detector)))
    twins.append(bocpd.Detector.from_bytes(detector.to_bytes()))
    seen = detector.to_bytes()
    rest = [list(twin.update_many(series[100:])) for twin in twins]
    assert detector.to_bytes() == seen
    assert all(steps == list(detector.update_many(series[100:])) for steps in rest[:1])
    assert all(steps == rest[0] for steps in rest)
    for twin in twins:
        assert (twin.model, twin.hazard, twin.pruning, twin.missing) == (
            detector.model,
            detector.hazard,
            detector.pruning,
            detector.missing,
        )


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "other"])
def test_damaged_bytes_are_an_error(detector: bocpd.Detector, damage: str) -> None:
    detector.update_many([0.1, 0.2, 5.0])
    data = bytearray(detector.to_bytes())
    if damage == "cut":
        data = data[:-9]
    elif damage == "flip":
        data[len(data) // 2] ^= 4
    elif damage == "empty":
        data = bytearray()
    else:
        data = bytearray(b"something else entirely")
    with pytest.raises(ValueError, match="snapshot"):
        bocpd.Detector.from_bytes(bytes(data))


def test_json_is_the_configuration(detector: bocpd.Detector) -> None:
    detector.update(1.0)
    again = bocpd.Detector.from_json(detector.to_json())
    assert again.observations == 0
    assert (again.model, again.hazard) == (detector.model, detector.hazard)
    with pytest.raises(ValueError, match="unknown"):
        bocpd.Detector.from_json('{"model": {"nonsense": {}}}')


def _work(detector: bocpd.Detector, xs: np.ndarray) -> bytes:
    detector.update_many(xs)
    return detector.to_bytes()


def test_across_processes(detector: bocpd.Detector, series: np.ndarray) -> None:
    detector.update_many(series[:50])
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        there = pool.submit(_work, detector, series[50:]).result(timeout=120)
    assert there == _work(detector, series[50:])


# -- threads -----------------------------------------------------------------------


def test_one_detector_from_many_threads(detector: bocpd.Detector) -> None:
    n, threads = 2000, 8
    start = threading.Barrier(threads)

    def work(i: int) -> int:
        start.wait()
        done = 0
        while done < n:
            if i % 2:
                detector.update_many(np.full(100, 0.5))
                done += 100
            else:
                detector.update(0.5)
                detector.p_recent_change(5)
                detector.run_length_posterior()
                done += 1
        return done

    with ThreadPoolExecutor(threads) as pool:
        total = sum(pool.map(work, range(threads)))
    assert detector.observations == total == n * threads
    _, probabilities = detector.run_length_posterior()
    assert probabilities.sum() == pytest.approx(1, abs=1e-12)


def test_other_threads_run_during_a_batch() -> None:
    # While one thread is in a batch, this one must get to run: it would find the
    # batch done with nothing counted if the interpreter were held.
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100))
    xs = np.zeros(400_000)
    worker = threading.Thread(target=detector.update_many, args=(xs,))
    before = sys.getswitchinterval()
    counted = 0
    worker.start()
    while worker.is_alive():
        counted += 1
    worker.join()
    assert sys.getswitchinterval() == before
    assert counted > 1000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_fork_leaves_a_held_detector_behind() -> None:
    inside, go_on = threading.Event(), threading.Event()

    class Patient(bocpd.model.ScalarModel):
        def prior(self) -> float:
            return 0.0

        def ln_predictive(self, stats: float, x: float) -> float:
            inside.set()
            go_on.wait(60)
            return -abs(x - stats)

        def update(self, stats: float, x: float) -> float:
            return x

    held = bocpd.Detector(Patient(), bocpd.Constant(100))
    free = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100))
    worker = threading.Thread(target=held.update, args=(0.5,))
    worker.start()
    assert inside.wait(60)
    child = os.fork()
    if child == 0:
        # What waits for ever is ended.
        signal.alarm(60)
        try:
            free.update(0.5)
            held.update(0.5)
        except RuntimeError as error:
            os._exit(7 if "was forked" in str(error) else 1)
        except BaseException:
            os._exit(2)
        os._exit(0)
    go_on.set()
    worker.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert held.observations == 1


def test_nothing_leaks() -> None:
    class Data(np.ndarray):
        pass

    xs = np.zeros(1000).view(Data)
    gone = weakref.ref(xs)
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100))
    steps = detector.update_many(xs)
    del xs
    gc.collect()
    assert gone() is None
    assert steps.p_change_now.flags.owndata


# -- what a detector that remembers says --------------------------------------------


def test_smoothing(series: np.ndarray) -> None:
    detector = bocpd.Detector(
        bocpd.Gaussian(), bocpd.Constant(100), bocpd.Pruning.exact(), history="all"
    )
    detector.update_many(series)
    first, p = detector.smoothed()
    assert (first, len(p), p[0]) == (0, 200, pytest.approx(1))
    assert p[79:82].sum() > 0.99 and p[139:142].sum() > 0.99
    assert p[80] == detector.p_change_at(80)
    assert detector.expected_changes() == pytest.approx(p[1:].sum())
    near = detector.p_change_between(79, 82)
    assert 0.99 < near <= 1
    [one, two] = detector.locations()
    assert (one.index, two.index) == (80, 140)
    assert one.low <= 80 <= one.high and one.credible[0] == one.low
    assert one.share >= 0.9 and one.probability == p[80]
    draws = detector.sample_segmentations(200, seed=1)
    assert all(np.array_equal(a, b) for a, b in zip(draws, detector.sample_segmentations(200, 1)))
    share = np.mean([80 in draw for draw in draws])
    assert share == pytest.approx(p[80], abs=0.1)


def test_history_is_needed(detector: bocpd.Detector, series: np.ndarray) -> None:
    detector.update_many(series)
    assert detector.history is None
    with pytest.raises(ValueError, match="no history"):
        detector.smoothed()
    lagged = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100), history=20)
    lagged.update_many(series)
    assert lagged.history == 20
    first, p = lagged.smoothed()
    assert first == 200 - len(p) == 179
    with pytest.raises(IndexError, match="got 80"):
        lagged.p_change_at(80)
    with pytest.raises(ValueError, match="20 steps"):
        lagged.sample_segmentations(1, 1)
    with pytest.raises(ValueError, match="mass"):
        lagged.locations([190], mass=1.5)
    assert pickle.loads(pickle.dumps(lagged)).smoothed()[1].tolist() == p.tolist()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="signals")
def test_a_signal_ends_a_batch_between_observations() -> None:
    class Enough(Exception):
        pass

    def enough(*_: object) -> None:
        raise Enough

    # Exact, this many would take hours.
    x = np.random.default_rng(0).normal(size=1_000_000)
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(1000), bocpd.Pruning.exact())
    before = signal.signal(signal.SIGALRM, enough)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(Enough):
            detector.update_many(x)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    # What was taken in, is in, and the detector can go on.
    seen = detector.observations
    assert 0 < seen < len(x)
    fresh = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(1000), bocpd.Pruning.exact())
    fresh.update_many(x[:seen])
    assert fresh.update(0.5) == detector.update(0.5)


@pytest.mark.parametrize("much", [2**62, 2**45])
def test_more_than_there_is_memory_for(detector: bocpd.Detector, much: int) -> None:
    if sys.maxsize < 2**62:
        pytest.skip("such numbers are no sizes here")
    remembering = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(9), history="all")
    remembering.update_many([0.0, 1.0])
    for call in (
        lambda: detector.simulate(much),
        lambda: remembering.sample_segmentations(much, 1),
        lambda: bocpd._core.FastBocpd(detector.model, detector.hazard, min(much, 2**50)).update(1.0),
    ):
        with pytest.raises(MemoryError, match="no memory for"):
            call()
    assert detector.update(1.0).index == 0 and remembering.update(1.0).index == 2


def test_the_index_of_a_bad_value_far_into_a_batch(detector: bocpd.Detector) -> None:
    x = np.zeros(3000)
    x[1000] = np.nan
    with pytest.raises(bocpd.ObservationError, match="at index 1000: .* must be finite") as raised:
        detector.update_many(x)
    assert raised.value.index == 1000 == detector.observations
    assert raised.value.steps.index.tolist() == list(range(1000))
    assert detector.update_many(x[1001:]).index[0] == 1000
