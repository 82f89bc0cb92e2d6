//! Panels as bytes: whole, what has changed since then, or one series.

use alloc::vec::Vec;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Member, Panel};
use crate::any_detector::AnyDetector;
use crate::config::Config;
use crate::snapshot::{self, Kind, SnapshotError};

/// What the snapshot of a panel holds: its configuration once, and of each series its key, the
/// state of its detector, and when its last observation was made.
type Content<K> = (Config, u64, Vec<(K, Vec<u8>, Option<f64>)>);

impl<K: Ord + Clone + Serialize + DeserializeOwned> Panel<K> {
    /// All series as bytes. What was noticed and not taken is not among them.
    pub fn snapshot(&self) -> Vec<u8> {
        self.snapshot_since(0)
    }

    /// Those series that have had an observation since so many were pushed
    /// ([`pushed`](Self::pushed)): what [`apply`](Self::apply) needs to bring a panel up to date
    /// that is as this one was then.
    pub fn snapshot_since(&self, pushed: u64) -> Vec<u8> {
        let since = |member: &Member| pushed == 0 || member.touched > pushed;
        let members = self.members.iter().filter(|(_, member)| since(member));
        let members: Vec<_> = members
            .map(|(key, member)| (key, member.detector.saved(), member.time))
            .collect();
        snapshot::seal(Kind::Panel, &(self.config(), self.pushed, members))
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
        let mut panel = Self::new(&content.0)?;
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
        if content.0 != *self.config() {
            let what = "it is of a panel with another configuration";
            return Err(SnapshotError::Content(what));
        }
        self.adopt(content)
    }

    /// Takes the series out that have had no observation since so many were pushed, each as a
    /// snapshot for [`apply`](Self::apply).
    pub fn evict_idle(&mut self, pushed: u64) -> Vec<(K, Vec<u8>)> {
        let idle = self.members.iter().filter(|(_, one)| one.touched <= pushed);
        let idle: Vec<K> = idle.map(|(key, _)| key.clone()).collect();
        let evicted = idle.into_iter().filter_map(|key| {
            let member = self.members.remove(&key)?;
            let one = [(&key, member.detector.saved(), member.time)];
            let bytes =
                snapshot::seal(Kind::Panel, &(self.newborn.config(), self.pushed, &one[..]));
            Some((key, bytes))
        });
        evicted.collect()
    }

    fn adopt(&mut self, (_, pushed, members): Content<K>) -> Result<(), SnapshotError> {
        let mut adopted = Vec::new();
        for (key, state, time) in members {
            if time.is_some_and(|time: f64| !time.is_finite()) {
                return Err(SnapshotError::Content("a time in it is not finite"));
            }
            let mut detector: AnyDetector = self.newborn.clone();
            detector.adopt_saved(&state)?;
            adopted.push((key, detector, time));
        }
        self.pushed = self.pushed.max(pushed.min(MOST_PUSHED));
        for (key, detector, time) in adopted {
            let member = Member {
                detector,
                time,
                touched: self.pushed,
            };
            self.members.insert(key, member);
        }
        Ok(())
    }
}

/// No panel has had more observations; what says so is taken for this.
const MOST_PUSHED: u64 = 1 << 62;
