//! From rows to lines: the warm-up, and the detector after it.

use anyhow::{Context, Result, bail};
use bocpd_core::defaults::{hazards_in_words, structures_in_words, structures_of_stream};
use bocpd_core::observation::Rows;
use bocpd_core::{AnyDetector, Step};
use serde::{Deserialize, Serialize};

use super::line::{Columns, Line, Raised};
use super::watch::Watch;
use crate::exit::{message, question, usage};
use crate::feed::{Feed, Unit};
use crate::input::{Moment, Row, Sort, about};
use crate::messages::say;
use crate::settings::{Known, Settings};
use crate::time::Clock;

/// Why nothing is not enough.
pub(super) const NEEDS_PRIOR: &str =
    "a stream needs its prior beforehand (--warm-up N takes it from the first N observations)";

/// So many rows that cannot be used are said one by one.
const SAID: u64 = 5;

/// What the command line says about the lines.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "options are as they are said"
)]
pub(super) struct Options {
    pub(super) warm_up: Option<u64>,
    pub(super) only_changes: bool,
    pub(super) only_alarms: bool,
    pub(super) recent: Option<u64>,
    pub(super) quiet: bool,
    /// Whether a row that cannot be used counts as missing.
    pub(super) forgiving: bool,
    /// The columns of CSV, if lines are that.
    pub(super) csv: Option<Columns>,
    pub(super) sort: Option<Sort>,
    pub(super) day_first: bool,
    /// Whether time is counted in what usually passes between observations.
    pub(super) own_time: bool,
}

/// One observation: a row, or one that waits for the end of the warm-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Observation {
    pub(super) line: u64,
    pub(super) time: Option<String>,
    pub(super) value: Option<f64>,
    /// The numbers after it, where an observation has several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) further: Vec<Option<f64>>,
    /// None where the value is missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) features: Vec<f64>,
}

impl Observation {
    /// Its numbers as core takes them, with NaN for what is missing.
    fn numbers(&self) -> impl Iterator<Item = f64> {
        let all = std::iter::once(&self.value).chain(&self.further);
        all.map(|number| number.unwrap_or(f64::NAN))
    }

    /// Whether all of its numbers are missing.
    fn is_missing(&self) -> bool {
        self.numbers().all(f64::is_nan)
    }
}

impl From<Row<'_>> for Observation {
    fn from(row: Row) -> Self {
        Self {
            line: row.line,
            time: row.time.map(std::borrow::Cow::into_owned),
            value: row.value,
            further: row.further,
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
    /// What the series is called, where there may be several.
    label: Option<String>,
    /// What the numbers of an observation are called.
    numbers: Vec<String>,
    /// How many rows could not be used.
    refused: u64,
    feed: Feed,
    watch: Watch,
    phase: Phase,
    /// The time of the last observation, as it was read.
    last_time: Option<String>,
}

impl<'a> Engine<'a> {
    /// Before anything is known.
    pub(super) fn new(
        options: Options,
        settings: &'a Settings,
        name: &str,
        feed: Feed,
        label: Option<String>,
        numbers: Vec<String>,
    ) -> Self {
        Self {
            options,
            settings,
            name: name.to_owned(),
            label,
            numbers,
            refused: 0,
            feed,
            watch: Watch::new(options.sort, options.day_first),
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
            None if self.options.own_time && self.feed.unit().is_none() => bail!(usage(
                "--irregular needs --mean-run-length in the unit of the times, or --warm-up N, \
                 which finds out how long it usually is from one observation to the next"
            )),
            None => self.build(Known::Nothing(NEEDS_PRIOR), None),
        }
    }

    /// Goes on where an earlier run stopped.
    pub(super) fn resume(&mut self, phase: Phase, last_time: Option<String>, unit: Option<f64>) {
        self.feed.resume(last_time.as_deref(), unit);
        self.watch.resume(last_time.as_deref());
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
        let there = || waiting.iter().filter(|one| !one.is_missing());
        let values: Vec<f64> = there().flat_map(Observation::numbers).collect();
        let features: Vec<f64> = there().flat_map(|one| one.features.clone()).collect();
        if values.is_empty() {
            return Ok(());
        }
        let unit = self.own_time(&waiting)?;
        let rows = match self.numbers.len() {
            0 | 1 => Rows::with_features(&values, &features),
            several => Rows::of_numbers(&values, several),
        };
        self.build(Known::WarmUp { rows }, unit)?;
        waiting
            .into_iter()
            .try_for_each(|observation| self.observe(observation, out))
    }

    /// What usually passes between the observations of the warm-up, where time counts.
    fn own_time(&self, waiting: &[Observation]) -> Result<Option<Unit>> {
        if !self.options.own_time || self.feed.unit().is_some() {
            return Ok(None);
        }
        let mut clock = Clock::new(self.options.day_first);
        let times = waiting
            .iter()
            .map(|observation| observation.time.as_deref());
        let positions: Option<Vec<_>> = times.map(|time| clock.read(time?)).collect();
        let unit = positions.as_deref().and_then(Unit::of);
        unit.map(Some).context(
            "the times of the warm-up do not say how long it usually is from one observation to \
             the next; --time-unit does",
        )
    }

    /// What counts as 1 in time, where it is not what the times count in.
    pub(super) fn time_unit(&self) -> Option<f64> {
        self.feed.unit()
    }

    pub(super) fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// Whether rows that cannot be used count as missing.
    pub(super) fn is_forgiving(&self) -> bool {
        self.options.forgiving
    }

    /// Takes a row that could not be read for one without a value.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub(super) fn pass(
        &mut self,
        row: Observation,
        why: &anyhow::Error,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        self.refuse(&message(why));
        self.take(row, out)
    }

    /// The first few are said, and all are counted.
    fn refuse(&mut self, why: &str) {
        self.refused += 1;
        if self.refused <= SAID {
            say(&format!(
                "{}{why}; it counts as missing",
                about(self.label())
            ));
        }
    }

    /// Says something of this series.
    fn say(&self, message: &str) {
        say(&format!("{}{message}", about(self.label())));
    }

    /// At the end of the input. A warm-up that is not over goes on in the next run, if there is
    /// a state; otherwise what there is must do.
    ///
    /// # Errors
    /// As [`Self::end_warm_up`].
    pub(super) fn end(&mut self, keeps_state: bool, lines: &mut Vec<u8>) -> Result<()> {
        if let Phase::WarmUp(waiting) = &self.phase {
            if !self.options.quiet {
                self.say(&format!(
                    "the input ended in the warm-up, after {} observations",
                    waiting.len()
                ));
            }
            if !keeps_state {
                self.end_warm_up(lines)?;
            }
        }
        if let (Phase::Running(detector), false) = (&self.phase, self.options.quiet)
            && !detector.config().alternatives.is_empty()
        {
            let found = structures_of_stream(detector.config(), &detector.model_probabilities());
            self.say(&format!("most probably {}", structures_in_words(found)));
        }
        if let (Phase::Running(detector), false) = (&self.phase, self.options.quiet)
            && let Some(words) =
                hazards_in_words(&detector.config().hazard, &detector.hazard_probabilities())
        {
            self.say(&words);
        }
        for remark in self.watch.sum() {
            self.say(&remark);
        }
        if self.refused > 0 {
            self.say(&format!(
                "{} of {} rows could not be used and count as missing",
                self.refused,
                self.observations()
            ));
        }
        Ok(())
    }

    fn build(&mut self, known: Known, unit: Option<Unit>) -> Result<()> {
        let (config, mut assumptions) = self.settings.resolve(known, &self.numbers)?;
        if let Some(unit) = unit {
            assumptions.push(unit.describe());
            self.feed.count_in(unit);
        }
        if !self.options.quiet && !assumptions.is_empty() {
            self.say(&format!("assumed {}", assumptions.join("; ")));
        }
        let detector = config.build().map_err(question)?;
        self.phase = Phase::Running(Box::new(detector));
        Ok(())
    }

    fn observe(&mut self, observation: Observation, out: &mut Vec<u8>) -> Result<()> {
        let row: Vec<f64> = observation.numbers().collect();
        let mut missing = observation.is_missing();
        let Observation {
            line,
            time,
            features,
            ..
        } = observation;
        let (position, remark) = match &time {
            Some(time) => self.watch.see(time, line),
            None => (None, None),
        };
        if let Some(remark) = remark {
            self.say(&remark);
        }
        let Phase::Running(detector) = &mut self.phase else {
            return Ok(());
        };
        let start_before = segment_start(detector.observations(), detector.map_run_length());
        let moment = time.as_deref().map(|time| Moment { time, position });
        let (step, refused) = self
            .feed
            .give(detector, &row, &features, moment, self.options.forgiving)
            .with_context(|| format!("{}, line {line}", self.name))?;
        missing |= refused.is_some();
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
            let mut line = Line::new(&step, time.as_deref(), missing, &settled);
            line.series = self.label.as_deref();
            line.change = (start(&step) > start_before).then(|| start(&step));
            line.p_recent_change = self.options.recent.map(|w| detector.p_recent_change(w));
            line.p_outlier = detector.config().outliers.map(|_| step.p_outlier);
            let several = self.numbers.len() > 1;
            let first = self.numbers.first().filter(|_| several);
            line.alarm = alarm.map(|alarm| Raised::new(&alarm, first.map(String::as_str)));
            line.write(out, self.options.csv);
        }
        self.last_time = time;
        if let Some(why) = refused {
            let place = format!("{}, line {line}", self.name);
            self.refuse(&format!("{place}: {}", message(&why)));
        }
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
