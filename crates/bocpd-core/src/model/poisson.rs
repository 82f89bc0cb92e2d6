//! Counts.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Grouped;
use crate::distribution::{self, Distribution, Forms, Level, Parameter};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::{Group, Lanes};
use crate::model::check_count;
use crate::observation::{MAX_COUNT, Observation};
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::random::Random;
use crate::real::Real;
use crate::score::{
    Apply, CountTable, CountTerms, GroupScore, GroupTerms, INVERSES, LargeCount,
    NEGATIVE_BINOMIAL_TERMS, Products,
};

/// Poisson counts with a gamma prior on their rate.
///
/// ```text
/// x | λ ~ Poisson(λ),   λ ~ Gamma(shape, rate)
///
/// after n observations:   a' = a + x   bₙ = rate + n
///   ln p(x) = ln (a)ₓ − ln x! + a ln(bₙ/(bₙ+1)) − x ln(bₙ+1),   (a)ₓ = a(a+1)…(a+x−1)
/// ```
///
/// Counts up to 64 are scored as a product; larger ones as the negative binomial
/// probability that p(x) is, in the deviance form of Loader (2000), *Fast and
/// accurate computation of binomial probabilities*, which does not lose digits at
/// rates of a million.
#[derive(Clone, Debug)]
pub struct Poisson<F: Real = f64> {
    prior: Prior,
    small: CountTable<F, TERMS>,
    large: CountTable<F, NEGATIVE_BINOMIAL_TERMS>,
}

#[derive(Clone, Copy, Debug)]
struct Prior {
    shape: f64,
    rate: f64,
}

/// Terms for small counts that depend on the number of observations alone, in
/// this order: `ln(bₙ/(bₙ+1))`, `1/(bₙ+1)`.
const TERMS: usize = 2;

/// Counts up to this are scored as a product.
const PRODUCT_LIMIT: u64 = INVERSES as u64;

impl<F: Real> CountTerms<F, TERMS> for Prior {
    fn exact(&self, count: u64) -> [f64; TERMS] {
        let b = self.rate + count as f64;
        [-libm::log1p(1.0 / b), 1.0 / (b + 1.0)]
    }
}

impl<F: Real> GroupTerms<F, TERMS> for Prior {
    #[inline(always)]
    fn terms<L: Lanes<Scalar = F>>(&self, counts: L) -> [L; TERMS] {
        let one = F::one();
        let b = counts + F::of(self.rate);
        let ln_growth = F::ln_1p_positive(L::splat(one) / b);
        [ln_growth * -one, L::splat(one) / (b + one)]
    }

    #[inline(always)]
    fn completed<L: Lanes<Scalar = F>>(&self, [ln_ratio, _]: [L; TERMS], counts: L) -> [L; TERMS] {
        let one = F::one();
        [ln_ratio, L::splat(one) / (counts + F::of(self.rate) + one)]
    }
}

/// The prior, for the terms of large counts: `ln(bₙ/(bₙ+1))`, `bₙ/(bₙ+1)`,
/// `1/(bₙ+1)`.
struct ForLarge<'a>(&'a Prior);

impl<F: Real> CountTerms<F, NEGATIVE_BINOMIAL_TERMS> for ForLarge<'_> {
    fn exact(&self, count: u64) -> [f64; NEGATIVE_BINOMIAL_TERMS] {
        let b = self.0.rate + count as f64;
        [-libm::log1p(1.0 / b), b / (b + 1.0), 1.0 / (b + 1.0)]
    }
}

impl<F: Real> GroupTerms<F, NEGATIVE_BINOMIAL_TERMS> for ForLarge<'_> {
    #[inline(always)]
    fn terms<L: Lanes<Scalar = F>>(&self, counts: L) -> [L; NEGATIVE_BINOMIAL_TERMS] {
        let b = counts + F::of(self.0.rate);
        let ln_growth = F::ln_1p_positive(L::splat(F::one()) / b);
        self.completed([ln_growth * -F::one(); NEGATIVE_BINOMIAL_TERMS], counts)
    }

    #[inline(always)]
    fn completed<L: Lanes<Scalar = F>>(
        &self,
        [ln_ratio, ..]: [L; NEGATIVE_BINOMIAL_TERMS],
        counts: L,
    ) -> [L; NEGATIVE_BINOMIAL_TERMS] {
        let b = counts + F::of(self.0.rate);
        let inverse = L::splat(F::one()) / (b + F::one());
        [ln_ratio, b * inverse, inverse]
    }
}

impl Poisson {
    /// A model in `f64`: `shape/rate` is the rate expected, `rate` how many
    /// observations the prior is worth.
    ///
    /// # Errors
    /// `shape` and `rate` must lie in [1e-100, 1e100].
    pub fn new(shape: f64, rate: f64) -> Result<Self, ParameterError> {
        Self::typed(shape, rate)
    }
}

impl<F: Real> Poisson<F> {
    /// [`new`](Poisson::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(shape: f64, rate: f64) -> Result<Self, ParameterError> {
        let prior = Prior {
            shape: check::positive::<F>("shape", shape)?,
            rate: check::positive::<F>("rate", rate)?,
        };
        Ok(Self {
            prior,
            small: CountTable::new(&prior),
            large: CountTable::new(&ForLarge(&prior)),
        })
    }

    /// Whether products of [`Real::FACTORS`] factors stay within the range of
    /// the type: a factor is at most the posterior mean rate plus x, and the
    /// mean is a weighted average of the prior mean and the counts seen, which
    /// are at most [`MAX_COUNT`].
    fn products_are_safe(&self, x: u64) -> bool {
        let Prior { shape, rate } = self.prior;
        // A count of 0 needs no product.
        x == 0 || x <= PRODUCT_LIMIT && shape / rate < 1e15 && shape > 1e-15 && rate < 1e15
    }
}

impl<F: Real> GroupedModel<F> for Poisson<F> {
    type Obs = u64;
    const COUNTED: bool = true;

    /// a.
    fn width(&self) -> usize {
        1
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, u64>) -> Result<(), ObservationError> {
        let x = x.alone()?;
        check_count(*x)
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        bank.push([F::of(self.prior.shape)]);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, u64>, apply: impl Apply<F>) {
        if self.products_are_safe(*x.value) {
            apply.counted(&self.small, &self.prior, &Small(*x.value));
        } else {
            let large = Large(LargeCount::new(*x.value));
            apply.counted(&self.large, &ForLarge(&self.prior), &large);
        }
    }

    fn fits(&self, count: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        let (a, prior, n) = (statistic(0), F::of(self.prior.shape), count as f64);
        if count == 0 {
            return a == prior;
        }
        let most = self.prior.shape + n * MAX_COUNT as f64;
        let rounding = 1.0 + (n + 8.0) * F::epsilon().wide();
        a >= prior && a.wide() <= most * rounding
    }
}

grouped_model!(Poisson of u64);

impl<F: Real> Describe for Poisson<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        Some(Level::of(&self.posterior(bank, hypothesis)))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        alloc::vec![Parameter::new("rate", self.posterior(bank, hypothesis))]
    }

    fn add_level_to(&self, forms: &mut Forms, bank: &Self::Bank, hypothesis: usize, _: usize) {
        self.posterior(bank, hypothesis).add_to(forms, 1.0);
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        let distribution::Gamma { shape, rate } = self.posterior(bank, hypothesis);
        Some(Box::new(distribution::NegativeBinomial { shape, rate }))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let Prior { shape, rate } = self.prior;
        let rate = random.draw(&rand_distr::Gamma::new(shape, 1.0 / rate).ok()?);
        // No count can be drawn for a rate of 0 or beyond what a count can be.
        let counts = rand_distr::Poisson::new(rate.clamp(1e-100, 1e15)).ok()?;
        Some(Box::new(move |random| random.draw(&counts)))
    }
}

/// A small count.
struct Small(u64);

impl<F: Real> GroupScore<F, TERMS, 1> for Small {
    /// As the product of (a + i)/((bₙ + 1)(i + 1)).
    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; TERMS]; G],
        statistics: &mut [[F::Array; 1]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let (mut a, mut gain) = ([L::splat(F::zero()); G], [L::splat(F::zero()); G]);
        for g in 0..G {
            a[g] = L::load(statistics[g][0].as_ref());
            gain[g] = terms[g][1];
        }
        let mut products = Products::new();
        products.choose(self.0, &a, &gain, ln_joint);
        products.finish(ln_joint);
        let x = F::of(self.0 as f64);
        for g in 0..G {
            let (shape, ln_joint) = (statistics[g][0].as_mut(), ln_joint[g].as_mut());
            let [ln_ratio, _] = terms[g];
            (L::load(ln_joint) + a[g] * ln_ratio).store(ln_joint);
            (a[g] + x).store(shape);
        }
    }
}

/// A large count, or any other than 0 under an extreme prior.
struct Large<F>(LargeCount<F>);

impl<F: Real> GroupScore<F, NEGATIVE_BINOMIAL_TERMS, 1> for Large<F> {
    const HEAVY: bool = true;

    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; NEGATIVE_BINOMIAL_TERMS]; G],
        statistics: &mut [[F::Array; 1]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        self.0.score::<L, G, _, 1, 0>(terms, statistics, ln_joint);
    }
}

impl<F: Real> Poisson<F> {
    /// What a hypothesis knows of the rate.
    fn posterior(&self, bank: &Grouped<F>, hypothesis: usize) -> distribution::Gamma {
        let shape = bank.statistic(hypothesis, 0).wide();
        let rate = self.prior.rate + bank.count(hypothesis);
        distribution::Gamma { shape, rate }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_counts_continue_the_table() {
        let prior = Prior {
            shape: 2.0,
            rate: 0.1,
        };
        crate::score::tests::large_matches_exact::<TERMS>(&prior, 4.0);
    }

    #[test]
    fn large_counts_continue_the_table_of_large_counts() {
        for rate in [1e-3, 0.1, 1e4] {
            let prior = Prior { shape: 2.0, rate };
            crate::score::tests::large_matches_exact(&ForLarge(&prior), 4.0);
        }
    }

    /// What a form says of x under one hypothesis.
    fn score<const T: usize>(form: &impl GroupScore<f64, T, 1>, terms: [f64; T], a: f64) -> f64 {
        type Lanes = <f64 as Real>::Baseline;
        let mut score = [[0.0; 8]];
        let mut lanes = [<Lanes as crate::lanes::Lanes>::splat(0.0); T];
        for t in 0..T {
            lanes[t] = crate::lanes::Lanes::splat(terms[t]);
        }
        form.score::<Lanes, 1>(&[lanes], &mut [[[a; 8]]], &mut score);
        score[0][0]
    }

    /// The two forms are two ways to the same number, and it is that of the
    /// distribution.
    #[test]
    fn product_and_deviance_agree() {
        for (a, b) in [(0.5, 0.25), (3.0, 1.0), (700.0, 90.0), (2e6, 1e5)] {
            let (shape, rate) = (a, b);
            let prior = Prior { shape, rate };
            for x in [1, 2, 7, 8, 9, 33, 64] {
                let small = score(&Small(x), CountTerms::<f64, _>::exact(&prior, 0), a);
                let terms = CountTerms::<f64, _>::exact(&ForLarge(&prior), 0);
                let large = score(&Large(LargeCount::new(x)), terms, a);
                let expected = distribution::NegativeBinomial { shape, rate }.ln_density(x as f64);
                let tolerance = 4e-14 * expected.abs().max(1.0);
                assert!(
                    (small - expected).abs() < tolerance && (large - expected).abs() < tolerance,
                    "x={x} a={a} b={b}: {small} {large} {expected}"
                );
            }
        }
    }
}
