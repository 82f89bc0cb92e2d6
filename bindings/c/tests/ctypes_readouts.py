"""What a case of the corpus says beyond the filter (`readouts`), asked of the shared library."""

import ctypes
import math

DOUBLE, SIZE, U64, INT = ctypes.c_double, ctypes.c_size_t, ctypes.c_uint64, ctypes.c_int
TEXT, POINTER = ctypes.c_char_p, ctypes.c_void_p


def arm(library, config, case):
    """The configuration of the detector that the readouts are asked of."""
    policy = case["readouts"]["alarm_policy"]
    library.call("config_set_history_all", config)
    library.call("config_set_shifts", config, INT(1))
    library.call(
        "config_set_alarm", config, DOUBLE(policy["threshold"]), U64(policy["window"]), U64(policy["min_segment"]),
        DOUBLE(policy["clear"]), U64(policy["cool_down"]), INT(policy["latched"]),
    )


def several(library, name, types, *arguments):
    """A function whose last arguments are outputs of these types."""
    outputs = [type_() for type_ in types]
    library.call(name, *arguments, *map(ctypes.byref, outputs))
    # The value of a pointer would be a number, and passed on as a C int.
    return [output if isinstance(output, POINTER) else output.value for output in outputs]


def one(library, name, type_, *arguments):
    return several(library, name, [type_], *arguments)[0]


def listed(library, name, type_, *arguments):
    length = SIZE()
    library.call(name, *arguments, None, SIZE(0), ctypes.byref(length))
    values = (type_ * max(1, length.value))()
    library.call(name, *arguments, values, SIZE(len(values)), ctypes.byref(length))
    return list(values[: length.value])


def check(library, detector, case, pit, agree):
    """Asks for everything; `agree` compares a number, `pit` is that of the last observation."""
    wanted = case["readouts"]
    changes = case["expected"]["changepoints"]
    changes = (U64 * len(changes))(*changes), SIZE(len(changes))
    mass = DOUBLE(wanted["mass"])
    data = [math.nan if x is None else x for x in case["data"]]
    rows = (DOUBLE * len(data))(*data), SIZE(len(data))

    if (expected := wanted.get("p_change_at")) is not None:
        found = listed(library, "detector_smoothed", DOUBLE, detector, None)
        assert len(found) == len(expected)
        for s, (a, b) in enumerate(zip(found, expected)):
            agree(f"p_change_at {s}", a, b)
    agree("expected_changes", one(library, "detector_expected_changes", DOUBLE, detector), wanted.get("expected_changes"))
    if wanted.get("locations") is not None:
        locations = one(library, "detector_locations", POINTER, detector, *changes, mass)
        check_locations(library, locations, wanted["locations"], agree)
        library.free("locations", locations)
    if wanted.get("segments") is not None:
        segments = one(library, "detector_segments", POINTER, detector, *rows, *changes, mass)
        check_segments(library, segments, wanted["segments"], agree)
        library.free("segments", segments)
    detection = one(library, "detector_detection", POINTER, detector, *rows, mass)
    if wanted.get("jumps") is not None:
        check_jumps(library, detection, wanted["jumps"], agree)
    library.free("detection", detection)
    if "shift" in wanted:
        check_shift(library, detector, wanted["shift"], agree)
    if wanted.get("alarms") is not None:
        check_alarms(library, detector, wanted["alarms"], agree)
    for expected in wanted.get("predictions") or []:
        check_prediction(library, detector, expected, agree)
    agree("pit", pit, wanted.get("pit"))
    for name in ("p_change_within", "p_next_change_after"):
        for k, p in wanted.get(name) or []:
            agree(f"{name} {k}", one(library, f"detector_{name}", DOUBLE, detector, U64(k)), p)
    agree("expected_residual", one(library, "detector_expected_residual", DOUBLE, detector), wanted.get("expected_residual"))


def same(what, found, expected):
    assert found == expected, (what, found, expected)


def check_locations(library, locations, expected, agree):
    same("locations", one(library, "locations_count", SIZE, locations), len(expected))
    for i, wanted in enumerate(expected):
        at = locations, SIZE(i)
        change = several(library, "locations_change", [U64, DOUBLE, DOUBLE, DOUBLE], *at)
        same("index", change[0], wanted["index"])
        for name, found in zip(("probability", "p_nearby", "p_single"), change[1:]):
            agree(f"{name} of {change[0]}", found, wanted[name])
        same("neighbourhood", several(library, "locations_neighbourhood", [U64, U64], *at), wanted["neighbourhood"])
        low, high, share = several(library, "locations_interval", [U64, U64, DOUBLE], *at)
        same("interval", [low, high], [wanted["low"], wanted["high"]])
        agree("share", share, wanted["share"])
        same("credible", listed(library, "locations_credible_set", U64, *at), wanted["credible"])


def check_segments(library, segments, expected, agree):
    same("segments", one(library, "segments_count", SIZE, segments), len(expected))
    for i, wanted in enumerate(expected):
        at = segments, SIZE(i)
        bounds = several(library, "segments_bounds", [U64] * 3, *at)
        same("bounds", bounds, [wanted[name] for name in ("start", "end", "observed")])
        evidence, bayes = several(library, "segments_evidence", [DOUBLE] * 2, *at)
        agree("ln_evidence of a segment", evidence, wanted["ln_evidence"])
        agree("ln_bayes_factor", bayes, wanted["ln_bayes_factor"])
        assert i > 0 or math.isnan(bayes)
        same("parameters", one(library, "segments_parameter_count", SIZE, *at), len(wanted["parameters"]))
        for k, parameter in enumerate(wanted["parameters"]):
            name, *numbers = several(library, "segments_parameter", [TEXT] + [DOUBLE] * 4, *at, SIZE(k))
            same("name", name.decode(), parameter["name"])
            for what, found in zip(("mean", "sd", "low", "high"), numbers):
                agree(f"{what} of a segment", found, parameter[what])


def check_jumps(library, detection, expected, agree):
    for i, wanted in enumerate(expected):
        name, p_rose, *numbers = several(library, "detection_jump", [TEXT] + [DOUBLE] * 3, detection, SIZE(i))
        same("parameter", name.decode(), wanted["parameter"])
        assert abs(p_rose - wanted["p_rose"]) < 1e-4, ("p_rose", p_rose, wanted)
        for what, found in zip(("difference", "sd"), numbers):
            agree(f"{what} of a jump", found, wanted[what])


def check_shift(library, detector, wanted, agree):
    numbers = several(library, "detector_shift", [DOUBLE] * 4, detector)
    if wanted is None:
        assert numbers[0] == 0 and all(map(math.isnan, numbers[1:])), numbers
        return
    for what, found in zip(("probability", "p_rose", "difference", "sd"), numbers):
        agree(f"{what} of the shift", found, wanted[what])
    level = one(library, "detector_parameter", POINTER, detector, SIZE(0))
    same("parameter", one(library, "distribution_name", TEXT, level).decode(), wanted["parameter"])
    library.free("distribution", level)


def check_alarms(library, detector, expected, agree):
    alarms = one(library, "detector_take_alarms", POINTER, detector)
    same("alarms", one(library, "alarms_count", SIZE, alarms), len(expected))
    for i, wanted in enumerate(expected):
        began, noticed_at, probability = several(library, "alarms_alarm", [U64, U64, DOUBLE], alarms, SIZE(i))
        same("alarm", [began, noticed_at], [wanted["began"], wanted["noticed_at"]])
        agree("probability of an alarm", probability, wanted["probability"])
        shift = several(library, "alarms_shift", [DOUBLE] * 4, alarms, SIZE(i))
        for what, found in zip(("probability", "p_rose", "difference", "sd"), shift):
            agree(f"{what} of an alarm", found, wanted["shift"][what])
    library.free("alarms", alarms)
    again = one(library, "detector_take_alarms", POINTER, detector)
    same("no more alarms", one(library, "alarms_count", SIZE, again), 0)
    library.free("alarms", again)


def check_prediction(library, detector, wanted, agree):
    prediction = one(library, "detector_predict", POINTER, detector, U64(wanted["ahead"]))
    for name in ("mean", "variance"):
        agree(f"{name} of a prediction", one(library, f"distribution_{name}", DOUBLE, prediction), wanted[name])
    for p, x in wanted["quantiles"]:
        agree("quantile", one(library, "distribution_quantile", DOUBLE, prediction, DOUBLE(p)), x)
    for at in wanted["at"]:
        x = DOUBLE(at["x"])
        agree("ln_density", one(library, "distribution_ln_density", DOUBLE, prediction, x), at["ln_density"])
        tail = several(library, "distribution_tail", [DOUBLE] * 5, prediction, x)
        for what, found in zip(("below", "up_to", "above"), tail):
            agree(what, found, at[what])
    library.free("distribution", prediction)
