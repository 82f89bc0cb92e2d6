//! Many series, each for itself.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::any_detector::AnyDetector;
use crate::config::{Config, ModelConfig};
use crate::defaults::{Candidate, Given, candidates, hazard_for, pruning_for, typical_elapsed};
use crate::detect::{Detection, Located, of_candidates, seen};
use crate::erased::AnyModel;
use crate::error::{BatchError, DetectError, ParameterError};
use crate::list::ModelSpec;
use crate::look_back::Seen;
use crate::observation::{Observation, Rows, SideInformation};

/// [`detect`](crate::detect()) for every one of many series: on all cores with the feature
/// `rayon`, one after the other without. The results are the same.
///
/// ```
/// let quiet = [0.1, -0.2, 0.3, 0.0, -0.1, 0.2, 0.1];
/// let shifted = [0.1, -0.2, 0.3, 0.0, 9.9, 10.2, 10.1];
/// let found = bocpd_core::detect_many(&[quiet, shifted], None, 0.9);
/// let changes = found.into_iter().map(|one| Ok(one?.changes.len()));
/// assert_eq!(changes.collect::<Result<Vec<_>, bocpd_core::error::DetectError>>()?, [0, 1]);
/// # Ok::<(), bocpd_core::error::DetectError>(())
/// ```
pub fn detect_many<S: AsRef<[f64]> + Sync>(
    series: &[S],
    config: Option<&Config>,
    mass: f64,
) -> Vec<Result<Detection, DetectError>> {
    let prepared = match config {
        Some(config) => Prepared::new(config),
        None => Prepared::automatic(Given::default()),
    };
    let one = |xs: &S| match &prepared {
        Ok(prepared) => prepared.detect(xs.as_ref(), mass),
        Err(error) => Err((*error).into()),
    };
    #[cfg(feature = "rayon")]
    {
        use rayon::prelude::*;
        series.par_iter().map(one).collect()
    }
    #[cfg(not(feature = "rayon"))]
    series.iter().map(one).collect()
}

/// [`detect`](crate::detect()) prepared for many series: what they share, a model and its tables,
/// is made once. Any number of threads can use it at the same time.
///
/// ```
/// use bocpd_core::Prepared;
/// use bocpd_core::config::ModelConfig;
/// use bocpd_core::defaults::Given;
///
/// let poisson = ModelConfig::Poisson { shape: 1.0, rate: 0.2 };
/// let prepared = Prepared::of_model(poisson, Given::default())?;
/// for (series, change) in [([3.0, 1.0, 2.0, 12.0, 9.0, 14.0], 3), ([2.0, 4.0, 3.0, 2.0, 15.0, 11.0], 4)] {
///     let found = prepared.detect(&series, 0.9)?;
///     assert_eq!(found.changes[0].location.index, change);
///     // One change is expected in each, as nothing was said of the hazard.
///     assert!(found.assumptions.contains("6 observations"));
/// }
/// # Ok::<(), bocpd_core::error::DetectError>(())
/// ```
pub struct Prepared {
    known: Known,
    /// What else is given.
    given: Given,
}

/// What is known of all series.
enum Known {
    /// Nothing: each has the most probable of its [`candidates`].
    Nothing,
    /// What kind of numbers they are: the model of each is on its own scale.
    Kind(&'static ModelSpec),
    /// Their model.
    Model(ModelConfig, AnyModel),
    /// All: a detector that has seen nothing.
    All(Box<AnyDetector>),
}

impl Prepared {
    /// All series have this configuration.
    ///
    /// # Errors
    /// If it cannot be built.
    pub fn new(config: &Config) -> Result<Self, ParameterError> {
        Ok(Self::like(config.build()?))
    }

    /// All series have a detector like this one, as it is after a reset.
    pub fn like(mut detector: AnyDetector) -> Self {
        detector.reset();
        Self {
            known: Known::All(Box::new(detector)),
            given: Given::default(),
        }
    }

    /// All series have this model. If the hazard is not given, one change is expected in each;
    /// if the pruning is not given, short series are taken exactly.
    ///
    /// # Errors
    /// If the model or what is given cannot be used.
    pub fn of_model(model: ModelConfig, given: Given) -> Result<Self, ParameterError> {
        let built = model.build()?;
        given.for_model(model.clone(), 2).check()?;
        Ok(Self {
            known: Known::Model(model, built),
            given,
        })
    }

    /// All series have a model of this kind, each on its own scale
    /// ([`model_for`](crate::defaults::model_for)); the rest is as for
    /// [`of_model`](Self::of_model).
    ///
    /// # Errors
    /// If what is given cannot be used, or if the kind has parameters that no data tell and that
    /// have no default.
    pub fn of_kind(kind: &'static ModelSpec, given: Given) -> Result<Self, ParameterError> {
        let model = kind.with(&[], Some(&[]))?;
        given.for_model(model, 2).check()?;
        Ok(Self {
            known: Known::Kind(kind),
            given,
        })
    }

    /// Each series has the most probable of its own [`candidates`].
    ///
    /// # Errors
    /// If what is given cannot be used.
    pub fn automatic(given: Given) -> Result<Self, ParameterError> {
        candidates(&[0.0, 1.0], &given)?[0].config.check()?;
        Ok(Self {
            known: Known::Nothing,
            given,
        })
    }

    /// What [`detect`](crate::detect()) says of a series.
    ///
    /// # Errors
    /// As there.
    pub fn detect<'a>(&self, xs: impl Into<Rows<'a>>, mass: f64) -> Result<Detection, DetectError> {
        self.run(xs.into(), None, mass)
    }

    /// The same for a series whose observations were made at these times, in the unit of the
    /// hazard; if that is not given, in units of their median difference.
    ///
    /// # Errors
    /// As there; or if the times are not one for each observation, are not finite or do not
    /// increase, or if the hazard has no meaning in continuous time.
    pub fn detect_at<'a>(
        &self,
        xs: impl Into<Rows<'a>>,
        times: &[f64],
        mass: f64,
    ) -> Result<Detection, DetectError> {
        self.run(xs.into(), Some(&self.elapsed(times)?), mass)
    }

    /// Where a series changes, without its segments and what changed between them: the locations
    /// of [`detect`](Self::detect), in less than half of its time for short series.
    ///
    /// ```
    /// use bocpd_core::Prepared;
    /// use bocpd_core::config::ModelConfig;
    /// use bocpd_core::defaults::Given;
    ///
    /// let poisson = ModelConfig::Poisson { shape: 1.0, rate: 0.2 };
    /// let prepared = Prepared::of_model(poisson, Given::default())?;
    /// let series = [3.0, 1.0, 2.0, 12.0, 9.0, 14.0];
    /// let located = prepared.locate(&series, 0.9)?;
    /// let found = prepared.detect(&series, 0.9)?;
    /// assert_eq!(located.locations[0], found.changes[0].location);
    /// # Ok::<(), bocpd_core::error::DetectError>(())
    /// ```
    ///
    /// # Errors
    /// As [`detect`](Self::detect).
    pub fn locate<'a>(&self, xs: impl Into<Rows<'a>>, mass: f64) -> Result<Located, DetectError> {
        let (detector, seen, structures) = self.seen(xs.into(), None, mass)?;
        Ok(Located::given(&detector, seen, structures))
    }

    /// Where a series changes whose observations were made at these times, which are as for
    /// [`detect_at`](Self::detect_at).
    ///
    /// # Errors
    /// As there.
    pub fn locate_at<'a>(
        &self,
        xs: impl Into<Rows<'a>>,
        times: &[f64],
        mass: f64,
    ) -> Result<Located, DetectError> {
        let elapsed = self.elapsed(times)?;
        let (detector, seen, structures) = self.seen(xs.into(), Some(&elapsed), mass)?;
        Ok(Located::given(&detector, seen, structures))
    }

    /// The time before each observation; in units of the median, if no unit is given.
    fn elapsed(&self, times: &[f64]) -> Result<Vec<f64>, ParameterError> {
        let mut elapsed = differences(times)?;
        if self.given.hazard.is_none() && !matches!(self.known, Known::All(_)) {
            let typical = typical_elapsed(&elapsed);
            for elapsed in &mut elapsed {
                *elapsed /= typical;
            }
        }
        Ok(elapsed)
    }

    fn run(
        &self,
        xs: Rows<'_>,
        elapsed: Option<&[f64]>,
        mass: f64,
    ) -> Result<Detection, DetectError> {
        let (detector, seen, structures) = self.seen(xs, elapsed, mass)?;
        let found = Detection::given(&detector, xs, mass, seen)?;
        Ok(of_candidates(found, structures))
    }

    /// A detector that has gone through a series, what it saw looking back, and the structures
    /// that its configuration was chosen from.
    fn seen(
        &self,
        xs: Rows<'_>,
        elapsed: Option<&[f64]>,
        mass: f64,
    ) -> Result<(AnyDetector, Seen, Vec<Candidate>), DetectError> {
        let (mut detector, structures) = self.detector(xs)?;
        let dimension = detector.dimension();
        let n = xs.values.len() / dimension;
        if let Some(elapsed) = elapsed.filter(|elapsed| elapsed.len() != n) {
            let must = "be as many as there are observations";
            return Err(ParameterError::new("times", elapsed.len() as f64, must).into());
        }
        let features = detector.features();
        let mut give = |detector: &mut AnyDetector, range: core::ops::Range<usize>| {
            let Some(elapsed) = elapsed else {
                return Ok::<_, DetectError>(detector.update_range(xs, range, &mut |_| {})?);
            };
            for i in range {
                let (row, features) = xs.get(i, dimension, features);
                let side = SideInformation::of_features(features);
                let seen = if features.is_empty() {
                    Observation::of(row)
                } else {
                    Observation::with(row, &side)
                };
                let step = detector.update_with(seen, Some(elapsed[i]));
                step.map_err(|error| BatchError::new(i, error))?;
            }
            Ok(())
        };
        let seen = seen(&mut detector, xs, mass, None, &mut give)?;
        Ok((detector, seen, structures))
    }

    /// A detector for a series, and the structures that it was chosen from.
    fn detector(&self, xs: Rows<'_>) -> Result<(AnyDetector, Vec<Candidate>), ParameterError> {
        let n = xs.values.len() / xs.dimension.max(1);
        let detector = match &self.known {
            Known::All(detector) => AnyDetector::clone(detector),
            Known::Model(config, model) => {
                let config = self.given.for_model(config.clone(), n);
                config.build_sharing(model)?
            }
            Known::Kind(kind) => {
                let model = kind.with(&[], Some(xs.values))?;
                self.given.for_model(model, n).build_for(n)?
            }
            Known::Nothing => {
                let structures = candidates(xs, &self.given)?;
                return Ok((structures[0].config.build_for(n)?, structures));
            }
        };
        Ok((detector, Vec::new()))
    }
}

impl Given {
    /// The configuration of a series of `n` observations that has this model.
    fn for_model(&self, model: ModelConfig, n: usize) -> Config {
        let hazard = self.hazard.clone().unwrap_or_else(|| hazard_for(n));
        self.complete(Config::new(model, hazard), pruning_for(n))
    }
}

/// How long after the one before each observation was made; 1 for the first, where it does not
/// matter.
fn differences(times: &[f64]) -> Result<Vec<f64>, ParameterError> {
    let mut last = f64::NEG_INFINITY;
    let mut differences = Vec::with_capacity(times.len());
    for (i, &time) in times.iter().enumerate() {
        if !time.is_finite() {
            return Err(ParameterError::at("times", i, time, "be finite"));
        }
        if time <= last {
            return Err(ParameterError::at("times", i, time, "increase"));
        }
        differences.push(if i == 0 { 1.0 } else { time - last });
        last = time;
    }
    Ok(differences)
}
