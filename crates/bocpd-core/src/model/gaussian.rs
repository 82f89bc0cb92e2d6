//! Gaussian observations of unknown mean and variance.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::count::{CountTable, CountTerms, Counted, Score};
use crate::distribution::{Distribution, Parameter};
use crate::error::check;
use crate::kernel::{Room, blocks, whole_lanes};
use crate::math::special::{HALF_LN_TWO_PI, ln_gamma_half_step};
use crate::model::normal_inverse_gamma::NormalInverseGamma;
use crate::model::{Level, check_finite};
use crate::{ObservationError, ObservationModel, ParameterError, Random, Real};

/// Gaussian observations with unknown mean and variance and the conjugate
/// normal-inverse-gamma prior.
///
/// ```text
/// x | μ, σ² ~ N(μ, σ²),   μ | σ² ~ N(mean, σ²/κ),   σ² ~ InvGamma(α, β)
///
/// after n observations, with δ = x − m before x is absorbed:
///   m' = m + δ/(κₙ+1)     β' = β + ½ κₙ/(κₙ+1) δ²     κₙ = κ + n     αₙ = α + n/2
///
/// predictive: Student-t with 2αₙ degrees of freedom, location m and
/// scale² β(κₙ+1)/(αₙκₙ)
/// ```
///
/// Murphy (2007), *Conjugate Bayesian analysis of the Gaussian distribution*,
/// eqs. 86–89 and 110. Levels are kept relative to the prior mean and updated
/// as by Welford: data far from zero lose no digits where the prior mean is
/// near them. Observations further than [`Real::HUGE`] from the prior mean are
/// scored exactly and absorbed as if they were that far.
#[derive(Clone, Debug)]
pub struct Gaussian<F: Real = f64> {
    prior: Prior,
    /// ln of the largest density of the prior predictive.
    ln_peak: F,
    table: CountTable<F, TERMS>,
}

/// The hyper-parameters.
#[derive(Clone, Copy, Debug)]
struct Prior {
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
}

/// Terms that depend on the count alone, in this order:
/// `Cₙ₊₁ − Cₙ`, `½ κₙ/(κₙ+1)`, `1/(κₙ+1)`, `αₙ + ½`.
const TERMS: usize = 4;

impl Prior {
    /// `Cₙ = ln Γ(αₙ+½) − ln Γ(αₙ) − ½ ln 2π + ½ ln(κₙ/(κₙ+1))`: the part of the
    /// predictive's largest density that β has no influence on.
    fn constant(&self, n: f64) -> f64 {
        let (kappa, alpha) = (self.kappa + n, self.alpha + 0.5 * n);
        ln_gamma_half_step(alpha) - HALF_LN_TWO_PI - 0.5 * libm::log1p(1.0 / kappa)
    }
}

impl<F: Real> CountTerms<F, TERMS> for Prior {
    fn exact(&self, count: u64) -> [f64; TERMS] {
        let n = count as f64;
        let (kappa, alpha) = (self.kappa + n, self.alpha + 0.5 * n);
        // Differences of what was rounded: they add up without another error.
        let rise = self.constant(n + 1.0) - self.constant(n);
        let gain = 1.0 / (kappa + 1.0);
        [rise, 0.5 * (kappa * gain), gain, alpha + 0.5]
    }

    const LARGE_IS_CHEAP: bool = true;

    #[inline(always)]
    fn large(&self, count: F) -> [F; TERMS] {
        let (one, half) = (F::one(), F::of(0.5));
        let kappa = F::of(self.kappa) + count;
        let z = F::of(self.alpha) + half * count + half;
        // 1/z and 1/(κ+1) by one division.
        let both = one / (z * (kappa + one));
        let (r, gain) = (both * (kappa + one), both * z);
        // ln Γ(z+½) − 2 ln Γ(z) + ln Γ(z−½) = ¼ ψ'(z) + ψ'''(z)/192 + …, of whose
        // asymptotic series the next term is under 1e-18.
        let mut gammas = F::of(1.0 / 320.0);
        for coefficient in [1.0 / 64.0, 5.0 / 96.0, 0.125, 0.25] {
            gammas = gammas * r + F::of(coefficient);
        }
        // −½ ln(1 − 1/(κ+1)²) likewise.
        let square = gain * gain;
        let rise = gammas * r + half * square * (one + half * square);
        [rise, half * (kappa * gain), gain, z]
    }
}

impl Gaussian {
    /// A model in `f64`. `kappa` counts how many observations the prior mean is
    /// worth, `beta/alpha` is about the variance expected within a segment.
    ///
    /// # Errors
    /// `mean` must lie in ±1e100; `kappa`, `alpha` and `beta` in [1e-100, 1e100].
    pub fn new(mean: f64, kappa: f64, alpha: f64, beta: f64) -> Result<Self, ParameterError> {
        Self::typed(mean, kappa, alpha, beta)
    }
}

impl<F: Real> Gaussian<F> {
    /// [`new`](Gaussian::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(mean: f64, kappa: f64, alpha: f64, beta: f64) -> Result<Self, ParameterError> {
        let prior = Prior {
            mean: check::location::<F>("mean", mean)?,
            kappa: check::positive::<F>("kappa", kappa)?,
            alpha: check::positive::<F>("alpha", alpha)?,
            beta: check::positive::<F>("beta", beta)?,
        };
        Ok(Self {
            prior,
            ln_peak: F::of(prior.constant(0.0) - 0.5 * libm::log(prior.beta)),
            table: CountTable::new(&prior),
        })
    }
}

impl<F: Real> ObservationModel for Gaussian<F> {
    type Scalar = F;
    type Obs = F;
    /// m less the prior mean, β, ln of the predictive's largest density.
    type Bank = Counted<F, 3>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        Counted::new([F::zero(), F::one(), F::zero()], capacity)
    }

    #[inline(always)]
    fn check(&self, x: &F) -> Result<(), ObservationError> {
        check_finite(*x)
    }

    #[inline(always)]
    fn spawn(&self, bank: &mut Self::Bank) {
        bank.push([F::zero(), F::of(self.prior.beta), self.ln_peak]);
    }

    #[inline(always)]
    fn observe(
        &self,
        bank: &mut Self::Bank,
        x: &F,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        let x = *x - F::of(self.prior.mean);
        let table = &self.table;
        if x.abs() <= F::HUGE {
            table.run(&self.prior, bank, ln_joint, &Within(x));
        } else {
            table.run(&self.prior, bank, ln_joint, &BeyondHuge(x));
        }
        Ok(())
    }

    fn is_sound(&self, bank: &Self::Bank) -> bool {
        bank.is_sound()
    }

    fn level(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Level> {
        Some(self.posterior(bank, hypothesis).level())
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        self.posterior(bank, hypothesis).parameters("variance")
    }

    fn predictive(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Box<dyn Distribution>> {
        let posterior = self.posterior(bank, hypothesis);
        Some(Box::new(posterior.predictive(2.0 * posterior.alpha)))
    }

    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        let prior = self.prior;
        let posterior = NormalInverseGamma::new(prior.mean, prior.kappa, prior.alpha, prior.beta);
        let (mean, sd) = posterior.draw(random)?;
        let noise = rand_distr::Normal::new(mean, sd).ok()?;
        Some((0..n).map(|_| random.draw(&noise)).collect())
    }
}

/// An observation within ±[`Real::HUGE`] of the prior mean.
struct Within<F>(F);

/// One beyond.
struct BeyondHuge<F>(F);

impl<F: Real> Score<F, TERMS, 3> for Within<F> {
    #[inline(always)]
    fn score(&self, terms: [&[F]; TERMS], statistics: [&mut [F]; 3], ln_joint: &mut [F]) {
        step(self.0, terms, statistics, ln_joint);
    }
}

impl<F: Real> Score<F, TERMS, 3> for BeyondHuge<F> {
    fn score(&self, terms: [&[F]; TERMS], statistics: [&mut [F]; 3], ln_joint: &mut [F]) {
        step_beyond_huge(self.0, terms, statistics, ln_joint);
    }
}

/// Scores and absorbs `x`. With u = ln(β'/β) and P = Cₙ − ½ ln β, the ln of the
/// predictive's largest density:
/// ln p(x) = P − (αₙ + ½) u and P' = P + (Cₙ₊₁ − Cₙ) − ½ u.
#[inline(always)]
fn step<F: Real>(x: F, terms: [&[F]; TERMS], statistics: [&mut [F]; 3], ln_joint: &mut [F]) {
    let [rise, half_shrink, gain, exponent] = terms;
    let [mean, beta, ln_peak] = statistics;
    let (mut quotient, mut doublings) = (Room::new(), Room::new());
    for now in blocks(ln_joint.len()) {
        absorb(
            x,
            [&half_shrink[now.clone()], &gain[now.clone()]],
            &mut mean[now.clone()],
            &mut beta[now.clone()],
            &mut quotient.0,
            &mut doublings.0,
        );
        score(
            [&rise[now.clone()], &exponent[now.clone()]],
            [&quotient.0, &doublings.0],
            &mut ln_peak[now.clone()],
            &mut ln_joint[now],
        );
    }
}

/// The first part of u, and x into m and β.
#[inline(always)]
fn absorb<F: Real>(
    x: F,
    [half_shrink, gain]: [&[F]; 2],
    mean: &mut [F],
    beta: &mut [F],
    quotient: &mut [F],
    doublings: &mut [F],
) {
    let n = whole_lanes::<F>(mean.len());
    let (half_shrink, gain) = (&half_shrink[..n], &gain[..n]);
    let (mean, beta) = (&mut mean[..n], &mut beta[..n]);
    let (quotient, doublings) = (&mut quotient[..n], &mut doublings[..n]);
    for i in 0..n {
        let delta = x - mean[i];
        let rise = half_shrink[i] * (delta * delta);
        (quotient[i], doublings[i]) = beta[i].growth_split(rise);
        mean[i] += delta * gain[i];
        beta[i] += rise;
    }
}

/// The second part of u, and into P and the joint.
#[inline(always)]
fn score<F: Real>(
    [rise, exponent]: [&[F]; 2],
    [quotient, doublings]: [&[F]; 2],
    ln_peak: &mut [F],
    ln_joint: &mut [F],
) {
    let n = whole_lanes::<F>(ln_joint.len());
    let (rise, exponent) = (&rise[..n], &exponent[..n]);
    let (quotient, doublings) = (&quotient[..n], &doublings[..n]);
    let (ln_peak, ln_joint) = (&mut ln_peak[..n], &mut ln_joint[..n]);
    for i in 0..n {
        let u = F::growth_join(quotient[i], doublings[i]);
        ln_joint[i] += ln_peak[i] - exponent[i] * u;
        ln_peak[i] += rise[i] - F::of(0.5) * u;
    }
}

/// The same where δ² would overflow: ln(δ²) is taken as 2 ln |δ|, and what is
/// absorbed is the nearest number of size `HUGE`.
#[cold]
fn step_beyond_huge<F: Real>(
    x: F,
    terms: [&[F]; TERMS],
    statistics: [&mut [F]; 3],
    ln_joint: &mut [F],
) {
    let [_, half_shrink, _, exponent] = terms;
    let nearest = F::HUGE.copysign(x);
    for i in 0..ln_joint.len() {
        let ln_beta = statistics[1][i].vln();
        // Differences of two numbers near the limit of the type are halved first.
        let ln_delta = (x * F::of(0.5) - statistics[0][i] * F::of(0.5)).abs().vln()
            + F::of(core::f64::consts::LN_2);
        let ln_ratio = half_shrink[i].vln() + F::of(2.0) * ln_delta - ln_beta;
        let u = ln_1p_exp(ln_ratio);
        ln_joint[i] += statistics[2][i] - exponent[i] * u;
    }
    let mut unused = [F::zero(); 64];
    let [mean, beta, ln_peak] = statistics;
    let mut at = 0;
    while at < ln_joint.len() {
        let end = (at + 64).min(ln_joint.len());
        let terms = terms.map(|column| &column[at..end]);
        let statistics = [
            &mut mean[at..end],
            &mut beta[at..end],
            &mut ln_peak[at..end],
        ];
        step(nearest, terms, statistics, &mut unused[..end - at]);
        at = end;
    }
}

/// ln(1 + eᵛ) for any v.
pub(crate) fn ln_1p_exp<F: Real>(v: F) -> F {
    if v > F::of(40.0) {
        v
    } else {
        v.vexp().vln_1p_positive()
    }
}

impl<F: Real> Gaussian<F> {
    fn posterior(&self, bank: &Counted<F, 3>, hypothesis: usize) -> NormalInverseGamma {
        let (n, [mean, beta, _]) = bank.row(hypothesis);
        let (kappa, alpha) = (self.prior.kappa + n, self.prior.alpha + 0.5 * n);
        NormalInverseGamma::new(self.prior.mean + mean, kappa, alpha, beta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_counts_continue_the_table() {
        for (kappa, alpha) in [(1.0, 1.0), (1e-3, 0.01), (50.0, 1e4)] {
            let prior = Prior {
                mean: 0.0,
                kappa,
                alpha,
                beta: 1.0,
            };
            // The first term is a difference of numbers up to 5.
            crate::count::tests::large_matches_exact::<TERMS>(&prior, 8.0);
        }
    }
}
