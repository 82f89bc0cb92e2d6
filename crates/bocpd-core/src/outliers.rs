//! Wild values that are no change: any model, with outliers.
//!
//! [`WithOutliers`] makes a model of a model. With probability ε an observation has nothing
//! to do with its segment and comes from a broad density q instead:
//!
//! ```text
//! p_ε(x | s) = (1 − ε) p(x | s) + ε q(x)         for old and new hypotheses alike
//! ρ_s        = ε q(x) / p_ε(x | s)               P(x is an outlier | s)
//! hypothesis s absorbs x if ρ_s < ½, and otherwise stays as it is
//! ```
//!
//! So a single wild value is explained by ε q under every hypothesis, and the newborn has
//! little to gain from it: its Bayes factor against any other hypothesis is at most
//! 1 + (1 − ε)/ε · p₀(x)/q(x), where p₀ is the prior predictive.

mod any;
mod bank;
mod describe;
mod number;
mod settings;

use alloc::vec;
use alloc::vec::Vec;

use num_traits::{Float, Zero};

use crate::bank::Bank;
use crate::distribution::{Cauchy, Distribution};
use crate::error::{ObservationError, ParameterError};
use crate::kernel::Isa;
use crate::observation::{Observation, SideInformation};
use crate::observation_model::ObservationModel;
use crate::real::Real;
use crate::score::Verdict;

pub(crate) use any::with_outliers;
pub use bank::OutlierBank;
pub use number::OneNumber;
pub use settings::Outliers;

/// A model whose observations are outliers with a small probability.
///
/// The outliers' density q is a [`Cauchy`] distribution; with its centre and its scale
/// about those of everything that is observed, q is nowhere much below the prior
/// predictive, which is what keeps one wild value from looking like a change. Whether a
/// hypothesis absorbs an observation is decided at once, at ρ = ½, and not taken back: the
/// exact answer would keep both cases of every observation. (Methods of this kind:
/// West & Harrison 1997, ch. 12.)
///
/// A level that the prior of the model finds much less probable than q does looks like
/// outliers for ever; so the prior must be wide enough for all levels that may come.
///
/// ```
/// use bocpd_core::distribution::{Among, Cauchy};
/// use bocpd_core::outliers::WithOutliers;
/// use bocpd_core::{Constant, Detector, Gaussian};
///
/// let broad = Cauchy { centre: 0.0, scale: 5.0, among: Among::Reals };
/// let model = WithOutliers::new(Gaussian::new(0.0, 0.04, 2.0, 2.0)?, 0.01, broad)?;
/// let mut detector = Detector::new(model, Constant::new(100.0)?);
/// let mut p_outlier = Vec::new();
/// let xs = [0.1, -0.2, 0.3, 0.0, -0.1, 40.0, 0.2, -0.3, 7.9, 8.2, 8.0, 7.8];
/// detector.update_many(xs, |step| p_outlier.push(step.p_outlier))?;
/// assert!(p_outlier[5] > 0.9);
/// assert_eq!(detector.changepoints(), [8]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct WithOutliers<M> {
    inner: M,
    broad: Cauchy,
    probability: f64,
}

impl<M: ObservationModel<Obs: OneNumber>> WithOutliers<M> {
    /// Observations of `inner`, of which each is, with the given probability, an outlier
    /// from `broad` instead. `broad` has to be a density where that of `inner` is one, and
    /// a distribution over counts where `inner` has counts.
    ///
    /// # Errors
    /// `probability` must lie in (0, 1), the centre in ±1e100, the scale in
    /// [1e-100, 1e100].
    pub fn new(inner: M, probability: f64, broad: Cauchy) -> Result<Self, ParameterError> {
        settings::check(probability, Some(broad.centre), Some(broad.scale))?;
        Ok(Self {
            inner,
            broad,
            probability,
        })
    }

    /// The model without outliers.
    pub fn inner(&self) -> &M {
        &self.inner
    }

    /// What the outliers come from.
    pub fn broad(&self) -> &Cauchy {
        &self.broad
    }

    /// ε.
    pub fn probability(&self) -> f64 {
        self.probability
    }

    /// Begins with an observation under so many hypotheses, those of the padding included.
    fn begin(&self, x: &M::Obs, padded: usize, verdict: &mut Verdict<M::Scalar>) {
        let ln_broad = self.broad.ln_density(x.number(self.broad.among));
        verdict.begin(
            M::Scalar::of(libm::log1p(-self.probability)),
            M::Scalar::of(libm::log(self.probability) + ln_broad),
            padded,
        );
    }

    /// Scores x under all hypotheses of `bank`: adds to `ln_joint`, and says whether all of
    /// them absorb it.
    ///
    /// An error if the inner model has written what is no logarithm of a density.
    fn judge(
        &self,
        isa: Isa,
        bank: &M::Bank,
        x: Observation<'_, M::Obs>,
        verdict: &mut Verdict<M::Scalar>,
        ln_joint: &mut [M::Scalar],
    ) -> Result<bool, ObservationError> {
        self.begin(x.value, ln_joint.len(), verdict);
        self.inner.score(isa, bank, x, verdict.ln_p());
        verdict.decide(isa, bank.len(), ln_joint)
    }
}

impl<M: ObservationModel<Obs: OneNumber>> ObservationModel for WithOutliers<M> {
    type Scalar = M::Scalar;
    type Obs = M::Obs;
    type Bank = OutlierBank<M::Bank, M::Scalar>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        OutlierBank::new(self.inner.bank(capacity), capacity)
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
        bank.rho.push(M::Scalar::zero());
    }

    fn score(
        &self,
        isa: Isa,
        bank: &Self::Bank,
        x: Observation<'_, Self::Obs>,
        ln_joint: &mut [Self::Scalar],
    ) {
        let mut verdict = Verdict::default();
        let judged = self.judge(isa, &bank.inner, x, &mut verdict, ln_joint);
        if judged.is_err() {
            ln_joint.fill(M::Scalar::nan());
        }
    }

    fn absorb(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, Self::Obs>,
        weights: Option<&[Self::Scalar]>,
    ) {
        let mut ln_joint = vec![M::Scalar::zero(); bank.rho.padded().len()];
        let (inner, verdict) = bank.parts();
        let Ok(all) = self.judge(isa, inner, x, verdict, &mut ln_joint) else {
            return;
        };
        match weights {
            None => {
                let absorbs = (!all).then_some(verdict.absorbs());
                self.inner.absorb(isa, inner, x, absorbs);
            }
            Some(weights) => {
                let both = verdict.absorbs().iter().zip(weights);
                let both: Vec<_> = both.map(|(&absorbs, &weight)| absorbs * weight).collect();
                self.inner.absorb(isa, inner, x, Some(&both));
            }
        }
        bank.note();
    }

    fn observe(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, Self::Obs>,
        ln_joint: &mut [Self::Scalar],
    ) -> Result<(), ObservationError> {
        let (inner, verdict) = bank.parts();
        self.begin(x.value, ln_joint.len(), verdict);
        let observed = self
            .inner
            .observe_unless_outlier(isa, inner, x, verdict, ln_joint);
        match observed {
            Ok(()) => bank.note(),
            // Who cannot take a step back has to break.
            Err(_) if !self.may_refuse() => ln_joint.fill(M::Scalar::nan()),
            Err(error) => return Err(error),
        }
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
        bank.rho.live_mut().fill(M::Scalar::zero());
    }

    #[inline(always)]
    fn knows_outliers(&self) -> bool {
        true
    }

    fn p_outlier<'a>(&self, bank: &'a Self::Bank) -> &'a [Self::Scalar] {
        bank.rho.live()
    }

    fn is_sound(&self, bank: &Self::Bank, lengths: &[u64]) -> bool {
        bank.is_sound() && self.inner.is_sound(&bank.inner, lengths)
    }
}

#[cfg(feature = "serde")]
impl<M: crate::observation_model::StoredModel> crate::observation_model::stored::Sealed
    for WithOutliers<M>
{
}

#[cfg(feature = "serde")]
impl<M> crate::observation_model::StoredModel for WithOutliers<M>
where
    M: crate::observation_model::StoredModel + ObservationModel<Obs: OneNumber>,
{
    fn store(&self, bank: &Self::Bank) -> Vec<u8> {
        bank.store(self.inner.store(&bank.inner))
    }

    fn load(&self, bytes: &[u8], lengths: &[u64]) -> Option<Self::Bank> {
        OutlierBank::load(bytes, lengths.len(), |inner| {
            self.inner.load(inner, lengths)
        })
    }
}
