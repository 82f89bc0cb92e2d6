//! Models of one hypothesis at a time.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Describe, ObservationModel};
use crate::bank::Slots;
use crate::distribution::{Distribution, Parameter};
use crate::error::ObservationError;
use crate::kernel::Isa;
use crate::observation::Observation;
use crate::random::Random;

/// Scores one observation under one hypothesis: the easy way to a model.
///
/// Every `ScalarModel` is an [`ObservationModel`].
///
/// ```
/// use bocpd_core::{Constant, Detector, ScalarModel};
///
/// /// Waiting times in a queue: exponential, with a gamma(a, b) prior on the rate.
/// struct Exponential { a: f64, b: f64 }
///
/// impl ScalarModel for Exponential {
///     type Obs = f64;
///     type Stats = (f64, f64);
///
///     fn prior(&self) -> (f64, f64) {
///         (self.a, self.b)
///     }
///     fn ln_predictive(&self, &(a, b): &(f64, f64), x: &f64) -> f64 {
///         a.ln() + a * b.ln() - (a + 1.0) * (b + x).ln()
///     }
///     fn update(&self, (a, b): &mut (f64, f64), x: &f64) {
///         *a += 1.0;
///         *b += x;
///     }
/// }
///
/// let mut detector = Detector::new(Exponential { a: 1.0, b: 1.0 }, Constant::new(100.0)?);
/// for x in [0.4, 1.1, 0.7, 24.0, 31.0, 28.0, 19.0] {
///     detector.update(x)?;
/// }
/// assert_eq!(detector.changepoints(), [3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait ScalarModel {
    /// What is observed.
    type Obs: ?Sized;
    /// What a hypothesis has learned.
    type Stats: Clone;

    /// What a hypothesis knows at its birth.
    fn prior(&self) -> Self::Stats;

    /// ln p(x | statistics): the log predictive density or probability.
    fn ln_predictive(&self, stats: &Self::Stats, x: &Self::Obs) -> f64;

    /// Absorbs `x`.
    fn update(&self, stats: &mut Self::Stats, x: &Self::Obs);

    /// Whether `x` can be observed at all.
    ///
    /// # Errors
    /// Says what is wrong with the value.
    fn check(&self, x: &Self::Obs) -> Result<(), ObservationError> {
        let _ = x;
        Ok(())
    }

    /// Whether statistics that were read from a snapshot can be those of a segment of
    /// `length` observations, missing ones included; see [`ObservationModel::is_sound`].
    fn is_sound(&self, stats: &Self::Stats, length: u64) -> bool {
        let _ = (stats, length);
        true
    }

    /// The posteriors of a segment's parameters, the level first; see
    /// [`Describe::parameters`].
    fn parameters(&self, stats: &Self::Stats) -> Vec<Parameter> {
        let _ = stats;
        Vec::new()
    }

    /// The predictive distribution of the next observation; see
    /// [`Describe::predictive`].
    fn predictive(&self, stats: &Self::Stats) -> Option<Box<dyn Distribution>> {
        let _ = stats;
        None
    }

    /// Observations of one segment; see [`Describe::simulate`].
    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        let _ = (random, n);
        None
    }
}

impl<M: ScalarModel> ObservationModel for M {
    type Scalar = f64;
    type Obs = M::Obs;
    type Bank = Slots<M::Stats>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        Slots::new(capacity)
    }

    fn check(&self, x: Observation<'_, Self::Obs>) -> Result<(), ObservationError> {
        ScalarModel::check(self, x.alone()?)
    }

    fn spawn(&self, bank: &mut Self::Bank) {
        bank.push(self.prior());
    }

    fn score(
        &self,
        _: Isa,
        bank: &Self::Bank,
        x: Observation<'_, Self::Obs>,
        ln_joint: &mut [f64],
    ) {
        for (ln_joint, stats) in ln_joint.iter_mut().zip(bank.as_slice()) {
            *ln_joint += self.ln_predictive(stats, x.value);
        }
    }

    fn absorb(
        &self,
        _: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, Self::Obs>,
        weights: Option<&[f64]>,
    ) {
        for (i, stats) in bank.as_mut_slice().iter_mut().enumerate() {
            if weights.is_none_or(|weights| weights[i] != 0.0) {
                self.update(stats, x.value);
            }
        }
    }

    fn is_sound(&self, bank: &Self::Bank, lengths: &[u64]) -> bool {
        let mut stats = bank.as_slice().iter().zip(lengths);
        stats.all(|(stats, &length)| ScalarModel::is_sound(self, stats, length))
    }
}

impl<M: ScalarModel> Describe for M {
    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        ScalarModel::parameters(self, &bank.as_slice()[hypothesis])
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        ScalarModel::predictive(self, &bank.as_slice()[hypothesis])
    }

    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        ScalarModel::simulate(self, random, n)
    }
}
