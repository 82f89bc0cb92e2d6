"""What may stand for a model or a hazard, for type checkers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bocpd.hazard import Hazard
from bocpd.model import ColumnModel, Model, Product, ScalarModel

AnyModel: TypeAlias = Model | Product | ColumnModel | ScalarModel
AnyHazard: TypeAlias = Hazard | float | Sequence[float] | NDArray[np.float64] | Callable[[int], float]
