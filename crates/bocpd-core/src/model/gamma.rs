//! Positive observations of known shape.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::count::{CountTable, CountTerms, Counted, Score};
use crate::distribution::{self, Distribution, Parameter};
use crate::error::check;
use crate::kernel::{Room, blocks};
use crate::math::special::ln_gamma_step;
use crate::model::Level;
use crate::{ObservationError, ObservationModel, ParameterError, Random, Real};

/// Gamma observations of known shape k with a gamma prior on their rate;
/// k = 1 is the exponential distribution.
///
/// ```text
/// x | λ ~ Gamma(k, rate λ),   λ ~ Gamma(shape, rate)
///
/// after n observations:   aₙ = shape + n k   b' = b + x
///   ln p(x) = ln Γ(aₙ+k) − ln Γ(aₙ) − ln Γ(k) + (k−1) ln x − k ln b − (aₙ+k) ln(1 + x/b)
/// ```
///
/// Observations must be positive; 0 is possible for k = 1 only. The
/// sum b saturates at [`Real::HUGE`]², 1e200 for `f64`.
#[derive(Clone, Debug)]
pub struct Gamma<F: Real = f64> {
    prior: Prior,
    /// ln of the prior's rate.
    ln_rate: F,
    table: CountTable<F, TERMS>,
}

#[derive(Clone, Copy, Debug)]
struct Prior {
    shape: f64,
    rate: f64,
    known_shape: f64,
    /// ln Γ(k).
    ln_gamma_known: f64,
}

/// Terms that depend on the count alone, in this order:
/// `ln Γ(aₙ+k) − ln Γ(aₙ) − ln Γ(k)`, `aₙ + k`.
const TERMS: usize = 2;

impl<F: Real> CountTerms<F, TERMS> for Prior {
    fn exact(&self, count: u64) -> [f64; TERMS] {
        let k = self.known_shape;
        let a = self.shape + count as f64 * k;
        [ln_gamma_step(a, k) - self.ln_gamma_known, a + k]
    }

    #[inline(always)]
    fn complete(&self, [step, _]: [F; TERMS], count: F) -> [F; TERMS] {
        let k = F::of(self.known_shape);
        [step, (F::of(self.shape) + count * k) + k]
    }

    #[inline(always)]
    fn large(&self, count: F) -> [F; TERMS] {
        let one = F::one();
        let k = F::of(self.known_shape);
        let a = F::of(self.shape) + count * k;
        let grown = a + k;
        // Stirling's series needs large arguments; small shapes get there by
        // Γ(z + 1) = z Γ(z), as a product of ratios.
        let mut ratio = one;
        let (mut z, mut z_grown) = (a, grown);
        for _ in 0..16 {
            let short = z < F::of(16.0);
            ratio *= if short { z / z_grown } else { one };
            z = if short { z + one } else { z };
            z_grown = if short { z_grown + one } else { z_grown };
        }
        let step = (z - F::of(0.5)) * (k / z).vln_1p_positive()
            + k * (z_grown.vln_normal() - one)
            + (tail(z_grown) - tail(z))
            + ratio.vln_normal();
        [step - F::of(self.ln_gamma_known), grown]
    }
}

/// The head of Stirling's series, exact to 1e-16 from z = 16 on.
#[inline(always)]
fn tail<F: Real>(z: F) -> F {
    let r = F::one() / z;
    let r2 = r * r;
    let mut p = F::of(-691.0 / 360_360.0);
    p = p * r2 + F::of(1.0 / 1188.0);
    p = p * r2 - F::of(1.0 / 1680.0);
    p = p * r2 + F::of(1.0 / 1260.0);
    p = p * r2 - F::of(1.0 / 360.0);
    p = p * r2 + F::of(1.0 / 12.0);
    r * p
}

impl Gamma {
    /// A model in `f64`: `shape` and `rate` of the prior on the observations'
    /// rate, `known_shape` of the observations themselves.
    ///
    /// # Errors
    /// `shape` and `rate` must lie in [1e-100, 1e100], `known_shape` in
    /// [1e-6, 1e6].
    pub fn new(shape: f64, rate: f64, known_shape: f64) -> Result<Self, ParameterError> {
        Self::typed(shape, rate, known_shape)
    }
}

impl<F: Real> Gamma<F> {
    /// [`new`](Gamma::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(shape: f64, rate: f64, known_shape: f64) -> Result<Self, ParameterError> {
        if !(1e-6..=1e6).contains(&known_shape) {
            return Err(ParameterError::new(
                "known_shape",
                known_shape,
                "lie in [1e-6, 1e6]",
            ));
        }
        let prior = Prior {
            shape: check::positive::<F>("shape", shape)?,
            rate: check::positive::<F>("rate", rate)?,
            known_shape,
            ln_gamma_known: libm::lgamma(known_shape),
        };
        Ok(Self {
            prior,
            ln_rate: F::of(prior.rate).vln_normal(),
            table: CountTable::new(&prior),
        })
    }
}

impl<F: Real> ObservationModel for Gamma<F> {
    type Scalar = F;
    type Obs = F;
    /// b, ln b.
    type Bank = Counted<F, 2>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        Counted::new([F::one(), F::zero()], capacity)
    }

    #[inline(always)]
    fn check(&self, x: &F) -> Result<(), ObservationError> {
        let value = x.wide();
        if !x.is_finite() {
            Err(ObservationError::NonFinite { value })
        } else if *x < F::zero() {
            Err(ObservationError::OutOfSupport {
                value,
                must: "not be negative",
            })
        } else if *x == F::zero() && self.prior.known_shape != 1.0 {
            let must = "be positive unless the known shape is 1";
            Err(ObservationError::OutOfSupport { value, must })
        } else {
            Ok(())
        }
    }

    #[inline(always)]
    fn spawn(&self, bank: &mut Self::Bank) {
        bank.push([F::of(self.prior.rate), self.ln_rate]);
    }

    #[inline(always)]
    fn observe(
        &self,
        bank: &mut Self::Bank,
        x: &F,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        let k = F::of(self.prior.known_shape);
        // Common to all hypotheses; (k − 1) ln x is 0 for k = 1, even at x = 0.
        let base = if k == F::one() {
            F::zero()
        } else {
            (k - F::one()) * x.vln()
        };
        let observed = Observed { x: *x, k, base };
        self.table.run(&self.prior, bank, ln_joint, &observed);
        Ok(())
    }

    fn is_sound(&self, bank: &Self::Bank) -> bool {
        bank.is_sound()
    }

    fn level(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Level> {
        Some(Level::of(&self.posterior(bank, hypothesis)))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        let rate = self.posterior(bank, hypothesis);
        // The mean of an observation, k/λ.
        let mean = distribution::InverseGamma {
            shape: rate.shape,
            scale: self.prior.known_shape * rate.rate,
        };
        alloc::vec![Parameter::new("rate", rate), Parameter::new("mean", mean)]
    }

    fn predictive(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Box<dyn Distribution>> {
        let distribution::Gamma { shape, rate } = self.posterior(bank, hypothesis);
        let known_shape = self.prior.known_shape;
        Some(Box::new(distribution::CompoundGamma {
            known_shape,
            shape,
            rate,
        }))
    }

    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        let prior = self.prior;
        let rate = random.draw(&rand_distr::Gamma::new(prior.shape, 1.0 / prior.rate).ok()?);
        let scale = 1.0 / rate.clamp(1e-100, 1e100);
        let values = rand_distr::Gamma::new(prior.known_shape, scale).ok()?;
        // A draw may round to 0, which is no observation.
        let value = |_| random.draw(&values).max(f64::MIN_POSITIVE);
        Some((0..n).map(value).collect())
    }
}

/// An observation.
struct Observed<F> {
    x: F,
    /// The known shape.
    k: F,
    /// (k−1) ln x.
    base: F,
}

impl<F: Real> Score<F, TERMS, 2> for Observed<F> {
    /// With u = ln(b'/b): ln p(x) = C + (k−1) ln x − k ln b − (aₙ+k) u.
    #[inline(always)]
    fn score(&self, terms: [&[F]; TERMS], statistics: [&mut [F]; 2], ln_joint: &mut [F]) {
        let &Self { x, k, base } = self;
        let n = ln_joint.len();
        let [constant, exponent] = terms.map(|column| &column[..n]);
        let [b, ln_b] = statistics.map(|column| &mut column[..n]);
        let limit = F::HUGE * F::HUGE;
        let (mut quotient, mut doublings) = (Room::new(), Room::new());
        for now in blocks(n) {
            let (constant, exponent) = (&constant[now.clone()], &exponent[now.clone()]);
            let (b, ln_b) = (&mut b[now.clone()], &mut ln_b[now.clone()]);
            let ln_joint = &mut ln_joint[now];
            let n = ln_joint.len();
            let (quotient, doublings) = (&mut quotient.0[..n], &mut doublings.0[..n]);
            for i in 0..n {
                // What would leave the range of the type is absorbed as its limit.
                let room = limit - b[i];
                let x = if x < room { x } else { room };
                (quotient[i], doublings[i]) = F::growth_split(b[i], x);
                b[i] += x;
            }
            for i in 0..n {
                let u = F::growth_join(quotient[i], doublings[i]);
                ln_joint[i] += (constant[i] + base - k * ln_b[i]) - exponent[i] * u;
                ln_b[i] += u;
            }
        }
    }
}

impl<F: Real> Gamma<F> {
    /// What a hypothesis knows of the rate.
    fn posterior(&self, bank: &Counted<F, 2>, hypothesis: usize) -> distribution::Gamma {
        let (n, [rate, _]) = bank.row(hypothesis);
        let shape = self.prior.shape + n * self.prior.known_shape;
        distribution::Gamma { shape, rate }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_counts_continue_the_table() {
        for known_shape in [1e-3, 0.5, 1.0, 2.5, 100.0] {
            let prior = Prior {
                shape: 2.0,
                rate: 1.0,
                known_shape,
                ln_gamma_known: libm::lgamma(known_shape),
            };
            crate::count::tests::large_matches_exact::<TERMS>(&prior, 4.0);
        }
    }
}
