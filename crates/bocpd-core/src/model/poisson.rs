//! Counts.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::{Bank, Columns};
use crate::count::{CountTable, CountTerms, Counts, gathered};
use crate::distribution::{self, Distribution, Parameter};
use crate::error::check;
use crate::math::special::{deviance, stirling_error};
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
    /// mean is a weighted average of the prior mean and the counts seen.
    fn products_are_safe(&self, largest_seen: u64, x: u64) -> bool {
        let Prior { shape, rate } = self.prior;
        let largest = (shape / rate).max(largest_seen as f64) + x as f64;
        x <= PRODUCT_LIMIT && largest < 1e15 && shape > 1e-15 && rate < 1e15
    }
}

/// Statistics of the live hypotheses.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
pub struct PoissonBank<F: Real> {
    counts: Counts,
    /// The largest count that any hypothesis can have absorbed.
    largest_seen: u64,
    /// a.
    columns: Columns<F, 1>,
}

impl<F: Real> ObservationModel for Poisson<F> {
    type Scalar = F;
    type Obs = u64;
    type Bank = PoissonBank<F>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        PoissonBank {
            counts: Counts::new(capacity),
            largest_seen: 0,
            columns: Columns::new([F::one()], capacity),
        }
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
        bank.counts.spawn();
        bank.columns.push([F::of(self.prior.shape)]);
    }

    #[inline(always)]
    fn observe(
        &self,
        bank: &mut Self::Bank,
        x: &u64,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        let [a] = bank.columns.padded_mut();
        if self.products_are_safe(bank.largest_seen, *x) {
            let mut room = gathered();
            let mut at = 0;
            while at < ln_joint.len() {
                let block =
                    self.table
                        .block(&self.prior, &bank.counts, at, ln_joint.len(), &mut room);
                let now = at..block.end;
                step(*x, block.terms, &mut a[now.clone()], &mut ln_joint[now]);
                at = block.end;
            }
        } else {
            self.step_large(*x, &bank.counts, a, ln_joint);
        }
        bank.counts.absorb();
        bank.largest_seen = bank.largest_seen.max(*x);
        Ok(())
    }

    fn is_sound(&self, bank: &Self::Bank) -> bool {
        bank.counts.is_sound() && bank.counts.len() == bank.columns.len()
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

/// Scores and absorbs a small count, as the product of (a + i)/((bₙ + 1)(i + 1)).
#[inline(always)]
fn step<F: Real>(x: u64, terms: [&[F]; TERMS], a: &mut [F], ln_joint: &mut [F]) {
    let n = ln_joint.len();
    let [ln_ratio, gain] = terms.map(|column| &column[..n]);
    let a = &mut a[..n];
    let mut product = [F::one(); 64];
    let mut at = 0;
    while at < n {
        let len = (n - at).min(64);
        let product = &mut product[..len];
        let (ln_joint, a) = (&mut ln_joint[at..at + len], &mut a[at..at + len]);
        let (ln_ratio, gain) = (&ln_ratio[at..at + len], &gain[at..at + len]);
        for l in 0..len {
            ln_joint[l] += a[l] * ln_ratio[l];
        }
        let mut i = 0;
        while i < x {
            product.fill(F::one());
            let chunk_end = x.min(i + F::FACTORS);
            while i < chunk_end {
                let (offset, share) = (F::of(i as f64), F::of(1.0 / (i as f64 + 1.0)));
                for l in 0..len {
                    product[l] *= (a[l] + offset) * (gain[l] * share);
                }
                i += 1;
            }
            for l in 0..len {
                ln_joint[l] += product[l].vln_normal();
            }
        }
        let x = F::of(x as f64);
        for value in a {
            *value += x;
        }
        at += len;
    }
}

impl<F: Real> Poisson<F> {
    /// Scores and absorbs a large count, or any under an extreme prior.
    #[cold]
    fn step_large(&self, x: u64, counts: &Counts, a: &mut [F], ln_joint: &mut [F]) {
        for i in 0..counts.len() {
            let b = self.prior.rate + counts.get(i) as f64;
            ln_joint[i] += F::of(ln_predictive(x as f64, a[i].wide(), b));
            a[i] += F::of(x as f64);
        }
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
    fn posterior(&self, bank: &PoissonBank<F>, hypothesis: usize) -> distribution::Gamma {
        let [shape] = bank.columns.row(hypothesis).map(Real::wide);
        let rate = self.prior.rate + bank.counts.get(hypothesis) as f64;
        distribution::Gamma { shape, rate }
    }
}

impl<F: Real> Bank for PoissonBank<F> {
    #[inline(always)]
    fn len(&self) -> usize {
        self.counts.len()
    }

    fn clear(&mut self) {
        self.counts.clear();
        self.largest_seen = 0;
        self.columns.clear();
    }

    fn keep(&mut self, kept: &[u32]) {
        self.counts.keep(kept);
        self.columns.keep(kept);
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
                step(x, [&[terms[0]; 8], &[terms[1]; 8]], &mut [a; 8], &mut score);
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
