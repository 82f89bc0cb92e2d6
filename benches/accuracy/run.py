"""The accuracy of methods, as Markdown. Started by run.sh, which has installed them."""

import argparse
import importlib.metadata
import json
import sys

import annotated
import made
import methods
import quiet
import short
import steps
import streams
from record import failures

PARTS = {"annotated": annotated, "made": made, "noises": quiet, "steps": steps, "short": short, "streams": streams}
HEADS = {
    "annotated": "Annotated series",
    "made": "Made series",
    "noises": "Noise without change",
    "steps": "Steps",
    "short": "Very short series",
    "streams": "Streams",
}


def some_of(known):
    """Reads a list of known names, with commas between."""

    def read(text):
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
        return names

    return read


def arguments():
    parser = argparse.ArgumentParser(prog="benches/accuracy/run.sh", description=__doc__.split(". ")[0])
    parser.add_argument("paths", nargs="*", metavar="PATH", help="annotated sets, or folders of them")
    parser.add_argument("--only", type=some_of(PARTS), metavar="PARTS", help=f"with commas, of {', '.join(PARTS)}")
    names = ", ".join(methods.MAKERS)
    parser.add_argument("--methods", type=some_of(methods.MAKERS), metavar="METHODS", help=f"with commas, of {names}")
    parser.add_argument("--observations", type=int, default=4000, help="of each noise (4000)")
    parser.add_argument("--steps", type=int, default=20, help="trials of each step (20)")
    parser.add_argument("--short", type=int, default=200, help="very short series of each length (200)")
    parser.add_argument("--full", action="store_true", help="100,000 observations, 200 steps, 2000 short series")
    parser.add_argument("--json", metavar="FILE", help="write all single results there, for compare.py")
    options = parser.parse_args()
    if options.full:
        options.observations, options.steps, options.short = 100_000, 200, 2000
    if min(options.observations, options.steps, options.short) < 1:
        parser.error("--observations, --steps and --short must be at least 1")
    return options


def versions():
    found = []
    for package in ("bocpd-py", "ruptures", "changeforest", "numpy"):
        try:
            found.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{package} not installed")
    return ", ".join(found)


def main():
    options = arguments()
    found, missing = methods.made(options.methods)
    print(f"{versions()}\n")
    for name, why in missing.items():
        print(f"Left out: {name} ({why})\n")
    records = []
    for name, part in PARTS.items():
        if (options.only and name not in options.only) or (name == "annotated" and not options.paths):
            continue
        print(f"## {HEADS[name]}\n")
        some = list(part.measure(found, options))
        print(part.report(some))
        for failure in failures(some):
            print(f"\n{failure}")
        print(flush=True)
        records += some
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"versions": versions(), "records": records}, file)


if __name__ == "__main__":
    sys.exit(main())
