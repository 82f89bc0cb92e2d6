//! Any detector, with the configuration that it was built from.

mod again;
mod averages;
mod build;
#[cfg(target_has_atomic = "ptr")]
mod build_with;
mod choice;
mod fitted;
mod numbers;
mod parts;
#[cfg(feature = "serde")]
mod stored;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::{Deref, Range};

#[cfg(feature = "serde")]
pub use stored::restore;

pub(crate) use fitted::FittedSegments;

use crate::alarm::{Alarm, AlarmPolicy, Alarms};
use crate::config::{Config, Missing};
use crate::detector::{Detector, Step};
use crate::erased::AnyModel;
use crate::error::{BatchError, DetectError, ParameterError, ReadoutError, UpdateError};
use crate::kernel::Kernel;
use crate::list::AnyHazard;
use crate::observation::{Observation, Rows, SideInformation};
use crate::observation_model::Describe;
use crate::random::Random;
use crate::segment::Segment;
use averages::with_models;
use choice::Choice;

#[cfg(test)]
mod tests;

/// A [`Detector`] of any model and hazard, fed with rows of numbers: what
/// [`Config::build`] makes.
///
/// Rows have [`dimension`](Self::dimension) numbers, as [`AnyModel`] takes them. NaN is
/// an error or a missing observation, as the configuration says. All readouts are those
/// of the [`Detector`] behind it.
///
/// Of a configuration with [alternatives](Config::alternatives) several models go side by side,
/// of one whose hazard is a [`ConstantGrid`](crate::hazard::ConstantGrid) several hazards. Each
/// says with its probability ([`model_probabilities`](Self::model_probabilities),
/// [`hazard_probabilities`](Self::hazard_probabilities)) what is to be expected: probabilities of
/// changes and of run lengths, predictions and the evidence are averages. Best segmentations,
/// sizes of changes, parameters, and all that looks back are those of the model and the hazard
/// that are the most probable at the moment, which is the [`Detector`] behind.
///
/// ```
/// use bocpd_core::config::{Config, HazardConfig, ModelConfig, Missing};
///
/// let model = ModelConfig::Gaussian { mean: 0.0, kappa: 1.0, alpha: 1.0, beta: 1.0 };
/// let mut config = Config::new(model, HazardConfig::Constant { mean_run_length: 100.0 });
/// config.missing = Missing::Skip;
/// let mut detector = config.build()?;
/// for x in [0.1, -0.2, f64::NAN, 0.3, 0.0, -0.1, 7.9, 8.2, 8.0, 7.8] {
///     detector.update(&[x])?;
/// }
/// assert_eq!(detector.changepoints(), [6]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct AnyDetector {
    config: Config,
    dimension: usize,
    /// With several models, that of the most probable one.
    detector: Filter,
    alarms: Option<Alarms>,
    /// Where the configuration has alternatives or several hazards.
    choice: Option<Box<Choice>>,
}

/// A filter of any model and hazard.
type Filter = Detector<AnyModel, AnyHazard>;

/// The filter, for all that can be asked of it.
impl Deref for AnyDetector {
    type Target = Filter;

    #[inline(always)]
    fn deref(&self) -> &Self::Target {
        &self.detector
    }
}

impl AnyDetector {
    pub(crate) fn new(
        config: &Config,
        model: AnyModel,
        hazard: AnyHazard,
    ) -> Result<Self, ParameterError> {
        let detector = Detector::new(config.whole(model)?, config.adjust(hazard)?)
            .with_pruning(config.pruning)?
            .with_history(config.history)
            .with_shifts(config.shifts || config.alarm.is_some());
        Ok(Self {
            config: config.clone(),
            dimension: config.dimension(),
            choice: Choice::new(config, &detector)?,
            detector,
            alarms: config.alarm.map(Alarms::new).transpose()?,
        })
    }

    /// How many numbers make an observation.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// How many features come along with an observation.
    pub fn features(&self) -> usize {
        self.detector.model().features()
    }

    /// What the detector was built from.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Takes in the next observation.
    ///
    /// # Errors
    /// As [`Detector::update`]; the detector is then as before.
    pub fn update(&mut self, row: &[f64]) -> Result<Step, UpdateError> {
        self.update_with(Observation::of(row), None)
    }

    /// Takes in an observation made `elapsed` after the previous one.
    ///
    /// # Errors
    /// As [`Detector::update_after`]; the detector is then as before.
    pub fn update_after(&mut self, elapsed: f64, row: &[f64]) -> Result<Step, UpdateError> {
        self.update_with(Observation::of(row), Some(elapsed))
    }

    /// Takes in an observation with what came along with it, `elapsed` after the
    /// previous one if that is given.
    ///
    /// # Errors
    /// As [`Detector::update_with`]; the detector is then as before.
    pub fn update_with(
        &mut self,
        row: Observation<'_, [f64]>,
        elapsed: Option<f64>,
    ) -> Result<Step, UpdateError> {
        self.detector.isa().run(One {
            detector: self,
            row,
            elapsed,
        })
    }

    /// Notes that an observation is missing.
    ///
    /// # Errors
    /// As [`Detector::skip`].
    pub fn skip(&mut self) -> Result<Step, UpdateError> {
        self.pass(None)
    }

    /// Notes that an observation is missing, `elapsed` after the previous one.
    ///
    /// # Errors
    /// As [`Detector::skip_after`].
    pub fn skip_after(&mut self, elapsed: f64) -> Result<Step, UpdateError> {
        self.pass(Some(elapsed))
    }

    fn pass(&mut self, elapsed: Option<f64>) -> Result<Step, UpdateError> {
        let step = match &mut self.choice {
            Some(choice) => choice.step(&mut self.detector, None, elapsed),
            None => self.detector.step_with(None, elapsed),
        }?;
        self.watch();
        Ok(step)
    }

    /// Takes in the rows of a matrix in row-major order, which may come
    /// [with features](Rows::with_features), and shows `each` step.
    ///
    /// # Errors
    /// Stops at the first bad row and gives its position; the detector is as
    /// after the one before. A length that is no multiple of the dimension is
    /// an error at the last, incomplete row.
    pub fn update_many<'a>(
        &mut self,
        rows: impl Into<Rows<'a>>,
        each: &mut dyn FnMut(&Step),
    ) -> Result<(), BatchError> {
        let rows = rows.into();
        self.check_dimension(rows)?;
        if rows.features.is_empty() {
            return self.detector.isa().run(Many {
                detector: self,
                rows: rows.values,
                each,
            });
        }
        let n = rows.values.len().div_ceil(self.dimension);
        self.update_range(rows, 0..n, each)
    }

    /// [`update_many`](Self::update_many) of the observations of `rows` in a range of indices.
    ///
    /// # Errors
    /// As there; the position is that in `rows`.
    ///
    /// # Panics
    /// If there are not as many observations.
    pub fn update_range<'a>(
        &mut self,
        rows: impl Into<Rows<'a>>,
        range: Range<usize>,
        each: &mut dyn FnMut(&Step),
    ) -> Result<(), BatchError> {
        let (rows, from, dimension) = (rows.into(), range.start, self.dimension);
        self.check_dimension(rows)?;
        if rows.features.is_empty() {
            let end = (range.end * dimension).min(rows.values.len());
            let values = &rows.values[from * dimension..end];
            let given = self.update_many(values, each);
            return given.map_err(|error| BatchError::new(from + error.index, error.error));
        }
        for i in range {
            let (row, features) = rows.get(i, dimension, self.features());
            let side = SideInformation::of_features(features);
            match self.update_with(Observation::with(row, &side), None) {
                Ok(step) => each(&step),
                Err(error) => return Err(BatchError::new(i, error)),
            }
        }
        Ok(())
    }

    /// One step; all entrances of rows lead here.
    #[inline(always)]
    fn step(
        &mut self,
        row: Observation<'_, [f64]>,
        elapsed: Option<f64>,
    ) -> Result<Step, UpdateError> {
        if self.has_numbers() {
            return self.step_of_numbers(row, elapsed);
        }
        let seen = (!self.is_missing(row.value)).then_some(row);
        self.take(seen, elapsed)
    }

    /// Lets the filter have an observation, or know that it is missing.
    #[inline(always)]
    fn take(
        &mut self,
        seen: Option<Observation<'_, [f64]>>,
        elapsed: Option<f64>,
    ) -> Result<Step, UpdateError> {
        let step = match &mut self.choice {
            Some(choice) => choice.step(&mut self.detector, seen, elapsed),
            None => self.detector.step(seen, elapsed),
        };
        let step = match step {
            Ok(step) => step,
            Err(error) => return Err(self.failed(error)),
        };
        if self.alarms.is_some() {
            self.watch();
        }
        Ok(step)
    }

    /// A broken detector has lost what its alarms were about.
    #[cold]
    fn failed(&mut self, error: UpdateError) -> UpdateError {
        if self.detector.is_broken() {
            self.alarms.iter_mut().for_each(Alarms::reset);
        }
        error
    }

    /// Lets the alarms look at the step that was taken.
    #[cold]
    #[inline(never)]
    fn watch(&mut self) {
        if let Some(alarms) = &mut self.alarms {
            with_models(self.choice.as_deref(), &self.detector, |models| {
                alarms.observe_all(models);
            });
        }
    }

    #[inline(always)]
    fn is_missing(&self, row: &[f64]) -> bool {
        self.config.missing == Missing::Skip
            && row.len() == self.dimension
            && row.iter().any(|x| x.is_nan())
    }

    /// Forgets everything seen.
    pub fn reset(&mut self) {
        match &mut self.choice {
            Some(choice) => choice.reset(&mut self.detector),
            None => self.detector.reset(),
        }
        if let Some(alarms) = &mut self.alarms {
            alarms.reset();
        }
    }

    /// [`Detector::take_settled`]. With several models, those of the most probable one that
    /// come after the last that was taken.
    pub fn take_settled(&mut self) -> Vec<u64> {
        match &mut self.choice {
            Some(choice) => choice.take_settled(&mut self.detector),
            None => self.detector.take_settled(),
        }
    }

    /// [`Detector::segments`] of the rows of a matrix.
    ///
    /// # Errors
    /// As [`Detector::segments`].
    pub fn segments<'a>(
        &self,
        rows: impl Into<Rows<'a>>,
        changepoints: &[u64],
        mass: f64,
    ) -> Result<Vec<Segment>, DetectError> {
        Ok(self.fit_segments(rows.into(), changepoints, mass)?.segments)
    }

    /// For each row of a matrix the probability that it is an outlier, given that segments
    /// start at 0 and at `changepoints`: ρ under all that its segment has absorbed, before
    /// and after it; of a model that time changes or that has lags, before it. 0 for missing
    /// ones; empty without [`Config::outliers`].
    ///
    /// # Errors
    /// As [`Detector::segments`].
    pub fn p_outlier_in<'a>(
        &self,
        rows: impl Into<Rows<'a>>,
        changepoints: &[u64],
    ) -> Result<Vec<f64>, DetectError> {
        const ANY: f64 = 0.5;
        Ok(self.fit_segments(rows.into(), changepoints, ANY)?.p_outlier)
    }

    /// The alarms raised since the last time, oldest first
    /// ([`Alarms`]); none without an alarm policy.
    pub fn take_alarms(&mut self) -> Vec<Alarm> {
        self.alarms.as_mut().map_or_else(Vec::new, Alarms::take)
    }

    /// Lets go of a latched alarm.
    pub fn acknowledge(&mut self) {
        if let Some(alarms) = &mut self.alarms {
            alarms.acknowledge();
        }
    }

    /// Whether the last alarm is still on ([`Alarms::is_on`]).
    pub fn alarm_is_on(&self) -> bool {
        self.alarms.as_ref().is_some_and(Alarms::is_on)
    }

    /// The probability that the alarm policy looks at; 0 without a policy.
    pub fn alarm_probability(&self) -> f64 {
        let alarms = self.alarms.as_ref();
        let probability = alarms.map_or(0.0, |alarms| self.probability_for(alarms));
        self.detector.number(probability)
    }

    /// The probability that these alarms look at.
    fn probability_for(&self, alarms: &Alarms) -> f64 {
        with_models(self.choice.as_deref(), &self.detector, |models| {
            alarms.probability_of(models)
        })
    }

    /// `n` observations of one segment, drawn from the model with parameters
    /// from the prior; `None` if the model cannot, or is
    /// [interrupted](crate::interrupt).
    pub fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        self.detector.model().simulate(random, n)
    }

    /// Takes in `rows` and shows `each` the probability that such a policy looks
    /// at after each of them, had it raised no alarm so far; until `each` says
    /// no.
    #[doc(hidden)]
    pub fn watch_quiet(
        &mut self,
        policy: &AlarmPolicy,
        rows: &[f64],
        each: &mut dyn FnMut(f64) -> bool,
    ) -> Result<(), ReadoutError> {
        let alarms = Alarms::new(*policy)?;
        for row in rows.chunks(self.dimension) {
            self.update(row)?;
            if !each(self.probability_for(&alarms)) {
                break;
            }
        }
        Ok(())
    }
}

/// One row, compiled for each instruction set.
struct One<'a> {
    detector: &'a mut AnyDetector,
    row: Observation<'a, [f64]>,
    elapsed: Option<f64>,
}

impl Kernel for One<'_> {
    type Output = Result<Step, UpdateError>;

    #[inline(always)]
    fn run(self) -> Self::Output {
        self.detector.step(self.row, self.elapsed)
    }
}

/// Many rows, compiled for each instruction set.
struct Many<'a> {
    detector: &'a mut AnyDetector,
    rows: &'a [f64],
    each: &'a mut dyn FnMut(&Step),
}

impl Kernel for Many<'_> {
    type Output = Result<(), BatchError>;

    #[inline(always)]
    fn run(self) -> Self::Output {
        for (index, row) in self.rows.chunks(self.detector.dimension).enumerate() {
            match self.detector.step(Observation::of(row), None) {
                Ok(step) => (self.each)(&step),
                Err(error) => return Err(BatchError::new(index, error)),
            }
        }
        Ok(())
    }
}
