//! Work that takes long can be ended by whoever waits for it.
//!
//! What may take more than some milliseconds (a pass over a long past, many draws, a
//! calibration, the quantile of a large mixture) asks now and then whether it is to go
//! on, see `interruptible` (feature `std`). Without somebody who waits, that costs nothing.

use crate::error::ReadoutError;

/// It is asked once for so many small steps.
pub(crate) const STRIDE: usize = 256;

#[cfg(feature = "std")]
mod asked {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;

    /// Whoever waits for the work of this thread.
    type Waiting = Option<Rc<dyn Fn() -> bool>>;

    std::thread_local! {
        static WAITING: RefCell<Waiting> = const { RefCell::new(None) };
    }

    /// Whoever waited before waits again at the end, come what may.
    struct Before(Waiting);

    impl Drop for Before {
        fn drop(&mut self) {
            WAITING.replace(self.0.take());
        }
    }

    /// Does `work`. What takes long in it asks `go_on` now and then, and ends early once
    /// that was false: with [`ReadoutError::Interrupted`](crate::error::ReadoutError::Interrupted),
    /// with NaN where it gives a number, or with `None`. Nothing has changed then.
    ///
    /// Only what runs in this thread asks.
    ///
    /// ```
    /// use bocpd_core::interrupt::interruptible;
    /// use bocpd_core::error::ReadoutError;
    /// use bocpd_core::{Constant, Detector, Gaussian, History};
    /// use std::time::{Duration, Instant};
    ///
    /// let mut detector = Detector::new(Gaussian::new(0.0, 1.0, 1.0, 1.0)?, Constant::new(50.0)?)
    ///     .with_history(History::All);
    /// detector.update_many([0.1, -0.3, 0.2, 7.0, 7.2, 6.9], |_step| ())?;
    ///
    /// let until = Instant::now() + Duration::from_millis(20);
    /// let draws = || detector.sample_segmentations(1_000_000_000, 1);
    /// let drawn = interruptible(move || Instant::now() < until, draws);
    /// assert_eq!(drawn, Err(ReadoutError::Interrupted));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn interruptible<R>(go_on: impl Fn() -> bool + 'static, work: impl FnOnce() -> R) -> R {
        let stopped = Cell::new(false);
        let asked: Rc<dyn Fn() -> bool> = Rc::new(move || {
            let wanted = !stopped.get() && go_on();
            stopped.set(!wanted);
            wanted
        });
        let _before = Before(WAITING.replace(Some(asked)));
        work()
    }

    /// Whether whoever waits for the work of this thread still wants it: for models and
    /// hazards of one's own that take long.
    pub fn go_on() -> bool {
        // It may be asked while it is asked.
        let waiting = WAITING.with_borrow(Clone::clone);
        waiting.is_none_or(|asked| asked())
    }
}

#[cfg(feature = "std")]
pub use asked::{go_on, interruptible};

/// Nobody can be asked without the standard library.
#[cfg(not(feature = "std"))]
pub(crate) fn go_on() -> bool {
    true
}

/// The end of what is not wanted any more.
pub(crate) fn check() -> Result<(), ReadoutError> {
    if go_on() {
        Ok(())
    } else {
        Err(ReadoutError::Interrupted)
    }
}

/// [`check`] at the first of [`STRIDE`] steps.
pub(crate) fn check_at(step: usize) -> Result<(), ReadoutError> {
    if step.is_multiple_of(STRIDE) {
        check()
    } else {
        Ok(())
    }
}
