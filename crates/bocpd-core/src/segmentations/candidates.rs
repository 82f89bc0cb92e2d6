//! The segments that may be the last one, and what comes before each of them.

use alloc::vec::Vec;

use libm::exp;

use super::{Segmentation, Segmentations};
use crate::any_detector::AnyDetector;
use crate::bank::Bank;
use crate::erased::AnyBank;
use crate::error::{ParameterError, UpdateError};
use crate::hazard::{Hazard, ln_staying};
use crate::math::ln_sum_exp;
use crate::observation_model::ObservationModel;
use crate::real::Real;

/// So many candidates are followed before some of them are given up.
const MANY: usize = 2048;
/// For each number of changes so many are kept, the best ones.
const KEPT: usize = 48;

/// Candidates for the last segment, the longest first.
pub(super) struct Candidates {
    bank: AnyBank,
    starts: Vec<usize>,
    /// ln p(observations of the segment so far, and that it goes on between them), padded to
    /// whole lanes.
    ln_segments: Vec<f64>,
    /// ln p(all before the segment, a segment begins here).
    ln_before: Vec<f64>,
    /// Of each candidate, a row with an entry for each number of changes up to its start: ln of
    /// the joint probability of what comes before it and the best segmentation of that.
    best: Vec<f64>,
    /// Rows likewise: P(so many changes | what comes before it, a segment begins here).
    shares: Vec<f64>,
    /// How many numbers of changes there are: the length of a row.
    numbers: usize,
    /// For each observation and each number of changes, where the segment before begins.
    previous: Vec<u32>,
    exact: bool,
}

impl Candidates {
    pub(super) fn new(
        detector: &AnyDetector,
        n: usize,
        numbers: usize,
    ) -> Result<Self, ParameterError> {
        let mut previous = Vec::new();
        let size = n.checked_mul(numbers).filter(|_| u32::try_from(n).is_ok());
        let reserved = size.and_then(|size| previous.try_reserve_exact(size).ok());
        if reserved.is_none() {
            let must = "be fewer: there is no memory for so many";
            return Err(ParameterError::new("changes", (numbers - 1) as f64, must));
        }
        Ok(Self {
            bank: detector.model().bank(0),
            starts: Vec::new(),
            ln_segments: Vec::new(),
            ln_before: Vec::new(),
            best: Vec::new(),
            shares: Vec::new(),
            numbers,
            previous,
            exact: true,
        })
    }

    /// A segment may begin at `t`, whose observation all candidates take in.
    pub(super) fn step(
        &mut self,
        detector: &AnyDetector,
        t: usize,
        (row, features): (&[f64], &[f64]),
    ) -> Result<(), UpdateError> {
        let born = self.begin(detector.hazard(), t)?;
        let model = detector.model();
        if t > 0 && model.has_dynamics() {
            model.advance(&mut self.bank, 1.0);
        }
        if born {
            model.spawn(&mut self.bank);
        }
        let padded = self.starts.len().next_multiple_of(f64::LANES);
        self.ln_segments.resize(padded, 0.0);
        let seen = detector.observe(&mut self.bank, (row, features), &mut self.ln_segments)?;
        if !seen {
            model.pass(&mut self.bank);
        }
        if self.starts.len() >= MANY {
            self.give_up();
        }
        Ok(())
    }

    /// Adds the segment that begins at `t`; false where none can. All others go on.
    fn begin(&mut self, hazard: &impl Hazard, t: usize) -> Result<bool, UpdateError> {
        let row = self.previous.len();
        self.previous.resize(row + self.numbers, 0);
        let mut best = alloc::vec![f64::NEG_INFINITY; self.numbers];
        let mut shares = alloc::vec![0.0; self.numbers];
        self.ln_segments.truncate(self.starts.len());
        if t == 0 {
            (best[0], shares[0]) = (0.0, 1.0);
            self.add(0, 0.0, &best, &shares);
            return Ok(true);
        }
        let same = hazard
            .constant()
            .map(|_| logarithms(hazard, 1))
            .transpose()?;
        let mut ln_weights = Vec::with_capacity(self.starts.len());
        for (i, &start) in self.starts.iter().enumerate() {
            let (ln_h, ln_stays) = match same {
                Some(same) => same,
                None => logarithms(hazard, (t - start) as u64)?,
            };
            let ln_ends = self.ln_segments[i] + ln_h;
            ln_weights.push(self.ln_before[i] + ln_ends);
            let of = i * self.numbers..(i + 1) * self.numbers;
            let from = &mut self.previous[row + 1..];
            let joints = self.best[of].iter().zip(&mut best[1..]).zip(from);
            // That it fits was checked in `new`.
            let start = u32::try_from(start).unwrap_or(u32::MAX);
            for ((before, best), from) in joints {
                let joint = before + ln_ends;
                if joint > *best {
                    (*best, *from) = (joint, start);
                }
            }
            self.ln_segments[i] += ln_stays;
        }
        let ln_before = ln_sum_exp(&ln_weights);
        if ln_before == f64::NEG_INFINITY {
            return Ok(false);
        }
        for (i, ln_weight) in ln_weights.iter().enumerate() {
            let p = exp(ln_weight - ln_before);
            if p > 0.0 {
                let before = &self.shares[i * self.numbers..];
                for (share, before) in shares[1..].iter_mut().zip(before) {
                    *share += p * before;
                }
            }
        }
        self.add(t, ln_before, &best, &shares);
        Ok(true)
    }

    fn add(&mut self, start: usize, ln_before: f64, best: &[f64], shares: &[f64]) {
        self.starts.push(start);
        self.ln_segments.push(0.0);
        self.ln_before.push(ln_before);
        self.best.extend_from_slice(best);
        self.shares.extend_from_slice(shares);
    }

    /// Keeps the candidates that are among the best for some number of changes, or among the
    /// most probable ones.
    fn give_up(&mut self) {
        let n = self.starts.len();
        let mut wanted = alloc::vec![false; n];
        wanted[n - 1] = true;
        let mut order: Vec<usize> = Vec::with_capacity(n);
        let mut keep_best = |score: &dyn Fn(usize) -> f64| {
            order.clear();
            order.extend((0..n).filter(|&i| score(i) > f64::NEG_INFINITY));
            if order.len() > KEPT {
                order.select_nth_unstable_by(KEPT, |&a, &b| score(b).total_cmp(&score(a)));
                order.truncate(KEPT);
            }
            for &i in &order {
                wanted[i] = true;
            }
        };
        keep_best(&|i| self.ln_before[i] + self.ln_segments[i]);
        for number in 0..self.numbers {
            keep_best(&|i| self.best[i * self.numbers + number] + self.ln_segments[i]);
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most MANY")]
        let kept: Vec<u32> = (0..n as u32).filter(|&i| wanted[i as usize]).collect();
        if kept.len() == n {
            return;
        }
        self.exact = false;
        self.bank.keep(&kept);
        for (to, &from) in kept.iter().enumerate() {
            let from = from as usize;
            self.starts[to] = self.starts[from];
            self.ln_segments[to] = self.ln_segments[from];
            self.ln_before[to] = self.ln_before[from];
            for rows in [&mut self.best, &mut self.shares] {
                let row = from * self.numbers..(from + 1) * self.numbers;
                rows.copy_within(row, to * self.numbers);
            }
        }
        let n = kept.len();
        self.starts.truncate(n);
        self.ln_segments.truncate(n);
        self.ln_before.truncate(n);
        self.best.truncate(n * self.numbers);
        self.shares.truncate(n * self.numbers);
    }

    /// What all observations say.
    pub(super) fn finish(self, n: usize) -> Segmentations {
        let live = || (0..self.starts.len()).map(|i| (i, self.ln_segments[i]));
        let joint: Vec<f64> = live().map(|(i, ln)| self.ln_before[i] + ln).collect();
        let ln_evidence = ln_sum_exp(&joint);
        let mut all = Vec::new();
        let mut p_more = 1.0;
        for number in 0..self.numbers {
            let at = |i: usize| i * self.numbers + number;
            let probability = if n == 0 {
                1.0
            } else {
                let parts = joint.iter().enumerate();
                parts
                    .map(|(i, ln)| exp(ln - ln_evidence) * self.shares[at(i)])
                    .sum()
            };
            p_more -= probability;
            let joints = live().map(|(i, ln)| (self.starts[i], self.best[at(i)] + ln));
            let best = joints.max_by(|a, b| a.1.total_cmp(&b.1));
            let (start, ln_joint) = best.unwrap_or((0, 0.0));
            if ln_joint > f64::NEG_INFINITY {
                all.push(Segmentation {
                    changes: number,
                    probability,
                    ln_joint,
                    changepoints: self.back_from(start, number),
                });
            }
        }
        // What is left of 1 by rounding alone is nothing.
        let p_more = if p_more > 1e-12 && self.numbers < n {
            p_more
        } else {
            0.0
        };
        Segmentations {
            all,
            p_more,
            exact: self.exact,
        }
    }

    /// The starts of the best segmentation whose last segment begins at `start`.
    fn back_from(&self, mut start: usize, number: usize) -> Vec<u64> {
        let mut starts = Vec::with_capacity(number);
        for left in (1..=number).rev() {
            starts.push(start as u64);
            start = self.previous[start * self.numbers + left] as usize;
        }
        starts.reverse();
        starts
    }
}

/// ln h and ln(1 − h) of a segment of this length.
fn logarithms(hazard: &impl Hazard, length: u64) -> Result<(f64, f64), UpdateError> {
    let h = hazard.hazard(length);
    if (0.0..=1.0).contains(&h) {
        Ok((h.vln(), ln_staying(hazard, length, h)))
    } else {
        let (run_length, value) = (length, h);
        Err(UpdateError::Hazard { run_length, value })
    }
}
