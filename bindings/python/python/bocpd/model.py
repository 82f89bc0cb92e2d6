"""What segments look like: the observation models, and base classes for models of one's
own."""

from bocpd._compiled import (
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

ColumnModel.__module__ = __name__
ScalarModel.__module__ = __name__


def __dir__() -> list[str]:
    return __all__
