//! The parameters that a history makes most probable.

use core::ffi::{CStr, c_char, c_int};
use std::ffi::CString;

use bocpd_core::fit::{Fit as Core, Fitted, Options, fit};

use crate::boundary::{Output, at, c_text, free, get, guard, shared, slice};
use crate::config::{Config, Part, hand_over};
use crate::failure::Failure;
use crate::status::Status;

/// What a history says of the parameters of a configuration.
pub struct Fit {
    found: Core,
    config: Config,
    names: Vec<Names>,
}

/// What a parameter is called.
struct Names {
    part: CString,
    name: CString,
    outcome: CString,
}

impl Names {
    fn of(fitted: &Fitted) -> Self {
        Self {
            part: c_text(fitted.part.name()),
            name: c_text(fitted.name),
            outcome: c_text(fitted.outcome.name()),
        }
    }
}

/// Finds the parameters of model and hazard under which a history is most probable, starting
/// from those of config: docs/tuning.md says how. The history is as many series as is said,
/// that have nothing in common but the parameters: at rows the observations of one after the
/// other, at counts how many each of them has. All numbers of model and hazard move; whole
/// numbers, lists, periods and what is off stay. fixed names parameters that are to stay too,
/// moving some that move although by default they stay: both as in configurations, separated
/// by commas ("mean,hazard.shape"), or NULL. At most evaluations passes are made over all series;
/// 0 is 2000. To be freed.
///
/// Errors: BOCPD_INVALID_PARAMETER for a name too, for alternatives, for observations of several
/// numbers, and where there is no observation; BOCPD_INCOMPLETE; BOCPD_UNSUPPORTED for a model or a hazard of one's own; as
/// bocpd_detector_step, at the first observation that fails (the message gives series and
/// position).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_fit_series(
    config: *const Config,
    rows: *const f64,
    counts: *const usize,
    series: usize,
    fixed: *const c_char,
    moving: *const c_char,
    evaluations: usize,
    fit: *mut *mut Fit,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe {
            let config = shared(config, "config")?;
            let counts = slice(counts, series, "counts")?;
            let all = counts
                .iter()
                .try_fold(0_usize, |sum, &n| sum.checked_add(n));
            let all = all.ok_or(Failure::Argument("counts: more than there can be"))?;
            // Nothing else than observations of one number is fitted.
            let rows = slice(rows, all, "rows")?;
            let (fixed, moving) = (names(fixed, "fixed")?, names(moving, "moving")?);
            let mut options = Options {
                fixed: &fixed,
                free: &moving,
                ..Options::default()
            };
            if evaluations > 0 {
                options.evaluations = evaluations;
            }
            hand_over(of(config, rows, counts, options)?, fit)
        }
    })
}

fn of(
    config: &Config,
    mut rows: &[f64],
    counts: &[usize],
    options: Options<'_>,
) -> Result<Fit, Failure> {
    match (&config.model, &config.hazard) {
        (Part::Unset, _) => return Err(Failure::Incomplete("model")),
        (_, Part::Unset) => return Err(Failure::Incomplete("hazard")),
        (Part::Own(_), _) | (_, Part::Own(_)) => {
            return Err(Failure::Unsupported(
                "the parameters of a model or a hazard of one's own are not known",
            ));
        }
        (Part::Plain, Part::Plain) => {}
    }
    let mut series = Vec::with_capacity(counts.len());
    for &count in counts {
        let (one, others) = rows.split_at(count);
        series.push(one);
        rows = others;
    }
    let found = fit(&series, &config.plain, options)?;
    let mut config = config.clone();
    config.plain = found.config.clone();
    Ok(Fit {
        names: found.parameters.iter().map(Names::of).collect(),
        config,
        found,
    })
}

/// The names in a list.
///
/// # Safety
/// `list` is NULL or a string that nothing changes during `'a`.
unsafe fn names<'a>(list: *const c_char, whose: &'static str) -> Result<Vec<&'a str>, Failure> {
    if list.is_null() {
        return Ok(Vec::new());
    }
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(list) }.to_str();
    let text = text.map_err(|_| match whose {
        "fixed" => Failure::Argument("fixed must be UTF-8"),
        _ => Failure::Argument("moving must be UTF-8"),
    })?;
    let names = text.split(',').map(str::trim);
    Ok(names.filter(|name| !name.is_empty()).collect())
}

/// Frees a fit; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_fit_free(fit: *mut Fit) {
    // SAFETY: handles are as the header says.
    unsafe { free(fit) }
}

/// The configuration with the parameters that were found. To be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_fit_config(fit: *const Fit, config: *mut *mut Config) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe { hand_over(shared(fit, "fit")?.config.clone(), config) }
    })
}

/// ln p(all series) under the configuration that was given and under the one that was found,
/// which is never less. Either output may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_fit_ln_evidence(
    fit: *const Fit,
    before: *mut f64,
    found: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe {
            let fit = &shared(fit, "fit")?.found;
            let (before, found) = (Output::optional(before)?, Output::optional(found)?);
            before.set(fit.ln_evidence_before);
            found.set(fit.ln_evidence);
            Ok(())
        }
    })
}

/// Whether the search ended because no step promised more (1), or ran out of evaluations or
/// into an evidence that is too rough (0); how many passes over all series it took, how many
/// series there were, and how many observations these have together, missing ones included.
/// Each output may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_fit_effort(
    fit: *const Fit,
    converged: *mut c_int,
    evaluations: *mut usize,
    series: *mut usize,
    observations: *mut u64,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe {
            let fit = &shared(fit, "fit")?.found;
            let (converged, evaluations) =
                (Output::optional(converged)?, Output::optional(evaluations)?);
            let (series, observations) =
                (Output::optional(series)?, Output::optional(observations)?);
            converged.set(c_int::from(fit.converged));
            evaluations.set(fit.evaluations);
            series.set(fit.series);
            observations.set(fit.observations);
            Ok(())
        }
    })
}

/// How many parameters are numbers: those of the model, of the hazard, and of the outliers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_fit_parameter_count(fit: *const Fit, count: *mut usize) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { get(fit, "fit", count, |fit| fit.found.parameters.len()) }
}

/// The parameter at position which: what it is a parameter of ("model", "hazard" or
/// "outliers") and what it is called there; its value before and the value that was found;
/// its standard error, by how much another history of the same kind and length would move it,
/// NaN where that is not known; and what became of it: "found"; "fixed", if it stayed;
/// "undetermined", if the history says next to nothing of it; "limit", if it went as far as it
/// may. The strings live as long as the fit. Each output may be NULL.
///
/// Errors: BOCPD_INDEX.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_fit_parameter(
    fit: *const Fit,
    which: usize,
    part: *mut *const c_char,
    name: *mut *const c_char,
    before: *mut f64,
    value: *mut f64,
    error: *mut f64,
    outcome: *mut *const c_char,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe {
            let fit = shared(fit, "fit")?;
            let (found, names) = (at(&fit.found.parameters, which)?, at(&fit.names, which)?);
            let (part, name) = (Output::optional(part)?, Output::optional(name)?);
            let (before, value) = (Output::optional(before)?, Output::optional(value)?);
            let (error, outcome) = (Output::optional(error)?, Output::optional(outcome)?);
            part.set(names.part.as_ptr());
            name.set(names.name.as_ptr());
            before.set(found.before);
            value.set(found.value);
            error.set(found.error.unwrap_or(f64::NAN));
            outcome.set(names.outcome.as_ptr());
            Ok(())
        }
    })
}
