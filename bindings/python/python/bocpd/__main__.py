"""`python -m bocpd`: the command line `bocpd`, in this process."""

from __future__ import annotations

import signal
import sys
import threading

from bocpd._compiled import command_line


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line with these arguments, those of the process if None,
    and returns its exit code.

    While it runs, Ctrl-C ends the process at once, as it ends the program
    `bocpd`: Python could not act before the command is done. From another than
    the main thread the handling of signals is left as it is.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if sys.stdout is not None:  # it is where standard output is closed
        sys.stdout.flush()
    if threading.current_thread() is not threading.main_thread():
        return command_line(["bocpd", *arguments])
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return command_line(["bocpd", *arguments])
    finally:
        # None: handled by something that is not Python's.
        if before is not None:
            signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    sys.exit(main())
