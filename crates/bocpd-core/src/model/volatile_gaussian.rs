//! Gaussian observations in noise whose variance wanders.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::distribution::{Distribution, Forms, Level, Parameter};
use crate::error::{ObservationError, ParameterError};
use crate::kernel::Isa;
use crate::model::structured_gaussian::{StructuredBank, StructuredGaussian};
use crate::observation::Observation;
use crate::observation_model::{Describe, ObservationModel, Source};
use crate::random::Random;
use crate::real::Real;
use crate::score::Verdict;

/// Gaussian observations about a level, in noise whose variance σ² wanders within a segment:
/// what was learned of it is forgotten in favour of the prior.
///
/// ```text
/// as StructuredGaussian, but after each observation, the n-th of its segment, with β' and α'
/// that it leaves and w the memory
///   n ≤ w:   β = β'                      α = α'
///   n > w:   β = β₀ + (β' − β₀) w/(w+1)  α = α₀ + (α' − α₀) w/(w+1) = α₀ + w/2
/// ```
///
/// So σ² is known from about the last w observations, and a calm stretch that follows on a wild
/// one is no change. Evidence is the product of the predictives, which are Student-t with
/// 2α₀ + w degrees of freedom at most. A change of the noise's variance is found if it comes
/// fast and is large. Level, AR noise and slope are those of [`StructuredGaussian`], whose
/// variances are relative to σ².
///
/// The variance is discounted (West & Harrison 1997, *Bayesian Forecasting and Dynamic Models*,
/// §10.8) towards the prior (stabilised forgetting: Kulhavý & Zarrop 1993, *International
/// Journal of Control* 58:905), so that a stretch without any noise leaves β₀ and not 0.
///
/// With a heavy-tailed prior on the level (`cauchy` > 0) the first observation of a segment says
/// nothing of σ² and does not count.
#[derive(Clone, Debug)]
pub struct VolatileGaussian<F: Real = f64> {
    structured: StructuredGaussian<F>,
}

impl VolatileGaussian {
    /// A model in `f64`. `mean` to `slope` and `cauchy` are those of
    /// [`StructuredGaussian::new`]; `memory`, w: how many observations the variance remembers.
    ///
    /// # Errors
    /// As [`StructuredGaussian::new`]; `memory` must lie in 1..=1000.
    #[expect(
        clippy::too_many_arguments,
        reason = "one for each parameter of the list"
    )]
    pub fn new(
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        phi: f64,
        drift: f64,
        slope: f64,
        cauchy: f64,
        memory: u32,
    ) -> Result<Self, ParameterError> {
        Self::typed(mean, kappa, alpha, beta, phi, drift, slope, cauchy, memory)
    }
}

impl<F: Real> VolatileGaussian<F> {
    /// [`new`](VolatileGaussian::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    #[expect(
        clippy::too_many_arguments,
        reason = "one for each parameter of the list"
    )]
    pub fn typed(
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        phi: f64,
        drift: f64,
        slope: f64,
        cauchy: f64,
        memory: u32,
    ) -> Result<Self, ParameterError> {
        Self::for_counts(
            usize::MAX,
            mean,
            kappa,
            alpha,
            beta,
            phi,
            drift,
            slope,
            cauchy,
            memory,
        )
    }

    /// The model for segments of at most `most` observations, as
    /// [`StructuredGaussian::for_counts`].
    #[expect(
        clippy::too_many_arguments,
        reason = "one for each parameter of the list"
    )]
    pub(crate) fn for_counts(
        most: usize,
        mean: f64,
        kappa: f64,
        alpha: f64,
        beta: f64,
        phi: f64,
        drift: f64,
        slope: f64,
        cauchy: f64,
        memory: u32,
    ) -> Result<Self, ParameterError> {
        let structured = StructuredGaussian::for_counts(
            most,
            mean,
            kappa,
            alpha,
            beta,
            phi,
            drift,
            slope,
            0.0,
            0.0,
            1,
            1.0,
            cauchy,
            Some(memory),
        )?;
        Ok(Self { structured })
    }
}

impl<F: Real> ObservationModel for VolatileGaussian<F> {
    type Scalar = F;
    type Obs = F;
    type Bank = StructuredBank<F>;

    fn bank(&self, capacity: usize) -> StructuredBank<F> {
        self.structured.bank(capacity)
    }

    #[inline(always)]
    fn check(&self, x: Observation<'_, F>) -> Result<(), ObservationError> {
        self.structured.check(x)
    }

    #[inline(always)]
    fn spawn(&self, bank: &mut StructuredBank<F>) {
        self.structured.spawn(bank);
    }

    fn score(&self, isa: Isa, bank: &StructuredBank<F>, x: Observation<'_, F>, ln_joint: &mut [F]) {
        self.structured.score(isa, bank, x, ln_joint);
    }

    fn absorb(
        &self,
        isa: Isa,
        bank: &mut StructuredBank<F>,
        x: Observation<'_, F>,
        weights: Option<&[F]>,
    ) {
        self.structured.absorb(isa, bank, x, weights);
    }

    #[inline(always)]
    fn observe(
        &self,
        isa: Isa,
        bank: &mut StructuredBank<F>,
        x: Observation<'_, F>,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        self.structured.observe(isa, bank, x, ln_joint)
    }

    #[inline(always)]
    fn spawn_and_observe(
        &self,
        isa: Isa,
        bank: &mut StructuredBank<F>,
        x: Observation<'_, F>,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        self.structured.spawn_and_observe(isa, bank, x, ln_joint)
    }

    fn observe_unless_outlier(
        &self,
        isa: Isa,
        bank: &mut StructuredBank<F>,
        x: Observation<'_, F>,
        verdict: &mut Verdict<F>,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        self.structured
            .observe_unless_outlier(isa, bank, x, verdict, ln_joint)
    }

    #[inline(always)]
    fn may_refuse(&self) -> bool {
        self.structured.may_refuse()
    }

    #[inline(always)]
    fn has_dynamics(&self) -> bool {
        self.structured.has_dynamics()
    }

    fn advance(&self, bank: &mut StructuredBank<F>, elapsed: f64) {
        self.structured.advance(bank, elapsed);
    }

    fn is_sound(&self, bank: &StructuredBank<F>, lengths: &[u64]) -> bool {
        self.structured.is_sound(bank, lengths)
    }
}

impl<F: Real> Describe for VolatileGaussian<F> {
    fn level(&self, bank: &StructuredBank<F>, hypothesis: usize, _: usize) -> Option<Level> {
        self.structured.level(bank, hypothesis, 0)
    }

    fn parameters(&self, bank: &StructuredBank<F>, hypothesis: usize) -> Vec<Parameter> {
        self.structured.parameters(bank, hypothesis)
    }

    fn add_level_to(
        &self,
        forms: &mut Forms,
        bank: &StructuredBank<F>,
        hypothesis: usize,
        _: usize,
    ) {
        self.structured.add_level_to(forms, bank, hypothesis, 0);
    }

    fn predictive(
        &self,
        bank: &StructuredBank<F>,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        self.structured.predictive(bank, hypothesis, 0)
    }

    fn predictive_after(
        &self,
        bank: &StructuredBank<F>,
        hypothesis: usize,
        _: usize,
        elapsed: f64,
    ) -> Option<Box<dyn Distribution>> {
        self.structured
            .predictive_after(bank, hypothesis, 0, elapsed)
    }

    /// Each observation is drawn from the predictive that those before it leave.
    fn source(&self, _: &mut Random) -> Option<Source> {
        let model = self.structured.clone();
        let mut bank = model.bank(1);
        model.spawn(&mut bank);
        let mut is_first = true;
        Some(Box::new(move |random| {
            if !core::mem::take(&mut is_first) {
                model.advance(&mut bank, 1.0);
            }
            let foreseen = model.foreseen(&bank, 0, 0.0);
            let t = rand_distr::StudentT::new(foreseen.nu);
            let t = t.map_or(0.0, |t| random.draw(&t));
            // What would leave the range of the type is its limit.
            let x = (foreseen.location + foreseen.scale * t).clamp(f64::MIN, f64::MAX);
            model.absorb(Isa::BASELINE, &mut bank, Observation::of(&F::of(x)), None);
            x
        }))
    }
}
