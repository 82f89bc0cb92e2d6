//! Hazards that the caller writes.

use core::ffi::c_void;
use std::sync::Arc;

use bocpd_core::Hazard;
use bocpd_core::config::HazardConfig;

use crate::boundary::{exclusive, guard, table};
use crate::config::{Config, Part};
use crate::failure::Failure;
use crate::own_model::User;
use crate::status::Status;

/// A hazard of the caller's. Fill it with zeros first, then set struct_size and the
/// fields needed. What is said of the functions of bocpd_model holds here too.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HazardTable {
    /// sizeof(bocpd_hazard): by this the library knows which fields there are.
    pub struct_size: usize,
    /// h(l) for a segment of length l >= 1 observations, in [0, 1]; a step for which
    /// it gives anything else fails with BOCPD_HAZARD.
    pub hazard: Option<unsafe extern "C" fn(user: *mut c_void, length: u64) -> f64>,
    /// For observations at irregular times: the probability that a segment whose
    /// first observation is age old ends within the next elapsed. May be NULL; then
    /// such steps fail with BOCPD_ELAPSED_UNSUPPORTED.
    pub over: Option<unsafe extern "C" fn(user: *mut c_void, age: f64, elapsed: f64) -> f64>,
    /// Called once, in any thread, when the last configuration and the last detector
    /// that use the user pointer are gone. May be NULL.
    pub release: Option<unsafe extern "C" fn(user: *mut c_void)>,
    /// ln P(L >= length + further | L >= length): how probable it is that a segment of
    /// so many observations goes on for further more; at most 0, -INFINITY if that is
    /// impossible, and the sum of ln(1 - h) over the lengths passed. May be NULL. With
    /// it a step loses no digits where h is nearly 1 (it is asked where h > 1/2; anything
    /// else than a number of at most 0 fails with BOCPD_HAZARD), and what is asked about
    /// the future takes the same time however far away it is.
    pub ln_survival:
        Option<unsafe extern "C" fn(user: *mut c_void, length: u64, further: u64) -> f64>,
    /// The same for observations at irregular times: ln(1 - over(age, elapsed)). May be
    /// NULL.
    pub ln_survival_over:
        Option<unsafe extern "C" fn(user: *mut c_void, age: f64, elapsed: f64) -> f64>,
}

/// The size of the table without what may be left out.
const LEAST: usize = core::mem::offset_of!(HazardTable, ln_survival);

/// A hazard made of the caller's functions.
#[derive(Clone)]
pub(crate) struct OwnHazard {
    user: Arc<User>,
    hazard: unsafe extern "C" fn(*mut c_void, u64) -> f64,
    over: Option<unsafe extern "C" fn(*mut c_void, f64, f64) -> f64>,
    ln_survival: Option<unsafe extern "C" fn(*mut c_void, u64, u64) -> f64>,
    ln_survival_over: Option<unsafe extern "C" fn(*mut c_void, f64, f64) -> f64>,
}

impl OwnHazard {
    fn new(table: &HazardTable, user: *mut c_void) -> Result<Self, Failure> {
        Ok(Self {
            hazard: table
                .hazard
                .ok_or(Failure::Argument("a hazard needs the function hazard"))?,
            over: table.over,
            ln_survival: table.ln_survival,
            ln_survival_over: table.ln_survival_over,
            // Last: from here on the user pointer is released, also on failure.
            user: Arc::new(User::new(user, table.release)),
        })
    }
}

impl Hazard for OwnHazard {
    fn hazard(&self, length: u64) -> f64 {
        // SAFETY: the caller gave this function for this pointer.
        unsafe { (self.hazard)(self.user.pointer(), length) }
    }

    fn over(&self, age: f64, elapsed: f64) -> Option<f64> {
        // SAFETY: the caller gave this function for this pointer.
        self.over
            .map(|over| unsafe { over(self.user.pointer(), age, elapsed) })
    }

    fn ln_survival(&self, length: u64, further: u64) -> Option<f64> {
        // SAFETY: the caller gave this function for this pointer.
        self.ln_survival
            .map(|ln_survival| unsafe { ln_survival(self.user.pointer(), length, further) })
    }

    fn ln_survival_over(&self, age: f64, elapsed: f64) -> Option<f64> {
        // SAFETY: the caller gave this function for this pointer.
        self.ln_survival_over
            .map(|ln_survival| unsafe { ln_survival(self.user.pointer(), age, elapsed) })
    }
}

/// Segments end by the caller's own hazard, used like any built-in one. The table is
/// copied; user may be NULL if the functions do without.
///
/// Errors: BOCPD_INVALID_ARGUMENT if the table cannot be used; release is then not
/// called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_own_hazard(
    config: *mut Config,
    hazard: *const HazardTable,
    user: *mut c_void,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        let (config, table) = unsafe {
            (
                exclusive(config, "config")?,
                table(hazard, LEAST, "hazard")?,
            )
        };
        config.hazard = Part::Own(OwnHazard::new(&table, user)?);
        config.plain.hazard = HazardConfig::Own;
        Ok(())
    })
}
