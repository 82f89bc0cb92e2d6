//! Counts whose zeros have a probability of their own.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Grouped;
use crate::distribution::{self, Beta, Distribution, Forms, Hurdle, Level, Parameter};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::Group;
use crate::model::check_count;
use crate::observation::{MAX_COUNT, Observation};
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::random::Random;
use crate::real::Real;
use crate::score::{Apply, GroupStep, LargeCount, NEGATIVE_BINOMIAL_TERMS, rows};

/// Counts in two parts: whether there is anything, and then how much beyond one.
///
/// ```text
/// P(x > 0) = p,                  p ~ Beta(a, b)
/// x − 1 | x > 0, λ ~ Poisson(λ), λ ~ Gamma(shape, rate)
///
/// x = 0:  b' = b + 1             P(x) = b/(a+b)
/// x > 0:  a' = a + 1, shape' = shape + x − 1, rate' = rate + 1
///         P(x) = a/(a+b) · NegativeBinomial(x − 1; shape, rate)
/// ```
///
/// A hurdle model (Mullahy 1986, *Specification and testing of some modified count data models*)
/// with a Poisson distribution from 1 on, in place of one that is cut off at 0: so both parts are
/// conjugate. It takes the place of zero-inflated models, whose zeros are partly those of the
/// counts, and also has fewer zeros than Poisson counts where the data do.
#[derive(Clone, Debug)]
pub struct HurdlePoisson<F: Real = f64> {
    prior: [F; WIDTH],
}

/// Statistics: a, b, shape, rate.
const WIDTH: usize = 4;
const SHAPE: usize = 2;
const RATE: usize = 3;

impl HurdlePoisson {
    /// A model in `f64`: `a` positive counts and `b` zeros are what the prior is worth;
    /// `shape/rate` is the mean expected of positive counts less 1, `rate` how many of them it is
    /// worth.
    ///
    /// # Errors
    /// All must lie in [1e-100, 1e100].
    pub fn new(a: f64, b: f64, shape: f64, rate: f64) -> Result<Self, ParameterError> {
        Self::typed(a, b, shape, rate)
    }
}

impl<F: Real> HurdlePoisson<F> {
    /// [`new`](HurdlePoisson::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(a: f64, b: f64, shape: f64, rate: f64) -> Result<Self, ParameterError> {
        let a = check::positive::<F>("a", a)?;
        let b = check::positive::<F>("b", b)?;
        let shape = check::positive::<F>("shape", shape)?;
        let rate = check::positive::<F>("rate", rate)?;
        Ok(Self {
            prior: [a, b, shape, rate].map(F::of),
        })
    }
}

/// What a hypothesis knows of the probability of a positive count, and of their rate.
fn posteriors<F: Real>(bank: &Grouped<F>, hypothesis: usize) -> (Beta, distribution::Gamma) {
    let [a, b, shape, rate] = bank.row(hypothesis, 0).map(Real::wide);
    (Beta { a, b }, distribution::Gamma { shape, rate })
}

impl<F: Real> GroupedModel<F> for HurdlePoisson<F> {
    type Obs = u64;
    const COUNTED: bool = false;

    fn width(&self) -> usize {
        WIDTH
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, u64>) -> Result<(), ObservationError> {
        check_count(*x.alone()?)
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        bank.push(self.prior);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, u64>, apply: impl Apply<F>) {
        match *x.value {
            0 => apply.plain(&Zero),
            1 => apply.plain(&One),
            more => apply.plain(&More(LargeCount::new(more - 1))),
        }
    }

    fn fits(&self, most: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        let now = [0, 1, 2, 3].map(|i| statistic(i).wide());
        let prior = self.prior.map(Real::wide);
        let n = most as f64;
        let rounding = 1.0 + (n + 8.0) * F::epsilon().wide();
        let grown = now.iter().zip(&prior).all(|(now, prior)| now >= prior);
        grown
            && now[0] + now[1] <= (prior[0] + prior[1] + n) * rounding
            && now[SHAPE] <= (prior[SHAPE] + n * MAX_COUNT as f64) * rounding
            && now[RATE] <= (prior[RATE] + n) * rounding
    }
}

grouped_model!(HurdlePoisson of u64);

impl<F: Real> Describe for HurdlePoisson<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        Some(Level::of(&posteriors(bank, hypothesis).0))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        let (probability, rate) = posteriors(bank, hypothesis);
        alloc::vec![
            Parameter::new("probability", probability),
            Parameter::new("rate", rate)
        ]
    }

    fn add_level_to(&self, forms: &mut Forms, bank: &Self::Bank, hypothesis: usize, _: usize) {
        posteriors(bank, hypothesis).0.add_to(forms, 1.0);
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        let (Beta { a, b }, distribution::Gamma { shape, rate }) = posteriors(bank, hypothesis);
        Some(Box::new(Hurdle {
            zero: b / (a + b),
            positive: a / (a + b),
            beyond_one: distribution::NegativeBinomial { shape, rate },
        }))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let [a, b, shape, rate] = self.prior.map(Real::wide);
        let positive = random.draw_beta(a, b)?;
        let rate = random.draw(&rand_distr::Gamma::new(shape, 1.0 / rate).ok()?);
        // No count can be drawn for a rate of 0 or beyond what a count can be.
        let beyond_one = rand_distr::Poisson::new(rate.clamp(1e-100, 1e15)).ok()?;
        Some(Box::new(move |random| {
            if random.uniform() < positive {
                1.0 + random.draw(&beyond_one)
            } else {
                0.0
            }
        }))
    }
}

/// Takes −ln(seen/(seen + other)) off `ln_joint` and counts one more of what was seen.
#[inline(always)]
fn count<F: Real, L: Group<Scalar = F>, const G: usize, const SEEN: usize, const OTHER: usize>(
    statistics: &mut [[F::Array; WIDTH]; G],
    ln_joint: &mut [F::Array; G],
) {
    for (statistics, ln_joint) in statistics.iter_mut().zip(ln_joint) {
        let seen = L::load(statistics[SEEN].as_ref());
        let other = L::load(statistics[OTHER].as_ref());
        let (s, k) = F::growth_split(seen, other);
        (seen + F::one()).store(statistics[SEEN].as_mut());
        let ln_joint = ln_joint.as_mut();
        (L::load(ln_joint) - F::growth_join(s, k)).store(ln_joint);
    }
}

/// A count of 0.
struct Zero;

impl<F: Real> GroupStep<F> for Zero {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &self,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; G],
    ) {
        let statistics = rows::<_, WIDTH, G>(statistics);
        count::<F, L, G, 1, 0>(statistics, ln_joint);
    }
}

/// A count of 1: none beyond it, which has the probability (rate/(rate+1))^shape.
struct One;

impl<F: Real> GroupStep<F> for One {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &self,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; G],
    ) {
        let statistics = rows::<_, WIDTH, G>(statistics);
        count::<F, L, G, 0, 1>(statistics, ln_joint);
        let one = L::splat(F::one());
        for g in 0..G {
            let shape = L::load(statistics[g][SHAPE].as_ref());
            let rate = L::load(statistics[g][RATE].as_ref());
            let (s, k) = F::growth_split(rate, one);
            (rate + one).store(statistics[g][RATE].as_mut());
            let ln_joint = ln_joint[g].as_mut();
            (L::load(ln_joint) - shape * F::growth_join(s, k)).store(ln_joint);
        }
    }
}

/// Any other count, less 1: a negative binomial probability with π = rate/(rate+1).
struct More<F>(LargeCount<F>);

impl<F: Real> GroupStep<F> for More<F> {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &self,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; G],
    ) {
        let statistics = rows::<_, WIDTH, G>(statistics);
        count::<F, L, G, 0, 1>(statistics, ln_joint);
        let one = L::splat(F::one());
        let mut terms = [[one; NEGATIVE_BINOMIAL_TERMS]; G];
        for g in 0..G {
            let rate = L::load(statistics[g][RATE].as_ref());
            let total = rate + one;
            let inverse = one / total;
            let ln_pi = F::ln_1p_positive(one / rate) * -F::one();
            terms[g] = [ln_pi, rate * inverse, inverse];
            total.store(statistics[g][RATE].as_mut());
        }
        self.0
            .score::<L, G, _, WIDTH, SHAPE>(&terms, statistics, ln_joint);
    }
}
