//! One observation into a detector, with the time since the last where that matters.

use anyhow::{Result, bail, ensure};
use bocpd_core::config::HazardConfig;
use bocpd_core::observation::{Observation, SideInformation};
use bocpd_core::{AnyDetector, Step};

use crate::exit::usage;
use crate::foreign::quoted;
use crate::input::Layout;
use crate::time::Position;

/// Remembers the last time.
pub(crate) struct Feed {
    irregular: bool,
    last: Option<Position>,
}

impl Feed {
    /// `irregular` asks for elapsed times; a hazard that is a rate per unit of time does too,
    /// if there are times.
    ///
    /// # Errors
    /// There is no time column, but elapsed times are asked for.
    pub(crate) fn new(irregular: bool, layout: &Layout) -> Result<Self> {
        ensure!(
            !irregular || layout.time.is_some(),
            usage("--irregular needs a time column; --time names it")
        );
        Ok(Self {
            irregular,
            last: None,
        })
    }

    /// Goes on after an observation made earlier.
    pub(crate) fn resume(&mut self, last_time: Option<&str>) {
        self.last = last_time.and_then(Position::read);
    }

    /// Gives one observation to the detector.
    ///
    /// # Errors
    /// The detector refuses it, or its time is no number or date.
    pub(crate) fn give(
        &mut self,
        detector: &mut AnyDetector,
        value: Option<f64>,
        features: &[f64],
        time: Option<&str>,
    ) -> Result<Step> {
        let by_rate = matches!(detector.config().hazard, HazardConfig::Rate { .. });
        let elapsed = match time {
            Some(time) if self.irregular || by_rate => Some(self.elapsed(time)?),
            _ => None,
        };
        let step = match (value, elapsed) {
            (Some(value), elapsed) => {
                let (value, side) = ([value], SideInformation::of_features(features));
                detector.update_with(Observation::with(&value[..], &side), elapsed)
            }
            (None, None) => detector.skip(),
            (None, Some(elapsed)) => detector.skip_after(elapsed),
        };
        Ok(step?)
    }

    fn elapsed(&mut self, time: &str) -> Result<f64> {
        let Some(now) = Position::read(time) else {
            bail!(
                "the time {} is neither a number nor an ISO date",
                quoted(time)
            );
        };
        let elapsed = match self.last {
            None => 1.0, // before the first observation no time passes
            Some(last) => match now.since(last) {
                Some(elapsed) => elapsed,
                None => bail!(
                    "the time {} is of another kind than the one before",
                    quoted(time)
                ),
            },
        };
        self.last = Some(now);
        Ok(elapsed)
    }
}
