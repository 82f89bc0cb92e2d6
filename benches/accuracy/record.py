"""One method on one series, as a record that can be written as JSON; and Markdown tables."""

import time


def record(part, group, series, method, find, xs):
    """What the method finds in the series, and the processor time it took. A method that fails is recorded
    with its error and has found nothing."""
    start = time.process_time()
    try:
        changes, error = sorted(int(c) for c in find(xs)), None
    except Exception as failure:  # whatever another package raises
        changes, error = [], f"{type(failure).__name__}: {failure}"
    seconds = time.process_time() - start
    one = {"part": part, "group": group, "series": series, "method": method}
    return one | {"changes": changes, "seconds": seconds, "error": error, "scores": {}}


def mean(records, key):
    return sum(one["scores"][key] for one in records) / len(records)


def total(records, key):
    return sum(one["scores"][key] for one in records)


def milliseconds(records):
    return f"{1000 * sum(one['seconds'] for one in records) / len(records):.3g} ms"


def markdown(head, rows):
    """A table with these heads; the first column is text, the others are numbers."""
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def by_group(records, cell):
    """A row for each group, a column for each method, and a last row with the time per series."""
    groups = list(dict.fromkeys(one["group"] for one in records))
    methods = list(dict.fromkeys(one["method"] for one in records))
    of = lambda method: [one for one in records if one["method"] == method]
    rows = [
        [group, *(cell([one for one in of(method) if one["group"] == group]) for method in methods)]
        for group in groups
    ]
    rows.append(["time per series", *(milliseconds(of(method)) for method in methods)])
    return markdown(["", *methods], rows)


def failures(records):
    """A sentence for each method that failed."""
    failed = {}
    for one in records:
        if one["error"]:
            failed.setdefault(one["method"], []).append(one)
    return [
        f"{method} failed on {len(some)} series, which count as such; the first: "
        f"{some[0]['group']} {some[0]['series']}: {some[0]['error']}"
        for method, some in failed.items()
    ]
