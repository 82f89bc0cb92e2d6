//! What a detection says that it cannot vouch for.

use bocpd_core::config::{Config, HazardConfig, ModelConfig};
use bocpd_core::outliers::Outliers;
use bocpd_core::readout::{Remark, RemarkKind};
use bocpd_core::{Detection, Pruning, detect};
use bocpd_tests::random::Random;

const GAUSSIAN: ModelConfig = ModelConfig::Gaussian {
    mean: 0.0,
    kappa: 0.01,
    alpha: 2.0,
    beta: 2.0,
};

fn config(model: ModelConfig, n: usize) -> Config {
    let mean_run_length = n as f64;
    Config::new(model, HazardConfig::Constant { mean_run_length })
}

fn found(xs: &[f64], model: &ModelConfig) -> Detection {
    detect(xs, Some(&config(model.clone(), xs.len())), 0.9).expect("a detection")
}

fn kinds(found: &Detection) -> Vec<RemarkKind> {
    found.remarks.iter().map(|remark| remark.kind).collect()
}

fn value(found: &Detection, kind: RemarkKind) -> f64 {
    let remark = found.remarks.iter().find(|remark| remark.kind == kind);
    remark
        .unwrap_or_else(|| panic!("{:?}", found.remarks))
        .value
}

fn noise(random: &mut Random, n: usize, phi: f64) -> Vec<f64> {
    let mut x = random.normal();
    (0..n)
        .map(|_| {
            x = phi * x + (1.0 - phi * phi).sqrt() * random.normal();
            x
        })
        .collect()
}

/// Data as the model says: in 200 series nothing to remark, with changes and without.
#[test]
fn nothing_where_there_is_nothing() {
    let mut random = Random::new(41);
    for i in 0..100_usize {
        let n = 30 + 7 * i;
        let mut xs = noise(&mut random, n, 0.0);
        for x in &mut xs[n / 2..] {
            *x += 8.0;
        }
        let gaussian = found(&xs, &GAUSSIAN);
        assert!(gaussian.remarks.is_empty(), "{n} {:?}", gaussian.remarks);
        let counts: Vec<f64> = (0..n)
            .map(|_| random.poisson(0.3 * i as f64 + 0.2))
            .collect();
        let poisson = ModelConfig::Poisson {
            shape: 1.0,
            rate: 0.2,
        };
        let counts = found(&counts, &poisson);
        assert!(counts.remarks.is_empty(), "{n} {:?}", counts.remarks);
    }
}

#[test]
fn noise_with_memory() {
    let mut random = Random::new(42);
    for phi in [0.5, 0.9, -0.6] {
        let xs = noise(&mut random, 600, phi);
        let found = found(&xs, &GAUSSIAN);
        let correlation = value(&found, RemarkKind::Dependent);
        assert!(
            correlation.abs() > 0.2 && correlation * phi > 0.0,
            "{phi} {correlation}"
        );
        let chosen = detect(&xs[..], None, 0.9).expect("a detection");
        if phi > 0.0 {
            assert_eq!(kinds(&chosen), [], "{phi}: {}", chosen.assumptions);
        }
    }
}

/// Of white noise the expected rank correlation is that of a normal one: 6/π asin(φ/2).
#[test]
fn the_correlation_is_that_of_ranks() {
    let mut random = Random::new(43);
    let xs = noise(&mut random, 4000, 0.5);
    let one_segment = ModelConfig::GaussianKnownVariance {
        mean: 0.0,
        kappa: 0.01,
        variance: 1.0,
    };
    let mut config = config(one_segment, 4000);
    config.hazard = HazardConfig::Table { hazards: vec![0.0] };
    config.pruning = Pruning::exact();
    let found = detect(&xs[..], Some(&config), 0.9).expect("a detection");
    let expected = 6.0 / core::f64::consts::PI * 0.25_f64.asin();
    assert!((value(&found, RemarkKind::Dependent) - expected).abs() < 0.05);
}

#[test]
fn more_or_less_spread_than_the_model_says() {
    let mut random = Random::new(44);
    let counts: Vec<f64> = (0..400)
        .map(|_| {
            let rate = if random.uniform() < 0.5 { 2.0 } else { 18.0 };
            random.poisson(rate)
        })
        .collect();
    let poisson = ModelConfig::Poisson {
        shape: 1.0,
        rate: 0.1,
    };
    let mut config = config(poisson, 400);
    config.hazard = HazardConfig::Constant {
        mean_run_length: 1e100,
    };
    let spread = detect(&counts[..], Some(&config), 0.9).expect("a detection");
    assert!(value(&spread, RemarkKind::TooSpread) > 0.3);
    let known = |variance| ModelConfig::GaussianKnownVariance {
        mean: 0.0,
        kappa: 0.01,
        variance,
    };
    let xs = noise(&mut random, 400, 0.0);
    config.model = known(0.2);
    let spread = detect(&xs[..], Some(&config), 0.9).expect("a detection");
    assert!(value(&spread, RemarkKind::TooSpread) > 0.3);
    config.model = known(20.0);
    let narrow = detect(&xs[..], Some(&config), 0.9).expect("a detection");
    assert!(value(&narrow, RemarkKind::TooNarrow) < 0.01);
    config.model = known(1.0);
    let right = detect(&xs[..], Some(&config), 0.9).expect("a detection");
    assert_eq!(kinds(&right), []);
}

#[test]
fn wild_values() {
    let mut random = Random::new(45);
    let mut xs = noise(&mut random, 300, 0.0);
    for at in [50, 51, 120, 200] {
        xs[at] += 50.0;
    }
    assert_eq!(value(&found(&xs, &GAUSSIAN), RemarkKind::Spikes), 3.0);
    let mut config = config(GAUSSIAN, 300);
    config.outliers = Some(Outliers::new(0.01));
    let allowed = detect(&xs[..], Some(&config), 0.9).expect("a detection");
    assert_eq!(kinds(&allowed), []);
}

#[test]
fn too_little_to_go_by() {
    for n in 0..=3_usize {
        let xs: Vec<f64> = (0..n).map(|i| i as f64).collect();
        let few = detect(&xs[..], None, 0.9).expect("a detection");
        assert_eq!(kinds(&few), [RemarkKind::TooFew]);
        assert_eq!(value(&few, RemarkKind::TooFew), n as f64);
    }
    let equal = detect(&[4.5; 30][..], None, 0.9).expect("a detection");
    assert_eq!(kinds(&equal), [RemarkKind::AllEqual]);
    assert!(
        equal.remarks[0]
            .to_string()
            .contains("all observations are 4.5")
    );
    let mut random = Random::new(46);
    let mostly: Vec<f64> = (0..200)
        .map(|_| {
            if random.uniform() < 0.8 {
                0.0
            } else {
                random.uniform() * 10.0
            }
        })
        .collect();
    assert!(value(&found(&mostly, &GAUSSIAN), RemarkKind::MostlyEqual) > 0.7);
    // Of yes-or-no observations it is no wonder.
    let yes: Vec<f64> = (0..100).map(|i| f64::from(u8::from(i % 10 == 0))).collect();
    let bernoulli = detect(&yes[..], None, 0.9).expect("a detection");
    assert!(!kinds(&bernoulli).contains(&RemarkKind::MostlyEqual));
}

/// Only stretches of a long series are looked at; missing observations are none.
#[test]
fn long_series_with_gaps() {
    let mut random = Random::new(47);
    let mut xs = noise(&mut random, 20_000, 0.8);
    for i in (0..xs.len()).step_by(17) {
        xs[i] = f64::NAN;
    }
    let mut config = config(GAUSSIAN, 20_000);
    config.missing = bocpd_core::Missing::Skip;
    let detector = {
        let mut detector = config.build().expect("a detector");
        detector.update_many(&xs[..], &mut |_| {}).expect("steps");
        detector
    };
    let remarks = Remark::all(&detector, &xs[..], &[]).expect("remarks");
    assert!(
        remarks
            .iter()
            .any(|remark| remark.kind == RemarkKind::Dependent)
    );
    assert!(
        remarks
            .iter()
            .all(|remark| !remark.to_string().contains('\n'))
    );
}

/// What a segment is expected to be is learned from it alone.
#[test]
fn every_segment_begins_anew() {
    let mut random = Random::new(48);
    let levels = [0.0, 50.0, 5.0, 80.0];
    let xs: Vec<f64> = (0..400)
        .map(|i| levels[i / 100] + random.normal())
        .collect();
    let mut wide = config(GAUSSIAN, 400);
    wide.model = ModelConfig::Gaussian {
        mean: 30.0,
        kappa: 0.001,
        alpha: 2.0,
        beta: 2.0,
    };
    let found = detect(&xs[..], Some(&wide), 0.9).expect("a detection");
    assert_eq!(found.changes.len(), 3);
    assert_eq!(kinds(&found), []);
    // As one segment they are anything but what the model says.
    let mut detector = wide.build().expect("a detector");
    detector.update_many(&xs[..], &mut |_| {}).expect("steps");
    let remarks = Remark::all(&detector, &xs[..], &[]).expect("remarks");
    assert!(
        remarks
            .iter()
            .any(|remark| remark.kind == RemarkKind::Dependent)
    );
}
