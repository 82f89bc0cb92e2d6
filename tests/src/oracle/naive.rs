//! The filter as it is written down, O(t²), in log space.
//!
//! With `w_t(s) = P(the current segment starts at s | x_0..x_t)` and `h` the hazard
//! between t and t+1 of a segment that started at s:
//!
//! ```text
//! v(s)    = w_t(s) (1 − h)             s ≤ t
//! v(t+1)  = Σ_s w_t(s) h
//! Z       = Σ_{s ≤ t+1} v(s) p(x_{t+1} | s)
//! w_{t+1}(s) = v(s) p(x_{t+1} | s) / Z
//! ```
//!
//! and beside it the joint maximum `q` (sums replaced by maxima), with a back
//! pointer per start. A missing value has `p = 1` for every s and is absorbed
//! by none.

use super::{Gap, Hazard, Segment, ln_sum_exp};

/// One possible start of the current segment.
#[derive(Clone, Debug)]
struct Hypothesis {
    /// ln `w_t(s)`.
    ln_weight: f64,
    /// ln of the largest joint probability of a segmentation whose last
    /// segment starts at s, and all data.
    ln_joint: f64,
    /// Start of the segment before, in that segmentation.
    previous: usize,
    /// When its first observation was.
    born: f64,
    stats: Vec<f64>,
}

/// The filter. Hypothesis i is the segment that starts at index i; none is
/// ever dropped.
pub struct Naive<'a> {
    model: &'a dyn Segment,
    hazard: &'a Hazard,
    hypotheses: Vec<Hypothesis>,
    /// The observations so far.
    seen: Vec<Option<f64>>,
    /// Time of the last observation; 0 is the time of the first.
    time: f64,
    ln_predictive: f64,
    ln_evidence: f64,
    p_outlier: f64,
}

impl<'a> Naive<'a> {
    /// A filter that has seen nothing.
    #[must_use]
    pub fn new(model: &'a dyn Segment, hazard: &'a Hazard) -> Self {
        Self {
            model,
            hazard,
            hypotheses: Vec::new(),
            seen: Vec::new(),
            time: 0.0,
            ln_predictive: 0.0,
            ln_evidence: 0.0,
            p_outlier: 0.0,
        }
    }

    /// The next observation on a regular grid; `None` is a missing value.
    pub fn step(&mut self, x: Option<f64>) {
        self.step_after(1.0, x);
    }

    /// The next observation, `elapsed` after the one before.
    pub fn step_after(&mut self, elapsed: f64, x: Option<f64>) {
        self.transition(elapsed);
        let ln_p: Vec<f64> = self
            .hypotheses
            .iter()
            .map(|hypothesis| x.map_or(0.0, |x| self.model.ln_predictive(&hypothesis.stats, x)))
            .collect();
        // With a power g on the evidence, weights are of p^g, and the predictive of p.
        let g = self.model.power();
        let scored = || self.hypotheses.iter().zip(&ln_p);
        let ln_z = ln_sum_exp(scored().map(|(hypothesis, ln_p)| hypothesis.ln_weight + g * ln_p));
        let ln_predictive = if g == 1.0 {
            ln_z
        } else {
            ln_sum_exp(scored().map(|(hypothesis, ln_p)| hypothesis.ln_weight + ln_p))
        };
        self.p_outlier = 0.0;
        for (hypothesis, ln_p) in self.hypotheses.iter_mut().zip(&ln_p) {
            hypothesis.ln_weight += g * ln_p - ln_z;
            // What the powers sum to is left out, so that it is with the evidence what it is
            // without them.
            hypothesis.ln_joint += g * ln_p - ln_z + ln_predictive;
            if let Some(x) = x {
                let rho = self.model.p_outlier(&hypothesis.stats, x);
                self.p_outlier += hypothesis.ln_weight.exp() * rho;
                self.model.absorb(&mut hypothesis.stats, x);
            } else {
                self.model.pass(&mut hypothesis.stats, None);
            }
        }
        self.seen.push(x);
        self.ln_predictive = ln_predictive;
        self.ln_evidence += ln_predictive;
    }

    /// Every hypothesis stays or ends; those that end make the newborn.
    fn transition(&mut self, elapsed: f64) {
        let t1 = self.hypotheses.len();
        let newborn = |ln_weight, ln_joint, previous, born| Hypothesis {
            ln_weight,
            ln_joint,
            previous,
            born,
            stats: self.model.prior_after(&self.seen),
        };
        if t1 == 0 {
            let first = newborn(0.0, 0.0, 0, 0.0);
            self.hypotheses.push(first);
            return;
        }
        let gaps = self.hypotheses.iter().enumerate();
        let gaps: Vec<Gap> = gaps
            .map(|(s, hypothesis)| Gap {
                length: (t1 - s) as u64,
                age: self.time - hypothesis.born,
                elapsed,
            })
            .collect();
        let hazards: Vec<f64> = gaps.iter().map(|&gap| self.hazard.h(gap)).collect();
        let ended = self.hypotheses.iter().zip(&hazards);
        let ln_birth = ln_sum_exp(ended.map(|(hypothesis, h)| hypothesis.ln_weight + h.ln()));
        let (mut previous, mut ln_joint) = (0, f64::NEG_INFINITY);
        for (s, (hypothesis, h)) in self.hypotheses.iter().zip(&hazards).enumerate() {
            let candidate = hypothesis.ln_joint + h.ln();
            // Strictly greater: ties go to the smallest start.
            if candidate > ln_joint {
                (previous, ln_joint) = (s, candidate);
            }
        }
        let newborn = newborn(ln_birth, ln_joint, previous, self.time + elapsed);
        for (hypothesis, &gap) in self.hypotheses.iter_mut().zip(&gaps) {
            let ln_stay = self.hazard.ln_stay(gap);
            hypothesis.ln_weight += ln_stay;
            hypothesis.ln_joint += ln_stay;
            self.model.advance(&mut hypothesis.stats, elapsed);
        }
        self.time += elapsed;
        self.hypotheses.push(newborn);
    }

    /// Gives up every hypothesis but those that start at `starts` (ascending),
    /// as a filter that prunes does: the weight of each moves to its neighbours among those.
    pub fn keep(&mut self, starts: &[usize]) {
        for start in 0..self.hypotheses.len() {
            if !starts.contains(&start) {
                let given = self.hypotheses[start].ln_weight;
                self.hypotheses[start].ln_weight = f64::NEG_INFINITY;
                self.hypotheses[start].ln_joint = f64::NEG_INFINITY;
                for (neighbour, share) in shares_of_neighbours(start, starts) {
                    let ln_weight = &mut self.hypotheses[neighbour].ln_weight;
                    *ln_weight = ln_sum_exp([*ln_weight, given + share.ln()].into_iter());
                }
            }
        }
    }

    /// `w_t(s)` for s = 0..=t.
    #[must_use]
    pub fn posterior(&self) -> Vec<f64> {
        let hypotheses = self.hypotheses.iter();
        hypotheses.map(|h| h.ln_weight.exp()).collect()
    }

    /// ln `w_t(s)` for s = 0..=t, for hypotheses that underflow.
    #[must_use]
    pub fn ln_posterior(&self) -> Vec<f64> {
        self.hypotheses.iter().map(|h| h.ln_weight).collect()
    }

    /// `P(r_t` = 0).
    #[must_use]
    pub fn p_change_now(&self) -> f64 {
        self.p_recent_change(1)
    }

    /// `P(r_t` < w): the current segment has at most w observations.
    #[must_use]
    pub fn p_recent_change(&self, w: usize) -> f64 {
        self.posterior().iter().rev().take(w).sum()
    }

    /// The most probable run length t − s; ties go to the longest.
    #[must_use]
    pub fn map_run_length(&self) -> usize {
        let best = largest(&self.ln_posterior());
        self.hypotheses.len() - 1 - best
    }

    /// By how much the most probable run length leads the second (in
    /// probability): small means that the choice hangs on rounding.
    #[must_use]
    pub fn map_lead(&self) -> f64 {
        let mut posterior = self.posterior();
        posterior.sort_by(f64::total_cmp);
        let second = posterior.len().checked_sub(2).map_or(0.0, |i| posterior[i]);
        posterior.last().map_or(0.0, |first| first - second)
    }

    /// E[t − s].
    #[must_use]
    pub fn mean_run_length(&self) -> f64 {
        let posterior = self.posterior();
        let runs = posterior.iter().rev().enumerate();
        runs.map(|(run, p)| run as f64 * p).sum()
    }

    /// ln Z of the last step.
    #[must_use]
    pub fn ln_predictive(&self) -> f64 {
        self.ln_predictive
    }

    /// P(the last observation is an outlier); 0 if it is missing.
    #[must_use]
    pub fn p_outlier(&self) -> f64 {
        self.p_outlier
    }

    /// ln `p(x_0..x_t)`.
    #[must_use]
    pub fn ln_evidence(&self) -> f64 {
        self.ln_evidence
    }

    /// ln of the joint probability of the best segmentation and the data.
    #[must_use]
    pub fn map_ln_joint(&self) -> f64 {
        let joints = self.hypotheses.iter().map(|h| h.ln_joint);
        joints.fold(f64::NEG_INFINITY, f64::max)
    }

    /// The changes of the best segmentation, oldest first; index 0 is none.
    #[must_use]
    pub fn changepoints(&self) -> Vec<usize> {
        let joints: Vec<f64> = self.hypotheses.iter().map(|h| h.ln_joint).collect();
        let mut changes = Vec::new();
        let mut start = largest(&joints);
        while start > 0 {
            changes.push(start);
            start = self.hypotheses[start].previous;
        }
        changes.reverse();
        changes
    }
}

/// Where the weight of the hypothesis that starts at `start` moves when it is given up,
/// and which share of it: of those that start at `starts` (ascending) to the last before
/// it and the first after it, so that the mean start stays the same, or all of it to the
/// only one there is.
#[must_use]
pub fn shares_of_neighbours(start: usize, starts: &[usize]) -> Vec<(usize, f64)> {
    let older = starts.iter().rev().find(|&&s| s < start);
    let younger = starts.iter().find(|&&s| s > start);
    match (older, younger) {
        (Some(&a), Some(&b)) => {
            let share = (start - a) as f64 / (b - a) as f64;
            vec![(a, 1.0 - share), (b, share)]
        }
        (only, other) => only.or(other).map(|&s| (s, 1.0)).into_iter().collect(),
    }
}

/// Index of the largest value, the first of several; 0 of none.
fn largest(values: &[f64]) -> usize {
    let mut best = 0;
    for (i, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = i;
        }
    }
    best
}
