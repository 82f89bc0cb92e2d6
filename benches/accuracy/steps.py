"""Steps of the level: how many are found soon, and after how many observations."""

import noises
from record import by_group, record, total

BEFORE = 200
# A step is looked for in the series up to so many observations after it.
AFTER = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40]
NEAR = 5
SIZES = [2, 3, 6]
NOISES = ["white", "AR .5", "AR .9"]


def first_found(find, xs):
    """The changes, at the first length at which one is near the step; of the whole otherwise."""
    for after in AFTER:
        changes = [int(c) for c in find(xs[: BEFORE + after])]
        if any(c >= BEFORE - NEAR for c in changes):
            return after, changes
    return None, changes


def measure(methods, options):
    for noise in NOISES:
        for size in SIZES:
            for index in range(options.steps):
                xs = noises.drawn(2, noise, index, BEFORE + AFTER[-1])
                xs[BEFORE:] += size
                for method, find in methods.items():
                    delay = None

                    def look(xs):
                        nonlocal delay
                        delay, changes = first_found(find, xs)
                        return changes

                    one = record("steps", f"{size} σ in {noise}", index, method, look, xs)
                    one["scores"] = {"found": int(delay is not None), "delay": delay or 0}
                    yield one


def report(records):
    def cell(some):
        found = total(some, "found")
        delay = f", {total(some, 'delay') / found:.1f}" if found else ""
        return f"{100 * found / len(some):.0f} %{delay}"

    what = (
        f"Steps of the level after {BEFORE} observations that are found within {AFTER[-1]}, and after "
        f"how many on average: the series is given up to {', '.join(map(str, AFTER))} observations after "
        f"the step, until a change is reported at most {NEAR} before the step or later. σ is the standard "
        "deviation of the noise. Time is that of all these attempts"
    )
    return f"{what}\n\n{by_group(records, cell)}"
