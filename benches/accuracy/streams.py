"""Streams under each noise: false alarms, and steps of the level that are found.

Nothing here looks ahead: a stream is measured by its first 50 observations; then the detector sees
all of them one after the other, and alarms count from there on.
"""

import time

import noises
import score
from record import markdown, mean, total
from stream_methods import DEFAULT, FIRST, GAUSSIAN, WAYS

STREAM = 2000
# Steps come after this many observations, and are to be found within that many.
BEFORE, WITHIN = 200, 40
SIZES = [1, 2, 3, 6]


def one(noise, way, series, what, xs, score_of):
    """A stream as a record; `score_of` says what its alarms and changepoints are worth."""
    start = time.process_time()
    alarms, changes = way.watch(xs)
    seconds = time.process_time() - start
    return {
        "part": "streams",
        "group": f"{noise}: {what}",
        "series": series,
        "method": way.name,
        "changes": alarms,
        "seconds": seconds,
        "error": None,
        "scores": score_of(alarms, changes),
    }


def quiet(alarms, changes):
    return {"false": len(alarms), "hindsight": len(changes), "observations": STREAM}


def step(alarms, changes):
    after = [index for index in alarms if index >= BEFORE]
    return {"found": int(bool(after)), "delay": after[0] - BEFORE + 1 if after else 0}


def measure(methods, options):
    for noise, chosen in WAYS.items():
        for way in [GAUSSIAN, *chosen, DEFAULT]:
            for index in range(-(-options.observations // STREAM)):
                xs = noises.drawn(6, noise, index, FIRST + STREAM)
                yield one(noise, way, index, "quiet", xs, quiet)
            for size in SIZES:
                for index in range(options.steps):
                    xs = noises.drawn(7, noise, index, BEFORE + WITHIN)
                    xs[BEFORE:] += size
                    yield one(noise, way, index, f"{size} σ", xs, step)


def report(records):
    groups = {}
    for record in records:
        noise, what = record["group"].split(": ")
        groups.setdefault((noise, record["method"]), {}).setdefault(what, []).append(record)
    rows = []
    for (noise, way), parts in groups.items():
        quiet = parts["quiet"]
        thousands = total(quiet, "observations") / 1000
        cells = []
        for key in ("false", "hindsight"):
            false = total(quiet, key)
            cells.append(f"{false / thousands:.2f} (≤ {score.upper_bound(false) / thousands:.2f})")
        for size in SIZES:
            steps = parts[f"{size} σ"]
            found = total(steps, "found")
            delay = f", {total(steps, 'delay') / found:.1f}" if found else ""
            cells.append(f"{100 * mean(steps, 'found'):.0f} %{delay}")
        rows.append([noise, way, *cells])
    return markdown(["noise", "model", "false alarms per 1000", "in hindsight", *(f"{size} σ" for size in SIZES)], rows)
