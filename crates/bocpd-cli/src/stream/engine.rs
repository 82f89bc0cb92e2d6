//! From rows to lines: the warm-up, and the detector after it.

use anyhow::{Context, Result};
use bocpd_core::{AnyDetector, Step};
use serde::{Deserialize, Serialize};

use super::line::Line;
use crate::exit::question;
use crate::feed::Feed;
use crate::input::Row;
use crate::messages::say;
use crate::settings::{Known, Settings};

/// Why nothing is not enough.
pub(super) const NEEDS_PRIOR: &str =
    "a stream needs its prior beforehand (--warm-up N takes it from the first N observations)";

/// What the command line says about the lines.
#[derive(Clone, Copy)]
pub(super) struct Options {
    pub(super) warm_up: Option<u64>,
    pub(super) only_changes: bool,
    pub(super) only_alarms: bool,
    pub(super) recent: Option<u64>,
    pub(super) quiet: bool,
}

/// One observation: a row, or one that waits for the end of the warm-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Observation {
    line: u64,
    time: Option<String>,
    value: Option<f64>,
    /// None where the value is missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    features: Vec<f64>,
}

impl From<Row<'_>> for Observation {
    fn from(row: Row) -> Self {
        Self {
            line: row.line,
            time: row.time.map(std::borrow::Cow::into_owned),
            value: row.value,
            features: row.features,
        }
    }
}

/// Where the stream stands.
pub(super) enum Phase {
    /// Collecting the observations that the prior is made from.
    WarmUp(Vec<Observation>),
    /// Filtering.
    Running(Box<AnyDetector>),
}

/// Takes observations, gives lines.
pub(super) struct Engine<'a> {
    options: Options,
    settings: &'a Settings,
    /// The input's name, for messages.
    name: String,
    feed: Feed,
    phase: Phase,
    /// The time of the last observation, as it was read.
    last_time: Option<String>,
}

impl<'a> Engine<'a> {
    /// Before anything is known.
    pub(super) fn new(options: Options, settings: &'a Settings, name: &str, feed: Feed) -> Self {
        Self {
            options,
            settings,
            name: name.to_owned(),
            feed,
            phase: Phase::WarmUp(Vec::new()),
            last_time: None,
        }
    }

    /// Begins a stream: filters at once, if there is no warm-up.
    ///
    /// # Errors
    /// Options that do not go together, or a prior about which nothing is known.
    pub(super) fn begin(&mut self) -> Result<()> {
        match self.options.warm_up {
            Some(_) => Ok(()),
            None => self.build(Known::Nothing(NEEDS_PRIOR)),
        }
    }

    /// Goes on where an earlier run stopped.
    pub(super) fn resume(&mut self, phase: Phase, last_time: Option<String>) {
        self.feed.resume(last_time.as_deref());
        self.phase = phase;
        self.last_time = last_time;
    }

    /// Lets go of a latched alarm.
    pub(super) fn acknowledge(&mut self) {
        if let Phase::Running(detector) = &mut self.phase {
            detector.acknowledge();
        }
    }

    pub(super) fn phase(&self) -> &Phase {
        &self.phase
    }

    pub(super) fn last_time(&self) -> Option<&str> {
        self.last_time.as_deref()
    }

    /// How many observations were taken in.
    pub(super) fn observations(&self) -> u64 {
        match &self.phase {
            Phase::WarmUp(waiting) => waiting.len() as u64,
            Phase::Running(detector) => detector.observations(),
        }
    }

    /// Takes in one observation and appends the lines that there are now.
    ///
    /// # Errors
    /// The detector refuses it, or the warm-up has no prior to give.
    pub(super) fn take(&mut self, observation: Observation, out: &mut Vec<u8>) -> Result<()> {
        match &mut self.phase {
            Phase::WarmUp(waiting) => {
                waiting.push(observation);
                if Some(waiting.len() as u64) >= self.options.warm_up {
                    self.end_warm_up(out)?;
                }
                Ok(())
            }
            Phase::Running(_) => self.observe(observation, out),
        }
    }

    /// Sets the prior from the observations there are, and replays them. Nothing happens
    /// without any.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub(super) fn end_warm_up(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let Phase::WarmUp(waiting) = &mut self.phase else {
            return Ok(());
        };
        let waiting = std::mem::take(waiting);
        let values: Vec<_> = waiting
            .iter()
            .filter_map(|observation| observation.value)
            .collect();
        if values.is_empty() {
            return Ok(());
        }
        self.build(Known::WarmUp { values: &values })?;
        waiting
            .into_iter()
            .try_for_each(|observation| self.observe(observation, out))
    }

    fn build(&mut self, known: Known) -> Result<()> {
        let (config, assumptions) = self.settings.resolve(known)?;
        if !self.options.quiet && !assumptions.is_empty() {
            say(&format!("assumed {}", assumptions.join("; ")));
        }
        let detector = config.build().map_err(question)?;
        self.phase = Phase::Running(Box::new(detector));
        Ok(())
    }

    fn observe(&mut self, observation: Observation, out: &mut Vec<u8>) -> Result<()> {
        let Phase::Running(detector) = &mut self.phase else {
            return Ok(());
        };
        let Observation {
            line,
            time,
            value,
            features,
        } = observation;
        let start_before = segment_start(detector.observations(), detector.map_run_length());
        let step = self
            .feed
            .give(detector, value, &features, time.as_deref())
            .with_context(|| format!("{}, line {line}", self.name))?;
        let settled = detector.take_settled();
        let alarm = detector.take_alarms().pop(); // one step raises one at most
        let news = !settled.is_empty() || start(&step) != start_before;
        let shown = match self.options {
            Options {
                only_alarms: true, ..
            } => alarm.is_some(),
            Options {
                only_changes: true, ..
            } => alarm.is_some() || news,
            _ => true,
        };
        if shown {
            let mut line = Line::new(&step, time.as_deref(), value.is_none(), &settled);
            line.p_recent_change = self.options.recent.map(|w| detector.p_recent_change(w));
            line.p_outlier = detector.config().outliers.map(|_| step.p_outlier);
            line.alarm = alarm;
            line.write(out);
        }
        self.last_time = time;
        Ok(())
    }
}

/// The most probable start of the current segment; 0 before any observation.
fn segment_start(observations: u64, map_run_length: u64) -> u64 {
    observations.saturating_sub(1 + map_run_length)
}

fn start(step: &Step) -> u64 {
    step.index - step.map_run_length
}
