//! Yes-or-no observations.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::{Bank, Grouped};
use crate::distribution::{Beta, BetaBinomial, Distribution, Parameter};
use crate::error::check;
use crate::lanes::{Group, groups_from};
use crate::model::Level;
use crate::model::groups::{GroupStep, step_groups};
use crate::{Isa, ObservationError, ObservationModel, ParameterError, Random, Real};

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

/// Statistics of the live hypotheses.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = "F: Real"))]
pub struct BernoulliBank<F: Real> {
    /// a, b.
    statistics: Grouped<F, 2>,
}

impl<F: Real> ObservationModel for Bernoulli<F> {
    type Scalar = F;
    type Obs = bool;
    type Bank = BernoulliBank<F>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        BernoulliBank {
            statistics: Grouped::new([F::one(), F::one()], capacity),
        }
    }

    #[inline(always)]
    fn check(&self, _: &bool) -> Result<(), ObservationError> {
        Ok(())
    }

    #[inline(always)]
    fn spawn(&self, bank: &mut Self::Bank) {
        bank.statistics.push(self.prior);
    }

    observe_on_best!();

    #[inline(always)]
    fn observe_on(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: &bool,
        ln_joint: &mut [F],
    ) -> Result<(), ObservationError> {
        let statistics = bank.statistics.live_mut();
        if *x {
            step_groups(isa, Observed::<F, 0, 1>(statistics), ln_joint);
        } else {
            step_groups(isa, Observed::<F, 1, 0>(statistics), ln_joint);
        }
        Ok(())
    }

    fn level(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Level> {
        Some(Level::of(&posterior(bank, hypothesis)))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        alloc::vec![Parameter::new("probability", posterior(bank, hypothesis))]
    }

    fn predictive(&self, bank: &Self::Bank, hypothesis: usize) -> Option<Box<dyn Distribution>> {
        let Beta { a, b } = posterior(bank, hypothesis);
        let trials = 1;
        Some(Box::new(BetaBinomial { trials, a, b }))
    }

    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        let [a, b] = self.prior.map(Real::wide);
        let p = random.draw_beta(a, b)?;
        let trial = rand_distr::Bernoulli::new(p).ok()?;
        Some(
            (0..n)
                .map(|_| f64::from(u8::from(random.draw(&trial))))
                .collect(),
        )
    }
}

/// One observation: `SEEN` is the statistic that counts its like.
struct Observed<'a, F: Real, const SEEN: usize, const OTHER: usize>(&'a mut [[F::Array; 2]]);

impl<F: Real, const SEEN: usize, const OTHER: usize> GroupStep<F> for Observed<'_, F, SEEN, OTHER> {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &mut self,
        at: usize,
        ln_joint: &mut [F::Array; G],
    ) {
        let statistics: &mut [_; G] = groups_from(self.0, at);
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
fn posterior<F: Real>(bank: &BernoulliBank<F>, hypothesis: usize) -> Beta {
    let [a, b] = bank.statistics.row(hypothesis).map(Real::wide);
    Beta { a, b }
}

impl<F: Real> Bank for BernoulliBank<F> {
    #[inline(always)]
    fn len(&self) -> usize {
        self.statistics.len()
    }

    fn clear(&mut self) {
        self.statistics.clear();
    }

    fn keep(&mut self, kept: &[u32]) {
        self.statistics.keep(kept);
    }
}
