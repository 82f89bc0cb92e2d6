//! Gaussian observations of unknown mean and variance.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Grouped;
use crate::distribution::{Distribution, Forms, Level, NormalInverseGamma, Parameter, StudentT};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::{Group, Lanes};
use crate::math::special::{HALF_LN_TWO_PI, ln_gamma_half_step};
use crate::model::check_finite;
use crate::observation::Observation;
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::random::Random;
use crate::real::{Real, near};
use crate::score::{Apply, CountTable, CountTerms, GroupScore, GroupTerms};

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
///
/// ```
/// use bocpd_core::{Constant, Detector, Gaussian};
///
/// // Levels about 20, spread three times as far as the noise; noise of about 0.5.
/// let model = Gaussian::new(20.0, 1.0 / 9.0, 2.0, 0.5)?;
/// let mut detector = Detector::new(model, Constant::new(200.0)?);
/// for x in [20.1, 19.6, 20.4, 19.9, 20.2, 22.9, 23.4, 23.1, 22.7, 23.0] {
///     detector.update(x)?;
/// }
/// assert_eq!(detector.changepoints(), [5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Gaussian<F: Real = f64> {
    prior: Prior,
    /// ln of the largest density of the prior predictive.
    ln_peak: F,
    table: CountTable<F, TERMS>,
}

/// The hyper-parameters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prior {
    mean: f64,
    kappa: f64,
    alpha: f64,
    beta: f64,
}

/// No logarithm of a statistic is further from 0.
const LARGEST_LN: f64 = 1024.0;

/// Terms that depend on the count alone, in this order:
/// `Cₙ₊₁ − Cₙ`, `½ κₙ/(κₙ+1)`, `1/(κₙ+1)`, `αₙ + ½`.
pub(super) const TERMS: usize = 4;

impl Prior {
    /// `Cₙ = ln Γ(αₙ+½) − ln Γ(αₙ) − ½ ln 2π + ½ ln(κₙ/(κₙ+1))`: the part of the
    /// predictive's largest density that β has no influence on.
    fn constant(&self, n: f64) -> f64 {
        let (kappa, alpha) = (self.kappa + n, self.alpha + 0.5 * n);
        ln_gamma_half_step(alpha) - HALF_LN_TWO_PI - 0.5 * libm::log1p(1.0 / kappa)
    }

    /// The terms for n, given Cₙ and Cₙ₊₁.
    fn terms_between(&self, n: f64, constant: f64, next: f64) -> [f64; TERMS] {
        let (kappa, alpha) = (self.kappa + n, self.alpha + 0.5 * n);
        // Differences of what was rounded: they add up without another error.
        let rise = next - constant;
        let gain = 1.0 / (kappa + 1.0);
        [rise, 0.5 * (kappa * gain), gain, alpha + 0.5]
    }
}

impl<F: Real> CountTerms<F, TERMS> for Prior {
    fn exact(&self, count: u64) -> [f64; TERMS] {
        let n = count as f64;
        self.terms_between(n, self.constant(n), self.constant(n + 1.0))
    }

    fn exact_below(&self, end: u64) -> impl Iterator<Item = [f64; TERMS]> {
        let mut next = self.constant(end as f64);
        (0..end).rev().map(move |count| {
            let n = count as f64;
            let (constant, after) = (self.constant(n), next);
            next = constant;
            self.terms_between(n, constant, after)
        })
    }
}

impl<F: Real> GroupTerms<F, TERMS> for Prior {
    #[inline(always)]
    fn terms<L: Lanes<Scalar = F>>(&self, counts: L) -> [L; TERMS] {
        let (one, half) = (F::one(), F::of(0.5));
        let kappa = counts + F::of(self.kappa);
        let z = counts * half + F::of(self.alpha) + half;
        // 1/z and 1/(κ+1) by one division.
        let both = L::splat(one) / (z * (kappa + one));
        let (r, gain) = (both * (kappa + one), both * z);
        // ln Γ(z+½) − 2 ln Γ(z) + ln Γ(z−½) = ¼ ψ'(z) + ψ'''(z)/192 + …, of whose
        // asymptotic series the next term is under 1e-18.
        let mut gammas = L::splat(F::of(1.0 / 320.0));
        for coefficient in [1.0 / 64.0, 5.0 / 96.0, 0.125, 0.25] {
            gammas = gammas * r + F::of(coefficient);
        }
        // −½ ln(1 − 1/(κ+1)²) likewise.
        let half_square = gain * gain * half;
        let rise = gammas * r + half_square * (half_square + one);
        [rise, kappa * gain * half, gain, z]
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

impl<F: Real> GroupedModel<F> for Gaussian<F> {
    type Obs = F;
    const COUNTED: bool = true;

    /// m less the prior mean, β, ln of the predictive's largest density.
    fn width(&self) -> usize {
        3
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, F>) -> Result<(), ObservationError> {
        let x = x.alone()?;
        check_finite(*x)
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        bank.push([F::zero(), F::of(self.prior.beta), self.ln_peak]);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, F>, apply: impl Apply<F>) {
        let x = self.centred(*x.value);
        if x.abs() <= F::HUGE {
            apply.counted(&self.table, &self.prior, &Within(x));
        } else {
            apply.counted(&self.table, &self.prior, &BeyondHuge(x));
        }
    }

    fn fits(&self, count: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        let [mean, beta, ln_peak] = [0, 1, 2].map(statistic);
        let prior = F::of(self.prior.beta);
        if count == 0 {
            return [mean, beta, ln_peak] == [F::zero(), prior, self.ln_peak];
        }
        // β grows by at most ½ (2 HUGE)² at a time, and P by rises that round.
        let (n, huge) = (count as f64, F::HUGE.wide());
        let most = self.prior.beta + 2.0 * huge * huge * n;
        let expected = self.prior.constant(n) - 0.5 * libm::log(beta.wide());
        mean.abs() <= F::HUGE * F::of(1.001)
            && beta >= prior
            && beta.wide() <= 1.001 * most
            && near(ln_peak, F::of(expected), 8 * count + 128, F::of(LARGEST_LN))
    }
}

grouped_model!(Gaussian of F);

impl<F: Real> Describe for Gaussian<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        Some(self.posterior(bank, hypothesis).level())
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        self.posterior(bank, hypothesis).parameters("variance")
    }

    fn add_level_to(&self, forms: &mut Forms, bank: &Self::Bank, hypothesis: usize, _: usize) {
        self.posterior(bank, hypothesis).mean().add_to(forms, 1.0);
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        Some(Box::new(self.student_t(bank, hypothesis)))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let prior = self.prior;
        let posterior = NormalInverseGamma::new(prior.mean, prior.kappa, prior.alpha, prior.beta);
        let (mean, sd) = posterior.draw(random)?;
        let noise = rand_distr::Normal::new(mean, sd).ok()?;
        Some(Box::new(move |random| random.draw(&noise)))
    }
}

/// An observation within ±[`Real::HUGE`] of the prior mean. With u = ln(β'/β) and
/// P = Cₙ − ½ ln β, the ln of the predictive's largest density:
/// ln p(x) = P − (αₙ + ½) u and P' = P + (Cₙ₊₁ − Cₙ) − ½ u.
pub(super) struct Within<F>(pub(super) F);

/// One beyond.
struct BeyondHuge<F>(F);

impl<F: Real> GroupScore<F, TERMS, 3> for Within<F> {
    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; TERMS]; G],
        statistics: &mut [[F::Array; 3]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let mut parts = [(L::splat(self.0), L::splat(self.0)); G];
        for g in 0..G {
            let [mean, beta, _] = statistics[g].each_mut().map(AsMut::as_mut);
            let [_, half_shrink, gain, _] = terms[g];
            let absorbed = absorb(
                L::splat(self.0),
                half_shrink,
                gain,
                L::load(mean),
                L::load(beta),
            );
            absorbed.mean.store(mean);
            absorbed.beta.store(beta);
            parts[g] = absorbed.growth;
        }
        for g in 0..G {
            let (ln_peak, ln_joint) = (statistics[g][2].as_mut(), ln_joint[g].as_mut());
            let [rise, _, _, exponent] = terms[g];
            let u = F::growth_join(parts[g].0, parts[g].1);
            let peak = L::load(ln_peak);
            (L::load(ln_joint) + (peak - exponent * u)).store(ln_joint);
            (peak + (rise - u * F::of(0.5))).store(ln_peak);
        }
    }
}

struct Absorbed<L> {
    mean: L,
    beta: L,
    /// ln(β'/β), first part.
    growth: (L, L),
}

/// `x` into m and β.
#[inline(always)]
fn absorb<L: Lanes<Scalar: Real>>(x: L, half_shrink: L, gain: L, mean: L, beta: L) -> Absorbed<L> {
    let delta = x - mean;
    let rise = half_shrink * (delta * delta);
    Absorbed {
        mean: mean + delta * gain,
        beta: beta + rise,
        growth: L::Scalar::growth_split(beta, rise),
    }
}

impl<F: Real> GroupScore<F, TERMS, 3> for BeyondHuge<F> {
    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; TERMS]; G],
        statistics: &mut [[F::Array; 3]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        for g in 0..G {
            // Written over; as long as a group.
            let mut columns = [ln_joint[g]; TERMS];
            for t in 0..TERMS {
                terms[g][t].store(columns[t].as_mut());
            }
            self.score_group(&columns, &mut statistics[g], &mut ln_joint[g]);
        }
    }
}

impl<F: Real> BeyondHuge<F> {
    /// δ² would overflow: ln(δ²) is taken as 2 ln |δ|, and what is absorbed is the
    /// nearest number of size `HUGE`.
    #[cold]
    fn score_group(
        &self,
        terms: &[F::Array; TERMS],
        statistics: &mut [F::Array; 3],
        ln_joint: &mut F::Array,
    ) {
        let x = self.0;
        let nearest = F::HUGE.copysign(x);
        let [mean, beta, ln_peak] = statistics.each_mut().map(AsMut::as_mut);
        let ln_joint = ln_joint.as_mut();
        for i in 0..F::LANES {
            let [rise, half_shrink, gain, exponent] = terms.map(|column| column.as_ref()[i]);
            // Differences of two numbers near the limit of the type are halved first.
            let ln_delta = (x * F::of(0.5) - mean[i] * F::of(0.5)).abs().vln()
                + F::of(core::f64::consts::LN_2);
            let ln_ratio = half_shrink.vln() + F::of(2.0) * ln_delta - beta[i].vln();
            ln_joint[i] += ln_peak[i] - exponent * ln_1p_exp(ln_ratio);
            let absorbed = absorb(nearest, half_shrink, gain, mean[i], beta[i]);
            (mean[i], beta[i]) = (absorbed.mean, absorbed.beta);
            let (s, k) = absorbed.growth;
            ln_peak[i] += rise - F::of(0.5) * F::growth_join(s, k);
        }
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
    /// Where the terms come from that depend on the count alone.
    pub(super) fn terms(&self) -> (&CountTable<F, TERMS>, &Prior) {
        (&self.table, &self.prior)
    }

    /// `x` less the prior mean.
    #[inline(always)]
    pub(super) fn centred(&self, x: F) -> F {
        x - F::of(self.prior.mean)
    }

    /// The predictive of the next observation.
    pub(super) fn student_t(&self, bank: &Grouped<F>, hypothesis: usize) -> StudentT {
        let posterior = self.posterior(bank, hypothesis);
        posterior.predictive(2.0 * posterior.alpha)
    }

    fn posterior(&self, bank: &Grouped<F>, hypothesis: usize) -> NormalInverseGamma {
        let n = bank.count(hypothesis);
        let [mean, beta] = bank.row(hypothesis, 0).map(Real::wide);
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
            let all: Vec<_> = CountTerms::<f64, TERMS>::exact_below(&prior, 50).collect();
            for (count, terms) in (0..50).rev().zip(all) {
                assert_eq!(terms, CountTerms::<f64, TERMS>::exact(&prior, count));
            }
            // The first term is a difference of numbers up to 5.
            crate::score::tests::large_matches_exact::<TERMS>(&prior, 8.0);
        }
    }
}
