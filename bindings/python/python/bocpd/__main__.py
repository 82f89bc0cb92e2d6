"""`python -m bocpd`: the command line, which is a program of its own.

There is one implementation of it; this finds it and gives way to it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys


def main() -> int:
    """Runs `bocpd` with the arguments of this process."""
    program = shutil.which("bocpd")
    if program is None:
        print(
            "error: the program `bocpd` is not on the PATH; "
            "build it with `cargo install --path crates/bocpd-cli`",
            file=sys.stderr,
        )
        return 127
    return subprocess.run([program, *sys.argv[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
