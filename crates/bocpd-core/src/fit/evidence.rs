//! What a configuration says of all series.

use crate::config::Config;
use crate::error::{BatchError, ParameterError};
use crate::history::History;
use crate::interrupt;
use crate::observation::Rows;

use super::error::FitError;

/// So many observations are taken in before somebody is asked whether to go on.
const PIECE: usize = 4096;

/// The series, and how often they were looked at.
pub(super) struct Evidence<'a> {
    series: &'a [Rows<'a>],
    /// How many passes there were, and how many there may be.
    pub(super) passes: usize,
    pub(super) most: usize,
    /// Whether hypotheses were given up: then the evidence makes small jumps where another
    /// choice of them begins.
    pub(super) rough: bool,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(series: &'a [Rows<'a>], most: usize) -> Result<Self, ParameterError> {
        if series.iter().all(|rows| rows.values.is_empty()) {
            let must = "have an observation at least";
            return Err(ParameterError::without_value("series", must));
        }
        Ok(Self {
            series,
            passes: 0,
            most,
            rough: false,
        })
    }

    pub(super) fn observations(&self, dimension: usize) -> u64 {
        let all = self.series.iter();
        all.map(|rows| (rows.values.len() / dimension) as u64).sum()
    }

    pub(super) fn series(&self) -> usize {
        self.series.len()
    }

    /// Whether so many more passes may be made.
    pub(super) fn may(&self, passes: usize) -> bool {
        self.passes + passes <= self.most
    }

    /// Σ ln p(series). An error is that of the first series that has one.
    pub(super) fn of(&mut self, config: &Config) -> Result<f64, FitError> {
        self.passes += 1;
        let mut config = config.clone();
        // Nothing is to be written down.
        (config.history, config.shifts, config.alarm) = (History::Nothing, false, None);
        // Which changes are wanted says nothing of those that there are.
        (config.resolution, config.min_segment, config.sensitivity) = (1.0, 1, 1.0);
        let mut detector = config.build()?;
        let mut sum = 0.0;
        for (series, rows) in self.series.iter().enumerate() {
            detector.reset();
            let mut seen = 0;
            for piece in rows.pieces(PIECE, detector.dimension()) {
                interrupt::check()?;
                let taken = detector.update_many(piece, &mut |_| {});
                taken.map_err(|BatchError { index, error }| FitError::Data {
                    series,
                    error: BatchError::new(seen + index, error),
                })?;
                seen += PIECE;
            }
            sum += detector.ln_evidence();
            self.rough |= detector.pruned_mass() > 0.0;
        }
        Ok(sum)
    }
}
