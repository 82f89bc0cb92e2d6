//! Gaussian observations of several numbers with all their correlations.

mod bank;
mod missing;
mod posterior;
mod soundness;
mod step;

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::error::{ObservationError, ParameterError, check};
use crate::kernel::Isa;
use crate::math::special::{HALF_LN_TWO_PI, ln_gamma_half_step};
use crate::model::by_group::{Rows, room_for_a_group};
use crate::model::check_finite;
use crate::model::factors;
use crate::observation::{Observation, SideInformation};
use crate::observation_model::ObservationModel;
use crate::parameter::POSITIVE;
use crate::real::Real;
use crate::score::TABLE_LEN;

pub use bank::MultivariateBank;
use step::{Step, with_numbers};

/// So many numbers may an observation have.
pub(crate) const MOST: usize = 32;

/// Gaussian observations of d numbers with unknown mean and covariance and the conjugate
/// normal-inverse-Wishart prior.
///
/// ```text
/// x | μ, Σ ~ N(μ, Σ),   μ | Σ ~ N(mean, Σ/κ),   Σ ~ InvWishart(ν, Ψ)
///   Ψ = 2 diag(beta),   ν = 2α + d − 1
///
/// after n observations, with δ = x − m before x is absorbed:
///   m' = m + δ/(κₙ+1)     Ψ' = Ψ + κₙ/(κₙ+1) δδᵀ     κₙ = κ + n     νₙ = ν + n
///
/// predictive: multivariate Student-t with νₙ − d + 1 degrees of freedom, location m and
/// scale matrix Ψ(κₙ+1)/(κₙ(νₙ − d + 1))
/// ```
///
/// Murphy (2007), *Conjugate Bayesian analysis of the Gaussian distribution*, eqs. 250–258 and
/// 232. So each number by itself follows the [`Gaussian`](super::Gaussian) model of
/// its `mean` and `beta` with `kappa` and `alpha`, which this is where d = 1; the prior knows of
/// no correlation. Ψ is kept as L D Lᵀ, L with a diagonal of ones, and changed by rank one
/// without a square root (Gill, Golub, Murray & Saunders 1974, *Methods for modifying matrix
/// factorizations*, method C1), so nothing is taken off a variance: fewer observations than
/// numbers, numbers that repeat each other and offsets do no harm. Levels are relative to
/// the prior mean.
///
/// **Missing numbers.** A row of which some numbers are missing is scored exactly, by the
/// marginal of the others. It is absorbed by its expected statistics: in the update of Ψ a
/// missing number has the value that the others make expect, and the variance that they leave
/// it. The level of each number counts the observations of that number alone. What is
/// approximate is how well variances and correlations of a number are known that is missing
/// often; where that matters, [`Product`](crate::any::Product) is exact. In the rows after a gap
/// among four others ln p is off by 0.04 on average, against quadrature; by 0.10 if rows with gaps
/// were scored and not absorbed (`gaps_against_quadrature` in the tests).
///
/// Numbers further than [`Real::HUGE`] from the prior mean are scored exactly and absorbed as if
/// they were that far.
///
/// ```
/// use bocpd_core::model::MultivariateGaussian;
/// use bocpd_core::{Constant, Detector};
///
/// // Each number keeps its mean and its variance; that they go together ends.
/// let model = MultivariateGaussian::new(&[0.0, 0.0], 1.0, 1.0, &[1.0, 1.0])?;
/// let mut detector = Detector::new(model, Constant::new(100.0)?);
/// for i in 0..72 {
///     let x = f64::from(i * 37 % 19 - 9) / 5.0;
///     let y = if i < 36 { x } else { -x } + 0.1 * f64::from(i * 7 % 5 - 2);
///     detector.update(&[x, y][..])?;
/// }
/// assert_eq!(detector.changepoints(), [36]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct MultivariateGaussian<F: Real = f64> {
    mean: Vec<f64>,
    kappa: f64,
    alpha: f64,
    beta: Vec<f64>,
    /// ln Γ((νₙ+1)/2) − ln Γ((νₙ+1−d)/2) − (d/2) ln 2π, largest n first.
    constants: Box<[F]>,
}

/// Where each statistic of a hypothesis stands: of every number its level less the prior mean,
/// then of every number how many of the absorbed observations it was missing in, then the
/// factors D and L of Ψ/2.
#[derive(Clone, Copy, Debug)]
struct Layout {
    dim: usize,
}

impl Layout {
    const fn missed(self) -> usize {
        self.dim
    }

    const fn first_factor(self) -> usize {
        2 * self.dim
    }

    const fn width(self) -> usize {
        self.first_factor() + factors::count(self.dim)
    }
}

impl MultivariateGaussian {
    /// A model in `f64` of as many numbers as `mean` has.
    ///
    /// * `mean`: the prior mean of each number.
    /// * `kappa`: how many observations the prior means are worth.
    /// * `alpha`: half as many observations as the prior variances are worth.
    /// * `beta`: of each number the scale of the prior on its variance, about alpha times it.
    ///
    /// # Errors
    /// There must be 1 to 32 numbers, and as many entries of `beta` as of `mean`; `mean` must lie
    /// in ±1e100, `kappa`, `alpha` and `beta` in [1e-100, 1e100].
    pub fn new(mean: &[f64], kappa: f64, alpha: f64, beta: &[f64]) -> Result<Self, ParameterError> {
        Self::typed(mean, kappa, alpha, beta)
    }
}

impl<F: Real> MultivariateGaussian<F> {
    /// [`new`](MultivariateGaussian::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(
        mean: &[f64],
        kappa: f64,
        alpha: f64,
        beta: &[f64],
    ) -> Result<Self, ParameterError> {
        crate::parameter::LOCATION.check_all::<F>("mean", mean)?;
        let kappa = check::positive::<F>("kappa", kappa)?;
        let alpha = check::positive::<F>("alpha", alpha)?;
        POSITIVE.check_all::<F>("beta", beta)?;
        check_lengths(mean.len(), beta.len())?;
        let dim = mean.len();
        let constants = (0..TABLE_LEN)
            .rev()
            .map(|n| F::of(constant(alpha + 0.5 * n as f64, dim)));
        Ok(Self {
            mean: mean.to_vec(),
            kappa,
            alpha,
            beta: beta.to_vec(),
            constants: constants.collect(),
        })
    }

    const fn layout(&self) -> Layout {
        Layout {
            dim: self.mean.len(),
        }
    }

    /// α after `count` observations: half the degrees of freedom of the predictive.
    fn alpha_after(&self, count: u64) -> f64 {
        self.alpha + 0.5 * count as f64
    }

    /// A row less the prior mean.
    #[inline(always)]
    fn centred(&self, x: &[F]) -> [F; MOST] {
        let mut centred = [F::zero(); MOST];
        for (to, (x, &mean)) in centred.iter_mut().zip(x.iter().zip(&self.mean)) {
            *to = *x - F::of(mean);
        }
        centred
    }

    /// Whether a row has numbers that are missing, or too far away to compute with.
    #[inline(always)]
    fn is_special(&self, x: Observation<'_, [F]>) -> bool {
        let is_far = |(x, mean): (&F, &f64)| libm::fabs(x.wide() - mean) > F::HUGE.wide();
        x.side.missing.contains(&true) || x.value.iter().zip(&self.mean).any(is_far)
    }

    /// Scores and absorbs a row of which nothing is missing, by groups.
    #[inline(always)]
    fn run(
        &self,
        isa: Isa,
        rows: Rows<'_, F>,
        counts: &crate::bank::Counts,
        x: &[F],
        ln_joint: Option<&mut [F]>,
    ) {
        let step = Step {
            isa,
            layout: self.layout(),
            rows,
            counts,
            constants: &self.constants,
            kappa: F::of(self.kappa),
            alpha: F::of(self.alpha),
            x: &self.centred(x),
            ln_joint: ln_joint.map(F::groups_mut),
        };
        with_numbers(step);
    }

    /// Lets hypotheses absorb a row, with its scores if these are wanted.
    #[inline(always)]
    fn learn(
        &self,
        isa: Isa,
        bank: &mut MultivariateBank<F>,
        x: Observation<'_, [F]>,
        weights: Option<&[F]>,
        mut ln_joint: Option<&mut [F]>,
    ) {
        if is_missing(x.side) {
            return;
        }
        if bank.is_uneven() || self.is_special(x) {
            self.learn_one_by_one(bank, x, weights, ln_joint.as_deref_mut());
        } else {
            let width = bank.hypotheses.width();
            let (groups, Some(counts)) = bank.hypotheses.groups_mut() else {
                unreachable!("hypotheses are counted");
            };
            let rows = match weights {
                None => Rows::All(groups),
                Some(weights) => Rows::Some(groups, weights, room_for_a_group::<F>(width)),
            };
            self.run(isa, rows, counts, x.value, ln_joint);
        }
        let (_, Some(counts)) = bank.hypotheses.groups_mut() else {
            unreachable!("hypotheses are counted");
        };
        match weights {
            None => counts.absorb(),
            Some(weights) => counts.absorb_where(|i| !weights[i].is_zero()),
        }
    }
}

/// What has to hold for the lists of means and scales together.
pub(crate) fn check_lengths(means: usize, scales: usize) -> Result<(), ParameterError> {
    let (name, length, must) = match (means, scales) {
        (0, _) => ("length of mean", means, "be at least 1"),
        (means, _) if means > MOST => ("length of mean", means, "lie in 1..=32"),
        (_, 0) => ("length of beta", scales, "be at least 1"),
        (means, scales) if scales != means => ("length of beta", scales, "be the length of mean"),
        _ => return Ok(()),
    };
    Err(ParameterError::new(name, length as f64, must))
}

/// ln Γ(α + d/2) − ln Γ(α) − (d/2) ln 2π.
fn constant(alpha: f64, dim: usize) -> f64 {
    let half_step = |i: usize| ln_gamma_half_step(alpha + 0.5 * i as f64) - HALF_LN_TWO_PI;
    (0..dim).map(half_step).sum()
}

/// Whether all numbers are said to be missing.
fn is_missing(side: &SideInformation<'_>) -> bool {
    !side.missing.is_empty() && !side.missing.contains(&false)
}

impl<F: Real> ObservationModel for MultivariateGaussian<F> {
    type Scalar = F;
    type Obs = [F];
    type Bank = MultivariateBank<F>;

    fn bank(&self, capacity: usize) -> MultivariateBank<F> {
        MultivariateBank::new(self.layout().width(), capacity)
    }

    #[inline(always)]
    fn check(&self, x: Observation<'_, [F]>) -> Result<(), ObservationError> {
        let (got, expected) = (x.value.len(), self.mean.len());
        if got != expected {
            return Err(ObservationError::Dimension { got, expected });
        }
        self.check_side(x.side)?;
        let missing = |j: usize| x.side.missing.get(j).is_some_and(|&missing| missing);
        for (j, &number) in x.value.iter().enumerate() {
            if !missing(j) {
                check_finite(number).map_err(|error| match expected {
                    1 => error,
                    _ => error.of_number(j),
                })?;
            }
        }
        Ok(())
    }

    /// Which numbers are missing, and nothing else.
    fn check_side(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        side.missing_alone(self.mean.len())
    }

    #[inline(always)]
    fn spawn(&self, bank: &mut MultivariateBank<F>) {
        let layout = self.layout();
        let first = layout.first_factor();
        let variances = first..first + layout.dim;
        let row = (0..layout.width()).map(|i| {
            if variances.contains(&i) {
                F::of(self.beta[i - first])
            } else {
                F::zero()
            }
        });
        bank.hypotheses.push_all(row);
    }

    fn score(
        &self,
        isa: Isa,
        bank: &MultivariateBank<F>,
        x: Observation<'_, [F]>,
        ln_joint: &mut [F],
    ) {
        if is_missing(x.side) {
            return;
        }
        if bank.is_uneven() || self.is_special(x) {
            return self.score_one_by_one(bank, x, ln_joint);
        }
        let Some(counts) = bank.hypotheses.counts() else {
            unreachable!("hypotheses are counted");
        };
        let room = room_for_a_group::<F>(bank.hypotheses.width());
        let rows = Rows::None(bank.hypotheses.groups(), room);
        self.run(isa, rows, counts, x.value, Some(ln_joint));
    }

    fn absorb(
        &self,
        isa: Isa,
        bank: &mut MultivariateBank<F>,
        x: Observation<'_, [F]>,
        weights: Option<&[F]>,
    ) {
        self.learn(isa, bank, x, weights, None);
    }

    #[inline(always)]
    fn observe(
        &self,
        isa: Isa,
        bank: &mut MultivariateBank<F>,
        x: Observation<'_, [F]>,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        self.learn(isa, bank, x, None, Some(ln_joint));
        Ok(())
    }

    #[inline(always)]
    fn may_refuse(&self) -> bool {
        false
    }

    fn is_sound(&self, bank: &MultivariateBank<F>, lengths: &[u64]) -> bool {
        self.is_sound_bank(bank, lengths)
    }
}
