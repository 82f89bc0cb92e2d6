//! What is said of a number that is not known: posteriors of parameters,
//! predictives of observations.

mod beta;
mod beta_binomial;
mod beta_negative_binomial;
mod categorical;
mod cauchy;
mod compound_gamma;
mod different;
mod form;
mod gamma;
mod greater;
mod hurdle;
mod inverse_gamma;
mod level;
mod log_student_t;
mod mixture;
mod negative_binomial;
mod normal;
mod normal_inverse_gamma;
mod quantile;
mod root_inverse_gamma;
mod student_t;

use alloc::boxed::Box;
use core::fmt::Debug;

pub use beta::Beta;
pub use beta_binomial::BetaBinomial;
pub use beta_negative_binomial::BetaNegativeBinomial;
pub use categorical::Categorical;
pub use cauchy::{Among, Cauchy};
pub use compound_gamma::CompoundGamma;
pub use different::p_different;
pub(crate) use different::p_different_models;
#[doc(hidden)]
pub use form::Forms;
pub use gamma::Gamma;
pub use greater::p_greater;
pub use hurdle::Hurdle;
pub use inverse_gamma::InverseGamma;
pub use level::Level;
pub use log_student_t::LogStudentT;
pub use mixture::{Mixture, Tail};
pub use negative_binomial::NegativeBinomial;
pub use normal::Normal;
pub(crate) use normal_inverse_gamma::NormalInverseGamma;
pub use root_inverse_gamma::RootInverseGamma;
pub use student_t::StudentT;

/// A distribution of one number.
///
/// Whatever number it is asked about, it answers, and at once: NaN for NaN, and at
/// ±∞ the limits, which are 0 and 1 for probabilities and −∞ for ln of a density.
pub trait Distribution: Debug + Send + Sync {
    /// The mean; infinite or NaN where there is none.
    fn mean(&self) -> f64;

    /// The variance; infinite or NaN where there is none.
    fn variance(&self) -> f64;

    /// ln of the density, or of the probability where the distribution is
    /// discrete; −∞ outside of the support.
    fn ln_density(&self, x: f64) -> f64;

    /// P(X ≤ x).
    fn cdf(&self, x: f64) -> f64;

    /// P(X > x), with full relative precision in the tail.
    fn survival(&self, x: f64) -> f64;

    /// The smallest and the largest possible value.
    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    /// Whether only integers are possible.
    fn is_discrete(&self) -> bool {
        false
    }

    /// The smallest x with P(X ≤ x) ≥ p, for p in [0, 1]; NaN for any other p.
    /// By bisection over all numbers of the support.
    fn quantile(&self, p: f64) -> f64 {
        quantile::bisect(self, p)
    }

    /// The interval between the quantiles that leave half of 1 − `mass` on
    /// either side, for a mass in [0, 1]; NaN for any other.
    fn interval(&self, mass: f64) -> (f64, f64) {
        if !(0.0..=1.0).contains(&mass) {
            return (f64::NAN, f64::NAN);
        }
        let tail = 0.5 * (1.0 - mass);
        (self.quantile(tail), self.quantile(1.0 - tail))
    }

    /// P(X ≤ x), to about 10⁻⁵ where that is faster: for what is only compared and counted.
    #[doc(hidden)]
    fn rough_cdf(&self, x: f64) -> f64 {
        self.cdf(x)
    }

    /// Adds it to `forms` as plain numbers: parameters of the families that are
    /// known there, for all others a table.
    #[doc(hidden)]
    fn add_to(&self, forms: &mut Forms, weight: f64) {
        forms.add_table(weight, self);
    }
}

impl<D: Distribution + ?Sized> Distribution for Box<D> {
    fn mean(&self) -> f64 {
        (**self).mean()
    }
    fn variance(&self) -> f64 {
        (**self).variance()
    }
    fn ln_density(&self, x: f64) -> f64 {
        (**self).ln_density(x)
    }
    fn cdf(&self, x: f64) -> f64 {
        (**self).cdf(x)
    }
    fn survival(&self, x: f64) -> f64 {
        (**self).survival(x)
    }
    fn support(&self) -> (f64, f64) {
        (**self).support()
    }
    fn is_discrete(&self) -> bool {
        (**self).is_discrete()
    }
    fn quantile(&self, p: f64) -> f64 {
        (**self).quantile(p)
    }
    fn rough_cdf(&self, x: f64) -> f64 {
        (**self).rough_cdf(x)
    }
    fn add_to(&self, forms: &mut Forms, weight: f64) {
        (**self).add_to(forms, weight);
    }
}

/// ln of the density where there is none: NaN for NaN.
fn impossible(x: f64) -> f64 {
    if x.is_nan() { x } else { f64::NEG_INFINITY }
}

/// A probability that rounding may have pushed out of [0, 1]; NaN for NaN, and
/// never −0.
fn probability(p: f64) -> f64 {
    p.clamp(0.0, 1.0) + 0.0
}

/// The posterior of one parameter of a segment.
#[derive(Debug)]
#[non_exhaustive]
pub struct Parameter {
    /// What the parameter is called: "mean", "rate", "probability", …
    pub name: &'static str,
    /// The dimension of the observations that it belongs to; 0 where there is one.
    pub dimension: usize,
    /// What is known of it.
    pub posterior: Box<dyn Distribution>,
}

impl Parameter {
    /// A parameter with its posterior.
    pub fn new(name: &'static str, posterior: impl Distribution + 'static) -> Self {
        Self {
            name,
            dimension: 0,
            posterior: Box::new(posterior),
        }
    }

    /// The same parameter of another dimension.
    #[must_use]
    pub fn of_dimension(mut self, dimension: usize) -> Self {
        self.dimension = dimension;
        self
    }
}
