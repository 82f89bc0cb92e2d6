"""Detectors for streams: the model whose structure fits a noise, chosen by hand, beside plain
Gaussian. Each is made from the first observations of its stream, which say how large the noise is
and where the level may be; all else is fixed.
"""

from dataclasses import dataclass, field

import bocpd
import numpy as np
from bocpd.alarm import AlarmPolicy
from bocpd.model import StructuredGaussian

MEAN_RUN_LENGTH = 500
# An alarm where P(r < 10) reaches ½.
POLICY = AlarmPolicy(threshold=0.5, window=10, min_segment=1)
ALPHA = 2.0


@dataclass(frozen=True)
class Way:
    """A structure, as parameters of `StructuredGaussian`, and the probability of outliers."""

    name: str
    structure: dict = field(default_factory=dict)
    outliers: float | None = None

    def detector(self, first):
        """A detector for the stream that begins with these observations.

        s = 1.4826 MAD(differences)/√2 is what the differences say of white noise; the noise of
        this structure is as large as gives the same differences: σ² = s² for white noise,
        s²/(1 − φ) for AR(1), 2s²/(2 + q) for a drift of q. α = 2, β = ασ². The level's prior has
        the mean of the observations and the variance τ² = max(their variance, 100 s²), κ = σ²/τ².
        """
        differences = np.diff(first)
        deviations = np.abs(differences - np.median(differences))
        s2 = (1.4826 * np.median(deviations)) ** 2 / 2
        q = self.structure.get("drift", 0.0)
        variance = s2 / (1 - self.structure.get("phi", 0.0)) * 2 / (2 + q)
        spread = max(first.var(), 100 * s2)
        model = StructuredGaussian(
            mean=first.mean(), kappa=variance / spread, alpha=ALPHA, beta=ALPHA * variance, **self.structure
        )
        hazard = bocpd.Constant(MEAN_RUN_LENGTH)
        return bocpd.Detector(model, hazard, alarm=POLICY, outliers=self.outliers)


# What is chosen by hand for each noise of `noises.NOISES`; the first is plain Gaussian.
GAUSSIAN = Way("Gaussian")
WAYS = {
    "white": [Way("Gaussian")],
    "AR .5": [Way("φ = .5", {"phi": 0.5})],
    "AR .9": [Way("φ = .9", {"phi": 0.9})],
    "AR .97": [Way("φ = .97", {"phi": 0.97})],
    "sine, period 20": [Way("period 20", {"period": 20, "harmonics": 1, "season": 3})],
    "sine, period 100": [Way("period 100", {"period": 100, "harmonics": 1, "season": 3})],
    "random walk": [Way("drift 10", {"drift": 10})],
    "t₂": [Way("outliers .01", outliers=0.01)],
}
