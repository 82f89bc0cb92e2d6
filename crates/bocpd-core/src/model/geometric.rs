//! Failures before the first success.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Grouped;
use crate::distribution::{
    Beta, BetaNegativeBinomial, CompoundGamma, Distribution, Forms, Level, Parameter,
};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::{Group, Lanes};
use crate::model::check_count;
use crate::observation::{MAX_COUNT, Observation};
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::random::Random;
use crate::real::Real;
use crate::score::{Apply, CountTable, CountTerms, GroupScore, GroupTerms, LargeFailures};

/// Geometric counts, of the failures before the first success, with a beta prior on the
/// probability of success.
///
/// ```text
/// x | p ~ Geometric(p) = p (1 − p)ˣ,   p ~ Beta(a, b)
///
/// after n observations:   aₙ = a + n   b' = b + x
///   ln p(x) = ln aₙ/(aₙ+b) + ln (b)ₓ/(aₙ+b+1)ₓ,   (z)ₖ = z(z+1)…(z+k−1)
/// ```
///
/// Fink (1997), *A compendium of conjugate priors*, §2.2, for negative binomial counts of one
/// success. Counts up to 64 are scored as a product, larger ones in the deviance form of Loader
/// (2000), *Fast and accurate computation of binomial probabilities*.
#[derive(Clone, Debug)]
pub struct Geometric<F: Real = f64> {
    prior: Prior,
    table: CountTable<F, TERMS>,
}

#[derive(Clone, Copy, Debug)]
struct Prior {
    a: f64,
    b: f64,
}

/// The one term that depends on the count alone: `aₙ`.
const TERMS: usize = 1;

/// Counts up to this are scored as a product.
const PRODUCT_LIMIT: u64 = 64;

impl<F: Real> CountTerms<F, TERMS> for Prior {
    fn exact(&self, count: u64) -> [f64; TERMS] {
        [self.a + count as f64]
    }
}

impl<F: Real> GroupTerms<F, TERMS> for Prior {
    #[inline(always)]
    fn terms<L: Lanes<Scalar = F>>(&self, counts: L) -> [L; TERMS] {
        [counts + F::of(self.a)]
    }
}

impl Prior {
    /// Whether products of [`Real::FACTORS`] factors stay within the range of the type: those
    /// for x failures are aₙ/(aₙ+b), b/(aₙ+b+1), (b+1)/(aₙ+b+2), …, of which the first two are
    /// not both small.
    fn products_are_safe(&self, x: u64) -> bool {
        let (low, high) = (1e-6, 1e9);
        x <= PRODUCT_LIMIT && self.a.min(self.b) > low && self.a.max(self.b) < high
    }
}

impl Geometric {
    /// A model in `f64`: `a` successes and `b` failures are what the prior is worth.
    ///
    /// # Errors
    /// `a` and `b` must lie in [1e-100, 1e100].
    pub fn new(a: f64, b: f64) -> Result<Self, ParameterError> {
        Self::typed(a, b)
    }
}

impl<F: Real> Geometric<F> {
    /// [`new`](Geometric::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(a: f64, b: f64) -> Result<Self, ParameterError> {
        let prior = Prior {
            a: check::positive::<F>("a", a)?,
            b: check::positive::<F>("b", b)?,
        };
        Ok(Self {
            prior,
            table: CountTable::new(&prior),
        })
    }

    /// What a hypothesis knows of the probability.
    fn posterior(&self, bank: &Grouped<F>, hypothesis: usize) -> Beta {
        Beta {
            a: self.prior.a + bank.count(hypothesis),
            b: bank.statistic(hypothesis, 0).wide(),
        }
    }
}

impl<F: Real> GroupedModel<F> for Geometric<F> {
    type Obs = u64;
    const COUNTED: bool = true;

    /// b.
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
        bank.push([F::of(self.prior.b)]);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, u64>, apply: impl Apply<F>) {
        if self.prior.products_are_safe(*x.value) {
            apply.counted(&self.table, &self.prior, &Small(*x.value));
        } else {
            let large = Large(LargeFailures::new(1.0, *x.value));
            apply.counted(&self.table, &self.prior, &large);
        }
    }

    fn fits(&self, count: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        let (b, prior, n) = (statistic(0), F::of(self.prior.b), count as f64);
        if count == 0 {
            return b == prior;
        }
        let most = self.prior.b + n * MAX_COUNT as f64;
        let rounding = 1.0 + (n + 8.0) * F::epsilon().wide();
        b >= prior && b.wide() <= most * rounding
    }
}

grouped_model!(Geometric of u64);

impl<F: Real> Describe for Geometric<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        Some(Level::of(&self.posterior(bank, hypothesis)))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        let probability = self.posterior(bank, hypothesis);
        let Beta { a, b } = probability;
        // The mean count, (1 − p)/p.
        let mean = CompoundGamma {
            known_shape: b,
            shape: a,
            rate: 1.0,
        };
        alloc::vec![
            Parameter::new("probability", probability),
            Parameter::new("mean", mean)
        ]
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
        let Beta { a, b } = self.posterior(bank, hypothesis);
        Some(Box::new(BetaNegativeBinomial { size: 1.0, a, b }))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let Prior { a, b } = self.prior;
        let p = random.draw_beta(a, b)?;
        let failures = rand_distr::Geometric::new(p).ok()?;
        Some(Box::new(move |random| {
            random.draw(&failures).min(MAX_COUNT) as f64
        }))
    }
}

/// A small count.
struct Small(u64);

impl<F: Real> GroupScore<F, TERMS, 1> for Small {
    /// As the product of aₙ/(aₙ + b) and (b + i)/(aₙ + b + 1 + i).
    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; TERMS]; G],
        statistics: &mut [[F::Array; 1]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let zero = L::splat(F::zero());
        let (mut b, mut all, mut running) = ([zero; G], [zero; G], [zero; G]);
        for g in 0..G {
            b[g] = L::load(statistics[g][0].as_ref());
            all[g] = terms[g][0] + b[g];
            running[g] = terms[g][0] / all[g];
        }
        let (mut offset, mut factors) = (F::zero(), 1);
        for _ in 0..self.0 {
            if factors == F::FACTORS {
                for g in 0..G {
                    let ln_joint = ln_joint[g].as_mut();
                    (L::load(ln_joint) + F::ln_normal(running[g])).store(ln_joint);
                    running[g] = L::splat(F::one());
                }
                factors = 0;
            }
            let next = offset + F::one();
            for g in 0..G {
                running[g] = running[g] * ((b[g] + offset) / (all[g] + next));
            }
            (offset, factors) = (next, factors + 1);
        }
        for g in 0..G {
            let (shape, ln_joint) = (statistics[g][0].as_mut(), ln_joint[g].as_mut());
            (L::load(ln_joint) + F::ln_normal(running[g])).store(ln_joint);
            (b[g] + F::of(self.0 as f64)).store(shape);
        }
    }
}

/// A large count, or any under an extreme prior.
struct Large<F>(LargeFailures<F>);

impl<F: Real> GroupScore<F, TERMS, 1> for Large<F> {
    const HEAVY: bool = true;

    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; TERMS]; G],
        statistics: &mut [[F::Array; 1]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let mut a = [L::splat(F::zero()); G];
        for g in 0..G {
            a[g] = terms[g][0];
        }
        self.0.score::<L, G, 1, 0>(&a, statistics, ln_joint);
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::kernel::Isa;
    use crate::observation::Observation;
    use crate::observation_model::ObservationModel;

    #[test]
    fn large_counts_continue_the_table() {
        for a in [1e-3, 1.0, 50.0] {
            crate::score::tests::large_matches_exact::<TERMS>(&Prior { a, b: 1.0 }, 1.0);
        }
    }

    /// ln p of each observation given those before it, in one segment.
    fn scores(model: &Geometric, xs: &[u64]) -> Vec<f64> {
        let mut bank = model.bank(1);
        model.spawn(&mut bank);
        let score = |x| {
            let (mut score, x) = ([0.0; 8], Observation::of(x));
            model.check(x).unwrap();
            let isa = Isa::best();
            model.observe(isa, &mut bank, x, &mut score).unwrap();
            score[0]
        };
        xs.iter().map(score).collect()
    }

    /// What a form says of x under one hypothesis.
    fn of_form(form: &impl GroupScore<f64, TERMS, 1>, a: f64, b: f64) -> f64 {
        type Lanes = <f64 as Real>::Baseline;
        let mut score = [[0.0; 8]];
        let terms = [[<Lanes as crate::lanes::Lanes>::splat(a)]];
        form.score::<Lanes, 1>(&terms, &mut [[[b; 8]]], &mut score);
        score[0][0]
    }

    /// The two forms are two ways to the same number, and it is that of the distribution and
    /// of a product of quotients.
    #[test]
    fn product_and_deviance_agree() {
        for (a, b) in [
            (0.5, 0.25),
            (3.0, 1.0),
            (700.0, 9000.0),
            (2e6, 1e5),
            (1e-3, 40.0),
        ] {
            for x in [0_u64, 1, 2, 15, 16, 17, 33, 64] {
                let small = of_form(&Small(x), a, b);
                let large = of_form(&Large(LargeFailures::new(1.0, x)), a, b);
                let distribution = BetaNegativeBinomial { size: 1.0, a, b };
                let quotients = (0..x).map(|i| f64::ln((b + i as f64) / (a + b + 1.0 + i as f64)));
                let want = f64::ln(a / (a + b)) + quotients.sum::<f64>();
                for got in [small, large, distribution.ln_density(x as f64)] {
                    let tolerance = 4e-14 * want.abs().max(1.0);
                    assert!((got - want).abs() < tolerance, "{x}, {a} {b}: {got} {want}");
                }
            }
        }
    }

    /// Counts and priors of any size have a finite score.
    #[test]
    fn anything_has_a_score() {
        for a in [1e-100, 1e-3, 1.0, 1e100] {
            for b in [1e-100, 1.0, 1e12, 1e100] {
                let model = Geometric::new(a, b).unwrap();
                for x in [0, 1, 64, 65, 1_000_000, MAX_COUNT] {
                    let got = scores(&model, &[x, x, 0]);
                    assert!(got.iter().all(|ln| *ln <= 1e-9), "{x}, {a} {b}: {got:?}");
                    assert!(got.iter().all(|ln| ln.is_finite()), "{x}, {a} {b}: {got:?}");
                }
            }
        }
    }

    /// The product of the predictives is B(a+n, b+Σx)/B(a, b), whatever the order.
    #[test]
    fn evidence_is_exchangeable() {
        let (a, b) = (1.5, 4.0);
        let model = Geometric::new(a, b).unwrap();
        let xs = [3, 0, 0, 70, 11, 64, 65, 1];
        let mut back = xs;
        back.reverse();
        let ln_beta = |a: f64, b: f64| libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
        let (n, total) = (xs.len() as f64, xs.iter().sum::<u64>() as f64);
        let want = ln_beta(a + n, b + total) - ln_beta(a, b);
        for xs in [xs, back] {
            let got: f64 = scores(&model, &xs).iter().sum();
            assert!((got - want).abs() < 1e-12, "{got} {want}");
        }
    }

    #[test]
    fn refusals_name_the_value() {
        let model = Geometric::new(1.0, 1.0).unwrap();
        let error = model.check(Observation::of(&(MAX_COUNT + 2))).unwrap_err();
        assert!(error.to_string().contains("9007199254740994"), "{error}");
        let error = Geometric::new(1.0, -3.0).unwrap_err().to_string();
        assert!(error.contains('b') && error.contains("-3"), "{error}");
    }
}
