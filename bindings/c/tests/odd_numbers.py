"""Every numeric argument of every function of the header, with numbers that arithmetic,
comparisons and conversions go wrong with: each call ends, and none crashes.

    python3 odd_numbers.py path/to/libbocpd.so path/to/bocpd.h

The functions and their arguments are read from the header, so that a new one is in the
walk, or stops it if it has an argument of which nothing is known here. The calls on one
function run in a process of their own, with a limit on memory and a limit of seconds on
each call.
"""

import ctypes
import math
import os
import re
import resource
import select
import signal
import sys

DOUBLE, SIZE, U32, U64, INT = ctypes.c_double, ctypes.c_size_t, ctypes.c_uint32, ctypes.c_uint64, ctypes.c_int
POINTER, TEXT, BYTE, STRIDE = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint8, ctypes.c_ssize_t

# A call that takes longer never ends: most take microseconds.
LIMIT = 20
# Numbers that promise room, or ask for work, that no machine has.
MEMORY = 4 << 30

NUMBERS = [
    math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, -1.0, 0.5, 5e-324, -5e-324, sys.float_info.min,
    sys.float_info.epsilon, 1e-17, 1e-100, 1e-300, 1e15, 2.0**53, 1e17, 2.0**64, 1e100, -1e100, 1e155, 1e300, 1e308,
    -1e308, sys.float_info.max,
]
COUNTS = [0, 1, 2, 9, 64, 1025, 10**12, 2**31, 2**32, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1]
# Lengths of arrays: past the address space at once, or nothing to read.
LENGTHS = [0, 2**61, 2**63, 2**64 - 1]
OK, PANIC, LAST = 0, 16, 22
UNTOUCHED = 0xA5

VALUE_TYPES = {
    "double": DOUBLE, "size_t": SIZE, "uint32_t": U32, "uint64_t": U64, "int": INT, "int32_t": INT, "ptrdiff_t": STRIDE,
    "uint8_t": BYTE,
}  # fmt: skip

# Series, one of which each model can observe.
SERIES = [
    [0.1, 0.4, 0.3, 0.2, 5.2, 4.9, 5.4, 5.0],
    [2.0, 1.0, 3.0, 2.0, 11.0, 12.0, 10.0, 11.0],
    [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0],
]


# What a function that sets something of a configuration is walked with: data of each kind.
KINDS = ["bocpd_config_set_gaussian", "bocpd_config_set_poisson", "bocpd_config_set_bernoulli"]


class Argument:
    """An argument as the header declares it."""

    def __init__(self, text):
        type_, stars, self.name = re.fullmatch(r"(.*?)\s*(\**)(\w+)", text.strip()).groups()
        self.constant = type_.startswith("const ")
        self.type = type_.removeprefix("const ").strip()
        self.stars = len(stars)

    @property
    def is_number(self):
        return self.stars == 0 and self.type in VALUE_TYPES

    @property
    def is_output(self):
        return self.stars == (2 if self.type.startswith("bocpd_") or self.type == "char" else 1) and not (
            self.constant and self.stars == 1
        )


def declarations(header):
    """Names and arguments of all functions."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*|^#.*?$|typedef struct \{.*?\} \w+;", "", header, flags=re.S | re.M)
    found = re.findall(r"(\w[\w \n]*?[ *]+)(bocpd_\w+)\(([^;{]*)\);", text)
    return {
        name: [Argument(argument) for argument in arguments.split(",") if argument.strip() != "void"]
        for _, name, arguments in found
    }


class World:
    """A detector of one model with data behind it, and what can be asked from it."""

    def __init__(self, library, functions, model):
        self.library, self.functions, self.model = library, functions, model
        self.objects = {}
        self.data, self.rows = [], None
        config = self.make("bocpd_config_new", "bocpd_config")
        self.call("bocpd_config_set_history_all", config)
        self.call("bocpd_config_set_shifts", config, INT(1))
        self.call("bocpd_config_set_max_hypotheses", config, SIZE(40))
        self.call(
            "bocpd_config_set_alarm", config, DOUBLE(0.2), U64(20), U64(1), DOUBLE(0.1), U64(0), INT(0),
        )  # fmt: skip
        self.call("bocpd_config_set_constant_hazard", config, DOUBLE(9))
        self.call(model, *(self.usual(model, argument) for argument in functions[model]))
        detector = self.make("bocpd_detector_new", "bocpd_detector", config)
        for self.data in SERIES:
            self.call("bocpd_detector_reset", detector)
            if all(library.bocpd_detector_step(detector, DOUBLE(x), None) == OK for x in self.data):
                break
        else:
            raise AssertionError(f"no series for {model}")
        self.rows = (DOUBLE * len(self.data))(*self.data)
        self.make("bocpd_detector_predict", "bocpd_distribution", detector, U64(1))
        changes = (U64 * 1)(4)
        self.make("bocpd_detector_locations", "bocpd_locations", detector, changes, SIZE(1), DOUBLE(0.9))
        rows = self.rows, SIZE(len(self.data))
        self.make("bocpd_detector_segments", "bocpd_segments", detector, *rows, changes, SIZE(1), DOUBLE(0.9))
        self.make(
            "bocpd_detector_segmentations", "bocpd_segmentations", detector, *rows, None, SIZE(0), SIZE(2),
        )  # fmt: skip
        self.make("bocpd_detect", "bocpd_detection", *rows, config, DOUBLE(0.9))
        self.make(
            "bocpd_calibrate_false_alarm", "bocpd_calibration", config, DOUBLE(0.2), SIZE(4), None, SIZE(0), SIZE(1),
            SIZE(4), U64(0),
        )  # fmt: skip
        self.make(
            "bocpd_fit_series", "bocpd_fit", config, self.rows, (SIZE * 2)(4, 4), SIZE(2), None, None, SIZE(20),
        )  # fmt: skip
        self.make("bocpd_detector_take_alarms", "bocpd_alarms", detector)
        panel = self.make("bocpd_panel_new", "bocpd_panel", config)
        for x in self.data:
            self.call("bocpd_panel_push", panel, U64(1), (DOUBLE * 1)(x), SIZE(1), None)

    def call(self, name, *arguments):
        status = self.library[name](*arguments)
        assert status == OK, (name, status, self.library.bocpd_last_error_message())

    def make(self, name, kind, *arguments):
        handle = POINTER()
        self.call(name, *arguments, ctypes.byref(handle))
        self.objects[kind] = handle
        return handle

    def usual(self, function, argument):
        """An argument that makes for a call that works, in most cases."""
        if argument.type.startswith("bocpd_") and argument.stars == 1:
            return self.objects.get(argument.type)
        if argument.stars and argument.constant and argument.stars == 1:
            return {
                "values": self.rows, "rows": self.rows, "row": self.rows, "quiet": self.rows,
                "mean": (DOUBLE * 1)(0.3), "beta": (DOUBLE * 1)(0.9),
                "nu": (DOUBLE * 8)(*range(2, 10)), "nu_prior": None, "hazards": (DOUBLE * 8)(*[0.2] * 8), "mean_run_lengths": (DOUBLE * 8)(*range(10, 18)), "sizes": (DOUBLE * 8)(*range(1, 9)),
                "changepoints": (U64 * 8)(*range(1, 9)), "features": self.rows, "bytes": (BYTE * 8)(),
                "keys": (U64 * 8)(*[1, 2] * 4), "times": None,
                "counts": (SIZE * 8)(*[1] * 8), "fixed": None, "moving": None,
                "model": None, "hazard": None,
            }[argument.name]  # fmt: skip
        if argument.type == "void":
            return None
        usual = {
            "mean": 0.3, "kappa": 1.1, "alpha": 1.2, "beta": 0.9, "nu": 4.0, "shape": 1.5, "rate": 0.5, "a": 1.5, "b": 0.5,
            "known_shape": 2.0, "level_variance": 4.0, "variance": 1.3, "cutoff": 4.0, "centre": 0.5, "trials": 30, "mean_run_length": 9.0,
            "phi": 0.5, "drift": 0.1, "slope": 0.2, "slope_drift": 0.01, "period": 6.0, "harmonics": 2, "season": 1.5, "memory": 5,
            "cauchy": 3.0, "lags": 1, "lag_scale": 0.5, "feature_scale": 1.0, "features": 0, "feature_count": 0,
            "per_unit_time": 0.1, "scale": 9.0, "size": 2.5, "k": 2, "p": 0.3,
            "max_hypotheses": 9, "min_weight": 1e-6, "max_run_length": 9, "lag": 9, "seed": 1, "mass": 0.9,
            "x": self.data[0] if self.data else 0.5,
            "elapsed": 1.0, "w": 3, "s": 4, "low": 2, "high": 5, "ahead": 1, "which": 0, "parameter": 0, "draws": 3,
            "threshold": 0.9, "window": 50, "min_segment": 3, "clear": 0.5, "cool_down": 0, "latched": 0, "on": 1,
            "average_run_length": 10.0, "block": 1, "streams": 3, "longest": 80, "probability": 0.2, "horizon": 8,
            "key": 1, "time": 1e3, "first": 3, "since": 2,
            "stride": 1, "status": 0, "capacity": 64, "changepoint_count": 1,
            "series": 4, "evaluations": 20, "most": 2, "changes": 1, "resolution": 0.5, "sensitivity": 2.0,
            "concentration": 0.7, "categories": 3, "position": 0,
            "dimension": 1 if function in ROWS_OF_ONE else 0,
            "count": 3
            if function == "bocpd_detector_simulate"
            else 1
            if function in NUMBERS_OF_ONE
            else 1
            if "_row" in function or function in ("bocpd_panel_push", "bocpd_panel_push_at")
            else 8,
        }[argument.name]  # fmt: skip
        return VALUE_TYPES[argument.type](usual)


def models(library, functions):
    """The setters that make the difference between a configuration with a model and one without."""
    found = []
    for name in functions:
        if not name.startswith("bocpd_config_set_") or name.endswith("_for"):
            continue
        config, detector = POINTER(), POINTER()
        assert library.bocpd_config_new(ctypes.byref(config)) == OK
        library.bocpd_config_set_constant_hazard(config, DOUBLE(9))
        world = World.__new__(World)
        world.objects, world.data, world.rows = {"bocpd_config": config}, [0.5], None
        library[name](*(world.usual(name, argument) for argument in functions[name]))
        if library.bocpd_detector_new(config, ctypes.byref(detector)) == OK:
            found.append(name)
            library.bocpd_detector_free(detector)
        library.bocpd_config_free(config)
    assert len(found) >= 7, found
    return found


# Functions that say how many numbers an observation has, where there is one in all that is asked here.
NUMBERS_OF_ONE = ("bocpd_config_set_multivariate_gaussian", "bocpd_config_set_multivariate_gaussian_for")
ROWS_OF_ONE = ("bocpd_config_for_rows", "bocpd_panel_push_many", "bocpd_config_set_multivariate_gaussian_for")


# Numbers that say how long an array is, or how much room there is.
def is_length(function, argument):
    if function == "bocpd_detector_simulate" and argument.name == "count":
        return False
    if function in ROWS_OF_ONE and argument.name == "dimension":
        return True
    return argument.name in ("count", "capacity", "changepoint_count", "feature_count", "stride", "series")


def odd(function, argument):
    if argument.name == "stride" or function in NUMBERS_OF_ONE and argument.name in ("count", "dimension"):
        # Along the rows that there are; of one number, as all that comes later has it.
        return [0, 1]
    if is_length(function, argument):
        return [0] if argument.name == "capacity" else LENGTHS
    if argument.type == "double":
        return NUMBERS
    bits = 8 * ctypes.sizeof(VALUE_TYPES[argument.type])
    return sorted({count % 2**bits for count in COUNTS})


def after(world, function):
    """Configurations that were accepted make detectors that work."""
    if not function.startswith("bocpd_config_set_"):
        return
    library = world.library
    detector, prediction, number = POINTER(), POINTER(), DOUBLE()
    if library.bocpd_detector_new(world.objects["bocpd_config"], ctypes.byref(detector)) != OK:
        return
    for x in world.data:
        library.bocpd_detector_step(detector, DOUBLE(x), ctypes.byref(number))
    library.bocpd_detector_p_change_within(detector, U64(10**12), ctypes.byref(number))
    library.bocpd_detector_expected_residual(detector, ctypes.byref(number))
    if library.bocpd_detector_predict(detector, U64(3), ctypes.byref(prediction)) == OK:
        for x in (0.5, math.nan, 1e308):
            library.bocpd_distribution_tail(prediction, DOUBLE(x), None, None, ctypes.byref(number), None, None)
            library.bocpd_distribution_quantile(prediction, DOUBLE(x), ctypes.byref(number))
        library.bocpd_distribution_free(prediction)
    library.bocpd_detector_free(detector)


def walk(library, functions, models, name, report):
    """Every odd value in the place of every number of a function, for every model that matters."""
    arguments = functions[name]
    calls = 0
    if name.startswith("bocpd_config_set_"):
        models = KINDS
    for model in models:
        for position, replaced in enumerate(arguments):
            if not replaced.is_number:
                continue
            world = World(library, functions, model)
            for value in odd(name, replaced):
                report(f"{name}({replaced.name}={value}), {model}")
                outputs = []
                passed = []
                for i, argument in enumerate(arguments):
                    if i == position:
                        passed.append(VALUE_TYPES[argument.type](value))
                    elif argument.is_number or not argument.is_output:
                        passed.append(world.usual(name, argument))
                    else:
                        buffer = (BYTE * 512)(*[UNTOUCHED] * 512)
                        outputs.append(buffer)
                        passed.append(buffer)
                status = library[name](*passed)
                calls += 1
                assert OK <= status <= LAST and status != PANIC, (status, library.bocpd_last_error_message())
                untouched = all(set(bytes(buffer)) == {UNTOUCHED} for buffer in outputs)
                # A batch stops at the first observation that fails, and says where.
                assert status == OK or untouched or "_batch" in name, f"status {status}, and outputs were written"
                if status == OK:
                    after(world, name)
    return calls


def in_a_process(work):
    """Runs `work(report)` with limits; what it returned, or what it was at."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            calls = work(lambda text: os.write(writer, f"{text}\n".encode()))
            os.write(writer, f"{calls}\n".encode())
            os._exit(0)
        except BaseException as error:
            os.write(writer, f"  {type(error).__name__}: {error}\n".encode())
            os._exit(1)
    os.close(writer)
    text = b""
    while select.select([reader], [], [], LIMIT)[0]:
        piece = os.read(reader, 1 << 16)
        if not piece:
            break
        text = (text + piece)[-4096:]
    else:
        os.kill(child, signal.SIGKILL)
        text += b"  does not end\n"
    os.close(reader)
    _, status = os.waitpid(child, 0)
    lines = text.decode().splitlines()
    if status == 0:
        return int(lines[-1]), None
    return 0, " ".join(lines[-2:] if lines[-1].startswith(" ") else [*lines[-1:], f"ends with status {status}"])


def main():
    # What a process says before it dies fits into a line.
    os.environ["RUST_BACKTRACE"] = "0"
    library = ctypes.CDLL(sys.argv[1])
    library.bocpd_last_error_message.restype = TEXT
    library.bocpd_status_message.restype = POINTER
    with open(sys.argv[2], encoding="utf-8") as header:
        functions = declarations(header.read())
    numeric = [name for name, arguments in functions.items() if any(argument.is_number for argument in arguments)]
    # Asked of a status, and gives no status.
    numeric.remove("bocpd_status_message")
    for status in [0, -1, 22, 2**31 - 1, -(2**31)]:
        assert library.bocpd_status_message(INT(status))
    assert len(numeric) >= 60, numeric
    known = models(library, functions)
    total, faults = 0, []
    for name in numeric:
        calls, fault = in_a_process(lambda report, name=name: walk(library, functions, known, name, report))
        total += calls
        if fault:
            faults.append(fault)
    print(f"odd numbers: {len(numeric)} functions, {len(known)} models, {total} calls, {len(faults)} faults")
    for fault in faults:
        print(f"  {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
