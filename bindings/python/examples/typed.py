"""A stream watched with types checked: `mypy --strict examples`."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

import bocpd


def first_alarm(xs: Iterable[float], threshold: float = 0.9) -> int | None:
    """The index at which a change within the last ten observations is sure."""
    detector = bocpd.Detector(bocpd.Gaussian(beta=0.1), bocpd.Constant(200))
    for step in detector.stream(xs):
        if step.index >= 10 and detector.p_recent_change(10) > threshold:
            return step.index
    return None


def main() -> None:
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0, 0.3, 100), rng.normal(1, 0.3, 50)])
    alarm = first_alarm(x)
    result = bocpd.detect(x)
    print(f"alarm at {alarm}, change at {result.changepoints.tolist()}")
    for segment in result.segments:
        if segment.level is not None:
            low, high = segment.level.low, segment.level.high
            print(f"{segment.start:4} to {segment.end:4}: mean in {low:.2f}..{high:.2f}")


if __name__ == "__main__":
    main()
