//! A model and a hazard as a program in C brings them.

use core::ffi::{c_int, c_void};

use bocpd::{
    BOCPD_OK, Config, HazardTable, ModelTable, Random, Status, bocpd_config_set_own_hazard,
    bocpd_config_set_own_model, bocpd_random_uniform,
};

use super::user;
use crate::source::Source;

/// The log density of an observation is the observation, whatever that is.
unsafe extern "C" fn ln_predictive(_: *mut c_void, _: *const c_void, x: *const f64) -> f64 {
    // SAFETY: the library gives as many numbers as the model has dimensions.
    unsafe { *x }
}

unsafe extern "C" fn prior(_: *mut c_void, stats: *mut c_void) {
    // SAFETY: room for the statistics, which are one number.
    unsafe { stats.cast::<f64>().write(0.0) }
}

unsafe extern "C" fn update(_: *mut c_void, stats: *mut c_void, x: *const f64) {
    // SAFETY: as above.
    unsafe { *stats.cast::<f64>() += *x }
}

unsafe extern "C" fn check(user: *mut c_void, x: *const f64) -> c_int {
    // SAFETY: the user pointer is that of `user`.
    unsafe { c_int::from(*x == f64::from(*user.cast::<u8>())) }
}

unsafe extern "C" fn moments(
    _: *mut c_void,
    stats: *const c_void,
    mean: *mut f64,
    variance: *mut f64,
) {
    // SAFETY: the statistics, and room for two numbers.
    unsafe {
        *mean = *stats.cast::<f64>();
        *variance = 1.0;
    }
}

unsafe extern "C" fn cdf(_: *mut c_void, stats: *const c_void, x: f64) -> f64 {
    // SAFETY: the statistics.
    let z = x - unsafe { *stats.cast::<f64>() };
    0.5 + z.atan() / core::f64::consts::PI
}

unsafe extern "C" fn simulate(_: *mut c_void, random: *mut Random, count: usize, xs: *mut f64) {
    for i in 0..count {
        // SAFETY: room for that many numbers.
        unsafe { *xs.add(i) = bocpd_random_uniform(random) }
    }
}

unsafe extern "C" fn release(user: *mut c_void) {
    // SAFETY: made by `user`, given back once.
    drop(unsafe { Box::from_raw(user.cast::<u8>()) });
}

/// # Safety
/// A live handle or NULL.
pub(super) unsafe fn set_model(config: *mut Config, source: &mut Source) -> Status {
    let table = ModelTable {
        struct_size: size_of::<ModelTable>(),
        dimension: source.pick(&[1, 1, 1, 2, 0]),
        stats_size: size_of::<f64>(),
        stats_align: source.pick(&[8, 8, 8, 8, 16, 64, 0, 3, 128]),
        prior: (!source.one_in(16)).then_some(prior),
        ln_predictive: Some(ln_predictive),
        update: Some(update),
        check: source.option(|_| check as _),
        release: Some(release),
        predictive_moments: source.option(|_| moments as _),
        predictive_cdf: source.option(|_| cdf as _),
        predictive_survival: None,
        discrete: c_int::from(source.one_in(4)),
        level_moments: source.option(|_| moments as _),
        level_cdf: source.option(|_| cdf as _),
        simulate: source.option(|_| simulate as _),
    };
    let user = user(source.byte());
    // SAFETY: the caller's promise; the table lives during the call.
    let status = unsafe { bocpd_config_set_own_model(config, &raw const table, user) };
    keep_or_release(status, user)
}

unsafe extern "C" fn hazard(user: *mut c_void, length: u64) -> f64 {
    // SAFETY: the user pointer is that of `user`.
    let byte = unsafe { *user.cast::<u8>() };
    match byte {
        255 if length == 3 => f64::NAN,
        254 if length == 5 => 1.5,
        _ => f64::from(byte) / 253.0,
    }
    .min(2.0)
}

unsafe extern "C" fn over(user: *mut c_void, _age: f64, elapsed: f64) -> f64 {
    // SAFETY: the user pointer is that of `user`.
    let byte = unsafe { *user.cast::<u8>() };
    if byte == 253 {
        f64::NAN
    } else {
        -(-elapsed).exp_m1()
    }
}

unsafe extern "C" fn ln_survival(user: *mut c_void, _length: u64, further: u64) -> f64 {
    // SAFETY: the user pointer is that of `user`.
    let byte = unsafe { *user.cast::<u8>() };
    match byte {
        252 => 0.5,
        251 => f64::NAN,
        _ => further as f64 * (-f64::from(byte) / 253.0).ln_1p(),
    }
}

unsafe extern "C" fn ln_survival_over(user: *mut c_void, _age: f64, elapsed: f64) -> f64 {
    // SAFETY: the user pointer is that of `user`.
    let byte = unsafe { *user.cast::<u8>() };
    if byte == 253 { f64::NAN } else { -elapsed }
}

/// # Safety
/// A live handle or NULL.
pub(super) unsafe fn set_hazard(config: *mut Config, source: &mut Source) -> Status {
    let table = HazardTable {
        struct_size: size_of::<HazardTable>(),
        hazard: (!source.one_in(16)).then_some(hazard),
        over: source.option(|_| over as _),
        release: Some(release),
        ln_survival: source.option(|_| ln_survival as _),
        ln_survival_over: source.option(|_| ln_survival_over as _),
    };
    let user = user(source.byte());
    // SAFETY: the caller's promise; the table lives during the call.
    let status = unsafe { bocpd_config_set_own_hazard(config, &raw const table, user) };
    keep_or_release(status, user)
}

/// A table that was not taken is not released by the library.
fn keep_or_release(status: Status, user: *mut c_void) -> Status {
    if status != BOCPD_OK {
        // SAFETY: nobody has it any more.
        unsafe { release(user) };
    }
    status
}
