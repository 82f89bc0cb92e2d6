#!/usr/bin/env python3
"""Runs the examples of the documentation in shell and C, and follows its links.

    examples.py first HEADING FILE      the first block under a heading, in the
                                        current directory
    examples.py program HEADING FILE    the C block under a heading, as program.c, and the
                                        bash block after it, in a scratch directory in which
                                        bindings/ lies as in the repository
    examples.py sh DIR FILE...          shell blocks, with `bocpd` from DIR
    examples.py c DIR FILE...           C blocks, linked with libbocpd.a from DIR
    examples.py links FILE...           links to other files of the repository

Blocks of one file run in order, in one scratch directory in which docs/data lies
as in the repository. A ```text or ```json block right after one is what it has
to print. What only makes sense in the repository itself stands in ```bash
blocks and is not run.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(command, where, **kwargs):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, **kwargs)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}{where}: exit code {done.returncode}")
    return done.stdout


def run_sh(code, where, bin_dir, scratch):
    path = f"{bin_dir}{os.pathsep}{os.environ['PATH']}"
    return run(["bash", "-euo", "pipefail", "-c", code], where, cwd=scratch, env=os.environ | {"PATH": path})


def run_c(code, where, lib_dir, scratch):
    include = Path("bindings/c/include").resolve()
    Path(scratch, "example.c").write_text(code)
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", f"-I{include}"]
    libraries = [f"{lib_dir}/libbocpd.a", "-lpthread", "-ldl", "-lm"]
    compiler = os.environ.get("CC", "cc")
    run([compiler, *flags, "example.c", "-o", "example", *libraries], where, cwd=scratch)
    return run(["./example"], where, cwd=scratch)


RUNNERS = {"sh": run_sh, "c": run_c}


def section(heading, file):
    """What stands under a heading."""
    pattern = rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)"
    return re.search(pattern, file.read_text(), re.MULTILINE | re.DOTALL).group(1)


def first(heading, file):
    """Runs the first fenced block of a section."""
    code = FENCE.search(section(heading, file)).group(2)
    print(code, end="", flush=True)
    print(run(["bash", "-euo", "pipefail", "-c", code], file), end="")


def program(heading, file):
    """Builds and runs the first program of a section by the commands that stand there."""
    blocks = FENCE.findall(section(heading, file))
    sources = {language: code for language, code in reversed(blocks)}
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch, "program.c").write_text(sources["c"])
        Path(scratch, "bindings").symlink_to(file.resolve().parent / "bindings")
        target = os.path.abspath(os.environ.get("CARGO_TARGET_DIR", file.resolve().parent / "target"))
        env = os.environ | {"CARGO_TARGET_DIR": target}
        printed = run(["bash", "-euo", "pipefail", "-c", sources["bash"]], file, cwd=scratch, env=env)
    print(printed, end="")
    if not printed.endswith(sources["text"]):
        sys.exit(f"{file}: printed\n{printed}\ninstead of\n{sources['text']}")


def examples(language, tool, file):
    """Runs all blocks of a file in one language; returns how many."""
    text = file.read_text()
    blocks = list(FENCE.finditer(text))
    ran = 0
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree("docs/data", Path(scratch, "docs/data"))
        for block, after in zip(blocks, blocks[1:] + [None]):
            if block.group(1) != language:
                continue
            where = f"{file}:{text[: block.start()].count(chr(10)) + 1}"
            printed = RUNNERS[language](block.group(2), where, tool, scratch)
            shown = after and after.group(1) in ("text", "json") and not text[block.end() : after.start()].strip()
            if shown and printed.rstrip() != after.group(2).rstrip():
                sys.exit(f"{where}: printed\n{printed}\ninstead of\n{after.group(2)}")
            ran += 1
    return ran


def links(files):
    """Finds relative links that lead nowhere."""
    broken = [
        f"{file}: {link}"
        for file in files
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text())
        if not (file.parent / link).exists()
    ]
    if broken:
        sys.exit("links that lead nowhere:\n" + "\n".join(broken))


def main():
    match sys.argv[1:]:
        case ["first", heading, file]:
            first(heading, Path(file))
        case ["program", heading, file]:
            program(heading, Path(file))
        case ["links", *files] if files:
            links([Path(file) for file in files])
        case [language, tool, *files] if language in RUNNERS and files:
            tool = os.path.abspath(tool)
            counts = {file: examples(language, tool, Path(file)) for file in files}
            print(*(f"{count} {language} examples in {file}" for file, count in counts.items() if count), sep="\n")
        case _:
            sys.exit(__doc__)


main()
