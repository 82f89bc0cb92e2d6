//! The evidence of several configurations on one series, of those that have not lost on the way.
//!
//! All go through the series side by side, a round of observations at a time. Which one is true
//! is one unknown constant of the series, so the probability that a configuration is, which now
//! is e^(−d) times as probable as the best one, is e^(−d) at most. One of which that is next to
//! nothing is given up, and costs no more. Since a series need not be of one kind from beginning
//! to end, more is asked of it the more is still to come.

use alloc::vec::Vec;
use core::ops::Range;

use super::Candidate;
use crate::any_detector::AnyDetector;
use crate::config::{Config, HazardConfig, Missing};
use crate::history::History;
use crate::pruning::Pruning;
use crate::stretches;

/// How many observations of each stretch are in a round.
const ROUND: usize = 64;

/// A configuration that is e^(−30) times as probable as the best one has lost.
const LOST: f64 = 30.0;

/// What is added to that for each observation that is still to come.
const STILL_TO_COME: f64 = 0.01;

/// A series, and how probable the best configuration was after each round.
pub(super) struct Race<'a> {
    xs: &'a [f64],
    hazard: &'a HazardConfig,
    best: Vec<f64>,
}

/// A configuration on its way.
struct Racer {
    ln_prior: f64,
    /// Of each stretch what is still to come, and the filter; nothing if it has lost.
    runs: Vec<(Range<usize>, AnyDetector)>,
    has_lost: bool,
}

impl<'a> Race<'a> {
    pub(super) fn new(xs: &'a [f64], hazard: &'a HazardConfig) -> Self {
        Self {
            xs,
            hazard,
            best: Vec::new(),
        }
    }

    /// Gives all candidates their ln p(series) under this race's hazard, with few hypotheses; of
    /// a long series that of stretches that are spread evenly over it. −∞ if it cannot be scored,
    /// or if the candidate has lost against one of these or of those before; but the `kept` most
    /// probable of these go on to the end.
    pub(super) fn run<'c>(
        &mut self,
        candidates: impl Iterator<Item = &'c mut Candidate>,
        kept: usize,
    ) {
        let mut candidates: Vec<&mut Candidate> = candidates.collect();
        let mut racers: Vec<Racer> = candidates.iter().map(|one| self.start(one)).collect();
        let mut to_come: usize = stretches::of(self.xs.len()).map(|range| range.len()).sum();
        for round in 0.. {
            for racer in &mut racers {
                racer.run(self.xs);
            }
            to_come -= stretches::of(self.xs.len())
                .map(|range| range.len().saturating_sub(round * ROUND).min(ROUND))
                .sum::<usize>();
            let joints: Vec<f64> = racers.iter().map(Racer::ln_joint).collect();
            let mut ranked = joints.clone();
            ranked.sort_unstable_by(|a, b| b.total_cmp(a));
            let first = ranked.first().copied().unwrap_or(f64::NEG_INFINITY);
            if self.best.len() == round {
                self.best.push(first);
            }
            self.best[round] = first.max(self.best[round]);
            if to_come == 0 {
                break;
            }
            let kept = match kept.checked_sub(1) {
                Some(last) => ranked.get(last).copied().unwrap_or(f64::NEG_INFINITY),
                None => f64::INFINITY,
            };
            let least = self.best[round] - LOST - STILL_TO_COME * to_come as f64;
            for (racer, joint) in racers.iter_mut().zip(joints) {
                if joint < least.min(kept) {
                    racer.give_up();
                }
            }
        }
        for (candidate, racer) in candidates.iter_mut().zip(&racers) {
            candidate.ln_evidence = racer.ln_evidence();
        }
    }

    fn start(&self, candidate: &Candidate) -> Racer {
        let detector = self.config(&candidate.config).build_for(self.xs.len());
        let runs = detector.map_or_else(
            |_| Vec::new(),
            |detector| {
                let stretches = stretches::of(self.xs.len());
                stretches.map(|range| (range, detector.clone())).collect()
            },
        );
        Racer {
            ln_prior: libm::log(candidate.weight),
            has_lost: runs.is_empty(),
            runs,
        }
    }

    fn config(&self, config: &Config) -> Config {
        let mut config = config.clone();
        config.hazard = self.hazard.clone();
        config.pruning = Pruning::default();
        config.history = History::Nothing;
        config.missing = Missing::Skip;
        config.resolution = 1.0;
        config
    }
}

impl Racer {
    /// One round of each stretch.
    fn run(&mut self, xs: &[f64]) {
        for (range, detector) in &mut self.runs {
            let end = range.end.min(range.start + ROUND);
            if detector
                .update_many(&xs[range.start..end], &mut |_| ())
                .is_err()
            {
                return self.give_up();
            }
            range.start = end;
        }
    }

    fn give_up(&mut self) {
        self.runs = Vec::new();
        self.has_lost = true;
    }

    fn ln_evidence(&self) -> f64 {
        if self.has_lost {
            return f64::NEG_INFINITY;
        }
        self.runs.iter().map(|(_, run)| run.ln_evidence()).sum()
    }

    fn ln_joint(&self) -> f64 {
        self.ln_prior + self.ln_evidence()
    }
}
