//! When streams would have raised their first alarm.

use alloc::vec::Vec;

use super::quiet::{Quiet, Stream};
use crate::alarm::AlarmPolicy;
use crate::any_detector::AnyDetector;
use crate::error::ReadoutError;
use crate::interrupt;

/// A stream is drawn and watched so many observations at a time.
const PIECE: usize = 256;

/// The first alarm of one stream under every threshold: the observations after
/// which the probability was larger than ever before.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FirstAlarms {
    /// How many observations there were, and the probability; both ascend.
    pub(super) records: Vec<(usize, f64)>,
    /// How many observations the stream was watched for.
    pub(super) watched: usize,
}

impl FirstAlarms {
    /// The largest probability; 0 if there was none.
    pub(super) fn peak(&self) -> f64 {
        self.records.last().map_or(0.0, |&(_, p)| p)
    }
}

/// Quiet streams, and the detector that watches them.
pub(super) struct Simulation<'a> {
    detector: AnyDetector,
    policy: &'a AlarmPolicy,
    quiet: Quiet<'a>,
    /// A piece of a stream.
    rows: Vec<f64>,
}

impl<'a> Simulation<'a> {
    pub(super) fn new(detector: &AnyDetector, policy: &'a AlarmPolicy, quiet: Quiet<'a>) -> Self {
        Self {
            detector: detector.clone(),
            policy,
            quiet,
            rows: Vec::new(),
        }
    }

    /// Watches the stream of a seed until the probability reaches `enough`, for
    /// at most `horizon` observations.
    pub(super) fn watch(
        &mut self,
        seed: u64,
        horizon: usize,
        enough: f64,
    ) -> Result<FirstAlarms, ReadoutError> {
        let detector = &mut self.detector;
        detector.reset();
        let mut stream = Stream::new(detector, self.quiet, seed, horizon)?;
        let mut found = FirstAlarms::default();
        let mut peak = 0.0;
        while found.watched < horizon && peak < enough {
            interrupt::check()?;
            let observations = PIECE.min(horizon - found.watched);
            stream.read(observations * detector.dimension(), &mut self.rows);
            if self.rows.is_empty() {
                // A model that simulates fewer observations than it was asked for.
                return Err(ReadoutError::Model { what: "simulation" });
            }
            detector.watch_quiet(self.policy, &self.rows, &mut |p| {
                found.watched += 1;
                if p > peak {
                    peak = p;
                    found.records.push((found.watched, p));
                }
                peak < enough
            })?;
        }
        found.records.shrink_to_fit();
        Ok(found)
    }
}
