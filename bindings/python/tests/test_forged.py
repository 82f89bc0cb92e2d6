"""Snapshots with right checksums and a wrong content, written by a program in Rust: each is
refused, by `from_bytes` as by `pickle`, or a detector that can be asked everything and goes
on. And a detector that a model has broken, which says nothing until it is reset."""

from __future__ import annotations

import math
import os
import pickle
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bocpd

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def snapshots() -> list[bytes]:
    """A snapshot of a detector that has seen something, one of a broken detector, and
    forgeries; from the file that BOCPD_FORGED names, or by running the program."""
    if "BOCPD_FORGED" in os.environ:
        data = Path(os.environ["BOCPD_FORGED"]).read_bytes()
    elif shutil.which("cargo") is None:
        pytest.skip("no cargo")
    else:
        command = "cargo run --profile test --quiet --locked --package bocpd-behaviour-tests --example forge -- 1000 11"
        data = subprocess.run(command.split(), cwd=ROOT, check=True, capture_output=True).stdout
    return list(parts(data))


def parts(data: bytes) -> Iterator[bytes]:
    while data:
        end = 4 + int.from_bytes(data[:4], "little")
        yield data[4:end]
        data = data[end:]


#: Every question that a detector can be asked, by name.
QUESTIONS: dict[str, Callable[[bocpd.Detector], Any]] = {
    "observations": lambda d: d.observations,
    "live": lambda d: d.live,
    "p_change_now": lambda d: d.p_change_now,
    "p_recent_change": lambda d: d.p_recent_change(7),
    "run_length_posterior": lambda d: d.run_length_posterior(),
    "map_run_length": lambda d: d.map_run_length,
    "map_probability": lambda d: d.map_probability,
    "mean_run_length": lambda d: d.mean_run_length,
    "ln_predictive": lambda d: d.ln_predictive,
    "ln_evidence": lambda d: d.ln_evidence,
    "map_ln_joint": lambda d: d.map_ln_joint,
    "pruned_mass": lambda d: d.pruned_mass,
    "changepoints": lambda d: d.changepoints(),
    "settled": lambda d: d.settled(),
    "provisional": lambda d: d.provisional(),
    "smoothed": lambda d: d.smoothed(),
    "p_change_at": lambda d: d.p_change_at(3),
    "p_change_between": lambda d: d.p_change_between(3, 5),
    "expected_changes": lambda d: d.expected_changes(),
    "locations": lambda d: d.locations(),
    "sample_segmentations": lambda d: d.sample_segmentations(2, 1),
    "shift": lambda d: d.shift(),
    "shift_between": lambda d: d.shift_between(1, 9),
    "predict": lambda d: d.predict(1).mean,
    "parameters": lambda d: [p.mean for p in d.parameters().values()],
    "p_change_within": lambda d: d.p_change_within(5),
    "p_next_change_after": lambda d: d.p_next_change_after(3),
    "alarm_is_on": lambda d: d.alarm_is_on,
    "alarm_probability": lambda d: d.alarm_probability,
    "take_alarms": lambda d: d.take_alarms(),
    "acknowledge": lambda d: d.acknowledge(),
    "take_settled": lambda d: d.take_settled(),
    "to_bytes": lambda d: d.to_bytes(),
    "pickle": lambda d: pickle.dumps(d),
}


def ask(detector: bocpd.Detector) -> None:
    """No question ends in anything but an answer or an error about what was asked for."""
    for question in QUESTIONS.values():
        try:
            question(detector)
        except (ValueError, IndexError) as error:
            assert "reset" not in str(error), error
    run_lengths, p = detector.run_length_posterior()
    assert len(run_lengths) == len(p) == detector.live
    assert np.all(p >= 0) and (len(p) == 0 or abs(p.sum() - 1) < 1e-6)


def go_on(detector: bocpd.Detector) -> None:
    for x in (0.0, 1.0, 1.0, 0.0, 1.0):
        try:
            assert 0 <= detector.update(x).p_change_now <= 1
        except bocpd.ObservationError:
            pass  # data of another model


def test_a_forged_snapshot_is_refused_or_a_detector(snapshots: list[bytes]) -> None:
    taken = 0
    for data in [snapshots[0], *snapshots[2:]]:
        try:
            detector = bocpd.Detector.from_bytes(data)
        except ValueError as refused:
            assert str(refused).startswith("snapshot"), refused
            with pytest.raises(ValueError, match="snapshot"):
                pickle.loads(forged_pickle(data))
            continue
        taken += 1
        if repr(detector).endswith("broken>"):
            continue
        again = pickle.loads(forged_pickle(data))
        assert again.to_bytes() == detector.to_bytes() == data
        for each in (detector, again):
            ask(each)
            go_on(each)
            ask(each)
        assert pickle.loads(pickle.dumps(again)).to_bytes() == detector.to_bytes()
    assert 0 < taken < len(snapshots) / 2


class Forged:
    """What a pickle of a detector is, with other bytes in it."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __reduce__(self) -> tuple[Any, ...]:
        restore, (data, empty) = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(9)).__reduce__()
        assert isinstance(data, bytes) and empty is None
        return restore, (self.data, empty)


def forged_pickle(data: bytes) -> bytes:
    return pickle.dumps(Forged(data))


def test_bytes_of_another_detector_change_nothing(
    snapshots: list[bytes], detector: bocpd.Detector
) -> None:
    go_on(detector)
    before = detector.to_bytes()
    for data in snapshots[:100]:
        with pytest.raises(ValueError, match="snapshot"):
            detector.load_bytes(data)
    assert detector.to_bytes() == before


def test_a_broken_detector_answers_nothing(snapshots: list[bytes]) -> None:
    detector = bocpd.Detector.from_bytes(snapshots[1])
    assert repr(detector).endswith("broken>")
    for each in (detector, detector.copy()):
        for name, question in QUESTIONS.items():
            with pytest.raises(ValueError, match="reset"):
                pytest.fail(f"{name}: {question(each)}")
        for step in (lambda: each.update(0.5), each.skip, lambda: each.update_many([0.5, 0.5])):
            with pytest.raises(bocpd.ObservationError, match="reset"):
                step()
        assert each.missing in ("error", "skip")
        each.to_json()
        each.reset()
        assert each.observations == 0
        ask(each)
        go_on(each)
        assert bocpd.Detector.from_bytes(each.to_bytes()).to_bytes() == each.to_bytes()


class ItsOwnDensity(bocpd.model.ScalarModel):
    """An observation is its own log density."""

    def prior(self) -> int:
        return 0

    def ln_predictive(self, stats: int, x: float) -> float:
        return x

    def update(self, stats: int, x: float) -> int:
        return stats + 1


def test_densities_as_large_as_floats_break_nothing() -> None:
    detector = bocpd.Detector(ItsOwnDensity(), bocpd.Constant(50), history="all")
    for x in (0.0, 1.0, 1e308, -1e308, 1.0, -1.7e308, 1.7e308):
        assert 0 <= detector.update(x).p_change_now <= 1
        ask(detector)
        assert math.isfinite(detector.expected_changes())
    detector.reset()
    assert detector.update(0.0).p_change_now == 1
