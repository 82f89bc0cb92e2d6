//! Streams without a change, piece by piece.

use alloc::vec::Vec;

use crate::any_detector::AnyDetector;
use crate::error::{ParameterError, ReadoutError};
use crate::interrupt;
use crate::observation_model::{Describe, Source};
use crate::random::Random;

/// At most this many numbers are simulated as a whole: 1 GiB.
const WHOLE: usize = 1 << 27;

/// Where quiet streams come from.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Quiet<'a> {
    /// Simulated from the model: the parameters of each stream are drawn from
    /// the prior.
    Model,
    /// Drawn from a history without changes, in blocks of consecutive values
    /// (the moving-block bootstrap, Künsch 1989), so that correlation within a
    /// block stays.
    ///
    /// What is not in the history is not in the streams: dependence over more
    /// than a block, drifts, and values rarer than one in its length. A slow
    /// drift becomes jumps between blocks, which are alarms. The errors of a
    /// calibration are those of the simulation, not of the history.
    History {
        /// The history, in row-major order.
        values: &'a [f64],
        /// The length of a block; 1 where observations are independent.
        block: usize,
    },
}

impl Quiet<'_> {
    /// Whether streams can be drawn for observations of so many numbers.
    pub(super) fn check(&self, dimension: usize) -> Result<(), ParameterError> {
        let Self::History { values, block } = *self else {
            return Ok(());
        };
        if block == 0 {
            return Err(ParameterError::new("block", 0.0, "be at least 1"));
        }
        if block > values.len() / dimension.max(1) {
            let must = "be at most the length of the history";
            return Err(ParameterError::new("block", block as f64, must));
        }
        Ok(())
    }

    /// How many observations a stream may have.
    pub(super) fn longest_whole(&self, detector: &AnyDetector) -> usize {
        match self {
            // A model that cannot simulate says so when it is asked to.
            Self::Model if detector.model().source(&mut Random::new(0)).is_none() => {
                WHOLE / detector.dimension().max(1)
            }
            _ => usize::MAX,
        }
    }
}

/// One stream.
pub(super) struct Stream<'a> {
    random: Random,
    kind: Kind<'a>,
}

enum Kind<'a> {
    /// One observation after the other.
    Source(Source),
    /// All of it, and how much of it was read.
    Whole(Vec<f64>, usize),
    /// Blocks of rows, and what is left of the last one.
    Blocks {
        rows: &'a [f64],
        dimension: usize,
        block: usize,
        left: &'a [f64],
    },
}

impl<'a> Stream<'a> {
    /// The stream of a seed, of at most `horizon` observations.
    pub(super) fn new(
        detector: &AnyDetector,
        quiet: Quiet<'a>,
        seed: u64,
        horizon: usize,
    ) -> Result<Self, ReadoutError> {
        let mut random = Random::new(seed);
        let kind = match quiet {
            Quiet::History { values, block } => Kind::Blocks {
                rows: values,
                dimension: detector.dimension(),
                block,
                left: &[],
            },
            Quiet::Model => {
                if let Some(source) = detector.model().source(&mut random) {
                    Kind::Source(source)
                } else {
                    let all = detector.simulate(&mut random, horizon);
                    interrupt::check()?;
                    Kind::Whole(all.ok_or(ReadoutError::Model { what: "simulation" })?, 0)
                }
            }
        };
        Ok(Self { random, kind })
    }

    /// The next `numbers` numbers, in place of what is in `into`. A stream as a
    /// whole may end before.
    pub(super) fn read(&mut self, numbers: usize, into: &mut Vec<f64>) {
        into.clear();
        match &mut self.kind {
            Kind::Source(next) => into.extend((0..numbers).map(|_| next(&mut self.random))),
            Kind::Whole(all, at) => {
                let end = all.len().min(*at + numbers);
                into.extend_from_slice(&all[*at..end]);
                *at = end;
            }
            Kind::Blocks {
                rows,
                dimension,
                block,
                left,
            } => {
                while into.len() < numbers {
                    if left.is_empty() {
                        let starts = (rows.len() / *dimension - *block + 1) as u64;
                        let start = usize::try_from(self.random.below(starts)).unwrap_or(0);
                        *left = &rows[start * *dimension..(start + *block) * *dimension];
                    }
                    let (now, later) = left.split_at(left.len().min(numbers - into.len()));
                    into.extend_from_slice(now);
                    *left = later;
                }
            }
        }
    }
}
