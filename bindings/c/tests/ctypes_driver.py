"""Drives the shared library from Python's standard library alone.

    python3 ctypes_driver.py path/to/libbocpd.so path/to/bocpd.h path/to/tests/corpus

Runs the whole corpus against the numbers in its files. What models and hazards there are, and
how they are set, is read from the header.
"""

import ctypes
import json
import math
import pathlib
import re
import sys

import ctypes_readouts

DOUBLE, SIZE, U32, U64 = ctypes.c_double, ctypes.c_size_t, ctypes.c_uint32, ctypes.c_uint64
POINTER = ctypes.c_void_p


class Failure(Exception):
    """A call that did not return BOCPD_OK."""


class Library:
    """The functions as methods, without their prefix; a status that is not 0 raises."""

    def __init__(self, path, header):
        self._library = ctypes.CDLL(path)
        self.setters = setters(pathlib.Path(header).read_text())
        self._library.bocpd_last_error_message.restype = ctypes.c_char_p
        self._library.bocpd_version.restype = ctypes.c_char_p
        for kind in ("config", "detector", "distribution", "locations", "segments", "detection", "alarms"):
            free = self._library[f"bocpd_{kind}_free"]
            free.restype, free.argtypes = None, [POINTER]

    def version(self):
        return self._library.bocpd_version().decode()

    def call(self, name, *arguments):
        status = self._library[f"bocpd_{name}"](*arguments)
        if status != 0:
            raise Failure(status, self._library.bocpd_last_error_message().decode())

    def make(self, name, *arguments):
        handle = POINTER()
        self.call(name, *arguments, ctypes.byref(handle))
        return handle

    def free(self, kind, handle):
        self._library[f"bocpd_{kind}_free"](handle)

    def get(self, name, type_, handle, *arguments):
        value = type_()
        self.call(f"detector_{name}", handle, *arguments, ctypes.byref(value))
        return value.value

    def list(self, name, type_, handle):
        length = SIZE()
        self.call(f"detector_{name}", handle, None, SIZE(0), ctypes.byref(length))
        values = (type_ * max(1, length.value))()
        self.call(f"detector_{name}", handle, values, SIZE(len(values)), ctypes.byref(length))
        return list(values[: length.value])


def doubles(values):
    return (DOUBLE * len(values))(*values)


def setters(header):
    """The parameters of each setter of the header after the configuration, in order: names and
    types."""
    types = {"double": DOUBLE, "uint32_t": U32, "uint64_t": U64, "size_t": SIZE}
    found = {}
    for name, parameters in re.findall(r"^bocpd_status bocpd_(config_set_\w+)\((.*?)\);", header, re.M | re.S):
        _, *rest = [parameter.split() for parameter in parameters.split(",")]
        found[name] = [
            (parts[-1].lstrip("*"), "list" if parts[-1].startswith("*") else types.get(parts[-2]))
            for parts in rest
        ]
    return found


def pack(parameters, values):
    """The values as the setter takes them; lists share their length, the last parameter."""
    values = {name: value for name, value in values.items() if value is not None}
    lists = [value for value in values.values() if isinstance(value, list)]
    if lists:
        values["count"] = len(lists[0])
    assert values.keys() <= {name for name, _ in parameters}, values
    packed = []
    for name, type_ in parameters:
        if type_ == "list":
            packed.append(doubles(values[name]) if name in values else None)
        else:
            packed.append(type_(values[name]))
    return packed


def choose(library, config, description, suffix=""):
    """Sets a model, or a hazard."""
    ((kind, values),) = description.items()
    setter = f"config_set_{kind}{suffix}"
    library.call(setter, config, *pack(library.setters[setter], values))


def configure(library, description):
    config = library.make("config_new")
    for what, suffix in [("model", ""), ("hazard", "_hazard")]:
        choose(library, config, description[what], suffix)
    for model in description.get("product", []):
        other = library.make("config_new")
        choose(library, other, model)
        library.call("config_add_number", config, other)
        library.free("config", other)
    pruning = description["pruning"]
    library.call("config_set_exact", config)
    for name, type_ in [("max_hypotheses", SIZE), ("min_weight", DOUBLE), ("max_run_length", U64)]:
        if pruning[name] is not None:
            library.call(f"config_set_{name}", config, type_(pruning[name]))
    library.call(f"config_set_missing_{description['missing']}", config)
    outliers = description.get("outliers")
    if outliers is not None:
        values = [DOUBLE(outliers[name]) for name in ("probability", "centre", "scale")]
        library.call("config_set_outliers", config, *values)
    for name, type_ in [("resolution", DOUBLE), ("min_segment", U64), ("sensitivity", DOUBLE)]:
        if name in description:
            library.call(f"config_set_{name}", config, type_(description[name]))
    return config


def step(library, detector, case, t):
    """Takes in observation t of a case."""
    x, suffix, arguments = case["data"][t], "", []
    if case.get("elapsed") is not None:
        suffix, arguments = "_after", [DOUBLE(case["elapsed"][t])]
    if "further" in case:
        row = doubles([math.nan if number is None else number for number in [x, *case["further"][t]]])
        library.call(f"detector_step_row{suffix}", detector, *arguments, row, SIZE(len(row)), None)
    elif x is None:
        library.call(f"detector_skip{suffix}", detector, *arguments, None)
    elif case.get("features") is not None:
        row = case["features"][t]
        beside = (DOUBLE * len(row))(*row), SIZE(len(row))
        library.call(f"detector_step_with{suffix}", detector, *arguments, DOUBLE(x), *beside, None)
    else:
        library.call(f"detector_step{suffix}", detector, *arguments, DOUBLE(x), None)


def read_out(library, case, config, agree):
    """What a case says beyond the filter."""
    ctypes_readouts.arm(library, config, case)
    detector = library.make("detector_new", config)
    last = len(case["data"]) - 1
    for t in range(last):
        step(library, detector, case, t)
    pit = math.nan
    if case["readouts"].get("pit") is not None:
        prediction = library.make("detector_predict", detector, U64(1))
        outputs = [DOUBLE() for _ in range(5)]
        x = DOUBLE(case["data"][last])
        library.call("distribution_tail", prediction, x, *map(ctypes.byref, outputs))
        pit = outputs[3].value
        library.free("distribution", prediction)
    step(library, detector, case, last)
    ctypes_readouts.check(library, detector, case, pit, agree)
    library.free("detector", detector)


def run(library, case):
    """Runs a case; how many numbers were compared."""
    config = configure(library, case["config"])
    detector = library.make("detector_new", config)
    expected, compared = case["expected"], 0

    def agree(what, found, wanted):
        nonlocal compared
        if wanted is not None:
            tolerance = case["tolerance"] * max(1.0, abs(wanted))
            if what.startswith("p_rose"):
                # Segments before a change that hardly differ are taken together.
                tolerance = 1e-3
            assert abs(found - wanted) <= tolerance, (case["name"], what, found, wanted)
            compared += 1

    per_step = {
        "p_change_now": DOUBLE,
        "map_run_length": U64,
        "ln_predictive": DOUBLE,
        "p_outlier": DOUBLE,
    }
    for t in range(len(case["data"])):
        step(library, detector, case, t)
        for name, type_ in per_step.items():
            if name in expected:
                agree(f"{name} at {t}", library.get(name, type_, detector), expected[name][t])
    for name in ("ln_evidence", "mean_run_length", "map_ln_joint"):
        agree(name, library.get(name, DOUBLE, detector), expected.get(name))
    if "p_recent_change" in expected:
        window = expected["p_recent_change"]
        found = library.get("p_recent_change", DOUBLE, detector, U64(window["w"]))
        agree("p_recent_change", found, window["value"])
    if "changepoints" in expected:
        assert library.list("changepoints", U64, detector) == expected["changepoints"], case["name"]
        compared += 1
    snapshot = bytes(library.list("snapshot", ctypes.c_uint8, detector))
    restored = library.make("detector_restore", snapshot, SIZE(len(snapshot)))
    assert bytes(library.list("snapshot", ctypes.c_uint8, restored)) == snapshot
    library.free("detector", restored)
    library.free("detector", detector)
    if case.get("readouts") is not None:
        read_out(library, case, config, agree)
    library.free("config", config)
    return compared


def errors(library):
    """Failures have a number and a message, in every thread its own."""
    config = library.make("config_new")
    for call, status, fragment in [
        (("config_set_gaussian", config, *map(DOUBLE, (0, -1, 1, 1))), 2, "kappa"),
        (("config_set_gaussian", None, *map(DOUBLE, (0, 1, 1, 1))), 1, "config"),
        (("detector_step", None, DOUBLE(math.nan), None), 1, "detector"),
    ]:
        try:
            library.call(*call)
        except Failure as failure:
            found, message = failure.args
            assert found == status and fragment in message, failure.args
        else:
            raise AssertionError(f"{call} went well")
    library.free("config", config)
    library.free("config", None)
    library.free("detector", None)


def main():
    library = Library(*sys.argv[1:3])
    errors(library)
    paths = sorted(pathlib.Path(sys.argv[3]).glob("*.json"))
    cases = [json.loads(path.read_text()) for path in paths]
    assert len(cases) >= 60 and sum("readouts" in case for case in cases) >= 9, "the corpus"
    compared = sum(run(library, case) for case in cases)
    print(f"ctypes: ok, {len(paths)} cases, {compared} numbers, version {library.version()}")


if __name__ == "__main__":
    main()
