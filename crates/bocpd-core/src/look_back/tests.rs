//! Marks and blocks against a detector that remembers everything.

use alloc::vec::Vec;

use super::{ONE_BLOCK, look_back};
use crate::config::{Alternative, Config};
use crate::error::DetectError;
use crate::history::History;
use crate::list::{HazardConfig, ModelConfig};
use crate::observation::Rows;
use crate::pruning::Pruning;
use crate::random::Random;

/// Levels that change every 90 observations, some of them missing, with noise that is larger in
/// the second half.
fn series(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    let x = |i: usize| {
        let level = (i / 90 % 3) as f64;
        let noise = (0..6).map(|_| random.uniform()).sum::<f64>() - 3.0;
        let noise = if i < n / 2 { noise } else { 2.8 * noise };
        if i % 71 == 5 {
            f64::NAN
        } else {
            2.0 * level + noise
        }
    };
    (0..n).map(x).collect()
}

fn elapsed(i: usize, uneven: bool) -> Option<f64> {
    uneven.then_some(0.5 + (i % 7) as f64)
}

fn configs() -> Vec<(Config, bool)> {
    let gaussian = ModelConfig::Gaussian {
        mean: 0.0,
        kappa: 0.2,
        alpha: 1.0,
        beta: 1.0,
    };
    let constant = HazardConfig::Constant {
        mean_run_length: 100.0,
    };
    let with = |pruning: Pruning| {
        let mut config = Config::new(gaussian.clone(), constant.clone());
        config.pruning = pruning;
        config.missing = crate::config::Missing::Skip;
        config
    };
    let mut longest = with(Pruning::default());
    longest.pruning.max_run_length = Some(60);
    let mut watched = with(Pruning::default());
    watched.shifts = true;
    let mut outliers = with(Pruning::top_k(20));
    outliers.outliers = Some(crate::outliers::Outliers::new(0.01));
    let mut several = with(Pruning::default());
    several.alternatives = alternatives();
    [
        (with(Pruning::default()), false),
        (with(Pruning::exact()), false),
        (with(Pruning::stratified(16, 7)), false),
        (with(Pruning::default()), true),
        (longest, false),
        (watched, false),
        (outliers, false),
        (several, false),
    ]
    .into()
}

/// Models of small and large noise: the one that is right in the second half was given up in the
/// first and goes on from another one's state.
fn alternatives() -> Vec<Alternative> {
    let model = |beta: f64| ModelConfig::Gaussian {
        mean: 0.0,
        kappa: 0.2,
        alpha: 200.0,
        beta: 200.0 * beta,
    };
    [0.2, 0.45, 1.0, 4.0]
        .map(|beta| Alternative {
            model: model(beta),
            weight: 1.0,
        })
        .into()
}

/// Kernels that were found again, from marks, give bit for bit what those give that were
/// remembered.
#[test]
fn marks_lose_nothing() {
    for (case, (config, uneven)) in configs().into_iter().enumerate() {
        // Of all hypotheses there are too many for more.
        let longest = if config.pruning == Pruning::exact() {
            700
        } else {
            1700
        };
        let lengths = [0, 1, 2, ONE_BLOCK, ONE_BLOCK + 1, longest];
        for n in lengths.into_iter().take(if cfg!(miri) { 3 } else { 6 }) {
            let xs = series(case as u64, n);
            let give = |detector: &mut crate::AnyDetector, i: usize| {
                let step = match (xs[i].is_nan(), elapsed(i, uneven)) {
                    (true, None) => detector.skip(),
                    (true, Some(elapsed)) => detector.skip_after(elapsed),
                    (false, None) => detector.update(&xs[i..=i]),
                    (false, Some(elapsed)) => detector.update_after(elapsed, &xs[i..=i]),
                };
                step.unwrap();
            };
            let mut remembering = config.clone();
            remembering.history = History::All;
            let mut all = remembering.build().unwrap();
            (0..n).for_each(|i| give(&mut all, i));

            let mut detector = config.build().unwrap();
            let seen = look_back(&mut detector, n, 0.9, None, &mut |detector, range| {
                range.for_each(|i| give(detector, i));
                Ok::<(), DetectError>(())
            })
            .unwrap();
            assert_eq!(seen.changepoints, all.changepoints(), "{case}, {n}");
            let Some(smoothed) = seen.smoothed else {
                assert_eq!(n, 0);
                continue;
            };
            assert_eq!(smoothed, all.smoothed().unwrap(), "{case}, {n}");
            let locations = all.locations(&seen.changepoints, 0.9).unwrap();
            assert_eq!(seen.locations, locations, "{case}, {n}");
            assert!(n < longest || !locations.is_empty(), "{case}");
            // It goes on as it would have done otherwise.
            assert_eq!(detector.history(), config.history);
            assert_eq!(detector.ln_evidence(), all.ln_evidence());
        }
    }
}

/// A detector that remembers and one that does not say the same of a series.
#[test]
fn features_come_along() {
    let n = if cfg!(miri) { 30 } else { 1500 };
    let features: Vec<f64> = (0..2 * n).map(|i| (i % 13) as f64).collect();
    let model = ModelConfig::Regression {
        mean: 0.0,
        kappa: 1.0,
        alpha: 1.0,
        beta: 1.0,
        lags: 1,
        lag_scale: 0.5,
        slope: 0.0,
        feature_scale: 1.0,
        features: 2,
    };
    let hazard = HazardConfig::Constant {
        mean_run_length: 200.0,
    };
    let mut config = Config::new(model, hazard);
    config.missing = crate::config::Missing::Skip;
    let xs = series(3, n);
    let rows = Rows::with_features(&xs, &features);
    let found = crate::detect(rows, Some(&config), 0.9).unwrap();
    let mut remembering = config.clone();
    remembering.history = History::All;
    let mut all = remembering.build().unwrap();
    all.update_many(rows, &mut |_| ()).unwrap();
    let mut expected = crate::Detection::of(&all, rows, 0.9).unwrap();
    expected.config = config;
    assert_eq!(found.changes, expected.changes);
    assert_eq!(found.p_change_at, expected.p_change_at);
}
