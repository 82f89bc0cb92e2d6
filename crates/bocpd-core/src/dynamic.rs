//! Any detector, chosen at run time: what the front-ends hold.
//!
//! The choice is erased once, at the outermost type. Inside, a configured
//! detector is the same statically compiled filter as any other.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::distribution::{Mixture, Parameter};
use crate::hazard::AnyHazard;
use crate::{
    BatchError, Config, Detector, Location, Missing, ObservationError, ObservationModel,
    ParameterError, ReadoutError, Smoothed, Step, UpdateError,
};

mod data {
    //! What a bank must be able to do to be part of a snapshot.

    #[cfg(feature = "serde")]
    pub(crate) trait Data: serde::Serialize + serde::de::DeserializeOwned {}
    #[cfg(feature = "serde")]
    impl<T: serde::Serialize + serde::de::DeserializeOwned> Data for T {}

    #[cfg(not(feature = "serde"))]
    pub(crate) trait Data {}
    #[cfg(not(feature = "serde"))]
    impl<T> Data for T {}
}

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

/// A detector with the configuration that it was built from.
#[derive(Clone)]
pub(crate) struct Configured<M: ObservationModel> {
    config: Config,
    detector: Detector<M, AnyHazard>,
}

impl<M> Configured<M>
where
    M: ObservationModel<Obs: FromRow, Bank: data::Data + Send + Sync>
        + Clone
        + Send
        + Sync
        + 'static,
{
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
            detector,
        }))
    }

    fn is_missing(&self, row: &[f64]) -> bool {
        self.config.missing == Missing::Skip && row.iter().any(|x| x.is_nan())
    }
}

impl<M> Detect for Configured<M>
where
    M: ObservationModel<Obs: FromRow, Bank: data::Data + Send + Sync>
        + Clone
        + Send
        + Sync
        + 'static,
{
    fn dimension(&self) -> usize {
        1
    }
    fn config(&self) -> &Config {
        &self.config
    }
    fn update(&mut self, row: &[f64]) -> Result<Step, UpdateError> {
        if self.is_missing(row) {
            return self.detector.skip();
        }
        M::Obs::with(row, |x| self.detector.update(x))?
    }
    fn update_after(&mut self, elapsed: f64, row: &[f64]) -> Result<Step, UpdateError> {
        if self.is_missing(row) {
            return self.detector.skip_after(elapsed);
        }
        M::Obs::with(row, |x| self.detector.update_after(elapsed, x))?
    }
    fn skip(&mut self) -> Result<Step, UpdateError> {
        self.detector.skip()
    }
    fn skip_after(&mut self, elapsed: f64) -> Result<Step, UpdateError> {
        self.detector.skip_after(elapsed)
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
    fn reset(&mut self) {
        self.detector.reset();
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
    #[cfg(feature = "serde")]
    fn snapshot(&self) -> Vec<u8> {
        use crate::snapshot::{Kind, seal};
        let own_hazard = self.detector.hazard().is_own();
        let state = self.detector.to_bytes();
        seal(Kind::Configured, &(&self.config, own_hazard, state))
    }
    #[cfg(feature = "serde")]
    fn restore(&mut self, snapshot: &[u8]) -> Result<(), crate::SnapshotError> {
        use crate::snapshot::{Kind, open};
        let (config, _, state): (Config, bool, Vec<u8>) = open(Kind::Configured, snapshot)?;
        if config != self.config {
            let what = "it is of a detector with another configuration";
            return Err(crate::SnapshotError::Content(what));
        }
        self.detector.restore(&state)
    }
    fn clone_box(&self) -> Box<dyn Detect> {
        Box::new(self.clone())
    }
}

/// A detector from the bytes that [`Detect::snapshot`] gave; it goes on bit for
/// bit as the one that wrote them would.
///
/// # Errors
/// If the bytes are no snapshot, of another version, or damaged.
#[cfg(feature = "serde")]
pub fn restore(bytes: &[u8]) -> Result<Box<dyn Detect>, crate::SnapshotError> {
    use crate::snapshot::{Kind, open};
    let (config, own_hazard, _): (Config, bool, Vec<u8>) = open(Kind::Configured, bytes)?;
    if own_hazard {
        let what = "it does not hold its hazard; build the detector and restore into it";
        return Err(crate::SnapshotError::Content(what));
    }
    let mut detector = config.build()?;
    detector.restore(bytes)?;
    Ok(detector)
}

/// Observations that can be given as a row of numbers.
pub(crate) trait FromRow {
    /// Calls `f` with the observation that `row` stands for.
    fn with<T>(row: &[f64], f: impl FnOnce(&Self) -> T) -> Result<T, ObservationError>;
}

/// The one number of a row of length 1.
fn single(row: &[f64]) -> Result<f64, ObservationError> {
    match *row {
        [x] => Ok(x),
        _ => Err(ObservationError::Dimension {
            got: row.len(),
            expected: 1,
        }),
    }
}

/// How far from an integer a count may be: what arithmetic on counts leaves,
/// not what a wrong column holds.
const ROUNDING: f64 = 1e-9;

fn integer(row: &[f64], must: &'static str) -> Result<f64, ObservationError> {
    let value = single(row)?;
    if !value.is_finite() {
        return Err(ObservationError::NonFinite { value });
    }
    let nearest = libm::round(value);
    if (value - nearest).abs() > ROUNDING || nearest < 0.0 {
        return Err(ObservationError::OutOfSupport { value, must });
    }
    Ok(nearest)
}

impl FromRow for f64 {
    fn with<T>(row: &[f64], f: impl FnOnce(&Self) -> T) -> Result<T, ObservationError> {
        Ok(f(&single(row)?))
    }
}

impl FromRow for u64 {
    fn with<T>(row: &[f64], f: impl FnOnce(&Self) -> T) -> Result<T, ObservationError> {
        let count = integer(row, "be a whole number, 0 or more")?;
        // A cast saturates; models refuse counts beyond 2^53 themselves.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an integer ≥ 0"
        )]
        Ok(f(&(count as u64)))
    }
}

impl FromRow for bool {
    fn with<T>(row: &[f64], f: impl FnOnce(&Self) -> T) -> Result<T, ObservationError> {
        let must = "be 0 or 1";
        let value = integer(row, must)?;
        if value > 1.0 {
            return Err(ObservationError::OutOfSupport { value, must });
        }
        Ok(f(&(value == 1.0)))
    }
}
