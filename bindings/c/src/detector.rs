//! Detectors: made, freed, fed one observation at a time.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicU8, Ordering};

use bocpd_core::{Step, UpdateError};

use crate::boundary::{Output, guard, shared, slice};
use crate::config::{Config, hand_over};
use crate::engine::Engine;
use crate::failure::Failure;
use crate::status::Status;

/// A detector. What it was made from is fixed; what it has seen changes with every
/// step.
pub struct Detector {
    /// Whether a call is running that changes the engine. What it is for is a model
    /// or hazard of the caller's that uses the detector it was called by; it is
    /// not a lock between threads.
    state: AtomicU8,
    engine: UnsafeCell<Box<dyn Engine>>,
}

const IDLE: u8 = 0;
const STEPPING: u8 = 1;
const PANICKED: u8 = 2;

impl Detector {
    pub(crate) fn new(engine: Box<dyn Engine>) -> Self {
        Self {
            state: AtomicU8::new(IDLE),
            engine: UnsafeCell::new(engine),
        }
    }

    fn check_idle(&self) -> Result<(), Failure> {
        match self.state.load(Ordering::Relaxed) {
            IDLE => Ok(()),
            PANICKED => Err(Failure::Panicked),
            _ => Err(Failure::Busy),
        }
    }
}

/// Runs `body` on the engine of a detector that is not being changed.
///
/// # Safety
/// `detector` is NULL or a live handle that no other thread changes.
pub(crate) unsafe fn read(
    detector: *const Detector,
    body: impl FnOnce(&dyn Engine) -> Result<(), Failure>,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise; handles are only ever shared here.
        let detector = unsafe { shared(detector, "detector")? };
        detector.check_idle()?;
        // SAFETY: no call of this thread changes the engine, as just checked, and
        // no other thread does, as the caller promises.
        body(unsafe { &**detector.engine.get() })
    })
}

/// Runs `body` on the engine of a detector, to change it.
///
/// # Safety
/// `detector` is NULL or a live handle that no other thread uses.
#[inline]
pub(crate) unsafe fn change(
    detector: *mut Detector,
    body: impl FnOnce(&mut dyn Engine) -> Result<(), Failure>,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise; handles are only ever shared here.
        let detector = unsafe { shared(detector, "detector")? };
        detector.check_idle()?;
        detector.state.store(STEPPING, Ordering::Relaxed);
        let mut leave = Leave {
            state: &detector.state,
            to: PANICKED,
        };
        // SAFETY: no call of this thread uses the engine, as just checked, and no
        // other thread does, as the caller promises.
        let result = body(unsafe { &mut **detector.engine.get() });
        leave.to = IDLE;
        result
    })
}

/// Says at the end of a call, however it ends, what state the detector is in.
struct Leave<'a> {
    state: &'a AtomicU8,
    to: u8,
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.state.store(self.to, Ordering::Relaxed);
    }
}

/// Makes a detector.
///
/// Errors: BOCPD_INCOMPLETE if the configuration lacks a model or a hazard,
/// BOCPD_INVALID_PARAMETER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_new(
    config: *const Config,
    detector: *mut *mut Detector,
) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        unsafe { hand_over(Detector::new(shared(config, "config")?.build()?), detector) }
    })
}

/// Makes a copy of a detector with all that it has seen; each goes its own way.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_clone(
    detector: *const Detector,
    copy: *mut *mut Detector,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |engine| {
            hand_over(Detector::new(engine.clone_box()), copy)
        })
    }
}

/// Frees a detector; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_free(detector: *mut Detector) {
    guard(|| {
        // SAFETY: handles are as the header says.
        if let Ok(live) = unsafe { shared(detector, "detector") } {
            // A step that is running on it must not lose the ground under its feet.
            if live.state.load(Ordering::Relaxed) == STEPPING {
                return Err(Failure::Busy);
            }
            // SAFETY: made by `hand_over`, and not freed before.
            drop(unsafe { Box::from_raw(detector) });
        }
        Ok(())
    });
}

/// Forgets everything seen: the detector is as just made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_reset(detector: *mut Detector) -> Status {
    // SAFETY: handles are as the header says.
    unsafe {
        change(detector, |engine| {
            engine.reset();
            Ok(())
        })
    }
}

/// How many numbers make an observation: 1 for all models that come with the
/// library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_dimension(
    detector: *const Detector,
    dimension: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read(detector, |engine| {
            Output::new(dimension, "dimension")?.set(engine.dimension());
            Ok(())
        })
    }
}

/// Takes in the next observation. Counts and yes-or-no observations are given as
/// numbers too; a value within 1e-9 of an integer is taken as that integer.
///
/// p_change_now, which may be NULL, gets the probability that this observation is
/// the first of a new segment. Everything else is asked for by the functions below.
///
/// Errors: BOCPD_NON_FINITE, BOCPD_OUT_OF_SUPPORT, BOCPD_DIMENSION,
/// BOCPD_IMPOSSIBLE, BOCPD_HAZARD; the detector is then as before. BOCPD_BROKEN.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_step(
    detector: *mut Detector,
    x: f64,
    p_change_now: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { step(detector, p_change_now, |engine| Ok(engine.update(&[x]))) }
}

/// Takes in an observation made elapsed after the one before, in units of the
/// hazard; at the first observation elapsed has no effect. Otherwise as
/// bocpd_detector_step.
///
/// Errors: also BOCPD_ELAPSED, BOCPD_ELAPSED_UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_step_after(
    detector: *mut Detector,
    elapsed: f64,
    x: f64,
    p_change_now: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        step(detector, p_change_now, |engine| {
            Ok(engine.update_after(elapsed, &[x]))
        })
    }
}

/// Takes in the next observation of a model of several dimensions: count numbers at
/// row. Otherwise as bocpd_detector_step.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_step_row(
    detector: *mut Detector,
    row: *const f64,
    count: usize,
    p_change_now: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        step(detector, p_change_now, |engine| {
            Ok(engine.update(slice(row, count, "row")?))
        })
    }
}

/// bocpd_detector_step_after for a model of several dimensions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_step_row_after(
    detector: *mut Detector,
    elapsed: f64,
    row: *const f64,
    count: usize,
    p_change_now: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        step(detector, p_change_now, |engine| {
            Ok(engine.update_after(elapsed, slice(row, count, "row")?))
        })
    }
}

/// Notes that an observation is missing: time moves and the hazard acts, nothing is
/// learned.
///
/// Errors: BOCPD_HAZARD; the detector is then as before. BOCPD_BROKEN.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_skip(
    detector: *mut Detector,
    p_change_now: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { step(detector, p_change_now, |engine| Ok(engine.skip())) }
}

/// bocpd_detector_skip, elapsed after the observation before.
///
/// Errors: also BOCPD_ELAPSED, BOCPD_ELAPSED_UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_skip_after(
    detector: *mut Detector,
    elapsed: f64,
    p_change_now: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        step(detector, p_change_now, |engine| {
            Ok(engine.skip_after(elapsed))
        })
    }
}

/// One step, whatever kind.
///
/// # Safety
/// As [`change`]; `p_change_now` is NULL or may be written through.
#[inline]
unsafe fn step(
    detector: *mut Detector,
    p_change_now: *mut f64,
    take: impl FnOnce(&mut dyn Engine) -> Result<Result<Step, UpdateError>, Failure>,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        change(detector, |engine| {
            let out = Output::optional(p_change_now)?;
            out.set(take(engine)??.p_change_now);
            Ok(())
        })
    }
}
