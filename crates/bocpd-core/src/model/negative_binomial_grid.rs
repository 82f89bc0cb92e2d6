//! Counts that are more spread than Poisson ones, by how much is not known.

use alloc::vec::Vec;

use super::negative_binomial_known_size::{NegativeBinomialKnownSize, SIZE};
use crate::error::{ParameterError, check};
use crate::parameter::Field;
use crate::per_segment::PerSegment;

/// Negative binomial counts of unknown mean and, in each segment anew, of a size that is one of
/// several: what [`new`](Self::new) makes is a choice among models
/// ([`PerSegment`]) of [`NegativeBinomialKnownSize`].
///
/// ```text
/// x | r, p ~ NegativeBinomial(r, p),   r one of sizes, all equally probable
///   p | r ~ Beta(1 + rate·r, shape):   its mean count is μ = r (1 − p)/p, its variance μ + μ²/r
/// ```
///
/// So the prior mean of μ is shape/rate whatever r is, and as r grows the model becomes the
/// [`Poisson`](super::Poisson) model with the prior Gamma(shape, rate). How probable each r is,
/// `model_probabilities` says; the parameters are mixtures over r.
///
/// ```
/// use bocpd_core::model::NegativeBinomialGrid;
/// use bocpd_core::{Constant, Detector};
///
/// let model = NegativeBinomialGrid::new(1.0, 0.2, &[0.5, 5.0, 50.0])?;
/// let mut detector = Detector::new(model, Constant::new(100.0)?);
/// for count in [0, 9, 1, 14, 0, 3, 22, 0, 5, 1, 0, 12] {
///     detector.update(&count)?;
/// }
/// assert!(detector.changepoints().is_empty());
/// assert!(detector.model_probabilities()[0] > 0.7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct NegativeBinomialGrid;

/// So many sizes may be tried.
const MOST: usize = 64;

impl NegativeBinomialGrid {
    /// A model in which the prior mean of counts is `shape`/`rate`, and the size one of `sizes`.
    ///
    /// # Errors
    /// `shape` and `rate` must lie in [1e-100, 1e100]; there must be 1 to 64 `sizes`, each in
    /// [1e-6, 1e6].
    #[expect(
        clippy::new_ret_no_self,
        reason = "a choice among models is what it makes"
    )]
    pub fn new(
        shape: f64,
        rate: f64,
        sizes: &[f64],
    ) -> Result<PerSegment<NegativeBinomialKnownSize>, ParameterError> {
        let shape: f64 = check::positive::<f64>("shape", shape)?;
        let rate: f64 = check::positive::<f64>("rate", rate)?;
        Vec::from(sizes).check("sizes", "length of sizes", &SIZE)?;
        check_length(sizes.len())?;
        let model = |&size: &f64| {
            let successes = (1.0 + rate * size).min(1e100);
            Ok((NegativeBinomialKnownSize::new(size, successes, shape)?, 1.0))
        };
        let models: Result<Vec<_>, ParameterError> = sizes.iter().map(model).collect();
        PerSegment::new(models?)
    }
}

/// Whether there may be so many.
pub(crate) fn check_length(length: usize) -> Result<(), ParameterError> {
    if length > MOST {
        let must = "lie in 1..=64";
        return Err(ParameterError::new("length of sizes", length as f64, must));
    }
    Ok(())
}
