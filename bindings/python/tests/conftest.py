"""What several tests need."""

from __future__ import annotations

import numpy as np
import pytest

import bocpd


@pytest.fixture
def series() -> np.ndarray:
    """Three segments, with changes at 80 and 140."""
    rng = np.random.default_rng(11)
    levels = [(0.0, 80), (5.0, 60), (-2.0, 60)]
    return np.concatenate([rng.normal(level, 1.0, n) for level, n in levels])


@pytest.fixture
def detector() -> bocpd.Detector:
    return bocpd.Detector(bocpd.Gaussian(), bocpd.Constant(100))
