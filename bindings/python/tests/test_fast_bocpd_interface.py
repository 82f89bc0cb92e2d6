"""Code written for Fast-BOCPD 1.0.0 finds everything where it was: names,
submodules, signatures, attributes, return values and types of errors.

What is expected here was recorded from that library.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import math
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unittest import mock

import numpy as np
import pytest

from bocpd import fast_bocpd
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
)

NAN, INF = math.nan, math.inf

MODELS: dict[str, Callable[[], Any]] = {
    "gaussian": lambda: GaussianNIG(0, 1, 1, 1),
    "student-t": lambda: StudentTNG(0, 1, 1, 1),
    "grid": lambda: StudentTNG(0, 1, 1, 1, nu=[2, 5]),
    "poisson": lambda: PoissonGamma(1, 1),
    "bernoulli": lambda: BernoulliBeta(1, 1),
    "binomial": lambda: BinomialBeta(1, 1, 10),
    "gamma": lambda: GammaGamma(2, 1, 1.5),
}
REAL = ("gaussian", "student-t", "grid")
COUNTS = ("poisson", "bernoulli", "binomial")


def filter_of(name: str = "gaussian", r: int = 20, strict: bool = True) -> BOCPD:
    model = MODELS[name]()
    if not strict:
        model.strict = False
    return BOCPD(model, ConstantHazard(100), r)


# -- names -----------------------------------------------------------------------

MODULES = {
    "core": {
        "BOCPD", "BernoulliBeta", "BinomialBeta", "ConstantHazard", "GammaGamma", "GaussianNIG",
        "PoissonGamma", "StudentTNG", "is_available",
    },
    "hazard": {"ConstantHazard"},
    "models": {
        "BernoulliBeta", "BinomialBeta", "GammaGamma", "GaussianNIG", "PoissonGamma", "StudentTNG",
    },
    "utils": {"Changepoint", "OnlineChangeDetector"},
}  # fmt: skip


def test_names() -> None:
    assert set(fast_bocpd.__all__) == {name for names in MODULES.values() for name in names}
    assert all(hasattr(fast_bocpd, name) for name in fast_bocpd.__all__)
    assert fast_bocpd.__version__ == "1.0.0"
    assert fast_bocpd.is_available() is True


@pytest.mark.parametrize("name", MODULES)
def test_submodules(name: str) -> None:
    module = importlib.import_module(f"bocpd.fast_bocpd.{name}")
    assert getattr(fast_bocpd, name) is module
    assert set(module.__all__) == MODULES[name]
    for item in MODULES[name]:
        assert getattr(module, item) is getattr(fast_bocpd, item)


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("BOCPD", "core"), ("is_available", "core"), ("ConstantHazard", "hazard"),
        ("GaussianNIG", "models"), ("StudentTNG", "models"), ("PoissonGamma", "models"),
        ("BernoulliBeta", "models"), ("BinomialBeta", "models"), ("GammaGamma", "models"),
        ("Changepoint", "utils"), ("OnlineChangeDetector", "utils"),
    ],
)  # fmt: skip
def test_where_things_are_defined(name: str, module: str) -> None:
    assert getattr(fast_bocpd, name).__module__ == f"bocpd.fast_bocpd.{module}"


# -- signatures ------------------------------------------------------------------

SIGNATURES = {
    "is_available": "()",
    "ConstantHazard": "(lambda_)",
    "GaussianNIG": "(mu0, kappa0, alpha0, beta0)",
    "StudentTNG": "(mu0, kappa0, alpha0, beta0, nu=3.0, nu_prior=None)",
    "PoissonGamma": "(alpha0, beta0, *, strict=True)",
    "PoissonGamma.validate_data": "(self, x)",
    "PoissonGamma.validate_batch": "(self, data)",
    "BernoulliBeta": "(alpha0, beta0, *, strict=True)",
    "BernoulliBeta.validate_data": "(self, x)",
    "BernoulliBeta.validate_batch": "(self, data)",
    "BinomialBeta": "(alpha0, beta0, n_trials, *, strict=True)",
    "BinomialBeta.validate_data": "(self, k)",
    "BinomialBeta.validate_batch": "(self, data)",
    "GammaGamma": "(alpha0, beta0, shape=1.0, *, strict=True)",
    "GammaGamma.validate_data": "(self, x)",
    "GammaGamma.validate_batch": "(self, data)",
    "BOCPD": "(obs_model, hazard, max_run_length=200)",
    "BOCPD.update": "(self, x)",
    "BOCPD.batch_update": "(self, data)",
    "BOCPD.get_posterior": "(self)",
    "BOCPD.get_map_run_length": "(self)",
    "BOCPD.get_map_confidence": "(self)",
    "BOCPD.reset": "(self)",
    "BOCPD.close": "(self)",
    "BOCPD.__enter__": "(self)",
    "BOCPD.__exit__": "(self, exc_type, exc_val, exc_tb)",
    "Changepoint": "(index, prev_run_length=0, cp_prob=0.0, map_run_length=0, "
    "map_confidence=0.0, observation=0.0, metadata=None)",
    "OnlineChangeDetector": "(bocpd, min_cp_prob=None, reset_r=2, drop_prev_min=None, "
    "cooldown=None, bayes_factor=5.0)",
    "OnlineChangeDetector.update": "(self, x, metadata=None)",
    "OnlineChangeDetector.get_current_run_length": "(self)",
    "OnlineChangeDetector.get_current_map_run_length": "(self)",
    "OnlineChangeDetector.get_changepoints": "(self)",
    "OnlineChangeDetector.get_map_history": "(self)",
    "OnlineChangeDetector.get_segments": "(self)",
    "OnlineChangeDetector.reset": "(self)",
}


def signature(thing: Callable[..., Any]) -> str:
    plain = inspect.signature(thing)
    parameters = [p.replace(annotation=inspect.Parameter.empty) for p in plain.parameters.values()]
    return str(
        plain.replace(parameters=parameters, return_annotation=inspect.Signature.empty)
    )


@pytest.mark.parametrize("path", SIGNATURES)
def test_signatures(path: str) -> None:
    thing: Any = fast_bocpd
    for name in path.split("."):
        thing = getattr(thing, name)
    assert signature(thing) == SIGNATURES[path]


def test_every_public_method_has_its_signature_above() -> None:
    found = set()
    for name in fast_bocpd.__all__:
        thing = getattr(fast_bocpd, name)
        found.add(name)
        if inspect.isclass(thing):
            methods = inspect.getmembers(thing, inspect.isfunction)
            found |= {f"{name}.{method}" for method, _ in methods if method[0] != "_"}
    assert found == {path for path in SIGNATURES if "__" not in path}


# -- attributes --------------------------------------------------------------------


def public(thing: object) -> dict[str, Any]:
    return {name: value for name, value in vars(thing).items() if name[0] != "_"}


@pytest.mark.parametrize(
    ("thing", "attributes"),
    [
        (GaussianNIG(1, 2, 3, 4), {"mu0": 1.0, "kappa0": 2.0, "alpha0": 3.0, "beta0": 4.0}),
        (StudentTNG(1, 2, 3, 4, 5, [1, 2]),
         {"mu0": 1.0, "kappa0": 2.0, "alpha0": 3.0, "beta0": 4.0, "nu": 5.0, "is_grid": False,
          "nu_grid": None, "nu_prior": None, "K": None}),
        (PoissonGamma(1, 2), {"alpha0": 1.0, "beta0": 2.0, "strict": True}),
        (BernoulliBeta(1, 2, strict=False), {"alpha0": 1.0, "beta0": 2.0, "strict": False}),
        (BinomialBeta(1, 2, 3), {"alpha0": 1.0, "beta0": 2.0, "n_trials": 3, "strict": True}),
        (GammaGamma(1, 2), {"alpha0": 1.0, "beta0": 2.0, "shape": 1.0, "strict": True}),
        (ConstantHazard(50), {"lambda_": 50.0, "H": 0.02}),
    ],
)  # fmt: skip
def test_attributes(thing: object, attributes: dict[str, Any]) -> None:
    assert public(thing) == attributes
    for name, value in attributes.items():
        assert type(getattr(thing, name)) is type(value)
    assert public(pickle.loads(pickle.dumps(thing))) == attributes


def test_attributes_of_a_grid() -> None:
    model = StudentTNG(0, 1, 1, 1, nu=(2, 5), nu_prior=[1, 3])
    assert (model.nu, model.is_grid, model.K) == (None, True, 2)
    assert model.nu_grid is not None and model.nu_grid.tolist() == [2.0, 5.0]
    assert model.nu_prior is not None and model.nu_prior.tolist() == [0.25, 0.75]
    assert model.nu_grid.dtype == model.nu_prior.dtype == np.float64
    even = StudentTNG(0, 1, 1, 1, nu=np.array([2, 5, 9, 12])).nu_prior
    assert even is not None and even.tolist() == [0.25] * 4


def test_attributes_of_filter_and_detector() -> None:
    model, hazard = GaussianNIG(0, 1, 1, 1), ConstantHazard(100)
    filter = BOCPD(model, hazard, "10")  # type: ignore[arg-type]
    assert public(filter) == {"obs_model": model, "hazard": hazard, "max_run_length": 10}
    assert filter.obs_model is model and filter.hazard is hazard
    assert BOCPD(model, hazard).max_run_length == 200
    assert BOCPD(model, hazard, 10.9).max_run_length == 10  # type: ignore[arg-type]
    detector = OnlineChangeDetector(filter, 0.5, 3, 4, 5, 6)
    assert public(detector) == {
        "bocpd": filter, "min_cp_prob": 0.5, "reset_r": 3, "drop_prev_min": 4, "cooldown": 5,
        "bayes_factor": 6,
    }  # fmt: skip


def test_changepoint_is_a_dataclass() -> None:
    change = Changepoint(3, 25, 0.5, 1, 0.25, 9.0, "m")
    assert dataclasses.astuple(change) == (3, 25, 0.5, 1, 0.25, 9.0, "m")
    assert repr(change) == (
        "Changepoint(index=3, prev_run_length=25, cp_prob=0.5, map_run_length=1, "
        "map_confidence=0.25, observation=9.0, metadata='m')"
    )
    assert change == dataclasses.replace(change) != dataclasses.replace(change, index=4)
    assert change.confidence == 0.5
    with pytest.raises(TypeError):
        hash(change)
    with pytest.raises(AttributeError):
        change.confidence = 1.0  # type: ignore[misc]


# -- closing -------------------------------------------------------------------------


def test_state_is_none_once_closed() -> None:
    with filter_of() as filter:
        assert filter._state is not None
    assert filter._state is None
    filter.close()
    assert filter._state is None
    with filter as same:
        assert same is filter
    assert filter.__exit__(ValueError, ValueError(), None) is False
    with pytest.raises(ZeroDivisionError), filter_of() as filter:
        1 / 0
    assert filter._state is None


CLOSED: dict[str, Callable[[BOCPD], object]] = {
    "update": lambda filter: filter.update(1.0),
    "batch_update": lambda filter: filter.batch_update([1.0]),
    "empty batch_update": lambda filter: filter.batch_update([]),
    "get_posterior": BOCPD.get_posterior,
    "get_map_run_length": BOCPD.get_map_run_length,
    "get_map_confidence": BOCPD.get_map_confidence,
    "reset": BOCPD.reset,
}


@pytest.mark.parametrize("use", CLOSED.values(), ids=CLOSED)
@pytest.mark.parametrize("name", MODELS)
def test_closed(name: str, use: Callable[[BOCPD], object]) -> None:
    filter = filter_of(name)
    filter.close()
    with pytest.raises(RuntimeError, match="this BOCPD is closed"):
        use(filter)


@pytest.mark.parametrize("name", MODELS)
def test_what_is_looked_at_first_in_a_closed_filter(name: str) -> None:
    filter = filter_of(name)
    filter.close()
    # Models of counts look at an observation before anything else does.
    first = ValueError if name in COUNTS else RuntimeError
    for bad in (NAN, -1.5):
        with pytest.raises(first):
            filter.update(bad)
        with pytest.raises(first):
            filter.batch_update([bad])
    # An array is made of a batch before that, but an observation is not yet read.
    with pytest.raises(ValueError):
        filter.batch_update([[1.0, 2.0], [3.0]])
    with pytest.raises(TypeError if name in COUNTS else RuntimeError):
        filter.update("text")  # type: ignore[arg-type]


# -- what comes back -----------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_return_values(name: str) -> None:
    filter = filter_of(name)
    for posterior in (filter.get_posterior(), filter.update(1)[0], filter.get_posterior()):
        assert type(posterior) is np.ndarray and posterior.dtype == np.float64
        assert posterior.shape == (21,) and posterior.flags.owndata and posterior.flags.writeable
    update = filter.update(1)
    assert type(update) is tuple and len(update) == 2 and type(update[1]) is float
    assert type(filter.get_map_run_length()) is int
    assert type(filter.get_map_confidence()) is np.float64
    changes = filter.batch_update([1, 1, 1])
    assert type(changes) is np.ndarray and changes.dtype == np.float64 and changes.shape == (3,)
    assert filter.reset() is None and filter.close() is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(
    ("data", "n"),
    [
        ([], 0), ((), 0), (np.array([], dtype=int), 0), (1, 1), (np.float64(1), 1),
        (np.array(1.0), 1), (True, 1), ([1, 1], 2), ((1.0, 1.0), 2), (range(1, 2), 1),
        (np.array([1, 1], dtype=np.uint8), 2), (np.array([True, True]), 2),
        (np.ones(2, dtype=np.float16), 2), (np.ones(2, dtype=np.longdouble), 2),
        (np.ones(6)[::2], 3), (np.ones(2, dtype=">f8"), 2), (memoryview(np.ones(2)), 2),
        (np.ones((3, 1)), 3), ([[1.0], [1.0]], 2),
    ],
)  # fmt: skip
def test_forms_of_a_batch(name: str, data: Any, n: int) -> None:
    changes = filter_of(name).batch_update(data)
    assert changes.shape == (n,) and changes.dtype == np.float64
    assert np.array_equal(changes, filter_of(name).batch_update([1.0] * n))


def test_validated_batches() -> None:
    for name in (*COUNTS, "gamma"):
        model = MODELS[name]()
        data = np.ones(3)
        assert model.validate_batch(data) is data
        for other in ([1, 1], (1,), 1, np.ones(4)[::2], np.ones(2, dtype=int)):
            values = model.validate_batch(other)
            assert values.dtype == np.float64 and values.flags.c_contiguous and values.ndim == 1
        assert model.validate_data(1) is None


def test_detector_returns() -> None:
    detector = OnlineChangeDetector(filter_of(r=100), cooldown=0)
    assert detector.get_segments() == [(0, 0)]
    returned = [detector.update(x, metadata=i) for i, x in enumerate([0.0] * 30 + [9.0] * 5)]
    [change] = [change for change in returned if change is not None]
    assert type(change) is Changepoint and (change.index, change.metadata) == (30, 30)
    assert type(change.cp_prob) is float and type(change.map_confidence) is np.float64
    assert type(change.map_run_length) is int and type(change.prev_run_length) is int
    assert detector.get_changepoints() == [change]
    assert detector.get_changepoints() is not detector.get_changepoints()
    assert detector.get_map_history() is not detector.get_map_history()
    assert {type(r) for r in detector.get_map_history()} == {int}
    assert detector.get_segments() == [(0, 30), (30, 35)]
    assert detector.get_current_run_length() == 5


# -- what is replaced later -------------------------------------------------------------


def test_the_model_of_the_moment_checks() -> None:
    filter = filter_of("gaussian")
    filter.obs_model = PoissonGamma(1, 1)
    with pytest.raises(ValueError):
        filter.update(-1.5)
    filter.obs_model.strict = False
    filter.update(-1.5)

    def refuse(x: float) -> None:
        raise KeyError(x)

    filter.obs_model.validate_data = refuse  # type: ignore[method-assign]
    with pytest.raises(KeyError):
        filter.update(1.0)


def test_parameters_are_read_when_the_filter_is_made() -> None:
    model, hazard = GaussianNIG(0, 1, 1, 1), ConstantHazard(9)
    changed, expected = BOCPD(model, hazard, 5), BOCPD(model, hazard, 5).batch_update([1, 2, 3])
    model.mu0 = 50.0
    hazard.lambda_ = 2.0
    assert np.array_equal(changed.batch_update([1, 2, 3]), expected)
    assert not np.array_equal(BOCPD(model, hazard, 5).batch_update([1, 2, 3]), expected)


def test_the_detector_calls_what_is_replaced() -> None:
    filter, other = filter_of(), filter_of("gaussian", 5)
    detector = OnlineChangeDetector(filter)
    spy = mock.Mock(side_effect=filter.update)
    filter.update = spy  # type: ignore[method-assign]
    detector.update(1.0)
    assert spy.call_args == mock.call(1.0)
    with mock.patch.object(BOCPD, "get_map_run_length", lambda self: 17):
        detector.update(1.0)
    assert detector.get_map_history() == [1, 17]
    detector.bocpd = other
    detector.update(1.0)
    assert other.get_map_run_length() == 1

    class Counting(BOCPD):
        calls = 0

        def update(self, x: float) -> Any:
            self.calls += 1
            return super().update(x)

    counting = Counting(GaussianNIG(0, 1, 1, 1), ConstantHazard(100))
    OnlineChangeDetector(counting).update(1.0)
    assert counting.calls == 1


# -- types of errors ----------------------------------------------------------------------

HAZARD = ConstantHazard(100)

CONSTRUCTION: list[tuple[Callable[[], object], type[Exception]]] = [
    (lambda: GaussianNIG(0, 0, 1, 1), ValueError),
    (lambda: GaussianNIG(0, 1, -1, 1), ValueError),
    (lambda: GaussianNIG("x", 1, 1, 1), ValueError),  # type: ignore[arg-type]
    (lambda: GaussianNIG(0, "1", 1, 1), TypeError),  # type: ignore[arg-type]
    (lambda: GaussianNIG(None, 1, 1, 1), TypeError),  # type: ignore[arg-type]
    (lambda: GaussianNIG(0, 10**400, 1, 1), OverflowError),
    (lambda: GaussianNIG(0, np.ones(2), 1, 1), ValueError),  # type: ignore[arg-type]
    (lambda: GaussianNIG(0, 1, 1), TypeError),  # type: ignore[call-arg]
    (lambda: StudentTNG(0, 1, 1, 1, 0), ValueError),
    (lambda: StudentTNG(0, 1, 1, 1, []), ValueError),
    (lambda: StudentTNG(0, 1, 1, 1, [2, 0]), ValueError),
    (lambda: StudentTNG(0, 1, 1, 1, [2, NAN]), ValueError),
    (lambda: StudentTNG(0, 1, 1, 1, "x"), ValueError),
    (lambda: StudentTNG(0, 1, 1, 1, object()), TypeError),  # type: ignore[arg-type]
    (lambda: StudentTNG(0, 1, 1, 1, [2, 5], 1.0), ValueError),
    (lambda: StudentTNG(0, 1, 1, 1, [2, 5], [1]), ValueError),
    (lambda: StudentTNG(0, 1, 1, 1, [2, 5], [0, 0]), ValueError),
    (lambda: StudentTNG(0, 1, 1, 1, [2, 5], [1, NAN]), ValueError),
    (lambda: StudentTNG(0, 1, 1, 1, [2, 5], [1, -1]), ValueError),
    (lambda: PoissonGamma(0, 1), ValueError),
    (lambda: PoissonGamma(1, NAN), ValueError),
    (lambda: PoissonGamma(INF, 1), ValueError),
    (lambda: PoissonGamma("1", 1), TypeError),  # type: ignore[arg-type]
    (lambda: PoissonGamma(1, Decimal(1)), TypeError),  # type: ignore[arg-type]
    (lambda: PoissonGamma(1, np.bool_(True)), TypeError),  # type: ignore[arg-type]
    (lambda: PoissonGamma(1, 10**400), OverflowError),
    (lambda: PoissonGamma(1, 1, True), TypeError),  # type: ignore[misc]
    # Types are looked at before values.
    (lambda: PoissonGamma(NAN, "x"), TypeError),  # type: ignore[arg-type]
    (lambda: BinomialBeta(-1, 1, 1.5), TypeError),  # type: ignore[arg-type]
    (lambda: GammaGamma(-1, 1, "x"), TypeError),  # type: ignore[arg-type]
    (lambda: BinomialBeta(1, 1, 0), ValueError),
    (lambda: BinomialBeta(1, 1, 2.0), TypeError),  # type: ignore[arg-type]
    (lambda: GammaGamma(1, 1, 0.5), ValueError),
    (lambda: GammaGamma(1, 1, None), TypeError),  # type: ignore[arg-type]
    (lambda: ConstantHazard(1), ValueError),
    (lambda: ConstantHazard(0), ValueError),
    (lambda: ConstantHazard(NAN), ValueError),
    (lambda: ConstantHazard(INF), ValueError),
    (lambda: ConstantHazard("9"), TypeError),  # type: ignore[arg-type]
    (lambda: BOCPD(GaussianNIG(0, 1, 1, 1), HAZARD, 0), ValueError),
    (lambda: BOCPD(GaussianNIG(0, 1, 1, 1), HAZARD, "x"), ValueError),  # type: ignore[arg-type]
    (lambda: BOCPD(GaussianNIG(0, 1, 1, 1), HAZARD, None), TypeError),  # type: ignore[arg-type]
    (lambda: BOCPD(GaussianNIG(0, 1, 1, 1), HAZARD, NAN), ValueError),  # type: ignore[arg-type]
    (lambda: BOCPD(GaussianNIG(0, 1, 1, 1), HAZARD, INF), OverflowError),  # type: ignore[arg-type]
    (lambda: BOCPD(GaussianNIG(0, 1, 1, 1), HAZARD, 2**31), RuntimeError),
    (lambda: BOCPD(GaussianNIG(0, 1, 1, 1), 100), ValueError),  # type: ignore[arg-type]
    (lambda: BOCPD(HAZARD, GaussianNIG(0, 1, 1, 1)), ValueError),  # type: ignore[arg-type]
    (lambda: BOCPD(GaussianNIG, HAZARD), ValueError),  # type: ignore[arg-type]
    (lambda: BOCPD(BinomialBeta(1, 1, 2**31), HAZARD), RuntimeError),
    (lambda: BOCPD(BinomialBeta(1, 1, 10**400), HAZARD), RuntimeError),
]


@pytest.mark.parametrize(("make", "error"), CONSTRUCTION)
def test_types_of_errors_in_construction(
    make: Callable[[], object], error: type[Exception]
) -> None:
    with pytest.raises(Exception) as raised:
        make()
    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (lambda: GaussianNIG(NAN, 1, 1, 1), "mu0"),
        (lambda: GaussianNIG(1e150, 1, 1, 1), "mu0"),
        (lambda: GaussianNIG(0, NAN, 1, 1), "kappa0"),
        (lambda: GaussianNIG(0, 1, INF, 1), "alpha0"),
        (lambda: GaussianNIG(0, 1, 1, 1e-150), "beta0"),
        (lambda: StudentTNG(0, 1, 1, 1, nu=0.5), "nu"),
        (lambda: StudentTNG(0, 1, 1, 1, nu=INF), "nu"),
        (lambda: StudentTNG(0, 1, 1, 1, nu=None), "nu"),
        (lambda: StudentTNG(0, 1, 1, 1, nu=[2, 0.5]), r"nu\[1\]"),
        (lambda: PoissonGamma(1e-101, 1), "alpha0"),
        (lambda: PoissonGamma(1, 1e101), "beta0"),
        (lambda: BernoulliBeta(1e101, 1), "alpha0"),
        (lambda: BinomialBeta(1, 1e-101, 3), "beta0"),
        (lambda: BinomialBeta(1, 1, 2**31), "n_trials"),
        (lambda: GammaGamma(1e101, 1), "alpha0"),
        (lambda: GammaGamma(1, 1e101), "beta0"),
        (lambda: GammaGamma(1, 1, 1e7), "shape"),
    ],
)
def test_parameters_that_the_filter_refuses(model: Callable[[], Any], name: str) -> None:
    # Accepted by the model, as there. The type is that of the first update there.
    refused = model()
    with pytest.raises(RuntimeError, match=f"^{name} must .*, got "):
        BOCPD(refused, HAZARD)


def test_hazards_that_the_filter_refuses() -> None:
    hazard = ConstantHazard(9)
    hazard.lambda_ = 0.5
    with pytest.raises(RuntimeError, match="^lambda_ must .*, got 0.5"):
        BOCPD(GaussianNIG(0, 1, 1, 1), hazard)


def wrong(name: str, bad: object, strict: bool = True) -> type[Exception]:
    """The type of what `update` raises; a batch of it raises the same."""
    filter = filter_of(name, strict=strict)
    before = filter.get_posterior()
    with pytest.raises(Exception) as raised:
        filter.update(bad)  # type: ignore[arg-type]
    assert np.array_equal(filter.get_posterior(), before)
    detector = OnlineChangeDetector(filter)
    with pytest.raises(type(raised.value)):
        detector.update(bad)  # type: ignore[arg-type]
    assert detector.get_map_history() == [] and np.array_equal(filter.get_posterior(), before)
    return type(raised.value)


@pytest.mark.parametrize("name", MODELS)
def test_types_of_errors_in_update(name: str) -> None:
    counts = name in COUNTS
    for bad in (NAN, INF, -INF, np.float64(NAN)):
        assert wrong(name, bad) is (ValueError if counts else RuntimeError)
    for bad in (None, object(), {}, 1j):
        assert wrong(name, bad) is TypeError
    for bad in ([], np.ones(2)):
        assert wrong(name, bad) is (ValueError if counts else TypeError)
    assert wrong(name, "text") is (TypeError if counts else ValueError)
    assert wrong(name, 10**400) is (TypeError if counts else OverflowError)
    if counts:
        for bad in ("1", b"1", Decimal(1), np.bool_(True), np.array(1.0)):
            assert wrong(name, bad) is TypeError
        assert wrong(name, NAN, strict=False) is RuntimeError
        assert wrong(name, 0.5, strict=False) is RuntimeError
        assert wrong(name, None, strict=False) is TypeError
    else:
        for good in ("1", b"1", Decimal(1), np.bool_(True), np.array(1.0)):
            filter_of(name).update(good)  # type: ignore[arg-type]
    if name == "gamma":
        assert wrong(name, -1.0) is RuntimeError
        assert wrong(name, 0.0) is RuntimeError


OUTSIDE = {"poisson": [-1, 0.5, 1 + 1e-8], "bernoulli": [2, 0.5, -1], "binomial": [-1, 0.5, 11]}


@pytest.mark.parametrize("name", COUNTS)
def test_counts_outside(name: str) -> None:
    model = MODELS[name]()
    for bad in OUTSIDE[name]:
        assert wrong(name, bad) is ValueError
        assert wrong(name, bad, strict=False) is RuntimeError
        with pytest.raises(ValueError, match=f"observation must .*, got {bad}"):
            model.validate_data(bad)
        with pytest.raises(ValueError, match=f"at index 1: observation must .*, got {float(bad)}"):
            model.validate_batch([1, bad])
        model.strict = False
        assert model.validate_data(bad) is None
        assert model.validate_batch([1, bad]).tolist() == [1, bad]
        model.strict = True


@pytest.mark.parametrize("name", MODELS)
def test_types_of_errors_in_a_batch(name: str) -> None:
    counts = name in COUNTS

    def wrong(bad: Any, strict: bool = True) -> type[Exception]:
        filter = filter_of(name, strict=strict)
        before = filter.get_posterior()
        with pytest.raises(Exception) as raised:
            filter.batch_update(bad)
        assert np.array_equal(filter.get_posterior(), before)
        return type(raised.value)

    for bad in (NAN, [NAN], [INF], [-INF, 1]):
        assert wrong(bad) is (ValueError if counts else RuntimeError)
    # None is NaN in an array, unless the model looks at it before.
    for bad in (None, [None]):
        assert wrong(bad) is (TypeError if counts else RuntimeError)
        assert wrong(bad, strict=False) is RuntimeError
    for bad in (object(), [object()], {1: 2}, iter([1.0])):
        assert wrong(bad) is TypeError
    for bad in ("text", ["text"]):
        assert wrong(bad) is (TypeError if counts else ValueError)
    assert wrong([[1.0, 2.0], [3.0]]) is ValueError
    assert wrong([10**400]) is (TypeError if counts else OverflowError)
    if counts:
        for bad in ("1", ["1", "1"], [Decimal(1)], np.array([1.0], dtype=object)):
            assert wrong(bad) is TypeError
    else:
        for good in ("1", ["1"], [Decimal(1)], np.array([1.0], dtype=object)):
            assert filter_of(name).batch_update(good).shape == (1,)
    if name == "gamma":
        assert wrong([-1.0]) is RuntimeError
    if not counts:
        assert wrong([1 + 2j]) is TypeError
    # Fast-BOCPD reads other numbers than these.
    closed = filter_of(name)
    closed.close()
    for shape in ((1, 3), (2, 2), (1, 1, 1), (3, 0)):
        assert wrong(np.ones(shape)) is ValueError
        with pytest.raises(RuntimeError):
            closed.batch_update(np.ones(shape))
    masked = np.ma.array([0.0, 1.0], mask=[True, False])
    assert wrong(masked) is (ValueError if counts else RuntimeError)


def test_complex_numbers_lose_their_imaginary_part_as_in_numpy() -> None:
    for name in REAL:
        with pytest.warns(np.exceptions.ComplexWarning):
            changes = filter_of(name).batch_update(np.array([1 + 2j]))
        assert changes.shape == (1,)


@pytest.mark.parametrize("name", MODELS)
def test_a_batch_that_fails_has_taken_in_what_was_good(name: str) -> None:
    filter, half = filter_of(name, strict=False), filter_of(name, strict=False)
    half.batch_update([1.0, 1.0])
    with pytest.raises(RuntimeError, match="^at index 2: observation must .*, got NaN"):
        filter.batch_update([1.0, 1.0, NAN, 1.0])
    assert np.array_equal(filter.get_posterior(), half.get_posterior())


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"bayes_factor": 0}, ValueError),
        ({"bayes_factor": NAN}, ValueError),
        ({"bayes_factor": "5"}, TypeError),
        ({"bayes_factor": None}, TypeError),
        ({"min_cp_prob": 0}, ValueError),
        ({"min_cp_prob": 1}, ValueError),
        ({"min_cp_prob": NAN}, ValueError),
        ({"min_cp_prob": "0.5"}, TypeError),
        ({"min_cp_prob": np.array([None])}, TypeError),
        ({"reset_r": -1}, ValueError),
        ({"reset_r": None}, TypeError),
        ({"drop_prev_min": -1}, ValueError),
        ({"drop_prev_min": "3"}, TypeError),
        ({"cooldown": -0.5}, ValueError),
        ({"cooldown": []}, TypeError),
    ],
)
def test_types_of_errors_in_settings(settings: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(Exception) as raised:
        OnlineChangeDetector(filter_of(), **settings)
    assert type(raised.value) is error


def test_settings_that_pass() -> None:
    for name in ("reset_r", "drop_prev_min", "cooldown"):
        for value in (NAN, INF, 2.5, True):
            settings: dict[str, Any] = {name: value}
            assert getattr(OnlineChangeDetector(filter_of(), **settings), name) is value


@pytest.mark.parametrize(
    ("lambda_", "error"),
    [("100", None), ("x", ValueError), (object(), ValueError), (-1, ValueError), (0, ValueError),
     (NAN, ValueError), (INF, ValueError), (10**400, OverflowError)],
)  # fmt: skip
def test_what_a_foreign_hazard_may_say(lambda_: Any, error: type[Exception] | None) -> None:
    filter = mock.Mock(hazard=mock.Mock(lambda_=lambda_))
    if error is None:
        assert OnlineChangeDetector(filter).drop_prev_min == 25
        return
    with pytest.raises(Exception) as raised:
        OnlineChangeDetector(filter)
    assert type(raised.value) is error
    # Not asked for where nothing depends on it.
    OnlineChangeDetector(filter, 0.5, 2, 3, 4)
