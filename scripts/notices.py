#!/usr/bin/env python3
"""The licences of what is compiled into the wheel, which ask to be beside it.

    notices.py          writes bindings/python/THIRD-PARTY.txt
    notices.py check    whether it names what Cargo.lock does

Of a package under several licences, one is chosen: the first of CHOICE that it has a
text of. Texts that are the same but for blanks stand there once.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTICES = ROOT / "bindings/python/THIRD-PARTY.txt"

HEAD = """\
What is compiled into the extension module of this package, and under which licence.
Written by scripts/notices.py.
"""

# Words of a file's name, the most preferred first.
CHOICE = ["mit", "bsd", "zlib", "unicode", "apache", "license", "licence", "copying"]


def packages():
    """What the wheel consists of, without what is ours: from name and version to metadata."""
    tree = subprocess.run(
        ["cargo", "tree", "--locked", "--package", "bocpd-py", "--target", "all"]
        + ["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout
    used = {tuple(re.match(r"(\S+) v(\S+)", line).groups()) for line in tree.splitlines()}
    metadata = json.loads(subprocess.run(
        ["cargo", "metadata", "--locked", "--format-version", "1"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout)
    known = {(one["name"], one["version"]): one for one in metadata["packages"]}
    return {key: known[key] for key in sorted(used) if known[key]["source"]}


def text(package):
    """The text of the licence that is chosen; None where there is no file of it."""
    folder = Path(package["manifest_path"]).parent
    files = [path for path in folder.iterdir() if path.is_file() and path.suffix != ".rs"]
    for word in CHOICE:
        for path in sorted(files):
            name = path.name.lower()
            if word in name and re.match(r"(licen[sc]e|copying|unlicense)", name):
                return path.read_text(encoding="utf-8").strip()
    return None


def named(key, package):
    return f"{key[0]} {key[1]}: {package['license']}"


def write():
    found = packages()
    lines = [HEAD] + [named(key, package) for key, package in found.items()]
    by_text = {}
    for (name, _), package in found.items():
        licence = text(package)
        if licence is None:
            authors = ", ".join(package["authors"]) or "its authors"
            licence = f"(The package has no text of its licence; it is by {authors}.)"
        plain = " ".join(licence.split())
        by_text.setdefault(plain, (licence, []))[1].append(name)
    for licence, names in by_text.values():
        lines += ["", "-" * 80, ", ".join(dict.fromkeys(names)), "", licence]
    NOTICES.write_text("\n".join(lines) + "\n", encoding="utf-8")


def check():
    wanted = {named(key, package) for key, package in packages().items()}
    head = NOTICES.read_text(encoding="utf-8").split("-" * 80)[0].removeprefix(HEAD)
    if wanted != set(filter(None, head.splitlines())):
        sys.exit("bindings/python/THIRD-PARTY.txt is not of this lock file: scripts/notices.py")


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        check()
    elif not sys.argv[1:]:
        write()
    else:
        sys.exit(__doc__)
