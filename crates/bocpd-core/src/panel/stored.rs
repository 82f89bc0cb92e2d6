//! Panels as bytes: whole, what has changed since then, or one series.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::hash::Hash;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Panel;
use super::member::{Member, Origin, State, Waiting};
use crate::any_detector::{self, AnyDetector};
use crate::config::Config;
use crate::defaults::Given;
use crate::snapshot::{self, Kind, SnapshotError};

/// What the snapshot of a panel holds: what all series have in common, how many observations were
/// pushed, and of each series its key, its state, and when its last observation was made.
type Content<K> = (Source, u64, Vec<(K, Stored, Option<f64>)>);

/// What all series have in common: where the detectors come from, and whether the time between
/// observations counts.
type Source = (Detectors, bool);

/// Where the detectors come from.
#[derive(PartialEq, Serialize, Deserialize)]
enum Detectors {
    Like(Config),
    First(Given, usize),
}

/// The state of a series.
#[derive(Serialize, Deserialize)]
enum Stored {
    /// The first observations: how many numbers each has, the numbers, the times.
    Waiting(usize, Vec<f64>, Vec<Option<f64>>),
    /// A detector of the panel's configuration.
    Like(Vec<u8>),
    /// A detector with a configuration of its own.
    Own(Vec<u8>),
}

impl<K: Hash + Ord + Clone + Serialize + DeserializeOwned> Panel<K> {
    /// All series as bytes. What was noticed and not taken is not among them.
    pub fn snapshot(&self) -> Vec<u8> {
        self.snapshot_since(0)
    }

    /// Those series that have had an observation since so many were pushed
    /// ([`pushed`](Self::pushed)): what [`apply`](Self::apply) needs to bring a panel up to date
    /// that is as this one was then. (A series that was [removed](Self::remove) since then stays
    /// there.)
    pub fn snapshot_since(&self, pushed: u64) -> Vec<u8> {
        let since = |member: &Member| pushed == 0 || member.touched > pushed;
        let mut members: Vec<_> = self
            .members
            .iter()
            .filter(|(_, member)| since(member))
            .collect();
        members.sort_unstable_by_key(|&(key, _)| key);
        let members: Vec<_> = members
            .into_iter()
            .map(|(key, member)| (key, self.stored(member), member.time))
            .collect();
        snapshot::seal(Kind::Panel, &(self.source(), self.pushed, members))
    }

    /// A panel from the bytes that [`snapshot`](Self::snapshot) gave; its series go on bit for
    /// bit.
    ///
    /// # Errors
    /// If the bytes are no snapshot of a panel with such keys, of another version, or damaged;
    /// if its model or hazard is one of the caller's: [`apply`](Self::apply) them to an empty
    /// panel.
    pub fn restore(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let content: Content<K> = snapshot::open(Kind::Panel, bytes)?;
        let (detectors, irregular) = &content.0;
        let mut panel = match detectors {
            Detectors::Like(config) => Self::new(config)?,
            Detectors::First(given, observations) => Self::automatic(given, *observations)?,
        };
        panel.rules.irregular = *irregular;
        panel.adopt(content)?;
        Ok(panel)
    }

    /// Takes over the series of a snapshot of a panel with the same configuration, in place of
    /// those of the same key.
    ///
    /// # Errors
    /// As [`restore`](Self::restore), or if the configuration is another one; the panel is then
    /// as before.
    pub fn apply(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        let content: Content<K> = snapshot::open(Kind::Panel, bytes)?;
        if content.0 != self.source() {
            let what = "it is of a panel with another configuration";
            return Err(SnapshotError::Content(what));
        }
        self.adopt(content)
    }

    /// Takes the series out that have had no observation since so many were pushed, each as a
    /// snapshot for [`apply`](Self::apply), in the order of their keys.
    pub fn evict_idle(&mut self, pushed: u64) -> Vec<(K, Vec<u8>)> {
        let source = self.source();
        let mut evicted: Vec<(K, Vec<u8>)> = Vec::new();
        for (key, member) in &self.members {
            if member.touched <= pushed {
                let one = [(key, self.stored(member), member.time)];
                let bytes = snapshot::seal(Kind::Panel, &(&source, self.pushed, &one[..]));
                evicted.push((key.clone(), bytes));
            }
        }
        self.members.retain(|_, member| member.touched > pushed);
        self.groups.truncate(self.members.len());
        evicted.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        evicted
    }

    fn source(&self) -> Source {
        let detectors = match &self.rules.origin {
            Origin::Like(detector) => Detectors::Like(detector.config().clone()),
            Origin::First {
                given,
                observations,
                ..
            } => Detectors::First((**given).clone(), *observations),
        };
        (detectors, self.rules.irregular)
    }

    fn stored(&self, member: &Member) -> Stored {
        match (&member.state, &self.rules.origin) {
            (State::Waiting(first), _) => {
                Stored::Waiting(first.dimension, first.values.clone(), first.times.clone())
            }
            (State::Running(detector), Origin::Like(_)) => Stored::Like(detector.saved()),
            (State::Running(detector), Origin::First { .. }) => Stored::Own(detector.snapshot()),
        }
    }

    fn adopt(&mut self, (_, pushed, members): Content<K>) -> Result<(), SnapshotError> {
        let mut adopted = Vec::new();
        for (key, stored, time) in members {
            if time.is_some_and(|time: f64| !time.is_finite()) {
                return Err(SnapshotError::Content(NOT_FINITE));
            }
            adopted.push((key, self.state(stored, time)?, time));
        }
        self.pushed = self.pushed.max(pushed.min(MOST_PUSHED));
        for (key, state, time) in adopted {
            let touched = self.pushed;
            let member = Member {
                state,
                time,
                touched,
            };
            self.members.insert(key, Box::new(member));
        }
        Ok(())
    }

    /// The state of a series whose last observation was made at `time`.
    fn state(&self, stored: Stored, time: Option<f64>) -> Result<State, SnapshotError> {
        match (stored, &self.rules.origin) {
            (Stored::Like(bytes), Origin::Like(newborn)) => {
                let mut detector: AnyDetector = (**newborn).clone();
                detector.adopt_saved(&bytes)?;
                Ok(State::Running(detector))
            }
            (Stored::Own(bytes), Origin::First { .. }) => {
                Ok(State::Running(any_detector::restore(&bytes)?))
            }
            (Stored::Waiting(dimension, values, times), Origin::First { observations, .. }) => {
                let whole = dimension.checked_mul(times.len()) == Some(values.len());
                let some = dimension > 0 && !times.is_empty() && times.len() < *observations;
                if !(whole && some) {
                    let what = "the first observations of a series are not as many as they must be";
                    return Err(SnapshotError::Content(what));
                }
                let given = times.iter().flatten();
                if values.iter().any(|x| x.is_infinite()) || given.clone().any(|t| !t.is_finite()) {
                    return Err(SnapshotError::Content(NOT_FINITE));
                }
                if !given.clone().is_sorted_by(|a, b| a < b) || given.last() != time.as_ref() {
                    let what = "the times of the first observations of a series do not increase";
                    return Err(SnapshotError::Content(what));
                }
                Ok(State::Waiting(Waiting {
                    dimension,
                    values,
                    times,
                }))
            }
            _ => {
                let what = "a series in it is not of the kind that the panel has";
                Err(SnapshotError::Content(what))
            }
        }
    }
}

const NOT_FINITE: &str = "a number in it is not finite";

/// No panel has had more observations; what says so is taken for this.
const MOST_PUSHED: u64 = 1 << 62;
