//! What observation models are, and those that come with the crate, one file each.

mod bernoulli;
pub(crate) mod binomial;
mod binomial_trials;
mod by_group;
pub(crate) mod categorical;
mod exponential;
mod factors;
pub(crate) mod gamma;
mod gaussian;
mod gaussian_error_bars;
mod gaussian_known_mean;
mod gaussian_known_variance;
mod geometric;
mod half_steps;
mod heteroscedastic_gaussian;
mod hurdle_poisson;
mod log_normal;
pub(crate) mod multivariate_gaussian;
pub(crate) mod negative_binomial_grid;
pub(crate) mod negative_binomial_known_size;
mod poisson;
mod poisson_exposure;
pub(crate) mod regression;
pub(crate) mod structured_gaussian;
mod structured_log_normal;
pub(crate) mod student_t;
pub(crate) mod student_t_grid;
mod volatile_gaussian;
pub(crate) mod weighted_gaussian;

pub use bernoulli::Bernoulli;
pub use binomial::Binomial;
pub use binomial_trials::BinomialTrials;
pub use categorical::Categorical;
pub use exponential::Exponential;
pub use gamma::Gamma;
pub use gaussian::Gaussian;
pub use gaussian_error_bars::GaussianErrorBars;
pub use gaussian_known_mean::GaussianKnownMean;
pub use gaussian_known_variance::GaussianKnownVariance;
pub use geometric::Geometric;
pub use heteroscedastic_gaussian::HeteroscedasticGaussian;
pub use hurdle_poisson::HurdlePoisson;
pub use log_normal::LogNormal;
pub use multivariate_gaussian::{MultivariateBank, MultivariateGaussian};
pub use negative_binomial_grid::NegativeBinomialGrid;
pub use negative_binomial_known_size::NegativeBinomialKnownSize;
pub use poisson::Poisson;
pub use poisson_exposure::PoissonExposure;
pub use regression::{Regression, RegressionBank};
pub use structured_gaussian::{StructuredBank, StructuredGaussian};
pub use structured_log_normal::StructuredLogNormal;
pub use student_t::StudentT;
pub use student_t_grid::StudentTGrid;
pub use volatile_gaussian::VolatileGaussian;
pub use weighted_gaussian::WeightedGaussian;

#[cfg(feature = "serde")]
pub use crate::observation_model::StoredModel;
pub use crate::observation_model::{Describe, ObservationModel, ScalarModel, Source};

use crate::error::ObservationError;
use crate::observation::MAX_COUNT;
use crate::real::Real;

/// A positive finite number, or an error that says what it was.
#[inline(always)]
fn check_positive<F: Real>(x: F) -> Result<(), ObservationError> {
    check_finite(x)?;
    if x > F::zero() {
        Ok(())
    } else {
        let (value, must) = (x.wide(), "be positive");
        Err(ObservationError::OutOfSupport { value, must })
    }
}

/// A finite number, or an error that says what it was.
#[inline(always)]
fn check_finite<F: Real>(x: F) -> Result<(), ObservationError> {
    if x.is_finite() {
        Ok(())
    } else {
        Err(ObservationError::NonFinite { value: x.wide() })
    }
}

/// A count of which every number up to it is exact, or an error that says what it was.
#[inline(always)]
fn check_count(x: u64) -> Result<(), ObservationError> {
    if x <= MAX_COUNT {
        Ok(())
    } else {
        Err(ObservationError::OutOfSupport {
            value: x as f64,
            must: "be at most 2^53",
        })
    }
}
