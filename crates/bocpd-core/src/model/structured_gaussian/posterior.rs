//! What a hypothesis knows, in plain numbers, and what is said of it.

use alloc::boxed::Box;
use alloc::vec::Vec;

use libm::{atan2, sqrt};

use super::factors::{self, measure, pass};
use super::structure::MAX_DIM;
use super::table::Factors;
use super::{StructuredBank, StructuredGaussian};
use crate::distribution::{Distribution, Forms, InverseGamma, Level, Parameter, StudentT};
use crate::observation_model::{Describe, Source};
use crate::random::Random;
use crate::real::Real;

/// The state of a segment as it is now: mean and factors of the covariance over σ².
pub(super) struct Posterior {
    pub(super) state: Vec<f64>,
    pub(super) factors: Factors,
    pub(super) alpha: f64,
    pub(super) beta: f64,
    /// Time since the segment began, less whole periods of its season.
    pub(super) age: f64,
    /// What the level is relative to.
    origin: f64,
    /// Whether nothing is known of the level but its heavy-tailed prior.
    unseen: bool,
}

impl<F: Real> StructuredGaussian<F> {
    pub(super) fn posterior(&self, bank: &StructuredBank<F>, hypothesis: usize) -> Posterior {
        let factors = if bank.is_carried(hypothesis) {
            let factor = |i| [bank.spread.statistic(hypothesis, i).wide()];
            (0..factors::count(self.layout.dim())).map(factor).collect()
        } else {
            self.far_factors(bank.count(hypothesis))
        };
        self.posterior_of(bank, hypothesis, factors)
    }

    /// The same, given the factors as they are carried, or after the last observation.
    pub(super) fn posterior_of(
        &self,
        bank: &StructuredBank<F>,
        hypothesis: usize,
        factors: Factors,
    ) -> Posterior {
        let dim = self.layout.dim();
        let count = bank.count(hypothesis);
        let statistic = |i| bank.states.statistic(hypothesis, i).wide();
        let heavy = self.cauchy.is_some();
        let origin = if heavy { statistic(dim + 2) } else { 0.0 };
        let carried = bank.is_carried(hypothesis);
        let mut posterior = Posterior {
            state: (0..dim).map(statistic).collect(),
            factors,
            alpha: self.alpha_after(count),
            beta: statistic(dim),
            age: self.age(bank, hypothesis),
            origin: self.mean + origin,
            unseen: heavy && count == 0,
        };
        if carried && bank.elapsed > 0.0 {
            self.wait(&mut posterior, bank.elapsed, false);
        }
        if !carried && bank.due && count > 0 {
            self.wait(&mut posterior, 1.0, false);
        }
        posterior
    }

    /// The factors after `count` observations, also beyond the table.
    pub(super) fn far_factors(&self, count: u64) -> Factors {
        if let super::Beyond::Closed { kappa } = self.table.beyond
            && (count > 0 || kappa > 0.0)
        {
            return alloc::vec![[1.0 / (kappa + count as f64)]];
        }
        self.table.factors(&self.structure, count)
    }

    /// Time since a segment began, less whole periods of its season; where there is no
    /// season, nobody asks.
    pub(super) fn age(&self, bank: &StructuredBank<F>, hypothesis: usize) -> f64 {
        if self.layout.season == 0 {
            return 0.0;
        }
        if bank.is_carried(hypothesis) {
            let at = factors::count(self.layout.dim());
            let [cos, sin] = [at, at + 1].map(|i| bank.spread.statistic(hypothesis, i).wide());
            let birth = atan2(sin, cos) / core::f64::consts::TAU * self.structure.period;
            return bank.clock - birth;
        }
        let count = bank.count(hypothesis);
        let since = count.saturating_sub(1) + u64::from(bank.due && count > 0);
        libm::fmod(since as f64, self.structure.period)
    }

    /// Lets time pass for one hypothesis; its age may be of that time already.
    fn wait(&self, posterior: &mut Posterior, elapsed: f64, ages: bool) {
        let passage = self.structure.passage::<f64>(elapsed);
        let (layout, state) = (self.layout, &mut posterior.state);
        let level = layout.level();
        if layout.slope {
            state[level] += state[level + 1] * passage.elapsed;
        }
        if layout.ar {
            state[0] *= passage.phi;
        }
        pass::<f64>(layout, &mut posterior.factors, &passage);
        if ages {
            posterior.age += elapsed;
        }
    }

    /// The predictive of an observation made `elapsed` from now.
    pub(in crate::model) fn foreseen(
        &self,
        bank: &StructuredBank<F>,
        hypothesis: usize,
        elapsed: f64,
    ) -> StudentT {
        let mut posterior = self.posterior(bank, hypothesis);
        if let (true, Some((_, scale))) = (posterior.unseen, self.cauchy) {
            return cauchy(self.mean, scale);
        }
        if elapsed > 0.0 {
            self.wait(&mut posterior, elapsed, true);
        }
        let h = self.structure.loadings(posterior.age);
        let mut factors = posterior.factors;
        let measurement = self.structure.measurement();
        let mut k = [0.0; MAX_DIM];
        let f = measure(self.layout, &mut factors, &h, measurement, &mut k);
        let foreseen: f64 = posterior.state.iter().zip(h).map(|(z, h)| z * h).sum();
        StudentT {
            nu: 2.0 * posterior.alpha,
            location: posterior.origin + foreseen,
            scale: scale(posterior.beta / posterior.alpha, f),
        }
    }

    /// The predictive of the next observation.
    pub(in crate::model) fn next(&self, bank: &StructuredBank<F>, hypothesis: usize) -> StudentT {
        // The first observation of a segment is at its birth.
        let elapsed = if bank.count(hypothesis) > 0 { 1.0 } else { 0.0 };
        self.foreseen(bank, hypothesis, elapsed)
    }

    /// The marginal of the level.
    fn level_of(&self, bank: &StructuredBank<F>, hypothesis: usize) -> (StudentT, Posterior) {
        let posterior = self.posterior(bank, hypothesis);
        let level = match self.cauchy {
            Some((_, scale)) if posterior.unseen => cauchy(self.mean, scale),
            _ => {
                let level = posterior.of(self.layout.dim(), self.layout.level());
                StudentT {
                    location: posterior.origin + level.location,
                    ..level
                }
            }
        };
        (level, posterior)
    }
}

impl Posterior {
    /// The marginal of one number of the state.
    fn of(&self, dim: usize, i: usize) -> StudentT {
        let variance = factors::variance(dim, &self.factors, i);
        StudentT {
            nu: 2.0 * self.alpha,
            location: self.state[i],
            scale: scale(self.beta / self.alpha, variance),
        }
    }
}

/// √(σ² P), where the product may be too small for a number: a scale is positive.
fn scale(noise: f64, variance: f64) -> f64 {
    (sqrt(noise) * sqrt(variance)).max(f64::MIN_POSITIVE)
}

fn cauchy(location: f64, scale: f64) -> StudentT {
    StudentT {
        nu: 1.0,
        location,
        scale,
    }
}

impl<F: Real> Describe for StructuredGaussian<F> {
    fn level(&self, bank: &StructuredBank<F>, hypothesis: usize, _: usize) -> Option<Level> {
        let (level, _) = self.level_of(bank, hypothesis);
        let variance = if level.nu > 2.0 {
            level.scale * level.scale * (level.nu / (level.nu - 2.0))
        } else {
            f64::INFINITY
        };
        Some(Level {
            mean: level.location,
            variance,
            spread: level.scale * level.scale,
        })
    }

    fn parameters(&self, bank: &StructuredBank<F>, hypothesis: usize) -> Vec<Parameter> {
        let (level, posterior) = self.level_of(bank, hypothesis);
        let variance = InverseGamma {
            shape: posterior.alpha,
            scale: posterior.beta,
        };
        let mut parameters = alloc::vec![
            Parameter::new("mean", level),
            Parameter::new("variance", variance)
        ];
        if self.layout.slope {
            let slope = posterior.of(self.layout.dim(), self.layout.level() + 1);
            parameters.push(Parameter::new("slope", slope));
        }
        parameters
    }

    fn add_level_to(
        &self,
        forms: &mut Forms,
        bank: &StructuredBank<F>,
        hypothesis: usize,
        _: usize,
    ) {
        self.level_of(bank, hypothesis).0.add_to(forms, 1.0);
    }

    fn predictive(
        &self,
        bank: &StructuredBank<F>,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        Some(Box::new(self.next(bank, hypothesis)))
    }

    fn predictive_after(
        &self,
        bank: &StructuredBank<F>,
        hypothesis: usize,
        _: usize,
        elapsed: f64,
    ) -> Option<Box<dyn Distribution>> {
        Some(Box::new(self.foreseen(bank, hypothesis, elapsed)))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        self.simulation(random)
    }
}
