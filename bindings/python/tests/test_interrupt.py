"""What takes long lets other threads run, and ends when somebody wants it to."""

from __future__ import annotations

import faulthandler
import functools
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import bocpd


@pytest.fixture(autouse=True)
def watchdog() -> Iterator[None]:
    """What never ends ends the tests."""
    faulthandler.dump_traceback_later(120, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture
def progress() -> Iterator[list[int]]:
    """How far another thread has counted."""
    count, stop = [0], threading.Event()

    def run() -> None:
        while not stop.is_set():
            count[0] += 1

    thread = threading.Thread(target=run)
    thread.start()
    yield count
    stop.set()
    thread.join()


def remembering() -> bocpd.Detector:
    detector = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(50), history="all")
    detector.update_many(np.random.default_rng(1).normal(size=300))
    return detector


def broad() -> bocpd.Detector:
    """With a mixture of a thousand."""
    exact = bocpd.Pruning.exact()
    detector = bocpd.Detector(bocpd.model.StudentT(), bocpd.Constant(1e6), exact)
    detector.update_many(np.random.default_rng(2).normal(size=1000))
    return detector


def old_bocpd() -> Any:
    from bocpd import fast_bocpd

    return fast_bocpd.BOCPD(fast_bocpd.GaussianNIG(), fast_bocpd.ConstantHazard(100))


LONG: dict[str, Callable[[], Callable[[], Any]]] = {
    "sample_segmentations": lambda: functools.partial(
        remembering().sample_segmentations, 10**8, seed=1
    ),
    "simulate": lambda: functools.partial(remembering().simulate, 10**8),
    "calibrate": lambda: functools.partial(
        bocpd.calibrate.calibrate,
        bocpd.Gaussian(),
        bocpd.Constant(50),
        average_run_length=1e6,
        streams=10**4,
    ),
    "fit": lambda: functools.partial(
        bocpd.fit.fit,
        np.random.default_rng(3).normal(size=10**5),
        bocpd.Gaussian(),
        bocpd.Constant(50),
        evaluations=10**6,
    ),
    "segments": lambda: functools.partial(remembering().segments, np.zeros(3 * 10**7)),
    "update_many": lambda: functools.partial(remembering().copy().update_many, np.zeros(10**6)),
    "cdf": lambda: functools.partial(broad().predict().cdf, np.linspace(-3, 3, 10**6)),
}


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers here")
@pytest.mark.parametrize("name", LONG)
def test_long_work_lets_others_run_and_ends_at_a_signal(name: str, progress: list[int]) -> None:
    call = LONG[name]()
    at_work = False
    seen: list[int] = []

    def handler(_number: int, _frame: Any) -> None:
        if not at_work:
            return
        seen.append(progress[0])
        if len(seen) == 3:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
    try:
        with pytest.raises(KeyboardInterrupt):
            at_work = True
            call()
    finally:
        at_work = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    # The first may have come just before the work began.
    assert seen[1] < seen[2]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers here")
def test_nothing_has_changed() -> None:
    detector = remembering()
    bytes_before = detector.to_bytes()
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(KeyboardInterrupt):
            detector.sample_segmentations(10**8, seed=1)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert detector.to_bytes() == bytes_before
    # And the next question is answered.
    assert len(detector.sample_segmentations(3, seed=1)) == 3
    first, smoothed = detector.smoothed()
    assert first == 0 and len(smoothed) == 300


def test_any_distance_takes_the_same_time() -> None:
    for hazard in (
        bocpd.Constant(50),
        bocpd.hazard.Rate(0.02),
        bocpd.hazard.Weibull(0.9, 50),
        bocpd.hazard.LogLogistic(1.9, 63),
        bocpd.hazard.NegativeBinomial(3, 0.05),
        bocpd.hazard.Table([0.1, 0.01]),
    ):
        detector = bocpd.Detector(bocpd.Gaussian(), hazard)
        detector.update_many([0.1 * i % 1 for i in range(100)])
        for k in (10**12, 2**64 - 1):
            assert detector.p_change_within(k) == pytest.approx(1)
            assert detector.p_next_change_after(k) < 1e-12
            assert detector.predict(k).mean == pytest.approx(0, abs=1e-6)
        assert detector.expected_residual() > 1
