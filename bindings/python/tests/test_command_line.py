"""`python -m bocpd` is the command line, in this process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import bocpd
from bocpd.__main__ import main

NILE = Path(__file__).parents[3] / "docs" / "data" / "nile.csv"
COMMAND = [sys.executable, "-m", "bocpd"]


def run(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], input=stdin, capture_output=True, text=True, check=False, timeout=120
    )


def test_help_and_version_are_those_of_the_program() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"bocpd {bocpd._core.__version__}\n")
    done = run("detect", "--help")
    assert done.returncode == 0 and "Usage: bocpd detect" in done.stdout


def test_a_file() -> None:
    done = run("detect", "-q", "--json", str(NILE))
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    # The same core: the same bits as in this process.
    x = np.loadtxt(NILE, delimiter=",", skiprows=1)[:, 1]
    result = bocpd.detect(x)
    assert found["ln_evidence"] == result.ln_evidence
    assert result.changepoints.tolist() == [28]


def test_exit_codes_and_messages() -> None:
    assert run("detect", "-q", "--exit-code", str(NILE)).returncode == 3
    done = run("detect", "--nonsense")
    assert done.returncode == 2 and "--nonsense" in done.stderr
    done = run("detect", "no-such-file.csv")
    assert done.returncode == 1 and "no-such-file.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_pipe() -> None:
    xs = "".join(f"{x}\n" for x in [0.1, -0.2, 0.3, 0.0] * 5 + [9.0, 9.1, 8.9, 9.2] * 5)
    done = run("detect", "-q", "--json", stdin=xs)
    assert done.returncode == 0
    assert bocpd.detect([float(x) for x in xs.split()]).changepoints.tolist() == [20]
    assert "20" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_it_at_once() -> None:
    with subprocess.Popen(
        [*COMMAND, "stream", "-q", "--warm-up", "20"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        # The warm-up has to be over before there is a line to read.
        child.stdin.write("1.5\n2.5\n" * 20)
        child.stdin.flush()
        assert child.stdout.readline()
        # Now it waits for more, within the command.
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=60) == -signal.SIGINT


def test_in_this_process(capfd: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    assert main(["detect", "-q", "--exit-code", str(NILE)]) == 3
    assert signal.getsignal(signal.SIGINT) is before
    assert "1899" in capfd.readouterr().out
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(main(["--version"])))
    thread.start()
    thread.join()
    assert codes == [0]


def test_without_the_extension() -> None:
    code = "import sys; sys.modules['bocpd._core'] = None; from bocpd.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "pip install" in done.stderr
