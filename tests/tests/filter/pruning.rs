//! Whole pruned runs against the exact filter, on quiet and on changing
//! streams. No bound holds over many steps (a dropped hypothesis could have
//! grown), so these are measurements with room to spare.

use crate::common;
use bocpd_core::AnyDetector;
use bocpd_tests::catalogue;
use bocpd_tests::random::Random;
use serde_json::{Value, json};

fn config(mean_run_length: f64) -> Value {
    catalogue::config(
        &json!({"gaussian": {"mean": 0.0, "kappa": 1.0, "alpha": 1.0, "beta": 1.0}}),
        &json!({"constant": {"mean_run_length": mean_run_length}}),
    )
}

fn policy(k: Option<u64>, weight: Option<f64>, longest: Option<u64>) -> Value {
    json!({"max_hypotheses": k, "min_weight": weight, "max_run_length": longest})
}

/// Largest and mean error of `p_recent_change(10)`.
fn errors(exact: &Value, pruning: &Value, data: &[f64]) -> (f64, f64, AnyDetector) {
    let mut exact = common::build(exact);
    let mut pruned = common::build(&common::pruned(&config(200.0), pruning));
    let (mut largest, mut sum) = (0.0f64, 0.0);
    for &x in data {
        common::feed(&mut exact, Some(x));
        common::feed(&mut pruned, Some(x));
        let error = (pruned.p_recent_change(10) - exact.p_recent_change(10)).abs();
        largest = largest.max(error);
        sum += error;
    }
    (largest, sum / data.len() as f64, pruned)
}

fn quiet(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..n).map(|_| random.normal()).collect()
}

/// Levels that last 20 to 400 observations.
fn changing(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    let mut data = Vec::new();
    while data.len() < n {
        let (level, spread) = (10.0 * random.normal(), random.between(0.3, 3.0));
        for _ in 0..20 + random.below(380) {
            data.push(level + spread * random.normal());
        }
    }
    data.truncate(n);
    data
}

#[test]
fn quiet_streams_stay_close_to_exact() {
    let data = quiet(1, 3_000);
    let policies = [
        (policy(Some(200), None, None), 0.02, 5e-4),
        (policy(Some(32), None, None), 0.1, 5e-3),
        (policy(None, Some(1e-6), None), 0.01, 1e-4),
        (policy(Some(32), Some(1e-10), None), 0.02, 1e-3),
        (policy(None, None, Some(200)), 0.1, 1e-3),
    ];
    for (pruning, largest_allowed, mean_allowed) in policies {
        let (largest, mean, pruned) = errors(&config(200.0), &pruning, &data);
        assert!(
            largest < largest_allowed,
            "{pruning}: largest error {largest}"
        );
        assert!(mean < mean_allowed, "{pruning}: mean error {mean}");
        assert!(
            pruned.map_run_length() >= 200,
            "{pruning}: {}",
            pruned.map_run_length()
        );
        assert!(
            largest == 0.0 || pruned.pruned_mass() > 0.0,
            "{pruning}: an approximation says so"
        );
    }
}

#[test]
fn changing_streams_have_the_same_segmentation() {
    let data = changing(2, 3_000);
    let exact = common::run(&config(200.0), &data);
    assert!(exact.changepoints().len() > 5);
    let policies = [
        policy(Some(200), None, None),
        policy(Some(32), None, None),
        policy(None, Some(1e-6), None),
        policy(Some(32), Some(1e-10), None),
    ];
    for pruning in policies {
        let (largest, mean, pruned) = errors(&config(200.0), &pruning, &data);
        // With 32 the best segmentation may go before it is the best; what
        // takes its place is nearly as good.
        let lost = exact.map_ln_joint() - pruned.map_ln_joint();
        let n = (pruned.changepoints().len(), exact.changepoints().len());
        assert!(lost.abs() < 0.5 && n.0 == n.1, "{pruning}: {lost}, {n:?}");
        let few = pruning["max_hypotheses"] == 32;
        assert!(
            few || pruned.changepoints() == exact.changepoints(),
            "{pruning}"
        );
        assert!(
            largest < 0.1 && mean < 2e-3,
            "{pruning}: errors {largest}, {mean}"
        );
        let (got, want) = (pruned.ln_evidence(), exact.ln_evidence());
        assert!(
            (got - want).abs() < 0.5,
            "{pruning}: evidence {got} for {want}"
        );
    }
}

/// The cap means "that long or longer": the mass stays where the data put it.
#[test]
fn a_run_length_cap_means_or_longer() {
    let data = quiet(3, 1_500);
    let cap = 50u64;
    let mut exact = common::build(&config(1e4));
    let capped = common::pruned(&config(1e4), &policy(None, None, Some(cap)));
    let mut capped = common::build(&capped);
    for &x in &data {
        common::feed(&mut exact, Some(x));
        let step = common::feed(&mut capped, Some(x));
        let (got, want) = (capped.p_recent_change(cap), exact.p_recent_change(cap));
        assert!(
            (got - want).abs() < 0.01,
            "at {}: {got} for {want}",
            step.index
        );
        let long = |posterior: Vec<(u64, f64)>| {
            let long = posterior
                .into_iter()
                .filter(|(s, p)| step.index - s >= cap && *p > 0.0);
            long.count()
        };
        assert!(
            long(capped.run_length_posterior().collect()) <= 1,
            "at {}",
            step.index
        );
    }
    assert!(capped.live() as u64 <= 2 * cap);
    assert!(capped.map_run_length() >= cap);
}

#[test]
fn lists_stay_near_their_target() {
    let data = changing(4, 5_000);
    for k in [2u64, 8, 32, 100] {
        let pruning = policy(Some(k), None, None);
        let mut detector = common::build(&common::pruned(&config(200.0), &pruning));
        let mut largest = 0;
        for &x in &data {
            common::feed(&mut detector, Some(x));
            largest = largest.max(detector.live());
        }
        let allowed = usize::try_from(k + (k / 4).max((k / 2).clamp(8, 16))).unwrap();
        assert!(largest <= allowed, "{largest} alive for {k}");
    }
}

/// Under exact pruning nothing is given up, ever.
#[test]
fn exact_gives_up_nothing() {
    let detector = common::run(&config(200.0), &changing(5, 1_000));
    assert_eq!(detector.pruned_mass(), 0.0);
    assert_eq!(detector.live(), 1_000);
}

/// Resampling keeps the posterior near the exact one, is the same for a seed,
/// another for another, and goes on from a snapshot as if nothing had been.
#[test]
fn resampling_is_near_exact_and_reproducible() {
    let data = quiet(6, 2_000);
    let pruning = |seed: u64| json!({"max_hypotheses": 200, "min_weight": null, "resample": seed});
    let (largest, mean, pruned) = errors(&config(200.0), &pruning(1), &data);
    assert!(largest < 0.05 && mean < 1e-3, "errors {largest}, {mean}");
    assert!(pruned.pruned_mass() > 0.0);
    let run = |seed| common::run(&common::pruned(&config(200.0), &pruning(seed)), &data);
    assert!(run(1).snapshot() == pruned.snapshot());
    assert!(
        !run(2)
            .run_length_posterior()
            .eq(pruned.run_length_posterior())
    );

    let config = common::pruned(&config(200.0), &pruning(1));
    let half = common::run(&config, &data[..1_000]);
    let mut restored = bocpd_core::any::restore(&half.snapshot()).unwrap();
    for &x in &data[1_000..] {
        common::feed(&mut restored, Some(x));
    }
    assert!(restored.snapshot() == pruned.snapshot());
}

/// Data that leave all but one hypothesis without weight: counts that a newborn's prior
/// knows nothing of, and values far outside of it.
#[test]
fn resampling_keeps_to_its_number_whatever_the_weights() {
    let gaussian = |alpha: f64| json!({"gaussian": {"mean": 0.0, "kappa": 1.0, "alpha": alpha, "beta": alpha}});
    let mut random = Random::new(7);
    let normals: Vec<f64> = (0..4_000).map(|_| 1e6 + random.normal()).collect();
    let counts: Vec<f64> = normals
        .iter()
        .map(|x| (3e3 + 55.0 * (x - 1e6)).round())
        .collect();
    let poisson = json!({"poisson": {"shape": 1.0, "rate": 1.0}});
    for (model, data) in [
        (poisson, &counts),
        (gaussian(100.0), &normals),
        (gaussian(1.0), &normals),
    ] {
        for k in [2, 13, 32] {
            let hazard = json!({"constant": {"mean_run_length": 100.0}});
            let mut config = catalogue::config(&model, &hazard);
            config["pruning"] = json!({"max_hypotheses": k, "resample": 1});
            let mut detector = common::build(&config);
            for &x in data {
                common::feed(&mut detector, Some(x));
                assert!(
                    detector.live() < k + (k / 2).clamp(8, 16),
                    "{model}: {}",
                    detector.live()
                );
            }
            assert_eq!(detector.map_run_length(), 3_999, "{model}");
        }
    }
}

#[test]
fn resampling_needs_a_number() {
    let mut pruning = bocpd_core::Pruning::exact();
    pruning.resample = Some(3);
    let refused = pruning.check().unwrap_err().to_string();
    assert!(refused.contains("resample"), "{refused}");
}
