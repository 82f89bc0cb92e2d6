//! What a step costs through the C ABI, against the same step in Rust, at 64
//! hypotheses, in turns: `cargo run --release -p bocpd-ffi --example cost`.
//!
//! Each way runs the same series many times; the best time of each counts, since
//! everything else that a machine does only adds to it.
#![expect(unsafe_code, reason = "calls the C ABI as a C program would")]

use std::hint::black_box;
use std::ptr::null_mut;
use std::time::Instant;

use bocpd::{
    BOCPD_OK, bocpd_config_free, bocpd_config_new, bocpd_config_set_constant_hazard,
    bocpd_config_set_exact, bocpd_config_set_gaussian, bocpd_config_set_max_hypotheses,
    bocpd_detector_free, bocpd_detector_new, bocpd_detector_reset, bocpd_detector_step,
};
use bocpd_core::config::{HazardConfig, ModelConfig};
use bocpd_core::{AnyDetector, Config, Detector, Pruning};
use bocpd_core::{Constant, Gaussian};

const STEPS: usize = 20_000;
const ROUNDS: usize = 60;
const HYPOTHESES: usize = 64;

fn main() {
    // Noise without a change: the list of hypotheses stays as long as it may.
    let mut seed = 1_u64;
    let xs: Vec<f64> = (0..STEPS).map(|_| noise(&mut seed)).collect();
    let mut typed = typed();
    let mut chosen = chosen();
    let c = through_c();

    let (mut best_typed, mut best_chosen, mut best_c) = (f64::MAX, f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        typed.reset();
        best_typed = best_typed.min(time(|| {
            for &x in &xs {
                black_box(typed.update(x).expect("a step").p_change_now);
            }
        }));
        chosen.reset();
        best_chosen = best_chosen.min(time(|| {
            for x in &xs {
                let row = std::slice::from_ref(x);
                black_box(chosen.update(row).expect("a step").p_change_now);
            }
        }));
        // SAFETY: a live handle, and a pointer to a local number.
        unsafe { assert_eq!(bocpd_detector_reset(c), BOCPD_OK) };
        best_c = best_c.min(time(|| {
            for &x in &xs {
                let mut p = 0.0;
                // SAFETY: as above.
                let status = unsafe { bocpd_detector_step(black_box(c), x, &raw mut p) };
                assert_eq!(status, BOCPD_OK);
                black_box(p);
            }
        }));
    }
    // SAFETY: made by `through_c`, used for the last time.
    unsafe { bocpd_detector_free(c) };

    println!("{} hypotheses alive, ns per step:", typed.live());
    println!("  Rust, types known to the compiler  {best_typed:8.1}");
    println!("  Rust, chosen at run time           {best_chosen:8.1}");
    println!("  C                                  {best_c:8.1}");
    println!("C / Rust (types known)  {:.3}", best_c / best_typed);
    println!("C / Rust (chosen)       {:.3}", best_c / best_chosen);
}

/// ns per step.
fn time(run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64() * 1e9 / STEPS as f64
}

fn typed() -> Detector<Gaussian, Constant> {
    let model = Gaussian::new(0.0, 1.0, 1.0, 1.0).expect("a model");
    let hazard = Constant::new(100.0).expect("a hazard");
    Detector::new(model, hazard)
        .with_pruning(Pruning::top_k(HYPOTHESES))
        .expect("limits")
}

fn chosen() -> AnyDetector {
    let model = ModelConfig::Gaussian {
        mean: 0.0,
        kappa: 1.0,
        alpha: 1.0,
        beta: 1.0,
    };
    let hazard = HazardConfig::Constant {
        mean_run_length: 100.0,
    };
    let mut config = Config::new(model, hazard);
    config.pruning = Pruning::top_k(HYPOTHESES);
    config.build().expect("a detector")
}

fn through_c() -> *mut bocpd::Detector {
    let (mut config, mut detector) = (null_mut(), null_mut());
    // SAFETY: pointers to local handles.
    let statuses = unsafe {
        [
            bocpd_config_new(&raw mut config),
            bocpd_config_set_gaussian(config, 0.0, 1.0, 1.0, 1.0),
            bocpd_config_set_constant_hazard(config, 100.0),
            bocpd_config_set_exact(config),
            bocpd_config_set_max_hypotheses(config, HYPOTHESES),
            bocpd_detector_new(config, &raw mut detector),
        ]
    };
    assert_eq!(statuses, [BOCPD_OK; 6]);
    // SAFETY: made above.
    unsafe { bocpd_config_free(config) };
    detector
}

fn noise(seed: &mut u64) -> f64 {
    (0..12).map(|_| uniform(seed)).sum::<f64>() - 6.0
}

fn uniform(seed: &mut u64) -> f64 {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 11) as f64 / 2_f64.powi(53)
}
