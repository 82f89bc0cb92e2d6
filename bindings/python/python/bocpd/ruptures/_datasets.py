"""Signals to try things on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["pw_constant"]


def pw_constant(
    n_samples: int = 200,
    n_features: int = 1,
    n_bkps: int = 3,
    noise_std: float | None = None,
    delta: tuple[float, float] = (1, 10),
    seed: int | None = None,
) -> tuple[NDArray[np.float64], list[int]]:
    """A signal that is constant but for jumps.

    Parameters
    ----------
    n_samples : int
        Its length.
    n_features : int
        How many columns it has.
    n_bkps : int
        How many changes.
    noise_std : float, optional
        Standard deviation of Gaussian noise; none if None.
    delta : tuple of float
        Between which sizes jumps are, up or down.
    seed : int, optional
        The same seed gives the same signal, another one than that of ruptures.

    Returns
    -------
    signal : ndarray of shape (n_samples, n_features)
        The signal.
    bkps : list of int
        The ends of its segments.

    Examples
    --------
    >>> import bocpd.ruptures as rpt
    >>> signal, bkps = rpt.pw_constant(100, 2, 3, noise_std=0.5, seed=1)
    >>> signal.shape, len(bkps), bkps[-1]
    ((100, 2), 4, 100)
    """
    rng = np.random.default_rng(seed)
    # Segments of about the same length, none empty.
    weights = rng.dirichlet(np.full(n_bkps + 1, 20.0))
    ends = np.round(np.cumsum(weights) * n_samples).astype(int)
    ends[-1] = n_samples
    size = (n_bkps, n_features)
    jumps = rng.uniform(*delta, size) * rng.choice([-1, 1], size)
    levels = np.concatenate([np.zeros((1, n_features)), np.cumsum(jumps, axis=0)])
    signal = np.repeat(levels, np.diff(ends, prepend=0), axis=0)
    if noise_std is not None:
        signal = signal + rng.normal(0, noise_std, signal.shape)
    return signal, [int(end) for end in ends]
