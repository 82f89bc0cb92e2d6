"""Sets of annotated series: a folder with `annotations.json` (series → annotator → changepoints)
and `data/NAME.json` (`series`: one list of numbers for each dimension; null is missing), the
format of the Turing Change Point Dataset."""

import json
import pathlib

import numpy as np

import score
from record import by_group, mean, record


def folders(paths):
    """The sets at these paths: each a set itself or with sets somewhere below it."""
    for path in paths:
        if not pathlib.Path(path).is_dir():
            raise SystemExit(f"{path} is no folder")
        marks = sorted(pathlib.Path(path).rglob("annotations.json"))
        if not marks:
            raise SystemExit(f"{path}: there is no annotations.json in it or below")
        yield from (mark.parent for mark in marks)


def read(folder):
    """(series, left_out): a list of (name, values, annotations as a list of lists), and how many
    were left out because they have several dimensions or no data here."""
    marks = json.loads((folder / "annotations.json").read_text())
    found, left_out = [], 0
    for name in sorted(marks):
        file = folder / "data" / f"{name}.json"
        dimensions = json.loads(file.read_text())["series"] if file.exists() else []
        # TCPD's own files have each dimension with a label; the copies here have its numbers.
        values = [d["raw"] if isinstance(d, dict) else d for d in dimensions]
        if len(values) != 1:
            left_out += 1
            continue
        xs = np.array([np.nan if x is None else x for x in values[0]], float)
        found.append((name, xs, list(marks[name].values())))
    return found, left_out


def measure(methods, options):
    """Records of all sets; a method that fails on a series scores 0 there."""
    for folder in folders(options.paths):
        series, left_out = read(folder)
        if left_out:
            print(f"{folder.name}: {left_out} series with several dimensions or without data left out\n")
        for name, xs, annotations in series:
            for method, find in methods.items():
                one = record("annotated", folder.name, name, method, find, xs)
                found = score.clean(one["changes"], len(xs))
                failed = one["error"] is not None
                one["scores"] = {
                    "cover": 0.0 if failed else score.cover(annotations, found, len(xs)),
                    "f1": 0.0 if failed else score.f1(annotations, found),
                }
                yield one


def report(records):
    """Means of each set, and how many series it has."""
    sizes = {}
    for one in records:
        sizes.setdefault(one["group"], set()).add(one["series"])
    named = [one | {"group": f"{one['group']} ({len(sizes[one['group']])})"} for one in records]
    cell = lambda some: f"{mean(some, 'cover'):.3f} / {mean(some, 'f1'):.3f}"
    return "Cover / F1 (margin 5)\n\n" + by_group(named, cell)
