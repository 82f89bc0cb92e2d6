//! Distributions that the caller describes by functions.

use core::ffi::{c_int, c_void};
use core::fmt;
use std::sync::Arc;

use bocpd_core::distribution::Distribution;

use crate::own_model::User;
use crate::stored::Blocks;

/// What is asked of the statistics of a hypothesis.
#[derive(Clone, Copy)]
pub(crate) struct Functions {
    pub(crate) moments: unsafe extern "C" fn(*mut c_void, *const c_void, *mut f64, *mut f64),
    pub(crate) cdf: unsafe extern "C" fn(*mut c_void, *const c_void, f64) -> f64,
    /// Without it, 1 less the cdf.
    pub(crate) survival: Option<unsafe extern "C" fn(*mut c_void, *const c_void, f64) -> f64>,
    /// Without it, the density is not known.
    pub(crate) ln_density:
        Option<unsafe extern "C" fn(*mut c_void, *const c_void, *const f64) -> f64>,
    /// Where it does not give 0, nothing is possible.
    pub(crate) check: Option<unsafe extern "C" fn(*mut c_void, *const f64) -> c_int>,
    pub(crate) discrete: bool,
}

/// The functions with a copy of the statistics they are asked about.
pub(crate) struct OwnDistribution {
    user: Arc<User>,
    functions: Functions,
    /// One block.
    stats: Blocks,
    mean: f64,
    variance: f64,
}

impl OwnDistribution {
    /// `stats` is one block.
    pub(crate) fn new(user: Arc<User>, functions: Functions, stats: Blocks) -> Self {
        let (mut mean, mut variance) = (f64::NAN, f64::NAN);
        // SAFETY: statistics that the caller's functions have written, and numbers
        // to write to.
        unsafe {
            (functions.moments)(
                user.pointer(),
                stats.first(),
                &raw mut mean,
                &raw mut variance,
            );
        }
        Self {
            user,
            functions,
            stats,
            mean,
            variance,
        }
    }
}

impl fmt::Debug for OwnDistribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mean, variance) = (self.mean, self.variance);
        write!(f, "own distribution of mean {mean} and variance {variance}")
    }
}

impl Distribution for OwnDistribution {
    fn mean(&self) -> f64 {
        self.mean
    }
    fn variance(&self) -> f64 {
        self.variance
    }
    fn ln_density(&self, x: f64) -> f64 {
        let (user, stats) = (self.user.pointer(), self.stats.first());
        let at = &raw const x;
        // SAFETY: an observation of one number.
        let impossible = self
            .functions
            .check
            .is_some_and(|check| unsafe { check(user, at) } != 0);
        match self.functions.ln_density {
            None => f64::NAN,
            Some(_) if impossible => f64::NEG_INFINITY,
            // SAFETY: as in `new`; an observation of one number.
            Some(ln_density) => unsafe { ln_density(user, stats, at) },
        }
    }
    fn cdf(&self, x: f64) -> f64 {
        // SAFETY: as in `new`.
        unsafe { (self.functions.cdf)(self.user.pointer(), self.stats.first(), x) }
    }
    fn survival(&self, x: f64) -> f64 {
        match self.functions.survival {
            // SAFETY: as in `new`.
            Some(survival) => unsafe { survival(self.user.pointer(), self.stats.first(), x) },
            None => 1.0 - self.cdf(x),
        }
    }
    fn is_discrete(&self) -> bool {
        self.functions.discrete
    }
}
