//! Successes out of a known number of trials.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Grouped;
use crate::distribution::{Beta, BetaBinomial, Distribution, Forms, Level, Parameter};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::{Group, Lanes};
use crate::math::special::{HALF_LN_TWO_PI, ln_choose, ln_rise, stirling_error};
use crate::observation::{MAX_COUNT, Observation};
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::parameter::Limits;
use crate::random::Random;
use crate::real::{Real, near};
use crate::score::{
    Apply, CountTable, CountTerms, GroupScore, GroupTerms, LargeCount, NEGATIVE_BINOMIAL_TERMS,
    Products,
};

/// How many trials there may be.
pub(crate) const TRIALS: Limits = Limits::closed(1.0, MAX_COUNT as f64, "lie in [1, 2^53]");

/// Binomial counts out of a fixed number of trials N, with a beta prior on the
/// probability of success.
///
/// ```text
/// k | p ~ Binomial(N, p),   p ~ Beta(a, b)
/// a' = a + k   b' = b + N − k
/// ln p(k) = ln C(N, k) + ln (a)ₖ + ln (b)₍N₋ₖ₎ − ln (a+b)ₙ,   (z)ₖ = z(z+1)…(z+k−1)
/// ```
///
/// Up to 256 trials are scored as a product; more as the quotient of negative
/// binomial probabilities
///
/// ```text
/// p(k) = NB(k; a, π) NB(N−k; b, π) / NB(N; a+b, π),   π = (a+b)/(a+b+N)
/// ```
///
/// (true for any π), each in the deviance form of Loader (2000), *Fast and
/// accurate computation of binomial probabilities*, which does not lose digits.
#[derive(Clone, Debug)]
pub struct Binomial<F: Real = f64> {
    prior: Prior,
    terms: Terms<F>,
}

/// What depends on the number of observations alone, for the form in which the
/// trials are scored.
#[derive(Clone, Debug)]
enum Terms<F> {
    Products(CountTable<F, TERMS>),
    Large(CountTable<F, LARGE_TERMS>),
}

#[derive(Clone, Copy, Debug)]
struct Prior {
    a: f64,
    b: f64,
    trials: u64,
    /// ½ ln τN + μ(N) with τ = 6.28…, the part of −ln NB(N; a+b, π) that is always the same.
    all_trials: f64,
    /// Σ iʲ/j over i < N, with alternating signs: ln((s)ₙ/sᴺ) as a series in 1/s.
    series: [f64; SERIES],
}

/// Terms of products, with s = a + b: `ln((s)_N / s^N)`, `1/s`.
const TERMS: usize = 2;

/// Terms of many trials: those of [`LargeCount`], and −ln NB(N; a+b, π).
const LARGE_TERMS: usize = NEGATIVE_BINOMIAL_TERMS + 1;

/// Terms of the series for counts beyond the table, where i/s < 1/1024.
const SERIES: usize = 6;

/// Up to this many trials are scored as a product.
const PRODUCT_LIMIT: u64 = 256;

impl<F: Real> CountTerms<F, TERMS> for Prior {
    fn exact(&self, count: u64) -> [f64; TERMS] {
        let s = self.a + self.b + count as f64 * self.trials as f64;
        [ln_rise(s, self.trials), 1.0 / s]
    }
}

impl<F: Real> GroupTerms<F, TERMS> for Prior {
    #[inline(always)]
    fn terms<L: Lanes<Scalar = F>>(&self, counts: L) -> [L; TERMS] {
        let s = counts * F::of(self.trials as f64) + F::of(self.a + self.b);
        let r = L::splat(F::one()) / s;
        let mut sum = L::splat(F::zero());
        for &coefficient in self.series.iter().rev() {
            sum = (sum + F::of(coefficient)) * r;
        }
        [sum, r]
    }
}

/// The prior, for the terms of many trials.
struct ForLarge<'a>(&'a Prior);

impl<F: Real> CountTerms<F, LARGE_TERMS> for ForLarge<'_> {
    fn exact(&self, count: u64) -> [f64; LARGE_TERMS] {
        let trials = self.0.trials as f64;
        let s = self.0.a + self.0.b + count as f64 * trials;
        let (total, ln_pi) = (s + trials, -libm::log1p(trials / s));
        // π is such that N has no deviance from its mean.
        let all = self.0.all_trials - 0.5 * ln_pi - stirling_error(total) + stirling_error(s);
        [ln_pi, s / total, trials / total, all]
    }

    const LOOKED_UP: usize = LARGE_TERMS;
}

impl<F: Real> GroupTerms<F, LARGE_TERMS> for ForLarge<'_> {
    #[inline(always)]
    fn terms<L: Lanes<Scalar = F>>(&self, counts: L) -> [L; LARGE_TERMS] {
        let (one, half) = (L::splat(F::one()), F::of(0.5));
        let trials = F::of(self.0.trials as f64);
        let s = counts * trials + F::of(self.0.a + self.0.b);
        let total = s + trials;
        let (per_s, per_total) = (one / s, one / total);
        let ln_pi = F::ln_1p_positive(per_s * trials) * -F::one();
        let all = ln_pi * -half + F::of(self.0.all_trials) - F::stirling_series(per_total)
            + F::stirling_series(per_s);
        [ln_pi, s * per_total, per_total * trials, all]
    }

    #[inline(always)]
    fn completed<L: Lanes<Scalar = F>>(
        &self,
        looked_up: [L; LARGE_TERMS],
        _: L,
    ) -> [L; LARGE_TERMS] {
        looked_up
    }
}

impl Binomial {
    /// A model in `f64`; `a` and `b` count the prior's successes and failures.
    ///
    /// # Errors
    /// `a` and `b` must lie in [1e-100, 1e100], `trials` in [1, 2^53].
    pub fn new(a: f64, b: f64, trials: u64) -> Result<Self, ParameterError> {
        Self::typed(a, b, trials)
    }
}

impl<F: Real> Binomial<F> {
    /// [`new`](Binomial::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(a: f64, b: f64, trials: u64) -> Result<Self, ParameterError> {
        let a = check::positive::<F>("a", a)?;
        let b = check::positive::<F>("b", b)?;
        TRIALS.check::<F>("trials", trials as f64)?;
        let mut series = [0.0; SERIES];
        for i in 1..trials.min(PRODUCT_LIMIT) {
            let (i, mut power) = (i as f64, 1.0);
            for (j, coefficient) in series.iter_mut().enumerate() {
                power *= i;
                let term = power / (j + 1) as f64;
                *coefficient += if j % 2 == 0 { term } else { -term };
            }
        }
        let all_trials = trials as f64;
        let all_trials = HALF_LN_TWO_PI + 0.5 * libm::log(all_trials) + stirling_error(all_trials);
        let prior = Prior {
            a,
            b,
            trials,
            all_trials,
            series,
        };
        let terms = if prior.products_are_safe() {
            Terms::Products(CountTable::new(&prior))
        } else {
            Terms::Large(CountTable::new(&ForLarge(&prior)))
        };
        Ok(Self { prior, terms })
    }
}

impl Prior {
    /// Whether products of [`Real::FACTORS`] factors (a + i)/s stay within the
    /// range of the type.
    fn products_are_safe(&self) -> bool {
        let (low, high) = (1e-6, 1e12);
        let Self { a, b, trials, .. } = *self;
        trials <= PRODUCT_LIMIT && a.min(b) > low && a.max(b) < high
    }
}

impl<F: Real> GroupedModel<F> for Binomial<F> {
    type Obs = u64;
    const COUNTED: bool = true;

    /// a, b.
    fn width(&self) -> usize {
        2
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, u64>) -> Result<(), ObservationError> {
        let x = x.alone()?;
        if *x <= self.prior.trials {
            Ok(())
        } else {
            let must = "be at most the number of trials";
            Err(ObservationError::OutOfSupport {
                value: *x as f64,
                must,
            })
        }
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        bank.push([F::of(self.prior.a), F::of(self.prior.b)]);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, u64>, apply: impl Apply<F>) {
        let successes = *x.value;
        let failures = self.prior.trials - successes;
        match &self.terms {
            Terms::Products(table) => {
                let base = F::of(ln_choose(self.prior.trials, successes));
                let observed = Observed {
                    successes,
                    failures,
                    base,
                };
                apply.counted(table, &self.prior, &observed);
            }
            Terms::Large(table) => {
                let observed = Large([successes, failures].map(large_count));
                apply.counted(table, &ForLarge(&self.prior), &observed);
            }
        }
    }

    fn fits(&self, count: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        let ([a, b], prior) = (
            [0, 1].map(statistic),
            [self.prior.a, self.prior.b].map(F::of),
        );
        let seen = F::of(count as f64 * self.prior.trials as f64);
        let (sum, expected) = (a + b, prior[0] + prior[1] + seen);
        a >= prior[0] && b >= prior[1] && near(sum, expected, 2 * count + 8, expected)
    }
}

grouped_model!(Binomial of u64);

impl<F: Real> Describe for Binomial<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        Some(Level::of(&posterior(bank, hypothesis)))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        alloc::vec![Parameter::new("probability", posterior(bank, hypothesis))]
    }

    fn add_level_to(&self, forms: &mut Forms, bank: &Self::Bank, hypothesis: usize, _: usize) {
        posterior(bank, hypothesis).add_to(forms, 1.0);
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        let Beta { a, b } = posterior(bank, hypothesis);
        let trials = self.prior.trials;
        Some(Box::new(BetaBinomial { trials, a, b }))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let Prior { a, b, .. } = self.prior;
        let p = random.draw_beta(a, b)?;
        let successes = rand_distr::Binomial::new(self.prior.trials, p).ok()?;
        Some(Box::new(move |random| random.draw(&successes) as f64))
    }
}

/// An observation.
struct Observed<F> {
    successes: u64,
    failures: u64,
    /// ln of the number of ways to get it.
    base: F,
}

impl<F: Real> GroupScore<F, TERMS, 2> for Observed<F> {
    /// As the product of (a + i)/s over the successes and (b + i)/s over the
    /// failures, against that of (s + i)/s over all trials.
    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; TERMS]; G],
        statistics: &mut [[F::Array; 2]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let mut scale = [L::splat(F::zero()); G];
        for g in 0..G {
            scale[g] = terms[g][1];
        }
        let mut products = Products::new();
        for (shape, seen) in [self.successes, self.failures].into_iter().enumerate() {
            let mut z = [L::splat(F::zero()); G];
            for g in 0..G {
                z[g] = L::load(statistics[g][shape].as_ref());
            }
            products.rise(seen, &z, &scale, ln_joint);
            for g in 0..G {
                (z[g] + F::of(seen as f64)).store(statistics[g][shape].as_mut());
            }
        }
        products.finish(ln_joint);
        for g in 0..G {
            let ln_joint = ln_joint[g].as_mut();
            let [rise, _] = terms[g];
            let score = rise * -F::one() + self.base;
            (L::load(ln_joint) + score).store(ln_joint);
        }
    }
}

/// Successes and failures out of many trials, or under an extreme prior; `None`
/// for 0.
struct Large<F>([Option<LargeCount<F>>; 2]);

fn large_count<F: Real>(count: u64) -> Option<LargeCount<F>> {
    (count > 0).then(|| LargeCount::new(count))
}

impl<F: Real> GroupScore<F, LARGE_TERMS, 2> for Large<F> {
    const HEAVY: bool = true;

    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; LARGE_TERMS]; G],
        statistics: &mut [[F::Array; 2]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        for g in 0..G {
            let ln_joint = ln_joint[g].as_mut();
            (L::load(ln_joint) + terms[g][3]).store(ln_joint);
        }
        let [successes, failures] = self.0;
        score_large::<L, F, G, 0>(successes, terms, statistics, ln_joint);
        score_large::<L, F, G, 1>(failures, terms, statistics, ln_joint);
    }
}

/// Adds ln NB of a large count, or of 0, where the shape is statistic `S`.
#[inline(always)]
fn score_large<L: Group<Scalar = F>, F: Real, const G: usize, const S: usize>(
    count: Option<LargeCount<F>>,
    terms: &[[L; LARGE_TERMS]; G],
    statistics: &mut [[F::Array; 2]; G],
    ln_joint: &mut [F::Array; G],
) {
    if let Some(count) = count {
        return count.score::<L, G, _, 2, S>(terms, statistics, ln_joint);
    }
    // ln NB(0; a, π).
    for g in 0..G {
        let (shape, ln_joint) = (statistics[g][S].as_ref(), ln_joint[g].as_mut());
        let score = L::load(shape) * terms[g][0];
        (L::load(ln_joint) + score).store(ln_joint);
    }
}

/// What a hypothesis knows of the probability.
fn posterior<F: Real>(bank: &Grouped<F>, hypothesis: usize) -> Beta {
    let [a, b] = bank.row(hypothesis, 0).map(Real::wide);
    Beta { a, b }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Isa;
    use crate::math::beta_binomial;
    use crate::observation::Observation;
    use crate::observation_model::ObservationModel;

    #[test]
    fn large_counts_continue_the_table() {
        for trials in [1, 10, 256] {
            let model = Binomial::new(0.5, 3.0, trials).unwrap();
            crate::score::tests::large_matches_exact::<TERMS>(
                &model.prior,
                4.0 + 0.05 * trials as f64,
            );
        }
    }

    #[test]
    fn large_counts_continue_the_table_of_many_trials() {
        for trials in [1, 257, 1000, 1 << 40] {
            let model = Binomial::new(0.5, 3.0, trials).unwrap();
            crate::score::tests::large_matches_exact(&ForLarge(&model.prior), 4.0);
        }
    }

    /// The two forms are two ways to the same number.
    #[test]
    fn product_and_deviance_agree() {
        for (a, b) in [(0.5, 0.25), (3.0, 10.0), (700.0, 9000.0)] {
            for trials in [1, 10, 100] {
                let model = Binomial::new(a, b, trials).unwrap();
                let large = Binomial {
                    terms: Terms::Large(CountTable::new(&ForLarge(&model.prior))),
                    ..model
                };
                for k in [0, 1, trials / 3, trials] {
                    let expected = beta_binomial::ln_mass(k as f64, (trials - k) as f64, a, b);
                    let tolerance = 4e-14 * expected.abs().max(1.0);
                    for model in [&model, &large] {
                        let mut bank = model.bank(1);
                        model.spawn(&mut bank);
                        let mut score = [0.0; 8];
                        let x = Observation::of(&k);
                        model
                            .observe(Isa::best(), &mut bank, x, &mut score)
                            .unwrap();
                        assert!(
                            (score[0] - expected).abs() < tolerance,
                            "k={k} of {trials}, a={a} b={b}: {} {expected}",
                            score[0]
                        );
                    }
                }
            }
        }
    }
}
