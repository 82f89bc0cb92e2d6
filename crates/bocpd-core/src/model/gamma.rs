//! Positive observations of known shape.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Grouped;
use crate::distribution::{self, Distribution, Forms, Level, Parameter};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::{Group, Lanes};
use crate::math::special::ln_gamma_step;
use crate::observation::Observation;
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::parameter::Limits;
use crate::random::Random;
use crate::real::{Real, near};
use crate::score::{Apply, CountTable, CountTerms, GroupScore, GroupTerms, TABLE_LEN};

/// What the shape of observations may be.
pub(crate) const KNOWN_SHAPE: Limits = Limits::closed(1e-6, 1e6, "lie in [1e-6, 1e6]");

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
}

/// Stirling's series needs arguments from here on.
const SERIES_FROM: f64 = 16.0;

impl<F: Real> GroupTerms<F, TERMS> for Prior {
    #[inline(always)]
    fn terms<L: Lanes<Scalar = F>>(&self, counts: L) -> [L; TERMS] {
        let one = L::splat(F::one());
        let from = F::of(SERIES_FROM);
        let k = F::of(self.known_shape);
        let a = counts * k + F::of(self.shape);
        let grown = a + k;
        // Small shapes get to where the series holds by Γ(z + 1) = z Γ(z), as a
        // product of ratios. None beyond the table is smaller than the least, but
        // for roundings.
        let mut least = self.shape + TABLE_LEN as f64 * self.known_shape;
        let mut ratio = one;
        let (mut z, mut z_grown) = (a, grown);
        while least < SERIES_FROM + 1.0 {
            least += 1.0;
            ratio = ratio * z.if_less(from, z / z_grown, one);
            z_grown = z.if_less(from, z_grown + one, z_grown);
            z = z.if_less(from, z + one, z);
        }
        let step = (z - F::of(0.5)) * F::ln_1p_positive(L::splat(k) / z)
            + (F::ln_normal(z_grown) - one) * k
            + (tail(z_grown) - tail(z))
            + F::ln_normal(ratio);
        [step - F::of(self.ln_gamma_known), grown]
    }

    #[inline(always)]
    fn completed<L: Lanes<Scalar = F>>(&self, [step, _]: [L; TERMS], counts: L) -> [L; TERMS] {
        let k = F::of(self.known_shape);
        [step, counts * k + F::of(self.shape) + k]
    }
}

/// The head of Stirling's series, exact to 1e-16 from z = 16 on.
#[inline(always)]
fn tail<L: Lanes<Scalar: Real>>(z: L) -> L {
    let r = L::splat(L::Scalar::of(1.0)) / z;
    let r2 = r * r;
    let mut p = L::splat(L::Scalar::of(-691.0 / 360_360.0));
    for coefficient in [
        1.0 / 1188.0,
        -1.0 / 1680.0,
        1.0 / 1260.0,
        -1.0 / 360.0,
        1.0 / 12.0,
    ] {
        p = p * r2 + L::Scalar::of(coefficient);
    }
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
        let prior = Prior {
            shape: check::positive::<F>("shape", shape)?,
            rate: check::positive::<F>("rate", rate)?,
            known_shape: KNOWN_SHAPE.check::<F>("known_shape", known_shape)?,
            ln_gamma_known: libm::lgamma(known_shape),
        };
        Ok(Self {
            prior,
            ln_rate: F::of(prior.rate).vln_normal(),
            table: CountTable::new(&prior),
        })
    }
}

impl<F: Real> GroupedModel<F> for Gamma<F> {
    type Obs = F;
    const COUNTED: bool = true;

    /// b, ln b.
    fn width(&self) -> usize {
        2
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, F>) -> Result<(), ObservationError> {
        let x = x.alone()?;
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
    fn push_prior(&self, bank: &mut Grouped<F>) {
        bank.push([F::of(self.prior.rate), self.ln_rate]);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, F>, apply: impl Apply<F>) {
        let k = F::of(self.prior.known_shape);
        // Common to all hypotheses; (k − 1) ln x is 0 for k = 1, even at x = 0.
        let base = if k == F::one() {
            F::zero()
        } else {
            (k - F::one()) * x.value.vln()
        };
        let observed = Observed {
            x: *x.value,
            k,
            base,
        };
        apply.counted(&self.table, &self.prior, &observed);
    }

    fn fits(&self, count: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        let ([rate, ln_rate], prior) = ([0, 1].map(statistic), F::of(self.prior.rate));
        if count == 0 {
            return [rate, ln_rate] == [prior, self.ln_rate];
        }
        // No logarithm of a rate is further than 1024 from 0.
        let size = F::of(1024.0);
        rate >= prior
            && rate <= F::HUGE * F::HUGE * F::of(1.001)
            && near(ln_rate, rate.vln(), 8 * count + 128, size)
    }
}

grouped_model!(Gamma of F);

impl<F: Real> Describe for Gamma<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
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
        let known_shape = self.prior.known_shape;
        Some(Box::new(distribution::CompoundGamma {
            known_shape,
            shape,
            rate,
        }))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let prior = self.prior;
        let rate = random.draw(&rand_distr::Gamma::new(prior.shape, 1.0 / prior.rate).ok()?);
        let scale = 1.0 / rate.clamp(1e-100, 1e100);
        let values = rand_distr::Gamma::new(prior.known_shape, scale).ok()?;
        // A draw may round to 0, which is no observation.
        Some(Box::new(move |random| {
            random.draw(&values).max(f64::MIN_POSITIVE)
        }))
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

impl<F: Real> GroupScore<F, TERMS, 2> for Observed<F> {
    /// With u = ln(b'/b): ln p(x) = C + (k−1) ln x − k ln b − (aₙ+k) u.
    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; TERMS]; G],
        statistics: &mut [[F::Array; 2]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let x = L::splat(self.x);
        let limit = L::splat(F::HUGE * F::HUGE);
        let mut growths = [(x, x); G];
        for g in 0..G {
            let b = statistics[g][0].as_mut();
            let old = L::load(b);
            // What would leave the range of the type is absorbed as its limit.
            let room = limit - old;
            let x = (x - room).if_less(F::zero(), x, room);
            growths[g] = F::growth_split(old, x);
            (old + x).store(b);
        }
        for g in 0..G {
            let (ln_b, ln_joint) = (statistics[g][1].as_mut(), ln_joint[g].as_mut());
            let [constant, exponent] = terms[g];
            let old = L::load(ln_b);
            let u = F::growth_join(growths[g].0, growths[g].1);
            let peak = constant + self.base - old * self.k;
            (L::load(ln_joint) + (peak - exponent * u)).store(ln_joint);
            (old + u).store(ln_b);
        }
    }
}

impl<F: Real> Gamma<F> {
    /// What a hypothesis knows of the rate.
    fn posterior(&self, bank: &Grouped<F>, hypothesis: usize) -> distribution::Gamma {
        let rate = bank.statistic(hypothesis, 0).wide();
        let shape = self.prior.shape + bank.count(hypothesis) * self.prior.known_shape;
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
            crate::score::tests::large_matches_exact::<TERMS>(&prior, 4.0);
        }
    }
}
