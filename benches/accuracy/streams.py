"""Streams under each noise: false alarms, and steps of the level that are found.

Nothing here looks ahead: a detector is made from the first 50 observations, then sees all of them
one after the other, and its alarms count from there on.
"""

import time

import noises
import score
from record import markdown, mean, total
from stream_methods import GAUSSIAN, WAYS

FIRST = 50
STREAM = 2000
# Steps come after this many observations, and are to be found within that many.
BEFORE, WITHIN = 200, 40
NEAR = 5
SIZES = [3, 6]


def alarms(way, xs):
    """The alarms after the first observations, and the seconds that all of it took."""
    start = time.perf_counter()
    detector = way.detector(xs[:FIRST])
    detector.update_many(xs)
    found = [alarm for alarm in detector.take_alarms() if alarm.noticed_at >= FIRST]
    return found, time.perf_counter() - start


def one(noise, way, series, what, found, seconds, scores):
    return {
        "part": "streams",
        "group": f"{noise}: {what}",
        "series": series,
        "method": way.name,
        "changes": [alarm.began for alarm in found],
        "seconds": seconds,
        "error": None,
        "scores": scores,
    }


def measure(methods, options):
    for noise, chosen in WAYS.items():
        for way in chosen if noise == "white" else [GAUSSIAN, *chosen]:
            for index in range(-(-options.observations // STREAM)):
                xs = noises.drawn(4, noise, index, FIRST + STREAM)
                found, seconds = alarms(way, xs)
                scores = {"false": len(found), "observations": STREAM}
                yield one(noise, way, index, "quiet", found, seconds, scores)
            for size in SIZES:
                for index in range(options.steps):
                    xs = noises.drawn(5, noise, index, BEFORE + WITHIN)
                    xs[BEFORE:] += size
                    found, seconds = alarms(way, xs)
                    right = [a for a in found if a.noticed_at >= BEFORE and a.began >= BEFORE - NEAR]
                    delay = right[0].noticed_at - BEFORE + 1 if right else 0
                    scores = {"found": int(bool(right)), "delay": delay}
                    yield one(noise, way, index, f"{size} σ", found, seconds, scores)


def report(records):
    groups = {}
    for record in records:
        noise, what = record["group"].split(": ")
        groups.setdefault((noise, record["method"]), {}).setdefault(what, []).append(record)
    rows = []
    for (noise, way), parts in groups.items():
        quiet = parts["quiet"]
        false, thousands = total(quiet, "false"), total(quiet, "observations") / 1000
        cells = [f"{false / thousands:.2f}", f"{score.upper_bound(false) / thousands:.2f}"]
        for size in SIZES:
            steps = parts[f"{size} σ"]
            found = total(steps, "found")
            delay = f"{total(steps, 'delay') / found:.1f}" if found else "–"
            cells += [f"{100 * mean(steps, 'found'):.0f} %", delay]
        rows.append([noise, way, *cells])
    head = ["noise", "model", "false per 1000", "at most"]
    for size in SIZES:
        head += [f"{size} σ found", "delay"]
    return markdown(head, rows)
