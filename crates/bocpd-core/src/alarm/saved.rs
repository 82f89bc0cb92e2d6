//! Alarms in a snapshot.

use alloc::vec::Vec;

use super::{Alarm, AlarmPolicy, Alarms, WAITING, Watch};
use crate::shift::Shift;
use crate::soundness::{Sound, must};

/// [`Alarms`] in a snapshot.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct Saved {
    watch: Watch,
    waiting: Vec<SavedAlarm>,
}

/// Began, noticed at, probability, numbers of the shift.
type SavedAlarm = (u64, u64, f64, Option<[f64; 4]>);

/// How far a sum of probabilities may be above 1.
const ROUNDING: f64 = 1e-6;

impl Alarms {
    /// What a snapshot holds.
    pub(crate) fn saved(&self) -> Saved {
        let numbers = |s: Shift| [s.probability, s.p_rose, s.difference, s.sd];
        let waiting = self.waiting.iter();
        Saved {
            watch: self.watch,
            waiting: waiting
                .map(|a| (a.began, a.noticed_at, a.probability, a.shift.map(numbers)))
                .collect(),
        }
    }

    /// Goes on from what a snapshot held, if these alarms can have been raised within so
    /// many observations; `level` is what the model calls its level.
    pub(crate) fn restore(
        &mut self,
        saved: &Saved,
        observations: u64,
        level: Option<&'static str>,
    ) -> Sound {
        saved.check(&self.policy, observations)?;
        let waiting = saved.waiting.iter();
        let waiting: Result<_, _> = waiting.map(|alarm| restored(alarm, level)).collect();
        (self.watch, self.waiting) = (saved.watch, waiting?);
        Ok(())
    }
}

fn restored(
    &(began, noticed_at, probability, shift): &SavedAlarm,
    level: Option<&'static str>,
) -> Result<Alarm, &'static str> {
    let shift = match (shift, level) {
        (None, _) => None,
        (Some([probability, p_rose, difference, sd]), Some(parameter)) => Some(Shift {
            parameter,
            probability,
            p_rose,
            difference,
            sd,
        }),
        (Some(_), None) => return Err("its alarms know a level that the model does not"),
    };
    Ok(Alarm {
        began,
        noticed_at,
        probability,
        shift,
    })
}

impl Saved {
    /// Holds what is waiting against the policy, and the watch against what is waiting.
    fn check(&self, policy: &AlarmPolicy, observations: u64) -> Sound {
        let Watch {
            noticed_at: last,
            raised,
            latched,
        } = self.watch;
        must(
            self.waiting.len() <= WAITING
                && self.waiting.iter().all(|alarm| is_alarm(alarm, policy)),
            "its alarms are not those of its policy",
        )?;
        let apart =
            |a: &SavedAlarm, b: &SavedAlarm| a.1 < b.1 && a.1 < b.0 && b.1 - a.1 > policy.cool_down;
        must(
            self.waiting.is_sorted_by(apart),
            "its alarms are not in order",
        )?;
        // Those that wait are the last that were raised.
        must(
            last.is_none_or(|last| last < observations)
                && (last.is_some() || !(raised || latched))
                && (policy.latched || !latched)
                && self
                    .waiting
                    .last()
                    .is_none_or(|alarm| last == Some(alarm.1)),
            "its alarms contradict it",
        )
    }
}

/// Whether the policy may have raised this alarm.
fn is_alarm(&(began, noticed_at, probability, shift): &SavedAlarm, policy: &AlarmPolicy) -> bool {
    let long_enough = began >= 1
        && began <= noticed_at
        && (policy.min_segment..=policy.window).contains(&(noticed_at - began + 1));
    let is_shift = |[probability, p_rose, difference, sd]: [f64; 4]| {
        is_probability(probability) && is_probability(p_rose) && difference.is_finite() && sd >= 0.0
    };
    long_enough
        && probability >= policy.threshold
        && is_probability(probability)
        && shift.is_none_or(is_shift)
}

fn is_probability(p: f64) -> bool {
    (0.0..=1.0 + ROUNDING).contains(&p)
}
