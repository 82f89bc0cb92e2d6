"""Detectors for streams: for each noise the model whose structure fits it, chosen by hand, beside
plain Gaussian and what is chosen where nothing is said. The first observations of a stream say how large the noise is and where the level
may be; all else is fixed.
"""

import functools
from dataclasses import dataclass, field
from typing import Any

import bocpd
import numpy as np
from bocpd.model import StructuredGaussian, StudentTGrid, VolatileGaussian

# How many observations a stream is measured by.
FIRST = 50
MEAN_RUN_LENGTH = 500
# An alarm where P(r < WINDOW) rises above THRESHOLD. (`AlarmPolicy` says the same with more care, at
# forty times the cost, since it keeps what is needed to say by how much the level changed.)
WINDOW = 10
THRESHOLD = 0.5
ALPHA = 2.0


def watched(detector, xs):
    """Alarms after the first observations, and the changepoints that are left in hindsight."""
    detector.update_many(xs[:FIRST])
    found, on = [], detector.p_recent_change(WINDOW) > THRESHOLD
    for index, x in enumerate(xs[FIRST:].tolist(), FIRST):
        detector.update(x)
        before, on = on, detector.p_recent_change(WINDOW) > THRESHOLD
        if on and not before:
            found.append(index)
    return found, [c for c in detector.changepoints().tolist() if c >= FIRST]


class Default:
    """The detector for a stream of which nothing is said but how it begins."""

    name = "nothing said"

    def watch(self, xs):
        detector = bocpd.Detector.for_stream(xs[:FIRST], bocpd.Constant(MEAN_RUN_LENGTH))
        return watched(detector, xs)


@dataclass(frozen=True, eq=False)
class Way:
    """A model and those of its parameters that are chosen by hand, and how probable outliers are."""

    name: str
    model: Any = StructuredGaussian
    parameters: dict = field(default_factory=dict)
    outliers: float | None = None

    def watch(self, xs):
        """Where P(r < 10) rises above ½ in a stream, after its first observations, which say what
        is taken as 0 and 1; and the changepoints that are left in hindsight.

        s = 1.4826 MAD(differences)/√2 is the scale of white noise with such differences; the
        noise of a structure is as large as gives the same: σ² = s² for white noise, s²/(1 − φ)
        for AR(1), 2s²/(2 + q) for a drift of q. α = 2, β = ασ². The prior of the level has the
        mean of the observations and the variance τ² = max(their variance, 100 s²): κ = σ²/τ².
        """
        first = xs[:FIRST]
        differences = np.diff(first)
        s = 1.4826 * np.median(np.abs(differences - np.median(differences))) / np.sqrt(2)
        detector = self.detector(max(first.var() / s**2, 100.0))
        detector.reset()
        return watched(detector, (xs - first.mean()) / s)

    @functools.cache
    def detector(self, spread):
        """A detector for streams of mean 0 and s = 1 whose levels have the variance `spread`."""
        phi, q = self.parameters.get("phi", 0.0), self.parameters.get("drift", 0.0)
        variance = 1 / (1 - phi) * 2 / (2 + q)
        model = self.model(kappa=variance / spread, alpha=ALPHA, beta=ALPHA * variance, **self.parameters)
        hazard = bocpd.Constant(MEAN_RUN_LENGTH)
        return bocpd.Detector(model, hazard, outliers=self.outliers)


def structured(outliers=None, **parameters):
    """A structured Gaussian model, named by what is chosen."""
    chosen = [f"`{name}` {value:g}" for name, value in parameters.items()] or ["Gaussian"]
    if outliers:
        chosen.append(f"outliers {outliers:g}")
    return Way(", ".join(chosen), StructuredGaussian, parameters, outliers)


GAUSSIAN = Way("Gaussian", bocpd.Gaussian)
DEFAULT = Default()
# For each noise of `noises.NOISES` what fits it, the same with outliers, and for some what somebody
# may choose who does not know it exactly.
WAYS = {
    "white": [structured(outliers=0.01)],
    "AR .5": [structured(phi=0.5), structured(phi=0.5, outliers=0.01)],
    "AR .9": [
        structured(phi=0.9),
        structured(phi=0.9, outliers=0.01),
        structured(phi=0.8),
        structured(drift=1),
    ],
    "AR .97": [structured(phi=0.97), structured(phi=0.97, outliers=0.01), structured(phi=0.9)],
    "sine, period 20": [
        structured(period=20, harmonics=1, season=3),
        structured(period=20, harmonics=1, season=3, outliers=0.01),
        structured(drift=1),
    ],
    "sine, period 100": [
        structured(period=100, harmonics=1, season=3),
        structured(period=100, harmonics=1, season=3, outliers=0.01),
        structured(drift=0.1),
    ],
    "random walk": [structured(drift=10), structured(drift=10, outliers=0.01)],
    "t₂": [
        structured(outliers=0.01),
        structured(outliers=0.1),
        structured(outliers=0.2),
        Way("Student-t, ν of 2, 4, 8, 64", StudentTGrid, {"nu": [2.0, 4.0, 8.0, 64.0]}),
        Way("`memory` 10, outliers 0.01", VolatileGaussian, {"memory": 10}, 0.01),
    ],
    "GARCH": [Way(f"`memory` {w}, outliers 0.01", VolatileGaussian, {"memory": w}, 0.01) for w in (50, 10)],
    "stochastic volatility": [
        Way(f"`memory` {w}, outliers 0.01", VolatileGaussian, {"memory": w}, 0.01) for w in (50, 10)
    ],
}
