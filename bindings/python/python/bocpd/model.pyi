from collections.abc import Sequence
from typing import Any, ClassVar, final

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Self, disjoint_base

from bocpd._own import ColumnModel, ScalarModel

__all__ = [
    "ColumnModel",
    "Model",
    "Product",
    "ScalarModel",
    # generated: names of models (cargo run -p bocpd-generate)
    "Bernoulli",
    "Binomial",
    "BinomialTrials",
    "Categorical",
    "Exponential",
    "Gamma",
    "Gaussian",
    "GaussianErrorBars",
    "GaussianKnownMean",
    "GaussianKnownVariance",
    "Geometric",
    "HeteroscedasticGaussian",
    "HurdlePoisson",
    "LogNormal",
    "MultivariateGaussian",
    "NegativeBinomialGrid",
    "NegativeBinomialKnownSize",
    "Poisson",
    "PoissonExposure",
    "Regression",
    "StructuredGaussian",
    "StructuredLogNormal",
    "StudentT",
    "StudentTGrid",
    "VolatileGaussian",
    "WeightedGaussian",
    # end of generated: names of models
]

@disjoint_base
class Model:
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Product:
    def __new__(cls, models: Sequence[Model]) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def models(self) -> tuple[Model, ...]: ...
    @property
    def dimension(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

# generated: models (cargo run -p bocpd-generate)
@final
class Gaussian(Model):
    def __new__(
        cls, *, mean: float = 0.0, kappa: float = 1.0, alpha: float = 1.0, beta: float = 1.0
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean(self) -> float: ...
    @property
    def kappa(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> float: ...

@final
class StudentT(Model):
    def __new__(
        cls,
        *,
        mean: float = 0.0,
        kappa: float = 1.0,
        alpha: float = 1.0,
        beta: float = 1.0,
        nu: float = 4.0,
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean(self) -> float: ...
    @property
    def kappa(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> float: ...
    @property
    def nu(self) -> float: ...

@final
class StudentTGrid(Model):
    def __new__(
        cls,
        *,
        mean: float = 0.0,
        kappa: float = 1.0,
        alpha: float = 1.0,
        beta: float = 1.0,
        nu: Sequence[float] | NDArray[np.float64] | None = None,
        nu_prior: Sequence[float] | NDArray[np.float64] | None = None,
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean(self) -> float: ...
    @property
    def kappa(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> float: ...
    @property
    def nu(self) -> list[float]: ...
    @property
    def nu_prior(self) -> list[float] | None: ...

@final
class Poisson(Model):
    def __new__(cls, *, shape: float = 1.0, rate: float = 1.0) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def shape(self) -> float: ...
    @property
    def rate(self) -> float: ...

@final
class Bernoulli(Model):
    def __new__(cls, *, a: float = 1.0, b: float = 1.0) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def a(self) -> float: ...
    @property
    def b(self) -> float: ...

@final
class Binomial(Model):
    def __new__(cls, *, a: float = 1.0, b: float = 1.0, trials: int) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def a(self) -> float: ...
    @property
    def b(self) -> float: ...
    @property
    def trials(self) -> int: ...

@final
class Gamma(Model):
    def __new__(
        cls, *, shape: float | None = None, rate: float = 1.0, known_shape: float = 1.0
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def shape(self) -> float: ...
    @property
    def rate(self) -> float: ...
    @property
    def known_shape(self) -> float: ...

@final
class GaussianKnownVariance(Model):
    def __new__(cls, *, mean: float = 0.0, kappa: float = 1.0, variance: float = 1.0) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean(self) -> float: ...
    @property
    def kappa(self) -> float: ...
    @property
    def variance(self) -> float: ...

@final
class LogNormal(Model):
    def __new__(
        cls, *, mean: float = 0.0, kappa: float = 1.0, alpha: float = 1.0, beta: float = 1.0
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean(self) -> float: ...
    @property
    def kappa(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> float: ...

@final
class WeightedGaussian(Model):
    def __new__(
        cls,
        *,
        mean: float = 0.0,
        kappa: float = 1.0,
        alpha: float = 1.0,
        beta: float = 1.0,
        cutoff: float = 4.0,
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean(self) -> float: ...
    @property
    def kappa(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> float: ...
    @property
    def cutoff(self) -> float: ...

@final
class StructuredGaussian(Model):
    def __new__(
        cls,
        *,
        mean: float = 0.0,
        kappa: float = 1.0,
        alpha: float = 1.0,
        beta: float = 1.0,
        phi: float = 0.0,
        drift: float = 0.0,
        slope: float = 0.0,
        slope_drift: float = 0.0,
        period: float = 0.0,
        harmonics: int = 1,
        season: float = 1.0,
        cauchy: float = 0.0,
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean(self) -> float: ...
    @property
    def kappa(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> float: ...
    @property
    def phi(self) -> float: ...
    @property
    def drift(self) -> float: ...
    @property
    def slope(self) -> float: ...
    @property
    def slope_drift(self) -> float: ...
    @property
    def period(self) -> float: ...
    @property
    def harmonics(self) -> int: ...
    @property
    def season(self) -> float: ...
    @property
    def cauchy(self) -> float: ...

@final
class Regression(Model):
    def __new__(
        cls,
        *,
        mean: float = 0.0,
        kappa: float = 1.0,
        alpha: float = 1.0,
        beta: float = 1.0,
        lags: int = 0,
        lag_scale: float = 0.5,
        slope: float = 0.0,
        feature_scale: float = 1.0,
        features: int = 0,
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean(self) -> float: ...
    @property
    def kappa(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> float: ...
    @property
    def lags(self) -> int: ...
    @property
    def lag_scale(self) -> float: ...
    @property
    def slope(self) -> float: ...
    @property
    def feature_scale(self) -> float: ...
    @property
    def features(self) -> int: ...

@final
class StructuredLogNormal(Model):
    def __new__(
        cls,
        *,
        mean: float = 0.0,
        kappa: float = 1.0,
        alpha: float = 1.0,
        beta: float = 1.0,
        phi: float = 0.0,
        drift: float = 0.0,
        slope: float = 0.0,
        slope_drift: float = 0.0,
        period: float = 0.0,
        harmonics: int = 1,
        season: float = 1.0,
        cauchy: float = 0.0,
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean(self) -> float: ...
    @property
    def kappa(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> float: ...
    @property
    def phi(self) -> float: ...
    @property
    def drift(self) -> float: ...
    @property
    def slope(self) -> float: ...
    @property
    def slope_drift(self) -> float: ...
    @property
    def period(self) -> float: ...
    @property
    def harmonics(self) -> int: ...
    @property
    def season(self) -> float: ...
    @property
    def cauchy(self) -> float: ...

@final
class Exponential(Model):
    def __new__(cls, *, shape: float = 1.0, rate: float = 1.0) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def shape(self) -> float: ...
    @property
    def rate(self) -> float: ...

@final
class Geometric(Model):
    def __new__(cls, *, a: float = 1.0, b: float = 1.0) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def a(self) -> float: ...
    @property
    def b(self) -> float: ...

@final
class NegativeBinomialKnownSize(Model):
    def __new__(cls, *, size: float = 1.0, a: float = 1.0, b: float = 1.0) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def size(self) -> float: ...
    @property
    def a(self) -> float: ...
    @property
    def b(self) -> float: ...

@final
class GaussianKnownMean(Model):
    def __new__(cls, *, mean: float = 0.0, alpha: float = 1.0, beta: float = 1.0) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> float: ...

@final
class PoissonExposure(Model):
    def __new__(cls, *, shape: float = 1.0, rate: float = 1.0) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def shape(self) -> float: ...
    @property
    def rate(self) -> float: ...

@final
class BinomialTrials(Model):
    def __new__(cls, *, a: float = 1.0, b: float = 1.0, trials: int = 1) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def a(self) -> float: ...
    @property
    def b(self) -> float: ...
    @property
    def trials(self) -> int: ...

@final
class GaussianErrorBars(Model):
    def __new__(
        cls, *, mean: float = 0.0, level_variance: float = 1.0, variance: float = 1.0
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean(self) -> float: ...
    @property
    def level_variance(self) -> float: ...
    @property
    def variance(self) -> float: ...

@final
class HeteroscedasticGaussian(Model):
    def __new__(
        cls, *, mean: float = 0.0, kappa: float = 1.0, alpha: float = 1.0, beta: float = 1.0
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean(self) -> float: ...
    @property
    def kappa(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> float: ...

@final
class MultivariateGaussian(Model):
    def __new__(
        cls,
        *,
        mean: Sequence[float] | NDArray[np.float64] | None = None,
        kappa: float = 1.0,
        alpha: float = 1.0,
        beta: Sequence[float] | NDArray[np.float64] | None = None,
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean(self) -> list[float]: ...
    @property
    def kappa(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> list[float]: ...

@final
class Categorical(Model):
    def __new__(cls, *, concentration: float = 1.0, categories: int = 2) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def concentration(self) -> float: ...
    @property
    def categories(self) -> int: ...

@final
class HurdlePoisson(Model):
    def __new__(
        cls, *, a: float = 1.0, b: float = 1.0, shape: float = 1.0, rate: float = 1.0
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def a(self) -> float: ...
    @property
    def b(self) -> float: ...
    @property
    def shape(self) -> float: ...
    @property
    def rate(self) -> float: ...

@final
class NegativeBinomialGrid(Model):
    def __new__(
        cls,
        *,
        shape: float = 1.0,
        rate: float = 1.0,
        sizes: Sequence[float] | NDArray[np.float64] | None = None,
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def shape(self) -> float: ...
    @property
    def rate(self) -> float: ...
    @property
    def sizes(self) -> list[float]: ...

@final
class VolatileGaussian(Model):
    def __new__(
        cls,
        *,
        mean: float = 0.0,
        kappa: float = 1.0,
        alpha: float = 1.0,
        beta: float = 1.0,
        phi: float = 0.0,
        drift: float = 0.0,
        slope: float = 0.0,
        cauchy: float = 0.0,
        memory: int = 50,
    ) -> Self: ...
    __match_args__: ClassVar[tuple[str, ...]]
    @property
    def mean(self) -> float: ...
    @property
    def kappa(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> float: ...
    @property
    def phi(self) -> float: ...
    @property
    def drift(self) -> float: ...
    @property
    def slope(self) -> float: ...
    @property
    def cauchy(self) -> float: ...
    @property
    def memory(self) -> int: ...

# end of generated: models
