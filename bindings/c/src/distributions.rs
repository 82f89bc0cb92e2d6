//! What is said of a number that is not known.

use core::ffi::{c_char, c_int};
use std::ffi::CString;

use bocpd_core::distribution::{Distribution as _, Mixture};
use bocpd_core::error::ReadoutError;

use crate::boundary::{Output, c_text, free, get, guard, shared};
use crate::status::Status;

/// The distribution of a number: of an observation to come, of a parameter of the
/// current segment. It does not need the detector it was asked from any more.
pub struct Distribution {
    name: CString,
    mixture: Mixture,
    dimension: usize,
    has_density: bool,
}

impl Distribution {
    pub(crate) fn new(name: &str, mixture: Mixture) -> Self {
        Self {
            name: c_text(name),
            mixture,
            dimension: 0,
            has_density: true,
        }
    }

    /// The same, about another number of an observation than the first.
    pub(crate) fn of_number(self, dimension: usize) -> Self {
        Self { dimension, ..self }
    }

    /// The same, but its density is not known.
    pub(crate) fn without_density(self) -> Self {
        Self {
            has_density: false,
            ..self
        }
    }
}

/// Frees a distribution; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_distribution_free(distribution: *mut Distribution) {
    // SAFETY: handles are as the header says.
    unsafe { free(distribution) }
}

/// What the number is: "observation", or what the model calls its parameter ("mean",
/// "rate", ...). The string lives as long as the distribution.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_distribution_name(
    distribution: *const Distribution,
    name: *mut *const c_char,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { get(distribution, "distribution", name, |d| d.name.as_ptr()) }
}

/// The number of an observation that it is about, from 0; 0 where there is one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_distribution_number(
    distribution: *const Distribution,
    dimension: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { get(distribution, "distribution", dimension, |d| d.dimension) }
}

/// The mean; infinite or NaN where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_distribution_mean(
    distribution: *const Distribution,
    mean: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { get(distribution, "distribution", mean, |d| d.mixture.mean()) }
}

/// The variance; infinite or NaN where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_distribution_variance(
    distribution: *const Distribution,
    variance: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        get(distribution, "distribution", variance, |d| {
            d.mixture.variance()
        })
    }
}

/// ln of the density at x, or of the probability of x where only integers are possible;
/// -INFINITY where x is impossible.
///
/// Errors: BOCPD_UNSUPPORTED for the level of an own model.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_distribution_ln_density(
    distribution: *const Distribution,
    x: f64,
    ln_density: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let distribution = unsafe { shared(distribution, "distribution")? };
        let out = Output::new(ln_density, "the output")?;
        if !distribution.has_density {
            let what = "density of the level";
            return Err(ReadoutError::Model { what }.into());
        }
        // SAFETY: pointers are as the header says.
        unsafe { out.set(distribution.mixture.ln_density(x)) }
        Ok(())
    })
}

/// The smallest x with P(number <= x) >= p; NaN unless p is in [0, 1].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_distribution_quantile(
    distribution: *const Distribution,
    p: f64,
    x: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { get(distribution, "distribution", x, |d| d.mixture.quantile(p)) }
}

/// The interval that leaves half of 1 - mass on either side; NaN unless mass is in
/// [0, 1]. Either output may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_distribution_interval(
    distribution: *const Distribution,
    mass: f64,
    low: *mut f64,
    high: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let distribution = unsafe { shared(distribution, "distribution")? };
        let (low, high) = (Output::optional(low)?, Output::optional(high)?);
        let ends = distribution.mixture.interval(mass);
        // SAFETY: pointers are as the header says.
        unsafe {
            low.set(ends.0);
            high.set(ends.1);
        }
        Ok(())
    })
}

/// Where x stands: P(number < x), P(number <= x) (the distribution function), and
/// P(number > x), which keeps its digits where it is small. Of an observation to come,
/// asked before it is taken in, that is how unusual it is: pit is the
/// probability-integral transform P(number < x) + P(number = x) / 2, p_value the
/// probability of a value at least as far out, on either side. Each output may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_distribution_tail(
    distribution: *const Distribution,
    x: f64,
    below: *mut f64,
    up_to: *mut f64,
    above: *mut f64,
    pit: *mut f64,
    p_value: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let distribution = unsafe { shared(distribution, "distribution")? };
        let (below, up_to) = (Output::optional(below)?, Output::optional(up_to)?);
        let above = Output::optional(above)?;
        let (pit, p_value) = (Output::optional(pit)?, Output::optional(p_value)?);
        let tail = distribution.mixture.tail(x);
        // SAFETY: pointers are as the header says.
        unsafe {
            below.set(tail.below);
            up_to.set(tail.up_to);
            above.set(tail.above);
            pit.set(tail.pit());
            p_value.set(tail.p_value());
        }
        Ok(())
    })
}

/// The smallest and the largest possible value. Either output may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_distribution_support(
    distribution: *const Distribution,
    low: *mut f64,
    high: *mut f64,
) -> Status {
    guard(|| {
        // SAFETY: handles are as the header says.
        let distribution = unsafe { shared(distribution, "distribution")? };
        let (low, high) = (Output::optional(low)?, Output::optional(high)?);
        let ends = distribution.mixture.support();
        // SAFETY: pointers are as the header says.
        unsafe {
            low.set(ends.0);
            high.set(ends.1);
        }
        Ok(())
    })
}

/// Whether only integers are possible (1) or not (0).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_distribution_is_discrete(
    distribution: *const Distribution,
    discrete: *mut c_int,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        get(distribution, "distribution", discrete, |d| {
            c_int::from(d.mixture.is_discrete())
        })
    }
}
