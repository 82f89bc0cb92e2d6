//! How long segments last.
//!
//! A hazard h(l) is the probability that a segment ends after l observations,
//! given that it has reached l ≥ 1. With the survival function
//! S(l) = P(L ≥ l): h(l) = 1 − S(l+1)/S(l).

pub(crate) mod adjusted;
pub(crate) mod constant;
pub(crate) mod constant_grid;
mod log_logistic;
mod lookup;
pub(crate) mod negative_binomial;
mod residual;
mod table;
pub(crate) mod weibull;

pub use adjusted::Adjusted;
pub use constant::{Constant, Rate};
pub use constant_grid::ConstantGrid;
pub use log_logistic::LogLogistic;
pub use negative_binomial::NegativeBinomial;
pub(crate) use residual::sum_of_survival;
pub use table::Table;
pub use weibull::Weibull;

use crate::real::Real;

/// The probability that a segment ends, by its length so far.
///
/// Any `Fn(u64) -> f64` is a hazard:
///
/// ```
/// use bocpd_core::{Detector, Gaussian};
///
/// // No segment is shorter than ten observations.
/// let hazard = |length: u64| if length < 10 { 0.0 } else { 0.02 };
/// let detector = Detector::new(Gaussian::new(0.0, 1.0, 1.0, 1.0)?, hazard);
/// # Ok::<(), bocpd_core::error::ParameterError>(())
/// ```
pub trait Hazard {
    /// h(l) for a segment of `length` l ≥ 1 observations: a number in [0, 1].
    /// The detector refuses a step for which it gets anything else.
    fn hazard(&self, length: u64) -> f64;

    /// ln P(L ≥ l + k | L ≥ l): how probable it is that a segment of `length`
    /// l ≥ 1 observations goes on for k = `further` more.
    ///
    /// ```text
    /// ln S(l + k) − ln S(l) = Σ_{i<k} ln(1 − h(l + i)) ≤ 0
    /// ```
    ///
    /// `None`, the default, if there is no closed form. The filter then takes
    /// ln(1 − h), which has no digits left where h is nearly 1: from h > ½ on it
    /// asks here first, and refuses a step for which it gets NaN or more than 0.
    /// Predictions ask here always; without an answer they add up hazards, at
    /// most [`2²⁰`](crate::detector::Detector::p_change_within) for each hypothesis.
    fn ln_survival(&self, length: u64, further: u64) -> Option<f64> {
        let _ = (length, further);
        None
    }

    /// The expected number of observations from the next one to the first of the
    /// next segment, for a segment of `length` l ≥ 1 observations: the mean
    /// residual life.
    ///
    /// ```text
    /// Σ_{k≥0} S(l + k)/S(l)
    /// ```
    ///
    /// Infinite if there is no mean. `None`, the default, if there is no closed
    /// form: it is then summed from [`ln_survival`](Self::ln_survival).
    fn mean_residual(&self, length: u64) -> Option<f64> {
        let _ = length;
        None
    }

    /// The hazard, if it is the same at every length; the filter is faster then.
    fn constant(&self) -> Option<f64> {
        None
    }

    /// h(l) for many lengths at once.
    fn fill(&self, lengths: &[u64], hazards: &mut [f64]) {
        for (hazard, &length) in hazards.iter_mut().zip(lengths) {
            *hazard = self.hazard(length);
        }
    }

    /// The probability that a segment whose first observation is `age` old
    /// ends within the next `elapsed`, for observations at irregular times;
    /// `None` if this hazard counts observations only.
    fn over(&self, age: f64, elapsed: f64) -> Option<f64> {
        let _ = (age, elapsed);
        None
    }

    /// ln P(a segment whose first observation is `age` old goes on for `elapsed`
    /// more), ln(1 − [`over`](Self::over)), with all digits where that is nearly
    /// 1: asked for and refused as [`ln_survival`](Self::ln_survival).
    fn ln_survival_over(&self, age: f64, elapsed: f64) -> Option<f64> {
        let _ = (age, elapsed);
        None
    }
}

/// Above this 1 − h has fewer digits than h, and a hazard is asked for the
/// logarithm of the survival.
pub(crate) const LARGE: f64 = 0.5;

/// ln(1 − h), where h is the hazard at `length`: from h, or as the hazard says
/// it.
pub(crate) fn ln_staying(hazard: &impl Hazard, length: u64, h: f64) -> f64 {
    let known = (h > LARGE).then(|| hazard.ln_survival(length, 1));
    known.flatten().unwrap_or_else(|| (-h).vln_1p())
}

/// The same where h is the hazard of a segment that is `age` old, over the time
/// `elapsed`.
pub(crate) fn ln_staying_over(hazard: &impl Hazard, age: f64, elapsed: f64, h: f64) -> f64 {
    let known = (h > LARGE).then(|| hazard.ln_survival_over(age, elapsed));
    known.flatten().unwrap_or_else(|| (-h).vln_1p())
}

impl<F: Fn(u64) -> f64> Hazard for F {
    fn hazard(&self, length: u64) -> f64 {
        self(length)
    }
}

/// A hazard of the caller's for a detector that is chosen at run time
/// ([`Config::build_with_hazard`](crate::config::Config::build_with_hazard)).
#[cfg(target_has_atomic = "ptr")]
pub type SharedHazard = alloc::sync::Arc<dyn Hazard + Send + Sync>;
