# The compiled part of bocpd. Import its names from `bocpd` and its modules, whose stubs have
# the types of what is in them.

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar, Literal, SupportsFloat, final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from typing_extensions import Self

from bocpd._types import AnyHazard, AnyModel
from bocpd.alarm import Alarm, AlarmPolicy
from bocpd.calibrate import Calibration, calibrate
from bocpd.defaults import defaults_for, model_for
from bocpd.distribution import Distribution
from bocpd.fit import Fit, Fitted
from bocpd.hazard import (
    Hazard,
    # generated: imported hazards (cargo run -p bocpd-generate)
    Constant,
    ConstantGrid,
    LogLogistic,
    NegativeBinomial,
    Rate,
    Table,
    Weibull,
    # end of generated: imported hazards
)
from bocpd.model import (
    Model,
    Product,
    # generated: imported models (cargo run -p bocpd-generate)
    Bernoulli,
    Binomial,
    BinomialTrials,
    Categorical,
    Exponential,
    Gamma,
    Gaussian,
    GaussianErrorBars,
    GaussianKnownMean,
    GaussianKnownVariance,
    Geometric,
    HeteroscedasticGaussian,
    HurdlePoisson,
    LogNormal,
    MultivariateGaussian,
    NegativeBinomialGrid,
    NegativeBinomialKnownSize,
    Poisson,
    PoissonExposure,
    Regression,
    StructuredGaussian,
    StructuredLogNormal,
    StudentT,
    StudentTGrid,
    VolatileGaussian,
    WeightedGaussian,
    # end of generated: imported models
)
from bocpd.panel import Event, Panel, PushError
from bocpd.readout import (
    Change,
    Estimate,
    Jump,
    Location,
    ParameterChange,
    PartOfChange,
    Remark,
    Segment,
    Segmentation,
    Segmentations,
    Shift,
    Steps,
)

__all__ = [
    "HAZARDS",
    "MODELS",
    "STREAM_MEAN_RUN_LENGTH",
    "__version__",
    "core_seconds",
    "calibrate",
    "command_line",
    "defaults_for",
    "defaults_for_length",
    "fit_series",
    "is_of_several",
    "kind_with",
    "model_for",
    "restore",
    "restore_panel",
    "scan_series",
    "structures_in_words",
    "typical_elapsed",
    "Alarm",
    "AlarmPolicy",
    "Calibration",
    "Change",
    "DetectSeries",
    "Detector",
    "Distribution",
    "Estimate",
    "Event",
    "FastBocpd",
    "Fit",
    "Fitted",
    "Hazard",
    "Jump",
    "Location",
    "Model",
    "ObservationError",
    "Outliers",
    "Panel",
    "ParameterChange",
    "PartOfChange",
    "Product",
    "Pruning",
    "PushError",
    "Remark",
    "Segment",
    "Segmentation",
    "Segmentations",
    "Shift",
    "Step",
    "Steps",
    "Stream",
    # generated: names of models and hazards (cargo run -p bocpd-generate)
    "Bernoulli",
    "Binomial",
    "BinomialTrials",
    "Categorical",
    "Constant",
    "ConstantGrid",
    "Exponential",
    "Gamma",
    "Gaussian",
    "GaussianErrorBars",
    "GaussianKnownMean",
    "GaussianKnownVariance",
    "Geometric",
    "HeteroscedasticGaussian",
    "HurdlePoisson",
    "LogLogistic",
    "LogNormal",
    "MultivariateGaussian",
    "NegativeBinomial",
    "NegativeBinomialGrid",
    "NegativeBinomialKnownSize",
    "Poisson",
    "PoissonExposure",
    "Rate",
    "Regression",
    "StructuredGaussian",
    "StructuredLogNormal",
    "StudentT",
    "StudentTGrid",
    "Table",
    "VolatileGaussian",
    "Weibull",
    "WeightedGaussian",
    # end of generated: names of models and hazards
]

__version__: str
STREAM_MEAN_RUN_LENGTH: float
# Every model and hazard by the name that configurations give it.
MODELS: dict[str, type[Model]]
HAZARDS: dict[str, type[Hazard]]

class ObservationError(ValueError):
    index: int | None
    steps: Steps | None

@final
class Outliers:
    def __new__(
        cls, probability: float, centre: float | None = None, scale: float | None = None
    ) -> Self: ...
    @property
    def probability(self) -> float: ...
    @property
    def centre(self) -> float | None: ...
    @property
    def scale(self) -> float | None: ...
    def __eq__(self, other: object, /) -> bool: ...
    __match_args__: ClassVar[tuple[str, ...]]
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Pruning:
    def __new__(
        cls,
        max_hypotheses: int | None = None,
        min_weight: float | None = None,
        max_run_length: int | None = None,
        resample: int | None = None,
    ) -> Self: ...
    @staticmethod
    def exact() -> Pruning: ...
    @staticmethod
    def default() -> Pruning: ...
    @property
    def max_hypotheses(self) -> int | None: ...
    @property
    def min_weight(self) -> float | None: ...
    @property
    def max_run_length(self) -> int | None: ...
    @property
    def resample(self) -> int | None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    __match_args__: ClassVar[tuple[str, ...]]
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Step:
    def __new__(
        cls,
        *,
        index: int,
        p_change_now: float,
        map_run_length: int,
        map_probability: float,
        ln_predictive: float,
        p_outlier: float = ...,
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def index(self) -> int: ...
    @property
    def p_change_now(self) -> float: ...
    @property
    def map_run_length(self) -> int: ...
    @property
    def map_probability(self) -> float: ...
    @property
    def ln_predictive(self) -> float: ...
    @property
    def p_outlier(self) -> float: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Detector:
    def __new__(
        cls,
        model: AnyModel | Sequence[Model],
        hazard: AnyHazard,
        pruning: Pruning | None = None,
        *,
        missing: Literal["error", "skip"] = "error",
        history: int | Literal["all"] | None = None,
        shifts: bool = False,
        alarm: AlarmPolicy | None = None,
        outliers: Outliers | float | None = None,
        alternatives: Sequence[Model | tuple[Model, float]] = ...,
        alternatives_per: Literal["stream", "segment"] = "stream",
        resolution: float = 1.0,
        min_segment: int = 1,
        sensitivity: float = 1.0,
    ) -> Self: ...
    @staticmethod
    def for_stream(
        first: ArrayLike,
        hazard: AnyHazard | None = None,
        pruning: Pruning | None = None,
        *,
        missing: Literal["error", "skip"] = "error",
        history: int | Literal["all"] | None = None,
        shifts: bool = False,
        alarm: AlarmPolicy | None = None,
        outliers: Outliers | float | Literal[False] | None = None,
        resolution: float = 1.0,
        min_segment: int = 1,
        sensitivity: float = 1.0,
    ) -> Detector: ...
    @property
    def alternatives(self) -> list[tuple[AnyModel, float]]: ...
    @property
    def alternatives_per(self) -> Literal["stream", "segment"]: ...
    @property
    def resolution(self) -> float: ...
    @property
    def min_segment(self) -> int: ...
    @property
    def sensitivity(self) -> float: ...
    @property
    def structures(self) -> list[tuple[str, float]]: ...
    @property
    def model_probabilities(self) -> NDArray[np.float64]: ...
    @property
    def hazard_probabilities(self) -> NDArray[np.float64]: ...
    def _hazards_in_words(self) -> str | None: ...
    @property
    def model(self) -> AnyModel: ...
    @property
    def hazard(self) -> Hazard | Callable[[int], float]: ...
    @property
    def pruning(self) -> Pruning: ...
    @property
    def missing(self) -> Literal["error", "skip"]: ...
    @property
    def history(self) -> int | Literal["all"] | None: ...
    @property
    def shifts(self) -> bool: ...
    @property
    def alarm(self) -> AlarmPolicy | None: ...
    @property
    def outliers(self) -> Outliers | None: ...
    @property
    def p_outlier(self) -> float: ...
    def p_outlier_in(
        self,
        xs: ArrayLike,
        changepoints: Sequence[int] | None = None,
        *,
        features: ArrayLike | None = None,
    ) -> NDArray[np.float64]: ...
    def take_alarms(self) -> list[Alarm]: ...
    def acknowledge(self) -> None: ...
    @property
    def alarm_is_on(self) -> bool: ...
    @property
    def alarm_probability(self) -> float: ...
    def predict(
        self,
        ahead: int = 1,
        *,
        elapsed: float | None = None,
        features: ArrayLike | None = None,
        dimension: int = 0,
    ) -> Distribution: ...
    def parameters(self) -> dict[str, Distribution]: ...
    def p_change_within(self, k: int) -> float: ...
    def p_next_change_after(self, k: int) -> float: ...
    def expected_residual(self) -> float | None: ...
    def simulate(self, n: int, seed: int = 0) -> NDArray[np.float64]: ...
    def shift(self) -> Shift | None: ...
    def shift_between(self, low: int, high: int) -> Shift | None: ...
    def segments(
        self,
        xs: ArrayLike,
        changepoints: Sequence[int] | None = None,
        mass: float = 0.9,
        *,
        features: ArrayLike | None = None,
    ) -> list[Segment]: ...
    def segmentations(
        self, xs: ArrayLike, most: int, *, features: ArrayLike | None = None
    ) -> Segmentations: ...
    def _detect(
        self,
        xs: ArrayLike,
        mass: float,
        elapsed: ArrayLike | None = None,
        features: ArrayLike | None = None,
        changes: int | None = None,
    ) -> tuple[
        Steps,
        tuple[
            list[Change],
            list[Segment],
            NDArray[np.float64],
            float,
            NDArray[np.float64],
            list[Remark],
        ],
    ]: ...
    def _detection(
        self, xs: ArrayLike, mass: float, features: ArrayLike | None = None
    ) -> tuple[
        list[Change],
        list[Segment],
        NDArray[np.float64],
        float,
        NDArray[np.float64],
        list[Remark],
    ]: ...
    def update(
        self,
        x: SupportsFloat | ArrayLike | None,
        *,
        elapsed: float | None = None,
        features: ArrayLike | None = None,
    ) -> Step: ...
    def update_many(
        self,
        xs: ArrayLike,
        *,
        elapsed: ArrayLike | None = None,
        features: ArrayLike | None = None,
    ) -> Steps: ...
    def skip(self, *, elapsed: float | None = None) -> Step: ...
    def stream(
        self,
        xs: Iterable[SupportsFloat | ArrayLike | None],
        *,
        features: Iterable[ArrayLike] | None = None,
    ) -> Iterator[Step]: ...
    def reset(self) -> None: ...
    @property
    def observations(self) -> int: ...
    @property
    def p_change_now(self) -> float: ...
    def p_recent_change(self, w: int) -> float: ...
    def run_length_posterior(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]: ...
    @property
    def map_run_length(self) -> int: ...
    @property
    def map_probability(self) -> float: ...
    @property
    def mean_run_length(self) -> float: ...
    @property
    def ln_predictive(self) -> float: ...
    @property
    def ln_evidence(self) -> float: ...
    @property
    def pruned_mass(self) -> float: ...
    @property
    def live(self) -> int: ...
    def changepoints(self) -> NDArray[np.int64]: ...
    def settled(self) -> NDArray[np.int64]: ...
    def provisional(self) -> NDArray[np.int64]: ...
    def take_settled(self) -> NDArray[np.int64]: ...
    @property
    def map_ln_joint(self) -> float: ...
    def p_change_at(self, s: int) -> float: ...
    def smoothed(self) -> tuple[int, NDArray[np.float64]]: ...
    def p_change_between(self, low: int, high: int) -> float: ...
    def expected_changes(self) -> float: ...
    def locations(
        self, changepoints: Sequence[int] | None = None, mass: float = 0.9
    ) -> list[Location]: ...
    def sample_segmentations(self, draws: int, seed: int) -> list[NDArray[np.int64]]: ...
    def to_json(self) -> str: ...
    @staticmethod
    def from_json(text: str) -> Detector: ...
    def to_bytes(self) -> bytes: ...
    @staticmethod
    def from_bytes(data: bytes) -> Detector: ...
    def load_bytes(self, data: bytes) -> None: ...
    def copy(self) -> Detector: ...
    def __copy__(self) -> Detector: ...
    def __deepcopy__(self, _memo: object, /) -> Detector: ...
    def __reduce__(self) -> tuple[Callable[..., Detector], tuple[Any, ...]]: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *_exception: object) -> None: ...

@final
class Stream:
    def __iter__(self) -> Self: ...
    def __next__(self) -> Step: ...

@final
class FastBocpd:
    def __new__(cls, model: Model, hazard: Hazard, max_run_length: int) -> Self: ...
    @staticmethod
    def from_bytes(data: bytes) -> FastBocpd: ...
    def to_bytes(self) -> bytes: ...
    def update(self, x: float) -> tuple[NDArray[np.float64], float]: ...
    def step(self, x: float) -> tuple[float, int]: ...
    def batch_update(self, xs: ArrayLike) -> NDArray[np.float64]: ...
    def posterior(self) -> NDArray[np.float64]: ...
    def map(self) -> tuple[int, float]: ...
    def reset(self) -> None: ...

def typical_elapsed(elapsed: NDArray[np.float64]) -> float: ...
def structures_in_words(structures: Sequence[tuple[str, float]]) -> str: ...
def is_of_several(kind: str) -> bool: ...
def kind_with(
    model: AnyModel | str | None, beside: str, xs: ArrayLike, numbers: ArrayLike
) -> tuple[str, NDArray[np.float64]]: ...
def defaults_for_length(n: int) -> tuple[Hazard, Pruning]: ...
def fit_series(
    series: Sequence[ArrayLike],
    model: Model,
    hazard: AnyHazard,
    pruning: Pruning,
    missing: str,
    outliers: Outliers | float | None,
    fixed: Sequence[str],
    free: Sequence[str],
    evaluations: int | None,
    features: Sequence[ArrayLike] | None,
) -> Fit: ...
@final
class DetectSeries:
    def __new__(
        cls,
        model: Model | str | None = None,
        hazard: AnyHazard | None = None,
        pruning: Pruning | None = None,
        *,
        missing: str = "error",
        mass: float = 0.9,
        outliers: Outliers | float | Literal[False] | None = None,
        resolution: float = 1.0,
        min_segment: int = 1,
        sensitivity: float = 1.0,
        sizes: bool = True,
    ) -> Self: ...
    def run(
        self,
        values: NDArray[np.float64],
        offsets: NDArray[np.int64],
        times: NDArray[np.float64] | None = None,
        threads: int | None = None,
    ) -> dict[str, Any]: ...

def scan_series(
    values: NDArray[np.float64],
    offsets: NDArray[np.int64],
    detector: Detector | None = None,
    missing: str = "error",
    times: NDArray[np.float64] | None = None,
    threads: int | None = None,
) -> dict[str, Any]: ...
def restore_panel(
    data: bytes, own: Detector | None = None, irregular: bool = True
) -> Panel: ...
def restore(data: bytes, empty: tuple[Any, ...] | None = None) -> Detector: ...
def command_line(args: Sequence[str]) -> int: ...
def core_seconds(xs: ArrayLike, config: str, batch: bool) -> float: ...
