//! What is known of a segment's level.

use crate::distribution::Distribution;

/// Mean and variance of the posterior of a segment's level.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Level {
    /// The posterior mean.
    pub mean: f64,
    /// The posterior variance; infinite where the posterior has none.
    pub variance: f64,
}

impl Level {
    /// Mean and variance of a posterior.
    pub fn of(posterior: &dyn Distribution) -> Self {
        Self {
            mean: posterior.mean(),
            variance: posterior.variance(),
        }
    }

    /// Mean and variance of a mixture, given as pairs of weight and component:
    ///
    /// ```text
    /// mean = Σ p m / Σ p     variance = Σ p (V + (m − mean)²) / Σ p
    /// ```
    ///
    /// `None` if a component of positive weight does not know its level, or
    /// there is none.
    pub(crate) fn mixture(
        components: impl Iterator<Item = (f64, Option<Self>)> + Clone,
    ) -> Option<Self> {
        let (mut total, mut mean) = (0.0, 0.0);
        for (weight, level) in components.clone().filter(|&(weight, _)| weight > 0.0) {
            total += weight;
            // As a running mean: levels far from zero lose no digits.
            mean += (level?.mean - mean) * (weight / total);
        }
        let spread = |(weight, level): (f64, Option<Self>)| {
            let level = level?;
            let delta = level.mean - mean;
            Some(weight * (level.variance + delta * delta))
        };
        let positive = components.filter(|&(weight, _)| weight > 0.0);
        let sum: Option<f64> = positive.map(spread).sum();
        (total > 0.0).then_some(Self {
            mean,
            variance: sum? / total,
        })
    }

    #[cfg(feature = "serde")]
    pub(crate) fn is_sound(&self) -> bool {
        !self.mean.is_nan() && self.variance >= 0.0
    }
}
