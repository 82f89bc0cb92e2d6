//! Yes-or-no observations.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Grouped;
use crate::distribution::{Beta, BetaBinomial, Distribution, Forms, Level, Parameter};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::Group;
use crate::observation::Observation;
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::random::Random;
use crate::real::Real;
use crate::score::{Apply, GroupStep, rows};

/// Bernoulli observations with a beta prior on the probability of `true`.
///
/// ```text
/// x | p ~ Bernoulli(p),   p ~ Beta(a, b)
/// a' = a + x   b' = b + 1 − x   P(true) = a/(a+b)
/// ```
#[derive(Clone, Debug)]
pub struct Bernoulli<F: Real = f64> {
    prior: [F; 2],
}

impl Bernoulli {
    /// A model in `f64`; `a` and `b` count the prior's successes and failures.
    ///
    /// # Errors
    /// `a` and `b` must lie in [1e-100, 1e100].
    pub fn new(a: f64, b: f64) -> Result<Self, ParameterError> {
        Self::typed(a, b)
    }
}

impl<F: Real> Bernoulli<F> {
    /// [`new`](Bernoulli::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(a: f64, b: f64) -> Result<Self, ParameterError> {
        let a = check::positive::<F>("a", a)?;
        let b = check::positive::<F>("b", b)?;
        Ok(Self {
            prior: [F::of(a), F::of(b)],
        })
    }
}

impl<F: Real> GroupedModel<F> for Bernoulli<F> {
    type Obs = bool;
    const COUNTED: bool = false;

    /// a, b.
    fn width(&self) -> usize {
        2
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, bool>) -> Result<(), ObservationError> {
        x.alone().map(drop)
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        bank.push(self.prior);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, bool>, apply: impl Apply<F>) {
        if *x.value {
            apply.plain(&Observed::<0, 1>);
        } else {
            apply.plain(&Observed::<1, 0>);
        }
    }

    fn fits(&self, most: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        let ([a, b], prior) = ([0, 1].map(statistic), self.prior);
        let (sum, largest) = (a + b, prior[0] + prior[1] + F::of(most as f64));
        let rounding = F::one() + F::of(most as f64 + 8.0) * F::epsilon();
        a >= prior[0] && b >= prior[1] && sum <= largest * rounding
    }
}

grouped_model!(Bernoulli of bool);

impl<F: Real> Describe for Bernoulli<F> {
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
        let trials = 1;
        Some(Box::new(BetaBinomial { trials, a, b }))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let [a, b] = self.prior.map(Real::wide);
        let p = random.draw_beta(a, b)?;
        let trial = rand_distr::Bernoulli::new(p).ok()?;
        Some(Box::new(move |random| {
            f64::from(u8::from(random.draw(&trial)))
        }))
    }
}

/// One observation: `SEEN` is the statistic that counts its like.
struct Observed<const SEEN: usize, const OTHER: usize>;

impl<F: Real, const SEEN: usize, const OTHER: usize> GroupStep<F> for Observed<SEEN, OTHER> {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &self,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; G],
    ) {
        let statistics = rows::<_, 2, G>(statistics);
        let mut growths = [(L::splat(F::zero()), L::splat(F::zero())); G];
        // p = seen/(seen + other), and −ln p is the logarithm of a growth.
        for g in 0..G {
            let count = L::load(statistics[g][SEEN].as_ref());
            let other = L::load(statistics[g][OTHER].as_ref());
            growths[g] = F::growth_split(count, other);
            (count + F::one()).store(statistics[g][SEEN].as_mut());
        }
        for g in 0..G {
            let ln_joint = ln_joint[g].as_mut();
            (L::load(ln_joint) - F::growth_join(growths[g].0, growths[g].1)).store(ln_joint);
        }
    }
}

/// What a hypothesis knows of the probability.
fn posterior<F: Real>(bank: &Grouped<F>, hypothesis: usize) -> Beta {
    let [a, b] = bank.row(hypothesis, 0).map(Real::wide);
    Beta { a, b }
}
