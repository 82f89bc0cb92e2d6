//! Positive observations whose logarithm is Gaussian.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Grouped;
use crate::distribution::{Distribution, Forms, Level, LogStudentT, Parameter};
use crate::error::{ObservationError, ParameterError};
use crate::lanes::Group;
use crate::model::check_positive;
use crate::model::gaussian::{Gaussian, TERMS, Within};
use crate::observation::Observation;
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::random::Random;
use crate::real::Real;
use crate::score::{Apply, GroupScore};

/// Log-normal observations: the logarithm is Gaussian with unknown mean and variance
/// and the conjugate normal-inverse-gamma prior of [`Gaussian`].
///
/// ```text
/// ln x | μ, σ² ~ N(μ, σ²),   μ | σ² ~ N(mean, σ²/κ),   σ² ~ InvGamma(α, β)
///
/// ln p(x) = ln p_Gaussian(ln x) − ln x
/// ```
///
/// The parameters are those of the logarithm. Observations must be positive.
#[derive(Clone, Debug)]
pub struct LogNormal<F: Real = f64> {
    logarithm: Gaussian<F>,
}

impl LogNormal {
    /// A model in `f64`: the prior on mean and variance of the logarithm, as
    /// [`Gaussian::new`] takes it.
    ///
    /// # Errors
    /// `mean` must lie in ±1e100; `kappa`, `alpha` and `beta` in [1e-100, 1e100].
    pub fn new(mean: f64, kappa: f64, alpha: f64, beta: f64) -> Result<Self, ParameterError> {
        Self::typed(mean, kappa, alpha, beta)
    }
}

impl<F: Real> LogNormal<F> {
    /// [`new`](LogNormal::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(mean: f64, kappa: f64, alpha: f64, beta: f64) -> Result<Self, ParameterError> {
        let logarithm = Gaussian::typed(mean, kappa, alpha, beta)?;
        Ok(Self { logarithm })
    }
}

impl<F: Real> GroupedModel<F> for LogNormal<F> {
    type Obs = F;
    const COUNTED: bool = true;

    /// Those of the Gaussian model.
    fn width(&self) -> usize {
        self.logarithm.width()
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, F>) -> Result<(), ObservationError> {
        let x = x.alone()?;
        check_positive(*x)
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        self.logarithm.push_prior(bank);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, F>, apply: impl Apply<F>) {
        let ln_x = x.value.vln();
        let (table, prior) = self.logarithm.terms();
        let centred = self.logarithm.centred(ln_x);
        // Where the prior mean is at the limit of locations, it may be further than that.
        let logarithm = Within(centred.max(-F::HUGE).min(F::HUGE));
        apply.counted(table, prior, &Observed { ln_x, logarithm });
    }

    fn fits(&self, count: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        self.logarithm.fits(count, statistic)
    }
}

grouped_model!(LogNormal of F);

impl<F: Real> Describe for LogNormal<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        self.logarithm.level(bank, hypothesis, 0)
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        let mut parameters = self.logarithm.parameters(bank, hypothesis);
        for (parameter, name) in parameters.iter_mut().zip(["ln_mean", "ln_variance"]) {
            parameter.name = name;
        }
        parameters
    }

    fn add_level_to(&self, forms: &mut Forms, bank: &Self::Bank, hypothesis: usize, _: usize) {
        self.logarithm.add_level_to(forms, bank, hypothesis, 0);
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        let ln = self.logarithm.student_t(bank, hypothesis);
        Some(Box::new(LogStudentT { ln }))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let mut logarithm = self.logarithm.source(random)?;
        // What would leave the range of the type is its limit.
        let value = |ln: f64| libm::exp(ln).clamp(f64::MIN_POSITIVE, f64::MAX);
        Some(Box::new(move |random| value(logarithm(random))))
    }
}

/// An observation: its logarithm, and that less the prior mean.
struct Observed<F> {
    ln_x: F,
    logarithm: Within<F>,
}

impl<F: Real> GroupScore<F, TERMS, 3> for Observed<F> {
    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; TERMS]; G],
        statistics: &mut [[F::Array; 3]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        self.logarithm.score(terms, statistics, ln_joint);
        for ln_joint in ln_joint {
            let ln_joint = ln_joint.as_mut();
            (L::load(ln_joint) - self.ln_x).store(ln_joint);
        }
    }
}
