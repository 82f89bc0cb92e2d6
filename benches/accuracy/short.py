"""Very short series of white noise: in how many of them is a change reported?"""

import noises
from record import by_group, record, total

LENGTHS = [4, 5, 7, 10, 20]


def measure(methods, options):
    for n in LENGTHS:
        for index in range(options.short):
            xs = noises.drawn(3, "white", index, n)
            for method, find in methods.items():
                one = record("short", f"{n} values", index, method, find, xs)
                one["scores"] = {"any": int(bool(one["changes"]))}
                yield one


def report(records):
    cell = lambda some: f"{100 * total(some, 'any') / len(some):.1f} %"
    return f"White noise of a few values: share of series with a change\n\n{by_group(records, cell)}"
