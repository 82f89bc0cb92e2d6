#!/usr/bin/env python3
"""Measures and writes the tables of docs/performance.md, docs/tuning.md,
docs/robustness.md and docs/noise.md anew.

    scripts/performance.py                  everything; half an hour
    scripts/performance.py limit sweep      these only

A table stands between the comments `<!-- NAME -->` and `<!-- /NAME -->` of a
page and is what a program prints. Measure on a machine that does nothing else.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def program(name, *arguments):
    cargo = ["cargo", "run", "--quiet", "--release", "-p", "bocpd-bench", "--bin", name, "--"]
    return [*cargo, *arguments]


def tables(text):
    """The tables of an output, each as a list of its lines."""
    groups, rows = [], []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append(line)
        elif rows:
            groups.append(rows)
            rows = []
    return groups


def all_tables(text):
    return {"": "\n\n".join("\n".join(rows) for rows in tables(text))}


def limit(text):
    """One set of tables for all models and hypotheses, one for lengths."""
    *steps, lengths = tables(text)
    join = lambda groups: "\n\n".join("\n".join(rows) for rows in groups)
    structured = [t for t in steps if "structured Gaussian" in t[0]]
    regression = [t for t in steps if "regression" in t[0]]
    steps = [t for t in steps if t not in structured and t not in regression]
    return {
        "-models": join(t for t in steps if "450 hypotheses" in t[0]),
        "-structured": join(structured),
        "-regression": join(regression),
        "-hypotheses": join(t for t in steps if "450 hypotheses" not in t[0]),
        "-length": join([lengths]),
    }


def detect(text):
    """The detection against its filter; the choice among structures against one of them."""
    filters, structures = ("\n".join(rows) for rows in tables(text))
    return {"-filter": filters, "-structures": structures}


def sweep(text):
    """The summary, and of the errors by kind a few rows."""
    summary, errors, *_ = tables(text)
    chosen = re.compile(r"\|--|\| k |\| (16|32|64|–) \| 1e-10 |\| 32, resampled ")
    few = [row for row in errors if chosen.match(row)]
    return {"": "\n".join(summary), "-kinds": "\n".join(few)}


def robust(text):
    quiet, steps = ("\n".join(rows) for rows in tables(text))
    return {"-quiet": quiet, "-steps": steps}


# Name: page, command, and what of the output goes between which comments.
MEASUREMENTS = {
    "limit": ("performance", program("limit"), limit),
    "chosen": ("performance", program("chosen"), all_tables),
    "fleet": ("performance", program("fleet"), all_tables),
    "cores": ("performance", program("cores"), all_tables),
    "phases": ("performance", program("phases"), all_tables),
    "detect": ("performance", program("detect"), detect),
    "instructions": ("performance", ["scripts/instructions.sh"], all_tables),
    "peers": ("performance", ["benches/peers/run.sh", "5"], all_tables),
    "sweep": ("tuning", program("sweep"), sweep),
    "robust": ("robustness", program("robust"), robust),
    "streams": ("noise", ["benches/accuracy/run.sh", "--only", "streams", "--full"], all_tables),
}


def main():
    for name in sys.argv[1:] or MEASUREMENTS:
        page, command, parts = MEASUREMENTS[name]
        print(" ".join(command), flush=True)
        printed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        file = ROOT / "docs" / f"{page}.md"
        text = file.read_text()
        for suffix, table in parts(printed.stdout).items():
            place = re.compile(rf"(<!-- {name}{suffix} -->\n).*?(<!-- /{name}{suffix} -->)", re.DOTALL)
            text, found = place.subn(lambda m: f"{m[1]}\n{table}\n\n{m[2]}", text)
            if found != 1:
                sys.exit(f"{file}: no place for {name}{suffix}")
        file.write_text(text)


if __name__ == "__main__":
    main()
