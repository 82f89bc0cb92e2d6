//! Detectors: made, freed, fed one observation at a time.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicU32, Ordering};

use bocpd_core::error::UpdateError;
use bocpd_core::{AnyDetector, Step};

use crate::boundary::{Output, guard, shared, slice};
use crate::config::{Config, hand_over};
use crate::failure::Failure;
use crate::status::Status;

/// A detector. What it was made from is fixed; what it has seen changes with every
/// step.
pub struct Detector {
    /// How many calls are reading the contents, or one of the two below. A call that
    /// would come between another and the contents is refused: one from a function of
    /// the caller's that uses the detector it was called by, and one from another
    /// thread. Nobody waits.
    state: AtomicU32,
    contents: UnsafeCell<Contents>,
}

/// A call is running that changes the contents.
const CHANGING: u32 = u32::MAX;
/// A call that changed the contents did not come to its end.
const PANICKED: u32 = u32::MAX - 1;
/// So many calls may be reading.
const MOST_READERS: u32 = PANICKED - 1;

/// What a handle holds.
#[derive(Clone)]
pub(crate) struct Contents {
    pub(crate) detector: AnyDetector,
    /// What it was built from, functions of the caller's included.
    pub(crate) config: Config,
}

impl Contents {
    pub(crate) fn new(config: Config, detector: AnyDetector) -> Self {
        Self { detector, config }
    }
}

impl Detector {
    pub(crate) fn new(contents: Contents) -> Self {
        Self {
            state: AtomicU32::new(0),
            contents: UnsafeCell::new(contents),
        }
    }

    /// Takes possession of the contents, if the state is this one. Of several calls at
    /// the same time one succeeds; the others get the state that it was.
    #[inline]
    fn take(&self, state: u32) -> Result<u32, u32> {
        self.state
            .compare_exchange(state, CHANGING, Ordering::Acquire, Ordering::Relaxed)
    }
}

fn refused(state: u32) -> Failure {
    if state == PANICKED {
        Failure::Panicked
    } else {
        Failure::Busy
    }
}

/// Runs `body` on the contents of a handle, to read them.
///
/// # Safety
/// `detector` is NULL or a live handle that no other thread frees.
pub(crate) unsafe fn read_contents(
    detector: *const Detector,
    body: impl FnOnce(&Contents) -> Result<(), Failure>,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise; handles are only ever shared here.
        let detector = unsafe { shared(detector, "detector")? };
        let enter = |state| (state < MOST_READERS).then(|| state + 1);
        let entered = detector
            .state
            .fetch_update(Ordering::Acquire, Ordering::Relaxed, enter);
        entered.map_err(refused)?;
        let _leave = Leave(|| {
            detector.state.fetch_sub(1, Ordering::Release);
        });
        // SAFETY: no call changes the contents until we leave.
        body(unsafe { &*detector.contents.get() })
    })
}

/// Runs `body` on a detector, to ask it; a broken one says nothing.
///
/// # Safety
/// As [`read_contents`].
pub(crate) unsafe fn read(
    detector: *const Detector,
    body: impl FnOnce(&AnyDetector) -> Result<(), Failure>,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        read_contents(detector, |contents| {
            check_whole(&contents.detector)?;
            body(&contents.detector)
        })
    }
}

/// Fails if a model of the caller's has broken the detector.
pub(crate) fn check_whole(detector: &AnyDetector) -> Result<(), Failure> {
    if detector.is_broken() {
        Err(UpdateError::Broken.into())
    } else {
        Ok(())
    }
}

/// Runs `body` on a detector, to change it.
///
/// # Safety
/// `detector` is NULL or a live handle that no other thread frees.
#[inline]
pub(crate) unsafe fn change(
    detector: *mut Detector,
    body: impl FnOnce(&mut AnyDetector) -> Result<(), Failure>,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise; handles are only ever shared here.
        let detector = unsafe { shared(detector, "detector")? };
        detector.take(0).map_err(refused)?;
        let panicked = Leave(|| detector.state.store(PANICKED, Ordering::Release));
        // SAFETY: no call uses the contents, and none will until we leave.
        let result = body(unsafe { &mut (*detector.contents.get()).detector });
        core::mem::forget(panicked);
        detector.state.store(0, Ordering::Release);
        result
    })
}

/// Runs a function when a call ends, however it ends.
struct Leave<F: Fn()>(F);

impl<F: Fn()> Drop for Leave<F> {
    fn drop(&mut self) {
        (self.0)();
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
        read_contents(detector, |contents| {
            hand_over(Detector::new(contents.clone()), copy)
        })
    }
}

/// Frees a detector; NULL is fine. Does nothing to a detector that the calling function of
/// a model or hazard is called by, or that another thread is changing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_free(detector: *mut Detector) {
    guard(|| {
        // SAFETY: handles are as the header says.
        if let Ok(live) = unsafe { shared(detector, "detector") } {
            // A call that is running on it must not lose the ground under its feet.
            let taken = live.take(0).or_else(|_| live.take(PANICKED));
            taken.map_err(refused)?;
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
        change(detector, |detector| {
            detector.reset();
            Ok(())
        })
    }
}

/// A copy of the configuration that a detector was made from, to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_config(
    detector: *const Detector,
    config: *mut *mut Config,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read_contents(detector, |contents| {
            hand_over(contents.config.clone(), config)
        })
    }
}

/// How many numbers make an observation: 1, unless the configuration has several
/// (bocpd_config_add_number) or a model of one's own has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_dimension(
    detector: *const Detector,
    dimension: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        read_contents(detector, |contents| {
            Output::new(dimension, "dimension")?.set(contents.detector.dimension());
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
    unsafe { step(detector, p_change_now, |detector| Ok(detector.update(&[x]))) }
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
        step(detector, p_change_now, |detector| {
            Ok(detector.update_after(elapsed, &[x]))
        })
    }
}

/// Takes in the next observation of several numbers: count of them at row. Some may be
/// missing while others are there (bocpd_config_set_missing_skip). Otherwise as
/// bocpd_detector_step.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_detector_step_row(
    detector: *mut Detector,
    row: *const f64,
    count: usize,
    p_change_now: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        step(detector, p_change_now, |detector| {
            Ok(detector.update(slice(row, count, "row")?))
        })
    }
}

/// bocpd_detector_step_after for an observation of several numbers.
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
        step(detector, p_change_now, |detector| {
            Ok(detector.update_after(elapsed, slice(row, count, "row")?))
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
    unsafe { step(detector, p_change_now, |detector| Ok(detector.skip())) }
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
        step(detector, p_change_now, |detector| {
            Ok(detector.skip_after(elapsed))
        })
    }
}

/// One step, whatever kind.
///
/// # Safety
/// As [`change`]; `p_change_now` is NULL or may be written through.
#[inline]
pub(crate) unsafe fn step(
    detector: *mut Detector,
    p_change_now: *mut f64,
    take: impl FnOnce(&mut AnyDetector) -> Result<Result<Step, UpdateError>, Failure>,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        change(detector, |detector| {
            let out = Output::optional(p_change_now)?;
            out.set(take(detector)??.p_change_now);
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use core::ptr::null_mut;

    use super::*;
    use crate::status::{BOCPD_OK, BOCPD_PANIC};

    fn handle() -> *mut Detector {
        let contents = Config::of_series(&[]).build().expect("a detector");
        Box::into_raw(Box::new(Detector::new(contents)))
    }

    fn observations(detector: *mut Detector) -> (Status, u64) {
        let mut seen = 77;
        // SAFETY: a live handle, and a pointer to a local number.
        let status = unsafe { crate::bocpd_detector_observations(detector, &raw mut seen) };
        (status, seen)
    }

    #[test]
    fn a_panic_in_a_change_closes_the_detector() {
        let detector = handle();
        // SAFETY: a live handle until it is freed.
        unsafe {
            assert_eq!(change(detector, |_| panic!("half way")), BOCPD_PANIC);
            assert_eq!(bocpd_detector_step(detector, 0.5, null_mut()), BOCPD_PANIC);
            assert_eq!(bocpd_detector_reset(detector), BOCPD_PANIC);
            assert_eq!(observations(detector), (BOCPD_PANIC, 77));
            let mut copy = null_mut();
            assert_eq!(bocpd_detector_clone(detector, &raw mut copy), BOCPD_PANIC);
            assert!(copy.is_null());
            bocpd_detector_free(detector);
        }
    }

    #[test]
    fn a_panic_in_a_question_does_no_harm() {
        let detector = handle();
        // SAFETY: a live handle until it is freed.
        unsafe {
            assert_eq!(read(detector, |_| panic!("asking")), BOCPD_PANIC);
            assert_eq!(bocpd_detector_step(detector, 0.5, null_mut()), BOCPD_OK);
            assert_eq!(observations(detector), (BOCPD_OK, 1));
            bocpd_detector_free(detector);
        }
    }
}
