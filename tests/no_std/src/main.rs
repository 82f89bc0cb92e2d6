//! `bocpd-core` without a standard library: detects a change, checks the
//! numbers, saves and restores a detector. Exits with 0 if all of it holds.
#![no_std]
#![no_main]

extern crate alloc;

mod heap;

use alloc::boxed::Box;
use core::error::Error;
use core::ffi::{c_int, c_void};
use core::fmt::{self, Write};
use core::panic::PanicInfo;

use bocpd_core::any::restore;
use bocpd_core::config::{HazardConfig, ModelConfig};
use bocpd_core::model::Poisson;
use bocpd_core::{Config, Constant, Detector, Gaussian, Missing};

// Only to be started, to print and to give up: the C runtime of the platform.
#[link(name = "c")]
unsafe extern "C" {
    fn write(file: c_int, bytes: *const c_void, len: usize) -> isize;
    fn abort() -> !;
}

/// One of the two streams that every process has.
struct Stream(c_int);

impl Write for Stream {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // SAFETY: pointer and length are those of a live string.
        let written = unsafe { write(self.0, text.as_ptr().cast(), text.len()) };
        if usize::try_from(written) == Ok(text.len()) {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let _ = writeln!(Stream(2), "{info}");
    // SAFETY: takes nothing and does not return.
    unsafe { abort() }
}

/// The compiled `alloc` names it; with `panic = "abort"` nobody calls it.
// SAFETY: the name is the standard library's, which is not linked.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// Three values about 0, three about 5.
const LEVELS: [f64; 6] = [0.1, 0.2, 0.15, 5.0, 5.1, 4.9];

/// P(r_t = 0) for them under `Gaussian(0, 1, 1, 1)` and a mean run length of
/// 100, as published for Fast-BOCPD 1.0.0, an implementation of others. (The
/// very first is another matter of convention.)
const P_CHANGE_NOW: [f64; 6] = [
    1.0,
    0.006_831_910_848_457_058,
    0.005_469_546_502_006_353,
    0.207_100_014_612_789_1,
    0.002_783_742_019_616_128,
    0.001_547_066_696_358_809,
];

fn published_numbers() -> Result<(), Box<dyn Error>> {
    let model = Gaussian::new(0.0, 1.0, 1.0, 1.0)?;
    let mut detector = Detector::new(model, Constant::new(100.0)?);
    for (x, expected) in LEVELS.into_iter().zip(P_CHANGE_NOW) {
        let found = detector.update(x)?.p_change_now;
        assert!(
            (found - expected).abs() < 1e-12,
            "{found} is not {expected}"
        );
    }
    Ok(())
}

fn a_change_of_rate() -> Result<(), Box<dyn Error>> {
    let mut detector = Detector::new(Poisson::new(1.0, 1.0)?, Constant::new(50.0)?);
    for count in [2_u64, 3, 1, 2, 4, 2, 19, 23, 21] {
        detector.update(count)?;
    }
    assert_eq!(detector.changepoints(), [6]);
    Ok(())
}

fn saved_and_restored() -> Result<(), Box<dyn Error>> {
    let model = ModelConfig::Gaussian {
        mean: 0.0,
        kappa: 1.0,
        alpha: 1.0,
        beta: 1.0,
    };
    let hazard = HazardConfig::Weibull {
        shape: 1.5,
        scale: 40.0,
    };
    let mut config = Config::new(model, hazard);
    config.missing = Missing::Skip;
    let mut detector = config.build()?;
    detector.update_many(&LEVELS[..4], &mut |_| ())?;
    let mut restored = restore(&detector.snapshot())?;
    for x in [f64::NAN, LEVELS[4], LEVELS[5]] {
        assert_eq!(detector.update(&[x])?, restored.update(&[x])?);
    }
    assert_eq!(
        detector.ln_evidence().to_bits(),
        restored.ln_evidence().to_bits()
    );
    Ok(())
}

fn run() -> Result<(), Box<dyn Error>> {
    published_numbers()?;
    a_change_of_rate()?;
    saved_and_restored()
}

/// What the C runtime calls.
// SAFETY: no other symbol of this program is called `main`.
#[unsafe(no_mangle)]
extern "C" fn main() -> c_int {
    match run() {
        Ok(()) => {
            let _ = writeln!(Stream(1), "bocpd-core runs without the standard library");
            0
        }
        Err(error) => {
            let _ = writeln!(Stream(2), "{error}");
            1
        }
    }
}
