//! Observation models that the caller writes.

use core::ffi::{c_int, c_void};
use std::sync::Arc;

use bocpd_core::{Bank, ObservationError, ObservationModel};

use crate::boundary::{exclusive, guard, shared};
use crate::config::{Config, Part};
use crate::failure::Failure;
use crate::status::Status;
use crate::stored::{Blocks, Layout};

/// An observation model of the caller's: how one hypothesis scores an observation
/// and learns from it. Fill it with zeros first, then set struct_size and the
/// fields needed.
///
/// What a hypothesis has learned, its statistics, is a block of stats_size bytes
/// that the library keeps, copies with memcpy and writes into snapshots: it must
/// be plain data, without pointers to anything that it owns.
///
/// The functions get the user pointer given to bocpd_config_set_own_model. They
/// must not throw, nor jump out, nor use the detector that calls them
/// (BOCPD_BUSY). Detectors made from one configuration share the user pointer; in
/// several threads they call the functions at the same time.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ModelTable {
    /// sizeof(bocpd_model): by this the library knows which fields there are.
    pub struct_size: usize,
    /// How many numbers make an observation, at least 1.
    pub dimension: usize,
    /// sizeof the statistics.
    pub stats_size: usize,
    /// Their alignment: 1, 2, 4, ... or 64.
    pub stats_align: usize,
    /// Writes what a hypothesis knows at its birth into stats.
    pub prior: Option<unsafe extern "C" fn(user: *mut c_void, stats: *mut c_void)>,
    /// ln p(x | stats), the log predictive density or probability of an observation
    /// of dimension numbers. -INFINITY means impossible; if it is NaN, +INFINITY or
    /// impossible under all hypotheses, the step fails with BOCPD_IMPOSSIBLE.
    pub ln_predictive:
        Option<unsafe extern "C" fn(user: *mut c_void, stats: *const c_void, x: *const f64) -> f64>,
    /// Lets the hypothesis absorb x.
    pub update: Option<unsafe extern "C" fn(user: *mut c_void, stats: *mut c_void, x: *const f64)>,
    /// Whether x can be observed at all: 0 if it can; otherwise the step fails with
    /// BOCPD_OUT_OF_SUPPORT. May be NULL: then every finite x can, and NaN and
    /// infinities fail with BOCPD_NON_FINITE.
    pub check: Option<unsafe extern "C" fn(user: *mut c_void, x: *const f64) -> c_int>,
    /// Called once, in any thread, when the last configuration and the last detector
    /// that use the user pointer are gone. May be NULL.
    pub release: Option<unsafe extern "C" fn(user: *mut c_void)>,
}

/// The caller's pointer, handed back to the caller at the end.
pub(crate) struct User {
    pointer: *mut c_void,
    release: Option<unsafe extern "C" fn(*mut c_void)>,
}

impl User {
    pub(crate) fn new(
        pointer: *mut c_void,
        release: Option<unsafe extern "C" fn(*mut c_void)>,
    ) -> Self {
        Self { pointer, release }
    }

    pub(crate) fn pointer(&self) -> *mut c_void {
        self.pointer
    }
}

impl Drop for User {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the caller gave this function for this pointer.
            unsafe { release(self.pointer) }
        }
    }
}

// SAFETY: nothing is read through the pointer here; the header tells the caller
// that the functions may be called in any thread, and at the same time.
unsafe impl Send for User {}
// SAFETY: as above.
unsafe impl Sync for User {}

/// A model made of the caller's functions.
#[derive(Clone)]
pub(crate) struct OwnModel {
    user: Arc<User>,
    pub(crate) dimension: usize,
    layout: Layout,
    prior: unsafe extern "C" fn(*mut c_void, *mut c_void),
    ln_predictive: unsafe extern "C" fn(*mut c_void, *const c_void, *const f64) -> f64,
    update: unsafe extern "C" fn(*mut c_void, *mut c_void, *const f64),
    check: Option<unsafe extern "C" fn(*mut c_void, *const f64) -> c_int>,
}

impl OwnModel {
    fn new(table: &ModelTable, user: *mut c_void) -> Result<Self, Failure> {
        let missing = |what| Failure::Argument(what);
        if table.struct_size < size_of::<ModelTable>() {
            return Err(missing("struct_size must be sizeof(bocpd_model)"));
        }
        if table.dimension == 0 {
            return Err(missing("dimension must be at least 1"));
        }
        let layout = Layout::new(table.stats_size, table.stats_align).ok_or(missing(
            "stats_align must be a power of two up to 64, stats_size at most 2^31",
        ))?;
        Ok(Self {
            dimension: table.dimension,
            layout,
            prior: table
                .prior
                .ok_or(missing("a model needs the function prior"))?,
            ln_predictive: table
                .ln_predictive
                .ok_or(missing("a model needs the function ln_predictive"))?,
            update: table
                .update
                .ok_or(missing("a model needs the function update"))?,
            check: table.check,
            // Last: from here on the user pointer is released, also on failure.
            user: Arc::new(User::new(user, table.release)),
        })
    }
}

impl ObservationModel for OwnModel {
    type Scalar = f64;
    type Obs = [f64];
    type Bank = Blocks;

    fn bank(&self, capacity: usize) -> Blocks {
        Blocks::new(self.layout, capacity)
    }

    fn check(&self, x: &[f64]) -> Result<(), ObservationError> {
        if x.len() != self.dimension {
            let (got, expected) = (x.len(), self.dimension);
            return Err(ObservationError::Dimension { got, expected });
        }
        match self.check {
            // SAFETY: `x` has the dimension that the caller's function expects.
            Some(check) => match unsafe { check(self.user.pointer(), x.as_ptr()) } {
                0 => Ok(()),
                _ => Err(ObservationError::OutOfSupport {
                    value: x[0],
                    must: "be accepted by the model's own check",
                }),
            },
            None => match x.iter().find(|value| !value.is_finite()) {
                Some(&value) => Err(ObservationError::NonFinite { value }),
                None => Ok(()),
            },
        }
    }

    fn spawn(&self, bank: &mut Blocks) {
        let block = bank.push();
        // SAFETY: a block of the size and alignment that the caller asked for.
        unsafe { (self.prior)(self.user.pointer(), block) }
    }

    fn observe(
        &self,
        bank: &mut Blocks,
        x: &[f64],
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        let (user, at) = (self.user.pointer(), x.as_ptr());
        // All scores first: nothing has changed if they turn out unusable.
        let mut scores = core::mem::take(&mut bank.scores);
        scores.clear();
        scores.extend(bank.iter().zip(&*ln_joint).map(|(stats, ln)| {
            // SAFETY: a block that the caller's `prior` has written, and an
            // observation of the caller's dimension.
            ln + unsafe { (self.ln_predictive)(user, stats, at) }
        }));
        let possible = scores.iter().any(|&score| score > f64::NEG_INFINITY);
        let sound = scores.iter().all(|&score| score < f64::INFINITY);
        if possible && sound {
            ln_joint[..scores.len()].copy_from_slice(&scores);
            for stats in bank.iter_mut() {
                // SAFETY: as above, and no one else has the block.
                unsafe { (self.update)(user, stats, at) }
            }
        }
        bank.scores = scores;
        if possible && sound {
            Ok(())
        } else {
            Err(ObservationError::Impossible)
        }
    }

    fn is_sound(&self, bank: &Blocks) -> bool {
        bank.is_empty() || bank.layout() == self.layout
    }
}

/// Observations follow the caller's own model, used like any built-in one. The
/// table is copied; user may be NULL if the functions do without.
///
/// Errors: BOCPD_INVALID_ARGUMENT if the table cannot be used; release is then not
/// called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_config_set_own_model(
    config: *mut Config,
    model: *const ModelTable,
    user: *mut c_void,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        let (config, table) = unsafe { (exclusive(config, "config")?, shared(model, "model")?) };
        config.model = Part::Own(OwnModel::new(table, user)?);
        Ok(())
    })
}
