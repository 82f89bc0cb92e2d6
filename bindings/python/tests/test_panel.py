"""Series in a panel are as if each were alone, and errors are those of one series."""

from __future__ import annotations

import copy
import os
import pickle
from typing import Any

import numpy as np
import pytest

import bocpd
from bocpd.panel import Event, Panel, PushError


def detector(**options: Any) -> bocpd.Detector:
    alarm = bocpd.alarm.AlarmPolicy(threshold=0.8)
    return bocpd.Detector(bocpd.Gaussian(kappa=0.1), bocpd.hazard.Rate(0.01), alarm=alarm, **options)


def rows(seed: int, n: int) -> tuple[list[Any], np.ndarray, np.ndarray]:
    """Of seven series, some of which change and some of whose values are bad."""
    random = np.random.default_rng(seed)
    keys = [[f"s{i}", i][i % 2] for i in random.integers(0, 7, n)]
    xs = random.normal(size=n) + np.where(np.arange(n) > n // 2, 7, 0)
    xs[random.integers(0, n, n // 40)] = np.inf
    return keys, xs, np.cumsum(random.exponential(size=n))


@pytest.mark.parametrize("n", [300, 5000])
def test_a_series_is_as_if_it_were_alone(n: int) -> None:
    keys, xs, times = rows(1, n)
    panel, alone, last = Panel(detector()), {}, {}
    errors = panel.push_many(keys, xs, times=times)
    events = []
    for i, (key, x, time) in enumerate(zip(keys, xs, times, strict=True)):
        one = alone.setdefault(key, detector())
        elapsed = time - last[key] if key in last else None
        if not np.isfinite(x):
            (error,) = [error for error in errors if error.row == i]
            assert (error.key, error.time, error.text) == (key, time, "observation must be finite, got inf")
            continue
        one.update(x, elapsed=elapsed)
        last[key] = time
        events += [(key, one.observations - 1, time, c, None) for c in one.take_settled()]
        events += [(key, one.observations - 1, time, a.began, a) for a in one.take_alarms()]
    got = [(e.key, e.index, e.time, e.changepoint, e.alarm) for e in panel.take_events()]
    assert got == events and len(got) > 6 and len(errors) == n - sum(np.isfinite(xs))
    assert panel.keys() == sorted(alone, key=lambda key: (isinstance(key, str), key))
    assert len(panel) == 7 and panel.pushed == n
    for key, one in alone.items():
        assert panel[key].to_bytes() == one.to_bytes()
        assert (panel[key].model, panel[key].alarm) == (one.model, one.alarm)


def test_one_by_one_is_the_same() -> None:
    keys, xs, times = rows(2, 3000)
    many, single = Panel(detector()), Panel(detector())
    errors = many.push_many(keys, xs, times=times, threads=1)
    failed = []
    for i, (key, x, time) in enumerate(zip(keys, xs, times, strict=True)):
        try:
            single.push(key, x, time=time)
        except bocpd.ObservationError as error:
            failed.append((i, str(error)))
    assert failed == [(error.row, error.text) for error in errors]
    assert single.take_events() == many.take_events()
    assert single.to_bytes() == many.to_bytes()


def test_keys_come_in_any_form() -> None:
    pd, pa = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    names = ["b", "a", "b"]
    want = Panel(detector())
    want.push_many(names, [0.1, 0.2, 0.3])
    for keys in (np.array(names), pd.Series(names), pa.array(names), iter(names), tuple(names)):
        panel = Panel(detector())
        assert panel.push_many(keys, [0.1, 0.2, 0.3]) == []
        assert panel.to_bytes() == want.to_bytes()
    panel = Panel(detector())
    panel.push_many(np.array([3, 1, 3], dtype=np.int32), [0.1, 0.2, 0.3])
    assert panel.keys() == [1, 3] and 3 in panel and "3" not in panel


def test_times_may_be_dates() -> None:
    pd = pytest.importorskip("pandas")
    days = pd.to_datetime(["2026-03-01", "2026-03-02", "2026-03-04"])
    dates, numbers = Panel(detector()), Panel(detector())
    for times, panel in [(days, dates), ([0.0, 1.0, 3.0], numbers)]:
        assert panel.push_many(["a"] * 3, [0.1, 0.2, 0.3], times=times) == []
    assert dates["a"].p_recent_change(2) == numbers["a"].p_recent_change(2)
    late = dates.push_many(["a"], [0.1], times=days[:1])
    assert "after the one before" in late[0].text


def test_times_may_be_an_order_and_nothing_else() -> None:
    keys, xs, times = rows(8, 2500)
    timed, counted = Panel(detector(), irregular=False), Panel(detector())
    timed.push_many(keys, xs, times=times)
    counted.push_many(keys, xs)
    for key in counted.keys():
        assert timed[key].to_bytes() == counted[key].to_bytes()
    events = timed.take_events()
    assert [(e.key, e.index) for e in events] == [(e.key, e.index) for e in counted.take_events()]
    assert all(event.time in times for event in events) and len(events) > 6
    assert "after the one before" in timed.push_many(keys[-1:], xs[:1], times=times[-1:])[0].text
    for again in (Panel.from_bytes(timed.to_bytes()), pickle.loads(pickle.dumps(timed))):
        assert again.to_bytes() == timed.to_bytes()
    waiting = Panel.automatic(first=3, hazard=[0.1, 0.2], irregular=False)
    assert [waiting.push("a", x, time=x) is None for x in (0.0, 0.5, 1.5, 2.0)] == [True, True, False, False]


def test_each_series_may_have_its_own_configuration() -> None:
    random = np.random.default_rng(4)
    counts, levels = random.poisson(3, 60).astype(float), random.normal(1e6, 1e-3, 60)
    panel = Panel.automatic(first=20, missing="skip")
    for count, level in zip(counts, levels, strict=True):
        panel.push("counts", count)
        panel.push("levels", level)
    for key, xs in [("counts", counts), ("levels", levels)]:
        alone = bocpd.Detector.for_stream(xs[:20], missing="skip")
        alone.update_many(xs)
        alone.take_settled()
        assert panel[key].to_bytes() == alone.to_bytes()
    waiting = Panel.automatic(first=3)
    assert waiting.push("a", 0.5) is None and waiting.get("a") is None and "a" in waiting
    with pytest.raises(KeyError, match="a"):
        waiting["a"]


def test_saved_and_read() -> None:
    keys, xs, times = rows(5, 2000)
    panel = Panel(detector())
    panel.push_many(keys[:1000], xs[:1000], times=times[:1000])
    mark = panel.pushed
    copies = [Panel.from_bytes(panel.to_bytes()), pickle.loads(pickle.dumps(panel)), copy.deepcopy(panel)]
    panel.push_many(keys[1000:], xs[1000:], times=times[1000:])
    for again in copies:
        again.push_many(keys[1000:], xs[1000:], times=times[1000:])
        assert again.to_bytes() == panel.to_bytes()
    late = copy.deepcopy(copies[0])
    late.load_bytes(panel.to_bytes(since=mark))
    assert late.to_bytes() == panel.to_bytes()
    idle = late.evict_idle(late.pushed)
    assert len(late) == 0 and set(idle) == set(panel.keys())
    for data in idle.values():
        late.load_bytes(data)
    assert late.keys() == panel.keys()
    for bad in (b"", panel.to_bytes()[:-1], panel["s0"].to_bytes()):
        with pytest.raises(ValueError):
            panel.load_bytes(bad)
    with pytest.raises(ValueError, match="another configuration"):
        Panel(bocpd.Detector(bocpd.Gaussian(), 100)).load_bytes(panel.to_bytes())


class Halves(bocpd.model.ScalarModel):
    """A model of one's own: a Gaussian of known variance, badly written."""

    def prior(self) -> float:
        return 0.0

    def ln_predictive(self, stats: float, x: float) -> float:
        if x == 13:
            raise RuntimeError("thirteen")
        if x > 1e6:
            raise ValueError("it is too large")
        return -((x - stats) ** 2)

    def update(self, stats: float, x: float) -> float:
        return (stats + x) / 2


def test_models_written_in_python() -> None:
    def make() -> bocpd.Detector:
        return bocpd.Detector(Halves(), lambda length: 0.1, bocpd.Pruning(max_hypotheses=5))

    panel, alone = Panel(make()), make()
    xs = np.random.default_rng(6).normal(size=3000)
    errors = panel.push_many(["a", "b"] * 1500, np.where(np.arange(3000) == 7, 1e7, xs))
    assert [(error.row, error.key) for error in errors] == [(7, "b")]
    assert "it is too large" in errors[0].text
    alone.update_many(xs[::2])
    assert panel["a"].p_recent_change(3) == alone.p_recent_change(3)
    with pytest.raises(RuntimeError, match="thirteen"):
        panel.push("a", 13.0)
    with pytest.raises(RuntimeError, match="thirteen"):
        panel.push_many(["b"], [13.0])


def test_what_cannot_be_used_is_said() -> None:
    panel = Panel(detector())
    with pytest.raises(TypeError, match="key must be text or an integer, got float"):
        panel.push(0.5, 1.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="key is too large: 99999999999999999999"):
        panel.push(99999999999999999999, 1.0)
    with pytest.raises(TypeError, match="at row 1: key must be text or an integer, got NoneType"):
        panel.push_many(["a", None], [1.0, 2.0])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="keys must be one for each row, got str"):
        panel.push_many("ab", [1.0, 2.0])
    with pytest.raises(ValueError, match="keys must be one for each of the 2 observations, got 1"):
        panel.push_many(["a"], [1.0, 2.0])
    with pytest.raises(ValueError, match="times must have one for each of the 2 observations"):
        panel.push_many(["a", "b"], [1.0, 2.0], times=[1.0])
    with pytest.raises(ValueError, match="threads must be at least 1, got 0"):
        panel.push_many(["a"] * 3000, np.zeros(3000), threads=0)
    with pytest.raises(ValueError, match="first must be at least 2, got 1"):
        Panel.automatic(first=1)
    with pytest.raises(TypeError, match="hazard must be one of bocpd.hazard or a number, not a function"):
        Panel.automatic(hazard=lambda length: 0.1)
    with pytest.raises(bocpd.ObservationError, match="time must be finite, got NaN") as raised:
        panel.push("a", 1.0, time=float("nan"))
    assert raised.value.index is None and len(panel) == 0
    errors = panel.push_many(["a", "a", "b"], [[1.0, 2.0]] * 3)
    assert [error.row for error in errors] == [0, 1, 2]
    assert panel.push_many([], []) == []


def test_records() -> None:
    event = Event(key="a", index=3, changepoint=2)
    assert pickle.loads(pickle.dumps(event)) == event and event.alarm is None
    error = PushError(row=1, key=7, text="bad")
    assert eval(repr(error), {"PushError": PushError}) == error


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_after_a_fork_threads_are_there() -> None:
    keys, xs, _ = rows(7, 4000)
    panel = Panel(detector())
    panel.push_many(keys, xs)
    child = os.fork()
    if child == 0:
        panel.push_many(keys, xs)
        os._exit(0 if panel.pushed == 8000 else 1)
    assert os.waitpid(child, 0)[1] == 0
