//! Any detector, chosen at run time: what the front-ends hold.
//!
//! The choice is erased once, at the outermost type. Inside, a configured
//! detector is the same statically compiled filter as any other.

use core::borrow::Borrow;

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::StoredBank;
use crate::distribution::{Mixture, Parameter};
use crate::kernel::Kernel;
use crate::list::AnyHazard;
use crate::row::FromRow;
use crate::{
    Alarm, AlarmPolicy, Alarms, BatchError, Config, DetectError, Detector, Location, Missing,
    ObservationModel, ParameterError, Random, ReadoutError, Segment, Shift, Smoothed, Step,
    UpdateError,
};

/// A [`Detector`] of any model and hazard, fed with rows of numbers.
///
/// Rows have [`dimension`](Self::dimension) numbers, one for all univariate
/// models. Counts and yes-or-no observations are given as numbers too; a value
/// within 1e-9 of an integer is taken as that integer. NaN is an error or a
/// missing observation, as the configuration says.
///
/// The methods do what those of [`Detector`] do.
pub trait Detect: Send + Sync {
    /// How many numbers make an observation.
    fn dimension(&self) -> usize;
    /// What the detector was built from.
    fn config(&self) -> &Config;

    /// Takes in the next observation.
    ///
    /// # Errors
    /// As [`Detector::update`]; the detector is then as before.
    fn update(&mut self, row: &[f64]) -> Result<Step, UpdateError>;
    /// Takes in an observation made `elapsed` after the previous one.
    ///
    /// # Errors
    /// As [`Detector::update_after`]; the detector is then as before.
    fn update_after(&mut self, elapsed: f64, row: &[f64]) -> Result<Step, UpdateError>;
    /// Notes that an observation is missing.
    ///
    /// # Errors
    /// As [`Detector::skip`].
    fn skip(&mut self) -> Result<Step, UpdateError>;
    /// Notes that an observation is missing, `elapsed` after the previous one.
    ///
    /// # Errors
    /// As [`Detector::skip_after`].
    fn skip_after(&mut self, elapsed: f64) -> Result<Step, UpdateError>;
    /// Takes in the rows of a matrix in row-major order and shows `each` step.
    ///
    /// # Errors
    /// Stops at the first bad row and gives its position; the detector is as
    /// after the one before. A length that is no multiple of the dimension is
    /// an error at the last, incomplete row.
    fn update_many(&mut self, rows: &[f64], each: &mut dyn FnMut(&Step)) -> Result<(), BatchError>;
    /// Forgets everything seen.
    fn reset(&mut self);

    /// [`Detector::observations`].
    fn observations(&self) -> u64;
    /// [`Detector::p_change_now`].
    fn p_change_now(&self) -> f64;
    /// [`Detector::p_recent_change`].
    fn p_recent_change(&self, w: u64) -> f64;
    /// [`Detector::run_length_posterior`].
    fn run_length_posterior(&self) -> Vec<(u64, f64)>;
    /// [`Detector::map_run_length`].
    fn map_run_length(&self) -> u64;
    /// [`Detector::map_probability`].
    fn map_probability(&self) -> f64;
    /// [`Detector::mean_run_length`].
    fn mean_run_length(&self) -> f64;
    /// [`Detector::ln_predictive`].
    fn ln_predictive(&self) -> f64;
    /// [`Detector::ln_evidence`].
    fn ln_evidence(&self) -> f64;
    /// [`Detector::pruned_mass`].
    fn pruned_mass(&self) -> f64;
    /// [`Detector::live`].
    fn live(&self) -> usize;
    /// [`Detector::changepoints`].
    fn changepoints(&self) -> Vec<u64>;
    /// [`Detector::settled`].
    fn settled(&self) -> &[u64];
    /// [`Detector::take_settled`].
    fn take_settled(&mut self) -> Vec<u64>;
    /// [`Detector::provisional`].
    fn provisional(&self) -> Vec<u64>;
    /// [`Detector::map_ln_joint`].
    fn map_ln_joint(&self) -> f64;

    /// [`Detector::smoothed`].
    ///
    /// # Errors
    /// If the configuration keeps no history, or before any observation.
    fn smoothed(&self) -> Result<Smoothed, ReadoutError>;
    /// [`Detector::p_change_at`].
    ///
    /// # Errors
    /// As [`Detector::p_change_at`].
    fn p_change_at(&self, s: u64) -> Result<f64, ReadoutError>;
    /// [`Detector::p_change_between`].
    ///
    /// # Errors
    /// As [`Detector::p_change_between`].
    fn p_change_between(&self, low: u64, high: u64) -> Result<f64, ReadoutError>;
    /// [`Detector::expected_changes`].
    ///
    /// # Errors
    /// As [`Detector::expected_changes`].
    fn expected_changes(&self) -> Result<f64, ReadoutError>;
    /// [`Detector::locations`].
    ///
    /// # Errors
    /// As [`Detector::locations`].
    fn locations(&self, changepoints: &[u64], mass: f64) -> Result<Vec<Location>, ReadoutError>;
    /// [`Detector::sample_segmentations`].
    ///
    /// # Errors
    /// As [`Detector::sample_segmentations`].
    fn sample_segmentations(&self, draws: usize, seed: u64) -> Result<Vec<Vec<u64>>, ReadoutError>;

    /// [`Detector::predict`].
    ///
    /// # Errors
    /// As [`Detector::predict`].
    fn predict(&self, ahead: u64) -> Result<Mixture, ReadoutError>;
    /// [`Detector::predict_after`].
    ///
    /// # Errors
    /// As [`Detector::predict_after`].
    fn predict_after(&self, elapsed: f64) -> Result<Mixture, ReadoutError>;
    /// [`Detector::parameters`].
    ///
    /// # Errors
    /// As [`Detector::parameters`].
    fn parameters(&self) -> Result<Vec<Parameter>, ReadoutError>;
    /// [`Detector::p_change_within`].
    fn p_change_within(&self, k: u64) -> f64;
    /// [`Detector::p_next_change_after`].
    fn p_next_change_after(&self, k: u64) -> f64;
    /// [`Detector::expected_residual`].
    fn expected_residual(&self) -> Option<f64>;

    /// [`Detector::shift`]; the configuration has to ask for it.
    ///
    /// # Errors
    /// As [`Detector::shift`].
    fn shift(&self) -> Result<Option<Shift>, ReadoutError>;
    /// [`Detector::shift_between`].
    ///
    /// # Errors
    /// As [`Detector::shift`].
    fn shift_between(&self, low: u64, high: u64) -> Result<Option<Shift>, ReadoutError>;
    /// [`Detector::segments`] of the rows of a matrix.
    ///
    /// # Errors
    /// As [`Detector::segments`].
    fn segments(
        &self,
        rows: &[f64],
        changepoints: &[u64],
        mass: f64,
    ) -> Result<Vec<Segment>, DetectError> {
        Ok(self.fit_segments(rows, changepoints, mass)?.0)
    }
    /// The segments and the posteriors behind them.
    #[doc(hidden)]
    fn fit_segments(
        &self,
        rows: &[f64],
        changepoints: &[u64],
        mass: f64,
    ) -> Result<(Vec<Segment>, Vec<Vec<Parameter>>), DetectError>;
    /// The alarms raised since the last time, oldest first
    /// ([`Alarms`]); none without an alarm policy.
    fn take_alarms(&mut self) -> Vec<Alarm>;
    /// Lets go of a latched alarm.
    fn acknowledge(&mut self);
    /// Whether the last alarm is still on ([`Alarms::is_on`]).
    fn alarm_is_on(&self) -> bool;
    /// The probability that the alarm policy looks at; 0 without a policy.
    fn alarm_probability(&self) -> f64;
    /// `n` observations of one segment, drawn from the model with parameters
    /// from the prior; `None` if the model cannot.
    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>>;
    /// Forgets everything, takes in `rows`, and gives the largest probability
    /// that such a policy would have seen if it had raised no alarm.
    #[doc(hidden)]
    fn alarm_peak(&mut self, policy: &AlarmPolicy, rows: &[f64]) -> Result<f64, ReadoutError>;

    /// Configuration and state as bytes, for [`restore`](crate::restore).
    #[cfg(feature = "serde")]
    fn snapshot(&self) -> Vec<u8>;
    /// Takes over the state of a snapshot of a detector with the same model,
    /// hazard and pruning.
    ///
    /// # Errors
    /// If the bytes are no snapshot, of another version, damaged, or do not fit
    /// this detector, which is then as before.
    #[cfg(feature = "serde")]
    fn restore(&mut self, snapshot: &[u8]) -> Result<(), crate::SnapshotError>;
    /// A copy that goes its own way.
    fn clone_box(&self) -> Box<dyn Detect>;
}

impl Clone for Box<dyn Detect> {
    fn clone(&self) -> Self {
        (**self).clone_box()
    }
}

/// What a model needs to be one of those that are chosen at run time.
pub(crate) trait Model:
    ObservationModel<Obs: FromRow, Bank: StoredBank + Send + Sync> + Clone + Send + Sync + 'static
{
}

impl<M> Model for M where
    M: ObservationModel<Obs: FromRow, Bank: StoredBank + Send + Sync>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// A detector with the configuration that it was built from.
#[derive(Clone)]
pub(crate) struct Configured<M: ObservationModel> {
    config: Config,
    dimension: usize,
    detector: Detector<M, AnyHazard>,
    alarms: Option<Alarms>,
}

impl<M: Model> Configured<M> {
    pub(crate) fn boxed(
        config: &Config,
        model: M,
        hazard: AnyHazard,
    ) -> Result<Box<dyn Detect>, ParameterError> {
        let detector = Detector::new(model, hazard)
            .with_pruning(config.pruning)?
            .with_history(config.history)
            .with_shifts(config.shifts || config.alarm.is_some());
        Ok(Box::new(Self {
            config: config.clone(),
            dimension: config.model.dimension(),
            detector,
            alarms: config.alarm.map(Alarms::new).transpose()?,
        }))
    }

    /// One step; all entrances of rows lead here.
    #[inline(always)]
    fn step(&mut self, row: &[f64], elapsed: Option<f64>) -> Result<Step, UpdateError> {
        let step = if self.is_missing(row) {
            self.detector.step(None, elapsed)?
        } else {
            let x = M::Obs::parse(row)?;
            self.detector.step(Some(x.borrow()), elapsed)?
        };
        if self.alarms.is_some() {
            self.watch();
        }
        Ok(step)
    }

    /// Lets the alarms look at the step that was taken.
    #[cold]
    #[inline(never)]
    fn watch(&mut self) {
        if let Some(alarms) = &mut self.alarms {
            alarms.observe(&self.detector);
        }
    }

    fn is_missing(&self, row: &[f64]) -> bool {
        self.config.missing == Missing::Skip
            && row.len() == self.dimension
            && row.iter().any(|x| x.is_nan())
    }
}

impl<M: Model> Detect for Configured<M> {
    fn dimension(&self) -> usize {
        self.dimension
    }
    fn config(&self) -> &Config {
        &self.config
    }
    fn update(&mut self, row: &[f64]) -> Result<Step, UpdateError> {
        self.detector.isa().run(One {
            detector: self,
            row,
            elapsed: None,
        })
    }
    fn update_after(&mut self, elapsed: f64, row: &[f64]) -> Result<Step, UpdateError> {
        self.detector.isa().run(One {
            detector: self,
            row,
            elapsed: Some(elapsed),
        })
    }
    fn skip(&mut self) -> Result<Step, UpdateError> {
        let step = self.detector.skip()?;
        self.watch();
        Ok(step)
    }
    fn skip_after(&mut self, elapsed: f64) -> Result<Step, UpdateError> {
        let step = self.detector.skip_after(elapsed)?;
        self.watch();
        Ok(step)
    }
    fn update_many(&mut self, rows: &[f64], each: &mut dyn FnMut(&Step)) -> Result<(), BatchError> {
        self.detector.isa().run(Many {
            detector: self,
            rows,
            each,
        })
    }
    fn reset(&mut self) {
        self.detector.reset();
        if let Some(alarms) = &mut self.alarms {
            alarms.reset();
        }
    }
    fn observations(&self) -> u64 {
        self.detector.observations()
    }
    fn p_change_now(&self) -> f64 {
        self.detector.p_change_now()
    }
    fn p_recent_change(&self, w: u64) -> f64 {
        self.detector.p_recent_change(w)
    }
    fn run_length_posterior(&self) -> Vec<(u64, f64)> {
        self.detector.run_length_posterior().collect()
    }
    fn map_run_length(&self) -> u64 {
        self.detector.map_run_length()
    }
    fn map_probability(&self) -> f64 {
        self.detector.map_probability()
    }
    fn mean_run_length(&self) -> f64 {
        self.detector.mean_run_length()
    }
    fn ln_predictive(&self) -> f64 {
        self.detector.ln_predictive()
    }
    fn ln_evidence(&self) -> f64 {
        self.detector.ln_evidence()
    }
    fn pruned_mass(&self) -> f64 {
        self.detector.pruned_mass()
    }
    fn live(&self) -> usize {
        self.detector.live()
    }
    fn changepoints(&self) -> Vec<u64> {
        self.detector.changepoints()
    }
    fn settled(&self) -> &[u64] {
        self.detector.settled()
    }
    fn take_settled(&mut self) -> Vec<u64> {
        self.detector.take_settled()
    }
    fn provisional(&self) -> Vec<u64> {
        self.detector.provisional()
    }
    fn map_ln_joint(&self) -> f64 {
        self.detector.map_ln_joint()
    }
    fn smoothed(&self) -> Result<Smoothed, ReadoutError> {
        self.detector.smoothed()
    }
    fn p_change_at(&self, s: u64) -> Result<f64, ReadoutError> {
        self.detector.p_change_at(s)
    }
    fn p_change_between(&self, low: u64, high: u64) -> Result<f64, ReadoutError> {
        self.detector.p_change_between(low, high)
    }
    fn expected_changes(&self) -> Result<f64, ReadoutError> {
        self.detector.expected_changes()
    }
    fn locations(&self, changepoints: &[u64], mass: f64) -> Result<Vec<Location>, ReadoutError> {
        self.detector.locations(changepoints, mass)
    }
    fn sample_segmentations(&self, draws: usize, seed: u64) -> Result<Vec<Vec<u64>>, ReadoutError> {
        self.detector.sample_segmentations(draws, seed)
    }
    fn predict(&self, ahead: u64) -> Result<Mixture, ReadoutError> {
        self.detector.predict(ahead)
    }
    fn predict_after(&self, elapsed: f64) -> Result<Mixture, ReadoutError> {
        self.detector.predict_after(elapsed)
    }
    fn parameters(&self) -> Result<Vec<Parameter>, ReadoutError> {
        self.detector.parameters()
    }
    fn p_change_within(&self, k: u64) -> f64 {
        self.detector.p_change_within(k)
    }
    fn p_next_change_after(&self, k: u64) -> f64 {
        self.detector.p_next_change_after(k)
    }
    fn expected_residual(&self) -> Option<f64> {
        self.detector.expected_residual()
    }
    fn shift(&self) -> Result<Option<Shift>, ReadoutError> {
        self.detector.shift()
    }
    fn shift_between(&self, low: u64, high: u64) -> Result<Option<Shift>, ReadoutError> {
        self.detector.shift_between(low, high)
    }
    fn fit_segments(
        &self,
        rows: &[f64],
        changepoints: &[u64],
        mass: f64,
    ) -> Result<(Vec<Segment>, Vec<Vec<Parameter>>), DetectError> {
        let rows: Vec<&[f64]> = rows.chunks(self.dimension()).collect();
        let observe = |bank: &mut M::Bank, i: usize, score: &mut [M::Scalar]| {
            if self.is_missing(rows[i]) {
                return Ok(false);
            }
            let x = M::Obs::parse(rows[i])?;
            self.detector.observe_alone(bank, x.borrow(), score)
        };
        let fitted = self
            .detector
            .fit(rows.len(), changepoints, mass, &observe)?;
        Ok(fitted.into_iter().map(|fitted| fitted.split(mass)).unzip())
    }
    fn take_alarms(&mut self) -> Vec<Alarm> {
        self.alarms.as_mut().map_or_else(Vec::new, Alarms::take)
    }
    fn acknowledge(&mut self) {
        if let Some(alarms) = &mut self.alarms {
            alarms.acknowledge();
        }
    }
    fn alarm_is_on(&self) -> bool {
        self.alarms.as_ref().is_some_and(Alarms::is_on)
    }
    fn alarm_probability(&self) -> f64 {
        let alarms = self.alarms.as_ref();
        alarms.map_or(0.0, |alarms| alarms.probability(&self.detector))
    }
    fn simulate(&self, random: &mut Random, n: usize) -> Option<Vec<f64>> {
        self.detector.model().simulate(random, n)
    }
    fn alarm_peak(&mut self, policy: &AlarmPolicy, rows: &[f64]) -> Result<f64, ReadoutError> {
        self.reset();
        let alarms = Alarms::new(*policy)?;
        let mut peak: f64 = 0.0;
        for row in rows.chunks(self.dimension()) {
            self.update(row)?;
            peak = peak.max(alarms.probability(&self.detector));
        }
        Ok(peak)
    }
    #[cfg(feature = "serde")]
    fn snapshot(&self) -> Vec<u8> {
        use crate::snapshot::{Kind, seal};
        let state = self.detector.to_bytes();
        let alarms = self.alarms.as_ref().map(Alarms::saved);
        let content = (&self.config, state, alarms);
        seal(Kind::Configured, &content)
    }
    #[cfg(feature = "serde")]
    fn restore(&mut self, snapshot: &[u8]) -> Result<(), crate::SnapshotError> {
        use crate::snapshot::{Kind, open};
        let (config, state, saved): Content = open(Kind::Configured, snapshot)?;
        if config != self.config {
            let what = "it is of a detector with another configuration";
            return Err(crate::SnapshotError::Content(what));
        }
        // Into a copy: a state that fits with alarms that do not is refused whole.
        let mut restored = self.clone();
        restored.detector.restore(&state)?;
        let observations = restored.detector.observations();
        let level = restored.detector.level_name();
        let sound = match (&mut restored.alarms, &saved) {
            (Some(alarms), Some(saved)) => alarms.restore(saved, observations, level),
            (None, None) => true,
            _ => false,
        };
        if !sound {
            return Err(crate::SnapshotError::Content("its alarms contradict it"));
        }
        *self = restored;
        Ok(())
    }
    fn clone_box(&self) -> Box<dyn Detect> {
        Box::new(self.clone())
    }
}

/// One row, compiled for each instruction set.
struct One<'a, M: ObservationModel> {
    detector: &'a mut Configured<M>,
    row: &'a [f64],
    elapsed: Option<f64>,
}

impl<M: Model> Kernel for One<'_, M> {
    type Output = Result<Step, UpdateError>;

    #[inline(always)]
    fn run(self) -> Self::Output {
        self.detector.step(self.row, self.elapsed)
    }
}

/// Many rows, compiled for each instruction set.
struct Many<'a, M: ObservationModel> {
    detector: &'a mut Configured<M>,
    rows: &'a [f64],
    each: &'a mut dyn FnMut(&Step),
}

impl<M: Model> Kernel for Many<'_, M> {
    type Output = Result<(), BatchError>;

    #[inline(always)]
    fn run(self) -> Self::Output {
        for (index, row) in self.rows.chunks(self.detector.dimension()).enumerate() {
            match self.detector.step(row, None) {
                Ok(step) => (self.each)(&step),
                Err(error) => return Err(BatchError::new(index, error)),
            }
        }
        Ok(())
    }
}

/// What the snapshot of a configured detector holds: its configuration, its
/// state, its alarms.
#[cfg(feature = "serde")]
type Content = (Config, Vec<u8>, Option<crate::alarm::Saved>);

/// A detector from the bytes that [`Detect::snapshot`] gave; it goes on bit for
/// bit as the one that wrote them would.
///
/// # Errors
/// If the bytes are no snapshot, of another version, or damaged.
#[cfg(feature = "serde")]
pub fn restore(bytes: &[u8]) -> Result<Box<dyn Detect>, crate::SnapshotError> {
    use crate::snapshot::{Kind, open};
    let (config, _, _): Content = open(Kind::Configured, bytes)?;
    let own_model = matches!(config.model, crate::ModelConfig::Own { .. });
    if own_model || config.hazard == crate::HazardConfig::Own {
        let what =
            "it does not hold its own model or hazard; build the detector and restore into it";
        return Err(crate::SnapshotError::Content(what));
    }
    let mut detector = config.build()?;
    detector.restore(bytes)?;
    Ok(detector)
}
