//! Segments without memory whose mean length is not known.

use alloc::vec::Vec;

use super::{Constant, Hazard};
use crate::error::ParameterError;
use crate::parameter::Field;

/// So many mean lengths may be tried.
const MOST: usize = 32;

/// A constant hazard of which only this is known: its mean run length is one of several, all
/// equally probable before any data, and the same for the whole stream.
///
/// ```text
/// P(λ = λ_m | x_0..x_t) ∝ p(x_0..x_t | λ_m)        m = 1..M
/// ```
///
/// A detector of a [configuration](crate::config::Config) with this hazard has a filter for each
/// λ_m, weighs the filters by their evidence and averages over them, so what it says is exact, at
/// the cost of M filters; those of a probability below 10⁻⁶ are given up. How probable each λ_m
/// is by now it says too ([`hazard_probabilities`](crate::AnyDetector::hazard_probabilities)).
/// With mean lengths that lie close together this is what Wilson, Nassar & Gold (2010, *Neural
/// Computation* 22:2452) compute for a hazard that is any number.
///
/// As a [`Hazard`] of its own it is the one of them that was taken [`at`](Self::at) a position,
/// the first unless another was taken.
///
/// ```
/// use bocpd_core::config::{Config, HazardConfig, ModelConfig};
///
/// let model = ModelConfig::Gaussian { mean: 0.0, kappa: 0.1, alpha: 1.0, beta: 1.0 };
/// let mean_run_lengths = vec![20.0, 100.0, 500.0];
/// let mut detector = Config::new(model, HazardConfig::ConstantGrid { mean_run_lengths }).build()?;
/// for i in 0..400 {
///     // A change at every 20th observation.
///     let level = if i / 20 % 2 == 0 { 0.0 } else { 50.0 };
///     detector.update(&[level + f64::from(i * 7 % 5 - 2)])?;
/// }
/// assert!(detector.hazard_probabilities()[0] > 0.99);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ConstantGrid {
    hazards: Vec<Constant>,
    position: usize,
}

impl ConstantGrid {
    /// Constant hazards of these mean run lengths, the first of which is taken.
    ///
    /// # Errors
    /// There must be 1 to 32 `mean_run_lengths`, each greater than 1 and finite.
    pub fn new(mean_run_lengths: &[f64]) -> Result<Self, ParameterError> {
        const LENGTH: &str = "length of mean_run_lengths";
        Vec::from(mean_run_lengths).check(
            "mean_run_lengths",
            LENGTH,
            &super::constant::MEAN_RUN_LENGTH,
        )?;
        check_length(mean_run_lengths.len())?;
        let hazards = mean_run_lengths.iter().map(|&mean| Constant::new(mean));
        Ok(Self {
            hazards: hazards.collect::<Result<_, _>>()?,
            position: 0,
        })
    }

    /// How many mean run lengths there are.
    #[expect(clippy::len_without_is_empty, reason = "there is at least one")]
    pub fn len(&self) -> usize {
        self.hazards.len()
    }

    /// The same, of which the one at this position is taken; the last one beyond it.
    #[must_use]
    pub fn at(&self, position: usize) -> Self {
        Self {
            hazards: self.hazards.clone(),
            position: position.min(self.hazards.len() - 1),
        }
    }

    #[inline(always)]
    fn taken(&self) -> &Constant {
        &self.hazards[self.position]
    }
}

/// Whether there may be so many.
pub(crate) fn check_length(length: usize) -> Result<(), ParameterError> {
    if length > MOST {
        let must = "lie in 1..=32";
        return Err(ParameterError::new(
            "length of mean_run_lengths",
            length as f64,
            must,
        ));
    }
    Ok(())
}

impl Hazard for ConstantGrid {
    fn hazard(&self, length: u64) -> f64 {
        self.taken().hazard(length)
    }

    #[inline(always)]
    fn constant(&self) -> Option<f64> {
        self.taken().constant()
    }

    fn ln_survival(&self, length: u64, further: u64) -> Option<f64> {
        self.taken().ln_survival(length, further)
    }

    fn mean_residual(&self, length: u64) -> Option<f64> {
        self.taken().mean_residual(length)
    }

    fn over(&self, age: f64, elapsed: f64) -> Option<f64> {
        self.taken().over(age, elapsed)
    }

    fn ln_survival_over(&self, age: f64, elapsed: f64) -> Option<f64> {
        self.taken().ln_survival_over(age, elapsed)
    }
}
