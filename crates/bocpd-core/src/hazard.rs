//! How long segments last.
//!
//! A hazard h(l) is the probability that a segment ends after l observations,
//! given that it has reached l ≥ 1. With the survival function
//! S(l) = P(L ≥ l): h(l) = 1 − S(l+1)/S(l).

pub(crate) mod constant;
mod log_logistic;
pub(crate) mod negative_binomial;
mod table;
pub(crate) mod weibull;

pub use constant::{Constant, Rate};
pub use log_logistic::LogLogistic;
pub use negative_binomial::NegativeBinomial;
pub use table::Table;
pub use weibull::Weibull;

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
/// # Ok::<(), bocpd_core::ParameterError>(())
/// ```
pub trait Hazard {
    /// h(l) for a segment of `length` l ≥ 1 observations: a number in [0, 1].
    /// The detector refuses a step for which it gets anything else.
    fn hazard(&self, length: u64) -> f64;

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
}

impl<F: Fn(u64) -> f64> Hazard for F {
    fn hazard(&self, length: u64) -> f64 {
        self(length)
    }
}

/// A hazard of the caller's for a detector that is chosen at run time
/// ([`Config::build_with_hazard`](crate::Config::build_with_hazard)).
#[cfg(target_has_atomic = "ptr")]
pub type SharedHazard = alloc::sync::Arc<dyn Hazard + Send + Sync>;
