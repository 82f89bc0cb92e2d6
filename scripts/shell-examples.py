#!/usr/bin/env python3
"""Runs the shell examples of the documentation.

    shell-examples.py [--path DIR] FILE...       every ```sh block
    shell-examples.py --first HEADING FILE...    the first block under a heading,
                                                 in the current directory

Blocks run in order, those of one file in one scratch directory in which
docs/data lies as in the repository, with `bocpd` from DIR. A ```text or
```json block right after one is what it has to print. (What only makes sense
in the repository itself stands in ```bash blocks.)
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(code, where, **kwargs):
    print(f"{where}: {code.strip()}", flush=True)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code], text=True, stdout=subprocess.PIPE, **kwargs
    )
    if done.returncode != 0:
        sys.exit(f"{done.stdout}{where}: exit code {done.returncode}")
    return done.stdout


def first_block(text, heading):
    """The first fenced block of the section with this heading."""
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return FENCE.search(section.group(1)).group(2)


def examples(text):
    """Pairs of a shell block and the output shown right after it, if any."""
    blocks = list(FENCE.finditer(text))
    for block, after in zip(blocks, blocks[1:] + [None]):
        if block.group(1) == "sh":
            shown = after and after.group(1) in ("text", "json") and not text[block.end() : after.start()].strip()
            yield block.group(2), after.group(2) if shown else None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", metavar="HEADING")
    parser.add_argument("--path", metavar="DIR", default=".")
    parser.add_argument("files", metavar="FILE", nargs="+")
    args = parser.parse_args()

    if args.first:
        for file in args.files:
            print(run(first_block(Path(file).read_text(), args.first), file), end="")
        return

    path = f"{Path(args.path).resolve()}{os.pathsep}{os.environ['PATH']}"
    ran = 0
    for file in args.files:
        with tempfile.TemporaryDirectory() as scratch:
            shutil.copytree("docs/data", Path(scratch, "docs/data"))
            for code, shown in examples(Path(file).read_text()):
                printed = run(code, file, cwd=scratch, env=os.environ | {"PATH": path})
                if shown is not None and printed.rstrip() != shown.rstrip():
                    sys.exit(f"{file}: printed\n{printed}\ninstead of\n{shown}")
                ran += 1
    print(f"{ran} shell examples ran")


main()
