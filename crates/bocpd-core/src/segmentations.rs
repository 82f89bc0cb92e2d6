//! The best segmentation with each number of changes, and how probable each number is.
//!
//! The joint probability of a series and its segmentation is a product over segments, so that
//! the best segmentations with k changes follow from those with k − 1:
//!
//! ```text
//! M_t(k) = max_s [ M_s(k−1) + ln p(x_s..x_{t−1} | one segment) + ln S(t−s) h(t−s) ]
//! ```
//!
//! over the start s of the last segment before t, and the probabilities of k by the same
//! recursion with a sum in place of the maximum (Fearnhead 2006, Statistics and Computing
//! 16:203, §2; Auger & Lawrence 1989 for the maximum). Both are made in one pass.

mod candidates;

use alloc::vec::Vec;

use candidates::Candidates;

use crate::any_detector::AnyDetector;
use crate::config::{Config, Per};
use crate::error::{BatchError, DetectError, ParameterError};
use crate::interrupt;
use crate::observation::Rows;

/// The best segmentations of a series, by their number of changes.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Segmentations {
    /// One for each number of changes from 0 to the largest that was asked for, without those
    /// that the hazard or the length of the series makes impossible.
    pub all: Vec<Segmentation>,
    /// P(there are more changes than the largest number that was asked for | series).
    pub p_more: f64,
    /// Whether every start of a segment was considered at every step. In series of more than
    /// some thousand observations those are given up that lie behind for every number of
    /// changes.
    pub exact: bool,
}

/// The best segmentation with a given number of changes.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Segmentation {
    /// How many changes there are.
    pub changes: usize,
    /// P(there are so many | series).
    pub probability: f64,
    /// ln p(series, segmentation).
    pub ln_joint: f64,
    /// Where its segments begin, without index 0.
    pub changepoints: Vec<u64>,
}

impl Segmentations {
    /// The one with so many changes, if there is one.
    pub fn with(&self, changes: usize) -> Option<&Segmentation> {
        self.all.iter().find(|one| one.changes == changes)
    }
}

/// The best segmentation of a series with exactly k changes, for each k from 0 to `most`, and
/// the posterior of their number.
///
/// Takes time and memory in proportion to `most`. The pruning of the configuration has no
/// meaning here: a number of changes that is far from the most probable one needs segments that
/// a filter would have given up.
///
/// ```
/// use bocpd_core::config::{Config, HazardConfig, ModelConfig};
///
/// let xs = [0.1, -0.4, 0.3, 0.2, 5.2, 4.8, 5.1, 4.9, 9.3, 9.1, 8.8, 9.0];
/// let model = ModelConfig::Gaussian { mean: 4.0, kappa: 0.01, alpha: 1.0, beta: 0.1 };
/// let config = Config::new(model, HazardConfig::Constant { mean_run_length: 10.0 });
/// let found = bocpd_core::segmentations(&xs, &config, 3)?;
/// assert_eq!(found.with(1).unwrap().changepoints, [4]);
/// assert_eq!(found.with(2).unwrap().changepoints, [4, 8]);
/// assert!(found.with(2).unwrap().probability > 0.9);
/// # Ok::<(), bocpd_core::error::DetectError>(())
/// ```
///
/// # Errors
/// If the configuration cannot be used, or weighs several models for the whole series; if
/// `most` or the series are too large for memory; at the first value that cannot be observed.
pub fn segmentations<'a>(
    xs: impl Into<Rows<'a>>,
    config: &Config,
    most: usize,
) -> Result<Segmentations, DetectError> {
    config.build()?.segmentations(xs, most)
}

impl AnyDetector {
    /// The best segmentation of a series with exactly so many changes, under model and hazard
    /// of this detector.
    ///
    /// # Errors
    /// As [`segmentations`]; or if there is none.
    pub fn segmentation_with<'a>(
        &self,
        xs: impl Into<Rows<'a>>,
        changes: usize,
    ) -> Result<Segmentation, DetectError> {
        let mut all = self.segmentations(xs, changes)?.all;
        match all.pop() {
            Some(one) if one.changes == changes => Ok(one),
            _ => {
                let must = "be a number that the hazard and the length of the series allow";
                Err(ParameterError::new("changes", changes as f64, must).into())
            }
        }
    }

    /// [`segmentations`] under model and hazard of this detector. What it has seen has no part
    /// in it.
    ///
    /// # Errors
    /// As [`segmentations`].
    pub fn segmentations<'a>(
        &self,
        xs: impl Into<Rows<'a>>,
        most: usize,
    ) -> Result<Segmentations, DetectError> {
        let config = self.config();
        if !config.alternatives.is_empty() && config.alternatives_per == Per::Stream {
            let must = "be empty or chosen per segment, to count changes";
            return Err(ParameterError::without_value("alternatives", must).into());
        }
        config.check_one_hazard()?;
        let rows: Vec<_> = xs.into().iter(self.dimension(), self.features()).collect();
        let n = rows.len();
        // More changes than gaps between observations cannot be.
        let numbers = most.min(n.saturating_sub(1)) + 1;
        let mut candidates = Candidates::new(self, n, numbers)?;
        for (t, &row) in rows.iter().enumerate() {
            interrupt::check_at(t)?;
            candidates
                .step(self, t, row)
                .map_err(|error| BatchError::new(t, error))?;
        }
        Ok(candidates.finish(n))
    }
}
