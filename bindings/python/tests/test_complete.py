"""Nothing that the core can do is missing here."""

from __future__ import annotations

import importlib.metadata
import inspect
import re
from pathlib import Path

import pytest

import bocpd
from bocpd import _core

CORE = Path(__file__).parents[3] / "crates" / "bocpd-core" / "src"

# What has another name here, or is done by something else.
METHODS = {
    "dimension": "model",
    "config": "to_json",
    "update_after": "update",
    "skip_after": "skip",
    "predict_after": "predict",
    "predict_with": "predict",
    "predict_number": "predict",
    "predict_number_after": "predict",
    "predict_after_with": "predict",
    "update_with": "update",
    "update_range": "update_many",
    "segmentation_with": "segmentations",
    "features": "model",
    "snapshot": "to_bytes",
    "restore": "load_bytes",
    "take_alarms": "take_alarms",
    "next_alarm": "take_alarms",
}
# What calibration asks, and what the configuration has.
INTERNAL = {"watch_quiet", "model", "hazard", "pruning", "isa"}
# Where the methods of a detector are.
METHOD_FILES = [
    "any_detector.rs",
    "any_detector/stored.rs",
    "detector/readouts.rs",
    "detector/smoothing.rs",
    "detector/prediction.rs",
    "detector/shift.rs",
]


def source(file: str) -> str:
    path = CORE / file
    if not path.exists():
        pytest.skip("not in the repository")
    return path.read_text()


def block(text: str, head: str) -> str:
    """What stands between `head` and the next line that is `}`."""
    return text[text.index(head) :].split("\n}\n", 1)[0]


def test_every_method_of_a_detector() -> None:
    methods = re.findall(r"^    pub fn (\w+)", "".join(map(source, METHOD_FILES)), re.M)
    assert len(methods) > 40
    for method in set(methods) - INTERNAL:
        assert hasattr(bocpd.Detector, METHODS.get(method, method)), method


def test_every_model_and_hazard() -> None:
    assert len(_core.MODELS) >= 7 and len(_core.HAZARDS) >= 6
    for kinds, base, module in [
        (_core.MODELS, bocpd.model.Model, bocpd.model),
        (_core.HAZARDS, bocpd.hazard.Hazard, bocpd.hazard),
    ]:
        assert {cls.__name__ for cls in kinds.values()} == {
            cls.__name__ for cls in base.__subclasses__()
        }
        for cls in kinds.values():
            assert getattr(module, cls.__name__) is cls and cls.__name__ in module.__all__
            assert cls.__doc__ and set(cls.__match_args__) == set(
                inspect.signature(cls).parameters
            )


def test_defaults_are_those_of_every_other_front_end() -> None:
    """A class with nothing given is what the core makes of no data."""
    for kind, cls in _core.MODELS.items():
        required = {
            name: 2
            for name, parameter in inspect.signature(cls).parameters.items()
            if parameter.default is parameter.empty
        }
        assert bocpd.model_for(kind, [], **required) == cls(**required), kind
    # A default that is the value of another parameter.
    assert bocpd.model.Gamma(known_shape=2) == bocpd.model_for("gamma", [], known_shape=2)
    assert bocpd.model.Gamma(known_shape=2).shape == 2
    assert bocpd.model.StudentTGrid().nu == [2, 4, 8, 16, 64]
    # The one that no data tell.
    assert bocpd.model.StudentT().nu == bocpd.model_for("student_t", [0.0, 9.0, 1.0]).nu == 4


@pytest.mark.parametrize("name", ["LICENSE-MIT", "LICENSE-APACHE"])
def test_licences_come_along(name: str) -> None:
    files = importlib.metadata.files("bocpd-py") or []
    (licence,) = [file for file in files if file.name == name]
    original = CORE.parents[2] / name
    if not original.exists():
        pytest.skip("not in the repository")
    assert licence.read_text(encoding="utf-8") == original.read_text(encoding="utf-8")


def test_licences_of_what_is_compiled_in_come_along() -> None:
    files = importlib.metadata.files("bocpd-py") or []
    (notices,) = [file for file in files if file.name == "THIRD-PARTY.txt"]
    assert "\npyo3 " in notices.read_text(encoding="utf-8")


def test_every_setting() -> None:
    fields = re.findall(r"^    pub (\w+):", block(source("config.rs"), "pub struct Config {"), re.M)
    # The models of several numbers are those of `model`, as a list.
    assert set(fields) - {"product"} <= set(inspect.signature(bocpd.Detector).parameters)


@pytest.mark.parametrize(
    ("file", "head", "cls"),
    [
        ("detector.rs", "pub struct Step", bocpd.Step),
        ("smoothing/location.rs", "pub struct Location", bocpd.readout.Location),
        ("segment.rs", "pub struct Segment", bocpd.readout.Segment),
        ("segment.rs", "pub struct Estimate", bocpd.readout.Estimate),
        ("shift.rs", "pub struct Shift", bocpd.readout.Shift),
        ("alarm.rs", "pub struct Alarm {", bocpd.alarm.Alarm),
        ("alarm/policy.rs", "pub struct AlarmPolicy", bocpd.alarm.AlarmPolicy),
        ("calibrate.rs", "pub struct Calibration", bocpd.calibrate.Calibration),
        ("fit.rs", "pub struct Fit {", bocpd.fit.Fit),
        ("fit.rs", "pub struct Fitted {", bocpd.fit.Fitted),
        ("detect/change.rs", "pub struct Change", bocpd.readout.Change),
        ("detect/change.rs", "pub struct Jump", bocpd.readout.Jump),
        ("detect/change.rs", "pub struct ParameterChange", bocpd.readout.ParameterChange),
        ("remarks.rs", "pub struct Remark", bocpd.readout.Remark),
        ("pruning.rs", "pub struct Pruning", bocpd.Pruning),
        ("outliers/settings.rs", "pub struct Outliers", bocpd.Outliers),
    ],
)
def test_every_field(file: str, head: str, cls: type) -> None:
    fields = re.findall(r"^    pub (\w+):", block(source(file), head), re.M)
    assert fields
    for field in fields:
        assert hasattr(cls, field), field


def test_every_question_to_a_distribution() -> None:
    head = "pub trait Distribution: Debug"
    declared = r"^(    #\[doc\(hidden\)\]\n)?    fn (\w+)"
    asked = re.findall(declared, block(source("distribution.rs"), head), re.M)
    names = {"is_discrete": "discrete", "tail": "p_value"}
    for name in (name for hidden, name in asked if not hidden):
        assert hasattr(bocpd.distribution.Distribution, names.get(name, name)), name
