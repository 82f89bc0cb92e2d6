//! What is known of a segment's level.

use super::Distribution;

/// Mean, variance and width of the posterior of a segment's level.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Level {
    /// The posterior mean; the median of a posterior that has none.
    pub mean: f64,
    /// The posterior variance; infinite where the posterior has none.
    pub variance: f64,
    /// A square of its width that is always finite: the variance, or the
    /// squared scale of a posterior with heavy tails. By it, levels that hardly
    /// differ are found.
    pub spread: f64,
}

impl Level {
    /// Mean and variance of a posterior; its median where it has no mean.
    pub fn of(posterior: &dyn Distribution) -> Self {
        let (mut mean, variance) = (posterior.mean(), posterior.variance());
        if !mean.is_finite() {
            mean = posterior.quantile(0.5);
        }
        let spread = if variance.is_finite() {
            variance
        } else {
            // Half the width of the central 68 %, a standard deviation of the
            // normal distribution.
            let (low, high) = posterior.interval(0.682_689_492_137_086);
            0.25 * (high - low) * (high - low)
        };
        Self {
            mean,
            variance,
            spread,
        }
    }

    /// The level of a mixture, given as pairs of weight and component:
    ///
    /// ```text
    /// mean = Σ p m / Σ p     variance = Σ p (V + (m − mean)²) / Σ p
    /// ```
    ///
    /// and the spread as the variance.
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
        let (mut variance, mut spread) = (0.0, 0.0);
        for (weight, level) in components.filter(|&(weight, _)| weight > 0.0) {
            let level = level?;
            let delta = level.mean - mean;
            variance += weight / total * (level.variance + delta * delta);
            spread += weight / total * (level.spread + delta * delta);
        }
        let mixture = Self {
            mean,
            variance,
            spread,
        };
        (total > 0.0).then_some(mixture).filter(Self::is_known)
    }

    /// Whether this says where the level is: what is not a number is no knowledge.
    pub(crate) fn is_known(&self) -> bool {
        self.mean.is_finite() && self.variance >= 0.0 && self.spread >= 0.0
    }
}
