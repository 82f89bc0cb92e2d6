//! The configuration of a detector: created empty, filled by setters.

use std::sync::Arc;

use bocpd_core::config::{Alternative, HazardConfig, ModelConfig, Per};
use bocpd_core::defaults::{self, Kind};
use bocpd_core::hazard::SharedHazard;
use bocpd_core::observation::Rows;
use bocpd_core::{History, Missing, Pruning};

use crate::boundary::{Output, exclusive, free, guard, rows_at, shared, slice};
use crate::detector::Contents;
use crate::failure::Failure;
use crate::own_hazard::OwnHazard;
use crate::own_model::OwnModel;
use crate::status::Status;

/// What a detector is made from: a model, a hazard, limits on the number of
/// hypotheses, and what NaN means. Setters replace what was set before; on failure
/// the configuration is as before.
#[derive(Clone)]
pub struct Config {
    /// In the core's own terms; model and hazard mean nothing where none is set yet.
    pub(crate) plain: bocpd_core::Config,
    pub(crate) model: Part<OwnModel>,
    pub(crate) hazard: Part<OwnHazard>,
}

/// Where a model or a hazard comes from.
#[derive(Clone)]
pub(crate) enum Part<T> {
    Unset,
    Plain,
    Own(T),
}

impl Config {
    /// The configuration for a series of one number an observation that nothing is known about.
    pub(crate) fn of_series(values: &[f64]) -> Self {
        Self::of(defaults::config_for(values))
    }

    /// A configuration of the core's.
    pub(crate) fn of(plain: bocpd_core::Config) -> Self {
        Self {
            plain,
            model: Part::Plain,
            hazard: Part::Plain,
        }
    }

    /// Makes a model that of all observations: no other is left beside it.
    pub(crate) fn set_model(&mut self, plain: ModelConfig, model: Part<OwnModel>) {
        (self.plain.model, self.model) = (plain, model);
        self.plain.alternatives.clear();
        self.plain.product.clear();
    }

    /// What a handle of a detector holds that this describes.
    pub(crate) fn build(&self) -> Result<Contents, Failure> {
        let own_hazard: Option<SharedHazard> = match &self.hazard {
            Part::Own(hazard) => Some(Arc::new(hazard.clone())),
            Part::Unset | Part::Plain => None,
        };
        let detector = match (&self.model, &self.hazard) {
            (Part::Unset, _) => return Err(Failure::Incomplete("model")),
            (_, Part::Unset) => return Err(Failure::Incomplete("hazard")),
            (Part::Own(model), _) => self.plain.build_with_model(model.clone(), own_hazard)?,
            (Part::Plain, _) => match own_hazard {
                Some(hazard) => self.plain.build_with_hazard(hazard)?,
                None => self.plain.build()?,
            },
        };
        Ok(Contents::new(self.clone(), detector))
    }

    fn empty() -> Self {
        let (model, hazard) = (Kind::Gaussian, defaults::hazard_for(0));
        Self {
            plain: bocpd_core::Config::new(defaults::model_for(model, &[]), hazard),
            model: Part::Unset,
            hazard: Part::Unset,
        }
    }
}

/// Makes an empty configuration: no model and no hazard, the default limits on
/// hypotheses (those that are improbable are given up), NaN is an error, nothing is
/// remembered, no alarms.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_new(config: *mut *mut Config) -> Status {
    // SAFETY: pointers are as the header says.
    guard(|| unsafe { hand_over(Config::empty(), config) })
}

/// Makes a configuration for a series that lies there complete and of which nothing is known
/// but its values. What the numbers are (yes or no, counts, real numbers), the structure of
/// their noise, outliers, and how many changes are to be expected follow from the values:
/// docs/tuning.md says how. Up to 4000 values no hypothesis is given up. NaN is an error.
/// values may be NULL if count is 0. For observations of several numbers: bocpd_config_for_rows.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_for(
    values: *const f64,
    count: usize,
    config: *mut *mut Config,
) -> Status {
    guard(|| {
        // SAFETY: pointers are as the header says.
        let values = unsafe { slice(values, count, "values")? };
        // SAFETY: pointers are as the header says.
        unsafe { hand_over(Config::of_series(values), config) }
    })
}

/// Makes a configuration for a stream that begins with these values, of which nothing else is
/// said. What the numbers are (yes or no, counts, real numbers) and their scale follow from
/// them; the noise of real numbers is white, AR(1), or that of a level that drifts, as
/// observations will say: several models go side by side, and readouts are averages over them
/// (bocpd_detector_model_probabilities). A setter of a model takes their place. NaN is a
/// missing value here. values may be NULL if count is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_for_stream(
    values: *const f64,
    count: usize,
    config: *mut *mut Config,
) -> Status {
    guard(|| {
        // SAFETY: pointers are as the header says.
        let values = unsafe { slice(values, count, "values")? };
        let plain = defaults::config_for_stream(values, &defaults::Given::default())?;
        // SAFETY: pointers are as the header says.
        unsafe { hand_over(Config::of(plain), config) }
    })
}

/// Lets the whole stream have one of the models, the default: as many filters go side by side as
/// there are models.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_alternatives_per_stream(config: *mut Config) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        unsafe { exclusive(config, "config")? }
            .plain
            .alternatives_per = Per::Stream;
        Ok(())
    })
}

/// Lets each segment have one of the models, drawn anew with their weights as probabilities: one
/// filter, whose bocpd_detector_model_probabilities are those of the current segment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_alternatives_per_segment(config: *mut Config) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        unsafe { exclusive(config, "config")? }
            .plain
            .alternatives_per = Per::Segment;
        Ok(())
    })
}

/// Adds a model that the stream, or each segment (bocpd_config_set_alternatives_per_segment), may
/// have instead of that of the configuration, that of another configuration: they go side by side, weighed by what they say of the stream. The weight is
/// its prior probability as a multiple of that of the configuration's own model. Both have to
/// be densities, or probabilities of counts. A setter of a model takes the place of all.
///
/// Errors: BOCPD_INVALID_PARAMETER; BOCPD_INCOMPLETE where the other configuration has no model;
/// what cannot be compared is an error when a detector is made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_add_alternative(
    config: *mut Config,
    other: *const Config,
    weight: f64,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        let other = unsafe { shared(other, "other")? };
        if matches!(other.model, Part::Unset) {
            return Err(Failure::Incomplete("model"));
        }
        let mut alternative = Alternative::new(other.plain.model.clone());
        alternative.weight = weight;
        alternative.check()?;
        // SAFETY: handles and pointers are as the header says.
        let config = unsafe { exclusive(config, "config")? };
        config.plain.alternatives.push(alternative);
        Ok(())
    })
}

/// Makes a copy of a configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_clone(
    config: *const Config,
    copy: *mut *mut Config,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe { hand_over(shared(config, "config")?.clone(), copy) }
    })
}

/// Frees a configuration; NULL is fine. Detectors made from it live on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_free(config: *mut Config) {
    // SAFETY: handles are as the header says.
    unsafe { free(config) }
}

/// Gives up no hypothesis: time and memory of a step grow with the stream. Limits
/// set afterwards apply again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_exact(config: *mut Config) -> Status {
    // SAFETY: handles are as the header says.
    unsafe { set_pruning(config, |pruning| *pruning = Pruning::exact()) }
}

/// Keeps at most this many hypotheses, those that would be missed most: 2 to 2^31.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_max_hypotheses(
    config: *mut Config,
    max_hypotheses: usize,
) -> Status {
    // SAFETY: handles are as the header says.
    unsafe {
        set_pruning(config, |pruning| {
            pruning.max_hypotheses = Some(max_hypotheses);
        })
    }
}

/// Gives up hypotheses less probable than this: 0 to 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_min_weight(
    config: *mut Config,
    min_weight: f64,
) -> Status {
    // SAFETY: handles are as the header says.
    unsafe { set_pruning(config, |pruning| pruning.min_weight = Some(min_weight)) }
}

/// Treats all run lengths of this many or more as one: 1 to 2^53.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_max_run_length(
    config: *mut Config,
    max_run_length: u64,
) -> Status {
    // SAFETY: handles are as the header says.
    unsafe {
        set_pruning(config, |pruning| {
            pruning.max_run_length = Some(max_run_length);
        })
    }
}

/// Chooses those that stay within max_hypotheses by stratified optimal resampling with
/// random numbers from this seed, instead of the most probable; bocpd_config_set_exact takes
/// it back. Better with hundreds of hypotheses, worse with few.
///
/// Errors: BOCPD_INVALID_PARAMETER if max_hypotheses is not set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_resample(config: *mut Config, seed: u64) -> Status {
    // SAFETY: handles are as the header says.
    unsafe { set_pruning(config, |pruning| pruning.resample = Some(seed)) }
}

/// NaN in the data is an error (BOCPD_NON_FINITE).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_missing_error(config: *mut Config) -> Status {
    // SAFETY: handles are as the header says.
    unsafe { set(config, |config| config.missing = Missing::Error) }
}

/// NaN in the data is a missing observation: time moves, nothing is learned. Of observations of
/// several numbers (bocpd_config_add_number) each may be missing by itself; what the others say
/// is learned. An observation of a model of one's own is missing as a whole.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_missing_skip(config: *mut Config) -> Status {
    // SAFETY: handles are as the header says.
    unsafe { set(config, |config| config.missing = Missing::Skip) }
}

/// Keeps no history: the default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_history_none(config: *mut Config) -> Status {
    // SAFETY: handles are as the header says.
    unsafe { set(config, |config| config.history = History::Nothing) }
}

/// Remembers the last lag steps, so that bocpd_detector_smoothed and its kin can speak
/// of the last lag + 1 observations. Memory is bounded: at most lag^2 / 2 probabilities.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_history_lag(config: *mut Config, lag: u64) -> Status {
    // SAFETY: handles are as the header says.
    unsafe { set(config, |config| config.history = History::Lag(lag)) }
}

/// Remembers everything: memory grows with the stream, by as many probabilities a step
/// as hypotheses are alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_history_all(config: *mut Config) -> Status {
    // SAFETY: handles are as the header says.
    unsafe { set(config, |config| config.history = History::All) }
}

/// Puts a new object into the caller's hands.
///
/// # Safety
/// `out` is NULL or may be written through.
pub(crate) unsafe fn hand_over<T>(object: T, out: *mut *mut T) -> Result<(), Failure> {
    let out = Output::new(out, "the output")?;
    // SAFETY: the caller's promise.
    unsafe { out.set(Box::into_raw(Box::new(object))) }
    Ok(())
}

/// Changes what needs no checking.
///
/// # Safety
/// `config` is NULL or a live handle that no one else uses.
unsafe fn set(config: *mut Config, change: impl FnOnce(&mut bocpd_core::Config)) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        change(&mut unsafe { exclusive(config, "config")? }.plain);
        Ok(())
    })
}

/// # Safety
/// `config` is NULL or a live handle that no one else uses.
unsafe fn set_pruning(config: *mut Config, change: impl FnOnce(&mut Pruning)) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let config = unsafe { exclusive(config, "config")? };
        let mut pruning = config.plain.pruning;
        change(&mut pruning);
        pruning.check()?;
        config.plain.pruning = pruning;
        Ok(())
    })
}

/// Sets a model of the core's, if its parameters are within their limits.
///
/// # Safety
/// `config` is NULL or a live handle that no one else uses.
pub(crate) unsafe fn set_model(
    config: *mut Config,
    model: impl FnOnce() -> Result<ModelConfig, Failure>,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let config = unsafe { exclusive(config, "config")? };
        let model = model()?;
        model.check()?;
        config.set_model(model, Part::Plain);
        Ok(())
    })
}

/// The same with a prior on the scale of some values.
///
/// # Safety
/// `config` is NULL or a live handle that no one else uses; `values` is NULL or has `count`
/// numbers.
pub(crate) unsafe fn set_model_for(
    config: *mut Config,
    values: *const f64,
    count: usize,
    kind: Kind,
) -> Status {
    let model = || {
        // SAFETY: the caller's promise.
        let values = unsafe { slice(values, count, "values")? };
        Ok(defaults::model_for(kind, values))
    };
    // SAFETY: the caller's promise.
    unsafe { set_model(config, model) }
}

/// The same on the scale of rows of several numbers.
///
/// # Safety
/// `config` is NULL or a live handle that no one else uses; `values` is NULL or has `count` times
/// `dimension` numbers.
pub(crate) unsafe fn set_model_for_rows(
    config: *mut Config,
    values: *const f64,
    count: usize,
    dimension: usize,
    kind: Kind,
) -> Status {
    let model = || {
        // SAFETY: the caller's promise.
        let values = unsafe { rows_at(values, count, dimension)? };
        let rows = Rows::of_numbers(values, dimension);
        Ok(defaults::model_for_rows(kind, rows))
    };
    // SAFETY: the caller's promise.
    unsafe { set_model(config, model) }
}

/// Sets a hazard of the core's, if its parameters are within their limits.
///
/// # Safety
/// `config` is NULL or a live handle that no one else uses.
pub(crate) unsafe fn set_hazard(
    config: *mut Config,
    hazard: impl FnOnce() -> Result<HazardConfig, Failure>,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let config = unsafe { exclusive(config, "config")? };
        let hazard = hazard()?;
        hazard.check()?;
        (config.plain.hazard, config.hazard) = (hazard, Part::Plain);
        Ok(())
    })
}
