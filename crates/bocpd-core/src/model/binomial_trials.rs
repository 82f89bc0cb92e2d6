//! Successes out of numbers of trials that differ.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Binomial;
use crate::bank::Grouped;
use crate::distribution::{Beta, BetaBinomial, Distribution, Forms, Level, Parameter};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::Group;
use crate::model::binomial::TRIALS;
use crate::observation::{Beside, MAX_COUNT, Observation, SideInformation, number_beside};
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::random::Random;
use crate::real::Real;
use crate::score::{Apply, GroupStep, LargeCount, NEGATIVE_BINOMIAL_TERMS, Unchanged, rows};

/// Binomial counts, each out of a number of trials of its own, with a beta prior on the
/// probability of success.
///
/// ```text
/// k | p ~ Binomial(N, p),   p ~ Beta(a, b),   N the trials of this observation
///
/// a' = a + k   b' = b + N − k
/// ln p(k) = ln C(N, k) + ln (a)ₖ + ln (b)₍N₋ₖ₎ − ln (a+b)ₙ,   (z)ₖ = z(z+1)…(z+k−1)
/// ```
///
/// Gelman et al., *Bayesian Data Analysis* (3rd ed.), §2.4. An observation that comes without a
/// number of trials has `trials`, so that without any this is the
/// [`Binomial`](crate::model::Binomial) model. No success out of no trial says nothing.
///
/// Scored as the quotient of negative binomial probabilities
///
/// ```text
/// p(k) = NB(k; a, π) NB(N−k; b, π) / NB(N; a+b, π),   π = (a+b)/(a+b+N)
/// ```
///
/// (true for any π), each in the deviance form of Loader (2000), *Fast and accurate computation
/// of binomial probabilities*.
#[derive(Clone, Debug)]
pub struct BinomialTrials<F: Real = f64> {
    prior: [F; 2],
    trials: u64,
}

impl BinomialTrials {
    /// A model in `f64`; `a` and `b` count the prior's successes and failures, and `trials` are
    /// those of an observation that comes without their number.
    ///
    /// # Errors
    /// `a` and `b` must lie in [1e-100, 1e100], `trials` in [1, 2^53].
    pub fn new(a: f64, b: f64, trials: u64) -> Result<Self, ParameterError> {
        Self::typed(a, b, trials)
    }
}

impl<F: Real> BinomialTrials<F> {
    /// [`new`](BinomialTrials::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(a: f64, b: f64, trials: u64) -> Result<Self, ParameterError> {
        let a = check::positive::<F>("a", a)?;
        let b = check::positive::<F>("b", b)?;
        TRIALS.check::<F>("trials", trials as f64)?;
        Ok(Self {
            prior: [F::of(a), F::of(b)],
            trials,
        })
    }

    /// The trials of an observation.
    #[inline(always)]
    fn trials<X: ?Sized>(&self, x: Observation<'_, X>) -> u64 {
        self.or_usual(number_beside(x, Beside::Trials))
    }

    /// A number of trials, or that of an observation without one.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be a count"
    )]
    fn or_usual(&self, trials: Option<f64>) -> u64 {
        trials.map_or(self.trials, |trials| trials as u64)
    }
}

impl<F: Real> GroupedModel<F> for BinomialTrials<F> {
    type Obs = u64;
    const COUNTED: bool = false;

    /// a, b.
    fn width(&self) -> usize {
        2
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, u64>) -> Result<(), ObservationError> {
        self.admits_beside(x.side)?;
        if *x.value <= self.trials(x) {
            Ok(())
        } else {
            let (value, must) = (*x.value as f64, "be at most the number of trials");
            Err(ObservationError::OutOfSupport { value, must })
        }
    }

    fn admits_beside(&self, side: &SideInformation<'_>) -> Result<(), ObservationError> {
        Beside::Trials.check(side)
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        bank.push(self.prior);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, u64>, apply: impl Apply<F>) {
        let (trials, successes) = (self.trials(x), *x.value);
        if trials == 0 {
            return apply.plain(&Unchanged);
        }
        let some = |count: u64| (count > 0).then(|| LargeCount::new(count));
        apply.plain(&Observed {
            all: LargeCount::new(trials),
            trials: F::of(trials as f64),
            successes: some(successes),
            failures: some(trials - successes),
        });
    }

    fn fits(&self, most: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        let ([a, b], [prior_a, prior_b]) = ([0, 1].map(statistic), self.prior);
        let n = most as f64;
        let largest = (prior_a + prior_b).wide() + n * MAX_COUNT as f64;
        let rounding = 1.0 + (2.0 * n + 8.0) * F::epsilon().wide();
        a >= prior_a && b >= prior_b && (a + b).wide() <= largest * rounding
    }
}

grouped_model!(BinomialTrials of u64);

impl<F: Real> Describe for BinomialTrials<F> {
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
        let trials = self.trials;
        Some(Box::new(BetaBinomial { trials, a, b }))
    }

    fn predictive_with(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
        _: f64,
        side: &SideInformation<'_>,
    ) -> Option<Box<dyn Distribution>> {
        let Beta { a, b } = posterior(bank, hypothesis);
        let trials = self.or_usual(Beside::Trials.number(side));
        Some(Box::new(BetaBinomial { trials, a, b }))
    }

    /// Successes out of the usual number of trials.
    fn source(&self, random: &mut Random) -> Option<Source> {
        let [a, b] = self.prior.map(Real::wide);
        Binomial::new(a, b, self.trials).ok()?.source(random)
    }
}

/// What a hypothesis knows of the probability.
fn posterior<F: Real>(bank: &Grouped<F>, hypothesis: usize) -> Beta {
    let [a, b] = bank.row(hypothesis, 0).map(Real::wide);
    Beta { a, b }
}

/// Successes and failures; `None` for 0.
struct Observed<F> {
    all: LargeCount<F>,
    /// N.
    trials: F,
    successes: Option<LargeCount<F>>,
    failures: Option<LargeCount<F>>,
}

impl<F: Real> GroupStep<F> for Observed<F> {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &self,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; G],
    ) {
        let statistics = rows::<_, 2, G>(statistics);
        let (zero, trials) = (L::splat(F::zero()), L::splat(self.trials));
        let mut terms = [[zero; NEGATIVE_BINOMIAL_TERMS]; G];
        let (mut sums, mut all) = ([ln_joint[0]; G], [ln_joint[0]; G]);
        for g in 0..G {
            let [a, b] = [0, 1].map(|i| L::load(statistics[g][i].as_ref()));
            let sum = a + b;
            let inverse = L::splat(F::one()) / (sum + trials);
            let ln_pi = F::ln_1p_positive(trials / sum) * -F::one();
            terms[g] = [ln_pi, sum * inverse, trials * inverse];
            sum.store(sums[g].as_mut());
            zero.store(all[g].as_mut());
        }
        self.all.add(&terms, &sums, &mut all);
        for g in 0..G {
            let ln_joint = ln_joint[g].as_mut();
            (L::load(ln_joint) - L::load(all[g].as_ref())).store(ln_joint);
        }
        one_of::<L, F, G, 0>(self.successes, &terms, statistics, ln_joint);
        one_of::<L, F, G, 1>(self.failures, &terms, statistics, ln_joint);
    }
}

/// Adds ln NB of a count, or of 0, where the shape is statistic `S`.
#[inline(always)]
fn one_of<L: Group<Scalar = F>, F: Real, const G: usize, const S: usize>(
    count: Option<LargeCount<F>>,
    terms: &[[L; NEGATIVE_BINOMIAL_TERMS]; G],
    statistics: &mut [[F::Array; 2]; G],
    ln_joint: &mut [F::Array; G],
) {
    if let Some(count) = count {
        return count.score::<L, G, _, 2, S>(terms, statistics, ln_joint);
    }
    // ln NB(0; a, π) = a ln π.
    for g in 0..G {
        let (shape, ln_joint) = (statistics[g][S].as_ref(), ln_joint[g].as_mut());
        (L::load(ln_joint) + L::load(shape) * terms[g][0]).store(ln_joint);
    }
}
