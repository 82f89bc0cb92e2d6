//! How fine the changes are that are looked for: any model, with a power on its evidence.
//!
//! [`WithResolution`] makes a model of a model. The evidence of each segment counts with a power
//! g ≤ 1, its resolution:
//!
//! ```text
//! P(segmentation | x) ∝ P(segmentation) Π_segments p(x_a..x_b)^g
//! ```
//!
//! Since p(x_a..x_b) is the product of predictives, that is a filter that weighs hypotheses by
//! p(x | s)^g. What a hypothesis learns of its segment stays as it is. With g = ½ a change needs
//! twice the evidence: small or short ones are left out. Known as a power posterior, or
//! coarsened posterior (Miller & Dunson 2019, JASA 114:1113, with g = α/(α + n)).

mod bank;
mod describe;

#[cfg(feature = "serde")]
use alloc::vec::Vec;

use crate::bank::Bank;
use crate::error::{ObservationError, ParameterError};
use crate::kernel::Isa;
use crate::observation::{Observation, SideInformation};
use crate::observation_model::ObservationModel;
use crate::parameter::Limits;
use crate::real::Real;
pub use bank::ResolutionBank;

/// What a resolution may be.
pub(crate) const RESOLUTION: Limits = Limits::closed(1e-6, 1.0, "lie in [1e-6, 1]");

/// A model whose evidence counts with a power g ≤ 1.
///
/// Probabilities of changes and of segmentations are those of the power posterior. They are
/// less sure than the model is, and no longer say how often one is right if the model is.
/// Predictions stay those of the model: [`Step::ln_predictive`](crate::Step::ln_predictive) is
/// ln Σ_s v(s) p(x | s), with weights v that come from the powers and densities that do not, and
/// the evidence is the sum of these.
///
/// ```
/// use bocpd_core::resolution::WithResolution;
/// use bocpd_core::{Constant, Detector, Gaussian};
///
/// let model = Gaussian::new(0.0, 0.01, 2.0, 2.0)?;
/// // Levels of 0, for a short time 6, and 30.
/// let xs = [
///     0.1, -0.2, 0.3, 0.0, -0.1, 6.2, 5.9, 6.0, 0.2, -0.3, 0.1, 0.0, 30.2, 29.9, 30.0, 30.1, 29.8,
/// ];
/// let mut fine = Detector::new(model.clone(), Constant::new(100.0)?);
/// fine.update_many(xs, |_| {})?;
/// assert_eq!(fine.changepoints(), [5, 8, 12]);
/// let mut coarse = Detector::new(WithResolution::new(model, 0.4)?, Constant::new(100.0)?);
/// coarse.update_many(xs, |_| {})?;
/// assert_eq!(coarse.changepoints(), [12]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct WithResolution<M> {
    inner: M,
    resolution: f64,
}

impl<M: ObservationModel> WithResolution<M> {
    /// `inner`, with the power `resolution` on its evidence.
    ///
    /// # Errors
    /// `resolution` must lie in [1e-6, 1].
    pub fn new(inner: M, resolution: f64) -> Result<Self, ParameterError> {
        check(resolution)?;
        Ok(Self { inner, resolution })
    }

    /// The model without it.
    pub fn inner(&self) -> &M {
        &self.inner
    }

    /// g.
    pub fn resolution(&self) -> f64 {
        self.resolution
    }

    /// From log weights before an observation, and ln p(x | s), makes log weights after it;
    /// returns ln of the mean of p(x | s).
    fn weigh(&self, before: &[M::Scalar], ln_p: &mut [M::Scalar], live: usize) -> f64 {
        let power = M::Scalar::of(self.resolution);
        let mean = ln_mean(&before[..live], &ln_p[..live]);
        for (ln_p, &before) in ln_p.iter_mut().zip(before) {
            *ln_p = before + power * *ln_p;
        }
        mean
    }
}

/// Whether this can be used.
pub(crate) fn check(resolution: f64) -> Result<(), ParameterError> {
    RESOLUTION.check::<f64>("resolution", resolution)?;
    Ok(())
}

/// ln Σ v p / Σ v, from logarithms. −∞ if all p are 0; NaN if one is not a number.
fn ln_mean<F: Real>(ln_v: &[F], ln_p: &[F]) -> f64 {
    let largest = |all: &mut dyn Iterator<Item = F>| all.fold(F::neg_infinity(), F::max);
    let joints = || ln_v.iter().zip(ln_p).map(|(&v, &p)| v + p);
    let (of_v, of_joints) = (largest(&mut ln_v.iter().copied()), largest(&mut joints()));
    if of_joints == F::neg_infinity() {
        return of_joints.wide();
    }
    let (mut before, mut after) = (F::zero(), F::zero());
    for (&v, joint) in ln_v.iter().zip(joints()) {
        before += (v - of_v).vexp();
        after += (joint - of_joints).vexp();
    }
    (of_joints - of_v).wide() + libm::log((after / before).wide())
}

impl<M: ObservationModel> ObservationModel for WithResolution<M> {
    type Scalar = M::Scalar;
    type Obs = M::Obs;
    type Bank = ResolutionBank<M::Bank, M::Scalar>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        ResolutionBank::new(self.inner.bank(capacity))
    }

    #[inline(always)]
    fn check(&self, x: Observation<'_, Self::Obs>) -> Result<(), ObservationError> {
        self.inner.check(x)
    }

    fn check_side(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        self.inner.check_side(side)
    }

    fn spawn(&self, bank: &mut Self::Bank) {
        self.inner.spawn(&mut bank.inner);
    }

    fn score(
        &self,
        isa: Isa,
        bank: &Self::Bank,
        x: Observation<'_, Self::Obs>,
        ln_joint: &mut [Self::Scalar],
    ) {
        let before = ln_joint.to_vec();
        nothing_known(ln_joint);
        self.inner.score(isa, &bank.inner, x, ln_joint);
        self.weigh(&before, ln_joint, bank.len());
    }

    fn absorb(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, Self::Obs>,
        weights: Option<&[Self::Scalar]>,
    ) {
        self.inner.absorb(isa, &mut bank.inner, x, weights);
    }

    fn observe(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, Self::Obs>,
        ln_joint: &mut [Self::Scalar],
    ) -> Result<(), ObservationError> {
        let (inner, before) = bank.parts();
        before.clear();
        before.extend_from_slice(ln_joint);
        nothing_known(ln_joint);
        self.inner.observe(isa, inner, x, ln_joint)?;
        bank.ln_predictive = self.weigh(before, ln_joint, inner.len());
        Ok(())
    }

    #[inline(always)]
    fn may_refuse(&self) -> bool {
        self.inner.may_refuse()
    }

    #[inline(always)]
    fn has_dynamics(&self) -> bool {
        self.inner.has_dynamics()
    }

    fn advance(&self, bank: &mut Self::Bank, elapsed: f64) {
        self.inner.advance(&mut bank.inner, elapsed);
    }

    #[inline(always)]
    fn lags(&self) -> usize {
        self.inner.lags()
    }

    fn pass(&self, bank: &mut Self::Bank) {
        self.inner.pass(&mut bank.inner);
    }

    #[inline(always)]
    fn knows_outliers(&self) -> bool {
        self.inner.knows_outliers()
    }

    fn p_outlier<'a>(&self, bank: &'a Self::Bank) -> &'a [Self::Scalar] {
        self.inner.p_outlier(&bank.inner)
    }

    #[inline(always)]
    fn weighs_by_powers(&self) -> bool {
        true
    }

    fn ln_mean_density(&self, bank: &Self::Bank) -> f64 {
        bank.ln_predictive
    }

    fn is_sound(&self, bank: &Self::Bank, lengths: &[u64]) -> bool {
        self.inner.is_sound(&bank.inner, lengths)
    }
}

/// Log weights of hypotheses that are all equally probable, but for those that are impossible.
fn nothing_known<F: Real>(ln_weights: &mut [F]) {
    for ln_weight in ln_weights {
        if *ln_weight > F::neg_infinity() {
            *ln_weight = F::zero();
        }
    }
}

#[cfg(feature = "serde")]
impl<M: crate::observation_model::StoredModel> crate::observation_model::stored::Sealed
    for WithResolution<M>
{
}

#[cfg(feature = "serde")]
impl<M: crate::observation_model::StoredModel> crate::observation_model::StoredModel
    for WithResolution<M>
{
    fn store(&self, bank: &Self::Bank) -> Vec<u8> {
        self.inner.store(&bank.inner)
    }

    fn load(&self, bytes: &[u8], lengths: &[u64]) -> Option<Self::Bank> {
        self.inner.load(bytes, lengths).map(ResolutionBank::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Gaussian;

    #[test]
    fn refused_by_name() {
        let model = Gaussian::new(0.0, 1.0, 1.0, 1.0).expect("parameters");
        for resolution in [0.0, -1.0, 1.5, f64::NAN, f64::INFINITY] {
            let error = WithResolution::new(model.clone(), resolution).expect_err("refused");
            assert!(alloc::format!("{error}").contains("resolution"));
        }
    }

    #[test]
    fn means_of_what_is_far_away() {
        let ln_v = [-1.0, -2.0, f64::NEG_INFINITY];
        let near = |ln_p: [f64; 3], by: f64| {
            let shifted = ln_p.map(|p| p + by);
            (ln_mean(&ln_v, &shifted) - by - ln_mean(&ln_v, &ln_p)).abs() < 1e-9
        };
        assert!(near([-1.0, 0.0, 3.0], 1e5) && near([-1.0, 0.0, 3.0], -1e5));
        assert_eq!(ln_mean(&ln_v, &[f64::NEG_INFINITY; 3]), f64::NEG_INFINITY);
        let expected =
            libm::log((libm::exp(-2.0) + libm::exp(-2.0)) / (libm::exp(-1.0) + libm::exp(-2.0)));
        assert!((ln_mean(&ln_v, &[-1.0, 0.0, 3.0]) - expected).abs() < 1e-15);
    }
}
