//! Positive observations whose logarithm is a structured Gaussian.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::distribution::{Distribution, Forms, Level, LogStudentT, Parameter};
use crate::error::{ObservationError, ParameterError};
use crate::kernel::Isa;
use crate::model::structured_gaussian::{StructuredBank, StructuredGaussian};
use crate::observation::Observation;
use crate::observation_model::{Describe, ObservationModel, Source};
use crate::random::Random;
use crate::real::Real;
use crate::score::Verdict;

/// Log-normal observations about a level that may drift, rise or have a season: the
/// logarithm follows [`StructuredGaussian`].
///
/// ```text
/// ln p(x) = ln p_StructuredGaussian(ln x) − ln x
/// ```
///
/// The parameters are those of the logarithm, so a slope is a growth by a factor and a
/// season multiplies the level. Observations must be positive.
#[derive(Clone, Debug)]
pub struct StructuredLogNormal<F: Real = f64> {
    logarithm: StructuredGaussian<F>,
}

impl StructuredLogNormal {
    /// A model in `f64`: the parameters of the logarithm, as [`StructuredGaussian::new`]
    /// takes them.
    ///
    /// # Errors
    /// As [`StructuredGaussian::new`].
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
        slope_drift: f64,
        period: f64,
        harmonics: u32,
        season: f64,
        cauchy: f64,
    ) -> Result<Self, ParameterError> {
        Self::typed(
            mean,
            kappa,
            alpha,
            beta,
            phi,
            drift,
            slope,
            slope_drift,
            period,
            harmonics,
            season,
            cauchy,
        )
    }
}

impl<F: Real> StructuredLogNormal<F> {
    /// [`new`](StructuredLogNormal::new) for any scalar type.
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
        slope_drift: f64,
        period: f64,
        harmonics: u32,
        season: f64,
        cauchy: f64,
    ) -> Result<Self, ParameterError> {
        let logarithm = StructuredGaussian::typed(
            mean,
            kappa,
            alpha,
            beta,
            phi,
            drift,
            slope,
            slope_drift,
            period,
            harmonics,
            season,
            cauchy,
        )?;
        Ok(Self { logarithm })
    }
}

/// Turns the density of the logarithm into that of the value.
#[inline(always)]
fn to_value<F: Real>(ln_joint: &mut [F], ln_x: F) {
    for ln_joint in ln_joint {
        *ln_joint -= ln_x;
    }
}

impl<F: Real> ObservationModel for StructuredLogNormal<F> {
    type Scalar = F;
    type Obs = F;
    type Bank = StructuredBank<F>;

    fn bank(&self, capacity: usize) -> StructuredBank<F> {
        self.logarithm.bank(capacity)
    }

    #[inline(always)]
    fn check(&self, x: Observation<'_, F>) -> Result<(), ObservationError> {
        super::check_positive(*x.alone()?)
    }

    #[inline(always)]
    fn spawn(&self, bank: &mut StructuredBank<F>) {
        self.logarithm.spawn(bank);
    }

    fn score(&self, isa: Isa, bank: &StructuredBank<F>, x: Observation<'_, F>, ln_joint: &mut [F]) {
        let ln_x = x.value.vln();
        self.logarithm.score(isa, bank, x.map(&ln_x), ln_joint);
        to_value(ln_joint, ln_x);
    }

    fn absorb(
        &self,
        isa: Isa,
        bank: &mut StructuredBank<F>,
        x: Observation<'_, F>,
        weights: Option<&[F]>,
    ) {
        let ln_x = x.value.vln();
        self.logarithm.absorb(isa, bank, x.map(&ln_x), weights);
    }

    #[inline(always)]
    fn observe(
        &self,
        isa: Isa,
        bank: &mut StructuredBank<F>,
        x: Observation<'_, F>,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        let ln_x = x.value.vln();
        self.logarithm.observe(isa, bank, x.map(&ln_x), ln_joint)?;
        to_value(ln_joint, ln_x);
        Ok(())
    }

    #[inline(always)]
    fn spawn_and_observe(
        &self,
        isa: Isa,
        bank: &mut StructuredBank<F>,
        x: Observation<'_, F>,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        let ln_x = x.value.vln();
        self.logarithm
            .spawn_and_observe(isa, bank, x.map(&ln_x), ln_joint)?;
        to_value(ln_joint, ln_x);
        Ok(())
    }

    fn observe_unless_outlier(
        &self,
        isa: Isa,
        bank: &mut StructuredBank<F>,
        x: Observation<'_, F>,
        verdict: &mut Verdict<F>,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        let ln_x = x.value.vln();
        verdict.of_transformed(ln_x);
        let x = x.map(&ln_x);
        self.logarithm
            .observe_unless_outlier(isa, bank, x, verdict, ln_joint)?;
        to_value(ln_joint, ln_x);
        Ok(())
    }

    #[inline(always)]
    fn may_refuse(&self) -> bool {
        self.logarithm.may_refuse()
    }

    #[inline(always)]
    fn has_dynamics(&self) -> bool {
        self.logarithm.has_dynamics()
    }

    fn advance(&self, bank: &mut StructuredBank<F>, elapsed: f64) {
        self.logarithm.advance(bank, elapsed);
    }

    fn is_sound(&self, bank: &StructuredBank<F>, lengths: &[u64]) -> bool {
        self.logarithm.is_sound(bank, lengths)
    }
}

impl<F: Real> Describe for StructuredLogNormal<F> {
    fn level(&self, bank: &StructuredBank<F>, hypothesis: usize, _: usize) -> Option<Level> {
        self.logarithm.level(bank, hypothesis, 0)
    }

    fn parameters(&self, bank: &StructuredBank<F>, hypothesis: usize) -> Vec<Parameter> {
        let mut parameters = self.logarithm.parameters(bank, hypothesis);
        let names = ["ln_mean", "ln_variance", "ln_slope"];
        for (parameter, name) in parameters.iter_mut().zip(names) {
            parameter.name = name;
        }
        parameters
    }

    fn add_level_to(
        &self,
        forms: &mut Forms,
        bank: &StructuredBank<F>,
        hypothesis: usize,
        _: usize,
    ) {
        self.logarithm.add_level_to(forms, bank, hypothesis, 0);
    }

    fn predictive(
        &self,
        bank: &StructuredBank<F>,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        let ln = self.logarithm.next(bank, hypothesis);
        Some(Box::new(LogStudentT { ln }))
    }

    fn predictive_after(
        &self,
        bank: &StructuredBank<F>,
        hypothesis: usize,
        _: usize,
        elapsed: f64,
    ) -> Option<Box<dyn Distribution>> {
        let ln = self.logarithm.foreseen(bank, hypothesis, elapsed);
        Some(Box::new(LogStudentT { ln }))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let mut logarithm = self.logarithm.source(random)?;
        // What would leave the range of the type is its limit.
        let value = |ln: f64| libm::exp(ln).clamp(f64::MIN_POSITIVE, f64::MAX);
        Some(Box::new(move |random| value(logarithm(random))))
    }
}
