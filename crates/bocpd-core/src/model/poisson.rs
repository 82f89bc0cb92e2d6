//! Counts.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Bank;
use crate::count::{CountTable, CountTerms, Counted, Score};
use crate::distribution::{self, Distribution, Parameter};
use crate::error::check;
use crate::kernel::blocks;
use crate::math::special::{deviance, stirling_error};
use crate::model::product::Products;
use crate::model::{Level, MAX_COUNT};
use crate::{ObservationError, ObservationModel, ParameterError, Random, Real};

/// Poisson counts with a gamma prior on their rate.
///
/// ```text
/// x | λ ~ Poisson(λ),   λ ~ Gamma(shape, rate)
///
/// after n observations:   a' = a + x   bₙ = rate + n
///   ln p(x) = ln (a)ₓ − ln x! + a ln(bₙ/(bₙ+1)) − x ln(bₙ+1),   (a)ₓ = a(a+1)…(a+x−1)
/// ```
///
/// Counts up to 64 are scored as a product; larger ones in the deviance form of
/// Loader (2000), *Fast and accurate computation of binomial probabilities*,
/// which does not lose digits at rates of a million.
#[derive(Clone, Debug)]
pub struct Poisson<F: Real = f64> {
    prior: Prior,
    table: CountTable<F, TERMS>,
}

#[derive(Clone, Copy, Debug)]
struct Prior {
    shape: f64,
    rate: f64,
}

/// Terms that depend on the count alone, in this order:
/// `ln(bₙ/(bₙ+1))`, `1/(bₙ+1)`.
const TERMS: usize = 2;

/// Counts up to this are scored as a product.
const PRODUCT_LIMIT: u64 = 64;

impl<F: Real> CountTerms<F, TERMS> for Prior {
    fn exact(&self, count: u64) -> [f64; TERMS] {
        let b = self.rate + count as f64;
        [-libm::log1p(1.0 / b), 1.0 / (b + 1.0)]
    }

    #[inline(always)]
    fn with_first(&self, ln_ratio: F, count: F) -> [F; TERMS] {
        let one = F::one();
        [ln_ratio, one / (F::of(self.rate) + count + one)]
    }

    #[inline(always)]
    fn large(&self, count: F) -> [F; TERMS] {
        let one = F::one();
        let b = F::of(self.rate) + count;
        [-(one / b).vln_1p_positive(), one / (b + one)]
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
            table: CountTable::new(&prior),
        })
    }

    /// Whether products of [`Real::FACTORS`] factors stay within the range of
    /// the type: a factor is at most the posterior mean rate plus x, and the
    /// mean is a weighted average of the prior mean and the counts seen, which
    /// are at most [`MAX_COUNT`].
    fn products_are_safe(&self, x: u64) -> bool {
        let Prior { shape, rate } = self.prior;
        x <= PRODUCT_LIMIT && shape / rate < 1e15 && shape > 1e-15 && rate < 1e15
    }
}

impl<F: Real> ObservationModel for Poisson<F> {
    type Scalar = F;
    type Obs = u64;
    /// a.
    type Bank = Counted<F, 1>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        Counted::new([F::one()], capacity)
    }

    #[inline(always)]
    fn check(&self, x: &u64) -> Result<(), ObservationError> {
        if *x <= MAX_COUNT {
            Ok(())
        } else {
            Err(ObservationError::OutOfSupport {
                value: *x as f64,
                must: "be at most 2^53",
            })
        }
    }

    #[inline(always)]
    fn spawn(&self, bank: &mut Self::Bank) {
        bank.push([F::of(self.prior.shape)]);
    }

    #[inline(always)]
    fn observe(
        &self,
        bank: &mut Self::Bank,
        x: &u64,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        let x = *x;
        if self.products_are_safe(x) {
            self.table.run(&self.prior, bank, ln_joint, &Small(x));
        } else {
            self.step_large(x, bank, ln_joint);
        }
        Ok(())
    }

    fn is_sound(&self, bank: &Self::Bank) -> bool {
        bank.is_sound()
    }

    fn level(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Level> {
        Some(Level::of(&self.posterior(bank, hypothesis)))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        alloc::vec![Parameter::new("rate", self.posterior(bank, hypothesis))]
    }

    fn predictive(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Box<dyn Distribution>> {
        let distribution::Gamma { shape, rate } = self.posterior(bank, hypothesis);
        Some(Box::new(distribution::NegativeBinomial { shape, rate }))
    }

    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        let Prior { shape, rate } = self.prior;
        let rate = random.draw(&rand_distr::Gamma::new(shape, 1.0 / rate).ok()?);
        // No count can be drawn for a rate of 0 or beyond what a count can be.
        let counts = rand_distr::Poisson::new(rate.clamp(1e-100, 1e15)).ok()?;
        Some((0..n).map(|_| random.draw(&counts)).collect())
    }
}

/// A small count.
struct Small(u64);

impl<F: Real> Score<F, TERMS, 1> for Small {
    /// As the product of (a + i)/((bₙ + 1)(i + 1)).
    #[inline(always)]
    fn score(&self, terms: [&[F]; TERMS], statistics: [&mut [F]; 1], ln_joint: &mut [F]) {
        let n = ln_joint.len();
        let [ln_ratio, gain] = terms.map(|column| &column[..n]);
        let [a] = statistics.map(|column| &mut column[..n]);
        let x = F::of(self.0 as f64);
        for now in blocks(n) {
            let (ln_ratio, gain) = (&ln_ratio[now.clone()], &gain[now.clone()]);
            let (a, ln_joint) = (&mut a[now.clone()], &mut ln_joint[now]);
            let n = ln_joint.len();
            let mut products = Products::new();
            products.rise::<true>(self.0, [a, gain], ln_joint);
            products.finish(ln_joint);
            for i in 0..n {
                ln_joint[i] += a[i] * ln_ratio[i];
                a[i] += x;
            }
        }
    }
}

impl<F: Real> Poisson<F> {
    /// Scores and absorbs a large count, or any under an extreme prior.
    #[cold]
    fn step_large(&self, x: u64, bank: &mut Counted<F, 1>, ln_joint: &mut [F]) {
        for (i, ln_joint) in ln_joint.iter_mut().take(bank.len()).enumerate() {
            let (n, [a]) = bank.row(i);
            *ln_joint += F::of(ln_predictive(x as f64, a, self.prior.rate + n));
            bank.columns.padded_mut()[0][i] += F::of(x as f64);
        }
        bank.counts.absorb();
    }
}

/// The log predictive in deviance form, for any x, a > 0 and b > 0.
fn ln_predictive(x: f64, a: f64, b: f64) -> f64 {
    if x == 0.0 {
        return -a * libm::log1p(1.0 / b);
    }
    let n = a + x;
    let (p, q) = (b / (b + 1.0), 1.0 / (b + 1.0));
    libm::log(a / n) + stirling_error(n)
        - stirling_error(x)
        - stirling_error(a)
        - deviance(x, n * q)
        - deviance(a, n * p)
        + 0.5 * libm::log(n / (2.0 * core::f64::consts::PI * x * a))
}

impl<F: Real> Poisson<F> {
    /// What a hypothesis knows of the rate.
    fn posterior(&self, bank: &Counted<F, 1>, hypothesis: usize) -> distribution::Gamma {
        let (n, [shape]) = bank.row(hypothesis);
        let rate = self.prior.rate + n;
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
        crate::count::tests::large_matches_exact::<TERMS>(&prior, 4.0);
    }

    /// The two forms are two ways to the same number.
    #[test]
    fn product_and_deviance_agree() {
        for (a, b) in [(0.5, 0.25), (3.0, 1.0), (700.0, 90.0), (2e6, 1e5)] {
            for x in [0, 1, 2, 7, 8, 9, 33, 64] {
                let terms: [f64; 2] = [-f64::ln_1p(1.0 / b), 1.0 / (b + 1.0)];
                let mut score = [0.0; 8];
                let terms = [[terms[0]; 8], [terms[1]; 8]];
                Small(x).score(
                    terms.each_ref().map(<[f64; 8]>::as_slice),
                    [&mut [a; 8]],
                    &mut score,
                );
                let expected = ln_predictive(x as f64, a, b);
                let tolerance = 4e-14 * expected.abs().max(1.0);
                assert!(
                    (score[0] - expected).abs() < tolerance,
                    "x={x} a={a} b={b}: {} {expected}",
                    score[0]
                );
            }
        }
    }
}
