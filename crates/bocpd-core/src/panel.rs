//! Many series, by key.

mod many;
mod member;
mod rows;
#[cfg(feature = "serde")]
mod stored;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::hash::Hash;

use indexmap::IndexMap;

use crate::any_detector::AnyDetector;
use crate::config::Config;
use crate::defaults::{Given, config_for_stream};
use crate::detector::Step;
use crate::error::ParameterError;
use crate::list::AnyHazard;
use crate::observation::Observation;
use member::{Arrival, Member, Origin, Rules};
pub use rows::{Event, Noticed, PushError, Row};

/// Detectors for many series, one for each key, that come into being with the first observation
/// of their key.
///
/// All have one configuration, and share the model and its tables ([`new`](Self::new)); or each
/// gets one that its first observations suggest ([`automatic`](Self::automatic)).
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
    rules: Rules,
    /// Each in a place of its own: members are large, and a map moves what it holds.
    members: IndexMap<K, Box<Member>>,
    events: Vec<Event<K>>,
    /// How many observations were pushed, also those that were refused.
    pushed: u64,
    /// For [`push_many`](Self::push_many): of each member, in their order, its group in the rows
    /// at hand.
    groups: Vec<usize>,
}

impl<K: Hash + Ord + Clone> Panel<K> {
    /// A panel without series, whose detectors will all have this configuration.
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
        Self::of(Origin::Like(Box::new(detector)))
    }

    /// A panel in which each series gets a configuration of its own, that of
    /// [`config_for_stream`] for its first `first` observations, missing ones included. A series
    /// waits until it has as many, and takes them in then.
    ///
    /// ```
    /// use bocpd_core::config::ModelConfig;
    /// use bocpd_core::defaults::Given;
    /// use bocpd_core::panel::Panel;
    ///
    /// let mut panel = Panel::automatic(&Given::default(), 10)?;
    /// for t in 0..60 {
    ///     panel.push("visits", &[f64::from((t * 7) % 5 + if t < 40 { 1 } else { 30 })])?;
    ///     panel.push("degrees", &[20.0 + f64::from((t * 3) % 7) / 10.0])?;
    /// }
    /// let model = |key| &panel.get(&key).expect("more than the first ten").config().model;
    /// assert!(matches!(model("visits"), ModelConfig::Poisson { .. }));
    /// assert!(matches!(model("degrees"), ModelConfig::StructuredGaussian { .. }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If what is given cannot be used; `first` must be at least 2.
    pub fn automatic(given: &Given, first: usize) -> Result<Self, ParameterError> {
        if first < 2 {
            return Err(ParameterError::new("first", first as f64, "be at least 2"));
        }
        let config = config_for_stream(&[0.0, 1.0], given)?;
        Ok(Self::of(Origin::First {
            given: Box::new(given.clone()),
            observations: first,
            hazard: Box::new(AnyHazard::new(&config.hazard)?),
        }))
    }

    fn of(origin: Origin) -> Self {
        Self {
            rules: Rules {
                origin,
                irregular: true,
            },
            members: IndexMap::new(),
            events: Vec::new(),
            pushed: 0,
            groups: Vec::new(),
        }
    }

    /// The same panel, in which times put the observations of a series in order, and events say
    /// them, but how long it is from one to the next does not count: hazards count observations.
    #[must_use]
    pub fn on_a_grid(mut self) -> Self {
        self.rules.irregular = false;
        self
    }

    /// Whether the time between observations counts; not [on a grid](Self::on_a_grid).
    pub fn is_irregular(&self) -> bool {
        self.rules.irregular
    }

    /// What all detectors are built from; `None` where each has a configuration of its own.
    pub fn config(&self) -> Option<&Config> {
        match &self.rules.origin {
            Origin::Like(detector) => Some(detector.config()),
            Origin::First { .. } => None,
        }
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
        let mut keys: Vec<&K> = self.members.keys().collect();
        keys.sort_unstable();
        keys.into_iter()
    }

    /// The detector of a series, for all that can be asked of one; `None` if there is no such
    /// series, or if it still waits for its first observations. Changes that became events are
    /// not among its [`changepoints`](crate::Detector::changepoints) any more.
    pub fn get(&self, key: &K) -> Option<&AnyDetector> {
        self.members.get(key)?.detector()
    }

    /// Whether there is a series of this key.
    pub fn contains(&self, key: &K) -> bool {
        self.members.contains_key(key)
    }

    /// How many observations were pushed, also those that were refused: a mark for
    /// [`evict_idle`](Self::evict_idle) and `snapshot_since`.
    pub fn pushed(&self) -> u64 {
        self.pushed
    }

    /// The next observation of a series, which begins with it if there is none of this key.
    /// `None` while the series waits for its first observations.
    ///
    /// # Errors
    /// As [`AnyDetector::update`]; the series is then as before, and has not begun if it was
    /// the first.
    pub fn push(&mut self, key: K, row: &[f64]) -> Result<Option<Step>, PushError> {
        self.push_with(key, None, Observation::of(row))
    }

    /// The next observation of a series with the time at which it was made, in the unit of the
    /// hazard. The hazard has to have a meaning in continuous time, but [on a
    /// grid](Self::on_a_grid).
    ///
    /// # Errors
    /// As [`AnyDetector::update_after`], and if it was not made after the one before.
    pub fn push_at(&mut self, key: K, time: f64, row: &[f64]) -> Result<Option<Step>, PushError> {
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
    ) -> Result<Option<Step>, PushError> {
        self.pushed += 1;
        let arrival = Arrival {
            row,
            time,
            pushed: self.pushed,
        };
        if let Some(member) = self.members.get_mut(&key) {
            return member.push(&self.rules, &key, arrival, &mut self.events);
        }
        let mut member = Box::new(Member::new());
        let step = member.push(&self.rules, &key, arrival, &mut self.events);
        if member.has_begun() {
            self.members.insert(key, member);
        }
        step
    }

    /// What was noticed since the last time, in the order of the observations that told it. It
    /// waits until it is taken, however much that is.
    pub fn take_events(&mut self) -> Vec<Event<K>> {
        core::mem::take(&mut self.events)
    }

    /// Ends a series and gives its detector away, if it has one already.
    pub fn remove(&mut self, key: &K) -> Option<AnyDetector> {
        self.members.swap_remove(key)?.into_detector()
    }
}
