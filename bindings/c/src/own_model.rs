//! Observation models that the caller writes.

use core::ffi::{c_int, c_void};
use std::sync::Arc;

use bocpd_core::bank::Bank;
use bocpd_core::config::ModelConfig;
use bocpd_core::distribution::{Distribution, Level, Parameter};
use bocpd_core::error::ParameterError;
use bocpd_core::kernel::Isa;
use bocpd_core::model::Describe;
use bocpd_core::observation::Observation;
use bocpd_core::{ObservationError, ObservationModel};

use crate::boundary::{exclusive, guard, table};
use crate::config::{Config, Part};
use crate::failure::Failure;
use crate::own_distribution::{Functions, OwnDistribution};
use crate::random::Random;
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
    /// Called once, in any thread, when the last object that uses the user pointer is
    /// gone: configurations, detectors, distributions. May be NULL.
    pub release: Option<unsafe extern "C" fn(user: *mut c_void)>,

    /// All that follows may be NULL. What a model does not know of itself cannot be
    /// asked: BOCPD_UNSUPPORTED.
    ///
    /// Predictions (bocpd_detector_predict), for a dimension of 1: mean and variance of
    /// the next observation given stats; infinite or NaN where there is none. Goes
    /// together with predictive_cdf.
    pub predictive_moments: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            stats: *const c_void,
            mean: *mut f64,
            variance: *mut f64,
        ),
    >,
    /// P(the next observation <= x | stats), for every x: 0 below all that can be
    /// observed, 1 above.
    pub predictive_cdf:
        Option<unsafe extern "C" fn(user: *mut c_void, stats: *const c_void, x: f64) -> f64>,
    /// P(the next observation > x | stats), if it is known better than as 1 less
    /// predictive_cdf, which loses all digits in the tail.
    pub predictive_survival:
        Option<unsafe extern "C" fn(user: *mut c_void, stats: *const c_void, x: f64) -> f64>,
    /// Not 0 if only integers can be observed.
    pub discrete: c_int,
    /// What is known of the level, whatever number the caller calls so
    /// (bocpd_detector_shift, bocpd_detector_parameter, segments): mean and variance of
    /// its posterior. Goes together with level_cdf.
    pub level_moments: Option<
        unsafe extern "C" fn(
            user: *mut c_void,
            stats: *const c_void,
            mean: *mut f64,
            variance: *mut f64,
        ),
    >,
    /// P(level <= x | stats), for every x.
    pub level_cdf:
        Option<unsafe extern "C" fn(user: *mut c_void, stats: *const c_void, x: f64) -> f64>,
    /// Draws the observations of one segment, its parameters drawn from the prior:
    /// count of them, of dimension numbers each, one after the other into xs
    /// (bocpd_detector_simulate, calibration). Randomness comes from
    /// bocpd_random_uniform alone.
    pub simulate: Option<
        unsafe extern "C" fn(user: *mut c_void, random: *mut Random, count: usize, xs: *mut f64),
    >,
}

/// The size of the table without what may be left out.
const LEAST: usize = core::mem::offset_of!(ModelTable, predictive_moments);

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
    dimension: usize,
    layout: Layout,
    prior: unsafe extern "C" fn(*mut c_void, *mut c_void),
    ln_predictive: unsafe extern "C" fn(*mut c_void, *const c_void, *const f64) -> f64,
    update: unsafe extern "C" fn(*mut c_void, *mut c_void, *const f64),
    check: Option<unsafe extern "C" fn(*mut c_void, *const f64) -> c_int>,
    predictive: Option<Functions>,
    level: Option<Functions>,
    simulate: Option<unsafe extern "C" fn(*mut c_void, *mut Random, usize, *mut f64)>,
}

impl OwnModel {
    fn new(table: &ModelTable, user: *mut c_void) -> Result<Self, Failure> {
        let needed = Failure::Argument;
        if table.dimension == 0 {
            let must = "be at least 1";
            return Err(Failure::Number(ParameterError::new("dimension", 0.0, must)));
        }
        let layout = Layout::new(table.stats_size, table.stats_align).map_err(Failure::Number)?;
        let prior = table
            .prior
            .ok_or(needed("a model needs the function prior"))?;
        let ln_predictive = table
            .ln_predictive
            .ok_or(needed("a model needs the function ln_predictive"))?;
        let update = table
            .update
            .ok_or(needed("a model needs the function update"))?;
        let predictive = match (table.predictive_moments, table.predictive_cdf) {
            (None, None) if table.predictive_survival.is_none() => None,
            (Some(moments), Some(cdf)) if table.dimension == 1 => Some(Functions {
                moments,
                cdf,
                survival: table.predictive_survival,
                ln_density: Some(ln_predictive),
                check: table.check,
                discrete: table.discrete != 0,
            }),
            (Some(_), Some(_)) => {
                return Err(needed("predictive functions are for a dimension of 1"));
            }
            _ => {
                let what = "predictive functions: moments and cdf, or none";
                return Err(needed(what));
            }
        };
        let level = match (table.level_moments, table.level_cdf) {
            (None, None) => None,
            (Some(moments), Some(cdf)) => Some(Functions {
                moments,
                cdf,
                survival: None,
                ln_density: None,
                check: None,
                discrete: false,
            }),
            _ => return Err(needed("level functions: moments and cdf, or none")),
        };
        Ok(Self {
            dimension: table.dimension,
            layout,
            prior,
            ln_predictive,
            update,
            check: table.check,
            predictive,
            level,
            simulate: table.simulate,
            // Last: from here on the user pointer is released, also on failure.
            user: Arc::new(User::new(user, table.release)),
        })
    }

    /// What a hypothesis says, in the caller's words.
    fn say(&self, functions: Functions, bank: &Blocks, hypothesis: usize) -> OwnDistribution {
        OwnDistribution::new(self.user.clone(), functions, bank.one(hypothesis))
    }
}

impl ObservationModel for OwnModel {
    type Scalar = f64;
    type Obs = [f64];
    type Bank = Blocks;

    fn bank(&self, capacity: usize) -> Blocks {
        Blocks::new(self.layout, capacity)
    }

    fn check(&self, x: Observation<'_, [f64]>) -> Result<(), ObservationError> {
        let x = x.alone()?;
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

    fn score(&self, _: Isa, bank: &Blocks, x: Observation<'_, [f64]>, ln_joint: &mut [f64]) {
        let (user, at) = (self.user.pointer(), x.value.as_ptr());
        for (ln_joint, stats) in ln_joint.iter_mut().zip(bank.iter()) {
            // SAFETY: a block that the caller's `prior` has written, and an
            // observation of the caller's dimension.
            *ln_joint += unsafe { (self.ln_predictive)(user, stats, at) };
        }
    }

    fn absorb(
        &self,
        _: Isa,
        bank: &mut Blocks,
        x: Observation<'_, [f64]>,
        weights: Option<&[f64]>,
    ) {
        let (user, at) = (self.user.pointer(), x.value.as_ptr());
        for (i, stats) in bank.iter_mut().enumerate() {
            if weights.is_none_or(|weights| weights[i] != 0.0) {
                // SAFETY: as in `score`, and no one else has the block.
                unsafe { (self.update)(user, stats, at) }
            }
        }
    }

    fn is_sound(&self, bank: &Blocks, _: &[u64]) -> bool {
        bank.is_empty() || bank.layout() == self.layout
    }
}

impl Describe for OwnModel {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn level(&self, bank: &Blocks, hypothesis: usize, _: usize) -> Option<Level> {
        let level = Level::of(&self.say(self.level?, bank, hypothesis));
        // What is not a number is no knowledge.
        let known = level.mean.is_finite() && level.variance >= 0.0 && level.spread >= 0.0;
        known.then_some(level)
    }

    fn parameters(&self, bank: &Blocks, hypothesis: usize) -> Vec<Parameter> {
        let level = self
            .level
            .map(|functions| self.say(functions, bank, hypothesis));
        level
            .map(|posterior| Parameter::new("level", posterior))
            .into_iter()
            .collect()
    }

    fn predictive(
        &self,
        bank: &Blocks,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        Some(Box::new(self.say(self.predictive?, bank, hypothesis)))
    }

    fn simulate(&self, random: &mut bocpd_core::random::Random, n: usize) -> Option<Vec<f64>> {
        let simulate = self.simulate?;
        let mut xs = vec![0.0; n.checked_mul(self.dimension)?];
        Random::lend(random, |random| {
            // SAFETY: room for so many observations; the stream outlives the call.
            unsafe { simulate(self.user.pointer(), random, n, xs.as_mut_ptr()) }
        });
        Some(xs)
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
        let (config, table) =
            unsafe { (exclusive(config, "config")?, table(model, LEAST, "model")?) };
        let own = OwnModel::new(&table, user)?;
        let plain = ModelConfig::Own {
            dimension: table.dimension,
        };
        config.set_model(plain, Part::Own(own));
        Ok(())
    })
}
