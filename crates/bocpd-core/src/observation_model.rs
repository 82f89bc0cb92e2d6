//! What an observation model is.
//!
//! - [`ScalarModel`]: one hypothesis at a time, three functions; the easy way.
//! - [`ObservationModel`]: all hypotheses at once; what the filter works with. Every
//!   `ScalarModel` is one.
//! - [`Describe`]: what a model can say of a segment beyond scoring observations;
//!   what the readouts work with.

mod grouped;
mod scalar;
#[cfg(target_has_atomic = "ptr")]
mod shared;
#[cfg(feature = "serde")]
pub(crate) mod stored;

pub(crate) use grouped::{GroupedModel, grouped_model};
pub use scalar::ScalarModel;
#[cfg(feature = "serde")]
pub use stored::StoredModel;

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Bank;
use crate::distribution::{Distribution, Forms, Level, Parameter};
use crate::error::ObservationError;
use crate::kernel::Isa;
use crate::observation::{Observation, SideInformation};
use crate::random::Random;
use crate::real::Real;
use crate::score::Verdict;

/// Scores one observation under every live hypothesis at once.
///
/// The model itself is immutable: priors, and tables made from them. What the
/// hypotheses have learned is in the bank, so one model serves any number of
/// detectors (share it as an `Arc`).
///
/// A step of the filter calls [`check`](Self::check), then
/// [`advance`](Self::advance), [`spawn`](Self::spawn) and
/// [`observe`](Self::observe); where an observation is missing, all but the first
/// and the last.
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
    /// Says what is wrong with the value, or with what came along with it. The
    /// detector calls this before it changes anything.
    fn check(&self, x: Observation<'_, Self::Obs>) -> Result<(), ObservationError>;

    /// Whether an observation can come with these things beside it; part of
    /// [`check`](Self::check), for predictions, where the value is not known.
    ///
    /// # Errors
    /// As of `check`. Models take nothing unless they say otherwise.
    fn check_side(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        side.nothing()
    }

    /// Adds a hypothesis, the youngest, that knows nothing but the prior.
    fn spawn(&self, bank: &mut Self::Bank);

    /// Adds ln p(x | hypothesis) to `ln_joint`, and leaves the bank as it is.
    ///
    /// The slice is padded to a multiple of [`Real::LANES`]; what is written behind
    /// the bank's length does not matter.
    fn score(
        &self,
        isa: Isa,
        bank: &Self::Bank,
        x: Observation<'_, Self::Obs>,
        ln_joint: &mut [Self::Scalar],
    );

    /// Lets hypotheses absorb `x`: all of them, or those whose entry in `weights`
    /// (padded as `ln_joint` above) is not 0. Cannot fail, once `check` and
    /// `observe` have accepted `x`.
    fn absorb(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, Self::Obs>,
        weights: Option<&[Self::Scalar]>,
    );

    /// [`score`](Self::score) and [`absorb`](Self::absorb) for all hypotheses.
    ///
    /// On entry `ln_joint[i]` is the log weight of hypothesis `i`, up to a
    /// common constant; hypotheses of weight zero have −∞. Models that can do both
    /// in one pass do so here, with the same results to the last bit.
    ///
    /// # Errors
    /// Refuses an observation that leaves no hypothesis with a positive, finite
    /// density; the bank is then as before, whatever is in `ln_joint`. A model that
    /// instead writes NaN, +∞, or −∞ for all hypotheses breaks the detector until it
    /// is reset.
    fn observe(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, Self::Obs>,
        ln_joint: &mut [Self::Scalar],
    ) -> Result<(), ObservationError> {
        self.score(isa, bank, x, ln_joint);
        usable(&ln_joint[..bank.len()])?;
        self.absorb(isa, bank, x, None);
        Ok(())
    }

    /// [`spawn`](Self::spawn) and [`observe`](Self::observe); if the observation is
    /// refused, the newborn is not there. The last live entry of `ln_joint` is the
    /// newborn's.
    ///
    /// # Errors
    /// As `observe`.
    #[inline(always)]
    fn spawn_and_observe(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, Self::Obs>,
        ln_joint: &mut [Self::Scalar],
    ) -> Result<(), ObservationError> {
        self.spawn(bank);
        let observed = self.observe(isa, bank, x, ln_joint);
        if observed.is_err() {
            bank.pop();
        }
        observed
    }

    /// [`observe`](Self::observe) where x may be an outlier
    /// ([`WithOutliers`](crate::outliers::WithOutliers)): `verdict` says what that would
    /// mean and notes who says so; those hypotheses do not absorb x. Models that can score
    /// and absorb in one pass do so here too, with the same results up to rounding.
    ///
    /// # Errors
    /// If a score is no logarithm of a density. The bank is then as before, but for that
    /// of a model that [never refuses](Self::may_refuse).
    #[doc(hidden)]
    fn observe_unless_outlier(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, Self::Obs>,
        verdict: &mut Verdict<Self::Scalar>,
        ln_joint: &mut [Self::Scalar],
    ) -> Result<(), ObservationError> {
        self.score(isa, bank, x, verdict.ln_p());
        let all = verdict.decide(isa, bank.len(), ln_joint)?;
        let weights = (!all).then_some(verdict.absorbs());
        self.absorb(isa, bank, x, weights);
        Ok(())
    }

    /// Whether [`observe`](Self::observe) may refuse what `check` has accepted. The
    /// detector of a model that says no need not be able to take a step back.
    #[inline(always)]
    fn may_refuse(&self) -> bool {
        true
    }

    /// Whether time changes what hypotheses know, so that
    /// [`advance`](Self::advance) has something to do.
    #[inline(always)]
    fn has_dynamics(&self) -> bool {
        false
    }

    /// Tells all hypotheses that `elapsed` has passed since the last observation, in
    /// units of the hazard (1 between observations that came without a time); also
    /// where the observation is missing. The detector calls it if
    /// [`has_dynamics`](Self::has_dynamics) says so.
    fn advance(&self, bank: &mut Self::Bank, elapsed: f64) {
        let _ = (bank, elapsed);
    }

    /// On how many of the last observations the next one depends by themselves, not only
    /// by what hypotheses have learned from them. The bank remembers those, whether it holds
    /// hypotheses or not, in [`absorb`](Self::absorb) and [`pass`](Self::pass), until it is
    /// [cleared](Bank::clear).
    #[inline(always)]
    fn lags(&self) -> usize {
        0
    }

    /// Tells the model that an observation is missing; called in its place.
    #[inline(always)]
    fn pass(&self, bank: &mut Self::Bank) {
        let _ = bank;
    }

    /// Whether [`p_outlier`](Self::p_outlier) says anything.
    #[inline(always)]
    fn knows_outliers(&self) -> bool {
        false
    }

    /// For each hypothesis the probability that the last observation had nothing to do
    /// with its segment ([`WithOutliers`](crate::outliers::WithOutliers)), 0 where that is
    /// missing; asked if [`knows_outliers`](Self::knows_outliers) says so.
    fn p_outlier<'a>(&self, bank: &'a Self::Bank) -> &'a [Self::Scalar] {
        let _ = bank;
        &[]
    }

    /// Whether the log weights that [`observe`](Self::observe) makes are no joint densities, so
    /// that ln p(x | past) does not follow from them and [`ln_mean_density`](Self::ln_mean_density)
    /// is asked for it ([`WithResolution`](crate::resolution::WithResolution)).
    #[inline(always)]
    fn weighs_by_powers(&self) -> bool {
        false
    }

    /// ln of the mean density of the last observation, with the weights that hypotheses had
    /// before it; asked after it if [`weighs_by_powers`](Self::weighs_by_powers) says so.
    fn ln_mean_density(&self, bank: &Self::Bank) -> f64 {
        let _ = bank;
        0.0
    }

    /// Whether a bank that was read from a snapshot can be one of this model: statistics
    /// that updates can have led to, of hypotheses whose segments have so many
    /// observations, missing ones included. There are as many of the one as of the other.
    ///
    /// What this accepts is used like any other bank.
    fn is_sound(&self, bank: &Self::Bank, lengths: &[u64]) -> bool {
        let _ = (bank, lengths);
        true
    }
}

/// Whether these are log weights: at least one above −∞, none NaN or +∞.
pub(crate) fn usable<F: Real>(ln_joint: &[F]) -> Result<(), ObservationError> {
    let possible = ln_joint.iter().any(|&ln| ln > F::neg_infinity());
    let sound = ln_joint.iter().all(|&ln| ln < F::infinity());
    if possible && sound {
        Ok(())
    } else {
        Err(ObservationError::Impossible)
    }
}

/// What a model can say of a segment, for the readouts beyond the filter.
///
/// Observations may have several dimensions; what is said of one is asked for by its
/// number. Every function may be left out: the readouts that need it say so then.
pub trait Describe: ObservationModel {
    /// How many numbers make an observation.
    fn dimension(&self) -> usize {
        1
    }

    /// How many features come along with an observation.
    fn features(&self) -> usize {
        0
    }

    /// What a hypothesis knows of its segment's level in one dimension; `None` if the
    /// model cannot say.
    fn level(&self, bank: &Self::Bank, hypothesis: usize, dimension: usize) -> Option<Level> {
        let parameters = self.parameters(bank, hypothesis);
        let mut levels = parameters.iter().filter(|p| p.dimension == dimension);
        Some(Level::of(&*levels.next()?.posterior))
    }

    /// The posteriors of a segment's parameters under a hypothesis, for each
    /// dimension the level first; empty if the model cannot say. Which parameters
    /// there are, and in which order, is the same for all hypotheses.
    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        let _ = (bank, hypothesis);
        Vec::new()
    }

    /// Adds the posterior of the level in one dimension to `forms` as plain numbers.
    #[doc(hidden)]
    fn add_level_to(
        &self,
        forms: &mut Forms,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
    ) {
        let parameters = self.parameters(bank, hypothesis);
        let mut levels = parameters.iter().filter(|p| p.dimension == dimension);
        if let Some(level) = levels.next() {
            level.posterior.add_to(forms, 1.0);
        }
    }

    /// The predictive distribution of one dimension of the next observation under a
    /// hypothesis, as a number; `None` if the model cannot say. The first observation of a
    /// segment comes at its beginning, others 1 after the one before.
    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
    ) -> Option<Box<dyn Distribution>> {
        let _ = (bank, hypothesis, dimension);
        None
    }

    /// The predictive of an observation that is made `elapsed` from now, with none in
    /// between; for models that time changes.
    fn predictive_after(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
    ) -> Option<Box<dyn Distribution>> {
        let _ = elapsed;
        self.predictive(bank, hypothesis, dimension)
    }

    /// [`predictive_after`](Self::predictive_after) of an observation that comes with these
    /// things beside it, which [`check_side`](ObservationModel::check_side) has accepted; for
    /// models that take some.
    fn predictive_with(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        dimension: usize,
        elapsed: f64,
        side: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>> {
        let _ = side;
        self.predictive_after(bank, hypothesis, dimension, elapsed)
    }

    /// P(the segment has model k | its observations) under a hypothesis, of a model that is a
    /// choice among several ([`PerSegment`](crate::any::PerSegment)); empty for others.
    fn model_probabilities(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<f64> {
        let _ = (bank, hypothesis);
        Vec::new()
    }

    /// For each number of x, ln p of it under each hypothesis, of a model whose numbers are
    /// independent given the segments ([`Product`](crate::any::Product)): their sums are ln p(x).
    /// Empty for others.
    fn ln_p_of_each(
        &self,
        isa: Isa,
        bank: &Self::Bank,
        x: Observation<'_, Self::Obs>,
    ) -> Vec<Vec<f64>> {
        let _ = (isa, bank, x);
        Vec::new()
    }

    /// `n` observations of one segment, as numbers in row-major order, its parameters
    /// drawn from the prior; `None` if the model cannot say.
    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        let mut next = self.source(random)?;
        random.series(n, |random| next(random))
    }

    /// What [`simulate`](Self::simulate) gives, one number after the other, for a segment
    /// whose length is not known beforehand; the parameters are drawn now. `None` if the
    /// model cannot say, or only simulates a segment as a whole.
    fn source(&self, random: &mut Random) -> Option<Source> {
        let _ = random;
        None
    }
}

/// The next number of the observations of a segment, in row-major order.
pub type Source = Box<dyn FnMut(&mut Random) -> f64 + Send>;
