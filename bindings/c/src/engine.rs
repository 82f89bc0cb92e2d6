//! Whatever a handle drives.

use std::collections::VecDeque;
use std::sync::Arc;

use bocpd_core::distribution::Mixture;
use bocpd_core::{
    Alarm, Alarms, BatchError, Constant, Detect, Detector, HazardConfig, Location, LogLogistic,
    Missing, NegativeBinomial, Rate, ReadoutError, SharedHazard, Shift, Smoothed, SnapshotError,
    Step, Table, UpdateError, Weibull,
};

use crate::config::{Config, Part};
use crate::failure::Failure;
use crate::own_model::OwnModel;

/// A detector that the core built from data, or one of the caller's own model. The
/// methods do what those of [`Detect`] do.
pub(crate) trait Engine: Send + Sync {
    fn dimension(&self) -> usize;
    fn update(&mut self, row: &[f64]) -> Result<Step, UpdateError>;
    fn update_after(&mut self, elapsed: f64, row: &[f64]) -> Result<Step, UpdateError>;
    fn skip(&mut self) -> Result<Step, UpdateError>;
    fn skip_after(&mut self, elapsed: f64) -> Result<Step, UpdateError>;
    fn update_many(&mut self, rows: &[f64], each: &mut dyn FnMut(&Step)) -> Result<(), BatchError>;
    fn reset(&mut self);

    fn observations(&self) -> u64;
    fn p_change_now(&self) -> f64;
    fn p_recent_change(&self, w: u64) -> f64;
    fn run_length_posterior(&self) -> Vec<(u64, f64)>;
    fn map_run_length(&self) -> u64;
    fn map_probability(&self) -> f64;
    fn mean_run_length(&self) -> f64;
    fn ln_predictive(&self) -> f64;
    fn ln_evidence(&self) -> f64;
    fn pruned_mass(&self) -> f64;
    fn live(&self) -> usize;
    fn changepoints(&self) -> Vec<u64>;
    fn settled(&self) -> &[u64];
    fn take_settled(&mut self) -> Vec<u64>;
    fn provisional(&self) -> Vec<u64>;
    fn map_ln_joint(&self) -> f64;

    /// The oldest alarm that was not handed over yet.
    fn next_alarm(&mut self) -> Option<Alarm>;
    fn acknowledge(&mut self);
    fn alarm_is_on(&self) -> bool;
    fn alarm_probability(&self) -> f64;
    fn shift(&self) -> Result<Option<Shift>, ReadoutError>;

    fn predict(&self, ahead: u64) -> Result<Mixture, ReadoutError>;
    fn predict_after(&self, elapsed: f64) -> Result<Mixture, ReadoutError>;
    fn p_change_within(&self, k: u64) -> f64;
    fn p_next_change_after(&self, k: u64) -> f64;
    fn expected_residual(&self) -> Option<f64>;

    fn smoothed(&self) -> Result<Smoothed, ReadoutError>;
    fn p_change_at(&self, s: u64) -> Result<f64, ReadoutError>;
    fn p_change_between(&self, low: u64, high: u64) -> Result<f64, ReadoutError>;
    fn expected_changes(&self) -> Result<f64, ReadoutError>;
    fn locations(&self, changepoints: &[u64], mass: f64) -> Result<Vec<Location>, ReadoutError>;
    fn sample_segmentations(&self, draws: usize, seed: u64) -> Result<Vec<Vec<u64>>, ReadoutError>;

    /// State, and configuration if it is the core's, as bytes.
    fn snapshot(&self) -> Vec<u8>;
    /// Takes over what `snapshot` of an engine of the same configuration gave.
    fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError>;
    fn clone_box(&self) -> Box<dyn Engine>;
}

/// Methods that detectors of both kinds have under the same names.
macro_rules! forward {
    () => {
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
            self.detector.run_length_posterior().into_iter().collect()
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
        fn shift(&self) -> Result<Option<Shift>, ReadoutError> {
            self.detector.shift()
        }
        fn predict(&self, ahead: u64) -> Result<Mixture, ReadoutError> {
            self.detector.predict(ahead)
        }
        fn predict_after(&self, elapsed: f64) -> Result<Mixture, ReadoutError> {
            self.detector.predict_after(elapsed)
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
        fn locations(
            &self,
            changepoints: &[u64],
            mass: f64,
        ) -> Result<Vec<Location>, ReadoutError> {
            self.detector.locations(changepoints, mass)
        }
        fn sample_segmentations(
            &self,
            draws: usize,
            seed: u64,
        ) -> Result<Vec<Vec<u64>>, ReadoutError> {
            self.detector.sample_segmentations(draws, seed)
        }
        fn clone_box(&self) -> Box<dyn Engine> {
            Box::new(self.clone())
        }
    };
}

/// Built by the core from data.
#[derive(Clone)]
pub(crate) struct Plain {
    detector: Box<dyn Detect>,
    /// Alarms taken from the detector and not handed over yet.
    waiting: VecDeque<Alarm>,
}

impl Plain {
    pub(crate) fn new(detector: Box<dyn Detect>) -> Self {
        let waiting = VecDeque::new();
        Self { detector, waiting }
    }
}

impl Engine for Plain {
    fn dimension(&self) -> usize {
        self.detector.dimension()
    }
    fn update(&mut self, row: &[f64]) -> Result<Step, UpdateError> {
        self.detector.update(row)
    }
    fn update_after(&mut self, elapsed: f64, row: &[f64]) -> Result<Step, UpdateError> {
        self.detector.update_after(elapsed, row)
    }
    fn update_many(&mut self, rows: &[f64], each: &mut dyn FnMut(&Step)) -> Result<(), BatchError> {
        self.detector.update_many(rows, each)
    }
    fn skip(&mut self) -> Result<Step, UpdateError> {
        self.detector.skip()
    }
    fn skip_after(&mut self, elapsed: f64) -> Result<Step, UpdateError> {
        self.detector.skip_after(elapsed)
    }
    fn reset(&mut self) {
        self.detector.reset();
        self.waiting.clear();
    }
    fn next_alarm(&mut self) -> Option<Alarm> {
        if self.waiting.is_empty() {
            self.waiting.extend(self.detector.take_alarms());
        }
        self.waiting.pop_front()
    }
    fn acknowledge(&mut self) {
        self.detector.acknowledge();
    }
    fn alarm_is_on(&self) -> bool {
        self.detector.alarm_is_on()
    }
    fn alarm_probability(&self) -> f64 {
        self.detector.alarm_probability()
    }
    fn snapshot(&self) -> Vec<u8> {
        self.detector.snapshot()
    }
    fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        self.detector.restore(bytes)
    }
    forward!();
}

/// A hazard of either kind.
#[derive(Clone)]
struct AnyHazard(SharedHazard);

impl bocpd_core::Hazard for AnyHazard {
    fn hazard(&self, length: u64) -> f64 {
        self.0.hazard(length)
    }
    fn constant(&self) -> Option<f64> {
        self.0.constant()
    }
    fn fill(&self, lengths: &[u64], hazards: &mut [f64]) {
        self.0.fill(lengths, hazards);
    }
    fn over(&self, age: f64, elapsed: f64) -> Option<f64> {
        self.0.over(age, elapsed)
    }
}

/// With a model of the caller's.
#[derive(Clone)]
struct Own {
    detector: Detector<OwnModel, AnyHazard>,
    missing: Missing,
    alarms: Option<Alarms>,
    /// Alarms taken and not handed over yet.
    waiting: VecDeque<Alarm>,
}

impl Own {
    fn is_missing(&self, row: &[f64]) -> bool {
        self.missing == Missing::Skip && row.iter().any(|x| x.is_nan())
    }

    /// Lets the alarms look at a step that was taken.
    fn watched(&mut self, step: Step) -> Step {
        if let Some(alarms) = &mut self.alarms {
            alarms.observe(&self.detector);
        }
        step
    }
}

impl Engine for Own {
    fn dimension(&self) -> usize {
        self.detector.model().dimension
    }
    fn update(&mut self, row: &[f64]) -> Result<Step, UpdateError> {
        if self.is_missing(row) {
            return self.skip();
        }
        let step = self.detector.update(row)?;
        Ok(self.watched(step))
    }
    fn update_after(&mut self, elapsed: f64, row: &[f64]) -> Result<Step, UpdateError> {
        if self.is_missing(row) {
            return self.skip_after(elapsed);
        }
        let step = self.detector.update_after(elapsed, row)?;
        Ok(self.watched(step))
    }
    fn skip(&mut self) -> Result<Step, UpdateError> {
        let step = self.detector.skip()?;
        Ok(self.watched(step))
    }
    fn skip_after(&mut self, elapsed: f64) -> Result<Step, UpdateError> {
        let step = self.detector.skip_after(elapsed)?;
        Ok(self.watched(step))
    }
    fn reset(&mut self) {
        self.detector.reset();
        self.waiting.clear();
        if let Some(alarms) = &mut self.alarms {
            alarms.reset();
        }
    }
    fn next_alarm(&mut self) -> Option<Alarm> {
        if let Some(alarms) = &mut self.alarms
            && self.waiting.is_empty()
        {
            self.waiting.extend(alarms.take());
        }
        self.waiting.pop_front()
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
    fn update_many(&mut self, rows: &[f64], each: &mut dyn FnMut(&Step)) -> Result<(), BatchError> {
        for (index, row) in rows.chunks(self.dimension()).enumerate() {
            match self.update(row) {
                Ok(step) => each(&step),
                Err(error) => return Err(BatchError::new(index, error)),
            }
        }
        Ok(())
    }
    fn snapshot(&self) -> Vec<u8> {
        self.detector.to_bytes()
    }
    fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        self.detector.restore(bytes)
    }
    forward!();
}

impl Config {
    /// The engine that this describes.
    pub(crate) fn build(&self) -> Result<Box<dyn Engine>, Failure> {
        Ok(match (&self.model, &self.hazard) {
            (Part::Unset, _) => return Err(Failure::Incomplete("model")),
            (_, Part::Unset) => return Err(Failure::Incomplete("hazard")),
            (Part::Plain, Part::Plain) => Box::new(Plain::new(self.plain.build()?)),
            (Part::Plain, Part::Own(hazard)) => {
                let hazard = Arc::new(hazard.clone());
                Box::new(Plain::new(self.plain.build_with_hazard(hazard)?))
            }
            (Part::Own(model), hazard) => {
                let hazard = match hazard {
                    Part::Own(hazard) => AnyHazard(Arc::new(hazard.clone())),
                    _ => AnyHazard::plain(&self.plain.hazard)?,
                };
                Box::new(Own {
                    detector: Detector::new(model.clone(), hazard)
                        .with_pruning(self.plain.pruning)?
                        .with_history(self.plain.history)
                        .with_shifts(self.plain.shifts),
                    missing: self.plain.missing,
                    alarms: self.plain.alarm.map(Alarms::new).transpose()?,
                    waiting: VecDeque::new(),
                })
            }
        })
    }
}

impl AnyHazard {
    fn plain(config: &HazardConfig) -> Result<Self, Failure> {
        Ok(Self(match *config {
            HazardConfig::Constant { mean_run_length } => Arc::new(Constant::new(mean_run_length)?),
            HazardConfig::Rate { per_unit_time } => Arc::new(Rate::new(per_unit_time)?),
            HazardConfig::Weibull { shape, scale } => Arc::new(Weibull::new(shape, scale)?),
            HazardConfig::LogLogistic { shape, scale } => Arc::new(LogLogistic::new(shape, scale)?),
            HazardConfig::NegativeBinomial { k, p } => Arc::new(NegativeBinomial::new(k, p)?),
            HazardConfig::Table { ref hazards } => Arc::new(Table::new(hazards.as_slice())?),
            _ => return Err(Failure::Incomplete("hazard that own models can use")),
        }))
    }
}
