from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bocpd._core import Outliers, Pruning
from bocpd.hazard import Hazard
from bocpd.model import Model, Product

__all__ = ["defaults_for", "model_for"]

# Models of which no more than the kind is said.
_Kind: TypeAlias = Literal[
    # generated: kinds of models (cargo run -p bocpd-generate)
    "gaussian",
    "student_t",
    "student-t",
    "student_t_grid",
    "student-t-grid",
    "poisson",
    "bernoulli",
    "binomial",
    "gamma",
    "gaussian_known_variance",
    "gaussian-known-variance",
    "log_normal",
    "log-normal",
    "weighted_gaussian",
    "weighted-gaussian",
    "structured_gaussian",
    "structured-gaussian",
    "regression",
    "structured_log_normal",
    "structured-log-normal",
    "exponential",
    "geometric",
    "negative_binomial_known_size",
    "negative-binomial-known-size",
    "gaussian_known_mean",
    "gaussian-known-mean",
    "poisson_exposure",
    "poisson-exposure",
    "binomial_trials",
    "binomial-trials",
    "gaussian_error_bars",
    "gaussian-error-bars",
    "heteroscedastic_gaussian",
    "heteroscedastic-gaussian",
    "multivariate_gaussian",
    "multivariate-gaussian",
    "categorical",
    "hurdle_poisson",
    "hurdle-poisson",
    "negative_binomial_grid",
    "negative-binomial-grid",
    "volatile_gaussian",
    "volatile-gaussian",
    # end of generated: kinds of models
]

def defaults_for(
    xs: ArrayLike,
    *,
    outliers: Outliers | float | Literal[False] | None = None,
    min_segment: int = 1,
    sensitivity: float = 1.0,
) -> tuple[Model | Product, Hazard, Pruning, Outliers | None, list[tuple[str, float]]]: ...
def model_for(
    kind: _Kind,
    xs: ArrayLike,
    **parameters: float | Sequence[float] | NDArray[np.float64] | None,
) -> Model: ...
