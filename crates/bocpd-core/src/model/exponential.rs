//! Waiting times.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Grouped;
use crate::distribution::{self, Distribution, Forms, Level, Parameter};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::{Group, Lanes};
use crate::observation::Observation;
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::random::Random;
use crate::real::{Real, near};
use crate::score::{Apply, CountTable, CountTerms, GroupScore, GroupTerms};

/// Exponential observations with a gamma prior on their rate.
///
/// ```text
/// x | λ ~ Exponential(λ),   λ ~ Gamma(shape, rate)
///
/// after n observations:   aₙ = shape + n   b' = b + x
///   ln p(x) = ln aₙ − ln b − (aₙ+1) ln(1 + x/b)
///
/// predictive: Lomax (Pareto of the second kind) with shape aₙ and scale b
/// ```
///
/// Fink (1997), *A compendium of conjugate priors*, §2.4. The same as
/// [`Gamma`](crate::model::Gamma) of known shape 1. Observations must not be negative. The
/// sum b saturates at [`Real::HUGE`]², 1e200 for `f64`.
#[derive(Clone, Debug)]
pub struct Exponential<F: Real = f64> {
    prior: Prior,
    /// ln of the prior's rate.
    ln_rate: F,
    table: CountTable<F, TERMS>,
}

#[derive(Clone, Copy, Debug)]
struct Prior {
    shape: f64,
    rate: f64,
}

/// Terms that depend on the count alone, in this order: `ln aₙ`, `aₙ + 1`.
const TERMS: usize = 2;

impl<F: Real> CountTerms<F, TERMS> for Prior {
    fn exact(&self, count: u64) -> [f64; TERMS] {
        let a = self.shape + count as f64;
        [libm::log(a), a + 1.0]
    }
}

impl<F: Real> GroupTerms<F, TERMS> for Prior {
    #[inline(always)]
    fn terms<L: Lanes<Scalar = F>>(&self, counts: L) -> [L; TERMS] {
        let a = counts + F::of(self.shape);
        [F::ln_normal(a), a + F::one()]
    }

    #[inline(always)]
    fn completed<L: Lanes<Scalar = F>>(&self, [ln_a, _]: [L; TERMS], counts: L) -> [L; TERMS] {
        [ln_a, counts + F::of(self.shape) + F::one()]
    }
}

impl Exponential {
    /// A model in `f64`: `shape` is how many observations the prior is worth, `rate` their sum.
    ///
    /// # Errors
    /// `shape` and `rate` must lie in [1e-100, 1e100].
    pub fn new(shape: f64, rate: f64) -> Result<Self, ParameterError> {
        Self::typed(shape, rate)
    }
}

impl<F: Real> Exponential<F> {
    /// [`new`](Exponential::new) for any scalar type.
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
            ln_rate: F::of(prior.rate).vln_normal(),
            table: CountTable::new(&prior),
        })
    }

    /// What a hypothesis knows of the rate.
    fn posterior(&self, bank: &Grouped<F>, hypothesis: usize) -> distribution::Gamma {
        distribution::Gamma {
            shape: self.prior.shape + bank.count(hypothesis),
            rate: bank.statistic(hypothesis, 0).wide(),
        }
    }
}

impl<F: Real> GroupedModel<F> for Exponential<F> {
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
            let must = "not be negative";
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
        apply.counted(&self.table, &self.prior, &Observed(*x.value));
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

grouped_model!(Exponential of F);

impl<F: Real> Describe for Exponential<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        Some(Level::of(&self.posterior(bank, hypothesis)))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        let rate = self.posterior(bank, hypothesis);
        // The mean of an observation, 1/λ.
        let mean = distribution::InverseGamma {
            shape: rate.shape,
            scale: rate.rate,
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
        let known_shape = 1.0;
        Some(Box::new(distribution::CompoundGamma {
            known_shape,
            shape,
            rate,
        }))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let Prior { shape, rate } = self.prior;
        let rate = random.draw(&rand_distr::Gamma::new(shape, 1.0 / rate).ok()?);
        let times = rand_distr::Exp::new(rate.clamp(1e-100, 1e100)).ok()?;
        Some(Box::new(move |random| random.draw(&times)))
    }
}

/// An observation.
struct Observed<F>(F);

impl<F: Real> GroupScore<F, TERMS, 2> for Observed<F> {
    /// With u = ln(b'/b): ln p(x) = ln aₙ − ln b − (aₙ+1) u.
    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; TERMS]; G],
        statistics: &mut [[F::Array; 2]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let x = L::splat(self.0);
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
            let [ln_a, exponent] = terms[g];
            let old = L::load(ln_b);
            let u = F::growth_join(growths[g].0, growths[g].1);
            (L::load(ln_joint) + ((ln_a - old) - exponent * u)).store(ln_joint);
            (old + u).store(ln_b);
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;

    use super::*;
    use crate::kernel::Isa;
    use crate::observation::Observation;
    use crate::observation_model::ObservationModel;

    #[test]
    fn large_counts_continue_the_table() {
        for shape in [1e-3, 1.0, 50.0] {
            let prior = Prior { shape, rate: 1.0 };
            crate::score::tests::large_matches_exact::<TERMS>(&prior, 4.0);
        }
    }

    /// ln p of each observation given those before it, in one segment.
    fn scores(model: &Exponential, xs: &[f64]) -> Vec<f64> {
        let mut bank = model.bank(1);
        model.spawn(&mut bank);
        let score = |x| {
            let mut score = vec![0.0; 8];
            let x = Observation::of(x);
            model.check(x).unwrap();
            model
                .observe(Isa::best(), &mut bank, x, &mut score)
                .unwrap();
            score[0]
        };
        xs.iter().map(score).collect()
    }

    /// The Lomax density a bᵃ/(x + b)^(a+1), over many orders of magnitude.
    #[test]
    fn predictive_is_lomax() {
        for a in [1e-3, 0.5, 1.0, 7.0, 1e4] {
            for b in [1e-30, 0.2, 3.0, 1e30] {
                let model = Exponential::new(a, b).unwrap();
                for x in [0.0, 1e-40, 1e-3, 0.5, 40.0, 1e25, 1e50] {
                    let want = f64::ln(a) - f64::ln(b) - (a + 1.0) * f64::ln_1p(x / b);
                    let got = scores(&model, &[x])[0];
                    let tolerance = 4e-15 * (want.abs() + a * f64::ln_1p(x / b)).max(1.0);
                    assert!((got - want).abs() < tolerance, "{a} {b} {x}: {got} {want}");
                }
            }
        }
    }

    /// The product of the predictives is Γ(a+n)/Γ(a) bᵃ/(b + Σx)^(a+n), whatever the order.
    #[test]
    fn evidence_is_exchangeable() {
        let (a, b) = (1.5, 2.0);
        let model = Exponential::new(a, b).unwrap();
        let xs = [0.3, 11.0, 0.0, 2.5, 0.3, 0.01, 7.0, 1.0];
        let mut back = xs;
        back.reverse();
        let (n, total) = (xs.len() as f64, xs.iter().sum::<f64>());
        let want =
            libm::lgamma(a + n) - libm::lgamma(a) + a * f64::ln(b) - (a + n) * f64::ln(b + total);
        for xs in [xs, back] {
            let got: f64 = scores(&model, &xs).iter().sum();
            assert!((got - want).abs() < 1e-13, "{got} {want}");
        }
    }

    #[test]
    fn refusals_name_the_value() {
        let model = Exponential::new(1.0, 1.0).unwrap();
        let refused = |x: f64| model.check(Observation::of(&x)).unwrap_err().to_string();
        assert!(refused(-2.5).contains("-2.5"));
        assert!(refused(f64::NAN).contains("NaN"));
        assert!(refused(f64::INFINITY).contains("inf"));
        assert!(
            Exponential::new(0.0, 1.0)
                .unwrap_err()
                .to_string()
                .contains("shape")
        );
        // 1e300 can be observed; the sum stops at 1e200.
        assert!(scores(&model, &[1e300, 1.0]).iter().all(|p| p.is_finite()));
    }
}
