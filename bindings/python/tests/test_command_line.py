"""`python -m bocpd` is the program `bocpd`."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest


def run(path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bocpd", *arguments],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_arguments_output_and_exit_code_are_the_programs(tmp_path: Path) -> None:
    program = tmp_path / "bocpd"
    program.write_text('#!/bin/sh\necho "$#: $*"\nexit 3\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    done = run(str(tmp_path), "detect", "a file.csv")
    assert (done.returncode, done.stdout) == (3, "2: detect a file.csv\n")


def test_without_the_program(tmp_path: Path) -> None:
    done = run(str(tmp_path))
    assert done.returncode == 127
    assert "cargo install" in done.stderr and "Traceback" not in done.stderr
