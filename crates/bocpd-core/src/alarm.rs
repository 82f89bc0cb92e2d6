//! Alarms: when a change is worth waking somebody for.

mod policy;
#[cfg(feature = "serde")]
mod saved;

use alloc::collections::VecDeque;
use alloc::vec::Vec;

pub use policy::AlarmPolicy;
#[cfg(feature = "serde")]
pub(crate) use saved::Saved;

use crate::detector::Detector;
use crate::error::ParameterError;
use crate::hazard::Hazard;
use crate::observation_model::Describe;
use crate::shift::Shift;

/// At most this many alarms wait to be taken; the oldest is lost first.
const WAITING: usize = 1024;

/// A change that was worth an alarm.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Alarm {
    /// Where the change began: the most probable first index of the new
    /// segment, which lies before it was noticed.
    pub began: u64,
    /// The index of the observation that raised the alarm.
    pub noticed_at: u64,
    /// The probability that raised it.
    pub probability: f64,
    /// Direction and size, given that the change lies where the alarm looks for
    /// it; `None` if the model does not know its level.
    pub shift: Option<Shift>,
}

/// Watches a detector and raises alarms as an [`AlarmPolicy`] says.
///
/// Memory is bounded: what the policy needs, and the last 1024 alarms that
/// nobody has taken.
#[derive(Clone, Debug)]
pub struct Alarms {
    policy: AlarmPolicy,
    watch: Watch,
    waiting: VecDeque<Alarm>,
}

/// What decides on the next alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Watch {
    /// The observation that raised the last alarm.
    noticed_at: Option<u64>,
    /// Whether the probability of what it reported has not yet fallen.
    raised: bool,
    /// Whether the last alarm waits to be acknowledged.
    latched: bool,
}

impl Alarms {
    /// Alarms after this policy.
    ///
    /// # Errors
    /// If the policy cannot be used ([`AlarmPolicy::check`]).
    pub fn new(policy: AlarmPolicy) -> Result<Self, ParameterError> {
        policy.check()?;
        Ok(Self {
            policy,
            watch: Watch::default(),
            waiting: VecDeque::new(),
        })
    }

    /// The policy.
    pub fn policy(&self) -> &AlarmPolicy {
        &self.policy
    }

    /// Looks at a detector after a step; call it once for each. The alarm that
    /// it raises is returned, and kept until it is [taken](Self::take).
    pub fn observe<M: Describe, H: Hazard>(&mut self, detector: &Detector<M, H>) -> Option<Alarm> {
        self.observe_all(&[(1.0, detector)])
    }

    /// The same for detectors of several models, which are right with these probabilities; what
    /// is told of a change beside its probability is what the first says.
    pub(crate) fn observe_all<M: Describe, H: Hazard>(
        &mut self,
        detectors: &[(f64, &Detector<M, H>)],
    ) -> Option<Alarm> {
        let &[(_, first), ..] = detectors else {
            return None;
        };
        let t = first.observations().checked_sub(1)?;
        if self.watch.raised {
            let last = averaged(detectors, |detector| self.last(detector, t));
            self.watch.raised = last >= self.policy.clear;
        }
        let (low, high) = self.reach(t)?;
        let p = averaged(detectors, |detector| recent(detector, low, high).0);
        let noticed = self.watch.noticed_at;
        let cooling = noticed.is_some_and(|noticed| t - noticed <= self.policy.cool_down);
        let held = self.watch.raised || self.watch.latched || cooling;
        if held || p < self.policy.threshold {
            return None;
        }
        let alarm = Alarm {
            began: recent(first, low, high).1,
            noticed_at: t,
            probability: p,
            shift: first.shift_between(low, high).ok().flatten(),
        };
        self.watch = Watch {
            noticed_at: Some(t),
            raised: true,
            latched: self.policy.latched,
        };
        if self.waiting.len() == WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(alarm);
        Some(alarm)
    }

    /// The probability that is held against the threshold, now: of a change that
    /// no alarm has reported. It is 0 right after an alarm.
    pub fn probability<M: Describe, H: Hazard>(&self, detector: &Detector<M, H>) -> f64 {
        self.probability_of(&[(1.0, detector)])
    }

    /// The same of detectors of several models, which are right with these probabilities.
    pub(crate) fn probability_of<M: Describe, H: Hazard>(
        &self,
        detectors: &[(f64, &Detector<M, H>)],
    ) -> f64 {
        let observations = detectors
            .first()
            .map_or(0, |(_, first)| first.observations());
        let reach = observations.checked_sub(1).and_then(|t| self.reach(t));
        reach.map_or(0.0, |(low, high)| {
            averaged(detectors, |detector| recent(detector, low, high).0)
        })
    }

    /// Hands over the alarms raised since the last time, oldest first.
    pub fn take(&mut self) -> Vec<Alarm> {
        self.waiting.drain(..).collect()
    }

    /// Lets go of a latched alarm.
    pub fn acknowledge(&mut self) {
        self.watch.latched = false;
    }

    /// Whether the last alarm is still on: the probability of the change that
    /// it reported has not fallen under [`AlarmPolicy::clear`], or it is latched
    /// and not acknowledged.
    pub fn is_on(&self) -> bool {
        self.watch.raised || self.watch.latched
    }

    /// Forgets everything seen.
    pub fn reset(&mut self) {
        self.watch = Watch::default();
        self.waiting.clear();
    }

    /// The starts of a change that no alarm has reported, after the observation
    /// t; `None` if there is none.
    fn reach(&self, t: u64) -> Option<(u64, u64)> {
        let unreported = self.watch.noticed_at.map_or(1, |noticed| noticed + 1);
        let low = self.oldest(t).max(unreported);
        let high = (t + 1).checked_sub(self.policy.min_segment)?;
        (low <= high).then_some((low, high))
    }

    /// The probability that the last alarm still stands: all starts in the
    /// window but those of a change that it has not reported.
    fn last<M: Describe, H: Hazard>(&self, detector: &Detector<M, H>, t: u64) -> f64 {
        let oldest = self.oldest(t);
        detector
            .run_length_posterior()
            .rev()
            .take_while(|&(start, _)| start >= oldest)
            .filter(|&(start, _)| {
                let reported = self.watch.noticed_at.is_some_and(|at| start <= at);
                reported || t - start + 1 < self.policy.min_segment
            })
            .map(|(_, p)| p)
            .sum()
    }

    /// The first start in the window. The first segment is no change.
    fn oldest(&self, t: u64) -> u64 {
        (t + 1).saturating_sub(self.policy.window).max(1)
    }
}

/// The average of what detectors say, with these probabilities.
fn averaged<D>(detectors: &[(f64, &D)], of: impl Fn(&D) -> f64) -> f64 {
    let terms = detectors.iter().map(|(p, detector)| p * of(detector));
    terms.sum::<f64>().min(1.0)
}

/// P(the current segment started in `low..=high`) and the likeliest start
/// there.
fn recent<M: Describe, H: Hazard>(detector: &Detector<M, H>, low: u64, high: u64) -> (f64, u64) {
    let (mut sum, mut best) = (0.0, (0.0, low));
    let posterior = detector.run_length_posterior().rev();
    for (start, p) in posterior.take_while(|&(start, _)| start >= low) {
        if start <= high {
            sum += p;
            if p >= best.0 {
                best = (p, start);
            }
        }
    }
    (sum.min(1.0), best.1)
}
