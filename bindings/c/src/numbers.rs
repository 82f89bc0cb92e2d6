//! Observations of several numbers: their configurations, and what is asked of one number.

use bocpd_core::defaults::{self, Given};
use bocpd_core::error::ParameterError;
use bocpd_core::observation::{MOST_NUMBERS, Rows};

use crate::boundary::{Output, exclusive, guard, rows_at, shared};
use crate::config::{Config, Part, hand_over};
use crate::detector::{Detector, read};
use crate::distributions::Distribution;
use crate::failure::Failure;
use crate::status::Status;

/// bocpd_config_for for observations of several numbers: count of them at rows, of dimension
/// numbers each, 1 to 1024. Each number has the model that it would have alone; given the
/// segments they are independent, and all of them have their changes together. rows may be
/// NULL if count is 0.
///
/// Errors: BOCPD_INVALID_PARAMETER for the dimension.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_for_rows(
    rows: *const f64,
    count: usize,
    dimension: usize,
    config: *mut *mut Config,
) -> Status {
    guard(|| {
        if dimension == 0 {
            let must = "lie in [1, 1024]";
            return Err(ParameterError::new("dimension", 0.0, must).into());
        }
        // SAFETY: pointers are as the header says.
        let values = unsafe { rows_at(rows, count, dimension)? };
        let rows = Rows::of_numbers(values, dimension);
        let best = defaults::candidates(rows, &Given::default())?.swap_remove(0);
        // SAFETY: pointers are as the header says.
        unsafe { hand_over(Config::of(best.config), config) }
    })
}

/// Adds to the observations a number with the model of another configuration, or all of its
/// numbers if it has several: given the segments they are independent of those that are there,
/// and all of them have their changes together. Hazard, limits and what NaN means stay as they
/// are. A setter of a model takes the place of all.
///
/// Errors: BOCPD_INCOMPLETE where one of the configurations has no model;
/// BOCPD_INVALID_PARAMETER for a model of one's own and for more than 1024 numbers; what cannot
/// go together is an error when a detector is made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_add_number(
    config: *mut Config,
    other: *const Config,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let other = unsafe { shared(other, "other")? };
        match other.model {
            Part::Unset => return Err(Failure::Incomplete("model")),
            Part::Own(_) => {
                let must = "be one that comes with the library";
                return Err(ParameterError::without_value("model of a number", must).into());
            }
            Part::Plain => {}
        }
        let models: Vec<_> = other.plain.models_of_numbers().cloned().collect();
        for model in &models {
            model.check()?;
        }
        // SAFETY: handles are as the header says.
        let config = unsafe { exclusive(config, "config")? };
        if matches!(config.model, Part::Unset) {
            return Err(Failure::Incomplete("model"));
        }
        let count = config.plain.product.len() + 1 + models.len();
        if count > MOST_NUMBERS {
            let must = "lie in [1, 1024]";
            return Err(ParameterError::new("number of models", count as f64, must).into());
        }
        config.plain.product.extend(models);
        Ok(())
    })
}

/// How many numbers make an observation: 1, unless some were added (bocpd_config_add_number) or
/// a model of one's own has more.
///
/// Errors: BOCPD_INCOMPLETE where there is no model.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_dimension(
    config: *const Config,
    dimension: *mut usize,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let config = unsafe { shared(config, "config")? };
        let dimension = Output::new(dimension, "dimension")?;
        if matches!(config.model, Part::Unset) {
            return Err(Failure::Incomplete("model"));
        }
        // SAFETY: pointers are as the header says.
        unsafe { dimension.set(config.plain.dimension()) }
        Ok(())
    })
}

/// bocpd_detector_predict for one of the numbers of an observation, from 0.
///
/// Errors: as bocpd_detector_predict; BOCPD_INVALID_PARAMETER if an observation has fewer
/// numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_predict_number(
    detector: *const Detector,
    dimension: usize,
    ahead: u64,
    prediction: *mut *mut Distribution,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let mixture = detector.predict_number(dimension, ahead)?;
            let found = Distribution::new("observation", mixture).of_number(dimension);
            hand_over(found, prediction)
        })
    }
}

/// bocpd_detector_predict_after for one of the numbers of an observation, from 0.
///
/// Errors: as bocpd_detector_predict_after; BOCPD_INVALID_PARAMETER if an observation has fewer
/// numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_predict_number_after(
    detector: *const Detector,
    dimension: usize,
    elapsed: f64,
    prediction: *mut *mut Distribution,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |detector| {
            let mixture = detector.predict_number_after(dimension, elapsed)?;
            let found = Distribution::new("observation", mixture).of_number(dimension);
            hand_over(found, prediction)
        })
    }
}
