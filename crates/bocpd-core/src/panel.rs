//! Many series of one configuration, by key.

#[cfg(feature = "serde")]
mod stored;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;
use core::ops::Range;

use crate::alarm::Alarm;
use crate::any_detector::AnyDetector;
use crate::config::Config;
use crate::detector::Step;
use crate::error::{ParameterError, UpdateError};
use crate::observation::{Observation, SideInformation};

/// Detectors of one configuration, one for each key: they share the model and its tables, and
/// come into being with the first observation of their key.
///
/// Observations come in any order of keys, one by one ([`push`](Self::push),
/// [`push_at`](Self::push_at)) or many at a time ([`push_many`](Self::push_many), on all cores
/// with the feature `rayon`). Each series is as if it were alone, to the last bit, whatever
/// comes in between and however many threads there are; a bad observation is an error of its
/// series and nobody else's. What was noticed waits in the order of the observations that
/// told it ([`take_events`](Self::take_events)).
///
/// ```
/// use bocpd_core::config::{Config, HazardConfig, ModelConfig};
/// use bocpd_core::panel::{Noticed, Panel, Row};
///
/// let model = ModelConfig::Gaussian { mean: 0.0, kappa: 0.1, alpha: 1.0, beta: 1.0 };
/// let config = Config::new(model, HazardConfig::Constant { mean_run_length: 100.0 });
/// let mut panel = Panel::new(&config)?;
/// for t in 0..120 {
///     let small = [0.1, -0.2, 0.0, 0.3][t % 4];
///     panel.push("quiet", &[small])?;
///     panel.push("shifted", &[small + if t < 30 { 0.0 } else { 9.0 }])?;
/// }
/// let events = panel.take_events();
/// assert_eq!(events.len(), 1);
/// assert_eq!(events[0].key, "shifted");
/// assert!(matches!(events[0].noticed, Noticed::Settled { changepoint: 30 }));
/// // NaN is an error of one series.
/// let rows = [("quiet", f64::NAN), ("shifted", 9.1)].map(|(key, x)| Row::new(key, [x]));
/// let steps = panel.push_many(&rows);
/// assert!(steps[0].is_err() && steps[1].is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Panel<K> {
    /// A detector that has seen nothing.
    newborn: AnyDetector,
    members: BTreeMap<K, Member>,
    events: Vec<Event<K>>,
    /// How many observations were pushed, also those that were refused.
    pushed: u64,
}

/// One series.
#[derive(Clone)]
struct Member {
    detector: AnyDetector,
    /// When the last observation was made, if that was said.
    time: Option<f64>,
    /// How many observations had been pushed when it last had one.
    touched: u64,
}

/// An observation and whose it is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Row<K, X> {
    /// Whose it is.
    pub key: K,
    /// When it was made, in the unit of the hazard.
    pub time: Option<f64>,
    /// Its numbers.
    pub values: X,
}

impl<K, X: AsRef<[f64]>> Row<K, X> {
    /// An observation on a regular grid.
    pub const fn new(key: K, values: X) -> Self {
        Self {
            key,
            time: None,
            values,
        }
    }

    /// One that was made at a time, in the unit of the hazard.
    pub const fn at(key: K, time: f64, values: X) -> Self {
        Self {
            key,
            time: Some(time),
            values,
        }
    }
}

/// Something that was noticed in a series.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event<K> {
    /// In which one.
    pub key: K,
    /// The index, in its series, of the observation that told it.
    pub index: u64,
    /// When that was made, if it was said.
    pub time: Option<f64>,
    /// What it is.
    pub noticed: Noticed,
}

/// What can be noticed in a series.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Noticed {
    /// A change that no later observation can take back
    /// ([`take_settled`](AnyDetector::take_settled)).
    Settled {
        /// The index of the first observation of the new segment.
        changepoint: u64,
    },
    /// An alarm ([`Config::alarm`]).
    Alarm(Alarm),
}

/// An observation that its series could not take; the series is as it was.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum PushError {
    /// As of a detector that is alone.
    Update(UpdateError),
    /// It was not made after the one before.
    Late {
        /// When it was made.
        time: f64,
        /// When the one before was.
        last: f64,
    },
    /// Its time is NaN or infinite.
    Time {
        /// What was given.
        value: f64,
    },
}

impl From<UpdateError> for PushError {
    fn from(error: UpdateError) -> Self {
        Self::Update(error)
    }
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Update(error) => error.fmt(f),
            Self::Late { time, last } => write!(
                f,
                "observation must be made after the one before, at {last}, got {time}"
            ),
            Self::Time { value } => write!(f, "time must be finite, got {value}"),
        }
    }
}

impl Error for PushError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Update(error) => Some(error),
            _ => None,
        }
    }
}

impl<K: Ord + Clone> Panel<K> {
    /// A panel without series.
    ///
    /// # Errors
    /// If the configuration cannot be built; one with a model or a hazard of the caller's is
    /// built beforehand: [`like`](Self::like).
    pub fn new(config: &Config) -> Result<Self, ParameterError> {
        Ok(Self::like(config.build()?))
    }

    /// A panel whose series have detectors like this one, as it is after a reset.
    pub fn like(mut detector: AnyDetector) -> Self {
        detector.reset();
        Self {
            newborn: detector,
            members: BTreeMap::new(),
            events: Vec::new(),
            pushed: 0,
        }
    }

    /// What all detectors were built from.
    pub fn config(&self) -> &Config {
        self.newborn.config()
    }

    /// How many series there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The keys of all series, in their order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.members.keys()
    }

    /// The detector of a series, for all that can be asked of one. Changes that became events are
    /// not among its [`changepoints`](crate::Detector::changepoints) any more.
    pub fn get(&self, key: &K) -> Option<&AnyDetector> {
        self.members.get(key).map(|member| &member.detector)
    }

    /// How many observations were pushed, also those that were refused: a mark for
    /// [`evict_idle`](Self::evict_idle) and `snapshot_since`.
    pub fn pushed(&self) -> u64 {
        self.pushed
    }

    /// The next observation of a series, which begins with it if there is none of this key.
    ///
    /// # Errors
    /// As [`AnyDetector::update`]; the series is then as before, and has not begun if it was
    /// the first.
    pub fn push(&mut self, key: K, row: &[f64]) -> Result<Step, PushError> {
        self.push_with(key, None, Observation::of(row))
    }

    /// The next observation of a series with the time at which it was made, in the unit of the
    /// hazard. The hazard has to have a meaning in continuous time.
    ///
    /// # Errors
    /// As [`AnyDetector::update_after`], and if it was not made after the one before.
    pub fn push_at(&mut self, key: K, time: f64, row: &[f64]) -> Result<Step, PushError> {
        self.push_with(key, Some(time), Observation::of(row))
    }

    /// The same with what came along with the observation.
    ///
    /// # Errors
    /// As [`push_at`](Self::push_at).
    pub fn push_with(
        &mut self,
        key: K,
        time: Option<f64>,
        row: Observation<'_, [f64]>,
    ) -> Result<Step, PushError> {
        self.pushed += 1;
        if let Some(member) = self.members.get_mut(&key) {
            return member.push(&key, time, row, self.pushed, &mut self.events);
        }
        let mut member = self.take(&key);
        let step = member.push(&key, time, row, self.pushed, &mut self.events);
        self.give_back(key, member);
        step
    }

    /// Many observations, those of a series in their order, and what became of each: on all
    /// cores with the feature `rayon`. The results are the same.
    pub fn push_many<X>(&mut self, rows: &[Row<K, X>]) -> Vec<Result<Step, PushError>>
    where
        K: Send + Sync,
        X: AsRef<[f64]> + Sync,
    {
        // Positions by key, and of each key in their order.
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|&a, &b| rows[a].key.cmp(&rows[b].key));
        let runs = order.chunk_by(|&a, &b| rows[a].key == rows[b].key);
        let mut from = 0;
        let mut tasks = Vec::new();
        for run in runs {
            let key = &rows[run[0]].key;
            tasks.push(Task {
                key: key.clone(),
                member: self.take(key),
                range: from..from + run.len(),
                steps: Vec::new(),
                events: Vec::new(),
            });
            from += run.len();
        }
        let pushed = self.pushed;
        each(&mut tasks, |task| task.run(rows, &order, pushed));
        self.pushed += rows.len() as u64;

        let mut steps = Vec::new();
        steps.resize(rows.len(), None);
        let mut noticed = Vec::new();
        for task in tasks {
            for (&at, step) in order[task.range].iter().zip(task.steps) {
                steps[at] = Some(step);
            }
            noticed.extend(task.events);
            self.give_back(task.key, task.member);
        }
        noticed.sort_by_key(|&(at, _)| at);
        self.events
            .extend(noticed.into_iter().map(|(_, event)| event));
        steps.into_iter().flatten().collect()
    }

    /// What was noticed since the last time, in the order of the observations that told it. It
    /// waits until it is taken, however much that is.
    pub fn take_events(&mut self) -> Vec<Event<K>> {
        core::mem::take(&mut self.events)
    }

    /// Ends a series and gives its detector away.
    pub fn remove(&mut self, key: &K) -> Option<AnyDetector> {
        self.members.remove(key).map(|member| member.detector)
    }

    /// The member of a key, which is not in the panel for that long.
    fn take(&mut self, key: &K) -> Member {
        self.members.remove(key).unwrap_or_else(|| Member {
            detector: self.newborn.clone(),
            time: None,
            touched: 0,
        })
    }

    /// Puts a member back, unless it has still seen nothing.
    fn give_back(&mut self, key: K, member: Member) {
        if member.detector.observations() > 0 || member.detector.is_broken() {
            self.members.insert(key, member);
        }
    }
}

impl Member {
    /// Takes in an observation, the `pushed`-th of the panel.
    fn push<K: Clone>(
        &mut self,
        key: &K,
        time: Option<f64>,
        row: Observation<'_, [f64]>,
        pushed: u64,
        events: &mut Vec<Event<K>>,
    ) -> Result<Step, PushError> {
        let elapsed = self.elapsed(time)?;
        let step = self.detector.update_with(row, elapsed)?;
        self.time = time.or(self.time);
        self.touched = pushed;
        let index = self.detector.observations() - 1;
        let mut notice = |noticed| {
            events.push(Event {
                key: key.clone(),
                index,
                time,
                noticed,
            });
        };
        if !self.detector.settled().is_empty() {
            let settled = self.detector.take_settled().into_iter();
            settled.for_each(|changepoint| notice(Noticed::Settled { changepoint }));
        }
        if self.detector.config().alarm.is_some() {
            let alarms = self.detector.take_alarms().into_iter();
            alarms.for_each(|alarm| notice(Noticed::Alarm(alarm)));
        }
        Ok(step)
    }

    /// How long after the one before an observation comes; `None` for the first, or on a grid.
    fn elapsed(&self, time: Option<f64>) -> Result<Option<f64>, PushError> {
        let Some(time) = time else {
            return Ok(None);
        };
        if !time.is_finite() {
            return Err(PushError::Time { value: time });
        }
        match self.time {
            None => Ok(None),
            Some(last) if time > last => Ok(Some(time - last)),
            Some(last) => Err(PushError::Late { time, last }),
        }
    }
}

/// The observations of one series.
struct Task<K> {
    key: K,
    member: Member,
    /// Where their positions stand in the order by key.
    range: Range<usize>,
    steps: Vec<Result<Step, PushError>>,
    /// With the position of the row that told it.
    events: Vec<(usize, Event<K>)>,
}

impl<K: Clone> Task<K> {
    fn run<X: AsRef<[f64]>>(&mut self, rows: &[Row<K, X>], order: &[usize], pushed: u64) {
        let mut events = Vec::new();
        for &at in &order[self.range.clone()] {
            let row = &rows[at];
            let seen = Observation::with(row.values.as_ref(), &SideInformation::NONE);
            let nth = pushed + at as u64 + 1;
            let step = self
                .member
                .push(&self.key, row.time, seen, nth, &mut events);
            self.steps.push(step);
            self.events
                .extend(events.drain(..).map(|event| (at, event)));
        }
    }
}

/// Does something with each task: on all cores with the feature `rayon`.
fn each<K: Send + Sync>(tasks: &mut [Task<K>], run: impl Fn(&mut Task<K>) + Send + Sync) {
    #[cfg(feature = "rayon")]
    {
        use rayon::prelude::*;
        tasks.par_iter_mut().for_each(run);
    }
    #[cfg(not(feature = "rayon"))]
    tasks.iter_mut().for_each(run);
}
