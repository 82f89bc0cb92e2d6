"""Where names are: at the root what most programs need, the rest in modules."""

from __future__ import annotations

import ast
import importlib
import os
import pickle
import re
import subprocess
import sys
import typing
from pathlib import Path
from types import ModuleType

import pytest

import bocpd
from bocpd import _core

ROOT = Path(__file__).parents[3]

# By hand, but for models and hazards, which tests/test_complete.py looks for.
NAMES = {
    "alarm": {"Alarm", "AlarmPolicy"},
    "calibrate": {"Calibration", "calibrate"},
    "defaults": {"defaults_for", "model_for"},
    "distribution": {"Distribution", "FrozenDistribution"},
    "fit": {"Fit", "Fitted", "fit"},
    "hazard": {"Hazard", *(cls.__name__ for cls in _core.HAZARDS.values())},
    "model": {
        "ColumnModel", "Model", "Product", "ScalarModel", *(cls.__name__ for cls in _core.MODELS.values()),
    },
    "panel": {"Event", "Panel", "PushError"},
    "readout": {
        "Change", "Estimate", "Jump", "Location", "ParameterChange", "PartOfChange", "Remark", "Result",
        "Segment", "Segmentation", "Segmentations", "Shift", "Steps",
    },
}  # fmt: skip
AT_THE_ROOT = {
    "Detector", "ObservationError", "Outliers", "Pruning", "Step", "detect", "is_available", "plot",
    "plot_run_lengths",
}  # fmt: skip
AT_THE_ROOT_TOO = {
    "Constant": "hazard", "Gaussian": "model", "Result": "readout", "defaults_for": "defaults",
    "model_for": "defaults",
}  # fmt: skip


def module(name: str) -> ModuleType:
    return importlib.import_module(f"bocpd.{name}")


def test_names_of_the_root() -> None:
    assert len(bocpd.__all__) == len(set(bocpd.__all__))
    assert set(bocpd.__all__) == AT_THE_ROOT | set(AT_THE_ROOT_TOO)
    assert set(dir(bocpd)) == {*bocpd.__all__, *NAMES, "__version__"}
    for name, home in AT_THE_ROOT_TOO.items():
        assert getattr(bocpd, name) is getattr(module(home), name)
    for name in AT_THE_ROOT:
        assert getattr(bocpd, name).__module__ == "bocpd"


@pytest.mark.parametrize("name", NAMES)
def test_names_of_a_module(name: str) -> None:
    room = module(name)
    assert getattr(bocpd, name) is room and room.__doc__
    assert len(room.__all__) == len(set(room.__all__))
    assert set(room.__all__) == NAMES[name]
    assert set(dir(room)) == NAMES[name]
    for item in room.__all__:
        thing = getattr(room, item)
        assert (thing.__module__, thing.__name__) == (f"bocpd.{name}", item)
        assert thing.__doc__
        assert pickle.loads(pickle.dumps(thing)) is thing


def test_modules_need_no_other_import() -> None:
    code = "import bocpd; " + "; ".join(f"bocpd.{name}.__all__" for name in NAMES)
    subprocess.run([sys.executable, "-c", code], check=True)


def test_all_of_the_compiled_part_has_a_public_place() -> None:
    """But for what the package itself uses."""
    internal = {
        "FastBocpd", "HAZARDS", "MODELS", "STREAM_MEAN_RUN_LENGTH", "Stream", "__version__",
        "command_line", "core_seconds", "defaults_for_length", "fit_series",
            "is_of_several", "kind_with",
        "DetectSeries", "restore", "restore_panel", "scan_series", "structures_in_words",
        "typical_elapsed",
    }  # fmt: skip
    public = AT_THE_ROOT.union(*NAMES.values())
    assert set(_core.__all__) - internal <= public
    assert not internal & public
    for name in set(_core.__all__) & public:
        home = sys.modules[getattr(_core, name).__module__]
        assert getattr(home, name) is getattr(_core, name)


def test_modules_are_those_of_the_crate() -> None:
    crate = ROOT / "crates" / "bocpd-core" / "src" / "lib.rs"
    if not crate.exists():
        pytest.skip("not in the repository")
    assert set(NAMES) <= set(re.findall(r"^pub mod (\w+)", crate.read_text(), re.M))


@pytest.mark.parametrize(("name", "home"), [("Poisson", "model"), ("Steps", "readout")])
def test_a_name_that_is_elsewhere(name: str, home: str) -> None:
    with pytest.raises(AttributeError, match=f"has no attribute '{name}'; it is in bocpd.{home}"):
        getattr(bocpd, name)
    assert not hasattr(bocpd, name)
    with pytest.raises(ImportError, match=f"cannot import name '{name}'"):
        exec(f"from bocpd import {name}", {})
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'$"):
        _ = bocpd.nonsense


def test_type_checkers_see_the_same() -> None:
    """A stub beside each module, and no `__getattr__` that would allow any name."""
    package = Path(bocpd.__file__).parent
    for name in NAMES:
        tree = ast.parse((package / f"{name}.pyi").read_text(encoding="utf-8"))
        names = [
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        ]
        assert names == [module(name).__all__]
    tree = ast.parse(Path(bocpd.__file__).read_text(encoding="utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert "is_available" in functions and "__getattr__" not in functions


def test_type_hints_can_be_asked_for() -> None:
    for thing in (bocpd.Result, bocpd.Result.summary, bocpd.model.ColumnModel.observe):
        assert typing.get_type_hints(thing)


def test_pickles_name_the_public_place() -> None:
    steps = bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(9)).update_many([0.0, 1.0])
    for thing, place in [
        (bocpd.model.Poisson(), b"bocpd.model"),
        (bocpd.hazard.Rate(0.1), b"bocpd.hazard"),
        (bocpd.alarm.AlarmPolicy(), b"bocpd.alarm"),
        (steps, b"bocpd.readout"),
        (bocpd.detect([0.0, 1.0]), b"bocpd.readout"),
    ]:
        data = pickle.dumps(thing)
        assert place in data
        assert type(pickle.loads(data)) is type(thing)


WITHOUT = """
import sys
sys.modules["bocpd._core"] = None
import bocpd
assert not bocpd.is_available()
from bocpd.fast_bocpd import is_available
assert not is_available()

def fails(attempt):
    try:
        exec(attempt, {"bocpd": bocpd})
    except ImportError as error:
        assert "pip install" in str(error) and error.name == "bocpd._core", (attempt, error)
    else:
        raise AssertionError(attempt)

for name in set(dir(bocpd)) - {"is_available", "__version__"}:
    fails(f"bocpd.{name}")
    fails(f"from bocpd import {name}")
for name, item in PLACES:
    fails(f"import bocpd.{name}")
    fails(f"from bocpd.{name} import {item}")
for name in ("nonsense", "__path__x"):
    try:
        getattr(bocpd, name)
    except AttributeError:
        pass
    else:
        raise AssertionError(name)
"""


@pytest.mark.parametrize(
    "name", ["bocpd.sklearn", "bocpd.river", "bocpd.ruptures", "bocpd.ruptures.metrics",
             "bocpd.ruptures.exceptions", "bocpd.fast_bocpd", "bocpd.fast_bocpd.core"]
)  # fmt: skip
def test_other_modules_show_what_is_theirs(name: str) -> None:
    needs = {"bocpd.sklearn": "sklearn", "bocpd.river": "river"}.get(name)
    if needs is not None:
        pytest.importorskip(needs)
    room = importlib.import_module(name)
    assert set(room.__all__) <= set(dir(room))
    assert not {entry for entry in dir(room) if entry in ("annotations", "np", "Any")}


def test_objects_show_what_is_theirs() -> None:
    for thing in (bocpd.detect([0.0, 1.0]), bocpd.Detector(bocpd.Gaussian(), 100)):
        for name in dir(thing):
            assert name.startswith("_") or getattr(type(thing), name, None) is not None or (
                name in type(thing).__dataclass_fields__
            ), name


def test_the_other_package_of_the_name(tmp_path: Path) -> None:
    """PyPI has another `bocpd`; where its files lie beside ours the import fails and says so."""
    package = Path(bocpd.__file__).parent
    both = tmp_path / "bocpd"
    both.mkdir()
    for file in package.iterdir():
        if file.is_file():
            (both / file.name).write_bytes(file.read_bytes())
    attempt = [sys.executable, "-c", "import bocpd; bocpd.detect([0.0, 1.0])"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    subprocess.run(attempt, check=True, env=environment, cwd=tmp_path)
    (both / "online_likelihoods.py").write_text("")
    done = subprocess.run(attempt, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert "ImportError" in done.stderr and "pip uninstall bocpd bocpd-py" in done.stderr


def test_without_the_extension() -> None:
    places = [(name, item) for name in NAMES for item in sorted(NAMES[name])]
    subprocess.run([sys.executable, "-c", f"PLACES = {places}\n{WITHOUT}"], check=True)


def test_what_else_is_missing_is_said() -> None:
    """Not taken for the compiled part."""
    code = """
import sys
sys.modules["numpy"] = None
try:
    import bocpd
except ImportError as error:
    assert error.name == "numpy", error
else:
    raise AssertionError
"""
    subprocess.run([sys.executable, "-c", code], check=True)
