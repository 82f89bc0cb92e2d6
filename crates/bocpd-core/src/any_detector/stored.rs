//! A detector as bytes, with the configuration that it was built from.

use alloc::vec::Vec;

use super::AnyDetector;
use crate::alarm::{self, AlarmPolicy, Alarms};
use crate::config::{Alternative, Config, HazardConfig, Missing, ModelConfig, Per};
use crate::history::History;
use crate::outliers::Outliers;
use crate::pruning::Pruning;
use crate::snapshot::{self, Kind, SnapshotError};

impl AnyDetector {
    /// Configuration and state as bytes, for [`restore`]. (Of a [`Detector`](crate::Detector)
    /// `snapshot` is its state alone.)
    pub fn snapshot(&self) -> Vec<u8> {
        snapshot::seal(Kind::Configured, &(&self.config, self.parts()))
    }

    /// Takes over the state of a snapshot of a detector with the same model,
    /// hazard and pruning.
    ///
    /// # Errors
    /// If the bytes are no snapshot, of another version, damaged, or do not fit
    /// this detector, which is then as before.
    pub fn restore(&mut self, snapshot: &[u8]) -> Result<(), SnapshotError> {
        let content: Content = open(snapshot)?;
        if content.0 != self.config {
            let what = "it is of a detector with another configuration";
            return Err(SnapshotError::Content(what));
        }
        // Into a copy: a state that fits with alarms that do not is refused whole.
        let mut restored = self.clone();
        restored.adopt(&content.1)?;
        *self = restored;
        Ok(())
    }

    /// State, choice of a model and alarms as bytes, without the configuration.
    #[cfg(feature = "std")]
    pub(crate) fn saved(&self) -> Vec<u8> {
        snapshot::encode(&self.parts())
    }

    /// All that was learned.
    fn parts(&self) -> Parts {
        let alarms = self.alarms.as_ref().map(Alarms::saved);
        let choice = self.choice.as_ref().map(|choice| choice.saved());
        (self.detector.snapshot(), alarms, choice)
    }

    /// Takes them over; after an error some of it alone.
    #[cfg(feature = "std")]
    pub(crate) fn adopt_saved(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        let whole = SnapshotError::Content("the state of a series cannot be decoded");
        self.adopt(&snapshot::decode(bytes).ok_or(whole)?)
    }

    /// Takes over state, choice of a model, and alarms; after an error it may have taken over
    /// some of it alone.
    fn adopt(&mut self, (state, saved, chosen): &Parts) -> Result<(), SnapshotError> {
        match (&mut self.choice, chosen) {
            (Some(choice), Some(chosen)) => {
                let placed = choice.place_leader(chosen, &mut self.detector);
                placed.map_err(SnapshotError::Content)?;
                self.detector.restore(state)?;
                choice.restore(chosen, &self.detector)?;
            }
            (None, None) => self.detector.restore(state)?,
            _ => {
                let what = "its choice of a model contradicts its configuration";
                return Err(SnapshotError::Content(what));
            }
        }
        let observations = self.detector.observations();
        let level = self.detector.level_name();
        let sound = match (&mut self.alarms, saved) {
            (Some(alarms), Some(saved)) => alarms.restore(saved, observations, level),
            (None, None) => Ok(()),
            _ => Err("its alarms contradict its policy"),
        };
        sound.map_err(SnapshotError::Content)
    }
}

/// What the snapshot of a configured detector holds: its configuration, and what it has learned.
type Content = (Config, Parts);

/// What a detector has learned: its state, its alarms, its choice among models.
type Parts = (Vec<u8>, Option<alarm::Saved>, Option<super::choice::Saved>);

/// A detector from the bytes that [`AnyDetector::snapshot`] gave; it goes on bit for
/// bit as the one that wrote them would.
///
/// # Errors
/// If the bytes are no snapshot, of another version, or damaged.
pub fn restore(bytes: &[u8]) -> Result<AnyDetector, SnapshotError> {
    let content: Content = open(bytes)?;
    let config = &content.0;
    let own_model = matches!(config.model, ModelConfig::Own { .. });
    if own_model || config.hazard == HazardConfig::Own {
        let what =
            "it does not hold its own model or hazard; build the detector and restore into it";
        return Err(SnapshotError::Content(what));
    }
    let mut detector = config.build()?;
    detector.adopt(&content.1)?;
    Ok(detector)
}

/// The content, or whose model or hazard it is that is not known here: it was written
/// where there were more of them.
fn open(bytes: &[u8]) -> Result<Content, SnapshotError> {
    let content = snapshot::content(Kind::Configured, bytes)?;
    let opened = match snapshot::version(bytes) {
        ..OUTLIERS => {
            snapshot::whole(content).map(|(config, state, alarms): Before<WithoutOutliers>| {
                (config.now(), (state, alarms, None))
            })
        }
        OUTLIERS..ALTERNATIVES => {
            snapshot::whole(content).map(|(config, state, alarms): Before<WithoutAlternatives>| {
                (config.now(), (state, alarms, None))
            })
        }
        ALTERNATIVES..PREFERENCES => snapshot::whole(content).map(
            |(config, state, alarms, choice): Chosen<WithoutPreferences>| {
                (config.now(), (state, alarms, choice))
            },
        ),
        PREFERENCES..PRODUCTS => snapshot::whole(content).map(
            |(config, state, alarms, choice): Chosen<WithoutProduct>| {
                (config.now(), (state, alarms, choice))
            },
        ),
        _ => snapshot::whole(content),
    };
    opened.map_err(|error| unknown(content).unwrap_or(error))
}

/// Since this version of the format configurations have outliers.
const OUTLIERS: u8 = 4;

/// Since this one they have alternatives.
const ALTERNATIVES: u8 = 5;

/// Since this one they say what has one of several models, and have a resolution, a least length
/// of segments and a sensitivity.
const PREFERENCES: u8 = 6;

/// Since this one they have models of further numbers.
const PRODUCTS: u8 = 7;

/// [`Content`] in versions without alternatives.
type Before<C> = (C, Vec<u8>, Option<alarm::Saved>);

/// [`Content`] in versions with alternatives.
type Chosen<C> = (
    C,
    Vec<u8>,
    Option<alarm::Saved>,
    Option<super::choice::Saved>,
);

/// [`Config`] before it had outliers.
#[derive(serde::Deserialize)]
struct WithoutOutliers {
    model: ModelConfig,
    hazard: HazardConfig,
    pruning: Pruning,
    missing: Missing,
    history: History,
    shifts: bool,
    alarm: Option<AlarmPolicy>,
}

/// [`Config`] before it had alternatives.
#[derive(serde::Deserialize)]
struct WithoutAlternatives {
    before: WithoutOutliers,
    outliers: Option<Outliers>,
}

/// [`Config`] before it had those.
#[derive(serde::Deserialize)]
struct WithoutPreferences {
    before: WithoutAlternatives,
    #[serde(deserialize_with = "crate::config::listed")]
    alternatives: Vec<Alternative>,
}

/// [`Config`] before it had models of further numbers.
#[derive(serde::Deserialize)]
struct WithoutProduct {
    before: WithoutPreferences,
    alternatives_per: Per,
    resolution: f64,
    min_segment: u64,
    sensitivity: f64,
}

impl WithoutProduct {
    fn now(self) -> Config {
        Config {
            alternatives_per: self.alternatives_per,
            resolution: self.resolution,
            min_segment: self.min_segment,
            sensitivity: self.sensitivity,
            ..self.before.now()
        }
    }
}

impl WithoutOutliers {
    fn now(self) -> Config {
        Config {
            pruning: self.pruning,
            missing: self.missing,
            history: self.history,
            shifts: self.shifts,
            alarm: self.alarm,
            ..Config::new(self.model, self.hazard)
        }
    }
}

impl WithoutPreferences {
    fn now(self) -> Config {
        Config {
            alternatives: self.alternatives,
            ..self.before.now()
        }
    }
}

impl WithoutAlternatives {
    fn now(self) -> Config {
        Config {
            outliers: self.outliers,
            ..self.before.now()
        }
    }
}

fn unknown(content: &[u8]) -> Option<SnapshotError> {
    let unknown = |what, code| Some(SnapshotError::Unknown { what, code });
    let (code, _) = snapshot::first(content)?;
    if !ModelConfig::knows(code) {
        return unknown("model", code);
    }
    let (_, rest): (ModelConfig, _) = snapshot::first(content)?;
    let (code, _) = snapshot::first(rest)?;
    if HazardConfig::knows(code) {
        None
    } else {
        unknown("hazard", code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::defaults::{Kind, hazard_for, model_for};
    use crate::snapshot::{CHECKSUM, HEADER};

    #[test]
    fn what_is_not_known_is_named() {
        let config = Config::new(model_for(Kind::Gaussian, &[]), hazard_for(0));
        let snapshot = config.build().expect("a detector").snapshot();
        let model = HEADER;
        let hazard = model + 1 + 4 * size_of::<f64>();
        for (at, what) in [(model, "model"), (hazard, "hazard")] {
            let mut bytes = snapshot.clone();
            bytes[at] = 0x7f;
            let end = bytes.len() - CHECKSUM;
            let checksum = crc32fast::hash(&bytes[..end]);
            bytes[end..].copy_from_slice(&checksum.to_le_bytes());
            let error = restore(&bytes).err();
            assert_eq!(error, Some(SnapshotError::Unknown { what, code: 0x7f }));
        }
    }
}
