//! One series of a panel.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::rows::{Event, Noticed, PushError};
use crate::any_detector::AnyDetector;
use crate::config::Missing;
use crate::defaults::{Given, config_for_stream};
use crate::detector::Step;
use crate::error::{ObservationError, UpdateError};
use crate::hazard::Hazard;
use crate::kernel::prefetch;
use crate::list::AnyHazard;
use crate::observation::{Observation, Rows};

/// What all series of a panel have in common.
#[derive(Clone)]
pub(super) struct Rules {
    pub(super) origin: Origin,
    /// Whether the time between observations counts, beside their order.
    pub(super) irregular: bool,
}

/// Where the detectors of a panel come from.
#[derive(Clone)]
pub(super) enum Origin {
    /// All are copies of one that has seen nothing.
    Like(Box<AnyDetector>),
    /// Each is made for the first observations of its series.
    First {
        /// What is not to be chosen.
        given: Box<Given>,
        /// How many observations a series waits for.
        observations: usize,
        /// The hazard that all of them will have.
        hazard: Box<AnyHazard>,
    },
}

/// One series.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) state: State,
    /// When the last observation was made, if that was said.
    pub(super) time: Option<f64>,
    /// How many observations had been pushed when it last had one.
    pub(super) touched: u64,
}

/// How far a series is.
#[derive(Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all members have a detector, and members are in boxes"
)]
pub(super) enum State {
    /// It has no detector yet, but perhaps its first observations.
    Waiting(Waiting),
    /// It has one.
    Running(AnyDetector),
}

/// The first observations of a series.
#[derive(Clone, Default)]
pub(super) struct Waiting {
    /// How many numbers an observation has.
    pub(super) dimension: usize,
    /// The numbers.
    pub(super) values: Vec<f64>,
    /// When each observation was made, if that was said.
    pub(super) times: Vec<Option<f64>>,
}

/// An observation that arrives.
#[derive(Clone, Copy)]
pub(super) struct Arrival<'a> {
    pub(super) row: Observation<'a, [f64]>,
    pub(super) time: Option<f64>,
    /// The how many-th of the panel it is.
    pub(super) pushed: u64,
}

impl Member {
    /// A series that has not begun.
    pub(super) fn new() -> Self {
        Self {
            state: State::Waiting(Waiting::default()),
            time: None,
            touched: 0,
        }
    }

    /// Whether it has had an observation.
    pub(super) fn has_begun(&self) -> bool {
        match &self.state {
            State::Waiting(first) => !first.times.is_empty(),
            State::Running(_) => true,
        }
    }

    pub(super) fn detector(&self) -> Option<&AnyDetector> {
        match &self.state {
            State::Waiting(_) => None,
            State::Running(detector) => Some(detector),
        }
    }

    pub(super) fn into_detector(self) -> Option<AnyDetector> {
        match self.state {
            State::Waiting(_) => None,
            State::Running(detector) => Some(detector),
        }
    }

    /// Asks for what the next observation will need, ahead of it; `self` is there already.
    pub(super) fn prefetch(&self) {
        if let State::Running(detector) = &self.state {
            detector.prefetch();
        }
    }

    /// Asks for the member itself.
    pub(super) fn prefetch_self(&self) {
        prefetch(core::slice::from_ref(self));
    }

    /// Takes in an observation. Where that is an error, the series is as before.
    pub(super) fn push<K: Clone>(
        &mut self,
        rules: &Rules,
        key: &K,
        arrival: Arrival<'_>,
        events: &mut Vec<Event<K>>,
    ) -> Result<Option<Step>, PushError> {
        let elapsed = rules.elapsed(self.time, arrival.time)?;
        let step = match (&mut self.state, &rules.origin) {
            (State::Running(detector), _) => {
                let step = detector.update_with(arrival.row, elapsed)?;
                notice(detector, key, arrival.time, events);
                Some(step)
            }
            (State::Waiting(_), Origin::Like(newborn)) => {
                let mut detector = (**newborn).clone();
                let done = detector.update_with(arrival.row, elapsed);
                if done.is_ok() || detector.is_broken() {
                    notice(&mut detector, key, arrival.time, events);
                    self.state = State::Running(detector);
                }
                Some(done?)
            }
            (
                State::Waiting(first),
                Origin::First {
                    given,
                    observations,
                    hazard,
                },
            ) => {
                if elapsed.is_some_and(|elapsed| hazard.over(1.0, elapsed).is_none()) {
                    return Err(UpdateError::ElapsedUnsupported.into());
                }
                first.add(given, arrival)?;
                if first.times.len() < *observations {
                    None
                } else {
                    let mut told = Vec::new();
                    match first.detector(rules, given, key, &mut told) {
                        Ok((detector, step)) => {
                            events.append(&mut told);
                            self.state = State::Running(detector);
                            step
                        }
                        Err(error) => {
                            first.take_back();
                            return Err(error);
                        }
                    }
                }
            }
        };
        self.time = arrival.time.or(self.time);
        self.touched = arrival.pushed;
        Ok(step)
    }
}

impl Waiting {
    /// One more of the first observations.
    fn add(&mut self, given: &Given, arrival: Arrival<'_>) -> Result<(), UpdateError> {
        let row = arrival.row.alone()?;
        let expected = if self.times.is_empty() {
            row.len().max(1)
        } else {
            self.dimension
        };
        if row.len() != expected {
            let got = row.len();
            return Err(ObservationError::Dimension { got, expected }.into());
        }
        let skips = given.missing == Missing::Skip;
        let bad = |x: &f64| !(x.is_finite() || skips && x.is_nan());
        if let Some(&value) = row.iter().find(|x| bad(x)) {
            return Err(ObservationError::NonFinite { value }.into());
        }
        self.dimension = expected;
        self.values.extend_from_slice(row);
        self.times.push(arrival.time);
        Ok(())
    }

    /// Forgets the last one.
    fn take_back(&mut self) {
        self.times.pop();
        self.values.truncate(self.times.len() * self.dimension);
    }

    /// The detector for these observations, which has taken them in, and its last step.
    fn detector<K: Clone>(
        &self,
        rules: &Rules,
        given: &Given,
        key: &K,
        events: &mut Vec<Event<K>>,
    ) -> Result<(AnyDetector, Option<Step>), PushError> {
        let rows = Rows::of_numbers(&self.values, self.dimension);
        let made = config_for_stream(rows, given).and_then(|config| config.build());
        let mut detector = made.map_err(PushError::Configuration)?;
        let (mut last, mut step) = (None, None);
        for (row, &time) in self.values.chunks(self.dimension).zip(&self.times) {
            let elapsed = rules.elapsed(last, time)?;
            step = Some(detector.update_with(Observation::of(row), elapsed)?);
            notice(&mut detector, key, time, events);
            last = time.or(last);
        }
        Ok((detector, step))
    }
}

impl Rules {
    /// How long after the one before an observation comes, which it has to; `None` for the first,
    /// and where that does not count.
    fn elapsed(&self, last: Option<f64>, time: Option<f64>) -> Result<Option<f64>, PushError> {
        let Some(time) = time else {
            return Ok(None);
        };
        if !time.is_finite() {
            return Err(PushError::Time { value: time });
        }
        match last {
            None => Ok(None),
            Some(last) if time > last => Ok(self.irregular.then_some(time - last)),
            Some(last) => Err(PushError::Late { time, last }),
        }
    }
}

/// What the observation that a detector has just taken in has told.
fn notice<K: Clone>(
    detector: &mut AnyDetector,
    key: &K,
    time: Option<f64>,
    events: &mut Vec<Event<K>>,
) {
    let index = detector.observations().saturating_sub(1);
    let mut add = |noticed| {
        events.push(Event {
            key: key.clone(),
            index,
            time,
            noticed,
        });
    };
    if !detector.settled().is_empty() {
        let settled = detector.take_settled().into_iter();
        settled.for_each(|changepoint| add(Noticed::Settled { changepoint }));
    }
    if detector.config().alarm.is_some() {
        let alarms = detector.take_alarms().into_iter();
        alarms.for_each(|alarm| add(Noticed::Alarm(alarm)));
    }
}
