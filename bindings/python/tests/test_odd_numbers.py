"""Every numeric argument of the package, with numbers that arithmetic, comparisons and
conversions go wrong with: each call ends, and gives an answer or an ordinary exception.

Classes, functions and their arguments are read from the stubs and from the sources, so
that a new one is in the walk, or stops it if nothing is known here of one of its
arguments. The calls on one of them run in a process of their own, with a limit on memory
and a limit of seconds on each call.
"""

from __future__ import annotations

import ast
import functools
import importlib
import math
import os
import resource
import select
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import bocpd
from bocpd import fast_bocpd

if not hasattr(os, "fork"):
    pytest.skip("needs fork", allow_module_level=True)

PACKAGE = Path(bocpd.__file__).parent

# A call that takes longer never ends: most take microseconds.
LIMIT = 20
# Numbers that promise room, or ask for work, that no machine has.
MEMORY = 6 << 30

NUMBERS = [
    *(math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, -1.0, 0.5, 5e-324, -5e-324),
    *(sys.float_info.min, sys.float_info.epsilon, 1e-17, 1e-100, 1e-300, 1e15, 2.0**53, 1e17),
    *(2.0**64, 1e100, -1e100, 1e155, 1e300, 1e308, -1e308, sys.float_info.max),
]
COUNTS = [
    *(-(10**30), -(2**63), -1, 0, 1, 2, 9, 64, 1025, 10**12, 2**31, 2**32, 2**53, 2**53 + 1),
    *(2**63 - 1, 2**63, 2**64 - 1, 2**64, 10**30),
]
# What a call with such a number may raise.
ORDINARY = (ValueError, TypeError, OverflowError, IndexError, MemoryError)
# The errors of Fast-BOCPD, for data that cannot be used.
COMPATIBLE = (*ORDINARY, RuntimeError)

# Series, one of which each model can observe.
SERIES = [
    [0.1, 0.4, 0.3, 0.2, 5.2, 4.9, 5.4, 5.0],
    [2.0, 1.0, 3.0, 2.0, 11.0, 12.0, 10.0, 11.0],
    [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0],
]

# Numbers that make for a call that works, by the names of arguments.
USUAL: dict[str, Any] = {
    "mean": 0.3, "kappa": 1.1, "alpha": 1.2, "beta": 0.9, "nu": 4.0, "shape": 1.5, "rate": 0.5,
    "a": 1.5, "b": 0.5, "known_shape": 2.0, "level_variance": 4.0, "variance": 1.3, "cutoff": 4.0, "centre": 0.5,
    "phi": 0.5, "drift": 0.1, "slope": 0.2, "slope_drift": 0.01, "period": 6.0, "harmonics": 2,
    "season": 1.5, "cauchy": 3.0, "memory": 5, "p_outlier": 0.1, "trials": 30, "mean_run_length": 9.0,
    "per_unit_time": 0.1, "scale": 9.0, "k": 2, "p": 0.3, "max_hypotheses": 9,
    "min_weight": 1e-6, "max_run_length": 9, "resample": 1, "index": 3, "p_change_now": 0.2,
    "map_run_length": 2, "map_probability": 0.5, "ln_predictive": -1.5, "p_nearby": 0.2,
    "probability": 0.3, "p_single": 0.1, "low": 2, "high": 5, "share": 0.9, "p_rose": 0.4,
    "difference": 1.5, "sd": 0.5, "start": 0, "end": 4, "observed": 4, "ln_evidence": -9.5,
    "ln_bayes_factor": None, "threshold": 0.9, "window": 50, "min_segment": 3, "clear": 0.5,
    "cool_down": 0, "began": 2, "noticed_at": 4, "false_alarm": 0.1,
    "average_run_length": 10.0, "target": 10.0, "achieved": 10.5, "error": 0.5, "censored": 0.1,
    "horizon": 8, "streams": 3, "history": None, "ahead": 1, "elapsed": None, "n": 3,
    "seed": 1, "mass": 0.9, "x": 0.0, "w": 3, "s": 4, "draws": 3, "block": 1, "longest": 80,
    "mu0": 0.3, "kappa0": 1.1, "alpha0": 1.2, "beta0": 0.9, "n_trials": 30, "lambda_": 9.0,
    "min_cp_prob": 0.2, "reset_r": 2, "drop_prev_min": 4, "cooldown": 5, "bayes_factor": 5.0,
    "warning_threshold": 0.5, "warm_up": 4, "confidence": 0.5, "i": 1, "nu_prior": None,
    "value": 0.5, "level": 0.5, "lags": 1, "lag_scale": 0.5,
    "feature_scale": 1.0, "resolution": 0.5, "sensitivity": 2.0, "size": 2.5,
    "before": 1.5, "evaluations": 20, "ln_evidence_before": -9.5,
    "observations": 8, "fixed": [], "free": [], "converged": True, "config": "{}", "part": "model",
    "outcome": "found", "most": 2, "changes": 1, "ln_joint": -9.5, "all": [], "p_more": 0.1,
    "exact": True, "dimension": 0, "threads": 1, "pushed": 2, "since": 2, "row": 1,
    "rows": 3, "changepoint": 3, "concentration": 0.7, "categories": 3, "p_changed": 0.4,
}  # fmt: skip


def usual_model(cls: type[bocpd.model.Model]) -> bocpd.model.Model:
    """A model with its defaults, and usual values for what has none."""
    try:
        return cls()
    except TypeError as error:
        needed = [name for name in USUAL if f"'{name}'" in str(error)]
        return cls(**{name: USUAL[name] for name in needed})


def usual_series(cls: type[bocpd.model.Model]) -> list[float]:
    """The first series that a model can observe."""
    for series in SERIES:
        detector = bocpd.Detector(usual_model(cls), bocpd.Constant(9))
        try:
            detector.update_many(series)
        except ValueError:
            continue
        return series
    raise LookupError(f"no series for {cls}")


# Each model of the package: what makes one, and what it can observe.
MODELS: dict[str, tuple[Callable[[], bocpd.model.Model], list[float]]] = {
    cls.__name__: (functools.partial(usual_model, cls), usual_series(cls))
    for cls in bocpd.model.Model.__subclasses__()
}


# For functions that are no methods, whose arguments have little to do with the model: one for
# each kind of data, and those with more to them.
FEW = ["Gaussian", "Poisson", "Bernoulli", "StructuredGaussian", "Regression"]


class Function(NamedTuple):
    """Something that can be called, with what the sources say of its arguments."""

    module: str
    owner: str | None
    name: str
    arguments: list[tuple[str, str, bool]]

    @property
    def label(self) -> str:
        return ".".join(part for part in (self.module, self.owner, self.name) if part)


def numeric(annotation: str) -> bool:
    """Whether a number may be passed."""
    return any(word in annotation for word in ("float", "int", "ArrayLike", "SupportsFloat"))


def arguments(node: ast.FunctionDef) -> list[tuple[str, str, bool]]:
    """Name, annotation, and whether it is given by name."""
    given = [(argument, False) for argument in [*node.args.posonlyargs, *node.args.args]]
    given += [(argument, True) for argument in node.args.kwonlyargs]
    return [
        (argument.arg, ast.unparse(argument.annotation) if argument.annotation else "", named)
        for argument, named in given
        if argument.arg not in ("self", "cls")
    ]


def functions() -> Iterator[Function]:
    """Public functions and methods that take a number."""
    for path in [*sorted(PACKAGE.glob("*.pyi")), *sorted(PACKAGE.glob("*.py"))]:
        module = path.stem
        tree = ast.parse(path.read_text(encoding="utf-8"))
        owners = [(None, tree.body)]
        owners += [(node.name, node.body) for node in tree.body if isinstance(node, ast.ClassDef)]
        for owner, body in owners:
            if owner is not None and owner.startswith("_"):
                continue
            for node in body:
                if not isinstance(node, ast.FunctionDef):
                    continue
                public = not node.name.startswith("_") or node.name in (
                    "__new__", "__init__", "__getitem__",
                )  # fmt: skip
                taken = arguments(node)
                if public and any(numeric(annotation) for _, annotation, _ in taken):
                    yield Function(module, owner, node.name, taken)


# Methods that are for the user to write, and what needs no number of the caller's.
ELSEWHERE = {
    ("_own", "FrozenDistribution"), ("_own", "ColumnModel"), ("_own", "ScalarModel"),
    ("_core", "core_seconds"), ("_types", None), ("_labels", None),
    # What arguments are for is said by `bocpd.arrow` and `bocpd.panel`.
    ("_core", "DetectSeries"), ("_core", "scan_series"), ("_core", "typical_elapsed"), ("polars", None), ("duckdb", None), ("spark", None),
    ("_columns", None), ("_spark", None), ("polars", "Expr"), ("polars", "Series"),
}  # fmt: skip


def detector(model: str, **settings: Any) -> bocpd.Detector:
    make, data = MODELS[model]
    alarm = bocpd.alarm.AlarmPolicy(threshold=0.2, window=20, min_segment=1, clear=0.1)
    made = bocpd.Detector(
        make(), bocpd.hazard.Weibull(1.5, 9.0), history="all", shifts=True, alarm=alarm, **settings
    )
    made.update_many(data)
    return made


def instance(owner: str, model: str) -> Any:
    """An object of a class whose methods are asked."""
    make, data = MODELS[model]
    if owner == "Detector":
        return detector(model)
    if owner == "Distribution":
        return detector(model).predict()
    if owner == "Result":
        return bocpd.detect(data, make())
    if owner == "Segmentations":
        return detector(model).segmentations(data, 1)
    if owner == "Steps":
        return bocpd.Detector(make(), bocpd.Constant(9)).update_many(data)
    if owner == "AlarmPolicy":
        return bocpd.alarm.AlarmPolicy
    if owner == "FastBocpd":
        engine = importlib.import_module("bocpd._core").FastBocpd
        return engine(make(), bocpd.Constant(9), 20)
    if owner == "BOCPD":
        return fast_bocpd.BOCPD(fast_bocpd.GaussianNIG(0, 1, 1, 1), fast_bocpd.ConstantHazard(9))
    if owner == "OnlineChangeDetector":
        return fast_bocpd.OnlineChangeDetector(instance("BOCPD", model))
    if owner == "BayesianDriftDetector":
        return importlib.import_module("bocpd.river").BayesianDriftDetector(warm_up=3)
    if owner == "ChangeDetector":
        return importlib.import_module("bocpd.sklearn").ChangeDetector()
    if owner == "Panel":
        panel = bocpd.panel.Panel(bocpd.Detector(make(), bocpd.hazard.Rate(0.1), missing="skip"))
        panel.push_many(["a", "b"] * 4, data)
        return panel
    if owner in ("PoissonGamma", "BernoulliBeta"):
        return getattr(fast_bocpd, owner)(1.5, 0.5)
    raise LookupError(f"how is a {owner} made?")


def usual(function: Function, name: str, annotation: str, model: str) -> Any:
    """What makes for a call that works, in most cases."""
    make, data = MODELS[model]
    by_name: dict[str, Any] = {
        "model": make(), "hazard": bocpd.Constant(9), "obs_model": fast_bocpd.GaussianNIG(0, 1, 1, 1),
        "xs": data, "first": data, "alternatives": [], "alternatives_per": "segment", "data": data, "X": data, "changepoints": [4], "hazards": [0.1, 0.2], "mean_run_lengths": [10, 20], "sizes": [1, 10],
        "models": [bocpd.Gaussian(), bocpd.Gaussian()], "parts": [],
        "kind": "gaussian", "beside": "exposure",
        "numbers": [1.0] * len(data), "pruning": None, "alarm": None, "outliers": None, "missing": "skip", "shifts": True,
        "text": "-", "time": None, "low_time": None,
        "high_time": None, "last_time": None, "times": None, "jump": None, "indent": 2, "latched": False, "parameter": "mean", "name": "mean", "quantity": "average_run_length", "shift": None, "y": None,
        "credible": [2, 3], "neighbourhood": (1, 4), "parameters": [], "model_probabilities": [], "irregular": True, "metadata": None,
        "batches": [], "key": "a", "detector": bocpd.Detector(make(), bocpd.Constant(9), missing="skip"),
        "strict": True, "ax": None, "features": 1 if function.owner == "Regression" else None,
    }  # fmt: skip
    if function.owner == "Steps" and function.name == "__new__":
        return np.zeros(2, dtype=np.int64 if "int64" in annotation else np.float64)
    if function.owner == "ConstantHazard":
        return 9.0
    if function.name == "detect" and name in ("exposure", "trials", "sd", "weight"):
        return None
    if name == "sizes" and annotation == "bool":
        return True
    if name == "nu" and "Sequence" in annotation:
        return [4.0, 9.0]
    if name == "hazard" and function.module == "fast_bocpd":
        return fast_bocpd.ConstantHazard(9.0)
    if name == "model" and annotation.startswith("AnyModel") and function.module == "river":
        return None
    if name == "bocpd":
        return instance("BOCPD", model)
    if name == "series":
        return 1 if function.owner == "Fit" else [data] if function.name == "fit_series" else data
    if name == "pruning" and function.name == "fit_series":
        return bocpd.Pruning()
    if name == "series" and function.module == "arrow":
        return [data]
    if name in ("keys", "times") and function.owner == "Panel":
        return ["a"] * len(data) if name == "keys" else None
    if name == "x":
        return data if function.name == "detect" else data[0]
    if name == "location":
        return bocpd.readout.Location(
            index=3, probability=0.3, p_nearby=0.4, p_single=0.2, low=2, high=3,
            credible=[2, 3], share=0.9, neighbourhood=(1, 4),
        )  # fmt: skip
    if name in by_name:
        return by_name[name]
    if name in USUAL:
        return USUAL[name]
    raise LookupError(f"{function.label}: nothing is known of the argument {name}: {annotation}")


def odd(annotation: str) -> list[Any]:
    """The numbers in the forms in which the argument may be given."""
    numbers: list[Any] = []
    if "float" in annotation or "ArrayLike" in annotation or "SupportsFloat" in annotation:
        numbers += NUMBERS
    if "int" in annotation or "ArrayLike" in annotation:
        numbers += COUNTS
    if any(word in annotation for word in ("Sequence", "NDArray", "ArrayLike")):
        # In a list of a few as well.
        numbers += [[2, number, 3] for number in numbers]
    return numbers


def exercise(made: Any, model: str) -> None:
    """What was made works."""
    _, data = MODELS[model]
    if isinstance(made, bocpd.model.Model):
        made = bocpd.Detector(made, bocpd.Constant(9))
    if isinstance(made, bocpd.hazard.Hazard):
        made = bocpd.Detector(MODELS[model][0](), made)
    if isinstance(made, bocpd.Pruning):
        made = bocpd.Detector(MODELS[model][0](), bocpd.Constant(9), made)
    if isinstance(made, bocpd.alarm.AlarmPolicy):
        made = bocpd.Detector(MODELS[model][0](), bocpd.Constant(9), alarm=made)
    if isinstance(made, bocpd.Detector):
        for x in data:
            try:
                made.update(x)
            except ORDINARY:
                break
        asked = made.predict(3)
        for ask in (made.p_change_within, made.p_next_change_after):
            ask(10**12)
        residual = made.expected_residual
        _ = residual() if callable(residual) else residual
        made = asked
    if isinstance(made, bocpd.distribution.Distribution):
        for x in (math.nan, -math.inf, 0.5, 1e308):
            for ask in (made.cdf, made.survival, made.ln_density, made.pit, made.quantile):
                ask(x)


def walk(function: Function, report: Callable[[str], None]) -> int:
    """Every odd number in the place of every number, for many models; how many calls."""
    calls = 0
    models = ["Gaussian"]
    if function.owner in ("Detector", "Distribution", "FastBocpd"):
        models = list(MODELS)
    elif function.owner is None:
        models = FEW
    for model in models:
        for replaced, annotation, _ in function.arguments:
            if not numeric(annotation) or replaced in ("model", "hazard"):
                continue
            for number in odd(annotation):
                report(f"{function.label}({replaced}={number!r}), {model}")
                given: list[Any] = []
                named: dict[str, Any] = {}
                for name, kind, by_name in function.arguments:
                    value = number if name == replaced else usual(function, name, kind, model)
                    if by_name:
                        named[name] = value
                    else:
                        given.append(value)
                if function.name in ("__new__", "__init__"):
                    module = importlib.import_module(f"bocpd.{function.module}")
                    called = getattr(module, function.owner or "")
                elif function.owner:
                    called = getattr(instance(function.owner, model), function.name)
                else:
                    module = importlib.import_module(f"bocpd.{function.module}")
                    called = getattr(module, function.name)
                if function.label == "calibrate.calibrate":
                    # One of the two promises.
                    other = "average_run_length" if replaced in ("false_alarm", "horizon") else "false_alarm"
                    named[other] = None
                    if other == "false_alarm":
                        named["horizon"] = None
                calls += 1
                try:
                    exercise(called(*given, **named), model)
                except COMPATIBLE if function.owner == "FastBocpd" else ORDINARY:
                    pass
    return calls


def in_a_process(work: Callable[[Callable[[str], None]], int]) -> tuple[int, str | None]:
    """Runs `work(report)` with limits; what it returned, or what it was at."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            calls = work(lambda text: (os.write(writer, f"{text}\n".encode()), None)[1])
            os.write(writer, f"{calls}\n".encode())
            os._exit(0)
        except BaseException as error:  # noqa: BLE001
            os.write(writer, f"  {type(error).__name__}: {error}\n".encode())
            os._exit(1)
    os.close(writer)
    text, ended = b"", False
    while select.select([reader], [], [], LIMIT)[0]:
        piece = os.read(reader, 1 << 16)
        if not piece:
            ended = True
            break
        text = (text + piece)[-8192:]
    if not ended:
        os.kill(child, signal.SIGKILL)
        text += b"  does not end\n"
    os.close(reader)
    _, status = os.waitpid(child, 0)
    lines = text.decode().splitlines()
    if status == 0:
        return int(lines[-1]), None
    if lines and lines[-1].startswith(" "):
        return 0, " ".join(lines[-2:])
    return 0, f"{lines[-1] if lines else 'nothing'} ends with status {status}"


ALL = [
    function
    for function in functions()
    if (function.module, function.owner) not in ELSEWHERE
    and (function.module, function.name) not in ELSEWHERE
]


def test_the_package_is_walked() -> None:
    assert len(ALL) > 60
    labels = {function.label for function in ALL}
    assert {
        "_core.Detector.p_change_within", "model.Gaussian.__new__", "calibrate.calibrate",
        "fit.fit", "readout.Steps.__new__", "_detect.detect",
    } <= labels  # fmt: skip


@pytest.mark.parametrize("function", ALL, ids=lambda function: function.label)
def test_odd_numbers(function: Function) -> None:
    needed = {"_plot": "matplotlib", "arrow": "pyarrow", "river": "river", "sklearn": "sklearn"}.get(function.module)
    if needed:
        library = pytest.importorskip(needed)
        if needed == "matplotlib":
            # A picture for each call is what is wanted.
            library.rcParams["figure.max_open_warning"] = 0
    calls, fault = in_a_process(lambda report: walk(function, report))
    assert fault is None, fault
    assert calls > 0 or "mapping" in function.label
