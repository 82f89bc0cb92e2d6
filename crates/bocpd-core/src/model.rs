//! What an observation model is, and the models that come with the crate.

/// `observe` of a model that knows of instruction sets: on the best one.
macro_rules! observe_on_best {
    () => {
        #[inline(always)]
        fn observe(
            &self,
            bank: &mut Self::Bank,
            x: &Self::Obs,
            ln_joint: &mut [Self::Scalar],
        ) -> Result<(), ObservationError> {
            self.observe_on(Isa::best(), bank, x, ln_joint)
        }
    };
}

mod bernoulli;
pub(crate) mod binomial;
pub(crate) mod gamma;
mod gaussian;
mod groups;
mod level;
mod negative_binomial;
mod normal_inverse_gamma;
mod poisson;
mod product;
pub(crate) mod student_t;
pub(crate) mod student_t_grid;

pub use bernoulli::Bernoulli;
pub use binomial::Binomial;
pub(crate) use binomial::ln_predictive as ln_beta_binomial;
pub use gamma::Gamma;
pub use gaussian::Gaussian;
pub use level::Level;
pub use poisson::Poisson;
pub use student_t::StudentT;
pub use student_t_grid::StudentTGrid;

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::{Bank, Slots};
use crate::distribution::{Distribution, Parameter};
use crate::{Isa, ObservationError, Random, Real};

/// Scores one observation under every live hypothesis at once.
///
/// The model itself is immutable: priors, and tables made from them. What the
/// hypotheses have learned is in the bank, so one model serves any number of
/// detectors (share it as an `Arc`).
///
/// Most models are easier to write as a [`ScalarModel`].
pub trait ObservationModel {
    /// The type that statistics and weights are kept in.
    type Scalar: Real;
    /// What is observed: `f64`, `bool`, `u64`, `[f64]`, …
    type Obs: ?Sized;
    /// Statistics of the live hypotheses, oldest first.
    type Bank: Bank;

    /// An empty bank with room for `capacity` hypotheses.
    fn bank(&self, capacity: usize) -> Self::Bank;

    /// Whether `x` can be observed at all.
    ///
    /// # Errors
    /// Says what is wrong with the value. The detector calls this before it
    /// changes anything.
    fn check(&self, x: &Self::Obs) -> Result<(), ObservationError>;

    /// Adds a hypothesis, the youngest, that knows nothing but the prior.
    fn spawn(&self, bank: &mut Self::Bank);

    /// Adds ln p(x | hypothesis) to `ln_joint` and lets every hypothesis absorb
    /// `x`.
    ///
    /// On entry `ln_joint[i]` is the log weight of hypothesis `i`, up to a
    /// common constant; hypotheses of weight zero have −∞. The slice is padded
    /// to a multiple of [`Real::LANES`]; what is written behind the bank's
    /// length does not matter.
    ///
    /// # Errors
    /// May refuse an observation that leaves no hypothesis with a finite
    /// `ln_joint`; bank and `ln_joint` have then to be as before. A model that
    /// instead writes NaN, +∞, or −∞ for all hypotheses breaks the detector
    /// until it is reset.
    fn observe(
        &self,
        bank: &mut Self::Bank,
        x: &Self::Obs,
        ln_joint: &mut [Self::Scalar],
    ) -> Result<(), ObservationError>;

    /// [`observe`](Self::observe) on an instruction set; with the same results to the
    /// last bit, so most models need not care.
    ///
    /// # Errors
    /// As `observe`.
    #[inline(always)]
    fn observe_on(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: &Self::Obs,
        ln_joint: &mut [Self::Scalar],
    ) -> Result<(), ObservationError> {
        let _ = isa;
        self.observe(bank, x, ln_joint)
    }

    /// Whether a bank that was read from a snapshot fits this model.
    fn is_sound(&self, bank: &Self::Bank) -> bool {
        let _ = bank;
        true
    }

    /// What a hypothesis knows of its segment's level, the first of its
    /// parameters; `None` if the model cannot say.
    fn level(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Level> {
        let _ = (bank, hypothesis);
        None
    }

    /// The posteriors of a segment's parameters under a hypothesis, the level
    /// first; empty if the model cannot say.
    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        let _ = (bank, hypothesis);
        Vec::new()
    }

    /// The predictive distribution of the next observation under a hypothesis,
    /// as a number; `None` if the model cannot say.
    fn predictive(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Box<dyn Distribution>> {
        let _ = (bank, hypothesis);
        None
    }

    /// `n` observations of one segment, as numbers, its parameters drawn from
    /// the prior; `None` if the model cannot say.
    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        let _ = (random, n);
        None
    }
}

/// Scores one observation under one hypothesis: the easy way to a model.
///
/// Every `ScalarModel` is an [`ObservationModel`].
///
/// ```
/// use bocpd_core::{Constant, Detector, ScalarModel};
///
/// /// Waiting times in a queue: exponential, with a gamma(a, b) prior on the rate.
/// struct Exponential { a: f64, b: f64 }
///
/// impl ScalarModel for Exponential {
///     type Obs = f64;
///     type Stats = (f64, f64);
///
///     fn prior(&self) -> (f64, f64) {
///         (self.a, self.b)
///     }
///     fn ln_predictive(&self, &(a, b): &(f64, f64), x: &f64) -> f64 {
///         a.ln() + a * b.ln() - (a + 1.0) * (b + x).ln()
///     }
///     fn update(&self, (a, b): &mut (f64, f64), x: &f64) {
///         *a += 1.0;
///         *b += x;
///     }
/// }
///
/// let mut detector = Detector::new(Exponential { a: 1.0, b: 1.0 }, Constant::new(100.0)?);
/// for x in [0.4, 1.1, 0.7, 24.0, 31.0, 28.0, 19.0] {
///     detector.update(x)?;
/// }
/// assert_eq!(detector.changepoints(), [3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait ScalarModel {
    /// What is observed.
    type Obs: ?Sized;
    /// What a hypothesis has learned.
    type Stats: Clone;

    /// What a hypothesis knows at its birth.
    fn prior(&self) -> Self::Stats;

    /// ln p(x | statistics): the log predictive density or probability.
    fn ln_predictive(&self, stats: &Self::Stats, x: &Self::Obs) -> f64;

    /// Absorbs `x`.
    fn update(&self, stats: &mut Self::Stats, x: &Self::Obs);

    /// Whether `x` can be observed at all.
    ///
    /// # Errors
    /// Says what is wrong with the value.
    fn check(&self, x: &Self::Obs) -> Result<(), ObservationError> {
        let _ = x;
        Ok(())
    }

    /// The posteriors of a segment's parameters, the level first; see
    /// [`ObservationModel::parameters`].
    fn parameters(&self, stats: &Self::Stats) -> Vec<Parameter> {
        let _ = stats;
        Vec::new()
    }

    /// The predictive distribution of the next observation; see
    /// [`ObservationModel::predictive`].
    fn predictive(&self, stats: &Self::Stats) -> Option<Box<dyn Distribution>> {
        let _ = stats;
        None
    }

    /// Observations of one segment; see [`ObservationModel::simulate`].
    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        let _ = (random, n);
        None
    }
}

impl<M: ScalarModel> ObservationModel for M {
    type Scalar = f64;
    type Obs = M::Obs;
    type Bank = Slots<M::Stats>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        Slots::new(capacity)
    }

    fn check(&self, x: &Self::Obs) -> Result<(), ObservationError> {
        ScalarModel::check(self, x)
    }

    fn spawn(&self, bank: &mut Self::Bank) {
        bank.push(self.prior());
    }

    fn observe(
        &self,
        bank: &mut Self::Bank,
        x: &Self::Obs,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        // All scores first: nothing has changed if they turn out unusable.
        let mut scores = core::mem::take(&mut bank.scratch);
        scores.clear();
        scores.extend(
            bank.as_slice()
                .iter()
                .zip(&*ln_joint)
                .map(|(s, ln)| ln + self.ln_predictive(s, x)),
        );
        let possible = scores.iter().any(|&score| score > f64::NEG_INFINITY);
        let sound = scores.iter().all(|&score| score < f64::INFINITY);
        if possible && sound {
            ln_joint[..scores.len()].copy_from_slice(&scores);
            for stats in bank.as_mut_slice() {
                self.update(stats, x);
            }
        }
        bank.scratch = scores;
        if possible && sound {
            Ok(())
        } else {
            Err(ObservationError::Impossible)
        }
    }

    fn level(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Level> {
        let parameters = ObservationModel::parameters(self, bank, hypothesis);
        Some(Level::of(&*parameters.first()?.posterior))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        ScalarModel::parameters(self, &bank.as_slice()[hypothesis])
    }

    fn predictive(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Box<dyn Distribution>> {
        ScalarModel::predictive(self, &bank.as_slice()[hypothesis])
    }

    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        ScalarModel::simulate(self, random, n)
    }
}

/// One model for many detectors.
#[cfg(target_has_atomic = "ptr")]
impl<M: ObservationModel> ObservationModel for alloc::sync::Arc<M> {
    type Scalar = M::Scalar;
    type Obs = M::Obs;
    type Bank = M::Bank;

    fn bank(&self, capacity: usize) -> Self::Bank {
        (**self).bank(capacity)
    }
    #[inline(always)]
    fn check(&self, x: &Self::Obs) -> Result<(), ObservationError> {
        (**self).check(x)
    }
    #[inline(always)]
    fn spawn(&self, bank: &mut Self::Bank) {
        (**self).spawn(bank);
    }
    #[inline(always)]
    fn observe(
        &self,
        bank: &mut Self::Bank,
        x: &Self::Obs,
        ln_joint: &mut [Self::Scalar],
    ) -> Result<(), ObservationError> {
        (**self).observe(bank, x, ln_joint)
    }
    #[inline(always)]
    fn observe_on(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: &Self::Obs,
        ln_joint: &mut [Self::Scalar],
    ) -> Result<(), ObservationError> {
        (**self).observe_on(isa, bank, x, ln_joint)
    }
    fn is_sound(&self, bank: &Self::Bank) -> bool {
        (**self).is_sound(bank)
    }
    fn level(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Level> {
        (**self).level(bank, hypothesis)
    }
    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        (**self).parameters(bank, hypothesis)
    }
    fn predictive(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Box<dyn Distribution>> {
        (**self).predictive(bank, hypothesis)
    }
    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        (**self).simulate(random, n)
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

/// Counts beyond 2^53 are not exact in `f64`.
pub(crate) const MAX_COUNT: u64 = 1 << 53;
